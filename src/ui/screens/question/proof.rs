//! What the options of a question show when they are tried, and what each costs as a bar.

use ratatui::layout::{Constraint, Layout, Rect};

use super::TWO_COLUMNS;
use crate::app::line::{Line, Role};
use crate::app::pane::{Extent, Pane, ProofSight, Scroll};
use crate::app::text;
use crate::app::text::OptionProof;
use crate::quiz::Asked;
use crate::ui::canvas::{Canvas, text_width};
use crate::ui::widgets::{Bars, Glyphs, LabelledBar, Picture as _};

/// That an option was not tried, where others were.
pub(super) fn no_proof(letter: char, proved: &[OptionProof]) -> Option<Line> {
    let is_tried = proved.is_empty() || proved.iter().any(|part| part.letter == letter);
    (!is_tried).then(|| Line::of(Role::Muted, "no proof: nothing of this option can be run here"))
}

/// What the tried options cost, as bars to one scale: of all, or of one option, moved in by as many columns as its reasons.
pub(super) fn bars(parts: &[OptionProof], only: Option<(char, usize)>, canvas: &Canvas<'_>, area: Rect) -> Vec<Line> {
    let cost = |part: &OptionProof| part.read.as_f64() + part.written.as_f64();
    let scale = parts.iter().map(cost).fold(0.0, f64::max);
    // Where a wrong option costs less than the right one, what it costs is not what makes it wrong.
    let cheapest_wrong = parts.iter().filter(|part| !part.is_right).map(cost).fold(f64::INFINITY, f64::min);
    let dearest_right = parts.iter().filter(|part| part.is_right).map(cost).fold(0.0, f64::max);
    // Bars of one length say nothing.
    let is_told =
        text::are_of_one_unit(parts) && parts.iter().all(|part| part.is_comparable) && dearest_right < cheapest_wrong;
    if scale <= 0.0 || parts.len() < 2 || !is_told {
        return Vec::new();
    }
    // Numbers of one width leave bars of one scale, wherever each stands.
    let widest = parts.iter().map(|part| part.cost().chars().count()).max().unwrap_or(0);
    let way = |part: &OptionProof| {
        let label = if only.is_some() { String::new() } else { part.letter.to_string() };
        let role = if part.is_right { Role::Good } else { Role::BarHot };
        LabelledBar {
            label,
            value: cost(part),
            number: format!("{:<widest$}", part.cost()),
            role,
            ..LabelledBar::default()
        }
    };
    let is_shown = |part: &&OptionProof| only.is_none_or(|(letter, _)| letter == part.letter);
    let ways = parts.iter().filter(is_shown).map(way).collect();
    let bars = Bars { ways, scale, ..Bars::default() };
    let indent = only.map_or(0, |(_, indent)| indent);
    let mut lines = bars.lines(usize::from(text_width(area)).saturating_sub(indent), Glyphs::of(canvas.look.is_ascii));
    for part in parts.iter().filter(is_shown).filter(|part| part.items > 0) {
        let read = text::counted(usize::try_from(part.items).unwrap_or(usize::MAX), "item");
        let letter = if only.is_some() { String::new() } else { format!("{} ", part.letter) };
        let words = format!("{read} read, {} returned", text::grouped(part.returned));
        lines.push(Line::of(Role::Muted, words).behind(Role::Text, letter));
    }
    lines.into_iter().map(|line| line.behind(Role::Text, " ".repeat(indent))).collect()
}

/// What the tempting and the right option show: beside each other where there is room, one below the other elsewhere.
pub(in crate::ui::screens) fn proof(
    parts: &[OptionProof],
    asked: &Asked,
    sight: ProofSight,
    canvas: &mut Canvas<'_>,
    area: Rect,
) {
    let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..area };
    let bars = bars(parts, None, canvas, inside);
    let tall = if bars.is_empty() { 0 } else { u16::try_from(bars.len() + 2).unwrap_or(0) };
    let [top, rest] = Layout::vertical([Constraint::Length(tall), Constraint::Min(1)]).areas(inside);
    if tall > 0 {
        canvas.line(top, &Line::of(Role::Title, "What each costs"));
        for (row, line) in top.rows().skip(1).zip(&bars) {
            canvas.line(row, line);
        }
    }
    let right = parts.iter().position(|part| part.is_right).filter(|right| *right > 0);
    let (Some(right), true) = (right, area.width + 2 >= TWO_COLUMNS) else {
        canvas.text(rest, Pane::Proof, &text::stacked(parts, asked, sight.is_unfolded), sight.scroll);
        return;
    };
    let [one, divider, other] =
        Layout::horizontal([Constraint::Percentage(50), Constraint::Length(2), Constraint::Min(1)]).areas(rest);
    let lines = [(one, &parts[..right]), (other, &parts[right..])]
        .map(|(area, parts)| (area, canvas.broken(area, &text::stacked(parts, asked, sight.is_unfolded))));
    for row in divider.rows() {
        canvas.line(row, &Line::of(Role::Muted, "│"));
    }
    let extent = Extent {
        lines: lines.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0),
        height: usize::from(rest.height),
        first: 0,
    };
    let first = sight.scroll.at(extent);
    for (area, mut lines) in lines {
        // Both have the same length, so that they scroll together.
        lines.resize(extent.lines, Line::blank());
        canvas.broken_text(area, Pane::Proof, &lines, Scroll { offset: first, follows: false });
    }
}
