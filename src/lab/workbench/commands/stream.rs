//! `:stream`: the newest records of a table's stream, by shard, without iterators.

use super::super::words::Fault;
use super::{OwnCommand, Workbench, table_named};
use crate::engine::capacity::grouped;
use crate::engine::stream::KEPT_BYTES;
use crate::engine::value::json::encode_item;
use crate::lab::reasons::counted;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "stream",
    usage: ":stream [TABLE]",
    about: "the newest records of a table's stream",
    details: "  The newest ten records of each shard that has any; aws dynamodbstreams reads them as a program would.\n",
    needs_words: false,
    run,
};

/// How many records of a shard are told.
const TOLD: usize = 10;

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    bench.world.engine_mut().settle();
    let table = table_named(bench, words)?;
    let streams: Vec<_> = bench.engine().streams().filter(|stream| &*stream.table == table).collect();
    if streams.is_empty() {
        return Err(format!("{table} has no stream; update-table --stream-specification switches one on").into());
    }
    let mut out = Vec::new();
    for stream in streams {
        out.push(format!("{} {} {}", stream.arn, stream.status(), stream.view.name()));
        if stream.lost > 0 {
            out.push(format!(
                "  {} records went before they were 24 hours old: a stream keeps {} MB here (model)",
                grouped(stream.lost),
                KEPT_BYTES >> 20
            ));
        }
        for shard in &stream.shards {
            let (page, _) = stream.page(shard, 0, usize::MAX);
            let state = if shard.last.is_some() { "closed" } else { "open" };
            out.push(format!("  {} {state}, {}", shard.id, counted(page.len() as u64, "records")));
            for change in page.iter().skip(page.len().saturating_sub(TOLD)) {
                let key = serde_json::Value::Object(encode_item(&change.key));
                let by = if change.expired { ", by time to live" } else { "" };
                out.push(format!("    {} {} {key}{by}", change.sequence, change.event_name()));
            }
        }
    }
    Ok(out.join("\n") + "\n")
}
