//! Time to live: which items of a table are due for deletion, and when.
//!
//! An item is due at the epoch second in its attribute, if that is a number no more than five years past; a fraction of a
//! second does not count. The service
//! deletes late, "within a few days"; here each item has a delay of its own, worked out from its key, up to the
//! engine's `expiry_delay`. Source: AWS documentation, "Using time to live (TTL) in DynamoDB".

use imbl::OrdSet;

use super::tree::{Position, Stored};
use crate::clock::Timestamp;
use crate::engine::value::AttributeValue;

/// Times further back than this are taken for a mistake and ignored, in milliseconds: five years.
const OLDEST_MILLIS: u64 = 5 * 365 * 86_400_000;

/// The setting of one table and the items it is about.
#[derive(Clone, Debug)]
pub struct TimeToLive {
    /// The attribute that holds the epoch second.
    pub attribute: String,
    /// When time to live was enabled.
    pub since: Timestamp,
    /// The longest delay of a deletion, in milliseconds.
    delay: u64,
    /// What delays are drawn from, beside the keys.
    seed: u64,
    due: OrdSet<(Timestamp, Position)>,
}

impl TimeToLive {
    /// The setting, with no item noted yet.
    #[must_use]
    pub fn new(attribute: String, since: Timestamp, delay: u64, seed: u64) -> Self {
        Self { attribute, since, delay, seed, due: OrdSet::new() }
    }

    /// When the next item is deleted.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        self.due.get_min().map(|(due, _)| *due)
    }

    /// The moment in an item's attribute, in milliseconds; `None` if the item never expires.
    fn expires(&self, stored: &Stored) -> Option<u64> {
        let AttributeValue::N(seconds) = stored.item.get(&self.attribute)? else { return None };
        u64::try_from(seconds.truncated()?).ok()?.checked_mul(1000)
    }

    /// When the item at a position is deleted; `None` if it never is.
    fn due(&self, position: &Position, stored: &Stored) -> Option<Timestamp> {
        let expires = self.expires(stored)?;
        // A remainder says nothing of the hash's own order, so deletions do not follow the order of a Scan.
        let late = (position.hash ^ self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)) % (self.delay + 1);
        Some(Timestamp::from_millis(expires.max(self.since.as_millis())).plus_millis(late))
    }

    /// Whether the item is past the moment in its attribute, whatever the delay.
    #[must_use]
    pub fn is_past(&self, stored: &Stored, now: Timestamp) -> bool {
        self.expires(stored)
            .is_some_and(|expires| expires <= now.as_millis() && now.as_millis() - expires <= OLDEST_MILLIS)
    }

    /// Takes note of an item that was stored.
    pub(super) fn note(&mut self, position: &Position, stored: &Stored) {
        if let Some(due) = self.due(position, stored) {
            self.due.insert((due, position.clone()));
        }
    }

    /// Forgets an item that was replaced or removed.
    pub(super) fn forget(&mut self, position: &Position, stored: &Stored) {
        if let Some(due) = self.due(position, stored) {
            self.due.remove(&(due, position.clone()));
        }
    }

    /// The next position that is due by `now`.
    pub(super) fn next_due(&mut self, now: Timestamp) -> Option<Position> {
        let next = self.due.get_min().filter(|(due, _)| *due <= now)?.clone();
        self.due.remove(&next);
        Some(next.1)
    }
}
