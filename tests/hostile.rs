//! The endpoint against strangers: requests that web pages and broken clients send, over sockets, to the real program.
//!
//! The requests are in `tests/hostile/requests`, whose README explains the form.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use common::Endpoint;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    about: String,
    line: Option<String>,
    #[serde(default)]
    headers: Vec<String>,
    raw: Option<String>,
    status: OneOrMore,
    says: Option<String>,
    #[serde(default)]
    with: BTreeMap<String, String>,
    #[serde(default)]
    without: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(u16),
    More(Vec<u16>),
}

/// A response: status, headers with names in lower case, body.
#[derive(Debug, Default)]
struct Response {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

fn cases(file: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/requests").join(file);
    serde_yaml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn signed(verb: &str) -> String {
    format!(
        "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Date: 20261125T000000Z\r\nX-Amz-Target: DynamoDB_20120810.{verb}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=0\r\n"
    )
}

/// Writes out `<x * n>`.
fn repeated(text: &str) -> String {
    let mut written = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('<') {
        let (inside, behind) = behind.split_once('>').unwrap();
        let (piece, times) = inside.rsplit_once(" * ").unwrap();
        written += before;
        written += &piece.repeat(times.parse().unwrap());
        rest = behind;
    }
    written + rest
}

fn table() -> String {
    json!({
        "TableName": "Made", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    })
    .to_string()
}

impl Case {
    fn bytes(&self) -> Vec<u8> {
        if let Some(raw) = &self.raw {
            return repeated(&raw.replace("<list>", &format!("Host: localhost\r\n{}", signed("ListTables"))))
                .into_bytes();
        }
        let headers: String = self.headers.iter().flat_map(|header| [header, "\r\n"]).collect();
        let line = self.line.as_deref().unwrap_or("POST / HTTP/1.1");
        let has_body = line.starts_with("POST") || line.starts_with("CONNECT");
        let body = if has_body { table() } else { String::new() };
        let connection = if headers.contains("Connection:") { "" } else { "Connection: close\r\n" };
        let rest = format!("{connection}{}Content-Length: {}\r\n\r\n{body}", signed("CreateTable"), body.len());
        (repeated(&format!("{line}\r\n{headers}")) + &rest).into_bytes()
    }

    fn check(&self, answers: &[Response]) -> Result<(), String> {
        let got: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        let wanted = match &self.status {
            OneOrMore::One(status) => vec![*status],
            OneOrMore::More(all) => all.clone(),
        };
        if got != wanted {
            return Err(format!("want {wanted:?}, got {answers:?}"));
        }
        let nothing = Response::default();
        let last = answers.last().unwrap_or(&nothing);
        if let Some(says) = self.says.as_ref().filter(|says| !last.body.contains(*says)) {
            return Err(format!("want {says} in {}", last.body));
        }
        if !last.body.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~')) {
            return Err(format!("the body repeats what is not printable: {:?}", last.body));
        }
        for (name, value) in &self.with {
            if last.headers.get(name) != Some(value) {
                return Err(format!("want {name}: {value}, got {:?}", last.headers));
            }
        }
        match self.without.iter().find(|name| last.headers.contains_key(*name)) {
            Some(name) => Err(format!("{name} must not be there: {:?}", last.headers)),
            None => Ok(()),
        }
    }
}

/// Sends bytes on a connection of their own; returns the responses up to its end.
fn send(endpoint: &Endpoint, bytes: &[u8]) -> Vec<Response> {
    let mut client = TcpStream::connect(endpoint.url().strip_prefix("http://").unwrap()).unwrap();
    client.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // A server may well close before it has read everything.
    let _ = client.write_all(bytes);
    let _ = client.shutdown(Shutdown::Write);
    let mut read = Vec::new();
    if let Err(error) = client.read_to_end(&mut read) {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}: {}", String::from_utf8_lossy(&read));
    }
    let mut text = String::from_utf8(read).unwrap();
    let mut answers = Vec::new();
    while let Some((head, rest)) = text.split_once("\r\n\r\n") {
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: BTreeMap<String, String> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
        let (body, rest) = rest.split_at(length);
        answers.push(Response { status, headers, body: body.to_owned() });
        text = rest.to_owned();
    }
    answers
}

fn tables(endpoint: &Endpoint) -> Value {
    endpoint.call("ListTables", &json!({})).1["TableNames"].clone()
}

/// Sends all requests of a file; none of those that are refused may create the table that all ask for.
fn replay(endpoint: &Endpoint, file: &str) {
    let mut failures = Vec::new();
    let cases = cases(file);
    assert!(cases.len() > 20, "{file}");
    let mut is_made = false;
    for case in &cases {
        let answers = send(endpoint, &case.bytes());
        if let Err(why) = case.check(&answers) {
            failures.push(format!("{}: {why}", case.about));
        }
        is_made |= case.raw.is_none() && answers.iter().any(|answer| answer.status == 200);
        if !is_made && tables(endpoint) != json!([]) {
            failures.push(format!("{}: it was refused and executed all the same", case.about));
            is_made = true;
        }
    }
    assert!(failures.is_empty(), "{file}: {} of {} fail:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

const FLAGS: [&str; 4] = ["--cors", "http://localhost:3000", "--allow-host", "dynamodb"];

#[test]
fn hosts_of_strangers_are_refused_and_nothing_is_executed() {
    replay(&Endpoint::of(&[&["serve"][..], &FLAGS].concat(), None), "hosts.yaml");
}

#[test]
fn pages_of_strangers_are_refused_and_nothing_is_executed() {
    replay(&Endpoint::of(&[&["serve"][..], &FLAGS].concat(), None), "origins.yaml");
}

#[test]
fn what_is_not_sound_http_is_refused() {
    replay(&Endpoint::of(&[&["serve"][..], &FLAGS].concat(), None), "framing.yaml");
}

#[test]
fn a_lab_refuses_the_same_requests() {
    let home = tempfile::tempdir().unwrap();
    let words = [&["lab", "serve", "first-table", "--pace", "0"][..], &FLAGS].concat();
    for file in ["hosts.yaml", "origins.yaml"] {
        // Each begins without tables.
        replay(&Endpoint::of(&words, Some(home.path())), file);
    }
}

#[test]
fn without_flags_no_page_and_no_name_is_served_and_an_address_that_was_given_is() {
    let endpoint = Endpoint::of(&["serve", "--host", "0.0.0.0"], None);
    let port = endpoint.url().rsplit(':').next().unwrap();
    for (host, origin, status) in [
        (format!("0.0.0.0:{port}"), None, 200),
        (format!("127.0.0.1:{port}"), None, 200),
        ("dynamodb".to_owned(), None, 403),
        ("192.0.2.7".to_owned(), None, 403),
        ("localhost".to_owned(), Some("http://localhost:3000"), 403),
    ] {
        let origin = origin.map(|origin| format!("Origin: {origin}\r\n")).unwrap_or_default();
        let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\n{origin}Connection: close\r\n\r\n");
        let answers = send(&endpoint, request.as_bytes());
        assert_eq!(answers[0].status, status, "{host} {origin}");
        assert!(!answers[0].headers.contains_key("access-control-allow-origin"));
    }
}

#[test]
fn flags_that_would_let_everyone_in_are_wrong_usage() {
    for (words, said) in [
        (["serve", "--cors", "*"], "expected the one origin of your own page"),
        (["serve", "--cors", "null"], "expected the one origin of your own page"),
        (["serve", "--cors", "localhost:3000"], "expected an origin such as http://localhost:3000"),
        (["serve", "--allow-host", "*"], "expected the name or the address of a host"),
        (["serve", "--allow-host", "http://dynamodb:8000"], "expected the name or the address of a host"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_dynadrill")).args(words).output().unwrap();
        let talk = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && talk.contains(said), "{words:?}: {talk}");
    }
}
