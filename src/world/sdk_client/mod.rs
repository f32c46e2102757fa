//! The SDK's side: what stands between a caller and the service when a request is refused, or its answer is lost.
//!
//! The life of a call: [`SdkClient::before`] says how long the client holds a request back; the request is sent; from what
//! came of it [`SdkClient::after`] decides whether it is done, is tried again after a wait, or is given up. [`SdkClient::call`]
//! does all of it on a world's clock and tells every [`Attempt`]; `traffic` does it for many callers at once.
//!
//! The modes and their figures are botocore's (November 2026): see [`Mode`]. Model: an answer is lost when the client's
//! settings say so, after the service has done the work, which is what makes a retried counter count twice. Left out:
//! connection pools, clock skew, credentials. Source: AWS SDKs and Tools reference guide, "Retry behavior"; AWS
//! documentation, "Error retries and exponential backoff".

use std::fmt;

use serde_json::Value;

use super::{Route, World};
use crate::chance::Chance;
use crate::clock::{Clock as _, Timestamp};
use crate::engine::{ApiError, ErrorKind};

mod limiter;
mod mode;

use limiter::RateLimiter;
pub use mode::{Mode, REVISED};

/// How a client is set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How it retries.
    pub mode: Mode,
    /// The most attempts, the first included; the mode's own number unless it is set.
    pub max_attempts: Option<u32>,
    /// How long it waits for an answer, in milliseconds.
    pub timeout: u64,
    /// Of a thousand answers, how many are lost on their way (a model).
    pub lost_per_mille: u64,
}

impl Settings {
    /// The usual settings in a mode.
    #[must_use]
    pub const fn new(mode: Mode) -> Self {
        Self { mode, max_attempts: None, timeout: 1000, lost_per_mille: 0 }
    }

    /// The most attempts, the first included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.max_attempts.unwrap_or_else(|| self.mode.attempts())
    }
}

/// What came of one attempt.
#[derive(Clone, Debug, PartialEq)]
pub enum AttemptOutcome {
    /// An answer.
    Answered(Value),
    /// An exception.
    Refused(ApiError),
    /// No answer in time; whether the work was done, the client cannot know.
    TimedOut,
}

/// What the client does after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It answers the caller.
    Done,
    /// It waits for so many milliseconds and tries again.
    Retry(u64),
    /// It hands the failure on: trying again would not help.
    NotRetryable,
    /// It hands the failure on: that was the last attempt.
    NoAttemptsLeft,
    /// It hands the failure on: too many retries of late, its retry quota is used up.
    NoQuotaLeft,
}

/// One attempt of a call.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Counted from 1.
    pub number: u32,
    /// When it was sent.
    pub at: Timestamp,
    /// The exception's name, `timeout`, or `ok`.
    pub outcome: String,
    /// What the client did then.
    pub next: Next,
}

/// A call with all its attempts.
#[derive(Clone, Debug)]
pub struct SdkCall {
    /// The attempts, in their order.
    pub attempts: Vec<Attempt>,
    /// What the caller gets.
    pub outcome: AttemptOutcome,
}

/// A client: one process that sends requests.
#[derive(Clone, Debug)]
pub struct SdkClient {
    settings: Settings,
    chance: Chance,
    /// What may still be spent on retries; not used in legacy mode.
    quota: u32,
    /// In adaptive mode.
    limiter: Option<RateLimiter>,
    /// How many tokens were made up.
    tokens: u64,
}

/// What the retry quota holds at most.
const QUOTA: u32 = 500;

impl SdkClient {
    /// A client whose waits and losses are drawn from `seed`.
    #[must_use]
    pub fn new(settings: Settings, seed: u64) -> Self {
        let limiter = (settings.mode == Mode::Adaptive).then(RateLimiter::default);
        Self { settings, chance: Chance::seeded(seed), quota: QUOTA, limiter, tokens: 0 }
    }

    /// How it is set up.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Milliseconds for which a request is held back before it is sent at `now`: what adaptive mode does once it was
    /// throttled.
    pub fn before(&mut self, now: Timestamp) -> u64 {
        self.limiter.as_mut().map_or(0, |limiter| limiter.acquire(now))
    }

    /// Whether the answer to the attempt is lost.
    pub fn loses(&mut self) -> bool {
        self.settings.lost_per_mille > 0 && self.chance.between(1, 1000) <= self.settings.lost_per_mille
    }

    /// What to do after attempt `number` (counted from 1), which ended at `now` with this exception, without an answer
    /// in time, or well.
    pub fn after(&mut self, number: u32, outcome: &AttemptOutcome, now: Timestamp) -> Next {
        let failure = match outcome {
            AttemptOutcome::Answered(_) => None,
            AttemptOutcome::Refused(error) => Some(FailureKind::of(error.kind)),
            AttemptOutcome::TimedOut => Some(FailureKind::Transient),
        };
        if let Some(limiter) = &mut self.limiter {
            limiter.record(failure == Some(FailureKind::Throttled), now);
        }
        let Some(failure) = failure else {
            self.refund(number);
            return Next::Done;
        };
        if failure == FailureKind::Final {
            return Next::NotRetryable;
        }
        if number >= self.settings.attempts() {
            return Next::NoAttemptsLeft;
        }
        let cost = self.settings.mode.cost(failure, matches!(outcome, AttemptOutcome::TimedOut));
        if cost > self.quota {
            return Next::NoQuotaLeft;
        }
        self.quota -= cost;
        Next::Retry(self.settings.mode.wait(number, failure, &mut self.chance))
    }

    /// A call that went well gives back what its last retry cost, or a little if it needed none.
    fn refund(&mut self, number: u32) {
        let back = if number > 1 { self.settings.mode.cost(FailureKind::Throttled, false) } else { 1 };
        self.quota = (self.quota + back).min(QUOTA);
    }

    /// Sends a request as often as it takes, on the world's clock.
    pub fn call(&mut self, world: &mut World, route: &Route, verb: &str, mut body: Value) -> SdkCall {
        self.add_token(verb, &mut body);
        let mut attempts = Vec::new();
        for number in 1.. {
            world.wait(self.before(world.clock().now()));
            let sent = world.clock().now();
            let outcome = self.attempt(world, route, verb, &body);
            let next = self.after(number, &outcome, world.clock().now());
            attempts.push(Attempt { number, at: sent, outcome: outcome.to_string(), next });
            match next {
                Next::Retry(wait) => world.wait(wait),
                _ => return SdkCall { attempts, outcome },
            }
        }
        SdkCall { attempts, outcome: AttemptOutcome::TimedOut }
    }

    fn attempt(&mut self, world: &mut World, route: &Route, verb: &str, body: &Value) -> AttemptOutcome {
        let before = world.engine().journal().recorded();
        let answer = world.request(route, verb, body.clone());
        if self.loses() {
            world.engine_mut().journal_mut().lose_answers_since(before);
            world.wait(self.settings.timeout);
            return AttemptOutcome::TimedOut;
        }
        match answer {
            Ok(body) => AttemptOutcome::Answered(body),
            Err(error) => AttemptOutcome::Refused(error),
        }
    }

    /// The SDKs give a transaction a token of its own, so that a retry is not done twice.
    fn add_token(&mut self, verb: &str, body: &mut Value) {
        let takes_token = matches!(verb, "TransactWriteItems" | "ExecuteTransaction");
        if let Some(members) =
            body.as_object_mut().filter(|members| takes_token && !members.contains_key("ClientRequestToken"))
        {
            self.tokens += 1;
            members.insert("ClientRequestToken".to_owned(), format!("sdk-call-{}", self.tokens).into());
        }
    }
}

/// What kind of failure an attempt met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FailureKind {
    /// The request itself is at fault, or its condition: trying again changes nothing.
    Final,
    /// The service asks for less.
    Throttled,
    /// It may go better the next time.
    Transient,
}

impl FailureKind {
    const fn of(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::ProvisionedThroughputExceededException
            | ErrorKind::ThrottlingException
            | ErrorKind::RequestLimitExceeded => Self::Throttled,
            ErrorKind::InternalServerError | ErrorKind::TransactionInProgressException => Self::Transient,
            _ => Self::Final,
        }
    }
}

impl fmt::Display for AttemptOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered(_) => f.write_str("ok"),
            Self::Refused(error) => f.write_str(&error.kind.name()),
            Self::TimedOut => f.write_str("timeout"),
        }
    }
}

impl fmt::Display for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Retry(wait) => write!(f, "waits {wait} ms and tries again"),
            Self::NotRetryable => f.write_str("is not retried: the same request would fail again"),
            Self::NoAttemptsLeft => f.write_str("gives up: that was the last attempt"),
            Self::NoQuotaLeft => f.write_str("gives up: the retry quota is used up"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn throttled() -> AttemptOutcome {
        AttemptOutcome::Refused(ApiError::new(ErrorKind::ProvisionedThroughputExceededException, ""))
    }

    /// The waits after attempts 1, 2, … of a call that is throttled every time, and how it ends.
    fn waits(settings: Settings) -> (Vec<u64>, Next) {
        let mut client = SdkClient::new(settings, 1);
        let mut waits = Vec::new();
        for number in 1.. {
            match client.after(number, &throttled(), Timestamp::default()) {
                Next::Retry(wait) => waits.push(wait),
                end => return (waits, end),
            }
        }
        unreachable!("a client gives up at some point")
    }

    #[test]
    fn legacy_doubles_its_wait_nine_times() {
        let (waits, end) = waits(Settings::new(Mode::Legacy));
        assert_eq!(waits, [50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800]);
        assert_eq!(end, Next::NoAttemptsLeft);
    }

    #[test]
    fn standard_draws_its_waits_below_a_growing_bound() {
        for seed in 0..50 {
            let mut client = SdkClient::new(Settings { max_attempts: Some(8), ..Settings::new(Mode::Standard) }, seed);
            for (number, bound) in (1..8).zip([1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]) {
                let Next::Retry(wait) = client.after(number, &throttled(), Timestamp::default()) else {
                    unreachable!("attempts are left")
                };
                assert!(wait <= bound, "{wait} ms after attempt {number}");
            }
        }
        assert_eq!(waits(Settings::new(Mode::Standard)).0.len(), 3);
        assert_eq!(waits(Settings::new(Mode::Adaptive)).0.len(), 3);
        assert_eq!(waits(Settings::new(Mode::Standard2025)).0.len(), 2);
        assert_eq!(Mode::find("standard-2026"), Some(Mode::Standard));
        assert_eq!(waits(Settings { max_attempts: Some(1), ..Settings::new(Mode::Standard) }).1, Next::NoAttemptsLeft);
    }

    #[test]
    fn standard_waits_shorter_after_what_is_no_throttling_since_it_was_revised() {
        for (mode, bounds) in [(Mode::Standard, [25, 50, 100]), (Mode::Standard2025, [1000, 2000, 4000])] {
            let mut longest = [0; 3];
            for seed in 0..200 {
                let mut client = SdkClient::new(Settings { max_attempts: Some(4), ..Settings::new(mode) }, seed);
                for (number, longest) in (1..4).zip(&mut longest) {
                    let Next::Retry(wait) = client.after(number, &AttemptOutcome::TimedOut, Timestamp::default())
                    else {
                        unreachable!("attempts are left")
                    };
                    *longest = wait.max(*longest);
                }
            }
            for (longest, bound) in longest.into_iter().zip(bounds) {
                assert!(longest <= bound && longest > bound * 9 / 10, "{} {longest} of {bound}", mode.name());
            }
        }
    }

    #[test]
    fn what_cannot_go_better_is_not_retried() {
        let mut client = SdkClient::new(Settings::new(Mode::Legacy), 1);
        let failed = AttemptOutcome::Refused(ApiError::new(ErrorKind::ConditionalCheckFailedException, ""));
        assert_eq!(client.after(1, &failed, Timestamp::default()), Next::NotRetryable);
    }

    #[test]
    fn the_quota_ends_a_storm_of_retries_and_is_refunded_by_success() {
        let mut client = SdkClient::new(Settings::new(Mode::Standard), 1);
        let retried = (0..200).filter(|_| client.after(1, &throttled(), Timestamp::default()) != Next::NoQuotaLeft);
        assert_eq!(retried.count(), 100, "500 over 5 a retry");
        for _ in 0..5 {
            client.after(1, &AttemptOutcome::Answered(Value::Null), Timestamp::default());
        }
        assert!(matches!(client.after(1, &throttled(), Timestamp::default()), Next::Retry(_)));
    }
}
