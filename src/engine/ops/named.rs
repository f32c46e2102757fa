//! What a request names, known from its text alone: for requests that are refused before they can be planned.
//!
//! Members are found by their names, which mean the same in every verb; statements are read for what they say.

use ecow::EcoString;
use serde_json::Value;

use super::Verb;
use super::statement::{conjuncts, equality};
use crate::engine::expr::{self, Placeholders};
use crate::engine::messages::wording::Wording;
use crate::engine::partiql::{self, Statement};
use crate::engine::plan::Effect;
use crate::engine::value::{Item, json};

/// A table that a request names, with what is to be done there.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// What is to be done.
    pub effect: Effect,
    /// The table.
    pub table: String,
    /// The index that is to be read.
    pub index: Option<String>,
    /// The key, if it is written down; of a Query what its key condition sets equal, and of a SELECT what its WHERE does, be it a
    /// key or not.
    pub key: Item,
}

/// Everything that a request of a verb names.
#[must_use]
pub fn named(verb: &Verb, body: &Value) -> Vec<Named> {
    let effect = verb.effect.unwrap_or(Effect::Describe);
    let list = |member: &str| body.get(member).and_then(Value::as_array).into_iter().flatten();
    if body.get("Statement").is_some() {
        return statement(body).into_iter().collect();
    }
    let statements: Vec<Named> = list("Statements").chain(list("TransactStatements")).filter_map(statement).collect();
    if !statements.is_empty() {
        return statements;
    }
    let parts = list("TransactItems").flat_map(|entry| entry.as_object().into_iter().flatten());
    let parts: Vec<Named> = parts.filter_map(|(_, part)| one(effect, part)).collect();
    if !parts.is_empty() {
        return parts;
    }
    let tables = body.get("RequestItems").and_then(Value::as_object).into_iter().flatten();
    let whole = |table: &String| Named { effect, table: table.clone(), index: None, key: Item::new() };
    let tables: Vec<Named> = tables.map(|(table, _)| whole(table)).collect();
    if tables.is_empty() { one(effect, body).into_iter().collect() } else { tables }
}

fn one(effect: Effect, body: &Value) -> Option<Named> {
    let text = |member: &str| body.get(member).and_then(Value::as_str).map(str::to_owned);
    let key = body.get("Key").and_then(item_of).or_else(|| expressed_key(body)).or_else(|| legacy_key(body));
    let table = text("TableName").or_else(|| {
        ["StreamArn", "ShardIterator"].into_iter().find_map(|member| table_of_stream(body.get(member)?.as_str()?))
    });
    Some(Named { effect, table: table?, index: text("IndexName"), key: key.unwrap_or_default() })
}

fn item_of(value: &Value) -> Option<Item> {
    json::decode_item(value.as_object()?, Wording::default()).ok()
}

/// What a KeyConditionExpression sets equal.
fn expressed_key(body: &Value) -> Option<Item> {
    let text = body.get("KeyConditionExpression")?.as_str()?;
    let names = body.get("ExpressionAttributeNames").and_then(|names| serde_json::from_value(names.clone()).ok());
    let values = body.get("ExpressionAttributeValues").and_then(|values| serde_json::from_value(values.clone()).ok());
    let mut placeholders = Placeholders::new(names, values, Wording::default()).ok()?;
    let condition = expr::key_condition(text, &mut placeholders).ok()?;
    Some(condition.equalities().map(|(name, value)| (EcoString::from(name), value.clone())).collect())
}

/// What KeyConditions set equal.
fn legacy_key(body: &Value) -> Option<Item> {
    let equal = |(name, condition): (&String, &Value)| {
        let is_equal = condition["ComparisonOperator"] == "EQ";
        let value = condition["AttributeValueList"].get(0).filter(|_| is_equal)?;
        Some((EcoString::from(name.as_str()), json::decode(value, Wording::default()).ok()?))
    };
    Some(body.get("KeyConditions")?.as_object()?.iter().filter_map(equal).collect())
}

/// The table in the ARN of a stream, which an iterator begins with.
fn table_of_stream(arn: &str) -> Option<String> {
    let (_, rest) = arn.split_once(":table/")?;
    rest.split_once("/stream/").map(|(table, _)| table.to_owned())
}

fn statement(body: &Value) -> Option<Named> {
    let parameters = body.get("Parameters").and_then(Value::as_array).into_iter().flatten();
    let parameters: Vec<_> = parameters.filter_map(|value| json::decode(value, Wording::default()).ok()).collect();
    let of = |effect, table, index| Some(Named { effect, table, index, key: Item::new() });
    match partiql::parse(body.get("Statement")?.as_str()?, &parameters).ok()? {
        Statement::Select(select) => {
            let parts = conjuncts(select.condition);
            let key = parts.iter().filter_map(equality).map(|(name, value)| (EcoString::from(name), value.clone()));
            Some(Named { effect: Effect::Read, table: select.table, index: select.index, key: key.collect() })
        }
        Statement::Exists(select) => of(Effect::Check, select.table, None),
        Statement::Insert { table, .. } | Statement::Update { table, .. } | Statement::Delete { table, .. } => {
            of(Effect::Write, table, None)
        }
    }
}
