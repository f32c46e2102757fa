//! The content that is compiled in: the YAML files, read by the build script and written as MessagePack.
//!
//! The life of a file: the build script reads it as YAML and writes its name, and each element of its list of questions (or
//! the whole file) with the line on which it begins; [`files`] finds them again, and [`PackedElement::read`] makes a
//! value of one when it is asked for. Lengths and lines are four bytes, the lowest first.
//!
//! Left out: the looks that a stranger's file gets. The same YAML is read from disk by a test, which compares the two.
//! Source of the format: <https://msgpack.org>.

use serde::de::{DeserializeOwned, IgnoredAny};

use super::Problem;

static CONTENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/content.bin"));

/// An element of a file's list, or a whole file.
#[derive(Clone, Copy, Debug)]
pub(super) struct PackedElement {
    /// The line of the file on which it begins, counted from 1.
    pub(super) line: usize,
    bytes: &'static [u8],
}

/// The files that are compiled in, each with its parts, by name.
pub(super) fn files() -> Vec<(&'static str, Vec<PackedElement>)> {
    let mut rest = CONTENT;
    std::iter::from_fn(|| file(&mut rest)).collect()
}

fn file(rest: &mut &'static [u8]) -> Option<(&'static str, Vec<PackedElement>)> {
    let name = std::str::from_utf8(bytes(rest)?).ok()?;
    let parts = (0..number(rest)?)
        .map(|_| Some(PackedElement { line: number(rest)?, bytes: bytes(rest)? }))
        .collect::<Option<_>>()?;
    Some((name, parts))
}

fn number(rest: &mut &'static [u8]) -> Option<usize> {
    let (number, behind) = rest.split_first_chunk::<4>()?;
    *rest = behind;
    usize::try_from(u32::from_le_bytes(*number)).ok()
}

fn bytes(rest: &mut &'static [u8]) -> Option<&'static [u8]> {
    let length = number(rest)?;
    let (bytes, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(bytes)
}

/// Whether a lab varies with the seed.
#[derive(serde::Deserialize)]
struct Varying {
    vary: Option<IgnoredAny>,
    variants: Option<IgnoredAny>,
}

impl PackedElement {
    /// How many bytes it takes.
    pub(super) const fn length(&self) -> usize {
        self.bytes.len()
    }

    /// The value of it.
    ///
    /// # Errors
    /// It is none of this type, which a test would have found.
    pub(super) fn read<T: DeserializeOwned>(&self, file: &str) -> Result<T, Problem> {
        let mut reader = rmp_serde::Deserializer::from_read_ref(self.bytes).with_human_readable();
        T::deserialize(&mut reader).map_err(|error| Problem::error(file, self.line, error.to_string()))
    }

    /// Whether it is a lab that is another on every seed.
    pub(super) fn varies(&self) -> bool {
        self.read::<Varying>("").is_ok_and(|lab| lab.vary.is_some() || lab.variants.is_some())
    }
}
