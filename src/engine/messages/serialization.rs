//! Texts of SerializationException: a JSON value of the wrong type.

/// An object where a scalar or list belongs.
pub const START_OF_STRUCTURE: &str = "Start of structure or map found where not expected";
/// A scalar where a list or map belongs.
pub const UNEXPECTED_FIELD: &str = "Unexpected field type";
/// A scalar where a structure belongs.
pub const UNEXPECTED_VALUE: &str = "Unexpected value type in payload";
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

/// An array where a scalar belongs.
#[must_use]
pub fn unrecognized_scalar(class: &str) -> String {
    format!("Unrecognized collection type class java.lang.{class}")
}

/// An array where a structure belongs.
#[must_use]
pub fn unrecognized_structure(name: &str) -> String {
    format!("Unrecognized collection type class com.amazonaws.dynamodb.v20120810.{name}")
}

/// An array where a map belongs.
#[must_use]
pub fn unrecognized_map(name: &str) -> String {
    format!("Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.{name}>")
}

/// A base64 text whose length is no multiple of four.
#[must_use]
pub fn base64_length(length: usize) -> String {
    format!("Base64 encoded length is expected a multiple of 4 bytes but found: {length}")
}
