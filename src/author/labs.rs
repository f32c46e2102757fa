//! What is wrong with a lab: it is played, and everything that it says can be done or costs is held against that.

use std::collections::BTreeSet;

use crate::content::lab::Step;
use crate::content::{Lab, Problem};
use crate::engine::Entry;
use crate::engine::capacity::Units;
use crate::engine::table::Billing;
use crate::lab::{ReplyKind, Runner, Turn, Work};

/// Figures that no lab has to prove: what one partition takes a second, and the two smallest prices of a read.
const KNOWN: [(&str, f64); 4] = [("RCU", 3000.0), ("WCU", 1000.0), ("RCU", 0.5), ("RCU", 1.0)];

/// How many entries of the journal are gone through in a step.
const ENTRIES_OF_A_STEP: u64 = 16;
/// How much is told of what a line of a solution was answered, in characters.
const MOST_SAID: usize = 300;

/// Everything that is wrong with a lab. What is run to find out counts as a part of `work`.
pub(super) fn problems(lab: &Lab, work: &Work) -> Vec<Problem> {
    let file = format!("labs/{}.yaml", lab.name);
    let mut messages = Vec::new();
    if lab.steps.iter().all(|step| step.other_ways.is_empty()) {
        messages.push("no step has other_ways: show that a second right way passes, in at least one".to_owned());
    }
    match Runner::start_on(lab, 0, work) {
        Ok(runner) => play(runner, &mut messages),
        Err(error) => messages.push(error.to_string()),
    }
    messages.into_iter().map(|message| Problem::error(&file, 1, message)).collect()
}

fn play(mut runner: Runner, messages: &mut Vec<String>) {
    let mut said = Figures::default();
    while let Some(step) = runner.step().cloned() {
        let mut report = |message: String| messages.push(format!("step {}: {message}", step.id));
        if runner.verdicts().iter().all(|verdict| verdict.met) {
            report("it is done before anything was done".to_owned());
        }
        check_near_misses(&step, &runner, &mut report);
        check_ways(&step, &runner, &mut report);
        let turns: Vec<Turn> = step.solution.iter().map(|line| runner.run(line)).collect();
        said.measure(&runner, &turns);
        let Some(completed) = turns.last().and_then(|turn| turn.completed.as_ref()) else {
            let wrong = turns.iter().map(|turn| &turn.reply).find(|reply| reply.kind == ReplyKind::NotUnderstood);
            let said: String = wrong.iter().flat_map(|reply| reply.text.chars().take(MOST_SAID)).collect();
            report(format!("its solution does not complete it{}{said}", if wrong.is_some() { ": " } else { "" }));
            return;
        };
        if step.expect.is_some() && completed.prediction.is_none() {
            report("what it expects cannot be measured".to_owned());
        }
        for figure in said.unproved(&step.debrief) {
            report(format!("the debrief says {figure}, which nothing in this lab has cost"));
        }
    }
}

fn check_near_misses(step: &Step, runner: &Runner, report: &mut impl FnMut(String)) {
    for (place, near) in step.near_misses.iter().enumerate() {
        let example = near.example.trim();
        if step.near_misses[..place].iter().any(|earlier| earlier.say.trim() == near.say.trim()) {
            report(format!("two near misses get the same words: {example}"));
        }
        if runner.clone().run(&near.example).near_miss.as_deref() != Some(near.say.trim()) {
            report(format!("the example of a near miss does not get its words: {example}"));
        }
    }
}

/// Every other way must complete the step, with its last line and not before, and must be another way.
fn check_ways(step: &Step, runner: &Runner, report: &mut impl FnMut(String)) {
    for way in &step.other_ways {
        let first = way.first().map(|line| line.trim()).unwrap_or_default();
        if *way == step.solution {
            report(format!("another way is the solution itself: {first}"));
        }
        let mut runner = runner.clone();
        let completed: Vec<bool> = way.iter().map(|line| runner.run(line).completed.is_some()).collect();
        if completed.iter().position(|done| *done) != way.len().checked_sub(1) {
            report(format!("another way does not complete it, with its last line and not before: {first}"));
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
