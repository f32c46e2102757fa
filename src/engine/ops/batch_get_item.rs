//! BatchGetItem: up to 100 items by key, from one or more tables, each charged as a GetItem of its own.
//!
//! `{"RequestItems": {"Orders": {"Keys": [{…}, {…}]}}}` answers `{"Responses": {"Orders": […]}, "UnprocessedKeys": {}}`;
//! items that do not exist are left out. The answer keeps to 16 MB, and to 1 MB for each partition key value: keys beyond
//! that come back in UnprocessedKeys.
//! Source: API reference, BatchGetItem.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::admission::{admit, is_throttle, spend};
use super::members::{self, ReturnConsumedCapacity};
use super::{Operation, legacy, request};
use crate::engine::answer::{ResponseValue, member};
use crate::engine::capacity::{Direction, Place, Rate, consumed};
use crate::engine::error::ApiError;
use crate::engine::expr::ProjectedPaths;
use crate::engine::messages::requests as text;
use crate::engine::messages::wording::Wording;
use crate::engine::plan::{Access, Effect, Plan};
use crate::engine::shape::{ListShape, MapShape, Shape, structure};
use crate::engine::table::tree::Position;
use crate::engine::value::Item;
use crate::engine::value::json::{WireItem, encode_item};
use crate::engine::{Engine, Trace};

/// The most keys in one request.
const MAX_KEYS: usize = 100;
/// The most bytes in one answer: 16 MB.
const MAX_ANSWER_BYTES: u64 = 16 * 1024 * 1024;
/// The most bytes of one partition key value in one answer: 1 MB.
const MAX_PARTITION_BYTES: u64 = 1024 * 1024;

structure! {
    /// The keys to get from one table.
    pub(super) struct KeysAndAttributes as "KeysAndAttributes" {
        /// The items' whole primary keys.
        "Keys" keys: Vec<WireItem> => required Shape::List(&ListShape::sized(members::ITEM, 1, usize::MAX));
        /// Whether the answers must reflect every write that came before (costs twice as much).
        "ConsistentRead" consistent_read: Option<bool> => optional Shape::BOOLEAN;
        /// Legacy: which attributes to return; use ProjectionExpression.
        "AttributesToGet" attributes_to_get: Option<Vec<String>> => optional legacy::ATTRIBUTES_TO_GET;
        /// Which attributes to return.
        "ProjectionExpression" projection_expression: Option<String> => optional members::EXPRESSION;
        /// What the #names of the expression stand for.
        "ExpressionAttributeNames" expression_attribute_names: Option<BTreeMap<String, String>> => optional members::NAMES;
    }
}

structure! {
    /// Asks for many items.
    pub(super) struct BatchGetItemRequest as "BatchGetItemInput" {
        /// How much of the consumed capacity to report.
        "ReturnConsumedCapacity" return_consumed_capacity: ReturnConsumedCapacity => optional members::RETURN_CONSUMED_CAPACITY;
        /// The keys, by table.
        "RequestItems" request_items: Map<String, Value> => required Shape::Map(&MapShape {
            value: Shape::Structure(KeysAndAttributes::STRUCTURE), key: members::TABLE_TEXT, min: 0, max: 100,
        });
    }
}

/// The verb.
pub(super) struct BatchGetItem;

/// The keys of one table, ready to be read.
#[derive(Clone)]
pub(super) struct TableKeys {
    table: Arc<str>,
    keys: Vec<(Item, Position)>,
    projection: Option<ProjectedPaths>,
    consistent: bool,
    /// The request's own entry, to give back with the keys that were not reached.
    wire: Map<String, Value>,
}

/// A BatchGetItem that is ready to run.
#[derive(Clone)]
pub(super) struct PreparedBatchGetItem {
    tables: Vec<TableKeys>,
    detail: consumed::ConsumedDetail,
}

impl Operation for BatchGetItem {
    const NAME: &'static str = "BatchGetItem";
    const DOC: &'static str = "Reads up to 100 items by primary key, from one or more tables.";
    const EFFECT: Option<Effect> = Some(Effect::Read);
    const WORDING: Wording = Wording::Bare;
    type Request = BatchGetItemRequest;
    type Prepared = PreparedBatchGetItem;

    fn prepare(request: BatchGetItemRequest, engine: &Engine) -> Result<PreparedBatchGetItem, ApiError> {
        if request.request_items.is_empty() {
            return Err(ApiError::validation(text::request_items_required(Self::NAME)));
        }
        let entries: Vec<(String, KeysAndAttributes, Map<String, Value>)> = request
            .request_items
            .into_iter()
            .filter_map(|(table, wire)| {
                let entry = serde_json::from_value(wire.clone()).ok()?;
                Some((table, entry, wire.as_object().cloned().unwrap_or_default()))
            })
            .collect();
        check_counts(&entries)?;
        let given = |is_given: fn(&KeysAndAttributes) -> bool| entries.iter().any(|(_, entry, _)| is_given(entry));
        // One style has to do for all tables.
        request::check_mixing(
            &[("AttributesToGet", given(|entry| entry.attributes_to_get.is_some()))],
            &[("ProjectionExpression", given(|entry| entry.projection_expression.is_some()))],
        )?;
        let mut ready = Vec::new();
        for (table, entry, wire) in entries {
            let keys: Vec<Item> =
                entry.keys.into_iter().map(|key| key.into_item(Self::WORDING)).collect::<Result<_, _>>()?;
            let projection = entry.projection_expression.as_deref();
            let names = entry.expression_attribute_names;
            request::check_placeholders(
                names.is_some(),
                false,
                &[],
                &[("ProjectionExpression", projection)],
                Self::WORDING,
            )?;
            let listed = entry.attributes_to_get.as_deref();
            let projection = request::projection_of_either_form(projection, names, listed, Self::WORDING)?;
            // Only keys written alike are noticed here: `1000` beside `1e3` passes, as on the service.
            let written = wire.get("Keys").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            if written.iter().enumerate().any(|(place, key)| written[..place].contains(key)) {
                return Err(ApiError::validation(text::DUPLICATE_KEYS));
            }
            ready.push((table, keys, projection, entry.consistent_read.unwrap_or_default(), wire));
        }
        let tables = ready
            .into_iter()
            .map(|(table, keys, projection, consistent, wire)| {
                let found = engine.data_table(&table)?;
                let keys = keys
                    .into_iter()
                    .map(|key| found.keys.position_of_key(&key).map(|position| (key, position)))
                    .collect::<Result<_, _>>()?;
                request::check_nested_keys(projection.iter().flat_map(ProjectedPaths::paths), found)?;
                Ok(TableKeys { table: table.into(), keys, projection, consistent, wire })
            })
            .collect::<Result<_, ApiError>>()?;
        Ok(PreparedBatchGetItem { tables, detail: request.return_consumed_capacity.unwrap_or_default() })
    }

    fn plans(prepared: &PreparedBatchGetItem) -> Vec<Plan> {
        let plan = |table: &TableKeys, key: &Item| Plan {
            operation: Self::NAME,
            table: Arc::clone(&table.table),
            index: None,
            access: Access::Item(key.clone()),
            test: None,
            consistent: table.consistent,
            effect: Effect::Read,
            condition: None,
            computed: Vec::new(),
            action: None,
        };
        prepared.tables.iter().flat_map(|table| table.keys.iter().map(move |(key, _)| plan(table, key))).collect()
    }

    fn execute(
        prepared: PreparedBatchGetItem,
        engine: &mut Engine,
        trace: &mut Trace,
    ) -> Result<ResponseValue, ApiError> {
        let (mut responses, mut unprocessed, mut progress) = (Vec::new(), Map::new(), BatchProgress::default());
        for table in prepared.tables {
            let (found, left) = read_table(&table, engine, &mut progress, trace)?;
            if !left.is_empty() {
                let mut wire = table.wire;
                wire.insert("Keys".into(), left.into());
                unprocessed.insert(table.table.to_string(), Value::Object(wire));
            }
            responses.push((Cow::Owned(table.table.to_string()), ResponseValue::List(found)));
        }
        if let Some(error) = progress.refusal.filter(|_| trace.charges.is_empty()) {
            return Err(error);
        }
        let mut body = vec![member("Responses", responses), member("UnprocessedKeys", Value::Object(unprocessed))];
        let consumed = consumed::per_table(&trace.charges, prepared.detail, false);
        body.extend(consumed.map(|consumed| member("ConsumedCapacity", consumed)));
        Ok(ResponseValue::Members(body))
    }
}

/// Refuses more than 100 keys, in one table or in all.
fn check_counts(entries: &[(String, KeysAndAttributes, Map<String, Value>)]) -> Result<(), ApiError> {
    if let Some((table, ..)) = entries.iter().find(|(_, entry, _)| entry.keys.len() > MAX_KEYS) {
        return Err(ApiError::validation(text::too_many_keys(table)));
    }
    if entries.iter().map(|(_, entry, _)| entry.keys.len()).sum::<usize>() > MAX_KEYS {
        return Err(ApiError::validation(text::TOO_MANY_READS));
    }
    Ok(())
}

/// How far a batch has come.
#[derive(Default)]
struct BatchProgress {
    /// Bytes of the answer.
    bytes: u64,
    /// The last key's refusal for want of throughput, which stands for all if none was read.
    refusal: Option<ApiError>,
}

/// Reads the keys of one table: the items found, and the keys left over because the answer is full or throughput is
/// short.
fn read_table(
    table: &TableKeys,
    engine: &mut Engine,
    progress: &mut BatchProgress,
    trace: &mut Trace,
) -> Result<(Vec<ResponseValue>, Vec<Value>), ApiError> {
    let (mut found, mut left, rate) = (Vec::new(), Vec::new(), Rate::read(table.consistent));
    let mut partitions: BTreeMap<u64, u64> = BTreeMap::new();
    for (key, position) in &table.keys {
        let (behind, now) = (engine.behind(&Place::Table, rate), engine.now());
        let store = engine.data_table(&table.table)?;
        let view = store.items().as_of(behind.as_of(now));
        let (stored, stale) = (view.get(position).cloned(), view.differs_at(position));
        let touched = store.touch(position, stored.as_ref().map_or(0, |stored| stored.bytes));
        let partition = partitions.entry(position.hash).or_default();
        if progress.bytes + touched.bytes > MAX_ANSWER_BYTES || *partition + touched.bytes > MAX_PARTITION_BYTES {
            left.push(Value::Object(encode_item(key)));
            continue;
        }
        match admit(engine, &table.table, &touched.place, Direction::Read, touched.address) {
            Err(error) if is_throttle(&error) => {
                progress.refusal = Some(error);
                left.push(Value::Object(encode_item(key)));
                continue;
            }
            admitted => admitted?,
        }
        progress.bytes += touched.bytes;
        *partition += touched.bytes;
        if stale {
            trace.stale.push(behind.stale(&touched.place));
        }
        spend(engine, trace, &table.table, touched, rate);
        if let Some(stored) = stored {
            found.push(match &table.projection {
                Some(projection) => projection.apply(&stored.item).into(),
                None => stored.item.into(),
            });
        }
    }
    Ok((found, left))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::clock::VirtualClock;
    use crate::engine::Config;

    /// An engine with a table of items by partition and sort key.
    fn engine(items: impl Iterator<Item = (u32, u32)>, bytes: usize) -> Engine {
        let clock = Arc::new(VirtualClock::new(VirtualClock::LAB_START));
        let mut engine = Engine::new(Config { throttling: false, ..Config::default() }, clock);
        let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "N"});
        let key = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
        let create = json!({
            "TableName": "Blobs", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [attribute("p"), attribute("s")],
            "KeySchema": [key("p", "HASH"), key("s", "RANGE")],
        });
        engine.call("CreateTable", create).unwrap();
        engine.settle();
        for (p, s) in items {
            let mut item = wire_key(p, s);
            item["blob"] = json!({"S": "x".repeat(bytes)});
            engine.call("PutItem", json!({"TableName": "Blobs", "Item": item})).unwrap();
        }
        engine
    }

    fn wire_key(p: u32, s: u32) -> Value {
        json!({"p": {"N": p.to_string()}, "s": {"N": s.to_string()}})
    }

    /// How many items an answer has, and the keys that it leaves over.
    fn get(engine: &mut Engine, keys: &[Value]) -> (usize, Vec<Value>, Value) {
        let body = json!({"RequestItems": {"Blobs": {
            "Keys": keys, "ConsistentRead": true, "ProjectionExpression": "#b", "ExpressionAttributeNames": {"#b": "s"},
        }}});
        let answer = engine.call("BatchGetItem", body).unwrap();
        let left = answer["UnprocessedKeys"]["Blobs"].clone();
        let found = answer["Responses"]["Blobs"].as_array().map_or(0, Vec::len);
        (found, left["Keys"].as_array().cloned().unwrap_or_default(), left)
    }

    #[test]
    fn more_than_a_megabyte_of_one_partition_is_left_over_with_the_options_it_was_asked_with() {
        let mut engine = engine((0..3).map(|s| (1, s)).chain([(2, 0)]), 390_000);
        let keys = [wire_key(1, 0), wire_key(1, 1), wire_key(1, 2), wire_key(2, 0)];
        let (found, left, options) = get(&mut engine, &keys);
        assert_eq!((found, left.as_slice()), (3, &keys[2..3]), "a projection saves nothing");
        assert_eq!((&options["ConsistentRead"], &options["ProjectionExpression"]), (&json!(true), &json!("#b")));
        assert_eq!(options["ExpressionAttributeNames"], json!({"#b": "s"}));
        assert_eq!(get(&mut engine, &left).1, Vec::<Value>::new(), "what was left over is read the next time");
    }

    #[test]
    fn more_than_sixteen_megabytes_are_left_over() {
        let mut engine = engine((0..50).map(|p| (p, 0)), 390_000);
        let keys: Vec<Value> = (0..50).map(|p| wire_key(p, 0)).collect();
        let (found, left, _) = get(&mut engine, &keys);
        assert_eq!((found, left.len()), (43, 7), "43 times 390 KB are less than 16 MB");
        assert_eq!(left.as_slice(), &keys[43..]);
    }
}
