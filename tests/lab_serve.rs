//! A lab done over HTTP: graded request by request, and kept though the process is killed.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use common::Endpoint;
use dynadrill::clock::VirtualClock;
use dynadrill::progress::Store;
use serde_json::{Value, json};

fn update(stock: u32, read: u32) -> Value {
    json!({
        "TableName": "Products", "Key": {"sku": {"S": "P-07"}},
        "UpdateExpression": "SET stock = :s, version = :next", "ConditionExpression": "version = :read",
        "ExpressionAttributeValues": {
            ":s": {"N": stock.to_string()}, ":next": {"N": (read + 1).to_string()}, ":read": {"N": read.to_string()},
        },
    })
}

fn steps(home: &std::path::Path) -> Vec<String> {
    let (store, _) = Store::open(home, VirtualClock::LAB_START);
    let mut steps: Vec<String> = store.lab_steps("optimistic-locking").unwrap().into_iter().collect();
    steps.sort();
    steps
}

#[test]
fn a_step_is_on_disk_before_the_client_is_answered_and_the_lab_goes_on_from_there() {
    let home = tempfile::tempdir().unwrap();
    let words = ["lab", "serve", "optimistic-locking", "--pace", "0"];
    let get = json!({"TableName": "Products", "Key": {"sku": {"S": "P-07"}}});

    let endpoint = Endpoint::of(&words, Some(home.path()));
    assert_eq!(endpoint.call("GetItem", &get).1["Item"]["version"], json!({"N": "1"}));
    assert_eq!(endpoint.call("UpdateItem", &update(9, 1)).0, 200);
    // Dropping it kills it: nothing can be written after the answer.
    drop(endpoint);
    assert_eq!(steps(home.path()), ["read", "writer-a"]);

    let endpoint = Endpoint::of(&words, Some(home.path()));
    assert_eq!(endpoint.call("GetItem", &get).1["Item"]["version"], json!({"N": "2"}), "the lab did not go on");
    let (status, refused) = endpoint.call("UpdateItem", &update(9, 1));
    assert_eq!(status, 400);
    assert!(refused["__type"].as_str().unwrap().ends_with("ConditionalCheckFailedException"));
    // The right words, but after an eventually consistent read: the step stays open.
    assert_eq!(endpoint.call("GetItem", &get).0, 200);
    assert_eq!(endpoint.call("UpdateItem", &update(8, 2)).0, 200);
    drop(endpoint);
    assert_eq!(steps(home.path()), ["read", "writer-a", "writer-b"]);
}

#[test]
fn what_a_lab_does_not_have_is_refused_in_the_service_s_way() {
    let home = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::of(&["lab", "serve", "optimistic-locking", "--pace", "0"], Some(home.path()));
    let answer = endpoint
        .post_with(&[("x-amz-target", "AmazonSQS.SendBird"), ("content-type", "application/x-amz-json-1.0")], b"{}");
    assert_eq!(answer.status, 400);
    assert!(answer.json()["__type"].as_str().unwrap().ends_with("UnknownOperationException"));
    let created = endpoint.post_with(
        &[("x-amz-target", "AmazonSQS.CreateQueue"), ("content-type", "application/x-amz-json-1.0")],
        br#"{"QueueName": "q"}"#,
    );
    assert!(created.json()["QueueUrl"].as_str().unwrap().ends_with("/q"));
}
