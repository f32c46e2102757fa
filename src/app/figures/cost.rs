//! What it cost: a line, a step and the whole lab, table and indexes apart, and the month's bill.

use std::collections::BTreeMap;

use crate::engine::capacity::{Charge, Units};
use crate::engine::{Entry, Event};
use crate::lab::Workbench;
use crate::world::World;
use crate::world::bill::{Bill, Dollars, LineItem};

/// Units that were spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnitsSpent {
    /// Read units.
    pub read: Units,
    /// Write units.
    pub write: Units,
}

impl UnitsSpent {
    /// What one charge came to.
    #[must_use]
    pub const fn of(charge: &Charge) -> Self {
        if charge.rate.is_read() {
            Self { read: charge.units, write: Units::ZERO }
        } else {
            Self { read: Units::ZERO, write: charge.units }
        }
    }

    /// Whether nothing was spent.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

impl std::ops::Add for UnitsSpent {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { read: self.read + other.read, write: self.write + other.write }
    }
}

impl std::fmt::Display for UnitsSpent {
    /// `227.5 RCU`, `10,999 WCU`, or both with a plus between them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (read, write) = (self.read.grouped(), self.write.grouped());
        match (self.read, self.write) {
            (_, Units::ZERO) => f.pad(&format!("{read} RCU")),
            (Units::ZERO, _) => f.pad(&format!("{write} WCU")),
            _ => f.pad(&format!("{read} RCU + {write} WCU")),
        }
    }
}

/// What was spent at one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceCost {
    /// The table.
    pub table: String,
    /// Where: `table`, `GSI byEmail`.
    pub place: String,
    /// Items or index entries that were touched.
    pub touched: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What it cost.
    pub spent: UnitsSpent,
}

/// What it cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CostFigures {
    /// The last line, by the place.
    pub line: Vec<PlaceCost>,
    /// The step so far, by the place.
    pub step: Vec<PlaceCost>,
    /// All lines so far, by the place.
    pub all: Vec<PlaceCost>,
    /// Requests of the last line, of the step and in all.
    pub requests: [u64; 3],
    /// Whether so much was done that the beginning is no longer known.
    pub is_cut: bool,
    /// The month's bills, a table each (a model).
    pub bills: Vec<BillFigures>,
}

/// The bill of one table (a model), with amounts as they are printed: `$4.75`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BillFigures {
    /// The table.
    pub table: String,
    /// Whether it is on demand now.
    pub is_on_demand: bool,
    /// What was served so far, on demand.
    pub on_demand: String,
    /// What was provisioned so far.
    pub provisioned: String,
    /// How much of the table's time it covers, in milliseconds.
    pub seen: u64,
    /// A month of the same; `None` while too little was seen to say so.
    pub month: Option<MonthFigures>,
    /// Bytes stored, as they are billed.
    pub stored: u64,
    /// A month of storage beyond what is free.
    pub storage_month: String,
    /// The date of the prices.
    pub as_of: String,
}

/// A month of what was seen of a table so far, three ways (a model).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MonthFigures {
    /// On demand.
    pub on_demand: String,
    /// Provisioned as it was.
    pub provisioned: String,
    /// Provisioned all the time for the busiest minute.
    pub at_busiest: String,
    /// Nanodollars of the three, so that they can be compared.
    pub nanodollars: [u64; 3],
}

/// Costs by the table and the place, the table itself before its indexes.
#[derive(Debug, Default)]
struct Places(BTreeMap<(String, String), PlaceCost>);

impl Places {
    fn add(&mut self, table: &str, place: &str, touched: u64, bytes: u64, spent: UnitsSpent) {
        // A table sorts before its indexes: an empty text comes before all others.
        let order = if place == TABLE { "" } else { place };
        let sum = self.0.entry((table.to_owned(), order.to_owned())).or_insert_with(|| PlaceCost {
            table: table.to_owned(),
            place: place.to_owned(),
            ..PlaceCost::default()
        });
        sum.touched += touched;
        sum.bytes += bytes;
        sum.spent = sum.spent + spent;
    }

    fn add_charge(&mut self, charge: &Charge) {
        let touched = &charge.touched;
        self.add(&charge.table, &touched.place.to_string(), touched.items, touched.bytes, UnitsSpent::of(charge));
    }

    /// Adds what traffic, or a lab's load, consumed, which the journal notes in one entry.
    fn add_traffic(&mut self, entry: &Entry) {
        let table = entry.request["TableName"].as_str().unwrap_or_default();
        let answer = entry.outcome.as_ref().ok().filter(|_| matches!(entry.event, Event::Traffic | Event::Load));
        for used in answer.and_then(|answer| answer["Units"].as_array()).into_iter().flatten() {
            let units = |way: &str| used[way].as_f64().and_then(Units::from_f64).unwrap_or_default();
            let spent = UnitsSpent { read: units("Read"), write: units("Write") };
            if !spent.is_nothing() {
                self.add(table, used["Place"].as_str().unwrap_or_default(), 0, 0, spent);
            }
        }
    }

    fn add_entry(&mut self, entry: &Entry) {
        entry.charges.iter().for_each(|charge| self.add_charge(charge));
        self.add_traffic(entry);
    }

    fn all(self) -> Vec<PlaceCost> {
        self.0.into_values().collect()
    }
}

/// How the table itself is called among places.
const TABLE: &str = "table";

/// What some charges came to, by the place.
pub(super) fn by_place<'a>(charges: impl Iterator<Item = &'a Charge>) -> Vec<PlaceCost> {
    let mut places = Places::default();
    charges.for_each(|charge| places.add_charge(charge));
    places.all()
}

/// What a request cost, or a run of traffic with all its requests, by the place.
#[must_use]
pub fn of_entry(entry: &Entry) -> Vec<PlaceCost> {
    let mut places = Places::default();
    places.add_entry(entry);
    places.all()
}

/// The sum over places.
#[must_use]
pub fn total(places: &[PlaceCost]) -> UnitsSpent {
    places.iter().fold(UnitsSpent::default(), |sum, place| sum + place.spent)
}

impl CostFigures {
    /// What was spent since journal entries `line` and `step`, and in all.
    #[must_use]
    pub fn of(bench: &Workbench, line: u64, step: u64) -> Self {
        let (mut sums, mut requests) = ([const { Places(BTreeMap::new()) }; 3], [0; 3]);
        let journal = bench.engine().journal();
        for entry in journal.entries() {
            let since = [line, step, 0];
            for (place, sum) in sums.iter_mut().enumerate().filter(|(place, _)| entry.sequence > since[*place]) {
                sum.add_entry(entry);
                requests[place] += requests_of(entry);
            }
        }
        let [line, step, all] = sums.map(Places::all);
        let kept = journal.entries().next().map_or(1, |oldest| oldest.sequence);
        Self { line, step, all, requests, is_cut: kept > 1, bills: bills(bench.world()) }
    }
}

/// Requests to tables that an entry stands for.
fn requests_of(entry: &Entry) -> u64 {
    match entry.event {
        Event::Traffic | Event::Load => entry.number("Attempts").unwrap_or(0),
        _ => u64::from(!entry.plans.is_empty() || entry.is_cached),
    }
}

fn bills(world: &World) -> Vec<BillFigures> {
    let engine = world.engine();
    engine.tables().filter_map(|table| Some(bill(&table.name, &Bill::of(&table.name, engine)?))).collect()
}

fn bill(table: &str, bill: &Bill) -> BillFigures {
    let columns: [fn(&LineItem) -> Dollars; 3] =
        [|line| line.on_demand, |line| line.provisioned, |line| line.at_busiest];
    let month = match columns.map(|column| bill.month(bill.sum(column))) {
        [Some(on_demand), Some(provisioned), Some(at_busiest)] => Some(MonthFigures {
            on_demand: on_demand.to_string(),
            provisioned: provisioned.to_string(),
            at_busiest: at_busiest.to_string(),
            nanodollars: [on_demand, provisioned, at_busiest].map(Dollars::nanodollars),
        }),
        _ => None,
    };
    BillFigures {
        table: table.to_owned(),
        is_on_demand: bill.is_on_demand,
        on_demand: bill.sum(columns[0]).to_string(),
        provisioned: bill.sum(columns[1]).to_string(),
        seen: bill.seen(),
        month,
        stored: bill.stored,
        storage_month: bill.storage_month.to_string(),
        as_of: bill.as_of.clone(),
    }
}
