//! What stands for Amazon S3 behind the engine, which has no files of its own: buckets with objects under keys.
//!
//! An export writes lines into objects, an import reads lines out of them. Whoever sets the engine up says what the buckets
//! are, in [`Config::objects`](super::Config::objects); without anything there are none, as with a bucket that does not exist.

use std::fmt;

/// The most bytes of one line of an object that an import reads; a longer one is no item.
pub const LINE_BYTES: usize = 16 << 20;

/// How much one import reads at most (a model: the service reads 15 TB).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportLimits {
    /// Bytes, uncompressed.
    pub bytes: u64,
    /// Items: each takes about a kilobyte of memory, however short its line is.
    pub items: u64,
    /// Objects.
    pub objects: usize,
}

impl Default for ImportLimits {
    fn default() -> Self {
        Self { bytes: 256 << 20, items: 1_000_000, objects: 50_000 }
    }
}

/// What an object was written as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenObject {
    /// The MD5 of the object's bytes, in base64.
    pub md5: String,
    /// The same in hexadecimal.
    pub etag: String,
}

/// Buckets.
pub trait Objects: fmt::Debug + Send + Sync {
    /// Whether there is a bucket of this name.
    fn has_bucket(&self, bucket: &str) -> bool;

    /// The keys of the objects whose keys begin with `prefix`, in order; of more than `most`, the first and one more.
    ///
    /// # Errors
    /// Why they cannot be listed.
    fn keys(&self, bucket: &str, prefix: &str, most: usize) -> Result<Vec<String>, String>;

    /// Writes lines as one object, each with a line feed behind it; compressed, if `gzip` says so.
    ///
    /// # Errors
    /// Why it cannot be written.
    fn put(
        &self,
        bucket: &str,
        key: &str,
        lines: &mut dyn Iterator<Item = String>,
        gzip: bool,
    ) -> Result<WrittenObject, String>;

    /// Hands the lines of an object to `each`, as long as it answers `true`; of a line that is longer than [`LINE_BYTES`],
    /// `None`. A line that cannot be decompressed ends the object with `None`.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn lines(
        &self,
        bucket: &str,
        key: &str,
        gzip: bool,
        each: &mut dyn FnMut(Option<&[u8]>) -> bool,
    ) -> Result<(), String>;
}
