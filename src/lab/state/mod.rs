//! What must be so now, asked of the world: of tables, indexes and items directly, of what stands around them by trying it
//! on a copy, so that a setting is judged as it is, however many requests led there.

use std::collections::BTreeSet;

use ecow::EcoString;

use super::expand::expanded;
use super::facts::{Fact, Seen, Wanted};
use super::fits::{effect_of, fits};
use super::reasons::{bound, counted, listed, nothing, place, sentence};
use super::standing::Designs;
use super::value::{attributes_words, differs, key_words, partition_names, plain_key, weight};
use super::workbench::{ReplyKind, Workbench};
use crate::content::lab::requirement::{Attributes, Bound, RequestEffect, State};
use crate::content::lab::state::{
    IndexKindWanted, IndexWanted, ItemState, ItemsState, ProjectionWanted, TableState, Would,
};
use crate::engine::Engine;
use crate::engine::capacity::grouped;
use crate::engine::table::schema::{self, IndexSchema, KeySchema, Projection};
use crate::engine::table::{Billing, Index, Table, Throughput, Tree};
use crate::engine::value::Item;

mod around;

pub(super) use around::clock_lack;
use around::{cache, clock, cluster, mapping, policy, queue, replicas, scaling};

/// How many values of items are held against wanted ones in a step's work.
const COMPARISONS_A_STEP: u64 = 4;

/// What is not as wanted, in one sentence; `None` if all is.
pub(super) fn lack(state: &State, bench: &mut Workbench) -> Option<String> {
    let words = match state {
        State { table: Some(wanted), .. } => table(wanted, bench),
        State { index: Some(wanted), .. } => index(wanted, bench),
        State { item: Some(wanted), .. } => item(wanted, bench),
        State { items: Some(wanted), .. } => items(wanted, bench),
        State { policy: Some(wanted), .. } => policy(wanted, bench),
        State { mapping: Some(wanted), .. } => mapping(wanted, bench),
        State { replicas: Some(wanted), .. } => replicas(wanted, bench),
        State { cache: Some(wanted), .. } => cache(wanted, bench),
        State { cluster: Some(wanted), .. } => cluster(wanted, bench),
        State { clock: Some(wanted), .. } => clock(wanted, bench),
        State { scaling: Some(wanted), .. } => scaling(wanted, bench),
        State { queue: Some(wanted), .. } => queue(wanted, bench),
        State { would: Some(wanted), .. } => would(wanted, bench),
        _ => Some("this state says nothing".to_owned()),
    };
    words.map(|words| sentence(&words))
}

fn engine<'a>(bench: &'a Workbench, region: Option<&str>) -> Option<&'a Engine> {
    match region {
        None => Some(bench.engine()),
        Some(region) => bench.world().engine_of(region),
    }
}

fn in_region(region: Option<&str>) -> String {
    region.map(|region| format!(" in {region}")).unwrap_or_default()
}

fn find<'a>(bench: &'a Workbench, name: &str, region: Option<&str>) -> Result<&'a Table, String> {
    let table = engine(bench, region).and_then(|engine| engine.table(name));
    table.ok_or_else(|| elsewhere(bench, name, region))
}

/// What is said of a table that is not there: that it is in another Region, or goes by other capitals, if it does.
fn elsewhere(bench: &Workbench, name: &str, region: Option<&str>) -> String {
    let home = bench.engine();
    let wanted = region.unwrap_or(&home.config().region);
    let all = bench.world().abroad().chain([(home.config().region.as_str(), home)]);
    let mut others = all.filter(|(other, engine)| *other != wanted && engine.table(name).is_some());
    if let Some((other, _)) = others.next() {
        return format!("the table {name} is in {other}, not in {wanted}");
    }
    let mut tables = engine(bench, region).into_iter().flat_map(Engine::tables);
    match tables.find(|table| table.name.eq_ignore_ascii_case(name)) {
        Some(table) => format!("there is a table {}, but no table {name}{}", table.name, in_region(region)),
        None => format!("there is no table {name}{}", in_region(region)),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a lab lie far below 2^52")]
fn outside(wanted: Option<Bound>, found: u64) -> Option<String> {
    wanted.filter(|wanted| !wanted.holds(found as f64)).map(|wanted| bound(&wanted))
}

fn table(wanted: &TableState, bench: &Workbench) -> Option<String> {
    let region = wanted.region.as_deref();
    let found = match find(bench, &wanted.name, region) {
        Ok(_) if wanted.exists == Some(false) => {
            return Some(format!("the table {}{} exists", wanted.name, in_region(region)));
        }
        Ok(found) => found,
        Err(_) if wanted.exists == Some(false) => return None,
        Err(words) => return Some(words),
    };
    let name = &wanted.name;
    if let Some(words) =
        keys(&found.keys, wanted.partition_key.as_deref(), wanted.sort_key.as_deref(), &format!("the table {name}"))
    {
        return Some(words);
    }
    let status = found.state.status();
    if let Some(wanted) = wanted.status.as_ref().filter(|wanted| *wanted != status) {
        return Some(format!("the table {name} is {status}, not {wanted}"));
    }
    let (billing, units) = match found.billing {
        Billing::OnDemand => ("PAY_PER_REQUEST", None),
        Billing::Provisioned(units) => ("PROVISIONED", Some(units)),
    };
    if let Some(wanted) = wanted.billing.as_ref().filter(|wanted| *wanted != billing) {
        return Some(format!("the billing mode of {name} is {billing}, not {wanted}"));
    }
    let units = units.unwrap_or_default();
    let units = (billing == "PROVISIONED").then_some(units);
    if let Some(words) = units_differ((wanted.read, wanted.write), units, &format!("the table {name}")) {
        return Some(words);
    }
    if let Some(wanted) = outside(wanted.indexes, found.indexes.len() as u64) {
        return Some(format!("the number of indexes of {name} is {}, not {wanted}", found.indexes.len()));
    }
    let count = found.items().len() as u64;
    if let Some(wanted) = outside(wanted.items, count) {
        return Some(format!("the table {name} has {}, not {wanted}", counted(count, "items")));
    }
    let none = || "none".to_owned();
    let ttl = found.ttl().map_or_else(none, |ttl| ttl.attribute.clone());
    if let Some(wanted) = wanted.ttl.as_ref().filter(|wanted| **wanted != ttl) {
        return Some(format!("the time-to-live attribute of {name} is {ttl}, not {wanted}"));
    }
    let stream = found.stream.as_ref().and_then(|stream| stream.view.clone()).unwrap_or_else(none);
    if let Some(wanted) = wanted.stream.as_ref().filter(|wanted| **wanted != stream) {
        return Some(match (stream.as_str(), wanted.as_str()) {
            ("none", _) => format!("the table {name} has no stream"),
            (_, "none") => format!("the table {name} has a stream"),
            _ => format!("the stream of {name} has the view {stream}, not {wanted}"),
        });
    }
    if wanted.deletion_protection.is_some_and(|wanted| wanted != found.deletion_protection) {
        return Some(format!("deletion protection of {name} is {}", on_or_off(found.deletion_protection)));
    }
    let recovery = found.recovery.is_some();
    let differs = wanted.recovery.is_some_and(|wanted| wanted != recovery);
    differs.then(|| format!("point-in-time recovery of {name} is {}", on_or_off(recovery)))
}

/// What is not as wanted of the units, read and write, of a table or index; it has none if it is on demand.
fn units_differ(wanted: (Option<Bound>, Option<Bound>), found: Option<Throughput>, owner: &str) -> Option<String> {
    let units = found.unwrap_or_default();
    [(wanted.0, units.read, "RCU"), (wanted.1, units.write, "WCU")].into_iter().find_map(|(wanted, units, unit)| {
        let wanted = wanted?;
        match found {
            None => Some(format!("{owner} is on demand and has no {unit}; {} are wanted", bound(&wanted))),
            Some(_) => outside(Some(wanted), units)
                .map(|wanted| format!("{owner} has {} {unit}, not {wanted}", grouped(units))),
        }
    })
}

const fn on_or_off(is_on: bool) -> &'static str {
    if is_on { "on" } else { "off" }
}

/// What is not as wanted of keys. A key may be written with its type: `day (S)`.
fn keys(found: &KeySchema, partition: Option<&str>, sort: Option<&str>, owner: &str) -> Option<String> {
    for (wanted, found, role) in [(partition, &found.partition, "partition"), (sort, &found.sort, "sort")] {
        let Some(wanted) = wanted else { continue };
        let typed = wanted.contains('(');
        let names: Vec<String> = found
            .iter()
            .map(|key| if typed { format!("{} ({})", key.name, key.kind.descriptor()) } else { key.name.clone() })
            .collect();
        let is_right = if wanted == "none" { names.is_empty() } else { names.join(", ") == wanted };
        if is_right {
            continue;
        }
        return Some(match names.as_slice() {
            [] => format!("{owner} has no {role} key; {wanted} is wanted"),
            _ if wanted == "none" => format!("{owner} has the {role} key {}, and none is wanted", listed(&names)),
            _ => format!("the {role} key of {owner} is {}, not {wanted}", listed(&names)),
        });
    }
    None
}

fn index(wanted: &IndexWanted, bench: &Workbench) -> Option<String> {
    let table = match find(bench, &wanted.table, None) {
        Ok(table) => table,
        Err(words) => return Some(words),
    };
    let named = |index: &&Index| wanted.name.as_ref().is_none_or(|name| *name == *index.schema.name);
    let all: Vec<&Index> = table.indexes.iter().filter(named).collect();
    if wanted.exists == Some(false) {
        return all
            .iter()
            .find(|index| index_differs(wanted, index, table).is_none())
            .map(|index| format!("the table {} has the index {}", wanted.table, index.schema.name));
    }
    if all.iter().any(|index| index_differs(wanted, index, table).is_none()) {
        return None;
    }
    // An index that was there for other keys before is no try of this one.
    let is_other = |index: &Index| {
        let keys = keys(&index.schema.keys, wanted.partition_key.as_deref(), wanted.sort_key.as_deref(), "");
        wanted.name.is_none() && keys.is_some() && bench.had_index_at_beginning(&wanted.table, &index.schema)
    };
    let newest = all.iter().rfind(|index| !is_other(index));
    newest.and_then(|index| index_differs(wanted, index, table)).or_else(|| Some(no_index(wanted, !all.is_empty())))
}

/// That a table has no such index, in words; `others` if it has some.
fn no_index(wanted: &IndexWanted, others: bool) -> String {
    let named = wanted.name.as_ref().map(|name| format!(" {name}"));
    let partition = wanted.partition_key.as_ref().filter(|_| others);
    let keyed = partition.map(|partition| format!(" with the partition key {partition}"));
    let sort = wanted.sort_key.as_ref().filter(|sort| *sort != "none");
    let sorted = sort.filter(|_| keyed.is_some()).map(|sort| format!(" and the sort key {sort}"));
    let such: String = named.or(keyed).into_iter().chain(sorted).collect();
    format!("the table {} has no index{such}", wanted.table)
}

fn index_differs(wanted: &IndexWanted, found: &Index, table: &Table) -> Option<String> {
    let schema = &found.schema;
    let owner = format!("the index {}", schema.name);
    let kind = match schema.kind {
        schema::IndexKind::Global => IndexKindWanted::Global,
        schema::IndexKind::Local => IndexKindWanted::Local,
    };
    if wanted.kind.is_some_and(|wanted| wanted != kind) {
        return Some(format!("{owner} is {}", if kind == IndexKindWanted::Global { "global" } else { "local" }));
    }
    if let Some(words) = keys(&schema.keys, wanted.partition_key.as_deref(), wanted.sort_key.as_deref(), &owner) {
        return Some(words);
    }
    if let Some(projection) = &wanted.projection
        && let Some(words) = projection_differs(projection, schema, table, &owner)
    {
        return Some(words);
    }
    if let Some(name) = wanted.holds.iter().find(|name| !schema.holds(name, &table.keys)) {
        return Some(format!("{owner} does not hold {name}"));
    }
    let status = found.state.status();
    if let Some(wanted) = wanted.status.as_ref().filter(|wanted| *wanted != status) {
        return Some(format!("{owner} is {status}, not {wanted}"));
    }
    let is_on_demand = matches!(table.billing, Billing::OnDemand);
    if let Some(words) = units_differ((wanted.read, wanted.write), found.throughput, &owner) {
        // A local index uses the units of its table.
        return Some(if is_on_demand || kind == IndexKindWanted::Global {
            words
        } else {
            format!("{owner} has no units of its own")
        });
    }
    let entries = found.entries().len() as u64;
    outside(wanted.entries, entries).map(|wanted| format!("{owner} has {}, not {wanted}", counted(entries, "entries")))
}

/// What is not as wanted of a projection. Keys are in every entry, whether a projection names them or not.
fn projection_differs(wanted: &ProjectionWanted, schema: &IndexSchema, table: &Table, owner: &str) -> Option<String> {
    let is_key = |name: &str| table.keys.contains(name) || schema.keys.contains(name);
    let beside_keys = |names: &[String]| names.iter().filter(|name| !is_key(name)).cloned().collect::<BTreeSet<_>>();
    let include = |names: &[String]| format!("INCLUDE ({})", names.join(", "));
    let (spelled, held) = match &schema.projection {
        Projection::All => ("ALL".to_owned(), None),
        Projection::KeysOnly => ("KEYS_ONLY".to_owned(), Some(BTreeSet::new())),
        Projection::Include(names) => (include(names), Some(beside_keys(names))),
    };
    let (is_right, wanted) = match wanted {
        ProjectionWanted::Whole(wanted) if *wanted == "ALL" => (held.is_none(), wanted.clone()),
        ProjectionWanted::Whole(wanted) => (held.is_some_and(|held| held.is_empty()), wanted.clone()),
        ProjectionWanted::Include(wanted) => (held == Some(beside_keys(wanted)), include(wanted)),
    };
    (!is_right).then(|| format!("the projection of {owner} is {spelled}, not {wanted}"))
}

fn item(wanted: &ItemState, bench: &Workbench) -> Option<String> {
    let table = match find(bench, &wanted.table, wanted.region.as_deref()) {
        Ok(table) => table,
        Err(words) => return Some(words),
    };
    let key = plain_key(&wanted.key);
    let (name, there) = (key_words(&key, &partition_names(&table.keys)), in_region(wanted.region.as_deref()));
    let Ok(position) = table.keys.position_of_key(&key) else {
        let names: Vec<String> = key.keys().map(EcoString::to_string).collect();
        return Some(format!("the table {} has other keys than {}", wanted.table, listed(&names)));
    };
    let stored = match (table.get(&position), wanted.absent) {
        (None, true) => return None,
        (None, false) => return Some(format!("there is no item {name} in {}{there}", wanted.table)),
        (Some(_), true) => return Some(format!("the item {name} is still there{there}")),
        (Some(stored), false) => &stored.item,
    };
    if let Some(is) = &wanted.is {
        let extra =
            stored.keys().find(|attribute| !key.contains_key(attribute) && !is.contains_key(attribute.as_str()));
        if let Some(words) = differs(stored, is) {
            return Some(format!("in {name}{there}, {words}"));
        }
        if let Some(extra) = extra {
            return Some(format!("the item {name}{there} has an attribute {extra} that it should not have"));
        }
    }
    differs(stored, &wanted.has).map(|words| format!("in {name}{there}, {words}"))
}

fn items(wanted: &ItemsState, bench: &Workbench) -> Option<String> {
    let table = match find(bench, &wanted.table, wanted.region.as_deref()) {
        Ok(table) => table,
        Err(words) => return Some(words),
    };
    let tree = match &wanted.index {
        None => table.items(),
        Some(name) => match table.index(name) {
            Some(index) => index.entries(),
            None => return Some(format!("the table {} has no index {name}", wanted.table)),
        },
    };
    let comparisons = tree.len() as u64 * (weight(&wanted.those) + weight(&wanted.each));
    if bench.work().step(comparisons / COMPARISONS_A_STEP).is_err() {
        return Some(format!("the table {} has more items than can be looked through", wanted.table));
    }
    let fits = |item: &Item, wanted: &Attributes| differs(item, wanted).is_none();
    let those: Vec<&Item> =
        tree.iter().map(|(_, stored)| &stored.item).filter(|item| fits(item, &wanted.those)).collect();
    let noun = if wanted.index.is_some() { "entries" } else { "items" };
    let such =
        if wanted.those.is_empty() { String::new() } else { format!(" with {}", attributes_words(&wanted.those)) };
    if let Some(bound) = outside(wanted.count, those.len() as u64) {
        let place =
            wanted.index.as_deref().map_or_else(|| format!("the table {}", wanted.table), |index| place(Some(index)));
        return Some(format!("{place} has {}{such}, not {bound}", counted(those.len() as u64, noun)));
    }
    let unlike = those.into_iter().find_map(|item| {
        let words = differs(item, &wanted.each)?;
        Some(format!("in {}, {words}", key_words(&table.keys.key_of(item), &partition_names(&table.keys))))
    });
    unlike.or_else(|| if wanted.as_before { changed(wanted, table, bench) } else { None })
}

/// The first of the items that is not as it was when the step began.
fn changed(wanted: &ItemsState, table: &Table, bench: &Workbench) -> Option<String> {
    let none = Tree::default();
    let before = bench.tree_at_beginning(wanted.region.as_deref(), &wanted.table).unwrap_or(&none);
    let is_meant = |item: Option<&Item>| item.is_some_and(|item| differs(item, &wanted.those).is_none());
    let name = |item: &Item| key_words(&table.keys.key_of(item), &partition_names(&table.keys));
    let mut changes = table.items().changes_since(before);
    match changes.find(|(then, now)| is_meant(*then) || is_meant(*now))? {
        (Some(then), None) => Some(format!("the item {} is gone from {}", name(then), wanted.table)),
        (None, Some(now)) => Some(format!("the item {} was not in {} when this step began", name(now), wanted.table)),
        (Some(then), Some(now)) => {
            let mut attributes = then.keys().chain(now.keys());
            let attribute = attributes.find(|attribute| then.get(attribute) != now.get(attribute))?;
            Some(format!("in {}, {attribute} is not as it was when this step began", name(now)))
        }
        (None, None) => None,
    }
}

/// Runs lines on a copy; returns the copy and where its last line began in its journal.
fn tried(lines: impl IntoIterator<Item = String>, bench: &mut Workbench) -> Result<(Workbench, u64), String> {
    let mut copy = bench.copy();
    copy.do_without(None);
    copy.do_without_faults();
    let mut since = 0;
    for line in lines {
        let line = expanded(&line, &copy);
        let reply = copy.run(&line);
        if reply.kind == ReplyKind::NotUnderstood {
            return Err(format!("what this requirement tries was not understood: {line}: {}", reply.text));
        }
        since = reply.since;
    }
    Ok((copy, since))
}

fn would(wanted: &Would, bench: &mut Workbench) -> Option<String> {
    let (copy, since) = match tried(wanted.lines.iter().cloned(), bench) {
        Ok(tried) => tried,
        Err(words) => return Some(words),
    };
    let effect = effect_of(&wanted.returned, RequestEffect::Read);
    let before = Designs::new();
    let seen = Seen { bench: &copy, before: &before };
    let all = Wanted { items: true, bodies: true, printed: true, resent: false };
    let facts = copy.entries_since(since).map(|entry| Fact::of(entry, &seen, all));
    let mut newest: Option<Fact> = None;
    for fact in facts.filter(|fact| !fact.is_of_a_service() && fact.has(effect)) {
        match &mut newest {
            Some(newest) if newest.goes_on_with(&fact) => newest.join(fact),
            newest => *newest = Some(fact),
        }
    }
    let Some(fact) = newest else { return Some(nothing(effect).to_owned()) };
    let words = fits(&wanted.returned, effect, &fact).err()?.words;
    // Nobody sent it: it is what would come of it.
    Some(words.replacen("Your ", "Tried now, the ", 1).replace("your ", "the "))
}
