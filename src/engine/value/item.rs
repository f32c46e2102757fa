//! An item, or a map within one: attribute names with their values in one piece of memory, in name order.
//!
//! Tables hold millions of items, so an attribute takes what its name and value take and nothing beside: no node of a tree
//! with room for eleven. A copy shares everything with the original until one of the two is written; what is then copied are
//! the handles of names and values, since a text, set, list or map within is shared as well. Names of up to 15 bytes stand
//! in the handle itself.
//!
//! Finding an attribute takes as many comparisons as a tree does. Putting one in moves those behind it: items that are made
//! of many attributes at once are collected ([`Item::from_iter`]), which sorts them instead.

use std::fmt;
use std::ops::Index;

use ecow::{EcoString, EcoVec};

use super::AttributeValue;

/// Attribute names and their values, in name order so that output never depends on hashing.
#[derive(Clone, Default, Eq)]
pub struct Item(EcoVec<Attribute>);

/// A name with its value.
type Attribute = (EcoString, AttributeValue);

impl Item {
    /// Returns an item without attributes.
    #[must_use]
    pub const fn new() -> Self {
        Self(EcoVec::new())
    }

    /// How many attributes there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where an attribute is, or would have to be.
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(own, _)| own.as_str().cmp(name))
    }

    /// Returns the value of an attribute.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&AttributeValue> {
        self.place(name).ok().map(|at| &self.0[at].1)
    }

    /// Returns the name and the value of an attribute.
    #[must_use]
    pub fn get_key_value(&self, name: &str) -> Option<(&EcoString, &AttributeValue)> {
        self.place(name).ok().map(|at| (&self.0[at].0, &self.0[at].1))
    }

    /// Returns the value of an attribute, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut AttributeValue> {
        self.place(name).ok().map(|at| &mut self.0.make_mut()[at].1)
    }

    /// Whether there is such an attribute.
    #[must_use]
    pub fn contains_key(&self, name: &str) -> bool {
        self.place(name).is_ok()
    }

    /// Puts an attribute in; returns the value that it had before.
    pub fn insert(&mut self, name: impl Into<EcoString>, value: AttributeValue) -> Option<AttributeValue> {
        let name = name.into();
        match self.place(&name) {
            Ok(at) => Some(std::mem::replace(&mut self.0.make_mut()[at].1, value)),
            Err(at) => {
                // No room beside: what an item grew by would be kept as long as the item.
                let mut grown = EcoVec::with_capacity(self.0.len() + 1);
                grown.extend_from_slice(&self.0[..at]);
                grown.push((name, value));
                grown.extend_from_slice(&self.0[at..]);
                self.0 = grown;
                None
            }
        }
    }

    /// Takes an attribute out; returns its value.
    pub fn remove(&mut self, name: &str) -> Option<AttributeValue> {
        self.place(name).ok().map(|at| self.0.remove(at).1)
    }

    /// Keeps the attributes that a test holds for.
    pub fn retain(&mut self, mut is_kept: impl FnMut(&str, &AttributeValue) -> bool) {
        self.0.retain(|(name, value)| is_kept(name, value));
    }

    /// The names and values, in name order.
    pub fn iter(&self) -> ItemAttributes<'_> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// The names, in order.
    #[must_use]
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &EcoString> + ExactSizeIterator {
        self.0.iter().map(|(name, _)| name)
    }

    /// The values, in the order of their names.
    #[must_use]
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &AttributeValue> + ExactSizeIterator {
        self.0.iter().map(|(_, value)| value)
    }
}

/// An iterator over the attributes of an item.
pub type ItemAttributes<'a> =
    std::iter::Map<std::slice::Iter<'a, Attribute>, fn(&'a Attribute) -> (&'a EcoString, &'a AttributeValue)>;

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        // A copy that nobody has written shares its memory with the original: whatever it holds, it is the same.
        std::ptr::eq(self.0.as_slice(), other.0.as_slice()) || self.0 == other.0
    }
}

impl<N: Into<EcoString>> FromIterator<(N, AttributeValue)> for Item {
    /// Of several values of a name the last one stays.
    fn from_iter<I: IntoIterator<Item = (N, AttributeValue)>>(attributes: I) -> Self {
        let mut all: Vec<Attribute> = attributes.into_iter().map(|(name, value)| (name.into(), value)).collect();
        // Most come in order: what was stored once, and what a program keeps sorted.
        if !all.is_sorted_by(|(one, _), (next, _)| one < next) {
            // Stable: of one name, the value that came last stands last.
            all.sort_by(|(one, _), (other, _)| one.cmp(other));
            all.dedup_by(|later, earlier| {
                let is_same = later.0 == earlier.0;
                if is_same {
                    std::mem::swap(&mut later.1, &mut earlier.1);
                }
                is_same
            });
        }
        Self(all.into())
    }
}

impl<N: Into<EcoString>, const COUNT: usize> From<[(N, AttributeValue); COUNT]> for Item {
    fn from(attributes: [(N, AttributeValue); COUNT]) -> Self {
        attributes.into_iter().collect()
    }
}

impl Extend<(EcoString, AttributeValue)> for Item {
    fn extend<I: IntoIterator<Item = (EcoString, AttributeValue)>>(&mut self, more: I) {
        *self = std::mem::take(self).into_iter().chain(more).collect();
    }
}

impl IntoIterator for Item {
    type Item = Attribute;
    type IntoIter = ecow::vec::IntoIter<Attribute>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Item {
    type Item = (&'a EcoString, &'a AttributeValue);
    type IntoIter = ItemAttributes<'a>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Index<&str> for Item {
    type Output = AttributeValue;

    /// # Panics
    /// If there is no such attribute.
    fn index(&self, name: &str) -> &AttributeValue {
        self.get(name).expect("an attribute of this name")
    }
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// What a map of the standard library makes of the same.
    fn as_map(item: &Item) -> BTreeMap<String, AttributeValue> {
        item.iter().map(|(name, value)| (name.to_string(), value.clone())).collect()
    }

    proptest! {
        /// An item against a map: the same attributes in the same order, whatever is done to both.
        #[test]
        fn mirrors_a_map(
            begun in prop::collection::vec(("[a-d]{1,2}", 0_i64..9), 0..8),
            done in prop::collection::vec(("[a-d]{1,2}", prop::option::of(0_i64..9)), 0..20),
        ) {
            let begun = || begun.iter().map(|(name, number)| (name.clone(), AttributeValue::from(*number)));
            let (mut item, mut map): (Item, BTreeMap<_, _>) = (begun().collect(), begun().collect());
            let (copy, before) = (item.clone(), map.clone());
            for (name, number) in done {
                if let Some(value) = number.map(AttributeValue::from) {
                    prop_assert_eq!(item.insert(name.as_str(), value.clone()), map.insert(name, value));
                } else {
                    prop_assert_eq!(item.remove(&name), map.remove(&name));
                }
                prop_assert_eq!(item.len(), map.len());
            }
            prop_assert_eq!(as_map(&item), map.clone());
            prop_assert!(item.keys().map(EcoString::as_str).eq(map.keys().map(String::as_str)));
            prop_assert!(map.iter().all(|(name, value)| item.get(name) == Some(value) && &item[name.as_str()] == value));
            prop_assert!(!item.contains_key("e") && item.get("").is_none());
            prop_assert_eq!(as_map(&copy), before, "a copy does not see what is written");
        }
    }

    #[test]
    fn an_attribute_takes_forty_bytes() {
        assert_eq!((size_of::<AttributeValue>(), size_of::<Attribute>(), size_of::<Item>()), (24, 40, 16));
    }
}
