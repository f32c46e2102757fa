//! A quiz or an exam on screen.

use super::model::{Effect, Message, Saved, moved, stepped};
use crate::progress::Held;
use crate::quiz::{Asked, Confidence, Given, Graded, Purpose, Session};

/// How many milliseconds of an exam may be lost if the program is killed.
const TIME_AT_RISK: u64 = 5_000;

/// A quiz on screen.
#[derive(Debug)]
pub struct QuizScreen {
    /// The session.
    pub session: Session,
    /// The options marked so far, as places in the order shown.
    pub marked: Vec<usize>,
    /// The option the cursor is on.
    pub cursor: usize,
    /// How sure the learner says to be of the answer that is being marked.
    pub confidence: Option<Confidence>,
    /// The question just answered, while its feedback is shown.
    pub feedback: Option<(Asked, Graded)>,
    /// Its proof, while that is shown.
    pub proof: Option<Vec<String>>,
    /// Whether the review page of an exam is shown.
    pub is_review: bool,
    /// What the next save of the session needs, if it is saved already.
    pub held: Option<Held>,
    /// The milliseconds of an exam that are not saved yet.
    pub unsaved: u64,
    /// Whether the exam was to be handed in because its time is over.
    pub is_timed_out: bool,
    /// How far the text is scrolled, in lines.
    pub scroll: u16,
}

impl QuizScreen {
    /// A session from its first question.
    #[must_use]
    pub fn new(session: Session) -> Self {
        Self {
            session,
            marked: Vec::new(),
            cursor: 0,
            confidence: None,
            feedback: None,
            proof: None,
            is_review: false,
            held: None,
            unsaved: 0,
            is_timed_out: false,
            scroll: 0,
        }
    }

    /// The same, of a session that is saved already.
    #[must_use]
    pub fn held(self, held: Option<Held>) -> Self {
        let marked = self.session.given(self.session.position()).map(|given| given.chosen.clone());
        Self { held, marked: marked.unwrap_or_default(), ..self }
    }

    /// Whether it is an exam.
    #[must_use]
    pub fn is_exam(&self) -> bool {
        self.session.purpose() == Purpose::Exam
    }

    fn saved(&mut self) -> Effect {
        self.unsaved = 0;
        Effect::Save(Saved::Session(Box::new(self.session.clone()), self.held))
    }

    pub(super) fn paused(&self) -> Effect {
        Effect::Save(Saved::Pause(Box::new(self.session.clone()), self.held))
    }

    /// Takes in what happened; an error is something to tell the learner.
    pub(super) fn update(&mut self, message: Message) -> Result<Vec<Effect>, String> {
        // The report of an exam can be read, and nothing else.
        if self.is_exam() && self.session.is_ended() {
            if let Message::Scroll(by) | Message::Move(by) = message {
                self.scroll = moved(self.scroll, by);
            }
            return Ok(Vec::new());
        }
        match message {
            Message::AnswerSaved(answer, held) => {
                let (asked, given) = *answer;
                let graded = asked.grade(&given);
                self.session.answer(given);
                self.held = Some(held);
                self.feedback = Some((asked, graded));
                (self.confidence, self.proof) = (None, None);
                self.marked.clear();
                (self.cursor, self.scroll) = (0, 0);
            }
            Message::SessionSaved(held) => self.held = Some(held),
            Message::SessionChanged(session, held) => {
                *self = Self::new(*session).held(Some(held));
                return Err("Another window saved this session first: this is where it stands now".to_owned());
            }
            Message::SessionEnded(session, words) => {
                *self = Self::new(*session);
                return Err(words.to_owned());
            }
            Message::Proof if self.proof.is_some() => self.proof = None,
            Message::Proof => {
                return Ok(self
                    .feedback
                    .clone()
                    .map(|answered| Effect::Prove(Box::new(answered)))
                    .into_iter()
                    .collect());
            }
            Message::Proved(lines) => (self.proof, self.scroll) = (Some(lines), 0),
            Message::Scroll(by) => self.scroll = moved(self.scroll, by),
            Message::Move(by) if self.feedback.is_some() || self.is_review || self.session.is_ended() => {
                self.scroll = moved(self.scroll, by);
            }
            Message::Accept if self.proof.is_some() => (self.proof, self.scroll) = (None, 0),
            Message::Accept if self.feedback.is_some() => {
                self.feedback = None;
                self.scroll = 0;
            }
            Message::Move(by) => {
                let count = self.session.current().map_or(0, |asked| asked.shown.len());
                self.cursor = stepped(self.cursor, by, count);
            }
            Message::Confident(confidence) => self.confidence = Some(confidence),
            Message::Elapse(millis) if self.is_exam() => return Ok(self.elapse(millis)),
            Message::Turn(by) if self.is_exam() => self.turn(by),
            Message::Flag if self.is_exam() => {
                self.session.flag();
                return Ok(vec![self.saved()]);
            }
            Message::Review if self.is_exam() => {
                self.is_review = !self.is_review;
                self.scroll = 0;
            }
            Message::HandIn if self.is_review || self.session.is_over() => return Ok(vec![self.handed_in()]),
            Message::HandIn if self.is_exam() => {
                self.is_review = true;
                return Err("h once more hands in; blanks count as wrong".to_owned());
            }
            Message::Letter(' ') => self.mark(self.cursor),
            Message::Letter(letter) => return self.letter(letter).map(|()| Vec::new()),
            Message::Accept => return self.accept(),
            _ => {}
        }
        Ok(Vec::new())
    }

    /// The exam as it is to be saved at its end. On screen it goes on until that is done.
    fn handed_in(&self) -> Effect {
        let mut ended = self.session.clone();
        ended.end();
        Effect::Save(Saved::Exam(Box::new(ended), self.held))
    }

    /// Lets time pass in an exam. It is noted every few seconds; when it is over the exam is handed in, once: if that fails
    /// the learner does it, so that the screen does not wait for the disk again and again.
    fn elapse(&mut self, millis: u64) -> Vec<Effect> {
        self.session.elapse(millis);
        if self.session.is_over() {
            let is_told = std::mem::replace(&mut self.is_timed_out, true);
            return if is_told { Vec::new() } else { vec![self.handed_in()] };
        }
        self.unsaved += millis;
        if self.unsaved < TIME_AT_RISK {
            return Vec::new();
        }
        match self.held {
            Some(held) => {
                self.unsaved = 0;
                vec![Effect::Save(Saved::Time(held, self.session.spent()))]
            }
            None => vec![self.saved()],
        }
    }

    /// Shows another question of an exam, with what was marked there.
    fn turn(&mut self, by: i32) {
        self.session.go(stepped(self.session.position(), by, self.session.len()));
        let given = self.session.given(self.session.position());
        self.marked = given.map(|given| given.chosen.clone()).unwrap_or_default();
        (self.cursor, self.scroll, self.confidence, self.is_review) = (0, 0, None, false);
    }

    fn letter(&mut self, letter: char) -> Result<(), String> {
        let Some(asked) = self.session.current().filter(|_| self.feedback.is_none()) else { return Ok(()) };
        let found = asked.shown.iter().position(|shown| shown.letter == letter.to_ascii_uppercase());
        let last = asked.shown.last().map_or('A', |shown| shown.letter);
        match found {
            Some(at) => {
                self.cursor = at;
                self.mark(at);
                Ok(())
            }
            None => Err(format!("Expected a letter from A to {last}, then enter")),
        }
    }

    /// Marks an option or takes its mark away; where one is wanted, a new mark replaces the old.
    fn mark(&mut self, at: usize) {
        let Some(asked) = self.session.current().filter(|_| self.feedback.is_none()) else { return };
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

    fn accept(&mut self) -> Result<Vec<Effect>, String> {
        if self.session.is_over() {
            return Err("The time is over; h hands the exam in".to_owned());
        }
        let Some(asked) = self.session.current().cloned().filter(|_| !self.is_review) else { return Ok(Vec::new()) };
        let wanted = asked.question.choose;
        if self.marked.is_empty() && wanted == 1 {
            self.marked.push(self.cursor);
        }
        if self.marked.len() != wanted {
            return Err(format!("This question wants {wanted} marks; there are {}", self.marked.len()));
        }
        let given = Given { chosen: self.marked.clone(), confidence: self.confidence };
        if self.is_exam() {
            let last = self.session.position() + 1 == self.session.len();
            self.session.answer(given);
            self.turn(0);
            self.is_review = last;
            return Ok(vec![self.saved()]);
        }
        let mut after = self.session.clone();
        after.answer(given.clone());
        Ok(vec![Effect::Save(Saved::Answer(Box::new((asked, given)), Box::new(after), self.held))])
    }
}
