//! Short texts for figures: sizes, times, keys and images.

use ecow::EcoString;

use serde_json::{Map, Value};

use crate::engine::capacity::grouped;
use crate::engine::messages::wording::Wording;
use crate::engine::value::key::{KeyAttribute, KeyScalar};
use crate::engine::value::{AttributeValue, Item, json};
use crate::safe_text;

/// The most letters of a key or an attribute's value.
const LONGEST_VALUE: usize = 60;
/// The most letters of an image.
const LONGEST_IMAGE: usize = 160;

/// A text of at most so many letters that no terminal takes for a command.
pub(super) fn clean(text: &str, most: usize) -> String {
    let safe = safe_text::line(text).replace('\t', " ");
    match safe.char_indices().nth(most) {
        Some((end, _)) => format!("{}...", &safe[..end]),
        None => safe,
    }
}

/// A key's values in short, without their names.
pub(super) fn scalars(parts: &[KeyScalar]) -> String {
    parts.iter().map(scalar).collect::<Vec<_>>().join(", ")
}

fn scalar(scalar: &KeyScalar) -> String {
    match scalar {
        KeyScalar::S(text) => clean(text, LONGEST_VALUE),
        other => value(&other.to_value()),
    }
}

/// A value in short: texts bare, numbers bare, anything else in its wire form.
fn value(value: &AttributeValue) -> String {
    match value {
        AttributeValue::S(text) => clean(text, LONGEST_VALUE),
        AttributeValue::N(number) => number.to_string(),
        AttributeValue::Bool(is_true) => is_true.to_string(),
        AttributeValue::Null => "null".to_owned(),
        AttributeValue::M(map) => counted(map.len(), "member"),
        AttributeValue::L(list) => counted(list.len(), "element"),
        other => clean(&json::encode(other).to_string(), LONGEST_VALUE),
    }
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("({} {what}{plural})", grouped(count as u64))
}

/// A key in short: its values in the order of their names' roles.
pub(super) fn key(key: &Item) -> String {
    clean(&key.values().map(value).collect::<Vec<_>>().join(", "), LONGEST_IMAGE)
}

/// The same of a key in wire form; `None` if it is none.
pub(super) fn wire_key(wire: &Map<String, Value>) -> Option<String> {
    json::decode_item(wire, Wording::default()).ok().map(|item| key(&item))
}

/// Some attributes of an item in short: `amount 12, poison true`.
pub(super) fn image<'a>(attributes: impl Iterator<Item = (&'a EcoString, &'a AttributeValue)>) -> String {
    let parts: Vec<String> =
        attributes.take(12).map(|(name, held)| format!("{} {}", clean(name, LONGEST_VALUE), value(held))).collect();
    clean(&parts.join(", "), LONGEST_IMAGE)
}

/// Key attributes with their types: `customerId S`.
pub(super) fn key_attributes(attributes: &[KeyAttribute]) -> String {
    let one = |key: &KeyAttribute| format!("{} {}", clean(&key.name, LONGEST_VALUE), key.kind.descriptor());
    attributes.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// A size: bytes exactly up to 10,000, then in KB, MB or GB with one digit behind the point.
#[must_use]
pub fn bytes(count: u64) -> String {
    const STEPS: [(u64, &str); 3] = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")];
    match STEPS.iter().find(|(size, _)| count >= *size && count >= 10_000) {
        None => format!("{} B", grouped(count)),
        Some((size, unit)) => {
            let tenths = (u128::from(count) * 10 + u128::from(*size) / 2) / u128::from(*size);
            let tenths = u64::try_from(tenths).unwrap_or(u64::MAX);
            format!("{}.{} {unit}", grouped(tenths / 10), tenths % 10)
        }
    }
}

/// A time: `250 ms`, `2 s`, `3 min`, `4 h`.
#[must_use]
pub fn millis(count: u64) -> String {
    match count {
        0..1000 => format!("{count} ms"),
        1000..120_000 if count.is_multiple_of(1000) => format!("{} s", count / 1000),
        1000..120_000 => format!("{}.{} s", count / 1000, count % 1000 / 100),
        120_000..7_200_000 => format!("{} min", count / 60_000),
        _ => format!("{} h", grouped(count / 3_600_000)),
    }
}

/// A count with its noun: `1 item`, `6,000 items`.
#[must_use]
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_keep_three_or_four_digits() {
        let sizes = [0, 9_999, 10_240, 1_724_318, 3_221_225_472].map(bytes);
        assert_eq!(sizes, ["0 B", "9,999 B", "10.0 KB", "1.6 MB", "3.0 GB"]);
        let times = [0, 999, 2_000, 2_500, 120_000, 7_200_000].map(millis);
        assert_eq!(times, ["0 ms", "999 ms", "2 s", "2.5 s", "2 min", "2 h"]);
    }

    #[test]
    fn no_text_reaches_the_terminal_as_a_command() {
        assert_eq!(clean("a\u{1b}[2Jb\tc", 60), "a\\u001b[2Jb c");
        assert_eq!(clean("abcdef", 3), "abc...");
        assert_eq!(clean("abc", 3), "abc");
    }
}
