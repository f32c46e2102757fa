//! Texts about attribute values: types, sets, numbers, nesting.

use crate::engine::value::number::NumberError;

/// No type descriptor at all.
pub const EMPTY: &str = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
/// More than one type descriptor.
pub const MORE_THAN_ONE: &str =
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes";
/// `{"NULL": false}`.
pub const NULL_FALSE: &str =
    "One or more parameter values were invalid: Null attribute value types must have the value of true";
/// An empty string set; the two blanks are the service's.
pub const EMPTY_STRING_SET: &str = "One or more parameter values were invalid: An string set  may not be empty";
/// An empty number set.
pub const EMPTY_NUMBER_SET: &str = "One or more parameter values were invalid: An number set  may not be empty";
/// An empty binary set.
pub const EMPTY_BINARY_SET: &str = "One or more parameter values were invalid: Binary sets should not be empty";
/// Two equal members in a number set.
pub const DUPLICATE_NUMBERS: &str = "Input collection contains duplicates";
/// More levels of lists and maps than 32.
pub const TOO_DEEP: &str =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";
/// An attribute name of no characters.
pub const EMPTY_NAME: &str = "Empty attribute name";

/// Two equal members in a string set; `members` in the order sent.
#[must_use]
pub fn duplicate_strings(members: &[String]) -> String {
    format!("One or more parameter values were invalid: Input collection [{}] contains duplicates.", members.join(", "))
}

/// Two equal members in a binary set; the missing blank is the service's.
#[must_use]
pub fn duplicate_binaries(members: &[String]) -> String {
    format!(
        "One or more parameter values were invalid: Input collection [{}]of type BS contains duplicates.",
        members.join(", ")
    )
}

/// Why a text is no Number.
#[must_use]
pub fn number(error: &NumberError) -> String {
    match error {
        NumberError::NotNumeric(text) if text.is_empty() => {
            "The parameter cannot be converted to a numeric value".to_owned()
        }
        NumberError::NotNumeric(text) => format!("The parameter cannot be converted to a numeric value: {text}"),
        NumberError::Overflow => {
            "Number overflow. Attempting to store a number with magnitude larger than supported range".to_owned()
        }
        NumberError::Underflow => {
            "Number underflow. Attempting to store a number with magnitude smaller than supported range".to_owned()
        }
        NumberError::TooManyDigits => "Attempting to store more than 38 significant digits in a Number".to_owned(),
    }
}
