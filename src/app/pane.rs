//! Panes without a terminal: which there are, how much each shows, and where each stands.
//!
//! The life of an offset: a view draws a pane and reports its [`Extent`] (how many lines there are, how many fit); the
//! loop hands the extents to the model; [`Scroll::step`] moves an offset within them, so that it can never run past the
//! end. A view that is drawn before its extent is known clamps once more.

use std::collections::BTreeMap;

/// The panes of all screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pane {
    /// The list or the text that a screen is about.
    Main,
    /// What stands beside it: a preview, the reasons, the topics.
    Side,
    /// What the options of a question show when they are tried.
    Proof,
    /// A lab's task.
    Task,
    /// The drawn world of a lab.
    World,
    /// What was typed in a lab, and what came of it.
    Transcript,
    /// How many columns the widest line of the transcript has, and how many fit.
    TranscriptWidth,
    /// How many columns the widest line on screen has, and how many fit; where screens do not have panes of their own for
    /// that.
    Sideways,
    /// The line being typed.
    Prompt,
    /// The keys, over the screen.
    Help,
    /// The palette, over the screen.
    Palette,
}

/// How many lines a pane has, and how many of them fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// All lines.
    pub lines: usize,
    /// The lines that fit.
    pub height: usize,
    /// The first line that is shown.
    pub first: usize,
}

impl Extent {
    /// Returns the largest offset that still fills the pane.
    #[must_use]
    pub const fn last(self) -> usize {
        self.lines.saturating_sub(self.height)
    }
}

/// The extents of the panes on screen, as they were last drawn.
pub type Extents = BTreeMap<Pane, Extent>;

/// A movement of a cursor or of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// So many lines: down, or up if negative.
    Lines(i32),
    /// So many panes less one line, so that a line of context stays.
    Pages(i32),
    /// To the beginning.
    Start,
    /// To the end.
    End,
}

impl Motion {
    /// Returns the place that is this motion from `at` among places 0 to `last`; `page` is how many a page has.
    #[must_use]
    pub fn from(self, at: usize, last: usize, page: usize) -> usize {
        let by = |by: i32, size: usize| {
            let far = by.unsigned_abs() as usize * size;
            if by < 0 { at.saturating_sub(far) } else { at.saturating_add(far).min(last) }
        };
        match self {
            Self::Lines(lines) => by(lines, 1),
            Self::Pages(pages) => by(pages, page.saturating_sub(1).max(1)),
            Self::Start => 0,
            Self::End => last,
        }
        .min(last)
    }
}

/// How a proof is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProofSight {
    /// How far it is scrolled.
    pub scroll: Scroll,
    /// Whether long replies stand there whole.
    pub is_unfolded: bool,
}

impl ProofSight {
    /// Unfolds long replies, or folds them; what was read stays near.
    pub const fn toggle(&mut self) {
        self.is_unfolded = !self.is_unfolded;
    }
}

/// How far a pane is scrolled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scroll {
    /// The lines above the pane, while it does not follow its end.
    pub offset: usize,
    /// Whether it shows its end, whatever is added.
    pub follows: bool,
}

impl Scroll {
    /// A pane that shows its end.
    pub const FOLLOWING: Self = Self { offset: 0, follows: true };

    /// Moves within an extent. A following pane stops following when it moves up, and follows again at its end.
    pub fn step(&mut self, motion: Motion, extent: Extent) {
        let at = self.at(extent);
        let follows = self.follows;
        self.offset = motion.from(at, extent.last(), extent.height);
        self.follows = follows && self.offset == extent.last();
    }

    /// Returns the first line to show.
    #[must_use]
    pub fn at(self, extent: Extent) -> usize {
        if self.follows { extent.last() } else { self.offset.min(extent.last()) }
    }
}

/// Where a text with a cursor stands. It begins at its beginning; from the cursor's first movement on the cursor is kept in
/// view, until the text is scrolled by hand, and again from the next movement on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// The lines above the pane.
    offset: usize,
    /// Whether the cursor is kept in view.
    follows: bool,
}

impl Sight {
    /// At the beginning of a text.
    pub const START: Self = Self { offset: 0, follows: false };

    /// Scrolls the text by hand, from what `extent` says is shown.
    pub fn scroll(&mut self, motion: Motion, extent: Extent) {
        let at = if self.follows { extent.first } else { self.offset };
        self.offset = motion.from(at.min(extent.last()), extent.last(), extent.height);
        self.follows = false;
    }

    /// Keeps the cursor in view, near what is shown.
    pub fn follow(&mut self, extent: Extent) {
        self.offset = if self.follows { extent.first } else { self.offset.min(extent.last()) };
        self.follows = true;
    }

    /// Returns the first line to show, if the cursor is on lines `from` to `to` (not included).
    #[must_use]
    pub fn first(self, from: usize, to: usize, extent: Extent) -> usize {
        if self.follows { in_view(self.offset, from, to, extent) } else { self.offset.min(extent.last()) }
    }
}

/// Returns the first line to show so that lines `from` to `to` (not included) are in view, near `offset`.
#[must_use]
pub fn in_view(offset: usize, from: usize, to: usize, extent: Extent) -> usize {
    let lowest = to.saturating_sub(extent.height);
    // What is higher than the pane shows its beginning.
    offset.max(lowest).min(from).min(extent.last())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_way_back_from_the_end_is_not_dead() {
        let extent = Extent { lines: 30, height: 10, ..Extent::default() };
        let mut scroll = Scroll::default();
        for _ in 0..100 {
            scroll.step(Motion::Pages(1), extent);
        }
        scroll.step(Motion::Lines(-1), extent);
        assert_eq!(scroll.at(extent), 19);
    }

    #[test]
    fn a_following_pane_follows_until_it_is_moved_up() {
        let mut scroll = Scroll::FOLLOWING;
        scroll.step(Motion::Lines(-3), Extent { lines: 30, height: 10, ..Extent::default() });
        assert_eq!(scroll.at(Extent { lines: 40, height: 10, ..Extent::default() }), 17);
    }

    #[test]
    fn a_text_with_a_cursor_is_scrolled_by_hand_from_where_the_cursor_took_it() {
        let mut sight = Sight::default();
        let mut extent = Extent { lines: 40, height: 10, first: 0 };
        assert_eq!(sight.first(30, 32, extent), 0, "it begins at its beginning");
        sight.follow(extent);
        extent.first = sight.first(30, 32, extent);
        assert_eq!(extent.first, 22);
        sight.scroll(Motion::Lines(-1), extent);
        assert_eq!(sight.first(30, 32, extent), 21, "what was scrolled by hand stays");
        sight.scroll(Motion::Pages(-9), extent);
        assert_eq!(sight.first(30, 32, extent), 0);
        sight.follow(extent);
        assert_eq!(sight.first(30, 32, extent), 22);
    }

    proptest! {
        #[test]
        fn what_is_chosen_is_in_view(lines in 1_usize..200, height in 1_usize..50, offset in 0_usize..300, from in 0_usize..200, long in 1_usize..9) {
            let from = from.min(lines - 1);
            let to = (from + long).min(lines);
            let at = in_view(offset, from, to, Extent { lines, height, first: 0 });
            prop_assert!(at <= from && from < at + height);
            prop_assert!(to - from > height || to <= at + height);
        }
    }
}
