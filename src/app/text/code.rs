//! Roles for code: JSON, Python, JavaScript and Java, shell commands, and logs.
//!
//! A lexer that knows strings, numbers, words and comments is enough to read an exhibit by; it never changes a character.
//! Left out: grammar.

use crate::app::line::{Flow, Line, Role};
use crate::safe_text;

/// The syntax of an exhibit, as far as roles follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// JSON, and what is written like it.
    Json,
    /// Python.
    Python,
    /// JavaScript, Java and their like.
    Script,
    /// A command of a shell.
    Shell,
    /// An expression of DynamoDB or PartiQL.
    Expression,
    /// Anything else: log lines, tables.
    Text,
}

/// Words that lead a statement of Python.
const PYTHON: &[&str] = &[
    "and", "as", "async", "await", "break", "class", "continue", "def", "elif", "else", "except", "finally", "for",
    "from", "if", "import", "in", "is", "lambda", "None", "not", "or", "pass", "raise", "return", "True", "False",
    "try", "while", "with", "yield",
];
/// Words that lead a statement of JavaScript or Java.
const SCRIPT: &[&str] = &[
    "async",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "else",
    "export",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "import",
    "let",
    "new",
    "null",
    "private",
    "public",
    "return",
    "static",
    "switch",
    "throw",
    "true",
    "try",
    "undefined",
    "var",
    "void",
    "while",
];
/// Words of expressions and of PartiQL.
const EXPRESSION: &[&str] = &[
    "ADD",
    "AND",
    "BETWEEN",
    "DELETE",
    "EXISTS",
    "FROM",
    "IN",
    "INSERT",
    "INTO",
    "MISSING",
    "NOT",
    "OR",
    "REMOVE",
    "SELECT",
    "SET",
    "UPDATE",
    "VALUE",
    "WHERE",
    "attribute_exists",
    "attribute_not_exists",
    "attribute_type",
    "begins_with",
    "contains",
    "if_not_exists",
    "list_append",
    "size",
];

impl Syntax {
    /// Returns the syntax called `name`, as exhibits name it; text if it is not known.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "json" => Self::Json,
            "python" => Self::Python,
            "javascript" | "java" | "rust" | "typescript" => Self::Script,
            "shell" | "cli" | "bash" => Self::Shell,
            "expression" | "partiql" => Self::Expression,
            _ => Self::Text,
        }
    }

    /// Guesses the syntax of a line of which nothing is known.
    #[must_use]
    pub fn guess(line: &str) -> Self {
        let line = line.trim_start();
        if line.starts_with(['{', '}', '[', ']', '"']) {
            Self::Json
        } else if line.contains(" --") || line.starts_with("aws ") {
            Self::Shell
        } else if EXPRESSION.iter().any(|word| line.starts_with(word)) {
            Self::Expression
        } else {
            Self::Script
        }
    }

    const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Python => PYTHON,
            Self::Script => SCRIPT,
            Self::Expression | Self::Shell => EXPRESSION,
            Self::Json => &["true", "false", "null"],
            Self::Text => &[],
        }
    }

    const fn comment(self) -> Option<&'static str> {
        match self {
            Self::Python | Self::Shell => Some("#"),
            Self::Script => Some("//"),
            _ => None,
        }
    }
}

/// Lines of code with their roles.
#[must_use]
pub fn lines(text: &str, syntax: Syntax) -> Vec<Line> {
    text.lines().map(|text| line(text, syntax)).collect()
}

/// A line of code with its roles.
#[must_use]
pub fn line(text: &str, syntax: Syntax) -> Line {
    let marked = safe_text::line(text);
    let text = &*marked;
    let mut spans: Vec<(Role, String)> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let before = text.len() - rest.len();
        let starts_word = before == 0 || text[..before].ends_with(char::is_whitespace);
        let (role, length) = match first {
            '"' | '\'' if syntax != Syntax::Text => string(rest, first, syntax),
            '-' if syntax == Syntax::Shell && starts_word && rest.starts_with("--") => (Role::CodeWord, word(rest)),
            _ if starts_word && syntax.comment().is_some_and(|mark| rest.starts_with(mark)) => {
                (Role::Muted, rest.len())
            }
            digit if digit.is_ascii_digit() && !is_inside_word(&text[..before]) => (Role::CodeNumber, number(rest)),
            letter if letter.is_alphabetic() || matches!(letter, '_' | ':' | '#' | '@' | '$') => {
                let length = word(rest);
                let known = syntax.words().contains(&&rest[..length]);
                let is_command = syntax == Syntax::Shell && text[..before].trim().is_empty();
                (if known || is_command { Role::CodeWord } else { Role::Code }, length)
            }
            other => (Role::Code, other.len_utf8()),
        };
        push(&mut spans, role, &rest[..length]);
        rest = &rest[length..];
    }
    Line { spans, flow: Flow::Code, indent: 0 }
}

/// A string to its end, or to the end of the line: a member's name if a colon follows it in JSON.
fn string(rest: &str, quote: char, syntax: Syntax) -> (Role, usize) {
    let mut is_escaped = false;
    let mut end = rest.len();
    for (at, letter) in rest.char_indices().skip(1) {
        if is_escaped {
            is_escaped = false;
        } else if letter == '\\' {
            is_escaped = true;
        } else if letter == quote {
            end = at + letter.len_utf8();
            break;
        }
    }
    let is_name = syntax == Syntax::Json && rest[end..].trim_start().starts_with(':');
    (if is_name { Role::CodeKey } else { Role::CodeString }, end)
}

fn word(rest: &str) -> usize {
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let tail = &rest[first..];
    first + tail.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-'))).unwrap_or(tail.len())
}

/// A number, or a date and a time, which are one number to the eye: `2026-06-01T10:02:00Z`.
fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let goes_on = |at: usize| match bytes.get(at) {
        Some(b'0'..=b'9' | b'.') => true,
        Some(b':' | b'-' | b'T') => is_digit(at + 1),
        Some(b'Z') => rest[..at].contains(':'),
        _ => false,
    };
    (0..rest.len()).find(|at| !goes_on(*at)).unwrap_or(rest.len())
}

fn is_inside_word(before: &str) -> bool {
    before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

fn push(spans: &mut Vec<(Role, String)>, role: Role, text: &str) {
    match spans.last_mut() {
        Some((last, before)) if *last == role => before.push_str(text),
        _ => spans.push((role, text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn roles(text: &str, syntax: Syntax) -> Vec<(Role, String)> {
        line(text, syntax).spans
    }

    #[test]
    fn members_and_strings_of_json_differ() {
        let spans = roles(r#"  "Count": 12, "Name": "Lamp""#, Syntax::Json);
        let of =
            |role: Role| spans.iter().filter(|(r, _)| *r == role).map(|(_, text)| text.as_str()).collect::<Vec<_>>();
        assert_eq!(of(Role::CodeKey), ["\"Count\"", "\"Name\""]);
        assert_eq!(of(Role::CodeString), ["\"Lamp\""]);
        assert_eq!(of(Role::CodeNumber), ["12"]);
    }

    #[test]
    fn flags_and_words_are_seen() {
        let spans = roles("scan --table-name Orders # all of it", Syntax::Shell);
        assert_eq!(spans[0], (Role::CodeWord, "scan".to_owned()));
        assert!(spans.contains(&(Role::CodeWord, "--table-name".to_owned())));
        assert_eq!(spans.last(), Some(&(Role::Muted, "# all of it".to_owned())));
        assert_eq!(roles("for page in pages:", Syntax::Python)[0], (Role::CodeWord, "for".to_owned()));
    }

    #[test]
    fn a_time_has_one_colour() {
        for (text, time) in
            [("at 10:02:00 it", "10:02:00"), ("2026-06-01T10:02:00.280Z ERROR", "2026-06-01T10:02:00.280Z")]
        {
            assert!(roles(text, Syntax::Text).contains(&(Role::CodeNumber, time.to_owned())), "{text}");
        }
        assert!(roles("SET #n = 12, a = :v", Syntax::Expression).contains(&(Role::CodeNumber, "12".to_owned())));
    }

    proptest! {
        #[test]
        fn no_character_is_changed(text in ".{0,60}", syntax in 0_usize..6) {
            let all = [Syntax::Json, Syntax::Python, Syntax::Script, Syntax::Shell, Syntax::Expression, Syntax::Text];
            prop_assert_eq!(line(&text, all[syntax]).plain(), safe_text::line(&text));
        }
    }
}
