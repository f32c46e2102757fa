//! Words and turns that a native writer would not use, in questions and in labs.

use crate::safe_text::quoted;

/// Words and turns that a native writer would not use there, and what to write.
const NOT_ENGLISH: &[(&str, &str)] = &[
    ("shall", "must"),
    ("anew", "again"),
    ("once more", "again"),
    ("go on with", "continue"),
    ("goes on with", "continues"),
    ("mend", "fix"),
    ("mends", "fixes"),
    ("mended", "fixed"),
    ("dear", "expensive"),
    ("for nothing", "at no cost"),
    ("in plenty", "enough"),
    ("alike", "the same, or evenly"),
    ("at once", "immediately, or at the same time"),
    ("by itself", "automatically"),
    ("by themselves", "automatically"),
    ("belongs into", "belongs in"),
    ("belong into", "belong in"),
    ("is no key", "is not a key"),
    ("are no keys", "are not keys"),
    ("for ever", "permanently"),
    ("it came to", "the total was"),
    ("what helps", "which solution will meet these requirements"),
    ("what ends it", "which change resolves the issue"),
    ("answers an exception", "returns an error"),
    ("the own", "their own"),
];

/// Words that an exam item does not use of users and callers; in the story of a lab they are fair.
const OF_CALLERS: &[(&str, &str)] = &[("everybody", "every user"), ("nobody", "no user"), ("anybody", "any user")];

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// In a question.
    Exam,
    /// In a lab.
    Story,
}

/// What is not plain English in a text.
pub(super) fn faults(text: &str, tone: Tone) -> impl Iterator<Item = String> {
    // What a full stop parts does not belong together.
    let sentences: Vec<String> = text.split(['.', '!', '?', ';', ':']).map(spaced).collect();
    let callers: &[_] = if tone == Tone::Exam { OF_CALLERS } else { &[] };
    NOT_ENGLISH.iter().chain(callers).filter_map(move |(found, better)| {
        let is_there = sentences.iter().any(|sentence| sentence.contains(&format!(" {found} ")));
        is_there.then(|| format!("{} is not plain English here; write {}", quoted(found), quoted(better)))
    })
}

/// A text in small letters, every run of other characters as one blank, with a blank at both ends: words can be looked for.
pub(super) fn spaced(text: &str) -> String {
    let mut spaced = String::from(" ");
    for c in text.chars() {
        if c.is_alphanumeric() || c == '\'' || c == '-' {
            spaced.extend(c.to_lowercase());
        } else if !spaced.ends_with(' ') {
            spaced.push(' ');
        }
    }
    if !spaced.ends_with(' ') {
        spaced.push(' ');
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole() {
        assert_eq!(spaced("It  came to (at once!)"), " it came to at once ");
        assert!(!spaced("amended").contains(" mended "));
        assert_eq!(spaced(""), " ");
    }

    #[test]
    fn turns_are_found_within_a_sentence() {
        let found = |text: &str, tone| faults(text, tone).count();
        assert_eq!(found("It is sent at once, by itself; nobody waits.", Tone::Exam), 3);
        assert_eq!(found("It is sent at once, by itself; nobody waits.", Tone::Story), 2);
        assert_eq!(found("The others go on. With the defaults they shallow.", Tone::Story), 0);
    }
}
