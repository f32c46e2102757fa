//! Conditions and filters: checked, compiled, printed, held against an item.
//!
//! Checks run over the whole tree one after the other, because that decides which of several mistakes is reported:
//! parentheses, function names, misplaced functions, reserved words, undefined placeholders, then operands.
//! Source: AWS documentation, "Comparison operator and function reference".

use std::fmt;

use super::ast::{Comparator, Expr, Operand};
use super::eval;
use super::parser::ExpressionParser;
use super::path::Path;
use super::placeholders::Placeholders;
use super::resolve::{self, bare, walk};
use super::syntax::SyntaxNode;
use crate::engine::messages::expressions as text;
use crate::engine::value::{AttributeValue, Item, Type, size};

/// The most operators in one expression.
const MAX_OPERATORS: usize = 300;

/// A compiled condition or filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition(Expr);

impl Condition {
    /// A condition made from its parts rather than from a text.
    #[must_use]
    pub const fn from_expr(expr: Expr) -> Self {
        Self(expr)
    }

    /// Whether the condition holds for `item`; an absent item is an empty one.
    #[must_use]
    pub fn holds(&self, item: &Item) -> bool {
        eval::holds(&self.0, item)
    }

    /// How much work it is to hold the condition against an item, in comparisons: its operators, and what its literals
    /// hold. What the item holds comes on top.
    #[must_use]
    pub fn weight(&self) -> u64 {
        expr_weight(&self.0)
    }

    /// The paths that the condition reads.
    #[must_use]
    pub fn paths(&self) -> Vec<&Path> {
        let mut found = Vec::new();
        expr_paths(&self.0, &mut found);
        found
    }

    /// The compiled tree.
    #[must_use]
    pub const fn expr(&self) -> &Expr {
        &self.0
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn expr_weight(expr: &Expr) -> u64 {
    1 + match expr {
        Expr::Or(left, right) | Expr::And(left, right) => expr_weight(left) + expr_weight(right),
        Expr::Not(inner) => expr_weight(inner),
        Expr::Compare(_, left, right) | Expr::BeginsWith(left, right) | Expr::Contains(left, right) => {
            operand_weight(left) + operand_weight(right)
        }
        Expr::Between(operand, low, high) => operand_weight(operand) + operand_weight(low) + operand_weight(high),
        Expr::In(operand, list) => operand_weight(operand) + list.iter().map(operand_weight).sum::<u64>(),
        Expr::HasType(operand, _) => operand_weight(operand),
        Expr::Exists(_) | Expr::NotExists(_) => 0,
    }
}

fn operand_weight(operand: &Operand) -> u64 {
    /// How many bytes of a text are looked through in the time of a comparison.
    const BYTES: u64 = 64;
    fn of(value: &AttributeValue) -> u64 {
        1 + match value {
            AttributeValue::L(list) => list.iter().map(of).sum(),
            AttributeValue::M(map) => map.values().map(of).sum(),
            other => size::value_size(other) / BYTES,
        }
    }
    match operand {
        Operand::Path(_) => 1,
        Operand::Value(value) => of(value),
        Operand::Size(inner) => operand_weight(inner),
    }
}

fn expr_paths<'a>(expr: &'a Expr, found: &mut Vec<&'a Path>) {
    match expr {
        Expr::Or(left, right) | Expr::And(left, right) => {
            expr_paths(left, found);
            expr_paths(right, found);
        }
        Expr::Not(inner) => expr_paths(inner, found),
        Expr::Compare(_, left, right) | Expr::BeginsWith(left, right) | Expr::Contains(left, right) => {
            operand_paths(left, found);
            operand_paths(right, found);
        }
        Expr::Between(operand, low, high) => {
            operand_paths(operand, found);
            operand_paths(low, found);
            operand_paths(high, found);
        }
        Expr::In(operand, list) => {
            operand_paths(operand, found);
            for operand in list {
                operand_paths(operand, found);
            }
        }
        Expr::Exists(path) | Expr::NotExists(path) => found.push(path),
        Expr::HasType(operand, _) => operand_paths(operand, found),
    }
}

fn operand_paths<'a>(operand: &'a Operand, found: &mut Vec<&'a Path>) {
    match operand {
        Operand::Path(path) => found.push(path),
        Operand::Size(inner) => operand_paths(inner, found),
        Operand::Value(_) => {}
    }
}

/// Compiles the text of a condition or filter.
pub(super) fn compile(expression: &str, placeholders: &mut Placeholders) -> Result<Condition, String> {
    let mut parser = ExpressionParser::new(expression);
    let tree = parser.condition()?;
    if parser.redundant_parentheses {
        return Err(text::REDUNDANT_PARENTHESES.to_owned());
    }
    check_operator_count(&tree)?;
    check_functions(&tree)?;
    check_placement(&tree, true)?;
    resolve::check_names(&tree, placeholders)?;
    check_operand_counts(&tree)?;
    Compiler { placeholders }.condition(&tree).map(Condition)
}

/// Refuses more than 300 operators.
pub(super) fn check_operator_count(tree: &SyntaxNode<'_>) -> Result<(), String> {
    let mut count = 0;
    walk(tree, &mut |node| {
        let operator = matches!(
            node,
            SyntaxNode::Or(..)
                | SyntaxNode::And(..)
                | SyntaxNode::Not(_)
                | SyntaxNode::Compare(..)
                | SyntaxNode::Between(_)
                | SyntaxNode::In(..)
        );
        count += usize::from(operator);
        Ok(())
    })?;
    if count > MAX_OPERATORS { Err(text::too_many_operators(count)) } else { Ok(()) }
}

/// The functions of conditions and how many operands each takes.
const FUNCTIONS: [(&str, usize); 6] = [
    ("attribute_exists", 1),
    ("attribute_not_exists", 1),
    ("attribute_type", 2),
    ("begins_with", 2),
    ("contains", 2),
    ("size", 1),
];

fn check_functions(tree: &SyntaxNode<'_>) -> Result<(), String> {
    walk(tree, &mut |node| match node {
        // They exist, but only in updates.
        SyntaxNode::Call(name @ ("if_not_exists" | "list_append"), _) => Err(text::misused_function(name)),
        SyntaxNode::Call(name, _) if !FUNCTIONS.iter().any(|(known, _)| known == name) => {
            Err(text::unknown_function(name))
        }
        _ => Ok(()),
    })
}

/// Refuses `size` as a condition and every other function as an operand.
fn check_placement(node: &SyntaxNode<'_>, as_condition: bool) -> Result<(), String> {
    match node {
        SyntaxNode::Call(name, operands) => {
            if (*name == "size") == as_condition {
                return Err(text::misused_function(name));
            }
            operands.iter().try_for_each(|operand| check_placement(operand, false))
        }
        SyntaxNode::Or(left, right) | SyntaxNode::And(left, right) => {
            check_placement(left, true)?;
            check_placement(right, true)
        }
        SyntaxNode::Not(inner) => check_placement(inner, true),
        SyntaxNode::Parenthesised(inner) => check_placement(inner, as_condition),
        SyntaxNode::Compare(_, left, right) | SyntaxNode::Arithmetic(_, left, right) => {
            check_placement(left, false)?;
            check_placement(right, false)
        }
        SyntaxNode::Between(three) => three.iter().try_for_each(|operand| check_placement(operand, false)),
        SyntaxNode::In(first, list) => {
            check_placement(first, false)?;
            list.iter().try_for_each(|operand| check_placement(operand, false))
        }
        SyntaxNode::Path(_) | SyntaxNode::Value(_) => Ok(()),
    }
}

fn check_operand_counts(tree: &SyntaxNode<'_>) -> Result<(), String> {
    walk(tree, &mut |node| match node {
        SyntaxNode::Call(name, operands) => match FUNCTIONS.iter().find(|(known, _)| known == name) {
            Some((_, count)) if *count != operands.len() => Err(text::operand_count(name, operands.len())),
            _ => Ok(()),
        },
        SyntaxNode::In(_, list) if list.len() > 100 => Err(text::operand_count("IN", list.len() + 1)),
        _ => Ok(()),
    })
}

/// Types with an order.
fn is_ordered(kind: Type) -> bool {
    matches!(kind, Type::S | Type::N | Type::B)
}

struct Compiler<'p> {
    placeholders: &'p mut Placeholders,
}

impl Compiler<'_> {
    fn condition(&mut self, node: &SyntaxNode<'_>) -> Result<Expr, String> {
        Ok(match node {
            SyntaxNode::Or(left, right) => Expr::Or(Box::new(self.condition(left)?), Box::new(self.condition(right)?)),
            SyntaxNode::And(left, right) => {
                Expr::And(Box::new(self.condition(left)?), Box::new(self.condition(right)?))
            }
            SyntaxNode::Not(inner) => Expr::Not(Box::new(self.condition(inner)?)),
            SyntaxNode::Parenthesised(inner) => self.condition(inner)?,
            SyntaxNode::Compare(sign, left, right) => self.compare(sign, left, right)?,
            SyntaxNode::Between(three) => {
                let [operand, low, high] = &**three;
                self.between(operand, low, high)?
            }
            SyntaxNode::In(first, list) => {
                let first = self.operand(first)?;
                let list: Vec<Operand> = list.iter().map(|node| self.operand(node)).collect::<Result<_, _>>()?;
                list.iter().try_for_each(|other| distinct("IN", &first, other))?;
                Expr::In(first, list)
            }
            SyntaxNode::Call(name, operands) => self.call(name, operands)?,
            SyntaxNode::Path(_) | SyntaxNode::Value(_) | SyntaxNode::Arithmetic(..) => {
                return Err(text::EMPTY.to_owned());
            }
        })
    }

    fn compare(&mut self, sign: &str, left: &SyntaxNode<'_>, right: &SyntaxNode<'_>) -> Result<Expr, String> {
        let (left, right) = (self.operand(left)?, self.operand(right)?);
        let comparator = Comparator::from_sign(sign);
        distinct(sign, &left, &right)?;
        if comparator.is_ordering() {
            check_literal(sign, &left, is_ordered)?;
            check_literal(sign, &right, is_ordered)?;
        }
        Ok(Expr::Compare(comparator, left, right))
    }

    fn between(
        &mut self,
        operand: &SyntaxNode<'_>,
        low: &SyntaxNode<'_>,
        high: &SyntaxNode<'_>,
    ) -> Result<Expr, String> {
        let (operand, low, high) = (self.operand(operand)?, self.operand(low)?, self.operand(high)?);
        distinct("BETWEEN", &operand, &low)?;
        distinct("BETWEEN", &operand, &high)?;
        for literal in [&operand, &low, &high] {
            check_literal("BETWEEN", literal, is_ordered)?;
        }
        if let (Operand::Value(low), Operand::Value(high)) = (&low, &high) {
            check_bounds(low, high)?;
        }
        Ok(Expr::Between(operand, low, high))
    }

    fn call(&mut self, name: &str, operands: &[SyntaxNode<'_>]) -> Result<Expr, String> {
        let mut compiled: Vec<Operand> =
            operands.iter().map(|operand| self.operand(operand)).collect::<Result<_, _>>()?;
        if let [first, second] = &compiled[..] {
            distinct(name, first, second)?;
        }
        let (second, first) =
            if compiled.len() > 1 { (compiled.pop(), compiled.pop()) } else { (None, compiled.pop()) };
        match (name, first, second) {
            ("attribute_exists", Some(Operand::Path(path)), None) => Ok(Expr::Exists(path)),
            ("attribute_not_exists", Some(Operand::Path(path)), None) => Ok(Expr::NotExists(path)),
            ("attribute_exists" | "attribute_not_exists", ..) => Err(text::not_a_path(name)),
            ("attribute_type", Some(operand), Some(kind)) => has_type(operand, &kind),
            ("begins_with", Some(operand), Some(prefix)) => {
                let allowed = |kind| matches!(kind, Type::S | Type::B);
                check_literal(name, &operand, allowed)?;
                check_literal(name, &prefix, allowed)?;
                Ok(Expr::BeginsWith(operand, prefix))
            }
            ("contains", Some(operand), Some(part)) => {
                let container = |kind| !matches!(kind, Type::N | Type::Bool | Type::Null | Type::M);
                check_literal(name, &operand, container)?;
                Ok(Expr::Contains(operand, part))
            }
            (other, ..) => Err(text::operand_count(other, operands.len())),
        }
    }

    fn operand(&mut self, node: &SyntaxNode<'_>) -> Result<Operand, String> {
        match bare(node) {
            SyntaxNode::Path(raw) => resolve::path(raw, self.placeholders).map(Operand::Path),
            SyntaxNode::Value(name) => self.placeholders.value(name).map(Operand::Value),
            SyntaxNode::Call("size", operands) => match operands.first() {
                Some(inner) => {
                    let inner = self.operand(inner)?;
                    if matches!(inner, Operand::Size(_)) {
                        return Err(text::misused_function("size"));
                    }
                    check_literal("size", &inner, |kind| !matches!(kind, Type::N | Type::Bool | Type::Null))?;
                    Ok(Operand::Size(Box::new(inner)))
                }
                None => Err(text::operand_count("size", 0)),
            },
            SyntaxNode::Call(name, _) => Err(text::misused_function(name)),
            _ => Err(text::EMPTY.to_owned()),
        }
    }
}

fn has_type(operand: Operand, kind: &Operand) -> Result<Expr, String> {
    match kind {
        Operand::Value(AttributeValue::S(name)) => match Type::from_descriptor(name) {
            Some(kind) => Ok(Expr::HasType(operand, kind)),
            None => Err(text::unknown_type(name)),
        },
        Operand::Value(other) => Err(text::operand_type("attribute_type", other.kind().descriptor())),
        Operand::Path(_) | Operand::Size(_) => {
            Err(text::operand_type("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}"))
        }
    }
}

/// Refuses a literal of a type that the operator does not take; what a path holds is known only later.
fn check_literal(operator: &str, operand: &Operand, allowed: impl Fn(Type) -> bool) -> Result<(), String> {
    match operand {
        Operand::Value(value) if !allowed(value.kind()) => Err(text::operand_type(operator, value.kind().descriptor())),
        _ => Ok(()),
    }
}

fn distinct(operator: &str, first: &Operand, other: &Operand) -> Result<(), String> {
    match (first, other) {
        (Operand::Path(path), Operand::Path(same)) if path == same => {
            Err(text::same_operand(operator, &path.bracketed()))
        }
        _ => Ok(()),
    }
}

/// The bounds of a BETWEEN: one type, the lower first.
pub(super) fn check_bounds(low: &AttributeValue, high: &AttributeValue) -> Result<(), String> {
    let show = |value: &AttributeValue| format!("{{{}:{}}}", value.kind().descriptor(), eval::plain(value));
    if low.kind() != high.kind() {
        return Err(text::between_types(&show(low), &show(high)));
    }
    if eval::order(low, high) == Some(std::cmp::Ordering::Greater) {
        return Err(text::between_order(&show(low), &show(high)));
    }
    Ok(())
}
