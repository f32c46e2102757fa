//! What a table refuses while it is changing: UpdateTable, DeleteTable and CreateTable of a name that is taken.
//!
//! A table that is CREATING or DELETING takes no change. One that is UPDATING takes none either, but for an index that is
//! being allocated or removed: then the units, the billing and the stream of the table must wait, other indexes may get
//! other units, and an index that is being filled may be removed again. No table goes while one of its indexes changes.
//!
//! Source: API reference, UpdateTable and DeleteTable; AWS documentation, "Managing global secondary indexes"; the texts are
//! those of the service in October 2026, reported by those who met them.

use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::busy as text;
use crate::engine::table::{Index, IndexState, Table, TableStatus};

/// What a change of a table touches of what may be changing already.
pub(super) struct TouchedSettings<'a> {
    /// Whether it sets units a second, maximums or the billing mode of the table.
    pub(super) throughput: bool,
    /// Whether it switches the stream.
    pub(super) stream: bool,
    /// The indexes it names.
    pub(super) indexes: Vec<(IndexOperation, &'a str)>,
}

/// What is to become of an index.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum IndexOperation {
    Create,
    Update,
    Delete,
}

/// Refuses an UpdateTable that must wait.
pub(super) fn check_update(table: &Table, touched: &TouchedSettings<'_>) -> Result<(), ApiError> {
    match table.state {
        TableStatus::Creating(_) => return Err(in_use(text::table(&table.name, "created"))),
        TableStatus::Deleting(_) => return Err(in_use(text::table(&table.name, "deleted"))),
        TableStatus::Active | TableStatus::Updating(_) => {}
    }
    for (change, name) in &touched.indexes {
        if let Some(message) = table.index(name).and_then(|index| refusal(index, *change, &table.name)) {
            return Err(in_use(message));
        }
    }
    for (doing, is_doing) in [("created", is_allocating as fn(&Index) -> bool), ("deleted", is_deleting)] {
        let names: Vec<&str> =
            table.indexes.iter().filter(|index| is_doing(index)).map(|index| &*index.schema.name).collect();
        for (part, asked) in [("table IOPS", touched.throughput), ("stream status", touched.stream)] {
            if asked && !names.is_empty() {
                return Err(in_use(text::waits_for_indexes(part, doing, &table.name, &names.join(", "))));
            }
        }
    }
    let for_an_index = table.indexes.iter().any(|index| is_allocating(index) || is_deleting(index));
    if matches!(table.state, TableStatus::Updating(_)) && !for_an_index {
        return Err(in_use(text::table(&table.name, "updated")));
    }
    Ok(())
}

/// Refuses a DeleteTable that must wait.
pub(super) fn check_delete(table: &Table) -> Result<(), ApiError> {
    match table.state {
        TableStatus::Creating(_) => Err(in_use(text::table(&table.name, "created"))),
        TableStatus::Deleting(_) => Err(in_use(text::table(&table.name, "deleted"))),
        _ if table.indexes.iter().any(|index| index.state != IndexState::Active) => {
            Err(in_use(text::INDEXES_CHANGE.to_owned()))
        }
        TableStatus::Updating(_) => Err(in_use(text::in_process(&table.name))),
        TableStatus::Active => Ok(()),
    }
}

/// Refuses a CreateTable of a name that is taken.
pub(super) fn taken(table: &Table) -> ApiError {
    in_use(match table.state {
        TableStatus::Creating(_) if table.restored.is_some() => text::table_used(&table.name),
        TableStatus::Creating(_) => text::table(&table.name, "created"),
        _ => crate::engine::messages::tables::already_exists(&table.name),
    })
}

/// Refuses tags for a table that is being deleted.
pub(super) fn check_tagged(table: &Table) -> Result<(), ApiError> {
    match table.state {
        TableStatus::Deleting(_) => Err(in_use(text::table(&table.name, "deleted"))),
        _ => Ok(()),
    }
}

/// Why an index cannot be changed so now.
fn refusal(index: &Index, change: IndexOperation, table: &str) -> Option<String> {
    let name = &index.schema.name;
    match (index.state, change) {
        (IndexState::Deleting(_), _) => Some(text::index("deleted", table, name)),
        (IndexState::Creating { .. }, IndexOperation::Create) => Some(text::index("created", table, name)),
        (IndexState::Creating { backfilling: false, .. }, IndexOperation::Update) => {
            Some(text::index("created but is not backfilling yet", table, name))
        }
        (IndexState::Creating { backfilling: false, .. }, IndexOperation::Delete) => {
            Some(text::allocating(table, name))
        }
        _ => None,
    }
}

fn is_allocating(index: &Index) -> bool {
    matches!(index.state, IndexState::Creating { backfilling: false, .. })
}

fn is_deleting(index: &Index) -> bool {
    matches!(index.state, IndexState::Deleting(_))
}

fn in_use(message: String) -> ApiError {
    ApiError::new(ErrorKind::ResourceInUseException, message)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use crate::clock::VirtualClock;
    use crate::engine::{Config, Engine, Timings};

    /// An engine whose tables and indexes take ten seconds to be made, five to be changed and five to go.
    fn engine() -> (Engine, VirtualClock) {
        let clock = VirtualClock::new(VirtualClock::LAB_START);
        let timings = Timings { create_table: 10_000, update_table: 5_000, delete_table: 5_000, ..Timings::LAB };
        (Engine::new(Config { timings, ..Config::default() }, Arc::new(clock.clone())), clock)
    }

    fn create() -> Value {
        json!({
            "TableName": "Orders",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        })
    }

    fn units(read: u64) -> Value {
        let units = json!({"ReadCapacityUnits": read, "WriteCapacityUnits": 5});
        json!({"TableName": "Orders", "ProvisionedThroughput": units})
    }

    fn index(change: &str, name: &str) -> Value {
        let mut action = json!({"IndexName": name});
        if change == "Create" {
            action["KeySchema"] = json!([{"AttributeName": "at", "KeyType": "HASH"}]);
            action["Projection"] = json!({"ProjectionType": "ALL"});
        }
        if change != "Delete" {
            action["ProvisionedThroughput"] = json!({"ReadCapacityUnits": 7, "WriteCapacityUnits": 5});
        }
        json!({
            "TableName": "Orders",
            "AttributeDefinitions": [{"AttributeName": "at", "AttributeType": "S"}],
            "GlobalSecondaryIndexUpdates": [{change: action}],
        })
    }

    /// What is refused, after the words that all of these texts begin with.
    fn refusal(engine: &mut Engine, verb: &str, body: Value) -> String {
        let error = engine.call(verb, body).unwrap_err();
        let begins = "Attempt to change a resource which is still in use: ";
        format!("{} {}", error.kind.name(), error.message.strip_prefix(begins).unwrap_or(&error.message))
    }

    #[test]
    fn a_table_that_is_made_changed_or_removed_takes_no_change() {
        let (mut engine, clock) = engine();
        let named = || json!({"TableName": "Orders"});
        engine.call("CreateTable", create()).unwrap();
        let made = "ResourceInUseException Table is being created: Orders";
        assert_eq!(refusal(&mut engine, "UpdateTable", units(6)), made);
        assert_eq!(refusal(&mut engine, "DeleteTable", named()), made);
        assert_eq!(refusal(&mut engine, "CreateTable", create()), made);
        let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders";
        let tag = || json!({"ResourceArn": arn, "Tags": [{"Key": "team", "Value": "orders"}]});
        assert!(refusal(&mut engine, "TagResource", tag()).starts_with("ResourceNotFoundException"));
        clock.advance_millis(10_000);
        assert_eq!(
            refusal(&mut engine, "CreateTable", create()),
            "ResourceInUseException Table already exists: Orders"
        );
        engine.call("UpdateTable", units(6)).unwrap();
        let changed = "ResourceInUseException Table is being updated: Orders";
        assert_eq!(refusal(&mut engine, "UpdateTable", units(7)), changed);
        let in_process = "ResourceInUseException Table: Orders is in the process of being updated.";
        assert_eq!(refusal(&mut engine, "DeleteTable", named()), in_process);
        clock.advance_millis(5_000);
        engine.call("UpdateTable", units(7)).unwrap();
        clock.advance_millis(5_000);
        engine.call("DeleteTable", named()).unwrap();
        let removed = "ResourceInUseException Table is being deleted: Orders";
        assert_eq!(refusal(&mut engine, "UpdateTable", units(8)), removed);
        assert_eq!(refusal(&mut engine, "DeleteTable", named()), removed);
        assert_eq!(refusal(&mut engine, "TagResource", tag()), removed);
        clock.advance_millis(5_000);
        engine.call("CreateTable", create()).unwrap();
    }

    #[test]
    fn while_an_index_changes_only_what_does_not_touch_it_does() {
        let (mut engine, clock) = engine();
        let stream = json!({"TableName": "Orders", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}});
        engine.call("CreateTable", create()).unwrap();
        clock.advance_millis(10_000);
        engine.call("UpdateTable", index("Create", "first")).unwrap();
        clock.advance_millis(35_000);
        engine.call("UpdateTable", index("Create", "second")).unwrap();
        let mut refused = |verb: &str, body: Value| refusal(&mut engine, verb, body);
        let indexes_change =
            "ResourceInUseException Cannot delete table while indexes are being created, updated, or deleted.";
        let one = "LimitExceededException Subscriber limit exceeded: Only 1 online index can be created or deleted \
                   simultaneously per table";
        assert_eq!(
            refused("UpdateTable", units(6)),
            "ResourceInUseException Can't change table IOPS when an index is being created. Table: Orders Indexes: [second]"
        );
        assert_eq!(
            refused("UpdateTable", stream),
            "ResourceInUseException Can't change stream status when an index is being created. Table: Orders Indexes: [second]"
        );
        assert_eq!(
            refused("UpdateTable", index("Update", "second")),
            "ResourceInUseException Index is being created but is not backfilling yet.  Table: Orders Index: second"
        );
        assert_eq!(
            refused("UpdateTable", index("Create", "second")),
            "ResourceInUseException Index is being created.  Table: Orders Index: second"
        );
        assert_eq!(
            refused("UpdateTable", index("Delete", "second")),
            "ResourceInUseException Index creation is in resource allocation phase. Retry deletion during backfilling phase \
             or when the index is active. Table: Orders Index: second"
        );
        assert_eq!(refused("UpdateTable", index("Create", "third")), one);
        assert_eq!(refused("UpdateTable", index("Delete", "first")), one);
        assert_eq!(refused("DeleteTable", json!({"TableName": "Orders"})), indexes_change);
        engine.call("UpdateTable", index("Update", "first")).unwrap();
        clock.advance_millis(5_000);
        // It is being filled: the table is ACTIVE and may change, the index may go, and nothing else of its kind may come.
        engine.call("UpdateTable", units(6)).unwrap();
        clock.advance_millis(5_000);
        let mut refused = |verb: &str, body: Value| refusal(&mut engine, verb, body);
        assert_eq!(refused("UpdateTable", index("Create", "third")), one);
        assert_eq!(refused("DeleteTable", json!({"TableName": "Orders"})), indexes_change);
        engine.call("UpdateTable", index("Delete", "second")).unwrap();
        let mut refused = |verb: &str, body: Value| refusal(&mut engine, verb, body);
        let going = "ResourceInUseException Index is being deleted.  Table: Orders Index: second";
        for change in ["Create", "Update", "Delete"] {
            assert_eq!(refused("UpdateTable", index(change, "second")), going);
        }
        assert_eq!(
            refused("UpdateTable", units(7)),
            "ResourceInUseException Can't change table IOPS when an index is being deleted. Table: Orders Indexes: [second]"
        );
        assert_eq!(refused("DeleteTable", json!({"TableName": "Orders"})), indexes_change);
    }
}
