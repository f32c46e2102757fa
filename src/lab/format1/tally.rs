//! What the requests of a step have come to so far: everything that its checks, its prediction and the comparison at the
//! end of the lab will ask of them.
//!
//! The life of a request: when the line that sent it has ended, or the client's call, [`Tally::take`] holds it once
//! against each check and keeps what is left of it: a count, a sum, a few words. No request is looked at twice, so the
//! millionth of a step costs what the first did, and the journal is free to drop what it has no room for.

use std::collections::BTreeMap;

use super::judge::describe;
use super::pattern::{fits, same_target};
use crate::content::lab::Step;
use crate::content::lab::format1::{Check, Expect, LinePattern, Over};
use crate::engine::Entry;
use crate::engine::capacity::Units;
use crate::lab::runner::WayCost;

/// What has been seen of a step's requests.
#[derive(Clone, Debug, Default)]
pub(in crate::lab) struct Tally {
    /// By check, in the step's order.
    pub(in crate::lab) checks: Vec<Seen>,
    /// What the prediction is held against.
    pub(in crate::lab) expected: Figures,
    /// The newest one, in a few words.
    pub(in crate::lab) newest: Option<String>,
    /// The line's requests, by their operation.
    line: BTreeMap<String, Figures>,
    /// The operation of the line's newest request, and the index that it read.
    line_newest: Option<(String, Option<String>)>,
}

/// What one check has seen.
#[derive(Clone, Debug, Default)]
pub(in crate::lab) struct Seen {
    /// How many requests fitted its pattern.
    pub(in crate::lab) fitting: u64,
    /// The newest that fitted, or that asked for the same if none has fitted yet, in a few words.
    pub(in crate::lab) nearest: Option<String>,
    /// The requests of the newest line together, for a check of lines.
    pub(in crate::lab) line: Option<Line>,
}

/// The requests of one line, taken together.
#[derive(Clone, Debug)]
pub(in crate::lab) struct Line {
    /// Whether each fits the pattern.
    pub(in crate::lab) is_fitting: bool,
    /// Items returned: Count.
    pub(in crate::lab) returned: u64,
    /// Read and write units.
    pub(in crate::lab) units: Units,
    /// The operation of the newest.
    pub(in crate::lab) verb: String,
    /// Whether the newest has a LastEvaluatedKey.
    pub(in crate::lab) has_more: bool,
}

/// What some requests came to together.
#[derive(Clone, Debug, Default)]
pub(in crate::lab) struct Figures {
    /// How many there were.
    pub(in crate::lab) requests: u64,
    /// How many of them were refused.
    pub(in crate::lab) refused: u64,
    /// Read units.
    pub(in crate::lab) read: Units,
    /// Write units.
    pub(in crate::lab) write: Units,
    /// Items read: ScannedCount.
    pub(in crate::lab) scanned: u64,
    /// Items returned: Count.
    pub(in crate::lab) returned: u64,
    /// The member that a prediction asks for, of the newest answer that has it, as text.
    pub(in crate::lab) member: Option<String>,
}

impl Tally {
    /// Nothing seen yet of a step.
    pub(in crate::lab) fn of(step: Option<&Step>) -> Self {
        let checks = step.and_then(|step| step.old.as_ref()).map_or(0, |old| old.checks.len());
        Self { checks: vec![Seen::default(); checks], ..Self::default() }
    }

    /// A new line begins: what was seen of the one before as a line is forgotten.
    pub(in crate::lab) fn begin_line(&mut self, step: Option<&Step>) {
        self.checks.iter_mut().for_each(|seen| seen.line = None);
        self.line.clear();
        self.line_newest = None;
        if step.and_then(|step| step.predict.as_ref()?.old.as_ref()).is_some_and(|expect| expect.over == Over::Line) {
            self.expected = Figures::default();
        }
    }

    /// Takes a request in.
    pub(in crate::lab) fn take(&mut self, step: &Step, entry: &Entry) {
        for (check, seen) in step.old.iter().flat_map(|old| &old.checks).zip(&mut self.checks) {
            seen.take(check, entry);
        }
        if let Some(expect) = step.predict.as_ref().and_then(|predict| predict.old.as_ref()) {
            self.expected.expect(expect, entry);
        }
        self.newest = Some(describe(entry));
        self.line.entry(entry.verb.clone()).or_default().add(entry);
        let index = entry.request.get("IndexName").and_then(serde_json::Value::as_str);
        self.line_newest = Some((entry.verb.clone(), index.map(str::to_owned)));
    }

    /// What the requests of the newest line cost that are of the same operation as its last; `None` if it sent none.
    pub(in crate::lab) fn way(&self, label: &str) -> Option<WayCost> {
        let (verb, index) = self.line_newest.as_ref()?;
        let figures = self.line.get(verb)?;
        Some(WayCost {
            label: label.to_owned(),
            operation: index.as_ref().map_or_else(|| verb.clone(), |index| format!("{verb} ({index})")),
            read: figures.scanned,
            returned: figures.returned,
            units: figures.read,
        })
    }
}

impl Seen {
    fn take(&mut self, check: &Check, entry: &Entry) {
        if let Some(pattern) = check.request.as_ref().or(check.no_request.as_ref()) {
            if fits(pattern, entry) {
                self.fitting += 1;
                self.nearest = Some(describe(entry));
            } else if self.fitting == 0 && check.request.is_some() && same_target(pattern, entry) {
                self.nearest = Some(describe(entry));
            }
        } else if let Some(pattern) = &check.line {
            self.line.get_or_insert_with(Line::empty).take(pattern, entry);
        }
    }
}

impl Line {
    const fn empty() -> Self {
        Self { is_fitting: true, returned: 0, units: Units::ZERO, verb: String::new(), has_more: false }
    }

    fn take(&mut self, pattern: &LinePattern, entry: &Entry) {
        self.is_fitting &= fits(&pattern.of, entry);
        self.returned += entry.number("Count").unwrap_or_default();
        self.units += entry.read_units() + entry.write_units();
        self.verb.clone_from(&entry.verb);
        self.has_more = entry.outcome.as_ref().is_ok_and(|body| body.get("LastEvaluatedKey").is_some());
    }
}

impl Figures {
    fn add(&mut self, entry: &Entry) {
        self.requests += 1;
        self.refused += u64::from(entry.outcome.is_err());
        self.read += entry.read_units();
        self.write += entry.write_units();
        self.scanned += entry.number("ScannedCount").unwrap_or_default();
        self.returned += entry.number("Count").unwrap_or_default();
    }

    /// Takes a request in, if it is one that the prediction is about.
    fn expect(&mut self, expect: &Expect, entry: &Entry) {
        if !expect.of.as_ref().is_none_or(|of| fits(of, entry)) {
            return;
        }
        if expect.over == Over::Request {
            *self = Self::default();
        }
        self.add(entry);
        if let Some(member) = expect.member.as_deref().and_then(|path| member(path, entry)) {
            self.member = Some(member);
        }
    }
}

/// The member of an answer at a path, as text.
fn member(path: &str, entry: &Entry) -> Option<String> {
    let answer = entry.outcome.as_ref().ok()?;
    let place = path.split('.').try_fold(answer, |value, member| match member.parse::<usize>() {
        Ok(place) if value.is_array() => value.get(place),
        _ => value.get(member),
    })?;
    Some(place.as_str().map_or_else(|| place.to_string(), str::to_owned))
}
