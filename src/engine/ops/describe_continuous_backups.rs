//! DescribeContinuousBackups: whether a table can be restored to an earlier moment, and to which.
//!
//! `{"TableName": "Orders"}` answers `{"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED",
//! "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"}}}`.
//! Source: API reference, DescribeContinuousBackups.

use serde_json::{Value, json};

use super::describe_table::control_plan;
use super::{Operation, members};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::tables as text;
use crate::engine::plan::Plan;
use crate::engine::shape::structure;
use crate::engine::table::Table;
use crate::engine::{Engine, Trace};

structure! {
    /// Asks about a table's backups.
    pub(super) struct DescribeContinuousBackupsRequest as "DescribeContinuousBackupsInput" {
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
    }
}

/// The verb.
pub(super) struct DescribeContinuousBackups;

impl Operation for DescribeContinuousBackups {
    const NAME: &'static str = "DescribeContinuousBackups";
    const DOC: &'static str = "Describes a table's continuous backups and point-in-time recovery.";
    type Request = DescribeContinuousBackupsRequest;
    type Prepared = DescribeContinuousBackupsRequest;

    fn prepare(
        request: DescribeContinuousBackupsRequest,
        engine: &Engine,
    ) -> Result<DescribeContinuousBackupsRequest, ApiError> {
        backed_up_table(engine, &request.table_name).map(|_| request)
    }

    fn plans(request: &DescribeContinuousBackupsRequest) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &request.table_name)]
    }

    fn execute(
        request: DescribeContinuousBackupsRequest,
        engine: &mut Engine,
        _: &mut Trace,
    ) -> Result<Value, ApiError> {
        Ok(describe(backed_up_table(engine, &request.table_name)?, engine))
    }
}

/// The table that a request about backups or exports names; here a missing one is a TableNotFoundException, unless no table
/// could be called so.
pub(super) fn backed_up_table<'a>(engine: &'a Engine, name: &str) -> Result<&'a Table, ApiError> {
    engine.control_table(name).map_err(|error| match error.kind {
        ErrorKind::ResourceNotFoundException => {
            ApiError::new(ErrorKind::TableNotFoundException, text::backup_table_not_found(name))
        }
        _ => error,
    })
}

/// The ContinuousBackupsDescription of a table.
pub(super) fn describe(table: &Table, engine: &Engine) -> Value {
    let recovery = match table.recovery.zip(engine.recovery_window(table)) {
        None => json!({"PointInTimeRecoveryStatus": "DISABLED"}),
        Some((recovery, (earliest, latest))) => json!({
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": recovery.days,
            "EarliestRestorableDateTime": earliest.as_secs_f64(),
            "LatestRestorableDateTime": latest.as_secs_f64(),
        }),
    };
    json!({"ContinuousBackupsDescription": {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": recovery,
    }})
}
