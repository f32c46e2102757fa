//! `serve --data` as a process: a disk that is full, two processes on one file, names that are no file's.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::path::Path;
use std::process::Command;

use common::Endpoint;
use serde_json::{Value, json};

fn served(path: &Path) -> Endpoint {
    Endpoint::of(&["serve", "--data", path.to_str().unwrap()], None)
}

fn table(name: &str) -> Value {
    json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    })
}

/// An item of about 10 KB.
fn item(id: usize) -> Value {
    json!({"id": {"S": id.to_string()}, "text": {"S": "x".repeat(10_000)}})
}

fn ids(endpoint: &Endpoint, name: &str) -> Vec<usize> {
    let (status, body) = endpoint.call("Scan", &json!({"TableName": name, "ProjectionExpression": "id"}));
    assert_eq!(status, 200, "{body}");
    let ids = body["Items"].as_array().unwrap().iter().map(|item| item["id"]["S"].as_str().unwrap().parse().unwrap());
    let mut ids: Vec<usize> = ids.collect();
    ids.sort_unstable();
    ids
}

/// An endpoint that may write files of so many blocks only: its disk is full soon.
#[cfg(unix)]
fn cramped(path: &Path, blocks: u32) -> Endpoint {
    let limited = format!("ulimit -f {blocks}; trap '' XFSZ; exec \"$0\" serve --port 0 --data \"$1\"");
    let mut command = Command::new("sh");
    command.args(["-c", &limited, env!("CARGO_BIN_EXE_dynadrill"), path.to_str().unwrap()]);
    Endpoint::by(command)
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_from_the_start_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tables.db");
    let endpoint = served(&path);
    assert_eq!(endpoint.call("CreateTable", &table("Kept")).0, 200);
    assert_eq!(endpoint.call("PutItem", &json!({"TableName": "Kept", "Item": item(1)})).0, 200);
    endpoint.kill();
    let endpoint = cramped(&path, 0);
    assert_eq!(ids(&endpoint, "Kept"), [1]);
    assert_eq!(endpoint.call("PutItem", &json!({"TableName": "Kept", "Item": item(2)})).0, 500);
    let said = endpoint.kill();
    assert_eq!(said.matches("cannot be written").count(), 1, "{said}");
    assert_eq!(ids(&served(&path), "Kept"), [1]);
}

#[cfg(unix)]
#[test]
fn on_a_full_disk_no_acknowledged_write_is_lost_and_no_refused_one_returns() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tables.db");
    let endpoint = cramped(&path, 600);
    assert_eq!(endpoint.call("CreateTable", &table("Kept")).0, 200);
    let (mut acknowledged, mut refused) = (Vec::new(), 0);
    for id in 0..100 {
        let (status, body) = endpoint.call("PutItem", &json!({"TableName": "Kept", "Item": item(id)}));
        if status == 200 {
            acknowledged.push(id);
            continue;
        }
        let (kind, message) = (body["__type"].as_str().unwrap(), body["message"].as_str().unwrap());
        assert_eq!((status, kind.rsplit('#').next()), (500, Some("InternalServerError")));
        assert!(message.contains("the data file cannot be written ("), "{message}");
        refused += 1;
        assert_eq!(ids(&endpoint, "Kept"), acknowledged, "reads show what is in the file");
    }
    assert!(!acknowledged.is_empty() && refused > 10, "{acknowledged:?}");
    // Where no item fits a smaller write may; the smallest, a tag, fills what is left.
    let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Kept";
    let tag = json!({"ResourceArn": arn, "Tags": [{"Key": "k", "Value": "v"}]});
    assert!((0..200).any(|_| endpoint.call("TagResource", &tag).0 == 500));
    // Neither the table nor its name can be had again while the disk is full.
    assert_eq!(endpoint.call("DeleteTable", &json!({"TableName": "Kept"})).0, 500);
    assert_ne!(endpoint.call("CreateTable", &table("Kept")).0, 200);
    assert_eq!(ids(&endpoint, "Kept"), acknowledged);
    let said = endpoint.kill();
    assert_eq!(said.matches("cannot be written").count(), 1, "{said}");
    // With room again all that was acknowledged is there, and nothing else.
    let endpoint = served(&path);
    assert_eq!(ids(&endpoint, "Kept"), acknowledged);
    assert_eq!(endpoint.call("DeleteTable", &json!({"TableName": "Kept"})).0, 200);
    assert_eq!(endpoint.call("CreateTable", &table("Kept")).0, 200);
    assert_eq!(endpoint.call("PutItem", &json!({"TableName": "Kept", "Item": item(1)})).0, 200);
    endpoint.kill();
    assert_eq!(ids(&served(&path), "Kept"), [1]);
}

#[test]
fn a_file_has_one_process_and_the_second_says_so() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tables.db");
    let first = served(&path);
    assert_eq!(first.call("CreateTable", &table("Kept")).0, 200);
    let mut second = Command::new(env!("CARGO_BIN_EXE_dynadrill"));
    let output = second.args(["serve", "--port", "0", "--data"]).arg(&path).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("another process is serving it"), "{said}");
    assert_eq!(first.call("PutItem", &json!({"TableName": "Kept", "Item": item(1)})).0, 200);
    first.kill();
    assert_eq!(ids(&served(&path), "Kept"), [1]);
}

#[test]
fn a_name_that_is_no_files_is_refused_before_anything_is_served() {
    let directory = tempfile::tempdir().unwrap();
    for (name, wanted) in [
        (":memory:", "leave --data out"),
        ("file:tables.db", "it is a URI"),
        (directory.path().to_str().unwrap(), "it is a directory"),
        ("missing/tables.db", "there is no directory missing"),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dynadrill"));
        command.current_dir(directory.path()).args(["serve", "--port", "0", "--data", name]);
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{name}: {said}");
        assert!(said.contains(wanted) && said.contains(name), "{said}");
    }
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}
