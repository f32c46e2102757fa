//! An exam: a strip of all questions, the clock, the review page, the dialog and the report.

use crossterm::event::KeyCode;
use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::line::{Flow, Line, Role};
use crate::app::message::{ExamMessage, Message, QuestionMessage};
use crate::app::pane::{Pane, Scroll, Sight};
use crate::app::screens::ExamScreen;
use crate::app::screens::exam::ExamPhase;
use crate::app::screens::question::{AnswerList, Marks};
use crate::app::{Model, Screen, text};
use crate::quiz::Session;
use crate::ui::canvas::Canvas;
use crate::ui::keys::{Binding, Keys, char, key};

use super::question::{SIX, answered, asking, listed};

fn phase(model: &Model) -> Option<&ExamPhase> {
    if let Screen::Exam(exam) = model.screen() { Some(&exam.phase) } else { None }
}

fn is_asking(model: &Model) -> bool {
    matches!(phase(model), Some(ExamPhase::Asking(_)))
}

fn is_running(model: &Model) -> bool {
    matches!(phase(model), Some(ExamPhase::Asking(_) | ExamPhase::Review(_)))
}

fn is_dialog(model: &Model) -> bool {
    matches!(phase(model), Some(ExamPhase::Asked { .. }))
}

fn is_review(model: &Model) -> bool {
    matches!(phase(model), Some(ExamPhase::Review(_)))
}

fn is_report(model: &Model) -> bool {
    matches!(phase(model), Some(ExamPhase::Report(_)))
}

fn is_list(model: &Model) -> bool {
    matches!(phase(model), Some(ExamPhase::Review(_) | ExamPhase::Report(_)))
}

fn is_reading(model: &Model) -> bool {
    matches!(phase(model), Some(ExamPhase::Reading(..)))
}

fn is_proof(model: &Model) -> bool {
    matches!(phase(model), Some(ExamPhase::Proof(..)))
}

const fn exam(message: ExamMessage) -> Message {
    Message::Exam(message)
}

const fn question(message: QuestionMessage) -> Message {
    Message::Question(message)
}

pub(super) const BINDINGS: &[Binding] = &[
    Binding::new("exam.mark", Keys::Options, "mark", |_, letter| question(QuestionMessage::Letter(letter)))
        .when(is_asking),
    Binding::new("exam.next", Keys::These(&[key(KeyCode::Enter)]), "keep", |_, _| Message::Accept)
        .when(is_asking)
        .kept(),
    Binding::new("exam.open", Keys::These(&[key(KeyCode::Enter)]), "open", |_, _| Message::Accept).when(is_list),
    Binding::new("exam.unprove", Keys::These(&[key(KeyCode::Enter), char('p')]), "back to the answer", |_, _| {
        question(QuestionMessage::Prove)
    })
    .when(is_proof),
    Binding::new("exam.prove", Keys::These(&[char('p')]), "prove it", |_, _| question(QuestionMessage::Prove))
        .when(|model| is_reading(model) && super::question::is_provable(model)),
    Binding::new("exam.copy", Keys::These(&[char('y')]), "copy the link", |_, _| {
        question(QuestionMessage::Documentation)
    })
    .when(is_reading)
    .quiet(),
    Binding::new("exam.lab", Keys::These(&[char('l')]), "lab", |_, _| question(QuestionMessage::OpenLab))
        .when(is_reading),
    Binding::new("exam.back", Keys::These(&[key(KeyCode::Enter)]), "back to the list", |_, _| Message::Accept)
        .when(is_reading),
    Binding::new("exam.turn", Keys::These(&[key(KeyCode::Right), char('n')]), "next", |_, _| {
        exam(ExamMessage::Turn(1))
    })
    .when(|model| is_asking(model) || is_reading(model)),
    Binding::new("exam.turn-back", Keys::These(&[key(KeyCode::Left), char('N')]), "previous", |_, _| {
        exam(ExamMessage::Turn(-1))
    })
    .when(|model| is_asking(model) || is_reading(model))
    .quiet(),
    Binding::new("exam.flag", Keys::These(&[char('f')]), "flag", |_, _| question(QuestionMessage::Flag))
        .when(|model| is_asking(model) && model.options() < SIX),
    Binding::new("exam.star", Keys::These(&[char('*')]), "flag", |_, _| question(QuestionMessage::Flag))
        .when(is_asking)
        .quiet(),
    Binding::new("exam.space", Keys::These(&[char(' ')]), "mark, unfold", |_, _| question(QuestionMessage::Mark))
        .when(|model| is_asking(model) || is_reading(model))
        .quiet(),
    Binding::new("exam.strike", Keys::These(&[char('x')]), "strike out", |_, _| question(QuestionMessage::Strike))
        .when(is_asking)
        .quiet(),
    Binding::new("exam.review", Keys::These(&[char('r')]), "review", |_, _| exam(ExamMessage::Review))
        .when(|model| is_running(model) && !is_list(model))
        .kept(),
    Binding::new("exam.review", Keys::These(&[char('r')]), "to the question", |_, _| exam(ExamMessage::Review))
        .when(|model| is_running(model) && is_list(model))
        .kept(),
    Binding::new("exam.filter", Keys::These(&[char('f')]), "show others", |_, _| exam(ExamMessage::Filter))
        .when(is_list),
    Binding::new("exam.number", Keys::Letters("1234567890"), "go to a number", |_, digit| {
        exam(ExamMessage::Digit(u8::try_from(digit.to_digit(10).unwrap_or(0)).unwrap_or(0)))
    })
    .when(is_review),
    Binding::new("exam.summary", Keys::These(&[key(KeyCode::Tab)]), "by topic", |_, _| Message::Focus(true))
        .when(is_report),
    Binding::new("exam.hand-in", Keys::These(&[char('H')]), "hand in", |_, _| exam(ExamMessage::HandIn))
        .when(is_running)
        .kept(),
    Binding::new("exam.yes", Keys::These(&[char('y')]), "hand in", |_, _| exam(ExamMessage::Answer(true)))
        .when(is_dialog),
    Binding::new("exam.no", Keys::These(&[char('n')]), "continue", |_, _| exam(ExamMessage::Answer(false)))
        .when(is_dialog),
    Binding::new("exam.choose", Keys::These(&[key(KeyCode::Enter)]), "confirm", |_, _| Message::Accept).when(is_dialog),
    Binding::new(
        "exam.other",
        Keys::These(&[key(KeyCode::Tab), key(KeyCode::Left), key(KeyCode::Right)]),
        "choose",
        |_, _| Message::Focus(true),
    )
    .when(is_dialog),
    Binding::new("exam.unfold", Keys::These(&[char('u')]), "unfold all", |_, _| question(QuestionMessage::Unfold))
        .when(is_reading),
    Binding::new("exam.whole", Keys::These(&[char('u')]), "long replies", |_, _| question(QuestionMessage::Unfold))
        .when(|model| is_proof(model) && super::question::is_cut(model)),
    Binding::new("exam.reasons", Keys::Options, "unfold", |_, letter| question(QuestionMessage::Letter(letter)))
        .when(is_reading)
        .quiet(),
];

pub(super) fn header(screen: &ExamScreen) -> (Line, Line) {
    let session = &screen.session;
    let left = Line::of(Role::Accent, "Exam");
    if !screen.is_running() {
        let right = format!("{} of {} right", session.correct(), session.len());
        return match &screen.phase {
            ExamPhase::HandingIn => (left.and(Role::Text, "  handing in"), Line::blank()),
            ExamPhase::Reading(report, _) | ExamPhase::Proof(report, ..) => {
                let at = report.places(session).get(report.cursor).map_or(0, |at| at + 1);
                (left.and(Role::Text, format!("  ended, question {at}")), Line::of(Role::Muted, right))
            }
            _ => (left.and(Role::Text, "  ended"), Line::of(Role::Muted, right)),
        };
    }
    let at = session.position();
    let mut left = left.and(Role::Text, format!("  {} of {}", at + 1, session.len()));
    if session.is_flagged(at) {
        left = left.and(Role::Warn, "  ⚑ flagged");
    }
    let millis = session.left().unwrap_or_default();
    let role = if millis < SHORT { Role::BarHot } else { Role::Bar };
    let words = if millis < SHORT { Role::Bad } else { Role::Strong };
    let all = (millis + session.spent()).max(1);
    // A gauge that is not empty shows at least one cell.
    let cells = usize::try_from((millis * GAUGE).div_ceil(all)).unwrap_or(0);
    let right = Line::of(role, "█".repeat(cells)).and(Role::Muted, "░".repeat(GAUGE_CELLS.saturating_sub(cells)));
    (left, right.and(words, format!(" {} left", text::minutes(millis))))
}

/// Fewer milliseconds than this are short: five minutes.
const SHORT: u64 = 5 * 60_000;
/// The cells of the clock.
const GAUGE: u64 = 10;
/// The same as a number of columns.
const GAUGE_CELLS: usize = 10;

pub(super) fn view(screen: &ExamScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    match &screen.phase {
        ExamPhase::Asking(marks) => {
            let rest = with_strip(screen, canvas, area);
            if let Some(asked) = screen.session.current() {
                asking(asked, marks, screen.sight, false, canvas, rest);
            }
        }
        ExamPhase::Review(report) => {
            let rest = with_strip(screen, canvas, area);
            review(screen, report, canvas, rest);
        }
        ExamPhase::Asked { yes, under } => {
            let rest = with_strip(screen, canvas, area);
            match (under, screen.session.current()) {
                (Some(report), _) => review(screen, report, canvas, rest),
                (None, Some(asked)) => {
                    let marks = Marks::of(screen.session.given(screen.session.position()));
                    asking(asked, &marks, screen.sight, false, canvas, rest);
                }
                (None, None) => {}
            }
            dialog(screen, *yes, canvas, area);
        }
        ExamPhase::HandingIn => {
            canvas.line(area, &Line::of(Role::Muted, " Handing in..."));
        }
        ExamPhase::Report(report) => report_view(screen, report, model, canvas, area),
        ExamPhase::Proof(_, feedback, parts) => {
            super::question::proof(parts, &feedback.asked, screen.proof, canvas, area);
        }
        ExamPhase::Reading(_, feedback) => {
            answered(feedback, (screen.sight, Sight::default(), Pane::Main, false), &[], model, canvas, area);
        }
    }
}

/// The questions in a list, with the score by topic and skill beside it; on a narrow screen Tab shows that instead.
fn report_view(screen: &ExamScreen, report: &AnswerList, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let summary = text::report(&screen.session, &model.library, false);
    let [head, rest] = Layout::vertical([Constraint::Length(2), Constraint::Min(1)]).areas(area);
    let score = summary.first().cloned().unwrap_or_default().behind(Role::Text, " ");
    canvas.ends(head, &score, &Line::of(Role::Muted, format!("shown: {} ", report.shows.name())));
    match super::halves(model, rest, 56, 100) {
        Some((left, divider, right)) => {
            canvas.divider(divider);
            listed(report, &screen.session, canvas, left);
            canvas.text(right, Pane::Side, &summary[1.min(summary.len())..], screen.summary);
        }
        None if screen.focus == Pane::Side => {
            let inside = Rect { x: rest.x + 1, width: rest.width.saturating_sub(1), ..rest };
            canvas.text(inside, Pane::Side, &summary[1.min(summary.len())..], screen.summary);
        }
        None => listed(report, &screen.session, canvas, rest),
    }
}

/// The most rows of the strip.
const STRIP_ROWS: usize = 3;

/// Draws a cell for every question, in groups of ten, in as many rows as it takes but few: the present question's among
/// them. Returns what is left of the area.
fn with_strip(screen: &ExamScreen, canvas: &mut Canvas<'_>, area: Rect) -> Rect {
    let session = &screen.session;
    let groups = (usize::from(area.width.saturating_sub(1)) / 11).max(1);
    let all: Vec<usize> = (0..session.len()).collect();
    let rows: Vec<&[usize]> = all.chunks(groups * 10).collect();
    let shown = rows.len().min(STRIP_ROWS);
    let here = session.position() / (groups * 10);
    let first = here.saturating_sub(shown.saturating_sub(1)).min(rows.len() - shown);
    let tall = u16::try_from(shown + 1).unwrap_or(1);
    let [strip, rest] = Layout::vertical([Constraint::Length(tall), Constraint::Min(1)]).areas(area);
    for (row, places) in strip.rows().zip(rows.iter().skip(first).take(shown)) {
        let mut line = Line::text(" ").flowing(Flow::Fixed);
        for at in *places {
            let (role, cell) = cell(session, *at);
            line = line.and(role, cell);
            if (at + 1) % 10 == 0 {
                line = line.and(Role::Text, " ");
            }
        }
        canvas.line(row, &line);
    }
    rest
}

/// How a question looks in the strip.
fn cell(session: &Session, at: usize) -> (Role, &'static str) {
    let is_begun = session.given(at).is_some();
    match (at == session.position(), session.is_flagged(at), session.is_answered(at)) {
        (true, true, _) => (Role::Chosen, "⚑"),
        (true, _, true) => (Role::Chosen, "●"),
        (true, ..) if is_begun => (Role::Chosen, "◐"),
        (true, ..) => (Role::Chosen, "○"),
        (_, true, _) => (Role::Warn, "⚑"),
        (_, _, true) => (Role::Good, "●"),
        _ if is_begun => (Role::Warn, "◐"),
        _ => (Role::Muted, "○"),
    }
}

/// The review page: every question with what is marked.
fn review(screen: &ExamScreen, report: &AnswerList, canvas: &mut Canvas<'_>, area: Rect) {
    let session = &screen.session;
    let lines: Vec<Line> = report
        .places(session)
        .into_iter()
        .filter_map(|at| Some((at, session.questions().nth(at)?)))
        .map(|(at, asked)| {
            let given = match session.given(at) {
                None => "-".to_owned(),
                Some(given) if session.is_answered(at) => text::letters(asked, &given.chosen),
                Some(given) => format!("{}, _", text::letters(asked, &given.chosen)),
            };
            let flag = if session.is_flagged(at) { "⚑ " } else { "  " };
            let stem = text::excerpt(&asked.question.stem);
            Line::text(stem)
                .behind(Role::Strong, format!("{given:<8}"))
                .behind(Role::Warn, flag)
                .behind(Role::Muted, format!("{:>2} ", at + 1))
        })
        .collect();
    let head = Line::of(Role::Title, format!(" {}", text::answered(session)));
    let head = head.and(Role::Muted, format!("   shown: {}", report.shows.name()));
    let head = match screen.typed {
        Some(number) => head.and(Role::Accent, format!("   go to {number}: enter")),
        None => head,
    };
    let [top, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(area);
    canvas.line(top, &head);
    if lines.is_empty() {
        canvas.text(rest, Pane::Main, &[Line::of(Role::Muted, " None.")], Scroll::default());
        return;
    }
    super::list(canvas, rest, Pane::Main, &lines, report.cursor);
}

/// The question before handing in; what is not answered is named.
fn dialog(screen: &ExamScreen, yes: bool, canvas: &mut Canvas<'_>, area: Rect) {
    let session = &screen.session;
    let blanks = session.blanks();
    let begun = session.unfinished();
    let mut lines = Vec::new();
    for (places, one, many) in [
        (&blanks, "question is blank and counts", "questions are blank and count"),
        (&begun, "has too few marks and counts", "have too few marks and count"),
    ] {
        if !places.is_empty() {
            let words = if places.len() == 1 { one } else { many };
            lines.push(Line::of(Role::Warn, format!("{} {words} as wrong: {}", places.len(), text::numbers(places))));
        }
    }
    if lines.is_empty() {
        lines.push(Line::text("Every question is answered."));
    }
    let flagged: Vec<usize> = (0..session.len()).filter(|at| session.is_flagged(*at)).collect();
    if !flagged.is_empty() {
        lines.push(Line::text(format!("{} flagged: {}", flagged.len(), text::numbers(&flagged))));
    }
    let button = |label: &str, chosen: bool| (if chosen { Role::Chosen } else { Role::Text }, format!(" {label} "));
    let (no_role, no) = button("n Continue", !yes);
    let (yes_role, hand_in) = button("y Hand in", yes);
    lines.extend([Line::blank(), Line::of(no_role, no).and(Role::Text, "   ").and(yes_role, hand_in)]);
    super::dialog(canvas, area, "Hand the exam in?", &lines);
}
