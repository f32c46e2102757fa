//! An exam: any order, flags, a review page, a dialog before handing in, and a report that is kept.
//!
//! The life of a mark: it is kept in the session the moment it is made, and the session goes to the disk. Handing in asks
//! first ([`ExamPhase::Asked`]); then answers and end are saved in one piece ([`ExamPhase::HandingIn`]), and
//! [`ExamPhase::Report`] lists every question. If that cannot be saved, the exam is open still. An exam that has ended takes
//! no messages but reading.
//!
//! One save is under way at a time: what changes meanwhile is saved after it, since each save rests on the one before.
//! Leaving waits for the last save, so that only what is on disk is called paused; if it fails, leaving again leaves.

use crate::app::message::{ExamMessage, Message, Outcome, QuestionMessage, SideEffect};
use crate::app::pane::{Extent, Extents, Motion, Pane, ProofSight, Scroll, Sight};
use crate::app::start::Start;
use crate::app::study;
use crate::app::text::OptionProof;
use crate::content::Library;
use crate::progress::Held;
use crate::quiz::{Asked, Given, Session};

use super::Refusal;
use super::question::{AnswerList, Feedback, Marks, Shows, ask, is_at_cursor, read_proof};

/// How often where an exam stands is saved while nothing is marked, in milliseconds: what a killed program may lose.
const SAVED_EVERY: u64 = 5_000;

/// An exam on screen.
#[derive(Debug)]
pub struct ExamScreen {
    /// The session.
    pub session: Session,
    /// What its next save needs: `None` before the first.
    pub saved: Option<Held>,
    /// What is going on.
    pub phase: ExamPhase,
    /// Where the text stands.
    pub sight: Sight,
    /// How far the report's summary is scrolled.
    pub summary: Scroll,
    /// Which pane of the report has the focus: the list or its summary.
    pub focus: Pane,
    /// How far the proof is scrolled.
    pub proof: ProofSight,
    /// The number that is being typed on the review page.
    pub typed: Option<usize>,
    /// Milliseconds since it was last saved.
    unsaved: u64,
    /// The save that is under way.
    saving: Saving,
    /// Whether the screen is being left, and how that went.
    leaving: Leaving,
    /// Whether it was handed in because the time is over: that is tried once without being asked.
    is_time_called: bool,
}

/// What is on its way to the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Saving {
    /// Nothing.
    #[default]
    Idle,
    /// Where it stands.
    Busy,
    /// Where it stood; it has changed since.
    Stale,
}

/// Whether an exam that runs is being left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Leaving {
    /// No.
    #[default]
    Stays,
    /// It is left once it is saved.
    Waits,
    /// It is saved, and left.
    Saved,
    /// It could not be saved; leaving again leaves it as it is.
    Refused,
}

/// What is going on.
#[derive(Debug)]
pub enum ExamPhase {
    /// A question is asked.
    Asking(Marks),
    /// The review page.
    Review(AnswerList),
    /// The dialog before handing in: whether its answer is yes so far, and where it was opened.
    Asked {
        /// Whether "hand in" is chosen.
        yes: bool,
        /// The review page that lies under it, if it was opened there.
        under: Option<AnswerList>,
    },
    /// Answers and end are on their way to the disk.
    HandingIn,
    /// It has ended: every question in a list.
    Report(AnswerList),
    /// A question of the report with its feedback.
    Reading(AnswerList, Feedback),
    /// What the options of a question of the report show when they are tried.
    Proof(AnswerList, Feedback, Vec<OptionProof>),
}

/// What the review page can show.
pub const REVIEW: [Shows; 3] = [Shows::All, Shows::Blank, Shows::Flagged];
/// What the report can show.
pub const REPORT: [Shows; 4] = [Shows::All, Shows::Wrong, Shows::Right, Shows::Flagged];

impl ExamScreen {
    /// An exam where it stands: at its question, or at its report if it has ended.
    #[must_use]
    pub fn new(session: Session, saved: Option<Held>) -> Self {
        let phase = if session.is_ended() {
            ExamPhase::Report(AnswerList { shows: Shows::Wrong, cursor: 0 })
        } else {
            ExamPhase::Asking(Marks::of(session.given(session.position())))
        };
        Self {
            session,
            saved,
            phase,
            sight: Sight::default(),
            summary: Scroll::default(),
            focus: Pane::Main,
            proof: ProofSight::default(),
            typed: None,
            unsaved: 0,
            saving: Saving::Idle,
            leaving: Leaving::Stays,
            is_time_called: false,
        }
    }

    /// The question that is asked, or read again.
    #[must_use]
    pub fn asked(&self) -> Option<&Asked> {
        match &self.phase {
            ExamPhase::Asking(_) => self.session.current(),
            ExamPhase::Reading(_, feedback) | ExamPhase::Proof(_, feedback, _) => Some(&feedback.asked),
            _ => None,
        }
    }

    /// Whether its clock runs.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        !matches!(
            self.phase,
            ExamPhase::HandingIn | ExamPhase::Report(_) | ExamPhase::Reading(..) | ExamPhase::Proof(..)
        )
    }

    /// Takes in a message; returns what it wants done.
    ///
    /// # Errors
    /// Words for the learner; nothing has changed.
    pub fn update(
        &mut self,
        message: Message,
        library: &Library,
        extents: &Extents,
    ) -> Result<Vec<SideEffect>, Refusal> {
        let extent = |pane: Pane| extents.get(&pane).copied().unwrap_or_default();
        match message {
            Message::Done(outcome) => return Ok(self.done(outcome)),
            Message::Passed(millis) if self.is_running() => return Ok(self.pass(millis)),
            Message::Passed(_) => return Ok(Vec::new()),
            _ => {}
        }
        // Whoever does something else has stayed.
        self.leaving = Leaving::Stays;
        let page = extent(Pane::Main).height;
        if !matches!(message, Message::Accept | Message::Exam(ExamMessage::Digit(_))) {
            self.typed = None;
        }
        if self.moves_summary(&message, extent(Pane::Side)) {
            return Ok(Vec::new());
        }
        if matches!(self.phase, ExamPhase::Proof(..)) {
            self.read_proof(&message, extent(Pane::Proof));
            return Ok(Vec::new());
        }
        if let ExamPhase::Report(report) | ExamPhase::Review(report) = &mut self.phase {
            if let Some(motion) = AnswerList::motion_of(&message) {
                report.step(motion, &self.session, page);
                return Ok(Vec::new());
            }
        } else if let Message::Scroll(_, motion) = &message {
            self.sight.scroll(*motion, extent(Pane::Main));
            return Ok(Vec::new());
        }
        if is_at_cursor(&message) {
            self.sight.follow(extent(Pane::Main));
        }
        if self.is_running() {
            return self.running(&message, page);
        }
        if let Some(effects) = self.leads_on(&message, library) {
            return Ok(effects);
        }
        self.ended(&message, page);
        Ok(Vec::new())
    }

    /// Whether a message is about the summary beside the report, or about which of the two has the focus; it is then done.
    fn moves_summary(&mut self, message: &Message, extent: Extent) -> bool {
        if !matches!(self.phase, ExamPhase::Report(_)) {
            return false;
        }
        match message {
            Message::Focus(_) => self.focus = if self.focus == Pane::Main { Pane::Side } else { Pane::Main },
            Message::FocusOn(wanted) => self.focus = *wanted,
            Message::Scroll(Some(Pane::Side), motion) => self.summary.step(*motion, extent),
            Message::Move(motion) | Message::Scroll(None, motion) if self.focus == Pane::Side => {
                self.summary.step(*motion, extent);
            }
            _ => return false,
        }
        true
    }

    /// What can be done with a proof: it is read, not chosen from.
    fn read_proof(&mut self, message: &Message, extent: Extent) {
        match message {
            Message::Accept | Message::Question(QuestionMessage::Prove) => {
                self.back();
            }
            other => read_proof(&mut self.proof, other, extent),
        }
    }

    /// What the feedback that is read leads to, if that is asked for: its proof, or a lab.
    fn leads_on(&self, message: &Message, library: &Library) -> Option<Vec<SideEffect>> {
        let ExamPhase::Reading(_, feedback) = &self.phase else { return None };
        match message {
            Message::Question(QuestionMessage::Prove) => {
                Some(vec![SideEffect::Prove(Box::new((feedback.asked.clone(), feedback.graded.clone())))])
            }
            Message::Question(QuestionMessage::OpenLab) => {
                let lab = study::lab_after(library, &feedback.asked, &feedback.graded);
                Some(lab.map(|lab| SideEffect::Start(Start::Lab(lab.to_owned()))).into_iter().collect())
            }
            _ => None,
        }
    }

    /// What can be done while the clock runs.
    fn running(&mut self, message: &Message, page: usize) -> Result<Vec<SideEffect>, Refusal> {
        if let ExamPhase::Asked { yes, .. } = &mut self.phase {
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
                return Ok(self.save());
            }
            Message::Exam(ExamMessage::Digit(digit)) => self.type_digit(*digit)?,
            other => return self.in_phase(other, page),
        }
        Ok(Vec::new())
    }

    fn in_phase(&mut self, message: &Message, page: usize) -> Result<Vec<SideEffect>, Refusal> {
        match &mut self.phase {
            ExamPhase::Asking(marks) => {
                let Some(asked) = self.session.current() else { return Ok(Vec::new()) };
                if matches!(message, Message::Accept) {
                    if !marks.marked.is_empty() {
                        marks.given(asked)?;
                    }
                    self.next();
                    return Ok(Vec::new());
                }
                if self.session.is_over() && !matches!(message, Message::Move(_)) {
                    return Err("The time is over: H hands in, esc leaves".to_owned());
                }
                let before = (marks.marked.clone(), marks.confidence);
                ask(marks, message, asked, page)?;
                if before != (marks.marked.clone(), marks.confidence) {
                    let given = Given { chosen: marks.marked.clone(), confidence: marks.confidence };
                    self.session.keep(Some(given).filter(|given| !given.chosen.is_empty()));
                    return Ok(self.save());
                }
            }
            ExamPhase::Review(report) => match message {
                Message::Choose(at) if *at == report.cursor => self.open_reviewed(),
                Message::Choose(at) => report.cursor = *at,
                Message::Accept => self.open_reviewed(),
                Message::Filter | Message::Exam(ExamMessage::Filter) => {
                    *report = AnswerList { shows: report.shows.next(&REVIEW), cursor: 0 };
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
            ExamPhase::Report(report) => match message {
                Message::Choose(at) if *at != report.cursor => report.cursor = *at,
                Message::Accept | Message::Choose(_) => {
                    if let Some(feedback) = report.chosen(&self.session) {
                        self.phase = ExamPhase::Reading(report.clone(), feedback);
                        self.begin_feedback();
                    }
                }
                Message::Filter | Message::Exam(ExamMessage::Filter) => {
                    *report = AnswerList { shows: report.shows.next(&REPORT), cursor: 0 };
                }
                _ => {}
            },
            ExamPhase::Reading(report, feedback) => match message {
                Message::Exam(ExamMessage::Turn(by)) => {
                    report.step(Motion::Lines(*by), &self.session, page);
                    if let Some(next) = report.chosen(&self.session) {
                        *feedback = next;
                        self.begin_feedback();
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
        match std::mem::replace(&mut self.phase, ExamPhase::HandingIn) {
            ExamPhase::Asked { under, .. } => self.phase = under.map_or_else(|| self.question(), ExamPhase::Review),
            ExamPhase::Review(_) => self.phase = self.question(),
            ExamPhase::Reading(report, _) => self.phase = ExamPhase::Report(report),
            ExamPhase::Proof(report, feedback, _) => self.phase = ExamPhase::Reading(report, feedback),
            other => {
                self.phase = other;
                return false;
            }
        }
        true
    }

    fn question(&self) -> ExamPhase {
        ExamPhase::Asking(Marks::of(self.session.given(self.session.position())))
    }

    fn turn(&mut self, by: i32) {
        let last = self.session.len().saturating_sub(1);
        let at = Motion::Lines(by).from(self.session.position(), last, 1);
        self.go(at);
    }

    fn go(&mut self, at: usize) {
        self.session.go(at);
        self.phase = self.question();
        self.sight = Sight::default();
    }

    /// A question of the report, with its right option in view.
    fn begin_feedback(&mut self) {
        self.sight = Sight::default();
        self.sight.follow(Extent::default());
    }

    /// One more digit of the number of a question to go to: the cursor goes there, Enter opens it.
    fn type_digit(&mut self, digit: u8) -> Result<(), Refusal> {
        let ExamPhase::Review(report) = &mut self.phase else { return Ok(()) };
        let all = self.session.len();
        let typed = self.typed.unwrap_or(0) * 10 + usize::from(digit);
        // A digit that leads to no question begins a new number.
        let number = if typed > all { usize::from(digit) } else { typed };
        if number == 0 || number > all {
            self.typed = None;
            return Err(format!("Expected a question from 1 to {all}"));
        }
        self.typed = Some(number);
        *report = AnswerList { shows: Shows::All, cursor: number - 1 };
        Ok(())
    }

    /// The question after this one, or the review page after the last.
    fn next(&mut self) {
        if self.session.position() + 1 == self.session.len() {
            self.phase = ExamPhase::Review(AnswerList::default());
        } else {
            self.turn(1);
        }
    }

    fn toggle_review(&mut self) {
        self.phase = match &self.phase {
            ExamPhase::Review(_) => self.question(),
            _ => ExamPhase::Review(AnswerList { shows: Shows::All, cursor: self.session.position() }),
        };
    }

    fn open_reviewed(&mut self) {
        if let ExamPhase::Review(report) = &self.phase
            && let Some(at) = report.places(&self.session).get(report.cursor).copied()
        {
            self.go(at);
        }
    }

    fn ask_to_hand_in(&mut self) {
        let under = match std::mem::replace(&mut self.phase, ExamPhase::HandingIn) {
            ExamPhase::Review(report) => Some(report),
            _ => None,
        };
        self.phase = ExamPhase::Asked { yes: false, under };
    }

    fn answer(&mut self, yes: bool) -> Vec<SideEffect> {
        if yes {
            return self.hand_in();
        }
        self.back();
        Vec::new()
    }

    fn hand_in(&mut self) -> Vec<SideEffect> {
        self.phase = ExamPhase::HandingIn;
        if self.saving != Saving::Idle {
            // It follows the save that is under way, on which it rests.
            return Vec::new();
        }
        let mut ended = self.session.clone();
        ended.end();
        vec![SideEffect::HandIn(Box::new(ended), self.saved)]
    }

    fn pass(&mut self, millis: u64) -> Vec<SideEffect> {
        self.session.elapse(millis);
        self.unsaved += millis;
        if self.session.is_over() {
            return if std::mem::replace(&mut self.is_time_called, true) { Vec::new() } else { self.hand_in() };
        }
        if self.unsaved < SAVED_EVERY {
            return Vec::new();
        }
        self.unsaved = 0;
        let spent = self.session.spent();
        self.saved.map(|held| SideEffect::NoteTime(held, spent)).into_iter().collect()
    }

    /// What saves where it stands; nothing while another save is under way, which this one will follow.
    pub fn save(&mut self) -> Vec<SideEffect> {
        self.unsaved = 0;
        if self.saving != Saving::Idle {
            self.saving = Saving::Stale;
            return Vec::new();
        }
        self.saving = Saving::Busy;
        vec![SideEffect::SaveSession(Box::new(self.session.clone()), self.saved)]
    }

    /// Whether something is on its way to the disk.
    #[must_use]
    pub fn is_saving(&self) -> bool {
        self.saving != Saving::Idle || matches!(self.phase, ExamPhase::HandingIn)
    }

    /// Leaves an exam that runs, once it is saved; `None` if it could not be saved before and is left as it is.
    pub fn leave(&mut self) -> Option<Vec<SideEffect>> {
        if self.leaving == Leaving::Refused {
            return None;
        }
        self.leaving = Leaving::Waits;
        Some(self.save())
    }

    /// Whether it was saved in order to be left.
    #[must_use]
    pub fn is_left(&self) -> bool {
        self.leaving == Leaving::Saved
    }

    /// Whether it was to be left but could not be saved.
    #[must_use]
    pub fn is_leaving_refused(&self) -> bool {
        self.leaving == Leaving::Refused
    }

    /// A save has come to its end: what has changed meanwhile is saved, then what waited for it is done.
    fn settle(&mut self, is_saved: bool) -> Vec<SideEffect> {
        let is_stale = std::mem::take(&mut self.saving) == Saving::Stale;
        if matches!(self.phase, ExamPhase::HandingIn) {
            return self.hand_in();
        }
        if is_stale {
            return self.save();
        }
        if self.leaving == Leaving::Waits {
            self.leaving = if is_saved { Leaving::Saved } else { Leaving::Refused };
        }
        Vec::new()
    }

    fn done(&mut self, outcome: Outcome) -> Vec<SideEffect> {
        match outcome {
            Outcome::Proved(parts) => {
                self.phase = match std::mem::replace(&mut self.phase, ExamPhase::HandingIn) {
                    ExamPhase::Reading(report, feedback) => ExamPhase::Proof(report, feedback, parts),
                    other => other,
                };
                self.proof = ProofSight::default();
            }
            Outcome::SessionSaved(saved) => {
                self.saved = saved;
                return self.settle(true);
            }
            Outcome::Failed(_) if self.saving != Saving::Idle => return self.settle(false),
            Outcome::Elsewhere(session, saved) => {
                (self.session, self.saved) = (*session, saved);
                (self.saving, self.leaving) = (Saving::Idle, Leaving::Stays);
                self.phase = self.question();
                self.sight = Sight::default();
            }
            Outcome::HandedIn(_) | Outcome::EndedElsewhere(_) => {
                match outcome {
                    Outcome::HandedIn(saved) => self.saved = saved,
                    Outcome::EndedElsewhere(session) => self.session = *session,
                    _ => {}
                }
                self.session.end();
                self.saving = Saving::Idle;
                self.phase = ExamPhase::Report(AnswerList { shows: Shows::Wrong, cursor: 0 });
                return vec![SideEffect::Read];
            }
            // What could not be handed in is open still, and can be handed in again.
            Outcome::Failed(_) if matches!(self.phase, ExamPhase::HandingIn) => {
                self.phase = ExamPhase::Review(AnswerList::default());
            }
            _ => {}
        }
        Vec::new()
    }
}
