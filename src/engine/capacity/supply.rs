//! What a table or a global index may still spend: its own buckets, its partitions, its past.
//!
//! A request meets two limits: the throughput of the place (provisioned units with 300 seconds of burst, or what an
//! on-demand table is warm for), and that of the one partition its key lies in. Because the first is shared by all
//! partitions, one busy partition may use what the others leave (adaptive capacity), up to its own limit.
//!
//! Model: buckets start full; an on-demand place serves 12,000 read and 4,000 write units a second, or twice the
//! highest minute that lies more than 30 minutes back, without saving anything up. Source: AWS documentation, "Burst
//! and adaptive capacity", "DynamoDB on-demand capacity mode", "Understanding DynamoDB warm throughput".

use std::collections::VecDeque;

use super::partition::{Address, PARTITION_BYTES, PARTITION_READ_UNITS, PARTITION_WRITE_UNITS, Partitions};
use super::{Bucket, Direction, Units};
use crate::clock::Timestamp;

/// Seconds of unused provisioned units that are kept for bursts.
pub const BURST_SECONDS: u32 = 300;
/// Read units a second that a new on-demand place serves.
pub const WARM_READ_UNITS: u64 = 12_000;
/// Write units a second that a new on-demand place serves.
pub const WARM_WRITE_UNITS: u64 = 4_000;
/// A peak counts towards what is doubled once it is so many minutes old.
const PEAK_MINUTES: u64 = 30;
/// How many minutes are remembered.
const KEPT_MINUTES: usize = 180;

/// What a place is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limits {
    /// So many read and write units a second.
    Provisioned {
        /// ReadCapacityUnits.
        read: u64,
        /// WriteCapacityUnits.
        write: u64,
    },
    /// What it is warm for; at most so many units a second, if that was asked for.
    OnDemand {
        /// MaxReadRequestUnits.
        max_read: Option<u64>,
        /// MaxWriteRequestUnits.
        max_write: Option<u64>,
    },
}

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortage {
    /// The provisioned units and the burst are used up.
    Provisioned,
    /// The partition of the key serves no more.
    KeyRange,
    /// The on-demand place is not warm for so much yet.
    Warming,
    /// The maximum that was set for the on-demand place.
    Maximum,
}

/// What was served and refused within one minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minute {
    /// Minutes since 1970.
    pub minute: u64,
    /// Units served.
    pub served: Units,
    /// Requests refused.
    pub refused: u64,
}

/// One kind of unit: its bucket and its past.
#[derive(Clone, Debug)]
struct Flow {
    bucket: Bucket,
    maximum: Option<Bucket>,
    /// The minutes in which something happened, oldest first.
    minutes: VecDeque<Minute>,
    /// The highest minute that counts towards what is doubled, of those before `peak_until`.
    peak: Units,
    peak_until: u64,
}

impl Flow {
    fn new(rate: u64, seconds: u32, maximum: Option<u64>) -> Self {
        let maximum = maximum.map(|rate| Bucket::full(rate, 1));
        Self {
            bucket: Bucket::full(rate, seconds),
            maximum,
            minutes: VecDeque::new(),
            peak: Units::ZERO,
            peak_until: 0,
        }
    }

    fn minute(&mut self, now: Timestamp) -> &mut Minute {
        let minute = now.as_secs() / 60;
        if self.minutes.back().is_none_or(|newest| newest.minute != minute) {
            self.minutes.push_back(Minute { minute, ..Minute::default() });
        }
        while self.minutes.len() > KEPT_MINUTES {
            self.minutes.pop_front();
        }
        let newest = self.minutes.len() - 1;
        &mut self.minutes[newest]
    }

    /// Twice the highest minute that is old enough, in units a second.
    fn doubled_peak(&mut self, now: Timestamp) -> u64 {
        let old_enough = (now.as_secs() / 60).saturating_sub(PEAK_MINUTES);
        // This is asked before every request, and only a new minute changes the answer.
        if old_enough > self.peak_until {
            let past = self.minutes.iter().take_while(|minute| minute.minute < old_enough).map(|minute| minute.served);
            self.peak = past.fold(self.peak, Units::max);
            self.peak_until = old_enough;
        }
        // A minute has 60 seconds, and a unit two halves: twice the halves is four times the units.
        self.peak.as_halves() / 60
    }
}

/// What a table or a global index may still spend.
#[derive(Clone, Debug)]
pub struct Supply {
    limits: Limits,
    read: Flow,
    write: Flow,
    partitions: Partitions,
}

impl Default for Supply {
    fn default() -> Self {
        Self::new(Limits::OnDemand { max_read: None, max_write: None })
    }
}

impl Supply {
    /// Full buckets and evenly spread partitions.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        let (read, write) = match limits {
            Limits::Provisioned { read, write } => {
                (Flow::new(read, BURST_SECONDS, None), Flow::new(write, BURST_SECONDS, None))
            }
            Limits::OnDemand { max_read, max_write } => {
                (Flow::new(WARM_READ_UNITS, 1, max_read), Flow::new(WARM_WRITE_UNITS, 1, max_write))
            }
        };
        let partitions = Partitions::even(needed(limits, &read, &write, 0));
        Self { limits, read, write, partitions }
    }

    /// Brings limits and the number of partitions up to the present.
    pub fn settle(&mut self, limits: Limits, bytes: u64, now: Timestamp) {
        if self.limits != limits {
            let switched = std::mem::discriminant(&self.limits) != std::mem::discriminant(&limits);
            match limits {
                Limits::Provisioned { read, write } if !switched => {
                    self.read.bucket.set_rate(read, now);
                    self.write.bucket.set_rate(write, now);
                }
                _ => {
                    let past = [std::mem::take(&mut self.read.minutes), std::mem::take(&mut self.write.minutes)];
                    let partitions = std::mem::replace(&mut self.partitions, Partitions::even(1));
                    *self = Self { partitions, ..Self::new(limits) };
                    [self.read.minutes, self.write.minutes] = past;
                }
            }
            self.limits = limits;
        }
        if matches!(limits, Limits::OnDemand { .. }) {
            for (flow, warm) in [(&mut self.read, WARM_READ_UNITS), (&mut self.write, WARM_WRITE_UNITS)] {
                let rate = flow.doubled_peak(now).max(warm);
                if rate != flow.bucket.rate() {
                    flow.bucket.set_rate(rate, now);
                }
            }
        }
        self.partitions.grow_to(needed(limits, &self.read, &self.write, bytes));
    }

    const fn flow(&self, direction: Direction) -> &Flow {
        match direction {
            Direction::Read => &self.read,
            Direction::Write => &self.write,
        }
    }

    const fn flow_mut(&mut self, direction: Direction) -> &mut Flow {
        match direction {
            Direction::Read => &mut self.read,
            Direction::Write => &mut self.write,
        }
    }

    /// Whether a request for the key at `address` is let through.
    ///
    /// # Errors
    /// What is short.
    pub fn check(&self, direction: Direction, address: Address, now: Timestamp) -> Result<(), Shortage> {
        let flow = self.flow(direction);
        if !flow.bucket.has_any(now) {
            return Err(match self.limits {
                Limits::Provisioned { .. } => Shortage::Provisioned,
                Limits::OnDemand { .. } => Shortage::Warming,
            });
        }
        if flow.maximum.as_ref().is_some_and(|bucket| !bucket.has_any(now)) {
            return Err(Shortage::Maximum);
        }
        if self.partitions.has_any(direction, address, now) { Ok(()) } else { Err(Shortage::KeyRange) }
    }

    /// Whether a request is let through wherever its key lies.
    #[must_use]
    pub fn is_ample(&self, direction: Direction, now: Timestamp) -> bool {
        let flow = self.flow(direction);
        flow.bucket.has_any(now)
            && flow.maximum.as_ref().is_none_or(|bucket| bucket.has_any(now))
            && self.partitions.all_have_any(direction, now)
    }

    /// Takes what a request cost.
    pub fn spend(&mut self, direction: Direction, address: Address, units: Units, now: Timestamp) {
        let flow = self.flow_mut(direction);
        flow.bucket.spend(units, now);
        if let Some(maximum) = &mut flow.maximum {
            maximum.spend(units, now);
        }
        flow.minute(now).served += units;
        self.partitions.spend(direction, address, units, now);
    }

    /// Notes that a request was refused.
    pub fn note_refused(&mut self, direction: Direction, address: Address, shortage: Shortage, now: Timestamp) {
        self.flow_mut(direction).minute(now).refused += 1;
        if shortage == Shortage::KeyRange {
            self.partitions.note_refused(direction, address, now);
        }
    }

    /// Its partitions.
    #[must_use]
    pub const fn partitions(&self) -> &Partitions {
        &self.partitions
    }

    /// What it is given.
    #[must_use]
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// Units a second that it serves for long: what is provisioned, or what it is warm for.
    #[must_use]
    pub fn rate(&self, direction: Direction) -> u64 {
        self.flow(direction).bucket.rate()
    }

    /// Whole units that are left at this moment, burst included.
    #[must_use]
    pub fn left(&self, direction: Direction, now: Timestamp) -> u64 {
        self.flow(direction).bucket.left(now)
    }

    /// The minutes of the past hours in which something was served or refused, oldest first.
    #[must_use]
    pub fn minutes(&self, direction: Direction) -> impl DoubleEndedIterator<Item = Minute> {
        self.flow(direction).minutes.iter().copied()
    }
}

/// How many partitions throughput and size ask for.
fn needed(limits: Limits, read: &Flow, write: &Flow, bytes: u64) -> u64 {
    let by_throughput = match limits {
        // Both shares together, in write units' thousandths: read/3000 + write/1000.
        Limits::Provisioned { read, write } => {
            let ratio = PARTITION_READ_UNITS / PARTITION_WRITE_UNITS;
            (read + write * ratio).div_ceil(PARTITION_READ_UNITS)
        }
        Limits::OnDemand { .. } => {
            read.bucket.rate().div_ceil(PARTITION_READ_UNITS).max(write.bucket.rate().div_ceil(PARTITION_WRITE_UNITS))
        }
    };
    by_throughput.max(bytes.div_ceil(PARTITION_BYTES)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Address = Address { hash: 1, order: 0 };

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn provisioned_units_burst_for_300_seconds_worth() {
        let limits = Limits::Provisioned { read: 5, write: 1 };
        let mut supply = Supply::new(limits);
        supply.spend(Direction::Write, KEY, Units::whole(300), at(0));
        assert_eq!(supply.check(Direction::Write, KEY, at(0)), Err(Shortage::Provisioned));
        assert_eq!(supply.check(Direction::Read, KEY, at(0)), Ok(()));
        assert_eq!(supply.check(Direction::Write, KEY, at(1)), Ok(()));
        assert_eq!(supply.left(Direction::Write, at(10)), 10);
    }

    #[test]
    fn partitions_follow_throughput() {
        let count = |limits| Supply::new(limits).partitions().all().len();
        assert_eq!(count(Limits::Provisioned { read: 1, write: 1 }), 1);
        assert_eq!(count(Limits::Provisioned { read: 3000, write: 1000 }), 2);
        assert_eq!(count(Limits::Provisioned { read: 7500, write: 3000 }), 6);
        assert_eq!(count(Limits::OnDemand { max_read: None, max_write: None }), 4);
    }

    #[test]
    fn a_hot_key_meets_its_partitions_limit_while_the_table_has_plenty() {
        let mut supply = Supply::new(Limits::Provisioned { read: 1, write: 4000 });
        supply.spend(Direction::Write, KEY, Units::whole(1000), at(0));
        assert_eq!(supply.check(Direction::Write, KEY, at(0)), Err(Shortage::KeyRange));
        assert_eq!(supply.check(Direction::Write, Address { hash: u64::MAX, order: 0 }, at(0)), Ok(()));
        assert!(!supply.is_ample(Direction::Write, at(0)) && supply.is_ample(Direction::Write, at(1)));
    }

    #[test]
    fn on_demand_serves_twice_an_old_peak() {
        let on_demand = Limits::OnDemand { max_read: None, max_write: None };
        let mut supply = Supply::new(on_demand);
        for second in 0..60 {
            supply.spend(Direction::Write, KEY, Units::whole(3000), at(second));
        }
        supply.settle(on_demand, 0, at(60 * 30));
        assert_eq!(supply.rate(Direction::Write), 4000, "the peak is not old enough");
        supply.settle(on_demand, 0, at(60 * 31));
        assert_eq!(supply.rate(Direction::Write), 6000);
        assert_eq!(supply.partitions().all().len(), 6);
    }

    #[test]
    fn a_maximum_is_kept() {
        let mut supply = Supply::new(Limits::OnDemand { max_read: None, max_write: Some(10) });
        supply.spend(Direction::Write, KEY, Units::whole(10), at(0));
        assert_eq!(supply.check(Direction::Write, KEY, at(0)), Err(Shortage::Maximum));
    }

    #[test]
    fn a_switch_of_mode_starts_with_full_buckets_and_keeps_the_partitions() {
        let mut supply = Supply::new(Limits::Provisioned { read: 1, write: 7000 });
        supply.spend(Direction::Write, KEY, Units::whole(7000 * 300), at(0));
        supply.settle(Limits::OnDemand { max_read: None, max_write: None }, 0, at(0));
        assert_eq!(supply.left(Direction::Write, at(0)), 4000);
        assert_eq!(supply.partitions().all().len(), 8);
    }
}
