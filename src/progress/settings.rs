//! The settings that the progress file keeps: their names, and what each may hold.
//!
//! A setting is a text under a name, so a file or an export from elsewhere may say anything in it. An import is held against
//! what is said here; an export leaves out what an import would refuse.
//!
//! Source: the ranges are those that FSRS-6 keeps its parameters in (`fsrs`, `parameter_clipper.rs`).

use crate::safe_text::quoted;
use serde_json::Value;

use super::tables::LAST_IMPORTED;

/// A setting of the progress file.
#[derive(Debug)]
pub struct Setting {
    /// What it is kept under.
    pub name: &'static str,
    holds: Holds,
}

/// What a setting may hold.
#[derive(Debug)]
enum Holds {
    /// A JSON list of numbers, each in its range.
    Numbers(&'static [(f64, f64)]),
    /// A whole number, not negative.
    Count,
    /// A JSON list of at most so many texts.
    Texts(usize),
}

/// The parameters of the review schedule, fitted to the learner.
pub const PARAMETERS: Setting = Setting {
    name: "fsrs",
    holds: Holds::Numbers(&[
        (0.001, 100.0),
        (0.001, 100.0),
        (0.001, 100.0),
        (0.001, 100.0),
        (1.0, 10.0),
        (0.001, 4.0),
        (0.001, 4.0),
        (0.001, 0.75),
        (0.0, 4.5),
        (0.0, 0.8),
        (0.001, 3.5),
        (0.001, 5.0),
        (0.001, 0.25),
        (0.001, 0.9),
        (0.0, 4.0),
        (0.0, 1.0),
        (1.0, 6.0),
        (0.0, 2.0),
        (0.0, 2.0),
        (0.0, 0.8),
        (0.1, 0.8),
    ]),
};
/// How many reviews they rest on.
pub const FITTED: Setting = Setting { name: "fsrs_reviews", holds: Holds::Count };
/// How many typed lines are kept.
pub const MOST_TYPED: usize = 500;
/// The lines typed in labs, oldest first.
pub const TYPED: Setting = Setting { name: "typed_lines", holds: Holds::Texts(MOST_TYPED) };

const ALL: [Setting; 3] = [PARAMETERS, FITTED, TYPED];

/// How far a number may lie beyond its range: what a number of 32 bits loses as text.
const SLACK: f64 = 1e-6;

/// What is wrong with a setting, with the column that it is in; `None` if it can be used.
pub(super) fn fault(name: &str, value: &str) -> Option<String> {
    match ALL.iter().find(|setting| setting.name == name) {
        None => {
            let known = ALL.map(|setting| quoted(setting.name)).join(" or ");
            Some(format!("name: expected {known}, found {}", shown(name)))
        }
        Some(setting) => setting.holds.fault(value).map(|fault| format!("value of {}: {fault}", quoted(name))),
    }
}

fn shown(text: &str) -> String {
    super::tables::shown(text.into())
}

impl Holds {
    fn fault(&self, value: &str) -> Option<String> {
        let list = || serde_json::from_str::<Vec<Value>>(value).ok();
        match self {
            Self::Numbers(ranges) => {
                let numbers = list().map(|list| list.iter().filter_map(Value::as_f64).collect::<Vec<_>>());
                let Some(numbers) = numbers.filter(|numbers| numbers.len() == ranges.len()) else {
                    return Some(format!("expected a list of {} numbers, found {}", ranges.len(), shown(value)));
                };
                let is_outside =
                    |(number, (least, most)): (&f64, &(f64, f64))| !(least - SLACK..=most + SLACK).contains(number);
                let place = numbers.iter().zip(*ranges).position(is_outside)?;
                let ((least, most), found) = (ranges[place], numbers[place]);
                Some(format!("number {}: expected {least} to {most}, found {found}", place + 1))
            }
            Self::Count => {
                let is_count = value.parse::<i64>().is_ok_and(|count| (0..=LAST_IMPORTED).contains(&count));
                (!is_count)
                    .then(|| format!("expected a whole number from 0 to {LAST_IMPORTED}, found {}", shown(value)))
            }
            Self::Texts(most) => match list().filter(|list| list.iter().all(Value::is_string)) {
                Some(list) if list.len() > *most => {
                    Some(format!("expected at most {most} texts, found {}", list.len()))
                }
                Some(_) => None,
                None => Some(format!("expected a list of texts, found {}", shown(value))),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_has_a_known_name_and_what_that_name_may_hold() {
        let parameters = |at: usize, number: &str| {
            let mut all: Vec<String> = fsrs::DEFAULT_PARAMETERS.iter().map(ToString::to_string).collect();
            all[at] = number.to_owned();
            format!("[{}]", all.join(", "))
        };
        let lines = |count: usize| serde_json::to_string(&vec!["x"; count]).unwrap_or_default();
        for (name, value) in [
            ("fsrs", parameters(20, "0.8")),
            ("fsrs_reviews", "512".to_owned()),
            ("typed_lines", lines(500)),
            ("typed_lines", "[]".to_owned()),
        ] {
            assert_eq!(fault(name, &value), None, "{name} {value}");
        }
        for (name, value, wanted) in [
            (
                "theme",
                "dark".to_owned(),
                "name: expected \"fsrs\" or \"fsrs_reviews\" or \"typed_lines\", found \"theme\"",
            ),
            ("fsrs", "[1]".to_owned(), "value of \"fsrs\": expected a list of 21 numbers, found \"[1]\""),
            ("fsrs", parameters(0, "\"a\""), "value of \"fsrs\": expected a list of 21 numbers"),
            ("fsrs", parameters(20, "1e30"), "value of \"fsrs\": number 21: expected 0.1 to 0.8, found 1"),
            ("fsrs_reviews", "-1".to_owned(), "value of \"fsrs_reviews\": expected a whole number from 0 to"),
            ("fsrs_reviews", u64::MAX.to_string(), "value of \"fsrs_reviews\": expected a whole number from 0 to"),
            ("typed_lines", "[1]".to_owned(), "value of \"typed_lines\": expected a list of texts, found \"[1]\""),
            ("typed_lines", lines(501), "value of \"typed_lines\": expected at most 500 texts, found 501"),
        ] {
            let found = fault(name, &value).unwrap_or_default();
            assert!(found.starts_with(wanted), "{name}: {found}");
        }
    }
}
