//! How a case stands: its points, and the time that is left.

use serde::{Deserialize, Serialize};

use super::Runner;
use crate::clock::Timestamp;
use crate::content::lab::Step;

/// How a case stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// The points so far.
    pub points: u64,
    /// What real time it was when the case began; after a break, as if it had begun so much later.
    pub(super) began: Timestamp,
}

/// How a case stood when it was left: what the progress file keeps of it, so that a break is no time won or lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptScore {
    /// The points so far.
    pub points: u64,
    /// The seconds that were used.
    pub seconds: u64,
}

impl Runner {
    /// The points for a step that is done now: none if its solution was shown, or when the time is up.
    pub(super) fn points_for(&self, step: &Step) -> Option<u64> {
        let points = step.points?;
        Some(if self.is_shown || self.seconds_left() == Some(0) { 0 } else { points })
    }

    /// How the case stands.
    #[must_use]
    pub const fn score(&self) -> &Score {
        &self.score
    }

    /// How many real seconds are left of the case; `None` if the lab is none.
    #[must_use]
    pub fn seconds_left(&self) -> Option<u64> {
        let case = self.lab.case?;
        let passed = self.bench.real_time().millis_since(self.score.began) / 1000;
        Some((case.minutes * 60).saturating_sub(passed))
    }

    /// What the progress file keeps of a case; `None` if the lab is none, or is done.
    #[must_use]
    pub fn kept_score(&self) -> Option<KeptScore> {
        let case = self.lab.case.filter(|_| !self.is_finished())?;
        let seconds = (case.minutes * 60).saturating_sub(self.seconds_left()?);
        Some(KeptScore { points: self.score.points, seconds })
    }

    /// Goes on with a case as it was left.
    pub fn go_on_with(&mut self, kept: KeptScore) {
        let used = kept.seconds.saturating_mul(1000);
        let began = self.bench.real_time().as_millis().saturating_sub(used);
        self.score = Score { points: kept.points, began: Timestamp::from_millis(began) };
    }
}
