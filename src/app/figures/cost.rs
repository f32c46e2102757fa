//! What it cost: a line, a step and the whole lab, table and indexes apart, and the month's bill.

use crate::engine::capacity::Units;
use crate::lab;

/// Units that were spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Read units.
    pub read: Units,
    /// Write units.
    pub write: Units,
}

impl Spent {
    /// Whether nothing was spent.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

impl std::ops::AddAssign for Spent {
    fn add_assign(&mut self, other: Self) {
        self.read += other.read;
        self.write += other.write;
    }
}

impl std::fmt::Display for Spent {
    /// `227.5 RCU`, `2 WCU` or both.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&lab::amounts(self.read, self.write))
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
    pub spent: Spent,
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
    /// A month of the same, on demand.
    pub month_on_demand: String,
    /// A month of the same, provisioned.
    pub month_provisioned: String,
    /// A month provisioned all the time for the busiest minute.
    pub month_at_busiest: String,
    /// Nanodollars of those three months, so that they can be compared.
    pub months: [u64; 3],
    /// Bytes stored, as they are billed.
    pub stored: u64,
    /// A month of storage beyond what is free.
    pub storage_month: String,
    /// The date of the prices.
    pub as_of: String,
}
