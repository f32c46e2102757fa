//! What views draw on: an area, the looks, and a note of what was drawn where.
//!
//! A view is a function of the model: it changes nothing. What the model has to know of it (how many lines a pane has, how
//! many fit) and what a click means comes back as [`Drawn`].

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line as Shown, Span};
use ratatui::widgets::{Clear, Widget as _};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::app::figures::Tab;
use crate::app::line::{Line, Role, wrapped};
use crate::app::pane::{Extent, Extents, Pane, Scroll};

use super::theme::Theme;

/// The widest that text is set: longer lines are hard to read.
pub(super) const WIDEST: u16 = 88;

/// How everything looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Colours.
    pub theme: Theme,
    /// Whether only ASCII is drawn.
    pub is_ascii: bool,
}

/// What a click at a place means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClickTarget {
    /// The entry at a place of the list is chosen.
    Choose(usize),
    /// A pane gets the focus, and the wheel scrolls it.
    Pane(Pane),
    /// The world panel turns to a tab.
    Tab(Tab),
    /// The divider between two panes can be dragged.
    Divider,
}

/// What was drawn where.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// The extents of the panes.
    pub extents: Extents,
    /// What can be clicked; what was drawn later lies above.
    pub hits: Vec<(Rect, ClickTarget)>,
    /// Where the cursor is, if there is one.
    pub cursor: Option<(u16, u16)>,
    /// Where addresses stand, and which they are: what is shown of one may be shorter.
    pub links: Vec<(Rect, String)>,
    /// Whether the window is too small to show anything: what is not seen is not answered.
    pub is_too_small: bool,
}

/// A buffer with looks.
pub(super) struct Canvas<'a> {
    pub(super) buffer: &'a mut Buffer,
    pub(super) look: Look,
    pub(super) drawn: Drawn,
    /// How many columns text that is wider than its pane is moved to the left; `None` where a screen sees to that itself.
    pub(super) pan: Option<usize>,
    /// Addresses that are drawn somewhere: what is shown, and what is meant.
    links: Vec<(String, String)>,
}

impl Look {
    /// Returns the text with what only some terminals can show replaced, if so asked.
    #[must_use]
    pub fn text(self, text: &str) -> String {
        if !self.is_ascii || text.is_ascii() {
            return text.to_owned();
        }
        text.chars().fold(String::new(), |mut shown, letter| {
            match ascii(letter) {
                Some(near) => shown.push_str(near),
                None => shown.push(letter),
            }
            shown
        })
    }

    fn span(self, role: Role, text: &str) -> Span<'static> {
        Span::styled(self.text(text), self.theme.style(role))
    }

    /// Returns a line as ratatui draws it.
    pub(super) fn line(self, line: &Line) -> Shown<'static> {
        Shown::from(line.spans.iter().map(|(role, text)| self.span(*role, text)).collect::<Vec<_>>())
    }
}

/// The nearest ASCII to what the screens draw; `None` for the letters of other scripts, which stay as they are.
fn ascii(letter: char) -> Option<&'static str> {
    Some(match letter {
        '─' | '━' | '▃' | '▄' | '–' | '—' => "-",
        '│' | '▏' | '┃' => "|",
        '✓' | '┌' | '┐' | '└' | '┘' => "+",
        '✗' | '×' => "x",
        '●' => "*",
        '○' => "o",
        '◐' => "%",
        '▸' | '›' => ">",
        '‹' => "<",
        '▾' | '↓' => "v",
        '↑' => "^",
        '→' => "->",
        '←' => "<-",
        '█' | '▇' => "#",
        '▓' | '▒' | '▅' | '▆' => "=",
        '░' | '·' => ".",
        '⚑' => "!",
        '…' => "...",
        '½' => "1/2",
        '▁' | '▂' => "_",
        '“' | '”' => "\"",
        '‘' | '’' => "'",
        _ => return None,
    })
}

impl<'a> Canvas<'a> {
    /// An empty note over a buffer.
    pub(super) fn new(buffer: &'a mut Buffer, look: Look) -> Self {
        Self { buffer, look, drawn: Drawn::default(), pan: None, links: Vec::new() }
    }

    /// Draws one line, cut at the area's right edge.
    pub(super) fn line(&mut self, area: Rect, line: &Line) {
        if area.height > 0 {
            let shown = self.look.line(line);
            self.buffer.set_line(area.x, area.y, &shown, area.width);
        }
    }

    /// Draws a line that is being typed, with the cursor behind it: of one that is too long the end, which is what is typed.
    pub(super) fn typed(&mut self, area: Rect, lead: (Role, &str), typed: (Role, &str)) {
        let line = end_of(lead, typed, usize::from(area.width));
        let column = u16::try_from(line.width()).unwrap_or(u16::MAX).min(area.width.saturating_sub(1));
        self.line(area, &line);
        self.drawn.cursor = Some((area.x + column, area.y));
    }

    /// Draws a line with another at its right end; the left one goes short if there is no room for both.
    pub(super) fn ends(&mut self, area: Rect, left: &Line, right: &Line) {
        let wide = u16::try_from(self.look.line(right).width()).unwrap_or(u16::MAX).min(area.width);
        let room = area.width.saturating_sub(wide + 1);
        self.line(Rect { width: room, ..area }, &shortened(left, usize::from(room)));
        self.line(Rect { x: area.x + area.width - wide, width: wide, ..area }, right);
    }

    /// Draws a rule over the whole width.
    pub(super) fn rule(&mut self, area: Rect) {
        let rule = "─".repeat(usize::from(area.width));
        self.line(area, &Line::of(Role::Muted, rule));
    }

    /// Draws the rule between two panes that stand side by side, and lets it be dragged.
    pub(super) fn divider(&mut self, area: Rect) {
        for row in area.rows() {
            self.line(row, &Line::of(Role::Muted, "│"));
        }
        self.drawn.hits.push((area, ClickTarget::Divider));
    }

    /// Draws text into a pane, broken to its width, from where it is scrolled to; says what lies above and below in its
    /// last column. Returns the first line shown.
    pub(super) fn text(&mut self, area: Rect, pane: Pane, lines: &[Line], scroll: Scroll) -> usize {
        let broken = self.broken(area, lines);
        self.broken_text(area, pane, &broken, scroll)
    }

    /// Returns lines broken to what fits into an area.
    #[expect(clippy::unused_self, reason = "views ask the canvas for all that depends on its area")]
    pub(super) fn broken(&self, area: Rect, lines: &[Line]) -> Vec<Line> {
        wrapped(lines, usize::from(text_width(area)))
    }

    /// The same of lines that are broken already.
    pub(super) fn broken_text(&mut self, area: Rect, pane: Pane, broken: &[Line], scroll: Scroll) -> usize {
        let mut extent = Extent { lines: broken.len(), height: usize::from(area.height), first: 0 };
        let first = scroll.at(extent);
        extent.first = first;
        self.drawn.extents.insert(pane, extent);
        self.drawn.hits.push((area, ClickTarget::Pane(pane)));
        for (row, line) in area.rows().zip(broken.iter().skip(first)) {
            self.wide_line(Rect { width: row.width.saturating_sub(1), ..row }, line);
        }
        self.more(area, first, extent);
        first
    }

    /// Draws a line that may be wider than its area: from where it is moved to, with marks where it goes on.
    fn wide_line(&mut self, area: Rect, line: &Line) {
        let (wide, room) = (line.width(), usize::from(area.width));
        let Some(pan) = self.pan.filter(|_| wide > room) else { return self.line(area, line) };
        let widest = self.drawn.extents.entry(Pane::Sideways).or_default();
        // Two columns hold the marks.
        let last = wide - room;
        if last > widest.last() {
            *widest = Extent { lines: wide, height: room, first: pan.min(last) };
        }
        let pan = pan.min(last);
        self.line(area, &line.from_column(pan));
        let mark = |canvas: &mut Self, x: u16, mark: &str| {
            canvas.line(Rect { x, width: 1, height: 1, ..area }, &Line::of(Role::Accent, mark));
        };
        if pan > 0 {
            mark(self, area.x, "‹");
        }
        if pan < last {
            mark(self, area.x + area.width.saturating_sub(1), "›");
        }
    }

    /// Says that lines lie above and below, in the last column, and how many where no text is in the way.
    pub(super) fn more(&mut self, area: Rect, first: usize, extent: Extent) {
        let below = extent.lines.saturating_sub(first + extent.height);
        let rows: Vec<Rect> = area.rows().collect();
        if first > 0 {
            self.at_right(&mut rows.iter(), "↑", first);
        }
        if below > 0 {
            self.at_right(&mut rows.iter().rev(), "↓", below);
        }
    }

    /// Draws an arrow with a count at the end of the first of some rows that has room for both, among the first few; where
    /// text is in the way everywhere, the arrow alone.
    fn at_right(&mut self, rows: &mut dyn Iterator<Item = &Rect>, arrow: &str, count: usize) {
        const FEW: usize = 4;
        let (arrow, full) = (self.look.text(arrow), self.look.text(&format!("{arrow} {count}")));
        let room = |row: Rect, text: &str| {
            let wide = u16::try_from(text.width()).unwrap_or(row.width).min(row.width);
            Rect { x: row.x + row.width - wide, width: wide, ..row }
        };
        let is_free = |at: Rect| at.columns().all(|cell| self.buffer[(cell.x, cell.y)].symbol() == " ");
        let rows: Vec<Rect> = rows.take(FEW).copied().collect();
        let Some(end) = rows.first() else { return };
        // A blank before it keeps it apart from a word.
        let free = rows.iter().find(|row| is_free(room(**row, &format!(" {full}"))));
        let (at, text) = match free {
            Some(row) => (room(*row, &full), full),
            None => (room(*end, &arrow), arrow),
        };
        Clear.render(at, self.buffer);
        self.line(at, &Line::of(Role::Muted, text));
    }

    /// Has a line that is drawn, wherever that is, lead to an address.
    pub(super) fn link(&mut self, shown: &Line, address: &str) {
        self.links.push((shown.plain().trim().to_owned(), address.to_owned()));
    }

    /// Notes where the addresses were drawn: they scroll with the text that they stand in.
    pub(super) fn find_links(&mut self) {
        let area = self.buffer.area;
        for (shown, address) in std::mem::take(&mut self.links) {
            let letters: Vec<String> = shown.chars().map(String::from).collect();
            let wide = u16::try_from(letters.len()).unwrap_or(u16::MAX);
            let is_at =
                |x: u16, y: u16| letters.iter().zip(x..).all(|(letter, x)| self.buffer[(x, y)].symbol() == letter);
            let places = area
                .rows()
                .flat_map(|row| (row.x..(row.x + row.width + 1).saturating_sub(wide)).map(move |x| (x, row.y)));
            let found = places.filter(|_| wide > 0).find(|(x, y)| is_at(*x, *y));
            self.drawn.links.extend(found.map(|(x, y)| (Rect { x, y, width: wide, height: 1 }, address)));
        }
    }

    /// Empties an area over what was drawn before.
    pub(super) fn clear(&mut self, area: Rect) {
        Clear.render(area, self.buffer);
    }
}

/// What is typed behind its lead, with a column free for the cursor: if it is too long, the end of it behind a mark.
pub(super) fn end_of(lead: (Role, &str), typed: (Role, &str), width: usize) -> Line {
    let (mut line, shown) = (Line::of(lead.0, lead.1), Line::of(typed.0, typed.1));
    let room = width.saturating_sub(line.width() + 1);
    let over = shown.width().saturating_sub(room);
    // The mark takes a column too.
    let end = if over > 0 { shown.from_column(over + 1).behind(Role::Muted, "‹") } else { shown };
    line.spans.extend(end.spans);
    line
}

/// How many columns text takes in an area: one is kept free for the marks of what lies above and below.
pub(super) fn text_width(area: Rect) -> u16 {
    area.width.saturating_sub(1).min(WIDEST)
}

/// A line cut to a width, with a mark if it is. Looks at no more of a long line than fits: lists are cut in every frame.
pub(super) fn shortened(line: &Line, width: usize) -> Line {
    let room = width.saturating_sub(1);
    // What fits with room for the mark, and what fits without one.
    let (mut kept, mut used) = (None, 0);
    for (span, (_, text)) in line.spans.iter().enumerate() {
        for (at, letter) in text.char_indices() {
            used += letter.width().unwrap_or(0);
            if used > room {
                kept.get_or_insert((span, at));
            }
            if used > width {
                return cut_at(line, kept.unwrap_or((span, at))).and(Role::Muted, "…");
            }
        }
    }
    line.clone()
}

/// What of a line stands before a byte of one of its spans.
fn cut_at(line: &Line, (span, at): (usize, usize)) -> Line {
    let mut spans = line.spans[..=span].to_vec();
    if let Some((_, text)) = spans.last_mut() {
        text.truncate(at);
    }
    Line { spans, ..*line }
}
