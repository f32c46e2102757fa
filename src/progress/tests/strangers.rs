//! Files that somebody else has written in: triggers, other tables, damage.

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
