//! Whether a condition holds for an item.
//!
//! A missing attribute makes every comparison false but `<>`; values of different types are unequal and have no order;
//! a literal of the wrong type was refused before, an attribute of the wrong type only makes the comparison false.

use std::borrow::Cow;
use std::cmp::Ordering;

use base64::Engine as _;
use memchr::memmem;

use super::ast::{Comparator, Expr, Operand};
use crate::engine::value::{AttributeValue, Item, Number};

/// Whether `expr` holds for `item`.
pub(super) fn holds(expr: &Expr, item: &Item) -> bool {
    match expr {
        Expr::Or(left, right) => holds(left, item) || holds(right, item),
        Expr::And(left, right) => holds(left, item) && holds(right, item),
        Expr::Not(inner) => !holds(inner, item),
        Expr::Compare(comparator, left, right) => {
            compare(*comparator, value(left, item).as_deref(), value(right, item).as_deref())
        }
        Expr::Between(operand, low, high) => {
            let (operand, low, high) = (value(operand, item), value(low, item), value(high, item));
            compare(Comparator::AtLeast, operand.as_deref(), low.as_deref())
                && compare(Comparator::AtMost, operand.as_deref(), high.as_deref())
        }
        Expr::In(operand, list) => {
            let operand = value(operand, item);
            list.iter().any(|other| compare(Comparator::Equal, operand.as_deref(), value(other, item).as_deref()))
        }
        Expr::Exists(path) => path.get(item).is_some(),
        Expr::NotExists(path) => path.get(item).is_none(),
        Expr::HasType(operand, kind) => value(operand, item).is_some_and(|value| value.kind() == *kind),
        Expr::BeginsWith(operand, prefix) => {
            both(operand, prefix, item).is_some_and(|(value, prefix)| begins_with(&value, &prefix))
        }
        Expr::Contains(operand, part) => both(operand, part, item).is_some_and(|(value, part)| contains(&value, &part)),
    }
}

type FoundValue<'a> = Cow<'a, AttributeValue>;

fn both<'a>(left: &'a Operand, right: &'a Operand, item: &'a Item) -> Option<(FoundValue<'a>, FoundValue<'a>)> {
    Some((value(left, item)?, value(right, item)?))
}

/// The operand's value, borrowed from the item or the expression unless it is computed.
fn value<'a>(operand: &'a Operand, item: &'a Item) -> Option<FoundValue<'a>> {
    match operand {
        Operand::Path(path) => path.get(item).map(Cow::Borrowed),
        Operand::Value(value) => Some(Cow::Borrowed(value)),
        Operand::Size(inner) => {
            let size = size(&*value(inner, item)?)?;
            Some(Cow::Owned(AttributeValue::N(Number::from(i64::try_from(size).ok()?))))
        }
    }
}

/// `size`: characters of a string, bytes of a binary, members or elements of the rest; scalars have none.
fn size(value: &AttributeValue) -> Option<usize> {
    match value {
        AttributeValue::S(text) => Some(text.chars().count()),
        AttributeValue::B(blob) => Some(blob.len()),
        AttributeValue::Ss(set) => Some(set.len()),
        AttributeValue::Ns(set) => Some(set.len()),
        AttributeValue::Bs(set) => Some(set.len()),
        AttributeValue::L(list) => Some(list.len()),
        AttributeValue::M(map) => Some(map.len()),
        AttributeValue::N(_) | AttributeValue::Bool(_) | AttributeValue::Null => None,
    }
}

fn compare(comparator: Comparator, left: Option<&AttributeValue>, right: Option<&AttributeValue>) -> bool {
    let (Some(left), Some(right)) = (left, right) else {
        return comparator == Comparator::NotEqual;
    };
    match comparator {
        Comparator::Equal => left == right,
        Comparator::NotEqual => left != right,
        Comparator::Less => order(left, right) == Some(Ordering::Less),
        Comparator::AtMost => matches!(order(left, right), Some(Ordering::Less | Ordering::Equal)),
        Comparator::Greater => order(left, right) == Some(Ordering::Greater),
        Comparator::AtLeast => matches!(order(left, right), Some(Ordering::Greater | Ordering::Equal)),
    }
}

/// The order of two values of one ordered type.
pub(super) fn order(left: &AttributeValue, right: &AttributeValue) -> Option<Ordering> {
    match (left, right) {
        (AttributeValue::S(left), AttributeValue::S(right)) => Some(left.cmp(right)),
        (AttributeValue::N(left), AttributeValue::N(right)) => Some(left.cmp(right)),
        (AttributeValue::B(left), AttributeValue::B(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn begins_with(value: &AttributeValue, prefix: &AttributeValue) -> bool {
    match (value, prefix) {
        (AttributeValue::S(value), AttributeValue::S(prefix)) => value.starts_with(prefix.as_str()),
        (AttributeValue::B(value), AttributeValue::B(prefix)) => value.starts_with(prefix),
        _ => false,
    }
}

fn contains(value: &AttributeValue, part: &AttributeValue) -> bool {
    match (value, part) {
        (AttributeValue::S(value), AttributeValue::S(part)) => value.contains(part.as_str()),
        (AttributeValue::B(value), AttributeValue::B(part)) => memmem::find(value, part).is_some(),
        (AttributeValue::Ss(set), AttributeValue::S(member)) => set.contains(member),
        (AttributeValue::Ns(set), AttributeValue::N(member)) => set.contains(member),
        (AttributeValue::Bs(set), AttributeValue::B(member)) => set.contains(member),
        (AttributeValue::L(list), element) => list.contains(element),
        _ => false,
    }
}

/// A scalar without quotes, as the service echoes bounds.
pub(super) fn plain(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => text.to_string(),
        AttributeValue::N(number) => number.to_string(),
        AttributeValue::B(blob) => base64::engine::general_purpose::STANDARD.encode(blob),
        other => format!("{other:?}"),
    }
}
