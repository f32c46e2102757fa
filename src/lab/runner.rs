//! A lab under way: which step is next, what has been met of it, which hints were given.
//!
//! The life of a step: [`Runner::begin_step`] brings its own tables in and keeps the world as it is, for `:restart`; each
//! line's requests become facts, which its case judges after everything that is due has happened; when all is met, its
//! debrief is told with the figures of this run.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::case::{Case, RESTART, Verdict};
use super::dashboard;
use super::expand::expanded;
use super::facts::Fact;
use super::fill;
use super::fits::{effect_of, fits, is_request};
use super::load;
use super::predict::{self, Guess, Measured, Prediction};
use super::story::{Figure, Story};
use super::workbench::{Reply, ReplyKind, Saved, Workbench};
use crate::clock::Timestamp;
use crate::content::lab::code::Meanwhile;
use crate::content::lab::load::{Load, Question, RUN};
use crate::content::lab::placeholder::Name;
use crate::content::lab::requirement::Effect;
use crate::content::lab::{Lab, Predict, Step};
use crate::engine::capacity::Units;
use crate::world::work::{LOOK_STEPS, START_STEPS, Work};

/// A lab under way.
#[derive(Clone, Debug)]
pub struct Runner {
    lab: Arc<Lab>,
    bench: Workbench,
    /// The step that waits to be done; past the last when all are.
    step: usize,
    /// Where the step and its newest line began in the journal.
    marks: Marks,
    case: Case,
    /// How the step's requirements stand, and which of them were met when it began.
    verdicts: Vec<Verdict>,
    met_before: Vec<bool>,
    story: Story,
    hints: usize,
    guess: Option<Guess>,
    ways: Vec<WayCost>,
    /// The world where the step began, and where the lab did.
    begun: Option<Box<Saved>>,
    beginning: Option<Box<Saved>>,
    /// Whether the step's solution was shown.
    is_shown: bool,
    /// Whether the newest line asked to begin the lab again.
    is_reset_asked: bool,
    /// Whether any request was sent in the step, also before it was restarted.
    has_seen: bool,
    /// How many requests of the learner's each `meanwhile` of the step has followed so far.
    followed: Vec<u64>,
    /// The lines that prepared the lab and its steps, and those of others, since somebody asked last.
    prepared: Vec<String>,
    /// What the step's dashboard shows.
    dashboard: Vec<String>,
    /// What was set of the program that sends the load, and what it was when the step began.
    settings: BTreeMap<String, u64>,
    set_before: BTreeMap<String, u64>,
    /// How the case stands, if the lab is one.
    score: Score,
}

/// The greatest value of a setting.
const MOST_SETTING: u64 = 1000;

/// How a case stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// The points so far.
    pub points: u64,
    /// What real time it was when the case began; after a break, as if it had begun so much later.
    began: Timestamp,
}

/// How a case stood when it was left: what the progress file keeps of it, so that a break is no time won or lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptScore {
    /// The points so far.
    pub points: u64,
    /// The seconds that were used.
    pub seconds: u64,
}

/// Where a step and its newest line began: the journal's newest entry at the time. What lies behind a mark may be more
/// than the journal still has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// The step.
    pub step: u64,
    /// The line.
    pub line: u64,
}

/// Why a lab could not be set up: a fault of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabError(String);

impl fmt::Display for LabError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LabError {}

/// What came of a line typed in a lab.
#[derive(Clone, Debug)]
pub struct Turn {
    /// The line's result.
    pub reply: Reply,
    /// The step's checks after it.
    pub verdicts: Vec<Verdict>,
    /// What others did meanwhile.
    pub meanwhile: Vec<String>,
    /// The words for a near miss.
    pub near_miss: Option<String>,
    /// The step that this line completed.
    pub completed: Option<Completed>,
}

/// What came of something done in a lab.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The number of the journal's newest entry before it.
    pub since: u64,
    /// The step's checks after it.
    pub verdicts: Vec<Verdict>,
    /// What others did meanwhile.
    pub meanwhile: Vec<String>,
    /// The words for a near miss.
    pub near_miss: Option<String>,
    /// The step that it completed.
    pub completed: Option<Completed>,
}

/// A step that was completed.
#[derive(Clone, Debug)]
pub struct Completed {
    /// The step.
    pub step: Step,
    /// What was predicted and what it came to, if the step asks for that.
    pub prediction: Option<Prediction>,
    /// What was to be seen, with the figures of this run.
    pub debrief: String,
    /// Whether the learner had its solution shown.
    pub is_shown: bool,
    /// What all of its requests came to.
    pub spent: Spent,
    /// The points for it, in a case.
    pub points: Option<u64>,
    /// The number of the journal's newest entry then.
    pub ended: u64,
}

/// What some requests came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// How many there were.
    pub requests: u64,
    /// Read units.
    pub read: Units,
    /// Write units.
    pub write: Units,
}

/// What one way of getting an answer cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayCost {
    /// What it is called.
    pub label: String,
    /// The operation, with the index if one was read.
    pub operation: String,
    /// Items read: ScannedCount, over all pages.
    pub read: u64,
    /// Items returned: Count, over all pages.
    pub returned: u64,
    /// Read units, over all pages.
    pub units: Units,
}

impl std::ops::AddAssign for Spent {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.read += other.read;
        self.write += other.write;
    }
}

/// Returns what each step can be done with, in the order of the steps: what the lab says of its challenge, and what the
/// reference solution of any other step costs.
///
/// # Errors
/// As for [`Runner::start`].
pub fn par(lab: &Lab) -> Result<Vec<(String, Spent)>, LabError> {
    let (_, played) = Runner::finished(lab)?;
    let stated = lab.par.unwrap_or_default();
    let units = |stated: Option<f64>, measured| stated.and_then(Units::from_f64).unwrap_or(measured);
    let of_step = |Completed { step, spent, .. }: Completed| {
        let Spent { requests, read, write } = spent;
        let spent = if step.is_challenge {
            let (read, write) = (units(stated.rcu, read), units(stated.wcu, write));
            Spent { requests: stated.requests.unwrap_or(requests), read, write }
        } else {
            spent
        };
        (step.id, spent)
    };
    Ok(played.into_iter().map(of_step).collect())
}

/// What the steps of a lab took at best, and what they can be done with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BestAndPar {
    /// What they took at best.
    pub best: Spent,
    /// What they can be done with.
    pub par: Spent,
}

impl Runner {
    /// Sets a lab up, and plays its first `done` steps so that the tables are as they were.
    ///
    /// # Errors
    /// The lab's file is at fault: a table cannot be set up, a solution does not complete its step, or all that is more
    /// work than content may do.
    pub fn start(lab: &Lab, done: usize) -> Result<Self, LabError> {
        let work = Work::allowing(START_STEPS);
        let runner = Self::start_on(lab, done, &work)?;
        // What the learner types from here on is not the lab's work.
        work.allow_everything();
        Ok(runner)
    }

    /// As [`Runner::start`]; what is done here and from now on counts as a part of `work`.
    ///
    /// # Errors
    /// As for [`Runner::start`].
    pub fn start_on(lab: &Lab, done: usize, work: &Work) -> Result<Self, LabError> {
        Ok(Self::played(lab, done, work)?.0)
    }

    /// A lab as it is once all its steps are done, and what came of each step's solution.
    ///
    /// # Errors
    /// As for [`Runner::start`].
    pub fn finished(lab: &Lab) -> Result<(Self, Vec<Completed>), LabError> {
        let work = Work::allowing(START_STEPS);
        let played = Self::played(lab, lab.steps.len(), &work)?;
        work.allow_everything();
        Ok(played)
    }

    fn played(lab: &Lab, done: usize, work: &Work) -> Result<(Self, Vec<Completed>), LabError> {
        let mut bench = Workbench::working_on(work);
        bench.enter_lab();
        for setup in &lab.setup {
            fill::table(&mut bench, setup)
                .map_err(|error| LabError(format!("{}: a table cannot be set up: {error}", lab.name)))?;
        }
        let mut done_before = Vec::new();
        for line in &lab.before {
            let line = prepared(&mut bench, line).map_err(|told| LabError(format!("{}: before: {told}", lab.name)))?;
            done_before.push(line);
        }
        let mut runner = Self {
            lab: Arc::new(lab.clone()),
            bench,
            step: 0,
            marks: Marks { step: 0, line: 0 },
            case: Case::default(),
            verdicts: Vec::new(),
            met_before: Vec::new(),
            story: Story::default(),
            hints: 0,
            guess: None,
            ways: Vec::new(),
            begun: None,
            beginning: None,
            is_shown: false,
            is_reset_asked: false,
            has_seen: false,
            followed: Vec::new(),
            prepared: done_before,
            dashboard: Vec::new(),
            settings: BTreeMap::new(),
            set_before: BTreeMap::new(),
            score: Score::default(),
        };
        runner.score.began = runner.bench.real_time();
        runner.begin_step().map_err(LabError)?;
        runner.beginning.clone_from(&runner.begun);
        let mut played = Vec::new();
        while runner.step < done.min(lab.steps.len()) {
            played.push(runner.solve()?);
        }
        Ok((runner, played))
    }

    /// Does the step that waits as its solution does it.
    fn solve(&mut self) -> Result<Completed, LabError> {
        let (mut typed, mut completed) = (Vec::new(), None);
        for line in self.solution().unwrap_or_default().to_vec() {
            let line = expanded(&line, &self.bench);
            completed = self.run(&line).completed.or(completed);
            typed.push(line);
        }
        let step = self.step().map(|step| step.id.as_str()).unwrap_or_default();
        let fault = || LabError(format!("{}: the solution of step {step} does not complete it", self.lab.name));
        let mut completed = completed.ok_or_else(fault)?;
        completed.step.solution = typed;
        Ok(completed)
    }

    /// Sets a lab up where it was left: `saved` are the steps that were done, and one that is new in between is where it
    /// goes on. A finished lab begins from its first step.
    ///
    /// # Errors
    /// As for [`Runner::start`].
    pub fn resume(lab: &Lab, saved: &[String]) -> Result<Self, LabError> {
        let done = lab.steps.iter().take_while(|step| saved.contains(&step.id)).count();
        Self::start(lab, if done == lab.steps.len() { 0 } else { done })
    }

    /// The lab.
    #[must_use]
    pub fn lab(&self) -> &Lab {
        &self.lab
    }

    /// The workbench.
    #[must_use]
    pub const fn bench(&self) -> &Workbench {
        &self.bench
    }

    /// Lets `file://` values be read inside `directory`.
    pub fn read_files_in(&mut self, directory: PathBuf) {
        self.bench.read_files_in(directory);
    }

    /// The place of the step that waits to be done, counted from 0; the number of steps when all are done.
    #[must_use]
    pub const fn position(&self) -> usize {
        self.step
    }

    /// The step that waits to be done.
    #[must_use]
    pub fn step(&self) -> Option<&Step> {
        self.lab.steps.get(self.step)
    }

    /// Where the step that waits and its newest line began in the journal.
    #[must_use]
    pub const fn marks(&self) -> Marks {
        self.marks
    }

    /// Takes the lines that were run since this was last asked and were not the learner's: what the lab and its steps have done
    /// before they begin, and what others did meanwhile.
    pub fn take_prepared(&mut self) -> Vec<String> {
        std::mem::take(&mut self.prepared)
    }

    /// Whether all steps are done.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.step >= self.lab.steps.len()
    }

    /// The requirements of the step that waits, as they stood after the newest line.
    #[must_use]
    pub fn verdicts(&self) -> Vec<Verdict> {
        self.verdicts.clone()
    }

    /// Whether the step's prediction is still to be made: the requirements often say what it comes to, and are not shown
    /// until it is made or a request was sent.
    #[must_use]
    pub fn is_guessing(&self) -> bool {
        let asks = self.step().and_then(|step| step.predict.as_ref()).is_some_and(Predict::is_graded);
        asks && self.guess.is_none() && !self.has_seen
    }

    /// The requirements of the step that waits, as the learner may see them by now; `None` while a prediction is still to be
    /// made.
    #[must_use]
    pub fn checks(&self) -> Option<Vec<Verdict>> {
        (!self.is_guessing()).then(|| self.verdicts())
    }

    /// Whether any request was sent in this step.
    #[must_use]
    pub const fn has_tried(&self) -> bool {
        self.story.has_begun()
    }

    /// What was predicted of this step, in words.
    #[must_use]
    pub fn predicted(&self) -> Option<String> {
        let asked = self.step()?.predict.as_ref()?;
        Some(predict::said(self.guess.as_ref()?, asked))
    }

    /// Units spent in this step so far, read and write.
    #[must_use]
    pub const fn spent(&self) -> (Units, Units) {
        let Spent { read, write, .. } = self.story.spent();
        (read, write)
    }

    /// The next hint of the step; the last one again when all were given.
    pub fn hint(&mut self) -> Option<String> {
        let step = self.lab.steps.get(self.step)?;
        if step.hints.is_empty() {
            return Some("A challenge has no hints: its task says all that it asks for.".to_owned());
        }
        let (place, all) = (self.hints, step.hints.len());
        let Some(hint) = step.hints.get(place) else {
            return Some(format!("All {all} hints are given; :solution shows a solution."));
        };
        self.hints += 1;
        let hint = expanded(hint.trim(), &self.bench);
        let hint = hint.split('\n').map(str::trim).collect::<Vec<_>>().join(" ");
        Some(format!("Hint {} of {all}: {hint}", place + 1))
    }

    /// Takes a prediction for the step, in place of an earlier one; returns what to tell.
    ///
    /// # Errors
    /// What was expected, if the step asks for none or for something else, or if it has been tried already.
    pub fn predict(&mut self, typed: &str) -> Result<String, String> {
        let asked = self.step().and_then(|step| step.predict.as_ref()).filter(|predict| predict.is_graded());
        let Some(asked) = asked else {
            return Err("This step asks for no prediction that can be measured.".to_owned());
        };
        // What comes of a request says what is right, and so may a reason; a restart does not make that unseen.
        if self.has_seen {
            return Err("A prediction is made before the first request of a step.".to_owned());
        }
        let guess = predict::read(asked, typed)?;
        let said = predict::said(&guess, asked);
        self.story.predict(Some(said));
        self.guess = Some(guess);
        Ok("Noted. Now try it.".to_owned())
    }

    /// The solution of the step.
    #[must_use]
    pub fn solution(&self) -> Option<&[String]> {
        self.step().map(|step| step.solution.as_slice())
    }

    /// The solution of the step, for the learner: the step is then marked as shown.
    pub fn show_solution(&mut self) -> Vec<String> {
        self.is_shown = true;
        self.solution().unwrap_or_default().iter().map(|line| expanded(line, &self.bench)).collect()
    }

    /// What to take away, with the figures of this run.
    #[must_use]
    pub fn outro(&self) -> String {
        self.story.told(&self.lab.outro, &self.bench)
    }

    /// Begins the step again: tables, clock, roles and what has been seen are as they were when it began.
    pub fn restart(&mut self) -> &'static str {
        let Some(begun) = self.begun.clone() else { return "There is nothing to go back to." };
        self.bench.begin_at(&begun);
        self.settings.clone_from(&self.set_before);
        // What was predicted stands.
        let guess = self.guess.take();
        self.forget();
        if let (Some(guess), Some(asked)) =
            (guess, self.lab.steps.get(self.step).and_then(|step| step.predict.as_ref()))
        {
            self.story.predict(Some(predict::said(&guess, asked)));
            self.guess = Some(guess);
        }
        "The step begins again: tables, clock and roles are as they were."
    }

    /// Begins the lab again with its first step, when it is asked a second time if steps are done. What is saved as done stays
    /// saved.
    pub fn reset(&mut self) -> &'static str {
        let Some(beginning) = self.beginning.clone() else { return "There is nothing to go back to." };
        if self.step > 0 && !std::mem::replace(&mut self.is_reset_asked, true) {
            return "This goes back to step 1, with the tables as they were then. Type :reset again to do it.";
        }
        self.bench.begin_at(&beginning);
        (self.step, self.begun) = (0, Some(beginning));
        (self.story, self.ways, self.is_shown) = (Story::default(), Vec::new(), false);
        self.has_seen = false;
        (self.settings, self.set_before) = (BTreeMap::new(), BTreeMap::new());
        self.score = Score { points: 0, began: self.bench.real_time() };
        self.is_reset_asked = false;
        self.look();
        self.forget();
        "The lab begins again with its first step; what is saved as done stays saved."
    }

    /// Forgets what has been seen of the step.
    fn forget(&mut self) {
        let step = self.lab.steps.get(self.step);
        self.case = step.map(Case::of).unwrap_or_default();
        self.bench.do_without(step.and_then(|step| step.without.clone()));
        let begun = self.bench.engine().journal().recorded();
        self.marks = Marks { step: begun, line: begun };
        (self.hints, self.guess) = (0, None);
        self.followed = vec![0; step.map_or(0, |step| step.meanwhile.len())];
        self.story.begin_step();
        self.met_before = Vec::new();
        self.judge();
        self.met_before = self.verdicts.iter().map(|verdict| verdict.met).collect();
        self.verdicts.iter_mut().for_each(|verdict| verdict.is_untried = verdict.met);
    }

    /// Fills the dashboard of the step that waits.
    fn look(&mut self) {
        let lab = Arc::clone(&self.lab);
        let dashboard = lab.steps.get(self.step).and_then(|step| step.dashboard.as_ref());
        let load = self.load().map(|load| load.set(&self.settings));
        self.dashboard = dashboard.map(|it| dashboard::lines(it, load.as_ref(), &mut self.bench)).unwrap_or_default();
    }

    /// Begins the step that is next: its own tables come in, and the world is kept as it is then.
    fn begin_step(&mut self) -> Result<(), String> {
        let lab = Arc::clone(&self.lab);
        if let Some(step) = lab.steps.get(self.step) {
            self.bench.do_without(None);
            for table in &step.setup {
                fill::table(&mut self.bench, table)
                    .map_err(|error| format!("{}: {}: a table cannot be set up: {error}", lab.name, step.place()))?;
            }
            if !step.setup.is_empty() {
                self.bench.let_settle();
            }
            for line in &step.before {
                let line = prepared(&mut self.bench, line)
                    .map_err(|told| format!("{}: {}: before: {told}", lab.name, step.place()))?;
                self.prepared.push(line);
            }
        }
        (self.is_shown, self.has_seen) = (false, false);
        // Another program has settings of its own.
        if lab.steps.get(self.step).is_some_and(|step| step.load.is_some()) {
            self.settings.clear();
        }
        self.set_before.clone_from(&self.settings);
        self.look();
        self.begun = Some(Box::new(self.bench.saved()));
        self.forget();
        Ok(())
    }

    /// The world as it is, to be asked later.
    pub(super) fn snapshot(&mut self) -> Workbench {
        self.bench.copy()
    }

    /// A runner that stands where this one does, to try something on: without what was done before, and without a past.
    pub(super) fn fork(&mut self) -> Self {
        Self {
            lab: Arc::clone(&self.lab),
            bench: self.bench.copy(),
            step: self.step,
            marks: Marks { step: 0, line: 0 },
            case: self.step().map(Case::of).unwrap_or_default(),
            verdicts: self.verdicts.clone(),
            met_before: self.met_before.clone(),
            story: self.story.clone(),
            hints: 0,
            guess: None,
            ways: Vec::new(),
            begun: None,
            beginning: None,
            is_shown: false,
            is_reset_asked: false,
            has_seen: false,
            followed: self.followed.clone(),
            prepared: Vec::new(),
            dashboard: Vec::new(),
            settings: self.settings.clone(),
            set_before: self.set_before.clone(),
            score: self.score.clone(),
        }
    }

    /// What the ways compared at the end cost, as far as they were gone.
    #[must_use]
    pub fn ways(&self) -> &[WayCost] {
        &self.ways
    }

    /// Runs a line and judges the step.
    pub fn run(&mut self, line: &str) -> Turn {
        self.is_reset_asked = false;
        // What a clock that runs has brought by then is judged as well.
        let since = self.bench.engine().journal().recorded();
        let reply = self.own(line.trim()).unwrap_or_else(|| {
            if line.contains("{{") { self.bench.run(&expanded(line, &self.bench)) } else { self.bench.run(line) }
        });
        let Judged { verdicts, meanwhile, near_miss, completed, .. } = self.judge_since(since, false);
        Turn { reply, verdicts, meanwhile, near_miss, completed }
    }

    /// Does a line that only the lab knows: its load, its dashboard, an answer to its question.
    fn own(&mut self, line: &str) -> Option<Reply> {
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let lab = Arc::clone(&self.lab);
        match (word, rest.trim()) {
            (":load", "") => {
                let none = || "There is no load in this lab.".to_owned();
                *self.settings.entry(RUN.to_owned()).or_default() += 1;
                let (load, settings) = (self.load().cloned(), self.settings.clone());
                Some(self.bench.act(|bench| load::run(&load.ok_or_else(none)?.set(&settings), bench)))
            }
            (":set", words) => Some(self.set(words)),
            (":dashboard", "") => {
                let text = self.dashboard.join("\n");
                let none = "This step has no dashboard.".to_owned();
                Some(self.bench.act(|_| if text.is_empty() { Err(none) } else { Ok(text) }))
            }
            (":answer", typed) => {
                let question = lab.steps.get(self.step).and_then(|step| step.question.as_ref());
                let choice = question.ok_or("This step asks no question.".to_owned()).and_then(|it| chosen(it, typed));
                Some(self.bench.act(|bench| {
                    let choice = choice?;
                    let (now, request) = (bench.engine().now(), json!({ "Choice": choice }));
                    bench.note(now, "Answer", &request, &Ok(json!({})));
                    Ok(format!("You answer: {choice}."))
                }))
            }
            _ => None,
        }
    }

    /// The load of the step that waits.
    fn load(&self) -> Option<&Load> {
        self.step().and_then(|step| step.load.as_ref()).or(self.lab.load.as_ref())
    }

    /// Changes a setting of the program that sends the load.
    fn set(&mut self, words: &str) -> Reply {
        let known: Vec<String> = self.load().iter().flat_map(|load| load.settings.keys().cloned()).collect();
        let (name, value) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
        let value: Option<u64> = value.trim().parse().ok().filter(|value| (1..=MOST_SETTING).contains(value));
        let text = match value {
            _ if known.is_empty() => Err("There is nothing to set in this lab.".to_owned()),
            Some(value) if known.iter().any(|it| it == name) => {
                self.settings.insert(name.to_owned(), value);
                Ok(format!("{name} is {value} from now on."))
            }
            _ => Err(format!("Expected :set {} and a number from 1 to {MOST_SETTING}.", known.join("|"))),
        };
        self.bench.act(|_| text)
    }

    /// What is seen of the running system of this step; empty if it has no dashboard.
    #[must_use]
    pub fn dashboard(&self) -> &[String] {
        &self.dashboard
    }

    /// Does something with the workbench that is no typed line, such as passing on a client's request, and judges the
    /// step. `goes_on` says that it goes on with what came before it, as a further page does.
    pub fn observe<T>(&mut self, goes_on: bool, act: impl FnOnce(&mut Workbench) -> T) -> (T, Judged) {
        let since = self.bench.engine().journal().recorded();
        let done = act(&mut self.bench);
        (done, self.judge_since(since, goes_on))
    }

    fn judge_since(&mut self, since: u64, goes_on: bool) -> Judged {
        let has_sent = self.bench.entries_since(since).next().is_some();
        // What is due by now happens before it is judged: a function that is invoked, say.
        self.bench.settle();
        let lab = Arc::clone(&self.lab);
        let step = lab.steps.get(self.step);
        // A line that sent nothing (help, a typing mistake) does not stand in front of the one before it.
        self.has_seen |= has_sent;
        if !goes_on && has_sent {
            self.marks.line = since;
            self.story.begin_line();
            self.case.begin_line();
        }
        let meanwhile = self.take_since(since);
        self.judge();
        let verdicts = self.verdicts.clone();
        let Some(step) = step else {
            return Judged { since, verdicts, meanwhile, near_miss: None, completed: None };
        };
        if verdicts.iter().all(|verdict| verdict.met) {
            let completed = self.complete(step, goes_on || has_sent);
            return Judged { since, verdicts, meanwhile, near_miss: None, completed: Some(completed) };
        }
        let near_miss = if has_sent { self.near_miss(step) } else { None };
        Judged { since, verdicts, meanwhile, near_miss, completed: None }
    }

    /// Holds the requests since a journal entry against the step, and has others do what they do right after them. Returns
    /// what the learner is told of that.
    fn take_since(&mut self, since: u64) -> Vec<String> {
        let (step, sdk) = (self.lab.steps.get(self.step), self.bench.sdk_mode());
        let wanted = self.case.wanted();
        let mut due = Vec::new();
        // Each entry is held against each requirement. It is done already: the next line ends.
        let asked = step.map_or(0, |step| (step.done.len() + step.near_misses.len() + step.meanwhile.len()) as u64);
        let entries = self.bench.entries_since(since).count() as u64;
        let _ = self.bench.work().spend(asked * (entries + 1));
        for entry in self.bench.entries_since(since) {
            let fact = Fact::of(entry, sdk, self.bench.engine(), wanted);
            self.story.take(&fact);
            for (place, meanwhile) in step.iter().flat_map(|step| &step.meanwhile).enumerate() {
                if !is_after(meanwhile, &fact) {
                    continue;
                }
                let before = self.followed[place];
                self.followed[place] += 1;
                if before >= meanwhile.skip && before - meanwhile.skip < meanwhile.times.unwrap_or(1) {
                    due.push(meanwhile.clone());
                }
            }
            self.case.take(&fact);
        }
        self.case.end_line();
        // All that is done meanwhile is one piece of work: whoever stops it stops all of it.
        let _open = self.bench.work().begin(LOOK_STEPS);
        due.into_iter().filter_map(|meanwhile| self.interfere(&meanwhile)).collect()
    }

    /// Somebody else does something. It is not the learner's, and nothing of it stands in the journal.
    fn interfere(&mut self, meanwhile: &Meanwhile) -> Option<String> {
        self.bench.do_without(None);
        for line in meanwhile.lines.all() {
            // `content check` has played it; what fails here in an odd state is what would fail for any client.
            self.prepared.extend(prepared(&mut self.bench, line));
        }
        let without = self.step().and_then(|step| step.without.clone());
        self.bench.do_without(without);
        Some(self.story.told(meanwhile.say.as_deref()?.trim(), &self.bench))
    }

    /// Judges the step as everything stands now.
    fn judge(&mut self) {
        self.bench.settle();
        let _open = self.bench.work().begin(LOOK_STEPS);
        let story = &self.story;
        let told = |text: &str, bench: &Workbench| story.told(text, bench);
        self.verdicts = self.case.verdicts(&mut self.bench, told);
        // What has held since the step began, with nothing changed, is nothing that the learner has done.
        let has_acted = self.case.has_acted();
        for (verdict, was_met) in self.verdicts.iter_mut().zip(&self.met_before).filter(|_| !has_acted) {
            verdict.is_untried |= verdict.met && *was_met;
        }
    }

    /// The words for an attempt that came close.
    fn near_miss(&mut self, step: &Step) -> Option<String> {
        let _open = self.bench.work().begin(LOOK_STEPS);
        let near = step.near_misses.iter().find(|near| self.case.is_near(near, &mut self.bench))?;
        let words = self.story.told(near.say.trim(), &self.bench);
        Some(if near.restart { format!("{words} {RESTART}") } else { words })
    }

    /// Ends a step. `has_line` says whether the newest line is the one that completed it.
    fn complete(&mut self, step: &Step, has_line: bool) -> Completed {
        let guess = self.guess.take();
        let asked = step.predict.as_ref();
        let prediction = asked.and_then(|asked| Prediction::of(asked, guess.as_ref(), self.measured(asked)));
        for way in self.lab.compare.iter().filter(|way| has_line && way.step == step.id) {
            self.ways.extend(self.story.way(&self.story.told(&way.label, &self.bench)));
        }
        let debrief = self.story.told(&step.debrief, &self.bench);
        let spent = self.story.spent_in_all();
        let is_shown = self.is_shown;
        let points = self.points_for(step);
        let ended = self.bench.engine().journal().recorded();
        self.score.points += points.unwrap_or(0);
        self.story.finish(&step.id, &self.bench);
        self.step += 1;
        // What it takes to begin the next step was tried by `content check`; if it fails here, the step begins without.
        if self.begin_step().is_err() {
            self.begun = Some(Box::new(self.bench.saved()));
            self.forget();
        }
        Completed { step: step.clone(), prediction, debrief, is_shown, spent, points, ended }
    }

    /// The points for a step that is done now: none if its solution was shown, or when the time is up.
    fn points_for(&self, step: &Step) -> Option<u64> {
        let points = step.points?;
        Some(if self.is_shown || self.seconds_left() == Some(0) { 0 } else { points })
    }

    /// How the case stands.
    #[must_use]
    pub const fn score(&self) -> &Score {
        &self.score
    }

    /// How many real seconds are left of the case; `None` if the lab is none.
    #[must_use]
    pub fn seconds_left(&self) -> Option<u64> {
        let case = self.lab.case?;
        let passed = self.bench.real_time().millis_since(self.score.began) / 1000;
        Some((case.minutes * 60).saturating_sub(passed))
    }

    /// What the progress file keeps of a case; `None` if the lab is none, or is done.
    #[must_use]
    pub fn kept_score(&self) -> Option<KeptScore> {
        let case = self.lab.case.filter(|_| !self.is_finished())?;
        let seconds = (case.minutes * 60).saturating_sub(self.seconds_left()?);
        Some(KeptScore { points: self.score.points, seconds })
    }

    /// Goes on with a case as it was left.
    pub fn go_on_with(&mut self, kept: KeptScore) {
        let used = kept.seconds.saturating_mul(1000);
        let began = self.bench.real_time().as_millis().saturating_sub(used);
        self.score = Score { points: kept.points, began: Timestamp::from_millis(began) };
    }

    /// What a name stands for now, or stood for at the end of its step.
    pub(super) fn figure(&self, name: &Name<'_>) -> Option<Figure> {
        self.story.figure(name, &self.bench)
    }

    /// What a prediction is held against, now that the step is done.
    fn measured(&self, asked: &Predict) -> Option<Measured> {
        let figure = self.figure(&Name::read(asked.measure.as_deref()?))?;
        Some(Measured::of(figure))
    }
}

/// The choice that was typed: by its letter, or in its words.
fn chosen(question: &Question, typed: &str) -> Result<String, String> {
    let lower = typed.trim_matches(['"', '\'']).to_lowercase();
    let by_letter = || {
        let letter = lower.chars().next().filter(|_| lower.chars().count() == 1)?;
        question.choices.get((u32::from(letter).checked_sub(u32::from('a'))?) as usize)
    };
    let by_words = || question.choices.iter().find(|choice| choice.to_lowercase() == lower);
    by_letter().or_else(by_words).cloned().ok_or_else(|| {
        let last = char::from(b'A' + u8::try_from(question.choices.len().saturating_sub(1)).unwrap_or(25).min(25));
        format!("Expected :answer with a letter from A to {last}.")
    })
}

/// Whether a request of the learner's is one after which somebody else does something.
fn is_after(meanwhile: &Meanwhile, fact: &Fact) -> bool {
    let effect = effect_of(&meanwhile.after, Effect::Read);
    is_request(fact) && !fact.is_of_a_service() && fact.has(effect) && fits(&meanwhile.after, effect, fact).is_ok()
}

/// Runs a line that prepares a lab or a step; returns it as it ran.
fn prepared(bench: &mut Workbench, line: &str) -> Result<String, String> {
    let line = expanded(line, bench);
    let reply = bench.unseen(|bench| bench.run(&line));
    let is_done = matches!(reply.kind, ReplyKind::Answer | ReplyKind::Nothing);
    if is_done { Ok(line) } else { Err(format!("{line}: {}", reply.text)) }
}
