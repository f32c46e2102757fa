//! A prompt with an engine behind it: one typed line in, its result out.
//!
//! Lines are AWS commands, or begin with `:` and speak to the workbench itself (`:help` lists those; each is a file in
//! `commands`). Further pages are fetched by themselves, as the AWS CLI does; each page is a request of its own in the
//! journal. Every request takes a moment of virtual time, so that timestamps differ and index builds come to an end. With
//! `:sdk` an SDK client stands in between, and its attempts are told before the answer.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::Value;

use crate::aws_cli::{self, Command, CommandKind, Output, Skeleton, WaitFor};
use crate::clock::Timestamp;
use crate::content::lab::requirement::RequestEffect;
use crate::content::lab::{SetupTable, Without};
use crate::engine::capacity::grouped;
use crate::engine::{ApiError, Config, Engine, Entry, ErrorKind, Event, Journal, ops};
use crate::safe_text;
use crate::world::api::OPERATIONS;
use crate::world::chaos::Chaos;
use crate::world::lambda::{self, Handed};
use crate::world::sdk_client::{Attempt, AttemptOutcome, SdkClient};
use crate::world::work::{LINE_STEPS, REQUEST_STEPS, Work};
use crate::world::{Route, World};
use begun::Beginning;
use files::Files;
use history::History;
pub(super) use history::{Changes, Saved};
pub(super) use shown::ChosenOutput;
use shown::Unshown;

mod begun;
mod commands;
mod files;
mod hints;
mod history;
mod pages;
mod shown;
mod words;

/// The longest that `wait` waits, in milliseconds: 25 tries of 20 seconds, as in the AWS CLI.
const WAIT_STEP_MILLIS: u64 = 20_000;
const WAIT_TRIES: u32 = 25;
/// The prompt's own commands that change the world, or may.
const SETTING_COMMANDS: [&str; 9] =
    ["cache", "chaos", "clock", "lag", "limit", "replication", "runtime", "sdk", "traffic"];
/// How long it takes until every replica has what was written, whatever lag is set, in milliseconds.
const SETTLE_MILLIS: u64 = 1000;
/// What a caller is told when no answer came in time.
const TIMED_OUT: &str = "Read timeout: no answer came in time. Whether the request was carried out is not known.";
/// The work that it is to run any line, in steps; a world to go back to is kept at the same cost however large it is.
const STEPS_OF_A_LINE: u64 = 100;
/// How many items are looked at for the names of attributes.
const LOOKED_AT: usize = 50;
/// The work of reading 4 KB, which is half a read unit, and of writing it down as JSON, in steps.
const READ_STEPS: u64 = 100;
/// The work of writing half a write unit, in steps.
const WRITE_STEPS: u64 = 10;
/// The longest line that is looked at, in bytes: 1 MB.
pub const MAX_LINE_BYTES: usize = 1024 * 1024;

/// A world, and what is typed at it.
#[derive(Clone, Debug)]
pub struct Workbench {
    world: World,
    /// The client that requests go through, if one was asked for.
    sdk: Option<SdkClient>,
    /// The attempts of the line that runs.
    attempts: Vec<Attempt>,
    history: History,
    files: Files,
    without: Option<Without>,
    /// The ways that the newest line compared, each run on a copy.
    compared: Vec<Compared>,
    /// Answers of which `--max-items` printed a part: how many elements, by their places in the journal.
    cut: BTreeMap<u64, u64>,
    /// What the newest line with a `--query` printed of its answers.
    chosen: Option<ChosenOutput>,
    /// The items of tables where the step began.
    begun: Beginning,
}

/// A way that was compared with others.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The command.
    pub line: String,
    /// What it did, on a copy.
    pub entries: Vec<Entry>,
}

/// What a request came to without an answer.
enum Failure {
    Refused(ApiError),
    TimedOut,
}

/// What came of a line.
#[derive(Clone, Debug)]
pub struct Reply {
    /// What it was.
    pub kind: ReplyKind,
    /// What to print, in lines that no value of others can end; may be empty, as the AWS CLI prints nothing for an empty
    /// response.
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
    /// A workbench without tables whose work is a part of `work`.
    #[must_use]
    pub fn working_on(work: &Work) -> Self {
        let mut bench = Self::new();
        bench.world.work_on(work.clone());
        bench
    }

    /// What is being done here, to watch it and to stop it.
    #[must_use]
    pub const fn work(&self) -> &Work {
        self.world.work()
    }

    /// A workbench without tables.
    #[must_use]
    pub fn new() -> Self {
        Self {
            world: World::new(Config::default()),
            sdk: None,
            attempts: Vec::new(),
            history: History::default(),
            files: Files::default(),
            without: None,
            compared: Vec::new(),
            cut: BTreeMap::new(),
            chosen: None,
            begun: Beginning::new(),
        }
    }

    /// The engine.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        self.world.engine()
    }

    /// The engine with what stands around it.
    #[must_use]
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// The ways that the newest line compared; empty if it compared none.
    #[must_use]
    pub fn compared(&self) -> &[Compared] {
        &self.compared
    }

    /// Sends a request past the prompt: setup and tests.
    ///
    /// # Errors
    /// The service's exceptions.
    pub fn call(&mut self, verb: &str, body: Value) -> Result<Value, ApiError> {
        self.check_allowed(verb, &body).map_err(|refusal| ApiError::new(ErrorKind::AccessDeniedException, refusal))?;
        let _open = self.work().begin(REQUEST_STEPS);
        let since = self.engine().journal().recorded();
        let outcome = self.world.send(verb, body);
        self.account_for(since);
        // They are printed at a prompt; a client has none.
        self.world.take_notes();
        outcome
    }

    /// Creates a table and fills it, past every limit of throughput.
    ///
    /// # Errors
    /// The service's exceptions.
    pub fn fill(&mut self, setup: &SetupTable) -> Result<(), ApiError> {
        super::fill::table(self, setup)
    }

    /// Sends a request to what stands around the table; `None` if the service or its request is not known here.
    pub fn ask(&mut self, service: &str, operation: &str, body: Value) -> Option<Result<Value, ApiError>> {
        let known = OPERATIONS.iter().find(|known| known.service == service && known.name == operation)?;
        let _open = self.work().begin(REQUEST_STEPS);
        Some(self.world.ask(known, body))
    }

    /// Takes the next invocation of a function of the learner's own, if there is one by now; `is_first` says that it has only
    /// just been asked for.
    pub fn next_invocation(&mut self, is_first: bool) -> Option<Handed> {
        let _open = self.work().begin(REQUEST_STEPS);
        if is_first {
            self.world.runtime_asks();
        }
        self.world.runtime_next()
    }

    /// Answers an invocation: with a response, or with what went wrong. Returns whether it was the one under way.
    pub fn answer_invocation(&mut self, id: &str, answer: Result<Value, String>) -> bool {
        let _open = self.work().begin(REQUEST_STEPS);
        self.world.runtime_answers(id, answer)
    }

    /// From now on these are the buckets of exports and imports.
    pub fn use_buckets(&mut self, buckets: Option<std::sync::Arc<dyn crate::engine::objects::Objects>>) {
        self.world.engine_mut().set_objects(buckets);
    }

    /// Lets `file://` values be read inside `directory`.
    pub fn read_files_in(&mut self, directory: PathBuf) {
        self.files = Files::inside(directory);
    }

    /// From now on refuses some operations.
    pub(super) fn do_without(&mut self, without: Option<Without>) {
        self.without = without;
    }

    /// Refuses an operation that has to be done without; nothing is run.
    fn check_allowed(&mut self, verb: &str, body: &Value) -> Result<(), String> {
        let Some(without) = self.without.clone() else { return Ok(()) };
        let because = without.because.trim();
        if without.operations.iter().any(|operation| operation == verb) {
            return Err(format!("This step is done without {verb}; nothing was run. {because}"));
        }
        match without.effect {
            Some(effect) if self.would_have(effect, verb, body) => {
                let what = if effect == RequestEffect::Read { "reading" } else { "this" };
                Err(format!("This step is done without {what}, and {verb} does that; nothing was run. {because}"))
            }
            _ => Ok(()),
        }
    }

    /// Whether a request would do something; of statements what they are decides, and not their verb.
    fn would_have(&mut self, effect: RequestEffect, verb: &str, body: &Value) -> bool {
        let Some(known) = ops::find(verb) else { return false };
        if let Some(own) = known.effect {
            return RequestEffect::from(own) == effect;
        }
        let plans = self.world.engine_mut().explain(verb, body.clone()).unwrap_or_default();
        plans.iter().any(|plan| RequestEffect::from(plan.effect) == effect)
    }

    /// The mode of the SDK client that requests go through; `None` if there is none.
    pub(super) fn sdk_mode(&self) -> Option<&'static str> {
        self.sdk.as_ref().map(|client| client.settings().mode.name())
    }

    /// Brings everything up to the present, so that what is due by now is seen: statuses, backfills, arrivals.
    pub(super) fn settle(&mut self) {
        self.catch_up();
        self.world.settle();
    }

    /// Lets a moment pass, so that what was written before has reached every replica.
    pub(super) fn let_settle(&mut self) {
        self.world.wait(SETTLE_MILLIS);
        self.settle();
    }

    /// Lets the world catch up with its clock, if that runs.
    pub fn catch_up(&mut self) {
        let _open = self.work().begin(REQUEST_STEPS);
        self.world.wait(0);
    }

    /// Lets the clock run, `factor` times as fast as the learner's; 0 stops it.
    pub fn run_clock(&mut self, factor: u64) {
        self.world.clock().run(factor);
    }

    /// Does something as an administrator, whoever the learner acts as.
    pub(super) fn as_admin<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let acting = self.world.iam().acting().cloned();
        self.world.iam_mut().act_as(None);
        let done = work(self);
        self.world.iam_mut().act_as(acting);
        done
    }

    /// What time it is outside the lab.
    pub(super) fn real_time(&self) -> Timestamp {
        self.world.clock().outside()
    }

    /// Does something while the clock, if it runs, stands still.
    pub(super) fn with_still_clock<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let factor = self.world.clock().factor();
        self.world.clock().run(0);
        let done = work(self);
        self.world.clock().run(factor);
        done
    }

    /// Sends a request that takes no time: one of many that run beside each other.
    pub(super) fn send_unpaced(&mut self, verb: &str, body: Value) -> Result<Value, ApiError> {
        self.world.engine_mut().call(verb, body)
    }

    /// Lets a second pass.
    pub(super) fn pass_second(&mut self) {
        self.world.wait(1000);
    }

    /// Enters something in the journal that is no request of the API.
    pub(super) fn note(&mut self, at: Timestamp, event: Event, request: &Value, outcome: &Result<Value, ApiError>) {
        self.world.engine_mut().journal_mut().note(at, event, request, outcome);
    }

    /// Takes away the faults that are armed, and returns them.
    pub(super) fn disarm(&mut self) -> Chaos {
        let armed = self.world.chaos();
        self.world.set_chaos(Chaos::default());
        armed
    }

    /// Arms faults again that were taken away, unless others have been armed since.
    pub(super) fn rearm(&mut self, armed: Chaos) {
        if self.world.chaos() == Chaos::default() {
            self.world.set_chaos(armed);
        }
    }

    /// Does something that stands for a line, and can be taken back as one.
    pub(super) fn act(&mut self, act: impl FnOnce(&mut Self) -> Result<String, String>) -> Reply {
        let _open = self.work().begin(LINE_STEPS);
        let since = self.engine().journal().recorded();
        let (kind, text) = self.undoable(since, |bench| match act(bench) {
            Ok(text) => ((ReplyKind::Answer, text), true),
            Err(text) => ((ReplyKind::Refused, text), false),
        });
        Reply { kind, text, since }
    }

    /// Does something that no throughput limit holds up or pays for, and that the journal does not tell.
    pub(super) fn without_throttling<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.world.engine_mut().set_throttling(false);
        let done = self.unseen(work);
        self.world.engine_mut().set_throttling(true);
        self.world.engine_mut().refill();
        done
    }

    /// Does some work that is not the learner's, and is not entered in the journal: nobody looks at how a table was filled,
    /// and a million entries would be dear.
    pub(super) fn unseen<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let journal = std::mem::replace(self.world.engine_mut().journal_mut(), Journal::new(0));
        let done = work(self);
        *self.world.engine_mut().journal_mut() = journal;
        done
    }

    /// The requests that ran since journal entry `since`.
    #[must_use]
    pub fn entries_since(&self, since: u64) -> impl DoubleEndedIterator<Item = &Entry> {
        self.engine().journal().since(since)
    }

    /// Names that completion offers.
    #[must_use]
    pub fn names(&self) -> aws_cli::Names {
        let tables = self.engine().tables();
        let indexes = self.engine().tables().flat_map(|table| &table.indexes);
        let attributes = self.engine().tables().map(|table| {
            let items = table.items().iter().take(LOOKED_AT);
            let names = items.flat_map(|(_, stored)| stored.item.keys().map(ToString::to_string));
            let keys = table.keys.partition.iter().chain(&table.keys.sort).map(|key| key.name.clone());
            (table.name.to_string(), keys.chain(names).collect())
        });
        aws_cli::Names {
            attributes: attributes.collect(),
            tables: tables.map(|table| table.name.to_string()).collect(),
            indexes: indexes.map(|index| index.schema.name.to_string()).collect(),
            values: self.values(),
        }
    }

    /// Values of parameters that nobody types from memory: ARNs, functions, mappings.
    fn values(&self) -> BTreeMap<&'static str, Vec<aws_cli::Completion>> {
        let one = |text: &str, about: String| aws_cli::Completion { text: text.to_owned(), about };
        let tables = || self.engine().tables();
        let resources = tables().map(|table| one(&table.arn, format!("table {}", table.name)));
        let streams: Vec<_> = tables()
            .filter_map(|table| Some(one(&table.stream.as_ref()?.arn, format!("stream of {}", table.name))))
            .collect();
        let functions = lambda::FUNCTIONS.iter().map(|(name, about)| one(name, (*about).to_owned()));
        let mappings =
            self.world.lambda().mappings().map(|(uuid, function)| one(uuid, format!("mapping to {function}")));
        BTreeMap::from([
            ("ResourceArn", resources.collect()),
            ("StreamArn", streams.clone()),
            ("EventSourceArn", streams),
            ("FunctionName", functions.collect()),
            ("UUID", mappings.collect()),
        ])
    }

    /// The words that could stand where a line ends.
    #[must_use]
    pub fn complete(&self, line: &str) -> Vec<aws_cli::Completion> {
        complete(line, &self.names())
    }

    /// Runs a typed line. One that takes long can be watched and stopped through [`Workbench::work`]; what it has done by
    /// then stays.
    pub fn run(&mut self, line: &str) -> Reply {
        self.compared.clear();
        let since = self.engine().journal().recorded();
        // What was taken back has left its places to others.
        self.cut.split_off(&(since + 1));
        if line.len() > MAX_LINE_BYTES {
            let text = format!("A line may have {MAX_LINE_BYTES} bytes at most; this one has more, and was not run.");
            return Reply { kind: ReplyKind::NotUnderstood, text, since };
        }
        let _open = self.work().begin(LINE_STEPS);
        if let Err(stopped) = self.work().step(STEPS_OF_A_LINE) {
            return Reply { kind: ReplyKind::NotUnderstood, text: format!("Not run: {stopped}."), since };
        }
        // A clock that runs may have passed minutes that auto scaling has to look at.
        self.catch_up();
        let since = self.engine().journal().recorded();
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Reply { kind: ReplyKind::Nothing, text: String::new(), since };
        }
        if let Some(own) = line.strip_prefix(':') {
            let name = own.split_whitespace().next().unwrap_or_default();
            let (kind, text) = self.undoable(since, |bench| {
                let (kind, text) = bench.own_command(own);
                ((kind, text), SETTING_COMMANDS.contains(&name) && kind == ReplyKind::Answer)
            });
            return Reply { kind, text, since };
        }
        let (kind, text) = match aws_cli::parse(line, &|name| self.files.read(name)) {
            Ok(command) => self.undoable(since, |bench| (bench.command(&command), false)),
            Err(error) => (ReplyKind::NotUnderstood, error.to_string()),
        };
        Reply { kind, text, since }
    }

    /// Does something that `:undo` takes back if it changes the world: the requests it sends say so, or it does itself.
    fn undoable(
        &mut self,
        since: u64,
        act: impl FnOnce(&mut Self) -> ((ReplyKind, String), bool),
    ) -> (ReplyKind, String) {
        let before = self.saved();
        self.history.begin(&before);
        let ((kind, mut text), has_set) = act(self);
        let journal = self.engine().journal();
        // What can no longer be looked at counts as a change.
        let missing = journal.missing_since(since);
        if has_set || missing > 0 || journal.since(since).any(history::is_change) {
            let turnover = self.engine().turnover();
            self.history.changed(before, turnover);
        }
        if missing > 0 {
            let all = grouped(self.engine().journal().recorded() - since);
            let _ = write!(
                text,
                "\n[journal] the first {} of this line's {all} requests are no longer kept; what they cost is not in the sums.",
                grouped(missing)
            );
        }
        (kind, text)
    }

    fn command(&mut self, command: &Command) -> (ReplyKind, String) {
        match &command.kind {
            CommandKind::Help(verb) => (ReplyKind::Answer, aws_cli::help(*verb)),
            CommandKind::Wait { until, table } => self.wait(*until, table),
            CommandKind::Skeleton(skeleton) => {
                let text = match skeleton {
                    Skeleton::Request(request) => aws_cli::render(request, Output::Json, None),
                    Skeleton::Yaml(text) => Ok(text.clone()),
                    Skeleton::Answer(answer) => aws_cli::render(answer, command.output, command.query.as_deref()),
                };
                match text {
                    Ok(text) => (ReplyKind::Answer, text),
                    Err(error) => (ReplyKind::NotUnderstood, error.to_string()),
                }
            }
            CommandKind::Call { action, body } => {
                let refusal =
                    self.check_allowed(action.name(), body).and_then(|()| self.check_region(&command.route, *action));
                if let Err(refusal) = refusal {
                    return (ReplyKind::NotUnderstood, safe_text::line(&refusal).into_owned());
                }
                let since = self.engine().journal().recorded();
                let (kind, text) = match self.answers(command, *action, body) {
                    Ok(answers) => match self.shown(&answers, command, since) {
                        Ok(text) => (ReplyKind::Answer, text),
                        Err(Unshown::Stopped(stopped)) => {
                            return (ReplyKind::NotUnderstood, format!("Not shown: {stopped}."));
                        }
                        Err(Unshown::Failed(error)) => (ReplyKind::NotUnderstood, error.to_string()),
                    },
                    Err(Failure::Refused(error)) => {
                        let hint = hints::after(&error, body, self.engine())
                            .map(|hint| format!("\n{}", safe_text::line(&hint)));
                        let place = hints::place(&error, body).map(|lines| format!("\n{lines}"));
                        let refused = aws_cli::render_error(action.name(), &error);
                        let text = refused.trim_end().to_owned() + &place.or(hint).unwrap_or_default();
                        (ReplyKind::Refused, text.trim_end().to_owned())
                    }
                    Err(Failure::TimedOut) => (ReplyKind::Refused, TIMED_OUT.to_owned()),
                };
                (kind, self.notes_text() + &text)
            }
        }
    }

    /// Counts what the requests since journal entry `since` read and wrote as work. They have been done: if it was more than
    /// there may be, the next piece of work ends.
    fn account_for(&self, since: u64) {
        let steps = |entry: &Entry| {
            let (read, written) = (entry.read_units().as_halves(), entry.write_units().as_halves());
            read.saturating_mul(READ_STEPS).saturating_add(written.saturating_mul(WRITE_STEPS))
        };
        let _ = self.work().step(self.entries_since(since).map(steps).fold(0, u64::saturating_add));
    }

    /// Sends a request, through the SDK client if there is one.
    fn send(&mut self, route: &Route, verb: &str, body: Value) -> Result<Value, Failure> {
        let since = self.engine().journal().recorded();
        let outcome = self.sent(route, verb, body);
        self.account_for(since);
        outcome
    }

    fn sent(&mut self, route: &Route, verb: &str, body: Value) -> Result<Value, Failure> {
        let Some(client) = &mut self.sdk else {
            return self.world.request(route, verb, body).map_err(Failure::Refused);
        };
        let call = client.call(&mut self.world, route, verb, body);
        self.attempts.extend(call.attempts);
        match call.outcome {
            AttemptOutcome::Answered(body) => Ok(body),
            AttemptOutcome::Refused(error) => Err(Failure::Refused(error)),
            AttemptOutcome::TimedOut => Err(Failure::TimedOut),
        }
    }

    /// What the SDK client and DAX did for this line; nothing if there are none.
    fn notes_text(&mut self) -> String {
        let notes =
            self.world.take_notes().into_iter().fold(String::new(), |text, note| text + &safe_text::line(&note) + "\n");
        std::mem::take(&mut self.attempts).iter().fold(notes, |mut text, attempt| {
            let Attempt { number, at, outcome, next } = attempt;
            let time = at.to_string();
            let outcome = safe_text::line(outcome);
            let _ = writeln!(text, "[sdk] attempt {number} at {}: {outcome}; {next}", &time[11..]);
            text
        })
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
            self.world.wait(WAIT_STEP_MILLIS);
        }
        let table = safe_text::line(table);
        (ReplyKind::Refused, format!("Waiter failed: after {WAIT_TRIES} tries {table} is not there yet"))
    }

    fn own_command(&mut self, command: &str) -> (ReplyKind, String) {
        let (name, rest) = command.split_once(char::is_whitespace).unwrap_or((command, ""));
        let Some(own) = commands::COMMANDS.iter().find(|own| own.name == name) else {
            let names = || commands::COMMANDS.iter().map(|own| own.name);
            let near = aws_cli::begun(name, names()).or_else(|| aws_cli::nearest(name, names()));
            let near = near.filter(|_| !name.is_empty());
            let hint = near.map(|near| format!("\nDid you mean :{near}?")).unwrap_or_default();
            let name = safe_text::line(name);
            return (ReplyKind::NotUnderstood, format!("There is no command :{name}; :help lists them.{hint}"));
        };
        // A command that is asked how it is typed says so, and so does traffic that is not told anything.
        let rest = rest.trim();
        let asks = matches!(rest, "help" | "--help" | "-h" | "?") || (own.needs_words && rest.is_empty());
        if asks && own.name != "help" {
            return (ReplyKind::Answer, commands::usage(own));
        }
        match (own.run)(self, rest) {
            Ok(text) => (ReplyKind::Answer, text),
            Err(fault) => (ReplyKind::NotUnderstood, fault.into_text()),
        }
    }
}

/// What the partitions of a table and its global indexes have served, as lines.
pub(super) fn heat_lines(places: &[crate::world::traffic::PlaceLoad]) -> Vec<String> {
    places.iter().flat_map(commands::load::lines).collect()
}

/// Returns the words that could stand where a line ends: of AWS commands, or of the prompt's own.
#[must_use]
pub fn complete(line: &str, names: &aws_cli::Names) -> Vec<aws_cli::Completion> {
    let Some(own) = line.strip_prefix(':') else { return aws_cli::complete(line, names) };
    let word = |text: String, about: &str| aws_cli::Completion { text, about: about.to_owned() };
    if let Some((_, rest)) = own.split_once(char::is_whitespace) {
        let begun = rest.rsplit(char::is_whitespace).next().unwrap_or_default();
        let tables = names.tables.iter().filter(|table| table.starts_with(begun));
        return tables.map(|table| word(table.clone(), "table")).collect();
    }
    let begun = commands::COMMANDS.iter().filter(|command| command.name.starts_with(own));
    begun.map(|command| word(format!(":{}", command.name), command.about)).collect()
}

impl Default for Workbench {
    fn default() -> Self {
        Self::new()
    }
}
