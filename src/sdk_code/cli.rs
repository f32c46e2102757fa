//! The call as the AWS CLI takes it.

use serde_json::Value;

use super::is_streams;
use crate::aws_cli::kebab;
use crate::engine::ops::Verb;
use crate::safe_text;

pub(super) fn call(verb: &Verb, body: &Value) -> String {
    let service = if is_streams(verb) { "dynamodbstreams" } else { "dynamodb" };
    let mut lines = vec![format!("aws {service} {}", kebab(verb.name))];
    for (name, value) in body.as_object().into_iter().flatten() {
        let flag = kebab(name);
        lines.push(match value {
            Value::Bool(true) => format!("--{flag}"),
            Value::Bool(false) => format!("--no-{flag}"),
            Value::String(text) => format!("--{flag} {}", in_shell(text)),
            other => format!("--{flag} {}", in_shell(&other.to_string())),
        });
    }
    lines.join(" \\\n    ")
}

/// A value as a shell takes it.
fn in_shell(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_./:=,@%+-".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else if text.chars().any(safe_text::must_be_marked) {
        // A shell reads the marks as the characters they stand for if the quote has a dollar before it.
        format!("$'{}'", safe_text::line(&text.replace('\\', "\\\\").replace('\'', "\\'")))
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
