//! DescribeBackup: what a backup is, and what it is of.
//!
//! `{"BackupArn": …}` answers `{"BackupDescription": {"BackupDetails": {…}, "SourceTableDetails": {…}, …}}`.
//! Source: API reference, DescribeBackup.

use serde_json::{Value, json};

use super::{Operation, members};
use crate::engine::archive::Backup;
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::backups as text;
use crate::engine::plan::Plan;
use crate::engine::shape::structure;
use crate::engine::{Engine, Trace};

structure! {
    /// Names the backup.
    pub(super) struct DescribeBackupRequest as "DescribeBackupInput" {
        /// The backup.
        "BackupArn" backup_arn: String => required members::KEPT_ARN;
    }
}

/// The verb.
pub(super) struct DescribeBackup;

impl Operation for DescribeBackup {
    const NAME: &'static str = "DescribeBackup";
    const DOC: &'static str = "Describes a backup and the table it is of.";
    type Request = DescribeBackupRequest;
    type Prepared = DescribeBackupRequest;

    fn prepare(request: DescribeBackupRequest, engine: &Engine) -> Result<DescribeBackupRequest, ApiError> {
        find(engine, &request.backup_arn).map(|_| request)
    }

    fn plans(_: &DescribeBackupRequest) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(request: DescribeBackupRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        Ok(json!({"BackupDescription": find(engine, &request.backup_arn)?.describe(engine.now())}))
    }
}

/// The backup of an ARN.
pub(super) fn find<'a>(engine: &'a Engine, arn: &str) -> Result<&'a Backup, ApiError> {
    check(engine, arn)?;
    engine.archive.backup(arn).ok_or_else(|| ApiError::new(ErrorKind::BackupNotFoundException, text::not_found(arn)))
}

/// Refuses what is no backup's ARN, or another account's.
pub(super) fn check(engine: &Engine, arn: &str) -> Result<(), ApiError> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, _, _, account, resource] = parts[..] else {
        return Err(ApiError::validation(text::INVALID_ARN));
    };
    if account != engine.config().account {
        return Err(ApiError::new(ErrorKind::AccessDeniedException, text::ACCESS_DENIED));
    }
    if !arn.starts_with("arn:aws:dynamodb:") {
        return Err(ApiError::validation(text::NOT_AN_ARN));
    }
    match resource.split('/').collect::<Vec<_>>()[..] {
        ["table", _, "backup", _] => Ok(()),
        _ => Err(ApiError::validation(text::INVALID_ARN)),
    }
}
