//! Traps: a misconception is worth a name if several questions stand on it.

use std::collections::{BTreeMap, BTreeSet};

use super::BankQuestion;
use crate::content::{Library, Problem};

/// In how many questions a trap is set, at least. The draws of a family are one question.
const LEAST: usize = 2;

/// Traps that too few questions set.
pub(super) fn problems(library: &Library, items: &[BankQuestion<'_>]) -> Vec<Problem> {
    let mut users: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for item in items {
        for trap in item.options().iter().filter_map(|option| option.trap.as_deref()) {
            users.entry(trap).or_default().insert(item.question.family_name());
        }
    }
    let count = |trap: &str| users.get(trap).map_or(0, BTreeSet::len);
    let rare = library.traps.iter().filter(|trap| count(&trap.id) < LEAST);
    let message = |id: &str| format!("{id} is set by {} questions; a trap is set by at least {LEAST}", count(id));
    rare.map(|trap| Problem::error("questions/traps.yaml", 1, message(&trap.id))).collect()
}
