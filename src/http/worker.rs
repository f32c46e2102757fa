//! The engine, the thread that works for it, and the ways to it from async code.
//!
//! Async code has to come back quickly: a thread of the runtime that computes, waits for a lock or writes to a disk
//! takes no connections, fires no timeouts and sees no signals meanwhile. A request may well take a second (a large scan,
//! a write that waits for the disk, a lab's screen that is being drawn), so none of that kind runs there. One thread runs
//! such requests one after another; async code sends it a closure and awaits the result ([`BackendWorker::run`]). A
//! request that never ends blocks the requests behind it, but not the way out: the server stops waiting for this thread
//! after a while, and the process ends.
//!
//! To hand a request over and back costs more than to read or write one item, and not much less than to read a page of them.
//! A request of that kind is done where it was read, if nothing else is under way ([`BackendWorker::free`]): nobody
//! ever waits for the lock but the engine's thread, and that only for a request which is quick. What such a request is
//! answered with is written after the lock was given back: writing a page takes longer than reading it.
//!
//! One request at a time is enough because the engine is one state machine, and it has a second use: only one request at a
//! time is decompressed and parsed, which is where a body takes many times its own size in memory.
//!
//! The queue has no bound of its own: a connection has one request in it at most, and connections are counted.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use tokio::sync::oneshot;

/// How often it is looked whether the backend is free: a few microseconds in all.
const LOOKS: usize = 100;
/// How often it is looked again after that, with others let onto the processor before each look: where there are more threads
/// than processors, whoever has the backend may be waiting for one.
const LATER_LOOKS: usize = 4;

/// Something to be done with the backend.
type BackendJob<B> = Box<dyn FnOnce(&mut B) + Send>;

/// The way to the backend. When it is dropped, the thread does what is queued and ends.
pub(super) struct BackendWorker<B> {
    backend: Arc<Mutex<B>>,
    // Dropped last: the thread is then the only one that has the backend, and drops it.
    jobs: mpsc::Sender<BackendJob<B>>,
}

/// The backend, while nothing else is under way.
pub(super) struct Free<'a, B>(MutexGuard<'a, B>);

/// The end of the thread.
pub(super) struct End(mpsc::Receiver<()>);

impl<B: Send + 'static> BackendWorker<B> {
    /// Starts the thread, which drops the backend when it ends.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn start(backend: B) -> io::Result<(Self, End)> {
        let (jobs, queue) = mpsc::channel::<BackendJob<B>>();
        let (ending, end) = mpsc::channel();
        let backend = Arc::new(Mutex::new(backend));
        let here = Arc::clone(&backend);
        std::thread::Builder::new().name("engine".to_owned()).spawn(move || {
            for job in queue {
                let mut backend = here.lock().unwrap_or_else(PoisonError::into_inner);
                // A request that panics gets no result; it leaves nothing behind that would endanger the next one.
                let _ = catch_unwind(AssertUnwindSafe(|| job(&mut backend)));
            }
            drop(here);
            drop(ending);
        })?;
        Ok((Self { backend, jobs }, End(end)))
    }

    /// Runs something on the thread, after everything that was sent before; `None` if it panicked. It is not run if
    /// the caller has stopped waiting when its turn comes.
    pub(super) async fn run<R: Send + 'static>(&self, work: impl FnOnce(&mut B) -> R + Send + 'static) -> Option<R> {
        let (sender, result) = oneshot::channel();
        let job = move |backend: &mut B| {
            if !sender.is_closed() {
                // Whoever has stopped waiting meanwhile misses the result.
                let _ = sender.send(work(backend));
            }
        };
        self.jobs.send(Box::new(job)).ok()?;
        result.await.ok()
    }

    /// Returns the backend if nothing else is under way, for what is quick. What is quick itself is over in a moment, which
    /// is less than it costs to hand the request over: it is looked for more than once.
    pub(super) fn free(&self) -> Option<Free<'_, B>> {
        (0..LOOKS + LATER_LOOKS).find_map(|look| match self.backend.try_lock() {
            Ok(backend) => Some(Free(backend)),
            Err(TryLockError::Poisoned(poisoned)) => Some(Free(poisoned.into_inner())),
            Err(TryLockError::WouldBlock) if look < LOOKS => {
                std::hint::spin_loop();
                None
            }
            Err(TryLockError::WouldBlock) => {
                std::thread::yield_now();
                None
            }
        })
    }
}

impl<B> Free<'_, B> {
    /// The backend, to look at.
    pub(super) fn backend(&self) -> &B {
        &self.0
    }

    /// Runs something quick, gives the backend back, and goes on with what came of it; `None` if either panicked.
    pub(super) fn run<A, R>(self, work: impl FnOnce(&mut B) -> A, rest: impl FnOnce(A) -> R) -> Option<R> {
        let all = || {
            let Self(mut backend) = self;
            let outcome = work(&mut backend);
            drop(backend);
            rest(outcome)
        };
        catch_unwind(AssertUnwindSafe(all)).ok()
    }
}

impl End {
    /// Waits until the thread has ended, but not longer than this. Returns whether it has.
    pub(super) fn wait(&self, patience: Duration) -> bool {
        self.0.recv_timeout(patience) == Err(RecvTimeoutError::Disconnected)
    }
}
