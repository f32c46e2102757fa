//! DeleteBackup: removes a backup; what was restored from it stays.
//!
//! `{"BackupArn": …}` answers `{"BackupDescription": {"BackupDetails": {"BackupStatus": "DELETED", …}, …}}`.
//! Source: API reference, DeleteBackup.

use std::sync::Arc;

use serde_json::{Value, json};

use super::describe_backup::find;
use super::{Operation, members, restore};
use crate::engine::archive::Archived;
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::backups as text;
use crate::engine::plan::Plan;
use crate::engine::shape::structure;
use crate::engine::{Engine, Trace, tree_bytes};

structure! {
    /// Names the backup.
    pub(super) struct DeleteBackupRequest as "DeleteBackupInput" {
        /// The backup.
        "BackupArn" backup_arn: String => required members::KEPT_ARN;
    }
}

/// The verb.
pub(super) struct DeleteBackup;

impl Operation for DeleteBackup {
    const NAME: &'static str = "DeleteBackup";
    const DOC: &'static str = "Deletes a backup.";
    const CHANGES_TABLES: bool = true;
    type Request = DeleteBackupRequest;
    type Prepared = DeleteBackupRequest;

    fn prepare(request: DeleteBackupRequest, engine: &Engine) -> Result<DeleteBackupRequest, ApiError> {
        let backup = find(engine, &request.backup_arn)?;
        if let Some(expires) = backup.expires {
            return Err(ApiError::validation(text::system_backup(&backup.arn, expires)));
        }
        let busy = if !backup.is_available(engine.now()) {
            text::being_created(&backup.arn)
        } else if restore::is_restoring(engine, &backup.arn) {
            text::restoring(&backup.arn)
        } else {
            return Ok(request);
        };
        Err(ApiError::new(ErrorKind::BackupInUseException, busy))
    }

    fn plans(_: &DeleteBackupRequest) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(request: DeleteBackupRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let (mut description, arn) = {
            let backup = find(engine, &request.backup_arn)?;
            (backup.describe(engine.now()), Arc::clone(&backup.arn))
        };
        description["BackupDetails"]["BackupStatus"] = "DELETED".into();
        engine.note_archive(&arn);
        if let Some(Archived::Backup(backup)) = engine.archive.remove(&arn) {
            engine.turnover += tree_bytes(&backup.items);
        }
        Ok(json!({"BackupDescription": description}))
    }
}
