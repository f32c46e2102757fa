//! From paths and values as written to what they stand for, in the service's order of complaints.

use super::path::{Element, MAX_ELEMENTS, Path};
use super::placeholders::Placeholders;
use super::reserved::is_reserved;
use super::syntax::{RawElement, RawPath, SyntaxNode};
use crate::engine::messages::expressions as text;

/// The largest list index that a path may hold.
const MAX_INDEX_DIGITS: usize = 10;

/// Refuses reserved words among literal names.
pub(super) fn check_reserved(path: &RawPath<'_>) -> Result<(), String> {
    for element in &path.elements {
        if let RawElement::Literal(word) = element
            && is_reserved(word)
        {
            return Err(text::reserved(word));
        }
    }
    Ok(())
}

/// The path with its `#names` replaced.
pub(super) fn path(raw: &RawPath<'_>, placeholders: &mut Placeholders) -> Result<Path, String> {
    let mut elements = Vec::new();
    for element in &raw.elements {
        elements.push(match element {
            RawElement::Literal(word) => Element::Name((*word).to_owned()),
            RawElement::Name(name) => Element::Name(placeholders.name(name)?),
            RawElement::Index(digits) => Element::Index(index(digits)?),
        });
    }
    if elements.len() > MAX_ELEMENTS {
        return Err(text::path_too_deep(elements.len()));
    }
    let mut elements = elements.into_iter();
    match elements.next() {
        Some(Element::Name(root)) => Ok(Path::new(root, elements.collect())),
        // The grammar begins every path with a name.
        _ => Err(text::EMPTY.to_owned()),
    }
}

fn index(digits: &str) -> Result<usize, String> {
    let in_range = digits.len() <= MAX_INDEX_DIGITS;
    let index = digits.parse::<i32>().ok().filter(|_| in_range).and_then(|index| usize::try_from(index).ok());
    index.ok_or_else(|| text::index_out_of_range(digits))
}

/// Visits a node and all below it, outermost first, left to right.
pub(super) fn walk<'n, 'a>(
    node: &'n SyntaxNode<'a>,
    visit: &mut impl FnMut(&'n SyntaxNode<'a>) -> Result<(), String>,
) -> Result<(), String> {
    visit(node)?;
    match node {
        SyntaxNode::Or(left, right) | SyntaxNode::And(left, right) => {
            [left, right].into_iter().try_for_each(|n| walk(n, visit))
        }
        SyntaxNode::Compare(_, left, right) | SyntaxNode::Arithmetic(_, left, right) => {
            [left, right].into_iter().try_for_each(|n| walk(n, visit))
        }
        SyntaxNode::Not(inner) | SyntaxNode::Parenthesised(inner) => walk(inner, visit),
        SyntaxNode::Between(three) => three.iter().try_for_each(|n| walk(n, visit)),
        SyntaxNode::In(first, list) => {
            walk(first, visit)?;
            list.iter().try_for_each(|n| walk(n, visit))
        }
        SyntaxNode::Call(_, operands) => operands.iter().try_for_each(|n| walk(n, visit)),
        SyntaxNode::Path(_) | SyntaxNode::Value(_) => Ok(()),
    }
}

/// Checks reserved words, then that all placeholders are defined, over a whole tree.
pub(super) fn check_names(node: &SyntaxNode<'_>, placeholders: &mut Placeholders) -> Result<(), String> {
    walk(node, &mut |node| if let SyntaxNode::Path(raw) = node { check_reserved(raw) } else { Ok(()) })?;
    walk(node, &mut |node| match node {
        SyntaxNode::Path(raw) => path(raw, placeholders).map(|_| ()),
        SyntaxNode::Value(name) => placeholders.check_value(name),
        _ => Ok(()),
    })
}

/// A node without the parentheses around it.
pub(super) fn bare<'n, 'a>(node: &'n SyntaxNode<'a>) -> &'n SyntaxNode<'a> {
    match node {
        SyntaxNode::Parenthesised(inner) => bare(inner),
        other => other,
    }
}
