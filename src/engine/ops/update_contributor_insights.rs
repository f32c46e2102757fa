//! UpdateContributorInsights: switches on or off that the keys accessed and throttled most are told.
//!
//! `{"TableName": "Orders", "ContributorInsightsAction": "ENABLE"}` answers `{"ContributorInsightsStatus": "ENABLING", …}`.
//! Without a mode both are told; another mode is chosen by switching them on once more.
//! Source: API reference, UpdateContributorInsights.

use serde_json::{Value, json};

use super::describe_table::control_plan;
use super::{Operation, members};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::{insights as text, tables as table_text};
use crate::engine::plan::Plan;
use crate::engine::shape::{Shape, structure};
use crate::engine::table::{IndexKind, IndexState, Insights, InsightsMode, Table, TableStatus};
use crate::engine::{Engine, Trace};

structure! {
    /// Which table or index, and what to do.
    pub(super) struct UpdateContributorInsightsRequest as "UpdateContributorInsightsInput" {
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// The global index; the table itself if it is left out.
        "IndexName" index_name: Option<String> => optional members::NAME;
        /// ENABLE or DISABLE.
        "ContributorInsightsAction" action: String => required Shape::one_of(&["ENABLE", "DISABLE"]);
        /// ACCESSED_AND_THROTTLED_KEYS (the default) or THROTTLED_KEYS.
        "ContributorInsightsMode" mode: Option<InsightsMode> => optional Shape::one_of(&["ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"]);
    }
}

/// The verb.
pub(super) struct UpdateContributorInsights;

impl Operation for UpdateContributorInsights {
    const NAME: &'static str = "UpdateContributorInsights";
    const DOC: &'static str = "Switches Contributor Insights of a table or index on or off.";
    const CHANGES_TABLES: bool = true;
    type Request = UpdateContributorInsightsRequest;
    type Prepared = UpdateContributorInsightsRequest;

    fn prepare(request: Self::Request, engine: &Engine) -> Result<Self::Request, ApiError> {
        let table = engine.control_table(&request.table_name)?;
        check_index(table, request.index_name.as_deref())?;
        if request.action == "ENABLE" {
            if !matches!(table.state, TableStatus::Active | TableStatus::Updating(_)) {
                return Err(ApiError::validation(text::TABLE_NOT_ACTIVE));
            }
            let index = request.index_name.as_deref().and_then(|name| table.index(name));
            if index.is_some_and(|index| index.state != IndexState::Active) {
                return Err(ApiError::validation(text::INDEX_NOT_ACTIVE));
            }
        }
        Ok(request)
    }

    fn plans(request: &Self::Request) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &request.table_name)]
    }

    fn execute(request: Self::Request, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let now = engine.now();
        let until = now.plus_millis(engine.config.timings.insights);
        let table = engine.control_table_mut(&request.table_name)?;
        let place = request.index_name.clone().unwrap_or_default();
        let before = table.insights.get(&place).copied();
        let is_on = before.is_some_and(|before| before.on);
        let mode = request.mode.unwrap_or(InsightsMode::AccessedAndThrottledKeys);
        let after = match (request.action == "ENABLE", before) {
            (true, Some(before)) if is_on && before.mode == mode => Some(before),
            (true, before) => {
                let rules_since = before.filter(|_| is_on).map_or(now, |before| before.made);
                Some(Insights { mode, on: true, until, made: rules_since, changed: now })
            }
            (false, Some(before)) if is_on => Some(Insights { on: false, until, changed: now, ..before }),
            (false, before) => before,
        };
        let status = match after {
            None => "DISABLED",
            // A change is never done in the answer to the request for it.
            Some(after) if before != Some(after) => {
                if after.on {
                    "ENABLING"
                } else {
                    "DISABLING"
                }
            }
            Some(after) => after.status(now),
        };
        if let Some(after) = after {
            table.insights.insert(place, after);
        }
        let mode = after.map_or(mode, |after| after.mode);
        let mut body = json!({
            "TableName": *table.name, "ContributorInsightsStatus": status, "ContributorInsightsMode": mode.name(),
        });
        if let Some(index) = request.index_name {
            body["IndexName"] = index.into();
        }
        Ok(body)
    }
}

/// Refuses an index that the table has not.
pub(super) fn check_index(table: &Table, index: Option<&str>) -> Result<(), ApiError> {
    let Some(name) = index else { return Ok(()) };
    match table.index(name).filter(|index| index.schema.kind == IndexKind::Global) {
        Some(_) => Ok(()),
        None => Err(ApiError::new(ErrorKind::ResourceNotFoundException, table_text::index_not_found(name))),
    }
}
