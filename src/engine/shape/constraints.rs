//! Member constraints: required members, lengths, ranges, patterns and enums, collected rather than reported one by
//! one, because the service lists them together.

use serde_json::Value;

use super::{List, Map, Shape, Structure, Text};
use crate::engine::messages::constraints as text;

/// The longest ARN, in characters.
const MAX_ARN: usize = 1024;

/// A constraint that a request breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Where, in the service's notation: `keySchema.1.member.keyType`.
    pub path: String,
    /// The value found, as the service echoes it; `None` for a missing member.
    pub value: Option<String>,
    /// What was expected: `Member must not be null`.
    pub constraint: String,
}

/// The violations of `body` as `structure`.
pub(super) fn structure(structure: &Structure, body: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    walk_structure(structure, body, "", &mut found);
    found
}

fn walk_structure(structure: &Structure, body: &Value, path: &str, found: &mut Vec<Violation>) {
    for member in structure.members {
        let here = join(path, &lower_first(member.name));
        match body.get(member.name) {
            Some(value) => walk(&member.shape, value, &here, found),
            None if member.required => {
                found.push(Violation { path: here, value: None, constraint: text::NOT_NULL.to_owned() });
            }
            None => {}
        }
    }
}

fn walk(shape: &Shape, value: &Value, path: &str, found: &mut Vec<Violation>) {
    let mut broken = |constraint: String| {
        found.push(Violation { path: path.to_owned(), value: Some(echo(shape, value)), constraint });
    };
    match shape {
        Shape::String(limits) => {
            broken_text(limits, value.as_str().unwrap_or_default()).into_iter().for_each(broken);
        }
        Shape::Integer(range) | Shape::Long(range) => match value.as_i64() {
            Some(number) if number < range.min => broken(text::value_at_least(range.min)),
            Some(number) if number > range.max => broken(text::value_at_most(range.max)),
            _ => {}
        },
        Shape::List(list) => {
            let elements = value.as_array().map_or(&[][..], Vec::as_slice);
            broken_length(elements.len(), list.min, list.max).into_iter().for_each(broken);
            walk_list(list, elements, path, found);
        }
        Shape::Map(map) => {
            let entries = value.as_object().map_or(0, serde_json::Map::len);
            broken_length(entries, map.min, map.max).into_iter().for_each(broken);
            walk_map(map, value, path, found);
        }
        Shape::Structure(inner) => walk_structure(inner, value, path, found),
        Shape::Double | Shape::Timestamp | Shape::Boolean | Shape::AttributeValue => {}
    }
}

fn walk_list(list: &List, elements: &[Value], path: &str, found: &mut Vec<Violation>) {
    for (index, element) in elements.iter().enumerate() {
        walk(&list.element, element, &format!("{path}.{}.member", index + 1), found);
    }
}

/// A map's entries; a list inside a map is reported at the map, as `Map value must satisfy constraint: […]`.
fn walk_map(map: &'static Map, value: &Value, path: &str, found: &mut Vec<Violation>) {
    for (key, inner) in value.as_object().into_iter().flatten() {
        let keys = broken_text(&map.key, key);
        if !keys.is_empty() {
            let constraint =
                text::map_keys(&text::text_limits(map.key.min, map.key.max, map.key.pattern.map(|p| p.text)));
            found.push(Violation { path: path.to_owned(), value: Some(echo(&Shape::Map(map), value)), constraint });
        }
        if let Shape::List(list) = &map.value {
            let length = inner.as_array().map_or(0, Vec::len);
            if broken_length(length, list.min, list.max).is_some() {
                let constraint = text::map_values(&text::text_limits(list.min, list.max, None));
                found.push(Violation { path: path.to_owned(), value: Some(echo(&Shape::Map(map), value)), constraint });
            }
            walk_list(list, inner.as_array().map_or(&[][..], Vec::as_slice), &format!("{path}.{key}.member"), found);
        } else {
            walk(&map.value, inner, &format!("{path}.{key}.member"), found);
        }
    }
}

fn broken_text(limits: &Text, value: &str) -> Vec<String> {
    if limits.or_arn && value.starts_with("arn:") {
        return broken_length(value.chars().count(), 1, MAX_ARN).into_iter().collect();
    }
    if !limits.values.is_empty() {
        let known = limits.values.contains(&value);
        return if known { Vec::new() } else { vec![text::one_of(limits.values)] };
    }
    let mut broken = Vec::new();
    if let Some(pattern) = limits.pattern
        && !(pattern.fits)(value)
    {
        broken.push(text::pattern(pattern.text));
    }
    broken.extend(broken_length(value.chars().count(), limits.min, limits.max));
    // An empty text breaks its pattern too, but the service then speaks of the length alone.
    if value.is_empty() && broken.len() > 1 {
        broken.remove(0);
    }
    broken
}

fn broken_length(length: usize, min: usize, max: usize) -> Option<String> {
    if length < min {
        Some(text::length_at_least(min))
    } else if length > max {
        Some(text::length_at_most(max))
    } else {
        None
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// `TableName` as member paths write it: `tableName`; a name that is all capitals stays (`SSESpecification` is
/// `sSESpecification`, as the service prints it).
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// A value as the service echoes it: texts and numbers as they are, collections and structures in Java's notation.
fn echo(shape: &Shape, value: &Value) -> String {
    match (shape, value) {
        (_, Value::String(text)) => text.clone(),
        (Shape::List(list), Value::Array(elements)) => {
            format!("[{}]", elements.iter().map(|element| echo(&list.element, element)).collect::<Vec<_>>().join(", "))
        }
        (Shape::Map(map), Value::Object(entries)) => {
            let part = |(name, inner): (&String, &Value)| format!("{name}={}", echo(&map.value, inner));
            format!("{{{}}}", entries.iter().map(part).collect::<Vec<_>>().join(", "))
        }
        (Shape::Structure(inner), Value::Object(_)) => {
            let members = inner.members.iter().map(|member| (member.name, &member.shape));
            echo_members(inner.name, members, value)
        }
        (Shape::AttributeValue, Value::Object(_)) => {
            let types = ["S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"];
            echo_members("AttributeValue", types.into_iter().map(|name| (name, &Shape::AttributeValue)), value)
        }
        (_, other) => other.to_string(),
    }
}

/// `Name(member=value, other=null)`.
fn echo_members<'a>(name: &str, members: impl Iterator<Item = (&'a str, &'a Shape)>, value: &Value) -> String {
    let part = |(member, shape): (&str, &Shape)| {
        let inner = value.get(member).map_or_else(|| "null".to_owned(), |inner| echo(shape, inner));
        format!("{}={inner}", lower_first(member))
    };
    format!("{name}({})", members.map(part).collect::<Vec<_>>().join(", "))
}
