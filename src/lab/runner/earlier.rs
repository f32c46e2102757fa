//! What had been seen of a step before each line that can be taken back: what is taken back counts no more.
//!
//! The life of one: before a line runs the case is copied; if the line changed the world the copy is kept beside the world
//! that `:undo` goes back to, and `:undo` goes back to both. What must never be, and what was spent, was all the same: that
//! is not taken back, and neither is the journal.

use std::collections::VecDeque;

use super::super::case::Case;
use super::super::workbench::Changes;

/// As many as the workbench keeps worlds at most.
const KEPT: usize = 30;

/// The cases before the lines that can be taken back, and behind those that were.
#[derive(Clone, Debug, Default)]
pub(super) struct EarlierCases {
    /// Before each change, the newest last.
    past: VecDeque<Case>,
    /// After each change that was taken back, the next last.
    future: Vec<Case>,
}

impl EarlierCases {
    /// A line has run, which made `after` of the changes `before`: `then` is the case before it, and `now` is to be the one
    /// that holds.
    pub(super) fn follow(&mut self, before: Changes, after: Changes, then: Case, now: &mut Case) {
        // A change leaves nothing to be done again, as doing it again does: what was made is asked first.
        if after.made > before.made {
            self.future.clear();
            self.past.push_back(then);
            if self.past.len() > KEPT {
                self.past.pop_front();
            }
        } else if after.undone > before.undone {
            if let Some(earlier) = self.past.pop_back() {
                self.future.push(go_to(earlier, now));
            }
        } else if after.undone < before.undone
            && let Some(later) = self.future.pop()
        {
            self.past.push_back(go_to(later, now));
        }
    }
}

/// Goes to a case that was; returns the one that was left.
fn go_to(to: Case, now: &mut Case) -> Case {
    let left = std::mem::replace(now, to);
    now.keep_what_stays(&left);
    left
}
