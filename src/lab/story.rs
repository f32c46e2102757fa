//! The figures of a learner's run, and the texts that tell them.
//!
//! The life of a figure: [`Story::take`] adds a fact to the sums of its request, its line and its step; when the step is
//! done, [`Story::finish`] keeps what each name of [`NAMES`] stands for then; [`Story::told`] fills them into a text.
//! A name that stands for nothing in this run is told as "none".

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::facts::{Fact, FactKind};
use super::reasons::{noun, place, spelled};
use super::runner::{Spent, WayCost};
use super::workbench::Workbench;
use crate::content::lab::placeholder::{NAMES, Name, Piece, pieces};
use crate::content::lab::requirement::RequestEffect;
use crate::engine::capacity::Units;

/// A figure of a run: a number, or words.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Figure {
    Number(f64),
    Words(String),
}

impl Figure {
    /// As it is told.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Number(number) => spelled(*number),
            Self::Words(words) => words.clone(),
        }
    }

    pub(super) const fn number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }
}

/// What some requests came to together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub(super) spent: Spent,
    pub(super) refused: u64,
    pub(super) items: u64,
    pub(super) returned: u64,
    pub(super) bytes: u64,
}

impl Sums {
    /// Of a fact, as it tells them.
    fn of(fact: &Fact) -> Self {
        let (read, write) = fact.spent(None);
        Self {
            spent: Spent { requests: fact.requests, read, write },
            refused: u64::from(fact.error.is_some()),
            items: fact.scanned,
            returned: fact.count,
            bytes: fact.bytes,
        }
    }
}

impl std::ops::AddAssign for Sums {
    fn add_assign(&mut self, other: Self) {
        self.spent += other.spent;
        self.refused += other.refused;
        self.items += other.items;
        self.returned += other.returned;
        self.bytes += other.bytes;
    }
}

/// What a run of traffic came to: its attempts, and what they were charged everywhere.
fn of_traffic(report: &Value) -> Spent {
    let requests = report["Attempts"].as_u64().unwrap_or_default();
    let mut spent = Spent { requests, ..Spent::default() };
    for place in report["Units"].as_array().into_iter().flatten() {
        let units = |way: &str| place[way].as_f64().and_then(Units::from_f64).unwrap_or_default();
        spent += Spent { requests: 0, read: units("Read"), write: units("Write") };
    }
    spent
}

/// The figures of a step so far, and of the steps before it.
#[derive(Clone, Debug, Default)]
pub(super) struct Story {
    request: Sums,
    line: Sums,
    step: Sums,
    is_new_line: bool,
    operation: Option<String>,
    place: Option<String>,
    error: Option<String>,
    traffic: Option<Arc<Value>>,
    /// What runs of traffic came to.
    traffic_spent: Spent,
    throttled: u64,
    stale: u64,
    cached: u64,
    invocations: (u64, u64),
    records: u64,
    prediction: Option<String>,
    /// What the names stood for at the end of each step.
    finished: BTreeMap<String, BTreeMap<&'static str, Figure>>,
}

impl Story {
    /// A new step begins; what the steps before came to is kept.
    pub(super) fn begin_step(&mut self) {
        *self = Self { finished: std::mem::take(&mut self.finished), ..Self::default() };
    }

    /// A new line begins.
    pub(super) const fn begin_line(&mut self) {
        self.is_new_line = true;
    }

    /// What the requests of the step came to so far.
    pub(super) const fn spent(&self) -> Spent {
        self.step.spent
    }

    /// What the step came to so far, runs of traffic included.
    pub(super) fn spent_in_all(&self) -> Spent {
        let mut spent = self.spent();
        spent += self.traffic_spent;
        spent
    }

    /// Whether anything was sent in the step.
    pub(super) const fn has_begun(&self) -> bool {
        self.operation.is_some() || self.traffic.is_some()
    }

    /// What the newest line cost, as a row of the comparison; `None` if it sent nothing.
    pub(super) fn way(&self, label: &str) -> Option<WayCost> {
        let verb = self.operation.as_ref()?;
        let index = self.place.as_deref().and_then(|place| place.strip_prefix("the index "));
        Some(WayCost {
            label: label.to_owned(),
            operation: index.map_or_else(|| verb.clone(), |index| format!("{verb} ({index})")),
            read: self.line.items,
            returned: self.line.returned,
            units: self.line.spent.read,
        })
    }

    /// Takes a fact in.
    pub(super) fn take(&mut self, fact: &Fact) {
        match fact.kind {
            FactKind::Traffic => {
                self.throttled += fact.response["Throttled"].as_u64().unwrap_or_default();
                self.traffic_spent += of_traffic(&fact.response);
                self.traffic = Some(Arc::clone(&fact.response));
                return;
            }
            FactKind::Invocation => {
                self.invocations.0 += 1;
                self.invocations.1 += u64::from(fact.response["Succeeded"] != Value::Bool(true));
                return;
            }
            FactKind::Request if fact.is_of_a_service() || fact.effect == RequestEffect::Cache => return,
            FactKind::Request => {}
        }
        if std::mem::take(&mut self.is_new_line) {
            self.line = Sums::default();
        }
        self.request = Sums::of(fact);
        self.line += self.request;
        self.step += self.request;
        self.stale += u64::from(fact.is_stale);
        self.cached += u64::from(fact.is_cached);
        self.operation = Some(fact.verb.clone());
        if let Some((name, message)) = &fact.error {
            self.throttled += u64::from(
                name.contains("Throttl") || name.contains("ThroughputExceeded") || message.contains("Throttl"),
            );
            self.error = Some(name.clone());
        }
        if fact.effect == RequestEffect::Read {
            let part = fact.parts.first();
            self.place = part.map(|part| match &part.index {
                Some(_) => place(part.index.as_deref()),
                None => format!("the table {}", part.table),
            });
        }
        if fact.effect == RequestEffect::Stream {
            self.records = fact.records.len() as u64;
        }
    }

    /// Notes what the learner predicted.
    pub(super) fn predict(&mut self, said: Option<String>) {
        self.prediction = said;
    }

    /// Keeps what the names stand for at the end of a step.
    pub(super) fn finish(&mut self, step: &str, bench: &Workbench) {
        let figures = NAMES.iter().filter_map(|(name, _)| Some((*name, self.present(name, bench)?)));
        let figures = figures.collect();
        self.finished.insert(step.to_owned(), figures);
    }

    /// What a name stands for now, or stood for at the end of its step.
    pub(super) fn figure(&self, name: &Name<'_>, bench: &Workbench) -> Option<Figure> {
        match name.step {
            Some(step) => self.finished.get(step)?.get(name.name).cloned(),
            None => self.present(name.name, bench),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a lab lie far below 2^52")]
    fn present(&self, name: &str, bench: &Workbench) -> Option<Figure> {
        let count = |count: u64| Some(Figure::Number(count as f64));
        let units = |units: Units| Some(Figure::Number(units.as_f64()));
        let words = |words: Option<String>| words.map(Figure::Words);
        let traffic = |member: &str| self.traffic.as_ref()?.get(member)?.as_f64();
        let conflict = || bench.world().global_tables().conflicts().last();
        match name {
            "read.items" => count(self.line.items),
            "read.bytes" => count(self.line.bytes),
            "returned.count" => count(self.line.returned),
            "pages" | "line.requests" => count(self.line.spent.requests),
            "spent.rcu" => units(self.line.spent.read),
            "spent.wcu" => units(self.line.spent.write),
            "request.rcu" => units(self.request.spent.read),
            "request.wcu" => units(self.request.spent.write),
            "request.items" => count(self.request.items),
            "request.count" => count(self.request.returned),
            "step.rcu" => units(self.step.spent.read),
            "step.wcu" => units(self.step.spent.write),
            "step.requests" | "requests" => count(self.step.spent.requests),
            "step.items" => count(self.step.items),
            "refused" => count(self.step.refused),
            "line.refused" => count(self.line.refused),
            "throttled" => count(self.throttled),
            "stale" => count(self.stale),
            "cached" => count(self.cached),
            "operation" => words(self.operation.clone()),
            "place" => words(self.place.clone()),
            "error" => words(self.error.clone()),
            "traffic.calls" => traffic("Calls").map(Figure::Number),
            "traffic.succeeded" => traffic("Succeeded").map(Figure::Number),
            "traffic.failed" => traffic("Failed").map(Figure::Number),
            "traffic.throttled" => traffic("Throttled").map(Figure::Number),
            "traffic.attempts" => traffic("Attempts").map(Figure::Number),
            "traffic.slowest" => traffic("Slowest").map(Figure::Number),
            "traffic.failed_percent" => {
                let (failed, calls) = (traffic("Failed")?, traffic("Calls")?.max(1.0));
                Some(Figure::Number((100.0 * failed / calls).round()))
            }
            "invocations" => count(self.invocations.0),
            "invocations.failed" => count(self.invocations.1),
            "records" => count(self.records),
            "winner.region" => words(conflict().map(|conflict| conflict.won.region.clone())),
            "loser.region" => words(conflict().map(|conflict| conflict.lost.region.clone())),
            "prediction" => words(self.prediction.clone()),
            "clock" => words(Some(bench.engine().now().to_string())),
            _ => None,
        }
    }

    /// A text with its figures filled in.
    pub(super) fn told(&self, text: &str, bench: &Workbench) -> String {
        let mut out = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Name(name, unit) => {
                    let figure = self.figure(&name, bench);
                    out.push_str(&figure.as_ref().map_or_else(|| "none".to_owned(), Figure::told));
                    if let Some(unit) = unit {
                        let is_one =
                            figure.and_then(|figure| figure.number()).is_some_and(|number| (number - 1.0).abs() < 1e-9);
                        out.push(' ');
                        out.push_str(&noun(is_one, unit));
                    }
                }
                Piece::Ratio(left, right) => {
                    let number = |name: &Name<'_>| self.figure(name, bench).and_then(|figure| figure.number());
                    out.push_str(&ratio(number(&left), number(&right)));
                }
            }
        }
        out
    }
}

/// How many times as much the first is, as it is told: whole from 10 on.
pub(super) fn ratio(left: Option<f64>, right: Option<f64>) -> String {
    match (left, right) {
        (Some(left), Some(right)) if right > 0.0 => {
            let times = left / right;
            spelled(if times >= 10.0 { times.round() } else { (times * 10.0).round() / 10.0 })
        }
        _ => "none".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_told_with_the_figures_of_the_run() {
        let mut story = Story::default();
        story.line.items = 6000;
        story.line.spent.read = Units::halves(422);
        let bench = Workbench::new();
        story.finish("scan", &bench);
        story.begin_step();
        story.line.items = 1;
        story.line.spent.read = Units::HALF;
        let told = story.told(
            "{read.items items} for {spent.rcu} RCU; the Scan read {scan.read.items items}: {scan.spent.rcu / spent.rcu} times. {winner.region} {\":c\"}",
            &bench,
        );
        assert_eq!(told, "1 item for 0.5 RCU; the Scan read 6,000 items: 422 times. none {\":c\"}");
    }
}
