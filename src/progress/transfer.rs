//! Everything the learner has done as JSON, and back: for another machine, or for keeping.
//!
//! Each table is a list of rows, by column name. An import is checked whole before anything is written: every column of
//! every row against what the column may hold (`tables`), and what sessions and imported questions hold by the caller's
//! [`Checks`]; settings must be those there are (`settings`). It is written in one transaction. A row that is there already is not taken twice: an answer is the same if its
//! moment, question, choice and kind of session are. Of a session that both sides have, the one that has ended is kept, or
//! else the one that was saved more often; of a lab step, the earlier moment; of a setting or an imported question, what is
//! here. Which answers were the first to their questions is worked out again over all of them.
//!
//! Left out: rows that cannot be read, and settings that an import would refuse, are not exported. An exam that was continued on two machines and handed in on both
//! counts twice: its answers differ.

use crate::safe_text::quoted;
use std::collections::{BTreeMap, BTreeSet};

use rusqlite::types::{Value as Sql, ValueRef};
use rusqlite::{Connection, Transaction, TransactionBehavior, params, params_from_iter};
use serde_json::{Map, Value, json};

use super::tables::{Column, ColumnKind, ProgressTable, TABLES, shown};
use super::{Error, ImportedRow, Store, settings};

/// The format that is written and read.
const FORMAT: u64 = 1;

/// Why progress could not be imported. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// It is not what is exported.
    #[error("{0}")]
    Format(String),
    /// SQLite fails.
    #[error(transparent)]
    File(#[from] Error),
}

impl From<rusqlite::Error> for TransferError {
    fn from(error: rusqlite::Error) -> Self {
        Self::File(error.into())
    }
}

/// What is looked at beyond the columns: each says what is wrong, if anything is.
#[derive(Clone, Copy, Debug)]
pub struct Checks {
    /// A session's state, with the kind of session.
    pub session: fn(kind: &str, state: &str) -> Result<(), String>,
    /// The body of an imported question, with its name.
    pub question: fn(id: &str, body: &str) -> Result<(), String>,
}

/// The rows of one table, each with its columns in order.
type TableRows = Vec<Vec<Sql>>;

impl Store {
    /// Everything as JSON, as it was at one moment.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn export(&self) -> Result<Value, Error> {
        let moment = self.connection.unchecked_transaction()?;
        let mut tables = Map::new();
        for table in TABLES {
            tables.insert(table.name.to_owned(), rows(&moment, table)?.into());
        }
        Ok(json!({"dynadrill_progress": FORMAT, "tables": tables}))
    }

    /// Imports exported progress beside what is there, all or nothing; returns how many answers were new.
    ///
    /// # Errors
    /// It is not what is exported, or SQLite cannot write.
    pub fn import(&mut self, exported: &str, checks: &Checks) -> Result<usize, TransferError> {
        let tables = checked(exported, checks).map_err(TransferError::Format)?;
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut answers = Answers::default();
        for (table, rows) in TABLES.into_iter().zip(&tables) {
            match table.name {
                "answers" => answers.take(&transaction, table, rows)?,
                "answer_traps" => answers.take_traps(&transaction, table, rows)?,
                "lab_steps" => take_steps(&transaction, rows)?,
                "sessions" => take_sessions(&transaction, table, rows)?,
                _ => take_new(&transaction, table, rows)?,
            }
        }
        see_first_sights(&transaction)?;
        transaction.commit()?;
        Ok(answers.new)
    }

    /// Keeps imported questions, each with its name and its body, in place of earlier ones of the same names: all or none.
    ///
    /// # Errors
    /// SQLite cannot write.
    pub fn keep_imported(&mut self, questions: &[(String, String)]) -> Result<(), Error> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let keep = "INSERT INTO imported (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = ?2";
            let mut keep = transaction.prepare(keep)?;
            for (id, body) in questions {
                keep.execute([id, body])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// The imported questions, by name.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn imported(&self) -> Result<Vec<ImportedRow>, Error> {
        let bodies = "SELECT rowid, body FROM main.imported WHERE id IN (SELECT id FROM sound_imported) ORDER BY id";
        let mut statement = self.connection.prepare(bodies)?;
        let rows = statement.query_map([], |row| Ok(ImportedRow { row: row.get(0)?, body: row.get(1)? }))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn rows(connection: &Connection, table: &ProgressTable) -> Result<Vec<Value>, rusqlite::Error> {
    let ProgressTable { name, columns, .. } = table;
    let mut statement = connection.prepare(&format!("SELECT * FROM sound_{name} ORDER BY 1, 2"))?;
    let rows = statement.query_map([], |row| {
        let cells = columns.iter().enumerate().map(|(place, column)| {
            let cell = match row.get_ref(place)? {
                ValueRef::Integer(number) => number.into(),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned().into(),
                // A column that can be read holds neither.
                ValueRef::Null | ValueRef::Real(_) | ValueRef::Blob(_) => Value::Null,
            };
            Ok((column.name.to_owned(), cell))
        });
        cells.collect::<Result<Map<_, _>, rusqlite::Error>>().map(Value::Object)
    })?;
    let rows: Vec<Value> = rows.collect::<Result<_, _>>()?;
    // A setting of a name that nobody reads, or with a value that nobody can use, would have the whole export refused.
    let is_taken = |row: &Value| {
        let text = |name: &str| row[name].as_str().unwrap_or_default();
        *name != "settings" || settings::fault(text("name"), text("value")).is_none()
    };
    Ok(rows.into_iter().filter(is_taken).collect())
}

/// The rows of every table, in the order of [`TABLES`], once all of them are found to be sound.
fn checked(exported: &str, checks: &Checks) -> Result<Vec<TableRows>, String> {
    let mut value: Value = serde_json::from_str(exported).map_err(|error| format!("expected JSON: {error}"))?;
    if value["dynadrill_progress"].as_u64() != Some(FORMAT) {
        let found = &value["dynadrill_progress"];
        return Err(format!("expected an export of dynadrill with \"dynadrill_progress\": {FORMAT}, found {found}"));
    }
    let Some(tables) = value.get_mut("tables").and_then(Value::as_object_mut) else {
        return Err("expected \"tables\": an object of lists".to_owned());
    };
    if let Some(name) = tables.keys().find(|name| ProgressTable::named(name).is_none()) {
        return Err(format!("there is no table {}; a newer dynadrill may have written this", quoted(name)));
    }
    let mut all = Vec::new();
    for table in TABLES {
        let rows = match tables.remove(table.name) {
            None => Vec::new(),
            Some(Value::Array(rows)) => rows,
            Some(_) => return Err(format!("{}: expected a list of rows", table.name)),
        };
        let sound = |(place, row)| {
            let in_row = |fault: String| format!("{}, entry {}: {fault}", table.name, place + 1);
            let row = sound_row(table, row).map_err(in_row)?;
            look_inside(table, &row, checks).map_err(in_row)?;
            Ok::<_, String>(row)
        };
        all.push(rows.into_iter().enumerate().map(sound).collect::<Result<TableRows, _>>()?);
    }
    refer(&all)?;
    Ok(all)
}

/// The columns of a row in order, each one that its column may hold.
fn sound_row(table: &ProgressTable, row: Value) -> Result<Vec<Sql>, String> {
    let Value::Object(mut cells) = row else { return Err(format!("expected an object, found {}", cut(&row))) };
    let mut values = Vec::new();
    for column in table.columns {
        let value = match cells.remove(column.name) {
            None if column.is_new => Sql::Integer(0),
            None => return Err(column.fault("no such member")),
            Some(Value::String(text)) => Sql::Text(text),
            Some(Value::Number(number)) if number.is_i64() => Sql::Integer(number.as_i64().unwrap_or_default()),
            Some(other) => return Err(column.fault(&cut(&other))),
        };
        if !column.kind.takes(ValueRef::from(&value)) {
            return Err(column.fault(&shown(ValueRef::from(&value))));
        }
        values.push(value);
    }
    match cells.keys().next() {
        Some(name) => Err(format!("there is no column {}; a newer dynadrill may have written this", quoted(name))),
        None => Ok(values),
    }
}

/// JSON in a message; what is long is cut.
fn cut(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 40 { text.chars().take(40).collect::<String>() + "..." } else { text }
}

/// Checks what a column holds that only others can read.
fn look_inside(table: &ProgressTable, row: &[Sql], checks: &Checks) -> Result<(), String> {
    let text = |name: &str| match table.columns.iter().position(|column| column.name == name).map(|at| &row[at]) {
        Some(Sql::Text(text)) => text.as_str(),
        _ => "",
    };
    match table.name {
        "sessions" => (checks.session)(text("kind"), text("state")).map_err(|fault| format!("state: {fault}")),
        "settings" => settings::fault(text("name"), text("value")).map_or(Ok(()), Err),
        "imported" => (checks.question)(text("id"), text("body")).map_err(|fault| format!("body: {fault}")),
        _ => Ok(()),
    }
}

/// Checks that answers have numbers of their own, and that each trap belongs to one of them.
fn refer(tables: &[TableRows]) -> Result<(), String> {
    let [answers, traps, ..] = tables else { return Ok(()) };
    let mut numbers = BTreeSet::new();
    for (place, row) in answers.iter().enumerate() {
        if !numbers.insert(number(&row[0])) {
            return Err(format!("answers, entry {}: id: {} is another answer's too", place + 1, number(&row[0])));
        }
    }
    match traps.iter().enumerate().find(|(_, row)| !numbers.contains(&number(&row[0]))) {
        Some((place, row)) => {
            Err(format!("answer_traps, entry {}: answer: there is no answer {}", place + 1, number(&row[0])))
        }
        None => Ok(()),
    }
}

/// A column that was found to be a whole number.
fn number(value: &Sql) -> i64 {
    match value {
        Sql::Integer(number) => *number,
        _ => 0,
    }
}

/// What makes a row the same as another.
type Identity = Vec<LookupKey>;

/// A value that can be looked up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum LookupKey {
    Number(i64),
    Text(String),
}

fn identity(table: &ProgressTable, row: &[Sql]) -> Identity {
    let places = table.identity.iter().filter_map(|name| table.columns.iter().position(|column| column.name == *name));
    let key = |value: &Sql| match value {
        Sql::Text(text) => LookupKey::Text(text.clone()),
        other => LookupKey::Number(number(other)),
    };
    places.map(|place| key(&row[place])).collect()
}

/// What is there already. Looked up in memory, so that an import takes as long as it has rows, whatever they say.
fn known(transaction: &Transaction<'_>, table: &ProgressTable) -> Result<BTreeSet<Identity>, rusqlite::Error> {
    let mut statement = transaction.prepare(&format!("SELECT * FROM sound_{}", table.name))?;
    let rows = statement.query_map([], |row| {
        let row = (0..table.columns.len()).map(|at| row.get(at)).collect::<Result<Vec<Sql>, _>>()?;
        Ok(identity(table, &row))
    })?;
    rows.collect()
}

/// Inserts a row under a number of its own, if its table numbers its rows; nothing happens if its primary key is there.
fn insert(transaction: &Transaction<'_>, table: &ProgressTable, row: &[Sql]) -> Result<(), rusqlite::Error> {
    let is_own_number = |column: &Column| column.name == "id" && matches!(column.kind, ColumnKind::Number);
    let kept = || table.columns.iter().zip(row).filter(|(column, _)| !is_own_number(column));
    let names: Vec<&str> = kept().map(|(column, _)| column.name).collect();
    let marks = vec!["?"; names.len()].join(", ");
    let insert = format!("INSERT OR IGNORE INTO {} ({}) VALUES ({marks})", table.name, names.join(", "));
    transaction.prepare_cached(&insert)?.execute(params_from_iter(kept().map(|(_, value)| value)))?;
    Ok(())
}

/// Inserts the rows that are not there.
fn take_new(transaction: &Transaction<'_>, table: &ProgressTable, rows: &[Vec<Sql>]) -> Result<(), rusqlite::Error> {
    let mut known = known(transaction, table)?;
    for row in rows {
        if known.insert(identity(table, row)) {
            insert(transaction, table, row)?;
        }
    }
    Ok(())
}

/// The answers that were new, and the numbers they have here by those they had there.
#[derive(Default)]
struct Answers {
    new: usize,
    numbers: BTreeMap<i64, i64>,
}

impl Answers {
    fn take(
        &mut self,
        transaction: &Transaction<'_>,
        table: &ProgressTable,
        rows: &[Vec<Sql>],
    ) -> Result<(), rusqlite::Error> {
        let mut known = known(transaction, table)?;
        for row in rows {
            if known.insert(identity(table, row)) {
                insert(transaction, table, row)?;
                self.numbers.insert(number(&row[0]), transaction.last_insert_rowid());
                self.new += 1;
            }
        }
        Ok(())
    }

    /// Inserts the traps of the new answers; an answer that was there already has its traps already.
    fn take_traps(
        &self,
        transaction: &Transaction<'_>,
        table: &ProgressTable,
        rows: &[Vec<Sql>],
    ) -> Result<(), rusqlite::Error> {
        let mut taken = BTreeSet::new();
        for row in rows.iter().filter(|row| taken.insert(identity(table, row))) {
            if let Some(here) = self.numbers.get(&number(&row[0])) {
                insert(transaction, table, &[Sql::Integer(*here), row[1].clone()])?;
            }
        }
        Ok(())
    }
}

fn take_steps(transaction: &Transaction<'_>, rows: &[Vec<Sql>]) -> Result<(), rusqlite::Error> {
    let mut take = transaction.prepare(
        "INSERT INTO lab_steps (lab, step, at_ms) VALUES (?1, ?2, ?3)
         ON CONFLICT (lab, step) DO UPDATE SET at_ms = min(at_ms, ?3)",
    )?;
    rows.iter().try_for_each(|row| {
        take.execute(params_from_iter(&row[..3]))?;
        transaction.execute(super::KEEP_BEST, params_from_iter([0, 1, 3, 4, 5].map(|at| &row[at])))?;
        transaction.execute(super::KEEP_SHOWN, params_from_iter([0, 1, 6].map(|at| &row[at]))).map(|_| ())
    })
}

fn take_sessions(
    transaction: &Transaction<'_>,
    table: &ProgressTable,
    rows: &[Vec<Sql>],
) -> Result<(), rusqlite::Error> {
    let mut here = BTreeMap::new();
    {
        let mut statement = transaction.prepare("SELECT * FROM sound_sessions")?;
        let mut found = statement.query([])?;
        while let Some(found) = found.next()? {
            let row = (0..table.columns.len()).map(|at| found.get(at)).collect::<Result<Vec<Sql>, _>>()?;
            here.insert(identity(table, &row), (number(&row[0]), number(&row[4]) == 1, number(&row[5])));
        }
    }
    let update =
        "UPDATE sessions SET state = ?2, ended = ?3, revision = ?4, spent_ms = max(spent_ms, ?5) WHERE id = ?1";
    for row in rows {
        let [_, _, _, state, ended, revision, spent] = &row[..] else { continue };
        let (is_over, revision) = (number(ended) == 1, number(revision));
        let known = here.get(&identity(table, row)).copied();
        let id = match known {
            None => {
                insert(transaction, table, row)?;
                transaction.last_insert_rowid()
            }
            Some((id, false, saved)) if is_over || revision > saved => {
                // A revision of its own, so that an instance that has the session open finds out.
                let next = revision.max(saved) + 1;
                transaction.prepare_cached(update)?.execute(params![id, state, ended, next, spent])?;
                id
            }
            Some(_) => continue,
        };
        here.insert(identity(table, row), (id, is_over, revision));
    }
    Ok(())
}

/// Works out again which answer to each question was its first.
fn see_first_sights(transaction: &Transaction<'_>) -> Result<(), rusqlite::Error> {
    transaction.execute(
        "WITH placed AS (
            SELECT id, ROW_NUMBER() OVER (PARTITION BY question ORDER BY at_ms, id) = 1 AS is_first FROM sound_answers
         )
         UPDATE answers SET first_sight = placed.is_first FROM placed
         WHERE placed.id = answers.id AND answers.first_sight <> placed.is_first",
        [],
    )?;
    Ok(())
}
