//! Key conditions: the partition key's value and, optionally, a range of the sort key.
//!
//! A key condition is compiled in two steps. What can be refused without a table is refused in [`compile`], clause by
//! clause from left to right; [`KeyCondition::bind`] then matches the clauses with the keys of the table or index.
//! Source: AWS documentation, "Key condition expressions for the Query operation".

use std::fmt;

use super::ast::Comparator;
use super::condition::{check_bounds, check_operator_count};
use super::parser::ExpressionParser;
use super::path::Path;
use super::placeholders::Placeholders;
use super::resolve::{self, bare};
use super::syntax::SyntaxNode;
use super::{KeyConditionError, eval};
use crate::engine::error::ApiError;
use crate::engine::messages::{expressions as text, keys as key_text, legacy as legacy_text};
use crate::engine::value::key::{KeyAttribute, KeyScalar};
use crate::engine::value::{AttributeValue, Type};

/// A compiled key condition: clauses joined by AND.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyCondition {
    clauses: Vec<Clause>,
}

/// What one clause says of one attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The attribute.
    pub name: String,
    /// What its value must be.
    pub test: KeyTest,
}

/// What a key value must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyTest {
    /// Compared with this.
    Compare(Comparator, AttributeValue),
    /// Between these, both included.
    Between(AttributeValue, AttributeValue),
    /// Beginning with this.
    BeginsWith(AttributeValue),
    /// Something that no key can be found by; only the parameter that this replaced can say it, and only the keys tell
    /// whether that comes to matter.
    NotIndexable,
}

/// Key values that a Query reads, in the types of the schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRange {
    /// The partition key's values.
    pub partition: Vec<KeyScalar>,
    /// Values of the leading sort key attributes that are compared with `=`.
    pub equal: Vec<KeyScalar>,
    /// The range of the sort key attribute after those.
    pub range: Option<SortRange>,
}

/// A range of sort key values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SortRange {
    /// Below.
    Less(KeyScalar),
    /// Below or equal.
    AtMost(KeyScalar),
    /// Above.
    Greater(KeyScalar),
    /// Above or equal.
    AtLeast(KeyScalar),
    /// Between, both included.
    Between(KeyScalar, KeyScalar),
    /// Beginning with.
    BeginsWith(KeyScalar),
}

impl KeyCondition {
    /// A key condition made from its parts rather than from a text.
    #[must_use]
    pub const fn from_clauses(clauses: Vec<Clause>) -> Self {
        Self { clauses }
    }

    /// What it sets equal, whether or not it is a key.
    pub fn equalities(&self) -> impl Iterator<Item = (&str, &AttributeValue)> {
        self.clauses.iter().filter_map(|clause| match &clause.test {
            KeyTest::Compare(Comparator::Equal, value) => Some((clause.name.as_str(), value)),
            _ => None,
        })
    }

    /// Matches the clauses with the key attributes of a table or index.
    ///
    /// # Errors
    /// ValidationException if a key attribute is missing, compared in a way keys cannot be found by, or of another
    /// type.
    pub fn bind(&self, partition: &[KeyAttribute], sort: &[KeyAttribute]) -> Result<KeyRange, ApiError> {
        self.bound(partition, sort).map_err(ApiError::validation)
    }

    fn bound(&self, partition: &[KeyAttribute], sort: &[KeyAttribute]) -> Result<KeyRange, String> {
        self.check_counts(partition, sort)?;
        let mut values = Vec::new();
        if partition.len() > 1 {
            self.check_equalities(partition)?;
        }
        for attribute in partition {
            let clause = self.clause(&attribute.name).ok_or_else(|| text::key_missing(&attribute.name))?;
            match &clause.test {
                KeyTest::Compare(Comparator::Equal, value) => values.push(scalar(value, attribute)?),
                // A value of another type is told of first.
                test => {
                    sort_range(test, attribute)?;
                    return Err(text::KEY_CONDITION_NOT_SUPPORTED.to_owned());
                }
            }
        }
        let (equal, range) = self.sort_values(sort)?;
        let named = |clause: &Clause| partition.iter().chain(sort).any(|attribute| attribute.name == clause.name);
        if self.clauses.iter().any(|clause| !named(clause)) {
            let missed = sort.first().map(|first| text::key_missing(&first.name));
            return Err(missed.unwrap_or_else(|| text::KEY_CONDITION_NOT_SUPPORTED.to_owned()));
        }
        Ok(KeyRange { partition: values, equal, range })
    }

    /// Refuses partition key attributes of which not all have an equality.
    fn check_equalities(&self, partition: &[KeyAttribute]) -> Result<(), String> {
        let is_equal = |clause: &Clause| matches!(clause.test, KeyTest::Compare(Comparator::Equal, _));
        let open: Vec<&str> = partition
            .iter()
            .filter(|attribute| !self.clause(&attribute.name).is_some_and(is_equal))
            .map(|attribute| attribute.name.as_str())
            .collect();
        if open.is_empty() { Ok(()) } else { Err(text::partition_equality_required(&open)) }
    }

    /// The leading equalities and the range behind them; nothing may follow a range or a gap.
    fn sort_values(&self, sort: &[KeyAttribute]) -> Result<(Vec<KeyScalar>, Option<SortRange>), String> {
        let (mut equal, mut range, mut open) = (Vec::new(), None, None::<&KeyAttribute>);
        for attribute in sort {
            match (self.clause(&attribute.name), open) {
                (None, _) => open = open.or(Some(attribute)),
                (Some(_), Some(before)) => {
                    return Err(text::key_equality_required(&before.name, &attribute.name));
                }
                (Some(clause), None) => match &clause.test {
                    KeyTest::Compare(Comparator::Equal, value) => equal.push(scalar(value, attribute)?),
                    test => {
                        range = Some(sort_range(test, attribute)?);
                        open = Some(attribute);
                    }
                },
            }
        }
        Ok((equal, range))
    }

    fn check_counts(&self, partition: &[KeyAttribute], sort: &[KeyAttribute]) -> Result<(), String> {
        let attributes = partition.len() + sort.len();
        let twice = self
            .clauses
            .iter()
            .enumerate()
            .any(|(place, clause)| self.clauses[..place].iter().any(|earlier| earlier.name == clause.name));
        if twice {
            return Err(text::KEY_CONDITION_TWICE.to_owned());
        }
        if self.clauses.len() > attributes {
            return Err(if attributes == 1 && self.clauses.len() == 2 {
                text::KEY_CONDITION_NOT_SUPPORTED.to_owned()
            } else {
                text::key_conditions_count(self.clauses.len(), attributes)
            });
        }
        Ok(())
    }

    fn clause(&self, name: &str) -> Option<&Clause> {
        self.clauses.iter().find(|clause| clause.name == name)
    }
}

/// A value in the type of its key attribute.
fn scalar(value: &AttributeValue, attribute: &KeyAttribute) -> Result<KeyScalar, String> {
    match KeyScalar::from_value(value) {
        Some(scalar) if scalar.kind() == attribute.kind => {
            if scalar.limited_length() == Some(0) {
                return Err(key_text::empty_key(&attribute.name, attribute.kind));
            }
            Ok(scalar)
        }
        _ => Err(text::KEY_CONDITION_TYPE.to_owned()),
    }
}

fn sort_range(test: &KeyTest, attribute: &KeyAttribute) -> Result<SortRange, String> {
    Ok(match test {
        KeyTest::Compare(comparator, value) => {
            let value = scalar(value, attribute)?;
            match comparator {
                Comparator::Less => SortRange::Less(value),
                Comparator::AtMost => SortRange::AtMost(value),
                Comparator::Greater => SortRange::Greater(value),
                Comparator::AtLeast => SortRange::AtLeast(value),
                Comparator::Equal | Comparator::NotEqual => return Err(text::KEY_CONDITION_NOT_SUPPORTED.to_owned()),
            }
        }
        KeyTest::Between(low, high) => SortRange::Between(scalar(low, attribute)?, scalar(high, attribute)?),
        KeyTest::BeginsWith(prefix) => SortRange::BeginsWith(scalar(prefix, attribute)?),
        KeyTest::NotIndexable => return Err(legacy_text::NOT_INDEXABLE.to_owned()),
    })
}

/// Compiles the text of a key condition.
pub(super) fn compile(expression: &str, placeholders: &mut Placeholders) -> Result<KeyCondition, KeyConditionError> {
    let mut parser = ExpressionParser::new(expression);
    let tree = parser.condition().map_err(KeyConditionError::Prefixed)?;
    if parser.redundant_parentheses {
        return Err(KeyConditionError::Prefixed(text::REDUNDANT_PARENTHESES.to_owned()));
    }
    check_operator_count(&tree).map_err(KeyConditionError::Prefixed)?;
    let mut clauses = Vec::new();
    collect(&tree, placeholders, &mut clauses)?;
    Ok(KeyCondition { clauses })
}

fn collect(
    node: &SyntaxNode<'_>,
    placeholders: &mut Placeholders,
    clauses: &mut Vec<Clause>,
) -> Result<(), KeyConditionError> {
    let refused = |operator: &str| Err(KeyConditionError::Bare(text::key_condition_operator(operator)));
    match bare(node) {
        SyntaxNode::And(left, right) => {
            collect(left, placeholders, clauses)?;
            collect(right, placeholders, clauses)
        }
        SyntaxNode::Or(..) => refused("OR"),
        SyntaxNode::Not(_) => refused("NOT"),
        SyntaxNode::In(..) => refused("IN"),
        SyntaxNode::Compare("<>", ..) => refused("<>"),
        SyntaxNode::Call(name, _) if *name != "begins_with" => match *name {
            "attribute_exists" | "attribute_not_exists" | "attribute_type" | "contains" | "size" => refused(name),
            other => Err(KeyConditionError::Prefixed(text::unknown_function(other))),
        },
        clause => {
            resolve::check_names(clause, placeholders).map_err(KeyConditionError::Prefixed)?;
            clauses.push(one_clause(clause, placeholders)?);
            Ok(())
        }
    }
}

/// An operand of a clause.
enum Side {
    Attribute(Path),
    Value(AttributeValue),
}

/// The operands of a clause, which are looked at from left to right: one attribute that is no document path, and values.
fn sides<const N: usize>(
    nodes: [&SyntaxNode<'_>; N],
    placeholders: &mut Placeholders,
) -> Result<[Side; N], KeyConditionError> {
    let mut has_attribute = false;
    let mut read = Vec::with_capacity(N);
    for node in nodes {
        let side = match bare(node) {
            SyntaxNode::Path(_) if has_attribute => {
                return Err(KeyConditionError::Bare(text::KEY_CONDITION_TWO_ATTRIBUTES.to_owned()));
            }
            SyntaxNode::Path(raw) => {
                has_attribute = true;
                let path = resolve::path(raw, placeholders).map_err(KeyConditionError::Prefixed)?;
                if path.is_nested() {
                    return Err(KeyConditionError::Bare(text::KEY_CONDITION_NESTED.to_owned()));
                }
                Side::Attribute(path)
            }
            SyntaxNode::Value(name) => {
                placeholders.value(name).map(Side::Value).map_err(KeyConditionError::Prefixed)?
            }
            _ => return Err(KeyConditionError::Bare(text::KEY_CONDITION_NESTED_OPERATION.to_owned())),
        };
        read.push(side);
    }
    read.try_into().map_err(|_| KeyConditionError::Bare(text::KEY_CONDITION_NO_ATTRIBUTE.to_owned()))
}

/// Refuses an operator that must have the attribute first, and has something else there.
fn check_first(operator: &str, first: &SyntaxNode<'_>) -> Result<(), KeyConditionError> {
    match bare(first) {
        SyntaxNode::Path(_) => Ok(()),
        _ => Err(KeyConditionError::Bare(text::key_attribute_first(operator))),
    }
}

fn one_clause(node: &SyntaxNode<'_>, placeholders: &mut Placeholders) -> Result<Clause, KeyConditionError> {
    let ordered = |kind| matches!(kind, Type::S | Type::N | Type::B);
    match node {
        SyntaxNode::Compare(sign, left, right) => {
            let comparator = Comparator::from_sign(sign);
            let both = sides([&**left, &**right], placeholders)?;
            for literal in &both {
                check_literal(sign, literal, comparator.is_ordering(), ordered)?;
            }
            match both {
                [Side::Attribute(path), Side::Value(value)] => Ok(clause(&path, KeyTest::Compare(comparator, value))),
                [Side::Value(value), Side::Attribute(path)] => {
                    Ok(clause(&path, KeyTest::Compare(comparator.flipped(), value)))
                }
                _ => Err(KeyConditionError::Bare(text::KEY_CONDITION_NO_ATTRIBUTE.to_owned())),
            }
        }
        SyntaxNode::Between(three) => {
            let [operand, low, high] = &**three;
            check_first("BETWEEN", operand)?;
            let [attribute, low, high] = sides([operand, low, high], placeholders)?;
            for literal in [&low, &high] {
                check_literal("BETWEEN", literal, true, ordered)?;
            }
            match (attribute, low, high) {
                (Side::Attribute(path), Side::Value(low), Side::Value(high)) => {
                    check_bounds(&low, &high).map_err(KeyConditionError::Prefixed)?;
                    Ok(clause(&path, KeyTest::Between(low, high)))
                }
                _ => Err(KeyConditionError::Bare(text::KEY_CONDITION_NO_ATTRIBUTE.to_owned())),
            }
        }
        SyntaxNode::Call(name, operands) => {
            let [operand, prefix] = &operands[..] else {
                return Err(KeyConditionError::Prefixed(text::operand_count(name, operands.len())));
            };
            check_first(name, operand)?;
            let [attribute, prefix] = sides([operand, prefix], placeholders)?;
            check_literal(name, &prefix, true, |kind| matches!(kind, Type::S | Type::B))?;
            match (attribute, prefix) {
                (Side::Attribute(path), Side::Value(prefix)) => Ok(clause(&path, KeyTest::BeginsWith(prefix))),
                _ => Err(KeyConditionError::Bare(text::KEY_CONDITION_NO_ATTRIBUTE.to_owned())),
            }
        }
        _ => Err(KeyConditionError::Bare(text::KEY_CONDITION_NO_ATTRIBUTE.to_owned())),
    }
}

fn check_literal(
    operator: &str,
    side: &Side,
    strict: bool,
    allowed: fn(Type) -> bool,
) -> Result<(), KeyConditionError> {
    match side {
        Side::Value(value) if strict && !allowed(value.kind()) => {
            Err(KeyConditionError::Prefixed(text::operand_type(operator, value.kind().descriptor())))
        }
        _ => Ok(()),
    }
}

fn clause(path: &Path, test: KeyTest) -> Clause {
    Clause { name: path.root().to_owned(), test }
}

impl fmt::Display for KeyCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clauses: Vec<String> = self.clauses.iter().map(ToString::to_string).collect();
        f.write_str(&clauses.join(" AND "))
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.test {
            KeyTest::Compare(comparator, value) => write!(f, "{name} {} {}", comparator.sign(), eval::plain(value)),
            KeyTest::Between(low, high) => write!(f, "{name} BETWEEN {} AND {}", eval::plain(low), eval::plain(high)),
            KeyTest::BeginsWith(prefix) => write!(f, "begins_with({name}, {})", eval::plain(prefix)),
            KeyTest::NotIndexable => write!(f, "{name} in no way that a key can be found by"),
        }
    }
}
