//! Where mappings stand: how far each has read which shard, what waits, and what is tried again.
//!
//! The service shows of this only LastProcessingResult and the metric IteratorAge; here the inside is shown.

use std::sync::Arc;

use super::Lambda;
use super::mapping::Mapping;
use super::poller::{Batch, Lane, Poller};
use crate::clock::Timestamp;

/// Where a mapping stands, and how it is set up.
#[derive(Clone, Debug)]
pub struct MappingStanding {
    /// The function.
    pub function: String,
    /// The stream's ARN.
    pub stream: Arc<str>,
    /// Whether it is on.
    pub enabled: bool,
    /// LastProcessingResult.
    pub result: String,
    /// BatchSize.
    pub batch_size: usize,
    /// BisectBatchOnFunctionError.
    pub bisects: bool,
    /// Whether it takes partial batch responses.
    pub reports: bool,
    /// MaximumRetryAttempts; `None` for as often as it takes.
    pub retries: Option<u32>,
    /// The ARN of the on-failure destination.
    pub destination: Option<String>,
    /// The shards that it reads.
    pub readers: Vec<Reader>,
}

/// Where the reader of one shard stands.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The shard.
    pub shard: String,
    /// The next sequence number to read.
    pub next: u64,
    /// Whether the shard is closed and was handled to its end.
    pub is_done: bool,
    /// What was read and not handled yet, by the lane: one unless there is a ParallelizationFactor.
    pub lanes: Vec<WaitingRecords>,
}

/// What waits in a lane.
#[derive(Clone, Debug)]
pub struct WaitingRecords {
    /// How many records, those of batches under way included.
    pub records: usize,
    /// The oldest of them: its sequence number.
    pub oldest: Option<u64>,
    /// Batches under way; the first is tried next.
    pub batches: Vec<UnderWay>,
    /// Until when the lane is busy, or waits after a failure.
    pub busy: Timestamp,
}

/// A batch under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnderWay {
    /// Its first and its last sequence number.
    pub range: (u64, u64),
    /// How many records.
    pub records: usize,
    /// How often it was tried.
    pub attempts: u32,
    /// The record at which the function failed last.
    pub failed_at: Option<u64>,
    /// When its first record came.
    pub since: Timestamp,
}

impl Lambda {
    /// Where each mapping stands.
    pub fn standings(&self) -> impl Iterator<Item = MappingStanding> {
        self.mappings.values().map(Mapping::standing)
    }
}

impl Mapping {
    fn standing(&self) -> MappingStanding {
        MappingStanding {
            function: self.function.name(),
            stream: Arc::clone(&self.stream),
            enabled: self.enabled,
            result: self.result.clone(),
            batch_size: self.settings.batch_size,
            bisects: self.settings.bisect,
            reports: self.settings.reports,
            retries: self.settings.retries,
            destination: self.settings.destination.clone(),
            readers: self.pollers.iter().map(|(shard, poller)| poller.standing(shard)).collect(),
        }
    }
}

impl Poller {
    fn standing(&self, shard: &str) -> Reader {
        let lanes = self.lanes.iter().map(Lane::standing).collect();
        Reader { shard: shard.to_owned(), next: self.next, is_done: self.is_done(), lanes }
    }
}

impl Lane {
    fn standing(&self) -> WaitingRecords {
        WaitingRecords {
            records: self.waiting(),
            oldest: self.oldest().map(|change| change.sequence),
            batches: self.work.iter().filter_map(Batch::standing).collect(),
            busy: self.busy,
        }
    }
}

impl Batch {
    fn standing(&self) -> Option<UnderWay> {
        let (first, last) = (self.records.first()?, self.records.last()?);
        let range = (first.sequence, last.sequence);
        let Self { attempts, failed_at, .. } = *self;
        Some(UnderWay { range, records: self.records.len(), attempts, failed_at, since: first.at })
    }
}
