//! Compiled expressions: names and values resolved, every rule checked. Each prints itself the way it would be
//! written, with the names and values in place of their placeholders.

use std::fmt;

use super::path::Path;
use crate::engine::value::{AttributeValue, Type, json};

/// A condition or filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expr {
    /// Either holds.
    Or(Box<Expr>, Box<Expr>),
    /// Both hold.
    And(Box<Expr>, Box<Expr>),
    /// It does not hold.
    Not(Box<Expr>),
    /// Two operands compared.
    Compare(Comparator, Operand, Operand),
    /// The first operand lies between the others, both included.
    Between(Operand, Operand, Operand),
    /// The first operand equals one of the others.
    In(Operand, Vec<Operand>),
    /// `attribute_exists`.
    Exists(Path),
    /// `attribute_not_exists`.
    NotExists(Path),
    /// `attribute_type`.
    HasType(Operand, Type),
    /// `begins_with`.
    BeginsWith(Operand, Operand),
    /// `contains`.
    Contains(Operand, Operand),
}

/// What is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// The value at a path of the item.
    Path(Path),
    /// A literal.
    Value(AttributeValue),
    /// `size` of an operand.
    Size(Box<Operand>),
}

/// A comparator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Comparator {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Comparator {
    /// The comparator written `sign`.
    pub(super) fn from_sign(sign: &str) -> Self {
        match sign {
            "=" => Self::Equal,
            "<>" => Self::NotEqual,
            "<" => Self::Less,
            "<=" => Self::AtMost,
            ">" => Self::Greater,
            _ => Self::AtLeast,
        }
    }

    /// How it is written.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }

    /// Whether it asks for an order, which only strings, numbers and binaries have.
    #[must_use]
    pub const fn is_ordering(self) -> bool {
        !matches!(self, Self::Equal | Self::NotEqual)
    }

    /// The comparator that says the same with the operands exchanged.
    #[must_use]
    pub const fn flipped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
            same => same,
        }
    }
}

/// One action of an update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateAction {
    /// `SET path = …`.
    Set(Path, SetValue),
    /// `REMOVE path`.
    Remove(Path),
    /// `ADD path value`.
    Add(Path, AttributeValue),
    /// `DELETE path value`.
    Delete(Path, AttributeValue),
}

impl UpdateAction {
    /// What the action changes.
    #[must_use]
    pub const fn path(&self) -> &Path {
        match self {
            Self::Set(path, _) | Self::Remove(path) | Self::Add(path, _) | Self::Delete(path, _) => path,
        }
    }
}

impl UpdateAction {
    /// Whether the new value is worked out from the one that is stored. `SET n = if_not_exists(n, :o)` works nothing out: it
    /// leaves what is there.
    #[must_use]
    pub fn reads_its_target(&self) -> bool {
        match self {
            Self::Add(..) | Self::Delete(..) => true,
            Self::Remove(_) | Self::Set(_, SetValue::Path(_) | SetValue::IfNotExists(..)) => false,
            Self::Set(path, source) => source.reads(path),
        }
    }
}

impl SetValue {
    fn reads(&self, path: &Path) -> bool {
        match self {
            Self::Path(own) => own == path,
            Self::Value(_) => false,
            Self::IfNotExists(own, default) => own == path || default.reads(path),
            Self::ListAppend(first, second) | Self::Plus(first, second) | Self::Minus(first, second) => {
                first.reads(path) || second.reads(path)
            }
        }
    }
}

/// Where an assigned value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SetValue {
    /// The value at a path, as it was before the update.
    Path(Path),
    /// A literal.
    Value(AttributeValue),
    /// `if_not_exists(path, default)`.
    IfNotExists(Path, Box<SetValue>),
    /// `list_append(first, second)`.
    ListAppend(Box<SetValue>, Box<SetValue>),
    /// A sum of two numbers.
    Plus(Box<SetValue>, Box<SetValue>),
    /// A difference of two numbers.
    Minus(Box<SetValue>, Box<SetValue>),
}

impl SetValue {
    /// Whether it is a sum or a difference.
    const fn is_arithmetic(&self) -> bool {
        matches!(self, Self::Plus(..) | Self::Minus(..))
    }
}

/// A value as expressions print it: strings quoted, numbers bare, anything else in its wire form.
fn literal(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => serde_json::Value::from(text.as_str()).to_string(),
        AttributeValue::N(number) => number.to_string(),
        other => json::encode(other).to_string(),
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.fmt(f),
            Self::Value(value) => f.write_str(&literal(value)),
            Self::Size(inner) => write!(f, "size({inner})"),
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Or(left, right) => {
                write!(f, "{left} OR ")?;
                write_within(f, right, matches!(**right, Self::Or(..)))
            }
            Self::And(left, right) => {
                write_within(f, left, matches!(**left, Self::Or(..)))?;
                f.write_str(" AND ")?;
                // A conjunction on the right was in parentheses: AND groups to the left.
                write_within(f, right, matches!(**right, Self::Or(..) | Self::And(..)))
            }
            Self::Not(inner) => {
                f.write_str("NOT ")?;
                write_within(f, inner, matches!(**inner, Self::Or(..) | Self::And(..)))
            }
            Self::Compare(comparator, left, right) => write!(f, "{left} {} {right}", comparator.sign()),
            Self::Between(operand, low, high) => write!(f, "{operand} BETWEEN {low} AND {high}"),
            Self::In(operand, list) => {
                let list: Vec<String> = list.iter().map(ToString::to_string).collect();
                write!(f, "{operand} IN ({})", list.join(", "))
            }
            Self::Exists(path) => write!(f, "attribute_exists({path})"),
            Self::NotExists(path) => write!(f, "attribute_not_exists({path})"),
            Self::HasType(operand, kind) => write!(f, "attribute_type({operand}, {})", kind.descriptor()),
            Self::BeginsWith(operand, prefix) => write!(f, "begins_with({operand}, {prefix})"),
            Self::Contains(operand, part) => write!(f, "contains({operand}, {part})"),
        }
    }
}

fn write_within(f: &mut fmt::Formatter<'_>, inner: &Expr, parenthesised: bool) -> fmt::Result {
    if parenthesised { write!(f, "({inner})") } else { write!(f, "{inner}") }
}

/// An operand of a sum: a sum itself only in parentheses.
struct Parenthesized<'a>(&'a SetValue);

impl fmt::Display for Parenthesized<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_arithmetic() { write!(f, "({})", self.0) } else { self.0.fmt(f) }
    }
}

impl fmt::Display for SetValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(path) => path.fmt(f),
            Self::Value(value) => f.write_str(&literal(value)),
            Self::IfNotExists(path, default) => write!(f, "if_not_exists({path}, {default})"),
            Self::ListAppend(first, second) => write!(f, "list_append({first}, {second})"),
            Self::Plus(left, right) => write!(f, "{} + {}", Parenthesized(left), Parenthesized(right)),
            Self::Minus(left, right) => write!(f, "{} - {}", Parenthesized(left), Parenthesized(right)),
        }
    }
}

impl fmt::Display for UpdateAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(path, source) => write!(f, "SET {path} = {source}"),
            Self::Remove(path) => write!(f, "REMOVE {path}"),
            Self::Add(path, value) => write!(f, "ADD {path} {}", literal(value)),
            Self::Delete(path, value) => write!(f, "DELETE {path} {}", literal(value)),
        }
    }
}
