//! A line that cannot be understood: what was expected, what was found, where, and what would help.

use std::fmt;
use std::ops::Range;

use crate::safe_text;

/// Why a line was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CliError {
    /// What was expected and what was found.
    pub message: String,
    /// The nearest name, or an example.
    pub hint: Option<String>,
    /// The bytes of the line that are at fault.
    pub at: Option<Range<usize>>,
    /// The line, to point into.
    pub line: String,
}

impl CliError {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, at: None, line: String::new() }
    }

    pub(super) fn at(mut self, span: Range<usize>) -> Self {
        self.at.get_or_insert(span);
        self
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn in_line(mut self, line: &str) -> Self {
        line.clone_into(&mut self.line);
        self
    }

    /// The part of the line around the fault, no wider than a screen, and the column of the caret in it.
    fn excerpt(&self) -> Option<(String, usize, usize)> {
        const BEFORE: usize = 40;
        const WIDTH: usize = 72;
        let at = self.at.clone()?;
        let line = &self.line;
        let (start, end) = (line.floor_char_boundary(at.start), line.ceil_char_boundary(at.end));
        let caret = line[..start].chars().rev().take(BEFORE).count();
        let marked = line.get(start..end).unwrap_or_default().chars().take(WIDTH).count().max(1);
        let from = line[..start].char_indices().rev().take(BEFORE).last().map_or(start, |(byte, _)| byte);
        // A mark would be wider than what it stands for, and the caret would point elsewhere.
        let shown = line[from..]
            .chars()
            .take(WIDTH)
            .map(|letter| if letter.is_control() || safe_text::must_be_marked(letter) { ' ' } else { letter });
        Some((shown.collect(), caret, marked.min(WIDTH - caret.min(WIDTH - 1))))
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// How much of a message is shown: a word of the line may stand in it.
        const LONGEST: usize = 2000;
        match self.message.char_indices().nth(LONGEST) {
            Some((end, _)) => write!(f, "{}…", safe_text::line(&self.message[..end]))?,
            None => f.write_str(&safe_text::line(&self.message))?,
        }
        if let Some((line, column, marked)) = self.excerpt() {
            write!(f, "\n  {line}\n  {}{}", " ".repeat(column), "^".repeat(marked))?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n{}", safe_text::line(hint))?;
        }
        Ok(())
    }
}

impl std::error::Error for CliError {}
