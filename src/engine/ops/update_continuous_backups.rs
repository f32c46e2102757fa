//! UpdateContinuousBackups: switches point-in-time recovery on or off.
//!
//! `{"TableName": "Orders", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}}` answers as
//! DescribeContinuousBackups does. Source: API reference, UpdateContinuousBackups.

use serde_json::Value;

use super::describe_continuous_backups::{backed_up_table, describe};
use super::describe_table::control_plan;
use super::{Operation, members};
use crate::engine::error::ApiError;
use crate::engine::messages::backups as text;
use crate::engine::plan::Plan;
use crate::engine::shape::{Shape, structure};
use crate::engine::{Engine, Trace};

/// How many days back recovery reaches unless another period is asked for.
const DEFAULT_DAYS: u32 = 35;

structure! {
    /// The setting.
    pub(super) struct RecoverySpecification as "PointInTimeRecoverySpecification" {
        /// Whether the table can be restored to an earlier moment.
        "PointInTimeRecoveryEnabled" enabled: bool => required Shape::BOOLEAN;
        /// How many days back.
        "RecoveryPeriodInDays" days: Option<u32> => optional Shape::integer(1, 35);
    }
}

structure! {
    /// Switches point-in-time recovery on or off.
    pub(super) struct UpdateContinuousBackupsRequest as "UpdateContinuousBackupsInput" {
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// The setting.
        "PointInTimeRecoverySpecification" specification: RecoverySpecification => required Shape::Structure(RecoverySpecification::STRUCTURE);
    }
}

/// The verb.
pub(super) struct UpdateContinuousBackups;

impl Operation for UpdateContinuousBackups {
    const NAME: &'static str = "UpdateContinuousBackups";
    const DOC: &'static str = "Enables or disables point-in-time recovery of a table.";
    const CHANGES_TABLES: bool = true;
    type Request = UpdateContinuousBackupsRequest;
    type Prepared = UpdateContinuousBackupsRequest;

    fn prepare(
        request: UpdateContinuousBackupsRequest,
        engine: &Engine,
    ) -> Result<UpdateContinuousBackupsRequest, ApiError> {
        backed_up_table(engine, &request.table_name)?;
        if !request.specification.enabled && request.specification.days.is_some() {
            return Err(ApiError::validation(text::DAYS_OF_NONE));
        }
        Ok(request)
    }

    fn plans(request: &UpdateContinuousBackupsRequest) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &request.table_name)]
    }

    fn execute(request: UpdateContinuousBackupsRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let RecoverySpecification { enabled, days } = request.specification;
        engine.switch_recovery(&request.table_name, enabled.then(|| days.unwrap_or(DEFAULT_DAYS)))?;
        Ok(describe(engine.control_table(&request.table_name)?, engine))
    }
}
