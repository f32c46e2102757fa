//! A change of one item: what the journal shows, a stream records and a store on disk keeps.
//!
//! A write that leaves an item as it was is no change; the order of changes is the order of their sequence numbers.

use std::sync::Arc;

use super::capacity::Address;
use super::value::Item;
use crate::clock::Timestamp;

/// A change of one item.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its number, counted from 1 over all tables of the engine.
    pub sequence: u64,
    /// When it happened.
    pub at: Timestamp,
    /// The table.
    pub table: Arc<str>,
    /// The item's key.
    pub key: Arc<Item>,
    /// Where the item lies, which decides the shard that records the change.
    pub address: Address,
    /// The item before; `None` if it is new.
    pub old: Option<Arc<Item>>,
    /// The item after; `None` if it was deleted.
    pub new: Option<Arc<Item>>,
    /// Whether it was time to live that deleted the item.
    pub expired: bool,
}

impl Change {
    /// What a stream calls the change: INSERT, MODIFY or REMOVE.
    #[must_use]
    pub const fn event_name(&self) -> &'static str {
        match (&self.old, &self.new) {
            (None, _) => "INSERT",
            (_, Some(_)) => "MODIFY",
            (_, None) => "REMOVE",
        }
    }
}
