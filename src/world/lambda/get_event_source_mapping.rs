//! GetEventSourceMapping: a mapping, its state and its last result.
//!
//! Source: Lambda API reference, GetEventSourceMapping.

use serde_json::Value;

use super::mapping::Mapping;
use super::messages as text;
use super::settings::UUID;
use crate::engine::shape::structure;
use crate::engine::{ApiError, ErrorKind};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Shows a mapping, its state and its last result.
    pub(in crate::world) struct GetEventSourceMappingRequest as "GetEventSourceMappingRequest" {
        /// The mapping.
        "UUID" uuid: String => required UUID;
    }
}

/// The request.
pub(in crate::world) struct GetEventSourceMapping;

impl ServiceAction for GetEventSourceMapping {
    const NAME: &'static str = "GetEventSourceMapping";
    const DOC: &'static str = "Shows a mapping, its state and its last result.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = GetEventSourceMappingRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let mapping = find(world, &request.uuid)?.clone();
        Ok(mapping.describe(world.engine.config()))
    }
}

/// The mapping called `uuid`.
pub(super) fn find<'a>(world: &'a mut World, uuid: &str) -> Result<&'a mut Mapping, ApiError> {
    let gone = || ApiError::new(ErrorKind::ResourceNotFoundException, text::NO_MAPPING);
    world.lambda.mappings.get_mut(uuid).ok_or_else(gone)
}
