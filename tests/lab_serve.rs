//! A lab done over HTTP: graded request by request, and kept though the process is killed.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::io::{Read as _, Write as _};

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

/// Sends a request on a connection that is closed again: a program that runs and ends.
fn once(endpoint: &Endpoint, verb: &str, body: &Value) -> (u16, Value) {
    let address = endpoint.url().trim_start_matches("http://").to_owned();
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    let body = body.to_string();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nX-Amz-Target: DynamoDB_20120810.{verb}\r\nContent-Type: \
         application/x-amz-json-1.0\r\nX-Amz-Date: 2\r\nAuthorization: AWS4- Credential= SignedHeaders= Signature=\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap_or_default())
}

#[test]
fn another_run_of_a_program_begins_the_step_of_a_lab_in_code_again() {
    let get = json!({"TableName": "Products", "Key": {"sku": {"S": "P-07"}}});
    let put =
        json!({"TableName": "Products", "Item": {"sku": {"S": "P-07"}, "stock": {"N": "9"}, "version": {"N": "2"}}});
    let run = |words: &[&str]| {
        let home = tempfile::tempdir().unwrap();
        let endpoint = Endpoint::of(words, Some(home.path()));
        assert_eq!(once(&endpoint, "GetItem", &get).1["Item"]["price"], json!({"N": "30"}));
        // The clerk has come in between: that is what the lab does right after the read.
        assert_eq!(once(&endpoint, "GetItem", &get).1["Item"]["price"], json!({"N": "35"}));
        assert_eq!(once(&endpoint, "PutItem", &put).0, 200);
        // The lab sees within half a second that nobody is connected any more.
        std::thread::sleep(std::time::Duration::from_millis(1500));
        once(&endpoint, "GetItem", &get).1["Item"]["stock"].clone()
    };
    assert_eq!(run(&["lab", "serve", "lock-and-retry", "--pace", "0"]), json!({"N": "10"}), "as the step began");
    assert_eq!(run(&["lab", "serve", "lock-and-retry", "--pace", "0", "--keep"]), json!({"N": "9"}), "as it was left");
}

#[test]
fn a_function_of_the_learner_s_own_takes_batches_over_the_runtime_api() {
    let home = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::of(&["lab", "serve", "partial-batch"], Some(home.path()));
    let base = format!("{}/2018-06-01/runtime/invocation", endpoint.url());
    let agent = ureq::Agent::new_with_defaults();
    let next = || {
        let mut response = agent.get(format!("{base}/next")).call().unwrap();
        let id = response.headers()["lambda-runtime-aws-request-id"].to_str().unwrap().to_owned();
        let arn = response.headers()["lambda-runtime-invoked-function-arn"].to_str().unwrap().to_owned();
        assert!(arn.ends_with(":function:my-charges"), "{arn}");
        let event: Value = serde_json::from_str(&response.body_mut().read_to_string().unwrap()).unwrap();
        (id, event["Records"].as_array().unwrap().clone())
    };
    let (id, records) = next();
    let orders: Vec<&Value> = records.iter().map(|record| &record["dynamodb"]["NewImage"]["id"]["S"]).collect();
    assert_eq!(orders, ["O-1", "O-2", "O-3", "O-4", "O-5"]);
    let failed = json!({"batchItemFailures": [{"itemIdentifier": records[2]["dynamodb"]["SequenceNumber"]}]});
    let answered = agent.post(format!("{base}/{id}/response")).send(failed.to_string()).unwrap();
    assert_eq!(answered.status(), 202);
    let again = agent.post(format!("{base}/{id}/response")).send("{}");
    assert!(again.is_err(), "an invocation is answered once");
    // What came before the failure is done; the rest comes again, after a pause.
    let (id, records) = next();
    assert_eq!(records.len(), 3);
    let thrown = json!({"errorType": "KeyError", "errorMessage": "amount"});
    assert_eq!(agent.post(format!("{base}/{id}/error")).send(thrown.to_string()).unwrap().status(), 202);
    assert_eq!(next().1.len(), 3);
}

#[test]
fn a_program_that_thinks_about_its_batch_is_one_run() {
    let home = tempfile::tempdir().unwrap();
    let endpoint = Endpoint::of(&["lab", "serve", "partial-batch"], Some(home.path()));
    let base = format!("{}/2018-06-01/runtime/invocation", endpoint.url());
    // As a program that opens a connection for each call: none is open while it works.
    let agent = ureq::Agent::new_with_config(ureq::Agent::config_builder().max_idle_connections(0).build());
    let next = || {
        let response = agent.get(format!("{base}/next")).call().unwrap();
        response.headers()["lambda-runtime-aws-request-id"].to_str().unwrap().to_owned()
    };
    let get = json!({"TableName": "Accounts", "Key": {"id": {"S": "ana"}}});
    let add = json!({
        "TableName": "Accounts", "Key": {"id": {"S": "ana"}}, "UpdateExpression": "ADD charged :a",
        "ExpressionAttributeValues": {":a": {"N": "11"}},
    });
    let charged = || once(&endpoint, "GetItem", &get).1["Item"]["charged"].clone();
    let id = next();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert_eq!(once(&endpoint, "UpdateItem", &add).0, 200);
    std::thread::sleep(std::time::Duration::from_millis(1500));
    assert_eq!(charged(), json!({"N": "11"}), "the step began again");
    assert_eq!(agent.post(format!("{base}/{id}/response")).send("{}").unwrap().status(), 202);
    // One that was ended on the way leaves its invocation open; the next run begins the step again.
    std::thread::sleep(std::time::Duration::from_millis(1500));
    next();
    assert_eq!(once(&endpoint, "UpdateItem", &add).0, 200);
    std::thread::sleep(std::time::Duration::from_millis(1500));
    next();
    assert_eq!(charged(), json!({"N": "0"}));
}

#[test]
fn a_folder_to_begin_in_is_written_once() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("work");
    let code = |more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dynadrill"));
        command.args(["lab", "code"]).args(more).env("DYNADRILL_HOME", home.path());
        let output = command.output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let words = ["partial-batch", folder.to_str().unwrap(), "--lang", "python", "--port", "8123"];
    assert_eq!(code(&words).0, Some(0));
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    assert!(read("handler.py").contains("TODO 1") && read("runtime.py").contains("invocation/next"));
    assert!(read("env.sh").contains("AWS_LAMBDA_RUNTIME_API=127.0.0.1:8123") && read("requirements.txt") == "boto3\n");
    let readme = read("README.md");
    for piece in
        ["dynadrill lab serve partial-batch --port 8123", "python runtime.py handler.handler", "1. **An account"]
    {
        assert!(readme.contains(piece), "{piece}: {readme}");
    }
    assert!(!folder.join("handler.mjs").exists());
    // What is there is never written over, and nothing is written beside it.
    std::fs::write(folder.join("handler.py"), "mine").unwrap();
    let (status, said) = code(&["partial-batch", folder.to_str().unwrap()]);
    assert!(status == Some(1) && said.contains("nothing was written"), "{said}");
    assert!(read("handler.py") == "mine" && !folder.join("handler.mjs").exists());
    assert_eq!(code(&["query-vs-scan", folder.to_str().unwrap()]).0, Some(2), "it has no programs");
    assert_eq!(code(&["partial-batch", folder.to_str().unwrap(), "--lang", "cobol"]).0, Some(2));
}
