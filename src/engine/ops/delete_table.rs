//! DeleteTable: removes a table with its items and indexes.
//!
//! `{"TableName": "Orders"}` answers `{"TableDescription": {"TableStatus": "DELETING", …}}`.
//! Source: API reference, DeleteTable.

use serde_json::{Value, json};

use super::describe_table::control_plan;
use super::{Operation, busy, members};
use crate::engine::error::ApiError;
use crate::engine::messages::tables as text;
use crate::engine::plan::Plan;
use crate::engine::shape::structure;
use crate::engine::table::TableStatus;
use crate::engine::{Engine, Trace};

structure! {
    /// Names the table to remove.
    pub(super) struct DeleteTableRequest as "DeleteTableInput" {
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
    }
}

/// The verb.
pub(super) struct DeleteTable;

impl Operation for DeleteTable {
    const NAME: &'static str = "DeleteTable";
    const DOC: &'static str = "Removes a table and everything in it.";
    const CHANGES_TABLES: bool = true;
    type Request = DeleteTableRequest;
    type Prepared = DeleteTableRequest;

    fn prepare(request: DeleteTableRequest, engine: &Engine) -> Result<DeleteTableRequest, ApiError> {
        let table = engine.control_table(&request.table_name)?;
        busy::check_delete(table)?;
        if table.deletion_protection {
            return Err(ApiError::validation(text::DELETION_PROTECTED));
        }
        Ok(request)
    }

    fn plans(request: &DeleteTableRequest) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &request.table_name)]
    }

    fn execute(request: DeleteTableRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let gone_at = engine.now().plus_millis(engine.config.timings.delete_table);
        let table = engine.control_table_mut(&request.table_name)?;
        table.state = TableStatus::Deleting(gone_at);
        let description = table.describe_deleting();
        engine.close_stream(&request.table_name)?;
        engine.close_destinations(&request.table_name)?;
        engine.keep_deleted(&request.table_name)?;
        Ok(json!({"TableDescription": description}))
    }
}
