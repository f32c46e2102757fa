//! Tables that outlive the process: a SQLite file that each write is in before it is acknowledged.
//!
//! The life of a request: the engine is settled, and what time alone has changed (expired items) is saved; the request
//! runs; what it changed is saved in one SQL transaction (the items, their stream records, the settings of each table
//! and stream it touched, nothing of the others). A process that is killed leaves the file as after its last answer.
//! Another process is kept out while one serves the file.
//!
//! When the file cannot be written (the disk is full), the engine takes the request back and the client is told why with
//! an InternalServerError: a refused write is neither seen nor saved later, and no acknowledged one is lost, because the
//! engine and the file hold the same at every moment. Reads are served. Each further write is tried by itself, so the
//! first that fits ends the trouble. The service leaves open whether a write that failed with a 500 was done; here it
//! was not. Meanwhile time to live deletes nothing.
//!
//! What grows with time is cleared in slices, a bounded number of rows with each write and a few times a second:
//! records that their streams have dropped, for their age or for want of room, the items of deleted tables, pages that the
//! file no longer needs. The row of a stream says up to where it has dropped them, and is saved with the request that made
//! it drop them; the records' own rows may follow later, because up to there they are not read any more. Between these it
//! holds the items, the records that can be read, and free pages that the next writes use.
//!
//! `open` keeps what is not ours from harm, `rows` is the form of items and records. Left out: ClientRequestTokens, which
//! a restart forgets; a power cut may take the last moments (the log is not synced with each write).
//! Source: SQLite documentation, "Write-Ahead Logging", "PRAGMA locking_mode", "Result and Error Codes".

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rusqlite::{Connection, ErrorCode, Transaction, params};
use serde::Serialize;

use crate::clock::{Clock, Timestamp};
use crate::database;
use crate::engine::snapshot::KeptTable;
use crate::engine::table::{Clamped, KeySchema, Tree};
use crate::engine::unsaved::{TableChange, Unsaved};
use crate::engine::{Config, Engine};

mod open;
mod rows;

use open::{FORMAT, OpenedFile};
use rows::{change_text, item_text, signed};

/// The most rows of what is no longer needed that are deleted at a time.
const SLICE: u32 = 500;
/// How long records that have become too old wait for a write that takes them along, in milliseconds.
const GRACE_MILLIS: u64 = 60_000;
/// While the file can be written only now and then, that is reported no more often than this, in milliseconds.
const QUIET_MILLIS: u64 = 60_000;
/// Pages that a file may have to spare.
const SPARE_PAGES: i64 = 1000;

/// Takes reports for the person who runs the endpoint.
pub type Notices = Box<dyn FnMut(&str) + Send>;

/// A file of tables.
pub(super) struct TableStore {
    connection: Connection,
    notices: Notices,
    /// The settings in the file that were beyond a quota when it was opened.
    clamped: Vec<Clamped>,
    /// How many items may expire at a time while the file can be written.
    expiry_slice: usize,
    /// What time has done to tables and streams and is saved with the next write. If it is not, the next start works it
    /// out again.
    pending: PendingWrites,
    /// TableIds of deleted tables whose items are still in the file.
    leftovers: BTreeSet<Arc<str>>,
    /// ARNs of the streams that have dropped records which are still in the file.
    stale: BTreeSet<Arc<str>>,
    /// When the file was last written.
    written: Timestamp,
    /// Why the last attempt to write failed, if it did.
    trouble: Option<String>,
    /// Whether trouble was the last thing reported, and when trouble was last reported.
    reported: (bool, Option<Timestamp>),
}

/// What is saved with the next write.
#[derive(Clone, Debug, Default)]
struct PendingWrites {
    gone: BTreeSet<Arc<str>>,
    streams: BTreeSet<Arc<str>>,
    trimmed: BTreeSet<Arc<str>>,
    archived: BTreeSet<Arc<str>>,
}

impl fmt::Debug for TableStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("trouble", &self.trouble).finish_non_exhaustive()
    }
}

/// Why a file cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The name is not a file's.
    #[error("{0}")]
    Name(String),
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
    /// The system does not let it be read and written.
    #[error("it cannot be opened ({0})")]
    Unreadable(io::Error),
    /// SQLite cannot do what it must.
    #[error("it cannot be written ({0})")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::NotADatabase) => Self::Foreign,
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged(database::in_one_line(&error.to_string())),
            _ => Self::Sqlite(error),
        }
    }
}

impl TableStore {
    /// Opens or creates a file and puts the engine together that it holds.
    pub(super) fn open(
        path: &Path,
        config: Config,
        clock: Arc<dyn Clock>,
        notices: Notices,
    ) -> Result<(Self, Engine), StoreError> {
        let expiry_slice = config.expiry_slice;
        let opening = OpenedFile::begin(path)?;
        let (mut engine, clamped) = opening.load(config, clock)?;
        engine.keep_changes();
        let connection = opening.finish(|connection| Ok(save_all(connection, &engine)?))?;
        let (leftovers, stale) = (leftovers(&connection)?, stale(&connection, &engine)?);
        let (pending, trouble, reported) = (PendingWrites::default(), None, (false, None));
        let written = engine.now();
        let mut store =
            Self { connection, notices, clamped, expiry_slice, pending, leftovers, stale, written, trouble, reported };
        // What was brought within a quota is saved; what lies in the future of a clock that was set back stays as it is, for
        // the clock may be set right again. Counters are written in any case: it is found out whether the file can be.
        let clamped: BTreeSet<&str> = store.clamped.iter().map(|setting| &*setting.table).collect();
        let saved = store.connection.transaction().and_then(|transaction| {
            for table in clamped.iter().filter_map(|name| engine.table(name)) {
                save_table(&transaction, &KeptTable::of(table))?;
            }
            save_horizons(&transaction, &engine)?;
            save_counters(&transaction, &engine)?;
            transaction.commit()
        });
        // A file that cannot be written can still be read.
        let _ = store.note(saved, &mut engine);
        engine.settle();
        store.save_settled(&mut engine);
        Ok((store, engine))
    }

    /// The settings in the file that were beyond a quota when it was opened.
    pub(super) fn clamped(&self) -> &[Clamped] {
        &self.clamped
    }

    /// Saves what time alone has changed, before a request runs. What cannot be saved is taken back and comes again.
    pub(super) fn save_settled(&mut self, engine: &mut Engine) {
        let unsaved = engine.take_unsaved();
        if unsaved.is_due() {
            // The request runs on what was saved, whatever that is.
            let _ = self.save(unsaved, engine);
        } else {
            self.pending.note(&unsaved);
        }
    }

    /// Saves what a request changed, or takes it back.
    ///
    /// # Errors
    /// Why the file cannot be written.
    pub(super) fn save_answered(&mut self, engine: &mut Engine) -> Result<(), String> {
        let unsaved = engine.take_unsaved();
        if unsaved.is_due() { self.save(unsaved, engine) } else { Ok(()) }
    }

    /// Saves and clears what is left to be, whether requests come or not.
    pub(super) fn look_after(&mut self, engine: &mut Engine) {
        self.save_settled(engine);
        let is_unfinished = !(self.leftovers.is_empty() && self.stale.is_empty());
        if self.trouble.is_some() || is_unfinished || self.pending.is_due(engine.now(), self.written) {
            let _ = self.save(Unsaved::default(), engine);
        }
        self.report(engine.now());
        if self.trouble.is_none() {
            // What cannot be given back now can be later.
            let _ = self.give_back();
        }
    }

    fn save(&mut self, unsaved: Unsaved, engine: &mut Engine) -> Result<(), String> {
        self.pending.note(&unsaved);
        let saved = self.write(&unsaved, engine);
        let outcome = self.note(saved, engine);
        if outcome.is_err() {
            engine.take_back(unsaved);
        }
        outcome
    }

    /// Writes changes, what is pending, and clears a slice of what is no longer needed; or does nothing of it.
    fn write(&mut self, unsaved: &Unsaved, engine: &Engine) -> rusqlite::Result<()> {
        let PendingWrites { gone, streams, trimmed, archived } = self.pending.clone();
        // On a full disk there may just be room for the request.
        let clears = self.trouble.is_none();
        let leftover = self.leftovers.iter().chain(&gone).next().filter(|_| clears).cloned();
        let stale: BTreeSet<_> = self.stale.union(&trimmed).filter(|_| clears).take(SLICE as usize).cloned().collect();
        let (emptied, cleared) = self.transact(engine, |transaction, engine| {
            for id in &gone {
                transaction.prepare_cached("DELETE FROM tables WHERE id = ?")?.execute([id])?;
                transaction.prepare_cached("INSERT OR IGNORE INTO gone (table_id) VALUES (?)")?.execute([id])?;
            }
            let tables: Vec<_> = unsaved.tables().filter_map(|name| engine.table(name)).map(KeptTable::of).collect();
            tables.iter().try_for_each(|kept| save_table(transaction, kept))?;
            if !tables.is_empty() {
                save_number(transaction, "created", engine.created())?;
            }
            for table in tables.iter().filter(|kept| unsaved.is_filled(&kept.table.id)) {
                let Some(held) = engine.table(&table.table.name) else { continue };
                save_items(transaction, &held.id, &held.keys, held.items())?;
            }
            for arn in &archived {
                save_archived(transaction, engine, arn)?;
                // What is new there has been archived by this request.
                if let Some(backup) = engine.archived().backup(arn) {
                    save_items(transaction, arn, &backup.table.keys, &backup.items)?;
                }
            }
            unsaved.changes.iter().try_for_each(|change| save_change(transaction, change))?;
            // Written even if it is the same: an attempt to write must write something.
            save_number(transaction, "changed", engine.next_sequence() - 1)?;
            streams.union(&trimmed).try_for_each(|arn| save_stream(transaction, engine, arn))?;
            let cleared = clear_records(transaction, engine, stale)?;
            let emptied = match leftover {
                Some(id) if clear_items(transaction, &id)? => Some(id),
                _ => None,
            };
            Ok((emptied, cleared))
        })?;
        self.pending = PendingWrites::default();
        self.written = engine.now();
        self.stale.extend(trimmed);
        self.stale.retain(|arn| !cleared.contains(arn));
        self.leftovers.extend(gone);
        self.leftovers.extend(archived.into_iter().filter(|arn| engine.archived().get(arn).is_none()));
        if let Some(id) = emptied {
            self.leftovers.remove(&id);
        }
        Ok(())
    }

    fn transact<T>(
        &mut self,
        engine: &Engine,
        write: impl FnOnce(&Transaction<'_>, &Engine) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let transaction = self.connection.transaction()?;
        let written = write(&transaction, engine)?;
        transaction.commit()?;
        Ok(written)
    }

    /// Notes how an attempt to write ended.
    fn note(&mut self, saved: rusqlite::Result<()>, engine: &mut Engine) -> Result<(), String> {
        let outcome = saved.map_err(|error| error.to_string());
        self.trouble = outcome.as_ref().err().cloned();
        engine.set_expiry_slice(if self.trouble.is_some() { 0 } else { self.expiry_slice });
        self.report(engine.now());
        outcome
    }

    /// Reports that the file cannot be written, or can be written again, when that is news.
    fn report(&mut self, now: Timestamp) {
        match (&self.trouble, self.reported) {
            (Some(cause), (false, last)) if last.is_none_or(|last| now.millis_since(last) >= QUIET_MILLIS) => {
                (self.notices)(&format!(
                    "The data file cannot be written ({cause}). Until it can, writes are refused and reads are served."
                ));
                self.reported = (true, Some(now));
            }
            (None, (true, last)) => {
                (self.notices)("The data file can be written again.");
                self.reported = (false, last);
            }
            _ => {}
        }
    }

    /// Gives pages back to the file system if the file has many to spare.
    fn give_back(&self) -> rusqlite::Result<()> {
        let number = |name: &str| self.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let (spare, all) = (number("freelist_count")?, number("page_count")?);
        if spare > SPARE_PAGES && spare > all / 4 {
            // Each step of this statement gives one page back.
            let mut statement = self.connection.prepare(&format!("PRAGMA incremental_vacuum({SLICE})"))?;
            let mut pages = statement.query([])?;
            while pages.next()?.is_some() {}
        }
        Ok(())
    }
}

impl PendingWrites {
    fn note(&mut self, unsaved: &Unsaved) {
        self.gone.extend(unsaved.gone.iter().cloned());
        self.streams.extend(unsaved.streams.iter().cloned());
        self.trimmed.extend(unsaved.trimmed.iter().cloned());
        self.archived.extend(unsaved.archived.iter().cloned());
    }

    /// Whether it does not wait for the next request, in a file that was last `written` then.
    fn is_due(&self, now: Timestamp, written: Timestamp) -> bool {
        let has_waited = now.millis_since(written) >= GRACE_MILLIS;
        !(self.gone.is_empty() && self.streams.is_empty() && self.archived.is_empty())
            || (has_waited && !self.trimmed.is_empty())
    }
}

/// Saves the settings of all tables and streams and the counters.
fn save_all(connection: &Connection, engine: &Engine) -> rusqlite::Result<()> {
    for table in engine.tables() {
        save_table(connection, &KeptTable::of(table))?;
    }
    for stream in engine.recorders() {
        save_stream(connection, engine, &stream.arn)?;
    }
    for entry in engine.archived().all() {
        save_archived(connection, engine, entry.arn())?;
    }
    save_counters(connection, engine)
}

/// Saves the streams that have dropped records since they were saved: there was no longer room for as many.
fn save_horizons(connection: &Connection, engine: &Engine) -> rusqlite::Result<()> {
    let mut horizon = connection.prepare("SELECT json_extract(body, '$.horizon') FROM streams WHERE arn = ?")?;
    for stream in engine.streams() {
        if horizon.query_row([&stream.arn], |row| row.get::<_, Option<i64>>(0))? != Some(signed(stream.horizon)) {
            save_stream(connection, engine, &stream.arn)?;
        }
    }
    Ok(())
}

fn save_counters(connection: &Connection, engine: &Engine) -> rusqlite::Result<()> {
    save_number(connection, "created", engine.created())?;
    save_number(connection, "changed", engine.next_sequence() - 1)
}

fn save_table(connection: &Connection, kept: &KeptTable) -> rusqlite::Result<()> {
    // The name is not replaced along with another table's row: no two tables have the same.
    let sql = "INSERT INTO tables (id, name, body) VALUES (?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, body = excluded.body";
    connection.prepare_cached(sql)?.execute(params![kept.table.id, kept.table.name, body(kept)?])?;
    Ok(())
}

/// Saves a stream as it is, or that it is gone.
fn save_stream(connection: &Connection, engine: &Engine, arn: &str) -> rusqlite::Result<()> {
    if let Some(stream) = engine.stream(arn) {
        let sql = "INSERT OR REPLACE INTO streams (arn, body) VALUES (?, ?)";
        connection.prepare_cached(sql)?.execute(params![arn, body(&stream.without_records())?])?;
    } else {
        connection.prepare_cached("DELETE FROM streams WHERE arn = ?")?.execute([arn])?;
    }
    Ok(())
}

/// Saves a backup, an export or an import, or that it is gone. The items of a backup never change once it is saved.
fn save_archived(connection: &Connection, engine: &Engine, arn: &str) -> rusqlite::Result<()> {
    let Some(entry) = engine.archived().get(arn) else {
        let gone = connection.prepare_cached("DELETE FROM archive WHERE arn = ?")?.execute([arn])?;
        if gone > 0 {
            connection.prepare_cached("INSERT OR IGNORE INTO gone (table_id) VALUES (?)")?.execute([arn])?;
        }
        return Ok(());
    };
    let sql = "INSERT INTO archive (arn, body) VALUES (?, ?) ON CONFLICT (arn) DO UPDATE SET body = excluded.body";
    connection.prepare_cached(sql)?.execute(params![arn, body(entry)?])?;
    Ok(())
}

/// Saves all items of a table or a backup.
fn save_items(connection: &Connection, owner: &str, keys: &KeySchema, items: &Tree) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO items (table_id, key, item) VALUES (?, ?, ?)";
    let mut statement = connection.prepare_cached(sql)?;
    for (_, stored) in items.iter() {
        statement.execute(params![owner, item_text(&keys.key_of(&stored.item)), item_text(&stored.item)])?;
    }
    Ok(())
}

fn save_change(connection: &Connection, TableChange { table, streams, change }: &TableChange) -> rusqlite::Result<()> {
    let key = item_text(&change.key);
    if let Some(item) = &change.new {
        let sql = "INSERT OR REPLACE INTO items (table_id, key, item) VALUES (?, ?, ?)";
        connection.prepare_cached(sql)?.execute(params![table, key, item_text(item)])?;
    } else {
        connection.prepare_cached("DELETE FROM items WHERE table_id = ? AND key = ?")?.execute(params![table, key])?;
    }
    for stream in streams {
        let sql = "INSERT INTO records (stream, sequence, at, change) VALUES (?, ?, ?, ?)";
        let (sequence, at) = (signed(change.sequence), signed(change.at.as_millis()));
        connection.prepare_cached(sql)?.execute(params![stream, sequence, at, change_text(change)])?;
    }
    Ok(())
}

fn save_number(connection: &Connection, name: &str, number: u64) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)";
    connection.prepare_cached(sql)?.execute(params![name, number.to_string()])?;
    Ok(())
}

fn body(kept: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(kept).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

/// Deletes a slice of the records that their streams have dropped. Returns the ARNs of those that have none left in the
/// file.
fn clear_records(
    connection: &Connection,
    engine: &Engine,
    streams: BTreeSet<Arc<str>>,
) -> rusqlite::Result<BTreeSet<Arc<str>>> {
    let sql = "DELETE FROM records WHERE stream = ?1 AND sequence IN
        (SELECT sequence FROM records WHERE stream = ?1 AND sequence <= ?2 ORDER BY sequence LIMIT ?3)";
    let mut statement = connection.prepare_cached(sql)?;
    let (mut left, mut cleared) = (SLICE, BTreeSet::new());
    for arn in streams {
        let deleted = statement.execute(params![arn, last_dropped(engine, &arn), left])?;
        left = left.saturating_sub(u32::try_from(deleted).unwrap_or(u32::MAX));
        if left == 0 {
            break;
        }
        cleared.insert(arn);
    }
    Ok(cleared)
}

/// The number of the newest record that a stream has dropped; a stream that is gone has dropped all.
fn last_dropped(engine: &Engine, arn: &str) -> i64 {
    engine.stream(arn).map_or(i64::MAX, |stream| signed(stream.horizon))
}

/// The streams that have dropped records which are still in the file.
fn stale(connection: &Connection, engine: &Engine) -> rusqlite::Result<BTreeSet<Arc<str>>> {
    let mut statement = connection.prepare("SELECT stream, min(sequence) FROM records GROUP BY stream")?;
    let oldest = statement.query_map([], |row| Ok((row.get::<_, Arc<str>>(0)?, row.get::<_, i64>(1)?)))?;
    let stale = |(arn, oldest): &(Arc<str>, i64)| *oldest <= last_dropped(engine, arn);
    let mut streams = BTreeSet::new();
    for row in oldest {
        streams.extend(Some(row?).filter(stale).map(|(arn, _)| arn));
    }
    Ok(streams)
}

/// Deletes a slice of the items of a table that is gone. Returns whether there are none left.
fn clear_items(connection: &Connection, id: &str) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM items WHERE table_id = ?1
        AND key IN (SELECT key FROM items WHERE table_id = ?1 LIMIT ?2)";
    let is_last = connection.prepare_cached(sql)?.execute(params![id, SLICE])? < SLICE as usize;
    if is_last {
        connection.prepare_cached("DELETE FROM gone WHERE table_id = ?")?.execute([id])?;
    }
    Ok(is_last)
}

/// The tables whose items were not all deleted yet.
fn leftovers(connection: &Connection) -> rusqlite::Result<BTreeSet<Arc<str>>> {
    connection.prepare("SELECT table_id FROM gone")?.query_map([], |row| row.get(0))?.collect()
}

#[cfg(test)]
mod tests;
