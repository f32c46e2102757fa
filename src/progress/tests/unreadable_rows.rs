//! Rows that cannot be read: each is named, set aside as it was, and costs only itself.

use super::*;

#[test]
fn an_answer_that_cannot_be_read_is_named_set_aside_as_it_was_and_costs_only_itself() {
    let home = home();
    file(home.path()).execute("UPDATE answers SET correct = 'yes' WHERE id = 1", []).unwrap();
    let (store, notices) = Store::open(home.path(), NOW);
    let told: Vec<String> = notices.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["1 answer could not be read (row 1: correct: expected 0 or 1, found \"yes\"). It is set aside in the table \
          \"faulty\"; everything else counts."]
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
