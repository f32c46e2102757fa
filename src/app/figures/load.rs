//! How hot a table and its indexes are: partitions against their limits, burst, refusals, the last minute (a model).

use crate::clock::Timestamp;
use crate::engine::capacity::Units;

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
    /// Its partitions in the order of their keys.
    pub partitions: Vec<PartitionFigures>,
    /// The busiest keys of the last minute, busiest first.
    pub hottest: Vec<HotKey>,
}

/// Reads or writes of a place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlowFigures {
    /// Units a second that the place serves for long: provisioned, or what it is warm for.
    pub given: u64,
    /// What its busiest second of late served and refused: the newest second in which anything happened.
    pub now: TickFigures,
    /// How many seconds ago that was; `None` if nothing happened in the last minute.
    pub ago: Option<u64>,
    /// Units that were saved up for bursts; `None` on demand.
    pub burst: Option<BurstFigures>,
    /// The last [`HISTORY`](super::HISTORY) seconds, oldest first; the last one is the present second.
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
