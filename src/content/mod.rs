//! What is taught: questions, labs, the claims they exercise and the traps they set. Plain data.
//!
//! The life of a question: a YAML file in `questions/` is packed into the binary (or read from a directory), [`load`]
//! turns it into a [`Library`] and a list of [`Problem`]s, each with file, line and column; a broken question costs only
//! itself. [`check`] lints what was loaded, as `content check` and the tests do. Content may come from a stranger: [`limits`]
//! says how large it may be, and it meets them before it is parsed, filled or run.
//!
//! Left out: running anything. Whether a lab's solution passes is for the lab module to try.

use std::fmt;

pub mod check;
mod chunks;
mod claims;
mod cut;
pub mod lab;
mod library;
pub mod limits;
mod one_line;
mod pack;
mod packed;
mod question;
pub mod template;

pub use claims::{Claim, Fixture, Topic, Trap};
pub use lab::Lab;
pub use library::{Library, Source, load};
pub use question::{Choice, ExamPattern, Exhibit, ExhibitKind, Question, QuestionKind};

/// The kinds of files that authors write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A lab.
    Lab,
    /// A file of questions.
    Questions,
}

/// The JSON Schema of a kind of file, for editors: its names, types and descriptions are those that files are read by.
///
/// Source: JSON Schema, draft 2020-12.
#[must_use]
pub fn schema(kind: FileKind) -> serde_json::Value {
    match kind {
        FileKind::Lab => schemars::schema_for!(Lab),
        FileKind::Questions => schemars::schema_for!(question::QuestionsFile),
    }
    .to_value()
}

/// Something wrong with a content file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, relative to the content directory.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The column, counted from 1.
    pub column: usize,
    /// Whether the content is refused or only criticised.
    pub severity: Severity,
    /// What was expected and what was found.
    pub message: String,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The content cannot be used as it is.
    Error,
    /// The content can be used, but should be better.
    Warning,
}

impl Problem {
    /// An error at a place.
    #[must_use]
    pub fn error(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, column: 1, severity: Severity::Error, message: message.into() }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(file, line, message) }
    }
}

impl fmt::Display for Problem {
    /// `questions/e1.yaml:12:5: error: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{}:{}:{}: {severity}: {}", self.file, self.line, self.column, self.message)
    }
}
