//! Predictions: what the learner says a step will come to, held against what it came to.
//!
//! The life of a prediction: [`read`] takes what was typed, before the step is done; when a line completes the step,
//! [`Prediction::of`] compares it with what the requests came to. What is right is measured, never stated, except where the
//! choice is between words.

use std::fmt;

use super::reasons::spelled as number_words;
use super::story;
use crate::content::lab::Predict;
use crate::engine::capacity::{Units, grouped};

/// What the learner expects.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Guess {
    Number(f64),
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
                    Hit::Right
                        if self.numbers.is_some_and(|(said, measured)| (said - measured).abs() > f64::EPSILON) =>
                    {
                        "close enough"
                    }
                    Hit::Right => "as you said",
                    Hit::TooLow => "more than you expected",
                    Hit::TooHigh => "less than you expected",
                    Hit::Other => "not what you expected",
                };
                if self.is_choice {
                    write!(f, "You predicted \"{said}\"; it was \"{came_to}\": {verdict}.")
                } else {
                    write!(f, "You predicted {said}; measured: {came_to} ({verdict}).")
                }
            }
            _ if self.is_choice => write!(f, "To the question before the step: {came_to}."),
            _ => write!(f, "Measured: {came_to}."),
        }
    }
}

/// Reads what the learner typed: a letter or a choice, or a number with its unit, part by part.
///
/// # Errors
/// What was expected, if it is none of that.
pub(super) fn read(asked: &Predict, typed: &str) -> Result<Guess, String> {
    let typed = typed.trim();
    if !asked.choices.is_empty() {
        let by_letter = letters(asked.choices.len()).position(|letter| typed.eq_ignore_ascii_case(&letter.to_string()));
        let by_text = asked.choices.iter().position(|choice| choice.eq_ignore_ascii_case(typed));
        let last = letters(asked.choices.len()).last().unwrap_or('A');
        let choice =
            by_letter.or(by_text).ok_or_else(|| format!("Expected a letter from A to {last}, found {typed}"))?;
        return Ok(Guess::Choice(choice));
    }
    if typed.is_empty() {
        return Err(format!("Expected {}, such as :predict 1", wanted(asked)));
    }
    let digits =
        typed.split(|letter: char| !(letter.is_ascii_digit() || ".,".contains(letter))).next().unwrap_or_default();
    let number = number_of(digits).filter(|number| number.is_finite() && *number >= 0.0);
    let said_unit = typed[digits.len()..].trim();
    let is_unit = said_unit.is_empty() || same_unit(said_unit, unit(asked));
    number.filter(|_| is_unit).map(Guess::Number).ok_or_else(|| format!("Expected {}, found {typed}", wanted(asked)))
}

/// A number as it is typed: a comma stands between thousands (`9,000`), or where others have a point (`1,5`).
fn number_of(digits: &str) -> Option<f64> {
    let mut groups = digits.split('.').next().unwrap_or_default().split(',');
    let first = groups.next().unwrap_or_default();
    let are_thousands = (1..=3).contains(&first.len()) && first != "0" && groups.all(|group| group.len() == 3);
    match digits.split_once(',') {
        Some(_) if are_thousands => digits.replace(',', "").parse().ok(),
        Some((whole, part)) if !part.contains([',', '.']) => format!("{whole}.{part}").parse().ok(),
        Some(_) => None,
        None => digits.parse().ok(),
    }
}

/// Whether two units are the same in the singular and the plural: `RCU` and `RCUs`, `time` and `times`.
fn same_unit(said: &str, wanted: &str) -> bool {
    let bare = |unit: &str| unit.to_lowercase().trim_end_matches('s').to_owned();
    bare(said) == bare(wanted) || (said == "x" && bare(wanted) == "time")
}

/// What a prediction is to be: "a number (RCU)".
#[must_use]
pub fn wanted(asked: &Predict) -> String {
    match unit(asked) {
        "" => "a number".to_owned(),
        unit => format!("a number ({unit})"),
    }
}

/// The letters of so many choices.
pub(super) fn letters(count: usize) -> impl Iterator<Item = char> {
    ('A'..='Z').take(count)
}

fn unit(asked: &Predict) -> &str {
    asked.unit.as_deref().unwrap_or_default()
}

/// What a prediction is held against.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Measured {
    Number(f64),
    Text(String),
}

impl Measured {
    /// What the figure of a run came to.
    pub(super) fn of(figure: story::Figure) -> Self {
        match figure {
            story::Figure::Number(number) => Self::Number(number),
            story::Figure::Words(words) => Self::Text(words),
        }
    }

    /// As it is spelled in a text: `0.5`, `6,000`.
    pub(super) fn spelled(&self) -> String {
        match self {
            Self::Number(number) => number_words(*number),
            Self::Text(text) => text.clone(),
        }
    }
}

impl Prediction {
    /// Holds a guess against what a step came to that has just been completed; `None` if there is nothing to measure, which
    /// `content check` reports.
    pub(super) fn of(asked: &Predict, guess: Option<&Guess>, measured: Option<Measured>) -> Option<Self> {
        let mut numbers = None;
        let chosen = |place: usize| asked.choices.get(place).cloned().unwrap_or_default();
        let right = || asked.right.clone().or_else(|| measured.as_ref().map(Measured::spelled));
        let (came_to, hit) = if asked.choices.is_empty() {
            match measured? {
                // Words are held against choices; `content check` says so of a number that is asked for.
                Measured::Text(_) => return None,
                Measured::Number(found) => {
                    if let Some(Guess::Number(said)) = guess {
                        numbers = Some((*said, found));
                    }
                    (spelled(found, unit(asked)), guess.and_then(|guess| compared(guess, found, asked.within)))
                }
            }
        } else {
            let right = right()?;
            let place = asked.choices.iter().position(|choice| *choice == right)?;
            let hit = guess.map(|guess| if *guess == Guess::Choice(place) { Hit::Right } else { Hit::Other });
            (chosen(place), hit)
        };
        let said = guess.map(|guess| said(guess, asked));
        Some(Self { said, came_to, hit, numbers, is_choice: !asked.choices.is_empty() })
    }
}

/// What the learner said, in words.
pub(super) fn said(guess: &Guess, asked: &Predict) -> String {
    match guess {
        Guess::Number(number) => spelled(*number, unit(asked)),
        Guess::Choice(choice) => asked.choices.get(*choice).cloned().unwrap_or_default(),
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
        _ => number_words(number),
    };
    // One of what is counted in a word is one: "1 request"; units of capacity have no plural.
    let one = unit.strip_suffix('s').filter(|_| digits == "1");
    format!("{digits} {}", one.unwrap_or(unit)).trim_end().to_owned()
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
