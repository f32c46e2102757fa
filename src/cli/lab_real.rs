//! A lab's steps on a real DynamoDB, beside the embedded engine.
//!
//! The life of a session: what will be created there is told, with what it is likely to cost, and asked for; the tables
//! are made and filled. Each line then runs in the embedded lab, which judges it; its requests are sent there too, and
//! where the two differ both are told. In the end what was created is deleted, however the session ends, unless the
//! process is killed: then `--clean` does it.
//!
//! What a lab or a step has done before it begins, and what others do meanwhile, is done there as well: what creates or changes
//! a table, and what is written to a table that was not just copied with all that is in it.
//!
//! What needs the embedded engine is not sent: traffic, lag, Lambda and the other services, streams, Regions.

use std::collections::BTreeSet;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::app::line::{self, Flow, Line, Role};
use crate::app::text;
use crate::aws_cli::{self, Command, CommandKind};
use crate::clock::SystemClock;
use crate::content::lab::{SetupTable, Step};
use crate::engine::capacity::{Units, grouped};
use crate::engine::plan::Effect;
use crate::engine::value::json::encode_item;
use crate::engine::{Entry, ops};
use crate::lab::{Runner, Word};
use crate::plain::{self, Console, WIDTH};
use crate::progress::Store;
use crate::records;
use crate::remote::{Remote, RemoteError, RemoteException};
use crate::world::bill;

/// The most items that are copied: more would take long, and cost more than a lab is worth.
const MOST_ITEMS: u64 = 20_000;

/// A lab here and its tables there.
struct RealLab<'a> {
    runner: Runner,
    remote: &'a Remote,
    /// The tables that this session made there.
    made: BTreeSet<String>,
}

/// Plays a lab on a remote DynamoDB. Answers whether all steps were done.
///
/// # Errors
/// The endpoint cannot be used, or the console cannot be read or written.
pub(super) fn play(
    runner: Runner,
    remote: &Remote,
    is_agreed: bool,
    store: &mut Store,
    console: &mut Console<'_>,
) -> Result<bool> {
    // Asked first, so that an endpoint that is none is told before anything else; what is left there would be in the way.
    let left = remote.tables()?;
    if !left.is_empty() {
        let (count, begun) = (left.len(), remote.name_of(""));
        bail!("{count} table(s) {begun}... are there already; --clean deletes them, --prefix chooses other names");
    }
    let mut session = RealLab { runner, remote, made: BTreeSet::new() };
    console.print(&session.announcement()?)?;
    let agreed = is_agreed || console.question("Type yes to continue: ")?.is_some_and(|answer| answer.trim() == "yes");
    if !agreed {
        console.print(&["Nothing was created.".to_owned()])?;
        return Ok(false);
    }
    let played =
        session.set_up(&session.runner.lab().setup.clone(), console).and_then(|()| session.steps(store, console));
    let cleaned = session.clean_up(console);
    played?;
    cleaned?;
    Ok(session.runner.is_finished())
}

/// Deletes the tables that earlier sessions left behind.
///
/// # Errors
/// The endpoint cannot be used, or the console cannot be read or written.
pub(super) fn clean(remote: &Remote, is_agreed: bool, console: &mut Console<'_>) -> Result<()> {
    let left = remote.tables()?;
    if left.is_empty() {
        console.print(&[format!("There is no table {}... at {}.", remote.name_of(""), remote.url())])?;
        return Ok(());
    }
    let names: Vec<String> = left.iter().map(|table| format!("  {}", remote.name_of(table))).collect();
    console.print(&[format!("At {} these tables will be deleted:", remote.url())])?;
    console.print(&names)?;
    if !is_agreed && console.question("Type yes to continue: ")?.is_none_or(|answer| answer.trim() != "yes") {
        console.print(&["Nothing was deleted.".to_owned()])?;
        return Ok(());
    }
    left.iter().try_for_each(|table| remote.delete(table))?;
    console.print(&[format!("{} deleted.", left.len())])?;
    Ok(())
}

/// Why a step cannot be done there; `None` if it can.
fn needs_embedded(step: &Step) -> Option<&'static str> {
    let has = |begins: &str| step.solution.iter().any(|line| line.trim().starts_with(begins));
    let holds = |part: &str| step.solution.iter().any(|line| line.contains(part));
    if has(":traffic") {
        Some("traffic, bursts and heat")
    } else if has(":lag") {
        Some("lag on demand")
    } else if has("aws lambda")
        || has("aws sqs")
        || has("aws dax")
        || has("aws iam")
        || has("aws application-autoscaling")
    {
        Some("other services")
    } else if has("aws dynamodbstreams") {
        Some("streams")
    } else if holds("--region") || holds("--endpoint dax") || has(":cache") || holds("--replica-updates") {
        Some("Regions and caches")
    } else if has(":sdk") || has(":as") {
        Some("a modelled client")
    } else {
        None
    }
}

impl RealLab<'_> {
    /// What will happen, what it is likely to cost, and what cannot be seen there.
    fn announcement(&self) -> Result<Vec<String>> {
        let lab = self.runner.lab();
        let title = Line::text(format!("{}, at {}", lab.title, self.remote.url())).titled();
        let mut lines = line::plain(&[title, Line::blank()], WIDTH);
        lines.push("These tables will be created there, and deleted in the end:".to_owned());
        let (mut items, mut units) = (0, Units::ZERO);
        for table in self.runner.bench().engine().tables() {
            let count = table.items().iter().count() as u64;
            let bytes: u64 = table.items().iter().map(|(_, stored)| stored.bytes).sum();
            items += count;
            let spread = 1 + table.indexes.len() as u64;
            let written = table.items().iter().map(|(_, stored)| stored.bytes.div_ceil(1024).max(1) * spread);
            units += Units::whole(written.sum());
            let name = self.remote.name_of(&table.name);
            lines.push(format!("  {name}: {} items, {} bytes", grouped(count), grouped(bytes)));
        }
        if items > MOST_ITEMS {
            bail!("this lab has {} items; only labs of up to {} are copied", grouped(items), grouped(MOST_ITEMS));
        }
        let cost = bill::on_demand_writes(units);
        lines.push(format!(
            "On AWS, filling them takes about {} write units, {cost} on demand (estimate); a local server costs nothing.",
            units.grouped()
        ));
        lines.push(format!("If the program is killed, --clean deletes what begins with {}.", self.remote.name_of("")));
        let later =
            lab.steps.iter().flat_map(|step| &step.setup).filter_map(|table| table.create["TableName"].as_str());
        let later: Vec<String> = later.map(|name| self.remote.name_of(name)).collect();
        if !later.is_empty() {
            let words = format!("Later steps create more, for their own tasks: {}.", later.join(", "));
            lines.extend(line::plain(&[Line::text(words).titled()], WIDTH));
        }
        for step in &lab.steps {
            if let Some(reason) = needs_embedded(step) {
                let words = format!("Step \"{}\" needs the embedded engine ({reason}); it is not sent.", step.title);
                lines.extend(line::plain(&[Line::text(words).titled()], WIDTH));
            }
        }
        lines.push(String::new());
        Ok(lines)
    }

    /// Makes tables there, with the items that they have here.
    fn set_up(&mut self, tables: &[SetupTable], console: &mut Console<'_>) -> Result<()> {
        for setup in tables {
            let name = setup.create["TableName"].as_str().unwrap_or_default().to_owned();
            self.made.insert(name.clone());
            console.print(&[format!("{}: being created; this may take two minutes", self.remote.name_of(&name))])?;
            self.remote.create(&setup.create)?;
            let table = self.runner.bench().engine().table(&name);
            let items: Vec<Value> = table
                .into_iter()
                .flat_map(|table| table.items().iter().map(|(_, stored)| Value::Object(encode_item(&stored.item))))
                .collect();
            self.remote.write(&name, &items)?;
            console.print(&[format!(
                "{}: ready, {} items",
                self.remote.name_of(&name),
                grouped(items.len() as u64)
            )])?;
        }
        let copied: BTreeSet<&str> = tables.iter().filter_map(|setup| setup.create["TableName"].as_str()).collect();
        for line in self.runner.take_prepared() {
            let told = self.prepare(&line, &copied)?;
            console.print(&told)?;
        }
        Ok(())
    }

    /// Does there what a line has prepared here. `copied` are tables that were made there with what they hold by now.
    fn prepare(&mut self, line: &str, copied: &BTreeSet<&str>) -> Result<Vec<String>, RemoteError> {
        let no_file = |name: &str| Err(format!("{name} is not read here"));
        let Ok(Command { kind: CommandKind::Call { action, body }, .. }) = aws_cli::parse(line, &no_file) else {
            return Ok(Vec::new());
        };
        let verb = ops::find(action.name()).filter(|verb| matches!(verb.service, ops::Service::DynamoDb));
        let Some(verb) = verb else { return Ok(Vec::new()) };
        let is_wanted = match verb.effect {
            Some(Effect::Define) => true,
            Some(Effect::Read | Effect::Describe | Effect::Stream) => false,
            Some(Effect::Write | Effect::Check) | None => {
                let named = ops::named(verb, &body);
                named.is_empty() || named.iter().any(|named| !copied.contains(named.table.as_str()))
            }
        };
        if !is_wanted {
            return Ok(Vec::new());
        }
        let there = self.asked(verb, &body)?;
        let came_to = there.err().map_or_else(|| "ok".to_owned(), |refusal| refusal.name);
        Ok(vec![format!("{} there, as prepared here: {came_to}", verb.name)])
    }

    fn steps(&mut self, store: &mut Store, console: &mut Console<'_>) -> Result<()> {
        console.print(&[String::new()])?;
        console.lines(&text::opening(&self.runner))?;
        console.lines(&text::step(&self.runner))?;
        while !self.runner.is_finished() {
            let Some(line) = console.command("\n$ ")? else { break };
            match Word::read(&line) {
                _ if matches!(line.trim(), "q" | "quit" | "exit") => break,
                Some(word) => plain::lab_word(word, &mut self.runner, console)?,
                None => {
                    let since = self.runner.bench().engine().journal().recorded();
                    let faults = self.runner.bench().world().chaos().faults;
                    let completed = plain::lab_line(&line, &mut self.runner, console)?;
                    if let Some(completed) = &completed {
                        let name = self.runner.lab().name.clone();
                        if let Err(error) = records::save_step(store, &name, completed, &SystemClock) {
                            console.say(format_args!("The step could not be saved: {error}"))?;
                        }
                        console.lines(&text::completed(completed, &self.runner))?;
                    }
                    let is_faulty = self.runner.bench().world().chaos().faults != faults;
                    let told = self.send_since(since, is_faulty)?;
                    console.print(&told)?;
                    // The next step may bring tables of its own; others may have done something meanwhile.
                    let next = self.runner.step().filter(|_| completed.is_some());
                    let next = next.map(|step| step.setup.clone()).unwrap_or_default();
                    self.set_up(&next, console)?;
                }
            }
        }
        Ok(())
    }

    /// Sends the requests that ran here since then, apart from those that a fault on demand refused: nothing there would
    /// refuse them, and they would be done twice. Answers with what came of them there.
    fn send_since(&mut self, since: u64, is_faulty: bool) -> Result<Vec<String>, RemoteError> {
        let entries: Vec<Entry> = self.runner.bench().entries_since(since).cloned().collect();
        let mut told = Vec::new();
        for entry in &entries {
            let sent = if is_faulty && entry.outcome.is_err() {
                vec![format!("{}: refused here on demand (:chaos), not sent", entry.name())]
            } else {
                self.sent(entry)?
            };
            let lines = sent.into_iter().map(|line| Line::text(line).behind(Role::Text, "  => ").flowing(Flow::Quoted));
            told.extend(line::plain(&lines.collect::<Vec<_>>(), WIDTH));
        }
        Ok(told)
    }

    fn sent(&mut self, entry: &Entry) -> Result<Vec<String>, RemoteError> {
        let verb = entry.event.verb().filter(|verb| matches!(verb.service, ops::Service::DynamoDb));
        let Some(verb) = verb.filter(|_| entry.region.is_none() && !entry.is_cached) else {
            return Ok(vec![format!("{}: only in the embedded engine, not sent", entry.name())]);
        };
        if entry.is_request_abridged {
            return Ok(vec![format!("{}: too long to be kept whole, not sent", entry.name())]);
        }
        let mut body = entry.request.clone();
        if verb.input.member("ReturnConsumedCapacity").is_some() {
            body["ReturnConsumedCapacity"] = "TOTAL".into();
        }
        let there = self.asked(verb, &body)?;
        Ok(compared(entry, &there))
    }

    /// Sends a request there, and waits until what it changes is done.
    fn asked(&mut self, verb: &ops::Verb, body: &Value) -> Result<Result<Value, RemoteException>, RemoteError> {
        if verb.name == "CreateTable" {
            self.made.insert(body["TableName"].as_str().unwrap_or_default().to_owned());
        }
        let there = self.remote.call(verb.name, body)?;
        if verb.changes_tables && there.is_ok() && verb.name != "DeleteTable" {
            // The embedded clock is moved on by the learner; there one has to wait.
            self.remote.wait(body["TableName"].as_str().unwrap_or_default())?;
        }
        Ok(there)
    }

    fn clean_up(&mut self, console: &mut Console<'_>) -> Result<()> {
        for table in std::mem::take(&mut self.made) {
            self.remote.delete(&table)?;
            console.print(&[format!("{}: deleted", self.remote.name_of(&table))])?;
        }
        Ok(())
    }
}

/// The answer there beside the one here: one line if they are alike, more if not.
fn compared(entry: &Entry, there: &Result<Value, RemoteException>) -> Vec<String> {
    let here = entry.outcome.as_ref().map_or_else(|error| error.kind.name(), |_| "ok".to_owned());
    let outcome = there.as_ref().map_or_else(|refusal| refusal.name.clone(), |_| "ok".to_owned());
    let mut facts = Vec::new();
    let mut differing = Vec::new();
    let mut fact = |name: &str, here: String, there: String| {
        if here == there {
            facts.push(format!("{name} {there}"));
        } else {
            differing.push(format!("{name}: there {there}, here {here}"));
        }
    };
    fact("outcome", here, outcome);
    if let (Ok(here), Ok(there)) = (&entry.outcome, there) {
        for member in ["Count", "ScannedCount"] {
            if let (Some(here), Some(there)) = (here.get(member), there.get(member)) {
                fact(member, here.to_string(), there.to_string());
            }
        }
        if let Some(there) = consumed(there) {
            fact("units", (entry.read_units() + entry.write_units()).to_string(), there.to_string());
        }
    }
    let mut lines = vec![format!("{} there: {}", entry.name(), facts.join(", "))];
    if !differing.is_empty() {
        lines.push(format!("differs: {}", differing.join("; ")));
    }
    if let Err(RemoteException { name, message }) = there {
        lines.push(format!("{name}: {message}"));
    }
    lines
}

/// CapacityUnits of an answer, over all its tables.
fn consumed(answer: &Value) -> Option<Units> {
    let consumed = answer.get("ConsumedCapacity")?;
    let one = |consumed: &Value| Units::from_f64(consumed["CapacityUnits"].as_f64()?);
    match consumed {
        Value::Array(tables) => Some(tables.iter().filter_map(one).sum()),
        table => one(table),
    }
}
