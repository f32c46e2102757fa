//! Home: what to do today, the program's parts, and how far each topic is.

use crossterm::event::KeyCode;
use ratatui::layout::Rect;

use crate::app::line::{Line, Role};
use crate::app::message::Message;
use crate::app::pane::{Pane, Scroll};
use crate::app::screens::Home;
use crate::app::screens::home::Section;
use crate::app::{Model, Start, stats, study};
use crate::readiness::Readiness;
use crate::ui::canvas::Canvas;
use crate::ui::keys::{Binding, Keys, MOVEMENT, TYPING, char, key};

const KEYS: &[Binding] = &[
    Binding::new("home.start", Keys::These(&[key(KeyCode::Enter)]), "start", |_, _| Message::Accept),
    Binding::new("home.filter", Keys::These(&[char('/')]), "find", |_, _| Message::Filter),
    Binding::new("home.practice", Keys::These(&[char('p')]), "practice", |_, _| Message::Open(Start::Practice)),
    Binding::new("home.labs", Keys::These(&[char('l')]), "labs", |_, _| Message::Open(Start::Labs)),
    Binding::new("home.exams", Keys::These(&[char('e')]), "exams", |_, _| Message::Open(Start::Exams)),
    Binding::new("home.scores", Keys::These(&[char('s')]), "scores", |_, _| Message::Open(Start::Scores)),
];

pub(super) fn bindings(is_filtering: bool) -> Vec<&'static [Binding]> {
    if is_filtering { vec![TYPING] } else { vec![KEYS, MOVEMENT] }
}

pub(super) fn header(model: &Model) -> (Line, Line) {
    let ready = match study::ready(&model.library, &model.standing.log) {
        Readiness::NotEnough { .. } => Line::blank(),
        Readiness::Estimate { low, high, .. } => {
            let percent = |share: f64| format!("{:.0}", share * 100.0);
            Line::of(Role::Muted, "ready ")
                .and(Role::Cost, format!("{}-{} %", percent(low), percent(high)))
                .and(Role::Muted, " (model)")
        }
    };
    let exam = model.standing.exam_day.and_then(|day| day.checked_sub(model.standing.today));
    let line = exam.map_or_else(Line::blank, |days| {
        Line::of(Role::Muted, "exam in ").and(Role::Strong, crate::app::text::counted(days as usize, "day"))
    });
    let right = Line {
        spans: line.spans.into_iter().chain([(Role::Text, "   ".to_owned())]).chain(ready.spans).collect(),
        ..Line::default()
    };
    (Line::of(Role::Accent, "dynadrill"), right)
}

pub(super) fn view(home: &Home, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let (left, right) = match super::halves(model, area, 48, 76) {
        Some((left, divider, right)) => {
            canvas.divider(divider);
            (left, Some(right))
        }
        None => (area, None),
    };
    let entries = home.entries(&model.library, &model.standing);
    let width = usize::from(left.width);
    let lines: Vec<Line> = entries
        .iter()
        .map(|entry| {
            let detail = entry.minutes.map_or_else(|| entry.detail.clone(), |minutes| format!("{minutes} min"));
            let role = if entry.section == Section::Today { Role::Text } else { Role::Strong };
            let room = width.saturating_sub(detail.len() + 5);
            let label = shortened(&entry.label, room);
            Line::of(role, format!("{label:<room$}")).and(Role::Muted, format!(" {detail}"))
        })
        .collect();
    let [head, body, why] = ratatui::layout::Layout::vertical([
        ratatui::layout::Constraint::Length(1),
        ratatui::layout::Constraint::Min(1),
        ratatui::layout::Constraint::Length(2),
    ])
    .areas(left);
    let title = match &home.filter {
        Some(filter) => Line::of(Role::Accent, format!(" / {filter}")),
        None => Line::of(Role::Title, " Today"),
    };
    canvas.line(head, &title);
    super::list(canvas, body, Pane::Main, &lines, home.chosen);
    if let Some(entry) = entries.get(home.chosen.min(entries.len().saturating_sub(1))) {
        let broken =
            canvas.broken(why, &[Line::of(Role::Muted, format!("why: {}", entry.why)).behind(Role::Text, " ")]);
        for (row, line) in why.rows().zip(&broken) {
            canvas.line(row, line);
        }
    }
    if let Some(right) = right {
        let mut lines = vec![Line::of(Role::Title, "Topics"), Line::blank()];
        for (topic, tally) in stats::topics(&model.library, &model.standing.summary) {
            let title = shortened(model.library.topic_title(topic), 22);
            lines.push(Line::fixed(format!("{title:<22} {}", stats::short_bar(tally))));
        }
        canvas.text(right, Pane::Side, &lines, Scroll::default());
    }
}

/// A label cut to a width, with a mark if it is.
pub(super) fn shortened(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}
