//! `:chaos`: what a program must live with, made to happen to the next requests.

use std::fmt::Write as _;

use super::super::words::{Fault, whole};
use super::{OwnCommand, Workbench};
use crate::world::chaos::Chaos;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "chaos",
    usage: ":chaos [FAULT [N]]",
    about: "make the next requests meet a fault",
    details: "  :chaos               what is to come
  :chaos throttle 3    the next 3 requests for items are throttled
  :chaos conflict      the next write finds a transaction on its item
  :chaos stale 2       the next 2 eventually consistent reads see no write made from now on
  :chaos duplicate     the next write's answer is lost, and it is sent again
  :chaos poison        functions fail at the next stream record, however often they try
  :chaos off           nothing is to come
  All of it is a model: the service does not let you choose when.
",
    needs_words: false,
    run,
};

/// The most of a fault that may be to come.
const MOST: u64 = 1000;

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    let mut chaos = bench.world.chaos();
    let (fault, count) = match words.split_whitespace().collect::<Vec<_>>()[..] {
        [] => return Ok(shown(chaos)),
        [fault] => (fault, "1"),
        [fault, count] => (fault, count),
        _ => return Err(format!("Expected a fault and how often, such as throttle 3, found {words}").into()),
    };
    let count = u32::try_from(whole(fault, count, 0..=MOST)?).unwrap_or_default();
    match fault {
        "throttle" => chaos.faults.throttle = count,
        "conflict" => chaos.faults.conflict = count,
        "stale" => chaos.faults.stale = count,
        "duplicate" => chaos.duplicate = count,
        "poison" => chaos.poison = count,
        "off" => chaos = Chaos::default(),
        _ => {
            let faults = ["throttle", "conflict", "stale", "duplicate", "poison", "off"];
            let near = crate::aws_cli::nearest(fault, faults).map(|near| format!(" Did you mean {near}?"));
            let near = near.unwrap_or_default();
            return Err(
                format!("Expected throttle, conflict, stale, duplicate, poison or off, found {fault}.{near}").into()
            );
        }
    }
    bench.world.set_chaos(chaos);
    Ok(shown(chaos))
}

fn shown(chaos: Chaos) -> String {
    let Chaos { faults, duplicate, poison } = chaos;
    let all = [
        (faults.throttle, "request(s) for items will be throttled"),
        (faults.conflict, "write(s) will find a transaction on their item"),
        (faults.stale, "eventually consistent read(s) will be answered by a replica a minute behind"),
        (duplicate, "write(s) will be sent twice, their first answer lost"),
        (poison, "new stream record(s) will be poison to functions"),
    ];
    let mut out = String::new();
    for (count, what) in all.into_iter().filter(|(count, _)| *count > 0) {
        let _ = writeln!(out, "{count} {what} (model).");
    }
    if out.is_empty() { "No fault is to come.\n".to_owned() } else { out }
}
