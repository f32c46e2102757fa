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
    let said = endpoint.ends();
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
    let said = endpoint.ends();
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

#[test]
fn backups_transfers_and_settings_survive_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    let (path, buckets) = (directory.path().join("tables.db"), directory.path().join("s3"));
    std::fs::create_dir_all(buckets.join("shop")).unwrap();
    let serve = || {
        let flags = ["serve", "--data", path.to_str().unwrap(), "--s3-dir", buckets.to_str().unwrap()];
        Endpoint::of(&flags, None)
    };
    let ok = |endpoint: &Endpoint, verb: &str, body: Value| {
        let (status, answer) = endpoint.call(verb, &body);
        assert_eq!(status, 200, "{verb}: {answer}");
        answer
    };
    let endpoint = serve();
    let mut create = table("Kept");
    create["SSESpecification"] = json!({"Enabled": true});
    let arn = ok(&endpoint, "CreateTable", create)["TableDescription"]["TableArn"].clone();
    let recovery =
        json!({"TableName": "Kept", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}});
    ok(&endpoint, "UpdateContinuousBackups", recovery);
    for id in 0..3 {
        ok(&endpoint, "PutItem", json!({"TableName": "Kept", "Item": item(id)}));
    }
    let backup = ok(&endpoint, "CreateBackup", json!({"TableName": "Kept", "BackupName": "three"}));
    let backup = backup["BackupDetails"]["BackupArn"].clone();
    let window = ok(&endpoint, "DescribeContinuousBackups", json!({"TableName": "Kept"}));
    let then =
        window["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]["LatestRestorableDateTime"].clone();
    let stream = "arn:aws:kinesis:us-east-1:123456789012:stream/changes";
    ok(&endpoint, "EnableKinesisStreamingDestination", json!({"TableName": "Kept", "StreamArn": stream}));
    ok(&endpoint, "UpdateContributorInsights", json!({"TableName": "Kept", "ContributorInsightsAction": "ENABLE"}));
    let policy = r#"{"Statement": {"Effect": "Allow", "Principal": {"AWS": "1"}, "Action": "dynamodb:GetItem", "Resource": "*"}}"#;
    ok(&endpoint, "PutResourcePolicy", json!({"ResourceArn": arn, "Policy": policy}));
    let export = ok(&endpoint, "ExportTableToPointInTime", json!({"TableArn": arn, "S3Bucket": "shop"}));
    let export = export["ExportDescription"]["ExportArn"].clone();
    // Later than the moment that is restored, however coarse the clock.
    std::thread::sleep(std::time::Duration::from_millis(5));
    ok(&endpoint, "DeleteItem", json!({"TableName": "Kept", "Key": {"id": {"S": "1"}}}));
    let described = |endpoint: &Endpoint| {
        let table = json!({"TableName": "Kept"});
        [
            ok(endpoint, "DescribeBackup", json!({"BackupArn": backup})),
            ok(endpoint, "DescribeExport", json!({"ExportArn": export})),
            ok(endpoint, "GetResourcePolicy", json!({"ResourceArn": arn})),
            ok(endpoint, "DescribeKinesisStreamingDestination", table.clone()),
            ok(endpoint, "DescribeContributorInsights", table.clone()),
            ok(endpoint, "DescribeTable", table)["Table"]["SSEDescription"].clone(),
        ]
    };
    let before = described(&endpoint);
    assert_eq!(before[1]["ExportDescription"]["ItemCount"], 3, "{}", before[1]);
    assert_eq!(before[5]["SSEType"], "KMS");
    endpoint.kill();

    let endpoint = serve();
    assert_eq!(described(&endpoint), before);
    ok(&endpoint, "RestoreTableFromBackup", json!({"TargetTableName": "Backup", "BackupArn": backup}));
    let past = json!({"TargetTableName": "Past", "SourceTableName": "Kept", "RestoreDateTime": then});
    ok(&endpoint, "RestoreTableToPointInTime", past);
    let manifest = before[1]["ExportDescription"]["ExportManifest"].as_str().unwrap();
    let import = json!({
        "S3BucketSource": {"S3Bucket": "shop", "S3KeyPrefix": manifest.replace("manifest-summary.json", "data/")},
        "InputFormat": "DYNAMODB_JSON", "InputCompressionType": "GZIP",
        "TableCreationParameters": {
            "TableName": "Imported", "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        },
    });
    ok(&endpoint, "ImportTable", import);
    endpoint.kill();

    let endpoint = serve();
    for name in ["Backup", "Past", "Imported"] {
        assert_eq!(ids(&endpoint, name), [0, 1, 2], "{name}");
    }
    assert_eq!(ids(&endpoint, "Kept"), [0, 2]);
    ok(&endpoint, "DeleteBackup", json!({"BackupArn": backup}));
    endpoint.kill();
    let (status, gone) = serve().call("DescribeBackup", &json!({"BackupArn": backup}));
    assert_eq!((status, gone["__type"].as_str().unwrap().rsplit('#').next()), (400, Some("BackupNotFoundException")));
}
