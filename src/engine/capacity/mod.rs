//! Capacity: the one place where bytes become read and write units.
//!
//! The table reports what a request [`Touched`]; [`charge`] rounds each touch up to whole 4 KB or 1 KB blocks and
//! applies the consistency's factor; the [`Charge`]s make up the ConsumedCapacity of the response and the journal's
//! record, each able to spell out its own sum.
//!
//! Who may still spend units is a [`Supply`]'s matter: one for a table, one for each global index, each with its
//! [`Bucket`]s and [`partition`]s. Source: AWS documentation, "DynamoDB read and write operations", "Provisioned
//! capacity mode".

use std::fmt;
use std::sync::Arc;

pub mod bucket;
pub mod busiest;
pub mod consumed;
pub mod partition;
pub mod span;
pub mod supply;
pub mod units;

pub use bucket::{Bucket, Level};
pub use busiest::{Busiest, KeyCount};
pub use partition::Address;
pub use span::Span;
pub use supply::{Limits, Shortage, Supply, Warm};
pub use units::Units;

/// Reads or writes: the two kinds of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Read units.
    Read,
    /// Write units.
    Write,
}

/// Where bytes were touched.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The table's own items.
    Table,
    /// A local secondary index, which spends the table's capacity.
    Local(Arc<str>),
    /// A global secondary index, which has capacity of its own.
    Global(Arc<str>),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table => f.write_str("table"),
            Self::Local(name) => write!(f, "LSI {name}"),
            Self::Global(name) => write!(f, "GSI {name}"),
        }
    }
}

/// Bytes that are rounded up together: one item, the items of one page, or one index entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touched {
    /// Where.
    pub place: Place,
    /// How many items or entries.
    pub items: u64,
    /// Their bytes, before any filter or projection.
    pub bytes: u64,
    /// Where the first of them lies, which decides the partition that serves them.
    pub address: Address,
}

/// What a touch costs per block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// A read that may be stale: half a unit per 4 KB.
    EventualRead,
    /// A read of the latest write: one unit per 4 KB.
    StrongRead,
    /// A read within a transaction: two units per 4 KB.
    TransactionalRead,
    /// A write: one unit per 1 KB.
    Write,
    /// A write within a transaction: two units per 1 KB.
    TransactionalWrite,
}

impl Rate {
    /// The rate of a plain read.
    #[must_use]
    pub const fn read(consistent: bool) -> Self {
        if consistent { Self::StrongRead } else { Self::EventualRead }
    }

    /// Whether the units are read units.
    #[must_use]
    pub const fn is_read(self) -> bool {
        matches!(self, Self::EventualRead | Self::StrongRead | Self::TransactionalRead)
    }

    /// The kind of its units.
    #[must_use]
    pub const fn direction(self) -> Direction {
        if self.is_read() { Direction::Read } else { Direction::Write }
    }

    /// Bytes of a block.
    const fn block(self) -> u64 {
        if self.is_read() { units::READ_BLOCK_BYTES } else { units::WRITE_BLOCK_BYTES }
    }

    /// Units of a block.
    const fn per_block(self) -> Units {
        match self {
            Self::EventualRead => Units::HALF,
            Self::StrongRead | Self::Write => Units::whole(1),
            Self::TransactionalRead | Self::TransactionalWrite => Units::whole(2),
        }
    }

    /// The rate in words, for the meter.
    const fn words(self) -> &'static str {
        match self {
            Self::EventualRead => "eventually consistent",
            Self::StrongRead => "strongly consistent",
            Self::TransactionalRead => "transactional read",
            Self::Write => "write",
            Self::TransactionalWrite => "transactional write",
        }
    }
}

/// Units spent at one place for one touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The table.
    pub table: Arc<str>,
    /// What was touched.
    pub touched: Touched,
    /// At which rate.
    pub rate: Rate,
    /// What it came to.
    pub units: Units,
}

/// Rounds a touch up to whole blocks, one at least, and prices them.
#[must_use]
pub fn charge(table: &Arc<str>, touched: Touched, rate: Rate) -> Charge {
    let units = price(touched.bytes, rate);
    Charge { table: Arc::clone(table), touched, rate, units }
}

/// What so many bytes cost, rounded up together.
#[must_use]
pub fn price(bytes: u64, rate: Rate) -> Units {
    rate.per_block().times(blocks(bytes, rate))
}

fn blocks(bytes: u64, rate: Rate) -> u64 {
    bytes.div_ceil(rate.block()).max(1)
}

/// The steps from bytes to units: so many blocks, each at so many units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounding {
    /// Whole blocks.
    pub blocks: u64,
    /// Kilobytes of a block.
    pub block_kilobytes: u64,
    /// Units of a block.
    pub per_block: Units,
    /// Why so many, in words.
    pub words: &'static str,
}

impl Charge {
    /// How the bytes were rounded up and priced.
    #[must_use]
    pub fn rounding(&self) -> Rounding {
        Rounding {
            blocks: blocks(self.touched.bytes, self.rate),
            block_kilobytes: self.rate.block() / 1024,
            per_block: self.rate.per_block(),
            words: self.rate.words(),
        }
    }
}

impl fmt::Display for Charge {
    /// The sum with its rounding: `12 items, 3,720 bytes -> 1 x 4 KB x 0.5 (eventually consistent) = 0.5 RCU`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Touched { place, items, bytes, .. } = &self.touched;
        let Rounding { blocks, block_kilobytes, per_block, words } = self.rounding();
        let noun = match (place, items) {
            (Place::Table, 1) => "item",
            (Place::Table, _) => "items",
            (_, 1) => "entry",
            _ => "entries",
        };
        write!(
            f,
            "{place}: {items} {noun}, {} bytes -> {} x {block_kilobytes} KB x {per_block} ({words}) = {} {}",
            grouped(*bytes),
            grouped(blocks),
            self.units,
            if self.rate.is_read() { "RCU" } else { "WCU" },
        )
    }
}

/// A whole number with its thousands set apart: `1,860,000`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(bytes: u64, rate: Rate) -> String {
        charge(&"T".into(), Touched { place: Place::Table, items: 1, bytes, address: Address::default() }, rate)
            .units
            .to_string()
    }

    #[test]
    fn blocks_round_up_and_the_least_is_one() {
        for (bytes, rate, units) in [
            (0, Rate::EventualRead, "0.5"),
            (4096, Rate::EventualRead, "0.5"),
            (4097, Rate::EventualRead, "1"),
            (4097, Rate::StrongRead, "2"),
            (4097, Rate::TransactionalRead, "4"),
            (1024, Rate::Write, "1"),
            (1025, Rate::Write, "2"),
            (1536, Rate::TransactionalWrite, "4"),
        ] {
            assert_eq!(cost(bytes, rate), units, "{bytes} bytes, {rate:?}");
        }
    }

    #[test]
    fn a_charge_spells_out_its_sum() {
        let touched = Touched { place: Place::Table, items: 6000, bytes: 1_860_000, address: Address::default() };
        assert_eq!(
            charge(&"Orders".into(), touched, Rate::EventualRead).to_string(),
            "table: 6000 items, 1,860,000 bytes -> 455 x 4 KB x 0.5 (eventually consistent) = 227.5 RCU"
        );
    }
}
