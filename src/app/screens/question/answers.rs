//! The list of a session's questions, of which some are shown: the summary of a quiz, and an exam's review page and report.

use super::feedback::Feedback;
use crate::app::message::Message;
use crate::app::pane::{Motion, Pane};
use crate::quiz::{Asked, Session};

/// A list of answered questions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AnswerList {
    /// The chosen question, as a place among those shown.
    pub cursor: usize,
    /// Which are shown.
    pub shows: Shows,
}

/// Which questions a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shows {
    /// All.
    #[default]
    All,
    /// Those that were not answered rightly.
    Wrong,
    /// Those that were answered rightly.
    Right,
    /// Those that were flagged.
    Flagged,
    /// Those without an answer, or with too few marks.
    Blank,
}

impl Shows {
    /// Its name on screen.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Wrong => "wrong",
            Self::Right => "right",
            Self::Flagged => "flagged",
            Self::Blank => "not answered",
        }
    }

    /// Returns the kind after this one among `kinds`, the first after the last.
    #[must_use]
    pub fn next(self, kinds: &[Self]) -> Self {
        let at = kinds.iter().position(|kind| *kind == self).map_or(0, |at| at + 1);
        kinds.get(at).or(kinds.first()).copied().unwrap_or_default()
    }
}

impl AnswerList {
    /// Returns the places of the session's questions that are shown.
    #[must_use]
    pub fn places(&self, session: &Session) -> Vec<usize> {
        let is_shown = |(at, asked): (usize, &Asked)| {
            let given = session.given(at);
            let correct = given.is_some_and(|given| asked.grade(given).correct);
            let shown = match self.shows {
                Shows::All => true,
                Shows::Wrong => !correct,
                Shows::Right => correct,
                Shows::Flagged => session.is_flagged(at),
                Shows::Blank => !session.is_answered(at),
            };
            shown.then_some(at)
        };
        session.questions().enumerate().filter_map(is_shown).collect()
    }

    /// Moves the cursor.
    pub fn step(&mut self, motion: Motion, session: &Session, page: usize) {
        let last = self.places(session).len().saturating_sub(1);
        self.cursor = motion.from(self.cursor, last, page);
    }

    /// Moves the cursor by keys or the wheel: a list has its cursor in view.
    #[must_use]
    pub const fn motion_of(message: &Message) -> Option<Motion> {
        match message {
            Message::Move(motion) | Message::Scroll(None | Some(Pane::Main), motion) => Some(*motion),
            _ => None,
        }
    }

    /// Returns the chosen question with its feedback.
    #[must_use]
    pub fn chosen(&self, session: &Session) -> Option<Feedback> {
        let at = *self.places(session).get(self.cursor)?;
        let asked = session.questions().nth(at)?.clone();
        let graded = asked.grade(&session.given(at).cloned().unwrap_or_default());
        Some(Feedback::new(asked, graded))
    }
}
