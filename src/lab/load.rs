//! A lab's load, run on whatever design there is: what each access pattern costs, and what is refused.
//!
//! The life of a pattern's call: [`Route::of`] takes the best way that keys and indexes offer: the item itself, else the
//! Query that most conditions narrow, of those one that has the order that is wanted, else a Scan; what the keys do not say
//! is filtered, and what the index does not order is read whole. The call is sent past the prompt, its cost taken from
//! ConsumedCapacity, and a refusal counted and not retried. Calls of a second run beside each other.
//!
//! Everything that ran is one entry of the journal, `Load`, by the patterns' names. Left out: clients that retry, fetching
//! from the table what an index does not hold.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::fill;
use super::workbench::{Workbench, heat_lines};
use crate::chance::Chance;
use crate::content::lab::load::{Load, Pattern};
use crate::content::lab::{Generate, SetupTable};
use crate::engine::capacity::{Direction, Place, grouped};
use crate::engine::table::Table;
use crate::engine::table::schema::{IndexKind, KeySchema};
use crate::engine::{ApiError, ErrorKind};

/// The work of a call, in steps, and of half a unit that it reads or writes.
const CALL_STEPS: u64 = 20;
const HALF_STEPS: u64 = 1;
/// How many bytes of what it sends are a step's work, and how many bytes a part of it counts at least.
const STEP_BYTES: u64 = 64;
const PART_BYTES: u64 = 256;
/// Where a load's units were spent: its calls are counted whole.
const PLACES: &str = "table and indexes";
/// How long the widest name of a pattern is told.
const WIDEST: usize = 44;

/// What a pattern came to.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    title: String,
    id: String,
    way: String,
    calls: u64,
    refused: u64,
    items: u64,
    read: f64,
    written: f64,
}

/// What a minute of it came to, for a dashboard.
#[derive(Clone, Debug, Default)]
pub(super) struct Minute {
    pub(super) read: f64,
    pub(super) written: f64,
    pub(super) refused: u64,
    pub(super) served: u64,
    pub(super) items: u64,
}

/// What a load came to.
#[derive(Clone, Debug, Default)]
pub(super) struct Report {
    outcomes: Vec<Outcome>,
    pub(super) minutes: Vec<Minute>,
    rows: u64,
    lost: u64,
    stopped: bool,
}

/// Runs a load, and enters it in the journal.
///
/// # Errors
/// Why it cannot be run, for the learner.
pub(super) fn run(load: &Load, bench: &mut Workbench) -> Result<String, String> {
    let report = measured(load, bench)?;
    let (now, heat) = (bench.engine().now(), heat_lines(bench, &load.table));
    let patterns: Map<String, Value> = report.outcomes.iter().map(|it| (it.id.clone(), it.json())).collect();
    let sum = |of: fn(&Outcome) -> f64| report.outcomes.iter().map(of).sum::<f64>();
    // Named as traffic's are, so that what it cost is counted with the rest.
    let units = json!([{"Place": PLACES, "Read": sum(|it| it.read), "Write": sum(|it| it.written)}]);
    let mut answer = json!({
        "Attempts": report.outcomes.iter().map(|it| it.calls).sum::<u64>(), "Units": units,
        "Refused": report.outcomes.iter().map(|it| it.refused).sum::<u64>(), "Rows": report.rows, "Lost": report.lost,
    });
    if let Some(members) = answer.as_object_mut() {
        members.extend(patterns);
    }
    bench.note(now, "Load", &json!({"TableName": load.table}), &Ok(answer));
    Ok(report.text(load, &heat))
}

/// Runs a load, and enters nothing in the journal.
///
/// # Errors
/// Why it cannot be run, for the learner.
pub(super) fn measured(load: &Load, bench: &mut Workbench) -> Result<Report, String> {
    bench.as_admin(|bench| bench.unseen(|bench| bench.with_still_clock(|bench| runs(load, bench))))
}

fn runs(load: &Load, bench: &mut Workbench) -> Result<Report, String> {
    let there = |bench: &Workbench| bench.engine().table(&load.table).is_some();
    if !there(bench) {
        return Err(format!("There is no table {} yet: create it first.", load.table));
    }
    let mut report = Report::default();
    (report.rows, report.lost) = filled(load, bench)?;
    let plans: Vec<Plan<'_>> =
        load.patterns.iter().map(|pattern| Plan::of(pattern, load, bench)).collect::<Result<_, _>>()?;
    report.outcomes = plans.iter().map(Plan::outcome).collect();
    let mut chance = Chance::seeded(1);
    let mut number = 0;
    for second in 0..load.seconds {
        if second % 60 == 0 {
            report.minutes.push(Minute::default());
        }
        for (plan, outcome) in plans.iter().zip(&mut report.outcomes) {
            let by = |second: u64| second * plan.pattern.per_minute / 60;
            for _ in by(second)..by(second + 1) {
                number += 1;
                let call = plan.call(bench, number, &mut chance);
                outcome.add(&call);
                if let Some(minute) = report.minutes.last_mut() {
                    minute.add(&call);
                }
                let halves = call.halves();
                if bench.work().step(CALL_STEPS + HALF_STEPS * halves + call.sent / STEP_BYTES).is_err() {
                    report.stopped = true;
                    return Ok(report);
                }
            }
        }
        bench.pass_second();
    }
    Ok(report)
}

/// Puts the rows in if the table is empty; returns how many there are, and how many were lost because others had their key.
fn filled(load: &Load, bench: &mut Workbench) -> Result<(u64, u64), String> {
    let rows: u64 = load.rows.iter().map(|row| row.count).sum();
    let held = |bench: &Workbench| bench.engine().table(&load.table).map_or(0, |table| table.items().len() as u64);
    if rows == 0 {
        return Ok((held(bench), 0));
    }
    if held(bench) == 0 {
        let into = |generate: Vec<Generate>| SetupTable {
            create: json!({"TableName": load.table}),
            generate,
            items: Vec::new(),
        };
        fill::rows(bench, &into(load.rows.clone()))
            .map_err(|error| format!("An item cannot be put into {}: {}", load.table, error.message))?;
        bench.let_settle();
    }
    let held = held(bench);
    Ok((held, rows.saturating_sub(held)))
}

/// A call that was made.
#[derive(Default)]
struct Call {
    read: f64,
    written: f64,
    items: u64,
    /// The bytes of what it sent: a call that is refused has been made, too.
    sent: u64,
    is_refused: bool,
}

impl Call {
    /// What it read and wrote, in half units.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "units of one call")]
    fn halves(&self) -> u64 {
        ((self.read + self.written) * 2.0).round() as u64
    }
}

/// How a pattern is asked of the table as it is.
struct Plan<'a> {
    pattern: &'a Pattern,
    table: &'a str,
    route: Route,
}

/// The way to the items.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Route {
    Put,
    Get,
    Query {
        index: Option<String>,
        /// The attributes that its key condition sets.
        keys: Vec<String>,
        /// Whether items come in the order that is wanted.
        is_ordered: bool,
    },
    Scan,
}

impl Route {
    fn of(pattern: &Pattern, table: &Table) -> Self {
        if !pattern.put.is_empty() {
            return Self::Put;
        }
        let own = &table.keys;
        let equal = |name: &str| pattern.equal.contains_key(name);
        if own.partition.iter().chain(&own.sort).all(|key| equal(&key.name)) {
            return Self::Get;
        }
        let narrowed = |keys: &KeySchema| -> Option<(Vec<String>, bool)> {
            if !keys.partition.iter().all(|key| equal(&key.name)) {
                return None;
            }
            let mut names: Vec<String> = keys.partition.iter().map(|key| key.name.clone()).collect();
            let mut rest = keys.sort.iter().peekable();
            while let Some(key) = rest.next_if(|key| equal(&key.name)) {
                names.push(key.name.clone());
            }
            if let Some(key) = rest.next_if(|key| pattern.begins.contains_key(&key.name)) {
                names.push(key.name.clone());
            }
            let ordered = pattern.order.as_ref().is_none_or(|order| {
                keys.sort.iter().find(|key| !equal(&key.name)).is_some_and(|key| key.name == order.by)
            });
            Some((names, ordered))
        };
        let asked = || {
            let order = pattern.order.iter().map(|order| &order.by);
            pattern.equal.keys().chain(pattern.begins.keys()).chain(order).chain(&pattern.wants)
        };
        let of_table = narrowed(own).map(|(keys, is_ordered)| Self::Query { index: None, keys, is_ordered });
        let of_index = table.indexes.iter().filter_map(|index| {
            let schema = &index.schema;
            let is_fresh = !pattern.consistent || schema.kind == IndexKind::Local;
            let is_ready = index.state.status() == "ACTIVE";
            if !is_fresh || !is_ready || !asked().all(|name| schema.holds(name, own)) {
                return None;
            }
            let (keys, is_ordered) = narrowed(&schema.keys)?;
            Some(Self::Query { index: Some(schema.name.to_string()), keys, is_ordered })
        });
        let rank = |route: &Self| match route {
            Self::Query { keys, is_ordered, .. } => (keys.len(), *is_ordered),
            _ => (0, false),
        };
        // The first of the best: the table before its indexes.
        let mut best = Self::Scan;
        for route in of_table.into_iter().chain(of_index) {
            if rank(&route) > rank(&best) {
                best = route;
            }
        }
        best
    }

    fn words(&self) -> String {
        match self {
            Self::Put => "PutItem".to_owned(),
            Self::Get => "GetItem".to_owned(),
            Self::Query { index, is_ordered, .. } => {
                let place = index.as_ref().map_or_else(|| "Query".to_owned(), |index| format!("Query {index}"));
                if *is_ordered { place } else { place + ", sorted after" }
            }
            Self::Scan => "Scan".to_owned(),
        }
    }
}

impl<'a> Plan<'a> {
    fn of(pattern: &'a Pattern, load: &'a Load, bench: &Workbench) -> Result<Self, String> {
        let table = bench.engine().table(&load.table).ok_or_else(|| format!("There is no table {}.", load.table))?;
        Ok(Self { pattern, table: &load.table, route: Route::of(pattern, table) })
    }

    fn outcome(&self) -> Outcome {
        let (id, title) = (self.pattern.id.clone(), self.pattern.title.clone());
        Outcome { id, title, way: self.route.words(), ..Outcome::default() }
    }

    /// Makes a call, with all of its pages.
    fn call(&self, bench: &mut Workbench, number: u64, chance: &mut Chance) -> Call {
        let template = if self.route == Route::Put { &self.pattern.put } else { &self.pattern.equal };
        let Ok(values) = fill::item(template, number, chance) else { return Call::default() };
        let sent = values.values().chain(self.pattern.begins.values().map(|_| &Value::Null)).map(weight).sum();
        let (verb, mut body) = self.request(values);
        let mut call = Call { sent, ..Call::default() };
        loop {
            let answer = match bench.send_unpaced(verb, body.clone()) {
                Ok(answer) => answer,
                Err(error) => {
                    call.is_refused = is_throttle(&error);
                    return call;
                }
            };
            let units = answer["ConsumedCapacity"]["CapacityUnits"].as_f64().unwrap_or_default();
            if self.route == Route::Put {
                call.written += units;
            } else {
                call.read += units;
            }
            call.items += answer["Count"].as_u64().unwrap_or_else(|| u64::from(answer.get("Item").is_some()));
            let has_enough = self.is_cut_short() && self.pattern.first.is_some_and(|first| call.items >= first);
            match answer.get("LastEvaluatedKey").filter(|_| !has_enough) {
                Some(key) => body["ExclusiveStartKey"] = key.clone(),
                None => break,
            }
        }
        call.items = self.pattern.first.map_or(call.items, |first| call.items.min(first));
        call
    }

    /// Whether the first items that come are those that are wanted.
    fn is_cut_short(&self) -> bool {
        match &self.route {
            Route::Query { is_ordered, .. } => *is_ordered,
            Route::Scan => self.pattern.order.is_none(),
            _ => false,
        }
    }

    fn request(&self, values: Map<String, Value>) -> (&'static str, Value) {
        let mut body = json!({"TableName": self.table, "ReturnConsumedCapacity": "TOTAL"});
        let keys = match &self.route {
            Route::Put => {
                body["Item"] = Value::Object(values);
                return ("PutItem", body);
            }
            Route::Get => {
                body["Key"] = Value::Object(values);
                body["ConsistentRead"] = self.pattern.consistent.into();
                return ("GetItem", body);
            }
            Route::Query { index, keys, .. } => {
                if let Some(index) = index {
                    body["IndexName"] = index.as_str().into();
                }
                keys.clone()
            }
            Route::Scan => Vec::new(),
        };
        if self.pattern.consistent {
            body["ConsistentRead"] = true.into();
        }
        let (mut narrow, mut filter) = (Vec::new(), Vec::new());
        let (mut names, mut held) = (Map::new(), Map::new());
        let equal = values.into_iter().map(|(name, value)| (name, value, false));
        let begins = self.pattern.begins.iter().map(|(name, text)| (name.clone(), json!({"S": text}), true));
        for (at, (name, value, is_begin)) in equal.chain(begins).enumerate() {
            let condition = if is_begin { format!("begins_with(#n{at}, :v{at})") } else { format!("#n{at} = :v{at}") };
            if keys.contains(&name) {
                narrow.push(condition);
            } else {
                filter.push(condition);
            }
            names.insert(format!("#n{at}"), name.into());
            held.insert(format!(":v{at}"), value);
        }
        body["ExpressionAttributeNames"] = Value::Object(names);
        body["ExpressionAttributeValues"] = Value::Object(held);
        if !narrow.is_empty() {
            body["KeyConditionExpression"] = narrow.join(" AND ").into();
        }
        if !filter.is_empty() {
            body["FilterExpression"] = filter.join(" AND ").into();
        }
        let is_query = matches!(self.route, Route::Query { .. });
        if let Some(order) = self.pattern.order.as_ref().filter(|_| is_query) {
            body["ScanIndexForward"] = (!order.descending).into();
        }
        if let Some(first) = self.pattern.first.filter(|_| filter.is_empty() && self.is_cut_short()) {
            body["Limit"] = first.into();
        }
        (if is_query { "Query" } else { "Scan" }, body)
    }
}

/// About how many bytes a value takes, each part of it a few more than its text.
fn weight(value: &Value) -> u64 {
    PART_BYTES
        + match value {
            Value::String(text) => text.len() as u64,
            Value::Array(list) => list.iter().map(weight).sum(),
            Value::Object(map) => map.values().map(weight).sum(),
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }
}

fn is_throttle(error: &ApiError) -> bool {
    matches!(error.kind, ErrorKind::ProvisionedThroughputExceededException | ErrorKind::ThrottlingException)
}

impl Outcome {
    fn add(&mut self, call: &Call) {
        self.calls += 1;
        self.refused += u64::from(call.is_refused);
        self.items += call.items;
        self.read += call.read;
        self.written += call.written;
    }

    /// Units of a call that was served.
    #[expect(clippy::cast_precision_loss, reason = "counts of a lab lie far below 2^52")]
    fn each(&self, units: f64) -> f64 {
        let served = (self.calls - self.refused).max(1) as f64;
        (units / served * 100.0).round() / 100.0
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a lab lie far below 2^52")]
    fn json(&self) -> Value {
        let served = (self.calls - self.refused).max(1);
        json!({
            "Calls": self.calls, "Refused": self.refused, "RCU": self.each(self.read), "WCU": self.each(self.written),
            "Items": self.items as f64 / served as f64, "Way": self.way.split([' ', ',']).next(),
        })
    }
}

impl Minute {
    fn add(&mut self, call: &Call) {
        self.read += call.read;
        self.written += call.written;
        self.refused += u64::from(call.is_refused);
        self.served += u64::from(!call.is_refused);
        self.items += call.items;
    }
}

impl Report {
    /// What it came to, as a table, and the load of each partition.
    fn text(&self, load: &Load, heat: &[String]) -> String {
        let width = self.outcomes.iter().map(|it| it.title.chars().count()).max().unwrap_or(0).clamp(7, WIDEST);
        let ways = self.outcomes.iter().map(|it| it.way.len()).max().unwrap_or(0).max(3);
        let mut out = format!("{} seconds of load on {}, each call once (model).\n", load.seconds, load.table);
        if self.lost > 0 {
            let _ = writeln!(
                out,
                "The table holds {} items; {} were replaced by others with the same key.",
                grouped(self.rows),
                grouped(self.lost)
            );
        }
        let _ =
            writeln!(out, "{:width$}  {:>6}  {:ways$}  {:>11}  {:>7}", "pattern", "calls", "way", "each", "refused");
        for it in &self.outcomes {
            let title: String = it.title.chars().take(width).collect();
            let each = if it.written > 0.0 || it.way == "PutItem" {
                format!("{} WCU", it.each(it.written))
            } else {
                format!("{} RCU", it.each(it.read))
            };
            let (calls, refused) = (grouped(it.calls), grouped(it.refused));
            let _ = writeln!(out, "{title:width$}  {calls:>6}  {:ways$}  {each:>11}  {refused:>7}", it.way);
        }
        if self.stopped {
            out.push_str("It was stopped on the way: that was more work than one line may do.\n");
        }
        out + &heat.join("\n") + "\n"
    }
}

/// Units that a table, without its indexes, has a second: read and write; `None` on demand.
pub(super) fn provisioned(table: &str, bench: &Workbench) -> Option<(u64, u64)> {
    let supply = bench.engine().table(table)?.supply(&Place::Table);
    Some((supply.rate(Direction::Read), supply.rate(Direction::Write)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: &str = "create-table --table-name Orders --billing-mode PAY_PER_REQUEST --attribute-definitions \
        AttributeName=who,AttributeType=S AttributeName=day,AttributeType=S \
        --key-schema AttributeName=who,KeyType=HASH AttributeName=day,KeyType=RANGE";
    const INDEX: &str = r#"--global-secondary-indexes [{"IndexName":"byState","KeySchema":[{"AttributeName":"state","KeyType":"HASH"},{"AttributeName":"day","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}]"#;

    fn load(yaml: &str) -> Load {
        serde_yaml::from_str(yaml).unwrap()
    }

    const ROWS: &str = r#"{table: Orders, seconds: 6, rows: [{count: 300, seed: 1, item: {who: {S: "C-{int:1:3}"}, day: {S: "2026-{n:4}"}, state: {S: "{pick:OPEN|SENT}"}, note: {S: "{text:300}"}}}], patterns: ["#;

    fn ran(create: &str, patterns: &str) -> (Workbench, Result<String, String>) {
        let mut bench = Workbench::new();
        bench.run(create);
        bench.run(":clock +1m");
        let text = run(&load(&format!("{ROWS}{patterns}]}}")), &mut bench);
        (bench, text)
    }

    #[test]
    fn a_pattern_takes_the_best_way_that_keys_and_indexes_offer() {
        let newest = r#"{id: newest, title: newest, per_minute: 60, equal: {who: {S: "C-1"}}, order: {by: day, descending: true}, first: 2}"#;
        let open = "{id: open, title: open, per_minute: 60, equal: {state: {S: OPEN}}, wants: [who]}";
        let noted = "{id: noted, title: noted, per_minute: 60, equal: {state: {S: OPEN}}, wants: [note]}";
        let one = r#"{id: one, title: one, per_minute: 60, equal: {who: {S: "C-1"}, day: {S: "2026-0001"}}, consistent: true}"#;
        let put =
            r#"{id: put, title: put, per_minute: 60, put: {who: {S: "C-9"}, day: {S: "{n:6}"}, state: {S: NEW}}}"#;
        let way = |create: &str, pattern: &str, id: &str| {
            let (bench, text) = ran(create, pattern);
            text.unwrap();
            let entry = bench.engine().journal().entries().next_back().unwrap();
            let of = entry.outcome.as_ref().unwrap()[id].clone();
            (of["Way"].as_str().unwrap().to_owned(), of["RCU"].as_f64().unwrap() + of["WCU"].as_f64().unwrap())
        };
        let indexed = CREATE.replace(
            "AttributeName=day,AttributeType=S",
            "AttributeName=day,AttributeType=S AttributeName=state,AttributeType=S",
        );
        let indexed = format!("{indexed} {INDEX}");
        assert_eq!(
            way(CREATE, newest, "newest"),
            ("Query".to_owned(), 0.5),
            "the order of the key, and no more than two"
        );
        assert_eq!(way(CREATE, one, "one"), ("GetItem".to_owned(), 1.0));
        let (scan, price) = way(CREATE, open, "open");
        assert!(scan == "Scan" && price > 10.0, "{scan} {price}");
        let (query, cheap) = way(&indexed, open, "open");
        assert!(query == "Query" && cheap < 2.0, "{query} {cheap}");
        assert_eq!(way(&indexed, noted, "noted").0, "Scan", "the index does not hold note");
        assert_eq!(way(&indexed, put, "put"), ("PutItem".to_owned(), 2.0), "the index is written too");
    }

    #[test]
    fn items_with_the_same_key_are_lost_and_told() {
        let create =
            CREATE.replace(" AttributeName=day,AttributeType=S", "").replace(" AttributeName=day,KeyType=RANGE", "");
        let (_, text) = ran(&create, r#"{id: a, title: a, per_minute: 60, equal: {who: {S: "C-1"}}}"#);
        assert!(text.unwrap().contains("The table holds 3 items; 297 were replaced by others"), "three customers");
        let (_, text) = ran("list-tables", r#"{id: a, title: a, per_minute: 60, equal: {who: {S: "C-1"}}}"#);
        assert_eq!(text.unwrap_err(), "There is no table Orders yet: create it first.");
    }

    #[test]
    fn what_is_refused_is_counted_and_not_retried() {
        let create = CREATE.replace(
            "--billing-mode PAY_PER_REQUEST",
            "--provisioned-throughput ReadCapacityUnits=5,WriteCapacityUnits=1",
        );
        let put = r#"{id: put, title: put, per_minute: 6000, put: {who: {S: "C-9"}, day: {S: "{n:6}"}}}"#;
        let (bench, text) = ran(&create, put);
        assert!(text.is_ok());
        let answer = bench.engine().journal().entries().next_back().unwrap().outcome.clone().unwrap();
        let refused = answer["put"]["Refused"].as_u64().unwrap();
        // 600 writes against a burst of 300 and one a second.
        assert!((290..=310).contains(&refused), "{answer}");
        assert_eq!(answer["Refused"], refused);
    }
}
