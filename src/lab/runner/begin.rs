//! How a lab and its steps begin: tables are set up, what prepares them is run, and the world is kept as it is then, so that
//! a step, or the lab, can be begun again.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::super::case::Case;
use super::super::dashboard;
use super::super::expand::expanded;
use super::super::fill;
use super::super::predict;
use super::super::story::Story;
use super::super::workbench::{ReplyKind, Workbench};
use super::earlier::EarlierCases;
use super::exit::Exit;
use super::{Beginnings, Completed, Runner, Score, Spent};
use crate::content::lab::{Lab, Lines};
use crate::engine::capacity::Units;
use crate::world::work::{EXIT_STEPS, START_STEPS, Work};

/// Why a lab could not be set up: a fault of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabError(String);

impl fmt::Display for LabError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LabError {}

/// The lines that the learner did steps with, by the steps' names.
pub type OwnLines = BTreeMap<String, Vec<String>>;

/// Returns what each step can be done with, in the order of the steps: what the lab says of its challenge, and what the
/// reference solution of any other step costs.
///
/// # Errors
/// As for [`Runner::start`].
pub fn par(lab: &Lab) -> Result<Vec<(String, Spent)>, LabError> {
    let (_, played) = Runner::finished(lab)?;
    let stated = lab.par.unwrap_or_default();
    let units = |stated: Option<f64>, measured| stated.and_then(Units::from_f64).unwrap_or(measured);
    // All steps of a case are challenges; what is stated is of the last.
    let last = lab.steps.last().map(|step| step.id.clone());
    let of_step = |Completed { step, spent, .. }: Completed| {
        let Spent { requests, read, write } = spent;
        let spent = if step.is_challenge && last.as_ref() == Some(&step.id) {
            let (read, write) = (units(stated.rcu, read), units(stated.wcu, write));
            Spent { requests: stated.requests.unwrap_or(requests), read, write }
        } else {
            spent
        };
        (step.id, spent)
    };
    Ok(played.into_iter().map(of_step).collect())
}

impl Runner {
    /// Sets a lab up, and plays its first `done` steps so that the tables are as they were.
    ///
    /// # Errors
    /// The lab's file is at fault: a table cannot be set up, a solution does not complete its step, or all that is more
    /// work than content may do.
    pub fn start(lab: &Lab, done: usize) -> Result<Self, LabError> {
        let work = Work::allowing(START_STEPS);
        let mut runner = Self::start_on(lab, done, &work)?;
        // What the learner types from here on is not the lab's work.
        work.allow_everything();
        runner.looks_for_exits = true;
        Ok(runner)
    }

    /// As [`Runner::start`]; what is done here and from now on counts as a part of `work`.
    ///
    /// # Errors
    /// As for [`Runner::start`].
    pub fn start_on(lab: &Lab, done: usize, work: &Work) -> Result<Self, LabError> {
        Ok(Self::played(lab, done, &OwnLines::new(), work)?.0)
    }

    /// A lab as it is once all its steps are done, and what came of each step's solution.
    ///
    /// # Errors
    /// As for [`Runner::start`].
    pub fn finished(lab: &Lab) -> Result<(Self, Vec<Completed>), LabError> {
        let work = Work::allowing(START_STEPS);
        let played = Self::played(lab, lab.steps.len(), &OwnLines::new(), &work)?;
        work.allow_everything();
        Ok(played)
    }

    /// A lab of which `done` steps are played, each with the learner's own lines if there are any, else with its solution.
    fn played(lab: &Lab, done: usize, own: &OwnLines, work: &Work) -> Result<(Self, Vec<Completed>), LabError> {
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
        let mut runner = Self { prepared: done_before, ..Self::on(Arc::new(lab.clone()), bench) };
        runner.score.began = runner.bench.real_time();
        runner.begin_step();
        runner.check_prepared()?;
        runner.beginning.clone_from(&runner.begun);
        let mut played = Vec::new();
        while runner.step < done.min(lab.steps.len()) {
            let own = runner.step().and_then(|step| own.get(&step.id));
            match own {
                Some(lines) => played.push(runner.replay(lines)?),
                None => played.push(runner.solve()?),
            }
            runner.check_prepared()?;
        }
        Ok((runner, played))
    }

    /// Does the step that waits as the learner has done it.
    fn replay(&mut self, lines: &[String]) -> Result<Completed, LabError> {
        let completed = lines.iter().find_map(|line| self.run(line).completed);
        completed.ok_or_else(|| LabError(format!("{}: what was typed does not complete the step again", self.lab.name)))
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
    /// goes on. A finished lab begins from its first step. The tables are as the learner's `own` lines leave them; where these
    /// are not known, or do not do it any more, as the solutions do ([`Runner::is_of_solutions`]).
    ///
    /// # Errors
    /// As for [`Runner::start`].
    pub fn resume(lab: &Lab, saved: &[String], own: &OwnLines) -> Result<Self, LabError> {
        let done = lab.steps.iter().take_while(|step| saved.contains(&step.id)).count();
        let done = if done == lab.steps.len() { 0 } else { done };
        let is_known = lab.steps[..done].iter().all(|step| own.contains_key(&step.id));
        if done > 0 && is_known {
            let work = Work::allowing(START_STEPS);
            if let Ok((mut runner, _)) = Self::played(lab, done, own, &work) {
                work.allow_everything();
                runner.looks_for_exits = true;
                // As it did when the step before was done.
                runner.begin_where_it_can_be_done();
                return Ok(runner);
            }
        }
        Ok(Self { is_of_solutions: done > 0, ..Self::start(lab, done)? })
    }

    /// Whether the tables are as the solutions of the steps before leave them, and not as the learner did.
    #[must_use]
    pub const fn is_of_solutions(&self) -> bool {
        self.is_of_solutions
    }

    /// Whether the step that waits begins with tables that the solutions of the steps before leave, because it cannot be
    /// done from where the learner's own steps have led.
    #[must_use]
    pub const fn has_begun_anew(&self) -> bool {
        self.has_begun_anew
    }

    /// Sees that the step that has just begun can be done: if none of its right ways does it from where the learner's steps
    /// have led, and the solution does after the solutions of the steps before, it begins there.
    pub(super) fn begin_where_it_can_be_done(&mut self) {
        let lab = Arc::clone(&self.lab);
        let Some(step) = lab.steps.get(self.step) else { return };
        let work = self.bench.work().clone();
        let is_stuck = work.unseen(|| {
            let _open = work.begin(EXIT_STEPS);
            let can = |way: &Lines, runner: &mut Self| runner.completes_with(&way.all()) || work.step(1).is_err();
            !step.right_ways.iter().any(|way| can(way, self))
        });
        if !is_stuck {
            return;
        }
        let Ok(there) = Self::start(&lab, self.step) else { return };
        let Some(begun) = there.begun.clone() else { return };
        self.bench.begin_at(&begun);
        (self.begun, self.has_begun_anew) = (Some(begun), true);
        self.settings.clone_from(&there.settings);
        self.set_before.clone_from(&there.set_before);
        self.unprepared.clear();
        self.look();
        self.forget();
    }

    /// Begins the step again: tables, clock, roles and what has been seen are as they were when it began.
    pub fn restart(&mut self) -> &'static str {
        let Some(begun) = self.begun.clone() else { return "There is nothing to go back to." };
        self.bench.begin_at(&begun);
        self.settings.clone_from(&self.set_before);
        self.typed.clear();
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
        self.is_of_solutions = false;
        self.typed.clear();
        (self.settings, self.set_before) = (BTreeMap::new(), BTreeMap::new());
        self.score = Score { points: 0, began: self.bench.real_time() };
        self.is_reset_asked = false;
        self.look();
        self.forget();
        "The lab begins again with its first step; what is saved as done stays saved."
    }

    /// Forgets what has been seen of the step.
    pub(super) fn forget(&mut self) {
        let step = self.lab.steps.get(self.step);
        self.case = step.map(Case::of).unwrap_or_default();
        self.bench.note_beginning();
        self.earlier = EarlierCases::default();
        self.bench.do_without(step.and_then(|step| step.without.clone()));
        let begun = self.bench.engine().journal().recorded();
        (self.beginnings, self.taken) = (Beginnings { step: begun, line: begun }, begun);
        (self.hints, self.guess, self.exit) = (0, None, Exit::Open);
        self.followed = vec![0; step.map_or(0, |step| step.meanwhile.len())];
        self.story.begin_step();
        self.met_before = Vec::new();
        self.judge();
        self.met_before = self.verdicts.iter().map(|verdict| verdict.met).collect();
        self.verdicts.iter_mut().for_each(|verdict| verdict.is_untried = verdict.met);
    }

    /// Fills the dashboard of the step that waits.
    pub(super) fn look(&mut self) {
        let lab = Arc::clone(&self.lab);
        let dashboard = lab.steps.get(self.step).and_then(|step| step.dashboard.as_ref());
        let load = self.load().map(|load| load.set(&self.settings));
        self.dashboard = dashboard.map(|it| dashboard::lines(it, load.as_ref(), &mut self.bench)).unwrap_or_default();
    }

    /// Begins the step that is next: its own tables come in, and the world is kept as it is then. What cannot be done as it
    /// should be, because of what was done before, keeps nothing else off, and is told ([`Runner::unprepared`]).
    pub(super) fn begin_step(&mut self) {
        let lab = Arc::clone(&self.lab);
        self.unprepared.clear();
        if let Some(step) = lab.steps.get(self.step) {
            self.bench.do_without(None);
            // Faults that the learner has armed are for the learner's own requests.
            let armed = self.bench.disarm();
            for table in &step.setup {
                if let Err(error) = fill::table(&mut self.bench, table) {
                    self.unprepared.push(format!("a table cannot be set up: {error}"));
                }
            }
            if !step.setup.is_empty() {
                self.bench.let_settle();
            }
            for line in &step.before {
                match prepared(&mut self.bench, line) {
                    Ok(line) => self.prepared.push(line),
                    Err(told) => self.unprepared.push(told),
                }
            }
            self.bench.rearm(armed);
        }
        (self.is_shown, self.has_seen, self.has_begun_anew) = (false, false, false);
        self.typed.clear();
        // Another program has settings of its own.
        if lab.steps.get(self.step).is_some_and(|step| step.load.is_some()) {
            self.settings.clear();
        }
        self.set_before.clone_from(&self.settings);
        self.look();
        let begun = Box::new(self.bench.saved());
        self.bench.forget_past(&begun);
        self.begun = Some(begun);
        self.forget();
    }

    /// What of the step that waits could not be prepared as its author wants it, because of what was done before: each with
    /// what was said.
    #[must_use]
    pub fn unprepared(&self) -> &[String] {
        &self.unprepared
    }

    /// The fault of a lab whose step cannot be prepared after the solutions of those before it.
    fn check_prepared(&self) -> Result<(), LabError> {
        let place = self.step().map(|step| format!(": {}", step.place())).unwrap_or_default();
        self.unprepared.first().map_or(Ok(()), |told| Err(LabError(format!("{}{place}: {told}", self.lab.name))))
    }

    /// The world as it is, to be asked later.
    pub(in super::super) fn snapshot(&mut self) -> Workbench {
        self.bench.copy()
    }

    /// A runner at the first step of a lab, before that has begun.
    fn on(lab: Arc<Lab>, bench: Workbench) -> Self {
        Self {
            taken: bench.engine().journal().recorded(),
            lab,
            bench,
            step: 0,
            beginnings: Beginnings { step: 0, line: 0 },
            case: Case::default(),
            earlier: EarlierCases::default(),
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
            before: BTreeMap::new(),
            prepared: Vec::new(),
            unprepared: Vec::new(),
            dashboard: Vec::new(),
            settings: BTreeMap::new(),
            set_before: BTreeMap::new(),
            score: Score::default(),
            exit: Exit::Open,
            looks_for_exits: false,
            is_trial: false,
            typed: Vec::new(),
            is_of_solutions: false,
            has_begun_anew: false,
        }
    }

    /// A runner that stands where this one does, to try something on: with what was seen of the step, and without a past.
    pub(super) fn as_it_stands(&mut self) -> Self {
        Self {
            step: self.step,
            case: self.case.clone(),
            verdicts: self.verdicts.clone(),
            met_before: self.met_before.clone(),
            story: self.story.clone(),
            followed: self.followed.clone(),
            settings: self.settings.clone(),
            set_before: self.set_before.clone(),
            score: self.score.clone(),
            ..Self::on(Arc::clone(&self.lab), self.bench.copy())
        }
    }

    /// A runner at the beginning of the step that this one stands at the beginning of, to try something on. It can be begun
    /// again.
    pub(in super::super) fn fork(&mut self) -> Self {
        let case = self.step().map(Case::of).unwrap_or_default();
        let begun = Some(Box::new(self.bench.saved()));
        Self { case, begun, ..self.as_it_stands() }
    }
}

/// Runs a line that prepares a lab or a step; returns it as it ran.
pub(super) fn prepared(bench: &mut Workbench, line: &str) -> Result<String, String> {
    let line = expanded(line, bench);
    let reply = bench.unseen(|bench| bench.run(&line));
    let is_done = matches!(reply.kind, ReplyKind::Answer | ReplyKind::Nothing);
    if is_done { Ok(line) } else { Err(format!("{line}: {}", reply.text)) }
}
