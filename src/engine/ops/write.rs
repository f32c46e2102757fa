//! One item written under a condition: what PutItem, UpdateItem and DeleteItem do once, batches many times.
//!
//! The life of a write: the verb makes an [`ItemWrite`]; [`ItemWrite::image`] reads the item there is, tests the
//! condition and works out the new image; [`commit`] stores it, charges it and records the change. A write whose
//! condition fails is charged too, as the service does.
//!
//! Source: AWS documentation, "Condition expressions", "DynamoDB read and write operations".

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::admission::{admit_image, admit_write, spend};
use super::members::{CollectionMetrics, ReturnOnFailure};
use crate::engine::answer::{ResponseValue, member};
use crate::engine::capacity::{Place, Rate};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::expr::{Condition, Update};
use crate::engine::messages::{keys as key_text, requests as text};
pub(super) use crate::engine::plan::WriteAction;
use crate::engine::plan::{Access, Effect, Plan};
use crate::engine::table::tree::{Position, Stored};
use crate::engine::table::{IndexKind, Table, Written};
use crate::engine::value::json::encode_item;
use crate::engine::value::{Item, size};
use crate::engine::{Engine, Trace};

/// Bytes of a gigabyte as item collections are estimated in.
const GIGABYTE: u64 = 1024 * 1024 * 1024;

/// A write of one item.
#[derive(Clone, Debug)]
pub(super) struct ItemWrite {
    /// The table, as the request names it.
    pub table: Arc<str>,
    /// The item's place.
    pub position: Position,
    /// The item's key.
    pub key: Item,
    /// What must hold of the item there is.
    pub condition: Option<Condition>,
    /// What is to be done.
    pub action: WriteAction,
}

/// Why a write was not done.
#[derive(Debug)]
pub(super) enum WriteRefusal {
    /// The condition does not hold for the item there is.
    ConditionFailed(Option<Stored>),
    /// The update cannot be applied, or its result may not be stored.
    Invalid(ApiError),
}

impl From<ApiError> for WriteRefusal {
    fn from(error: ApiError) -> Self {
        Self::Invalid(error)
    }
}

impl ItemWrite {
    /// The plan of this write for the operation called `operation`.
    pub(super) fn plan(&self, operation: &'static str) -> Plan {
        Plan {
            operation,
            table: Arc::clone(&self.table),
            index: None,
            access: Access::Item(self.key.clone()),
            test: self.condition.as_ref().map(ToString::to_string),
            consistent: false,
            effect: if matches!(self.action, WriteAction::Check) { Effect::Check } else { Effect::Write },
            condition: self.condition.clone(),
            computed: match &self.action {
                WriteAction::Update(Some(update)) => update.computed(),
                _ => Vec::new(),
            },
            action: Some(self.action.clone()),
        }
    }

    /// The item as it will be, if the condition holds; `None` if there will be no item.
    pub(super) fn image(&self, table: &Table) -> Result<Option<Item>, WriteRefusal> {
        let old = table.get(&self.position);
        let empty = Item::new();
        let before = old.map_or(&empty, |stored| &stored.item);
        if self.condition.as_ref().is_some_and(|condition| !condition.holds(before)) {
            return Err(WriteRefusal::ConditionFailed(old.cloned()));
        }
        let image = self.action.image(old.map(|stored| &stored.item), &self.key)?;
        if let (WriteAction::Update(Some(update)), Some(after)) = (&self.action, &image) {
            check_updated(update, after, table)?;
        }
        Ok(image)
    }

    /// The bytes that a refused write is charged on: the item there is, or the one that was to be put.
    fn refused_bytes(&self, old: Option<&Stored>) -> u64 {
        match (old, &self.action) {
            (Some(stored), _) => stored.bytes,
            (None, WriteAction::Put(item)) => size::item_size(item),
            (None, _) => 0,
        }
    }
}

/// Checks what an update made of an item: the keys of the table's indexes, and its size.
fn check_updated(update: &Update, after: &Item, table: &Table) -> Result<(), ApiError> {
    for index in &table.indexes {
        let changed = update.targets().iter().any(|path| index.schema.keys.contains(path.root()));
        if let (true, Err(problem)) = (changed, index.schema.check_keys(after)) {
            return Err(ApiError::validation(key_text::index_key_of_update(&problem)));
        }
    }
    if size::item_size(after) > size::MAX_ITEM_BYTES {
        return Err(ApiError::validation(text::UPDATE_TOO_LARGE));
    }
    Ok(())
}

/// Checks an item that is to be put against the table's indexes.
pub(super) fn check_index_keys(item: &Item, table: &Table) -> Result<(), ApiError> {
    for index in &table.indexes {
        index.schema.check_keys(item).map_err(|problem| ApiError::validation(key_text::index_key_of_put(&problem)))?;
    }
    Ok(())
}

/// Does a write: condition, new image, table and indexes, charge, change.
pub(super) fn write(
    engine: &mut Engine,
    write: ItemWrite,
    on_failure: ReturnOnFailure,
    trace: &mut Trace,
) -> Result<Written, ApiError> {
    admit_write(engine, &write)?;
    match write.image(engine.data_table(&write.table)?) {
        Ok(image) => {
            admit_image(engine, &write, image.as_ref())?;
            commit(engine, write, image, Rate::Write, trace)
        }
        Err(refusal) => Err(refused(engine, &write, refusal, on_failure, trace)),
    }
}

/// Charges a refused write and words its refusal.
fn refused(
    engine: &mut Engine,
    write: &ItemWrite,
    refusal: WriteRefusal,
    on_failure: ReturnOnFailure,
    trace: &mut Trace,
) -> ApiError {
    match refusal {
        WriteRefusal::Invalid(error) => error,
        WriteRefusal::ConditionFailed(old) => {
            if let Err(error) = charge_untouched(engine, write, Rate::Write, trace) {
                return error;
            }
            let error = ApiError::new(ErrorKind::ConditionalCheckFailedException, text::CONDITION_FAILED);
            match old {
                Some(stored) if on_failure == ReturnOnFailure::AllOld => {
                    error.with_member("Item", Value::Object(encode_item(&stored.item)))
                }
                _ => error,
            }
        }
    }
}

/// Charges a write that leaves its item as it is.
pub(super) fn charge_untouched(
    engine: &mut Engine,
    write: &ItemWrite,
    rate: Rate,
    trace: &mut Trace,
) -> Result<(), ApiError> {
    let table = engine.data_table(&write.table)?;
    let touched = table.touch(&write.position, write.refused_bytes(table.get(&write.position)));
    spend(engine, trace, &write.table, touched, rate);
    Ok(())
}

/// Stores a new image, charges every place it touched, and records the change.
pub(super) fn commit(
    engine: &mut Engine,
    write: ItemWrite,
    image: Option<Item>,
    table_rate: Rate,
    trace: &mut Trace,
) -> Result<Written, ApiError> {
    if matches!(write.action, WriteAction::Check) {
        charge_untouched(engine, &write, table_rate, trace)?;
        return Ok(Written { old: None, new: None, touched: Vec::new() });
    }
    let (now, lag) = (engine.now(), engine.remembered());
    let table = engine.data_table_mut(&write.table)?;
    let written = table.write(&write.position, image, now, lag);
    let (name, address) = (Arc::clone(&table.name), table.address(&write.position));
    for touched in written.touched.clone() {
        // Index writes cost the plain rate even within a transaction.
        let rate = if touched.place == Place::Table { table_rate } else { Rate::Write };
        spend(engine, trace, &write.table, touched, rate);
    }
    let image = |stored: &Option<Stored>| stored.as_ref().map(|stored| stored.item.clone());
    trace.changes.extend(engine.record_change(
        &name,
        write.key,
        address,
        (image(&written.old), image(&written.new)),
        false,
    ));
    Ok(written)
}

/// Stores an image that comes from another Region's replica.
pub(in crate::engine) fn replicate(
    engine: &mut Engine,
    table: &str,
    key: Item,
    image: Option<Item>,
    trace: &mut Trace,
) {
    let Ok(position) = engine.data_table(table).and_then(|table| table.keys.position_of_key(&key)) else { return };
    let action = image.clone().map_or(WriteAction::Delete, WriteAction::Put);
    let write = ItemWrite { table: table.into(), position, key, condition: None, action };
    // The table is known to exist, and nothing else can be refused here.
    let _ = commit(engine, write, image, Rate::Write, trace);
}

/// ItemCollectionMetrics of the collection that `key` lies in; `None` for a table without a local index.
pub(super) fn collection_metrics(table: &Table, key: &Item) -> Option<Value> {
    table.indexes.iter().find(|index| index.schema.kind == IndexKind::Local)?;
    let partition: Item = table
        .keys
        .partition
        .iter()
        .filter_map(|k| key.get_key_value(&k.name))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    let bytes = table.keys.position_if_complete(key).and_then(|position| table.collection_bytes(&position));
    let whole = u32::try_from(bytes.unwrap_or_default() / GIGABYTE).unwrap_or(u32::MAX - 1);
    let range = [whole, whole + 1].map(f64::from);
    Some(json!({"ItemCollectionKey": encode_item(&partition), "SizeEstimateRangeGB": range}))
}

/// ItemCollectionMetrics of several writes, by table, each collection once; empty if they were not asked for.
pub(super) fn metrics_by_table<'a>(
    writes: impl Iterator<Item = &'a ItemWrite>,
    wanted: CollectionMetrics,
    engine: &Engine,
) -> Result<Map<String, Value>, ApiError> {
    let mut metrics = Map::new();
    for write in writes {
        add_metrics(&mut metrics, write, wanted, engine)?;
    }
    Ok(metrics)
}

/// Adds the ItemCollectionMetrics of one more write, if they were asked for.
pub(super) fn add_metrics(
    metrics: &mut Map<String, Value>,
    write: &ItemWrite,
    wanted: CollectionMetrics,
    engine: &Engine,
) -> Result<(), ApiError> {
    let table = engine.data_table(&write.table)?;
    let report = if wanted == CollectionMetrics::Size { collection_metrics(table, &write.key) } else { None };
    if let Some(report) = report {
        let reports = metrics.entry(write.table.to_string()).or_insert_with(|| json!([]));
        if let Some(reports) = reports.as_array_mut().filter(|reports| !reports.contains(&report)) {
            reports.push(report);
        }
    }
    Ok(())
}

/// The response of a single write: the attributes asked for, the metrics asked for, the capacity asked for.
pub(super) fn answer(
    engine: &Engine,
    table: &str,
    key: &Item,
    attributes: Option<Item>,
    metrics: CollectionMetrics,
    consumed: Option<Value>,
) -> Result<ResponseValue, ApiError> {
    let mut body = Vec::new();
    body.extend(attributes.map(|attributes| member("Attributes", attributes)));
    body.extend(consumed.map(|consumed| member("ConsumedCapacity", consumed)));
    if metrics == CollectionMetrics::Size {
        let metrics = collection_metrics(engine.data_table(table)?, key);
        body.extend(metrics.map(|metrics| member("ItemCollectionMetrics", metrics)));
    }
    Ok(ResponseValue::Members(body))
}
