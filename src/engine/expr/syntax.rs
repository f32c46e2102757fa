//! The tree as it was written: names and values still placeholders, nothing checked but the grammar.

use std::ops::Range;

/// A condition or an operand.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum SyntaxNode<'a> {
    /// `a OR b`.
    Or(Box<SyntaxNode<'a>>, Box<SyntaxNode<'a>>),
    /// `a AND b`.
    And(Box<SyntaxNode<'a>>, Box<SyntaxNode<'a>>),
    /// `NOT a`.
    Not(Box<SyntaxNode<'a>>),
    /// `a = b` and its kin.
    Compare(&'a str, Box<SyntaxNode<'a>>, Box<SyntaxNode<'a>>),
    /// `a BETWEEN b AND c`.
    Between(Box<[SyntaxNode<'a>; 3]>),
    /// `a IN (b, c)`.
    In(Box<SyntaxNode<'a>>, Vec<SyntaxNode<'a>>),
    /// `function(a, b)`.
    Call(&'a str, Vec<SyntaxNode<'a>>),
    /// A document path.
    Path(RawPath<'a>),
    /// `:value`.
    Value(&'a str),
    /// `(a)`.
    Parenthesised(Box<SyntaxNode<'a>>),
    /// `a + b` or `a - b`, in an update.
    Arithmetic(char, Box<SyntaxNode<'a>>, Box<SyntaxNode<'a>>),
}

/// A document path as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawPath<'a> {
    pub elements: Vec<RawElement<'a>>,
    pub span: Range<usize>,
}

/// An element of a path as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RawElement<'a> {
    /// A literal name.
    Literal(&'a str),
    /// `#name`.
    Name(&'a str),
    /// The digits of a list index.
    Index(&'a str),
}

/// One action of an update.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RawAction<'a> {
    pub section: UpdateSection,
    pub path: RawPath<'a>,
    /// The right-hand side of SET, the operand of ADD and DELETE; none for REMOVE.
    pub operand: Option<SyntaxNode<'a>>,
}

/// A clause of an update.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UpdateSection {
    Set,
    Remove,
    Add,
    Delete,
}

impl UpdateSection {
    pub(super) const ALL: [Self; 4] = [Self::Set, Self::Remove, Self::Add, Self::Delete];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Set => "SET",
            Self::Remove => "REMOVE",
            Self::Add => "ADD",
            Self::Delete => "DELETE",
        }
    }
}
