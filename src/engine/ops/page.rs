//! One page of a Query or a Scan: what is read, what the filter leaves, what it costs, where the next page begins.
//!
//! The order of things is the lesson: items are read and counted until the Limit or 1 MB is reached; only then does
//! the filter drop some of them; then the projection trims the rest. Units follow from what was read.
//!
//! Simplified: the service counts 1 MB on an internal form; here it is the item sizes, the item that crosses the
//! line included. Source: AWS documentation, "Paginating table query results", "Querying tables in DynamoDB".

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::Arc;

use super::admission::{admit, spend};
use super::members::Select;
use crate::clock::Timestamp;
use crate::engine::answer::{ResponseValue, member};
use crate::engine::capacity::{Address, Direction, Place, Rate, Touched, consumed};
use crate::engine::error::ApiError;
use crate::engine::expr::{Condition, Path, ProjectedPaths};
use crate::engine::messages::wording::{self, Wording};
use crate::engine::messages::{keys as key_text, requests as text, tables as table_text};
use crate::engine::table::past::PastView;
use crate::engine::table::schema::KeySchema;
use crate::engine::table::tree::{Position, Stored, Stretch};
use crate::engine::table::{Index, IndexKind, IndexState, Table, schema};
use crate::engine::value::Item;
use crate::engine::value::json::WireItem;
use crate::engine::{Engine, Trace};

/// A page reads no more than this many bytes, before any filter: 1 MB.
const PAGE_BYTES: u64 = 1024 * 1024;

/// A page ends after so many comparisons of its filter, as after 1 MB: others wait meanwhile. No filter of an honest program
/// comes near it; the service has no documented limit.
const MOST_COMPARED: u64 = 50_000_000;

/// A page that is ready to be read.
#[derive(Clone, Debug)]
pub(super) struct Page {
    pub table: Arc<str>,
    pub index: Option<Arc<str>>,
    pub stretch: Stretch,
    pub forward: bool,
    /// The most items to read.
    pub limit: Option<u64>,
    /// Read after this position.
    pub after: Option<Position>,
    pub filter: Option<Condition>,
    pub output: PageOutput,
    /// Names and paths that a PartiQL SELECT returns instead of what `output` would.
    pub columns: Option<Vec<(String, Path)>>,
    pub consistent: bool,
    pub detail: consumed::ConsumedDetail,
}

/// What a page returns of the items it found.
#[derive(Clone, Debug)]
pub(super) enum PageOutput {
    /// Their number.
    Count,
    /// All that was read: the item, or what the index holds of it.
    Whole,
    /// The whole item, although a local index is read.
    WholeFromTable,
    /// A part of what was read.
    Part(ProjectedPaths),
    /// A part of the item that a local index does not hold.
    PartFromTable(ProjectedPaths),
}

impl PageOutput {
    const fn fetches(&self) -> bool {
        matches!(self, Self::WholeFromTable | Self::PartFromTable(_))
    }
}

/// What reading a page gathered.
#[derive(Default)]
struct Gathered {
    items: Vec<ResponseValue>,
    count: u64,
    scanned: u64,
    bytes: u64,
    /// Sizes of the items fetched from the table for a local index.
    fetched: Vec<u64>,
    /// The last item read, if there may be more.
    last: Option<Item>,
    /// Whether any of it has changed since the moment that was read.
    stale: bool,
}

/// What a page is read from: a table or one of its indexes, as they were at some moment.
struct PageSource<'a> {
    table: &'a Table,
    index: Option<&'a Index>,
    view: PastView<'a>,
}

impl<'a> PageSource<'a> {
    fn of(page: &Page, engine: &'a Engine, at: Option<Timestamp>) -> Result<Self, ApiError> {
        let table = engine.data_table(&page.table)?;
        let index = page.index.as_deref().map(|name| find_index(table, name)).transpose()?;
        Ok(Self { table, index, view: index.map_or(table.items(), Index::entries).as_of(at) })
    }

    fn place(&self) -> Place {
        self.index.map_or(Place::Table, Index::place)
    }

    /// Where the page begins: at its first item, or where that would stand.
    fn begin(&self, page: &Page) -> Address {
        let bound = match &page.stretch.from {
            Bound::Included(position) | Bound::Excluded(position) => Some(position),
            Bound::Unbounded => None,
        };
        let first = self.view.stretch(rest(page), page.forward).next().map(|(position, _)| position).or(bound);
        let address = |first| self.index.map_or_else(|| self.table.address(first), |index| index.address(first));
        first.map_or(Address::default(), address)
    }

    fn gather(&self, page: &Page) -> Gathered {
        let mut gathered = Gathered::default();
        let mut read = rest(page);
        let weight = page.filter.as_ref().map_or(0, Condition::weight);
        let mut compared = 0_u64;
        for (position, stored) in self.view.stretch(rest(page), page.forward) {
            gathered.scanned += 1;
            gathered.bytes += stored.bytes;
            examine(page, self.table, stored, &mut gathered);
            compared = compared.saturating_add(weight);
            let is_full = gathered.bytes >= PAGE_BYTES || compared >= MOST_COMPARED;
            if is_full || page.limit.is_some_and(|limit| gathered.scanned >= limit) {
                gathered.last = Some(stored.item.clone());
                let end = if page.forward { &mut read.to } else { &mut read.from };
                *end = Bound::Included(position.clone());
                break;
            }
        }
        gathered.stale = self.view.differs_in(&read);
        gathered
    }
}

/// Reads a page, charges it and builds the response.
pub(super) fn read(page: &Page, engine: &mut Engine, trace: &mut Trace) -> Result<ResponseValue, ApiError> {
    let (place, rate) = (PageSource::of(page, engine, None)?.place(), Rate::read(page.consistent));
    let behind = engine.behind(&place, rate);
    let at = behind.as_of(engine.now());
    let address = PageSource::of(page, engine, at)?.begin(page);
    admit(engine, &page.table, &place, Direction::Read, address)?;
    let source = PageSource::of(page, engine, at)?;
    let gathered = source.gather(page);
    let cursor = gathered.last.as_ref().map(|last| cursor_key(last, source.table, source.index));
    if gathered.stale {
        trace.stale.push(behind.stale(&place));
    }
    let touched = Touched { place, items: gathered.scanned, bytes: gathered.bytes, address };
    spend(engine, trace, &page.table, touched, rate);
    for bytes in &gathered.fetched {
        let touched = Touched { place: Place::Table, items: 1, bytes: *bytes, address };
        spend(engine, trace, &page.table, touched, rate);
    }
    let items = (!matches!(page.output, PageOutput::Count)).then(|| member("Items", gathered.items));
    let mut body: Vec<_> = items.into_iter().collect();
    body.extend([member("Count", gathered.count), member("ScannedCount", gathered.scanned)]);
    body.extend(cursor.map(|cursor| member("LastEvaluatedKey", cursor)));
    let consumed = consumed::of_table(&page.table, &trace.charges, page.detail);
    body.extend(consumed.map(|consumed| member("ConsumedCapacity", consumed)));
    Ok(ResponseValue::Members(body))
}

/// The stretch from the page's start on.
fn rest(page: &Page) -> Stretch {
    let mut stretch = page.stretch.clone();
    if let Some(after) = &page.after {
        let bound = Bound::Excluded(after.clone());
        if page.forward { stretch.from = bound } else { stretch.to = bound }
    }
    stretch
}

/// Filters and projects one item that was read.
fn examine(page: &Page, table: &Table, stored: &Stored, gathered: &mut Gathered) {
    // A local index fetches the whole item before the filter, which may name attributes the index does not hold.
    let whole = if page.output.fetches() {
        table.keys.position_if_complete(&stored.item).and_then(|position| table.get(&position))
    } else {
        None
    };
    gathered.fetched.extend(whole.map(|whole| whole.bytes));
    let item = &whole.unwrap_or(stored).item;
    if page.filter.as_ref().is_some_and(|filter| !filter.holds(item)) {
        return;
    }
    gathered.count += 1;
    if let Some(columns) = &page.columns {
        let column = |(name, path): &(String, Path)| Some((name.clone(), path.get(item)?.clone()));
        gathered.items.push(columns.iter().filter_map(column).collect::<Item>().into());
        return;
    }
    match &page.output {
        PageOutput::Count => {}
        PageOutput::Whole | PageOutput::WholeFromTable => gathered.items.push(item.clone().into()),
        PageOutput::Part(projection) | PageOutput::PartFromTable(projection) => {
            gathered.items.push(projection.apply(item).into());
        }
    }
}

/// The key that the next page continues after: the table's key and, in an index, the index's too.
fn cursor_key(last: &Item, table: &Table, index: Option<&Index>) -> Item {
    let mut key = table.keys.key_of(last);
    key.extend(index.map(|index| index.schema.keys.key_of(last)).unwrap_or_default());
    key
}

/// Reads an ExclusiveStartKey; what is wrong with its values is told as a fault of the starting key.
pub(super) fn start_key(key: Option<WireItem>, wording: Wording) -> Result<Option<Item>, ApiError> {
    let told = |error: ApiError| ApiError { message: key_text::start_key_value(&error.message), ..error };
    key.map(|key| key.into_item(wording)).transpose().map_err(told)
}

/// Refuses an ExclusiveStartKey whose values have other types than the keys they stand for.
pub(super) fn check_cursor_types(key: &Item, table: &Table, index: Option<&Index>) -> Result<(), ApiError> {
    let mut wanted = table.keys.attributes().chain(index.into_iter().flat_map(|index| index.schema.keys.attributes()));
    let differs = wanted.any(|wanted| key.get(&wanted.name).is_some_and(|value| value.kind() != wanted.kind));
    if differs { Err(ApiError::validation(key_text::SCAN_START_KEY_INVALID)) } else { Ok(()) }
}

/// Whether the attributes of an ExclusiveStartKey are exactly the ones a cursor has.
pub(super) fn has_cursor_names(key: &Item, table: &Table, index: Option<&Index>) -> bool {
    let keys = [Some(&table.keys), index.map(|index| &index.schema.keys)];
    let names: BTreeSet<&String> =
        keys.into_iter().flatten().flat_map(KeySchema::attributes).map(|attribute| &attribute.name).collect();
    key.len() == names.len() && names.iter().all(|name| key.contains_key(name))
}

/// The position that an ExclusiveStartKey names; `None` if its attributes are not exactly the ones a cursor has.
pub(super) fn cursor_position(key: &Item, table: &Table, index: Option<&Index>) -> Option<Position> {
    if !has_cursor_names(key, table, index) {
        return None;
    }
    match index {
        Some(index) => index.schema.position(key, &table.keys),
        None => table.keys.position_if_complete(key),
    }
}

/// The index that a read names.
pub(super) fn find_index<'a>(table: &'a Table, name: &str) -> Result<&'a Index, ApiError> {
    let index = table.index(name).ok_or_else(|| ApiError::validation(table_text::no_such_index(name)))?;
    if !index.is_readable() && !matches!(index.state, IndexState::Deleting(_)) {
        return Err(ApiError::validation(table_text::backfilling(name)));
    }
    Ok(index)
}

/// What a read returns, from its Select, its projection and the index it reads.
pub(super) fn output(
    select: Option<Select>,
    projection: Option<ProjectedPaths>,
    filter: Option<&Condition>,
    index: Option<&Index>,
    table: &Table,
) -> Result<PageOutput, ApiError> {
    if let (Some(index), Some(projection)) = (index, &projection)
        && index.schema.kind == IndexKind::Global
    {
        check_held(index, table, projection.paths().iter().map(Path::root), text::does_not_project)?;
    }
    if let (Some(index), Some(filter)) = (index, filter)
        && index.schema.kind == IndexKind::Global
    {
        check_held(index, table, filter.paths().into_iter().map(Path::root), text::filter_not_projected)?;
    }
    let whole = matches!(index, Some(index) if index.schema.projection != schema::Projection::All);
    match (select, projection) {
        (Some(Select::Count), _) => Ok(PageOutput::Count),
        (_, Some(projection)) => {
            let missing = index.is_some_and(|index| {
                projection.paths().iter().any(|path| !index.schema.holds(path.root(), &table.keys))
            });
            Ok(if missing { PageOutput::PartFromTable(projection) } else { PageOutput::Part(projection) })
        }
        (Some(Select::AllAttributes), None) if whole => match index {
            Some(index) if index.schema.kind == IndexKind::Global => {
                Err(ApiError::validation(text::not_all_projected(&index.schema.name)))
            }
            _ => Ok(PageOutput::WholeFromTable),
        },
        _ => Ok(PageOutput::Whole),
    }
}

/// Refuses attributes that a global index does not hold: it never fetches from the table.
fn check_held<'a>(
    index: &Index,
    table: &Table,
    names: impl Iterator<Item = &'a str>,
    message: fn(&str, &[&str]) -> String,
) -> Result<(), ApiError> {
    let mut missing: Vec<&str> = names.filter(|name| !index.schema.holds(name, &table.keys)).collect();
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() {
        return Ok(());
    }
    Err(ApiError::validation(message(&index.schema.name, &missing)))
}

/// The parameter that says which attributes to return, if one does.
pub(super) fn selected(projection: bool, attributes_to_get: bool) -> Option<&'static str> {
    if projection {
        return Some("ProjectionExpression");
    }
    attributes_to_get.then_some("AttributesToGet")
}

/// Refuses combinations of Select with a projection or without an index.
pub(super) fn check_select(
    select: Option<Select>,
    selected: Option<&str>,
    indexed: bool,
    wording: Wording,
) -> Result<(), ApiError> {
    // The one rule between parameters that a Query's new wording announces.
    let refuse = |message: String| {
        Err(ApiError::validation(if wording.is_new() { wording::announced(&message) } else { message }))
    };
    match (select, selected) {
        (Some(Select::SpecificAttributes), None) => refuse(text::SPECIFIC_WITHOUT_PROJECTION.to_owned()),
        (Some(Select::AllProjectedAttributes), _) if !indexed => refuse(text::PROJECTED_WITHOUT_INDEX.to_owned()),
        (Some(Select::AllAttributes), Some(by)) => refuse(text::projection_with_select(by, "ALL_ATTRIBUTES")),
        (Some(Select::AllProjectedAttributes), Some(by)) => {
            refuse(text::projection_with_select(by, "ALL_PROJECTED_ATTRIBUTES"))
        }
        (Some(Select::Count), Some(by)) => refuse(text::projection_with_select(by, "only the Count")),
        _ => Ok(()),
    }
}
