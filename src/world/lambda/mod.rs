//! Lambda functions behind streams: event source mappings, their pollers, and what became of each invocation.
//!
//! The life of a record: a poller reads it from its shard (four times a second) and gives it to the lane of its partition
//! key; the filters may drop it; when a batch is full, or its window is over, the function is invoked with it. If that
//! fails the lane waits and tries again, and nothing behind it in that lane moves: a poison record blocks its shard, and
//! only its shard. Bisecting, retries, age and partial batch responses decide how it ends; what is given up goes to the
//! on-failure destination. A child shard is read only after its parent.
//!
//! The functions are small built-in ones (`functions`), because what matters here is what happens around them; one of the
//! learner's own runs in a program outside (`runtime`).
//!
//! Model: an invocation takes 100 ms; after a failure a lane waits 1 s, then 2, up to 60; a record can be read at once. The
//! newest 10,000 invocations are remembered, with 16 MB of their logs.
//! Left out: concurrency limits, other event sources, payload limits below 6 MB, versions and aliases.
//! Source: AWS documentation, "Using AWS Lambda with Amazon DynamoDB", "Lambda event source mappings"; Lambda API reference.

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::Vector;
use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::engine::stream::Stream;
use crate::engine::value::Item;
use crate::engine::value::json::encode_item;
use crate::engine::{Change, Engine, Event};

use super::chaos::Poison;
use super::iam::Iam;
use super::sqs::Queues;

pub(super) mod create_event_source_mapping;
pub(super) mod delete_event_source_mapping;
mod filter;
mod functions;
pub(super) mod get_event_source_mapping;
pub(super) mod list_event_source_mappings;
pub(super) mod list_functions;
mod mapping;
mod messages;
mod poller;
mod runtime;
mod settings;
pub mod standing;
pub(super) mod update_event_source_mapping;
mod window;

pub use functions::FUNCTIONS;
use functions::Function;
use mapping::Mapping;
use poller::Poller;
pub use runtime::Handed;
use runtime::Runtime;

/// The service as the AWS CLI names it.
const SERVICE: &str = "lambda";
/// How many invocations are remembered.
const KEPT_INVOCATIONS: usize = 10_000;
/// The most bytes of what they wrote that are kept; the oldest logs go first.
const KEPT_LOG_BYTES: u64 = 16 << 20;
/// About what a line of a log takes beside its letters.
const LINE_BYTES: u64 = 40;
/// What a function's role must be allowed to do with the stream.
const STREAM_ACTIONS: [&str; 4] =
    ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];

/// How many keys of its records an invocation is remembered with.
const MOST_KEYS: usize = 100;

/// One invocation of a function.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// When it began.
    pub at: Timestamp,
    /// The function.
    pub function: String,
    /// The shard.
    pub shard: String,
    /// The lane within the shard, if there are several.
    pub lane: usize,
    /// How many records.
    pub records: usize,
    /// The keys of the items that the first of them are about.
    pub keys: Vec<Item>,
    /// The first and the last sequence number.
    pub range: (u64, u64),
    /// Counted from 1; more after failures.
    pub attempt: u32,
    /// How old the oldest record was, in milliseconds: the iterator's age.
    pub age: u64,
    /// What came of it.
    pub outcome: String,
    /// What the function wrote.
    pub output: Vec<String>,
    /// How many more lines it wrote that are not kept, or no longer.
    pub unlogged: usize,
}

impl Invocation {
    fn log_weight(&self) -> u64 {
        self.output.iter().map(|line| LINE_BYTES + line.len() as u64).sum()
    }

    /// Enters the invocation in the journal.
    fn note(&self, engine: &mut Engine) {
        let request = json!({
            "FunctionName": self.function, "Shard": self.shard, "Records": self.records, "Attempt": self.attempt,
            "Keys": self.keys.iter().map(|key| Value::Object(encode_item(key))).collect::<Vec<Value>>(),
        });
        let result = json!({"Result": self.outcome, "Succeeded": self.outcome == "ok"});
        engine.journal_mut().note(self.at, Event::Invocation, &request, &Ok(result));
    }
}

/// Mappings, and what they did.
#[derive(Clone, Debug, Default)]
pub struct Lambda {
    mappings: BTreeMap<String, Mapping>,
    invocations: Vector<Arc<Invocation>>,
    /// How many of the oldest have no log any more.
    unlogged: usize,
    /// The bytes that all logs take together.
    logs: u64,
    /// How many invocations there were.
    invoked: u64,
    /// How many mappings were made: what UUIDs are made from.
    made: u64,
    poison: Poison,
    runtime: Runtime,
}

/// Where a lane is found.
type LaneAddress = (String, String, usize);

impl Lambda {
    /// The invocations remembered, oldest first.
    #[must_use]
    pub fn invocations(&self) -> impl DoubleEndedIterator<Item = &Invocation> {
        self.invocations.iter().map(|invocation| &**invocation)
    }

    /// The mappings: their UUIDs, and the function that each invokes.
    pub fn mappings(&self) -> impl Iterator<Item = (&str, String)> {
        self.mappings.iter().map(|(uuid, mapping)| (uuid.as_str(), mapping.function.name()))
    }

    /// Functions that lost records because a stream had no more room for them, with the number of records.
    pub fn losses(&self) -> impl Iterator<Item = (String, u64)> {
        let lost = self.mappings.values().filter(|mapping| mapping.lost > 0);
        lost.map(|mapping| (mapping.function.name(), mapping.lost))
    }

    /// Functions whose filters dropped records, with the number of records and what the newest of them have that does not
    /// fit.
    pub fn drops(&self) -> impl Iterator<Item = (String, u64, impl Iterator<Item = &str>)> {
        let dropped = self.mappings.values().filter(|mapping| mapping.dropped.count > 0);
        dropped.map(|mapping| {
            let newest = mapping.dropped.newest.iter().map(String::as_str);
            (mapping.function.name(), mapping.dropped.count, newest)
        })
    }

    /// How many invocations there were.
    #[must_use]
    pub const fn invoked(&self) -> u64 {
        self.invoked
    }

    /// Streams that more than two mappings read from, with their number: the service may throttle the readers of a shard
    /// then.
    #[must_use]
    pub fn crowded(&self) -> Vec<(Arc<str>, usize)> {
        let mut readers: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        for mapping in self.mappings.values() {
            *readers.entry(Arc::clone(&mapping.stream)).or_default() += 1;
        }
        readers.into_iter().filter(|(_, count)| *count > 2).collect()
    }

    /// How many records to come are poison.
    pub(super) const fn poison_to_come(&self) -> u32 {
        self.poison.armed
    }

    /// So many records to come are poison; those that are stay it.
    pub(super) const fn set_poison(&mut self, count: u32) {
        self.poison.armed = count;
    }

    /// Reads what is new, and answers when the next thing is due.
    pub(super) fn next_due(&mut self, engine: &Engine, iam: &Iam) -> Option<Timestamp> {
        self.soonest(engine, iam).map(|(due, _)| due)
    }

    fn soonest(&mut self, engine: &Engine, iam: &Iam) -> Option<(Timestamp, LaneAddress)> {
        let mut soonest: Option<(Timestamp, LaneAddress)> = None;
        for (uuid, mapping) in &mut self.mappings {
            let Some(stream) = engine.stream(&mapping.stream) else {
                // A stream that is gone comes back no more, nor does what was read of it get a turn.
                mapping.pollers.clear();
                continue;
            };
            if !mapping.may_read(iam) {
                continue;
            }
            mapping.read(stream);
            // An invocation of the learner's own function waits for a program that takes it.
            if mapping.function.is_own() && !self.runtime.is_free() {
                continue;
            }
            let lanes = mapping.pollers.iter().flat_map(|(shard, poller)| {
                let has_ended = poller.has_ended();
                poller.lanes.iter().enumerate().map(move |(number, lane)| (shard, number, lane, has_ended))
            });
            for (shard, number, lane, has_ended) in lanes {
                let Some(due) = lane.due(&mapping.settings, has_ended) else { continue };
                if soonest.as_ref().is_none_or(|(least, _)| due < *least) {
                    soonest = Some((due, (uuid.clone(), shard.clone(), number)));
                }
            }
        }
        soonest
    }

    /// Does the next thing that is due by now. Answers whether there was one.
    pub(super) fn step(&mut self, engine: &mut Engine, iam: &Iam, queues: &mut Queues) -> bool {
        let now = engine.now();
        let Some((_, (uuid, shard, lane))) = self.soonest(engine, iam).filter(|(due, _)| *due <= now) else {
            return false;
        };
        let Some(stream) = self.mappings.get(&uuid).and_then(|mapping| engine.stream(&mapping.stream)) else {
            return false;
        };
        let (stream, region) = (stream.without_records(), engine.config().region.clone());
        let source = BatchSource { stream, region };
        let Some(mapping) = self.mappings.get_mut(&uuid) else { return false };
        if mapping.function.is_own() {
            self.open((uuid, shard, lane), &source, engine, queues);
            return true;
        }
        if let Some(invocation) = mapping.invoke(&shard, lane, &source, &mut self.poison, engine, queues) {
            self.invoked += 1;
            invocation.note(engine);
            self.remember(invocation);
        }
        true
    }

    /// Remembers an invocation, and makes room for it.
    fn remember(&mut self, invocation: Invocation) {
        self.logs += invocation.log_weight();
        self.invocations.push_back(Arc::new(invocation));
        if self.invocations.len() > KEPT_INVOCATIONS {
            self.logs -= self.invocations.pop_front().map_or(0, |dropped| dropped.log_weight());
            self.unlogged = self.unlogged.saturating_sub(1);
        }
        while self.logs > KEPT_LOG_BYTES {
            let Some(oldest) = self.invocations.get_mut(self.unlogged).map(Arc::make_mut) else { return };
            self.logs -= oldest.log_weight();
            oldest.unlogged += std::mem::take(&mut oldest.output).len();
            self.unlogged += 1;
        }
    }
}

/// The stream that a batch comes from, beside its records.
struct BatchSource {
    stream: Stream,
    region: String,
}

impl BatchSource {
    /// The event that a function is invoked with: a record for each change.
    fn event(&self, records: &[Change]) -> Vec<Value> {
        records.iter().map(|change| spelled(&self.stream, change, &self.region)).collect()
    }
}

/// A change as Lambda spells its record: unlike GetRecords it names the stream, and who it was in lower case.
fn spelled(stream: &Stream, change: &Change, region: &str) -> Value {
    let mut record = stream.record(change, region);
    record["eventSourceARN"] = (*stream.arn).into();
    if change.expired {
        record["userIdentity"] = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
    }
    record
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_bounded_the_oldest_go_first_and_are_counted() {
        let mut lambda = Lambda::default();
        let line = "x".repeat(960);
        for number in 0..200 {
            lambda.remember(Invocation {
                at: Timestamp::from_millis(number),
                function: "log".to_owned(),
                shard: "shard".to_owned(),
                lane: 0,
                records: 100,
                keys: Vec::new(),
                range: (1, 100),
                attempt: 1,
                age: 0,
                outcome: "ok".to_owned(),
                output: vec![line.clone(); 100],
                unlogged: 0,
            });
            assert!(lambda.logs <= KEPT_LOG_BYTES);
        }
        let all: Vec<&Invocation> = lambda.invocations().collect();
        assert_eq!(
            (all.len(), all[0].output.len(), all[0].unlogged),
            (200, 0, 100),
            "what became of it is still known"
        );
        assert_eq!((all[199].output.len(), all[199].unlogged), (100, 0));
        assert!(all.iter().filter(|one| one.unlogged == 0).count() as u64 >= KEPT_LOG_BYTES / 100_000);
        for _ in 0..KEPT_INVOCATIONS {
            let last = lambda.invocations().last().unwrap().clone();
            lambda.remember(Invocation { output: Vec::new(), unlogged: 0, ..last });
        }
        assert_eq!((lambda.invocations().count(), lambda.logs, lambda.unlogged), (KEPT_INVOCATIONS, 0, 0));
    }
}
