//! What an engine is beside its items, in a form that a store can keep: tables with their settings, streams with their
//! shards, the counters.
//!
//! The life of a kept engine: [`Engine::keep_changes`] begins to gather changes; after each request the store takes
//! them ([`Engine::take_changes`]), and what streams have dropped ([`Engine::take_trims`]), and, if tables may have changed,
//! a [`Snapshot`]; [`Engine::restore`] puts it all together again, indexes and expiry worked out from the items, settings
//! beyond a quota brought within it.
//! Idempotency tokens and the journal are not kept.

use std::sync::Arc;

use super::change::{Change, Trimmed};
use super::stream::Stream;
use super::table::{Clamped, Table, TimeToLive};
use super::value::Item;
use super::{Config, Engine};
use crate::clock::{Clock, Timestamp};

/// An engine without its items and records.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Snapshot {
    tables: Vec<Table>,
    /// Attribute and beginning of time to live, beside each table.
    ttl: Vec<Option<(String, Timestamp)>>,
    streams: Vec<Stream>,
    created: u64,
}

impl Snapshot {
    /// TableIds of the tables there are.
    pub fn table_ids(&self) -> impl Iterator<Item = &str> {
        self.tables.iter().map(|table| table.id.as_str())
    }
}

impl Engine {
    /// Begins to keep changes, and what streams drop, for a store.
    pub fn keep_changes(&mut self) {
        self.feed.get_or_insert_default();
    }

    /// The changes since they were last taken.
    pub fn take_changes(&mut self) -> Vec<Change> {
        self.feed.as_mut().map(|feed| std::mem::take(&mut feed.changes)).unwrap_or_default()
    }

    /// What streams have dropped since this was last taken, one for each stream. It may name records that a store never
    /// had. They are gathered as time passes, with any request.
    pub fn take_trims(&mut self) -> Vec<Trimmed> {
        let trims = self.feed.as_mut().map(|feed| std::mem::take(&mut feed.trims)).unwrap_or_default();
        trims.into_values().collect()
    }

    /// The engine beside its items. Trees are not copied.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let ttl = |table: &Table| table.ttl().map(|ttl| (ttl.attribute.clone(), ttl.since));
        Snapshot {
            tables: self.tables.values().map(Table::without_items).collect(),
            ttl: self.tables.values().map(ttl).collect(),
            streams: self.streams.values().map(Stream::without_records).collect(),
            created: self.created,
        }
    }

    /// An engine from what a store kept: the snapshot, the items by TableId, the records by stream ARN in their order,
    /// and the newest sequence number. Returns it with the settings that were beyond a quota.
    #[must_use]
    pub fn restore(
        config: Config,
        clock: Arc<dyn Clock>,
        snapshot: Snapshot,
        items: impl Iterator<Item = (String, Item)>,
        records: impl Iterator<Item = (String, Change)>,
        changed: u64,
    ) -> (Self, Vec<Clamped>) {
        let mut engine = Self::new(config, clock);
        engine.created = snapshot.created;
        engine.changed = changed;
        let mut tables = snapshot.tables;
        // Before anything is made from them: partitions and buckets follow these settings.
        let clamped = tables.iter_mut().flat_map(Table::clamp_throughput).collect();
        for (id, item) in items {
            if let Some(table) = tables.iter_mut().find(|table| table.id == id)
                && let Ok(position) = table.keys.position_of_item(&item)
            {
                table.load(position, item);
            }
        }
        for (mut table, ttl) in tables.into_iter().zip(snapshot.ttl) {
            table.fill_indexes();
            table.refill();
            table.set_ttl(ttl.map(|(attribute, since)| {
                TimeToLive::new(attribute, since, engine.config.expiry_delay, engine.config.seed)
            }));
            engine.tables.insert(Arc::clone(&table.name), table);
        }
        for stream in snapshot.streams {
            engine.take_in(stream);
        }
        for (arn, change) in records {
            if let Some(stream) = engine.streams.get_mut(arn.as_str()) {
                stream.restore(change);
            }
        }
        (engine, clamped)
    }
}
