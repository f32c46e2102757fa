//! The call with the AWS SDK for Java 2.x, whose requests are built member by member.

use serde_json::{Map, Value};

use super::layout::CodeTree;
use super::{camel, is_streams, quoted, type_name};
use crate::engine::ops::Verb;
use crate::engine::shape::{Shape, Structure};

/// The most pairs that `Map.of` takes.
const MOST_PAIRS: usize = 10;

pub(super) fn call(verb: &Verb, body: &Value) -> String {
    let client = if is_streams(verb) { "DynamoDbStreamsClient" } else { "DynamoDbClient" };
    let name = verb.name;
    let built = built(&format!("{name}Request"), verb.input, body);
    let sent = built.after(&format!("{name}Response response = client.{}(", camel(name))).before(");").lines(0);
    format!("{client} client = {client}.create();\n{sent}")
}

/// A structure, made by its builder.
fn built(name: &str, structure: &Structure, body: &Value) -> CodeTree {
    let members = body.as_object().into_iter().flatten();
    let calls = members.filter_map(|(name, value)| {
        let member = structure.member(name)?;
        let written = match member.shape {
            Shape::Structure(inner) => built(&type_name(structure, name, inner), inner, value),
            shape => literal(value, shape),
        };
        Some(written.after(&format!(".{}(", camel(name))).before(")"))
    });
    CodeTree::Chain { head: format!("{name}.builder()"), calls: calls.collect(), tail: ".build()".to_owned() }
}

fn literal(value: &Value, shape: Shape) -> CodeTree {
    match (shape, value) {
        (Shape::Structure(structure), value) => built(structure.name, structure, value),
        (Shape::List(list), Value::Array(elements)) => {
            CodeTree::group("List.of(", elements.iter().map(|value| literal(value, list.element)).collect(), ")")
        }
        (Shape::Map(map), Value::Object(entries)) => pairs(entries, |value| literal(value, map.value)),
        (Shape::AttributeValue, Value::Object(typed)) => {
            typed.iter().next().map_or_else(|| CodeTree::leaf("null"), |(kind, value)| attribute(kind, value))
        }
        (Shape::Long(_), Value::Number(number)) => CodeTree::leaf(format!("{number}L")),
        (_, other) => CodeTree::leaf(other.to_string()),
    }
}

fn attribute(kind: &str, value: &Value) -> CodeTree {
    let all = |each: fn(&Value) -> CodeTree| {
        let elements = value.as_array().into_iter().flatten().map(each);
        CodeTree::group("List.of(", elements.collect(), ")")
    };
    let bytes = |value: &Value| CodeTree::leaf(format!("SdkBytes.fromByteArray(Base64.getDecoder().decode({value}))"));
    let argument = match (kind, value) {
        ("B", value) => bytes(value),
        ("BS", _) => all(bytes),
        ("L", _) => all(|value| literal(value, Shape::AttributeValue)),
        ("M", Value::Object(entries)) => pairs(entries, |value| literal(value, Shape::AttributeValue)),
        ("SS" | "NS", _) => all(|value| CodeTree::leaf(value.to_string())),
        (_, value) => CodeTree::leaf(value.to_string()),
    };
    let name = if kind == "NULL" { "Nul".to_owned() } else { format!("{}{}", &kind[..1], kind[1..].to_lowercase()) };
    argument.after(&format!("AttributeValue.from{name}(")).before(")")
}

fn pairs(entries: &Map<String, Value>, written: impl Fn(&Value) -> CodeTree) -> CodeTree {
    if entries.len() > MOST_PAIRS {
        let entries = entries
            .iter()
            .map(|(name, value)| written(value).after(&format!("Map.entry({}, ", quoted(name))).before(")"));
        return CodeTree::group("Map.ofEntries(", entries.collect(), ")");
    }
    let parts = entries.iter().map(|(name, value)| written(value).after(&format!("{}, ", quoted(name))));
    CodeTree::group("Map.of(", parts.collect(), ")")
}
