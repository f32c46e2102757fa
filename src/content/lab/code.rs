//! A lab that is done in code: the programs to start from, and what others do while the learner's program runs.

use crate::safe_text::quoted;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

use super::requirement::Request;
use super::{Lines, Reporter};

/// What a learner's program begins as.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// How many times as fast as the learner's the lab's clock runs, unless `--pace` says otherwise.
    #[serde(default)]
    pub pace: Option<u64>,
    /// What else there is to know about running the program.
    #[serde(default)]
    pub about: String,
    /// The programs to start from: they run, are wrong, and have a TODO for each step. Python and JavaScript are needed.
    pub starters: BTreeMap<ProgramLanguage, Starter>,
}

/// A programming language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase", expecting = "enum Language")]
#[schemars(rename = "Language")]
pub enum ProgramLanguage {
    /// Python with boto3.
    Python,
    /// JavaScript with the AWS SDK v3.
    JavaScript,
    /// Java with the AWS SDK 2.
    Java,
    /// Rust with the AWS SDK.
    Rust,
}

impl ProgramLanguage {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Python, Self::JavaScript, Self::Java, Self::Rust];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::Java => "java",
            Self::Rust => "rust",
        }
    }
}

impl fmt::Display for ProgramLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Python => "Python",
            Self::JavaScript => "JavaScript",
            Self::Java => "Java",
            Self::Rust => "Rust",
        })
    }
}

/// A program to start from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Starter {
    /// The name of its file.
    pub file: String,
    /// How it is run, if not as programs of its language are.
    #[serde(default)]
    pub run: Option<String>,
    /// The program.
    pub text: String,
    /// Further files that it needs and the learner does not change, by their names.
    #[serde(default)]
    pub beside: BTreeMap<String, String>,
}

/// What somebody else does during a step, right after a request of the learner's.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Meanwhile {
    /// The request after which it happens.
    pub after: Request,
    /// How many such requests go before it: 0 if not given, which means after the first.
    #[serde(default)]
    pub skip: u64,
    /// How often it happens at most: once if not given.
    #[serde(default)]
    pub times: Option<u64>,
    /// What is done.
    #[serde(rename = "do")]
    pub lines: Lines,
    /// What the learner is told.
    #[serde(default)]
    pub say: Option<String>,
}

/// The most files beside a starter.
const MOST_BESIDE: usize = 12;
/// The longest name of a file.
const MAX_NAME: usize = 60;
/// Names that the folder has already.
const TAKEN: [&str; 4] = ["README.md", "env.sh", "package.json", "requirements.txt"];

/// Whether a file may have this name: one without a folder, which no shell or system takes for anything else.
fn is_file_name(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_' || c == '.';
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.len() <= MAX_NAME
        && name.chars().all(is_letter)
        && !TAKEN.contains(&name)
}

impl Reporter<'_> {
    /// Checks the programs to start from: how many TODOs, which languages, which names.
    pub(super) fn check_code(&mut self, code: &Code) {
        for needed in [ProgramLanguage::Python, ProgramLanguage::JavaScript] {
            if !code.starters.contains_key(&needed) {
                self.report("starters:", format!("expected a starter in {needed}"));
            }
        }
        let mut files = BTreeSet::new();
        for (language, starter) in &code.starters {
            if starter.beside.len() > MOST_BESIDE {
                let found = starter.beside.len();
                let message =
                    format!("expected at most {MOST_BESIDE} files beside the starter in {language}, found {found}");
                self.report("beside:", message);
                continue;
            }
            for name in starter.beside.keys().chain([&starter.file]) {
                let named = quoted(name);
                if !files.insert(name.to_ascii_lowercase()) {
                    self.report(name, format!("the starter in {language} has a file {named}, which there is already"));
                }
                if !is_file_name(name) {
                    self.report(name, format!("the starter in {language} has a file that may not be called {named}"));
                }
            }
            if !starter.text.contains("TODO") {
                self.report(&format!("{}:", language.name()), format!("the starter in {language} has no TODO"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_lead_nowhere_else() {
        for good in ["report.py", "Report.java", "a-b_c.mjs"] {
            assert!(is_file_name(good), "{good}");
        }
        let long = "x".repeat(61);
        for bad in ["", "../x.py", "a/b", ".bashrc", "env.sh", "-x", "a b", "c:d", "a\\b", &long] {
            assert!(!is_file_name(bad), "{bad}");
        }
    }
}
