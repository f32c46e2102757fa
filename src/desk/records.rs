//! Saving and reading what the learner did, in the forms that the model wants.

use crate::app::message::{Answered, Saved};
use crate::app::start::{LeftQuiz, PastExam, Standing};
use crate::app::study;
use crate::clock::{Clock, Timestamp};
use crate::content::{Library, Question};
use crate::exchange::{self, Draft};
use crate::progress::{Answer, Store};
use crate::quiz::{Asked, Graded, Purpose, SavedSession, Session};
use crate::review;

/// The setting that typed lines are kept under, as a JSON list.
const TYPED: &str = "typed_lines";
/// How many typed lines are kept.
const MOST_TYPED: usize = 500;
/// How many days ahead the forecast of reviews looks.
const FORECAST_DAYS: u32 = 14;
/// The purposes of sessions that are no exams.
const QUIZZES: [Purpose; 3] = [Purpose::Practice, Purpose::Diagnostic, Purpose::Review];

/// Where the learner stands; what cannot be read counts as nothing.
pub(super) fn standing(library: &Library, store: &Store, now: Timestamp) -> Standing {
    let log = store.log().unwrap_or_default();
    let setting = store.setting(study::PARAMETERS).ok().flatten();
    let today = review::day(now);
    let cards = study::cards(&log, setting.as_deref()).ok();
    let is_there = |family: &&str| study::is_there(library, family);
    let due_on = |day: u32| cards.as_ref().map_or(0, |cards| cards.due(day).into_iter().filter(is_there).count());
    let due = due_on(today);
    // What is due on a day includes what was due before; the difference is what comes due on it.
    let counts: Vec<usize> = (today..=today + FORECAST_DAYS).map(due_on).collect();
    let forecast = std::iter::once(due).chain(counts.windows(2).map(|pair| pair[1] - pair[0])).collect();
    let left = QUIZZES.iter().filter_map(|purpose| {
        let (id, session) = open(library, store, *purpose, None)?;
        Some(LeftQuiz { id, kind: purpose.name(), answered: session.answered(), all: session.len() })
    });
    let mut left: Vec<LeftQuiz> = left.collect();
    left.sort_by_key(|left| std::cmp::Reverse(left.id));
    Standing {
        summary: store.summary().unwrap_or_default(),
        due,
        forecast,
        paused: open(library, store, Purpose::Exam, None).and_then(|(_, session)| session.left()),
        left,
        exams: Vec::<PastExam>::new(),
        imported: imported(store).len(),
        exam_day: None,
        today,
        log,
    }
}

/// The newest session of a purpose that was left, with its row.
pub(super) fn open(library: &Library, store: &Store, purpose: Purpose, row: Option<i64>) -> Option<(i64, Session)> {
    let (id, state) = store.open_session(purpose.name()).ok()??;
    if row.is_some_and(|row| row != id) {
        return None;
    }
    let saved: SavedSession = serde_json::from_str(&state).ok()?;
    let imported = imported(store);
    let session = Session::resume(saved, |id| study::find(library, &imported, id));
    (!session.is_ended()).then_some((id, session))
}

/// The quiz that was left under a row.
pub(super) fn left(library: &Library, store: &Store, row: i64) -> Option<Session> {
    QUIZZES.iter().find_map(|purpose| open(library, store, *purpose, Some(row))).map(|(_, session)| session)
}

/// The exam that was handed in under a row.
pub(super) fn ended(_library: &Library, _store: &Store, _row: i64) -> Option<Session> {
    None
}

/// The questions that the learner imported.
pub(super) fn imported(store: &Store) -> Vec<Question> {
    let drafts = store.imported().unwrap_or_default();
    let read = drafts.iter().filter_map(|body| serde_json::from_str::<Draft>(body).ok());
    read.map(|draft| exchange::question(&draft)).collect()
}

/// Saves where a session stands; returns its row.
pub(super) fn save_session(
    store: &mut Store,
    session: &Session,
    saved: Saved,
    clock: &dyn Clock,
) -> Result<Saved, String> {
    let state = serde_json::to_string(&session.saved()).map_err(|error| error.to_string())?;
    let row = store.save_session(saved, session.purpose().name(), &state, session.is_ended(), clock.now());
    row.map(Some).map_err(|error| error.to_string())
}

/// Saves an answer and where its session stands with it; returns the session's row.
pub(super) fn save_answer(store: &mut Store, answered: &Answered, clock: &dyn Clock) -> Result<Saved, String> {
    let graded = answered.asked.grade(&answered.given);
    save(store, &answered.asked, &graded, answered.session.purpose(), clock)?;
    save_session(store, &answered.session, answered.saved, clock)
}

/// Saves all answers of an exam and its end; returns its row, and whether it had not been handed in before.
pub(super) fn hand_in(
    store: &mut Store,
    session: &Session,
    saved: Saved,
    clock: &dyn Clock,
) -> Result<(Saved, bool), String> {
    for (asked, graded) in session.results() {
        save(store, asked, &graded, Purpose::Exam, clock)?;
    }
    Ok((save_session(store, session, saved, clock)?, true))
}

fn save(store: &mut Store, asked: &Asked, graded: &Graded, purpose: Purpose, clock: &dyn Clock) -> Result<(), String> {
    let chosen = graded.chosen.iter().filter_map(|at| asked.shown.get(*at));
    let traps: Vec<&str> = chosen.filter_map(|shown| shown.option.trap.as_deref()).collect();
    let question = &asked.question;
    let answer = Answer {
        at: clock.now(),
        question: &question.id,
        family: question.family_name(),
        topic: &question.topic,
        pattern: &question.pattern_name(),
        chosen: &graded.places,
        correct: graded.correct,
        traps: &traps,
        mode: purpose.name(),
        confidence: graded.confidence.map_or("", |confidence| confidence.name()),
        is_verified: !question.is_imported(),
    };
    store.record_answer(&answer).map_err(|error| error.to_string())
}

/// Remembers a typed line for later sessions. A line that cannot be kept is missed by nobody but the history.
pub(super) fn remember(store: &mut Store, line: &str) {
    let mut lines = remembered(store);
    lines.retain(|known| known != line);
    lines.push(line.to_owned());
    let over = lines.len().saturating_sub(MOST_TYPED);
    lines.drain(..over);
    if let Ok(text) = serde_json::to_string(&lines) {
        let _ = store.set(TYPED, &text);
    }
}

/// The lines typed before, oldest first.
pub(super) fn remembered(store: &Store) -> Vec<String> {
    let text = store.setting(TYPED).ok().flatten();
    text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}
