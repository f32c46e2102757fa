//! What is shown of a lab: a snapshot, taken on the thread that holds the lab, and what came of work there.

use crate::app::figures::WorldFigures;
use crate::aws_cli::Names;
use crate::clock::Timestamp;
use crate::engine::capacity::Units;
use crate::lab::{BestAndPar, Verdict, WayCost};

use super::TranscriptEntry;

/// A snapshot of a lab, taken on its thread.
#[derive(Clone, Debug, Default)]
pub struct LabView {
    /// The lab's name; none in free play.
    pub lab: Option<String>,
    /// The step that waits, counted from 0; the number of steps when all are done.
    pub position: usize,
    /// What to take away, once all steps are done.
    pub outro: String,
    /// The step's requirements as they stand; none while its prediction is still to be made.
    pub checks: Option<Vec<Verdict>>,
    /// How the case stands, if the lab is one.
    pub case: Option<CaseView>,
    /// Whether any request was sent in the step.
    pub has_tried: bool,
    /// Which line the world's figures are about: how many had sent anything by then.
    pub line: u64,
    /// Read and write units spent in the step.
    pub spent: (Units, Units),
    /// The lab's time.
    pub now: Timestamp,
    /// The names that completion offers.
    pub names: Names,
    /// What the compared ways have cost so far.
    pub ways: Vec<WayCost>,
    /// What its steps took at best and can be done with, once the lab is done.
    pub par: Option<BestAndPar>,
    /// The world as it can be drawn.
    pub world: WorldFigures,
    /// What to paste into a shell so that a program finds the endpoint, while it is open.
    pub endpoint: Vec<String>,
    /// The endpoint's port.
    pub port: Option<u16>,
}

/// How a case stands: its points and its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseView {
    /// The points so far.
    pub points: u64,
    /// The points of all steps.
    pub all: u64,
    /// The milliseconds left.
    pub left: u64,
}

/// What came of work on the lab's thread.
#[derive(Clone, Debug, Default)]
pub struct Ran {
    /// The lab as it stands.
    pub view: LabView,
    /// What goes into the transcript.
    pub entries: Vec<TranscriptEntry>,
    /// Whether a step was completed; it is on disk.
    pub completed: bool,
    /// Whether the step, or the lab, began again.
    pub restarted: bool,
    /// What became of a prediction, if one was given: as it was typed, or why it is none.
    pub predicted: Option<Result<String, String>>,
    /// What to put into the prompt.
    pub insert: Option<String>,
    /// Words for the footer.
    pub notice: Option<String>,
}
