//! The process that is attacked: it may hang, die or grow without harm to the tests.
//!
//! The tests send it one [`Task`] after another, each a line of JSON, and it answers each with a line. A task begins on a
//! world of its own, so that what goes wrong goes wrong again when the same task is sent alone. After each task the
//! world must still do its ordinary work, [`live_on`]. What is spent on a task is measured in processor time.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use dynadrill::engine::ops;
use dynadrill::lab::{ReplyKind, Workbench};
use dynadrill::world::api::OPERATIONS;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::attack::{Watched, cpu_millis, micros, resident_kilobytes};
use super::{corpus, imports, packs};

/// The variable that makes a test program the worker.
const IS_WORKER: &str = "DYNADRILL_ATTACKED";
/// The longest that a task may take, in milliseconds of processor time.
pub(crate) const LIMIT: u64 = 2000;
/// The same in real time, for what waits instead of working.
const REAL_LIMIT: u64 = 60_000;
/// The most memory that the process may have at any time, in KB.
const MEMORY: u64 = 3_000_000;
/// The most that it may hold on to after a task, in KB.
const RESIDENT: u64 = 1_500_000;
/// How an answer begins: the test harness prints words of its own around it.
const MARK: &str = "@@";
/// What it says once it has made the world for a task.
const READY: &str = "ready";

/// Something to be done to the program.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Task {
    /// A request, where the first lines of a script have run.
    Request { script: usize, lines: usize, action: String, body: Value },
    /// A typed line, in the same way.
    Line { script: usize, lines: usize, text: String },
    /// Questions in another program's format.
    Import { format: String, text: String },
    /// Progress as another machine exported it.
    Progress { exported: Value },
    /// Content: files by their names from the root.
    Pack { files: BTreeMap<String, String> },
}

/// The worker, as the tests see it.
pub(crate) struct Worker {
    running: Option<Running>,
    /// How many tasks it did.
    pub(crate) done: usize,
    /// The longest task, in milliseconds of processor time, and what it was.
    pub(crate) slowest: (u64, String),
}

struct Running {
    process: Watched,
    answers: Receiver<String>,
    said: tempfile::NamedTempFile,
}

impl Running {
    fn start() -> Self {
        let said = tempfile::NamedTempFile::new().unwrap();
        // The limit of memory turns a runaway allocation into an end that is seen.
        let limited = format!("ulimit -v {MEMORY} 2>/dev/null; exec \"$0\" \"$@\"");
        let mut child = Command::new("sh")
            .args(["-c", &limited])
            .arg(std::env::current_exe().unwrap())
            .args(["worker::is_attacked", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
            .env(IS_WORKER, "1")
            .env("RUST_BACKTRACE", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(said.reopen().unwrap())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (send, answers) = channel();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some(answer) = line.split_once(MARK) {
                    let _ = send.send(answer.1.to_owned());
                }
            }
        });
        Self { process: Watched(child), answers, said }
    }

    /// What it said to standard error, at its end.
    fn last_words(&self) -> String {
        let said = std::fs::read_to_string(self.said.path()).unwrap_or_default();
        said.lines().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Worker {
    pub(crate) const fn new() -> Self {
        Self { running: None, done: 0, slowest: (0, String::new()) }
    }

    /// Has a task done.
    ///
    /// # Errors
    /// What went wrong: a panic, a hang, an end of the process, or an answer that should not be.
    pub(crate) fn have_done(&mut self, task: &Task, limit: u64) -> Result<(), String> {
        let mut running = self.running.take().unwrap_or_else(Running::start);
        self.done += 1;
        let id = running.process.id();
        let mut began = None;
        let until = micros() + REAL_LIMIT.max(limit * 4) * 1000;
        let line = serde_json::to_string(task).unwrap() + "\n";
        let input = running.process.0.stdin.as_mut().unwrap();
        if input.write_all(line.as_bytes()).is_err() {
            return Err(format!("it is gone: {}", running.last_words()));
        }
        let outcome = loop {
            let spent = began.and_then(|began| Some(cpu_millis(id)? - began));
            match running.answers.recv_timeout(Duration::from_millis(100)) {
                // Its world is made; from now on its time counts.
                Ok(answer) if answer == READY => began = cpu_millis(id),
                Ok(answer) => break serde_json::from_str::<Result<(), String>>(&answer).unwrap(),
                Err(RecvTimeoutError::Disconnected) => {
                    let ended = running.process.ended_within(10_000);
                    return Err(format!("the process ended ({ended:?}): {}", running.last_words()));
                }
                Err(RecvTimeoutError::Timeout) if spent.is_some_and(|spent| spent > limit) => {
                    return Err(format!("it works for more than {limit} ms"));
                }
                Err(RecvTimeoutError::Timeout) if micros() > until => return Err("it does nothing any more".to_owned()),
                Err(RecvTimeoutError::Timeout) => {}
            }
        };
        let spent = began.and_then(|began| Some(cpu_millis(id)? - began));
        if let Some(spent) = spent.filter(|spent| *spent > self.slowest.0) {
            self.slowest = (spent, line.chars().take(160).collect());
        }
        // A process that panicked or has grown is replaced: the next task is to find a sound one.
        let resident = resident_kilobytes(id).unwrap_or(0);
        if outcome.is_ok() && resident < RESIDENT {
            self.running = Some(running);
        }
        outcome
    }

    /// What it did, in one line.
    pub(crate) fn figures(&self, what: &str) -> String {
        format!("{what}: {} inputs; the slowest took {} ms: {}", self.done, self.slowest.0, self.slowest.1.trim_end())
    }
}

/// Worlds in which the first lines of a script have run, by script and number of lines.
struct Worlds(Vec<(corpus::Script, Vec<Workbench>)>);

impl Worlds {
    fn new() -> Self {
        Self(corpus::scripts().into_iter().map(|script| (script, vec![Workbench::new()])).collect())
    }

    fn at(&mut self, script: usize, lines: usize) -> Workbench {
        let (script, after) = &mut self.0[script];
        while after.len() <= lines {
            let mut bench = after[after.len() - 1].clone();
            bench.run(&script.lines[after.len() - 1]);
            after.push(bench);
        }
        after[lines].clone()
    }
}

fn done(task: Task, mut bench: Workbench) -> Result<(), String> {
    match task {
        Task::Request { action, body, .. } => {
            let _ = send(&mut bench, &action, body);
            live_on(&mut bench)?;
            let listed = bench.call("ListTables", json!({}));
            listed.map(|_| ()).map_err(|error| format!("afterwards ListTables is refused: {error}"))
        }
        Task::Line { text, .. } => {
            let _ = bench.complete(&text);
            let reply = bench.run(&text);
            if reply.kind == ReplyKind::NotUnderstood && reply.text.trim().is_empty() {
                return Err("it was not understood, and not said why".to_owned());
            }
            live_on(&mut bench)
        }
        Task::Import { format, text } => imports::take(&format, &text),
        Task::Progress { exported } => imports::take_progress(&exported),
        Task::Pack { files } => packs::take(&files),
    }
}

/// Sends a request of any service.
fn send(bench: &mut Workbench, action: &str, body: Value) -> Option<Value> {
    if let Some(verb) = ops::find(action) {
        return bench.call(verb.name, body).ok();
    }
    let operation = OPERATIONS.iter().find(|operation| operation.name == action).unwrap();
    bench.ask(operation.service, operation.name, body)?.ok()
}

/// The ordinary work of a world: requests to each table, time that passes, and what the prompt shows of it all.
fn live_on(bench: &mut Workbench) -> Result<(), String> {
    // Whoever acted before, whatever was arranged for the next requests.
    for line in [":as admin", ":sdk off", ":chaos off"] {
        bench.run(line);
    }
    let tables: Vec<String> = bench.engine().tables().take(3).map(|table| table.name.to_string()).collect();
    for line in ["list-tables", ":clock +1s", ":tables", ":clock +2m", "list-tables"] {
        if bench.run(line).kind == ReplyKind::NotUnderstood {
            return Err(format!("afterwards {line} is not understood"));
        }
    }
    for table in tables {
        for line in [format!("describe-table --table-name {table}"), format!("scan --table-name {table} --limit 2")] {
            bench.run(&line);
        }
        bench.run(&format!(":heat {table}"));
        bench.run(&format!(":bill {table}"));
    }
    Ok(())
}

#[test]
#[ignore = "the other end of the other tests, which start it as a process of its own"]
fn is_attacked() {
    if std::env::var_os(IS_WORKER).is_none() {
        return;
    }
    let mut worlds = Worlds::new();
    // A panic is told with its place, which only its hook knows.
    let told = Arc::new(Mutex::new(String::new()));
    let tell = Arc::clone(&told);
    set_hook(Box::new(move |panic| *tell.lock().unwrap() = panic.to_string()));
    for line in std::io::stdin().lock().lines() {
        let task: Task = serde_json::from_str(&line.unwrap()).unwrap();
        let bench = match &task {
            Task::Request { script, lines, .. } | Task::Line { script, lines, .. } => worlds.at(*script, *lines),
            _ => Workbench::new(),
        };
        say(READY);
        let outcome = catch_unwind(AssertUnwindSafe(|| done(task, bench)));
        let outcome = outcome.unwrap_or_else(|_| Err(format!("it panicked: {}", told.lock().unwrap())));
        say(&serde_json::to_string(&outcome).unwrap());
    }
}

/// Says something to the tests, straight to the pipe: what is printed through macros may be held back.
#[expect(clippy::disallowed_methods, reason = "a test reads it, byte for byte")]
fn say(words: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{MARK}{words}").unwrap();
    out.flush().unwrap();
}
