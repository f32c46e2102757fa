//! A question: its keys, its header, and what is shown of it in each of its phases.
//!
//! Here it is asked; `answered` has its feedback, `proof` what its options show when they are tried.

use crossterm::event::KeyCode;
use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::line::{Flow, Line, Role};
use crate::app::message::{Message, QuestionMessage};
use crate::app::pane::{Extent, Pane, Scroll, Sight};
use crate::app::screens::QuestionScreen;
use crate::app::screens::exam::ExamPhase;
use crate::app::screens::question::{AnswerList, Feedback, Marks, QuestionPhase};
use crate::app::text::OptionProof;
use crate::app::{Model, Screen, text};
use crate::quiz::{Asked, Confidence, Purpose, Session};
use crate::ui::canvas::{Canvas, ClickTarget};
use crate::ui::keys::{Binding, Keys, char, key};

mod answered;
mod proof;

use answered::PINNED;
pub(super) use answered::answered;
pub(super) use proof::proof;

/// From this width on the reasons stand beside the question, and what two options show beside each other.
const TWO_COLUMNS: u16 = 120;
/// From this width on a proof stands beside the question and its reasons.
const WITH_PROOF: u16 = 180;
/// The columns of a hundred that question and reasons have then.
const BESIDE_PROOF: u16 = 34;

/// With this many options `f` is the letter of one, and no longer flags.
pub(super) const SIX: usize = 6;

pub(super) fn is_asking(model: &Model) -> bool {
    matches!(model.screen(), Screen::Question(question) if matches!(question.phase, QuestionPhase::Asking(_)))
}

fn is_answered(model: &Model) -> bool {
    matches!(model.screen(), Screen::Question(question) if matches!(question.phase, QuestionPhase::Feedback(_) | QuestionPhase::Reading(..)))
}

/// Whether there is anything of the question on screen that can be run.
pub(super) fn is_provable(model: &Model) -> bool {
    let asked = match model.screen() {
        Screen::Question(question) => question.asked(),
        Screen::Exam(exam) => exam.asked(),
        _ => None,
    };
    asked.is_some_and(|asked| asked.question.is_proved())
}

fn is_feedback(model: &Model) -> bool {
    matches!(model.screen(), Screen::Question(question) if matches!(question.phase, QuestionPhase::Feedback(_)))
}

/// Whether something stands beside the question, or would.
fn can_zoom(model: &Model) -> bool {
    let is_zoomed = matches!(model.screen(), Screen::Question(question) if question.is_zoomed);
    (is_asking(model) || is_answered(model)) && (is_zoomed || model.extents.contains_key(&Pane::Side))
}

fn is_proof(model: &Model) -> bool {
    matches!(model.screen(), Screen::Question(question) if matches!(question.phase, QuestionPhase::Proof(..)))
}

/// Whether the proof on screen has replies that are cut at first.
pub(super) fn is_cut(model: &Model) -> bool {
    let is_cut = |parts: &[OptionProof]| parts.iter().any(OptionProof::is_cut);
    match model.screen() {
        Screen::Question(question) => matches!(&question.phase, QuestionPhase::Proof(_, parts, _) if is_cut(parts)),
        Screen::Exam(exam) => matches!(&exam.phase, ExamPhase::Proof(_, _, parts) if is_cut(parts)),
        _ => false,
    }
}

fn is_summary(model: &Model) -> bool {
    matches!(model.screen(), Screen::Question(question) if matches!(question.phase, QuestionPhase::Summary(_)))
}

const fn question(message: QuestionMessage) -> Message {
    Message::Question(message)
}

pub(super) const BINDINGS: &[Binding] = &[
    Binding::new("question.mark", Keys::Options, "mark", |_, letter| question(QuestionMessage::Letter(letter)))
        .when(is_asking),
    Binding::new("question.answer", Keys::These(&[key(KeyCode::Enter)]), "answer", |_, _| Message::Accept)
        .when(is_asking),
    Binding::new("question.next", Keys::These(&[key(KeyCode::Enter)]), "next", |_, _| Message::Accept)
        .when(is_answered),
    Binding::new("question.unprove", Keys::These(&[key(KeyCode::Enter), char('p')]), "back to the answer", |_, _| {
        question(QuestionMessage::Prove)
    })
    .when(is_proof),
    Binding::new("question.open", Keys::These(&[key(KeyCode::Enter)]), "open", |_, _| Message::Accept).when(is_summary),
    Binding::new("question.space", Keys::These(&[char(' ')]), "mark, unfold", |_, _| question(QuestionMessage::Mark))
        .when(|model| is_asking(model) || is_answered(model))
        .quiet(),
    Binding::new("question.strike", Keys::These(&[char('x')]), "strike out", |_, _| question(QuestionMessage::Strike))
        .when(is_asking),
    Binding::new("question.flag", Keys::These(&[char('f')]), "flag", |_, _| question(QuestionMessage::Flag))
        .when(|model| (is_asking(model) || is_feedback(model)) && model.options() < SIX),
    Binding::new("question.star", Keys::These(&[char('*')]), "flag", |_, _| question(QuestionMessage::Flag))
        .when(|model| is_asking(model) || is_feedback(model))
        .quiet(),
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
    Binding::new("question.sure", Keys::These(&[char('3')]), "sure (1 to 3)", |_, _| {
        question(QuestionMessage::Confident(Confidence::Sure))
    })
    .when(is_asking),
    Binding::new("question.pane", Keys::These(&[key(KeyCode::Tab)]), "other pane", |_, _| Message::Focus(true))
        .when(|model| is_answered(model) && model.extents.contains_key(&Pane::Side))
        .quiet(),
    Binding::new("question.zoom", Keys::These(&[char('z')]), "zoom", |_, _| Message::Zoom).when(can_zoom).quiet(),
    Binding::new("question.prove", Keys::These(&[char('p')]), "prove it", |_, _| question(QuestionMessage::Prove))
        .when(|model| is_answered(model) && is_provable(model)),
    Binding::new("question.lab", Keys::These(&[char('l')]), "lab", |_, _| question(QuestionMessage::OpenLab))
        .when(is_answered),
    Binding::new("question.more", Keys::These(&[char('m')]), "more like this", |_, _| {
        question(QuestionMessage::MoreLikeThis)
    })
    .when(is_answered),
    Binding::new("question.copy", Keys::These(&[char('y')]), "copy the link", |_, _| {
        question(QuestionMessage::Documentation)
    })
    .when(is_answered)
    .quiet(),
    Binding::new("question.unfold", Keys::These(&[char('u')]), "unfold all", |_, _| question(QuestionMessage::Unfold))
        .when(is_answered),
    Binding::new("question.whole", Keys::These(&[char('u')]), "long replies", |_, _| question(QuestionMessage::Unfold))
        .when(|model| is_proof(model) && is_cut(model)),
    Binding::new("question.reasons", Keys::Options, "unfold", |_, letter| question(QuestionMessage::Letter(letter)))
        .when(is_answered)
        .quiet(),
    Binding::new("question.filter", Keys::These(&[char('f')]), "show others", |_, _| Message::Filter).when(is_summary),
];

pub(super) fn header(screen: &QuestionScreen, model: &Model) -> (Line, Line) {
    let session = &screen.session;
    let name = match session.purpose() {
        Purpose::Diagnostic => "Diagnostic",
        Purpose::Review => "Review",
        _ => "Practice",
    };
    let left = Line::of(Role::Accent, name);
    let right = Line::of(Role::Muted, format!("{} right", session.correct()));
    let at = match screen.phase {
        QuestionPhase::Asking(_) | QuestionPhase::Saving(_) => session.position() + 1,
        QuestionPhase::Summary(_) => return (left.and(Role::Text, "  done"), right),
        QuestionPhase::Reading(..) | QuestionPhase::Proof(_, _, Some(_)) => {
            return (left.and(Role::Text, "  read again"), right);
        }
        QuestionPhase::Feedback(_) | QuestionPhase::Proof(..) => session.position(),
    };
    let mut left = left.and(Role::Text, format!("  {} of {}", at.min(session.len()), session.len()));
    if let Some(asked) = screen.asked() {
        left = left.and(Role::Muted, format!("   {}", model.library.topic_title(&asked.question.topic)));
    }
    if matches!(screen.phase, QuestionPhase::Proof(..)) {
        left = left.and(Role::Title, "   proof");
    }
    if screen.is_flagged() {
        left = left.and(Role::Warn, "   ⚑ flagged");
    }
    (left, right)
}

pub(super) fn view(screen: &QuestionScreen, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let proved = screen.proved.as_deref().unwrap_or_default();
    match &screen.phase {
        QuestionPhase::Asking(marks) | QuestionPhase::Saving(marks) => {
            let Some(asked) = screen.session.current() else { return };
            // Code that would not fit beside anything has the whole width.
            let is_alone = screen.is_zoomed || widest_exhibit(asked) > usize::from(area.width) * 52 / 100;
            let least = if is_alone { u16::MAX } else { TWO_COLUMNS };
            let left = match super::halves(model, area, 52, least) {
                Some((left, divider, right)) => {
                    canvas.divider(divider);
                    beside(marks, asked, &screen.session, canvas, right);
                    left
                }
                None => area,
            };
            asking(asked, marks, screen.sight, left == area, canvas, left);
        }
        QuestionPhase::Feedback(feedback) if area.width >= WITH_PROOF && !screen.is_zoomed && !proved.is_empty() => {
            let rest = with_proof(proved, feedback, screen, canvas, area);
            answered(feedback, (screen.sight, screen.side, screen.focus, false), proved, model, canvas, rest);
        }
        QuestionPhase::Feedback(feedback) | QuestionPhase::Reading(_, feedback) => {
            let at = (screen.sight, screen.side, screen.focus, screen.is_zoomed);
            answered(feedback, at, proved, model, canvas, area);
        }
        QuestionPhase::Proof(feedback, parts, _) if area.width >= WITH_PROOF => {
            let rest = with_proof(parts, feedback, screen, canvas, area);
            answered(feedback, (screen.sight, screen.side, Pane::Proof, false), proved, model, canvas, rest);
        }
        QuestionPhase::Proof(feedback, parts, _) => proof(parts, &feedback.asked, screen.proof, canvas, area),
        QuestionPhase::Summary(report) => {
            let [head, rest] = Layout::vertical([Constraint::Length(3), Constraint::Min(1)]).areas(area);
            let lines = text::session_summary(&screen.session);
            for (row, line) in head.rows().zip(&lines) {
                canvas.line(row, &line.clone().behind(Role::Text, " "));
            }
            listed(report, &screen.session, canvas, rest);
        }
    }
}

/// Draws a proof in a column of its own; returns what is left of the area.
fn with_proof(
    parts: &[OptionProof],
    feedback: &Feedback,
    screen: &QuestionScreen,
    canvas: &mut Canvas<'_>,
    area: Rect,
) -> Rect {
    let [rest, divider, right] =
        Layout::horizontal([Constraint::Percentage(BESIDE_PROOF), Constraint::Length(1), Constraint::Min(1)])
            .areas(area);
    // The address of the documentation has its row to itself, so that it can be selected whole.
    let tall = area.height.saturating_sub(u16::from(area.height >= PINNED));
    canvas.divider(Rect { height: tall, ..divider });
    let right = Rect { x: right.x + 1, width: right.width.saturating_sub(1), height: tall, ..right };
    let [head, right] = Layout::vertical([Constraint::Length(2), Constraint::Min(1)]).areas(right);
    let is_focused = matches!(screen.phase, QuestionPhase::Proof(..)) || screen.focus == Pane::Proof;
    canvas.line(head, &Line::of(if is_focused { Role::Accent } else { Role::Title }, "Proof").behind(Role::Text, " "));
    proof(parts, &feedback.asked, screen.proof, canvas, right);
    rest
}

/// The columns of the widest line of a question's exhibits, with what sets them off.
fn widest_exhibit(asked: &Asked) -> usize {
    let lines = asked.question.exhibits.iter().flat_map(|exhibit| exhibit.text.lines());
    lines.map(|line| Line::text(line).width() + 5).max().unwrap_or(0)
}

/// Beside a question that is asked: how sure the learner is, and how the others went.
fn beside(marks: &Marks, asked: &Asked, session: &Session, canvas: &mut Canvas<'_>, area: Rect) {
    let mut sure = Line::text("");
    for (key, confidence) in ["1", "2", "3"].into_iter().zip(Confidence::ALL) {
        let role = if marks.confidence == Some(confidence) { Role::Chosen } else { Role::Text };
        sure = sure.and(Role::Key, format!("{key} ")).and(role, confidence.name()).and(Role::Text, "   ");
    }
    let mut so_far = Line::text("").flowing(Flow::Fixed);
    for (_, graded) in session.results() {
        so_far =
            so_far.and(if graded.correct { Role::Good } else { Role::Bad }, if graded.correct { "✓ " } else { "✗ " });
    }
    let open = session.len().saturating_sub(session.answered());
    let so_far = so_far.and(Role::Muted, "○ ".repeat(open));
    let mut lines = vec![Line::of(Role::Title, "How sure are you?"), sure, Line::blank()];
    lines.extend([Line::of(Role::Title, "So far"), so_far, Line::blank()]);
    let struck = "x strikes out the option under the cursor.";
    let wanted =
        if asked.question.choose > 1 { format!("Mark {} options. ", asked.question.choose) } else { String::new() };
    lines.push(Line::of(Role::Muted, format!("{wanted}Enter answers. {struck}")));
    canvas.text(area, Pane::Side, &lines, Scroll::default());
}

/// Parts of a text that have a cursor: which line each begins on, so that the chosen one can be kept in view.
#[derive(Default)]
struct Blocks {
    lines: Vec<Line>,
    /// Where each part begins, with the option that it is about.
    begins: Vec<(usize, usize)>,
}

impl Blocks {
    /// Adds a part about an option.
    fn push(&mut self, option: usize, lines: Vec<Line>) {
        self.begins.push((self.lines.len(), option));
        self.lines.extend(lines);
    }

    /// Draws the text with the chosen part in view, or where it is scrolled to; a click on a part chooses it.
    fn draw(&self, chosen: usize, sight: Sight, pane: Pane, canvas: &mut Canvas<'_>, area: Rect) {
        let extent = Extent { lines: self.lines.len(), height: usize::from(area.height), first: 0 };
        let end_of = |at: usize| self.begins.get(at + 1).map_or(self.lines.len(), |(begin, _)| *begin);
        let place = self.begins.iter().position(|(_, option)| *option == chosen);
        let (from, to) = place.map_or((0, 0), |place| (self.begins[place].0, end_of(place)));
        // With the first part chosen, what stands above it is worth seeing too.
        let from = if place == Some(0) && to <= extent.height { 0 } else { from };
        let first = sight.first(from, to, extent);
        canvas.broken_text(area, pane, &self.lines, Scroll { offset: first, follows: false });
        for (at, (begin, option)) in self.begins.iter().enumerate() {
            let rows = area.rows().enumerate().filter(|(row, _)| (*begin..end_of(at)).contains(&(row + first)));
            canvas.drawn.hits.extend(rows.map(|(_, row)| (row, ClickTarget::Choose(*option))));
        }
    }
}

/// A question with what is marked; `asks_how_sure` where nothing beside it does.
pub(super) fn asking(
    asked: &Asked,
    marks: &Marks,
    sight: Sight,
    asks_how_sure: bool,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let mut blocks = Blocks { lines: canvas.broken(area, &indented(text::stem(asked))), ..Blocks::default() };
    blocks.lines.push(Line::blank());
    for (at, shown) in asked.shown.iter().enumerate() {
        let is_marked = marks.marked.contains(&at);
        let mark = if is_marked { "●" } else { "○" };
        let cursor = if at == marks.cursor { "▸" } else { " " };
        let (role, wording) = match (is_marked, marks.struck.contains(&at)) {
            (_, true) => (Role::Muted, format!("(struck out) {}", shown.option.text.trim())),
            (true, _) => (Role::Strong, shown.option.text.trim().to_owned()),
            _ => (Role::Text, shown.option.text.trim().to_owned()),
        };
        let line = Line::of(role, wording).behind(Role::Key, format!("{}  ", shown.letter));
        let line = line.behind(Role::Accent, format!(" {cursor}{mark} "));
        blocks.push(at, canvas.broken(area, &[line]));
    }
    let mut says = Line::text(" ");
    if asked.question.choose > 1 {
        let missing = asked.question.choose.saturating_sub(marks.marked.len());
        let words = if missing == 0 { "all marked".to_owned() } else { format!("{missing} more to mark") };
        says = says.and(Role::Muted, format!("Choose {}: {words}   ", asked.question.choose));
    }
    if let Some(confidence) = marks.confidence {
        says = says.and(Role::Muted, format!("you say: {}", confidence.name()));
    } else if asks_how_sure {
        says = says.and(Role::Muted, "how sure? ");
        for (key, confidence) in ["1", "2", "3"].into_iter().zip(Confidence::ALL) {
            says = says.and(Role::Key, format!(" {key} ")).and(Role::Muted, confidence.name());
        }
    }
    if !says.plain().trim().is_empty() {
        blocks.lines.extend([Line::blank(), says]);
    }
    blocks.draw(marks.cursor, sight, Pane::Main, canvas, area);
}

/// A line broken with a word at the right end of its first row; below it if there is no room.
pub(super) fn tagged(line: &Line, (role, tag): (Role, String), width: usize) -> Vec<Line> {
    let wide = Line::text(tag.clone()).width();
    if wide == 0 {
        return line.wrapped(width);
    }
    if width < wide * 3 {
        return line.clone().and(role, format!("  {tag}")).wrapped(width);
    }
    let mut broken = line.wrapped(width - wide - 2);
    if let Some(first) = broken.first_mut() {
        let gap = width.saturating_sub(first.width() + wide);
        *first = first.clone().and(Role::Text, " ".repeat(gap)).and(role, tag);
    }
    broken
}

/// Answered questions in a list.
pub(super) fn listed(report: &AnswerList, session: &Session, canvas: &mut Canvas<'_>, area: Rect) {
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
            let stem = text::excerpt(&asked.question.stem);
            Line::text(stem).behind(Role::Warn, flag).behind(role, mark).behind(Role::Muted, format!("{:>2} ", at + 1))
        })
        .collect();
    if lines.is_empty() {
        canvas.text(area, Pane::Main, &[Line::of(Role::Muted, " None.")], Scroll::default());
        return;
    }
    super::list(canvas, area, Pane::Main, &lines, report.cursor);
}

/// Lines moved in from the edge.
fn indented(lines: Vec<Line>) -> Vec<Line> {
    lines.into_iter().map(|line| line.behind(Role::Text, " ")).collect()
}
