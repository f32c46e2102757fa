//! What a cache holds: bounded in bytes, and what was used least recently goes first when there is no more room.
//!
//! A copy shares what it holds with the original until either changes.

use imbl::OrdMap;

/// Values by key.
#[derive(Clone, Debug)]
pub(super) struct Recent<K: Ord, V> {
    held: OrdMap<K, HeldValue<V>>,
    /// Keys by their last use, the least recent first.
    uses: OrdMap<u64, K>,
    /// How many uses there were.
    used: u64,
    /// The bytes that all values take together, and the most that they may.
    weight: u64,
    room: u64,
    evicted: u64,
}

#[derive(Clone, Debug)]
struct HeldValue<V> {
    value: V,
    weight: u64,
    /// The number of its last use.
    used: u64,
}

/// About what an entry takes beside key and value.
const ENTRY_BYTES: u64 = 128;

impl<K: Ord + Clone, V: Clone> Recent<K, V> {
    /// Nothing yet, in so many bytes of room.
    pub(super) fn with_room(room: u64) -> Self {
        Self { held: OrdMap::new(), uses: OrdMap::new(), used: 0, weight: 0, room, evicted: 0 }
    }

    /// How many values are held.
    pub(super) fn len(&self) -> usize {
        self.held.len()
    }

    /// How many had to go for others.
    pub(super) const fn evicted(&self) -> u64 {
        self.evicted
    }

    /// The value of a key, which is the most recent one now.
    pub(super) fn get(&mut self, key: &K) -> Option<&V> {
        let held = self.held.get_mut(key)?;
        self.used += 1;
        self.uses.remove(&held.used);
        self.uses.insert(self.used, key.clone());
        held.used = self.used;
        Some(&held.value)
    }

    /// Takes a value out.
    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        let held = self.held.remove(key)?;
        self.uses.remove(&held.used);
        self.weight -= held.weight;
        Some(held.value)
    }

    /// Holds a value that takes, with its key, so many bytes, in place of the one before. One that is larger than all the
    /// room is not held.
    pub(super) fn insert(&mut self, key: K, value: V, bytes: u64) {
        self.remove(&key);
        let weight = bytes + ENTRY_BYTES;
        self.used += 1;
        self.uses.insert(self.used, key.clone());
        self.held.insert(key, HeldValue { value, weight, used: self.used });
        self.weight += weight;
        while self.weight > self.room {
            let Some((_, oldest)) = self.uses.get_min().cloned() else { return };
            self.remove(&oldest);
            self.evicted += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_least_recently_goes_first() {
        let mut recent = Recent::with_room(3 * (ENTRY_BYTES + 10));
        for key in ["a", "b", "c"] {
            recent.insert(key, key.to_uppercase(), 10);
        }
        assert_eq!(recent.get(&"a").map(String::as_str), Some("A"));
        recent.insert("d", "D".to_owned(), 10);
        assert_eq!(["a", "b", "c", "d"].map(|key| recent.get(&key).is_some()), [true, false, true, true]);
        recent.insert("a", "again".to_owned(), 10);
        assert_eq!((recent.len(), recent.evicted()), (3, 1), "a value takes its own place");
        recent.insert("e", "E".to_owned(), 10_000);
        assert_eq!((recent.len(), recent.evicted(), recent.weight), (0, 5, 0), "one that is too large leaves nothing");
    }
}
