//! The parameters that expressions replaced: Expected, KeyConditions, QueryFilter, ScanFilter, ConditionalOperator,
//! AttributeUpdates and AttributesToGet. Each is turned into what the expression would have compiled to, so that
//! nothing behind this file knows of them.
//!
//! Source: AWS documentation, "Legacy conditional parameters"; API reference, ExpectedAttributeValue, Condition,
//! AttributeValueUpdate.

use std::collections::{BTreeMap, BTreeSet};

use ecow::EcoVec;
use serde_json::Value;

use crate::engine::error::ApiError;
use crate::engine::expr::ast::{self, Comparator, Expr, Operand, SetValue};
use crate::engine::expr::{Clause, Condition, KeyCondition, KeyTest, Path, ProjectedPaths, Update};
use crate::engine::messages::legacy as text;
use crate::engine::messages::wording::Wording;
use crate::engine::shape::{Fits, ListShape, MapShape, Shape, Shaped as _, structure};
use crate::engine::value::json::{check_name, decode};
use crate::engine::value::{AttributeValue, Type};

/// ComparisonOperator, in the order the service prints its values.
const OPERATOR: Shape = Shape::one_of(&[
    "IN",
    "NULL",
    "BETWEEN",
    "LT",
    "NOT_CONTAINS",
    "EQ",
    "GT",
    "NOT_NULL",
    "NE",
    "LE",
    "BEGINS_WITH",
    "GE",
    "CONTAINS",
]);
/// ConditionalOperator.
pub(super) const CONDITIONAL_OPERATOR: Shape = Shape::one_of(&["OR", "AND"]);
/// AttributesToGet.
pub(super) const ATTRIBUTES_TO_GET: Shape = Shape::List(&ListShape::sized(Shape::text(0, 65_535), 1, usize::MAX));
/// Expected.
pub(super) const EXPECTED: Shape = Shape::Map(&MapShape::of(Shape::Structure(ExpectedAttributeValue::STRUCTURE)));
/// KeyConditions, QueryFilter and ScanFilter.
pub(super) const CONDITIONS: Shape = Shape::Map(&MapShape::of(Shape::Structure(LegacyCondition::STRUCTURE)));
/// AttributeUpdates.
pub(super) const ATTRIBUTE_UPDATES: Shape =
    Shape::Map(&MapShape::of(Shape::Structure(AttributeValueUpdate::STRUCTURE)));

structure! {
    /// What is expected of an attribute.
    pub(super) struct ExpectedAttributeValue as "ExpectedAttributeValue" {
        /// The value it must have.
        "Value" value: Option<Value> => optional Shape::AttributeValue;
        /// Whether it must exist.
        "Exists" exists: Option<bool> => optional Shape::BOOLEAN;
        /// How it is compared.
        "ComparisonOperator" comparison_operator: Option<String> => optional OPERATOR;
        /// With what.
        "AttributeValueList" attribute_value_list: Option<Vec<Value>> => optional Shape::List(&ListShape::of(Shape::AttributeValue));
    }
}

structure! {
    /// What is asked of an attribute.
    pub(super) struct LegacyCondition as "Condition" {
        /// What it is compared with.
        "AttributeValueList" attribute_value_list: Option<Vec<Value>> => optional Shape::List(&ListShape::of(Shape::AttributeValue));
        /// How it is compared.
        "ComparisonOperator" comparison_operator: String => required OPERATOR;
    }
}

structure! {
    /// What happens to an attribute.
    pub(super) struct AttributeValueUpdate as "AttributeValueUpdate" {
        /// The value to put, add or take away.
        "Value" value: Option<Value> => optional Shape::AttributeValue;
        /// PUT (the default), ADD or DELETE.
        "Action" action: Option<String> => optional Shape::one_of(&["ADD", "DELETE", "PUT"]);
    }
}

/// Expected.
pub(super) type Expected = BTreeMap<String, ExpectedAttributeValue>;
/// KeyConditions, QueryFilter or ScanFilter.
pub(super) type Conditions = BTreeMap<String, LegacyCondition>;
/// AttributeUpdates.
pub(super) type AttributeUpdates = BTreeMap<String, AttributeValueUpdate>;

/// How several conditions are joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum ConditionalOperator {
    /// All must hold.
    #[default]
    And,
    /// One must hold.
    Or,
}

// No text outside its shape reads as one.
impl Fits for ConditionalOperator {}

/// Types with an order, the only ones that most operators take.
const ORDERED: &[Type] = &[Type::S, Type::N, Type::B];

/// The condition that Expected states.
pub(super) fn expected(
    expected: Option<&Expected>,
    operator: Option<ConditionalOperator>,
    wording: Wording,
) -> Result<Option<Condition>, ApiError> {
    check_operator(operator, expected.map(BTreeMap::len))?;
    let tests = expected.into_iter().flatten().map(|(name, wanted)| expectation(name, wanted, wording));
    Ok(joined(tests.collect::<Result<_, _>>()?, operator))
}

/// The condition that QueryFilter or ScanFilter states.
pub(super) fn filter(
    filter: Option<&Conditions>,
    operator: Option<ConditionalOperator>,
    wording: Wording,
) -> Result<Option<Condition>, ApiError> {
    check_operator(operator, filter.map(BTreeMap::len))?;
    let tests = filter.into_iter().flatten().map(|(name, condition)| {
        check_name(name)?;
        let values = decoded(condition.attribute_value_list.as_deref().unwrap_or_default(), wording)?;
        test(name, &condition.comparison_operator, values)
    });
    Ok(joined(tests.collect::<Result<_, _>>()?, operator))
}

/// The key condition that KeyConditions states.
pub(super) fn key_conditions(conditions: &Conditions, wording: Wording) -> Result<KeyCondition, ApiError> {
    let clauses = conditions.iter().map(|(name, condition)| {
        check_name(name)?;
        let operator = condition.comparison_operator.as_str();
        let mut values = decoded(condition.attribute_value_list.as_deref().unwrap_or_default(), wording)?;
        check_arguments(operator, &values)?;
        let second = if values.len() > 1 { values.pop() } else { None };
        let test = match (operator, values.pop(), second) {
            ("BETWEEN", Some(low), Some(high)) => KeyTest::Between(low, high),
            ("BEGINS_WITH", Some(prefix), None) => KeyTest::BeginsWith(prefix),
            ("EQ" | "LT" | "LE" | "GT" | "GE", Some(value), None) => KeyTest::Compare(comparator(operator), value),
            _ => KeyTest::NotIndexable,
        };
        Ok(Clause { name: name.clone(), test })
    });
    clauses.collect::<Result<_, _>>().map(KeyCondition::from_clauses)
}

/// The update that AttributeUpdates states; `None` if it changes nothing.
pub(super) fn updates(updates: Option<&AttributeUpdates>, wording: Wording) -> Result<Option<Update>, ApiError> {
    let mut actions = Vec::new();
    for (name, update) in updates.into_iter().flatten() {
        check_name(name)?;
        let value = update.value.as_ref().map(|value| decode(value, wording)).transpose()?;
        actions.push(action(name, update.action.as_deref().unwrap_or("PUT"), value)?);
    }
    Ok((!actions.is_empty()).then(|| Update::legacy(actions)))
}

/// The projection that AttributesToGet states.
pub(super) fn attributes_to_get(names: Option<&[String]>) -> Result<Option<ProjectedPaths>, ApiError> {
    let Some(names) = names else { return Ok(None) };
    let mut seen = BTreeSet::new();
    names.iter().try_for_each(|name| check_name(name))?;
    if let Some(twice) = names.iter().find(|name| !seen.insert(*name)) {
        return Err(ApiError::validation(text::duplicate_attribute(twice)));
    }
    Ok(Some(ProjectedPaths::of(names.iter().map(Path::attribute).collect())))
}

/// ConditionalOperator needs at least two conditions to join.
fn check_operator(operator: Option<ConditionalOperator>, conditions: Option<usize>) -> Result<(), ApiError> {
    match (operator, conditions) {
        (Some(_), None) => Err(ApiError::validation(text::OPERATOR_WITHOUT_FILTER)),
        (Some(_), Some(0 | 1)) => Err(ApiError::validation(text::OPERATOR_NEEDS_TWO)),
        _ => Ok(()),
    }
}

fn joined(tests: Vec<Expr>, operator: Option<ConditionalOperator>) -> Option<Condition> {
    let join = |left, right| match operator.unwrap_or_default() {
        ConditionalOperator::And => Expr::And(Box::new(left), Box::new(right)),
        ConditionalOperator::Or => Expr::Or(Box::new(left), Box::new(right)),
    };
    tests.into_iter().reduce(join).map(Condition::from_expr)
}

fn decoded(values: &[Value], wording: Wording) -> Result<Vec<AttributeValue>, ApiError> {
    values.iter().map(|value| decode(value, wording)).collect()
}

/// One entry of Expected, which says the same in one of two ways.
fn expectation(name: &str, wanted: &ExpectedAttributeValue, wording: Wording) -> Result<Expr, ApiError> {
    let refuse = |message: String| Err(ApiError::validation(message));
    check_name(name)?;
    let ExpectedAttributeValue { value, exists, comparison_operator, attribute_value_list } = wanted;
    if value.is_some() && attribute_value_list.is_some() {
        return refuse(text::value_and_list(name));
    }
    if let Some(operator) = comparison_operator {
        if exists.is_some() {
            return refuse(text::exists_and_operator(name));
        }
        let given = match (value, attribute_value_list) {
            (Some(value), _) => vec![decode(value, wording)?],
            (None, Some(list)) => decoded(list, wording)?,
            (None, None) if matches!(operator.as_str(), "NULL" | "NOT_NULL") => Vec::new(),
            (None, None) => return refuse(text::operator_without_value(operator, name)),
        };
        return test(name, operator, given);
    }
    if attribute_value_list.is_some() {
        return refuse(text::list_without_operator(name));
    }
    let path = Path::attribute(name);
    match (value, exists) {
        (Some(_), Some(false)) => refuse(text::value_though_absent(name)),
        (Some(value), _) => {
            Ok(Expr::Compare(Comparator::Equal, Operand::Path(path), Operand::Value(decode(value, wording)?)))
        }
        (None, Some(false)) => Ok(Expr::NotExists(path)),
        (None, exists) => refuse(text::value_required(*exists, name)),
    }
}

/// The test of one attribute by a ComparisonOperator.
fn test(name: &str, operator: &str, mut values: Vec<AttributeValue>) -> Result<Expr, ApiError> {
    check_arguments(operator, &values)?;
    let (path, attribute) = (Path::attribute(name), Operand::Path(Path::attribute(name)));
    if operator == "IN" {
        return Ok(Expr::In(attribute, values.into_iter().map(Operand::Value).collect()));
    }
    let second = if values.len() > 1 { values.pop().map(Operand::Value) } else { None };
    let first = values.pop().map(Operand::Value);
    Ok(match (operator, first, second) {
        ("NULL", ..) => Expr::NotExists(path),
        ("BETWEEN", Some(low), Some(high)) => Expr::Between(attribute, low, high),
        ("CONTAINS", Some(part), _) => Expr::Contains(attribute, part),
        // Without the attribute there is nothing that could not contain something.
        ("NOT_CONTAINS", Some(part), _) => {
            let contains = Expr::Contains(attribute, part);
            Expr::And(Box::new(Expr::Exists(path)), Box::new(Expr::Not(Box::new(contains))))
        }
        ("BEGINS_WITH", Some(prefix), _) => Expr::BeginsWith(attribute, prefix),
        (_, Some(value), _) => Expr::Compare(comparator(operator), attribute, value),
        (_, None, _) => Expr::Exists(path),
    })
}

fn comparator(operator: &str) -> Comparator {
    match operator {
        "EQ" => Comparator::Equal,
        "NE" => Comparator::NotEqual,
        "LT" => Comparator::Less,
        "LE" => Comparator::AtMost,
        "GT" => Comparator::Greater,
        _ => Comparator::AtLeast,
    }
}

/// How many values an operator takes, of which types, in which order.
fn check_arguments(operator: &str, values: &[AttributeValue]) -> Result<(), ApiError> {
    let refuse = |message: String| Err(ApiError::validation(message));
    let fits = match operator {
        "NULL" | "NOT_NULL" => values.is_empty(),
        "BETWEEN" => values.len() == 2,
        "IN" => !values.is_empty(),
        _ => values.len() == 1,
    };
    if !fits {
        return refuse(text::argument_count(operator));
    }
    let allowed: &[Type] = match operator {
        "LT" | "LE" | "GT" | "GE" | "BETWEEN" | "CONTAINS" | "NOT_CONTAINS" | "IN" => ORDERED,
        "BEGINS_WITH" => &[Type::S, Type::B],
        _ => return Ok(()),
    };
    if let Some(wrong) = values.iter().find(|value| !allowed.contains(&value.kind())) {
        return refuse(text::argument_type(operator, wrong.kind().descriptor()));
    }
    match values {
        [low, high] if operator == "BETWEEN" && low.kind() != high.kind() => refuse(text::MIXED_TYPES.to_owned()),
        [low, high] if operator == "BETWEEN" && is_above(low, high) => refuse(text::BOUNDS_REVERSED.to_owned()),
        [first, rest @ ..] if operator == "IN" && rest.iter().any(|value| value.kind() != first.kind()) => {
            refuse(text::MIXED_TYPES.to_owned())
        }
        _ => Ok(()),
    }
}

fn is_above(low: &AttributeValue, high: &AttributeValue) -> bool {
    match (low, high) {
        (AttributeValue::S(low), AttributeValue::S(high)) => low > high,
        (AttributeValue::N(low), AttributeValue::N(high)) => low > high,
        (AttributeValue::B(low), AttributeValue::B(high)) => low > high,
        _ => false,
    }
}

/// One entry of AttributeUpdates as an action of an update.
fn action(name: &str, action: &str, value: Option<AttributeValue>) -> Result<ast::UpdateAction, ApiError> {
    let path = Path::attribute(name);
    let Some(value) = value else {
        return if action == "DELETE" {
            Ok(ast::UpdateAction::Remove(path))
        } else {
            Err(ApiError::validation(text::ONLY_DELETE))
        };
    };
    let kind = value.kind();
    match (action, kind) {
        ("DELETE", Type::Ss | Type::Ns | Type::Bs) => Ok(ast::UpdateAction::Delete(path, value)),
        ("DELETE", _) => Err(ApiError::validation(text::delete_type(kind.descriptor()))),
        ("ADD", Type::N | Type::Ss | Type::Ns | Type::Bs) => Ok(ast::UpdateAction::Add(path, value)),
        ("ADD", Type::L) => {
            let present =
                SetValue::IfNotExists(path.clone(), Box::new(SetValue::Value(AttributeValue::L(EcoVec::new()))));
            let appended = SetValue::ListAppend(Box::new(present), Box::new(SetValue::Value(value)));
            Ok(ast::UpdateAction::Set(path, appended))
        }
        ("ADD", _) => Err(ApiError::validation(text::add_type(kind.descriptor()))),
        _ => Ok(ast::UpdateAction::Set(path, SetValue::Value(value))),
    }
}
