//! Progress on its way from one home to another: what an export holds, and what an import refuses.

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
    let tables = ["answers", "answer_traps", "lab_steps", "predictions", "proofs", "sessions", "settings", "imported"];
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
