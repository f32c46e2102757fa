//! UpdateTimeToLive: names the attribute whose epoch second lets the table's items expire, or switches that off.
//!
//! `{"TableName": "Carts", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "expires"}}` answers with the
//! specification. Source: API reference, UpdateTimeToLive.

use serde_json::{Value, json};

use super::describe_table::control_plan;
use super::{Operation, members};
use crate::engine::error::ApiError;
use crate::engine::messages::tables as text;
use crate::engine::plan::Plan;
use crate::engine::shape::{Shape, structure};
use crate::engine::{Engine, Trace};

structure! {
    /// The attribute, and whether it counts.
    pub(super) struct TimeToLiveSpecification as "TimeToLiveSpecification" {
        /// Whether items expire.
        "Enabled" enabled: bool => required Shape::BOOLEAN;
        /// The attribute, a Number that holds the epoch second.
        "AttributeName" attribute_name: String => required Shape::text(1, 255);
    }
}

structure! {
    /// Switches time to live on or off.
    pub(super) struct UpdateTimeToLiveRequest as "UpdateTimeToLiveInput" {
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// The attribute, and whether it counts.
        "TimeToLiveSpecification" specification: TimeToLiveSpecification => required Shape::Structure(TimeToLiveSpecification::STRUCTURE);
    }
}

/// The verb.
pub(super) struct UpdateTimeToLive;

impl Operation for UpdateTimeToLive {
    const NAME: &'static str = "UpdateTimeToLive";
    const DOC: &'static str = "Enables or disables time to live on an attribute of a table.";
    const CHANGES_TABLES: bool = true;
    type Request = UpdateTimeToLiveRequest;
    type Prepared = UpdateTimeToLiveRequest;

    fn prepare(request: UpdateTimeToLiveRequest, engine: &Engine) -> Result<UpdateTimeToLiveRequest, ApiError> {
        let table = engine.control_table(&request.table_name)?;
        let wanted = &request.specification;
        let refusal = match (table.ttl(), wanted.enabled) {
            (Some(current), _) if current.attribute != wanted.attribute_name => {
                Some(text::ttl_on_other_attribute(&current.attribute))
            }
            (Some(_), true) => Some(text::TTL_ENABLED.to_owned()),
            (None, false) => Some(text::TTL_DISABLED.to_owned()),
            _ => {
                let wait = engine.config().timings.time_to_live;
                let recent = table.ttl_changed.is_some_and(|changed| engine.now().millis_since(changed) < wait);
                recent.then(|| text::TTL_TOO_SOON.to_owned())
            }
        };
        refusal.map_or(Ok(request), |message| Err(ApiError::validation(message)))
    }

    fn plans(request: &UpdateTimeToLiveRequest) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &request.table_name)]
    }

    fn execute(request: UpdateTimeToLiveRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let TimeToLiveSpecification { enabled, attribute_name } = request.specification;
        let setting = enabled.then(|| engine.time_to_live(attribute_name.clone(), engine.calendar()));
        let now = engine.now();
        let table = engine.control_table_mut(&request.table_name)?;
        table.ttl_changed = Some(now);
        table.set_ttl(setting);
        Ok(json!({"TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": attribute_name}}))
    }
}
