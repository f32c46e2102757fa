//! What a request sends again of what a batch before it has left unprocessed, and how soon.

use std::time::Duration;

use super::super::workbench::Workbench;
use super::part::{Part, is_unprocessed};
use crate::engine::{Entry, Event};

/// The most requests before it that are looked through for what they left.
const MOST_BEFORE: usize = 500;
/// How many requests are looked through for a part in a step of work.
const REQUESTS_OF_A_STEP: u64 = 4;

/// Something that was sent again.
#[derive(Clone, Debug)]
pub(in crate::lab) struct Resent {
    /// Its place among the parts of the request.
    pub(in crate::lab) part: usize,
    /// How many seconds after it had come back unprocessed.
    pub(in crate::lab) seconds: f64,
}

/// What a request sends again the soonest; `None` if nothing of it had come back unprocessed.
pub(super) fn resent(entry: &Entry, parts: &[Part], bench: &Workbench) -> Option<Resent> {
    if !matches!(entry.event, Event::Request(_)) {
        return None;
    }
    // With nothing left to work with, nothing counts as sent again: a content pack is refused for that.
    let before = bench.engine().journal().recorded().min(MOST_BEFORE as u64);
    bench.work().spend(parts.len() as u64 * before / REQUESTS_OF_A_STEP).ok()?;
    let soonest = |(place, part): (usize, &Part)| {
        let left = left_before(entry, part, bench)?;
        let seconds = Duration::from_millis(entry.at.millis_since(left.at)).as_secs_f64();
        Some(Resent { part: place, seconds })
    };
    let all = parts.iter().enumerate().filter(|(_, part)| part.is_item).filter_map(soonest);
    all.min_by(|one, other| one.seconds.total_cmp(&other.seconds))
}

/// The request that left a part unprocessed, if no later one has written it.
fn left_before<'b>(entry: &Entry, part: &Part, bench: &'b Workbench) -> Option<&'b Entry> {
    let before = bench.engine().journal().entries().rev().skip_while(|before| before.sequence >= entry.sequence);
    for before in before.take(MOST_BEFORE) {
        let writes = before.changes.iter().any(|change| *change.table == *part.table && change.key == part.key);
        if writes {
            return None;
        }
        if is_unprocessed(before, part) {
            return Some(before);
        }
    }
    None
}
