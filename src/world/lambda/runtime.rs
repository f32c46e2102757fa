//! The learner's own functions (`my-NAME`): a program outside takes invocations and answers them, as with Lambda's runtime API.
//!
//! The life of an invocation here: a runtime asks for the next one and waits; once a lane of a mapping to such a function is
//! due, its batch is taken out and opened; the runtime gets the event, works on it as long as it takes, and sends a response
//! or an error; that is settled as the mapping's settings say, exactly as with a built-in function. While one is open
//! nothing else is handed out: there is one execution environment.
//!
//! A response counts only if the mapping takes partial batch responses (ReportBatchItemFailures); otherwise whatever comes
//! back is a success. A runtime that asks for the next invocation while one is open has lost it: it was ended on the way.
//!
//! Left out: the function's timeout, several environments at once, X-Ray, streaming of responses.
//! Source: AWS documentation, "Using the Lambda runtime API for custom runtimes", "Configuring partial batch response with
//! DynamoDB and Lambda".

use serde_json::{Value, json};

use super::functions::Done;
use super::poller::Batch;
use super::{BatchSource, Lambda, mapping, messages as text};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::engine::stream::sequence_text;
use crate::world::sqs::Queues;

/// How long a function has, in milliseconds; the runtime is told, and nothing happens when it is over.
const DEADLINE_MILLIS: u64 = 900_000;

/// Where the learner's runtime stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Runtime {
    /// Whether one waits for an invocation.
    pub(super) is_waiting: bool,
    /// The invocation that was opened for it.
    open: Option<OpenInvocation>,
    /// How many were opened.
    opened: u64,
}

/// An invocation that was opened and not answered yet.
#[derive(Clone, Debug)]
struct OpenInvocation {
    uuid: String,
    shard: String,
    lane: usize,
    batch: Batch,
    at: Timestamp,
    handed: Handed,
    /// Whether the runtime has it.
    is_handed: bool,
}

/// An invocation as a runtime gets it.
#[derive(Clone, Debug, PartialEq)]
pub struct Handed {
    /// Its request id.
    pub id: String,
    /// The function's ARN.
    pub function: String,
    /// Until when the function has time, in milliseconds since 1970.
    pub deadline: u64,
    /// The event.
    pub event: Value,
}

impl Runtime {
    /// Whether an invocation could be opened now.
    pub(super) const fn is_free(&self) -> bool {
        self.is_waiting && self.open.is_none()
    }
}

impl Lambda {
    /// Opens the invocation of a batch for the runtime that waits.
    pub(super) fn open(
        &mut self,
        (uuid, shard, lane): (String, String, usize),
        source: &BatchSource,
        engine: &Engine,
        queues: &mut Queues,
    ) {
        let Some(mapping) = self.mappings.get_mut(&uuid) else { return };
        let Some(mut batch) = mapping.next_batch(&shard, lane, source, engine.now(), queues) else { return };
        self.runtime.opened += 1;
        let opened = self.runtime.opened;
        let id = format!("{opened:08x}-0e5a-4b1d-8000-{opened:012x}");
        batch.request.clone_from(&id);
        let mut event = json!({"Records": source.event(&batch.records)});
        if let (Some(members), Some(frame)) = (event.as_object_mut(), mapping.frame(&shard, lane, &batch)) {
            members.extend(frame.members(&mapping.stream));
        }
        let handed = Handed {
            id,
            function: mapping::arn(&mapping.function, engine.config()),
            deadline: engine.now().plus_millis(DEADLINE_MILLIS).as_millis(),
            event,
        };
        self.runtime.is_waiting = false;
        self.runtime.open =
            Some(OpenInvocation { uuid, shard, lane, batch, at: engine.now(), handed, is_handed: false });
    }

    /// A runtime asks for the next invocation. One that it had and did not answer is lost.
    pub(in crate::world) fn ask_next(&mut self, engine: &mut Engine, queues: &mut Queues) {
        if self.runtime.open.as_ref().is_some_and(|open| open.is_handed) {
            let lost = "Runtime.ExitError: Runtime exited without providing a reason".to_owned();
            self.close(Err(lost), engine, queues);
        }
        self.runtime.is_waiting = self.runtime.open.is_none();
    }

    /// The invocation that waits for the runtime, which has it from now on.
    pub(in crate::world) fn hand(&mut self) -> Option<Handed> {
        let open = self.runtime.open.as_mut().filter(|open| !open.is_handed)?;
        open.is_handed = true;
        Some(open.handed.clone())
    }

    /// The event that the runtime has and has not answered yet.
    #[must_use]
    pub fn event(&self) -> Option<&Handed> {
        self.runtime.open.as_ref().filter(|open| open.is_handed).map(|open| &open.handed)
    }

    /// The runtime answers an invocation: with the function's response, or with what went wrong. Returns whether it is the one
    /// that is open.
    pub(in crate::world) fn answer(
        &mut self,
        id: &str,
        answer: Result<Value, String>,
        engine: &mut Engine,
        queues: &mut Queues,
    ) -> bool {
        let is_open = self.event().is_some_and(|handed| handed.id == id);
        if is_open {
            self.close(answer, engine, queues);
        }
        is_open
    }

    fn close(&mut self, answer: Result<Value, String>, engine: &mut Engine, queues: &mut Queues) {
        let Some(OpenInvocation { uuid, shard, lane, batch, at, .. }) = self.runtime.open.take() else { return };
        let Some(mapping) = self.mappings.get_mut(&uuid) else { return };
        let done = match answer {
            Ok(response) => {
                let failed = mapping.settings.reports.then(|| reported(&response, &batch)).flatten();
                Done { failed, state: response.get("state").cloned(), ..Done::default() }
            }
            Err(problem) => Done { failed: Some((0, problem)), ..Done::default() },
        };
        let invocation = mapping.closed(batch, done, &shard, lane, at, engine.now(), queues);
        self.invoked += 1;
        invocation.note(engine);
        self.remember(invocation);
    }
}

/// Where a response says that the function failed, under ReportBatchItemFailures, and how: the batch is tried again from
/// the first record that it names.
fn reported(response: &Value, batch: &Batch) -> Option<(usize, String)> {
    let failures = response.get("batchItemFailures").and_then(Value::as_array)?;
    let place_of = |failure: &Value| {
        let named = failure.get("itemIdentifier")?.as_str()?;
        batch.records.iter().position(|record| sequence_text(record.sequence) == named)
    };
    let places: Option<Vec<usize>> = failures.iter().map(place_of).collect();
    match places {
        // What names no record of the batch fails all of it.
        None => Some((0, text::BAD_IDENTIFIER.to_owned())),
        Some(places) => places.iter().min().map(|first| (*first, text::reported(places.len()))),
    }
}
