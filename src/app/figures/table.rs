//! How tables lie: item collections by partition key, sparse indexes beside their table, what the last line changed.

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
