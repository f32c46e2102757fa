//! TransactGetItems: up to 100 items by key, read as they were at one moment, at four times the eventual price.
//!
//! `{"TransactItems": [{"Get": {"TableName": "Orders", "Key": {…}}}]}` answers `{"Responses": [{"Item": {…}}]}`; an item
//! that does not exist is an empty entry. A key that does not fit cancels the transaction.
//! Source: API reference, TransactGetItems.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Value, json};

use super::admission::{admit, spend};
use super::members::{self, ReturnConsumedCapacity};
use super::transact_write_items::MAX_ACTIONS;
use super::{Operation, request, transaction};
use crate::engine::capacity::{Direction, Place, Rate, consumed};
use crate::engine::error::ApiError;
use crate::engine::expr::{Placeholders, ProjectedPaths};
use crate::engine::messages::requests as text;
use crate::engine::plan::{Access, Effect, Plan};
use crate::engine::shape::{ListShape, Shape, structure};
use crate::engine::table::Position;
use crate::engine::value::Item;
use crate::engine::value::json::{WireItem, encode_item};
use crate::engine::{Engine, Trace, table_name};

/// The most bytes that a transaction reads: 4 MB.
const MAX_BYTES: u64 = 4 * 1024 * 1024;

structure! {
    /// One item to get.
    pub(super) struct Get as "Get" {
        /// The item's whole primary key.
        "Key" key: WireItem => required members::ITEM;
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// Which attributes to return.
        "ProjectionExpression" projection_expression: Option<String> => optional members::EXPRESSION;
        /// What the #names of the expression stand for.
        "ExpressionAttributeNames" names: Option<BTreeMap<String, String>> => optional members::NAMES;
    }
}

structure! {
    /// One entry.
    pub(super) struct TransactGetItem as "TransactGetItem" {
        /// The item to get.
        "Get" get: Get => required Shape::Structure(Get::STRUCTURE);
    }
}

structure! {
    /// Reads several items at one moment.
    pub(super) struct TransactGetItemsRequest as "TransactGetItemsInput" {
        /// How much of the consumed capacity to report.
        "ReturnConsumedCapacity" return_consumed_capacity: ReturnConsumedCapacity => optional members::RETURN_CONSUMED_CAPACITY;
        /// The items to get.
        "TransactItems" transact_items: Vec<TransactGetItem> => required Shape::List(&ListShape::sized(Shape::Structure(TransactGetItem::STRUCTURE), 1, MAX_ACTIONS));
    }
}

/// The verb.
pub(super) struct TransactGetItems;

/// One item to get, at its place; or why it has none.
#[derive(Clone)]
pub(super) struct ItemGet {
    pub(super) table: Arc<str>,
    pub(super) key: Item,
    pub(super) position: Result<Position, ApiError>,
    pub(super) projection: Option<ProjectedPaths>,
}

/// A transaction that is ready to run.
#[derive(Clone)]
pub(super) struct PreparedTransactGetItems {
    wanted: Vec<ItemGet>,
    detail: consumed::ConsumedDetail,
}

impl Operation for TransactGetItems {
    const NAME: &'static str = "TransactGetItems";
    const DOC: &'static str = "Reads up to 100 items in one or more tables, all at one moment.";
    const EFFECT: Option<Effect> = Some(Effect::Read);
    type Request = TransactGetItemsRequest;
    type Prepared = PreparedTransactGetItems;

    fn prepare(request: TransactGetItemsRequest, engine: &Engine) -> Result<PreparedTransactGetItems, ApiError> {
        let mut drafts = Vec::new();
        for TransactGetItem { get } in request.transact_items {
            let (projection, names) = (get.projection_expression.as_deref(), get.names);
            let key = get.key.into_item(Self::WORDING)?;
            let mut placeholders = Placeholders::new(names, None, Self::WORDING)?;
            let projection = request::projection(projection, &mut placeholders)?;
            // Beside no expression at all they are passed over.
            if projection.is_some() {
                placeholders.finish()?;
            }
            drafts.push((get.table_name, key, projection));
        }
        let mut wanted = Vec::new();
        for (table, key, projection) in drafts {
            let found = engine.data_table(&table)?;
            found.keys.check_not_empty(&key)?;
            let checked = request::check_nested_keys(projection.iter().flat_map(ProjectedPaths::paths), found);
            let position = found.keys.position_of_key(&key).and_then(|position| checked.map(|()| position));
            wanted.push(ItemGet { position, table: table.into(), key, projection });
        }
        let places =
            wanted.iter().filter_map(|wanted| Some((table_name(&wanted.table), wanted.position.as_ref().ok()?)));
        let (mut seen, mut places) = (BTreeSet::new(), places);
        if !places.all(|place| seen.insert(place)) {
            return Err(ApiError::validation(text::ONE_ITEM_TWICE));
        }
        Ok(PreparedTransactGetItems { wanted, detail: request.return_consumed_capacity.unwrap_or_default() })
    }

    fn plans(prepared: &PreparedTransactGetItems) -> Vec<Plan> {
        prepared.wanted.iter().map(|wanted| wanted.plan(Self::NAME)).collect()
    }

    fn execute(prepared: PreparedTransactGetItems, engine: &mut Engine, trace: &mut Trace) -> Result<Value, ApiError> {
        let responses = read_all(&prepared.wanted, engine, trace)?;
        let mut body = json!({"Responses": responses});
        if let Some(consumed) = consumed::per_table(&trace.charges, prepared.detail, true) {
            body["ConsumedCapacity"] = consumed;
        }
        Ok(body)
    }
}

impl ItemGet {
    /// The plan of this read for the operation called `operation`.
    pub(super) fn plan(&self, operation: &'static str) -> Plan {
        let (table, access) = (Arc::clone(&self.table), Access::Item(self.key.clone()));
        Plan {
            operation,
            table,
            index: None,
            access,
            test: None,
            consistent: true,
            effect: Effect::Read,
            condition: None,
            computed: Vec::new(),
            action: None,
        }
    }
}

/// Reads all items at one moment; the entries of the response, in their order.
pub(super) fn read_all(wanted: &[ItemGet], engine: &mut Engine, trace: &mut Trace) -> Result<Vec<Value>, ApiError> {
    if wanted.iter().any(|wanted| wanted.position.is_err()) {
        let outcome = |wanted: &ItemGet| match &wanted.position {
            Ok(_) => Ok(()),
            Err(error) => Err(json!({"Code": "ValidationError", "Message": error.message})),
        };
        return Err(transaction::cancelled(wanted.iter().map(outcome).collect()));
    }
    let placed: Vec<(&ItemGet, &Position)> =
        wanted.iter().filter_map(|wanted| Some((wanted, wanted.position.as_ref().ok()?))).collect();
    let mut admitted = Vec::new();
    for (ItemGet { table, .. }, position) in &placed {
        let address = engine.data_table(table)?.address(position);
        admitted.push(admit(engine, table, &Place::Table, Direction::Read, address));
    }
    if admitted.iter().any(Result::is_err) {
        return Err(transaction::throttled(admitted));
    }
    let (mut responses, mut total) = (Vec::new(), 0);
    for (ItemGet { table, projection, .. }, position) in placed {
        let store = engine.data_table(table)?;
        let stored = store.get(position).cloned();
        let touched = store.touch(position, stored.as_ref().map_or(0, |stored| stored.bytes));
        total += touched.bytes;
        spend(engine, trace, table, touched, Rate::TransactionalRead);
        responses.push(stored.map_or_else(
            || json!({}),
            |stored| {
                let item = projection.as_ref().map_or_else(|| stored.item.clone(), |wanted| wanted.apply(&stored.item));
                json!({"Item": encode_item(&item)})
            },
        ));
    }
    if total > MAX_BYTES {
        return Err(ApiError::validation(text::TRANSACTION_TOO_LARGE));
    }
    Ok(responses)
}
