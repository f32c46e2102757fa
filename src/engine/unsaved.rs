//! What a store has not saved yet, and how it is taken back when it cannot be saved.
//!
//! The life of a change that is kept: [`Engine::keep_changes`] switches the feed on; while a request runs, the engine
//! notes each item that changes, each table before it changes, and each stream that begins, ends or gets other shards;
//! the store takes the notes ([`Engine::take_unsaved`]) and writes them, or hands them back to [`Engine::take_back`],
//! which leaves items, tables, streams and sequence numbers as they were before the request.
//!
//! Changes carry the TableId of their table. A name may belong to another table a moment later.
//!
//! Left out: what a request cost stays spent when it is taken back. New shards of streams and the disappearance of deleted
//! tables are not taken back: both follow from the time alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Engine;
use super::change::Change;
use super::snapshot::KeptTable;
use super::stream::Stream;

/// A change of one item, with the identity of what it belongs to.
#[derive(Clone, Debug)]
pub struct TableChange {
    /// The TableId.
    pub table: Arc<str>,
    /// The ARN of the stream that records the change; `None` if the table has none that is on.
    pub stream: Option<Arc<str>>,
    /// The change.
    pub change: Change,
}

/// What changed since a store last asked.
#[derive(Clone, Debug, Default)]
pub struct Unsaved {
    /// Changes of items, in the order of their sequence numbers.
    pub changes: Vec<TableChange>,
    /// TableIds of the tables that are gone.
    pub gone: Vec<Arc<str>>,
    /// ARNs of the streams that began, ended, got other shards or are gone.
    pub streams: BTreeSet<Arc<str>>,
    /// The tables that a request changed, by name, as they were before; `None` if there was no such table.
    tables: BTreeMap<Arc<str>, Option<Box<KeptTable>>>,
    /// The streams that a request switched off, as they were before.
    closed: Vec<Stream>,
    /// The streams that a request opened.
    opened: Vec<Arc<str>>,
    /// The ClientRequestTokens of transactions that were done.
    tokens: Vec<String>,
}

impl Unsaved {
    /// Whether anything changed that does not follow from the time alone.
    #[must_use]
    pub fn is_due(&self) -> bool {
        !(self.changes.is_empty() && self.tables.is_empty())
    }

    /// The names of the tables whose settings a request changed.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(|name| &**name)
    }
}

impl Engine {
    /// Begins to keep changes for a store.
    pub fn keep_changes(&mut self) {
        self.unsaved.get_or_insert_default();
    }

    /// The changes of items since they were last taken.
    pub fn take_changes(&mut self) -> Vec<Change> {
        self.take_unsaved().changes.into_iter().map(|kept| kept.change).collect()
    }

    /// Everything that changed since it was last taken.
    pub fn take_unsaved(&mut self) -> Unsaved {
        self.unsaved.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Takes back what the newest requests changed: all that was noted since it was last taken, and nothing older.
    pub fn take_back(&mut self, unsaved: Unsaved) {
        let Unsaved { changes, tables, closed, opened, tokens, .. } = unsaved;
        if let Some(first) = changes.first() {
            self.changed = first.change.sequence - 1;
        }
        for change in changes.into_iter().rev() {
            self.take_change_back(change);
        }
        for arn in opened {
            self.streams.remove(&arn);
        }
        for before in closed {
            if let Some(stream) = self.streams.get_mut(&before.arn) {
                stream.reopen(&before);
            }
        }
        for (name, before) in tables {
            self.take_table_back(&name, before);
        }
        for token in tokens {
            self.tokens.remove(&token);
        }
        self.generation += 1;
    }

    fn take_change_back(&mut self, TableChange { table: id, stream, change }: TableChange) {
        if let Some(stream) = stream.and_then(|arn| self.streams.get_mut(&arn)) {
            stream.take_back(change.sequence);
        }
        let (now, lag) = (self.now(), self.remembered());
        let table = self.tables.get_mut(&change.table).filter(|table| table.id == id);
        if let Some((table, position)) =
            table.and_then(|table| table.keys.position_if_complete(&change.key).map(|position| (table, position)))
        {
            table.write(&position, change.old, now, lag);
        }
    }

    fn take_table_back(&mut self, name: &Arc<str>, before: Option<Box<KeptTable>>) {
        let Some(before) = before else {
            self.tables.remove(name);
            self.created -= 1;
            return;
        };
        let KeptTable { table: before, ttl } = *before;
        let setting = ttl.clone().map(|(attribute, since)| self.time_to_live(attribute, since));
        if let Some(table) = self.tables.get_mut(name) {
            table.revert(before);
            if table.ttl().map(|ttl| (ttl.attribute.clone(), ttl.since)) != ttl {
                table.set_ttl(setting);
            }
        }
    }

    /// Notes, before it happens, that a request changes the table called `name`, if there is one.
    pub(super) fn note_table(&mut self, name: &str) {
        let (Some(unsaved), Some(table)) = (&mut self.unsaved, self.tables.get(name)) else { return };
        if !unsaved.tables.contains_key(name) {
            unsaved.tables.insert(Arc::clone(&table.name), Some(Box::new(KeptTable::of(table))));
        }
    }

    /// Notes, before it happens, that a request creates a table called `name`.
    pub(super) fn note_created(&mut self, name: &str) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.tables.insert(name.into(), None);
        }
    }

    /// Notes that a request opens a stream.
    pub(super) fn note_opened(&mut self, arn: &Arc<str>) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.streams.insert(Arc::clone(arn));
            unsaved.opened.push(Arc::clone(arn));
        }
    }

    /// Notes, before it happens, that a request switches a stream off.
    pub(super) fn note_closed(&mut self, arn: &Arc<str>) {
        if let (Some(unsaved), Some(stream)) = (&mut self.unsaved, self.streams.get(arn)) {
            unsaved.streams.insert(Arc::clone(arn));
            unsaved.closed.push(stream.without_records());
        }
    }

    /// Notes that a transaction was done under a token.
    pub(super) fn note_token(&mut self, token: &str) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.tokens.push(token.to_owned());
        }
    }

    /// Notes that an item of a table changed.
    pub(super) fn note_change(&mut self, change: &Change) {
        let Some(unsaved) = &mut self.unsaved else { return };
        let Some(table) = self.tables.get(&change.table) else { return };
        let stream = table.stream.as_ref().filter(|setting| setting.view.is_some());
        let (id, stream) = (Arc::clone(&table.id), stream.map(|setting| Arc::clone(&setting.arn)));
        unsaved.changes.push(TableChange { table: id, stream, change: change.clone() });
    }

    /// Notes what passing time did to tables and streams.
    pub(super) fn note_settled(&mut self, gone: Vec<Arc<str>>, streams: Vec<Arc<str>>) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.gone.extend(gone);
            unsaved.streams.extend(streams);
        }
    }
}
