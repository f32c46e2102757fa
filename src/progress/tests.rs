//! The progress file from outside: two instances on one file, locks, full disks, unreadable rows, and moves between homes.

use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};

use super::*;

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

mod sessions {
    use super::*;

    #[test]
    fn an_older_state_does_not_overwrite_a_newer_one() {
        let home = tempfile::tempdir().unwrap();
        let (mut here, mut there) = (open(home.path()), open(home.path()));
        let held = saved(here.save_session(None, &session("exam", "1"), &[], NOW).unwrap());
        let newer = saved(there.save_session(Some(held), &session("exam", "2"), &[], NOW).unwrap());
        let stale = [answer(1000, "q", &[])];
        let SaveOutcome::Refused(refused) = here.save_session(Some(held), &session("exam", "3"), &stale, NOW).unwrap()
        else {
            panic!("the state that was saved meanwhile must stay");
        };
        assert_eq!((refused.state.as_str(), refused.held), ("2", newer));
        assert_eq!(answers_in(&here), 0, "what belongs to the refused state is not saved either");
        let again = saved(here.save_session(Some(refused.held), &session("exam", "4"), &stale, NOW).unwrap());
        assert_ne!(again, newer);
        assert_eq!(answers_in(&there), 1);
    }

    #[test]
    fn a_session_ends_once_whichever_instance_ends_it() {
        let home = tempfile::tempdir().unwrap();
        let (mut here, mut there) = (open(home.path()), open(home.path()));
        let held = saved(here.save_session(None, &session("exam", "open"), &[], NOW).unwrap());
        let ended = SessionRecord { is_ended: true, ..session("exam", "ended") };
        let all = [answer(1000, "q", &[]), answer(1000, "r", &[])];
        let _ = saved(here.save_session(Some(held), &ended, &all, NOW).unwrap());
        for _ in 0..2 {
            for store in [&mut here, &mut there] {
                let refused = store.save_session(Some(held), &ended, &all, NOW).unwrap();
                assert!(matches!(refused, SaveOutcome::Refused(there) if there.is_ended));
            }
        }
        assert_eq!(answers_in(&there), 2);
        assert_eq!(there.find_open_session(&["exam"], Some).unwrap(), None);
    }

    #[test]
    fn what_a_full_disk_refuses_is_not_there_in_part_and_can_be_saved_later() {
        let home = tempfile::tempdir().unwrap();
        let mut store = open(home.path());
        let held = saved(store.save_session(None, &session("exam", "open"), &[], NOW).unwrap());
        let pages: i64 = store.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        store.connection.pragma_update(None, "max_page_count", pages).unwrap();
        let names: Vec<String> = (0..65).map(|place| format!("question-{place}-{}", "x".repeat(200))).collect();
        let all: Vec<AnswerRecord<'_>> = names.iter().map(|name| answer(1000, name, &[])).collect();
        let ended = SessionRecord { is_ended: true, ..session("exam", "ended") };
        let error = store.save_session(Some(held), &ended, &all, NOW).unwrap_err();
        assert!(matches!(error, Error::Full), "{error}");
        assert_eq!(error.to_string(), "the disk is full");
        assert_eq!(answers_in(&store), 0);
        let open = store.find_open_session(&["exam"], Some).unwrap().unwrap();
        assert_eq!((open.state.as_str(), open.held), ("open", held), "the exam is still open");
        store.connection.pragma_update(None, "max_page_count", pages + 1000).unwrap();
        let _ = saved(store.save_session(Some(held), &ended, &all, NOW).unwrap());
        assert_eq!(answers_in(&store), 65);
    }

    #[test]
    fn a_lock_is_waited_for_and_named_and_nothing_is_saved() {
        let home = tempfile::tempdir().unwrap();
        let mut store = open(home.path());
        let held = saved(store.save_session(None, &session("exam", "open"), &[], NOW).unwrap());
        store.connection.busy_timeout(std::time::Duration::from_millis(20)).unwrap();
        let other = file(home.path());
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let ended = SessionRecord { is_ended: true, ..session("exam", "ended") };
        let error = store.save_session(Some(held), &ended, &[answer(1, "q", &[])], NOW).unwrap_err();
        assert_eq!(error.to_string(), "another program is using the progress file");
        assert_eq!(answers_in(&store), 0);
        other.execute_batch("ROLLBACK").unwrap();
        let _ = saved(store.save_session(Some(held), &ended, &[answer(1, "q", &[])], NOW).unwrap());
        assert_eq!(answers_in(&store), 1);
    }

    #[test]
    fn time_only_grows_and_needs_no_newest_revision() {
        let home = tempfile::tempdir().unwrap();
        let (mut here, mut there) = (open(home.path()), open(home.path()));
        let first = saved(here.save_session(None, &session("exam", "open"), &[], NOW).unwrap());
        here.save_time(first, 7_000).unwrap();
        there.save_time(first, 5_000).unwrap();
        let newest = there.find_open_session(&["exam"], Some).unwrap().unwrap();
        assert_eq!((newest.spent, newest.held), (7_000, first), "noting time is no change of the session");
        let second = saved(there.save_session(Some(first), &session("exam", "later"), &[], NOW).unwrap());
        assert_eq!(there.find_open_session(&["exam"], Some).unwrap().unwrap().spent, 7_000);
        let ended = SessionRecord { is_ended: true, ..session("exam", "ended") };
        let _ = saved(there.save_session(Some(second), &ended, &[], NOW).unwrap());
        here.save_time(first, 9_000).unwrap();
        let spent: i64 = file(home.path()).query_row("SELECT spent_ms FROM sessions", [], |row| row.get(0)).unwrap();
        assert_eq!(spent, 7_000, "nothing is noted of an exam that has ended");
    }

    #[test]
    fn noting_time_does_not_wait_for_a_lock() {
        let home = tempfile::tempdir().unwrap();
        let mut store = open(home.path());
        let held = saved(store.save_session(None, &session("exam", "open"), &[], NOW).unwrap());
        let other = file(home.path());
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (clock, mut watch) =
            (crate::clock::SystemClock, crate::clock::Stopwatch::start(&crate::clock::SystemClock));
        assert!(store.save_time(held, 1).is_err());
        assert!(watch.lap(&clock) < 2_000);
        other.execute_batch("ROLLBACK").unwrap();
        let timeout: i64 = store.connection.query_row("PRAGMA busy_timeout", [], |row| row.get(0)).unwrap();
        assert_eq!(timeout, 5_000, "whatever is saved next waits as before");
    }

    #[test]
    fn a_session_whose_row_is_gone_is_saved_as_a_new_one() {
        let home = tempfile::tempdir().unwrap();
        let mut store = open(home.path());
        let held = saved(store.save_session(None, &session("practice", "1"), &[], NOW).unwrap());
        file(home.path()).execute("DELETE FROM sessions", []).unwrap();
        let _ = saved(store.save_session(Some(held), &session("practice", "2"), &[answer(1, "q", &[])], NOW).unwrap());
        assert_eq!(store.find_open_session(&["practice"], Some).unwrap().unwrap().state, "2");
        assert_eq!(answers_in(&store), 1);
    }

    #[test]
    fn a_step_done_in_two_instances_is_done_once_and_its_prediction_counts_once() {
        let home = tempfile::tempdir().unwrap();
        let foreseen = Some(Foreseen { said: "1", came_to: "2", hit: "low" });
        for at in 1..=2 {
            open(home.path())
                .record_lab_step("lab", "step", foreseen, StepCost::default(), Timestamp::from_millis(at))
                .unwrap();
        }
        let summary = open(home.path()).summary().unwrap();
        assert_eq!(summary.lab_steps["lab"], ["step"]);
        assert_eq!(summary.predictions["low"], 1);
    }

    #[test]
    fn of_what_a_step_cost_the_least_is_kept_here_and_when_progress_moves() {
        let home = tempfile::tempdir().unwrap();
        let mut store = open(home.path());
        let cost = |requests, read_halves| StepCost { requests, read_halves, write_halves: 2 };
        let best = |store: &Store| store.lab_costs("lab").unwrap().get("step").copied();
        for (spent, kept) in [
            (StepCost::default(), None),
            (cost(3, 40), Some(cost(3, 40))),
            (cost(1, 41), Some(cost(3, 40))),
            (cost(2, 40), Some(cost(2, 40))),
            (StepCost::default(), Some(cost(2, 40))),
        ] {
            store.record_lab_step("lab", "step", None, spent, NOW).unwrap();
            assert_eq!(best(&store), kept, "{spent:?}");
        }
        let checks = Checks { session: |_, _| Ok(()), question: |_, _| Ok(()) };
        let mut there = Store::in_memory("a test").unwrap();
        there.record_lab_step("lab", "step", None, cost(9, 9), NOW).unwrap();
        there.record_lab_step("lab", "other", None, cost(1, 1), NOW).unwrap();
        there.import(&store.export().unwrap().to_string(), &checks).unwrap();
        assert_eq!(best(&there), Some(cost(9, 9)));
        store.import(&there.export().unwrap().to_string(), &checks).unwrap();
        assert_eq!((best(&store), store.lab_costs("lab").unwrap().len()), (Some(cost(9, 9)), 2));
    }
}

mod strangers {
    use super::*;

    #[test]
    fn what_somebody_else_put_into_the_file_is_named_and_changes_nothing() {
        let home = home();
        file(home.path())
            .execute_batch(
                "CREATE TRIGGER t AFTER INSERT ON answers BEGIN UPDATE answers SET correct = 1; END;
                 CREATE TRIGGER u BEFORE UPDATE ON sessions BEGIN SELECT raise(IGNORE); END;
                 CREATE VIEW v AS SELECT * FROM answers;
                 CREATE TABLE theirs (x);",
            )
            .unwrap();
        let (mut store, notices) = Store::open(home.path(), NOW);
        let told: Vec<String> = notices.iter().map(ToString::to_string).collect();
        let names = "table \"theirs\", trigger \"t\", trigger \"u\", view \"v\"";
        let words = format!(
            "The progress file holds what dynadrill did not put there: {names}. It stays there; what could run by itself is not run."
        );
        assert_eq!(told, [words]);
        let rights = |store: &Store| store.summary().unwrap().all.correct;
        let before = rights(&store);
        // One that comes while the file is open does no more.
        file(home.path())
            .execute_batch("CREATE TRIGGER w BEFORE INSERT ON sessions BEGIN DELETE FROM answers; END")
            .unwrap();
        let wrong = AnswerRecord { correct: false, ..answer(5, "new", &[]) };
        let held = saved(store.save_session(None, &session("practice", "1"), &[wrong], NOW).unwrap());
        let _ = saved(store.save_session(Some(held), &session("practice", "2"), &[], NOW).unwrap());
        assert_eq!((rights(&store), answers_in(&store)), (before, 3));
        assert_eq!(store.find_open_session(&["practice"], Some).unwrap().unwrap().state, "2");
    }

    #[test]
    fn a_file_whose_tables_are_not_ours_is_kept_as_it_was() {
        let tables = "table \"answers\" is not as dynadrill makes it";
        for (change, why) in [
            ("PRAGMA user_version = -1", "it is said to have format -1"),
            ("PRAGMA user_version = -2147483648", "it is said to have format -2147483648"),
            ("PRAGMA user_version = 0", "it is a database that dynadrill did not make"),
            ("PRAGMA user_version = 1", tables),
            ("ALTER TABLE answers RENAME TO others", "is not as dynadrill makes it"),
            ("ALTER TABLE answers ADD COLUMN more", tables),
            (
                "DROP TABLE settings; CREATE VIEW settings AS SELECT 1 AS name, 2 AS value",
                "it has no index \"sqlite_autoindex_settings_1\"",
            ),
        ] {
            let home = home();
            file(home.path()).execute_batch(&format!("{change}; PRAGMA wal_checkpoint(TRUNCATE)")).unwrap();
            let bytes = std::fs::read(home.path().join("progress.db")).unwrap();
            let told = Store::open_to_read(home.path(), NOW).unwrap_err();
            assert!(told.contains(why), "{change}: {told}");
            assert_eq!(std::fs::read(home.path().join("progress.db")).unwrap(), bytes, "{change}");
            let (store, notices) = Store::open(home.path(), NOW);
            let [Notice::Damaged { kept, reason }] = notices.as_slice() else { panic!("{change}: {notices:?}") };
            assert!(reason.contains(why), "{change}: {reason}");
            assert_eq!(std::fs::read(kept).unwrap(), bytes, "{change}");
            assert_eq!(answers_in(&store), 0, "{change}");
        }
    }

    #[test]
    fn damage_is_told_in_one_line() {
        let home = tempfile::tempdir().unwrap();
        let mut store = open(home.path());
        for number in 0..400 {
            let name = format!("question-{number}-{}", "x".repeat(300));
            let _ = saved(store.save_session(None, &session("practice", "1"), &[answer(1, &name, &[])], NOW).unwrap());
        }
        drop(store);
        file(home.path()).execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        let path = home.path().join("progress.db");
        let mut bytes = std::fs::read(&path).unwrap();
        let page = bytes.len() / 2 / 4096 * 4096;
        bytes[page..page + 4096].fill(0x55);
        std::fs::write(&path, bytes).unwrap();
        let told = Store::open_to_read(home.path(), NOW).unwrap_err();
        assert!(!told.contains('\n') && !told.contains("***") && told.len() > 80, "{told}");
    }
}

mod unreadable_rows {
    use super::*;

    #[test]
    fn an_answer_that_cannot_be_read_is_named_set_aside_as_it_was_and_costs_only_itself() {
        let home = home();
        file(home.path()).execute("UPDATE answers SET correct = 'yes' WHERE id = 1", []).unwrap();
        let (store, notices) = Store::open(home.path(), NOW);
        let told: Vec<String> = notices.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "1 answer could not be read (row 1: correct: expected 0 or 1, found \"yes\"). It is set aside in the table \
              \"faulty\"; everything else counts."
            ]
        );
        assert_eq!(store.log().unwrap().iter().map(|logged| logged.question.as_str()).collect::<Vec<_>>(), ["r"]);
        let summary = store.summary().unwrap();
        assert_eq!((summary.all.answers, summary.traps["a-trap"], summary.traps["another"]), (1, 1, 1));
        assert_eq!(store.history().unwrap().len(), 1);
        let kept = "SELECT place, row FROM faulty ORDER BY id";
        let kept: Vec<(String, String)> = file(home.path())
            .prepare(kept)
            .unwrap()
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(kept[0], ("answer_traps 1".to_owned(), "answer = 1, trap = 'a-trap'".to_owned()));
        assert!(kept[1].1.contains("question = 'q'") && kept[1].1.contains("correct = 'yes'"), "{kept:?}");
        let (_, notices) = Store::open(home.path(), NOW);
        assert_eq!(notices, [], "it is told once");
    }

    #[test]
    fn every_kind_of_row_may_be_unreadable() {
        let home = home();
        file(home.path())
            .execute_batch(
                "INSERT INTO lab_steps (lab, step, at_ms) VALUES ('lab', 'step', 'yesterday');
                 INSERT INTO predictions VALUES (1, 'lab', 'step', -5, 'a', 'b', 'right');
                 INSERT INTO proofs VALUES (1, 1.5, 'q', 'q');
                 UPDATE sessions SET state = x'ff00', revision = 'many';
                 INSERT INTO settings VALUES ('fsrs', x'00');
                 INSERT INTO imported VALUES ('imported-1', x'00');
                 INSERT INTO answer_traps VALUES (2, x'00');
                 UPDATE answers SET at_ms = 9223372036854775807 WHERE id = 2;",
            )
            .unwrap();
        let (store, notices) = Store::open(home.path(), NOW);
        let names: Vec<&str> = notices
            .iter()
            .map(|notice| match notice {
                Notice::Faulty { count: 1, name, is_moved: true, .. } => *name,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(names, ["answer", "lab step", "prediction", "proof", "session", "setting", "imported question"]);
        assert_eq!(store.log().unwrap().len(), 1);
        assert_eq!(store.summary().unwrap().traps.values().sum::<u64>(), 1);
        assert_eq!(store.find_open_session(&["practice"], Some).unwrap(), None);
        assert_eq!((store.setting("fsrs").unwrap(), store.imported().unwrap()), (None, Vec::new()));
        let mut there = empty();
        assert_eq!(there.import(&store.export().unwrap().to_string(), &NO_CHECKS).unwrap(), 1);
    }

    #[test]
    fn a_row_that_took_the_number_of_one_that_is_gone_is_not_moved_for_it() {
        let home = tempfile::tempdir().unwrap();
        let mut store = open(home.path());
        let _ = saved(store.save_session(None, &session("exam", "rubbish"), &[], NOW).unwrap());
        let rubbish = Rubbish::Session(store.find_open_session(&["exam"], Some).unwrap().unwrap());
        for _ in 0..2 {
            let _ = store.set_aside(&rubbish, "it says nothing", NOW);
            assert_eq!(store.find_open_session(&["exam"], Some).unwrap(), None);
        }
        let _ = saved(store.save_session(None, &session("exam", "sound"), &[], NOW).unwrap());
        let _ = store.set_aside(&rubbish, "it says nothing", NOW);
        assert_eq!(store.find_open_session(&["exam"], Some).unwrap().unwrap().state, "sound");
        let kept: i64 = file(home.path()).query_row("SELECT COUNT(*) FROM faulty", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 1);
    }

    #[test]
    fn what_cannot_be_moved_is_left_out() {
        let home = home();
        file(home.path()).execute("UPDATE answers SET correct = 'yes'", []).unwrap();
        let other = file(home.path());
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (store, notices) = Store::open(home.path(), NOW);
        assert!(store.path().is_some(), "another writer is no reason to read nothing");
        assert_eq!(
            notices.iter().map(ToString::to_string).collect::<Vec<_>>(),
            [
                "2 answers could not be read (the first is row 1: correct: expected 0 or 1, found \"yes\"). They are left out; \
              everything else counts."
            ]
        );
        assert_eq!((answers_in(&store), store.log().unwrap().len()), (0, 0));
    }
}

mod opening {
    use super::*;

    #[test]
    fn a_file_that_another_program_is_writing_to_is_read() {
        let home = home();
        let other = file(home.path());
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        let (store, notices) = Store::open(home.path(), NOW);
        assert_eq!((notices, answers_in(&store)), (Vec::new(), 2));
        assert_eq!((store.unread(), store.unkept()), (None, None));
    }

    #[test]
    fn a_file_that_another_program_has_to_itself_is_not_taken_for_an_empty_one() {
        let home = home();
        let other = file(home.path());
        other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
        let (store, notices) = Store::open(home.path(), NOW);
        assert!(
            matches!(&notices[..], [Notice::InMemory { reason }] if reason.contains("another program")),
            "{notices:?}"
        );
        assert!(store.unread().is_some_and(|reason| reason.contains("another program")), "{:?}", store.unread());
        assert!(store.unkept().is_some());
    }

    #[test]
    fn a_file_that_cannot_be_written_is_read_and_what_is_added_is_forgotten() {
        let home = home();
        let mut store = crate::progress::open::without_writing(&home.path().join("progress.db"), "read-only");
        assert_eq!((store.unread(), store.unkept()), (None, Some("read-only")));
        assert_eq!(answers_in(&store), 2);
        let _ = store.save_session(None, &session("practice", "{}"), &[answer(3000, "s", &[])], NOW).unwrap();
        assert_eq!(answers_in(&store), 3);
        assert_eq!(answers_in(&open(home.path())), 2);
    }

    #[test]
    fn a_database_with_other_tables_is_kept_aside() {
        let home = tempfile::tempdir().unwrap();
        open(home.path());
        file(home.path()).execute_batch("ALTER TABLE answers RENAME COLUMN topic TO subject").unwrap();
        let (store, notices) = Store::open(home.path(), NOW);
        assert!(matches!(&notices[..], [Notice::Damaged { reason, .. }] if reason.contains("answers")), "{notices:?}");
        assert!(store.path().is_some());
    }
}

mod moving {
    use super::*;

    /// A store with something in every table.
    fn full() -> Store {
        let mut store = empty();
        let answers = [answer(1000, "q", &["a-trap"]), answer(2000, "q", &[])];
        let _ = store.save_session(None, &session("practice", "{}"), &answers, NOW).unwrap();
        let foreseen = Some(Foreseen { said: "1", came_to: "1", hit: "right" });
        store.record_lab_step("lab", "step", foreseen, StepCost::default(), Timestamp::from_millis(3000)).unwrap();
        store.record_proof("q", "q", Timestamp::from_millis(1500)).unwrap();
        store.keep_imported(&[("imported-1".to_owned(), "{}".to_owned())]).unwrap();
        store.set(&[("fsrs_reviews", "400")]).unwrap();
        store
    }

    fn rows(store: &Store) -> Value {
        store.export().unwrap()["tables"].take()
    }

    #[test]
    fn progress_moves_to_another_file_once() {
        let exported = full().export().unwrap().to_string();
        let mut there = empty();
        let _ = there.save_session(None, &session("exam", "{}"), &[answer(500, "q", &[])], Timestamp::from_millis(500));
        assert_eq!(there.import(&exported, &NO_CHECKS).unwrap(), 2);
        let once = rows(&there);
        assert_eq!(there.import(&exported, &NO_CHECKS).unwrap(), 0);
        assert_eq!(rows(&there), once, "a second time changes nothing");
        let counts = |table: &str| once[table].as_array().unwrap().len();
        let tables =
            ["answers", "answer_traps", "lab_steps", "predictions", "proofs", "sessions", "settings", "imported"];
        assert_eq!(tables.map(counts), [3, 1, 1, 1, 1, 2, 1, 1]);
        let log = there.log().unwrap();
        let firsts: Vec<(u64, bool)> = log.iter().map(|logged| (logged.at.as_millis(), logged.first_sight)).collect();
        assert_eq!(firsts, [(500, true), (1000, false), (2000, false)], "one question is seen for the first time once");
        let mut back = full();
        assert_eq!(back.import(&there.export().unwrap().to_string(), &NO_CHECKS).unwrap(), 1);
        assert_eq!(back.log().unwrap(), log, "both sides have the same answers in the same order");
    }

    #[test]
    fn a_setting_that_nobody_can_use_is_not_exported() {
        let mut store = empty();
        store.set(&[("fsrs", "[1]"), ("theme", "dark"), ("fsrs_reviews", "7")]).unwrap();
        let exported = store.export().unwrap();
        assert_eq!(exported["tables"]["settings"], json!([{"name": "fsrs_reviews", "value": "7"}]));
        empty().import(&exported.to_string(), &NO_CHECKS).unwrap();
    }

    #[test]
    fn a_session_that_went_on_elsewhere_is_not_opened_again() {
        let mut here = empty();
        let held = saved(here.save_session(None, &session("exam", "begun"), &[], NOW).unwrap());
        let begun = here.export().unwrap().to_string();
        let held = saved(here.save_session(Some(held), &session("exam", "further"), &[], NOW).unwrap());
        let further = here.export().unwrap().to_string();
        let ended = SessionRecord { is_ended: true, ..session("exam", "ended") };
        let _ = saved(here.save_session(Some(held), &ended, &[answer(9000, "q", &[])], NOW).unwrap());
        let all = here.export().unwrap().to_string();
        for earlier in [&begun, &further] {
            assert_eq!(here.import(earlier, &NO_CHECKS).unwrap(), 0);
            assert_eq!(here.find_open_session(&["exam"], Some).unwrap(), None);
        }
        let mut there = empty();
        for (exported, state) in [(&begun, "begun"), (&further, "further"), (&begun, "further")] {
            there.import(exported, &NO_CHECKS).unwrap();
            assert_eq!(there.find_open_session(&["exam"], Some).unwrap().unwrap().state, state);
        }
        let open = there.find_open_session(&["exam"], Some).unwrap().unwrap();
        assert_eq!(there.import(&all, &NO_CHECKS).unwrap(), 1);
        let late = there.save_session(Some(open.held), &ended, &[answer(9500, "q", &[])], NOW).unwrap();
        assert!(matches!(late, SaveOutcome::Refused(_)), "it has ended elsewhere, and its answers are here");
        assert_eq!(answers_in(&there), 1);
    }

    /// The export of a full store, with one cell replaced.
    fn with(table: &str, column: &str, value: Value) -> String {
        let mut exported = full().export().unwrap();
        exported["tables"][table][0][column] = value;
        exported.to_string()
    }

    #[test]
    fn what_is_no_export_is_refused_whole_and_says_where_it_is_wrong() {
        for (exported, fault) in [
            ("{}".to_owned(), "expected an export of dynadrill with \"dynadrill_progress\": 1, found null"),
            ("[".to_owned(), "expected JSON: EOF while parsing a list at line 1 column 1"),
            (with("answers", "correct", json!("yes")), "answers, entry 1: correct: expected 0 or 1, found \"yes\""),
            (with("answers", "correct", json!(true)), "answers, entry 1: correct: expected 0 or 1, found true"),
            (
                with("answers", "at_ms", json!(1.5)),
                "answers, entry 1: at_ms: expected milliseconds since 1970, from 0 to 253402300799999, found 1.5",
            ),
            (
                with("answers", "chosen", json!("B")),
                "answers, entry 1: chosen: expected places of options such as \"0\" or \"1,3\", found \"B\"",
            ),
            (
                with("answers", "mode", json!("dreaming")),
                "answers, entry 1: mode: expected \"practice\" or \"diagnostic\" or \"review\" or \"exam\", found \"dreaming\"",
            ),
            (
                with("answers", "colour", json!("blue")),
                "answers, entry 1: there is no column \"colour\"; a newer dynadrill may have written this",
            ),
            (with("answer_traps", "answer", json!(99)), "answer_traps, entry 1: answer: there is no answer 99"),
            (with("answers", "id", json!(2)), "answers, entry 2: id: 2 is another answer's too"),
            (with("lab_steps", "step", json!(null)), "lab_steps, entry 1: step: expected text, found null"),
            (
                with("predictions", "hit", json!("")),
                "predictions, entry 1: hit: expected \"right\" or \"low\" or \"high\" or \"other\", found \"\"",
            ),
            (
                with("sessions", "revision", json!(-1)),
                "sessions, entry 1: revision: expected a whole number from 0 to 1000000000000, found -1",
            ),
            (
                r#"{"dynadrill_progress": 1, "tables": {"settings": [{"name": "fsrs_reviews", "value": "7"}, {"name": "c"}]}}"#
                    .to_owned(),
                "settings, entry 2: value: expected text, found no such member",
            ),
            (
                r#"{"dynadrill_progress": 1, "tables": {"settings": [{"name": "theme", "value": "b"}]}}"#.to_owned(),
                "settings, entry 1: name: expected \"fsrs\" or \"fsrs_reviews\" or \"typed_lines\", found \"theme\"",
            ),
            (
                r#"{"dynadrill_progress": 1, "tables": {"settings": [{"name": "fsrs", "value": "[1]"}]}}"#.to_owned(),
                "settings, entry 1: value of \"fsrs\": expected a list of 21 numbers, found \"[1]\"",
            ),
            (
                r#"{"dynadrill_progress": 1, "tables": {"wishes": []}}"#.to_owned(),
                "there is no table \"wishes\"; a newer dynadrill may have written this",
            ),
        ] {
            let mut store = empty();
            assert_eq!(store.import(&exported, &NO_CHECKS).unwrap_err().to_string(), fault);
            assert_eq!(rows(&store), rows(&empty()), "nothing was taken: {fault}");
        }
        let mut store = empty();
        let picky = |_: &str, _: &str| Err("it says nothing".to_owned());
        for (checks, fault) in [
            (Checks { session: picky, ..NO_CHECKS }, "sessions, entry 1: state: it says nothing"),
            (Checks { question: picky, ..NO_CHECKS }, "imported, entry 1: body: it says nothing"),
        ] {
            let exported = full().export().unwrap().to_string();
            assert_eq!(store.import(&exported, &checks).unwrap_err().to_string(), fault);
        }
    }

    #[test]
    fn sessions_exported_before_they_had_revisions_are_imported() {
        let mut exported = full().export().unwrap();
        let row = exported["tables"]["sessions"][0].as_object_mut().unwrap();
        row.remove("revision");
        row.remove("spent_ms");
        let mut there = empty();
        there.import(&exported.to_string(), &NO_CHECKS).unwrap();
        assert_eq!(there.find_open_session(&["practice"], Some).unwrap().unwrap().spent, 0);
    }

    #[test]
    fn an_import_that_the_disk_has_no_room_for_takes_nothing() {
        let home = tempfile::tempdir().unwrap();
        let mut there = open(home.path());
        let pages: i64 = there.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        there.connection.pragma_update(None, "max_page_count", pages).unwrap();
        let questions: Vec<(String, String)> =
            (0..100).map(|place| (format!("imported-{place}"), "x".repeat(500))).collect();
        assert!(matches!(there.keep_imported(&questions), Err(Error::Full)));
        assert_eq!(there.imported().unwrap(), []);
        let mut here = empty();
        here.keep_imported(&questions).unwrap();
        let error = there.import(&here.export().unwrap().to_string(), &NO_CHECKS).unwrap_err();
        assert_eq!(error.to_string(), "the disk is full");
        assert_eq!(there.imported().unwrap(), []);
    }

    /// Milliseconds that an import takes of so many answers to one question, all at one moment but for every tenth.
    fn import_of(count: u64) -> u64 {
        let mut here = empty();
        let places: Vec<[usize; 1]> = (0..count).map(|place| [usize::try_from(place % 10).unwrap()]).collect();
        let answers: Vec<AnswerRecord<'_>> =
            (0..).zip(&places).map(|(at, chosen)| AnswerRecord { chosen, ..answer(at / 10, "q", &[]) }).collect();
        let _ = here.save_session(None, &session("practice", "{}"), &answers, NOW).unwrap();
        let exported = here.export().unwrap().to_string();
        let mut there = empty();
        let mut watch = crate::clock::Stopwatch::start(&crate::clock::SystemClock);
        assert_eq!(there.import(&exported, &NO_CHECKS).unwrap(), usize::try_from(count).unwrap());
        watch.lap(&crate::clock::SystemClock)
    }

    #[test]
    fn an_import_takes_as_long_as_it_has_answers_even_to_one_question() {
        let (few, many) = (import_of(1_000).max(5), import_of(16_000));
        // Sixteen times as many; 256 times as long if each were compared with each.
        assert!(many < few * 80, "1,000 answers {few} ms, 16,000 answers {many} ms");
    }
}
