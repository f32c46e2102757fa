//! `:compare A || B`: runs two commands, each on a copy of the world, and sets what they cost side by side.

use super::super::Compared;
use super::super::words::Fault;
use super::{OwnCommand, Workbench};
use crate::engine::Entry;
use crate::engine::capacity::{Units, grouped};
use crate::safe_text::quoted;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "compare",
    usage: ":compare A || B",
    about: "what two commands cost, each run on a copy",
    details: "  :compare scan --table-name Orders || query --table-name Orders --key-condition-expression '...'\n  Nothing is changed: both run on copies.\n",
    needs_words: false,
    run,
};

/// What a command came to on a copy.
struct CopyRun {
    way: Compared,
    outcome: String,
    read: u64,
    returned: u64,
    units: [Units; 2],
}

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    let Some((one, other)) = words.split_once("||") else {
        return Err("Expected two commands with || between them, as in :compare COMMAND || COMMAND".into());
    };
    let tried = [one, other].map(|line| tried(bench, line.trim()));
    let [one, other] = tried;
    let (one, other) = (one?, other?);
    let row = |label: &str, of: fn(&CopyRun) -> String| format!("{label:<16} {:>16} {:>16}", of(&one), of(&other));
    let text = [
        format!("{:<16} {:>16} {:>16}", "", "first", "second"),
        row("outcome", |tried| tried.outcome.clone()),
        row("items read", |tried| grouped(tried.read)),
        row("items returned", |tried| grouped(tried.returned)),
        row("RCU", |tried| tried.units[0].grouped()),
        row("WCU", |tried| tried.units[1].grouped()),
    ]
    .join("\n");
    bench.compared = vec![one.way, other.way];
    Ok(text + "\n")
}

fn tried(bench: &mut Workbench, line: &str) -> Result<CopyRun, Fault> {
    if line.is_empty() || line.starts_with(':') {
        return Err(format!("Expected an AWS command on either side of ||, found {}", quoted(line)).into());
    }
    let mut copy = bench.copy();
    let reply = copy.run(line);
    let entries: Vec<Entry> = copy.entries_since(reply.since).cloned().collect();
    let Some(last) = entries.last() else { return Err(Fault::of_reply(reply)) };
    let sum = |member: &str| entries.iter().filter_map(|entry| entry.number(member)).sum();
    Ok(CopyRun {
        outcome: last.exception().map_or_else(|| "ok".to_owned(), |name| name.trim_end_matches("Exception").to_owned()),
        read: sum("ScannedCount"),
        returned: sum("Count"),
        units: [entries.iter().map(Entry::read_units).sum(), entries.iter().map(Entry::write_units).sum()],
        way: Compared { line: line.to_owned(), entries },
    })
}
