//! DescribeContributorInsights: whether the keys that are accessed and throttled most are told, and by which rules.
//!
//! `{"TableName": "Orders"}` answers `{"ContributorInsightsStatus": "ENABLED", "ContributorInsightsRuleList": […], …}`.
//! What they tell is for CloudWatch to show; here `:heat --keys` shows it.
//! Source: API reference, DescribeContributorInsights.

use serde_json::{Value, json};

use super::describe_table::control_plan;
use super::update_contributor_insights::check_index;
use super::{Operation, members};
use crate::engine::error::ApiError;
use crate::engine::plan::Plan;
use crate::engine::shape::structure;
use crate::engine::{Engine, Trace};

structure! {
    /// Which table or index.
    pub(super) struct DescribeContributorInsightsRequest as "DescribeContributorInsightsInput" {
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// The global index; the table itself if it is left out.
        "IndexName" index_name: Option<String> => optional members::NAME;
    }
}

/// The verb.
pub(super) struct DescribeContributorInsights;

impl Operation for DescribeContributorInsights {
    const NAME: &'static str = "DescribeContributorInsights";
    const DOC: &'static str = "Describes Contributor Insights of a table or index.";
    type Request = DescribeContributorInsightsRequest;
    type Prepared = DescribeContributorInsightsRequest;

    fn prepare(request: Self::Request, engine: &Engine) -> Result<Self::Request, ApiError> {
        check_index(engine.control_table(&request.table_name)?, request.index_name.as_deref()).map(|()| request)
    }

    fn plans(request: &Self::Request) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &request.table_name)]
    }

    fn execute(request: Self::Request, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let now = engine.now();
        let table = engine.control_table(&request.table_name)?;
        let mut body = json!({"TableName": *table.name});
        if let Some(index) = &request.index_name {
            body["IndexName"] = index.as_str().into();
        }
        let index = request.index_name.as_deref().and_then(|name| table.index(name));
        let keys = index.map_or(&table.keys, |index| &index.schema.keys);
        let found = table.insights.get(request.index_name.as_deref().unwrap_or_default());
        let Some(insights) = found else {
            body["ContributorInsightsStatus"] = "DISABLED".into();
            return Ok(body);
        };
        if insights.on {
            let index = request.index_name.as_ref().map(|index| format!("-{index}")).unwrap_or_default();
            let rules = insights.rules(&format!("{}{index}", table.name), !keys.sort.is_empty());
            body["ContributorInsightsRuleList"] = rules.into();
        }
        body["ContributorInsightsStatus"] = insights.status(now).into();
        body["LastUpdateDateTime"] = json!(insights.changed.as_secs_f64());
        body["ContributorInsightsMode"] = insights.mode.name().into();
        Ok(body)
    }
}
