//! Tokens of an expression and where they stand in its text.

use std::ops::Range;

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExpressionToken<'a> {
    /// A literal attribute name, a function's name or a keyword; which of them depends on the place.
    Word(&'a str),
    /// `#name`.
    Name(&'a str),
    /// `:value`.
    Value(&'a str),
    /// Digits: a list index.
    Digits(&'a str),
    /// `=`, `<>`, `<`, `<=`, `>` or `>=`.
    Comparator(&'a str),
    /// One of `( ) [ ] , . + -`.
    Symbol(char),
    /// A character that begins no token.
    Unknown(&'a str),
    /// The end of the text.
    End,
}

/// A token and the bytes it takes up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spanned<'a> {
    /// The token.
    pub token: ExpressionToken<'a>,
    /// Its bytes in the text.
    pub span: Range<usize>,
}
