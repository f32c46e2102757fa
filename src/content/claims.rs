//! Claims (what a learner must come away with), grouped by topic, and traps (what learners wrongly believe).

use serde::Deserialize;

/// A topic and its claims.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Its name on the command line: `query-scan`.
    pub id: String,
    /// Its title on screen.
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

/// The file `questions/claims.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClaimsFile {
    pub format_version: u32,
    pub topics: Vec<Topic>,
}

/// The file `questions/traps.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrapsFile {
    pub format_version: u32,
    pub traps: Vec<Trap>,
}
