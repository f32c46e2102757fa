//! Facts: what a request did and what came of it, the same whatever verb it was sent as.
//!
//! The life of a fact: an [`Entry`] of the journal becomes a [`Fact`], whose [`Part`]s are the items or ranges that it
//! touched, one for each key of a batch, each action of a transaction, each statement of PartiQL; [`Fact::join`] takes the
//! further pages of a command line in. Nothing here knows the names of verbs: what a verb does is its own field, and
//! members of responses mean the same wherever they stand.
//!
//! Bounded: at most [`MOST_ITEMS`] items of a fact are kept, and its counts go on.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use super::printout::{self, Printout};
use super::refusal::{self, ServiceRefusal};
use super::standing::{Designs, Ground, grounds};
use super::workbench::{ChosenOutput, Workbench};
use crate::clock::Timestamp;
use crate::content::lab::requirement::RequestEffect;
use crate::engine::capacity::{Place, Units};
use crate::engine::journal::Sender;
use crate::engine::messages::wording::Wording;
use crate::engine::ops::Verb;
use crate::engine::value::Item;
use crate::engine::value::json::decode_item;
use crate::engine::{ApiError, Engine, Entry, Event};

mod part;
mod resent;

use part::parts;
pub(super) use part::{Images, Part};
pub(super) use resent::Resent;

/// The most items of a fact that are kept.
pub(super) const MOST_ITEMS: usize = 10_000;

/// What was not sent by a request, but stands in the journal beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FactKind {
    Request,
    Traffic,
    Invocation,
}

/// A request and what came of it, or several pages taken together.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    pub(super) kind: FactKind,
    pub(super) verb: String,
    /// What it does as a whole; its parts say more.
    pub(super) effect: RequestEffect,
    pub(super) parts: Vec<Part>,
    pub(super) sender: Sender,
    pub(super) region: String,
    pub(super) is_through_cache: bool,
    pub(super) is_cached: bool,
    pub(super) is_strong: bool,
    pub(super) is_stale: bool,
    /// The mode of the SDK client in between.
    pub(super) sdk: Option<&'static str>,
    /// The exception's name and message.
    pub(super) error: Option<ServiceRefusal>,
    /// How many requests it is.
    pub(super) requests: u64,
    /// How many answers came back: one for each page.
    pub(super) pages: u64,
    pub(super) has_more: bool,
    /// Whether `--max-items` printed a part of it.
    pub(super) is_cut: bool,
    /// Items that came back, and that were read for it.
    pub(super) count: u64,
    pub(super) scanned: u64,
    /// Bytes that were read.
    pub(super) bytes: u64,
    /// Shared, as its bodies are.
    pub(super) items: Arc<Vec<Item>>,
    /// Read and write units by place: `table`, or an index's name.
    pub(super) units: BTreeMap<Arc<str>, (Units, Units)>,
    pub(super) records: Vec<Value>,
    /// The request and its answer, shared: a judge keeps copies of a fact, and an answer may hold thousands of items.
    pub(super) request: Arc<Value>,
    pub(super) response: Arc<Value>,
    /// When it was sent.
    pub(super) at: Timestamp,
    /// Its place in the journal.
    pub(super) sequence: u64,
    /// What it was seen on, which may be changed later.
    pub(super) grounds: Vec<Ground>,
    /// What was printed of it, if a `--query` chose a part.
    pub(super) printed: Option<Box<Self>>,
    /// The items that its refusal brought back, each by the place of the part that was refused for it.
    pub(super) told: Vec<(usize, Item)>,
    /// Where it goes on, and where a further page of it would: ExclusiveStartKey and LastEvaluatedKey, or tokens.
    pub(super) cursors: (Option<Value>, Option<Value>),
    /// How far its items are known by their keys.
    pub(super) known: KnownBy,
    /// The ranges that it began to read, where several reads count together.
    pub(super) ranges: Ranges,
    /// Whether more came back than is kept.
    pub(super) is_abridged: bool,
    /// What it sends again the soonest of what had come back unprocessed, if somebody asks for that.
    pub(super) resent: Option<Resent>,
}

/// Ranges that were read, each known by its segment and where it began.
#[derive(Clone, Debug, Default)]
pub(super) struct Ranges {
    /// How many items each brought back and read.
    pub(super) counts: BTreeMap<String, (u64, u64)>,
    /// The segments that were not read to their end.
    pub(super) open: BTreeSet<(u32, u32)>,
}

/// How far the items of a read are known by their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KnownBy {
    /// They do not show them.
    Nothing,
    /// Within what the request set equal: it names the rest of the key.
    Rest,
    /// They show their whole keys.
    Key,
}

/// What a judge wants to know of facts beside their outlines.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wanted {
    /// The items that came back.
    pub(super) items: bool,
    /// The request and the response as they were.
    pub(super) bodies: bool,
    /// What was printed of a response, where a `--query` chose a part.
    pub(super) printed: bool,
    /// What is sent again of what came back unprocessed.
    pub(super) resent: bool,
}

/// Where entries of the journal were seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<'a> {
    /// The workbench in whose journal they stand.
    pub(super) bench: &'a Workbench,
    /// What the tables were made of before they ran, if they took a while.
    pub(super) before: &'a Designs,
}

/// What an entry of the journal is.
const fn kind_of(event: &Event) -> FactKind {
    match event {
        Event::Traffic => FactKind::Traffic,
        Event::Invocation => FactKind::Invocation,
        _ => FactKind::Request,
    }
}

/// What an event does; a statement does what its parts do.
fn effect_of(event: &Event, parts: &[Part]) -> RequestEffect {
    match event {
        Event::Request(Verb { effect: Some(effect), .. }) => (*effect).into(),
        Event::Request(_) => parts.first().map_or(RequestEffect::Read, |part| part.effect),
        Event::Load => RequestEffect::Load,
        Event::Answer => RequestEffect::Answer,
        Event::Cache => RequestEffect::Cache,
        Event::Unknown(_) | Event::Around(_) | Event::Traffic | Event::Invocation => RequestEffect::Around,
    }
}

/// The units that a request was charged, for reading and for writing: of the table and of each index.
fn units_by_place(entry: &Entry) -> BTreeMap<Arc<str>, (Units, Units)> {
    let mut units: BTreeMap<Arc<str>, (Units, Units)> = BTreeMap::new();
    for charge in &entry.charges {
        let place = match &charge.touched.place {
            Place::Table => Arc::from("table"),
            Place::Local(name) | Place::Global(name) => Arc::clone(name),
        };
        let sum = units.entry(place).or_default();
        if charge.rate.is_read() { sum.0 += charge.units } else { sum.1 += charge.units }
    }
    units
}

impl Fact {
    /// The fact of an entry, which was seen as `seen` says.
    pub(super) fn of(entry: &Entry, seen: &Seen<'_>, wanted: Wanted) -> Self {
        let (sdk, engine) = (seen.bench.sdk_mode(), seen.bench.engine());
        let kind = kind_of(&entry.event);
        let parts = parts(entry, seen.bench);
        let effect = effect_of(&entry.event, &parts);
        let resent = if wanted.resent { resent::resent(entry, &parts, seen.bench) } else { None };
        // What was lost on the way has brought nothing back, whatever it did and cost.
        let answer = entry.outcome.as_ref().ok().filter(|_| !entry.is_unheard);
        let returned = answer.map(returned).unwrap_or_default();
        let is_read = effect == RequestEffect::Read && answer.is_some();
        let count = if is_read { entry.number("Count").unwrap_or(returned.len() as u64) } else { 0 };
        let charged_reads = || entry.charges.iter().filter(|charge| charge.rate.is_read());
        let touched = charged_reads().map(|charge| charge.touched.items).sum();
        let scanned = if is_read { entry.number("ScannedCount").unwrap_or(touched) } else { 0 };
        let records = answer.and_then(|answer| answer.get("Records")?.as_array().cloned()).unwrap_or_default();
        let takes_bodies = wanted.bodies || kind != FactKind::Request || effect == RequestEffect::Cache;
        let mut fact = Self {
            kind,
            verb: entry.name().to_owned(),
            effect,
            sender: entry.scope.sender.clone(),
            region: entry.region.clone().unwrap_or_else(|| engine.config().region.clone()),
            is_through_cache: entry.scope.is_through_cache,
            is_cached: entry.is_cached,
            is_strong: entry.plans.iter().any(|plan| plan.consistent)
                || entry.request.get("ConsistentRead") == Some(&Value::Bool(true)),
            is_stale: !entry.stale.is_empty(),
            sdk,
            error: refusal::of(entry),
            // The cache beside the tables is no service: what is asked of it is no request.
            requests: u64::from(effect != RequestEffect::Cache),
            pages: u64::from(!entry.is_unheard),
            has_more: answer.is_some_and(|answer| cursor(answer, ENDS).is_some()),
            is_cut: false,
            count,
            scanned,
            bytes: charged_reads().map(|charge| charge.touched.bytes).sum(),
            items: Arc::new(if wanted.items && is_read { decoded(&returned) } else { Vec::new() }),
            units: units_by_place(entry),
            records,
            request: Arc::new(if takes_bodies { with_table_names(entry.request.clone()) } else { Value::Null }),
            response: Arc::new(if takes_bodies { answer.cloned().unwrap_or_default() } else { Value::Null }),
            parts,
            at: entry.at,
            sequence: entry.sequence,
            grounds: Vec::new(),
            printed: None,
            told: entry.outcome.as_ref().err().map(told).unwrap_or_default(),
            cursors: (cursor(&entry.request, STARTS), answer.and_then(|answer| cursor(answer, ENDS))),
            known: KnownBy::Nothing,
            ranges: Ranges::default(),
            is_abridged: is_read && entry.is_outcome_abridged,
            resent,
        };
        fact.known = fact.known_by(engine);
        fact.grounds = grounds(&fact, seen);
        fact.print(answer, seen, wanted);
        fact
    }

    /// How far its items are known by the key of the table that they are of.
    fn known_by(&self, engine: &Engine) -> KnownBy {
        let Some(part) = self.parts.first() else { return KnownBy::Key };
        let Some(table) = engine.table(&part.table) else { return KnownBy::Key };
        if self.items.iter().all(|item| table.keys.position_of_item(item).is_ok()) {
            return KnownBy::Key;
        }
        let names: Vec<&str> =
            table.keys.partition.iter().chain(&table.keys.sort).map(|key| key.name.as_str()).collect();
        let is_known = |item: &Item| names.iter().all(|name| item.contains_key(name) || part.key.contains_key(name));
        if self.parts.len() == 1 && self.items.iter().all(is_known) { KnownBy::Rest } else { KnownBy::Nothing }
    }

    /// The same, its items with what its one part is set equal to: what a read named is known of each item that it brought back,
    /// whether it asked for that or not.
    pub(super) fn with_keys(&self) -> Cow<'_, Self> {
        let [part] = self.parts.as_slice() else { return Cow::Borrowed(self) };
        let lacks = |item: &Item| part.key.keys().any(|name| !item.contains_key(name));
        if !self.items.iter().any(lacks) {
            return Cow::Borrowed(self);
        }
        let mut whole = self.clone();
        for item in Arc::make_mut(&mut whole.items) {
            let known: Vec<_> = part.key.iter().filter(|(name, _)| !item.contains_key(name)).collect();
            let known: Vec<_> = known.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            item.extend(known);
        }
        if whole.known == KnownBy::Rest {
            whole.known = KnownBy::Key;
        }
        Cow::Owned(whole)
    }

    /// What its refusal brought back, as a read: `--return-values-on-condition-check-failure ALL_OLD` shows the item that the
    /// condition met, as strongly as any read would.
    pub(super) fn read_by_refusal(&self) -> Option<Self> {
        let read = |(place, item): &(usize, Item)| {
            let part = self.parts.get(*place)?;
            let read = Part {
                effect: RequestEffect::Read,
                condition: None,
                met: None,
                action: None,
                change: None,
                ..part.clone()
            };
            Some((Part { computed: Vec::new(), meant: None, is_done: true, ..read }, item.clone()))
        };
        let (parts, items): (Vec<Part>, Vec<Item>) = self.told.iter().filter_map(read).unzip();
        let count = items.len() as u64;
        (count > 0).then(|| Self {
            effect: RequestEffect::Read,
            parts,
            items: Arc::new(items),
            error: None,
            is_strong: true,
            count,
            scanned: count,
            told: Vec::new(),
            ..self.clone()
        })
    }

    /// Takes in how much of it was printed.
    fn print(&mut self, answer: Option<&Value>, seen: &Seen<'_>, wanted: Wanted) {
        let is_read = self.effect == RequestEffect::Read && answer.is_some();
        if let Some(printed) = seen.bench.printed_of(self.sequence).filter(|_| is_read) {
            self.cut(printed);
        }
        let chosen = seen.bench.chosen_of(self.sequence).filter(|_| wanted.printed);
        let Some((answer, chosen)) = answer.zip(chosen) else { return };
        // With nothing left to work with, it counts as seen whole: a content pack is refused for that, and a learner's line
        // has no such end.
        if seen.bench.work().spend(printout::steps(answer, &chosen.output)).is_ok() {
            self.printed = Some(Box::new(self.as_printed(answer, chosen, wanted)));
        }
    }

    /// What was printed of it: its response without what a `--query` left out.
    fn as_printed(&self, answer: &Value, chosen: &ChosenOutput, wanted: Wanted) -> Self {
        let printed = Printout::of(&chosen.output);
        let is_counted = [self.count, chosen.count].iter().any(|count| printed.says(&count.to_string()));
        let answer = printed.kept(answer);
        let items = returned(&answer);
        Self {
            count: if is_counted { self.count } else { self.count.min(items.len() as u64) },
            items: Arc::new(if wanted.items && !self.items.is_empty() && !chosen.is_of_counts {
                decoded(&items)
            } else {
                Vec::new()
            }),
            records: answer.get("Records").and_then(Value::as_array).cloned().unwrap_or_default(),
            response: Arc::new(if self.response.is_null() { Value::Null } else { answer }),
            ..self.clone()
        }
    }

    /// Leaves so many items: what was not printed came back to nobody.
    fn cut(&mut self, printed: u64) {
        self.count = self.count.min(printed);
        Arc::make_mut(&mut self.items).truncate(usize::try_from(printed).unwrap_or(usize::MAX));
        (self.has_more, self.is_cut) = (true, true);
    }

    /// Whether nobody typed it: a service's or function's own request.
    pub(super) const fn is_of_a_service(&self) -> bool {
        matches!(self.sender, Sender::Service(_))
    }

    /// Whether it has this effect, or a part of it has.
    pub(super) fn has(&self, effect: RequestEffect) -> bool {
        self.kind == FactKind::Request && (self.effect == effect || self.parts.iter().any(|part| part.effect == effect))
    }

    /// Whether `other` reads the same place by the same verb, as a further page does.
    pub(super) fn goes_on_with(&self, other: &Self) -> bool {
        let place = |fact: &Self| fact.parts.first().map(|part| (part.table.clone(), part.index.clone()));
        self.verb == other.verb && place(self) == place(other) && self.error.is_none() && other.error.is_none()
    }

    /// Whether it asks for the same writes and checks as another, on the same conditions.
    pub(super) fn does_as(&self, other: &Self) -> bool {
        let same = |part: &Part, other: &Part| {
            (&part.table, &part.key, &part.action, &part.condition)
                == (&other.table, &other.key, &other.action, &other.condition)
        };
        self.parts.len() == other.parts.len()
            && self.parts.iter().all(|part| other.parts.iter().any(|other| same(part, other)))
    }

    /// Takes a further page in, or a further request that counts together with it.
    pub(super) fn join(&mut self, mut page: Self) {
        if self.printed.is_some() || page.printed.is_some() {
            let more = page.printed.take().unwrap_or_else(|| Box::new(page.clone()));
            let mut printed = self.printed.take().unwrap_or_else(|| Box::new(self.clone()));
            printed.join(*more);
            self.printed = Some(printed);
        }
        self.requests += page.requests;
        self.pages += page.pages;
        self.has_more = page.has_more;
        self.is_cut |= page.is_cut;
        self.cursors.1 = page.cursors.1.take();
        self.known = self.known.min(page.known);
        self.is_abridged |= page.is_abridged;
        self.count += page.count;
        self.scanned += page.scanned;
        self.bytes += page.bytes;
        self.is_stale |= page.is_stale;
        self.is_cached &= page.is_cached;
        let room = MOST_ITEMS.saturating_sub(self.items.len());
        if !page.items.is_empty() {
            Arc::make_mut(&mut self.items).extend(page.items.iter().take(room).cloned());
        }
        for (place, (read, write)) in page.units {
            let sum = self.units.entry(place).or_default();
            sum.0 += read;
            sum.1 += write;
        }
        // Each page reads the same range; only writes and keys are of interest.
        let known: Vec<Item> = self.parts.iter().map(|part| part.key.clone()).collect();
        self.parts.extend(
            page.parts.into_iter().filter(|part| part.effect != RequestEffect::Read || !known.contains(&part.key)),
        );
        self.parts.truncate(MOST_ITEMS);
        self.records.extend(page.records);
        self.records.truncate(MOST_ITEMS);
        self.response = page.response;
        self.sequence = page.sequence;
        for ground in page.grounds {
            if !self.grounds.contains(&ground) {
                self.grounds.push(ground);
            }
        }
    }

    /// Units spent, at one place or at all of them.
    pub(super) fn spent(&self, at: Option<&str>) -> (Units, Units) {
        let here = self.units.iter().filter(|(place, _)| at.is_none_or(|at| at == &***place));
        here.fold((Units::ZERO, Units::ZERO), |sum, (_, units)| (sum.0 + units.0, sum.1 + units.1))
    }

    /// A number of the response.
    pub(super) fn number(&self, member: &str) -> Option<f64> {
        self.response.get(member)?.as_f64()
    }
}

/// A request whose batches name their tables by their names, where they are named by their ARNs.
fn with_table_names(mut request: Value) -> Value {
    if let Some(tables) = request.get_mut("RequestItems").and_then(Value::as_object_mut) {
        let named = std::mem::take(tables).into_iter();
        *tables = named.map(|(name, of)| (name.rsplit('/').next().unwrap_or_default().to_owned(), of)).collect();
    }
    request
}

/// The members that say where a request goes on, and those that say where another would.
const STARTS: [&str; 2] = ["ExclusiveStartKey", "NextToken"];
const ENDS: [&str; 2] = ["LastEvaluatedKey", "NextToken"];

fn cursor(body: &Value, names: [&str; 2]) -> Option<Value> {
    names.into_iter().find_map(|name| body.get(name)).cloned()
}

/// The items that a refusal brought back, each with the place of its part.
fn told(error: &ApiError) -> Vec<(usize, Item)> {
    let item = |value: &Value| decode_item(value.as_object()?, Wording::default()).ok();
    let own = error.members.get("Item").and_then(item).map(|item| (0, item));
    let reasons = error.members.get("CancellationReasons").and_then(Value::as_array).into_iter().flatten();
    let each = reasons.enumerate().filter_map(|(place, reason)| Some((place, item(reason.get("Item")?)?)));
    own.into_iter().chain(each).collect()
}

/// The items that a response brought back, in wire form.
fn returned(answer: &Value) -> Vec<&Value> {
    if let Some(item) = answer.get("Item") {
        return vec![item];
    }
    if let Some(items) = answer.get("Items").and_then(Value::as_array) {
        return items.iter().collect();
    }
    match answer.get("Responses") {
        Some(Value::Object(tables)) => tables.values().filter_map(Value::as_array).flatten().collect(),
        Some(Value::Array(entries)) => entries.iter().filter_map(|entry| entry.get("Item")).collect(),
        _ => Vec::new(),
    }
}

fn decoded(items: &[&Value]) -> Vec<Item> {
    items.iter().take(MOST_ITEMS).filter_map(|item| decode_item(item.as_object()?, Wording::default()).ok()).collect()
}
