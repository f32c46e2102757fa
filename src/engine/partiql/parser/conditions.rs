//! Conditions: what stands behind WHERE. AND binds closer than OR, NOT closer than both.

use super::{Parsed, StatementParser, unexpected};
use crate::engine::expr::ast::{Comparator, Expr, Operand};
use crate::engine::messages::{expressions as expression_text, partiql as text};
use crate::engine::partiql::lexer::StatementToken;
use crate::engine::value::{AttributeValue, Type};

/// The functions that are tests.
const FUNCTIONS: [&str; 5] = ["begins_with", "contains", "attribute_type", "attribute_exists", "attribute_not_exists"];
/// What may stand behind IS, beside MISSING.
const TYPES: [(&str, Type); 10] = [
    ("NULL", Type::Null),
    ("BOOL", Type::Bool),
    ("STRING", Type::S),
    ("NUMBER", Type::N),
    ("NUMERIC", Type::N),
    ("DECIMAL", Type::N),
    ("BLOB", Type::B),
    ("LIST", Type::L),
    ("STRUCT", Type::M),
    ("MAP", Type::M),
];

impl StatementParser<'_> {
    pub(super) fn condition(&mut self) -> Parsed<Expr> {
        self.deeper(|parser| {
            let mut left = parser.conjunction()?;
            while parser.keyword("OR") {
                left = Expr::Or(Box::new(left), Box::new(parser.conjunction()?));
            }
            Ok(left)
        })
    }

    fn conjunction(&mut self) -> Parsed<Expr> {
        let mut left = self.negation()?;
        while self.keyword("AND") {
            left = Expr::And(Box::new(left), Box::new(self.negation()?));
        }
        Ok(left)
    }

    fn negation(&mut self) -> Parsed<Expr> {
        if self.keyword("NOT") {
            return self.deeper(|parser| Ok(Expr::Not(Box::new(parser.negation()?))));
        }
        self.test()
    }

    fn test(&mut self) -> Parsed<Expr> {
        if self.sign("(") {
            let inner = self.condition()?;
            self.expect(")")?;
            return Ok(inner);
        }
        let place = self.place();
        let function = FUNCTIONS.into_iter().find(|name| self.function(name));
        if let Some(name) = function {
            let test = self.function_test(name)?;
            return self.against_truth(test);
        }
        if let (Some(StatementToken::Word(name)), Some(StatementToken::Sign("("))) =
            (self.tokens.get(self.at), self.tokens.get(self.at + 1))
            && !name.eq_ignore_ascii_case("size")
        {
            return Err(text::unrecognized_function(&name.to_lowercase(), &place));
        }
        let left = self.operand()?;
        self.comparison(left)
    }

    /// The operands of a function that is a test, and the closing parenthesis.
    fn function_test(&mut self, name: &str) -> Parsed<Expr> {
        let mut operands = vec![self.operand()?];
        while self.sign(",") {
            operands.push(self.operand()?);
        }
        self.expect(")")?;
        let count = operands.len();
        let mut operands = operands.into_iter();
        let expected = if name.starts_with("attribute_") && name != "attribute_type" { 1 } else { 2 };
        let (Some(first), second, true) = (operands.next(), operands.next(), count == expected) else {
            return Err(expression_text::operand_count(name, count));
        };
        match (name, first, second) {
            ("attribute_exists", Operand::Path(path), _) => Ok(Expr::Exists(path)),
            ("attribute_not_exists", Operand::Path(path), _) => Ok(Expr::NotExists(path)),
            ("attribute_exists" | "attribute_not_exists", ..) => Err(expression_text::not_a_path(name)),
            ("begins_with", operand, Some(prefix)) => Ok(Expr::BeginsWith(operand, prefix)),
            ("contains", operand, Some(part)) => Ok(Expr::Contains(operand, part)),
            (_, operand, Some(Operand::Value(AttributeValue::S(kind)))) => match Type::from_descriptor(&kind) {
                Some(kind) => Ok(Expr::HasType(operand, kind)),
                None => unexpected(),
            },
            _ => unexpected(),
        }
    }

    /// A test, compared with `true` or `false` or left as it is.
    fn against_truth(&mut self, test: Expr) -> Parsed<Expr> {
        let is_equal = if self.sign("=") {
            true
        } else if self.sign("<>") || self.sign("!=") {
            false
        } else {
            return Ok(test);
        };
        match self.operand()? {
            Operand::Value(AttributeValue::Bool(truth)) if truth == is_equal => Ok(test),
            Operand::Value(AttributeValue::Bool(_)) => Ok(Expr::Not(Box::new(test))),
            _ => unexpected(),
        }
    }

    /// What follows the left operand of a test.
    fn comparison(&mut self, left: Operand) -> Parsed<Expr> {
        if self.keyword("IS") {
            return self.is_test(left);
        }
        if self.keyword("NOT") {
            let inner = self.comparison(left)?;
            return Ok(Expr::Not(Box::new(inner)));
        }
        if self.keyword("BETWEEN") {
            let low = self.operand()?;
            if !self.keyword("AND") {
                return unexpected();
            }
            return Ok(Expr::Between(left, low, self.operand()?));
        }
        if self.keyword("IN") {
            let close = if self.sign("[") { "]" } else { self.expect("(").map(|()| ")")? };
            let mut list = vec![self.operand()?];
            while self.sign(",") {
                list.push(self.operand()?);
            }
            self.expect(close)?;
            return Ok(Expr::In(left, list));
        }
        let comparators = [
            ("=", Comparator::Equal),
            ("<>", Comparator::NotEqual),
            ("!=", Comparator::NotEqual),
            ("<=", Comparator::AtMost),
            (">=", Comparator::AtLeast),
            ("<", Comparator::Less),
            (">", Comparator::Greater),
        ];
        for (sign, comparator) in comparators {
            if self.sign(sign) {
                return compared(comparator, left, self.operand()?);
            }
        }
        unexpected()
    }

    fn is_test(&mut self, left: Operand) -> Parsed<Expr> {
        let negated = self.keyword("NOT");
        let Operand::Path(path) = left else { return unexpected() };
        let test = if self.keyword("MISSING") {
            // The negation of "is not there" prints best as "is there".
            return Ok(if negated { Expr::Exists(path) } else { Expr::NotExists(path) });
        } else {
            let kind = TYPES.into_iter().find(|(name, _)| self.keyword(name)).map(|(_, kind)| kind);
            let Some(kind) = kind else { return unexpected() };
            Expr::HasType(Operand::Path(path), kind)
        };
        Ok(if negated { Expr::Not(Box::new(test)) } else { test })
    }

    fn operand(&mut self) -> Parsed<Operand> {
        if self.function("size") {
            let inner = self.operand()?;
            self.expect(")")?;
            return Ok(Operand::Size(Box::new(inner)));
        }
        if self.is_path() { self.path().map(Operand::Path) } else { self.value().map(Operand::Value) }
    }
}

/// A comparison; an attribute that is not there is neither equal nor unequal to anything.
fn compared(comparator: Comparator, left: Operand, right: Operand) -> Parsed<Expr> {
    for operand in [&left, &right] {
        if let Operand::Value(value) = operand
            && comparator.is_ordering()
            && !matches!(value.kind(), Type::S | Type::N | Type::B)
        {
            return Err(expression_text::operand_type(comparator.sign(), value.kind().descriptor()));
        }
    }
    let path = match (&left, &right) {
        (Operand::Path(path), _) | (_, Operand::Path(path)) if comparator == Comparator::NotEqual => Some(path.clone()),
        _ => None,
    };
    let test = Expr::Compare(comparator, left, right);
    Ok(match path {
        Some(path) => Expr::And(Box::new(Expr::Exists(path)), Box::new(test)),
        None => test,
    })
}
