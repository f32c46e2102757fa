//! Read and write units, counted exactly in halves, because an eventually consistent read costs half a unit.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

/// A read unit covers this many bytes of an item.
pub const READ_BLOCK_BYTES: u64 = 4096;
/// A write unit covers this many bytes of an item.
pub const WRITE_BLOCK_BYTES: u64 = 1024;

/// An amount of read or write units, exact to the half.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Units {
    halves: u64,
}

impl Units {
    /// None at all.
    pub const ZERO: Self = Self { halves: 0 };
    /// Half a unit.
    pub const HALF: Self = Self { halves: 1 };

    /// `count` whole units.
    #[must_use]
    pub const fn whole(count: u64) -> Self {
        Self { halves: count * 2 }
    }

    /// `count` half units.
    #[must_use]
    pub const fn halves(count: u64) -> Self {
        Self { halves: count }
    }

    /// The amount in half units.
    #[must_use]
    pub const fn as_halves(self) -> u64 {
        self.halves
    }

    /// This amount `count` times.
    #[must_use]
    pub const fn times(self, count: u64) -> Self {
        Self { halves: self.halves * count }
    }

    /// The amount with its thousands set apart: `1,860,000.5`.
    #[must_use]
    pub fn grouped(self) -> String {
        let half = if self.halves.is_multiple_of(2) { "" } else { ".5" };
        super::grouped(self.halves / 2) + half
    }

    /// The amount as the wire carries it.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "unit counts stay far below 2^53")]
    pub fn as_f64(self) -> f64 {
        self.halves as f64 / 2.0
    }

    /// The amount written in decimal, such as `0.5` or `12`; `None` if it is no multiple of a half.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a small whole number")]
    pub fn from_f64(amount: f64) -> Option<Self> {
        let halves = amount * 2.0;
        let whole = (0.0..9e15).contains(&halves) && halves.fract() == 0.0;
        whole.then_some(Self { halves: halves as u64 })
    }
}

impl Add for Units {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { halves: self.halves + other.halves }
    }
}

impl AddAssign for Units {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Units {
    type Output = Self;
    /// The difference, zero if `other` is larger.
    fn sub(self, other: Self) -> Self {
        Self { halves: self.halves.saturating_sub(other.halves) }
    }
}

impl Sum for Units {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Units {
    /// `0.5`, `12`, `227.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = if self.halves.is_multiple_of(2) {
            format!("{}", self.halves / 2)
        } else {
            format!("{}.5", self.halves / 2)
        };
        f.pad(&text)
    }
}
