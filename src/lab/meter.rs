//! What requests cost, in lines of text: the same for screens, plain mode and proofs.

use crate::engine::Entry;
use crate::engine::capacity::Units;

/// More pages than this are not shown each.
const MOST_PAGES: usize = 8;
/// How many of them are, before the last.
const SHOWN_PAGES: usize = 3;

/// What the requests of a line cost, each sum with its rounding, and their total if there are several.
#[must_use]
pub fn meter<'a>(entries: impl Iterator<Item = &'a Entry>) -> Vec<String> {
    let entries: Vec<&Entry> = entries.filter(|entry| !entry.charges.is_empty()).collect();
    let several = entries.len() > 1;
    let mut lines = Vec::new();
    for (place, entry) in entries.iter().enumerate() {
        if entries.len() > MOST_PAGES && (SHOWN_PAGES..entries.len() - 1).contains(&place) {
            if place == SHOWN_PAGES {
                let what = if entries.iter().all(|entry| is_paged(entry)) { "pages" } else { "requests" };
                lines.push(format!("... {} more {what} ...", entries.len() - 1 - SHOWN_PAGES));
            }
            continue;
        }
        let page = if is_paged(entry) { " page" } else { "" };
        let label = if several { format!("{}{page}: ", entry.name()) } else { String::new() };
        lines.extend(entry.charges.iter().map(|charge| format!("{label}{charge}")));
        lines.extend(entry.stale.iter().map(|stale| format!("{label}older than the latest write: {stale}")));
    }
    let read: Units = entries.iter().map(|entry| entry.read_units()).sum();
    let write: Units = entries.iter().map(|entry| entry.write_units()).sum();
    let charges: usize = entries.iter().map(|entry| entry.charges.len()).sum();
    if charges > 1 {
        lines.push(format!("together: {}", amounts(read, write)));
    }
    lines
}

/// Whether a request may be a page: what goes on after a key is one; a write that is sent again is not.
fn is_paged(entry: &Entry) -> bool {
    entry.event.verb().is_some_and(|verb| verb.input.member("ExclusiveStartKey").is_some())
}

/// `227.5 RCU`, `2 WCU` or both.
#[must_use]
pub fn amounts(read: Units, write: Units) -> String {
    match (read.as_halves(), write.as_halves()) {
        (_, 0) => format!("{read} RCU"),
        (0, _) => format!("{write} WCU"),
        _ => format!("{read} RCU and {write} WCU"),
    }
}
