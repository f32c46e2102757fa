//! The way to a pattern's items, and the requests of one call.
//!
//! A call is one request with its further pages, unless the pattern says how its program goes about it: items that are got
//! by key, so many at once ([`Pattern::keys`]), or pages of so many items, up to so many of them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::fill;
use super::super::workbench::Workbench;
use super::report::{Call, PatternOutcome};
use crate::chance::Chance;
use crate::content::lab::load::{Load, Pattern, number};
use crate::content::limits::MOST_PAGES;
use crate::engine::table::schema::{IndexKind, KeySchema};
use crate::engine::table::{Index, Table};
use crate::engine::{ApiError, ErrorKind};

/// How often another key is drawn when one was drawn before, for each key that is wanted.
const DRAWS: u64 = 20;
/// The work of a request of a call, in steps, and of half a unit that it reads or writes.
const REQUEST_STEPS: u64 = 20;
const HALF_STEPS: u64 = 1;
/// How many items that are read, or held against a condition, are a step's work.
const LOOKS_A_STEP: u64 = 2;
/// How many bytes of what it sends are a step's work.
const STEP_BYTES: u64 = 64;

/// How a pattern is asked of the table as it is.
pub(super) struct PatternPlan<'a> {
    pub(super) pattern: &'a Pattern,
    table: &'a str,
    route: AccessPath,
}

/// The way to the items.
#[derive(Clone, Debug, PartialEq, Eq)]
enum AccessPath {
    Put,
    Get,
    Query {
        index: Option<String>,
        /// The attributes that its key condition sets.
        keys: Vec<String>,
        /// Whether items come in the order that is wanted.
        is_ordered: bool,
    },
    /// Of the table, or of a sparse index that holds what is wanted and nothing else.
    Scan {
        index: Option<String>,
        /// The attributes that it can filter by.
        held: Vec<String>,
    },
}

impl AccessPath {
    fn of(pattern: &Pattern, table: &Table) -> Self {
        if !pattern.put.is_empty() {
            return Self::Put;
        }
        let own = &table.keys;
        let equal = |name: &str| pattern.equal.contains_key(name);
        let key = || own.partition.iter().chain(&own.sort);
        // An item is got by its key and by nothing else; what is asked beside it is asked by a Query.
        if key().all(|key| equal(&key.name)) && key().count() == pattern.equal.len() && pattern.begins.is_empty() {
            return Self::Get;
        }
        let asked = || {
            let order = pattern.order.iter().map(|order| &order.by);
            pattern.equal.keys().chain(pattern.begins.keys()).chain(order).chain(&pattern.wants)
        };
        let of_table = narrowed(pattern, own).map(|(keys, is_ordered)| Self::Query { index: None, keys, is_ordered });
        let of_index = table.indexes.iter().filter_map(|index| {
            let schema = &index.schema;
            let is_fresh = !pattern.consistent || schema.kind == IndexKind::Local;
            let is_ready = index.state.status() == "ACTIVE";
            if !is_fresh || !is_ready || !asked().all(|name| schema.holds(name, own)) {
                return None;
            }
            let (keys, is_ordered) = narrowed(pattern, &schema.keys)?;
            Some(Self::Query { index: Some(schema.name.to_string()), keys, is_ordered })
        });
        // An index that holds all items has no more of each than is wanted of it, or than the table has. The table comes before
        // the others: they would lose items.
        let all = table.items().len() as u64;
        let held = |index: &Option<String>| match index {
            None => all,
            Some(name) => {
                let held = table.index(name).map_or(0, |index| index.entries().len() as u64);
                if held == all { all + 1 } else { held }
            }
        };
        let rank = |route: &Self| match route {
            Self::Query { index, keys, is_ordered } => (keys.len(), *is_ordered, held(index)),
            _ => (0, false, 0),
        };
        let mut best = Self::scan(pattern, table);
        for route in of_table.into_iter().chain(of_index) {
            if rank(&route) > rank(&best) {
                best = route;
            }
        }
        best
    }

    /// Where there is nothing to query: the table is read whole, or the index that holds exactly what is wanted.
    fn scan(pattern: &Pattern, table: &Table) -> Self {
        let wanted = || pattern.begins.keys().chain(pattern.order.iter().map(|order| &order.by)).chain(&pattern.wants);
        let holds_the_wanted = |index: &&Index| {
            let schema = &index.schema;
            let is_fresh = !pattern.consistent || schema.kind == IndexKind::Local;
            let is_sparse = pattern.marked_by.as_ref().is_some_and(|mark| schema.keys.contains(mark));
            let is_ready = index.state.status() == "ACTIVE";
            is_sparse && is_fresh && is_ready && wanted().all(|name| schema.holds(name, &table.keys))
        };
        let found = table.indexes.iter().filter(holds_the_wanted).min_by_key(|index| index.entries().len());
        let is_held = |name: &&String| found.is_none_or(|index| index.schema.holds(name, &table.keys));
        let held = pattern.equal.keys().chain(pattern.begins.keys()).filter(is_held).cloned().collect();
        Self::Scan { index: found.map(|index| index.schema.name.to_string()), held }
    }

    fn words(&self, pattern: &Pattern) -> String {
        match self {
            Self::Put => "PutItem".to_owned(),
            Self::Get if pattern.keys > 1 && number(pattern.at_once.as_ref()).is_some_and(|it| it > 1) => {
                "BatchGetItem".to_owned()
            }
            Self::Get => "GetItem".to_owned(),
            Self::Query { index, is_ordered, .. } => {
                let place = index.as_ref().map_or_else(|| "Query".to_owned(), |index| format!("Query {index}"));
                if *is_ordered { place } else { place + ", sorted after" }
            }
            Self::Scan { index, .. } => {
                index.as_ref().map_or_else(|| "Scan".to_owned(), |index| format!("Scan {index}"))
            }
        }
    }
}

/// Returns the attributes that a key condition on these keys can set for a pattern, and whether items then come in its order;
/// `None` if the partition key is not known.
fn narrowed(pattern: &Pattern, keys: &KeySchema) -> Option<(Vec<String>, bool)> {
    let equal = |name: &str| pattern.equal.contains_key(name);
    if !keys.partition.iter().all(|key| equal(&key.name)) {
        return None;
    }
    let mut names: Vec<String> = keys.partition.iter().map(|key| key.name.clone()).collect();
    let mut rest = keys.sort.iter().peekable();
    while let Some(key) = rest.next_if(|key| equal(&key.name)) {
        names.push(key.name.clone());
    }
    if let Some(key) = rest.next_if(|key| pattern.begins.contains_key(&key.name)) {
        names.push(key.name.clone());
    }
    let ordered = pattern
        .order
        .as_ref()
        .is_none_or(|order| keys.sort.iter().find(|key| !equal(&key.name)).is_some_and(|key| key.name == order.by));
    Some((names, ordered))
}

impl<'a> PatternPlan<'a> {
    pub(super) fn of(pattern: &'a Pattern, load: &'a Load, bench: &Workbench) -> Result<Self, String> {
        let table = bench.engine().table(&load.table).ok_or_else(|| format!("There is no table {}.", load.table))?;
        Ok(Self { pattern, table: &load.table, route: AccessPath::of(pattern, table) })
    }

    pub(super) fn outcome(&self) -> PatternOutcome {
        let (id, title) = (self.pattern.id.clone(), self.pattern.title.clone());
        PatternOutcome { id, title, way: self.route.words(self.pattern), ..PatternOutcome::default() }
    }

    /// Makes a call, with all of its requests.
    pub(super) fn call(&self, bench: &mut Workbench, number: u64, chance: &mut Chance) -> Call {
        if self.route == AccessPath::Get && self.pattern.keys > 1 {
            return self.call_by_keys(bench, chance);
        }
        let template = if self.route == AccessPath::Put { &self.pattern.put } else { &self.pattern.equal };
        let Ok(values) = fill::item(template, number, chance) else { return Call::default() };
        let (verb, mut body) = self.request(values);
        let mut call = Call::default();
        loop {
            let Some(answer) = send(bench, verb, &body, &mut call) else { return call };
            let count = answer["Count"].as_u64();
            call.items += count.unwrap_or_else(|| u64::from(answer.get("Item").is_some()));
            call.returned += count.unwrap_or(0);
            match answer.get("LastEvaluatedKey").filter(|_| self.goes_on(&call)) {
                Some(key) => body["ExclusiveStartKey"] = key.clone(),
                None => break,
            }
        }
        call.items = self.pattern.first.map_or(call.items, |first| call.items.min(first));
        call
    }

    /// Whether the program asks for another page.
    fn goes_on(&self, call: &Call) -> bool {
        match number(self.pattern.pages.as_ref()) {
            _ if call.is_stopped => false,
            Some(pages) => call.requests < pages.min(MOST_PAGES),
            None => !(self.is_cut_short() && self.pattern.first.is_some_and(|first| call.items >= first)),
        }
    }

    /// Gets several items, as many in a request as the program asks for.
    fn call_by_keys(&self, bench: &mut Workbench, chance: &mut Chance) -> Call {
        let mut call = Call::default();
        let mut keys: Vec<Value> = Vec::new();
        let mut drawn = BTreeSet::new();
        for place in 1..=self.pattern.keys * DRAWS {
            let Ok(key) = fill::item(&self.pattern.equal, place, chance).map(Value::Object) else { break };
            let bytes = bytes(&key);
            if !charge(bench, bytes / STEP_BYTES, &mut call) {
                return call;
            }
            if drawn.insert(key.to_string()) {
                keys.push(key);
            }
            // A key that is too long is refused, and the call with it: no further one is drawn.
            if keys.len() as u64 == self.pattern.keys || bytes > MOST_KEY_BYTES {
                break;
            }
        }
        let at_once = number(self.pattern.at_once.as_ref()).unwrap_or(1).max(1);
        for some in keys.chunks(usize::try_from(at_once).unwrap_or(usize::MAX)) {
            let (verb, body) = match some {
                [key] => {
                    let strong = self.pattern.consistent;
                    ("GetItem", json!({"TableName": self.table, "Key": key, "ConsistentRead": strong}))
                }
                keys => ("BatchGetItem", json!({"RequestItems": {self.table: {"Keys": keys}}})),
            };
            let mut body = body;
            body["ReturnConsumedCapacity"] = "TOTAL".into();
            let Some(answer) = send(bench, verb, &body, &mut call) else { return call };
            let got = answer["Responses"][self.table].as_array().map(|items| items.len() as u64);
            call.items += got.unwrap_or_else(|| u64::from(answer.get("Item").is_some()));
        }
        call
    }

    /// Whether the first items that come are those that are wanted.
    fn is_cut_short(&self) -> bool {
        match &self.route {
            AccessPath::Query { is_ordered, .. } => *is_ordered,
            AccessPath::Scan { .. } => self.pattern.order.is_none(),
            _ => false,
        }
    }

    /// Puts what is asked of the items into a request: into the key condition what these keys can narrow, into the filter what
    /// else the items hold. Returns whether there is a filter.
    fn put_conditions(&self, values: Map<String, Value>, keys: &[String], body: &mut Value) -> bool {
        let (mut narrow, mut filter) = (Vec::new(), Vec::new());
        let (mut names, mut held) = (Map::new(), Map::new());
        let equal = values.into_iter().map(|(name, value)| (name, value, false));
        let begins = self.pattern.begins.iter().map(|(name, text)| (name.clone(), json!({"S": text}), true));
        let is_held = |name: &String| !matches!(&self.route, AccessPath::Scan { held, .. } if !held.contains(name));
        let conditions = equal.chain(begins).filter(|(name, ..)| is_held(name));
        for (at, (name, value, is_begin)) in conditions.enumerate() {
            let condition = if is_begin { format!("begins_with(#n{at}, :v{at})") } else { format!("#n{at} = :v{at}") };
            if keys.contains(&name) {
                narrow.push(condition);
            } else {
                filter.push(condition);
            }
            names.insert(format!("#n{at}"), name.into());
            held.insert(format!(":v{at}"), value);
        }
        if !names.is_empty() {
            body["ExpressionAttributeNames"] = Value::Object(names);
            body["ExpressionAttributeValues"] = Value::Object(held);
        }
        if !narrow.is_empty() {
            body["KeyConditionExpression"] = narrow.join(" AND ").into();
        }
        if !filter.is_empty() {
            body["FilterExpression"] = filter.join(" AND ").into();
        }
        !filter.is_empty()
    }

    fn request(&self, values: Map<String, Value>) -> (&'static str, Value) {
        let mut body = json!({"TableName": self.table, "ReturnConsumedCapacity": "TOTAL"});
        let keys = match &self.route {
            AccessPath::Put => {
                body["Item"] = Value::Object(values);
                return ("PutItem", body);
            }
            AccessPath::Get => {
                body["Key"] = Value::Object(values);
                body["ConsistentRead"] = self.pattern.consistent.into();
                return ("GetItem", body);
            }
            AccessPath::Query { index, keys, .. } => {
                if let Some(index) = index {
                    body["IndexName"] = index.as_str().into();
                }
                keys.clone()
            }
            AccessPath::Scan { index, .. } => {
                if let Some(index) = index {
                    body["IndexName"] = index.as_str().into();
                }
                Vec::new()
            }
        };
        if self.pattern.consistent {
            body["ConsistentRead"] = true.into();
        }
        let has_filter = self.put_conditions(values, &keys, &mut body);
        let is_query = matches!(self.route, AccessPath::Query { .. });
        if let Some(order) = self.pattern.order.as_ref().filter(|_| is_query) {
            body["ScanIndexForward"] = (!order.descending).into();
        }
        let own = || self.pattern.first.filter(|_| !has_filter && self.is_cut_short());
        if let Some(limit) = number(self.pattern.limit.as_ref()).or_else(own) {
            body["Limit"] = limit.into();
        }
        (if is_query { "Query" } else { "Scan" }, body)
    }
}

/// Sends a request of a call; `None` if it was refused, or is more work than there may be, which ends the call.
fn send(bench: &mut Workbench, verb: &str, body: &Value, call: &mut Call) -> Option<Value> {
    // What is refused has been made and sent all the same, and each item that is read meets each condition.
    if !charge(bench, REQUEST_STEPS + bytes(body) / STEP_BYTES, call) {
        return None;
    }
    match bench.send_unpaced(verb, body.clone()) {
        Ok(answer) => {
            call.requests += 1;
            let units = |consumed: &Value| consumed["CapacityUnits"].as_f64().unwrap_or_default();
            let spent = match &answer["ConsumedCapacity"] {
                Value::Array(tables) => tables.iter().map(units).sum(),
                one => units(one),
            };
            if verb == "PutItem" {
                call.written += spent;
            } else {
                call.read += spent;
            }
            let conditions = body["ExpressionAttributeNames"].as_object().map_or(0, |names| names.len() as u64);
            let looked_at = answer["ScannedCount"].as_u64().unwrap_or(0).saturating_mul(1 + conditions) / LOOKS_A_STEP;
            // The answer stands: it is the next request that is not sent.
            charge(bench, looked_at + HALF_STEPS * halves(spent), call);
            Some(answer)
        }
        Err(error) => {
            call.is_refused = is_throttle(&error);
            call.failed = (!call.is_refused).then(|| format!("{}: {}", error.kind.name(), error.message));
            None
        }
    }
}

/// Takes the steps of a call's work; false, and the call is stopped, if there are not so many.
fn charge(bench: &Workbench, steps: u64, call: &mut Call) -> bool {
    call.is_stopped |= bench.work().step(steps).is_err();
    !call.is_stopped
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "units of one request")]
fn halves(units: f64) -> u64 {
    (units * 2.0).round() as u64
}

/// The most bytes that a key may have, as [`bytes`] counts them: 2,048 of its partition key, 1,024 of its sort key, and
/// what goes around them.
const MOST_KEY_BYTES: u64 = 4 * 1024;

/// About how many bytes a value takes, each part of it a few more than its text.
fn bytes(value: &Value) -> u64 {
    const PART: u64 = 64;
    PART + match value {
        Value::String(text) => text.len() as u64,
        Value::Array(list) => list.iter().map(bytes).sum(),
        Value::Object(map) => map.iter().map(|(name, inner)| name.len() as u64 + bytes(inner)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

fn is_throttle(error: &ApiError) -> bool {
    matches!(error.kind, ErrorKind::ProvisionedThroughputExceededException | ErrorKind::ThrottlingException)
}
