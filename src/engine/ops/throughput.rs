//! Declared throughput: the parameters beside ProvisionedThroughput, the rules of changing what was declared, and the
//! quotas that every unit a request asks for meets here, before it becomes partitions and buckets.
//!
//! Source: API reference, OnDemandThroughput and WarmThroughput; AWS documentation, "Service, account, and table quotas
//! in Amazon DynamoDB".

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::engine::capacity::supply::{self, TABLE_QUOTA};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::throughput::{self as text, Owner};
use crate::engine::shape::{Shape, Shaped as _, structure};
use crate::engine::table::provisioning::{Maximum, Provisioning, is_decrease};
use crate::engine::table::{Billing, IndexKind, Table, Throughput};

/// Provisioned units a second, of either kind, that all tables of an account may have together.
pub(super) const ACCOUNT_QUOTA: u64 = 80_000;

structure! {
    /// The most units a second that an on-demand table or index is to serve.
    pub(super) struct OnDemandThroughput as "OnDemandThroughput" {
        /// Read units a second; -1 for no maximum.
        "MaxReadRequestUnits" max_read_request_units: Option<i64> => optional Shape::long(i64::MIN);
        /// Write units a second; -1 for no maximum.
        "MaxWriteRequestUnits" max_write_request_units: Option<i64> => optional Shape::long(i64::MIN);
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

/// Takes a maximum away.
const NO_MAXIMUM: i64 = -1;
const MAX_READ: &str = "MaxReadRequestUnits";
const MAX_WRITE: &str = "MaxWriteRequestUnits";

/// OnDemandThroughput.
pub(super) const ON_DEMAND: Shape = Shape::Structure(OnDemandThroughput::STRUCTURE);
/// WarmThroughput.
pub(super) const WARM: Shape = Shape::Structure(WarmThroughput::STRUCTURE);

/// What a new on-demand table or index is ready for at once.
pub(super) const NEW_ON_DEMAND: Throughput =
    Throughput { read: supply::WARM_READ_UNITS, write: supply::WARM_WRITE_UNITS };

/// What a request says beside ProvisionedThroughput.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WantedThroughput {
    /// The new maximum, if one was given.
    pub maximum: Option<Maximum>,
    /// The members by which a maximum was taken away, which the response repeats.
    pub lifted: Vec<&'static str>,
    /// The warm throughput asked for, if any was.
    pub warm: Option<Throughput>,
}

/// What the two parameters are asked for: of which table or index, and what it is given already.
#[derive(Clone, Copy, Debug)]
pub(super) struct ThroughputSubject<'a> {
    /// Whose they are, for the texts.
    pub owner: Owner<'a>,
    /// How the table is paid for once the request is done.
    pub billing: Billing,
    /// What there is: what a request leaves out stays as it is. `None` for a new table or index.
    pub now: Option<(&'a Provisioning, Throughput)>,
    /// What a new table or index is given: its provisioned units, if it has any.
    pub units: Option<Throughput>,
}

impl WantedThroughput {
    /// Reads the two parameters.
    ///
    /// # Errors
    /// They do not fit the billing mode, ask for less than there is, or for more than a table may have.
    pub(super) fn read(
        on_demand: Option<&OnDemandThroughput>,
        warm: Option<&WarmThroughput>,
        asked: ThroughputSubject<'_>,
        engine: &Engine,
    ) -> Result<Self, ApiError> {
        let region = &engine.config().region;
        let maximum = on_demand.map(|given| maximum(given, asked, region)).transpose()?;
        let warm = warm.map(|given| warmed(given, asked, region)).transpose()?;
        let lifted = on_demand.into_iter().flat_map(|given| {
            let lifted = |member, units: Option<i64>| (units == Some(NO_MAXIMUM)).then_some(member);
            [lifted(MAX_READ, given.max_read_request_units), lifted(MAX_WRITE, given.max_write_request_units)]
        });
        Ok(Self { maximum, lifted: lifted.flatten().collect(), warm })
    }

    /// What a new table or index begins with.
    pub(super) fn provisioning(&self) -> Provisioning {
        let mut provisioning = Provisioning::default();
        self.apply(&mut provisioning);
        provisioning
    }

    /// Enters what was asked for.
    pub(super) fn apply(&self, provisioning: &mut Provisioning) {
        provisioning.maximum = self.maximum.unwrap_or(provisioning.maximum);
        provisioning.warm = self.warm.unwrap_or(provisioning.warm);
    }
}

/// The maximum that a request asks for.
fn maximum(given: &OnDemandThroughput, asked: ThroughputSubject<'_>, region: &str) -> Result<Maximum, ApiError> {
    let now = asked.now.map(|(now, _)| now.maximum).unwrap_or_default();
    let one = |kind: &str, member: &str, given: Option<i64>, now: Option<u64>| {
        let Some(units) = given else { return Ok(now) };
        if asked.billing != Billing::OnDemand {
            return Err(ApiError::validation(text::maximum_needs_on_demand(member, asked.owner)));
        }
        match u64::try_from(units) {
            Ok(units @ 1..=TABLE_QUOTA) => Ok(Some(units)),
            // There is nothing to take away from a table that is only being created.
            Err(_) if units == NO_MAXIMUM && asked.now.is_some() => Ok(None),
            Ok(0) | Err(_) => Err(ApiError::validation(text::maximum_out_of_range(member, asked.owner))),
            Ok(_) => limited(text::maximum_quota(kind, asked.owner, region)).map(|()| None),
        }
    };
    let read = one("Read", MAX_READ, given.max_read_request_units, now.read)?;
    Ok(Maximum { read, write: one("Write", MAX_WRITE, given.max_write_request_units, now.write)? })
}

/// The warm throughput that a request asks for.
fn warmed(given: &WarmThroughput, asked: ThroughputSubject<'_>, region: &str) -> Result<Throughput, ApiError> {
    let least = asked.now.map_or_else(|| asked.units.unwrap_or(NEW_ON_DEMAND), |(_, served)| served);
    let now = asked.now.map(|(now, _)| now.warm).unwrap_or_default();
    let one = |kind: &str, given: Option<u64>, least: u64, now: u64| {
        let Some(units) = given else { return Ok(now) };
        if units < least {
            let refused = match (asked.now, asked.units) {
                (Some(_), _) => text::warm_lower,
                (None, Some(_)) => text::warm_below_provisioned,
                (None, None) => text::warm_below_initial,
            };
            return Err(ApiError::validation(refused(kind, asked.owner)));
        }
        if units > TABLE_QUOTA {
            limited(text::warm_quota(kind, asked.owner, region))?;
        }
        Ok(units)
    };
    let read = one("Read", given.read_units_per_second, least.read, now.read)?;
    Ok(Throughput { read, write: one("Write", given.write_units_per_second, least.write, now.write)? })
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
    let region = &engine.config().region;
    let others = engine.tables().filter(|other| *other.name != *table).map(provisioned_with_indexes);
    let others = others.fold(Throughput::default(), added);
    for (kind, units, others) in [("Read", units.read, others.read), ("Write", units.write, others.write)] {
        if units > TABLE_QUOTA {
            return limited(text::table_quota(kind, units, TABLE_QUOTA, region));
        }
        if others.saturating_add(units) > ACCOUNT_QUOTA {
            return limited(text::account_quota(kind, units, others, ACCOUNT_QUOTA, region));
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
