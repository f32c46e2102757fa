//! An answered question: the verdict, every option in its place with what the learner chose, the reasons, and what
//! comes of it.
//!
//! Where there is room the reasons stand beside the question, each side with a cursor's sight of its own; elsewhere they
//! unfold below their options. The address of the documentation is always in view on a tall screen, and ends the text on a
//! low one.

use ratatui::layout::{Constraint, Layout, Rect};

use super::proof::{bars, no_proof};
use super::{Blocks, TWO_COLUMNS, indented, tagged};
use crate::app::line::{Flow, Line, Role};
use crate::app::pane::{Pane, Sight};
use crate::app::screens::question::Feedback;
use crate::app::text::OptionProof;
use crate::app::{Model, study, text};
use crate::quiz::{Asked, Graded};
use crate::ui::canvas::{Canvas, text_width};

/// The columns that reasons are moved in by where they stand beside the question.
const BESIDE: usize = 2;
/// The same where they stand under their option: they begin below its first word.
const BELOW: usize = 7;

/// An answered question: every option in its place, with what the learner chose and why. On a wide screen the reasons stand
/// beside it. `at` is where both are scrolled to, which has the focus, and whether the question has the whole width.
pub(in crate::ui::screens) fn answered(
    feedback: &Feedback,
    at: (Sight, Sight, Pane, bool),
    proved: &[OptionProof],
    model: &Model,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let (sight, side, focus, is_zoomed) = at;
    let answer = AnsweredQuestion { feedback, proved, model };
    let (area, address) = answer.frame(canvas, area);
    let least = if is_zoomed { u16::MAX } else { TWO_COLUMNS };
    let Some((left, divider, right)) = crate::ui::screens::halves(model, area, 52, least) else {
        let mut blocks = answer.options(true, canvas, area);
        blocks.lines.push(Line::blank());
        blocks.lines.extend(canvas.broken(area, &indented(answer.ending())));
        blocks.lines.extend(address);
        blocks.draw(feedback.cursor, sight, Pane::Main, canvas, area);
        return;
    };
    canvas.divider(divider);
    answer.options(false, canvas, left).draw(feedback.cursor, sight, Pane::Main, canvas, left);
    let [head, right] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(right);
    let role = if focus == Pane::Side { Role::Accent } else { Role::Title };
    canvas.line(head, &Line::of(role, "Why"));
    let mut blocks = answer.why(canvas, right);
    blocks.lines.extend(canvas.broken(right, &answer.ending()));
    blocks.lines.extend(address);
    blocks.draw(feedback.cursor, side, Pane::Side, canvas, right);
}

/// What an answered question is drawn from.
struct AnsweredQuestion<'a> {
    feedback: &'a Feedback,
    /// What its options showed when they were tried.
    proved: &'a [OptionProof],
    model: &'a Model,
}

impl AnsweredQuestion<'_> {
    /// Draws the verdict, and on a tall screen the address at the bottom, over all columns. Returns the area between them,
    /// and the address where it is to end the text.
    fn frame(&self, canvas: &mut Canvas<'_>, area: Rect) -> (Rect, Option<Line>) {
        let Feedback { asked, graded, .. } = self.feedback;
        let across = canvas.buffer.area.width.saturating_sub(area.x);
        let address = address(&asked.question.docs, usize::from(across).saturating_sub(1));
        canvas.link(&address, &asked.question.docs);
        let is_pinned = area.height >= PINNED;
        let [head, tall] = if is_pinned { [2, 1] } else { [1, 0] };
        let [verdict, rest, bottom] =
            Layout::vertical([Constraint::Length(head), Constraint::Min(1), Constraint::Length(tall)]).areas(area);
        canvas.line(Rect { width: across, ..bottom }, &address);
        canvas.line(verdict, &text::verdict(asked, graded).behind(Role::Text, " "));
        (rest, (!is_pinned).then_some(address))
    }

    /// The question with its options, and where nothing stands beside it the reasons that are unfolded.
    fn options(&self, has_reasons: bool, canvas: &Canvas<'_>, area: Rect) -> Blocks {
        let Feedback { asked, graded, unfolded, cursor } = self.feedback;
        let mut blocks = Blocks { lines: canvas.broken(area, &indented(text::stem(asked))), ..Blocks::default() };
        blocks.lines.push(Line::blank());
        for (at, shown) in asked.shown.iter().enumerate() {
            let is_chosen = graded.chosen.contains(&at);
            let (role, mark) = match (shown.option.correct, is_chosen) {
                (true, _) => (Role::Good, "✓"),
                (false, true) => (Role::Bad, "✗"),
                (false, false) => (Role::Muted, " "),
            };
            let pointer = if at == *cursor { "▸" } else { " " };
            let tag = tag(graded, is_chosen, unfolded.contains(&at), role);
            let line = Line::of(role, shown.option.text.trim()).behind(Role::Key, format!("{}  ", shown.letter));
            let line = line.behind(role, format!(" {pointer}{mark} "));
            let mut lines = tagged(&line, tag, usize::from(text_width(area)));
            if has_reasons && unfolded.contains(&at) {
                lines.extend(self.reasons(at, BELOW, canvas, area));
            }
            blocks.push(at, lines);
        }
        blocks
    }

    /// The reasons beside the question, of each option that is unfolded.
    fn why(&self, canvas: &Canvas<'_>, area: Rect) -> Blocks {
        let Feedback { asked, graded, unfolded, .. } = self.feedback;
        let mut blocks = Blocks::default();
        for (at, shown) in asked.shown.iter().enumerate().filter(|(at, _)| unfolded.contains(at)) {
            let (role, words) = match (shown.option.correct, graded.chosen.contains(&at)) {
                (true, true) => (Role::Good, "✓ right, your answer"),
                (true, false) => (Role::Good, "✓ right"),
                (false, true) => (Role::Bad, "✗ your answer"),
                (false, false) => (Role::Muted, "not right"),
            };
            let mut lines = vec![Line::of(Role::Key, format!("{}  ", shown.letter)).and(role, words)];
            lines.extend(self.reasons(at, BESIDE, canvas, area));
            lines.push(Line::blank());
            blocks.push(at, lines);
        }
        blocks
    }

    /// Why an option is right or wrong, and what it costs.
    fn reasons(&self, at: usize, indent: usize, canvas: &Canvas<'_>, area: Rect) -> Vec<Line> {
        let Feedback { asked, graded, .. } = self.feedback;
        let shown = &asked.shown[at];
        let is_chosen = graded.chosen.contains(&at);
        let traps = &self.model.standing.summary.traps;
        let times = shown.option.trap.as_ref().map(|trap| traps.get(trap).copied().unwrap_or(0));
        let reasons = text::reasons(shown, is_chosen, times.or(Some(0)), &self.model.library);
        let moved = reasons.into_iter().map(|mut line| {
            line.spans.remove(0);
            line.hanging(0).behind(Role::Text, " ".repeat(indent))
        });
        let mut lines = canvas.broken(area, &moved.collect::<Vec<_>>());
        lines.extend(bars(self.proved, Some((shown.letter, indent)), canvas, area));
        let no_proof = no_proof(shown.letter, self.proved).filter(|_| is_chosen);
        lines.extend(no_proof.map(|line| line.behind(Role::Text, " ".repeat(indent))));
        lines
    }

    /// What follows: where to read more, the lab that it leads to, when it comes back.
    fn ending(&self) -> Vec<Line> {
        let asked = &self.feedback.asked;
        // The first line is the address, which stands elsewhere.
        let mut ending: Vec<Line> = text::documentation(asked).into_iter().skip(1).collect();
        ending.extend(leads_to(self.feedback, self.model));
        ending.extend(comes_back(asked, self.model));
        ending
    }
}

/// What stands at the end of an answered option: that the learner chose it, or that its reasons can be unfolded.
fn tag(graded: &Graded, is_chosen: bool, is_unfolded: bool, role: Role) -> (Role, String) {
    match (is_chosen, is_unfolded) {
        (true, _) => {
            let sure = graded.confidence.map(|confidence| format!(" ({})", confidence.name())).unwrap_or_default();
            (role, format!("your answer{sure}"))
        }
        (false, false) if role == Role::Good => (Role::Muted, "▸ why".to_owned()),
        (false, false) => (Role::Muted, "▸ why not".to_owned()),
        (false, true) => (Role::Muted, String::new()),
    }
}

/// The lab that the answer leads to, with its key.
fn leads_to(feedback: &Feedback, model: &Model) -> Option<Line> {
    let name = study::lab_after(&model.library, &feedback.asked, &feedback.graded)?;
    let title = model.library.lab(name)?.title.clone();
    Some(Line::text(title).behind(Role::Accent, "lab ").behind(Role::Key, "l ").hanging(6))
}

/// When a question comes back in a review, as far as that is known.
fn comes_back(asked: &Asked, model: &Model) -> Option<Line> {
    let standing = &model.standing;
    let day = *standing.comes_back.get(asked.question.family_name())?;
    let words = match day.checked_sub(standing.today)? {
        0 => "This question comes back in a review today.".to_owned(),
        days => {
            let days = text::counted(days as usize, "day");
            format!("This question comes back in a review in {days}, on {}.", text::date(day))
        }
    };
    Some(Line::of(Role::Muted, words))
}

/// From this height on the address of the documentation is always in view.
pub(super) const PINNED: u16 = 30;

/// What begins every address that is shortened by it.
const SCHEME: &str = "https://";
/// What stands for the middle of an address.
const LEFT_OUT: &str = "/.../";

/// An address on one line, whatever its width: without its scheme, then without its middle, where there is no room for it. The
/// terminal is told the whole address, where it knows links, and a key copies it.
fn address(address: &str, width: usize) -> Line {
    Line::of(Role::Link, short(address, width.saturating_sub(1))).behind(Role::Text, " ").flowing(Flow::Fixed)
}

/// An address in so many columns at most.
fn short(address: &str, width: usize) -> String {
    let bare = address.strip_prefix(SCHEME).unwrap_or(address);
    if let Some(whole) = [address, bare].into_iter().find(|whole| whole.chars().count() <= width) {
        return whole.to_owned();
    }
    let (host, path) = bare.split_once('/').unwrap_or(("", bare));
    // As much of its end as fits: the page is what matters.
    let ends = path.match_indices('/').map(|(at, _)| &path[at + 1..]);
    let with_host = ends.map(|end| format!("{host}{LEFT_OUT}{end}"));
    let page = path.rsplit('/').next().unwrap_or(path);
    let shorter = with_host.chain([format!("{}{page}", &LEFT_OUT[1..])]).find(|short| short.chars().count() <= width);
    shorter.unwrap_or_else(|| page.chars().take(width).collect())
}
