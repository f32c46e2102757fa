//! A served engine in a process of its own, and clients of it that outlive it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::process::{Watched, cpu_millis};

/// `dynadrill serve` or `dynadrill lab serve`.
pub(crate) struct Server {
    pub(crate) process: Watched,
    /// What it says, read as it comes: a program whose standard error is full or gone cannot say what is wrong.
    talk: Receiver<String>,
    url: String,
}

/// The longest that a server may work until it serves, in milliseconds of processor time.
const START: u64 = 20_000;

/// A client of one address.
#[derive(Clone)]
pub(crate) struct Client {
    agent: ureq::Agent,
    url: String,
}

impl Server {
    /// Starts the program with these words on a free port of this machine, progress kept in `home`.
    pub(crate) fn start(words: &[&str], home: &Path) -> Self {
        Self::try_start(words, home).unwrap_or_else(|fault| panic!("{} {fault}", words.join(" ")))
    }

    /// Starts the program, if it serves in time.
    ///
    /// # Errors
    /// It ends or works on without serving.
    pub(crate) fn try_start(words: &[&str], home: &Path) -> Result<Self, String> {
        Self::run(words, home, Stdio::null())
    }

    /// Starts the program as [`Server::start`] does, and keeps what it prints in a file.
    pub(crate) fn start_printing(words: &[&str], home: &Path, printed: &Path) -> Self {
        let out = std::fs::File::create(printed).unwrap();
        Self::run(words, home, out.into()).unwrap_or_else(|fault| panic!("{} {fault}", words.join(" ")))
    }

    fn run(words: &[&str], home: &Path, out: Stdio) -> Result<Self, String> {
        let child = Command::new(env!("CARGO_BIN_EXE_dynadrill"))
            .args(words)
            .args(["--port", "0"])
            .env("DYNADRILL_HOME", home)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut process = Watched(child);
        let lines = BufReader::new(process.0.stderr.take().unwrap()).lines();
        let (say, talk) = channel();
        thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(say.send(line))));
        let mut said = String::new();
        loop {
            match talk.recv_timeout(Duration::from_millis(100)) {
                Ok(line) => {
                    if let Some(url) = line.split_whitespace().find(|word| word.starts_with("http://")) {
                        let url = url.to_owned();
                        return Ok(Self { process, talk, url });
                    }
                    said = said + &line + "\n";
                }
                Err(RecvTimeoutError::Disconnected) => return Err(format!("ends without serving: {said}")),
                Err(RecvTimeoutError::Timeout) => {
                    let spent = cpu_millis(process.id()).unwrap_or(0);
                    if spent > START {
                        return Err(format!("does not serve after {spent} ms of work: {said}"));
                    }
                }
            }
        }
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
    pub(crate) fn said(&self) -> String {
        self.talk.iter().collect::<Vec<_>>().join("\n")
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
