//! A secondary index: its own tree of projected entries, kept in step with the table, and the state it is in.
//!
//! Which writes an index sees: an entry that enters or leaves, an entry that moves (two writes), an entry whose
//! projected attributes change. A write that changes nothing the index holds does not touch it.
//!
//! Entries change at the moment the table does; when a reader may see them is the matter of [`past`](super::past).
//! Source: AWS documentation, "Using Global Secondary Indexes", Storage and throughput considerations.

use std::sync::Arc;

use super::schema::{IndexKind, IndexSchema, KeySchema};
use super::tree::{Position, Stored, Tree};
use super::{Provisioning, Supply, Throughput, Touched};
use crate::clock::Timestamp;
use crate::engine::capacity::Place;
use crate::engine::lag::Lag;

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
    /// What a global index was given to serve beside its provisioned units.
    #[serde(default)]
    pub provisioning: Provisioning,
    #[serde(skip)]
    entries: Tree,
    #[serde(skip)]
    pub(super) supply: Supply,
}

/// What a change of one item does to an index.
#[derive(Debug, Default)]
pub(super) struct Movement {
    remove: Option<Position>,
    insert: Option<(Position, Stored)>,
    /// Bytes by which the index grows.
    pub(super) growth: i64,
    /// One touch per entry written, each rounded on its own.
    pub(super) touched: Vec<Touched>,
}

impl Index {
    /// An empty index.
    #[must_use]
    pub fn new(schema: IndexSchema, throughput: Option<Throughput>, state: IndexState) -> Self {
        let provisioning = Provisioning::default();
        Self { schema, throughput, state, provisioning, entries: Tree::default(), supply: Supply::default() }
    }

    /// The index without its entries, which can be worked out again.
    #[must_use]
    pub fn without_entries(&self) -> Self {
        let provisioning = self.provisioning.clone();
        Self { provisioning, ..Self::new(self.schema.clone(), self.throughput, self.state) }
    }

    /// Takes over the entries of the same index, and what it may still spend.
    pub(super) fn fill_from(&mut self, other: Self) {
        (self.entries, self.supply) = (other.entries, other.supply);
    }

    /// Every moment that it remembers.
    pub(super) fn moments(&mut self) -> impl Iterator<Item = &mut Timestamp> {
        let until = match &mut self.state {
            IndexState::Creating { backfill_at, active_at, .. } => [Some(backfill_at), Some(active_at)],
            IndexState::Updating(until) | IndexState::Deleting(until) => [Some(until), None],
            IndexState::Active => [None, None],
        };
        until.into_iter().flatten().chain(self.provisioning.moments())
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

    /// When its status changes by time alone.
    pub(super) const fn next_change(&self) -> Option<Timestamp> {
        match self.state {
            IndexState::Creating { backfill_at, backfilling: false, .. } => Some(backfill_at),
            IndexState::Creating { active_at, .. } => Some(active_at),
            IndexState::Updating(until) | IndexState::Deleting(until) => Some(until),
            IndexState::Active => None,
        }
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

    /// Carries a change of one item into the index.
    pub(super) fn carry(
        &mut self,
        old: Option<&Stored>,
        new: Option<&Stored>,
        table: &KeySchema,
        now: Timestamp,
        lag: Lag,
    ) -> Vec<Touched> {
        let Movement { remove, insert, touched, .. } = self.movement(old, new, table);
        let lag = match self.schema.kind {
            IndexKind::Local => lag.replica,
            IndexKind::Global => lag.index,
        };
        if let Some(position) = remove {
            self.entries.write(&position, None, now, lag);
        }
        if let Some((position, entry)) = insert {
            self.entries.write(&position, Some(entry), now, lag);
        }
        touched
    }

    /// What a change of one item will do to the index.
    pub(super) fn movement(&self, old: Option<&Stored>, new: Option<&Stored>, table: &KeySchema) -> Movement {
        let position = |stored: Option<&Stored>| stored.and_then(|stored| self.schema.position(&stored.item, table));
        let (from, to) = (position(old), position(new));
        let entry = new.map(|stored| Stored::new(self.schema.entry(&stored.item, table)));
        let touch = |position: &Position, bytes| {
            let address = self.address(position);
            Touched { place: self.place(), items: 1, bytes, address }
        };
        // An item that the backfill skipped has no entry to remove, and removing nothing costs nothing.
        let before = from.as_ref().and_then(|from| self.entries.get(from));
        let left = |from: &Position| before.map(|before| touch(from, before.bytes));
        let signed = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        let arrives = if to.is_some() { entry.as_ref().map_or(0, |entry| signed(entry.bytes)) } else { 0 };
        let growth = arrives - before.map_or(0, |before| signed(before.bytes));
        match (from, to, entry) {
            (None, Some(to), Some(entry)) => {
                Movement { touched: vec![touch(&to, entry.bytes)], remove: None, insert: Some((to, entry)), growth }
            }
            (Some(from), None, _) => {
                Movement { touched: left(&from).into_iter().collect(), remove: Some(from), insert: None, growth }
            }
            (Some(from), Some(to), Some(entry)) if from == to => {
                if before.is_some_and(|before| before.item == entry.item) {
                    return Movement::default();
                }
                let bytes = entry.bytes.max(before.map_or(0, |before| before.bytes));
                Movement { touched: vec![touch(&to, bytes)], remove: None, insert: Some((to, entry)), growth }
            }
            (Some(from), Some(to), Some(entry)) => {
                let touched = left(&from).into_iter().chain([touch(&to, entry.bytes)]).collect();
                Movement { touched, remove: Some(from), insert: Some((to, entry)), growth }
            }
            _ => Movement::default(),
        }
    }
}
