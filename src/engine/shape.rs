//! The service model as data: what each request is made of, said once.
//!
//! A verb declares its input with [`structure!`]; the typed request, the type check of incoming JSON
//! ([`Structure::normalise`]), the member constraints ([`Structure::violations`]), the AWS CLI's flags and its help
//! all follow from that one declaration. Members stand in the order in which the service reports their violations.
//!
//! Most requests are all right. A text that reads as its typed request, whose fields keep their limits ([`Fits`]), is one of
//! them, and is looked at only once ([`read`]); every other is looked at again, to find what the service would say of it.
//!
//! Left out: output shapes (responses are built as JSON by each verb) and constraints that need more than one member,
//! which are each verb's own. Sources: the Amazon DynamoDB API reference and AWS's published service model.

use serde_json::Value;

use super::error::{ApiError, ErrorKind};
use super::messages::wording::Wording;

mod constraints;
mod fits;
mod serialization;

pub use constraints::Violation;
pub use fits::Fits;

/// A request type that knows its own shape.
pub trait Shaped {
    /// The shape, with members in reporting order.
    const STRUCTURE: &'static Structure;
}

/// The body of a request.
#[derive(Debug)]
pub enum RequestBody<'a> {
    /// As it came from a client: the text of JSON, or what should be that.
    Text(&'a [u8]),
    /// As JSON that was read already.
    Json(Value),
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
    /// If the service has it and this engine does not: the values that ask for nothing but what is done without it. A
    /// request with any other is refused.
    pub unmodelled: Option<&'static [&'static str]>,
    /// The lines of its documentation.
    pub doc: &'static [&'static str],
}

impl Member {
    /// A member that must be present.
    #[must_use]
    pub const fn required(name: &'static str, shape: Shape, doc: &'static [&'static str]) -> Self {
        Self { name, shape, required: true, unmodelled: None, doc }
    }

    /// A member that may be left out.
    #[must_use]
    pub const fn optional(name: &'static str, shape: Shape, doc: &'static [&'static str]) -> Self {
        Self { name, shape, required: false, unmodelled: None, doc }
    }

    /// A member that the service has and this engine does not, but for some values.
    #[must_use]
    pub const fn unmodelled(
        name: &'static str,
        shape: Shape,
        but: &'static [&'static str],
        doc: &'static [&'static str],
    ) -> Self {
        Self { name, shape, required: false, unmodelled: Some(but), doc }
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
    String(TextLimits),
    /// A 32-bit whole number within a range.
    Integer(IntegerRange),
    /// A 64-bit whole number within a range.
    Long(IntegerRange),
    /// A number with a fraction.
    Double,
    /// A moment: seconds since the epoch.
    Timestamp,
    /// A truth value.
    Boolean,
    /// Elements of one shape.
    List(&'static ListShape),
    /// Values of one shape under text keys.
    Map(&'static MapShape),
    /// Named members.
    Structure(&'static Structure),
    /// A typed attribute value such as `{"S": "x"}`; its contents are validated later, by `value::json`.
    AttributeValue,
}

/// Limits of a text. Lengths are in characters.
#[derive(Clone, Copy, Debug)]
pub struct TextLimits {
    /// Shortest length.
    pub min: usize,
    /// Longest length.
    pub max: usize,
    /// The characters allowed, if not all are.
    pub pattern: Option<TextPattern>,
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
pub struct TextPattern {
    /// As the service prints it.
    pub text: &'static str,
    /// Whether a text fits it.
    pub fits: fn(&str) -> bool,
}

/// Bounds of a whole number, both included.
#[derive(Clone, Copy, Debug)]
pub struct IntegerRange {
    /// The smallest value.
    pub min: i64,
    /// The largest value.
    pub max: i64,
}

/// A list: the shape of its elements and its length limits.
#[derive(Debug)]
pub struct ListShape {
    /// Shape of an element.
    pub element: Shape,
    /// Fewest elements.
    pub min: usize,
    /// Most elements.
    pub max: usize,
}

/// A map with text keys: the shape of its values and its size limits.
#[derive(Debug)]
pub struct MapShape {
    /// Shape of a value.
    pub value: Shape,
    /// Limits of a key.
    pub key: TextLimits,
    /// Fewest entries.
    pub min: usize,
    /// Most entries.
    pub max: usize,
}

impl Shape {
    /// A structure of which nothing is read.
    pub const OPAQUE: Self = Self::Structure(&Structure { name: "Structure", members: &[] });
    /// Any texts under any keys.
    pub const TEXTS: Self = Self::Map(&MapShape::of(Self::STRING));
    /// Any text.
    pub const STRING: Self = Self::String(TextLimits::ANY);
    /// A truth value.
    pub const BOOLEAN: Self = Self::Boolean;

    /// One of these texts.
    #[must_use]
    pub const fn one_of(values: &'static [&'static str]) -> Self {
        Self::String(TextLimits { values, ..TextLimits::ANY })
    }

    /// A text of `min` to `max` characters.
    #[must_use]
    pub const fn text(min: usize, max: usize) -> Self {
        Self::String(TextLimits { min, max, ..TextLimits::ANY })
    }

    /// A name of `min` to `max` characters out of `[a-zA-Z0-9_.-]`.
    #[must_use]
    pub const fn name(min: usize, max: usize) -> Self {
        Self::String(TextLimits { min, max, pattern: Some(NAME), ..TextLimits::ANY })
    }

    /// A 32-bit whole number from `min` to `max`.
    #[must_use]
    pub const fn integer(min: i64, max: i64) -> Self {
        Self::Integer(IntegerRange { min, max })
    }

    /// The first member within a value of this shape that this engine does not model.
    fn unmodelled(&self, value: &Value) -> Option<String> {
        match self {
            Self::Structure(structure) => structure.unmodelled(value),
            Self::List(list) => value.as_array()?.iter().find_map(|element| list.element.unmodelled(element)),
            Self::Map(map) => value.as_object()?.values().find_map(|value| map.value.unmodelled(value)),
            _ => None,
        }
    }

    /// Drops what is not modelled within a value of this shape.
    fn drop_unmodelled(&self, value: &mut Value) {
        match (self, value) {
            (Self::Structure(structure), value) => structure.drop_unmodelled(value),
            (Self::List(list), Value::Array(elements)) => {
                for element in elements {
                    list.element.drop_unmodelled(element);
                }
            }
            (Self::Map(map), Value::Object(entries)) => {
                for value in entries.values_mut() {
                    map.value.drop_unmodelled(value);
                }
            }
            _ => {}
        }
    }

    /// A 64-bit whole number of at least `min`.
    #[must_use]
    pub const fn long(min: i64) -> Self {
        Self::Long(IntegerRange { min, max: i64::MAX })
    }
}

impl TextLimits {
    /// No limits at all.
    pub const ANY: Self =
        Self { min: 0, max: usize::MAX, pattern: None, values: &[], or_arn: false, in_new_wording: InNewWording::Same };
}

impl ListShape {
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

impl MapShape {
    /// Any number of entries under any keys.
    #[must_use]
    pub const fn of(value: Shape) -> Self {
        Self { value, key: TextLimits::ANY, min: 0, max: usize::MAX }
    }
}

/// The pattern of table and index names.
pub const NAME: TextPattern = TextPattern {
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

    /// The first member of `body` (already normalised) that this engine does not model, `ReplicaUpdates.Create.KMSMasterKeyId`,
    /// or the value of one that it models in part, `MultiRegionConsistency STRONG`.
    #[must_use]
    pub fn unmodelled(&self, body: &Value) -> Option<String> {
        let within = |member: &Member| {
            let value = body.get(member.name)?;
            let asks = |but: &[&str]| {
                let is_empty = value.as_array().is_some_and(Vec::is_empty);
                !is_empty && value.as_str().is_none_or(|value| !but.contains(&value))
            };
            match member.unmodelled {
                Some(but) => asks(but).then(|| match value.as_str() {
                    Some(value) if !but.is_empty() => format!("{} {value}", member.name),
                    _ => member.name.to_owned(),
                }),
                None => member.shape.unmodelled(value).map(|path| format!("{}.{path}", member.name)),
            }
        };
        self.members.iter().find_map(within)
    }

    /// Drops the members of `body` that are not modelled, which ask for nothing but what is done anyway.
    fn drop_unmodelled(&self, body: &mut Value) {
        let Value::Object(members) = body else { return };
        members.retain(|name, _| self.member(name).is_some_and(|member| member.unmodelled.is_none()));
        for Member { name, shape, .. } in self.members {
            if let Some(value) = members.get_mut(*name) {
                shape.drop_unmodelled(value);
            }
        }
    }

    /// The member called `name`.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

/// Reads a request body into its typed request.
///
/// A text that is all right becomes the request in one pass. What is wrong with one that is not, if anything is, takes a
/// second look at it as JSON ([`decode`]), which finds all faults in the service's order.
///
/// # Errors
/// SerializationException for a text that is no JSON, and as [`decode`].
pub fn read<R: Shaped + Fits + serde::de::DeserializeOwned>(
    body: RequestBody<'_>,
    wording: Wording,
) -> Result<R, ApiError> {
    let text = match body {
        RequestBody::Json(body) => return decode(body, wording),
        RequestBody::Text(text) => text,
    };
    if R::IS_TYPED
        && let Ok(request) = serde_json::from_slice::<R>(text)
        && request.fits(&Shape::Structure(R::STRUCTURE))
    {
        return Ok(request);
    }
    decode(json(text)?, wording)
}

/// Reads JSON.
///
/// # Errors
/// SerializationException, which has no message, for a text that is none.
pub fn json(text: &[u8]) -> Result<Value, ApiError> {
    serde_json::from_slice(text).map_err(|_| ApiError::new(ErrorKind::SerializationException, ""))
}

/// Reads a request body into its typed request: types first, then all member constraints together, then what is not modelled.
///
/// # Errors
/// SerializationException for a wrong JSON type, ValidationException listing the broken constraints, or naming a member that
/// the service has and this engine does not.
pub fn decode<R: Shaped + serde::de::DeserializeOwned>(mut body: Value, wording: Wording) -> Result<R, ApiError> {
    R::STRUCTURE.normalise(&mut body)?;
    let violations = R::STRUCTURE.violations(&body);
    if !violations.is_empty() {
        return Err(ApiError::validation(super::messages::constraints::detected(&violations, wording)));
    }
    if let Some(path) = R::STRUCTURE.unmodelled(&body) {
        return Err(ApiError::validation(super::messages::protocol::not_modelled(&path)));
    }
    R::STRUCTURE.drop_unmodelled(&mut body);
    // The passes above leave nothing for this step to refuse; if it does, the declaration is at fault.
    serde_json::from_value(body).map_err(|error| ApiError::new(ErrorKind::SerializationException, error.to_string()))
}

/// Declares a request or a part of one: its Rust type and its [`Structure`] from one list of members.
///
/// Each member reads `"WireName" field: Type => required SHAPE;` (or `optional`), under its documentation. Members that the
/// service has and this engine does not follow behind `without`: `"WireName" => SHAPE;`, or `"WireName" => SHAPE, but ["VALUE"];`
/// where a value asks for nothing but what is done anyway.
#[macro_export]
macro_rules! structure {
    ($(#[doc = $doc:literal])* $vis:vis struct $name:ident as $wire:literal {
        $($(#[doc = $member_doc:literal])* $member:literal $field:ident : $type:ty => $presence:ident $shape:expr;)*
    } $(without {
        $($(#[doc = $absent_doc:literal])* $absent:literal => $absent_shape:expr $(, but $but:expr)?;)*
    })?) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        $vis struct $name {
            $($(#[doc = $member_doc])* #[serde(rename = $member)] $vis $field: $type,)*
        }

        impl $crate::engine::shape::Shaped for $name {
            const STRUCTURE: &'static $crate::engine::shape::Structure = &$crate::engine::shape::Structure {
                name: $wire,
                members: &[
                    $($crate::engine::shape::Member::$presence($member, $shape, &[$($member_doc),*]),)*
                    $($($crate::engine::shape::Member::unmodelled(
                        $absent, $absent_shape, $crate::engine::shape::but!($(&$but)?), &[$($absent_doc),*],
                    ),)*)?
                ],
            };
        }

        impl $crate::engine::shape::Fits for $name {
            const IS_TYPED: bool = true $(&& <$type as $crate::engine::shape::Fits>::IS_TYPED)*;

            fn fits(&self, _: &$crate::engine::shape::Shape) -> bool {
                // Members that are not modelled stand behind the fields.
                #[allow(unused_mut, unused_variables, reason = "a request may have no fields")]
                let mut members = <Self as $crate::engine::shape::Shaped>::STRUCTURE.members.iter();
                true $(&& members.next().is_some_and(|member| {
                    $crate::engine::shape::Fits::fits_member(&self.$field, member)
                }))*
            }
        }
    };
}
pub use structure;

/// The values given, or none.
#[macro_export]
macro_rules! but {
    () => {
        &[]
    };
    ($values:expr) => {
        $values
    };
}
pub use but;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::engine::ops;

    structure! {
        /// A request with members that are not modelled.
        struct Partly as "Partly" {
            /// Its name.
            "Name" _name: String => required Shape::STRING;
        } without {
            /// How; only NONE is modelled.
            "How" => Shape::one_of(&["NONE", "SOME"]), but ["NONE"];
            /// What; not modelled.
            "What" => Shape::List(&ListShape::of(Shape::OPAQUE));
        }
    }

    #[test]
    fn a_member_that_is_not_modelled_is_refused_unless_it_asks_for_nothing() {
        let refusal = |body: Value| decode::<Partly>(body, Wording::Older).err().map(|error| error.message);
        for body in [json!({"Name": "a"}), json!({"Name": "a", "How": "NONE", "What": []})] {
            assert_eq!(refusal(body), None);
        }
        let refused = |what: &str| Some(format!("{what} is not modelled by this engine"));
        assert_eq!(refusal(json!({"Name": "a", "How": "SOME"})), refused("How SOME"));
        assert_eq!(refusal(json!({"Name": "a", "What": [{}]})), refused("What"));
    }

    /// The members of a structure and of all within it, each with its path.
    fn all(structure: &'static Structure, path: &str) -> Vec<(String, &'static Member)> {
        let within = |shape: &Shape, path: &str| {
            let mut shape = *shape;
            while let Shape::List(ListShape { element: inner, .. }) | Shape::Map(MapShape { value: inner, .. }) = shape
            {
                shape = *inner;
            }
            if let Shape::Structure(inner) = shape { all(inner, path) } else { Vec::new() }
        };
        let with_its_own = |member: &'static Member| {
            let path = format!("{path}.{}", member.name);
            let mut found = within(&member.shape, &path);
            found.push((path, member));
            found
        };
        structure.members.iter().flat_map(with_its_own).collect()
    }

    #[test]
    fn no_member_is_declared_twice_and_what_is_not_modelled_says_so() {
        for verb in ops::VERBS {
            let members = all(verb.input, verb.name);
            let mut paths: Vec<&String> = members.iter().map(|(path, _)| path).collect();
            paths.sort();
            paths.dedup();
            assert_eq!(paths.len(), members.len(), "{} names a member twice", verb.name);
            for (path, member) in members.iter().filter(|(_, member)| member.unmodelled.is_some()) {
                assert!(member.doc.concat().contains("modelled"), "the help on {path} does not say that it is refused");
            }
        }
    }
}
