//! What stands around the table, at a size where a fault in its bookkeeping would show.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;

use dynadrill::engine::Config;
use dynadrill::world::World;
use dynadrill::world::api::OPERATIONS;
use dynadrill::world::lambda::Invocation;
use dynadrill::world::traffic::{Keys, Pace, Traffic};
use serde_json::{Value, json};

fn ask(world: &mut World, name: &str, body: Value) -> Value {
    let operation = OPERATIONS.iter().find(|operation| operation.name == name).unwrap();
    world.ask(operation, body).unwrap()
}

/// A world with a table whose stream holds 100,000 records in four shards; its ARN.
fn world() -> (World, String) {
    let mut world = World::new(Config { throttling: false, journal_capacity: 0, ..Config::default() });
    let create = json!({
        "TableName": "Events", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"},
    });
    let created = world.send("CreateTable", create).unwrap();
    let arn = created["TableDescription"]["LatestStreamArn"].as_str().unwrap().to_owned();
    world.wait(1000);
    let mut traffic =
        Traffic { seconds: 50, pace: Pace::Steady(2000), keys: Keys::Uniform(3000), ..Traffic::on("Events") };
    traffic.attributes.insert("n".to_owned(), json!({"N": "{n}"}));
    let report = traffic.run(&mut world).unwrap();
    assert_eq!(report.total(|second| second.succeeded), 100_000);
    (world, arn)
}

/// How many batches of a size the lanes of all shards make.
fn batches(world: &World, arn: &str, size: usize, lanes: u64) -> usize {
    let mut counts: BTreeMap<(&str, u64), usize> = BTreeMap::new();
    let stream = world.engine().stream(arn).unwrap();
    for shard in &stream.shards {
        let (page, _) = all(stream, shard);
        for change in page {
            *counts.entry((shard.id.as_str(), change.address.hash % lanes)).or_default() += 1;
        }
    }
    assert_eq!(counts.values().sum::<usize>(), 100_000);
    counts.values().map(|count| count.div_ceil(size)).sum()
}

fn all<'a>(
    stream: &'a dynadrill::engine::stream::Stream,
    shard: &'a dynadrill::engine::stream::Shard,
) -> (Vec<&'a dynadrill::engine::Change>, u64) {
    let (mut changes, mut next) = (Vec::new(), 0);
    loop {
        let (page, after) = stream.page(shard, next, usize::MAX);
        if page.is_empty() {
            return (changes, next);
        }
        changes.extend(page);
        next = after.unwrap_or(u64::MAX);
    }
}

#[test]
fn three_mappings_handle_a_hundred_thousand_records_in_order_and_in_as_many_invocations_as_they_are_set_up_for() {
    let (mut world, arn) = world();
    let mappings = [("log", 100, 1), ("notify", 1000, 4), ("count-into-Totals", 250, 2)];
    let totals = json!({
        "TableName": "Totals", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    world.send("CreateTable", totals).unwrap();
    for (function, size, lanes) in mappings {
        let body = json!({
            "EventSourceArn": arn, "FunctionName": function, "StartingPosition": "TRIM_HORIZON", "BatchSize": size,
            "ParallelizationFactor": lanes,
        });
        ask(&mut world, "CreateEventSourceMapping", body);
    }
    world.wait(3_600_000);
    for (function, size, lanes) in mappings {
        let wanted: Vec<&Invocation> = world.lambda().invocations().filter(|one| one.function == function).collect();
        assert_eq!(wanted.len(), batches(&world, &arn, size, lanes), "{function}");
        assert_eq!(wanted.iter().map(|one| one.records).sum::<usize>(), 100_000, "{function}");
        assert!(wanted.iter().all(|one| one.outcome == "ok" && one.attempt == 1), "{function}");
        let mut newest: BTreeMap<(&str, usize), (u64, u64)> = BTreeMap::new();
        for one in wanted {
            let (last, at) = newest.entry((&one.shard, one.lane)).or_default();
            assert!(
                one.range.0 > *last && one.at.as_millis() > *at,
                "{function}: {} begins before {last}",
                one.range.0
            );
            (*last, *at) = (one.range.1, one.at.as_millis());
        }
    }
    let counted = json!({"TableName": "Totals"});
    let items = world.send("Scan", counted).unwrap()["Items"].clone();
    let events: u64 = items
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["events"]["N"].as_str().unwrap().parse::<u64>().unwrap())
        .sum();
    assert_eq!(events, 100_000);
    assert_eq!(world.lambda().crowded().len(), 1, "three readers of one stream are one too many");
}
