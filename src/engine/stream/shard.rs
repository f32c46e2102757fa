//! A shard: the records of one partition for about four hours, and when the next of them is to be dropped.

use imbl::Vector;
use serde_json::{Value, json};

use super::{SHARD_MILLIS, sequence_text};
use crate::clock::Timestamp;
use crate::engine::capacity::Address;
use crate::engine::change::Change;

/// A shard: the changes of one partition for a while.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Shard {
    /// ShardId.
    pub id: String,
    /// The shard that it continues.
    pub parent: Option<String>,
    /// When it was opened.
    pub opened: Timestamp,
    /// The first address that it records.
    #[serde(default)]
    pub from: Address,
    /// The first address behind it; `None` for the last shard of all.
    #[serde(default)]
    pub to: Option<Address>,
    /// The first sequence number that it may hold.
    pub first: u64,
    /// The last one that it holds, once it is closed.
    pub last: Option<u64>,
    /// The newest record that was dropped.
    pub trimmed: u64,
    #[serde(skip)]
    pub(super) records: Vector<Change>,
}

/// When a record that is kept so long is dropped for its age: at the first full second after that. Records go by the
/// second, so that shards are not looked through for each of them; and by the time alone, so that a restart makes no
/// difference.
pub(super) const fn end_of(record: &Change, kept_millis: u64) -> Timestamp {
    Timestamp::from_millis((record.at.as_millis() / 1000 + 1) * 1000 + kept_millis)
}

impl Shard {
    /// A shard without records, open from now on.
    pub(super) fn open(
        id: String,
        parent: Option<String>,
        opened: Timestamp,
        (from, to): (Address, Option<Address>),
        first: u64,
    ) -> Self {
        Self { id, parent, opened, from, to, first, last: None, trimmed: 0, records: Vector::new() }
    }

    /// The shard without its records.
    pub(super) fn without_records(&self) -> Self {
        Self { records: Vector::new(), id: self.id.clone(), parent: self.parent.clone(), ..*self }
    }

    /// Drops its oldest record, and returns it.
    pub(super) fn drop_oldest(&mut self) -> Option<Change> {
        let dropped = self.records.pop_front()?;
        self.trimmed = dropped.sequence;
        Some(dropped)
    }

    /// When there is something to be done with it next: it is continued, if its stream `continues` shards, its oldest record
    /// goes, or it goes itself. `None` for one that is open for good and has no records.
    pub(super) fn due(&self, kept_millis: u64, continues: bool) -> Option<Timestamp> {
        let is_open = self.last.is_none();
        let next_shard = (is_open && continues).then(|| self.opened.plus_millis(SHARD_MILLIS));
        let oldest = self.records.front().map(|oldest| end_of(oldest, kept_millis));
        let spent = (!is_open).then(|| self.opened.plus_millis(kept_millis + SHARD_MILLIS + 1));
        next_shard.into_iter().chain(oldest).min().or(spent)
    }

    /// Whether the shard records the changes of an address.
    #[must_use]
    pub fn holds(&self, address: Address) -> bool {
        self.from <= address && self.to.is_none_or(|to| address < to)
    }

    /// Whether a record may lie in the shard.
    #[must_use]
    pub fn covers(&self, sequence: u64) -> bool {
        sequence >= self.first && self.last.is_none_or(|last| sequence <= last)
    }

    /// The records kept, oldest first.
    #[must_use]
    pub fn records(&self) -> impl ExactSizeIterator<Item = &Change> {
        self.records.iter()
    }

    /// The shard as DescribeStream lists it.
    #[must_use]
    pub fn describe(&self) -> Value {
        let mut range = json!({"StartingSequenceNumber": sequence_text(self.first)});
        if let Some(last) = self.last {
            range["EndingSequenceNumber"] = sequence_text(last.max(self.first)).into();
        }
        let mut body = json!({"ShardId": self.id, "SequenceNumberRange": range});
        if let Some(parent) = &self.parent {
            body["ParentShardId"] = parent.as_str().into();
        }
        body
    }
}
