//! Saving and reading what the learner did, in the forms that the model wants.

use crate::app::start::{LeftSession, PastExam, Standing};
use crate::app::study;
use crate::clock::Clock;
use crate::content::{Library, Question};
use crate::progress::{Held, SavedRecord, Store, settings};
use crate::quiz::{Purpose, Session};
use crate::records::{self, Records};
use crate::review;

/// How many days ahead the forecast of reviews looks.
const FORECAST_DAYS: u32 = 14;
/// The most sessions that were left which are offered.
const MOST_LEFT: usize = 20;

/// Where the learner stands; what cannot be read counts as nothing.
pub(super) fn standing(library: &Library, store: &mut Store, clock: &dyn Clock) -> Standing {
    let log = store.log().unwrap_or_default();
    let setting = store.setting(study::PARAMETERS).ok().flatten();
    let today = review::day(clock.now());
    let cards = study::cards(&log, setting.as_deref()).ok();
    let is_there = |family: &&str| study::is_there(library, family);
    let due_on = |day: u32| cards.as_ref().map_or(0, |cards| cards.due(day).into_iter().filter(is_there).count());
    let due = due_on(today);
    // What is due on a day includes what was due before; the difference is what becomes due on it.
    let counts: Vec<usize> = (today..=today + FORECAST_DAYS).map(due_on).collect();
    let forecast = std::iter::once(due).chain(counts.windows(2).map(|pair| pair[1].saturating_sub(pair[0]))).collect();
    Standing {
        summary: store.summary().unwrap_or_default(),
        due,
        forecast,
        left: sorted(left(library, store, clock).iter().map(as_left).collect()),
        exams: exams(library, store),
        imported: imported(store, clock).len(),
        exam_day: None,
        today,
        daily_goal: None,
        comes_back: cards
            .iter()
            .flat_map(review::Cards::iter)
            .map(|(family, card)| (family.to_owned(), card.due))
            .collect(),
        unsaved: store.unsaved().map(str::to_owned),
        readiness: study::readiness_by_day(library, &log),
        log,
    }
}

/// The sessions that were left, newest first, each with what the next save of it needs; none if they cannot be read.
fn left(library: &Library, store: &mut Store, clock: &dyn Clock) -> Vec<(Session, Held)> {
    let imported = imported(store, clock);
    let find = |id: &str| study::find(library, &imported, id);
    let left = Records { store, clock, find: &find }.all_left(&Purpose::ALL, MOST_LEFT);
    left.map(|(left, _)| left).unwrap_or_default()
}

/// The session that was left under a row.
pub(super) fn left_at(library: &Library, store: &mut Store, clock: &dyn Clock, row: i64) -> Option<(Session, Held)> {
    left(library, store, clock).into_iter().find(|(_, held)| held.row() == row)
}

/// The sessions in which something was answered first: one that was only opened is in nobody's way.
fn sorted(mut left: Vec<LeftSession>) -> Vec<LeftSession> {
    left.sort_by_key(|left| left.answered == 0);
    left
}

/// What is said of a session that was left.
fn as_left((session, held): &(Session, Held)) -> LeftSession {
    let mut topics = session.questions().map(|asked| &asked.question.topic);
    let first = topics.next();
    LeftSession {
        row: held.row(),
        purpose: session.purpose(),
        topic: first.filter(|first| topics.all(|topic| topic == *first)).cloned(),
        answered: session.answered(),
        all: session.len(),
        left: session.left(),
    }
}

/// The exam that was handed in under a row.
pub(super) fn ended(library: &Library, store: &Store, row: i64) -> Option<Session> {
    let find = |id: &str| study::find(library, &[], id);
    let (_, record) =
        store.ended_sessions(Purpose::Exam.name()).ok()?.into_iter().find(|(_, record)| record.held.row() == row)?;
    records::resumed_to_end(&record, &find).ok()
}

/// The exams that were handed in, newest first.
fn exams(library: &Library, store: &Store) -> Vec<PastExam> {
    let find = |id: &str| study::find(library, &[], id);
    let ended = store.ended_sessions(Purpose::Exam.name()).unwrap_or_default();
    let exam = |(at, record): (u64, SavedRecord)| {
        let session = records::resumed_to_end(&record, &find).ok()?;
        Some(PastExam { id: record.held.row(), at, correct: session.correct(), all: session.len() })
    };
    ended.into_iter().filter_map(exam).collect()
}

/// The questions that the learner imported; none if they cannot be read.
pub(super) fn imported(store: &mut Store, clock: &dyn Clock) -> Vec<Question> {
    records::imported(store, clock).map(|(questions, _)| questions).unwrap_or_default()
}

/// Remembers a typed line for later sessions. A line that cannot be kept is missed by nobody but the history.
pub(super) fn remember(store: &mut Store, line: &str) {
    let mut lines = remembered(store);
    lines.retain(|known| known != line);
    lines.push(line.to_owned());
    let over = lines.len().saturating_sub(settings::MOST_TYPED);
    lines.drain(..over);
    if let Ok(text) = serde_json::to_string(&lines) {
        let _ = store.set(&[(settings::TYPED.name, &text)]);
    }
}

/// The lines typed before, oldest first.
pub(super) fn remembered(store: &Store) -> Vec<String> {
    let text = store.setting(settings::TYPED.name).ok().flatten();
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}
