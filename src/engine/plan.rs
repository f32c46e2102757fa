//! What a request will read or write, decided before it runs: which table or index, which keys, in which direction.
//!
//! A plan prints itself; that is EXPLAIN. Nothing is estimated here: a plan says where the request will look, the
//! charge after it says what that cost. Source: AWS documentation, "Query operations in DynamoDB", "Scan operations".

use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

use super::error::ApiError;
use super::expr::{Condition, KeyRange, SortRange, Update};
use super::table::schema::KeySchema;
use super::table::tree::{Position, Stretch};
use super::value::key::KeyScalar;
use super::value::{AttributeValue, Item, json};

/// What one request, or one part of a batch or transaction, will touch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The operation in DynamoDB's words: `GetItem`, `Query`, `Scan`, `PutItem`, ….
    pub operation: &'static str,
    /// The table.
    pub table: Arc<str>,
    /// The index that is read instead of the table.
    pub index: Option<Arc<str>>,
    /// Which items.
    pub access: Access,
    /// A filter that runs after the read, or a condition that runs before the write.
    pub test: Option<String>,
    /// Whether a read sees the latest write.
    pub consistent: bool,
    /// What it does to what it touches.
    pub effect: Effect,
    /// The filter that runs after the read, or the condition that runs before the write, compiled.
    pub condition: Option<Condition>,
    /// The attributes whose new value an update works out from the one that is stored.
    pub computed: Vec<String>,
    /// What a write is to do with the item.
    pub action: Option<WriteAction>,
}

/// What is to be done with an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteAction {
    /// Replace it.
    Put(Item),
    /// Change it; `None` only makes sure that it exists.
    Update(Option<Update>),
    /// Remove it.
    Delete,
    /// Leave it; only the condition counts.
    Check,
}

impl WriteAction {
    /// Returns what it makes of the item `old` with this key; `None` if there is no item then.
    ///
    /// # Errors
    /// ValidationException for an update that cannot be applied to this item.
    pub fn image(&self, old: Option<&Item>, key: &Item) -> Result<Option<Item>, ApiError> {
        Ok(match self {
            Self::Put(item) => Some(item.clone()),
            Self::Delete => None,
            Self::Check => old.cloned(),
            Self::Update(None) => Some(old.unwrap_or(key).clone()),
            Self::Update(Some(update)) => {
                let after = update.apply(old, key)?;
                (old.is_some() || update.creates()).then_some(after)
            }
        })
    }
}

/// What a request, or one part of it, does: the same for every verb that does it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Reads items.
    Read,
    /// Writes or deletes items.
    Write,
    /// Tests a condition on an item and leaves it.
    Check,
    /// Creates, changes or deletes a table, or a setting of one.
    Define,
    /// Reads what a table is, or which there are.
    Describe,
    /// Reads a stream.
    Stream,
}

/// Which items a plan touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    /// The description of a table, no items.
    Control,
    /// One item, by its key.
    Item(Item),
    /// The items of one partition key, narrowed by the sort key.
    Range {
        /// Names and values that must be equal, partition key first.
        equal: Vec<(String, KeyScalar)>,
        /// The sort key attribute and the range it must lie in.
        range: Option<(String, SortRange)>,
        /// Ascending by sort key.
        forward: bool,
    },
    /// Every item, or every item of one segment.
    Everything {
        /// Segment and TotalSegments.
        segment: Option<(u32, u32)>,
    },
}

impl Access {
    /// The access of a key range over these keys.
    #[must_use]
    pub fn of_range(range: &KeyRange, keys: &KeySchema, forward: bool) -> Self {
        let names = keys.attributes().map(|attribute| attribute.name.clone());
        let scalars = range.partition.iter().chain(&range.equal).cloned();
        let next = keys.sort.get(range.equal.len()).map(|attribute| attribute.name.clone());
        Self::Range { equal: names.zip(scalars).collect(), range: next.zip(range.range.clone()), forward }
    }
}

impl fmt::Display for Access {
    /// The keys in words: `status = "OPEN" AND day >= "2026"`, `every item`; nothing if no items are touched.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Control => Ok(()),
            Self::Item(key) => f.write_str(&conjunction(key.iter().map(|(n, v)| format!("{n} = {}", literal(v))))),
            Self::Range { equal, range, .. } => {
                let fixed = equal.iter().map(|(name, scalar)| format!("{name} = {}", literal(&scalar.to_value())));
                let ranged = range.iter().map(|(name, range)| range_text(name, range));
                f.write_str(&conjunction(fixed.chain(ranged)))
            }
            Self::Everything { segment: None } => f.write_str("every item"),
            Self::Everything { segment: Some((segment, total)) } => {
                write!(f, "every item of segment {segment} of {total}")
            }
        }
    }
}

impl fmt::Display for Plan {
    /// One line: `Query Orders index byStatus: status = "OPEN" AND day >= "2026", descending; then filter: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operation, self.table)?;
        if let Some(index) = &self.index {
            write!(f, " index {index}")?;
        }
        match &self.access {
            Access::Control => {}
            Access::Range { forward, .. } => {
                write!(f, ": {}, {}", self.access, if *forward { "ascending" } else { "descending" })?;
            }
            access => write!(f, ": {access}")?,
        }
        match (&self.test, self.operation) {
            (None, _) => Ok(()),
            (Some(test), "Query" | "Scan") => write!(f, "; filter after the read: {test}"),
            (Some(test), _) => write!(f, "; only if {test}"),
        }?;
        if self.consistent { f.write_str("; strongly consistent") } else { Ok(()) }
    }
}

fn conjunction(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(" AND ")
}

/// A value as plans print it: strings quoted, numbers bare, anything else in its wire form.
#[must_use]
pub fn literal(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => serde_json::Value::from(text.as_str()).to_string(),
        AttributeValue::N(number) => number.to_string(),
        other => json::encode(other).to_string(),
    }
}

fn range_text(name: &str, range: &SortRange) -> String {
    let show = |scalar: &KeyScalar| literal(&scalar.to_value());
    match range {
        SortRange::Less(bound) => format!("{name} < {}", show(bound)),
        SortRange::AtMost(bound) => format!("{name} <= {}", show(bound)),
        SortRange::Greater(bound) => format!("{name} > {}", show(bound)),
        SortRange::AtLeast(bound) => format!("{name} >= {}", show(bound)),
        SortRange::Between(low, high) => format!("{name} BETWEEN {} AND {}", show(low), show(high)),
        SortRange::BeginsWith(prefix) => format!("begins_with({name}, {})", show(prefix)),
    }
}

/// The stretch of a tree that a key range covers.
#[must_use]
pub fn stretch(range: &KeyRange) -> Stretch {
    let collection = Position::new(range.partition.clone(), range.equal.iter().cloned());
    let at = |scalar: &KeyScalar| collection.then(scalar.clone());
    let past = |scalar: &KeyScalar| collection.then(scalar.clone()).end();
    let whole = (Bound::Included(collection.clone()), Bound::Excluded(collection.end()));
    let (from, to) = match &range.range {
        None => whole,
        Some(SortRange::Less(bound)) => (whole.0, Bound::Excluded(at(bound))),
        Some(SortRange::AtMost(bound)) => (whole.0, Bound::Excluded(past(bound))),
        Some(SortRange::Greater(bound)) => (Bound::Excluded(past(bound)), whole.1),
        Some(SortRange::AtLeast(bound)) => (Bound::Included(at(bound)), whole.1),
        Some(SortRange::Between(low, high)) => (Bound::Included(at(low)), Bound::Excluded(past(high))),
        Some(SortRange::BeginsWith(prefix)) => (Bound::Included(at(prefix)), after_prefix(&collection, prefix)),
    };
    Stretch { from, to }
}

/// Past every scalar that begins with `prefix`: the next text after it, or the collection's end if there is none.
fn after_prefix(collection: &Position, prefix: &KeyScalar) -> Bound<Position> {
    let next = match prefix {
        KeyScalar::S(text) => next_text(text).map(|text| KeyScalar::S(text.into())),
        KeyScalar::B(blob) => next_bytes(blob).map(|blob| KeyScalar::B(blob.into())),
        KeyScalar::N(_) | KeyScalar::Last => None,
    };
    Bound::Excluded(next.map_or_else(|| collection.end(), |scalar| collection.then(scalar)))
}

/// The smallest text that is greater than all texts beginning with `prefix`.
fn next_text(prefix: &str) -> Option<String> {
    let mut letters: Vec<char> = prefix.chars().collect();
    while let Some(last) = letters.pop() {
        let mut next = u32::from(last) + 1;
        // The surrogates between U+D7FF and U+E000 are no characters.
        if next == 0xD800 {
            next = 0xE000;
        }
        if let Some(next) = char::from_u32(next) {
            letters.push(next);
            return Some(letters.into_iter().collect());
        }
    }
    None
}

fn next_bytes(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = prefix.to_vec();
    while let Some(last) = bytes.pop() {
        if last < u8::MAX {
            bytes.push(last + 1);
            return Some(bytes);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_ends_before_the_next_text() {
        assert_eq!(next_text("ab").as_deref(), Some("ac"));
        assert_eq!(next_text("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(next_text("a\u{D7FF}").as_deref(), Some("a\u{E000}"));
        assert_eq!(next_text("\u{10FFFF}"), None);
        assert_eq!(next_bytes(&[1, 0xff]), Some(vec![2]));
        assert_eq!(next_bytes(&[0xff]), None);
    }
}
