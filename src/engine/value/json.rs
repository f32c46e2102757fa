//! Attribute values on the wire: `{"S": "x"}`, `{"L": [{"N": "1"}]}`.
//!
//! A value is read once, straight from the text of a request or from JSON that was read already. JSON of another type than
//! a value has is an error of the reader: `shape` tells it in the service's words. What is refused here, later and in the
//! words of the verb, are values that the service calls invalid: no or several types, empty or duplicate sets, bad
//! numbers, too deep a nesting. A [`WireItem`] holds such flaws until it is asked for its item, because the service has
//! other things to complain of first.
//!
//! A value is made into JSON by [`encode`], or written at once by [`write`](super::write).

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ecow::{EcoString, EcoVec};
use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::number::NumberError;
use super::{AttributeValue, Item, Number, Type};
use crate::engine::error::ApiError;
use crate::engine::messages::values as text;
use crate::engine::messages::wording::Wording;

/// The deepest nesting of lists and maps, counting wrappers around a leaf.
const MAX_WRAPPERS: usize = 31;
/// How many attributes there is room for before it is known how many there are.
const USUAL_ATTRIBUTES: usize = 8;
/// The longest attribute name, in bytes.
const MAX_NAME_BYTES: usize = 65_535;

/// A map of attribute names to values, as a request carries an item, a key or the values of an expression: in the order
/// sent, each read or known to be invalid.
#[derive(Clone, Debug, Default)]
pub struct WireItem(Vec<(EcoString, DecodedValue)>);

/// A value that was read, or what is wrong with it.
type DecodedValue = Result<AttributeValue, Flaw>;

/// Why the service calls a value invalid.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Flaw {
    Empty,
    MoreThanOne,
    NullFalse,
    Number(NumberError),
    EmptyStringSet,
    EmptyNumberSet,
    EmptyBinarySet,
    /// The members in the order sent.
    DuplicateStrings(Vec<String>),
    DuplicateNumbers,
    /// The members in the order sent.
    DuplicateBinaries(Vec<String>),
    TooDeep,
    EmptyName,
    NameTooLong,
}

impl Flaw {
    fn refusal(&self, wording: Wording) -> ApiError {
        ApiError::validation(match self {
            Self::Empty => text::EMPTY.to_owned(),
            Self::MoreThanOne => text::MORE_THAN_ONE.to_owned(),
            Self::NullFalse => text::NULL_FALSE.to_owned(),
            Self::Number(error) => text::number(error, wording),
            Self::EmptyStringSet => text::EMPTY_STRING_SET.to_owned(),
            Self::EmptyNumberSet => text::EMPTY_NUMBER_SET.to_owned(),
            Self::EmptyBinarySet => text::EMPTY_BINARY_SET.to_owned(),
            Self::DuplicateStrings(members) => text::duplicate_strings(members, wording),
            Self::DuplicateNumbers => text::duplicate_numbers(wording).to_owned(),
            Self::DuplicateBinaries(members) => text::duplicate_binaries(members, wording),
            Self::TooDeep => text::TOO_DEEP.to_owned(),
            Self::EmptyName => text::EMPTY_NAME.to_owned(),
            Self::NameTooLong => text::NAME_TOO_LONG.to_owned(),
        })
    }
}

impl WireItem {
    /// Whether there are no entries.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names in the order sent.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Whether nothing is wrong with any value.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        self.0.iter().all(|(_, read)| read.is_ok())
    }

    /// Returns the entries in the order sent, each with its value or the refusal of it.
    pub fn into_entries(self, wording: Wording) -> impl Iterator<Item = (EcoString, Result<AttributeValue, ApiError>)> {
        self.0.into_iter().map(move |(name, read)| (name, read.map_err(|flaw| flaw.refusal(wording))))
    }

    /// Returns the item.
    ///
    /// # Errors
    /// ValidationException in the service's words for the first thing wrong: an attribute's name, or its value, depth first.
    pub fn into_item(self, wording: Wording) -> Result<Item, ApiError> {
        let mut attributes = Vec::with_capacity(self.0.len());
        for (name, read) in self.0 {
            check_name(&name)?;
            attributes.push((name, read.map_err(|flaw| flaw.refusal(wording))?));
        }
        Ok(attributes.into_iter().collect())
    }
}

/// Reads one wire value.
///
/// # Errors
/// ValidationException in the service's words for the first thing wrong, depth first.
pub fn decode(wire: &Value, wording: Wording) -> Result<AttributeValue, ApiError> {
    let read = ValueReader { wrappers_left: MAX_WRAPPERS }.deserialize(wire);
    // Types are checked before; what comes from elsewhere and has others is no value.
    read.unwrap_or(Err(Flaw::Empty)).map_err(|flaw| flaw.refusal(wording))
}

/// Reads a wire item: each attribute in the order sent, so that the first problem is the one reported.
///
/// # Errors
/// As [`decode`], and for an empty attribute name.
pub fn decode_item(wire: &Map<String, Value>, wording: Wording) -> Result<Item, ApiError> {
    let attribute = |(name, value): (&String, &Value)| {
        check_name(name)?;
        Ok((EcoString::from(name), decode(value, wording)?))
    };
    wire.iter().map(attribute).collect()
}

/// Refuses what cannot be an attribute's name, or that of a map's entry.
///
/// # Errors
/// ValidationException for no characters, or more than 65,535 bytes.
pub fn check_name(name: &str) -> Result<(), ApiError> {
    // No wording has words of its own for names.
    flaw_of_name(name).map_err(|flaw| flaw.refusal(Wording::default()))
}

const fn flaw_of_name(name: &str) -> Result<(), Flaw> {
    match name.len() {
        0 => Err(Flaw::EmptyName),
        1..=MAX_NAME_BYTES => Ok(()),
        _ => Err(Flaw::NameTooLong),
    }
}

impl<'de> Deserialize<'de> for WireItem {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemVisitor;

        impl<'de> Visitor<'de> for ItemVisitor {
            type Value = WireItem;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("attribute values by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WireItem, A::Error> {
                let mut entries = Vec::with_capacity(map.size_hint().unwrap_or(USUAL_ATTRIBUTES));
                while let Some(WireText(name)) = map.next_key()? {
                    entries.push((name, map.next_value_seed(ValueReader { wrappers_left: MAX_WRAPPERS })?));
                }
                Ok(WireItem(entries))
            }
        }

        deserializer.deserialize_map(ItemVisitor)
    }
}

/// Reads a value that may lie in so many more lists and maps.
#[derive(Clone, Copy)]
struct ValueReader {
    wrappers_left: usize,
}

impl<'de> DeserializeSeed<'de> for ValueReader {
    type Value = DecodedValue;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<DecodedValue, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ValueReader {
    type Value = DecodedValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<DecodedValue, A::Error> {
        let Some(Descriptor(kind)) = members.next_key()? else { return Ok(Err(Flaw::Empty)) };
        let read = self.read(kind, &mut members)?;
        let Some(mut other) = members.next_key()? else { return Ok(read) };
        // A fault in one of several types comes before the fault that there are several.
        let mut flaw = read.err();
        loop {
            let Descriptor(kind) = other;
            let read = self.read(kind, &mut members)?;
            flaw = flaw.or(read.err());
            let Some(next) = members.next_key()? else { break };
            other = next;
        }
        Ok(Err(flaw.unwrap_or(Flaw::MoreThanOne)))
    }
}

impl ValueReader {
    /// Reads what stands under a type's descriptor.
    fn read<'de, A: MapAccess<'de>>(self, kind: Type, members: &mut A) -> Result<DecodedValue, A::Error> {
        Ok(match kind {
            Type::S => Ok(AttributeValue::S(members.next_value::<WireText>()?.0)),
            Type::N => members.next_value::<Numeral>()?.0.map(AttributeValue::N).map_err(Flaw::Number),
            Type::B => Ok(AttributeValue::B(members.next_value::<Blob>()?.0)),
            Type::Bool => Ok(AttributeValue::Bool(members.next_value()?)),
            Type::Null if members.next_value()? => Ok(AttributeValue::Null),
            Type::Null => Err(Flaw::NullFalse),
            Type::Ss => string_set(members.next_value()?),
            Type::Ns => number_set(members.next_value()?),
            Type::Bs => binary_set(members.next_value()?),
            Type::L | Type::M => match self.wrappers_left.checked_sub(1).map(|wrappers_left| Self { wrappers_left }) {
                Some(inner) if kind == Type::L => members.next_value_seed(ListReader(inner))?,
                Some(inner) => members.next_value_seed(MapReader(inner))?,
                None => members.next_value().map(|IgnoredAny| Err(Flaw::TooDeep))?,
            },
        })
    }
}

/// Reads the elements of a list.
struct ListReader(ValueReader);

impl<'de> DeserializeSeed<'de> for ListReader {
    type Value = DecodedValue;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<DecodedValue, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ListReader {
    type Value = DecodedValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of attribute values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<DecodedValue, A::Error> {
        let (mut list, mut flaw) = (Vec::new(), None);
        while let Some(element) = elements.next_element_seed(self.0)? {
            match element {
                Ok(element) if flaw.is_none() => list.push(element),
                Ok(_) => {}
                Err(found) => flaw = flaw.or(Some(found)),
            }
        }
        // A list that grew has up to twice its room; what is kept of it has none beside.
        Ok(flaw.map_or_else(|| Ok(AttributeValue::L(list.into())), Err))
    }
}

/// Reads the entries of a map.
struct MapReader(ValueReader);

impl<'de> DeserializeSeed<'de> for MapReader {
    type Value = DecodedValue;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<DecodedValue, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for MapReader {
    type Value = DecodedValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of attribute values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<DecodedValue, A::Error> {
        let (mut map, mut flaw) = (Vec::new(), None);
        while let Some(WireText(name)) = entries.next_key()? {
            let read = flaw_of_name(&name);
            let value = entries.next_value_seed(self.0)?;
            match read.and(value) {
                Ok(value) => map.push((name, value)),
                Err(found) => flaw = flaw.or(Some(found)),
            }
        }
        Ok(flaw.map_or_else(|| Ok(AttributeValue::M(map.into_iter().collect())), Err))
    }
}

/// A type descriptor.
struct Descriptor(Type);

impl<'de> Deserialize<'de> for Descriptor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextReader(|text: &str| Type::from_descriptor(text).map(Self)))
    }
}

/// A text as it is.
struct WireText(EcoString);

impl<'de> Deserialize<'de> for WireText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextReader(|text: &str| Some(Self(text.into()))))
    }
}

/// A Number's text.
struct Numeral(Result<Number, NumberError>);

impl<'de> Deserialize<'de> for Numeral {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextReader(|text: &str| Some(Self(Number::parse(text)))))
    }
}

/// A Binary's text.
struct Blob(EcoVec<u8>);

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_str(TextReader(|text: &str| STANDARD.decode(text).ok().map(|bytes| Self(bytes.into()))))
    }
}

/// Reads a text that stands for something, without a copy of it.
struct TextReader<F>(F);

impl<T, F: FnOnce(&str) -> Option<T>> Visitor<'_> for TextReader<F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text of an attribute value")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).ok_or_else(|| E::custom("a text that no attribute value has"))
    }
}

/// Reads a Number's text.
///
/// # Errors
/// ValidationException: not numeric, out of range, too many digits.
pub fn decode_number(number: &str, wording: Wording) -> Result<Number, ApiError> {
    Number::parse(number).map_err(|error| ApiError::validation(text::number(&error, wording)))
}

fn string_set(members: Vec<String>) -> DecodedValue {
    if members.is_empty() {
        return Err(Flaw::EmptyStringSet);
    }
    let set: BTreeSet<EcoString> = members.iter().map(EcoString::from).collect();
    if set.len() < members.len() {
        return Err(Flaw::DuplicateStrings(members));
    }
    Ok(AttributeValue::Ss(Arc::new(set)))
}

fn number_set(members: Vec<Numeral>) -> DecodedValue {
    if members.is_empty() {
        return Err(Flaw::EmptyNumberSet);
    }
    let count = members.len();
    let set: BTreeSet<Number> =
        members.into_iter().map(|Numeral(number)| number).collect::<Result<_, _>>().map_err(Flaw::Number)?;
    if set.len() < count {
        return Err(Flaw::DuplicateNumbers);
    }
    Ok(AttributeValue::Ns(Arc::new(set)))
}

fn binary_set(members: Vec<String>) -> DecodedValue {
    if members.is_empty() {
        return Err(Flaw::EmptyBinarySet);
    }
    let binary = |member: &String| STANDARD.decode(member).ok().map(EcoVec::from);
    let set: Option<BTreeSet<EcoVec<u8>>> = members.iter().map(binary).collect();
    match set {
        Some(set) if set.len() == members.len() => Ok(AttributeValue::Bs(Arc::new(set))),
        Some(_) => Err(Flaw::DuplicateBinaries(members)),
        None => Err(Flaw::Empty),
    }
}

/// Writes one value in its wire form.
#[must_use]
pub fn encode(value: &AttributeValue) -> Value {
    let inner: Value = match value {
        AttributeValue::S(text) => text.as_str().into(),
        AttributeValue::N(number) => number.to_string().into(),
        AttributeValue::B(blob) => STANDARD.encode(blob).into(),
        AttributeValue::Bool(truth) => (*truth).into(),
        AttributeValue::Null => true.into(),
        AttributeValue::Ss(set) => set.iter().map(EcoString::as_str).collect(),
        AttributeValue::Ns(set) => set.iter().map(ToString::to_string).collect(),
        AttributeValue::Bs(set) => set.iter().map(|blob| STANDARD.encode(blob)).collect(),
        AttributeValue::L(list) => list.iter().map(encode).collect(),
        AttributeValue::M(map) => Value::Object(encode_item(map)),
    };
    Value::Object(Map::from_iter([(value.kind().descriptor().to_owned(), inner)]))
}

/// Writes an item in its wire form.
#[must_use]
pub fn encode_item(item: &Item) -> Map<String, Value> {
    item.iter().map(|(name, value)| (name.to_string(), encode(value))).collect()
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
    fn a_request_is_read_alike_from_its_text_and_from_json() {
        let texts = [
            r#"{"a": {"S": "x"}, "b": {"N": "1e2"}, "c": {"L": [{"B": "AP8="}, {"M": {"d": {"SS": ["x"]}}}]}}"#,
            r#"{"a": {"S": "x"}, "a": {"S": "y"}}"#,
            r#"{"a": {"N": "x"}}"#,
            r#"{"a": {}}"#,
            r#"{"a": {"S": "x", "N": "1"}, "b": {"SS": []}}"#,
            r#"{"a": {"L": [{"S": "x"}, {"NULL": false}, {"SS": []}]}}"#,
            r#"{"a": {"M": {"": {"S": "x"}}}}"#,
            r#"{"": {"S": "x"}}"#,
        ];
        for text in texts {
            let json: Value = serde_json::from_str(text).unwrap();
            let read: WireItem = serde_json::from_str(text).unwrap();
            let direct = read.clone().into_item(Wording::Bare);
            assert_eq!(direct, decode_item(json.as_object().unwrap(), Wording::Bare), "{text}");
            assert!(direct.is_err() || read.is_valid(), "{text}");
        }
        for text in [r#"{"a": {"S": 1}}"#, r#"{"a": {"B": "x"}}"#, r#"{"a": {"X": "x"}}"#, r#"{"a": {"S": null}}"#] {
            assert!(serde_json::from_str::<WireItem>(text).is_err(), "{text} is for the check of types");
        }
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
