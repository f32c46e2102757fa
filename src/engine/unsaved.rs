//! What a store has not saved yet, and how it is taken back when it cannot be saved.
//!
//! The life of a change that is kept: [`Engine::keep_changes`] switches the feed on; while a request runs, the engine
//! notes each item that changes, each table before it changes, each stream that begins, ends or gets other shards, and each
//! that drops records, for their age, for want of room, or with itself, and each backup, export or import that comes or
//! goes; the store takes the notes
//! ([`Engine::take_unsaved`]) and writes them, or hands them back to [`Engine::take_back`], which leaves items, tables,
//! streams, tokens and sequence numbers as they were before the request. Records that had to make room for those of the
//! request are there again, and tokens that had to make room for its own: a stream and the tokens share what they hold with
//! their copies, which are made only before something is dropped, a stream closed, or a token noted.
//!
//! Changes are whole, whatever the view of the table's stream, and carry the TableId of their table: a name may belong to
//! another table a moment later. Which records a stream dropped is not noted here, but what its horizon says at any time
//! ([`Stream::horizon`]); so notes of it need not be taken back. Notes of streams never outgrow the streams. Global tables
//! read the same feed, of which they need no more than the changes ([`Engine::take_changes`]).
//!
//! Left out: what a request cost stays spent when it is taken back. New shards of streams, records and tokens that are too
//! old, and the disappearance of deleted tables are not taken back: all of them follow from the time alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Engine;
use super::archive::Archive;
use super::change::Change;
use super::snapshot::KeptTable;
use super::stream::Stream;
use super::tokens::Tokens;
use crate::clock::Timestamp;

/// A change of one item, with the identity of what it belongs to.
#[derive(Clone, Debug)]
pub struct TableChange {
    /// The TableId.
    pub table: Arc<str>,
    /// The ARNs of the streams that record the change, and the names of what else does.
    pub streams: Vec<Arc<str>>,
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
    /// ARNs of the streams that dropped records or are gone with all of theirs.
    pub trimmed: BTreeSet<Arc<str>>,
    /// The tables that a request changed, by name, as they were before; `None` if there was no such table.
    tables: BTreeMap<Arc<str>, Option<Box<KeptTable>>>,
    /// The streams that a request opened or switched off, or that had to drop records for those of the request, as they
    /// were before, by ARN; `None` if there was no such stream. Some records of the request may be among those of a stream.
    streams_before: BTreeMap<Arc<str>, Option<Stream>>,
    /// ARNs of the backups, exports and imports that came or went.
    pub archived: BTreeSet<Arc<str>>,
    /// TableIds of the tables that a request created with all their items.
    filled: BTreeSet<Arc<str>>,
    /// The tokens as they were before a transaction was done under one.
    tokens: Option<Tokens>,
    /// The archive as it was before a request changed it.
    archive: Option<Archive>,
}

impl Unsaved {
    /// Whether anything changed that does not follow from the time alone.
    #[must_use]
    pub fn is_due(&self) -> bool {
        !(self.changes.is_empty() && self.tables.is_empty() && self.archive.is_none())
    }

    /// Whether all items of the table with this TableId are to be saved.
    #[must_use]
    pub fn is_filled(&self, table: &str) -> bool {
        self.filled.contains(table)
    }

    /// The names of the tables whose settings a request changed.
    pub fn tables(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(|name| &**name)
    }
}

impl Engine {
    /// Begins to keep what changes until it is taken.
    pub fn keep_changes(&mut self) {
        self.unsaved.get_or_insert_default();
    }

    /// The changes of items since they were last taken, for a reader who needs no more; the rest is forgotten.
    pub fn take_changes(&mut self) -> Vec<Change> {
        self.take_unsaved().changes.into_iter().map(|kept| kept.change).collect()
    }

    /// Everything that changed since it was last taken.
    pub fn take_unsaved(&mut self) -> Unsaved {
        self.unsaved.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Takes back what the newest requests changed: all that was noted since it was last taken, and nothing older.
    pub fn take_back(&mut self, unsaved: Unsaved) {
        let Unsaved { changes, tables, streams_before, tokens, archive, .. } = unsaved;
        for (arn, before) in streams_before {
            self.take_stream_back(&arn, before);
        }
        if let Some(first) = changes.first().map(|first| first.change.sequence) {
            self.changed = first - 1;
            let streams: BTreeSet<&Arc<str>> = changes.iter().flat_map(|change| &change.streams).collect();
            for arn in streams {
                if let Some(stream) = self.streams.get_mut(arn) {
                    stream.take_back(first);
                }
            }
        }
        for change in changes.into_iter().rev() {
            self.take_change_back(change);
        }
        for (name, before) in tables {
            self.take_table_back(&name, before);
        }
        if let Some(tokens) = tokens {
            self.tokens = tokens;
        }
        if let Some(archive) = archive {
            self.archive = archive;
        }
        self.generation += 1;
    }

    /// Puts a stream back. What time has done to it since is done again with the next request.
    fn take_stream_back(&mut self, arn: &Arc<str>, before: Option<Stream>) {
        let Some(before) = before else {
            self.streams.remove(arn);
            return;
        };
        if let Some(table) = self.tables.get_mut(&before.table) {
            table.followed = 0;
            let name = Arc::clone(&table.name);
            self.schedule(&name, Timestamp::default());
        }
        self.take_in(before);
    }

    fn take_change_back(&mut self, TableChange { table: id, change, .. }: TableChange) {
        let (now, lag) = (self.now(), self.remembered());
        let table = self.tables.get_mut(&change.table).filter(|table| table.id == id);
        if let Some((table, position)) =
            table.and_then(|table| table.keys.position_if_complete(&change.key).map(|position| (table, position)))
        {
            table.write(&position, change.old, now, lag);
        }
        self.schedule(&change.table, now);
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
        self.schedule(name, Timestamp::default());
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

    /// Notes that a request creates a table with all its items, none of which is a change.
    pub(super) fn note_filled(&mut self, id: &Arc<str>) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.filled.insert(Arc::clone(id));
        }
    }

    /// Notes, before it happens, that a request puts something into the archive, or takes it out.
    pub(super) fn note_archive(&mut self, arn: &Arc<str>) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.archived.insert(Arc::clone(arn));
            unsaved.archive.get_or_insert_with(|| self.archive.clone());
        }
    }

    /// Notes the ARNs of what went from the archive by time.
    pub(super) fn note_archived(&mut self, gone: Vec<Arc<str>>) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.archived.extend(gone);
        }
    }

    /// Notes that a request opens a stream.
    pub(super) fn note_opened(&mut self, arn: Arc<str>) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.streams.insert(Arc::clone(&arn));
            unsaved.streams_before.insert(arn, None);
        }
    }

    /// Notes, before it happens, that a request switches a stream off.
    pub(super) fn note_closed(&mut self, arn: &Arc<str>) {
        if let (Some(unsaved), Some(stream)) = (&mut self.unsaved, self.streams.get(arn)) {
            unsaved.streams.insert(Arc::clone(arn));
            unsaved.streams_before.entry(Arc::clone(arn)).or_insert_with(|| Some(stream.clone()));
        }
    }

    /// Notes, before it happens, that a stream drops records for those of a request, which it has already.
    pub(super) fn note_crowded(&mut self, arn: &Arc<str>) {
        if let (Some(unsaved), Some(stream)) = (&mut self.unsaved, self.streams.get(arn)) {
            unsaved.trimmed.insert(Arc::clone(arn));
            unsaved.streams_before.entry(Arc::clone(arn)).or_insert_with(|| Some(stream.clone()));
        }
    }

    /// Notes, before it happens, that a token is remembered.
    pub(super) fn note_tokens(&mut self) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.tokens.get_or_insert_with(|| self.tokens.clone());
        }
    }

    /// Notes that an item of a table changed.
    pub(super) fn note_change(&mut self, change: &Change) {
        let Some(unsaved) = &mut self.unsaved else { return };
        let Some(table) = self.tables.get(&change.table) else { return };
        let (id, streams) = (Arc::clone(&table.id), table.recorders());
        unsaved.changes.push(TableChange { table: id, streams, change: change.clone() });
    }

    /// Notes the TableIds of tables that are gone.
    pub(super) fn note_gone(&mut self, gone: Vec<Arc<str>>) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.gone.extend(gone);
        }
    }

    /// Notes that a stream has other shards or is gone.
    pub(super) fn note_renewed(&mut self, arn: Arc<str>) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.streams.insert(arn);
        }
    }

    /// Notes that a stream has dropped records that are too old, or is gone with all of them.
    pub(super) fn note_trimmed(&mut self, arn: Arc<str>) {
        if let Some(unsaved) = &mut self.unsaved {
            unsaved.trimmed.insert(arn);
        }
    }
}
