//! Labs of format 1, read into the present form until all are rewritten; then this file goes, with `lab::format1`.
//!
//! Its checks ask whether there was some request that fits; see [`super::requirement`] for what replaces them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{Lines, Predict, Reporter, SetupTable, Way, Without};
use crate::content::chunks::{self, Origin};
use crate::content::{Problem, one_line};

/// A lab as its file states it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Lab {
    /// The format: 1.
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
    /// A documentation page that tells more.
    pub docs: String,
    /// The date on which the page was last read.
    pub checked: String,
    /// Why the learner should care.
    pub intro: String,
    /// The tables to start from.
    pub setup: Vec<SetupTable>,
    /// The steps, in order.
    pub steps: Vec<Step>,
    /// What to compare at the end: a label and the step whose requests it stands for.
    #[serde(default)]
    pub compare: Vec<Way>,
    /// What to take away.
    pub outro: String,
}

/// One step of a lab.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Step {
    /// Its name, which progress is kept under.
    pub id: String,
    /// Its title.
    #[serde(deserialize_with = "one_line::read")]
    pub title: String,
    /// What to know first.
    pub text: String,
    /// Something to predict before trying.
    #[serde(default)]
    pub predict: Option<String>,
    /// How what was predicted is held against what happened.
    #[serde(default)]
    pub expect: Option<Expect>,
    /// What to do.
    pub task: String,
    /// A command to start from, shown with the task: whole, or with `___` where the learner has to fill in.
    #[serde(default)]
    pub given: Option<String>,
    /// Operations that may not be used in this step; they are refused here with this reason.
    #[serde(default)]
    pub without: Option<Without>,
    /// Hints, each telling more than the one before.
    pub hints: Vec<String>,
    /// Whether the exam asks for this call as code: then the learner is told how to see it in each language.
    #[serde(default)]
    pub code: bool,
    /// Lines that do it.
    pub solution: Vec<String>,
    /// Other right ways, each a list of lines.
    #[serde(default)]
    pub other_ways: Vec<Vec<String>>,
    /// What must have happened.
    pub checks: Vec<Check>,
    /// Attempts that come close, each with the words it deserves.
    #[serde(default)]
    pub near_misses: Vec<NearMiss>,
    /// What was to be seen.
    pub debrief: String,
}

/// What a prediction is held against: exactly one of `figure`, `member` and `choices` is given.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// A figure of the requests.
    #[serde(default)]
    pub figure: Option<Figure>,
    /// A member of the newest answer, by its path (`Throttled`, `Item.visits.N`).
    #[serde(default)]
    pub member: Option<String>,
    /// Whether that member is a text rather than a number.
    #[serde(default)]
    pub text: bool,
    /// Which requests count; all if not given.
    #[serde(default)]
    pub of: Option<RequestPattern>,
    /// Since when they count.
    #[serde(default)]
    pub over: Over,
    /// What there is to choose from.
    #[serde(default)]
    pub choices: Vec<String>,
    /// The choice that is right.
    #[serde(default)]
    pub right: Option<String>,
    /// How far a number may be off, in percent of what it came to.
    #[serde(default)]
    pub within: Option<f64>,
    /// What the number counts, if the figure does not say.
    #[serde(default)]
    pub unit: Option<String>,
}

/// A figure of some requests, taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// Read units.
    ReadUnits,
    /// Write units.
    WriteUnits,
    /// Items returned.
    Returned,
    /// Items read.
    Scanned,
    /// How many there were.
    Requests,
    /// How many were refused.
    Refused,
}

/// Since when requests count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// Those of the line that completes the step.
    #[default]
    Line,
    /// Those of the step.
    Step,
    /// The newest one alone.
    Request,
}

impl Expect {
    fn kinds(&self) -> usize {
        usize::from(self.figure.is_some()) + usize::from(self.member.is_some()) + usize::from(!self.choices.is_empty())
    }

    fn is_sound(&self) -> bool {
        let chooses = self.right.as_ref().is_none_or(|right| self.choices.contains(right));
        self.kinds() == 1 && chooses && self.choices.is_empty() == self.right.is_none()
    }
}

/// Something that must have happened. Exactly one of `request`, `no_request`, `line`, `item`, `index` and `table` is given.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// What is wanted, for the checklist.
    #[serde(deserialize_with = "one_line::read")]
    pub want: String,
    /// Why it matters or what to do, told while it is not met.
    pub because: String,
    /// Some request of this step fits.
    #[serde(default)]
    pub request: Option<RequestPattern>,
    /// No request of this step fits.
    #[serde(default)]
    pub no_request: Option<RequestPattern>,
    /// The requests of the last line, taken together, are so.
    #[serde(default)]
    pub line: Option<LinePattern>,
    /// An item is so.
    #[serde(default)]
    pub item: Option<ItemState>,
    /// An index is so.
    #[serde(default)]
    pub index: Option<IndexState>,
    /// A table is there, or not.
    #[serde(default)]
    pub table: Option<TablePresence>,
}

/// Which requests are meant; what is not given may be anything.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestPattern {
    /// The operation.
    #[serde(default)]
    pub verb: Option<String>,
    /// The table.
    #[serde(default)]
    pub table: Option<String>,
    /// The index that was read; `none` for the table itself.
    #[serde(default)]
    pub index: Option<String>,
    /// ConsistentRead.
    #[serde(default)]
    pub consistent: Option<bool>,
    /// Whether it succeeded.
    #[serde(default)]
    pub ok: Option<bool>,
    /// The exception it was refused with.
    #[serde(default)]
    pub error: Option<String>,
    /// A piece of the exception's message.
    #[serde(default)]
    pub message: Option<String>,
    /// Count.
    #[serde(default)]
    pub count: Option<u64>,
    /// The least ScannedCount.
    #[serde(default)]
    pub min_scanned: Option<u64>,
    /// The greatest ScannedCount.
    #[serde(default)]
    pub max_scanned: Option<u64>,
    /// The most units it may have cost, read and write together.
    #[serde(default)]
    pub max_units: Option<f64>,
    /// The least units it may have cost, read and write together.
    #[serde(default)]
    pub min_units: Option<f64>,
    /// Whether it had a ConditionExpression.
    #[serde(default)]
    pub conditional: Option<bool>,
    /// A value that its expressions use, whatever its placeholder is called, in wire form.
    #[serde(default)]
    pub uses: Option<Value>,
    /// The one attribute that it returns, whether named or by a placeholder.
    #[serde(default)]
    pub projects: Option<String>,
    /// The Region it went to, if not the one at home.
    #[serde(default)]
    pub region: Option<String>,
    /// Whether a cache answered it.
    #[serde(default)]
    pub cached: Option<bool>,
    /// Whether it saw something older than the latest write.
    #[serde(default)]
    pub stale: Option<bool>,
    /// Members of its response, or else of the request, by their path (`Throttled`, `Table.ItemCount`, `Shards`), and the least
    /// number they may have.
    #[serde(default)]
    pub at_least: BTreeMap<String, u64>,
    /// The same, and the greatest number they may have.
    #[serde(default)]
    pub at_most: BTreeMap<String, u64>,
    /// Pieces that its response must hold, with their values.
    #[serde(default)]
    pub answer: BTreeMap<String, Value>,
    /// Pieces that its body must hold, with their values.
    #[serde(default)]
    pub body: BTreeMap<String, Value>,
    /// How many such requests there must be; 1 if not given.
    #[serde(default)]
    pub times: Option<u64>,
}

/// The requests of one line (a command and the pages it fetched by itself), taken together.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinePattern {
    /// What each of them must be.
    pub of: RequestPattern,
    /// How many items they returned together; the last page must have been reached.
    pub returned: u64,
    /// The most units they may have cost together.
    #[serde(default)]
    pub max_units: Option<f64>,
}

/// How an item must be.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemState {
    /// The table.
    pub table: String,
    /// Its key in wire form.
    pub key: BTreeMap<String, Value>,
    /// Attributes it must have, in wire form.
    #[serde(default)]
    pub has: BTreeMap<String, Value>,
    /// Whether it must not exist.
    #[serde(default)]
    pub absent: bool,
}

/// How an index must be.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IndexState {
    /// The table.
    pub table: String,
    /// The partition key attribute the index must have.
    pub partition_key: String,
    /// Its status: `ACTIVE`, `CREATING`; any if not given.
    #[serde(default)]
    pub status: Option<String>,
}

/// Whether a table must exist.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TablePresence {
    /// Its name.
    pub name: String,
    /// Whether it must exist.
    pub exists: bool,
}

/// An attempt that comes close.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NearMiss {
    /// The request it is known by.
    pub when: RequestPattern,
    /// What to tell the learner.
    pub say: String,
    /// A line that makes this attempt, for the tests.
    pub example: String,
}

/// How a step of format 1 is judged.
#[derive(Clone, Debug, Default)]
pub struct Judging {
    /// What must have happened.
    pub checks: Vec<Check>,
    /// Attempts that come close.
    pub near_misses: Vec<NearMiss>,
}

impl Judging {
    /// Whether it limits what a request may cost.
    #[must_use]
    pub fn has_budget(&self) -> bool {
        self.checks.iter().any(|check| {
            let request = check.request.as_ref().is_some_and(|request| request.max_units.is_some());
            request || check.line.as_ref().is_some_and(|line| line.max_units.is_some())
        })
    }
}

/// Reads a lab of format 1.
pub(super) fn read(file: &str, text: &str, origin: Origin) -> Result<super::Lab, Vec<Problem>> {
    let lab = chunks::whole::<Lab>(file, text, origin).map_err(|problem| vec![problem])?;
    lab.check_format(file, text)?;
    let lab = super::Lab {
        format_version: lab.format_version,
        name: lab.name,
        title: lab.title,
        order: lab.order,
        minutes: lab.minutes,
        claims: lab.claims,
        skills: lab.skills,
        docs: lab.docs,
        checked: lab.checked,
        intro: lab.intro,
        opens_on: super::Tab::default(),
        watch: String::new(),
        setup: lab.setup,
        before: Vec::new(),
        steps: lab.steps.into_iter().map(Step::present).collect(),
        challenge: None,
        code: None,
        load: None,
        case: None,
        vary: std::collections::BTreeMap::new(),
        variants: Vec::new(),
        variation: None,
        par: None,
        questions: Vec::new(),
        compare: lab.compare,
        outro: lab.outro,
    };
    Reporter { file, text, problems: Vec::new() }.check_size(&lab)?;
    Ok(lab)
}

impl Step {
    fn present(self) -> super::Step {
        let mut ways = vec![Lines::Several(self.solution.clone())];
        ways.extend(self.other_ways.into_iter().map(Lines::Several));
        let expect = self.expect;
        let predict = self.predict.map(|ask| Predict {
            ask,
            unit: expect.as_ref().and_then(|expect| expect.unit.clone()),
            choices: expect.iter().flat_map(|expect| expect.choices.clone()).collect(),
            old: expect,
            ..Predict::default()
        });
        super::Step {
            id: self.id,
            title: self.title,
            text: self.text,
            predict,
            task: self.task,
            given: self.given,
            without: self.without,
            hints: self.hints,
            code: self.code,
            right_ways: ways,
            debrief: self.debrief,
            solution: self.solution,
            old: Some(Box::new(Judging { checks: self.checks, near_misses: self.near_misses })),
            ..super::Step::default()
        }
    }
}

impl Lab {
    fn check_format(&self, file: &str, text: &str) -> Result<(), Vec<Problem>> {
        let mut reporter = Reporter { file, text, problems: Vec::new() };
        if file.rsplit('/').next() != Some(&format!("{}.yaml", self.name)) {
            reporter.report("name:", format!("expected the name of the file, found {}", self.name));
        }
        for (place, step) in self.steps.iter().enumerate() {
            let here = format!("id: {}", step.id);
            if self.steps[..place].iter().any(|earlier| earlier.id == step.id) {
                reporter.report(&here, format!("there are two steps called {}", step.id));
            }
            if step.checks.is_empty() || step.solution.is_empty() {
                reporter.report(&here, format!("step {} needs checks and a solution", step.id));
            }
            if step.hints.len() < 2 || step.hints.iter().any(|hint| hint.trim().is_empty()) {
                reporter.report(&here, format!("step {} needs at least two hints, none of them empty", step.id));
            }
            if step.expect.as_ref().is_some_and(|expect| !expect.is_sound()) {
                let message = "expect needs exactly one of figure, member and choices, and right among the choices";
                reporter.report(&here, format!("step {}: {message}", step.id));
            }
            for check in step.checks.iter().filter(|check| check.kinds() != 1) {
                let message = "expected exactly one of request, no_request, line, item, index and table";
                reporter.report(&format!("want: {}", check.want), message);
            }
        }
        reporter.check_setup(&self.setup);
        if reporter.problems.is_empty() { Ok(()) } else { Err(reporter.problems) }
    }
}

impl Check {
    fn kinds(&self) -> usize {
        [
            self.request.is_some(),
            self.no_request.is_some(),
            self.line.is_some(),
            self.item.is_some(),
            self.index.is_some(),
            self.table.is_some(),
        ]
        .into_iter()
        .filter(|given| *given)
        .count()
    }
}
