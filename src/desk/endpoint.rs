//! A lab's endpoint beside its screen: the learner's own program does the steps, and the screen shows what came of it.
//!
//! The life of a request: the server's thread takes it in and hands it to the thread that holds the lab; that runs it,
//! saves the step that it may have completed, and only then sends the answer back.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use crate::app::ClientCall;
use crate::clock::{Clock as _, SystemClock, Timestamp};
use crate::engine::ops::Verb;
use crate::engine::{ApiError, ErrorKind};
use crate::http::{self, Backend};

use super::bench::Answer;
use super::worker::Job;

/// The port that is tried first, as `lab serve` takes it.
const PORT: u16 = 8000;
/// How long a server may take to begin.
const BEGIN: Duration = Duration::from_secs(5);

/// A call that waits for its answer.
pub(super) struct Waiting {
    pub(super) call: ClientCall,
    pub(super) answer: Sender<Answer>,
}

/// An open endpoint.
pub(super) struct Endpoint {
    /// Where it is.
    pub(super) address: SocketAddr,
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
        let bridge = Arc::new(Mutex::new(Bridge { jobs, region: region.to_owned() }));
        std::thread::spawn(move || {
            let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port);
            let opened = ready.clone();
            // Whoever asked may have gone meanwhile.
            let served = http::serve(address, &bridge, |bound| drop(opened.send(Ok(bound))));
            if let Err(error) = served {
                let _ = ready.send(Err(error.to_string()));
            }
        });
        let address = begun.recv_timeout(BEGIN).map_err(|error| error.to_string())??;
        Ok(Self { address })
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
        if self.jobs.send(Job::Call(Waiting { call, answer })).is_err() {
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

    fn call(&mut self, verb: &'static Verb, body: Value) -> Result<Value, ApiError> {
        let call = ClientCall { service: None, operation: verb.name.to_owned(), body };
        let unknown = || Err(ApiError::new(ErrorKind::UnknownOperationException, ""));
        self.answer(call).unwrap_or_else(unknown)
    }

    fn ask(&mut self, service: &str, operation: &str, body: Value) -> Option<Result<Value, ApiError>> {
        self.answer(ClientCall { service: Some(service.to_owned()), operation: operation.to_owned(), body })
    }
}
