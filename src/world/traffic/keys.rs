//! Which partition keys traffic goes to: one, all alike, or few much more than many.

use crate::chance::Chance;

/// How requests are spread over partition keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySpread {
    /// All to one.
    Single,
    /// Alike to so many.
    Uniform(u64),
    /// To the most popular of many most: the share of the k-th is as 1 / k^exponent.
    Zipf(Zipf),
}

/// A Zipf distribution over keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zipf {
    /// Sums of the shares of the keys before and at each place, in whole numbers, so that every platform draws alike.
    sums: Vec<u64>,
    /// The exponent, in hundredths.
    exponent: u32,
}

/// The share of the most popular key, in the unit of the sums.
const SCALE: f64 = 1_000_000_000.0;

impl Zipf {
    /// So many keys, with an exponent in hundredths: 100 is the classic law.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "numbers of keys stay far below 2^53")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share is between 0 and the scale")]
    pub fn new(keys: u64, exponent: u32) -> Self {
        let power = f64::from(exponent) / 100.0;
        let share = |rank: u64| ((SCALE / (rank as f64).powf(power)).round() as u64).max(1);
        let sums = (1..=keys.max(1)).scan(0_u64, |sum, rank| {
            *sum += share(rank);
            Some(*sum)
        });
        Self { sums: sums.collect(), exponent }
    }
}

impl KeySpread {
    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> u64 {
        match self {
            Self::Single => 1,
            Self::Uniform(count) => {
                if *count == 0 {
                    1
                } else {
                    *count
                }
            }
            Self::Zipf(zipf) => zipf.sums.len() as u64,
        }
    }

    /// How much more often the most popular are used than the others: the exponent of the law, 0 if all are used alike.
    #[must_use]
    pub fn exponent(&self) -> f64 {
        match self {
            Self::Zipf(zipf) if zipf.sums.len() > 1 => f64::from(zipf.exponent) / 100.0,
            _ => 0.0,
        }
    }

    /// Draws one, counted from 0.
    pub fn draw(&self, chance: &mut Chance) -> u64 {
        match self {
            Self::Single => 0,
            Self::Uniform(_) => chance.between(0, self.count() - 1),
            Self::Zipf(zipf) => {
                let drawn = chance.between(1, zipf.sums.last().copied().unwrap_or(1));
                zipf.sums.partition_point(|sum| *sum < drawn) as u64
            }
        }
    }

    /// The key at a place, as text.
    #[must_use]
    pub fn text(&self, place: u64) -> String {
        format!("key-{place}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_popular_key_is_drawn_as_often_as_the_law_says() {
        let (keys, mut chance) = (KeySpread::Zipf(Zipf::new(100, 100)), Chance::seeded(5));
        let mut counts = vec![0_u32; 100];
        for _ in 0..100_000 {
            counts[usize::try_from(keys.draw(&mut chance)).unwrap()] += 1;
        }
        // The hundredth harmonic number is 5.187: the first key's share is 19.28%, the second's half of that.
        assert!((18_800..19_800).contains(&counts[0]), "{}", counts[0]);
        assert!((9_200..10_100).contains(&counts[1]), "{}", counts[1]);
        assert_eq!(KeySpread::Single.draw(&mut chance), 0);
        assert!((0..1000).all(|_| KeySpread::Uniform(3).draw(&mut chance) < 3));
    }
}
