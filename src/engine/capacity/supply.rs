//! What a table or a global index may still spend: its own buckets, its partitions, its past.
//!
//! A request meets two limits: the throughput of the place (provisioned units with 300 seconds of burst, or what an
//! on-demand table is warm for), and that of the one partition its key lies in. Because the first is shared by all
//! partitions, one busy partition may use what the others leave (adaptive capacity), up to its own limit.
//!
//! Model: buckets start full; an on-demand place serves 12,000 read and 4,000 write units a second, or twice the
//! highest minute that lies more than 30 minutes back, without saving anything up, and never more than the quota of a
//! table. Source: AWS documentation, "Burst
//! and adaptive capacity", "DynamoDB on-demand capacity mode", "Understanding DynamoDB warm throughput".

use super::partition::{Address, PARTITION_BYTES, PARTITION_READ_UNITS, PARTITION_WRITE_UNITS, Partitions};
use super::span::{Span, Spans};
use super::{Bucket, Busiest, Direction, Level, Units};
use crate::clock::Timestamp;

/// Seconds of unused provisioned units that are kept for bursts.
pub const BURST_SECONDS: u32 = 300;
/// Read units a second that a new on-demand place serves.
pub const WARM_READ_UNITS: u64 = 12_000;
/// Write units a second that a new on-demand place serves.
pub const WARM_WRITE_UNITS: u64 = 4_000;
/// Units a second of either kind that a table may be given, or serve on demand: the quota of a table.
pub const TABLE_QUOTA: u64 = 40_000;
/// A peak counts towards what is doubled once it is so many minutes old.
const PEAK_MINUTES: u64 = 30;
/// How many minutes are remembered.
const KEPT_MINUTES: usize = 180;
/// How many seconds are remembered.
const KEPT_SECONDS: usize = 300;

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
    /// The quota of an on-demand table.
    Account,
}

/// One kind of unit: its bucket and its past.
#[derive(Clone, Debug)]
struct UnitSupply {
    bucket: Bucket,
    maximum: Option<Bucket>,
    minutes: Spans,
    seconds: Spans,
    /// Served and refused since the supply was made.
    total: Span,
    /// The highest minute that counts towards what is doubled, of those before `peak_until`.
    peak: Units,
    peak_until: u64,
}

impl UnitSupply {
    fn new(rate: u64, seconds: u32, maximum: Option<u64>) -> Self {
        Self {
            bucket: Bucket::full(rate, seconds),
            maximum: maximum.map(|rate| Bucket::full(rate, 1)),
            minutes: Spans::new(60, KEPT_MINUTES),
            seconds: Spans::new(1, KEPT_SECONDS),
            total: Span::default(),
            peak: Units::ZERO,
            peak_until: 0,
        }
    }

    /// Notes in every account of the past what happens now.
    fn note(&mut self, now: Timestamp, what: impl Fn(&mut Span)) {
        what(self.minutes.at(now));
        what(self.seconds.at(now));
        what(&mut self.total);
    }

    /// When the oldest minute counts towards what is doubled of those that do not yet.
    fn next_peak(&self, now: Timestamp) -> Option<Timestamp> {
        let passed = (now.as_secs() / 60).saturating_sub(PEAK_MINUTES);
        let next = self.minutes.all().map(|minute| minute.number).find(|number| *number >= passed);
        next.map(counts_from)
    }

    /// Twice the highest minute that is old enough, in units a second.
    fn doubled_peak(&mut self, now: Timestamp) -> u64 {
        let old_enough = (now.as_secs() / 60).saturating_sub(PEAK_MINUTES);
        // Only a new minute changes the answer.
        if old_enough > self.peak_until {
            let past = self.minutes.all().take_while(|minute| minute.number < old_enough).map(|minute| minute.served);
            self.peak = past.fold(self.peak, Units::max);
            self.peak_until = old_enough;
        }
        // A minute has 60 seconds, and a unit two halves: twice the halves is four times the units.
        self.peak.as_halves() / 60
    }
}

/// When a minute counts towards what is doubled: with the minute that lies so far behind the next.
const fn counts_from(minute: u64) -> Timestamp {
    Timestamp::from_millis((minute + 1 + PEAK_MINUTES) * 60_000)
}

/// Units a second that a place is to be ready for at once: WarmThroughput as it was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Warm {
    /// ReadUnitsPerSecond.
    pub read: u64,
    /// WriteUnitsPerSecond.
    pub write: u64,
}

/// What a table or a global index may still spend.
#[derive(Clone, Debug)]
pub struct Supply {
    limits: Limits,
    warm: Warm,
    /// What it was given and when, oldest first: what a bill is made from.
    given: Vec<(Timestamp, Limits)>,
    read: UnitSupply,
    write: UnitSupply,
    partitions: Partitions,
    busiest: Busiest,
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
                (UnitSupply::new(read, BURST_SECONDS, None), UnitSupply::new(write, BURST_SECONDS, None))
            }
            Limits::OnDemand { max_read, max_write } => {
                (UnitSupply::new(WARM_READ_UNITS, 1, max_read), UnitSupply::new(WARM_WRITE_UNITS, 1, max_write))
            }
        };
        let partitions = Partitions::even(needed(limits, [&read, &write].map(|flow| flow.bucket.rate()), 0));
        let (warm, given, busiest) = (Warm::default(), Vec::new(), Busiest::default());
        Self { limits, warm, given, read, write, partitions, busiest }
    }

    /// Brings limits and the number of partitions up to the present.
    pub fn settle(&mut self, limits: Limits, warm: Warm, bytes: u64, now: Timestamp) {
        if self.limits != limits {
            self.limit(limits, now);
        }
        if self.given.last().is_none_or(|(_, given)| *given != limits) {
            self.given.push((now, limits));
        }
        self.warm = warm;
        if matches!(limits, Limits::OnDemand { .. }) {
            let flows = [(&mut self.read, WARM_READ_UNITS, warm.read), (&mut self.write, WARM_WRITE_UNITS, warm.write)];
            for (flow, least, asked) in flows {
                let rate = flow.doubled_peak(now).min(TABLE_QUOTA).max(least).max(asked);
                if rate != flow.bucket.rate() {
                    flow.bucket.set_rate(rate, now);
                }
            }
        }
        let rates = [Direction::Read, Direction::Write].map(|direction| self.warm_for(direction));
        self.partitions.grow_to(needed(limits, rates, bytes));
    }

    /// When a minute of the past counts towards what is doubled that does not yet; `None` if there is no such minute.
    #[must_use]
    pub fn next_peak(&self, now: Timestamp) -> Option<Timestamp> {
        if matches!(self.limits, Limits::Provisioned { .. }) {
            return None;
        }
        [&self.read, &self.write].into_iter().filter_map(|flow| flow.next_peak(now)).min()
    }

    /// When what is served at a moment counts towards what is doubled.
    #[must_use]
    pub const fn peak_of(at: Timestamp) -> Timestamp {
        counts_from(at.as_secs() / 60)
    }

    /// Whether so many bytes need more partitions than there are.
    #[must_use]
    pub const fn is_too_small(&self, bytes: u64) -> bool {
        bytes / PARTITION_BYTES >= self.partitions.all().len() as u64
    }

    /// Changes what the place is given. Within a mode the buckets keep what they hold; another mode begins with full
    /// ones, in the same partitions.
    fn limit(&mut self, limits: Limits, now: Timestamp) {
        if let (Limits::Provisioned { read, write }, Limits::Provisioned { .. }) = (limits, self.limits) {
            self.read.bucket.set_rate(read, now);
            self.write.bucket.set_rate(write, now);
        } else {
            let Self { read, write, .. } = Self::new(limits);
            for (flow, new) in [(&mut self.read, read), (&mut self.write, write)] {
                (flow.bucket, flow.maximum) = (new.bucket, new.maximum);
            }
        }
        self.limits = limits;
    }

    /// Units a second that the place is ready for at once: WarmThroughput as a description shows it.
    #[must_use]
    pub fn warm_for(&self, direction: Direction) -> u64 {
        let asked = match direction {
            Direction::Read => self.warm.read,
            Direction::Write => self.warm.write,
        };
        self.rate(direction).max(asked)
    }

    const fn flow(&self, direction: Direction) -> &UnitSupply {
        match direction {
            Direction::Read => &self.read,
            Direction::Write => &self.write,
        }
    }

    const fn flow_mut(&mut self, direction: Direction) -> &mut UnitSupply {
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
                Limits::OnDemand { .. } if flow.bucket.rate() >= TABLE_QUOTA => Shortage::Account,
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
        flow.note(now, |span| span.served += units);
        self.partitions.spend(direction, address, units, now);
        self.busiest.note(address, false, now);
    }

    /// Notes that a request was refused.
    pub fn note_refused(&mut self, direction: Direction, address: Address, shortage: Shortage, now: Timestamp) {
        self.flow_mut(direction).note(now, |span| span.refused += 1);
        if shortage == Shortage::KeyRange {
            self.partitions.note_refused(direction, address, now);
        }
        self.busiest.note(address, true, now);
    }

    /// Its partitions.
    #[must_use]
    pub const fn partitions(&self) -> &Partitions {
        &self.partitions
    }

    /// Spreads the keys over partitions that begin at these addresses, as they did before a restart.
    pub fn spread(&mut self, starts: impl IntoIterator<Item = Address>) {
        self.partitions = Partitions::beginning_at(starts);
    }

    /// The keys that most reads and writes of the last minute went to.
    #[must_use]
    pub const fn busiest(&self) -> &Busiest {
        &self.busiest
    }

    /// How full the bucket is that unused units are saved up in.
    #[must_use]
    pub fn level(&self, direction: Direction, now: Timestamp) -> Level {
        self.flow(direction).bucket.level(now)
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
    pub fn minutes(&self, direction: Direction) -> impl DoubleEndedIterator<Item = Span> {
        self.flow(direction).minutes.all()
    }

    /// The seconds of the past minutes in which something was served or refused, oldest first.
    #[must_use]
    pub fn seconds(&self, direction: Direction) -> impl DoubleEndedIterator<Item = Span> {
        self.flow(direction).seconds.all()
    }

    /// Served and refused since the supply was made.
    #[must_use]
    pub fn total(&self, direction: Direction) -> Span {
        self.flow(direction).total
    }

    /// What it was given and when, oldest first.
    #[must_use]
    pub fn given(&self) -> &[(Timestamp, Limits)] {
        &self.given
    }
}

/// How many partitions throughput (read and write units a second) and size ask for.
fn needed(limits: Limits, [read, write]: [u64; 2], bytes: u64) -> u64 {
    let by_throughput = match limits {
        // Both shares together, in write units' thousandths: read/3000 + write/1000.
        Limits::Provisioned { .. } => {
            let ratio = PARTITION_READ_UNITS / PARTITION_WRITE_UNITS;
            read.saturating_add(write.saturating_mul(ratio)).div_ceil(PARTITION_READ_UNITS)
        }
        Limits::OnDemand { .. } => read.div_ceil(PARTITION_READ_UNITS).max(write.div_ceil(PARTITION_WRITE_UNITS)),
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
        supply.settle(on_demand, Warm::default(), 0, at(60 * 30));
        assert_eq!(supply.rate(Direction::Write), 4000, "the peak is not old enough");
        supply.settle(on_demand, Warm::default(), 0, at(60 * 31));
        assert_eq!(supply.rate(Direction::Write), 6000);
        assert_eq!(supply.partitions().all().len(), 6);
    }

    #[test]
    fn warm_throughput_is_served_at_once_and_more_than_the_quota_is_not() {
        let on_demand = Limits::OnDemand { max_read: None, max_write: None };
        let mut supply = Supply::new(on_demand);
        supply.settle(on_demand, Warm { read: 1, write: 50_000 }, 0, at(0));
        assert_eq!((supply.rate(Direction::Read), supply.rate(Direction::Write)), (12_000, 50_000));
        assert_eq!(supply.partitions().all().len(), 50);
        let mut supply = Supply::new(on_demand);
        for second in 0..60 {
            supply.spend(Direction::Write, KEY, Units::whole(30_000), at(second));
        }
        supply.settle(on_demand, Warm::default(), 0, at(60 * 40));
        assert_eq!(supply.rate(Direction::Write), TABLE_QUOTA);
        supply.spend(Direction::Write, KEY, Units::whole(90_000), at(60 * 40));
        assert_eq!(supply.check(Direction::Write, KEY, at(60 * 40)), Err(Shortage::Account));
    }

    #[test]
    fn the_past_is_kept_by_the_second_by_the_minute_and_in_all() {
        let mut supply = Supply::new(Limits::Provisioned { read: 5, write: 5 });
        for second in 0..400 {
            supply.spend(Direction::Write, KEY, Units::whole(2), at(second));
        }
        supply.note_refused(Direction::Write, KEY, Shortage::Provisioned, at(400));
        assert_eq!(supply.seconds(Direction::Write).count(), 300);
        let newest = supply.seconds(Direction::Write).next_back();
        assert_eq!(newest, Some(Span { number: 400, served: Units::ZERO, refused: 1 }));
        assert_eq!(supply.minutes(Direction::Write).next().map(|minute| minute.served), Some(Units::whole(120)));
        assert_eq!(supply.total(Direction::Write), Span { number: 0, served: Units::whole(800), refused: 1 });
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
        supply.settle(Limits::OnDemand { max_read: None, max_write: None }, Warm::default(), 0, at(0));
        assert_eq!(supply.left(Direction::Write, at(0)), 4000);
        assert_eq!(supply.partitions().all().len(), 8);
    }
}
