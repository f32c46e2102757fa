//! Writing attribute values as the text of their wire form, straight from what is stored.
//!
//! What is written is, byte for byte, what [`json::encode`](super::json::encode) makes and its JSON prints. Most texts have
//! nothing to escape, which is seen many bytes at a time; those that have are left to serde_json.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{AttributeValue, Item, Number};

/// About how many bytes the text of an item has: enough for most.
#[must_use]
pub fn item_bytes(item: &Item) -> usize {
    // Beside names and values: quotes, a type and a comma for each attribute. What lies within a value is not looked at:
    // making more room once costs less.
    item.iter().map(|(name, value)| name.len() + value_bytes(value) + 24).fold(0, usize::saturating_add)
}

/// The same of a value.
fn value_bytes(value: &AttributeValue) -> usize {
    match value {
        AttributeValue::S(text) => text.len() + text.len() / 8,
        AttributeValue::B(blob) => blob.len() / 3 * 4,
        AttributeValue::N(_) | AttributeValue::Bool(_) | AttributeValue::Null => 8,
        _ => 96,
    }
}

/// Writes an item.
pub fn item(item: &Item, out: &mut Vec<u8>) {
    out.push(b'{');
    for (place, (name, inner)) in item.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        text(name, out);
        out.push(b':');
        value(inner, out);
    }
    out.push(b'}');
}

/// Writes a value. What stands around it is one piece for each type: most values are short, and each piece costs a look
/// whether there is room for it.
pub fn value(value: &AttributeValue, out: &mut Vec<u8>) {
    match value {
        AttributeValue::S(inner) if is_plain(inner.as_bytes()) => {
            out.extend_from_slice(br#"{"S":""#);
            out.extend_from_slice(inner.as_bytes());
            out.extend_from_slice(br#""}"#);
            return;
        }
        AttributeValue::S(inner) => {
            out.extend_from_slice(br#"{"S":"#);
            text(inner, out);
        }
        AttributeValue::N(number) => {
            out.extend_from_slice(br#"{"N":"#);
            shown(number, out);
        }
        AttributeValue::B(blob) => {
            out.extend_from_slice(br#"{"B":"#);
            binary(blob, out);
        }
        AttributeValue::Bool(truth) => {
            out.extend_from_slice(if *truth { br#"{"BOOL":true"# } else { br#"{"BOOL":false"# });
        }
        AttributeValue::Null => out.extend_from_slice(br#"{"NULL":true"#),
        AttributeValue::Ss(set) => list(br#"{"SS":["#, set.iter(), out, |member, out| text(member, out)),
        AttributeValue::Ns(set) => list(br#"{"NS":["#, set.iter(), out, shown),
        AttributeValue::Bs(set) => list(br#"{"BS":["#, set.iter(), out, |member, out| binary(member, out)),
        AttributeValue::L(elements) => list(br#"{"L":["#, elements, out, self::value),
        AttributeValue::M(map) => {
            out.extend_from_slice(br#"{"M":"#);
            item(map, out);
        }
    }
    out.push(b'}');
}

/// Writes the members of a set or list behind what opens it, and closes its bracket.
fn list<T>(opening: &[u8], members: impl IntoIterator<Item = T>, out: &mut Vec<u8>, write: impl Fn(T, &mut Vec<u8>)) {
    out.extend_from_slice(opening);
    for (place, member) in members.into_iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        write(member, out);
    }
    out.push(b']');
}

/// Writes a text in quotes.
pub fn text(text: &str, out: &mut Vec<u8>) {
    if is_plain(text.as_bytes()) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        // A list of bytes takes whatever is written to it.
        let _ = serde_json::to_writer(out, text);
    }
}

/// Writes what is shown in digits, points and signs.
fn shown(number: &Number, out: &mut Vec<u8>) {
    out.push(b'"');
    // A list of bytes takes whatever is written to it.
    let _ = number.write(&mut Bytes(out));
    out.push(b'"');
}

/// Bytes that take text.
struct Bytes<'a>(&'a mut Vec<u8>);

impl fmt::Write for Bytes<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

fn binary(blob: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend_from_slice(STANDARD.encode(blob).as_bytes());
    out.push(b'"');
}

/// Whether none of these bytes has to be escaped in JSON: no control character, quote or backslash.
fn is_plain(bytes: &[u8]) -> bool {
    /// How many bytes are looked at before it is asked what was found: enough for the compiler to look at them side by side.
    const SIDE_BY_SIDE: usize = 16;
    let is_special = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    let (blocks, rest) = bytes.as_chunks::<SIDE_BY_SIDE>();
    let has_special = |block: &[u8; SIDE_BY_SIDE]| block.iter().fold(false, |found, byte| found | is_special(byte));
    !blocks.iter().any(has_special) && !rest.iter().any(is_special)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::engine::messages::wording::Wording;
    use crate::engine::value::json::{decode_item, encode_item};

    #[test]
    fn what_is_written_is_what_is_encoded() {
        let wire = json!({
            "s": {"S": "a \"b\" \u{1}é"}, "n": {"N": "-12.50"}, "b": {"B": "AP8="}, "t": {"BOOL": false}, "z": {"NULL": true},
            "ss": {"SS": ["y", "x"]}, "ns": {"NS": ["10", "9", "1e2"]}, "bs": {"BS": ["AP8=", "AA=="]},
            "l": {"L": [{"M": {}}, {"L": []}, {"N": "1e-3"}]}, "a \"name\"": {"S": ""},
        });
        let read = decode_item(wire.as_object().unwrap(), Wording::Older).unwrap();
        let mut written = Vec::new();
        item(&read, &mut written);
        assert_eq!(String::from_utf8(written).unwrap(), Value::Object(encode_item(&read)).to_string());
    }

    proptest! {
        #[test]
        fn every_text_is_escaped_as_json_is(words in "[\u{0}-\u{a0}\"\\\\é語🦀]{0,40}") {
            let mut written = Vec::new();
            text(&words, &mut written);
            prop_assert_eq!(String::from_utf8(written).unwrap(), Value::from(words).to_string());
        }
    }

    #[test]
    fn every_byte_is_told_apart_at_every_place() {
        for byte in 0..=u8::MAX {
            for place in 0..70 {
                let mut bytes = [b'a'; 70];
                bytes[place] = byte;
                assert_eq!(is_plain(&bytes), byte >= 0x20 && byte != b'"' && byte != b'\\', "{byte} at {place}");
            }
        }
    }
}
