//! Which windows are open on one progress file: a lock beside the file, held for as long as a window is.
//!
//! Both may work: what is saved is held against what was saved meanwhile (`sessions`). A learner who has forgotten one
//! window is told of it all the same. A lock ends with its process, however that ends.

use std::fs::{File, TryLockError};

use super::Store;

/// A window's claim on the progress file, until it is dropped.
#[derive(Debug)]
pub struct Window {
    /// The lock; none where there is no file to lock, or where locks are not known.
    lock: Option<File>,
    /// Whether another window is open.
    pub is_second: bool,
}

impl Store {
    /// Claims the file for a window; says whether another one has it already.
    #[must_use]
    pub fn claim_window(&self) -> Window {
        let none = Window { lock: None, is_second: false };
        let Some(path) = self.path() else { return none };
        let Ok(file) = File::create(path.with_extension("window")) else { return none };
        match file.try_lock() {
            Ok(()) => Window { lock: Some(file), is_second: false },
            Err(TryLockError::WouldBlock) => Window { lock: None, is_second: true },
            Err(TryLockError::Error(_)) => none,
        }
    }
}

impl Window {
    /// Whether the file is locked by this window.
    #[must_use]
    pub const fn is_first(&self) -> bool {
        self.lock.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;

    #[test]
    fn a_second_window_is_told_of_the_first_and_the_first_ends_with_its_claim() {
        let home = tempfile::tempdir().unwrap();
        let open = || Store::open(home.path(), Timestamp::default()).0;
        let (one, other) = (open(), open());
        let first = one.claim_window();
        assert!(first.is_first() && !first.is_second);
        assert!(other.claim_window().is_second);
        drop(first);
        assert!(other.claim_window().is_first());
        assert!(!Store::in_memory("a test").unwrap().claim_window().is_second);
    }
}
