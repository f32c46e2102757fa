//! A lab's task: what to do, how far it is, what was predicted, what the step is about.

use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::line::{Line, Role, paragraphs};
use crate::app::pane::Pane;
use crate::app::screens::LabScreen;
use crate::app::screens::lab::Gate;
use crate::app::{Model, text};
use crate::content::lab::Step;
use crate::ui::canvas::{Canvas, ClickTarget};

pub(super) fn titled_task(screen: &LabScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let [head, blank, rest] =
        Layout::vertical([Constraint::Length(1), Constraint::Length(1), Constraint::Min(1)]).areas(area);
    let words = screen.step(&model.library).map_or("Task", |step| step.title.as_str());
    let (role, words) = super::focused(words, screen.focus == Pane::Task);
    canvas.line(head, &Line::of(role, words).behind(Role::Text, " "));
    canvas.drawn.hits.push((blank, ClickTarget::Pane(Pane::Task)));
    task(screen, model, canvas, Rect { x: rest.x + 1, width: rest.width.saturating_sub(1), ..rest });
}

/// What a step asks: what to do, and its question with all choices.
pub(super) fn asked(step: &Step) -> Vec<Line> {
    let mut lines = text::task(step);
    lines.extend(text::points(step));
    let choices = text::choices(step);
    if !choices.is_empty() {
        lines.push(Line::blank());
    }
    lines.extend(choices);
    lines
}

/// The task where there is little room: its title, and what to do before why.
pub(super) fn small_task_lines(screen: &LabScreen, model: &Model) -> Vec<Line> {
    let Some(step) = screen.step(&model.library) else { return task_lines(screen, model, true) };
    // What stands under it is as bold as a title.
    let (role, words) = match super::focused(&step.title, screen.focus == Pane::Task) {
        (Role::Title, words) => (Role::Accent, words),
        focused => focused,
    };
    let mut lines = vec![Line::of(role, words)];
    lines.extend(task_lines(screen, model, true));
    lines
}

/// The task; `is_why_last` says that why it is asked stands behind what is asked, and not before it.
fn task_lines(screen: &LabScreen, model: &Model, is_why_last: bool) -> Vec<Line> {
    let Some(step) = screen.step(&model.library) else { return without_step(screen, model) };
    let why = Some(Line::of(Role::Muted, step.why.clone())).filter(|_| !step.why.is_empty());
    let mut lines: Vec<Line> = Vec::new();
    lines.extend(why.clone().filter(|_| !is_why_last).into_iter().flat_map(|why| [why, Line::blank()]));
    lines.extend(asked(step));
    lines.extend(checks(screen));
    lines.extend(predicted(screen, step));
    let given = text::given(step);
    if !given.is_empty() {
        lines.extend(given);
        lines.push(Line::of(Role::Key, "    ^G").and(Role::Muted, " puts it into the prompt"));
    }
    lines.extend(why.filter(|_| is_why_last).into_iter().flat_map(|why| [Line::blank(), why]));
    let lab = screen.lab(&model.library);
    // How the program comes about is needed before anything can be read in it.
    let own_code = lab.map(text::own_code).unwrap_or_default();
    for more in [own_code, paragraphs(Role::Text, &step.text)] {
        let is_there = more.iter().any(|line| !line.plain().trim().is_empty());
        lines.extend(is_there.then(Line::blank));
        lines.extend(more.into_iter().filter(|_| is_there));
    }
    let watch = lab.map(|lab| lab.watch.as_str()).filter(|watch| !watch.is_empty());
    lines.extend(watch.iter().flat_map(|watch| [Line::blank(), Line::of(Role::Muted, *watch)]));
    let par = lab.and_then(|lab| lab.par).filter(|_| step.is_challenge).map(text::par);
    lines.extend(par.into_iter().flat_map(|par| [Line::blank(), par]));
    lines
}

/// What stands in the place of a task: of a lab that is done what it took and what comes next, else how free play goes.
fn without_step(screen: &LabScreen, model: &Model) -> Vec<Line> {
    let Some(lab) = screen.view.lab.as_deref().and_then(|name| model.library.lab(name)) else {
        let words = "Free play: your own tables and requests. :help lists the commands of the model.";
        return paragraphs(Role::Text, words);
    };
    // What it was about stands in the transcript.
    let mut lines = vec![Line::of(Role::Good, format!("✓ {}: done.", lab.title)).titled()];
    if let Some(par) = &screen.view.par {
        lines.push(Line::blank());
        lines.extend(text::against_par(par));
    }
    if !screen.view.ways.is_empty() {
        lines.push(Line::blank());
        lines.extend(text::stacked_bars(&screen.view.ways));
    }
    lines.push(Line::blank());
    lines.push(Line::of(Role::Key, "F9 ").and(Role::Text, "three questions on this"));
    let next = screen.next(&model.library).and_then(|name| model.library.lab(&name));
    lines.extend(next.map(|next| {
        let line = Line::of(Role::Key, "F11 ").and(Role::Text, format!("next lab: {}", next.title));
        line.titled()
    }));
    lines.push(Line::of(Role::Key, "esc ").and(Role::Text, "leaves; until then the tables stay open"));
    lines
}

/// What must be so, and whether it is.
fn checks(screen: &LabScreen) -> Vec<Line> {
    let mut lines: Vec<Line> = screen.view.checks.is_none().then(text::hidden_checks).into_iter().collect();
    for verdict in screen.view.checks.iter().flatten() {
        let (role, mark) = if verdict.is_ticked() { (Role::Good, "✓ ") } else { (Role::Muted, "○ ") };
        lines.push(Line::text(verdict.want.trim()).behind(role, mark).hanging(2));
        // What is missing is said once something was tried.
        if !verdict.reason.is_empty() && screen.view.has_tried {
            lines.push(Line::of(Role::Muted, verdict.reason.clone()).behind(Role::Text, "  ").hanging(2));
        }
    }
    lines
}

/// What was asked before the step, and what the learner said; empty if nothing was.
fn predicted(screen: &LabScreen, step: &Step) -> Vec<Line> {
    let Gate::Given(said) = &screen.gate else { return Vec::new() };
    let ask = step.predict.as_ref().map_or("", |predict| predict.ask.trim());
    let choices = step.predict.iter().flat_map(|predict| &predict.choices);
    let chosen = ('A'..='Z').zip(choices).find(|(letter, _)| said.eq_ignore_ascii_case(&letter.to_string()));
    let said = chosen.map_or(said, |(_, choice)| choice);
    vec![
        Line::blank(),
        Line::text(ask).behind(Role::Prediction, "Predict  "),
        Line::text(said.clone()).behind(Role::Prediction, "  you said  "),
    ]
}

pub(super) fn task(screen: &LabScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.text(area, Pane::Task, &task_lines(screen, model, false), screen.task);
}
