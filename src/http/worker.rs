//! The thread that the engine lives on, and the way to it from async code.
//!
//! Async code has to come back quickly: a thread of the runtime that computes, waits for a lock or writes to a disk
//! takes no connections, fires no timeouts and sees no signals meanwhile. A request may well take a second (a large scan,
//! a write that waits for the disk, a lab's screen that is being drawn), so none of it runs there. One thread owns the
//! backend and runs the requests one after another; async code sends it a closure and awaits the result, which costs
//! nothing but a place in the queue. There is no lock to hold across an `await`, and none to wait for. A request that
//! never ends blocks the requests behind it, as a lock would, but not the way out: the server stops waiting for this
//! thread after a while, and the process ends.
//!
//! One thread is enough because the engine is one state machine, and it has a second use: only one request at a time is
//! decompressed, parsed and turned into a response, which is where a body takes many times its own size in memory.
//!
//! The queue has no bound of its own: a connection has one request in it at most, and connections are counted.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use tokio::sync::oneshot;

/// Something to be done with the backend.
type Job<B> = Box<dyn FnOnce(&mut B) + Send>;

/// The way to the thread. When all are dropped, the thread does what is queued and ends.
pub(super) struct Worker<B> {
    jobs: mpsc::Sender<Job<B>>,
}

/// The end of the thread.
pub(super) struct End(mpsc::Receiver<()>);

impl<B: Send + 'static> Worker<B> {
    /// Starts the thread, which drops the backend when it ends.
    ///
    /// # Errors
    /// The system gives no thread.
    pub(super) fn start(mut backend: B) -> io::Result<(Self, End)> {
        let (jobs, queue) = mpsc::channel::<Job<B>>();
        let (ending, end) = mpsc::channel();
        std::thread::Builder::new().name("engine".to_owned()).spawn(move || {
            for job in queue {
                // A request that panics gets no result; it leaves nothing behind that would endanger the next one.
                let _ = catch_unwind(AssertUnwindSafe(|| job(&mut backend)));
            }
            drop(backend);
            drop(ending);
        })?;
        Ok((Self { jobs }, End(end)))
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
}

impl End {
    /// Waits until the thread has ended, but not longer than this. Returns whether it has.
    pub(super) fn wait(&self, patience: Duration) -> bool {
        self.0.recv_timeout(patience) == Err(RecvTimeoutError::Disconnected)
    }
}
