//! `:heat`: what a table and its global indexes may still spend, how their partitions fared, and the last seconds.

use super::super::words::Fault;
use super::load::{SOURCE, lines, name};
use super::{OwnCommand, Workbench, table_named};
use crate::clock::Timestamp;
use crate::engine::capacity::{Direction, Limits, Place, Supply, grouped};
use crate::world::traffic::place_loads;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "heat",
    usage: ":heat [TABLE]",
    about: "units left, and the load of each partition",
    details: "  Of the table and each global index: what it is given, what is left with its burst, what each partition
  served and refused, and the last seconds: consumed against provisioned. Partitions and burst are a model.
",
    needs_words: false,
    run,
};

/// How many of the last seconds are told.
const SECONDS: usize = 5;

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    bench.world.engine_mut().settle();
    let table = table_named(bench, words)?;
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
