//! Pictures: bars, gauges, trees and strips that draw figures, and the world panel that holds them.
//!
//! The life of a picture: a [`Picture`] is made from plain figures (`app::figures`); asked for its lines at a width, it
//! lays them out so that every number keeps its unit and none is cut, dropping a bar before a number; [`Placed`] puts the
//! lines that fit into an area, each span in the look of its role. So a picture is a function of a snapshot, can be scrolled
//! like text, and can be compared with a text in a test.
//!
//! Every picture prints its number beside its bar, says `model` where it is one, and has a form in ASCII ([`Glyphs`]).
//! Shapes differ where colours do, so that nothing depends on colour.
//!
//! Left out: ratatui's own Gauge, BarChart and Sparkline. They draw into an area of their own, and these pictures scroll
//! as one; nor do they know an ASCII form or keep a number whole.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthChar as _;

use super::Theme;
use crate::app::line::Line;
use crate::safe_text;

mod bar;
mod bars;
mod collection;
mod cost;
mod gauge;
mod glyphs;
mod layout;
mod partition;
mod plan;
mod spark;
mod strip;
mod sum;
mod timeline;
mod world;

pub use bars::{Bars, LabelledBar};
pub use collection::Tables;
pub use cost::Cost;
pub use gauge::Gauge;
pub use glyphs::Glyphs;
pub use partition::{Loads, TrafficPicture};
pub use plan::PlansPicture;
pub use spark::Spark;
pub use strip::Strip;
pub use sum::SumPicture;
pub use timeline::Streams;
pub use world::WorldPanel;

/// What draws itself as lines.
pub trait Picture {
    /// Returns its lines at a width, in columns. From 20 columns on no line is wider.
    fn lines(&self, width: usize, glyphs: Glyphs) -> Vec<Line>;
}

impl Picture for Vec<Line> {
    fn lines(&self, _width: usize, _glyphs: Glyphs) -> Vec<Line> {
        self.clone()
    }
}

/// A picture where it is drawn.
#[derive(Clone, Copy)]
pub struct Placed<'a> {
    /// The picture.
    pub picture: &'a dyn Picture,
    /// The looks of roles.
    pub theme: Theme,
    /// The characters that bars and lines are drawn with.
    pub glyphs: Glyphs,
    /// How many lines are scrolled out at the top.
    pub scroll: usize,
}

impl std::fmt::Debug for Placed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Placed").field("theme", &self.theme).field("scroll", &self.scroll).finish_non_exhaustive()
    }
}

impl Widget for Placed<'_> {
    fn render(self, area: Rect, buffer: &mut Buffer) {
        self.draw(area, buffer);
    }
}

impl Placed<'_> {
    /// Draws what fits, and returns how many lines there are in all.
    pub fn draw(self, area: Rect, buffer: &mut Buffer) -> usize {
        let area = area.intersection(buffer.area);
        let lines = self.picture.lines(usize::from(area.width), self.glyphs);
        let shown = lines.iter().skip(self.scroll).take(usize::from(area.height));
        for (row, line) in (area.y..).zip(shown) {
            put(&layout::clipped(line, usize::from(area.width), self.glyphs), area.x, row, self.theme, buffer);
        }
        lines.len()
    }
}

/// Puts a line into a row of the buffer.
fn put(line: &Line, x: u16, y: u16, theme: Theme, buffer: &mut Buffer) {
    let mut x = x;
    for (role, text) in &line.spans {
        // Figures are made of safe text; whatever else finds its way into a picture is marked here.
        let text = safe_text::line(text);
        let width: usize = text.chars().map(|letter| letter.width().unwrap_or(0)).sum();
        buffer.set_stringn(x, y, text, width, theme.style(*role));
        x = x.saturating_add(u16::try_from(width).unwrap_or(u16::MAX));
    }
}

#[cfg(test)]
mod tests;
