//! What the learner has done, in a SQLite file: every answer and every lab step, saved before it is acknowledged.
//!
//! The life of an answer: [`Store::record_answer`] inserts it in a transaction of its own with `synchronous=FULL`, so
//! that when the call returns it is on disk, whatever happens to the process. [`Store::summary`] reads it back. A file
//! that is damaged, or written by a newer version, is kept aside under another name and told of in a [`Notice`]; it is
//! never deleted. Two instances may write at once: SQLite's write-ahead log and a busy timeout see to it.
//!
//! Reviews are not kept: `review` works them out from the answers. Source: SQLite documentation, "Write-Ahead Logging", "PRAGMA synchronous".

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use crate::clock::Timestamp;

mod open;
mod schema;
mod transfer;

pub use open::data_directory;
pub use transfer::TransferError;

/// The progress file.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: Option<PathBuf>,
}

/// Something the learner should know about their progress file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The file could not be read and was kept aside.
    Damaged {
        /// Where it is now.
        kept: PathBuf,
        /// What was wrong with it.
        reason: String,
    },
    /// The file was written by a newer version and was kept aside.
    Newer {
        /// Where it is now.
        kept: PathBuf,
        /// Its schema version.
        version: i64,
    },
    /// No file can be written; progress is kept in memory until the program ends.
    InMemory {
        /// Why.
        reason: String,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { kept, reason } => write!(
                f,
                "The progress file could not be read ({reason}). It was kept as {} and a new one was begun.",
                kept.display()
            ),
            Self::Newer { kept, version } => write!(
                f,
                "The progress file was written by a newer dynadrill (format {version}). It was kept as {} and a new \
                 one was begun.",
                kept.display()
            ),
            Self::InMemory { reason } => {
                write!(f, "Progress cannot be saved ({reason}): answers count only until the program ends.")
            }
        }
    }
}

/// An answer to be saved.
#[derive(Clone, Debug)]
pub struct Answer<'a> {
    /// When it was given.
    pub at: Timestamp,
    /// The question.
    pub question: &'a str,
    /// The family that reviews are kept under.
    pub family: &'a str,
    /// Its topic.
    pub topic: &'a str,
    /// Its pattern.
    pub pattern: &'a str,
    /// The options chosen, as places in the question's file.
    pub chosen: &'a [usize],
    /// Whether it was right.
    pub correct: bool,
    /// The traps that the chosen options stand for.
    pub traps: &'a [&'a str],
    /// The kind of session: `practice`, `exam`, `review` and so on.
    pub mode: &'a str,
    /// How sure the learner said to be: `guess`, `unsure`, `sure`; empty if they did not say.
    pub confidence: &'a str,
    /// Whether the question's answer is known to be right; imported ones are not.
    pub is_verified: bool,
}

/// An answer as it was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// When it was given.
    pub at: Timestamp,
    /// The question.
    pub question: String,
    /// The family that reviews are kept under.
    pub family: String,
    /// Its topic.
    pub topic: String,
    /// Whether it was right.
    pub correct: bool,
    /// Whether the question had never been answered before.
    pub first_sight: bool,
    /// The kind of session.
    pub mode: String,
    /// How sure the learner said to be.
    pub confidence: String,
    /// Whether the question's answer is known to be right.
    pub is_verified: bool,
    /// Whether a proof of its family had been seen before.
    pub is_proof_seen: bool,
}

/// A prediction to be saved with the step that it was made for.
#[derive(Clone, Copy, Debug)]
pub struct Foreseen<'a> {
    /// What was said.
    pub said: &'a str,
    /// What it came to.
    pub came_to: &'a str,
    /// How near it came: `right`, `low`, `high` or `other`.
    pub hit: &'a str,
}

/// Answers and right answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Answers.
    pub answers: u64,
    /// Right ones.
    pub correct: u64,
}

/// What the learner has done, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Of all questions.
    pub all: Tally,
    /// By topic.
    pub by_topic: BTreeMap<String, Tally>,
    /// By pattern.
    pub by_pattern: BTreeMap<String, Tally>,
    /// Steps done, by lab.
    pub lab_steps: BTreeMap<String, Vec<String>>,
    /// How often each trap was chosen.
    pub traps: BTreeMap<String, u64>,
    /// Predictions in labs, by how near they came: `right`, `low`, `high` or `other`.
    pub predictions: BTreeMap<String, u64>,
}

impl Store {
    /// Opens the progress file in a directory, creating both if needed. A file that cannot be used is kept aside; if no
    /// file can be written, progress is kept in memory. The notices say so.
    #[must_use]
    pub fn open(directory: &Path, now: Timestamp) -> (Self, Vec<Notice>) {
        open::open(directory, now)
    }

    /// A store that is forgotten when it is dropped.
    ///
    /// # Errors
    /// SQLite cannot make one.
    pub fn in_memory() -> Result<Self, rusqlite::Error> {
        let mut connection = Connection::open_in_memory()?;
        schema::migrate(&mut connection)?;
        Ok(Self { connection, path: None })
    }

    /// Where the file is; `None` if progress is kept in memory.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Saves an answer. When this returns, it is on disk.
    ///
    /// # Errors
    /// SQLite cannot write: the disk is full, or another instance holds the file for too long.
    pub fn record_answer(&mut self, answer: &Answer<'_>) -> Result<(), rusqlite::Error> {
        let transaction = self.connection.transaction()?;
        let places: Vec<String> = answer.chosen.iter().map(ToString::to_string).collect();
        transaction.execute(
            "INSERT INTO answers
                (at_ms, question, topic, pattern, chosen, correct, first_sight, family, mode, confidence, verified)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, NOT EXISTS (SELECT 1 FROM answers WHERE question = ?2), ?7, ?8, ?9, ?10)",
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
        transaction.commit()
    }

    /// Saves that a step of a lab is done, with what was predicted of it. When this returns, it is on disk; saving it again changes nothing.
    ///
    /// # Errors
    /// As [`Store::record_answer`].
    pub fn record_lab_step(
        &mut self,
        lab: &str,
        step: &str,
        foreseen: Option<Foreseen<'_>>,
        at: Timestamp,
    ) -> Result<(), rusqlite::Error> {
        let transaction = self.connection.transaction()?;
        transaction.execute(
            "INSERT INTO lab_steps (lab, step, at_ms) VALUES (?1, ?2, ?3) ON CONFLICT (lab, step) DO NOTHING",
            params![lab, step, millis(at)],
        )?;
        if let Some(Foreseen { said, came_to, hit }) = foreseen {
            transaction.execute(
                "INSERT INTO predictions (lab, step, at_ms, said, came_to, hit) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![lab, step, millis(at), said, came_to, hit],
            )?;
        }
        transaction.commit()
    }

    /// Saves that a proof was looked at.
    ///
    /// # Errors
    /// As [`Store::record_answer`].
    pub fn record_proof(&mut self, question: &str, family: &str, at: Timestamp) -> Result<(), rusqlite::Error> {
        self.connection.execute(
            "INSERT INTO proofs (at_ms, question, family) VALUES (?1, ?2, ?3)",
            params![millis(at), question, family],
        )?;
        Ok(())
    }

    /// Every answer, oldest first.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn log(&self) -> Result<Vec<Logged>, rusqlite::Error> {
        let mut statement = self.connection.prepare(
            "SELECT at_ms, question, family, topic, correct, first_sight, mode, confidence, verified,
                EXISTS (SELECT 1 FROM proofs WHERE proofs.family = answers.family AND proofs.at_ms < answers.at_ms)
             FROM answers ORDER BY id",
        )?;
        let rows = statement.query_map([], |row| {
            Ok(Logged {
                at: Timestamp::from_millis(row.get::<_, i64>(0)?.unsigned_abs()),
                question: row.get(1)?,
                family: row.get(2)?,
                topic: row.get(3)?,
                correct: row.get(4)?,
                first_sight: row.get(5)?,
                mode: row.get(6)?,
                confidence: row.get(7)?,
                is_verified: row.get(8)?,
                is_proof_seen: row.get(9)?,
            })
        })?;
        rows.collect()
    }

    /// Saves a session that can be gone on with; `id` is that of an earlier save of it. Answers with its id.
    ///
    /// # Errors
    /// As [`Store::record_answer`].
    pub fn save_session(
        &mut self,
        id: Option<i64>,
        kind: &str,
        state: &str,
        is_ended: bool,
        at: Timestamp,
    ) -> Result<i64, rusqlite::Error> {
        if let Some(id) = id {
            let changed = "UPDATE sessions SET state = ?2, ended = ?3 WHERE id = ?1";
            self.connection.execute(changed, params![id, state, is_ended])?;
            return Ok(id);
        }
        let new = "INSERT INTO sessions (kind, started_ms, state, ended) VALUES (?1, ?2, ?3, ?4)";
        self.connection.execute(new, params![kind, millis(at), state, is_ended])?;
        Ok(self.connection.last_insert_rowid())
    }

    /// The newest session of a kind that has not ended: its id and its state.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn open_session(&self, kind: &str) -> Result<Option<(i64, String)>, rusqlite::Error> {
        let mut statement = self
            .connection
            .prepare("SELECT id, state FROM sessions WHERE kind = ?1 AND ended = 0 ORDER BY id DESC LIMIT 1")?;
        let mut rows = statement.query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.next().transpose()
    }

    /// A setting.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn setting(&self, name: &str) -> Result<Option<String>, rusqlite::Error> {
        let mut statement = self.connection.prepare("SELECT value FROM settings WHERE name = ?1")?;
        let mut rows = statement.query_map([name], |row| row.get(0))?;
        rows.next().transpose()
    }

    /// Saves a setting.
    ///
    /// # Errors
    /// As [`Store::record_answer`].
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), rusqlite::Error> {
        self.connection.execute(
            "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
            params![name, value],
        )?;
        Ok(())
    }

    /// The steps of a lab that are done.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn lab_steps(&self, lab: &str) -> Result<Vec<String>, rusqlite::Error> {
        let mut statement =
            self.connection.prepare("SELECT step FROM lab_steps WHERE lab = ?1 ORDER BY at_ms, step")?;
        let steps = statement.query_map([lab], |row| row.get(0))?;
        steps.collect()
    }

    /// For each question family answered: whether the last answer was right, and its place in time.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn history(&self) -> Result<BTreeMap<String, (bool, u64)>, rusqlite::Error> {
        let mut statement = self.connection.prepare("SELECT family, correct, id FROM answers ORDER BY id")?;
        let rows =
            statement.query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get::<_, i64>(2)?.unsigned_abs()))))?;
        rows.collect()
    }

    /// Everything in numbers.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn summary(&self) -> Result<Summary, rusqlite::Error> {
        let mut summary = Summary::default();
        let mut answers = self.connection.prepare("SELECT topic, pattern, correct FROM answers")?;
        let rows =
            answers.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?)))?;
        for row in rows {
            let (topic, pattern, correct): (String, String, bool) = row?;
            let topic = summary.by_topic.entry(topic).or_default();
            let mut none = Tally::default();
            let pattern = if pattern.is_empty() { &mut none } else { summary.by_pattern.entry(pattern).or_default() };
            for tally in [&mut summary.all, topic, pattern] {
                tally.answers += 1;
                tally.correct += u64::from(correct);
            }
        }
        let mut steps = self.connection.prepare("SELECT lab, step FROM lab_steps ORDER BY lab, at_ms, step")?;
        for row in steps.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))? {
            let (lab, step) = row?;
            summary.lab_steps.entry(lab).or_default().push(step);
        }
        let mut traps = self.connection.prepare("SELECT trap, COUNT(*) FROM answer_traps GROUP BY trap")?;
        for row in traps.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))? {
            let (trap, count) = row?;
            summary.traps.insert(trap, count.unsigned_abs());
        }
        let mut predictions = self.connection.prepare("SELECT hit, COUNT(*) FROM predictions GROUP BY hit")?;
        for row in predictions.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))? {
            let (hit, count) = row?;
            summary.predictions.insert(hit, count.unsigned_abs());
        }
        Ok(summary)
    }
}

fn millis(at: Timestamp) -> i64 {
    i64::try_from(at.as_millis()).unwrap_or(i64::MAX)
}
