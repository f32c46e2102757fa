//! From tokens to a tree: one function per production, precedence from loose to tight.
//!
//! ```text
//! or         := and { OR and }
//! and        := not { AND not }
//! not        := NOT not | comparison
//! comparison := operand [ comparator operand | BETWEEN operand AND operand | IN '(' operand {',' operand} ')' ]
//! operand    := '(' or ')' | function '(' operand {',' operand} ')' | path | :value
//! path       := name { '.' name | '[' digits ']' }
//! update     := section { section };  section := SET set {',' set} | REMOVE path {',' path} | ADD | DELETE …
//! set        := path '=' value;  value := term [ ('+' | '-') term ];  term := '(' value ')' | operand
//! projection := path {',' path}
//! ```
//!
//! Parentheses may hold a condition or an operand; which of the two it was is settled by
//! [`ExpressionParser::condition`], which refuses a bare operand where a truth value must stand. Depth is bounded, so
//! that no text can overflow the stack.

use std::ops::Range;

use super::lexer;
use super::syntax::{RawAction, RawElement, RawPath, SyntaxNode, UpdateSection};
use super::token::{ExpressionToken, Spanned};
use crate::engine::messages::expressions as text;

/// The deepest nesting of parentheses, NOTs and function calls.
const MAX_DEPTH: usize = 150;

/// What a parser has read; or a refusal, in words that follow the name of the parameter.
pub(in crate::engine) type Parsed<T> = Result<T, String>;

/// A parser over the tokens of one expression.
pub(super) struct ExpressionParser<'a> {
    text: &'a str,
    tokens: Vec<Spanned<'a>>,
    at: usize,
    depth: usize,
    /// Two pairs of parentheses directly around one thing were seen.
    pub redundant_parentheses: bool,
    /// A section of an update that stands twice.
    pub section_twice: Option<UpdateSection>,
}

impl<'a> ExpressionParser<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let tokens = lexer::tokens(text);
        Self { text, tokens, at: 0, depth: 0, redundant_parentheses: false, section_twice: None }
    }

    /// A whole condition.
    pub(super) fn condition(&mut self) -> Parsed<SyntaxNode<'a>> {
        let node = self.or()?;
        self.must_be_condition(&node)?;
        self.end()?;
        Ok(node)
    }

    /// A whole projection.
    pub(super) fn projection(&mut self) -> Parsed<Vec<RawPath<'a>>> {
        let paths = self.list(Self::path)?;
        self.end()?;
        Ok(paths)
    }

    /// A whole update.
    pub(super) fn update(&mut self) -> Parsed<Vec<RawAction<'a>>> {
        let (mut actions, mut seen) = (Vec::new(), Vec::new());
        loop {
            let section = self.section()?;
            if seen.contains(&section) {
                self.section_twice.get_or_insert(section);
            }
            seen.push(section);
            actions.extend(self.list(|parser| parser.action(section))?);
            if self.peek() == ExpressionToken::End {
                return Ok(actions);
            }
        }
    }

    fn section(&mut self) -> Parsed<UpdateSection> {
        match UpdateSection::ALL.into_iter().find(|section| self.is_keyword(section.name())) {
            Some(section) => {
                self.at += 1;
                Ok(section)
            }
            None => Err(self.unexpected()),
        }
    }

    fn action(&mut self, section: UpdateSection) -> Parsed<RawAction<'a>> {
        let path = self.path()?;
        let operand = match section {
            UpdateSection::Remove => None,
            UpdateSection::Set => {
                self.comparator("=")?;
                Some(self.set_value()?)
            }
            UpdateSection::Add | UpdateSection::Delete => match self.peek() {
                ExpressionToken::Value(name) => {
                    self.at += 1;
                    Some(SyntaxNode::Value(name))
                }
                _ => return Err(self.unexpected()),
            },
        };
        Ok(RawAction { section, path, operand })
    }

    fn set_value(&mut self) -> Parsed<SyntaxNode<'a>> {
        let left = self.set_term()?;
        let ExpressionToken::Symbol(sign @ ('+' | '-')) = self.peek() else { return Ok(left) };
        self.at += 1;
        let right = self.set_term()?;
        Ok(SyntaxNode::Arithmetic(sign, Box::new(left), Box::new(right)))
    }

    /// One side of a sum: an operand, or a sum in parentheses.
    fn set_term(&mut self) -> Parsed<SyntaxNode<'a>> {
        if self.peek() != ExpressionToken::Symbol('(') {
            return self.operand();
        }
        self.at += 1;
        let inner = self.deeper(Self::set_value)?;
        self.symbol(')')?;
        Ok(self.parenthesised(inner))
    }

    fn or(&mut self) -> Parsed<SyntaxNode<'a>> {
        let mut left = self.and()?;
        while self.is_keyword("OR") {
            self.must_be_condition(&left)?;
            self.at += 1;
            let right = self.and()?;
            self.must_be_condition(&right)?;
            left = SyntaxNode::Or(Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed<SyntaxNode<'a>> {
        let mut left = self.not()?;
        while self.is_keyword("AND") {
            self.must_be_condition(&left)?;
            self.at += 1;
            let right = self.not()?;
            self.must_be_condition(&right)?;
            left = SyntaxNode::And(Box::new(left), Box::new(right));
        }
        Ok(left)
    }

    fn not(&mut self) -> Parsed<SyntaxNode<'a>> {
        if !self.is_keyword("NOT") {
            return self.comparison();
        }
        self.at += 1;
        let inner = self.deeper(Self::not)?;
        self.must_be_condition(&inner)?;
        Ok(SyntaxNode::Not(Box::new(inner)))
    }

    fn comparison(&mut self) -> Parsed<SyntaxNode<'a>> {
        let left = self.operand()?;
        if let ExpressionToken::Comparator(sign) = self.peek() {
            self.must_be_operand(&left)?;
            self.at += 1;
            let right = self.strict_operand()?;
            return Ok(SyntaxNode::Compare(sign, Box::new(left), Box::new(right)));
        }
        if self.is_keyword("BETWEEN") {
            self.must_be_operand(&left)?;
            self.at += 1;
            let low = self.strict_operand()?;
            self.keyword("AND")?;
            let high = self.strict_operand()?;
            return Ok(SyntaxNode::Between(Box::new([left, low, high])));
        }
        if self.is_keyword("IN") {
            self.must_be_operand(&left)?;
            self.at += 1;
            self.symbol('(')?;
            let list = self.list(Self::strict_operand)?;
            self.symbol(')')?;
            return Ok(SyntaxNode::In(Box::new(left), list));
        }
        Ok(left)
    }

    /// An operand that cannot be a condition in parentheses.
    fn strict_operand(&mut self) -> Parsed<SyntaxNode<'a>> {
        let node = self.operand()?;
        self.must_be_operand(&node)?;
        Ok(node)
    }

    fn operand(&mut self) -> Parsed<SyntaxNode<'a>> {
        match self.peek() {
            ExpressionToken::Symbol('(') => {
                self.at += 1;
                let inner = self.deeper(Self::or)?;
                self.symbol(')')?;
                Ok(self.parenthesised(inner))
            }
            ExpressionToken::Value(name) => {
                self.at += 1;
                Ok(SyntaxNode::Value(name))
            }
            ExpressionToken::Word(name) if self.peek_after() == ExpressionToken::Symbol('(') && !is_operator(name) => {
                self.at += 2;
                let operands = self.deeper(|parser| parser.list(Self::strict_operand))?;
                self.symbol(')')?;
                Ok(SyntaxNode::Call(name, operands))
            }
            _ => self.path().map(SyntaxNode::Path),
        }
    }

    fn parenthesised(&mut self, inner: SyntaxNode<'a>) -> SyntaxNode<'a> {
        self.redundant_parentheses |= matches!(inner, SyntaxNode::Parenthesised(_));
        SyntaxNode::Parenthesised(Box::new(inner))
    }

    fn path(&mut self) -> Parsed<RawPath<'a>> {
        let start = self.tokens[self.at].span.start;
        let mut elements = vec![self.path_name()?];
        loop {
            match self.peek() {
                ExpressionToken::Symbol('.') => {
                    self.at += 1;
                    elements.push(self.path_name()?);
                }
                ExpressionToken::Symbol('[') => {
                    self.at += 1;
                    let ExpressionToken::Digits(digits) = self.peek() else { return Err(self.unexpected()) };
                    self.at += 1;
                    self.symbol(']')?;
                    elements.push(RawElement::Index(digits));
                }
                _ => break,
            }
        }
        let end = self.tokens[self.at - 1].span.end;
        Ok(RawPath { elements, span: start..end })
    }

    fn path_name(&mut self) -> Parsed<RawElement<'a>> {
        let element = match self.peek() {
            ExpressionToken::Word(word) if !is_operator(word) => RawElement::Literal(word),
            ExpressionToken::Name(name) => RawElement::Name(name),
            _ => return Err(self.unexpected()),
        };
        self.at += 1;
        Ok(element)
    }

    /// One or more of something, between commas.
    fn list<T>(&mut self, mut one: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        let mut all = vec![one(self)?];
        while self.peek() == ExpressionToken::Symbol(',') {
            self.at += 1;
            all.push(one(self)?);
        }
        Ok(all)
    }

    fn deeper<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.unexpected());
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        parsed
    }

    /// A truth value must stand here; a bare path or value is the mistake of the token after it.
    fn must_be_condition(&self, node: &SyntaxNode<'_>) -> Parsed<()> {
        match node {
            SyntaxNode::Path(_) | SyntaxNode::Value(_) | SyntaxNode::Arithmetic(..) => Err(self.unexpected()),
            SyntaxNode::Parenthesised(inner) => self.must_be_condition(inner),
            _ => Ok(()),
        }
    }

    /// An operand must stand here; a condition in parentheses is the mistake of the token after it.
    fn must_be_operand(&self, node: &SyntaxNode<'_>) -> Parsed<()> {
        match node {
            SyntaxNode::Path(_) | SyntaxNode::Value(_) | SyntaxNode::Call(..) => Ok(()),
            SyntaxNode::Parenthesised(inner) => self.must_be_operand(inner),
            _ => Err(self.unexpected()),
        }
    }

    fn end(&self) -> Parsed<()> {
        if self.peek() == ExpressionToken::End { Ok(()) } else { Err(self.unexpected()) }
    }

    fn symbol(&mut self, symbol: char) -> Parsed<()> {
        self.expect(self.peek() == ExpressionToken::Symbol(symbol))
    }

    fn comparator(&mut self, sign: &str) -> Parsed<()> {
        self.expect(self.peek() == ExpressionToken::Comparator(sign))
    }

    fn keyword(&mut self, keyword: &str) -> Parsed<()> {
        self.expect(self.is_keyword(keyword))
    }

    fn expect(&mut self, met: bool) -> Parsed<()> {
        if !met {
            return Err(self.unexpected());
        }
        self.at += 1;
        Ok(())
    }

    fn is_keyword(&self, keyword: &str) -> bool {
        matches!(self.peek(), ExpressionToken::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    fn peek(&self) -> ExpressionToken<'a> {
        self.tokens.get(self.at).map_or(ExpressionToken::End, |spanned| spanned.token)
    }

    fn peek_after(&self) -> ExpressionToken<'a> {
        self.tokens.get(self.at + 1).map_or(ExpressionToken::End, |spanned| spanned.token)
    }

    /// The present token does not fit: its text, and it with its neighbours as they were written.
    /// Where the parser stands: behind a fault, the token that has no place.
    pub(super) fn place(&self) -> Range<usize> {
        self.tokens[self.at.min(self.tokens.len() - 1)].span.clone()
    }

    fn unexpected(&self) -> String {
        let last = self.tokens.len() - 1;
        let at = self.at.min(last);
        let from = self.tokens[at.saturating_sub(1)].span.start;
        let to = self.tokens[(at + 1).min(last)].span.end.max(self.tokens[at].span.end);
        let found = &self.tokens[at];
        let token = if found.token == ExpressionToken::End { "<EOF>" } else { &self.text[found.span.clone()] };
        text::syntax(token, self.text[from..to].trim_end())
    }
}

/// Words that join conditions and so cannot be a name or a function.
fn is_operator(word: &str) -> bool {
    ["AND", "OR", "NOT", "BETWEEN", "IN"].iter().any(|operator| word.eq_ignore_ascii_case(operator))
}
