//! A lab, or free play: the task, the drawn world, the transcript and the prompt.
//!
//! The life of a line: Enter takes it from the prompt and sends it to the lab's own thread ([`LabWork::Run`]); while it
//! runs, [`Outcome::Running`] brings the world as it is by then; [`Outcome::Ran`] brings what it printed, what it cost
//! and how the step stands. All of it goes into the transcript; nothing that is shown is ever replaced.
//!
//! The lab itself lives on that thread. What is shown of it is a [`LabView`], a snapshot.
//!
//! [`LabWork::Run`]: crate::app::message::LabWork::Run

use crate::app::figures::{Tab, WorldFigures};
use crate::app::line::Line;
use crate::app::message::{Effect, LabMessage, LabWork, Message, Outcome};
use crate::app::pane::{Extents, Pane, Scroll, Step};
use crate::app::prompt::{Edit, Prompt};
use crate::aws_cli::{self, Completion, Names};
use crate::clock::Timestamp;
use crate::content::Library;
use crate::content::lab::{Predict, Step as LabStep};
use crate::engine::capacity::Units;
use crate::lab::{Progress, Verdict, WayCost, Word};

use super::Refusal;

/// A lab on screen.
#[derive(Debug)]
pub struct LabScreen {
    /// What is shown of the lab.
    pub view: LabView,
    /// What was typed, and what came of it, oldest first.
    pub transcript: Vec<Entry>,
    /// The line being typed.
    pub prompt: Prompt,
    /// The completions on offer, and which is chosen.
    pub completions: Option<(Vec<Completion>, usize)>,
    /// The prediction that is asked for before the step's first command.
    pub gate: Gate,
    /// The line that runs, and how far it is.
    pub running: Option<Progress>,
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
    /// How many entries the transcript had when the step began.
    pub begun: usize,
    /// Whether the transcript shows the entry under the cursor, wherever it was scrolled to before.
    pub is_at_shown: bool,
    /// How far wide lines of the transcript are moved to the left.
    pub pan: Scroll,
}

/// A snapshot of a lab, taken on its thread.
#[derive(Clone, Debug, Default)]
pub struct LabView {
    /// The lab's name; none in free play.
    pub lab: Option<String>,
    /// The step that waits, counted from 0; the number of steps when all are done.
    pub position: usize,
    /// What to take away, once all steps are done.
    pub outro: String,
    /// The step's requirements as they stand.
    pub verdicts: Vec<Verdict>,
    /// Read and write units spent in the step.
    pub spent: (Units, Units),
    /// The lab's time.
    pub now: Timestamp,
    /// The names that completion offers.
    pub names: Names,
    /// What the compared ways have cost so far.
    pub ways: Vec<WayCost>,
    /// The world as it can be drawn.
    pub world: WorldFigures,
    /// What to paste into a shell so that a program finds the endpoint, while it is open.
    pub endpoint: Vec<String>,
    /// The endpoint's port.
    pub port: Option<u16>,
}

/// Something in the transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Its lines.
    pub lines: Vec<Line>,
    /// Whether it is shown whole.
    pub is_unfolded: bool,
}

/// What an entry of the transcript is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A typed command.
    Command,
    /// A request of the learner's own program.
    Request,
    /// What came back.
    Result,
    /// What it cost: the sum first, then how it came about.
    Cost,
    /// A hint, a solution or help.
    Help,
    /// What the lab says of it: done, nearly, or what is missing.
    Verdict,
    /// What a step was about, once it is done; the lab's opening.
    Story,
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

/// What came of work on the lab's thread.
#[derive(Clone, Debug, Default)]
pub struct Ran {
    /// The lab as it stands.
    pub view: LabView,
    /// What goes into the transcript.
    pub entries: Vec<Entry>,
    /// Whether a step was completed; it is on disk.
    pub completed: bool,
    /// What became of a prediction, if one was given: as it was typed, or why it is none.
    pub predicted: Option<Result<String, String>>,
    /// What to put into the prompt.
    pub insert: Option<String>,
    /// Words for the footer.
    pub notice: Option<String>,
}

/// The lines of a result that are shown before it is unfolded.
pub const FOLDED: usize = 12;

impl Entry {
    /// An entry that is shown folded if it is long.
    #[must_use]
    pub const fn new(kind: EntryKind, lines: Vec<Line>) -> Self {
        Self { kind, lines, is_unfolded: false }
    }

    /// How many of its lines are shown.
    #[must_use]
    pub fn shown(&self) -> usize {
        let all = self.lines.len();
        match self.kind {
            _ if self.is_unfolded => all,
            EntryKind::Cost => all.min(1),
            EntryKind::Result => {
                if all > FOLDED + 1 {
                    FOLDED
                } else {
                    all
                }
            }
            _ => all,
        }
    }
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
            focus: Pane::Prompt,
            is_zoomed: false,
            tab: Tab::default(),
            is_task_open: false,
            task: Scroll::default(),
            world: Scroll::default(),
            scroll: Scroll::FOLLOWING,
            at: None,
            begun: 0,
            is_at_shown: false,
            pan: Scroll::default(),
        };
        screen.take_in(opened);
        if !screen.view.world.has_news() {
            screen.tab = Tab::Tables;
        }
        screen.begin_step(library);
        screen
    }

    /// The step that waits to be done.
    #[must_use]
    pub fn step<'a>(&self, library: &'a Library) -> Option<&'a LabStep> {
        library.lab(self.view.lab.as_deref()?)?.steps.get(self.view.position)
    }

    /// Whether anything was tried since the step began.
    #[must_use]
    pub fn has_tried(&self) -> bool {
        let mut since = self.transcript.iter().skip(self.begun);
        since.any(|entry| matches!(entry.kind, EntryKind::Result | EntryKind::Request))
    }

    /// Takes in a message; returns what it wants done.
    ///
    /// # Errors
    /// Words for the learner; nothing has changed.
    pub fn update(&mut self, message: Message, library: &Library, extents: &Extents) -> Result<Vec<Effect>, Refusal> {
        let extent = |pane: Pane| extents.get(&pane).copied().unwrap_or_default();
        match message {
            Message::Done(outcome) => self.done(outcome, library),
            Message::Edit(edit) => self.edit(edit),
            Message::Accept => return self.accept(library),
            Message::Lab(LabMessage::Pan(by)) => {
                self.pan.step(Step::Lines(by), extent(Pane::TranscriptWidth));
            }
            Message::Lab(message) => return self.command(message, library),
            Message::Focus(forward) => self.turn_focus(forward),
            Message::FocusOn(pane) => self.focus = pane,
            Message::Zoom => self.is_zoomed = !self.is_zoomed,
            Message::Scroll(pane, step) => match pane.unwrap_or(self.focus) {
                Pane::Task => self.task.step(step, extent(Pane::Task)),
                Pane::World => self.world.step(step, extent(Pane::World)),
                _ => {
                    self.let_go(extents);
                    self.scroll.step(step, extent(Pane::Transcript));
                }
            },
            Message::Move(step) => match self.focus {
                Pane::Task => self.task.step(step, extent(Pane::Task)),
                Pane::World => self.world.step(step, extent(Pane::World)),
                Pane::Transcript => {
                    let last = self.transcript.len().saturating_sub(1);
                    self.let_go(extents);
                    self.at = Some(step.from(self.at.unwrap_or(last), last, extent(Pane::Transcript).height));
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
    pub fn interrupt(&mut self) -> Option<Vec<Effect>> {
        if self.running.is_some() {
            return Some(vec![Effect::Lab(LabWork::Cancel)]);
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

    fn edit(&mut self, edit: Edit) {
        self.focus = Pane::Prompt;
        let is_choosing = self.completions.take().is_some();
        if self.prompt.search.is_some() {
            match edit {
                Edit::Insert(text) => self.prompt.search_for(|wanted| wanted.push_str(&text)),
                Edit::Backspace => self.prompt.search_for(|wanted| {
                    let _ = wanted.pop();
                }),
                other => {
                    self.prompt.end_search(true);
                    self.prompt.edit(other);
                }
            }
            return;
        }
        // Whoever types on while completions are shown chooses among fewer.
        let narrows = is_choosing && matches!(&edit, Edit::Backspace | Edit::Insert(_));
        self.prompt.edit(edit);
        if narrows {
            let found = self.found();
            self.completions = (!found.is_empty()).then_some((found, 0));
        }
    }

    /// Enter: takes a completion, a search's hit, a prediction, or runs the line.
    fn accept(&mut self, library: &Library) -> Result<Vec<Effect>, Refusal> {
        if self.focus == Pane::Transcript {
            self.unfold();
            return Ok(Vec::new());
        }
        if self.focus != Pane::Prompt {
            self.focus = Pane::Prompt;
            return Ok(Vec::new());
        }
        if self.prompt.search.is_some() {
            self.prompt.end_search(true);
            return Ok(Vec::new());
        }
        if self.completions.is_some() {
            self.take_completion();
            return Ok(Vec::new());
        }
        if self.running.is_some() {
            return Err("The line before still runs; Esc stops it".to_owned());
        }
        let text = self.prompt.text();
        if self.gate == Gate::Asking && !self.is_command(text, library) {
            let typed = text.trim().to_owned();
            if typed.is_empty() {
                return Err("Type what you expect, or press Esc to skip the prediction".to_owned());
            }
            return Ok(vec![Effect::Lab(LabWork::Predict(typed))]);
        }
        if text.trim().is_empty() {
            // The first Enter of a step puts its given command into the prompt, the second runs it.
            self.insert_given(library);
            return Ok(Vec::new());
        }
        if aws_cli::is_incomplete(text) {
            self.prompt.edit(Edit::End);
            self.prompt.edit(Edit::Insert("\n".to_owned()));
            return Ok(Vec::new());
        }
        let line = self.prompt.take();
        self.follow();
        if self.gate == Gate::Asking && !is_word(&line) {
            // Whoever tries it first has no prediction left to make.
            self.gate = Gate::Open;
        }
        self.transcript.push(Entry::new(EntryKind::Command, command_lines(&line)));
        self.running = Some(Progress::default());
        Ok(vec![Effect::Remember(line.clone()), Effect::Lab(LabWork::Run(line))])
    }

    fn command(&mut self, message: LabMessage, library: &Library) -> Result<Vec<Effect>, Refusal> {
        let work = match message {
            LabMessage::Hint => LabWork::Hint,
            LabMessage::Solution => LabWork::Solution,
            LabMessage::Restart => LabWork::Restart,
            LabMessage::Endpoint => LabWork::Endpoint,
            LabMessage::Undo => LabWork::Run(":undo".to_owned()),
            LabMessage::Clock => LabWork::Run(":clock +1m".to_owned()),
            LabMessage::Cancel => LabWork::Cancel,
            other => {
                self.at_prompt(&other, library);
                return Ok(Vec::new());
            }
        };
        if self.running.is_some() && !matches!(work, LabWork::Cancel) {
            return Err("A line still runs; Esc stops it".to_owned());
        }
        if let LabWork::Run(line) = &work {
            self.transcript.push(Entry::new(EntryKind::Command, command_lines(line)));
            self.running = Some(Progress::default());
        }
        self.follow();
        Ok(vec![Effect::Lab(work)])
    }

    /// Whether what is typed where a prediction is asked for is a command all the same.
    fn is_command(&self, text: &str, library: &Library) -> bool {
        let text = text.trim();
        let predict = self.step(library).and_then(|step| step.predict.as_ref());
        if predict.is_some_and(|predict| predict.choices.iter().any(|choice| choice.eq_ignore_ascii_case(text))) {
            return false;
        }
        let first = text.split_whitespace().next().unwrap_or_default();
        let is_verb = || aws_cli::complete(first, &self.view.names).iter().any(|known| known.text == first);
        text.starts_with(':') || first == "aws" || is_word(text) || (first.len() > 1 && is_verb())
    }

    /// The transcript shows its end again.
    fn follow(&mut self) {
        (self.scroll, self.at, self.is_at_shown) = (Scroll::FOLLOWING, None, false);
        self.pan = Scroll::default();
    }

    /// What needs nothing of the lab's thread.
    fn at_prompt(&mut self, message: &LabMessage, library: &Library) {
        match message {
            LabMessage::Insert => self.insert(library),
            LabMessage::Complete => self.complete(),
            LabMessage::Completion(forward) => {
                if let Some((found, at)) = &mut self.completions {
                    *at = if *forward {
                        (*at + 1) % found.len().max(1)
                    } else {
                        at.checked_sub(1).unwrap_or(found.len().saturating_sub(1))
                    };
                }
            }
            LabMessage::Recall(back) => {
                self.completions = None;
                self.prompt.end_search(true);
                self.prompt.recall(*back);
            }
            LabMessage::Search => self.prompt.search_older(),
            LabMessage::Tab(tab) => self.show(*tab),
            LabMessage::Unfold => self.unfold(),
            LabMessage::UnfoldTask => self.is_task_open = !self.is_task_open,
            LabMessage::Skip => self.gate = Gate::Open,
            _ => {}
        }
    }

    /// Shows a tab of the world from its top.
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

    /// Puts the command under the transcript's cursor into the prompt, or the step's given one.
    fn insert(&mut self, library: &Library) {
        // What stands under a command belongs to it.
        let upto = self.at.filter(|_| self.focus == Pane::Transcript).and_then(|at| self.transcript.get(..=at));
        let entry = upto.and_then(|upto| upto.iter().rfind(|entry| entry.kind == EntryKind::Command));
        match entry {
            Some(entry) => {
                let text: Vec<String> = entry.lines.iter().map(Line::plain).collect();
                self.prompt.set(text.join("\n"), None);
            }
            None => self.insert_given(library),
        }
        self.focus = Pane::Prompt;
    }

    /// Puts the step's given command into the prompt, the cursor in its first gap.
    fn insert_given(&mut self, library: &Library) {
        if let Some(given) = self.step(library).and_then(|step| step.given.clone()) {
            let given = given.trim().to_owned();
            let gap = given.find("___");
            let text = gap.map_or_else(|| given.clone(), |at| format!("{}{}", &given[..at], &given[at + 3..]));
            self.prompt.set(text, gap);
        }
    }

    fn complete(&mut self) {
        if self.completions.is_some() {
            self.take_completion();
            return;
        }
        let found = self.found();
        match found.len() {
            0 => {}
            1 => {
                self.completions = Some((found, 0));
                self.take_completion();
            }
            _ => self.completions = Some((found, 0)),
        }
    }

    /// What could stand at the cursor.
    fn found(&self) -> Vec<Completion> {
        let before = &self.prompt.text()[..self.prompt.cursor()];
        crate::lab::complete(before, &self.view.names)
    }

    fn take_completion(&mut self) {
        let Some((found, at)) = self.completions.take() else { return };
        let Some(chosen) = found.get(at) else { return };
        let cursor = self.prompt.cursor();
        let (before, after) = self.prompt.text().split_at(cursor);
        let begun = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        let kept = before.strip_suffix(begun).unwrap_or_default();
        let blank = if after.starts_with(char::is_whitespace) { "" } else { " " };
        let start = format!("{kept}{}{blank}", chosen.text);
        let place = start.len();
        let text = start + after;
        self.prompt.set(text, Some(place));
    }

    fn done(&mut self, outcome: Outcome, library: &Library) {
        match outcome {
            Outcome::Ran(ran) => {
                let completed = ran.completed;
                let has_run = self.running.take().is_some();
                // What is no prediction stays as it was typed, to be put right.
                if let Some(Ok(said)) = &ran.predicted {
                    self.gate = Gate::Given(said.clone());
                    if self.prompt.text().trim() == said {
                        self.prompt.set("", None);
                    }
                }
                self.take_in(*ran);
                // The panel turns to what the line has done.
                if has_run && self.view.world.has_news() {
                    self.show(self.view.world.tab());
                }
                if completed {
                    self.begin_step(library);
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
                self.transcript
                    .push(Entry::new(EntryKind::Verdict, vec![Line::of(crate::app::line::Role::Bad, words)]));
            }
            _ => {}
        }
    }

    fn take_in(&mut self, ran: Ran) {
        self.view = ran.view;
        self.transcript.extend(ran.entries);
        if let Some(text) = ran.insert {
            self.prompt.set(text, None);
        }
    }

    /// What a new step begins with: its prediction, its task from the top.
    fn begin_step(&mut self, library: &Library) {
        self.task = Scroll::default();
        self.begun = self.transcript.len();
        let asks = self.step(library).and_then(|step| step.predict.as_ref()).is_some_and(Predict::is_graded);
        self.gate = if asks { Gate::Asking } else { Gate::Open };
    }
}

/// Whether a line only asks for help.
fn is_word(line: &str) -> bool {
    let first = line.trim().trim_start_matches(':').split_whitespace().next().unwrap_or_default();
    matches!(first, "help" | "?") || Word::read(line).is_some()
}

/// A typed command as the transcript shows it.
fn command_lines(line: &str) -> Vec<Line> {
    line.lines().map(Line::code).collect()
}
