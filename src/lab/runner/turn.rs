//! What comes of what is done in a lab: of a line, of a step, and in units.

use super::super::case::Verdict;
use super::super::predict::Prediction;
use super::super::workbench::Reply;
use crate::content::lab::Step;
use crate::engine::capacity::Units;

/// What came of a line typed in a lab.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The line's result.
    pub reply: Reply,
    /// The step's checks after it.
    pub verdicts: Vec<Verdict>,
    /// What others did meanwhile.
    pub meanwhile: Vec<String>,
    /// The words for a near miss.
    pub near_miss: Option<String>,
    /// The step that this line completed.
    pub completed: Option<Completed>,
}

/// What came of something done in a lab.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The number of the journal's newest entry before it.
    pub since: u64,
    /// The step's checks after it.
    pub verdicts: Vec<Verdict>,
    /// What others did meanwhile.
    pub meanwhile: Vec<String>,
    /// The words for a near miss.
    pub near_miss: Option<String>,
    /// The step that it completed.
    pub completed: Option<Completed>,
}

/// A step that was completed.
#[derive(Clone, Debug)]
pub struct Completed {
    /// The step.
    pub step: Step,
    /// What was predicted and what it came to, if the step asks for that.
    pub prediction: Option<Prediction>,
    /// What was to be seen, with the figures of this run.
    pub debrief: String,
    /// Whether the learner had its solution shown.
    pub is_shown: bool,
    /// What all of its requests came to.
    pub spent: Spent,
    /// The points for it, in a case.
    pub points: Option<u64>,
    /// The number of the journal's newest entry then.
    pub ended: u64,
    /// The lines that it was done with.
    pub typed: Vec<String>,
}

/// What some requests came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// How many there were.
    pub requests: u64,
    /// Read units.
    pub read: Units,
    /// Write units.
    pub write: Units,
}

/// What one way of getting an answer cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayCost {
    /// What it is called.
    pub label: String,
    /// The operation, with the index if one was read.
    pub operation: String,
    /// Items read: ScannedCount, over all pages.
    pub read: u64,
    /// Items returned: Count, over all pages.
    pub returned: u64,
    /// Read units, over all pages.
    pub units: Units,
}

impl std::ops::AddAssign for Spent {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.read += other.read;
        self.write += other.write;
    }
}

/// What the steps of a lab took at best, and what they can be done with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BestAndPar {
    /// What they took at best.
    pub best: Spent,
    /// What they can be done with.
    pub par: Spent,
}
