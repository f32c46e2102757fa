//! A running session: the question that is asked, how it was answered, what is left, and how long it may take.
//!
//! A practice session goes from question to question, each graded at once. An exam may be gone through in any order; its
//! answers can be changed and flagged until the learner hands it in or its time is over, and blanks are wrong. That the time
//! is over ([`Session::is_over`]) does not end an exam by itself: whoever runs it saves its answers and ends it together.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::answer::{self, AnswerError, Confidence};
use crate::chance::Chance;
use crate::content::{Choice, Question};
use crate::safe_text::retold;

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

/// An answer: the chosen options, as places in the order shown, and how sure the learner said to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The chosen options.
    pub chosen: Vec<usize>,
    /// How sure.
    pub confidence: Option<Confidence>,
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
    /// How sure the learner said to be.
    pub confidence: Option<Confidence>,
}

/// What a session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// Questions with feedback at once.
    Practice,
    /// A first look at where the learner stands.
    Diagnostic,
    /// What is due for review.
    Review,
    /// An exam: a time limit, and feedback at the end.
    Exam,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Practice, Self::Diagnostic, Self::Review, Self::Exam];

    /// Its name in the progress file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Diagnostic => "diagnostic",
            Self::Review => "review",
            Self::Exam => "exam",
        }
    }

    /// The purpose of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.name() == name)
    }
}

/// A session.
#[derive(Clone, Debug)]
pub struct Session {
    purpose: Purpose,
    seed: u64,
    asked: Vec<Asked>,
    given: Vec<Option<Given>>,
    flagged: BTreeSet<usize>,
    at: usize,
    limit: Option<u64>,
    spent: u64,
    is_ended: bool,
}

/// The most milliseconds that a saved session may have taken: more than thirty years.
const LONGEST: u64 = 1_000_000_000_000;

/// A session as it is saved: questions by their names, answers by the options' places in their files. A field that is
/// added needs a default, or sessions that were left cannot be read any more.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedSession {
    purpose: Purpose,
    seed: u64,
    questions: Vec<String>,
    given: Vec<Option<SavedAnswer>>,
    flagged: BTreeSet<usize>,
    at: usize,
    limit: Option<u64>,
    spent: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SavedAnswer {
    places: Vec<usize>,
    confidence: Option<Confidence>,
}

impl SavedSession {
    /// Its state as text, which [`SavedSession::read`] reads.
    #[must_use]
    pub fn text(&self) -> String {
        // Numbers, texts and lists of them can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads the saved state of a session that was saved for `purpose`.
    ///
    /// # Errors
    /// It is not such a state: what was expected and what was found.
    pub fn read(state: &str, purpose: Purpose) -> Result<Self, String> {
        let saved: Self = serde_json::from_str(state)
            .map_err(|error| format!("expected a session's state: {}", retold(&error.to_string())))?;
        let count = saved.questions.len();
        if saved.purpose != purpose {
            return Err(format!("expected the purpose {}, found {}", purpose.name(), saved.purpose.name()));
        }
        if count == 0 {
            return Err("expected questions, found none".to_owned());
        }
        if saved.given.len() != count {
            return Err(format!("expected {count} answers or blanks, one a question, found {}", saved.given.len()));
        }
        // A session of which every question is answered stands after its last.
        if saved.at > count || saved.flagged.iter().any(|at| *at >= count) {
            return Err(format!("expected places from 0 to {count}, found {} and {:?}", saved.at, saved.flagged));
        }
        if saved.limit.is_some() != (purpose == Purpose::Exam) {
            return Err(format!("expected a time limit in an exam and nowhere else, found {:?}", saved.limit));
        }
        if saved.spent > LONGEST {
            return Err(format!("expected at most {LONGEST} milliseconds spent, found {}", saved.spent));
        }
        Ok(saved)
    }
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

    /// Reads letters as a choice of options, and what may be said of how sure it is: `B`, `a,c`, `B!`, `B?`, `B unsure`.
    ///
    /// # Errors
    /// What was expected and what was found; such an answer is not counted.
    pub fn read_answer(&self, text: &str) -> Result<Given, AnswerError> {
        let (letters, confidence) = Confidence::split(text);
        let chosen = answer::read(letters, self.shown.len(), self.question.choose)?;
        Ok(Given { chosen, confidence })
    }

    /// Grades an answer.
    #[must_use]
    pub fn grade(&self, given: &Given) -> Graded {
        let chosen = given.chosen.clone();
        let correct = self.shown.iter().enumerate().all(|(at, shown)| shown.option.correct == chosen.contains(&at));
        let places = chosen.iter().filter_map(|at| self.shown.get(*at)).map(|shown| shown.place).collect();
        Graded { correct, chosen, places, confidence: given.confidence }
    }
}

impl Session {
    /// A session over these questions, each graded at once.
    #[must_use]
    pub fn new(purpose: Purpose, questions: &[Question], seed: u64) -> Self {
        let asked: Vec<Asked> = questions.iter().map(|question| Asked::new(question, seed)).collect();
        Self {
            purpose,
            seed,
            given: vec![None; asked.len()],
            asked,
            flagged: BTreeSet::new(),
            at: 0,
            limit: None,
            spent: 0,
            is_ended: false,
        }
    }

    /// An exam over these questions, with so many milliseconds for all of them.
    #[must_use]
    pub fn exam(questions: &[Question], seed: u64, limit: u64) -> Self {
        Self { limit: Some(limit), ..Self::new(Purpose::Exam, questions, seed) }
    }

    /// What it is for.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
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
        (0..self.len()).filter(|at| self.is_answered(*at)).count()
    }

    /// Whether the question at a place has as many marks as it wants: one with fewer is begun, and counts as wrong.
    #[must_use]
    pub fn is_answered(&self, at: usize) -> bool {
        let wanted = self.asked.get(at).map(|asked| asked.question.choose);
        // What is not an exam's was taken in as it is.
        self.given(at).is_some_and(|given| self.purpose != Purpose::Exam || Some(given.chosen.len()) >= wanted)
    }

    /// The places of questions that have marks, but fewer than they want.
    #[must_use]
    pub fn unfinished(&self) -> Vec<usize> {
        (0..self.len()).filter(|at| self.given(*at).is_some() && !self.is_answered(*at)).collect()
    }

    /// How many are answered rightly; a secret while an exam is under way.
    #[must_use]
    pub fn correct(&self) -> usize {
        self.results().filter(|(_, graded)| graded.correct).count()
    }

    /// The place of the question that is shown, counted from 0.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.at
    }

    /// The question that is shown; `None` when the session has ended.
    #[must_use]
    pub fn current(&self) -> Option<&Asked> {
        self.asked.get(self.at).filter(|_| !self.is_ended)
    }

    /// The answer to the question at a place, if there is one.
    #[must_use]
    pub fn given(&self, at: usize) -> Option<&Given> {
        self.given.get(at)?.as_ref()
    }

    /// All questions in their order.
    pub fn questions(&self) -> impl Iterator<Item = &Asked> {
        self.asked.iter()
    }

    /// All answered questions, and how; of an exam that has ended, the blanks as well.
    pub fn results(&self) -> impl Iterator<Item = (&Asked, Graded)> {
        let blanks = self.purpose == Purpose::Exam && self.is_ended;
        self.asked.iter().zip(&self.given).filter_map(move |(asked, given)| match given {
            Some(given) => Some((asked, asked.grade(given))),
            None => blanks.then(|| (asked, asked.grade(&Given::default()))),
        })
    }

    /// Counts an answer to the question that is shown, and goes on to the next; the last ends a session that is no exam.
    /// Once the time is over nothing is counted any more.
    pub fn answer(&mut self, given: Given) {
        if self.is_ended || self.is_over() || self.at >= self.asked.len() {
            return;
        }
        self.given[self.at] = Some(given);
        if self.purpose != Purpose::Exam {
            self.at += 1;
            self.is_ended = self.at >= self.asked.len();
        } else if self.at + 1 < self.asked.len() {
            self.at += 1;
        }
    }

    /// Keeps what is marked of an exam's question that is shown, be it not complete; nothing marked is a blank.
    pub fn keep(&mut self, given: Option<Given>) {
        if self.purpose == Purpose::Exam
            && !self.is_ended
            && let Some(kept) = self.given.get_mut(self.at)
        {
            *kept = given;
        }
    }

    /// Shows the question at a place, in an exam.
    pub fn go(&mut self, at: usize) {
        if self.purpose == Purpose::Exam && at < self.asked.len() {
            self.at = at;
        }
    }

    /// Flags the question that is shown, or takes its flag away.
    pub fn flag(&mut self) {
        self.flag_at(self.at);
    }

    /// Flags the question at a place, or takes its flag away.
    pub fn flag_at(&mut self, at: usize) {
        if at < self.asked.len() && !self.flagged.remove(&at) {
            self.flagged.insert(at);
        }
    }

    /// Whether the question at a place is flagged.
    #[must_use]
    pub fn is_flagged(&self, at: usize) -> bool {
        self.flagged.contains(&at)
    }

    /// The places of questions without an answer.
    #[must_use]
    pub fn blanks(&self) -> Vec<usize> {
        self.given.iter().enumerate().filter(|(_, given)| given.is_none()).map(|(at, _)| at).collect()
    }

    /// Lets so many milliseconds pass.
    pub fn elapse(&mut self, millis: u64) {
        self.spent = self.spent.saturating_add(millis).min(self.limit.unwrap_or(u64::MAX));
    }

    /// The milliseconds that have passed.
    #[must_use]
    pub const fn spent(&self) -> u64 {
        self.spent
    }

    /// Counts at least so many milliseconds: what was noted of a session beside its state.
    pub fn spend_at_least(&mut self, millis: u64) {
        self.elapse(millis.saturating_sub(self.spent));
    }

    /// Whether the time is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.limit.is_some_and(|limit| self.spent >= limit)
    }

    /// The milliseconds that are left; `None` without a limit.
    #[must_use]
    pub fn left(&self) -> Option<u64> {
        self.limit.map(|limit| limit.saturating_sub(self.spent))
    }

    /// Ends it.
    pub const fn end(&mut self) {
        self.is_ended = true;
    }

    /// Whether it has ended.
    #[must_use]
    pub const fn is_ended(&self) -> bool {
        self.is_ended
    }

    /// What to save, so that it can be gone on with.
    #[must_use]
    pub fn saved(&self) -> SavedSession {
        let answers = self.asked.iter().zip(&self.given).map(|(asked, given)| {
            let given = given.as_ref()?;
            Some(SavedAnswer { places: asked.grade(given).places, confidence: given.confidence })
        });
        SavedSession {
            purpose: self.purpose,
            seed: self.seed,
            questions: self.asked.iter().map(|asked| asked.question.id.clone()).collect(),
            given: answers.collect(),
            flagged: self.flagged.clone(),
            at: self.at,
            limit: self.limit,
            spent: self.spent,
        }
    }

    /// A saved session, gone on with. Questions that are no longer there are left out, with their answers.
    #[must_use]
    pub fn resume(saved: SavedSession, find: impl Fn(&str) -> Option<Question>) -> Self {
        let mut session = Self::new(saved.purpose, &[], saved.seed);
        (session.limit, session.spent) = (saved.limit, saved.spent);
        for (place, (id, given)) in saved.questions.iter().zip(saved.given).enumerate() {
            let Some(question) = find(id) else { continue };
            let asked = Asked::new(&question, saved.seed);
            let shown = |place: &usize| asked.shown.iter().position(|shown| shown.place == *place);
            let given = given.map(|given| Given {
                chosen: given.places.iter().filter_map(shown).collect(),
                confidence: given.confidence,
            });
            if place == saved.at {
                session.at = session.asked.len();
            }
            if saved.flagged.contains(&place) {
                session.flagged.insert(session.asked.len());
            }
            session.asked.push(asked);
            session.given.push(given);
        }
        if saved.purpose != Purpose::Exam {
            session.at = session.given.iter().take_while(|given| given.is_some()).count();
            session.is_ended = session.at >= session.asked.len();
        }
        session
    }
}
