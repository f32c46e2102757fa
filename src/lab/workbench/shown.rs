//! What a line shows of the answers that came: as they are, or what a `--query` chooses of them.
//!
//! The query is evaluated once for each answer; its output is printed, and kept for the judge, to whom what was left out has
//! not been seen.

use serde_json::Value;

use super::Workbench;
use crate::aws_cli::{self, CliError, Command};
use crate::world::work::Stopped;

/// What a `--query` chose of the answers of one line.
#[derive(Clone, Debug)]
pub(in crate::lab) struct ChosenOutput {
    /// The places of the answers in the journal: behind the first, up to the second.
    answers: (u64, u64),
    /// What it chose.
    pub(in crate::lab) output: Value,
    /// How many items all of the answers hold: the pages of one line are printed as one.
    pub(in crate::lab) count: u64,
    /// Whether it asked how many items there are, and for none of them.
    pub(in crate::lab) is_of_counts: bool,
}

/// Why answers are not shown.
pub(super) enum Unshown {
    /// Choosing a part of them would be more work than there may be.
    Stopped(Stopped),
    /// The query cannot be evaluated on them.
    Failed(CliError),
}

impl Workbench {
    /// Returns answers as a command prints them; they stand in the journal behind entry `since`. What a query chose is kept.
    pub(super) fn shown(&mut self, answers: &[Value], command: &Command, since: u64) -> Result<String, Unshown> {
        let Some(query) = &command.query else {
            let shown = answers.iter().map(|answer| aws_cli::render(answer, command.output, None));
            return shown.collect::<Result<_, _>>().map_err(Unshown::Failed);
        };
        let looked_at = answers.iter().map(|answer| aws_cli::steps(answer, query)).sum();
        self.work().spend(looked_at).map_err(Unshown::Stopped)?;
        let chosen: Result<Vec<Value>, CliError> =
            answers.iter().map(|answer| aws_cli::select(answer, query)).collect();
        // What cannot be evaluated prints nothing.
        let output = Value::Array(chosen.clone().unwrap_or_default());
        let count = self.entries_since(since).filter_map(|entry| entry.number("Count")).sum();
        let answers_at = (since, self.engine().journal().recorded());
        self.chosen = Some(ChosenOutput { answers: answers_at, output, count, is_of_counts: is_of_counts(query) });
        let chosen = chosen.map_err(Unshown::Failed)?;
        Ok(chosen.iter().map(|chosen| aws_cli::render_selected(chosen, command.output)).collect())
    }

    /// How many elements of an answer were printed, if `--max-items` cut others off.
    pub(in crate::lab) fn printed_of(&self, sequence: u64) -> Option<u64> {
        self.cut.get(&sequence).copied()
    }

    /// What was printed of an answer, if a `--query` chose a part of it.
    pub(in crate::lab) fn chosen_of(&self, sequence: u64) -> Option<&ChosenOutput> {
        let is_of_it = |chosen: &&ChosenOutput| chosen.answers.0 < sequence && sequence <= chosen.answers.1;
        self.chosen.as_ref().filter(is_of_it)
    }
}

/// Whether a query asks how many items there are, and for none of them: a number that it prints is none of theirs.
fn is_of_counts(query: &str) -> bool {
    let mut rest = query.to_owned();
    while let Some((before, length)) = rest.split_once("length(") {
        let Some((_, after)) = length.split_once(')') else { return false };
        rest = format!("{before}{after}");
    }
    !["Item", "Responses", "Attributes", "Records", "@", "*", "values("].iter().any(|shown| rest.contains(shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_may_ask_for_counts_alone() {
        for query in ["Count", "ScannedCount", "length(Items)", "[Count, length(Items)]", "LastEvaluatedKey"] {
            assert!(is_of_counts(query), "{query}");
        }
        for query in ["Items[0]", "[Count, Items[].id]", "@", "*", "length(Items) || Items", "Responses.Things"] {
            assert!(!is_of_counts(query), "{query}");
        }
    }
}
