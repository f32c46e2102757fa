//! A bill: what the units that a table served would cost on demand, and what its provisioned units cost.
//!
//! The life of an amount: the table's supplies tell what they served since they were made and what they were given when;
//! [`Bill::of`] prices both with the dated list in `prices.yaml`; [`Bill::month`] says what a month of the same would be.
//! Amounts are whole nanodollars, so that sums come out alike everywhere.
//!
//! Simplified: no free units, reserved capacity, backups, streams or transfer; a month has 730 hours; storage is billed
//! by item size plus 100 bytes and counted at its present size. A model of a bill: never a figure of AWS's own.
//! Source: AWS, "Amazon DynamoDB pricing" and "Pricing for on-demand capacity"; the date stands on every bill.

use std::fmt;

use serde::Deserialize;

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::engine::capacity::{Direction, Limits, Place, Supply, Units, grouped};
use crate::engine::table::{IndexKind, Table};

/// The price list.
const PRICES: &str = include_str!("prices.yaml");
/// Milliseconds in a billed month: 730 hours.
const MONTH_MILLIS: u128 = 730 * 3_600_000;
/// What is seen of a table before a month is worked out from it: a minute, as the busiest minute counts.
const LEAST_SEEN: u64 = 60_000;
/// Bytes that each stored item is billed beyond its size.
const BYTES_BESIDE_ITEM: u64 = 100;
/// Bytes in a billed gigabyte.
const GIGABYTE: u128 = 1_000_000_000;

/// An amount of money, in nanodollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dollars(u128);

impl std::iter::Sum for Dollars {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.map(|amount| amount.0).sum())
    }
}

impl std::ops::Add for Dollars {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Dollars {
    /// The amount in whole nanodollars; the most there is if it is more than that.
    #[must_use]
    pub fn nanodollars(self) -> u64 {
        u64::try_from(self.0).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Dollars {
    /// Cents from a dollar on; below that as many digits as tell something.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = if self.0 >= 1_000_000_000 { 2 } else { 6 };
        let unit = 10_u128.pow(9 - digits);
        let rounded = (self.0 + unit / 2) / unit;
        let (whole, rest) = (rounded / 10_u128.pow(digits), rounded % 10_u128.pow(digits));
        let whole = grouped(u64::try_from(whole).unwrap_or(u64::MAX));
        f.pad(&format!("${whole}.{rest:0width$}", width = digits as usize))
    }
}

/// The price list as its file has it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Prices {
    region: String,
    as_of: String,
    source: String,
    on_demand: PerUnit,
    provisioned: PerUnit,
    storage: Storage,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PerUnit {
    read: f64,
    write: f64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Storage {
    gigabyte: f64,
    free_gigabytes: u64,
}

impl PerUnit {
    const fn of(self, direction: Direction) -> f64 {
        match direction {
            Direction::Read => self.read,
            Direction::Write => self.write,
        }
    }
}

/// A price in nanodollars.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "prices are small and positive")]
fn nano(dollars: f64) -> u128 {
    (dollars * 1e9).round() as u128
}

/// What so many write units cost on demand.
#[must_use]
pub fn on_demand_writes(units: Units) -> Dollars {
    let price = serde_yaml::from_str::<Prices>(PRICES).map_or(0.0, |prices| prices.on_demand.write);
    Dollars(nano(price) * u128::from(units.as_halves()) / 2_000_000)
}

/// One kind of unit at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineItem {
    /// Where.
    pub place: Place,
    /// Reads or writes.
    pub direction: Direction,
    /// Units served.
    pub served: Units,
    /// What they cost on demand.
    pub on_demand: Dollars,
    /// Provisioned units times hours, in thousandths.
    pub unit_hours: u64,
    /// What the provisioned units cost; nothing while the table was on demand.
    pub provisioned: Dollars,
    /// Units a second of the busiest minute, rounded up.
    pub busiest: u64,
    /// What as many units as the busiest minute needs would cost, provisioned all the time.
    pub at_busiest: Dollars,
}

/// A bill of one table.
#[derive(Clone, Debug)]
pub struct Bill {
    /// Whose prices.
    pub region: String,
    /// When they were read.
    pub as_of: String,
    /// Where.
    pub source: String,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Whether the table is on demand now.
    pub is_on_demand: bool,
    /// Its lines: reads and writes of the table, then of each global index.
    pub lines: Vec<LineItem>,
    /// Bytes stored, as they are billed.
    pub stored: u64,
    /// What they cost in a month, beyond what is free.
    pub storage_month: Dollars,
}

impl Bill {
    /// The bill of a table since its supplies were made; `None` if there is no such table, or no time has passed.
    #[must_use]
    pub fn of(table: &str, engine: &Engine) -> Option<Self> {
        let (table, until) = (engine.table(table)?, engine.now());
        let prices: Prices = serde_yaml::from_str(PRICES).ok()?;
        let (from, _) = *table.supply(&Place::Table).given().first()?;
        if from >= until {
            return None;
        }
        let global = table.indexes.iter().filter(|index| index.schema.kind == IndexKind::Global);
        let places = std::iter::once(Place::Table).chain(global.map(crate::engine::table::Index::place));
        let lines = places.flat_map(|place| {
            [Direction::Read, Direction::Write].map(|direction| line(&place, direction, table, until, &prices))
        });
        let lines = lines.collect();
        let stored = stored_bytes(table);
        let billed = u128::from(stored).saturating_sub(u128::from(prices.storage.free_gigabytes) * GIGABYTE);
        Some(Self {
            lines,
            from,
            until,
            stored,
            storage_month: Dollars(billed * nano(prices.storage.gigabyte) / GIGABYTE),
            is_on_demand: matches!(table.supply(&Place::Table).limits(), Limits::OnDemand { .. }),
            region: prices.region,
            as_of: prices.as_of,
            source: prices.source,
        })
    }

    /// The milliseconds that the bill covers.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.until.millis_since(self.from)
    }

    /// What a month of it would cost; `None` if too little time was seen to say so.
    #[must_use]
    pub fn month(&self, amount: Dollars) -> Option<Dollars> {
        let seen = self.seen();
        (seen >= LEAST_SEEN).then(|| Dollars(amount.0 * MONTH_MILLIS / u128::from(seen)))
    }

    /// The sum of one column.
    #[must_use]
    pub fn sum(&self, column: impl Fn(&LineItem) -> Dollars) -> Dollars {
        self.lines.iter().map(column).sum()
    }
}

fn line(place: &Place, direction: Direction, table: &Table, until: Timestamp, prices: &Prices) -> LineItem {
    let supply = table.supply(place);
    let served = supply.total(direction).served;
    let per_hour = nano(prices.provisioned.of(direction));
    let unit_millis = unit_millis(supply, direction, until);
    let minutes = supply.minutes(direction).map(|minute| minute.served);
    let busiest = minutes.max().unwrap_or_default().as_halves().div_ceil(2 * 60);
    let begun = supply.given().first().map_or(until, |(since, _)| *since);
    let paid = |unit_millis: u128| Dollars(unit_millis * per_hour / 3_600_000);
    LineItem {
        place: place.clone(),
        direction,
        served,
        on_demand: Dollars(u128::from(served.as_halves()) * nano(prices.on_demand.of(direction)) / 2_000_000),
        unit_hours: u64::try_from(unit_millis / 3_600).unwrap_or(u64::MAX),
        provisioned: paid(unit_millis),
        busiest,
        at_busiest: paid(u128::from(busiest) * u128::from(until.millis_since(begun))),
    }
}

/// Provisioned units times milliseconds, over all changes of what the place was given.
fn unit_millis(supply: &Supply, direction: Direction, until: Timestamp) -> u128 {
    let given = supply.given();
    let ends = given.iter().skip(1).map(|(since, _)| *since).chain([until]);
    let span = |((since, limits), end): (&(Timestamp, Limits), Timestamp)| {
        let units = match (limits, direction) {
            (Limits::Provisioned { read, .. }, Direction::Read) => *read,
            (Limits::Provisioned { write, .. }, Direction::Write) => *write,
            (Limits::OnDemand { .. }, _) => 0,
        };
        u128::from(units) * u128::from(end.millis_since(*since))
    };
    given.iter().zip(ends).map(span).sum()
}

/// Bytes stored in a table and its indexes, as they are billed.
fn stored_bytes(table: &Table) -> u64 {
    let trees = table.indexes.iter().map(crate::engine::table::Index::entries).chain([table.items()]);
    trees.map(|tree| tree.bytes() + tree.len() as u64 * BYTES_BESIDE_ITEM).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Config;
    use crate::world::World;
    use serde_json::json;

    /// A world with a table, provisioned with 10 read and 10 write units or on demand, an hour old, with 3,600 writes of
    /// 1 KB in it.
    fn hour(provisioned: bool) -> World {
        let mut world = World::new(Config { throttling: false, ..Config::default() });
        let mut create = json!({
            "TableName": "Bills", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        });
        if provisioned {
            create["BillingMode"] = "PROVISIONED".into();
            create["ProvisionedThroughput"] = json!({"ReadCapacityUnits": 10, "WriteCapacityUnits": 10});
        }
        world.engine_mut().call("CreateTable", create).unwrap();
        world.engine_mut().settle();
        for _ in 0..3600 {
            world.wait(1000);
            world.engine_mut().call("PutItem", json!({"TableName": "Bills", "Item": {"id": {"S": "x"}}})).unwrap();
        }
        world
    }

    #[test]
    fn an_hour_of_writes_is_priced_by_the_unit_and_by_the_hour() {
        let bill = Bill::of("Bills", hour(true).engine()).unwrap();
        let writes = &bill.lines[1];
        assert_eq!((writes.served, writes.busiest, writes.unit_hours), (Units::whole(3600), 1, 10_000));
        assert_eq!(writes.on_demand.to_string(), "$0.002250", "3,600 x $0.625 / 1,000,000");
        assert_eq!(writes.provisioned.to_string(), "$0.006500", "10 x $0.00065 x 1 hour");
        assert_eq!(writes.at_busiest.to_string(), "$0.000650");
        let month = bill.month(writes.provisioned).map(|amount| amount.to_string());
        assert_eq!(month.as_deref(), Some("$4.75"), "10 x $0.00065 x 730 hours = $4.745");
        assert_eq!((bill.stored, bill.storage_month), (103, Dollars(0)), "three bytes of item and 100 beside");
    }

    #[test]
    fn a_month_is_not_worked_out_from_less_than_a_minute() {
        let mut bill = Bill::of("Bills", hour(true).engine()).unwrap();
        bill.until = bill.from.plus_millis(59_999);
        assert_eq!(bill.month(Dollars(1_000)), None);
        bill.until = bill.from.plus_millis(60_000);
        assert_eq!(bill.month(Dollars(1_000)), Some(Dollars(43_800_000)));
    }

    #[test]
    fn an_on_demand_table_has_no_provisioned_units_to_pay() {
        let bill = Bill::of("Bills", hour(false).engine()).unwrap();
        assert_eq!(bill.sum(|line| line.provisioned), Dollars(0));
        assert_eq!(bill.sum(|line| line.on_demand).to_string(), "$0.002250");
        assert!(bill.is_on_demand);
    }

    #[test]
    fn amounts_are_written_as_money() {
        assert_eq!(Dollars(1_234_567_890_000).to_string(), "$1,234.57");
        assert_eq!(Dollars(999_999_999).to_string(), "$1.000000");
        assert_eq!(Dollars(0).to_string(), "$0.000000");
    }
}
