//! `:replication`: global tables, what is on its way between Regions, and writes that were lost to others.

use super::super::words::{Fault, duration};
use super::{OwnCommand, Workbench};
use crate::engine::capacity::grouped;
use crate::safe_text;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "replication",
    usage: ":replication [lag TIME]",
    about: "global tables: what is on its way, and conflicts",
    details: "  :replication            what is on its way between Regions, and which writes were lost to later ones
  :replication lag 5s     how long an image is on its way (model: 1 second)
  The service reports no conflict: the later write wins, and the earlier one is gone.
",
    needs_words: false,
    run,
};

/// The longest that an image is on its way, in milliseconds: an hour.
const LONGEST: u64 = 3_600_000;

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    let global = bench.world.global_tables_mut();
    match words.split_whitespace().collect::<Vec<_>>()[..] {
        [] => {}
        ["lag", time] => {
            let millis = duration(time)?;
            if millis > LONGEST {
                return Err(format!("An image may be on its way for an hour at most, found {time}").into());
            }
            global.set_lag(millis);
        }
        _ => return Err(format!("Expected nothing or lag 5s, found {words}").into()),
    }
    let waiting = match global.underway() {
        1 => "One image is".to_owned(),
        count => format!("{} images are", grouped(count as u64)),
    };
    let lag = grouped(global.lag());
    let mut out = vec![format!("{waiting} on the way to other Regions; each takes {lag} ms (model).")];
    for conflict in global.conflicts() {
        let [won, lost] =
            [&conflict.won, &conflict.lost].map(|stamp| format!("{} {}", stamp.region, &stamp.at.to_string()[11..]));
        out.push(format!("Conflict in {} at {}:", conflict.table, safe_text::line(&conflict.key)));
        out.push(format!("  {won} won, {lost} is lost"));
    }
    Ok(out.join("\n") + "\n")
}
