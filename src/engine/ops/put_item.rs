//! PutItem: stores an item, replacing the one with the same key unless a condition forbids it.
//!
//! `{"TableName": "Orders", "Item": {…}, "ConditionExpression": "attribute_not_exists(id)"}` answers `{}`, with
//! ReturnValues ALL_OLD the item that was replaced.
//! Source: API reference, PutItem.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::legacy::{self, ConditionalOperator};
use super::members::{self, CollectionMetrics, ReturnConsumedCapacity, ReturnOnFailure, ReturnValues};
use super::write::{self, ItemWrite, WriteAction};
use super::{Operation, request};
use crate::engine::capacity::consumed;
use crate::engine::error::ApiError;
use crate::engine::expr::{Kind, Placeholders};
use crate::engine::messages::requests as text;
use crate::engine::messages::wording::Wording;
use crate::engine::plan::{Effect, Plan};
use crate::engine::shape::structure;
use crate::engine::value::json::WireItem;
use crate::engine::value::{Item, size};
use crate::engine::{Engine, ResponseValue, Trace};

structure! {
    /// Stores one item.
    pub(super) struct PutItemRequest as "PutItemInput" {
        /// How much of the consumed capacity to report.
        "ReturnConsumedCapacity" return_consumed_capacity: ReturnConsumedCapacity => optional members::RETURN_CONSUMED_CAPACITY;
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// The whole item, its key included.
        "Item" item: WireItem => required members::ITEM;
        /// Legacy: how the conditions in Expected are joined.
        "ConditionalOperator" conditional_operator: Option<ConditionalOperator> => optional legacy::CONDITIONAL_OPERATOR;
        /// Legacy: what must hold of the item there is; use ConditionExpression.
        "Expected" expected: Option<legacy::Expected> => optional legacy::EXPECTED;
        /// What to return of the item that was replaced: NONE or ALL_OLD.
        "ReturnValues" return_values: Option<ReturnValues> => optional members::RETURN_VALUES;
        /// Whether to report the size of the item collection.
        "ReturnItemCollectionMetrics" return_item_collection_metrics: Option<CollectionMetrics> => optional members::RETURN_COLLECTION_METRICS;
        /// What must hold of the item there is, for the put to happen.
        "ConditionExpression" condition_expression: Option<String> => optional members::EXPRESSION;
        /// What the #names of the expression stand for.
        "ExpressionAttributeNames" expression_attribute_names: Option<BTreeMap<String, String>> => optional members::NAMES;
        /// What the :values of the expression stand for.
        "ExpressionAttributeValues" expression_attribute_values: Option<WireItem> => optional members::VALUES;
        /// Whether a failed condition returns the item it failed for.
        "ReturnValuesOnConditionCheckFailure" return_on_failure: Option<ReturnOnFailure> => optional members::RETURN_ON_FAILURE;
    }
}

/// The verb.
pub(super) struct PutItem;

/// A put or delete that is ready to run, with what its response is to hold.
#[derive(Clone)]
pub(super) struct PreparedPutOrDelete {
    pub(super) write: ItemWrite,
    pub(super) return_old: bool,
    pub(super) on_failure: ReturnOnFailure,
    pub(super) metrics: CollectionMetrics,
    pub(super) detail: consumed::ConsumedDetail,
}

impl Operation for PutItem {
    const NAME: &'static str = "PutItem";
    const DOC: &'static str = "Stores an item, replacing any item with the same primary key.";
    const EFFECT: Option<Effect> = Some(Effect::Write);
    const QUICK_BYTES: usize = super::QUICK_ITEM;
    const WORDING: Wording = Wording::Enveloped;
    type Request = PutItemRequest;
    type Prepared = PreparedPutOrDelete;

    fn prepare(request: PutItemRequest, engine: &Engine) -> Result<PreparedPutOrDelete, ApiError> {
        let condition = request.condition_expression.as_deref();
        let (names, values) = (request.expression_attribute_names, request.expression_attribute_values);
        let (item, return_old) = request::checked(Self::WORDING, || {
            request::check_mixing(
                &[
                    ("Expected", request.expected.is_some()),
                    ("ConditionalOperator", request.conditional_operator.is_some()),
                ],
                &[("ConditionExpression", condition.is_some())],
            )?;
            let expressions = [("ConditionExpression", condition)];
            request::check_placeholders(names.is_some(), values.is_some(), &expressions, &[], Self::WORDING)?;
            Ok((request.item.into_item(Self::WORDING)?, returns_old(request.return_values)?))
        })?;
        check_size(&item)?;
        let condition = request::checked(Self::WORDING, || {
            let expected = legacy::expected(request.expected.as_ref(), request.conditional_operator, Self::WORDING)?;
            let mut placeholders = Placeholders::new(names, values, Self::WORDING)?;
            let condition = request::condition(condition, Kind::Condition, &mut placeholders)?.or(expected);
            placeholders.finish().map(|()| condition)
        })?;
        let table = engine.data_table(&request.table_name)?;
        let position = table.keys.position_of_item(&item)?;
        write::check_index_keys(&item, table)?;
        let key = table.keys.key_of(&item);
        let (table, action) = (request.table_name.into(), WriteAction::Put(item));
        let write = ItemWrite { table, position, key, condition, action };
        Ok(PreparedPutOrDelete {
            write,
            return_old,
            on_failure: request.return_on_failure.unwrap_or_default(),
            metrics: request.return_item_collection_metrics.unwrap_or_default(),
            detail: request.return_consumed_capacity.unwrap_or_default(),
        })
    }

    fn plans(prepared: &PreparedPutOrDelete) -> Vec<Plan> {
        vec![prepared.write.plan(Self::NAME)]
    }

    fn execute(
        prepared: PreparedPutOrDelete,
        engine: &mut Engine,
        trace: &mut Trace,
    ) -> Result<ResponseValue, ApiError> {
        write_and_answer(prepared, engine, trace)
    }
}

/// Whether a put or delete is to return the item there was.
pub(super) fn returns_old(wanted: Option<ReturnValues>) -> Result<bool, ApiError> {
    match wanted.unwrap_or_default() {
        ReturnValues::None => Ok(false),
        ReturnValues::AllOld => Ok(true),
        _ => Err(ApiError::validation(text::RETURN_VALUES)),
    }
}

/// Refuses an item of more than 400 KB.
pub(super) fn check_size(item: &Item) -> Result<(), ApiError> {
    if size::item_size(item) > size::MAX_ITEM_BYTES {
        return Err(ApiError::validation(text::ITEM_TOO_LARGE));
    }
    Ok(())
}

/// Does a prepared put or delete and builds its response.
pub(super) fn write_and_answer(
    prepared: PreparedPutOrDelete,
    engine: &mut Engine,
    trace: &mut Trace,
) -> Result<ResponseValue, ApiError> {
    let PreparedPutOrDelete { write, return_old, on_failure, metrics, detail } = prepared;
    let (table, key) = (Arc::clone(&write.table), write.key.clone());
    let written = write::write(engine, write, on_failure, trace)?;
    let old = written.old.filter(|_| return_old).map(|stored| stored.item);
    write::answer(engine, &table, &key, old, metrics, consumed::of_table(&table, &trace.charges, detail))
}
