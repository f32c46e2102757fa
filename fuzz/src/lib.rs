//! What the targets share: requests to a small shop, each answered on a copy of it, so that an input that fails does so
//! again alone.
//!
//! `cargo +nightly fuzz run TARGET -- -max_total_time=60` runs one for a minute (cargo-fuzz has to be installed; with
//! `-s none` a stable toolchain will do). A target fails by a panic; `-timeout=1 -rss_limit_mb=2048` holds down what an input
//! may cost. Where that cannot be had, the property tests and the flood of `tests/fuzz` try the same from a seed.

use std::sync::Arc;

use dynadrill::clock::VirtualClock;
use dynadrill::engine::ops::{self, Verb};
use dynadrill::engine::{Engine, Journal};
use dynadrill::lab;

/// The verbs whose requests hold texts in the languages of expressions and statements.
const EXPRESSIVE: [(&str, &str); 6] = [
    ("Query", "KeyConditionExpression"),
    ("Query", "FilterExpression"),
    ("GetItem", "ProjectionExpression"),
    ("UpdateItem", "UpdateExpression"),
    ("UpdateItem", "ConditionExpression"),
    ("ExecuteStatement", "Statement"),
];

thread_local! {
    static SHOP: Engine = shop();
}

/// An engine with the shop's tables that keeps no journal, as the endpoint's.
fn shop() -> Engine {
    let bench = lab::shop().expect("the shop's own declaration is sound");
    let now = bench.engine().now();
    let mut engine = bench.engine().copy_on(Arc::new(VirtualClock::new(now)));
    *engine.journal_mut() = Journal::new(0);
    engine
}

/// Answers a body on a copy of the shop.
pub fn answer(verb: &'static Verb, body: &[u8]) {
    SHOP.with(|shop| {
        let mut engine = shop.copy_on(Arc::new(VirtualClock::new(shop.now())));
        if let Ok(response) = engine.respond(verb, body) {
            let _ = response.to_bytes();
        }
    });
}

/// Answers a body; the first byte of the input says what is asked for.
pub fn answer_any(input: &[u8]) {
    if let Some((first, body)) = input.split_first() {
        answer(&ops::VERBS[usize::from(*first) % ops::VERBS.len()], body);
    }
}

/// Sends a text as an expression of a request that is sound but for it; the first letter says which.
pub fn answer_expression(input: &str) {
    let mut letters = input.chars();
    let Some(first) = letters.next() else { return };
    let (verb, member) = EXPRESSIVE[first as usize % EXPRESSIVE.len()];
    answer_text(verb, member, letters.as_str());
}

/// Sends a text as a statement of PartiQL.
pub fn answer_statement(input: &str) {
    answer_text("ExecuteStatement", "Statement", input);
}

fn answer_text(verb: &str, member: &str, text: &str) {
    let key = r#"{"customerId": {"S": "C-001"}, "orderDate": {"S": "2026-01-01#0001"}}"#;
    let names = r##"{"#a": "customerId", "#b": "orderDate", "#c": "note"}"##;
    let values = r#"{":a": {"S": "C-001"}, ":b": {"S": "2026"}, ":c": {"N": "1"}}"#;
    let mut members = vec![format!("{}: {}", quoted(member), quoted(text))];
    if verb != "ExecuteStatement" {
        members.push(r#""TableName": "Orders""#.to_owned());
        members.push(format!(r#""ExpressionAttributeNames": {names}"#));
    }
    match verb {
        "Query" => members.push(format!(r#""ExpressionAttributeValues": {values}"#)),
        "UpdateItem" => members.push(format!(r#""Key": {key}, "ExpressionAttributeValues": {values}"#)),
        "GetItem" => members.push(format!(r#""Key": {key}"#)),
        _ => {}
    }
    if member == "FilterExpression" {
        members.push(r##""KeyConditionExpression": "#a = :a""##.to_owned());
    }
    let verb = ops::find(verb).expect("a verb of the list above");
    answer(verb, format!("{{{}}}", members.join(", ")).as_bytes());
}

/// A text as JSON has it.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
