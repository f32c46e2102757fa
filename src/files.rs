//! Files that are read whole, and what a file must be for that: the only place that opens one to read it.
//!
//! The life of a file: it is opened without waiting, because to open a pipe is to wait until something writes to it; what it
//! is is asked of what was opened, since whatever a name stands for may change between two looks; and of a regular file no
//! more is read than its reader allows, whatever size it is said to have. A pipe, a device, a directory, and a file that
//! is too large are refused before a byte of them is read.
//!
//! Standard input is read by the same rule where a command takes it in place of a file ([`read_from`]). Left out: which
//! files may be read at all (a pack's stay in the pack, `content`; a value's in the learner's directory, `lab`), and the files
//! that SQLite opens by itself, which are looked at here first ([`look_at`]).
//! Sources: POSIX.1-2024, open(), `O_NONBLOCK`; SQLite documentation, "How To Corrupt An SQLite Database File".

use std::fmt;
use std::fs::{File, FileType, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// Bytes of a megabyte.
pub const MEGABYTE: u64 = 1024 * 1024;
/// The most of a file that a learner brings: questions, or the progress of another machine.
pub const MOST_IMPORTED: u64 = 64 * MEGABYTE;

/// Why a file is not read.
#[derive(Debug)]
pub enum FileRefusal {
    /// It is something else; in words, with its article.
    NoFile(&'static str),
    /// It is too large.
    TooLarge {
        /// The most bytes that are read.
        most: u64,
        /// How many there are, or how many of them were seen at least.
        found: u64,
    },
    /// It is no text in UTF-8.
    NoText {
        /// The first byte that begins no character.
        at: usize,
    },
    /// The system does not let it be read.
    Io(io::Error),
}

impl fmt::Display for FileRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFile(kind) => write!(f, "it is not a file ({kind})"),
            Self::TooLarge { most, found } => write!(f, "expected at most {}, found {}", size(*most), size(*found)),
            Self::NoText { at } => write!(f, "it is not valid UTF-8: byte {at} begins no character"),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for FileRefusal {}

impl From<io::Error> for FileRefusal {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl FileRefusal {
    /// Returns whether there is nothing under the name.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::NotFound)
    }
}

/// A number of bytes in words: whole megabytes where there are any, rounded up, so that too many never look like enough.
fn size(bytes: u64) -> String {
    if bytes < MEGABYTE { format!("{bytes} bytes") } else { format!("{} MB", bytes.div_ceil(MEGABYTE)) }
}

/// Opens a regular file to read it, and returns what the system says of it.
///
/// # Errors
/// It is not a file, or cannot be opened.
pub fn open(path: &Path) -> Result<(File, Metadata), FileRefusal> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY);
    }
    let file = options.open(path).map_err(|error| match path.metadata() {
        // A socket and some devices cannot be opened at all; what they are says more than the system's error.
        Ok(about) if !about.is_file() => FileRefusal::NoFile(kind(about.file_type())),
        _ => FileRefusal::Io(error),
    })?;
    let about = file.metadata()?;
    if about.is_file() { Ok((file, about)) } else { Err(FileRefusal::NoFile(kind(about.file_type()))) }
}

/// Looks at a file that other code will open by itself, if it is there: it must be a regular file of at most so many bytes.
/// It is not opened here: to close a file of SQLite's would end the locks that this process has on it.
///
/// # Errors
/// It is something else, or is too large.
pub fn look_at(path: &Path, most: u64) -> Result<(), FileRefusal> {
    match path.metadata() {
        Ok(about) if !about.is_file() => Err(FileRefusal::NoFile(kind(about.file_type()))),
        Ok(about) if about.len() > most => Err(FileRefusal::TooLarge { most, found: about.len() }),
        // Whether it can be opened is for whoever opens it to find out.
        _ => Ok(()),
    }
}

/// Reads a regular file of at most so many bytes.
///
/// # Errors
/// As [`open`], and if it is too large.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, FileRefusal> {
    let (file, about) = open(path)?;
    if about.len() > most {
        return Err(FileRefusal::TooLarge { most, found: about.len() });
    }
    read_from(file, most)
}

/// Reads a regular file of at most so many bytes as text.
///
/// # Errors
/// As [`read`], and if it is not UTF-8.
pub fn read_text(path: &Path, most: u64) -> Result<String, FileRefusal> {
    text(read(path, most)?)
}

/// Reads everything from a reader, if that is at most so many bytes.
///
/// # Errors
/// There are more, or the reader fails.
pub fn read_from(reader: impl Read, most: u64) -> Result<Vec<u8>, FileRefusal> {
    let mut bytes = Vec::new();
    // One more than may be: what a file is said to have and what it has may differ.
    reader.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    let found = bytes.len() as u64;
    if found > most { Err(FileRefusal::TooLarge { most, found }) } else { Ok(bytes) }
}

/// Bytes as text.
///
/// # Errors
/// They are not UTF-8.
pub fn text(bytes: Vec<u8>) -> Result<String, FileRefusal> {
    String::from_utf8(bytes).map_err(|error| FileRefusal::NoText { at: error.utf8_error().valid_up_to() })
}

/// What something is that is not a file.
fn kind(found: FileType) -> &'static str {
    if found.is_dir() {
        return "a directory";
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if found.is_fifo() {
            return "a pipe";
        }
        if found.is_socket() {
            return "a socket";
        }
        if found.is_char_device() || found.is_block_device() {
            return "a device";
        }
    }
    "something else"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_its_limit_and_what_is_larger_is_not_read() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("file");
        std::fs::write(&path, "0123456789").unwrap();
        assert_eq!(read(&path, 10).unwrap(), b"0123456789");
        assert_eq!(read(&path, 9).unwrap_err().to_string(), "expected at most 9 bytes, found 10 bytes");
        File::create(&path).unwrap().set_len(8 * 1024 * MEGABYTE).unwrap();
        assert_eq!(read(&path, MEGABYTE).unwrap_err().to_string(), "expected at most 1 MB, found 8192 MB");
        assert!(look_at(&path, MEGABYTE).is_err() && look_at(&home.path().join("nothing"), 0).is_ok());
        std::fs::write(&path, b"ab\xff").unwrap();
        let refused = read_text(&path, 10).unwrap_err().to_string();
        assert_eq!(refused, "it is not valid UTF-8: byte 2 begins no character");
    }

    #[test]
    fn more_than_is_said_to_be_there_is_not_read_either() {
        let refused = read_from(io::repeat(b'x'), 1000).unwrap_err();
        assert!(matches!(refused, FileRefusal::TooLarge { most: 1000, found: 1001 }), "{refused}");
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_named_at_once() {
        let home = tempfile::tempdir().unwrap();
        let (pipe, socket) = (home.path().join("pipe"), home.path().join("socket"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        for (path, kind) in [
            (pipe.as_path(), "a pipe"),
            (&socket, "a socket"),
            (home.path(), "a directory"),
            (Path::new("/dev/zero"), "a device"),
        ] {
            assert_eq!(read(path, 10).unwrap_err().to_string(), format!("it is not a file ({kind})"));
        }
    }
}
