//! `lab serve`: a lab whose steps are graded from the requests of the learner's own program.
//!
//! A request comes in at the endpoint, runs in the lab's world, and the step is judged as after a typed line; what it
//! completed is on disk before the client has its answer. What is missing is told once the client pauses, so that a
//! program of a thousand requests is not answered with a thousand checklists.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::app::text;
use crate::clock::{SystemClock, Timestamp};
use crate::engine::ApiError;
use crate::engine::ops::Verb;
use crate::http::{self, Backend};
use crate::lab::{Completed, Judged, Runner, Workbench};
use crate::plain::{self, WIDTH};
use crate::progress::Store;
use crate::safe_text;

/// A lab behind an endpoint.
struct Room {
    runner: Runner,
    store: Store,
    out: Box<dyn Write + Send>,
    /// Whether a request came since the last tick: then the client may not have paused yet.
    is_busy: bool,
    /// Whether the checklist is to be told once the client pauses.
    is_due: bool,
    /// The checklist that was told last.
    told: Vec<String>,
}

/// Serves a lab until the process is asked to end, its clock running `pace` times as fast as the learner's.
///
/// # Errors
/// The address cannot be bound.
pub(super) fn serve(mut runner: Runner, store: Store, address: SocketAddr, pace: u64) -> Result<ExitCode> {
    runner.observe(false, |bench| bench.run_clock(pace));
    let mut room =
        Room { runner, store, out: Box::new(safe_text::stdout()), is_busy: false, is_due: false, told: Vec::new() };
    room.open()?;
    let region = room.region().to_owned();
    let room = Arc::new(Mutex::new(room));
    let announce =
        |bound| http::announce(bound, &region, &http::LAB_SERVICES, &mut safe_text::stderr()).unwrap_or_default();
    http::serve(address, &room, announce).with_context(|| format!("cannot serve at {address}"))?;
    let room = room.lock().unwrap_or_else(PoisonError::into_inner);
    let (done, all) = (room.runner.position(), room.runner.lab().steps.len());
    writeln!(safe_text::stderr(), "{done} of {all} steps done")?;
    Ok(if room.runner.is_finished() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Room {
    fn open(&mut self) -> io::Result<()> {
        let mut lines = text::opening(&self.runner, WIDTH);
        lines.extend(text::step(&self.runner, WIDTH));
        self.print(&lines)
    }

    fn print(&mut self, lines: &[String]) -> io::Result<()> {
        safe_text::write_lines(&mut self.out, lines)
    }

    /// Tells what came of something. A reader that has gone away takes nothing from the client.
    fn tell(&mut self, judged: Judged) {
        let entries = || self.runner.bench().entries_since(judged.since);
        let mut lines: Vec<String> =
            entries().flat_map(|entry| text::sentence("", &text::request(entry), WIDTH)).collect();
        lines.extend(text::meter(entries()).iter().map(|line| format!("  -> {line}")));
        if let Some(completed) = &judged.completed {
            lines.extend(self.completed(completed));
        } else {
            lines.extend(judged.near_miss.map(|words| text::hanging("So close: ", &words, WIDTH)).unwrap_or_default());
            self.is_due = true;
        }
        let _ = self.print(&lines);
    }

    fn completed(&mut self, completed: &Completed) -> Vec<String> {
        let name = self.runner.lab().name.clone();
        let mut lines = Vec::new();
        if let Err(error) = plain::save_step(&mut self.store, &name, completed, &SystemClock) {
            lines.push(format!("The step could not be saved: {error}"));
        }
        lines.extend(text::completed(completed, &self.runner, WIDTH));
        (self.is_due, self.told) = (false, Vec::new());
        lines
    }
}

impl Backend for Room {
    fn region(&self) -> &str {
        &self.runner.bench().engine().config().region
    }

    fn now(&self) -> Timestamp {
        self.runner.bench().engine().now()
    }

    fn call(&mut self, verb: &'static Verb, body: Value) -> Result<Value, ApiError> {
        self.is_busy = true;
        // A client asks for each page with a request of its own; together they are one read, as a typed line is.
        let goes_on = body.get("ExclusiveStartKey").is_some();
        let (outcome, judged) = self.runner.observe(goes_on, |bench| bench.call(verb.name, body));
        self.tell(judged);
        outcome
    }

    fn ask(&mut self, service: &str, operation: &str, body: Value) -> Option<Result<Value, ApiError>> {
        self.is_busy = true;
        let (outcome, judged) = self.runner.observe(false, |bench| bench.ask(service, operation, body));
        self.tell(judged);
        outcome
    }

    fn tick(&mut self) {
        // The lab's own events (an invocation, say) count for the step; a moment without any has nothing to tell.
        let ((), judged) = self.runner.observe(true, Workbench::catch_up);
        if judged.completed.is_some() || self.runner.bench().entries_since(judged.since).next().is_some() {
            self.tell(judged);
        }
        if std::mem::take(&mut self.is_busy) {
            return;
        }
        if std::mem::take(&mut self.is_due) {
            let checklist = text::checklist(&self.runner.verdicts(), WIDTH);
            if checklist != self.told {
                let _ = self.print(&checklist);
                self.told = checklist;
            }
        }
    }
}
