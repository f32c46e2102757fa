//! A lab under way: which step is next, what has been met of it, which hints were given.
//!
//! The life of a step: [`Runner::begin_step`] brings its own tables in and keeps the world as it is, for `:restart`; each
//! line's requests become facts, which its case judges after everything that is due has happened; when all is met, its
//! debrief is told with the figures of this run.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::Value;

use super::case::{Case, RESTART, Verdict};
use super::expand::expanded;
use super::facts::{Fact, Seen, Wanted};
use super::fits::{effect_of, fits, is_request};
use super::predict::{self, Guess, Measured, Prediction};
use super::standing::{self, Designs};
use super::story::{Figure, Story};
use super::workbench::{ReplyKind, Saved, Workbench};
use crate::content::lab::code::Meanwhile;
use crate::content::lab::placeholder::Name;
use crate::content::lab::requirement::RequestEffect;
use crate::content::lab::{Lab, Predict, Step};
use crate::engine::capacity::Units;
use crate::world::work::LOOK_STEPS;

mod begin;
mod earlier;
mod exit;
mod openers;
mod own;
mod score;
mod turn;

use begin::prepared;
pub use begin::{LabError, OwnLines, par};
use earlier::EarlierCases;
pub(super) use exit::Exit;
pub use score::{KeptScore, Score};
pub use turn::{BestAndPar, Completed, Judged, Spent, Turn, WayCost};

/// A lab under way.
#[derive(Clone, Debug)]
pub struct Runner {
    lab: Arc<Lab>,
    bench: Workbench,
    /// The step that waits to be done; past the last when all are.
    step: usize,
    /// Where the step and its newest line began in the journal.
    beginnings: Beginnings,
    /// The journal's newest entry that was held against the step: where the clock runs, more comes in at any time.
    taken: u64,
    case: Case,
    /// What had been seen before each line that can be taken back.
    earlier: EarlierCases,
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
    /// What the tables were made of before the newest line, if that took a while.
    before: Designs,
    /// The lines that prepared the lab and its steps, and those of others, since somebody asked last.
    prepared: Vec<String>,
    /// What of the step could not be prepared, with what was said.
    unprepared: Vec<String>,
    /// What the step's dashboard shows.
    dashboard: Vec<String>,
    /// What was set of the program that sends the load, and what it was when the step began.
    settings: BTreeMap<String, u64>,
    set_before: BTreeMap<String, u64>,
    /// How the case stands, if the lab is one.
    score: Score,
    /// Whether the step can be done from here, as far as that was looked at, and whether it is looked at after each line.
    exit: Exit,
    looks_for_exits: bool,
    /// The lines of the step that may have changed something, for a lab that is left and resumed.
    typed: Vec<String>,
    /// Whether the tables are as solutions leave them, because the learner's own lines are not known or lead to no end.
    is_of_solutions: bool,
    /// Whether the step began where it can be done, and not where the learner's steps led.
    has_begun_anew: bool,
    /// Whether it only tries something out: no step follows the one that waits.
    is_trial: bool,
}

/// Where a step and its newest line began: the journal's newest entry at the time. What came since may be more
/// than the journal still has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beginnings {
    /// The step.
    pub step: u64,
    /// The line.
    pub line: u64,
}

/// What begins with something that is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    /// Another attempt at the step: a line that is typed, a run of a program.
    Attempt,
    /// Another request of the attempt.
    Line,
    /// Nothing: it goes on with what came before it, as a further page does.
    Nothing,
}

impl Begins {
    /// What begins with a client's request. It asks for each page with one of its own; together they are one read, as a typed
    /// line is.
    #[must_use]
    pub fn of_request(body: &Value, otherwise: Self) -> Self {
        let goes_on = ["ExclusiveStartKey", "NextToken"].iter().any(|cursor| body.get(*cursor).is_some());
        if goes_on { Self::Nothing } else { otherwise }
    }
}

impl Runner {
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
    pub const fn beginnings(&self) -> Beginnings {
        self.beginnings
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

    /// The solution of the step, for the learner: the step is then marked as shown. If it no longer does from here, it begins
    /// with the word that begins the step again.
    pub fn show_solution(&mut self) -> Vec<String> {
        self.is_shown = true;
        let lines = self.solution().unwrap_or_default().to_vec();
        let begins = self.has_to_begin_for(&lines).then(|| ":restart".to_owned());
        begins.into_iter().chain(lines.iter().map(|line| expanded(line, &self.bench))).collect()
    }

    /// What to take away, with the figures of this run.
    #[must_use]
    pub fn outro(&self) -> String {
        self.story.told(&self.lab.outro, &self.bench)
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
        // What goes on for a while shows what the tables were made of when it began.
        let takes_time = [":load", ":traffic"].iter().any(|begin| line.trim_start().starts_with(begin));
        self.before = if takes_time { standing::designs(&self.bench) } else { Designs::new() };
        let (changes, case) = (self.bench.changes(), self.case.clone());
        let reply = self.own(line.trim()).unwrap_or_else(|| {
            if line.contains("{{") { self.bench.run(&expanded(line, &self.bench)) } else { self.bench.run(line) }
        });
        self.earlier.follow(changes, self.bench.changes(), case, &mut self.case);
        if !self.is_trial && matches!(reply.kind, ReplyKind::Answer | ReplyKind::Refused) {
            self.typed.push(line.to_owned());
        }
        let Judged { mut verdicts, meanwhile, near_miss, completed, .. } = self.judge_since(since, Begins::Attempt);
        if completed.is_none() && !self.is_finished() {
            self.look_for_exit(line, reply.kind, near_miss.as_deref());
            verdicts.clone_from(&self.verdicts);
        }
        Turn { reply, verdicts, meanwhile, near_miss, completed }
    }

    /// What is seen of the running system of this step; empty if it has no dashboard.
    #[must_use]
    pub fn dashboard(&self) -> &[String] {
        &self.dashboard
    }

    /// Does something with the workbench that is no typed line, such as passing on a client's request, and judges the
    /// step.
    pub fn observe<T>(&mut self, begins: Begins, act: impl FnOnce(&mut Workbench) -> T) -> (T, Judged) {
        let since = self.bench.engine().journal().recorded();
        let done = act(&mut self.bench);
        (done, self.judge_since(since, begins))
    }

    fn judge_since(&mut self, since: u64, begins: Begins) -> Judged {
        let has_sent = self.bench.entries_since(since).next().is_some();
        // What is due by now happens before it is judged: a function that is invoked, say.
        self.bench.settle();
        let lab = Arc::clone(&self.lab);
        let step = lab.steps.get(self.step);
        // A line that sent nothing (help, a typing mistake) does not stand in front of the one before it.
        self.has_seen |= has_sent;
        if begins != Begins::Nothing && has_sent {
            self.beginnings.line = since;
            self.story.begin_line();
            self.case.begin_line();
            if begins == Begins::Attempt {
                self.case.begin_attempt();
            }
        }
        let meanwhile = self.take_since(since);
        self.judge();
        let verdicts = self.verdicts.clone();
        let Some(step) = step else {
            return Judged { since, verdicts, meanwhile, near_miss: None, completed: None };
        };
        if verdicts.iter().all(|verdict| verdict.met) {
            let completed = self.complete(step, begins == Begins::Nothing || has_sent);
            return Judged { since, verdicts, meanwhile, near_miss: None, completed: Some(completed) };
        }
        let near_miss = if has_sent { self.near_miss(step) } else { None };
        Judged { since, verdicts, meanwhile, near_miss, completed: None }
    }

    /// Holds the requests since a journal entry against the step, and has others do what they do right after them. Returns
    /// what the learner is told of that.
    fn take_since(&mut self, since: u64) -> Vec<String> {
        // What came in while the line before was judged was not held against anything yet.
        let since = since.min(self.taken);
        self.taken = self.bench.engine().journal().recorded();
        let step = self.lab.steps.get(self.step);
        let wanted = self.case.wanted();
        let mut due = Vec::new();
        // Each entry is held against each requirement. It is done already: the next line ends.
        let asked = step.map_or(0, |step| (step.done.len() + step.near_misses.len() + step.meanwhile.len()) as u64);
        let entries = self.bench.entries_since(since).count() as u64;
        let _ = self.bench.work().spend(asked * (entries + 1));
        for entry in self.bench.entries_since(since) {
            let fact = Fact::of(entry, &Seen { bench: &self.bench, before: &self.before }, wanted);
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

    /// The facts since a journal entry, each whole.
    pub(super) fn facts_since(&self, since: u64, wanted: Wanted) -> Vec<Fact> {
        let seen = Seen { bench: &self.bench, before: &self.before };
        self.bench.entries_since(since).map(|entry| Fact::of(entry, &seen, wanted)).collect()
    }

    /// Judges the step as everything stands now.
    fn judge(&mut self) {
        self.bench.settle();
        let _open = self.bench.work().begin(LOOK_STEPS);
        let story = &self.story;
        let told = |text: &str, bench: &Workbench| story.told(text, bench);
        self.verdicts = self.case.verdicts(&mut self.bench, told);
        // What has held since the step began, before anything was done, is nothing that the learner has done.
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
        // What is lacking may say so already.
        let is_told = self.verdicts.iter().any(|verdict| verdict.reason.ends_with(RESTART));
        Some(if near.restart && !is_told { format!("{words} {RESTART}") } else { words })
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
        let typed = std::mem::take(&mut self.typed);
        if !self.is_trial {
            self.begin_step();
        }
        if !self.is_trial && self.looks_for_exits {
            self.begin_where_it_can_be_done();
        }
        Completed { step: step.clone(), prediction, debrief, is_shown, spent, points, ended, typed }
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

/// Whether a request of the learner's is one after which somebody else does something.
fn is_after(meanwhile: &Meanwhile, fact: &Fact) -> bool {
    let effect = effect_of(&meanwhile.after, RequestEffect::Read);
    is_request(fact) && !fact.is_of_a_service() && fact.has(effect) && fits(&meanwhile.after, effect, fact).is_ok()
}
