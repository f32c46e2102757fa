//! What can be started, and where the learner stands: what the home screen, the lists and the palette choose from.

use std::collections::BTreeMap;

use crate::progress::{Logged, Summary, Tally};
use crate::quiz::{Order, Purpose};

use super::study::Length;

/// Something that can be opened or started, from a list, the palette or the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// Questions over all topics.
    Mixed,
    /// Questions of one topic.
    Topic(String),
    /// Questions that exercise one claim.
    Claim(String),
    /// One question.
    Question(String),
    /// A first look at where the learner stands.
    Diagnostic,
    /// What is due for review.
    Review,
    /// The weakest topics, what was missed, what was never seen.
    Ordered(Order),
    /// What the learner imported.
    Imported,
    /// An exam.
    Exam(Length),
    /// The exam that was paused.
    Paused,
    /// The quiz for a purpose that was left.
    Left(Purpose),
    /// The report of an exam that was handed in.
    Report(i64),
    /// A lab, from where it was left.
    Lab(String),
    /// A lab from its first step.
    LabAnew(String),
    /// Three questions on what a lab is about.
    OfLab(String),
    /// A finished lab, to be read again, with its tables as they were at its end.
    LabAgain(String),
    /// Free play on a small shop.
    Sandbox,
    /// The list of what can be practised.
    Practice,
    /// The list of labs.
    Labs,
    /// The list of exams.
    Exams,
    /// The scores.
    Scores,
    /// The one-minute tour.
    Tour,
}

/// A quiz that was left in the middle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftQuiz {
    /// What it was for.
    pub purpose: Purpose,
    /// Questions that are answered.
    pub answered: usize,
    /// All of its questions.
    pub all: usize,
}

/// An exam that was paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PausedExam {
    /// The milliseconds that are left of it.
    pub left: u64,
    /// Questions that are answered.
    pub answered: usize,
    /// All of its questions.
    pub all: usize,
}

/// An exam that was handed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastExam {
    /// Its row in the progress file.
    pub id: i64,
    /// When it was begun, in milliseconds since 1970.
    pub at: u64,
    /// Questions that were answered rightly.
    pub correct: usize,
    /// All of its questions.
    pub all: usize,
}

impl PastExam {
    /// Returns its answers and the right ones.
    #[must_use]
    pub const fn tally(&self) -> Tally {
        Tally { answers: self.all as u64, correct: self.correct as u64 }
    }
}

/// How ready the learner was on a day: shares of questions answered rightly, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The day, in days since 1970.
    pub day: u32,
    /// The most likely share.
    pub share: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Where the learner stands, as last read from the progress file.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The scores.
    pub summary: Summary,
    /// Every answer.
    pub log: Vec<Logged>,
    /// How many cards are due for review today.
    pub due: usize,
    /// How many cards become due on each of the next days, today first.
    pub forecast: Vec<usize>,
    /// The exam that was paused, the newest if there are several.
    pub paused: Option<PausedExam>,
    /// Quizzes that were left, newest first.
    pub left: Vec<LeftQuiz>,
    /// Exams that were handed in, newest first.
    pub exams: Vec<PastExam>,
    /// How many questions the learner imported.
    pub imported: usize,
    /// The day of the exam, in days since 1970, if the learner named it.
    pub exam_day: Option<u32>,
    /// The day that it is, in days since 1970.
    pub today: u32,
    /// How many questions the learner wants to answer a day, if that is set.
    pub daily_goal: Option<u16>,
    /// The day on which each family of questions comes back, in days since 1970.
    pub comes_back: BTreeMap<String, u32>,
    /// Why nothing that is done now is saved; `None` as long as it is.
    pub unsaved: Option<String>,
    /// How the estimate of readiness went, a point for each day on which there was one, oldest first.
    pub readiness: Vec<Estimate>,
}
