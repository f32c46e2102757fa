//! Opening a data file without harming what is not ours: every check comes before the first byte is written.
//!
//! The life of an opening: [`examine`] looks at the name and at the first bytes of the file, without SQLite; a file
//! that may be ours is opened and locked, but only read ([`OpenedFile`]); its mark and format are checked again, now
//! with its write-ahead log; [`OpenedFile::load`] reads all it holds into an engine. Only then is the file written: it
//! is created, brought into the present format, switched to write-ahead logging. An opening that fails before that
//! leaves the file and its directory as they were, byte for byte.
//!
//! Formats: 3 holds the archive as well, and a change once for each stream that tells of it; 2 held each change once, and
//! each table and each stream in a row of its own; 1 held these in one text. Both are converted, and a damaged file of
//! either stays as it was.
//! Source: SQLite documentation, "Database File Format", "Write-Ahead Logging".

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::StoreError;
use super::rows::{change_of_text, item_of_text, unsigned};
use crate::clock::{Clock, Timestamp};
use crate::database::{self, Schema};
use crate::engine::snapshot::{KeptTable, Snapshot};
use crate::engine::stream::Stream;
use crate::engine::table::{Clamped, Table};
use crate::engine::{Config, Engine};
use crate::files::{self, FileRefusal};

/// The format of the file; a newer one is refused.
pub(super) const FORMAT: i64 = 3;
/// Marks a SQLite file as one of ours: `ddrl`.
pub(super) const APPLICATION: i64 = 0x6464_726c;
/// How long another process may take to let go of the file: long enough for one that is just ending.
const PATIENCE: Duration = Duration::from_secs(1);
/// The write-ahead log is cut to this size when it has grown beyond, in bytes.
const LOG_BYTES: u32 = 16 * 1024 * 1024;

/// The first bytes of every SQLite file.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
/// The header of a SQLite file and of its first page, as far as it is looked at, in bytes.
const HEADER: usize = 105;
/// The header of a SQLite journal as far as it is looked at, in bytes.
const JOURNAL_HEADER: usize = 20;

/// What there is under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// Nothing at all.
    Nothing,
    /// A file that is empty, or a database without any tables.
    Empty,
    /// A database that is marked as ours.
    Ours,
}

/// Looks at a name and at the first bytes of the file that it names.
fn examine(path: &Path) -> Result<Found, StoreError> {
    check_name(path)?;
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            return match directory {
                Some(directory) if !directory.is_dir() => {
                    Err(StoreError::Name(format!("there is no directory {}", directory.display())))
                }
                _ => Ok(Found::Nothing),
            };
        }
        Err(error) => return Err(StoreError::Unreadable(error)),
    };
    if metadata.is_dir() {
        return Err(StoreError::Name("it is a directory; name a file in it".to_owned()));
    }
    let (file, metadata) = files::open(path).map_err(refused)?;
    // SQLite opens these by itself, and would wait for a pipe.
    for suffix in ["-wal", "-shm", "-journal"] {
        let name = beside(path, suffix);
        files::look_at(&name, u64::MAX)
            .map_err(|refusal| StoreError::Name(format!("{}: {refusal}", name.display())))?;
    }
    if metadata.len() == 0 {
        return Ok(Found::Empty);
    }
    let mut header = Vec::new();
    file.take(HEADER as u64).read_to_end(&mut header).map_err(StoreError::Unreadable)?;
    classify(&header, path)
}

/// What is told of a file that cannot be opened to look at it.
fn refused(refusal: FileRefusal) -> StoreError {
    match refusal {
        FileRefusal::Io(error) => StoreError::Unreadable(error),
        other => StoreError::Name(format!("{other}; tables need a file")),
    }
}

/// Refuses names that SQLite, or the learner, takes for something else than a file.
fn check_name(path: &Path) -> Result<(), StoreError> {
    let name = path.as_os_str().to_string_lossy();
    let refusal = match &*name {
        "" => "the name is empty; name a file",
        ":memory:" => {
            "the name stands for no file, so nothing would be kept; leave --data out to keep tables in memory"
        }
        name if name.starts_with("file:") => "it is a URI; name the file by its path",
        _ => return Ok(()),
    };
    Err(StoreError::Name(refusal.to_owned()))
}

/// What the first bytes of a file say about it.
fn classify(header: &[u8], path: &Path) -> Result<Found, StoreError> {
    if header.len() < HEADER || !header.starts_with(MAGIC) {
        return Err(StoreError::Foreign);
    }
    let number =
        |at: usize| i64::from(i32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]));
    let (format, application) = (number(60), number(68));
    if application == APPLICATION {
        // The log may hold a newer header: the format is checked once more after opening.
        return check_format(format).map(|()| Found::Ours);
    }
    // A database without tables has an empty leaf as its first page.
    let is_bare = header[100] == 13 && header[103..105] == [0, 0];
    let is_empty = (application, format) == (0, 0) && is_bare && !hides_something(path)?;
    if is_empty { Ok(Found::Empty) } else { Err(StoreError::Foreign) }
}

/// Whether a transaction was broken off whose journal has pages to put back. The journal of a database that is just
/// being created has none.
fn hides_something(path: &Path) -> Result<bool, StoreError> {
    let mut header = Vec::new();
    match files::open(&beside(path, "-journal")) {
        Ok((journal, _)) => {
            journal.take(JOURNAL_HEADER as u64).read_to_end(&mut header).map_err(StoreError::Unreadable)?
        }
        Err(refusal) if refusal.is_missing() => return Ok(false),
        Err(refusal) => return Err(refused(refusal)),
    };
    // Its last number is how many pages the database had before.
    Ok(!header.is_empty() && (header.len() < JOURNAL_HEADER || header[JOURNAL_HEADER - 4..] != [0; 4]))
}

fn check_format(format: i64) -> Result<(), StoreError> {
    match format {
        1..=FORMAT => Ok(()),
        newer if newer > FORMAT => Err(StoreError::Newer(newer)),
        other => Err(StoreError::Damaged(format!("it is said to have format {other}, and the first format is 1"))),
    }
}

/// Refuses a file whose tables are not ours, or to which somebody else has added anything. What formats 1 and 2 have, format
/// 3 has as well, but for an index.
fn check_schema(found: &Schema, format: i64) -> Result<(), StoreError> {
    let wanted = if format == FORMAT { Schema::made_by(&[SCHEMA])? } else { Schema::made_by(&[SCHEMA, OLD_INDEX])? };
    let fault = if format == FORMAT { found.fault(&wanted) } else { None };
    let fault = fault.or_else(|| {
        let added = found.additions(&wanted);
        added.first().map(|first| format!("it has a {first} that dynadrill does not make"))
    });
    fault.map_or(Ok(()), |fault| Err(StoreError::Damaged(fault)))
}

/// The file that SQLite keeps beside another.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// A file that is open and locked, and was only read so far. Dropped, it leaves everything as it was.
pub(super) struct OpenedFile {
    path: PathBuf,
    /// `None` once the file may be written.
    connection: Option<Connection>,
    found: Found,
    /// Whether there was a log before.
    had_log: bool,
    is_locked: bool,
}

impl OpenedFile {
    pub(super) fn begin(path: &Path) -> Result<Self, StoreError> {
        let found = examine(path)?;
        let had_log = beside(path, "-wal").exists();
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if found == Found::Nothing {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let connection = Connection::open_with_flags(path, flags)?;
        let mut opening =
            Self { path: path.to_owned(), connection: Some(connection), found, had_log, is_locked: false };
        let locked = opening.lock();
        opening.is_locked = !matches!(locked, Err(StoreError::Busy));
        locked.map(|()| opening)
    }

    /// Locks the file and looks at its mark once more, now through its log.
    fn lock(&mut self) -> Result<(), StoreError> {
        let connection = self.connection()?;
        if connection.is_readonly("main")? {
            return Err(StoreError::Unreadable(io::ErrorKind::PermissionDenied.into()));
        }
        connection.busy_timeout(PATIENCE)?;
        // Closing a file is no reason to write it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        database::distrust(connection)?;
        let found = Schema::of(connection)?;
        let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let (application, format) = (number("application_id")?, number("user_version")?);
        self.found = match (application, format) {
            (APPLICATION, format) => {
                check_format(format)?;
                check_schema(&found, format)?;
                Found::Ours
            }
            // The process that created it was stopped on the way.
            (0, 0) if found.is_empty() => Found::Empty,
            _ => return Err(StoreError::Foreign),
        };
        Ok(())
    }

    fn connection(&self) -> Result<&Connection, StoreError> {
        self.connection.as_ref().ok_or(StoreError::Busy)
    }

    /// The engine that the file holds, one without tables if there are none yet, and the settings that were beyond a
    /// quota.
    pub(super) fn load(&self, config: Config, clock: Arc<dyn Clock>) -> Result<(Engine, Vec<Clamped>), StoreError> {
        if self.found != Found::Ours {
            return Ok((Engine::new(config, clock), Vec::new()));
        }
        self.read(config, clock).map_err(|error| match error {
            StoreError::Sqlite(error) => StoreError::Damaged(error.to_string()),
            error => error,
        })
    }

    fn read(&self, config: Config, clock: Arc<dyn Clock>) -> Result<(Engine, Vec<Clamped>), StoreError> {
        let connection = self.connection()?;
        let number = |name: &str| -> Result<u64, StoreError> {
            let text = meta(connection, name)?;
            let parsed =
                text.map(|text| text.parse().map_err(|_| StoreError::Damaged(format!("{name} is not a number"))));
            Ok(parsed.transpose()?.unwrap_or_default())
        };
        let mut snapshot = match meta(connection, "snapshot")? {
            Some(text) => snapshot_of_format_1(&text)?,
            None => Snapshot {
                tables: texts(connection, "SELECT body FROM tables ORDER BY id")?,
                streams: texts(connection, "SELECT body FROM streams ORDER BY arn")?,
                archive: if has_table(connection, "archive")? {
                    texts(connection, "SELECT body FROM archive ORDER BY arn")?
                } else {
                    Vec::new()
                },
                created: number("created")?,
                changed: 0,
            },
        };
        snapshot.changed = number("changed")?;
        let newest: Option<i64> = connection.query_row("SELECT max(sequence) FROM records", [], |row| row.get(0))?;
        snapshot.changed = snapshot.changed.max(newest.map_or(0, unsigned));
        let mut statement = connection.prepare("SELECT table_id, item FROM items")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        let mut items = Vec::new();
        for row in rows {
            let (table, text) = row?;
            items.push((table, item_of_text(&text)?));
        }
        let mut statement = connection.prepare("SELECT stream, sequence, at, change FROM records ORDER BY sequence")?;
        let rows = statement
            .query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get::<_, String>(3)?)))?;
        let mut records = Vec::new();
        for row in rows {
            let (stream, sequence, at, text) = row?;
            records.push((stream, change_of_text(sequence, at, &text)?));
        }
        Engine::restore(config, clock, snapshot, items.into_iter(), records.into_iter()).map_err(StoreError::Damaged)
    }

    /// Takes possession of the file: from here on it is written. It is created, or brought into the present format, with
    /// what `fill` writes into it.
    pub(super) fn finish(
        mut self,
        fill: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<Connection, StoreError> {
        let connection = self.connection()?;
        let format: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if format != FORMAT {
            let transaction = connection.unchecked_transaction()?;
            // Only a database that has no tables yet can still be told to give back what it does not need.
            transaction.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
            if has_table(connection, "records")? && format < FORMAT {
                transaction.execute_batch(OLD_RECORDS)?;
            }
            transaction.execute_batch(SCHEMA)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
            transaction.pragma_update(None, "user_version", FORMAT)?;
            if has_table(connection, "old_records")? {
                transaction.execute_batch(MOVE_RECORDS)?;
            }
            fill(&transaction)?;
            transaction.execute("DELETE FROM meta WHERE name = 'snapshot'", [])?;
            transaction.commit()?;
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        connection.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
        self.connection.take().ok_or(StoreError::Busy)
    }
}

impl Drop for OpenedFile {
    fn drop(&mut self) {
        // Reading a database with a log creates one if there is none. While the lock is held it is nobody else's, and if
        // it cannot be removed, an empty file stays, which does no harm.
        let log = beside(&self.path, "-wal");
        let is_ours = self.connection.is_some() && self.is_locked && !self.had_log;
        if is_ours && fs::metadata(&log).is_ok_and(|log| log.len() == 0) {
            let _ = fs::remove_file(log);
        }
    }
}

/// The tables of the file. Items lie by the TableId of their table, or by the ARN of their backup; records by their stream
/// and their sequence number, which is also the order of their moments. `gone` names the tables whose items are still to be
/// deleted.
const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS tables (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS streams (arn TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS gone (table_id TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS items (
        table_id TEXT NOT NULL, key TEXT NOT NULL, item TEXT NOT NULL, PRIMARY KEY (table_id, key)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS records (
        stream TEXT NOT NULL, sequence INTEGER NOT NULL, at INTEGER NOT NULL, change TEXT NOT NULL,
        PRIMARY KEY (stream, sequence)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS archive (arn TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;";

/// The index that format 2 found the records of a stream by.
const OLD_INDEX: &str = "CREATE INDEX records_of_streams ON records (stream)";
/// Before format 3 a change was in one record.
const OLD_RECORDS: &str = "DROP INDEX IF EXISTS records_of_streams; ALTER TABLE records RENAME TO old_records";
const MOVE_RECORDS: &str = "INSERT INTO records (stream, sequence, at, change)
    SELECT stream, sequence, at, change FROM old_records; DROP TABLE old_records";

/// Whether the file has a table of this name.
fn has_table(connection: &Connection, name: &str) -> Result<bool, StoreError> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?";
    Ok(connection.query_row(sql, [name], |row| row.get::<_, i64>(0))? > 0)
}

fn meta(connection: &Connection, name: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT value FROM meta WHERE name = ?";
    Ok(connection.query_row(sql, [name], |row| row.get(0)).optional()?)
}

/// What the texts of a column hold.
fn texts<T: serde::de::DeserializeOwned>(connection: &Connection, sql: &str) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    rows.map(|text| serde_json::from_str(&text?).map_err(|error| StoreError::Damaged(error.to_string()))).collect()
}

/// Tables and streams as format 1 kept them.
fn snapshot_of_format_1(text: &str) -> Result<Snapshot, StoreError> {
    #[derive(serde::Deserialize)]
    struct Format1 {
        tables: Vec<Table>,
        /// Attribute and beginning of time to live, beside each table.
        ttl: Vec<Option<(String, Timestamp)>>,
        streams: Vec<Stream>,
        created: u64,
    }
    let kept: Format1 = serde_json::from_str(text).map_err(|error| StoreError::Damaged(error.to_string()))?;
    let tables = kept.tables.into_iter().zip(kept.ttl).map(|(table, ttl)| KeptTable { table, ttl }).collect();
    Ok(Snapshot { tables, streams: kept.streams, created: kept.created, ..Snapshot::default() })
}
