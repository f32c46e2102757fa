//! A sparkline: the past as columns of blocks.

use super::Glyphs;
use super::layout::{self, Art, Numbers, Row, Token};
use super::{Picture, bar};
use crate::app::line::{Line, Role};

/// A sparkline, with a number for what it shows.
#[derive(Clone, Debug, Default)]
pub struct Spark {
    /// What it is about.
    pub label: String,
    /// Its values, oldest first.
    pub values: Vec<f64>,
    /// What a column of full height stands for; the greatest value if that is more.
    pub scale: f64,
    /// The look of its columns.
    pub role: Role,
    /// Its number with its unit.
    pub number: String,
    /// What else is to be said.
    pub note: String,
}

impl Spark {
    /// Its columns, at most so many, each the greatest value of its share.
    pub(super) fn spans(&self, width: usize, glyphs: Glyphs) -> Vec<Token> {
        if self.values.is_empty() || width == 0 {
            return Vec::new();
        }
        let scale = self.values.iter().copied().fold(self.scale, f64::max);
        let (count, columns) = (self.values.len(), self.values.len().min(width));
        let column = |at: usize| {
            let share = at * count / columns..((at + 1) * count).div_ceil(columns);
            self.values[share].iter().copied().fold(0.0, f64::max)
        };
        let mut spans: Vec<Token> = Vec::new();
        for value in (0..columns).map(column) {
            let level = if value > 0.0 { bar::place(value, scale, 8).max(1) } else { 0 };
            let role = if level > 0 { self.role } else { Role::Muted };
            match spans.last_mut().filter(|(last, _)| *last == role) {
                Some((_, text)) => text.push(glyphs.height(level)),
                None => spans.push((role, glyphs.height(level).to_string())),
            }
        }
        spans
    }

    /// The sparkline as a row among others.
    pub(super) fn row(&self) -> Row {
        Row {
            label: layout::token(Role::Text, &self.label),
            art: Some(Art::Spark(self.clone())),
            value: layout::token(Role::Text, &self.number),
            notes: if self.note.is_empty() { Vec::new() } else { vec![layout::token(Role::Muted, &self.note)] },
        }
    }
}

impl Picture for Spark {
    fn lines(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        layout::rows(&[self.row()], width, 0, Numbers::Behind, glyphs)
    }
}
