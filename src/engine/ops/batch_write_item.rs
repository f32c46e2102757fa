//! BatchWriteItem: up to 25 puts and deletes, each on its own: no conditions, no updates, not all-or-nothing.
//!
//! `{"RequestItems": {"Orders": [{"PutRequest": {"Item": {…}}}, {"DeleteRequest": {"Key": {…}}}]}}` answers
//! `{"UnprocessedItems": {}}`. One invalid entry refuses the whole batch; throttled entries come back unprocessed.
//! Source: API reference, BatchWriteItem.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::Operation;
use super::admission::{admit_image, admit_write, is_conflict, is_throttle};
use super::members::{self, CollectionMetrics, ReturnConsumedCapacity};
use super::put_item::check_size;
use super::write::{self, ItemWrite, WriteAction};
use crate::engine::capacity::{Rate, consumed};
use crate::engine::error::ApiError;
use crate::engine::messages::wording::Wording;
use crate::engine::messages::{keys as key_text, requests as text, values as value_text};
use crate::engine::plan::{Effect, Plan};
use crate::engine::shape::{ListShape, MapShape, Shape, structure};
use crate::engine::table::Table;
use crate::engine::table::tree::Position;
use crate::engine::value::Item;
use crate::engine::value::json::{WireItem, encode_item};
use crate::engine::{Engine, Trace};

/// The most writes in one request.
const MAX_WRITES: usize = 25;

structure! {
    /// An item to store.
    pub(super) struct PutRequest as "PutRequest" {
        /// The whole item.
        "Item" item: WireItem => required members::ITEM;
    }
}

structure! {
    /// An item to remove.
    pub(super) struct DeleteRequest as "DeleteRequest" {
        /// The item's whole primary key.
        "Key" key: WireItem => required members::ITEM;
    }
}

structure! {
    /// A put or a delete.
    pub(super) struct WriteRequest as "WriteRequest" {
        /// Store this item.
        "PutRequest" put_request: Option<PutRequest> => optional Shape::Structure(PutRequest::STRUCTURE);
        /// Remove this item.
        "DeleteRequest" delete_request: Option<DeleteRequest> => optional Shape::Structure(DeleteRequest::STRUCTURE);
    }
}

structure! {
    /// Writes many items.
    pub(super) struct BatchWriteItemRequest as "BatchWriteItemInput" {
        /// How much of the consumed capacity to report.
        "ReturnConsumedCapacity" return_consumed_capacity: ReturnConsumedCapacity => optional members::RETURN_CONSUMED_CAPACITY;
        /// Whether to report the sizes of the item collections.
        "ReturnItemCollectionMetrics" return_item_collection_metrics: Option<CollectionMetrics> => optional members::RETURN_COLLECTION_METRICS;
        /// The writes, by table.
        "RequestItems" request_items: Map<String, Value> => required Shape::Map(&MapShape {
            value: Shape::List(&ListShape::sized(Shape::Structure(WriteRequest::STRUCTURE), 1, MAX_WRITES)),
            key: members::TABLE_TEXT, min: 0, max: 25,
        });
    }
}

/// The verb.
pub(super) struct BatchWriteItem;

/// A BatchWriteItem that is ready to run.
#[derive(Clone)]
pub(super) struct PreparedBatchWriteItem {
    writes: Vec<ItemWrite>,
    metrics: CollectionMetrics,
    detail: consumed::ConsumedDetail,
}

impl Operation for BatchWriteItem {
    const NAME: &'static str = "BatchWriteItem";
    const DOC: &'static str = "Puts or deletes up to 25 items, each on its own, in one or more tables.";
    const EFFECT: Option<Effect> = Some(Effect::Write);
    type Request = BatchWriteItemRequest;
    type Prepared = PreparedBatchWriteItem;

    fn prepare(request: BatchWriteItemRequest, engine: &Engine) -> Result<PreparedBatchWriteItem, ApiError> {
        if request.request_items.is_empty() {
            return Err(ApiError::validation(text::request_items_required(Self::NAME)));
        }
        let mut decoded = Vec::new();
        for (table, entries) in request.request_items {
            let entries: Vec<WriteRequest> = serde_json::from_value(entries).unwrap_or_default();
            for entry in entries {
                decoded.push((Arc::<str>::from(table.as_str()), decode(entry, Self::WORDING)?));
            }
        }
        if decoded.len() > MAX_WRITES {
            return Err(ApiError::validation(text::TOO_MANY_WRITES));
        }
        let mut seen: BTreeSet<(Arc<str>, Position)> = BTreeSet::new();
        let mut writes = Vec::new();
        for (table, entry) in decoded {
            let write = item_write(&table, entry, engine.data_table(&table)?)?;
            if !seen.insert((table, write.position.clone())) {
                return Err(ApiError::validation(text::DUPLICATE_KEYS));
            }
            writes.push(write);
        }
        Ok(PreparedBatchWriteItem {
            writes,
            metrics: request.return_item_collection_metrics.unwrap_or_default(),
            detail: request.return_consumed_capacity.unwrap_or_default(),
        })
    }

    fn plans(prepared: &PreparedBatchWriteItem) -> Vec<Plan> {
        prepared.writes.iter().map(|write| write.plan(Self::NAME)).collect()
    }

    fn execute(prepared: PreparedBatchWriteItem, engine: &mut Engine, trace: &mut Trace) -> Result<Value, ApiError> {
        let (mut unprocessed, mut refusal, mut metrics) = (Map::new(), None, Map::new());
        for write in prepared.writes {
            let image = if let WriteAction::Put(item) = &write.action { Some(item.clone()) } else { None };
            let admitted = admit_write(engine, &write).and_then(|()| admit_image(engine, &write, image.as_ref()));
            match admitted {
                Err(error) if is_throttle(&error) || is_conflict(&error) => {
                    refusal = Some(error);
                    let left = unprocessed.entry(write.table.to_string()).or_insert_with(|| json!([]));
                    left.as_array_mut().into_iter().for_each(|left| left.push(wire(&write)));
                }
                admitted => {
                    admitted?;
                    write::add_metrics(&mut metrics, &write, prepared.metrics, engine)?;
                    write::commit(engine, write, image, Rate::Write, trace)?;
                }
            }
        }
        if let Some(error) = refusal.filter(|_| trace.charges.is_empty()) {
            return Err(error);
        }
        let mut body = json!({"UnprocessedItems": unprocessed});
        if let Some(consumed) = consumed::per_table(&trace.charges, prepared.detail, false) {
            body["ConsumedCapacity"] = consumed;
        }
        if !metrics.is_empty() {
            body["ItemCollectionMetrics"] = Value::Object(metrics);
        }
        Ok(body)
    }
}

/// The entry of a write, to give back unprocessed.
fn wire(write: &ItemWrite) -> Value {
    match &write.action {
        WriteAction::Put(item) => json!({"PutRequest": {"Item": encode_item(item)}}),
        _ => json!({"DeleteRequest": {"Key": encode_item(&write.key)}}),
    }
}

/// One entry with its values read.
enum ReadWriteRequest {
    Put(Item),
    Delete(Item),
}

fn decode(entry: WriteRequest, wording: Wording) -> Result<ReadWriteRequest, ApiError> {
    match (entry.put_request, entry.delete_request) {
        (Some(put), None) => {
            let item = put.item.into_item(wording)?;
            check_size(&item)?;
            Ok(ReadWriteRequest::Put(item))
        }
        (None, Some(delete)) => Ok(ReadWriteRequest::Delete(delete.key.into_item(wording)?)),
        (Some(_), Some(_)) => Err(ApiError::validation(value_text::MORE_THAN_ONE)),
        (None, None) => Err(ApiError::validation(value_text::EMPTY)),
    }
}

/// The write of an entry; a put whose key does not fit is refused in the words of a Key, unlike in PutItem.
fn item_write(name: &Arc<str>, entry: ReadWriteRequest, table: &Table) -> Result<ItemWrite, ApiError> {
    let (key, position, action) = match entry {
        ReadWriteRequest::Delete(key) => {
            let position = table.keys.position_of_key(&key)?;
            (key, position, WriteAction::Delete)
        }
        ReadWriteRequest::Put(item) => {
            let fits = table.keys.attributes().all(|k| item.get(&k.name).is_some_and(|value| value.kind() == k.kind));
            if !fits {
                return Err(ApiError::validation(key_text::DOES_NOT_MATCH));
            }
            let position = table.keys.position_of_item(&item)?;
            write::check_index_keys(&item, table)?;
            (table.keys.key_of(&item), position, WriteAction::Put(item))
        }
    };
    Ok(ItemWrite { table: Arc::clone(name), position, key, condition: None, action })
}
