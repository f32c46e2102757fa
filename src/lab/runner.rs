//! A lab under way: which step is next, what has been met of it, which hints were given.

use std::fmt;
use std::path::PathBuf;

use super::fill;
use super::judge::{Verdict, judge};
use super::pattern::fits;
use super::predict::{self, Guess, Prediction};
use super::tally::Tally;
use super::workbench::{Reply, Workbench};
use crate::content::lab::{Lab, Step};
use crate::engine::capacity::Units;
use crate::world::work::{CONTENT_STEPS, Work};

/// A lab under way.
#[derive(Clone, Debug)]
pub struct Runner {
    lab: Lab,
    bench: Workbench,
    /// The step that waits to be done; past the last when all are.
    step: usize,
    /// Where the step and its newest line began in the journal.
    marks: Marks,
    /// What its requests have come to so far.
    tally: Tally,
    hints: usize,
    guess: Option<Guess>,
    ways: Vec<WayCost>,
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
    /// What all of its requests came to.
    pub spent: Spent,
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

impl std::ops::AddAssign for Spent {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.read += other.read;
        self.write += other.write;
    }
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

/// Returns what the reference solution of each step costs, in the order of the steps.
///
/// # Errors
/// As for [`Runner::start`].
pub fn par(lab: &Lab) -> Result<Vec<(String, Spent)>, LabError> {
    let mut runner = Runner::start(lab, 0)?;
    let mut par = Vec::new();
    while let Some(step) = runner.step().map(|step| (step.id.clone(), step.solution.clone())) {
        let (id, solution) = step;
        let mut completed = None;
        for line in &solution {
            completed = runner.run(line).completed.or(completed);
        }
        let Some(completed) = completed else {
            return Err(LabError(format!("{}: the solution of step {id} does not complete it", lab.name)));
        };
        par.push((id, completed.spent));
    }
    Ok(par)
}

impl Runner {
    /// Sets a lab up, and plays its first `done` steps so that the tables are as they were.
    ///
    /// # Errors
    /// The lab's file is at fault: a table cannot be set up, a solution does not complete its step, or all that is more
    /// work than content may do.
    pub fn start(lab: &Lab, done: usize) -> Result<Self, LabError> {
        let work = Work::allowing(CONTENT_STEPS);
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
        let mut bench = Workbench::working_on(work);
        for setup in &lab.setup {
            fill::table(&mut bench, setup)
                .map_err(|error| LabError(format!("{}: a table cannot be set up: {error}", lab.name)))?;
        }
        let begun = bench.engine().journal().recorded();
        let (marks, tally) = (Marks { step: begun, line: begun }, Tally::of(lab.steps.first()));
        bench.do_without(lab.steps.first().and_then(|step| step.without.clone()));
        let (hints, guess, ways) = (0, None, Vec::new());
        let mut runner = Self { lab: lab.clone(), bench, step: 0, marks, tally, hints, guess, ways };
        runner.bench.begin_step();
        while runner.step < done.min(lab.steps.len()) {
            let before = runner.step;
            for line in lab.steps[before].solution.clone() {
                runner.run(&line);
            }
            if runner.step == before {
                let step = &lab.steps[before].id;
                return Err(LabError(format!("{}: the solution of step {step} does not complete it", lab.name)));
            }
        }
        Ok(runner)
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
    pub const fn lab(&self) -> &Lab {
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

    /// Whether all steps are done.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.step >= self.lab.steps.len()
    }

    /// The checks of the step that waits, as they stand.
    #[must_use]
    pub fn verdicts(&self) -> Vec<Verdict> {
        let checks = self.step().map_or(&[][..], |step| &step.checks);
        checks
            .iter()
            .zip(&self.tally.checks)
            .map(|(check, seen)| judge(check, seen, &self.tally, &self.bench))
            .collect()
    }

    /// Whether any request was sent in this step.
    #[must_use]
    pub const fn has_tried(&self) -> bool {
        self.tally.newest.is_some()
    }

    /// Units spent in this step so far, read and write.
    #[must_use]
    pub const fn spent(&self) -> (Units, Units) {
        (self.tally.spent.read, self.tally.spent.write)
    }

    /// The next hint of the step; the last one again when all were given.
    pub fn hint(&mut self) -> Option<String> {
        let hints = &self.lab.steps.get(self.step)?.hints;
        let place = self.hints.min(hints.len().saturating_sub(1));
        self.hints += 1;
        Some(format!("Hint {} of {}: {}", place + 1, hints.len(), hints.get(place)?.trim()))
    }

    /// Takes a prediction for the step, in place of an earlier one; answers with what to tell.
    ///
    /// # Errors
    /// What was expected, if the step asks for none or for something else.
    pub fn predict(&mut self, typed: &str) -> Result<String, String> {
        let expect = self.step().and_then(|step| step.expect.as_ref());
        let Some(expect) = expect else {
            return Err("This step asks for no prediction that can be measured.".to_owned());
        };
        let guess = predict::read(expect, typed)?;
        self.guess = Some(guess);
        Ok("Noted. Now try it.".to_owned())
    }

    /// The solution of the step.
    #[must_use]
    pub fn solution(&self) -> Option<&[String]> {
        self.step().map(|step| step.solution.as_slice())
    }

    /// What the ways compared at the end cost, as far as they were gone.
    #[must_use]
    pub fn ways(&self) -> &[WayCost] {
        &self.ways
    }

    /// Runs a line and judges the step.
    pub fn run(&mut self, line: &str) -> Turn {
        let resets = self.bench.resets();
        let reply = self.bench.run(line);
        if self.bench.resets() > resets {
            self.begin_again();
        }
        let Judged { verdicts, near_miss, completed, .. } = self.judge_since(reply.since, false);
        Turn { reply, verdicts, near_miss, completed }
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
        // A line that sent nothing (help, a typing mistake) does not stand in front of the one before it.
        if !goes_on && has_sent {
            self.marks.line = since;
            self.tally.begin_line(self.lab.steps.get(self.step));
        }
        if let Some(step) = self.lab.steps.get(self.step) {
            // Each entry is held against each pattern. It is done already: the next line ends.
            let patterns = (step.checks.len() + step.near_misses.len()) as u64;
            let entries = self.bench.entries_since(since).count() as u64;
            let _ = self.bench.work().spend(patterns * (entries + 1));
            self.bench.entries_since(since).for_each(|entry| self.tally.take(step, entry));
        }
        let verdicts = self.verdicts();
        let Some(step) = self.lab.steps.get(self.step) else {
            return Judged { since, verdicts, near_miss: None, completed: None };
        };
        if verdicts.iter().all(|verdict| verdict.met) {
            let completed = self.complete(step.clone(), goes_on || has_sent);
            return Judged { since, verdicts, near_miss: None, completed: Some(completed) };
        }
        let latest = self.bench.entries_since(since).next_back();
        let near = step.near_misses.iter().find(|near| latest.is_some_and(|entry| fits(&near.when, entry)));
        let near_miss = near.map(|near| near.say.trim().to_owned());
        Judged { since, verdicts, near_miss, completed: None }
    }

    /// Ends a step. `has_line` says whether the newest line of the tally is the one that completed it.
    fn complete(&mut self, step: Step, has_line: bool) -> Completed {
        let guess = self.guess.take();
        let expect = step.expect.as_ref();
        let prediction = expect.and_then(|expect| Prediction::of(expect, guess.as_ref(), &self.tally.expected));
        for way in self.lab.compare.iter().filter(|way| has_line && way.step == step.id) {
            self.ways.extend(self.tally.way(&way.label));
        }
        self.step += 1;
        self.bench.do_without(self.step().and_then(|step| step.without.clone()));
        let begun = self.bench.engine().journal().recorded();
        self.marks = Marks { step: begun, line: begun };
        let spent = self.tally.spent;
        self.tally = Tally::of(self.step());
        self.hints = 0;
        self.bench.begin_step();
        Completed { step, prediction, spent }
    }

    /// The tables are as they were when the step began; so is what was met of it.
    fn begin_again(&mut self) {
        let begun = self.bench.engine().journal().recorded();
        self.marks = Marks { step: begun, line: begun };
        self.tally = Tally::of(self.step());
        self.guess = None;
    }
}
