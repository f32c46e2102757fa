//! What can be taken back: the world as it was before each line that changed it.
//!
//! The life of a change: before a line runs the world is copied; if the line changed anything the copy is kept, and
//! `:undo` goes back to it. The journal is not taken back: what was done is still told, and judged where a lab says "never".
//! Time goes back with the world.

use super::{SdkClient, Workbench, World};
use crate::engine::{Entry, Journal, ops};

/// How many changes can be taken back.
const KEPT: usize = 30;

/// A world to go back to, without its journal.
#[derive(Clone, Debug)]
pub(super) struct Saved {
    world: World,
    sdk: Option<SdkClient>,
}

/// The worlds there were.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// Before each change, the newest last.
    past: Vec<Saved>,
    /// After each change that was taken back, the next last.
    future: Vec<Saved>,
    /// Where `:checkpoint` was said.
    checkpoint: Option<Box<Saved>>,
    /// Where everything began.
    beginning: Option<Box<Saved>>,
}

impl History {
    /// Notes where everything began, if that is not known yet.
    pub(super) fn begin(&mut self, saved: &Saved) {
        self.beginning.get_or_insert_with(|| Box::new(saved.clone()));
    }

    /// Notes the world before a change.
    pub(super) fn changed(&mut self, before: Saved) {
        self.past.push(before);
        if self.past.len() > KEPT {
            self.past.remove(0);
        }
        self.future.clear();
    }
}

impl Workbench {
    /// The world as it is, without its journal, which would be dear to copy and is never taken back.
    pub(super) fn saved(&mut self) -> Saved {
        let journal = std::mem::replace(self.world.engine_mut().journal_mut(), Journal::new(0));
        let saved = Saved { world: self.world.clone(), sdk: self.sdk.clone() };
        *self.world.engine_mut().journal_mut() = journal;
        saved
    }

    /// Goes to a world; answers with the one that was left.
    fn go(&mut self, to: Saved) -> Saved {
        let journal = std::mem::replace(self.world.engine_mut().journal_mut(), Journal::new(0));
        let left = Saved {
            world: std::mem::replace(&mut self.world, to.world),
            sdk: std::mem::replace(&mut self.sdk, to.sdk),
        };
        *self.world.engine_mut().journal_mut() = journal;
        left
    }

    /// Takes the last change back. Answers whether there was one.
    pub(super) fn undo(&mut self) -> bool {
        let Some(to) = self.history.past.pop() else { return false };
        let left = self.go(to);
        self.history.future.push(left);
        true
    }

    /// Does what was taken back last once more. Answers whether there was anything.
    pub(super) fn redo(&mut self) -> bool {
        let Some(to) = self.history.future.pop() else { return false };
        let left = self.go(to);
        self.history.past.push(left);
        true
    }

    /// Notes the world as it is, for [`Workbench::reset`].
    pub(super) fn checkpoint(&mut self) {
        self.history.checkpoint = Some(Box::new(self.saved()));
    }

    /// Goes back to the checkpoint, or to the beginning; that can be undone. Answers which it was, if there was any.
    pub(super) fn reset(&mut self) -> Option<&'static str> {
        let (to, which) = match (&self.history.checkpoint, &self.history.beginning) {
            (Some(saved), _) => (saved.clone(), "the checkpoint"),
            (None, Some(saved)) => (saved.clone(), "the beginning"),
            (None, None) => return None,
        };
        let left = self.go(*to);
        self.history.changed(left);
        Some(which)
    }
}

/// Whether a request changed, or could have changed, anything but its own cost.
pub(super) fn is_change(entry: &Entry) -> bool {
    let verb = ops::find(&entry.verb);
    !entry.changes.is_empty() || verb.is_none_or(|verb| verb.changes_tables && entry.outcome.is_ok())
}
