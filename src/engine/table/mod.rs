//! A table: its schema, its items, its indexes and the state each of them is in.
//!
//! The life of a write: a verb finds the [`Position`], checks its condition against [`Table::get`], and hands the
//! new image to [`Table::write`], which stores it, carries the change into every index and reports the bytes it
//! [`Touched`]. Units are not counted here.
//!
//! Statuses follow the clock: a creation or a backfill has moments at which it becomes ACTIVE, and
//! [`Table::settle`] brings the table up to the present before each request.
//!
//! Left out: partitions (they are a matter of capacity) and the records of streams. Source: AWS documentation,
//! "Working with tables and data in DynamoDB", "Managing Global Secondary Indexes".

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::OrdMap;

use crate::clock::Timestamp;
use crate::engine::capacity::{Place, Supply, Touched};
use crate::engine::lag::Lag;
use crate::engine::policy::ResourcePolicy;
use crate::engine::value::{Item, Type};

mod describe;
mod destination;
pub mod encryption;
pub mod index;
mod insights;
pub mod past;
pub mod provisioning;
pub mod schema;
mod throughput;
pub mod tree;
pub mod ttl;

pub use destination::{Destination, DestinationState};
pub use encryption::Encryption;
pub use index::{Index, IndexState};
pub use insights::{Insights, InsightsMode};
pub use provisioning::{Clamped, Provisioning};
pub use schema::{IndexKind, IndexSchema, KeySchema, Projection};
pub use throughput::Throttled;
pub use tree::{Position, Stored, Stretch, Tree};
pub use ttl::TimeToLive;

/// How a table or a global index is paid for, with its provisioned units a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Billing {
    /// PAY_PER_REQUEST.
    OnDemand,
    /// PROVISIONED.
    Provisioned(Throughput),
}

/// Provisioned units a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Throughput {
    /// ReadCapacityUnits.
    pub read: u64,
    /// WriteCapacityUnits.
    pub write: u64,
}

/// What a table is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum TableStatus {
    /// CREATING until then.
    Creating(Timestamp),
    /// ACTIVE.
    Active,
    /// UPDATING until then.
    Updating(Timestamp),
    /// DELETING until then.
    Deleting(Timestamp),
}

impl TableStatus {
    /// The TableStatus of a description.
    #[must_use]
    pub const fn status(self) -> &'static str {
        match self {
            Self::Creating(_) => "CREATING",
            Self::Active => "ACTIVE",
            Self::Updating(_) => "UPDATING",
            Self::Deleting(_) => "DELETING",
        }
    }
}

/// A table.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Table {
    /// Its name.
    pub name: Arc<str>,
    /// Its ARN.
    pub arn: String,
    /// TableId, a UUID.
    pub id: Arc<str>,
    /// Its keys.
    pub keys: KeySchema,
    /// AttributeDefinitions: the types of all key attributes, of the table and its indexes.
    pub definitions: BTreeMap<String, Type>,
    /// How it is paid for.
    pub billing: Billing,
    /// When it was created.
    pub created: Timestamp,
    /// What it is doing.
    pub state: TableStatus,
    /// TableClass; `None` unless one was asked for.
    pub class: Option<String>,
    /// DeletionProtectionEnabled.
    pub deletion_protection: bool,
    /// The global and local indexes, in name order within their kind.
    pub indexes: Vec<Index>,
    /// The newest stream, if there ever was one.
    pub stream: Option<StreamSetting>,
    /// When time to live was last switched on or off.
    pub ttl_changed: Option<Timestamp>,
    /// Tags, by key.
    pub tags: BTreeMap<String, String>,
    /// Point-in-time recovery, if it is on.
    pub recovery: Option<Recovery>,
    /// The name of the records that recovery goes back by.
    #[serde(default)]
    pub recovery_records: Option<Arc<str>>,
    /// What it was given to serve beside its provisioned units.
    #[serde(default)]
    pub provisioning: Provisioning,
    /// With which key it is encrypted.
    #[serde(default)]
    pub encryption: Encryption,
    /// The Kinesis data streams that it sends or sent its changes to, the newest first.
    #[serde(default)]
    pub kinesis: Vec<Destination>,
    /// Contributor Insights, by the name of the index; of the table itself without one.
    #[serde(default)]
    pub insights: BTreeMap<String, Insights>,
    /// Its resource-based policy.
    #[serde(default)]
    pub policy: Option<ResourcePolicy>,
    /// What it is restored from, while it is.
    #[serde(default)]
    pub restored: Option<Restored>,
    /// Bytes of each item collection, by the hash of its partition key, in a table with a local index.
    #[serde(skip)]
    collections: OrdMap<u64, u64>,
    #[serde(skip)]
    ttl: Option<TimeToLive>,
    #[serde(skip)]
    items: Tree,
    #[serde(skip)]
    supply: Supply,
    /// How many partitions the shards of its stream have followed; 0 if they are to be compared once more.
    #[serde(skip)]
    pub(in crate::engine) followed: usize,
    /// When it is to be settled next; `None` if nothing of it changes by time alone.
    #[serde(skip)]
    pub(in crate::engine) due: Option<Timestamp>,
}

/// What a table knows of its newest stream.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StreamSetting {
    /// Its ARN.
    pub arn: Arc<str>,
    /// Its label.
    pub label: String,
    /// StreamViewType, while it is on.
    pub view: Option<String>,
}

/// What a table is restored from.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Restored {
    /// SourceBackupArn; `None` if it is restored to a moment.
    pub backup: Option<Arc<str>>,
    /// SourceTableArn.
    pub table: String,
    /// RestoreDateTime: the moment that its items are of.
    pub at: Timestamp,
}

/// Point-in-time recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Recovery {
    /// When it was switched on.
    pub since: Timestamp,
    /// How many days back it reaches.
    pub days: u32,
}

/// What a new table is made from.
#[derive(Clone, Debug)]
pub struct NewTable {
    /// Its name.
    pub name: Arc<str>,
    /// Its ARN.
    pub arn: String,
    /// TableId.
    pub id: Arc<str>,
    /// Its keys.
    pub keys: KeySchema,
    /// AttributeDefinitions.
    pub definitions: BTreeMap<String, Type>,
    /// How it is paid for.
    pub billing: Billing,
    /// TableClass, if one was asked for.
    pub class: Option<String>,
    /// DeletionProtectionEnabled.
    pub deletion_protection: bool,
    /// Its indexes.
    pub indexes: Vec<Index>,
    /// What it is to serve beside its provisioned units.
    pub provisioning: Provisioning,
    /// With which key it is encrypted.
    pub encryption: Encryption,
}

/// What a write did.
#[derive(Clone, Debug)]
pub struct Written {
    /// The item before, if there was one.
    pub old: Option<Stored>,
    /// The item after, if there is one.
    pub new: Option<Stored>,
    /// The bytes written, in the table and in each index that changed.
    pub touched: Vec<Touched>,
}

impl Table {
    /// An empty table that becomes ACTIVE at `active_at`.
    #[must_use]
    pub fn create(new: NewTable, now: Timestamp, active_at: Timestamp) -> Self {
        let mut table = Self {
            name: new.name,
            arn: new.arn,
            id: new.id,
            keys: new.keys,
            definitions: new.definitions,
            billing: new.billing,
            created: now,
            state: TableStatus::Creating(active_at),
            class: new.class,
            deletion_protection: new.deletion_protection,
            indexes: new.indexes,
            stream: None,
            ttl_changed: None,
            tags: BTreeMap::new(),
            recovery: None,
            recovery_records: None,
            provisioning: new.provisioning,
            encryption: new.encryption,
            kinesis: Vec::new(),
            insights: BTreeMap::new(),
            policy: None,
            restored: None,
            collections: OrdMap::new(),
            ttl: None,
            items: Tree::default(),
            supply: Supply::default(),
            followed: 0,
            due: None,
        };
        table.refill();
        table
    }

    /// Brings the statuses of the table and its indexes up to `now`. Answers whether the table still exists.
    pub fn settle(&mut self, now: Timestamp) -> bool {
        match self.state {
            TableStatus::Creating(until) | TableStatus::Updating(until) if until <= now => {
                self.state = TableStatus::Active;
                self.encryption.changing = false;
                self.restored = None;
            }
            TableStatus::Deleting(until) if until <= now => return false,
            _ => {}
        }
        self.indexes.retain_mut(|index| index.settle(now));
        self.kinesis.iter_mut().for_each(|destination| destination.settle(now));
        self.settle_supplies(now);
        true
    }

    /// When anything of it changes by time alone, beside the items that expire.
    pub(in crate::engine) fn next_change(&self, now: Timestamp) -> Option<Timestamp> {
        let own = match self.state {
            TableStatus::Creating(until) | TableStatus::Updating(until) | TableStatus::Deleting(until) => Some(until),
            TableStatus::Active => None,
        };
        let indexes = self.indexes.iter().filter_map(Index::next_change);
        let destinations = self.kinesis.iter().filter_map(Destination::next_change);
        own.into_iter().chain(indexes).chain(destinations).chain(self.next_supply(now)).min()
    }

    /// The table without its items, for a store that keeps them apart.
    #[must_use]
    pub fn without_items(&self) -> Self {
        Self {
            name: Arc::clone(&self.name),
            arn: self.arn.clone(),
            id: Arc::clone(&self.id),
            keys: self.keys.clone(),
            definitions: self.definitions.clone(),
            billing: self.billing,
            created: self.created,
            state: self.state,
            class: self.class.clone(),
            deletion_protection: self.deletion_protection,
            indexes: self.indexes.iter().map(Index::without_entries).collect(),
            stream: self.stream.clone(),
            ttl_changed: self.ttl_changed,
            tags: self.tags.clone(),
            recovery: self.recovery,
            recovery_records: self.recovery_records.clone(),
            provisioning: self.provisioning.clone(),
            encryption: self.encryption.clone(),
            kinesis: self.kinesis.clone(),
            insights: self.insights.clone(),
            policy: self.policy.clone(),
            restored: self.restored.clone(),
            collections: OrdMap::new(),
            ttl: None,
            items: Tree::default(),
            supply: Supply::default(),
            followed: 0,
            due: None,
        }
    }

    /// The table's items.
    #[must_use]
    pub const fn items(&self) -> &Tree {
        &self.items
    }

    /// The trees behind it: its items, and the entries of each index.
    pub fn trees(&self) -> impl Iterator<Item = &Tree> {
        std::iter::once(&self.items).chain(self.indexes.iter().map(Index::entries))
    }

    /// The item at a position.
    #[must_use]
    pub fn get(&self, position: &Position) -> Option<&Stored> {
        self.items.get(position)
    }

    /// The ARNs of the streams that record its changes, and the names of what else does.
    #[must_use]
    pub fn recorders(&self) -> Vec<Arc<str>> {
        let stream = self.stream.as_ref().filter(|stream| stream.view.is_some()).map(|stream| &stream.arn);
        let kinesis = self.kinesis.iter().filter_map(|destination| destination.records.as_ref());
        stream.into_iter().chain(&self.recovery_records).chain(kinesis).cloned().collect()
    }

    /// Whether the stream called `arn` is this table's, and on.
    #[must_use]
    pub fn streams_to(&self, arn: &str) -> bool {
        self.stream.as_ref().is_some_and(|stream| stream.view.is_some() && *stream.arn == *arn)
    }

    /// The index called `name`.
    #[must_use]
    pub fn index(&self, name: &str) -> Option<&Index> {
        self.indexes.iter().find(|index| &*index.schema.name == name)
    }

    /// Stores `new` at a position, or removes what is there, and carries the change into the indexes.
    /// Readers that lag may see the item that was there for as long.
    pub fn write(&mut self, position: &Position, new: Option<Item>, now: Timestamp, lag: Lag) -> Written {
        let new = new.map(Stored::new);
        let old = self.items.write(position, new.clone(), now, lag.replica);
        if let Some(ttl) = &mut self.ttl {
            if let Some(stored) = &old {
                ttl.forget(position, stored);
            }
            if let Some(stored) = &new {
                ttl.note(position, stored);
            }
        }
        let mut touched = vec![self.table_touch(position, old.as_ref(), new.as_ref())];
        let before = self.local_bytes();
        for index in &mut self.indexes {
            touched.extend(index.carry(old.as_ref(), new.as_ref(), &self.keys, now, lag));
        }
        if let (Some(before), Some(after)) = (before, self.local_bytes()) {
            let bytes = |stored: Option<&Stored>| stored.map_or(0, |stored| stored.bytes);
            let collection = self.collections.entry(position.hash).or_default();
            // Added before anything is taken away, so that the sum never passes below zero.
            *collection = (*collection + bytes(new.as_ref()) + after).saturating_sub(bytes(old.as_ref()) + before);
        }
        Written { old, new, touched }
    }

    /// Time to live, if it is on.
    #[must_use]
    pub const fn ttl(&self) -> Option<&TimeToLive> {
        self.ttl.as_ref()
    }

    /// Switches time to live on or off; what is due is worked out from the items there are.
    pub fn set_ttl(&mut self, setting: Option<TimeToLive>) {
        self.ttl = setting;
        if let Some(ttl) = &mut self.ttl {
            for (position, stored) in self.items.iter() {
                ttl.note(position, stored);
            }
        }
    }

    /// Removes the next item that time to live has made due by `now`, and returns it; `Some(None)` if that item stays
    /// after all, `None` if nothing is due.
    pub fn expire_next(&mut self, now: Timestamp) -> Option<Option<Stored>> {
        let ttl = self.ttl.as_mut()?;
        let position = ttl.next_due(now)?;
        if !self.items.get(&position).is_some_and(|stored| ttl.is_past(stored, now)) {
            return Some(None);
        }
        // What is due has been due for a while: no reader lags so far behind.
        Some(self.write(&position, None, now, Lag::NONE).old)
    }

    /// Takes its settings back to what they were `before`, which has no items; those it has stay.
    pub fn revert(&mut self, before: Self) {
        let mut now = std::mem::replace(self, before);
        (self.items, self.supply, self.due) = (now.items, now.supply, now.due);
        (self.collections, self.ttl) = (now.collections, now.ttl);
        for index in &mut self.indexes {
            if let Some(at) = now.indexes.iter().position(|other| other.schema.name == index.schema.name) {
                index.fill_from(now.indexes.swap_remove(at));
            }
        }
    }

    /// Every moment that it remembers and anything depends on, to be set right when the clock was set back. Nothing depends
    /// on when it was created.
    pub fn moments(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        let until = match &mut self.state {
            TableStatus::Creating(until) | TableStatus::Updating(until) | TableStatus::Deleting(until) => Some(until),
            TableStatus::Active => None,
        };
        let own = [self.ttl_changed.as_mut(), self.recovery.as_mut().map(|it| &mut it.since)];
        let indexes = self.indexes.iter_mut().flat_map(Index::moments);
        let kinesis = self.kinesis.iter_mut().filter_map(Destination::moment);
        let insights = self.insights.values_mut().flat_map(|it| [&mut it.until, &mut it.changed]);
        let indexes = indexes.chain(kinesis).chain(insights);
        own.into_iter().flatten().chain(until).chain(self.provisioning.moments()).chain(indexes)
    }

    /// Takes an item in that a store kept; the indexes are filled afterwards, by [`Table::fill_indexes`].
    pub fn load(&mut self, position: Position, item: Item) {
        self.items.insert(position, Stored::new(item));
    }

    /// Takes over the items of another table with the same keys, and fills all indexes from them.
    pub fn fill(&mut self, items: Tree) {
        self.items = items;
        self.fill_indexes();
    }

    /// Fills all indexes from the items there are.
    pub fn fill_indexes(&mut self) {
        for index in &mut self.indexes {
            index.backfill(self.items.iter().map(|(_, stored)| stored), &self.keys);
        }
        self.collections.clear();
        let local = self.indexes.iter().filter(|index| index.schema.kind == IndexKind::Local);
        let trees: Vec<&Tree> = local.map(Index::entries).collect();
        let all = if trees.is_empty() { Vec::new() } else { [vec![&self.items], trees].concat() };
        for (position, stored) in all.into_iter().flat_map(Tree::iter) {
            *self.collections.entry(position.hash).or_default() += stored.bytes;
        }
    }

    /// Bytes of all local indexes; `None` if there is none.
    fn local_bytes(&self) -> Option<u64> {
        let local = self.indexes.iter().filter(|index| index.schema.kind == IndexKind::Local);
        local.map(|index| index.entries().bytes()).reduce(|one, other| one + other)
    }

    /// Bytes of the item collection at a position, in the table and its local indexes; `None` in a table that has no
    /// local index, whose collections have no limit.
    #[must_use]
    pub fn collection_bytes(&self, position: &Position) -> Option<u64> {
        self.local_bytes()?;
        Some(self.collections.get(&position.hash).copied().unwrap_or_default())
    }

    /// Bytes by which a change makes its item collection grow; below zero if it shrinks.
    #[must_use]
    pub fn collection_growth(&self, old: Option<&Stored>, new: Option<&Stored>) -> i64 {
        let signed = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        let bytes = |stored: Option<&Stored>| stored.map_or(0, |stored| signed(stored.bytes));
        let local = self.indexes.iter().filter(|index| index.schema.kind == IndexKind::Local);
        let in_indexes: i64 = local.map(|index| index.movement(old, new, &self.keys).growth).sum();
        bytes(new) - bytes(old) + in_indexes
    }

    /// Adds a global index, filled from the items there are.
    pub fn add_index(&mut self, schema: IndexSchema, billing: Option<Throughput>, state: IndexState) {
        let mut index = Index::new(schema, billing, state);
        index.backfill(self.items.iter().map(|(_, stored)| stored), &self.keys);
        index.refill(self.billing);
        self.indexes.push(index);
        self.indexes.sort_by(|left, right| left.schema.name.cmp(&right.schema.name));
    }

    /// What writing to the table itself touches: the larger of the two images, as one item.
    fn table_touch(&self, position: &Position, old: Option<&Stored>, new: Option<&Stored>) -> Touched {
        let bytes = |stored: Option<&Stored>| stored.map_or(0, |stored| stored.bytes);
        self.touch(position, bytes(old).max(bytes(new)))
    }

    /// One item of so many bytes, touched at a position of the table.
    #[must_use]
    pub fn touch(&self, position: &Position, bytes: u64) -> Touched {
        Touched { place: Place::Table, items: 1, bytes, address: self.address(position) }
    }
}
