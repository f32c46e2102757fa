//! Memory is flat: what is remembered of the past is bounded in bytes, and what comes later costs no more than what came
//! first.
//!
//! The fast tests count: bytes as the program estimates them, and times of one run against each other, the best of
//! several so that a busy machine does not matter. Those that are ignored measure the process itself, at full size:
//! `cargo test --test memory -- --ignored --nocapture`. Each of these has a process to itself ([`is_alone`]): what another
//! test holds or has given back would be counted as well.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![allow(clippy::print_stdout, reason = "a measurement prints its figures")]

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use dynadrill::clock::VirtualClock;
use dynadrill::content::limits::MOST_ITEMS;
use dynadrill::content::{self, Source};
use dynadrill::engine::{Config, Engine, journal, stream};
use dynadrill::lab::{Begins, ReplyKind, Runner, Workbench};
use dynadrill::world::World;
use dynadrill::world::api::OPERATIONS;
use serde_json::{Value, json};

/// Runs something so many times; how long the quickest of ten parts of the first tenth took, and of the last.
fn first_and_last(times: usize, mut act: impl FnMut(usize)) -> [Duration; 2] {
    let (tenth, part) = (times / 10, times / 100);
    let mut quickest = [Duration::MAX; 2];
    let mut number = 0;
    while number < times {
        #[expect(clippy::disallowed_methods, reason = "this is about real time")]
        let began = Instant::now();
        for _ in 0..part {
            act(number);
            number += 1;
        }
        let took = began.elapsed();
        if number <= tenth {
            quickest[0] = quickest[0].min(took);
        } else if number > times - tenth {
            quickest[1] = quickest[1].min(took);
        }
    }
    quickest
}

fn assert_flat(what: &str, [first, last]: [Duration; 2]) {
    println!("{what}: {first:?} at first, {last:?} at last");
    assert!(last <= 3 * first, "{what}: {first:?} at first, {last:?} at last");
}

/// Set in a process that runs one test alone.
const ALONE: &str = "DYNADRILL_TEST_ALONE";

/// Whose turn it is: one such process at a time.
static TURN: Mutex<()> = Mutex::new(());

/// Whether a test has this process to itself. If not, runs it in one that it has: memory that another test has given back
/// would be used again, and not be counted.
fn is_alone(test: &str) -> bool {
    if std::env::var_os(ALONE).is_some() {
        return true;
    }
    // A test that failed before has left nothing behind that matters to the next one.
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let mut command = Command::new(std::env::current_exe().unwrap());
    let status = command.args(["--ignored", "--exact", "--nocapture", test]).env(ALONE, "1").status().unwrap();
    assert!(status.success(), "{test}: {status}");
    false
}

/// The resident memory of this process, in MB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

fn lab(name: &str) -> Runner {
    let library = content::load(&Source::Embedded).0;
    Runner::start(library.lab(name).unwrap(), 0).unwrap()
}

/// An engine without a journal, its clock, and a table `Tab` with the key `id`.
fn engine(more: &Value) -> (Engine, VirtualClock) {
    let clock = VirtualClock::new(VirtualClock::LAB_START);
    let config = Config { throttling: false, journal_capacity: 0, ..Config::default() };
    let mut engine = Engine::new(config, Arc::new(clock.clone()));
    create(&mut engine, "Tab", more);
    (engine, clock)
}

fn create(engine: &mut Engine, name: &str, more: &Value) {
    let mut body = json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    engine.call("CreateTable", body).unwrap();
    engine.settle();
}

fn streaming() -> Value {
    json!({"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"}})
}

fn put(id: usize, text: &str) -> Value {
    json!({"TableName": "Tab", "Item": {"id": {"S": id.to_string()}, "text": {"S": text}}})
}

/// Sends so many reads of one item to a lab as a client does.
fn reads(runner: &mut Runner, count: usize) -> [Duration; 2] {
    let scan =
        runner.observe(Begins::Line, |bench| bench.call("Scan", json!({"TableName": "Orders", "Limit": 1}))).0.unwrap();
    let item = scan["Items"][0].as_object().unwrap().clone();
    let keys: Vec<String> =
        runner.bench().engine().table("Orders").unwrap().keys.attributes().map(|key| key.name.clone()).collect();
    let key: Value = item.into_iter().filter(|(name, _)| keys.contains(name)).collect::<serde_json::Map<_, _>>().into();
    first_and_last(count, |_| {
        let get = json!({"TableName": "Orders", "Key": key});
        runner.observe(Begins::Line, |bench| bench.call("GetItem", get)).0.unwrap();
    })
}

#[test]
fn the_last_request_of_a_step_is_judged_as_quickly_as_the_first() {
    let mut runner = lab("query-vs-scan");
    let times = reads(&mut runner, 5000);
    assert_eq!(runner.position(), 0, "the step is still open");
    assert_flat("a request to a lab", times);
    let (read, _) = runner.spent();
    assert!(read.as_f64() >= 2500.0, "all of them count, {read}");
}

#[test]
fn whole_scans_leave_a_lab_with_a_journal_within_its_bounds() {
    let mut runner = lab("query-vs-scan");
    let mut read = 0;
    for _ in 0..12 {
        let answer =
            runner.observe(Begins::Line, |bench| bench.call("Scan", json!({"TableName": "Orders"}))).0.unwrap();
        read += answer["ScannedCount"].as_u64().unwrap();
        assert!(runner.bench().engine().journal().weight() <= journal::KEPT_BYTES);
    }
    let journal = runner.bench().engine().journal();
    let kept: u64 = journal.entries().filter_map(|entry| entry.number("ScannedCount")).sum();
    assert_eq!(kept, read, "every count is kept");
    assert!(journal.entries().all(|entry| entry.is_outcome_abridged), "and no answer of a megabyte");
}

/// One transaction of one item, under a token of its own.
fn transaction(engine: &mut Engine, number: usize) {
    let put = json!({"Put": {"TableName": "Tab", "Item": {"id": {"S": (number % 100).to_string()}, "n": {"N": number.to_string()}}}});
    let body = json!({"TransactItems": [put], "ClientRequestToken": format!("token-{number}")});
    engine.call("TransactWriteItems", body).unwrap();
}

#[test]
fn the_last_of_many_tokens_costs_what_the_first_did() {
    let (mut engine, clock) = engine(&json!({}));
    let times = first_and_last(20_000, |number| {
        clock.advance_millis(1);
        transaction(&mut engine, number);
    });
    assert_flat("a transaction under a token", times);
}

#[test]
fn a_repeated_transaction_is_answered_as_before_and_priced_as_reads() {
    let (mut engine, clock) = engine(&json!({}));
    engine.call("PutItem", put(9, &"x".repeat(3000))).unwrap();
    let body = json!({
        "TransactItems": [
            {"Put": {"TableName": "Tab", "Item": {"id": {"S": "1"}, "text": {"S": "x".repeat(5000)}}}},
            {"ConditionCheck": {"TableName": "Tab", "Key": {"id": {"S": "9"}}, "ConditionExpression": "attribute_exists(id)"}},
            {"Update": {"TableName": "Tab", "Key": {"id": {"S": "2"}}, "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}}},
        ],
        "ClientRequestToken": "once", "ReturnConsumedCapacity": "TOTAL",
    });
    let first = engine.call("TransactWriteItems", body.clone()).unwrap();
    assert_eq!(first["ConsumedCapacity"][0]["WriteCapacityUnits"], json!(10.0 + 6.0 + 2.0));
    let again = engine.call("TransactWriteItems", body.clone()).unwrap();
    // Two units for each 4 KB of each item: 5,000 and 3,000 bytes and a few.
    assert_eq!(
        again["ConsumedCapacity"],
        json!([{"TableName": "Tab", "CapacityUnits": 8.0, "ReadCapacityUnits": 8.0}])
    );
    let n = |engine: &mut Engine| {
        let get = json!({"TableName": "Tab", "Key": {"id": {"S": "2"}}, "ConsistentRead": true});
        engine.call("GetItem", get).unwrap()["Item"]["n"]["N"].clone()
    };
    assert_eq!(n(&mut engine), "1", "it is done once");
    let mut other = body.clone();
    other["TransactItems"][2]["Update"]["ExpressionAttributeValues"][":one"]["N"] = "2".into();
    let refused = engine.call("TransactWriteItems", other).unwrap_err();
    assert_eq!(refused.kind.name(), "IdempotentParameterMismatchException");
    clock.advance_millis(600_000);
    engine.call("TransactWriteItems", body).unwrap();
    assert_eq!(n(&mut engine), "2", "after ten minutes it is another one");
}

#[test]
fn three_days_of_writes_leave_one_day_of_records_at_the_same_cost() {
    let (mut engine, clock) = engine(&streaming());
    engine.keep_changes();
    let (a_day, step) = (5000, 86_400_000 / 5000);
    let (mut most, mut through) = (0, 0);
    let arn = engine.streams().next().unwrap().arn.clone();
    let mut write = |number: usize| {
        clock.advance_millis(step);
        engine.call("PutItem", put(number % 50, &number.to_string())).unwrap();
        for trimmed in engine.take_unsaved().trimmed {
            let horizon = engine.stream(&trimmed).unwrap().horizon;
            assert!(trimmed == arn && horizon > through);
            through = horizon;
        }
        most = most.max(engine.next_sequence() - 1 - through);
    };
    (0..a_day).for_each(&mut write);
    let times = first_and_last(2 * a_day, |number| write(a_day + number));
    let records: Vec<u64> = engine.stream(&arn).unwrap().records().map(|record| record.sequence).collect();
    assert_eq!(records.iter().min(), Some(&(through + 1)), "the feed says exactly what is gone");
    assert!((5000..=5001).contains(&records.len()) && most <= 5002, "{} records, {most} at most", records.len());
    assert_flat("a write to a stream that has a day of records", times);
}

#[test]
fn a_stream_is_bounded_in_bytes_and_its_readers_learn_what_went() {
    let (mut engine, _) = engine(&streaming());
    engine.keep_changes();
    let arn = engine.streams().next().unwrap().arn.clone();
    engine.call("PutItem", put(0, "first")).unwrap();
    let shard = engine
        .stream(&arn)
        .unwrap()
        .shards
        .iter()
        .find(|shard| !engine.stream(&arn).unwrap().page(shard, 0, 1).0.is_empty())
        .unwrap()
        .id
        .clone();
    let iterator = json!({"StreamArn": &*arn, "ShardId": shard, "ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": stream::sequence_text(1)});
    let iterator = engine.call("GetShardIterator", iterator).unwrap();
    let text = "x".repeat(390_000);
    for number in 1..600 {
        engine.call("PutItem", put(number % 3, &format!("{number}{text}"))).unwrap();
        assert!(engine.stream(&arn).unwrap().weight() <= stream::KEPT_BYTES);
    }
    let kept = engine.stream(&arn).unwrap();
    let count = kept.records().count() as u64;
    assert_eq!(count + kept.lost, 600);
    assert!(kept.lost > 300 && kept.horizon == kept.lost && kept.crowded_out == kept.lost, "{} lost", kept.lost);
    assert_eq!(engine.take_unsaved().trimmed, BTreeSet::from([Arc::clone(&arn)]));
    let read = json!({"ShardIterator": iterator["ShardIterator"]});
    let refused = engine.call("GetRecords", read).unwrap_err();
    assert_eq!(refused.kind.name(), "TrimmedDataAccessException");
}

#[test]
fn a_view_of_keys_holds_no_images() {
    let (mut engine, _) =
        engine(&json!({"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}}));
    let text = "x".repeat(100_000);
    for number in 0..100 {
        engine.call("PutItem", put(number % 2, &format!("{number}{text}"))).unwrap();
    }
    engine.call("DeleteItem", json!({"TableName": "Tab", "Key": {"id": {"S": "0"}}})).unwrap();
    let stream = engine.streams().next().unwrap();
    assert!(stream.weight() < 200_000, "{} bytes", stream.weight());
    let names: Vec<&str> = stream.records().map(dynadrill::engine::Change::event_name).collect();
    assert_eq!((names[0], names[2], names[100]), ("INSERT", "MODIFY", "REMOVE"));
}

#[test]
fn streams_of_deleted_tables_cost_nothing_and_end_after_a_day_of_reads() {
    let (mut engine, clock) = engine(&json!({}));
    engine.keep_changes();
    let times = first_and_last(1500, |number| {
        clock.advance_millis(1000);
        let name = format!("Table-{number}");
        create(&mut engine, &name, &streaming());
        let item = json!({"TableName": name, "Item": {"id": {"S": "1"}}});
        engine.call("PutItem", item).unwrap();
        engine.call("DeleteTable", json!({"TableName": name})).unwrap();
    });
    assert_flat("a table made and deleted", times);
    let arns: BTreeSet<Arc<str>> = engine.streams().map(|stream| Arc::clone(&stream.arn)).collect();
    assert_eq!(arns.len(), 1500);
    engine.take_unsaved();
    clock.advance_millis(25 * 3_600_000);
    engine.call("GetItem", json!({"TableName": "Tab", "Key": {"id": {"S": "1"}}})).unwrap();
    assert_eq!(engine.streams().count(), 0);
    let unsaved = engine.take_unsaved();
    assert_eq!((&unsaved.trimmed, &unsaved.streams), (&arns, &arns), "each is gone, with its records");
}

/// A workbench with a table of so many items.
fn bench(items: usize) -> Workbench {
    let mut bench = Workbench::new();
    let setup = json!({
        "create": {
            "TableName": "Things", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        },
        "generate": [{"count": items, "seed": 1, "item": {"id": {"S": "{n:7}"}, "text": {"S": "{text:120}"}}}],
    });
    bench.fill(&serde_json::from_value(setup).unwrap()).unwrap();
    bench
}

fn typed(bench: &mut Workbench, line: &str) -> String {
    let reply = bench.run(line);
    assert_eq!(reply.kind, ReplyKind::Answer, "{line}: {}", reply.text);
    reply.text
}

fn update(number: usize) -> String {
    format!(
        r#"update-item --table-name Things --key '{{"id":{{"S":"0000001"}}}}' --update-expression 'SET n = :n' --expression-attribute-values '{{":n":{{"N":"{number}"}}}}'"#
    )
}

#[test]
fn a_line_costs_the_same_on_a_large_table_as_on_a_small_one() {
    let [mut small, mut large] = [20, 20_000].map(bench);
    let mut number = 0;
    let mut quickest = |bench: &mut Workbench| {
        let mut lines = || {
            number += 1;
            typed(bench, &update(number));
            typed(bench, ":help undo");
            typed(
                bench,
                ":compare get-item --table-name Things --key '{\"id\":{\"S\":\"0000001\"}}' || describe-table --table-name Things",
            );
        };
        first_and_last(100, |_| lines()).into_iter().min().unwrap()
    };
    let times = [quickest(&mut small), quickest(&mut large)];
    assert_flat("a line on a table of 20 items and one of 20,000", times);
}

#[test]
fn thirty_changes_are_taken_back_and_those_before_are_missed() {
    let mut bench = bench(20);
    for number in 1..=40 {
        typed(&mut bench, &update(number));
        bench.run("");
        bench.run(":no-such-command");
    }
    for _ in 0..30 {
        typed(&mut bench, ":undo");
    }
    let left = typed(&mut bench, "get-item --table-name Things --key '{\"id\":{\"S\":\"0000001\"}}'");
    assert!(left.contains(r#""N": "10""#), "{left}");
    let refused = bench.run(":undo");
    assert!(refused.text.contains("10 earlier changes are no longer kept"), "{}", refused.text);
    for _ in 0..30 {
        typed(&mut bench, ":redo");
    }
    assert!(
        typed(&mut bench, "get-item --table-name Things --key '{\"id\":{\"S\":\"0000001\"}}'").contains(r#""N": "40""#)
    );
    typed(&mut bench, ":reset");
    assert!(!typed(&mut bench, "get-item --table-name Things --key '{\"id\":{\"S\":\"0000001\"}}'").contains(r#""n""#));
}

#[test]
fn changes_that_are_too_large_to_be_kept_are_not_and_undo_says_so() {
    let mut bench = bench(5000);
    // Each replaces so much that a world from before could hold all of its items alone.
    for seed in 0..24 {
        let item = r#"'{"n":{"N":"{n}"}}'"#;
        let line = format!(
            ":traffic Things --rate 1200 --seconds 1 --keys uniform:2000 --size 3000 --seed {seed} --item {item}"
        );
        typed(&mut bench, &line);
    }
    let mut taken_back = 0;
    let refused = loop {
        let reply = bench.run(":undo");
        match reply.kind {
            ReplyKind::Answer => taken_back += 1,
            _ => break reply.text,
        }
    };
    assert!((8..24).contains(&taken_back), "{taken_back} were kept");
    assert!(refused.contains("no longer kept"), "{refused}");
}

fn ask(world: &mut World, name: &str, body: Value) -> Value {
    let operation = OPERATIONS.iter().find(|operation| operation.name == name).unwrap();
    world.ask(operation, body).unwrap()
}

/// A world with a function that writes to its own stream, and the stream's ARN.
fn self_writing() -> (World, String) {
    let mut world = World::new(Config { throttling: false, ..Config::default() });
    let mut table = json!({
        "TableName": "Own", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    table.as_object_mut().unwrap().extend(streaming().as_object().unwrap().clone());
    let created = world.send("CreateTable", table).unwrap();
    let arn = created["TableDescription"]["LatestStreamArn"].as_str().unwrap().to_owned();
    let mapping = json!({"EventSourceArn": arn, "FunctionName": "charge-into-Own", "StartingPosition": "TRIM_HORIZON"});
    ask(&mut world, "CreateEventSourceMapping", mapping);
    world.send("PutItem", json!({"TableName": "Own", "Item": {"id": {"S": "a"}}})).unwrap();
    (world, arn)
}

#[test]
fn a_function_that_writes_to_its_own_stream_is_remembered_within_bounds() {
    let (mut world, arn) = self_writing();
    world.wait(20 * 60_000);
    let invoked = world.lambda().invoked();
    assert!(invoked > 2000, "{invoked}");
    assert!(world.engine().stream(&arn).unwrap().weight() <= stream::KEPT_BYTES);
    assert!(world.engine().journal().weight() <= journal::KEPT_BYTES);
}

#[test]
#[ignore = "a minute or more: a hundred thousand tokens within ten minutes"]
fn a_hundred_thousand_tokens_within_ten_minutes() {
    if !is_alone("a_hundred_thousand_tokens_within_ten_minutes") {
        return;
    }
    let (mut engine, clock) = engine(&json!({}));
    let before = resident();
    let times = first_and_last(100_000, |number| {
        clock.advance_millis(5);
        transaction(&mut engine, number);
    });
    println!("{} MB for 100,000 tokens", resident() - before);
    assert_flat("a transaction under a token", times);
    assert!(resident() - before < 60);
}

#[test]
#[ignore = "minutes: a million requests to a lab, and a thousand whole scans"]
fn a_million_requests_to_a_lab() {
    if !is_alone("a_million_requests_to_a_lab") {
        return;
    }
    let mut runner = lab("query-vs-scan");
    let scan = |runner: &mut Runner| {
        // So that the table's throughput is not used up.
        runner.run(":clock +1s");
        runner.observe(Begins::Line, |bench| bench.call("Scan", json!({"TableName": "Orders"}))).0.unwrap()
    };
    scan(&mut runner);
    let before = resident();
    let times = first_and_last(1000, |_| drop(scan(&mut runner)));
    println!("{} MB after a thousand scans", resident() - before);
    assert_flat("a whole scan in a lab", times);
    // Before the journal is full, no entry has to go for another.
    reads(&mut runner, 20_000);
    let times = reads(&mut runner, 1_000_000);
    println!("{} MB after a million reads", resident() - before);
    assert_flat("a request to a lab", times);
    assert!(resident() - before < 150);
}

#[test]
#[ignore = "a minute or more: a function that writes to its own stream for a day"]
fn a_day_of_a_function_that_writes_to_its_own_stream() {
    if !is_alone("a_day_of_a_function_that_writes_to_its_own_stream") {
        return;
    }
    let (mut world, _) = self_writing();
    world.wait(3_600_000);
    let before = resident();
    world.wait(86_400_000);
    println!("{} MB more after {} invocations", resident().saturating_sub(before), world.lambda().invoked());
    assert!(resident().saturating_sub(before) < 250);
}

#[test]
#[ignore = "a minute or more: a table of as many items as content may have, and a hundred changes of them"]
fn a_hundred_changes_of_the_largest_table_of_a_lab() {
    if !is_alone("a_hundred_changes_of_the_largest_table_of_a_lab") {
        return;
    }
    let mut bench = bench(usize::try_from(MOST_ITEMS).unwrap());
    let before = resident();
    let times = first_and_last(100, |number| drop(typed(&mut bench, &update(number))));
    println!("{} MB after a hundred changes of the largest table", resident() - before);
    assert_flat("a change in the largest table", times);
    assert!(resident() - before < 20);
}

#[test]
#[ignore = "it measures the process, which must do nothing else"]
fn items_of_nulls_take_about_what_is_estimated() {
    if !is_alone("items_of_nulls_take_about_what_is_estimated") {
        return;
    }
    let (mut engine, _) = engine(&json!({}));
    let nulls = |id: usize| json!({"TableName": "Tab", "Item": {"id": {"S": id.to_string()}, "l": {"L": vec![json!({"NULL": true}); 190_000]}}});
    engine.call("PutItem", nulls(0)).unwrap();
    let before = resident();
    for id in 1..=40 {
        engine.call("PutItem", nulls(id)).unwrap();
    }
    let each = f64::from(u32::try_from(resident() - before).unwrap()) / 40.0;
    println!("{each} MB for an item of 380 KB");
    assert!((5.5..7.0).contains(&each), "{each} MB");
}
