//! Document paths: an attribute's name, then names of map entries and indexes of list elements.
//!
//! Source: AWS documentation, "Referring to item attributes when using expressions".

use std::fmt;

use crate::engine::value::{AttributeValue, Item};

/// The most elements of a path, the attribute's name included.
pub(super) const MAX_ELEMENTS: usize = 32;

/// A document path with all placeholders resolved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    root: String,
    rest: Vec<Element>,
}

/// An element of a path behind the attribute's name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Element {
    /// An entry of a map.
    Name(String),
    /// An element of a list.
    Index(usize),
}

impl Path {
    /// The path of a whole attribute.
    #[must_use]
    pub fn attribute(name: impl Into<String>) -> Self {
        Self { root: name.into(), rest: Vec::new() }
    }

    /// A path into an attribute.
    #[must_use]
    pub fn new(root: String, rest: Vec<Element>) -> Self {
        Self { root, rest }
    }

    /// The attribute's name.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The elements behind the attribute's name.
    #[must_use]
    pub fn rest(&self) -> &[Element] {
        &self.rest
    }

    /// Whether the path leads into the attribute.
    #[must_use]
    pub fn is_nested(&self) -> bool {
        !self.rest.is_empty()
    }

    /// The value that the path leads to in `item`.
    #[must_use]
    pub fn get<'a>(&self, item: &'a Item) -> Option<&'a AttributeValue> {
        self.rest.iter().try_fold(item.get(&self.root)?, |value, element| step(value, element))
    }

    /// The path as error texts print it: `[a, b, [0]]`.
    #[must_use]
    pub fn bracketed(&self) -> String {
        let rest = self.rest.iter().map(|element| match element {
            Element::Name(name) => name.clone(),
            Element::Index(index) => format!("[{index}]"),
        });
        let parts: Vec<String> = std::iter::once(self.root.clone()).chain(rest).collect();
        format!("[{}]", parts.join(", "))
    }

    /// Whether one of the two paths contains the other.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.root == other.root && self.rest.iter().zip(&other.rest).all(|(left, right)| left == right)
    }

    /// Whether the two paths treat one value as a map and as a list.
    #[must_use]
    pub fn conflicts(&self, other: &Self) -> bool {
        let parted = self.rest.iter().zip(&other.rest).find(|(left, right)| left != right);
        let kinds = parted.map(|(left, right)| matches!(left, Element::Name(_)) == matches!(right, Element::Name(_)));
        self.root == other.root && kinds == Some(false)
    }
}

/// One element further into a value.
pub(super) fn step<'a>(value: &'a AttributeValue, element: &Element) -> Option<&'a AttributeValue> {
    match (value, element) {
        (AttributeValue::M(map), Element::Name(name)) => map.get(name),
        (AttributeValue::L(list), Element::Index(index)) => list.get(*index),
        _ => None,
    }
}

impl fmt::Display for Path {
    /// As an expression would write it: `a.b[0]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root)?;
        self.rest.iter().try_for_each(|element| match element {
            Element::Name(name) => write!(f, ".{name}"),
            Element::Index(index) => write!(f, "[{index}]"),
        })
    }
}
