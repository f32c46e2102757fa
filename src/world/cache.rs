//! A cache beside the table, as ElastiCache is used: it knows nothing of DynamoDB. Whoever reads loads it, whoever writes
//! has to think of it, and who forgets reads what was.
//!
//! Model: one node without a bound on its memory. Source: AWS documentation, "Caching patterns" (lazy loading and write-
//! through) of Amazon ElastiCache.

use std::collections::BTreeMap;

use crate::clock::Timestamp;

/// Texts by key, each until it expires.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    entries: BTreeMap<String, (String, Option<Timestamp>)>,
}

impl Cache {
    /// The text of a key that has not expired.
    #[must_use]
    pub fn get(&self, key: &str, now: Timestamp) -> Option<&str> {
        let (text, expires) = self.entries.get(key)?;
        expires.is_none_or(|expires| expires > now).then_some(text)
    }

    /// Keeps a text, for ever or until it expires.
    pub fn set(&mut self, key: &str, text: &str, expires: Option<Timestamp>) {
        self.entries.insert(key.to_owned(), (text.to_owned(), expires));
    }

    /// Forgets a key. Answers whether it was there.
    pub fn forget(&mut self, key: &str) -> bool {
        self.entries.remove(key).is_some()
    }
}
