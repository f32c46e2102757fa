//! DescribeContinuousBackups: whether a table can be restored to an earlier moment, and to which.
//!
//! `{"TableName": "Orders"}` answers `{"ContinuousBackupsDescription": {"ContinuousBackupsStatus": "ENABLED",
//! "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"}}}`. Restoring is left out.
//! Source: API reference, DescribeContinuousBackups.

use serde_json::{Value, json};

use super::describe_table::control_plan;
use super::{Operation, members};
use crate::clock::Timestamp;
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::tables as text;
use crate::engine::plan::Plan;
use crate::engine::shape::structure;
use crate::engine::table::Table;
use crate::engine::{Engine, Trace};

/// The latest moment that can be restored lies this far back, in milliseconds: five minutes.
const LATEST_MILLIS: u64 = 5 * 60_000;
/// Milliseconds of a day.
const DAY_MILLIS: u64 = 86_400_000;

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
        let now = engine.now();
        Ok(describe(backed_up_table(engine, &request.table_name)?, now))
    }
}

/// The table that a request about backups names; here a missing one is a TableNotFoundException.
pub(super) fn backed_up_table<'a>(engine: &'a Engine, name: &str) -> Result<&'a Table, ApiError> {
    engine
        .control_table(name)
        .map_err(|_| ApiError::new(ErrorKind::TableNotFoundException, text::backup_table_not_found(name)))
}

/// The ContinuousBackupsDescription of a table.
pub(super) fn describe(table: &Table, now: Timestamp) -> Value {
    let recovery = match table.recovery {
        None => json!({"PointInTimeRecoveryStatus": "DISABLED"}),
        Some(recovery) => {
            let window = Timestamp::from_millis(now.as_millis().saturating_sub(u64::from(recovery.days) * DAY_MILLIS));
            let latest = Timestamp::from_millis(now.as_millis().saturating_sub(LATEST_MILLIS));
            json!({
                "PointInTimeRecoveryStatus": "ENABLED",
                "RecoveryPeriodInDays": recovery.days,
                "EarliestRestorableDateTime": recovery.since.max(window).as_secs_f64(),
                "LatestRestorableDateTime": latest.max(recovery.since).as_secs_f64(),
            })
        }
    };
    json!({"ContinuousBackupsDescription": {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": recovery,
    }})
}
