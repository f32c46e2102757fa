//! Requests in languages whose SDK takes the wire's own shapes: literals with the language's own brackets and words.

use serde_json::{Map, Value};

use super::layout::CodeTree;
use crate::engine::shape::Shape;

/// How a language writes literals.
pub(super) struct Style {
    /// true, false and nothing.
    pub(super) words: [&'static str; 3],
    /// The brackets around named values.
    pub(super) brackets: [&'static str; 2],
    /// A name before its value.
    pub(super) key: fn(&str) -> String,
    /// Bytes, from their base64.
    pub(super) bytes: fn(&Value) -> String,
}

impl Style {
    /// A value of a shape; without one it is JSON.
    pub(super) fn literal(&self, value: &Value, shape: Option<Shape>) -> CodeTree {
        match value {
            Value::Null => CodeTree::leaf(self.words[2]),
            Value::Bool(is_true) => CodeTree::leaf(self.words[usize::from(!is_true)]),
            Value::Number(_) | Value::String(_) => CodeTree::leaf(value.to_string()),
            Value::Array(elements) => {
                let element = if let Some(Shape::List(list)) = shape { Some(list.element) } else { None };
                CodeTree::group("[", elements.iter().map(|value| self.literal(value, element)).collect(), "]")
            }
            Value::Object(members) => self.named(members, |name, value| match shape {
                Some(Shape::AttributeValue) => self.attribute(name, value),
                Some(Shape::Structure(structure)) => {
                    self.literal(value, structure.member(name).map(|member| member.shape))
                }
                Some(Shape::Map(map)) => self.literal(value, Some(map.value)),
                _ => self.literal(value, None),
            }),
        }
    }

    fn named(&self, members: &Map<String, Value>, written: impl Fn(&str, &Value) -> CodeTree) -> CodeTree {
        let part = |(name, value): (&String, &Value)| written(name, value).after(&format!("{}: ", (self.key)(name)));
        CodeTree::group(self.brackets[0], members.iter().map(part).collect(), self.brackets[1])
    }

    /// What stands under a type of an attribute value.
    fn attribute(&self, kind: &str, value: &Value) -> CodeTree {
        let bytes = |value: &Value| CodeTree::leaf((self.bytes)(value));
        let inner = |value: &Value| self.literal(value, Some(Shape::AttributeValue));
        match (kind, value) {
            ("B", value) => bytes(value),
            ("BS", Value::Array(elements)) => CodeTree::group("[", elements.iter().map(bytes).collect(), "]"),
            ("L", Value::Array(elements)) => CodeTree::group("[", elements.iter().map(inner).collect(), "]"),
            ("M", Value::Object(members)) => self.named(members, |_, value| inner(value)),
            (_, value) => self.literal(value, None),
        }
    }
}
