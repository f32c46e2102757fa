//! What a request is answered with: JSON, in which items stay what they are in their tables until they are written.
//!
//! An answer's life: a verb puts it together out of shared items and small JSON; the endpoint writes it into bytes
//! ([`ResponseValue::to_bytes`]), and whoever looks into it gets it as JSON ([`Value::from`]). Both say the same, in
//! the same order.

use std::borrow::Cow;

use serde_json::Value;

use super::value::json::encode_item;
use super::value::{Item, write};

/// An answer, or a part of one.
#[derive(Clone, Debug)]
pub enum ResponseValue {
    /// JSON.
    Json(Value),
    /// An item in its wire form.
    Item(Item),
    /// A list.
    List(Vec<Self>),
    /// Named members, in their order.
    Members(Members),
}

/// The most bytes of room that are made for a list before it is written: about as much as a page has.
const MOST_ROOM: usize = 1 << 20;

/// Named members of an answer.
pub type Members = Vec<(Cow<'static, str>, ResponseValue)>;

/// Returns a member of an answer.
pub(super) fn member(name: &'static str, value: impl Into<ResponseValue>) -> (Cow<'static, str>, ResponseValue) {
    (Cow::Borrowed(name), value.into())
}

impl From<Value> for ResponseValue {
    fn from(json: Value) -> Self {
        Self::Json(json)
    }
}

impl From<u64> for ResponseValue {
    fn from(number: u64) -> Self {
        Self::Json(number.into())
    }
}

impl From<Item> for ResponseValue {
    fn from(item: Item) -> Self {
        Self::Item(item)
    }
}

impl From<Vec<Self>> for ResponseValue {
    fn from(list: Vec<Self>) -> Self {
        Self::List(list)
    }
}

impl From<Members> for ResponseValue {
    fn from(members: Members) -> Self {
        Self::Members(members)
    }
}

impl From<ResponseValue> for Value {
    fn from(answer: ResponseValue) -> Self {
        match answer {
            ResponseValue::Json(json) => json,
            ResponseValue::Item(item) => Self::Object(encode_item(&item)),
            ResponseValue::List(list) => list.into_iter().map(Self::from).collect(),
            ResponseValue::Members(members) => {
                let members = members.into_iter().map(|(name, value)| (name.into_owned(), Self::from(value)));
                Self::Object(members.collect())
            }
        }
    }
}

impl ResponseValue {
    /// Returns it as the text of JSON.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.bytes());
        self.write(&mut out);
        out
    }

    /// About how many bytes its items have as text.
    fn bytes(&self) -> usize {
        match self {
            Self::Json(_) => 32,
            Self::Item(item) => write::item_bytes(item),
            // Items of a page are mostly alike, and measuring them all takes longer than making more room for some of them.
            Self::List(list) => (list.first().map_or(0, Self::bytes) * list.len()).min(MOST_ROOM),
            Self::Members(members) => members.iter().map(|(name, value)| name.len() + value.bytes()).sum(),
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Json(json) => {
                // A list of bytes takes whatever is written to it.
                let _ = serde_json::to_writer(out, json);
            }
            Self::Item(item) => write::item(item, out),
            Self::List(list) => {
                out.push(b'[');
                for (place, element) in list.iter().enumerate() {
                    if place > 0 {
                        out.push(b',');
                    }
                    element.write(out);
                }
                out.push(b']');
            }
            Self::Members(members) => {
                out.push(b'{');
                for (place, (name, value)) in members.iter().enumerate() {
                    if place > 0 {
                        out.push(b',');
                    }
                    write::text(name, out);
                    out.push(b':');
                    value.write(out);
                }
                out.push(b'}');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn written_and_as_json_it_says_the_same() {
        let item = || Item::from([("id".to_owned(), "x\"y".into()), ("n".to_owned(), 12.into())]);
        let answer = ResponseValue::from(vec![
            member("Items", vec![ResponseValue::from(item()), ResponseValue::from(item())]),
            member("Count", 2),
            (Cow::Owned("Orders".to_owned()), ResponseValue::from(json!({"b": [1.5, null], "a": true}))),
        ]);
        let written = String::from_utf8(answer.to_bytes()).unwrap();
        assert_eq!(written, Value::from(answer).to_string());
        assert!(written.starts_with(r#"{"Items":[{"id":{"S":"x\"y"},"n":{"N":"12"}},"#), "{written}");
    }
}
