//! Texts about keys: of the table, of its indexes, and of pages' starting keys.

use ecow::EcoString;

use crate::engine::table::schema::{IndexKeyProblem, IndexKeyProblemKind, KeyRole};
use crate::engine::value::key::KeyAttribute;
use crate::engine::value::{AttributeValue, Item, Type, json};

/// A Key with other attributes than the schema's, or values of other types.
pub const DOES_NOT_MATCH: &str = "The provided key element does not match the schema";
/// A partition key value of more than 2,048 bytes; the missing blank is the service's.
pub const PARTITION_KEY_TOO_LONG: &str =
    "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes";
/// A sort key value of more than 1,024 bytes.
pub const SORT_KEY_TOO_LONG: &str = "One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes";
/// An update that would take a value of another type for an index key from elsewhere in the item.
pub const UPDATE_INDEX_KEY_TYPE: &str =
    "The update expression attempted to update the secondary index key to unsupported type";
/// An update that would make an index key too long.
pub const UPDATE_INDEX_KEY_TOO_LONG: &str =
    "The update expression attempted to update the secondary index key beyond allowed size limits";
/// An ExclusiveStartKey with the wrong attributes, in a Query.
pub const START_KEY_INVALID: &str = "The provided starting key is invalid";
/// An ExclusiveStartKey with the wrong attributes, in a Scan.
pub const SCAN_START_KEY_INVALID: &str =
    "The provided starting key is invalid: The provided key element does not match the schema";
/// An ExclusiveStartKey of another partition key than the Query's.
pub const START_KEY_OUTSIDE: &str =
    "The provided starting key is outside query boundaries based on provided conditions";
/// An ExclusiveStartKey within the Query's sort key condition, but of another partition key.
pub const START_KEY_OF_OTHER_ITEMS: &str = "The query can return at most one row and cannot be restarted";
/// An ExclusiveStartKey outside the Query's sort key condition.
pub const START_KEY_NOT_IN_RANGE: &str = "The provided starting key does not match the range key predicate";

const INVALID: &str = "One or more parameter values were invalid: ";
const NOT_VALID: &str = "One or more parameter values are not valid. ";

/// An item without one of its key attributes.
#[must_use]
pub fn missing(name: &str) -> String {
    format!("{INVALID}Missing the key {name} in the item")
}

/// An item whose key attribute has another type.
#[must_use]
pub fn type_mismatch(wanted: &KeyAttribute, found: Type) -> String {
    let expected = wanted.kind.descriptor();
    format!("{INVALID}Type mismatch for key {} expected: {expected} actual: {}", wanted.name, found.descriptor())
}

/// An empty string or binary as a key value.
#[must_use]
pub fn empty_key(name: &str, kind: Type) -> String {
    let what = if kind == Type::B { "binary" } else { "string" };
    format!("{NOT_VALID}The AttributeValue for a key attribute cannot contain an empty {what} value. Key: {name}")
}

/// A put of an item whose index key attribute cannot be one.
#[must_use]
pub fn index_key_of_put(problem: &IndexKeyProblem) -> String {
    let IndexKeyProblem { kind, index, attribute } = problem;
    match kind {
        IndexKeyProblemKind::WrongType(found) => format!(
            "{INVALID}Type mismatch for Index Key {} Expected: {} Actual: {} IndexName: {index}",
            attribute.name,
            attribute.kind.descriptor(),
            found.descriptor()
        ),
        IndexKeyProblemKind::Empty => {
            let what = if attribute.kind == Type::B { "binary" } else { "string" };
            format!(
                "{NOT_VALID}A value specified for a secondary index key is not supported. The AttributeValue for a \
                 key attribute cannot contain an empty {what} value. IndexName: {index}, IndexKey: {}",
                attribute.name
            )
        }
        IndexKeyProblemKind::TooLong(role) => too_long_index_key(problem, *role),
    }
}

fn too_long_index_key(problem: &IndexKeyProblem, role: KeyRole) -> String {
    let limit = match role {
        KeyRole::Partition => PARTITION_KEY_TOO_LONG,
        KeyRole::Sort => SORT_KEY_TOO_LONG,
    };
    format!("{limit} IndexName: {}, IndexKey: {}", problem.index, problem.attribute.name)
}

/// An update that would make an index key attribute unusable as one. A type that the update states is refused before the
/// item is looked at, in the words of a put.
#[must_use]
pub fn index_key_of_update(problem: &IndexKeyProblem) -> String {
    match problem.kind {
        IndexKeyProblemKind::WrongType(_) => UPDATE_INDEX_KEY_TYPE.to_owned(),
        IndexKeyProblemKind::Empty => {
            let what = if problem.attribute.kind == Type::B { "binary" } else { "string" };
            format!(
                "{NOT_VALID}The update expression attempted to update a secondary index key to a value that is not \
                 supported. The AttributeValue for a key attribute cannot contain an empty {what} value."
            )
        }
        IndexKeyProblemKind::TooLong(_) => UPDATE_INDEX_KEY_TOO_LONG.to_owned(),
    }
}

/// An update of a key attribute.
#[must_use]
pub fn cannot_update(name: &str) -> String {
    format!("{INVALID}Cannot update attribute {name}. This attribute is part of the key")
}

/// A document path into a key attribute.
#[must_use]
pub fn nested_key(name: &str, of_index: bool) -> String {
    let what = if of_index { "IndexKey" } else { "Key" };
    format!(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: {what}: {name}"
    )
}

/// An ExclusiveStartKey in a Query of a table without a sort key.
#[must_use]
pub fn start_key_of_one_item(key: &Item) -> String {
    let part = |(name, value): (&EcoString, &AttributeValue)| {
        let wire = json::encode(value);
        let typed = wire.as_object().and_then(|wire| wire.iter().next());
        let (kind, inner) = typed.map_or(("", ""), |(kind, inner)| (kind.as_str(), inner.as_str().unwrap_or_default()));
        format!("{name}=AttributeValue: {{{kind}:{inner}}}")
    };
    let parts: Vec<String> = key.iter().map(part).collect();
    format!("The provided exclusive start key is invalid: ExclusiveStartKey: {{{}}}", parts.join(", "))
}

/// What is wrong with a value of an ExclusiveStartKey; faults of numbers and sets are told without the prefix.
#[must_use]
pub fn start_key_value(fault: &str) -> String {
    const BARE: [&str; 5] =
        ["contains duplicates", "number set", "numeric value", "significant digits", "number with magnitude"];
    if BARE.iter().any(|bare| fault.contains(bare)) {
        return fault.to_owned();
    }
    format!("The provided starting key is invalid: {fault}")
}
