//! RestoreTableToPointInTime: a new table with the items that another had at a moment of the past days.
//!
//! `{"SourceTableName": "Orders", "TargetTableName": "Orders2", "RestoreDateTime": 1780308000}` answers
//! `{"TableDescription": {"TableStatus": "CREATING", "RestoreSummary": {…}, …}}`. The latest moment lies five minutes back,
//! or when recovery was switched on. Left out: tables of other Regions and accounts.
//! Source: API reference, RestoreTableToPointInTime.

use std::sync::Arc;

use serde_json::{Value, json};

use super::declare::{self, GlobalSecondaryIndex, LocalSecondaryIndex, ProvisionedThroughput};
use super::describe_continuous_backups::backed_up_table;
use super::describe_table::control_plan;
use super::encryption::{self, SseSpecification};
use super::throughput::{self, OnDemandThroughput};
use super::{Operation, members, restore};
use crate::clock::Timestamp;
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::{backups as text, tables as table_text};
use crate::engine::plan::Plan;
use crate::engine::shape::{ListShape, Shape, structure};
use crate::engine::table::{Restored, Table};
use crate::engine::{Engine, Trace};

structure! {
    /// What to restore, to when, and as what.
    pub(super) struct RestoreTableToPointInTimeRequest as "RestoreTableToPointInTimeInput" {
        /// The table, by its ARN.
        "SourceTableArn" source_arn: Option<String> => optional Shape::text(1, 1024);
        /// The table, by its name.
        "SourceTableName" source_name: Option<String> => optional members::NAME;
        /// The name of the new table.
        "TargetTableName" target: String => required members::NAME;
        /// Whether to restore the latest moment there is.
        "UseLatestRestorableTime" latest: Option<bool> => optional Shape::BOOLEAN;
        /// The moment to restore.
        "RestoreDateTime" at: Option<f64> => optional Shape::Timestamp;
        /// PROVISIONED or PAY_PER_REQUEST, if another than the table has.
        "BillingModeOverride" billing_mode: Option<String> => optional declare::BILLING_MODE;
        /// Global indexes to restore, if not all: each must be one that the table has.
        "GlobalSecondaryIndexOverride" global: Option<Vec<GlobalSecondaryIndex>> => optional Shape::List(&ListShape::of(Shape::Structure(GlobalSecondaryIndex::STRUCTURE)));
        /// Local indexes to restore, if not all.
        "LocalSecondaryIndexOverride" local: Option<Vec<LocalSecondaryIndex>> => optional Shape::List(&ListShape::of(Shape::Structure(LocalSecondaryIndex::STRUCTURE)));
        /// Other units a second.
        "ProvisionedThroughputOverride" units: Option<ProvisionedThroughput> => optional declare::THROUGHPUT;
        /// Another maximum, on demand.
        "OnDemandThroughputOverride" on_demand: Option<OnDemandThroughput> => optional throughput::ON_DEMAND;
        /// Another key.
        "SSESpecificationOverride" encryption: Option<SseSpecification> => optional encryption::SPECIFICATION;
        /// Vector indexes: not modelled, and refused.
        "VectorIndexOverride" vectors: Option<Vec<Value>> => optional declare::VECTOR_INDEXES;
    }
}

/// The verb.
pub(super) struct RestoreTableToPointInTime;

/// A restore that is ready.
#[derive(Clone)]
pub(super) struct PreparedPointInTimeRestore {
    target: String,
    source: Arc<str>,
    at: Timestamp,
    plan: restore::RestoredSettings,
}

impl Operation for RestoreTableToPointInTime {
    const NAME: &'static str = "RestoreTableToPointInTime";
    const DOC: &'static str = "Creates a table with the items that another had at a moment.";
    const CHANGES_TABLES: bool = true;
    type Request = RestoreTableToPointInTimeRequest;
    type Prepared = PreparedPointInTimeRestore;

    fn prepare(
        request: RestoreTableToPointInTimeRequest,
        engine: &Engine,
    ) -> Result<PreparedPointInTimeRestore, ApiError> {
        match (request.at, request.latest.unwrap_or_default()) {
            (Some(_), true) => return Err(ApiError::validation(text::BOTH_TIMES)),
            (None, false) => return Err(ApiError::validation(text::NO_TIME)),
            _ => {}
        }
        let source = source(&request, engine)?;
        let Some((earliest, latest)) = engine.recovery_window(source) else {
            let message = text::recovery_off(&source.name);
            return Err(ApiError::new(ErrorKind::PointInTimeRecoveryUnavailableException, message));
        };
        let at = request.at.map_or(latest, Timestamp::from_secs_f64);
        if !(earliest..=latest).contains(&at) {
            let message = text::restore_time(at, earliest, latest);
            return Err(ApiError::new(ErrorKind::InvalidRestoreTimeException, message));
        }
        let wanted = restore::Overrides {
            billing: request.billing_mode.as_deref(),
            units: request.units.as_ref(),
            on_demand: request.on_demand.as_ref(),
            global: request.global.as_deref(),
            local: request.local.as_deref(),
            encryption: request.encryption.as_ref(),
            vectors: request.vectors.as_deref(),
        };
        restore::check_target(&request.target, engine)?;
        let plan = restore::plan(source, &wanted, &request.target, engine)?;
        Ok(PreparedPointInTimeRestore { source: Arc::clone(&source.name), target: request.target, at, plan })
    }

    fn plans(prepared: &PreparedPointInTimeRestore) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &prepared.target)]
    }

    fn execute(prepared: PreparedPointInTimeRestore, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let table = backed_up_table(engine, &prepared.source)?;
        let (source, items) = (table.without_items(), engine.items_at(table, prepared.at));
        let restored = Restored { backup: None, table: source.arn.clone(), at: prepared.at };
        let target = (prepared.target.as_str(), prepared.plan);
        Ok(json!({"TableDescription": restore::create(engine, target, &source, items, restored)?}))
    }
}

/// The table that is to be restored, which is named once.
fn source<'a>(request: &RestoreTableToPointInTimeRequest, engine: &'a Engine) -> Result<&'a Table, ApiError> {
    let name = match (&request.source_arn, &request.source_name) {
        (Some(_), Some(_)) => return Err(ApiError::validation(text::TWO_SOURCES)),
        (None, None) => return Err(ApiError::validation(table_text::NAME_REQUIRED)),
        (None, Some(name)) => name,
        (Some(arn), None) => {
            let account = arn.split(':').nth(4);
            if !arn.starts_with("arn:") || account.is_none() {
                return Err(ApiError::validation(text::SOURCE_ARN));
            }
            if account != Some(engine.config().account.as_str()) {
                return Err(ApiError::validation(text::OTHER_OWNER));
            }
            arn
        }
    };
    backed_up_table(engine, name)
}
