//! The busiest keys of a table or index: which partition keys most reads and writes of the last minute went to.
//!
//! A key is known by the hash of its address. The last minute is kept in spans of ten seconds, of each of which the
//! [`TRACKED`] busiest keys are counted. A key that is new in a full span takes the place of the one with the least
//! weight and inherits that weight, so that a key that comes often stays once it has come in (the Space-Saving
//! algorithm). Its own requests alone are counted, so that a count is never more than what there was; the weights say how
//! many may be missing in it, and a key of which more than a tenth may be missing is not among the busiest.
//!
//! Source: AWS documentation, "CloudWatch Contributor Insights for DynamoDB"; Metwally, Agrawal, El Abbadi, "Efficient
//! Computation of Frequent and Top-k Elements in Data Streams" (2005).

use std::collections::{BTreeMap, VecDeque};

use super::Address;
use crate::clock::Timestamp;

/// Seconds of one span.
const SPAN_SECONDS: u64 = 10;
/// How many spans are kept: a minute.
const KEPT_SPANS: usize = 6;
/// How many keys of a span are counted.
pub const TRACKED: usize = 16;

/// How many reads and writes of items went to a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyCount {
    /// An address of the key: the newest that was asked for.
    pub address: Address,
    /// Reads and writes that were served.
    pub served: u64,
    /// Reads and writes that were refused.
    pub refused: u64,
    /// How many more there may have been that were not counted.
    pub missed: u64,
}

impl KeyCount {
    const fn counted(&self) -> u64 {
        self.served + self.refused
    }
}

/// A key within a span.
#[derive(Clone, Copy, Debug)]
struct Tracked {
    count: KeyCount,
    /// What decides who has to give way: its own requests, and those of whom it took the place from.
    weight: u64,
}

#[derive(Clone, Debug)]
struct BusySpan {
    number: u64,
    keys: Vec<Tracked>,
}

/// The busiest keys of the last minute.
#[derive(Clone, Debug, Default)]
pub struct Busiest {
    spans: VecDeque<BusySpan>,
}

impl Busiest {
    /// Notes a read or write of the key at an address.
    pub(super) fn note(&mut self, address: Address, refused: bool, now: Timestamp) {
        let number = now.as_secs() / SPAN_SECONDS;
        if self.spans.back().is_none_or(|newest| newest.number != number) {
            self.spans.push_back(BusySpan { number, keys: Vec::new() });
            if self.spans.len() > KEPT_SPANS {
                self.spans.pop_front();
            }
        }
        if let Some(span) = self.spans.back_mut() {
            span.note(address, refused);
        }
    }

    /// The busiest keys of the last minute with their counts, busiest first.
    #[must_use]
    pub fn keys(&self, now: Timestamp) -> Vec<KeyCount> {
        let oldest = (now.as_secs() / SPAN_SECONDS).saturating_sub(KEPT_SPANS as u64 - 1);
        let spans = || self.spans.iter().filter(|span| span.number >= oldest);
        let mut sums: BTreeMap<u64, KeyCount> = BTreeMap::new();
        for tracked in spans().flat_map(|span| &span.keys) {
            let sum = sums.entry(tracked.count.address.hash).or_default();
            sum.address = tracked.count.address;
            sum.served += tracked.count.served;
            sum.refused += tracked.count.refused;
        }
        for (hash, sum) in &mut sums {
            sum.missed = spans().map(|span| span.missed(*hash)).sum();
        }
        let is_sure = |key: &KeyCount| key.missed.saturating_mul(10) <= key.counted() + key.missed;
        let mut keys: Vec<KeyCount> = sums.into_values().filter(is_sure).collect();
        keys.sort_by_key(|key| (std::cmp::Reverse(key.counted()), key.address));
        keys
    }
}

impl BusySpan {
    fn note(&mut self, address: Address, refused: bool) {
        let place = self.place_of(address.hash);
        let tracked = &mut self.keys[place];
        tracked.weight += 1;
        tracked.count.address = address;
        *(if refused { &mut tracked.count.refused } else { &mut tracked.count.served }) += 1;
    }

    /// The place of a key, which is made if it has none. This is asked for each read and write: one look at each key does.
    fn place_of(&mut self, hash: u64) -> usize {
        let (mut least, mut weight) = (0, u64::MAX);
        for (place, tracked) in self.keys.iter().enumerate() {
            if tracked.count.address.hash == hash {
                return place;
            }
            if tracked.weight < weight {
                (least, weight) = (place, tracked.weight);
            }
        }
        if self.keys.len() < TRACKED {
            self.keys.push(Tracked { count: KeyCount::default(), weight: 0 });
            return self.keys.len() - 1;
        }
        self.keys[least].count = KeyCount::default();
        least
    }

    /// How many reads and writes of a key may not have been counted: what those weighed whose place it took or, if it has
    /// none, what it would have to weigh to have one.
    fn missed(&self, hash: u64) -> u64 {
        match self.keys.iter().find(|tracked| tracked.count.address.hash == hash) {
            Some(tracked) => tracked.weight - tracked.count.counted(),
            None if self.keys.len() < TRACKED => 0,
            None => self.keys.iter().map(|tracked| tracked.weight).min().unwrap_or(0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    const fn key(hash: u64) -> Address {
        Address { hash, order: 0 }
    }

    #[test]
    fn few_keys_are_counted_exactly_over_the_last_minute() {
        let mut busiest = Busiest::default();
        for second in 0..70 {
            busiest.note(key(1), second % 2 == 0, at(second));
            busiest.note(key(2), false, at(second));
            busiest.note(key(1), false, at(second));
        }
        let keys = busiest.keys(at(69));
        let counts: Vec<_> = keys.iter().map(|key| (key.address.hash, key.served, key.refused, key.missed)).collect();
        assert_eq!(counts, [(1, 90, 30, 0), (2, 60, 0, 0)], "the first ten seconds are forgotten");
        assert_eq!(busiest.keys(at(1000)), [], "and in the end all of them");
    }

    #[test]
    fn a_busy_key_is_found_among_many_and_never_counted_too_high() {
        let mut busiest = Busiest::default();
        for number in 0..10_000 {
            busiest.note(key(1_000 + number), false, at(0));
            if number % 4 == 0 {
                busiest.note(key(7), false, at(0));
            }
        }
        let keys = busiest.keys(at(0));
        assert_eq!(
            keys.iter().map(|key| key.address.hash).collect::<Vec<_>>(),
            [7],
            "of the others none is busy for sure"
        );
        assert!((2_400..=2_500).contains(&keys[0].served), "{} of 2,500", keys[0].served);
        assert!(keys[0].served + keys[0].missed >= 2_500, "what may be missing is known: {}", keys[0].missed);
    }

    #[test]
    fn among_keys_that_are_used_alike_none_is_busiest() {
        let mut busiest = Busiest::default();
        (0..10_000).for_each(|number| busiest.note(key(number % 200), false, at(number / 2_000)));
        assert_eq!(busiest.keys(at(5)), []);
    }
}
