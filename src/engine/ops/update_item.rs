//! UpdateItem: changes some attributes of an item, and creates the item if there is none.
//!
//! `{"TableName": "Orders", "Key": {…}, "UpdateExpression": "SET stock = stock - :one"}` answers `{}`, or with
//! ReturnValues the item or the touched attributes, before or after.
//! Source: API reference, UpdateItem.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::legacy::{self, ConditionalOperator};
use super::members::{self, CollectionMetrics, ReturnConsumedCapacity, ReturnOnFailure, ReturnValues};
use super::write::{self, ItemWrite, WriteAction};
use super::{Operation, request};
use crate::engine::capacity::consumed;
use crate::engine::error::ApiError;
use crate::engine::expr::{self, Kind, Placeholders, Update};
use crate::engine::messages::wording::Wording;
use crate::engine::messages::{keys as key_text, requests as text};
use crate::engine::plan::{Effect, Plan};
use crate::engine::shape::structure;
use crate::engine::table::schema::{IndexKeyProblem, IndexKeyProblemKind};
use crate::engine::table::{Table, Written};
use crate::engine::value::json::WireItem;
use crate::engine::value::{Item, size};
use crate::engine::{Engine, ResponseValue, Trace};

structure! {
    /// Changes one item.
    pub(super) struct UpdateItemRequest as "UpdateItemInput" {
        /// How much of the consumed capacity to report.
        "ReturnConsumedCapacity" return_consumed_capacity: ReturnConsumedCapacity => optional members::RETURN_CONSUMED_CAPACITY;
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// Whether to report the size of the item collection.
        "ReturnItemCollectionMetrics" return_item_collection_metrics: Option<CollectionMetrics> => optional members::RETURN_COLLECTION_METRICS;
        /// What to return: the item or the touched attributes, before or after.
        "ReturnValues" return_values: Option<ReturnValues> => optional members::RETURN_VALUES_ALONE;
        /// The item's whole primary key.
        "Key" key: WireItem => required members::ITEM;
        /// Legacy: how the conditions in Expected are joined.
        "ConditionalOperator" conditional_operator: Option<ConditionalOperator> => optional legacy::CONDITIONAL_OPERATOR;
        /// Legacy: what must hold of the item there is; use ConditionExpression.
        "Expected" expected: Option<legacy::Expected> => optional legacy::EXPECTED;
        /// Legacy: what to change; use UpdateExpression.
        "AttributeUpdates" attribute_updates: Option<legacy::AttributeUpdates> => optional legacy::ATTRIBUTE_UPDATES;
        /// What to change: SET, REMOVE, ADD and DELETE clauses.
        "UpdateExpression" update_expression: Option<String> => optional members::EXPRESSION;
        /// What must hold of the item there is, for the update to happen.
        "ConditionExpression" condition_expression: Option<String> => optional members::EXPRESSION;
        /// What the #names of the expressions stand for.
        "ExpressionAttributeNames" expression_attribute_names: Option<BTreeMap<String, String>> => optional members::NAMES;
        /// What the :values of the expressions stand for.
        "ExpressionAttributeValues" expression_attribute_values: Option<WireItem> => optional members::VALUES;
        /// Whether a failed condition returns the item it failed for.
        "ReturnValuesOnConditionCheckFailure" return_on_failure: Option<ReturnOnFailure> => optional members::RETURN_ON_FAILURE;
    }
}

/// The verb.
pub(super) struct UpdateItem;

/// An UpdateItem that is ready to run.
#[derive(Clone)]
pub(super) struct PreparedUpdateItem {
    write: ItemWrite,
    /// What is changed, if that is to be returned.
    update: Option<Update>,
    return_values: ReturnValues,
    on_failure: ReturnOnFailure,
    metrics: CollectionMetrics,
    detail: consumed::ConsumedDetail,
}

impl Operation for UpdateItem {
    const NAME: &'static str = "UpdateItem";
    const DOC: &'static str = "Changes attributes of an item, creating the item if it does not exist.";
    const EFFECT: Option<Effect> = Some(Effect::Write);
    const QUICK_BYTES: usize = super::QUICK_ITEM;
    const WORDING: Wording = Wording::Enveloped;
    type Request = UpdateItemRequest;
    type Prepared = PreparedUpdateItem;

    fn prepare(request: UpdateItemRequest, engine: &Engine) -> Result<PreparedUpdateItem, ApiError> {
        let (update, condition) = (request.update_expression.as_deref(), request.condition_expression.as_deref());
        let (names, values) = (request.expression_attribute_names, request.expression_attribute_values);
        let (key, update, condition) = request::checked(Self::WORDING, || {
            request::check_mixing(
                &[
                    ("AttributeUpdates", request.attribute_updates.is_some()),
                    ("Expected", request.expected.is_some()),
                    ("ConditionalOperator", request.conditional_operator.is_some()),
                ],
                &[("UpdateExpression", update.is_some()), ("ConditionExpression", condition.is_some())],
            )?;
            let expressions = [("UpdateExpression", update), ("ConditionExpression", condition)];
            request::check_placeholders(names.is_some(), values.is_some(), &expressions, &[], Self::WORDING)?;
            let key = request.key.into_item(Self::WORDING)?;
            let legacy_update = legacy::updates(request.attribute_updates.as_ref(), Self::WORDING)?;
            let expected = legacy::expected(request.expected.as_ref(), request.conditional_operator, Self::WORDING)?;
            let mut placeholders = Placeholders::new(names, values, Self::WORDING)?;
            let update = update.map(|text| expr::update(text, &mut placeholders)).transpose()?.or(legacy_update);
            let condition = request::condition(condition, Kind::Condition, &mut placeholders)?.or(expected);
            placeholders.finish().map(|()| (key, update, condition))
        })?;
        let table = engine.data_table(&request.table_name)?;
        let position = table.keys.position_of_key(&key)?;
        check_targets(update.as_ref(), table)?;
        check_statement_size(update.as_ref())?;
        let return_values = request.return_values.unwrap_or_default();
        let is_shown = matches!(return_values, ReturnValues::UpdatedOld | ReturnValues::UpdatedNew);
        let (shown, action) = (update.clone().filter(|_| is_shown), WriteAction::Update(update));
        Ok(PreparedUpdateItem {
            write: ItemWrite { table: request.table_name.into(), position, key, condition, action },
            update: shown,
            return_values,
            on_failure: request.return_on_failure.unwrap_or_default(),
            metrics: request.return_item_collection_metrics.unwrap_or_default(),
            detail: request.return_consumed_capacity.unwrap_or_default(),
        })
    }

    fn plans(prepared: &PreparedUpdateItem) -> Vec<Plan> {
        vec![prepared.write.plan(Self::NAME)]
    }

    fn execute(
        prepared: PreparedUpdateItem,
        engine: &mut Engine,
        trace: &mut Trace,
    ) -> Result<ResponseValue, ApiError> {
        let PreparedUpdateItem { write, update, return_values, on_failure, metrics, detail } = prepared;
        let (table, key) = (Arc::clone(&write.table), write.key.clone());
        let written = write::write(engine, write, on_failure, trace)?;
        let attributes = returned(&written, update.as_ref(), return_values);
        let consumed = consumed::of_table(&table, &trace.charges, detail);
        write::answer(engine, &table, &key, attributes, metrics, consumed)
    }
}

/// Refuses what the table's keys tell of an update before any item is looked at: that it changes a key attribute, states
/// a value of another type for one of an index, or has a document path into either.
pub(super) fn check_targets(update: Option<&Update>, table: &Table) -> Result<(), ApiError> {
    let Some(update) = update else { return Ok(()) };
    let targets = update.targets();
    let changed = |name: &str| targets.iter().any(|path| path.root() == name);
    if let Some(key) = table.keys.attributes().find(|key| changed(&key.name)) {
        return Err(ApiError::validation(key_text::cannot_update(&key.name)));
    }
    for index in &table.indexes {
        for attribute in index.schema.keys.attributes() {
            if let Some(kind) = update.stated_kind(&attribute.name).filter(|kind| *kind != attribute.kind) {
                let (index, attribute) = (Arc::clone(&index.schema.name), attribute.clone());
                let problem = IndexKeyProblem { kind: IndexKeyProblemKind::WrongType(kind), index, attribute };
                return Err(ApiError::validation(key_text::index_key_of_put(&problem)));
            }
        }
    }
    request::check_nested_keys(update.paths().into_iter(), table)
}

/// Refuses an update that says more than an item may hold. Only UpdateItem counts what is said: the same update in a
/// transaction or a statement is measured by the item that it leaves.
fn check_statement_size(update: Option<&Update>) -> Result<(), ApiError> {
    match update {
        Some(update) if update.stated_bytes() > size::MAX_ITEM_BYTES => {
            Err(ApiError::validation(text::UPDATE_TOO_LARGE))
        }
        _ => Ok(()),
    }
}

/// The Attributes that ReturnValues asks for.
fn returned(written: &Written, update: Option<&Update>, wanted: ReturnValues) -> Option<Item> {
    let (old, new) = (written.old.as_ref(), written.new.as_ref());
    let touched = |item: &Item| update.map(|update| update.updated(item)).filter(|touched| !touched.is_empty());
    match wanted {
        ReturnValues::None => None,
        ReturnValues::AllOld => old.map(|stored| stored.item.clone()),
        ReturnValues::AllNew => new.map(|stored| stored.item.clone()),
        ReturnValues::UpdatedOld => old.and_then(|stored| touched(&stored.item)),
        ReturnValues::UpdatedNew => new.and_then(|stored| touched(&stored.item)),
    }
}
