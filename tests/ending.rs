//! The real program under clients that stall, and under signals: it always ends, and never takes more than its share.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use common::Endpoint;
use serde_json::json;

/// A program in a process of its own, ended when dropped.
struct Process {
    child: Child,
    stdout: Option<BufReader<ChildStdout>>,
    /// Held open, as a terminal is.
    _talk: Box<dyn std::any::Any>,
    address: String,
}

impl Process {
    /// Starts an endpoint with these words; what it prints is read only if the test does.
    fn start(words: &[&str], home: Option<&Path>) -> Self {
        Self::run(Command::new(env!("CARGO_BIN_EXE_dynadrill")).args(words).args(["--port", "0"]), home)
    }

    fn run(command: &mut Command, home: Option<&Path>) -> Self {
        let command = command.envs(home.map(|home| ("DYNADRILL_HOME", home)));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut talk = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        talk.read_line(&mut line).unwrap();
        let address = line.split_whitespace().find_map(|word| word.strip_prefix("http://")).unwrap().to_owned();
        let stdout = child.stdout.take().map(BufReader::new);
        Self { child, stdout, _talk: Box::new(talk), address }
    }

    fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
    }

    /// The exit code, if the process ends in this time.
    fn code_within(&mut self, patience: Duration) -> Option<i32> {
        for _ in 0..patience.as_millis() / 20 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status.code().expect("a signal ended it"));
            }
            sleep(Duration::from_millis(20));
        }
        None
    }

    fn connect(&self) -> TcpStream {
        let client = TcpStream::connect(&self.address).unwrap();
        client.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        client
    }

    fn send(&self, text: &str) -> TcpStream {
        let mut client = self.connect();
        client.write_all(text.as_bytes()).unwrap();
        client
    }

    /// The status of the response to a request on a connection of its own.
    fn status(&self, verb: &str, body: &str) -> u16 {
        let mut response = String::new();
        self.send(&request(verb, body.len(), body)).read_to_string(&mut response).unwrap();
        response.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

/// Sends a request a number of times on one connection, each when the last was answered.
fn repeat(process: &Process, times: usize, verb: &str, body: &str) {
    let request = request(verb, body.len(), body).replace("Connection: close\r\n", "");
    let mut client = BufReader::new(process.connect());
    for _ in 0..times {
        client.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut line, mut length) = (String::new(), 0);
        client.read_line(&mut line).unwrap();
        assert!(line.starts_with("HTTP/1.1 200"), "{line}");
        while line != "\r\n" {
            line.clear();
            client.read_line(&mut line).unwrap();
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
        }
        client.read_exact(&mut vec![0; length]).unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A request that closes its connection, with a body of this length, of which `body` is sent.
fn request(verb: &str, length: usize, body: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-amz-json-1.0\r\n\
         X-Amz-Date: 20261125T000000Z\r\nX-Amz-Target: DynamoDB_20120810.{verb}\r\nAuthorization: AWS4-HMAC-SHA256 \
         Credential=local, SignedHeaders=host, Signature=0\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

const FIVE_SECONDS: Duration = Duration::from_secs(5);

#[test]
fn half_a_body_holds_up_no_end() {
    for name in ["TERM", "INT"] {
        let mut served = Process::start(&["serve"], None);
        let _half = served.send(&request("ListTables", 9, "{"));
        let _head = served.send("POST / HTTP/1.1\r\nHos");
        let _idle = served.connect();
        sleep(Duration::from_millis(200));
        served.signal(name);
        assert_eq!(served.code_within(FIVE_SECONDS), Some(0), "SIG{name}");
    }
}

#[test]
fn a_signal_is_how_a_server_is_ended_whatever_was_done_by_then() {
    let home = tempfile::tempdir().unwrap();
    for words in [&["serve", "--in-memory"][..], &["lab", "serve", "optimistic-locking"]] {
        for signal in ["TERM", "INT"] {
            let mut process = Process::start(words, Some(home.path()));
            process.signal(signal);
            assert_eq!(process.code_within(Duration::from_secs(20)), Some(0), "{words:?} {signal}");
        }
        let help = Command::new(env!("CARGO_BIN_EXE_dynadrill")).args(&words[..words.len() - 1]).arg("--help").output();
        let help = String::from_utf8(help.unwrap().stdout).unwrap();
        assert!(help.contains("SIGTERM or Ctrl-C, and the exit code is 0"), "{help}");
    }
}

#[test]
fn a_case_that_is_served_goes_on_with_its_time_and_keeps_it() {
    use dynadrill::clock::VirtualClock;
    use dynadrill::content::{self, Source};
    use dynadrill::lab::{KeptScore, OwnLines, Runner};
    use dynadrill::progress::Store;
    use dynadrill::records;
    let home = tempfile::tempdir().unwrap();
    let library = content::load(&Source::Embedded).0;
    let lab = library.labs.iter().find(|lab| lab.case.is_some()).expect("a lab that is a case");
    let open = || Store::open(home.path(), VirtualClock::LAB_START).0;
    let mut runner = Runner::resume(lab, &[], &OwnLines::new()).unwrap();
    runner.go_on_with(KeptScore { points: 25, seconds: 300 });
    records::save_score(&mut open(), &runner).unwrap();

    let mut process = Process::start(&["lab", "serve", &lab.name], Some(home.path()));
    let mut told = String::new();
    while !told.contains(" left, 25 of ") {
        assert!(process.stdout.as_mut().unwrap().read_line(&mut told).unwrap() > 0, "{told}");
    }
    let minutes = lab.case.unwrap().minutes;
    let is_left = |minutes: u64| told.contains(&format!("{minutes}:"));
    assert!(is_left(minutes - 5) || is_left(minutes - 6), "five minutes and a few seconds are used: {told}");
    sleep(Duration::from_millis(1500));
    process.signal("TERM");
    assert_eq!(process.code_within(Duration::from_secs(20)), Some(0));
    records::restore_score(&open(), &mut runner);
    assert_eq!(runner.score().points, 25);
    let used = minutes * 60 - runner.seconds_left().unwrap();
    assert!((301..360).contains(&used), "{used} seconds are used");
}

#[test]
fn a_second_signal_ends_at_once() {
    let mut served = Process::start(&["serve"], None);
    let _half = served.send(&request("ListTables", 9, "{"));
    sleep(Duration::from_millis(200));
    served.signal("INT");
    assert_eq!(served.code_within(Duration::from_secs(1)), None, "an open request gets its time");
    served.signal("INT");
    assert_eq!(served.code_within(Duration::from_secs(1)), Some(0));
}

#[test]
fn tables_in_a_file_survive_an_end_that_drops_a_connection() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("tables.db");
    let words = ["serve", "--data", file.to_str().unwrap()];
    let table = json!({
        "TableName": "Kept", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    let mut served = Process::start(&words, None);
    assert_eq!(served.status("CreateTable", &table.to_string()), 200);
    let _half = served.send(&request("DeleteTable", 20, "{\"TableName\":\"Kept\""));
    served.signal("TERM");
    assert_eq!(served.code_within(FIVE_SECONDS), Some(0));
    let served = Process::start(&words, None);
    assert_eq!(served.status("DescribeTable", r#"{"TableName": "Kept"}"#), 200);
}

#[test]
fn a_reader_that_stalls_holds_up_neither_requests_nor_the_end() {
    let home = tempfile::tempdir().unwrap();
    let mut served = Process::start(&["lab", "serve", "optimistic-locking", "--pace", "0"], Some(home.path()));
    let get = json!({"TableName": "Products", "Key": {"sku": {"S": "P-07"}}, "ConsistentRead": true}).to_string();
    let requests = 4000;
    repeat(&served, requests, "GetItem", &get);
    served.signal("TERM");
    // A lab that is not done ends with 1.
    assert_eq!(served.code_within(FIVE_SECONDS), Some(0));
    let mut shown = String::new();
    served.stdout.take().unwrap().read_to_string(&mut shown).unwrap();
    let requests_shown = shown.matches("GetItem Products: ok").count();
    assert!((100..requests).contains(&requests_shown), "{requests_shown} requests are shown");
}

#[test]
fn a_reader_that_comes_back_is_told_what_it_missed() {
    let home = tempfile::tempdir().unwrap();
    let mut served = Process::start(&["lab", "serve", "optimistic-locking", "--pace", "0"], Some(home.path()));
    let get = json!({"TableName": "Products", "Key": {"sku": {"S": "P-07"}}, "ConsistentRead": true}).to_string();
    repeat(&served, 4000, "GetItem", &get);
    let mut stdout = served.stdout.take().unwrap();
    let reader = std::thread::spawn(move || {
        let mut shown = String::new();
        stdout.read_to_string(&mut shown).unwrap();
        shown
    });
    sleep(Duration::from_secs(1));
    assert_eq!(served.status("ListTables", "{}"), 200);
    served.signal("TERM");
    assert_eq!(served.code_within(FIVE_SECONDS), Some(0));
    let shown = reader.join().unwrap();
    let missed = shown.find(" lines were left out here: this output was not being read)").expect("nothing was said");
    assert!(shown[missed..].contains("ListTables: ok"), "{}", &shown[missed..]);
}

#[test]
fn a_reader_that_has_gone_is_no_trouble() {
    let home = tempfile::tempdir().unwrap();
    let mut served = Process::start(&["lab", "serve", "optimistic-locking", "--pace", "0"], Some(home.path()));
    drop(served.stdout.take());
    for _ in 0..20 {
        assert_eq!(served.status("ListTables", "{}"), 200);
    }
    served.signal("TERM");
    assert_eq!(served.code_within(FIVE_SECONDS), Some(0));
}

#[test]
fn a_lab_shows_why_requests_are_refused_that_it_never_sees() {
    let home = tempfile::tempdir().unwrap();
    let mut served = Process::start(&["lab", "serve", "optimistic-locking", "--pace", "0"], Some(home.path()));
    let send = |text: &str| {
        let mut response = String::new();
        served.send(text).read_to_string(&mut response).unwrap();
        response
    };
    let signed = request("GetItem", 2, "{}");
    let unsigned = signed.replace("Authorization", "Nothing");
    let answer = send(&unsigned);
    assert!(answer.contains("MissingAuthenticationTokenException"), "{answer}");
    send(&unsigned);
    send(&signed.replace("Host: localhost", "Host: localhost\r\nOrigin: https://evil.example"));
    for number in 0..200 {
        send(&signed.replace("Host: localhost", &format!("Host: {number}.evil.example")));
        sleep(Duration::from_millis(10));
    }
    sleep(Duration::from_millis(800));
    served.signal("TERM");
    assert_eq!(served.code_within(FIVE_SECONDS), Some(0));
    let mut shown = String::new();
    served.stdout.take().unwrap().read_to_string(&mut shown).unwrap();
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let unsigned = "Refused: GetItem: MissingAuthenticationTokenException: Request is missing Authentication Token";
    assert_eq!(shown.matches(unsigned).count(), 1, "{shown}");
    assert!(shown.contains(r#"made by a page of "https://evil.example""#), "{shown}");
    assert!(shown.matches("Refused: ").count() <= 6 && shown.contains("they are not shown"), "{shown}");
}

#[cfg(target_os = "linux")]
mod measured {
    use super::*;

    /// The processor time that a process has taken, in hundredths of a second.
    fn ticks(process: &Process) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    }

    #[test]
    fn without_descriptors_the_endpoint_waits_instead_of_spinning() {
        let program = env!("CARGO_BIN_EXE_dynadrill");
        let script = format!("ulimit -n 60; exec '{program}' serve --port 0");
        let mut served = Process::run(Command::new("sh").args(["-c", &script]), None);
        // A connection waits in the system's queue until it is taken: all of these succeed.
        let clients: Vec<TcpStream> = (0..100).map(|_| served.send("POST")).collect();
        sleep(Duration::from_millis(500));
        let open = std::fs::read_dir(format!("/proc/{}/fd", served.child.id())).unwrap().count();
        assert!(open >= 59, "only {open} descriptors are used: this proves nothing");
        let before = ticks(&served);
        sleep(Duration::from_secs(2));
        let taken = ticks(&served) - before;
        assert!(taken < 50, "{taken} hundredths of a second of processor time in 2 seconds");
        drop(clients);
        assert_eq!(served.status("ListTables", "{}"), 200);
        // Connections that are idle make room for others.
        let _silent: Vec<TcpStream> = (0..100).map(|_| served.connect()).collect();
        let keep = request("ListTables", 2, "{}").replace("Connection: close\r\n", "");
        let idle: Vec<TcpStream> = (0..100).map(|_| served.send(&keep)).collect();
        for mut client in &idle {
            let mut begun = [0; 12];
            client.read_exact(&mut begun).unwrap();
            assert_eq!(&begun, b"HTTP/1.1 200");
        }
        let _clients: Vec<TcpStream> = (0..100).map(|_| served.send("POST")).collect();
        served.signal("TERM");
        assert_eq!(served.code_within(FIVE_SECONDS), Some(0), "it does not end without descriptors");
    }

    #[test]
    fn unfinished_bodies_share_their_memory() {
        let endpoint = Endpoint::start();
        let address = endpoint.url().strip_prefix("http://").unwrap().to_owned();
        let before = endpoint.peak_kilobytes().unwrap();
        let length = 16 * 1024 * 1024;
        let head = request("PutItem", length, "");
        let piece = vec![b' '; 1024 * 1024];
        // Forty bodies of which the last byte never comes: 640 MB.
        let clients: Vec<_> = (0..40)
            .map(|_| {
                let mut client = TcpStream::connect(&address).unwrap();
                client.set_read_timeout(Some(Duration::from_millis(10))).unwrap();
                client.write_all(head.as_bytes()).unwrap();
                client
            })
            .collect();
        for round in 0..16 {
            for mut client in &clients {
                client.write_all(if round < 15 { &piece } else { &piece[1..] }).unwrap();
            }
        }
        assert_eq!(endpoint.call("ListTables", &json!({})).0, 200);
        let grown = (endpoint.peak_kilobytes().unwrap() - before) / 1024;
        assert!((100..340).contains(&grown), "{grown} MB for bodies that are not complete");
        // Those that found no room hear of it once their last byte is there; no one waits for ever.
        let mut refused = 0;
        for mut client in &clients {
            client.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            client.write_all(b" ").unwrap();
            let mut response = String::new();
            client.read_to_string(&mut response).unwrap();
            let is_refused = response.starts_with("HTTP/1.1 503") && response.contains("the memory for large requests");
            assert!(is_refused || response.starts_with("HTTP/1.1 400"), "{response}");
            refused += usize::from(is_refused);
        }
        assert!((20..40).contains(&refused), "{refused} were refused");
        let full = format!("{{}}{}", " ".repeat(length - 2));
        assert_eq!(endpoint.post("ListTables", full.as_bytes()).status, 200, "the memory was not given back");
    }
}

#[test]
fn a_client_that_closes_its_side_still_gets_its_response() {
    let served = Process::start(&["serve"], None);
    let mut client = served.send(&request("ListTables", 2, "{}"));
    client.shutdown(std::net::Shutdown::Write).unwrap();
    let mut response = String::new();
    client.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
}
