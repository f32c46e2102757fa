//! DAX: a cache in front of the tables that speaks DynamoDB's own language.
//!
//! The life of a request through it: an eventually consistent GetItem or BatchGetItem is looked up in the item cache, a
//! Query or Scan in the query cache by its exact parameters; what is not there is read from the table and kept for the
//! cache's time to live, absence included. A write goes to the table first and then into the item cache; the query cache
//! hears nothing of it. Strongly consistent and transactional reads pass through and leave nothing behind. A write that
//! does not come this way is unknown here until the entry is too old.
//!
//! Model: one node that is always there; a hit takes 0.4 ms, of which the clock notes 1; each of its caches holds 16 MB, and
//! lets go of what was used least recently when it is full, as a node does, if with more memory. Left out: failover, replication between nodes, overload, VPC and security groups. Source: AWS documentation, "DAX and
//! DynamoDB consistency models", "How DAX processes requests".

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::clock::Timestamp;
use crate::engine::messages::wording::Wording;
use crate::engine::value::json::{decode_item, encode_item};
use crate::engine::{ApiError, Engine, ErrorKind, weight};

use super::recent::Recent;

pub(super) mod create_cluster;
pub(super) mod create_parameter_group;
pub(super) mod decrease_replication_factor;
pub(super) mod delete_cluster;
pub(super) mod describe_clusters;
pub(super) mod increase_replication_factor;
mod messages;
pub(super) mod update_parameter_group;

/// The service as the AWS CLI names it.
const SERVICE: &str = "dax";
/// The parameter group that clusters have unless another is named.
const DEFAULT_GROUP: &str = "default.dax1.0";

/// How many bytes each of a cluster's caches holds.
const ROOM: u64 = 16 << 20;

/// How long entries are kept, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CacheTtls {
    /// record-ttl-millis; 0 for as long as nothing overwrites them.
    item_ttl: u64,
    /// query-ttl-millis; 0 for not at all.
    query_ttl: u64,
}

impl Default for CacheTtls {
    fn default() -> Self {
        Self { item_ttl: 300_000, query_ttl: 300_000 }
    }
}

/// An item as it was read or written; `None` is an item that is not there.
#[derive(Clone, Debug)]
struct CachedItem {
    kept: Timestamp,
    item: Option<Arc<Value>>,
}

impl CachedItem {
    fn weight(&self) -> u64 {
        self.item.as_ref().map_or(0, |item| weight::json(item, u64::MAX))
    }
}

/// A cluster.
#[derive(Clone, Debug)]
struct Cluster {
    name: String,
    node_type: String,
    nodes: u64,
    role: String,
    /// What it is for, if that was said.
    description: Option<String>,
    group: String,
    /// Items by table and key, then by the projection they were read with.
    items: Recent<(String, String), BTreeMap<String, CachedItem>>,
    /// Responses by their request.
    queries: Recent<String, (Timestamp, Arc<Value>)>,
    hits: u64,
    misses: u64,
}

/// Clusters, and their parameter groups.
#[derive(Clone, Debug)]
pub struct Dax {
    clusters: BTreeMap<String, Cluster>,
    groups: BTreeMap<String, CacheTtls>,
}

impl Default for Dax {
    fn default() -> Self {
        let groups = BTreeMap::from([(DEFAULT_GROUP.to_owned(), CacheTtls::default())]);
        Self { clusters: BTreeMap::new(), groups }
    }
}

/// How a request was answered.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct DaxAnswer {
    pub(super) outcome: Result<Value, ApiError>,
    /// What DAX did, in words.
    pub(super) note: String,
    /// Whether the tables were not asked.
    pub(super) is_hit: bool,
}

impl DaxAnswer {
    fn hit(body: Value, note: String) -> Self {
        Self { outcome: Ok(body), note, is_hit: true }
    }

    fn passed(outcome: Result<Value, ApiError>, note: impl Into<String>) -> Self {
        Self { outcome, note: note.into(), is_hit: false }
    }
}

impl Dax {
    /// The cluster that requests go to.
    pub(super) fn cluster(&self) -> Option<&str> {
        self.clusters.keys().next().map(String::as_str)
    }

    /// Sends a request through the cluster.
    ///
    /// # Errors
    /// There is no cluster.
    pub(super) fn request(&mut self, verb: &str, body: Value, engine: &mut Engine) -> Result<DaxAnswer, ApiError> {
        let cluster = self.clusters.values_mut().next().ok_or_else(|| ApiError::validation(messages::NO_CLUSTER))?;
        let parameters = self.groups.get(&cluster.group).copied().unwrap_or_default();
        engine.settle();
        let is_strong = body.get("ConsistentRead") == Some(&Value::Bool(true));
        Ok(match verb {
            "GetItem" | "Query" | "Scan" if is_strong => {
                DaxAnswer::passed(engine.call(verb, body), "strongly consistent: passed through, not cached")
            }
            "GetItem" => cluster.get_item(body, parameters, engine),
            "BatchGetItem" => cluster.batch_get_item(body, parameters, engine),
            "Query" | "Scan" => cluster.query(verb, body, parameters, engine),
            "PutItem" | "UpdateItem" | "DeleteItem" | "BatchWriteItem" => cluster.write(verb, body, engine),
            "TransactWriteItems" => cluster.transact(body, engine),
            "TransactGetItems" => {
                DaxAnswer::passed(engine.call(verb, body), "a transactional read: passed through, not cached")
            }
            _ => DaxAnswer::passed(Err(ApiError::validation(messages::unsupported(verb))), "refused"),
        })
    }
}

impl Dax {
    /// Gives a cluster so many nodes, if that is as the request says: more, or fewer. Returns the cluster as it is then.
    fn resize(&mut self, name: &str, nodes: u64, is_more: bool) -> Result<Value, ApiError> {
        let cluster = self
            .clusters
            .get_mut(name)
            .ok_or_else(|| ApiError::new(ErrorKind::ClusterNotFoundFault, messages::not_found(name)))?;
        if nodes == cluster.nodes || (nodes > cluster.nodes) != is_more {
            let message = messages::no_resize(name, cluster.nodes, is_more);
            return Err(ApiError::new(ErrorKind::InvalidParameterValueException, message));
        }
        cluster.nodes = nodes;
        Ok(json!({"Cluster": cluster.describe(&self.groups)}))
    }
}

impl Cluster {
    /// The entry of an item, if it is not too old.
    fn entry(&mut self, place: &(String, String), projection: &str, ttl: u64, now: Timestamp) -> Option<CachedItem> {
        let entry = self.items.get(place)?.get(projection)?;
        (ttl == 0 || now.millis_since(entry.kept) < ttl).then(|| entry.clone())
    }

    fn keep(&mut self, place: (String, String), projection: String, item: Option<Value>, now: Timestamp) {
        let mut entries = self.items.remove(&place).unwrap_or_default();
        entries.insert(projection, CachedItem { kept: now, item: item.map(Arc::new) });
        let of = |(projection, entry): (&String, &CachedItem)| 64 + projection.len() as u64 + entry.weight();
        let bytes = 2 * (place.0.len() + place.1.len()) as u64 + entries.iter().map(of).sum::<u64>();
        self.items.insert(place, entries, bytes);
    }

    fn get_item(&mut self, body: Value, parameters: CacheTtls, engine: &mut Engine) -> DaxAnswer {
        let (now, place, projection) = (engine.now(), place(&body["TableName"], &body["Key"]), projection(&body));
        if let Some(CachedItem { item, .. }) = self.entry(&place, &projection, parameters.item_ttl, now) {
            self.hits += 1;
            let note = if item.is_some() { "item cache hit" } else { "item cache hit: it is known to be absent" };
            return DaxAnswer::hit(item.map_or_else(|| json!({}), |item| json!({ "Item": *item })), note.to_owned());
        }
        self.misses += 1;
        let outcome = engine.call("GetItem", body);
        if let Ok(answer) = &outcome {
            self.keep(place, projection, answer.get("Item").cloned(), now);
        }
        DaxAnswer::passed(outcome, "item cache miss: read from the table and kept")
    }

    /// Asks the table only for the keys that are not known.
    fn batch_get_item(&mut self, mut body: Value, parameters: CacheTtls, engine: &mut Engine) -> DaxAnswer {
        let (now, mut known, mut asked) = (engine.now(), Map::new(), 0);
        let tables = body.get_mut("RequestItems").and_then(Value::as_object_mut);
        for (table, wanted) in tables.into_iter().flatten() {
            if wanted.get("ConsistentRead") == Some(&Value::Bool(true)) {
                asked += 1;
                continue;
            }
            let projection = projection(wanted);
            let keys = wanted.get_mut("Keys").and_then(Value::as_array_mut);
            let mut found = Vec::new();
            if let Some(keys) = keys {
                let mut unknown = Vec::new();
                for key in std::mem::take(keys) {
                    match self.entry(&place(&json!(table), &key), &projection, parameters.item_ttl, now) {
                        Some(entry) => found.push(entry.item.map(Arc::unwrap_or_clone)),
                        None => unknown.push(key),
                    }
                }
                self.hits += found.len() as u64;
                *keys = unknown;
                asked += keys.len();
            }
            known.insert(table.clone(), found.into_iter().flatten().collect::<Vec<Value>>().into());
        }
        if asked == 0 {
            return DaxAnswer::hit(
                json!({"Responses": known, "UnprocessedKeys": {}}),
                "item cache hit for all keys".to_owned(),
            );
        }
        let left = body.clone();
        if let Some(tables) = body.get_mut("RequestItems").and_then(Value::as_object_mut) {
            tables.retain(|_, wanted| wanted["Keys"].as_array().is_none_or(|keys| !keys.is_empty()));
        }
        self.misses += asked as u64;
        let mut outcome = engine.call("BatchGetItem", body);
        if let Ok(answer) = &mut outcome {
            self.keep_batch(&left, answer, engine);
            for (table, found) in known {
                let found = found.as_array().cloned().unwrap_or_default();
                match answer["Responses"][&table].as_array_mut() {
                    Some(items) => items.extend(found),
                    None => answer["Responses"][&table] = found.into(),
                }
            }
        }
        DaxAnswer::passed(outcome, format!("item cache miss for {asked} keys: read from the table and kept"))
    }

    /// Keeps what a batch read, keys that found nothing included.
    fn keep_batch(&mut self, asked: &Value, answer: &Value, engine: &Engine) {
        for (table, wanted) in asked["RequestItems"].as_object().into_iter().flatten() {
            let items = answer["Responses"][table].as_array().cloned().unwrap_or_default();
            let is_strong = wanted.get("ConsistentRead") == Some(&Value::Bool(true));
            for key in wanted["Keys"].as_array().into_iter().flatten().filter(|_| !is_strong) {
                let holds =
                    |item: &&Value| key.as_object().is_some_and(|key| key.iter().all(|(n, v)| item.get(n) == Some(v)));
                let item = items.iter().find(holds).cloned();
                self.keep(place(&json!(table), key), projection(wanted), item, engine.now());
            }
        }
    }

    fn query(&mut self, verb: &str, body: Value, parameters: CacheTtls, engine: &mut Engine) -> DaxAnswer {
        let (now, request) = (engine.now(), format!("{verb} {}", sorted(&body)));
        let fresh = self.queries.get(&request).filter(|(kept, _)| now.millis_since(*kept) < parameters.query_ttl);
        if let Some((_, answer)) = fresh.cloned() {
            self.hits += 1;
            return DaxAnswer::hit(
                Arc::unwrap_or_clone(answer),
                "query cache hit: the very same request was answered before".to_owned(),
            );
        }
        self.misses += 1;
        let outcome = engine.call(verb, body);
        if let (Ok(answer), true) = (&outcome, parameters.query_ttl > 0) {
            let mut kept = answer.clone();
            kept.as_object_mut().map(|members| members.remove("ConsumedCapacity"));
            let bytes = 2 * request.len() as u64 + weight::json(&kept, u64::MAX);
            self.queries.insert(request, (now, Arc::new(kept)), bytes);
        }
        let kept = if parameters.query_ttl > 0 { "kept" } else { "not kept: the query cache is off" };
        DaxAnswer::passed(outcome, format!("query cache miss: read from the table and {kept}"))
    }

    /// Writes through: the table first, then the item cache.
    fn write(&mut self, verb: &str, body: Value, engine: &mut Engine) -> DaxAnswer {
        let places = written(verb, &body);
        let outcome = engine.call(verb, body);
        if outcome.is_ok() {
            for (table, key) in places {
                self.refresh(&table, &key, engine);
            }
        }
        DaxAnswer::passed(outcome, "written to the table, then to the item cache; the query cache keeps what it has")
    }

    /// Takes an item's image over from the table. A key that is part of an item serves as well as the key alone.
    fn refresh(&mut self, table: &str, item: &Value, engine: &Engine) {
        let Some(store) = engine.table(table) else { return };
        let Some(item) = item.as_object().and_then(|wire| decode_item(wire, Wording::default()).ok()) else { return };
        let key = store.keys.key_of(&item);
        let Some(position) = store.keys.position_if_complete(&key) else { return };
        let image = store.get(&position).map(|stored| Value::Object(encode_item(&stored.item)));
        let place = place(&json!(table), &Value::Object(encode_item(&key)));
        self.items.remove(&place);
        self.keep(place, String::new(), image, engine.now());
    }

    /// After a transaction DAX reads the items it wrote, in the background and for read units, into the item cache.
    fn transact(&mut self, body: Value, engine: &mut Engine) -> DaxAnswer {
        let places = written("TransactWriteItems", &body);
        let outcome = engine.call("TransactWriteItems", body);
        let note = "passed through; then DAX reads the items back with TransactGetItems, which costs read units";
        if outcome.is_ok() {
            let gets: Vec<Value> = places
                .iter()
                .filter_map(|(table, item)| {
                    let key =
                        engine.table(table)?.keys.key_of(&decode_item(item.as_object()?, Wording::default()).ok()?);
                    Some(json!({"Get": {"TableName": table, "Key": encode_item(&key)}}))
                })
                .collect();
            // If this read is refused, the cache simply does not hold the items.
            let read = engine.call("TransactGetItems", json!({ "TransactItems": gets }));
            if read.is_ok() {
                for (table, key) in places {
                    self.refresh(&table, &key, engine);
                }
            }
        }
        DaxAnswer::passed(outcome, note)
    }
}

/// Tables and items (or keys) that a write names.
fn written(verb: &str, body: &Value) -> Vec<(String, Value)> {
    let of = |request: &Value| {
        let table = request["TableName"].as_str()?.to_owned();
        let item = [&request["Item"], &request["Key"]].into_iter().find(|item| item.is_object())?;
        Some((table, item.clone()))
    };
    match verb {
        "BatchWriteItem" => {
            let tables = body["RequestItems"].as_object().into_iter().flatten();
            let entries = tables.flat_map(|(table, entries)| {
                entries.as_array().into_iter().flatten().map(move |entry| (table.clone(), entry))
            });
            entries
                .filter_map(|(table, entry)| {
                    let item = [&entry["PutRequest"]["Item"], &entry["DeleteRequest"]["Key"]];
                    Some((table, item.into_iter().find(|item| item.is_object())?.clone()))
                })
                .collect()
        }
        "TransactWriteItems" => {
            let entries = body["TransactItems"].as_array().into_iter().flatten();
            entries.filter_map(|entry| ["Put", "Update", "Delete"].iter().find_map(|kind| of(&entry[*kind]))).collect()
        }
        _ => of(body).into_iter().collect(),
    }
}

/// Where the item cache keeps an item.
fn place(table: &Value, key: &Value) -> (String, String) {
    (table.as_str().unwrap_or_default().to_owned(), sorted(key))
}

/// What tells one projection of an item from another; empty for the whole item.
fn projection(body: &Value) -> String {
    let parts = ["ProjectionExpression", "AttributesToGet"].map(|name| body.get(name).cloned().unwrap_or_default());
    if parts.iter().all(Value::is_null) {
        return String::new();
    }
    format!("{parts:?} {:?}", body.get("ExpressionAttributeNames"))
}

/// A value as text, with the members of objects in name order.
fn sorted(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let ordered: BTreeMap<&String, String> =
                members.iter().map(|(name, inner)| (name, sorted(inner))).collect();
            format!("{ordered:?}")
        }
        Value::Array(list) => format!("{:?}", list.iter().map(sorted).collect::<Vec<_>>()),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_cache_lets_go_of_what_was_used_least_recently() {
        let mut dax = Dax::default();
        let mut engine = Engine::new(
            crate::engine::Config::default(),
            Arc::new(crate::clock::VirtualClock::new(Timestamp::default())),
        );
        engine.set_throttling(false);
        let create = json!({
            "TableName": "Ranks", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        });
        engine.call("CreateTable", create).unwrap();
        dax.clusters.insert(
            "c".to_owned(),
            Cluster {
                name: "c".to_owned(),
                node_type: "dax.t3.small".to_owned(),
                nodes: 1,
                role: String::new(),
                description: None,
                group: DEFAULT_GROUP.to_owned(),
                items: Recent::with_room(ROOM),
                queries: Recent::with_room(ROOM),
                hits: 0,
                misses: 0,
            },
        );
        let get = |number: u64| json!({"TableName": "Ranks", "Key": {"id": {"N": number.to_string()}}});
        for number in 0..100 {
            let item = json!({"id": {"N": number.to_string()}, "text": {"S": "x".repeat(350_000)}});
            dax.request("PutItem", json!({"TableName": "Ranks", "Item": item}), &mut engine).unwrap().outcome.unwrap();
            assert!(dax.request("GetItem", get(0), &mut engine).unwrap().is_hit, "it is used all the time");
        }
        assert!(dax.request("GetItem", get(99), &mut engine).unwrap().is_hit);
        assert!(!dax.request("GetItem", get(1), &mut engine).unwrap().is_hit);
        let described = dax.clusters["c"].describe(&dax.groups);
        assert!(described["Statistics"]["Evicted"].as_u64().unwrap() > 50, "{described}");
    }
}
