//! How much memory things take: what the bounds of journals, streams and kept worlds are counted in.
//!
//! These are estimates: what lies on the heap behind a value, with the room that its maps and lists keep for themselves,
//! without what the allocator adds. They have nothing to do with DynamoDB's sizes ([`size`](super::value::size)), which
//! count neither names' containers nor empty room: a list of NULLs takes many times its bytes here. What is shared is
//! counted wherever it stands, so a sum is never too small.

use std::mem::size_of;

use ecow::{EcoString, EcoVec};
use serde_json::{Map, Value};

use super::value::{AttributeValue, Item};

/// Room of a map's node for each entry beside the entry itself: nodes are two thirds full, and linked.
const NODE_SHARE: u64 = 16;
/// Room for each member of a JSON object beside name and value: its hash and its place in the index.
const MEMBER_SHARE: u64 = 24;
/// The entries that the least node of a map has room for.
const LEAST_NODE: u64 = 11;

/// The count of owners and the room that shared memory begins with.
const COUNTED: u64 = 16;

/// Bytes of a type's own.
pub(super) const fn of<T>() -> u64 {
    size_of::<T>() as u64
}

fn bytes(length: usize) -> u64 {
    length as u64
}

/// Bytes of an item, its own included.
#[must_use]
pub fn item(item: &Item) -> u64 {
    of::<Item>() + map(item)
}

fn map(map: &Item) -> u64 {
    let own =
        if map.is_empty() { 0 } else { COUNTED + bytes(map.len()) * (of::<EcoString>() + of::<AttributeValue>()) };
    own + map.iter().map(|(name, value)| text(name) + behind(value)).sum::<u64>()
}

/// Bytes behind a text: none if it is short enough to lie in its handle.
fn text(text: &EcoString) -> u64 {
    if text.is_inline() { 0 } else { COUNTED + bytes(text.capacity()) }
}

/// Bytes behind an attribute value, its own not included.
fn behind(value: &AttributeValue) -> u64 {
    let set = |entry: u64, count: usize| COUNTED + (bytes(count) * (entry + NODE_SHARE)).max(LEAST_NODE * entry);
    let blob = |blob: &EcoVec<u8>| COUNTED + bytes(blob.capacity());
    match value {
        AttributeValue::S(inner) => text(inner),
        AttributeValue::B(inner) => blob(inner),
        AttributeValue::N(_) | AttributeValue::Null | AttributeValue::Bool(_) => 0,
        AttributeValue::Ss(texts) => set(of::<EcoString>(), texts.len()) + texts.iter().map(text).sum::<u64>(),
        AttributeValue::Ns(numbers) => set(of::<super::value::Number>(), numbers.len()),
        AttributeValue::Bs(blobs) => set(of::<EcoVec<u8>>(), blobs.len()) + blobs.iter().map(blob).sum::<u64>(),
        AttributeValue::M(inner) => map(inner),
        AttributeValue::L(list) => {
            COUNTED + bytes(list.capacity()) * of::<AttributeValue>() + list.iter().map(behind).sum::<u64>()
        }
    }
}

/// Bytes of a JSON value, its own included. Counting stops once there are more than `enough`.
#[must_use]
pub fn json(value: &Value, enough: u64) -> u64 {
    let mut sum = of::<Value>();
    add(value, enough, &mut sum);
    sum
}

/// Bytes of a JSON object's members. Counting stops once there are more than `enough`.
#[must_use]
pub fn members(map: &Map<String, Value>, enough: u64) -> u64 {
    let mut sum = 0;
    add_members(map, enough, &mut sum);
    sum
}

fn add(value: &Value, enough: u64, sum: &mut u64) {
    if *sum > enough {
        return;
    }
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
        Value::String(text) => *sum += bytes(text.capacity()),
        Value::Array(list) => {
            *sum += bytes(list.capacity()) * of::<Value>();
            for element in list {
                add(element, enough, sum);
            }
        }
        Value::Object(map) => add_members(map, enough, sum),
    }
}

fn add_members(map: &Map<String, Value>, enough: u64, sum: &mut u64) {
    *sum += bytes(map.len()) * (of::<String>() + of::<Value>() + MEMBER_SHARE);
    for (name, value) in map {
        *sum += bytes(name.capacity());
        add(value, enough, sum);
    }
}

/// A JSON value of at most about `budget` bytes that says how a longer one began, and whether anything was left out.
///
/// Small members of an object (counts, cursors, names) come first, whatever stands before them; large ones share what is
/// left; lists keep their first elements; a text that does not fit is replaced by a word about it.
#[must_use]
pub fn abridged(value: &Value, budget: u64) -> (Value, bool) {
    if json(value, budget) <= budget {
        return (value.clone(), false);
    }
    (shortened(value, budget), true)
}

/// A member of at most so many bytes is small.
const SMALL_MEMBER: u64 = 512;
/// A large member that could not have so many bytes is left out altogether.
const LEAST_SHARE: u64 = 128;

fn shortened(value: &Value, budget: u64) -> Value {
    match value {
        Value::Array(list) => {
            let mut left = budget;
            let fits = |element: &&Value| {
                let weight = json(element, left);
                let fits = weight <= left;
                left = left.saturating_sub(weight);
                fits
            };
            Value::Array(list.iter().take_while(fits).cloned().collect())
        }
        Value::Object(map) => Value::Object(abridged_members(map, budget)),
        Value::String(_) => TOO_LONG.into(),
        short => short.clone(),
    }
}

/// What stands in place of a text that was too long.
const TOO_LONG: &str = "(too long to be kept)";

/// Members of at most about `budget` bytes together, as [`abridged`] chooses them.
#[must_use]
pub fn abridged_members(map: &Map<String, Value>, budget: u64) -> Map<String, Value> {
    let weight =
        |name: &str, value: &Value| json(value, SMALL_MEMBER) + bytes(name.len()) + of::<String>() + MEMBER_SHARE;
    let (small, large): (Vec<_>, Vec<_>) = map.iter().partition(|(name, value)| weight(name, value) <= SMALL_MEMBER);
    let mut left = budget;
    let fitting = small.iter().take_while(|(name, value)| {
        let weight = weight(name, value);
        let fits = weight <= left;
        left = left.saturating_sub(weight);
        fits
    });
    let mut kept: Map<String, Value> = fitting.map(|(name, value)| ((*name).clone(), (*value).clone())).collect();
    let share = left / bytes(large.len()).max(1);
    for (name, value) in large.into_iter().filter(|_| share >= LEAST_SHARE) {
        kept.insert(name.clone(), abridged(value, share).0);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn weight(value: &Value) -> u64 {
        json(value, u64::MAX)
    }

    #[test]
    fn what_is_short_is_kept_as_it_is() {
        let short = json!({"Count": 1, "Items": [{"id": {"S": "x"}}]});
        assert_eq!(abridged(&short, 4096), (short.clone(), false));
    }

    #[test]
    fn a_long_answer_keeps_its_counts_its_cursor_and_its_first_items() {
        let items: Vec<Value> = (0..10_000).map(|n| json!({"id": {"N": n.to_string()}})).collect();
        let long = json!({"Items": items, "Count": 10_000, "LastEvaluatedKey": {"id": {"N": "9999"}}});
        let (short, cut) = abridged(&long, 4096);
        assert!(cut);
        assert_eq!((&short["Count"], &short["LastEvaluatedKey"]), (&long["Count"], &long["LastEvaluatedKey"]));
        assert_eq!(short["Items"][0], long["Items"][0]);
        assert!(short["Items"].as_array().unwrap().len() < 100);
        assert!(weight(&short) <= 4096 + 512, "{}", weight(&short));
    }

    #[test]
    fn whatever_is_shortened_becomes_short() {
        let attributes: Map<String, Value> = (0..5000).map(|n| (format!("a{n}"), json!({"NULL": true}))).collect();
        let texts: Map<String, Value> = (0..500).map(|n| (format!("t{n}"), json!({"S": "x".repeat(2000)}))).collect();
        for long in
            [json!({"Item": attributes}), json!({"Item": texts}), json!({"Item": {"a": {"S": "x".repeat(9999)}}})]
        {
            let (short, cut) = abridged(&long, 2048);
            assert!(cut && weight(&short) <= 2048 + 512, "{}", weight(&short));
            assert!(short["Item"].is_object(), "it is still there: {short}");
        }
    }

    #[test]
    fn counting_stops_when_there_is_enough() {
        let long = Value::Array(vec![json!("x"); 100_000]);
        assert!(json(&long, 1000) > 1000);
        let item = Item::from([("a".to_owned(), AttributeValue::L(EcoVec::from_elem(AttributeValue::Null, 1000)))]);
        // A number's 16 bytes of digits must not make every value as large as they would be aligned.
        let null = of::<AttributeValue>();
        assert_eq!(null, 24);
        assert!((1000 * null..1000 * null + 2000).contains(&super::item(&item)), "{}", super::item(&item));
    }
}
