//! The service model as data: what each request is made of, said once.
//!
//! A verb declares its input with [`structure!`]; the typed request, the type check of incoming JSON
//! ([`Structure::normalise`]), the member constraints ([`Structure::violations`]), the AWS CLI's flags and its help
//! all follow from that one declaration. Members stand in the order in which the service reports their violations.
//!
//! Left out: output shapes (responses are built as JSON by each verb) and constraints that need more than one member,
//! which are each verb's own. Sources: the Amazon DynamoDB API reference and AWS's published service model.

use serde_json::Value;

use super::error::{ApiError, ErrorKind};
use super::messages::wording::Wording;

mod constraints;
mod serialization;

pub use constraints::Violation;

/// A request type that knows its own shape.
pub trait Shaped {
    /// The shape, with members in reporting order.
    const STRUCTURE: &'static Structure;
}

/// A structure: named members.
#[derive(Debug)]
pub struct Structure {
    /// The service model's name, which some error texts carry: `KeySchemaElement`.
    pub name: &'static str,
    /// Its members.
    pub members: &'static [Member],
}

/// A member of a structure.
#[derive(Debug)]
pub struct Member {
    /// Its name on the wire: `TableName`.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// Whether a request without it is refused by the member constraints.
    pub required: bool,
    /// The lines of its documentation.
    pub doc: &'static [&'static str],
}

impl Member {
    /// A member that must be present.
    #[must_use]
    pub const fn required(name: &'static str, shape: Shape, doc: &'static [&'static str]) -> Self {
        Self { name, shape, required: true, doc }
    }

    /// A member that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str, shape: Shape, doc: &'static [&'static str]) -> Self {
        Self { name, shape, required: false, doc }
    }
}

/// How the answers of a request come in pages, as AWS's published paginators tell clients that join them.
#[derive(Debug)]
pub struct Pages {
    /// The parameter that asks for a further page.
    pub start: &'static str,
    /// The member of an answer that says where the next page begins; it is not there on the last one.
    pub next: &'static str,
    /// The parameter that says how large a page may be, if there is one.
    pub limit: Option<&'static str>,
    /// The members of an answer that are joined: lists, which are appended, and counts, which are added up. The first is
    /// the list whose elements are counted.
    pub results: &'static [&'static str],
}

/// What a member, a list element or a map value may hold.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Text with its limits.
    String(Text),
    /// A 32-bit whole number within a range.
    Integer(Range),
    /// A 64-bit whole number within a range.
    Long(Range),
    /// A number with a fraction.
    Double,
    /// A moment: seconds since the epoch.
    Timestamp,
    /// A truth value.
    Boolean,
    /// Elements of one shape.
    List(&'static List),
    /// Values of one shape under text keys.
    Map(&'static Map),
    /// Named members.
    Structure(&'static Structure),
    /// A typed attribute value such as `{"S": "x"}`; its contents are validated later, by `value::json`.
    AttributeValue,
}

/// Limits of a text. Lengths are in characters.
#[derive(Clone, Copy, Debug)]
pub struct Text {
    /// Shortest length.
    pub min: usize,
    /// Longest length.
    pub max: usize,
    /// The characters allowed, if not all are.
    pub pattern: Option<Pattern>,
    /// The values allowed, in the order the service prints them; empty if any is.
    pub values: &'static [&'static str],
    /// Whether an ARN may stand instead, to which the other limits do not apply.
    pub or_arn: bool,
    /// What the service's new wording says of it otherwise than of other texts.
    pub in_new_wording: InNewWording,
}

/// What the service's new wording says otherwise of a text that breaks its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InNewWording {
    /// Nothing.
    Same,
    /// An empty text is told of alone, by the member's name on the wire and without its value.
    EmptyAlone,
    /// A value outside the enum is told of without the member's name and the value itself, and the enum is printed so.
    Nameless {
        /// The enum as it is printed.
        values: &'static [&'static str],
        /// Whether nothing else is told of beside it.
        alone: bool,
    },
}

/// A pattern of the service model.
#[derive(Clone, Copy, Debug)]
pub struct Pattern {
    /// As the service prints it.
    pub text: &'static str,
    /// Whether a text fits it.
    pub fits: fn(&str) -> bool,
}

/// Bounds of a whole number, both included.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// The smallest value.
    pub min: i64,
    /// The largest value.
    pub max: i64,
}

/// A list: the shape of its elements and its length limits.
#[derive(Debug)]
pub struct List {
    /// Shape of an element.
    pub element: Shape,
    /// Fewest elements.
    pub min: usize,
    /// Most elements.
    pub max: usize,
}

/// A map with text keys: the shape of its values and its size limits.
#[derive(Debug)]
pub struct Map {
    /// Shape of a value.
    pub value: Shape,
    /// Limits of a key.
    pub key: Text,
    /// Fewest entries.
    pub min: usize,
    /// Most entries.
    pub max: usize,
}

impl Shape {
    /// Any text.
    pub const STRING: Self = Self::String(Text::ANY);
    /// A truth value.
    pub const BOOLEAN: Self = Self::Boolean;

    /// One of these texts.
    #[must_use]
    pub const fn one_of(values: &'static [&'static str]) -> Self {
        Self::String(Text { values, ..Text::ANY })
    }

    /// A text of `min` to `max` characters.
    #[must_use]
    pub const fn text(min: usize, max: usize) -> Self {
        Self::String(Text { min, max, ..Text::ANY })
    }

    /// A name of `min` to `max` characters out of `[a-zA-Z0-9_.-]`.
    #[must_use]
    pub const fn name(min: usize, max: usize) -> Self {
        Self::String(Text { min, max, pattern: Some(NAME), ..Text::ANY })
    }

    /// A 32-bit whole number from `min` to `max`.
    #[must_use]
    pub const fn integer(min: i64, max: i64) -> Self {
        Self::Integer(Range { min, max })
    }

    /// A 64-bit whole number of at least `min`.
    #[must_use]
    pub const fn long(min: i64) -> Self {
        Self::Long(Range { min, max: i64::MAX })
    }
}

impl Text {
    /// No limits at all.
    pub const ANY: Self =
        Self { min: 0, max: usize::MAX, pattern: None, values: &[], or_arn: false, in_new_wording: InNewWording::Same };
}

impl List {
    /// Any number of elements.
    #[must_use]
    pub const fn of(element: Shape) -> Self {
        Self { element, min: 0, max: usize::MAX }
    }

    /// `min` to `max` elements.
    #[must_use]
    pub const fn sized(element: Shape, min: usize, max: usize) -> Self {
        Self { element, min, max }
    }
}

impl Map {
    /// Any number of entries under any keys.
    #[must_use]
    pub const fn of(value: Shape) -> Self {
        Self { value, key: Text::ANY, min: 0, max: usize::MAX }
    }
}

/// The pattern of table and index names.
pub const NAME: Pattern = Pattern {
    text: "[a-zA-Z0-9_.-]+",
    fits: |text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b)),
};

impl Structure {
    /// Checks the JSON types of a request body in place: drops nulls and unknown members, applies the service's few
    /// conversions.
    ///
    /// # Errors
    /// SerializationException in the service's words for the first member of the wrong type.
    pub fn normalise(&self, body: &mut Value) -> Result<(), ApiError> {
        serialization::structure(self, body)
    }

    /// The member constraints that `body` (already normalised) breaks, in reporting order.
    #[must_use]
    pub fn violations(&self, body: &Value) -> Vec<Violation> {
        constraints::structure(self, body)
    }

    /// The member called `name`.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

/// Reads a request body into its typed request: types first, then all member constraints together.
///
/// # Errors
/// SerializationException for a wrong JSON type, ValidationException listing the broken constraints.
pub fn decode<R: Shaped + serde::de::DeserializeOwned>(mut body: Value, wording: Wording) -> Result<R, ApiError> {
    R::STRUCTURE.normalise(&mut body)?;
    let violations = R::STRUCTURE.violations(&body);
    if !violations.is_empty() {
        return Err(ApiError::validation(super::messages::constraints::detected(&violations, wording)));
    }
    // The two passes above leave nothing for this step to refuse; if it does, the declaration is at fault.
    serde_json::from_value(body).map_err(|error| ApiError::new(ErrorKind::SerializationException, error.to_string()))
}

/// Declares a request or a part of one: its Rust type and its [`Structure`] from one list of members.
///
/// Each member reads `"WireName" field: Type => required SHAPE;` (or `optional`), under its documentation.
#[macro_export]
macro_rules! structure {
    ($(#[doc = $doc:literal])* $vis:vis struct $name:ident as $wire:literal {
        $($(#[doc = $member_doc:literal])* $member:literal $field:ident : $type:ty => $presence:ident $shape:expr;)*
    }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, serde::Deserialize)]
        $vis struct $name {
            $($(#[doc = $member_doc])* #[serde(rename = $member)] $vis $field: $type,)*
        }

        impl $crate::engine::shape::Shaped for $name {
            const STRUCTURE: &'static $crate::engine::shape::Structure = &$crate::engine::shape::Structure {
                name: $wire,
                members: &[
                    $($crate::engine::shape::Member::$presence($member, $shape, &[$($member_doc),*]),)*
                ],
            };
        }
    };
}
pub use structure;
