//! Checks held against the journal and the tables: met or not, and if not, why.

use serde_json::{Map, Value};

use super::pattern::{fits, holds, same_target};
use super::workbench::Workbench;
use crate::content::lab::{Check, IndexState, ItemState, LinePattern, RequestPattern};
use crate::engine::Entry;
use crate::engine::capacity::{Units, grouped};
use crate::engine::value::json::{decode_item, encode_item};

/// A check and whether it is met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What is wanted.
    pub want: String,
    /// Whether it is met.
    pub met: bool,
    /// What was found instead, from the journal and the tables; empty if it is met.
    pub found: String,
    /// Why it matters or what to do; shown while it is not met.
    pub because: String,
}

/// Where a step and its newest line began: the journal's newest entry at the time.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    /// The step.
    pub step: u64,
    /// The line.
    pub line: u64,
}

/// Judges one check over the requests since a step and a line began.
#[must_use]
pub fn judge(check: &Check, bench: &Workbench, marks: Marks) -> Verdict {
    let since = marks.step;
    let found = if let Some(pattern) = &check.request {
        request(pattern, bench, since)
    } else if let Some(pattern) = &check.no_request {
        no_request(pattern, bench, since)
    } else if let Some(pattern) = &check.line {
        line(pattern, bench, marks.line)
    } else if let Some(state) = &check.item {
        item(state, bench)
    } else if let Some(state) = &check.index {
        index(state, bench)
    } else if let Some(presence) = &check.table {
        let there = bench.engine().tables().any(|table| *table.name == *presence.name);
        (there != presence.exists)
            .then(|| if there { "the table exists".to_owned() } else { "there is no such table".to_owned() })
    } else {
        Some("this check states nothing to check".to_owned())
    };
    Verdict {
        want: check.want.clone(),
        met: found.is_none(),
        found: found.unwrap_or_default(),
        because: check.because.clone(),
    }
}

/// What speaks against "some request fits"; `None` if one does (or as many as are wanted).
fn request(pattern: &RequestPattern, bench: &Workbench, since: u64) -> Option<String> {
    let wanted = pattern.times.unwrap_or(1);
    let fitting = u64::try_from(bench.entries_since(since).filter(|entry| fits(pattern, entry)).count()).unwrap_or(0);
    if fitting >= wanted {
        return None;
    }
    if fitting > 0 {
        return Some(format!("{fitting} of {wanted} so far"));
    }
    let near = bench.entries_since(since).rev().find(|entry| same_target(pattern, entry));
    Some(match near {
        Some(entry) => format!("the last {}", describe(entry)),
        None => match bench.entries_since(since).next_back() {
            Some(entry) => format!("the last request was {}", describe(entry)),
            None => "no request in this step yet".to_owned(),
        },
    })
}

/// What speaks against the newest line; `None` if its requests fit together.
fn line(pattern: &LinePattern, bench: &Workbench, since: u64) -> Option<String> {
    let Some(last) = bench.entries_since(since).next_back() else {
        return Some("no request in this step yet".to_owned());
    };
    if !bench.entries_since(since).all(|entry| fits(&pattern.of, entry)) {
        return Some(format!("the last request was {}", describe(last)));
    }
    let entries = || bench.entries_since(since);
    let returned: u64 = entries().filter_map(|entry| entry.number("Count")).sum();
    let more = last.outcome.as_ref().is_ok_and(|body| body.get("LastEvaluatedKey").is_some());
    let units: Units = entries().map(|entry| entry.read_units() + entry.write_units()).sum();
    if returned != pattern.returned {
        let stopped = if more { ", and a LastEvaluatedKey says that there may be more" } else { "" };
        return Some(format!(
            "the last {} returned {} items, not {}{stopped}",
            last.verb,
            grouped(returned),
            grouped(pattern.returned)
        ));
    }
    match pattern.max_units.and_then(Units::from_f64) {
        Some(most) if units > most => Some(format!("the last {} cost {units} units, more than {most}", last.verb)),
        _ => None,
    }
}

fn no_request(pattern: &RequestPattern, bench: &Workbench, since: u64) -> Option<String> {
    let found = bench.entries_since(since).rev().find(|entry| fits(pattern, entry));
    found.map(|entry| format!("there was {}", describe(entry)))
}

/// A request and what came of it, in a few words.
fn describe(entry: &Entry) -> String {
    let mut out = entry.verb.clone();
    if let Some(index) = entry.request.get("IndexName").and_then(Value::as_str) {
        out = format!("{out} on index {index}");
    }
    if let Some(region) = &entry.region {
        out = format!("{out} in {region}");
    }
    if let Some(around) = describe_around(entry) {
        return around;
    }
    if entry.is_cached {
        return format!("{out}, answered by the cache");
    }
    if let Err(error) = &entry.outcome {
        return format!("{out}, refused with {}: {}", error.kind.name(), error.message);
    }
    if let (Some(scanned), Some(count)) = (entry.number("ScannedCount"), entry.number("Count")) {
        out = format!("{out}, which read {} items and returned {}", grouped(scanned), grouped(count));
    }
    let (read, write) = (entry.read_units(), entry.write_units());
    match (read.as_halves(), write.as_halves()) {
        (0, 0) => out,
        (_, 0) => format!("{out} for {read} RCU"),
        _ => format!("{out} for {write} WCU"),
    }
}

/// "1 record", "2 records".
fn counted(number: &Value, thing: &str) -> String {
    format!("{number} {thing}{}", if number.as_u64() == Some(1) { "" } else { "s" })
}

/// Traffic or an invocation in a few words; `None` for a request.
fn describe_around(entry: &Entry) -> Option<String> {
    let answer = entry.outcome.as_ref().ok()?;
    match entry.verb.as_str() {
        "Traffic" => {
            let number = |member: &str| grouped(entry.number(member).unwrap_or_default());
            let table = entry.request["TableName"].as_str().unwrap_or_default();
            Some(format!(
                "traffic on {table} had {} calls, of which {} failed; {} attempts were throttled",
                number("Calls"),
                number("Failed"),
                number("Throttled")
            ))
        }
        "Invoke" => Some(format!(
            "invocation of {} with {}: {}",
            entry.request["FunctionName"].as_str().unwrap_or_default(),
            counted(&entry.request["Records"], "record"),
            answer["Result"].as_str().unwrap_or_default()
        )),
        _ => None,
    }
}

fn item(state: &ItemState, bench: &Workbench) -> Option<String> {
    let Some(table) = bench.engine().tables().find(|table| *table.name == *state.table) else {
        return Some(format!("there is no table {}", state.table));
    };
    let key: Map<String, Value> = state.key.clone().into_iter().collect();
    let position = match decode_item(&key).and_then(|key| table.keys.position_of_key(&key)) {
        Ok(position) => position,
        Err(error) => return Some(format!("the check's own key is wrong: {}", error.message)),
    };
    let stored = match (table.get(&position), state.absent) {
        (None, true) => return None,
        (None, false) => return Some("there is no such item".to_owned()),
        (Some(_), true) => return Some("the item is still there".to_owned()),
        (Some(stored), false) => encode_item(&stored.item),
    };
    let differing =
        state.has.iter().find(|(name, wanted)| !stored.get(*name).is_some_and(|found| holds(found, wanted)))?;
    Some(match stored.get(differing.0) {
        Some(found) => format!("{} is {found}", differing.0),
        None => format!("the item has no {}", differing.0),
    })
}

fn index(state: &IndexState, bench: &Workbench) -> Option<String> {
    let Some(table) = bench.engine().tables().find(|table| *table.name == *state.table) else {
        return Some(format!("there is no table {}", state.table));
    };
    let keyed = |index: &&crate::engine::table::Index| {
        index.schema.keys.partition.iter().any(|key| key.name == state.partition_key)
    };
    let Some(index) = table.indexes.iter().find(keyed) else {
        return Some(format!("no index of {} has {} as its partition key", state.table, state.partition_key));
    };
    let status = index.state.status();
    match &state.status {
        Some(wanted) if wanted != status => Some(format!("index {} is {status}", index.schema.name)),
        _ => None,
    }
}
