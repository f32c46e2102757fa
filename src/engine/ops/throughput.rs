//! Declared throughput: the parameters beside ProvisionedThroughput, and the rules of changing what was declared.
//!
//! Source: API reference, OnDemandThroughput and WarmThroughput; AWS documentation, "Service, account, and table quotas
//! in Amazon DynamoDB". The texts of the quotas and of warm throughput are ours: none was recorded.

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::engine::capacity::supply;
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::throughput as text;
use crate::engine::shape::{Shape, Shaped as _, structure};
use crate::engine::table::provisioning::{Maximum, Provisioning, is_decrease};
use crate::engine::table::{Billing, IndexKind, Table, Throughput};

/// Provisioned units a second, of either kind, that one table may have with its indexes.
pub(super) const TABLE_QUOTA: u64 = 40_000;
/// Provisioned units a second, of either kind, that all tables of an account may have together.
pub(super) const ACCOUNT_QUOTA: u64 = 80_000;

structure! {
    /// The most units a second that an on-demand table or index is to serve.
    pub(super) struct OnDemandThroughput as "OnDemandThroughput" {
        /// Read units a second; -1 for no maximum.
        "MaxReadRequestUnits" max_read_request_units: Option<i64> => optional Shape::long(-1);
        /// Write units a second; -1 for no maximum.
        "MaxWriteRequestUnits" max_write_request_units: Option<i64> => optional Shape::long(-1);
    }
}

structure! {
    /// The units a second that a table or index is to be ready for at once.
    pub(super) struct WarmThroughput as "WarmThroughput" {
        /// Read units a second.
        "ReadUnitsPerSecond" read_units_per_second: Option<u64> => optional Shape::long(1);
        /// Write units a second.
        "WriteUnitsPerSecond" write_units_per_second: Option<u64> => optional Shape::long(1);
    }
}

/// OnDemandThroughput.
pub(super) const ON_DEMAND: Shape = Shape::Structure(OnDemandThroughput::STRUCTURE);
/// WarmThroughput.
pub(super) const WARM: Shape = Shape::Structure(WarmThroughput::STRUCTURE);

/// What a new on-demand table or index is ready for at once.
pub(super) const NEW_ON_DEMAND: Throughput =
    Throughput { read: supply::WARM_READ_UNITS, write: supply::WARM_WRITE_UNITS };

/// What a request says beside ProvisionedThroughput.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The new maximum, if one was given.
    pub maximum: Option<Maximum>,
    /// The warm throughput asked for, if any was.
    pub warm: Option<Throughput>,
}

impl Wanted {
    /// Reads the two parameters. `now` is what there is; what is left out stays as it is.
    pub(super) fn read(
        on_demand: Option<&OnDemandThroughput>,
        warm: Option<&WarmThroughput>,
        billing: Billing,
        now: &Provisioning,
        served: Throughput,
    ) -> Result<Self, ApiError> {
        if on_demand.is_some() && billing != Billing::OnDemand {
            return Err(ApiError::validation(text::MAXIMUM_NEEDS_ON_DEMAND));
        }
        let maximum = on_demand.map(|given| -> Result<Maximum, ApiError> {
            let one = |given: Option<i64>, now: Option<u64>| match given {
                None => Ok(now),
                Some(0) => Err(ApiError::validation(text::MAXIMUM_OF_NOTHING)),
                Some(units) => Ok(u64::try_from(units).ok()),
            };
            let read = one(given.max_read_request_units, now.maximum.read)?;
            Ok(Maximum { read, write: one(given.max_write_request_units, now.maximum.write)? })
        });
        let warm = warm.map(|given| {
            let read = given.read_units_per_second.unwrap_or(now.warm.read);
            let write = given.write_units_per_second.unwrap_or(now.warm.write);
            let lowers = given.read_units_per_second.is_some_and(|units| units < served.read)
                || given.write_units_per_second.is_some_and(|units| units < served.write);
            if lowers { Err(ApiError::validation(text::warm_lower(served))) } else { Ok(Throughput { read, write }) }
        });
        Ok(Self { maximum: maximum.transpose()?, warm: warm.transpose()? })
    }

    /// Enters what was asked for.
    pub(super) fn apply(self, provisioning: &mut Provisioning) {
        provisioning.maximum = self.maximum.unwrap_or(provisioning.maximum);
        provisioning.warm = self.warm.unwrap_or(provisioning.warm);
    }
}

/// Refuses a decrease for which the day has no room left.
pub(super) fn check_decrease(
    from: Throughput,
    to: Throughput,
    history: &Provisioning,
    now: Timestamp,
) -> Result<(), ApiError> {
    let next = history.next_decrease(now).filter(|_| is_decrease(from, to));
    let Some((next, last)) = next.zip(history.last_decrease) else { return Ok(()) };
    limited(text::too_many_decreases(history.decreases, last, next))
}

/// Refuses a fifth switch to on-demand within 24 hours.
pub(super) fn check_switch(history: &Provisioning, now: Timestamp) -> Result<(), ApiError> {
    match history.next_switch(now).zip(history.switches.last()) {
        Some((next, last)) => limited(text::too_many_switches(*last, next)),
        None => Ok(()),
    }
}

/// Refuses provisioned units beyond the quotas of a table (its indexes included) and of the account. `table` is the name
/// of the table that is to have `units`, index units included.
pub(super) fn check_quotas(table: &str, units: Throughput, engine: &Engine) -> Result<(), ApiError> {
    let others = engine.tables().filter(|other| *other.name != *table).map(provisioned_with_indexes);
    let all = others.fold(units, added);
    for (kind, of_table, of_account) in [("Read", units.read, all.read), ("Write", units.write, all.write)] {
        if of_table > TABLE_QUOTA {
            return limited(text::table_quota(kind, of_table, TABLE_QUOTA));
        }
        if of_account > ACCOUNT_QUOTA {
            return limited(text::account_quota(kind, of_account, ACCOUNT_QUOTA));
        }
    }
    Ok(())
}

/// The provisioned units of a table and its global indexes together; none on demand.
pub(super) fn provisioned_with_indexes(table: &Table) -> Throughput {
    let indexes = table.indexes.iter().filter(|index| index.schema.kind == IndexKind::Global);
    indexes.filter_map(|index| index.throughput).fold(table.provisioned(), added)
}

/// The sum of two throughputs.
pub(super) const fn added(one: Throughput, other: Throughput) -> Throughput {
    let (read, write) = (one.read.saturating_add(other.read), one.write.saturating_add(other.write));
    Throughput { read, write }
}

fn limited(message: String) -> Result<(), ApiError> {
    Err(ApiError::new(ErrorKind::LimitExceededException, message))
}
