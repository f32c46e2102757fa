//! What stands in a lab's transcript: commands, what came back, what it cost, what the lab says of it.
//!
//! The life of an entry: a typed line becomes one at once, the rest comes with what the line did ([`Ran`]); long results are
//! folded, and unfold one by one. Nothing is ever taken out or replaced.
//!
//! [`Ran`]: super::Ran

use crate::app::line::Line;

/// Something in the transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TranscriptEntry {
    /// What it is.
    pub kind: EntryKind,
    /// Its lines.
    pub lines: Vec<Line>,
    /// Whether it is shown whole.
    pub is_unfolded: bool,
    /// How many of its lines are shown while it is folded.
    pub folded: usize,
}

/// What an entry of the transcript is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A typed command.
    Command,
    /// A request of the learner's own program.
    Request,
    /// What came back.
    Result,
    /// What it cost: the sum first, then how it came about.
    Cost,
    /// A hint or help.
    Help,
    /// A line of the reference solution; it can be put into the prompt as a command can.
    Solution,
    /// What the lab says of it: done, nearly, or what is missing.
    Verdict,
    /// What the step still lacks, where the list of all checks does not stand under the line.
    Missing,
    /// What a step was about, once it is done; the lab's opening.
    Story,
}

/// The lines of a result that are shown before it is unfolded.
pub const FOLDED: usize = 12;

impl TranscriptEntry {
    /// An entry that is shown folded if it is long.
    #[must_use]
    pub const fn new(kind: EntryKind, lines: Vec<Line>) -> Self {
        let folded = match kind {
            EntryKind::Cost => 1,
            EntryKind::Result => FOLDED,
            _ => usize::MAX,
        };
        Self { kind, lines, is_unfolded: false, folded }
    }

    /// How many of its lines are shown.
    #[must_use]
    pub fn shown(&self) -> usize {
        let all = self.lines.len();
        // A fold that hides a single line of a result saves nothing.
        let spare = usize::from(self.kind == EntryKind::Result);
        if self.is_unfolded || all <= self.folded.saturating_add(spare) { all } else { self.folded }
    }
}

/// A typed command as the transcript shows it.
pub(super) fn command_lines(line: &str) -> Vec<Line> {
    line.lines().map(Line::code).collect()
}
