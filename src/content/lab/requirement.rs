//! What must be so for a step to be done: requirements on the state, on what was returned, on what happened in which
//! order, and on what was spent.
//!
//! A requirement speaks of effects, not of verbs: a read is whatever reads, a write whatever writes. Everything that one
//! [`Request`] states is bound to one request (or to the pages of one command line). Values are written plainly:
//! `stock: 9` is a number, `title: Kettle` a string, `{SS: [a, b]}` the wire form where the plain one would not do.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::state::ClockState;
use crate::content::one_line;

/// Something that must be so. Exactly one of `state`, `returned`, `process`, `spent` and `any_of` is given.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// What is wanted, for the checklist.
    #[serde(deserialize_with = "one_line::read")]
    pub want: String,
    /// A hint of direction, shown after the reason while the requirement is not met.
    #[serde(default)]
    pub hint: Option<String>,
    /// Whether finding out what is wanted is the task: its reason then says only what is so.
    #[serde(default)]
    pub secret: bool,
    /// What must be so now.
    #[serde(default)]
    pub state: Option<State>,
    /// What the newest request with this effect must have brought back.
    #[serde(default)]
    pub returned: Option<Request>,
    /// What must have happened, in this order.
    #[serde(default)]
    pub process: Vec<Moment>,
    /// What it may cost.
    #[serde(default)]
    pub spent: Option<SpentWanted>,
    /// Alternatives; one of them must be so.
    #[serde(default)]
    pub any_of: Vec<Demand>,
}

/// One alternative: everything that it states must be so.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// What must be so now.
    #[serde(default)]
    pub state: Option<State>,
    /// What the newest request with this effect must have brought back.
    #[serde(default)]
    pub returned: Option<Request>,
    /// What must have happened, in this order.
    #[serde(default)]
    pub process: Vec<Moment>,
    /// What it may cost.
    #[serde(default)]
    pub spent: Option<SpentWanted>,
}

impl Requirement {
    /// The alternatives, of which one must be so.
    #[must_use]
    pub fn demands(&self) -> Vec<Demand> {
        if !self.any_of.is_empty() {
            return self.any_of.clone();
        }
        let Self { state, returned, process, spent, .. } = self.clone();
        vec![Demand { state, returned, process, spent }]
    }

    /// How many of its kinds are given.
    #[must_use]
    pub fn kinds(&self) -> usize {
        let any = usize::from(!self.any_of.is_empty());
        let Self { state, returned, process, spent, .. } = self.clone();
        any + Demand { state, returned, process, spent }.kinds()
    }
}

impl Demand {
    /// How many of its kinds are given.
    #[must_use]
    pub fn kinds(&self) -> usize {
        let kinds = [self.state.is_some(), self.returned.is_some(), !self.process.is_empty(), self.spent.is_some()];
        kinds.into_iter().filter(|given| *given).count()
    }
}

/// A number, or bounds that it lies in.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Bound {
    /// Exactly this.
    Exactly(f64),
    /// From `at_least` to `at_most`, either of which may be left out.
    Within(Within),
}

/// Bounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Within {
    /// The least.
    #[serde(default)]
    pub at_least: Option<f64>,
    /// The most.
    #[serde(default)]
    pub at_most: Option<f64>,
}

impl Bound {
    /// Whether a number lies within.
    #[must_use]
    pub fn holds(&self, number: f64) -> bool {
        match self {
            Self::Exactly(wanted) => (number - wanted).abs() < 1e-6,
            Self::Within(Within { at_least, at_most }) => {
                at_least.is_none_or(|least| number >= least) && at_most.is_none_or(|most| number <= most)
            }
        }
    }
}

/// What a value must be: a test, or the value itself.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Matcher {
    /// A test, such as `{at_least: 5}`.
    Test(Box<Test>),
    /// The value itself.
    Is(Value),
}

/// A test of a value; all that is given must hold.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// Whether it must be there at all.
    #[serde(default)]
    pub exists: Option<bool>,
    /// It must be something else: another value, or one that does not pass this test.
    #[serde(default)]
    pub not: Option<Box<Matcher>>,
    /// It must be none of these: values, and tests that it must not pass.
    #[serde(default)]
    pub none_of: Vec<Matcher>,
    /// It must be one of these.
    #[serde(default)]
    pub one_of: Option<Vec<Value>>,
    /// The least number, or the first text.
    #[serde(default)]
    pub at_least: Option<Value>,
    /// The greatest number, or the last text.
    #[serde(default)]
    pub at_most: Option<Value>,
    /// What a text begins with.
    #[serde(default)]
    pub begins_with: Option<String>,
    /// What a text, a set or a list holds.
    #[serde(default)]
    pub contains: Option<Value>,
    /// Its type: `S`, `N`, `SS`, ….
    #[serde(default)]
    pub of_type: Option<String>,
    /// It must be this, which the learner is not told because finding it is the task.
    #[serde(default)]
    pub secret: Option<Value>,
}

/// Attributes by name, and what each must be.
pub type Attributes = BTreeMap<String, Matcher>;

/// What a request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", expecting = "enum Effect")]
#[schemars(rename = "Effect")]
pub enum RequestEffect {
    /// Reads items.
    Read,
    /// Writes or deletes items.
    Write,
    /// Tests a condition on an item, in a transaction.
    Check,
    /// Creates, changes or deletes a table or a setting of one.
    Define,
    /// Describes or lists tables.
    Describe,
    /// Reads a stream.
    Stream,
    /// Asks another service: Lambda, DAX, IAM, Application Auto Scaling, SQS.
    Around,
    /// Runs the lab's load (`:load`); `response` speaks of what it came to.
    Load,
    /// Answers the step's question (`:answer`); the parameter is `Choice`.
    Answer,
    /// Uses the cache beside the tables (`:cache`); the parameters are `Operation` (get, set, del), `Key` and `Text`, and a
    /// response tells `Text` of what was got, and whether what was to be forgotten was there (`Forgotten`).
    Cache,
}

/// Since when requests count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// The newest request alone: one page.
    Request,
    /// The requests of the newest command line, its pages taken together. (A client's further pages belong to its first.)
    Line,
    /// Those of the step that fit, taken together.
    Step,
}

/// Which way a request went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Through {
    /// To the tables.
    Tables,
    /// Through DAX.
    Dax,
}

/// A request and what came of it. What is not given may be anything; all that is given is of one and the same request.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// What it does: `read` (the default of `returned`), `write`, `define`, `stream`, ….
    #[serde(default)]
    pub effect: Option<RequestEffect>,
    /// The operations that count (`[Query]`), where the verb is the lesson and the task names it.
    #[serde(default)]
    pub by: Vec<String>,
    /// The table.
    #[serde(default)]
    pub table: Option<String>,
    /// The index that was read; `none` for the table itself.
    #[serde(default)]
    pub index: Option<String>,
    /// The key that it names: the whole one, or of a Query what its key condition sets equal.
    #[serde(default)]
    pub key: Attributes,
    /// Whether it must say something of the sort key, or must not: of the partition key alone.
    #[serde(default)]
    pub narrowed: Option<bool>,
    /// Whether it must have read everything there: without a key, without a filter, and no segment of it.
    #[serde(default)]
    pub everything: bool,
    /// The role that sent it; `admin` for none.
    #[serde(default, rename = "as")]
    pub role: Option<String>,
    /// The user that it was sent for, of a role that stands for users.
    #[serde(default)]
    pub user: Option<String>,
    /// The Region that it went to.
    #[serde(default)]
    pub region: Option<String>,
    /// Which way it went.
    #[serde(default)]
    pub through: Option<Through>,
    /// Whether a cache answered it.
    #[serde(default)]
    pub cached: Option<bool>,
    /// Whether it asked for strong consistency.
    #[serde(default)]
    pub consistent: Option<bool>,
    /// Whether it saw something older than the latest write.
    #[serde(default)]
    pub stale: Option<bool>,
    /// The mode of the SDK client it went through: `standard`; `off` for none, `on` for any.
    #[serde(default)]
    pub sdk: Option<String>,
    /// Parameters of the request by their path (`Limit`), where they are the lesson.
    #[serde(default)]
    pub parameters: Attributes,
    /// Whether it succeeded. Without `ok` and `error` a request counts only if it did.
    #[serde(default)]
    pub ok: Option<bool>,
    /// The exception that it was refused with.
    #[serde(default)]
    pub error: Option<String>,
    /// Pieces of the exception's message: what it is about.
    #[serde(default)]
    pub about: Vec<String>,
    /// The condition that a write was made on, or the filter of a read.
    #[serde(default)]
    pub condition: Option<ConditionWanted>,
    /// How many requests it took, all pages together.
    #[serde(default)]
    pub pages: Option<Bound>,
    /// Whether the last page says that there may be more (LastEvaluatedKey).
    #[serde(default)]
    pub more: Option<bool>,
    /// How many items came back.
    #[serde(default)]
    pub count: Option<Bound>,
    /// How many items were read to find them.
    #[serde(default)]
    pub scanned: Option<Bound>,
    /// Exactly these items, in any order unless `in_order`.
    #[serde(default)]
    pub items: Option<Vec<Attributes>>,
    /// Whether `items` came in their order.
    #[serde(default)]
    pub in_order: bool,
    /// At least these items.
    #[serde(default)]
    pub some: Vec<Attributes>,
    /// What every item must be.
    #[serde(default)]
    pub each: Attributes,
    /// How the items must be sorted.
    #[serde(default)]
    pub sorted: Option<Sorted>,
    /// The attributes that came back: exactly these, in any item.
    #[serde(default)]
    pub attributes: Option<Vec<String>>,
    /// The attributes that one write changed: exactly these.
    #[serde(default)]
    pub changed: Option<Vec<String>>,
    /// The item before the write.
    #[serde(default)]
    pub old: Attributes,
    /// The item after the write.
    #[serde(default)]
    pub new: Attributes,
    /// The item after the write: exactly this beside its key.
    #[serde(default)]
    pub is: Option<Attributes>,
    /// An attribute whose new value the update works out from the stored one (`ADD n :one`, `SET n = n + :one`).
    #[serde(default)]
    pub computes: Option<String>,
    /// What the same request must do as well, each in a part of its own: for transactions and batches. Of each only `effect`,
    /// `table`, `key`, `condition`, `changed`, `old`, `new`, `is` and `computes` are looked at.
    #[serde(default)]
    pub with: Vec<Request>,
    /// When it must be sent, in UTC.
    #[serde(default)]
    pub clock: Option<ClockState>,
    /// That it sends something again sooner than so many seconds after that came back unprocessed.
    #[serde(default)]
    pub resent_within: Option<f64>,
    /// Values that a write must hold, wherever it holds them: as a value of an expression, in its item, in its statement.
    /// What a write that was refused was about is known by them.
    #[serde(default)]
    pub holds: Vec<Value>,
    /// The place whose units count, `table` or the name of an index; all places together if not given.
    #[serde(default)]
    pub at: Option<String>,
    /// Read units.
    #[serde(default)]
    pub rcu: Option<Bound>,
    /// Write units.
    #[serde(default)]
    pub wcu: Option<Bound>,
    /// The records that a read of a stream brought back: exactly these, in order.
    #[serde(default)]
    pub records: Option<Vec<RecordWanted>>,
    /// Members of the response by their path (`Throttled`, `Table.ItemCount`), where nothing above speaks of them.
    #[serde(default)]
    pub response: Attributes,
    /// Since when requests count: the newest line if not given. In a moment, `step` takes all that fit since the moment before.
    #[serde(default)]
    pub over: Option<Over>,
    /// Whether any such request of the step will do, not only the newest (`returned` alone).
    #[serde(default)]
    pub once: bool,
}

/// How items must be sorted.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sorted {
    /// The attribute.
    pub by: String,
    /// Whether the greatest comes first.
    #[serde(default)]
    pub descending: bool,
}

/// The condition of a write, or the filter of a read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionWanted {
    /// Whether there is one at all; what else is given asks for one.
    #[serde(default)]
    pub given: Option<bool>,
    /// The attribute that it must speak of.
    #[serde(default)]
    pub on: Option<String>,
    /// What it must set that attribute equal to; `{secret: 4}` if finding that is the task.
    #[serde(default)]
    pub equals: Option<Value>,
    /// That it must ask for the attribute to be absent (`true`: attribute_not_exists, or an INSERT) or present (`false`).
    #[serde(default)]
    pub absent: Option<bool>,
    /// An item that it must accept, or several: what the stored item would have to be.
    #[serde(default)]
    pub accepts: Option<Probes>,
    /// An item that it must refuse, or several.
    #[serde(default)]
    pub refuses: Option<Probes>,
    /// Whether it was met.
    #[serde(default)]
    pub met: Option<bool>,
}

/// Items that a condition is tried on.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Probes {
    /// One.
    One(BTreeMap<String, Value>),
    /// Several, each of which is to be accepted, or refused.
    Several(Vec<BTreeMap<String, Value>>),
}

impl Probes {
    /// Returns them one by one.
    #[must_use]
    pub fn items(&self) -> &[BTreeMap<String, Value>] {
        match self {
            Self::One(item) => std::slice::from_ref(item),
            Self::Several(items) => items,
        }
    }
}

/// A record of a stream.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordWanted {
    /// INSERT, MODIFY or REMOVE.
    #[serde(default)]
    pub event: Option<String>,
    /// The item's key.
    #[serde(default)]
    pub key: Attributes,
    /// Whether it holds the item after.
    #[serde(default)]
    pub has_new: Option<bool>,
    /// Whether it holds the item before.
    #[serde(default)]
    pub has_old: Option<bool>,
    /// Whether time to live deleted the item.
    #[serde(default)]
    pub expired: Option<bool>,
}

/// One moment of a process. Exactly one of `read`, `write`, `request`, `traffic`, `invoked` and `never` is given.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    /// A read.
    #[serde(default)]
    pub read: Option<Request>,
    /// A write.
    #[serde(default)]
    pub write: Option<Request>,
    /// Any request.
    #[serde(default)]
    pub request: Option<Request>,
    /// A run of traffic.
    #[serde(default)]
    pub traffic: Option<TrafficWanted>,
    /// An invocation of a function.
    #[serde(default)]
    pub invoked: Option<InvocationWanted>,
    /// What must not have happened since the step began; it has no place in the order.
    #[serde(default)]
    pub never: Option<Request>,
    /// How often; once if not given.
    #[serde(default)]
    pub times: Option<u64>,
    /// How many seconds after the moment before it.
    #[serde(default)]
    pub after: Option<Bound>,
    /// Whether it must do the same as the moment before it: the same writes on the same conditions, whatever verb sends them.
    #[serde(default)]
    pub again: bool,
    /// Of an invocation: whether it must have begun before what came since the invocation before it, which was done in it.
    #[serde(default)]
    pub spans: bool,
    /// Whether its writes must be made on the same condition as those of the moment before it, whatever items they write.
    #[serde(default)]
    pub same_condition: bool,
}

impl Moment {
    /// How many of its kinds are given.
    #[must_use]
    pub fn kinds(&self) -> usize {
        let requests = [&self.read, &self.write, &self.request, &self.never].into_iter().flatten().count();
        requests + usize::from(self.traffic.is_some()) + usize::from(self.invoked.is_some())
    }
}

/// A run of traffic.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TrafficWanted {
    /// The table.
    #[serde(default)]
    pub table: Option<String>,
    /// How many calls there were.
    #[serde(default)]
    pub calls: Option<Bound>,
    /// How many ended well.
    #[serde(default)]
    pub succeeded: Option<Bound>,
    /// How many were given up.
    #[serde(default)]
    pub failed: Option<Bound>,
    /// How many attempts were throttled.
    #[serde(default)]
    pub throttled: Option<Bound>,
    /// The percentage of the calls that failed.
    #[serde(default)]
    pub failed_percent: Option<Bound>,
    /// How long it ran, in seconds.
    #[serde(default)]
    pub seconds: Option<Bound>,
    /// How many calls a second, on average.
    #[serde(default)]
    pub rate: Option<Bound>,
    /// The most calls in a second.
    #[serde(default)]
    pub peak: Option<Bound>,
    /// The shape of a run with a spike, as it is typed: `5:60@60+240`.
    #[serde(default)]
    pub spike: Option<String>,
    /// The shape of a run whose rate grows or falls, as it is typed: `3:30`.
    #[serde(default)]
    pub ramp: Option<String>,
    /// The percentage of the calls that read.
    #[serde(default)]
    pub reads: Option<Bound>,
    /// Bytes of filling in each item that was written.
    #[serde(default)]
    pub size: Option<Bound>,
    /// How many partition keys it used.
    #[serde(default)]
    pub keys: Option<Bound>,
    /// How unevenly it used them: the exponent of its zipf, 0 if it used all alike.
    #[serde(default)]
    pub exponent: Option<Bound>,
    /// How many shards each key was spread over.
    #[serde(default)]
    pub shards: Option<Bound>,
    /// The place whose units count, `table` or the name of an index; all places together if not given.
    #[serde(default)]
    pub at: Option<String>,
    /// Read units.
    #[serde(default)]
    pub rcu: Option<Bound>,
    /// Write units.
    #[serde(default)]
    pub wcu: Option<Bound>,
    /// The reason that attempts were throttled for, such as `TableWriteKeyRangeThroughputExceeded`.
    #[serde(default)]
    pub reason: Option<String>,
    /// The retry mode of the client in between; `off` for none.
    #[serde(default)]
    pub sdk: Option<String>,
}

/// An invocation of a function.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct InvocationWanted {
    /// The function.
    #[serde(default)]
    pub function: Option<String>,
    /// How many records it got.
    #[serde(default)]
    pub records: Option<Bound>,
    /// The key of an item that one of its records is about.
    #[serde(default)]
    pub key: Attributes,
    /// Which attempt it was.
    #[serde(default)]
    pub attempt: Option<Bound>,
    /// Whether it succeeded.
    #[serde(default)]
    pub ok: Option<bool>,
    /// A piece of its result in words (`bisected`, `partial`).
    #[serde(default)]
    pub result: Option<String>,
}

/// What may be spent.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "struct Spent")]
#[schemars(rename = "Spent")]
pub struct SpentWanted {
    /// Over what: the step if not given.
    #[serde(default)]
    pub over: Option<Over>,
    /// Which requests count; all if not given.
    #[serde(default)]
    pub of: Option<Box<Request>>,
    /// The place whose units count, `table` or the name of an index; all places together if not given.
    #[serde(default)]
    pub at: Option<String>,
    /// Read units.
    #[serde(default)]
    pub rcu: Option<Bound>,
    /// Write units.
    #[serde(default)]
    pub wcu: Option<Bound>,
    /// How many requests.
    #[serde(default)]
    pub requests: Option<Bound>,
    /// Whether any line or request of the step will do, and not the newest alone.
    #[serde(default)]
    pub once: bool,
}

pub use super::state::State;
