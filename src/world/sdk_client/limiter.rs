//! The limiter of adaptive mode: it learns from refusals how many requests a second the service takes, and holds back what
//! is more.
//!
//! After a refusal the rate falls to seven tenths; then it climbs back along a cubic curve, slowly around the rate that
//! was refused and faster beyond it, but never past twice of what was really sent. Source: botocore's adaptive retry mode
//! (its figures: beta 0.7, scale 0.4, smoothing 0.8, half-second buckets); RFC 9438, CUBIC, for the curve.

use crate::clock::Timestamp;

/// What is left of the rate after a refusal.
const BETA: f64 = 0.7;
/// How steep the curve is.
const SCALE: f64 = 0.4;
/// How much the newest half second counts in the measured rate.
const SMOOTHING: f64 = 0.8;
/// The lowest rate, in requests a second.
const LOWEST: f64 = 0.5;

/// The limiter. All rates are in requests a second, all moments in seconds.
#[derive(Clone, Debug, Default)]
pub(super) struct RateLimiter {
    /// Nothing is held back before the first refusal.
    enabled: bool,
    /// The rate that is let through, and what of it is saved up.
    rate: f64,
    saved: f64,
    filled: f64,
    /// The rate that was measured, and the half second that is being counted.
    measured: f64,
    counted: f64,
    half_second: f64,
    /// The curve: the rate at the last refusal, when that was, and when the curve comes back to it.
    peak: f64,
    refused: f64,
    back: f64,
}

impl RateLimiter {
    /// Milliseconds until a request may be sent, which is then taken to be sent.
    pub(super) fn acquire(&mut self, now: Timestamp) -> u64 {
        if !self.enabled {
            return 0;
        }
        self.fill(now);
        self.saved -= 1.0;
        if self.saved >= 0.0 { 0 } else { milliseconds(-self.saved / self.rate) }
    }

    /// Learns from what came of a request.
    pub(super) fn record(&mut self, throttled: bool, now: Timestamp) {
        let seconds = now.as_secs_f64();
        self.measure(seconds);
        let wanted = if throttled {
            let rate = if self.enabled { self.measured.min(self.rate) } else { self.measured };
            self.peak = rate;
            self.refused = seconds;
            self.back = cube_root(rate * (1.0 - BETA) / SCALE);
            self.enabled = true;
            rate * BETA
        } else {
            let away = seconds - self.refused - self.back;
            SCALE * away * away * away + self.peak
        };
        self.fill(now);
        self.rate = wanted.min(2.0 * self.measured).max(LOWEST);
        self.saved = self.saved.min(self.rate.max(1.0));
    }

    /// Measures the rate by half seconds.
    fn measure(&mut self, seconds: f64) {
        let half_second = (seconds * 2.0).floor() / 2.0;
        self.counted += 1.0;
        if half_second > self.half_second {
            // The first half second has no beginning to be measured from.
            let length = if self.half_second == 0.0 { 0.5 } else { half_second - self.half_second };
            self.measured = self.counted / length * SMOOTHING + self.measured * (1.0 - SMOOTHING);
            (self.counted, self.half_second) = (0.0, half_second);
        }
    }

    /// Saves up what the time since brought, one second's worth at most.
    fn fill(&mut self, now: Timestamp) {
        let seconds = now.as_secs_f64();
        self.saved = (self.saved + (seconds - self.filled).max(0.0) * self.rate).min(self.rate.max(1.0));
        self.filled = seconds;
    }
}

/// The cube root by Newton's method: the mathematics library of each platform may round its own in another way, and a seed
/// must give the same waits everywhere.
fn cube_root(of: f64) -> f64 {
    (0..60).fold(of.max(1.0), |root, _| (2.0 * root + of / (root * root)) / 3.0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a wait is short and never negative")]
fn milliseconds(seconds: f64) -> u64 {
    (seconds.clamp(0.0, 1e6) * 1000.0).ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends as fast as the limiter lets it against a service that takes `limit` a second, for so many seconds; answers
    /// requests sent and refused in the last ten of them.
    fn converse(limit: u64, seconds: u64) -> (u64, u64) {
        let (mut limiter, mut now) = (RateLimiter::default(), 1_000_000_u64);
        let (end, mut second, mut in_second) = (now + seconds * 1000, 0, 0);
        let (mut sent, mut refused) = (0, 0);
        while now < end {
            // One caller after the other: each request takes a millisecond.
            now += limiter.acquire(Timestamp::from_millis(now)) + 1;
            if now / 1000 != second {
                (second, in_second) = (now / 1000, 0);
            }
            in_second += 1;
            limiter.record(in_second > limit, Timestamp::from_millis(now));
            if now + 10_000 > end {
                sent += 1;
                refused += u64::from(in_second > limit);
            }
        }
        (sent, refused)
    }

    #[test]
    fn it_comes_down_to_what_the_service_takes() {
        let (sent, refused) = converse(100, 120);
        // Unlimited it would send ten thousand, of which a thousand are taken.
        assert!((400..1100).contains(&sent), "{sent} sent in ten seconds at a limit of 100 a second");
        assert!(refused * 5 < sent, "{refused} of {sent} refused");
    }

    #[test]
    fn nothing_is_held_back_before_the_first_refusal() {
        let mut limiter = RateLimiter::default();
        assert_eq!(limiter.acquire(Timestamp::from_millis(5)), 0);
        limiter.record(false, Timestamp::from_millis(5));
        assert_eq!(limiter.acquire(Timestamp::from_millis(5)), 0);
    }
}
