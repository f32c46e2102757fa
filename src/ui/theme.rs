//! Roles of text and their looks. Views name roles, never colours.

use ratatui::style::{Color, Modifier, Style};

/// The looks of each role.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    colour: bool,
}

impl Theme {
    /// Colours unless NO_COLOR is set to anything.
    #[must_use]
    pub fn from_environment() -> Self {
        Self { colour: std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()) }
    }

    /// No colours at all.
    #[must_use]
    pub const fn plain() -> Self {
        Self { colour: false }
    }

    fn tinted(self, colour: Color) -> Style {
        if self.colour { Style::new().fg(colour) } else { Style::new() }
    }

    /// Titles of panes.
    #[must_use]
    pub fn title(self) -> Style {
        self.tinted(Color::Cyan).add_modifier(Modifier::BOLD)
    }

    /// What the cursor is on.
    #[must_use]
    pub const fn chosen(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }

    /// What is right or done.
    #[must_use]
    pub fn good(self) -> Style {
        self.tinted(Color::Green)
    }

    /// What is wrong or missing.
    #[must_use]
    pub fn bad(self) -> Style {
        self.tinted(Color::Red)
    }

    /// What something cost.
    #[must_use]
    pub fn cost(self) -> Style {
        self.tinted(Color::Yellow)
    }

    /// Keys in the footer.
    #[must_use]
    pub fn key(self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }
}
