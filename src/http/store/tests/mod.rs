//! The data file under full disks, clocks that are set, time that passes, and files that are not ours.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;

use serde_json::{Value, json};

use super::*;
use crate::clock::VirtualClock;
use crate::engine::{ApiError, ErrorKind, Lag, Timings, archive, ops, stream};
use crate::http::{Backend as _, Served};

mod disk;
mod files;
mod scripts;
mod time;

const SECOND: u64 = 1000;
const HOUR: u64 = 3_600_000;
const DAY: u64 = 24 * HOUR;

/// An engine that is served from a file, on a clock that the test sets.
struct Rig {
    directory: tempfile::TempDir,
    clock: VirtualClock,
    /// The most bytes that the records of a stream take.
    room: u64,
    said: Arc<Mutex<Vec<String>>>,
    served: Option<Served>,
}

impl Rig {
    fn new() -> Self {
        Self::with_room(stream::KEPT_BYTES)
    }

    fn with_room(room: u64) -> Self {
        let mut rig = Self { room, ..Self::closed() };
        rig.open();
        rig
    }

    fn closed() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = VirtualClock::new(VirtualClock::LAB_START);
        Self { directory, clock, room: stream::KEPT_BYTES, said: Arc::default(), served: None }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("tables.db")
    }

    fn open(&mut self) {
        self.open_on(Arc::new(self.clock.clone()));
    }

    fn open_on(&mut self, clock: Arc<dyn Clock>) {
        self.served = None;
        let said = Arc::clone(&self.said);
        let notices = Box::new(move |notice: &str| said.lock().unwrap().push(notice.to_owned()));
        let config = Config {
            timings: Timings::INSTANT,
            expiry_delay: 0,
            expiry_slice: 100,
            stream_bytes: self.room,
            lag: Lag::NONE,
            journal_capacity: 0,
            ..Config::default()
        };
        self.served = Some(Served::in_file(&self.path(), config, clock, notices).unwrap());
    }

    fn served(&mut self) -> &mut Served {
        self.served.as_mut().unwrap()
    }

    fn store(&mut self) -> &mut TableStore {
        self.served().store.as_mut().unwrap()
    }

    fn try_call(&mut self, verb: &str, body: Value) -> Result<Value, ApiError> {
        self.served().call(ops::find(verb).unwrap(), body)
    }

    fn call(&mut self, verb: &str, body: Value) -> Value {
        self.try_call(verb, body).unwrap()
    }

    fn create(&mut self, name: &str) {
        self.call("CreateTable", streamed(name));
    }

    fn put(&mut self, table: &str, id: &str, more: &Value) -> Result<Value, ApiError> {
        let mut item = json!({"id": {"S": id}});
        item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.try_call("PutItem", json!({"TableName": table, "Item": item}))
    }

    fn count(&mut self, table: &str) -> u64 {
        self.call("Scan", json!({"TableName": table, "Select": "COUNT"}))["Count"].as_u64().unwrap()
    }

    /// From now on the disk has no room for one more page; or it has room again.
    fn fill_disk(&mut self, is_full: bool) {
        let connection = &self.store().connection;
        let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        let most = if is_full { pages } else { 1_000_000_000 };
        connection.pragma_update(None, "max_page_count", most).unwrap();
    }

    /// From now on nothing at all can be written; or it can again.
    fn block(&mut self, is_blocked: bool) {
        self.store().connection.pragma_update(None, "query_only", is_blocked).unwrap();
    }

    fn rows(&mut self, sql: &str) -> i64 {
        self.store().connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    fn texts(&mut self, sql: &str) -> Vec<String> {
        let mut statement = self.store().connection.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    fn said(&self) -> Vec<String> {
        self.said.lock().unwrap().clone()
    }
}

fn streamed(name: &str) -> Value {
    json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    })
}

/// All that a client can see of an engine's tables and streams, what the streams have dropped and the memory that they
/// take, and the number of the next change.
fn shown(engine: &Engine) -> BTreeMap<String, Value> {
    let mut engine = engine.clone();
    engine.set_throttling(false);
    engine.set_expiry_slice(0);
    let mut shown = BTreeMap::from([("next".to_owned(), json!(engine.next_sequence()))]);
    let names: Vec<String> = engine.tables().map(|table| table.name.to_string()).collect();
    for name in names {
        let described = engine.call("DescribeTable", json!({"TableName": name})).unwrap();
        let arn = described["Table"]["TableArn"].clone();
        for index in [None, Some("byN"), Some("byM")] {
            let mut scan = json!({"TableName": name});
            if let Some(index) = index {
                scan["IndexName"] = index.into();
            }
            let found = engine.call("Scan", scan).map_or_else(|error| error.to_json(), |found| found["Items"].clone());
            shown.insert(format!("{name} {index:?}"), found);
        }
        let verbs = [
            "DescribeTimeToLive",
            "DescribeContinuousBackups",
            "DescribeKinesisStreamingDestination",
            "DescribeContributorInsights",
        ];
        for verb in verbs {
            shown.insert(format!("{name} {verb}"), engine.call(verb, json!({"TableName": name})).unwrap());
        }
        let due = engine.table(&name).unwrap().ttl().map(|ttl| (ttl.since, ttl.next()));
        shown.insert(format!("{name} due"), json!(due));
        shown.insert(format!("{name} tags"), engine.call("ListTagsOfResource", json!({"ResourceArn": arn})).unwrap());
        let policy = engine.call("GetResourcePolicy", json!({"ResourceArn": arn}));
        shown.insert(format!("{name} policy"), policy.unwrap_or_else(|error| error.to_json()));
        shown.insert(name, described);
    }
    let streams: Vec<_> = engine.streams().cloned().collect();
    for stream in streams {
        let described = engine.call("DescribeStream", json!({"StreamArn": *stream.arn})).unwrap();
        let records: Vec<Value> = stream.records().map(|change| stream.record(change, "here")).collect();
        let dropped = json!([stream.horizon, stream.lost, stream.weight()]);
        shown.insert(stream.arn.to_string(), json!([described, records, dropped]));
    }
    for recorder in engine.recorders().filter(|recorder| recorder.purpose != stream::RecordingPurpose::Stream) {
        let records: Vec<Value> = recorder
            .records()
            .map(|change| json!([change.sequence, change.event_name(), change.has_images()]))
            .collect();
        let dropped = json!([recorder.horizon, recorder.forgotten, recorder.weight(), recorder.kept_millis]);
        shown.insert(recorder.arn.to_string(), json!([records, dropped]));
    }
    let now = engine.now();
    for backup in engine.archived().backups() {
        let items: Vec<String> = backup.items.iter().map(|(_, stored)| item_text(&stored.item)).collect();
        shown.insert(backup.arn.to_string(), json!([backup.describe(now), items]));
    }
    for transfer in [archive::TransferKind::Export, archive::TransferKind::Import] {
        for transfer in engine.archived().transfers(transfer) {
            shown.insert(transfer.arn.to_string(), transfer.describe(now));
        }
    }
    shown
}

fn open(path: &Path) -> Result<(TableStore, Engine), StoreError> {
    let clock = VirtualClock::new(VirtualClock::LAB_START);
    TableStore::open(path, Config::default(), Arc::new(clock), Box::new(|_| {}))
}

#[test]
fn tables_items_indexes_and_records_are_there_again() {
    let mut rig = Rig::new();
    let mut create = streamed("Kept");
    create["AttributeDefinitions"].as_array_mut().unwrap().push(json!({"AttributeName": "n", "AttributeType": "N"}));
    create["GlobalSecondaryIndexes"] = json!([{
        "IndexName": "byN", "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"},
    }]);
    rig.call("CreateTable", create);
    for id in ["0", "1", "2"] {
        rig.put("Kept", id, &json!({"n": {"N": "7"}})).unwrap();
    }
    rig.call("DeleteItem", json!({"TableName": "Kept", "Key": {"id": {"S": "1"}}}));
    assert!(matches!(open(&rig.path()), Err(StoreError::Busy)), "a file has one server");
    let before = shown(&rig.served().engine);
    assert_eq!(before["Kept Some(\"byN\")"].as_array().unwrap().len(), 2);
    rig.open();
    assert_eq!(shown(&rig.served().engine), before);
    assert_eq!(rig.served().engine.streams().flat_map(stream::Stream::records).count(), 4);
}

fn ttl(rig: &mut Rig, table: &str) {
    let setting = json!({"Enabled": true, "AttributeName": "ends"});
    rig.call("UpdateTimeToLive", json!({"TableName": table, "TimeToLiveSpecification": setting}));
}
