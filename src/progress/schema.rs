//! The tables of the progress file and how an older file becomes the present one.
//!
//! `user_version` counts the migrations that have run. A migration is never changed once released; a new one is added, and
//! the version follows from their number. The runner is our own: it reads the version inside the transaction that changes
//! it, since two instances may start on a new file at once.

use rusqlite::Connection;

use crate::database::Schema;

/// The migrations, oldest first.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE answers (
        id INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        question TEXT NOT NULL,
        topic TEXT NOT NULL,
        pattern TEXT NOT NULL,
        chosen TEXT NOT NULL,
        correct INTEGER NOT NULL,
        first_sight INTEGER NOT NULL
    );
    CREATE INDEX answers_by_question ON answers (question);
    CREATE TABLE answer_traps (
        answer INTEGER NOT NULL REFERENCES answers (id),
        trap TEXT NOT NULL
    );
    CREATE TABLE lab_steps (
        lab TEXT NOT NULL,
        step TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        PRIMARY KEY (lab, step)
    );
",
    "
    CREATE TABLE predictions (
        id INTEGER PRIMARY KEY,
        lab TEXT NOT NULL,
        step TEXT NOT NULL,
        at_ms INTEGER NOT NULL,
        said TEXT NOT NULL,
        came_to TEXT NOT NULL,
        hit TEXT NOT NULL
    );
",
    "
    ALTER TABLE answers ADD COLUMN family TEXT NOT NULL DEFAULT '';
    ALTER TABLE answers ADD COLUMN mode TEXT NOT NULL DEFAULT 'practice';
    ALTER TABLE answers ADD COLUMN confidence TEXT NOT NULL DEFAULT '';
    ALTER TABLE answers ADD COLUMN verified INTEGER NOT NULL DEFAULT 1;
    UPDATE answers SET family = question;
    CREATE TABLE proofs (
        id INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        question TEXT NOT NULL,
        family TEXT NOT NULL
    );
    CREATE TABLE sessions (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        started_ms INTEGER NOT NULL,
        state TEXT NOT NULL,
        ended INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE settings (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    );
    CREATE TABLE imported (
        id TEXT PRIMARY KEY,
        body TEXT NOT NULL
    );
",
    "
    ALTER TABLE sessions ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE sessions ADD COLUMN spent_ms INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX proofs_by_family ON proofs (family, at_ms);
    CREATE TABLE faulty (
        id INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        place TEXT NOT NULL,
        reason TEXT NOT NULL,
        row TEXT NOT NULL
    );
",
    "
    ALTER TABLE lab_steps ADD COLUMN requests INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE lab_steps ADD COLUMN read_halves INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE lab_steps ADD COLUMN write_halves INTEGER NOT NULL DEFAULT 0;
",
    "
    ALTER TABLE lab_steps ADD COLUMN shown INTEGER NOT NULL DEFAULT 0;
",
];

/// The version a file has once every migration has run.
#[expect(clippy::cast_possible_wrap, reason = "there are a few migrations")]
pub(super) const VERSION: i64 = MIGRATIONS.len() as i64;

/// The version of a file.
pub(super) fn version(connection: &Connection) -> Result<i64, rusqlite::Error> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// The schema of a file of some version; `None` if there is no such version.
pub(super) fn of_version(version: i64) -> Result<Option<Schema>, rusqlite::Error> {
    let done = usize::try_from(version).ok().and_then(|done| MIGRATIONS.get(..done));
    done.map(Schema::made_by).transpose()
}

/// Runs the migrations that a file lacks, all or none. A file that lacks none is not written to, so that it can be read
/// while another program is writing.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), rusqlite::Error> {
    if version(connection)? == VERSION {
        return Ok(());
    }
    // An immediate transaction: two instances that start at once must not both find version 0 and migrate.
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let done = usize::try_from(version(&transaction)?).unwrap_or(0);
    for migration in MIGRATIONS.iter().skip(done) {
        transaction.execute_batch(migration)?;
    }
    if done < MIGRATIONS.len() {
        transaction.pragma_update(None, "user_version", VERSION)?;
    }
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_any_earlier_version_becomes_the_present_one_and_is_not_migrated_twice() {
        for earlier in 0..=MIGRATIONS.len() {
            let mut connection = Connection::open_in_memory().unwrap();
            MIGRATIONS.iter().take(earlier).for_each(|migration| connection.execute_batch(migration).unwrap());
            connection.pragma_update(None, "user_version", i64::try_from(earlier).unwrap()).unwrap();
            for _ in 0..2 {
                migrate(&mut connection).unwrap();
                assert_eq!(version(&connection).unwrap(), VERSION, "from {earlier}");
            }
            super::super::tables::make_views(&connection).unwrap();
        }
    }
}
