//! A unit sum: from bytes to blocks to units, step by step.

use super::layout::{self, Token, token};
use super::{Glyphs, Picture};
use crate::app::figures::SumFigures;
use crate::app::figures::grouped;
use crate::app::figures::words;
use crate::app::line::{Line, Role};

/// The steps of one rounding.
#[derive(Clone, Debug)]
pub struct SumPicture<'a> {
    /// What stands before it: `page 1`.
    pub label: String,
    /// The rounding.
    pub sum: &'a SumFigures,
}

impl SumPicture<'_> {
    /// Which of its steps are numbers that stand to the right of their columns.
    pub(super) const RIGHT: [usize; 2] = [1, 2];

    /// Its steps, each of which stays whole.
    pub(super) fn tokens(&self, has_rate: bool, glyphs: Glyphs) -> Vec<Token> {
        let SumFigures { place, items, bytes, blocks, block_kilobytes, per_block, rate, units, is_read } = self.sum;
        let noun = if place == "table" { ("item", "items") } else { ("entry", "entries") };
        let (arrow, times) = (glyphs.arrow(), glyphs.times());
        let each = glyphs.units(&per_block.to_string());
        let factor = if each == "1" { String::new() } else { format!(" {times} {each}") };
        vec![
            token(Role::Muted, &self.label),
            token(Role::Text, words::count(*items, noun.0, noun.1)),
            token(Role::Text, format!("{} B", grouped(*bytes))),
            token(Role::Text, format!("{arrow} {} {times} {block_kilobytes} KB{factor}", grouped(*blocks))),
            token(Role::Muted, if has_rate { rate.as_str() } else { "" }),
            token(Role::Cost, format!("= {} {}", units.grouped(), if *is_read { "RCU" } else { "WCU" })),
        ]
    }
}

impl Picture for SumPicture<'_> {
    fn lines(&self, width: usize, glyphs: Glyphs) -> Vec<Line> {
        layout::flow_by(&self.tokens(true, glyphs), width, (0, 4), 1, glyphs)
    }
}
