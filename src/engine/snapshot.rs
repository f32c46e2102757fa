//! What an engine is beside its items, in a form that a store can keep: tables with their settings, streams with their
//! shards, the archive, the counters.
//!
//! The life of a kept engine: the store saves what [`Engine::take_unsaved`] says has changed, each table and stream by
//! itself; [`Engine::restore`] puts it all together again, indexes and expiry worked out again from the items, settings
//! beyond a quota brought within it. Idempotency tokens and the journal are not kept.
//!
//! The clock may have been set back since. [`Engine::restore`] knows one rule for that: nothing waits for a moment that
//! lies in the future. Whatever is said to happen or to have happened after the present, and decides something, does so at
//! the present. A table that was to become ACTIVE is ACTIVE then, a record is as old as this moment, and a setting that may
//! be changed an hour after the last change may be changed in an hour. What only tells when something was, such as
//! CreationDateTime, stays; and so does what the store keeps, until a request changes it: a clock that was wrong for one
//! start is forgotten with the next.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::archive::Archived;
use super::capacity::Place;
use super::change::Change;
use super::stream::Stream;
use super::table::{Clamped, Stored, Table, TimeToLive};
use super::value::Item;
use super::{Config, Engine};
use crate::clock::{Clock, Timestamp};

/// A table without its items.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct KeptTable {
    /// Its settings.
    pub table: Table,
    /// Attribute and beginning of time to live.
    pub ttl: Option<(String, Timestamp)>,
}

impl KeptTable {
    /// A copy of a table's settings. Trees are not copied.
    #[must_use]
    pub fn of(table: &Table) -> Self {
        Self { table: table.without_items(), ttl: table.ttl().map(|ttl| (ttl.attribute.clone(), ttl.since)) }
    }
}

/// An engine without its items and records.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Its tables.
    pub tables: Vec<KeptTable>,
    /// Its streams.
    pub streams: Vec<Stream>,
    /// Its backups, exports and imports.
    pub archive: Vec<Archived>,
    /// How many tables were created.
    pub created: u64,
    /// The newest sequence number.
    pub changed: u64,
}

impl Engine {
    /// How many tables were created so far: what the next TableId is made from.
    #[must_use]
    pub const fn created(&self) -> u64 {
        self.created
    }

    /// An engine from what a store kept: the snapshot, the items by TableId (or BackupArn), and the records by stream ARN in their
    /// order. Items of tables and records of streams that the snapshot does not have are passed over, and so are
    /// records that a stream had dropped. Returns it with the settings that were beyond a quota.
    ///
    /// # Errors
    /// An item is not one of its table's.
    pub fn restore(
        config: Config,
        clock: Arc<dyn Clock>,
        mut snapshot: Snapshot,
        items: impl Iterator<Item = (String, Item)>,
        records: impl Iterator<Item = (String, Change)>,
    ) -> Result<(Self, Vec<Clamped>), String> {
        let mut engine = Self::new(config, clock);
        let now = engine.now();
        (engine.created, engine.changed) = (snapshot.created, snapshot.changed);
        // Before anything is made from them: partitions and buckets follow these settings.
        let clamped = snapshot.tables.iter_mut().flat_map(|kept| kept.table.clamp_throughput()).collect();
        let mut tables: BTreeMap<Arc<str>, KeptTable> =
            snapshot.tables.into_iter().map(|kept| (Arc::clone(&kept.table.id), kept)).collect();
        for mut entry in snapshot.archive {
            entry.moments().for_each(|moment| *moment = now.min(*moment));
            engine.archive.insert(entry);
        }
        for (id, item) in items {
            engine.restore_item(&mut tables, &id, item)?;
        }
        for KeptTable { mut table, ttl } in tables.into_values() {
            table.moments().for_each(|moment| *moment = now.min(*moment));
            table.fill_indexes();
            table.refill();
            let setting = ttl.map(|(attribute, since)| engine.time_to_live(attribute, since.min(now)));
            table.set_ttl(setting);
            engine.take_table_in(table);
        }
        for mut stream in snapshot.streams {
            stream.moments().for_each(|moment| *moment = now.min(*moment));
            engine.restore_stream(stream);
        }
        engine.begin_recovery_without_records()?;
        let room = engine.config.stream_bytes;
        for (arn, mut change) in records {
            if let Some(stream) = engine.streams.get_mut(arn.as_str()) {
                change.at = change.at.min(now);
                stream.restore(change);
                stream.make_room(room);
            }
        }
        Ok((engine, clamped))
    }

    /// Puts an item where it was: into the table or the backup that is known by this TableId or BackupArn.
    fn restore_item(&mut self, tables: &mut BTreeMap<Arc<str>, KeptTable>, id: &str, item: Item) -> Result<(), String> {
        if let Some(KeptTable { table, .. }) = tables.get_mut(id) {
            let misfit = |_| format!("an item of the table {} does not have its keys", table.name);
            let position = table.keys.position_of_item(&item).map_err(misfit)?;
            table.load(position, item);
        } else if let Some(backup) = self.archive.backup_mut(id) {
            let misfit = |_| format!("an item of the backup {id} does not have its keys");
            let position = backup.table.keys.position_of_item(&item).map_err(misfit)?;
            backup.items.insert(position, Stored::new(item));
        }
        Ok(())
    }

    /// Takes a stream in whose table is there already.
    fn restore_stream(&mut self, stream: Stream) {
        // The shards that are open say how the table's keys were spread.
        let table = self.tables.get_mut(&stream.table).filter(|table| table.streams_to(&stream.arn));
        if let Some(table) = table {
            table.supply_mut(&Place::Table).spread(stream.starts());
        }
        self.take_in(stream);
    }

    /// Files of earlier versions have no records to go back by: for their tables recovery begins now.
    fn begin_recovery_without_records(&mut self) -> Result<(), String> {
        let began: Vec<(Arc<str>, u32)> = self
            .tables
            .values()
            .filter(|table| table.recovery_records.as_ref().is_none_or(|name| !self.streams.contains_key(name)))
            .filter_map(|table| Some((Arc::clone(&table.name), table.recovery?.days)))
            .collect();
        for (name, days) in began {
            if let Some(table) = self.tables.get_mut(&name) {
                table.recovery_records = None;
            }
            self.switch_recovery(&name, Some(days)).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// Time to live on an attribute since some moment, as late as this engine is set up to be.
    pub(super) fn time_to_live(&self, attribute: String, since: Timestamp) -> TimeToLive {
        TimeToLive::new(attribute, since, self.config.expiry_delay, self.config.seed)
    }
}
