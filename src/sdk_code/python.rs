//! The call with boto3's client, which takes and gives the wire's own shapes.

use serde_json::Value;

use super::layout::Tree;
use super::{is_streams, quoted, snake};
use crate::engine::ops::Verb;
use crate::engine::shape::Shape;

pub(super) fn call(verb: &Verb, body: &Value) -> String {
    let client = if is_streams(verb) { "dynamodbstreams" } else { "dynamodb" };
    let members = body.as_object().into_iter().flatten();
    let arguments = members.map(|(name, value)| {
        let shape = verb.input.member(name).map(|member| member.shape);
        literal(value, shape).after(&format!("{name}="))
    });
    let sent = Tree::group(&format!("response = client.{}(", snake(verb.name)), arguments.collect(), ")").lines(0);
    let decodes = if sent.contains("base64.") { "import base64\n" } else { "" };
    format!("{decodes}import boto3\n\nclient = boto3.client(\"{client}\")\n{sent}")
}

fn literal(value: &Value, shape: Option<Shape>) -> Tree {
    match value {
        Value::Null => Tree::leaf("None"),
        Value::Bool(is_true) => Tree::leaf(if *is_true { "True" } else { "False" }),
        Value::Number(number) => Tree::leaf(number.to_string()),
        Value::String(text) => Tree::leaf(quoted(text)),
        Value::Array(elements) => {
            let element = if let Some(Shape::List(list)) = shape { Some(list.element) } else { None };
            Tree::group("[", elements.iter().map(|value| literal(value, element)).collect(), "]")
        }
        Value::Object(members) => {
            let parts = members.iter().map(|(name, value)| {
                let written = match (shape, value) {
                    (Some(Shape::AttributeValue), value) => attribute(name, value),
                    (Some(Shape::Structure(structure)), value) => {
                        literal(value, structure.member(name).map(|member| member.shape))
                    }
                    (Some(Shape::Map(map)), value) => literal(value, Some(map.value)),
                    (_, value) => literal(value, None),
                };
                written.after(&format!("{}: ", quoted(name)))
            });
            Tree::group("{", parts.collect(), "}")
        }
    }
}

/// What stands under a type of an attribute value.
fn attribute(kind: &str, value: &Value) -> Tree {
    let bytes = |value: &Value| Tree::leaf(format!("base64.b64decode({value})"));
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
                .map(|(name, value)| literal(value, Some(Shape::AttributeValue)).after(&format!("{}: ", quoted(name))));
            Tree::group("{", parts.collect(), "}")
        }
        (_, value) => literal(value, None),
    }
}
