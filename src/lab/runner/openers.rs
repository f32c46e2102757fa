//! Single commands that may open a way: each takes away what was not there when the step began, or lets time pass.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Runner;
use crate::engine::table::schema::IndexKind;
use crate::engine::table::{Billing, Table, Throughput};
use crate::engine::value::Item;
use crate::engine::value::json::encode_item;

/// Of a table with at most so many items, those that are new are looked for.
const MOST_LOOKED_AT: usize = 2000;
/// The most new items of a table that may stand in the way.
const MOST_NEW: usize = 2;
/// The most commands that are tried.
const MOST: usize = 10;
/// How long a table or an index takes to go, and units to come back.
const WAIT: &str = ":clock +10m";

/// The commands that may open a way from here, each with what has to be waited for.
pub(super) fn openers(runner: &mut Runner) -> Vec<Vec<String>> {
    let Some(begun) = runner.begun.clone() else { return Vec::new() };
    let mut found: Vec<Vec<String>> = Vec::new();
    if runner.bench.world().iam().acting().is_some() {
        found.push(vec![":as admin".to_owned()]);
    }
    if runner.bench.sdk_mode().is_some() {
        found.push(vec![":sdk off".to_owned()]);
    }
    // What was typed last, once more: a request that is wanted twice.
    found.extend(runner.typed.last().map(|line| vec![line.clone()]));
    let before = begun.engine();
    let loaded = runner.load().map(|load| load.table.clone());
    for table in runner.bench.engine().tables() {
        match before.table(&table.name) {
            None => found.push(vec![format!("delete-table --table-name {}", table.name), WAIT.to_owned()]),
            Some(known) => {
                found.extend(new_indexes(table, known));
                found.extend(units_as_they_were(table, known));
                found.extend(new_items(table, known));
                if loaded.as_deref() == Some(&*table.name) {
                    found.push(vec![format!("delete-table --table-name {}", table.name), WAIT.to_owned()]);
                }
            }
        }
    }
    found.push(vec![WAIT.to_owned()]);
    found.truncate(MOST);
    found
}

/// Commands that delete the indexes which a table did not have.
fn new_indexes(table: &Table, known: &Table) -> Vec<Vec<String>> {
    let is_new = |name: &str| known.index(name).is_none();
    let own = table.indexes.iter().filter(|index| index.schema.kind == IndexKind::Global && is_new(&index.schema.name));
    own.map(|index| {
        let updates = json!([{"Delete": {"IndexName": &*index.schema.name}}]);
        vec![
            format!("update-table --table-name {} --global-secondary-index-updates '{updates}'", table.name),
            WAIT.to_owned(),
        ]
    })
    .collect()
}

/// The command that gives a table and its indexes the billing mode and the units that they had; `None` if they have them.
fn units_as_they_were(table: &Table, known: &Table) -> Option<Vec<String>> {
    let told = |units: Throughput| json!({"ReadCapacityUnits": units.read, "WriteCapacityUnits": units.write});
    let mut line = format!("update-table --table-name {}", table.name);
    if table.billing != known.billing {
        match known.billing {
            Billing::OnDemand => line.push_str(" --billing-mode PAY_PER_REQUEST"),
            Billing::Provisioned(units) => {
                let _ = write!(line, " --billing-mode PROVISIONED --provisioned-throughput '{}'", told(units));
            }
        }
    }
    let changed = table.indexes.iter().filter_map(|index| {
        let before = known.index(&index.schema.name)?.throughput.filter(|before| Some(*before) != index.throughput)?;
        Some(json!({"Update": {"IndexName": &*index.schema.name, "ProvisionedThroughput": told(before)}}))
    });
    let changed: Vec<Value> = changed.collect();
    if !changed.is_empty() {
        let _ = write!(line, " --global-secondary-index-updates '{}'", Value::from(changed.clone()));
    }
    (table.billing != known.billing || !changed.is_empty()).then(|| vec![line, WAIT.to_owned()])
}

/// Commands that delete the items which a table did not have; none if there are many.
fn new_items(table: &Table, known: &Table) -> Vec<Vec<String>> {
    if table.id != known.id || table.items().len() > MOST_LOOKED_AT {
        return Vec::new();
    }
    let is_new =
        |item: &Item| table.keys.position_of_key(&table.keys.key_of(item)).is_ok_and(|at| known.get(&at).is_none());
    let keys = table.items().iter().map(|(_, stored)| &stored.item).filter(|item| is_new(item));
    let keys: Vec<Item> = keys.map(|item| table.keys.key_of(item)).take(MOST_NEW + 1).collect();
    if keys.len() > MOST_NEW {
        return Vec::new();
    }
    let delete = |key: &Item| {
        let key = Value::Object(encode_item(key));
        vec![format!("delete-item --table-name {} --key '{key}'", table.name)]
    };
    keys.iter().map(delete).collect()
}
