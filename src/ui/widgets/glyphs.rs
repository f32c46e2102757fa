//! The characters that pictures are drawn with: blocks and lines, or ASCII.

/// A set of characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Glyphs {
    /// Blocks, shades and lines.
    #[default]
    Unicode,
    /// ASCII only, for terminals and fonts without those.
    Ascii,
}

impl Glyphs {
    /// Returns the characters of a terminal that shows ASCII only, or everything.
    #[must_use]
    pub const fn of(is_ascii: bool) -> Self {
        if is_ascii { Self::Ascii } else { Self::Unicode }
    }

    const fn pick<T: Copy>(self, unicode: T, ascii: T) -> T {
        match self {
            Self::Unicode => unicode,
            Self::Ascii => ascii,
        }
    }

    /// A full cell of a bar.
    pub(super) const fn full(self) -> char {
        self.pick('█', '#')
    }

    /// The beginning of a page behind another.
    pub(super) const fn joint(self) -> char {
        self.pick('▐', '|')
    }

    /// A cell of a bar's second part: what was refused.
    pub(super) const fn second(self) -> char {
        self.pick('▒', '=')
    }

    /// A cell of a track that is not filled.
    pub(super) const fn track(self) -> char {
        self.pick('░', '.')
    }

    /// A cell of a strip in which nothing was touched.
    pub(super) const fn dot(self) -> char {
        self.pick('·', '.')
    }

    /// A part of a cell, in eighths; in ASCII less than half a cell is a thin line and more is a full one.
    pub(super) const fn part(self, eighths: usize) -> char {
        const PARTS: [char; 9] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];
        match self {
            Self::Unicode => PARTS[if eighths > 8 { 8 } else { eighths }],
            Self::Ascii if eighths == 0 => ' ',
            Self::Ascii if eighths < 4 => '|',
            Self::Ascii => '#',
        }
    }

    /// A column of a sparkline: 0 for nothing, then eight heights.
    pub(super) const fn height(self, level: usize) -> char {
        const UNICODE: [char; 9] = ['·', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        const ASCII: [char; 9] = ['.', '_', '-', '-', '=', '=', '+', '*', '#'];
        self.pick(UNICODE, ASCII)[if level > 8 { 8 } else { level }]
    }

    /// The line that bars stand on.
    pub(super) const fn axis(self) -> char {
        self.pick('│', '|')
    }

    /// A limit beyond the end of a bar.
    pub(super) const fn limit(self) -> char {
        self.pick('┊', ':')
    }

    /// A branch of a tree, and its last.
    pub(super) const fn branch(self, is_last: bool) -> &'static str {
        match (self, is_last) {
            (Self::Unicode, false) => "├ ",
            (Self::Unicode, true) => "└ ",
            (Self::Ascii, false) => "|-",
            (Self::Ascii, true) => "`-",
        }
    }

    /// What stands before the leaves of a branch, and of the last one.
    pub(super) const fn stem(self, is_last: bool) -> &'static str {
        match (self, is_last) {
            (Self::Unicode, false) => "│ ",
            (Self::Ascii, false) => "| ",
            (_, true) => "  ",
        }
    }

    /// What leads from bytes to units.
    pub(super) const fn arrow(self) -> &'static str {
        self.pick("→", "->")
    }

    /// The sign of multiplication.
    pub(super) const fn times(self) -> &'static str {
        self.pick("×", "x")
    }

    /// The mark of a text that goes on.
    pub(super) const fn more(self) -> &'static str {
        self.pick("…", "..")
    }

    /// The marks of a record that is handled, one that failed, and one that waits.
    pub(super) const fn handled(self) -> &'static str {
        self.pick("✓", "+")
    }

    /// The mark of a record at which a function failed.
    pub(super) const fn failed(self) -> &'static str {
        self.pick("✗", "!")
    }

    /// The mark of a record that waits.
    pub(super) const fn waits(self) -> &'static str {
        self.pick("○", "o")
    }

    /// The mark of what is chosen.
    pub(super) const fn here(self) -> &'static str {
        self.pick("◂", "<")
    }

    /// Units of a block in short: a half is a half.
    pub(super) fn units(self, text: &str) -> String {
        if text == "0.5" { self.pick("½", "0.5").to_owned() } else { text.to_owned() }
    }
}
