//! Lag: how far behind the latest write a read may be.
//!
//! An item is kept three times. A strongly consistent read is answered by the copy that takes the writes; an eventually
//! consistent one by any of the three, of which one is as new, one lags by half of [`Lag::replica`] and one by all of
//! it. Which one it is, is drawn from the engine's seed and the number of such reads. A global index shows its table as
//! it was [`Lag::index`] ago.
//!
//! Model: that reads and indexes lag is documented, these figures are not; on the service most reads see no lag. A
//! replica falls no further behind under load, and a throttled index refuses its table's writes instead of lagging more.
//! Source: AWS documentation, "DynamoDB read consistency", "Using Global Secondary Indexes".

use super::Engine;
use super::capacity::{Place, Rate};
use crate::clock::Timestamp;

/// How far copies lag behind, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lag {
    /// The copy of an item that lags most.
    pub replica: u64,
    /// A global index.
    pub index: u64,
}

impl Lag {
    /// Every read sees the latest write.
    pub const NONE: Self = Self { replica: 0, index: 0 };
    /// Less than a request takes: seen under traffic, not by one who types.
    pub const SMALL: Self = Self { replica: 5, index: 8 };
    /// What a program that reads what it has just written will notice.
    pub const REALISTIC: Self = Self { replica: 30, index: 100 };
}

/// A read that saw something older than the latest write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stale {
    /// What was read.
    pub place: Place,
    /// How far behind the answer is, in milliseconds.
    pub behind: u64,
}

impl std::fmt::Display for Stale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { place, behind } = self;
        match place {
            Place::Global(_) => write!(f, "{place}: shows its table as it was {behind} ms ago (model)"),
            _ => write!(f, "{place}: answered by a replica that is {behind} ms behind (model)"),
        }
    }
}

/// How far behind one read is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Behind(u64);

impl Behind {
    /// The moment that the read sees; `None` if it sees the present.
    pub(super) fn as_of(self, now: Timestamp) -> Option<Timestamp> {
        (self.0 > 0).then(|| Timestamp::from_millis(now.as_millis().saturating_sub(self.0)))
    }

    /// The record of a read that saw something older than the latest write.
    pub(super) fn stale(self, place: &Place) -> Stale {
        Stale { place: place.clone(), behind: self.0 }
    }
}

impl Engine {
    /// How far copies lag behind.
    #[must_use]
    pub const fn lag(&self) -> Lag {
        self.config.lag
    }

    /// From now on copies lag so far behind. What was written before is seen by all.
    pub const fn set_lag(&mut self, lag: Lag) {
        self.config.lag = lag;
    }

    /// Draws how far behind a read is.
    pub(super) fn behind(&mut self, place: &Place, rate: Rate) -> Behind {
        if let Some(behind) = self.meets_stale(place, rate) {
            return Behind(behind);
        }
        let Lag { replica, index } = self.config.lag;
        Behind(match (place, rate) {
            (Place::Global(_), _) => index,
            (_, Rate::EventualRead) if replica > 0 => {
                self.reads += 1;
                [0, replica / 2, replica][usize::from(third(self.config.seed, self.reads))]
            }
            _ => 0,
        })
    }
}

/// One of three, evenly: the finaliser of MurmurHash3 over a seed and a count.
fn third(seed: u64, count: u64) -> u8 {
    let mut bits = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(count);
    for factor in [0xff51_afd7_ed55_8ccd, 0xc4ce_b9fe_1a85_ec53] {
        bits = (bits ^ bits >> 33).wrapping_mul(factor);
    }
    match (bits ^ bits >> 33) % 3 {
        0 => 0,
        1 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replicas_are_drawn_evenly_and_alike_for_a_seed() {
        let draw = |seed: u64| (0..3000).map(|count| third(seed, count)).collect::<Vec<u8>>();
        for wanted in 0..3 {
            let share = draw(7).into_iter().map(u32::from).filter(|drawn| *drawn == wanted).count();
            assert!((900..1100).contains(&share), "{share} of 3000 fell on {wanted}");
        }
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }
}
