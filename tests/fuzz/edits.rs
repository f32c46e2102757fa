//! Changes of texts that make sense: letters that go, come or come often, and other numbers.

use proptest::prelude::*;
use proptest::sample::Index;

/// Numbers at which programs go wrong, as they are typed.
pub(crate) const NUMBERS: [&str; 10] = [
    "0",
    "-1",
    "1",
    "65536",
    "100000000",
    "4294967295",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "18446744073709551616",
];

/// A change of a text: what is where.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    Delete(Index, usize),
    Repeat(Index, usize, usize),
    Insert(Index, Index),
    Number(Index, Index),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        (any::<Index>(), 1..12_usize).prop_map(|(at, length)| Edit::Delete(at, length)),
        (any::<Index>(), 1..12_usize, 1..60_usize).prop_map(|(at, length, times)| Edit::Repeat(at, length, times)),
        (any::<Index>(), any::<Index>()).prop_map(|(at, word)| Edit::Insert(at, word)),
        (any::<Index>(), any::<Index>()).prop_map(|(at, number)| Edit::Number(at, number)),
    ]
}

impl Edit {
    /// The text with this change, made of these words and numbers.
    pub(crate) fn apply(&self, text: &str, words: &[String], numbers: &[&str]) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        let count = letters.len() + 1;
        let span = |at: &Index, length: usize| {
            let from = at.index(count);
            from..(from + length).min(count - 1)
        };
        match self {
            Self::Delete(at, length) => {
                letters.drain(span(at, *length));
            }
            Self::Repeat(at, length, times) => {
                let span = span(at, *length);
                let repeated = letters[span.clone()].repeat(*times);
                letters.splice(span, repeated);
            }
            Self::Insert(at, word) => {
                let at = at.index(count);
                letters.splice(at..at, words[word.index(words.len())].chars());
            }
            Self::Number(at, number) => {
                let digits: Vec<usize> = (0..letters.len()).filter(|at| letters[*at].is_ascii_digit()).collect();
                if !digits.is_empty() {
                    let from = digits[at.index(digits.len())];
                    let length = letters[from..].iter().take_while(|letter| letter.is_ascii_digit()).count();
                    letters.splice(from..from + length, numbers[number.index(numbers.len())].chars());
                }
            }
        }
        letters.into_iter().collect()
    }
}

/// A few changes.
pub(crate) fn edits() -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec(edit(), 1..5)
}

/// The text with each of its numbers replaced by another one in turn.
pub(crate) fn with_odd_numbers(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let mut all = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = at + bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if end > at {
            all.extend(NUMBERS.map(|number| format!("{}{number}{}", &text[..at], &text[end..])));
        }
        at = end.max(at + 1);
    }
    all
}
