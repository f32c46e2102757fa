//! The requests that are measured, and the engine that answers them.

use std::sync::Arc;

use dynadrill::clock::SteadyClock;
use dynadrill::engine::{Config, Engine, Lag, Timings, ops};
use serde_json::{Value, json};

/// How many items a collection has.
const IN_COLLECTION: usize = 20;

/// A request as it arrives.
pub(crate) struct Call {
    verb: &'static str,
    pub(crate) body: Vec<u8>,
}

fn call(verb: &'static str, body: &Value) -> Call {
    Call { verb, body: body.to_string().into_bytes() }
}

/// An engine as `serve` runs it.
pub(crate) struct Bench(Engine);

impl Bench {
    fn empty() -> Self {
        let config = Config {
            timings: Timings::INSTANT,
            throttling: false,
            lag: Lag::NONE,
            journal_capacity: 0,
            ..Config::default()
        };
        Self(Engine::new(config, Arc::new(SteadyClock::system())))
    }

    /// A table of so many items of 1 KB; `with` a stream, if it says so.
    pub(crate) fn filled(items: usize, with: &str) -> Self {
        let mut bench = Self::empty();
        bench.create("Bench", with);
        for put in all_puts(items) {
            bench.answer(&put);
        }
        bench
    }

    /// A table of so many items of about 100 bytes, with a global index that has all attributes.
    pub(crate) fn small(items: usize) -> Self {
        let mut bench = Self::empty();
        bench.create("Bench", "index");
        for number in 0..items {
            let mut item = key(number);
            let status = ["NEW", "OPEN", "SENT", "DONE"][number % 4];
            item["status"] = json!({"S": status});
            item["total"] = json!({"N": (number % 1000).to_string()});
            item["note"] = json!({"S": "thirty letters, more or less"});
            bench.answer(&call("PutItem", &json!({"TableName": "Bench", "Item": item})));
        }
        bench
    }

    pub(crate) fn create(&mut self, name: &str, with: &str) {
        let mut create = json!({
            "TableName": name, "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"},
            ],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        });
        if with == "stream" {
            create["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"});
        }
        if with == "index" {
            let status = json!({"AttributeName": "status", "AttributeType": "S"});
            create["AttributeDefinitions"].as_array_mut().unwrap().push(status);
            create["GlobalSecondaryIndexes"] = json!([{
                "IndexName": "byStatus", "Projection": {"ProjectionType": "ALL"},
                "KeySchema": [
                    {"AttributeName": "status", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
            }]);
        }
        self.0.call("CreateTable", create).unwrap();
    }

    /// Answers a request as the endpoint does.
    pub(crate) fn answer(&mut self, call: &Call) -> Vec<u8> {
        self.0.settle();
        let verb = ops::find(call.verb).unwrap();
        match self.0.respond(verb, &call.body) {
            Ok(answer) => answer.to_bytes(),
            Err(error) => error.to_json().to_string().into_bytes(),
        }
    }
}

fn key(number: usize) -> Value {
    let (of, at) = (number / IN_COLLECTION, number % IN_COLLECTION);
    json!({"pk": {"S": format!("customer#{of:06}")}, "sk": {"S": format!("order#{at:05}")}})
}

/// An item; with a note of 31 pieces it has about 1 KB.
fn item(number: usize, note: usize) -> Value {
    let mut item = key(number);
    item["visits"] = json!({"N": "7"});
    item["total"] = json!({"N": "1234.5"});
    item["open"] = json!({"BOOL": true});
    item["changed"] = json!({"S": "2026-03-01T00:00:00Z"});
    item["tags"] = json!({"SS": ["fragile", "heavy", "prepaid"]});
    item["address"] = json!({"M": {"street": {"S": "Rua do Ouro 12"}, "city": {"S": "Lisboa"}, "zip": {"N": "1100"}}});
    item["lines"] = json!({"L": [{"S": "one line of the order"}, {"S": "another line of it"}]});
    item["note"] = json!({"S": "a note of some length, ".repeat(note)});
    item
}

/// Two thousand numbers below `items`, far from each other.
fn numbers(items: usize) -> impl Iterator<Item = usize> {
    (0..2_000).map(move |at: usize| at.wrapping_mul(0x9e37_79b9_7f4a_7c15_usize) % items)
}

fn put(number: usize, items: usize) -> Call {
    // A million items of 1 KB are too many for some machines.
    let note = if items > 100_000 { 4 } else { 31 };
    call("PutItem", &json!({"TableName": "Bench", "Item": item(number, note)}))
}

/// The requests that store so many items, one after another.
pub(crate) fn all_puts(items: usize) -> impl Iterator<Item = Call> {
    (0..items).map(move |number| put(number, items))
}

pub(crate) fn puts(items: usize) -> Vec<Call> {
    numbers(items).map(|number| put(number, items)).collect()
}

pub(crate) fn gets(items: usize) -> Vec<Call> {
    numbers(items).map(|number| call("GetItem", &json!({"TableName": "Bench", "Key": key(number)}))).collect()
}

pub(crate) fn updates(items: usize) -> Vec<Call> {
    numbers(items).map(|number| call("UpdateItem", &update(number, "attribute_exists(pk) AND #v >= :none"))).collect()
}

/// Updates whose condition does not hold: what is left of them is the reading.
pub(crate) fn refused_updates(items: usize) -> Vec<Call> {
    numbers(items)
        .map(|number| call("UpdateItem", &update(number, "attribute_not_exists(pk) AND #v >= :none")))
        .collect()
}

fn update(number: usize, condition: &str) -> Value {
    json!({
        "TableName": "Bench", "Key": key(number), "UpdateExpression": "SET #v = #v + :one, changed = :now",
        "ConditionExpression": condition, "ExpressionAttributeNames": {"#v": "visits"},
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":none": {"N": "0"}, ":now": {"S": "2026-03-01T00:00:00Z"}},
    })
}

pub(crate) fn queries(items: usize) -> Vec<Call> {
    let query = |number| {
        json!({
            "TableName": "Bench", "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": key(number)["pk"]},
        })
    };
    numbers(items).map(|number| call("Query", &query(number))).collect()
}

pub(crate) fn scan() -> Call {
    call("Scan", &json!({"TableName": "Bench", "Limit": 100}))
}

/// So many transactions of ten writes, each under a token of its own if `token` is not empty.
pub(crate) fn transactions(count: usize, token: &str) -> Vec<Call> {
    let transaction = |number: usize| {
        let writes = (0..10).map(|place| {
            let mut item = key((number * 10 + place) % 1_000);
            item["visits"] = json!({"N": "7"});
            json!({"Put": {"TableName": "Bench", "Item": item}})
        });
        let mut body = json!({"TransactItems": writes.collect::<Vec<_>>()});
        if !token.is_empty() {
            body["ClientRequestToken"] = format!("{token}{number}").into();
        }
        call("TransactWriteItems", &body)
    };
    (0..count).map(transaction).collect()
}
