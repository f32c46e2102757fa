//! Labs in words: steps, checklists, costs, what was shown, and the list of labs.

use crate::app::figures::{UnitsSpent, of_entry, total};
use crate::app::line::{Flow, Line, Role, paragraphs};
use crate::content::Lab;
use crate::content::lab::{Par, Step, StepLevel};
use crate::engine::Entry;
use crate::engine::capacity::{Units, grouped};
use crate::lab::{self, BestAndPar, Completed, Prediction, Reply, ReplyKind, Runner, Verdict, WayCost};

use super::code;

/// What can be typed in a lab a line at a time: what none of its steps has is not offered.
#[must_use]
pub fn typed_in(lab: Option<&Lab>) -> String {
    let steps = || lab.iter().flat_map(|lab| &lab.steps);
    let has_hints = steps().any(|step| !step.hints.is_empty());
    let predicts = steps().any(|step| step.predict.is_some());
    [
        has_hints.then_some("hint: the next hint"),
        Some("solution: the reference solution, which marks the step as shown"),
        Some("check: what is missing"),
        predicts.then_some(":predict N: what you expect"),
        Some(":restart: this step again, :reset: the lab again"),
        Some("help, ?: all commands"),
        Some("q: leave."),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join("; ")
}

/// A lab's step: what to know, what to predict, what to do.
#[must_use]
pub fn step(runner: &Runner) -> Vec<Line> {
    let Some(step) = runner.step() else {
        let mut lines = finished(runner.lab(), &runner.outro(), runner.ways());
        lines.extend(std::iter::once(Line::blank()).chain(case(runner)).filter(|_| runner.lab().case.is_some()));
        return lines;
    };
    let total = runner.lab().steps.len();
    let title = format!("Step {} of {total}: {}", runner.position() + 1, step.title);
    let mut lines = vec![Line::of(Role::Title, title).titled(), Line::blank()];
    let about = about(step);
    if !about.is_empty() {
        lines.extend(about);
        lines.push(Line::blank());
    }
    let dashboard = dashboard(runner.dashboard());
    if !dashboard.is_empty() {
        lines.extend(dashboard);
        lines.push(Line::blank());
    }
    lines.extend(spoken_task(step));
    lines.extend(given(step));
    lines.extend(unprepared(runner.unprepared()));
    lines.extend(begun_anew(runner));
    lines
}

/// That a step could not be prepared as it should be, if it could not.
#[must_use]
pub fn unprepared(told: &[String]) -> Option<Line> {
    let first = told.first()?;
    let words = format!(
        "What was done before stands in the way of this step ({first}). If it cannot be done so, type :reset to begin the lab \
         again."
    );
    Some(Line::of(Role::Warn, one_line(&words)))
}

/// Whose work the tables of a lab that is resumed are.
#[must_use]
pub const fn left_by(runner: &Runner) -> &'static str {
    if runner.is_of_solutions() {
        "Done before; the tables are as the solutions of these steps leave them."
    } else {
        "Done before; the tables are as these steps left them."
    }
}

/// That a step begins on other tables than those that the learner has left, if it does.
#[must_use]
pub fn begun_anew(runner: &Runner) -> Option<Line> {
    let words = "This step cannot be done with the tables as you left them, so it begins with the tables as the solutions of \
                 the steps before leave them.";
    runner.has_begun_anew().then(|| Line::of(Role::Warn, words))
}

/// What is seen of a running system; its columns stay under each other.
#[must_use]
pub fn dashboard(shown: &[String]) -> Vec<Line> {
    shown.iter().map(|line| Line::fixed(line.clone())).collect()
}

/// How a case ended: its points, and how each step is done.
#[must_use]
pub fn case(runner: &Runner) -> Vec<Line> {
    let Some(case) = runner.lab().case else { return Vec::new() };
    let (points, all) = (runner.score().points, runner.lab().points());
    let (role, words) = if points >= case.pass { (Role::Good, "passed") } else { (Role::Bad, "not passed") };
    let score = format!("{points} of {all} points: {words} ({} are needed).", case.pass);
    let mut lines = vec![Line::of(role, score), Line::blank(), Line::of(Role::Strong, "Worked solutions")];
    for (place, step) in runner.lab().steps.iter().enumerate() {
        lines.extend([Line::blank(), Line::of(Role::Title, format!("{}. {}", place + 1, step.title))]);
        lines.extend(step.solution.iter().map(|line| code::line(line.trim(), code::Syntax::Shell)));
    }
    lines
}

/// What to do, for text that nothing is drawn around: words say that it is the task, and its lines are moved in.
#[must_use]
pub fn spoken_task(step: &Step) -> Vec<Line> {
    const LEAD: &str = "Do this: ";
    let mut lines = task(step);
    for (at, line) in lines.iter_mut().enumerate().filter(|(_, line)| !line.spans.is_empty()) {
        let lead = if at == 0 { LEAD.to_owned() } else { " ".repeat(LEAD.len()) };
        *line = std::mem::take(line).behind(Role::Strong, lead);
    }
    lines
}

/// What to do.
#[must_use]
pub fn task(step: &Step) -> Vec<Line> {
    paragraphs(Role::Strong, &step.task)
}

/// How the program of a lab that is done in code is come by, on a line of its own.
#[must_use]
pub fn own_code(lab: &Lab) -> Vec<Line> {
    if lab.code.is_none() {
        return Vec::new();
    }
    let command = |words: &str| code::line(&format!("    dynadrill lab {words} {}", lab.name), code::Syntax::Shell);
    vec![
        Line::text("In a second terminal, this writes the program to fix:"),
        command("code"),
        Line::text("and this serves the tables to it and judges each run:"),
        command("serve"),
    ]
}

/// The command to start from, if there is one.
#[must_use]
pub fn given(step: &Step) -> Vec<Line> {
    let Some(given) = &step.given else { return Vec::new() };
    let lead = if step.level() == StepLevel::Shown { "Type it:" } else { "Fill in the gaps (___):" };
    let mut lines = vec![Line::blank(), Line::text(lead)];
    lines.extend(given.trim().lines().map(|line| code::line(&format!("    {line}"), code::Syntax::Shell)));
    lines
}

/// The lab's title, and what it is about if it is only beginning.
#[must_use]
pub fn opening(runner: &Runner) -> Vec<Line> {
    let mut lines = vec![Line::of(Role::Title, runner.lab().title.clone()).titled(), Line::blank()];
    if runner.position() == 0 {
        lines.extend(paragraphs(Role::Text, &runner.lab().intro));
        lines.push(Line::blank());
    }
    lines
}

/// What a step that was just completed has shown, and what comes next.
#[must_use]
pub fn completed(completed: &Completed, runner: &Runner) -> Vec<Line> {
    let mut lines = vec![Line::of(Role::Good, "✓ Step done."), Line::blank()];
    lines.extend(shown(completed));
    lines.push(Line::blank());
    lines.extend(step(runner));
    lines
}

/// What a completed step has shown: the prediction against what happened, and what was to be seen.
#[must_use]
pub fn shown(completed: &Completed) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(prediction) = &completed.prediction {
        lines.extend([Line::of(Role::Prediction, prediction.to_string()), Line::blank()]);
    }
    if let Some(points) = completed.points {
        lines.extend([Line::of(Role::Strong, format!("{points} points.")), Line::blank()]);
    }
    lines.extend(paragraphs(Role::Text, &completed.debrief));
    if completed.step.code {
        let call = "The exam asks for this call as code: :code python shows it, and so do :code javascript, :code java, \
                    :code rust and :code cli.";
        lines.extend([Line::blank(), Line::of(Role::Muted, call)]);
    }
    lines
}

/// How many columns a bar of the transcript has.
const BAR: usize = 24;

/// A bar of the transcript: `value` of `scale`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of the bar's columns"
)]
fn bar(value: f64, scale: f64, role: Role) -> [(Role, String); 2] {
    let share = if scale > 0.0 { (value / scale).clamp(0.0, 1.0) } else { 0.0 };
    let full = (share * BAR as f64).round() as usize;
    // What is more than nothing is seen.
    let full = if value > 0.0 { full.max(1) } else { full };
    [(role, "█".repeat(full)), (Role::Muted, "░".repeat(BAR - full))]
}

/// What was predicted and what was measured, as two bars; `None` if nothing was said or it was no number.
#[must_use]
pub fn prediction(prediction: &Prediction) -> Option<Vec<Line>> {
    let (said, measured) = prediction.numbers?;
    let words = prediction.said.as_deref()?;
    let width = words.chars().count().max(prediction.came_to.chars().count());
    let scale = said.max(measured);
    let line = |label: &str, number: &str, value: f64, role: Role| {
        let head = Line::of(role, label).and(Role::Text, format!("{number:>width$}  ")).flowing(Flow::Fixed);
        bar(value, scale, role).into_iter().fold(head, |line, (role, text)| line.and(role, text))
    };
    Some(vec![
        line("you said  ", words, said, Role::Prediction),
        line("measured  ", &prediction.came_to, measured, Role::Cost),
    ])
}

/// What the compared ways cost, as bars to one scale.
#[must_use]
pub fn way_bars(ways: &[WayCost]) -> Vec<Line> {
    let most = ways.iter().map(|way| way.units).max().unwrap_or_default();
    let width = ways.iter().map(|way| way.units.grouped().len()).max().unwrap_or(0);
    let line = |way: &WayCost| {
        let head = Line::of(Role::Cost, format!("{:>width$} RCU  ", way.units.grouped())).flowing(Flow::Fixed);
        let role = if way.units == most { Role::BarHot } else { Role::Bar };
        let bars = bar(way.units.as_f64(), most.as_f64(), role);
        let line = bars.into_iter().fold(head, |line, (role, text)| line.and(role, text));
        line.and(Role::Text, format!("  {}", way.label))
    };
    ways.iter().map(line).collect()
}

/// What the compared ways cost, each name over its bar, for a narrow pane.
#[must_use]
pub fn stacked_bars(ways: &[WayCost]) -> Vec<Line> {
    let most = ways.iter().map(|way| way.units).max().unwrap_or_default();
    let line = |way: &WayCost| {
        let role = if way.units == most { Role::BarHot } else { Role::Bar };
        let bars = bar(way.units.as_f64(), most.as_f64(), role);
        let head = Line::text("  ").flowing(Flow::Fixed);
        let line = bars.into_iter().fold(head, |line, (role, text)| line.and(role, text));
        [Line::text(way.label.clone()), line.and(Role::Cost, format!(" {} RCU", way.units.grouped()))]
    };
    ways.iter().flat_map(line).collect()
}

/// What the steps of a lab took at best, against what they can be done with.
#[must_use]
pub fn against_par(best: &BestAndPar) -> Vec<Line> {
    let row = |label: &str, requests: &str, read: &str, written: &str| {
        Line::of(Role::Muted, format!("{label:<4}"))
            .and(Role::Text, format!("{requests:>10}"))
            .and(Role::Cost, format!("{read:>12}{written:>12}"))
            .flowing(Flow::Fixed)
    };
    let figures = |label: &str, spent: lab::Spent| {
        row(label, &grouped(spent.requests), &spent.read.grouped(), &spent.write.grouped())
    };
    vec![row("", "requests", "RCU", "WCU"), figures("you", best.best), figures("par", best.par)]
}

/// What a challenge can be done with: `Par: 1 request, 0.5 RCU`.
#[must_use]
pub fn par(par: Par) -> Line {
    let units = |count: Option<f64>, unit: &str| Some(format!("{} {unit}", Units::from_f64(count?)?.grouped()));
    let requests = par.requests.map(|count| super::counted(usize::try_from(count).unwrap_or(usize::MAX), "request"));
    let parts: Vec<String> = [requests, units(par.rcu, "RCU"), units(par.wcu, "WCU")].into_iter().flatten().collect();
    Line::of(Role::Muted, format!("Par: {}", parts.join(", ")))
}

/// What to know for a step, and what to predict before it.
#[must_use]
pub fn about(step: &Step) -> Vec<Line> {
    let mut lines = Vec::new();
    if !step.why.is_empty() {
        lines.extend([Line::text(one_line(&step.why)), Line::blank()]);
    }
    lines.extend(paragraphs(Role::Text, &step.text));
    lines.extend(points(step));
    let choices = choices(step);
    if !choices.is_empty() {
        lines.push(Line::blank());
        lines.extend(choices);
        lines.push(Line::of(Role::Muted, "(:answer and a letter)"));
    }
    if let Some(predict) = &step.predict {
        lines.push(Line::blank());
        lines.push(Line::text(one_line(&predict.ask)).behind(Role::Prediction, "Predict  "));
        if predict.is_graded() {
            let letters: Vec<char> = ('A'..='Z').take(predict.choices.len()).collect();
            for (letter, choice) in letters.iter().zip(&predict.choices) {
                lines.push(Line::text(choice.clone()).behind(Role::Key, format!("  {letter}  ")));
            }
            let what = if letters.is_empty() { "number" } else { "letter" };
            lines.push(Line::of(Role::Muted, format!("(:predict and a {what}, before you try it)")));
        }
    }
    lines
}

/// The points of a step, in a case.
#[must_use]
pub fn points(step: &Step) -> Option<Line> {
    Some(Line::of(Role::Muted, format!("{} points, without :solution and in time.", step.points?)))
}

/// The question of a step and its choices; none if it asks none.
#[must_use]
pub fn choices(step: &Step) -> Vec<Line> {
    let Some(question) = &step.question else { return Vec::new() };
    let mut lines = vec![Line::text(one_line(&question.ask)).behind(Role::Prediction, "Question  ")];
    for (letter, choice) in ('A'..='Z').zip(&question.choices) {
        lines.push(Line::text(choice.clone()).behind(Role::Key, format!("  {letter}  ")).hanging(5));
    }
    lines
}

/// What a typed line printed. Only a response of the service is a table that must not be broken: what the prompt's own
/// commands and help print goes on under its last column where it is too wide.
#[must_use]
pub fn result(typed: &str, reply: &Reply) -> Vec<Line> {
    if reply.text.is_empty() && reply.kind == ReplyKind::Answer {
        return vec![Line::of(Role::Muted, "(done; the response is empty)")];
    }
    let is_json = reply.text.trim_start().starts_with(['{', '[', '"']);
    let mut words = typed.split_whitespace();
    let is_ours = typed.trim_start().starts_with(':') || words.any(|word| matches!(word, "help" | "--help"));
    let line = |text: &str| match reply.kind {
        ReplyKind::Refused | ReplyKind::NotUnderstood => Line::of(Role::Bad, text).flowing(Flow::Code),
        _ if is_json => code::line(text, code::Syntax::Json),
        _ if is_ours => listed(&text.replace('\t', "    ")),
        // What is laid out in columns is not broken.
        _ => Line::fixed(text.replace('\t', "    ")),
    };
    let texts: Vec<&str> = reply.text.lines().collect();
    let is_caret = |at: usize| {
        at > 0 && texts.get(at).is_some_and(|text| text.contains('^') && text.chars().all(|c| c == '^' || c == ' '))
    };
    let place = |(at, text): (usize, &&str)| {
        let caret = if is_caret(at) { at } else { at + 1 };
        if !is_caret(caret) {
            return line(text);
        }
        // A caret and the line above it stay under each other: both are cut to the same part.
        let role = if caret == at { Role::Bad } else { Role::Code };
        Line::of(role, around(text, texts[caret])).flowing(Flow::Fixed)
    };
    texts.iter().enumerate().map(place).collect()
}

/// A line of a list: what does not fit goes on under its last column, or under its own beginning.
fn listed(text: &str) -> Line {
    let begins = text.chars().take_while(|letter| *letter == ' ').count();
    let last = text.rfind("  ").map(|at| text[..at].chars().count() + 2).filter(|column| *column > begins);
    // Figures in columns have no words behind them to go on with.
    let has_words = |column: &usize| *column <= WIDEST_NAMES && text.chars().skip(*column).any(|letter| letter == ' ');
    Line::text(text).hanging(last.filter(has_words).unwrap_or(begins + 2))
}

/// The most columns of the names in a list.
const WIDEST_NAMES: usize = 36;

/// The columns that are shown around a caret.
const AROUND: usize = 60;

/// The part of a line around the caret of the line below it.
fn around(text: &str, caret: &str) -> String {
    let at = caret.find('^').unwrap_or(0);
    let skip = (at + 1).saturating_sub(AROUND * 2 / 3);
    let indent = if skip > 0 && !text.contains('^') {
        "…"
    } else if skip > 0 {
        " "
    } else {
        ""
    };
    let length = text.chars().count().saturating_sub(skip);
    let end = if length > AROUND && !text.trim_start().starts_with('^') { "…" } else { "" };
    let part: String = text.chars().skip(skip).take(AROUND).collect();
    format!("{indent}{part}{end}")
}

/// What the requests of a line cost: the sum in one line, then how it came about.
#[must_use]
pub fn cost<'a>(entries: impl Iterator<Item = &'a Entry> + Clone) -> Vec<Line> {
    let mut details = super::meter(entries.clone());
    let mut sum = UnitsSpent::default();
    for entry in entries {
        let places = of_entry(entry);
        sum = sum + total(&places);
        if entry.charges.is_empty() {
            // Traffic has too many requests to show each.
            details.extend(places.iter().map(|place| format!("{}: {}", place.place, place.spent)));
        }
    }
    if details.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![Line::of(Role::Cost, sum.to_string())];
    lines.extend(details.into_iter().map(|text| Line::of(Role::Muted, text).behind(Role::Text, "  ")));
    lines
}

/// A paragraph of a lab's file in one line: it may be broken there anywhere.
fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Words for an attempt that came close.
#[must_use]
pub fn near_miss(words: &str) -> Line {
    Line::text(one_line(words)).behind(Role::Warn, "So close: ")
}

/// What a step still lacks after a line: the reason of its first open requirement.
#[must_use]
pub fn missing(checks: &[Verdict]) -> Option<Line> {
    let open = checks.iter().find(|verdict| !verdict.met && !verdict.reason.is_empty())?;
    Some(Line::of(Role::Muted, one_line(&open.reason)).behind(Role::Muted, "Still open: "))
}

/// Words for what somebody else did.
#[must_use]
pub fn meanwhile(words: &str) -> Line {
    Line::text(one_line(words)).behind(Role::Warn, "Meanwhile: ")
}

/// A request of the client's, or what the lab did by itself, and what came of it.
#[must_use]
pub fn request(entry: &Entry) -> Line {
    let target = ["TableName", "FunctionName", "QueueName"].into_iter().find_map(|name| entry.request[name].as_str());
    let target = target.map(|name| format!(" {name}")).unwrap_or_default();
    let head = format!("{}{target}: ", entry.name());
    match &entry.outcome {
        Ok(answer) => {
            let result = answer.get("Result").and_then(serde_json::Value::as_str).unwrap_or("ok");
            Line::text(head).and(Role::Good, result)
        }
        Err(error) => {
            Line::text(head).and(Role::Bad, error.kind.name()).and(Role::Text, format!(": {}", error.message))
        }
    }
}

/// The end of a lab: the comparison, if there is one, and what to take away.
#[must_use]
pub fn finished(lab: &Lab, outro: &str, compared: &[WayCost]) -> Vec<Line> {
    let mut lines = vec![Line::of(Role::Good, format!("✓ {}: done.", lab.title)).titled(), Line::blank()];
    if !compared.is_empty() {
        lines.extend(ways(compared));
        lines.push(Line::blank());
    }
    lines.extend(paragraphs(Role::Text, outro));
    lines
}

/// What stands in place of the checks while a prediction is still to be made.
#[must_use]
pub fn hidden_checks() -> Line {
    Line::of(Role::Muted, "The checks are shown once you have predicted, or with your first request.")
}

/// The checklist of a step as far as it is shown by now.
#[must_use]
pub fn checks(checks: Option<&[Verdict]>) -> Vec<Line> {
    checks.map_or_else(|| vec![hidden_checks()], checklist)
}

/// The checklist of a step; a check that is not met says what was found and what is missing.
#[must_use]
pub fn checklist(verdicts: &[Verdict]) -> Vec<Line> {
    let mut lines = Vec::new();
    for verdict in verdicts {
        let (role, mark) = if verdict.is_ticked() { (Role::Good, "✓ ") } else { (Role::Muted, "○ ") };
        lines.push(Line::text(one_line(&verdict.want)).behind(role, mark));
        if !verdict.reason.is_empty() {
            lines.push(Line::of(Role::Muted, one_line(&verdict.reason)).behind(Role::Text, "  "));
        }
    }
    lines
}

/// The ways to one answer side by side, and how many times as expensive the most expensive is.
#[must_use]
pub fn ways(ways: &[WayCost]) -> Vec<Line> {
    let widest =
        |column: fn(&WayCost) -> usize, title: &str| ways.iter().map(column).max().unwrap_or(0).max(title.len());
    let (label, operation) = (widest(|way| way.label.len(), "way"), widest(|way| way.operation.len(), "operation"));
    // The figures stand before the names, so that a narrow pane cuts the names.
    let head = format!("{:>8}  {:>6}  {:>8}  {:label$}  {:operation$}", "RCUs", "read", "returned", "way", "operation");
    let mut lines = vec![Line::of(Role::Muted, head.trim_end()).flowing(Flow::Fixed)];
    for way in ways {
        let figures = format!("{:>6}  {:>8}  ", grouped(way.read), grouped(way.returned));
        let names = format!("{:label$}  {:operation$}", way.label, way.operation);
        let line = Line::of(Role::Cost, format!("{:>8}  ", way.units.to_string()));
        lines.push(line.and(Role::Text, figures + names.trim_end()).flowing(Flow::Fixed));
    }
    // The first of the most expensive: equals keep the order in which they were tried.
    let dearest = ways.iter().rev().max_by_key(|way| way.units);
    let cheapest = ways.iter().min_by_key(|way| way.units);
    if let (Some(dearest), Some(cheapest)) = (dearest, cheapest)
        && cheapest.units > Units::ZERO
    {
        let times = dearest.units.as_halves() / cheapest.units.as_halves();
        let words = format!("{} costs {} times as much as {}.", dearest.label, grouped(times), inside(&cheapest.label));
        lines.push(Line::of(Role::Strong, words));
    }
    lines
}

/// A label inside a sentence: its article begins with a small letter.
fn inside(label: &str) -> String {
    let article = ["A ", "An ", "The "].into_iter().find(|article| label.starts_with(article));
    article.map_or_else(|| label.to_owned(), |article| article.to_lowercase() + &label[article.len()..])
}

/// The widest column of names; a longer name moves what stands behind it.
const WIDEST_NAME: usize = 40;

/// The labs, with how far each is.
#[must_use]
pub fn lab_list(labs: &[Lab], done: impl Fn(&str) -> usize) -> Vec<Line> {
    let width = labs.iter().map(|lab| lab.name.len()).max().unwrap_or(0).min(WIDEST_NAME);
    labs.iter()
        .map(|lab| {
            let state = match done(&lab.name) {
                0 => "new".to_owned(),
                steps if steps >= lab.steps.len() => "done".to_owned(),
                steps => format!("{steps} of {} steps", lab.steps.len()),
            };
            Line::text(format!("{:width$}  {:>2} min  {:<12}  {}", lab.name, lab.minutes, state, lab.title)).titled()
        })
        .collect()
}
