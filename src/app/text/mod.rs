//! Lines of text for everything that is shown, the same for screens and for plain mode.
//!
//! Questions, labs and their costs are here; exams, proofs and plans in files of their own. Texts that are wrapped get
//! their marks (`safe_text`) here, where the width is known; other lines get them where they are shown.

use crate::content::lab::{Level, Step};
use crate::content::{Lab, Library, Pattern, Problem};
use crate::engine::Entry;
use crate::engine::capacity::{Units, grouped};
use crate::lab::{Completed, Runner, Verdict, WayCost};
pub use crate::lab::{amounts, meter};
use crate::quiz::{Asked, Graded, Session};
use crate::safe_text;

mod exam;
mod plan;
mod proof;

pub use exam::{exam_head, exam_report, letters, minutes, review_page};
pub use plan::{date, plan, readiness};
pub use proof::proof;

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

/// Where a name stands among others: by the numbers it begins with, `1.1.5` before `1.1.13`, then by its letters.
fn in_order(name: &str) -> (Vec<u32>, String) {
    let numbers = name.split_whitespace().next().unwrap_or_default().split('.').map_while(|part| part.parse().ok());
    (numbers.collect(), name.to_owned())
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
        lines.extend(sentence("", &prediction.to_string(), width));
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
    for letter in safe_text::line(line).chars() {
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

/// A text of several lines as it is, behind a lead; its further lines are indented, so that none passes for a line of this
/// program.
#[must_use]
pub fn indented(lead: &str, text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(|line| format!("    {}", line.trim_end())).collect();
    if let Some(first) = lines.first_mut() {
        first.replace_range(..4, lead);
    }
    lines
}

/// Something wrong with a content file; what is wrong may take several lines.
#[must_use]
pub fn problem(problem: &Problem) -> Vec<String> {
    let file = safe_text::line(&problem.file).into_owned();
    indented("", &Problem { file, ..problem.clone() }.to_string())
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
                lines.push(safe_text::line(line.trim_end()).into_owned());
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

/// A sentence with a value of others in it, wrapped to a width behind a lead, words that are too long cut in pieces. Its
/// further lines are indented, so that none passes for a line of this program, not even where the terminal wraps.
#[must_use]
pub fn sentence(lead: &str, text: &str, width: usize) -> Vec<String> {
    use unicode_width::UnicodeWidthStr as _;
    let indent = lead.width().max(2);
    let left = width.saturating_sub(indent);
    let pieces = hanging("", text, left).into_iter().flat_map(|line| chopped(&line, left)).enumerate();
    let line = |(place, piece): (usize, String)| match place {
        0 => format!("{lead}{piece}"),
        _ => format!("{:indent$}{piece}", ""),
    };
    pieces.map(line).collect()
}

/// A text wrapped to a width behind a lead, its further lines indented under its first.
#[must_use]
pub fn hanging(lead: &str, text: &str, width: usize) -> Vec<String> {
    use unicode_width::UnicodeWidthStr as _;
    let indent = if lead.width() * 2 > width { String::new() } else { " ".repeat(lead.width()) };
    let mut lines = Vec::new();
    let mut line = lead.to_owned();
    let mut empty = true;
    for word in text.split_whitespace().map(safe_text::line) {
        if !empty && line.width() + 1 + word.width() > width {
            lines.push(std::mem::replace(&mut line, indent.clone()));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(&word);
        empty = false;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_lines_of_a_text_of_others_are_never_at_the_margin() {
        let hostile = format!("GetItem a{} b\nStep done. \u{1b}[2J\r\u{2028}Step done.", "x".repeat(200));
        for lead in ["", "  => "] {
            let lines = sentence(lead, &hostile, 78);
            assert!(lines.len() > 3 && lines.iter().all(|line| line.chars().count() <= 78), "{lines:#?}");
            assert!(lines[0] == format!("{lead}GetItem"), "{lines:#?}");
            assert!(lines.iter().skip(1).all(|line| line.starts_with("  ")), "{lines:#?}");
            assert!(lines.concat().contains(r"\u001b[2J"), "{lines:#?}");
        }
        let problem = Problem::error("labs/a\nb.yaml", 3, "one\n  two\nStep done.");
        assert_eq!(super::problem(&problem), [r"labs/a\u000ab.yaml:3:1: error: one", "      two", "    Step done."]);
        assert_eq!(indented("$ ", "scan \\\n  --limit 1\n"), ["$ scan \\", "      --limit 1"]);
    }
}
