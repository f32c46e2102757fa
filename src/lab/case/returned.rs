//! What has been seen for a `returned`: the newest request with its effect, whole, and what came nearest where any will do.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::facts::{Fact, KnownBy, Ranges};
use super::super::fits::{Miss, effect_of, fits_as_printed, is_counted, is_request};
use super::super::reasons::nothing;
use super::super::workbench::Workbench;
use super::{Lack, STOOD};
use crate::content::lab::requirement::{Over, Request, RequestEffect};
use crate::engine::value::{Item, write};

/// What has been seen for a `returned`.
#[derive(Clone, Debug, Default)]
pub(super) struct Returned {
    /// The newest request with that effect, its pages taken in; of a step, all that fit.
    newest: Option<Fact>,
    /// Whether it is of an earlier line.
    is_old: bool,
    /// Whether one fitted.
    has_fitted: bool,
    /// What came nearest, where any request of the step will do.
    nearest: Option<(String, Miss)>,
}

impl Returned {
    pub(super) fn take(&mut self, wanted: &Request, fact: &Fact) {
        let effect = effect_of(wanted, RequestEffect::Read);
        if fact.is_of_a_service() || !is_request(fact) || !fact.has(effect) {
            return;
        }
        let over = wanted.over.unwrap_or(Over::Line);
        match &mut self.newest {
            Some(newest) if over == Over::Step => {
                if is_counted(wanted, effect, newest) {
                    if is_counted(wanted, effect, fact) {
                        join_of_step(newest, fact);
                    }
                } else {
                    *newest = fact.clone();
                }
            }
            Some(newest) if over == Over::Line && !self.is_old && newest.goes_on_with(fact) => {
                newest.join(fact.clone());
            }
            newest => *newest = Some(fact.clone()),
        }
        self.is_old = false;
    }

    pub(super) fn end_line(&mut self, wanted: &Request) {
        let effect = effect_of(wanted, RequestEffect::Read);
        let Some(fact) = &self.newest else { return };
        match fits_as_printed(wanted, effect, fact) {
            Ok(()) => self.has_fitted = true,
            Err(miss)
                if wanted.once && self.nearest.as_ref().is_none_or(|(_, nearest)| miss.depth >= nearest.depth) =>
            {
                self.nearest = Some((fact.verb.clone(), miss));
            }
            Err(_) => {}
        }
    }

    /// The place in the journal of the newest request with that effect.
    pub(super) fn sequence(&self) -> Option<u64> {
        self.newest.as_ref().map(|fact| fact.sequence)
    }

    pub(super) fn begin_line(&mut self) {
        self.is_old = true;
    }

    pub(super) fn lack(&self, wanted: &Request, bench: &Workbench) -> Option<Lack> {
        let effect = effect_of(wanted, RequestEffect::Read);
        if wanted.once && self.has_fitted {
            return None;
        }
        let Some(fact) = &self.newest else {
            return Some(Lack::of(nothing(effect).to_owned(), 0));
        };
        let gone =
            || fact.grounds.iter().find_map(|ground| ground.lack(fact, bench)).map(|words| Lack::of(words, STOOD));
        let newest = match fits_as_printed(wanted, effect, fact) {
            Ok(()) => return gone(),
            // A load on what is no more says nothing of what there is now.
            Err(_) if effect == RequestEffect::Load && gone().is_some() => return gone(),
            Err(miss) => miss,
        };
        // What was refused, and what is of another kind, is told by itself.
        // Where a refusal is asked for, whatever was refused comes nearer than what was not.
        let asks_for_error = wanted.error.is_some() || wanted.ok == Some(false);
        let nearest = self.nearest.as_ref().filter(|(verb, nearest)| {
            fact.error.is_none() && (asks_for_error || *verb == fact.verb) && nearest.depth > newest.depth
        });
        let miss = nearest.map_or(newest, |(verb, nearest)| earlier(verb, nearest));
        Some(Lack::of_miss(&miss, miss.depth))
    }
}

/// What is said of a request that is not the newest one.
pub(super) fn earlier(verb: &str, miss: &Miss) -> Miss {
    let words = ["Your", "your"].into_iter().fold(miss.words.clone(), |words, your| {
        words.replacen(&format!("{your} {verb}"), &format!("{your} earlier {verb}"), 1)
    });
    let words = words.replacen("Your :", "Your earlier :", 1).replacen("your :", "your earlier :", 1);
    let words = words.replacen("The traffic", "Your earlier traffic", 1);
    Miss { words, ..miss.clone() }
}

/// Takes a further read of a step in. Items are known by their keys; those that do not show theirs count each, as long as a
/// read goes on where the last one ended. Where it begins the same range anew, those before count no more.
pub(super) fn join_of_step(newest: &mut Fact, fact: &Fact) {
    if let Cow::Owned(whole) = newest.with_keys() {
        *newest = whole;
    }
    let fact = &*fact.with_keys();
    let ranges = |fact: &Fact| {
        fact.parts.iter().map(|part| (part.table.clone(), part.index.clone(), part.key.clone())).collect::<Vec<_>>()
    };
    let is_other = ranges(newest) != ranges(fact);
    let is_known = match newest.known.min(fact.known) {
        KnownBy::Key => true,
        KnownBy::Rest => !is_other,
        KnownBy::Nothing => false,
    };
    let goes_on = fact.cursors.0.is_some() && fact.cursors.0 == newest.cursors.1;
    if let Some(read) = segment_of(newest) {
        read.is_noted_in(&mut newest.ranges);
    }
    let fact = without_counted(fact.clone(), &mut newest.ranges);
    let mut ranges = std::mem::take(&mut newest.ranges);
    if is_known {
        newest.join(without_known(fact, newest));
    } else if goes_on || is_other {
        newest.join(fact);
    } else {
        *newest = fact;
        ranges = Ranges::default();
    }
    newest.ranges = ranges;
    newest.has_more |= !newest.ranges.open.is_empty();
}

/// What a fact reads of a segment.
struct SegmentRead {
    segment: (u32, u32),
    /// The segment, and where the read of it began.
    range: String,
    counts: (u64, u64),
    has_more: bool,
}

impl SegmentRead {
    /// Takes it in: how much was counted from there on, and whether the segment has come to its end.
    fn is_noted_in(&self, ranges: &mut Ranges) {
        ranges.counts.entry(self.range.clone()).or_insert(self.counts);
        if self.has_more {
            ranges.open.insert(self.segment)
        } else {
            ranges.open.remove(&self.segment)
        };
    }
}

/// What a fact reads of a segment; `None` if it reads no single segment.
fn segment_of(fact: &Fact) -> Option<SegmentRead> {
    let segment = fact.parts.first()?.segment?;
    let range = format!("{segment:?} {:?}", fact.cursors.0);
    Some(SegmentRead { segment, range, counts: (fact.count, fact.scanned), has_more: fact.has_more })
}

/// Leaves out of a read of a segment that shows no items what was counted there before.
fn without_counted(mut fact: Fact, ranges: &mut Ranges) -> Fact {
    let Some(read) = segment_of(&fact) else { return fact };
    let before = ranges.counts.get(&read.range).copied();
    read.is_noted_in(ranges);
    if let Some(before) = before.filter(|_| fact.items.is_empty()) {
        let (count, scanned) = read.counts;
        ranges.counts.insert(read.range, (before.0.max(count), before.1.max(scanned)));
        (fact.count, fact.scanned) = (count.saturating_sub(before.0), scanned.saturating_sub(before.1));
    }
    fact
}

/// Leaves out what came back before, when several lines count together.
fn without_known(mut fact: Fact, newest: &Fact) -> Fact {
    let before = fact.items.len();
    // By their texts, in order: each held against each, thousands would be millions of comparisons.
    let known: BTreeSet<Vec<u8>> = newest.items.iter().map(text).collect();
    Arc::make_mut(&mut fact.items).retain(|item| !known.contains(&text(item)));
    fact.count = fact.count.saturating_sub((before - fact.items.len()) as u64);
    fact
}

/// An item as text.
fn text(item: &Item) -> Vec<u8> {
    let mut out = Vec::new();
    write::item(item, &mut out);
    out
}
