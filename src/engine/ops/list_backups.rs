//! ListBackups: backups of all tables or of one, oldest first, a page at a time; also those of tables that are gone.
//!
//! `{"TableName": "Orders"}` answers `{"BackupSummaries": [{"BackupArn": …, …}]}`. Unless another type is asked for, the
//! backups that the service made are left out. Source: API reference, ListBackups.

use serde_json::{Value, json};

use super::{Operation, describe_backup, members};
use crate::engine::error::ApiError;
use crate::engine::lookup::table_name;
use crate::engine::messages::backups as text;
use crate::engine::plan::Plan;
use crate::engine::shape::{Pages, Shape, structure};
use crate::engine::{Engine, Trace};

/// The most backups on a page, and as many as there are without a Limit.
const MAX_BACKUPS: usize = 100;
/// BackupType, if none is given.
const DEFAULT_TYPE: &str = "USER";

structure! {
    /// Which backups to list.
    pub(super) struct ListBackupsRequest as "ListBackupsInput" {
        /// The table, by name or ARN; all tables if it is left out.
        "TableName" table_name: Option<String> => optional members::TABLE;
        /// The most backups to return.
        "Limit" limit: Option<usize> => optional Shape::integer(1, 100);
        /// Only those that were asked for at this moment or later.
        "TimeRangeLowerBound" lower: Option<f64> => optional Shape::Timestamp;
        /// Only those that were asked for before this moment.
        "TimeRangeUpperBound" upper: Option<f64> => optional Shape::Timestamp;
        /// The last backup of the page before.
        "ExclusiveStartBackupArn" start: Option<String> => optional members::KEPT_ARN;
        /// USER (the default), SYSTEM, AWS_BACKUP or ALL.
        "BackupType" kind: Option<String> => optional Shape::one_of(&["USER", "SYSTEM", "AWS_BACKUP", "ALL"]);
    }
}

/// The verb.
pub(super) struct ListBackups;

impl Operation for ListBackups {
    const NAME: &'static str = "ListBackups";
    const DOC: &'static str = "Lists backups, of one table or of all.";
    const PAGES: Option<&'static Pages> = Some(&Pages {
        start: "ExclusiveStartBackupArn",
        next: "LastEvaluatedBackupArn",
        limit: Some("Limit"),
        results: &["BackupSummaries"],
    });
    type Request = ListBackupsRequest;
    type Prepared = ListBackupsRequest;

    fn prepare(request: ListBackupsRequest, engine: &Engine) -> Result<ListBackupsRequest, ApiError> {
        if request.lower.zip(request.upper).is_some_and(|(lower, upper)| lower > upper) {
            return Err(ApiError::validation(text::RANGE));
        }
        request.start.as_deref().map_or(Ok(()), |arn| describe_backup::check(engine, arn)).map(|()| request)
    }

    fn plans(_: &ListBackupsRequest) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(request: ListBackupsRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let now = engine.now();
        let kind = request.kind.as_deref().unwrap_or(DEFAULT_TYPE);
        let table = request.table_name.as_deref().map(table_name);
        let backups = engine.archive.backups();
        // The page goes on behind the moment in the ARN, whether that backup is still there or not.
        let place = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
        let start = request.start.as_deref().map(place);
        let mut listed = backups.into_iter().filter(|backup| {
            let created = backup.created.as_secs_f64();
            (kind == "ALL" || backup.kind.name() == kind)
                && table.is_none_or(|table| *backup.table.name == *table)
                && request.lower.is_none_or(|lower| created >= lower)
                && request.upper.is_none_or(|upper| created < upper)
                && start.as_ref().is_none_or(|start| place(&backup.arn) > *start)
        });
        let page: Vec<_> = listed.by_ref().take(request.limit.unwrap_or(MAX_BACKUPS)).collect();
        let more = listed.next().is_some();
        let mut body =
            json!({"BackupSummaries": page.iter().map(|backup| backup.summary(now)).collect::<Vec<Value>>()});
        if let (true, Some(last)) = (more, page.last()) {
            body["LastEvaluatedBackupArn"] = (*last.arn).into();
        }
        Ok(body)
    }
}
