//! Texts of SerializationException: a JSON value of the wrong type.

/// An object where a scalar or list belongs.
pub const START_OF_STRUCTURE: &str = "Start of structure or map found where not expected";
/// A scalar where a list or map belongs, or a structure that is a member of another.
pub const UNEXPECTED_FIELD: &str = "Unexpected field type";
/// A scalar where a structure belongs that is an element of a list or map.
pub const UNEXPECTED_VALUE: &str = "Unexpected value type in payload";
/// A scalar where a list or map belongs that is an element of another.
pub const UNEXPECTED_ELEMENT: &str = "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to \
     class java.lang.Class (sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl and java.lang.Class are in module \
     java.base of loader 'bootstrap')";
/// A word that is no truth value.
pub const UNEXPECTED_TOKEN: &str = "Unexpected token received from parser";
/// A binary that is not even a string.
pub const ONLY_BASE64: &str = "only base-64-encoded strings are convertible to bytes";
/// A binary outside the base64 alphabet or with bad padding; the spelling is the service's.
pub const BASE64_ALPHABET: &str = "Invalid last non-pad Base64 character dectected";

/// A scalar of the wrong kind: `NUMBER_VALUE cannot be converted to String`.
#[must_use]
pub fn cannot_convert(found: &str, class: &str) -> String {
    format!("{found} cannot be converted to {class}")
}

/// An array where something else belongs that is one class of Java.
#[must_use]
pub fn unrecognized_class(class: &str) -> String {
    format!("Unrecognized collection type class {class}")
}

/// An array where a map belongs whose values are of a class of Java.
#[must_use]
pub fn unrecognized_map(values: &str) -> String {
    format!("Unrecognized collection type {}", map_of(values))
}

/// The class of a structure.
#[must_use]
pub fn structure_class(name: &str) -> String {
    format!("com.amazonaws.dynamodb.v20120810.{name}")
}

/// The class of a list.
#[must_use]
pub fn list_of(elements: &str) -> String {
    format!("java.util.List<{elements}>")
}

/// The class of a map.
#[must_use]
pub fn map_of(values: &str) -> String {
    format!("java.util.Map<java.lang.String, {values}>")
}

/// A base64 text whose length is no multiple of four.
#[must_use]
pub fn base64_length(length: usize) -> String {
    format!("Base64 encoded length is expected a multiple of 4 bytes but found: {length}")
}
