//! Query: the items of one partition key, in sort-key order, from the table or an index.
//!
//! `{"TableName": "Orders", "KeyConditionExpression": "customerId = :c", "ExpressionAttributeValues": {…}}` answers
//! `{"Items": […], "Count": 12, "ScannedCount": 12}`, with a LastEvaluatedKey if the page ended early.
//! Source: API reference, Query.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::legacy::{self, ConditionalOperator};
use super::members::{self, ReturnConsumedCapacity, Select};
use super::page::{self, Page};
use super::{Operation, request};
use crate::engine::error::ApiError;
use crate::engine::expr::{self, Condition, KeyCondition, KeyRange, Kind, Placeholders, ProjectedPaths};
use crate::engine::messages::wording::Wording;
use crate::engine::messages::{keys as key_text, legacy as legacy_text, requests as text};
use crate::engine::plan::{self, Access, Effect, Plan};
use crate::engine::shape::{Pages, Shape, structure};
use crate::engine::table::schema::KeySchema;
use crate::engine::table::tree::{Position, Stretch};
use crate::engine::table::{Index, IndexKind, Table};
use crate::engine::value::Item;
use crate::engine::value::json::WireItem;
use crate::engine::{Engine, ResponseValue, Trace};

structure! {
    /// Asks for the items of one partition key.
    pub(super) struct QueryRequest as "QueryInput" {
        /// What to return: whole items, projected ones, a part, or only their number.
        "Select" select: Option<Select> => optional members::SELECT;
        /// The index to read instead of the table.
        "IndexName" index_name: Option<String> => optional members::NAME;
        /// How much of the consumed capacity to report.
        "ReturnConsumedCapacity" return_consumed_capacity: ReturnConsumedCapacity => optional members::RETURN_CONSUMED_CAPACITY;
        /// Legacy: which of the items read to return; use FilterExpression.
        "QueryFilter" query_filter: Option<legacy::Conditions> => optional legacy::CONDITIONS;
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// Legacy: how the conditions in QueryFilter are joined.
        "ConditionalOperator" conditional_operator: Option<ConditionalOperator> => optional legacy::CONDITIONAL_OPERATOR;
        /// Legacy: which attributes to return; use ProjectionExpression.
        "AttributesToGet" attributes_to_get: Option<Vec<String>> => optional legacy::ATTRIBUTES_TO_GET;
        /// The most items to read, before the filter.
        "Limit" limit: Option<i64> => optional Shape::integer(i32::MIN as i64, i32::MAX as i64);
        /// Legacy: the partition key's value and a range of the sort key; use KeyConditionExpression.
        "KeyConditions" key_conditions: Option<legacy::Conditions> => optional legacy::CONDITIONS;
        /// Whether the answer must reflect every write that came before (not on a global index).
        "ConsistentRead" consistent_read: Option<bool> => optional Shape::BOOLEAN;
        /// Ascending by sort key (the default) or descending.
        "ScanIndexForward" scan_index_forward: Option<bool> => optional Shape::BOOLEAN;
        /// The LastEvaluatedKey of the page before.
        "ExclusiveStartKey" exclusive_start_key: Option<WireItem> => optional members::ITEM;
        /// The partition key's value and, optionally, a range of the sort key.
        "KeyConditionExpression" key_condition_expression: Option<String> => optional members::EXPRESSION;
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
pub(super) struct Query;

/// A Query that is ready to run.
#[derive(Clone)]
pub(super) struct PreparedQuery {
    page: Page,
    plan: Plan,
}

impl Operation for Query {
    const NAME: &'static str = "Query";
    const DOC: &'static str = "Reads the items of one partition key, from the table or from an index.";
    const EFFECT: Option<Effect> = Some(Effect::Read);
    const QUICK_BYTES: usize = super::QUICK_PAGE;
    const WORDING: Wording = Wording::Bare;
    const PAGES: Option<&'static Pages> = Some(&Pages {
        start: "ExclusiveStartKey",
        next: "LastEvaluatedKey",
        limit: Some("Limit"),
        results: &["Items", "Count", "ScannedCount"],
    });
    type Request = QueryRequest;
    type Prepared = PreparedQuery;

    fn prepare(mut request: QueryRequest, engine: &Engine) -> Result<PreparedQuery, ApiError> {
        let CompiledQuery { key_condition, filter, is_legacy, projection, start, limit } = compile(&mut request)?;
        let table = engine.data_table(&request.table_name)?;
        let index = request.index_name.as_deref().map(|name| page::find_index(table, name)).transpose()?;
        let consistent = request.consistent_read.unwrap_or_default();
        check_consistency(consistent, index)?;
        let keys = index.map_or(&table.keys, |index| &index.schema.keys);
        let position = start.as_ref().map(|key| start_position(key, table, index)).transpose()?;
        let range = key_condition.bind(&keys.partition, &keys.sort)?;
        let stretch = plan::stretch(&range);
        if let (Some(key), Some(position)) = (&start, &position) {
            check_start(key, position, table, index, &range, &stretch)?;
        }
        request::check_nested_keys(projection.iter().flat_map(ProjectedPaths::paths), table)?;
        check_filter(filter.as_ref(), keys, is_legacy)?;
        let output = page::output(request.select, projection, filter.as_ref(), index, table)?;
        request::check_nested_keys(filter.iter().flat_map(Condition::paths), table)?;
        let forward = request.scan_index_forward.unwrap_or(true);
        let (name, index_name) =
            (Arc::<str>::from(request.table_name), index.map(|index| Arc::clone(&index.schema.name)));
        let plan = Plan {
            operation: Self::NAME,
            table: Arc::clone(&name),
            index: index_name.clone(),
            access: Access::of_range(&range, keys, forward),
            test: filter.as_ref().map(ToString::to_string),
            consistent,
            effect: Effect::Read,
            condition: filter.clone(),
            computed: Vec::new(),
            action: None,
        };
        let detail = request.return_consumed_capacity.unwrap_or_default();
        let page = Page {
            table: name,
            index: index_name,
            stretch,
            forward,
            limit,
            after: position,
            filter,
            output,
            columns: None,
            consistent,
            detail,
        };
        Ok(PreparedQuery { page, plan })
    }

    fn plans(prepared: &PreparedQuery) -> Vec<Plan> {
        vec![prepared.plan.clone()]
    }

    fn execute(prepared: PreparedQuery, engine: &mut Engine, trace: &mut Trace) -> Result<ResponseValue, ApiError> {
        page::read(&prepared.page, engine, trace)
    }
}

/// What a Query says apart from its table, with its expressions compiled.
struct CompiledQuery {
    key_condition: KeyCondition,
    filter: Option<Condition>,
    /// Whether the filter came as QueryFilter.
    is_legacy: bool,
    projection: Option<ProjectedPaths>,
    start: Option<Item>,
    limit: Option<u64>,
}

/// Everything that can be refused before the table is looked at, in the service's order.
fn compile(request: &mut QueryRequest) -> Result<CompiledQuery, ApiError> {
    let (key_condition, filter) = (request.key_condition_expression.as_deref(), request.filter_expression.as_deref());
    let projection = request.projection_expression.as_deref();
    let limit = limit(request.limit)?;
    check_mixing(request)?;
    let (names, values) = (request.expression_attribute_names.take(), request.expression_attribute_values.take());
    if let Some(filter) = filter {
        Kind::Filter.check_text(filter)?;
    }
    let expressions = [("FilterExpression", filter), ("KeyConditionExpression", key_condition)];
    request::check_placeholders(
        names.is_some(),
        values.is_some(),
        &expressions,
        &[("ProjectionExpression", projection)],
        Query::WORDING,
    )?;
    let legacy_filter = legacy::filter(request.query_filter.as_ref(), request.conditional_operator, Query::WORDING)?;
    let listed = legacy::attributes_to_get(request.attributes_to_get.as_deref())?;
    let start = page::start_key(request.exclusive_start_key.take(), Query::WORDING)?;
    let selected = page::selected(projection.is_some(), listed.is_some());
    page::check_select(request.select, selected, request.index_name.is_some(), Query::WORDING)?;
    let legacy_keys = request.key_conditions.as_ref();
    let legacy_keys = legacy_keys.map(|conditions| legacy::key_conditions(conditions, Query::WORDING)).transpose()?;
    let mut placeholders = Placeholders::new(names, values, Query::WORDING)?;
    let key_condition = match (key_condition, legacy_keys) {
        (Some(text), _) => expr::key_condition(text, &mut placeholders)?,
        (None, Some(conditions)) => conditions,
        (None, None) => return Err(ApiError::validation(text::KEY_CONDITION_REQUIRED)),
    };
    let is_legacy = legacy_filter.is_some();
    let filter = request::condition(filter, Kind::Filter, &mut placeholders)?.or(legacy_filter);
    let projection = request::projection(projection, &mut placeholders)?.or(listed);
    placeholders.finish()?;
    Ok(CompiledQuery { key_condition, filter, is_legacy, projection, start, limit })
}

/// Limit; of a Query's parameters the only one that the service refuses in newer words.
fn limit(limit: Option<i64>) -> Result<Option<u64>, ApiError> {
    limit
        .map(|limit| u64::try_from(limit).ok().filter(|limit| *limit > 0))
        .map(|limit| limit.ok_or_else(|| ApiError::validation(text::QUERY_LIMIT)))
        .transpose()
}

/// Refuses expressions beside the parameters that they replaced.
fn check_mixing(request: &QueryRequest) -> Result<(), ApiError> {
    // KeyConditions say nothing that a filter or a projection says.
    let keys_twice = request.key_conditions.is_some() && request.key_condition_expression.is_some();
    request::check_mixing(
        &[
            ("AttributesToGet", request.attributes_to_get.is_some()),
            ("QueryFilter", request.query_filter.is_some()),
            ("ConditionalOperator", request.conditional_operator.is_some()),
            ("KeyConditions", keys_twice),
        ],
        &[
            ("ProjectionExpression", request.projection_expression.is_some()),
            ("FilterExpression", request.filter_expression.is_some()),
            ("KeyConditionExpression", request.key_condition_expression.is_some()),
        ],
    )
}

/// Refuses a strong read of a global index.
pub(super) fn check_consistency(consistent: bool, index: Option<&Index>) -> Result<(), ApiError> {
    match index {
        Some(index) if consistent && index.schema.kind == IndexKind::Global => {
            Err(ApiError::validation(text::CONSISTENT_GLOBAL_INDEX))
        }
        _ => Ok(()),
    }
}

/// Refuses a filter on the keys that the Query reads by: they belong into the key condition.
fn check_filter(filter: Option<&Condition>, keys: &KeySchema, is_legacy: bool) -> Result<(), ApiError> {
    let paths = filter.map(Condition::paths).unwrap_or_default();
    let filtered = |name: &str| paths.iter().any(|path| path.root() == name);
    match keys.attributes().find(|key| filtered(&key.name)) {
        Some(key) if is_legacy => Err(ApiError::validation(legacy_text::filter_on_key(&key.name))),
        Some(key) => Err(ApiError::validation(text::filter_on_key(&key.name))),
        None => Ok(()),
    }
}

/// The position that an ExclusiveStartKey names; its attributes and their types must be those of the keys.
fn start_position(key: &Item, table: &Table, index: Option<&Index>) -> Result<Position, ApiError> {
    let invalid = || ApiError::validation(key_text::START_KEY_INVALID);
    if !page::has_cursor_names(key, table, index) {
        return Err(invalid());
    }
    page::check_cursor_types(key, table, index)?;
    page::cursor_position(key, table, index).ok_or_else(invalid)
}

/// Refuses a position to read after that lies outside what the Query reads.
fn check_start(
    key: &Item,
    position: &Position,
    table: &Table,
    index: Option<&Index>,
    range: &KeyRange,
    stretch: &Stretch,
) -> Result<(), ApiError> {
    if index.is_none() && table.keys.sort.is_empty() {
        // There is at most one item, and nothing after it.
        return Err(ApiError::validation(key_text::start_key_of_one_item(key)));
    }
    let is_of_partition = position.parts.starts_with(&range.partition);
    let names_sort_key = range.range.is_some() || !range.equal.is_empty();
    match (is_of_partition, names_sort_key) {
        (true, _) if stretch.contains(position) => Ok(()),
        (true, _) => Err(ApiError::validation(key_text::START_KEY_NOT_IN_RANGE)),
        (false, false) => Err(ApiError::validation(key_text::START_KEY_OUTSIDE)),
        (false, true) => {
            // The sort key is looked at first, as if it stood under the Query's partition key.
            let rest = position.parts.iter().skip(range.partition.len()).cloned();
            let within = Position::new(range.partition.clone(), rest);
            Err(ApiError::validation(if stretch.contains(&within) {
                key_text::START_KEY_OF_OTHER_ITEMS
            } else {
                key_text::START_KEY_NOT_IN_RANGE
            }))
        }
    }
}
