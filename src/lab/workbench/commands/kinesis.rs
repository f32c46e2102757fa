//! `:kinesis`: what a table sent to a Kinesis data stream, as it arrived, and how that differs from its stream.
//!
//! Source: AWS documentation, "Change data capture with Amazon DynamoDB".

use super::super::words::Fault;
use super::{OwnCommand, Workbench, table_named};
use crate::engine::capacity::grouped;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "kinesis",
    usage: ":kinesis [TABLE]",
    about: "what a table sent to a Kinesis data stream",
    details:
        "  The newest thirty records as they arrived, which need not be the order of the changes; some arrive twice (model).
  aws dynamodb enable-kinesis-streaming-destination begins to send them.
",
    needs_words: false,
    run,
};

/// How many records are told.
const TOLD: usize = 30;
/// How the two ways of reading changes differ.
const DIFFERENCES: &str = "                 Kinesis data stream                       DynamoDB stream
  order          as they arrive: sort by the moment        as the items changed, for each item
  kept           24 hours, up to 365 days if it is set so  24 hours
  consumers      5 a shard, 20 more with fan-out           2 a shard
  duplicates     may come: eventID tells them              each change once
  what is sent   both images, always                       what the view type says";

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    bench.world.engine_mut().settle();
    let table = table_named(bench, words)?;
    let engine = bench.engine();
    let destinations = engine.table(table).map(|table| table.kinesis.clone()).unwrap_or_default();
    if destinations.is_empty() {
        return Err(format!(
            "{table} sends nothing to Kinesis; aws dynamodb enable-kinesis-streaming-destination --table-name {table} \
             --stream-arn ARN begins to"
        )
        .into());
    }
    let mut out = Vec::new();
    for destination in destinations {
        let arrived = engine.arrivals(table, &destination.stream);
        out.push(format!(
            "{} {}, {} records (model)",
            destination.stream,
            destination.state.status(),
            grouped(arrived.len() as u64)
        ));
        for arrival in arrived.iter().skip(arrived.len().saturating_sub(TOLD)) {
            let record = engine.kinesis_record(table, &destination.stream, arrival.change);
            let again = if arrival.is_repeated { "  once more" } else { "" };
            out.push(format!(
                "  {:>4} {} {} at {}{again}",
                arrival.number,
                record["eventName"].as_str().unwrap_or_default(),
                record["dynamodb"]["Keys"],
                record["dynamodb"]["ApproximateCreationDateTime"],
            ));
        }
        if let Some(newest) = arrived.last() {
            out.push(format!("  the newest: {}", engine.kinesis_record(table, &destination.stream, newest.change)));
        }
    }
    out.push(DIFFERENCES.to_owned());
    Ok(out.join("\n") + "\n")
}
