//! Golden scripts of the engine: lines that a user types, each followed by its answer, plan, charges and changes.
//!
//! The scripts lie beside the engine and beside what stands around it, in their `testscripts`. After an intended change, run the tests with
//! `UPDATE_GOLDENFILES=1` and read the difference.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::error::Error;
use std::fmt::Write as _;

use dynadrill::engine::Entry;
use dynadrill::lab::Workbench;

struct Script {
    bench: Workbench,
}

impl goldenscript::Runner for Script {
    type Command = goldenscript::Command;

    fn run(&mut self, command: &Self::Command, _: &goldenscript::Context) -> Result<String, Box<dyn Error>> {
        let reply = self.bench.run(&command.name);
        let mut out = reply.text.trim_end().to_owned();
        if !out.is_empty() {
            out.push('\n');
        }
        for entry in self.bench.entries_since(reply.since) {
            print_effects(entry, &mut out)?;
        }
        Ok(out)
    }
}

fn print_effects(entry: &Entry, out: &mut String) -> std::fmt::Result {
    for plan in &entry.plans {
        writeln!(out, "[plan] {plan}")?;
    }
    for charge in &entry.charges {
        writeln!(out, "[capacity] {charge}")?;
    }
    for change in &entry.changes {
        let show = |item: &Option<_>| item.as_deref().map_or_else(|| "nothing".to_owned(), shown);
        writeln!(out, "[change] {}: {} -> {}", change.table, show(&change.old), show(&change.new))?;
    }
    for stale in &entry.stale {
        writeln!(out, "[stale] {stale}")?;
    }
    let region = entry.region.as_ref().map(|region| format!(" in {region}")).unwrap_or_default();
    match &entry.outcome {
        Ok(_) => writeln!(out, "[journal] {} {}{region} ok", entry.sequence, entry.verb),
        Err(error) => {
            writeln!(out, "[journal] {} {}{region} refused: {}", entry.sequence, entry.verb, error.kind.name())
        }
    }
}

fn shown(item: &dynadrill::engine::value::Item) -> String {
    serde_json::Value::Object(dynadrill::engine::value::json::encode_item(item)).to_string()
}

/// Where scripts lie.
const FOLDERS: [&str; 2] = ["src/engine/testscripts", "src/world/testscripts"];

#[test]
fn scripts() {
    for folder in FOLDERS {
        let mut count = 0;
        for entry in std::fs::read_dir(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            goldenscript::run(&mut Script { bench: Workbench::new() }, entry.unwrap().path()).unwrap();
            count += 1;
        }
        assert!(count >= 8, "only {count} scripts were found in {folder}");
    }
}
