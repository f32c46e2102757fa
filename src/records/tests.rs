//! Exams and quizzes saved from two windows, on full disks and over states that say nothing.

use super::*;
use crate::clock::{Timestamp, VirtualClock};
use crate::content::{self, Library, Source};
use crate::lab::Runner;
use crate::quiz::{Given, Selection, select};

/// A home, the content, and a clock.
struct Room {
    home: tempfile::TempDir,
    library: Library,
    clock: VirtualClock,
}

impl Room {
    fn new() -> Self {
        let library = content::load(&Source::Embedded).0;
        Self { home: tempfile::tempdir().unwrap(), library, clock: VirtualClock::new(Timestamp::from_millis(1_000)) }
    }

    fn window(&self) -> Store {
        let (store, notices) = Store::open(self.home.path(), self.clock.now());
        assert_eq!(notices, []);
        store
    }

    fn questions(&self, count: usize) -> Vec<Question> {
        select(&self.library.questions, &Selection { count, seed: 7, ..Selection::default() }, None)
    }

    fn exam(&self) -> Session {
        Session::exam(&self.questions(20), 7, 60_000)
    }

    fn quiz(&self) -> Session {
        Session::new(Purpose::Practice, &self.questions(3), 7)
    }

    /// Does something with the records of a window.
    fn with<T>(&self, store: &mut Store, act: impl FnOnce(&mut Records<'_>) -> T) -> T {
        let find = |id: &str| self.library.question(id).cloned();
        act(&mut Records { store, clock: &self.clock, find: &find })
    }

    /// The file itself, for what the program does not do.
    fn file(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.home.path().join("progress.db")).unwrap()
    }
}

/// An answer to the question that is shown: the first options, as many as it asks for.
fn first(session: &Session) -> Given {
    let wanted = session.current().unwrap().question.choose;
    Given { chosen: (0..wanted).collect(), confidence: None }
}

/// The SQL after which a table takes no more than so many rows: an index on the next one cannot be worked out.
fn full(table: &str, rows: u32) -> String {
    let fails = "abs(-9223372036854775807 - 1 + 0 * id)";
    format!("CREATE INDEX full ON {table} (CASE WHEN id > {rows} THEN {fails} END)")
}

fn answered(mut session: Session) -> Session {
    let given = first(&session);
    session.answer(given);
    session
}

fn ended(mut session: Session) -> Session {
    session.end();
    session
}

fn saved(outcome: Result<SessionOutcome, Error>) -> Held {
    match outcome.unwrap() {
        SessionOutcome::Saved(held) => held,
        other => panic!("not saved: {other:?}"),
    }
}

fn answers_in(store: &Store) -> u64 {
    store.summary().unwrap().all.answers
}

#[test]
fn an_exam_handed_in_from_two_windows_counts_once() {
    let room = Room::new();
    let (mut here, mut there) = (room.window(), room.window());
    let exam = answered(room.exam());
    let held = saved(room.with(&mut here, |records| records.save(&exam, None)));
    let (left, _) = room.with(&mut there, |records| records.left(&[Purpose::Exam])).unwrap();
    let (mirror, mirror_held) = left.unwrap();
    saved(room.with(&mut here, |records| records.save(&ended(exam.clone()), Some(held))));
    for _ in 0..2 {
        let outcome = room.with(&mut there, |records| records.save(&ended(mirror.clone()), Some(mirror_held))).unwrap();
        let SessionOutcome::Ended(report) = outcome else { panic!("it was handed in already: {outcome:?}") };
        assert!(report.is_ended() && report.results().count() == 20);
        assert_eq!(report.given(0), exam.given(0));
    }
    assert_eq!(answers_in(&here), 20);
    assert_eq!(room.with(&mut there, |records| records.left(&[Purpose::Exam])).unwrap().0.map(|(_, held)| held), None);
}

#[test]
fn an_exam_in_two_windows_keeps_every_answer_that_was_acknowledged() {
    let room = Room::new();
    let (mut here, mut there) = (room.window(), room.window());
    let held = saved(room.with(&mut here, |records| records.save(&room.exam(), None)));
    let (left, _) = room.with(&mut there, |records| records.left(&[Purpose::Exam])).unwrap();
    let (mirror, mirror_held) = left.unwrap();
    let further = answered(answered(room.exam()));
    saved(room.with(&mut here, |records| records.save(&further, Some(held))));
    let outcome = room.with(&mut there, |records| records.save(&answered(mirror), Some(mirror_held))).unwrap();
    let SessionOutcome::Newer(newer, newest) = outcome else { panic!("two answers were saved meanwhile: {outcome:?}") };
    assert_eq!(newer.answered(), 2, "the window that was second goes on from there");
    saved(room.with(&mut there, |records| records.save(&ended(answered(*newer)), Some(newest))));
    let outcome = room.with(&mut here, |records| records.save(&ended(further), Some(held))).unwrap();
    assert!(matches!(outcome, SessionOutcome::Ended(report) if report.answered() == 3));
    assert_eq!(answers_in(&here), 20);
}

#[test]
fn an_exam_that_cannot_be_saved_stays_open_and_can_be_handed_in_again() {
    let room = Room::new();
    let mut store = room.window();
    let exam = answered(room.exam());
    let held = saved(room.with(&mut store, |records| records.save(&exam, None)));
    let blocker = room.file();
    blocker.execute_batch(&full("answers", 17)).unwrap();
    let error = room.with(&mut store, |records| records.save(&ended(exam.clone()), Some(held))).unwrap_err();
    assert!(error.to_string().contains("integer overflow"), "{error}");
    assert_eq!(answers_in(&store), 0, "not 17 of 20");
    let (left, _) = room.with(&mut store, |records| records.left(&[Purpose::Exam])).unwrap();
    assert_eq!(left.map(|(session, held)| (session.answered(), held)), Some((1, held)));
    blocker.execute_batch("DROP INDEX full").unwrap();
    saved(room.with(&mut store, |records| records.save(&ended(exam), Some(held))));
    assert_eq!(answers_in(&store), 20);
}

#[test]
fn an_answer_and_where_its_quiz_stands_are_saved_together() {
    let room = Room::new();
    let mut store = room.window();
    let quiz = room.quiz();
    let asked = quiz.current().unwrap().clone();
    let graded = asked.grade(&first(&quiz));
    let after = answered(quiz.clone());
    // What fails is the session; the answer must not be there without it.
    let blocker = room.file();
    blocker.execute_batch(&full("sessions", 0)).unwrap();
    assert!(room.with(&mut store, |records| records.answer(&after, None, &asked, &graded)).is_err());
    assert_eq!(answers_in(&store), 0);
    blocker.execute_batch("DROP INDEX full").unwrap();
    let held = saved(room.with(&mut store, |records| records.answer(&after, None, &asked, &graded)));
    let (left, _) = room.with(&mut store, |records| records.left(&[Purpose::Practice])).unwrap();
    assert_eq!(left.map(|(session, held)| (session.position(), held)), Some((1, held)));
    // And what fails is the answer: its question is asked again.
    blocker.execute_batch(&full("answers", 1)).unwrap();
    let asked = after.current().unwrap().clone();
    let graded = asked.grade(&first(&after));
    let next = answered(after);
    assert!(room.with(&mut store, |records| records.answer(&next, Some(held), &asked, &graded)).is_err());
    let (left, _) = room.with(&mut store, |records| records.left(&[Purpose::Practice])).unwrap();
    assert_eq!((left.map(|(session, _)| session.position()), answers_in(&store)), (Some(1), 1));
}

#[test]
fn a_quiz_in_two_windows_counts_each_question_once() {
    let room = Room::new();
    let (mut here, mut there) = (room.window(), room.window());
    let quiz = room.quiz();
    let answer = |store: &mut Store, session: &Session, held: Option<Held>| {
        let asked = session.current().unwrap().clone();
        let graded = asked.grade(&first(session));
        room.with(store, |records| records.answer(&answered(session.clone()), held, &asked, &graded))
    };
    let held = saved(answer(&mut here, &quiz, None));
    let after = answered(quiz);
    let (left, _) = room.with(&mut there, |records| records.left(&[Purpose::Practice])).unwrap();
    let (mut mirror, mut mirror_held) = left.unwrap();
    saved(answer(&mut here, &after, Some(held)));
    let SessionOutcome::Newer(newer, newest) = answer(&mut there, &mirror, Some(mirror_held)).unwrap() else {
        panic!("the question was answered in the other window");
    };
    (mirror, mirror_held) = (*newer, newest);
    assert_eq!(mirror.position(), 2);
    saved(answer(&mut there, &mirror, Some(mirror_held)));
    assert_eq!(answers_in(&here), 3);
    let stale = answered(after);
    assert!(
        matches!(answer(&mut here, &stale, Some(held)).unwrap(), SessionOutcome::Ended(session) if session.is_ended())
    );
    assert_eq!(answers_in(&here), 3);
}

#[test]
fn the_time_of_an_exam_that_was_killed_is_what_was_noted() {
    let room = Room::new();
    let mut store = room.window();
    let held = saved(room.with(&mut store, |records| records.save(&room.exam(), None)));
    room.with(&mut store, |records| records.note_time(held, 25_000)).unwrap();
    drop(store);
    let (left, _) = room.with(&mut room.window(), |records| records.left(&[Purpose::Exam])).unwrap();
    let (mut resumed, _) = left.unwrap();
    assert_eq!(resumed.left(), Some(35_000));
    resumed.elapse(35_000);
    assert!(resumed.is_over() && !resumed.is_ended());
    resumed.answer(first(&resumed));
    assert_eq!(resumed.answered(), 0, "an answer after the time is over does not count");
}

#[test]
fn a_session_that_says_nothing_is_set_aside_and_the_one_before_it_is_found() {
    let room = Room::new();
    let mut store = room.window();
    let good = answered(room.exam());
    saved(room.with(&mut store, |records| records.save(&good, None)));
    let text = good.saved().text();
    let states = [
        ("rubbish".to_owned(), "expected a session's state: expected value at line 1 column 1"),
        (text.replacen("\"at\":1", "\"at\":99", 1), "expected places from 0 to 20"),
        (text.replacen("\"limit\":60000", "\"limit\":null", 1), "expected a time limit in an exam"),
        (text.replacen("\"purpose\":\"exam\"", "\"purpose\":\"review\"", 1), "expected the purpose exam, found review"),
        (
            text.replacen("\"given\":[", "\"given\":[null,", 1),
            "expected 20 answers or blanks, one a question, found 21",
        ),
        (text.replacen("{\"purpose\"", "{\"colour\":1,\"purpose\"", 1), "unknown field `colour`"),
    ];
    for (state, _) in &states {
        assert_ne!(*state, text);
        let insert = "INSERT INTO sessions (kind, started_ms, state) VALUES ('exam', 2000, ?1)";
        room.file().execute(insert, [state]).unwrap();
    }
    let (left, notices) = room.with(&mut store, |records| records.left(&[Purpose::Exam])).unwrap();
    assert_eq!(left.unwrap().0.answered(), 1);
    let told: Vec<String> = notices.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), states.len(), "{told:?}");
    for (words, (_, fault)) in told.iter().rev().zip(&states) {
        assert!(words.contains(fault) && words.contains("set aside"), "{words}: {fault}");
    }
    let kept: i64 = room.file().query_row("SELECT COUNT(*) FROM faulty", [], |row| row.get(0)).unwrap();
    assert_eq!(usize::try_from(kept).unwrap(), states.len());
    assert_eq!(room.with(&mut store, |records| records.left(&[Purpose::Exam])).unwrap().1, []);
}

#[test]
fn an_exam_over_questions_of_other_content_is_left_alone() {
    let room = Room::new();
    let mut store = room.window();
    saved(room.with(&mut store, |records| records.save(&room.exam(), None)));
    let nothing = |_: &str| None;
    let mut records = Records { store: &mut store, clock: &room.clock, find: &nothing };
    let (left, notices) = records.left(&[Purpose::Exam]).unwrap();
    assert!(left.is_none() && notices.is_empty(), "{notices:?}");
    assert!(room.with(&mut store, |records| records.left(&[Purpose::Exam])).unwrap().0.is_some());
}

#[test]
fn an_imported_question_that_cannot_be_asked_is_set_aside() {
    let room = Room::new();
    let mut store = room.window();
    let good = exchange::import("Which?\nA. a\nB. b\nANSWER: A\n", exchange::Format::Aiken).0.remove(0);
    let body = serde_json::to_string(&good).unwrap();
    let rubbish = body.replace("true", "false");
    let kept =
        [(exchange::id(&good), body), ("imported-0".to_owned(), rubbish), ("imported-1".to_owned(), "[]".to_owned())];
    store.keep_imported(&kept).unwrap();
    let (questions, notices) = imported(&mut store, &room.clock).unwrap();
    assert_eq!(questions.iter().map(|question| &question.id).collect::<Vec<_>>(), [&kept[0].0]);
    assert_eq!(notices.len(), 2, "{notices:?}");
    assert!(notices[0].to_string().contains("expected a right option"), "{}", notices[0]);
    assert_eq!(imported(&mut store, &room.clock).unwrap().1, []);
}

#[test]
fn what_sessions_and_imported_questions_hold_is_checked_before_it_is_imported() {
    let room = Room::new();
    let mut here = room.window();
    saved(room.with(&mut here, |records| records.save(&room.exam(), None)));
    let good = exchange::import("Which?\nA. a\nB. b\nANSWER: A\n", exchange::Format::Aiken).0.remove(0);
    let body = serde_json::to_string(&good).unwrap();
    here.keep_imported(&[(exchange::id(&good), body)]).unwrap();
    let exported = here.export().unwrap();
    let mut there = Store::in_memory("a test").unwrap();
    for (table, column, value, fault) in [
        ("sessions", "state", "{}", "sessions, entry 1: state: expected a session's state: missing field"),
        ("imported", "body", "{}", "imported, entry 1: body: expected a question: missing field"),
        ("imported", "id", "imported-0", "imported, entry 1: body: expected the question of the name imported-0"),
    ] {
        let mut wrong = exported.clone();
        wrong["tables"][table][0][column] = value.into();
        let error = import(&mut there, &wrong.to_string()).unwrap_err().to_string();
        assert!(error.starts_with(fault), "{error}");
        assert_eq!(there.imported().unwrap(), []);
    }
    assert_eq!(import(&mut there, &exported.to_string()).unwrap(), 0);
    assert_eq!(imported(&mut there, &room.clock).unwrap().0.len(), 1);
}

#[test]
fn a_prediction_is_saved_with_its_step() {
    let room = Room::new();
    let mut store = room.window();
    let lab = room
        .library
        .labs
        .iter()
        .find(|lab| lab.steps[0].predict.is_some())
        .expect("a lab whose first step asks for a prediction");
    let mut runner = Runner::start(lab, 0).unwrap();
    runner.predict("1").unwrap();
    let step = lab.steps[0].clone();
    let completed = step.solution.iter().find_map(|line| runner.run(line).completed).expect("the solution passes");
    for _ in 0..2 {
        save_step(&mut store, &lab.name, &completed, &room.clock).unwrap();
    }
    assert_eq!(store.lab_steps(&lab.name).unwrap(), [step.id]);
    assert_eq!(store.summary().unwrap().predictions.values().sum::<u64>(), 1);
}

#[test]
fn a_case_goes_on_with_the_time_and_the_points_it_was_left_with() {
    let room = Room::new();
    let mut store = room.window();
    let lab = room.library.labs.iter().find(|lab| lab.case.is_some()).expect("a lab that is a case");
    let minutes = lab.case.unwrap().minutes;
    let mut runner = Runner::resume(lab, &[], &OwnLines::new()).unwrap();
    restore_score(&store, &mut runner);
    assert!(runner.seconds_left().unwrap() > minutes * 60 - 30, "a case that was never begun has all its time");
    runner.go_on_with(KeptScore { points: 25, seconds: 300 });
    save_score(&mut store, &runner).unwrap();
    // The steps are played again when it is resumed; what they give is not counted a second time.
    let mut resumed = Runner::resume(lab, &[lab.steps[0].id.clone()], &OwnLines::new()).unwrap();
    assert_eq!(resumed.position(), 1);
    restore_score(&store, &mut resumed);
    assert_eq!(resumed.score().points, 25);
    let left = resumed.seconds_left().unwrap();
    assert!((minutes * 60 - 330..=minutes * 60 - 300).contains(&left), "{left}");
    // A case that is done begins with all its time.
    let (done, _) = Runner::finished(lab).unwrap();
    save_score(&mut store, &done).unwrap();
    let mut again = Runner::resume(lab, &[], &OwnLines::new()).unwrap();
    restore_score(&store, &mut again);
    assert_eq!(again.score().points, 0);
    assert!(again.seconds_left().unwrap() > minutes * 60 - 30);
}
