//! Tables that outlive the process: a SQLite file that each answered write is in before it is answered.
//!
//! One SQL transaction for each request: the items it changed, the stream records it made and, after a request that
//! changes tables, the snapshot of all tables. A process that is killed leaves the file as after its last answer.
//! Another process is kept out while one serves the file.
//!
//! Source: SQLite documentation, "Write-Ahead Logging", "PRAGMA locking_mode".

use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, params};
use serde_json::{Value, json};

use crate::clock::{Clock, Timestamp};
use crate::engine::table::Clamped;
use crate::engine::value::Item;
use crate::engine::value::json::{decode_item, encode_item};
use crate::engine::{Change, Config, Engine, snapshot::Snapshot, stream};

/// The format of the file; a newer one is refused.
const FORMAT: i64 = 1;
/// Marks a SQLite file as one of ours: `ddrl`.
const APPLICATION: i64 = 0x6464_726c;

/// A file of tables.
#[derive(Debug)]
pub(super) struct Store {
    connection: Connection,
    /// Changes that are not in the file yet: a write that failed is tried again with the next request.
    unsaved: Vec<Change>,
    /// Whether the tables themselves are not in the file yet.
    tables_due: bool,
    /// The settings in the file that were beyond a quota when it was opened.
    clamped: Vec<Clamped>,
}

/// Why a file cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process has it.
    #[error("another process is serving it")]
    Busy,
    /// It is a newer version's.
    #[error("it was written by a newer dynadrill (format {0}; this one knows {FORMAT}); it was left as it is")]
    Newer(i64),
    /// It is not ours.
    #[error("it is not a file of tables written by dynadrill; it was left as it is")]
    Foreign,
    /// What it holds cannot be read.
    #[error("its contents cannot be read ({0}); it was left as it is")]
    Damaged(String),
    /// SQLite says no.
    #[error(transparent)]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::NotADatabase) => Self::Foreign,
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged(error.to_string()),
            _ => Self::Sqlite(error),
        }
    }
}

impl Store {
    /// Opens or creates a file and puts the engine together that it holds.
    pub(super) fn open(path: &Path, config: Config, clock: Arc<dyn Clock>) -> Result<(Self, Engine), StoreError> {
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        let (application, format): (i64, i64) = (
            connection.pragma_query_value(None, "application_id", |row| row.get(0))?,
            connection.pragma_query_value(None, "user_version", |row| row.get(0))?,
        );
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        match (application, format) {
            (APPLICATION, FORMAT) => {}
            (APPLICATION, newer) => return Err(StoreError::Newer(newer)),
            (0, 0) if tables == 0 => {}
            _ => return Err(StoreError::Foreign),
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.execute_batch(&format!(
            "BEGIN IMMEDIATE;
             CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS items (
                 table_id TEXT NOT NULL, key TEXT NOT NULL, item TEXT NOT NULL, PRIMARY KEY (table_id, key)
             ) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS records (
                 sequence INTEGER PRIMARY KEY, stream TEXT NOT NULL, at INTEGER NOT NULL, change TEXT NOT NULL
             );
             PRAGMA application_id = {APPLICATION};
             PRAGMA user_version = {FORMAT};
             COMMIT;"
        ))?;
        let mut store = Self { connection, unsaved: Vec::new(), tables_due: false, clamped: Vec::new() };
        let (mut engine, clamped) = store.load(config, clock)?;
        store.clamped = clamped;
        engine.keep_changes();
        engine.settle();
        store.save(&mut engine, true)?;
        Ok((store, engine))
    }

    /// The settings in the file that were beyond a quota when it was opened.
    pub(super) fn clamped(&self) -> &[Clamped] {
        &self.clamped
    }

    fn load(&self, config: Config, clock: Arc<dyn Clock>) -> Result<(Engine, Vec<Clamped>), StoreError> {
        let meta = |name: &str| {
            let mut statement = self.connection.prepare("SELECT value FROM meta WHERE name = ?")?;
            statement.query_row([name], |row| row.get::<_, String>(0)).optional()
        };
        let snapshot: Snapshot = match meta("snapshot")? {
            Some(text) => serde_json::from_str(&text).map_err(|error| StoreError::Damaged(error.to_string()))?,
            None => Snapshot::default(),
        };
        let changed = meta("changed")?.and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut statement = self.connection.prepare("SELECT table_id, item FROM items")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let mut items = Vec::new();
        for row in rows {
            let (table, text) = row?;
            items.push((table, item_of(&parsed(&text)?)?));
        }
        let mut statement = self.connection.prepare("SELECT stream, change FROM records ORDER BY sequence")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let mut records = Vec::new();
        for row in rows {
            let (stream, text) = row?;
            records.push((stream, change_of(&parsed(&text)?)?));
        }
        Ok(Engine::restore(config, clock, snapshot, items.into_iter(), records.into_iter(), changed))
    }

    /// Writes what a request changed; `tables_too` if it may have changed a table itself.
    pub(super) fn save(&mut self, engine: &mut Engine, tables_too: bool) -> Result<(), StoreError> {
        self.unsaved.extend(engine.take_changes());
        self.tables_due |= tables_too;
        if self.unsaved.is_empty() && !self.tables_due {
            return Ok(());
        }
        self.write(engine)?;
        self.unsaved.clear();
        self.tables_due = false;
        Ok(())
    }

    /// Writes everything that is not in the file yet, or nothing of it.
    fn write(&mut self, engine: &Engine) -> Result<(), StoreError> {
        let transaction = self.connection.transaction()?;
        for change in &self.unsaved {
            let Some(table) = engine.tables().find(|table| table.name == change.table) else { continue };
            let key = Value::Object(encode_item(&change.key)).to_string();
            if let Some(item) = &change.new {
                let item = Value::Object(encode_item(item)).to_string();
                let sql = "INSERT OR REPLACE INTO items (table_id, key, item) VALUES (?, ?, ?)";
                transaction.prepare_cached(sql)?.execute(params![table.id, key, item])?;
            } else {
                let sql = "DELETE FROM items WHERE table_id = ? AND key = ?";
                transaction.prepare_cached(sql)?.execute(params![table.id, key])?;
            }
            if let Some(stream) = table.stream.as_ref().filter(|setting| setting.view.is_some()) {
                let sql = "INSERT OR REPLACE INTO records (sequence, stream, at, change) VALUES (?, ?, ?, ?)";
                let record = json_of(change).to_string();
                let row = params![signed(change.sequence), &*stream.arn, signed(change.at.as_millis()), record];
                transaction.prepare_cached(sql)?.execute(row)?;
            }
        }
        let mut put = transaction.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)")?;
        if let Some(last) = self.unsaved.last() {
            put.execute(params!["changed", last.sequence.to_string()])?;
        }
        if self.tables_due {
            let snapshot = engine.snapshot();
            let text = serde_json::to_string(&snapshot).map_err(|error| StoreError::Damaged(error.to_string()))?;
            put.execute(params!["snapshot", text])?;
            let ids = json!(snapshot.table_ids().collect::<Vec<_>>()).to_string();
            transaction.execute("DELETE FROM items WHERE table_id NOT IN (SELECT value FROM json_each(?))", [ids])?;
            let oldest = engine.now().as_millis().saturating_sub(stream::RETENTION_MILLIS);
            transaction.execute("DELETE FROM records WHERE at < ?", [signed(oldest)])?;
        }
        drop(put);
        transaction.commit()?;
        Ok(())
    }
}

/// SQLite's integers are signed; milliseconds and sequence numbers stay far below their limit.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn parsed(text: &str) -> Result<Value, StoreError> {
    serde_json::from_str(text).map_err(|error| StoreError::Damaged(error.to_string()))
}

fn item_of(value: &Value) -> Result<Item, StoreError> {
    let damaged = || StoreError::Damaged("an item is no item".to_owned());
    decode_item(value.as_object().ok_or_else(damaged)?).map_err(|error| StoreError::Damaged(error.to_string()))
}

fn json_of(change: &Change) -> Value {
    let image = |image: &Option<Arc<Item>>| image.as_ref().map(|item| encode_item(item));
    json!({
        "sequence": change.sequence, "at": change.at, "table": change.table, "key": encode_item(&change.key),
        "address": change.address, "old": image(&change.old), "new": image(&change.new), "expired": change.expired,
    })
}

fn change_of(value: &Value) -> Result<Change, StoreError> {
    let damaged = || StoreError::Damaged("a stream record is none".to_owned());
    let image = |name: &str| match &value[name] {
        Value::Null => Ok(None),
        item => item_of(item).map(|item| Some(Arc::new(item))),
    };
    Ok(Change {
        sequence: value["sequence"].as_u64().ok_or_else(damaged)?,
        at: Timestamp::from_millis(value["at"].as_u64().ok_or_else(damaged)?),
        table: value["table"].as_str().ok_or_else(damaged)?.into(),
        key: item_of(&value["key"])?.into(),
        // Files of earlier versions have none; their streams had one shard for all.
        address: serde_json::from_value(value["address"].clone()).unwrap_or_default(),
        old: image("old")?,
        new: image("new")?,
        expired: value["expired"].as_bool().ok_or_else(damaged)?,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;

    fn open(path: &Path) -> Result<(Store, Engine), StoreError> {
        Store::open(path, Config::default(), Arc::new(SystemClock))
    }

    #[test]
    fn tables_items_indexes_and_records_are_there_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tables.db");
        let (mut store, mut engine) = open(&path).unwrap();
        let create = json!({
            "TableName": "Kept", "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}],
            "GlobalSecondaryIndexes": [{"IndexName": "byN", "KeySchema": [{"AttributeName": "n", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}],
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        });
        engine.call("CreateTable", create).unwrap();
        store.save(&mut engine, true).unwrap();
        for n in 0..3 {
            engine
                .call("PutItem", json!({"TableName": "Kept", "Item": {"id": {"S": n.to_string()}, "n": {"N": "7"}}}))
                .unwrap();
            store.save(&mut engine, false).unwrap();
        }
        engine.call("DeleteItem", json!({"TableName": "Kept", "Key": {"id": {"S": "1"}}})).unwrap();
        store.save(&mut engine, false).unwrap();
        let before = engine.call("DescribeTable", json!({"TableName": "Kept"})).unwrap();
        assert!(matches!(open(&path), Err(StoreError::Busy)), "a file has one server");
        // Nothing is closed in good order: what counts is what was written after each request.
        drop(store);
        let (_store, mut engine) = open(&path).unwrap();
        assert_eq!(engine.call("DescribeTable", json!({"TableName": "Kept"})).unwrap(), before);
        let query = json!({"TableName": "Kept", "IndexName": "byN", "KeyConditionExpression": "n = :n", "ExpressionAttributeValues": {":n": {"N": "7"}}});
        assert_eq!(engine.call("Query", query).unwrap()["Count"], 2);
        assert_eq!(engine.streams().flat_map(stream::Stream::records).count(), 4);
    }

    #[test]
    fn absurd_settings_in_a_file_are_brought_within_the_quota_and_told() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tables.db");
        let (mut store, mut engine) = open(&path).unwrap();
        let create = json!({
            "TableName": "Absurd", "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "WarmThroughput": {"ReadUnitsPerSecond": 39_999, "WriteUnitsPerSecond": 4000},
            "OnDemandThroughput": {"MaxWriteRequestUnits": 39_998},
        });
        engine.call("CreateTable", create).unwrap();
        store.save(&mut engine, true).unwrap();
        // What a version without these quotas would have written.
        let sql = "UPDATE meta SET value = replace(replace(value, '39999', '18446744073709551615'), '39998', '5000000000000000')";
        assert!(store.connection.execute(sql, []).unwrap() > 0);
        drop(store);
        let (store, mut engine) = open(&path).unwrap();
        let told: Vec<String> = store.clamped().iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "table Absurd: ReadUnitsPerSecond was 18446744073709551615, beyond the quota of a table; it is 40000 now",
                "table Absurd: MaxWriteRequestUnits was 5000000000000000, beyond the quota of a table; it is 40000 now",
            ]
        );
        let table = engine.call("DescribeTable", json!({"TableName": "Absurd"})).unwrap();
        assert_eq!(table["Table"]["WarmThroughput"]["ReadUnitsPerSecond"], 40_000);
        drop(store);
        assert_eq!(open(&path).unwrap().0.clamped(), [], "the file holds the settings as they are now");
    }

    #[test]
    fn what_could_not_be_written_is_written_with_the_next_request() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("tables.db");
        let (mut store, mut engine) = open(&path).unwrap();
        let create = json!({
            "TableName": "Kept", "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        });
        let put = |id: &str| json!({"TableName": "Kept", "Item": {"id": {"S": id}}});
        store.connection.execute_batch("PRAGMA query_only = ON").unwrap();
        engine.call("CreateTable", create).unwrap();
        assert!(store.save(&mut engine, true).is_err());
        engine.call("PutItem", put("1")).unwrap();
        assert!(store.save(&mut engine, false).is_err());
        store.connection.execute_batch("PRAGMA query_only = OFF").unwrap();
        engine.call("PutItem", put("2")).unwrap();
        store.save(&mut engine, false).unwrap();
        drop(store);
        let (_store, mut engine) = open(&path).unwrap();
        assert_eq!(engine.call("Scan", json!({"TableName": "Kept"})).unwrap()["Count"], 2);
    }

    #[test]
    fn what_is_not_ours_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("notes.txt");
        std::fs::write(
            &path,
            "these are my notes, all of them, and more than a hundred bytes of them too, so that it looks like a page",
        )
        .unwrap();
        assert!(matches!(open(&path), Err(StoreError::Foreign)));
        let other = directory.path().join("other.db");
        Connection::open(&other).unwrap().execute_batch("CREATE TABLE mine (x)").unwrap();
        assert!(matches!(open(&other), Err(StoreError::Foreign)));
        let newer = directory.path().join("newer.db");
        Connection::open(&newer)
            .unwrap()
            .execute_batch(&format!(
                "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = 9; CREATE TABLE t (x)"
            ))
            .unwrap();
        assert!(matches!(open(&newer), Err(StoreError::Newer(9))));
    }
}
