//! A secondary index: its own tree of projected entries, kept in step with the table, and the state it is in.
//!
//! Which writes an index sees: an entry that enters or leaves, an entry that moves (two writes), an entry whose
//! projected attributes change. A write that changes nothing the index holds does not touch it.
//!
//! Simplified: entries change at the moment the table does; when a reader may see them is the lag model's matter.
//! Source: AWS documentation, "Using Global Secondary Indexes", Storage and throughput considerations.

use std::sync::Arc;

use super::schema::{IndexKind, IndexSchema, KeySchema};
use super::tree::{Stored, Tree};
use super::{Throughput, Touched};
use crate::clock::Timestamp;
use crate::engine::capacity::Place;

/// What an index is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum IndexState {
    /// CREATING: resources are allocated until the first moment, the backfill runs until the second.
    Creating {
        /// When the backfill begins.
        backfill_at: Timestamp,
        /// When the index becomes ACTIVE.
        active_at: Timestamp,
        /// Whether the backfill has begun.
        backfilling: bool,
    },
    /// ACTIVE.
    Active,
    /// UPDATING until then.
    Updating(Timestamp),
    /// DELETING until then.
    Deleting(Timestamp),
}

impl IndexState {
    /// The IndexStatus of a description.
    #[must_use]
    pub const fn status(self) -> &'static str {
        match self {
            Self::Creating { .. } => "CREATING",
            Self::Active => "ACTIVE",
            Self::Updating(_) => "UPDATING",
            Self::Deleting(_) => "DELETING",
        }
    }
}

/// A secondary index.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Index {
    /// What it is declared to be.
    pub schema: IndexSchema,
    /// Provisioned units of a global index on a provisioned table.
    pub throughput: Option<Throughput>,
    /// What it is doing.
    pub state: IndexState,
    #[serde(skip)]
    entries: Tree,
}

impl Index {
    /// An empty index.
    #[must_use]
    pub fn new(schema: IndexSchema, throughput: Option<Throughput>, state: IndexState) -> Self {
        Self { schema, throughput, state, entries: Tree::default() }
    }

    /// The index without its entries, which can be worked out again.
    #[must_use]
    pub fn without_entries(&self) -> Self {
        Self::new(self.schema.clone(), self.throughput, self.state)
    }

    /// Its entries.
    #[must_use]
    pub const fn entries(&self) -> &Tree {
        &self.entries
    }

    /// How its touches are labelled.
    #[must_use]
    pub fn place(&self) -> Place {
        match self.schema.kind {
            IndexKind::Local => Place::Local(Arc::clone(&self.schema.name)),
            IndexKind::Global => Place::Global(Arc::clone(&self.schema.name)),
        }
    }

    /// Whether it can be queried.
    #[must_use]
    pub const fn is_readable(&self) -> bool {
        matches!(self.state, IndexState::Active | IndexState::Updating(_))
    }

    /// Brings the status up to `now`. Answers whether the index still exists.
    pub(super) fn settle(&mut self, now: Timestamp) -> bool {
        match &mut self.state {
            IndexState::Creating { active_at, .. } if *active_at <= now => self.state = IndexState::Active,
            IndexState::Creating { backfill_at, backfilling, .. } if *backfill_at <= now => *backfilling = true,
            IndexState::Updating(until) if *until <= now => self.state = IndexState::Active,
            IndexState::Deleting(until) if *until <= now => return false,
            _ => {}
        }
        true
    }

    /// Fills the index from a table's items; those without usable index keys are skipped.
    pub(super) fn backfill<'a>(&mut self, items: impl Iterator<Item = &'a Stored>, table: &KeySchema) {
        for stored in items {
            if let (Some(position), Ok(())) =
                (self.schema.position(&stored.item, table), self.schema.check_keys(&stored.item))
            {
                let entry = self.schema.entry(&stored.item, table);
                self.entries.insert(position, Stored::new(entry));
            }
        }
    }

    /// Carries a change of one item into the index; one touch per entry written, each rounded on its own.
    pub(super) fn carry(&mut self, old: Option<&Stored>, new: Option<&Stored>, table: &KeySchema) -> Vec<Touched> {
        let position = |stored: Option<&Stored>| stored.and_then(|stored| self.schema.position(&stored.item, table));
        let (from, to) = (position(old), position(new));
        let entry = new.map(|stored| Stored::new(self.schema.entry(&stored.item, table)));
        let touch = |bytes| Touched { place: self.place(), items: 1, bytes };
        match (from, to, entry) {
            (None, Some(to), Some(entry)) => {
                let touched = touch(entry.bytes);
                self.entries.insert(to, entry);
                vec![touched]
            }
            (Some(from), None, _) => {
                // An item that the backfill skipped has no entry to remove, and removing nothing costs nothing.
                let bytes = self.entries.get(&from).map(|stored| stored.bytes);
                let touched = bytes.map(touch).into_iter().collect();
                self.entries.remove(&from);
                touched
            }
            (Some(from), Some(to), Some(entry)) if from == to => {
                let before = self.entries.get(&from);
                if before.is_some_and(|before| before.item == entry.item) {
                    return Vec::new();
                }
                let touched = touch(entry.bytes.max(before.map_or(0, |before| before.bytes)));
                self.entries.insert(to, entry);
                vec![touched]
            }
            (Some(from), Some(to), Some(entry)) => {
                let bytes = self.entries.get(&from).map(|stored| stored.bytes);
                let touched = bytes.into_iter().chain([entry.bytes]).map(touch).collect();
                self.entries.remove(&from);
                self.entries.insert(to, entry);
                touched
            }
            _ => Vec::new(),
        }
    }
}
