//! The recent past of a tree: what a reader that lags behind still sees.
//!
//! A [`Tree`] that is written with a lag remembers, for as long as the lag, what stood at each position before.
//! [`Tree::as_of`] lays that over the present: a [`PastView`] reads like the tree did at that moment. A reader of the
//! present pays nothing for it.
//!
//! Model: the service documents that replicas and global indexes lag, not by how much. Source: AWS documentation,
//! "DynamoDB read consistency", "Using Global Secondary Indexes", Data synchronization between tables and indexes.

use std::collections::{BTreeMap, VecDeque};

use super::tree::{Entries, Position, Stored, Stretch, Tree};
use crate::clock::Timestamp;

/// What stood at a position before it was written.
#[derive(Clone, Debug)]
struct Replaced {
    at: Timestamp,
    position: Position,
    before: Option<Stored>,
}

/// The writes of the past moments, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Past(VecDeque<Replaced>);

impl Past {
    /// Notes a write at `now`, and forgets those that are `keep` milliseconds old: no reader lags so far behind.
    pub(super) fn note(&mut self, position: &Position, before: Option<&Stored>, now: Timestamp, keep: u64) {
        while self.0.front().is_some_and(|oldest| oldest.at.plus_millis(keep) <= now) {
            self.0.pop_front();
        }
        if keep > 0 {
            self.0.push_back(Replaced { at: now, position: position.clone(), before: before.cloned() });
        }
    }

    /// How many writes there were after a moment, as far as they are remembered.
    pub(super) fn since(&self, at: Timestamp) -> usize {
        self.0.len() - self.0.partition_point(|replaced| replaced.at <= at)
    }

    /// What stood, at the moment `at`, at the positions that were written since.
    fn before(&self, at: Timestamp) -> BTreeMap<&Position, Option<&Stored>> {
        let since = self.0.iter().rev().take_while(|replaced| replaced.at > at);
        // Newest first, so that the oldest write, which replaced what stood then, has the last word.
        since.map(|replaced| (&replaced.position, replaced.before.as_ref())).collect()
    }
}

/// A tree as it was at some moment.
#[derive(Clone, Debug)]
pub struct PastView<'a> {
    tree: &'a Tree,
    before: BTreeMap<&'a Position, Option<&'a Stored>>,
}

impl Tree {
    /// The tree as it was at a moment of the recent past, or as it is.
    #[must_use]
    pub fn as_of(&self, at: Option<Timestamp>) -> PastView<'_> {
        PastView { tree: self, before: at.map(|at| self.past().before(at)).unwrap_or_default() }
    }
}

impl<'a> PastView<'a> {
    /// The item at a position.
    #[must_use]
    pub fn get(&self, position: &Position) -> Option<&'a Stored> {
        match self.before.get(position) {
            Some(before) => *before,
            None => self.tree.get(position),
        }
    }

    /// The items of a stretch, in key order or against it.
    #[must_use]
    pub fn stretch(&self, stretch: Stretch, forward: bool) -> Entries<'a> {
        let before = self.before.iter().filter(|(position, _)| stretch.contains(position));
        let mut before: VecDeque<_> = before.map(|(position, stored)| (*position, *stored)).collect();
        if before.is_empty() {
            return self.tree.stretch(stretch, forward);
        }
        if !forward {
            before.make_contiguous().reverse();
        }
        Box::new(Merged { present: self.tree.stretch(stretch, forward).peekable(), before, forward })
    }

    /// Whether a stretch holds anything that has changed since.
    #[must_use]
    pub fn differs_in(&self, stretch: &Stretch) -> bool {
        let changed = |position: &Position| stretch.contains(position) && self.differs_at(position);
        self.before.keys().any(|position| changed(position))
    }

    /// Whether the item at a position has changed since.
    #[must_use]
    pub fn differs_at(&self, position: &Position) -> bool {
        let item = |stored: Option<&'a Stored>| stored.map(|stored| &stored.item);
        self.before.get(position).is_some_and(|before| item(*before) != item(self.tree.get(position)))
    }
}

/// The present with the past laid over it, both in the same order.
struct Merged<'a> {
    present: std::iter::Peekable<Entries<'a>>,
    before: VecDeque<(&'a Position, Option<&'a Stored>)>,
    forward: bool,
}

impl<'a> Iterator for Merged<'a> {
    type Item = (&'a Position, &'a Stored);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some((position, _)) = self.before.front() else { return self.present.next() };
            let order = self.present.peek().map(|(present, _)| {
                let order = present.cmp(position);
                if self.forward { order } else { order.reverse() }
            });
            match order {
                Some(std::cmp::Ordering::Less) => return self.present.next(),
                Some(std::cmp::Ordering::Equal) => drop(self.present.next()),
                Some(std::cmp::Ordering::Greater) | None => {}
            }
            if let Some((position, Some(stored))) = self.before.pop_front() {
                return Some((position, stored));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Bound;

    use super::*;
    use crate::engine::value::Item;
    use crate::engine::value::key::KeyScalar;
    use proptest::prelude::*;

    fn position(sort: i64) -> Position {
        Position::new(vec![KeyScalar::S("p".into())], [KeyScalar::N(sort.into())])
    }

    fn stored(number: u64) -> Stored {
        Stored::new(Item::from([("a".to_owned(), number.to_string().as_str().into())]))
    }

    fn read<'a>(entries: impl Iterator<Item = (&'a Position, &'a Stored)>) -> Vec<(Position, Item)> {
        entries.map(|(position, stored)| (position.clone(), stored.item.clone())).collect()
    }

    proptest! {
        /// Reading as of a moment gives what a copy of the tree taken at that moment gives, in either direction.
        #[test]
        fn a_view_equals_a_copy_taken_then(
            writes in prop::collection::vec((0_i64..8, any::<bool>(), 0_u64..4), 1..60), lag in 1_u64..30, low in 0_i64..8,
        ) {
            let (mut tree, mut now) = (Tree::default(), Timestamp::from_millis(1000));
            let mut copies = vec![(Timestamp::default(), tree.clone())];
            for (number, (sort, present, later)) in writes.iter().enumerate() {
                now = now.plus_millis(*later);
                tree.write(&position(*sort), present.then(|| stored(number as u64)), now, lag);
                copies.push((now, tree.clone()));
            }
            let at = Timestamp::from_millis(now.as_millis() - lag);
            let copy = &copies.iter().rev().find(|(taken, _)| *taken <= at).unwrap().1;
            let stretch = Stretch { from: Bound::Included(position(low)), to: Bound::Unbounded };
            let view = tree.as_of(Some(at));
            for forward in [true, false] {
                let seen = read(view.stretch(stretch.clone(), forward));
                prop_assert_eq!(&seen, &read(copy.stretch(stretch.clone(), forward)));
            }
            for sort in 0..8 {
                let item = |stored: Option<&Stored>| stored.map(|stored| stored.item.clone());
                prop_assert_eq!(item(view.get(&position(sort))), item(copy.get(&position(sort))));
            }
            let same = read(tree.stretch(stretch.clone(), true)) == read(copy.stretch(stretch.clone(), true));
            prop_assert_eq!(view.differs_in(&stretch), !same);
            let later = copies.iter().skip(1).filter(|(taken, _)| *taken > at).count();
            prop_assert_eq!(tree.unseen(at), later);
        }
    }
}
