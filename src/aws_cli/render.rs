//! A response as text: JSON as the AWS CLI indents it, a table, or tab-separated values; and an exception as the AWS CLI
//! words it. Names and values are marked (`safe_text`), so that none of them ends a line; in JSON
//! the marks are escapes, and it stays the same JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize as _;
use serde_json::{Map, Value};
use unicode_width::UnicodeWidthStr as _;

use super::command::Output;
use super::error::CliError;
use super::query::JmesQuery;
use crate::engine::ApiError;
use crate::safe_text::{block, line};

/// Prints a response, or the part of it that `query` selects. An empty response prints nothing, as in the AWS CLI.
///
/// # Errors
/// The query cannot be evaluated on this response.
pub fn render(response: &Value, output: Output, query: Option<&str>) -> Result<String, CliError> {
    Ok(match query {
        Some(query) => render_selected(&select(response, query)?, output),
        None if response.as_object().is_some_and(Map::is_empty) => String::new(),
        None => render_selected(response, output),
    })
}

/// Prints what a `--query` selected of a response; an empty object is printed as well.
#[must_use]
pub fn render_selected(selected: &Value, output: Output) -> String {
    match output {
        Output::Json => json(selected),
        Output::Table => table(selected),
        Output::Text => text(selected),
    }
}

/// The part of a response that a `--query` prints.
///
/// # Errors
/// It is no expression, or cannot be evaluated on this response.
pub fn select(response: &Value, query: &str) -> Result<Value, CliError> {
    JmesQuery::read(query)?.select(response)
}

/// The work of selecting a part of a response before it is printed, in steps; 0 for an expression that is none.
#[must_use]
pub fn steps(response: &Value, query: &str) -> u64 {
    JmesQuery::read(query).map_or(0, |query| query.steps(response))
}

/// An exception in the AWS CLI's words.
#[must_use]
pub fn render_error(verb: &str, error: &ApiError) -> String {
    let (kind, message) = (error.kind.name(), line(&error.message));
    format!("An error occurred ({kind}) when calling the {verb} operation: {message}")
}

fn json(value: &Value) -> String {
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
    // Writing JSON into memory cannot fail; if it ever did, nothing would be the honest output.
    if value.serialize(&mut serializer).is_err() {
        return String::new();
    }
    out.push(b'\n');
    block(&String::from_utf8_lossy(&out)).into_owned()
}

/// Rows of attributes for lists of items, `name  value` lines for the rest.
fn table(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::Object(members) => {
            for (name, list) in members.iter().filter(|(_, member)| is_list_of_maps(member)) {
                let _ = writeln!(out, "{}", line(name));
                out.push_str(&grid(list));
            }
            let plain = members.iter().filter(|(_, member)| !is_list_of_maps(member));
            let plain = plain.map(|(name, member)| (line(name), member));
            let width = plain.clone().map(|(name, _)| name.width()).max().unwrap_or(0);
            for (name, member) in plain {
                let _ = writeln!(out, "{name}{}  {}", pad(&name, width), cell(member));
            }
        }
        list if is_list_of_maps(list) => out.push_str(&grid(list)),
        Value::Array(list) => list.iter().for_each(|element| {
            let _ = writeln!(out, "{}", cell(element));
        }),
        other => {
            let _ = writeln!(out, "{}", cell(other));
        }
    }
    out
}

fn is_list_of_maps(value: &Value) -> bool {
    value.as_array().is_some_and(|list| !list.is_empty() && list.iter().all(Value::is_object))
}

/// A list of maps as rows under the names of all their members.
fn grid(list: &Value) -> String {
    let maps: Vec<&Map<String, Value>> = list.as_array().into_iter().flatten().filter_map(Value::as_object).collect();
    let mut columns: Vec<&String> = Vec::new();
    for map in &maps {
        columns.extend(map.keys().filter(|name| !columns.contains(name)).collect::<Vec<_>>());
    }
    let titles: Vec<_> = columns.iter().map(|name| line(name)).collect();
    let cells: Vec<Vec<String>> = maps
        .iter()
        .map(|map| columns.iter().map(|name| map.get(*name).map_or_else(String::new, shortened)).collect())
        .collect();
    let width = |place: usize| {
        let longest = cells.iter().map(|line| line[place].width()).max().unwrap_or(0);
        longest.max(titles[place].width())
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let row = |parts: Vec<&str>| {
        let padded: Vec<String> =
            parts.iter().zip(&widths).map(|(part, width)| format!("{part}{}", pad(part, *width))).collect();
        format!("  {}\n", padded.join("  ").trim_end())
    };
    let mut out = row(titles.iter().map(|title| &**title).collect());
    let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    out.push_str(&row(rules.iter().map(String::as_str).collect()));
    for cells in &cells {
        out.push_str(&row(cells.iter().map(String::as_str).collect()));
    }
    out
}

fn pad(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(text.width()))
}

/// A value in one line, cut so that a long text does not push the other columns off the screen.
fn shortened(value: &Value) -> String {
    const LONGEST: usize = 24;
    let text = cell(value);
    if text.chars().count() <= LONGEST {
        return text;
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// A value in one line; typed attribute values lose their descriptor.
fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => line(text).into_owned(),
        Value::Object(members) if members.len() == 1 => match members.iter().next() {
            Some((name, inner)) if is_descriptor(name) => match inner {
                Value::Array(list) => format!("[{}]", list.iter().map(cell).collect::<Vec<_>>().join(", ")),
                Value::Object(map) => braced(map),
                Value::Bool(_) if name == "NULL" => "null".to_owned(),
                other => cell(other),
            },
            _ => braced(members),
        },
        Value::Object(members) => braced(members),
        Value::Array(list) => format!("[{}]", list.iter().map(cell).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

fn braced(members: &Map<String, Value>) -> String {
    let parts: Vec<String> = members.iter().map(|(name, inner)| format!("{}: {}", line(name), cell(inner))).collect();
    format!("{{{}}}", parts.join(", "))
}

fn is_descriptor(name: &str) -> bool {
    matches!(name, "S" | "N" | "B" | "SS" | "NS" | "BS" | "M" | "L" | "NULL" | "BOOL")
}

/// Tab-separated values in the AWS CLI's order: the scalars of a map in name order on one line, then each nested value
/// on lines of its own under its name in capitals.
fn text(value: &Value) -> String {
    let mut out = String::new();
    text_lines(value, None, None, &mut out);
    out
}

fn text_lines(value: &Value, name: Option<&str>, keys: Option<&BTreeSet<&String>>, out: &mut String) {
    match value {
        Value::Object(members) => {
            let sorted: BTreeMap<&String, &Value> = members.iter().collect();
            let own: BTreeSet<&String> = sorted.iter().filter(|(_, v)| is_scalar(v)).map(|(name, _)| *name).collect();
            let keys = keys.unwrap_or(&own);
            let scalars = keys.iter().map(|key| sorted.get(*key).map_or_else(String::new, |value| scalar(value)));
            write_row(name, scalars, out);
            for (name, inner) in sorted.iter().filter(|(_, inner)| !is_scalar(inner)) {
                text_lines(inner, Some(name), None, out);
            }
        }
        Value::Array(list) if list.iter().all(is_scalar) => {
            let scalars = list.iter().map(scalar);
            write_row(name, scalars, out);
        }
        Value::Array(list) => {
            let maps = list.iter().filter_map(Value::as_object).flatten();
            let keys: BTreeSet<&String> = maps.filter(|(_, value)| is_scalar(value)).map(|(name, _)| name).collect();
            for element in list {
                text_lines(element, name, Some(&keys), out);
            }
        }
        other => {
            let _ = writeln!(out, "{}", scalar(other));
        }
    }
}

/// Values with tabs between them, the name of their list or map in capitals before them; nothing if there are none.
fn write_row(name: Option<&str>, scalars: impl Iterator<Item = String>, out: &mut String) {
    let title = name.map(|name| line(&name.to_uppercase()).into_owned());
    let mut scalars = scalars.peekable();
    if scalars.peek().is_some() {
        let row: Vec<String> = title.into_iter().chain(scalars).collect();
        let _ = writeln!(out, "{}", row.join("\t"));
    }
}

fn is_scalar(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => line(text).into_owned(),
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    }
}
