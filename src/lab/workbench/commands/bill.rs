//! `:bill`: what a table's traffic costs on demand, and what its provisioned units cost.

use super::super::words::Fault;
use super::load::name;
use super::{OwnCommand, Workbench, table_named};
use crate::engine::capacity::{Direction, grouped};
use crate::world::bill::{Bill, Dollars, LineItem};

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "bill",
    usage: ":bill [TABLE [REGION]]",
    about: "what its traffic costs, and a month of it",
    details:
        "  What the units served so far would cost on demand, what its provisioned units cost, and a month (730 hours)
  of the same. No free units, reserved capacity, backups, streams or transfer. A model of a bill.
",
    needs_words: false,
    run,
};

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    bench.world.engine_mut().settle();
    let (name, region) = words.split_once(' ').map_or((words, None), |(name, region)| (name, Some(region.trim())));
    let table = table_named(bench, name)?;
    let engine = match region {
        None => bench.engine(),
        Some(region) => {
            bench.world().engine_of(region).ok_or_else(|| format!("Nothing was sent to Region {region} yet"))?
        }
    };
    let bill = Bill::of(table, engine).ok_or("There is nothing to bill yet: let time pass or send traffic")?;
    let mode = if bill.is_on_demand { "on demand" } else { "provisioned" };
    let place = region.map(|region| format!(" in {region}")).unwrap_or_default();
    let mut out = vec![
        format!("Bill of {table}{place}, {} to {} (model; the table is {mode})", time(bill.from), time(bill.until)),
        format!("{:<19} {:>12} {:>10} {:>10} {:>11}", "", "units served", "on demand", "unit-hours", "provisioned"),
    ];
    out.extend(bill.lines.iter().map(row));
    out.push(sums("sum", bill.sum(|line| line.on_demand), bill.sum(|line| line.provisioned)));
    let month = |column: fn(&LineItem) -> Dollars| bill.month(bill.sum(column));
    match (month(|line| line.on_demand), month(|line| line.provisioned), month(|line| line.at_busiest)) {
        (Some(on_demand), Some(provisioned), Some(at_busiest)) => {
            out.push(sums("a month of the same", on_demand, provisioned));
            out.push(format!(
                "Provisioned all the time for its busiest minute, a month would cost {at_busiest}:\n  {}.",
                busiest(&bill)
            ));
        }
        _ => out.push("A month of the same is worked out once a minute of the lab's clock has passed.".to_owned()),
    }
    out.push(format!(
        "Storage: {} bytes billed, {} a month beyond the 25 GB that are free.",
        grouped(bill.stored),
        bill.storage_month
    ));
    out.push(format!("Prices of {}, {}:\n  {}", bill.region, bill.as_of, bill.source));
    Ok(out.join("\n") + "\n")
}

fn row(line: &LineItem) -> String {
    let kind = if line.direction == Direction::Read { "reads" } else { "writes" };
    let hours = format!("{}.{:03}", line.unit_hours / 1000, line.unit_hours % 1000);
    format!(
        "{:<19} {:>12} {:>10} {hours:>10} {:>11}",
        format!("{} {kind}", name(&line.place)),
        line.served.grouped(),
        line.on_demand.to_string(),
        line.provisioned.to_string()
    )
}

fn sums(what: &str, on_demand: Dollars, provisioned: Dollars) -> String {
    format!("{what:<19} {:>12} {:>10} {:>10} {:>11}", "", on_demand.to_string(), "", provisioned.to_string())
}

/// The units a second of the busiest minute, of each line that has any.
fn busiest(bill: &Bill) -> String {
    let unit = |line: &LineItem| if line.direction == Direction::Read { "RCU" } else { "WCU" };
    let lines = bill.lines.iter().filter(|line| line.busiest > 0);
    let told: Vec<String> =
        lines.map(|line| format!("{} {} {}", name(&line.place), line.busiest, unit(line))).collect();
    if told.is_empty() { "nothing".to_owned() } else { told.join(", ") }
}

fn time(at: crate::clock::Timestamp) -> String {
    at.to_string()[..19].replace('T', " ")
}
