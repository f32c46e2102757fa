//! `serve --data` under load from several clients, killed and started again on the same file.
//!
//! Each client writes items of its own, so that it knows what must be there: a put with a version, a delete, a counter, a
//! transaction over two tables. What was answered must be there; what was under way when the process was killed may be
//! there or not, but not by half.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use super::attack::{Client, Server, factor, report, seed};
use dynadrill::chance::Chance;
use serde_json::{Value, json};

/// Clients that write at once.
const WRITERS: u64 = 4;
/// Items that each client puts and deletes.
const KEYS: u64 = 12;

/// What a client did and does not know the outcome of.
#[derive(Clone, Debug)]
enum Doubt {
    /// This item was put with a version, or deleted.
    Item(String, Option<u64>),
    /// The counter was incremented.
    Counter,
    /// Two items were written in one transaction.
    Transaction(String),
}

/// A client, and what it knows.
struct Writer {
    name: u64,
    chance: Chance,
    /// The version of each of its items; `None` for one that was deleted.
    items: BTreeMap<String, Option<u64>>,
    counted: u64,
    transactions: Vec<String>,
    doubt: Option<Doubt>,
    next: u64,
    answered: u64,
}

impl Writer {
    fn new(name: u64) -> Self {
        Self {
            name,
            chance: Chance::seeded(seed() + 100 + name),
            items: BTreeMap::new(),
            counted: 0,
            transactions: Vec::new(),
            doubt: None,
            next: 0,
            answered: 0,
        }
    }

    fn counter(&self) -> String {
        format!("counter-{}", self.name)
    }

    /// Writes until the server is gone.
    fn write(mut self, client: &Client) -> Self {
        loop {
            self.next += 1;
            let (doubt, verb, request) = self.draw();
            match client.try_call(verb, &request) {
                Some((200, _)) => self.know(doubt),
                Some(other) => panic!("{verb} {request} was answered {other:?}"),
                None => {
                    self.doubt = Some(doubt);
                    return self;
                }
            }
        }
    }

    fn draw(&mut self) -> (Doubt, &'static str, Value) {
        let pk = format!("item-{}-{}", self.name, self.chance.between(1, KEYS));
        match self.chance.between(0, 9) {
            0..=3 => {
                let item = item(&pk, self.next, self.chance.between(0, 3));
                let request = json!({"TableName": "Orders", "Item": item});
                (Doubt::Item(pk, Some(self.next)), "PutItem", request)
            }
            4 => {
                let request = json!({"TableName": "Orders", "Key": {"pk": {"S": &pk}}});
                (Doubt::Item(pk, None), "DeleteItem", request)
            }
            5..=7 => {
                let request = json!({
                    "TableName": "Orders", "Key": {"pk": {"S": self.counter()}}, "UpdateExpression": "ADD n :one",
                    "ExpressionAttributeValues": {":one": {"N": "1"}},
                });
                (Doubt::Counter, "UpdateItem", request)
            }
            _ => {
                let pk = format!("both-{}-{}", self.name, self.next);
                let put = |table: &str| json!({"Put": {"TableName": table, "Item": item(&pk, self.next, 1)}});
                let request = json!({"TransactItems": [put("Orders"), put("Ledger")]});
                (Doubt::Transaction(pk), "TransactWriteItems", request)
            }
        }
    }

    /// Takes a write as done.
    fn know(&mut self, done: Doubt) {
        self.answered += 1;
        match done {
            Doubt::Item(pk, version) => {
                self.items.insert(pk, version);
            }
            Doubt::Counter => self.counted += 1,
            Doubt::Transaction(pk) => self.transactions.push(pk),
        }
    }

    /// Compares what it knows with what is there; what was in doubt is known from then on.
    fn check(&mut self, tables: &Tables, story: &str) {
        let version = |pk: &str| tables.orders.get(pk).map(|item| number(item, "v"));
        match self.doubt.take() {
            Some(Doubt::Item(pk, written)) if version(&pk) == written => self.know(Doubt::Item(pk, written)),
            Some(Doubt::Counter) if counted(tables, &self.counter()) == self.counted + 1 => self.know(Doubt::Counter),
            Some(Doubt::Transaction(pk)) => {
                let there = [&tables.orders, &tables.ledger].map(|table| table.contains_key(&pk));
                assert_eq!(there[0], there[1], "{story}: a transaction was done by half: {pk}");
                if there[0] {
                    self.know(Doubt::Transaction(pk));
                }
            }
            _ => {}
        }
        for (pk, wanted) in &self.items {
            assert_eq!(version(pk), *wanted, "{story}: {pk}");
        }
        assert_eq!(counted(tables, &self.counter()), self.counted, "{story}: {}", self.counter());
        for pk in &self.transactions {
            assert!(tables.orders.contains_key(pk) && tables.ledger.contains_key(pk), "{story}: {pk} was answered");
        }
    }
}

/// An item with a version; every fourth belongs to no group, and so not into the index.
fn item(pk: &str, version: u64, group: u64) -> Value {
    let mut item = json!({"pk": {"S": pk}, "v": {"N": version.to_string()}, "filling": {"S": "x".repeat(200)}});
    if group > 0 {
        item["team"] = json!({"S": format!("team-{group}")});
    }
    item
}

fn number(item: &Value, name: &str) -> u64 {
    item[name]["N"].as_str().unwrap().parse().unwrap()
}

fn counted(tables: &Tables, counter: &str) -> u64 {
    tables.orders.get(counter).map_or(0, |item| number(item, "n"))
}

/// What is there after a restart, by partition key.
struct Tables {
    orders: BTreeMap<String, Value>,
    ledger: BTreeMap<String, Value>,
}

fn by_key(items: Vec<Value>) -> BTreeMap<String, Value> {
    items.into_iter().map(|item| (item["pk"]["S"].as_str().unwrap().to_owned(), item)).collect()
}

impl Tables {
    fn read(client: &Client) -> Self {
        let table = |name: &str| by_key(client.scan(json!({"TableName": name, "ConsistentRead": true})));
        Self { orders: table("Orders"), ledger: table("Ledger") }
    }

    /// The global index must have exactly the items that have its keys, as the table has them.
    fn check_index(&self, client: &Client, story: &str) {
        let index = by_key(client.scan(json!({"TableName": "Orders", "IndexName": "byTeam"})));
        let mut wanted = self.orders.clone();
        wanted.retain(|_, item| item.get("team").is_some());
        assert_eq!(index, wanted, "{story}: the index is not as the table is");
    }

    /// The stream from its beginning must lead to the table.
    fn check_stream(&self, client: &Client, story: &str) -> usize {
        let arn = client.call("DescribeTable", &json!({"TableName": "Orders"}))["Table"]["LatestStreamArn"].clone();
        let described = client.call("DescribeStream", &json!({"StreamArn": arn}));
        let (mut replayed, mut count) = (BTreeMap::new(), 0);
        for shard in described["StreamDescription"]["Shards"].as_array().unwrap() {
            let start = json!({
                "StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON",
            });
            let mut iterator = client.call("GetShardIterator", &start)["ShardIterator"].clone();
            while iterator.is_string() {
                let page = client.call("GetRecords", &json!({"ShardIterator": iterator}));
                let records = page["Records"].as_array().unwrap();
                for record in records.iter().map(|record| &record["dynamodb"]) {
                    let pk = record["Keys"]["pk"]["S"].as_str().unwrap().to_owned();
                    let old = record.get("OldImage");
                    assert_eq!(replayed.get(&pk), old, "{story}: the stream has a gap before {record}");
                    match record.get("NewImage") {
                        Some(new) => replayed.insert(pk, new.clone()),
                        None => replayed.remove(&pk),
                    };
                }
                count += records.len();
                // An open shard has always a next iterator.
                let is_read = records.is_empty();
                iterator = page.get("NextShardIterator").filter(|_| !is_read).cloned().unwrap_or_default();
            }
        }
        assert_eq!(replayed, self.orders, "{story}: the stream does not lead to the table");
        count
    }
}

fn create(client: &Client) {
    let attributes = json!([
        {"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "team", "AttributeType": "S"},
    ]);
    let mut table = json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": attributes,
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "byTeam", "KeySchema": [{"AttributeName": "team", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    });
    client.call("CreateTable", &table);
    table["TableName"] = "Ledger".into();
    client.call("CreateTable", &table);
}

#[test]
fn an_answered_write_is_kept_in_its_table_its_index_and_its_stream() {
    let lives = 6 * factor();
    let mut chance = Chance::seeded(seed() + 6);
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("tables.db");
    let words = ["serve", "--data", file.to_str().unwrap()];
    let mut server = Server::start(&words, home.path());
    create(&server.client());
    let mut writers: Vec<Writer> = (0..WRITERS).map(Writer::new).collect();
    let (mut records, mut kills) = (0, 0);
    for life in 0..lives {
        let story = format!("seed {}, life {life}", seed());
        let at_work: Vec<_> = writers
            .into_iter()
            .map(|writer| {
                let client = server.client();
                thread::spawn(move || writer.write(&client))
            })
            .collect();
        thread::sleep(Duration::from_millis(chance.between(1, 500)));
        // Now and then the server is asked to end, which must keep as much, and come to an end.
        if life % 6 == 5 {
            server.process.terminate();
            let ended = server.process.ended_within(30_000);
            assert_eq!(ended.and_then(|status| status.code()), Some(0), "{story}: after SIGTERM, {}", server.said());
        } else {
            server.kill();
            kills += 1;
        }
        writers = at_work.into_iter().map(|writer| writer.join().unwrap()).collect();
        server = Server::start(&words, home.path());
        let client = server.client();
        let tables = Tables::read(&client);
        for writer in &mut writers {
            writer.check(&tables, &story);
        }
        tables.check_index(&client, &story);
        records = tables.check_stream(&client, &story);
    }
    let answered: u64 = writers.iter().map(|writer| writer.answered).sum();
    let transactions: usize = writers.iter().map(|writer| writer.transactions.len()).sum();
    assert!(answered > lives as u64 * 10, "only {answered} writes were answered: this was no load");
    report(&format!(
        "serve --data: {kills} kills and {} SIGTERMs, {answered} answered writes, {transactions} of them transactions, \
         {records} stream records",
        lives - kills
    ));
}
