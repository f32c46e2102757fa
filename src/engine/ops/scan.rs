//! Scan: every item of a table or index, or of one segment of it, a page at a time.
//!
//! `{"TableName": "Orders", "FilterExpression": "status = :s", …}` answers as a Query does; the filter drops items
//! after they were read and paid for. Source: API reference, Scan; AWS documentation, "Parallel scan".

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use super::legacy::{self, ConditionalOperator};
use super::members::{self, ReturnConsumedCapacity, Select};
use super::page::{self, Page};
use super::query::check_consistency;
use super::{Operation, request};
use crate::engine::error::ApiError;
use crate::engine::expr::{Condition, Kind, Placeholders, ProjectedPaths};
use crate::engine::messages::{keys as key_text, requests as text};
use crate::engine::plan::{Access, Effect, Plan};
use crate::engine::shape::{Pages, Shape, structure};
use crate::engine::table::tree::{Position, Stretch};
use crate::engine::value::Item;
use crate::engine::value::json::WireItem;
use crate::engine::{Engine, ResponseValue, Trace};

structure! {
    /// Asks for every item.
    pub(super) struct ScanRequest as "ScanInput" {
        /// What to return: whole items, projected ones, a part, or only their number.
        "Select" select: Option<Select> => optional members::SELECT;
        /// The index to read instead of the table.
        "IndexName" index_name: Option<String> => optional members::NAME;
        /// How much of the consumed capacity to report.
        "ReturnConsumedCapacity" return_consumed_capacity: ReturnConsumedCapacity => optional members::RETURN_CONSUMED_CAPACITY;
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// Legacy: how the conditions in ScanFilter are joined.
        "ConditionalOperator" conditional_operator: Option<ConditionalOperator> => optional legacy::CONDITIONAL_OPERATOR;
        /// Legacy: which attributes to return; use ProjectionExpression.
        "AttributesToGet" attributes_to_get: Option<Vec<String>> => optional legacy::ATTRIBUTES_TO_GET;
        /// Legacy: which of the items read to return; use FilterExpression.
        "ScanFilter" scan_filter: Option<legacy::Conditions> => optional legacy::CONDITIONS;
        /// The most items to read, before the filter.
        "Limit" limit: Option<u64> => optional Shape::integer(1, i32::MAX as i64);
        /// How many segments a parallel Scan has.
        "TotalSegments" total_segments: Option<u32> => optional Shape::integer(1, 1_000_000);
        /// Which segment this Scan reads, counted from 0.
        "Segment" segment: Option<u32> => optional Shape::integer(0, 999_999);
        /// Whether the answer must reflect every write that came before (not on a global index).
        "ConsistentRead" consistent_read: Option<bool> => optional Shape::BOOLEAN;
        /// The LastEvaluatedKey of the page before.
        "ExclusiveStartKey" exclusive_start_key: Option<WireItem> => optional members::ITEM;
        /// Which of the items read to return; does not change what is read or paid.
        "FilterExpression" filter_expression: Option<String> => optional members::EXPRESSION;
        /// Which attributes to return.
        "ProjectionExpression" projection_expression: Option<String> => optional members::EXPRESSION;
        /// What the #names of the expressions stand for.
        "ExpressionAttributeNames" expression_attribute_names: Option<BTreeMap<String, String>> => optional members::NAMES;
        /// What the :values of the expressions stand for.
        "ExpressionAttributeValues" expression_attribute_values: Option<WireItem> => optional members::VALUES;
    }
}

/// The verb.
pub(super) struct Scan;

/// A Scan that is ready to run.
#[derive(Clone)]
pub(super) struct PreparedScan {
    page: Page,
    plan: Plan,
}

impl Operation for Scan {
    const NAME: &'static str = "Scan";
    const DOC: &'static str = "Reads every item of a table or index, a page at a time.";
    const EFFECT: Option<Effect> = Some(Effect::Read);
    const QUICK_BYTES: usize = super::QUICK_PAGE;
    const PAGES: Option<&'static Pages> = Some(&Pages {
        start: "ExclusiveStartKey",
        next: "LastEvaluatedKey",
        limit: Some("Limit"),
        results: &["Items", "Count", "ScannedCount"],
    });
    type Request = ScanRequest;
    type Prepared = PreparedScan;

    fn prepare(mut request: ScanRequest, engine: &Engine) -> Result<PreparedScan, ApiError> {
        let CompiledScan { filter, projection, start, segment } = compile(&mut request)?;
        let table = engine.data_table(&request.table_name)?;
        let index = request.index_name.as_deref().map(|name| page::find_index(table, name)).transpose()?;
        let consistent = request.consistent_read.unwrap_or_default();
        check_consistency(consistent, index)?;
        if start.as_ref().is_some_and(|key| !page::has_cursor_names(key, table, index)) {
            let of_index = index.map(|_| key_text::START_KEY_INVALID);
            return Err(ApiError::validation(of_index.unwrap_or(key_text::SCAN_START_KEY_INVALID)));
        }
        let stretch = segment.map_or(Stretch::ALL, |(segment, total)| segment_stretch(segment, total));
        let after = start
            .map(|key| {
                let position = page::cursor_position(&key, table, index)
                    .ok_or_else(|| ApiError::validation(key_text::SCAN_START_KEY_INVALID))?;
                check_segment(position, segment, &stretch)
            })
            .transpose()?;
        request::check_nested_keys(projection.iter().flat_map(ProjectedPaths::paths), table)?;
        request::check_nested_keys(filter.iter().flat_map(Condition::paths), table)?;
        let output = page::output(request.select, projection, filter.as_ref(), index, table)?;
        let (name, index_name) =
            (Arc::<str>::from(request.table_name), index.map(|index| Arc::clone(&index.schema.name)));
        let plan = Plan {
            operation: Self::NAME,
            table: Arc::clone(&name),
            index: index_name.clone(),
            access: Access::Everything { segment },
            test: filter.as_ref().map(ToString::to_string),
            consistent,
            effect: Effect::Read,
            condition: filter.clone(),
            computed: Vec::new(),
            action: None,
        };
        let (limit, detail) = (request.limit, request.return_consumed_capacity.unwrap_or_default());
        let page = Page {
            table: name,
            index: index_name,
            stretch,
            forward: true,
            limit,
            after,
            filter,
            output,
            columns: None,
            consistent,
            detail,
        };
        Ok(PreparedScan { page, plan })
    }

    fn plans(prepared: &PreparedScan) -> Vec<Plan> {
        vec![prepared.plan.clone()]
    }

    fn execute(prepared: PreparedScan, engine: &mut Engine, trace: &mut Trace) -> Result<ResponseValue, ApiError> {
        page::read(&prepared.page, engine, trace)
    }
}

/// What a Scan says apart from its table, with its expressions compiled.
struct CompiledScan {
    filter: Option<Condition>,
    projection: Option<ProjectedPaths>,
    start: Option<Item>,
    segment: Option<(u32, u32)>,
}

/// Everything that can be refused before the table is looked at, in the service's order.
fn compile(request: &mut ScanRequest) -> Result<CompiledScan, ApiError> {
    let (filter, projection) = (request.filter_expression.as_deref(), request.projection_expression.as_deref());
    let (names, values) = (request.expression_attribute_names.take(), request.expression_attribute_values.take());
    request::check_mixing(
        &[
            ("AttributesToGet", request.attributes_to_get.is_some()),
            ("ScanFilter", request.scan_filter.is_some()),
            ("ConditionalOperator", request.conditional_operator.is_some()),
        ],
        &[("ProjectionExpression", projection.is_some()), ("FilterExpression", filter.is_some())],
    )?;
    let expressions = [("FilterExpression", filter)];
    request::check_placeholders(
        names.is_some(),
        values.is_some(),
        &expressions,
        &[("ProjectionExpression", projection)],
        Scan::WORDING,
    )?;
    let listed = legacy::attributes_to_get(request.attributes_to_get.as_deref())?;
    let legacy_filter = legacy::filter(request.scan_filter.as_ref(), request.conditional_operator, Scan::WORDING)?;
    let start = page::start_key(request.exclusive_start_key.take(), Scan::WORDING)?;
    let segment = segment(request.segment, request.total_segments)?;
    let selected = page::selected(projection.is_some(), listed.is_some());
    page::check_select(request.select, selected, request.index_name.is_some(), Scan::WORDING)?;
    let mut placeholders = Placeholders::new(names, values, Scan::WORDING)?;
    let filter = request::condition(filter, Kind::Filter, &mut placeholders)?.or(legacy_filter);
    let projection = request::projection(projection, &mut placeholders)?.or(listed);
    placeholders.finish()?;
    Ok(CompiledScan { filter, projection, start, segment })
}

/// Segment and TotalSegments, which come together or not at all.
fn segment(segment: Option<u32>, total: Option<u32>) -> Result<Option<(u32, u32)>, ApiError> {
    match (segment, total) {
        (None, None) => Ok(None),
        (Some(_), None) => Err(ApiError::validation(text::TOTAL_SEGMENTS_REQUIRED)),
        (None, Some(_)) => Err(ApiError::validation(text::SEGMENT_REQUIRED)),
        (Some(segment), Some(total)) if segment >= total => {
            Err(ApiError::validation(text::segment_out_of_range(segment, total)))
        }
        (Some(segment), Some(total)) => Ok(Some((segment, total))),
    }
}

/// The part of the key space that a segment reads: equal ranges of the partition keys' hashes.
fn segment_stretch(segment: u32, total: u32) -> Stretch {
    let edge = |segment: u32| {
        let hash = (u128::from(segment) << 64) / u128::from(total);
        u64::try_from(hash).ok().map(|hash| Position { hash, parts: [].into() })
    };
    Stretch {
        from: edge(segment).map_or(Bound::Unbounded, Bound::Included),
        to: edge(segment + 1).map_or(Bound::Unbounded, Bound::Excluded),
    }
}

fn check_segment(position: Position, segment: Option<(u32, u32)>, stretch: &Stretch) -> Result<Position, ApiError> {
    match segment {
        Some((segment, total)) if !stretch.contains(&position) => {
            Err(ApiError::validation(text::start_key_of_other_segment(segment, total)))
        }
        _ => Ok(position),
    }
}
