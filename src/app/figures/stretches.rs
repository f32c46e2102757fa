//! Where items lie among all items of a table or index: those of one partition key together, in the order of their sort
//! keys, and the partition keys in the order of their hashes, as a Scan meets them.
//!
//! In a tree that is small enough the items before a position are counted. In a larger one the place is estimated from the
//! hash of the partition key, over which keys are spread evenly.

use std::ops::Bound;

use super::{COUNTED, words};
use crate::engine::expr::KeyRange;
use crate::engine::messages::wording::Wording;
use crate::engine::plan::{self, Access, Plan};
use crate::engine::table::tree::{Position, Stretch, Tree};
use crate::engine::table::{Index, Table};
use crate::engine::value::json;
use crate::engine::value::key::KeyAttribute;
use crate::engine::{Engine, Entry};

/// Where items lie among all items of a table or index, as shares of the whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stretches {
    /// How many items there are.
    pub of: u64,
    /// From and to, 0 to 1, in the order in which they were read; neighbours of one page are joined.
    pub parts: Vec<(f64, f64)>,
    /// What they are in the order of, in words: `hash of customerId, then orderKey`.
    pub order: String,
    /// Whether the places are estimated from the hash, because there are too many items to count.
    pub is_estimate: bool,
}

/// The most letters that the order of a table's items is said in.
const LONGEST_ORDER: usize = 100;

/// The tree that a plan reads or writes, with its keys' place in it.
struct Lies<'a> {
    table: &'a Table,
    index: Option<&'a Index>,
    tree: &'a Tree,
}

/// Where the items of a request lie, or those of all pages of a read; `None` if it touches none, or they are no more.
pub(super) fn of(engine: &Engine, pages: &[&Entry]) -> Option<Stretches> {
    let plans = &pages.first()?.plans;
    let first = plans.first()?;
    let table = engine.table(&first.table)?;
    let index = first.index.as_deref().and_then(|name| table.index(name));
    let lies = Lies { table, index, tree: index.map_or(table.items(), Index::entries) };
    let (of, is_estimate) = (lies.tree.len() as u64, lies.tree.len() > COUNTED);
    if of == 0 {
        return None;
    }
    let parts = match &first.access {
        Access::Control => return None,
        Access::Item(_) => lies.points(plans),
        Access::Range { forward, .. } => lies.pages(pages, *forward)?,
        Access::Everything { .. } => lies.pages(pages, true)?,
    };
    Some(Stretches { of, parts, order: lies.order(), is_estimate })
}

impl Lies<'_> {
    /// The order in which items lie: partition keys are scattered by their hash, only sort keys are in order.
    fn order(&self) -> String {
        let keys = self.index.map_or(&self.table.keys, |index| &index.schema.keys);
        let names = |keys: &[KeyAttribute]| keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>().join(", ");
        let (partition, sort) = (names(&keys.partition), names(&keys.sort));
        let then = if sort.is_empty() { String::new() } else { format!(", then {sort}") };
        words::clean(&format!("hash of {partition}{then}"), LONGEST_ORDER)
    }

    /// The places of single items.
    fn points(&self, plans: &[Plan]) -> Vec<(f64, f64)> {
        let here = plans.iter().filter(|plan| plan.table == self.table.name);
        let keys = here.filter_map(|plan| if let Access::Item(key) = &plan.access { Some(key) } else { None });
        let positions: Vec<Position> =
            keys.filter_map(|key| self.table.keys.position_if_complete(key)).take(super::MOST_POINTS).collect();
        let ranks = self.ranks(&positions);
        let width = |position: &Position| if self.tree.get(position).is_some() { 1.0 } else { 0.0 };
        positions.iter().zip(ranks).map(|(position, rank)| self.share(rank, width(position))).collect()
    }

    /// The places of what each page read, in the order in which they were read.
    fn pages(&self, pages: &[&Entry], forward: bool) -> Option<Vec<(f64, f64)>> {
        let first = pages.first()?;
        let stretch = match &first.plans.first()?.access {
            Access::Range { equal, range, .. } => {
                let keys = self.index.map_or(&self.table.keys, |index| &index.schema.keys);
                let mut scalars = equal.iter().map(|(_, scalar)| scalar.clone());
                let partition = scalars.by_ref().take(keys.partition.len()).collect();
                let range = range.as_ref().map(|(_, range)| range.clone());
                plan::stretch(&KeyRange { partition, equal: scalars.collect(), range })
            }
            _ => Stretch::ALL,
        };
        let after = first.request.get("ExclusiveStartKey").and_then(|key| self.position(key));
        let begin = match (after, forward) {
            (Some(after), _) => Bound::Excluded(after),
            (None, true) => stretch.from,
            (None, false) => stretch.to,
        };
        let mut at = match &begin {
            Bound::Unbounded => {
                if forward {
                    0.0
                } else {
                    self.length()
                }
            }
            Bound::Included(position) => self.ranks(std::slice::from_ref(position)).first().copied()?,
            // Past an item that is there is one place further.
            Bound::Excluded(position) => {
                let there = f64::from(u8::from(forward && self.tree.get(position).is_some()));
                self.ranks(std::slice::from_ref(position)).first().copied()? + there
            }
        };
        let mut parts: Vec<(f64, f64)> = Vec::new();
        for page in pages.iter().take(super::MOST_POINTS) {
            let items = count(page);
            if !forward {
                at -= items;
            }
            parts.push(self.share(at, items));
            if forward {
                at += items;
            }
        }
        Some(parts)
    }

    /// The position that a cursor names.
    fn position(&self, key: &serde_json::Value) -> Option<Position> {
        let item = json::decode_item(&serde_json::from_value(key.clone()).ok()?, Wording::default()).ok()?;
        match self.index {
            Some(index) => index.schema.position(&item, &self.table.keys),
            None => self.table.keys.position_if_complete(&item),
        }
    }

    /// How many items lie before each of some positions.
    fn ranks(&self, positions: &[Position]) -> Vec<f64> {
        if self.tree.len() > COUNTED {
            return positions.iter().map(|position| self.length() * share_of_hash(position.hash)).collect();
        }
        let mut order: Vec<usize> = (0..positions.len()).collect();
        order.sort_by_key(|place| &positions[*place]);
        let (mut ranks, mut before) = (vec![0.0; positions.len()], 0_u32);
        let mut items = self.tree.iter().map(|(position, _)| position).peekable();
        for place in order {
            while items.next_if(|item| **item < positions[place]).is_some() {
                before += 1;
            }
            ranks[place] = f64::from(before);
        }
        ranks
    }

    #[expect(clippy::cast_precision_loss, reason = "a tree's length stays far below 2^53")]
    fn length(&self) -> f64 {
        self.tree.len() as f64
    }

    /// A stretch of items from a place on, as shares of the whole.
    fn share(&self, from: f64, items: f64) -> (f64, f64) {
        let bounded = |place: f64| (place / self.length()).clamp(0.0, 1.0);
        (bounded(from), bounded(from + items))
    }
}

/// Items that a page read.
fn count(page: &Entry) -> f64 {
    let touched = || page.charges.first().map(|charge| charge.touched.items);
    let items = page.number("ScannedCount").or_else(touched).unwrap_or(0);
    f64::from(u32::try_from(items).unwrap_or(u32::MAX))
}

/// Where a hash lies among all hashes, 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "a share of the whole needs no more digits")]
pub(super) fn share_of_hash(hash: u64) -> f64 {
    hash as f64 / u64::MAX as f64
}
