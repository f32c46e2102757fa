//! Partitions: how a table's or an index's keys are spread, and what each stretch of keys can serve.
//!
//! Keys are placed by the hash of their partition key, then by their sort key. Each partition owns a stretch of these
//! addresses and serves 3,000 read units and 1,000 write units a second, no matter how much the table is given.
//! A partition that stays hot is split where its recent traffic has its middle (split for heat). A single item, or an
//! item collection that may not be divided, can only be set apart: it never gets more than one partition's worth.
//!
//! Model: the limits are the service's; the hash, the time until a split and where it is made are not published.
//! Simplified: a partition's read and write limits are independent; a sort key is placed by its first 16 bytes; data
//! size plays a part only in how many partitions there are at least. Source: AWS documentation, "Partitions and data
//! distribution in DynamoDB", "Burst and adaptive capacity", "Best practices for designing partition keys".

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::span::{Span, Spans};
use super::{Bucket, Direction, Units};
use crate::clock::Timestamp;

/// Read units a second that a partition serves.
pub const PARTITION_READ_UNITS: u64 = 3_000;
/// Write units a second that a partition serves.
pub const PARTITION_WRITE_UNITS: u64 = 1_000;
/// Bytes that a partition holds: 10 GB.
pub const PARTITION_BYTES: u64 = 10 * 1024 * 1024 * 1024;
/// Seconds in which a partition refused requests before it is split (a model).
const HOT_SECONDS: u32 = 300;
/// A partition that refused nothing for so long is hot no more, in milliseconds (a model).
const COOL_MILLIS: u64 = 60_000;
/// How many seconds of a partition's past are remembered.
const KEPT_SECONDS: usize = 60;
/// How many recent addresses tell where the traffic is.
const RECENT: usize = 64;

/// Where a key lies: the hash of its partition key, then its place within the item collection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Address {
    /// The hash of the partition key.
    pub hash: u64,
    /// The sort key's place; 0 if the item collection may not be divided.
    pub order: u128,
}

impl From<Address> for String {
    /// Both parts in hexadecimal: a number of 128 bits is more than JSON readers agree on.
    fn from(Address { hash, order }: Address) -> Self {
        format!("{hash:x}:{order:x}")
    }
}

impl TryFrom<String> for Address {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let parts = text.split_once(':');
        let parsed = parts.and_then(|(hash, order)| {
            Some(Self { hash: u64::from_str_radix(hash, 16).ok()?, order: u128::from_str_radix(order, 16).ok()? })
        });
        parsed.ok_or_else(|| format!("{text} is not an address"))
    }
}

impl Address {
    /// The next address, if there is one.
    const fn next(self) -> Option<Self> {
        match (self.order.checked_add(1), self.hash.checked_add(1)) {
            (Some(order), _) => Some(Self { hash: self.hash, order }),
            (None, Some(hash)) => Some(Self { hash, order: 0 }),
            (None, None) => None,
        }
    }
}

/// A stretch of addresses and what it can serve.
#[derive(Clone, Debug)]
pub struct Partition {
    /// Its first address; its last is the one before the next partition's first.
    from: Address,
    read: Bucket,
    write: Bucket,
    /// What it served and refused since it was made.
    served: [Units; 2],
    refused: [u64; 2],
    /// The same by the second, of late.
    seconds: [Spans; 2],
    /// When it was split off from a hot partition.
    split: Option<Timestamp>,
    hot_seconds: u32,
    last_hot: Option<Timestamp>,
    recent: VecDeque<Address>,
}

impl Partition {
    fn new(from: Address) -> Self {
        Self {
            from,
            read: Bucket::full(PARTITION_READ_UNITS, 1),
            write: Bucket::full(PARTITION_WRITE_UNITS, 1),
            served: [Units::ZERO; 2],
            refused: [0; 2],
            seconds: [Spans::new(1, KEPT_SECONDS), Spans::new(1, KEPT_SECONDS)],
            split: None,
            hot_seconds: 0,
            last_hot: None,
            recent: VecDeque::new(),
        }
    }

    const fn bucket(&self, direction: Direction) -> &Bucket {
        match direction {
            Direction::Read => &self.read,
            Direction::Write => &self.write,
        }
    }

    /// Units served since the partition was made.
    #[must_use]
    pub const fn served(&self, direction: Direction) -> Units {
        self.served[direction as usize]
    }

    /// Requests that this partition refused.
    #[must_use]
    pub const fn refused(&self, direction: Direction) -> u64 {
        self.refused[direction as usize]
    }

    /// The newest seconds in which it served or refused anything, oldest first.
    #[must_use]
    pub fn seconds(&self, direction: Direction) -> impl DoubleEndedIterator<Item = Span> {
        self.seconds[direction as usize].all()
    }

    /// When it was split off from a hot partition; `None` if that is not how it came into being.
    #[must_use]
    pub const fn split(&self) -> Option<Timestamp> {
        self.split
    }

    /// Units a second that it can serve.
    #[must_use]
    pub fn limit(&self, direction: Direction) -> u64 {
        self.bucket(direction).rate()
    }

    /// Units that it did not use and has saved up.
    #[must_use]
    pub fn saved(&self, direction: Direction, now: Timestamp) -> u64 {
        self.bucket(direction).level(now).left
    }

    /// Its first address.
    #[must_use]
    pub const fn from(&self) -> Address {
        self.from
    }

    fn note_hot(&mut self, now: Timestamp) {
        match self.last_hot {
            Some(last) if now.as_secs() == last.as_secs() => return,
            Some(last) if now.millis_since(last) > COOL_MILLIS => self.hot_seconds = 1,
            _ => self.hot_seconds += 1,
        }
        self.last_hot = Some(now);
    }

    /// Where to cut so that the recent traffic is halved, or its one busy address set apart.
    fn cut(&self, next: Option<Address>) -> Option<Address> {
        let mut sample: Vec<Address> = self.recent.iter().copied().collect();
        sample.sort_unstable();
        let (least, middle) = (*sample.first()?, *sample.get(sample.len() / 2)?);
        if middle > least {
            return Some(middle);
        }
        // Half of the traffic or more goes to the lowest address: set it apart, below and above.
        [Some(middle), middle.next()].into_iter().flatten().find(|at| *at > self.from && Some(*at) != next)
    }
}

/// The partitions of a table or index, in the order of their addresses; at least one.
#[derive(Clone, Debug)]
pub struct Partitions {
    all: Vec<Partition>,
}

impl Partitions {
    /// `count` partitions with equal shares of the hash.
    #[must_use]
    pub fn even(count: u64) -> Self {
        let count = count.max(1);
        let share = u64::MAX / count;
        Self { all: (0..count).map(|at| Partition::new(Address { hash: at * share, order: 0 })).collect() }
    }

    /// One partition from each of these addresses on, in order; the first begins at the beginning.
    #[must_use]
    pub fn beginning_at(starts: impl IntoIterator<Item = Address>) -> Self {
        let mut all: Vec<Partition> = starts.into_iter().map(Partition::new).collect();
        match all.first_mut() {
            Some(first) => first.from = Address::default(),
            None => return Self::even(1),
        }
        Self { all }
    }

    /// Where each of them begins, in order.
    pub fn starts(&self) -> impl ExactSizeIterator<Item = Address> + Clone {
        self.all.iter().map(Partition::from)
    }

    /// All of them.
    #[must_use]
    pub const fn all(&self) -> &[Partition] {
        self.all.as_slice()
    }

    /// The number of the partition that an address lies in, counted from 0.
    #[must_use]
    pub fn number_of(&self, address: Address) -> usize {
        self.all.partition_point(|partition| partition.from <= address).saturating_sub(1)
    }

    /// Whether the partition of an address can serve more.
    #[must_use]
    pub fn has_any(&self, direction: Direction, address: Address, now: Timestamp) -> bool {
        self.all.get(self.number_of(address)).is_none_or(|partition| partition.bucket(direction).has_any(now))
    }

    /// Whether all partitions can serve more.
    #[must_use]
    pub fn all_have_any(&self, direction: Direction, now: Timestamp) -> bool {
        self.all.iter().all(|partition| partition.bucket(direction).has_any(now))
    }

    /// Takes units from the partition of an address.
    pub fn spend(&mut self, direction: Direction, address: Address, units: Units, now: Timestamp) {
        let number = self.number_of(address);
        let Some(partition) = self.all.get_mut(number) else { return };
        match direction {
            Direction::Read => partition.read.spend(units, now),
            Direction::Write => partition.write.spend(units, now),
        }
        partition.served[direction as usize] += units;
        partition.seconds[direction as usize].at(now).served += units;
        partition.note(address);
    }

    /// Notes that the partition of an address refused a request; one that stays hot is split.
    pub fn note_refused(&mut self, direction: Direction, address: Address, now: Timestamp) {
        let number = self.number_of(address);
        let next = self.all.get(number + 1).map(Partition::from);
        let Some(partition) = self.all.get_mut(number) else { return };
        partition.refused[direction as usize] += 1;
        partition.seconds[direction as usize].at(now).refused += 1;
        partition.note(address);
        partition.note_hot(now);
        if partition.hot_seconds >= HOT_SECONDS {
            partition.hot_seconds = 0;
            if let Some(at) = partition.cut(next).filter(|at| *at > partition.from) {
                partition.recent.clear();
                self.all.insert(number + 1, Partition { split: Some(now), ..Partition::new(at) });
            }
        }
    }

    /// Makes sure that there are at least `count`: the widest is halved, and of equally wide ones the first, until there
    /// are, or until no partition has two hashes left to divide.
    pub fn grow_to(&mut self, count: u64) {
        let mut missing = count.saturating_sub(self.all.len() as u64);
        if missing == 0 {
            return;
        }
        let ends = self.all.iter().skip(1).map(|next| next.from.hash).chain([u64::MAX]);
        let widths = self.all.iter().zip(ends);
        let widths = widths.map(|(partition, end)| (end.saturating_sub(partition.from.hash), Reverse(partition.from)));
        let mut widest: BinaryHeap<(u64, Reverse<Address>)> = widths.collect();
        while missing > 0 {
            let Some((width, Reverse(from))) = widest.pop().filter(|(width, _)| *width >= 2) else { break };
            let middle = Address { hash: from.hash + width / 2, order: 0 };
            widest.extend([(width / 2, Reverse(from)), (width - width / 2, Reverse(middle))]);
            self.all.push(Partition::new(middle));
            missing -= 1;
        }
        // Where the new ones belong is settled once, at the end.
        self.all.sort_by_key(Partition::from);
    }
}

impl Partition {
    fn note(&mut self, address: Address) {
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(address);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    const fn at(hash: u64, order: u128) -> Address {
        Address { hash, order }
    }

    /// Keeps addresses busy for so many seconds with more writes than a partition serves.
    fn heat(partitions: &mut Partitions, seconds: u64, addresses: &[Address]) {
        for second in 0..seconds {
            let now = Timestamp::from_millis(second * 1000);
            for address in addresses {
                partitions.spend(Direction::Write, *address, Units::whole(1000), now);
                partitions.note_refused(Direction::Write, *address, now);
            }
        }
    }

    #[test]
    fn partitions_share_the_hash_and_each_has_its_own_limit() {
        let mut four = Partitions::even(4);
        let now = Timestamp::default();
        assert_eq!([0, 1 << 62, 3 << 62, u64::MAX].map(|hash| four.number_of(at(hash, 0))), [0, 1, 3, 3]);
        four.spend(Direction::Write, at(5, 0), Units::whole(1000), now);
        assert!(!four.has_any(Direction::Write, at(9, 0), now), "a neighbour in the same partition");
        assert!(four.has_any(Direction::Write, at(u64::MAX, 0), now));
        assert!(four.has_any(Direction::Read, at(9, 0), now));
        assert!(!four.all_have_any(Direction::Write, now));
    }

    #[test]
    fn a_hot_partition_is_split_where_its_traffic_has_its_middle() {
        let mut one = Partitions::even(1);
        heat(&mut one, 299, &[at(10, 0), at(20, 0)]);
        assert_eq!(one.all().len(), 1);
        heat(&mut one, 1, &[at(10, 0)]);
        assert_eq!(one.all().len(), 2);
        assert_eq!(one.all()[0].split(), None);
        assert_eq!(one.all()[1].split(), Some(Timestamp::default()), "it came into being when the last was refused");
        assert_ne!(one.number_of(at(10, 0)), one.number_of(at(20, 0)));
    }

    #[test]
    fn an_item_collection_is_divided_by_its_sort_key_but_one_address_is_only_set_apart() {
        let mut one = Partitions::even(1);
        heat(&mut one, 300, &[at(7, 1), at(7, 2)]);
        assert_ne!(one.number_of(at(7, 1)), one.number_of(at(7, 2)));
        let mut one = Partitions::even(1);
        heat(&mut one, 3000, &[at(7, 0)]);
        assert_eq!(one.all().len(), 3, "below it, it alone, above it; and no more");
        assert_eq!([6, 7, 8].map(|hash| one.number_of(at(hash, 0))), [0, 1, 2]);
    }

    #[test]
    fn an_address_survives_its_text() {
        let address = at(u64::MAX, u128::MAX - 1);
        assert_eq!(Address::try_from(String::from(address)), Ok(address));
        assert!(Address::try_from("x:1".to_owned()).is_err());
    }

    /// What `grow_to` means, said plainly: find the widest, halve it, and look again.
    fn grow_one_by_one(partitions: &mut Partitions, count: u64) {
        while (partitions.all.len() as u64) < count {
            let ends = partitions.all.iter().skip(1).map(|next| next.from.hash).chain([u64::MAX]);
            let widths = partitions.all.iter().zip(ends).map(|(one, end)| end.saturating_sub(one.from.hash));
            let (number, width) =
                widths.enumerate().max_by_key(|(number, width)| (*width, usize::MAX - number)).unwrap();
            if width < 2 {
                return;
            }
            let hash = partitions.all[number].from.hash + width / 2;
            partitions.all.insert(number + 1, Partition::new(at(hash, 0)));
        }
    }

    proptest! {
        #[test]
        fn growing_at_once_is_growing_one_by_one(
            first in 1_u64..9, count in 0_u64..200, cuts in prop::collection::vec((any::<u64>(), 0_u128..3), 0..6),
        ) {
            let mut partitions = Partitions::even(first);
            // Splits for heat lie anywhere, some of them within one hash.
            let starts: BTreeSet<Address> = cuts.into_iter().map(|(hash, order)| at(hash, order)).collect();
            partitions.all.extend(starts.into_iter().filter(|start| start.hash > 0).map(Partition::new));
            partitions.all.sort_by_key(Partition::from);
            partitions.all.dedup_by_key(|one| one.from);
            let mut slow = partitions.clone();
            partitions.grow_to(count);
            grow_one_by_one(&mut slow, count);
            prop_assert!(partitions.starts().eq(slow.starts()));
        }
    }

    #[test]
    fn a_hundred_thousand_partitions_are_no_matter() {
        let mut partitions = Partitions::even(1);
        partitions.grow_to(100_000);
        assert_eq!(partitions.all().len(), 100_000);
        let mut narrow = Partitions { all: vec![Partition::new(at(u64::MAX - 5, 0))] };
        narrow.grow_to(u64::MAX);
        assert_eq!(narrow.all().len(), 5, "what has one hash cannot be divided");
    }

    #[test]
    fn a_partition_remembers_its_last_minute_by_the_second() {
        let mut one = Partitions::even(1);
        heat(&mut one, 100, &[at(5, 0), at(6, 0)]);
        let seconds: Vec<Span> = one.all()[0].seconds(Direction::Write).collect();
        assert_eq!(seconds.len(), KEPT_SECONDS);
        assert_eq!(seconds[0], Span { number: 40, served: Units::whole(2000), refused: 2 });
        assert_eq!(one.all()[0].seconds(Direction::Read).count(), 0);
        assert_eq!([Direction::Read, Direction::Write].map(|way| one.all()[0].limit(way)), [3000, 1000]);
    }

    #[test]
    fn growing_halves_the_widest() {
        let mut partitions = Partitions::even(2);
        partitions.grow_to(3);
        assert_eq!([0, 1 << 63, u64::MAX].map(|hash| partitions.number_of(at(hash, 0))), [0, 1, 2]);
    }
}
