//! A running session: the question that is asked, how it was answered, and what is left.

use super::answer::{self, AnswerError};
use crate::chance::Chance;
use crate::content::{Choice, Question};

/// A question as it is shown: its options in the order of this session.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The question.
    pub question: Question,
    /// The options in the order shown.
    pub shown: Vec<Shown>,
}

/// An option as it is shown.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its letter in this session.
    pub letter: char,
    /// The option.
    pub option: Choice,
    /// Its place in the question's file, counted from 0: what progress is kept under.
    pub place: usize,
}

/// How an answer was graded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graded {
    /// Whether exactly the right options were chosen.
    pub correct: bool,
    /// The chosen options, as places in the order shown.
    pub chosen: Vec<usize>,
    /// The chosen options, as places in the question's file.
    pub places: Vec<usize>,
}

/// A session: questions with shuffled options, and the answers so far.
#[derive(Clone, Debug)]
pub struct Session {
    asked: Vec<Asked>,
    graded: Vec<Graded>,
}

impl Asked {
    /// The question with its options shuffled; the shuffle depends on the seed and the question, not on what came
    /// before it.
    #[must_use]
    pub fn new(question: &Question, seed: u64) -> Self {
        let mut places: Vec<usize> = (0..question.options.len()).collect();
        let salt = question.id.bytes().fold(seed, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
        Chance::seeded(salt).shuffle(&mut places);
        let shown = places.into_iter().enumerate().map(|(at, place)| Shown {
            letter: answer::letter(at),
            option: question.options[place].clone(),
            place,
        });
        Self { shown: shown.collect(), question: question.clone() }
    }

    /// Reads letters as a choice of options, as places in the order shown.
    ///
    /// # Errors
    /// What was expected and what was found; such an answer is not counted.
    pub fn read_answer(&self, text: &str) -> Result<Vec<usize>, AnswerError> {
        answer::read(text, self.shown.len(), self.question.choose)
    }

    /// Grades a choice.
    #[must_use]
    pub fn grade(&self, chosen: &[usize]) -> Graded {
        let correct = self.shown.iter().enumerate().all(|(at, shown)| shown.option.correct == chosen.contains(&at));
        let places = chosen.iter().filter_map(|at| self.shown.get(*at)).map(|shown| shown.place).collect();
        Graded { correct, chosen: chosen.to_vec(), places }
    }
}

impl Session {
    /// A session over these questions.
    #[must_use]
    pub fn new(questions: &[&Question], seed: u64) -> Self {
        Self { asked: questions.iter().map(|question| Asked::new(question, seed)).collect(), graded: Vec::new() }
    }

    /// How many questions it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.asked.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }

    /// How many are answered.
    #[must_use]
    pub fn answered(&self) -> usize {
        self.graded.len()
    }

    /// How many are answered rightly.
    #[must_use]
    pub fn correct(&self) -> usize {
        self.graded.iter().filter(|graded| graded.correct).count()
    }

    /// The question that waits for an answer; `None` when all are answered.
    #[must_use]
    pub fn current(&self) -> Option<&Asked> {
        self.asked.get(self.graded.len())
    }

    /// The question answered last, and how.
    #[must_use]
    pub fn last(&self) -> Option<(&Asked, &Graded)> {
        let graded = self.graded.last()?;
        Some((self.asked.get(self.graded.len() - 1)?, graded))
    }

    /// All answered questions, and how.
    pub fn results(&self) -> impl Iterator<Item = (&Asked, &Graded)> {
        self.asked.iter().zip(&self.graded)
    }

    /// Counts an answer to the current question.
    pub fn answer(&mut self, graded: Graded) {
        if self.graded.len() < self.asked.len() {
            self.graded.push(graded);
        }
    }
}
