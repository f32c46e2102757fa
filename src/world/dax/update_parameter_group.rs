//! UpdateParameterGroup: how long entries are kept; clusters follow at once.
//!
//! Source: DAX API reference, UpdateParameterGroup.

use serde_json::{Value, json};

use super::create_cluster::NAME;
use super::{DEFAULT_GROUP, messages as text};
use crate::engine::shape::{ListShape, Shape, structure};
use crate::engine::{ApiError, ErrorKind};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// A setting.
    pub(in crate::world) struct ParameterNameValue as "ParameterNameValue" {
        /// record-ttl-millis or query-ttl-millis.
        "ParameterName" name: String => required NAME;
        /// Milliseconds.
        "ParameterValue" value: String => required NAME;
    }
}

structure! {
    /// Changes how long entries are kept.
    pub(in crate::world) struct UpdateParameterGroupRequest as "UpdateParameterGroupRequest" {
        /// The group.
        "ParameterGroupName" name: String => required NAME;
        /// ParameterName=record-ttl-millis,ParameterValue=60000 and its like.
        "ParameterNameValues" values: Vec<ParameterNameValue> => required Shape::List(&ListShape::of(Shape::Structure(ParameterNameValue::STRUCTURE)));
    }
}

/// The request.
pub(in crate::world) struct UpdateParameterGroup;

impl ServiceAction for UpdateParameterGroup {
    const NAME: &'static str = "UpdateParameterGroup";
    const DOC: &'static str = "Changes how long entries are kept.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = UpdateParameterGroupRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        if request.name == DEFAULT_GROUP {
            return Err(invalid(text::DEFAULT_GROUP_FIXED.to_owned()));
        }
        let Some(group) = world.dax.groups.get_mut(&request.name) else {
            return Err(ApiError::new(ErrorKind::ParameterGroupNotFoundFault, text::no_group(&request.name)));
        };
        let mut changed = *group;
        for ParameterNameValue { name, value } in request.values {
            let millis = value.parse::<u64>().map_err(|_| invalid(text::invalid_parameter(&name, &value)))?;
            match name.as_str() {
                "record-ttl-millis" => changed.item_ttl = millis,
                "query-ttl-millis" => changed.query_ttl = millis,
                _ => return Err(invalid(text::invalid_parameter(&name, &value))),
            }
        }
        *group = changed;
        Ok(json!({"ParameterGroup": {"ParameterGroupName": request.name}}))
    }
}

fn invalid(message: String) -> ApiError {
    ApiError::new(ErrorKind::InvalidParameterValueException, message)
}
