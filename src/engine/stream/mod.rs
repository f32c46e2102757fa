//! Streams: the changes of a table in order, kept for 24 hours, readable by shard.
//!
//! The life of a record: a write that changed an item appends a [`Change`] to the open shard of the item's partition;
//! DescribeStream lists the shards, GetShardIterator hands out a [`Cursor`] as an opaque text, GetRecords reads from there
//! and hands out the next. A shard is closed after four hours, when its partition is split, or when the stream is switched
//! off; the first two have children then, which are to be read after it. A record goes when it is 24 hours old, by the second,
//! whatever the requests are that come then. A stream outlives its table and its being switched off until its last record is 24 hours
//! old.
//!
//! Records share their images with the table and hold none that the view does not show. A copy of a stream shares its
//! records.
//!
//! The same is kept for two other readers of changes ([`RecordingPurpose`]): for point-in-time recovery, which goes
//! back by the items before, and for a Kinesis data stream; in one shard that is never continued, and for as long as
//! each of them is set to.
//!
//! Simplified: a record can be read at once, and every open shard from its first record on. Model: a stream keeps at most
//! [`KEPT_BYTES`] of memory, unless the engine is set up otherwise; beyond that the oldest records go before their time, as
//! if they were older, and are counted.
//! Source: AWS documentation, "Change data capture for DynamoDB Streams"; API reference, Amazon DynamoDB Streams.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::capacity::Address;
use super::change::{Change, drop_image};
use super::policy::ResourcePolicy;
use super::value::json::encode_item;
use super::value::{Item, size};
use crate::clock::Timestamp;

mod cursor;
mod shard;

pub use cursor::{Cursor, sequence_of, sequence_text};
pub use shard::Shard;
use shard::end_of;

/// How long records are kept, in milliseconds: 24 hours.
pub const RETENTION_MILLIS: u64 = 24 * 3_600_000;
/// How long a shard takes new records, in milliseconds: about four hours.
const SHARD_MILLIS: u64 = 4 * 3_600_000;
/// How long an iterator is good for, in milliseconds: 15 minutes.
pub const ITERATOR_MILLIS: u64 = 15 * 60_000;
/// The most bytes of memory that the records of a stream take unless set otherwise, each with its key and the images it
/// shows (a model).
pub const KEPT_BYTES: u64 = 128 << 20;
/// How much room is made at once when there is no more: this share of all.
const ROOM_SHARE: u64 = 16;
/// The most bytes that one GetRecords returns: 1 MB.
const PAGE_BYTES: u64 = 1024 * 1024;

/// What changes are recorded for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub enum RecordingPurpose {
    /// A stream of DynamoDB Streams.
    #[default]
    Stream,
    /// Point-in-time recovery, which goes back by them.
    Recovery,
    /// A Kinesis data stream.
    Kinesis,
}

/// StreamViewType: how much of a change its record holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StreamViewType {
    /// The key.
    KeysOnly,
    /// The key and the item after.
    NewImage,
    /// The key and the item before.
    OldImage,
    /// The key and both.
    NewAndOldImages,
}

impl StreamViewType {
    /// The names, in the order in which the service prints them.
    pub const NAMES: &'static [&'static str] = &["NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY"];

    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::KeysOnly => "KEYS_ONLY",
            Self::NewImage => "NEW_IMAGE",
            Self::OldImage => "OLD_IMAGE",
            Self::NewAndOldImages => "NEW_AND_OLD_IMAGES",
        }
    }

    /// Whether a record holds the item after.
    #[must_use]
    pub const fn has_new(self) -> bool {
        matches!(self, Self::NewImage | Self::NewAndOldImages)
    }

    /// Whether a record holds the item before.
    #[must_use]
    pub const fn has_old(self) -> bool {
        matches!(self, Self::OldImage | Self::NewAndOldImages)
    }
}

/// A stream of one table.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Stream {
    /// Its ARN.
    pub arn: Arc<str>,
    /// Its label: when it began.
    pub label: String,
    /// The table's name.
    pub table: Arc<str>,
    /// The table's KeySchema as descriptions show it.
    pub key_schema: Value,
    /// How much a record holds.
    pub view: StreamViewType,
    /// What its records are for.
    #[serde(default)]
    pub purpose: RecordingPurpose,
    /// How long they are kept, in milliseconds.
    #[serde(default = "day")]
    pub kept_millis: u64,
    /// When it began.
    pub created: Timestamp,
    /// When it was switched off.
    pub closed: Option<Timestamp>,
    /// Its shards, oldest first. Those that are open cover all addresses between them, until the stream is closed.
    pub shards: Vec<Shard>,
    /// The trim horizon: no record up to this sequence number is kept, and all after it are.
    #[serde(default)]
    pub horizon: u64,
    /// The newest record that went before its time for want of room; those before it are gone as well.
    #[serde(default)]
    pub crowded_out: u64,
    /// How many records went so.
    #[serde(default)]
    pub lost: u64,
    /// Its resource-based policy.
    #[serde(default)]
    pub policy: Option<ResourcePolicy>,
    /// The moment of the newest record that was dropped: what was before it is not known any more.
    #[serde(default)]
    pub forgotten: Timestamp,
    /// How much memory the records take, in bytes.
    #[serde(skip)]
    weight: u64,
}

/// How long records are kept unless something else is said.
const fn day() -> u64 {
    RETENTION_MILLIS
}

impl Stream {
    /// A stream without any shards yet.
    #[must_use]
    pub fn open(table_arn: &str, table: Arc<str>, key_schema: Value, view: StreamViewType, now: Timestamp) -> Self {
        let label = now.to_string();
        Self {
            arn: format!("{table_arn}/stream/{label}").into(),
            label,
            table,
            key_schema,
            view,
            purpose: RecordingPurpose::Stream,
            kept_millis: RETENTION_MILLIS,
            created: now,
            closed: None,
            shards: Vec::new(),
            horizon: 0,
            crowded_out: 0,
            lost: 0,
            policy: None,
            forgotten: Timestamp::default(),
            weight: 0,
        }
    }

    /// Records of a table's changes for something else than a stream of its own, in one shard. `next` is the sequence
    /// number of the next change.
    #[must_use]
    pub fn record_for(
        (name, purpose, view): (Arc<str>, RecordingPurpose, StreamViewType),
        table: Arc<str>,
        kept_millis: u64,
        now: Timestamp,
        next: u64,
    ) -> Self {
        let mut stream = Self { arn: name, purpose, kept_millis, ..Self::open("", table, Value::Null, view, now) };
        stream.open_shard(Address::default(), None, now, next);
        stream
    }

    /// Sees to it that there is one open shard for each of the partitions that begin at `starts`: a shard whose partition
    /// is another now is closed, and those that continue it name it as their parent. `next` is the sequence number of the
    /// next change.
    pub fn follow(&mut self, starts: impl ExactSizeIterator<Item = Address> + Clone, now: Timestamp, next: u64) {
        let open = || self.shards.iter().filter(|shard| shard.last.is_none());
        if open().count() == starts.len() && starts.clone().all(|start| open().any(|shard| shard.from == start)) {
            return;
        }
        let ends = starts.clone().skip(1).map(Some).chain([None]);
        let ranges: Vec<(Address, Option<Address>)> = starts.zip(ends).collect();
        for shard in self.shards.iter_mut().filter(|shard| shard.last.is_none()) {
            if !ranges.contains(&(shard.from, shard.to)) {
                shard.last = Some(next.saturating_sub(1));
            }
        }
        for (from, to) in ranges {
            if !self.shards.iter().any(|shard| shard.last.is_none() && shard.from == from) {
                self.open_shard(from, to, now, next);
            }
        }
    }

    /// Opens a shard, which continues the newest one that recorded its first address.
    fn open_shard(&mut self, from: Address, to: Option<Address>, now: Timestamp, first: u64) {
        let number = self.shards.len();
        let id = format!("shardId-{:020}-{:08x}", now.as_millis(), 0xd1a0_0000 + number);
        let parent = self.shards.iter().rev().find(|shard| shard.holds(from)).map(|shard| shard.id.clone());
        self.shards.push(Shard::open(id, parent, now, (from, to), first));
    }

    /// The stream without its records, for a store that keeps them apart.
    #[must_use]
    pub fn without_records(&self) -> Self {
        Self {
            arn: Arc::clone(&self.arn),
            label: self.label.clone(),
            table: Arc::clone(&self.table),
            key_schema: self.key_schema.clone(),
            view: self.view,
            purpose: self.purpose,
            kept_millis: self.kept_millis,
            created: self.created,
            closed: self.closed,
            shards: self.shards.iter().map(Shard::without_records).collect(),
            horizon: self.horizon,
            crowded_out: self.crowded_out,
            lost: self.lost,
            policy: self.policy.clone(),
            forgotten: self.forgotten,
            weight: 0,
        }
    }

    /// Whether changes are still recorded.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// Records a change.
    pub fn append(&mut self, change: Change) {
        let open = |shard: &Shard| shard.last.is_none() && shard.holds(change.address);
        if let Some(place) = self.shards.iter().rposition(open) {
            self.keep(place, change);
        }
    }

    /// Takes a record back in that a store kept, unless it was dropped before; records come in their order.
    pub fn restore(&mut self, change: Change) {
        if change.sequence <= self.horizon {
            return;
        }
        let held = |shard: &Shard| shard.covers(change.sequence) && shard.holds(change.address);
        if let Some(place) = self.shards.iter().position(held) {
            self.keep(place, change);
        }
    }

    /// Takes the newest records back, from a sequence number on.
    pub fn take_back(&mut self, sequence: u64) {
        for shard in &mut self.shards {
            while let Some(newest) = shard.records.back().filter(|newest| newest.sequence >= sequence) {
                self.weight -= newest.weight();
                shard.records.pop_back();
            }
        }
    }

    /// Where its open shards begin, in order: where the partitions of its table do.
    #[must_use]
    pub fn starts(&self) -> Vec<Address> {
        let open = self.shards.iter().filter(|shard| shard.last.is_none());
        let mut starts: Vec<Address> = open.map(|shard| shard.from).collect();
        starts.sort_unstable();
        starts
    }

    /// How many shards there are, and where the newest begins: this differs after every change of shards.
    #[must_use]
    pub fn newest_shard(&self) -> (usize, Option<(Timestamp, u64)>) {
        (self.shards.len(), self.shards.last().map(|shard| (shard.opened, shard.first)))
    }

    /// Every moment that it remembers and anything depends on.
    pub fn moments(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        let opened = self.shards.iter_mut().map(|shard| &mut shard.opened);
        self.closed.iter_mut().chain([&mut self.forgotten]).chain(opened)
    }

    /// Keeps a record in a shard, without the images that the view does not show.
    fn keep(&mut self, place: usize, mut change: Change) {
        if !self.view.has_old() {
            drop_image(&mut change.old);
        }
        if !self.view.has_new() {
            drop_image(&mut change.new);
        }
        self.weight += change.weight();
        self.shards[place].records.push_back(change);
    }

    /// Drops the oldest records if all of them take more than `most` bytes of memory, and then some more, so that the next
    /// ones fit.
    pub fn make_room(&mut self, most: u64) {
        if self.weight <= most {
            return;
        }
        while self.weight > most - most / ROOM_SHARE && self.crowd_out() {}
        self.move_horizon();
    }

    /// Drops the oldest record of all for want of room. Returns whether there was one.
    fn crowd_out(&mut self) -> bool {
        let oldest = |shard: &&mut Shard| shard.records.front().map_or(u64::MAX, |record| record.sequence);
        let Some(dropped) = self.shards.iter_mut().min_by_key(oldest).and_then(Shard::drop_oldest) else {
            return false;
        };
        self.weight -= dropped.weight();
        self.forgotten = self.forgotten.max(dropped.at);
        self.crowded_out = dropped.sequence;
        self.lost += 1;
        true
    }

    /// Brings the trim horizon up to what was dropped, and not beyond what is left.
    fn move_horizon(&mut self) {
        let dropped = self.shards.iter().map(|shard| shard.trimmed).max().unwrap_or_default();
        let oldest = self.shards.iter().filter_map(|shard| shard.records.front()).map(|record| record.sequence).min();
        self.horizon = self.horizon.max(oldest.map_or(dropped, |oldest| dropped.min(oldest - 1)));
    }

    /// How much memory the records take, in bytes.
    #[must_use]
    pub const fn weight(&self) -> u64 {
        self.weight
    }

    /// Switches the stream off; `next` is the sequence number of the next change.
    pub fn close(&mut self, now: Timestamp, next: u64) {
        self.closed = Some(now);
        for shard in &mut self.shards {
            shard.last.get_or_insert(next.saturating_sub(1));
        }
    }

    /// Drops what is too old and opens the next shard when it is time. Answers whether the stream still exists.
    pub fn settle(&mut self, now: Timestamp, next: u64) -> bool {
        let continues = self.purpose == RecordingPurpose::Stream;
        let old = |shard: &Shard| continues && shard.last.is_none() && now.millis_since(shard.opened) >= SHARD_MILLIS;
        while let Some(at) = self.shards.iter().position(old) {
            self.shards[at].last = Some(next.saturating_sub(1));
            let (from, to) = (self.shards[at].from, self.shards[at].to);
            self.open_shard(from, to, now, next);
        }
        for shard in &mut self.shards {
            while shard.records.front().is_some_and(|oldest| end_of(oldest, self.kept_millis) <= now) {
                if let Some(dropped) = shard.drop_oldest() {
                    self.weight -= dropped.weight();
                    self.forgotten = self.forgotten.max(dropped.at);
                }
            }
        }
        self.move_horizon();
        let kept_millis = self.kept_millis;
        self.shards.retain(|shard| shard.due(kept_millis, continues).is_none_or(|due| due > now));
        self.closed.is_none_or(|closed| now.millis_since(closed) <= self.kept_millis)
    }

    /// When there is something for [`Stream::settle`] to do next, as far as is known now; a record that is appended later
    /// has time until after that.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        let end = self.closed.map(|closed| closed.plus_millis(self.kept_millis + 1));
        let continues = self.purpose == RecordingPurpose::Stream;
        self.shards.iter().filter_map(|shard| shard.due(self.kept_millis, continues)).chain(end).min()
    }

    /// The shard called `id`.
    #[must_use]
    pub fn shard(&self, id: &str) -> Option<&Shard> {
        self.shards.iter().find(|shard| shard.id == id)
    }

    /// All records kept, shard by shard, the oldest of each first.
    pub fn records(&self) -> impl Iterator<Item = &Change> {
        self.shards.iter().flat_map(|shard| &shard.records)
    }

    /// All records kept, the newest first, if there is one shard.
    pub fn newest_first(&self) -> impl Iterator<Item = &Change> {
        self.shards.iter().rev().flat_map(|shard| shard.records.iter().rev())
    }

    /// StreamStatus.
    #[must_use]
    pub const fn status(&self) -> &'static str {
        if self.closed.is_some() { "DISABLED" } else { "ENABLED" }
    }

    /// A change as GetRecords returns it.
    #[must_use]
    pub fn record(&self, change: &Change, region: &str) -> Value {
        let image = |wanted: bool, image: &Option<Item>| image.clone().filter(|_| wanted);
        let (old, new) = (image(self.view.has_old(), &change.old), image(self.view.has_new(), &change.new));
        let mut body = Map::new();
        body.insert("ApproximateCreationDateTime".into(), change.at.as_secs().into());
        body.insert("Keys".into(), Value::Object(encode_item(&change.key)));
        body.extend(new.as_ref().map(|item| ("NewImage".to_owned(), Value::Object(encode_item(item)))));
        body.extend(old.as_ref().map(|item| ("OldImage".to_owned(), Value::Object(encode_item(item)))));
        body.insert("SequenceNumber".into(), sequence_text(change.sequence).into());
        body.insert("SizeBytes".into(), self.record_bytes(change).into());
        body.insert("StreamViewType".into(), self.view.name().into());
        let mut record = json!({
            "eventID": format!("{:016x}{:016x}", self.created.as_millis(), change.sequence),
            "eventName": change.event_name(),
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": region,
            "dynamodb": body,
        });
        if change.expired {
            record["userIdentity"] = json!({"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"});
        }
        record
    }

    /// The bytes of a record: its key and the images it holds.
    #[must_use]
    pub fn record_bytes(&self, change: &Change) -> u64 {
        let image = |wanted: bool, image: &Option<Item>| image.as_ref().filter(|_| wanted).map_or(0, size::item_size);
        size::item_size(&change.key) + image(self.view.has_old(), &change.old) + image(self.view.has_new(), &change.new)
    }

    /// The records from `next` on, at most `limit` and at most 1 MB, and the number to read on from; `None` if the
    /// shard is closed and was read to its end.
    #[must_use]
    pub fn page<'a>(&'a self, shard: &'a Shard, next: u64, limit: usize) -> (Vec<&'a Change>, Option<u64>) {
        let mut bytes = 0;
        let start = shard.records.binary_search_by_key(&next, |record| record.sequence).unwrap_or_else(|place| place);
        let page: Vec<&Change> = shard
            .records
            .focus()
            .narrow(start..)
            .into_iter()
            .take(limit)
            .take_while(|record| {
                let first = bytes == 0;
                bytes += self.record_bytes(record);
                first || bytes <= PAGE_BYTES
            })
            .collect();
        let after = page.last().map_or(next, |record| record.sequence + 1);
        let more = start + page.len() < shard.records.len();
        let open = shard.last.is_none();
        (page, (more || open).then_some(after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(sequence: u64, at: u64) -> Change {
        let item = Item::from([("id".to_owned(), "x".into())]);
        let (at, table) = (Timestamp::from_millis(at), "T".into());
        let address = Address { hash: sequence, order: 0 };
        let key = item.clone();
        Change { sequence, at, table, key, address, old: None, new: Some(item), expired: false }
    }

    #[test]
    fn a_shard_is_continued_after_four_hours_and_records_go_after_a_day() {
        let start = Timestamp::from_millis(0);
        let mut stream = Stream::open("arn", "T".into(), json!([]), StreamViewType::KeysOnly, start);
        stream.follow([Address::default()].into_iter(), start, 1);
        stream.append(change(1, 0));
        assert!(stream.settle(start.plus_millis(SHARD_MILLIS), 2));
        stream.append(change(2, SHARD_MILLIS));
        assert_eq!(stream.shards.len(), 2);
        assert_eq!(stream.shards[1].parent, Some(stream.shards[0].id.clone()));
        let (page, next) = stream.page(&stream.shards[0], 0, 10);
        assert_eq!((page.len(), next), (1, None), "a closed shard has an end");
        let (page, next) = stream.page(&stream.shards[1], 0, 10);
        assert_eq!((page.len(), next), (1, Some(3)), "an open one has none");
        assert!(stream.settle(start.plus_millis(RETENTION_MILLIS + 999), 3));
        assert_eq!(stream.records().count(), 2, "they go by the second, whatever else is settled");
        assert!(stream.settle(start.plus_millis(RETENTION_MILLIS + 1000), 3));
        assert_eq!(stream.records().map(|record| record.sequence).collect::<Vec<_>>(), [2]);
    }

    #[test]
    fn a_split_partition_closes_its_shard_and_opens_two_children() {
        let (start, at) = (Timestamp::from_millis(0), |hash| Address { hash, order: 0 });
        let mut stream = Stream::open("arn", "T".into(), json!([]), StreamViewType::KeysOnly, start);
        stream.follow([at(0), at(100)].into_iter(), start, 1);
        stream.append(change(5, 0));
        stream.append(change(105, 0));
        stream.follow([at(0), at(50), at(100)].into_iter(), start.plus_millis(9), 106);
        let [first, second] = [0, 1].map(|at| stream.shards[at].id.clone());
        let parents: Vec<_> = stream.shards[2..].iter().map(|shard| shard.parent.clone()).collect();
        assert_eq!(parents, [Some(first.clone()), Some(first)], "both halves continue the same shard");
        assert_eq!([0, 1, 2, 3].map(|at| stream.shards[at].last), [Some(105), None, None, None]);
        stream.append(change(106, 9));
        stream.append(Change { address: at(60), ..change(107, 9) });
        let counts = stream.shards.iter().map(|shard| shard.records.len()).collect::<Vec<_>>();
        assert_eq!(counts, [1, 2, 0, 1], "records go to the shard of their address; {second} is still open");
    }
}
