//! Literals: values, lists, maps, sets and parameters, each checked as an attribute value of a request would be.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Parsed, StatementParser, unexpected};
use crate::engine::messages::wording::Wording;
use crate::engine::messages::{partiql as text, values as value_text};
use crate::engine::partiql::lexer::StatementToken;
use crate::engine::value::{AttributeValue, Item, Number};

impl StatementParser<'_> {
    /// A literal, a list, a map, a set or a parameter.
    pub(super) fn value(&mut self) -> Parsed<AttributeValue> {
        self.deeper(|parser| match parser.next() {
            Some(StatementToken::Text(content)) => Ok(AttributeValue::S(content.into())),
            Some(StatementToken::Number(digits)) => number(digits, &parser.within),
            Some(StatementToken::Word(word)) if word.eq_ignore_ascii_case("TRUE") => Ok(AttributeValue::Bool(true)),
            Some(StatementToken::Word(word)) if word.eq_ignore_ascii_case("FALSE") => Ok(AttributeValue::Bool(false)),
            Some(StatementToken::Word(word)) if word.eq_ignore_ascii_case("NULL") => Ok(AttributeValue::Null),
            Some(StatementToken::Sign("?")) => {
                let value = parser.parameters.get(parser.used).cloned();
                parser.used += 1;
                value.ok_or_else(|| text::PARAMETER_COUNT.to_owned())
            }
            Some(StatementToken::Sign("[")) => parser.list("]").map(|list| AttributeValue::L(list.into())),
            Some(StatementToken::Sign("<<")) => set(parser.list(">>")?),
            Some(StatementToken::Sign("{")) => parser.map(true).map(AttributeValue::M),
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
    pub(super) fn map(&mut self, is_literal: bool) -> Parsed<Item> {
        let mut entries = Item::new();
        if self.sign("}") {
            return Ok(entries);
        }
        loop {
            let name = match self.next() {
                Some(StatementToken::Text(name) | StatementToken::Name(name)) => name.clone(),
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
        (n, 0, 0) if n == count => AttributeValue::Ss(Arc::new(texts)),
        (0, n, 0) if n == count => AttributeValue::Ns(Arc::new(numbers)),
        (0, 0, n) if n == count => AttributeValue::Bs(Arc::new(blobs)),
        _ => return Err(value_text::duplicate_numbers(Wording::Statement).to_owned()),
    };
    Ok(set)
}
