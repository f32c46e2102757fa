//! A question, and its feedback with every option in its place.

use crossterm::event::KeyCode;
use ratatui::layout::Rect;

use crate::app::line::{Line, Role};
use crate::app::message::{Message, QuestionMessage};
use crate::app::pane::{Extent, Pane, Scroll, in_view};
use crate::app::screens::QuestionScreen;
use crate::app::screens::question::{Feedback, Marks, Phase, Report};
use crate::app::{Model, Screen, text};
use crate::quiz::{Asked, Confidence, Purpose, Session};
use crate::ui::canvas::{Canvas, Hit};
use crate::ui::keys::{Binding, Keys, char, key};

/// The letters that options can have.
pub(super) const LETTERS: &str = "abcdef";

pub(super) fn is_asking(model: &Model) -> bool {
    matches!(model.screen(), Screen::Question(question) if matches!(question.phase, Phase::Asking(_)))
}

fn is_answered(model: &Model) -> bool {
    matches!(model.screen(), Screen::Question(question) if matches!(question.phase, Phase::Feedback(_) | Phase::Reading(..)))
}

fn is_feedback(model: &Model) -> bool {
    matches!(model.screen(), Screen::Question(question) if matches!(question.phase, Phase::Feedback(_) | Phase::Proof(..)))
}

fn is_summary(model: &Model) -> bool {
    matches!(model.screen(), Screen::Question(question) if matches!(question.phase, Phase::Summary(_)))
}

const fn question(message: QuestionMessage) -> Message {
    Message::Question(message)
}

pub(super) const BINDINGS: &[Binding] = &[
    Binding::new("question.mark", Keys::Letters(LETTERS), "mark", |_, letter| {
        question(QuestionMessage::Letter(letter))
    })
    .when(is_asking),
    Binding::new("question.answer", Keys::These(&[key(KeyCode::Enter)]), "answer", |_, _| Message::Accept)
        .when(is_asking),
    Binding::new("question.next", Keys::These(&[key(KeyCode::Enter)]), "next", |_, _| Message::Accept)
        .when(|model| is_feedback(model) || is_answered(model)),
    Binding::new("question.open", Keys::These(&[key(KeyCode::Enter)]), "open", |_, _| Message::Accept).when(is_summary),
    Binding::new("question.space", Keys::These(&[char(' ')]), "mark, unfold", |_, _| question(QuestionMessage::Mark))
        .when(|model| is_asking(model) || is_answered(model))
        .quiet(),
    Binding::new("question.strike", Keys::These(&[char('x')]), "strike out", |_, _| question(QuestionMessage::Strike))
        .when(is_asking),
    Binding::new("question.guess", Keys::These(&[char('1')]), "a guess", |_, _| {
        question(QuestionMessage::Confident(Confidence::Guess))
    })
    .when(is_asking)
    .quiet(),
    Binding::new("question.unsure", Keys::These(&[char('2')]), "unsure", |_, _| {
        question(QuestionMessage::Confident(Confidence::Unsure))
    })
    .when(is_asking)
    .quiet(),
    Binding::new("question.sure", Keys::These(&[char('3')]), "sure", |_, _| {
        question(QuestionMessage::Confident(Confidence::Sure))
    })
    .when(is_asking),
    Binding::new("question.prove", Keys::These(&[char('p')]), "prove it", |_, _| question(QuestionMessage::Prove))
        .when(is_feedback),
    Binding::new("question.lab", Keys::These(&[char('l')]), "lab", |_, _| question(QuestionMessage::OpenLab))
        .when(is_answered),
    Binding::new("question.more", Keys::These(&[char('m')]), "more like this", |_, _| {
        question(QuestionMessage::MoreLikeThis)
    })
    .when(is_answered),
    Binding::new("question.unfold", Keys::These(&[char('u')]), "unfold all", |_, _| question(QuestionMessage::Unfold))
        .when(is_answered),
    Binding::new("question.reasons", Keys::Letters(LETTERS), "unfold", |_, letter| {
        question(QuestionMessage::Letter(letter))
    })
    .when(is_answered)
    .quiet(),
    Binding::new("question.filter", Keys::These(&[char('f')]), "missed only", |_, _| Message::Filter).when(is_summary),
];

pub(super) fn header(screen: &QuestionScreen, model: &Model) -> (Line, Line) {
    let session = &screen.session;
    let name = match session.purpose() {
        Purpose::Diagnostic => "Diagnostic",
        Purpose::Review => "Review",
        _ => "Practice",
    };
    let at = match screen.phase {
        Phase::Asking(_) | Phase::Saving(_) => session.position() + 1,
        _ => session.position(),
    };
    let mut left =
        Line::of(Role::Accent, name).and(Role::Text, format!("  {} of {}", at.min(session.len()), session.len()));
    if let Some(asked) = screen.asked() {
        left = left.and(Role::Muted, format!("   {}", model.library.topic_title(&asked.question.topic)));
    }
    (left, Line::of(Role::Muted, format!("{} right", session.correct())))
}

pub(super) fn view(screen: &QuestionScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    match &screen.phase {
        Phase::Asking(marks) | Phase::Saving(marks) => {
            if let Some(asked) = screen.session.current() {
                asking(asked, marks, screen.scroll, canvas, area);
            }
        }
        Phase::Feedback(feedback) | Phase::Reading(_, feedback) => {
            answered(feedback, screen.scroll, model, canvas, area);
        }
        Phase::Proof(feedback, parts) => {
            let lines = text::stacked(parts, &feedback.asked);
            canvas.text(area, Pane::Main, &lines, screen.scroll);
        }
        Phase::Summary(report) => {
            let [head, rest] = ratatui::layout::Layout::vertical([
                ratatui::layout::Constraint::Length(3),
                ratatui::layout::Constraint::Min(1),
            ])
            .areas(area);
            let lines = text::session_summary(&screen.session);
            for (row, line) in head.rows().zip(&lines) {
                canvas.line(row, &line.clone().behind(Role::Text, " "));
            }
            listed(report, &screen.session, canvas, rest);
        }
    }
}

/// Parts of a text that have a cursor: which line each begins on, so that the chosen one can be kept in view.
struct Blocks {
    lines: Vec<Line>,
    begins: Vec<usize>,
}

impl Blocks {
    /// Draws the text with the chosen part in view, near where it is scrolled to; a click on a part chooses it.
    fn draw(&self, chosen: usize, scroll: Scroll, canvas: &mut Canvas<'_>, area: Rect) {
        let extent = Extent { lines: self.lines.len(), height: usize::from(area.height) };
        let from = self.begins.get(chosen).copied().unwrap_or(0);
        let to = self.begins.get(chosen + 1).copied().unwrap_or(self.lines.len());
        // With the first part chosen, what stands above it is worth seeing too.
        let from_top = if chosen == 0 && to <= extent.height { 0 } else { from };
        let first = in_view(scroll.at(extent), from_top, to, extent);
        canvas.broken_text(area, Pane::Main, &self.lines, Scroll { offset: first, follows: false });
        for (at, begin) in self.begins.iter().enumerate() {
            let end = self.begins.get(at + 1).copied().unwrap_or(self.lines.len());
            let rows = area.rows().enumerate().filter(|(row, _)| (*begin..end).contains(&(row + first)));
            canvas.drawn.hits.extend(rows.map(|(_, row)| (row, Hit::Choose(at))));
        }
    }
}

/// A question with what is marked.
pub(super) fn asking(asked: &Asked, marks: &Marks, scroll: Scroll, canvas: &mut Canvas<'_>, area: Rect) {
    let mut lines = canvas.broken(area, &indented(text::stem(asked)));
    lines.push(Line::blank());
    let mut begins = Vec::new();
    for (at, shown) in asked.shown.iter().enumerate() {
        begins.push(lines.len());
        let is_marked = marks.marked.contains(&at);
        let mark = if is_marked { "●" } else { " " };
        let cursor = if at == marks.cursor { "▸" } else { " " };
        let (role, wording) = match (is_marked, marks.struck.contains(&at)) {
            (_, true) => (Role::Muted, format!("(struck out) {}", shown.option.text.trim())),
            (true, _) => (Role::Strong, shown.option.text.trim().to_owned()),
            _ => (Role::Text, shown.option.text.trim().to_owned()),
        };
        let line = Line::of(role, wording).behind(Role::Key, format!("{}  ", shown.letter));
        let line = line.behind(Role::Accent, format!(" {cursor}{mark} "));
        lines.extend(canvas.broken(area, &[line]));
    }
    let mut says = Line::text(" ");
    if asked.question.choose > 1 {
        let missing = asked.question.choose.saturating_sub(marks.marked.len());
        let words = if missing == 0 { "all marked".to_owned() } else { format!("{missing} more to mark") };
        says = says.and(Role::Muted, format!("Choose {}: {words}   ", asked.question.choose));
    }
    if let Some(confidence) = marks.confidence {
        says = says.and(Role::Muted, format!("you say: {}", confidence.name()));
    }
    lines.extend([Line::blank(), says]);
    Blocks { lines, begins }.draw(marks.cursor, scroll, canvas, area);
}

/// An answered question: every option in its place, with what the learner chose and why.
pub(super) fn answered(feedback: &Feedback, scroll: Scroll, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let Feedback { asked, graded, unfolded, cursor } = feedback;
    let mut lines = canvas.broken(area, &indented(text::stem(asked)));
    lines.push(Line::blank());
    lines.extend(canvas.broken(area, &indented(vec![text::verdict(asked, graded)])));
    let mut begins = Vec::new();
    for (at, shown) in asked.shown.iter().enumerate() {
        begins.push(lines.len());
        let is_chosen = graded.chosen.contains(&at);
        let (role, mark) = match (shown.option.correct, is_chosen) {
            (true, _) => (Role::Good, "✓"),
            (false, true) => (Role::Bad, "✗"),
            (false, false) => (Role::Muted, " "),
        };
        let pointer = if at == *cursor { "▸" } else { " " };
        let mut line = Line::of(role, shown.option.text.trim());
        if is_chosen {
            line = line.and(role, "  (your answer)");
        }
        if !unfolded.contains(&at) {
            line = line.and(Role::Muted, "  ▸ why not");
        }
        let line = line.behind(Role::Key, format!("{}  ", shown.letter)).behind(role, format!(" {pointer}{mark} "));
        lines.extend(canvas.broken(area, &[line]));
        if unfolded.contains(&at) {
            let reasons = text::reasons(shown, is_chosen, &model.library);
            lines.extend(canvas.broken(area, &indented(reasons)));
        }
    }
    begins.push(lines.len());
    lines.push(Line::blank());
    lines.extend(canvas.broken(area, &indented(text::documentation(asked))));
    Blocks { lines, begins }.draw(*cursor, scroll, canvas, area);
}

/// Answered questions in a list.
pub(super) fn listed(report: &Report, session: &Session, canvas: &mut Canvas<'_>, area: Rect) {
    let lines: Vec<Line> = report
        .places(session)
        .into_iter()
        .filter_map(|at| Some((at, session.questions().nth(at)?)))
        .map(|(at, asked)| {
            let given = session.given(at);
            let (role, mark) = match given {
                None => (Role::Muted, "○ blank "),
                Some(given) if asked.grade(given).correct => (Role::Good, "✓ right "),
                Some(_) => (Role::Bad, "✗ wrong "),
            };
            let flag = if session.is_flagged(at) { "⚑ " } else { "  " };
            let stem = asked.question.stem.split_whitespace().collect::<Vec<_>>().join(" ");
            Line::text(stem).behind(Role::Warn, flag).behind(role, mark).behind(Role::Muted, format!("{:>2} ", at + 1))
        })
        .collect();
    super::list(canvas, area, Pane::Main, &lines, report.cursor);
}

/// Lines moved in from the edge.
fn indented(lines: Vec<Line>) -> Vec<Line> {
    lines.into_iter().map(|line| line.behind(Role::Text, " ")).collect()
}
