//! Work that takes long: how far it is, how much of it there may be, and whether it should stop.
//!
//! The life of a piece of work: [`Work::begin`] opens it; each request of traffic, each item that is filled in and each
//! event that time brings takes steps ([`Work::step`]), and the loop that does them ends where it stands once that is
//! refused: what has been done stays, and its caller says where it stopped. Whoever watches, in another thread or in a
//! signal handler, holds a clone of the same [`Work`]: it reads [`Work::progress`] and may [`Work::stop`] it. Whoever wants
//! to see the world itself meanwhile leaves an onlooker ([`Work::look_on`]), who is called where the work is done, after each
//! second of traffic and each event, and changes nothing.
//!
//! A step is about a microsecond of a fast machine, or less than a kilobyte. Steps are counted and not timed, so that the
//! same line stops at the same place everywhere.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::World;
use super::traffic::{Second, Traffic};

/// The most steps of a typed line.
pub const LINE_STEPS: u64 = 40_000_000;
/// The most steps of a client's request, and of one look at a clock that runs: others wait meanwhile.
pub const REQUEST_STEPS: u64 = 200_000;
/// The most steps of one look at what a lab's step asks for, what it tries out included, and of what others do after a
/// line: the learner waits for it after each line.
pub const LOOK_STEPS: u64 = 4_000_000;
/// The most steps that it takes to find out whether a step of a lab can still be done, after a line that left it open.
pub const EXIT_STEPS: u64 = 2_000_000;
/// The most steps that a lab takes to begin, the steps that are done already included.
pub const START_STEPS: u64 = 12_000_000;
/// The most steps that a content pack takes in all: to fill its tables, and to run what it says can be run. What is built
/// in takes four fifths of it: labs run loads in their ways, each way is a world of its own, and what each leaves
/// possible is tried.
pub const CONTENT_STEPS: u64 = 760_000_000;

/// A piece of work, shared by the code that does it and the code that watches it.
#[derive(Clone, Debug, Default)]
pub struct Work(Arc<WorkState>);

#[derive(Debug)]
struct WorkState {
    /// Whether it should stop.
    stop: Arc<AtomicBool>,
    /// Whether nothing is being done.
    idle: Arc<AtomicBool>,
    /// How many pieces of work are open, each within the one before.
    open: AtomicU32,
    /// Steps that the open piece may still take.
    left: AtomicU64,
    /// Steps that all pieces together may still take.
    allowance: AtomicU64,
    done: AtomicU64,
    total: AtomicU64,
    /// Whether there is an onlooker: what is asked at each event.
    is_looked_on: AtomicBool,
    onlooker: Mutex<Onlooker>,
}

/// What is called with each look.
type Looking = Box<dyn FnMut(Glimpse<'_>) + Send>;

/// Who looks on while work is done.
#[derive(Default)]
struct Onlooker(Option<Looking>);

impl fmt::Debug for Onlooker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Onlooker").field(&self.0.is_some()).finish()
    }
}

/// A look at a world in which work is being done.
#[derive(Clone, Copy, Debug)]
pub struct Glimpse<'a> {
    /// The world as it is by then.
    pub world: &'a World,
    /// The traffic that runs, and its seconds so far.
    pub traffic: Option<(&'a Traffic, &'a [Second])>,
}

impl Default for WorkState {
    fn default() -> Self {
        Self {
            stop: Arc::default(),
            idle: Arc::new(AtomicBool::new(true)),
            open: AtomicU32::default(),
            left: AtomicU64::new(u64::MAX),
            allowance: AtomicU64::new(u64::MAX),
            done: AtomicU64::default(),
            total: AtomicU64::default(),
            is_looked_on: AtomicBool::default(),
            onlooker: Mutex::default(),
        }
    }
}

/// How far work is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// What has been done, of `total`.
    pub done: u64,
    /// The whole of the work; 0 while nothing long is being done.
    pub total: u64,
}

/// Why work does not go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// It was asked to.
    Asked,
    /// It was more than one line, or one request, may do.
    TooMuch,
    /// It was more than a content pack may do in all.
    NothingLeft,
}

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Asked => "interrupted",
            Self::TooMuch => "one line may do no more at once",
            Self::NothingLeft => "this content has done as much work as content may do",
        })
    }
}

/// An open piece of work; it ends with this.
#[derive(Debug)]
pub struct OpenWork(Work);

impl Drop for OpenWork {
    fn drop(&mut self) {
        let WorkState { open, idle, total, .. } = &*self.0.0;
        if open.fetch_sub(1, Ordering::SeqCst) == 1 {
            idle.store(true, Ordering::SeqCst);
            total.store(0, Ordering::SeqCst);
        }
    }
}

impl Work {
    /// Work that may take so many steps in all, however it is divided.
    #[must_use]
    pub fn allowing(steps: u64) -> Self {
        let work = Self::default();
        work.0.allowance.store(steps, Ordering::SeqCst);
        work
    }

    /// From now on there is no limit but that of each piece of work.
    pub fn allow_everything(&self) {
        self.0.allowance.store(u64::MAX, Ordering::SeqCst);
    }

    /// Opens a piece of work of at most so many steps. Within an open one it is a part of that, and has its limit.
    #[must_use]
    pub fn begin(&self, steps: u64) -> OpenWork {
        let shared = &self.0;
        if shared.open.fetch_add(1, Ordering::SeqCst) == 0 {
            shared.left.store(steps, Ordering::SeqCst);
            shared.stop.store(false, Ordering::SeqCst);
            shared.idle.store(false, Ordering::SeqCst);
        }
        OpenWork(self.clone())
    }

    /// Takes so many steps.
    ///
    /// # Errors
    /// Why the work should end here; the steps are not to be done.
    pub fn step(&self, steps: u64) -> Result<(), Stopped> {
        if self.0.stop.load(Ordering::Relaxed) {
            return Err(Stopped::Asked);
        }
        take(&self.0.left, steps).ok_or(Stopped::TooMuch)?;
        take(&self.0.allowance, steps).ok_or(Stopped::NothingLeft)
    }

    /// Takes steps of what all pieces together may still take, and none of this piece: for what is cheap beside the line
    /// that asked for it, and dear where a stranger's content asks for it ten thousand times.
    ///
    /// # Errors
    /// There are none left.
    pub fn spend(&self, steps: u64) -> Result<(), Stopped> {
        take(&self.0.allowance, steps).ok_or(Stopped::NothingLeft)
    }

    /// How many steps all pieces together may still take.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.0.allowance.load(Ordering::Relaxed)
    }

    /// How many steps the open piece may still take.
    #[must_use]
    pub fn spare(&self) -> u64 {
        self.0.left.load(Ordering::Relaxed)
    }

    /// Whether all pieces together have taken what they may take.
    #[must_use]
    pub fn is_spent(&self) -> bool {
        self.left() == 0
    }

    /// Notes how far the work is.
    pub fn note(&self, done: u64, total: u64) {
        self.0.done.store(done, Ordering::Relaxed);
        self.0.total.store(total, Ordering::Relaxed);
    }

    /// How far the work is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        Progress { done: self.0.done.load(Ordering::Relaxed), total: self.0.total.load(Ordering::Relaxed) }
    }

    /// Calls `look` with the world while work is done in it: on the thread that does it, in place of an earlier onlooker.
    pub fn look_on(&self, look: impl FnMut(Glimpse<'_>) + Send + 'static) {
        *self.0.onlooker.lock().unwrap_or_else(PoisonError::into_inner) = Onlooker(Some(Box::new(look)));
        self.0.is_looked_on.store(true, Ordering::SeqCst);
    }

    /// Does something that the onlooker is not shown: what is only tried out.
    pub fn unseen<T>(&self, act: impl FnOnce() -> T) -> T {
        let was = self.0.is_looked_on.swap(false, Ordering::SeqCst);
        let done = act();
        self.0.is_looked_on.store(was, Ordering::SeqCst);
        done
    }

    /// Sends the onlooker away.
    pub fn look_away(&self) {
        self.0.is_looked_on.store(false, Ordering::SeqCst);
        *self.0.onlooker.lock().unwrap_or_else(PoisonError::into_inner) = Onlooker(None);
    }

    /// Shows the world to the onlooker, if there is one.
    pub(super) fn show(&self, look: Glimpse<'_>) {
        if !self.0.is_looked_on.load(Ordering::Relaxed) {
            return;
        }
        let mut onlooker = self.0.onlooker.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(onlooker) = &mut onlooker.0 {
            onlooker(look);
        }
    }

    /// Asks the work that is being done to stop. It does so at its next step.
    pub fn stop(&self) {
        self.0.stop.store(true, Ordering::SeqCst);
    }

    /// The flag behind [`Work::stop`], for a signal handler.
    #[must_use]
    pub fn stop_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0.stop)
    }

    /// A flag that is set while nothing is being done, for a signal handler.
    #[must_use]
    pub fn idle_flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0.idle)
    }
}

/// Takes some of what is left; `None` if there is not so much, and then takes all there is.
fn take(left: &AtomicU64, steps: u64) -> Option<()> {
    match left.load(Ordering::Relaxed) {
        u64::MAX => Some(()),
        there => {
            // Only one thread takes steps: nothing changes between the two.
            left.store(there.saturating_sub(steps), Ordering::Relaxed);
            (there >= steps).then_some(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_of_work_has_its_limit_and_all_of_them_theirs() {
        let work = Work::allowing(12);
        let open = work.begin(10);
        assert_eq!((work.step(4), work.step(6), work.step(1)), (Ok(()), Ok(()), Err(Stopped::TooMuch)));
        assert!(!work.idle_flag().load(Ordering::SeqCst));
        let within = work.begin(100);
        assert_eq!(work.step(1), Err(Stopped::TooMuch), "a part of a piece has no limit of its own");
        drop(within);
        assert!(!work.idle_flag().load(Ordering::SeqCst));
        drop(open);
        assert!(work.idle_flag().load(Ordering::SeqCst));
        let _open = work.begin(10);
        assert_eq!((work.step(2), work.step(1)), (Ok(()), Err(Stopped::NothingLeft)));
        assert!(work.is_spent());
        work.allow_everything();
        assert_eq!(work.step(1), Ok(()));
        let work = Work::allowing(12);
        let _open = work.begin(10);
        assert_eq!((work.spend(8), work.step(4), work.step(1)), (Ok(()), Ok(()), Err(Stopped::NothingLeft)));
    }

    #[test]
    fn a_request_to_stop_is_for_the_work_that_is_being_done() {
        let work = Work::default();
        let watcher = work.clone();
        let open = work.begin(10);
        work.note(3, 9);
        assert_eq!(watcher.progress(), Progress { done: 3, total: 9 });
        watcher.stop();
        assert_eq!(work.step(1), Err(Stopped::Asked));
        drop(open);
        assert_eq!(watcher.progress().total, 0);
        let _next = work.begin(10);
        assert_eq!(work.step(1), Ok(()));
    }
}
