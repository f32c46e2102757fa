//! Figures as lines of text, for plain mode and for readers of screens: the same numbers as the pictures show.

use super::{LoadFigures, Tab, TableFigures, TrafficFigures, WorldFigures};
use crate::app::line::{Line, Role};

mod load;
mod plan;
mod stream;
mod table;

/// A line under others, by so many steps; if it is broken, its further lines stand deeper.
fn under(depth: usize, text: impl Into<String>) -> Line {
    Line::text(text).hanging(2).behind(Role::Text, "  ".repeat(depth))
}

/// A heading.
fn title(text: impl Into<String>) -> Line {
    Line::of(Role::Title, text).hanging(2)
}

impl WorldFigures {
    /// What a tab shows, as text.
    #[must_use]
    pub fn lines(&self, tab: Tab) -> Vec<Line> {
        match tab {
            Tab::Plan => self.plans.lines(),
            Tab::Tables => all(self.tables.iter().map(TableFigures::lines), "There are no tables yet."),
            Tab::Partitions => {
                let traffic = self.traffic.iter().map(TrafficFigures::lines);
                all(traffic.chain(self.loads.iter().map(LoadFigures::lines)), "There are no tables yet.")
            }
            Tab::Streams => self.streams.lines(),
            Tab::Cost => self.cost.lines(),
        }
    }
}

/// Parts with blank lines between them, or words if there is none.
fn all(parts: impl Iterator<Item = Vec<Line>>, none: &str) -> Vec<Line> {
    let parts: Vec<Vec<Line>> = parts.collect();
    if parts.is_empty() { vec![Line::of(Role::Muted, none)] } else { parts.join(&Line::blank()) }
}
