//! Images that come from another Region's replica: written without conditions, paid for, and passed on to streams, but
//! never back to where they came from.
//!
//! Source: AWS documentation, "Global tables: how it works".

use super::value::Item;
use super::{Engine, Trace, ops};

impl Engine {
    /// Writes an image that was written elsewhere, or removes the item if it was removed there. A table that is gone takes
    /// nothing.
    pub fn replicate(&mut self, table: &str, key: Item, image: Option<Item>) {
        self.settle();
        ops::replicate(self, table, key, image, &mut Trace::default());
    }
}
