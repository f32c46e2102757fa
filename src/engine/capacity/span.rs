//! The past by the second or the minute: what was served and refused in each.

use std::collections::VecDeque;

use super::Units;
use crate::clock::Timestamp;

/// What was served and refused within one minute or one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Minutes, or seconds, since 1970.
    pub number: u64,
    /// Units served.
    pub served: Units,
    /// Requests refused.
    pub refused: u64,
}

/// The spans of the past in which something happened, oldest first.
#[derive(Clone, Debug)]
pub(super) struct Spans {
    /// Seconds of one span.
    length: u64,
    kept: usize,
    all: VecDeque<Span>,
}

impl Spans {
    /// None yet; each will be `length` seconds long, and the newest `kept` are remembered.
    pub(super) const fn new(length: u64, kept: usize) -> Self {
        Self { length, kept, all: VecDeque::new() }
    }

    /// The span that a moment lies in.
    pub(super) fn at(&mut self, now: Timestamp) -> &mut Span {
        let number = now.as_secs() / self.length;
        if self.all.back().is_none_or(|newest| newest.number != number) {
            self.all.push_back(Span { number, ..Span::default() });
            if self.all.len() > self.kept {
                self.all.pop_front();
            }
        }
        let newest = self.all.len() - 1;
        &mut self.all[newest]
    }

    /// Those that are remembered, oldest first.
    pub(super) fn all(&self) -> impl DoubleEndedIterator<Item = Span> {
        self.all.iter().copied()
    }
}
