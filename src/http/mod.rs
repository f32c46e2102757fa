//! The endpoint: DynamoDB's JSON 1.0 protocol on a socket, so that real clients can talk to the engine.
//!
//! The life of a request: `server` takes a connection and reads the head; `access` decides whether a program of the
//! learner sent it or a web page of a stranger, and refuses the latter; `body` reads the body (16 MB at most, gzip
//! allowed). The rest is the engine's (`worker`): `protocol::answer` checks method, content type, JSON,
//! target and the shape of the signature, in the service's order, and calls the [`Backend`], an engine or whatever else
//! answers (`route` finds the requests of other services, and those of Lambda's runtime API, which wait). What it answered is
//! written when others have it again (`protocol::UnwrittenResponse::write`): the response carries a request id and the CRC-32 of its
//! body, and is compressed if the client asks for it. Signatures are not verified: any key is accepted, which is why `access`
//! has to be strict.
//!
//! A client can make the server wait, but not for ever, and not others with it: `server` says what is bounded.
//!
//! Tables live in memory, or in a file (`store`) that is written before a request is answered. The only place with async
//! code. Left out: TLS. Source: AWS documentation, "DynamoDB low-level API", "Error handling with
//! DynamoDB"; SQLite documentation.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use crate::clock::{Clock, Timestamp};
use crate::engine::ops::Verb;
use crate::engine::table::Clamped;
use crate::engine::{ApiError, Config, Engine, ErrorKind, ResponseValue, shape};

mod access;
mod body;
mod compression;
mod protocol;
mod route;
mod server;
mod store;
mod worker;

pub use access::{AccessError, Allowlist, HostName, Origin};
pub use server::{Stop, Stopper, stopper};
pub use store::{Notices, StoreError};

/// The services that a lab's world has, by the names in endpoint variables.
pub const LAB_SERVICES: [&str; 4] = ["dynamodb", "dynamodb-streams", "lambda", "sqs"];

/// A request of Lambda's runtime API, which a function's own runtime sends.
#[derive(Clone, Debug, PartialEq)]
pub enum RuntimeCall {
    /// The next invocation is asked for; `is_first` once for each such request, which then waits.
    Next {
        /// Whether it has only just been asked for.
        is_first: bool,
    },
    /// An invocation was answered.
    Response {
        /// The invocation.
        id: String,
        /// What the function returned.
        response: Value,
    },
    /// An invocation failed, or the function could not be started, which has no invocation.
    Error {
        /// The invocation.
        id: Option<String>,
        /// What went wrong.
        problem: String,
    },
}

/// The answer to a [`RuntimeCall`].
#[derive(Clone, Debug, PartialEq)]
pub enum RuntimeAnswer {
    /// There is no invocation yet.
    Wait,
    /// The invocation that was asked for.
    Event {
        /// Its request id.
        id: String,
        /// The function's ARN.
        function: String,
        /// Until when it has time, in milliseconds since 1970.
        deadline: u64,
        /// The event.
        event: Value,
    },
    /// The answer was taken.
    Accepted,
    /// There is no such invocation under way.
    Unknown,
}

/// What stands behind the endpoint and answers its requests.
pub trait Backend: Send + 'static {
    /// The Region it is in.
    fn region(&self) -> &str;

    /// The moment it is in.
    fn now(&self) -> Timestamp;

    /// Answers a request of DynamoDB's own API.
    ///
    /// # Errors
    /// The service's exceptions.
    fn call(&mut self, verb: &'static Verb, body: Value) -> Result<Value, ApiError>;

    /// As [`Backend::call`], for a body as it came.
    ///
    /// # Errors
    /// SerializationException for a body that is no JSON, and the service's exceptions.
    fn respond(&mut self, verb: &'static Verb, body: &[u8]) -> Result<ResponseValue, ApiError> {
        self.call(verb, shape::json(body)?).map(ResponseValue::from)
    }

    /// Whether a request with a body of so many bytes is answered so soon that it need not wait its turn on a thread of its
    /// own.
    fn is_quick(&self, verb: &'static Verb, bytes: usize) -> bool {
        let _ = (verb, bytes);
        false
    }

    /// Answers a request to another service; `None` if there is no such service or request here.
    fn ask(&mut self, service: &str, operation: &str, body: Value) -> Option<Result<Value, ApiError>> {
        let _ = (service, operation, body);
        None
    }

    /// Whether [`Backend::tick`] and [`Backend::refused`] do anything. If not, they are not called, and the endpoint sleeps
    /// until a request comes.
    fn ticks(&self) -> bool {
        true
    }

    /// Is called a few times in a second, whether requests come or not; `is_alone` says that no client is connected.
    fn tick(&mut self, is_alone: bool) {
        let _ = is_alone;
    }

    /// Answers a request of Lambda's runtime API; `None` if there is none here.
    fn runtime(&mut self, call: &RuntimeCall) -> Option<RuntimeAnswer> {
        let _ = call;
        None
    }

    /// Is called when a request was refused before it reached the backend; `why` is a line of printable ASCII.
    fn refused(&mut self, why: &str) {
        let _ = why;
    }
}

/// An engine that is served, with the file it is kept in if there is one.
#[derive(Debug)]
pub struct Served {
    engine: Engine,
    store: Option<store::TableStore>,
}

impl Served {
    /// An engine whose tables are gone when the process ends.
    #[must_use]
    pub const fn in_memory(engine: Engine) -> Self {
        Self { engine, store: None }
    }

    /// The engine in a file, which is created if there is none. `notices` hears when the file cannot be written.
    ///
    /// # Errors
    /// The file cannot be opened, is not ours, or another process serves it.
    pub fn in_file(path: &Path, config: Config, clock: Arc<dyn Clock>, notices: Notices) -> Result<Self, StoreError> {
        store::TableStore::open(path, config, clock, notices).map(|(store, engine)| Self { engine, store: Some(store) })
    }

    /// Has the engine answer, and keeps what that changed.
    fn kept<T>(&mut self, answer: impl FnOnce(&mut Engine) -> Result<T, ApiError>) -> Result<T, ApiError> {
        self.engine.settle();
        let Some(store) = &mut self.store else { return answer(&mut self.engine) };
        store.save_settled(&mut self.engine);
        let outcome = answer(&mut self.engine);
        // Nothing is acknowledged that is not on disk: what could not be saved was not done.
        store.save_answered(&mut self.engine).map_err(|cause| {
            let message = format!("The request was not carried out: the data file cannot be written ({cause}).");
            ApiError::new(ErrorKind::InternalServerError, message)
        })?;
        outcome
    }

    /// The settings in the file that were beyond a quota when it was opened.
    #[must_use]
    pub fn clamped(&self) -> &[Clamped] {
        self.store.as_ref().map_or(&[], store::TableStore::clamped)
    }
}

impl Backend for Served {
    fn region(&self) -> &str {
        &self.engine.config().region
    }

    fn now(&self) -> Timestamp {
        self.engine.now()
    }

    fn call(&mut self, verb: &'static Verb, body: Value) -> Result<Value, ApiError> {
        self.kept(|engine| engine.answer(verb.name, body))
    }

    fn respond(&mut self, verb: &'static Verb, body: &[u8]) -> Result<ResponseValue, ApiError> {
        self.kept(|engine| engine.respond(verb, body))
    }

    fn is_quick(&self, verb: &'static Verb, bytes: usize) -> bool {
        // A file may have to wait for its disk.
        bytes <= verb.quick_bytes && self.store.is_none()
    }

    fn tick(&mut self, _is_alone: bool) {
        self.engine.settle();
        if let Some(store) = &mut self.store {
            store.look_after(&mut self.engine);
        }
    }
}

/// Serves a backend until the process is asked to end, then lets open requests finish, for a few seconds at most.
/// `access` says who is served beside programs on this machine. `ready` gets the address once connections are accepted.
///
/// # Errors
/// The address cannot be bound.
pub fn serve<B: Backend>(
    address: SocketAddr,
    access: Allowlist,
    backend: B,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    server::run(address, access, server::ClientLimits::USUAL, backend, server::Signals::new, ready)
}

/// Serves a backend as [`serve`] does, until its [`Stopper`] is dropped; signals are left to the process.
///
/// # Errors
/// The address cannot be bound.
pub fn serve_until<B: Backend>(
    address: SocketAddr,
    access: Allowlist,
    backend: B,
    stop: Stop,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    server::run(address, access, server::ClientLimits::USUAL, backend, || Ok(stop), ready)
}

/// Returns the lines that say where the endpoint is, and what to paste into a shell so that a client finds it; `services`
/// as the AWS CLI names them.
#[must_use]
pub fn announcement(address: SocketAddr, region: &str, services: &[&str]) -> Vec<String> {
    let variable = |service: &str| service.to_uppercase().replace('-', "_");
    let endpoints = services.iter().map(|service| format!(" AWS_ENDPOINT_URL_{}=http://{address}", variable(service)));
    vec![
        format!("dynadrill serves DynamoDB at http://{address} (any credentials are accepted)"),
        format!("export{}", endpoints.collect::<String>()),
        // Older clients read the Region from one variable, newer ones from the other.
        format!(
            "export AWS_REGION={region} AWS_DEFAULT_REGION={region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local"
        ),
    ]
}

/// Returns the line to paste so that the runtime of a Lambda function finds the endpoint.
#[must_use]
pub fn runtime_announcement(address: SocketAddr) -> String {
    format!("export AWS_LAMBDA_RUNTIME_API={address}")
}

#[cfg(test)]
mod tests;
