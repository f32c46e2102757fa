//! A strip: where items lie among all items, those that were touched lit.

use super::layout::{self, Token};
use super::{Glyphs, Picture};
use crate::app::figures::Stretches;
use crate::app::line::{Line, Role};

/// A strip of all items.
#[derive(Clone, Debug, Default)]
pub struct Strip {
    /// What it is about.
    pub label: String,
    /// Where the items lie.
    pub stretches: Stretches,
    /// The look of what is lit.
    pub role: Role,
}

impl Strip {
    /// Its cells: those with items that were touched are lit, with a joint between pages; the others are dots.
    pub(super) fn spans(&self, width: usize, glyphs: Glyphs) -> Vec<Token> {
        let mut cells = vec![(Role::Muted, glyphs.dot()); width];
        for (number, (from, to)) in self.stretches.parts.iter().enumerate() {
            let begin = super::bar::place(*from, 1.0, width).min(width.saturating_sub(1));
            let end = super::bar::place(*to, 1.0, width).max(begin + 1).min(width);
            cells[begin.min(end)..end].fill((self.role, glyphs.full()));
            // A page that goes on where the one before ended begins with a joint, if that leaves something of it.
            if number > 0 && end > begin + 1 {
                cells[begin] = (self.role, glyphs.joint());
            }
        }
        let mut spans: Vec<Token> = Vec::new();
        for (role, cell) in cells {
            match spans.last_mut().filter(|(last, _)| *last == role) {
                Some((_, text)) => text.push(cell),
                None => spans.push((role, cell.to_string())),
            }
        }
        spans
    }

    /// The strip behind a label of so many columns.
    pub(super) fn line(&self, width: usize, indent: usize, label: usize, glyphs: Glyphs) -> Line {
        let text = layout::cut(&self.label, label, glyphs);
        let rest = label.saturating_sub(unicode_width::UnicodeWidthStr::width(text.as_str()));
        let gap = usize::from(label > 0);
        let room = width.saturating_sub(indent + label + gap).min(MOST_CELLS);
        let lead = [layout::blanks(indent), layout::token(Role::Text, text), layout::blanks(rest + gap)];
        layout::line(lead.into_iter().chain(self.spans(room, glyphs)).collect())
    }
}

/// The most cells of a strip.
const MOST_CELLS: usize = 80;

impl Picture for Strip {
    fn lines(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        let label = unicode_width::UnicodeWidthStr::width(self.label.as_str()).min(width / 3);
        vec![self.line(width, 0, label, glyphs)]
    }
}
