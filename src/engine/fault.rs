//! Faults on demand: what a program must live with, made to happen to the next requests.
//!
//! [`Engine::set_faults`] arms them; each request that meets one uses one up. A refusal takes the way of a true one, so
//! that batches answer it as unprocessed entries and transactions as a reason. Model: on the service nobody chooses when.
//! Source: AWS documentation, "Error handling with DynamoDB", "Amazon DynamoDB transactions: how it works".

use super::capacity::{Place, Rate};
use super::lag::Lag;
use super::{ApiError, Engine, ErrorKind, messages};

/// How far behind the replica is that answers a stale read on demand, in milliseconds.
const STALE_MILLIS: u64 = 60_000;

/// How many requests have each fault before them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Requests for items that are throttled.
    pub throttle: u32,
    /// Writes that find a transaction in progress on their item.
    pub conflict: u32,
    /// Eventually consistent reads that are answered by a replica a minute behind.
    pub stale: u32,
}

/// The faults to come, and those that the running request has met.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Armed {
    faults: Faults,
    throttled: bool,
    conflicted: bool,
}

impl Engine {
    /// The faults to come.
    #[must_use]
    pub const fn faults(&self) -> Faults {
        self.armed.faults
    }

    /// Arms faults, in place of those that were. A stale read sees no further back than this.
    pub const fn set_faults(&mut self, faults: Faults) {
        self.armed.faults = faults;
    }

    /// Whether the running request is to be throttled.
    pub(super) const fn meets_throttle(&mut self) -> bool {
        self.armed.throttled = self.armed.faults.throttle > 0;
        self.armed.throttled
    }

    /// Refuses a write that is to find a transaction in progress on its item.
    pub(super) fn meet_conflict(&mut self) -> Result<(), ApiError> {
        if self.armed.faults.conflict == 0 {
            return Ok(());
        }
        self.armed.conflicted = true;
        Err(ApiError::new(ErrorKind::TransactionConflictException, messages::requests::TRANSACTION_ONGOING))
    }

    /// How far behind a read is that is to be stale.
    pub(super) const fn meets_stale(&mut self, place: &Place, rate: Rate) -> Option<u64> {
        let is_eventual = matches!(rate, Rate::EventualRead) || matches!(place, Place::Global(_));
        if self.armed.faults.stale == 0 || !is_eventual {
            return None;
        }
        self.armed.faults.stale -= 1;
        Some(STALE_MILLIS)
    }

    /// How far back what was written is remembered, for those that read behind.
    pub(super) fn remembered(&self) -> Lag {
        let least = if self.armed.faults.stale > 0 { STALE_MILLIS } else { 0 };
        let Lag { replica, index } = self.config.lag;
        Lag { replica: replica.max(least), index: index.max(least) }
    }

    /// Uses up the faults that a request has met, now that it has ended.
    pub(super) const fn use_faults_up(&mut self) {
        let Armed { faults, throttled, conflicted } = &mut self.armed;
        faults.throttle -= *throttled as u32;
        faults.conflict -= *conflicted as u32;
        (*throttled, *conflicted) = (false, false);
    }
}
