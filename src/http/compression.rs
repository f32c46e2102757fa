//! gzip, both ways, and deflate on the way in, with the bound on bodies kept after decompression too.

use std::io::{Read, Write as _};

use flate2::Compression;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use flate2::write::GzEncoder;

/// Decompresses at most `limit` bytes; `None` if the data is broken or larger.
pub(super) fn expand(data: &[u8], limit: usize) -> Option<Vec<u8>> {
    bounded(MultiGzDecoder::new(data), limit)
}

/// As [`expand`], of a deflate body (which on the wire is zlib's format).
pub(super) fn inflate(data: &[u8], limit: usize) -> Option<Vec<u8>> {
    bounded(ZlibDecoder::new(data), limit)
}

fn bounded(from: impl Read, limit: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let bound = u64::try_from(limit).ok()? + 1;
    from.take(bound).read_to_end(&mut out).ok()?;
    (out.len() <= limit).then_some(out)
}

/// Compresses; `None` if that fails, and then the body goes out as it is.
pub(super) fn shrink(data: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).ok()?;
    encoder.finish().ok()
}
