//! DescribeTimeToLive: whether a table's items expire, and by which attribute.
//!
//! `{"TableName": "Carts"}` answers `{"TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": …}}`.
//! Source: API reference, DescribeTimeToLive.

use serde_json::{Value, json};

use super::describe_table::control_plan;
use super::{Operation, members};
use crate::engine::error::ApiError;
use crate::engine::plan::Plan;
use crate::engine::shape::structure;
use crate::engine::{Engine, Trace};

structure! {
    /// Asks about a table's time to live.
    pub(super) struct DescribeTimeToLiveRequest as "DescribeTimeToLiveInput" {
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
    }
}

/// The verb.
pub(super) struct DescribeTimeToLive;

impl Operation for DescribeTimeToLive {
    const NAME: &'static str = "DescribeTimeToLive";
    const DOC: &'static str = "Describes a table's time to live.";
    type Request = DescribeTimeToLiveRequest;
    type Prepared = DescribeTimeToLiveRequest;

    fn prepare(request: DescribeTimeToLiveRequest, engine: &Engine) -> Result<DescribeTimeToLiveRequest, ApiError> {
        engine.control_table(&request.table_name).map(|_| request)
    }

    fn plans(request: &DescribeTimeToLiveRequest) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &request.table_name)]
    }

    fn execute(request: DescribeTimeToLiveRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let description = match engine.control_table(&request.table_name)?.ttl() {
            Some(ttl) => json!({"TimeToLiveStatus": "ENABLED", "AttributeName": ttl.attribute}),
            None => json!({"TimeToLiveStatus": "DISABLED"}),
        };
        Ok(json!({"TimeToLiveDescription": description}))
    }
}
