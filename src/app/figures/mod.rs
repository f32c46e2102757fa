//! Figures of the world: what a request read, how tables lie, how hot partitions are, where streams stand, what it all cost.
//!
//! The life of a figure: [`WorldFigures::of`] looks at a workbench once, after a line has run (or, while it still runs,
//! [`Live`] looks on), and copies the numbers and short texts that a picture
//! needs into plain data; `ui::widgets` draws that data as bars, trees and strips, and [`WorldFigures::lines`] prints it
//! as text. So a picture is a function of a snapshot, and nothing is read out of a text again.
//!
//! The work is bounded: trees of up to [`COUNTED`] items are counted whole, larger ones are looked at in part, and the
//! figures say so. What is a model on our side (partitions, burst, lag) is in [`LoadFigures`], [`LagFigures`] and
//! [`StreamFigures`]; whatever draws them says `model`.
//!
//! Left out: drawing (`ui::widgets`), figures of the learner's answers (`app::stats`).

mod cost;
mod live;
mod load;
mod plan;
mod stream;
mod stretches;
mod table;
#[cfg(test)]
mod tests;
mod text;
pub mod words;

use crate::clock::Timestamp;
pub use crate::content::lab::Tab;
pub use crate::engine::capacity::{Units, grouped};
use crate::engine::{Engine, Entry};
use crate::lab::{Runner, Workbench};

pub use cost::{BillFigures, CostFigures, MonthFigures, PlaceCost, UnitsSpent, of_entry, total};
pub use live::{Hurry, Live, LiveFigures, Playback};
pub use load::{BurstFigures, FlowFigures, Heat, HotKey, LoadFigures, PartitionFigures, TickFigures, TrafficFigures};
pub use plan::{ExceptionFigures, PageFigures, PlanFigures, Plans, SumFigures, Target};
pub use stream::{
    BatchFigures, GlobalFigures, MappingFigures, QueueFigures, ReaderFigures, ReaderState, RecordFigures,
    RegionFigures, ShardFigures, StreamFigures, StreamsFigures,
};
pub use stretches::Stretches;
pub use table::{AttributeFigures, Collection, Collections, IndexFigures, LagFigures, Mark, SortKey, TableFigures};

/// Trees of up to so many items are counted whole; of larger ones so many items are looked at.
pub const COUNTED: usize = 20_000;
/// The most single items, or pages, whose places are shown.
const MOST_POINTS: usize = 100;
/// The most tables of a Region that are shown.
const MOST_TABLES: usize = 12;
/// Seconds of history that a load keeps.
pub const HISTORY: usize = 60;

/// All that the world panel can draw, taken at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WorldFigures {
    /// When it was taken, on the lab's clock.
    pub at: Timestamp,
    /// What the last line read and wrote.
    pub plans: Plans,
    /// The tables in name order, those of other Regions behind them.
    pub tables: Vec<TableFigures>,
    /// The load of each table and each global index, those of the table first that the last line was about.
    pub loads: Vec<LoadFigures>,
    /// The traffic of the last line, or the one that runs.
    pub traffic: Option<TrafficFigures>,
    /// Streams, functions behind them, queues and replicas.
    pub streams: StreamsFigures,
    /// What it cost.
    pub cost: CostFigures,
}

impl WorldFigures {
    /// The world as it is, and what the line did whose first entry in the journal is behind number `since`.
    #[must_use]
    pub fn of(bench: &Workbench, since: u64) -> Self {
        Self::taken(bench, since, 0)
    }

    /// The same in a lab, with what its step cost so far.
    #[must_use]
    pub fn of_lab(runner: &Runner, since: u64) -> Self {
        Self::taken(runner.bench(), since, runner.beginnings().step)
    }

    fn taken(bench: &Workbench, since: u64, step: u64) -> Self {
        let world = bench.world();
        let entries: Vec<&Entry> = bench.entries_since(since).collect();
        let compared = bench.compared();
        let plans = if compared.is_empty() {
            Plans::of(world, entries.iter().copied())
        } else {
            Plans::compared(world, compared)
        };
        let at_home = entries.iter().filter(|entry| entry.region.is_none());
        let changes = at_home.flat_map(|entry| &entry.changes).map(|change| change.sequence);
        let unchanged = changes.min().map_or(world.engine().next_sequence(), |first| first) - 1;
        let mut figures = Self {
            at: world.engine().now(),
            plans,
            tables: tables(world.engine(), None, &entries),
            loads: LoadFigures::of(world.engine()),
            traffic: entries.iter().rev().find_map(|entry| TrafficFigures::of(entry)),
            streams: StreamsFigures::of(world, unchanged),
            cost: CostFigures::of(bench, since, step),
        };
        for (region, engine) in world.abroad() {
            figures.tables.extend(tables(engine, Some(region), &entries));
            let loads = LoadFigures::of(engine).into_iter().filter(LoadFigures::is_busy);
            figures.loads.extend(loads.map(|load| LoadFigures { region: Some(region.to_owned()), ..load }));
        }
        let about = entries.iter().rev().find_map(|entry| table_of(entry));
        if let Some(table) = about {
            put_first(&mut figures.loads, table);
        }
        figures
    }

    /// Whether the last line did anything that can be shown.
    #[must_use]
    pub fn has_news(&self) -> bool {
        let has_changes = self.tables.iter().any(|table| table.changed != [0; 3]);
        self.traffic.is_some() || has_changes || !self.plans.ways.is_empty() || self.streams.is_blocked()
    }

    /// Returns the tab that shows best what the last line did.
    #[must_use]
    pub fn tab(&self) -> Tab {
        let has_changes = self.tables.iter().any(|table| table.changed != [0; 3]);
        match () {
            () if self.traffic.is_some() => Tab::Partitions,
            () if self.streams.is_blocked() && self.plans.ways.iter().all(|way| !way.is_read) => Tab::Streams,
            () if has_changes && self.plans.ways.iter().all(|way| way.refused.is_none()) => Tab::Tables,
            () => Tab::Plan,
        }
    }
}

/// The table that a request is about; the first of several.
fn table_of(entry: &Entry) -> Option<&str> {
    let named = entry.request.get("TableName").and_then(serde_json::Value::as_str);
    named.or_else(|| entry.charges.first().map(|charge| &*charge.table))
}

/// Puts the loads of a table, its indexes with it, before those of the others, which stay in their order.
fn put_first(loads: &mut [LoadFigures], table: &str) {
    loads.sort_by_key(|load| load.region.is_some() || load.table != table);
}

fn tables(engine: &Engine, region: Option<&str>, entries: &[&Entry]) -> Vec<TableFigures> {
    engine.tables().take(MOST_TABLES).map(|table| TableFigures::of(table, region, engine, entries)).collect()
}
