//! scratch
use dynadrill::clock::VirtualClock;
use dynadrill::engine::{Config, Engine};
use serde_json::json;
use std::sync::Arc;
fn main() {
    let clock = VirtualClock::new(VirtualClock::LAB_START);
    let mut engine = Engine::new(Config { journal_capacity: 0, ..Config::default() }, Arc::new(clock.clone()));
    engine.call("CreateTable", json!({"TableName":"Bench","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]})).unwrap();
    let mut puts = Vec::new();
    let mut gets = Vec::new();
    for n in 0..1000u64 {
        let key = format!("KEY#{n}");
        puts.push(engine.prepare("PutItem", json!({"TableName":"Bench","Item":{"pk":{"S":key},"n":{"N":n.to_string()},"body":{"S":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}}})).unwrap());
        gets.push(engine.prepare("GetItem", json!({"TableName":"Bench","Key":{"pk":{"S":key}}})).unwrap());
    }
    let start = std::time::Instant::now();
    let total = 2_000_000usize;
    for n in 0..total {
        clock.advance_millis(1);
        let key = n * 7919 % 1000;
        if n % 2 == 0 {
            engine.execute(&mut puts[key]).unwrap();
        } else {
            engine.execute(&mut gets[key]).unwrap();
        }
    }
    let s = start.elapsed().as_secs_f64();
    println!("{} requests/s", total as f64 / s);
}
