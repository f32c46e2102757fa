//! `:tables`: the tables and their indexes.

use std::fmt::Write as _;

use super::super::words::Fault;
use super::{OwnCommand, Workbench};
use crate::engine::capacity::grouped;
use crate::engine::table::IndexKind;
use crate::safe_text::line;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "tables",
    usage: ":tables",
    about: "the tables and their indexes",
    details: "",
    needs_words: false,
    run,
};

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    if !words.is_empty() {
        return Err(format!(":tables shows all of them and takes no more words, found {words}").into());
    }
    let mut out = String::new();
    for table in bench.engine().tables() {
        let keys: Vec<String> =
            table.keys.attributes().map(|key| format!("{} ({})", line(&key.name), key.kind.descriptor())).collect();
        let (items, bytes) = (grouped(table.items().len() as u64), grouped(table.items().bytes()));
        let (name, status, keys) = (&table.name, table.state.status(), keys.join(", "));
        let _ = writeln!(out, "{name}  {status}  key {keys}  {items} items, {bytes} bytes");
        for index in &table.indexes {
            let kind = if index.schema.kind == IndexKind::Local { "LSI" } else { "GSI" };
            let keys: Vec<_> = index.schema.keys.attributes().map(|key| line(&key.name)).collect();
            let (name, status, keys) = (&index.schema.name, index.state.status(), keys.join(", "));
            let _ = writeln!(out, "  {kind} {name}  {status}  key {keys}");
        }
    }
    Ok(if out.is_empty() { "There are no tables yet.\n".to_owned() } else { out })
}
