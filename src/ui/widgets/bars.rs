//! Bars under each other to one scale, each with its number.

use super::bar::{Bar, Fill};
use super::layout::{self, Art, Numbers, Row};
use super::{Glyphs, Picture};
use crate::app::line::{Line, Role};

/// Two or more bars.
#[derive(Clone, Debug, Default)]
pub struct Bars {
    /// The bars from top to bottom.
    pub ways: Vec<LabelledBar>,
    /// What a bar of full width stands for; the greatest value if that is more.
    pub scale: f64,
    /// Whether the rest of each bar is drawn too.
    pub has_track: bool,
    /// Whether numbers stand before the bars.
    pub numbers_first: bool,
}

/// A bar with its number.
#[derive(Clone, Debug, Default)]
pub struct LabelledBar {
    /// What it is about.
    pub label: String,
    /// Its length.
    pub value: f64,
    /// A second part behind it, drawn in another shape.
    pub second: f64,
    /// The number with its unit.
    pub number: String,
    /// The look of the bar and its number.
    pub role: Role,
    /// What else is to be said.
    pub note: String,
}

impl Bars {
    /// Returns the most columns that a label has at a width: a longer one is cut.
    #[must_use]
    pub const fn label_room(width: usize) -> usize {
        layout::label_room(width)
    }

    pub(super) fn rows(&self) -> Vec<Row> {
        let scale = self.ways.iter().map(|way| way.value + way.second).fold(self.scale, f64::max);
        let row = |way: &LabelledBar| Row {
            label: layout::token(Role::Text, &way.label),
            art: Some(Art::Bar(Bar {
                parts: vec![(way.value, way.role, Fill::Solid), (way.second, Role::BarUsed, Fill::Shaded)],
                scale,
                track: self.has_track,
                ..Bar::default()
            })),
            value: layout::token(Role::Text, &way.number),
            notes: if way.note.is_empty() { Vec::new() } else { vec![layout::token(Role::Muted, &way.note)] },
        };
        self.ways.iter().map(row).collect()
    }
}

impl Picture for Bars {
    fn lines(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        let numbers = if self.numbers_first { Numbers::Before } else { Numbers::Behind };
        layout::rows(&self.rows(), width, 0, numbers, glyphs)
    }
}
