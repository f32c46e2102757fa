//! TransactWriteItems: up to 100 puts, updates, deletes and condition checks, all of them done or none.
//!
//! `{"TransactItems": [{"Update": {…}}, {"ConditionCheck": {…}}]}` answers `{}`, or TransactionCanceledException with a
//! reason for each action, in their order. Under a ClientRequestToken the same request is done once within 10 minutes.
//! Source: API reference, TransactWriteItems.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::members::{self, CollectionMetrics, ReturnConsumedCapacity, ReturnOnFailure};
use super::put_item::check_size;
use super::transaction::{self, ConditionFailure, DraftWrite, Repeat, TransactionPart};
use super::write::WriteAction;
use super::{Operation, request};
use crate::engine::capacity::consumed;
use crate::engine::error::ApiError;
use crate::engine::expr::{self, Condition, Kind, Placeholders};
use crate::engine::messages::requests as text;
use crate::engine::messages::wording::Wording;
use crate::engine::plan::{Effect, Plan};
use crate::engine::shape::{ListShape, Shape, structure};
use crate::engine::tokens::TokenClaim;
use crate::engine::value::json::WireItem;
use crate::engine::{Engine, Trace};

/// The most actions of one transaction.
pub(super) const MAX_ACTIONS: usize = 100;

structure! {
    /// A test of one item that is not written.
    pub(super) struct ConditionCheck as "ConditionCheck" {
        /// The item's whole primary key.
        "Key" key: WireItem => required members::ITEM;
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// What must hold of the item.
        "ConditionExpression" condition_expression: Option<String> => required members::EXPRESSION;
        /// What the #names of the expression stand for.
        "ExpressionAttributeNames" names: Option<BTreeMap<String, String>> => optional members::NAMES;
        /// What the :values of the expression stand for.
        "ExpressionAttributeValues" values: Option<WireItem> => optional members::VALUES;
        /// Whether a failed condition returns the item it failed for.
        "ReturnValuesOnConditionCheckFailure" on_failure: Option<ReturnOnFailure> => optional members::RETURN_ON_FAILURE;
    }
}

structure! {
    /// A put.
    pub(super) struct TransactPut as "Put" {
        /// The whole item, its key included.
        "Item" item: WireItem => required members::ITEM;
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// What must hold of the item there is.
        "ConditionExpression" condition_expression: Option<String> => optional members::EXPRESSION;
        /// What the #names of the expression stand for.
        "ExpressionAttributeNames" names: Option<BTreeMap<String, String>> => optional members::NAMES;
        /// What the :values of the expression stand for.
        "ExpressionAttributeValues" values: Option<WireItem> => optional members::VALUES;
        /// Whether a failed condition returns the item it failed for.
        "ReturnValuesOnConditionCheckFailure" on_failure: Option<ReturnOnFailure> => optional members::RETURN_ON_FAILURE;
    }
}

structure! {
    /// A delete.
    pub(super) struct Delete as "Delete" {
        /// The item's whole primary key.
        "Key" key: WireItem => required members::ITEM;
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// What must hold of the item there is.
        "ConditionExpression" condition_expression: Option<String> => optional members::EXPRESSION;
        /// What the #names of the expression stand for.
        "ExpressionAttributeNames" names: Option<BTreeMap<String, String>> => optional members::NAMES;
        /// What the :values of the expression stand for.
        "ExpressionAttributeValues" values: Option<WireItem> => optional members::VALUES;
        /// Whether a failed condition returns the item it failed for.
        "ReturnValuesOnConditionCheckFailure" on_failure: Option<ReturnOnFailure> => optional members::RETURN_ON_FAILURE;
    }
}

structure! {
    /// An update.
    pub(super) struct TransactUpdate as "Update" {
        /// The item's whole primary key.
        "Key" key: WireItem => required members::ITEM;
        /// What to change.
        "UpdateExpression" changes: String => required members::EXPRESSION;
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// What must hold of the item there is.
        "ConditionExpression" condition_expression: Option<String> => optional members::EXPRESSION;
        /// What the #names of the expressions stand for.
        "ExpressionAttributeNames" names: Option<BTreeMap<String, String>> => optional members::NAMES;
        /// What the :values of the expressions stand for.
        "ExpressionAttributeValues" values: Option<WireItem> => optional members::VALUES;
        /// Whether a failed condition returns the item it failed for.
        "ReturnValuesOnConditionCheckFailure" on_failure: Option<ReturnOnFailure> => optional members::RETURN_ON_FAILURE;
    }
}

structure! {
    /// One action; exactly one of the four.
    pub(super) struct TransactWriteItem as "TransactWriteItem" {
        /// Test an item without writing it.
        "ConditionCheck" condition_check: Option<ConditionCheck> => optional Shape::Structure(ConditionCheck::STRUCTURE);
        /// Store an item.
        "Put" put: Option<TransactPut> => optional Shape::Structure(TransactPut::STRUCTURE);
        /// Remove an item.
        "Delete" delete: Option<Delete> => optional Shape::Structure(Delete::STRUCTURE);
        /// Change an item.
        "Update" update: Option<TransactUpdate> => optional Shape::Structure(TransactUpdate::STRUCTURE);
    }
}

structure! {
    /// Writes several items, all or nothing.
    pub(super) struct TransactWriteItemsRequest as "TransactWriteItemsInput" {
        /// A text of yours under which the same request is done only once.
        "ClientRequestToken" client_request_token: Option<String> => optional Shape::text(1, 36);
        /// How much of the consumed capacity to report.
        "ReturnConsumedCapacity" return_consumed_capacity: ReturnConsumedCapacity => optional members::RETURN_CONSUMED_CAPACITY;
        /// Whether to report the sizes of the item collections.
        "ReturnItemCollectionMetrics" return_item_collection_metrics: Option<CollectionMetrics> => optional members::RETURN_COLLECTION_METRICS;
        /// The actions.
        "TransactItems" transact_items: Vec<Value> => required Shape::List(&ListShape::sized(Shape::Structure(TransactWriteItem::STRUCTURE), 1, MAX_ACTIONS));
    }
}

/// The verb.
pub(super) struct TransactWriteItems;

/// A transaction that is ready to run.
#[derive(Clone)]
pub(super) struct PreparedTransactWriteItems {
    parts: Vec<TransactionPart>,
    /// The token, and what a repeated request is known by.
    claim: Option<TokenClaim>,
    metrics: CollectionMetrics,
    detail: consumed::ConsumedDetail,
}

impl Operation for TransactWriteItems {
    const NAME: &'static str = "TransactWriteItems";
    const DOC: &'static str = "Writes up to 100 items in one or more tables, all or nothing.";
    const EFFECT: Option<Effect> = Some(Effect::Write);
    type Request = TransactWriteItemsRequest;
    type Prepared = PreparedTransactWriteItems;

    fn prepare(request: TransactWriteItemsRequest, engine: &Engine) -> Result<PreparedTransactWriteItems, ApiError> {
        let wire = Value::Array(request.transact_items);
        let claim = request.client_request_token.map(|token| TokenClaim::of(&token, &wire));
        let items: Vec<TransactWriteItem> = serde_json::from_value(wire).unwrap_or_default();
        let mut drafts: Vec<DraftWrite> = Vec::with_capacity(items.len());
        let mut stated = 0;
        for item in items {
            let draft = draft(item, Self::WORDING)?;
            // Before the next is read: each may name a long value many times.
            stated += draft.stated_bytes();
            if stated > transaction::MAX_BYTES {
                return Err(ApiError::validation(text::TRANSACTION_TOO_LARGE));
            }
            drafts.push(draft);
        }
        Ok(PreparedTransactWriteItems {
            parts: transaction::bind(drafts, engine)?,
            claim,
            metrics: request.return_item_collection_metrics.unwrap_or_default(),
            detail: request.return_consumed_capacity.unwrap_or_default(),
        })
    }

    fn plans(prepared: &PreparedTransactWriteItems) -> Vec<Plan> {
        let writes = prepared.parts.iter().filter_map(|part| part.write.as_ref().ok());
        writes.map(|write| write.plan(Self::NAME)).collect()
    }

    fn execute(
        prepared: PreparedTransactWriteItems,
        engine: &mut Engine,
        trace: &mut Trace,
    ) -> Result<Value, ApiError> {
        let PreparedTransactWriteItems { parts, claim, metrics, detail } = prepared;
        let metrics = transaction::metrics(&parts, metrics, engine)?;
        match transaction::repeat(claim.as_ref(), &parts, engine, trace)? {
            Repeat::Yes => {}
            Repeat::No => {
                transaction::write_all(parts, engine, trace)?;
                transaction::remember(claim, engine, trace);
            }
        }
        let mut body = Map::new();
        let consumed = consumed::per_table(&trace.charges, detail, true);
        body.extend(consumed.map(|consumed| ("ConsumedCapacity".to_owned(), consumed)));
        if !metrics.is_empty() {
            body.insert("ItemCollectionMetrics".into(), Value::Object(metrics));
        }
        Ok(Value::Object(body))
    }
}

/// Reads one action: everything that needs no table.
fn draft(item: TransactWriteItem, wording: Wording) -> Result<DraftWrite, ApiError> {
    match (item.condition_check, item.put, item.delete, item.update) {
        (Some(check), None, None, None) => {
            let key = check.key.into_item(wording)?;
            let (condition, names, values) = (check.condition_expression, check.names, check.values);
            let condition = compile(condition.as_deref(), names, values, wording)?;
            Ok(drafted(check.table_name, key, condition, WriteAction::Check, check.on_failure))
        }
        (None, Some(put), None, None) => {
            let item = put.item.into_item(wording)?;
            check_size(&item)?;
            let (condition, names, values) = (put.condition_expression, put.names, put.values);
            let condition = compile(condition.as_deref(), names, values, wording)?;
            Ok(drafted(put.table_name, item.clone(), condition, WriteAction::Put(item), put.on_failure))
        }
        (None, None, Some(delete), None) => {
            let key = delete.key.into_item(wording)?;
            let (condition, names, values) = (delete.condition_expression, delete.names, delete.values);
            let condition = compile(condition.as_deref(), names, values, wording)?;
            Ok(drafted(delete.table_name, key, condition, WriteAction::Delete, delete.on_failure))
        }
        (None, None, None, Some(update)) => {
            let key = update.key.into_item(wording)?;
            let mut placeholders = Placeholders::new(update.names, update.values, wording)?;
            let action = WriteAction::Update(Some(expr::update(&update.changes, &mut placeholders)?));
            let condition = update.condition_expression.as_deref();
            let condition = request::condition(condition, Kind::Condition, &mut placeholders)?;
            placeholders.finish()?;
            Ok(drafted(update.table_name, key, condition, action, update.on_failure))
        }
        (None, None, None, None) => Err(ApiError::validation(text::NO_ACTION)),
        _ => Err(ApiError::validation(text::ONE_ACTION_EACH)),
    }
}

fn compile(
    condition: Option<&str>,
    names: Option<BTreeMap<String, String>>,
    values: Option<WireItem>,
    wording: Wording,
) -> Result<Option<Condition>, ApiError> {
    let mut placeholders = Placeholders::new(names, values, wording)?;
    let condition = request::condition(condition, Kind::Condition, &mut placeholders)?;
    // Unlike elsewhere, names and values beside no expression at all are passed over.
    if condition.is_some() {
        placeholders.finish()?;
    }
    Ok(condition)
}

fn drafted(
    table: String,
    key: crate::engine::value::Item,
    condition: Option<Condition>,
    action: WriteAction,
    on_failure: Option<ReturnOnFailure>,
) -> DraftWrite {
    let (table, on_failure) = (Arc::from(table), on_failure.unwrap_or_default());
    DraftWrite { table, key, condition, action, on_failure, failure: ConditionFailure::Condition }
}
