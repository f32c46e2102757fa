//! From tokens to a [`Statement`].
//!
//! Keywords are known in any case; names may stand in double quotes. Every literal is checked as an attribute value of a
//! request would be.

use std::collections::{BTreeMap, BTreeSet};

use super::lexer::Token;
use super::{Returning, Select, Statement};
use crate::engine::expr::ast::{Action, Comparator, Expr, Operand, Source};
use crate::engine::expr::{Element, Path};
use crate::engine::messages::wording::Wording;
use crate::engine::messages::{partiql as text, values as value_text};
use crate::engine::value::{AttributeValue, Item, Number, Type};

/// The deepest nesting of parentheses, lists and maps.
const MAX_DEPTH: usize = 64;

/// Reads tokens from left to right.
pub(super) struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    parameters: &'a [AttributeValue],
    used: usize,
    depth: usize,
}

type Parsed<T> = Result<T, String>;

fn unexpected<T>() -> Parsed<T> {
    Err(text::not_well_formed(text::UNEXPECTED_TOKEN))
}

impl<'a> Parser<'a> {
    pub(super) const fn new(tokens: &'a [Token], parameters: &'a [AttributeValue]) -> Self {
        Self { tokens, at: 0, parameters, used: 0, depth: 0 }
    }

    /// How many parameters the statement has taken.
    pub(super) const fn parameters_used(&self) -> usize {
        self.used
    }

    /// A whole statement.
    pub(super) fn statement(&mut self) -> Parsed<Statement> {
        let statement = if self.keyword("SELECT") {
            Statement::Select(self.select()?)
        } else if self.keyword("EXISTS") {
            self.expect("(")?;
            if !self.keyword("SELECT") {
                return unexpected();
            }
            let select = self.select()?;
            self.expect(")")?;
            Statement::Exists(select)
        } else if self.keyword("INSERT") {
            self.insert()?
        } else if self.keyword("UPDATE") {
            self.update()?
        } else if self.keyword("DELETE") {
            self.delete()?
        } else {
            return unexpected();
        };
        self.sign(";");
        if self.at < self.tokens.len() {
            return Err(text::not_well_formed(text::TOKEN_AFTER_EXPRESSION));
        }
        Ok(statement)
    }

    fn select(&mut self) -> Parsed<Select> {
        let columns = if self.sign("*") { None } else { Some(self.columns()?) };
        if !self.keyword("FROM") {
            return unexpected();
        }
        let table = self.name()?;
        let index = if self.sign(".") { Some(self.name()?) } else { None };
        if self.keyword("AS") || self.is_alias() {
            return Err(text::ALIASING.to_owned());
        }
        let condition = if self.keyword("WHERE") { Some(self.condition()?) } else { None };
        let order = if self.keyword("ORDER") { Some(self.order()?) } else { None };
        Ok(Select { table, index, columns, condition, order })
    }

    /// Whether a name follows where only a clause may.
    fn is_alias(&self) -> bool {
        match self.tokens.get(self.at) {
            Some(Token::Name(_)) => true,
            Some(Token::Word(word)) => !["WHERE", "ORDER"].iter().any(|keyword| word.eq_ignore_ascii_case(keyword)),
            _ => false,
        }
    }

    fn columns(&mut self) -> Parsed<Vec<(String, Path)>> {
        let mut columns = Vec::new();
        loop {
            let path = self.path()?;
            let last = path.rest().last();
            let name = match last {
                None => path.root().to_owned(),
                Some(Element::Name(name)) => name.clone(),
                // An element of a list has no name of its own; it is called by its place.
                Some(Element::Index(_)) => format!("_{}", columns.len() + 1),
            };
            columns.push((name, path));
            if !self.sign(",") {
                return Ok(columns);
            }
        }
    }

    fn order(&mut self) -> Parsed<(String, bool)> {
        if !self.keyword("BY") {
            return unexpected();
        }
        let mut order = (self.name()?, !self.descending());
        while self.sign(",") {
            order = (self.name()?, !self.descending());
        }
        Ok(order)
    }

    fn descending(&mut self) -> bool {
        self.keyword("DESC") || {
            let _ = self.keyword("ASC");
            false
        }
    }

    fn insert(&mut self) -> Parsed<Statement> {
        if !self.keyword("INTO") {
            return unexpected();
        }
        let table = self.name()?;
        if !self.keyword("VALUE") {
            return unexpected();
        }
        match self.value()? {
            AttributeValue::M(item) => Ok(Statement::Insert { table, item }),
            _ => unexpected(),
        }
    }

    fn update(&mut self) -> Parsed<Statement> {
        let table = self.name()?;
        let mut actions = Vec::new();
        loop {
            if self.keyword("SET") {
                actions.push(self.assignment()?);
                while self.sign(",") {
                    actions.push(self.assignment()?);
                }
            } else if self.keyword("REMOVE") {
                actions.push(Action::Remove(self.path()?));
                while self.sign(",") {
                    actions.push(Action::Remove(self.path()?));
                }
            } else {
                break;
            }
        }
        if actions.is_empty() {
            return unexpected();
        }
        let condition = if self.keyword("WHERE") { Some(self.condition()?) } else { None };
        Ok(Statement::Update { table, actions, condition, returning: self.returning()? })
    }

    fn delete(&mut self) -> Parsed<Statement> {
        if !self.keyword("FROM") {
            return unexpected();
        }
        let table = self.name()?;
        let condition = if self.keyword("WHERE") { Some(self.condition()?) } else { None };
        Ok(Statement::Delete { table, condition, returning: self.returning()? })
    }

    fn returning(&mut self) -> Parsed<Option<Returning>> {
        if !self.keyword("RETURNING") {
            return Ok(None);
        }
        let modified = self.keyword("MODIFIED");
        if !modified && !self.keyword("ALL") {
            return unexpected();
        }
        let new = self.keyword("NEW");
        if (!new && !self.keyword("OLD")) || !self.sign("*") {
            return unexpected();
        }
        Ok(Some(Returning { modified, new }))
    }

    /// `path = …` of a SET.
    fn assignment(&mut self) -> Parsed<Action> {
        let path = self.path()?;
        self.expect("=")?;
        for (function, add) in [("set_add", true), ("set_delete", false)] {
            if self.function(function) {
                let target = self.path()?;
                self.expect(",")?;
                let members = self.value()?;
                self.expect(")")?;
                if target != path || !matches!(members.kind(), Type::Ss | Type::Ns | Type::Bs) {
                    return unexpected();
                }
                return Ok(if add { Action::Add(path, members) } else { Action::Delete(path, members) });
            }
        }
        let left = self.source()?;
        if self.sign("+") {
            return Ok(Action::Set(path, Source::Plus(Box::new(left), Box::new(self.source()?))));
        }
        if self.sign("-") {
            return Ok(Action::Set(path, Source::Minus(Box::new(left), Box::new(self.source()?))));
        }
        Ok(Action::Set(path, left))
    }

    fn source(&mut self) -> Parsed<Source> {
        if self.function("list_append") {
            let first = self.source()?;
            self.expect(",")?;
            let second = self.source()?;
            self.expect(")")?;
            return Ok(Source::ListAppend(Box::new(first), Box::new(second)));
        }
        if self.function("if_not_exists") {
            let path = self.path()?;
            self.expect(",")?;
            let default = self.source()?;
            self.expect(")")?;
            return Ok(Source::IfNotExists(path, Box::new(default)));
        }
        if self.is_path() { self.path().map(Source::Path) } else { self.value().map(Source::Value) }
    }

    fn condition(&mut self) -> Parsed<Expr> {
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
        if self.function("begins_with") {
            let (operand, prefix) = self.two_operands()?;
            return Ok(Expr::BeginsWith(operand, prefix));
        }
        if self.function("contains") {
            let (operand, part) = self.two_operands()?;
            return Ok(Expr::Contains(operand, part));
        }
        if self.function("attribute_type") {
            let (operand, kind) = self.two_operands()?;
            return match kind {
                Operand::Value(AttributeValue::S(name)) => match Type::from_descriptor(&name) {
                    Some(kind) => Ok(Expr::HasType(operand, kind)),
                    None => unexpected(),
                },
                _ => unexpected(),
            };
        }
        let left = self.operand()?;
        self.comparison(left)
    }

    fn two_operands(&mut self) -> Parsed<(Operand, Operand)> {
        let first = self.operand()?;
        self.expect(",")?;
        let second = self.operand()?;
        self.expect(")")?;
        Ok((first, second))
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
                return Ok(compared(comparator, left, self.operand()?));
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
        } else if self.keyword("NULL") {
            Expr::HasType(Operand::Path(path), Type::Null)
        } else {
            return unexpected();
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

    /// Whether a path begins here rather than a literal.
    fn is_path(&self) -> bool {
        match self.tokens.get(self.at) {
            Some(Token::Name(_)) => true,
            Some(Token::Word(word)) => {
                !["TRUE", "FALSE", "NULL", "MISSING"].iter().any(|literal| word.eq_ignore_ascii_case(literal))
            }
            _ => false,
        }
    }

    fn path(&mut self) -> Parsed<Path> {
        let root = self.name()?;
        let mut rest = Vec::new();
        loop {
            if self.sign(".") {
                rest.push(Element::Name(self.name()?));
            } else if self.sign("[") {
                rest.push(match self.next() {
                    Some(Token::Number(digits)) => Element::Index(digits.parse().or_else(|_| unexpected())?),
                    Some(Token::Text(name)) => Element::Name(name.clone()),
                    _ => return unexpected(),
                });
                self.expect("]")?;
            } else {
                return Ok(Path::new(root, rest));
            }
        }
    }

    /// A literal, a list, a map, a set or a parameter.
    fn value(&mut self) -> Parsed<AttributeValue> {
        self.deeper(|parser| match parser.next() {
            Some(Token::Text(content)) => Ok(AttributeValue::S(content.clone())),
            Some(Token::Number(digits)) => number(digits),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("TRUE") => Ok(AttributeValue::Bool(true)),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("FALSE") => Ok(AttributeValue::Bool(false)),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("NULL") => Ok(AttributeValue::Null),
            Some(Token::Sign("?")) => {
                let value = parser.parameters.get(parser.used).cloned();
                parser.used += 1;
                value.ok_or_else(|| text::PARAMETER_COUNT.to_owned())
            }
            Some(Token::Sign("[")) => parser.list("]").map(AttributeValue::L),
            Some(Token::Sign("<<")) => set(parser.list(">>")?),
            Some(Token::Sign("{")) => parser.map().map(AttributeValue::M),
            _ => unexpected(),
        })
    }

    fn list(&mut self, close: &'static str) -> Parsed<Vec<AttributeValue>> {
        let mut elements = Vec::new();
        if self.sign(close) {
            return Ok(elements);
        }
        loop {
            elements.push(self.value()?);
            if !self.sign(",") {
                return self.expect(close).map(|()| elements);
            }
        }
    }

    fn map(&mut self) -> Parsed<Item> {
        let mut entries = BTreeMap::new();
        if self.sign("}") {
            return Ok(entries);
        }
        loop {
            let name = match self.next() {
                Some(Token::Text(name) | Token::Name(name)) => name.clone(),
                _ => return unexpected(),
            };
            self.expect(":")?;
            entries.insert(name, self.value()?);
            if !self.sign(",") {
                return self.expect("}").map(|()| entries);
            }
        }
    }

    fn name(&mut self) -> Parsed<String> {
        match self.next() {
            Some(Token::Word(name) | Token::Name(name)) => Ok(name.clone()),
            _ => unexpected(),
        }
    }

    fn next(&mut self) -> Option<&'a Token> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Sign(here)) if *here == sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Parsed<()> {
        if self.sign(sign) { Ok(()) } else { unexpected() }
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(Token::Word(word)) if word.eq_ignore_ascii_case(keyword));
        self.at += usize::from(found);
        found
    }

    /// `name(`, in any case.
    fn function(&mut self, name: &str) -> bool {
        let opens = self.tokens.get(self.at + 1) == Some(&Token::Sign("("));
        if opens && self.keyword(name) {
            self.at += 1;
            return true;
        }
        false
    }

    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        let result = if self.depth > MAX_DEPTH { Err(value_text::TOO_DEEP.to_owned()) } else { inner(self) };
        self.depth -= 1;
        result
    }
}

/// A comparison; an attribute that is not there is neither equal nor unequal to anything.
fn compared(comparator: Comparator, left: Operand, right: Operand) -> Expr {
    let path = match (&left, &right) {
        (Operand::Path(path), _) | (_, Operand::Path(path)) if comparator == Comparator::NotEqual => Some(path.clone()),
        _ => None,
    };
    let test = Expr::Compare(comparator, left, right);
    match path {
        Some(path) => Expr::And(Box::new(Expr::Exists(path)), Box::new(test)),
        None => test,
    }
}

fn number(digits: &str) -> Parsed<AttributeValue> {
    Number::parse(digits).map(AttributeValue::N).map_err(|error| value_text::number(&error, Wording::Older))
}

/// A set from its members, which must be of one scalar type, and distinct.
fn set(members: Vec<AttributeValue>) -> Parsed<AttributeValue> {
    let count = members.len();
    let (mut texts, mut numbers, mut blobs) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for member in members {
        match member {
            AttributeValue::S(member) => texts.insert(member),
            AttributeValue::N(member) => numbers.insert(member),
            AttributeValue::B(member) => blobs.insert(member),
            _ => return unexpected(),
        };
    }
    let set = match (texts.len(), numbers.len(), blobs.len()) {
        (0, 0, 0) => return Err(value_text::EMPTY_STRING_SET.to_owned()),
        (n, 0, 0) if n == count => AttributeValue::Ss(texts),
        (0, n, 0) if n == count => AttributeValue::Ns(numbers),
        (0, 0, n) if n == count => AttributeValue::Bs(blobs),
        _ => return Err(value_text::duplicate_numbers(Wording::Older).to_owned()),
    };
    Ok(set)
}
