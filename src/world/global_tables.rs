//! Global tables: the same table in several Regions, each of which takes writes, and all of which end up alike.
//!
//! The life of a write: it is done in one Region as if there were no other; `note` puts its image on the way
//! to every other replica; when it arrives it is applied unless the item there was written later ("last writer wins", by
//! the time of the write, then by the Region's name). Two writes of one item of which neither Region had heard of the
//! other's are a conflict: one of them is lost without a word, and noted here, which the service does not do.
//!
//! The settings that replicas share (`shared_settings`) are changed in all of them at once: time to live, billing mode,
//! throughput, global indexes. Tags, streams, deletion protection, table class, point-in-time recovery, policies and the
//! like are each replica's own. An item that expires is deleted in one Region, the table's own here, and the deletion is
//! replicated, as a write of each other Region and without a word there that time to live did it.
//!
//! Model: every image takes as long, one second unless set otherwise; a replica is filled at once; it costs a write unit
//! for each KB in each Region. Left out: multi-Region strong consistency, where a write waits for the other Regions and may
//! be refused with ReplicatedWriteConflictException, and its witnesses (both are refused); read throughput of a replica of
//! its own; encryption.
//! Source: AWS documentation, "Global tables: multi-active, multi-Region replication" (version 2019.11.21).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::engine::messages::tables::REPLICA_STREAM;
use crate::engine::value::Item;
use crate::engine::value::json::encode_item;
use crate::engine::{ApiError, Change, ErrorKind};

/// The Regions there are.
pub const REGIONS: [&str; 14] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-2",
];
/// How long an image is on its way, in milliseconds.
const LAG_MILLIS: u64 = 1000;
/// How many conflicts are remembered.
const KEPT_CONFLICTS: usize = 100;

/// When and where an image was written: what decides who wins.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// When.
    pub at: Timestamp,
    /// In which Region.
    pub region: String,
}

/// An image on its way to a replica.
#[derive(Clone, Debug)]
pub(super) struct Underway {
    pub(super) table: Arc<str>,
    pub(super) to: String,
    pub(super) key: Item,
    pub(super) image: Option<Item>,
    stamp: Stamp,
}

/// Two writes of one item that did not know of each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The table.
    pub table: Arc<str>,
    /// The item's key, in wire form.
    pub key: String,
    /// The write that is left.
    pub won: Stamp,
    /// The write that is lost.
    pub lost: Stamp,
}

/// The global tables, and what is on its way between their replicas.
#[derive(Clone, Debug)]
pub struct GlobalTables {
    /// Regions by table.
    tables: BTreeMap<Arc<str>, BTreeSet<String>>,
    /// Milliseconds that an image is on its way.
    lag: u64,
    /// By arrival, then by the order in which they were sent.
    underway: BTreeMap<(Timestamp, u64), Underway>,
    sent: u64,
    /// The longest that an image was ever on its way.
    longest: u64,
    /// The newest write of each item in each Region, as long as an image may arrive that did not know of it.
    newest: OrdMap<ItemPlace, Stamp>,
    /// The same, oldest write first.
    by_age: OrdSet<(Timestamp, ItemPlace)>,
    conflicts: Vec<Conflict>,
}

/// A table, a Region and an item's key.
type ItemPlace = (Arc<str>, String, String);

impl Default for GlobalTables {
    fn default() -> Self {
        Self {
            tables: BTreeMap::new(),
            lag: LAG_MILLIS,
            underway: BTreeMap::new(),
            sent: 0,
            longest: LAG_MILLIS,
            newest: OrdMap::new(),
            by_age: OrdSet::new(),
            conflicts: Vec::new(),
        }
    }
}

impl GlobalTables {
    /// The Regions of a table; empty if it is not global.
    pub fn regions(&self, table: &str) -> impl Iterator<Item = &str> {
        self.tables.get(table).into_iter().flatten().map(String::as_str)
    }

    /// How long an image is on its way, in milliseconds.
    #[must_use]
    pub const fn lag(&self) -> u64 {
        self.lag
    }

    /// From now on images are on their way for so many milliseconds.
    pub fn set_lag(&mut self, millis: u64) {
        self.lag = millis;
        self.longest = self.longest.max(millis);
    }

    /// How many images are on their way.
    #[must_use]
    pub fn underway(&self) -> usize {
        self.underway.len()
    }

    /// The names of all global tables, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(|name| &**name)
    }

    /// How many images of a table are on their way to a Region, and when the first of them arrives.
    #[must_use]
    pub fn underway_to(&self, table: &str, region: &str) -> (usize, Option<Timestamp>) {
        let to = |image: &Underway| *image.table == *table && image.to == region;
        let mut arrivals = self.underway.iter().filter(|(_, image)| to(image)).map(|((at, _), _)| *at);
        let first = arrivals.next();
        (usize::from(first.is_some()) + arrivals.count(), first)
    }

    /// The conflicts there were, oldest first.
    #[must_use]
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// When the next image arrives.
    #[must_use]
    pub fn next_arrival(&self) -> Option<Timestamp> {
        self.underway.keys().next().map(|(at, _)| *at)
    }

    /// Makes a Region hold a replica of a table.
    pub(super) fn join(&mut self, table: &Arc<str>, regions: [&str; 2]) {
        let joined = self.tables.entry(Arc::clone(table)).or_default();
        joined.extend(regions.map(str::to_owned));
    }

    /// Ends a replica; a table with one Region left is global no more.
    pub(super) fn leave(&mut self, table: &str, region: &str) {
        if let Some(regions) = self.tables.get_mut(table) {
            regions.remove(region);
            if regions.len() < 2 {
                self.tables.remove(table);
            }
        }
        self.underway.retain(|_, image| !(*image.table == *table && image.to == region));
    }

    /// Puts what changed in a Region on its way to the other replicas.
    pub(super) fn note(&mut self, region: &str, changes: Vec<Change>) {
        for change in changes {
            let Some(regions) = self.tables.get(&change.table).filter(|regions| regions.contains(region)) else {
                continue;
            };
            let stamp = Stamp { at: change.at, region: region.to_owned() };
            for to in regions.iter().filter(|to| *to != region) {
                self.sent += 1;
                let image = Underway {
                    table: Arc::clone(&change.table),
                    to: to.clone(),
                    key: change.key.clone(),
                    image: change.new.clone(),
                    stamp: stamp.clone(),
                };
                self.underway.insert((change.at.plus_millis(self.lag), self.sent), image);
            }
            self.set_newest((Arc::clone(&change.table), region.to_owned(), text(&change.key)), &stamp);
        }
    }

    /// Notes the newest write of an item, and forgets those that no image can meet any more: every image that is still on
    /// its way, or will be, was written so long after them that it had heard of them.
    fn set_newest(&mut self, place: ItemPlace, stamp: &Stamp) {
        let first = self.next_arrival().map(|at| at.as_millis().saturating_sub(self.longest));
        let known = first.unwrap_or(u64::MAX).min(stamp.at.as_millis()).saturating_sub(self.longest);
        self.by_age.insert((stamp.at, place.clone()));
        if let Some(before) = self.newest.insert(place.clone(), stamp.clone()).filter(|before| before.at != stamp.at) {
            self.by_age.remove(&(before.at, place));
        }
        while let Some(oldest) = self.by_age.get_min().filter(|(at, _)| at.as_millis() < known).cloned() {
            self.by_age.remove(&oldest);
            self.newest.remove(&oldest.1);
        }
    }

    /// Lets the image arrive that is due next; answers with it if it is to be applied.
    pub(super) fn arrive(&mut self) -> Option<Underway> {
        let (_, arriving) = self.underway.pop_first()?;
        let Underway { table, to, key, stamp, .. } = &arriving;
        let place = (Arc::clone(table), to.clone(), text(key));
        if let Some(local) = self.newest.get(&place).cloned() {
            self.note_conflict(table, &place.2, &local, stamp);
            if local > *stamp {
                return None;
            }
        }
        self.set_newest(place, stamp);
        Some(arriving)
    }

    /// Notes two writes that did not know of each other: the earlier had not arrived where the later was made.
    fn note_conflict(&mut self, table: &Arc<str>, key: &str, local: &Stamp, arriving: &Stamp) {
        let (lost, won) = if local < arriving { (local, arriving) } else { (arriving, local) };
        if lost.region == won.region || won.at.millis_since(lost.at) >= self.lag {
            return;
        }
        let conflict = Conflict { table: Arc::clone(table), key: key.to_owned(), won: won.clone(), lost: lost.clone() };
        if !self.conflicts.contains(&conflict) {
            self.conflicts.push(conflict);
            if self.conflicts.len() > KEPT_CONFLICTS {
                self.conflicts.remove(0);
            }
        }
    }

    /// Tells a table's replicas in its description.
    pub(super) fn describe(&self, description: &mut Value) {
        let name = description["TableName"].as_str().unwrap_or_default().to_owned();
        let replicas: Vec<Value> =
            self.regions(&name).map(|region| json!({"RegionName": region, "ReplicaStatus": "ACTIVE"})).collect();
        if !replicas.is_empty() {
            description["GlobalTableVersion"] = "2019.11.21".into();
            description["Replicas"] = replicas.into();
            description["MultiRegionConsistency"] = "EVENTUAL".into();
        }
    }
}

/// A key as text.
fn text(key: &Item) -> String {
    Value::Object(encode_item(key)).to_string()
}

/// The Regions that ReplicaUpdates adds and removes.
///
/// # Errors
/// An update that is neither, or a Region that is not known.
pub(super) fn replica_updates(updates: &Value) -> Result<Vec<(String, bool)>, ApiError> {
    let one = |update: &Value| {
        let (adds, change) = match (update.get("Create"), update.get("Delete")) {
            (Some(create), None) => (true, create),
            (None, Some(delete)) => (false, delete),
            _ => return Err(ApiError::validation(EXPECTED_CREATE_OR_DELETE)),
        };
        let region = change["RegionName"].as_str().unwrap_or_default();
        if REGIONS.contains(&region) {
            Ok((region.to_owned(), adds))
        } else {
            Err(ApiError::validation(format!(
                "{INVALID}Region {region} is not known; it may be one of {}",
                REGIONS.join(", ")
            )))
        }
    };
    updates.as_array().into_iter().flatten().map(one).collect()
}

const INVALID: &str = "One or more parameter values were invalid: ";
const EXPECTED_CREATE_OR_DELETE: &str =
    "One or more parameter values were invalid: each of ReplicaUpdates must be one Create or one Delete";

/// What a request changes in all replicas of a table, as a request to each other Region: time to live, or the members of
/// UpdateTable that they share. `None` if it is about this replica alone.
pub(super) fn shared_settings(verb: &str, body: &Value) -> Option<Value> {
    let mut shared = json!({"TableName": table_name(body)});
    let members: &[&str] = if verb == "UpdateTimeToLive" { &["TimeToLiveSpecification"] } else { &SHARED };
    for member in members {
        if let Some(value) = body.get(*member) {
            shared[*member] = value.clone();
        }
    }
    (shared.as_object().is_some_and(|members| members.len() > 1)).then_some(shared)
}

/// The members of UpdateTable that replicas share.
const SHARED: [&str; 5] = [
    "AttributeDefinitions",
    "BillingMode",
    "ProvisionedThroughput",
    "OnDemandThroughput",
    "GlobalSecondaryIndexUpdates",
];

/// The table that a request is about: by its name, or the end of its ARN.
pub(super) fn table_name(body: &Value) -> &str {
    let given = body["TableName"].as_str().unwrap_or_default();
    given.rsplit_once(":table/").map_or(given, |(_, name)| name)
}

/// A table whose stream does not hold both images.
pub(super) fn stream_needed() -> ApiError {
    ApiError::validation(
        "One or more parameter values were invalid: a table with replicas needs a stream with the view type \
         NEW_AND_OLD_IMAGES",
    )
}

/// A replica of a table with fixed write units.
pub(super) fn fixed_writes() -> ApiError {
    ApiError::validation("Table write capacity should either be Pay-Per-Request or AutoScaled.")
}

/// A replica whose stream is switched off.
pub(super) fn stream_stays() -> ApiError {
    ApiError::validation(REPLICA_STREAM)
}

/// A replica that exists already, or is the table itself.
pub(super) fn replica_exists(table: &str, region: &str) -> ApiError {
    let message = format!(
        "Failed to create a the new replica of table with name: '{table}' because one or more replicas already existed as tables in Region: {region}"
    );
    ApiError::new(ErrorKind::ValidationException, message)
}

/// A replica that does not exist.
pub(super) fn no_replica(table: &str, region: &str) -> ApiError {
    ApiError::validation(format!(
        "{INVALID}Replica specified in the Replica Update or Replica Delete action of the request was not found: table {table} in {region}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::capacity::Address;

    fn change(key: u64, at: u64) -> Change {
        let item = Item::from([("id".to_owned(), key.to_string().as_str().into())]);
        let (at, table, address) = (Timestamp::from_millis(at), "Carts".into(), Address::default());
        Change {
            sequence: at.as_millis(),
            at,
            table,
            key: item.clone(),
            address,
            old: None,
            new: Some(item),
            expired: false,
        }
    }

    #[test]
    fn what_no_image_can_meet_any_more_is_forgotten_and_conflicts_are_still_seen() {
        let mut global = GlobalTables::default();
        global.join(&"Carts".into(), ["us-east-1", "eu-west-1"]);
        for second in 0..10_000 {
            global.note("us-east-1", vec![change(second, second * 1000)]);
            while global.next_arrival().is_some_and(|at| at.as_millis() <= second * 1000) {
                assert!(global.arrive().is_some());
            }
        }
        assert!(global.newest.len() < 20 && global.by_age.len() == global.newest.len(), "{}", global.newest.len());
        global.note("eu-west-1", vec![change(9_999, 9_999_500)]);
        while global.next_arrival().is_some() {
            global.arrive();
        }
        assert_eq!(global.conflicts().len(), 1, "neither had heard of the other");
        assert_eq!(global.conflicts()[0].won.region, "eu-west-1");
    }
}
