//! Claims (what a learner must come away with), grouped by topic, traps (what learners wrongly believe), and the tables
//! that options of questions are tried on.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::lab::SetupTable;
use super::one_line;

/// A topic and its claims.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Its name on the command line: `query-scan`.
    pub id: String,
    /// Its title on screen.
    #[serde(deserialize_with = "one_line::read")]
    pub title: String,
    /// What it comprises.
    pub claims: Vec<Claim>,
}

/// A claim.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// Its name: `Q2`.
    pub id: String,
    /// What it says.
    pub text: String,
}

/// A misconception, named so that wrong options of several questions can share it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trap {
    /// Its name: `filter-saves-reads`.
    pub id: String,
    /// What is believed.
    pub belief: String,
    /// What is true.
    pub truth: String,
    /// The claims that set it right.
    pub claims: Vec<String>,
}

/// Tables that options are tried on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fixture {
    /// Its name: `orders`.
    pub id: String,
    /// What it holds, for authors.
    pub about: String,
    /// The tables.
    pub setup: Vec<SetupTable>,
    /// Commands that are run before an option is tried.
    #[serde(default)]
    pub before: Vec<String>,
}

/// The file `questions/fixtures.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FixturesFile {
    pub format_version: u32,
    pub fixtures: Vec<Fixture>,
}

/// The file `questions/claims.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClaimsFile {
    pub format_version: u32,
    #[serde(default)]
    pub skills: BTreeMap<String, String>,
    pub topics: Vec<Topic>,
}

/// The file `questions/traps.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrapsFile {
    pub format_version: u32,
    pub traps: Vec<Trap>,
}
