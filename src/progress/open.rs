//! Opening the progress file, whatever state it is in.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::{Notice, Store, schema};
use crate::clock::Timestamp;

/// The file's name.
const FILE: &str = "progress.db";
/// How long a writer waits for another instance.
const BUSY: Duration = Duration::from_secs(5);

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
    let opened = std::fs::create_dir_all(directory)
        .map_err(|error| Failure::Other(format!("{}: {error}", directory.display())))
        .and_then(|()| connect(&path))
        .or_else(|failure| match failure {
            Failure::Other(reason) => Err(reason),
            Failure::Damaged(reason) => {
                let kept = keep_aside(&path, &format!("damaged-{}", now.as_secs()))?;
                notices.push(Notice::Damaged { kept, reason });
                connect(&path).map_err(Failure::reason)
            }
            Failure::Newer(version) => {
                let kept = keep_aside(&path, &format!("newer-v{version}-{}", now.as_secs()))?;
                notices.push(Notice::Newer { kept, version });
                connect(&path).map_err(Failure::reason)
            }
        });
    match opened {
        Ok(connection) => (Store { connection, path: Some(path) }, notices),
        Err(reason) => {
            notices.push(Notice::InMemory { reason });
            (memory(), notices)
        }
    }
}

/// SQLite in memory needs no file and no schema of an older time; if even that fails, nothing can run.
fn memory() -> Store {
    match Store::in_memory() {
        Ok(store) => store,
        Err(error) => panic!("SQLite cannot make a database in memory: {error}"),
    }
}

/// Why a file cannot be used.
enum Failure {
    /// It is no database, or a broken one.
    Damaged(String),
    /// It was written by a newer version.
    Newer(i64),
    /// The file system or another instance is in the way; the file itself may be sound.
    Other(String),
}

impl Failure {
    fn reason(self) -> String {
        match self {
            Self::Damaged(reason) | Self::Other(reason) => reason,
            Self::Newer(version) => format!("format {version}"),
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            // Unknown: a readable database whose tables are not the ones its version promises, so damaged too.
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt | ErrorCode::Unknown) => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Other(error.to_string()),
        }
    }
}

fn connect(path: &Path) -> Result<Connection, Failure> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(BUSY)?;
    let version = schema::version(&connection)?;
    if version > schema::VERSION {
        return Err(Failure::Newer(version));
    }
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    schema::migrate(&mut connection)?;
    let healthy: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if healthy != "ok" {
        return Err(Failure::Damaged(healthy));
    }
    Ok(connection)
}

/// Renames the file and the two that SQLite may have beside it; answers the new name.
fn keep_aside(path: &Path, label: &str) -> Result<PathBuf, String> {
    let kept = free_name(path, label);
    for suffix in ["", "-wal", "-shm"] {
        let (from, to) = (with_suffix(path, suffix), with_suffix(&kept, suffix));
        if from.exists() {
            std::fs::rename(&from, &to).map_err(|error| format!("cannot rename {}: {error}", from.display()))?;
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
