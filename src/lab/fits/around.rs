//! Whether a run of traffic, or an invocation of a function, is the one that is wanted.

use super::super::facts::Fact;
use super::super::reasons::{bound, listed, noun, spelled};
use super::super::value::{fits as fits_value, key_words, plain_key};
use super::{Fit, MOST_KEYS, ON_TARGET, miss, sdk_fits};
use crate::content::lab::requirement::{InvocationWanted, TrafficWanted};
use crate::engine::messages::wording::Wording;
use crate::engine::value::Item;
use crate::engine::value::json::decode_item;

/// Whether a run of traffic is the one that is wanted.
pub(in super::super) fn traffic_fits(wanted: &TrafficWanted, fact: &Fact) -> Fit {
    let text = |member: &str| fact.request.get(member).and_then(serde_json::Value::as_str);
    let asked = |member: &str| fact.request.get(member).and_then(serde_json::Value::as_f64).unwrap_or_default();
    let found = |member: &str| fact.number(member).unwrap_or_default();
    if let Some(table) = wanted.table.as_ref().filter(|table| text("TableName") != Some(table)) {
        return miss(10, format!("the traffic was on {}, not on {table}", text("TableName").unwrap_or_default()));
    }
    sdk_fits(wanted.sdk.as_deref(), text("Retry"), "the traffic")?;
    let shapes = [("--spike", &wanted.spike), ("--ramp", &wanted.ramp)];
    for (flag, shape) in shapes.into_iter().filter_map(|(flag, shape)| Some((flag, shape.as_ref()?))) {
        let (found, aim) = (text("Pace").unwrap_or_default(), format!("{flag} {shape}"));
        if found != aim {
            return miss(ON_TARGET, format!("the traffic came as {found}, not as {aim}"));
        }
    }
    let calls = found("Calls").max(1.0);
    let seconds = ran_for(fact);
    let figures = [
        (wanted.keys, asked("Keys"), "the traffic used", "partition keys"),
        (wanted.exponent, asked("Exponent"), "the traffic used its keys with the exponent", ""),
        (wanted.shards, asked("Shards"), "the traffic spread each key over", "shards"),
        (wanted.seconds, seconds, "the traffic ran for", "seconds"),
        (wanted.rate, (calls / seconds.max(1.0)).round(), "the traffic had", "calls a second"),
        (wanted.peak, found("Peak"), "the traffic had", "calls a second at its peak"),
        (wanted.reads, asked("Reads"), "of the calls, reads were", "percent"),
        (wanted.size, asked("Filling"), "the items of the traffic were filled with", "bytes"),
        (wanted.calls, found("Calls"), "the traffic had", "calls"),
        (wanted.succeeded, found("Succeeded"), "the traffic had", "calls that ended well"),
        (wanted.failed, found("Failed"), "the traffic had", "calls that failed"),
        (wanted.throttled, found("Throttled"), "the traffic had", "attempts that were throttled"),
        (wanted.failed_percent, 100.0 * found("Failed") / calls, "the share of calls that failed was", "percent"),
    ];
    for (place, (wanted, found, begin, unit)) in figures.into_iter().enumerate() {
        if let Some(wanted) = wanted.filter(|wanted| !wanted.holds(found)) {
            let depth = ON_TARGET + u8::try_from(place).unwrap_or(0);
            if begin.ends_with("exponent") && wanted.holds(0.0) {
                return miss(depth, "the traffic used some keys far more than others (zipf), not all evenly");
            }
            let unit = if unit.is_empty() { String::new() } else { format!(" {}", agreeing(found, unit)) };
            return miss(depth, format!("{begin} {}{unit}, not {}", spelled(found), bound(&wanted)));
        }
    }
    units_fit(wanted, fact)?;
    if let Some(reason) = &wanted.reason
        && fact.response["Reasons"].get(reason).is_none()
    {
        return miss(ON_TARGET + 10, format!("no attempt was throttled for {reason}"));
    }
    Ok(())
}

/// Whether traffic cost as many units as it should, in all or at one place.
fn units_fit(wanted: &TrafficWanted, fact: &Fact) -> Fit {
    let wanted_at = wanted.at.as_deref();
    for (wanted, member, unit) in [(wanted.rcu, "Read", "RCU"), (wanted.wcu, "Write", "WCU")] {
        let place = wanted_place(wanted_at);
        let all = fact.response["Units"].as_array().into_iter().flatten();
        let here = all.filter(|units| {
            place.as_ref().is_none_or(|place| units["Place"].as_str().is_some_and(|it| place.contains(&it.to_owned())))
        });
        let found: f64 = here.filter_map(|units| units[member].as_f64()).sum();
        if let Some(wanted) = wanted.filter(|wanted| !wanted.holds(found)) {
            let at = wanted_at
                .map(|at| format!(" at the {}", if at == "table" { at.to_owned() } else { format!("index {at}") }));
            let at = at.unwrap_or_default();
            return miss(
                ON_TARGET + 9,
                format!("the traffic cost {} {unit}{at}, not {}", spelled(found), bound(&wanted)),
            );
        }
    }
    Ok(())
}

/// For how many seconds traffic ran: a run that was stopped has had those that it came to.
fn ran_for(fact: &Fact) -> f64 {
    let asked = || fact.request.get("Seconds").and_then(serde_json::Value::as_f64).unwrap_or_default();
    fact.number("Ran").unwrap_or_else(asked)
}

/// The names of a place as traffic tells them.
fn wanted_place(at: Option<&str>) -> Option<Vec<String>> {
    let at = at?;
    Some(if at == "table" { vec![at.to_owned()] } else { vec![format!("GSI {at}"), format!("LSI {at}")] })
}

/// What is counted, its first word agreeing with the count: "partition key", "calls that failed".
fn agreeing(count: f64, unit: &str) -> String {
    let is_one = (count - 1.0).abs() < 1e-9;
    let (words, rest) = match unit.find(" that ").or_else(|| unit.find(" a second")) {
        Some(at) => unit.split_at(at),
        None => (unit, ""),
    };
    let rest = if is_one { rest.replace(" that were ", " that was ") } else { rest.to_owned() };
    noun(is_one, words) + &rest
}

/// Whether an invocation is the one that is wanted.
pub(in super::super) fn invocation_fits(wanted: &InvocationWanted, fact: &Fact) -> Fit {
    let function = fact.request["FunctionName"].as_str().unwrap_or_default();
    if let Some(wanted) = wanted.function.as_ref().filter(|wanted| *wanted != function) {
        return miss(10, format!("the invocation was of {function}, not of {wanted}"));
    }
    let asked = |member: &str| fact.request.get(member).and_then(serde_json::Value::as_f64).unwrap_or_default();
    for (wanted, found, begin, unit) in [
        (wanted.records, asked("Records"), "the invocation got", " records"),
        (wanted.attempt, asked("Attempt"), "the invocation was attempt", ""),
    ] {
        if let Some(wanted) = wanted.filter(|wanted| !wanted.holds(found)) {
            let unit = agreeing(found, unit);
            return miss(ON_TARGET, format!("{begin} {}{unit}, not {}", spelled(found), bound(&wanted)));
        }
    }
    if !wanted.key.is_empty() {
        let keys: Vec<Item> = fact.request["Keys"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|key| decode_item(key.as_object()?, Wording::default()).ok())
            .collect();
        let is_it = |key: &Item| wanted.key.iter().all(|(name, matcher)| fits_value(key.get(name), matcher));
        if !keys.iter().any(is_it) {
            let found: Vec<String> = keys.iter().take(MOST_KEYS).map(|key| key_words(key, &[])).collect();
            let aim = key_words(&plain_key(&wanted.key), &[]);
            return miss(ON_TARGET, format!("the invocation of {function} was about {}, not {aim}", listed(&found)));
        }
    }
    let result = fact.response["Result"].as_str().unwrap_or_default();
    let is_ok = fact.response["Succeeded"] == serde_json::Value::Bool(true);
    if wanted.ok.is_some_and(|wanted| wanted != is_ok) {
        return miss(ON_TARGET + 1, format!("the invocation of {function} ended with: {result}"));
    }
    match &wanted.result {
        Some(piece) if !result.contains(piece.as_str()) => {
            miss(ON_TARGET + 2, format!("the invocation of {function} ended with: {result}"))
        }
        _ => Ok(()),
    }
}
