//! The lists of practice, labs and exams, with a preview of the chosen entry.

use crossterm::event::KeyCode;
use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::Model;
use crate::app::line::{Line, Role, paragraphs};
use crate::app::message::Message;
use crate::app::pane::Pane;
use crate::app::screens::Browse;
use crate::app::screens::browse::{List, Row};
use crate::app::start::Start;
use crate::ui::canvas::Canvas;
use crate::ui::keys::{Binding, Keys, MOVEMENT, TYPING, char, key};

const KEYS: &[Binding] = &[
    Binding::new("list.start", Keys::These(&[key(KeyCode::Enter)]), "start", |_, _| Message::Accept),
    Binding::new("list.filter", Keys::These(&[char('/')]), "find", |_, _| Message::Filter),
];

pub(super) fn bindings(is_filtering: bool) -> Vec<&'static [Binding]> {
    if is_filtering { vec![TYPING] } else { vec![KEYS, MOVEMENT] }
}

pub(super) fn header(browse: &Browse, model: &Model) -> (Line, Line) {
    let title = match browse.list {
        List::Practice => "Practice",
        List::Labs => "Labs",
        List::Exams => "Exams",
    };
    let count = browse.rows(&model.library, &model.standing).len();
    (Line::of(Role::Accent, title), Line::of(Role::Muted, count.to_string()))
}

pub(super) fn view(browse: &Browse, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let (left, right) = match super::halves(model, area, 50, 76) {
        Some((left, divider, right)) => {
            canvas.divider(divider);
            (left, Some(right))
        }
        None => (area, None),
    };
    let rows = browse.rows(&model.library, &model.standing);
    let width = usize::from(left.width);
    let line = |row: &Row| {
        let room = width.saturating_sub(row.detail.chars().count() + 4);
        let label = super::home::shortened(&row.label, room);
        Line::text(format!("{label:<room$}")).and(Role::Muted, format!(" {}", row.detail))
    };
    let lines: Vec<Line> = rows.iter().map(line).collect();
    let body = match &browse.filter {
        Some(filter) => {
            let [head, body] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(left);
            canvas.line(head, &Line::of(Role::Accent, format!(" / {filter}")));
            body
        }
        None => left,
    };
    super::list(canvas, body, Pane::Main, &lines, browse.chosen);
    let chosen = rows.get(browse.chosen.min(rows.len().saturating_sub(1)));
    if let (Some(right), Some(row)) = (right, chosen) {
        canvas.text(right, Pane::Side, &preview(row, model), browse.preview);
    }
}

/// What the chosen entry is about.
fn preview(row: &Row, model: &Model) -> Vec<Line> {
    let mut lines =
        vec![Line::of(Role::Title, row.label.clone()), Line::of(Role::Muted, row.detail.clone()), Line::blank()];
    if let Start::Lab(name) = &row.start
        && let Some(lab) = model.library.lab(name)
    {
        lines.extend(paragraphs(Role::Text, &lab.intro));
        lines.push(Line::blank());
        let done = model.standing.summary.lab_steps.get(name);
        for step in &lab.steps {
            let is_done = done.is_some_and(|done| done.contains(&step.id));
            let (role, mark) = if is_done { (Role::Good, "✓ ") } else { (Role::Muted, "○ ") };
            lines.push(Line::text(step.title.clone()).behind(role, mark));
        }
    }
    lines
}
