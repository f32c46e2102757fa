//! What a fact was seen on, and whether that still stands: the design that a load or traffic ran on, the table or index that
//! was read, the items that were written.
//!
//! A requirement asks what is so, and an event is of the past: it shows what stands now only as long as that is what it was
//! about. So each event that speaks of something that can be changed remembers it ([`Ground`]), and the judge asks whether it
//! is the same still. Where another event is needed, the words say which.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use ecow::EcoString;

use super::facts::{Fact, FactKind, Part, Seen};
use super::workbench::Workbench;
use crate::content::lab::requirement::RequestEffect;
use crate::engine::Engine;
use crate::engine::capacity::Direction;
use crate::engine::journal::Sender;
use crate::engine::table::schema::KeySchema;
use crate::engine::table::{Billing, Table, Throughput};
use crate::engine::value::Item;
use crate::engine::value::key::KeyAttribute;

/// What tables were made of at a moment, by their names.
pub(super) type Designs = BTreeMap<String, String>;

/// Something that a fact was seen on, as it was then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ground {
    region: String,
    table: String,
    /// The index that was read.
    index: Option<String>,
    /// Everything of it that the fact depends on; nothing if it was not there.
    as_was: Option<String>,
    what: What,
}

/// What of it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// All of the table's design, its units and indexes included.
    Design,
    /// What the table or its index holds.
    Place,
    /// The table's stream.
    Stream,
    /// The policies of the role that asked.
    Policies(String),
}

/// What all tables are made of now.
pub(super) fn designs(bench: &Workbench) -> Designs {
    bench.engine().tables().map(|table| (table.name.to_string(), design(table, bench))).collect()
}

/// What decides what traffic on a table comes to: which table it is, its keys, its indexes, how it is paid for. Units that
/// Auto Scaling changes by itself are not a part of it.
fn design(table: &Table, bench: &Workbench) -> String {
    let mut out = format!("{} {}", table.id, keys(&table.keys));
    let add = |units: Throughput, index: Option<&str>, out: &mut String| {
        let scaled = |direction| bench.world().autoscaling().scales(&table.name, index, direction);
        for (direction, units) in [(Direction::Read, units.read), (Direction::Write, units.write)] {
            let _ = if scaled(direction) { out.write_str(" scaled") } else { write!(out, " {units}") };
        }
    };
    match table.billing {
        Billing::OnDemand => out.push_str(" on demand"),
        Billing::Provisioned(units) => add(units, None, &mut out),
    }
    for index in &table.indexes {
        let schema = &index.schema;
        let is_active = index.state.status() == "ACTIVE";
        let _ = write!(out, "; {} {} {:?} {is_active}", schema.name, keys(&schema.keys), schema.projection);
        if let Some(units) = index.throughput {
            add(units, Some(&schema.name), &mut out);
        }
    }
    out
}

fn keys(keys: &KeySchema) -> String {
    let names = |part: &[KeyAttribute]| {
        part.iter().map(|key| format!("{} {}", key.name, key.kind.descriptor())).collect::<Vec<_>>().join(",")
    };
    format!("{}/{}", names(&keys.partition), names(&keys.sort))
}

/// What decides what a read brings back: which table it is, and what its index holds.
fn place_of(engine: &Engine, table: &str, index: Option<&str>) -> Option<String> {
    let table = engine.table(table)?;
    let Some(name) = index else { return Some(table.id.to_string()) };
    let schema = &table.index(name)?.schema;
    Some(format!("{} {} {:?}", table.id, keys(&schema.keys), schema.projection))
}

/// What a fact that has just been seen stands on.
pub(super) fn grounds(fact: &Fact, seen: &Seen<'_>) -> Vec<Ground> {
    let (region, bench) = (fact.region.clone(), seen.bench);
    if fact.kind == FactKind::Traffic || fact.effect == RequestEffect::Load {
        let Some(table) = fact.request["TableName"].as_str().map(str::to_owned) else { return Vec::new() };
        let now = || Some(design(bench.engine().table(&table)?, bench));
        let as_was = seen.before.get(&table).cloned().or_else(now);
        return vec![Ground { region, table, index: None, as_was, what: What::Design }];
    }
    if fact.kind != FactKind::Request || fact.error.is_some() {
        return Vec::new();
    }
    let Some(engine) = bench.world().engine_of(&region) else { return Vec::new() };
    let mut found: Vec<Ground> = Vec::new();
    for part in &fact.parts {
        let index = part.index.clone();
        let (as_was, what) = match part.effect {
            RequestEffect::Read => (place_of(engine, &part.table, index.as_deref()), What::Place),
            RequestEffect::Stream => (stream_of(engine, &part.table), What::Stream),
            _ => continue,
        };
        if !found.iter().any(|ground| ground.table == part.table && ground.index == part.index) {
            found.push(Ground { region: region.clone(), table: part.table.clone(), index, as_was, what });
        }
    }
    if let (Sender::Role { role, .. }, false) = (&fact.sender, found.is_empty()) {
        let as_was = bench.world().iam().policies_of(role);
        found.push(Ground {
            region,
            table: String::new(),
            index: None,
            as_was,
            what: What::Policies(role.to_string()),
        });
    }
    found
}

fn stream_of(engine: &Engine, table: &str) -> Option<String> {
    let stream = engine.table(table)?.stream.as_ref()?;
    Some(format!("{} {:?}", stream.arn, stream.view))
}

impl Ground {
    /// Why it does not stand any more, in whole words; `None` if it does.
    pub(super) fn lack(&self, fact: &Fact, bench: &Workbench) -> Option<String> {
        let Self { table, index, as_was, .. } = self;
        let engine = bench.world().engine_of(&self.region);
        let now = match &self.what {
            What::Design => bench.engine().table(table).map(|found| design(found, bench)),
            What::Place => engine.and_then(|engine| place_of(engine, table, index.as_deref())),
            What::Stream => engine.and_then(|engine| stream_of(engine, table)),
            What::Policies(role) => bench.world().iam().policies_of(role),
        };
        if now == *as_was {
            return None;
        }
        let verb = &fact.verb;
        // Nothing was changed by anybody: an index has been built.
        let is_built = as_was.as_ref().map(|was| was.replace(" false", " true")) == now;
        let did = if is_built && self.what == What::Design {
            format!("An index of {table} was still being built when")
        } else {
            String::new()
        };
        Some(match (&self.what, index) {
            (What::Design, _) if !did.is_empty() && fact.effect == RequestEffect::Load => {
                format!("{did} your load began: type :load again.")
            }
            (What::Design, _) if !did.is_empty() => format!("{did} your traffic began: send it again."),
            (What::Design, _) if fact.effect == RequestEffect::Load => {
                format!("The table {table} was changed after your load: type :load again.")
            }
            (What::Design, _) => format!("The table {table} was changed after your traffic: send it again."),
            (What::Place, Some(index)) => {
                format!("The index {index} is not the one that your {verb} read: read it again.")
            }
            (What::Place, None) => format!("The table {table} is not the one that your {verb} read: read it again."),
            (What::Stream, _) => format!("The stream of {table} was changed after your {verb}: read it again."),
            (What::Policies(role), _) => {
                format!("The policies of the role {role} were changed after your {verb}: send it again.")
            }
        })
    }
}

/// An item that was written, by its place, and what the write made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StandingItem {
    region: String,
    table: String,
    key: Item,
    /// The attributes that the write changed; if it changed none, all count.
    changed: BTreeSet<String>,
    /// Whether there was an item then.
    is_there: bool,
}

impl StandingItem {
    pub(super) fn of(fact: &Fact, part: &Part) -> Self {
        let is_there = part.change.as_ref().is_none_or(|change| change.new.is_some());
        let (region, table, key) = (fact.region.clone(), part.table.clone(), part.key.clone());
        Self { region, table, key, changed: changed(part), is_there }
    }

    /// Whether a later write is one of this item, and leaves an item where this one left one.
    pub(super) fn is_left_by(&self, part: &Part) -> bool {
        let is_there = part.change.as_ref().is_some_and(|change| change.new.is_some());
        part.table == self.table && part.key == self.key && is_there == self.is_there
    }

    /// Whether a fact has made something else of what the write made of it.
    pub(super) fn is_changed_by(&self, fact: &Fact) -> bool {
        fact.region == self.region
            && fact.parts.iter().any(|part| {
                let is_of_it = part.effect == RequestEffect::Write && part.table == self.table && part.key == self.key;
                let later = if is_of_it { changed(part) } else { BTreeSet::new() };
                !later.is_empty() && (self.changed.is_empty() || !later.is_disjoint(&self.changed))
            })
    }
}

/// The attributes that a write changed.
fn changed(part: &Part) -> BTreeSet<String> {
    let none = Item::new();
    let Some(change) = &part.change else { return BTreeSet::new() };
    let (old, new) = (change.old.as_ref().unwrap_or(&none), change.new.as_ref().unwrap_or(&none));
    old.keys().chain(new.keys()).filter(|name| old.get(name) != new.get(name)).map(EcoString::to_string).collect()
}
