//! An exam: any order, flags, a review page, a dialog before handing in, and a report that is kept.
//!
//! The life of a mark: it is kept in the session the moment it is made, and the session goes to the disk. Handing in asks
//! first ([`Phase::Asked`]); then answers and end are saved in one piece ([`Phase::HandingIn`]), and [`Phase::Report`]
//! lists every question. If that cannot be saved, the exam is open still. An exam that has ended takes no messages but
//! reading.

use crate::app::message::{Effect, ExamMessage, Message, Outcome, QuestionMessage, Saved};
use crate::app::pane::{Extents, Pane, Scroll, Step};
use crate::quiz::{Given, Session};

use super::Refusal;
use super::question::{Feedback, Marks, Report, Shows, ask};

/// How often where an exam stands is saved while nothing is marked, in milliseconds: what a killed program may lose.
const SAVED_EVERY: u64 = 5_000;

/// An exam on screen.
#[derive(Debug)]
pub struct ExamScreen {
    /// The session.
    pub session: Session,
    /// Under which row it is saved.
    pub saved: Saved,
    /// What is going on.
    pub phase: Phase,
    /// How far the text is scrolled.
    pub scroll: Scroll,
    /// Milliseconds since it was last saved.
    unsaved: u64,
}

/// What is going on.
#[derive(Debug)]
pub enum Phase {
    /// A question is asked.
    Asking(Marks),
    /// The review page.
    Review(Report),
    /// The dialog before handing in: whether its answer is yes so far, and where it was opened.
    Asked {
        /// Whether "hand in" is chosen.
        yes: bool,
        /// The review page that lies under it, if it was opened there.
        under: Option<Report>,
    },
    /// Answers and end are on their way to the disk.
    HandingIn,
    /// It has ended: every question in a list.
    Report(Report),
    /// A question of the report with its feedback.
    Reading(Report, Feedback),
}

/// What the review page can show.
pub const REVIEW: [Shows; 3] = [Shows::All, Shows::Blank, Shows::Flagged];
/// What the report can show.
pub const REPORT: [Shows; 4] = [Shows::All, Shows::Wrong, Shows::Right, Shows::Flagged];

impl ExamScreen {
    /// An exam where it stands: at its question, or at its report if it has ended.
    #[must_use]
    pub fn new(session: Session, saved: Saved) -> Self {
        let phase = if session.is_ended() {
            Phase::Report(Report { shows: Shows::Wrong, cursor: 0 })
        } else {
            Phase::Asking(Marks::of(session.given(session.position())))
        };
        Self { session, saved, phase, scroll: Scroll::default(), unsaved: 0 }
    }

    /// Whether its clock runs.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        !matches!(self.phase, Phase::HandingIn | Phase::Report(_) | Phase::Reading(..))
    }

    /// Takes in a message; returns what it wants done.
    ///
    /// # Errors
    /// Words for the learner; nothing has changed.
    pub fn update(&mut self, message: Message, extents: &Extents) -> Result<Vec<Effect>, Refusal> {
        let extent = extents.get(&Pane::Main).copied().unwrap_or_default();
        match message {
            Message::Done(outcome) => Ok(self.done(&outcome)),
            Message::Passed(millis) if self.is_running() => Ok(self.pass(millis)),
            Message::Scroll(_, step) => {
                self.scroll.step(step, extent);
                Ok(Vec::new())
            }
            other if self.is_running() => self.running(&other, extent.height),
            other => {
                self.ended(&other, extent.height);
                Ok(Vec::new())
            }
        }
    }

    /// What can be done while the clock runs.
    fn running(&mut self, message: &Message, page: usize) -> Result<Vec<Effect>, Refusal> {
        if let Phase::Asked { yes, .. } = &mut self.phase {
            match message {
                Message::Exam(ExamMessage::Answer(answer)) => return Ok(self.answer(*answer)),
                Message::Accept => {
                    let yes = *yes;
                    return Ok(self.answer(yes));
                }
                Message::Move(_) | Message::Focus(_) | Message::Exam(ExamMessage::Turn(_)) => *yes = !*yes,
                _ => {}
            }
            return Ok(Vec::new());
        }
        match message {
            Message::Exam(ExamMessage::Turn(by)) => self.turn(*by),
            Message::Exam(ExamMessage::Go(at)) => self.go(*at),
            Message::Exam(ExamMessage::HandIn) => self.ask_to_hand_in(),
            Message::Exam(ExamMessage::Review) => self.toggle_review(),
            Message::Question(QuestionMessage::Flag) => {
                self.session.flag();
                return Ok(vec![self.save()]);
            }
            other => return self.in_phase(other, page),
        }
        Ok(Vec::new())
    }

    fn in_phase(&mut self, message: &Message, page: usize) -> Result<Vec<Effect>, Refusal> {
        match &mut self.phase {
            Phase::Asking(marks) => {
                let Some(asked) = self.session.current() else { return Ok(Vec::new()) };
                if matches!(message, Message::Accept) {
                    if !marks.marked.is_empty() {
                        marks.given(asked)?;
                    }
                    self.next();
                    return Ok(Vec::new());
                }
                let before = (marks.marked.clone(), marks.confidence);
                ask(marks, message, asked, page)?;
                if before != (marks.marked.clone(), marks.confidence) {
                    let given = Given { chosen: marks.marked.clone(), confidence: marks.confidence };
                    self.session.keep(Some(given).filter(|given| !given.chosen.is_empty()));
                    return Ok(vec![self.save()]);
                }
            }
            Phase::Review(report) => match message {
                Message::Move(step) => report.step(*step, &self.session, page),
                Message::Choose(at) if *at == report.cursor => self.open_reviewed(),
                Message::Choose(at) => report.cursor = *at,
                Message::Accept => self.open_reviewed(),
                Message::Filter | Message::Exam(ExamMessage::Filter) => {
                    *report = Report { shows: report.shows.next(&REVIEW), cursor: 0 };
                }
                _ => {}
            },
            _ => {}
        }
        Ok(Vec::new())
    }

    /// What can be done with an exam that has ended: reading.
    fn ended(&mut self, message: &Message, page: usize) {
        match &mut self.phase {
            Phase::Report(report) => match message {
                Message::Move(step) => report.step(*step, &self.session, page),
                Message::Choose(at) if *at != report.cursor => report.cursor = *at,
                Message::Accept | Message::Choose(_) => {
                    if let Some(feedback) = report.chosen(&self.session) {
                        self.phase = Phase::Reading(report.clone(), feedback);
                        self.scroll = Scroll::default();
                    }
                }
                Message::Filter | Message::Exam(ExamMessage::Filter) => {
                    *report = Report { shows: report.shows.next(&REPORT), cursor: 0 };
                }
                _ => {}
            },
            Phase::Reading(report, feedback) => match message {
                Message::Exam(ExamMessage::Turn(by)) => {
                    report.step(Step::Lines(*by), &self.session, page);
                    if let Some(next) = report.chosen(&self.session) {
                        *feedback = next;
                        self.scroll = Scroll::default();
                    }
                }
                Message::Accept => {
                    self.back();
                }
                other => feedback.read(other, page),
            },
            _ => {}
        }
    }

    /// Leaves what lies over the question or the report; returns whether there was anything.
    pub fn back(&mut self) -> bool {
        match std::mem::replace(&mut self.phase, Phase::HandingIn) {
            Phase::Asked { under, .. } => self.phase = under.map_or_else(|| self.question(), Phase::Review),
            Phase::Review(_) => self.phase = self.question(),
            Phase::Reading(report, _) => {
                self.phase = Phase::Report(report);
                self.scroll = Scroll::default();
            }
            other => {
                self.phase = other;
                return false;
            }
        }
        true
    }

    fn question(&self) -> Phase {
        Phase::Asking(Marks::of(self.session.given(self.session.position())))
    }

    fn turn(&mut self, by: i32) {
        let last = self.session.len().saturating_sub(1);
        let at = Step::Lines(by).from(self.session.position(), last, 1);
        self.go(at);
    }

    fn go(&mut self, at: usize) {
        self.session.go(at);
        self.phase = self.question();
        self.scroll = Scroll::default();
    }

    /// The question after this one, or the review page after the last.
    fn next(&mut self) {
        if self.session.position() + 1 == self.session.len() {
            self.phase = Phase::Review(Report::default());
        } else {
            self.turn(1);
        }
    }

    fn toggle_review(&mut self) {
        self.phase = match &self.phase {
            Phase::Review(_) => self.question(),
            _ => Phase::Review(Report { shows: Shows::All, cursor: self.session.position() }),
        };
        self.scroll = Scroll::default();
    }

    fn open_reviewed(&mut self) {
        if let Phase::Review(report) = &self.phase
            && let Some(at) = report.places(&self.session).get(report.cursor).copied()
        {
            self.go(at);
        }
    }

    fn ask_to_hand_in(&mut self) {
        let under = match std::mem::replace(&mut self.phase, Phase::HandingIn) {
            Phase::Review(report) => Some(report),
            _ => None,
        };
        self.phase = Phase::Asked { yes: false, under };
    }

    fn answer(&mut self, yes: bool) -> Vec<Effect> {
        if yes {
            return self.hand_in();
        }
        self.back();
        Vec::new()
    }

    fn hand_in(&mut self) -> Vec<Effect> {
        self.phase = Phase::HandingIn;
        let mut ended = self.session.clone();
        ended.end();
        vec![Effect::HandIn(Box::new(ended), self.saved)]
    }

    fn pass(&mut self, millis: u64) -> Vec<Effect> {
        self.session.elapse(millis);
        self.unsaved += millis;
        if self.session.is_over() {
            return self.hand_in();
        }
        if self.unsaved < SAVED_EVERY {
            return Vec::new();
        }
        self.unsaved = 0;
        let spent = self.session.spent();
        self.saved.map(|held| Effect::NoteTime(held, spent)).into_iter().collect()
    }

    /// What saves where it stands.
    pub fn save(&mut self) -> Effect {
        self.unsaved = 0;
        Effect::SaveSession(Box::new(self.session.clone()), self.saved)
    }

    fn done(&mut self, outcome: &Outcome) -> Vec<Effect> {
        match outcome {
            Outcome::SessionSaved(saved) => self.saved = *saved,
            Outcome::Elsewhere(session, saved) => {
                (self.session, self.saved) = ((**session).clone(), *saved);
                self.phase = self.question();
                self.scroll = Scroll::default();
            }
            Outcome::HandedIn(_) | Outcome::EndedElsewhere(_) => {
                match outcome {
                    Outcome::HandedIn(saved) => self.saved = *saved,
                    Outcome::EndedElsewhere(session) => self.session = (**session).clone(),
                    _ => {}
                }
                self.session.end();
                self.phase = Phase::Report(Report { shows: Shows::Wrong, cursor: 0 });
                self.scroll = Scroll::default();
                return vec![Effect::Read];
            }
            // What could not be handed in is open still, and can be handed in again.
            Outcome::Failed(_) if matches!(self.phase, Phase::HandingIn) => {
                self.phase = Phase::Review(Report::default());
            }
            _ => {}
        }
        Vec::new()
    }
}
