//! Scores as lines of text and as JSON.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::content::{Library, Question, Trap};
use crate::generate;
use crate::lab::calibration;
use crate::progress::{Logged, Summary, Tally};
use crate::quiz::Confidence;
use crate::readiness::Readiness;
use crate::review;

use super::line::{Flow, Line, Role};
use super::{study, text};

/// The score of each topic that has questions, in teaching order.
#[must_use]
pub fn topics<'a>(library: &'a Library, summary: &Summary) -> Vec<(&'a str, Tally)> {
    let tally = |topic: &str| summary.by_topic.get(topic).copied().unwrap_or_default();
    library.question_topics().into_iter().map(|topic| (topic, tally(topic))).collect()
}

/// The score of each exam skill that was asked, in the order of their numbers; those without words are one, the last. A
/// question counts for its first skill, a generated one for its family's, and an imported one for none.
#[must_use]
pub fn skills(library: &Library, log: &[Logged]) -> Vec<(String, Tally)> {
    let families = generate::families();
    // The scores are drawn often, and answers are many: questions are looked up by their ids.
    let by_id: BTreeMap<&str, &Question> =
        library.questions.iter().map(|question| (question.id.as_str(), question)).collect();
    let skill_of = |logged: &Logged| match by_id.get(logged.question.as_str()) {
        Some(question) => question.skill(),
        None => {
            families.iter().find(|family| family.id == logged.family).and_then(|family| family.skills.first().copied())
        }
    };
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for logged in log.iter().filter(|logged| logged.is_verified) {
        let tally = tallies.entry(text::skill(library, skill_of(logged).unwrap_or_default())).or_default();
        tally.answers += 1;
        tally.correct += u64::from(logged.correct);
    }
    let mut skills: Vec<_> = tallies.into_iter().collect();
    skills.sort_by_key(|(title, _)| text::in_order(title));
    skills
}

/// The beliefs that were chosen more than once, the most frequent first, with how often.
#[must_use]
pub fn repeated<'a>(library: &'a Library, summary: &Summary) -> Vec<(&'a Trap, u64)> {
    let known = summary.traps.iter().filter(|(_, count)| **count > 1);
    let mut traps: Vec<(&Trap, u64)> = known.filter_map(|(id, count)| Some((library.trap(id)?, *count))).collect();
    traps.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.id.cmp(&right.0.id)));
    traps
}

/// The share of right answers to questions that were new, from 0 to 1, of each day that had some, oldest first.
#[must_use]
pub fn by_day(log: &[Logged]) -> Vec<(u32, f64)> {
    let mut days: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    for logged in log.iter().filter(|logged| logged.first_sight) {
        let day = days.entry(review::day(logged.at)).or_default();
        *day = (day.0 + u32::from(logged.correct), day.1 + 1);
    }
    days.into_iter().map(|(day, (right, all))| (day, f64::from(right) / f64::from(all))).collect()
}

/// A bar of ten places and the share in words.
#[must_use]
pub fn bar(tally: Tally) -> String {
    let Some(percent) = tally.percent() else { return "..........   new".to_owned() };
    let full = usize::try_from(percent / 10).unwrap_or(0);
    format!("{}{}  {percent:>3}%  {} of {}", "#".repeat(full), ".".repeat(10 - full), tally.correct, tally.answers)
}

/// The bar and the share, without the numbers behind it.
#[must_use]
pub fn short_bar(tally: Tally) -> String {
    bar(tally).split_whitespace().take(2).map(|part| format!("{part:>4}")).collect::<Vec<_>>().join(" ")
}

/// The widest column of titles; a longer title moves what stands behind it.
const WIDEST_TITLE: usize = 40;

/// Everything as lines of text.
#[must_use]
pub fn lines(library: &Library, summary: &Summary, log: &[Logged]) -> Vec<Line> {
    let mut lines = vec![Line::text(format!("Answers: {}, right: {}", summary.all.answers, summary.all.correct))];
    lines.extend(text::readiness(&study::ready(library, log)));
    lines.push(Line::blank());
    let topics = topics(library, summary);
    let width = topics.iter().map(|(topic, _)| library.topic_title(topic).len()).max().unwrap_or(0).min(WIDEST_TITLE);
    for (topic, tally) in topics {
        lines.push(Line::text(format!("  {:width$}  {}", library.topic_title(topic), bar(tally))).titled());
    }
    lines.extend([Line::blank(), Line::of(Role::Title, "Labs")]);
    for lab in &library.labs {
        let done = steps_done(lab, summary);
        let state =
            if done == lab.steps.len() { "done".to_owned() } else { format!("{done} of {} steps", lab.steps.len()) };
        lines.push(Line::text(format!("  {:<22}  {state}", lab.name)).titled());
    }
    lines.extend(calibrated(library, log));
    let predicted = |hit: &str| summary.predictions.get(hit).copied().unwrap_or_default();
    if !summary.predictions.is_empty() {
        let words = calibration(predicted("right"), predicted("low"), predicted("high"), predicted("other"));
        lines.extend([Line::blank(), Line::text(format!("In labs: {words}"))]);
    }
    let mut traps: Vec<(&String, &u64)> = summary.traps.iter().filter(|(_, count)| **count > 1).collect();
    traps.sort_by(|left, right| right.1.cmp(left.1).then_with(|| left.0.cmp(right.0)));
    if !traps.is_empty() {
        lines.extend([Line::blank(), Line::of(Role::Title, "Mistakes you repeat")]);
        for (id, count) in traps.into_iter().take(5) {
            let belief = library.trap(id).map_or(id.as_str(), |trap| &trap.belief);
            let lab = study::lab_for(library, id)
                .map(|lab| format!(" See it: dynadrill lab start {lab}"))
                .unwrap_or_default();
            let belief = Line::text(format!("\"{}\"{lab}", belief.trim())).flowing(Flow::Quoted);
            lines.push(belief.behind(Role::Bad, format!("  {count}×  ")));
        }
    }
    lines
}

/// What the learner was sure of and wrong about, and how often they were right by how sure they were.
fn calibrated(library: &Library, log: &[Logged]) -> Vec<Line> {
    let mut lines = Vec::new();
    let wrong = study::sure_and_wrong(log);
    if !wrong.is_empty() {
        lines.extend([Line::blank(), Line::of(Role::Title, "Sure and wrong: look at these first")]);
        for id in wrong.into_iter().take(5) {
            let (words, topic) = called(library, id);
            // A written question is asked for by its id, a generated one has none of its own.
            let words = if library.question(id).is_some() { id.to_owned() } else { words };
            lines.push(Line::text(format!("  {words}  {topic}").trim_end()).titled());
        }
    }
    let calibration = study::calibration(log);
    if !calibration.by_confidence.is_empty() {
        lines.extend([Line::blank(), Line::of(Role::Title, "How sure you were, and how often right")]);
        for confidence in Confidence::ALL {
            if let Some((right, all)) = calibration.by_confidence.get(confidence.name()) {
                let share = Tally { answers: *all, correct: *right }.percent().unwrap_or_default();
                lines.push(Line::fixed(format!("  {:<7} {right} of {all}: {share} %", confidence.name())));
            }
        }
    }
    lines
}

/// What a question is called in a list: the beginning of its scenario, or what its generated family is about; and its topic.
#[must_use]
pub fn called(library: &Library, id: &str) -> (String, String) {
    if let Some(question) = library.question(id) {
        return (text::excerpt(&question.stem), library.topic_title(&question.topic).to_owned());
    }
    let families = generate::families();
    let name = id.split_once('/').map_or(id, |(family, _)| family);
    let family = families.iter().find(|family| family.id == name);
    family.map_or_else(
        || (id.to_owned(), String::new()),
        |family| (family.title.to_owned(), library.topic_title(family.topic).to_owned()),
    )
}

/// How many questions were answered on a day.
#[must_use]
pub fn answered_on(log: &[Logged], day: u32) -> usize {
    log.iter().rev().take_while(|logged| review::day(logged.at) >= day).count()
}

/// How many of a lab's present steps are done; steps that a newer content no longer has do not count.
#[must_use]
pub fn steps_done(lab: &crate::content::Lab, summary: &Summary) -> usize {
    let done = summary.lab_steps.get(&lab.name);
    lab.steps.iter().filter(|step| done.is_some_and(|done| done.contains(&step.id))).count()
}

/// Everything as JSON. Members may be added, none renamed.
#[must_use]
pub fn to_json(library: &Library, summary: &Summary, log: &[Logged]) -> Value {
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
        "readiness": match study::ready(library, log) {
            Readiness::NotEnough { answers } => json!({"enough": false, "answers": answers}),
            Readiness::Estimate { share, low, high, answers } => {
                json!({"enough": true, "answers": answers, "share": share, "low": low, "high": high})
            }
        },
        "calibration": study::calibration(log)
            .by_confidence
            .iter()
            .map(|(name, (right, all))| (name.clone(), json!({"answers": all, "correct": right})))
            .collect::<Map<_, _>>(),
        "sure_and_wrong": study::sure_and_wrong(log),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::content::{self, Source};

    fn logged(question: &str, family: &str, correct: bool) -> Logged {
        Logged {
            at: Timestamp::default(),
            question: question.to_owned(),
            family: family.to_owned(),
            topic: String::new(),
            correct,
            first_sight: true,
            mode: "practice".to_owned(),
            confidence: String::new(),
            is_verified: true,
            is_proof_seen: false,
        }
    }

    #[test]
    fn every_answer_counts_for_one_skill_be_its_question_written_generated_or_gone() {
        let library = content::load(&Source::Embedded).0;
        let mut log: Vec<Logged> = library
            .questions
            .iter()
            .enumerate()
            .map(|(at, question)| logged(&question.id, question.family_name(), at % 3 > 0))
            .collect();
        log.extend(generate::families().iter().map(|family| logged(&format!("{}/7", family.id), family.id, true)));
        log.push(logged("a-question-of-an-older-bank", "gone", false));
        let skills = skills(&library, &log);
        let sum = skills.iter().map(|(_, tally)| tally.answers).sum::<u64>();
        assert_eq!(sum, log.len() as u64);
        let right = skills.iter().map(|(_, tally)| tally.correct).sum::<u64>();
        assert_eq!(right, log.iter().filter(|logged| logged.correct).count() as u64);
        let titles: std::collections::BTreeSet<&String> = skills.iter().map(|(title, _)| title).collect();
        assert_eq!(titles.len(), skills.len(), "a title stands once");
    }

    #[test]
    fn a_share_is_rounded_in_one_way_everywhere() {
        let tally = |correct, answers| Tally { answers, correct };
        assert_eq!(tally(2, 3).percent(), Some(67));
        assert_eq!(tally(1, 3).percent(), Some(33));
        assert_eq!(tally(0, 0).percent(), None);
        assert!(bar(tally(2, 3)).contains(" 67%"), "{}", bar(tally(2, 3)));
    }

    #[test]
    fn a_generated_question_is_called_by_what_it_is_about() {
        let library = content::load(&Source::Embedded).0;
        for family in generate::families() {
            let (words, topic) = called(&library, &format!("{}/12", family.id));
            assert_eq!((words.as_str(), topic.as_str()), (family.title, library.topic_title(family.topic)));
        }
    }
}
