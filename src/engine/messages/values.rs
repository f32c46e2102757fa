//! Texts about attribute values: types, sets, numbers, nesting.

use super::wording::Wording;
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
/// More levels of lists and maps than 32.
pub const TOO_DEEP: &str =
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit";
/// An attribute name of no characters.
pub const EMPTY_NAME: &str = "Empty attribute name";

/// An attribute name of more than 65,535 bytes.
pub const NAME_TOO_LONG: &str =
    "One or more parameter values were invalid: Attribute name is too large, must be less than 65536 bytes";

/// Two equal members in a number set.
#[must_use]
pub const fn duplicate_numbers(wording: Wording) -> &'static str {
    match wording {
        Wording::Older | Wording::Statement => "Input collection contains duplicates",
        _ => "One or more parameter values were invalid: Input collection contains duplicates.",
    }
}

/// Two equal members in a string set; `members` in the order sent.
#[must_use]
pub fn duplicate_strings(members: &[String], wording: Wording) -> String {
    let listed = if wording.is_new() { quoted(members, ", ") } else { members.join(", ") };
    format!("One or more parameter values were invalid: Input collection [{listed}] contains duplicates.")
}

/// Two equal members in a binary set; the missing blanks are the service's.
#[must_use]
pub fn duplicate_binaries(members: &[String], wording: Wording) -> String {
    let listed = if wording.is_new() { quoted(members, ",") } else { members.join(", ") };
    format!("One or more parameter values were invalid: Input collection [{listed}]of type BS contains duplicates.")
}

/// Members as the new framework lists them: those before the first repeat in byte order, the repeat, then the rest as
/// they were sent.
fn quoted(members: &[String], separator: &str) -> String {
    let repeat = (0..members.len()).find(|at| members[..*at].contains(&members[*at])).unwrap_or(members.len());
    let (mut listed, rest) = (members[..repeat].to_vec(), &members[repeat..]);
    listed.sort_unstable();
    listed.extend_from_slice(rest);
    listed.iter().map(|member| format!("\"{member}\"")).collect::<Vec<_>>().join(separator)
}

/// Why a text is no Number.
#[must_use]
pub fn number(error: &NumberError, wording: Wording) -> String {
    match error {
        NumberError::NotNumeric(text) if text.is_empty() && !wording.is_new() => {
            "The parameter cannot be converted to a numeric value".to_owned()
        }
        NumberError::FarOverflow(text) if wording == Wording::Statement => {
            number(&NumberError::NotNumeric(text.clone()), wording)
        }
        // The older framework holds exponents in 32 bits, where a large one comes out negative.
        NumberError::FarOverflow(_) if wording == Wording::Older => number(&NumberError::Underflow, wording),
        NumberError::NotNumeric(text) => format!("The parameter cannot be converted to a numeric value: {text}"),
        NumberError::Overflow | NumberError::FarOverflow(_) => {
            "Number overflow. Attempting to store a number with magnitude larger than supported range".to_owned()
        }
        NumberError::Underflow => {
            "Number underflow. Attempting to store a number with magnitude smaller than supported range".to_owned()
        }
        NumberError::TooManyDigits => "Attempting to store more than 38 significant digits in a Number".to_owned(),
    }
}
