//! What requests read and wrote: pages joined to reads, items read, dropped and returned, and where they lie.

use super::cost::{PlaceCost, Spent};
use crate::engine::capacity::Units;

/// What a line's requests did; or several ways to one answer, side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plans {
    /// The requests in order; the pages of a read are one.
    pub ways: Vec<PlanFigures>,
    /// Whether they are ways to be compared, and not steps of one line.
    pub is_comparison: bool,
    /// Requests beyond those that are kept.
    pub left_out: usize,
}

/// What one request, or all pages of one read, did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanFigures {
    /// What a way is called in a comparison; empty otherwise.
    pub label: String,
    /// The operation: `Query`.
    pub operation: String,
    /// What it was sent to.
    pub target: Target,
    /// Which keys, in words: `every item`, `customerId = "C-0042"`; empty if none.
    pub range: String,
    /// The direction of a Query.
    pub forward: Option<bool>,
    /// The filter that ran after a read, or the condition of a write.
    pub test: Option<String>,
    /// Whether a read saw the latest write for sure.
    pub consistent: bool,
    /// Whether a cache answered it.
    pub is_cached: bool,
    /// Whether it only reads.
    pub is_read: bool,
    /// The first pages of a read; one page for a request that is not a read.
    pub pages: Vec<PageFigures>,
    /// Pages beyond those.
    pub more_pages: u64,
    /// Items read.
    pub read: u64,
    /// Items that the filter dropped after they were read and paid for.
    pub dropped: u64,
    /// Items returned.
    pub returned: u64,
    /// Items that were changed.
    pub changed: u64,
    /// What it cost, by the place; the table first.
    pub places: Vec<PlaceCost>,
    /// What it cost in all.
    pub spent: Spent,
    /// The first roundings, each a sum of its own.
    pub sums: Vec<SumFigures>,
    /// Roundings beyond those.
    pub more_sums: u64,
    /// Where the items that it touched lie.
    pub extents: Option<Extents>,
    /// By how many milliseconds its answer was older than the latest write, if it was (a model).
    pub stale: Option<u64>,
    /// Why it was refused.
    pub refused: Option<Refusal>,
}

/// What a request was sent to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The table, or several with commas between them.
    pub table: String,
    /// The index that was read.
    pub index: Option<String>,
    /// The Region, if not the one at home.
    pub region: Option<String>,
}

/// One page of a read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageFigures {
    /// Items read.
    pub items: u64,
    /// Their bytes, before any filter.
    pub bytes: u64,
    /// What it cost.
    pub spent: Spent,
}

/// One rounding: bytes to blocks to units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SumFigures {
    /// Where: `table`, `GSI byEmail`.
    pub place: String,
    /// Items or index entries that were rounded up together.
    pub items: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Whole blocks.
    pub blocks: u64,
    /// Kilobytes of a block.
    pub block_kilobytes: u64,
    /// Units of a block.
    pub per_block: Units,
    /// Why so many, in words: `eventually consistent`.
    pub rate: String,
    /// What it came to.
    pub units: Units,
    /// Whether they are read units.
    pub is_read: bool,
}

/// Where items lie among all items of a table or index in key order, as shares of the whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Extents {
    /// How many items there are.
    pub of: u64,
    /// From and to, 0 to 1, in the order in which they were read; neighbours of one page are joined.
    pub parts: Vec<(f64, f64)>,
    /// Whether the places are estimated from the hash, because there are too many items to count.
    pub is_estimate: bool,
}

/// Why a request was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The exception: `ConditionalCheckFailedException`.
    pub exception: String,
    /// The service's message.
    pub message: String,
}
