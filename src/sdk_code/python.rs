//! The call with boto3's client, which takes and gives the wire's own shapes.

use serde_json::Value;

use super::layout::CodeTree;
use super::wire::Style;
use super::{is_streams, quoted, snake};
use crate::engine::ops::Verb;

const STYLE: Style = Style {
    words: ["True", "False", "None"],
    brackets: ["{", "}"],
    key: quoted,
    bytes: |value| format!("base64.b64decode({value})"),
};

pub(super) fn call(verb: &Verb, body: &Value) -> String {
    let client = if is_streams(verb) { "dynamodbstreams" } else { "dynamodb" };
    let members = body.as_object().into_iter().flatten();
    let arguments = members.map(|(name, value)| {
        let shape = verb.input.member(name).map(|member| member.shape);
        STYLE.literal(value, shape).after(&format!("{name}="))
    });
    let sent = CodeTree::group(&format!("response = client.{}(", snake(verb.name)), arguments.collect(), ")").lines(0);
    let decodes = if sent.contains("base64.") { "import base64\n" } else { "" };
    format!("{decodes}import boto3\n\nclient = boto3.client(\"{client}\")\n{sent}")
}
