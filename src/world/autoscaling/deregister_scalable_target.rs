//! DeregisterScalableTarget: the end of a target and its policy.
//!
//! Source: Application Auto Scaling API reference, DeregisterScalableTarget.

use serde_json::{Value, json};

use super::resource::{DIMENSION, NAME};
use super::{Resource, messages as text};
use crate::engine::shape::structure;
use crate::engine::{ApiError, ErrorKind};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Ends the scaling of a target; its units stay as they are.
    pub(in crate::world) struct DeregisterScalableTargetRequest as "DeregisterScalableTargetRequest" {
        /// dynamodb.
        "ServiceNamespace" service_namespace: String => required NAME;
        /// table/NAME or table/NAME/index/NAME.
        "ResourceId" resource_id: String => required NAME;
        /// Which units: of a table or an index, for reads or writes.
        "ScalableDimension" scalable_dimension: String => required DIMENSION;
    }
}

/// The request.
pub(in crate::world) struct DeregisterScalableTarget;

impl ServiceAction for DeregisterScalableTarget {
    const NAME: &'static str = "DeregisterScalableTarget";
    const DOC: &'static str =
        "Ends the scaling of a target, with what is scheduled for it; its units stay as they are.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = DeregisterScalableTargetRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let resource = Resource::parse(&request.service_namespace, &request.resource_id, &request.scalable_dimension)?;
        match world.autoscaling.targets.remove(&resource) {
            Some(_) => {
                world.autoscaling.scheduled.retain(|(of, _), _| *of != resource);
                Ok(json!({}))
            }
            None => Err(ApiError::new(ErrorKind::ObjectNotFoundException, text::no_target(&resource))),
        }
    }
}
