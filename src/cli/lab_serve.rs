//! `lab serve`: a lab whose steps are graded from the requests of the learner's own program.
//!
//! A request comes in at the endpoint, runs in the lab's world, and the step is judged as after a typed line; what it
//! completed is on disk before the client has its answer. What is missing is told once the client pauses, so that a
//! program of a thousand requests is not answered with a thousand checklists. Requests that are refused before the lab
//! sees them are shown too, with the reason: their client often shows none.
//!
//! A lab that is done in code begins its step again with each run of the program, which is known by its connections: all of
//! them close when it ends. What is typed here is a word of the lab (`hint`, `restart`), or a line that no endpoint carries.

use std::io::{self, BufRead as _};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::app::line::{self, Flow, Line, Role};
use crate::app::text;
use crate::clock::{SystemClock, Timestamp};
use crate::engine::ApiError;
use crate::engine::ops::Verb;
use crate::http::{self, Allowlist, Backend, RuntimeAnswer, RuntimeCall};
use crate::lab::{
    Begins, Completed, Handed, Judged, MAX_LINE_BYTES, ReplyKind, Runner, Turn, Word, Workbench, not_carried,
};
use crate::plain::WIDTH;
use crate::progress::Store;
use crate::records;
use crate::safe_text;

use super::outlet::Outlet;

/// How long the end waits for a reader to take what is still to be printed.
const PATIENCE: Duration = Duration::from_millis(400);
/// How long it takes to look again whether a terminal can be read.
const IN_BACKGROUND: Duration = Duration::from_secs(1);
/// How many seconds of a case's time lie between two times that it is kept.
const KEPT_EVERY: u64 = 5;
/// How many refusals are shown before the next request that is served: a web page can send any number.
const MAX_REFUSALS: usize = 5;

/// A lab behind an endpoint.
struct LabServer {
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
    /// What is typed here.
    typed: mpsc::Receiver<String>,
    /// Whether each run of the program begins the step again.
    starts_over: bool,
    /// When the time of a case was kept last, in steps of [`KEPT_EVERY`]; once it is done, later than any.
    kept: Option<u64>,
    /// Whether a program has sent anything since the last one ended, and whether one has ended since.
    has_run: bool,
    has_ended: bool,
}

/// How a lab is served.
pub(super) struct Terms {
    /// Where.
    pub(super) address: SocketAddr,
    /// To whom, beside programs on this machine.
    pub(super) access: Allowlist,
    /// How many times as fast as the learner's its clock runs.
    pub(super) pace: u64,
    /// Whether each run of the program begins the step again.
    pub(super) starts_over: bool,
}

/// Serves a lab until the process is asked to end.
///
/// # Errors
/// The address cannot be bound.
pub(super) fn serve(mut runner: Runner, store: Store, terms: Terms) -> Result<ExitCode> {
    let Terms { address, access, pace, starts_over } = terms;
    runner.observe(Begins::Line, |bench| bench.run_clock(pace));
    let (out, talk) = (Outlet::to(safe_text::stdout())?, Outlet::to(safe_text::stderr())?);
    let all = runner.lab().steps.len();
    let done = Arc::new(AtomicUsize::new(runner.position()));
    let mut lab_server = LabServer {
        runner,
        store,
        out: out.clone(),
        done: Arc::clone(&done),
        is_busy: false,
        is_due: false,
        told: Vec::new(),
        refusals: (0, String::new()),
        typed: typed(),
        starts_over,
        kept: None,
        has_run: false,
        // The first run begins at the step's beginning too, however long the learner has read before it.
        has_ended: true,
    };
    lab_server.open();
    // What opens the lab comes before the lines to paste, which go another way.
    out.finish(PATIENCE);
    let region = lab_server.region().to_owned();
    let announce = |bound| {
        let mut lines = http::announcement(bound, &region, &http::LAB_SERVICES);
        lines.push(http::runtime_announcement(bound));
        talk.print(&lines);
    };
    let served = http::serve(address, access, lab_server, announce);
    out.finish(PATIENCE);
    served.with_context(|| format!("cannot serve at {address}"))?;
    let done = done.load(Ordering::Relaxed);
    talk.print(&[format!("{done} of {all} steps done")]);
    talk.finish(PATIENCE);
    // A signal is how it is ended, whatever was done by then.
    Ok(ExitCode::SUCCESS)
}

impl LabServer {
    fn open(&mut self) {
        let mut lines = text::opening(&self.runner);
        if let Some(words) = beyond_endpoints(&self.runner) {
            lines.extend([Line::of(Role::Warn, words), Line::blank()]);
        }
        lines.extend(self.time_left().into_iter().flat_map(|left| [left, Line::blank()]));
        lines.extend(text::step(&self.runner));
        self.print(&lines);
    }

    /// A request comes in: if it is the first of another run of the program, the step begins again. Returns what begins with it.
    fn comes_in(&mut self) -> Begins {
        let is_new_run = std::mem::take(&mut self.has_ended);
        if is_new_run && self.starts_over && !self.runner.is_finished() {
            if self.runner.has_tried() {
                self.print(&[Line::of(Role::Muted, "Another run: the step begins again.")]);
            }
            self.runner.restart();
            self.told = Vec::new();
        }
        (self.is_busy, self.has_run) = (true, true);
        if is_new_run { Begins::Attempt } else { Begins::Line }
    }

    /// Whether a program has an invocation that it has not answered yet.
    fn is_invoked(&self) -> bool {
        self.runner.bench().world().lambda().event().is_some()
    }

    /// Does what was typed here.
    fn take_typed(&mut self, typed: &str) {
        let typed = typed.trim();
        let Some(word) = Word::read(typed) else {
            let turn = self.runner.run(typed);
            if !turn.reply.text.is_empty() {
                self.print(&text::result(typed, &turn.reply));
            }
            if turn.reply.kind != ReplyKind::Nothing {
                let Turn { reply, verdicts, meanwhile, near_miss, completed } = turn;
                self.tell(Judged { since: reply.since, verdicts, meanwhile, near_miss, completed });
            }
            return;
        };
        let lines = match word {
            Word::Hint => self.runner.hint().into_iter().map(Line::text).collect(),
            Word::Solution => self.runner.show_solution().into_iter().map(Line::text).collect(),
            Word::Check => text::checks(self.runner.checks().as_deref()),
            Word::Restart => vec![Line::text(self.runner.restart())],
            Word::Reset => vec![Line::text(self.runner.reset())],
            Word::Predict(typed) => {
                let (Ok(words) | Err(words)) = self.runner.predict(typed);
                vec![Line::text(words)]
            }
        };
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
        lines.extend(judged.meanwhile.iter().map(|words| text::meanwhile(words)));
        if let Some(completed) = &judged.completed {
            lines.extend(self.completed(completed));
        } else {
            lines.extend(judged.near_miss.map(|words| text::near_miss(&words)));
            self.is_due = true;
        }
        self.print(&lines);
    }

    /// Keeps the time and the points of a case every few seconds. What cannot be kept is missed only when the case is resumed.
    fn keep_score(&mut self) {
        let now = self.runner.kept_score().map_or(u64::MAX, |kept| kept.seconds / KEPT_EVERY);
        if self.runner.lab().case.is_some() && self.kept.replace(now) != Some(now) {
            let _ = records::save_score(&mut self.store, &self.runner);
        }
    }

    /// How much time a case has left; nothing in other labs.
    fn time_left(&self) -> Option<Line> {
        let seconds = self.runner.seconds_left().filter(|_| !self.runner.is_finished())?;
        let score = format!("{} of {} points", self.runner.score().points, self.runner.lab().points());
        Some(Line::of(Role::Warn, format!("{}:{:02} left, {score}", seconds / 60, seconds % 60)))
    }

    fn completed(&mut self, completed: &Completed) -> Vec<Line> {
        let name = self.runner.lab().name.clone();
        let mut lines = Vec::new();
        if let Err(error) = records::save_step(&mut self.store, &name, completed, &SystemClock) {
            lines.push(Line::of(Role::Bad, format!("The step could not be saved: {error}")));
        }
        let _ = records::save_score(&mut self.store, &self.runner);
        lines.extend(text::completed(completed, &self.runner));
        lines.extend(self.time_left().into_iter().flat_map(|left| [Line::blank(), left]));
        self.done.store(self.runner.position(), Ordering::Relaxed);
        (self.is_due, self.told) = (false, Vec::new());
        lines
    }
}

impl Drop for LabServer {
    fn drop(&mut self) {
        let _ = records::save_score(&mut self.store, &self.runner);
    }
}

const fn taken(is_known: bool) -> RuntimeAnswer {
    if is_known { RuntimeAnswer::Accepted } else { RuntimeAnswer::Unknown }
}

/// What of the lab no endpoint carries, in words; `None` if it carries all of it.
fn beyond_endpoints(runner: &Runner) -> Option<String> {
    let mut steps = Vec::new();
    let mut needs: Vec<String> = Vec::new();
    for (step, needed) in not_carried(runner.lab()) {
        steps.push(step.to_string());
        needs.extend(needed);
    }
    needs.sort();
    needs.dedup();
    let (steps, noun, verb) = match steps.as_slice() {
        [] => return None,
        [one] => (one.clone(), "Step", "needs"),
        [rest @ .., last] => (format!("{} and {last}", rest.join(", ")), "Steps", "need"),
    };
    Some(format!(
        "{noun} {steps} of this lab {verb} what no endpoint carries ({}). Type such lines here, or do the lab with: dynadrill \
         lab start {}",
        needs.join(", "),
        runner.lab().name
    ))
}

/// The lines that are typed at this terminal, for as long as there are any.
fn typed() -> mpsc::Receiver<String> {
    let (lines, typed) = mpsc::channel();
    // In the background a terminal cannot be read; without this the system would stop the whole process for trying.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGTTIN, Arc::default());
    let reader = move || {
        let mut input = io::stdin().lock();
        let mut line = Vec::new();
        loop {
            let (taken, is_whole) = match input.fill_buf() {
                Ok([]) => return,
                Ok(bytes) => {
                    let end = bytes.iter().position(|byte| *byte == b'\n');
                    line.extend_from_slice(&bytes[..end.unwrap_or(bytes.len())]);
                    (end.map_or(bytes.len(), |end| end + 1), end.is_some())
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    thread::sleep(IN_BACKGROUND);
                    continue;
                }
                Err(_) => return,
            };
            input.consume(taken);
            if line.len() > MAX_LINE_BYTES
                || (is_whole && lines.send(String::from_utf8_lossy(&std::mem::take(&mut line)).into_owned()).is_err())
            {
                return;
            }
        }
    };
    // Without a thread nothing can be typed, and the lab is served all the same.
    let _ = thread::Builder::new().name("typed".to_owned()).spawn(reader);
    typed
}

impl Backend for LabServer {
    fn region(&self) -> &str {
        &self.runner.bench().engine().config().region
    }

    fn now(&self) -> Timestamp {
        self.runner.bench().engine().now()
    }

    fn call(&mut self, verb: &'static Verb, body: Value) -> Result<Value, ApiError> {
        let begins = Begins::of_request(&body, self.comes_in());
        let (outcome, judged) = self.runner.observe(begins, |bench| bench.call(verb.name, body));
        self.tell(judged);
        outcome
    }

    fn ask(&mut self, service: &str, operation: &str, body: Value) -> Option<Result<Value, ApiError>> {
        let begins = self.comes_in();
        let (outcome, judged) = self.runner.observe(begins, |bench| bench.ask(service, operation, body));
        self.tell(judged);
        outcome
    }

    fn runtime(&mut self, call: &RuntimeCall) -> Option<RuntimeAnswer> {
        // A program that asks while one is open was ended on the way: this is another run of it.
        self.has_ended |= *call == (RuntimeCall::Next { is_first: true }) && self.is_invoked();
        if *call != (RuntimeCall::Next { is_first: false }) {
            let _ = self.comes_in();
        }
        let act = |bench: &mut Workbench| match call {
            RuntimeCall::Next { is_first } => {
                let handed = bench.next_invocation(*is_first);
                handed.map_or(RuntimeAnswer::Wait, |Handed { id, function, deadline, event }| RuntimeAnswer::Event {
                    id,
                    function,
                    deadline,
                    event,
                })
            }
            RuntimeCall::Response { id, response } => taken(bench.answer_invocation(id, Ok(response.clone()))),
            RuntimeCall::Error { id: Some(id), problem } => taken(bench.answer_invocation(id, Err(problem.clone()))),
            RuntimeCall::Error { id: None, .. } => RuntimeAnswer::Accepted,
        };
        let (answer, judged) = self.runner.observe(Begins::Nothing, act);
        if let RuntimeAnswer::Event { event, .. } = &answer {
            let records = event["Records"].as_array().map_or(0, Vec::len);
            let words =
                format!("Your function has a batch of {records} record{}.", if records == 1 { "" } else { "s" });
            self.print(&[Line::text(words).flowing(Flow::Quoted)]);
        }
        if let RuntimeCall::Error { id: None, problem } = call {
            self.print(&[Line::text(problem.clone()).behind(Role::Bad, "Your function cannot be started: ")]);
        }
        if judged.completed.is_some() || self.runner.bench().entries_since(judged.since).next().is_some() {
            self.tell(judged);
        }
        Some(answer)
    }

    fn tick(&mut self, is_alone: bool) {
        while let Ok(typed) = self.typed.try_recv() {
            self.take_typed(&typed);
        }
        self.keep_score();
        // The lab's own events (an invocation, say) count for the step; a moment without any has nothing to tell.
        let ((), judged) = self.runner.observe(Begins::Nothing, Workbench::catch_up);
        if judged.completed.is_some() || self.runner.bench().entries_since(judged.since).next().is_some() {
            self.tell(judged);
        }
        if std::mem::take(&mut self.is_busy) {
            return;
        }
        // Who works on an invocation has not ended, though no connection of its is open.
        if is_alone && !self.is_invoked() && std::mem::take(&mut self.has_run) {
            self.has_ended = true;
            // It has ended: what is missing is told though it was told before.
            (self.is_due, self.told) = (!self.runner.is_finished(), Vec::new());
        }
        if std::mem::take(&mut self.is_due) {
            // A program begins its step again each time it runs.
            if self.runner.lab().code.is_none() {
                self.runner.seek_exit();
            }
            let checklist = text::checks(self.runner.checks().as_deref());
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
