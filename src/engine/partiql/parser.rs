//! From tokens to a [`Statement`].
//!
//! Keywords are known in any case; names may stand in double quotes. Every literal is checked as an attribute value of a
//! request would be.

use std::collections::{BTreeMap, BTreeSet};

use super::lexer::{Place, Token};
use super::{Returning, Select, Statement};
use crate::engine::expr::ast::{Action, Comparator, Expr, Operand, Source};
use crate::engine::expr::{Element, Path};
use crate::engine::messages::wording::Wording;
use crate::engine::messages::{expressions as expression_text, partiql as text, values as value_text};
use crate::engine::value::{AttributeValue, Item, Number, Type};

/// The deepest nesting of parentheses, lists and maps.
const MAX_DEPTH: usize = 64;

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

/// Reads tokens from left to right.
pub(super) struct Parser<'a> {
    tokens: &'a [Token],
    places: &'a [Place],
    at: usize,
    parameters: &'a [AttributeValue],
    used: usize,
    depth: usize,
    /// Where within a literal the parser is, as refusals name it: `[1].x`.
    within: Vec<String>,
}

type Parsed<T> = Result<T, String>;

fn unexpected<T>() -> Parsed<T> {
    Err(text::not_well_formed(text::UNEXPECTED_TOKEN))
}

impl<'a> Parser<'a> {
    pub(super) const fn new(tokens: &'a [Token], places: &'a [Place], parameters: &'a [AttributeValue]) -> Self {
        Self { tokens, places, at: 0, parameters, used: 0, depth: 0, within: Vec::new() }
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
            return Err(text::not_well_formed(text::DATA_MANIPULATION));
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
        self.refuse_alias(&["WHERE", "ORDER"])?;
        let condition = if self.keyword("WHERE") { Some(self.condition()?) } else { None };
        let order = if self.keyword("ORDER") { Some(self.order()?) } else { None };
        Ok(Select { table, index, columns, condition, order })
    }

    /// Refuses a name where only one of these clauses may stand.
    fn refuse_alias(&self, clauses: &[&str]) -> Parsed<()> {
        match self.tokens.get(self.at) {
            Some(Token::Name(_)) => Err(text::ALIASING.to_owned()),
            Some(Token::Word(word)) if !clauses.iter().any(|clause| word.eq_ignore_ascii_case(clause)) => {
                Err(text::ALIASING.to_owned())
            }
            _ => Ok(()),
        }
    }

    fn columns(&mut self) -> Parsed<Vec<(String, Path)>> {
        let mut columns = Vec::new();
        loop {
            if self.tokens.get(self.at + 1) == Some(&Token::Sign("(")) {
                return Err(text::unexpected_path_component(&self.place()));
            }
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
        let item = if self.sign("{") { AttributeValue::M(self.map(false)?) } else { self.value()? };
        match item {
            AttributeValue::M(item) => Ok(Statement::Insert { table, item }),
            _ => unexpected(),
        }
    }

    fn update(&mut self) -> Parsed<Statement> {
        let table = self.name()?;
        self.refuse_alias(&["SET", "REMOVE"])?;
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
        self.refuse_alias(&["WHERE", "RETURNING"])?;
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
            let place = self.place();
            if self.function(function) {
                let target = self.path()?;
                self.expect(",")?;
                let members = self.value()?;
                self.expect(")")?;
                if target != path {
                    return Err(text::other_target(function, &place));
                }
                if !matches!(members.kind(), Type::Ss | Type::Ns | Type::Bs) {
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
        let place = self.place();
        let function = FUNCTIONS.into_iter().find(|name| self.function(name));
        if let Some(name) = function {
            let test = self.function_test(name)?;
            return self.against_truth(test);
        }
        if let (Some(Token::Word(name)), Some(Token::Sign("("))) =
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
            Some(Token::Number(digits)) => number(digits, &parser.within),
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
            Some(Token::Sign("{")) => parser.map(true).map(AttributeValue::M),
            _ => unexpected(),
        })
    }

    fn list(&mut self, close: &'static str) -> Parsed<Vec<AttributeValue>> {
        let mut elements = Vec::new();
        if self.sign(close) {
            return Ok(elements);
        }
        loop {
            self.within.push(format!("[{}]", elements.len()));
            elements.push(self.value()?);
            self.within.pop();
            if !self.sign(",") {
                return self.expect(close).map(|()| elements);
            }
        }
    }

    /// The entries of a map; those of an item are no place within a literal.
    fn map(&mut self, is_literal: bool) -> Parsed<Item> {
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
            let inside = is_literal.then(|| format!(".{name}"));
            let depth = self.within.len();
            self.within.extend(inside);
            entries.insert(name, self.value()?);
            self.within.truncate(depth);
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

    /// The place of the present token.
    fn place(&self) -> Place {
        self.places.get(self.at).copied().unwrap_or(Place { line: 1, column: 1, length: 0 })
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

fn number(digits: &str, within: &[String]) -> Parsed<AttributeValue> {
    Number::parse(digits)
        .map(AttributeValue::N)
        .map_err(|error| text::under_root(&value_text::number(&error, Wording::Statement), within))
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
        (0, 0, 0) => return Err(text::EMPTY_BAG.to_owned()),
        (n, 0, 0) if n == count => AttributeValue::Ss(texts),
        (0, n, 0) if n == count => AttributeValue::Ns(numbers),
        (0, 0, n) if n == count => AttributeValue::Bs(blobs),
        _ => return Err(value_text::duplicate_numbers(Wording::Statement).to_owned()),
    };
    Ok(set)
}
