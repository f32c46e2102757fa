//! The journal: what every request planned, answered, changed and cost, success and failure alike.
//!
//! Lab checks judge it and the meters show it. It is bounded in number and in bytes, whatever is asked of the engine: a
//! request and its answer are kept whole up to 4 MB each; when all entries together pass [`KEPT_BYTES`] the oldest are
//! abridged to what a check may ask of them (names, counts, cursors, charges, keys, the first items of a list), and then
//! dropped. The newest entry always stays as it came. What was dropped is still counted: see [`Journal::missing_since`].

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use serde_json::Value;

use super::capacity::{Charge, Units, consumed};
use super::change::Change;
use super::error::ApiError;
use super::lag::Stale;
use super::ops::{self, Verb};
use super::plan::{Access, Plan};
use super::trace::Trace;
use super::weight;
use crate::clock::Timestamp;

/// The most bytes of memory that all entries together take, as [`weight`] estimates them; the newest entry may be more.
pub const KEPT_BYTES: u64 = 32 << 20;
/// A request, or an answer, of at most so many bytes is kept as it came.
const WHOLE_BYTES: u64 = 4 << 20;
/// What is left of a request, or of an answer, once the journal is full.
const ABRIDGED_BYTES: u64 = 2 << 10;
/// An entry of at most so many bytes is not worth abridging.
const SMALL_BYTES: u64 = 4 * ABRIDGED_BYTES;

/// On whose behalf requests are sent, and which way they go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// On whose behalf.
    pub sender: Sender,
    /// Whether a cache in front of the tables passes them on.
    pub is_through_cache: bool,
}

/// On whose behalf a request is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Sender {
    /// An administrator's.
    #[default]
    Admin,
    /// A role's, for a user.
    Role {
        /// The role.
        role: Arc<str>,
        /// The user.
        user: Arc<str>,
    },
    /// A service's or a function's own, by its name; nobody typed it.
    Service(Arc<str>),
}

/// What an entry tells of.
#[derive(Clone, Debug)]
pub enum Event {
    /// A request to the tables or their streams.
    Request(&'static Verb),
    /// A request for something that is no operation, by the name that it gave.
    Unknown(Arc<str>),
    /// A request to a service around the tables, by its operation.
    Around(&'static str),
    /// A run of traffic: many requests, of which none stands in the journal.
    Traffic,
    /// A lab's load, which is the same.
    Load,
    /// An invocation of a function.
    Invocation,
    /// A command of the cache that a program keeps beside the tables, which is no request of a service.
    Cache,
    /// The answer to a lab's question.
    Answer,
}

impl Event {
    /// A request, by the name of its operation.
    #[must_use]
    pub fn request(verb: &str) -> Self {
        ops::find(verb).map_or_else(|| Self::Unknown(verb.into()), Self::Request)
    }

    /// The operation's name: `Query`; or what it is, in a word.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Request(verb) => verb.name,
            Self::Unknown(name) => name,
            Self::Around(operation) => operation,
            Self::Traffic => "Traffic",
            Self::Load => "Load",
            Self::Invocation => "Invoke",
            Self::Cache => "Cache",
            Self::Answer => "Answer",
        }
    }

    /// The operation, of a request to the tables or their streams.
    #[must_use]
    pub const fn verb(&self) -> Option<&'static Verb> {
        if let Self::Request(verb) = self { Some(*verb) } else { None }
    }
}

/// One request and all that came of it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number, counted from 1 since the engine began.
    pub sequence: u64,
    /// When it ran.
    pub at: Timestamp,
    /// The Region it went to, if that is not where the journal is kept.
    pub region: Option<String>,
    /// What it tells of.
    pub event: Event,
    /// The request body as it came.
    pub request: Value,
    /// What it set out to touch; empty if it was refused before that was known.
    pub plans: Vec<Plan>,
    /// The response, or the exception.
    pub outcome: Result<Value, ApiError>,
    /// What it cost.
    pub charges: Vec<Charge>,
    /// Which items it changed.
    pub changes: Vec<Change>,
    /// What it saw that was older than the latest write.
    pub stale: Vec<Stale>,
    /// Whether a cache answered it, and no table.
    pub is_cached: bool,
    /// The places of the plans that a cache answered, where the table answered the others.
    pub cached_plans: BTreeSet<usize>,
    /// Whether its answer was lost on the way: nobody has heard of it.
    pub is_unheard: bool,
    /// On whose behalf it was sent, and which way.
    pub scope: Scope,
    /// Whether something of the request is no longer kept.
    pub is_request_abridged: bool,
    /// Whether something of the outcome, or of the items that it changed, is no longer kept.
    pub is_outcome_abridged: bool,
    /// How much memory it takes, in bytes.
    weight: u64,
}

/// A request as the journal keeps it.
#[derive(Clone, Debug)]
pub(super) struct KeptRequest {
    body: Value,
    is_abridged: bool,
}

impl KeptRequest {
    /// A copy, abridged if the request is long.
    pub(super) fn of(body: &Value) -> Self {
        let (body, is_abridged) = weight::abridged(body, WHOLE_BYTES);
        Self { body, is_abridged }
    }
}

impl Entry {
    /// An entry that has no number yet.
    fn new(at: Timestamp, event: Event, request: KeptRequest, outcome: &Result<Value, ApiError>, trace: Trace) -> Self {
        let KeptRequest { body: request, is_abridged: is_request_abridged } = request;
        let (outcome, is_outcome_abridged) = abridged(outcome, WHOLE_BYTES);
        let Trace { plans, charges, changes, stale, .. } = trace;
        let mut entry = Self {
            sequence: 0,
            at,
            region: None,
            event,
            request,
            plans,
            outcome,
            charges,
            changes,
            stale,
            is_cached: false,
            cached_plans: BTreeSet::new(),
            is_unheard: false,
            scope: Scope::default(),
            is_request_abridged,
            is_outcome_abridged,
            weight: 0,
        };
        entry.weigh();
        entry
    }

    /// Leaves out whatever is long.
    fn abridge(&mut self) {
        let (request, is_cut) = weight::abridged(&self.request, ABRIDGED_BYTES);
        self.request = request;
        self.is_request_abridged |= is_cut;
        let (outcome, is_cut) = abridged(&self.outcome, ABRIDGED_BYTES);
        self.outcome = outcome;
        self.is_outcome_abridged |= is_cut || self.changes.iter().any(Change::has_images);
        self.changes.iter_mut().for_each(Change::drop_images);
        if self.plans.iter().map(plan_weight).sum::<u64>() > ABRIDGED_BYTES {
            self.plans = Vec::new();
        }
        self.weigh();
    }

    fn weigh(&mut self) {
        let outcome = match &self.outcome {
            Ok(answer) => weight::json(answer, u64::MAX),
            Err(error) => error.message.len() as u64 + weight::members(&error.members, u64::MAX),
        };
        self.weight = weight::of::<Self>()
            + weight::json(&self.request, u64::MAX)
            + outcome
            + self.plans.iter().map(plan_weight).sum::<u64>()
            + self.changes.iter().map(Change::weight).sum::<u64>()
            + self.charges.len() as u64 * weight::of::<Charge>();
    }

    /// The operation's name, or what else it is: [`Event::name`].
    #[must_use]
    pub fn name(&self) -> &str {
        self.event.name()
    }

    /// Read units spent, of all tables and indexes together.
    #[must_use]
    pub fn read_units(&self) -> Units {
        consumed::total(self.charges.iter().filter(|charge| charge.rate.is_read()))
    }

    /// Write units spent, of all tables and indexes together.
    #[must_use]
    pub fn write_units(&self) -> Units {
        consumed::total(self.charges.iter().filter(|charge| !charge.rate.is_read()))
    }

    /// A whole number of the response, such as `Count` or `ScannedCount`.
    #[must_use]
    pub fn number(&self, member: &str) -> Option<u64> {
        self.outcome.as_ref().ok()?.get(member)?.as_u64()
    }

    /// The exception's name, if the request was refused.
    #[must_use]
    pub fn exception(&self) -> Option<String> {
        self.outcome.as_ref().err().map(|error| error.kind.name())
    }
}

/// An outcome of at most about `budget` bytes, and whether anything was left out.
fn abridged(outcome: &Result<Value, ApiError>, budget: u64) -> (Result<Value, ApiError>, bool) {
    match outcome {
        Ok(answer) => {
            let (answer, is_cut) = weight::abridged(answer, budget);
            (Ok(answer), is_cut)
        }
        Err(error) if weight::members(&error.members, budget) > budget => {
            let members = weight::abridged_members(&error.members, budget);
            (Err(ApiError { kind: error.kind, message: error.message.clone(), members }), true)
        }
        Err(error) => (Err(error.clone()), false),
    }
}

fn plan_weight(plan: &Plan) -> u64 {
    let access = match &plan.access {
        Access::Item(key) => weight::item(key),
        // A few names and values.
        Access::Range { .. } => 512,
        Access::Control | Access::Everything { .. } => 0,
    };
    weight::of::<Plan>() + access + plan.test.as_ref().map_or(0, |test| test.len() as u64)
}

/// The newest entries, oldest first.
#[derive(Clone, Debug)]
pub struct Journal {
    /// Their numbers are consecutive, and the last is `recorded`.
    entries: VecDeque<Entry>,
    capacity: usize,
    recorded: u64,
    /// What the entries weigh together.
    weight: u64,
    /// The newest entry of those that were abridged, or are short; all before it are as well.
    abridged: u64,
    /// What new entries are sent in.
    scope: Scope,
}

impl Journal {
    /// A journal that keeps the newest `capacity` entries, as far as they fit [`KEPT_BYTES`].
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        let scope = Scope::default();
        Self { entries: VecDeque::new(), capacity, recorded: 0, weight: 0, abridged: 0, scope }
    }

    /// Whether anything is kept at all; a busy endpoint spares itself the copies.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        self.capacity > 0
    }

    /// The number of the newest entry; 0 before the first.
    #[must_use]
    pub const fn recorded(&self) -> u64 {
        self.recorded
    }

    /// How much memory the entries take, in bytes.
    #[must_use]
    pub const fn weight(&self) -> u64 {
        self.weight
    }

    /// The entries kept, oldest first.
    #[must_use]
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The number of the newest entry that is no longer kept.
    fn dropped(&self) -> u64 {
        self.recorded - self.entries.len() as u64
    }

    /// The entries kept after number `sequence`.
    #[must_use]
    pub fn since(&self, sequence: u64) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.range(self.place_after(sequence)..)
    }

    /// The place of the first entry kept after number `sequence`.
    fn place_after(&self, sequence: u64) -> usize {
        let skipped = sequence.saturating_sub(self.dropped());
        usize::try_from(skipped).map_or(self.entries.len(), |skipped| skipped.min(self.entries.len()))
    }

    /// How many entries after number `sequence` there were that are no longer kept.
    #[must_use]
    pub fn missing_since(&self, sequence: u64) -> u64 {
        self.dropped().saturating_sub(sequence)
    }

    /// The newest entry.
    #[must_use]
    pub fn last(&self) -> Option<&Entry> {
        self.entries.back()
    }

    /// Hands over all entries; they are kept here no longer.
    pub fn take(&mut self) -> impl Iterator<Item = Entry> + use<> {
        self.weight = 0;
        std::mem::take(&mut self.entries).into_iter()
    }

    /// Notes what the request after number `sequence` was a part of, the rest of which a cache has answered.
    pub fn widen_since(&mut self, sequence: u64, request: &Value, outcome: &Result<Value, ApiError>, plans: Vec<Plan>) {
        let place = self.place_after(sequence);
        let Some(entry) = self.entries.get_mut(place) else { return };
        let KeptRequest { body, is_abridged } = KeptRequest::of(request);
        let (outcome, is_cut) = abridged(outcome, WHOLE_BYTES);
        let is_cached = |(place, plan): (usize, &Plan)| (!entry.plans.contains(plan)).then_some(place);
        entry.cached_plans = plans.iter().enumerate().filter_map(is_cached).collect();
        (entry.request, entry.outcome, entry.plans) = (body, outcome, plans);
        (entry.is_request_abridged, entry.is_outcome_abridged) = (is_abridged, is_cut);
        self.weight -= entry.weight;
        entry.weigh();
        self.weight += entry.weight;
    }

    /// Notes that the answers of all after number `sequence` were lost on the way.
    pub fn lose_answers_since(&mut self, sequence: u64) {
        let first = self.place_after(sequence);
        self.entries.iter_mut().skip(first).for_each(|entry| entry.is_unheard = true);
    }

    /// Takes over an entry of another Region's journal.
    pub fn adopt(&mut self, entry: Entry) {
        if self.is_kept() {
            self.append(entry);
        }
    }

    /// From now on enters requests as sent in `scope`; returns the scope until now.
    pub fn set_scope(&mut self, scope: Scope) -> Scope {
        std::mem::replace(&mut self.scope, scope)
    }

    /// Enters something that happened around the tables: a request to another service, an invocation, a run of traffic.
    pub fn note(&mut self, at: Timestamp, event: Event, request: &Value, outcome: &Result<Value, ApiError>) {
        if self.is_kept() {
            self.append(Entry::new(at, event, KeptRequest::of(request), outcome, Trace::default()));
        }
    }

    /// Enters a request that no table answered: a cache did, or it was refused before. `plans` is what it set out to touch.
    pub fn note_unsent(
        &mut self,
        at: Timestamp,
        (verb, request): (&str, &Value),
        outcome: &Result<Value, ApiError>,
        plans: Vec<Plan>,
    ) {
        if self.is_kept() {
            let trace = Trace { plans, ..Trace::default() };
            let entry = Entry::new(at, Event::request(verb), KeptRequest::of(request), outcome, trace);
            self.append(Entry { is_cached: outcome.is_ok(), ..entry });
        }
    }

    /// Enters a request that the engine carried out or refused.
    pub(super) fn record(
        &mut self,
        at: Timestamp,
        event: Event,
        request: KeptRequest,
        outcome: &Result<Value, ApiError>,
        trace: Trace,
    ) {
        self.append(Entry::new(at, event, request, outcome, trace));
    }

    /// Appends an entry, which gets its number here, and makes room for it.
    fn append(&mut self, mut entry: Entry) {
        self.recorded += 1;
        entry.sequence = self.recorded;
        entry.scope.clone_from(&self.scope);
        self.weight += entry.weight;
        self.entries.push_back(entry);
        while self.entries.len() > self.capacity {
            self.drop_oldest();
        }
        while self.weight > KEPT_BYTES && self.abridge_next() {}
        while self.weight > KEPT_BYTES && self.entries.len() > 1 {
            self.drop_oldest();
        }
    }

    /// Abridges the oldest entry that was not looked at yet, if it is long, unless it is the newest of all. Returns whether
    /// there was one.
    fn abridge_next(&mut self) -> bool {
        let place = self.place_after(self.abridged);
        if place + 1 >= self.entries.len() {
            return false;
        }
        let Some(entry) = self.entries.get_mut(place) else { return false };
        if entry.weight > SMALL_BYTES {
            self.weight -= entry.weight;
            entry.abridge();
            self.weight += entry.weight;
        }
        self.abridged = entry.sequence;
        true
    }

    fn drop_oldest(&mut self) {
        if let Some(dropped) = self.entries.pop_front() {
            self.weight -= dropped.weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn noted(journal: &mut Journal, request: &Value, answer: &Value) {
        journal.note(Timestamp::default(), Event::request("Scan"), request, &Ok(answer.clone()));
    }

    fn page(items: usize) -> Value {
        let items: Vec<Value> =
            (0..items).map(|n| json!({"id": {"N": n.to_string()}, "t": {"S": "x".repeat(99)}})).collect();
        json!({"Count": items.len(), "Items": items})
    }

    #[test]
    fn hundreds_of_long_answers_stay_within_the_bound_and_keep_their_counts() {
        let (mut journal, answer) = (Journal::new(10_000), page(500));
        for _ in 0..300 {
            noted(&mut journal, &json!({"TableName": "Orders"}), &answer);
            assert!(journal.weight() <= KEPT_BYTES);
        }
        let entries: Vec<&Entry> = journal.entries().collect();
        assert_eq!((entries.len(), journal.missing_since(0)), (300, 0));
        assert!(
            entries.iter().all(|entry| entry.number("Count") == Some(500) && entry.request["TableName"] == "Orders")
        );
        assert!(
            entries[0].is_outcome_abridged && entries[0].outcome.as_ref().unwrap()["Items"][0] == answer["Items"][0]
        );
        assert_eq!(entries[299].outcome.as_ref().unwrap(), &answer, "the newest is whole");
    }

    #[test]
    fn an_answer_that_is_longer_than_all_of_the_journal_is_never_copied_whole() {
        let mut journal = Journal::new(10_000);
        let answer = page(200_000);
        assert!(weight::json(&answer, u64::MAX) > KEPT_BYTES);
        noted(&mut journal, &json!({}), &answer);
        assert!(journal.weight() <= 2 * WHOLE_BYTES, "{}", journal.weight());
        assert_eq!(journal.last().unwrap().number("Count"), Some(200_000));
        assert!(journal.last().unwrap().is_outcome_abridged);
    }

    #[test]
    fn entries_are_found_by_their_number_and_those_that_went_are_counted() {
        let mut journal = Journal::new(10);
        for n in 0..25 {
            noted(&mut journal, &json!({ "n": n }), &json!({}));
        }
        let since = |sequence: u64| journal.since(sequence).map(|entry| entry.sequence).collect::<Vec<_>>();
        assert_eq!(
            (since(0), since(22), since(25), since(99)),
            ((16..=25).collect(), vec![23, 24, 25], vec![], vec![])
        );
        assert_eq!([0, 14, 15, 20, 25].map(|at| journal.missing_since(at)), [15, 1, 0, 0, 0]);
    }

    #[test]
    fn what_one_journal_hands_over_another_numbers_again() {
        let (mut home, mut abroad) = (Journal::new(10), Journal::new(10));
        noted(&mut home, &json!({}), &json!({}));
        for n in 0..3 {
            noted(&mut abroad, &json!({ "n": n }), &json!({}));
            abroad.take().for_each(|entry| home.adopt(entry));
        }
        assert_eq!((abroad.weight(), abroad.recorded(), abroad.since(0).count()), (0, 3, 0));
        assert_eq!(home.since(1).map(|entry| entry.request["n"].as_u64().unwrap()).collect::<Vec<_>>(), [0, 1, 2]);
    }
}
