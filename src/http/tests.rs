//! The server against clients that are slow, stuck, greedy or gone, with limits short enough to wait for.

use std::io::{self, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::sync::mpsc;
use std::thread::{JoinHandle, sleep};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::server::{ClientLimits, EndRequests, run};
use super::*;
use crate::clock::SystemClock;

/// Does what a request says: sleeps, panics, or returns a text of some length.
struct Stub {
    refused: mpsc::Sender<String>,
}

impl Backend for Stub {
    fn region(&self) -> &'static str {
        "here"
    }

    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    fn call(&mut self, _: &'static Verb, body: Value) -> Result<Value, ApiError> {
        sleep(Duration::from_millis(body["sleep"].as_u64().unwrap_or(0)));
        assert!(body["panic"].is_null(), "a request that panics, as this test wants");
        let length = usize::try_from(body["length"].as_u64().unwrap_or(0)).unwrap();
        Ok(json!({ "text": "x".repeat(length) }))
    }

    fn refused(&mut self, why: &str) {
        self.refused.send(why.to_owned()).unwrap();
    }
}

impl EndRequests for UnboundedReceiver<()> {
    async fn next(&mut self) {
        if self.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}

struct Running {
    address: SocketAddr,
    ends: UnboundedSender<()>,
    refused: mpsc::Receiver<String>,
    server: JoinHandle<io::Result<()>>,
}

/// Limits that no test meets by accident.
const LIMITS: ClientLimits = ClientLimits {
    connections: 100,
    bodies: 1024 * 1024,
    queue: Duration::from_secs(20),
    head: Duration::from_secs(20),
    stall: Duration::from_secs(20),
    body: Duration::from_secs(20),
    ending: Duration::from_secs(20),
    parting: Duration::from_secs(20),
};

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn start(limits: ClientLimits) -> Running {
    let (ends, receiver) = unbounded_channel();
    let (refused, refusals) = mpsc::channel();
    let (ready, bound) = mpsc::channel();
    let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 0);
    let server = std::thread::spawn(move || {
        run(
            address,
            Allowlist::default(),
            limits,
            Stub { refused },
            || Ok(receiver),
            |bound| ready.send(bound).unwrap(),
        )
    });
    Running { address: bound.recv().unwrap(), ends, refused: refusals, server }
}

/// A request with a body of this length, of which `body` is sent.
fn request(length: usize, body: &str) -> String {
    format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Date: 20261125T000000Z\r\n\
         X-Amz-Target: DynamoDB_20120810.ListTables\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b, \
         Signature=c\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

impl Running {
    fn connect(&self) -> TcpStream {
        let client = TcpStream::connect(self.address).unwrap();
        client.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
        client
    }

    /// Opens a connection and sends this, and nothing more.
    fn send(&self, text: &str) -> TcpStream {
        let mut client = self.connect();
        client.write_all(text.as_bytes()).unwrap();
        client
    }

    fn call(&self, body: &Value) -> String {
        let body = body.to_string();
        response(&mut self.send(&request(body.len(), &body)))
    }

    /// Asks the server to end; returns whether it did in this time.
    fn end(self, patience: Duration) -> bool {
        self.ends.send(()).unwrap();
        self.has_ended(patience)
    }

    fn has_ended(self, patience: Duration) -> bool {
        for _ in 0..patience.as_millis() / 10 {
            if self.server.is_finished() {
                self.server.join().unwrap().unwrap();
                return true;
            }
            sleep(millis(10));
        }
        false
    }
}

/// The next response: head and body.
fn response(client: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let mut byte = [0];
    while !read.ends_with(b"\r\n\r\n") {
        if client.read(&mut byte).unwrap() == 0 {
            return String::from_utf8(read).unwrap();
        }
        read.push(byte[0]);
    }
    let head = String::from_utf8(read).unwrap();
    let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    client.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

fn status(response: &str) -> u16 {
    response.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
}

/// Waits until the server closes a connection; returns how many bytes came before.
fn closed(client: &mut TcpStream) -> usize {
    let mut bytes = Vec::new();
    match client.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), io::ErrorKind::ConnectionReset, "{error}"),
    }
    bytes.len()
}

#[test]
fn heads_that_do_not_end_and_idle_connections_are_closed() {
    let server = start(ClientLimits { head: millis(300), ..LIMITS });
    let mut half = server.send("POST / HTTP/1.1\r\nHost: loc");
    let mut silent = server.connect();
    let mut idle = server.send(&request(2, "{}"));
    assert_eq!(status(&response(&mut idle)), 200);
    assert_eq!(closed(&mut half) + closed(&mut silent) + closed(&mut idle), 0);
    // One byte at a time makes no difference: the head as a whole has its time.
    let mut slow = server.connect();
    let sent = (0..100).take_while(|_| {
        sleep(millis(50));
        slow.write_all(b"G").is_ok()
    });
    let sent = sent.count();
    assert!(sent < 30, "{sent}");
    assert!(server.end(millis(5000)));
}

#[test]
fn bodies_that_do_not_end_get_a_response_and_are_closed() {
    let server = start(ClientLimits { stall: millis(300), body: millis(900), ..LIMITS });
    let mut stuck = server.send(&request(10, "{"));
    let mut slow = server.send(&request(1000, "{"));
    let trickle = std::thread::spawn({
        let mut slow = slow.try_clone().unwrap();
        move || {
            (0..100)
                .take_while(|_| {
                    sleep(millis(50));
                    slow.write_all(b" ").is_ok()
                })
                .count()
        }
    });
    for client in [&mut stuck, &mut slow] {
        let answer = response(client);
        assert_eq!(status(&answer), 408, "{answer}");
        assert!(answer.contains("the body of the request did not arrive in time"), "{answer}");
        closed(client);
    }
    assert!(trickle.join().unwrap() < 100);
    assert_eq!(status(&server.call(&json!({}))), 200);
    assert!(server.end(millis(5000)));
}

#[test]
fn responses_that_are_not_read_are_given_up_and_their_memory_is_bounded() {
    const LARGE: usize = 24 * 1024 * 1024;
    let server = start(ClientLimits { stall: millis(700), bodies: LARGE + 100_000, ..LIMITS });
    let body = json!({ "length": LARGE }).to_string();
    let mut unread = server.send(&request(body.len(), &body));
    sleep(millis(300));
    let refused = server.call(&json!({ "length": LARGE }));
    assert_eq!(status(&refused), 503, "{refused}");
    assert_eq!(status(&server.call(&json!({ "length": 50_000 }))), 200, "small responses are always there");
    sleep(millis(1500));
    assert!(closed(&mut unread) < LARGE, "the response was kept for a client that did not read it");
    assert_eq!(status(&server.call(&json!({ "length": LARGE }))), 200, "the memory was not given back");
    assert!(server.end(millis(5000)));
}

#[test]
fn unfinished_bodies_share_their_memory_and_leave_room_for_small_ones() {
    let server = start(LIMITS);
    let padding = " ".repeat(300_000);
    let unfinished: Vec<TcpStream> = (0..8).map(|_| server.send(&request(600_000, &padding))).collect();
    sleep(millis(500));
    let large = format!("{{}}{}", " ".repeat(900_000));
    let refused = response(&mut server.send(&request(large.len(), &large)));
    assert_eq!(status(&refused), 503, "{refused}");
    assert!(refused.contains("ServiceUnavailable"), "{refused}");
    assert_eq!(status(&server.call(&json!({}))), 200, "small requests are always served");
    drop(unfinished);
    sleep(millis(500));
    assert_eq!(status(&response(&mut server.send(&request(large.len(), &large)))), 200);
    assert!(server.end(millis(5000)));
}

#[test]
fn connections_are_counted_and_those_that_wait_get_their_turn() {
    let server = start(ClientLimits { connections: 3, ..LIMITS });
    let mut held: Vec<TcpStream> = (0..3).map(|_| server.send("POST")).collect();
    sleep(millis(200));
    let mut waiting = server.send(&request(2, "{}"));
    waiting.set_read_timeout(Some(millis(300))).unwrap();
    assert!(waiting.read(&mut [0]).is_err(), "a fourth connection is served");
    held.pop();
    waiting.set_read_timeout(Some(millis(10_000))).unwrap();
    assert_eq!(status(&response(&mut waiting)), 200);
    // Those that were there get their response, and make room then.
    for client in &mut held {
        let rest = request(2, "{}");
        client.write_all(rest.strip_prefix("POST").unwrap().as_bytes()).unwrap();
        let answer = response(client);
        assert_eq!(status(&answer), 200);
        assert!(answer.to_lowercase().contains("connection: close"), "{answer}");
        assert_eq!(closed(client), 0);
    }
    let answer = server.call(&json!({}));
    assert!(!answer.to_lowercase().contains("connection: close"), "{answer}");
    assert!(server.end(millis(5000)));
}

#[test]
fn those_that_find_no_place_are_told_so() {
    let server = start(ClientLimits { connections: 3, queue: millis(300), ..LIMITS });
    let held: Vec<TcpStream> = (0..3).map(|_| server.send("POST")).collect();
    sleep(millis(200));
    for _ in 0..5 {
        let refused = server.call(&json!({}));
        assert_eq!(status(&refused), 503);
        assert!(refused.contains("all 3 connections of this endpoint are in use"), "{refused}");
    }
    drop(held);
    assert_eq!(status(&server.call(&json!({}))), 200);
    assert!(server.end(millis(5000)));
}

#[test]
fn each_of_a_crowd_that_finds_no_place_gets_its_refusal_whole() {
    // More at once than have a second each to read it.
    const CROWD: usize = 150;
    let server = start(ClientLimits { connections: 1, queue: millis(100), ..LIMITS });
    let held = server.send("POST");
    sleep(millis(100));
    let text = request(20_000, &" ".repeat(20_000));
    let mut crowd: Vec<TcpStream> = (0..CROWD).map(|_| server.send(&text)).collect();
    let told = crowd.iter_mut().filter(|client| {
        let mut all = Vec::new();
        let read = (**client).try_clone().unwrap().read_to_end(&mut all);
        let all = String::from_utf8_lossy(&all).into_owned();
        assert!(read.is_ok(), "{read:?} after {all:?}");
        status(&all) == 503 && all.contains("all 1 connections of this endpoint are in use")
    });
    assert_eq!(told.count(), CROWD);
    drop(held);
    assert_eq!(status(&server.call(&json!({}))), 200);
    assert!(server.end(millis(5000)));
}

#[test]
fn a_body_that_is_too_large_by_its_head_is_refused_before_it_comes() {
    let server = start(ClientLimits { bodies: 64 * 1024 * 1024, ..LIMITS });
    let large = 16 * 1024 * 1024 + 1;
    let with = |header: &str| request(large, "").replacen("\r\n", &format!("\r\n{header}\r\n"), 1);
    for text in [
        request(large, ""),
        request(usize::MAX / 2, "{"),
        with("Expect: 100-continue"),
        with("Origin: http://evil.example"),
    ] {
        let mut client = server.send(&text);
        // Nothing but the limits of a body would end it otherwise, and they are 20 seconds here.
        client.set_read_timeout(Some(millis(5000))).unwrap();
        let answer = response(&mut client);
        let wanted = if text.contains("evil") { 403 } else { 413 };
        assert_eq!(status(&answer), wanted, "{text}: {answer}");
        drop(client);
    }
    // One that is sent in pieces has no size in its head: it is refused once so much has come.
    let head = request(0, "").replace("Content-Length: 0", "Transfer-Encoding: chunked");
    let mut pieces = server.send(&head);
    pieces.write_all(format!("{:x}\r\n", 10 * large).as_bytes()).unwrap();
    pieces.write_all(&vec![b' '; large]).unwrap();
    pieces.set_read_timeout(Some(millis(5000))).unwrap();
    let answer = response(&mut pieces);
    assert_eq!(status(&answer), 413, "{answer}");
    assert!(answer.to_lowercase().contains("connection: close"), "{answer}");
    assert_eq!(closed(&mut pieces), 0);
    // A client that sends all of it before it looks for a response finds one.
    let whole = request(large, &" ".repeat(large));
    assert_eq!(status(&response(&mut server.send(&whole))), 413);
    // One that waits for leave and may send gets it.
    let leave = request(2, "").replacen("\r\n", "\r\nExpect: 100-continue\r\n", 1);
    let mut leave = server.send(&leave);
    assert_eq!(status(&response(&mut leave)), 100);
    leave.write_all(b"{}").unwrap();
    assert_eq!(status(&response(&mut leave)), 200);
    assert!(server.end(millis(5000)));
}

#[test]
fn a_large_head_is_refused_in_one_piece_too() {
    let server = start(LIMITS);
    let head = |bytes: usize| format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Fill: {}\r\n\r\n", "a".repeat(bytes));
    assert_eq!(status(&response(&mut server.send(&head(16_000)))), 200);
    for (bytes, refused) in [(17_000, 400), (60_000, 400), (200_000, 431)] {
        assert_eq!(status(&response(&mut server.send(&head(bytes)))), refused, "{bytes}");
    }
    assert!(server.end(millis(5000)));
}

#[test]
fn idle_connections_make_room_for_those_that_wait() {
    let server = start(ClientLimits { connections: 3, ..LIMITS });
    let mut idle: Vec<TcpStream> = (0..3).map(|_| server.send(&request(2, "{}"))).collect();
    for client in &mut idle {
        assert_eq!(status(&response(client)), 200);
    }
    // All are open as long as no one waits.
    sleep(millis(200));
    idle[0].write_all(request(2, "{}").as_bytes()).unwrap();
    assert_eq!(status(&response(&mut idle[0])), 200);
    assert_eq!(status(&server.call(&json!({}))), 200);
    for client in &mut idle {
        assert_eq!(closed(client), 0);
    }
    assert!(server.end(millis(5000)));
}

#[test]
fn a_request_that_panics_or_takes_long_hurts_no_other() {
    let server = start(ClientLimits { head: millis(300), ..LIMITS });
    let panicked = server.call(&json!({ "panic": true }));
    assert_eq!(status(&panicked), 500);
    assert!(panicked.contains("InternalServerError"), "{panicked}");
    let body = json!({ "sleep": 2000 }).to_string();
    let mut long = server.send(&request(body.len(), &body));
    sleep(millis(50));
    // The engine is busy now; all else goes on.
    let mut half = server.send("POST / HT");
    closed(&mut half);
    let refused = response(&mut server.send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"));
    assert_eq!(status(&refused), 403);
    long.set_read_timeout(Some(millis(50))).unwrap();
    assert!(long.read(&mut [0]).is_err(), "the long request was over too early to prove anything");
    long.set_read_timeout(Some(millis(10_000))).unwrap();
    assert_eq!(status(&response(&mut long)), 200);
    let why = server.refused.recv_timeout(millis(5000)).unwrap();
    assert!(why.contains("not the host \"evil.example\""), "{why}");
    assert!(server.end(millis(5000)));
}

#[test]
fn the_end_comes_in_time_whatever_clients_do() {
    let limits = ClientLimits { ending: millis(400), parting: millis(200), ..LIMITS };
    let server = start(limits);
    let mut clients = vec![server.send("POST / HT"), server.send(&request(10, "{")), server.connect()];
    let body = json!({ "length": 24 * 1024 * 1024 }).to_string();
    clients.push(server.send(&request(body.len(), &body)));
    sleep(millis(100));
    assert!(server.end(millis(3000)), "a client holds up the end");
    let server = start(limits);
    let body = json!({ "sleep": 20_000 }).to_string();
    let stuck = server.send(&request(body.len(), &body));
    sleep(millis(100));
    assert!(server.end(millis(3000)), "the engine holds up the end");
    drop((clients, stuck));
}

#[test]
fn open_requests_are_answered_before_the_end_unless_it_is_asked_for_twice() {
    let body = json!({ "sleep": 500 }).to_string();
    let server = start(LIMITS);
    let mut open = server.send(&request(body.len(), &body));
    sleep(millis(100));
    server.ends.send(()).unwrap();
    sleep(millis(100));
    assert!(TcpStream::connect(server.address).is_err(), "the door is still open");
    assert_eq!(status(&response(&mut open)), 200);
    assert!(server.has_ended(millis(5000)));
    let server = start(LIMITS);
    let stuck = server.send(&request(10, "{"));
    sleep(millis(100));
    server.ends.send(()).unwrap();
    sleep(millis(300));
    assert!(!server.server.is_finished(), "an open request got no time");
    assert!(server.end(millis(3000)), "the second request to end is not heard");
    drop(stuck);
}
