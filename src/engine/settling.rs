//! Bringing an engine up to the present: statuses, backfills, peaks of traffic, partitions, expired items, trimmed records,
//! forgotten tokens.
//!
//! It is done before each request, and costs as much as there is to do: tables and streams stand in queues by the moment at
//! which time alone changes something of them. A table is looked at again when a request has changed it, when it needs
//! more partitions, and when what it served will count as a peak. What is due at once is done in the order of names, as if
//! all tables had been looked at.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Engine;
use super::capacity::Place;
use super::stream::Stream;
use super::table::{Table, TimeToLive};
use super::{table_name, tree_bytes};
use crate::clock::Timestamp;

impl Engine {
    /// Brings everything up to the present: statuses, backfills, expired items, trimmed records, forgotten tokens. Tables,
    /// streams, items and tokens cost nothing here until their time has come.
    pub fn settle(&mut self) {
        // A request that broke off left its own.
        self.moment = None;
        let now = self.now();
        let due = self.take_due(now);
        self.settle_tables(&due, now);
        let expired = self.archive.expire(now);
        self.note_archived(expired);
        self.tokens.expire(now);
        self.follow_partitions(&due, now);
        self.settle_streams(now);
        self.expire(&due);
        for name in &due {
            self.reschedule(name, now);
        }
    }

    /// The names of the tables whose time has come, which then stand in the queue no more.
    fn take_due(&mut self, now: Timestamp) -> BTreeSet<Arc<str>> {
        let mut due = BTreeSet::new();
        while self.tables_due.first().is_some_and(|(at, _)| *at <= now) {
            let Some((_, name)) = self.tables_due.pop_first() else { break };
            if let Some(table) = self.tables.get_mut(&name) {
                table.due = None;
            }
            due.insert(name);
        }
        due
    }

    fn settle_tables(&mut self, due: &BTreeSet<Arc<str>>, now: Timestamp) {
        let mut gone = Vec::new();
        for name in due {
            let Some(table) = self.tables.get_mut(name) else { continue };
            let indexes = table.indexes.len();
            let exists = table.settle(now);
            if !exists || table.indexes.len() < indexes {
                self.turnover += table.trees().map(tree_bytes).sum::<u64>();
            }
            if !exists {
                gone.push(Arc::clone(&table.id));
                self.tables.remove(name);
            }
        }
        self.note_gone(gone);
    }

    /// Has a table settled at this moment, unless it will be before.
    pub(super) fn schedule(&mut self, name: &str, at: Timestamp) {
        let Some(table) = self.tables.get_mut(name).filter(|table| table.due.is_none_or(|due| due > at)) else {
            return;
        };
        let before = table.due.replace(at);
        let name = Arc::clone(&table.name);
        if let Some(before) = before {
            self.tables_due.remove(&(before, Arc::clone(&name)));
        }
        self.tables_due.insert((at, name));
    }

    /// Has every table settled before the next request.
    pub(super) fn schedule_all(&mut self) {
        let names: Vec<Arc<str>> = self.tables.keys().cloned().collect();
        for name in &names {
            self.schedule(name, Timestamp::default());
        }
    }

    /// Has a table settled when anything of it changes by time alone.
    fn reschedule(&mut self, name: &str, now: Timestamp) {
        let Some(table) = self.tables.get(name) else { return };
        let expiry = table.ttl().filter(|_| self.expires(table)).and_then(TimeToLive::next);
        if let Some(at) = table.next_change(now).into_iter().chain(expiry).min() {
            self.schedule(name, at);
        }
    }

    /// Has a table settled in time for what a request did to it, if [`Table::is_due_sooner`].
    pub(super) fn note_use(&mut self, name: &str, now: Timestamp) {
        let name = table_name(name);
        if self.tables.get(name).is_some_and(Table::needs_settling) {
            self.schedule(name, now);
        } else {
            self.reschedule(name, now);
        }
    }

    /// Opens and closes shards where a table's partitions have become more.
    fn follow_partitions(&mut self, due: &BTreeSet<Arc<str>>, now: Timestamp) {
        let next = self.changed + 1;
        let mut renewed = Vec::new();
        for name in due {
            let Some(table) = self.tables.get_mut(name) else { continue };
            let Some(setting) = table.stream.as_ref().filter(|setting| setting.view.is_some()) else { continue };
            let partitions = table.supply(&Place::Table).partitions();
            let count = partitions.all().len();
            if table.followed == count {
                continue;
            }
            if let Some(stream) = self.streams.get_mut(&setting.arn).filter(|stream| stream.is_open()) {
                let before = stream.newest_shard();
                stream.follow(partitions.starts(), now, next);
                if stream.newest_shard() != before {
                    renewed.push(Arc::clone(&setting.arn));
                }
            }
            table.followed = count;
        }
        for arn in renewed {
            self.note_renewed(arn);
        }
    }

    /// Lets streams whose time has come drop records, continue shards, or end.
    fn settle_streams(&mut self, now: Timestamp) {
        let next = self.changed + 1;
        while self.streams_due.first().is_some_and(|(due, _)| *due <= now) {
            let Some((_, arn)) = self.streams_due.pop_first() else { return };
            let Some(stream) = self.streams.get_mut(&arn) else { continue };
            let (shards, horizon) = (stream.newest_shard(), stream.horizon);
            let exists = stream.settle(now, next);
            let (is_renewed, is_trimmed) = (stream.newest_shard() != shards, stream.horizon > horizon);
            if exists {
                let due = stream.due();
                self.streams_due.extend(due.map(|due| (due, Arc::clone(&arn))));
            } else {
                self.streams.remove(&arn);
            }
            if !exists || is_trimmed {
                self.note_trimmed(Arc::clone(&arn));
            }
            if !exists || is_renewed {
                self.note_renewed(arn);
            }
        }
    }

    /// Takes a new table in; it is settled with the next request.
    pub(super) fn take_table_in(&mut self, mut table: Table) {
        let name = Arc::clone(&table.name);
        table.due = None;
        self.tables.insert(Arc::clone(&name), table);
        self.schedule(&name, Timestamp::default());
    }

    /// Takes a stream in; it is settled with the next request.
    pub(super) fn take_in(&mut self, stream: Stream) {
        self.streams_due.insert((Timestamp::default(), Arc::clone(&stream.arn)));
        self.streams.insert(Arc::clone(&stream.arn), stream);
    }

    /// Deletes the items of these tables that time to live has made due, as many as one request may.
    fn expire(&mut self, due: &BTreeSet<Arc<str>>) {
        if due.is_empty() {
            return;
        }
        let (now, mut left) = (self.calendar(), self.config.expiry_slice);
        for name in due {
            if self.tables.get(name).is_none_or(|table| !self.expires(table)) {
                continue;
            }
            while let Some(table) = self.tables.get_mut(name).filter(|_| left > 0) {
                let Some(gone) = table.expire_next(now) else { break };
                left -= 1;
                let Some(gone) = gone else { continue };
                let key = table.keys.key_of(&gone.item);
                let address = table.keys.position_if_complete(&key).map(|position| table.address(&position));
                self.record_change(name, key, address.unwrap_or_default(), (Some(gone.item), None), true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::clock::VirtualClock;
    use crate::engine::Config;
    use crate::engine::capacity::{Address, Direction, Units};
    use crate::engine::table::Index;

    const NAMES: [&str; 3] = ["Orders", "Sessions", "Votes"];

    /// A request, or time that passes.
    #[derive(Clone, Debug)]
    enum Step {
        Call(&'static str, Value),
        Wait(u64),
    }

    fn create(name: &str, kind: u8) -> Value {
        let attribute = |name: &str| json!({"AttributeName": name, "AttributeType": "S"});
        let key = |name: &str| json!([{"AttributeName": name, "KeyType": "HASH"}]);
        let units = json!({"ReadCapacityUnits": 2, "WriteCapacityUnits": 1});
        let mut create = json!({
            "TableName": name, "AttributeDefinitions": [attribute("id"), attribute("state")], "KeySchema": key("id"),
            "GlobalSecondaryIndexes": [{
                "IndexName": "byState", "KeySchema": key("state"), "Projection": {"ProjectionType": "ALL"},
            }],
        });
        if kind.is_multiple_of(2) {
            create["ProvisionedThroughput"] = units.clone();
            create["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"] = units;
        } else {
            create["BillingMode"] = "PAY_PER_REQUEST".into();
        }
        if kind.is_multiple_of(3) {
            create["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"});
        }
        create
    }

    fn step() -> impl Strategy<Value = Step> {
        let name = prop::sample::select(&NAMES[..]);
        (name, 0_u8..12, 0_u8..6, 1_u64..90).prop_map(|(name, what, kind, some)| {
            let key = json!({"S": format!("key {kind}")});
            match what {
                0 => Step::Call("CreateTable", create(name, kind)),
                1 => Step::Call("DeleteTable", json!({"TableName": name})),
                2 => Step::Call("UpdateTable", json!({"TableName": name, "BillingMode": "PAY_PER_REQUEST"})),
                3 => Step::Call(
                    "UpdateTable",
                    json!({"TableName": name, "ProvisionedThroughput": {"ReadCapacityUnits": some, "WriteCapacityUnits": 4000}}),
                ),
                4 => Step::Call(
                    "UpdateTimeToLive",
                    json!({"TableName": name, "TimeToLiveSpecification": {"AttributeName": "until", "Enabled": kind > 0}}),
                ),
                5 => Step::Wait(some * 60_000),
                6 => Step::Wait(some * 37),
                7 => Step::Call("DeleteItem", json!({"TableName": name, "Key": {"id": key}})),
                8 => Step::Call("Query", json!({
                    "TableName": name, "KeyConditionExpression": "id = :k", "ExpressionAttributeValues": {":k": key},
                })),
                _ => {
                    let until = VirtualClock::LAB_START.as_secs() + some * 100;
                    let item = json!({
                        "id": key, "state": {"S": "x".repeat(usize::from(kind) * 4000 + 1)},
                        "until": {"N": until.to_string()},
                    });
                    Step::Call("PutItem", json!({"TableName": name, "Item": item}))
                }
            }
        })
    }

    /// All that can be seen of an engine.
    fn seen(engine: &Engine) -> String {
        let tables = engine.tables().map(|table| {
            let places = std::iter::once(Place::Table).chain(table.indexes.iter().map(Index::place));
            let supplies: Vec<String> = places
                .map(|place| {
                    let supply = table.supply(&place);
                    let starts: Vec<_> = supply.partitions().starts().collect();
                    format!("{:?} {starts:?} {:?} {:?}", supply.limits(), table.warm(), supply.given())
                })
                .collect();
            let items: Vec<_> = table.items().iter().map(|(_, stored)| &stored.item).collect();
            format!("{:?} {} {supplies:?} {items:?}", table.without_items(), table.describe())
        });
        let streams = engine.recorders().map(|stream| format!("{:?}", stream.without_records()));
        format!("{:?} {:?} {}", tables.collect::<Vec<_>>(), streams.collect::<Vec<_>>(), engine.next_sequence())
    }

    #[test]
    fn a_peak_counts_as_soon_as_it_is_old_enough_and_a_quiet_table_is_not_looked_at() {
        let clock = VirtualClock::new(VirtualClock::LAB_START);
        let mut engine = Engine::new(Config::default(), Arc::new(clock.clone()));
        for (name, kind) in [("Votes", 1), ("Orders", 2)] {
            engine.call("CreateTable", create(name, kind)).unwrap();
        }
        engine.settle();
        assert!(engine.tables_due.is_empty(), "nothing was asked of either table");
        for _ in 0..60 {
            let (now, place) = (engine.now(), Place::Table);
            let table = engine.data_table_mut("Votes").unwrap();
            table.supply_mut(&place).spend(Direction::Write, Address::default(), Units::whole(3000), now);
            let is_sooner = table.is_due_sooner(now);
            assert_eq!(is_sooner, engine.tables_due.is_empty(), "once is enough");
            engine.note_use("Votes", now);
            clock.advance_millis(1000);
        }
        let mut rates = Vec::new();
        for minutes in [28, 1, 1, 1] {
            clock.advance_millis(minutes * 60_000);
            engine.settle();
            rates.push(engine.table("Votes").unwrap().supply(&Place::Table).rate(Direction::Write));
        }
        assert_eq!(rates, [4000, 4000, 6000, 6000], "half an hour after the minute that was served");
        assert!(engine.tables_due.is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// An engine that looks only at what is due against one that looks at every table before each request.
        #[test]
        fn what_is_due_is_all_that_there_is_to_do(steps in prop::collection::vec(step(), 1..120)) {
            let clocks = [(), ()].map(|()| VirtualClock::new(VirtualClock::LAB_START));
            let [mut queued, mut thorough] =
                clocks.clone().map(|clock| Engine::new(Config { expiry_delay: 5_000, ..Config::default() }, Arc::new(clock)));
            for step in steps {
                match step {
                    Step::Wait(millis) => clocks.iter().for_each(|clock| clock.advance_millis(millis)),
                    Step::Call(verb, body) => {
                        thorough.schedule_all();
                        prop_assert_eq!(queued.call(verb, body.clone()), thorough.call(verb, body));
                    }
                }
                thorough.schedule_all();
                thorough.settle();
                queued.settle();
                prop_assert_eq!(seen(&queued), seen(&thorough));
            }
        }
    }
}
