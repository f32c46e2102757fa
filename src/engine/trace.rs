//! What a request gathers while it runs: for the journal if one is kept, and for its own answer.

use super::capacity::Charge;
use super::change::Change;
use super::lag::Stale;
use super::plan::Plan;

/// What a request gathers while it runs.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// What it set out to touch.
    pub plans: Vec<Plan>,
    /// What it cost.
    pub charges: Vec<Charge>,
    /// Which items it changed.
    pub changes: Vec<Change>,
    /// What it saw that was older than the latest write.
    pub stale: Vec<Stale>,
    /// Whether nobody will read the items of the answer, which then need not be put into it.
    pub is_unread: bool,
}
