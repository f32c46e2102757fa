//! Texts about what is changing and cannot be changed otherwise meanwhile.

const IN_USE: &str = "Attempt to change a resource which is still in use: ";

/// A DeleteTable while an index is created or deleted.
pub const INDEXES_CHANGE: &str = "Attempt to change a resource which is still in use: Cannot delete table while indexes are \
     being created, updated, or deleted.";

/// A change of a table that is busy.
#[must_use]
pub fn table(name: &str, doing: &str) -> String {
    format!("{IN_USE}Table is being {doing}: {name}")
}

/// A DeleteTable of a table that is UPDATING.
#[must_use]
pub fn in_process(name: &str) -> String {
    format!("{IN_USE}Table: {name} is in the process of being updated.")
}

/// A CreateTable of a table that is being restored.
#[must_use]
pub fn table_used(name: &str) -> String {
    format!("{IN_USE}Table is being used: {name}")
}

/// A change of an index that is busy; the two spaces are the service's.
#[must_use]
pub fn index(doing: &str, table: &str, name: &str) -> String {
    format!("{IN_USE}Index is being {doing}.  Table: {table} Index: {name}")
}

/// The deletion of an index that is not being filled yet.
#[must_use]
pub fn allocating(table: &str, name: &str) -> String {
    format!(
        "{IN_USE}Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the index \
         is active. Table: {table} Index: {name}"
    )
}

/// A change of a part of the table that must wait for its indexes.
#[must_use]
pub fn waits_for_indexes(part: &str, doing: &str, table: &str, names: &str) -> String {
    format!("{IN_USE}Can't change {part} when an index is being {doing}. Table: {table} Indexes: [{names}]")
}
