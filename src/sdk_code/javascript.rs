//! The call with the AWS SDK for JavaScript v3, which takes and gives the wire's own shapes.

use serde_json::Value;

use super::wire::Style;
use super::{is_streams, quoted};
use crate::engine::ops::Verb;
use crate::engine::shape::Shape;

const STYLE: Style = Style {
    words: ["true", "false", "null"],
    brackets: ["{ ", " }"],
    key,
    bytes: |value| format!("Buffer.from({value}, \"base64\")"),
};

pub(super) fn call(verb: &Verb, body: &Value) -> String {
    let (client, package) = if is_streams(verb) {
        ("DynamoDBStreamsClient", "client-dynamodb-streams")
    } else {
        ("DynamoDBClient", "client-dynamodb")
    };
    let name = verb.name;
    let input = STYLE.literal(body, Some(Shape::Structure(verb.input)));
    let sent = input.after(&format!("const response = await client.send(new {name}Command(")).before("));").lines(0);
    format!(
        "import {{ {client}, {name}Command }} from \"@aws-sdk/{package}\";\n\nconst client = new {client}({{}});\n{sent}"
    )
}

/// A name as the key of an object.
fn key(name: &str) -> String {
    let mut letters = name.chars();
    let begins = letters.next().is_some_and(|letter| letter.is_ascii_alphabetic() || letter == '_');
    let is_plain = begins && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if is_plain { name.to_owned() } else { quoted(name) }
}
