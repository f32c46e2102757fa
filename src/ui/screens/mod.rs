//! What each screen looks like and which keys it has: a view and a table of bindings in a file of its own.
//!
//! The life of a frame: [`draw`] puts the header, a rule, the screen's body, a rule and the footer; an overlay comes on
//! top. A new screen is a file here, and a row in [`body`], [`header`] and [`bindings`].

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};

use crate::app::line::{Line, Role};
use crate::app::palette::Palette;
use crate::app::pane::{Extent, Pane, in_view};
use crate::app::text::TOUR;
use crate::app::{Model, Overlay, Screen};

use crate::safe_text::must_be_marked;

use super::canvas::{Canvas, ClickTarget, Drawn, Look, shortened};
use super::keys::{self, Binding};

mod browse;
mod chart;
mod exam;
mod home;
mod lab;
mod question;
mod scores;

/// The smallest window that a screen fits in, in columns and rows.
const SMALLEST: (u16, u16) = (30, 8);

/// What stands in the corner while nothing that is done can be saved.
const NOT_SAVED: &str = " NOT SAVED ";

/// The keys of a screen, the tables that come first first.
pub(super) fn bindings(screen: &Screen) -> Vec<&'static [Binding]> {
    match screen {
        Screen::Home(home) => home::bindings(home.filter.is_some()),
        Screen::Browse(browse) => browse::bindings(browse.filter.is_some()),
        Screen::Question(_) => vec![question::BINDINGS, keys::MOVEMENT],
        Screen::Exam(_) => vec![exam::BINDINGS, keys::MOVEMENT],
        Screen::Lab(lab) => lab::bindings(lab),
        Screen::Scores(_) => vec![scores::BINDINGS, keys::MOVEMENT],
    }
}

/// Every set of tables that some screen has.
pub(super) fn groups() -> Vec<Vec<&'static [Binding]>> {
    let lists = [home::bindings(false), browse::bindings(false)];
    let own = [question::BINDINGS, exam::BINDINGS, scores::BINDINGS].map(|table| vec![table, keys::MOVEMENT]);
    lists.into_iter().chain(own).chain(lab::groups()).collect()
}

/// The two ends of a screen's first line.
fn header(model: &Model, width: usize) -> (Line, Line) {
    match model.screen() {
        Screen::Home(_) => home::header(model),
        Screen::Browse(browse) => browse::header(browse, model),
        Screen::Question(question) => question::header(question, model),
        Screen::Exam(exam) => exam::header(exam),
        Screen::Lab(lab) => lab::header(lab, model, width),
        Screen::Scores(_) => (Line::of(Role::Title, "Scores"), Line::blank()),
    }
}

/// A screen's body.
fn body(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    match model.screen() {
        Screen::Home(home) => home::view(home, model, canvas, area),
        Screen::Browse(browse) => browse::view(browse, model, canvas, area),
        Screen::Question(question) => question::view(question, model, canvas, area),
        Screen::Exam(exam) => exam::view(exam, model, canvas, area),
        Screen::Lab(lab) => lab::view(lab, model, canvas, area),
        Screen::Scores(scores) => scores::view(*scores, model, canvas, area),
    }
}

/// Draws the model into a frame; returns what was drawn where.
pub fn draw(model: &Model, look: Look, frame: &mut Frame<'_>) -> Drawn {
    let area = frame.area();
    let drawn = draw_into(model, look, frame.buffer_mut(), area);
    sweep(frame.buffer_mut());
    if let Some(cursor) = drawn.cursor {
        frame.set_cursor_position(cursor);
    }
    drawn
}

/// Takes out of every cell what steers a terminal or hides, so that whatever a view forgot to mark does no harm.
fn sweep(buffer: &mut Buffer) {
    for cell in buffer.content.iter_mut().filter(|cell| cell.symbol().contains(must_be_marked)) {
        let left: String = cell.symbol().chars().filter(|letter| !must_be_marked(*letter)).collect();
        cell.set_symbol(if left.is_empty() { " " } else { &left });
    }
}

fn draw_into(model: &Model, look: Look, buffer: &mut Buffer, area: Rect) -> Drawn {
    let mut canvas = Canvas::new(buffer, look);
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        let words = format!("dynadrill needs a window of {} by {} at least.", SMALLEST.0, SMALLEST.1);
        let broken = canvas.broken(area, &[Line::text(words)]);
        canvas.broken_text(area, Pane::Main, &broken, crate::app::pane::Scroll::default());
        canvas.drawn.is_too_small = true;
        return canvas.drawn;
    }
    let one = Constraint::Length(1);
    let [top, upper, middle, lower, bottom] = Layout::vertical([one, one, Constraint::Min(1), one, one]).areas(area);
    // A lab has panes that move sideways by themselves.
    canvas.pan = (!matches!(model.screen(), Screen::Lab(_))).then_some(model.pan);
    // That nothing is saved stays in sight on every screen.
    let unsaved = model.standing.unsaved.as_ref().map(|_| Line::of(Role::Bad, NOT_SAVED)).unwrap_or_default();
    let (left, right) = header(model, usize::from(top.width).saturating_sub(unsaved.width()));
    let mut right = right.and(Role::Text, " ");
    right.spans.extend(unsaved.spans);
    canvas.ends(top, &left.behind(Role::Text, " "), &right);
    canvas.rule(upper);
    body(model, &mut canvas, middle);
    let footer = footer(model, usize::from(bottom.width));
    canvas.rule(lower);
    let above = Rect { height: bottom.y + 1 - upper.y, ..upper };
    // A notice that is longer than a line begins above: on the rule, and on as much of the body as it takes.
    for (row, line) in above.rows().rev().zip(footer.iter().rev()) {
        canvas.clear(row);
        canvas.line(row, line);
    }
    overlay(model, &mut canvas, middle);
    canvas.find_links();
    canvas.drawn
}

/// The notice, if there is one; else as many keys as fit. How to see all keys is always said.
fn footer(model: &Model, width: usize) -> Vec<Line> {
    let help = keys::bindings(model).find(|binding| binding.name == "help" || binding.name == "help.typing");
    let ending = help.map_or_else(Line::blank, |help| {
        Line::of(Role::Key, help.shown(model)).and(Role::Muted, if model.is_help() { " close" } else { " keys" })
    });
    let room = width.saturating_sub(ending.width() + 2);
    let ended = |mut line: Line| {
        line.spans.extend(ending.spans.clone());
        line
    };
    if let Some(notice) = &model.notice {
        let notice = Line::of(Role::Warn, notice.clone());
        if notice.width() + 3 <= room {
            return vec![ended(notice.behind(Role::Text, " ").and(Role::Text, "   "))];
        }
        let mut lines: Vec<Line> =
            notice.wrapped(room.saturating_sub(1)).into_iter().map(|line| line.behind(Role::Text, " ")).collect();
        let last = lines.pop().unwrap_or_default();
        lines.push(ended(last.and(Role::Text, "  ")));
        return lines;
    }
    let shown: Vec<&Binding> =
        keys::bindings(model).filter(|binding| binding.in_footer && !binding.label.is_empty()).collect();
    let wide = |binding: &Binding| binding.shown(model).chars().count() + binding.label.chars().count() + 3;
    // What does not fit leaves room for a shorter one after it; the first, and what has to be in sight, have theirs before.
    let mut taken = vec![false; shown.len()];
    let mut left = (room + 2).saturating_sub(1);
    for kept in [true, false] {
        for (at, binding) in shown.iter().enumerate() {
            let fits = !taken[at] && (binding.is_kept || at == 0 || !kept) && wide(binding) <= left;
            taken[at] |= fits;
            left -= if fits { wide(binding) } else { 0 };
        }
    }
    let line = shown.iter().zip(taken).filter(|(_, is_taken)| *is_taken).fold(Line::text(" "), |line, (binding, _)| {
        line.and(Role::Key, binding.shown(model)).and(Role::Muted, format!(" {}  ", binding.label))
    });
    vec![ended(line)]
}

fn overlay(model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    match &model.overlay {
        None => {}
        Some(Overlay::Help(scroll)) => {
            let lines = help(model);
            let over = inner(canvas, area, "Keys", lines.len());
            canvas.text(over, Pane::Help, &lines, *scroll);
        }
        Some(Overlay::Palette(open)) => palette(open, model, canvas, area),
        Some(Overlay::Tour(at)) => {
            let Some((title, words)) = TOUR.get(*at) else { return };
            let place = format!("{} of {}   ", at + 1, TOUR.len());
            let enters = if at + 1 == TOUR.len() { " open the first lab   " } else { " next   " };
            let keys = Line::of(Role::Muted, place).and(Role::Key, "enter").and(Role::Text, enters);
            let keys = keys.and(Role::Key, "esc").and(Role::Text, " close");
            dialog(canvas, area, title, &[Line::text(*words), Line::blank(), keys]);
        }
        Some(Overlay::Finished(name)) => {
            let title = model.library.lab(name).map_or(name.as_str(), |lab| lab.title.as_str());
            let keys = Line::of(Role::Key, "enter").and(Role::Text, " read it again   ");
            let keys = keys.and(Role::Key, "n").and(Role::Text, " start at step 1   ");
            let lines = [
                Line::text(
                    "You have done this lab. Read it again, with its tables as they were at the end, or do it again?",
                ),
                Line::blank(),
                keys.and(Role::Key, "esc").and(Role::Text, " back"),
            ];
            dialog(canvas, area, title, &lines);
        }
        Some(Overlay::Quit) => {
            let lines = [
                Line::text("The exam is not handed in. It stays paused, and its clock stops."),
                Line::blank(),
                Line::of(Role::Key, "y").and(Role::Text, " leave    ").and(Role::Key, "n").and(Role::Text, " stay"),
            ];
            dialog(canvas, area, "Leave the program?", &lines);
        }
    }
}

/// Draws what a list is filtered by; returns the place that is left for the list.
fn filter(canvas: &mut Canvas<'_>, area: Rect, filter: Option<&str>) -> Rect {
    let Some(filter) = filter else { return area };
    let [head, list] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(area);
    canvas.typed(head, (Role::Accent, " / "), (Role::Accent, filter));
    list
}

/// What is typed, the entries that fit it, and the chosen one whole.
fn palette(palette: &Palette, model: &Model, canvas: &mut Canvas<'_>, area: Rect) {
    let found = palette.found(&model.library);
    let over = inner(canvas, area, "Go to", usize::from(area.height));
    let [typed, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(1)]).areas(over);
    canvas.typed(typed, (Role::Accent, "› "), (Role::Text, &palette.typed));
    if found.is_empty() {
        let none = canvas.broken(rest, &[Line::of(Role::Muted, "Nothing is called so; esc closes.")]);
        for (row, line) in rest.rows().zip(&none) {
            canvas.line(row, line);
        }
        return;
    }
    let lines: Vec<Line> = found
        .iter()
        .map(|place| Line::text(place.name.clone()).behind(Role::Muted, format!("{:<9}", place.kind)))
        .collect();
    let whole = found.get(palette.chosen).map(|place| place.name.clone()).unwrap_or_default();
    let broken = canvas.broken(rest, &[Line::of(Role::Muted, whole)]);
    // What the list has no room for is read below it; on a low screen the list is worth more.
    let tall = if rest.height < LOW { 0 } else { broken.len().min(WHOLE) + 1 };
    let tall = Constraint::Length(u16::try_from(tall).unwrap_or(0));
    let [rest, below] = Layout::vertical([Constraint::Min(1), tall]).areas(rest);
    list(canvas, rest, Pane::Palette, &lines, palette.chosen);
    for (row, line) in below.rows().skip(1).zip(&broken) {
        canvas.line(row, line);
    }
}

/// Below this height the palette shows nothing but its list.
const LOW: u16 = 10;
/// The most lines that the chosen entry of the palette is shown in.
const WHOLE: usize = 4;

/// The keys that count now, under the overlay that shows them.
fn help(model: &Model) -> Vec<Line> {
    let common = keys::tables(model).into_iter().next_back().unwrap_or_default();
    let mut lines: Vec<Line> = Vec::new();
    let (movement, own): (Vec<_>, Vec<_>) =
        bindings(model.screen()).into_iter().partition(|table| keys::is_movement(table));
    let own: Vec<&Binding> = own.into_iter().flatten().collect();
    // One key may mean several things, each at its time: what it means now stands apart from the rest.
    let (now, later): (Vec<_>, Vec<_>) = own.into_iter().partition(|binding| (binding.when)(model));
    let every = |tables: Vec<&'static [Binding]>| tables.into_iter().flatten().collect::<Vec<_>>();
    // The table of what every screen has comes with the overlay's.
    for (title, bindings) in
        [("Now", now), ("Moving", every(movement)), ("Everywhere", every(vec![common])), ("At other times", later)]
    {
        let shown: Vec<(String, &str)> = bindings
            .into_iter()
            .filter(|binding| !binding.label.is_empty())
            .map(|binding| (binding.all_shown(model), binding.label))
            .collect();
        let group: Vec<Line> = (0..shown.len())
            .filter(|at| !is_said_elsewhere(&shown, *at))
            .map(|at| Line::text(shown[at].1).behind(Role::Key, format!("  {:<18} ", shown[at].0)))
            .collect();
        if !group.is_empty() {
            lines.extend((!lines.is_empty()).then(Line::blank));
            lines.push(Line::of(Role::Title, title));
            lines.extend(group);
        }
    }
    if matches!(model.screen(), Screen::Lab(_)) {
        lines.push(Line::blank());
        lines.push(Line::text(
            "Type AWS commands; \"aws dynamodb\" may be left out, and a value that begins with { or [ needs no quotes. \
             help lists the commands, query help the flags of query, :help the lab's own commands. Every step is saved when \
             it is done.",
        ));
    }
    lines
}

/// Whether another of some keys with what they do says the same of more keys, or an earlier one of the same: where text is
/// typed only one of the keys may be left.
fn is_said_elsewhere(shown: &[(String, &str)], at: usize) -> bool {
    let (keys, label) = &shown[at];
    let has_all = |other: &str| keys.split(' ').all(|key| other.split(' ').any(|other| other == key));
    shown.iter().enumerate().any(|(place, (other, does))| {
        place != at && does == label && has_all(other) && (other.len() > keys.len() || place < at)
    })
}

/// Clears a part of the area for an overlay, with a title; returns its inside.
fn inner(canvas: &mut Canvas<'_>, area: Rect, title: &str, lines: usize) -> Rect {
    let height = u16::try_from(lines + 2).unwrap_or(area.height).min(area.height);
    let over = Rect { height, ..area };
    canvas.clear(over);
    let [head, rest] = Layout::vertical([Constraint::Length(1), Constraint::Min(0)]).areas(over);
    canvas.line(head, &Line::of(Role::Title, title).behind(Role::Text, " "));
    // The footer's rule ends what reaches down to it.
    let end = u16::from(height < area.height);
    let [inside, end] = Layout::vertical([Constraint::Min(0), Constraint::Length(end)]).areas(rest);
    if end.height > 0 {
        canvas.rule(end);
    }
    Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside }
}

/// Draws a dialog in the middle of the area, with a border; what is below it stays as it is.
fn dialog(canvas: &mut Canvas<'_>, area: Rect, title: &str, lines: &[Line]) {
    let width = area.width.saturating_sub(4).min(DIALOG);
    let inside = usize::from(width.saturating_sub(4));
    let broken = crate::app::line::wrapped(lines, inside);
    let height = u16::try_from(broken.len() + 2).unwrap_or(area.height).min(area.height);
    let over = Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height };
    // A column of blanks keeps it apart from the words beside it.
    canvas.clear(Rect { x: over.x.saturating_sub(1), width: over.width + 2, ..over }.intersection(area));
    canvas.drawn.hits.push((over, ClickTarget::Pane(Pane::Help)));
    let rule = |count: usize| "─".repeat(count);
    let wide = usize::from(width).saturating_sub(2);
    let title_width = Line::text(title).width() + 3;
    let top = Line::of(Role::Accent, "┌─ ")
        .and(Role::Title, title)
        .and(Role::Accent, format!(" {}┐", rule(wide.saturating_sub(title_width))));
    let bottom = Line::of(Role::Accent, format!("└{}┘", rule(wide)));
    let last = usize::from(height).saturating_sub(1);
    for (at, row) in over.rows().enumerate() {
        match at {
            0 => canvas.line(row, &top),
            at if at == last => canvas.line(row, &bottom),
            at => {
                // The last line is what can be chosen: it is shown whatever else there is no room for.
                let at = if at + 1 == last { broken.len() - 1 } else { at - 1 };
                canvas.line(row, &Line::of(Role::Accent, "│"));
                canvas.line(Rect { x: row.x + row.width - 1, width: 1, ..row }, &Line::of(Role::Accent, "│"));
                let inner = Rect { x: row.x + 2, width: row.width.saturating_sub(4), ..row };
                if let Some(line) = broken.get(at) {
                    canvas.line(inner, line);
                }
            }
        }
    }
}

/// The widest that a dialog is, in columns.
const DIALOG: u16 = 64;

/// Draws a list with a cursor, one line an entry; the chosen one is always in view. A click chooses.
pub(super) fn list(canvas: &mut Canvas<'_>, area: Rect, pane: Pane, lines: &[Line], chosen: usize) {
    let mut extent = Extent { lines: lines.len(), height: usize::from(area.height), first: 0 };
    let chosen = chosen.min(lines.len().saturating_sub(1));
    let middle = chosen.saturating_sub(extent.height / 2);
    let first = in_view(middle, chosen, chosen + 1, extent);
    extent.first = first;
    canvas.drawn.extents.insert(pane, extent);
    canvas.drawn.hits.push((area, ClickTarget::Pane(pane)));
    for (row, (at, line)) in area.rows().zip(lines.iter().enumerate().skip(first)) {
        let row = Rect { width: row.width.saturating_sub(1), ..row };
        let line = &shortened(line, usize::from(row.width).saturating_sub(1));
        if at == chosen {
            let width = usize::from(row.width);
            let text = line.plain();
            let padded = format!("▸{text:<width$}");
            canvas.line(row, &Line::of(Role::Chosen, padded));
        } else {
            canvas.line(row, &line.clone().behind(Role::Text, " "));
        }
        canvas.drawn.hits.push((row, ClickTarget::Choose(at)));
    }
    canvas.more(area, first, extent);
}

/// Two panes and, where a screen is wide enough for text of two widths, a third.
pub(super) struct Panes {
    /// The first.
    pub(super) left: Rect,
    /// The second, if there is room.
    pub(super) right: Option<Rect>,
    /// The third, if there is room.
    pub(super) third: Option<Rect>,
}

/// From this width and height on there is a third pane.
const THREE: (u16, u16) = (170, 24);
/// How wide the first of three panes is.
const FIRST: u16 = 64;

/// Lays panes out side by side and draws the dividers between them; `share` is that of the left of two, in percent, and
/// `least` the width below which there is one.
pub(super) fn panes(model: &Model, canvas: &mut Canvas<'_>, area: Rect, share: u16, least: u16) -> Panes {
    let is_wide = area.width >= THREE.0 && area.height >= THREE.1;
    let share = if is_wide { FIRST * 100 / area.width } else { share };
    let Some((left, divider, rest)) = halves(model, area, share, least) else {
        return Panes { left: area, right: None, third: None };
    };
    canvas.divider(divider);
    if !is_wide {
        return Panes { left, right: Some(rest), third: None };
    }
    let [right, rule, third] =
        Layout::horizontal([Constraint::Fill(1), Constraint::Length(1), Constraint::Fill(1)]).areas(rest);
    for row in rule.rows() {
        canvas.line(row, &Line::of(Role::Muted, "│"));
    }
    let third = Rect { x: third.x + 1, width: third.width.saturating_sub(1), ..third };
    Panes { left, right: Some(right), third: Some(third) }
}

/// Draws lines as far as they fit; what stands here can be read on another screen too.
pub(super) fn glance(canvas: &mut Canvas<'_>, area: Rect, lines: &[Line]) {
    for (row, line) in area.rows().zip(lines) {
        canvas.line(row, line);
    }
}

/// Two panes side by side with a divider, if the area is wide enough; the share of the left one in percent.
pub(super) fn halves(model: &Model, area: Rect, share: u16, least: u16) -> Option<(Rect, Rect, Rect)> {
    if area.width < least {
        return None;
    }
    let wanted = i32::from(area.width) * i32::from(share) / 100 + i32::from(model.divider);
    let left = u16::try_from(wanted.clamp(20, i32::from(area.width) - 23)).unwrap_or(20);
    let [left, divider, right] =
        Layout::horizontal([Constraint::Length(left), Constraint::Length(1), Constraint::Min(1)]).areas(area);
    Some((left, divider, Rect { x: right.x + 1, width: right.width.saturating_sub(1), ..right }))
}
