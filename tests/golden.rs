//! Golden scripts of the engine: lines that a user types, each followed by its answer, plan, charges and changes.
//!
//! The scripts lie beside the engine and beside what stands around it, in their `testscripts`. After an intended change, run the tests with
//! `UPDATE_GOLDENFILES=1` and read the difference.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;

use dynadrill::engine::Entry;
use dynadrill::lab::Workbench;
use dynadrill::s3_dir::S3Directory;

struct Script {
    bench: Workbench,
    /// Where its buckets are, until the script is over.
    _buckets: tempfile::TempDir,
}

impl Script {
    fn new() -> Self {
        let buckets = tempfile::tempdir().unwrap();
        for (name, content) in OBJECTS {
            let path = buckets.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        let mut bench = Workbench::new();
        bench.use_buckets(Some(Arc::new(S3Directory::open(buckets.path()).unwrap())));
        Self { bench, _buckets: buckets }
    }
}

/// What is in the buckets at first.
const OBJECTS: [(&str, &str); 5] = [
    ("shop/csv/customers.csv", "id,since,name\nC-1,2021,\"Lovelace, Ada\"\nC-2,2022,Grace\nC-1,2023,Ada\n"),
    ("shop/semicolons/customers.csv", "C-1;2021;Ada\nC-2;x;Grace\nC-3;2023\n"),
    (
        "shop/json/orders.json",
        "{\"Item\":{\"id\":{\"S\":\"1\"},\"n\":{\"N\":\"5\"}}}\n{\"Item\":{\"n\":{\"N\":\"6\"}}}\n\n{\"Item\":{\"id\":{\"S\":\"2\"}}}\n",
    ),
    (
        "shop/joined/orders.json",
        "{\"Item\":{\"id\":{\"S\":\"1\"}}}{\"Item\":{\"id\":{\"S\":\"2\"}}} {\"Item\":{\"id\":{\"S\":\"3\"}}}\n",
    ),
    ("shop/bad/orders.json", "{\"Item\":{\"id\":{\"S\":\"1\"}}}\nnot JSON\n{\"Item\":{\"id\":{\"S\":\"2\"}}}\n"),
];

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
        let show = |item: &Option<_>| item.as_ref().map_or_else(|| "nothing".to_owned(), shown);
        writeln!(out, "[change] {}: {} -> {}", change.table, show(&change.old), show(&change.new))?;
    }
    for stale in &entry.stale {
        writeln!(out, "[stale] {stale}")?;
    }
    let region = entry.region.as_ref().map(|region| format!(" in {region}")).unwrap_or_default();
    match &entry.outcome {
        Ok(_) => writeln!(out, "[journal] {} {}{region} ok", entry.sequence, entry.name()),
        Err(error) => {
            writeln!(out, "[journal] {} {}{region} refused: {}", entry.sequence, entry.name(), error.kind.name())
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
            goldenscript::run(&mut Script::new(), entry.unwrap().path()).unwrap();
            count += 1;
        }
        assert!(count >= 8, "only {count} scripts were found in {folder}");
    }
}
