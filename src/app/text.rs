//! Lines of text for everything that is shown, the same for screens and for plain mode.

use std::collections::BTreeMap;

use crate::clock::Timestamp;
use crate::content::lab::{Level, Step};
use crate::content::{Lab, Library, Pattern};
use crate::engine::Entry;
use crate::engine::capacity::{Units, grouped};
use crate::lab::{Completed, Proofs, Runner, Verdict, WayCost};
pub use crate::lab::{amounts, meter};
use crate::quiz::{Asked, Graded, Session, Shown};
use crate::readiness::Readiness;
use crate::review::{Plan, Recall};

/// A question as it is asked: the scenario, then the options under their letters.
#[must_use]
pub fn question(asked: &Asked, width: usize) -> Vec<String> {
    let mut lines = paragraphs(&asked.question.stem, width);
    lines.push(String::new());
    for shown in &asked.shown {
        lines.extend(hanging(&format!("  {}  ", shown.letter), &shown.option.text, width));
    }
    lines
}

/// What the question wants: one letter, or how many.
#[must_use]
pub fn wanted(asked: &Asked) -> String {
    match asked.question.choose {
        1 => format!("Your answer (A to {}; ! if sure, ? for a guess): ", last_letter(asked)),
        count => format!("Your answer, {count} letters such as A,C (! if sure, ? for a guess): "),
    }
}

fn last_letter(asked: &Asked) -> char {
    asked.shown.last().map_or('A', |shown| shown.letter)
}

/// The verdict on an answer, and for every option why; the right ones come last, to be remembered.
#[must_use]
pub fn feedback(asked: &Asked, graded: &Graded, library: &Library, width: usize) -> Vec<String> {
    let right: Vec<String> = asked.shown.iter().filter(|s| s.option.correct).map(|s| s.letter.to_string()).collect();
    let verdict =
        if graded.correct { "Right".to_owned() } else { format!("Not right: the answer is {}", right.join(" and ")) };
    let mut lines = vec![format!("{verdict}."), String::new()];
    for correct in [false, true] {
        for (at, shown) in asked.shown.iter().enumerate().filter(|(_, shown)| shown.option.correct == correct) {
            let mark = match (correct, graded.chosen.contains(&at)) {
                (true, true) => "right, yours",
                (true, false) => "right",
                (false, true) => "wrong, yours",
                (false, false) => "wrong",
            };
            lines.extend(hanging(&format!("  {}  ", shown.letter), &format!("[{mark}] {}", shown.option.text), width));
            lines.extend(hanging("     ", shown.option.why.trim(), width));
            lines.extend(shown.option.right_if.iter().flat_map(|text| hanging("     ", text.trim(), width)));
            if let Some(trap) =
                shown.option.trap.as_ref().filter(|_| graded.chosen.contains(&at)).and_then(|id| library.trap(id))
            {
                lines.extend(hanging(
                    "     ",
                    &format!("Trap: \"{}\" {}", trap.belief.trim(), trap.truth.trim()),
                    width,
                ));
            }
        }
    }
    lines.push(String::new());
    lines.push(format!("  {} (read {})", asked.question.docs, asked.question.checked));
    if asked.question.is_imported() {
        lines.push("  Imported: nobody has verified this answer.".to_owned());
    } else if asked.question.is_proved() {
        lines.push("  p runs the proof.".to_owned());
    } else if let Some(reason) = &asked.question.unproved {
        lines.extend(hanging("  ", &format!("No proof: {}", reason.trim()), width));
    }
    lines
}

/// The proof of an answered question: the tempting option (the one that was chosen, if it can be tried) and the right one.
#[must_use]
pub fn proof(asked: &Asked, graded: &Graded, proofs: &mut Proofs, library: &Library, width: usize) -> Vec<String> {
    const LONGEST: usize = 14;
    let question = &asked.question;
    let tried = |shown: &&Shown| shown.option.is_tried();
    let wrong = |shown: &&Shown| !shown.option.correct;
    let chosen = graded.chosen.iter().filter_map(|at| asked.shown.get(*at)).find(|shown| wrong(shown) && tried(shown));
    let tempting = chosen.or_else(|| asked.shown.iter().find(|shown| wrong(shown) && tried(shown)));
    let right = asked.shown.iter().filter(|shown| shown.option.correct && shown.option.is_tried());
    let mut lines = Vec::new();
    for shown in tempting.into_iter().chain(right) {
        let mark = if shown.option.correct { "right" } else { "wrong" };
        lines.extend(hanging(&format!("{}  ", shown.letter), &format!("[{mark}] {}", shown.option.text), width));
        match proofs.try_option(library, question, &shown.option) {
            Ok(tried) => {
                for line in tried.lines {
                    lines.push(format!("   $ {}", cut(&line.command)));
                    let reply: Vec<&str> = line.reply.lines().collect();
                    lines.extend(reply.iter().take(LONGEST).map(|line| format!("   {}", cut(line))));
                    if reply.len() > LONGEST {
                        lines.push(format!("   ... {} more lines", reply.len() - LONGEST));
                    }
                    lines.extend(line.meter.iter().map(|line| format!("   -> {line}")));
                }
                lines.extend(tried.faults.iter().map(|fault| format!("   This proof does not hold: {fault}")));
            }
            Err(error) => lines.push(format!("   This option cannot be tried: {error}")),
        }
        lines.push(String::new());
    }
    if lines.is_empty() {
        let reason = question.unproved.as_deref().unwrap_or("nobody has verified it").trim().to_owned();
        lines.extend(hanging("", &format!("This question has no proof: {reason}"), width));
    }
    lines
}

/// Where a name stands among others: by the numbers it begins with, `1.1.5` before `1.1.13`, then by its letters.
fn in_order(name: &str) -> (Vec<u32>, String) {
    let numbers = name.split_whitespace().next().unwrap_or_default().split('.').map_while(|part| part.parse().ok());
    (numbers.collect(), name.to_owned())
}

/// The day of a number of days since the epoch: `2026-12-24`.
#[must_use]
pub fn date(day: u32) -> String {
    Timestamp::from_millis(u64::from(day) * 86_400_000).to_string()[..10].to_owned()
}

/// A plan until the exam.
#[must_use]
pub fn plan(plan: &Plan, readiness: &Readiness, library: &Library) -> Vec<String> {
    let days = if plan.days == 1 { "1 day".to_owned() } else { format!("{} days", plan.days) };
    let mut lines = vec![format!("{days} until the exam."), String::new()];
    lines.extend(self::readiness(readiness));
    lines.extend([String::new(), "Recall on that day, if nothing is done until then (model: FSRS-6)".to_owned()]);
    let mut skills: Vec<&Recall> = plan.skills.iter().collect();
    skills.sort_by_key(|recall| in_order(&recall.skill));
    for Recall { skill, seen, all, recall } in skills {
        let share = if *seen == 0 { "   -".to_owned() } else { format!("{:>3.0}%", recall * 100.0) };
        let skill = library.skill_title(skill);
        lines.push(format!("  {skill:<52} {share}  of {seen} answered; {all} there are"));
    }
    let (due, new) = (plan.due, plan.new);
    lines.extend([String::new(), format!("Today: {due} due for review, {new} new.")]);
    if due > 0 {
        lines.push("  dynadrill review".to_owned());
    }
    if new > 0 {
        lines.push(format!("  dynadrill quiz --unseen -n {new}"));
    }
    lines
}

/// How ready the learner is, with what the figure rests on.
#[must_use]
pub fn readiness(readiness: &Readiness) -> Vec<String> {
    match readiness {
        Readiness::NotEnough { answers } => vec![format!(
            "Readiness: not enough data. {answers} of the {} first answers to new questions that it takes.",
            crate::readiness::LEAST
        )],
        Readiness::Estimate { share, low, high, answers } => {
            let percent = |share: &f64| format!("{:.0}%", share * 100.0);
            let scale = |share: &f64| crate::readiness::scaled(*share);
            vec![
                format!(
                    "Readiness: {} right on questions like ours, 90% sure to lie from {} to {} ({answers} first answers).",
                    percent(share),
                    percent(low),
                    percent(high)
                ),
                format!(
                    "  On a straight line over the exam's scale (an estimate, not a score): {}, from {} to {}; 720 pass.",
                    scale(share),
                    scale(low),
                    scale(high)
                ),
            ]
        }
    }
}

/// A line that is not too long to be read.
fn cut(line: &str) -> String {
    const MOST: usize = 400;
    if line.chars().count() <= MOST { line.to_owned() } else { line.chars().take(MOST).chain("...".chars()).collect() }
}

/// A time in minutes and seconds: `39:05`.
#[must_use]
pub fn minutes(millis: u64) -> String {
    let seconds = millis.div_ceil(1000);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// The letters of options, as places in the order shown: `A, C`.
#[must_use]
pub fn letters(asked: &Asked, chosen: &[usize]) -> String {
    let letters: Vec<String> =
        chosen.iter().filter_map(|at| asked.shown.get(*at)).map(|shown| shown.letter.to_string()).collect();
    letters.join(", ")
}

/// Where an exam stands: the question, the time that is left, and the flag.
#[must_use]
pub fn exam_head(session: &Session) -> String {
    let at = session.position();
    let flag = if session.is_flagged(at) { "   flagged" } else { "" };
    let left = minutes(session.left().unwrap_or_default());
    format!("Question {} of {}   {left} left   {} answered{flag}", at + 1, session.len(), session.answered())
}

/// The review page of an exam: every question with its answer and its flag.
#[must_use]
pub fn review_page(session: &Session) -> Vec<String> {
    const ACROSS: usize = 5;
    let entries: Vec<String> = session
        .questions()
        .enumerate()
        .map(|(at, asked)| {
            let given = session
                .given(at)
                .map_or_else(|| "-".to_owned(), |given| letters(asked, &given.chosen).replace(", ", ""));
            let flag = if session.is_flagged(at) { "*" } else { " " };
            format!("{:>3} {given:<4}{flag}", at + 1)
        })
        .collect();
    let mut lines = vec!["Review (- no answer, * flagged)".to_owned()];
    lines.extend(entries.chunks(ACROSS).map(|row| row.join("   ").trim_end().to_owned()));
    let blanks = session.blanks().len();
    lines.push(format!("{} answered, {blanks} blank.", session.answered()));
    lines
}

/// How an exam went: the score, by topic and by skill, and what to look at again.
#[must_use]
pub fn exam_report(session: &Session, library: &Library, width: usize) -> Vec<String> {
    let results: Vec<(&Asked, Graded)> = session.results().collect();
    let right = results.iter().filter(|(_, graded)| graded.correct).count();
    let percent = |right: usize, all: usize| right * 100 / all.max(1);
    let mut lines = vec![format!("{right} of {} right: {}%.", results.len(), percent(right, results.len()))];
    let blank = results.iter().filter(|(_, graded)| graded.chosen.is_empty()).count();
    if blank > 0 {
        lines.push(format!("{blank} were left blank and count as wrong."));
    }
    let mut by_topic: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut by_skill: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (asked, graded) in &results {
        let topic = by_topic.entry(library.topic_title(&asked.question.topic).to_owned()).or_default();
        let skills = asked.question.skills.first().map(|skill| by_skill.entry(library.skill_title(skill)).or_default());
        for tally in std::iter::once(topic).chain(skills) {
            tally.0 += usize::from(graded.correct);
            tally.1 += 1;
        }
    }
    for (title, tallies) in [("By topic", &by_topic), ("By exam skill", &by_skill)] {
        lines.extend([String::new(), title.to_owned()]);
        let mut tallies: Vec<_> = tallies.iter().collect();
        tallies.sort_by_key(|(name, _)| in_order(name));
        lines.extend(tallies.into_iter().map(|(name, (right, all))| format!("  {name:<44} {right} of {all}")));
    }
    let missed = results.iter().enumerate().filter(|(_, (_, graded))| !graded.correct);
    for (at, (asked, graded)) in missed {
        lines.extend([String::new(), format!("Question {}", at + 1)]);
        lines.extend(question(asked, width));
        lines.push(String::new());
        lines.extend(feedback(asked, graded, library, width));
    }
    lines
}

/// How a session went.
#[must_use]
pub fn session_summary(session: &Session) -> Vec<String> {
    let mut lines = vec![format!("{} of {} right.", session.correct(), session.answered())];
    let missed: Vec<&str> =
        session.results().filter(|(_, graded)| !graded.correct).map(|(asked, _)| asked.question.id.as_str()).collect();
    if !missed.is_empty() {
        lines.push(format!("To look at again: {}", missed.join(", ")));
    }
    lines
}

/// A lab's step: what to know, what to predict, what to do.
#[must_use]
pub fn step(runner: &Runner, width: usize) -> Vec<String> {
    let Some(step) = runner.step() else { return finished(runner, width) };
    let total = runner.lab().steps.len();
    let mut lines = vec![format!("Step {} of {total}: {}", runner.position() + 1, step.title), String::new()];
    lines.extend(about(step, width));
    lines.push(String::new());
    lines.extend(task("Do this: ", step, width));
    lines
}

/// What to do, behind a lead, and the command to start from if there is one.
#[must_use]
pub fn task(lead: &str, step: &Step, width: usize) -> Vec<String> {
    let mut lines = hanging(lead, step.task.trim(), width);
    if let Some(given) = &step.given {
        let lead = if step.level() == Level::Shown { "Type it:" } else { "Fill in the gaps (___):" };
        lines.extend([String::new(), lead.to_owned()]);
        lines.extend(given.trim().lines().map(|line| format!("    {line}")));
    }
    lines
}

/// The lab's title, and what it is about if it is only beginning.
#[must_use]
pub fn opening(runner: &Runner, width: usize) -> Vec<String> {
    let mut lines = vec![runner.lab().title.clone(), String::new()];
    if runner.position() == 0 {
        lines.extend(paragraphs(&runner.lab().intro, width));
        lines.push(String::new());
    }
    lines
}

/// What a step that was just completed has shown, and what comes next.
#[must_use]
pub fn completed(completed: &Completed, runner: &Runner, width: usize) -> Vec<String> {
    let mut lines = vec!["Step done.".to_owned(), String::new()];
    lines.extend(shown(completed, width));
    lines.push(String::new());
    lines.extend(self::step(runner, width));
    lines
}

/// What a completed step has shown: the prediction against what happened, and what was to be seen.
#[must_use]
pub fn shown(completed: &Completed, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(prediction) = &completed.prediction {
        lines.extend(hanging("", &prediction.to_string(), width));
        lines.push(String::new());
    }
    lines.extend(paragraphs(&completed.step.debrief, width));
    if completed.step.code {
        let call = "The exam asks for this call as code: :code python shows it, and so do :code javascript, :code java, \
                    :code rust and :code cli.";
        lines.push(String::new());
        lines.extend(hanging("", call, width));
    }
    lines
}

/// What to know for a step, and what to predict before it.
#[must_use]
pub fn about(step: &Step, width: usize) -> Vec<String> {
    let mut lines = paragraphs(&step.text, width);
    if let Some(predict) = &step.predict {
        lines.push(String::new());
        lines.extend(hanging("Predict first: ", predict.trim(), width));
        if let Some(expect) = &step.expect {
            let letters: Vec<char> = ('A'..='Z').take(expect.choices.len()).collect();
            for (letter, choice) in letters.iter().zip(&expect.choices) {
                lines.extend(hanging(&format!("  {letter}  "), choice, width));
            }
            let example = if letters.is_empty() { "N" } else { "A" };
            lines.push(format!("(Type :predict {example}, with what you expect, before you try it.)"));
        }
    }
    lines
}

/// A request of the client's, or what the lab did by itself, and what came of it.
#[must_use]
pub fn request(entry: &Entry) -> String {
    let target = ["TableName", "FunctionName", "QueueName"].into_iter().find_map(|name| entry.request[name].as_str());
    let target = target.map(|name| format!(" {name}")).unwrap_or_default();
    match &entry.outcome {
        Ok(answer) => {
            let result = answer.get("Result").and_then(serde_json::Value::as_str).unwrap_or("ok");
            format!("{}{target}: {result}", entry.verb)
        }
        Err(error) => format!("{}{target}: {}: {}", entry.verb, error.kind.name(), error.message),
    }
}

/// A line cut into pieces of a width; for output whose blanks matter, which wrapping would lose.
#[must_use]
pub fn chopped(line: &str, width: usize) -> Vec<String> {
    use unicode_width::UnicodeWidthChar as _;
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for letter in line.chars() {
        let wide = letter.width().unwrap_or(0);
        if used + wide > width.max(2) {
            pieces.push(String::new());
            used = 0;
        }
        used += wide;
        if let Some(piece) = pieces.last_mut() {
            piece.push(letter);
        }
    }
    pieces
}

/// The end of a lab: the comparison, if there is one, and what to take away.
#[must_use]
pub fn finished(runner: &Runner, width: usize) -> Vec<String> {
    let mut lines = vec![format!("{}: done.", runner.lab().title), String::new()];
    if !runner.ways().is_empty() {
        lines.extend(ways(runner.ways()));
        lines.push(String::new());
    }
    lines.extend(paragraphs(&runner.lab().outro, width));
    lines
}

/// The checklist of a step; a check that is not met says what was found and what is missing.
#[must_use]
pub fn checklist(verdicts: &[Verdict], width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for verdict in verdicts {
        let mark = if verdict.met { "[x] " } else { "[ ] " };
        lines.extend(hanging(mark, &verdict.want, width));
        if !verdict.met {
            lines.extend(hanging("    ", &format!("Found: {}. {}", verdict.found, verdict.because.trim()), width));
        }
    }
    lines
}

/// The ways to one answer side by side, and how many times dearer the dearest is.
#[must_use]
pub fn ways(ways: &[WayCost]) -> Vec<String> {
    let widest =
        |column: fn(&WayCost) -> usize, title: &str| ways.iter().map(column).max().unwrap_or(0).max(title.len());
    let (label, operation) = (widest(|way| way.label.len(), "way"), widest(|way| way.operation.len(), "operation"));
    let mut lines = vec![format!(
        "{:label$}  {:operation$}  {:>10}  {:>14}  {:>8}",
        "way", "operation", "items read", "items returned", "RCUs"
    )];
    for way in ways {
        lines.push(format!(
            "{:label$}  {:operation$}  {:>10}  {:>14}  {:>8}",
            way.label,
            way.operation,
            grouped(way.read),
            grouped(way.returned),
            way.units.to_string()
        ));
    }
    // The first of the dearest: equals keep the order in which they were tried.
    let dearest = ways.iter().rev().max_by_key(|way| way.units);
    let cheapest = ways.iter().min_by_key(|way| way.units);
    if let (Some(dearest), Some(cheapest)) = (dearest, cheapest)
        && cheapest.units > Units::ZERO
    {
        let times = dearest.units.as_halves() / cheapest.units.as_halves();
        lines.push(format!("{} costs {} times as much as {}.", dearest.label, grouped(times), cheapest.label));
    }
    lines
}

/// The labs, with how far each is.
#[must_use]
pub fn lab_list(labs: &[Lab], done: impl Fn(&str) -> usize) -> Vec<String> {
    let width = labs.iter().map(|lab| lab.name.len()).max().unwrap_or(0);
    labs.iter()
        .map(|lab| {
            let state = match done(&lab.name) {
                0 => "new".to_owned(),
                steps if steps >= lab.steps.len() => "done".to_owned(),
                steps => format!("{steps} of {} steps", lab.steps.len()),
            };
            format!("{:width$}  {:>2} min  {:<12}  {}", lab.name, lab.minutes, state, lab.title)
        })
        .collect()
}

/// What a pattern is about, for the overview.
#[must_use]
pub fn pattern_title(library: &Library, pattern: Pattern) -> String {
    library.claim(&pattern.to_string()).map_or_else(|| pattern.to_string(), |claim| claim.text.clone())
}

/// Paragraphs wrapped to a width; indented lines are code and stay as they are.
#[must_use]
pub fn paragraphs(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.trim_end().split("\n\n") {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let mut flowing = String::new();
        for line in paragraph.lines() {
            if line.starts_with("    ") {
                if !flowing.is_empty() {
                    lines.extend(hanging("", &flowing, width));
                    flowing.clear();
                }
                lines.push(line.trim_end().to_owned());
            } else {
                flowing.push_str(line.trim());
                flowing.push(' ');
            }
        }
        if !flowing.is_empty() {
            lines.extend(hanging("", &flowing, width));
        }
    }
    lines
}

/// A text wrapped to a width behind a lead, its further lines indented under its first.
#[must_use]
pub fn hanging(lead: &str, text: &str, width: usize) -> Vec<String> {
    use unicode_width::UnicodeWidthStr as _;
    let indent = if lead.width() * 2 > width { String::new() } else { " ".repeat(lead.width()) };
    let mut lines = Vec::new();
    let mut line = lead.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.width() + 1 + word.width() > width {
            lines.push(std::mem::replace(&mut line, indent.clone()));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    lines.push(line);
    lines
}
