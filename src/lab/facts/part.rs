//! The parts of a fact: one for each item or range that a request touched, each with what was asked of it, and what came of it.

use serde_json::Value;

use super::super::refusal::{self, ServiceRefusal};
use super::super::value::partition_names;
use super::super::workbench::Workbench;
use crate::content::lab::requirement::RequestEffect;
use crate::engine::expr::Condition;
use crate::engine::messages::wording::Wording;
use crate::engine::ops;
use crate::engine::plan::{self, Access, Plan, WriteAction};
use crate::engine::value::Item;
use crate::engine::value::json::decode_item;
use crate::engine::{Change, Engine, Entry};

/// One item or range that a request touched.
#[derive(Clone, Debug)]
pub(in crate::lab) struct Part {
    pub(in crate::lab) effect: RequestEffect,
    pub(in crate::lab) table: String,
    pub(in crate::lab) index: Option<String>,
    /// What its key is set equal to; empty if it touches everything.
    pub(in crate::lab) key: Item,
    /// Whether it is one item, by its whole key.
    pub(in crate::lab) is_item: bool,
    /// Whether it says anything of the sort key.
    pub(in crate::lab) is_narrowed: bool,
    /// Whether a cache has answered it.
    pub(in crate::lab) is_cached: bool,
    /// The segment that it reads, and of how many, if it reads no more.
    pub(in crate::lab) segment: Option<(u32, u32)>,
    /// The names of the table's partition key.
    pub(in crate::lab) partition: Vec<String>,
    pub(in crate::lab) condition: Option<Condition>,
    /// Whether the condition was met; `None` if that was never found out.
    pub(in crate::lab) met: Option<bool>,
    pub(in crate::lab) computed: Vec<String>,
    /// What it made of the item.
    pub(in crate::lab) change: Option<Images>,
    /// What it would have made of it, had it not been refused or left for later; of a write that changed nothing, the item as
    /// it is.
    pub(in crate::lab) meant: Option<Images>,
    /// Whether it leaves the item as it was when the step began.
    pub(in crate::lab) is_as_begun: bool,
    /// What it was to do with the item.
    pub(in crate::lab) action: Option<WriteAction>,
    /// Whether it was carried out.
    pub(in crate::lab) is_done: bool,
    /// Why this statement of a batch was refused: the exception's name, and its message.
    pub(in crate::lab) error: Option<ServiceRefusal>,
}

/// An item before and after a write.
#[derive(Clone, Debug)]
pub(in crate::lab) struct Images {
    pub(in crate::lab) old: Option<Item>,
    pub(in crate::lab) new: Option<Item>,
}

impl From<plan::Effect> for RequestEffect {
    fn from(effect: plan::Effect) -> Self {
        match effect {
            plan::Effect::Read => Self::Read,
            plan::Effect::Write => Self::Write,
            plan::Effect::Check => Self::Check,
            plan::Effect::Define => Self::Define,
            plan::Effect::Describe => Self::Describe,
            plan::Effect::Stream => Self::Stream,
        }
    }
}

/// What the request touched, or what it names if it was refused before that was known.
pub(super) fn parts(entry: &Entry, bench: &Workbench) -> Vec<Part> {
    let engine = bench.engine();
    let mut parts: Vec<Part> = entry.plans.iter().map(Part::of).collect();
    if parts.is_empty() {
        let named = entry.event.verb().map(|verb| ops::named(verb, &entry.request)).unwrap_or_default();
        parts = named.into_iter().map(Part::named).collect();
    }
    let reasons = entry.outcome.as_ref().err().and_then(|error| error.members.get("CancellationReasons")?.as_array());
    let several = parts.len();
    for (place, part) in parts.iter_mut().enumerate() {
        part.error = refusal::at(entry, place, several);
        part.is_cached = entry.is_cached || entry.cached_plans.contains(&place);
        let code = match reasons {
            Some(reasons) => reasons.get(place).and_then(|reason| reason["Code"].as_str()),
            None => part.error.as_ref().map(|(name, _)| name.as_str()),
        };
        part.is_done = entry.outcome.is_ok() && code.is_none() && !is_unprocessed(entry, part);
        part.met = match (&entry.outcome, code) {
            (Ok(_), None) => Some(true),
            (_, Some(code)) => {
                (code.starts_with("ConditionalCheckFailed") || code.starts_with("DuplicateItem")).then_some(false)
            }
            (Err(error), None) => {
                let name = error.kind.name();
                (name.starts_with("ConditionalCheckFailed") || name.starts_with("DuplicateItem")).then_some(false)
            }
        };
        part.met = part.met.filter(|_| part.condition.is_some());
        let table = engine.table(&part.table);
        part.partition = table.map(|table| partition_names(&table.keys)).unwrap_or_default();
        let index = table.zip(part.index.as_ref()).and_then(|(table, name)| table.index(name));
        let keys = index.map(|index| &index.schema.keys).or(table.map(|table| &table.keys));
        part.is_narrowed |= keys.is_some_and(|keys| part.key.len() > keys.partition.len());
        let own = |change: &&Change| *change.table == *part.table && change.key == part.key;
        let images = |change: &Change| Images { old: change.old.clone(), new: change.new.clone() };
        part.change = entry.changes.iter().find(own).map(images);
        if (!part.is_done || part.change.is_none())
            && entry.region.as_ref().is_none_or(|region| *region == engine.config().region)
        {
            part.meant = entry.plans.get(place).and_then(|plan| meant(plan, engine));
            let left = part.meant.as_ref().filter(|_| part.is_done).and_then(|meant| meant.new.as_ref());
            part.is_as_begun = left == bench.item_at_beginning(&part.table, &part.key);
        }
    }
    parts
}

/// What a refused write would have made of the item that is there; `None` if it could not have been made.
fn meant(plan: &Plan, engine: &Engine) -> Option<Images> {
    let (Some(action), Access::Item(key)) = (&plan.action, &plan.access) else { return None };
    let table = engine.table(&plan.table)?;
    let position = table.keys.position_of_key(key).ok()?;
    // It was refused, so what is there now is what it met.
    let old = table.get(&position).map(|stored| stored.item.clone());
    let new = action.image(old.as_ref(), key).ok()?;
    Some(Images { old, new })
}

/// Whether a batch says that it left this part for later.
pub(super) fn is_unprocessed(entry: &Entry, part: &Part) -> bool {
    let Ok(answer) = &entry.outcome else { return false };
    let left = ["UnprocessedItems", "UnprocessedKeys"].into_iter().filter_map(|name| answer.get(name));
    left.into_iter().any(|left| {
        let Some(left) = left.get(&part.table) else { return false };
        let keys = left.get("Keys").and_then(Value::as_array).into_iter().flatten();
        let writes = left.as_array().into_iter().flatten().flat_map(|write| {
            [write["PutRequest"].get("Item"), write["DeleteRequest"].get("Key")].into_iter().flatten()
        });
        keys.chain(writes)
            .filter_map(|key| decode_item(key.as_object()?, Wording::default()).ok())
            .any(|item| part.key.iter().all(|(name, value)| item.get(name) == Some(value)))
    })
}

impl Part {
    fn of(plan: &Plan) -> Self {
        let key = match &plan.access {
            Access::Item(key) => key.clone(),
            Access::Range { equal, .. } => {
                equal.iter().map(|(name, scalar)| (name.clone(), scalar.to_value())).collect()
            }
            Access::Control | Access::Everything { .. } => Item::new(),
        };
        Self {
            effect: plan.effect.into(),
            table: plan.table.rsplit('/').next().unwrap_or(&plan.table).to_owned(),
            index: plan.index.as_ref().map(ToString::to_string),
            key,
            is_item: matches!(plan.access, Access::Item(_)),
            is_cached: false,
            is_narrowed: matches!(plan.access, Access::Range { range: Some(_), .. }),
            segment: match plan.access {
                Access::Everything { segment } => segment.filter(|(_, total)| *total > 1),
                _ => None,
            },
            partition: Vec::new(),
            condition: plan.condition.clone(),
            met: None,
            computed: plan.computed.clone(),
            action: plan.action.clone(),
            change: None,
            meant: None,
            is_as_begun: false,
            is_done: false,
            error: None,
        }
    }

    fn named(named: ops::Named) -> Self {
        Self {
            effect: named.effect.into(),
            table: named.table,
            index: named.index,
            key: named.key,
            is_item: false,
            is_cached: false,
            is_narrowed: false,
            segment: None,
            partition: Vec::new(),
            condition: None,
            met: None,
            computed: Vec::new(),
            action: None,
            change: None,
            meant: None,
            is_as_begun: false,
            is_done: false,
            error: None,
        }
    }
}
