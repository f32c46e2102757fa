//! What a table or a global index was given to serve, beside its provisioned units, and how that came about.
//!
//! Requests meet the quotas before they are carried out; what a file holds meets them here, when it is read.
//!
//! Source: AWS documentation, "Provisioned capacity mode" (decreases), "DynamoDB maximum throughput for on-demand
//! tables", "Understanding DynamoDB warm throughput", "Considerations when switching capacity modes".

use std::fmt;
use std::sync::Arc;

use super::{Billing, Table, Throughput};
use crate::clock::Timestamp;
use crate::engine::capacity::supply::TABLE_QUOTA;

/// Milliseconds in a day.
const DAY: u64 = 86_400_000;
/// Milliseconds in an hour.
const HOUR: u64 = 3_600_000;
/// Decreases of a UTC day that need no pause between them.
const FREE_DECREASES: u32 = 4;
/// Switches to on-demand within 24 hours.
const SWITCHES: usize = 4;

/// The most units a second that an on-demand table or index is to serve; `None` where nothing was set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Maximum {
    /// MaxReadRequestUnits.
    pub read: Option<u64>,
    /// MaxWriteRequestUnits.
    pub write: Option<u64>,
}

/// What was asked for, and when.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Provisioning {
    /// OnDemandThroughput.
    pub maximum: Maximum,
    /// WarmThroughput that was asked for, in units a second.
    pub warm: Throughput,
    /// LastIncreaseDateTime.
    pub last_increase: Option<Timestamp>,
    /// LastDecreaseDateTime.
    pub last_decrease: Option<Timestamp>,
    /// NumberOfDecreasesToday.
    pub decreases: u32,
    /// The switches to on-demand, oldest first.
    pub switches: Vec<Timestamp>,
}

impl Provisioning {
    /// Brings the counts up to `now`: a UTC day begins with no decreases.
    pub(super) fn settle(&mut self, now: Timestamp) {
        let day = |at: Timestamp| at.as_millis() / DAY;
        if self.decreases > 0 && self.last_decrease.is_none_or(|last| day(last) < day(now)) {
            self.decreases = 0;
        }
    }

    /// When the counts change by time alone.
    pub(super) fn next_change(&self) -> Option<Timestamp> {
        let last = self.last_decrease.filter(|_| self.decreases > 0)?;
        Some(Timestamp::from_millis((last.as_millis() / DAY + 1) * DAY))
    }

    /// Every moment that it remembers.
    pub(super) fn moments(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        self.last_increase.iter_mut().chain(&mut self.last_decrease).chain(&mut self.switches)
    }

    /// When the next decrease is accepted, if that is not now.
    #[must_use]
    pub fn next_decrease(&self, now: Timestamp) -> Option<Timestamp> {
        let next = self.last_decrease?.plus_millis(HOUR);
        (self.decreases >= FREE_DECREASES && next > now).then_some(next)
    }

    /// When the next switch to on-demand is accepted, if that is not now.
    #[must_use]
    pub fn next_switch(&self, now: Timestamp) -> Option<Timestamp> {
        let oldest = self.switches.len().checked_sub(SWITCHES)?;
        let next = self.switches.get(oldest)?.plus_millis(DAY);
        (next > now).then_some(next)
    }

    /// Notes a change of provisioned units. Less of either kind is a decrease.
    pub(in crate::engine) fn note_change(&mut self, from: Throughput, to: Throughput, now: Timestamp) {
        if is_decrease(from, to) {
            self.settle(now);
            self.last_decrease = Some(now);
            self.decreases += 1;
        }
        if to.read > from.read || to.write > from.write {
            self.last_increase = Some(now);
        }
    }

    /// Notes a switch to on-demand; those of the day before the last are forgotten.
    pub(in crate::engine) fn note_switch(&mut self, now: Timestamp) {
        self.switches.retain(|switch| now.millis_since(*switch) < DAY);
        self.switches.push(now);
    }
}

/// A setting that was beyond the quota of a table and is the quota now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clamped {
    /// The table.
    pub table: Arc<str>,
    /// The global index, if the setting is not the table's own.
    pub index: Option<Arc<str>>,
    /// The setting, as requests call it.
    pub setting: &'static str,
    /// What it was, in units a second.
    pub was: u64,
}

impl fmt::Display for Clamped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, index, setting, was } = self;
        write!(f, "table {table}")?;
        if let Some(index) = index {
            write!(f, ", index {index}")?;
        }
        write!(f, ": {setting} was {was}, beyond the quota of a table; it is {TABLE_QUOTA} now")
    }
}

impl Table {
    /// Brings every setting of throughput within the quota of a table. Returns those that were beyond it.
    pub(in crate::engine) fn clamp_throughput(&mut self) -> Vec<Clamped> {
        let mut clamped = Vec::new();
        let (table, mut own) = (Arc::clone(&self.name), self.provisioned());
        let mut note = |index: Option<&Arc<str>>, setting, was| {
            clamped.push(Clamped { table: Arc::clone(&table), index: index.cloned(), setting, was });
        };
        clamp_units(&mut own, |setting, was| note(None, setting, was));
        if let Billing::Provisioned(units) = &mut self.billing {
            *units = own;
        }
        self.provisioning.clamp(|setting, was| note(None, setting, was));
        for index in &mut self.indexes {
            let name = Arc::clone(&index.schema.name);
            if let Some(units) = &mut index.throughput {
                clamp_units(units, |setting, was| note(Some(&name), setting, was));
            }
            index.provisioning.clamp(|setting, was| note(Some(&name), setting, was));
        }
        clamped
    }
}

impl Provisioning {
    fn clamp(&mut self, mut note: impl FnMut(&'static str, u64)) {
        clamp_one(&mut self.warm.read, "ReadUnitsPerSecond", &mut note);
        clamp_one(&mut self.warm.write, "WriteUnitsPerSecond", &mut note);
        for (maximum, setting) in
            [(&mut self.maximum.read, "MaxReadRequestUnits"), (&mut self.maximum.write, "MaxWriteRequestUnits")]
        {
            if let Some(units) = maximum {
                clamp_one(units, setting, &mut note);
            }
        }
    }
}

fn clamp_units(units: &mut Throughput, mut note: impl FnMut(&'static str, u64)) {
    clamp_one(&mut units.read, "ReadCapacityUnits", &mut note);
    clamp_one(&mut units.write, "WriteCapacityUnits", &mut note);
}

fn clamp_one(units: &mut u64, setting: &'static str, note: &mut impl FnMut(&'static str, u64)) {
    if *units > TABLE_QUOTA {
        note(setting, std::mem::replace(units, TABLE_QUOTA));
    }
}

/// Whether either kind of unit becomes less.
#[must_use]
pub const fn is_decrease(from: Throughput, to: Throughput) -> bool {
    to.read < from.read || to.write < from.write
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(count: u64) -> Timestamp {
        Timestamp::from_millis(10 * DAY + count * 60_000)
    }

    #[test]
    fn four_decreases_a_day_are_free_and_further_ones_wait_an_hour() {
        let mut history = Provisioning::default();
        let units = |count| Throughput { read: count, write: 5 };
        for count in 0..4 {
            assert_eq!(history.next_decrease(minutes(count)), None);
            history.note_change(units(10 - count), units(9 - count), minutes(count));
        }
        assert_eq!(history.next_decrease(minutes(4)), Some(minutes(63)));
        assert_eq!(history.next_decrease(minutes(63)), None);
        history.note_change(units(6), units(5), minutes(63));
        assert_eq!((history.decreases, history.next_decrease(minutes(64))), (5, Some(minutes(123))));
        history.settle(minutes(24 * 60));
        assert_eq!((history.decreases, history.next_decrease(minutes(24 * 60))), (0, None));
    }

    #[test]
    fn four_switches_to_on_demand_fit_into_24_hours() {
        let mut history = Provisioning::default();
        for count in 0..4 {
            assert_eq!(history.next_switch(minutes(count * 60)), None);
            history.note_switch(minutes(count * 60));
        }
        assert_eq!(history.next_switch(minutes(600)), Some(minutes(24 * 60)));
        assert_eq!(history.next_switch(minutes(24 * 60)), None);
    }
}
