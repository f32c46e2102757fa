//! `:lag`: how far eventually consistent reads and global indexes are behind.

use super::super::words::{Fault, duration};
use super::{OwnCommand, Workbench};
use crate::engine::Lag;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "lag",
    usage: ":lag [gsi|replica TIME]",
    about: "how far indexes and replicas are behind",
    details: "  :lag                what it is
  :lag gsi 2s         a global index shows its table as it was 2 seconds ago
  :lag replica 500ms  the last of three replicas is so far behind, the second half of it
  :lag off, :lag default
",
    needs_words: false,
    run,
};

/// The longest lag, in milliseconds: a day.
const LONGEST: u64 = 86_400_000;

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    let engine = bench.world.engine_mut();
    let mut lag = engine.lag();
    match words.split_whitespace().collect::<Vec<_>>()[..] {
        [] => {}
        ["off"] => lag = Lag::NONE,
        ["default"] => lag = Lag::SMALL,
        ["gsi", time] => lag.index = bounded(time)?,
        ["replica", time] => lag.replica = bounded(time)?,
        _ => return Err(format!("Expected gsi 2s, replica 500ms, off or default, found {words}").into()),
    }
    engine.set_lag(lag);
    Ok(format!(
        "A global index shows its table as it was {} ms ago (model). An eventually consistent read is\n\
         answered by one of three replicas, 0, {} and {} ms behind (model); a strong one never is.\n\
         Model after \"DynamoDB read consistency\":\n  \
         https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadConsistency.html\n",
        lag.index,
        lag.replica / 2,
        lag.replica
    ))
}

fn bounded(time: &str) -> Result<u64, String> {
    let millis = duration(time)?;
    if millis > LONGEST { Err(format!("A lag may be a day at most, found {time}")) } else { Ok(millis) }
}
