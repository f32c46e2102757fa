//! How many bytes a value, an attribute and an item take: what the 400 KB limit and the capacity units are counted on.
//!
//! The number rule is the measured one (see [`Number::size`]). Source: AWS documentation, "DynamoDB item sizes and
//! formats".
//!
//! [`Number::size`]: super::Number::size

use super::{AttributeValue, Item};

/// The largest item, in bytes: 400 KB.
pub const MAX_ITEM_BYTES: u64 = 400 * 1024;

/// Overhead of a list or map, in bytes, whatever it holds.
const DOCUMENT_OVERHEAD: u64 = 3;
/// Overhead of each element of a list or map, in bytes.
const ELEMENT_OVERHEAD: u64 = 1;

/// The bytes of a value.
#[must_use]
pub fn value_size(value: &AttributeValue) -> u64 {
    match value {
        AttributeValue::S(text) => bytes(text.len()),
        AttributeValue::N(number) => number.size(),
        AttributeValue::B(blob) => bytes(blob.len()),
        AttributeValue::Bool(_) | AttributeValue::Null => 1,
        AttributeValue::Ss(set) => set.iter().map(|text| bytes(text.len())).sum(),
        AttributeValue::Ns(set) => set.iter().map(|number| number.size()).sum(),
        AttributeValue::Bs(set) => set.iter().map(|blob| bytes(blob.len())).sum(),
        AttributeValue::L(list) => {
            DOCUMENT_OVERHEAD + list.iter().map(|element| ELEMENT_OVERHEAD + value_size(element)).sum::<u64>()
        }
        AttributeValue::M(map) => {
            DOCUMENT_OVERHEAD
                + map.iter().map(|(name, value)| ELEMENT_OVERHEAD + attribute_size(name, value)).sum::<u64>()
        }
    }
}

/// The bytes of an attribute: its name in UTF-8 and its value.
#[must_use]
pub fn attribute_size(name: &str, value: &AttributeValue) -> u64 {
    bytes(name.len()) + value_size(value)
}

/// The bytes of a whole item.
#[must_use]
pub fn item_size(item: &Item) -> u64 {
    item.iter().map(|(name, value)| attribute_size(name, value)).sum()
}

fn bytes(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_overheads_count() {
        let list = AttributeValue::L(vec![AttributeValue::from("ab"), AttributeValue::Null].into());
        assert_eq!(value_size(&list), 3 + (1 + 2) + (1 + 1));
        let map = AttributeValue::M([("é".to_owned(), AttributeValue::from(12))].into());
        assert_eq!(value_size(&map), 3 + 1 + 2 + 2);
        let item = Item::from([("id".to_owned(), "x".into()), ("done".to_owned(), AttributeValue::Bool(true))]);
        assert_eq!(item_size(&item), 2 + 1 + 4 + 1);
    }
}
