//! The looks of roles. Views name roles, never colours.
//!
//! Colours are those of the 256-colour palette above the first sixteen: they look the same in every terminal, so that
//! their contrast can be promised. The tests compute it.

use ratatui::style::{Color, Modifier, Style};

use crate::app::line::Role;

/// A set of looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// For a dark background.
    #[default]
    Dark,
    /// For a light background.
    Light,
    /// For a dark background, with the brightest colours only.
    HighContrast,
    /// Without colours: bold, underline and reverse only.
    Plain,
}

impl Theme {
    /// The names that `--theme` and the configuration take.
    pub const NAMES: [(&'static str, Self); 4] =
        [("dark", Self::Dark), ("light", Self::Light), ("high-contrast", Self::HighContrast), ("none", Self::Plain)];

    /// Returns the theme called `name`; `None` if there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.into_iter().find(|(known, _)| *known == name).map(|(_, theme)| theme)
    }

    /// Returns the theme that the environment asks for: none with NO_COLOR, light if COLORFGBG names a light background.
    #[must_use]
    pub fn from_environment() -> Self {
        if std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()) {
            return Self::Plain;
        }
        // COLORFGBG is "foreground;background" in numbers of the first sixteen colours; 7 and 9 to 15 are light.
        let background = std::env::var("COLORFGBG").ok();
        let background = background.and_then(|pair| pair.rsplit(';').next()?.parse::<u8>().ok());
        if background.is_some_and(|colour| colour == 7 || colour > 8) { Self::Light } else { Self::Dark }
    }

    /// Returns the looks of a role.
    #[must_use]
    pub fn style(self, role: Role) -> Style {
        let colour = match self {
            Self::Dark => dark(role),
            Self::Light => light(role),
            Self::HighContrast => Some(bright(role)),
            Self::Plain => None,
        };
        let style = colour.map_or_else(Style::new, |colour| Style::new().fg(Color::Indexed(colour)));
        style.add_modifier(self.modifier(role))
    }

    /// What carries a role beside its colour, and without one.
    fn modifier(self, role: Role) -> Modifier {
        match role {
            Role::Title | Role::Strong | Role::Key => Modifier::BOLD,
            Role::Chosen => Modifier::REVERSED,
            Role::Link => Modifier::UNDERLINED,
            Role::Accent | Role::Bad | Role::Warn | Role::BarHot if self == Self::Plain => Modifier::BOLD,
            Role::Muted if self == Self::Plain => Modifier::DIM,
            _ => Modifier::empty(),
        }
    }
}

/// Colours on a dark background.
const fn dark(role: Role) -> Option<u8> {
    match role {
        // A title is bold in the terminal's own colour: it can be read on a light background that nothing told us of.
        Role::Text | Role::Title | Role::Strong | Role::Code | Role::Chosen => None,
        Role::Muted => Some(246),
        Role::Accent | Role::Key | Role::Link | Role::Bar => Some(75),
        Role::Good | Role::CodeString => Some(114),
        Role::Bad | Role::BarHot => Some(203),
        Role::Warn | Role::Cost | Role::BarUsed => Some(180),
        Role::CodeWord | Role::Prediction => Some(176),
        Role::CodeKey => Some(80),
        Role::CodeNumber => Some(216),
    }
}

/// Colours on a light background.
const fn light(role: Role) -> Option<u8> {
    match role {
        Role::Text | Role::Strong | Role::Code | Role::Chosen => None,
        Role::Title => Some(16),
        Role::Muted => Some(241),
        Role::Accent | Role::Key | Role::Link | Role::Bar => Some(25),
        Role::Good | Role::CodeString => Some(22),
        Role::Bad | Role::BarHot => Some(124),
        Role::Warn | Role::Cost | Role::BarUsed => Some(94),
        Role::CodeWord | Role::Prediction => Some(90),
        Role::CodeKey => Some(24),
        Role::CodeNumber => Some(130),
    }
}

/// The brightest colours, on a dark background.
const fn bright(role: Role) -> u8 {
    match role {
        Role::Text | Role::Strong | Role::Code | Role::Title | Role::Chosen | Role::Muted => 231,
        Role::Accent | Role::Key | Role::Link | Role::Bar | Role::CodeKey => 123,
        Role::Good | Role::CodeString => 120,
        Role::Bad | Role::BarHot => 217,
        Role::Warn | Role::Cost | Role::BarUsed | Role::CodeNumber => 228,
        Role::CodeWord | Role::Prediction => 225,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contrast::contrast;

    /// The red, green and blue of a colour of the palette above the first sixteen, 0 to 255 each.
    fn rgb(colour: u8) -> [u8; 3] {
        const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
        if colour >= 232 {
            return [8 + (colour - 232) * 10; 3];
        }
        let at = colour - 16;
        [at / 36, at / 6 % 6, at % 6].map(|level| LEVELS[usize::from(level)])
    }

    #[test]
    fn every_role_can_be_read_on_its_background() {
        let cases = [(Theme::Dark, [40; 3], 4.5), (Theme::Light, [255; 3], 4.5), (Theme::HighContrast, [0; 3], 10.0)];
        for (theme, background, least) in cases {
            for role in Role::ALL {
                let Some(Color::Indexed(colour)) = theme.style(role).fg else { continue };
                let found = contrast(rgb(colour), background);
                assert!(found >= least, "{theme:?} {role:?}: {found:.2} to 1, {least} expected");
            }
        }
    }

    #[test]
    fn without_colours_nothing_has_one() {
        for role in Role::ALL {
            assert_eq!(Theme::Plain.style(role).fg, None);
            assert_eq!(Theme::Plain.style(role).bg, None);
        }
    }
}
