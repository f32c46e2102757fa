//! What is wrong with a lab: it is played, and everything that it says can be done or costs is held against that.

use std::sync::LazyLock;

use super::english::{self, Tone};
use crate::content::lab::Predict;
use crate::content::lab::lint::gives_away;
use crate::content::{Lab, Library, Problem};
use crate::lab::{ReplyKind, Runner, Stopped, Turn, Work, way_faults};

/// How much is told of what a line of a solution was answered, in characters.
const MOST_SAID: usize = 300;

/// Everything that is wrong with a lab. What is run to find out counts as a part of `work`.
pub(super) fn problems(lab: &Lab, library: &Library, built_in: &LazyLock<Library>, work: &Work) -> Vec<Problem> {
    let file = format!("labs/{}.yaml", lab.name);
    let mut report = LabProblems { file, problems: Vec::new() };
    check_questions(lab, library, built_in, &mut report);
    check_english(lab, &mut report);
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
struct LabProblems {
    file: String,
    problems: Vec<Problem>,
}

impl LabProblems {
    fn error(&mut self, message: impl Into<String>) {
        self.problems.push(Problem::error(&self.file, 1, message));
    }

    fn warn(&mut self, message: impl Into<String>) {
        self.problems.push(Problem::warning(&self.file, 1, message));
    }
}

/// A lab's questions must exist and be about what it teaches. A pack without questions of its own may name those that are
/// built in.
fn check_questions(lab: &Lab, library: &Library, built_in: &LazyLock<Library>, report: &mut LabProblems) {
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

/// What a learner reads is plain English.
fn check_english(lab: &Lab, report: &mut LabProblems) {
    for (place, text) in texts(lab) {
        for fault in english::faults(text, Tone::Story) {
            report.error(format!("{place}: {fault}"));
        }
    }
}

/// Every text of a lab that a learner reads, with its place.
fn texts(lab: &Lab) -> Vec<(String, &str)> {
    let labels = lab.compare.iter().map(|way| way.label.as_str());
    let own = [lab.title.as_str(), &lab.intro, &lab.watch, &lab.outro].into_iter().chain(labels);
    let mut all: Vec<(String, &str)> = own.map(|text| ("lab".to_owned(), text)).collect();
    for step in &lab.steps {
        let said = [&step.title, &step.why, &step.text, &step.task, &step.debrief].into_iter().chain(&step.hints);
        let wants = step.done.iter().flat_map(|it| std::iter::once(&it.want).chain(&it.hint));
        let near = step.near_misses.iter().map(|near| &near.say);
        let others = step.meanwhile.iter().filter_map(|meanwhile| meanwhile.say.as_ref());
        let predict = step.predict.iter().flat_map(|it| std::iter::once(&it.ask).chain(&it.choices));
        let question = step.question.iter().flat_map(|it| std::iter::once(&it.ask).chain(&it.choices));
        let read = said.chain(wants).chain(near).chain(others).chain(predict).chain(question);
        all.extend(read.map(|text| (step.place(), text.as_str())));
    }
    all
}

fn play(mut runner: Runner, report: &mut LabProblems) {
    while let Some(step) = runner.step().cloned() {
        let place = step.place();
        if runner.verdicts().iter().all(|verdict| verdict.met) {
            report.error(format!("{place}: it is done before anything was done"));
        }
        for fault in way_faults(&mut runner) {
            let message = format!("{place}: {}", fault.message);
            if fault.is_warning { report.warn(message) } else { report.error(message) }
        }
        let turns: Vec<Turn> = step.solution.iter().map(|line| runner.run(line)).collect();
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
            Some(prediction) if !prediction.is_choice => {
                let answer = prediction.came_to.split_whitespace().next().unwrap_or_default();
                if let Some(text) = gives_away(&step, answer) {
                    report.error(format!("{place}: the {text} holds what is to be predicted: {answer}"));
                }
            }
            _ => {}
        }
    }
}
