//! What a lab's tables are asked to carry: access patterns with their rates, and the dashboard on which a system that carries
//! them is seen.
//!
//! A pattern says what is looked for or written, never how: whoever runs it takes the best way that the table's keys and
//! indexes offer, so that a design is judged by what it makes of the same load.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::{Generate, Lab, Reporter, Step};
use crate::content::limits::{MOST_PAGES, MOST_SETTINGS};
use crate::content::one_line;

/// A load on a table.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// The table.
    pub table: String,
    /// Items that the table has to hold before the load begins; they are put in when it is empty.
    #[serde(default)]
    pub rows: Vec<Generate>,
    /// Settings of the program that sends it, which the learner changes with `:set NAME VALUE`: each stands for `<NAME>` in the
    /// templates of patterns, and begins as it is here. `<run>` is the number of the run, counted from 1.
    #[serde(default)]
    pub settings: BTreeMap<String, u64>,
    /// For how many seconds it runs.
    pub seconds: u64,
    /// What is done, and how often.
    pub patterns: Vec<Pattern>,
}

/// An access pattern: a read (`equal`) or a write (`put`).
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// Its name for the judge: `open`.
    pub id: String,
    /// What it is, for the learner: "the open orders of a customer".
    #[serde(deserialize_with = "one_line::read")]
    pub title: String,
    /// How many calls a minute.
    pub per_minute: u64,
    /// Attributes of the items that are looked for, in wire form, as templates.
    #[serde(default)]
    pub equal: BTreeMap<String, Value>,
    /// An attribute and what it begins with.
    #[serde(default)]
    pub begins: BTreeMap<String, String>,
    /// The order that they are wanted in.
    #[serde(default)]
    pub order: Option<SortOrder>,
    /// How many are wanted at most.
    #[serde(default)]
    pub first: Option<u64>,
    /// The attributes that are wanted.
    #[serde(default)]
    pub wants: Vec<String>,
    /// An attribute that exactly the wanted items have: an index with it as a key holds them and no others.
    #[serde(default)]
    pub marked_by: Option<String>,
    /// Whether only the newest state will do.
    #[serde(default)]
    pub consistent: bool,
    /// How many items a call gets by their whole keys (`equal`), each key drawn anew.
    #[serde(default = "one")]
    pub keys: u64,
    /// How many of them the program asks for in one request: a number, or a setting (`<batch>`). One, if not given.
    #[serde(default)]
    pub at_once: Option<Value>,
    /// How many items the program asks for in a page: a number, or a setting.
    #[serde(default)]
    pub limit: Option<Value>,
    /// How many pages it reads at most, whether it has enough before or not: a number, or a setting. If not given, it stops
    /// when it has enough.
    #[serde(default)]
    pub pages: Option<Value>,
    /// The item that is written, in wire form, as a template.
    #[serde(default)]
    pub put: BTreeMap<String, Value>,
}

const fn one() -> u64 {
    1
}

impl Pattern {
    /// Whether it says how its program goes about a call.
    #[must_use]
    pub const fn is_programmed(&self) -> bool {
        self.keys > 1 || self.limit.is_some() || self.pages.is_some()
    }
}

/// The number that a member of a pattern is, its setting filled in.
#[must_use]
pub fn number(member: Option<&Value>) -> Option<u64> {
    member.and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()))
}

/// An order of items.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "struct Order")]
#[schemars(rename = "Order")]
pub struct SortOrder {
    /// The attribute.
    pub by: String,
    /// Whether the greatest comes first.
    #[serde(default)]
    pub descending: bool,
}

/// What is seen of a system before anything is known of it: metrics of the lab's load, run before the step begins, and what
/// else lies on the desk.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dashboard {
    /// The metrics that are shown by the minute, as CloudWatch names them.
    pub metrics: Vec<Metric>,
    /// An excerpt of a log.
    #[serde(default)]
    pub log: String,
    /// The code, or the configuration, that runs.
    #[serde(default)]
    pub code: String,
    /// The bill.
    #[serde(default)]
    pub bill: String,
}

/// A metric of a table, as CloudWatch names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Metric {
    /// Read units that were served.
    ConsumedReadCapacityUnits,
    /// Write units that were served.
    ConsumedWriteCapacityUnits,
    /// Read units that there are, a second.
    ProvisionedReadCapacityUnits,
    /// Write units that there are, a second.
    ProvisionedWriteCapacityUnits,
    /// Requests that were throttled.
    ThrottledRequests,
    /// Items that came back.
    ReturnedItemCount,
    /// Requests that were served.
    SuccessfulRequestLatency,
}

impl Metric {
    /// Its name, and its statistic.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ConsumedReadCapacityUnits => "ConsumedReadCapacityUnits (Sum)",
            Self::ConsumedWriteCapacityUnits => "ConsumedWriteCapacityUnits (Sum)",
            Self::ProvisionedReadCapacityUnits => "ProvisionedReadCapacityUnits (a second)",
            Self::ProvisionedWriteCapacityUnits => "ProvisionedWriteCapacityUnits (a second)",
            Self::ThrottledRequests => "ThrottledRequests (Sum)",
            Self::ReturnedItemCount => "ReturnedItemCount (Sum)",
            Self::SuccessfulRequestLatency => "SuccessfulRequestLatency (SampleCount)",
        }
    }
}

/// A question that is answered with `:answer`, before anything is mended.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "struct Question")]
#[schemars(rename = "Question")]
pub struct StepQuestion {
    /// The question.
    #[serde(deserialize_with = "one_line::read")]
    pub ask: String,
    /// What there is to choose from.
    pub choices: Vec<String>,
}

/// A case: a lab that is timed and scored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "struct Case")]
#[schemars(rename = "Case")]
pub struct CaseTerms {
    /// How many minutes there are; what is done later gets no points.
    pub minutes: u64,
    /// The points that are needed to pass.
    pub pass: u64,
}

impl Load {
    /// The load with the settings of its program filled in: as they were set, else as they begin.
    #[must_use]
    pub fn set(&self, settings: &BTreeMap<String, u64>) -> Self {
        let run = settings.get(RUN).copied().unwrap_or_default();
        let filled = |text: &str| {
            let text = text.replace(&format!("<{RUN}>"), &run.to_string());
            self.settings.iter().fold(text, |text, (name, begins)| {
                text.replace(&format!("<{name}>"), &settings.get(name).unwrap_or(begins).to_string())
            })
        };
        let mut load = self.clone();
        for pattern in &mut load.patterns {
            let program = [&mut pattern.at_once, &mut pattern.limit, &mut pattern.pages].into_iter().flatten();
            let values = pattern.equal.values_mut().chain(pattern.put.values_mut());
            values.chain(program).for_each(|value| fill_texts(value, &filled));
        }
        load
    }
}

/// The name that the number of the run has among settings.
pub const RUN: &str = "run";

fn fill_texts(value: &mut Value, filled: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = filled(text),
        Value::Array(list) => list.iter_mut().for_each(|inner| fill_texts(inner, filled)),
        Value::Object(map) => map.values_mut().for_each(|inner| fill_texts(inner, filled)),
        _ => {}
    }
}

/// The most seconds of a load, the most calls of a pattern in a minute, and the most patterns.
const MOST_SECONDS: u64 = 900;
const MOST_CALLS: u64 = 60_000;
const MOST_PATTERNS: usize = 20;
/// The most items that a call gets by key: as many as a BatchGetItem brings.
const MOST_KEYS: u64 = 100;

impl Lab {
    /// The points that its steps are worth together.
    #[must_use]
    pub fn points(&self) -> u64 {
        self.steps.iter().map(|step| step.points.unwrap_or(0)).sum()
    }
}

impl Reporter<'_> {
    pub(super) fn check_load(&mut self, load: &Load) {
        if load.seconds == 0 || load.seconds > MOST_SECONDS || load.patterns.len() > MOST_PATTERNS {
            self.report("load:", format!("expected 1 to {MOST_SECONDS} seconds and at most {MOST_PATTERNS} patterns"));
        }
        if load.settings.len() > MOST_SETTINGS {
            self.report(
                "settings:",
                format!("expected at most {MOST_SETTINGS} settings, found {}", load.settings.len()),
            );
            return;
        }
        let mut ids = BTreeSet::new();
        for pattern in &load.patterns {
            let here = format!("id: {}", pattern.id);
            if !ids.insert(&pattern.id) || pattern.id.contains('.') {
                self.report(&here, format!("the pattern {} needs a name of its own, without a full stop", pattern.id));
            }
            if pattern.put.is_empty() == pattern.equal.is_empty() {
                self.report(&here, format!("the pattern {} either reads (equal) or writes (put)", pattern.id));
            }
            if pattern.keys == 0 || pattern.keys > MOST_KEYS {
                self.report(&here, format!("the pattern {} gets 1 to {MOST_KEYS} items by key", pattern.id));
            }
            if pattern.per_minute > MOST_CALLS {
                self.report(&here, format!("the pattern {} has more than {MOST_CALLS} calls a minute", pattern.id));
            }
        }
        if load.settings.contains_key(RUN) {
            self.report("settings:", format!("{RUN} is the number of the run, and no setting"));
        }
        let load = load.set(&BTreeMap::new());
        for pattern in &load.patterns {
            let program = [("at_once", &pattern.at_once), ("limit", &pattern.limit), ("pages", &pattern.pages)];
            for (name, member) in program {
                if member.is_some() && number(member.as_ref()).is_none_or(|value| value == 0) {
                    let here = format!("id: {}", pattern.id);
                    self.report(&here, format!("{name} of the pattern {} is a number, or a setting", pattern.id));
                }
                if number(member.as_ref()).is_some_and(|value| value > MOST_PAGES) {
                    let here = format!("id: {}", pattern.id);
                    self.report(&here, format!("{name} of the pattern {} is at most {MOST_PAGES}", pattern.id));
                }
            }
        }
        let faults = load.rows.iter().map(|row| &row.item);
        let items = load.patterns.iter().flat_map(|pattern| [&pattern.put, &pattern.equal]);
        for item in faults.chain(items) {
            if let Err(fault) = crate::content::template::ItemTemplate::read_all(item) {
                self.report(&fault.needle, fault.message);
            }
        }
    }

    /// A step of a case has points; any other has none.
    pub(super) fn check_points(&mut self, step: &Step, case: Option<CaseTerms>) {
        if step.points.is_some() != case.is_some() {
            let message = if case.is_some() { "needs points" } else { "has points, and the lab is no case" };
            self.report(&format!("id: {}", step.id), format!("{} {message}", step.place()));
        }
    }
}
