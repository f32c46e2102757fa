//! A line cut into words the way a POSIX shell cuts it, with two differences: a word that begins with `{` or `[` goes on
//! to the matching bracket, and nothing is ever run, so pipes, variables and the like are refused by name. In such a word
//! a JSON string may begin with `\"`, as one types it where a shell takes quotes away; then it is read as a shell leaves it.

use std::ops::Range;

use super::error::CliError;
use super::pending::Pending;

/// A word and the bytes it takes up, quotes included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CommandWord {
    pub text: String,
    pub span: Range<usize>,
    /// How many bytes of the span come before the text: an opening quote.
    pub lead: usize,
    /// Whether the word was written without any quotes or escapes.
    pub bare: bool,
    /// Whether the text came from a file that the span names; then a place in it is none in the line.
    pub from_file: bool,
}

/// How deep brackets may nest.
pub(super) const MAX_DEPTH: usize = 128;

/// The words of a line.
pub(super) fn split(line: &str) -> Result<Vec<CommandWord>, CliError> {
    let mut splitter = Splitter { line, at: 0 };
    let mut words = Vec::new();
    while let Some(word) = splitter.word()? {
        words.push(word);
    }
    Ok(words)
}

/// The texts of a line's words.
///
/// # Errors
/// A quote or bracket is never closed, or the line wants something run.
pub fn words(line: &str) -> Result<Vec<String>, CliError> {
    let words = split(line).map_err(|error| error.in_line(line))?;
    Ok(words.into_iter().map(|word| word.text).collect())
}

/// Whether more lines must follow: a quote or bracket is open, or the line ends in a backslash.
#[must_use]
pub fn is_incomplete(line: &str) -> bool {
    let mut pending = Pending::default();
    pending.push(line);
    pending.is_open()
}

/// Whether an error is that something is never closed.
#[cfg(test)]
pub(super) fn is_open(error: &CliError) -> bool {
    error.message.ends_with(OPEN)
}

/// How the messages of unfinished lines end.
const OPEN: &str = "is never closed";

struct Splitter<'a> {
    line: &'a str,
    at: usize,
}

impl Splitter<'_> {
    fn peek(&self) -> Option<char> {
        self.line[self.at..].chars().next()
    }

    fn skip_blanks(&mut self) {
        loop {
            let rest = &self.line[self.at..];
            if let Some(continued) = rest.strip_prefix("\\\n").or_else(|| rest.strip_prefix("\\\r\n")) {
                self.at = self.line.len() - continued.len();
            } else if let Some(blank) = rest.chars().next().filter(|letter| letter.is_whitespace()) {
                self.at += blank.len_utf8();
            } else {
                return;
            }
        }
    }

    fn word(&mut self) -> Result<Option<CommandWord>, CliError> {
        self.skip_blanks();
        let start = self.at;
        let Some(first) = self.peek() else { return Ok(None) };
        if matches!(first, '{' | '[') {
            let mut text = String::new();
            self.bracketed(&mut text)?;
            return Ok(Some(CommandWord { text, span: start..self.at, lead: 0, bare: true, from_file: false }));
        }
        let mut text = String::new();
        let mut bare = true;
        while let Some(letter) = self.peek().filter(|letter| !letter.is_whitespace()) {
            match letter {
                '\'' | '"' => {
                    bare = false;
                    self.quoted(letter, &mut text)?;
                }
                '\\' => {
                    bare = false;
                    self.at += 1;
                    if let Some(escaped) = self.peek() {
                        self.at += escaped.len_utf8();
                        if escaped != '\n' {
                            text.push(escaped);
                        }
                    }
                }
                '|' | ';' | '&' | '>' | '<' | '`' => return Err(self.not_a_shell(letter)),
                '$' if text.is_empty() || self.line[self.at..].starts_with("$(") => return Err(self.not_a_shell('$')),
                other => {
                    text.push(other);
                    self.at += other.len_utf8();
                    if other == '=' && matches!(self.peek(), Some('{' | '[')) && text.starts_with("--") {
                        self.bracketed(&mut text)?;
                    }
                }
            }
        }
        let lead = usize::from(matches!(first, '\'' | '"'));
        Ok(Some(CommandWord { text, span: start..self.at, lead, bare, from_file: false }))
    }

    fn quoted(&mut self, quote: char, text: &mut String) -> Result<(), CliError> {
        let start = self.at;
        self.at += 1;
        while let Some(letter) = self.peek() {
            self.at += letter.len_utf8();
            match letter {
                _ if letter == quote => return Ok(()),
                '\\' if quote == '"' => match self.peek() {
                    Some(escaped @ ('"' | '\\' | '$' | '`')) => {
                        self.at += 1;
                        text.push(escaped);
                    }
                    Some('\n') => self.at += 1,
                    _ => text.push('\\'),
                },
                other => text.push(other),
            }
        }
        Err(CliError::new(format!("This quote ({quote}) {OPEN}")).at(start..start + 1))
    }

    /// Reads a bracketed value; strings inside may hold brackets.
    fn bracketed(&mut self, text: &mut String) -> Result<(), CliError> {
        let start = self.at;
        let mut open: Vec<char> = Vec::new();
        while let Some(letter) = self.peek() {
            let from = self.at;
            match letter {
                '"' => self.json_string()?,
                '\\' if self.line[self.at..].starts_with("\\\"") => {
                    self.escaped_string(text)?;
                    continue;
                }
                '{' | '[' => {
                    open.push(if letter == '{' { '}' } else { ']' });
                    self.at += 1;
                    if open.len() > MAX_DEPTH {
                        let message = format!("Brackets nest more than {MAX_DEPTH} deep");
                        return Err(CliError::new(message).at(start..self.at));
                    }
                }
                '}' | ']' => {
                    let expected = open.pop();
                    if expected != Some(letter) {
                        let wanted = expected.map_or_else(String::new, |wanted| format!("; expected {wanted}"));
                        return Err(CliError::new(format!("Found {letter} here{wanted}")).at(self.at..self.at + 1));
                    }
                    self.at += 1;
                }
                other => self.at += other.len_utf8(),
            }
            text.push_str(&self.line[from..self.at]);
            if open.is_empty() {
                return Ok(());
            }
        }
        let bracket = &self.line[start..=start];
        Err(CliError::new(format!("This bracket ({bracket}) {OPEN}")).at(start..start + 1))
    }

    fn json_string(&mut self) -> Result<(), CliError> {
        let start = self.at;
        self.at += 1;
        while let Some(letter) = self.peek() {
            self.at += letter.len_utf8();
            match letter {
                '"' => return Ok(()),
                '\\' => self.at += self.peek().map_or(0, char::len_utf8),
                _ => {}
            }
        }
        Err(CliError::new(format!("This quote (\") {OPEN}")).at(start..start + 1))
    }

    /// Reads a JSON string whose quotes a backslash keeps from the shell; of each backslash the shell leaves what follows.
    fn escaped_string(&mut self, text: &mut String) -> Result<(), CliError> {
        let start = self.at;
        self.at += 2;
        text.push('"');
        // Whether JSON itself escapes what comes next.
        let mut is_escaped = false;
        while let Some(letter) = self.peek() {
            self.at += letter.len_utf8();
            let (left, was_hidden) = match (letter, self.peek()) {
                ('\\', Some(hidden)) => {
                    self.at += hidden.len_utf8();
                    (hidden, true)
                }
                _ => (letter, false),
            };
            text.push(left);
            if is_escaped {
                is_escaped = false;
            } else if left == '\\' {
                is_escaped = true;
            } else if left == '"' && was_hidden {
                return Ok(());
            }
        }
        Err(CliError::new(format!("This quote (\\\") {OPEN}")).at(start..start + 2))
    }

    fn not_a_shell(&self, found: char) -> CliError {
        let what = match found {
            '|' => "pipes",
            '>' | '<' => "redirections",
            '$' | '`' => "variables and command substitution",
            _ => "several commands on one line",
        };
        CliError::new(format!(
            "{found} is not understood here: this prompt runs AWS commands one by one, without {what}"
        ))
        .at(self.at..self.at + 1)
        .hint("Put the value in single quotes if the character belongs to it.")
    }
}
