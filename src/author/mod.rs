//! What an author runs: `content check` over questions and labs, and the list of all content.
//!
//! A lab is checked by playing it: untouched it must fail, its own solution must pass step by step, and each near miss
//! must get its own words.

use serde_json::{Value, json};

use crate::content::{self, Lab, Library, Problem, Severity, Source};
use crate::lab::Runner;

/// Everything wrong with the content of a source, most of it with file, line and column.
#[must_use]
pub fn check(source: &Source) -> (Library, Vec<Problem>) {
    let (library, mut problems) = content::load(source);
    problems.extend(content::check::questions(&library));
    problems.extend(library.labs.iter().flat_map(lab_problems));
    problems.sort();
    (library, problems)
}

/// Whether any problem is an error.
#[must_use]
pub fn has_errors(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.severity == Severity::Error)
}

fn lab_problems(lab: &Lab) -> Vec<Problem> {
    let file = format!("labs/{}.yaml", lab.name);
    let mut problems = Vec::new();
    let mut report = |message: String| problems.push(Problem::error(&file, 1, message));
    let mut runner = match Runner::start(lab, 0) {
        Ok(runner) => runner,
        Err(error) => return vec![Problem::error(&file, 1, error.to_string())],
    };
    while let Some(step) = runner.step().cloned() {
        if runner.verdicts().iter().all(|verdict| verdict.met) {
            report(format!("step {} is done before anything was done", step.id));
        }
        for near in &step.near_misses {
            let turn = runner.clone().run(&near.example);
            if turn.near_miss.as_deref() != Some(near.say.trim()) {
                report(format!(
                    "step {}: the example of a near miss does not get its words: {}",
                    step.id,
                    near.example.trim()
                ));
            }
        }
        let completed = step.solution.iter().map(|line| runner.run(line).completed.is_some()).collect::<Vec<_>>();
        if completed.last() != Some(&true) {
            report(format!("the solution of step {} does not complete it", step.id));
            return problems;
        }
    }
    problems
}

/// The list of all content as other tools read it.
#[must_use]
pub fn listing(library: &Library) -> Value {
    let questions: Vec<Value> = library
        .questions
        .iter()
        .map(|question| {
            json!({
                "id": question.id,
                "topic": question.topic,
                "pattern": question.pattern.to_string(),
                "claims": question.claims,
                "skills": question.skills,
                "kind": question.kind().name(),
                "difficulty": question.difficulty,
                "proof": false,
            })
        })
        .collect();
    let labs: Vec<Value> = library.labs.iter().map(lab_entry).collect();
    json!({"questions": questions, "generators": [], "labs": labs})
}

/// One lab of the list.
#[must_use]
pub fn lab_entry(lab: &Lab) -> Value {
    json!({
        "name": lab.name,
        "title": lab.title,
        "minutes": lab.minutes,
        "claims": lab.claims,
        "steps": lab.steps.len(),
    })
}
