//! DeleteEventSourceMapping: the end of a mapping; what it has not handled stays in the stream.
//!
//! Source: Lambda API reference, DeleteEventSourceMapping.

use serde_json::Value;

use super::get_event_source_mapping::find;
use super::settings::UUID;
use crate::engine::ApiError;
use crate::engine::shape::structure;
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Ends a mapping.
    pub(in crate::world) struct DeleteEventSourceMappingRequest as "DeleteEventSourceMappingRequest" {
        /// The mapping.
        "UUID" uuid: String => required UUID;
    }
}

/// The request.
pub(in crate::world) struct DeleteEventSourceMapping;

impl ServiceAction for DeleteEventSourceMapping {
    const NAME: &'static str = "DeleteEventSourceMapping";
    const DOC: &'static str = "Ends a mapping.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = DeleteEventSourceMappingRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let mapping = find(world, &request.uuid)?.clone();
        world.lambda.mappings.remove(&request.uuid);
        let mut body = mapping.describe(world.engine.config());
        body["State"] = "Deleting".into();
        Ok(body)
    }
}
