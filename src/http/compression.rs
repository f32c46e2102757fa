//! gzip and deflate, both ways, with the bound on bodies kept after decompression too.
//!
//! How an Accept-Encoding header is read, odd ones included, follows recorded answers of the service: `identity` counts for
//! nothing, a quality that is no number is 1, and the first one that is written counts.

use std::io::{Read, Write as _};

use flate2::Compression;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use flate2::write::{GzEncoder, ZlibEncoder};

/// A response of so many bytes or fewer is sent as it is.
const THRESHOLD_BYTES: usize = 4096;

/// How much of an unknown coding's name is repeated, in characters.
const MOST_SHOWN: usize = 100;

/// A way to compress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    /// gzip.
    Gzip,
    /// deflate, which on the wire is zlib's format.
    Deflate,
}

impl Coding {
    const ALL: [Self; 2] = [Self::Gzip, Self::Deflate];

    /// Its name in headers.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
        }
    }

    /// The coding that a Content-Encoding header names; `None` for a body that is sent as it is. `identity` is no coding,
    /// wherever it stands among others; a body is coded once.
    ///
    /// # Errors
    /// What was expected and found: the header names what is not known here, or more than one coding.
    pub(super) fn of_request(header: &str) -> Result<Option<Self>, String> {
        let mut found = None;
        for name in header.split(',').map(str::trim) {
            let coding = match name.to_ascii_lowercase().as_str() {
                "" | "identity" => continue,
                "gzip" | "x-gzip" => Self::Gzip,
                "deflate" => Self::Deflate,
                _ => {
                    let found: String = name.chars().take(MOST_SHOWN).collect();
                    return Err(format!("Content-Encoding: expected gzip, deflate or identity, found {found}"));
                }
            };
            if found.replace(coding).is_some() {
                return Err("Content-Encoding: expected one coding, found several".to_owned());
            }
        }
        Ok(found)
    }

    /// The coding that an Accept-Encoding header asks for.
    pub(super) fn accepted(header: &str) -> Option<Self> {
        let mut named: Vec<(Self, f64)> = Vec::new();
        let mut others = 0_f64;
        for entry in header.split(',') {
            let (name, parameters) = entry.split_once(';').unwrap_or((entry, ""));
            let (name, quality) = (name.trim().to_ascii_lowercase(), quality(parameters));
            if name == "*" {
                others = others.max(quality);
            } else if let Some(coding) = Self::ALL.into_iter().find(|coding| coding.name() == name) {
                match named.iter_mut().find(|(known, _)| *known == coding) {
                    Some((_, known)) => *known = known.max(quality),
                    None => named.push((coding, quality)),
                }
            }
        }
        let is_named = |coding: Self| named.iter().any(|(known, _)| *known == coding);
        let unnamed = Self::ALL.into_iter().filter(|coding| !is_named(*coding)).map(|coding| (coding, others));
        let unnamed: Vec<_> = unnamed.collect();
        // Of equals the first one is taken.
        let best = named.into_iter().chain(unnamed).reduce(|best, other| if other.1 > best.1 { other } else { best });
        best.filter(|(_, quality)| *quality > 0.0).map(|(coding, _)| coding)
    }

    /// Decompresses at most `limit` bytes.
    ///
    /// # Errors
    /// What was expected and found: the data is broken, or larger.
    pub(super) fn expand(self, data: &[u8], limit: usize) -> Result<Vec<u8>, String> {
        match self {
            Self::Gzip => bounded(MultiGzDecoder::new(data), limit),
            Self::Deflate => bounded(ZlibDecoder::new(data), limit),
        }
        .map_err(|fault| format!("the body, which Content-Encoding says is {}: {fault}", self.name()))
    }

    /// Whether a body is worth compressing.
    pub(super) const fn is_worth(data: &[u8]) -> bool {
        data.len() > THRESHOLD_BYTES
    }

    /// Compresses what is worth it; `None` if it is not, or if that fails: then the body goes out as it is.
    pub(super) fn shrink(self, data: &[u8]) -> Option<Vec<u8>> {
        if !Self::is_worth(data) {
            return None;
        }
        match self {
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(data).ok()?;
                encoder.finish().ok()
            }
            Self::Deflate => {
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(data).ok()?;
                encoder.finish().ok()
            }
        }
    }
}

/// The quality among the parameters of an entry, from 0 to 1.
fn quality(parameters: &str) -> f64 {
    let written = parameters.split_once("q=").map(|(_, rest)| rest.split(';').next().unwrap_or(rest).trim());
    written
        .and_then(|number| number.parse::<f64>().ok())
        .filter(|number| !number.is_nan())
        .unwrap_or(1.0)
        .clamp(0.0, 1.0)
}

fn bounded(from: impl Read, limit: usize) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    let read = from.take(limit as u64 + 1).read_to_end(&mut out);
    read.map_err(|error| format!("it cannot be decompressed ({error})"))?;
    if out.len() <= limit { Ok(out) } else { Err(format!("expected at most {limit} bytes decompressed, found more")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_as_the_service_reads_them() {
        let (gzip, deflate) = (Some(Coding::Gzip), Some(Coding::Deflate));
        for (header, accepted) in [
            ("", None),
            ("identity", None),
            ("br, zstd", None),
            ("x-gzip", None),
            ("gzip, deflate", gzip),
            ("br, identity, deflate, gzip", deflate),
            ("dog, GZIP ,, cat", gzip),
            ("br, gzip;q=0, deflate; q = 0.5 , identity;q=0", deflate),
            ("*", gzip),
            ("*, deflate;q=0.5", gzip),
            ("*, deflate", deflate),
            ("*, gzip;q=0.5", deflate),
            ("gzip ;q=0", None),
            ("*;q=0", None),
            ("*;q=0.5,identity", gzip),
            ("br;q=0.8,identity;q=0.5,*;q=0", None),
            ("\"gzip\"", None),
            ("gzip br", None),
            ("gzip:q=1", None),
            ("gzip;q=31,deflate;q=51", gzip),
            ("deflate;q=0.5, gzip;q=0.2", deflate),
            ("deflate;q=0.5, gzip;q=1;q=0.2", gzip),
            ("deflate;q=0.5,gzip;q=0.", deflate),
            ("deflate;q=0.5,gzip;q=0.x", gzip),
            ("deflate;q=-0.5,gzip;q=0.2", gzip),
            ("gzip;q= 0;q=1", None),
            ("gzip;q =0;q=1", gzip),
            ("gzip;nq=0;q=1", None),
            ("gzip;q=0, gzip;q=1, gzip;q=0", gzip),
        ] {
            assert_eq!(Coding::accepted(header), accepted, "{header}");
        }
    }

    #[test]
    fn what_is_small_is_sent_as_it_is() {
        for coding in Coding::ALL {
            assert_eq!(coding.shrink(&[b'x'; THRESHOLD_BYTES]), None);
            let data = [b'x'; THRESHOLD_BYTES + 1];
            let small = coding.shrink(&data).unwrap();
            assert!(small.len() < 100);
            assert_eq!(coding.expand(&small, data.len()).as_deref(), Ok(&data[..]));
            let refused = coding.expand(&small, data.len() - 1).unwrap_err();
            assert!(refused.contains("expected at most 4096 bytes decompressed, found more"), "{refused}");
        }
    }

    #[test]
    fn a_body_is_coded_once_and_identity_is_no_coding() {
        for (header, coding) in [
            ("X-Gzip", Some(Coding::Gzip)),
            ("identity, gzip", Some(Coding::Gzip)),
            ("deflate , Identity", Some(Coding::Deflate)),
            ("identity, identity,", None),
        ] {
            assert_eq!(Coding::of_request(header), Ok(coding), "{header}");
        }
        for (header, found) in
            [("garbage", "identity, found garbage"), ("gzip, br", "found br"), ("gzip, gzip", "several")]
        {
            let refused = Coding::of_request(header).unwrap_err();
            assert!(refused.contains(found), "{refused}");
        }
    }
}
