//! Everything the learner has done as JSON, and back: for another machine, or for keeping.
//!
//! Each table is a list of rows, by column name. What is there already is not taken twice: a row counts as the same if all
//! its columns but its number are.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, params_from_iter};
use serde_json::{Map, Value, json};

use super::Store;

/// The tables, in an order in which what is referred to comes first; `true` if they number their rows themselves.
const TABLES: [(&str, bool); 8] = [
    ("answers", true),
    ("answer_traps", false),
    ("lab_steps", false),
    ("predictions", true),
    ("proofs", true),
    ("sessions", true),
    ("settings", false),
    ("imported", false),
];
/// The format that is written and read.
const FORMAT: u64 = 1;

/// Why progress could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// It is not what is exported.
    #[error("expected progress as dynadrill exports it: {0}")]
    Format(String),
    /// SQLite fails.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}

impl Store {
    /// Everything as JSON.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn export(&self) -> Result<Value, rusqlite::Error> {
        let mut tables = Map::new();
        for (table, _) in TABLES {
            tables.insert(table.to_owned(), rows(&self.connection, table)?.into());
        }
        Ok(json!({"dynadrill_progress": FORMAT, "tables": tables}))
    }

    /// Takes exported progress in beside what is there, all or nothing; answers with how many answers were new.
    ///
    /// # Errors
    /// It is not what is exported, or SQLite cannot write.
    pub fn import(&mut self, exported: &Value) -> Result<usize, TransferError> {
        if exported["dynadrill_progress"].as_u64() != Some(FORMAT) {
            return Err(TransferError::Format(format!("\"dynadrill_progress\" must be {FORMAT}")));
        }
        let transaction = self.connection.transaction()?;
        let mut new_answers = 0;
        let mut numbers = std::collections::BTreeMap::new();
        for (table, numbers_itself) in TABLES {
            let Some(rows) = exported["tables"].get(table).and_then(Value::as_array) else { continue };
            for row in rows {
                let row =
                    row.as_object().ok_or_else(|| TransferError::Format(format!("a row of {table} is no object")))?;
                let mut row = row.clone();
                let number = if numbers_itself { row.shift_remove("id").and_then(|id| id.as_i64()) } else { None };
                if let Some(answer) = row.get_mut("answer").filter(|_| table == "answer_traps") {
                    // An answer that was there already has its traps already.
                    let Some(known) = answer.as_i64().and_then(|old| numbers.get(&old)) else { continue };
                    *answer = Value::from(*known);
                }
                let inserted = insert(&transaction, table, &row)?;
                if table == "answers" && inserted {
                    new_answers += 1;
                    numbers.extend(number.map(|old| (old, transaction.last_insert_rowid())));
                }
            }
        }
        transaction.commit()?;
        Ok(new_answers)
    }

    /// Keeps an imported question, in place of an earlier one of its name.
    ///
    /// # Errors
    /// SQLite cannot write.
    pub fn keep_imported(&mut self, id: &str, body: &str) -> Result<(), rusqlite::Error> {
        let keep = "INSERT INTO imported (id, body) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET body = ?2";
        self.connection.execute(keep, [id, body])?;
        Ok(())
    }

    /// The imported questions, by name.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn imported(&self) -> Result<Vec<String>, rusqlite::Error> {
        let mut statement = self.connection.prepare("SELECT body FROM imported ORDER BY id")?;
        let rows = statement.query_map([], |row| row.get(0))?;
        rows.collect()
    }
}

fn rows(connection: &Connection, table: &str) -> Result<Vec<Value>, rusqlite::Error> {
    // The tables' names are ours.
    let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2"))?;
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let rows = statement.query_map([], |row| {
        let cell = |(place, name): (usize, &String)| Ok((name.clone(), as_json(row.get(place)?)));
        names.iter().enumerate().map(cell).collect::<Result<Map<_, _>, rusqlite::Error>>().map(Value::Object)
    })?;
    rows.collect()
}

/// Inserts a row unless it is there. Answers whether it was new.
fn insert(connection: &Connection, table: &str, row: &Map<String, Value>) -> Result<bool, TransferError> {
    let known: Vec<String> =
        connection.prepare(&format!("SELECT * FROM {table}"))?.column_names().map(str::to_owned).collect();
    if let Some(name) = row.keys().find(|name| !known.contains(name)) {
        return Err(TransferError::Format(format!(
            "{table} has no column {name}; a newer dynadrill may have written this"
        )));
    }
    let names: Vec<&str> = row.keys().map(String::as_str).collect();
    let marks: Vec<String> = (1..=names.len()).map(|place| format!("?{place}")).collect();
    let same: Vec<String> = names.iter().zip(&marks).map(|(name, mark)| format!("{name} IS {mark}")).collect();
    let values: Vec<Sql> = row.values().map(as_sql).collect();
    let statement = format!(
        "INSERT OR IGNORE INTO {table} ({}) SELECT {} WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE {})",
        names.join(", "),
        marks.join(", "),
        same.join(" AND ")
    );
    Ok(connection.execute(&statement, params_from_iter(values))? > 0)
}

fn as_json(value: Sql) -> Value {
    match value {
        Sql::Integer(number) => number.into(),
        Sql::Real(number) => number.into(),
        Sql::Text(text) => text.into(),
        Sql::Null | Sql::Blob(_) => Value::Null,
    }
}

fn as_sql(value: &Value) -> Sql {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Sql::Integer(whole),
            None => number.as_f64().map_or(Sql::Null, Sql::Real),
        },
        Value::Bool(is_true) => Sql::Integer(i64::from(*is_true)),
        Value::String(text) => Sql::Text(text.clone()),
        Value::Null | Value::Array(_) | Value::Object(_) => Sql::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Timestamp;
    use crate::progress::Answer;

    fn answer(at: u64, traps: &'static [&'static str]) -> Answer<'static> {
        Answer {
            at: Timestamp::from_millis(at),
            question: "q",
            family: "q",
            topic: "keys",
            pattern: "",
            chosen: &[1],
            correct: traps.is_empty(),
            traps,
            mode: "practice",
            confidence: "sure",
            is_verified: true,
        }
    }

    #[test]
    fn progress_moves_to_another_file_once() {
        let mut here = Store::in_memory().unwrap();
        here.record_answer(&answer(1000, &["a-trap"])).unwrap();
        here.record_answer(&answer(2000, &[])).unwrap();
        here.record_lab_step("lab", "step", None, Timestamp::from_millis(3000)).unwrap();
        here.keep_imported("imported-1", "{}").unwrap();
        here.set("fsrs", "[1]").unwrap();
        let exported = here.export().unwrap();
        let mut there = Store::in_memory().unwrap();
        there.record_answer(&answer(500, &[])).unwrap();
        assert_eq!(there.import(&exported).unwrap(), 2);
        assert_eq!(there.import(&exported).unwrap(), 0, "a second time changes nothing");
        let summary = there.summary().unwrap();
        assert_eq!((summary.all.answers, summary.all.correct), (3, 2));
        assert_eq!(summary.traps["a-trap"], 1);
        assert_eq!(there.lab_steps("lab").unwrap(), ["step"]);
        assert_eq!(there.imported().unwrap(), ["{}"]);
        assert_eq!(there.setting("fsrs").unwrap().as_deref(), Some("[1]"));
    }

    #[test]
    fn what_is_no_export_is_refused_whole() {
        let mut store = Store::in_memory().unwrap();
        assert!(store.import(&json!({})).unwrap_err().to_string().contains("\"dynadrill_progress\" must be 1"));
        let odd = json!({"dynadrill_progress": 1, "tables": {
            "settings": [{"name": "a", "value": "b"}], "answers": [{"colour": "blue"}],
        }});
        assert!(store.import(&odd).unwrap_err().to_string().contains("no column colour"));
        assert_eq!(store.setting("a").unwrap(), None, "nothing was taken");
    }
}
