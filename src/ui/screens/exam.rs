//! An exam: a strip of all questions, the clock, the review page, the dialog and the report.

use crossterm::event::KeyCode;
use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::line::{Flow, Line, Role};
use crate::app::message::{ExamMessage, Message, QuestionMessage};
use crate::app::pane::{Pane, Scroll};
use crate::app::screens::ExamScreen;
use crate::app::screens::exam::Phase;
use crate::app::screens::question::Report;
use crate::app::{Model, Screen, text};
use crate::ui::canvas::Canvas;
use crate::ui::keys::{Binding, Keys, char, key};

use super::question::{LETTERS, answered, asking, listed};

fn phase(model: &Model) -> Option<&Phase> {
    if let Screen::Exam(exam) = model.screen() { Some(&exam.phase) } else { None }
}

fn is_asking(model: &Model) -> bool {
    matches!(phase(model), Some(Phase::Asking(_)))
}

fn is_running(model: &Model) -> bool {
    matches!(phase(model), Some(Phase::Asking(_) | Phase::Review(_)))
}

fn is_dialog(model: &Model) -> bool {
    matches!(phase(model), Some(Phase::Asked { .. }))
}

fn is_list(model: &Model) -> bool {
    matches!(phase(model), Some(Phase::Review(_) | Phase::Report(_)))
}

fn is_reading(model: &Model) -> bool {
    matches!(phase(model), Some(Phase::Reading(..)))
}

const fn exam(message: ExamMessage) -> Message {
    Message::Exam(message)
}

const fn question(message: QuestionMessage) -> Message {
    Message::Question(message)
}

pub(super) const BINDINGS: &[Binding] = &[
    Binding::new("exam.mark", Keys::Letters(LETTERS), "mark", |_, letter| question(QuestionMessage::Letter(letter)))
        .when(is_asking),
    Binding::new("exam.next", Keys::These(&[key(KeyCode::Enter)]), "next", |_, _| Message::Accept).when(is_asking),
    Binding::new("exam.open", Keys::These(&[key(KeyCode::Enter)]), "open", |_, _| Message::Accept).when(is_list),
    Binding::new("exam.back", Keys::These(&[key(KeyCode::Enter)]), "back to the list", |_, _| Message::Accept)
        .when(is_reading),
    Binding::new("exam.turn", Keys::These(&[key(KeyCode::Right), char('n')]), "turn", |_, _| {
        exam(ExamMessage::Turn(1))
    })
    .when(|model| is_asking(model) || is_reading(model)),
    Binding::new("exam.turn-back", Keys::These(&[key(KeyCode::Left), char('N')]), "turn back", |_, _| {
        exam(ExamMessage::Turn(-1))
    })
    .when(|model| is_asking(model) || is_reading(model))
    .quiet(),
    Binding::new("exam.flag", Keys::These(&[char('*')]), "flag", |_, _| question(QuestionMessage::Flag))
        .when(is_asking),
    Binding::new("exam.space", Keys::These(&[char(' ')]), "mark, unfold", |_, _| question(QuestionMessage::Mark))
        .when(|model| is_asking(model) || is_reading(model))
        .quiet(),
    Binding::new("exam.strike", Keys::These(&[char('x')]), "strike out", |_, _| question(QuestionMessage::Strike))
        .when(is_asking)
        .quiet(),
    Binding::new("exam.review", Keys::These(&[char('r')]), "review page", |_, _| exam(ExamMessage::Review))
        .when(is_running),
    Binding::new("exam.filter", Keys::These(&[char('f')]), "show", |_, _| exam(ExamMessage::Filter)).when(is_list),
    Binding::new("exam.hand-in", Keys::These(&[char('H')]), "hand in", |_, _| exam(ExamMessage::HandIn))
        .when(is_running),
    Binding::new("exam.yes", Keys::These(&[char('y')]), "hand in", |_, _| exam(ExamMessage::Answer(true)))
        .when(is_dialog),
    Binding::new("exam.no", Keys::These(&[char('n')]), "go on", |_, _| exam(ExamMessage::Answer(false)))
        .when(is_dialog),
    Binding::new("exam.choose", Keys::These(&[key(KeyCode::Enter)]), "what is chosen", |_, _| Message::Accept)
        .when(is_dialog),
    Binding::new(
        "exam.other",
        Keys::These(&[key(KeyCode::Tab), key(KeyCode::Left), key(KeyCode::Right)]),
        "choose",
        |_, _| Message::Focus(true),
    )
    .when(is_dialog),
    Binding::new("exam.unfold", Keys::These(&[char('u')]), "unfold all", |_, _| question(QuestionMessage::Unfold))
        .when(is_reading),
    Binding::new("exam.reasons", Keys::Letters(LETTERS), "unfold", |_, letter| {
        question(QuestionMessage::Letter(letter))
    })
    .when(is_reading)
    .quiet(),
];

pub(super) fn header(screen: &ExamScreen) -> (Line, Line) {
    let session = &screen.session;
    let left = Line::of(Role::Accent, "Exam");
    if !screen.is_running() {
        return (left.and(Role::Text, "  ended"), Line::blank());
    }
    let at = session.position();
    let mut left = left.and(Role::Text, format!("  question {} of {}", at + 1, session.len()));
    if session.is_flagged(at) {
        left = left.and(Role::Warn, "  ⚑ flagged");
    }
    let millis = session.left().unwrap_or_default();
    let role = if millis < 5 * 60_000 { Role::Warn } else { Role::Strong };
    let right = Line::of(Role::Muted, format!("{} answered  ", session.answered()));
    (left, right.and(role, format!("{} left", text::minutes(millis))))
}

pub(super) fn view(screen: &ExamScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    match &screen.phase {
        Phase::Asking(marks) => {
            let rest = with_strip(screen, canvas, area);
            if let Some(asked) = screen.session.current() {
                asking(asked, marks, screen.scroll, canvas, rest);
            }
        }
        Phase::Review(report) => {
            let rest = with_strip(screen, canvas, area);
            review(screen, report, canvas, rest);
        }
        Phase::Asked { yes, under } => {
            let rest = with_strip(screen, canvas, area);
            if let Some(report) = under {
                review(screen, report, canvas, rest);
            }
            dialog(screen, *yes, canvas, rest);
        }
        Phase::HandingIn => {
            canvas.line(area, &Line::of(Role::Muted, " Handing in..."));
        }
        Phase::Report(report) => {
            let (left, right) = match super::halves(model, area, 56, 100) {
                Some((left, divider, right)) => {
                    canvas.divider(divider);
                    (left, Some(right))
                }
                None => (area, None),
            };
            let summary = text::report(&screen.session, &model.library, false);
            let [head, rest] = Layout::vertical([Constraint::Length(2), Constraint::Min(1)]).areas(left);
            if let Some(score) = summary.first() {
                canvas.line(
                    head,
                    &score
                        .clone()
                        .behind(Role::Text, " ")
                        .and(Role::Muted, format!("   shown: {}", report.shows.name())),
                );
            }
            listed(report, &screen.session, canvas, rest);
            if let Some(right) = right {
                canvas.text(right, Pane::Side, &summary, Scroll::default());
            }
        }
        Phase::Reading(_, feedback) => answered(feedback, screen.scroll, model, canvas, area),
    }
}

/// Draws a cell for every question; returns what is left of the area.
fn with_strip(screen: &ExamScreen, canvas: &mut Canvas<'_>, area: Rect) -> Rect {
    let session = &screen.session;
    let mut line = Line::text(" ").flowing(Flow::Fixed);
    for at in 0..session.len() {
        let (role, cell) = match (at == session.position(), session.is_flagged(at), session.given(at).is_some()) {
            (true, ..) => (Role::Chosen, if session.given(at).is_some() { "●" } else { "○" }),
            (_, true, _) => (Role::Warn, "⚑"),
            (_, _, true) => (Role::Good, "●"),
            _ => (Role::Muted, "○"),
        };
        line = line.and(role, cell);
        if (at + 1) % 10 == 0 {
            line = line.and(Role::Text, " ");
        }
    }
    let [strip, rest] = Layout::vertical([Constraint::Length(2), Constraint::Min(1)]).areas(area);
    // On a narrow screen the strip begins so that the present question is in view.
    canvas.line(strip, &line);
    rest
}

/// The review page: every question with what is marked.
fn review(screen: &ExamScreen, report: &Report, canvas: &mut Canvas<'_>, area: Rect) {
    let session = &screen.session;
    let lines: Vec<Line> = report
        .places(session)
        .into_iter()
        .filter_map(|at| Some((at, session.questions().nth(at)?)))
        .map(|(at, asked)| {
            let given = session.given(at).map_or_else(|| "-".to_owned(), |given| text::letters(asked, &given.chosen));
            let flag = if session.is_flagged(at) { "⚑ " } else { "  " };
            let stem = asked.question.stem.split_whitespace().collect::<Vec<_>>().join(" ");
            Line::text(stem)
                .behind(Role::Strong, format!("{given:<6}"))
                .behind(Role::Warn, flag)
                .behind(Role::Muted, format!("{:>2} ", at + 1))
        })
        .collect();
    let blanks = session.blanks().len();
    let head = format!(" {} answered, {blanks} blank   shown: {}", session.answered(), report.shows.name());
    let [top, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(area);
    canvas.line(top, &Line::of(Role::Muted, head));
    super::list(canvas, rest, Pane::Main, &lines, report.cursor);
}

/// The question before handing in; what is not answered is named.
fn dialog(screen: &ExamScreen, yes: bool, canvas: &mut Canvas<'_>, area: Rect) {
    let session = &screen.session;
    let blanks: Vec<String> = session.blanks().iter().map(|at| (at + 1).to_string()).collect();
    let mut lines = vec![Line::of(Role::Title, "Hand the exam in?"), Line::blank()];
    lines.push(if blanks.is_empty() {
        Line::text("Every question is answered.")
    } else {
        Line::of(Role::Warn, format!("{} blank and count as wrong: {}", blanks.len(), blanks.join(", ")))
    });
    let flagged = (0..session.len()).filter(|at| session.is_flagged(*at)).count();
    if flagged > 0 {
        lines.push(Line::text(format!("{flagged} flagged.")));
    }
    let button = |label: &str, chosen: bool| (if chosen { Role::Chosen } else { Role::Text }, format!(" {label} "));
    let (no_role, no) = button("n Go on", !yes);
    let (yes_role, hand_in) = button("y Hand in", yes);
    lines.extend([Line::blank(), Line::of(no_role, no).and(Role::Text, "   ").and(yes_role, hand_in)]);
    let over = super::inner(canvas, area, "", lines.len() + 2);
    canvas.text(over, Pane::Help, &lines, Scroll::default());
}
