//! From tokens to a [`Statement`](super::Statement).
//!
//! The life of a statement: `statements` reads its clauses in order, `conditions` what stands behind WHERE, `values` every
//! literal and parameter; here is what they share: the place in the tokens, the verbs that look at the next one, names and
//! paths. Keywords are known in any case; names may stand in double quotes.

use super::lexer::{StatementToken, TokenPlace};
use crate::engine::expr::{Element, Parsed, Path};
use crate::engine::messages::{partiql as text, values as value_text};
use crate::engine::value::AttributeValue;

mod conditions;
mod statements;
mod values;

/// The deepest nesting of parentheses, lists and maps.
const MAX_DEPTH: usize = 64;

/// Reads tokens from left to right.
pub(super) struct StatementParser<'a> {
    tokens: &'a [StatementToken],
    places: &'a [TokenPlace],
    at: usize,
    parameters: &'a [AttributeValue],
    used: usize,
    depth: usize,
    /// Where within a literal the parser is, as refusals name it: `[1].x`.
    within: Vec<String>,
}

fn unexpected<T>() -> Parsed<T> {
    Err(text::not_well_formed(text::UNEXPECTED_TOKEN))
}

impl<'a> StatementParser<'a> {
    pub(super) const fn new(
        tokens: &'a [StatementToken],
        places: &'a [TokenPlace],
        parameters: &'a [AttributeValue],
    ) -> Self {
        Self { tokens, places, at: 0, parameters, used: 0, depth: 0, within: Vec::new() }
    }

    /// How many parameters the statement has taken.
    pub(super) const fn parameters_used(&self) -> usize {
        self.used
    }

    /// Whether a path begins here rather than a literal.
    fn is_path(&self) -> bool {
        match self.tokens.get(self.at) {
            Some(StatementToken::Name(_)) => true,
            Some(StatementToken::Word(word)) => {
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
                    Some(StatementToken::Number(digits)) => Element::Index(digits.parse().or_else(|_| unexpected())?),
                    Some(StatementToken::Text(name)) => Element::Name(name.clone()),
                    _ => return unexpected(),
                });
                self.expect("]")?;
            } else {
                return Ok(Path::new(root, rest));
            }
        }
    }

    fn name(&mut self) -> Parsed<String> {
        match self.next() {
            Some(StatementToken::Word(name) | StatementToken::Name(name)) => Ok(name.clone()),
            _ => unexpected(),
        }
    }

    /// The place of the present token.
    fn place(&self) -> TokenPlace {
        self.places.get(self.at).copied().unwrap_or(TokenPlace { line: 1, column: 1, length: 0 })
    }

    fn next(&mut self) -> Option<&'a StatementToken> {
        let token = self.tokens.get(self.at)?;
        self.at += 1;
        Some(token)
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = matches!(self.tokens.get(self.at), Some(StatementToken::Sign(here)) if *here == sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Parsed<()> {
        if self.sign(sign) { Ok(()) } else { unexpected() }
    }

    fn keyword(&mut self, keyword: &str) -> bool {
        let found =
            matches!(self.tokens.get(self.at), Some(StatementToken::Word(word)) if word.eq_ignore_ascii_case(keyword));
        self.at += usize::from(found);
        found
    }

    /// `name(`, in any case.
    fn function(&mut self, name: &str) -> bool {
        let opens = self.tokens.get(self.at + 1) == Some(&StatementToken::Sign("("));
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
