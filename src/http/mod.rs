//! The endpoint: DynamoDB's JSON 1.0 protocol on a socket, so that real clients can talk to the engine.
//!
//! The life of a request: [`serve`] accepts a connection and reads its body (16 MB at most, gzip allowed);
//! `protocol::answer` checks method, content type, JSON, target and the shape of the signature, in the service's order,
//! and calls the engine; the response carries a request id and the CRC-32 of its body, and is compressed if the client
//! asks for it. Signatures are not verified: any key is accepted.
//!
//! Tables live in memory, or in a file (`store`) that is written before a request is answered. The only place with async
//! code. Left out: TLS. Source: AWS documentation, "DynamoDB low-level API", "Error handling with
//! DynamoDB"; SQLite documentation.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;

use crate::clock::Clock;
use crate::engine::{Config, Engine};

mod compression;
mod protocol;
mod store;

pub use store::StoreError;

/// The largest request body, in bytes: 16 MB.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;
/// A body larger than this is not even read to its end, in bytes: 64 MB.
const MAX_DISCARDED_BYTES: usize = 4 * MAX_BODY_BYTES;

/// An engine that is served, with the file it is kept in if there is one.
#[derive(Debug)]
pub struct Served {
    engine: Engine,
    store: Option<store::Store>,
    /// How many requests were answered: what request ids are made from.
    answered: u64,
}

impl Served {
    /// An engine whose tables are gone when the process ends.
    #[must_use]
    pub const fn in_memory(engine: Engine) -> Self {
        Self { engine, store: None, answered: 0 }
    }

    /// The engine in a file, which is created if there is none.
    ///
    /// # Errors
    /// The file cannot be opened, is not ours, or another process serves it.
    pub fn in_file(path: &Path, config: Config, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        store::Store::open(path, config, clock).map(|(store, engine)| Self { engine, store: Some(store), answered: 0 })
    }

    /// Writes what the last request changed, if there is a file.
    fn keep(&mut self, tables_too: bool) -> Result<(), StoreError> {
        match &mut self.store {
            Some(store) => store.save(&mut self.engine, tables_too),
            None => Ok(()),
        }
    }
}

/// Serves an engine until the process is asked to end, then lets open requests finish. `ready` is told the address
/// once connections are accepted.
///
/// # Errors
/// The address cannot be bound.
pub fn serve(address: SocketAddr, served: Served, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(accept(address, Arc::new(Mutex::new(served)), ready))
}

async fn accept(address: SocketAddr, served: Arc<Mutex<Served>>, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    ready(listener.local_addr()?);
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(asked_to_end());
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // A connection that failed before it was accepted is the client's loss alone.
                let Ok((stream, _)) = accepted else { continue };
                let served = Arc::clone(&served);
                let service = service_fn(move |request| {
                    let served = Arc::clone(&served);
                    async move { Ok::<_, Infallible>(respond(request, &served).await) }
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

async fn respond(request: Request<Incoming>, served: &Mutex<Served>) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let Some(body) = whole(body).await else {
        return protocol::too_large();
    };
    // A request that panicked has not left the engine half changed in any way that would endanger the next one.
    protocol::answer(&head, &body.into(), &mut served.lock().unwrap_or_else(PoisonError::into_inner))
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

/// The line that says where the endpoint is, and what to paste into a shell so that a client finds it.
///
/// # Errors
/// The writer cannot be written.
pub fn announce(address: SocketAddr, region: &str, out: &mut dyn io::Write) -> io::Result<()> {
    writeln!(out, "dynadrill serves DynamoDB at http://{address} (any credentials are accepted)")?;
    writeln!(
        out,
        "export AWS_ENDPOINT_URL_DYNAMODB=http://{address} AWS_ENDPOINT_URL_DYNAMODB_STREAMS=http://{address}"
    )?;
    // Older clients read the Region from one variable, newer ones from the other.
    writeln!(
        out,
        "export AWS_REGION={region} AWS_DEFAULT_REGION={region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local"
    )?;
    out.flush()
}
