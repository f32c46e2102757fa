//! Which supply serves which place of a table, and who is refused.
//!
//! The table and its local indexes share one supply; each global index has its own. A write is refused by the table's,
//! or by that of a global index the change would reach: an index that cannot keep up holds its table's writes back.
//!
//! Source: AWS documentation, "Using Global Secondary Indexes", Provisioned throughput considerations.

use super::provisioning::Maximum;
use super::{Billing, Index, IndexKind, Position, Stored, Table, Throughput, TimeToLive};
use crate::clock::Timestamp;
use crate::engine::capacity::{Address, Direction, Limits, Place, Shortage, Supply, Touched, Warm};
use crate::engine::value::key::KeyScalar;

/// A refusal: where, and what is short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throttled {
    /// The table (its local indexes included) or a global index.
    pub place: Place,
    /// Reads or writes.
    pub direction: Direction,
    /// What is short.
    pub shortage: Shortage,
    /// Where the refused key lies.
    pub address: Address,
}

impl Table {
    /// The supply of a place.
    #[must_use]
    pub fn supply(&self, place: &Place) -> &Supply {
        match place {
            Place::Global(name) => self.index(name).map_or(&self.supply, |index| &index.supply),
            Place::Table | Place::Local(_) => &self.supply,
        }
    }

    /// The supply of a place, to take from.
    pub(in crate::engine) fn supply_mut(&mut self, place: &Place) -> &mut Supply {
        match place {
            Place::Global(name) => match self.indexes.iter_mut().find(|index| index.schema.name == *name) {
                Some(index) => &mut index.supply,
                None => &mut self.supply,
            },
            Place::Table | Place::Local(_) => &mut self.supply,
        }
    }

    /// Fills all buckets and forgets what was served: what setting up a lab cost is not the learner's.
    pub fn refill(&mut self) {
        self.supply = Supply::new(self.limits());
        self.followed = 0;
        for index in &mut self.indexes {
            index.refill(self.billing);
        }
    }

    const fn limits(&self) -> Limits {
        limits_of(self.billing, self.provisioning.maximum)
    }

    /// Read and write units a second that the table itself is ready for at once.
    #[must_use]
    pub fn warm(&self) -> Throughput {
        warm_for(&self.supply)
    }

    pub(super) fn settle_supplies(&mut self, now: Timestamp) {
        let limits = self.limits();
        self.provisioning.settle(now);
        self.supply.settle(limits, self.provisioning.warm.into(), self.items.bytes(), now);
        for index in self.indexes.iter_mut().filter(|index| index.schema.kind == IndexKind::Global) {
            let limits = index.limits(self.billing);
            let bytes = index.entries().bytes();
            index.provisioning.settle(now);
            index.supply.settle(limits, index.provisioning.warm.into(), bytes, now);
        }
    }

    /// When settling changes what the table and its global indexes are given, or ready for, by time alone.
    pub(super) fn next_supply(&self, now: Timestamp) -> Option<Timestamp> {
        let own = [self.provisioning.next_change(), self.supply.next_peak(now)];
        let indexes = self.indexes.iter().filter(|index| index.schema.kind == IndexKind::Global);
        let beside = indexes.flat_map(|index| [index.provisioning.next_change(), index.supply.next_peak(now)]);
        own.into_iter().chain(beside).flatten().min()
    }

    /// Whether there are more partitions than when it was settled, or there should be.
    pub(in crate::engine) fn needs_settling(&self) -> bool {
        let indexes = self.indexes.iter().filter(|index| index.schema.kind == IndexKind::Global);
        let places = indexes.map(|index| (&index.supply, index.entries()));
        let mut all = places.chain([(&self.supply, &self.items)]);
        let follows = self.stream.as_ref().is_some_and(|stream| stream.view.is_some());
        let is_behind = follows && self.followed != self.supply.partitions().all().len();
        is_behind || all.any(|(supply, tree)| supply.is_too_small(tree.bytes()))
    }

    /// Whether a request that was served or refused now has it settled sooner than it would be: because of partitions, of
    /// units that will count as a peak, of an item that expires.
    pub(in crate::engine) fn is_due_sooner(&self, now: Timestamp) -> bool {
        let is_sooner = |at: Timestamp| self.due.is_none_or(|due| due > at);
        matches!(self.billing, Billing::OnDemand) && is_sooner(Supply::peak_of(now))
            || self.ttl.as_ref().and_then(TimeToLive::next).is_some_and(is_sooner)
            || self.needs_settling()
    }

    /// Where an item of the table lies. With a local index an item collection is not divided.
    #[must_use]
    pub fn address(&self, position: &Position) -> Address {
        let whole = self.indexes.iter().any(|index| index.schema.kind == IndexKind::Local);
        address(position, (!whole).then_some(self.keys.partition.len()))
    }

    /// Whether a request at a place of the table is let through.
    ///
    /// # Errors
    /// Who refuses it and why.
    pub fn admit(
        &self,
        place: &Place,
        direction: Direction,
        address: Address,
        now: Timestamp,
    ) -> Result<(), Throttled> {
        let refused = |shortage| Throttled { place: place.clone(), direction, shortage, address };
        self.supply(place).check(direction, address, now).map_err(refused)
    }

    /// Whether all global indexes that a change reaches can take it.
    ///
    /// # Errors
    /// The first that cannot.
    pub fn admit_change(&self, old: Option<&Stored>, new: Option<&Stored>, now: Timestamp) -> Result<(), Throttled> {
        for index in self.indexes.iter().filter(|index| index.schema.kind == IndexKind::Global) {
            // Working out what an index would have to write is dear, and seldom needed.
            if index.supply.is_ample(Direction::Write, now) {
                continue;
            }
            for Touched { place, address, .. } in index.movement(old, new, &self.keys).touched {
                self.admit(&place, Direction::Write, address, now)?;
            }
        }
        Ok(())
    }
}

impl Index {
    /// Where an entry of the index lies.
    #[must_use]
    pub fn address(&self, position: &Position) -> Address {
        let whole = self.schema.kind == IndexKind::Local;
        address(position, (!whole).then_some(self.schema.keys.partition.len()))
    }

    /// Begins with full buckets and evenly spread partitions.
    pub(super) fn refill(&mut self, billing: Billing) {
        self.supply = Supply::new(self.limits(billing));
    }

    fn limits(&self, billing: Billing) -> Limits {
        match (billing, self.throughput) {
            (Billing::Provisioned(_), Some(Throughput { read, write })) => Limits::Provisioned { read, write },
            _ => limits_of(billing, self.provisioning.maximum),
        }
    }

    /// Read and write units a second that a global index is ready for at once.
    #[must_use]
    pub fn warm(&self) -> Throughput {
        warm_for(&self.supply)
    }
}

impl From<Throughput> for Warm {
    fn from(Throughput { read, write }: Throughput) -> Self {
        Self { read, write }
    }
}

fn warm_for(supply: &Supply) -> Throughput {
    Throughput { read: supply.warm_for(Direction::Read), write: supply.warm_for(Direction::Write) }
}

const fn limits_of(billing: Billing, maximum: Maximum) -> Limits {
    match billing {
        Billing::Provisioned(Throughput { read, write }) => Limits::Provisioned { read, write },
        Billing::OnDemand => Limits::OnDemand { max_read: maximum.read, max_write: maximum.write },
    }
}

/// The address of a position whose sort key, if it counts, stands at `sort` among its parts.
fn address(position: &Position, sort: Option<usize>) -> Address {
    let order = sort.and_then(|sort| position.parts.get(sort)).map_or(0, order);
    Address { hash: position.hash, order }
}

/// A number that orders as the scalar does, as far as its first 16 bytes or 53 bits tell.
fn order(scalar: &KeyScalar) -> u128 {
    let prefix = |bytes: &[u8]| {
        let mut first = [0; 16];
        let length = bytes.len().min(16);
        first[..length].copy_from_slice(&bytes[..length]);
        u128::from_be_bytes(first)
    };
    match scalar {
        KeyScalar::S(text) => prefix(text.as_bytes()),
        KeyScalar::B(blob) => prefix(blob),
        KeyScalar::N(number) => {
            let bits = number.to_string().parse::<f64>().unwrap_or_default().to_bits();
            // Floats order as integers do once the sign bit is turned and negative ones are turned over.
            let ordered = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
            u128::from(ordered) << 64
        }
        KeyScalar::Last => u128::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::value::Number;

    #[test]
    fn addresses_order_as_sort_keys_do() {
        let number = |text: &str| order(&KeyScalar::N(Number::parse(text).unwrap()));
        let numbers = ["-1e20", "-2", "-1.5", "0", "0.5", "2", "1e20"].map(number);
        assert!(numbers.is_sorted());
        let text = |text: &str| order(&KeyScalar::S(text.into()));
        assert!(text("2026-06-01T10:00") < text("2026-06-01T10:01") && text("a") < text("ab"));
    }
}
