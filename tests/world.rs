//! What stands around the table, at a size where a fault in its bookkeeping would show.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::BTreeMap;

use dynadrill::engine::Config;
use dynadrill::world::World;
use dynadrill::world::api::OPERATIONS;
use dynadrill::world::lambda::Invocation;
use dynadrill::world::traffic::{KeySpread, Pace, Traffic};
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
        Traffic { seconds: 50, pace: Pace::Steady(2000), keys: KeySpread::Uniform(3000), ..Traffic::on("Events") };
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

/// A world with a table whose stream feeds a function of the learner's own, in a tumbling window of a minute.
fn windowed() -> World {
    let mut world = World::new(Config { throttling: false, ..Config::default() });
    let create = json!({
        "TableName": "Events", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
    });
    let created = world.send("CreateTable", create).unwrap();
    let body = json!({
        "EventSourceArn": created["TableDescription"]["LatestStreamArn"], "FunctionName": "my-sum",
        "StartingPosition": "TRIM_HORIZON", "TumblingWindowInSeconds": 60, "MaximumRetryAttempts": 1,
    });
    ask(&mut world, "CreateEventSourceMapping", body);
    world
}

/// Writes the one item, whose records lie in one shard: each shard has a window of its own.
fn put(world: &mut World, text: &str) {
    world.send("PutItem", json!({"TableName": "Events", "Item": {"id": {"S": "it"}, "text": {"S": text}}})).unwrap();
    world.wait(1000);
}

/// Takes the next invocation and answers it; its event.
fn handle(world: &mut World, response: &Value) -> Value {
    world.runtime_asks();
    let handed = world.runtime_next().unwrap();
    assert!(world.runtime_answers(&handed.id, Ok(response.clone())));
    handed.event
}

/// What an event tells of its window: how many records, the state, whether it is the last, whether it ends early.
fn told(event: &Value) -> (usize, Value, bool, bool) {
    let flag = |name: &str| event[name].as_bool().unwrap();
    let records = event["Records"].as_array().unwrap().len();
    (records, event["state"].clone(), flag("isFinalInvokeForWindow"), flag("isWindowTerminatedEarly"))
}

#[test]
fn a_function_carries_its_state_until_its_window_is_over() {
    let mut world = windowed();
    put(&mut world, "a");
    let event = handle(&mut world, &json!({"state": {"n": 1}}));
    assert_eq!(told(&event), (1, json!({}), false, false));
    assert_eq!(event["window"], json!({"start": "2026-06-01T10:00:00Z", "end": "2026-06-01T10:01:00Z"}));
    assert!(event["shardId"].as_str().unwrap().starts_with("shardId-"));
    assert_eq!(event["eventSourceARN"], event["Records"][0]["eventSourceARN"]);
    put(&mut world, "b");
    assert_eq!(told(&handle(&mut world, &json!({"state": {"n": 2}}))), (1, json!({"n": 1}), false, false));
    world.wait(60_000);
    assert_eq!(told(&handle(&mut world, &json!({}))), (0, json!({"n": 2}), true, false));
    put(&mut world, "c");
    assert_eq!(told(&handle(&mut world, &json!({"state": 5}))), (1, json!({}), false, false), "the next window");
}

#[test]
fn a_state_that_is_too_large_ends_its_window_early_and_none_at_all_is_a_failure() {
    let mut world = windowed();
    put(&mut world, "a");
    let large = json!("x".repeat(1 << 20));
    handle(&mut world, &json!({"state": large}));
    assert_eq!(told(&handle(&mut world, &json!({}))), (0, large, false, true));
    put(&mut world, "b");
    assert_eq!(told(&handle(&mut world, &json!({"none": 1}))), (1, json!({}), false, false), "the same window goes on");
    let failed = world.lambda().invocations().last().unwrap().outcome.clone();
    assert!(failed.starts_with("failed") && failed.contains("no state"), "{failed}");
    world.wait(2000);
    let again = handle(&mut world, &json!({"state": {}}));
    assert_eq!((told(&again).0, &again["window"]["start"]), (1, &json!("2026-06-01T10:00:00Z")));
}

#[test]
fn an_item_that_expires_is_deleted_once_and_its_deletion_is_replicated() {
    let mut world = windowed();
    world.wait(1000);
    let abroad = "eu-west-1";
    let join = json!({"TableName": "Events", "ReplicaUpdates": [{"Create": {"RegionName": abroad}}]});
    let refused = world.send("UpdateTable", join.clone()).unwrap_err();
    assert!(refused.message.contains("NEW_AND_OLD_IMAGES"), "{refused}");
    let mut stream = |on: bool| {
        let view = if on { json!("NEW_AND_OLD_IMAGES") } else { Value::Null };
        let body = json!({"TableName": "Events", "StreamSpecification": {"StreamEnabled": on, "StreamViewType": view}});
        world.send("UpdateTable", body).unwrap();
        world.wait(60_000);
    };
    stream(false);
    stream(true);
    world.send("UpdateTable", join).unwrap();
    let ttl = json!({"TableName": "Events", "TimeToLiveSpecification": {"Enabled": true, "AttributeName": "until"}});
    world.send("UpdateTimeToLive", ttl).unwrap();
    let item = json!({"id": {"S": "old"}, "until": {"N": (world.engine().now().as_secs() + 10).to_string()}});
    world.send("PutItem", json!({"TableName": "Events", "Item": item})).unwrap();
    let removals = |world: &World, region: &str| -> Vec<bool> {
        let engine = world.engine_of(region).unwrap();
        let streams = engine.streams().flat_map(|stream| stream.shards.iter().map(move |shard| all(stream, shard).0));
        streams.flatten().filter(|change| change.new.is_none()).map(|change| change.expired).collect()
    };
    // The records of a stream are kept for a day: it is looked at while they are there.
    for _ in 0..72 {
        world.wait(3_600_000);
        if !removals(&world, abroad).is_empty() {
            break;
        }
    }
    assert_eq!(removals(&world, "us-east-1"), [true], "by time to live, once");
    assert_eq!(removals(&world, abroad), [false], "replicated, and not said to be by time to live");
    for region in ["us-east-1", abroad] {
        assert_eq!(world.engine_of(region).unwrap().table("Events").unwrap().items().len(), 0);
    }
}
