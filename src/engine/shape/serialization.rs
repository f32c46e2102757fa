//! The type check of a request body: every JSON value against its shape, with the service's few conversions.
//!
//! Source of the texts: recorded answers of the service (older serialization layer).

use base64::Engine as _;
use serde_json::Value;

use super::{Member, Shape, Structure};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::serialization as text;

type TypeCheck = Result<(), ApiError>;

fn refuse(message: String) -> TypeCheck {
    Err(ApiError::new(ErrorKind::SerializationException, message))
}

/// Where a value stands, which decides the text of some refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ValueHolder {
    /// It is a member of a structure.
    Member,
    /// It is an element of a list, or stands under a key of a map.
    Element,
}

/// Checks `body` as `structure`.
pub(super) fn structure(structure: &Structure, body: &mut Value) -> TypeCheck {
    members(structure, body, ValueHolder::Element)
}

fn members(structure: &Structure, body: &mut Value, place: ValueHolder) -> TypeCheck {
    match body {
        Value::Object(members) => {
            members.retain(|name, value| !value.is_null() && structure.member(name).is_some());
            for Member { name, shape, .. } in structure.members {
                if let Some(value) = members.get_mut(*name) {
                    check(shape, value, ValueHolder::Member)?;
                }
            }
            Ok(())
        }
        Value::Array(_) => refuse(text::unrecognized_class(&text::structure_class(structure.name))),
        _ => refuse(no_structure(place)),
    }
}

/// A scalar where a structure belongs.
fn no_structure(place: ValueHolder) -> String {
    if place == ValueHolder::Member { text::UNEXPECTED_FIELD } else { text::UNEXPECTED_VALUE }.to_owned()
}

/// A scalar where a list or map belongs.
fn no_collection(place: ValueHolder) -> String {
    if place == ValueHolder::Member { text::UNEXPECTED_FIELD } else { text::UNEXPECTED_ELEMENT }.to_owned()
}

fn check(shape: &Shape, value: &mut Value, place: ValueHolder) -> TypeCheck {
    let element = |shape: &Shape, value: &mut Value| check(shape, value, ValueHolder::Element);
    match shape {
        Shape::String(_) => string(value),
        Shape::Integer(_) => whole("Integer", value),
        Shape::Long(_) => whole("Long", value),
        Shape::Double | Shape::Timestamp => number(value),
        Shape::Boolean => boolean(value),
        Shape::List(list) => match value {
            Value::Array(elements) => elements.iter_mut().try_for_each(|value| element(&list.element, value)),
            Value::Object(_) => refuse(text::START_OF_STRUCTURE.to_owned()),
            _ => refuse(no_collection(place)),
        },
        Shape::Map(map) => match value {
            Value::Object(entries) => {
                entries.retain(|_, value| !value.is_null());
                entries.values_mut().try_for_each(|value| element(&map.value, value))
            }
            Value::Array(_) => refuse(text::unrecognized_map(&java_class(&map.value))),
            _ => refuse(no_collection(place)),
        },
        Shape::Structure(inner) => members(inner, value, place),
        Shape::AttributeValue => attribute_value(value, place),
    }
}

/// The class of Java that the service names in its texts.
fn java_class(shape: &Shape) -> String {
    let simple = match shape {
        Shape::Structure(inner) => return text::structure_class(inner.name),
        Shape::AttributeValue => return text::structure_class(ATTRIBUTE_VALUE),
        Shape::List(list) => return text::list_of(&java_class(&list.element)),
        Shape::Map(map) => return text::map_of(&java_class(&map.value)),
        Shape::Integer(_) => "Integer",
        Shape::Long(_) => "Long",
        Shape::Boolean => "Boolean",
        Shape::Double | Shape::Timestamp => "Double",
        Shape::String(_) => "String",
    };
    format!("java.lang.{simple}")
}

/// What the service calls a typed value.
const ATTRIBUTE_VALUE: &str = "AttributeValue";

fn string(value: &Value) -> TypeCheck {
    match value {
        Value::String(_) => Ok(()),
        Value::Number(number) => refuse(text::cannot_convert(number_token(number), "String")),
        other => scalar_mismatch(other, "String"),
    }
}

/// What the service's parser calls a number.
fn number_token(number: &serde_json::Number) -> &'static str {
    if number.is_f64() { "DECIMAL_VALUE" } else { "NUMBER_VALUE" }
}

fn whole(class: &str, value: &mut Value) -> TypeCheck {
    match value {
        Value::Number(number) => {
            // The service truncates a decimal and saturates what does not fit; serde_json keeps large ones as f64.
            #[expect(clippy::cast_possible_truncation, reason = "truncation is what the service does")]
            let truncated = number.as_i64().or_else(|| number.as_f64().map(|decimal| decimal as i64)).unwrap_or(0);
            *value = truncated.into();
            Ok(())
        }
        Value::String(_) => refuse(text::cannot_convert("STRING_VALUE", class)),
        other => scalar_mismatch(other, class),
    }
}

fn number(value: &Value) -> TypeCheck {
    match value {
        Value::Number(_) => Ok(()),
        Value::String(_) => refuse(text::cannot_convert("STRING_VALUE", "Double")),
        other => scalar_mismatch(other, "Double"),
    }
}

fn boolean(value: &mut Value) -> TypeCheck {
    match value {
        Value::Bool(_) => Ok(()),
        Value::Number(number) => refuse(text::cannot_convert(number_token(number), "Boolean")),
        Value::String(word) => match word.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => {
                *value = true.into();
                Ok(())
            }
            "false" | "0" | "no" => {
                *value = false.into();
                Ok(())
            }
            _ => refuse(text::UNEXPECTED_TOKEN.to_owned()),
        },
        other => scalar_mismatch(other, "Boolean"),
    }
}

fn scalar_mismatch(value: &Value, class: &str) -> TypeCheck {
    match value {
        Value::Bool(true) => refuse(text::cannot_convert("TRUE_VALUE", class)),
        Value::Bool(false) => refuse(text::cannot_convert("FALSE_VALUE", class)),
        Value::Array(_) => refuse(text::unrecognized_class(&format!("java.lang.{class}"))),
        Value::Object(_) => refuse(text::START_OF_STRUCTURE.to_owned()),
        _ => refuse(text::UNEXPECTED_TOKEN.to_owned()),
    }
}

/// Checks the JSON types inside an attribute value; nested maps and lists are walked without recursion limits of
/// their own because the JSON parser has already bounded the depth.
fn attribute_value(value: &mut Value, place: ValueHolder) -> TypeCheck {
    let class = || text::structure_class(ATTRIBUTE_VALUE);
    let members = match value {
        Value::Object(members) => members,
        Value::Array(_) => return refuse(text::unrecognized_class(&class())),
        _ => return refuse(no_structure(place)),
    };
    let element = |value: &mut Value| attribute_value(value, ValueHolder::Element);
    members.retain(|name, value| {
        !value.is_null() && matches!(name.as_str(), "S" | "N" | "B" | "SS" | "NS" | "BS" | "M" | "L" | "NULL" | "BOOL")
    });
    for (name, inner) in members.iter_mut() {
        match name.as_str() {
            "S" | "N" => string(inner)?,
            "B" => blob(inner)?,
            "NULL" | "BOOL" => boolean(inner)?,
            "SS" | "NS" => list_of(inner, |element| string(element))?,
            "BS" => list_of(inner, |element| blob(element))?,
            "L" => list_of(inner, element)?,
            _ => match inner {
                Value::Object(entries) => entries.values_mut().try_for_each(element)?,
                Value::Array(_) => return refuse(text::unrecognized_map(&class())),
                _ => return refuse(text::UNEXPECTED_FIELD.to_owned()),
            },
        }
    }
    Ok(())
}

fn list_of(value: &mut Value, check: impl FnMut(&mut Value) -> TypeCheck) -> TypeCheck {
    match value {
        Value::Array(elements) => elements.iter_mut().try_for_each(check),
        Value::Object(_) => refuse(text::START_OF_STRUCTURE.to_owned()),
        _ => refuse(text::UNEXPECTED_FIELD.to_owned()),
    }
}

fn blob(value: &Value) -> TypeCheck {
    match value {
        Value::String(encoded) if encoded.len() % 4 != 0 => refuse(text::base64_length(encoded.len())),
        Value::String(encoded) => match base64::engine::general_purpose::STANDARD.decode(encoded) {
            Ok(_) => Ok(()),
            Err(_) => refuse(text::BASE64_ALPHABET.to_owned()),
        },
        Value::Number(_) | Value::Bool(_) => refuse(text::ONLY_BASE64.to_owned()),
        Value::Array(_) => refuse(text::unrecognized_class("java.nio.ByteBuffer")),
        other => scalar_mismatch(other, "Blob"),
    }
}
