//! The call with the AWS SDK for JavaScript v3, which takes and gives the wire's own shapes.

use serde_json::Value;

use super::layout::Tree;
use super::{is_streams, quoted};
use crate::engine::ops::Verb;
use crate::engine::shape::Shape;

pub(super) fn call(verb: &Verb, body: &Value) -> String {
    let (client, package) = if is_streams(verb) {
        ("DynamoDBStreamsClient", "client-dynamodb-streams")
    } else {
        ("DynamoDBClient", "client-dynamodb")
    };
    let name = verb.name;
    let input = literal(body, Some(Shape::Structure(verb.input)));
    let sent = input.after(&format!("const response = await client.send(new {name}Command(")).before("));").lines(0);
    format!(
        "import {{ {client}, {name}Command }} from \"@aws-sdk/{package}\";\n\nconst client = new {client}({{}});\n{sent}"
    )
}

fn literal(value: &Value, shape: Option<Shape>) -> Tree {
    match value {
        Value::Array(elements) => {
            let element = if let Some(Shape::List(list)) = shape { Some(list.element) } else { None };
            Tree::group("[", elements.iter().map(|value| literal(value, element)).collect(), "]")
        }
        Value::Object(members) => {
            let parts = members.iter().map(|(name, value)| {
                let written = match shape {
                    Some(Shape::AttributeValue) => attribute(name, value),
                    Some(Shape::Structure(structure)) => {
                        literal(value, structure.member(name).map(|member| member.shape))
                    }
                    Some(Shape::Map(map)) => literal(value, Some(map.value)),
                    _ => literal(value, None),
                };
                written.after(&format!("{}: ", key(name)))
            });
            Tree::group("{ ", parts.collect(), " }")
        }
        other => Tree::leaf(other.to_string()),
    }
}

/// What stands under a type of an attribute value.
fn attribute(kind: &str, value: &Value) -> Tree {
    let bytes = |value: &Value| Tree::leaf(format!("Buffer.from({value}, \"base64\")"));
    match (kind, value) {
        ("B", value) => bytes(value),
        ("BS", Value::Array(elements)) => Tree::group("[", elements.iter().map(bytes).collect(), "]"),
        ("L", Value::Array(elements)) => {
            let elements = elements.iter().map(|value| literal(value, Some(Shape::AttributeValue)));
            Tree::group("[", elements.collect(), "]")
        }
        ("M", Value::Object(members)) => {
            let parts = members
                .iter()
                .map(|(name, value)| literal(value, Some(Shape::AttributeValue)).after(&format!("{}: ", key(name))));
            Tree::group("{ ", parts.collect(), " }")
        }
        (_, value) => literal(value, None),
    }
}

/// A name as the key of an object.
fn key(name: &str) -> String {
    let mut letters = name.chars();
    let begins = letters.next().is_some_and(|letter| letter.is_ascii_alphabetic() || letter == '_');
    let is_plain = begins && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if is_plain { name.to_owned() } else { quoted(name) }
}
