//! A cache beside the table, as ElastiCache is used: it knows nothing of DynamoDB. Whoever reads loads it, whoever writes
//! has to think of it, and who forgets reads what was.
//!
//! Model: one node of 16 MB, which lets go of what was used least recently when it is full (allkeys-lru). Source: AWS
//! documentation, "Caching patterns" (lazy loading and write-through) of Amazon ElastiCache; "How Valkey and Redis OSS
//! caches use memory", maxmemory-policy.

use super::recent::Recent;
use crate::clock::Timestamp;

/// How many bytes the node holds.
const ROOM: u64 = 16 << 20;

/// Texts by key, each until it expires.
#[derive(Clone, Debug)]
pub struct Cache {
    entries: Recent<String, (String, Option<Timestamp>)>,
}

impl Default for Cache {
    fn default() -> Self {
        Self { entries: Recent::with_room(ROOM) }
    }
}

impl Cache {
    /// The text of a key that has not expired.
    #[must_use]
    pub fn get(&mut self, key: &str, now: Timestamp) -> Option<&str> {
        let (text, expires) = self.entries.get(&key.to_owned())?;
        expires.is_none_or(|expires| expires > now).then_some(text)
    }

    /// Keeps a text until it expires, if it does, or until there is no more room.
    pub fn set(&mut self, key: &str, text: &str, expires: Option<Timestamp>) {
        let bytes = (2 * key.len() + text.len()) as u64;
        self.entries.insert(key.to_owned(), (text.to_owned(), expires), bytes);
    }

    /// Forgets a key. Returns whether it was there.
    pub fn forget(&mut self, key: &str) -> bool {
        self.entries.remove(&key.to_owned()).is_some()
    }
}
