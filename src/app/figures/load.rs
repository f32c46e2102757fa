//! How hot a table and its indexes are: partitions against their limits, burst, refusals, the last minute (a model).

use serde_json::Value;

use super::stretches::share_of_hash;
use super::{HISTORY, words};
use crate::clock::Timestamp;
use crate::engine::capacity::partition::Partition;
use crate::engine::capacity::{Direction, KeyCount, Level, Limits, Place, Span, Supply, Units};
use crate::engine::table::{IndexKind, Table, Tree};
use crate::engine::{Engine, Entry, Event};
use crate::world::traffic::{Second, Traffic};

/// The most partitions of a place that are shown.
const MOST_PARTITIONS: usize = 64;
/// The most keys that are shown.
const MOST_KEYS: usize = 10;
/// In the order of the pairs of figures: reads, then writes.
const DIRECTIONS: [Direction; 2] = [Direction::Read, Direction::Write];

/// The load of a table (its local indexes included) or of a global index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LoadFigures {
    /// The table.
    pub table: String,
    /// The global index; `None` for the table.
    pub index: Option<String>,
    /// The Region, if not the one at home.
    pub region: Option<String>,
    /// Whether it is on demand.
    pub is_on_demand: bool,
    /// When this was taken.
    pub at: Timestamp,
    /// Reads and writes.
    pub flows: [FlowFigures; 2],
    /// How many partitions it has.
    pub partition_count: usize,
    /// Its partitions in the order of their keys; the busiest of them if there are very many.
    pub partitions: Vec<PartitionFigures>,
    /// The busiest keys of the last minute, busiest first.
    pub hottest: Vec<HotKey>,
}

/// Reads or writes of a place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlowFigures {
    /// Units a second that the place serves for long: provisioned, or what it is warm for.
    pub given: u64,
    /// What was served and refused in the newest second in which anything was; in the one before it if that was busier.
    pub now: TickFigures,
    /// How many seconds ago that was; `None` if nothing happened in the last minute.
    pub ago: Option<u64>,
    /// Units that were saved up for bursts; `None` on demand.
    pub burst: Option<BurstFigures>,
    /// The last [`HISTORY`](super::HISTORY) seconds, oldest first.
    pub history: Vec<TickFigures>,
    /// The most units of one of those seconds.
    pub peak: Units,
    /// Requests refused in all of them.
    pub refused: u64,
}

/// One second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TickFigures {
    /// Units served.
    pub served: Units,
    /// Requests refused.
    pub refused: u64,
}

/// A bucket of unused units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BurstFigures {
    /// Units left.
    pub left: u64,
    /// Units that fit in.
    pub room: u64,
    /// Seconds' worth of what is provisioned that are left.
    pub seconds: u64,
    /// Seconds' worth that fit in: 300.
    pub most_seconds: u64,
}

/// A partition.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartitionFigures {
    /// Its number, counted from 1.
    pub number: usize,
    /// Where its keys begin and end among all hashes, 0 to 1.
    pub share: (f64, f64),
    /// Reads and writes.
    pub heat: [Heat; 2],
    /// The busiest key of the last minute that lies in it.
    pub hot_key: Option<HotKey>,
    /// How many seconds ago it was split off from a hot partition, if it was.
    pub split: Option<u64>,
}

/// How near a partition is to its limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heat {
    /// What it served and refused in the second that its place's flow shows.
    pub now: TickFigures,
    /// The most units that it served in one second of the last minute.
    pub peak: Units,
    /// Units a second that it can serve.
    pub limit: u64,
    /// Units that it did not use and has saved up: those of one second at most.
    pub saved: u64,
}

/// A key that many requests went to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HotKey {
    /// The partition key as text; `None` if no item has it.
    pub key: Option<String>,
    /// Requests of the last minute that were served.
    pub served: u64,
    /// Requests of the last minute that were refused.
    pub refused: u64,
    /// Whether there may have been more: among very many keys the busiest are counted from when they stood out.
    pub is_at_least: bool,
    /// The number of its partition, counted from 1.
    pub partition: usize,
}

/// Traffic that runs, or has run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrafficFigures {
    /// The table.
    pub table: String,
    /// Seconds that are over, retries included.
    pub done: u64,
    /// Seconds in which requests arrive.
    pub seconds: u64,
    /// Calls that began.
    pub calls: u64,
    /// Calls that ended well.
    pub succeeded: u64,
    /// Calls that were given up.
    pub failed: u64,
    /// Attempts that were throttled.
    pub throttled: u64,
    /// Throttled attempts by their reason.
    pub reasons: Vec<(String, u64)>,
}

impl LoadFigures {
    /// The loads of all tables of an engine and their global indexes, table by table.
    #[must_use]
    pub fn of(engine: &Engine) -> Vec<Self> {
        engine.tables().flat_map(|table| Self::of_table(table, engine.now())).collect()
    }

    /// The loads of a table and its global indexes.
    fn of_table(table: &Table, now: Timestamp) -> Vec<Self> {
        let global = table.indexes.iter().filter(|index| index.schema.kind == IndexKind::Global);
        let of_indexes = global.map(|index| {
            let name = Some(index.schema.name.to_string());
            let keys = ServedTree { tree: index.entries(), parts: index.schema.keys.partition.len() };
            Self { index: name, ..Self::of_supply(&table.name, table.supply(&index.place()), &keys, now) }
        });
        let keys = ServedTree { tree: table.items(), parts: table.keys.partition.len() };
        let of_table = Self::of_supply(&table.name, table.supply(&Place::Table), &keys, now);
        std::iter::once(of_table).chain(of_indexes).collect()
    }

    fn of_supply(table: &str, supply: &Supply, keys: &ServedTree, now: Timestamp) -> Self {
        let flows = DIRECTIONS.map(|direction| FlowFigures::of(supply, direction, now));
        let hottest: Vec<HotKey> =
            supply.busiest().keys(now).into_iter().take(MOST_KEYS).map(|key| hot_key(supply, keys, key)).collect();
        let all = supply.partitions().all();
        let ends = all.iter().skip(1).map(|next| share_of_hash(next.from().hash)).chain([1.0]);
        let partition = |(place, (partition, end)): (usize, (&Partition, f64))| {
            let heat = |way: usize| Heat::of(partition, DIRECTIONS[way], flows[way].second(now), now);
            PartitionFigures {
                number: place + 1,
                share: (share_of_hash(partition.from().hash), end),
                heat: [heat(0), heat(1)],
                hot_key: hottest.iter().find(|key| key.partition == place + 1).cloned(),
                split: partition.split().map(|at| now.millis_since(at) / 1000),
            }
        };
        let mut partitions: Vec<PartitionFigures> = all.iter().zip(ends).enumerate().map(partition).collect();
        if partitions.len() > MOST_PARTITIONS {
            // Those that are idle tell least; the others stay in their order.
            partitions.sort_by_key(|partition| (std::cmp::Reverse(partition.weight()), partition.number));
            partitions.truncate(MOST_PARTITIONS);
            partitions.sort_by_key(|partition| partition.number);
        }
        Self {
            table: table.to_owned(),
            is_on_demand: matches!(supply.limits(), Limits::OnDemand { .. }),
            at: now,
            flows,
            partition_count: all.len(),
            partitions,
            hottest,
            ..Self::default()
        }
    }

    /// Whether anything was read, written or refused in the last minute.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.flows.iter().any(|flow| flow.ago.is_some())
    }
}

/// The tree that a supply serves, and how many parts of a position are its partition key.
struct ServedTree<'a> {
    tree: &'a Tree,
    parts: usize,
}

/// A counted key with its name, which is that of any item that has its hash.
fn hot_key(supply: &Supply, keys: &ServedTree, count: KeyCount) -> HotKey {
    let position = keys.tree.first_of(count.address.hash);
    HotKey {
        key: position.map(|position| words::scalars(&position.parts[..keys.parts.min(position.parts.len())])),
        served: count.served,
        refused: count.refused,
        is_at_least: count.missed > 0,
        partition: supply.partitions().number_of(count.address) + 1,
    }
}

impl FlowFigures {
    fn of(supply: &Supply, direction: Direction, now: Timestamp) -> Self {
        let shown = shown(recent(supply.seconds(direction), now));
        // The history ends with the second under way, unless that has hardly begun.
        let has_begun = shown.is_none_or(|shown| shown.number + 1 != now.as_secs());
        let end = if has_begun { now.as_secs() } else { now.as_secs() - 1 };
        let mut history = vec![TickFigures::default(); HISTORY];
        for span in recent(supply.seconds(direction), now) {
            let place = end.checked_sub(span.number).and_then(|ago| usize::try_from(ago).ok());
            if let Some(tick) = place.and_then(|ago| history.iter_mut().rev().nth(ago)) {
                *tick = TickFigures::of(span);
            }
        }
        let burst = matches!(supply.limits(), Limits::Provisioned { .. }).then(|| {
            let Level { left, room, seconds, most_seconds } = supply.level(direction, now);
            BurstFigures { left, room, seconds, most_seconds }
        });
        Self {
            given: supply.rate(direction),
            now: shown.map_or_else(TickFigures::default, TickFigures::of),
            ago: shown.map(|shown| now.as_secs() - shown.number),
            burst,
            peak: recent(supply.seconds(direction), now).map(|span| span.served).max().unwrap_or_default(),
            refused: recent(supply.seconds(direction), now).map(|span| span.refused).sum(),
            history,
        }
    }

    /// The number of the second that is shown.
    fn second(&self, now: Timestamp) -> Option<u64> {
        self.ago.map(|ago| now.as_secs() - ago)
    }
}

/// The second to show: the newest in which anything happened, or the one before it if that was busier. A run of traffic
/// seldom begins on the stroke of a second, and its last second would be seen as an idle one.
fn shown(mut newest_first: impl Iterator<Item = Span>) -> Option<Span> {
    let newest = newest_first.next()?;
    let weight = |span: &Span| (span.served, span.refused);
    let before = newest_first.next().filter(|before| before.number + 1 == newest.number);
    Some(before.filter(|before| weight(before) > weight(&newest)).unwrap_or(newest))
}

/// The spans of the last minute, newest first.
fn recent(spans: impl DoubleEndedIterator<Item = Span>, now: Timestamp) -> impl Iterator<Item = Span> {
    let oldest = (now.as_secs() + 1).saturating_sub(HISTORY as u64);
    spans.rev().take_while(move |span| span.number >= oldest).filter(move |span| span.number <= now.as_secs())
}

impl TickFigures {
    const fn of(span: Span) -> Self {
        Self { served: span.served, refused: span.refused }
    }
}

impl Heat {
    fn of(partition: &Partition, direction: Direction, second: Option<u64>, now: Timestamp) -> Self {
        let spans = || recent(partition.seconds(direction), now);
        let shown = second.and_then(|second| spans().find(|span| span.number == second));
        Self {
            now: shown.map_or_else(TickFigures::default, TickFigures::of),
            peak: spans().map(|span| span.served).max().unwrap_or_default(),
            limit: partition.limit(direction),
            saved: partition.saved(direction, now),
        }
    }

    /// Whether nothing happened in the last minute.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.peak == Units::ZERO && self.now.refused == 0
    }
}

impl PartitionFigures {
    /// How busy it is, to be compared with others.
    fn weight(&self) -> u64 {
        self.heat.iter().map(|heat| heat.peak.as_halves() + heat.now.refused * 2).sum()
    }

    /// Whether nothing was asked of it in the last minute.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.heat.iter().all(Heat::is_idle)
    }
}

impl TrafficFigures {
    /// Traffic that has run, from what the journal notes of it; `None` if the entry notes none.
    #[must_use]
    pub fn of(entry: &Entry) -> Option<Self> {
        let answer = entry.outcome.as_ref().ok().filter(|_| matches!(entry.event, Event::Traffic))?;
        let seconds = entry.request.get("Seconds").and_then(Value::as_u64).unwrap_or(0);
        let reasons = answer.get("Reasons").and_then(Value::as_object).into_iter().flatten();
        Some(Self {
            table: entry.request.get("TableName").and_then(Value::as_str).unwrap_or_default().to_owned(),
            done: seconds,
            seconds,
            calls: entry.number("Calls").unwrap_or(0),
            succeeded: entry.number("Succeeded").unwrap_or(0),
            failed: entry.number("Failed").unwrap_or(0),
            throttled: entry.number("Throttled").unwrap_or(0),
            reasons: reasons.map(|(reason, count)| (reason.clone(), count.as_u64().unwrap_or(0))).collect(),
        })
    }

    /// Traffic that runs, from the seconds of its report so far.
    #[must_use]
    pub fn running(traffic: &Traffic, seconds: &[Second]) -> Self {
        let sum = |of: fn(&Second) -> u64| seconds.iter().map(of).sum();
        Self {
            table: traffic.table.clone(),
            done: seconds.len() as u64,
            seconds: traffic.seconds,
            calls: sum(|second| second.calls),
            succeeded: sum(|second| second.succeeded),
            failed: sum(|second| second.failed),
            throttled: sum(|second| second.throttled),
            reasons: Vec::new(),
        }
    }
}
