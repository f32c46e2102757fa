//! A token bucket: what may still be spent, filled at a steady rate up to a bound.
//!
//! A request is let through while anything is left, and what it turns out to cost is taken afterwards, so that the
//! balance may fall below zero: a debt that is paid off before the next request is let through. Amounts are whole
//! numbers (half units times milliseconds), so that the same requests at the same moments give the same balances.
//!
//! Model: the service documents the rate and the 300 seconds of burst, not the mechanism. Source: AWS documentation,
//! "Burst and adaptive capacity".

use super::Units;
use crate::clock::Timestamp;

/// Milliseconds in a second: the factor between half units and the balance's amounts.
const MILLIS: i64 = 1000;

/// What may still be spent of one kind of unit at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Half units a second.
    rate: i64,
    /// Seconds' worth of units that can be saved up.
    seconds: i64,
    /// Half units times 1,000, at the moment `at`; below zero while a debt is paid off.
    balance: i64,
    at: Timestamp,
}

/// How full a bucket is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Level {
    /// Whole units left, zero in debt.
    pub left: u64,
    /// Whole units that fit in.
    pub room: u64,
    /// Whole seconds' worth of units left.
    pub seconds: u64,
    /// Seconds' worth that fit in.
    pub most_seconds: u64,
}

impl Bucket {
    /// A full bucket that fills at `rate` units a second and holds `seconds` of them.
    #[must_use]
    pub fn full(rate: u64, seconds: u32) -> Self {
        let rate = i64::try_from(rate.saturating_mul(2)).unwrap_or(i64::MAX);
        let mut bucket = Self { rate, seconds: i64::from(seconds), balance: 0, at: Timestamp::default() };
        bucket.balance = bucket.bound();
        bucket
    }

    const fn bound(&self) -> i64 {
        self.rate.saturating_mul(self.seconds).saturating_mul(MILLIS)
    }

    fn balance(&self, now: Timestamp) -> i64 {
        let millis = i64::try_from(now.millis_since(self.at)).unwrap_or(i64::MAX);
        self.balance.saturating_add(millis.saturating_mul(self.rate)).min(self.bound())
    }

    /// Whether anything is left.
    #[must_use]
    pub fn has_any(&self, now: Timestamp) -> bool {
        self.balance(now) > 0
    }

    /// Takes `units` out, into debt if need be.
    pub fn spend(&mut self, units: Units, now: Timestamp) {
        let amount = i64::try_from(units.as_halves()).unwrap_or(i64::MAX / MILLIS).saturating_mul(MILLIS);
        self.balance = self.balance(now).saturating_sub(amount);
        self.at = now;
    }

    /// From now on fills at `rate` units a second; what was saved stays, as far as it fits.
    pub fn set_rate(&mut self, rate: u64, now: Timestamp) {
        let balance = self.balance(now);
        let Self { rate, seconds, .. } = Self::full(rate, u32::try_from(self.seconds).unwrap_or(1));
        *self = Self { rate, seconds, balance, at: now };
        self.balance = self.balance.min(self.bound());
    }

    /// Whole units left, zero in debt.
    #[must_use]
    pub fn left(&self, now: Timestamp) -> u64 {
        u64::try_from(self.balance(now) / (2 * MILLIS)).unwrap_or(0)
    }

    /// How full it is.
    #[must_use]
    pub fn level(&self, now: Timestamp) -> Level {
        let most_seconds = u64::try_from(self.seconds).unwrap_or(0);
        let left = self.left(now);
        let seconds = left.checked_div(self.rate()).unwrap_or(0);
        Level { left, room: self.rate().saturating_mul(most_seconds), seconds, most_seconds }
    }

    /// Milliseconds until something is left again; 0 if something is, `None` if nothing will ever be.
    #[must_use]
    pub fn wait(&self, now: Timestamp) -> Option<u64> {
        match self.balance(now) {
            1.. => Some(0),
            _ if self.rate == 0 => None,
            debt => Some(debt.unsigned_abs() / self.rate.unsigned_abs() + 1),
        }
    }

    /// Units a second.
    #[must_use]
    pub fn rate(&self) -> u64 {
        u64::try_from(self.rate / 2).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn burst_lasts_for_what_was_saved_and_debts_are_paid_first() {
        let at = Timestamp::from_millis;
        let mut bucket = Bucket::full(10, 300);
        assert_eq!(bucket.left(at(0)), 3000);
        assert_eq!(bucket.level(at(0)), Level { left: 3000, room: 3000, seconds: 300, most_seconds: 300 });
        bucket.spend(Units::whole(3000), at(0));
        assert!(!bucket.has_any(at(0)));
        assert!(bucket.has_any(at(1)), "a thousandth of a second's units is something");
        bucket.spend(Units::whole(25), at(1000));
        assert_eq!(bucket.wait(at(1000)), Some(1501));
        assert_eq!(bucket.level(at(1000)), Level { left: 0, room: 3000, seconds: 0, most_seconds: 300 });
        assert!(!bucket.has_any(at(2500)) && bucket.has_any(at(2501)));
        assert_eq!(bucket.left(at(10_000_000)), 3000, "never more than 300 seconds' worth");
    }

    #[test]
    fn any_rate_has_a_bound() {
        let (now, later) = (Timestamp::from_millis(5), Timestamp::from_millis(1_000_005));
        for rate in [5_000_000_000_000_000, i64::MAX as u64, u64::MAX] {
            let mut bucket = Bucket::full(rate, 300);
            bucket.spend(Units::whole(7), now);
            assert!(bucket.has_any(now) && bucket.left(later) >= bucket.left(now), "{rate}");
            bucket.set_rate(1, later);
            assert_eq!(bucket.left(later), 300, "{rate}");
        }
    }

    #[test]
    fn a_new_rate_keeps_what_was_saved_as_far_as_it_fits() {
        let mut bucket = Bucket::full(10, 300);
        bucket.set_rate(5, Timestamp::from_millis(1));
        assert_eq!(bucket.left(Timestamp::from_millis(1)), 1500);
        bucket.set_rate(100, Timestamp::from_millis(1));
        assert_eq!(bucket.left(Timestamp::from_millis(1)), 1500, "more room does not fill by itself");
        assert_eq!(Bucket::full(0, 300).wait(Timestamp::default()), None);
        assert_eq!(Bucket::full(0, 300).level(Timestamp::default()).seconds, 0);
    }
}
