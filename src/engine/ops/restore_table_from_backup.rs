//! RestoreTableFromBackup: a new table with the items of a backup.
//!
//! `{"TargetTableName": "Orders2", "BackupArn": …}` answers `{"TableDescription": {"TableStatus": "CREATING",
//! "RestoreSummary": {…}, …}}`. A backup feeds one restore at a time. Source: API reference, RestoreTableFromBackup.

use std::sync::Arc;

use serde_json::{Value, json};

use super::declare::{self, GlobalSecondaryIndex, LocalSecondaryIndex, ProvisionedThroughput};
use super::describe_backup::find;
use super::describe_table::control_plan;
use super::encryption::{self, SseSpecification};
use super::throughput::{self, OnDemandThroughput};
use super::{Operation, members, restore};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::backups as text;
use crate::engine::plan::Plan;
use crate::engine::shape::{ListShape, Shape, structure};
use crate::engine::table::Restored;
use crate::engine::{Engine, Trace};

structure! {
    /// What to restore, and as what.
    pub(super) struct RestoreTableFromBackupRequest as "RestoreTableFromBackupInput" {
        /// The name of the new table.
        "TargetTableName" target: String => required members::NAME;
        /// The backup.
        "BackupArn" backup_arn: String => required members::KEPT_ARN;
        /// PROVISIONED or PAY_PER_REQUEST, if another than the table had.
        "BillingModeOverride" billing_mode: Option<String> => optional declare::BILLING_MODE;
        /// Global indexes to restore, if not all: each must be one that the table had.
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
pub(super) struct RestoreTableFromBackup;

/// A restore that is ready.
#[derive(Clone)]
pub(super) struct PreparedBackupRestore {
    target: String,
    backup: Arc<str>,
    plan: restore::RestoredSettings,
}

impl Operation for RestoreTableFromBackup {
    const NAME: &'static str = "RestoreTableFromBackup";
    const DOC: &'static str = "Creates a table from a backup.";
    const CHANGES_TABLES: bool = true;
    type Request = RestoreTableFromBackupRequest;
    type Prepared = PreparedBackupRestore;

    fn prepare(request: RestoreTableFromBackupRequest, engine: &Engine) -> Result<PreparedBackupRestore, ApiError> {
        let backup = find(engine, &request.backup_arn)?;
        let wanted = restore::Overrides {
            billing: request.billing_mode.as_deref(),
            units: request.units.as_ref(),
            on_demand: request.on_demand.as_ref(),
            global: request.global.as_deref(),
            local: request.local.as_deref(),
            encryption: request.encryption.as_ref(),
            vectors: request.vectors.as_deref(),
        };
        let plan = restore::plan(&backup.table, &wanted, &request.target, engine)?;
        restore::check_target(&request.target, engine)?;
        let busy = if !backup.is_available(engine.now()) {
            text::being_created(&backup.arn)
        } else if restore::is_restoring(engine, &backup.arn) {
            text::restoring_another(&backup.arn)
        } else {
            return Ok(PreparedBackupRestore { target: request.target, backup: Arc::clone(&backup.arn), plan });
        };
        Err(ApiError::new(ErrorKind::BackupInUseException, busy))
    }

    fn plans(prepared: &PreparedBackupRestore) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &prepared.target)]
    }

    fn execute(prepared: PreparedBackupRestore, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let backup = find(engine, &prepared.backup)?;
        let (source, items) = (backup.table.without_items(), backup.items.shared());
        let restored =
            Restored { backup: Some(Arc::clone(&backup.arn)), table: source.arn.clone(), at: backup.created };
        let target = (prepared.target.as_str(), prepared.plan);
        Ok(json!({"TableDescription": restore::create(engine, target, &source, items, restored)?}))
    }
}
