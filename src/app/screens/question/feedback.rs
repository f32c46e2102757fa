//! An answered question that is read: how it was graded, and which reasons are unfolded.

use std::collections::BTreeSet;

use super::marks::place_of;
use crate::app::message::{Message, QuestionMessage};
use crate::quiz::{Asked, Graded};

/// An answered question.
#[derive(Clone, Debug)]
pub struct Feedback {
    /// The question as it was asked.
    pub asked: Asked,
    /// How the answer was graded.
    pub graded: Graded,
    /// The option that the cursor is on.
    pub cursor: usize,
    /// The options whose reasons are unfolded.
    pub unfolded: BTreeSet<usize>,
}

impl Feedback {
    /// Feedback with only the learner's and the right options unfolded.
    #[must_use]
    pub fn new(asked: Asked, graded: Graded) -> Self {
        let is_open = |at: &usize| graded.chosen.contains(at) || asked.shown[*at].option.correct;
        let unfolded: BTreeSet<usize> = (0..asked.shown.len()).filter(is_open).collect();
        // The right one is where reading begins, so that it is in view on a small screen.
        let cursor = asked.shown.iter().position(|shown| shown.option.correct).unwrap_or(0);
        Self { asked, graded, cursor, unfolded }
    }

    /// Unfolds the reasons of an option, or folds them.
    pub fn toggle(&mut self, at: usize) {
        if at < self.asked.shown.len() {
            self.cursor = at;
            if !self.unfolded.remove(&at) {
                self.unfolded.insert(at);
            }
        }
    }

    /// Unfolds all reasons; folds them if all are unfolded.
    pub fn toggle_all(&mut self) {
        let all = self.asked.shown.len();
        self.unfolded = if self.unfolded.len() == all { BTreeSet::new() } else { (0..all).collect() };
    }

    /// Takes in what both practice and an exam's report let a reader do.
    pub fn read(&mut self, message: &Message, page: usize) {
        let last = self.asked.shown.len().saturating_sub(1);
        match message {
            Message::Move(motion) => self.cursor = motion.from(self.cursor, last, page),
            Message::Choose(at) => self.toggle(*at),
            Message::Question(QuestionMessage::Letter(letter)) => {
                if let Some(at) = place_of(*letter, &self.asked) {
                    self.toggle(at);
                }
            }
            Message::Question(QuestionMessage::Mark) => self.toggle(self.cursor),
            Message::Question(QuestionMessage::Unfold) => self.toggle_all(),
            _ => {}
        }
    }
}
