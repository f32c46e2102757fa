//! ListContributorInsights: the tables and indexes for which Contributor Insights were ever switched, a page at a time.
//!
//! `{}` answers `{"ContributorInsightsSummaries": [{"TableName": "Orders", "ContributorInsightsStatus": "ENABLED", …}]}`.
//! Source: API reference, ListContributorInsights.

use serde_json::{Value, json};

use super::{Operation, members};
use crate::engine::error::ApiError;
use crate::engine::plan::Plan;
use crate::engine::shape::{Shape, structure};
use crate::engine::{Engine, Trace};

/// The most of a page, and as many as there are unless another number is asked for.
const PAGE: usize = 100;

structure! {
    /// Which of them to list.
    pub(super) struct ListContributorInsightsRequest as "ListContributorInsightsInput" {
        /// The table, by name or ARN; all tables if it is left out.
        "TableName" table_name: Option<String> => optional members::TABLE;
        /// Where the page before ended.
        "NextToken" token: Option<String> => optional Shape::STRING;
        /// The most to return.
        "MaxResults" limit: Option<i64> => optional Shape::integer(i32::MIN as i64, 100);
    }
}

/// The verb.
pub(super) struct ListContributorInsights;

impl Operation for ListContributorInsights {
    const NAME: &'static str = "ListContributorInsights";
    const DOC: &'static str = "Lists the tables and indexes with Contributor Insights.";
    type Request = ListContributorInsightsRequest;
    type Prepared = ListContributorInsightsRequest;

    fn prepare(request: Self::Request, engine: &Engine) -> Result<Self::Request, ApiError> {
        if let Some(name) = &request.table_name {
            engine.control_table(name)?;
        }
        Ok(request)
    }

    fn plans(_: &Self::Request) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(request: Self::Request, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let now = engine.now();
        let only = match &request.table_name {
            Some(name) => Some(engine.control_table(name)?.name.clone()),
            None => None,
        };
        let limit = request.limit.and_then(|limit| usize::try_from(limit).ok()).filter(|limit| *limit > 0);
        let start = request.token.unwrap_or_default();
        let all = engine.tables().filter(|table| only.as_ref().is_none_or(|only| *only == table.name));
        let places = all.flat_map(|table| table.insights.iter().map(move |(index, insights)| (table, index, insights)));
        let mut rest = places.filter(|(table, index, _)| place(&table.name, index) > start);
        let page: Vec<_> = rest.by_ref().take(limit.unwrap_or(PAGE)).collect();
        let more = rest.next().is_some();
        let summaries: Vec<Value> = page
            .iter()
            .map(|(table, index, insights)| {
                let mut body = json!({"TableName": *table.name});
                if !index.is_empty() {
                    body["IndexName"] = index.as_str().into();
                }
                body["ContributorInsightsStatus"] = insights.status(now).into();
                body["ContributorInsightsMode"] = insights.mode.name().into();
                body
            })
            .collect();
        let mut body = json!({"ContributorInsightsSummaries": summaries});
        if let (true, Some((table, index, _))) = (more, page.last()) {
            body["NextToken"] = place(&table.name, index).into();
        }
        Ok(body)
    }
}

/// A table or one of its indexes, as the list goes through them.
fn place(table: &str, index: &str) -> String {
    format!("{table}/{index}")
}
