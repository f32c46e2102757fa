//! Member constraints: required members, lengths, ranges, patterns and enums, collected rather than reported one by
//! one, because the service lists them together.

use std::fmt;

use serde_json::Value;

use super::{InNewWording, ListShape, MapShape, Shape, Structure, TextLimits};
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
    /// How the new wording puts it, if not in the same way.
    pub in_new_wording: Option<Reworded>,
}

/// A violation in words of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reworded {
    /// The whole line.
    pub line: String,
    /// Whether nothing else is told of beside it.
    pub alone: bool,
}

/// The first violations of `body` as `structure`, as many as the service lists.
pub(super) fn structure(structure: &Structure, body: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    walk_structure(structure, body, None, &mut found);
    found.truncate(text::MOST_LISTED);
    found
}

/// A place in a request. It is spelled out only for a violation: a key may be long, and there may be many places behind
/// it.
#[derive(Clone, Copy)]
enum MemberPath<'a> {
    /// A member of a structure.
    Member(Option<&'a MemberPath<'a>>, &'a str),
    /// An element of a list, counted from 0.
    Element(&'a MemberPath<'a>, usize),
    /// What stands under a key of a map.
    Entry(&'a MemberPath<'a>, &'a str),
}

impl fmt::Display for MemberPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(None, name) => f.write_str(&lower_first(name)),
            Self::Member(Some(of), name) => write!(f, "{of}.{}", lower_first(name)),
            Self::Element(of, index) => write!(f, "{of}.{}.member", index + 1),
            Self::Entry(of, key) => write!(f, "{of}.{key}.member"),
        }
    }
}

fn walk_structure(structure: &Structure, body: &Value, at: Option<&MemberPath<'_>>, found: &mut Vec<Violation>) {
    for member in structure.members {
        let here = MemberPath::Member(at, member.name);
        match body.get(member.name) {
            Some(value) => walk(&member.shape, value, &here, found),
            None if member.required => {
                found.push(Violation {
                    path: here.to_string(),
                    value: None,
                    constraint: text::NOT_NULL.to_owned(),
                    in_new_wording: None,
                });
            }
            None => {}
        }
    }
}

fn walk(shape: &Shape, value: &Value, at: &MemberPath<'_>, found: &mut Vec<Violation>) {
    // The service lists no more, and each repeats the value it is about.
    if found.len() >= text::MOST_LISTED {
        return;
    }
    let mut broken = |constraint: String| {
        let in_new_wording = reworded(shape, value, at, &constraint);
        found.push(Violation { path: at.to_string(), value: Some(echo(shape, value)), constraint, in_new_wording });
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
            walk_list(list, elements, at, found);
        }
        Shape::Map(map) => {
            let entries = value.as_object().map_or(0, serde_json::Map::len);
            broken_length(entries, map.min, map.max).into_iter().for_each(broken);
            walk_map(map, value, at, found);
        }
        Shape::Structure(inner) => walk_structure(inner, value, Some(at), found),
        Shape::Double | Shape::Timestamp | Shape::Boolean | Shape::AttributeValue => {}
    }
}

fn walk_list(list: &ListShape, elements: &[Value], at: &MemberPath<'_>, found: &mut Vec<Violation>) {
    for (index, element) in elements.iter().enumerate() {
        walk(&list.element, element, &MemberPath::Element(at, index), found);
    }
}

/// A map's entries; a list inside a map is reported at the map, as `Map value must satisfy constraint: […]`.
fn walk_map(map: &'static MapShape, value: &Value, at: &MemberPath<'_>, found: &mut Vec<Violation>) {
    for (key, inner) in value.as_object().into_iter().flatten() {
        if found.len() >= text::MOST_LISTED {
            return;
        }
        let mut broken = |constraint: String| {
            let value = Some(echo(&Shape::Map(map), value));
            found.push(Violation { path: at.to_string(), value, constraint, in_new_wording: None });
        };
        if !broken_text(&map.key, key).is_empty() {
            let pattern = map.key.pattern.map(|pattern| pattern.text);
            broken(text::map_keys(&text::text_limits(map.key.min, map.key.max, pattern)));
        }
        let here = MemberPath::Entry(at, key);
        if let Shape::List(list) = &map.value {
            let length = inner.as_array().map_or(0, Vec::len);
            if broken_length(length, list.min, list.max).is_some() {
                broken(text::map_values(&text::text_limits(list.min, list.max, None)));
            }
            walk_list(list, inner.as_array().map_or(&[][..], Vec::as_slice), &here, found);
        } else {
            walk(&map.value, inner, &here, found);
        }
    }
}

/// Whether a text keeps its limits.
pub(super) fn keeps_text(limits: &TextLimits, value: &str) -> bool {
    // Most texts may be anything, and are long.
    let is_free = limits.min == 0 && limits.max == usize::MAX && limits.pattern.is_none() && limits.values.is_empty();
    is_free || broken_text(limits, value).is_empty()
}

fn broken_text(limits: &TextLimits, value: &str) -> Vec<String> {
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

/// The line of the new wording for a text that has one of its own.
fn reworded(shape: &Shape, value: &Value, at: &MemberPath<'_>, constraint: &str) -> Option<Reworded> {
    let Shape::String(limits) = shape else { return None };
    match (limits.in_new_wording, at) {
        (InNewWording::EmptyAlone, MemberPath::Member(_, name)) if value == "" => {
            Some(Reworded { line: text::line_without_value(name, constraint), alone: true })
        }
        (InNewWording::Nameless { values, alone }, _) => Some(Reworded { line: text::nameless_line(values), alone }),
        _ => None,
    }
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
