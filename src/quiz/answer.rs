//! Letters typed by a learner, read as a choice of options.

use crate::safe_text::quoted;
use std::fmt;

use serde::{Deserialize, Serialize};

/// How sure a learner says to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess.
    Guess,
    /// Not sure.
    Unsure,
    /// Sure.
    Sure,
}

impl Confidence {
    /// All of them, from the least on.
    pub const ALL: [Self; 3] = [Self::Guess, Self::Unsure, Self::Sure];

    /// Its name in the progress file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Guess => "guess",
            Self::Unsure => "unsure",
            Self::Sure => "sure",
        }
    }

    /// Splits what is said of confidence off an answer: `B!` and `B sure`, `B?` and `B guess`, `B~` and `B unsure`.
    pub(super) fn split(text: &str) -> (&str, Option<Self>) {
        let text = text.trim();
        let marks = [("!", Self::Sure), ("?", Self::Guess), ("~", Self::Unsure)];
        let words = Self::ALL.map(|confidence| (confidence.name(), confidence));
        for (mark, confidence) in marks {
            if let Some(letters) = text.strip_suffix(mark) {
                return (letters, Some(confidence));
            }
        }
        let last = text.rsplit(char::is_whitespace).next().unwrap_or_default();
        match words.into_iter().find(|(word, _)| last.eq_ignore_ascii_case(word)) {
            Some((_, confidence)) if last.len() < text.len() => (&text[..text.len() - last.len()], Some(confidence)),
            _ => (text, None),
        }
    }
}

/// Why an answer was not understood. It is not counted: the learner answers again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerError {
    /// Something that is none of the options' letters.
    NoSuchLetter {
        /// What was found.
        found: String,
        /// The last letter there is.
        last: char,
    },
    /// More or fewer letters than the question asks for.
    WrongCount {
        /// How many it asks for.
        wanted: usize,
        /// How many were found.
        found: usize,
        /// The last letter there is.
        last: char,
    },
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchLetter { found, last } => {
                write!(f, "Expected a letter from A to {last}, found {}. (q quits.)", quoted(found))
            }
            Self::WrongCount { wanted: 1, found, last } => {
                write!(f, "This question wants one letter from A to {last}; found {found}.")
            }
            Self::WrongCount { wanted, found, last } => {
                write!(
                    f,
                    "This question wants {wanted} different letters from A to {last}, such as A,C; found {found}."
                )
            }
        }
    }
}

impl std::error::Error for AnswerError {}

/// Reads `B`, `a, c`, `A C` or `ac` as places of options, counted from 0 and in order.
pub(super) fn read(text: &str, options: usize, wanted: usize) -> Result<Vec<usize>, AnswerError> {
    let last = letter(options.saturating_sub(1));
    let mut places = Vec::new();
    for part in text.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, ',' | ';' | '.' | '+')) {
        let place = (0..options).find(|place| letter(*place) == part.to_ascii_uppercase());
        match place {
            Some(place) if !places.contains(&place) => places.push(place),
            Some(_) => {}
            None => {
                let found: String = text.trim().chars().take(20).collect();
                return Err(AnswerError::NoSuchLetter { found, last });
            }
        }
    }
    if places.len() != wanted {
        return Err(AnswerError::WrongCount { wanted, found: places.len(), last });
    }
    places.sort_unstable();
    Ok(places)
}

/// The letter of an option: A for the first.
pub(super) fn letter(place: usize) -> char {
    char::from(b'A' + u8::try_from(place % 26).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn letters_are_read_however_they_are_written() {
        for text in ["A,C", "a c", "ca", " C , A ", "a+c", "A,C,A"] {
            assert_eq!(read(text, 5, 2), Ok(vec![0, 2]), "{text}");
        }
        assert_eq!(read("b", 4, 1), Ok(vec![1]));
    }

    #[test]
    fn confidence_is_said_with_a_mark_or_a_word() {
        for (text, letters, confidence) in [
            ("B!", "B", Some(Confidence::Sure)),
            ("a,c ?", "a,c ", Some(Confidence::Guess)),
            ("B~", "B", Some(Confidence::Unsure)),
            ("B sure", "B ", Some(Confidence::Sure)),
            ("A C Guess", "A C ", Some(Confidence::Guess)),
            ("b", "b", None),
            ("sure", "sure", None),
        ] {
            assert_eq!(Confidence::split(text), (letters, confidence), "{text}");
        }
    }

    #[test]
    fn what_is_no_answer_says_what_was_expected() {
        assert_eq!(read("E", 4, 1).unwrap_err().to_string(), "Expected a letter from A to D, found \"E\". (q quits.)");
        assert_eq!(read("", 4, 1).unwrap_err().to_string(), "This question wants one letter from A to D; found 0.");
        assert_eq!(
            read("A", 5, 2).unwrap_err().to_string(),
            "This question wants 2 different letters from A to E, such as A,C; found 1."
        );
    }

    proptest! {
        #[test]
        fn any_text_is_an_answer_or_an_error(text in "\\PC{0,20}", wanted in 1_usize..3) {
            if let Ok(places) = read(&text, 5, wanted) {
                prop_assert_eq!(places.len(), wanted);
                prop_assert!(places.is_sorted() && places.iter().all(|place| *place < 5));
            }
        }
    }
}
