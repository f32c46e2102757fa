//! A served engine for tests: the real program on a free port, and a client that signs the way SDKs do.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![allow(dead_code, reason = "each test program uses its own part of this")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

pub(crate) mod typist;

/// An answer as it came over the wire.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: ureq::http::HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// `dynadrill serve` in a process of its own, ended when dropped.
pub(crate) struct Endpoint {
    child: Child,
    /// Held open: a program whose standard error is gone has nowhere to say what is wrong.
    talk: BufReader<ChildStderr>,
    /// What it has said until it was ready.
    said: String,
    url: String,
    agent: ureq::Agent,
}

impl Endpoint {
    pub(crate) fn start() -> Self {
        Self::of(&["serve", "--in-memory"], None)
    }

    /// An endpoint opened by these words, with progress kept in `home`.
    pub(crate) fn of(words: &[&str], home: Option<&Path>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dynadrill"));
        command.args(words).args(["--port", "0"]).envs(home.map(|home| ("DYNADRILL_HOME", home)));
        Self::by(command)
    }

    /// An endpoint opened by a command, which says where it is on standard error.
    pub(crate) fn by(mut command: Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let (mut said, mut url) = (String::new(), None);
        let mut talk = BufReader::new(child.stderr.take().unwrap());
        while url.is_none() && talk.read_line(&mut said).unwrap() > 0 {
            url = said.split_whitespace().find(|word| word.starts_with("http://")).map(str::to_owned);
        }
        let url = url.unwrap_or_else(|| panic!("{said}"));
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent = config.timeout_global(Some(Duration::from_secs(30))).build().new_agent();
        Self { child, talk, said, url, agent }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Sends a body to a verb.
    pub(crate) fn post(&self, verb: &str, body: &[u8]) -> Answer {
        let streams = ["ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"].contains(&verb);
        let api = if streams { "DynamoDBStreams_20120810" } else { "DynamoDB_20120810" };
        let target = format!("{api}.{verb}");
        self.post_with(&[("x-amz-target", &target), ("content-type", "application/x-amz-json-1.0")], body)
    }

    /// Sends a body with these headers beside a signature.
    pub(crate) fn post_with(&self, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let signature = "AWS4-HMAC-SHA256 Credential=local/20261125/us-east-1/dynamodb/aws4_request, \
                         SignedHeaders=host;x-amz-date;x-amz-target, Signature=0";
        let mut request = self.agent.post(&self.url).header("x-amz-date", "20261125T000000Z");
        request = request.header("authorization", signature);
        if !headers.iter().any(|(name, _)| *name == "accept-encoding") {
            request = request.header("accept-encoding", "identity");
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.send(body).unwrap();
        let body = response.body_mut().with_config().limit(64 * 1024 * 1024).read_to_vec().unwrap();
        Answer { status: response.status().as_u16(), headers: response.headers().clone(), body }
    }

    /// Asks for a path; answers with the status and the text.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        let mut response = self.agent.get(format!("{}{path}", self.url)).call().unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    /// Sends a request and answers with its status and JSON.
    pub(crate) fn call(&self, verb: &str, request: &Value) -> (u16, Value) {
        let answer = self.post(verb, request.to_string().as_bytes());
        (answer.status, answer.json())
    }

    /// The most memory that the process has held, in KB; `None` where the system does not tell.
    pub(crate) fn peak_kilobytes(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    /// Kills the process and returns what it has said on standard error.
    pub(crate) fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.said()
    }

    /// Asks the process to end and returns what it has said on standard error: all of it, as it ends in order.
    pub(crate) fn ends(mut self) -> String {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(asked.unwrap().success());
        self.said()
    }

    fn said(&mut self) -> String {
        self.child.wait().unwrap();
        self.talk.read_to_string(&mut self.said).unwrap();
        std::mem::take(&mut self.said)
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Opens an endpoint that answers each operation with a status and a body; returns its address.
pub(crate) fn answering(answer: impl Fn(&str) -> (u16, String) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut target, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
                    break;
                }
                let (name, value) = line.trim().split_once(": ").unwrap_or_default();
                match name.to_ascii_lowercase().as_str() {
                    "x-amz-target" => value.rsplit('.').next().unwrap_or_default().clone_into(&mut target),
                    "content-length" => length = value.parse().unwrap_or(0),
                    _ => {}
                }
            }
            let _ = reader.read_exact(&mut vec![0; length]);
            let (status, body) = answer(&target);
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all((head + &body).as_bytes());
        }
    });
    url
}
