//! CreateParameterGroup: settings for clusters: how long entries are kept.
//!
//! Source: DAX API reference, CreateParameterGroup.

use serde_json::{Value, json};

use super::create_cluster::NAME;
use super::{CacheTtls, messages as text};
use crate::engine::shape::{Shape, structure};
use crate::engine::{ApiError, ErrorKind};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Makes a group of settings for clusters.
    pub(in crate::world) struct CreateParameterGroupRequest as "CreateParameterGroupRequest" {
        /// Its name.
        "ParameterGroupName" name: String => required NAME;
        /// What it is for.
        "Description" description: Option<String> => optional Shape::text(0, 255);
    }
}

/// The request.
pub(in crate::world) struct CreateParameterGroup;

impl ServiceAction for CreateParameterGroup {
    const NAME: &'static str = "CreateParameterGroup";
    const DOC: &'static str = "Makes a group of settings for clusters.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = CreateParameterGroupRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        if world.dax.groups.contains_key(&request.name) {
            let message = text::group_exists(&request.name);
            return Err(ApiError::new(ErrorKind::ParameterGroupAlreadyExistsFault, message));
        }
        world.dax.groups.insert(request.name.clone(), CacheTtls::default());
        let description = request.description.unwrap_or_default();
        Ok(json!({"ParameterGroup": {"ParameterGroupName": request.name, "Description": description}}))
    }
}
