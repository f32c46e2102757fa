//! Attribute values on the wire: `{"S": "x"}`, `{"L": [{"N": "1"}]}`.
//!
//! [`decode`] expects JSON whose types `shape` has already checked; what it refuses are values the service calls
//! invalid: no or several types, empty or duplicate sets, bad numbers, too deep a nesting.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::{AttributeValue, Item, Number};
use crate::engine::error::ApiError;
use crate::engine::messages::values as text;
use crate::engine::messages::wording::Wording;

/// A map of attribute names to wire values, as a request carries an item or a key.
pub type WireItem = Map<String, Value>;

/// The deepest nesting of lists and maps, counting wrappers around a leaf.
const MAX_WRAPPERS: usize = 31;
/// The longest attribute name, in bytes.
const MAX_NAME_BYTES: usize = 65_535;

/// Reads one wire value.
///
/// # Errors
/// ValidationException in the service's words for the first thing wrong, depth first.
pub fn decode(wire: &Value, wording: Wording) -> Result<AttributeValue, ApiError> {
    decode_within(wire, MAX_WRAPPERS, wording)
}

/// Reads a wire item: each attribute in the order sent, so that the first problem is the one reported.
///
/// # Errors
/// As [`decode`], and for an empty attribute name.
pub fn decode_item(wire: &WireItem, wording: Wording) -> Result<Item, ApiError> {
    let mut item = Item::new();
    for (name, value) in wire {
        check_name(name)?;
        item.insert(name.clone(), decode(value, wording)?);
    }
    Ok(item)
}

fn decode_within(wire: &Value, wrappers_left: usize, wording: Wording) -> Result<AttributeValue, ApiError> {
    let members = wire.as_object().filter(|members| !members.is_empty());
    let members = members.ok_or_else(|| ApiError::validation(text::EMPTY))?;
    let mut values = members.iter().map(|(kind, inner)| decode_as(kind, inner, wrappers_left, wording));
    match (values.next(), members.len()) {
        (Some(only), 1) => only,
        // What is wrong with one of several is told before that they are several.
        (Some(first), _) => {
            first?;
            values.try_for_each(|value| value.map(drop))?;
            Err(ApiError::validation(text::MORE_THAN_ONE))
        }
        (None, _) => Err(ApiError::validation(text::EMPTY)),
    }
}

/// Reads what stands under a type's descriptor.
fn decode_as(
    descriptor: &str,
    inner: &Value,
    wrappers_left: usize,
    wording: Wording,
) -> Result<AttributeValue, ApiError> {
    match descriptor {
        "S" => Ok(AttributeValue::S(inner.as_str().unwrap_or_default().to_owned())),
        "N" => decode_number(inner.as_str().unwrap_or_default(), wording).map(AttributeValue::N),
        "B" => Ok(AttributeValue::B(decode_blob(inner))),
        "BOOL" => Ok(AttributeValue::Bool(inner.as_bool().unwrap_or_default())),
        "NULL" if inner.as_bool() == Some(true) => Ok(AttributeValue::Null),
        "NULL" => Err(ApiError::validation(text::NULL_FALSE)),
        "SS" => decode_string_set(elements(inner), wording),
        "NS" => decode_number_set(elements(inner), wording),
        "BS" => decode_binary_set(elements(inner), wording),
        "L" => {
            let left = deeper(wrappers_left)?;
            // Collecting results does not know how many there will be, and a list that grew keeps up to twice its room.
            let mut list = Vec::with_capacity(elements(inner).len());
            for element in elements(inner) {
                list.push(decode_within(element, left, wording)?);
            }
            Ok(AttributeValue::L(list))
        }
        "M" => {
            let left = deeper(wrappers_left)?;
            decode_map(inner.as_object().into_iter().flatten(), left, wording).map(AttributeValue::M)
        }
        _ => Err(ApiError::validation(text::EMPTY)),
    }
}

/// Refuses what cannot be an attribute's name, or that of a map's entry.
///
/// # Errors
/// ValidationException for no characters, or more than 65,535 bytes.
pub fn check_name(name: &str) -> Result<(), ApiError> {
    match name.len() {
        0 => Err(ApiError::validation(text::EMPTY_NAME)),
        1..=MAX_NAME_BYTES => Ok(()),
        _ => Err(ApiError::validation(text::NAME_TOO_LONG)),
    }
}

fn deeper(wrappers_left: usize) -> Result<usize, ApiError> {
    wrappers_left.checked_sub(1).ok_or_else(|| ApiError::validation(text::TOO_DEEP))
}

fn elements(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn decode_map<'a>(
    entries: impl Iterator<Item = (&'a String, &'a Value)>,
    wrappers_left: usize,
    wording: Wording,
) -> Result<BTreeMap<String, AttributeValue>, ApiError> {
    entries
        .map(|(name, value)| {
            check_name(name)?;
            Ok((name.clone(), decode_within(value, wrappers_left, wording)?))
        })
        .collect()
}

/// Reads a Number's text.
///
/// # Errors
/// ValidationException: not numeric, out of range, too many digits.
pub fn decode_number(number: &str, wording: Wording) -> Result<Number, ApiError> {
    Number::parse(number).map_err(|error| ApiError::validation(text::number(&error, wording)))
}

fn decode_blob(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap_or_default()).unwrap_or_default()
}

fn decode_string_set(members: &[Value], wording: Wording) -> Result<AttributeValue, ApiError> {
    let texts: Vec<String> = members.iter().map(|member| member.as_str().unwrap_or_default().to_owned()).collect();
    if texts.is_empty() {
        return Err(ApiError::validation(text::EMPTY_STRING_SET));
    }
    let set: BTreeSet<String> = texts.iter().cloned().collect();
    if set.len() < texts.len() {
        return Err(ApiError::validation(text::duplicate_strings(&texts, wording)));
    }
    Ok(AttributeValue::Ss(set))
}

fn decode_number_set(members: &[Value], wording: Wording) -> Result<AttributeValue, ApiError> {
    if members.is_empty() {
        return Err(ApiError::validation(text::EMPTY_NUMBER_SET));
    }
    let mut set = BTreeSet::new();
    for member in members {
        set.insert(decode_number(member.as_str().unwrap_or_default(), wording)?);
    }
    if set.len() < members.len() {
        return Err(ApiError::validation(text::duplicate_numbers(wording)));
    }
    Ok(AttributeValue::Ns(set))
}

fn decode_binary_set(members: &[Value], wording: Wording) -> Result<AttributeValue, ApiError> {
    if members.is_empty() {
        return Err(ApiError::validation(text::EMPTY_BINARY_SET));
    }
    let set: BTreeSet<Vec<u8>> = members.iter().map(decode_blob).collect();
    if set.len() < members.len() {
        let texts: Vec<String> = members.iter().map(|member| member.as_str().unwrap_or_default().to_owned()).collect();
        return Err(ApiError::validation(text::duplicate_binaries(&texts, wording)));
    }
    Ok(AttributeValue::Bs(set))
}

/// Writes one value in its wire form.
#[must_use]
pub fn encode(value: &AttributeValue) -> Value {
    let inner: Value = match value {
        AttributeValue::S(text) => text.clone().into(),
        AttributeValue::N(number) => number.to_string().into(),
        AttributeValue::B(blob) => STANDARD.encode(blob).into(),
        AttributeValue::Bool(truth) => (*truth).into(),
        AttributeValue::Null => true.into(),
        AttributeValue::Ss(set) => set.iter().cloned().collect(),
        AttributeValue::Ns(set) => set.iter().map(ToString::to_string).collect(),
        AttributeValue::Bs(set) => set.iter().map(|blob| STANDARD.encode(blob)).collect(),
        AttributeValue::L(list) => list.iter().map(encode).collect(),
        AttributeValue::M(map) => Value::Object(encode_item(map)),
    };
    Value::Object(Map::from_iter([(value.kind().descriptor().to_owned(), inner)]))
}

/// Writes an item in its wire form.
#[must_use]
pub fn encode_item(item: &Item) -> WireItem {
    item.iter().map(|(name, value)| (name.clone(), encode(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_survive_the_wire() {
        let wire = json!({"M": {"a": {"L": [{"N": "1.5"}, {"NULL": true}, {"B": "AP8="}]}, "s": {"SS": ["x", "y"]}}});
        assert_eq!(encode(&decode(&wire, Wording::Older).unwrap()), wire);
        assert_eq!(encode(&decode(&json!({"N": "1E3"}), Wording::Older).unwrap()), json!({"N": "1000"}));
    }

    #[test]
    fn invalid_values_are_refused_in_the_services_words() {
        for (wire, message) in [
            (json!({}), text::EMPTY.to_owned()),
            (json!({"S": "a", "N": "1"}), text::MORE_THAN_ONE.to_owned()),
            (json!({"NULL": false}), text::NULL_FALSE.to_owned()),
            (json!({"SS": []}), text::EMPTY_STRING_SET.to_owned()),
            (json!({"NS": ["1", "1.0"]}), text::duplicate_numbers(Wording::Older).to_owned()),
            (
                json!({"SS": ["b", "a", "b"]}),
                text::duplicate_strings(&["b".into(), "a".into(), "b".into()], Wording::Older),
            ),
            (json!({"N": "x"}), "The parameter cannot be converted to a numeric value: x".to_owned()),
        ] {
            assert_eq!(decode(&wire, Wording::Older).unwrap_err().message, message, "{wire}");
        }
    }

    #[test]
    fn each_framework_has_words_of_its_own() {
        let refusal = |wire: &Value, wording| decode(wire, wording).unwrap_err().message;
        for (wire, older, new) in [
            (
                json!({"SS": ["b", "a", "b", "c"]}),
                "collection [b, a, b, c] contains",
                "[\"a\", \"b\", \"b\", \"c\"] contains",
            ),
            (json!({"BS": ["/w==", "AA==", "AA=="]}), "[/w==, AA==, AA==]of", "[\"/w==\",\"AA==\",\"AA==\"]of"),
            (json!({"NS": ["1", "1.0"]}), "Input collection contains", "invalid: Input collection contains"),
            (json!({"N": "1e2147483647"}), "Number underflow", "Number overflow"),
            (json!({"N": ""}), "a numeric value", "a numeric value: "),
        ] {
            assert!(refusal(&wire, Wording::Older).contains(older), "{wire}: {}", refusal(&wire, Wording::Older));
            assert!(refusal(&wire, Wording::Bare).contains(new), "{wire}: {}", refusal(&wire, Wording::Bare));
            assert_ne!(refusal(&wire, Wording::Older), refusal(&wire, Wording::Bare));
        }
    }

    #[test]
    fn names_have_from_one_to_65535_bytes() {
        assert!(check_name("a").is_ok() && check_name(&"a".repeat(65_535)).is_ok());
        assert_eq!(check_name("").unwrap_err().message, text::EMPTY_NAME);
        assert_eq!(check_name(&"a".repeat(65_536)).unwrap_err().message, text::NAME_TOO_LONG);
    }

    #[test]
    fn thirty_one_wrappers_are_allowed_and_no_more() {
        let wrap = |levels: usize| (0..levels).fold(json!({"S": "leaf"}), |inner, _| json!({"M": {"m": inner}}));
        assert!(decode(&wrap(31), Wording::Older).is_ok());
        assert_eq!(decode(&wrap(32), Wording::Older).unwrap_err().message, text::TOO_DEEP);
    }
}
