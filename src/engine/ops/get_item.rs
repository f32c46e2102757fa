//! GetItem: one item by its key.
//!
//! `{"TableName": "Orders", "Key": {"id": {"S": "O-1"}}}` answers `{"Item": {…}}`, or `{}` if there is no such item.
//! A projection makes the answer smaller, never the charge.
//! Source: API reference, GetItem.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::admission::{admit, spend};
use super::members::{self, ReturnConsumedCapacity};
use super::{Operation, legacy, request};
use crate::engine::answer::{ResponseValue, member};
use crate::engine::capacity::{Direction, Place, Rate, consumed};
use crate::engine::error::ApiError;
use crate::engine::expr::ProjectedPaths;
use crate::engine::messages::wording::Wording;
use crate::engine::plan::{Access, Effect, Plan};
use crate::engine::shape::{Shape, structure};
use crate::engine::table::tree::Position;
use crate::engine::value::Item;
use crate::engine::value::json::WireItem;
use crate::engine::{Engine, Trace};

structure! {
    /// Asks for one item.
    pub(super) struct GetItemRequest as "GetItemInput" {
        /// How much of the consumed capacity to report.
        "ReturnConsumedCapacity" return_consumed_capacity: ReturnConsumedCapacity => optional members::RETURN_CONSUMED_CAPACITY;
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// The item's whole primary key.
        "Key" key: WireItem => required members::ITEM;
        /// Whether the answer must reflect every write that came before (costs twice as much).
        "ConsistentRead" consistent_read: Option<bool> => optional Shape::BOOLEAN;
        /// Legacy: which attributes to return; use ProjectionExpression.
        "AttributesToGet" attributes_to_get: Option<Vec<String>> => optional legacy::ATTRIBUTES_TO_GET;
        /// Which attributes to return.
        "ProjectionExpression" projection_expression: Option<String> => optional members::EXPRESSION;
        /// What the #names of the expression stand for.
        "ExpressionAttributeNames" expression_attribute_names: Option<BTreeMap<String, String>> => optional members::NAMES;
    }
}

/// The verb.
pub(super) struct GetItem;

/// A GetItem that is ready to run.
#[derive(Clone)]
pub(super) struct PreparedGetItem {
    table: Arc<str>,
    key: Item,
    position: Position,
    projection: Option<ProjectedPaths>,
    consistent: bool,
    detail: consumed::ConsumedDetail,
}

impl Operation for GetItem {
    const NAME: &'static str = "GetItem";
    const DOC: &'static str = "Reads one item by its primary key.";
    const EFFECT: Option<Effect> = Some(Effect::Read);
    const QUICK_BYTES: usize = super::QUICK_ITEM;
    const WORDING: Wording = Wording::Bare;
    type Request = GetItemRequest;
    type Prepared = PreparedGetItem;

    fn prepare(request: GetItemRequest, engine: &Engine) -> Result<PreparedGetItem, ApiError> {
        let projection = request.projection_expression.as_deref();
        let names = request.expression_attribute_names;
        request::check_mixing(
            &[("AttributesToGet", request.attributes_to_get.is_some())],
            &[("ProjectionExpression", projection.is_some())],
        )?;
        request::check_placeholders(
            names.is_some(),
            false,
            &[],
            &[("ProjectionExpression", projection)],
            Self::WORDING,
        )?;
        let key = request.key.into_item(Self::WORDING)?;
        let listed = request.attributes_to_get.as_deref();
        let projection = request::projection_of_either_form(projection, names, listed, Self::WORDING)?;
        let table = engine.data_table(&request.table_name)?;
        let position = table.keys.position_of_key(&key)?;
        request::check_nested_keys(projection.iter().flat_map(ProjectedPaths::paths), table)?;
        Ok(PreparedGetItem {
            table: request.table_name.into(),
            key,
            position,
            projection,
            consistent: request.consistent_read.unwrap_or_default(),
            detail: request.return_consumed_capacity.unwrap_or_default(),
        })
    }

    fn plans(prepared: &PreparedGetItem) -> Vec<Plan> {
        vec![Plan {
            operation: Self::NAME,
            table: Arc::clone(&prepared.table),
            index: None,
            access: Access::Item(prepared.key.clone()),
            test: None,
            consistent: prepared.consistent,
            effect: Effect::Read,
            condition: None,
            computed: Vec::new(),
            action: None,
        }]
    }

    fn execute(prepared: PreparedGetItem, engine: &mut Engine, trace: &mut Trace) -> Result<ResponseValue, ApiError> {
        let rate = Rate::read(prepared.consistent);
        let (behind, now) = (engine.behind(&Place::Table, rate), engine.now());
        let table = engine.data_table(&prepared.table)?;
        let view = table.items().as_of(behind.as_of(now));
        let (found, stale) = (view.get(&prepared.position).cloned(), view.differs_at(&prepared.position));
        let touched = table.touch(&prepared.position, found.as_ref().map_or(0, |stored| stored.bytes));
        admit(engine, &prepared.table, &touched.place, Direction::Read, touched.address)?;
        if stale {
            trace.stale.push(behind.stale(&touched.place));
        }
        spend(engine, trace, &prepared.table, touched, rate);
        let item = found.filter(|_| !trace.is_unread).map(|stored| match &prepared.projection {
            Some(projection) => projection.apply(&stored.item),
            None => stored.item,
        });
        let consumed = consumed::of_table(&prepared.table, &trace.charges, prepared.detail);
        let members = item.map(|item| member("Item", item)).into_iter();
        Ok(ResponseValue::Members(
            members.chain(consumed.map(|consumed| member("ConsumedCapacity", consumed))).collect(),
        ))
    }
}
