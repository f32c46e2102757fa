//! Clients: a thread and a connection each, which sends its next request when it has read the answer to the one before.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::Value;

/// A request as it is written to the wire, with the headers that an SDK sends.
#[derive(Clone)]
pub(crate) struct Request(Vec<u8>);

impl Request {
    pub(crate) fn new(verb: &str, body: &Value) -> Self {
        let body = body.to_string();
        let head = format!(
            "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: DynamoDB_20120810.{verb}\r\n\
             Content-Type: application/x-amz-json-1.0\r\nUser-Agent: aws-sdk-rust/1.3.3 os/linux lang/rust/1.95.0\r\n\
             X-Amz-Date: 20260301T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 \
             Credential=local/20260301/us-east-1/dynamodb/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
             Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n\
             Accept-Encoding: identity\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        Self((head + &body).into_bytes())
    }

    /// Returns the request that has the server which does nothing answer so many bytes.
    pub(crate) fn for_nothing(&self, bytes: usize) -> Self {
        let rest = self.0.strip_prefix(b"POST / ").unwrap();
        Self([format!("POST /{bytes} ").as_bytes(), rest].concat())
    }
}

/// A client's end of a connection.
struct Connection {
    stream: TcpStream,
    /// What was read; the answer to a request is read whole before the next is sent.
    read: Vec<u8>,
}

impl Connection {
    fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, read: vec![0; 512 * 1024] }
    }

    /// Sends a request and returns how many bytes the body of its answer has.
    fn ask(&mut self, Request(request): &Request) -> usize {
        self.stream.write_all(request).unwrap();
        let mut end = 0;
        loop {
            let count = self.stream.read(&mut self.read[end..]).unwrap();
            assert!(count > 0, "the server closed the connection");
            end += count;
            let Some(head) = self.read[..end].windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
            let text = std::str::from_utf8(&self.read[..head]).unwrap();
            assert!(text.starts_with("HTTP/1.1 200"), "{}", String::from_utf8_lossy(&self.read[..end]));
            let length: usize =
                text.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
            let missing = (head + 4 + length).saturating_sub(end);
            self.stream.read_exact(&mut self.read[end..end + missing]).unwrap();
            return length;
        }
    }
}

/// Sends a request alone and returns how many bytes the body of its answer has.
pub(crate) fn answer_bytes(address: SocketAddr, request: &Request) -> usize {
    Connection::open(address).ask(request)
}

/// Sends requests from so many connections for a while, and returns how many were answered.
pub(crate) fn run(address: SocketAddr, requests: &[Request], connections: usize, time: Duration) -> f64 {
    let counts = std::thread::scope(|scope| {
        let clients = (0..connections).map(|number| {
            scope.spawn(move || {
                let mut connection = Connection::open(address);
                let (begun, mut count) = (Instant::now(), 0_u32);
                // Each connection begins elsewhere, so that they do not all speak of one item.
                for request in requests.iter().cycle().skip(number * requests.len() / connections) {
                    connection.ask(request);
                    count += 1;
                    if begun.elapsed() >= time {
                        break;
                    }
                }
                count
            })
        });
        let clients: Vec<_> = clients.collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect::<Vec<u32>>()
    });
    f64::from(counts.iter().sum::<u32>())
}
