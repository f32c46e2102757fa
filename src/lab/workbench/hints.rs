//! A word after a refusal that the service does not add, because it does not know what else there is: which tables,
//! which indexes, which key; and a caret where an expression is at fault.

use serde_json::Value;
use unicode_width::UnicodeWidthStr as _;

use crate::aws_cli::nearest;
use crate::engine::expr::{self, Kind};
use crate::engine::{ApiError, Engine, ErrorKind};
use crate::safe_text;

/// The expression that was refused, with a caret under what is at fault in it: two lines; `None` if no expression was, or if
/// it is not known where.
pub(super) fn place(error: &ApiError, body: &Value) -> Option<String> {
    let kind = Kind::ALL.into_iter().find(|kind| error.message.contains(&format!("Invalid {}: ", kind.parameter())))?;
    let (expression, span) = expressions(body, kind.parameter())
        .into_iter()
        .find_map(|expression| Some((expression, expr::fault(expression, kind, &error.message)?)))?;
    let shown = |text: &str| safe_text::line(text).into_owned();
    let (before, there) = (shown(&expression[..span.start]), shown(&expression[span]));
    let carets = "^".repeat(there.width().max(1));
    Some(format!("{}\n{}{carets}", shown(expression), " ".repeat(before.width())))
}

/// The values of a parameter, wherever in a request it stands: a transaction has one for each of its parts.
fn expressions<'a>(body: &'a Value, parameter: &str) -> Vec<&'a str> {
    match body {
        Value::Object(members) => {
            let own = members.get(parameter).and_then(Value::as_str);
            own.into_iter().chain(members.values().flat_map(|inner| expressions(inner, parameter))).collect()
        }
        Value::Array(parts) => parts.iter().flat_map(|inner| expressions(inner, parameter)).collect(),
        _ => Vec::new(),
    }
}

/// What may have been meant, as a line of its own; `None` where the service's words say enough.
pub(super) fn after(error: &ApiError, body: &Value, engine: &Engine) -> Option<String> {
    let name = body.get("TableName")?.as_str()?;
    let names = || engine.tables().map(|table| &*table.name);
    let Some(table) = engine.tables().find(|table| *table.name == *name) else {
        let there = match names().collect::<Vec<_>>()[..] {
            [] => "there are no tables yet".to_owned(),
            ref names => format!("the tables are: {}", names.join(", ")),
        };
        let near = nearest(name, names()).map(|near| format!(". Did you mean {near}?")).unwrap_or_default();
        let is_unknown = error.kind == ErrorKind::ResourceNotFoundException;
        return is_unknown.then(|| format!("[hint] There is no table {name}; {there}{near}"));
    };
    if error.message.contains("does not have the specified index") {
        let indexes: Vec<&str> = table.indexes.iter().map(|index| &*index.schema.name).collect();
        return Some(match indexes[..] {
            [] => format!("[hint] {name} has no index."),
            [index] => format!("[hint] {name} has the index {index}."),
            ref indexes => format!("[hint] {name} has the indexes {}.", indexes.join(", ")),
        });
    }
    if error.message.contains("key element does not match the schema")
        || error.message.contains("number of conditions on the keys is invalid")
        || error.message.contains("missed key schema element")
    {
        let index = body.get("IndexName").and_then(Value::as_str);
        let index = table.indexes.iter().find(|known| index == Some(&*known.schema.name));
        let (owner, keys) = index.map_or((name, &table.keys), |index| (&*index.schema.name, &index.schema.keys));
        let keys: Vec<String> =
            keys.attributes().map(|key| format!("{} ({})", key.name, key.kind.descriptor())).collect();
        return Some(format!("[hint] The whole key of {owner} is {}.", keys.join(" and ")));
    }
    None
}
