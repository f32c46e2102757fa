//! Key attributes in the form that orders items: strings by UTF-8 bytes, numbers by value, binaries by unsigned bytes.
//!
//! Source: AWS documentation, "Core components of Amazon DynamoDB", Primary key.

use ecow::{EcoString, EcoVec};

use super::{AttributeValue, Number, Type};

/// A value that may be part of a key. The order of variants matters for one thing only: [`KeyScalar::Last`] sorts
/// after everything; values of different types never meet in one place of a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyScalar {
    /// A number, by value.
    N(Number),
    /// A string, by its UTF-8 bytes.
    S(EcoString),
    /// A binary, by its unsigned bytes.
    B(EcoVec<u8>),
    /// Past every value: the upper end of a range, never stored.
    Last,
}

impl KeyScalar {
    /// The scalar in `value`, if its type may be a key's.
    #[must_use]
    pub fn from_value(value: &AttributeValue) -> Option<Self> {
        match value {
            AttributeValue::S(text) => Some(Self::S(text.clone())),
            AttributeValue::N(number) => Some(Self::N(*number)),
            AttributeValue::B(blob) => Some(Self::B(blob.clone())),
            _ => None,
        }
    }

    /// The attribute value that this scalar came from.
    #[must_use]
    pub fn to_value(&self) -> AttributeValue {
        match self {
            Self::S(text) => AttributeValue::S(text.clone()),
            Self::N(number) => AttributeValue::N(*number),
            Self::B(blob) => AttributeValue::B(blob.clone()),
            Self::Last => AttributeValue::Null,
        }
    }

    /// The scalar's type.
    #[must_use]
    pub const fn kind(&self) -> Type {
        match self {
            Self::S(_) => Type::S,
            Self::N(_) => Type::N,
            Self::B(_) => Type::B,
            Self::Last => Type::Null,
        }
    }

    /// The length that key limits are counted on, in bytes; `None` for numbers, which have no such limit.
    #[must_use]
    pub fn limited_length(&self) -> Option<usize> {
        match self {
            Self::S(text) => Some(text.len()),
            Self::B(blob) => Some(blob.len()),
            Self::N(_) | Self::Last => None,
        }
    }
}

/// An attribute of a key schema: its name and the type its values must have (S, N or B).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct KeyAttribute {
    /// The attribute's name.
    pub name: String,
    /// Its type.
    pub kind: Type,
}

/// The hash of the partition key parts, which decides an item's place in the key space.
///
/// The service does not publish its hash. This one (FNV-1a with a final mix) only has to be stable and even: Scan
/// order and the placement on partitions follow from it.
#[must_use]
pub fn partition_hash(parts: &[KeyScalar]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut feed = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for part in parts {
        match part {
            KeyScalar::S(text) => feed(text.as_bytes()),
            KeyScalar::B(blob) => feed(blob),
            KeyScalar::N(number) => feed(number.to_string().as_bytes()),
            KeyScalar::Last => {}
        }
        feed(&[0]);
    }
    // FNV leaves the high bits of short keys close together, and partitions are told apart by those: the finaliser of
    // MurmurHash3 spreads every bit over all of them.
    for factor in [0xff51_afd7_ed55_8ccd_u64, 0xc4ce_b9fe_1a85_ec53] {
        hash = (hash ^ (hash >> 33)).wrapping_mul(factor);
    }
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_spread_evenly_however_alike_they_are() {
        let hash = |text: String| partition_hash(&[KeyScalar::S(text.into())]);
        for keys in [
            (0..26_u8).map(|letter| char::from(b'a' + letter).to_string()).collect::<Vec<_>>(),
            (0..400).map(|number| format!("key-{number}")).collect(),
            (0..400).map(|number| format!("C-{number:04}")).collect(),
        ] {
            let mut quarters = [0_usize; 4];
            for key in &keys {
                quarters[usize::try_from(hash(key.clone()) >> 62).unwrap()] += 1;
            }
            let least = keys.len() / 8;
            assert!(quarters.iter().all(|count| *count >= least), "{} keys fell {quarters:?}", keys.len());
        }
    }

    #[test]
    fn keys_order_by_value_and_bytes() {
        let number = |text: &str| KeyScalar::N(Number::parse(text).unwrap());
        assert!(number("-10") < number("-9.5"));
        assert!(number("9") < number("10"));
        assert!(KeyScalar::S("Z".into()) < KeyScalar::S("a".into()));
        assert!(KeyScalar::B([0x7f].into()) < KeyScalar::B([0x80].into()));
        assert!(KeyScalar::B([0xff; 40].into()) < KeyScalar::Last);
    }

    #[test]
    fn hashes_spread_over_the_key_space() {
        let mut quarters = [0_u32; 4];
        for n in 0..4000 {
            let hash = partition_hash(&[KeyScalar::S(format!("customer#{n}").into())]);
            quarters[usize::try_from(hash >> 62).unwrap()] += 1;
        }
        assert!(quarters.iter().all(|count| (900..1100).contains(count)), "{quarters:?}");
    }
}
