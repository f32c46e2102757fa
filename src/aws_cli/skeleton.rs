//! `--generate-cli-skeleton`: the shape of a request with a stand-in for every value, to be filled in and given back with
//! `--cli-input-json`.
//!
//! Every member is there, also where two exclude each other: what is not wanted is deleted. Where the AWS CLI draws one of
//! an enum's values, the first one stands here, so that the same line prints the same text.
//!
//! Left out: the skeleton of an answer (`output`), whose shapes are not declared, and YAML. Source: AWS CLI user guide,
//! "Generate AWS CLI skeletons".

use serde_json::{Map, Value, json};

use crate::engine::shape::{Member, Shape};

/// The stand-in of every map's keys.
const KEY: &str = "KeyName";

/// Returns a request with a stand-in for every member.
pub(super) fn skeleton(members: &[Member]) -> Value {
    Value::Object(members.iter().map(|member| (member.name.to_owned(), stand_in(&member.shape))).collect())
}

fn stand_in(shape: &Shape) -> Value {
    match shape {
        Shape::String(text) => text.values.first().copied().unwrap_or_default().into(),
        Shape::Integer(_) | Shape::Long(_) => 0.into(),
        Shape::Double => 0.0.into(),
        Shape::Timestamp => "1970-01-01T00:00:00".into(),
        Shape::Boolean => true.into(),
        Shape::List(list) => json!([stand_in(&list.element)]),
        Shape::Map(map) => json!({ KEY: stand_in(&map.value) }),
        Shape::Structure(structure) => skeleton(structure.members),
        Shape::AttributeValue => attribute_value(),
    }
}

/// An attribute value with all its types, of which one is to be kept; what it holds itself is not spelled out again.
fn attribute_value() -> Value {
    json!({
        "S": "", "N": "", "B": null, "SS": [""], "NS": [""], "BS": [null],
        "M": { KEY: Map::new() }, "L": [Map::new()], "NULL": true, "BOOL": true,
    })
}
