//! A lab, or free play: the task, the drawn world, the transcript and the prompt.
//!
//! The life of a line: Enter takes it from the prompt and sends it to the lab's own thread ([`LabWork::Run`]); while it
//! runs, [`Outcome::Running`] brings the world as it is by then; [`Outcome::Ran`] brings what it printed, what it cost
//! and how the step stands. All of it goes into the transcript; nothing that is shown is ever replaced.
//!
//! The lab itself lives on that thread. What is shown of it is a [`LabView`], a snapshot.
//!
//! [`LabWork::Run`]: crate::app::message::LabWork::Run

use std::collections::VecDeque;

use crate::app::figures::Tab;
use crate::app::line::Line;
use crate::app::message::{LabMessage, LabWork, Message, Outcome, SideEffect};
use crate::app::pane::{Extents, Motion, Pane, Scroll};
use crate::app::prompt::{Edit, Prompt};
use crate::aws_cli::Completion;
use crate::content::lab::{Predict, Step as LabStep};
use crate::content::{Lab, Library};
use crate::lab::{Progress, is_leaving};

use super::Refusal;

mod entry;
mod snapshot;
mod typing;

pub use entry::{EntryKind, FOLDED, TranscriptEntry};
pub use snapshot::{CaseView, LabView, Ran};

use entry::command_lines;

/// A lab on screen.
#[derive(Debug)]
pub struct LabScreen {
    /// What is shown of the lab.
    pub view: LabView,
    /// What was typed, and what came of it, oldest first.
    pub transcript: Vec<TranscriptEntry>,
    /// The line being typed.
    pub prompt: Prompt,
    /// The completions on offer, and which is chosen.
    pub completions: Option<(Vec<Completion>, usize)>,
    /// The prediction that is asked for before the step's first command.
    pub gate: Gate,
    /// The line that runs, and how far it is.
    pub running: Option<Progress>,
    /// The lines that run after it: what was pasted in one piece.
    pub waiting: VecDeque<String>,
    /// Where the solution that was shown of this step begins in the transcript.
    pub solution: Option<usize>,
    /// The pane with the focus.
    pub focus: Pane,
    /// Whether it has the whole screen.
    pub is_zoomed: bool,
    /// The tab of the world panel.
    pub tab: Tab,
    /// Whether the task is shown whole where there is little room.
    pub is_task_open: bool,
    /// How far the task is scrolled.
    pub task: Scroll,
    /// How far the world is scrolled.
    pub world: Scroll,
    /// How far the transcript is scrolled.
    pub scroll: Scroll,
    /// The entry of the transcript that the cursor is on; the newest if none.
    pub at: Option<usize>,
    /// Whether the transcript shows the entry under the cursor, wherever it was scrolled to before.
    pub is_at_shown: bool,
    /// How many entries of the transcript were scrolled away.
    pub cleared: usize,
    /// How far wide lines of the transcript are moved to the left.
    pub pan: Scroll,
}

/// The prediction that a step asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Gate {
    /// None is asked for, or it was given or skipped.
    #[default]
    Open,
    /// It is asked for: what is typed into the prompt is the prediction, unless it is a command.
    Asking,
    /// It was given.
    Given(String),
}

impl LabScreen {
    /// A lab that was just opened.
    #[must_use]
    pub fn new(opened: Ran, history: Vec<String>, library: &Library) -> Self {
        let mut screen = Self {
            view: LabView::default(),
            transcript: Vec::new(),
            prompt: Prompt::new(history),
            completions: None,
            gate: Gate::Open,
            running: None,
            waiting: VecDeque::new(),
            solution: None,
            focus: Pane::Prompt,
            is_zoomed: false,
            tab: Tab::default(),
            is_task_open: false,
            task: Scroll::default(),
            world: Scroll::default(),
            scroll: Scroll::FOLLOWING,
            at: None,
            is_at_shown: false,
            cleared: 0,
            pan: Scroll::default(),
        };
        screen.take_in(opened);
        let stated = screen.lab(library).map(|lab| lab.opens_on).unwrap_or_default();
        screen.tab = match stated {
            // A plan is that of a line: before there is one, the tables are to be seen.
            Tab::Plan => Tab::Tables,
            tab => tab,
        };
        screen.begin_step(library);
        screen
    }

    /// The lab; none in free play.
    #[must_use]
    pub fn lab<'a>(&self, library: &'a Library) -> Option<&'a Lab> {
        library.lab(self.view.lab.as_deref()?)
    }

    /// The step that waits to be done.
    #[must_use]
    pub fn step<'a>(&self, library: &'a Library) -> Option<&'a LabStep> {
        self.lab(library)?.steps.get(self.view.position)
    }

    /// Whether the time of a case runs.
    #[must_use]
    pub fn has_time_left(&self, library: &Library) -> bool {
        self.view.case.is_some_and(|case| case.left > 0) && self.step(library).is_some()
    }

    /// The lab that follows in the list; none after the last, and in free play.
    #[must_use]
    pub fn next(&self, library: &Library) -> Option<String> {
        let at = library.labs.iter().position(|lab| Some(&lab.name) == self.view.lab.as_ref())?;
        library.labs.get(at + 1).map(|lab| lab.name.clone())
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
            Message::Done(outcome) => return Ok(self.done(outcome, library)),
            Message::Passed(millis) => {
                if let Some(case) = &mut self.view.case {
                    case.left = case.left.saturating_sub(millis);
                }
            }
            Message::Edit(edit) => self.edit(edit),
            Message::Accept => return self.accept(library),
            Message::Lab(LabMessage::Pan(by)) => {
                self.pan.step(Motion::Lines(by), extent(Pane::TranscriptWidth));
            }
            Message::Lab(message) => return self.command(message, library),
            Message::Focus(forward) => self.turn_focus(forward),
            Message::FocusOn(pane) => self.focus = pane,
            Message::Zoom => self.is_zoomed = !self.is_zoomed,
            Message::Scroll(pane, motion) => match pane.unwrap_or(self.focus) {
                Pane::Task => self.task.step(motion, extent(Pane::Task)),
                Pane::World => self.world.step(motion, extent(Pane::World)),
                _ => {
                    self.let_go(extents);
                    self.scroll.step(motion, extent(Pane::Transcript));
                }
            },
            Message::Move(motion) => match self.focus {
                Pane::Task => self.task.step(motion, extent(Pane::Task)),
                Pane::World => self.world.step(motion, extent(Pane::World)),
                Pane::Transcript => {
                    let last = self.transcript.len().saturating_sub(1);
                    self.let_go(extents);
                    self.at = Some(motion.from(self.at.unwrap_or(last), last, extent(Pane::Transcript).height));
                    self.is_at_shown = true;
                }
                _ => {}
            },
            Message::Choose(at) if self.completions.is_some() => {
                if let Some((_, chosen)) = &mut self.completions {
                    *chosen = at;
                }
                self.take_completion();
            }
            Message::Choose(at) => {
                self.let_go(extents);
                self.focus = Pane::Transcript;
                self.at = Some(at.min(self.transcript.len().saturating_sub(1)));
                self.unfold();
            }
            _ => {}
        }
        Ok(Vec::new())
    }

    /// Ctrl-C: returns whether there was anything to clear or to stop.
    pub fn interrupt(&mut self) -> Option<Vec<SideEffect>> {
        if self.running.is_some() {
            self.put_back();
            return Some(vec![SideEffect::Lab(LabWork::Cancel)]);
        }
        self.completions = None;
        if self.prompt.search.is_some() {
            self.prompt.end_search(false);
        } else if self.prompt.text().is_empty() {
            return None;
        } else {
            self.prompt.edit(Edit::Clear);
        }
        Some(Vec::new())
    }

    /// Whether the line that is typed asks to leave.
    #[must_use]
    pub fn is_told_to_leave(&self) -> bool {
        let is_line = self.focus == Pane::Prompt && self.completions.is_none() && self.prompt.search.is_none();
        is_line && self.running.is_none() && is_leaving(self.prompt.text())
    }

    /// Leaves what lies over the lab; returns whether there was anything.
    pub fn back(&mut self) -> bool {
        if self.completions.take().is_some() {
            return true;
        }
        if self.prompt.search.is_some() {
            self.prompt.end_search(false);
            return true;
        }
        if self.is_zoomed {
            self.is_zoomed = false;
            return true;
        }
        if self.focus != Pane::Prompt {
            self.focus = Pane::Prompt;
            return true;
        }
        if self.gate == Gate::Asking {
            self.gate = Gate::Open;
            // What was begun there is no command.
            self.prompt.edit(Edit::Clear);
            return true;
        }
        false
    }

    /// The transcript stays where it is shown now, and no longer follows its cursor.
    fn let_go(&mut self, extents: &Extents) {
        if std::mem::take(&mut self.is_at_shown) {
            let top = extents.get(&Pane::Transcript).copied().unwrap_or_default();
            self.scroll = Scroll { offset: top.first, ..Scroll::default() };
        }
    }

    fn command(&mut self, message: LabMessage, library: &Library) -> Result<Vec<SideEffect>, Refusal> {
        let work = match message {
            LabMessage::Hint => LabWork::Hint,
            LabMessage::Solution => LabWork::Solution,
            LabMessage::Restart => LabWork::Restart,
            LabMessage::Endpoint => LabWork::Endpoint,
            LabMessage::Undo => LabWork::Run(":undo".to_owned()),
            LabMessage::Clock => LabWork::Run(":clock +1m".to_owned()),
            LabMessage::Cancel => LabWork::Cancel,
            other => {
                self.at_prompt(&other, library)?;
                return Ok(Vec::new());
            }
        };
        if self.running.is_some() && !matches!(work, LabWork::Cancel) {
            return Err("A line still runs; Esc stops it".to_owned());
        }
        if matches!(work, LabWork::Solution) && self.solution.is_some() && self.step(library).is_some() {
            return Err("The solution is in the transcript; Enter puts its next line into the prompt".to_owned());
        }
        if let LabWork::Run(line) = &work {
            self.transcript.push(TranscriptEntry::new(EntryKind::Command, command_lines(line)));
            self.running = Some(Progress::default());
        }
        self.follow();
        Ok(vec![SideEffect::Lab(work)])
    }

    fn follow(&mut self) {
        (self.scroll, self.at, self.is_at_shown) = (Scroll::FOLLOWING, None, false);
        self.pan = Scroll::default();
    }

    fn show(&mut self, tab: Tab) {
        (self.tab, self.world) = (tab, Scroll::default());
    }

    fn turn_focus(&mut self, forward: bool) {
        let order = [Pane::Prompt, Pane::World, Pane::Transcript, Pane::Task];
        let at = order.iter().position(|pane| *pane == self.focus).unwrap_or(0);
        let next = if forward { (at + 1) % order.len() } else { (at + order.len() - 1) % order.len() };
        self.focus = order[next];
    }

    /// Unfolds the entry under the cursor, or folds it; the newest that has more to show if there is no cursor.
    fn unfold(&mut self) {
        let at = self.at.or_else(|| self.transcript.iter().rposition(|entry| entry.shown() < entry.lines.len()));
        if let Some(entry) = at.and_then(|at| self.transcript.get_mut(at)) {
            entry.is_unfolded = !entry.is_unfolded;
        }
    }

    fn done(&mut self, outcome: Outcome, library: &Library) -> Vec<SideEffect> {
        match outcome {
            Outcome::Ran(ran) => {
                let begins = ran.completed || ran.restarted;
                let has_run = self.running.take().is_some();
                let predicted = ran.predicted.clone();
                let before = self.view.line;
                self.take_in(*ran);
                // The panel turns to what the line has done.
                if has_run && self.view.line != before && self.view.world.has_news() {
                    self.show(self.view.world.tab());
                }
                if begins {
                    self.begin_step(library);
                }
                // What is no prediction stays as it was typed, to be put right.
                if let Some(Ok(said)) = predicted {
                    if self.prompt.text().trim() == said {
                        self.prompt.set("", None);
                    }
                    self.gate = Gate::Given(said);
                }
                if has_run {
                    return self.go_on();
                }
            }
            Outcome::Running(progress, live) => {
                // The first that is heard of traffic turns the panel to it; from then on the learner may look elsewhere.
                let is_first = self.running.is_none_or(|before| before.total == 0);
                self.running = Some(progress);
                if let Some(live) = live {
                    if is_first && live.traffic.is_some() {
                        self.show(Tab::Partitions);
                    }
                    self.view.now = live.at;
                    self.view.world.update(*live);
                }
            }
            Outcome::Failed(words) => {
                self.running = None;
                self.put_back();
                self.transcript
                    .push(TranscriptEntry::new(EntryKind::Verdict, vec![Line::of(crate::app::line::Role::Bad, words)]));
            }
            _ => {}
        }
        Vec::new()
    }

    fn take_in(&mut self, ran: Ran) {
        self.view = ran.view;
        if ran.entries.first().is_some_and(|entry| entry.kind == EntryKind::Solution) {
            self.solution = Some(self.transcript.len());
        }
        self.transcript.extend(ran.entries);
        if let Some(text) = ran.insert {
            self.prompt.set(text, None);
        }
    }

    /// What a new step begins with: its prediction, its task from the top.
    fn begin_step(&mut self, library: &Library) {
        (self.task, self.solution) = (Scroll::default(), None);
        let asks = self.step(library).and_then(|step| step.predict.as_ref()).is_some_and(Predict::is_graded);
        self.gate = if asks { Gate::Asking } else { Gate::Open };
    }
}
