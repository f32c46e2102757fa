//! A change of one item: what the journal shows, a stream records and a store on disk keeps.
//!
//! A write that leaves an item as it was is no change; the order of changes is the order of their sequence numbers.

use std::sync::Arc;

use super::capacity::Address;
use super::value::Item;
use super::weight;
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
    pub key: Item,
    /// Where the item lies, which decides the shard that records the change.
    pub address: Address,
    /// The item before; `None` if it is new.
    pub old: Option<Item>,
    /// The item after; `None` if it was deleted.
    pub new: Option<Item>,
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

    /// How much memory the change takes, in bytes: its key and its images, although others may hold these as well.
    #[must_use]
    pub fn weight(&self) -> u64 {
        let images = [Some(&self.key), self.old.as_ref(), self.new.as_ref()];
        weight::of::<Self>() + images.into_iter().flatten().map(weight::item).sum::<u64>()
    }

    /// Whether it still holds the item before or after.
    #[must_use]
    pub fn has_images(&self) -> bool {
        [&self.old, &self.new].into_iter().flatten().any(|image| !image.is_empty())
    }

    /// Lets go of both images; whether there was an item before and after is still known.
    pub fn drop_images(&mut self) {
        drop_image(&mut self.old);
        drop_image(&mut self.new);
    }
}

/// Lets go of an image: an empty one stands in its place, which no item ever is.
pub(super) fn drop_image(image: &mut Option<Item>) {
    if let Some(image) = image {
        *image = Item::new();
    }
}
