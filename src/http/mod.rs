//! The endpoint: DynamoDB's JSON 1.0 protocol on a socket, so that real clients can talk to the engine.
//!
//! The life of a request: [`serve`] accepts a connection and reads its body (16 MB at most, gzip allowed);
//! `protocol::answer` checks method, content type, JSON, target and the shape of the signature, in the service's order,
//! and calls the [`Backend`], an engine or whatever else answers (`route` finds the requests of other services); the
//! response carries a request id and the CRC-32 of its body, and is compressed if the client asks for it. Signatures are
//! not verified: any key is accepted.
//!
//! Tables live in memory, or in a file (`store`) that is written before a request is answered. The only place with async
//! code. Left out: TLS. Source: AWS documentation, "DynamoDB low-level API", "Error handling with
//! DynamoDB"; SQLite documentation.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::clock::{Clock, Timestamp};
use crate::engine::ops::Verb;
use crate::engine::table::Clamped;
use crate::engine::{ApiError, Config, Engine, ErrorKind};

mod compression;
mod protocol;
mod route;
mod store;

pub use store::StoreError;

/// The largest request body, in bytes: 16 MB.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;
/// A body larger than this is not even read to its end, in bytes: 64 MB.
const MAX_DISCARDED_BYTES: usize = 4 * MAX_BODY_BYTES;
/// How often a backend may look after itself.
const TICK: Duration = Duration::from_millis(250);

/// The services that a lab's world has, by the names in endpoint variables.
pub const LAB_SERVICES: [&str; 4] = ["dynamodb", "dynamodb-streams", "lambda", "sqs"];

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

    /// Answers a request to another service; `None` if there is no such service or request here.
    fn ask(&mut self, service: &str, operation: &str, body: Value) -> Option<Result<Value, ApiError>> {
        let _ = (service, operation, body);
        None
    }

    /// Is called a few times in a second, whether requests come or not.
    fn tick(&mut self) {}
}

/// An engine that is served, with the file it is kept in if there is one.
#[derive(Debug)]
pub struct Served {
    engine: Engine,
    store: Option<store::Store>,
}

/// A backend with the number of requests that it answered, which request ids are made from.
struct Endpoint<B> {
    backend: Arc<Mutex<B>>,
    answered: AtomicU64,
}

impl<B: Backend> Endpoint<B> {
    /// The backend, for this thread alone. A request that panicked has not left it half changed in any way that would
    /// endanger the next one.
    fn backend(&self) -> MutexGuard<'_, B> {
        self.backend.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Served {
    /// An engine whose tables are gone when the process ends.
    #[must_use]
    pub const fn in_memory(engine: Engine) -> Self {
        Self { engine, store: None }
    }

    /// The engine in a file, which is created if there is none.
    ///
    /// # Errors
    /// The file cannot be opened, is not ours, or another process serves it.
    pub fn in_file(path: &Path, config: Config, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        store::Store::open(path, config, clock).map(|(store, engine)| Self { engine, store: Some(store) })
    }

    /// The settings in the file that were beyond a quota when it was opened.
    #[must_use]
    pub fn clamped(&self) -> &[Clamped] {
        self.store.as_ref().map_or(&[], store::Store::clamped)
    }

    /// Writes what the last request changed, if there is a file.
    fn keep(&mut self, tables_too: bool) -> Result<(), StoreError> {
        match &mut self.store {
            Some(store) => store.save(&mut self.engine, tables_too),
            None => Ok(()),
        }
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
        let outcome = self.engine.call(verb.name, body);
        // Nothing is answered that is not on disk: an answer that could not be kept is no answer.
        self.keep(verb.changes_tables).map_err(|_| ApiError::new(ErrorKind::InternalServerError, ""))?;
        outcome
    }
}

/// Serves a backend until the process is asked to end, then lets open requests finish. `ready` is told the address
/// once connections are accepted.
///
/// # Errors
/// The address cannot be bound.
pub fn serve<B: Backend>(
    address: SocketAddr,
    backend: &Arc<Mutex<B>>,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let endpoint = Endpoint { backend: Arc::clone(backend), answered: AtomicU64::new(0) };
    runtime.block_on(accept(address, Arc::new(endpoint), ready))
}

async fn accept<B: Backend>(
    address: SocketAddr,
    endpoint: Arc<Endpoint<B>>,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    ready(listener.local_addr()?);
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(asked_to_end());
    let mut ticks = tokio::time::interval(TICK);
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // A connection that failed before it was accepted is the client's loss alone.
                let Ok((stream, _)) = accepted else { continue };
                let endpoint = Arc::clone(&endpoint);
                let service = service_fn(move |request| {
                    let endpoint = Arc::clone(&endpoint);
                    async move { Ok::<_, Infallible>(respond(request, &endpoint).await) }
                });
                let connection = hyper::server::conn::http1::Builder::new()
                    .timer(TokioTimer::new())
                    .serve_connection(TokioIo::new(stream), service);
                let watched = graceful.watch(connection);
                tokio::spawn(async move {
                    // A client that breaks off has nobody left to be told.
                    let _ = watched.await;
                });
            }
            _ = ticks.tick() => endpoint.backend().tick(),
            () = &mut stop => break,
        }
    }
    graceful.shutdown().await;
    Ok(())
}

async fn asked_to_end() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} }
            return;
        }
    }
    let _ = interrupted.await;
}

async fn respond<B: Backend>(request: Request<Incoming>, endpoint: &Endpoint<B>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let Some(body) = whole(body).await else {
        return protocol::too_large();
    };
    let answered = endpoint.answered.fetch_add(1, Ordering::Relaxed) + 1;
    protocol::answer(&head, &body.into(), &mut *endpoint.backend(), answered)
}

/// The body; `None` if it is too large or broken off. What is too much is read to its end (within reason) and thrown
/// away, because a client that is still sending does not look for an answer.
async fn whole(mut body: Incoming) -> Option<Vec<u8>> {
    let (mut kept, mut read) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.ok()?.into_data() else { continue };
        read += data.len();
        if read <= MAX_BODY_BYTES {
            kept.extend_from_slice(&data);
        } else {
            kept = Vec::new();
        }
        if read > MAX_DISCARDED_BYTES {
            return None;
        }
    }
    (read <= MAX_BODY_BYTES).then_some(kept)
}

/// Says where the endpoint is, and what to paste into a shell so that a client finds it; `services` as the AWS CLI names
/// them.
///
/// # Errors
/// The writer cannot be written.
pub fn announce(address: SocketAddr, region: &str, services: &[&str], out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "dynadrill serves DynamoDB at http://{address} (any credentials are accepted)")?;
    let variable = |service: &str| service.to_uppercase().replace('-', "_");
    let endpoints = services.iter().map(|service| format!(" AWS_ENDPOINT_URL_{}=http://{address}", variable(service)));
    writeln!(out, "export{}", endpoints.collect::<String>())?;
    // Older clients read the Region from one variable, newer ones from the other.
    writeln!(
        out,
        "export AWS_REGION={region} AWS_DEFAULT_REGION={region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local"
    )?;
    out.flush()
}
