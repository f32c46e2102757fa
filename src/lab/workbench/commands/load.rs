//! What partitions served, as lines: one piece for `:heat`, which tells all of it, and `:traffic`, which tells its own part.

use crate::engine::capacity::{Place, grouped};
use crate::world::traffic::{PartitionLoad, PlaceLoad};

/// What the model follows.
pub(super) const SOURCE: &str = "Model after \"Burst and adaptive capacity\":
  https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html";

/// How wide the bar of the busiest partition is: a row is to fit a terminal of 60.
const BAR: u64 = 6;
/// How many partitions are told one by one.
const MOST: usize = 24;

/// The partitions of a place, those without any requests left out where there are many.
pub(in crate::lab::workbench) fn lines(load: &PlaceLoad) -> Vec<String> {
    let busiest = load.partitions.iter().map(weight).max().unwrap_or(0).max(1);
    let count = load.partitions.len();
    let mut lines = vec![match count {
        1 => format!("{}: 1 partition (model)", name(&load.place)),
        count => format!("{}: {count} partitions (model), each with where its hashes begin", name(&load.place)),
    }];
    let [reads, writes] = load.refused;
    if reads + writes > 0 {
        let of = match load.place {
            Place::Table => "the table",
            Place::Global(_) | Place::Local(_) => "the index",
        };
        lines.push(format!(
            "  {} refused because the units of {of} were used up, whatever the partition",
            crate::lab::reasons::counted(reads + writes, "requests")
        ));
    }
    let told = load.partitions.iter().enumerate().filter(|(_, one)| count <= MOST || weight(one) > 0);
    for (number, one) in told.take(MOST) {
        let bar = "#".repeat(usize::try_from((weight(one) * BAR).div_ceil(busiest)).unwrap_or(0));
        let split = if one.split { "  split off" } else { "" };
        let refused = one.refused[0] + one.refused[1];
        lines.push(
            format!(
                "  {:>2} {:>5} {:>6} RCU {:>6} WCU {:>5} refused{split} {bar}",
                number + 1,
                share(one.from.hash),
                one.served[0].grouped(),
                one.served[1].grouped(),
                grouped(refused),
            )
            .trim_end()
            .to_owned(),
        );
    }
    lines
}

/// How busy a partition was: its load as a share of what it can serve, and what it refused.
fn weight(load: &PartitionLoad) -> u64 {
    load.served[0].as_halves() / 3 + load.served[1].as_halves() + load.refused[0] + load.refused[1]
}

/// Where a hash lies among all hashes.
fn share(hash: u64) -> String {
    let per_mille = u128::from(hash) * 1000 / u128::from(u64::MAX);
    format!("{}.{}%", per_mille / 10, per_mille % 10)
}

/// A place as a heading.
pub(super) fn name(place: &Place) -> String {
    match place {
        Place::Table => "Table".to_owned(),
        other => other.to_string(),
    }
}
