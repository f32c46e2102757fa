//! The journal: what every request planned, answered, changed and cost, success and failure alike.
//!
//! Lab checks judge it and the meters show it. It keeps the newest entries up to its capacity and counts the rest.

use std::collections::VecDeque;

use serde_json::Value;

use super::capacity::{Charge, Units, consumed};
use super::change::Change;
use super::error::ApiError;
use super::lag::Stale;
use super::plan::Plan;
use crate::clock::Timestamp;

/// One request and all that came of it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its number, counted from 1 since the engine began.
    pub sequence: u64,
    /// When it ran.
    pub at: Timestamp,
    /// The Region it went to, if that is not where the journal is kept.
    pub region: Option<String>,
    /// The operation: `Query`.
    pub verb: String,
    /// The request body as it came.
    pub request: Value,
    /// What it set out to touch; empty if it was refused before that was known.
    pub plans: Vec<Plan>,
    /// The response, or the exception.
    pub outcome: Result<Value, ApiError>,
    /// What it cost.
    pub charges: Vec<Charge>,
    /// Which items it changed.
    pub changes: Vec<Change>,
    /// What it saw that was older than the latest write.
    pub stale: Vec<Stale>,
    /// Whether a cache answered it, and no table.
    pub is_cached: bool,
}

/// What a request gathers while it runs.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// What it set out to touch.
    pub plans: Vec<Plan>,
    /// What it cost.
    pub charges: Vec<Charge>,
    /// Which items it changed.
    pub changes: Vec<Change>,
    /// What it saw that was older than the latest write.
    pub stale: Vec<Stale>,
    /// Whether nobody will read the items of the answer, which then need not be put into it.
    pub is_unread: bool,
}

impl Entry {
    /// Read units spent, of all tables and indexes together.
    #[must_use]
    pub fn read_units(&self) -> Units {
        consumed::total(self.charges.iter().filter(|charge| charge.rate.is_read()))
    }

    /// Write units spent, of all tables and indexes together.
    #[must_use]
    pub fn write_units(&self) -> Units {
        consumed::total(self.charges.iter().filter(|charge| !charge.rate.is_read()))
    }

    /// A whole number of the response, such as `Count` or `ScannedCount`.
    #[must_use]
    pub fn number(&self, member: &str) -> Option<u64> {
        self.outcome.as_ref().ok()?.get(member)?.as_u64()
    }

    /// The exception's name, if the request was refused.
    #[must_use]
    pub fn exception(&self) -> Option<String> {
        self.outcome.as_ref().err().map(|error| error.kind.name())
    }
}

/// The newest entries, oldest first.
#[derive(Clone, Debug)]
pub struct Journal {
    entries: VecDeque<Entry>,
    capacity: usize,
    recorded: u64,
}

impl Journal {
    /// A journal that keeps the newest `capacity` entries.
    #[must_use]
    pub const fn new(capacity: usize) -> Self {
        Self { entries: VecDeque::new(), capacity, recorded: 0 }
    }

    /// Whether anything is kept at all; a busy endpoint spares itself the copies.
    #[must_use]
    pub const fn is_kept(&self) -> bool {
        self.capacity > 0
    }

    /// The number of the newest entry; 0 before the first.
    #[must_use]
    pub const fn recorded(&self) -> u64 {
        self.recorded
    }

    /// The entries kept, oldest first.
    #[must_use]
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter()
    }

    /// The entries after number `sequence`.
    #[must_use]
    pub fn since(&self, sequence: u64) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.sequence > sequence)
    }

    /// The newest entry.
    #[must_use]
    pub fn last(&self) -> Option<&Entry> {
        self.entries.back()
    }

    /// Takes over an entry of another Region's journal.
    pub fn adopt(&mut self, entry: Entry) {
        if self.is_kept() {
            self.record(entry);
        }
    }

    /// Enters something that happened around the tables: a request to another service, an invocation, a run of traffic, a
    /// read that a cache answered.
    pub fn note(&mut self, at: Timestamp, verb: &str, request: Value, outcome: Result<Value, ApiError>) {
        self.adopt(Entry {
            sequence: 0,
            at,
            region: None,
            verb: verb.to_owned(),
            request,
            plans: Vec::new(),
            outcome,
            charges: Vec::new(),
            changes: Vec::new(),
            stale: Vec::new(),
            is_cached: false,
        });
    }

    /// Enters a read that a cache answered.
    pub fn note_cached(&mut self, at: Timestamp, verb: &str, request: Value, outcome: Result<Value, ApiError>) {
        self.note(at, verb, request, outcome);
        if let Some(entry) = self.entries.back_mut() {
            entry.is_cached = true;
        }
    }

    /// Appends an entry; its number is given here.
    pub(super) fn record(&mut self, mut entry: Entry) {
        self.recorded += 1;
        entry.sequence = self.recorded;
        self.entries.push_back(entry);
        while self.entries.len() > self.capacity {
            self.entries.pop_front();
        }
    }
}
