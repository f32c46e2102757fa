//! One flag's value: JSON or shorthand, brought into the types of its shape and checked against it.
//!
//! The checks here are the ones that the AWS CLI makes before it sends anything: unknown and missing members, values of
//! the wrong type. What the service itself refuses (lengths, patterns) is left to it, because its words are worth seeing.

use std::fmt;

use serde_json::Value;

use super::error::CliError;
use super::names::nearest;
use super::shorthand;
use super::words::CommandWord;
use crate::clock::Timestamp;
use crate::engine::shape::{Member, Shape, Structure};

/// The type descriptors of attribute values, each with what it holds.
const DESCRIPTORS: [(&str, &str); 10] = [
    ("S", "a string"),
    ("N", "a number written as a string, such as \"42\""),
    ("B", "a base64 string"),
    ("SS", "a list of strings"),
    ("NS", "a list of numbers written as strings"),
    ("BS", "a list of base64 strings"),
    ("M", "a map of names to typed values"),
    ("L", "a list of typed values"),
    ("NULL", "true"),
    ("BOOL", "true or false"),
];

/// Reads the words given for `flag` as `shape`.
pub(super) fn read(flag: &str, shape: &Shape, words: &[CommandWord]) -> Result<Value, CliError> {
    let Some(first) = words.first() else {
        return Err(CliError::new(format!("{flag} expects a value: {}", expected(shape))));
    };
    let span = first.span.start..words.last().map_or(first.span.end, |last| last.span.end);
    let mut value = match shape {
        Shape::List(list) if !first.text.starts_with('[') => {
            let mut elements = Vec::new();
            for word in words {
                elements.push(one(flag, &list.element, word)?);
            }
            Value::Array(elements)
        }
        _ => {
            if let Some(extra) = words.get(1) {
                let message = format!("{flag} takes one value; found a second one: {}", extra.text);
                let hint = "Put the whole value in single quotes if it holds blanks.";
                return Err(CliError::new(message).at(extra.span.clone()).hint(hint));
            }
            one(flag, shape, first)?
        }
    };
    fit(&At::Flag(flag.trim_start_matches('-')), shape, &mut value).map_err(|error| error.at(span))?;
    Ok(value)
}

/// Brings the value of a member, as a whole request in JSON gives it, into its shape.
pub(super) fn check(member: &Member, value: &mut Value) -> Result<(), CliError> {
    fit(&At::Flag(member.name), &member.shape, value)
}

fn one(flag: &str, shape: &Shape, word: &CommandWord) -> Result<Value, CliError> {
    match shape {
        Shape::String(_) | Shape::Integer(_) | Shape::Long(_) | Shape::Double | Shape::Timestamp | Shape::Boolean => {
            Ok(Value::String(word.text.clone()))
        }
        _ if word.text.trim_start().starts_with(['{', '[']) => json(flag, word),
        _ => shorthand::pairs(&word.text).map_err(|fault| {
            let error = CliError::new(format!("{flag} expects {}. {}", expected(shape), fault.message));
            if word.from_file {
                return error.at(word.span.clone());
            }
            let at = word.span.start + word.lead + fault.at;
            error.at(at.min(word.span.end.saturating_sub(1))..word.span.end)
        }),
    }
}

fn json(flag: &str, word: &CommandWord) -> Result<Value, CliError> {
    serde_json::from_str(&word.text).map_err(|error| {
        let reason = error.to_string();
        if word.from_file {
            return CliError::new(format!("The value of {flag} is not valid JSON: {reason}")).at(word.span.clone());
        }
        let before: usize = word.text.split('\n').take(error.line().saturating_sub(1)).map(|line| line.len() + 1).sum();
        let offset = before + error.column().saturating_sub(1);
        let at = (word.span.start + word.lead + offset).min(word.span.end.saturating_sub(1));
        let reason = reason.split(" at line ").next().unwrap_or(&reason).to_owned();
        let error = CliError::new(format!("The value of {flag} is not valid JSON: {reason}")).at(at..at + 1);
        if word.text.contains('\'') {
            error.hint("JSON strings stand in double quotes: {\"id\": {\"S\": \"O-1\"}}")
        } else {
            error
        }
    })
}

/// What a shape expects, in words.
pub(super) fn expected(shape: &Shape) -> String {
    match shape {
        Shape::String(text) if !text.values.is_empty() => format!("one of {}", text.values.join(", ")),
        Shape::String(_) => "a text".to_owned(),
        Shape::Integer(_) | Shape::Long(_) => "a whole number".to_owned(),
        Shape::Double => "a number".to_owned(),
        Shape::Timestamp => "a moment, such as 2026-06-01T10:30:00Z, or seconds since 1970".to_owned(),
        Shape::Boolean => "nothing: it is a switch".to_owned(),
        Shape::List(list) => format!("a list of which each is {}", expected(&list.element)),
        Shape::Map(map) => match map.value {
            Shape::AttributeValue => "names and typed values, such as {\"id\": {\"S\": \"O-1\"}}".to_owned(),
            other => format!("a map of names to {}", expected(&other)),
        },
        Shape::Structure(structure) => {
            let names: Vec<&str> = structure.members.iter().map(|member| member.name).collect();
            if names.is_empty() { "a structure".to_owned() } else { format!("a structure of {}", names.join(", ")) }
        }
        Shape::AttributeValue => "a typed value, such as {\"S\": \"O-1\"}".to_owned(),
    }
}

/// A place in a value. It is spelled out only for a message: a name may be long, and there may be many places behind it.
enum At<'a> {
    /// The whole of what a flag was given.
    Flag(&'a str),
    /// What stands under a name.
    Member(&'a At<'a>, &'a str),
    /// An element of a list.
    Element(&'a At<'a>, usize),
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) => f.write_str(name),
            Self::Member(of, name) => write!(f, "{of}.{name}"),
            Self::Element(of, index) => write!(f, "{of}[{index}]"),
        }
    }
}

/// Brings a value into its shape: texts of shorthand become numbers and truth values, everything else must fit.
fn fit(path: &At<'_>, shape: &Shape, value: &mut Value) -> Result<(), CliError> {
    match shape {
        Shape::String(text) => {
            let Some(given) = value.as_str() else { return Err(mismatch(path, shape, value)) };
            match nearest(given, text.values.iter().copied()) {
                // An unknown enum value goes to the service, whose message lists the set; a near miss is named here.
                Some(near) if !text.values.contains(&given) => {
                    let message = format!("{path} does not know the value {given}; expected {}", expected(shape));
                    Err(CliError::new(message).hint(format!("Did you mean {near}?")))
                }
                _ => Ok(()),
            }
        }
        Shape::Integer(_) | Shape::Long(_) => {
            let whole = value.as_i64().or_else(|| value.as_str().and_then(|text| text.trim().parse().ok()));
            *value = whole.ok_or_else(|| mismatch(path, shape, value))?.into();
            Ok(())
        }
        Shape::Double | Shape::Timestamp => {
            let read = |text: &str| {
                let moment = || Timestamp::from_text(text.trim()).map(Timestamp::as_secs_f64);
                text.trim().parse().ok().or_else(|| moment().filter(|_| matches!(shape, Shape::Timestamp)))
            };
            let number = value.as_f64().or_else(|| value.as_str().and_then(read));
            *value = number.ok_or_else(|| mismatch(path, shape, value))?.into();
            Ok(())
        }
        Shape::Boolean => fit_boolean(path, shape, value),
        Shape::List(list) => {
            if value.is_string() {
                *value = Value::Array(vec![value.take()]);
            }
            if !value.is_array() {
                return Err(mismatch(path, shape, value));
            }
            let elements = value.as_array_mut().into_iter().flatten();
            elements.enumerate().try_for_each(|(index, element)| fit(&At::Element(path, index), &list.element, element))
        }
        Shape::Map(map) => {
            if !value.is_object() {
                return Err(mismatch(path, shape, value));
            }
            let mut entries = value.as_object_mut().into_iter().flatten();
            entries.try_for_each(|(name, inner)| fit(&At::Member(path, name), &map.value, inner))
        }
        Shape::Structure(structure) => fit_structure(path, structure, shape, value),
        Shape::AttributeValue => fit_attribute(path, value),
    }
}

fn fit_boolean(path: &At<'_>, shape: &Shape, value: &mut Value) -> Result<(), CliError> {
    let truth = match &*value {
        Value::Bool(truth) => Some(*truth),
        Value::String(word) if word.eq_ignore_ascii_case("true") => Some(true),
        Value::String(word) if word.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    };
    *value = truth.ok_or_else(|| mismatch(path, shape, value))?.into();
    Ok(())
}

fn fit_structure(path: &At<'_>, structure: &Structure, shape: &Shape, value: &mut Value) -> Result<(), CliError> {
    if !value.is_object() {
        return Err(mismatch(path, shape, value));
    }
    // Of a structure that is not modelled nothing is read; the service refuses it by its name.
    if structure.members.is_empty() {
        return Ok(());
    }
    let Some(members) = value.as_object_mut() else { return Ok(()) };
    for (name, inner) in members.iter_mut() {
        let Some(member) = structure.member(name) else {
            let known: Vec<&str> = structure.members.iter().map(|member| member.name).collect();
            let error = CliError::new(format!("{path} has no member {name}; it may have {}", known.join(", ")));
            return Err(match nearest(name, known) {
                Some(near) => error.hint(format!("Did you mean {near}?")),
                None => error,
            });
        };
        fit(&At::Member(path, name), &member.shape, inner)?;
    }
    match structure.members.iter().find(|member| member.required && !members.contains_key(member.name)) {
        Some(missing) => Err(CliError::new(format!("{path} lacks {}: {}", missing.name, expected(&missing.shape)))),
        None => Ok(()),
    }
}

fn fit_attribute(path: &At<'_>, value: &mut Value) -> Result<(), CliError> {
    let untyped = |value: &Value| {
        let typed = match value {
            Value::Number(number) => format!("{{\"N\": \"{number}\"}}"),
            Value::Bool(truth) => format!("{{\"BOOL\": {truth}}}"),
            Value::String(text) => format!("{{\"S\": {}}}", Value::from(text.as_str())),
            _ => "{\"S\": \"…\"}".to_owned(),
        };
        CliError::new(format!("{path} expects a typed value, found {}", brief(value))).hint(format!("Write {typed}"))
    };
    if !value.is_object() {
        return Err(untyped(value));
    }
    let Some(members) = value.as_object_mut() else { return Ok(()) };
    for (descriptor, inner) in members.iter_mut() {
        let here = At::Member(path, descriptor);
        let wrong = |inner: &Value| {
            let holds = DESCRIPTORS.iter().find(|(known, _)| known == descriptor).map_or("", |(_, holds)| *holds);
            CliError::new(format!("{here} expects {holds}, found {}", brief(inner)))
        };
        match descriptor.as_str() {
            "S" | "B" | "N" if inner.is_string() => {}
            "N" if inner.is_number() => return Err(wrong(inner).hint(format!("Write {{\"N\": \"{inner}\"}}"))),
            "BOOL" | "NULL" => fit_boolean(&here, &Shape::Boolean, inner).map_err(|_| wrong(inner))?,
            "SS" | "NS" | "BS" => {
                if inner.is_string() {
                    *inner = Value::Array(vec![inner.take()]);
                }
                if !inner.as_array().is_some_and(|list| list.iter().all(Value::is_string)) {
                    return Err(wrong(inner));
                }
            }
            "L" if inner.is_array() => {
                for (index, element) in inner.as_array_mut().into_iter().flatten().enumerate() {
                    fit_attribute(&At::Element(&here, index), element)?;
                }
            }
            "M" if inner.is_object() => {
                for (name, entry) in inner.as_object_mut().into_iter().flatten() {
                    fit_attribute(&At::Member(&here, name), entry)?;
                }
            }
            known if DESCRIPTORS.iter().any(|(descriptor, _)| *descriptor == known) => return Err(wrong(inner)),
            unknown => {
                let error = CliError::new(format!(
                    "{path} expects a typed value; {unknown} is not a type (S, N, B, SS, NS, BS, M, L, NULL, BOOL)"
                ));
                let upper = unknown.to_uppercase();
                let known = DESCRIPTORS.iter().find(|(descriptor, _)| *descriptor == upper);
                return Err(match known {
                    Some((descriptor, _)) => error.hint(format!("Types are capital letters: {descriptor}")),
                    None => error.hint("A map inside an item is written {\"M\": {…}}"),
                });
            }
        }
    }
    Ok(())
}

fn mismatch(path: &At<'_>, shape: &Shape, value: &Value) -> CliError {
    CliError::new(format!("{path} expects {}, found {}", expected(shape), brief(value)))
}

/// A value in a few words, for messages.
fn brief(value: &Value) -> String {
    const LONGEST: usize = 40;
    let text = value.to_string();
    let short: String = text.chars().take(LONGEST).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    match value {
        Value::String(_) => format!("the text {short}{dots}"),
        Value::Number(_) => format!("the number {short}"),
        Value::Array(_) => format!("the list {short}{dots}"),
        Value::Object(_) => format!("the map {short}{dots}"),
        _ => short,
    }
}
