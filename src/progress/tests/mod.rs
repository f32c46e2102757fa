//! The progress file from outside: two instances on one file, locks, full disks, unreadable rows, and moves between homes.

use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};

use super::*;

mod moving;
mod opening;
mod sessions;
mod strangers;
mod unreadable_rows;

const NOW: Timestamp = Timestamp::from_millis(1_000);

fn answer<'a>(at: u64, question: &'a str, traps: &'a [&'a str]) -> AnswerRecord<'a> {
    AnswerRecord {
        at: Timestamp::from_millis(at),
        question,
        family: question,
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

fn session<'a>(kind: &'a str, state: &'a str) -> SessionRecord<'a> {
    SessionRecord { kind, state, spent: 0, is_ended: false }
}

fn saved(saving: SaveOutcome) -> Held {
    match saving {
        SaveOutcome::Saved(held) => held,
        SaveOutcome::Refused(there) => panic!("refused: {there:?}"),
    }
}

fn answers_in(store: &Store) -> u64 {
    store.summary().unwrap().all.answers
}

/// An empty store in memory.
fn empty() -> Store {
    Store::in_memory("a test").unwrap()
}

fn open(home: &Path) -> Store {
    let (store, notices) = Store::open(home, NOW);
    assert_eq!(notices, []);
    store
}

/// The file itself, for what no version of the program does to it.
fn file(home: &Path) -> Connection {
    Connection::open(home.join("progress.db")).unwrap()
}

/// A home with two answers, the second to a question of its own, and a trap in each.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let answers = [answer(1000, "q", &["a-trap"]), answer(2000, "r", &["a-trap", "another"])];
    let _ = store.save_session(None, &session("practice", "{}"), &answers, NOW).unwrap();
    home
}

#[expect(clippy::unnecessary_wraps, reason = "a check has this type")]
fn sound(_: &str, _: &str) -> Result<(), String> {
    Ok(())
}

const NO_CHECKS: Checks = Checks { session: sound, question: sound };
