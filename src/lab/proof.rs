//! Proofs: an option of a question is tried on the engine, and what must be seen is looked for in what it prints.
//!
//! The life of a proof: [`Proofs::of`] sets a fixture up, once for all questions on it; [`Proofs::try_option`] runs an
//! option's commands on a copy and holds what they print, costs included, against what the question says must be seen.

use std::collections::BTreeMap;

use super::fill;
use super::meter::meter;
use super::workbench::{ReplyKind, Workbench};
use crate::content::{Choice, Fixture, Library, Question};
use crate::engine::Entry;
use crate::engine::capacity::Units;
use crate::safe_text::quoted;
use crate::world::work::{CONTENT_STEPS, Work};

/// The most bytes that the commands of an option print before no more of them is run: 4 MB.
const MOST_PRINTED: usize = 4 * 1024 * 1024;
/// How many bytes of what was printed are searched in a step.
const BYTES_OF_A_STEP: u64 = 16 * 1024;
/// How much of a command, or of what it printed, is shown with a fault, in characters.
const MOST_SHOWN: usize = 1000;
/// The most faults of one kind that are reported for an option.
const MOST_FAULTS: usize = 20;

/// Fixtures that are set up.
#[derive(Debug)]
pub struct Proofs {
    benches: BTreeMap<String, Workbench>,
    work: Work,
}

/// An option that was tried.
#[derive(Clone, Debug)]
pub struct TriedOption {
    /// Its commands, and what came of each.
    pub lines: Vec<TriedLine>,
    /// What should have been seen and was not, or the other way round; empty if the proof holds.
    pub faults: Vec<String>,
}

/// A command that was tried.
#[derive(Clone, Debug)]
pub struct TriedLine {
    /// The command.
    pub command: String,
    /// What it printed.
    pub reply: String,
    /// What it cost, in words.
    pub meter: Vec<String>,
    /// Read units of all its pages.
    pub read: Units,
    /// Write units.
    pub written: Units,
    /// Items read, if it reads several: ScannedCount, over all pages.
    pub items: u64,
    /// Items returned.
    pub returned: u64,
    /// The exception that it was refused with.
    pub refused: Option<String>,
    /// Whether the question says what it must cost.
    pub is_priced: bool,
    /// Whether the service takes the request for what it is: it runs, though a condition or a permission may refuse it.
    pub is_valid: bool,
}

impl TriedOption {
    /// Returns the commands that are the option itself: all up to the last that wrote or was refused, and those whose cost
    /// the question is about. What else is read after that only shows what came of it. An option that only reads is all of
    /// its commands.
    pub fn own(&self) -> impl Iterator<Item = &TriedLine> {
        let acts = |line: &TriedLine| line.written > Units::ZERO || line.refused.is_some();
        let last = self.lines.iter().rposition(acts).map_or(self.lines.len(), |at| at + 1);
        self.lines.iter().enumerate().filter(move |(at, line)| *at < last || line.is_priced).map(|(_, line)| line)
    }

    /// Runs a command of an option, and notes what came of it.
    fn run(&mut self, line: &str, option: &Choice, bench: &mut Workbench) {
        let reply = bench.run(line);
        let meter = meter(bench.entries_since(reply.since));
        let understood = reply.kind != ReplyKind::NotUnderstood;
        if !understood {
            let begun: String = line.trim().chars().take(MOST_SHOWN).collect();
            self.faults.push(format!("this was not understood: {begun}: {}", reply.text));
        }
        let cost = squeezed(&meter.join(" "));
        let is_cost = |wanted: &&String| wanted.contains("RCU") || wanted.contains("WCU");
        let is_priced = option.sees.iter().filter(is_cost).any(|wanted| cost.contains(&squeezed(wanted)));
        let entries = || bench.entries_since(reply.since);
        let refused = entries().filter_map(|entry| entry.outcome.as_ref().err()).next_back();
        let refused = refused.filter(|_| reply.kind == ReplyKind::Refused).map(|error| error.kind.name());
        let is_not_valid =
            |entry: &Entry| entry.exception().is_some_and(|exception| NOT_VALID.contains(&exception.as_str()));
        self.lines.push(TriedLine {
            command: line.trim().to_owned(),
            meter,
            read: entries().map(Entry::read_units).sum(),
            written: entries().map(Entry::write_units).sum(),
            items: entries().filter_map(|entry| entry.number("ScannedCount")).sum(),
            returned: entries().filter_map(|entry| entry.number("Count")).sum(),
            refused,
            is_priced,
            is_valid: understood && !entries().any(is_not_valid),
            reply: reply.text.trim_end().to_owned(),
        });
    }

    /// Holds all that was printed against what must be seen, and what must not.
    fn hold(&mut self, option: &Choice, printed: &str) {
        let shown: String = printed.chars().take(MOST_SHOWN).collect();
        let unseen = option.sees.iter().filter(|wanted| !printed.contains(&squeezed(wanted)));
        let unseen = unseen.map(|wanted| format!("{} was not seen in: {shown}", quoted(wanted)));
        let seen = option.lacks.iter().filter(|unwanted| printed.contains(&squeezed(unwanted)));
        let seen = seen.map(|unwanted| format!("{} was seen in: {shown}", quoted(unwanted)));
        self.faults.extend(unseen.take(MOST_FAULTS).chain(seen.take(MOST_FAULTS)));
    }
}

impl TriedLine {
    /// What it printed and what it cost.
    fn printed(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.reply).chain(&self.meter)
    }
}

/// What the service answers to requests that cannot be meant: badly formed, or of something that is not there.
const NOT_VALID: [&str; 4] =
    ["ValidationException", "SerializationException", "UnknownOperationException", "ResourceNotFoundException"];

impl Default for Proofs {
    fn default() -> Self {
        Self::new()
    }
}

impl Proofs {
    /// No fixture is set up yet. All that is run has one allowance of work.
    #[must_use]
    pub fn new() -> Self {
        Self::working_on(&Work::allowing(CONTENT_STEPS))
    }

    /// No fixture is set up yet; whatever is run counts as a part of `work`.
    #[must_use]
    pub fn working_on(work: &Work) -> Self {
        Self { work: work.clone(), benches: BTreeMap::new() }
    }

    /// What is being done here, to watch it and to stop it.
    #[must_use]
    pub const fn work(&self) -> &Work {
        &self.work
    }

    /// Tries an option of a question on its fixture and its own tables.
    ///
    /// # Errors
    /// There is no such fixture, or it cannot be set up.
    pub fn try_option(
        &mut self,
        library: &Library,
        question: &Question,
        option: &Choice,
    ) -> Result<TriedOption, String> {
        let mut bench = self.bench(library, question.on.as_deref())?.clone();
        for table in &question.setup {
            fill::table(&mut bench, table).map_err(|error| format!("its own tables cannot be set up: {error}"))?;
        }
        let mut tried = TriedOption { lines: Vec::new(), faults: Vec::new() };
        let mut printed = String::new();
        for line in &option.tries {
            if printed.len() > MOST_PRINTED {
                tried.faults.push(format!("it prints more than {MOST_PRINTED} bytes; what follows was not run"));
                break;
            }
            tried.run(line, option, &mut bench);
            for text in tried.lines.last().into_iter().flat_map(TriedLine::printed) {
                printed.push_str(text);
                printed.push('\n');
            }
        }
        let printed = squeezed(&printed);
        // Each text is looked for in all that was printed.
        let texts = (option.sees.len() + option.lacks.len()) as u64;
        self.work
            .spend(texts * (printed.len() as u64 / BYTES_OF_A_STEP))
            .map_err(|stopped| format!("what must be seen was not looked for: {stopped}"))?;
        tried.hold(option, &printed);
        Ok(tried)
    }

    fn bench(&mut self, library: &Library, on: Option<&str>) -> Result<&Workbench, String> {
        let id = on.unwrap_or_default();
        if !self.benches.contains_key(id) {
            let bench = match on {
                None => Workbench::working_on(&self.work),
                Some(id) => {
                    let fixture = library.fixture(id).ok_or_else(|| format!("there is no fixture {id}"))?;
                    set_up(fixture, &self.work)?
                }
            };
            self.benches.insert(id.to_owned(), bench);
        }
        self.benches.get(id).ok_or_else(|| format!("the fixture {id} is gone"))
    }
}

/// A workbench with a fixture's tables.
fn set_up(fixture: &Fixture, work: &Work) -> Result<Workbench, String> {
    let mut bench = Workbench::working_on(work);
    for table in &fixture.setup {
        fill::table(&mut bench, table)
            .map_err(|error| format!("the fixture {} cannot be set up: {error}", fixture.id))?;
    }
    for line in &fixture.before {
        let reply = bench.run(line);
        if reply.kind != ReplyKind::Answer && reply.kind != ReplyKind::Nothing {
            return Err(format!("the fixture {} cannot be set up: {}", fixture.id, reply.text));
        }
    }
    Ok(bench)
}

/// A text with every run of blanks and line ends as one blank: what is seen does not depend on how it is wrapped.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(read: u64, written: u64, refused: bool, is_priced: bool) -> TriedLine {
        TriedLine {
            command: String::new(),
            reply: String::new(),
            meter: Vec::new(),
            read: Units::halves(read),
            written: Units::halves(written),
            items: 0,
            returned: 0,
            refused: refused.then(|| "ValidationException".to_owned()),
            is_priced,
            is_valid: !refused,
        }
    }

    #[test]
    fn what_is_read_after_a_write_shows_what_came_of_it_and_is_no_part_of_the_price() {
        let costs = |lines: Vec<TriedLine>| {
            let tried = TriedOption { lines, faults: Vec::new() };
            tried.own().map(|line| line.read + line.written).sum::<Units>().as_halves()
        };
        assert_eq!(costs(vec![line(1, 0, false, false), line(0, 2, false, false), line(4, 0, false, false)]), 3);
        assert_eq!(costs(vec![line(0, 2, false, false), line(2, 0, false, true)]), 4, "its cost is what is asked");
        assert_eq!(costs(vec![line(0, 0, true, false), line(4, 0, false, false)]), 0, "it was refused, for nothing");
        assert_eq!(costs(vec![line(4, 0, false, false), line(1, 0, false, false)]), 5, "it only reads");
    }
}
