//! A poller reads one shard for one mapping and deals its records out to lanes; a lane invokes the function, one batch
//! after the other.
//!
//! With a ParallelizationFactor a shard has several lanes, and the records of a partition key always go to the same one:
//! each item's changes stay in order. A lane that waits after a failure holds up what is behind it, and nothing else.

use std::collections::VecDeque;

use imbl::Vector;
use serde_json::Value;

use super::settings::MappingSettings;
use super::window::{Ending, TumblingWindow};
use super::{BatchSource, spelled};
use crate::clock::Timestamp;
use crate::engine::Change;
use crate::engine::stream::{Shard, Stream};

/// How often a shard is asked for records, in milliseconds.
const POLL_MILLIS: u64 = 250;
/// The most bytes of an invocation's records: 6 MB.
const PAYLOAD_BYTES: u64 = 6 * 1024 * 1024;
/// The longest wait after a failure, in milliseconds.
const LONGEST_WAIT: u64 = 60_000;
/// Of how many records that filters dropped the reason is remembered.
const KEPT_DROPS: usize = 3;

/// A reader of one shard.
#[derive(Clone, Debug)]
pub(super) struct Poller {
    /// The next sequence number to read.
    pub(super) next: u64,
    pub(super) lanes: Vec<Lane>,
    /// Whether the shard is closed and was read to its end.
    ended: bool,
}

/// A queue of records that are handled one batch after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Lane {
    /// What was read and not handled yet. A copy shares it until either changes.
    queue: Vector<Change>,
    /// Batches that were begun: the first is tried next. Bisecting makes two of one.
    pub(super) work: VecDeque<Batch>,
    /// Until when the lane is busy or waits.
    pub(super) busy: Timestamp,
    /// The tumbling window that is open, if the mapping has such.
    pub(super) window: Option<TumblingWindow>,
}

/// Records that are handed to the function together.
#[derive(Clone, Debug, Default)]
pub(super) struct Batch {
    pub(super) records: Vec<Change>,
    /// How often it was tried.
    pub(super) attempts: u32,
    /// How many of those count as retries.
    pub(super) retries: u32,
    /// The record at which the function failed last.
    pub(super) failed_at: Option<u64>,
    /// The request id of its last invocation.
    pub(super) request: String,
    /// Why it has no records: it ends a window.
    pub(super) ending: Option<Ending>,
}

impl Batch {
    /// The sequence number of the record at a place in it.
    pub(super) fn sequence_at(&self, place: usize) -> Option<u64> {
        self.records.get(place).map(|record| record.sequence)
    }
}

/// Records that no filter let through.
#[derive(Clone, Debug, Default)]
pub(super) struct Dropped {
    /// How many.
    pub(super) count: u64,
    /// The newest of them, each with what it has that does not fit.
    pub(super) newest: VecDeque<String>,
}

impl Dropped {
    fn note(&mut self, change: &Change, record: &Value, settings: &MappingSettings) {
        let misfits = settings.filters.iter().filter_map(|filter| filter.why_not(record)).collect::<Vec<_>>();
        let (event, keys) = (change.event_name(), &record["dynamodb"]["Keys"]);
        self.newest.push_back(format!("{} {event} {keys}: {}", change.sequence, misfits.join("; ")));
        if self.newest.len() > KEPT_DROPS {
            self.newest.pop_front();
        }
        self.count += 1;
    }
}

impl Poller {
    pub(super) fn new(next: u64, lanes: usize) -> Self {
        Self { next, lanes: vec![Lane::default(); lanes.max(1)], ended: false }
    }

    /// Whether everything in the shard has been handled.
    pub(super) fn is_done(&self) -> bool {
        self.ended && self.lanes.iter().all(Lane::is_idle)
    }

    /// Whether the shard has no more to give.
    pub(super) const fn has_ended(&self) -> bool {
        self.ended
    }

    /// Nothing more will come.
    pub(super) const fn close(&mut self) {
        self.ended = true;
    }

    /// Lets go of records that the stream itself had no more room for, up to a sequence number, before they were handled;
    /// returns how many. Those of batches that were begun stay: the poller has them.
    pub(super) fn forget(&mut self, through: u64) -> u64 {
        let mut forgotten = 0;
        for lane in &mut self.lanes {
            while lane.queue.front().is_some_and(|oldest| oldest.sequence <= through) {
                lane.queue.pop_front();
                forgotten += 1;
            }
        }
        forgotten
    }

    /// Takes in what the shard has beyond what was read; records that no filter lets through are dropped.
    pub(super) fn read(
        &mut self,
        stream: &Stream,
        shard: &Shard,
        settings: &MappingSettings,
        region: &str,
        dropped: &mut Dropped,
    ) {
        while !self.ended {
            let (page, next) = stream.page(shard, self.next, usize::MAX);
            let nothing = page.is_empty();
            for change in page {
                let wanted = settings.filters.is_empty() || {
                    let record = spelled(stream, change, region);
                    let fits = settings.filters.iter().any(|filter| filter.fits(&record));
                    if !fits {
                        dropped.note(change, &record, settings);
                    }
                    fits
                };
                if wanted {
                    let lane = usize::try_from(change.address.hash % self.lanes.len() as u64).unwrap_or(0);
                    self.lanes[lane].queue.push_back(change.clone());
                }
            }
            match next {
                Some(next) => self.next = next,
                None => self.ended = true,
            }
            if nothing {
                return;
            }
        }
    }

    /// Deals the records out anew, to so many lanes.
    pub(super) fn deal(&mut self, lanes: usize) {
        let old = std::mem::replace(&mut self.lanes, vec![Lane::default(); lanes.max(1)]);
        let busy = old.iter().map(|lane| lane.busy).max().unwrap_or_default();
        let begun = old.iter().flat_map(|lane| lane.work.iter().flat_map(|batch| &batch.records));
        let mut records: Vec<Change> = begun.chain(old.iter().flat_map(|lane| &lane.queue)).cloned().collect();
        records.sort_by_key(|change| change.sequence);
        for change in records {
            let lane = usize::try_from(change.address.hash % self.lanes.len() as u64).unwrap_or(0);
            self.lanes[lane].queue.push_back(change);
        }
        self.lanes.iter_mut().for_each(|lane| lane.busy = busy);
    }
}

impl Lane {
    /// How many records were read and not handled yet, those of batches under way included.
    pub(super) fn waiting(&self) -> usize {
        self.queue.len() + self.work.iter().map(|batch| batch.records.len()).sum::<usize>()
    }

    /// The oldest of those.
    pub(super) fn oldest(&self) -> Option<&Change> {
        self.work.iter().flat_map(|batch| &batch.records).chain(self.queue.front()).min_by_key(|change| change.sequence)
    }

    /// Whether nothing is left to do.
    fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.work.is_empty() && self.window.is_none()
    }

    /// When the lane has something to do next, in a shard that has ended or not.
    pub(super) fn due(&self, settings: &MappingSettings, has_ended: bool) -> Option<Timestamp> {
        if !self.work.is_empty() {
            return Some(self.busy);
        }
        let Some(first) = self.next_in_window() else {
            let end = polled(self.window.as_ref()?.end);
            let is_over = has_ended && self.queue.is_empty();
            return Some(if is_over { self.busy } else { end.max(self.busy) });
        };
        let full = self.queue.get(settings.batch_size - 1).map(|last| polled(last.at));
        let mut gathered = polled(first.at).plus_millis(settings.window * 1000);
        if settings.tumbling > 0 {
            // A batch holds records of one window only: there is nothing to wait for beyond its end.
            gathered = gathered.min(polled(TumblingWindow::of(first.at, settings.tumbling).end));
        }
        Some(full.map_or(gathered, |full| full.min(gathered)).max(self.busy))
    }

    /// The next record, unless it belongs to a later window than the one that is open.
    fn next_in_window(&self) -> Option<&Change> {
        let is_in = |change: &&Change| self.window.as_ref().is_none_or(|window| change.at < window.end);
        self.queue.front().filter(is_in)
    }

    /// The batch to try next: the one that was begun, or a new one of what has come by `now`, or one that ends a window.
    pub(super) fn begin(&mut self, settings: &MappingSettings, source: &BatchSource, now: Timestamp) {
        if !self.work.is_empty() {
            return;
        }
        if let (None, Some(first), true) = (&self.window, self.queue.front(), settings.tumbling > 0) {
            self.window = Some(TumblingWindow::of(first.at, settings.tumbling));
        }
        let (mut records, mut bytes) = (Vec::new(), 0);
        while let Some(next) = self.next_in_window().filter(|next| next.at <= now) {
            bytes += source.stream.record_bytes(next);
            if records.len() == settings.batch_size || (bytes > PAYLOAD_BYTES && !records.is_empty()) {
                break;
            }
            records.extend(self.queue.pop_front());
        }
        if !records.is_empty() {
            self.work.push_back(Batch { records, ..Batch::default() });
        } else if self.window.is_some() {
            self.work.push_back(Batch { ending: Some(Ending::Over), ..Batch::default() });
        }
    }
}

/// When a record that came at `at` is read.
fn polled(at: Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millis().div_ceil(POLL_MILLIS) * POLL_MILLIS)
}

/// How long a lane waits after so many attempts, in milliseconds.
pub(super) fn wait(attempts: u32) -> u64 {
    (1000 << attempts.saturating_sub(1).min(10)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::capacity::Address;
    use crate::engine::value::Item;

    #[test]
    fn records_that_the_stream_had_no_room_for_are_lost_unless_their_batch_was_begun() {
        let change = |sequence: u64| Change {
            sequence,
            at: Timestamp::default(),
            table: "Orders".into(),
            key: Item::default(),
            address: Address::default(),
            old: None,
            new: None,
            expired: false,
        };
        let mut poller = Poller::new(0, 1);
        let lane = &mut poller.lanes[0];
        lane.work.push_back(Batch { records: vec![change(1), change(2)], ..Batch::default() });
        lane.queue = (3..=10).map(change).collect();
        assert_eq!((poller.forget(2), poller.forget(7), poller.forget(7)), (0, 5, 0));
        let lane = &poller.lanes[0];
        assert_eq!(lane.queue.iter().map(|change| change.sequence).collect::<Vec<_>>(), [8, 9, 10]);
        assert_eq!(lane.work[0].records.len(), 2);
    }
}
