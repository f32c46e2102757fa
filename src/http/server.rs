//! The server: connections, their limits, and its end.
//!
//! Whatever clients do, three things always go on: connections are taken, waiting has an end, and a signal is seen.
//! They are async code that never computes for long; the engine has its own thread for that ([`worker`](super::worker)).
//!
//! - **Connections.** [`ClientLimits::connections`] of them are served at once. If one more comes, all that are open
//!   make room: idle ones are closed, and the others after the response they are waiting for. Where that frees no place
//!   within [`ClientLimits::queue`], it is refused with 503, as are those behind it. If the process has no more
//!   descriptors, new ones wait in the system's queue.
//! - **Waiting.** A head has [`ClientLimits::head`] to arrive, which also ends a connection that is idle between
//!   requests. A body has [`BodyTimeouts`]: some progress, and an end. A client that does not read its response is
//!   dropped after [`ClientLimits::stall`]. A request that is refused without its body is answered at once; what its
//!   client still sends has [`LINGER`].
//! - **Memory.** Heads are bounded, and unfinished bodies and unread responses share one [`Budget`].
//! - **The end.** SIGTERM or Ctrl-C closes the door. Open requests have [`ClientLimits::ending`] to finish; then their
//!   connections are dropped. A second signal drops them at once. The engine's thread has [`ClientLimits::parting`] to
//!   write what it is writing, and is left behind if it takes longer: what is on disk is whole either way.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, EXPECT, HeaderValue};
use hyper::http::request::Parts;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;

use super::access::{AccessRefusal, Allowlist, Origin};
use super::body::{self, BodyTimeouts, Budget, FREE_BYTES, Unread};
use super::worker::{BackendWorker, End};
use super::{Backend, RuntimeAnswer, RuntimeCall, protocol, route};

/// How often it is looked whether there is an invocation for a runtime that waits.
const LOOK: Duration = Duration::from_millis(50);
/// How often a backend may look after itself.
const TICK: Duration = Duration::from_millis(250);
/// The largest head of a request, in bytes. SDKs send one or two thousand.
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// The most headers that are read, in order to say that they are too many. Beyond this, and beyond the largest head, hyper
/// itself answers 431 and closes the connection: that answer has no body, and there is no way to give it one. hyper makes
/// room for so many headers with each request, 64 bytes for each, so more would cost every request something.
const PARSED_HEADERS: usize = 250;
/// How long the door stays shut when there are no more descriptors, and how long a connection that is to make room has
/// to send a request.
const PAUSE: Duration = Duration::from_millis(200);
/// How many refusals are kept for the backend between two ticks.
const MAX_REFUSALS: usize = 4;
/// How long a connection waits for a place behind one that waited in vain.
const GLANCE: Duration = Duration::from_millis(10);
/// How many connections are told at once that there is no place, and how long each may take to read it.
const MAX_TURNED_AWAY: usize = 64;
const FAREWELL: Duration = Duration::from_secs(1);

/// What clients may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClientLimits {
    /// How many connections are served at once.
    pub(super) connections: usize,
    /// The memory of unfinished bodies and unread responses in all, in bytes.
    pub(super) bodies: usize,
    /// How long a connection waits for a place while all are taken.
    pub(super) queue: Duration,
    /// How long a head may take, and a connection be idle.
    pub(super) head: Duration,
    /// How long a body or a response may make no progress.
    pub(super) stall: Duration,
    /// How long a body may take in all.
    pub(super) body: Duration,
    /// How long open requests have once the process was asked to end.
    pub(super) ending: Duration,
    /// How long the engine has after that to finish what it is doing.
    pub(super) parting: Duration,
}

impl ClientLimits {
    /// The usual limits. The two last are together less than the 5 seconds that a process has to end in.
    pub(super) const USUAL: Self = Self {
        connections: 1024,
        bodies: 256 * 1024 * 1024,
        queue: Duration::from_secs(5),
        head: Duration::from_secs(30),
        stall: Duration::from_secs(30),
        body: Duration::from_mins(5),
        ending: Duration::from_secs(3),
        parting: Duration::from_secs(1),
    };
}

/// Requests to end.
pub(super) trait EndRequests {
    /// Returns when there is one.
    async fn next(&mut self);
}

/// SIGTERM and Ctrl-C.
pub(super) struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

/// A way to end a server of this process from another thread.
#[derive(Debug)]
pub struct Stopper {
    /// Gone once the server is to end.
    ask: Option<tokio::sync::oneshot::Sender<()>>,
    closed: std::sync::mpsc::Receiver<()>,
}

/// What a server that has a [`Stopper`] waits for.
#[derive(Debug)]
pub struct Stop {
    asked: Option<tokio::sync::oneshot::Receiver<()>>,
    closed: std::sync::mpsc::Sender<()>,
}

/// Returns the two ends of a request to stop.
#[must_use]
pub fn stopper() -> (Stopper, Stop) {
    let (ask, asked) = tokio::sync::oneshot::channel();
    let (close, closed) = std::sync::mpsc::channel();
    (Stopper { ask: Some(ask), closed }, Stop { asked: Some(asked), closed: close })
}

impl Drop for Stopper {
    /// Has the server end, and returns once its port is free; open requests may still be answered.
    fn drop(&mut self) {
        self.ask = None;
        let _ = self.closed.recv_timeout(PAUSE);
    }
}

impl EndRequests for Stop {
    async fn next(&mut self) {
        // Its sender only ever goes.
        if let Some(asked) = self.asked.take() {
            drop(asked.await);
            return;
        }
        // Asked for again: the listener is closed by now, and nothing hurries the rest.
        let _ = self.closed.send(());
        std::future::pending::<()>().await;
    }
}

/// What all connections share.
struct SharedEndpoint<B> {
    worker: BackendWorker<B>,
    access: Allowlist,
    /// The address that was asked for: it may stand for all addresses of the machine.
    bound: IpAddr,
    limits: ClientLimits,
    budget: Budget,
    /// How many requests were answered, which request ids are made from.
    answered: AtomicU64,
    /// What was refused since the last tick.
    refused: Mutex<BTreeSet<String>>,
    /// How many connections are open.
    open: AtomicUsize,
    /// Whether the door is closed: nobody is to wait any more.
    is_ending: AtomicBool,
}

/// How the end went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Parting {
    /// All requests were answered.
    Complete,
    /// Time was up.
    Late,
    /// A second request to end came.
    Hurried,
}

/// Serves a backend until `ends` says so; see [`super::serve`].
pub(super) fn run<B: Backend, E: EndRequests>(
    address: SocketAddr,
    access: Allowlist,
    limits: ClientLimits,
    backend: B,
    ends: impl FnOnce() -> io::Result<E>,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (worker, end) = BackendWorker::start(backend)?;
    let endpoint = Arc::new(SharedEndpoint {
        worker,
        access,
        bound: address.ip(),
        limits,
        budget: Budget::new(limits.bodies),
        answered: AtomicU64::new(0),
        refused: Mutex::default(),
        open: AtomicUsize::new(0),
        is_ending: AtomicBool::new(false),
    });
    let parting = runtime.block_on(async {
        let listener = TcpListener::bind(address).await?;
        let ends = ends()?;
        ready(listener.local_addr()?);
        io::Result::Ok(serve(listener, endpoint, ends).await)
    });
    // Drops what connections are left, and with them the last ways to the engine's thread.
    runtime.shutdown_background();
    let parting = parting?;
    wait_for_engine(&end, if parting == Parting::Hurried { PAUSE } else { limits.parting });
    Ok(())
}

fn wait_for_engine(end: &End, patience: Duration) {
    // A request that still runs is lost with the process; its client has no answer, and what was answered is on disk.
    let _ = end.wait(patience);
}

async fn serve<B: Backend>(
    listener: TcpListener,
    endpoint: Arc<SharedEndpoint<B>>,
    mut ends: impl EndRequests,
) -> Parting {
    let ending = endpoint.limits.ending;
    let mut crowd = Crowd::new(endpoint.limits);
    let ticks = tokio::spawn(tick(Arc::clone(&endpoint)));
    tokio::select! {
        () = crowd.grow(listener, Arc::clone(&endpoint)) => {}
        () = ends.next() => {}
    }
    ticks.abort();
    endpoint.is_ending.store(true, Ordering::Relaxed);
    drop(endpoint);
    // The listener is closed by now: whoever comes next finds no one.
    tokio::select! {
        () = crowd.end() => Parting::Complete,
        () = tokio::time::sleep(ending) => Parting::Late,
        () = ends.next() => Parting::Hurried,
    }
}

/// The connections that are open.
struct Crowd {
    size: usize,
    /// How long a connection waits for a place.
    queue: Duration,
    /// Whether the newest one waited in vain.
    is_full: bool,
    /// One permit for each connection that is being turned away.
    farewells: Arc<Semaphore>,
    /// One permit for each connection that may be served.
    places: Arc<Semaphore>,
    /// The way to tell connections to close; those that were told already are no longer watched.
    watch: GracefulShutdown,
}

impl Crowd {
    fn new(ClientLimits { connections: size, queue, .. }: ClientLimits) -> Self {
        Self {
            size,
            queue,
            is_full: false,
            farewells: Arc::new(Semaphore::new(MAX_TURNED_AWAY)),
            places: Arc::new(Semaphore::new(size)),
            watch: GracefulShutdown::new(),
        }
    }

    /// Takes connections, for ever.
    async fn grow<B: Backend>(&mut self, listener: TcpListener, endpoint: Arc<SharedEndpoint<B>>) {
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    let Ok(here) = stream.local_addr() else { continue };
                    let Some(place) = self.place().await else {
                        self.turn_away(stream).await;
                        continue;
                    };
                    let connection = self.watch.watch(connection(stream, here.ip(), &endpoint));
                    endpoint.open.fetch_add(1, Ordering::Relaxed);
                    let endpoint = Arc::clone(&endpoint);
                    tokio::spawn(async move {
                        // A client that breaks off has no one left to hear about it.
                        let _ = connection.await;
                        endpoint.open.fetch_sub(1, Ordering::Relaxed);
                        drop(endpoint);
                        drop(place);
                    });
                }
                // A connection that failed before it was taken is the client's loss alone.
                Err(error) if is_of_client(&error) => {}
                // Mostly there are no more descriptors: asking again at once would only take the processor's time.
                Err(_) => {
                    self.thin_out();
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Waits for a place; `None` if there is none in time.
    async fn place(&mut self) -> Option<OwnedSemaphorePermit> {
        let mut place = Arc::clone(&self.places).try_acquire_owned().ok();
        if place.is_none() {
            self.thin_out();
            // Others wait behind this one: what it waited for in vain, they do not wait for again.
            let patience = if self.is_full { GLANCE } else { self.queue };
            let waited = tokio::time::timeout(patience, Arc::clone(&self.places).acquire_owned()).await;
            place = waited.ok().and_then(Result::ok);
        }
        self.is_full = place.is_none();
        place
    }

    /// Tells a client that there is no place. If many are being told already, it has only a moment, but it is told as well:
    /// a connection that is closed without a word, or with a request unread, is an error that names nothing.
    async fn turn_away(&self, stream: TcpStream) {
        let words = protocol::no_place(self.size);
        let Ok(permit) = Arc::clone(&self.farewells).try_acquire_owned() else {
            let _ = tokio::time::timeout(GLANCE, said(stream, &words)).await;
            return;
        };
        tokio::spawn(async move {
            let _ = tokio::time::timeout(FAREWELL, said(stream, &words)).await;
            drop(permit);
        });
    }

    /// Has the connections that are open closed: idle ones soon, the others after the response they are waiting for.
    fn thin_out(&mut self) {
        let watch = std::mem::take(&mut self.watch);
        tokio::spawn(async move {
            // The request of a connection that has only just been opened may still be on its way.
            tokio::time::sleep(PAUSE).await;
            watch.shutdown().await;
        });
    }

    /// Has all connections closed, and returns when they are.
    async fn end(self) {
        self.watch.shutdown().await;
        let all = u32::try_from(self.size).unwrap_or(u32::MAX);
        let _ = self.places.acquire_many(all).await;
    }
}

/// How long a client may go on sending a body after its request was refused.
const LINGER: BodyTimeouts = BodyTimeouts { stall: Duration::from_secs(2), whole: Duration::from_secs(20) };

/// Writes the last words of a connection, and reads what its client still sends: a connection that is closed with
/// something unread takes back what was written.
async fn said(mut stream: TcpStream, words: &[u8]) -> io::Result<()> {
    stream.write_all(words).await?;
    stream.shutdown().await?;
    let mut rest = [0; 4096];
    while stream.read(&mut rest).await? > 0 {}
    Ok(())
}

fn is_of_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionRefused
            | ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::NotConnected
            | ErrorKind::Interrupted
    )
}

/// The server's end of a connection: a future that serves its requests one after another.
fn connection<B: Backend>(
    stream: TcpStream,
    here: IpAddr,
    endpoint: &Arc<SharedEndpoint<B>>,
) -> impl hyper_util::server::graceful::GracefulConnection<Output: Send> + Send + use<B> {
    let limits = endpoint.limits;
    let endpoint = Arc::clone(endpoint);
    let service = service_fn(move |request| {
        let endpoint = Arc::clone(&endpoint);
        async move { Ok::<_, Infallible>(endpoint.respond(request, here).await.map(Full::new)) }
    });
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.stall));
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(MAX_HEAD_BYTES)
        .max_headers(PARSED_HEADERS)
        // A client may close its side when it has sent its request, as `nc` does, and still gets the response.
        .half_close(true)
        .serve_connection(TokioIo::new(Box::pin(stream)), service)
}

/// Lets the backend look after itself, and tells it what was refused without it.
async fn tick<B: Backend>(endpoint: Arc<SharedEndpoint<B>>) {
    if endpoint.worker.run(|backend: &mut B| backend.ticks()).await == Some(false) {
        return std::future::pending().await;
    }
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let refused = std::mem::take(&mut *endpoint.refused());
        let is_alone = endpoint.open.load(Ordering::Relaxed) == 0;
        let turn = move |backend: &mut B| {
            for why in &refused {
                backend.refused(why);
            }
            backend.tick(is_alone);
        };
        // Waiting for it keeps ticks from piling up behind a long request.
        endpoint.worker.run(turn).await;
    }
}

impl<B: Backend> SharedEndpoint<B> {
    fn refused(&self) -> std::sync::MutexGuard<'_, BTreeSet<String>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a request that came in at the address `here`.
    async fn respond(self: Arc<Self>, request: Request<Incoming>, here: IpAddr) -> Response<Bytes> {
        let (head, body) = request.into_parts();
        let answered = self.answered.fetch_add(1, Ordering::Relaxed) + 1;
        if let Some(refusal) = protocol::too_large_head(&head, answered) {
            let_go(&head, body);
            return refusal;
        }
        match self.access.admit(&head, &[self.bound, here]) {
            Ok(origin) => {
                let is_preflight = origin.is_some() && head.method == Method::OPTIONS;
                let mut response = if is_preflight {
                    protocol::preflight(&head, answered)
                } else {
                    self.execute(head, body, answered).await
                };
                protocol::allow_origin(origin.map(Origin::as_str), response.headers_mut());
                response
            }
            Err(refusal) => {
                let_go(&head, body);
                self.refuse(refusal, answered)
            }
        }
    }

    fn refuse(&self, AccessRefusal { status, message }: AccessRefusal, answered: u64) -> Response<Bytes> {
        let mut response = protocol::own(status, "AccessDeniedException", &message, answered);
        protocol::allow_origin(None, response.headers_mut());
        let mut refused = self.refused();
        if refused.len() < MAX_REFUSALS {
            refused.insert(message);
        }
        drop(refused);
        response
    }

    const fn pace(&self) -> BodyTimeouts {
        BodyTimeouts { stall: self.limits.stall, whole: self.limits.body }
    }

    /// Reads the body and has the engine's thread answer the request.
    async fn execute(&self, head: Parts, mut incoming: Incoming, answered: u64) -> Response<Bytes> {
        let body = match body::read(&mut incoming, &self.budget, self.pace()).await {
            Ok(body) => body,
            Err(why) => {
                if matches!(why, Unread::TooLarge | Unread::NoRoom) {
                    let_go(&head, incoming);
                }
                return unread(&why, answered);
            }
        };
        if let Some(call) = route::runtime(&head, body.as_ref()) {
            return protocol::runtime(self.answer_runtime(call).await, answered);
        }
        let Some(response) = self.answer(head, body, answered).await else {
            return protocol::failed(answered);
        };
        if response.body().len() <= FREE_BYTES {
            return response.map(Bytes::from);
        }
        let (head, body) = response.into_parts();
        match self.budget.hold(body) {
            Some(body) => Response::from_parts(head, body),
            None => protocol::own(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE, NO_ROOM_TO_ANSWER, answered),
        }
    }

    /// Has a request answered: at once, if it is quick and nothing else is under way, else on the engine's thread. `None` if
    /// that failed.
    async fn answer(&self, head: Parts, body: body::Body, answered: u64) -> Option<Response<Vec<u8>>> {
        let bytes = body.as_ref().len();
        let verb = protocol::verb(&head).ok();
        if let Some(quick) = verb.filter(|verb| bytes <= verb.quick_bytes)
            && let Some(free) = self.worker.free().filter(|free| free.backend().is_quick(quick, bytes))
        {
            // Written when others may have the backend again: an answer holds what it needs of it.
            let work = |backend: &mut B| protocol::answer(&head, verb, body.as_ref(), backend, answered);
            return free.run(work, |answer| answer.write(&head));
        }
        let work = move |backend: &mut B| {
            let answer = protocol::answer(&head, verb, body.as_ref(), backend, answered);
            answer.write(&head)
        };
        self.worker.run(work).await
    }

    /// Has a request of a function's runtime answered. One for the next invocation waits until there is one.
    async fn answer_runtime(&self, mut call: RuntimeCall) -> Option<RuntimeAnswer> {
        loop {
            let asked = call.clone();
            let answer = self.worker.run(move |backend: &mut B| backend.runtime(&asked)).await?;
            if answer != Some(RuntimeAnswer::Wait) || self.is_ending.load(Ordering::Relaxed) {
                return answer;
            }
            call = RuntimeCall::Next { is_first: false };
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// Has what is still to come of a body read and thrown away while its request is answered already.
fn let_go(head: &Parts, body: Incoming) {
    // A client that waits for leave to send its body gets the response instead.
    if !head.headers.contains_key(EXPECT) {
        tokio::spawn(body::discard(body, LINGER));
    }
}

const UNAVAILABLE: &str = "ServiceUnavailable";
const NO_ROOM: &str = "the memory for large requests is used up by requests that are incomplete; try again in a moment";
const NO_ROOM_TO_ANSWER: &str = "the request was executed, but the memory for large responses is used up by responses that \
                                 have not been read; try again in a moment";

/// The response to a request without a body.
fn unread(why: &Unread, answered: u64) -> Response<Bytes> {
    match why {
        Unread::TooLarge => closing(protocol::too_large(answered)),
        Unread::TooSlow => {
            let message = "the body of the request did not arrive in time";
            closing(protocol::own(StatusCode::REQUEST_TIMEOUT, "RequestTimeoutException", message, answered))
        }
        Unread::NoRoom => protocol::own(StatusCode::SERVICE_UNAVAILABLE, UNAVAILABLE, NO_ROOM, answered),
        Unread::BrokenOff => {
            let message = "the body of the request is not complete";
            protocol::own(StatusCode::BAD_REQUEST, "SerializationException", message, answered)
        }
    }
}

/// The last response of its connection.
fn closing(mut response: Response<Bytes>) -> Response<Bytes> {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

impl Signals {
    /// From now on, signals are seen here and no longer end the process by themselves.
    pub(super) fn new() -> io::Result<Self> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }
}

impl EndRequests for Signals {
    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! { _ = self.interrupt.recv() => {}, _ = self.terminate.recv() => {} }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
