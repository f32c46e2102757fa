//! DeleteItem: removes one item by its key; removing an item that is not there succeeds and costs a unit.
//!
//! `{"TableName": "Orders", "Key": {"id": {"S": "O-1"}}}` answers `{}`, with ReturnValues ALL_OLD the item removed.
//! Source: API reference, DeleteItem.

use std::collections::BTreeMap;

use super::legacy::{self, ConditionalOperator};
use super::members::{self, CollectionMetrics, ReturnConsumedCapacity, ReturnOnFailure, ReturnValues};
use super::put_item::{PreparedPutOrDelete, returns_old, write_and_answer};
use super::write::{ItemWrite, WriteAction};
use super::{Operation, request};
use crate::engine::error::ApiError;
use crate::engine::expr::{Kind, Placeholders};
use crate::engine::messages::wording::Wording;
use crate::engine::plan::{Effect, Plan};
use crate::engine::shape::structure;
use crate::engine::value::json::WireItem;
use crate::engine::{Engine, ResponseValue, Trace};

structure! {
    /// Removes one item.
    pub(super) struct DeleteItemRequest as "DeleteItemInput" {
        /// How much of the consumed capacity to report.
        "ReturnConsumedCapacity" return_consumed_capacity: ReturnConsumedCapacity => optional members::RETURN_CONSUMED_CAPACITY;
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// The item's whole primary key.
        "Key" key: WireItem => required members::ITEM;
        /// Legacy: how the conditions in Expected are joined.
        "ConditionalOperator" conditional_operator: Option<ConditionalOperator> => optional legacy::CONDITIONAL_OPERATOR;
        /// Legacy: what must hold of the item there is; use ConditionExpression.
        "Expected" expected: Option<legacy::Expected> => optional legacy::EXPECTED;
        /// What to return of the item that was removed: NONE or ALL_OLD.
        "ReturnValues" return_values: Option<ReturnValues> => optional members::RETURN_VALUES;
        /// Whether to report the size of the item collection.
        "ReturnItemCollectionMetrics" return_item_collection_metrics: Option<CollectionMetrics> => optional members::RETURN_COLLECTION_METRICS;
        /// What must hold of the item there is, for the deletion to happen.
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
pub(super) struct DeleteItem;

impl Operation for DeleteItem {
    const NAME: &'static str = "DeleteItem";
    const DOC: &'static str = "Removes one item by its primary key.";
    const EFFECT: Option<Effect> = Some(Effect::Write);
    const QUICK_BYTES: usize = super::QUICK_ITEM;
    const WORDING: Wording = Wording::Enveloped;
    type Request = DeleteItemRequest;
    type Prepared = PreparedPutOrDelete;

    fn prepare(request: DeleteItemRequest, engine: &Engine) -> Result<PreparedPutOrDelete, ApiError> {
        let condition = request.condition_expression.as_deref();
        let (names, values) = (request.expression_attribute_names, request.expression_attribute_values);
        let (key, return_old, condition) = request::checked(Self::WORDING, || {
            request::check_mixing(
                &[
                    ("Expected", request.expected.is_some()),
                    ("ConditionalOperator", request.conditional_operator.is_some()),
                ],
                &[("ConditionExpression", condition.is_some())],
            )?;
            let expressions = [("ConditionExpression", condition)];
            request::check_placeholders(names.is_some(), values.is_some(), &expressions, &[], Self::WORDING)?;
            let key = request.key.into_item(Self::WORDING)?;
            let return_old = returns_old(request.return_values)?;
            let expected = legacy::expected(request.expected.as_ref(), request.conditional_operator, Self::WORDING)?;
            let mut placeholders = Placeholders::new(names, values, Self::WORDING)?;
            let condition = request::condition(condition, Kind::Condition, &mut placeholders)?.or(expected);
            placeholders.finish().map(|()| (key, return_old, condition))
        })?;
        let position = engine.data_table(&request.table_name)?.keys.position_of_key(&key)?;
        Ok(PreparedPutOrDelete {
            write: ItemWrite {
                table: request.table_name.into(),
                position,
                key,
                condition,
                action: WriteAction::Delete,
            },
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
