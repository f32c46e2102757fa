//! What is wrong with a lab: it is played, and everything that it says can be done or costs is held against that.

use std::cell::LazyCell;
use std::collections::BTreeSet;

use crate::content::lab::lint::gives_away;
use crate::content::lab::{Predict, Step};
use crate::content::{Lab, Library, Problem};
use crate::engine::Entry;
use crate::engine::capacity::Units;
use crate::engine::table::Billing;
use crate::lab::{ReplyKind, Runner, STEPS_OF_A_WAY, Stopped, Turn, Work, way_faults};

/// Figures that no lab has to prove: what one partition takes a second, and the two smallest prices of a read.
const KNOWN: [(&str, f64); 4] = [("RCU", 3000.0), ("WCU", 1000.0), ("RCU", 0.5), ("RCU", 1.0)];

/// How many entries of the journal are gone through in a step.
const ENTRIES_OF_A_STEP: u64 = 16;
/// How much is told of what a line of a solution was answered, in characters.
const MOST_SAID: usize = 300;

/// Everything that is wrong with a lab. What is run to find out counts as a part of `work`.
pub(super) fn problems(lab: &Lab, library: &Library, built_in: &LazyCell<Library>, work: &Work) -> Vec<Problem> {
    let file = format!("labs/{}.yaml", lab.name);
    let mut report = Report { file, problems: Vec::new() };
    check_questions(lab, library, built_in, &mut report);
    for seed in 0..lab.seeds() {
        if work.is_spent() {
            report.error(format!("with seed {seed} and those behind it, it was not played: {}", Stopped::NothingLeft));
            break;
        }
        // Each seed is another lab, and must be as sound as the first.
        let of_seed = if seed == 0 { lab.clone() } else { lab.seeded(seed) };
        if of_seed.variation.as_ref().is_some_and(|it| it.seed != seed) {
            report.error(format!("with seed {seed} it cannot be read"));
            continue;
        }
        match Runner::start_on(&of_seed, 0, work) {
            Ok(runner) => play(runner, &mut report),
            Err(error) => report.error(format!("with seed {seed}: {error}")),
        }
    }
    report.problems.dedup();
    report.problems
}

/// Gathers problems of one lab.
struct Report {
    file: String,
    problems: Vec<Problem>,
}

impl Report {
    fn error(&mut self, message: impl Into<String>) {
        self.problems.push(Problem::error(&self.file, 1, message));
    }

    fn warn(&mut self, message: impl Into<String>) {
        self.problems.push(Problem::warning(&self.file, 1, message));
    }
}

/// A lab's questions must exist and be about what it teaches. A pack without questions of its own may name those that are
/// built in.
fn check_questions(lab: &Lab, library: &Library, built_in: &LazyCell<Library>, report: &mut Report) {
    let elsewhere = |id: &str| if library.questions.is_empty() { built_in.question(id) } else { None };
    for id in &lab.questions {
        match library.question(id).or_else(|| elsewhere(id)) {
            None => report.error(format!("there is no question {id}")),
            Some(question) if !question.claims.iter().any(|claim| lab.claims.contains(claim)) => {
                report.error(format!("the question {id} is on none of this lab's claims"));
            }
            Some(_) => {}
        }
    }
}

fn play(mut runner: Runner, report: &mut Report) {
    let mut said = Figures::default();
    while let Some(step) = runner.step().cloned() {
        let place = step.place();
        if runner.verdicts().iter().all(|verdict| verdict.met) {
            report.error(format!("{place}: it is done before anything was done"));
        }
        for fault in way_faults(&mut runner) {
            let message = format!("{place}: {}", fault.message);
            if fault.is_warning { report.warn(message) } else { report.error(message) }
        }
        check_old_ways(&step, &runner, report);
        let turns: Vec<Turn> = step.solution.iter().map(|line| runner.run(line)).collect();
        said.measure(&runner, &turns);
        let Some(completed) = turns.last().and_then(|turn| turn.completed.as_ref()) else {
            let wrong = turns.iter().map(|turn| &turn.reply).find(|reply| reply.kind == ReplyKind::NotUnderstood);
            let said: String = wrong.iter().flat_map(|reply| reply.text.chars().take(MOST_SAID)).collect();
            report.error(format!(
                "{place}: its solution does not complete it{}{said}",
                if wrong.is_some() { ": " } else { "" }
            ));
            return;
        };
        let asks = step.predict.as_ref().is_some_and(Predict::is_graded);
        match &completed.prediction {
            None if asks => report.error(format!("{place}: what it predicts cannot be measured")),
            Some(prediction) if step.old.is_none() && !prediction.is_choice => {
                let answer = prediction.came_to.split_whitespace().next().unwrap_or_default();
                if let Some(text) = gives_away(&step, answer) {
                    report.error(format!("{place}: the {text} holds what is to be predicted: {answer}"));
                }
            }
            _ => {}
        }
        if step.old.is_some() {
            for figure in said.unproved(&step.debrief) {
                report.error(format!("{place}: the debrief says {figure}, which nothing in this lab has cost"));
            }
        }
    }
}

/// In a lab of format 1, each near miss's example must get its words, and each other way must complete the step.
fn check_old_ways(step: &Step, runner: &Runner, report: &mut Report) {
    let Some(old) = &step.old else { return };
    let work = runner.bench().work().clone();
    let tries = old.near_misses.len() + step.right_ways.len();
    let _ = work.spend(tries as u64 * STEPS_OF_A_WAY);
    for near in &old.near_misses {
        if runner.clone().run(&near.example).near_miss.as_deref() != Some(near.say.trim()) {
            report.error(format!(
                "{}: the example of a near miss does not get its words: {}",
                step.place(),
                near.example.trim()
            ));
        }
    }
    for way in step.right_ways.iter().skip(1) {
        let (lines, mut runner) = (way.all(), runner.clone());
        let completed: Vec<bool> = lines.iter().map(|line| runner.run(line).completed.is_some()).collect();
        if completed.iter().position(|done| *done) != lines.len().checked_sub(1) {
            let first = lines.first().map(|line| line.trim()).unwrap_or_default();
            report.error(format!(
                "{}: another way does not complete it, with its last line and not before: {first}",
                step.place()
            ));
        }
    }
}

/// What the lab has cost so far: each request, each line, each step, and together.
#[derive(Default)]
struct Figures {
    read: BTreeSet<Units>,
    write: BTreeSet<Units>,
}

impl Figures {
    fn measure(&mut self, runner: &Runner, turns: &[Turn]) {
        let Some(first) = turns.first() else { return };
        let all: Vec<&Entry> = runner.bench().entries_since(first.reply.since).collect();
        for entry in &all {
            self.note(std::iter::once(*entry));
        }
        // The entries are gone through once for each line.
        let _ = runner.bench().work().spend(turns.len() as u64 * all.len() as u64 / ENTRIES_OF_A_STEP);
        for turn in turns {
            self.note(all.iter().copied().filter(|entry| entry.sequence > turn.reply.since));
        }
        for table in runner.bench().engine().tables() {
            let declared = |billing| if let Billing::Provisioned(declared) = billing { Some(declared) } else { None };
            let indexes = table.indexes.iter().map(|index| index.throughput);
            for declared in indexes.chain([declared(table.billing)]).flatten() {
                self.read.insert(Units::halves(declared.read * 2));
                self.write.insert(Units::halves(declared.write * 2));
            }
        }
    }

    fn note<'a>(&mut self, entries: impl Iterator<Item = &'a Entry> + Clone) {
        self.read.insert(entries.clone().map(Entry::read_units).sum());
        self.write.insert(entries.map(Entry::write_units).sum());
    }

    /// The figures of a text, "1,250 WCU", that stand for nothing.
    fn unproved(&self, text: &str) -> Vec<String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut unproved = Vec::new();
        for pair in words.windows(2) {
            let unit = pair[1].trim_matches(|letter: char| !letter.is_ascii_uppercase());
            let number = pair[0].trim_matches(|letter: char| !letter.is_ascii_digit()).replace(',', "");
            let Some((number, costs)) = number.parse::<f64>().ok().zip(match unit {
                "RCU" => Some(&self.read),
                "WCU" => Some(&self.write),
                _ => None,
            }) else {
                continue;
            };
            let is_known = KNOWN.contains(&(unit, number));
            if !is_known && !Units::from_f64(number).is_some_and(|units| costs.contains(&units)) {
                unproved.push(format!("{} {unit}", pair[0]));
            }
        }
        unproved
    }
}
