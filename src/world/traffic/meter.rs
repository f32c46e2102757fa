//! What traffic consumed, taken from the supplies of its table: by the second, and by the partition.

use std::sync::Arc;

use crate::engine::Engine;
use crate::engine::capacity::{Address, Direction, Limits, Place, Span, Supply, Units};
use crate::engine::table::{IndexKind, Table};

const DIRECTIONS: [Direction; 2] = [Direction::Read, Direction::Write];

/// What one second consumed of a place, reads first, then writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Units served.
    pub served: [Units; 2],
    /// Requests refused.
    pub refused: [u64; 2],
    /// Units a second that the place serves for long.
    pub rate: [u64; 2],
    /// Whole units left at the second's end, burst included.
    pub left: [u64; 2],
}

/// What one partition served during the traffic, reads first, then writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartitionLoad {
    /// Where it begins.
    pub from: Address,
    /// Units served.
    pub served: [Units; 2],
    /// Requests that the partition itself refused.
    pub refused: [u64; 2],
    /// Whether it came into being by a split meanwhile.
    pub split: bool,
}

/// What a table or a global index served during the traffic.
#[derive(Clone, Debug)]
pub struct PlaceLoad {
    /// Where.
    pub place: Place,
    /// What it is given at the end.
    pub limits: Limits,
    /// By the partition, in the order of their addresses.
    pub partitions: Vec<PartitionLoad>,
    /// Requests that were refused for want of units of the whole place, reads first, then writes; no partition refused them.
    pub refused: [u64; 2],
}

/// What each partition of a table and its global indexes served since their supplies were made.
#[must_use]
pub fn place_loads(table: &str, engine: &Engine) -> Vec<PlaceLoad> {
    Meter { before: Vec::new(), ..Meter::new(table, engine) }.places(engine)
}

/// A meter on a table and its global indexes.
#[derive(Debug)]
pub struct Meter {
    table: Arc<str>,
    places: Vec<Place>,
    /// What each place had served and refused when the second began.
    totals: Vec<[Span; 2]>,
    /// The partitions as they were when the traffic began, and what each place had served and refused.
    before: Vec<(Vec<PartitionLoad>, [Span; 2])>,
}

impl Meter {
    /// A meter that begins now.
    #[must_use]
    pub fn new(table: &str, engine: &Engine) -> Self {
        let mut meter = Self { table: table.into(), places: Vec::new(), totals: Vec::new(), before: Vec::new() };
        if let Some(table) = engine.table(table) {
            let global = table.indexes.iter().filter(|index| index.schema.kind == IndexKind::Global);
            meter.places =
                std::iter::once(Place::Table).chain(global.map(crate::engine::table::Index::place)).collect();
            let supplies = || meter.places.iter().map(|place| table.supply(place));
            meter.totals = supplies().map(totals).collect();
            meter.before = supplies().map(|supply| (loads(supply), totals(supply))).collect();
        }
        meter
    }

    /// What was consumed since this was last asked.
    pub(super) fn used(&mut self, engine: &Engine) -> Vec<Used> {
        let Some(table) = engine.table(&self.table) else { return Vec::new() };
        let now = engine.now();
        let used = |(place, before): (&Place, &mut [Span; 2])| {
            let supply = table.supply(place);
            let after = totals(supply);
            let used = Used {
                served: [0, 1].map(|at| after[at].served - before[at].served),
                refused: [0, 1].map(|at| after[at].refused - before[at].refused),
                rate: DIRECTIONS.map(|direction| supply.rate(direction)),
                left: DIRECTIONS.map(|direction| supply.left(direction, now)),
            };
            *before = after;
            used
        };
        self.places.iter().zip(&mut self.totals).map(used).collect()
    }

    /// What each partition served since the meter was made.
    #[must_use]
    pub fn places(&self, engine: &Engine) -> Vec<PlaceLoad> {
        let table = engine.table(&self.table);
        let load = |place: &Place, before: Option<&(Vec<PartitionLoad>, [Span; 2])>, table: &Table| {
            let supply = table.supply(place);
            let (now, all) = (loads(supply), totals(supply));
            let partitions: Vec<PartitionLoad> = match before {
                None => now,
                Some((before, _)) => now.iter().map(|load| since(load, before)).collect(),
            };
            let refused = [0, 1].map(|at| {
                let of_place = all[at].refused - before.map_or(0, |(_, before)| before[at].refused);
                of_place.saturating_sub(partitions.iter().map(|load| load.refused[at]).sum())
            });
            PlaceLoad { place: place.clone(), limits: supply.limits(), partitions, refused }
        };
        table.map_or_else(Vec::new, |table| {
            self.places.iter().enumerate().map(|(at, place)| load(place, self.before.get(at), table)).collect()
        })
    }
}

fn totals(supply: &Supply) -> [Span; 2] {
    DIRECTIONS.map(|direction| supply.total(direction))
}

fn loads(supply: &Supply) -> Vec<PartitionLoad> {
    let load = |partition: &crate::engine::capacity::partition::Partition| PartitionLoad {
        from: partition.from(),
        served: DIRECTIONS.map(|direction| partition.served(direction)),
        refused: DIRECTIONS.map(|direction| partition.refused(direction)),
        split: false,
    };
    supply.partitions().all().iter().map(load).collect()
}

/// What a partition did since `before`; one that was not there then did all of it since.
fn since(load: &PartitionLoad, before: &[PartitionLoad]) -> PartitionLoad {
    match before.iter().find(|earlier| earlier.from == load.from) {
        None => PartitionLoad { split: true, ..load.clone() },
        Some(earlier) => PartitionLoad {
            served: [0, 1].map(|at| load.served[at] - earlier.served[at]),
            refused: [0, 1].map(|at| load.refused[at] - earlier.refused[at]),
            ..load.clone()
        },
    }
}
