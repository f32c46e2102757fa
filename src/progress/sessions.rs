//! Sessions as they are saved, and the answers that belong to them.
//!
//! A session may be open in several instances of the program. Its row has a revision, which each save raises: who saves
//! must hold the revision that is in the file, or nothing is saved and they get the newer state instead
//! ([`SaveOutcome::Refused`]), to go on from there. No state is ever merged or overwritten unseen. A session that has
//! ended takes nothing any more. The answers that a change of a session gives are inserted in the transaction that
//! saves the change, so an answer is counted if and only if its session knows of it.
//!
//! An exam is saved with its first answer. Two windows may have begun one by then, and a learner sits one exam at a time: the
//! second gets the first one's instead, as if it had been continued there.
//!
//! The time that was spent is apart from that: it only grows, so every instance may note it without holding a revision.

use std::time::Duration;

use rusqlite::{OptionalExtension as _, Row, Transaction, TransactionBehavior, params};

use super::tables::LAST_COUNT;
use super::{AnswerRecord, Error, Store, millis, open};
use crate::clock::Timestamp;

/// The kind of sessions of which there is one at a time.
const EXAM: &str = "exam";

/// A session that is saved, and the revision of it that the holder knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    pub(super) id: i64,
    revision: i64,
}

/// A session to be saved.
#[derive(Clone, Copy, Debug)]
pub struct SessionRecord<'a> {
    /// What it is for: `practice`, `exam` and so on.
    pub kind: &'a str,
    /// Where it stands.
    pub state: &'a str,
    /// The milliseconds spent on it.
    pub spent: u64,
    /// Whether it has ended.
    pub is_ended: bool,
}

/// What became of a session that was to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum SaveOutcome {
    /// It is on disk, its answers too.
    Saved(Held),
    /// Nothing was saved: another instance has saved it since, or ended it. This is what it saved.
    Refused(SavedRecord),
}

/// A session as the file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedRecord {
    /// What to save it with the next time.
    pub held: Held,
    /// What it is for.
    pub kind: String,
    /// Where it stands.
    pub state: String,
    /// The milliseconds spent on it.
    pub spent: u64,
    /// Whether it has ended.
    pub is_ended: bool,
}

impl Held {
    /// Returns the row of the session.
    #[must_use]
    pub const fn row(self) -> i64 {
        self.id
    }
}

impl Store {
    /// Returns the sessions of a kind that have ended, newest first, each with when it was begun, in milliseconds since 1970.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn ended_sessions(&self, kind: &str) -> Result<Vec<(u64, SavedRecord)>, Error> {
        let mut statement = self.connection.prepare(
            "SELECT id, revision, kind, state, spent_ms, ended, started_ms FROM sound_sessions
             WHERE ended = 1 AND kind = ?1 ORDER BY started_ms DESC, id DESC",
        )?;
        let found = statement.query_map([kind], |row| Ok((row.get::<_, i64>(6)?.unsigned_abs(), record(row)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The open exam that another instance has begun since this one last looked for one, if `kind` is an exam's.
    fn begun_elsewhere(
        &self,
        transaction: &Transaction<'_>,
        kind: &str,
    ) -> Result<Option<SavedRecord>, rusqlite::Error> {
        if kind != EXAM {
            return Ok(None);
        }
        let find = "SELECT id, revision, kind, state, spent_ms, ended FROM sound_sessions
             WHERE kind = ?1 AND ended = 0 AND id > ?2 ORDER BY id LIMIT 1";
        transaction.query_row(find, params![kind, self.known.get()], record).optional()
    }

    /// Notes that the sessions there are may be gone on with.
    pub(super) fn note_sessions(&self) {
        let newest = self.connection.query_row("SELECT max(id) FROM sessions", [], |row| row.get::<_, Option<i64>>(0));
        if let Ok(Some(newest)) = newest {
            self.known.set(newest);
        }
    }

    /// Saves where a session stands, and the answers given since it was last saved: all or nothing. Without `held` it is a
    /// new session, unless it is an exam and another one was begun elsewhere meanwhile. When this returns, it is on disk.
    ///
    /// # Errors
    /// SQLite cannot write: the disk is full, or another program holds the file for too long. Nothing was saved then.
    pub fn save_session(
        &mut self,
        held: Option<Held>,
        session: &SessionRecord<'_>,
        answers: &[AnswerRecord<'_>],
        at: Timestamp,
    ) -> Result<SaveOutcome, Error> {
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)?;
        let held = match held {
            None => match self.begun_elsewhere(&transaction, session.kind)? {
                Some(there) => {
                    // It has been told of: whoever does not go on with it may begin another.
                    self.known.set(self.known.get().max(there.held.id));
                    return Ok(SaveOutcome::Refused(there));
                }
                None => insert(&transaction, session, at)?,
            },
            Some(held) => match update(&transaction, held, session, at)? {
                SaveOutcome::Saved(held) => held,
                refused @ SaveOutcome::Refused(_) => return Ok(refused),
            },
        };
        for answer in answers {
            insert_answer(&transaction, answer)?;
        }
        transaction.commit()?;
        self.known.set(self.known.get().max(held.id));
        Ok(SaveOutcome::Saved(held))
    }

    /// Notes the milliseconds spent on a session that has not ended. It does not wait for other programs: what could not be
    /// noted now is noted the next time.
    ///
    /// # Errors
    /// SQLite cannot write.
    pub fn save_time(&mut self, held: Held, spent: u64) -> Result<(), Error> {
        self.connection.busy_timeout(Duration::ZERO)?;
        let note = "UPDATE sessions SET spent_ms = max(spent_ms, ?2) WHERE id = ?1 AND ended = 0";
        let noted = self.connection.execute(note, params![held.id, count(spent)]);
        self.connection.busy_timeout(open::BUSY)?;
        noted?;
        Ok(())
    }

    /// The newest session of these kinds that has not ended and of which `pick` makes something.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn find_open_session<T>(
        &self,
        kinds: &[&str],
        mut pick: impl FnMut(SavedRecord) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        self.note_sessions();
        let mut statement = self.connection.prepare(
            "SELECT id, revision, kind, state, spent_ms, ended FROM sound_sessions WHERE ended = 0
             ORDER BY started_ms DESC, id DESC",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let found = record(row)?;
            if kinds.contains(&found.kind.as_str())
                && let Some(picked) = pick(found)
            {
                return Ok(Some(picked));
            }
        }
        Ok(None)
    }
}

fn record(row: &Row<'_>) -> Result<SavedRecord, rusqlite::Error> {
    Ok(SavedRecord {
        held: Held { id: row.get(0)?, revision: row.get(1)? },
        kind: row.get(2)?,
        state: row.get(3)?,
        spent: row.get::<_, i64>(4)?.unsigned_abs(),
        is_ended: row.get(5)?,
    })
}

fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(LAST_COUNT).min(LAST_COUNT)
}

fn insert(transaction: &Transaction<'_>, session: &SessionRecord<'_>, at: Timestamp) -> Result<Held, rusqlite::Error> {
    let SessionRecord { kind, state, spent, is_ended } = *session;
    transaction.execute(
        "INSERT INTO sessions (kind, started_ms, state, spent_ms, ended) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![kind, millis(at), state, count(spent), is_ended],
    )?;
    Ok(Held { id: transaction.last_insert_rowid(), revision: 0 })
}

/// Saves a session over the revision that its holder knows, and over no other.
fn update(
    transaction: &Transaction<'_>,
    held: Held,
    session: &SessionRecord<'_>,
    at: Timestamp,
) -> Result<SaveOutcome, rusqlite::Error> {
    let Held { id, revision } = held;
    let changed = transaction.execute(
        "UPDATE sessions SET state = ?3, spent_ms = max(spent_ms, ?4), ended = ?5, revision = revision + 1
         WHERE id = ?1 AND revision = ?2 AND ended = 0",
        params![id, revision, session.state, count(session.spent), session.is_ended],
    )?;
    if changed > 0 {
        return Ok(SaveOutcome::Saved(Held { id, revision: revision + 1 }));
    }
    let find = "SELECT id, revision, kind, state, spent_ms, ended FROM sound_sessions WHERE id = ?1";
    Ok(match transaction.query_row(find, [id], record).optional()? {
        Some(there) => SaveOutcome::Refused(there),
        // Its row is gone (it was set aside, say), so there is nothing that it could overwrite.
        None => SaveOutcome::Saved(insert(transaction, session, at)?),
    })
}

fn insert_answer(transaction: &Transaction<'_>, answer: &AnswerRecord<'_>) -> Result<(), rusqlite::Error> {
    let places: Vec<String> = answer.chosen.iter().map(ToString::to_string).collect();
    transaction.execute(
        "INSERT INTO answers
            (at_ms, question, topic, pattern, chosen, correct, first_sight, family, mode, confidence, verified)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, NOT EXISTS (SELECT 1 FROM sound_answers WHERE question = ?2), ?7, ?8, ?9, ?10)",
        params![
            millis(answer.at),
            answer.question,
            answer.topic,
            answer.pattern,
            places.join(","),
            answer.correct,
            answer.family,
            answer.mode,
            answer.confidence,
            answer.is_verified
        ],
    )?;
    let id = transaction.last_insert_rowid();
    for trap in answer.traps {
        transaction.execute("INSERT INTO answer_traps (answer, trap) VALUES (?1, ?2)", params![id, trap])?;
    }
    Ok(())
}
