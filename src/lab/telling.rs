//! Whether what a learner is told of a run is what happened in it: debriefs, rows of the comparison, last words.
//!
//! The life of a check: a right way was played line by line, and [`Ledger::take_line`] worked the figures of its requests out
//! from the journal, apart from the [`Story`](super::story) that tells them; [`faults`] holds each figure against that, fills
//! the step's texts in from it once more, and looks at each number that an author wrote: it must stand in the lab's story, in the
//! way's own lines, or be one of the service's own ([`Support`]).
//!
//! Left out: words that are no figures, but for one kind: "your Query" of a run without a Query.

use crate::content::lab::Way;
use crate::content::lab::figures::Support;
use crate::content::lab::placeholder::{NAMES, Name, Piece, pieces};
use crate::engine::capacity::{Units, charge};
use crate::engine::journal::Sender;
use crate::engine::plan::Effect;
use crate::engine::{Entry, Event, ops};
use crate::safe_text::quoted;

use super::reasons::{noun, place};
use super::refusal;
use super::runner::{Completed, Runner, Spent, WayCost};
use super::story::{Figure, Sums, ratio};

/// Exceptions of requests that were throttled, and what a transaction calls them.
const THROTTLED: [&str; 5] = [
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
];

/// The figures of a way, worked out from the journal's entries.
#[derive(Clone, Debug, Default)]
pub(super) struct Ledger {
    request: Sums,
    line: Sums,
    step: Sums,
    stale: u64,
    cached: u64,
    throttled: u64,
    invocations: u64,
    failed_invocations: u64,
    records: u64,
    /// The operations that were sent.
    verbs: Vec<String>,
    place: Option<String>,
    error: Option<String>,
    traffic: Option<serde_json::Value>,
}

impl Ledger {
    /// Takes the entries of a line.
    pub(super) fn take_line<'a>(&mut self, entries: impl Iterator<Item = &'a Entry>) {
        let (mut line, mut has_sent) = (Sums::default(), false);
        for entry in entries {
            let answer = entry.outcome.as_ref().ok();
            match entry.event {
                Event::Traffic => {
                    self.throttled += answer.and_then(|report| report["Throttled"].as_u64()).unwrap_or(0);
                    self.traffic = answer.cloned();
                }
                Event::Invocation => {
                    self.invocations += 1;
                    self.failed_invocations += u64::from(answer.is_none_or(|it| it["Succeeded"] != true));
                }
                // The cache beside the tables costs nothing, and is no request.
                Event::Cache => {}
                _ if matches!(entry.scope.sender, Sender::Service(_)) => {}
                _ => {
                    has_sent = true;
                    self.request = sums(entry);
                    line += self.request;
                    self.step += self.request;
                    self.take_request(entry);
                }
            }
        }
        if has_sent {
            self.line = line;
        }
    }

    fn take_request(&mut self, entry: &Entry) {
        self.verbs.push(entry.name().to_owned());
        self.stale += u64::from(!entry.stale.is_empty());
        self.cached += u64::from(entry.is_cached);
        if let Some((name, _)) = refusal::of(entry) {
            let error = entry.outcome.as_ref().err();
            let reasons = error.and_then(|error| error.members.get("CancellationReasons")?.as_array());
            let codes = reasons.into_iter().flatten().filter_map(|reason| reason["Code"].as_str());
            let is_throttled = codes.chain([name.as_str()]).any(|code| THROTTLED.contains(&code));
            self.throttled += u64::from(is_throttled);
            self.error = Some(name);
        }
        match effect(entry) {
            Some(Effect::Read) => {
                let named = || {
                    let named = entry.event.verb().map(|verb| ops::named(verb, &entry.request)).unwrap_or_default();
                    named.into_iter().next().map(|named| (named.table, named.index))
                };
                let planned = entry.plans.first().map(|plan| {
                    let table = plan.table.rsplit('/').next().unwrap_or_default().to_owned();
                    (table, plan.index.as_ref().map(ToString::to_string))
                });
                self.place = planned.or_else(named).map(|(table, index)| match index {
                    Some(index) => place(Some(&index)),
                    None => format!("the table {table}"),
                });
            }
            Some(Effect::Stream) => {
                let records = entry.outcome.as_ref().ok().and_then(|answer| answer["Records"].as_array());
                self.records = records.map_or(0, |records| records.len() as u64);
            }
            _ => {}
        }
    }

    /// What a name stands for after this way; `None` for those that the journal does not tell.
    #[expect(clippy::cast_precision_loss, reason = "counts of a lab lie far below 2^52")]
    fn figure(&self, name: &str) -> Option<Figure> {
        let count = |count: u64| Some(Figure::Number(count as f64));
        let units = |units: Units| Some(Figure::Number(units.as_f64()));
        let words = |words: Option<&String>| words.cloned().map(Figure::Words);
        let traffic = |member: &str| self.traffic.as_ref()?.get(member)?.as_f64();
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
            "operation" => words(self.verbs.last()),
            "place" => words(self.place.as_ref()),
            "error" => words(self.error.as_ref()),
            "invocations" => count(self.invocations),
            "invocations.failed" => count(self.failed_invocations),
            "records" => count(self.records),
            "traffic.calls" => Some(Figure::Number(traffic("Succeeded")? + traffic("Failed")?)),
            "traffic.succeeded" => Some(Figure::Number(traffic("Calls")? - traffic("Failed")?)),
            "traffic.failed" => Some(Figure::Number(traffic("Calls")? - traffic("Succeeded")?)),
            "traffic.failed_percent" => {
                let share = traffic("Failed")? / (traffic("Succeeded")? + traffic("Failed")?).max(1.0);
                Some(Figure::Number((100.0 * share).round()))
            }
            _ => None,
        }
    }
}

/// What an entry of the journal comes to.
fn sums(entry: &Entry) -> Sums {
    let is_read = effect(entry) == Some(Effect::Read) && entry.outcome.is_ok() && !entry.is_unheard;
    let reads = || entry.charges.iter().filter(|charge| charge.rate.is_read());
    // Priced from the bytes again, and not as they were charged.
    let priced = |of_reads: bool| {
        let own = entry.charges.iter().filter(|charge| charge.rate.is_read() == of_reads);
        own.fold(Units::ZERO, |sum, it| sum + charge(&it.table, it.touched.clone(), it.rate).units)
    };
    let read_by_key = || reads().map(|charge| charge.touched.items).sum();
    Sums {
        spent: Spent { requests: 1, read: priced(true), write: priced(false) },
        refused: u64::from(refusal::of(entry).is_some()),
        items: if is_read { entry.number("ScannedCount").unwrap_or_else(read_by_key) } else { 0 },
        returned: if is_read { returned(entry) } else { 0 },
        bytes: reads().map(|charge| charge.touched.bytes).sum(),
    }
}

/// What a request does, of which the first thing that it touches speaks if its verb does not.
fn effect(entry: &Entry) -> Option<Effect> {
    let verb = entry.event.verb()?;
    verb.effect.or_else(|| entry.plans.first().map(|plan| plan.effect))
}

/// How many items a response holds.
fn returned(entry: &Entry) -> u64 {
    let Ok(answer) = &entry.outcome else { return 0 };
    if let Some(count) = answer["Count"].as_u64() {
        return count;
    }
    let length = |list: &serde_json::Value| list.as_array().map_or(0, |list| list.len() as u64);
    match &answer["Responses"] {
        serde_json::Value::Array(all) => all.iter().filter(|one| one.get("Item").is_some()).count() as u64,
        serde_json::Value::Object(tables) => tables.values().map(length).sum(),
        _ => u64::from(answer.get("Item").is_some()) + length(&answer["Items"]),
    }
}

/// Everything that a learner who goes this way is told wrongly. `runner` has just completed the step, `story` is what its
/// text supports, and `lines` are the way's.
pub(super) fn faults(
    runner: &Runner,
    completed: &Completed,
    ledger: &Ledger,
    story: &Support,
    lines: &[&str],
) -> Vec<String> {
    let telling = Telling { runner, completed, ledger };
    let mut found = telling.wrong_figures();
    found.extend(telling.wrong_debrief());
    found.extend(telling.unfounded(story, lines));
    found.extend(telling.wrong_operation());
    found.extend(telling.wrong_rows());
    found
}

/// What is told of a step that a way has just completed, and what the journal has of it.
struct Telling<'a> {
    runner: &'a Runner,
    completed: &'a Completed,
    ledger: &'a Ledger,
}

impl<'a> Telling<'a> {
    /// Figures that are told otherwise than the journal has them.
    fn wrong_figures(&self) -> Vec<String> {
        let step = &self.completed.step;
        let wrong = |name: &'static str| {
            let told = self.runner.figure(&Name { step: Some(&step.id), name, written: name });
            let counted = self.ledger.figure(name);
            let words = |figure: Option<Figure>| figure.map_or_else(|| "nothing".to_owned(), |figure| figure.told());
            (counted.is_some() && told != counted)
                .then(|| format!("{{{name}}} is told as {}, and the journal has {}", words(told), words(counted)))
        };
        NAMES.iter().filter_map(|(name, _)| wrong(name)).collect()
    }

    /// What a name stands for: by the journal, or if that does not tell it, by the run.
    fn figure(&self, name: &Name<'_>) -> Option<Figure> {
        let step = &self.completed.step;
        let counted = if name.step.is_none_or(|of| of == step.id) { self.ledger.figure(name.name) } else { None };
        counted.or_else(|| self.runner.figure(&Name { step: Some(name.step.unwrap_or(&step.id)), ..*name }))
    }

    /// That the debrief is another than its figures by the journal make it.
    fn wrong_debrief(&self) -> Option<String> {
        let told = &self.completed.debrief;
        match filled(&self.completed.step.debrief, |name| self.figure(name)) {
            Err(name) => Some(format!("the debrief says {{{name}}}, which stands for nothing in this run")),
            Ok(text) if text != *told => {
                Some(format!("the debrief is {}, and the journal says {}", quoted(told), quoted(&text)))
            }
            Ok(_) => None,
        }
    }

    /// Names that stand for nothing, and numbers that neither the lab's story nor the way supports.
    fn unfounded(&self, story: &Support, lines: &[&str]) -> Vec<String> {
        let (lab, step) = (self.runner.lab(), &self.completed.step);
        let place = lab.steps.iter().position(|other| other.id == step.id).unwrap_or(0);
        let is_last = place + 1 == lab.steps.len();
        let mut typed = Support::default();
        for line in lines {
            typed.add(line);
        }
        if is_last {
            lab.steps[..place].iter().flat_map(|step| &step.solution).for_each(|line| typed.add(line));
        }
        let rows = self.rows().map(|way| ("comparison", way.label.as_str()));
        let last = is_last.then_some(("outro", lab.outro.as_str()));
        let mut found = Vec::new();
        for (what, text) in [("debrief", step.debrief.as_str())].into_iter().chain(rows).chain(last) {
            if what != "debrief"
                && let Err(name) = filled(text, |name| self.figure(name))
            {
                found.push(format!("the {what} says {{{name}}}, which stands for nothing in this run"));
            }
            if let Some(number) = story.lacks(&typed, text) {
                found.push(format!(
                    "the {what} says {}, which stands neither in the lab's story nor in this way, and is no figure of the service; use a placeholder",
                    quoted(&number)
                ));
            }
        }
        found
    }

    /// That the debrief speaks of the learner's own request, and none of the kind was sent.
    fn wrong_operation(&self) -> Option<String> {
        let is_sent = |verb: &&str| self.ledger.verbs.iter().any(|sent| sent == verb);
        let verb = addressed(&self.completed.step.debrief).find(|verb| !is_sent(verb))?;
        Some(format!("the debrief speaks of your {verb}, and this way sent none"))
    }

    /// Rows of the comparison that tell otherwise of the step's last line than the journal.
    fn wrong_rows(&self) -> Vec<String> {
        let line = &self.ledger.line;
        if line.spent.requests == 0 {
            return Vec::new();
        }
        let wrong = |row: &WayCost| {
            let counted = (line.items, line.returned, line.spent.read);
            ((row.read, row.returned, row.units) != counted).then(|| {
                let told = (row.read, row.returned, row.units.as_f64());
                let counted = (counted.0, counted.1, counted.2.as_f64());
                format!("the comparison tells {told:?} of {}, and the journal has {counted:?}", row.label)
            })
        };
        self.runner.ways().iter().rev().take(self.rows().count()).filter_map(wrong).collect()
    }

    /// The rows of the lab's comparison that are this step's.
    fn rows(&self) -> impl Iterator<Item = &'a Way> {
        let step = &self.completed.step.id;
        self.runner.lab().compare.iter().filter(move |way| way.step == *step)
    }
}

/// A text with its figures filled in; the first name that stands for nothing if there is one.
fn filled<'a>(text: &'a str, figure: impl Fn(&Name<'a>) -> Option<Figure>) -> Result<String, &'a str> {
    let mut out = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            // What nobody predicted is not told.
            Piece::Name(name, _) if name.name == "prediction" => out.push_str("none"),
            Piece::Name(name, unit) => {
                let value = figure(&name).ok_or(name.written)?;
                out.push_str(&value.told());
                if let Some(unit) = unit {
                    out.push(' ');
                    let is_one = value.number().is_some_and(|number| (number - 1.0).abs() < 1e-9);
                    out.push_str(&noun(is_one, unit));
                }
            }
            Piece::Ratio(left, right) => {
                let number = |name: &Name<'a>| figure(name).and_then(|figure| figure.number());
                if number(&right).is_none_or(|right| right <= 0.0) {
                    return Err(right.written);
                }
                out.push_str(&ratio(number(&left), number(&right)));
            }
        }
    }
    Ok(out)
}

/// The operations that a text calls the learner's own: "your Query".
fn addressed(text: &str) -> impl Iterator<Item = &'static str> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let said: Vec<&str> =
        words.windows(2).filter(|pair| pair[0].eq_ignore_ascii_case("your")).map(|pair| pair[1]).collect();
    said.into_iter().filter_map(|word| {
        let word = word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric());
        Some(ops::find(word)?.name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{self, Source};

    #[test]
    fn a_figure_that_is_not_the_journals_is_found() {
        let library = content::load(&Source::Embedded).0;
        let mut runner = Runner::start(library.lab("query-vs-scan").unwrap(), 0).unwrap();
        let (mut ledger, mut done) = (Ledger::default(), None);
        let lines = runner.solution().unwrap().to_vec();
        for line in &lines {
            let turn = runner.run(line);
            ledger.take_line(runner.bench().entries_since(turn.reply.since));
            done = turn.completed;
        }
        let mut completed = done.unwrap();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let story = Support::of(runner.lab(), 0);
        assert_eq!(faults(&runner, &completed, &ledger, &story, &lines), Vec::<String>::new());
        let mut cheaper = ledger.clone();
        cheaper.line.spent.read = Units::HALF;
        let told = faults(&runner, &completed, &cheaper, &story, &lines).join("; ");
        assert!(told.contains("{spent.rcu} is told as 211, and the journal has 0.5"), "{told}");
        assert!(told.contains("the debrief is"), "{told}");
        completed.debrief = completed.debrief.replace("211", "212");
        let told = faults(&runner, &completed, &ledger, &story, &lines).join("; ");
        assert!(told.contains("the debrief is") && told.contains("212"), "{told}");
    }

    #[test]
    fn your_query_is_the_learners() {
        let found: Vec<&str> = addressed("Your Query, and your Scan; the GetItem of your page.").collect();
        assert_eq!(found, ["Query", "Scan"]);
    }
}
