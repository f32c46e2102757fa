//! gzip, both ways, with the bound on bodies kept after decompression too.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

/// Decompresses at most `limit` bytes; `None` if the data is broken or larger.
pub(super) fn expand(data: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let bound = u64::try_from(limit).ok()? + 1;
    MultiGzDecoder::new(data).take(bound).read_to_end(&mut out).ok()?;
    (out.len() <= limit).then_some(out)
}

/// Compresses; `None` if that fails, and then the body goes out as it is.
pub(super) fn shrink(data: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(data).ok()?;
    encoder.finish().ok()
}
