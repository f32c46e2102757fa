//! Faults on demand around the tables: answers that are lost, and records that no function can digest.
//!
//! What the tables themselves refuse on demand are the engine's [`Faults`]; [`Chaos`] holds both, and is what is set and
//! shown. Model: on the service nobody chooses when these happen.
//! Source: AWS documentation, "Error retries and exponential backoff in AWS", "Using AWS Lambda with Amazon DynamoDB".

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::World;
use crate::engine::Faults;
use crate::engine::plan::Effect;

/// How many requests, or records, have each fault before them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Chaos {
    /// What the tables refuse, or answer from a replica that is behind.
    pub faults: Faults,
    /// Writes whose first answer is lost, so that the SDK sends them twice.
    pub duplicate: u32,
    /// Stream records at which functions fail, however often they are given them.
    pub poison: u32,
}

/// How many records that no function can digest are remembered; the oldest become digestible again.
const KEPT_POISON: usize = 10_000;

/// The records that no function can digest.
#[derive(Clone, Debug, Default)]
pub(super) struct Poison {
    /// How many are to come.
    pub(super) armed: u32,
    known: BTreeSet<(Arc<str>, u64)>,
}

impl Poison {
    /// Whether a record of a stream is poison; while some are to come, each new one that is asked about is.
    pub(super) fn is_in(&mut self, stream: &Arc<str>, sequence: u64, is_new: bool) -> bool {
        let record = (Arc::clone(stream), sequence);
        if self.known.contains(&record) {
            return true;
        }
        let becomes = is_new && self.armed > 0;
        if becomes {
            self.armed -= 1;
            self.known.insert(record);
            if self.known.len() > KEPT_POISON {
                self.known.pop_first();
            }
        }
        becomes
    }
}

impl World {
    /// The faults to come.
    #[must_use]
    pub const fn chaos(&self) -> Chaos {
        Chaos { faults: self.engine.faults(), duplicate: self.duplicates, poison: self.lambda.poison_to_come() }
    }

    /// Arms faults, in place of those that were.
    pub const fn set_chaos(&mut self, chaos: Chaos) {
        self.engine.set_faults(chaos.faults);
        self.duplicates = chaos.duplicate;
        self.lambda.set_poison(chaos.poison);
    }

    /// Whether a request's first answer is lost; that uses one of those to come up.
    pub(super) fn loses_answer(&mut self, region: &str, verb: &str, body: &Value) -> bool {
        if self.duplicates == 0 || !self.would_write(region, verb, body) {
            return false;
        }
        self.duplicates -= 1;
        true
    }

    /// Whether a request gets as far as a write or its condition.
    fn would_write(&mut self, region: &str, verb: &str, body: &Value) -> bool {
        let plans = self.engine_in(region).explain(verb, body.clone());
        plans.is_ok_and(|plans| plans.iter().any(|plan| plan.effect == Effect::Write))
    }

    /// Tells what the request that has just ended met on demand, `before` being what there was to come.
    pub(super) fn tell_chaos(&mut self, before: Chaos) {
        let after = self.chaos();
        let met = [
            (before.faults.throttle, after.faults.throttle, "the request was throttled on demand"),
            (before.faults.conflict, after.faults.conflict, "the write met a transaction on demand"),
            (before.faults.stale, after.faults.stale, "a replica that is a minute behind answered"),
            (before.duplicate, after.duplicate, "the first answer was lost; the request was sent twice"),
        ];
        for (before, after, what) in met {
            if after < before {
                self.note(format!("[chaos] {what} (model); {after} more to come"));
            }
        }
    }
}
