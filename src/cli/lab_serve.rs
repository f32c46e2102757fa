//! `lab serve`: a lab whose steps are graded from the requests of the learner's own program.
//!
//! A request comes in at the endpoint, runs in the lab's world, and the step is judged as after a typed line; what it
//! completed is on disk before the client has its answer. What is missing is told once the client pauses, so that a
//! program of a thousand requests is not answered with a thousand checklists. Requests that are refused before the lab
//! sees them are shown too, with the reason: their client often shows none.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::app::line::{self, Flow, Line, Role};
use crate::app::text;
use crate::clock::{SystemClock, Timestamp};
use crate::engine::ApiError;
use crate::engine::ops::Verb;
use crate::http::{self, Access, Backend};
use crate::lab::{Completed, Judged, Runner, Workbench};
use crate::plain::WIDTH;
use crate::progress::Store;
use crate::records;
use crate::safe_text;

use super::outlet::Outlet;

/// How long the end waits for a reader to take what is still to be printed.
const PATIENCE: Duration = Duration::from_millis(400);
/// How many refusals are shown before the next request that is served: a web page can send any number.
const MAX_REFUSALS: usize = 5;

/// A lab behind an endpoint.
struct Room {
    runner: Runner,
    store: Store,
    out: Outlet,
    /// How many steps are done, for whoever asks when the lab is gone.
    done: Arc<AtomicUsize>,
    /// Whether a request came since the last tick: then the client may not have paused yet.
    is_busy: bool,
    /// Whether the checklist is to be told once the client pauses.
    is_due: bool,
    /// The checklist that was told last.
    told: Vec<Line>,
    /// How many refusals came since the last request that was served, and the last of them.
    refusals: (usize, String),
}

/// Serves a lab until the process is asked to end, its clock running `pace` times as fast as the learner's.
///
/// # Errors
/// The address cannot be bound.
pub(super) fn serve(
    mut runner: Runner,
    store: Store,
    address: SocketAddr,
    access: Access,
    pace: u64,
) -> Result<ExitCode> {
    runner.observe(false, |bench| bench.run_clock(pace));
    let (out, talk) = (Outlet::to(safe_text::stdout())?, Outlet::to(safe_text::stderr())?);
    let all = runner.lab().steps.len();
    let done = Arc::new(AtomicUsize::new(runner.position()));
    let mut room = Room {
        runner,
        store,
        out: out.clone(),
        done: Arc::clone(&done),
        is_busy: false,
        is_due: false,
        told: Vec::new(),
        refusals: (0, String::new()),
    };
    room.open();
    // What opens the lab comes before the lines to paste, which go another way.
    out.finish(PATIENCE);
    let region = room.region().to_owned();
    let announce = |bound| talk.print(&http::announcement(bound, &region, &http::LAB_SERVICES));
    let served = http::serve(address, access, room, announce);
    out.finish(PATIENCE);
    served.with_context(|| format!("cannot serve at {address}"))?;
    let done = done.load(Ordering::Relaxed);
    talk.print(&[format!("{done} of {all} steps done")]);
    talk.finish(PATIENCE);
    Ok(if done == all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Room {
    fn open(&mut self) {
        let mut lines = text::opening(&self.runner);
        lines.extend(text::step(&self.runner));
        self.print(&lines);
    }

    fn print(&mut self, lines: &[Line]) {
        self.out.print(&line::plain(lines, WIDTH));
    }

    /// Tells what came of something. A reader that has gone away takes nothing from the client.
    fn tell(&mut self, judged: Judged) {
        self.refusals = (0, String::new());
        let entries = || self.runner.bench().entries_since(judged.since);
        let mut lines: Vec<Line> = entries().map(|entry| text::request(entry).flowing(Flow::Quoted)).collect();
        lines.extend(text::meter(entries()).into_iter().map(|line| Line::text(line).behind(Role::Text, "  -> ")));
        if let Some(completed) = &judged.completed {
            lines.extend(self.completed(completed));
        } else {
            lines.extend(judged.near_miss.map(|words| text::near_miss(&words)));
            self.is_due = true;
        }
        self.print(&lines);
    }

    fn completed(&mut self, completed: &Completed) -> Vec<Line> {
        let name = self.runner.lab().name.clone();
        let mut lines = Vec::new();
        if let Err(error) = records::save_step(&mut self.store, &name, completed, &SystemClock) {
            lines.push(Line::of(Role::Bad, format!("The step could not be saved: {error}")));
        }
        lines.extend(text::completed(completed, &self.runner));
        self.done.store(self.runner.position(), Ordering::Relaxed);
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
        let goes_on = ["ExclusiveStartKey", "NextToken"].iter().any(|cursor| body.get(*cursor).is_some());
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
            let checklist = text::checklist(&self.runner.verdicts());
            if checklist != self.told {
                self.print(&checklist);
                self.told = checklist;
            }
        }
    }
    fn refused(&mut self, why: &str) {
        let (count, last) = &mut self.refusals;
        if why == last {
            return;
        }
        why.clone_into(last);
        *count += 1;
        if *count <= MAX_REFUSALS {
            self.print(&[Line::text(why.to_owned()).behind(Role::Bad, "Refused: ")]);
        } else if *count == MAX_REFUSALS + 1 {
            self.out.print(&["More requests are refused; they are not shown.".to_owned()]);
        }
    }
}
