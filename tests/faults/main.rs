//! The program is killed by SIGKILL at any moment, and what it had acknowledged must be there afterwards, once.
//!
//! An ordinary run kills about fifty times in less than a minute. `DYNADRILL_ATTACK=10` kills more than 500 times;
//! `DYNADRILL_SEED` moves the moments (see `tests/attack`). Moments are chosen in two ways: after a random time within
//! one and a half times what an answer takes, and the instant the file shows the first trace of a change, which is where
//! a change of two steps is half done.

// Kills, limits of memory and things that are no files are Unix matters.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[path = "../attack/mod.rs"]
mod attack;

mod exam;
mod lab;
mod quiz;
mod served;

use std::path::Path;
use std::thread;
use std::time::Duration;

use attack::{Talk, is_prompt, micros};
use dynadrill::chance::Chance;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

/// The answers that fit a question of two, three or one right options: those that do not fit are refused. One is the
/// rule, and last: when the others were refused it is known to fit.
const LETTERS: [&str; 3] = ["A,B", "A,B,C", "A"];

/// Whether a program took a line as an answer. In a quiz it is graded, in an exam the next page is shown.
fn is_acknowledged(reply: &str) -> bool {
    ["Right", "Not right", "Question ", "Review"].iter().any(|word| reply.lines().any(|line| line.starts_with(word)))
}

/// When a process is killed.
#[derive(Clone, Copy, Debug)]
enum Moment {
    /// So many microseconds after it was spoken to.
    After(u64),
    /// As soon as a query on the progress file gives another number than before.
    Changed(&'static str),
}

impl Moment {
    /// A moment within the time that an answer takes, or the first trace of a change that `query` shows.
    fn draw(chance: &mut Chance, answer_micros: u64, query: &'static str) -> Self {
        if chance.between(0, 2) == 0 {
            Self::Changed(query)
        } else {
            Self::After(chance.between(0, answer_micros + answer_micros / 2))
        }
    }

    /// Says lines to the program and kills it at this moment; returns what it said to them.
    fn strike(self, home: &Path, mut talk: Talk, lines: &str) -> String {
        match self {
            Self::After(wait) => {
                talk.say(lines);
                thread::sleep(Duration::from_micros(wait));
            }
            Self::Changed(query) => {
                let file = Progress::open(home);
                let before = file.as_ref().map_or(0, |file| file.number(query));
                talk.say(lines);
                let until = micros() + 2_000_000;
                // Without a change the program is killed once it waits for the next line.
                while micros() < until && !is_prompt(&talk.reply()) {
                    let now = match &file {
                        Some(file) => file.number(query),
                        None => Progress::open(home).map_or(0, |file| file.number(query)),
                    };
                    if now != before {
                        break;
                    }
                }
            }
        }
        talk.kill()
    }
}

/// The progress file, as another program sees it.
struct Progress(Connection);

impl Progress {
    /// `None` if there is none yet.
    fn open(home: &Path) -> Option<Self> {
        let connection =
            Connection::open_with_flags(home.join("progress.db"), OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
        connection.busy_timeout(Duration::from_secs(5)).ok()?;
        Some(Self(connection))
    }

    /// A number that a query gives; 0 if there is no such table yet.
    fn number(&self, query: &str) -> i64 {
        self.0.query_row(query, [], |row| row.get(0)).unwrap_or(0)
    }

    /// The question and the chosen options of every answer, oldest first.
    fn answers(&self) -> Vec<(String, String)> {
        let mut statement = self.0.prepare("SELECT question, chosen FROM answers ORDER BY id").unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// The questions of the newest session of a kind, and whether it has ended; `None` if there is none.
    fn session(&self, kind: &str) -> Option<(Vec<String>, bool)> {
        let newest = "SELECT state, ended FROM sessions WHERE kind = ? ORDER BY id DESC LIMIT 1";
        let (state, ended): (String, bool) =
            self.0.query_row(newest, [kind], |row| Ok((row.get(0)?, row.get(1)?))).ok()?;
        let state: Value = serde_json::from_str(&state).unwrap();
        let questions = state["questions"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned());
        Some((questions.collect(), ended))
    }

    /// SQLite's own opinion of the file.
    fn check(&self) {
        let verdict: String = self.0.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(verdict, "ok");
    }
}

/// How many answers there are.
const ANSWERS: &str = "SELECT count(*) FROM answers";
