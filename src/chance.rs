//! Chance as an argument: the one generator that sessions and labs draw from.
//!
//! ChaCha12 is named outright instead of taking the library's standard generator, because that one may change with a
//! release, and the same seed must give the same session next year.

use rand::SeedableRng as _;
use rand::rngs::ChaCha12Rng;
use rand::seq::SliceRandom as _;

/// A seeded source of chance.
#[derive(Debug)]
pub struct Chance(ChaCha12Rng);

impl Clone for Chance {
    /// The same source at the same place: what undoing a command needs.
    fn clone(&self) -> Self {
        let mut twin = ChaCha12Rng::from_seed(self.0.get_seed());
        twin.set_word_pos(self.0.get_word_pos());
        Self(twin)
    }
}

impl Chance {
    /// The source that `seed` begins.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(ChaCha12Rng::seed_from_u64(seed))
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: u64, high: u64) -> u64 {
        use rand::RngExt as _;
        if low >= high { low } else { self.0.random_range(low..=high) }
    }

    /// Puts a list in a random order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        list.shuffle(&mut self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clone_goes_on_as_the_original_does() {
        let mut chance = Chance::seeded(3);
        chance.between(1, 1000);
        let mut twin = chance.clone();
        let draws = |chance: &mut Chance| (0..100).map(|_| chance.between(1, 1000)).collect::<Vec<u64>>();
        assert_eq!(draws(&mut twin), draws(&mut chance));
    }

    #[test]
    fn a_seed_gives_the_same_draws_for_ever() {
        let mut chance = Chance::seeded(7);
        let draws: Vec<u64> = (0..6).map(|_| chance.between(1, 1000)).collect();
        let mut letters = ['a', 'b', 'c', 'd', 'e'];
        chance.shuffle(&mut letters);
        // The literals pin the generator: a change of library must not change anybody's session.
        assert_eq!((draws, letters), (vec![31, 308, 143, 543, 273, 952], ['b', 'e', 'c', 'd', 'a']));
    }
}
