//! A lab's steps on another endpoint: told, asked for, done there as here, and deleted in the end.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::process::Output;

use common::typist::run;
use common::{Endpoint, answering};
use dynadrill::content::lab::Step;
use dynadrill::content::{self, Source};
use serde_json::json;

/// Starts a lab on an endpoint and types these lines.
fn start(lab: &str, url: &str, more: &[&str], lines: &[String]) -> Output {
    let home = tempfile::tempdir().unwrap();
    let arguments = [&["lab", "start", lab, "--endpoint-url", url], more].concat();
    let typed: String = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect();
    run(home.path(), &arguments, &typed)
}

fn tables(endpoint: &Endpoint) -> serde_json::Value {
    endpoint.call("ListTables", &json!({})).1["TableNames"].clone()
}

#[test]
fn solutions_do_there_what_they_do_here() {
    let endpoint = Endpoint::start();
    let library = content::load(&Source::Embedded).0;
    let names = [
        "first-table",
        "expressions",
        "idempotent-create",
        "transactions",
        "projections",
        "partiql-scan",
        "lock-and-retry",
    ];
    for name in names {
        let lab = library.lab(name).unwrap();
        let solution = lab.steps.iter().flat_map(|step| &step.solution).map(|line| line.trim().to_owned());
        let output = start(name, endpoint.url(), &["--yes"], &solution.collect::<Vec<_>>());
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(0), "{name}: {told}{}", String::from_utf8_lossy(&output.stderr));
        assert!(told.contains(" there: outcome ok"), "{name}: nothing was sent: {told}");
        assert!(!told.contains("differs:"), "{name}: {told}");
        // What a step has done before it begins, and what others do meanwhile, is done there as well.
        let prepares = |step: &Step| {
            let meanwhile = step.meanwhile.iter().flat_map(|meanwhile| meanwhile.lines.all());
            step.before.iter().map(String::as_str).chain(meanwhile).any(|line| line.trim().starts_with("update-item"))
        };
        let is_prepared = told.contains("UpdateItem there, as prepared here: ok");
        assert_eq!(is_prepared, lab.steps.iter().any(prepares), "{name}: {told}");
        assert_eq!(tables(&endpoint), json!([]), "{name} left tables behind");
    }
}

#[test]
fn nothing_is_created_without_a_yes_and_what_is_left_can_be_deleted() {
    let endpoint = Endpoint::start();
    let output = start("first-table", endpoint.url(), &[], &["no".to_owned()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("Nothing was created."));
    let create = |name: &str| {
        let keys = json!([{"AttributeName": "id", "KeyType": "HASH"}]);
        let types = json!([{"AttributeName": "id", "AttributeType": "S"}]);
        let body = json!({
            "TableName": name, "KeySchema": keys, "AttributeDefinitions": types, "BillingMode": "PAY_PER_REQUEST",
        });
        assert_eq!(endpoint.call("CreateTable", &body).0, 200);
    };
    create("dynadrill-first-table-Members");
    create("mine");
    let output = start("first-table", endpoint.url(), &["--clean"], &["yes".to_owned()]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("  dynadrill-first-table-Members"));
    assert_eq!(tables(&endpoint), json!(["mine"]), "another's table is none of ours");
}

#[test]
fn an_endpoint_that_is_none_is_told() {
    for (url, more, said) in [
        ("http://127.0.0.1:9", vec!["--yes"], "http://127.0.0.1:9 does not answer"),
        ("127.0.0.1:8000", vec![], "--endpoint-url expects http://HOST:PORT, found 127.0.0.1:8000"),
        ("http://127.0.0.1:9", vec!["--prefix", ""], "--prefix may not be empty"),
    ] {
        let output = start("first-table", url, &more, &[]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && told.contains(said), "{told}");
        assert!(!told.contains("panicked"), "{told}");
    }
}

#[test]
fn an_endpoint_that_lists_tables_forever_is_reported() {
    let tables = json!({"TableNames": ["x"], "LastEvaluatedTableName": "x"}).to_string();
    let url = answering(move |_| (200, tables.clone()));
    let output = start("first-table", &url, &["--yes"], &[]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("does not come to an end of ListTables: the same page comes again"), "{told}");
}
