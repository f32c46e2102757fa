//! A lab: the task, the drawn world, the transcript and the prompt.

use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::Model;
use crate::app::figures::{Tab, total};
use crate::app::line::{Line, Role};
use crate::app::pane::{Extent, Pane};
use crate::app::screens::LabScreen;
use crate::ui::canvas::{Canvas, ClickTarget};
use crate::ui::widgets::{Glyphs, Placed, WorldPanel};

mod keys;
mod prompt;
mod task;
mod transcript;

pub(super) use keys::{bindings, groups};
use prompt::{completions, gate, matches, prompt, typed};
use task::{asked, small_task_lines, task, titled_task};
use transcript::transcript;

/// The two ends of the first line. Where there is little room the lab's title goes before what else there is to say.
pub(super) fn header(screen: &LabScreen, model: &Model, width: usize) -> (Line, Line) {
    let name = screen.view.lab.as_deref();
    let number = model.library.labs.iter().position(|lab| Some(lab.name.as_str()) == name);
    let lab = number.and_then(|at| model.library.labs.get(at));
    let left = match (lab, number) {
        (Some(lab), Some(at)) => {
            Line::of(Role::Accent, format!("Lab {}", at + 1)).and(Role::Title, format!("  {}", lab.title))
        }
        _ => Line::of(Role::Accent, "Sandbox"),
    };
    // What matters most first: it stands at the right end.
    let mut parts: Vec<Line> = Vec::new();
    if let Some(case) = screen.view.case.filter(|_| screen.step(&model.library).is_some()) {
        let seconds = case.left / 1000;
        let time = if seconds == 0 {
            Line::of(Role::Bad, "time is up")
        } else {
            let role = if seconds < LITTLE_TIME { Role::Warn } else { Role::Text };
            Line::of(role, format!("{}:{:02} left", seconds / 60, seconds % 60))
        };
        parts.push(time.and(Role::Muted, format!("  {} of {} points", case.points, case.all)));
    }
    if let Some(lab) = lab {
        let steps = lab.steps.len();
        let at = screen.view.position;
        let words = if at >= steps { "done".to_owned() } else { format!("step {} of {steps}", at + 1) };
        let dots =
            Line::of(Role::Accent, "●".repeat(at.min(steps))).and(Role::Muted, "○".repeat(steps.saturating_sub(at)));
        let whole = dots.and(Role::Text, format!(" {words}"));
        // Which step it is is worth more than its dots, and than the end of the lab's title.
        let has_room =
            left.width() + parts.iter().map(|part| part.width() + 3).sum::<usize>() + whole.width() + 4 <= width;
        parts.push(if has_room { whole } else { Line::text(words) });
    }
    let kept = parts.len();
    if let Some(port) = screen.view.port {
        parts.push(Line::of(Role::Good, format!("open at :{port}")));
    }
    let used = total(&screen.view.world.cost.all);
    parts.push(Line::of(Role::Muted, "used ").and(Role::Cost, used.to_string()));
    let clock = screen.view.now.to_string();
    parts.push(Line::of(Role::Muted, format!("{} model", clock.get(11..19).unwrap_or_default())));
    let mut right = Line::blank();
    for (at, part) in parts.into_iter().enumerate() {
        let gap = if right.width() > 0 { 3 } else { 0 };
        let left = if at < kept { left.width().min(LEAST_TITLE) } else { left.width() };
        if left + right.width() + gap + part.width() + 4 <= width {
            right = right.and(Role::Text, " ".repeat(gap));
            right.spans.extend(part.spans);
        }
    }
    (left, right)
}

/// The columns that the lab's title keeps beside the step and the time.
const LEAST_TITLE: usize = 24;

/// From so many seconds on the time of a case is called little.
const LITTLE_TIME: u64 = 120;

/// From so many columns on task and transcript stand side by side.
const TWO_COLUMNS: u16 = 100;
/// From so many columns on the world has a column of its own.
const THREE_COLUMNS: u16 = 170;
/// The rows that a task has where there is little room.
const TASK_ROWS: u16 = 6;
/// How many rows a common screen has for both.
const COMMON_ROWS: u16 = 20;
/// The rows that transcript and prompt keep beside a task that is shown whole.
const LEAST_CONSOLE: u16 = 4;
/// The share of the right column's rows that the world has: six partitions, with what the table used and refused, fit in.
const WORLD: u16 = 54;
/// From so many rows on the world and the transcript stand under each other.
const BOTH: u16 = 18;
/// From so many rows on a second picture of the world stands under the first.
const TWO_PICTURES: u16 = 44;
/// From so many rows on the transcript has a title.
const TITLED: u16 = 5;
/// The most rows of the prompt.
const PROMPT_ROWS: usize = 4;

pub(super) fn view(screen: &LabScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    if screen.is_zoomed {
        match screen.focus {
            Pane::Task => task(screen, model, canvas, area),
            Pane::World => world(screen, canvas, area),
            _ => console(screen, model, canvas, area, None),
        }
    } else if area.width >= THREE_COLUMNS {
        three_columns(screen, model, canvas, area);
    } else if let Some((left, divider, right)) = super::halves(model, area, 40, TWO_COLUMNS) {
        canvas.divider(divider);
        titled_task(screen, model, canvas, left);
        if right.height >= BOTH {
            let [over, under] = Layout::vertical([Constraint::Percentage(WORLD), Constraint::Min(1)]).areas(right);
            world(screen, canvas, over);
            console(screen, model, canvas, under, Some("Transcript"));
        } else if screen.focus == Pane::World {
            world(screen, canvas, right);
        } else {
            console(screen, model, canvas, right, Some("Transcript"));
        }
    } else if screen.focus == Pane::World {
        // Where there is little room the world takes it while it has the focus.
        world(screen, canvas, area);
    } else {
        stacked(screen, model, canvas, area);
    }
}

/// The task, the transcript and the world beside each other; where there is room a second picture under the world.
fn three_columns(screen: &LabScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let [left, first, middle, second, right] = Layout::horizontal([
        Constraint::Percentage(24),
        Constraint::Length(3),
        Constraint::Fill(1),
        Constraint::Length(3),
        Constraint::Percentage(36),
    ])
    .areas(area);
    for rule in [first, second] {
        for row in rule.rows() {
            canvas.line(row, &Line::of(Role::Muted, " │"));
        }
    }
    titled_task(screen, model, canvas, left);
    console(screen, model, canvas, middle, Some("Transcript"));
    if right.height >= TWO_PICTURES {
        let [over, under] = Layout::vertical([Constraint::Percentage(60), Constraint::Min(1)]).areas(right);
        world(screen, canvas, over);
        companion(screen, canvas, under);
    } else {
        world(screen, canvas, right);
    }
}

/// As much of the task as there is room for, above the transcript.
fn stacked(screen: &LabScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let lines = small_task_lines(screen, model);
    let inside = |area: Rect| Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    let all = u16::try_from(canvas.broken(inside(area), &lines).len()).unwrap_or(u16::MAX);
    // A question stands there with all its choices.
    let question = screen.step(&model.library).filter(|step| step.question.is_some()).map(asked);
    let question = question.map(|lines| {
        let lines = canvas.broken(inside(area), &lines).len() + 1;
        u16::try_from(lines).unwrap_or(u16::MAX)
    });
    let most = match (screen.is_task_open, question) {
        (true, _) => (area.height * 2 / 3).max(area.height.saturating_sub(LEAST_CONSOLE)),
        (false, Some(rows)) => rows.min(area.height * 2 / 3),
        // A tall screen shows a third of itself of it, a common one no more than it can spare.
        (false, None) => (area.height / 3).min(TASK_ROWS.max(area.height.saturating_sub(COMMON_ROWS))),
    };
    let [top, rest] = Layout::vertical([Constraint::Length(most.min(all)), Constraint::Min(1)]).areas(area);
    canvas.text(inside(top), Pane::Task, &lines, screen.task);
    console(screen, model, canvas, rest, Some("Transcript"));
}

/// Draws a rule with a title; the pane with the focus has a mark.
fn title(canvas: &mut Canvas<'_>, area: Rect, words: &str, is_focused: bool) {
    canvas.rule(area);
    let (role, words) = focused(words, is_focused);
    canvas.line(area, &Line::of(Role::Muted, "─ ").and(role, words).and(Role::Muted, " "));
}

/// The title of a pane: that of the one with the focus stands out, and has a mark.
fn focused(words: &str, is_focused: bool) -> (Role, String) {
    if is_focused { (Role::Chosen, format!("› {words}")) } else { (Role::Title, words.to_owned()) }
}

fn world(screen: &LabScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let is_focused = screen.focus == Pane::World;
    let head = Rect { height: area.height.min(1), ..area };
    let area = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    let panel = |scroll: usize| WorldPanel { tab: screen.tab, figures: &screen.view.world, scroll };
    let (theme, glyphs) = (canvas.look.theme, Glyphs::of(canvas.look.is_ascii));
    // How much there is in all is known only once it is drawn.
    let height = usize::from(area.height);
    let lines = panel(0).draw(area, canvas.buffer, theme, glyphs);
    let extent = Extent { lines, height, ..Extent::default() };
    let first = screen.world.at(extent);
    if first > 0 {
        canvas.clear(area);
        panel(first).draw(area, canvas.buffer, theme, glyphs);
    }
    canvas.drawn.extents.insert(Pane::World, extent);
    canvas.drawn.hits.push((area, ClickTarget::Pane(Pane::World)));
    canvas.more(area, first, extent);
    let places = panel(0).tab_places(usize::from(area.width));
    let column = |column: usize| u16::try_from(column).unwrap_or(u16::MAX);
    for (tab, begin, wide) in &places {
        let place = Rect { x: area.x.saturating_add(column(*begin)), width: column(*wide), ..head };
        canvas.drawn.hits.push((place.intersection(head), ClickTarget::Tab(*tab)));
        if is_focused && *tab == screen.tab {
            let place = place.intersection(head);
            let label: String =
                place.columns().map(|cell| canvas.buffer[(cell.x, cell.y)].symbol().to_owned()).collect();
            canvas.line(place, &Line::of(Role::Chosen, label));
        }
    }
    if is_focused {
        canvas.line(head, &Line::of(Role::Accent, "›"));
    }
    // Partitions and streams move with the line that runs; the others are taken when it has ended.
    if screen.running.is_some() && matches!(screen.tab, Tab::Plan | Tab::Tables | Tab::Cost) {
        let words = Line::of(Role::Warn, "as it was before the line that runs");
        let wide = column(words.width()).min(area.width);
        let row = Rect { x: area.x + area.width - wide, y: area.y + 1, width: wide, height: 1 };
        canvas.line(row.intersection(area), &words);
    }
}

/// A second picture of the world, where there is room: what goes best with the tab that is chosen.
fn companion(screen: &LabScreen, canvas: &mut Canvas<'_>, area: Rect) {
    let tab = match screen.tab {
        Tab::Plan | Tab::Streams => Tab::Tables,
        Tab::Partitions => Tab::Cost,
        Tab::Tables | Tab::Cost => Tab::Plan,
    };
    let [head, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(area);
    let words = if screen.running.is_some() { "as it was before the line that runs" } else { "" };
    title(canvas, head, [tab.title(), words].join(" ").trim_end(), false);
    canvas.drawn.hits.push((head, ClickTarget::Tab(tab)));
    let rest = Rect { x: rest.x + 1, width: rest.width.saturating_sub(1), ..rest };
    let panel = WorldPanel { tab, figures: &screen.view.world, scroll: 0 };
    let (theme, glyphs) = (canvas.look.theme, Glyphs::of(canvas.look.is_ascii));
    let lines = Placed { picture: &panel, theme, glyphs, scroll: 0 }.draw(rest, canvas.buffer);
    let height = usize::from(rest.height);
    // What has no room here is seen whole on its own tab.
    canvas.more(rest, 0, Extent { lines, height, ..Extent::default() });
}

/// The transcript, the prediction that is asked for, and the prompt under each other.
fn console(screen: &LabScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect, heading: Option<&str>) {
    let typed = typed(screen, usize::from(area.width.saturating_sub(1)));
    let rows = u16::try_from(typed.lines.len().min(PROMPT_ROWS)).unwrap_or(1);
    let card = gate(screen, model, canvas, area);
    let card_rows = u16::try_from(card.len()).unwrap_or(0).min(area.height.saturating_sub(rows + 3));
    let heading = heading.filter(|_| area.height >= TITLED);
    let one = u16::from(heading.is_some());
    let [head, upper, middle, lower] = Layout::vertical([
        Constraint::Length(one),
        Constraint::Min(1),
        Constraint::Length(card_rows),
        Constraint::Length(rows),
    ])
    .areas(area);
    if let Some(heading) = heading {
        title(canvas, head, heading, screen.focus == Pane::Transcript);
    }
    transcript(screen, canvas, upper);
    for (row, line) in middle.rows().zip(&card) {
        canvas.line(row, line);
    }
    if card_rows > 0 {
        title(canvas, Rect { height: 1, ..middle }, "Predict", screen.focus == Pane::Prompt);
    }
    prompt(screen, canvas, lower, &typed);
    let over = Rect { height: lower.y.saturating_sub(head.y), y: head.y, ..area };
    if screen.completions.is_some() {
        completions(screen, canvas, over, &typed);
    } else {
        matches(screen, canvas, over);
    }
}
