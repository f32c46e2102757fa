//! Time that passes, time that is set back, and what is cleared with time.

use std::fs;

use super::*;
use crate::clock::SteadyClock;

#[test]
fn many_items_due_at_once_are_deleted_in_slices() {
    let mut rig = Rig::new();
    rig.create("Carts");
    ttl(&mut rig, "Carts");
    let ends = json!({"ends": {"N": (VirtualClock::LAB_START.as_secs() + 60).to_string()}});
    for id in 0..250 {
        rig.put("Carts", &id.to_string(), &ends).unwrap();
    }
    rig.clock.advance_millis(HOUR);
    let left: Vec<u64> = (0..4).map(|_| rig.count("Carts")).collect();
    assert_eq!(left, [150, 50, 0, 0]);
    assert_eq!(rig.rows("SELECT count(*) FROM items"), 0);
}

#[test]
fn records_leave_the_file_as_time_passes_in_slices_and_a_restart_is_no_different() {
    let mut rig = Rig::new();
    rig.create("Busy");
    let mut most = 0;
    for minute in 0..60 * 60 {
        rig.put("Busy", &(minute % 10).to_string(), &json!({"minute": {"N": minute.to_string()}})).unwrap();
        rig.clock.advance_millis(60 * SECOND);
        most = most.max(rig.rows("SELECT count(*) FROM records"));
    }
    assert!((1440..1450).contains(&most), "a record a minute for a day, not {most}");
    let before = shown(&rig.served().engine);
    rig.open();
    assert_eq!(shown(&rig.served().engine), before, "shards and their trimmed records too");
    // Nothing happens for two days, and then one request: it clears no more than a slice.
    rig.clock.advance_millis(2 * DAY);
    rig.put("Busy", "1", &json!({})).unwrap();
    assert_eq!(rig.rows("SELECT count(*) FROM records"), most - i64::from(SLICE) + 1);
    for _ in 0..5 {
        rig.served().tick(false);
    }
    assert_eq!(rig.rows("SELECT count(*) FROM records"), 1, "without any request too");
}

#[test]
fn a_reader_learns_after_a_restart_that_its_records_are_gone() {
    let mut rig = Rig::new();
    rig.create("Busy");
    for id in ["1", "1", "1"] {
        rig.put("Busy", id, &json!({"at": {"N": rig.clock.now().as_millis().to_string()}})).unwrap();
        rig.clock.advance_millis(SECOND);
    }
    let stream = rig.served().engine.streams().next().unwrap().clone();
    let shard = stream.shards.iter().find(|shard| stream.page(shard, 0, 9).0.len() == 3).unwrap().id.clone();
    let sequence = stream::sequence_text(1);
    let iterator = json!({"StreamArn": *stream.arn, "ShardId": shard, "ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": sequence});
    rig.clock.advance_millis(25 * HOUR);
    rig.served().tick(false);
    assert_eq!(rig.rows("SELECT count(*) FROM records"), 0);
    let before = rig.try_call("GetShardIterator", iterator.clone()).unwrap_err();
    rig.open();
    assert_eq!(rig.try_call("GetShardIterator", iterator).unwrap_err(), before);
    assert_eq!(before.kind, ErrorKind::TrimmedDataAccessException);
}

#[test]
fn updates_of_the_same_items_do_not_make_the_file_grow_for_ever() {
    let mut rig = Rig::new();
    rig.create("Busy");
    let text = "x".repeat(2000);
    let mut sizes = Vec::new();
    for _ in 0..5 {
        for update in 0..240 {
            let item = json!({"text": {"S": text}, "update": {"N": update.to_string()}});
            rig.put("Busy", &(update % 5).to_string(), &item).unwrap();
            rig.clock.advance_millis(DAY / 240);
        }
        sizes.push(rig.rows("SELECT page_count FROM pragma_page_count"));
    }
    assert!(sizes[4] <= sizes[1] + sizes[1] / 10, "pages at the end of each day: {sizes:?}");
    let log = fs::metadata(rig.directory.path().join("tables.db-wal")).unwrap().len();
    assert!(log < 8 * 1024 * 1024, "{log} bytes of log");
}

#[test]
fn a_file_that_has_much_to_spare_shrinks() {
    let mut rig = Rig::new();
    rig.create("Large");
    let text = json!({"text": {"S": "x".repeat(300_000)}});
    for id in 0..30 {
        rig.put("Large", &id.to_string(), &text).unwrap();
        rig.clock.advance_millis(SECOND);
    }
    let pages = rig.rows("SELECT page_count FROM pragma_page_count");
    rig.call("DeleteTable", json!({"TableName": "Large"}));
    rig.clock.advance_millis(25 * HOUR);
    for _ in 0..20 {
        rig.served().tick(false);
    }
    let after = rig.rows("SELECT page_count FROM pragma_page_count");
    assert!(after < pages / 3, "{after} pages of {pages}");
}

#[test]
fn a_large_table_is_deleted_in_slices_and_is_gone_at_once() {
    let mut rig = Rig::new();
    rig.create("Large");
    let slice = usize::try_from(SLICE).unwrap();
    for first in (0..slice * 2 + 100).step_by(25) {
        let puts: Vec<Value> =
            (first..first + 25).map(|id| json!({"PutRequest": {"Item": {"id": {"S": id.to_string()}}}})).collect();
        rig.call("BatchWriteItem", json!({"RequestItems": {"Large": puts}}));
    }
    let items = "SELECT count(*) FROM items";
    let all = rig.rows(items);
    rig.call("DeleteTable", json!({"TableName": "Large"}));
    rig.create("Large");
    assert_eq!(rig.rows(items), all - i64::from(SLICE));
    assert_eq!(rig.count("Large"), 0);
    // Killed on the way: the next process continues.
    rig.open();
    assert_eq!(rig.count("Large"), 0);
    rig.served().tick(false);
    rig.served().tick(false);
    assert_eq!((rig.rows(items), rig.rows("SELECT count(*) FROM gone")), (0, 0));
}

#[test]
fn a_table_costs_the_same_however_many_there_were() {
    let mut rig = Rig::new();
    let changes = |rig: &mut Rig, number: u32| {
        let before = rig.store().connection.total_changes();
        let name = format!("Table{number}");
        rig.create(&name);
        rig.call("DeleteTable", json!({"TableName": name}));
        rig.served().tick(false);
        rig.store().connection.total_changes() - before
    };
    let first = changes(&mut rig, 0);
    let last = (1..300).map(|number| changes(&mut rig, number)).last();
    assert_eq!(last, Some(first), "rows written for a table and its stream");
    assert_eq!(rig.rows("SELECT count(*) FROM streams"), 300, "each can be read for a day");
}

#[test]
fn a_clock_that_was_set_back_between_two_starts_holds_nothing_up() {
    let mut rig = Rig::new();
    let provisioned = json!({"ReadCapacityUnits": 9, "WriteCapacityUnits": 9});
    let mut create = streamed("Kept");
    create["BillingMode"] = "PROVISIONED".into();
    create["ProvisionedThroughput"] = provisioned;
    rig.call("CreateTable", create);
    for units in [8, 7, 6, 5] {
        let units = json!({"ReadCapacityUnits": units, "WriteCapacityUnits": units});
        rig.call("UpdateTable", json!({"TableName": "Kept", "ProvisionedThroughput": units}));
    }
    ttl(&mut rig, "Kept");
    let on = json!({"PointInTimeRecoveryEnabled": true});
    rig.call("UpdateContinuousBackups", json!({"TableName": "Kept", "PointInTimeRecoverySpecification": on}));
    rig.put("Kept", "1", &json!({})).unwrap();
    rig.call("UpdateTable", json!({"TableName": "Kept", "StreamSpecification": {"StreamEnabled": false}}));
    rig.create("New");
    rig.put("New", "1", &json!({})).unwrap();
    rig.create("Last");
    let kept = "SELECT body FROM tables UNION ALL SELECT body FROM streams UNION ALL SELECT CAST(at AS TEXT) FROM records ORDER BY 1";
    let (before, start) = (rig.texts(kept), rig.clock.now());
    let born =
        |rig: &mut Rig| rig.call("DescribeTable", json!({"TableName": "Kept"}))["Table"]["CreationDateTime"].clone();
    let birth = born(&mut rig);
    let back = Timestamp::from_millis(VirtualClock::LAB_START.as_millis() - 2 * DAY);
    rig.clock.set(back);
    rig.open();
    assert_eq!(rig.texts(kept), before, "a clock that was set back changes nothing that the file says");
    assert_eq!(born(&mut rig), birth);
    // The clock is set right again, and it is as if it had never been wrong.
    rig.clock.set(start);
    rig.open();
    assert_eq!((rig.texts(kept), born(&mut rig)), (before, birth.clone()));
    rig.clock.set(back);
    rig.open();
    assert_eq!(rig.call("DescribeTable", json!({"TableName": "Last"}))["Table"]["TableStatus"], "ACTIVE");
    assert_eq!(rig.count("Kept"), 1);
    // Nothing that the engine goes by lies in the future, whatever it is about.
    let engine = &rig.served().engine;
    let tables = engine.tables().map(|table| serde_json::to_value(KeptTable::of(table)).unwrap());
    let streams = engine.streams().map(|stream| serde_json::to_value(stream.without_records()).unwrap());
    let late: Vec<String> = tables.chain(streams).flat_map(|body| late_moments(&body, back)).collect();
    assert_eq!(late, ["created"; 6], "only the births of the three tables and their streams, which nothing depends on");
    // An hour later everything that waits for an hour may be done, and a day later the records are gone.
    rig.clock.advance_millis(HOUR);
    let units = json!({"ReadCapacityUnits": 4, "WriteCapacityUnits": 4});
    rig.call("UpdateTable", json!({"TableName": "Kept", "ProvisionedThroughput": units}));
    let off = json!({"Enabled": false, "AttributeName": "ends"});
    rig.call("UpdateTimeToLive", json!({"TableName": "Kept", "TimeToLiveSpecification": off}));
    rig.clock.advance_millis(DAY);
    rig.served().tick(false);
    // What recovery goes back by is kept for longer than the records of streams.
    let of_streams = rig.rows("SELECT count(*) FROM records WHERE stream LIKE 'arn:%'");
    assert_eq!((of_streams, rig.served().engine.streams().count()), (0, 2));
    assert_eq!(rig.rows("SELECT count(*) FROM records"), 1);
    assert_eq!(born(&mut rig), birth, "the changes of its settings are no birth");
}

/// The names of the numbers in a JSON text that are moments after `now`.
fn late_moments(value: &Value, now: Timestamp) -> Vec<String> {
    match value {
        Value::Object(map) => {
            let late =
                |value: &Value| value.as_u64().is_some_and(|number| number > now.as_millis() && number < 1 << 42);
            let here = map.iter().filter(|(_, value)| late(value)).map(|(name, _)| name.clone());
            here.chain(map.values().flat_map(|value| late_moments(value, now))).collect()
        }
        Value::Array(list) => list
            .iter()
            .flat_map(|value| {
                let late = value.as_u64().is_some_and(|number| number > now.as_millis() && number < 1 << 42);
                late.then(|| "in a list".to_owned()).into_iter().chain(late_moments(value, now))
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A computer whose date can be set without time passing.
#[derive(Debug)]
struct Computer {
    date: VirtualClock,
    awake: VirtualClock,
}

impl Clock for Computer {
    fn now(&self) -> Timestamp {
        self.date.now()
    }

    fn monotonic(&self) -> u64 {
        self.awake.monotonic()
    }
}

#[test]
fn a_clock_that_is_set_back_while_it_serves_holds_nothing_up() {
    let mut rig = Rig::closed();
    let pace = VirtualClock::new(Timestamp::default());
    let computer = Computer { date: rig.clock.clone(), awake: pace.clone() };
    rig.open_on(Arc::new(SteadyClock::new(Arc::new(computer))));
    let mut create = streamed("Small");
    create["BillingMode"] = "PROVISIONED".into();
    create["ProvisionedThroughput"] = json!({"ReadCapacityUnits": 1, "WriteCapacityUnits": 1});
    rig.call("CreateTable", create);
    ttl(&mut rig, "Small");
    let start = VirtualClock::LAB_START;
    let ends = json!({"ends": {"N": (start.as_secs() - HOUR / 1000 + 60).to_string()}});
    let drained = (0..400).find(|id| rig.put("Small", &format!("drained{id}"), &json!({})).is_err());
    assert_eq!(drained, Some(300));
    for back in [HOUR, 2 * DAY, 10 * 365 * DAY] {
        rig.clock.set(Timestamp::from_millis(start.as_millis() - back));
        rig.put("Small", "refused", &json!({})).unwrap_err();
        // Two seconds later there are two more units, as if nothing had been set.
        pace.advance_millis(2 * SECOND);
        rig.clock.advance_millis(2 * SECOND);
        rig.put("Small", &format!("{back}"), &json!({})).unwrap();
        rig.put("Small", &format!("{back} again"), &json!({})).unwrap();
    }
    // What ends by the calendar does so by the calendar of the present.
    rig.clock.set(Timestamp::from_millis(start.as_millis() - HOUR));
    pace.advance_millis(SECOND);
    rig.put("Small", "cart", &ends).unwrap();
    let cart = json!({"TableName": "Small", "Key": {"id": {"S": "cart"}}});
    pace.advance_millis(SECOND);
    assert!(rig.call("GetItem", cart.clone())["Item"].is_object(), "it has a minute left");
    rig.clock.set(start.plus_millis(HOUR));
    assert!(rig.call("GetItem", cart)["Item"].is_null());
}
