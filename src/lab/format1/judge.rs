//! Checks held against what a step's requests came to and the tables: met or not, and if not, why.

use serde_json::{Map, Value};

use super::pattern::holds;
use super::tally::{Line, Seen, Tally};
use crate::content::lab::format1::{Check, IndexState, ItemState, LinePattern, RequestPattern};
use crate::engine::Entry;
use crate::engine::capacity::{Units, grouped};
use crate::engine::messages::wording::Wording;
use crate::engine::value::json::{decode_item, encode_item};
use crate::lab::case::Verdict;
use crate::lab::workbench::Workbench;

/// Judges one check by what it has seen of the step's requests, and by the tables.
pub(in crate::lab) fn judge(check: &Check, seen: &Seen, tally: &Tally, bench: &Workbench) -> Verdict {
    let found = if let Some(pattern) = &check.request {
        request(pattern, seen, tally)
    } else if check.no_request.is_some() {
        seen.nearest.as_ref().map(|words| format!("there was {words}"))
    } else if let Some(pattern) = &check.line {
        line(pattern, seen, tally)
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
    let because = check.because.split_whitespace().collect::<Vec<_>>().join(" ");
    Verdict {
        want: check.want.clone(),
        met: found.is_none(),
        reason: found.map(|found| format!("Found: {found}. {because}")).unwrap_or_default(),
    }
}

/// What stands in the way of "some request fits"; `None` if one does (or as many as are wanted).
fn request(pattern: &RequestPattern, seen: &Seen, tally: &Tally) -> Option<String> {
    let wanted = pattern.times.unwrap_or(1);
    if seen.fitting >= wanted {
        return None;
    }
    if seen.fitting > 0 {
        return Some(format!("{} of {wanted} so far", seen.fitting));
    }
    Some(match (&seen.nearest, &tally.newest) {
        (Some(near), _) => format!("the last {near}"),
        (None, Some(newest)) => format!("the last request was {newest}"),
        (None, None) => NO_REQUEST.to_owned(),
    })
}

const NO_REQUEST: &str = "no request in this step yet";

/// What stands in the way of the newest line; `None` if its requests fit together.
fn line(pattern: &LinePattern, seen: &Seen, tally: &Tally) -> Option<String> {
    let (Some(line), Some(newest)) = (&seen.line, &tally.newest) else { return Some(NO_REQUEST.to_owned()) };
    let Line { is_fitting, returned, units, verb, has_more } = line;
    if !is_fitting {
        return Some(format!("the last request was {newest}"));
    }
    if *returned != pattern.returned {
        let stopped = if *has_more { ", and a LastEvaluatedKey says that there may be more" } else { "" };
        return Some(format!(
            "the last {verb} returned {} items, not {}{stopped}",
            grouped(*returned),
            grouped(pattern.returned)
        ));
    }
    match pattern.max_units.and_then(Units::from_f64) {
        Some(most) if *units > most => Some(format!("the last {verb} cost {units} units, more than {most}")),
        _ => None,
    }
}

/// A request and what came of it, in a few words.
pub(super) fn describe(entry: &Entry) -> String {
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
    let position = match decode_item(&key, Wording::default()).and_then(|key| table.keys.position_of_key(&key)) {
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
