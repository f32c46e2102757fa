//! The lists of practice, labs and exams, with a preview of the chosen entry.

use crossterm::event::KeyCode;
use ratatui::layout::Rect;

use crate::app::line::{Line, Role, paragraphs};
use crate::app::message::Message;
use crate::app::pane::Pane;
use crate::app::screens::Browse;
use crate::app::screens::browse::{List, ListEntry};
use crate::app::start::Start;
use crate::app::{Model, stats, text};
use crate::content::Lab;
use crate::quiz::Order;
use crate::ui::canvas::{Canvas, text_width};
use crate::ui::keys::{Binding, Keys, MOVEMENT, TYPING, char, key};
use crate::ui::widgets::Glyphs;

const KEYS: &[Binding] = &[
    Binding::new("list.start", Keys::These(&[key(KeyCode::Enter)]), "start", |_, _| Message::Accept),
    Binding::new("list.filter", Keys::These(&[char('/')]), "find", |_, _| Message::Filter),
    Binding::new("list.pane", Keys::These(&[key(KeyCode::Tab)]), "pane", |_, _| Message::Focus(true))
        .when(|model| model.extents.contains_key(&Pane::Side)),
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
    let right = match browse.list {
        List::Labs => {
            let done = |lab: &&Lab| stats::steps_done(lab, &model.standing.summary) == lab.steps.len();
            format!("{} of {} done", model.library.labs.iter().filter(done).count(), model.library.labs.len())
        }
        _ => text::counted(count, "choice"),
    };
    (Line::of(Role::Accent, title), Line::of(Role::Muted, right))
}

pub(super) fn view(browse: &Browse, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let super::Panes { left, right, third } = super::panes(model, canvas, area, 52, 76);
    if let Some(third) = third {
        let glyphs = Glyphs::of(canvas.look.is_ascii);
        let lines = super::home::standing(model, usize::from(text_width(third)), glyphs, false);
        super::glance(canvas, third, &lines);
    }
    let rows = browse.rows(&model.library, &model.standing);
    let width = usize::from(left.width);
    let line = |row: &ListEntry| {
        let (label, detail) = (row.label.chars().count(), row.detail.chars().count());
        // A name is worth more than what stands behind it, which the preview says too; a long one is cut all the same.
        let fits = label + detail + 4 <= width || detail <= SHORT_DETAIL;
        let detail = if fits { row.detail.as_str() } else { "" };
        let room = width.saturating_sub(detail.chars().count() + 4);
        let label = super::home::shortened(&row.label, room);
        Line::text(format!("{label:<room$}")).and(Role::Muted, format!(" {detail}"))
    };
    let lines: Vec<Line> = rows.iter().map(line).collect();
    let body = super::filter(canvas, left, browse.filter.as_deref());
    if lines.is_empty() {
        canvas.text(body, Pane::Main, &[Line::of(Role::Muted, " Nothing fits; esc shows all again.")], browse.preview);
    } else {
        super::list(canvas, body, Pane::Main, &lines, browse.chosen);
    }
    let chosen = rows.get(browse.chosen.min(rows.len().saturating_sub(1)));
    if let (Some(right), Some(row)) = (right, chosen) {
        canvas.text(right, Pane::Side, &preview(row, model), browse.preview);
    }
}

/// The longest detail that a long name is cut for.
const SHORT_DETAIL: usize = 8;

/// What the chosen entry is about: what will be seen, how long it takes, how far the learner is.
fn preview(row: &ListEntry, model: &Model) -> Vec<Line> {
    let mut lines = vec![Line::of(Role::Title, row.label.clone())];
    let says = |lines: &mut Vec<Line>, about: &str, words: &str| {
        lines.extend([Line::of(Role::Muted, about), Line::blank(), Line::text(words)]);
    };
    match &row.start {
        Start::Lab(name) => lab(name, &mut lines, model),
        Start::Topic(topic) => self::topic(topic, &mut lines, model),
        Start::Exam(length) => {
            let about = format!("{} questions, {} minutes", length.questions(), length.minutes());
            let words = "All topics mixed, in any order you like, with flags and a review page. Nothing is graded before you \
                         hand in; leaving pauses the clock. Afterwards each question is there with its reasons, and the \
                         report is kept here.";
            says(&mut lines, &about, words);
        }
        Start::Report(_) => {
            let words = "Every question with your answer and its reasons, and the score by topic and by exam skill.";
            says(&mut lines, &row.detail, words);
        }
        Start::Left(left) => {
            let left = model.standing.left.iter().find(|session| session.row == *left);
            says(&mut lines, &row.detail, &left.map(|left| format!("{}.", left.why())).unwrap_or_default());
        }
        Start::Review => says(
            &mut lines,
            &row.detail,
            "Questions whose answer you are about to forget: the chance that you recall them falls below 90 % (model: \
             FSRS-6). About a minute each.",
        ),
        Start::Diagnostic => {
            let words = "Questions of every topic in turn, none of them hard: they show where to begin.";
            says(&mut lines, "12 questions, about 12 min", words);
        }
        start => {
            let words = match start {
                Start::Ordered(Order::Weakest) => "Topics with the lowest share of right answers come first.",
                Start::Ordered(Order::Missed) => "What you answered wrong the last time you were asked.",
                Start::Ordered(Order::Unseen) => "What you were never asked.",
                Start::Imported => "Your own questions. Their answers are not verified here.",
                _ => "Topics mixed, as in the exam; the reasons for each option after every answer.",
            };
            says(&mut lines, &format!("{}, about a minute each", row.detail), words);
        }
    }
    lines
}

fn lab(name: &str, lines: &mut Vec<Line>, model: &Model) {
    let Some(lab) = model.library.lab(name) else { return };
    let done = stats::steps_done(lab, &model.standing.summary);
    let state = match done {
        0 => "new".to_owned(),
        done if done == lab.steps.len() => "done".to_owned(),
        done => format!("step {} of {}", done + 1, lab.steps.len()),
    };
    lines.extend([Line::of(Role::Muted, format!("about {} min   {state}", lab.minutes)), Line::blank()]);
    let ticked = model.standing.summary.lab_steps.get(name);
    for step in &lab.steps {
        let is_done = ticked.is_some_and(|done| done.contains(&step.id));
        let (role, mark) = if is_done { (Role::Good, "✓ ") } else { (Role::Muted, "○ ") };
        lines.push(Line::text(step.title.clone()).behind(role, mark));
    }
    lines.push(Line::blank());
    lines.extend(paragraphs(Role::Text, &lab.intro));
    lines.extend([Line::blank(), Line::of(Role::Title, "What you will see")]);
    for claim in lab.claims.iter().filter_map(|id| model.library.claim(id)) {
        lines.push(Line::text(claim.text.trim()).behind(Role::Muted, "· "));
    }
}

fn topic(topic: &str, lines: &mut Vec<Line>, model: &Model) {
    let count = model.library.questions.iter().filter(|question| question.topic == topic).count();
    let tally = model.standing.summary.by_topic.get(topic).copied().unwrap_or_default();
    let right = if tally.answers == 0 {
        "new".to_owned()
    } else {
        format!("{} of {} answers right", tally.correct, tally.answers)
    };
    let about = format!("10 of {}, about 10 min   {right}", text::counted(count, "question"));
    lines.extend([Line::of(Role::Muted, about), Line::blank()]);
    let claims = model.library.topics.iter().find(|known| known.id == topic).map(|topic| topic.claims.as_slice());
    let claims = claims.unwrap_or_default();
    for claim in claims {
        lines.push(Line::text(claim.text.trim()).behind(Role::Muted, "· "));
    }
    let labs = model.library.labs.iter().filter(|lab| claims.iter().any(|claim| lab.claims.contains(&claim.id)));
    for (at, lab) in labs.enumerate() {
        if at == 0 {
            lines.push(Line::blank());
        }
        lines.push(Line::text(lab.title.clone()).behind(Role::Accent, "lab "));
    }
}
