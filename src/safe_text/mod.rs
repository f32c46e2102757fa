//! Text that somebody else wrote, made safe to show: questions and labs of a pack, imported questions, items, names of
//! files, requests of a client, responses of another endpoint.
//!
//! A terminal obeys what it is sent. An escape sequence in an item can set the window's title, fill the clipboard or hide
//! lines; a bidirectional control can turn `rm` around; a line end can forge a line of this program. So every such
//! character is shown as a mark and not sent.
//!
//! **The marks.** A mark is the character's JSON escape: `\u001b` for escape, `\u202e` for a right-to-left override, two
//! escapes for a character beyond U+FFFF. It is ASCII, so every terminal can show it, and JSON with marks is still the same
//! JSON: within a string the mark is the character, and between strings JSON has none of these characters. So output that
//! a program reads needs no exception.
//!
//! **Two forms.** [`line()`] is for a text that becomes part of one line: line ends of every kind are marked as well, and
//! only the tab stays. [`block`] is for a text of several lines: LF stays too. Nothing else is exempt, not even CR.
//!
//! A message that quotes a text ([`quoted`]), or hands on what a library says of one ([`retold`]), has the same marks: Rust's
//! own quotes would write escape as `\u{1b}`.
//!
//! **The life of a value.** What puts a value into a line that others follow, such as a cell of a table, marks it with
//! [`line()`]. What prints lines marks each with [`line()`] ([`write_lines`] and the console of plain mode do). Everything
//! goes out through [`stdout`] and [`stderr`], which mark whatever is left; they are the only way out
//! (`tests/architecture.rs` and the lints see to that). The screens mark what they turn into spans.
//!
//! Letters stay as they are, whatever their script: combining marks, right-to-left letters, emoji with their joiners and
//! variation selectors. Marking a text twice changes nothing.
//!
//! Sources: ECMA-48, "Control functions"; Unicode Standard Annex 9, "Directional formatting characters"; Unicode Technical
//! Report 36, "Unicode security considerations"; RFC 8259, "Strings".

use std::borrow::Cow;
use std::fmt::Write as _;

mod writer;

pub use writer::{SafeWriter, stderr, stdout, write_lines};

/// Returns a text that is part of one line, with marks for whatever steers a terminal, hides, or ends a line.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    marked(text, must_be_marked)
}

/// Returns a text of several lines, with marks for whatever steers a terminal or hides.
#[must_use]
pub fn block(text: &str) -> Cow<'_, str> {
    marked(text, |letter| letter != '\n' && must_be_marked(letter))
}

/// Returns a text in quotation marks, as a message repeats what it found: on one line, with the same marks as everywhere.
/// Backslashes stay as they are: they would be doubled each time a text is quoted.
#[must_use]
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", line(text))
}

/// Returns what a library says of a text that it may have quoted as Rust does: with marks in place of its escapes.
#[must_use]
pub fn retold(said: &str) -> String {
    let mut out = String::with_capacity(said.len());
    let mut rest = said;
    while let Some((before, after)) = rest.split_once("\\u{") {
        out.push_str(before);
        let letter = after.split_once('}').and_then(|(digits, behind)| {
            let letter = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32)?;
            must_be_marked(letter).then_some((letter, behind))
        });
        if let Some((letter, behind)) = letter {
            out.push_str(&line(letter.encode_utf8(&mut [0; 4])));
            rest = behind;
        } else {
            out.push_str("\\u{");
            rest = after;
        }
    }
    out + rest
}

/// Whether a character must not be sent to a terminal within a line.
#[must_use]
pub const fn must_be_marked(letter: char) -> bool {
    // C0, DELETE and C1: what terminals obey.
    let steers = matches!(letter, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}') && letter != '\t';
    let ends_a_line = matches!(letter, '\u{2028}' | '\u{2029}');
    // Bidirectional controls: what follows is shown in another order.
    let reorders = matches!(
        letter,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    // The joiners U+200C and U+200D are unseen as well, but Persian, Hindi and emoji need them.
    let is_unseen = matches!(
        letter,
        '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e007f}'
    );
    steers || ends_a_line || reorders || is_unseen
}

fn marked(text: &str, is_marked: impl Fn(char) -> bool) -> Cow<'_, str> {
    let Some(first) = text.find(&is_marked) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str(&text[..first]);
    for letter in text[first..].chars() {
        if is_marked(letter) {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                // Writing into memory does not fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(letter);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_quoted_or_retold_has_the_same_marks_once() {
        let text = "a\u{1b}[2J\u{9b}\n\u{202e}\u{e0041}";
        let marks = r"a\u001b[2J\u009b\u000a\u202e\udb40\udc41";
        assert_eq!(quoted(text), format!("\"{marks}\""));
        assert_eq!(quoted(&line(text)), quoted(text), "what is marked already is not marked again");
        let debugged = format!("{:?}", text.replace('\n', ""));
        assert!(debugged.contains("u{1b}"), "{debugged}");
        assert_eq!(retold(&debugged), quoted(&text.replace('\n', "")));
        for same in ["none", r"\u{", r"\u{zz} \u{41} \u{110000}", "ä \\u{1f600}"] {
            assert_eq!(retold(same), same);
        }
    }

    #[test]
    fn what_steers_a_terminal_becomes_a_mark() {
        for (text, shown) in [
            ("\u{1b}]0;title\u{7}", r"\u001b]0;title\u0007"),
            ("a\u{9b}2Jb\u{7f}", r"a\u009b2Jb\u007f"),
            ("\u{202e}txt.exe\u{2069}", r"\u202etxt.exe\u2069"),
            ("one\r\ntwo\u{85}three\u{2028}four\u{b}", r"one\u000d\u000atwo\u0085three\u2028four\u000b"),
            ("a\u{200b}b\u{feff}c\u{e0041}", r"a\u200bb\ufeffc\udb40\udc41"),
        ] {
            assert_eq!(line(text), shown);
        }
        assert_eq!(block("one\n\ttwo\r\n\u{1b}"), "one\n\ttwo\\u000d\n\\u001b");
    }

    #[test]
    fn ordinary_text_stays_as_it_is_and_costs_nothing() {
        for text in [
            "plain, with a\ttab and a \\u001b written out",
            "Zażółć, naïve, e\u{301}, ПРИВЕТ",
            "日本語、中文、한국어",
            "שלום עולם, مرحبا, می\u{200c}خواهم",
            "👩\u{200d}👩\u{200d}👧 ❤\u{fe0f} 🏳\u{fe0f}\u{200d}🌈 🇵🇱",
            "क\u{94d}\u{200d}ष → … ═ █",
        ] {
            assert!(matches!(line(text), Cow::Borrowed(same) if same == text), "{text}");
            assert!(matches!(block(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_left_and_marking_again_changes_nothing(text in any::<String>()) {
            let once = line(&text).into_owned();
            prop_assert!(!once.chars().any(must_be_marked));
            prop_assert_eq!(line(&once), once.as_str());
            let lines: Vec<String> = block(&text).split('\n').map(str::to_owned).collect();
            prop_assert!(!lines.iter().any(|line| line.chars().any(must_be_marked)));
            prop_assert_eq!(lines.len(), text.matches('\n').count() + 1);
        }

        #[test]
        fn json_with_marks_is_the_same_json(text in any::<String>(), name in any::<String>()) {
            let value = serde_json::json!({name: [text, {"n": 1}]});
            for written in [value.to_string(), format!("{value:#}")] {
                let read: serde_json::Value = serde_json::from_str(&block(&written)).unwrap();
                prop_assert_eq!(&read, &value);
            }
        }
    }
}
