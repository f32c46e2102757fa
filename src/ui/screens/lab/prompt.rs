//! A lab's prompt: the line being typed, the prediction that is asked for, and the lists that open over both.

use std::ops::Range;

use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::app::line::{Line, Role, wrapped};
use crate::app::pane::{Extent, Pane};
use crate::app::prompt::Prompt;
use crate::app::screens::LabScreen;
use crate::app::screens::lab::Gate;
use crate::app::{Model, text};
use crate::safe_text;
use crate::ui::canvas::{Canvas, ClickTarget};

use super::transcript::LEAD;

/// The lines of the card that asks for a prediction, the place of its title first.
pub(super) fn gate(screen: &LabScreen, model: &Model, canvas: &Canvas<'_>, area: Rect) -> Vec<Line> {
    let step = screen.step(&model.library).filter(|_| screen.gate == Gate::Asking);
    let Some(predict) = step.and_then(|step| step.predict.as_ref()).filter(|predict| predict.is_graded()) else {
        return Vec::new();
    };
    let mut lines = vec![Line::of(Role::Prediction, predict.ask.trim())];
    for (letter, choice) in ('A'..='Z').zip(&predict.choices) {
        lines.push(Line::text(choice.clone()).behind(Role::Key, format!("  {letter}  ")).hanging(5));
    }
    let how = if predict.choices.is_empty() { text::wanted(predict) } else { "a letter".to_owned() };
    let how = Line::of(Role::Muted, format!("Type {how}, then ")).and(Role::Key, "enter").and(Role::Muted, "; ");
    lines.push(how.and(Role::Key, "esc").and(Role::Muted, " skips"));
    let mut card = vec![Line::blank()];
    card.extend(canvas.broken(area, &lines));
    card
}
/// What is typed, broken to a width, and where the cursor is in it: row and column.
pub(super) struct Typed {
    pub(super) lines: Vec<Line>,
    cursor: (usize, usize),
    /// The column in which the word under the cursor begins.
    word: usize,
}

pub(super) fn typed(screen: &LabScreen, width: usize) -> Typed {
    if let Some(search) = &screen.prompt.search {
        let found = search.found.and_then(|at| screen.prompt.history().get(at)).cloned().unwrap_or_default();
        let head = crate::ui::canvas::end_of((Role::Accent, "search: "), (Role::Accent, &search.wanted), width);
        let column = head.width();
        let line = head.and(Role::Muted, "   ").and(Role::Code, found.replace('\n', " "));
        return Typed { lines: vec![line], cursor: (0, column), word: 0 };
    }
    let lead = if screen.gate == Gate::Asking { (Role::Prediction, "? ") } else { (Role::Accent, "$ ") };
    broken_prompt(&screen.prompt, lead, width.max(4))
}

/// Breaks what is typed at blanks, and a word that is longer than a row anywhere: nothing of a command is left out, however
/// long it is.
fn broken_prompt(prompt: &Prompt, lead: (Role, &str), width: usize) -> Typed {
    let (bracket, partner) = prompt.brackets().map_or((None, None), |(at, partner)| (Some(at), partner));
    let before = &prompt.text()[..prompt.cursor()];
    let begun = before.rsplit(char::is_whitespace).next().unwrap_or_default().len();
    let mut typed = Typed { lines: Vec::new(), cursor: (0, 0), word: LEAD };
    let mut start = 0;
    for (number, text) in prompt.text().split('\n').enumerate() {
        // Places in what is shown: what could steer a terminal is marked there.
        let place = |at: usize| {
            let at = at.checked_sub(start).filter(|at| *at <= text.len())?;
            Some(safe_text::line(&text[..at]).len())
        };
        let cursor_at = place(prompt.cursor());
        let highlights = Highlights {
            cursor: cursor_at,
            word: place(prompt.cursor() - begun).filter(|_| cursor_at.is_some()),
            brackets: [bracket.and_then(place), partner.and_then(place)],
            has_partner: partner.is_some(),
        };
        let lead = if number == 0 { Line::of(lead.0, lead.1) } else { Line::of(Role::Accent, "> ") };
        typed.add(&text::code::line(text, text::code::Syntax::Shell), lead, width, &highlights);
        start += text.len() + 1;
    }
    typed
}

/// Places in a typed line, in bytes of what is shown of it.
struct Highlights {
    cursor: Option<usize>,
    /// Where the word under the cursor begins.
    word: Option<usize>,
    /// The bracket at the cursor, and the one that belongs to it.
    brackets: [Option<usize>; 2],
    has_partner: bool,
}

impl Typed {
    /// Adds a line, broken to rows.
    fn add(&mut self, line: &Line, lead: Line, width: usize, highlights: &Highlights) {
        let pieces: Vec<(Role, &str)> =
            line.spans.iter().flat_map(|(role, span)| span.graphemes(true).map(|piece| (*role, piece))).collect();
        let mut lead = Some(lead);
        let mut at = 0;
        let rows = rows(&pieces, width.saturating_sub(LEAD));
        for row in &rows {
            let mut line = lead.take().unwrap_or_else(|| Line::text("  "));
            let mut column = LEAD;
            for (role, piece) in &pieces[row.clone()] {
                self.mark(at, column, highlights);
                let role = match highlights.brackets.contains(&Some(at)) {
                    true if highlights.has_partner => Role::Chosen,
                    true => Role::Bad,
                    false => *role,
                };
                line = line.and(role, *piece);
                column += piece.width();
                at += piece.len();
            }
            if row.end == pieces.len() {
                if highlights.cursor == Some(at) && column >= width {
                    // There is no room for the cursor behind the last letter.
                    self.lines.push(std::mem::replace(&mut line, Line::text("  ")));
                    column = LEAD;
                }
                self.mark(at, column, highlights);
            }
            self.lines.push(line);
        }
    }

    /// Notes where the cursor and its word are, if that is here in the row that is about to be added.
    fn mark(&mut self, at: usize, column: usize, highlights: &Highlights) {
        if highlights.cursor == Some(at) {
            self.cursor = (self.lines.len(), column);
        }
        if highlights.word == Some(at) {
            self.word = column;
        }
    }
}

/// The rows that pieces of text are broken to, each at most so many columns wide; blanks at a row's end may hang over.
fn rows(pieces: &[(Role, &str)], room: usize) -> Vec<Range<usize>> {
    let (mut rows, mut start, mut used, mut after_blank) = (Vec::new(), 0, 0, 0);
    for (at, (_, piece)) in pieces.iter().enumerate() {
        let (wide, is_blank) = (piece.width(), piece.chars().all(char::is_whitespace));
        if used + wide > room && !is_blank && at > start {
            let cut = if after_blank > start { after_blank } else { at };
            rows.push(start..cut);
            used = pieces[cut..at].iter().map(|(_, piece)| piece.width()).sum();
            start = cut;
        }
        used += wide;
        if is_blank {
            after_blank = at + 1;
        }
    }
    rows.push(start..pieces.len());
    rows
}

pub(super) fn prompt(screen: &LabScreen, canvas: &mut Canvas<'_>, area: Rect, typed: &Typed) {
    let (row, column) = typed.cursor;
    let height = usize::from(area.height);
    let first = (row + 1).saturating_sub(height).min(typed.lines.len().saturating_sub(height));
    for (place, line) in area.rows().zip(typed.lines.iter().skip(first)) {
        canvas.line(place, line);
    }
    let extent = Extent { lines: typed.lines.len(), height, first };
    canvas.more(area, first, extent);
    if screen.focus == Pane::Prompt && area.height > 0 {
        let at = u16::try_from(column).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
        let down = u16::try_from(row - first).unwrap_or(0);
        canvas.drawn.cursor = Some((area.x + at, area.y + down));
    }
    canvas.drawn.hits.push((area, ClickTarget::Pane(Pane::Prompt)));
}

/// The most completions, or lines of the history, that are shown at once.
const POPUP_ROWS: usize = 8;

/// The completions under each other, above the word that they complete; what the chosen one means is said in full below them.
pub(super) fn completions(screen: &LabScreen, canvas: &mut Canvas<'_>, above: Rect, typed: &Typed) {
    let Some((found, chosen)) = &screen.completions else { return };
    let name = found.iter().map(|one| one.text.width()).max().unwrap_or(0).min(44);
    let wide = usize::from(above.width);
    let least = (name + 34).min(wide);
    let x = typed.word.saturating_sub(1).min(wide.saturating_sub(least));
    let width = (wide - x).min(name + 64);
    let doc = found.get(*chosen).map(|one| one.about.as_str()).unwrap_or_default();
    let doc = wrapped(&[Line::of(Role::Muted, doc)], width.saturating_sub(2).max(10));
    let doc = if doc.len() > 1 || name + 3 + found.get(*chosen).map_or(0, |one| one.about.width()) > width {
        doc
    } else {
        Vec::new()
    };
    let rows = found.len().min(POPUP_ROWS).min(usize::from(above.height).saturating_sub(doc.len() + 1).max(1));
    let height = u16::try_from(rows + doc.len()).unwrap_or(above.height).min(above.height);
    let area = Rect {
        x: above.x + u16::try_from(x).unwrap_or(0),
        y: above.y + above.height - height,
        width: u16::try_from(width).unwrap_or(above.width),
        height,
    };
    canvas.clear(area);
    let list = Rect { height: u16::try_from(rows).unwrap_or(1).min(area.height), ..area };
    let lines: Vec<Line> = found
        .iter()
        .map(|one| Line::of(Role::CodeWord, format!("{:<name$}  ", one.text)).and(Role::Muted, one.about.clone()))
        .collect();
    super::super::list(canvas, list, Pane::Palette, &lines, *chosen);
    let rest = Rect { x: area.x + 1, y: list.y + list.height, height: area.height - list.height, ..area };
    for (row, line) in rest.rows().zip(&doc) {
        canvas.line(row, line);
    }
}

/// The lines of the history that a search finds, newest at the bottom.
pub(super) fn matches(screen: &LabScreen, canvas: &mut Canvas<'_>, above: Rect) {
    let Some(search) = screen.prompt.search.as_ref().filter(|search| !search.wanted.is_empty()) else { return };
    let history = screen.prompt.history().iter().enumerate();
    let found: Vec<(usize, &String)> = history.filter(|(_, line)| line.contains(&search.wanted)).collect();
    let chosen = found.iter().position(|(at, _)| Some(*at) == search.found).unwrap_or(0);
    let lines: Vec<Line> = found.iter().map(|(_, line)| Line::code(line.replace('\n', " "))).collect();
    if lines.is_empty() {
        return;
    }
    let height = u16::try_from(lines.len().min(POPUP_ROWS)).unwrap_or(1).min(above.height);
    let area = Rect { y: above.y + above.height - height, height, ..above };
    canvas.clear(area);
    super::super::list(canvas, area, Pane::Palette, &lines, chosen);
}
