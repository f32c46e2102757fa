//! Opening the progress file, whatever state it is in.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags};

use super::{Error, Keeping, Notice, Store, faulty, schema, tables};
use crate::clock::Timestamp;
use crate::database::{self, Schema};
use crate::files;

/// The file's name.
const FILE: &str = "progress.db";
/// The largest file that is copied into memory because it cannot be written.
const MOST_COPIED: u64 = 256 * files::MEGABYTE;
/// What SQLite has beside a file.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];
/// How long a writer waits for another instance.
pub(super) const BUSY: Duration = Duration::from_secs(5);

/// The directory that progress is kept in: DYNADRILL_HOME if it is set, else the platform's place for application data.
/// `None` if the platform names none (no home directory).
#[must_use]
pub fn data_directory() -> Option<PathBuf> {
    match std::env::var_os("DYNADRILL_HOME") {
        Some(home) if !home.is_empty() => Some(PathBuf::from(home)),
        _ => directories::ProjectDirs::from("", "", "dynadrill").map(|dirs| dirs.data_dir().to_path_buf()),
    }
}

pub(super) fn open(directory: &Path, now: Timestamp) -> (Store, Vec<Notice>) {
    let mut notices = Vec::new();
    let path = directory.join(FILE);
    let opened = create(directory, &path).or_else(|failure| match failure {
        OpenFailure::Other(_) => Err(failure),
        OpenFailure::Damaged(reason) => {
            let kept = keep_aside(&path, &format!("damaged-{}", now.as_secs()))?;
            notices.push(Notice::Damaged { kept, reason });
            connect(&path)
        }
        OpenFailure::Newer(version) => {
            let kept = keep_aside(&path, &format!("newer-v{version}-{}", now.as_secs()))?;
            notices.push(Notice::Newer { kept, version });
            connect(&path)
        }
    });
    usable(path, opened, notices, now)
}

/// As [`open`], for whoever is about to show what is in the file: one that cannot be used stays where it is, and what is
/// wrong with it is returned. An empty file in its place would pass for a learner's progress.
pub(super) fn open_to_read(directory: &Path, now: Timestamp) -> Result<(Store, Vec<Notice>), String> {
    let path = directory.join(FILE);
    match create(directory, &path) {
        Err(failure @ (OpenFailure::Damaged(_) | OpenFailure::Newer(_))) => {
            Err(format!("{}: {}", path.display(), failure.reason()))
        }
        opened => Ok(usable(path, opened, Vec::new(), now)),
    }
}

/// Connects to the file of a directory; both are made if they are not there.
fn create(directory: &Path, path: &Path) -> Result<Connection, OpenFailure> {
    std::fs::create_dir_all(directory)
        .map_err(|error| OpenFailure::Other(format!("{}: {error}", directory.display())))
        .and_then(|()| connect(path))
}

/// The store on what was opened, or on a copy in memory; with what there is to say of it.
fn usable(
    path: PathBuf,
    opened: Result<Connection, OpenFailure>,
    mut notices: Vec<Notice>,
    now: Timestamp,
) -> (Store, Vec<Notice>) {
    let mut store = match opened {
        Ok(connection) => Store { connection, keeping: Keeping::File(path), known: Cell::default() },
        Err(failure) => {
            let reason = failure.reason();
            let store = without_writing(&path, &reason);
            notices.push(Notice::InMemory { reason: store.unread().unwrap_or(&reason).to_owned() });
            store
        }
    };
    notices.extend(strange(&store.connection).unwrap_or_default());
    // If this fails, so will whatever is read next, and say why.
    notices.extend(faulty::set_aside_all(&mut store.connection, now).unwrap_or_default());
    store.note_sessions();
    (store, notices)
}

/// What to tell of objects in the file that the program did not make.
fn strange(connection: &Connection) -> Result<Option<Notice>, rusqlite::Error> {
    let wanted = schema::of_version(schema::VERSION)?.unwrap_or_default();
    let names = Schema::of(connection)?.additions(&wanted);
    Ok((!names.is_empty()).then_some(Notice::Strange { names }))
}

/// A store in memory, over a copy of the file if it can be read at least.
pub(super) fn without_writing(path: &Path, reason: &str) -> Store {
    // What is no file is not tried a second time.
    if let Err(reason) = look_at(path) {
        return memory(&reason);
    }
    match copy(path) {
        Ok(connection) => {
            Store { connection, keeping: Keeping::Copy { reason: reason.to_owned() }, known: Cell::default() }
        }
        Err(failure) if path.exists() => memory(&format!("{reason}; it cannot be read either: {}", failure.reason())),
        Err(_) => memory(&format!("{}: {reason}", path.display())),
    }
}

/// SQLite in memory needs no file and no schema of an older time; if even that fails, nothing can run.
fn memory(reason: &str) -> Store {
    match Store::in_memory(reason) {
        Ok(store) => store,
        Err(error) => panic!("SQLite cannot make a database in memory: {error}"),
    }
}

/// Why a file cannot be used.
enum OpenFailure {
    /// It is no database, or a broken one.
    Damaged(String),
    /// It was written by a newer version.
    Newer(i64),
    /// The file system or another instance is in the way; the file itself may be sound.
    Other(String),
}

impl OpenFailure {
    fn reason(self) -> String {
        match self {
            Self::Damaged(reason) | Self::Other(reason) => reason,
            Self::Newer(version) => format!("it was written by a newer dynadrill, format {version}"),
        }
    }
}

impl From<rusqlite::Error> for OpenFailure {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            // Unknown: a readable database whose tables are not the ones its version promises, so damaged too.
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt | ErrorCode::Unknown) => {
                Self::Damaged(database::in_one_line(&error.to_string()))
            }
            _ => Self::Other(Error::from(error).to_string()),
        }
    }
}

/// Looks at what SQLite is about to open. It would wait for a pipe, and read a device to no end.
fn look_at(path: &Path) -> Result<(), String> {
    let beside = BESIDE.map(|suffix| with_suffix(path, suffix));
    std::iter::once(path)
        .chain(beside.iter().map(PathBuf::as_path))
        .try_for_each(|path| files::look_at(path, u64::MAX).map_err(|refusal| format!("{}: {refusal}", path.display())))
}

fn connect(path: &Path) -> Result<Connection, OpenFailure> {
    look_at(path).map_err(OpenFailure::Other)?;
    let connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    check(&connection)?;
    if connection.is_readonly(MAIN_DB)? {
        return Err(OpenFailure::Other("the progress file cannot be written".to_owned()));
    }
    use_write_ahead_log(&connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    prepared(connection)
}

/// Looks at a file before anything is done with it: what it says of itself must be true.
fn check(connection: &Connection) -> Result<(), OpenFailure> {
    database::distrust(connection)?;
    // Together: another instance may be migrating the file.
    let transaction = connection.unchecked_transaction()?;
    let (version, found) = (schema::version(&transaction)?, Schema::of(&transaction)?);
    transaction.finish()?;
    if version > schema::VERSION {
        return Err(OpenFailure::Newer(version));
    }
    let Some(wanted) = schema::of_version(version)? else {
        return Err(OpenFailure::Damaged(format!("it is said to have format {version}, and the first format is 1")));
    };
    if version == 0 && !found.is_empty() {
        return Err(OpenFailure::Damaged("it is a database that dynadrill did not make".to_owned()));
    }
    found.fault(&wanted).map_or(Ok(()), |fault| Err(OpenFailure::Damaged(fault)))
}

/// The last steps before a database can be used: the present schema, the views, and a look for damage.
fn prepared(mut connection: Connection) -> Result<Connection, OpenFailure> {
    schema::migrate(&mut connection)?;
    let healthy: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if healthy != "ok" {
        return Err(OpenFailure::Damaged(database::in_one_line(&healthy)));
    }
    tables::make_views(&connection)?;
    Ok(connection)
}

/// Switches a new file to the write-ahead log. SQLite does not wait if another instance does the same at this moment, so
/// the waiting is done here.
fn use_write_ahead_log(connection: &Connection) -> Result<(), rusqlite::Error> {
    const PAUSE: Duration = Duration::from_millis(50);
    let mut waited = Duration::ZERO;
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && waited < BUSY => {
                std::thread::sleep(PAUSE);
                waited += PAUSE;
            }
            switched => return switched,
        }
    }
}

/// A copy in memory of a file that cannot be written.
fn copy(path: &Path) -> Result<Connection, OpenFailure> {
    let mut image = image(path)?;
    // A database in memory has no write-ahead log: bytes 18 and 19 of the header say that the file has one (source: SQLite
    // documentation, "Database File Format").
    for byte in image.iter_mut().skip(18).take(2) {
        *byte = 1;
    }
    let mut connection = Connection::open_in_memory()?;
    connection.deserialize_read_exact(MAIN_DB, image.as_slice(), image.len(), false)?;
    check(&connection)?;
    prepared(connection)
}

/// What a database holds. SQLite reads it, if it can do so without writing beside it; else the file is read as it is.
fn image(path: &Path) -> Result<Vec<u8>, OpenFailure> {
    let read = || -> Result<Vec<u8>, rusqlite::Error> {
        let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        // Who wanted to write has waited for other programs already.
        connection.busy_timeout(Duration::ZERO)?;
        connection.execute_batch("BEGIN")?;
        schema::version(&connection)?;
        Ok(connection.serialize(MAIN_DB)?.to_vec())
    };
    let error = match read() {
        Ok(image) => return Ok(image),
        Err(error) => error,
    };
    if matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)) {
        return Err(error.into());
    }
    // What is in the write-ahead log only is missing from the file itself, and a copy without it would look whole.
    let log = with_suffix(path, "-wal");
    if log.metadata().is_ok_and(|log| log.len() > 0) {
        let reason = format!("{} holds answers that can be read only where it can be written", log.display());
        return Err(OpenFailure::Other(reason));
    }
    files::read(path, MOST_COPIED).map_err(|refusal| OpenFailure::Other(format!("{}: {refusal}", path.display())))
}

/// Renames the file and the two that SQLite may have beside it; returns the new name.
fn keep_aside(path: &Path, label: &str) -> Result<PathBuf, OpenFailure> {
    let kept = free_name(path, label);
    for suffix in ["", "-wal", "-shm"] {
        let (from, to) = (with_suffix(path, suffix), with_suffix(&kept, suffix));
        if from.exists() {
            let failed = |error| OpenFailure::Other(format!("cannot rename {}: {error}", from.display()));
            std::fs::rename(&from, &to).map_err(failed)?;
        }
    }
    Ok(kept)
}

/// A name that no file has yet, so that nothing kept aside earlier is overwritten.
fn free_name(path: &Path, label: &str) -> PathBuf {
    let name = |number: u32| {
        let number = if number == 0 { String::new() } else { format!("-{number}") };
        path.with_file_name(format!("progress.{label}{number}.db"))
    };
    (0..1000).map(name).find(|name| !name.exists()).unwrap_or_else(|| name(1000))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
