//! Where a reader of a stream stands, as the opaque text that it is handed out as; and sequence numbers as texts.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::clock::Timestamp;

/// Where a reader stands: what is behind a ShardIterator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// The stream.
    pub arn: String,
    /// The shard.
    pub shard: String,
    /// The next sequence number to read; 0 means from the oldest record there is.
    pub next: u64,
    /// When it was handed out.
    pub issued: Timestamp,
}

impl Cursor {
    /// The opaque text.
    #[must_use]
    pub fn encode(&self) -> String {
        let inner = format!("{}|{}|{}", self.shard, self.next, self.issued.as_millis());
        format!("{}|1|{}", self.arn, STANDARD.encode(inner))
    }

    /// The cursor in an opaque text; `None` if it was not handed out by us.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let mut outer = text.split('|');
        let (arn, _, inner) = (outer.next()?, outer.next()?, outer.next()?);
        let inner = String::from_utf8(STANDARD.decode(inner).ok()?).ok()?;
        let mut parts = inner.split('|');
        let (shard, next, issued) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            arn: arn.to_owned(),
            shard: shard.to_owned(),
            next: next.parse().ok()?,
            issued: Timestamp::from_millis(issued.parse().ok()?),
        })
    }
}

/// A sequence number as it is written: 21 digits, so that texts sort as numbers do.
#[must_use]
pub fn sequence_text(sequence: u64) -> String {
    format!("1{sequence:020}")
}

/// The sequence number in a text of 21 to 40 digits.
#[must_use]
pub fn sequence_of(text: &str) -> Option<u64> {
    let shaped = (21..=40).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if shaped { text.strip_prefix('1').and_then(|digits| digits.parse().ok()) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_its_text() {
        let issued = Timestamp::from_millis(9);
        let cursor = Cursor { arn: "arn:x/stream/y".into(), shard: "shardId-1".into(), next: 7, issued };
        assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        assert_eq!(Cursor::decode("nonsense"), None);
        assert_eq!(sequence_of(&sequence_text(42)), Some(42));
    }
}
