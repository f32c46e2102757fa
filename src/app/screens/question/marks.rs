//! What is marked of a question that is asked: options, those that are struck out, and how sure the learner is.

use std::collections::BTreeSet;

use crate::app::message::{Message, QuestionMessage};
use crate::app::screens::Refusal;
use crate::quiz::{Asked, Confidence, Given};

/// What is marked of a question that is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The marked options, as places in the order shown.
    pub marked: Vec<usize>,
    /// The option that the cursor is on.
    pub cursor: usize,
    /// The options that are struck out.
    pub struck: BTreeSet<usize>,
    /// How sure the learner says to be.
    pub confidence: Option<Confidence>,
}

impl Marks {
    /// Marks of an answer that was given before.
    #[must_use]
    pub fn of(given: Option<&Given>) -> Self {
        let given = given.cloned().unwrap_or_default();
        Self { marked: given.chosen, confidence: given.confidence, ..Self::default() }
    }

    /// Marks an option or takes its mark away; where one is wanted, a new mark replaces the old. An option that is struck
    /// out comes back with its mark.
    pub fn mark(&mut self, at: usize, asked: &Asked) {
        if at >= asked.shown.len() {
            return;
        }
        self.cursor = at;
        self.struck.remove(&at);
        if let Some(place) = self.marked.iter().position(|marked| *marked == at) {
            self.marked.remove(place);
            return;
        }
        if asked.question.choose == 1 {
            self.marked.clear();
        }
        self.marked.push(at);
        self.marked.sort_unstable();
    }

    /// Strikes the option under the cursor out, or brings it back; a mark on it goes.
    pub fn strike(&mut self) {
        if !self.struck.remove(&self.cursor) {
            self.marked.retain(|marked| *marked != self.cursor);
            self.struck.insert(self.cursor);
        }
    }

    /// Marks the option under a letter.
    ///
    /// # Errors
    /// No option has it.
    pub fn letter(&mut self, letter: char, asked: &Asked) -> Result<(), Refusal> {
        match place_of(letter, asked) {
            Some(at) => {
                self.mark(at, asked);
                Ok(())
            }
            None => Err(format!("Expected a letter from A to {}, then enter", last_letter(asked))),
        }
    }

    /// Returns the answer that the marks are.
    ///
    /// # Errors
    /// There are more or fewer marks than the question wants.
    pub fn given(&self, asked: &Asked) -> Result<Given, Refusal> {
        let (wanted, found) = (asked.question.choose, self.marked.len());
        if found == wanted {
            return Ok(Given { chosen: self.marked.clone(), confidence: self.confidence });
        }
        Err(match (wanted, found) {
            (1, _) => format!("Mark an option first: a letter from A to {}, or space", last_letter(asked)),
            (wanted, found) if found < wanted => format!("Choose {wanted}: {} more to mark", wanted - found),
            (wanted, found) => format!("Choose {wanted}: {found} are marked"),
        })
    }
}

/// Takes in what can be done to a question that is asked, in practice and in an exam.
///
/// # Errors
/// Words for the learner; nothing has changed.
pub(in crate::app::screens) fn ask(
    marks: &mut Marks,
    message: &Message,
    asked: &Asked,
    page: usize,
) -> Result<(), Refusal> {
    match message {
        Message::Move(motion) => marks.cursor = motion.from(marks.cursor, asked.shown.len().saturating_sub(1), page),
        Message::Choose(at) => marks.mark(*at, asked),
        Message::Question(QuestionMessage::Mark) => marks.mark(marks.cursor, asked),
        Message::Question(QuestionMessage::Letter(letter)) => marks.letter(*letter, asked)?,
        Message::Question(QuestionMessage::Strike) => marks.strike(),
        Message::Question(QuestionMessage::Confident(confidence)) => marks.confidence = Some(*confidence),
        _ => {}
    }
    Ok(())
}

/// The place of the option under a letter.
pub(super) fn place_of(letter: char, asked: &Asked) -> Option<usize> {
    asked.shown.iter().position(|shown| shown.letter == letter.to_ascii_uppercase())
}

fn last_letter(asked: &Asked) -> char {
    asked.shown.last().map_or('A', |shown| shown.letter)
}
