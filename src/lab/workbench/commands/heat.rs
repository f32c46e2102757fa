//! `:heat`: what a table and its global indexes may still spend, how their partitions fared, and the last seconds.

use std::sync::Arc;

use super::super::words::Fault;
use super::load::{SOURCE, lines, name};
use super::{OwnCommand, Workbench, table_named};
use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::engine::capacity::{Direction, KeyCount, Limits, Place, Supply, grouped};
use crate::engine::table::{IndexKind, InsightsMode};
use crate::engine::value::json::encode;
use crate::world::traffic::place_loads;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "heat",
    usage: ":heat [TABLE] [--keys]",
    about: "units left, and the load of each partition",
    details: "  Of the table and each global index: what it is given, what is left with its burst, what each partition
  served and refused, and the last seconds: consumed against provisioned. Partitions and burst are a model.
  :heat --keys    the keys accessed and throttled most in the last minute, where Contributor Insights are on
",
    needs_words: false,
    run,
};

/// What of a key is counted.
type Count = fn(&KeyCount) -> u64;

/// The switch that asks for keys.
const KEYS: &str = "--keys";
/// How many keys are told.
const MOST_KEYS: usize = 10;
/// How many of the last seconds are told.
const SECONDS: usize = 5;

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    bench.world.engine_mut().settle();
    let wants_keys = words.split_whitespace().any(|word| word == KEYS);
    let words = words.split_whitespace().filter(|word| *word != KEYS).collect::<Vec<_>>().join(" ");
    let table = table_named(bench, &words)?;
    if wants_keys {
        return Ok(contributors(bench.engine(), table));
    }
    let (engine, now) = (bench.engine(), bench.engine().now());
    let mut out = Vec::new();
    for load in place_loads(table, engine) {
        let Some(supply) = engine.table(table).map(|table| table.supply(&load.place)) else { continue };
        out.push(given(&load.place, supply, now));
        out.extend(lines(&load));
        out.extend(seconds(supply));
    }
    out.push(SOURCE.to_owned());
    Ok(out.join("\n") + "\n")
}

/// The keys that were accessed and throttled most, of the table and of each of its global indexes.
fn contributors(engine: &Engine, name: &str) -> String {
    let (now, mut out) = (engine.now(), Vec::new());
    let Some(table) = engine.table(name) else { return String::new() };
    let indexes = table.indexes.iter().filter(|index| index.schema.kind == IndexKind::Global);
    let places =
        indexes.map(|index| (Place::Global(Arc::clone(&index.schema.name)), index.entries(), &index.schema.keys));
    for (place, tree, keys) in std::iter::once((Place::Table, table.items(), &table.keys)).chain(places) {
        let index = if let Place::Global(name) = &place { &**name } else { "" };
        let insights = table.insights.get(index).filter(|insights| insights.status(now) == "ENABLED");
        let Some(insights) = insights else {
            let flag = if index.is_empty() { String::new() } else { format!(" --index-name {index}") };
            out.push(format!(
                "{}: Contributor Insights are off; aws dynamodb update-contributor-insights --table-name {name}{flag} \
                 --contributor-insights-action ENABLE switches them on.",
                self::name(&place)
            ));
            continue;
        };
        let counted = table.supply(&place).busiest().keys(now);
        let accessed = insights.mode == InsightsMode::AccessedAndThrottledKeys;
        let told: [(&str, bool, Count); 2] =
            [("accessed", accessed, |key| key.served), ("throttled", true, |key| key.refused)];
        for (what, wanted, count) in told {
            if !wanted {
                continue;
            }
            out.push(format!("{}: most {what} keys of the last minute (model)", self::name(&place)));
            let mut keys_of: Vec<&KeyCount> = counted.iter().filter(|key| count(key) > 0).collect();
            keys_of.sort_by_key(|key| (std::cmp::Reverse(count(key)), key.address));
            if keys_of.is_empty() {
                out.push("  none".to_owned());
            }
            for key in keys_of.into_iter().take(MOST_KEYS) {
                let position = tree.first_of(key.address.hash);
                let parts =
                    position.map(|at| &at.parts[..keys.partition.len().min(at.parts.len())]).unwrap_or_default();
                let text: Vec<String> = parts.iter().map(|part| encode(&part.to_value()).to_string()).collect();
                let text = if text.is_empty() { "a key that is gone".to_owned() } else { text.join(", ") };
                let sign = if key.missed > 0 { "at least " } else { "" };
                out.push(format!("  {sign}{:>8}  {text}", grouped(count(key))));
            }
        }
    }
    out.push("A partition key that stands out is a hot key: spread it (write sharding), cache it, or give its items another.".to_owned());
    out.join("\n") + "\n"
}

/// What a place is given, and what is left of it.
fn given(place: &Place, supply: &Supply, now: Timestamp) -> String {
    let [read, write] = [Direction::Read, Direction::Write];
    let (rates, left) = (
        [supply.rate(read), supply.rate(write)].map(grouped),
        [supply.left(read, now), supply.left(write, now)].map(grouped),
    );
    let mode = match supply.limits() {
        Limits::Provisioned { .. } => "provisioned with",
        Limits::OnDemand { .. } => "on demand, warm for",
    };
    format!(
        "{}: {mode} {} RCU and {} WCU a second;\n  left now, burst included: {} RCU and {} WCU (model)",
        name(place),
        rates[0],
        rates[1],
        left[0],
        left[1]
    )
}

/// Consumed against provisioned in the last seconds in which something happened.
fn seconds(supply: &Supply) -> Vec<String> {
    let mut lines = Vec::new();
    for (direction, unit) in [(Direction::Read, "RCU"), (Direction::Write, "WCU")] {
        let last: Vec<_> = supply.seconds(direction).rev().take(SECONDS).collect();
        for span in last.into_iter().rev() {
            let time = Timestamp::from_millis(span.number * 1000).to_string();
            lines.push(format!(
                "  {} {:>9} of {} {unit} a second, {} refused",
                &time[11..19],
                span.served.grouped(),
                grouped(supply.rate(direction)),
                span.refused
            ));
        }
    }
    lines
}
