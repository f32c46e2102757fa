//! What the learner has done, in a SQLite file: every answer and every lab step, saved before it is acknowledged.
//!
//! The life of an answer: [`Store::save_session`] inserts it in the transaction that saves where its session stands, with
//! `synchronous=FULL`, so that when the call returns both are on disk, whatever happens to the process, and neither is
//! there without the other. [`Store::log`] and [`Store::summary`] read it back. [`Store::export`] and [`Store::import`]
//! carry it to another machine, where it is counted once however often it is carried.
//!
//! Two instances may run at once: SQLite's write-ahead log and a busy timeout let them write in turn, and a session's
//! revision keeps either from overwriting what the other saved (`sessions`). A learner who opens a second one is told of the
//! first (`window`).
//!
//! Nothing is deleted, and one fault does not spoil the rest. A file that is damaged, or written by a newer version, is
//! kept aside under another name. What somebody else has added to a file does nothing there (`database`). A row that cannot be read is set aside in a table of its own (`tables`, `faulty`). A file
//! that cannot be written is copied into memory: it can be read and exported, and what is added is forgotten. Each of these
//! gives a [`Notice`].
//!
//! Reviews are not kept: `review` works them out from the answers. What a session's state and an imported question hold is
//! for others to say (`records`). Sources: SQLite documentation, "Write-Ahead Logging", "PRAGMA synchronous", "Datatypes In
//! SQLite".

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, TransactionBehavior, params};

use crate::clock::Timestamp;
use crate::database;

mod faulty;
mod open;
mod schema;
mod sessions;
pub mod settings;
mod tables;
#[cfg(test)]
mod tests;
mod transfer;
mod window;

pub use faulty::{ImportedRow, Rubbish};
pub use open::data_directory;
pub use sessions::{Held, SaveOutcome, SavedRecord, SessionRecord};
pub use transfer::{Checks, TransferError};
pub use window::Window;

/// The progress file.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    keeping: Keeping,
    /// The newest session that this instance has had the chance to go on with.
    known: Cell<i64>,
}

/// Where progress is kept.
#[derive(Debug)]
enum Keeping {
    /// In a file.
    File(PathBuf),
    /// In memory, over a copy of a file that cannot be written.
    Copy {
        /// Why not.
        reason: String,
    },
    /// In memory, from nothing.
    Nothing {
        /// Why no file can be read.
        reason: String,
    },
}

/// Why the progress file cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another program is writing.
    #[error("another program is using the progress file")]
    Busy,
    /// There is no room.
    #[error("the disk is full")]
    Full,
    /// A session cannot be read that another instance saved.
    #[error("another window saved this session in a way that cannot be read: {0}")]
    Session(String),
    /// Something else.
    #[error(transparent)]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::Full,
            _ => Self::Sqlite(error),
        }
    }
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
    /// The file holds objects that the program did not make. They stay there and do nothing.
    Strange {
        /// What they are: `trigger "x"`.
        names: Vec<String>,
    },
    /// Rows of the file could not be read.
    Faulty {
        /// How many.
        count: usize,
        /// What they are called: `answer`, `sessions`.
        name: &'static str,
        /// What is wrong with the first.
        first: String,
        /// Whether they were set aside; if not, they are where they were.
        is_moved: bool,
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
            Self::Strange { names } => {
                const MOST: usize = 5;
                let more = if names.len() > MOST { ", and more" } else { "" };
                let names = names.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
                write!(
                    f,
                    "The progress file holds what dynadrill did not put there: {names}{more}. It stays there; what could run by itself is not run."
                )
            }
            Self::Faulty { count, name, first, is_moved } => {
                let first = if *count == 1 { first.clone() } else { format!("the first is {first}") };
                let kept = if *is_moved { "set aside in the table \"faulty\"" } else { "left out" };
                let is = if *count == 1 { "It is" } else { "They are" };
                write!(f, "{count} {name} could not be read ({first}). {is} {kept}; everything else counts.")
            }
        }
    }
}

/// An answer to be saved.
#[derive(Clone, Debug)]
pub struct AnswerRecord<'a> {
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

impl Tally {
    /// Returns the share of right answers in whole percent, as it is shown everywhere; `None` without an answer.
    #[must_use]
    pub fn percent(self) -> Option<u64> {
        (self.correct * 100 + self.answers / 2).checked_div(self.answers)
    }
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

/// What a step of a lab cost: its requests, and the units they were charged, in halves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StepCost {
    /// How many requests there were; 0 if that is not known.
    pub requests: u64,
    /// Read units, in halves.
    pub read_halves: u64,
    /// Write units, in halves.
    pub write_halves: u64,
}

/// Keeps what a step cost if that is known and less than what was known: in units, or in requests for the same units.
const KEEP_BEST: &str = "UPDATE lab_steps SET requests = ?3, read_halves = ?4, write_halves = ?5
    WHERE lab = ?1 AND step = ?2 AND ?3 > 0
    AND (requests = 0 OR (?4 + ?5, ?3) < (read_halves + write_halves, requests))";

/// Keeps that the solution of a step was shown, if it was.
const KEEP_SHOWN: &str = "UPDATE lab_steps SET shown = 1 WHERE lab = ?1 AND step = ?2 AND ?3 = 1";

impl Store {
    /// Opens the progress file in a directory, creating both if needed. A file that cannot be used is kept aside; if no
    /// file can be written, progress is kept in memory. The notices say so.
    #[must_use]
    pub fn open(directory: &Path, now: Timestamp) -> (Self, Vec<Notice>) {
        open::open(directory, now)
    }

    /// As [`Store::open`], for whoever is about to show what is in the file, and nothing else: one that cannot be used stays
    /// where it is.
    ///
    /// # Errors
    /// What is wrong with the file, if it is damaged or was written by a newer version.
    pub fn open_to_read(directory: &Path, now: Timestamp) -> Result<(Self, Vec<Notice>), String> {
        open::open_to_read(directory, now)
    }

    /// A store that begins empty and is forgotten when it is dropped; `reason` says why there is no file.
    ///
    /// # Errors
    /// SQLite cannot make one.
    pub fn in_memory(reason: &str) -> Result<Self, Error> {
        let mut connection = Connection::open_in_memory()?;
        database::distrust(&connection)?;
        schema::migrate(&mut connection)?;
        tables::make_views(&connection)?;
        Ok(Self { connection, keeping: Keeping::Nothing { reason: reason.to_owned() }, known: Cell::default() })
    }

    /// Where the file is; `None` if progress is kept in memory.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &self.keeping {
            Keeping::File(path) => Some(path),
            Keeping::Copy { .. } | Keeping::Nothing { .. } => None,
        }
    }

    /// Why what is done now will be forgotten; `None` if it is saved.
    #[must_use]
    pub fn unsaved(&self) -> Option<&str> {
        match &self.keeping {
            Keeping::File(_) => None,
            Keeping::Copy { reason } | Keeping::Nothing { reason } => Some(reason),
        }
    }

    /// Why what was done before is not in this store; `None` if it is.
    #[must_use]
    pub fn unread(&self) -> Option<&str> {
        match &self.keeping {
            Keeping::Nothing { reason } => Some(reason),
            Keeping::File(_) | Keeping::Copy { .. } => None,
        }
    }

    /// Why what is saved will be forgotten; `None` if it will not.
    #[must_use]
    pub fn unkept(&self) -> Option<&str> {
        match &self.keeping {
            Keeping::Copy { reason } | Keeping::Nothing { reason } => Some(reason),
            Keeping::File(_) => None,
        }
    }

    /// Saves that a step of a lab is done, with what was predicted of it. When this returns, it is on disk. A step that was
    /// done before, here or in another instance, is not done again, and its prediction counts once; of what it cost, the least
    /// is kept.
    ///
    /// # Errors
    /// As [`Store::save_session`].
    pub fn record_lab_step(
        &mut self,
        lab: &str,
        step: &str,
        foreseen: Option<Foreseen<'_>>,
        spent: StepCost,
        at: Timestamp,
    ) -> Result<(), Error> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let new = transaction.execute(
            "INSERT INTO lab_steps (lab, step, at_ms) VALUES (?1, ?2, ?3) ON CONFLICT (lab, step) DO NOTHING",
            params![lab, step, millis(at)],
        )?;
        let StepCost { requests, read_halves, write_halves } = spent;
        let counts =
            [requests, read_halves, write_halves].map(|count| i64::try_from(count).unwrap_or(tables::LAST_COUNT));
        transaction.execute(KEEP_BEST, params![lab, step, counts[0], counts[1], counts[2]])?;
        if let Some(Foreseen { said, came_to, hit }) = foreseen.filter(|_| new > 0) {
            transaction.execute(
                "INSERT INTO predictions (lab, step, at_ms, said, came_to, hit) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![lab, step, millis(at), said, came_to, hit],
            )?;
        }
        Ok(transaction.commit()?)
    }

    /// Saves that a proof was looked at.
    ///
    /// # Errors
    /// As [`Store::save_session`].
    pub fn record_proof(&mut self, question: &str, family: &str, at: Timestamp) -> Result<(), Error> {
        self.connection.execute(
            "INSERT INTO proofs (at_ms, question, family) VALUES (?1, ?2, ?3)",
            params![millis(at), question, family],
        )?;
        Ok(())
    }

    /// Every answer, oldest first: those that were imported in their place in time.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn log(&self) -> Result<Vec<Logged>, Error> {
        let mut statement = self.connection.prepare(
            "SELECT at_ms, question, family, topic, correct, first_sight, mode, confidence, verified,
                EXISTS (SELECT 1 FROM sound_proofs AS seen WHERE seen.family = given.family AND seen.at_ms < given.at_ms)
             FROM sound_answers AS given ORDER BY at_ms, id",
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
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// A setting.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn setting(&self, name: &str) -> Result<Option<String>, Error> {
        let mut statement = self.connection.prepare("SELECT value FROM sound_settings WHERE name = ?1")?;
        let mut rows = statement.query_map([name], |row| row.get(0))?;
        Ok(rows.next().transpose()?)
    }

    /// Saves settings that belong together, all or none, each with its value.
    ///
    /// # Errors
    /// As [`Store::save_session`].
    pub fn set(&mut self, settings: &[(&str, &str)]) -> Result<(), Error> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (name, value) in settings {
            transaction.execute(
                "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
                params![name, value],
            )?;
        }
        Ok(transaction.commit()?)
    }

    /// The steps of a lab that are done.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn lab_steps(&self, lab: &str) -> Result<Vec<String>, Error> {
        let mut statement =
            self.connection.prepare("SELECT step FROM sound_lab_steps WHERE lab = ?1 ORDER BY at_ms, step")?;
        let steps = statement.query_map([lab], |row| row.get(0))?;
        Ok(steps.collect::<Result<_, _>>()?)
    }

    /// Saves that the solution of a step, which is done, was shown before.
    ///
    /// # Errors
    /// As [`Store::save_session`].
    pub fn record_shown(&mut self, lab: &str, step: &str) -> Result<(), Error> {
        self.connection.execute(KEEP_SHOWN, params![lab, step, 1])?;
        Ok(())
    }

    /// The steps of a lab that were done after their solution had been shown.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn shown_steps(&self, lab: &str) -> Result<Vec<String>, Error> {
        let mut statement = self
            .connection
            .prepare("SELECT step FROM sound_lab_steps WHERE lab = ?1 AND shown = 1 ORDER BY at_ms, step")?;
        let steps = statement.query_map([lab], |row| row.get(0))?;
        Ok(steps.collect::<Result<_, _>>()?)
    }

    /// What the steps of a lab cost at best, by step; those whose cost is not known are left out.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn lab_costs(&self, lab: &str) -> Result<BTreeMap<String, StepCost>, Error> {
        let mut statement = self.connection.prepare(
            "SELECT step, requests, read_halves, write_halves FROM sound_lab_steps WHERE lab = ?1 AND requests > 0",
        )?;
        let costs = statement.query_map([lab], |row| {
            let count = |at: usize| row.get::<_, i64>(at).map(i64::unsigned_abs);
            Ok((row.get(0)?, StepCost { requests: count(1)?, read_halves: count(2)?, write_halves: count(3)? }))
        })?;
        Ok(costs.collect::<Result<_, _>>()?)
    }

    /// For each question family answered: whether the last answer was right, and its place in time.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn history(&self) -> Result<BTreeMap<String, (bool, u64)>, Error> {
        let mut statement = self.connection.prepare("SELECT family, correct FROM sound_answers ORDER BY at_ms, id")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let placed = (0..).zip(rows).map(|(place, row)| row.map(|(family, correct)| (family, (correct, place))));
        Ok(placed.collect::<Result<_, _>>()?)
    }

    /// Everything in numbers.
    ///
    /// # Errors
    /// SQLite cannot read.
    pub fn summary(&self) -> Result<Summary, Error> {
        let mut summary = Summary::default();
        let mut answers = self.connection.prepare("SELECT topic, pattern, correct FROM sound_answers")?;
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
        let mut steps = self.connection.prepare("SELECT lab, step FROM sound_lab_steps ORDER BY lab, at_ms, step")?;
        for row in steps.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))? {
            let (lab, step) = row?;
            summary.lab_steps.entry(lab).or_default().push(step);
        }
        let mut traps = self.connection.prepare("SELECT trap, COUNT(*) FROM sound_answer_traps GROUP BY trap")?;
        for row in traps.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))? {
            let (trap, count) = row?;
            summary.traps.insert(trap, count.unsigned_abs());
        }
        let mut predictions = self.connection.prepare("SELECT hit, COUNT(*) FROM sound_predictions GROUP BY hit")?;
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
