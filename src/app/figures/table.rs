//! How tables lie: item collections by partition key, sparse indexes beside their table, what the last line changed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::{COUNTED, words};
use crate::clock::Timestamp;
use crate::engine::table::tree::{Position, Stretch, Tree};
use crate::engine::table::{Index, IndexKind, IndexState, KeySchema, Projection, Table};
use crate::engine::value::Item;
use crate::engine::value::key::KeyScalar;
use crate::engine::{Change, Engine, Entry};

/// How many items are looked at for their attributes.
const LOOKED_AT: usize = 50;
/// The most attributes that are shown.
const MOST_ATTRIBUTES: usize = 24;
/// The most item collections that are shown of a table or index.
const MOST_COLLECTIONS: usize = 12;
/// How many sort keys of a collection are shown, beside those that were changed.
const FIRST_SORT_KEYS: usize = 3;
/// The most sort keys of a collection that are shown because they were changed.
const MOST_MARKED: usize = 6;
/// The most changes of one line that are marked.
const MOST_CHANGES: usize = 2_000;
/// The most letters of an attribute's name.
const LONGEST_NAME: usize = 60;
/// The most letters of what an index holds.
const LONGEST_PROJECTION: usize = 120;

/// A table with its indexes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableFigures {
    /// Its name.
    pub name: String,
    /// The Region, if not the one at home.
    pub region: Option<String>,
    /// TableStatus.
    pub status: String,
    /// Its partition key attributes and their types: `customerId S`.
    pub partition_key: String,
    /// Its sort key attributes and their types; `None` if there is none.
    pub sort_key: Option<String>,
    /// How many items there are.
    pub items: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Its attributes, keys first, as far as a few items show them.
    pub attributes: Vec<AttributeFigures>,
    /// Its item collections.
    pub collections: Collections,
    /// Its indexes.
    pub indexes: Vec<IndexFigures>,
    /// The attribute of time to live, if it is on.
    pub ttl: Option<String>,
    /// Items that the last line added, changed and removed.
    pub changed: [u64; 3],
    /// How far eventually consistent reads may be behind.
    pub lag: LagFigures,
}

/// An attribute.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttributeFigures {
    /// Its name.
    pub name: String,
    /// Its type, or several with `/` between them.
    pub kind: String,
    /// How many of the items looked at have it.
    pub items: u64,
    /// How many were looked at.
    pub of: u64,
}

/// The item collections of a table or index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collections {
    /// The biggest, and those that the last line changed.
    pub shown: Vec<Collection>,
    /// How many more there are.
    pub more: u64,
    /// Items of those.
    pub more_items: u64,
    /// Bytes of those.
    pub more_bytes: u64,
    /// How many items were looked at, if not all.
    pub looked_at: Option<u64>,
}

/// An item collection: the items of one partition key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Collection {
    /// The partition key.
    pub key: String,
    /// How many items.
    pub items: u64,
    /// Their bytes.
    pub bytes: u64,
    /// The first and the last sort key; `None` without a sort key.
    pub range: Option<(String, String)>,
    /// Its first sort keys, and those that the last line changed.
    pub sort_keys: Vec<SortKey>,
    /// What the last line did to it, or to its one item.
    pub mark: Option<Mark>,
}

/// A sort key of a collection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SortKey {
    /// The sort key.
    pub key: String,
    /// Bytes of its item; 0 if it is gone.
    pub bytes: u64,
    /// What the last line did to it.
    pub mark: Option<Mark>,
}

/// What the last line did to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is new.
    Added,
    /// It is another.
    Changed,
    /// It is gone.
    Removed,
}

/// An index beside its table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexFigures {
    /// Its name.
    pub name: String,
    /// Whether it is global.
    pub is_global: bool,
    /// IndexStatus, and whether it is being filled.
    pub status: String,
    /// Its partition key attributes and their types.
    pub partition_key: String,
    /// Its sort key attributes and their types; `None` if there is none.
    pub sort_key: Option<String>,
    /// What it holds: `ALL`, `KEYS_ONLY`, `INCLUDE amount, day`.
    pub projection: String,
    /// How many entries it has; fewer than the table has items if it is sparse.
    pub entries: u64,
    /// How many items the table has.
    pub of: u64,
    /// Bytes of the entries.
    pub bytes: u64,
    /// Its item collections.
    pub collections: Collections,
    /// How far it is behind its table.
    pub lag: LagFigures,
}

/// How far a copy is behind the latest write (a model).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LagFigures {
    /// By so many milliseconds at most.
    pub millis: u64,
    /// Writes that it does not show yet.
    pub unseen: u64,
}

impl TableFigures {
    /// A table as it lies, with what some entries changed in it marked.
    #[must_use]
    pub fn of(table: &Table, region: Option<&str>, engine: &Engine, entries: &[&Entry]) -> Self {
        let here = entries.iter().filter(|entry| entry.region.as_deref() == region);
        let changes: Vec<&Change> =
            here.flat_map(|entry| &entry.changes).filter(|change| change.table == table.name).collect();
        let marks = marks(&changes, |image| table.keys.position_if_complete(image), Clone::clone);
        let count = |wanted: Mark| marks.values().filter(|mark| **mark == wanted).count() as u64;
        let (lag, now) = (engine.lag(), engine.now());
        let tree = table.items();
        Self {
            name: table.name.to_string(),
            region: region.map(str::to_owned),
            status: table.state.status().to_owned(),
            partition_key: words::key_attributes(&table.keys.partition),
            sort_key: some(words::key_attributes(&table.keys.sort)),
            items: tree.len() as u64,
            bytes: tree.bytes(),
            attributes: attributes(table),
            collections: Collections::of(tree, &KeyParts::of(&table.keys), &marks),
            indexes: table.indexes.iter().map(|index| IndexFigures::of(index, table, engine, &changes)).collect(),
            ttl: table.ttl().map(|ttl| ttl.attribute.clone()),
            changed: [count(Mark::Added), count(Mark::Changed), count(Mark::Removed)],
            lag: LagFigures::of(tree, lag.replica, now),
        }
    }
}

impl IndexFigures {
    fn of(index: &Index, table: &Table, engine: &Engine, changes: &[&Change]) -> Self {
        let schema = &index.schema;
        let is_global = schema.kind == IndexKind::Global;
        let position = |image: &Item| schema.position(image, &table.keys);
        let marks = marks(changes, position, |image| schema.entry(image, &table.keys));
        let lag = if is_global { engine.lag().index } else { engine.lag().replica };
        let status = match index.state {
            IndexState::Creating { backfilling: true, .. } => "CREATING, backfilling",
            state => state.status(),
        };
        Self {
            name: schema.name.to_string(),
            is_global,
            status: status.to_owned(),
            partition_key: words::key_attributes(&schema.keys.partition),
            sort_key: some(words::key_attributes(&schema.keys.sort)),
            projection: match &schema.projection {
                Projection::All => "ALL".to_owned(),
                Projection::KeysOnly => "KEYS_ONLY".to_owned(),
                Projection::Include(names) => {
                    words::clean(&format!("INCLUDE {}", names.join(", ")), LONGEST_PROJECTION)
                }
            },
            entries: index.entries().len() as u64,
            of: table.items().len() as u64,
            bytes: index.entries().bytes(),
            collections: Collections::of(index.entries(), &KeyParts::of(&schema.keys), &marks),
            lag: LagFigures::of(index.entries(), lag, engine.now()),
        }
    }
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

impl LagFigures {
    fn of(tree: &Tree, millis: u64, now: Timestamp) -> Self {
        let seen = Timestamp::from_millis(now.as_millis().saturating_sub(millis));
        Self { millis, unseen: if millis == 0 { 0 } else { tree.unseen(seen) as u64 } }
    }
}

/// The attributes of a table's first items, keys first.
fn attributes(table: &Table) -> Vec<AttributeFigures> {
    let mut found: BTreeMap<(bool, &str), (BTreeSet<&str>, u64)> = BTreeMap::new();
    let mut of = 0;
    for (_, stored) in table.items().iter().take(LOOKED_AT) {
        of += 1;
        for (name, value) in &stored.item {
            let (kinds, items) = found.entry((!table.keys.contains(name), name)).or_default();
            kinds.insert(value.kind().descriptor());
            *items += 1;
        }
    }
    let figures = |((_, name), (kinds, items)): ((bool, &str), (BTreeSet<&str>, u64))| AttributeFigures {
        name: words::clean(name, LONGEST_NAME),
        kind: kinds.into_iter().collect::<Vec<_>>().join("/"),
        items,
        of,
    };
    found.into_iter().take(MOST_ATTRIBUTES).map(figures).collect()
}

/// What stood at a position before some changes, and what stands there after them.
type Ends = (Option<Item>, Option<Item>);

/// What became of each position that some changes reached: those of a table, or of one of its indexes.
fn marks(
    changes: &[&Change],
    position: impl Fn(&Item) -> Option<Position>,
    held: impl Fn(&Item) -> Item,
) -> BTreeMap<Position, Mark> {
    // An item may change several times: what counts is what stood there at first, and what stands there at last.
    let mut ends: BTreeMap<Position, Ends> = BTreeMap::new();
    for change in changes.iter().take(MOST_CHANGES) {
        let end = |image: &Option<Item>| image.as_ref().and_then(|image| Some((position(image)?, held(image))));
        let (old, new) = (end(&change.old), end(&change.new));
        if let Some((at, item)) = &old {
            ends.entry(at.clone()).or_insert_with(|| (Some(item.clone()), None)).1 = None;
        }
        if let Some((at, item)) = new {
            ends.entry(at).or_insert((None, None)).1 = Some(item);
        }
    }
    let mark = |(at, (old, new)): (Position, Ends)| {
        let mark = match (old, new) {
            (None, Some(_)) => Mark::Added,
            (Some(_), None) => Mark::Removed,
            (Some(old), Some(new)) if old != new => Mark::Changed,
            _ => return None,
        };
        Some((at, mark))
    };
    ends.into_iter().filter_map(mark).collect()
}

/// How many parts of a position are the partition key, and how many the sort key.
struct KeyParts {
    partition: usize,
    sort: usize,
}

impl KeyParts {
    fn of(schema: &KeySchema) -> Self {
        Self { partition: schema.partition.len(), sort: schema.sort.len() }
    }

    /// The partition key of a position.
    fn partition<'a>(&self, position: &'a Position) -> &'a [KeyScalar] {
        &position.parts[..self.partition.min(position.parts.len())]
    }

    /// The sort key of a position; in an index without one the table's key, which keeps its entries apart.
    fn sort(&self, position: &Position) -> String {
        let rest = &position.parts[self.partition.min(position.parts.len())..];
        words::scalars(if self.sort > 0 { &rest[..self.sort.min(rest.len())] } else { rest })
    }
}

/// A collection while it is counted.
struct Counted<'a> {
    first: &'a Position,
    last: &'a Position,
    items: u64,
    bytes: u64,
    is_marked: bool,
}

impl Collections {
    fn of(tree: &Tree, keys: &KeyParts, marks: &BTreeMap<Position, Mark>) -> Self {
        let mut all = counted(tree, keys);
        let mut marked: BTreeSet<&[KeyScalar]> = marks.keys().map(|position| keys.partition(position)).collect();
        let is_marked = |one: &Counted| !marked.is_empty() && marked.contains(keys.partition(one.first));
        for one in &mut all {
            one.is_marked = is_marked(one);
        }
        // What was changed is shown first of all, then what is biggest.
        let order = |one: &Counted, other: &Counted| {
            (other.is_marked, other.bytes, one.first).cmp(&(one.is_marked, one.bytes, other.first))
        };
        if all.len() > MOST_COLLECTIONS {
            all.select_nth_unstable_by(MOST_COLLECTIONS, order);
        }
        let rest = all.split_off(all.len().min(MOST_COLLECTIONS));
        all.sort_by(order);
        let mut shown: Vec<Collection> = all.iter().map(|one| Collection::of(one, tree, keys, marks)).collect();
        // A collection of which nothing is left, or one beyond what was looked at, is known by its marks alone.
        for one in all.iter().chain(&rest).filter(|one| one.is_marked) {
            marked.remove(keys.partition(one.first));
        }
        let unknown = marked.iter().take(MOST_COLLECTIONS);
        let unknown = unknown.map(|partition| Collection::unknown(partition, tree, keys, marks));
        shown.splice(0..0, unknown.collect::<Vec<_>>());
        Self {
            shown,
            more: rest.len() as u64,
            more_items: rest.iter().map(|one| one.items).sum(),
            more_bytes: rest.iter().map(|one| one.bytes).sum(),
            looked_at: (tree.len() > COUNTED).then_some(COUNTED as u64),
        }
    }

    /// How many collections were found.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.shown.iter().filter(|one| one.items > 0).count() as u64 + self.more
    }
}

/// The collections of a tree, as far as it is looked at, in the order in which a Scan meets them.
fn counted<'a>(tree: &'a Tree, keys: &KeyParts) -> Vec<Counted<'a>> {
    let mut all: Vec<Counted> = Vec::new();
    for (position, stored) in tree.iter().take(COUNTED) {
        match all.last_mut().filter(|last| keys.partition(last.first) == keys.partition(position)) {
            Some(last) => {
                last.last = position;
                last.items += 1;
                last.bytes += stored.bytes;
            }
            None => {
                all.push(Counted { first: position, last: position, items: 1, bytes: stored.bytes, is_marked: false });
            }
        }
    }
    all
}

impl Collection {
    fn of(one: &Counted, tree: &Tree, keys: &KeyParts, marks: &BTreeMap<Position, Mark>) -> Self {
        let own = |position: &&Position| keys.partition(position) == keys.partition(one.first);
        let from = Stretch { from: Bound::Included(one.first.clone()), to: Bound::Unbounded };
        let first = tree.stretch(from, true).take(FIRST_SORT_KEYS).map(|(position, _)| position).filter(own);
        let marked = marks.keys().filter(own).take(MOST_MARKED);
        let positions: BTreeSet<&Position> = first.chain(marked).collect();
        let has_sort_keys = !keys.sort(one.first).is_empty();
        let sort_key = |position: &&Position| SortKey {
            key: keys.sort(position),
            bytes: tree.get(position).map_or(0, |stored| stored.bytes),
            mark: marks.get(*position).copied(),
        };
        Self {
            key: words::scalars(keys.partition(one.first)),
            items: one.items,
            bytes: one.bytes,
            range: has_sort_keys.then(|| (keys.sort(one.first), keys.sort(one.last))),
            mark: mark(marks.iter().filter(|(position, _)| own(position)).map(|(_, mark)| *mark), one.items),
            sort_keys: if has_sort_keys { positions.iter().map(sort_key).collect() } else { Vec::new() },
        }
    }

    /// A collection that is known by its marks alone: those of its items that there are.
    fn unknown(partition: &[KeyScalar], tree: &Tree, keys: &KeyParts, marks: &BTreeMap<Position, Mark>) -> Self {
        let own = || marks.iter().filter(|(position, _)| keys.partition(position) == partition);
        let held = || own().filter_map(|(position, _)| tree.get(position));
        let sort_key = |(position, mark): (&Position, &Mark)| SortKey {
            key: keys.sort(position),
            bytes: tree.get(position).map_or(0, |stored| stored.bytes),
            mark: Some(*mark),
        };
        let sort_keys = own().take(MOST_MARKED).map(sort_key).filter(|sort_key| !sort_key.key.is_empty());
        let items = held().count() as u64;
        Self {
            key: words::scalars(partition),
            items,
            bytes: held().map(|stored| stored.bytes).sum(),
            range: None,
            sort_keys: sort_keys.collect(),
            mark: mark(own().map(|(_, mark)| *mark), items),
        }
    }
}

/// What became of a collection of so many items, from what became of its items.
fn mark(marks: impl Iterator<Item = Mark>, items: u64) -> Option<Mark> {
    let marks: Vec<Mark> = marks.collect();
    let count = |wanted: Mark| marks.iter().filter(|mark| **mark == wanted).count() as u64;
    match items {
        _ if marks.is_empty() => None,
        0 => Some(Mark::Removed),
        items if items == count(Mark::Added) => Some(Mark::Added),
        _ => Some(Mark::Changed),
    }
}
