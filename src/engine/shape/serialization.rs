//! The type check of a request body: every JSON value against its shape, with the service's few conversions.
//!
//! Source of the texts: recorded answers of the service (older serialization layer).

use base64::Engine as _;
use serde_json::Value;

use super::{Member, Shape, Structure};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::serialization as text;

type Checked = Result<(), ApiError>;

fn refuse(message: String) -> Checked {
    Err(ApiError::new(ErrorKind::SerializationException, message))
}

/// Checks `body` as `structure`.
pub(super) fn structure(structure: &Structure, body: &mut Value) -> Checked {
    match body {
        Value::Object(members) => {
            members.retain(|name, value| !value.is_null() && structure.member(name).is_some());
            for Member { name, shape, .. } in structure.members {
                if let Some(value) = members.get_mut(*name) {
                    check(shape, value)?;
                }
            }
            Ok(())
        }
        Value::Array(_) => refuse(text::unrecognized_structure(structure.name)),
        _ => refuse(text::UNEXPECTED_VALUE.to_owned()),
    }
}

fn check(shape: &Shape, value: &mut Value) -> Checked {
    match shape {
        Shape::String(_) => string(value),
        Shape::Integer(_) => whole("Integer", value),
        Shape::Long(_) => whole("Long", value),
        Shape::Double | Shape::Timestamp => number(value),
        Shape::Boolean => boolean(value),
        Shape::List(list) => match value {
            Value::Array(elements) => elements.iter_mut().try_for_each(|element| check(&list.element, element)),
            Value::Object(_) => refuse(text::START_OF_STRUCTURE.to_owned()),
            _ => refuse(text::UNEXPECTED_FIELD.to_owned()),
        },
        Shape::Map(map) => match value {
            Value::Object(entries) => {
                entries.retain(|_, value| !value.is_null());
                entries.values_mut().try_for_each(|value| check(&map.value, value))
            }
            Value::Array(_) => refuse(text::unrecognized_map(java_name(&map.value))),
            _ => refuse(text::UNEXPECTED_FIELD.to_owned()),
        },
        Shape::Structure(inner) => structure(inner, value),
        Shape::AttributeValue => attribute_value(value),
    }
}

/// The Java class that the service names in its texts.
fn java_name(shape: &Shape) -> &'static str {
    match shape {
        Shape::Structure(inner) => inner.name,
        Shape::AttributeValue => "AttributeValue",
        Shape::List(list) => java_name(&list.element),
        Shape::Map(map) => java_name(&map.value),
        Shape::Integer(_) => "Integer",
        Shape::Long(_) => "Long",
        Shape::Boolean => "Boolean",
        Shape::Double | Shape::Timestamp => "Double",
        Shape::String(_) => "String",
    }
}

fn string(value: &Value) -> Checked {
    match value {
        Value::String(_) => Ok(()),
        Value::Number(number) if number.is_f64() => refuse(text::cannot_convert("DECIMAL_VALUE", "String")),
        Value::Number(_) => refuse(text::cannot_convert("NUMBER_VALUE", "String")),
        other => scalar_mismatch(other, "String"),
    }
}

fn whole(class: &str, value: &mut Value) -> Checked {
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

fn number(value: &Value) -> Checked {
    match value {
        Value::Number(_) => Ok(()),
        Value::String(_) => refuse(text::cannot_convert("STRING_VALUE", "Double")),
        other => scalar_mismatch(other, "Double"),
    }
}

fn boolean(value: &mut Value) -> Checked {
    match value {
        Value::Bool(_) => Ok(()),
        Value::Number(_) => refuse(text::cannot_convert("NUMBER_VALUE", "Boolean")),
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

fn scalar_mismatch(value: &Value, class: &str) -> Checked {
    match value {
        Value::Bool(true) => refuse(text::cannot_convert("TRUE_VALUE", class)),
        Value::Bool(false) => refuse(text::cannot_convert("FALSE_VALUE", class)),
        Value::Array(_) => refuse(text::unrecognized_scalar(class)),
        Value::Object(_) => refuse(text::START_OF_STRUCTURE.to_owned()),
        _ => refuse(text::UNEXPECTED_TOKEN.to_owned()),
    }
}

/// Checks the JSON types inside an attribute value; nested maps and lists are walked without recursion limits of
/// their own because the JSON parser has already bounded the depth.
fn attribute_value(value: &mut Value) -> Checked {
    let members = match value {
        Value::Object(members) => members,
        Value::Array(_) => return refuse(text::unrecognized_structure("AttributeValue")),
        _ => return refuse(text::UNEXPECTED_VALUE.to_owned()),
    };
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
            "L" => list_of(inner, attribute_value)?,
            _ => match inner {
                Value::Object(entries) => entries.values_mut().try_for_each(attribute_value)?,
                Value::Array(_) => return refuse(text::unrecognized_map("AttributeValue")),
                _ => return refuse(text::UNEXPECTED_FIELD.to_owned()),
            },
        }
    }
    Ok(())
}

fn list_of(value: &mut Value, check: impl FnMut(&mut Value) -> Checked) -> Checked {
    match value {
        Value::Array(elements) => elements.iter_mut().try_for_each(check),
        Value::Object(_) => refuse(text::START_OF_STRUCTURE.to_owned()),
        _ => refuse(text::UNEXPECTED_FIELD.to_owned()),
    }
}

fn blob(value: &Value) -> Checked {
    match value {
        Value::String(encoded) if encoded.len() % 4 != 0 => refuse(text::base64_length(encoded.len())),
        Value::String(encoded) => match base64::engine::general_purpose::STANDARD.decode(encoded) {
            Ok(_) => Ok(()),
            Err(_) => refuse(text::BASE64_ALPHABET.to_owned()),
        },
        Value::Number(_) | Value::Bool(_) => refuse(text::ONLY_BASE64.to_owned()),
        other => scalar_mismatch(other, "Blob"),
    }
}
