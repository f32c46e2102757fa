//! What can be started, and where the learner stands: what the home screen, the lists and the palette choose from.

use std::collections::BTreeMap;

use crate::content::Library;
use crate::progress::{Logged, Summary, Tally};
use crate::quiz::{Order, Purpose};

use super::study::Length;
use super::text::minutes;

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
    /// The session that was left, by its row in the progress file: an exam that is paused, or a quiz.
    Left(i64),
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

/// A session that was left in the middle: an exam that is paused, or a quiz.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftSession {
    /// Its row in the progress file.
    pub row: i64,
    /// What it was for.
    pub purpose: Purpose,
    /// The topic of all its questions; `None` if they are of several.
    pub topic: Option<String>,
    /// Questions that are answered.
    pub answered: usize,
    /// All of its questions.
    pub all: usize,
    /// The milliseconds that are left of an exam.
    pub left: Option<u64>,
}

impl LeftSession {
    /// Returns what resuming it is called in lists.
    #[must_use]
    pub fn label(&self, library: &Library) -> String {
        let what = match (self.purpose, &self.topic) {
            (Purpose::Exam, _) => "the exam".to_owned(),
            (purpose, Some(topic)) => format!("{} ({})", purpose.name(), library.topic_title(topic)),
            (purpose, None) => purpose.name().to_owned(),
        };
        format!("Resume {what}: {} of {} answered", self.answered, self.all)
    }

    /// Returns why it is offered.
    #[must_use]
    pub fn why(&self) -> String {
        match self.left {
            Some(left) => format!("{} are left; the clock is stopped until you resume", minutes(left)),
            None => "You left it in the middle".to_owned(),
        }
    }
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
    /// Sessions that were left, newest first.
    pub left: Vec<LeftSession>,
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

impl Standing {
    /// Returns the exams that are paused, or the quizzes that were left, newest first.
    pub fn left(&self, are_exams: bool) -> impl Iterator<Item = &LeftSession> {
        self.left.iter().filter(move |left| (left.purpose == Purpose::Exam) == are_exams)
    }
}
