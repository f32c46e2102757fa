//! A served engine in a process of its own, and clients of it that outlive it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{ChildStderr, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::process::Watched;

/// `dynadrill serve` or `dynadrill lab serve`.
pub(crate) struct Server {
    pub(crate) process: Watched,
    /// Held open: a program whose standard error is gone has nowhere to say what is wrong.
    talk: BufReader<ChildStderr>,
    url: String,
}

/// A client of one address.
#[derive(Clone)]
pub(crate) struct Client {
    agent: ureq::Agent,
    url: String,
}

impl Server {
    /// Starts the program with these words on a free port of this machine, progress kept in `home`.
    pub(crate) fn start(words: &[&str], home: &Path) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_dynadrill"))
            .args(words)
            .args(["--port", "0"])
            .env("DYNADRILL_HOME", home)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut process = Watched(child);
        let mut talk = BufReader::new(process.0.stderr.take().unwrap());
        let (mut all, mut line) = (String::new(), String::new());
        let url = loop {
            line.clear();
            assert!(talk.read_line(&mut line).unwrap() > 0, "the server did not start: {all}");
            all += &line;
            if let Some(url) = line.split_whitespace().find(|word| word.starts_with("http://")) {
                break url.to_owned();
            }
        };
        Self { process, talk, url }
    }

    /// A client of it.
    pub(crate) fn client(&self) -> Client {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        Client { agent: config.timeout_global(Some(Duration::from_mins(1))).build().new_agent(), url: self.url.clone() }
    }

    /// Kills it and returns what it said to standard error.
    pub(crate) fn kill(mut self) -> String {
        self.process.kill();
        self.said()
    }

    /// What it said to standard error, once it has ended.
    pub(crate) fn said(&mut self) -> String {
        let mut said = String::new();
        while self.talk.read_line(&mut said).is_ok_and(|read| read > 0) {}
        said
    }
}

impl Client {
    /// Sends a request to a verb; `None` if no whole answer came.
    pub(crate) fn try_call(&self, verb: &str, request: &Value) -> Option<(u16, Value)> {
        let streams = ["ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"].contains(&verb);
        let api = if streams { "DynamoDBStreams_20120810" } else { "DynamoDB_20120810" };
        self.send(&format!("{api}.{verb}"), request.to_string().as_bytes())
    }

    /// Sends a body to a target; `None` if no whole answer came.
    pub(crate) fn send(&self, target: &str, body: &[u8]) -> Option<(u16, Value)> {
        let signature = "AWS4-HMAC-SHA256 Credential=local/20261125/us-east-1/dynamodb/aws4_request, \
                         SignedHeaders=host;x-amz-date;x-amz-target, Signature=0";
        let request = self.agent.post(&self.url).header("x-amz-date", "20261125T000000Z");
        let request = request.header("authorization", signature).header("x-amz-target", target);
        let mut response = request.header("content-type", "application/x-amz-json-1.0").send(body).ok()?;
        let body = response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_vec().ok()?;
        Some((response.status().as_u16(), serde_json::from_slice(&body).unwrap_or(Value::Null)))
    }

    /// Sends a request that must be answered with 200.
    pub(crate) fn call(&self, verb: &str, request: &Value) -> Value {
        match self.try_call(verb, request) {
            Some((200, body)) => body,
            other => panic!("{verb} {request} was answered {other:?}"),
        }
    }

    /// All items of a table or an index, page by page.
    pub(crate) fn scan(&self, mut request: Value) -> Vec<Value> {
        let mut items = Vec::new();
        loop {
            let mut page = self.call("Scan", &request);
            items.extend(page["Items"].as_array_mut().map(std::mem::take).unwrap_or_default());
            match page.get_mut("LastEvaluatedKey").map(Value::take) {
                Some(key) => request["ExclusiveStartKey"] = key,
                None => return items,
            }
        }
    }
}
