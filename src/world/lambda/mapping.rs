//! An event source mapping: which stream feeds which function, and how.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::functions::Done;
use super::poller::{Batch, Dropped, wait};
use super::settings::MappingSettings;
use super::window::{Ending, Frame};
use super::{BatchSource, Function, Invocation, MOST_KEYS, Poller, STREAM_ACTIONS, messages as text};
use crate::clock::Timestamp;
use crate::engine::stream::{Stream, sequence_text};
use crate::engine::{Change, Config, Engine};
use crate::world::chaos::Poison;
use crate::world::iam::Iam;
use crate::world::sqs::Queues;

/// The most bytes of what one invocation wrote that are kept.
const LOG_BYTES: usize = 256 << 10;

/// A mapping.
#[derive(Clone, Debug)]
pub(super) struct Mapping {
    pub(super) uuid: String,
    pub(super) function: Function,
    pub(super) stream: Arc<str>,
    pub(super) settings: MappingSettings,
    pub(super) enabled: bool,
    /// TRIM_HORIZON or LATEST.
    pub(super) position: String,
    /// The first sequence number that it reads.
    pub(super) first: u64,
    pub(super) modified: Timestamp,
    /// LastProcessingResult.
    pub(super) result: String,
    pub(super) pollers: BTreeMap<String, Poller>,
    /// Records that were read and then lost, because the stream had no more room for them.
    pub(super) lost: u64,
    /// Records that no filter let through.
    pub(super) dropped: Dropped,
    /// How often the function was invoked: what request ids are made from.
    pub(super) requests: u64,
    /// The stream's Region, for records.
    pub(super) region: String,
    /// The account, for ARNs.
    pub(super) account: String,
}

impl Mapping {
    /// The role that the function acts in.
    pub(super) fn role(&self) -> String {
        format!("{}-role", self.function.name())
    }

    /// Whether the mapping is on and the function's role may read the stream; if it may not, the mapping says so.
    pub(super) fn may_read(&mut self, iam: &Iam) -> bool {
        if !self.enabled {
            return false;
        }
        let lacks = iam.lacks(&self.role(), &STREAM_ACTIONS, &self.stream);
        if lacks {
            self.result = format!("PROBLEM: {}", text::cannot_access(&self.stream));
        }
        !lacks
    }

    /// Takes in what the stream's shards have; a shard is begun when its parent has been handled.
    pub(super) fn read(&mut self, stream: &Stream) {
        // A shard that was trimmed before its end was seen has no more to give; its children must not wait for it.
        for (id, poller) in &mut self.pollers {
            self.lost += poller.forget(stream.crowded_out);
            if stream.shard(id).is_none() {
                poller.close();
            }
        }
        for shard in &stream.shards {
            if shard.last.is_some_and(|last| last < self.first) {
                continue;
            }
            let parent = shard.parent.as_ref().and_then(|parent| self.pollers.get(parent));
            if !self.pollers.contains_key(&shard.id) && parent.is_none_or(Poller::is_done) {
                self.pollers.insert(shard.id.clone(), Poller::new(self.first, self.settings.lanes));
            }
            if let Some(poller) = self.pollers.get_mut(&shard.id) {
                poller.read(stream, shard, &self.settings, &self.region, &mut self.dropped);
            }
        }
        self.pollers.retain(|id, poller| !poller.is_done() || stream.shard(id).is_some());
    }

    /// Invokes the function with the batch that a lane has to try next; `None` if all of it was too old.
    pub(super) fn invoke(
        &mut self,
        shard: &str,
        number: usize,
        source: &BatchSource,
        poison: &mut Poison,
        engine: &mut Engine,
        queues: &mut Queues,
    ) -> Option<Invocation> {
        let now = engine.now();
        let batch = self.next_batch(shard, number, source, now, queues)?;
        let is_new = batch.attempts == 1;
        let bad = batch.records.iter().position(|record| poison.is_in(&self.stream, record.sequence, is_new));
        let digestible = bad.unwrap_or(batch.records.len());
        let frame = self.frame(shard, number, &batch);
        let mut done = self.function.run(&source.event(&batch.records[..digestible]), frame.as_ref(), engine);
        if let (Some(place), None) = (bad, &done.failed) {
            done.failed = Some((place, text::POISON.to_owned()));
        }
        Some(self.closed(batch, done, shard, number, now, now, queues))
    }

    /// Takes out the batch that a lane has to try next; `None` if all of it was too old.
    pub(super) fn next_batch(
        &mut self,
        shard: &str,
        number: usize,
        source: &BatchSource,
        now: Timestamp,
        queues: &mut Queues,
    ) -> Option<Batch> {
        let lane = self.pollers.get_mut(shard)?.lanes.get_mut(number)?;
        lane.begin(&self.settings, source, now);
        let mut batch = lane.work.pop_front()?;
        self.drop_old(&mut batch, shard, now, queues);
        if batch.records.is_empty() && batch.ending.is_none() {
            return None;
        }
        batch.attempts += 1;
        self.requests += 1;
        batch.request = format!("{:08x}-1f0c-4b1d-8000-{:012x}", now.as_secs(), self.requests);
        Some(batch)
    }

    /// What an invocation with a batch is told of its tumbling window, if the mapping has such.
    pub(super) fn frame(&self, shard: &str, number: usize, batch: &Batch) -> Option<Frame> {
        let window = self.pollers.get(shard)?.lanes.get(number)?.window.clone()?;
        Some(Frame { window, ending: batch.ending, shard: shard.to_owned() })
    }

    /// Settles an invocation that began at `at` and is over now.
    #[expect(clippy::too_many_arguments, reason = "an invocation, and where it stands")]
    pub(super) fn closed(
        &mut self,
        batch: Batch,
        mut done: Done,
        shard: &str,
        number: usize,
        at: Timestamp,
        now: Timestamp,
        queues: &mut Queues,
    ) -> Invocation {
        let sequences = || batch.records.iter().map(|record| record.sequence);
        let range = (sequences().next().unwrap_or(0), sequences().next_back().unwrap_or(0));
        let age = batch.records.first().map_or(0, |first| at.millis_since(first.at));
        let (records, attempt) = (batch.records.len(), batch.attempts);
        let keys = batch.records.iter().take(MOST_KEYS).map(|record| record.key.clone()).collect();
        if let Some(frame) = self.frame(shard, number, &batch) {
            done.output.insert(0, frame.line());
            if frame.ending.is_none() && done.failed.is_none() && done.state.is_none() {
                done.failed = Some((0, text::NO_STATE.to_owned()));
            }
        }
        let outcome = self.settle(batch, &done, shard, number, now, queues);
        let (output, unlogged) = logged(done.output);
        let function = self.function.name();
        Invocation {
            at,
            function,
            shard: shard.to_owned(),
            lane: number,
            records,
            keys,
            range,
            attempt,
            age,
            outcome,
            output,
            unlogged,
        }
    }

    /// Decides what follows an invocation; returns it in words.
    fn settle(
        &mut self,
        batch: Batch,
        done: &Done,
        shard: &str,
        number: usize,
        now: Timestamp,
        queues: &mut Queues,
    ) -> String {
        let ended = now.plus_millis(self.function.millis());
        let Some((place, problem)) = &done.failed else {
            text::OK.clone_into(&mut self.result);
            self.put_back(shard, number, [], ended);
            self.carry(shard, number, batch.ending, done.state.as_ref());
            return "ok".to_owned();
        };
        text::CALL_FAILED.clone_into(&mut self.result);
        let lane = FailedLane { shard, number, ended, again: ended.plus_millis(wait(batch.attempts)) };
        // A function that says where it failed has divided its batch already.
        let bisects = self.settings.bisect && !self.settings.reports && batch.records.len() > 1;
        let fate = if self.settings.reports && *place > 0 {
            self.keep_what_succeeded(batch, *place, done, &lane)
        } else if bisects {
            self.bisect(batch, *place, &lane)
        } else if self.settings.retries.is_some_and(|most| batch.retries >= most) {
            self.end_retries(batch, &lane, now, queues)
        } else {
            self.block(batch, *place, &lane)
        };
        format!("{fate} ({problem})")
    }

    /// Takes what succeeded before `place` for a checkpoint: the rest is a batch of its own, with its retries before
    /// it.
    fn keep_what_succeeded(&mut self, batch: Batch, place: usize, done: &Done, lane: &FailedLane<'_>) -> String {
        let failed_at = batch.sequence_at(place);
        let Batch { mut records, ending, .. } = batch;
        let rest = records.split_off(place);
        let left = rest.len();
        self.carry(lane.shard, lane.number, ending, done.state.as_ref());
        let rest = Batch { records: rest, failed_at, ..Batch::default() };
        self.put_back(lane.shard, lane.number, [rest], lane.again);
        format!("partial: {place} ok, {left} to try again")
    }

    /// Makes two batches of one whose function failed.
    fn bisect(&mut self, batch: Batch, place: usize, lane: &FailedLane<'_>) -> String {
        let failed_at = batch.sequence_at(place);
        let Batch { mut records, attempts, retries, .. } = batch;
        let rest = records.split_off(records.len() / 2);
        let sizes = (records.len(), rest.len());
        let halves = [records, rest].map(|records| {
            let failed_at = failed_at.filter(|bad| records.iter().any(|record| record.sequence == *bad));
            Batch { records, attempts, retries, failed_at, ..Batch::default() }
        });
        self.put_back(lane.shard, lane.number, halves, lane.again);
        format!("failed: bisected into {} and {}", sizes.0, sizes.1)
    }

    /// Lets go of a batch that has had all its retries.
    fn end_retries(&mut self, batch: Batch, lane: &FailedLane<'_>, now: Timestamp, queues: &mut Queues) -> String {
        let Batch { records, attempts, request, ending, .. } = batch;
        let given_up = GivenUp { records: &records, attempts, request: &request, condition: "RetryAttemptsExhausted" };
        let fate = if ending.is_some() {
            "the state of the window is lost".to_owned()
        } else {
            self.give_up(&given_up, lane.shard, now, queues)
        };
        self.put_back(lane.shard, lane.number, [], lane.ended);
        if ending.is_some() {
            self.carry(lane.shard, lane.number, ending, None);
        }
        format!("failed: given up after {attempts} attempts, {fate}")
    }

    /// Has a batch tried again as it is; its lane waits for it.
    fn block(&mut self, batch: Batch, place: usize, lane: &FailedLane<'_>) -> String {
        let wait = lane.again.millis_since(lane.ended);
        let failed_at = batch.sequence_at(place);
        let batch = Batch { retries: batch.retries + 1, failed_at, ..batch };
        self.put_back(lane.shard, lane.number, [batch], lane.again);
        format!("failed: blocks its lane, tried again in {wait} ms")
    }

    /// Puts batches back to be tried first, and keeps the lane busy until then.
    fn put_back<const N: usize>(&mut self, shard: &str, number: usize, batches: [Batch; N], busy: Timestamp) {
        if let Some(poller) = self.pollers.get_mut(shard) {
            // The lanes may have been dealt anew while a function of the learner's was at work.
            let number = number.min(poller.lanes.len() - 1);
            let lane = &mut poller.lanes[number];
            for batch in batches.into_iter().rev() {
                lane.work.push_front(batch);
            }
            lane.busy = busy;
        }
    }

    /// Carries the state of a window on to its next invocation, or ends the window.
    fn carry(&mut self, shard: &str, number: usize, ending: Option<Ending>, state: Option<&Value>) {
        let Some(lane) = self.pollers.get_mut(shard).and_then(|poller| poller.lanes.get_mut(number)) else { return };
        let Some(window) = &mut lane.window else { return };
        match ending {
            Some(Ending::Over) => lane.window = None,
            Some(Ending::Early) => window.state = json!({}),
            None => {
                window.state = state.cloned().unwrap_or_else(|| window.state.take());
                if window.is_too_large() {
                    lane.work.push_front(Batch { ending: Some(Ending::Early), ..Batch::default() });
                }
            }
        }
    }

    /// Gives up the records that are older than the mapping or the stream lets them become.
    fn drop_old(&mut self, batch: &mut Batch, shard: &str, now: Timestamp, queues: &mut Queues) {
        let most = self.settings.age.map_or(crate::engine::stream::RETENTION_MILLIS, |seconds| seconds * 1000);
        let old = batch.records.partition_point(|record| now.millis_since(record.at) > most);
        if old > 0 {
            let dropped: Vec<Change> = batch.records.drain(..old).collect();
            let (attempts, request) = (batch.attempts, batch.request.as_str());
            self.give_up(
                &GivenUp { records: &dropped, attempts, request, condition: "RecordAgeExceeded" },
                shard,
                now,
                queues,
            );
        }
    }

    /// Sends word of records that are given up to the destination, if there is one; answers where they went.
    fn give_up(&self, given_up: &GivenUp, shard: &str, now: Timestamp, queues: &mut Queues) -> String {
        let GivenUp { records, attempts, request, condition } = given_up;
        let (Some(first), Some(last)) = (records.first(), records.last()) else { return String::new() };
        let Some(destination) = &self.settings.destination else { return "the records are lost".to_owned() };
        let Some(queue) = queues.named(destination) else { return "the destination is gone".to_owned() };
        // The message tells where the records are, not what they hold: they must be read from the stream within 24 hours.
        let mut message = json!({
            "requestContext": {
                "requestId": request,
                "functionArn": function_arn(&self.function, &self.region, &self.account),
                "condition": condition,
                "approximateInvokeCount": attempts,
            },
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "version": "1.0",
            "timestamp": format!("{now}Z"),
            "DDBStreamBatchInfo": {
                "shardId": shard,
                "startSequenceNumber": sequence_text(first.sequence),
                "endSequenceNumber": sequence_text(last.sequence),
                "approximateArrivalOfFirstRecord": format!("{}Z", first.at),
                "approximateArrivalOfLastRecord": format!("{}Z", last.at),
                "batchSize": records.len(),
                "streamArn": *self.stream,
            },
        });
        if *attempts == 0 {
            // Records that were too old before the function was invoked have no request, and no answer to it.
            message["requestContext"].as_object_mut().map(|context| context.shift_remove("requestId"));
            message.as_object_mut().map(|members| members.shift_remove("responseContext"));
        }
        let name = queue.to_owned();
        queues.send(&name, &message.to_string(), now);
        format!("a message went to queue {name}")
    }

    /// EventSourceMappingConfiguration.
    pub(super) fn describe(&self, config: &Config) -> Value {
        let mut body = json!({
            "UUID": self.uuid,
            "StartingPosition": self.position,
            "EventSourceArn": *self.stream,
            "FunctionArn": arn(&self.function, config),
            "LastModified": self.modified.as_secs_f64(),
            "LastProcessingResult": self.result,
            "State": if self.enabled { "Enabled" } else { "Disabled" },
            "StateTransitionReason": "User action",
        });
        self.settings.describe(&mut body);
        body
    }
}

/// The lines of a log that are kept, and how many are not.
fn logged(mut lines: Vec<String>) -> (Vec<String>, usize) {
    let mut bytes = 0;
    let fitting = lines.iter().take_while(|line| {
        bytes += line.len();
        bytes <= LOG_BYTES
    });
    let fitting = fitting.count();
    let unlogged = lines.len() - fitting;
    lines.truncate(fitting);
    (lines, unlogged)
}

/// A lane whose function has failed.
struct FailedLane<'a> {
    shard: &'a str,
    number: usize,
    /// When the invocation ended.
    ended: Timestamp,
    /// When its batch may be tried again.
    again: Timestamp,
}

/// Records that are given up.
struct GivenUp<'a> {
    records: &'a [Change],
    attempts: u32,
    /// The request id of the last invocation.
    request: &'a str,
    condition: &'a str,
}

/// FunctionArn.
pub(super) fn arn(function: &Function, config: &Config) -> String {
    function_arn(function, &config.region, &config.account)
}

fn function_arn(function: &Function, region: &str, account: &str) -> String {
    format!("arn:aws:lambda:{region}:{account}:function:{}", function.name())
}
