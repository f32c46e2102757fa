//! A SQLite file of ours, as far as it is not to be trusted: somebody else may have written it, or written in it.
//!
//! The life of such a file: before anything is read from it, [`distrust`] takes away what a schema could run by itself;
//! then its [`Schema`], which we know to the letter, is held against the one that we make. What is missing or is another
//! thing under our name makes the file unusable; what was added is named, and does nothing. What to do about either is for
//! the file's own module to say (`progress`, `http`), and so is everything about its rows.
//!
//! Sources: SQLite documentation, "The Schema Table", "Defense Against The Dark Arts", `SQLITE_DBCONFIG_ENABLE_TRIGGER`,
//! `SQLITE_DBCONFIG_ENABLE_VIEW`.

use crate::safe_text::quoted;
use std::collections::BTreeMap;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, Error};

/// What SQLite itself keeps in a schema, for the planner and for counters.
const INTERNAL: [&str; 3] = ["sqlite_sequence", "sqlite_stat1", "sqlite_stat4"];

/// Lets nothing in a file run by itself: triggers and views that are in it, or that another program puts there later, are
/// passed over or refused, and SQL cannot write to the schema. Views of the connection's own work as before.
///
/// # Errors
/// SQLite cannot be told so.
pub fn distrust(connection: &Connection) -> Result<(), Error> {
    for (setting, on) in [
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
    ] {
        connection.set_db_config(setting, on)?;
    }
    Ok(())
}

/// What a database is made of: each object's kind and name, with the table that it belongs to and the SQL that makes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema(BTreeMap<(String, String), (String, String)>);

impl Schema {
    /// Returns the schema of a database.
    ///
    /// # Errors
    /// SQLite cannot read it.
    pub fn of(connection: &Connection) -> Result<Self, Error> {
        let mut statement =
            connection.prepare("SELECT type, name, tbl_name, ifnull(sql, '') FROM main.sqlite_schema")?;
        let objects = statement.query_map([], |row| {
            // How it is broken into lines makes no difference.
            let [kind, name, table, sql] = [0, 1, 2, 3].map(|at| row.get::<_, String>(at));
            let sql = sql?.split_whitespace().collect::<Vec<_>>().join(" ");
            Ok(((kind?, name?), (table?, sql)))
        })?;
        objects
            .filter(|object| !matches!(object, Ok(((kind, name), _)) if is_internal(kind, name)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Returns the schema that some SQL makes.
    ///
    /// # Errors
    /// SQLite cannot run it.
    pub fn made_by(statements: &[&str]) -> Result<Self, Error> {
        let connection = Connection::open_in_memory()?;
        statements.iter().try_for_each(|sql| connection.execute_batch(sql))?;
        Self::of(&connection)
    }

    /// Returns whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns what keeps this from being used for `wanted`, in words: an object that is missing or is another one. `None` if
    /// nothing does.
    #[must_use]
    pub fn fault(&self, wanted: &Self) -> Option<String> {
        wanted.0.iter().find_map(|(object, made)| match self.0.get(object) {
            None => Some(format!("it has no {}", named(object))),
            Some(found) if found != made => Some(format!("its {} is not as dynadrill makes it", named(object))),
            Some(_) => None,
        })
    }

    /// Returns what this has beside `wanted`, in words: `trigger "x"`. An index may keep rows from being written, with an
    /// error; nothing of it changes what is written.
    #[must_use]
    pub fn additions(&self, wanted: &Self) -> Vec<String> {
        self.0.keys().filter(|object| !wanted.0.contains_key(*object)).map(named).collect()
    }
}

fn is_internal(kind: &str, name: &str) -> bool {
    kind == "table" && INTERNAL.contains(&name)
}

fn named((kind, name): &(String, String)) -> String {
    const LONGEST: usize = 60;
    format!("{kind} {}", quoted(&name.chars().take(LONGEST).collect::<String>()))
}

/// What SQLite says in several lines, as one: its reports of damage, and statements that it repeats.
#[must_use]
pub fn in_one_line(said: &str) -> String {
    let parts: Vec<String> = said
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty() && !line.starts_with("***"))
        .collect();
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "CREATE TABLE ours (x, y UNIQUE); CREATE INDEX ours_by_x ON ours (x);";

    #[test]
    fn what_was_added_and_what_is_another_thing_is_told() {
        let wanted = Schema::made_by(&[OURS]).unwrap();
        for (sql, fault, additions) in [
            ("", None, vec![]),
            ("ANALYZE", None, vec![]),
            ("CREATE TABLE theirs (x); CREATE INDEX i ON theirs (x)", None, vec!["index \"i\"", "table \"theirs\""]),
            ("CREATE VIEW v AS SELECT 1", None, vec!["view \"v\""]),
            ("CREATE TRIGGER t AFTER INSERT ON ours BEGIN DELETE FROM ours; END", None, vec!["trigger \"t\""]),
            ("CREATE UNIQUE INDEX i ON ours (x)", None, vec!["index \"i\""]),
            ("DROP INDEX ours_by_x", Some("it has no index \"ours_by_x\""), vec![]),
            ("ALTER TABLE ours ADD COLUMN z", Some("its table \"ours\" is not as dynadrill makes it"), vec![]),
        ] {
            let found = Schema::made_by(&[OURS, sql]).unwrap();
            assert_eq!(found.additions(&wanted), additions, "{sql}");
            let told = found.fault(&wanted);
            assert!(
                told.as_deref()
                    .zip(fault)
                    .map_or(told.is_none() && fault.is_none(), |(told, fault)| told.starts_with(fault)),
                "{sql}: {told:?}"
            );
        }
    }

    #[test]
    fn triggers_and_views_of_a_file_do_nothing_and_those_of_the_connection_do() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(OURS).unwrap();
        connection
            .execute_batch(
                "CREATE TRIGGER t AFTER INSERT ON ours BEGIN DELETE FROM ours; END; CREATE VIEW v AS SELECT 1",
            )
            .unwrap();
        distrust(&connection).unwrap();
        connection
            .execute_batch("INSERT INTO ours VALUES (1, 2); CREATE TEMP VIEW mine AS SELECT x FROM main.ours")
            .unwrap();
        assert_eq!(connection.query_row("SELECT x FROM mine", [], |row| row.get::<_, i64>(0)), Ok(1));
        assert!(connection.prepare("SELECT * FROM v").is_err());
        assert!(connection.execute_batch("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema").is_err());
    }

    #[test]
    fn several_lines_become_a_list() {
        let said =
            "*** in database main ***\nTree 2 page 2:  btreeInitPage() returns error code 11\n\nwrong # of entries";
        assert_eq!(in_one_line(said), "Tree 2 page 2: btreeInitPage() returns error code 11; wrong # of entries");
    }
}
