//! Point-in-time recovery: a table's items as they were at a moment.
//!
//! The life of it: switched on, a table's changes are recorded with the item before each of them
//! ([`RecordingPurpose::Recovery`]), for as many days as it is to reach back; a restore or an export takes the items
//! there are, shared, and undoes the changes since its moment, the newest first. Switched off, or with its table, the
//! records are forgotten. A table that is deleted with recovery on leaves a backup of the service's own for 35 days.
//!
//! Model: the records take at most [`Config::stream_bytes`](super::Config::stream_bytes) of memory; beyond that the oldest
//! go before their time, and recovery reaches no further back than to them. Source: AWS documentation, "Point-in-time
//! backups for DynamoDB"; API reference, PointInTimeRecoveryDescription.

use std::sync::Arc;

use super::Engine;
use super::archive::{Archived, Backup, BackupKind};
use super::error::ApiError;
use super::stream::{RecordingPurpose, Stream, StreamViewType};
use super::table::{Recovery, Stored, Table, Tree};
use crate::clock::Timestamp;

/// Milliseconds of a day.
pub(super) const DAY_MILLIS: u64 = 86_400_000;
/// How long a backup of the service's own is kept, in milliseconds: 35 days.
const SYSTEM_BACKUP_MILLIS: u64 = 35 * DAY_MILLIS;

impl Engine {
    /// Switches point-in-time recovery of a table on, for so many days back, or off.
    pub(super) fn switch_recovery(&mut self, name: &str, days: Option<u32>) -> Result<(), ApiError> {
        let (now, next) = (self.now(), self.changed + 1);
        let table = self.control_table_mut(name)?;
        let before = table.recovery.zip(table.recovery_records.clone());
        let Some(days) = days else {
            table.recovery = None;
            if let Some(records) = table.recovery_records.take() {
                self.forget_records(&records);
            }
            return Ok(());
        };
        let kept_millis = u64::from(days) * DAY_MILLIS;
        if let Some((recovery, records)) = before {
            table.recovery = Some(Recovery { days, ..recovery });
            self.note_closed(&records);
            if let Some(stream) = self.streams.get_mut(&records) {
                stream.kept_millis = kept_millis;
                self.streams_due.insert((Timestamp::default(), records));
            }
            return Ok(());
        }
        let records: Arc<str> = format!("{}/recovery/{}", table.id, now.as_millis()).into();
        table.recovery = Some(Recovery { since: now, days });
        table.recovery_records = Some(Arc::clone(&records));
        let table = Arc::clone(&table.name);
        let what = (records, RecordingPurpose::Recovery, StreamViewType::OldImage);
        self.begin_recording(Stream::record_for(what, table, kept_millis, now, next));
        Ok(())
    }

    /// The earliest and the latest moment that a table can be restored to; `None` if recovery is off.
    pub(super) fn recovery_window(&self, table: &Table) -> Option<(Timestamp, Timestamp)> {
        let (now, recovery) = (self.now().as_millis(), table.recovery?);
        let records = table.recovery_records.as_ref().and_then(|name| self.streams.get(name));
        let reach = Timestamp::from_millis(now.saturating_sub(u64::from(recovery.days) * DAY_MILLIS));
        let forgotten = records.map_or(self.now(), |records| records.forgotten);
        let earliest = recovery.since.max(reach).max(forgotten);
        let latest = Timestamp::from_millis(now.saturating_sub(self.config.timings.recovery_lag));
        Some((earliest, latest.max(earliest)))
    }

    /// The items of a table as they were at a moment that recovery reaches.
    pub(super) fn items_at(&self, table: &Table, at: Timestamp) -> Tree {
        let mut items = table.items().shared();
        let records = table.recovery_records.as_ref().and_then(|name| self.streams.get(name));
        for change in records.into_iter().flat_map(Stream::newest_first).take_while(|change| change.at > at) {
            let Some(position) = table.keys.position_if_complete(&change.key) else { continue };
            match &change.old {
                Some(item) => drop(items.insert(position, Stored::new(item.clone()))),
                None => drop(items.remove(&position)),
            }
        }
        items
    }

    /// A backup of a table by the service itself, which is about to be deleted, if recovery is on; with that it is switched
    /// off.
    pub(super) fn keep_deleted(&mut self, name: &str) -> Result<(), ApiError> {
        let now = self.now();
        let table = self.control_table(name)?;
        if table.recovery.is_some() {
            let backup = Backup {
                arn: format!("{}/backup/{:014}-00000000", table.arn, now.as_millis()).into(),
                name: format!("{}$DeletedTableBackup", table.name),
                kind: BackupKind::System,
                created: now,
                available: now,
                expires: Some(now.plus_millis(SYSTEM_BACKUP_MILLIS)),
                ttl: None,
                items: table.items().shared(),
                table: table.without_items(),
            };
            self.put_by(Archived::Backup(Box::new(backup)));
        }
        self.switch_recovery(name, None)
    }
}
