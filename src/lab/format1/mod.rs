//! How steps of format 1 are judged, until all labs are rewritten; then this folder goes, with `content::lab::format1`.

mod judge;
mod pattern;
mod tally;

pub(super) use judge::judge;
pub(super) use pattern::fits;
pub(super) use tally::{Figures, Tally};
