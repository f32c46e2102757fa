//! DeleteScheduledAction: the end of a scheduled action; the bounds that it has set stay.
//!
//! Source: Application Auto Scaling API reference, DeleteScheduledAction.

use serde_json::{Value, json};

use super::resource::{DIMENSION, NAME};
use super::{Resource, messages as text};
use crate::engine::shape::structure;
use crate::engine::{ApiError, ErrorKind};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Names the action.
    pub(in crate::world) struct DeleteScheduledActionRequest as "DeleteScheduledActionRequest" {
        /// dynamodb.
        "ServiceNamespace" service_namespace: String => required NAME;
        /// The action's name.
        "ScheduledActionName" name: String => required NAME;
        /// table/NAME or table/NAME/index/NAME.
        "ResourceId" resource_id: String => required NAME;
        /// Which units: of a table or an index, for reads or writes.
        "ScalableDimension" scalable_dimension: String => required DIMENSION;
    }
}

/// The request.
pub(in crate::world) struct DeleteScheduledAction;

impl ServiceAction for DeleteScheduledAction {
    const NAME: &'static str = "DeleteScheduledAction";
    const DOC: &'static str = "Removes a scheduled action.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = DeleteScheduledActionRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let resource = Resource::parse(&request.service_namespace, &request.resource_id, &request.scalable_dimension)?;
        let missing = text::no_action(&request.name, &resource);
        match world.autoscaling.scheduled.remove(&(resource, request.name)) {
            Some(_) => Ok(json!({})),
            None => Err(ApiError::new(ErrorKind::ObjectNotFoundException, missing)),
        }
    }
}
