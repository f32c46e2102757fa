//! ConsumedCapacity: the charges of a request as its response reports them.
//!
//! Source: API reference, ConsumedCapacity and Capacity.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{Charge, Place, Units};

/// The request's ReturnConsumedCapacity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum ConsumedDetail {
    /// Report nothing.
    #[default]
    None,
    /// Report the total.
    Total,
    /// Report the total and each index.
    Indexes,
}

/// The total of some charges.
#[must_use]
pub fn total<'a>(charges: impl IntoIterator<Item = &'a Charge>) -> Units {
    charges.into_iter().map(|charge| charge.units).sum()
}

/// The ConsumedCapacity of one table's charges; `None` if the request did not ask for it.
#[must_use]
pub fn of_table(table: &str, charges: &[Charge], detail: ConsumedDetail) -> Option<Value> {
    report(table, &charges.iter().collect::<Vec<_>>(), detail, false)
}

/// The ConsumedCapacity list of a batch or transaction, one entry per table in name order. `split` adds
/// ReadCapacityUnits and WriteCapacityUnits, which only transactions report.
#[must_use]
pub fn per_table(charges: &[Charge], detail: ConsumedDetail, split: bool) -> Option<Value> {
    if detail == ConsumedDetail::None {
        return None;
    }
    let mut tables: BTreeMap<&Arc<str>, Vec<&Charge>> = BTreeMap::new();
    for charge in charges {
        tables.entry(&charge.table).or_default().push(charge);
    }
    let reports = tables.into_iter().filter_map(|(table, charges)| report(table, &charges, detail, split));
    Some(reports.collect())
}

fn report(table: &str, charges: &[&Charge], detail: ConsumedDetail, split: bool) -> Option<Value> {
    if detail == ConsumedDetail::None {
        return None;
    }
    let mut body = Map::new();
    body.insert("TableName".into(), table.into());
    body.extend(amounts(charges, split));
    if detail == ConsumedDetail::Indexes {
        let at_table: Vec<&Charge> = charges.iter().copied().filter(|c| c.touched.place == Place::Table).collect();
        body.insert("Table".into(), Value::Object(amounts(&at_table, split)));
        let local = by_index(charges, split, |place| if let Place::Local(name) = place { Some(name) } else { None });
        let global = by_index(charges, split, |place| if let Place::Global(name) = place { Some(name) } else { None });
        body.extend(local.map(|indexes| ("LocalSecondaryIndexes".to_owned(), indexes)));
        body.extend(global.map(|indexes| ("GlobalSecondaryIndexes".to_owned(), indexes)));
    }
    Some(Value::Object(body))
}

/// The members that state an amount: CapacityUnits, and the split of a transaction.
fn amounts(charges: &[&Charge], split: bool) -> Map<String, Value> {
    let mut members = Map::new();
    members.insert("CapacityUnits".into(), json!(total(charges.iter().copied()).as_f64()));
    if split {
        for (name, reads) in [("ReadCapacityUnits", true), ("WriteCapacityUnits", false)] {
            let part: Units = charges.iter().filter(|c| c.rate.is_read() == reads).map(|c| c.units).sum();
            if part > Units::ZERO {
                members.insert(name.into(), json!(part.as_f64()));
            }
        }
    }
    members
}

fn by_index(charges: &[&Charge], split: bool, pick: impl Fn(&Place) -> Option<&Arc<str>>) -> Option<Value> {
    let mut indexes: BTreeMap<&str, Vec<&Charge>> = BTreeMap::new();
    for charge in charges {
        if let Some(name) = pick(&charge.touched.place) {
            indexes.entry(name).or_default().push(charge);
        }
    }
    let entries: Map<String, Value> =
        indexes.into_iter().map(|(name, charges)| (name.to_owned(), Value::Object(amounts(&charges, split)))).collect();
    if entries.is_empty() { None } else { Some(Value::Object(entries)) }
}
