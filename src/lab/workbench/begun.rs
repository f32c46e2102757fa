//! What the tables were when a step began: what a step leaves alone is held against that.
//!
//! The trees share everything with those of now that has not been written since, so that keeping them costs nothing.

use std::collections::BTreeMap;

use super::Workbench;
use crate::engine::table::schema::IndexSchema;
use crate::engine::table::{Table, Tree};
use crate::engine::value::Item;

/// What tables were, by Region and name.
pub(super) type Beginning = BTreeMap<(String, String), TableAtBeginning>;

/// What a table was.
#[derive(Clone, Debug)]
pub(super) struct TableAtBeginning {
    items: Tree,
    indexes: Vec<IndexSchema>,
}

impl TableAtBeginning {
    fn of(table: &Table) -> Self {
        let indexes = table.indexes.iter().map(|index| index.schema.clone());
        Self { items: table.items().shared(), indexes: indexes.collect() }
    }
}

impl Workbench {
    /// Notes what the tables are: a step begins here.
    pub(in crate::lab) fn note_beginning(&mut self) {
        let home = self.engine();
        let engines = self.world().abroad().chain([(home.config().region.as_str(), home)]);
        let tables = engines.flat_map(|(region, engine)| {
            let place = move |table: &Table| (region.to_owned(), table.name.to_string());
            engine.tables().map(move |table| (place(table), TableAtBeginning::of(table)))
        });
        self.begun = tables.collect();
    }

    fn at_beginning(&self, region: Option<&str>, table: &str) -> Option<&TableAtBeginning> {
        let region = region.unwrap_or(&self.engine().config().region);
        self.begun.get(&(region.to_owned(), table.to_owned()))
    }

    /// What a table held when the step began; `None` if there was none.
    pub(in crate::lab) fn tree_at_beginning(&self, region: Option<&str>, table: &str) -> Option<&Tree> {
        self.at_beginning(region, table).map(|table| &table.items)
    }

    /// The item of a table here that had this key when the step began.
    pub(in crate::lab) fn item_at_beginning(&self, table: &str, key: &Item) -> Option<&Item> {
        let position = self.engine().table(table)?.keys.position_of_key(key).ok()?;
        self.tree_at_beginning(None, table)?.get(&position).map(|stored| &stored.item)
    }

    /// Whether a table had this index when the step began, and not a namesake.
    pub(in crate::lab) fn had_index_at_beginning(&self, table: &str, index: &IndexSchema) -> bool {
        self.at_beginning(None, table).is_some_and(|table| table.indexes.contains(index))
    }
}
