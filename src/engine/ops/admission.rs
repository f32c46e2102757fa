//! Who is let through, and who pays: every read and write of an item passes here on its way in and on its way out.
//!
//! [`admit`] asks the supply of the place before anything is read or written; [`spend`] takes what it came to. A refusal
//! is an exception with its ThrottlingReasons, an entry among the unprocessed of a batch, or a reason of a cancelled
//! transaction. Source: AWS documentation, "Diagnosing throttling", "Error handling with DynamoDB".

use std::sync::Arc;

use serde_json::json;

use super::write::ItemWrite;
use crate::engine::capacity::{Address, Direction, Place, Rate, Shortage, Touched, charge};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::throughput as text;
use crate::engine::table::{Billing, Stored, Table, Throttled};
use crate::engine::value::Item;
use crate::engine::{Engine, Trace};

/// Asks whether a read or write of the key at `address` is let through.
pub(super) fn admit(
    engine: &mut Engine,
    table: &str,
    place: &Place,
    direction: Direction,
    address: Address,
) -> Result<(), ApiError> {
    if !engine.config.throttling {
        return Ok(());
    }
    let forced = engine.meets_throttle();
    let at = engine.data_table(table)?;
    let admitted = if forced {
        Err(Throttled { place: place.clone(), direction, shortage: Shortage::Provisioned, address })
    } else {
        at.admit(place, direction, address, engine.now())
    };
    admitted.map_err(|throttled| refused(engine, table, &throttled))
}

/// Asks whether the table lets a write through.
pub(super) fn admit_write(engine: &mut Engine, write: &ItemWrite) -> Result<(), ApiError> {
    let address = engine.data_table(&write.table)?.address(&write.position);
    engine.meet_conflict()?;
    admit(engine, &write.table, &Place::Table, Direction::Write, address)
}

/// Asks whether the indexes that a write reaches let it through: the size of item collections beside local ones, the
/// throughput of global ones.
pub(super) fn admit_image(engine: &mut Engine, write: &ItemWrite, image: Option<&Item>) -> Result<(), ApiError> {
    let table = engine.data_table(&write.table)?;
    if table.indexes.is_empty() {
        return Ok(());
    }
    let new = image.map(|item| Stored::new(item.clone()));
    check_collection(engine, write, table, new.as_ref())?;
    if !engine.config.throttling {
        return Ok(());
    }
    let admitted = table.admit_change(table.get(&write.position), new.as_ref(), engine.now());
    admitted.map_err(|throttled| refused(engine, &write.table, &throttled))
}

/// Refuses a write that makes an item collection larger than it may be; one that makes it smaller is never refused.
fn check_collection(engine: &Engine, write: &ItemWrite, table: &Table, new: Option<&Stored>) -> Result<(), ApiError> {
    let Some((bytes, new)) = table.collection_bytes(&write.position).zip(new) else { return Ok(()) };
    // Working out by how much it grows is dear, and seldom needed: no index holds more of an item than all of it.
    let most = new.bytes.saturating_mul(1 + table.indexes.len() as u64);
    if bytes.saturating_add(most) <= engine.config.collection_limit {
        return Ok(());
    }
    let growth = table.collection_growth(table.get(&write.position), Some(new));
    if growth > 0 && bytes.saturating_add_signed(growth) > engine.config.collection_limit {
        return Err(ApiError::new(ErrorKind::ItemCollectionSizeLimitExceededException, text::COLLECTION_TOO_LARGE));
    }
    Ok(())
}

/// Charges a touch: to the trace, for the response and the journal, and to the supply.
pub(super) fn spend(engine: &mut Engine, trace: &mut Trace, table: &Arc<str>, touched: Touched, rate: Rate) {
    let (now, charge) = (engine.now(), charge(table, touched, rate));
    if let Ok(used) = engine.data_table_mut(table) {
        let supply = used.supply_mut(&charge.touched.place);
        supply.spend(rate.direction(), charge.touched.address, charge.units, now);
        if used.is_due_sooner(now) {
            engine.note_use(table, now);
        }
    }
    trace.charges.push(charge);
}

/// Whether an exception says that a table, an index or an item could not take a request just now, as opposed to what is
/// wrong with it.
pub(super) const fn is_shortage(error: &ApiError) -> bool {
    is_throttle(error)
        || is_conflict(error)
        || matches!(error.kind, ErrorKind::ItemCollectionSizeLimitExceededException)
}

/// Whether an exception says that a transaction is under way on the item.
pub(super) const fn is_conflict(error: &ApiError) -> bool {
    matches!(error.kind, ErrorKind::TransactionConflictException)
}

/// Whether an exception says that throughput was short.
pub(super) const fn is_throttle(error: &ApiError) -> bool {
    matches!(
        error.kind,
        ErrorKind::ProvisionedThroughputExceededException
            | ErrorKind::ThrottlingException
            | ErrorKind::RequestLimitExceeded
    )
}

/// The code of a refusal among the reasons of a cancelled transaction.
pub(super) const fn reason_code(error: &ApiError) -> &'static str {
    match error.kind {
        ErrorKind::ProvisionedThroughputExceededException => "ProvisionedThroughputExceeded",
        ErrorKind::ItemCollectionSizeLimitExceededException => "ItemCollectionSizeLimitExceeded",
        ErrorKind::TransactionConflictException => "TransactionConflict",
        _ => "ThrottlingError",
    }
}

/// Notes a refusal where it happened and words it.
fn refused(engine: &mut Engine, name: &str, throttled: &Throttled) -> ApiError {
    let now = engine.now();
    match engine.data_table_mut(name) {
        Ok(table) => {
            let Throttled { place, direction, shortage, address } = throttled;
            table.supply_mut(place).note_refused(*direction, *address, *shortage, now);
            let error = exception(table, throttled);
            engine.note_use(name, now);
            error
        }
        Err(error) => error,
    }
}

fn exception(table: &Table, throttled: &Throttled) -> ApiError {
    let index = if let Place::Global(name) = &throttled.place { Some(name) } else { None };
    let provisioned = matches!(table.billing, Billing::Provisioned(_));
    let kind = match (provisioned, throttled.shortage) {
        (_, Shortage::Account) => ErrorKind::RequestLimitExceeded,
        (true, _) => ErrorKind::ProvisionedThroughputExceededException,
        (false, _) => ErrorKind::ThrottlingException,
    };
    let message = match (provisioned, index, throttled.shortage) {
        (_, _, Shortage::Maximum) => text::ON_DEMAND_MAXIMUM,
        (_, _, Shortage::Account) => text::ACCOUNT_EXCEEDED,
        (true, None, _) => text::TABLE_EXCEEDED,
        (true, Some(_), _) => text::INDEX_EXCEEDED,
        (false, None, _) => text::ON_DEMAND_TABLE,
        (false, Some(_), _) => text::ON_DEMAND_INDEX,
    };
    let limit = match throttled.shortage {
        Shortage::Provisioned => "ProvisionedThroughputExceeded",
        Shortage::KeyRange | Shortage::Warming => "KeyRangeThroughputExceeded",
        Shortage::Maximum => "MaxOnDemandThroughputExceeded",
        Shortage::Account => "AccountLimitExceeded",
    };
    let place = if index.is_some() { "Index" } else { "Table" };
    let reason = format!("{place}{:?}{limit}", throttled.direction);
    let resource = index.map_or_else(|| table.arn.clone(), |name| format!("{}/index/{name}", table.arn));
    // The exceptions spell the same member differently.
    let member = if kind == ErrorKind::ThrottlingException { "throttlingReasons" } else { "ThrottlingReasons" };
    ApiError::new(kind, message).with_member(member, json!([{"reason": reason, "resource": resource}]))
}
