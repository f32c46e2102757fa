//! What a table is declared to be: its keys, its indexes and what they project.
//!
//! The checks here are those that need the schema: whether a key fits it, whether an item may be stored under it.
//! Source: AWS documentation, "Core components of Amazon DynamoDB", "Using Global Secondary Indexes", "Local
//! Secondary Indexes".

use std::sync::Arc;

use serde_json::{Value, json};

use super::tree::Position;
use crate::engine::error::ApiError;
use crate::engine::messages::keys as text;
use crate::engine::value::key::{KeyAttribute, KeyScalar};
use crate::engine::value::{AttributeValue, Item, Type};

/// The longest partition key value, in bytes.
pub const MAX_PARTITION_KEY_BYTES: usize = 2048;
/// The longest sort key value, in bytes.
pub const MAX_SORT_KEY_BYTES: usize = 1024;

/// The key attributes of a table or index. A table and an LSI have one partition key attribute and at most one sort
/// key attribute; a GSI may have up to four of each.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct KeySchema {
    /// KeyType HASH.
    pub partition: Vec<KeyAttribute>,
    /// KeyType RANGE.
    pub sort: Vec<KeyAttribute>,
}

impl KeySchema {
    /// All key attributes, partition key first.
    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        self.partition.iter().chain(&self.sort)
    }

    /// Whether `name` is a key attribute.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name == name)
    }

    /// The key attributes of `item`, as an item of their own.
    #[must_use]
    pub fn key_of(&self, item: &Item) -> Item {
        self.attributes().filter_map(|key| item.get_key_value(&key.name)).map(|(n, v)| (n.clone(), v.clone())).collect()
    }

    /// The position that a request's Key names.
    ///
    /// # Errors
    /// ValidationException if the attributes are not exactly the key's, or a value may not be a key.
    pub fn position_of_key(&self, key: &Item) -> Result<Position, ApiError> {
        let fits = key.len() == self.attributes().count()
            && self.attributes().all(|wanted| key.get(&wanted.name).is_some_and(|value| value.kind() == wanted.kind));
        if !fits {
            return Err(ApiError::validation(text::DOES_NOT_MATCH));
        }
        self.checked_position(key)
    }

    /// The position of an item that is to be stored.
    ///
    /// # Errors
    /// ValidationException if a key attribute is missing, of another type, empty or too long.
    pub fn position_of_item(&self, item: &Item) -> Result<Position, ApiError> {
        for wanted in self.attributes() {
            let value = item.get(&wanted.name).ok_or_else(|| ApiError::validation(text::missing(&wanted.name)))?;
            if value.kind() != wanted.kind {
                return Err(ApiError::validation(text::type_mismatch(wanted, value.kind())));
            }
        }
        self.checked_position(item)
    }

    /// The position of an item that is known to hold a valid key; `None` if an attribute is missing or of another
    /// type, which in an index means that the item is not in it.
    #[must_use]
    pub fn position_if_complete(&self, item: &Item) -> Option<Position> {
        Position::of(self.partition.len(), self.attributes().map(|wanted| scalar_of(item, wanted)))
    }

    /// Refuses an empty string or binary as the value of a key attribute.
    ///
    /// # Errors
    /// ValidationException.
    pub fn check_not_empty(&self, item: &Item) -> Result<(), ApiError> {
        let found = self
            .attributes()
            .find_map(|attribute| Some((attribute, item.get(&attribute.name)?)).filter(|(_, value)| is_empty(value)));
        found.map_or(Ok(()), |(key, value)| Err(ApiError::validation(text::empty_key(&key.name, value.kind()))))
    }

    fn checked_position(&self, item: &Item) -> Result<Position, ApiError> {
        self.check_not_empty(item)?;
        let position = self.position_if_complete(item).ok_or_else(|| ApiError::validation(text::DOES_NOT_MATCH))?;
        self.check_lengths(&position).map(|()| position)
    }

    /// Checks the byte limits of key values.
    ///
    /// # Errors
    /// ValidationException if a value is too long.
    fn check_lengths(&self, position: &Position) -> Result<(), ApiError> {
        let (partition, sort) = position.parts.split_at(self.partition.len().min(position.parts.len()));
        let too_long = |parts: &[KeyScalar], limit| parts.iter().any(|part| part.limited_length() > Some(limit));
        if too_long(partition, MAX_PARTITION_KEY_BYTES) {
            return Err(ApiError::validation(text::PARTITION_KEY_TOO_LONG));
        }
        if too_long(sort, MAX_SORT_KEY_BYTES) {
            return Err(ApiError::validation(text::SORT_KEY_TOO_LONG));
        }
        Ok(())
    }

    /// The KeySchema of a description.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let element = |attribute: &KeyAttribute, role: &str| json!({"AttributeName": attribute.name, "KeyType": role});
        let partition = self.partition.iter().map(|attribute| element(attribute, "HASH"));
        partition.chain(self.sort.iter().map(|attribute| element(attribute, "RANGE"))).collect()
    }
}

fn scalar_of(item: &Item, wanted: &KeyAttribute) -> Option<KeyScalar> {
    item.get(&wanted.name).filter(|value| value.kind() == wanted.kind).and_then(KeyScalar::from_value)
}

/// Whether a value is an empty string or binary, which no key attribute may be.
fn is_empty(value: &AttributeValue) -> bool {
    matches!(value, AttributeValue::S(text) if text.is_empty())
        || matches!(value, AttributeValue::B(blob) if blob.is_empty())
}

/// Which attributes an index holds beside its keys and the table's.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Projection {
    /// Every attribute.
    All,
    /// No further ones.
    KeysOnly,
    /// These.
    Include(Vec<String>),
}

impl Projection {
    /// The Projection of a description.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::All => json!({"ProjectionType": "ALL"}),
            Self::KeysOnly => json!({"ProjectionType": "KEYS_ONLY"}),
            Self::Include(names) => json!({"ProjectionType": "INCLUDE", "NonKeyAttributes": names}),
        }
    }
}

/// The two kinds of secondary index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum IndexKind {
    /// Local: the table's partition key, another sort key, from table creation only.
    Local,
    /// Global: any keys, at any time, eventually consistent.
    Global,
}

/// What an index is declared to be.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct IndexSchema {
    /// Its name.
    pub name: Arc<str>,
    /// Its kind.
    pub kind: IndexKind,
    /// Its keys.
    pub keys: KeySchema,
    /// What it holds.
    pub projection: Projection,
}

impl IndexSchema {
    /// Whether the index holds attribute `name` of every item in it.
    #[must_use]
    pub fn holds(&self, name: &str, table: &KeySchema) -> bool {
        match &self.projection {
            Projection::All => true,
            Projection::KeysOnly => self.keys.contains(name) || table.contains(name),
            Projection::Include(names) => {
                self.keys.contains(name) || table.contains(name) || names.iter().any(|included| included == name)
            }
        }
    }

    /// The entry's position: the index key, then the table's key; `None` if the item lacks an index key attribute.
    #[must_use]
    pub fn position(&self, item: &Item, table: &KeySchema) -> Option<Position> {
        let attributes = self.keys.attributes().chain(table.attributes());
        Position::of(self.keys.partition.len(), attributes.map(|wanted| scalar_of(item, wanted)))
    }

    /// What the index holds of `item`; the item itself, shared, if that is all of it.
    #[must_use]
    pub fn entry(&self, item: &Item, table: &KeySchema) -> Item {
        if self.projection == Projection::All {
            return item.clone();
        }
        let held = item.iter().filter(|(name, _)| self.holds(name, table));
        held.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Checks that the values an item has for this index's key attributes may be index keys.
    ///
    /// # Errors
    /// The first problem, for the caller to word: a put and an update are refused in different words.
    pub fn check_keys(&self, item: &Item) -> Result<(), IndexKeyProblem> {
        let roles = [
            (&self.keys.partition, KeyRole::Partition, MAX_PARTITION_KEY_BYTES),
            (&self.keys.sort, KeyRole::Sort, MAX_SORT_KEY_BYTES),
        ];
        for (attributes, role, limit) in roles {
            for attribute in attributes {
                let Some(value) = item.get(&attribute.name) else { continue };
                let problem =
                    |kind| IndexKeyProblem { kind, index: Arc::clone(&self.name), attribute: attribute.clone() };
                if value.kind() != attribute.kind {
                    return Err(problem(IndexKeyProblemKind::WrongType(value.kind())));
                }
                if is_empty(value) {
                    return Err(problem(IndexKeyProblemKind::Empty));
                }
                if KeyScalar::from_value(value).and_then(|scalar| scalar.limited_length()) > Some(limit) {
                    return Err(problem(IndexKeyProblemKind::TooLong(role)));
                }
            }
        }
        Ok(())
    }
}

/// A value that cannot be an index key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexKeyProblem {
    /// What is wrong.
    pub kind: IndexKeyProblemKind,
    /// The index.
    pub index: Arc<str>,
    /// Its key attribute.
    pub attribute: KeyAttribute,
}

/// What is wrong with a value that should be an index key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexKeyProblemKind {
    /// It has this type instead of the declared one.
    WrongType(Type),
    /// It is an empty string or binary.
    Empty,
    /// It is longer than a key in this role may be.
    TooLong(KeyRole),
}

/// What an attribute of a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRole {
    /// KeyType HASH.
    Partition,
    /// KeyType RANGE.
    Sort,
}
