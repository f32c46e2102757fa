//! Scores as lines of text and as JSON.

use serde_json::{Map, Value, json};

use crate::content::Library;
use crate::lab::calibration;
use crate::progress::{Summary, Tally};

/// The score of each topic that has questions, in teaching order.
#[must_use]
pub fn topics<'a>(library: &'a Library, summary: &Summary) -> Vec<(&'a str, Tally)> {
    let tally = |topic: &str| summary.by_topic.get(topic).copied().unwrap_or_default();
    library.question_topics().into_iter().map(|topic| (topic, tally(topic))).collect()
}

/// A bar of ten places and the share in words.
#[must_use]
pub fn bar(tally: Tally) -> String {
    if tally.answers == 0 {
        return "..........   new".to_owned();
    }
    let percent = tally.correct * 100 / tally.answers;
    let full = usize::try_from(percent / 10).unwrap_or(0);
    format!("{}{}  {percent:>3}%  {} of {}", "#".repeat(full), ".".repeat(10 - full), tally.correct, tally.answers)
}

/// The bar and the share, without the numbers behind it.
#[must_use]
pub fn short_bar(tally: Tally) -> String {
    bar(tally).split_whitespace().take(2).map(|part| format!("{part:>4}")).collect::<Vec<_>>().join(" ")
}

/// Everything as lines of text.
#[must_use]
pub fn lines(library: &Library, summary: &Summary) -> Vec<String> {
    let mut lines = vec![format!("Answers: {}, right: {}", summary.all.answers, summary.all.correct), String::new()];
    let topics = topics(library, summary);
    let width = topics.iter().map(|(topic, _)| library.topic_title(topic).len()).max().unwrap_or(0);
    for (topic, tally) in topics {
        lines.push(format!("  {:width$}  {}", library.topic_title(topic), bar(tally)));
    }
    lines.extend([String::new(), "Labs".to_owned()]);
    for lab in &library.labs {
        let done = steps_done(lab, summary);
        let state =
            if done == lab.steps.len() { "done".to_owned() } else { format!("{done} of {} steps", lab.steps.len()) };
        lines.push(format!("  {:<22}  {state}", lab.name));
    }
    let predicted = |hit: &str| summary.predictions.get(hit).copied().unwrap_or_default();
    if !summary.predictions.is_empty() {
        let words = calibration(predicted("right"), predicted("low"), predicted("high"), predicted("other"));
        lines.extend([String::new(), format!("In labs: {words}")]);
    }
    let mut traps: Vec<(&String, &u64)> = summary.traps.iter().filter(|(_, count)| **count > 1).collect();
    traps.sort_by(|left, right| right.1.cmp(left.1).then_with(|| left.0.cmp(right.0)));
    if !traps.is_empty() {
        lines.extend([String::new(), "Traps you keep choosing".to_owned()]);
        for (id, count) in traps.into_iter().take(5) {
            let belief = library.trap(id).map_or(id.as_str(), |trap| &trap.belief);
            lines.push(format!("  {count}x  \"{}\"", belief.trim()));
        }
    }
    lines
}

/// How many of a lab's present steps are done; steps that a newer content no longer has do not count.
#[must_use]
pub fn steps_done(lab: &crate::content::Lab, summary: &Summary) -> usize {
    let done = summary.lab_steps.get(&lab.name);
    lab.steps.iter().filter(|step| done.is_some_and(|done| done.contains(&step.id))).count()
}

/// Everything as JSON. Members may be added, none renamed.
#[must_use]
pub fn to_json(library: &Library, summary: &Summary) -> Value {
    let tallies = |map: &std::collections::BTreeMap<String, Tally>| -> Map<String, Value> {
        map.iter().map(|(name, t)| (name.clone(), json!({"answers": t.answers, "correct": t.correct}))).collect()
    };
    let labs: Map<String, Value> = library
        .labs
        .iter()
        .map(|lab| {
            let (done, steps) = (steps_done(lab, summary), lab.steps.len());
            (lab.name.clone(), json!({"steps_done": done, "steps": steps, "completed": done == steps}))
        })
        .collect();
    json!({
        "answers": summary.all.answers,
        "correct": summary.all.correct,
        "by_topic": tallies(&summary.by_topic),
        "by_pattern": tallies(&summary.by_pattern),
        "labs": labs,
        "traps": summary.traps,
        "predictions": summary.predictions,
    })
}
