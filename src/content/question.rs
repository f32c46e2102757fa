//! A question: a scenario, options that a learner could believe, and for each of them why.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserialize;

use super::lab::SetupTable;

/// A question as its file states it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its name, which progress is kept under.
    pub id: String,
    /// The exam pattern it belongs to, if it is one of the eight.
    #[serde(default)]
    pub pattern: Option<ExamPattern>,
    /// Its topic.
    pub topic: String,
    /// The claims it exercises.
    pub claims: Vec<String>,
    /// The exam skills it exercises: `1.3.4`.
    pub skills: Vec<String>,
    /// From 1, easy, to 3, hard.
    pub difficulty: u8,
    /// How many options are right.
    pub choose: usize,
    /// The scenario and what is asked.
    pub stem: String,
    /// What the scenario shows: code, a policy, a command and its output, a log. Drawn as code, between the scenario and
    /// what is asked.
    #[serde(default)]
    pub exhibits: Vec<Exhibit>,
    /// The question that differs from this one in a word that turns the answer.
    #[serde(default)]
    pub contrast_with: Option<String>,
    /// Questions that are no longer asked and that this one replaces: their history counts as its own.
    #[serde(default)]
    pub replaces: Vec<String>,
    /// The tables that its options are tried on: a fixture of fixtures.yaml, or none.
    #[serde(default)]
    pub on: Option<String>,
    /// Tables of its own that options are tried on, if no fixture fits.
    #[serde(default)]
    pub setup: Vec<SetupTable>,
    /// The family it belongs to, for reviews: questions of a family ask for the same with other figures. Its own name if
    /// left out.
    #[serde(default)]
    pub family: Option<String>,
    /// What can be answered.
    pub options: Vec<Choice>,
    /// Why no option can be tried, if none can.
    #[serde(default)]
    pub unproved: Option<String>,
    /// A documentation page that settles it.
    pub docs: String,
    /// The date on which the page was last read: `2026-11-25`.
    pub checked: String,
    /// The file it came from.
    #[serde(skip)]
    pub file: String,
    /// The line it begins on.
    #[serde(skip)]
    pub line: usize,
    /// Whether the learner imported it: nobody has verified its answer.
    #[serde(skip)]
    pub imported: bool,
}

/// A file of questions as editors see it; it is read question by question, so that a fault in one spares the others.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its shape is of use")]
pub(super) struct QuestionsFile {
    /// The version of the format: 1.
    pub format_version: u32,
    /// The questions.
    pub questions: Vec<Question>,
}

/// Something that a scenario shows.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Exhibit {
    /// What it is.
    pub kind: ExhibitKind,
    /// The language it is written in: `python`, `javascript`, `java`, `json`, `shell`, `yaml`, `expression`, `text`.
    pub language: String,
    /// What stands above it: `The policy of the role`.
    #[serde(default)]
    pub caption: Option<String>,
    /// The text: at most 14 lines of 76 columns.
    pub text: String,
}

/// What an exhibit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExhibitKind {
    /// A program.
    Code,
    /// A policy, an item, a stream record, settings.
    Json,
    /// A command, and what it prints.
    Cli,
    /// Log lines, an exception.
    Log,
    /// A table of metrics.
    Metrics,
    /// A fragment of a SAM or CloudFormation template.
    Template,
}

/// An option of a question.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// What it says.
    pub text: String,
    /// Whether it is right.
    pub correct: bool,
    /// The misconception it stands for, if it is wrong.
    #[serde(default)]
    pub trap: Option<String>,
    /// Why it is right or wrong here.
    pub why: String,
    /// When it would be right, if it is wrong.
    #[serde(default)]
    pub right_if: Option<String>,
    /// The proof: commands that try it.
    #[serde(default, rename = "try")]
    pub tries: Vec<String>,
    /// What must be seen in what they print, costs included.
    #[serde(default)]
    pub sees: Vec<String>,
    /// What must not be seen there.
    #[serde(default)]
    pub lacks: Vec<String>,
}

impl Choice {
    /// Whether it can be tried, and trying it shows something.
    #[must_use]
    pub fn is_tried(&self) -> bool {
        !self.tries.is_empty() && !self.sees.is_empty()
    }
}

/// How many options are to be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionKind {
    /// One.
    Single,
    /// Several, the number told.
    Multiple,
}

impl QuestionKind {
    /// Its name in listings.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Multiple => "multiple",
        }
    }
}

impl Question {
    /// Single or multiple.
    #[must_use]
    pub const fn kind(&self) -> QuestionKind {
        if self.choose == 1 { QuestionKind::Single } else { QuestionKind::Multiple }
    }

    /// Whether the learner imported it: nobody has verified its answer.
    #[must_use]
    pub const fn is_imported(&self) -> bool {
        self.imported
    }

    /// The exam skill that it counts for: its first.
    #[must_use]
    pub fn skill(&self) -> Option<&str> {
        self.skills.first().map(String::as_str)
    }

    /// The name that reviews are kept under.
    #[must_use]
    pub fn family_name(&self) -> &str {
        self.family.as_deref().unwrap_or(&self.id)
    }

    /// Its pattern's name; empty if it belongs to none.
    #[must_use]
    pub fn pattern_name(&self) -> String {
        self.pattern.map(|pattern| pattern.to_string()).unwrap_or_default()
    }

    /// Whether the engine can show that its answer is right: a right option that can be tried, with something to be seen.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        self.options.iter().any(|option| option.correct && option.is_tried())
    }
}

/// One of the exam's eight stimulus-and-answer patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(expecting = "enum Pattern")]
#[schemars(rename = "Pattern")]
#[expect(missing_docs, reason = "the patterns are described by the claims of the same names")]
pub enum ExamPattern {
    E1,
    E2,
    E3,
    E4,
    E5,
    E6,
    E7,
    E8,
}

impl ExamPattern {
    /// All of them in order.
    pub const ALL: [Self; 8] = [Self::E1, Self::E2, Self::E3, Self::E4, Self::E5, Self::E6, Self::E7, Self::E8];
}

impl fmt::Display for ExamPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl FromStr for ExamPattern {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|pattern| pattern.to_string().eq_ignore_ascii_case(name));
        found.ok_or_else(|| format!("expected a pattern from E1 to E8, found {name}"))
    }
}
