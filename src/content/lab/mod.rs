//! A lab: tables to start from, and steps, each with a task, hints, right and wrong ways, and what must be so to be done.
//!
//! The life of a step in its file: `done` states requirements ([`requirement`]) on facts, never on what was typed;
//! `right_ways` and `wrong_ways` prove them, which `content check` plays. What a learner is told holds figures only as
//! placeholders of the run (`{returned.count items}`) or from the setup, which [`lint`] sees to.
//!
//! Left out: running all this, which is the lab module's.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::chunks::FileBody;
use super::limits::MOST_PROBLEMS;
use super::{Problem, one_line, template};

pub mod code;
pub mod figures;
mod format;
pub mod lint;
pub mod load;
pub mod placeholder;
pub mod requirement;
pub mod state;
mod tab;
pub mod vary;

use code::{Code, Meanwhile};
use load::{CaseTerms, Dashboard, Load, StepQuestion};
use requirement::{InvocationWanted, Request, RequestEffect, Requirement, State};
pub use tab::Tab;
use vary::{Variant, Variation};

/// The format that labs are written in.
pub const FORMAT: u32 = 2;

/// A lab as its file states it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lab {
    /// The format: 2.
    pub format_version: u32,
    /// Its name on the command line.
    pub name: String,
    /// Its title on screen.
    #[serde(deserialize_with = "one_line::read")]
    pub title: String,
    /// Its place among the labs.
    pub order: u32,
    /// How many minutes it takes.
    pub minutes: u32,
    /// The claims it exercises.
    pub claims: Vec<String>,
    /// The exam skills it exercises.
    pub skills: Vec<String>,
    /// A documentation page that says more.
    pub docs: String,
    /// The date on which the page was last read.
    pub checked: String,
    /// What broke and what it cost, then what the learner will do and on which tables.
    pub intro: String,
    /// The tab of the world panel that it opens on.
    #[serde(default)]
    pub opens_on: Tab,
    /// What to watch there, in one line.
    #[serde(default, deserialize_with = "one_line::read")]
    pub watch: String,
    /// The tables to start from.
    pub setup: Vec<SetupTable>,
    /// Lines that are run before the lab begins (`:lag realistic`, `:limit collection 64KB`).
    #[serde(default)]
    pub before: Vec<String>,
    /// The programs to start from, if the lab is done in code.
    #[serde(default)]
    pub code: Option<Code>,
    /// What the tables are asked to carry, run by `:load` on whatever design there is.
    #[serde(default)]
    pub load: Option<Load>,
    /// That it is timed and scored in points.
    #[serde(default)]
    pub case: Option<CaseTerms>,
    /// Values that the seed draws one of, for `[[name]]` anywhere in the lab.
    #[serde(default)]
    pub vary: BTreeMap<String, Vec<Value>>,
    /// Variants, of which the seed takes one.
    #[serde(default)]
    pub variants: Vec<Variant>,
    /// Where the lab of another seed comes from, if it varies.
    #[serde(skip)]
    pub variation: Option<Arc<Variation>>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// The last step, unguided: a task on data of its own, without hints.
    #[serde(default)]
    pub challenge: Option<Box<Step>>,
    /// What the challenge can be done with; the learner's best is kept.
    #[serde(default)]
    pub par: Option<Par>,
    /// Three questions on its claims, by their names.
    #[serde(default)]
    pub questions: Vec<String>,
    /// What to compare at the end: a label and the step whose requests it stands for.
    #[serde(default)]
    pub compare: Vec<Way>,
    /// What to take away.
    pub outro: String,
}

/// What a challenge can be done with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Par {
    /// Requests.
    #[serde(default)]
    pub requests: Option<u64>,
    /// Read units.
    #[serde(default)]
    pub rcu: Option<f64>,
    /// Write units.
    #[serde(default)]
    pub wcu: Option<f64>,
}

/// A table to start from.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupTable {
    /// The CreateTable request.
    pub create: Value,
    /// Items to make from a template.
    #[serde(default)]
    pub generate: Vec<Generate>,
    /// Items as they stand, in wire form.
    #[serde(default)]
    pub items: Vec<Value>,
}

impl SetupTable {
    /// How many copies of an item are kept at most: one in the table, and one in each index.
    #[must_use]
    pub fn copies(&self) -> u64 {
        let indexes = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"]
            .map(|member| self.create.get(member).and_then(Value::as_array).map_or(0, |indexes| indexes.len() as u64));
        1 + indexes.iter().sum::<u64>()
    }
}

/// Items to make from a template.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Generate {
    /// How many.
    pub count: u64,
    /// Where chance begins.
    pub seed: u64,
    /// The item in wire form; its texts may hold `{n:5}`, `{int:1:300:4}`, `{same:1:300:4}`, `{pick:A|B}`, `{date:2026-01-01:365}` and
    /// `{text:120}`.
    pub item: BTreeMap<String, Value>,
}

/// One step of a lab.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name, which progress is kept under.
    pub id: String,
    /// Its title: what it is about, never its answer.
    #[serde(deserialize_with = "one_line::read")]
    pub title: String,
    /// Why it matters, in one line: what broke, what it cost.
    #[serde(default, deserialize_with = "one_line::read")]
    pub why: String,
    /// What to know first.
    #[serde(default)]
    pub text: String,
    /// Tables that come with this step.
    #[serde(default)]
    pub setup: Vec<SetupTable>,
    /// Lines that are run before this step begins.
    #[serde(default)]
    pub before: Vec<String>,
    /// What somebody else does meanwhile, right after a request of the learner's.
    #[serde(default)]
    pub meanwhile: Vec<Meanwhile>,
    /// Something to predict before trying.
    #[serde(default)]
    pub predict: Option<Predict>,
    /// What the tables are asked to carry in this step, in place of the lab's load.
    #[serde(default)]
    pub load: Option<Load>,
    /// What is seen of a running system when the step begins.
    #[serde(default)]
    pub dashboard: Option<Dashboard>,
    /// A question to answer with `:answer`.
    #[serde(default)]
    pub question: Option<StepQuestion>,
    /// The points that it is worth, in a lab that is a case.
    #[serde(default)]
    pub points: Option<u64>,
    /// What to do, with every name and value that the requirements ask for.
    pub task: String,
    /// A command to start from, shown with the task: whole, or with `___` where the learner has to fill in.
    #[serde(default)]
    pub given: Option<String>,
    /// Operations that may not be used in this step; they are refused here with this reason.
    #[serde(default)]
    pub without: Option<Without>,
    /// Three hints: where to look, which tool, an almost complete command with `___` gaps.
    #[serde(default)]
    pub hints: Vec<String>,
    /// Whether the exam asks for this call as code: then the learner is told how to see it in each language.
    #[serde(default)]
    pub code: bool,
    /// What must be so for the step to be done.
    #[serde(default)]
    pub done: Vec<Requirement>,
    /// Right ways, each a line or several: every one completes the step with its last line. The first is the solution.
    #[serde(default)]
    pub right_ways: Vec<Lines>,
    /// Wrong ways: none completes the step, and each gets a reason with these words.
    #[serde(default)]
    pub wrong_ways: Vec<WrongWay>,
    /// Attempts that come close, each with the words it deserves.
    #[serde(default)]
    pub near_misses: Vec<NearMiss>,
    /// What was to be seen, with figures of this learner's run as placeholders.
    pub debrief: String,
    /// The lines of the first right way.
    #[serde(skip)]
    pub solution: Vec<String>,
    /// Whether it is the lab's challenge.
    #[serde(skip)]
    pub is_challenge: bool,
}

/// A line, or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Lines {
    /// One.
    One(String),
    /// Several, one after the other.
    Several(Vec<String>),
}

impl Lines {
    /// The lines.
    #[must_use]
    pub fn all(&self) -> Vec<&str> {
        match self {
            Self::One(line) => vec![line.as_str()],
            Self::Several(lines) => lines.iter().map(String::as_str).collect(),
        }
    }
}

/// A way that must not complete its step.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WrongWay {
    /// Its lines.
    #[serde(rename = "do")]
    pub lines: Lines,
    /// Words that the reason, the hint or the near miss must hold after the last of them.
    pub says: String,
}

/// Something to predict: one question, answered with one number or one choice. Either `measure` or `right` says what is right.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Predict {
    /// The question.
    pub ask: String,
    /// The figure of the run that the answer is held against, by its placeholder's name: `spent.rcu`, `read.items`.
    #[serde(default)]
    pub measure: Option<String>,
    /// What the number counts: `RCU`, `items`, `times as many`.
    #[serde(default)]
    pub unit: Option<String>,
    /// How far a number may be off, in percent.
    #[serde(default)]
    pub within: Option<f64>,
    /// What there is to choose from.
    #[serde(default)]
    pub choices: Vec<String>,
    /// The choice that is right.
    #[serde(default)]
    pub right: Option<String>,
}

impl Predict {
    /// Whether there is something that an answer is held against.
    #[must_use]
    pub const fn is_graded(&self) -> bool {
        self.measure.is_some() || self.right.is_some()
    }
}

/// Operations that a step does without.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Without {
    /// Their names: `Scan`.
    #[serde(default)]
    pub operations: Vec<String>,
    /// What none may do, whatever it is called: `read`, which a SELECT does as well.
    #[serde(default)]
    pub effect: Option<RequestEffect>,
    /// Why, for the learner.
    pub because: String,
}

/// An attempt that comes close: known by its newest request, by the state it leaves, by an invocation of the step, or by all
/// of them.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NearMiss {
    /// The request it is known by.
    #[serde(default)]
    pub when: Option<Request>,
    /// The state it is known by.
    #[serde(default)]
    pub state: Option<State>,
    /// An invocation of the step that it is known by.
    #[serde(default)]
    pub invoked: Option<InvocationWanted>,
    /// What to tell the learner.
    pub say: String,
    /// Whether the step can no longer be done from here: then `:restart` is offered.
    #[serde(default)]
    pub restart: bool,
}

/// A row of the comparison at the end.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// What it is called.
    #[serde(deserialize_with = "one_line::read")]
    pub label: String,
    /// The step whose requests it stands for.
    pub step: String,
}

/// How much a step leaves to the learner, least first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StepLevel {
    /// The command is given whole.
    Shown,
    /// The command is given with gaps.
    FillIn,
    /// Only the goal is given.
    Goal,
    /// The goal, and how much it may cost.
    Budget,
    /// The goal alone, on new data, without hints.
    Challenge,
}

impl StepLevel {
    /// Its name for the learner.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::FillIn => "fill-in",
            Self::Goal => "goal",
            Self::Budget => "budget",
            Self::Challenge => "challenge",
        }
    }
}

impl Step {
    /// How much it leaves to the learner: what is given and what is required say so.
    #[must_use]
    pub fn level(&self) -> StepLevel {
        let limits = |request: &Request| request.rcu.is_some() || request.wcu.is_some() || request.pages.is_some();
        let demands = || self.done.iter().flat_map(Requirement::demands);
        let has_budget = demands().any(|it| it.spent.is_some() || it.returned.as_ref().is_some_and(limits));
        match &self.given {
            _ if self.is_challenge => StepLevel::Challenge,
            Some(given) if given.contains("___") => StepLevel::FillIn,
            Some(_) => StepLevel::Shown,
            None if has_budget => StepLevel::Budget,
            None => StepLevel::Goal,
        }
    }

    /// What it is called in a report: `step scan`.
    #[must_use]
    pub fn place(&self) -> String {
        format!("step {}", self.id)
    }
}

/// The line, counted from 1, that holds `needle`; the first line if none does.
fn line_of(text: &str, needle: &str) -> usize {
    text.lines().position(|line| line.contains(needle)).map_or(1, |line| line + 1)
}

/// Gathers problems, up to a number of them, each at the line that holds what it is about.
struct Reporter<'a> {
    file: &'a str,
    text: &'a str,
    problems: Vec<Problem>,
}

impl Reporter<'_> {
    fn report(&mut self, needle: &str, message: impl Into<String>) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem::error(self.file, line_of(self.text, needle), message));
        }
    }

    fn check_setup(&mut self, setup: &[SetupTable]) {
        if let Err(fault) = template::check(setup) {
            self.report(&fault.needle, fault.message);
        }
    }
}

/// Reads a lab's file.
///
/// # Errors
/// What is wrong with it, each problem at its line.
pub(super) fn read(file: &str, body: &FileBody) -> Result<Lab, Vec<Problem>> {
    let text = body.text();
    if let Some(problem) = other_format(file, text) {
        return Err(vec![problem]);
    }
    if vary::varies(body) {
        return read_of_seed(file, body, 0);
    }
    checked(super::chunks::whole::<Lab>(file, body).map_err(|problem| vec![problem])?, file, body)
}

/// A lab that was read, as it is played. What is compiled in was checked before: the tests read its files as a stranger's.
fn checked(lab: Lab, file: &str, body: &FileBody) -> Result<Lab, Vec<Problem>> {
    match body {
        FileBody::Text(text) => lab.check_format(file, text),
        FileBody::Packed(_) => Ok(lab.prepared()),
    }
}

/// A file of another format is told so before anything else: each of its members would be a fault of its own.
fn other_format(file: &str, text: &str) -> Option<Problem> {
    let stated = text.lines().find_map(|line| line.strip_prefix("format_version:"))?.trim();
    let is_other = stated.parse::<u32>().is_ok_and(|version| version != FORMAT);
    is_other.then(|| {
        let message = format!("expected format_version: {FORMAT}, found {stated}; labs/README.md describes the format");
        Problem::error(file, line_of(text, "format_version:"), message)
    })
}

/// Reads a lab that varies as that of a seed.
fn read_of_seed(file: &str, body: &FileBody, seed: u64) -> Result<Lab, Vec<Problem>> {
    let (yaml, variation) = vary::of_seed(file, body, seed).map_err(|problem| vec![problem])?;
    let read: Result<Lab, _> = serde_yaml::from_value(yaml);
    let lab = read.map_err(|error| vec![Problem::error(file, 1, format!("with seed {seed}: {error}"))])?;
    checked(Lab { variation: Some(Arc::new(variation)), ..lab }, file, body)
}
