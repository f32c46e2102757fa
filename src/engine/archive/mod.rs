//! What outlives its table: backups, and the records of exports and imports.
//!
//! The life of an entry: a verb puts it in under its ARN; it says by itself what it is doing at a moment, since what will
//! come of it is known when it begins (a backup is AVAILABLE, an export COMPLETED, from some moment on); it is listed and
//! described by its ARN; a backup is taken out again by DeleteBackup or, when it is one that the service made, by time. The
//! store keeps each entry by itself, and the items of a backup as it keeps those of a table.
//!
//! A copy of an archive shares everything with it, and a backup shares its items with the table until that changes.
//! Bounds: [`MOST_BACKUPS`] and [`BACKUP_BYTES`] of backups, beyond which CreateBackup is refused; [`MOST_TRANSFERS`] exports and
//! imports, of which the oldest are forgotten. Source: AWS documentation, "Backup and restore for DynamoDB".

use std::sync::Arc;

use imbl::OrdMap;

use crate::clock::Timestamp;
use crate::engine::value::key::{KeyScalar, partition_hash};

mod backup;
mod transfer;

pub use backup::{Backup, BackupKind};
pub use transfer::{Transfer, TransferKind};

/// The most backups that are kept (a model: the service has no limit).
pub const MOST_BACKUPS: usize = 1_000;
/// About how much memory the items of all backups may take, in bytes (a model).
pub const BACKUP_BYTES: u64 = 1 << 30;
/// The most exports, and the most imports, that are remembered (a model: the service forgets them after 90 days).
pub const MOST_TRANSFERS: usize = 1_000;

/// Something that is kept under an ARN.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub enum Archived {
    /// A backup.
    Backup(Box<Backup>),
    /// An export or an import.
    Transfer(Box<Transfer>),
}

impl Archived {
    /// Its ARN.
    #[must_use]
    pub const fn arn(&self) -> &Arc<str> {
        match self {
            Self::Backup(backup) => &backup.arn,
            Self::Transfer(transfer) => &transfer.arn,
        }
    }

    /// When it goes by itself.
    const fn expires(&self) -> Option<Timestamp> {
        match self {
            Self::Backup(backup) => backup.expires,
            Self::Transfer(_) => None,
        }
    }

    /// Every moment that it remembers and anything depends on, to be set right when the clock was set back.
    pub fn moments(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        match self {
            Self::Backup(backup) => [&mut backup.created, &mut backup.available].into_iter(),
            Self::Transfer(transfer) => [&mut transfer.started, &mut transfer.ends].into_iter(),
        }
    }
}

/// Everything that is kept, by ARN.
#[derive(Clone, Debug, Default)]
pub struct Archive {
    entries: OrdMap<Arc<str>, Archived>,
    /// When the next entry goes by itself.
    due: Option<Timestamp>,
}

impl Archive {
    /// Puts an entry in, in place of the one of its ARN.
    pub fn insert(&mut self, entry: Archived) {
        self.due = self.due.into_iter().chain(entry.expires()).min();
        self.entries.insert(Arc::clone(entry.arn()), entry);
    }

    /// Takes an entry out.
    pub fn remove(&mut self, arn: &str) -> Option<Archived> {
        self.entries.remove(arn)
    }

    /// The entry of an ARN.
    #[must_use]
    pub fn get(&self, arn: &str) -> Option<&Archived> {
        self.entries.get(arn)
    }

    /// All entries in ARN order.
    pub fn all(&self) -> impl Iterator<Item = &Archived> {
        self.entries.values()
    }

    /// The backup of an ARN.
    #[must_use]
    pub fn backup(&self, arn: &str) -> Option<&Backup> {
        if let Some(Archived::Backup(backup)) = self.get(arn) { Some(backup) } else { None }
    }

    /// The backup of an ARN, to be filled.
    pub(in crate::engine) fn backup_mut(&mut self, arn: &str) -> Option<&mut Backup> {
        if let Some(Archived::Backup(backup)) = self.entries.get_mut(arn) { Some(backup) } else { None }
    }

    /// All backups, oldest first.
    #[must_use]
    pub fn backups(&self) -> Vec<&Backup> {
        let all =
            self.all().filter_map(|entry| if let Archived::Backup(backup) = entry { Some(&**backup) } else { None });
        let mut found: Vec<&Backup> = all.collect();
        found.sort_by(|left, right| (left.created, &left.arn).cmp(&(right.created, &right.arn)));
        found
    }

    /// The transfer of an ARN.
    #[must_use]
    pub fn transfer(&self, arn: &str) -> Option<&Transfer> {
        if let Some(Archived::Transfer(transfer)) = self.get(arn) { Some(transfer) } else { None }
    }

    /// All transfers of a direction, newest first.
    #[must_use]
    pub fn transfers(&self, direction: TransferKind) -> Vec<&Transfer> {
        let all = self
            .all()
            .filter_map(|entry| if let Archived::Transfer(transfer) = entry { Some(&**transfer) } else { None });
        let mut found: Vec<&Transfer> = all.filter(|transfer| transfer.direction == direction).collect();
        found.sort_by(|left, right| (right.started, &right.arn).cmp(&(left.started, &left.arn)));
        found
    }

    /// Takes out what goes by itself by now, and returns the ARNs.
    pub fn expire(&mut self, now: Timestamp) -> Vec<Arc<str>> {
        if self.due.is_none_or(|due| due > now) {
            return Vec::new();
        }
        let is_past = |entry: &&Archived| entry.expires().is_some_and(|at| at <= now);
        let gone: Vec<Arc<str>> = self.all().filter(is_past).map(|entry| Arc::clone(entry.arn())).collect();
        for arn in &gone {
            self.entries.remove(arn);
        }
        self.due = self.all().filter_map(Archived::expires).min();
        gone
    }

    /// An ARN below another for what is made at a moment: `…/backup/01791506414432-3f2e5aa4`, the same for the same
    /// sequence of requests.
    #[must_use]
    pub fn next_arn(&self, below: &str, kind: &str, now: Timestamp) -> Arc<str> {
        let arn = |number: u64| -> Arc<str> {
            let seed = partition_hash(&[KeyScalar::S(format!("{below} {kind} {number} {}", now.as_millis()).into())]);
            format!("{below}/{kind}/{:014}-{:08x}", now.as_millis(), (seed & 0xffff_ffff).max(1)).into()
        };
        (0..u64::MAX).map(arn).find(|arn| !self.entries.contains_key(arn)).unwrap_or_else(|| arn(0))
    }
}
