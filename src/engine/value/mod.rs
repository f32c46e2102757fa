//! What an item is made of: attribute values, their wire form, their size in bytes and their order as keys.
//!
//! A value's life: JSON of a request -> [`json::decode`] (types and limits checked) -> [`AttributeValue`] in the
//! store -> [`mod@write`] in a response, or [`json::encode`] for who looks into it. [`size`] tells the bytes that capacity is counted on, [`key`] the form in
//! which S, N and B values order items.
//!
//! Left out: document paths (see `expr::path`), vector types. Source: AWS documentation, "Supported data types and
//! naming rules in Amazon DynamoDB", "DynamoDB item sizes and formats".

use std::collections::BTreeSet;
use std::sync::Arc;

use ecow::{EcoString, EcoVec};

pub mod item;
pub mod json;
pub mod key;
pub mod number;
pub mod size;
pub mod write;

pub use item::Item;
pub use number::Number;

/// One typed value of an attribute. A copy shares what lies behind it; short texts lie in the value itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeValue {
    /// String, UTF-8.
    S(EcoString),
    /// Number, exact decimal.
    N(Number),
    /// Binary.
    B(EcoVec<u8>),
    /// String set, never empty.
    Ss(Arc<BTreeSet<EcoString>>),
    /// Number set, never empty, members distinct by value.
    Ns(Arc<BTreeSet<Number>>),
    /// Binary set, never empty.
    Bs(Arc<BTreeSet<EcoVec<u8>>>),
    /// Map (a document).
    M(Item),
    /// List, elements of any type.
    L(EcoVec<AttributeValue>),
    /// Null.
    Null,
    /// Boolean.
    Bool(bool),
}

/// The type of an attribute value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[expect(missing_docs, reason = "the variants are the service's own type descriptors")]
pub enum Type {
    S,
    N,
    B,
    Ss,
    Ns,
    Bs,
    M,
    L,
    Null,
    Bool,
}

impl Type {
    /// The descriptor on the wire and in `attribute_type`: `S`, `NS`, `NULL`, ….
    #[must_use]
    pub const fn descriptor(self) -> &'static str {
        match self {
            Self::S => "S",
            Self::N => "N",
            Self::B => "B",
            Self::Ss => "SS",
            Self::Ns => "NS",
            Self::Bs => "BS",
            Self::M => "M",
            Self::L => "L",
            Self::Null => "NULL",
            Self::Bool => "BOOL",
        }
    }

    /// The long name that update errors use: `STRING`, `NUMBER`, `LIST`, ….
    #[must_use]
    pub const fn long_name(self) -> &'static str {
        match self {
            Self::S => "STRING",
            Self::N => "NUMBER",
            Self::B => "BINARY",
            Self::Ss => "STRING_SET",
            Self::Ns => "NUMBER_SET",
            Self::Bs => "BINARY_SET",
            Self::M => "MAP",
            Self::L => "LIST",
            Self::Null => "NULL",
            Self::Bool => "BOOLEAN",
        }
    }

    /// The type whose descriptor is `text`.
    #[must_use]
    pub fn from_descriptor(text: &str) -> Option<Self> {
        const ALL: [Type; 10] =
            [Type::S, Type::N, Type::B, Type::Ss, Type::Ns, Type::Bs, Type::M, Type::L, Type::Null, Type::Bool];
        ALL.into_iter().find(|kind| kind.descriptor() == text)
    }
}

impl AttributeValue {
    /// The value's type.
    #[must_use]
    pub const fn kind(&self) -> Type {
        match self {
            Self::S(_) => Type::S,
            Self::N(_) => Type::N,
            Self::B(_) => Type::B,
            Self::Ss(_) => Type::Ss,
            Self::Ns(_) => Type::Ns,
            Self::Bs(_) => Type::Bs,
            Self::M(_) => Type::M,
            Self::L(_) => Type::L,
            Self::Null => Type::Null,
            Self::Bool(_) => Type::Bool,
        }
    }
}

impl From<&str> for AttributeValue {
    fn from(text: &str) -> Self {
        Self::S(text.into())
    }
}

impl From<i64> for AttributeValue {
    fn from(number: i64) -> Self {
        Self::N(Number::from(number))
    }
}
