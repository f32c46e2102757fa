//! CreateBackup: a copy of a table with its indexes' and its encryption's settings, without any effect on its throughput.
//!
//! `{"TableName": "Orders", "BackupName": "before-migration"}` answers `{"BackupDetails": {"BackupArn": …,
//! "BackupStatus": "CREATING", …}}`. Names need not be unique: a backup is known by its ARN. Left out: the seconds after
//! a table's creation in which backups are still being enabled. Source: API reference, CreateBackup.

use serde_json::{Value, json};

use super::describe_continuous_backups::backed_up_table;
use super::describe_table::control_plan;
use super::{Operation, members};
use crate::engine::archive::{Archived, BACKUP_BYTES, Backup, BackupKind, MOST_BACKUPS};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::{backups as text, tables as table_text};
use crate::engine::plan::Plan;
use crate::engine::shape::structure;
use crate::engine::table::{TableStatus, TimeToLive};
use crate::engine::{Engine, Trace, tree_bytes};

structure! {
    /// Names the table, and the backup.
    pub(super) struct CreateBackupRequest as "CreateBackupInput" {
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// The backup's name.
        "BackupName" backup_name: String => required members::NAME;
    }
}

/// The verb.
pub(super) struct CreateBackup;

impl Operation for CreateBackup {
    const NAME: &'static str = "CreateBackup";
    const DOC: &'static str = "Makes an on-demand backup of a table.";
    const CHANGES_TABLES: bool = true;
    type Request = CreateBackupRequest;
    type Prepared = CreateBackupRequest;

    fn prepare(request: CreateBackupRequest, engine: &Engine) -> Result<CreateBackupRequest, ApiError> {
        let table = backed_up_table(engine, &request.table_name)?;
        if matches!(table.state, TableStatus::Creating(_)) {
            let message = table_text::backup_table_not_found(&request.table_name);
            return Err(ApiError::new(ErrorKind::TableNotFoundException, message));
        }
        let backups = engine.archive.backups();
        let held: u64 = backups.iter().map(|backup| tree_bytes(&backup.items)).sum();
        let refused = if backups.len() >= MOST_BACKUPS {
            text::too_many(MOST_BACKUPS)
        } else if held + tree_bytes(table.items()) > BACKUP_BYTES {
            text::too_large(BACKUP_BYTES >> 20)
        } else {
            return Ok(request);
        };
        Err(ApiError::new(ErrorKind::LimitExceededException, refused))
    }

    fn plans(request: &CreateBackupRequest) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &request.table_name)]
    }

    fn execute(request: CreateBackupRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let now = engine.now();
        let table = backed_up_table(engine, &request.table_name)?;
        let backup = Backup {
            arn: engine.archive.next_arn(&table.arn, "backup", now),
            name: request.backup_name,
            kind: BackupKind::User,
            created: now,
            available: now.plus_millis(engine.config.timings.backup),
            expires: None,
            ttl: table.ttl().map(|TimeToLive { attribute, .. }| attribute.clone()),
            items: table.items().shared(),
            table: table.without_items(),
        };
        let mut details = backup.details(now);
        // It is never available before it was asked for once more.
        details["BackupStatus"] = "CREATING".into();
        engine.put_by(Archived::Backup(Box::new(backup)));
        Ok(json!({"BackupDetails": details}))
    }
}
