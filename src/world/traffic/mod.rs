//! Traffic: many requests over time, and what became of them by the second, by the partition and by the key.
//!
//! The life of a request: [`Traffic::run`] draws its key and whether it reads or writes, sends it through the engine at its
//! moment of the virtual clock, and, with an SDK client, sends it again when the client says so; `meter` notes what each
//! second consumed. Requests run beside each other: none waits for the one before. A run that is stopped on its way is
//! reported as far as it came.
//!
//! Model: arrivals are even within a second; answers take no time; one client serves all callers. Auto scaling looks on.
//! Source of the shapes of access: AWS documentation, "Best practices for designing and using partition keys effectively".

use std::collections::{BTreeMap, BinaryHeap};

use serde_json::{Map, Value, json};

use super::World;
use super::sdk_client::{AttemptOutcome, Next, SdkClient, Settings};
use super::work::{Glimpse, Stopped};
use crate::chance::Chance;
use crate::clock::{Clock as _, Timestamp};
use crate::engine::capacity::{Place, Units, grouped};
use crate::engine::{ApiError, Event};

mod keys;
mod meter;
mod requests;

pub use keys::{KeySpread, Zipf};
pub use meter::{Meter, PartitionLoad, PlaceLoad, Used, place_loads};
use requests::Requests;

/// The most requests of one run.
pub const MOST_REQUESTS: u64 = 20_000_000;
/// The work of closing the account of a second, in steps.
const SECOND_STEPS: u64 = 5;
/// How many calls lie between two notes of how far the run is.
const NOTED: u64 = 1024;
/// How many of the busiest keys are told.
const BUSIEST_KEYS: usize = 5;

/// How many requests arrive in each second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Always as many.
    Steady(u64),
    /// Evenly from the first number to the second.
    Ramp(u64, u64),
    /// `base`, but `peak` for `length` seconds from second `from` on.
    Spike {
        /// Requests a second before and after.
        base: u64,
        /// Requests a second in between.
        peak: u64,
        /// The first second of the spike, counted from 0.
        from: u64,
        /// Its seconds.
        length: u64,
    },
}

impl Pace {
    /// Requests that arrive in a second of a run of so many.
    #[must_use]
    pub fn in_second(self, second: u64, seconds: u64) -> u64 {
        match self {
            Self::Steady(rate) => rate,
            Self::Ramp(from, to) => {
                let steps = seconds.saturating_sub(1).max(1);
                if to >= from { from + (to - from) * second / steps } else { from - (from - to) * second / steps }
            }
            Self::Spike { base, peak, from, length } => {
                if (from..from.saturating_add(length)).contains(&second) {
                    peak
                } else {
                    base
                }
            }
        }
    }
}

impl std::fmt::Display for Pace {
    /// As it is typed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Steady(rate) => write!(f, "--rate {rate}"),
            Self::Ramp(from, to) => write!(f, "--ramp {from}:{to}"),
            Self::Spike { base, peak, from, length } => write!(f, "--spike {base}:{peak}@{from}+{length}"),
        }
    }
}

/// Traffic to be sent.
#[derive(Clone, Debug)]
pub struct Traffic {
    /// The table.
    pub table: String,
    /// For how many seconds.
    pub seconds: u64,
    /// How many requests a second.
    pub pace: Pace,
    /// Which partition keys.
    pub keys: KeySpread,
    /// How many items each partition key has, if there is a sort key.
    pub items: u64,
    /// Over how many partition keys each key is spread: 1 for no write sharding.
    pub shards: u64,
    /// Of a hundred requests, how many read.
    pub reads: u64,
    /// Whether reads are strongly consistent.
    pub consistent: bool,
    /// Further attributes of the items written, in wire form; `{key}`, `{item}`, `{shard}` and `{n}` (the request's number)
    /// in their texts are filled in.
    pub attributes: Map<String, Value>,
    /// Bytes of filling in each item.
    pub filling: u64,
    /// What keys and reads are drawn from.
    pub seed: u64,
    /// The client in between; `None` sends each request once.
    pub client: Option<Settings>,
}

impl Traffic {
    /// The plainest traffic on a table: a hundred writes a second to one key, for ten seconds.
    #[must_use]
    pub fn on(table: &str) -> Self {
        Self {
            table: table.to_owned(),
            seconds: 10,
            pace: Pace::Steady(100),
            keys: KeySpread::Single,
            items: 1,
            shards: 1,
            reads: 0,
            consistent: false,
            attributes: Map::new(),
            filling: 0,
            seed: 1,
            client: None,
        }
    }

    /// How many requests it is in all, retries not counted.
    #[must_use]
    pub fn requests(&self) -> u64 {
        let seconds = (0..self.seconds).map(|second| self.pace.in_second(second, self.seconds));
        seconds.fold(0, u64::saturating_add)
    }

    /// Sends it.
    ///
    /// # Errors
    /// There is no such table, it has keys that cannot be made up, or an item cannot be written at all.
    pub fn run(&self, world: &mut World) -> Result<TrafficReport, TrafficError> {
        if self.requests() > MOST_REQUESTS {
            return Err(TrafficError::TooMany(self.requests()));
        }
        world.engine_mut().settle();
        let running = world.clock().factor();
        world.clock().run(0);
        let sent = TrafficRun::new(self, world).and_then(|mut run| run.send(self, world));
        world.clock().run(running);
        if let Ok(report) = &sent {
            self.note(report, world);
        }
        sent
    }
}

impl Traffic {
    /// Enters the run in the journal.
    fn note(&self, report: &TrafficReport, world: &mut World) {
        let request = json!({
            "TableName": self.table, "Seconds": self.seconds, "Keys": self.keys.count(), "Shards": self.shards,
            "Exponent": self.keys.exponent(), "Pace": self.pace.to_string(),
            "Reads": self.reads, "Filling": self.filling, "Retry": self.client.map(|client| client.mode.name()),
        });
        let mut result = json!({
            "Calls": report.total(|second| second.calls),
            "Succeeded": report.total(|second| second.succeeded),
            "Failed": report.total(|second| second.failed),
            "Attempts": report.attempts,
            "Throttled": report.total(|second| second.throttled),
            "Slowest": report.slowest,
            "Peak": report.seconds.iter().map(|second| second.calls).max().unwrap_or_default(),
            "Reasons": report.reasons,
            "Units": report.units().map(|(place, units)| {
                let [read, write] = units.map(Units::as_f64);
                json!({"Place": place.to_string(), "Read": read, "Write": write})
            }).collect::<Vec<Value>>(),
        });
        if let Some(stopped) = report.stopped {
            result["Stopped"] = stopped.to_string().into();
            result["Ran"] = report.seconds.iter().filter(|second| second.calls > 0).count().into();
        }
        let now = world.engine().now();
        world.engine_mut().journal_mut().note(now, Event::Traffic, &request, &Ok(result));
    }
}

/// Why traffic cannot be sent.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TrafficError {
    /// No such table.
    #[error("there is no table {0} that can be written to")]
    NoTable(String),
    /// A key of a type that is not made up.
    #[error("{0} is a key of type B; traffic makes up keys of type S and N")]
    BinaryKey(String),
    /// More requests than one run may have.
    #[error("that would be {} requests; one run may have {}", grouped(*.0), grouped(MOST_REQUESTS))]
    TooMany(u64),
    /// The service refuses the requests for what they are.
    #[error("{0}")]
    Refused(ApiError),
}

/// Why a run does not go on.
enum Ended {
    Failed(TrafficError),
    Stopped(Stopped),
}

impl From<TrafficError> for Ended {
    fn from(error: TrafficError) -> Self {
        Self::Failed(error)
    }
}

impl From<Stopped> for Ended {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

/// What happened in one second.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Second {
    /// Calls that began.
    pub calls: u64,
    /// Calls that ended well.
    pub succeeded: u64,
    /// Calls that were given up.
    pub failed: u64,
    /// Attempts that were throttled.
    pub throttled: u64,
    /// What was consumed, of the table and then of each global index.
    pub used: Vec<Used>,
}

/// What one partition key met with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyLoad {
    /// The key, before it is spread over shards.
    pub key: String,
    /// Attempts that were served.
    pub served: u64,
    /// Attempts that were throttled.
    pub throttled: u64,
}

/// What became of the traffic.
#[derive(Clone, Debug)]
pub struct TrafficReport {
    /// When it began.
    pub began: Timestamp,
    /// By the second; the last ones may hold nothing but retries.
    pub seconds: Vec<Second>,
    /// By the place and the partition.
    pub places: Vec<PlaceLoad>,
    /// The busiest keys, busiest first.
    pub keys: Vec<KeyLoad>,
    /// Throttled attempts by their reason, such as TableWriteKeyRangeThroughputExceeded.
    pub reasons: BTreeMap<String, u64>,
    /// Attempts, retries included.
    pub attempts: u64,
    /// The longest that a call took that ended well, waits included, in milliseconds.
    pub slowest: u64,
    /// Why it ended before everything was sent, if it did.
    pub stopped: Option<Stopped>,
}

impl TrafficReport {
    /// The sum over all seconds of one of their numbers.
    #[must_use]
    pub fn total(&self, of: impl Fn(&Second) -> u64) -> u64 {
        self.seconds.iter().map(of).sum()
    }

    /// The read and write units that it consumed of each place.
    pub fn units(&self) -> impl Iterator<Item = (&Place, [Units; 2])> {
        let used = |place: usize| self.seconds.iter().filter_map(move |second| second.used.get(place));
        let units = move |place: usize| [0, 1].map(|way| used(place).map(|used| used.served[way]).sum());
        self.places.iter().enumerate().map(move |(number, load)| (&load.place, units(number)))
    }
}

/// A request that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct DueRequest {
    at: Timestamp,
    /// The number of the call, which orders what is due at one moment.
    call: u64,
    began: Timestamp,
    request: requests::DrawnRequest,
    attempt: u32,
    /// Whether the client has held it back already.
    held: bool,
}

/// A run under way.
struct TrafficRun {
    requests: Requests,
    client: Option<SdkClient>,
    meter: Meter,
    /// Retries, the next due on top.
    waiting: BinaryHeap<std::cmp::Reverse<DueRequest>>,
    report: TrafficReport,
    keys: Vec<(u64, u64)>,
}

impl TrafficRun {
    fn new(traffic: &Traffic, world: &World) -> Result<Self, TrafficError> {
        let began = world.clock().now();
        Ok(Self {
            requests: Requests::new(traffic, world.engine())?,
            client: traffic.client.map(|settings| SdkClient::new(settings, traffic.seed)),
            meter: Meter::new(&traffic.table, world.engine()),
            waiting: BinaryHeap::new(),
            report: TrafficReport {
                began,
                seconds: Vec::new(),
                places: Vec::new(),
                keys: Vec::new(),
                reasons: BTreeMap::new(),
                attempts: 0,
                slowest: 0,
                stopped: None,
            },
            keys: vec![(0, 0); usize::try_from(traffic.keys.count()).unwrap_or(0)],
        })
    }

    fn send(&mut self, traffic: &Traffic, world: &mut World) -> Result<TrafficReport, TrafficError> {
        match self.send_all(traffic, world) {
            Err(Ended::Failed(error)) => return Err(error),
            Err(Ended::Stopped(stopped)) => self.report.stopped = Some(stopped),
            Ok(()) => {}
        }
        self.finish(world, traffic);
        Ok(self.report.clone())
    }

    fn send_all(&mut self, traffic: &Traffic, world: &mut World) -> Result<(), Ended> {
        let (mut chance, mut call, all) = (Chance::seeded(traffic.seed), 0, traffic.requests());
        for second in 0..traffic.seconds {
            world.work().note(call, all);
            world.work().show(Glimpse { world, traffic: Some((traffic, &self.report.seconds)) });
            let count = traffic.pace.in_second(second, traffic.seconds);
            for place in 0..count {
                call += 1;
                if call % NOTED == 0 {
                    world.work().note(call, all);
                }
                let at = self.report.began.plus_millis(second * 1000 + place * 1000 / count);
                let request = self.requests.draw(traffic, call, &mut chance);
                self.catch_up(at, world)?;
                self.second(at, world)?;
                self.attempt(DueRequest { at, call, began: at, request, attempt: 1, held: false }, world)?;
            }
        }
        let end = self.report.began.plus_millis(traffic.seconds * 1000);
        self.catch_up(end, world)?;
        while let Some(std::cmp::Reverse(due)) = self.waiting.pop() {
            self.attempt(due, world)?;
        }
        // The last seconds belong to the account even if nothing arrives in them.
        self.second(self.report.began.plus_millis((traffic.seconds * 1000).saturating_sub(1)), world)?;
        Ok(())
    }

    /// Sends what is due before a moment.
    fn catch_up(&mut self, until: Timestamp, world: &mut World) -> Result<(), Ended> {
        while self.waiting.peek().is_some_and(|next| next.0.at < until) {
            let Some(std::cmp::Reverse(due)) = self.waiting.pop() else { break };
            self.attempt(due, world)?;
        }
        Ok(())
    }

    /// The account of the second that a moment lies in; those before it are closed.
    fn second(&mut self, at: Timestamp, world: &mut World) -> Result<&mut Second, Stopped> {
        let number = usize::try_from(at.millis_since(self.report.began) / 1000).unwrap_or(usize::MAX - 1);
        while self.report.seconds.len() <= number {
            world.work().step(SECOND_STEPS)?;
            self.close_second(world);
            self.report.seconds.push(Second::default());
        }
        Ok(&mut self.report.seconds[number])
    }

    /// Closes the account of the open second: lets it come to its end, and notes what was consumed.
    fn close_second(&mut self, world: &mut World) {
        let end = self.report.began.plus_millis(self.report.seconds.len() as u64 * 1000);
        if let Some(open) = self.report.seconds.last_mut() {
            world.advance_to(end);
            open.used = self.meter.used(world.engine());
        }
    }

    /// Sends a request once, and decides what follows.
    fn attempt(&mut self, mut due: DueRequest, world: &mut World) -> Result<(), Ended> {
        world.work().step(1)?;
        self.second(due.at, world)?;
        if let Some(client) = self.client.as_mut().filter(|_| !due.held) {
            let wait = client.before(due.at);
            due.held = true;
            if wait > 0 {
                due.at = due.at.plus_millis(wait);
                self.waiting.push(std::cmp::Reverse(due));
                return Ok(());
            }
        }
        world.advance_to(due.at);
        self.report.attempts += 1;
        if due.attempt == 1 {
            // Counted as it is sent: a call that the stop came before was never made.
            self.second(due.began, world)?.calls += 1;
        }
        // What is sent already is not taken back: the next attempt ends.
        let _ = world.work().spend(self.requests.steps(due.request));
        let answer = self.requests.send(due.request, due.call, world.engine_mut());
        world.note_changes();
        self.note(&answer, due)?;
        let (next, ended) = self.next(answer, due);
        let second = self.second(due.at, world)?;
        match next {
            Next::Retry(wait) => {
                let again = DueRequest { at: ended.plus_millis(wait), attempt: due.attempt + 1, held: false, ..due };
                self.waiting.push(std::cmp::Reverse(again));
            }
            Next::Done => {
                second.succeeded += 1;
                self.report.slowest = self.report.slowest.max(ended.millis_since(due.began));
            }
            _ => second.failed += 1,
        }
        Ok(())
    }

    /// What the client does after an attempt, and when it knows.
    fn next(&mut self, answer: Result<(), ApiError>, due: DueRequest) -> (Next, Timestamp) {
        let Some(client) = &mut self.client else {
            return (if answer.is_ok() { Next::Done } else { Next::NoAttemptsLeft }, due.at);
        };
        let (outcome, ended) = match answer {
            _ if client.loses() => (AttemptOutcome::TimedOut, due.at.plus_millis(client.settings().timeout)),
            Ok(()) => (AttemptOutcome::Answered(Value::Null), due.at),
            Err(error) => (AttemptOutcome::Refused(error), due.at),
        };
        (client.after(due.attempt, &outcome, ended), ended)
    }

    /// Enters an answer in the accounts of its second, its key and its reasons.
    fn note(&mut self, answer: &Result<(), ApiError>, due: DueRequest) -> Result<(), TrafficError> {
        let key = &mut self.keys[due.request.key_place()];
        let Err(error) = answer else {
            key.0 += 1;
            return Ok(());
        };
        let Some(reason) = throttling_reason(error) else { return Err(TrafficError::Refused(error.clone())) };
        key.1 += 1;
        *self.report.reasons.entry(reason).or_default() += 1;
        if let Some(second) = self.report.seconds.last_mut() {
            second.throttled += 1;
        }
        Ok(())
    }

    fn finish(&mut self, world: &mut World, traffic: &Traffic) {
        self.close_second(world);
        self.report.places = self.meter.places(world.engine());
        let mut busiest: Vec<usize> = (0..self.keys.len()).collect();
        busiest.sort_by_key(|place| (std::cmp::Reverse(self.keys[*place].0 + self.keys[*place].1), *place));
        let load = |place: usize| {
            let (served, throttled) = self.keys[place];
            KeyLoad { key: traffic.keys.text(place as u64), served, throttled }
        };
        self.report.keys = busiest.into_iter().take(BUSIEST_KEYS).map(load).collect();
    }
}

/// The reason of a refusal for want of throughput; `None` for any other.
fn throttling_reason(error: &ApiError) -> Option<String> {
    let reasons = error.members.get("ThrottlingReasons").or_else(|| error.members.get("throttlingReasons"))?;
    Some(reasons.get(0)?.get("reason")?.as_str()?.to_owned())
}
