//! A level: how full a bucket is, or how far something has come; a gauge.

use super::bar::Bar;
use super::layout::{self, Art, Numbers, Row};
use super::{Glyphs, Picture};
use crate::app::line::{Line, Role};

/// A gauge: a level on its track.
#[derive(Clone, Debug, Default)]
pub struct Gauge {
    /// What it is about.
    pub label: String,
    /// How much there is.
    pub value: f64,
    /// How much fits in.
    pub of: f64,
    /// The look of the bar.
    pub role: Role,
    /// The number with its unit: `242 of 300 s`.
    pub number: String,
    /// What else is to be said.
    pub note: String,
}

impl Gauge {
    pub(super) fn row(&self) -> Row {
        Row {
            label: layout::token(Role::Text, &self.label),
            art: Some(Art::Bar(Bar::of(self.value, self.of, self.role).on_track())),
            value: layout::token(Role::Text, &self.number),
            notes: if self.note.is_empty() { Vec::new() } else { vec![layout::token(Role::Muted, &self.note)] },
        }
    }
}

impl Picture for Gauge {
    fn lines(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        layout::rows(&[self.row()], width, 0, Numbers::Behind, glyphs)
    }
}
