//! Rows that cannot be read: found when a file is opened, named, and set aside in a table of their own, as they were.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Transaction, TransactionBehavior, params};

use super::tables::{IMPORTED, ProgressTable, SESSIONS, TABLES};
use super::{Notice, SavedRecord, Store, millis};
use crate::clock::Timestamp;

/// A row that cannot be read.
struct Faulty {
    row: i64,
    reason: String,
}

/// Sets all rows aside that cannot be read; one notice a table says what was found. Where nothing can be written they stay
/// where they are, and are left out of everything that is read.
pub(super) fn set_aside_all(connection: &mut Connection, at: Timestamp) -> Result<Vec<Notice>, Error> {
    let mut notices = Vec::new();
    for (place, table) in TABLES.into_iter().enumerate() {
        let found = unreadable(connection, place, table)?;
        let Some(first) = found.first() else { continue };
        let is_moved = move_unreadable(connection, place, table, at).is_ok();
        let name = if found.len() == 1 { table.words.0 } else { table.words.1 };
        let first = format!("row {}: {}", first.row, first.reason);
        notices.push(Notice::Faulty { count: found.len(), name, first, is_moved });
    }
    Ok(notices)
}

/// A row whose columns can be read, but not what is in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rubbish {
    /// A session, for its state.
    Session(SavedRecord),
    /// An imported question, for its body.
    Imported(ImportedRow),
}

/// An imported question as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedRow {
    pub(super) row: i64,
    /// The question.
    pub body: String,
}

impl Store {
    /// Sets a row aside for a reason; returns what to tell of it. Where nothing can be written the row stays where it is.
    pub fn set_aside(&mut self, rubbish: &Rubbish, reason: &str, at: Timestamp) -> Notice {
        let (table, row, column, text) = match rubbish {
            Rubbish::Session(SavedRecord { held, state, .. }) => (&SESSIONS, held.id, "state", state),
            Rubbish::Imported(ImportedRow { row, body }) => (&IMPORTED, *row, "body", body),
        };
        let is_moved = self.move_rubbish(table, row, (column, text), reason, at).is_ok();
        Notice::Faulty { count: 1, name: table.words.0, first: format!("row {row}: {reason}"), is_moved }
    }

    fn move_rubbish(
        &mut self,
        table: &'static ProgressTable,
        row: i64,
        (column, text): (&str, &str),
        reason: &str,
        at: Timestamp,
    ) -> Result<(), Error> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another instance may have moved it, and another row may have its number now.
        let is_same = format!("SELECT 1 FROM main.{} WHERE rowid = ?1 AND {column} = ?2", table.name);
        if transaction.prepare(&is_same)?.exists(params![row, text])? {
            keep(&transaction, table.name, &table.list(), row, reason, at)?;
        }
        transaction.commit()
    }
}

fn unreadable(connection: &Connection, place: usize, table: &ProgressTable) -> Result<Vec<Faulty>, Error> {
    let (name, columns) = (table.name, table.list());
    let query = format!("SELECT rowid, {columns} FROM main.{name} WHERE NOT is_sound({place}, {columns})");
    let mut statement = connection.prepare(&query)?;
    let rows = statement.query_map([], |row| {
        let values = (1..=table.columns.len()).map(|at| row.get_ref(at));
        let values = values.collect::<Result<Vec<ValueRef<'_>>, Error>>()?;
        Ok(Faulty { row: row.get(0)?, reason: table.fault(&values).unwrap_or_default() })
    })?;
    rows.collect()
}

/// Moves the rows that cannot be read. They are looked for within the transaction that moves them: another instance may have
/// moved some, and sound rows may have their numbers now.
fn move_unreadable(
    connection: &mut Connection,
    place: usize,
    table: &ProgressTable,
    at: Timestamp,
) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for Faulty { row, reason } in unreadable(&transaction, place, table)? {
        if table.name == "answers" {
            for trap in traps(&transaction, row)? {
                keep(&transaction, "answer_traps", "answer, trap", trap, "its answer is set aside", at)?;
            }
        }
        keep(&transaction, table.name, &table.list(), row, &reason, at)?;
    }
    transaction.commit()
}

fn traps(transaction: &Transaction<'_>, answer: i64) -> Result<Vec<i64>, Error> {
    let mut statement = transaction.prepare_cached("SELECT rowid FROM answer_traps WHERE answer = ?1")?;
    statement.query_map([answer], |row| row.get(0))?.collect()
}

/// Moves a row. It is kept as SQL literals, which say what it was whatever it was.
fn keep(
    transaction: &Transaction<'_>,
    table: &str,
    columns: &str,
    row: i64,
    reason: &str,
    at: Timestamp,
) -> Result<(), Error> {
    let literals: Vec<String> = columns.split(", ").map(|name| format!("'{name} = ' || quote({name})")).collect();
    let copy = format!(
        "INSERT INTO faulty (at_ms, place, reason, row)
         SELECT ?2, ?3, ?4, {} FROM main.{table} WHERE rowid = ?1",
        literals.join(" || ', ' || ")
    );
    transaction.execute(&copy, params![row, millis(at), format!("{table} {row}"), reason])?;
    transaction.execute(&format!("DELETE FROM main.{table} WHERE rowid = ?1"), [row])?;
    Ok(())
}
