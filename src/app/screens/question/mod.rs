//! Questions one by one, each with its feedback: practice, the diagnostic, reviews.
//!
//! The life of an answer: marks are made while [`QuestionPhase::Asking`]; Enter sends the answer and the session as it will
//! be to the disk ([`QuestionPhase::Saving`]); when both are there, [`QuestionPhase::Feedback`] shows the same question
//! with its reasons; Enter goes on to the next, after the last to [`QuestionPhase::Summary`]. Enter without a mark never
//! answers.
//!
//! An exam asks and reads in the same way: it has the [`Marks`], the [`Feedback`] and the [`AnswerList`] from here.

use crate::app::message::{Answered, Message, Outcome, QuestionMessage, SideEffect};
use crate::app::pane::{Extent, Extents, Pane, ProofSight, Sight};
use crate::app::start::Start;
use crate::app::text::OptionProof;
use crate::content::Library;
use crate::progress::Held;
use crate::quiz::{Asked, Session};

use super::Refusal;

mod answers;
mod feedback;
mod marks;

pub use answers::{AnswerList, Shows};
pub use feedback::Feedback;
pub use marks::Marks;
pub(super) use marks::ask;

/// Questions on screen.
#[derive(Debug)]
pub struct QuestionScreen {
    /// The session.
    pub session: Session,
    /// What its next save needs: `None` before the first.
    pub saved: Option<Held>,
    /// What is going on.
    pub phase: QuestionPhase,
    /// Where the question stands.
    pub sight: Sight,
    /// Where the reasons beside it stand.
    pub side: Sight,
    /// How the proof is read.
    pub proof: ProofSight,
    /// What the options of the answered question showed when they were tried.
    pub proved: Option<Vec<OptionProof>>,
    /// Which of the panes the keys scroll.
    pub focus: Pane,
    /// Whether the question has the whole width.
    pub is_zoomed: bool,
    /// Whether it is noted that the proof was seen.
    is_noted: bool,
}

/// What is going on.
#[derive(Debug)]
pub enum QuestionPhase {
    /// The question is asked.
    Asking(Marks),
    /// The answer is on its way to the disk.
    Saving(Marks),
    /// The answer is on disk, and its feedback is shown.
    Feedback(Feedback),
    /// What the options show when they are tried; with the summary, if the question was opened from there.
    Proof(Feedback, Vec<OptionProof>, Option<AnswerList>),
    /// All questions are answered.
    Summary(AnswerList),
    /// A question of the summary is read again.
    Reading(AnswerList, Feedback),
}

/// What the summary of a quiz can show.
const SUMMARY: [Shows; 3] = [Shows::All, Shows::Wrong, Shows::Flagged];

impl QuestionScreen {
    /// A session at the question where it stands.
    #[must_use]
    pub fn new(session: Session, saved: Option<Held>) -> Self {
        Self {
            session,
            saved,
            phase: QuestionPhase::Asking(Marks::default()),
            sight: Sight::default(),
            side: Sight::default(),
            proof: ProofSight::default(),
            proved: None,
            focus: Pane::Main,
            is_zoomed: false,
            is_noted: false,
        }
    }

    /// The question that is asked, answered or read.
    #[must_use]
    pub fn asked(&self) -> Option<&Asked> {
        match &self.phase {
            QuestionPhase::Asking(_) | QuestionPhase::Saving(_) => self.session.current(),
            QuestionPhase::Feedback(feedback)
            | QuestionPhase::Proof(feedback, ..)
            | QuestionPhase::Reading(_, feedback) => Some(&feedback.asked),
            QuestionPhase::Summary(_) => None,
        }
    }

    /// The place of the question that is asked or answered.
    fn place(&self) -> Option<usize> {
        match self.phase {
            QuestionPhase::Asking(_) => Some(self.session.position()),
            // The session stands at the next one already.
            QuestionPhase::Saving(_) | QuestionPhase::Feedback(_) | QuestionPhase::Proof(_, _, None) => {
                self.session.position().checked_sub(1)
            }
            QuestionPhase::Summary(_) | QuestionPhase::Reading(..) | QuestionPhase::Proof(..) => None,
        }
    }

    /// Whether the question that is asked or answered is flagged.
    #[must_use]
    pub fn is_flagged(&self) -> bool {
        self.place().is_some_and(|at| self.session.is_flagged(at))
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
        if let QuestionPhase::Summary(report) = &mut self.phase
            && let Some(motion) = AnswerList::motion_of(&message)
        {
            report.step(motion, &self.session, extent(Pane::Main).height);
            return Ok(Vec::new());
        }
        match message {
            Message::Scroll(pane, motion) => match pane.unwrap_or_else(|| self.focused(extents)) {
                Pane::Side => self.side.scroll(motion, extent(Pane::Side)),
                Pane::Proof => self.proof.scroll.step(motion, extent(Pane::Proof)),
                _ => self.sight.scroll(motion, extent(Pane::Main)),
            },
            Message::Focus(is_next) => {
                let drawn: Vec<Pane> = [Pane::Main, Pane::Side, Pane::Proof]
                    .into_iter()
                    .filter(|pane| extents.contains_key(pane))
                    .collect();
                let at = drawn.iter().position(|pane| *pane == self.focused(extents)).unwrap_or(0);
                let step = if is_next { 1 } else { drawn.len().saturating_sub(1) };
                self.focus = drawn.get((at + step) % drawn.len().max(1)).copied().unwrap_or(Pane::Main);
            }
            Message::FocusOn(pane) => self.focus = pane,
            Message::Zoom => self.is_zoomed = !self.is_zoomed,
            Message::Done(outcome) => return Ok(self.done(outcome)),
            Message::Accept => return self.accept(),
            Message::Question(QuestionMessage::Flag) => {
                if let Some(at) = self.place() {
                    self.session.flag_at(at);
                }
            }
            Message::Question(QuestionMessage::Prove) => return Ok(self.prove()),
            Message::Question(QuestionMessage::MoreLikeThis) => return Ok(self.more().into_iter().collect()),
            Message::Question(QuestionMessage::OpenLab) => return Ok(self.lab(library).into_iter().collect()),
            other => return self.in_phase(&other, extents),
        }
        Ok(Vec::new())
    }

    /// Takes in what means something else in each phase.
    fn in_phase(&mut self, message: &Message, extents: &Extents) -> Result<Vec<SideEffect>, Refusal> {
        let extent = |pane: Pane| extents.get(&pane).copied().unwrap_or_default();
        let page = extent(Pane::Main).height;
        if is_at_cursor(message) {
            self.sight.follow(extent(Pane::Main));
            self.side.follow(extent(Pane::Side));
        }
        match &mut self.phase {
            QuestionPhase::Asking(marks) => {
                if let Some(asked) = self.session.current() {
                    ask(marks, message, asked, page)?;
                }
            }
            QuestionPhase::Feedback(_) if self.focus == Pane::Proof && is_of_proof(message) => {
                read_proof(&mut self.proof, message, extent(Pane::Proof));
            }
            QuestionPhase::Feedback(feedback) | QuestionPhase::Reading(_, feedback) => feedback.read(message, page),
            QuestionPhase::Proof(..) => read_proof(&mut self.proof, message, extent(Pane::Proof)),
            QuestionPhase::Summary(report) => match message {
                Message::Choose(at) => report.cursor = *at,
                Message::Filter => {
                    *report = AnswerList { shows: report.shows.next(&SUMMARY), cursor: 0 };
                }
                _ => {}
            },
            QuestionPhase::Saving(_) => {}
        }
        Ok(Vec::new())
    }

    /// Enter.
    fn accept(&mut self) -> Result<Vec<SideEffect>, Refusal> {
        let phase = std::mem::replace(&mut self.phase, QuestionPhase::Summary(AnswerList::default()));
        let (phase, result) = match phase {
            QuestionPhase::Asking(marks) => match self.session.current().cloned() {
                Some(asked) => match marks.given(&asked) {
                    Ok(given) => {
                        let mut session = self.session.clone();
                        session.answer(given.clone());
                        let answered = Answered { asked, given, session, saved: self.saved };
                        (QuestionPhase::Saving(marks), Ok(vec![SideEffect::SaveAnswer(Box::new(answered))]))
                    }
                    Err(refusal) => (QuestionPhase::Asking(marks), Err(refusal)),
                },
                None => (QuestionPhase::Summary(AnswerList::default()), Ok(Vec::new())),
            },
            QuestionPhase::Feedback(_) if self.session.is_ended() => {
                (QuestionPhase::Summary(AnswerList::default()), Ok(Vec::new()))
            }
            QuestionPhase::Feedback(_) => {
                self.begin();
                (QuestionPhase::Asking(Marks::default()), Ok(Vec::new()))
            }
            QuestionPhase::Proof(feedback, _, under) => (proved(feedback, under), Ok(Vec::new())),
            QuestionPhase::Summary(report) => match report.chosen(&self.session) {
                Some(feedback) => {
                    self.begin();
                    (QuestionPhase::Reading(report, feedback), Ok(Vec::new()))
                }
                None => (QuestionPhase::Summary(report), Ok(Vec::new())),
            },
            QuestionPhase::Reading(report, _) => (QuestionPhase::Summary(report), Ok(Vec::new())),
            saving @ QuestionPhase::Saving(_) => (saving, Ok(Vec::new())),
        };
        self.phase = phase;
        result
    }

    /// Whether something is marked that is not answered yet.
    #[must_use]
    pub fn has_marks(&self) -> bool {
        matches!(&self.phase, QuestionPhase::Asking(marks) if !marks.marked.is_empty())
    }

    /// Leaves what lies over the question or the summary; returns whether there was anything.
    pub fn back(&mut self) -> bool {
        let phase = std::mem::replace(&mut self.phase, QuestionPhase::Summary(AnswerList::default()));
        let (phase, was_over) = match phase {
            QuestionPhase::Proof(feedback, _, under) => (proved(feedback, under), true),
            QuestionPhase::Reading(report, _) => (QuestionPhase::Summary(report), true),
            other => (other, false),
        };
        self.phase = phase;
        was_over
    }

    fn done(&mut self, outcome: Outcome) -> Vec<SideEffect> {
        match outcome {
            Outcome::AnswerSaved(answered, saved) => {
                let graded = answered.asked.grade(&answered.given);
                (self.session, self.saved) = (answered.session, saved);
                let is_tried = answered.asked.shown.iter().any(|shown| shown.option.is_tried());
                let measure = is_tried.then(|| SideEffect::Measure(Box::new((answered.asked.clone(), graded.clone()))));
                self.phase = QuestionPhase::Feedback(Feedback::new(answered.asked, graded));
                self.begin();
                // The verdict's reasons are what is looked for, on a screen that does not hold all.
                self.sight.follow(Extent::default());
                return std::iter::once(SideEffect::Read).chain(measure).collect();
            }
            Outcome::SessionSaved(saved) => self.saved = saved,
            Outcome::Elsewhere(session, saved) => {
                (self.session, self.saved) = (*session, saved);
                self.phase = QuestionPhase::Asking(Marks::default());
                self.begin();
            }
            Outcome::EndedElsewhere(session) => {
                self.session = *session;
                self.phase = QuestionPhase::Summary(AnswerList::default());
            }
            Outcome::Measured(id, parts) => {
                let is_same =
                    matches!(&self.phase, QuestionPhase::Feedback(feedback) if feedback.asked.question.id == id);
                if is_same && self.proved.is_none() {
                    self.proved = Some(parts);
                }
            }
            Outcome::Proved(parts) => {
                self.proof = ProofSight::default();
                self.is_noted = true;
                self.proved = Some(parts.clone());
                let phase = std::mem::replace(&mut self.phase, QuestionPhase::Summary(AnswerList::default()));
                self.phase = match phase {
                    QuestionPhase::Feedback(feedback) => QuestionPhase::Proof(feedback, parts, None),
                    QuestionPhase::Reading(report, feedback) => QuestionPhase::Proof(feedback, parts, Some(report)),
                    other => other,
                };
            }
            Outcome::Failed(_) => {
                let phase = std::mem::replace(&mut self.phase, QuestionPhase::Summary(AnswerList::default()));
                self.phase = match phase {
                    QuestionPhase::Saving(marks) => QuestionPhase::Asking(marks),
                    other => other,
                };
            }
            _ => {}
        }
        Vec::new()
    }

    fn prove(&mut self) -> Vec<SideEffect> {
        match &self.phase {
            QuestionPhase::Feedback(feedback) if self.proved.is_some() => {
                let parts = self.proved.clone().unwrap_or_default();
                let note = (!self.is_noted).then(|| SideEffect::NoteProof(Box::new(feedback.asked.clone())));
                self.is_noted = true;
                self.phase = QuestionPhase::Proof(feedback.clone(), parts, None);
                note.into_iter().collect()
            }
            QuestionPhase::Feedback(feedback) | QuestionPhase::Reading(_, feedback) => {
                vec![SideEffect::Prove(Box::new((feedback.asked.clone(), feedback.graded.clone())))]
            }
            QuestionPhase::Proof(..) => {
                self.back();
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// A new text is shown, from its beginning.
    fn begin(&mut self) {
        (self.sight, self.side, self.focus) = (Sight::default(), Sight::default(), Pane::Main);
        self.is_zoomed = false;
        (self.proof, self.proved, self.is_noted) = (ProofSight::default(), None, false);
    }

    /// The pane that the keys scroll: a proof, as long as there is one; else the one with the focus, if it is drawn.
    fn focused(&self, extents: &Extents) -> Pane {
        match self.phase {
            QuestionPhase::Proof(..) => Pane::Proof,
            _ if extents.contains_key(&self.focus) => self.focus,
            _ => Pane::Main,
        }
    }

    /// What asks more questions of the same kind.
    fn more(&self) -> Option<SideEffect> {
        let (QuestionPhase::Feedback(feedback) | QuestionPhase::Reading(_, feedback)) = &self.phase else {
            return None;
        };
        let claim = feedback.asked.question.claims.first()?;
        Some(SideEffect::Start(Start::Claim(claim.clone())))
    }

    /// What opens the lab in which this can be seen.
    fn lab(&self, library: &Library) -> Option<SideEffect> {
        let (QuestionPhase::Feedback(feedback) | QuestionPhase::Reading(_, feedback)) = &self.phase else {
            return None;
        };
        let lab = crate::app::study::lab_after(library, &feedback.asked, &feedback.graded)?;
        Some(SideEffect::Start(Start::Lab(lab.to_owned())))
    }
}

/// What a proof is left for: the feedback, or the question of the summary that it was opened over.
fn proved(feedback: Feedback, under: Option<AnswerList>) -> QuestionPhase {
    match under {
        Some(report) => QuestionPhase::Reading(report, feedback),
        None => QuestionPhase::Feedback(feedback),
    }
}

/// Whether a message is about a proof that has the focus.
const fn is_of_proof(message: &Message) -> bool {
    matches!(message, Message::Move(_) | Message::Question(QuestionMessage::Unfold))
}

/// Takes in what can be done with a proof: it is read, not chosen from.
pub(super) fn read_proof(proof: &mut ProofSight, message: &Message, extent: Extent) {
    match message {
        Message::Move(motion) | Message::Scroll(_, motion) => proof.scroll.step(*motion, extent),
        Message::Question(QuestionMessage::Unfold) => proof.toggle(),
        _ => {}
    }
}

/// Whether a message is about the option under the cursor, so that the cursor has to be in view.
pub(super) const fn is_at_cursor(message: &Message) -> bool {
    use QuestionMessage::{Letter, Mark, Strike, Unfold};
    matches!(message, Message::Move(_) | Message::Choose(_) | Message::Question(Letter(_) | Mark | Strike | Unfold))
}
