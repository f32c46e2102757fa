//! The endpoint: bodies, targets and paths of any kind to `serve` and `lab serve`, which must go on answering.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};

use dynadrill::aws_cli::Action;
use dynadrill::engine::ops::Service;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::attack::{Client, Server, cpu_millis, report, seed};
use super::corpus::Corpus;
use super::edits::{NUMBERS, edits};
use super::requests::{mutate, names};
use super::shapes::places;
use super::worker::LIMIT;
use super::{config, told};

/// The last requests that are told of if a server is lost.
const TOLD: usize = 4;

/// The target of a request; `None` if it is not sent by its target.
fn target(action: Action) -> Option<String> {
    let prefix = match action {
        Action::Verb(verb) if verb.service == Service::Streams => "DynamoDBStreams_20120810",
        Action::Verb(_) => "DynamoDB_20120810",
        Action::Around(operation) => match operation.service {
            "sqs" => "AmazonSQS",
            "dax" => "AmazonDAXV3",
            "application-autoscaling" => "AnyScaleFrontendService",
            _ => return None,
        },
    };
    Some(format!("{prefix}.{}", action.name()))
}

/// A server under attack, and what it was sent last.
struct Attacked {
    words: Vec<String>,
    home: tempfile::TempDir,
    /// What it begins with, as far as it takes them.
    tables: Vec<Value>,
    server: Option<(Server, Client)>,
    last: VecDeque<String>,
    sent: usize,
    /// After so many requests it is killed and must come back as it was; never if it keeps nothing.
    killed_after: Option<usize>,
}

impl Attacked {
    fn new(words: &[&str], corpus: &Corpus) -> Self {
        let home = tempfile::tempdir().unwrap();
        let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let is_kept = words.contains(&"--data".to_owned());
        if is_kept {
            words.push(home.path().join("tables.db").to_string_lossy().into_owned());
        }
        let tables = corpus.examples("CreateTable").into_iter().map(|example| example.body).collect();
        let (last, killed_after) = (VecDeque::new(), is_kept.then_some(80));
        Self { words, home, tables, server: None, last, sent: 0, killed_after }
    }

    fn start(&self) -> Result<(Server, Client), String> {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        let server = Server::try_start(&words, self.home.path())?;
        let client = server.client();
        Ok((server, client))
    }

    /// Sends a body and then a small request, which must be answered in time.
    fn attack(&mut self, target: &str, body: &[u8]) -> Result<(), String> {
        let (mut server, client) = if let Some(running) = self.server.take() {
            running
        } else {
            let (server, client) = self.start()?;
            for table in &self.tables {
                let _ = client.try_call("CreateTable", table);
            }
            (server, client)
        };
        self.sent += 1;
        let shown: String = String::from_utf8_lossy(body).chars().take(1500).collect();
        self.last.push_back(format!("{target} {shown}"));
        self.last = self.last.split_off(self.last.len().saturating_sub(TOLD));
        let id = server.process.id();
        let began = cpu_millis(id);
        let answer = client.send(target, body);
        let small = answer.as_ref().and_then(|_| client.try_call("ListTables", &json!({})));
        let spent = cpu_millis(id).zip(began).map_or(0, |(now, began)| now - began);
        let ended = server.process.ended_within(0);
        let fault = match (&answer, &small) {
            _ if ended.is_some() => format!("the server ended ({ended:?}): {}", server.said()),
            _ if spent > LIMIT => format!("it worked for {spent} ms"),
            (None, _) => "the connection was closed without an answer".to_owned(),
            (Some((status, said)), _) if *status >= 500 => format!("it was answered with {status}: {said}"),
            (_, Some((200, _))) => return self.go_on(server, client),
            (_, small) => format!("afterwards ListTables was answered with {small:?}"),
        };
        Err(self.told(&fault))
    }

    /// Keeps the server for the next request; now and then by way of a kill and its file.
    fn go_on(&mut self, server: Server, client: Client) -> Result<(), String> {
        if self.killed_after.is_none_or(|after| !self.sent.is_multiple_of(after)) {
            self.server = Some((server, client));
            return Ok(());
        }
        let before = contents(&client);
        server.kill();
        let (server, client) = self.start().map_err(|fault| self.told(&format!("after a kill it {fault}")))?;
        let after = contents(&client);
        self.server = Some((server, client));
        if before == after { Ok(()) } else { Err(self.told(&format!("before a kill {before:?}, after it {after:?}"))) }
    }

    fn told(&self, fault: &str) -> String {
        let last: Vec<&str> = self.last.iter().map(String::as_str).collect();
        format!("{fault}; the last requests:\n  {}", last.join("\n  "))
    }
}

/// Every table with its items, but those from which time takes items away.
fn contents(client: &Client) -> BTreeMap<String, Vec<Value>> {
    let mut contents = BTreeMap::new();
    for name in client.call("ListTables", &json!({}))["TableNames"].as_array().unwrap() {
        let expiry = client.call("DescribeTimeToLive", &json!({"TableName": name}));
        if expiry["TimeToLiveDescription"]["TimeToLiveStatus"] == "DISABLED" {
            let items = client.scan(json!({"TableName": name, "ConsistentRead": true}));
            contents.insert(name.as_str().unwrap().to_owned(), items);
        }
    }
    contents
}

fn any_request_is_answered(words: &[&str], cases: usize) {
    let corpus = Corpus::load();
    let names = names();
    let attacked = RefCell::new(Attacked::new(words, &corpus));
    let mutations = prop::collection::vec((any::<Index>(), any::<Index>()), 0..4);
    let odd_targets = prop::option::weighted(0.05, "[A-Za-z_.0-9]{0,40}");
    let strategy = (any::<Index>(), any::<Index>(), mutations, prop::option::weighted(0.2, edits()), odd_targets);
    let signs: Vec<String> = ["{", "}", "[", "]", ":", ",", "\"", "\\u0000", "\\ud800", "\u{0}", "null", "1e999"]
        .map(str::to_owned)
        .to_vec();
    let outcome = TestRunner::new(config(cases)).run(&strategy, |(name, example, mutations, edits, odd)| {
        let examples = corpus.examples(names[name.index(names.len())]);
        let example = example.get(&examples);
        let Some(target) = odd.or_else(|| target(example.action)) else { return Ok(()) };
        let places = places(example.action.input());
        let mut body = example.body.clone();
        for (place, value) in mutations.iter().filter(|_| !places.is_empty()) {
            mutate(&mut body, place.get(&places), *value, &corpus);
        }
        let text =
            edits.unwrap_or_default().iter().fold(body.to_string(), |text, edit| edit.apply(&text, &signs, &NUMBERS));
        attacked.borrow_mut().attack(&target, text.as_bytes()).map_err(TestCaseError::fail)
    });
    report(&format!("{}: {} requests, seed {}", words.join(" "), attacked.borrow().sent, seed()));
    told(outcome);
}

#[test]
fn any_request_to_a_server_is_answered_and_it_goes_on() {
    any_request_is_answered(&["serve", "--in-memory"], 500);
}

#[test]
fn any_request_to_a_lab_is_answered_and_it_goes_on() {
    any_request_is_answered(&["lab", "serve", "lambda-poison-record"], 300);
}

#[test]
fn any_request_to_a_server_with_a_file_is_answered_and_kept() {
    any_request_is_answered(&["serve", "--data"], 330);
}
