//! DeleteScalingPolicy: the end of a policy.
//!
//! Source: Application Auto Scaling API reference, DeleteScalingPolicy.

use serde_json::{Value, json};

use super::resource::{DIMENSION, NAME};
use super::{Resource, messages as text};
use crate::engine::shape::structure;
use crate::engine::{ApiError, ErrorKind};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Takes a target its policy.
    pub(in crate::world) struct DeleteScalingPolicyRequest as "DeleteScalingPolicyRequest" {
        /// The policy's name.
        "PolicyName" policy_name: String => required NAME;
        /// dynamodb.
        "ServiceNamespace" service_namespace: String => required NAME;
        /// table/NAME or table/NAME/index/NAME.
        "ResourceId" resource_id: String => required NAME;
        /// Which units: of a table or an index, for reads or writes.
        "ScalableDimension" scalable_dimension: String => required DIMENSION;
    }
}

/// The request.
pub(in crate::world) struct DeleteScalingPolicy;

impl ServiceAction for DeleteScalingPolicy {
    const NAME: &'static str = "DeleteScalingPolicy";
    const DOC: &'static str = "Takes a target its policy.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = DeleteScalingPolicyRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let resource = Resource::parse(&request.service_namespace, &request.resource_id, &request.scalable_dimension)?;
        let target = world.autoscaling.targets.get_mut(&resource);
        let found = target.filter(|target| target.policy.as_ref().is_some_and(|p| p.name == request.policy_name));
        let Some(target) = found else {
            let message = text::no_policy(&request.policy_name, &resource);
            return Err(ApiError::new(ErrorKind::ObjectNotFoundException, message));
        };
        target.policy = None;
        Ok(json!({}))
    }
}
