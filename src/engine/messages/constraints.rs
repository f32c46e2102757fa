//! Texts of broken member constraints and the line that joins them.

use std::borrow::Cow;

use super::wording::Wording;
use crate::engine::shape::Violation;

/// The service lists no more than this many violations.
pub const MOST_LISTED: usize = 10;

/// A required member is missing.
pub const NOT_NULL: &str = "Member must not be null";

/// Too short a text, list or map.
#[must_use]
pub fn length_at_least(min: usize) -> String {
    format!("Member must have length greater than or equal to {min}")
}

/// Too long a text, list or map.
#[must_use]
pub fn length_at_most(max: usize) -> String {
    format!("Member must have length less than or equal to {max}")
}

/// Too small a number.
#[must_use]
pub fn value_at_least(min: i64) -> String {
    format!("Member must have value greater than or equal to {min}")
}

/// Too large a number.
#[must_use]
pub fn value_at_most(max: i64) -> String {
    format!("Member must have value less than or equal to {max}")
}

/// A text with characters outside its pattern.
#[must_use]
pub fn pattern(pattern: &str) -> String {
    format!("Member must satisfy regular expression pattern: {pattern}")
}

/// A text that is none of an enum's values.
#[must_use]
pub fn one_of(values: &[&str]) -> String {
    format!("Member must satisfy enum value set: [{}]", values.join(", "))
}

/// The limits of a map's keys or values, largest first, as the service lists them.
#[must_use]
pub fn text_limits(min: usize, max: usize, pattern_text: Option<&str>) -> String {
    let mut limits = vec![length_at_most(max), length_at_least(min)];
    limits.extend(pattern_text.map(pattern));
    limits.join(", ")
}

/// A map key breaks these limits.
#[must_use]
pub fn map_keys(limits: &str) -> String {
    format!("Map keys must satisfy constraint: [{limits}]")
}

/// A map value breaks these limits.
#[must_use]
pub fn map_values(limits: &str) -> String {
    format!("Map value must satisfy constraint: [{limits}]")
}

/// A value as far as it is repeated: a request of 16 MB is not answered with as much.
fn shortened(value: &str) -> Cow<'_, str> {
    const MOST_REPEATED: usize = 64 * 1024;
    if value.len() <= MOST_REPEATED {
        return value.into();
    }
    let end = (0..=MOST_REPEATED).rev().find(|end| value.is_char_boundary(*end)).unwrap_or(0);
    format!("{}...", &value[..end]).into()
}

/// One violation: `Value 'x' at 'tableName' failed to satisfy constraint: …`.
fn line(violation: &Violation) -> String {
    let value = violation.value.as_ref().map_or_else(|| "null".to_owned(), |value| format!("'{}'", shortened(value)));
    format!("Value {value} at '{}' failed to satisfy constraint: {}", violation.path, violation.constraint)
}

/// The new wording's line about a member, named as on the wire: `Value at 'TableName' failed to satisfy constraint: …`.
#[must_use]
pub fn line_without_value(member: &str, constraint: &str) -> String {
    format!("Value at '{member}' failed to satisfy constraint: {constraint}")
}

/// The new wording's line about an enum that it neither names nor quotes.
#[must_use]
pub fn nameless_line(values: &[&str]) -> String {
    format!("Failed to satisfy constraint: {}", one_of(values))
}

/// All violations of a request, joined: `2 validation errors detected: …; …`.
#[must_use]
pub fn detected(violations: &[Violation], wording: Wording) -> String {
    let reworded = |violation: &Violation| violation.in_new_wording.clone().filter(|_| wording.is_new());
    let alone = violations.iter().filter_map(reworded).find(|reworded| reworded.alone);
    let told = |violation| reworded(violation).map_or_else(|| line(violation), |reworded| reworded.line);
    let listed: Vec<String> = if let Some(alone) = alone {
        vec![alone.line]
    } else {
        violations.iter().take(MOST_LISTED).map(told).collect()
    };
    let plural = if listed.len() == 1 { "" } else { "s" };
    format!("{} validation error{plural} detected: {}", listed.len(), listed.join("; "))
}
