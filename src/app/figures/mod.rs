//! Figures of the world: what a request read, how tables lie, how hot partitions are, where streams stand, what it all cost.
//!
//! The life of a figure: [`WorldFigures::of`] looks at a workbench once, after a line has run (or, while traffic runs,
//! [`LoadFigures::of`] looks at the engine after each second), and copies the numbers and short texts that a picture
//! needs into plain data; `ui::widgets` draws that data as bars, trees and strips, and [`WorldFigures::lines`] prints it
//! as text. So a picture is a function of a snapshot, and nothing is read out of a text again.
//!
//! The work is bounded: trees of up to [`COUNTED`] items are counted whole, larger ones are looked at in part, and the
//! figures say so. What is a model on our side (partitions, burst, lag) is in [`LoadFigures`], [`LagFigures`] and
//! [`StreamFigures`]; whatever draws them says `model`.
//!
//! Left out: drawing (`ui::widgets`), figures of the learner's answers (`app::stats`).

mod cost;
mod load;
mod plan;
mod stream;
mod table;
mod words;

use crate::clock::Timestamp;

pub use cost::{BillFigures, CostFigures, PlaceCost, Spent};
pub use load::{BurstFigures, FlowFigures, Heat, HotKey, LoadFigures, PartitionFigures, TickFigures, TrafficFigures};
pub use plan::{Extents, PageFigures, PlanFigures, Plans, Refusal, SumFigures, Target};
pub use stream::{
    BatchFigures, GlobalFigures, MappingFigures, QueueFigures, ReaderFigures, ReaderState, RecordFigures,
    RegionFigures, ShardFigures, StreamFigures, StreamsFigures,
};
pub use table::{AttributeFigures, Collection, Collections, IndexFigures, LagFigures, Mark, SortKey, TableFigures};

/// Trees of up to so many items are counted whole; of larger ones so many items are looked at.
pub const COUNTED: usize = 20_000;
/// Seconds of history that a load keeps.
pub const HISTORY: usize = 60;

/// The pictures of the world, one tab each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// What the last line read and wrote.
    #[default]
    Plan,
    /// Item collections, indexes beside their tables.
    Tables,
    /// Partitions, their heat and their limits.
    Partitions,
    /// Shards, records and who reads them.
    Streams,
    /// What it cost.
    Cost,
}

impl Tab {
    /// All tabs in their order; the first is number 1.
    pub const ALL: [Self; 5] = [Self::Plan, Self::Tables, Self::Partitions, Self::Streams, Self::Cost];

    /// Returns its name as it stands in the panel's head.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Tables => "tables",
            Self::Partitions => "partitions",
            Self::Streams => "streams",
            Self::Cost => "cost",
        }
    }

    /// Returns its number, counted from 1.
    #[must_use]
    pub fn number(self) -> usize {
        Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0) + 1
    }

    /// Returns the tab with a number, counted from 1; `None` if there is none.
    #[must_use]
    pub fn numbered(number: usize) -> Option<Self> {
        Self::ALL.get(number.checked_sub(1)?).copied()
    }

    /// Returns the tab `by` places further, round and round.
    #[must_use]
    pub fn moved(self, by: i32) -> Self {
        let count = i32::try_from(Self::ALL.len()).unwrap_or(1);
        let at = i32::try_from(self.number()).unwrap_or(1) - 1 + by;
        Self::ALL[usize::try_from(at.rem_euclid(count)).unwrap_or(0)]
    }
}

/// All that the world panel can draw, taken at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorldFigures {
    /// When it was taken, on the lab's clock.
    pub at: Timestamp,
    /// What the last line read and wrote.
    pub plans: Plans,
    /// The tables in name order, those of other Regions behind them.
    pub tables: Vec<TableFigures>,
    /// The load of each table and each global index.
    pub loads: Vec<LoadFigures>,
    /// The traffic of the last line, or the one that runs.
    pub traffic: Option<TrafficFigures>,
    /// Streams, functions behind them, queues and replicas.
    pub streams: StreamsFigures,
    /// What it cost.
    pub cost: CostFigures,
}
