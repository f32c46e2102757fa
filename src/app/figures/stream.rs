//! Where streams stand: shards and records, functions that read them, queues of failures, replicas in other Regions.

use std::collections::{BTreeMap, BTreeSet};

use ecow::EcoString;

use super::words;
use crate::clock::Timestamp;
use crate::engine::Change;
use crate::engine::stream::{Shard, Stream};
use crate::engine::value::{AttributeValue, Item};
use crate::world::World;
use crate::world::lambda::standing::{MappingStanding, Reader, UnderWay};

/// The most streams that are shown.
const MOST_STREAMS: usize = 8;
/// The most shards of a stream that are shown.
const MOST_SHARDS: usize = 12;
/// How many records of a shard are shown.
const MOST_RECORDS: usize = 8;
/// The most batches of a reader that are shown.
const MOST_BATCHES: usize = 4;
/// The most messages of a queue that are shown.
const MOST_MESSAGES: usize = 3;
/// The most conflicts of a global table that are shown.
const MOST_CONFLICTS: usize = 3;
/// The most letters of a message.
const LONGEST_MESSAGE: usize = 120;

/// Streams and all that hangs on them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamsFigures {
    /// The streams there are, those that were switched off within 24 hours included.
    pub streams: Vec<StreamFigures>,
    /// Functions behind them.
    pub mappings: Vec<MappingFigures>,
    /// Queues.
    pub queues: Vec<QueueFigures>,
    /// Tables with replicas.
    pub global: Vec<GlobalFigures>,
}

impl StreamsFigures {
    /// Whether a batch that failed holds up a shard.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        let mut readers = self.streams.iter().flat_map(|stream| &stream.shards).flat_map(|shard| &shard.readers);
        readers.any(|reader| matches!(reader.state, ReaderState::Blocked { .. }))
    }
}

/// A stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamFigures {
    /// The table.
    pub table: String,
    /// StreamViewType.
    pub view: String,
    /// Whether changes are still recorded.
    pub is_open: bool,
    /// Its newest shards, oldest first.
    pub shards: Vec<ShardFigures>,
    /// Older shards that are left out.
    pub more_shards: usize,
}

/// A shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShardFigures {
    /// Its number within the stream, counted from 1: shard ids are long.
    pub number: usize,
    /// The number of the shard that it continues.
    pub parent: Option<usize>,
    /// Whether it takes new records.
    pub is_open: bool,
    /// How many records it holds.
    pub records: u64,
    /// The newest of them, oldest first.
    pub newest: Vec<RecordFigures>,
    /// Who reads it, and how far they are.
    pub readers: Vec<ReaderFigures>,
}

/// A record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordFigures {
    /// Its sequence number.
    pub sequence: u64,
    /// INSERT, MODIFY or REMOVE.
    pub event: String,
    /// The item's key in short.
    pub key: String,
    /// The image before in short, if the record holds it.
    pub old: Option<String>,
    /// The image after in short, if the record holds it.
    pub new: Option<String>,
    /// Whether time to live deleted the item.
    pub expired: bool,
    /// Whether the last line wrote it.
    pub is_new: bool,
}

/// A mapping's reader of one shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReaderFigures {
    /// The function.
    pub function: String,
    /// The sequence number up to which records are handled.
    pub handled: u64,
    /// Records that were read and wait to be handled, those of a batch under way included.
    pub waiting: u64,
    /// Batches under way, the next to be tried first.
    pub batches: Vec<BatchFigures>,
    /// What it does.
    pub state: ReaderState,
}

/// What a reader does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReaderState {
    /// It has handled all there is.
    #[default]
    Idle,
    /// It has records to handle.
    Reading,
    /// A batch that failed holds up all behind it and is tried again.
    Blocked {
        /// In so many milliseconds (a model).
        again_in: u64,
    },
    /// The shard is closed and handled to its end.
    Done,
    /// The mapping is switched off, or may not read the stream.
    Stopped,
}

/// A batch under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchFigures {
    /// Its first and last sequence number.
    pub range: (u64, u64),
    /// How many records.
    pub records: u64,
    /// How often it was tried.
    pub attempts: u32,
    /// The record at which the function failed last.
    pub failed_at: Option<u64>,
    /// How old its oldest record is, in milliseconds: the iterator's age.
    pub age: u64,
}

/// An event source mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MappingFigures {
    /// The function.
    pub function: String,
    /// The table whose stream it reads.
    pub table: String,
    /// Whether it is on.
    pub enabled: bool,
    /// LastProcessingResult.
    pub result: String,
    /// BatchSize.
    pub batch_size: u64,
    /// BisectBatchOnFunctionError.
    pub bisects: bool,
    /// Whether it takes partial batch responses.
    pub reports: bool,
    /// MaximumRetryAttempts; `None` for as often as it takes.
    pub retries: Option<u64>,
    /// The queue of what was given up.
    pub destination: Option<String>,
    /// Invocations so far, and those of them that failed.
    pub invocations: (u64, u64),
}

/// A queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueFigures {
    /// Its name.
    pub name: String,
    /// How many messages it holds.
    pub messages: u64,
    /// The first of them in short.
    pub first: Vec<String>,
}

/// A global table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GlobalFigures {
    /// The table.
    pub table: String,
    /// How long a write is on its way, in milliseconds (a model).
    pub lag: u64,
    /// Its replicas.
    pub regions: Vec<RegionFigures>,
    /// Writes that were lost to a later one in another Region, in words, the newest first.
    pub conflicts: Vec<String>,
    /// How many there were.
    pub conflict_count: usize,
}

/// A replica of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegionFigures {
    /// The Region.
    pub region: String,
    /// How many items it holds.
    pub items: u64,
    /// Writes that are on their way to it.
    pub underway: u64,
    /// In how many milliseconds the next of them arrives.
    pub next_in: Option<u64>,
}

impl StreamsFigures {
    /// All streams and what hangs on them; records with a sequence number above `since` are new.
    #[must_use]
    pub fn of(world: &World, since: u64) -> Self {
        let engine = world.engine();
        let standings: Vec<MappingStanding> = world.lambda().standings().collect();
        let streams = engine.streams().take(MOST_STREAMS).map(|stream| {
            let readers: Vec<&MappingStanding> = standings.iter().filter(|one| *one.stream == *stream.arn).collect();
            StreamFigures::of(stream, &readers, since, engine.now())
        });
        Self {
            streams: streams.collect(),
            mappings: mappings(world, &standings),
            queues: world.queues().names().map(|name| QueueFigures::of(world, name)).collect(),
            global: world.global_tables().names().map(|table| GlobalFigures::of(world, table)).collect(),
        }
    }

    /// Whether there is nothing to draw.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.streams.is_empty() && self.mappings.is_empty() && self.queues.is_empty() && self.global.is_empty()
    }
}

impl StreamFigures {
    fn of(stream: &Stream, readers: &[&MappingStanding], since: u64, now: Timestamp) -> Self {
        let numbers: BTreeMap<&str, usize> =
            stream.shards.iter().enumerate().map(|(place, shard)| (shard.id.as_str(), place + 1)).collect();
        let shards = stream.shards.iter().map(|shard| ShardFigures {
            number: numbers.get(shard.id.as_str()).copied().unwrap_or(0),
            parent: shard.parent.as_deref().and_then(|parent| numbers.get(parent).copied()),
            ..ShardFigures::of(stream, shard, readers, since, now)
        });
        let mut shards: Vec<ShardFigures> = shards.collect();
        let more_shards = shards.len().saturating_sub(MOST_SHARDS);
        if more_shards > 0 {
            // Those in which nothing is tell least; of the others the newest tell most.
            shards.sort_by_key(|shard| std::cmp::Reverse((shard.is_blocked(), shard.records > 0, shard.number)));
            shards.truncate(MOST_SHARDS);
            shards.sort_by_key(|shard| shard.number);
        }
        Self {
            table: stream.table.to_string(),
            view: stream.view.name().to_owned(),
            is_open: stream.is_open(),
            shards,
            more_shards,
        }
    }
}

impl ShardFigures {
    fn of(stream: &Stream, shard: &Shard, readers: &[&MappingStanding], since: u64, now: Timestamp) -> Self {
        let reader = |standing: &&MappingStanding| {
            let reader = standing.readers.iter().find(|reader| reader.shard == shard.id)?;
            Some(ReaderFigures::of(standing, reader, now))
        };
        let count = shard.records().len();
        let newest = shard.records().skip(count.saturating_sub(MOST_RECORDS));
        Self {
            is_open: shard.last.is_none(),
            records: count as u64,
            newest: newest.map(|change| RecordFigures::of(stream, change, since)).collect(),
            readers: readers.iter().filter_map(reader).collect(),
            ..Self::default()
        }
    }

    /// Whether a reader is blocked in it.
    #[must_use]
    pub fn is_blocked(&self) -> bool {
        self.readers.iter().any(|reader| matches!(reader.state, ReaderState::Blocked { .. }))
    }
}

impl RecordFigures {
    fn of(stream: &Stream, change: &Change, since: u64) -> Self {
        let (old, new) = (change.old.as_ref(), change.new.as_ref());
        let (shows_old, shows_new) = (stream.view.has_old(), stream.view.has_new());
        // With both images in a record the differences are enough; with one, all of it is needed.
        let other = |image: Option<&Item>| image.filter(|_| shows_old && shows_new).cloned().unwrap_or_default();
        let (before, after) = (other(old), other(new));
        let short = |image: &Item, against: &Item| {
            let differs = |(name, value): &(&EcoString, &AttributeValue)| {
                !change.key.contains_key(name) && against.get(name) != Some(*value)
            };
            words::image(image.iter().filter(differs))
        };
        Self {
            sequence: change.sequence,
            event: change.event_name().to_owned(),
            key: words::key(&change.key),
            old: old.filter(|_| shows_old).map(|image| short(image, &after)),
            new: new.filter(|_| shows_new).map(|image| short(image, &before)),
            expired: change.expired,
            is_new: change.sequence > since,
        }
    }
}

impl ReaderFigures {
    fn of(standing: &MappingStanding, reader: &Reader, now: Timestamp) -> Self {
        let waiting: usize = reader.lanes.iter().map(|lane| lane.records).sum();
        let oldest = reader.lanes.iter().filter_map(|lane| lane.oldest).min();
        let blocked = reader.lanes.iter().filter(|lane| lane.batches.iter().any(|batch| batch.attempts > 0));
        let again_in = blocked.map(|lane| lane.busy.millis_since(now)).min();
        let state = match (again_in, waiting) {
            _ if !standing.enabled => ReaderState::Stopped,
            _ if reader.is_done => ReaderState::Done,
            (Some(again_in), _) => ReaderState::Blocked { again_in },
            (None, 0) => ReaderState::Idle,
            (None, _) => ReaderState::Reading,
        };
        let batches = reader.lanes.iter().flat_map(|lane| &lane.batches);
        Self {
            function: standing.function.clone(),
            handled: oldest.unwrap_or(reader.next).saturating_sub(1),
            waiting: waiting as u64,
            batches: batches.take(MOST_BATCHES).map(|batch| BatchFigures::of(batch, now)).collect(),
            state,
        }
    }
}

impl BatchFigures {
    fn of(batch: &UnderWay, now: Timestamp) -> Self {
        Self {
            range: batch.range,
            records: batch.records as u64,
            attempts: batch.attempts,
            failed_at: batch.failed_at,
            age: now.millis_since(batch.since),
        }
    }
}

fn mappings(world: &World, standings: &[MappingStanding]) -> Vec<MappingFigures> {
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for invocation in world.lambda().invocations() {
        let count = counts.entry(invocation.function.as_str()).or_default();
        count.0 += 1;
        count.1 += u64::from(invocation.outcome != "ok");
    }
    let mapping = |standing: &MappingStanding| MappingFigures {
        function: standing.function.clone(),
        table: world.engine().stream(&standing.stream).map(|stream| stream.table.to_string()).unwrap_or_default(),
        enabled: standing.enabled,
        result: words::clean(&standing.result, LONGEST_MESSAGE),
        batch_size: standing.batch_size as u64,
        bisects: standing.bisects,
        reports: standing.reports,
        retries: standing.retries.map(u64::from),
        destination: standing.destination.as_deref().map(|arn| arn.rsplit(':').next().unwrap_or(arn).to_owned()),
        invocations: counts.get(standing.function.as_str()).copied().unwrap_or_default(),
    };
    standings.iter().map(mapping).collect()
}

impl QueueFigures {
    fn of(world: &World, name: &str) -> Self {
        let bodies = world.queues().bodies(name);
        Self {
            name: name.to_owned(),
            messages: world.queues().bodies(name).count() as u64,
            first: bodies.take(MOST_MESSAGES).map(message).collect(),
        }
    }
}

/// A message in short: which records of a stream were given up, or its text as it is.
fn message(body: &str) -> String {
    let parsed: Option<serde_json::Value> = serde_json::from_str(body).ok();
    let failure = parsed.and_then(|body| {
        let (batch, context) = (body.get("DDBStreamBatchInfo")?, body.get("requestContext")?);
        let sequence = |member: &str| crate::engine::stream::sequence_of(batch.get(member)?.as_str()?);
        let (first, last) = (sequence("startSequenceNumber")?, sequence("endSequenceNumber")?);
        let range = if first == last { format!("record {first}") } else { format!("records {first}-{last}") };
        let (function, condition) = (context.get("functionArn")?.as_str()?, context.get("condition")?.as_str()?);
        let function = function.rsplit(':').next().unwrap_or(function);
        let attempts = context.get("approximateInvokeCount")?.as_u64()?;
        Some(format!("{function}: {range}, {condition} after {}", words::count(attempts, "attempt", "attempts")))
    });
    words::clean(&failure.unwrap_or_else(|| body.to_owned()), LONGEST_MESSAGE)
}

impl GlobalFigures {
    fn of(world: &World, table: &str) -> Self {
        let (global, now) = (world.global_tables(), world.engine().now());
        let regions: BTreeSet<&str> = global.regions(table).collect();
        let region = |region: &&str| {
            let (underway, first) = global.underway_to(table, region);
            let held = world.engine_of(region).and_then(|engine| engine.table(table));
            RegionFigures {
                region: (*region).to_owned(),
                items: held.map_or(0, |table| table.items().len() as u64),
                underway: underway as u64,
                next_in: first.map(|at| at.millis_since(now)),
            }
        };
        let conflicts: Vec<_> = global.conflicts().iter().rev().filter(|conflict| *conflict.table == *table).collect();
        let words = conflicts.iter().take(MOST_CONFLICTS).map(|conflict| {
            let wire = serde_json::from_str(&conflict.key).ok();
            let key = wire.and_then(|wire| words::wire_key(&wire));
            let key = key.unwrap_or_else(|| words::clean(&conflict.key, LONGEST_MESSAGE));
            format!("{key}: the write in {} was lost to the one in {}", conflict.lost.region, conflict.won.region)
        });
        Self {
            table: table.to_owned(),
            lag: global.lag(),
            regions: regions.iter().map(region).collect(),
            conflicts: words.collect(),
            conflict_count: conflicts.len(),
        }
    }
}
