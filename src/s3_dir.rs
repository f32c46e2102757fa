//! A directory that stands for Amazon S3: its directories are buckets, the files below them objects, whose keys are their
//! paths.
//!
//! The life of a key: it is taken apart at each slash; a part that could lead out of the directory, or that is a name for
//! something else, is refused; every directory on the way must be one and no link; only then the file is opened. What is
//! listed is found by going through directories, never through links. So nothing outside of the directory is read or
//! written, whatever a request or an object's name says.
//!
//! Left out: owners, versions, encryption, keys that are no paths (such as those that end in a slash).
//! Source: AWS documentation, "Naming Amazon S3 objects".

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;
use md5::{Digest as _, Md5};

use crate::engine::objects::{LINE_BYTES, Objects, WrittenObject};
use crate::files;
use crate::safe_text::quoted;

/// The deepest that directories are gone into.
const DEEPEST: usize = 32;

/// A directory with buckets.
#[derive(Clone, Debug)]
pub struct S3Directory {
    root: PathBuf,
}

impl S3Directory {
    /// The buckets in a directory that there is.
    ///
    /// # Errors
    /// It is no directory, or cannot be entered.
    pub fn open(path: &Path) -> io::Result<Self> {
        let root = path.canonicalize()?;
        if root.is_dir() { Ok(Self { root }) } else { Err(io::ErrorKind::NotADirectory.into()) }
    }

    /// The path of a bucket, which must be a directory.
    fn bucket(&self, bucket: &str) -> Result<PathBuf, String> {
        let path = self.root.join(part(bucket)?);
        if is_directory(&path) { Ok(path) } else { Err("there is no such bucket".to_owned()) }
    }
}

/// A part of a key as the name of a file.
fn part(name: &str) -> Result<&str, String> {
    let is_plain = !name.is_empty()
        && !matches!(name, "." | "..")
        && !name.contains(['/', '\\', ':', '\0'])
        && !name.chars().any(char::is_control);
    if is_plain { Ok(name) } else { Err(format!("{} cannot be a part of a key here", quoted(name))) }
}

/// Whether a path is a directory, and no link to one.
fn is_directory(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

impl Objects for S3Directory {
    fn has_bucket(&self, bucket: &str) -> bool {
        self.bucket(bucket).is_ok()
    }

    fn keys(&self, bucket: &str, prefix: &str, most: usize) -> Result<Vec<String>, String> {
        let mut found = Vec::new();
        list(&self.bucket(bucket)?, "", prefix, most, 0, &mut found).map_err(|error| error.to_string())?;
        Ok(found)
    }

    fn put(
        &self,
        bucket: &str,
        key: &str,
        lines: &mut dyn Iterator<Item = String>,
        gzip: bool,
    ) -> Result<WrittenObject, String> {
        let mut path = self.bucket(bucket)?;
        let parts: Vec<&str> = key.split('/').map(part).collect::<Result<_, _>>()?;
        let Some((name, folders)) = parts.split_last() else { return Err("the key is empty".to_owned()) };
        for folder in folders {
            path.push(folder);
            if !is_directory(&path) {
                fs::create_dir(&path).map_err(|error| error.to_string())?;
            }
        }
        path.push(name);
        // What is there is replaced by a file of our own, and never followed.
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => return Err("there is a directory of that name".to_owned()),
            Ok(_) => fs::remove_file(&path).map_err(|error| error.to_string())?,
            Err(_) => {}
        }
        write(&path, lines, gzip).map_err(|error| error.to_string())
    }

    fn lines(
        &self,
        bucket: &str,
        key: &str,
        gzip: bool,
        each: &mut dyn FnMut(Option<&[u8]>) -> bool,
    ) -> Result<(), String> {
        let mut path = self.bucket(bucket)?;
        let parts: Vec<&str> = key.split('/').map(part).collect::<Result<_, _>>()?;
        for (place, part) in parts.iter().enumerate() {
            path.push(part);
            let found = fs::symlink_metadata(&path).map_err(|error| error.to_string())?;
            let fits = if place + 1 == parts.len() { found.is_file() } else { found.is_dir() };
            if !fits {
                return Err("it is not a file of the bucket".to_owned());
            }
        }
        let (file, _) = files::open(&path).map_err(|refusal| refusal.to_string())?;
        let file = BufReader::new(file);
        if gzip {
            read(MultiGzDecoder::new(file), each);
        } else {
            read(file, each);
        }
        Ok(())
    }
}

/// Hands out lines until they are refused. What cannot be read ends them with `None`, and so does a line that is too long.
fn read(source: impl Read, each: &mut dyn FnMut(Option<&[u8]>) -> bool) {
    let mut source = BufReader::new(source);
    let mut line = Vec::new();
    loop {
        line.clear();
        let found = source.by_ref().take(LINE_BYTES as u64 + 1).read_until(b'\n', &mut line);
        let is_whole = line.last() == Some(&b'\n') || line.len() <= LINE_BYTES;
        match found {
            Ok(0) => return,
            Ok(_) if is_whole => {
                let text = line.strip_suffix(b"\n").unwrap_or(&line);
                if !each(Some(text)) {
                    return;
                }
            }
            Ok(_) | Err(_) => {
                each(None);
                return;
            }
        }
    }
}

/// Writes lines into a new file.
fn write(path: &Path, lines: &mut dyn Iterator<Item = String>, gzip: bool) -> io::Result<WrittenObject> {
    let file = File::options().write(true).create_new(true).open(path)?;
    let mut hashed = Hashed { file: BufWriter::new(file), hash: Md5::new() };
    if gzip {
        let mut packed = GzEncoder::new(&mut hashed, Compression::default());
        for line in lines {
            writeln!(packed, "{line}")?;
        }
        packed.finish()?;
    } else {
        for line in lines {
            writeln!(hashed, "{line}")?;
        }
    }
    hashed.flush()?;
    let hash = hashed.hash.finalize();
    let etag = hash.iter().fold(String::new(), |mut digits, byte| {
        let _ = std::fmt::Write::write_fmt(&mut digits, format_args!("{byte:02x}"));
        digits
    });
    Ok(WrittenObject { md5: STANDARD.encode(hash), etag })
}

/// A file whose bytes are hashed on their way.
struct Hashed {
    file: BufWriter<File>,
    hash: Md5,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Lists the files below a directory whose keys begin with a prefix, in the order of their keys.
fn list(folder: &Path, key: &str, prefix: &str, most: usize, depth: usize, found: &mut Vec<String>) -> io::Result<()> {
    let mut entries: Vec<(String, bool)> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if let Some(name) = entry.file_name().to_str().filter(|name| part(name).is_ok()) {
            if kind.is_dir() {
                entries.push((format!("{key}{name}/"), true));
            } else if kind.is_file() {
                entries.push((format!("{key}{name}"), false));
            }
        }
    }
    entries.sort();
    for (key, is_folder) in entries {
        if found.len() > most {
            return Ok(());
        }
        if !is_folder {
            found.extend(Some(key).filter(|key| key.starts_with(prefix)));
        } else if depth < DEEPEST && (key.starts_with(prefix) || prefix.starts_with(&key)) {
            let name = key.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
            list(&folder.join(name), &key, prefix, most, depth + 1, found)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory() -> (tempfile::TempDir, S3Directory) {
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory.path().join("s3/shop/data")).unwrap();
        fs::write(directory.path().join("secret"), "secret\n").unwrap();
        let opened = S3Directory::open(&directory.path().join("s3")).unwrap();
        (directory, opened)
    }

    fn lines_of(objects: &S3Directory, key: &str, gzip: bool) -> Result<Vec<Option<String>>, String> {
        let mut found = Vec::new();
        let mut each = |line: Option<&[u8]>| {
            found.push(line.map(|line| String::from_utf8(line.to_vec()).unwrap()));
            true
        };
        objects.lines("shop", key, gzip, &mut each).map(|()| found)
    }

    #[test]
    fn what_is_put_is_read_again_and_listed_by_prefix() {
        let (_directory, objects) = directory();
        let two = || ["one".to_owned(), "two".to_owned()].into_iter();
        let plain = objects.put("shop", "data/a.json", &mut two(), false).unwrap();
        assert_eq!(plain.etag, "2094b601daac3d68f5aed51d3c20f7cd");
        let packed = objects.put("shop", "data/b.json.gz", &mut two(), true).unwrap();
        assert_ne!(plain, packed);
        let whole = [Some("one".to_owned()), Some("two".to_owned())];
        assert_eq!(lines_of(&objects, "data/a.json", false).unwrap(), whole);
        assert_eq!(lines_of(&objects, "data/b.json.gz", true).unwrap(), whole);
        assert_eq!(lines_of(&objects, "data/a.json", true).unwrap(), [None], "it is not compressed");
        assert_eq!(objects.keys("shop", "data/b", 10).unwrap(), ["data/b.json.gz"]);
        assert_eq!(objects.keys("shop", "", 10).unwrap(), ["data/a.json", "data/b.json.gz"]);
        assert_eq!(objects.keys("shop", "dat", 10).unwrap().len(), 2, "a prefix is no folder");
        assert!(objects.has_bucket("shop") && !objects.has_bucket("other"));
    }

    #[test]
    fn nothing_outside_is_reached() {
        let (directory, objects) = directory();
        for key in ["../secret", "data/../../secret", "/etc/passwd", "..", "", "data//a", "a\\b", "c:x"] {
            assert!(lines_of(&objects, key, false).is_err(), "{key}");
            assert!(objects.put("shop", key, &mut std::iter::empty(), false).is_err(), "{key}");
        }
        for bucket in ["..", ".", "", "shop/data", "secret"] {
            assert!(!objects.has_bucket(bucket), "{bucket}");
        }
        #[cfg(unix)]
        {
            let link = |from: &str, to: &str| {
                std::os::unix::fs::symlink(directory.path().join(from), directory.path().join("s3").join(to)).unwrap();
            };
            link("secret", "shop/linked");
            link("", "shop/up");
            link("", "outside");
            assert!(lines_of(&objects, "linked", false).is_err() && lines_of(&objects, "up/secret", false).is_err());
            assert!(objects.put("shop", "up/new", &mut std::iter::empty(), false).is_err());
            objects.put("shop", "linked", &mut std::iter::once("mine".to_owned()), false).unwrap();
            assert_eq!(objects.keys("shop", "", 10).unwrap(), ["linked"], "the link was replaced, not followed");
            assert!(!objects.has_bucket("outside"));
        }
        assert_eq!(fs::read_to_string(directory.path().join("secret")).unwrap(), "secret\n");
    }
}
