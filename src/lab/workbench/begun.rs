//! What the tables held when a step began: what a step leaves alone is held against that.
//!
//! The trees share everything with those of now that has not been written since, so that keeping them costs nothing.

use std::collections::BTreeMap;

use super::Workbench;
use crate::engine::table::Tree;

/// The items of tables, by Region and name.
pub(super) type BeginningItems = BTreeMap<(String, String), Tree>;

impl Workbench {
    /// Notes what the tables hold: a step begins here.
    pub(in crate::lab) fn note_beginning(&mut self) {
        let home = self.engine();
        let engines = self.world().abroad().chain([(home.config().region.as_str(), home)]);
        let trees = engines.flat_map(|(region, engine)| {
            engine.tables().map(move |table| ((region.to_owned(), table.name.to_string()), table.items().shared()))
        });
        self.begun = trees.collect();
    }

    /// What a table held when the step began; `None` if there was none.
    pub(in crate::lab) fn tree_at_beginning(&self, region: Option<&str>, table: &str) -> Option<&Tree> {
        let region = region.unwrap_or(&self.engine().config().region);
        self.begun.get(&(region.to_owned(), table.to_owned()))
    }
}
