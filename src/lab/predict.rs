//! Predictions: what the learner says a step will come to, held against what it came to.
//!
//! The life of a prediction: [`read`] takes what was typed, before the step is done; when a line completes the step,
//! [`Prediction::of`] compares it with what the requests came to. What is right is measured, never stated, except where the
//! choice is between words.

use std::fmt;

use super::tally::Figures;
use crate::content::lab::{Expect, Figure};
use crate::engine::capacity::{Units, grouped};

/// What the learner expects.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Guess {
    Number(f64),
    Text(String),
    /// The place among the choices.
    Choice(usize),
}

/// How near a prediction came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hit {
    /// As expected.
    Right,
    /// Less was expected than it came to.
    TooLow,
    /// More was expected than it came to.
    TooHigh,
    /// Something else was expected.
    Other,
}

impl Hit {
    /// Its name in the progress file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::TooLow => "low",
            Self::TooHigh => "high",
            Self::Other => "other",
        }
    }
}

/// What was expected and what it came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// What the learner said; `None` if they said nothing.
    pub said: Option<String>,
    /// What it came to.
    pub came_to: String,
    /// How near it came; `None` if nothing was said.
    pub hit: Option<Hit>,
    /// The two as numbers, if both are.
    pub numbers: Option<(f64, f64)>,
    /// Whether it was a choice between words.
    pub is_choice: bool,
}

impl fmt::Display for Prediction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let came_to = &self.came_to;
        match (&self.said, self.hit) {
            (Some(said), Some(hit)) => {
                let verdict = match hit {
                    Hit::Right => "as you said",
                    Hit::TooLow => "more than you expected",
                    Hit::TooHigh => "less than you expected",
                    Hit::Other => "not what you expected",
                };
                if self.is_choice {
                    write!(f, "You predicted \"{said}\"; it was \"{came_to}\": {verdict}.")
                } else {
                    write!(f, "You predicted {said}; it came to {came_to}: {verdict}.")
                }
            }
            _ if self.is_choice => write!(f, "To the question before the step: {came_to}."),
            _ => write!(f, "It came to {came_to}."),
        }
    }
}

/// Reads what the learner typed.
///
/// # Errors
/// What was expected, if it is none of that.
pub(super) fn read(expect: &Expect, typed: &str) -> Result<Guess, String> {
    let typed = typed.trim();
    if !expect.choices.is_empty() {
        let by_letter =
            letters(expect.choices.len()).position(|letter| typed.eq_ignore_ascii_case(&letter.to_string()));
        let by_text = expect.choices.iter().position(|choice| choice.eq_ignore_ascii_case(typed));
        let last = letters(expect.choices.len()).last().unwrap_or('A');
        let choice =
            by_letter.or(by_text).ok_or_else(|| format!("Expected a letter from A to {last}, found {typed}"))?;
        return Ok(Guess::Choice(choice));
    }
    if typed.is_empty() {
        return Err(format!("Expected {}, such as :predict 1", wanted(expect)));
    }
    if expect.text {
        return Ok(Guess::Text(typed.to_owned()));
    }
    let number = typed.split_whitespace().next().unwrap_or_default().replace(',', "");
    let number = number.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    number.map(Guess::Number).ok_or_else(|| format!("Expected {}, found {typed}", wanted(expect)))
}

/// What a prediction is to be: "a number of RCU".
#[must_use]
pub fn wanted(expect: &Expect) -> String {
    match (expect.text, unit(expect)) {
        (true, _) => "a value".to_owned(),
        (false, "") => "a number".to_owned(),
        (false, unit) => format!("a number ({unit})"),
    }
}

/// The letters of so many choices.
pub(super) fn letters(count: usize) -> impl Iterator<Item = char> {
    ('A'..='Z').take(count)
}

fn unit(expect: &Expect) -> &str {
    let own = match expect.figure {
        Some(Figure::ReadUnits) => "RCU",
        Some(Figure::WriteUnits) => "WCU",
        Some(Figure::Returned | Figure::Scanned) => "items",
        Some(Figure::Requests | Figure::Refused) => "requests",
        None => "",
    };
    expect.unit.as_deref().unwrap_or(own)
}

impl Prediction {
    /// Holds a guess against what the requests came to of a step that has just been completed; `None` if there is nothing to measure,
    /// which `content check` reports.
    pub(super) fn of(expect: &Expect, guess: Option<&Guess>, figures: &Figures) -> Option<Self> {
        let mut numbers = None;
        let (came_to, hit) = if let Some(right) = &expect.right {
            let right = expect.choices.iter().position(|choice| choice == right)?;
            let hit = guess.map(|guess| if *guess == Guess::Choice(right) { Hit::Right } else { Hit::Other });
            (expect.choices.get(right)?.clone(), hit)
        } else if expect.text {
            let found = figures.member.clone()?;
            let said = |guess: &Guess| matches!(guess, Guess::Text(text) if text.eq_ignore_ascii_case(&found));
            let hit = guess.map(|guess| if said(guess) { Hit::Right } else { Hit::Other });
            (found, hit)
        } else {
            let measured = measure(expect, figures)?;
            if let Some(Guess::Number(said)) = guess {
                numbers = Some((*said, measured));
            }
            (spelled(measured, unit(expect)), guess.and_then(|guess| compared(guess, measured, expect.within)))
        };
        let said = guess.map(|guess| match guess {
            Guess::Number(number) => spelled(*number, unit(expect)),
            Guess::Text(text) => text.clone(),
            Guess::Choice(choice) => expect.choices.get(*choice).cloned().unwrap_or_default(),
        });
        Some(Self { said, came_to, hit, numbers, is_choice: expect.right.is_some() })
    }
}

fn compared(guess: &Guess, measured: f64, within: Option<f64>) -> Option<Hit> {
    let Guess::Number(said) = guess else { return None };
    let leeway = (measured * within.unwrap_or(0.0) / 100.0).max(0.001);
    Some(if (said - measured).abs() <= leeway {
        Hit::Right
    } else if *said < measured {
        Hit::TooLow
    } else {
        Hit::TooHigh
    })
}

/// A number with its unit: "1,250 WCU", "0.5 RCU".
fn spelled(number: f64, unit: &str) -> String {
    let digits = match Units::from_f64(number) {
        Some(units) if number < 1e9 => units.grouped(),
        _ => number.to_string(),
    };
    format!("{digits} {unit}").trim_end().to_owned()
}

#[expect(clippy::cast_precision_loss, reason = "counts of a lab lie far below 2^52")]
fn measure(expect: &Expect, figures: &Figures) -> Option<f64> {
    let units = |units: Units| units.as_halves() as f64 / 2.0;
    Some(match expect.figure {
        Some(Figure::ReadUnits) => units(figures.read),
        Some(Figure::WriteUnits) => units(figures.write),
        Some(Figure::Returned) => figures.returned as f64,
        Some(Figure::Scanned) => figures.scanned as f64,
        Some(Figure::Requests) => figures.requests as f64,
        Some(Figure::Refused) => figures.refused as f64,
        None => figures.member.as_ref()?.parse().ok()?,
    })
}

/// How many predictions came near, in words for the scores.
#[must_use]
pub fn calibration(right: u64, low: u64, high: u64, other: u64) -> String {
    let made = right + low + high + other;
    let lean = match (low, high) {
        (low, high) if low > high => ", more often too low than too high",
        (low, high) if high > low => ", more often too high than too low",
        _ => "",
    };
    format!("{} of {} predictions right{lean}", grouped(right), grouped(made))
}
