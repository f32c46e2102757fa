//! Items in key order: the one structure behind a table and behind each of its indexes.
//!
//! A [`Position`] is the hash of the partition key followed by the key's scalars. Ordered so, items that share a
//! partition key lie together in sort-key order, and a Scan meets partition keys in hash order, as on the service.
//! An index entry's position ends with the table's key, so that entries with equal index keys stay apart.
//!
//! A tree is persistent: a copy shares everything with the original until one of them is written, and then costs the few
//! nodes on the way to what was written. That is what makes `:undo`, `:compare` and proofs cheap on tables of any size.
//!
//! Source: AWS documentation, "Partitions and data distribution in DynamoDB".

use std::ops::Bound;
use std::sync::Arc;

use imbl::OrdMap;
use imbl::ordmap::DiffItem;

use super::past::Past;
use crate::clock::Timestamp;
use crate::engine::value::key::{KeyScalar, partition_hash};
use crate::engine::value::{Item, size};

/// Where an item stands in a [`Tree`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The hash of the partition key.
    pub hash: u64,
    /// Partition key scalars, then sort key scalars, then, in an index, the table's key. Shared, because positions are
    /// copied wherever an item goes.
    pub parts: Arc<[KeyScalar]>,
}

impl Position {
    /// The position of `partition` followed by `rest`.
    #[must_use]
    pub fn new(partition: Vec<KeyScalar>, rest: impl IntoIterator<Item = KeyScalar>) -> Self {
        let hash = partition_hash(&partition);
        let mut parts = partition;
        parts.extend(rest);
        Self { hash, parts: parts.into() }
    }

    /// The position of some scalars, of which the first few are the partition key; `None` if one is missing.
    #[must_use]
    pub fn of(partition: usize, scalars: impl Iterator<Item = Option<KeyScalar>>) -> Option<Self> {
        // A key has two parts most often, an entry of an index four.
        let mut parts = Vec::with_capacity(4);
        for scalar in scalars {
            parts.push(scalar?);
        }
        Some(Self { hash: partition_hash(&parts[..partition]), parts: parts.into() })
    }

    /// This position with one more scalar at the end: a bound within an item collection.
    #[must_use]
    pub fn then(&self, scalar: KeyScalar) -> Self {
        self.followed_by([scalar])
    }

    /// This position with more scalars at the end.
    #[must_use]
    pub fn followed_by(&self, scalars: impl IntoIterator<Item = KeyScalar>) -> Self {
        Self { hash: self.hash, parts: self.parts.iter().cloned().chain(scalars).collect() }
    }

    /// Past every position that begins with this one.
    #[must_use]
    pub fn end(&self) -> Self {
        self.then(KeyScalar::Last)
    }
}

/// An item with its size, which every read and write is charged by.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// The item, or the part of it that an index holds.
    pub item: Item,
    /// Its bytes.
    pub bytes: u64,
}

impl Stored {
    /// Measures an item.
    #[must_use]
    pub fn new(item: Item) -> Self {
        let bytes = size::item_size(&item);
        Self { item, bytes }
    }
}

/// Items by position, with their total size.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    entries: OrdMap<Position, Stored>,
    bytes: u64,
    past: Past,
}

/// A stretch of a tree, in key order; reading it backwards is the reader's choice.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// Where it begins.
    pub from: Bound<Position>,
    /// Where it ends.
    pub to: Bound<Position>,
}

impl Stretch {
    /// Everything.
    pub const ALL: Self = Self { from: Bound::Unbounded, to: Bound::Unbounded };

    /// Whether a position lies in the stretch.
    #[must_use]
    pub fn contains(&self, position: &Position) -> bool {
        std::ops::RangeBounds::contains(&(self.from.as_ref(), self.to.as_ref()), position)
    }

    /// Whether a position can lie in both stretches.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let begins_later = |one: &Bound<Position>, than: &Bound<Position>| match (one, than) {
            (Bound::Unbounded, _) => false,
            (_, Bound::Unbounded) => true,
            (Bound::Included(one), Bound::Included(than) | Bound::Excluded(than)) => one > than,
            (Bound::Excluded(one), Bound::Included(than) | Bound::Excluded(than)) => one >= than,
        };
        let ends_earlier = |one: &Bound<Position>, than: &Bound<Position>| match (one, than) {
            (Bound::Unbounded, _) => false,
            (_, Bound::Unbounded) => true,
            (Bound::Included(one), Bound::Included(than) | Bound::Excluded(than)) => one < than,
            (Bound::Excluded(one), Bound::Included(than) | Bound::Excluded(than)) => one <= than,
        };
        let from = if begins_later(&self.from, &other.from) { &self.from } else { &other.from };
        let to = if ends_earlier(&self.to, &other.to) { &self.to } else { &other.to };
        !Self { from: from.clone(), to: to.clone() }.is_empty()
    }

    /// Whether no position can lie in the stretch (a range the tree must not be asked for).
    fn is_empty(&self) -> bool {
        match (&self.from, &self.to) {
            (Bound::Included(from), Bound::Included(to)) => from > to,
            (Bound::Included(from) | Bound::Excluded(from), Bound::Excluded(to))
            | (Bound::Excluded(from), Bound::Included(to)) => from >= to,
            _ => false,
        }
    }
}

/// An iterator over a stretch in either direction.
pub type Entries<'a> = Box<dyn Iterator<Item = (&'a Position, &'a Stored)> + 'a>;

impl Tree {
    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The bytes of all items.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The item at a position.
    #[must_use]
    pub fn get(&self, position: &Position) -> Option<&Stored> {
        self.entries.get(position)
    }

    /// A tree of the same items, shared until one of the two is written; it remembers nothing of the past.
    #[must_use]
    pub fn shared(&self) -> Self {
        Self { entries: self.entries.clone(), bytes: self.bytes, past: Past::default() }
    }

    /// What is not the same as in an earlier state of the tree, in the order of keys: each item as it was, and as it is.
    pub fn changes_since<'a>(
        &'a self,
        earlier: &'a Self,
    ) -> impl Iterator<Item = (Option<&'a Item>, Option<&'a Item>)> {
        earlier.entries.diff(&self.entries).map(|difference| match difference {
            DiffItem::Add(_, now) => (None, Some(&now.item)),
            DiffItem::Update { old: (_, old), new: (_, new) } => (Some(&old.item), Some(&new.item)),
            DiffItem::Remove(_, old) => (Some(&old.item), None),
        })
    }

    /// Stores an item at a moment, or takes one out, and returns the one that was there. For `lag` milliseconds a
    /// reader can still see that one.
    pub fn write(&mut self, position: &Position, new: Option<Stored>, now: Timestamp, lag: u64) -> Option<Stored> {
        let old = match (new, self.entries.get_mut(position)) {
            (None, _) => self.remove(position),
            (Some(stored), None) => self.insert(position.clone(), stored),
            (Some(stored), Some(place)) => {
                self.bytes = self.bytes + stored.bytes - place.bytes;
                Some(std::mem::replace(place, stored))
            }
        };
        self.past.note(position, old.as_ref(), now, lag);
        old
    }

    /// How many writes a reader does not see yet that sees the tree as it was at a moment.
    #[must_use]
    pub fn unseen(&self, at: Timestamp) -> usize {
        self.past.since(at)
    }

    /// The first position of the partition key that has this hash, if an item has it.
    #[must_use]
    pub fn first_of(&self, hash: u64) -> Option<&Position> {
        let start = Position { hash, parts: Arc::default() };
        let (found, _) = self.entries.range(start..).next()?;
        (found.hash == hash).then_some(found)
    }

    pub(super) const fn past(&self) -> &Past {
        &self.past
    }

    /// Stores an item, and returns the one it replaces.
    pub fn insert(&mut self, position: Position, stored: Stored) -> Option<Stored> {
        self.bytes += stored.bytes;
        let old = self.entries.insert(position, stored);
        self.bytes -= old.as_ref().map_or(0, |old| old.bytes);
        old
    }

    /// Takes an item out.
    pub fn remove(&mut self, position: &Position) -> Option<Stored> {
        let old = self.entries.remove(position);
        self.bytes -= old.as_ref().map_or(0, |old| old.bytes);
        old
    }

    /// The items of a stretch, in key order or against it.
    #[must_use]
    pub fn stretch(&self, stretch: Stretch, forward: bool) -> Entries<'_> {
        if stretch.is_empty() {
            return Box::new(std::iter::empty());
        }
        let entries = self.entries.range((stretch.from, stretch.to));
        if forward { Box::new(entries) } else { Box::new(entries.rev()) }
    }

    /// All items in key order.
    pub fn iter(&self) -> impl Iterator<Item = (&Position, &Stored)> {
        self.entries.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn position(partition: &str, sort: i64) -> Position {
        Position::new(vec![KeyScalar::S(partition.into())], [KeyScalar::N(sort.into())])
    }

    fn stored(text: &str) -> Stored {
        Stored::new(Item::from([("a".to_owned(), text.into())]))
    }

    proptest! {
        /// The tree against a plain list of pairs: same contents, same order, same bytes.
        #[test]
        fn mirrors_a_naive_list(writes in prop::collection::vec((0_u8..4, 0_i64..20, 0_usize..5), 0..120)) {
            let mut tree = Tree::default();
            let mut naive: Vec<(Position, usize)> = Vec::new();
            for (partition, sort, length) in writes {
                let at = position(&partition.to_string(), sort);
                naive.retain(|(position, _)| *position != at);
                if length == 0 {
                    tree.remove(&at);
                } else {
                    tree.insert(at.clone(), stored(&"x".repeat(length)));
                    naive.push((at, length));
                }
            }
            naive.sort();
            let held: Vec<(Position, usize)> =
                tree.iter().map(|(at, stored)| (at.clone(), usize::try_from(stored.bytes).unwrap() - 1)).collect();
            prop_assert_eq!(&held, &naive);
            prop_assert_eq!(tree.bytes(), naive.iter().map(|(_, length)| *length as u64 + 1).sum::<u64>());
            let collection = position("1", 0);
            let start = Position { hash: collection.hash, parts: collection.parts[..1].into() };
            let stretch = Stretch { from: Bound::Included(start.clone()), to: Bound::Excluded(start.end()) };
            let backwards: Vec<Position> = tree.stretch(stretch, false).map(|(at, _)| at.clone()).collect();
            let mut expected: Vec<Position> =
                naive.iter().map(|(at, _)| at.clone()).filter(|at| at.parts[0] == KeyScalar::S("1".into())).collect();
            expected.reverse();
            prop_assert_eq!(tree.first_of(collection.hash), expected.last());
            prop_assert_eq!(backwards, expected);
        }
    }
}
