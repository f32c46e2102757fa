//! What is done a thousand times takes as long the last time as the first, and leaves no more behind than it must.
//!
//! Time is compared with itself, the beginning with the end, and is processor time where the system counts it, because
//! machines are busy. Memory is that of a process of its own, where the system tells it, and files are measured on disk.
//! An ordinary run is a short form; `DYNADRILL_ATTACK=10` runs the long ones (100,000 tokens, 1,500 scans of a megabyte
//! each, four days of a stream).

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod attack;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use attack::{Server, Watched, cpu_millis, factor, report, resident_kilobytes, thread_micros};
use dynadrill::aws_cli;
use dynadrill::clock::VirtualClock;
use dynadrill::engine::{Config, Engine, Lag, Timings, ops};
use dynadrill::exchange::{self, Draft};
use dynadrill::http::{Backend as _, Served};
use dynadrill::lab::Workbench;
use dynadrill::progress::Store;
use dynadrill::quiz::{Given, Purpose, Session};
use dynadrill::records::{self, Records};
use serde_json::{Value, json};

/// Whether the long forms are asked for.
fn is_long() -> bool {
    factor() >= 10
}

/// A quantity in its short or long form.
fn amount(short: usize, long: usize) -> usize {
    if is_long() { long } else { short }
}

/// As `serve` has it: nothing is throttled by chance, and no journal is kept.
fn config() -> Config {
    Config { timings: Timings::INSTANT, lag: Lag::NONE, journal_capacity: 0, ..Config::default() }
}

fn table(name: &str, stream: bool) -> Value {
    json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "StreamSpecification": if stream {
            json!({"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"})
        } else {
            json!({"StreamEnabled": false})
        },
    })
}

/// The processor time that one piece of work takes, in microseconds, over so many of them.
fn spent(pieces: usize, mut work: impl FnMut()) -> f64 {
    let began = thread_micros();
    (0..pieces).for_each(|_| work());
    let spent = u32::try_from(thread_micros() - began).unwrap();
    f64::from(spent) / f64::from(u32::try_from(pieces).unwrap())
}

/// The last pieces of work must take about as long as the first.
fn assert_flat(what: &str, first: f64, last: f64) {
    report(&format!("{what}: {first:.0} µs at first, {last:.0} µs at last"));
    assert!(last < first * 2.0 + 20.0, "{what}: {first:.0} µs at first and {last:.0} µs at last");
}

#[test]
fn a_transaction_takes_as_long_after_many_tokens_as_before() {
    let tokens = amount(12_000, 100_000);
    let clock = VirtualClock::new(VirtualClock::LAB_START);
    // What is measured is the time of the program, not of a table of this size.
    let mut engine = Engine::new(Config { throttling: false, ..config() }, Arc::new(clock.clone()));
    engine.call("CreateTable", table("Tab", false)).unwrap();
    let mut number = 0;
    let mut transact = |engine: &mut Engine| {
        number += 1;
        // All within the ten minutes for which a token is remembered.
        clock.advance_millis(u64::from(number % 200 == 0));
        let put = json!({"Put": {"TableName": "Tab", "Item": {"id": {"S": (number % 50).to_string()}}}});
        let request = json!({"TransactItems": [put], "ClientRequestToken": format!("token-{number}")});
        engine.call("TransactWriteItems", request).unwrap();
    };
    let first = spent(1000, || transact(&mut engine));
    (1000..tokens - 1000).for_each(|_| transact(&mut engine));
    let last = spent(1000, || transact(&mut engine));
    assert_flat(&format!("a transaction among {tokens} tokens"), first, last);
    let read = json!({"TableName": "Tab", "Key": {"id": {"S": "1"}}});
    let among = spent(1000, || drop(engine.call("GetItem", read.clone()).unwrap()));
    clock.advance_millis(601_000);
    engine.call("GetItem", read.clone()).unwrap();
    let alone = spent(1000, || drop(engine.call("GetItem", read.clone()).unwrap()));
    assert_flat(&format!("a GetItem among {tokens} tokens"), alone, among);
}

/// Memory that a server holds more after some work than before, in KB.
fn grown(server: &Server, work: impl FnOnce()) -> Option<u64> {
    let id = server.process.id();
    let before = resident_kilobytes(id)?;
    work();
    Some(resident_kilobytes(id)?.saturating_sub(before))
}

#[test]
fn a_token_does_not_keep_the_request_that_it_came_with() {
    let home = tempfile::tempdir().unwrap();
    let server = Server::start(&["serve", "--in-memory"], home.path());
    let client = server.client();
    client.call("CreateTable", &table("Tab", false));
    let mut number = 0;
    let mut transact = |times: usize| {
        for _ in 0..times {
            number += 1;
            // A large request that writes little, and so is not throttled.
            let put = json!({"Put": {
                "TableName": "Tab", "Item": {"id": {"S": "1"}}, "ConditionExpression": "filling <> :filling",
                "ExpressionAttributeValues": {":filling": {"S": "x".repeat(300_000)}},
            }});
            let token = format!("token-{number}");
            client.call("TransactWriteItems", &json!({"TransactItems": [put], "ClientRequestToken": token}));
        }
    };
    transact(20);
    let times = amount(200, 2000);
    let Some(grown) = grown(&server, || transact(times)) else { return };
    report(&format!("{times} transactions of 300 KB with tokens leave {grown} KB"));
    assert!(grown < 25_000, "{times} transactions of 300 KB on one item left {} MB behind", grown / 1000);
}

#[test]
fn a_lab_s_endpoint_keeps_no_mountain_of_answers() {
    let home = tempfile::tempdir().unwrap();
    let server = Server::start(&["lab", "serve", "query-vs-scan"], home.path());
    let client = server.client();
    let scan = || client.call("Scan", &json!({"TableName": "Orders"}));
    let answer = scan().to_string().len();
    assert!(answer > 500_000, "a page is only {answer} bytes");
    (0..3).for_each(|_| drop(scan()));
    let times = amount(60, 1500);
    let Some(grown) = grown(&server, || (0..times).for_each(|_| drop(scan()))) else { return };
    report(&format!("{times} scans of {} KB in a served lab leave {grown} KB", answer / 1000));
    // A journal of bounded size, and what the allocator keeps for itself.
    assert!(grown < 400_000, "{times} scans left {} MB behind", grown / 1000);
}

/// A backend that serves a file, on a clock that the test moves.
struct Kept {
    served: Served,
    clock: VirtualClock,
    file: std::path::PathBuf,
}

impl Kept {
    fn open(folder: &Path) -> Self {
        let clock = VirtualClock::new(VirtualClock::LAB_START);
        let file = folder.join("tables.db");
        let served = Served::in_file(&file, config(), Arc::new(clock.clone()), Box::new(|_| {})).unwrap();
        Self { served, clock, file }
    }

    fn call(&mut self, verb: &str, request: Value) -> Value {
        self.served.call(ops::find(verb).unwrap(), request).unwrap()
    }

    /// What the file and its log take on disk.
    fn bytes(&self) -> u64 {
        let size = |suffix: &str| {
            let path = format!("{}{suffix}", self.file.display());
            std::fs::metadata(path).map_or(0, |metadata| metadata.len())
        };
        size("") + size("-wal")
    }

    /// Writes one item again and again, evenly over so many hours.
    fn write_for(&mut self, hours: u64, an_hour: u64) {
        for number in 0..hours * an_hour {
            self.clock.advance_millis(3_600_000 / an_hour);
            let item = json!({"id": {"S": "1"}, "n": {"N": number.to_string()}, "filling": {"S": "x".repeat(500)}});
            self.call("PutItem", json!({"TableName": "Tab", "Item": item}));
        }
    }
}

/// 500 writes a second, scaled down: as many hours, fewer writes in each.
#[test]
fn a_stream_keeps_its_day_and_no_more() {
    let an_hour = u64::try_from(amount(60, 2000)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut kept = Kept::open(folder.path());
    kept.call("CreateTable", table("Tab", true));
    kept.write_for(26, an_hour);
    let after_a_day = kept.bytes();
    kept.write_for(if is_long() { 72 } else { 48 }, an_hour);
    let in_the_end = kept.bytes();
    // What is there for a reader is a day's worth as well.
    let arn = kept.call("DescribeTable", json!({"TableName": "Tab"}))["Table"]["LatestStreamArn"].clone();
    let mut read = 0;
    for shard in
        kept.call("DescribeStream", json!({"StreamArn": arn}))["StreamDescription"]["Shards"].as_array().unwrap()
    {
        let from = json!({"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"});
        let mut iterator = kept.call("GetShardIterator", from)["ShardIterator"].clone();
        while iterator.is_string() {
            let page = kept.call("GetRecords", json!({"ShardIterator": iterator}));
            let records = page["Records"].as_array().unwrap().len() as u64;
            read += records;
            iterator = page.get("NextShardIterator").filter(|_| records > 0).cloned().unwrap_or_default();
        }
    }
    report(&format!(
        "a stream of {an_hour} records an hour: {} KB after a day, {} KB in the end, {read} records to read",
        after_a_day / 1000,
        in_the_end / 1000
    ));
    assert!((23 * an_hour..=25 * an_hour).contains(&read), "{read} records of {an_hour} an hour are there");
    assert!(in_the_end < after_a_day * 3 / 2, "the file grew from {after_a_day} to {in_the_end} bytes");
}

#[test]
fn a_table_is_created_and_deleted_as_quickly_after_many_as_before() {
    let cycles = amount(300, 2500);
    let folder = tempfile::tempdir().unwrap();
    let mut kept = Kept::open(folder.path());
    let cycle = |kept: &mut Kept| {
        kept.call("CreateTable", table("Tab", true));
        kept.call("DeleteTable", json!({"TableName": "Tab"}));
        kept.clock.advance_millis(1000);
    };
    let first = spent(30, || cycle(&mut kept));
    (0..cycles).for_each(|_| cycle(&mut kept));
    let last = spent(30, || cycle(&mut kept));
    // Their streams can be read for a day, so each is still listed; what is written must not be all of them each time.
    assert_flat(&format!("a table's life after {cycles} others"), first, last);
}

/// So many answers to one question, as another machine exported them.
fn answers(count: u64) -> String {
    let options = [("a".to_owned(), true), ("b".to_owned(), false)];
    let draft = Draft { stem: "Which?".to_owned(), options: options.to_vec(), ..Draft::default() };
    let question = exchange::question(&draft);
    let mut store = Store::in_memory("a test").unwrap();
    let clock = VirtualClock::new(VirtualClock::LAB_START);
    let find = |_: &str| Some(question.clone());
    let mut records = Records { store: &mut store, clock: &clock, find: &find };
    let mut quiz = Session::new(Purpose::Practice, std::slice::from_ref(&question), 1);
    let asked = quiz.current().unwrap().clone();
    let given = Given { chosen: vec![0], confidence: None };
    let graded = asked.grade(&given);
    quiz.answer(given);
    let _ = records.answer(&quiz, None, &asked, &graded).unwrap();
    let mut exported = store.export().unwrap();
    let answers = exported["tables"]["answers"].as_array_mut().unwrap();
    let one = answers[0].clone();
    answers.extend((10..count).map(|number| {
        let mut answer = one.clone();
        (answer["id"], answer["at_ms"]) = (number.into(), (number * 1000).into());
        answer
    }));
    exported.to_string()
}

#[test]
fn progress_is_taken_in_in_a_time_that_grows_as_it_does() {
    let count = u64::try_from(amount(1500, 12_000)).unwrap();
    let take = |count: u64| {
        let exported = answers(count);
        spent(3, || {
            let mut store = Store::in_memory("a test").unwrap();
            assert!(records::import(&mut store, &exported).unwrap() > 3);
        })
    };
    let (some, many) = (take(count), take(count * 4));
    report(&format!("progress import: {count} answers {some:.0} µs, four times as many {many:.0} µs"));
    assert!(many < some * 8.0, "four times as many answers take {:.1} times as long", many / some);
}

#[test]
fn a_line_is_read_in_a_time_that_grows_as_it_does() {
    let letters = amount(100_000, 1_000_000);
    let mut faults = Vec::new();
    for piece in ["a", "a ", "'a' ", "a=b,", "{\"a\":1} ", "[", "\\", "--a ", "\u{e4}"] {
        let read = |letters: usize| {
            let line = format!("put-item --table-name Tab --item {}", piece.repeat(letters / piece.len()));
            let mut bench = Workbench::new();
            spent(3, || {
                let _ = (aws_cli::is_incomplete(&line), bench.complete(&line));
                bench.run(&line);
            })
        };
        let (short, long) = (read(letters), read(letters * 4));
        report(&format!("{piece:?}: {letters} letters {short:.0} µs, four times as many {long:.0} µs"));
        // The system counts processor time in ticks of up to ten milliseconds: what is shorter may be none, or one.
        if long > short * 8.0 + 10_000.0 {
            faults.push(format!("{piece:?}: {letters} letters {short:.0} µs, four times as many {long:.0} µs"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A quote that is opened and never closed makes every further line a part of the same command.
#[test]
fn a_command_over_many_lines_is_read_in_a_time_that_grows_as_it_does() {
    let lines = amount(60_000, 1_000_000);
    let home = tempfile::tempdir().unwrap();
    let typed = home.path().join("typed");
    std::fs::write(&typed, format!("put-item --table-name Orders --item '{{{}", "\n".repeat(lines))).unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_dynadrill"))
        .arg("shell")
        .env("DYNADRILL_HOME", home.path())
        .stdin(std::fs::File::open(&typed).unwrap())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut process = Watched(child);
    let (mut spent, limit) = (0, if is_long() { 10_000 } else { 2500 });
    while process.ended_within(20).is_none() {
        spent = cpu_millis(process.id()).unwrap_or(spent);
        assert!(spent < limit, "a command over {lines} lines takes more than {limit} ms");
    }
    report(&format!("a command over {lines} lines: {spent} ms"));
}
