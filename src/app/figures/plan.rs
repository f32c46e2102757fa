//! What requests read and wrote: pages joined to reads, items read, dropped and returned, and where they lie.

use super::cost::{self, PlaceCost, UnitsSpent};
use super::stretches::{self, Stretches};
use super::words;
use crate::engine::Entry;
use crate::engine::capacity::{Charge, Place, Rounding, Units};
use crate::engine::plan::{Access, Plan};
use crate::lab::{Compared, WayCost};
use crate::world::World;

/// The most requests of one line that are shown.
const MOST_WAYS: usize = 8;
/// The most pages of one read that are shown.
const MOST_PAGES: usize = 12;
/// The most roundings of one request that are shown.
const MOST_SUMS: usize = 8;
/// The most letters of a command, a filter or a key range.
const LONGEST_LABEL: usize = 300;
/// The most letters of an exception's message.
const LONGEST_MESSAGE: usize = 400;

/// What a line's requests did; or several ways to one answer, side by side.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plans {
    /// The requests in order; the pages of a read are one.
    pub ways: Vec<PlanFigures>,
    /// Whether they are ways to be compared, and not steps of one line.
    pub is_comparison: bool,
    /// Requests beyond those that are kept.
    pub left_out: usize,
}

/// What one request, or all pages of one read, did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlanFigures {
    /// What a way is called in a comparison; empty otherwise.
    pub label: String,
    /// The operation: `Query`.
    pub operation: String,
    /// What it was sent to.
    pub target: Target,
    /// Which keys, in words: `every item`, `customerId = "C-0042"`; empty if none.
    pub range: String,
    /// The direction of a Query.
    pub forward: Option<bool>,
    /// The filter that ran after a read, or the condition of a write.
    pub test: Option<String>,
    /// Whether a read saw the latest write for sure.
    pub consistent: bool,
    /// Whether a cache answered it.
    pub is_cached: bool,
    /// Whether it only reads.
    pub is_read: bool,
    /// The first pages of a read; one page for a request that is not a read.
    pub pages: Vec<PageFigures>,
    /// Pages beyond those.
    pub more_pages: u64,
    /// Items read.
    pub read: u64,
    /// Items that the filter dropped after they were read and paid for.
    pub dropped: u64,
    /// Items returned.
    pub returned: u64,
    /// Items that were changed.
    pub changed: u64,
    /// What it cost, by the place; the table first.
    pub places: Vec<PlaceCost>,
    /// What it cost in all.
    pub spent: UnitsSpent,
    /// The first roundings, each a sum of its own.
    pub sums: Vec<SumFigures>,
    /// Roundings beyond those.
    pub more_sums: u64,
    /// Where the items that it touched lie.
    pub stretches: Option<Stretches>,
    /// By how many milliseconds its answer was older than the latest write, if it was (a model).
    pub stale: Option<u64>,
    /// Why it was refused.
    pub refused: Option<ExceptionFigures>,
}

/// What a request was sent to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// The table, or several with commas between them.
    pub table: String,
    /// The index that was read.
    pub index: Option<String>,
    /// The Region, if not the one at home.
    pub region: Option<String>,
}

/// One page of a read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageFigures {
    /// Items read.
    pub items: u64,
    /// Their bytes, before any filter.
    pub bytes: u64,
    /// What it cost.
    pub spent: UnitsSpent,
}

/// One rounding: bytes to blocks to units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SumFigures {
    /// Where: `table`, `GSI byEmail`.
    pub place: String,
    /// Items or index entries that were rounded up together.
    pub items: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Whole blocks.
    pub blocks: u64,
    /// Kilobytes of a block.
    pub block_kilobytes: u64,
    /// Units of a block.
    pub per_block: Units,
    /// Why so many, in words: `eventually consistent`.
    pub rate: String,
    /// What it came to.
    pub units: Units,
    /// Whether they are read units.
    pub is_read: bool,
}

/// Why a request was refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExceptionFigures {
    /// The exception: `ConditionalCheckFailedException`.
    pub exception: String,
    /// The service's message.
    pub message: String,
}

impl Plans {
    /// What the requests of these entries did; entries that are not requests are left out.
    #[must_use]
    pub fn of<'a>(world: &World, entries: impl Iterator<Item = &'a Entry>) -> Self {
        let mut groups: Vec<Vec<&Entry>> = Vec::new();
        let mut left_out = 0;
        for entry in entries.filter(|entry| is_request(entry)) {
            let room = groups.len() < MOST_WAYS;
            match groups.last_mut().filter(|pages| goes_on(pages, entry)) {
                Some(pages) => pages.push(entry),
                None if room => groups.push(vec![entry]),
                None => left_out += 1,
            }
        }
        let ways = groups.iter().filter_map(|pages| PlanFigures::of(world, pages)).collect();
        Self { ways, is_comparison: false, left_out }
    }

    /// The ways that a line compared, each as one.
    #[must_use]
    pub fn compared(world: &World, ways: &[Compared]) -> Self {
        let way = |way: &Compared| {
            let mut plans = Self::of(world, way.entries.iter());
            let first = (!plans.ways.is_empty()).then(|| plans.ways.swap_remove(0));
            PlanFigures { label: words::clean(&way.line, LONGEST_LABEL), ..first.unwrap_or_default() }
        };
        Self { ways: ways.iter().map(way).collect(), is_comparison: true, left_out: 0 }
    }

    /// The ways that a lab compares at its end, as far as they were taken.
    #[must_use]
    pub fn of_ways(ways: &[WayCost]) -> Self {
        let way = |way: &WayCost| PlanFigures {
            label: words::clean(&way.label, LONGEST_LABEL),
            operation: words::clean(&way.operation, LONGEST_LABEL),
            is_read: true,
            read: way.read,
            dropped: way.read.saturating_sub(way.returned),
            returned: way.returned,
            spent: UnitsSpent { read: way.units, write: Units::ZERO },
            ..PlanFigures::default()
        };
        Self { ways: ways.iter().map(way).collect(), is_comparison: true, left_out: 0 }
    }

    /// How many times as much the most expensive way cost as the cheapest; `None` unless there are two that cost anything.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        let costs = self.ways.iter().filter(|way| way.refused.is_none());
        let halves: Vec<u64> =
            costs.map(|way| (way.spent.read + way.spent.write).as_halves()).filter(|halves| *halves > 0).collect();
        let (least, most) = (halves.iter().min()?, halves.iter().max()?);
        let ratio = Units::halves(*most).as_f64() / Units::halves(*least).as_f64();
        (self.is_comparison && halves.len() > 1).then_some(ratio)
    }
}

/// Whether an entry is a request to tables; what else the journal notes (traffic, invocations) is shown elsewhere.
fn is_request(entry: &Entry) -> bool {
    !entry.plans.is_empty() || !entry.charges.is_empty() || entry.outcome.is_err() || entry.is_cached
}

/// Whether an entry is a further page of the read before it.
fn goes_on(pages: &[&Entry], entry: &Entry) -> bool {
    let continues = ["ExclusiveStartKey", "NextToken"].iter().any(|member| entry.request.get(member).is_some());
    let target = |entry: &Entry| {
        let plan = entry.plans.first();
        plan.map(|plan| (plan.table.clone(), plan.index.clone(), plan.access.clone()))
    };
    continues && pages.last().is_some_and(|last| last.name() == entry.name() && target(last) == target(entry))
}

impl PlanFigures {
    /// What one request did, or a read with all its pages; `None` without any.
    #[must_use]
    pub fn of(world: &World, pages: &[&Entry]) -> Option<Self> {
        let (first, last) = (pages.first()?, pages.last()?);
        let plan = first.plans.first();
        let engine = first.region.as_deref().map_or(Some(world.engine()), |region| world.engine_of(region));
        let charges = || pages.iter().flat_map(|page| &page.charges);
        let (read, returned) = read_and_returned(pages);
        let is_read = charges().all(|charge| charge.rate.is_read()) && pages.iter().all(|page| page.changes.is_empty());
        let filtered = plan.is_some_and(is_page);
        let mut figures = Self {
            operation: operation(first),
            target: target(first),
            range: range(first),
            test: plan.and_then(|plan| plan.test.clone()).map(|test| words::clean(&test, LONGEST_LABEL)),
            consistent: plan.is_some_and(|plan| plan.consistent),
            is_cached: pages.iter().all(|page| page.is_cached),
            is_read,
            read,
            returned,
            dropped: if filtered { read.saturating_sub(returned) } else { 0 },
            changed: pages.iter().map(|page| page.changes.len() as u64).sum(),
            places: cost::by_place(charges()),
            spent: charges().map(UnitsSpent::of).fold(UnitsSpent::default(), |sum, one| sum + one),
            sums: charges().take(MOST_SUMS).map(SumFigures::of).collect(),
            more_sums: charges().count().saturating_sub(MOST_SUMS) as u64,
            more_pages: pages.len().saturating_sub(MOST_PAGES) as u64,
            pages: pages.iter().copied().take(MOST_PAGES).map(PageFigures::of).collect(),
            stale: pages.iter().flat_map(|page| &page.stale).map(|stale| stale.behind).max(),
            stretches: engine.and_then(|engine| stretches::of(engine, pages)),
            ..Self::default()
        };
        if let Some(Plan { access: Access::Range { forward, .. }, .. }) = plan {
            figures.forward = Some(*forward);
        }
        if let Err(error) = &last.outcome {
            let message = words::clean(&error.message, LONGEST_MESSAGE);
            figures.refused = Some(ExceptionFigures { exception: error.kind.name(), message });
        }
        Some(figures)
    }
}

/// Whether a plan reads pages, of which a filter may drop items.
fn is_page(plan: &Plan) -> bool {
    matches!(plan.access, Access::Range { .. } | Access::Everything { .. })
}

/// The operation, and what a statement came down to.
fn operation(entry: &Entry) -> String {
    match entry.plans.first() {
        Some(plan) if plan.operation != entry.name() => format!("{} ({})", entry.name(), plan.operation),
        _ => words::clean(entry.name(), LONGEST_LABEL),
    }
}

fn target(entry: &Entry) -> Target {
    let mut tables: Vec<&str> = entry.plans.iter().map(|plan| &*plan.table).collect();
    tables.dedup();
    if tables.is_empty() {
        tables.extend(entry.request.get("TableName").and_then(serde_json::Value::as_str));
    }
    Target {
        table: words::clean(&tables.join(", "), LONGEST_LABEL),
        index: entry.plans.first().and_then(|plan| plan.index.as_deref()).map(str::to_owned),
        region: entry.region.clone(),
    }
}

/// The keys in words; those of a batch by the first of them.
fn range(entry: &Entry) -> String {
    let Some(first) = entry.plans.first() else { return String::new() };
    let more = match entry.plans.len() - 1 {
        0 => String::new(),
        more => format!(" and {}", words::count(more as u64, "other key", "other keys")),
    };
    words::clean(&first.access.to_string(), LONGEST_LABEL) + &more
}

/// Items read, and items returned.
fn read_and_returned(pages: &[&Entry]) -> (u64, u64) {
    let sum = |member: &str| pages.iter().filter_map(|page| page.number(member)).sum::<u64>();
    let returned: u64 = pages.iter().filter_map(|page| page.outcome.as_ref().ok()).map(returned_in).sum();
    if pages.iter().all(|page| page.is_cached) {
        return (0, returned);
    }
    let scanned = sum("ScannedCount");
    if scanned > 0 {
        return (scanned, sum("Count"));
    }
    let touched = pages.iter().flat_map(|page| {
        // Items that a local index fetches from its table were counted as its entries.
        let index = page.plans.first().is_some_and(|plan| plan.index.is_some());
        page.charges.iter().filter(move |charge| !index || charge.touched.place != Place::Table)
    });
    // A key without an item is paid for, but there is nothing to read.
    let found = touched.filter(|charge| charge.rate.is_read() && charge.touched.bytes > 0);
    (found.map(|charge| charge.touched.items).sum(), returned)
}

/// Items in a response.
fn returned_in(response: &serde_json::Value) -> u64 {
    let length = |list: &serde_json::Value| list.as_array().map_or(0, Vec::len);
    let found = |entry: &&serde_json::Value| entry.get("Item").is_some();
    let count = match (response.get("Item"), response.get("Items"), response.get("Responses")) {
        (Some(_), _, _) => 1,
        (_, Some(items), _) => length(items),
        (_, _, Some(serde_json::Value::Object(tables))) => tables.values().map(length).sum(),
        (_, _, Some(serde_json::Value::Array(entries))) => entries.iter().filter(found).count(),
        _ => 0,
    };
    count as u64
}

impl PageFigures {
    fn of(page: &Entry) -> Self {
        let reads = || page.charges.iter().map(|charge| &charge.touched);
        Self {
            items: page.number("ScannedCount").unwrap_or_else(|| reads().map(|touched| touched.items).sum()),
            bytes: reads().map(|touched| touched.bytes).sum(),
            spent: UnitsSpent { read: page.read_units(), write: page.write_units() },
        }
    }
}

impl SumFigures {
    fn of(charge: &Charge) -> Self {
        let Rounding { blocks, block_kilobytes, per_block, words } = charge.rounding();
        Self {
            place: charge.touched.place.to_string(),
            items: charge.touched.items,
            bytes: charge.touched.bytes,
            blocks,
            block_kilobytes,
            per_block,
            rate: words.to_owned(),
            units: charge.units,
            is_read: charge.rate.is_read(),
        }
    }
}
