//! `:invocations`: how each invocation of a function ended behind a stream.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::super::words::Fault;
use super::{OwnCommand, Workbench};
use crate::engine::capacity::grouped;
use crate::engine::stream::KEPT_BYTES;
use crate::safe_text;
use crate::world::lambda::Invocation;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "invocations",
    usage: ":invocations [FUNCTION]",
    about: "how each invocation of a function ended",
    details: "  The newest twenty: when, shard, records, attempt, the age of the oldest record, and the outcome.
  An invocation takes 100 ms and a failed one is tried again after 1 s, 2 s, up to 60 s (model).
  :invocations all    all that are remembered: the newest 10,000, and 16 MB of what they wrote
",
    needs_words: false,
    run,
};

/// How many are told.
const TOLD: usize = 20;

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    let lambda = bench.world().lambda();
    if words.contains(char::is_whitespace) {
        return Err(format!("Expected one function or all, found {words}").into());
    }
    let wanted = |invocation: &&Invocation| words.is_empty() || words == "all" || invocation.function == words;
    let all: Vec<&Invocation> = lambda.invocations().filter(wanted).collect();
    let mut out = Vec::new();
    let forgotten = lambda.invoked() - lambda.invocations().count() as u64;
    if forgotten > 0 {
        out.push(format!("({} invocations are no longer remembered)", grouped(forgotten)));
    }
    let first = if words == "all" { 0 } else { all.len().saturating_sub(TOLD) };
    if first > 0 {
        out.push(format!("({first} earlier ones; :invocations all lists them)"));
    }
    let shards = shard_numbers(&all);
    out.extend(all[first..].iter().map(|one| line(one, shards.get(one.shard.as_str()).copied().unwrap_or(0))));
    if all.is_empty() {
        out.push("No function was invoked yet.".to_owned());
    }
    out.extend(lambda.losses().map(|(function, lost)| {
        let (lost, room) = (grouped(lost), KEPT_BYTES >> 20);
        format!(
            "Warning: {lost} records for {function} were dropped unread: their stream was full ({room} MB, a model)."
        )
    }));
    for (name, queue) in bench.world().queues().all() {
        if queue.expired() > 0 {
            out.push(format!("Queue {name}: {} messages went after four days.", grouped(queue.expired())));
        }
        if queue.crowded_out() > 0 {
            let lost = grouped(queue.crowded_out());
            out.push(format!(
                "Queue {name}: the {lost} oldest messages were dropped, as there was no more room (model: 16 MB)."
            ));
        }
    }
    for (stream, readers) in lambda.crowded() {
        out.push(format!(
            "Warning: {readers} mappings read {stream}; beyond two readers of a shard the service may throttle them."
        ));
    }
    Ok(out.join("\n") + "\n")
}

/// Shards by the order in which they were first read: their ids are long.
fn shard_numbers<'a>(all: &[&'a Invocation]) -> BTreeMap<&'a str, usize> {
    let mut numbers = BTreeMap::new();
    for one in all {
        let next = numbers.len() + 1;
        numbers.entry(one.shard.as_str()).or_insert(next);
    }
    numbers
}

fn line(one: &Invocation, shard: usize) -> String {
    let time = one.at.to_string();
    let lane = if one.lane > 0 { format!(".{}", one.lane) } else { String::new() };
    let mut text = format!(
        "{} {} shard {shard}{lane}: {} record{} ({}-{}), attempt {}, age {} ms: {}",
        &time[11..],
        safe_text::line(&one.function),
        one.records,
        if one.records == 1 { "" } else { "s" },
        one.range.0,
        one.range.1,
        one.attempt,
        one.age,
        safe_text::line(&one.outcome)
    );
    for line in &one.output {
        text.push_str("\n    ");
        text.push_str(&safe_text::line(line));
    }
    if one.unlogged > 0 {
        let _ = write!(text, "\n    ({} lines of the log are not kept)", grouped(one.unlogged as u64));
    }
    text
}
