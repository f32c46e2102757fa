//! Reasons in the learner's terms: what a request did instead of what was wanted.
//!
//! A reason is one sentence about the newest attempt, computed from the first thing that does not fit. Counts agree with
//! their nouns, and a message of the service keeps its own full stop.

use crate::content::lab::requirement::{Bound, RequestEffect, Within};
use crate::engine::capacity::grouped;

use super::facts::{Fact, Part};

/// "1 item", "6,000 items", "2 entries".
pub(super) fn counted(count: u64, plural: &str) -> String {
    format!("{} {}", grouped(count), noun(count == 1, plural))
}

/// A time in words: "0.1 seconds", "1 second".
pub(super) fn counted_seconds(seconds: f64) -> String {
    let spelled = spelled(seconds);
    if spelled == "1" { "1 second".to_owned() } else { format!("{spelled} seconds") }
}

/// A noun as it agrees with a count.
pub(super) fn noun(is_one: bool, plural: &str) -> String {
    if !is_one {
        return plural.to_owned();
    }
    match plural.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => plural.strip_suffix('s').unwrap_or(plural).to_owned(),
    }
}

/// A number as it is spelled: `0.5`, `6,000`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a small whole number")]
pub(super) fn spelled(number: f64) -> String {
    if number.fract() == 0.0 && (0.0..1e15).contains(&number) {
        return grouped(number as u64);
    }
    let rounded = (number * 100.0).round() / 100.0;
    rounded.to_string()
}

/// A bound in words: "12", "at most 0.5", "10 to 20".
pub(super) fn bound(bound: &Bound) -> String {
    match *bound {
        Bound::Exactly(number) => spelled(number),
        Bound::Within(Within { at_least: Some(least), at_most: Some(most) }) => {
            format!("{} to {}", spelled(least), spelled(most))
        }
        Bound::Within(Within { at_least: Some(least), .. }) => format!("at least {}", spelled(least)),
        Bound::Within(Within { at_most: Some(most), .. }) => format!("at most {}", spelled(most)),
        Bound::Within(_) => "any number".to_owned(),
    }
}

/// A list in words: "a", "a and b", "a, b and c".
pub(super) fn listed(all: &[String]) -> String {
    match all {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Alternatives in words: "Query or Scan".
pub(super) fn either(all: &[String]) -> String {
    match all {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// What is acted on: "the table", "the index byEmail".
pub(super) fn place(index: Option<&str>) -> String {
    index.map_or_else(|| "the table".to_owned(), |index| format!("the index {index}"))
}

/// Who did it: "Your Query".
pub(super) fn subject(fact: &Fact) -> String {
    match fact.effect {
        RequestEffect::Load => "Your :load".to_owned(),
        // As it is typed: `:cache del`.
        RequestEffect::Cache => format!("Your :cache {}", fact.request["Operation"].as_str().unwrap_or_default()),
        _ => format!("Your {}", fact.verb),
    }
}

/// What a part did, in the past: "read", "wrote"; of a request that was refused, what it was for.
pub(super) const fn did(fact: &Fact, part: &Part) -> &'static str {
    if fact.error.is_some() {
        return "was for";
    }
    match part.effect {
        RequestEffect::Read | RequestEffect::Stream => "read",
        RequestEffect::Write => "wrote",
        RequestEffect::Check => "checked",
        RequestEffect::Define => "was about",
        RequestEffect::Describe
        | RequestEffect::Around
        | RequestEffect::Load
        | RequestEffect::Answer
        | RequestEffect::Cache => "asked about",
    }
}

/// What has not happened yet, in words.
pub(super) const fn nothing(effect: RequestEffect) -> &'static str {
    match effect {
        RequestEffect::Read => "Nothing was read in this step yet.",
        RequestEffect::Write => "Nothing was written in this step yet.",
        RequestEffect::Check => "No transaction with a ConditionCheck was sent in this step yet.",
        RequestEffect::Define => "No table was created or changed in this step yet.",
        RequestEffect::Describe => "No table was described in this step yet.",
        RequestEffect::Stream => "No stream was read in this step yet.",
        RequestEffect::Around => "No other service was asked in this step yet.",
        RequestEffect::Load => "The load was not run in this step yet: type :load.",
        RequestEffect::Cache => "The cache was not used in this step yet: type :cache get, :cache set or :cache del.",
        RequestEffect::Answer => "The question was not answered yet: type :answer and a letter.",
    }
}

/// A sentence: begins with a capital letter and ends with one full stop.
pub(super) fn sentence(words: &str) -> String {
    let words = words.trim();
    let mut letters = words.chars();
    let first: String = letters.next().map(|first| first.to_uppercase().collect()).unwrap_or_default();
    let end = if words.ends_with(['.', '!', '?']) { "" } else { "." };
    first + letters.as_str() + end
}

/// An exception in words: "ValidationException: One or more …".
pub(super) fn refusal((name, message): &(String, String)) -> String {
    let message = message.trim().trim_end_matches('.');
    if message.is_empty() { name.clone() } else { format!("{name}: {message}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_with_their_nouns() {
        assert_eq!(
            [counted(1, "items"), counted(0, "items"), counted(6000, "entries"), counted(1, "entries")],
            ["1 item", "0 items", "6,000 entries", "1 entry"]
        );
        assert_eq!([noun(true, "RCU"), noun(true, "times")], ["RCU", "time"]);
        assert_eq!(
            [spelled(0.5), spelled(211.0), spelled(12_000.0), spelled(2.345_67)],
            ["0.5", "211", "12,000", "2.35"]
        );
    }

    #[test]
    fn sentences_end_once() {
        assert_eq!(sentence("your Query was refused"), "Your Query was refused.");
        assert_eq!(sentence("Try again later."), "Try again later.");
        assert_eq!(refusal(&("X".to_owned(), "No. Drain.".to_owned())), "X: No. Drain");
        assert_eq!(listed(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }
}
