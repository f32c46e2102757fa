//! The words of the prompt's own commands: times, sizes, numbers and flags, each with an error that says what was
//! expected and what was found.

use std::collections::BTreeMap;
use std::str::FromStr;

use super::Reply;
use crate::aws_cli::{self, CliError};
use crate::safe_text;

/// What is wrong about the words after a command's name: one line, unless it is about an AWS command among them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault(String);

impl Fault {
    /// What came of an AWS command that sent nothing.
    pub(super) fn of_reply(reply: Reply) -> Self {
        Self(reply.text)
    }

    /// In words.
    pub(super) fn into_text(self) -> String {
        self.0
    }
}

impl From<String> for Fault {
    fn from(message: String) -> Self {
        Self(safe_text::line(&message).into_owned())
    }
}

impl From<&str> for Fault {
    fn from(message: &str) -> Self {
        Self::from(message.to_owned())
    }
}

impl From<CliError> for Fault {
    fn from(error: CliError) -> Self {
        Self(error.to_string())
    }
}

/// `+30s`, `500ms`, `5m`, `+2h`, `1d` in milliseconds.
pub(super) fn duration(text: &str) -> Result<u64, String> {
    let digits = text.trim_start_matches('+');
    let end = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
    let unit = match &digits[end..] {
        "ms" => Some(1),
        "s" => Some(1000),
        "m" => Some(60_000),
        "h" => Some(3_600_000),
        "d" => Some(86_400_000),
        _ => None,
    };
    let count = digits[..end].parse::<u32>().ok();
    count
        .zip(unit)
        .map(|(count, unit)| u64::from(count) * unit)
        .ok_or_else(|| format!("Expected a time such as 500ms, 30s, 5m, 2h or 1d, found {text}"))
}

/// `64KB`, `10GB`, `500` in bytes; units are 1,024 times each other, as item sizes are.
pub(super) fn bytes(text: &str) -> Result<u64, String> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let unit = match text[end..].to_ascii_uppercase().as_str() {
        "" | "B" => Some(1),
        "KB" => Some(1024),
        "MB" => Some(1024 * 1024),
        "GB" => Some(1024 * 1024 * 1024),
        _ => None,
    };
    let count = text[..end].parse::<u32>().ok();
    count
        .zip(unit)
        .map(|(count, unit)| u64::from(count) * unit)
        .ok_or_else(|| format!("Expected a size such as 500, 64KB, 1MB or 10GB, found {text}"))
}

/// A whole number within bounds.
pub(super) fn whole(what: &str, text: &str, bounds: std::ops::RangeInclusive<u64>) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| bounds.contains(number));
    number.ok_or_else(|| {
        format!("{what} expects a whole number from {} to {}, found {text}", bounds.start(), bounds.end())
    })
}

/// The flags of a command, each with its value; a flag that takes none has an empty one.
pub(super) struct Flags {
    given: BTreeMap<String, String>,
}

impl Flags {
    /// Splits a line into its plain words and its flags. `known` lists the flags, each with whether it takes a value.
    pub(super) fn read(line: &str, known: &[(&str, bool)]) -> Result<(Vec<String>, Self), Fault> {
        let words = aws_cli::words(line)?;
        let (mut plain, mut given) = (Vec::new(), BTreeMap::new());
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            if !word.starts_with("--") {
                plain.push(word);
                continue;
            }
            let Some((name, takes_value)) = known.iter().find(|(name, _)| *name == word) else {
                let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
                let hint = aws_cli::nearest(&word, names.iter().copied());
                let hint = hint.map_or_else(
                    || format!("It may be one of {}.", names.join(", ")),
                    |near| format!("Did you mean {near}?"),
                );
                return Err(format!("There is no flag {word} here. {hint}").into());
            };
            let value = if *takes_value {
                words.next().ok_or_else(|| format!("{name} expects a value"))?
            } else {
                String::new()
            };
            if given.insert((*name).to_owned(), value).is_some() {
                return Err(format!("{name} is given twice").into());
            }
        }
        Ok((plain, Self { given }))
    }

    /// The value of a flag, if it was given.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(String::as_str)
    }

    /// The value of a flag as a whole number within bounds, or `otherwise`.
    pub(super) fn whole(
        &self,
        name: &str,
        bounds: std::ops::RangeInclusive<u64>,
        otherwise: u64,
    ) -> Result<u64, String> {
        self.get(name).map_or(Ok(otherwise), |text| whole(name, text, bounds))
    }
}

/// Two numbers with something in between.
pub(super) fn pair<T: FromStr>(text: &str, between: char) -> Option<(T, T)> {
    let (left, right) = text.split_once(between)?;
    Some((left.parse().ok()?, right.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_have_units() {
        assert_eq!(
            ["500ms", "+30s", "5m", "48h", "1d"].map(|text| duration(text).unwrap()),
            [500, 30_000, 300_000, 172_800_000, 86_400_000]
        );
        assert_eq!(["7", "64KB", "1mb"].map(|text| bytes(text).unwrap()), [7, 65_536, 1_048_576]);
        assert_eq!(duration("soon").unwrap_err(), "Expected a time such as 500ms, 30s, 5m, 2h or 1d, found soon");
        assert!(duration("5").is_err() && duration("-5s").is_err() && bytes("lots").is_err());
    }

    #[test]
    fn flags_are_known_given_once_and_within_bounds() {
        let known = [("--rate", true), ("--strong", false)];
        let (plain, flags) = Flags::read("Orders --rate 7 --strong", &known).unwrap();
        assert_eq!(
            (plain, flags.get("--strong"), flags.whole("--rate", 1..=9, 1)),
            (vec!["Orders".to_owned()], Some(""), Ok(7))
        );
        let refused = |line: &str| Flags::read(line, &known).err().unwrap().into_text();
        assert_eq!(refused("--rat 7"), "There is no flag --rat here. Did you mean --rate?");
        assert_eq!(refused("--rate"), "--rate expects a value");
        assert_eq!(refused("--strong --strong"), "--strong is given twice");
        assert_eq!(flags.whole("--rate", 8..=9, 8).unwrap_err(), "--rate expects a whole number from 8 to 9, found 7");
    }
}
