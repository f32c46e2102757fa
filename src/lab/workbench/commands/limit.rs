//! `:limit`: how large an item collection may become beside a local index. 10 GB are beyond any lab; less is not.

use super::super::words::{Fault, bytes};
use super::{OwnCommand, Workbench};
use crate::engine::capacity::grouped;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "limit",
    usage: ":limit [collection SIZE]",
    about: "how large an item collection may become",
    details:
        "  :limit collection 64KB   in a table with a local index; the service's limit is 10 GB, and less is a model
",
    needs_words: false,
    run,
};

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    let engine = bench.world.engine_mut();
    match words.split_whitespace().collect::<Vec<_>>()[..] {
        [] => {}
        ["collection", size] => engine.set_collection_limit(bytes(size)?),
        _ => return Err(format!("Expected collection 64KB, found {words}").into()),
    }
    let limit = grouped(engine.config().collection_limit);
    Ok(format!("In a table with a local index an item collection may have {limit} bytes\n(the service: 10 GB).\n"))
}
