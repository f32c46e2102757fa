//! A prompt with an engine behind it: one typed line in, its result out.
//!
//! Lines are AWS commands, or begin with `:` and speak to the workbench itself (`:help` lists those). Further pages are
//! fetched by themselves, as the AWS CLI does; each page is a request of its own in the journal. Every request takes a
//! moment of virtual time, so that timestamps differ and index builds come to an end.

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::Value;

use crate::aws_cli::{self, CliError, Command, Invocation, WaitFor};
use crate::clock::{Clock as _, VirtualClock};
use crate::engine::table::IndexKind;
use crate::engine::{ApiError, Config, Engine, Entry};

/// How long a request takes on the virtual clock, in milliseconds (a model).
const REQUEST_MILLIS: u64 = 10;
/// The longest that `wait` waits, in milliseconds: 25 tries of 20 seconds, as in the AWS CLI.
const WAIT_STEP_MILLIS: u64 = 20_000;
const WAIT_TRIES: u32 = 25;
/// The most pages that one line fetches by itself.
const MAX_PAGES: usize = 10_000;

/// An engine on a virtual clock, and what is typed at it.
#[derive(Clone, Debug)]
pub struct Workbench {
    engine: Engine,
    clock: VirtualClock,
}

/// What came of a line.
#[derive(Clone, Debug)]
pub struct Reply {
    /// What it was.
    pub kind: ReplyKind,
    /// What to print; may be empty, as the AWS CLI prints nothing for an empty response.
    pub text: String,
    /// The number of the journal's newest entry before the line ran.
    pub since: u64,
}

/// What a reply is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyKind {
    /// The line was empty.
    Nothing,
    /// A response, or what a `:` command tells.
    Answer,
    /// The service refused the request.
    Refused,
    /// The line was not understood; nothing was run.
    NotUnderstood,
}

impl Workbench {
    /// A workbench without tables.
    #[must_use]
    pub fn new() -> Self {
        let clock = VirtualClock::new(VirtualClock::LAB_START);
        let engine = Engine::new(Config::default(), Arc::new(clock.clone()));
        Self { engine, clock }
    }

    /// The engine.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Sends a request past the prompt: setup and tests.
    ///
    /// # Errors
    /// The service's exceptions.
    pub fn call(&mut self, verb: &str, body: Value) -> Result<Value, ApiError> {
        self.clock.advance_millis(REQUEST_MILLIS);
        self.engine.call(verb, body)
    }

    /// Does something that no throughput limit holds up or pays for.
    pub(super) fn without_throttling<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.engine.set_throttling(false);
        let done = work(self);
        self.engine.set_throttling(true);
        self.engine.refill();
        done
    }

    /// The requests that ran since journal entry `since`.
    #[must_use]
    pub fn entries_since(&self, since: u64) -> impl DoubleEndedIterator<Item = &Entry> {
        self.engine.journal().since(since)
    }

    /// Names that completion offers.
    #[must_use]
    pub fn names(&self) -> aws_cli::Names {
        let tables = self.engine.tables();
        let indexes = self.engine.tables().flat_map(|table| &table.indexes);
        aws_cli::Names {
            tables: tables.map(|table| table.name.to_string()).collect(),
            indexes: indexes.map(|index| index.schema.name.to_string()).collect(),
        }
    }

    /// Runs a typed line.
    pub fn run(&mut self, line: &str) -> Reply {
        let since = self.engine.journal().recorded();
        let line = line.trim();
        let (kind, text) = if line.is_empty() || line.starts_with('#') {
            (ReplyKind::Nothing, String::new())
        } else if let Some(own) = line.strip_prefix(':') {
            self.own_command(own)
        } else {
            match aws_cli::parse(line) {
                Ok(command) => self.command(&command),
                Err(error) => (ReplyKind::NotUnderstood, error.to_string()),
            }
        };
        Reply { kind, text, since }
    }

    fn command(&mut self, command: &Command) -> (ReplyKind, String) {
        match &command.invocation {
            Invocation::Help(verb) => (ReplyKind::Answer, aws_cli::help(*verb)),
            Invocation::Wait { until, table } => self.wait(*until, table),
            Invocation::Call { verb, body } => match self.pages(verb.name, body.clone(), command.paginate) {
                Ok(response) => match aws_cli::render(&response, command.output, command.query.as_deref()) {
                    Ok(text) => (ReplyKind::Answer, text),
                    Err(error) => (ReplyKind::NotUnderstood, error.to_string()),
                },
                Err(error) => (ReplyKind::Refused, aws_cli::render_error(verb.name, &error)),
            },
        }
    }

    /// Sends a request and, if `paginate` says so, the requests for the pages after it; answers them joined.
    fn pages(&mut self, verb: &str, mut body: Value, paginate: bool) -> Result<Value, ApiError> {
        let mut joined = self.call(verb, body.clone())?;
        for _ in 1..MAX_PAGES {
            let Some((start, key)) = next_page(&joined).filter(|_| paginate) else { break };
            body[start] = key;
            let page = self.call(verb, body.clone())?;
            join(&mut joined, page);
        }
        Ok(joined)
    }

    fn wait(&mut self, until: WaitFor, table: &str) -> (ReplyKind, String) {
        for _ in 0..WAIT_TRIES {
            let described = self.call("DescribeTable", serde_json::json!({ "TableName": table }));
            let status = described.as_ref().ok().and_then(|body| body["Table"]["TableStatus"].as_str());
            let met = match until {
                WaitFor::TableExists => status == Some("ACTIVE"),
                WaitFor::TableNotExists => described.is_err(),
            };
            if met {
                return (ReplyKind::Answer, String::new());
            }
            self.clock.advance_millis(WAIT_STEP_MILLIS);
        }
        (ReplyKind::Refused, format!("Waiter failed: after {WAIT_TRIES} tries {table} is not there yet"))
    }

    fn own_command(&mut self, command: &str) -> (ReplyKind, String) {
        let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let rest = rest.trim();
        match name {
            "help" => (ReplyKind::Answer, OWN_HELP.to_owned()),
            "tables" => (ReplyKind::Answer, self.tables_text()),
            "explain" => match self.explain(rest) {
                Ok(text) => (ReplyKind::Answer, text),
                Err(error) => (ReplyKind::NotUnderstood, error.to_string()),
            },
            "clock" => self.move_clock(rest),
            other => {
                let near = aws_cli::nearest(other, ["help", "tables", "explain", "clock"]);
                let hint = near.map(|near| format!("\nDid you mean :{near}?")).unwrap_or_default();
                (ReplyKind::NotUnderstood, format!("There is no command :{other}; :help lists them.{hint}"))
            }
        }
    }

    fn move_clock(&mut self, by: &str) -> (ReplyKind, String) {
        if !by.is_empty() {
            let Some(millis) = duration_millis(by) else {
                let message = format!("Expected a time such as +30s, +5m, +2h or +1d, found {by}");
                return (ReplyKind::NotUnderstood, message);
            };
            self.clock.advance_millis(millis);
        }
        (ReplyKind::Answer, format!("It is {} UTC on the lab's clock (model).\n", self.clock.now()))
    }

    /// What a command would touch, without running it.
    fn explain(&mut self, line: &str) -> Result<String, CliError> {
        let command = aws_cli::parse(line)?;
        let Invocation::Call { verb, body } = command.invocation else {
            return Ok("That command touches no items.\n".to_owned());
        };
        Ok(match self.engine.explain(verb.name, body) {
            Ok(plans) => plans.iter().fold(String::new(), |mut text, plan| {
                let _ = writeln!(text, "{plan}");
                text
            }),
            Err(error) => format!("It would be refused. {}\n", aws_cli::render_error(verb.name, &error)),
        })
    }

    fn tables_text(&self) -> String {
        let mut out = String::new();
        for table in self.engine.tables() {
            let keys: Vec<String> =
                table.keys.attributes().map(|key| format!("{} ({})", key.name, key.kind.descriptor())).collect();
            let items = crate::engine::capacity::grouped(table.items().len() as u64);
            let bytes = crate::engine::capacity::grouped(table.items().bytes());
            let _ = writeln!(
                out,
                "{}  {}  key {}  {items} items, {bytes} bytes",
                table.name,
                table.state.status(),
                keys.join(", ")
            );
            for index in &table.indexes {
                let kind = if index.schema.kind == IndexKind::Local { "LSI" } else { "GSI" };
                let keys: Vec<&str> = index.schema.keys.attributes().map(|key| key.name.as_str()).collect();
                let _ =
                    writeln!(out, "  {kind} {}  {}  key {}", index.schema.name, index.state.status(), keys.join(", "));
            }
        }
        if out.is_empty() { "There are no tables yet.\n".to_owned() } else { out }
    }
}

impl Default for Workbench {
    fn default() -> Self {
        Self::new()
    }
}

const OWN_HELP: &str = "\
:help            this list
:tables          the tables and their indexes
:explain CMD     what a command would read or write, without running it
:clock [+30s]    the lab's time, or move it forward (s, m, h, d)
help             the AWS commands; COMMAND help tells a command's flags
";

/// `+30s`, `5m`, `+2h`, `1d` in milliseconds.
fn duration_millis(text: &str) -> Option<u64> {
    let text = text.trim_start_matches('+');
    let unit = match text.chars().last()? {
        's' => 1000,
        'm' => 60_000,
        'h' => 3_600_000,
        'd' => 86_400_000,
        _ => return None,
    };
    text[..text.len() - 1].parse::<u32>().ok().map(|count| u64::from(count) * unit)
}

/// The parameter that asks for the next page, and its value; `None` on the last page.
fn next_page(response: &Value) -> Option<(&'static str, Value)> {
    let cursors = [("LastEvaluatedKey", "ExclusiveStartKey"), ("LastEvaluatedTableName", "ExclusiveStartTableName")];
    cursors.into_iter().find_map(|(last, start)| Some((start, response.get(last)?.clone())))
}

/// Joins a further page to the ones before: lists are appended, counts and units are added up, the cursor is the new one.
fn join(joined: &mut Value, page: Value) {
    let (Value::Object(joined), Value::Object(page)) = (joined, page) else { return };
    for cursor in ["LastEvaluatedKey", "LastEvaluatedTableName"] {
        joined.remove(cursor);
    }
    for (name, value) in page {
        match (joined.get_mut(&name), value) {
            (Some(Value::Array(list)), Value::Array(more)) => list.extend(more),
            (Some(before), value) => add_up(before, value),
            (None, value) => {
                joined.insert(name, value);
            }
        }
    }
}

fn add_up(before: &mut Value, more: Value) {
    match (before, more) {
        (Value::Object(before), Value::Object(more)) => {
            for (name, value) in more {
                match before.get_mut(&name) {
                    Some(before) => add_up(before, value),
                    None => {
                        before.insert(name, value);
                    }
                }
            }
        }
        (before @ Value::Number(_), Value::Number(more)) => {
            *before = match (before.as_u64(), more.as_u64()) {
                (Some(before), Some(more)) => (before + more).into(),
                _ => (before.as_f64().unwrap_or(0.0) + more.as_f64().unwrap_or(0.0)).into(),
            };
        }
        _ => {}
    }
}
