//! The call with the AWS SDK for Rust: a fluent builder, which takes maps entry by entry and lists element by element.

use serde_json::{Map, Value};

use super::layout::CodeTree;
use super::{is_streams, quoted, snake, type_name};
use crate::engine::ops::Verb;
use crate::engine::shape::{Member, Shape, Structure};

pub(super) fn call(verb: &Verb, body: &Value) -> String {
    let package = if is_streams(verb) { "aws_sdk_dynamodbstreams" } else { "aws_sdk_dynamodb" };
    let sent = CodeTree::Chain {
        head: format!("let response = client.{}()", snake(verb.name)),
        calls: calls(verb.input, body),
        tail: ".send().await?;".to_owned(),
    };
    format!(
        "let config = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;\n\
         let client = {package}::Client::new(&config);\n{}",
        sent.lines(0)
    )
}

/// The calls that fill a builder.
fn calls(structure: &Structure, body: &Value) -> Vec<CodeTree> {
    let mut calls = Vec::new();
    for (name, value) in body.as_object().into_iter().flatten() {
        let Some(member) = structure.member(name) else { continue };
        let begun = format!(".{}(", snake(name));
        match (member.shape, value) {
            (Shape::Structure(inner), value) => {
                let built = built(&type_name(structure, name, inner), inner, value);
                calls.push(built.after(&begun).before(")"));
            }
            (Shape::Map(map), Value::Object(entries)) => {
                for (key, value) in entries {
                    let entry = literal(value, map.value, false).after(&format!("{begun}{}, ", quoted(key)));
                    calls.push(entry.before(")"));
                }
            }
            (Shape::List(list), Value::Array(elements)) => {
                let element = |value| literal(value, list.element, false).after(&begun).before(")");
                calls.extend(elements.iter().map(element));
            }
            (shape, value) => calls.push(literal(value, shape, false).after(&begun).before(")")),
        }
    }
    calls
}

/// A value; where a builder does not turn a text into its own kind, it has to be `owned`.
fn literal(value: &Value, shape: Shape, owned: bool) -> CodeTree {
    match (shape, value) {
        (Shape::Structure(structure), value) => built(structure.name, structure, value),
        (Shape::List(list), Value::Array(elements)) => {
            CodeTree::group("vec![", elements.iter().map(|value| literal(value, list.element, true)).collect(), "]")
        }
        (Shape::Map(map), Value::Object(entries)) => hash_map(entries, map.value),
        (Shape::AttributeValue, Value::Object(typed)) => {
            typed.iter().next().map_or_else(|| CodeTree::leaf("None"), |(kind, value)| attribute(kind, value))
        }
        (Shape::String(text), Value::String(_)) if owned || !text.values.is_empty() => {
            CodeTree::leaf(format!("{value}.into()"))
        }
        (_, other) => CodeTree::leaf(other.to_string()),
    }
}

/// A structure, made by its builder, which fails if a member is missing that has no builder of its own.
fn built(name: &str, structure: &Structure, value: &Value) -> CodeTree {
    let is_needed = |member: &Member| member.required && !matches!(member.shape, Shape::Structure(_));
    let tail = if structure.members.iter().any(is_needed) { ".build()?" } else { ".build()" };
    CodeTree::Chain { head: format!("{name}::builder()"), calls: calls(structure, value), tail: tail.to_owned() }
}

fn attribute(kind: &str, value: &Value) -> CodeTree {
    let bytes = |value: &Value| CodeTree::leaf(format!("Blob::new(STANDARD.decode({value})?)"));
    let text = |value: &Value| CodeTree::leaf(format!("{value}.into()"));
    let all = |each: &dyn Fn(&Value) -> CodeTree| {
        CodeTree::group("vec![", value.as_array().into_iter().flatten().map(each).collect(), "]")
    };
    let (name, argument) = match (kind, value) {
        ("B", value) => ("B", bytes(value)),
        ("BS", _) => ("Bs", all(&bytes)),
        ("L", _) => ("L", all(&|value| literal(value, Shape::AttributeValue, true))),
        ("M", Value::Object(entries)) => ("M", hash_map(entries, Shape::AttributeValue)),
        ("SS", _) => ("Ss", all(&text)),
        ("NS", _) => ("Ns", all(&text)),
        ("BOOL", value) => ("Bool", CodeTree::leaf(value.to_string())),
        ("NULL", value) => ("Null", CodeTree::leaf(value.to_string())),
        (kind, value) => (kind, text(value)),
    };
    argument.after(&format!("AttributeValue::{name}(")).before(")")
}

fn hash_map(entries: &Map<String, Value>, shape: Shape) -> CodeTree {
    let parts = entries
        .iter()
        .map(|(name, value)| literal(value, shape, true).after(&format!("({}.into(), ", quoted(name))).before(")"));
    CodeTree::group("HashMap::from([", parts.collect(), "])")
}
