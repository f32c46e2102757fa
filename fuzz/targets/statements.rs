//! Any text as a PartiQL statement, and as several at once.
#![no_main]

mod world;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    let mut shop = world::shop();
    let parameters = json!([{"S": "x"}, {"N": "1"}]);
    let _ = shop.call("ExecuteStatement", json!({"Statement": text}));
    let _ = shop.call("ExecuteStatement", json!({"Statement": text, "Parameters": parameters}));
    let statements: Vec<Value> = text.split(';').take(25).map(|one| json!({"Statement": one})).collect();
    let _ = shop.call("BatchExecuteStatement", json!({"Statements": statements}));
    let _ = shop.call("ExecuteTransaction", json!({"TransactStatements": statements}));
});
