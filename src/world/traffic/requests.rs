//! The requests of traffic: what is drawn for each, and the bodies made from that.
//!
//! A request that will be sent again is prepared once and kept; one whose item holds its own number is made each time.

use serde_json::{Map, Value, json};

use super::{Traffic, TrafficError};
use crate::chance::Chance;
use crate::engine::value::Type;
use crate::engine::value::key::KeyAttribute;
use crate::engine::{ApiError, Engine, PreparedRequest};

/// The most prepared requests that are kept.
const KEPT: u64 = 200_000;
/// The work of a read, of a write at a table and at each of its indexes, and of making a write, in steps.
const READ_STEPS: u64 = 1;
const WRITE_STEPS: u64 = 3;
const INDEX_STEPS: u64 = 3;
const MADE_STEPS: u64 = 6;
/// How many bytes of an item are made up in a step.
const BYTES_OF_A_STEP: u64 = 16;

/// What is drawn for a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct DrawnRequest {
    key: u64,
    item: u64,
    shard: u64,
    reads: bool,
}

impl DrawnRequest {
    /// The key's place among all keys.
    pub(super) fn key_place(self) -> usize {
        usize::try_from(self.key).unwrap_or(0)
    }
}

/// The makings of requests.
pub(super) struct Requests {
    table: String,
    partition: KeyAttribute,
    sort: Option<KeyAttribute>,
    items: u64,
    shards: u64,
    consistent: bool,
    attributes: Map<String, Value>,
    filling: String,
    /// Prepared requests by what was drawn; empty if they are too many to keep.
    kept: Vec<Option<PreparedRequest>>,
    /// Whether an item written holds the number of its request.
    numbered: bool,
    /// The indexes that an item may be written to.
    indexes: u64,
    /// The bytes of the attributes that are filled in for each item.
    bytes: u64,
}

impl Requests {
    pub(super) fn new(traffic: &Traffic, engine: &Engine) -> Result<Self, TrafficError> {
        let table = engine.table(&traffic.table).ok_or_else(|| TrafficError::NoTable(traffic.table.clone()))?;
        let mut keys = table.keys.partition.iter().chain(&table.keys.sort);
        if let Some(binary) = keys.find(|key| key.kind == Type::B) {
            return Err(TrafficError::BinaryKey(binary.name.clone()));
        }
        let (partition, sort) = (table.keys.partition.first().cloned(), table.keys.sort.first().cloned());
        let partition = partition.ok_or_else(|| TrafficError::NoTable(traffic.table.clone()))?;
        let items = if sort.is_some() { traffic.items.max(1) } else { 1 };
        let shards = traffic.shards.max(1);
        let slots = traffic.keys.count().saturating_mul(items).saturating_mul(shards).saturating_mul(2);
        let written = Value::Object(traffic.attributes.clone()).to_string();
        let kept = if slots <= KEPT { vec![None; usize::try_from(slots).unwrap_or(0)] } else { Vec::new() };
        Ok(Self {
            table: traffic.table.clone(),
            partition,
            sort,
            items,
            shards,
            consistent: traffic.consistent,
            numbered: written.contains("{n}"),
            indexes: table.indexes.len() as u64,
            bytes: written.len() as u64,
            attributes: traffic.attributes.clone(),
            filling: "x".repeat(usize::try_from(traffic.filling).unwrap_or(0)),
            kept,
        })
    }

    /// Draws the key, the item, the shard and the kind of a request.
    pub(super) fn draw(&self, traffic: &Traffic, call: u64, chance: &mut Chance) -> DrawnRequest {
        let key = traffic.keys.draw(chance);
        let item = if self.items > 1 { chance.between(0, self.items - 1) } else { 0 };
        let shard = if self.shards > 1 { chance.between(0, self.shards - 1) } else { 0 };
        // Reads are spread evenly among the calls, so that a short run has its share too.
        let reads = call * traffic.reads / 100 > (call - 1) * traffic.reads / 100;
        DrawnRequest { key, item, shard, reads }
    }

    /// Whether a request is made each time that it is sent.
    fn is_made_anew(&self, drawn: DrawnRequest) -> bool {
        self.kept.is_empty() || (self.numbered && !drawn.reads)
    }

    /// The work of sending a request, in steps.
    pub(super) fn steps(&self, drawn: DrawnRequest) -> u64 {
        if drawn.reads {
            return READ_STEPS;
        }
        let made = if self.is_made_anew(drawn) { MADE_STEPS + self.bytes / BYTES_OF_A_STEP } else { 0 };
        WRITE_STEPS + self.indexes * INDEX_STEPS + made
    }

    /// Sends a request.
    pub(super) fn send(&mut self, drawn: DrawnRequest, call: u64, engine: &mut Engine) -> Result<(), ApiError> {
        let slot = (drawn.key * self.items + drawn.item) * self.shards + drawn.shard;
        let slot = usize::try_from(slot * 2 + u64::from(drawn.reads)).unwrap_or(usize::MAX);
        if self.is_made_anew(drawn) {
            let (verb, body) = self.body(drawn, call);
            let mut statement = engine.prepare(verb, body)?;
            return engine.execute(&mut statement);
        }
        if self.kept[slot].is_none() {
            let (verb, body) = self.body(drawn, call);
            self.kept[slot] = Some(engine.prepare(verb, body)?);
        }
        match &mut self.kept[slot] {
            Some(statement) => engine.execute(statement),
            None => Ok(()),
        }
    }

    fn body(&self, drawn: DrawnRequest, call: u64) -> (&'static str, Value) {
        let mut key = Map::new();
        key.insert(self.partition.name.clone(), self.partition_value(drawn));
        if let Some(sort) = &self.sort {
            key.insert(sort.name.clone(), value_of(sort.kind, drawn.item, &format!("item-{}", drawn.item)));
        }
        if drawn.reads {
            return ("GetItem", json!({"TableName": self.table, "Key": key, "ConsistentRead": self.consistent}));
        }
        let mut item = filled_map(&self.attributes, drawn, call);
        if !self.filling.is_empty() {
            item.insert("filling".to_owned(), json!({"S": self.filling}));
        }
        item.extend(key);
        ("PutItem", json!({"TableName": self.table, "Item": item}))
    }

    fn partition_value(&self, drawn: DrawnRequest) -> Value {
        let text =
            if self.shards > 1 { format!("key-{}#{}", drawn.key, drawn.shard) } else { format!("key-{}", drawn.key) };
        value_of(self.partition.kind, drawn.key * self.shards + drawn.shard, &text)
    }
}

fn value_of(kind: Type, number: u64, text: &str) -> Value {
    if kind == Type::N { json!({"N": number.to_string()}) } else { json!({"S": text}) }
}

/// A template with its placeholders filled in.
fn filled_map(template: &Map<String, Value>, drawn: DrawnRequest, call: u64) -> Map<String, Value> {
    template.iter().map(|(name, value)| (name.clone(), filled(value, drawn, call))).collect()
}

fn filled(template: &Value, drawn: DrawnRequest, call: u64) -> Value {
    match template {
        Value::String(text) => {
            let numbers = [("{key}", drawn.key), ("{item}", drawn.item), ("{shard}", drawn.shard), ("{n}", call)];
            let fill =
                |text: String, (placeholder, number): (&str, u64)| text.replace(placeholder, &number.to_string());
            Value::String(numbers.into_iter().fold(text.clone(), fill))
        }
        Value::Array(list) => list.iter().map(|element| filled(element, drawn, call)).collect(),
        Value::Object(map) => Value::Object(filled_map(map, drawn, call)),
        other => other.clone(),
    }
}
