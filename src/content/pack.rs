//! The files of a pack on disk: regular files inside its directory, within the limits, and nothing else.
//!
//! The life of a file: its folder is listed, a link is followed only if it stays in the directory, and a regular file is
//! read up to its limit (`files`). Whatever is refused is reported by its name, and the rest is read.

use std::fs;
use std::io;
use std::path::Path;

use super::Problem;
use super::limits::{MOST_FILE_BYTES, MOST_FILES, MOST_PACK_BYTES};
use crate::files::{self, FileRefusal};

/// The names of a folder's files from the pack's root, with the text of each or why there is none. `left` is how many
/// bytes of the pack may still be read.
pub(super) fn folder(
    root: &Path,
    folder: &str,
    left: &mut u64,
    problems: &mut Vec<Problem>,
) -> Vec<(String, Result<String, String>)> {
    match names(root, folder) {
        Ok(names) => {
            let read = |name: String| {
                let text = text(root, &root.join(folder).join(&name), left);
                (format!("{folder}/{name}"), text)
            };
            names.into_iter().map(read).collect()
        }
        Err(reason) => {
            problems.push(Problem::error(folder, 1, reason));
            Vec::new()
        }
    }
}

/// The names in a folder, in order.
fn names(root: &Path, folder: &str) -> Result<Vec<String>, String> {
    let failed = |error: io::Error| format!("cannot read the directory: {error}");
    let directory = root.join(folder);
    if !is_inside(root, &directory).map_err(failed)? {
        return Err(OUTSIDE.to_owned());
    }
    let entries = fs::read_dir(&directory).map_err(failed)?.take(MOST_FILES + 1).flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    if names.len() > MOST_FILES {
        return Err(format!("expected at most {MOST_FILES} files in it; none of them was read"));
    }
    names.sort();
    Ok(names)
}

/// What is said of a link that leads out of the pack.
const OUTSIDE: &str = "expected a place inside the content directory, found a link that leads out of it";

/// Whether a path, its links followed, lies inside the pack.
fn is_inside(root: &Path, path: &Path) -> io::Result<bool> {
    Ok(path.canonicalize()?.starts_with(root.canonicalize()?))
}

/// The text of a file.
fn text(root: &Path, path: &Path, left: &mut u64) -> Result<String, String> {
    let failed = |error: io::Error| format!("cannot read the file: {error}");
    if fs::symlink_metadata(path).map_err(failed)?.is_symlink() && !is_inside(root, path).map_err(failed)? {
        return Err(OUTSIDE.to_owned());
    }
    let bytes = files::read(path, MOST_FILE_BYTES).map_err(|refusal| match refusal {
        FileRefusal::NoFile(kind) => format!("expected a file, found {kind}"),
        FileRefusal::TooLarge { most, found } => format!("expected at most {most} bytes, found {found}"),
        other => format!("cannot read the file: {other}"),
    })?;
    let size = bytes.len() as u64;
    *left = left.checked_sub(size).ok_or_else(|| {
        format!("expected at most {MOST_PACK_BYTES} bytes in all files together; this file is beyond them")
    })?;
    files::text(bytes).map_err(|refusal| refusal.to_string().replacen("it", "the file", 1))
}
