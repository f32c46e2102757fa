//! DescribeTable: what a table is and what it is doing.
//!
//! `{"TableName": "Orders"}` answers `{"Table": {"TableStatus": "ACTIVE", "KeySchema": […], …}}`.
//! Source: API reference, DescribeTable.

use serde_json::{Value, json};

use super::{Operation, members};
use crate::engine::error::ApiError;
use crate::engine::plan::{Access, Effect, Plan};
use crate::engine::shape::structure;
use crate::engine::{Engine, Trace};

structure! {
    /// Asks about one table.
    pub(super) struct DescribeTableRequest as "DescribeTableInput" {
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
    }
}

/// The verb.
pub(super) struct DescribeTable;

impl Operation for DescribeTable {
    const NAME: &'static str = "DescribeTable";
    const DOC: &'static str = "Describes a table: its keys, its indexes, its status and its capacity.";
    type Request = DescribeTableRequest;
    type Prepared = DescribeTableRequest;

    fn prepare(request: DescribeTableRequest, engine: &Engine) -> Result<DescribeTableRequest, ApiError> {
        engine.control_table(&request.table_name).map(|_| request)
    }

    fn plans(request: &DescribeTableRequest) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &request.table_name)]
    }

    fn execute(request: DescribeTableRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        Ok(json!({"Table": engine.control_table(&request.table_name)?.describe()}))
    }
}

/// The plan of a request that touches a table's description and no items.
pub(super) fn control_plan(operation: &'static str, table: &str) -> Plan {
    Plan {
        operation,
        table: table.into(),
        index: None,
        access: Access::Control,
        test: None,
        consistent: false,
        effect: Effect::Describe,
        condition: None,
        computed: Vec::new(),
        action: None,
    }
}
