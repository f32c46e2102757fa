//! A bar: parts that lie behind each other on a scale, perhaps on a track, perhaps with a limit.

use super::Glyphs;
use super::layout::Token;
use crate::app::line::Role;

/// How a part of a bar is filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fill {
    /// Full, to the eighth of a cell.
    Solid,
    /// Shaded, so that it differs without colours too.
    Shaded,
}

/// A bar.
#[derive(Clone, Debug)]
pub(super) struct Bar {
    /// Its parts from left to right.
    pub parts: Vec<(f64, Role, Fill)>,
    /// What a bar of full width stands for.
    pub scale: f64,
    /// A limit to be marked where no part covers it.
    pub limit: Option<f64>,
    /// Whether what is not filled is drawn too.
    pub track: bool,
    /// Whether it stands on a line.
    pub axis: bool,
    /// The most columns that it may take: a very long bar has its number too far from its label.
    pub most: usize,
}

/// The most columns of a bar, if nothing else is said.
const MOST: usize = 48;

impl Default for Bar {
    fn default() -> Self {
        Self { parts: Vec::new(), scale: 0.0, limit: None, track: false, axis: false, most: MOST }
    }
}

impl Bar {
    /// A bar of one part.
    pub(super) fn of(value: f64, scale: f64, role: Role) -> Self {
        Self { parts: vec![(value, role, Fill::Solid)], scale, ..Self::default() }
    }

    /// The same on a track.
    pub(super) fn on_track(self) -> Self {
        Self { track: true, ..self }
    }

    /// The same, but never longer than so many columns.
    pub(super) fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// Its cells, at most so many; fewer where nothing is drawn at its end.
    pub(super) fn spans(&self, width: usize, glyphs: Glyphs) -> Vec<Token> {
        let axis = usize::from(self.axis && width > 0);
        let width = width - axis;
        let mut spans: Vec<Token> = Vec::new();
        if axis > 0 {
            spans.push((Role::Muted, glyphs.axis().to_string()));
        }
        let mut cells = self.cells(width, glyphs);
        if self.track {
            cells.resize(width, (Role::Muted, glyphs.track()));
        }
        let limit = self.limit.map(|limit| place(limit, self.scale, width));
        if let Some(at) = limit.filter(|at| (cells.len()..width).contains(at)) {
            cells.resize(at, (Role::Text, ' '));
            cells.push((Role::Muted, glyphs.limit()));
        }
        for (role, cell) in cells {
            match spans.last_mut().filter(|(last, _)| *last == role) {
                Some((_, text)) => text.push(cell),
                None => spans.push((role, cell.to_string())),
            }
        }
        spans
    }

    fn cells(&self, width: usize, glyphs: Glyphs) -> Vec<(Role, char)> {
        let mut cells: Vec<(Role, char)> = Vec::new();
        let mut sum = 0.0;
        let shown: Vec<_> = self.parts.iter().filter(|(value, ..)| *value > 0.0).collect();
        for (number, (value, role, fill)) in shown.iter().enumerate() {
            sum += value;
            let is_last = number + 1 == shown.len();
            let eighths = place(sum, self.scale, width * 8);
            let (full, part) = (eighths / 8, eighths % 8);
            let begin = cells.len();
            let glyph = if *fill == Fill::Solid { glyphs.full() } else { glyphs.second() };
            // A part that is followed by another ends with a whole cell, and none is too small to be seen.
            let end = if is_last && *fill == Fill::Solid { full } else { (eighths + 4) / 8 };
            while cells.len() < end.min(width) {
                cells.push((*role, glyph));
            }
            if is_last && *fill == Fill::Solid && part > 0 && cells.len() == full && full < width {
                cells.push((*role, glyphs.part(part)));
            }
            if cells.len() == begin && begin < width {
                cells.push((*role, if *fill == Fill::Solid { glyphs.part(1) } else { glyph }));
            }
        }
        cells
    }
}

/// Where a value lies on a scale of so many steps.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the steps")]
#[expect(clippy::cast_precision_loss, reason = "there are few steps")]
pub(super) fn place(value: f64, scale: f64, steps: usize) -> usize {
    let share = if scale > 0.0 { (value / scale).clamp(0.0, 1.0) } else { 0.0 };
    // A tenth of a step makes up for what a division loses.
    ((share * steps as f64 + 1e-9) as usize).min(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bar: &Bar, width: usize, glyphs: Glyphs) -> String {
        bar.spans(width, glyphs).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn a_bar_is_exact_to_the_eighth_and_never_too_small_to_be_seen() {
        let bar = |value| Bar::of(value, 100.0, Role::Bar);
        assert_eq!(text(&bar(50.0), 10, Glyphs::Unicode), "█████");
        assert_eq!(text(&bar(99.8), 10, Glyphs::Unicode), "█████████▉");
        assert_eq!(text(&bar(0.1), 10, Glyphs::Unicode), "▏");
        assert_eq!(text(&bar(0.0), 10, Glyphs::Unicode), "");
        assert_eq!(text(&bar(0.1), 10, Glyphs::Ascii), "|");
        assert_eq!(text(&bar(500.0), 10, Glyphs::Ascii), "##########", "never beyond its width");
        assert_eq!(text(&bar(25.0).on_track(), 8, Glyphs::Ascii), "##......");
        assert_eq!(text(&Bar::of(1.0, 0.0, Role::Bar), 4, Glyphs::Ascii), "|", "a scale of nothing");
    }

    #[test]
    fn what_is_refused_lies_behind_what_is_served_and_a_limit_is_marked() {
        let parts = vec![(1000.0, Role::BarHot, Fill::Solid), (500.0, Role::BarUsed, Fill::Shaded)];
        let bar = Bar { parts, scale: 1500.0, limit: Some(1000.0), axis: true, ..Bar::default() };
        assert_eq!(text(&bar, 13, Glyphs::Unicode), "│████████▒▒▒▒");
        let idle = Bar { parts: Vec::new(), ..bar };
        assert_eq!(text(&idle, 13, Glyphs::Ascii), "|        :");
    }
}
