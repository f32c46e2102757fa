//! The world panel: a row of tabs, and under it the picture of the one that is chosen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::Widget;

use super::layout::{self, Token, token};
use super::{Cost, Glyphs, Loads, Picture, Placed, PlansPicture, Streams, Tables};
use crate::app::figures::{Tab, WorldFigures};
use crate::app::line::{Line, Role};
use crate::ui::Theme;

/// The rows above the picture: the tabs and a blank one.
const HEAD: u16 = 2;

/// The world at one moment, seen through one tab.
#[derive(Clone, Copy, Debug)]
pub struct WorldPanel<'a> {
    /// The tab that is chosen.
    pub tab: Tab,
    /// The world.
    pub figures: &'a WorldFigures,
    /// How many lines of the picture are scrolled out at the top.
    pub scroll: usize,
}

impl WorldPanel<'_> {
    /// Draws the tabs and the picture, and returns how many rows it takes in all, that of the tabs included: what the area
    /// would have to be high to show everything.
    pub fn draw(self, area: Rect, buffer: &mut Buffer, theme: Theme, glyphs: Glyphs) -> usize {
        let head = Rect { height: area.height.min(1), ..area };
        let tabs: Vec<Line> = vec![self.tabs(usize::from(area.width))];
        Placed { picture: &tabs, theme, glyphs, scroll: 0 }.render(head, buffer);
        let top = HEAD.min(area.height);
        let body = Rect { y: area.y + top, height: area.height - top, ..area };
        usize::from(HEAD) + Placed { picture: &self, theme, glyphs, scroll: self.scroll }.draw(body, buffer)
    }

    /// Returns the tabs as a line: all their names, or in a narrow panel the name of the chosen one.
    #[must_use]
    pub fn tabs(&self, width: usize) -> Line {
        let all = self.tab_line(true);
        if all.width() <= width { all } else { self.tab_line(false) }
    }

    /// Returns where each tab stands in its line: from which column, and how wide.
    #[must_use]
    pub fn tab_places(&self, width: usize) -> Vec<(Tab, usize, usize)> {
        let line = self.tabs(width);
        let mut begin = 0;
        // A tab is four spans: a bracket, its number, its name, a bracket.
        let places = Tab::ALL.into_iter().zip(line.spans.chunks(4)).map(|(tab, spans)| {
            let wide = spans.iter().map(|(_, text)| text.chars().count()).sum();
            let place = (tab, begin, wide);
            begin += wide;
            place
        });
        places.collect()
    }

    fn tab_line(&self, with_names: bool) -> Line {
        let mut spans: Vec<Token> = Vec::new();
        for tab in Tab::ALL {
            let is_chosen = tab == self.tab;
            let (open, close) = if is_chosen { ("[", "]") } else { (" ", " ") };
            let name = if with_names || is_chosen { format!(" {}", tab.name()) } else { String::new() };
            spans.push(token(Role::Muted, open));
            spans.push(token(if is_chosen { Role::Accent } else { Role::Key }, tab.number().to_string()));
            spans.push(token(if is_chosen { Role::Accent } else { Role::Muted }, name));
            spans.push(token(Role::Muted, close));
        }
        layout::line(spans)
    }
}

impl Picture for WorldPanel<'_> {
    fn lines(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        let figures = self.figures;
        match self.tab {
            Tab::Plan => PlansPicture(&figures.plans).lines(width, glyphs),
            Tab::Tables => Tables(&figures.tables).lines(width, glyphs),
            Tab::Partitions => Loads { loads: &figures.loads, traffic: figures.traffic.as_ref() }.lines(width, glyphs),
            Tab::Streams => Streams(&figures.streams).lines(width, glyphs),
            Tab::Cost => Cost(&figures.cost).lines(width, glyphs),
        }
    }
}
