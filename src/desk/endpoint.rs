//! A lab's endpoint beside its screen: the learner's own program does the steps, and the screen shows what came of it.
//!
//! The life of a request: the server's thread takes it in and hands it to the thread that holds the lab; that runs it,
//! saves the step that it may have completed, and only then sends the answer back.
//! Programs on this machine are served and no web page: a lab that a page takes part in needs `lab serve --cors`.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use serde_json::Value;

use crate::app::ClientCall;
use crate::clock::{Clock as _, SystemClock, Timestamp};
use crate::engine::ops::Verb;
use crate::engine::{ApiError, ErrorKind};
use crate::http::{self, Allowlist, Backend};

use super::bench::Answer;
use super::worker::Job;

/// The port that is tried first, as `lab serve` takes it.
const PORT: u16 = 8000;
/// How long a server may take to begin.
const BEGIN: Duration = Duration::from_secs(5);

/// A call that waits for its answer.
pub(super) struct WaitingCall {
    pub(super) call: ClientCall,
    pub(super) answer: Sender<Answer>,
}

/// An open endpoint; its port is free once it is dropped.
pub(super) struct Endpoint {
    /// Where it is.
    pub(super) address: SocketAddr,
    _stopper: http::Stopper,
}

impl Endpoint {
    /// Opens an endpoint on this machine, at the usual port or, if that is taken, at a free one; requests go to `jobs`.
    ///
    /// # Errors
    /// No port can be opened.
    pub(super) fn open(region: &str, jobs: Sender<Job>) -> Result<Self, String> {
        Self::at(PORT, region, jobs.clone()).or_else(|_| Self::at(0, region, jobs))
    }

    fn at(port: u16, region: &str, jobs: Sender<Job>) -> Result<Self, String> {
        let (ready, begun) = mpsc::channel();
        let bridge = Bridge { jobs, region: region.to_owned() };
        let (stopper, stop) = http::stopper();
        std::thread::spawn(move || {
            let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port);
            let opened = ready.clone();
            // Whoever asked may have gone meanwhile.
            let served =
                http::serve_until(address, Allowlist::default(), bridge, stop, |bound| drop(opened.send(Ok(bound))));
            if let Err(error) = served {
                let _ = ready.send(Err(error.to_string()));
            }
        });
        let address = begun.recv_timeout(BEGIN).map_err(|error| error.to_string())??;
        Ok(Self { address, _stopper: stopper })
    }
}

/// What the server sees of the lab.
struct Bridge {
    jobs: Sender<Job>,
    region: String,
}

impl Bridge {
    fn answer(&self, call: ClientCall) -> Answer {
        let gone = || Some(Err(ApiError::new(ErrorKind::InternalServerError, "")));
        let (answer, answered) = mpsc::channel();
        if self.jobs.send(Job::Call(WaitingCall { call, answer })).is_err() {
            return gone();
        }
        answered.recv().unwrap_or_else(|_| gone())
    }
}

impl Backend for Bridge {
    fn region(&self) -> &str {
        &self.region
    }

    fn now(&self) -> Timestamp {
        SystemClock.now()
    }

    // The lab's clock and what is refused are the screen's affair; an open endpoint costs nothing while it waits.
    fn ticks(&self) -> bool {
        false
    }

    fn call(&mut self, verb: &'static Verb, body: Value) -> Result<Value, ApiError> {
        let call = ClientCall { service: None, operation: verb.name.to_owned(), body };
        let unknown = || Err(ApiError::new(ErrorKind::UnknownOperationException, ""));
        self.answer(call).unwrap_or_else(unknown)
    }

    fn ask(&mut self, service: &str, operation: &str, body: Value) -> Option<Result<Value, ApiError>> {
        self.answer(ClientCall { service: Some(service.to_owned()), operation: operation.to_owned(), body })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use super::*;

    /// Sends a signed ListTables behind these headers.
    fn send(open: &Endpoint, headers: &str) -> TcpStream {
        let target = "X-Amz-Target: DynamoDB_20120810.ListTables\r\nContent-Type: application/json\r\n";
        let signed = "X-Amz-Date: 2\r\nAuthorization: AWS4- Credential= SignedHeaders= Signature=\r\n";
        let rest = "Connection: close\r\nContent-Length: 2\r\n\r\n{}";
        let mut client = TcpStream::connect(open.address).unwrap();
        client.write_all(format!("POST / HTTP/1.1\r\n{headers}{target}{signed}{rest}").as_bytes()).unwrap();
        client
    }

    #[test]
    fn a_closed_endpoint_leaves_its_port_to_the_next() {
        let (jobs, _calls) = mpsc::channel();
        let open = Endpoint::at(0, "us-east-1", jobs.clone()).unwrap();
        let address = open.address;
        // A connection that is open and idle does not keep the port.
        let _idle = TcpStream::connect(address).unwrap();
        drop(open);
        assert!(TcpStream::connect(address).is_err());
        let again = Endpoint::at(address.port(), "us-east-1", jobs).unwrap();
        assert_eq!(again.address, address);
    }

    #[test]
    fn a_page_and_the_host_of_a_stranger_never_reach_the_lab() {
        let (jobs, calls) = mpsc::channel();
        let open = Endpoint::at(0, "us-east-1", jobs).unwrap();
        for (headers, status) in [
            ("Host: localhost\r\nOrigin: https://evil.example\r\n", "HTTP/1.1 403"),
            ("Host: localhost\r\nOrigin: http://localhost:3000\r\n", "HTTP/1.1 403"),
            ("Host: evil.example\r\n", "HTTP/1.1 403"),
            ("", "HTTP/1.1 400"),
        ] {
            let mut response = String::new();
            send(&open, headers).read_to_string(&mut response).unwrap();
            assert!(response.starts_with(status), "{headers}: {response}");
            assert!(calls.try_recv().is_err(), "{headers}: the lab has the request");
        }
        // The same request of a program waits for the lab's thread to run it.
        let _client = send(&open, "Host: localhost\r\n");
        let Job::Call(waiting) = calls.recv_timeout(Duration::from_secs(10)).unwrap() else { panic!("no call") };
        assert_eq!(waiting.call.operation, "ListTables");
    }
}
