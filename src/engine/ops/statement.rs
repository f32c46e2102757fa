//! PartiQL statements made ready to run: a SELECT as pages of a GetItem, a Query or a Scan, the rest as writes of one
//! item. ExecuteStatement, BatchExecuteStatement and ExecuteTransaction share it.
//!
//! The life of a WHERE: it is cut at its ANDs; a part that fixes the partition key (`=`, `IN`, or `=` joined by OR)
//! makes the read a Query, a part about the sort key narrows it, and what is left over is a filter.

use std::sync::Arc;

use serde_json::Value;

use super::members::ReturnOnFailure;
use super::page::{self, Page, PageOutput};
use super::put_item::check_size;
use super::transaction::{ConditionFailure, DraftWrite};
use super::write::WriteAction;
use crate::engine::Engine;
use crate::engine::capacity::consumed;
use crate::engine::error::ApiError;
use crate::engine::expr::ast::{Comparator, Expr, Operand};
use crate::engine::expr::{Clause, Condition, KeyCondition, KeyTest, Path, ProjectedPaths, Update};
use crate::engine::messages::partiql as text;
use crate::engine::messages::wording::Wording;
use crate::engine::partiql::{self, Returning, SelectStatement, Statement};
use crate::engine::plan::{self, Access, Effect, Plan};
use crate::engine::shape::{ListShape, Shape, structure};
use crate::engine::table::{Index, IndexKind, KeySchema, Stretch, Table};
use crate::engine::value::json::decode;
use crate::engine::value::key::KeyAttribute;
use crate::engine::value::{AttributeValue, Item};

/// A statement's text.
pub(super) const STATEMENT: Shape = Shape::text(1, 8192);
/// A statement's parameters.
pub(super) const PARAMETERS: Shape = Shape::List(&ListShape::sized(Shape::AttributeValue, 1, usize::MAX));

structure! {
    /// One statement of several.
    pub(super) struct ParameterizedStatement as "ParameterizedStatement" {
        /// The statement.
        "Statement" statement: String => required STATEMENT;
        /// What its question marks stand for, in their order.
        "Parameters" parameters: Option<Vec<Value>> => optional PARAMETERS;
        /// Whether a failed condition returns the item it failed for.
        "ReturnValuesOnConditionCheckFailure" on_failure: Option<ReturnOnFailure> => optional super::members::RETURN_ON_FAILURE;
    }
}

/// A statement that is ready to run.
#[derive(Debug)]
pub(super) enum ReadyStatement {
    /// A SELECT.
    Read(ReadySelect),
    /// INSERT, UPDATE or DELETE.
    Write(DraftWrite, Option<Returning>),
    /// EXISTS.
    Check(DraftWrite),
}

/// A SELECT that is ready to run.
#[derive(Clone, Debug)]
pub(super) struct ReadySelect {
    /// The table, as the statement names it.
    pub table: Arc<str>,
    /// One page for each partition key value, or one for a Scan.
    pub pages: Vec<Page>,
    /// How each page is read.
    pub plans: Vec<Plan>,
    /// The key of the one item, if WHERE fixes it wholly.
    pub key: Option<Item>,
    /// Whether there is more to the WHERE than the key.
    pub filtered: bool,
    /// The paths that are wanted; `None` for the whole item.
    pub projection: Option<ProjectedPaths>,
    /// An index is read.
    pub indexed: bool,
}

/// Reads a statement and finds out what it touches.
pub(super) fn ready(
    statement: &str,
    parameters: Option<&[Value]>,
    consistent: bool,
    on_failure: Option<ReturnOnFailure>,
    engine: &Engine,
) -> Result<ReadyStatement, ApiError> {
    let parameters: Vec<AttributeValue> = parameters
        .unwrap_or_default()
        .iter()
        .map(|value| decode(value, Wording::Statement))
        .collect::<Result<_, _>>()?;
    let on_failure = on_failure.unwrap_or_default();
    match partiql::parse(statement, &parameters)? {
        Statement::Select(select) => read(select, consistent, engine).map(ReadyStatement::Read),
        Statement::Exists(select) => check(select, on_failure, engine).map(ReadyStatement::Check),
        Statement::Insert { table, item } => {
            check_size(&item)?;
            let key = engine.data_table(&table)?.keys.key_of(&item);
            let absent = key.keys().next().map(|name| Expr::NotExists(Path::attribute(name)));
            let (condition, action) = (absent.map(Condition::from_expr), WriteAction::Put(item.clone()));
            let draft = DraftWrite {
                table: table.into(),
                key: item,
                condition,
                action,
                on_failure,
                failure: ConditionFailure::Duplicate,
            };
            Ok(ReadyStatement::Write(draft, None))
        }
        Statement::Update { table, actions, condition, returning } => {
            let (key, rest) = fixed_key(condition, &engine.data_table(&table)?.keys)?;
            let exists = key.keys().next().map(|name| Expr::Exists(Path::attribute(name)));
            let condition = conjunction(exists.into_iter().chain(rest));
            let action = WriteAction::Update(Some(Update::from_actions(actions)));
            let failure = ConditionFailure::Condition;
            Ok(ReadyStatement::Write(
                DraftWrite { table: table.into(), key, condition, action, on_failure, failure },
                returning,
            ))
        }
        Statement::Delete { table, condition, returning } => {
            if let Some(other) = returning.filter(|returning| returning.modified || returning.new) {
                return Err(ApiError::validation(text::delete_returning(other.words())));
            }
            let (key, rest) = fixed_key(condition, &engine.data_table(&table)?.keys)?;
            let (condition, failure) = (conjunction(rest.into_iter()), ConditionFailure::Condition);
            let action = WriteAction::Delete;
            Ok(ReadyStatement::Write(
                DraftWrite { table: table.into(), key, condition, action, on_failure, failure },
                returning,
            ))
        }
    }
}

/// `EXISTS(SELECT …)` as a condition on the one item that it names.
fn check(select: SelectStatement, on_failure: ReturnOnFailure, engine: &Engine) -> Result<DraftWrite, ApiError> {
    let (key, rest) = fixed_key(select.condition, &engine.data_table(&select.table)?.keys)?;
    if rest.is_empty() {
        return Err(ApiError::validation(text::EXISTS_WITHOUT_CONDITION));
    }
    let exists = key.keys().next().map(|name| Expr::Exists(Path::attribute(name)));
    let condition = conjunction(exists.into_iter().chain(rest));
    let (table, action, failure) = (select.table.into(), WriteAction::Check, ConditionFailure::Condition);
    Ok(DraftWrite { table, key, condition, action, on_failure, failure })
}

/// The key that WHERE fixes by equality, and what else it asks.
fn fixed_key(condition: Option<Expr>, keys: &KeySchema) -> Result<(Item, Vec<Expr>), ApiError> {
    let mut parts = conjuncts(condition);
    let mut key = Vec::new();
    for attribute in keys.attributes() {
        let place = parts.iter().position(|part| equality(part).is_some_and(|(name, _)| name == attribute.name));
        let part = place.map(|place| parts.remove(place)).ok_or_else(|| ApiError::validation(text::KEY_REQUIRED))?;
        key.extend(equality(&part).map(|(name, value)| (name.to_owned(), value.clone())));
    }
    Ok((key.into_iter().collect(), parts))
}

/// The parts of a condition that must all hold.
pub(super) fn conjuncts(condition: Option<Expr>) -> Vec<Expr> {
    let (mut parts, mut open) = (Vec::new(), Vec::from_iter(condition));
    while let Some(expr) = open.pop() {
        match expr {
            Expr::And(left, right) => open.extend([*right, *left]),
            other => parts.push(other),
        }
    }
    parts
}

fn conjunction(parts: impl Iterator<Item = Expr>) -> Option<Condition> {
    parts.reduce(|left, right| Expr::And(Box::new(left), Box::new(right))).map(Condition::from_expr)
}

/// `name = value`, either way round.
pub(super) fn equality(expr: &Expr) -> Option<(&str, &AttributeValue)> {
    match expr {
        Expr::Compare(Comparator::Equal, Operand::Path(path), Operand::Value(value))
        | Expr::Compare(Comparator::Equal, Operand::Value(value), Operand::Path(path))
            if !path.is_nested() =>
        {
            Some((path.root(), value))
        }
        _ => None,
    }
}

/// The values that a part allows the attribute `name`: by `=`, by `IN`, or by several `=` joined by OR.
fn allowed_values<'a>(expr: &'a Expr, name: &str) -> Option<Vec<&'a AttributeValue>> {
    match expr {
        Expr::In(Operand::Path(path), list) if !path.is_nested() && path.root() == name => {
            list.iter().map(|operand| if let Operand::Value(value) = operand { Some(value) } else { None }).collect()
        }
        Expr::Or(left, right) => {
            let mut values = allowed_values(left, name)?;
            values.extend(allowed_values(right, name)?);
            Some(values)
        }
        other => equality(other).filter(|(found, _)| *found == name).map(|(_, value)| vec![value]),
    }
}

/// The clause of a key condition that a part states about the attribute `name`.
fn clause(expr: &Expr, name: &str) -> Option<Clause> {
    let is_it = |operand: &Operand| matches!(operand, Operand::Path(path) if !path.is_nested() && path.root() == name);
    let test = match expr {
        Expr::Compare(comparator, left, Operand::Value(value))
            if is_it(left) && *comparator != Comparator::NotEqual =>
        {
            KeyTest::Compare(*comparator, value.clone())
        }
        Expr::Compare(comparator, Operand::Value(value), right)
            if is_it(right) && *comparator != Comparator::NotEqual =>
        {
            KeyTest::Compare(comparator.flipped(), value.clone())
        }
        Expr::Between(operand, Operand::Value(low), Operand::Value(high)) if is_it(operand) => {
            KeyTest::Between(low.clone(), high.clone())
        }
        Expr::BeginsWith(operand, Operand::Value(prefix)) if is_it(operand) => KeyTest::BeginsWith(prefix.clone()),
        _ => return None,
    };
    Some(Clause { name: name.to_owned(), test })
}

/// A SELECT as pages.
fn read(select: SelectStatement, consistent: bool, engine: &Engine) -> Result<ReadySelect, ApiError> {
    let table = engine.data_table(&select.table)?;
    if select.index.as_deref().is_some_and(|name| table.index(name).is_none()) {
        return Err(ApiError::validation(text::NO_SUCH_INDEX));
    }
    let index = select.index.as_deref().map(|name| page::find_index(table, name)).transpose()?;
    if consistent && index.is_some_and(|index| index.schema.kind == IndexKind::Global) {
        return Err(ApiError::validation(text::CONSISTENT_GLOBAL_INDEX));
    }
    let keys = index.map_or(&table.keys, |index| &index.schema.keys);
    check_branches(select.condition.as_ref(), keys)?;
    let mut parts = conjuncts(select.condition.clone());
    let conditions = key_conditions(&mut parts, keys);
    let forward = ordered(select.order.as_ref(), keys, conditions.is_empty())?;
    let key = fixed_key(select.condition, &table.keys).ok().filter(|_| index.is_none()).map(|(key, _)| key);
    let filter = conjunction(parts.into_iter());
    let names = select.columns.clone();
    let projection = names.map(|columns| ProjectedPaths::of(columns.into_iter().map(|(_, path)| path).collect()));
    let output = page::output(None, projection.clone(), filter.as_ref(), index, table)?;
    let shared = PageTemplate {
        table,
        index,
        forward,
        filter,
        output,
        columns: select.columns,
        consistent,
        name: select.table.into(),
    };
    let (mut pages, mut plans) = (Vec::new(), Vec::new());
    for condition in &conditions {
        let range = condition.bind(&keys.partition, &keys.sort)?;
        let operation = if key.is_some() && conditions.len() == 1 { "GetItem" } else { "Query" };
        let access = match &key {
            Some(key) if conditions.len() == 1 => Access::Item(key.clone()),
            _ => Access::of_range(&range, keys, forward),
        };
        plans.push(shared.plan(operation, access));
        pages.push(shared.page(plan::stretch(&range)));
    }
    if conditions.is_empty() {
        plans.push(shared.plan("Scan", Access::Everything { segment: None }));
        pages.push(shared.page(Stretch::ALL));
    }
    let (filtered, indexed, table) = (shared.filter.is_some(), index.is_some(), Arc::clone(&shared.name));
    Ok(ReadySelect { table, pages, plans, key, filtered, projection, indexed })
}

/// Refuses an OR of which two branches find items of one partition key by sort key values that both of them name.
fn check_branches(condition: Option<&Expr>, keys: &KeySchema) -> Result<(), ApiError> {
    let (mut branches, mut open) = (Vec::new(), Vec::from_iter(condition));
    while let Some(expr) = open.pop() {
        match expr {
            Expr::Or(left, right) => open.extend([&**right, &**left]),
            branch => branches.push(branch),
        }
    }
    let sorted = |branch: &Expr| {
        let parts = conjuncts(Some(branch.clone()));
        let named = |attribute: &KeyAttribute| parts.iter().any(|part| clause(part, &attribute.name).is_some());
        keys.sort.iter().any(named).then_some(parts)
    };
    let mut stretches: Vec<Stretch> = Vec::new();
    for mut parts in branches.into_iter().filter_map(sorted) {
        for condition in key_conditions(&mut parts, keys) {
            let stretch = plan::stretch(&condition.bind(&keys.partition, &keys.sort)?);
            if stretches.iter().any(|other| other.overlaps(&stretch)) {
                return Err(ApiError::validation(text::OVERLAPPING));
            }
            stretches.push(stretch);
        }
    }
    Ok(())
}

/// What all pages of a SELECT have in common.
struct PageTemplate<'a> {
    table: &'a Table,
    index: Option<&'a Index>,
    forward: bool,
    filter: Option<Condition>,
    output: PageOutput,
    columns: Option<Vec<(String, Path)>>,
    consistent: bool,
    name: Arc<str>,
}

impl PageTemplate<'_> {
    fn plan(&self, operation: &'static str, access: Access) -> Plan {
        Plan {
            operation,
            table: Arc::clone(&self.table.name),
            index: self.index.map(|index| Arc::clone(&index.schema.name)),
            access,
            test: self.filter.as_ref().map(ToString::to_string),
            consistent: self.consistent,
            effect: Effect::Read,
            condition: self.filter.clone(),
            computed: Vec::new(),
            action: None,
        }
    }

    fn page(&self, stretch: Stretch) -> Page {
        Page {
            table: Arc::clone(&self.name),
            index: self.index.map(|index| Arc::clone(&index.schema.name)),
            stretch,
            forward: self.forward,
            limit: None,
            after: None,
            filter: self.filter.clone(),
            output: self.output.clone(),
            columns: self.columns.clone(),
            consistent: self.consistent,
            detail: consumed::ConsumedDetail::None,
        }
    }
}

/// Takes the parts out that the key can be found by: one key condition for each partition key value, none for a Scan.
fn key_conditions(parts: &mut Vec<Expr>, keys: &KeySchema) -> Vec<KeyCondition> {
    let Some((leading, others)) = keys.partition.split_first() else { return Vec::new() };
    let mut fixed = Vec::new();
    for attribute in others {
        match parts.iter().position(|part| equality(part).is_some_and(|(name, _)| name == attribute.name)) {
            Some(place) => fixed.push((place, attribute.name.clone())),
            None => return Vec::new(),
        }
    }
    let Some(place) = parts.iter().position(|part| allowed_values(part, &leading.name).is_some()) else {
        return Vec::new();
    };
    let values: Vec<AttributeValue> =
        allowed_values(&parts[place], &leading.name).into_iter().flatten().cloned().collect();
    let mut clauses: Vec<Clause> = fixed.iter().filter_map(|(place, name)| clause(&parts[*place], name)).collect();
    let mut taken: Vec<usize> = fixed.iter().map(|(place, _)| *place).chain([place]).collect();
    for attribute in &keys.sort {
        let found = parts.iter().enumerate().find_map(|(place, part)| {
            clause(part, &attribute.name).filter(|_| !taken.contains(&place)).map(|clause| (place, clause))
        });
        let Some((place, clause)) = found else { break };
        let equal = matches!(clause.test, KeyTest::Compare(Comparator::Equal, _));
        taken.push(place);
        clauses.push(clause);
        if !equal {
            break;
        }
    }
    taken.sort_unstable();
    for place in taken.into_iter().rev() {
        parts.remove(place);
    }
    let mut distinct: Vec<AttributeValue> = Vec::new();
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    let condition = |value| {
        let leading = Clause { name: leading.name.clone(), test: KeyTest::Compare(Comparator::Equal, value) };
        KeyCondition::from_clauses([leading].into_iter().chain(clauses.clone()).collect())
    };
    distinct.into_iter().map(condition).collect()
}

/// Whether the items come in ascending order; an order can only be one of the sort key within a partition key.
fn ordered(order: Option<&(String, bool)>, keys: &KeySchema, is_scan: bool) -> Result<bool, ApiError> {
    match order {
        None => Ok(true),
        Some((name, _)) if !keys.contains(name) => Err(ApiError::validation(text::order_by_other(name))),
        Some(_) if is_scan => Err(ApiError::validation(text::ORDER_NEEDS_KEY)),
        Some((_, ascending)) => Ok(*ascending),
    }
}
