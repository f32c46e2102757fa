//! Study from a script: exams to the end, sessions gone on with, reviews, imports, progress carried over.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::path::Path;
use std::process::Output;

use common::typist::{Talk, run};
use serde_json::{Value, json};

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn talk(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn stats(home: &Path) -> Value {
    serde_json::from_str(&out(&run(home, &["stats", "--json"], ""))).unwrap()
}

/// Lines that answer any question: those that do not fit are refused and cost nothing.
fn answers(count: usize) -> String {
    "A\nA,B\nA,B,C\n".repeat(count)
}

#[test]
fn an_exam_is_taken_to_the_end_by_a_script() {
    let home = tempfile::tempdir().unwrap();
    let middle = "f\nr\n99\nnonsense\n3\nflag\n";
    let exam = run(home.path(), &["exam", "--plain", "--seed", "4"], &format!("{middle}{}end\nend\n", answers(30)));
    let told = out(&exam);
    assert!(exam.status.success(), "{}", talk(&exam));
    assert!(told.contains("Question 1 of 20   40:00 left   0 answered"), "{told}");
    assert!(
        told.contains("Review (- no answer, _ too few marks, * flagged)") && told.contains("By exam skill"),
        "{told}"
    );
    assert!(talk(&exam).contains("Expected a question from 1 to 20, found 99."), "{}", talk(&exam));
    let stats = stats(home.path());
    assert_eq!(stats["answers"], 20);
    assert!(told.contains(&format!("{} of 20 right", stats["correct"])), "{told}");
}

#[test]
fn blanks_count_as_wrong_and_are_asked_about() {
    let home = tempfile::tempdir().unwrap();
    let exam = run(home.path(), &["exam", "--plain", "--seed", "4"], "A\nend\nno\nend\nend\n");
    assert!(talk(&exam).contains("Not handed in."), "{}", talk(&exam));
    assert!(out(&exam).contains("were left blank and count as wrong"), "{}", out(&exam));
    assert_eq!(stats(home.path())["answers"], 20);
}

#[test]
fn an_exam_that_was_left_is_gone_on_with() {
    let home = tempfile::tempdir().unwrap();
    let left = run(home.path(), &["exam", "--plain", "--full", "--seed", "9"], "A\nA,B\nA,B,C\n7\n*\nq\n");
    assert!(talk(&left).contains("Paused with"), "{}", talk(&left));
    assert_eq!(stats(home.path())["answers"], 0, "nothing is graded before the end");
    let again = run(home.path(), &["exam", "--plain"], "r\nend\nend\n");
    assert!(out(&again).contains("Question 7 of 65"), "{}", out(&again));
    assert!(out(&again).contains("of 65 right"), "{}", out(&again));
    let new = run(home.path(), &["exam", "--plain"], "q\n");
    assert!(out(&new).contains("Question 1 of 20"), "an exam that has ended is not gone on with: {}", out(&new));
}

#[test]
fn a_quiz_that_was_left_is_gone_on_with_and_its_answers_count_once() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["quiz", "--plain", "--seed", "3", "-n", "4"], "A\nA,B\nq\n");
    let again = run(home.path(), &["quiz", "--plain", "--resume"], &answers(4));
    assert!(out(&again).contains("of 4 right"), "{}", out(&again));
    assert_eq!(stats(home.path())["answers"], 4);
    let none = run(home.path(), &["quiz", "--plain", "--resume"], "");
    assert!(!none.status.success() && talk(&none).contains("no quiz was left in the middle"));
}

#[test]
fn a_proof_runs_both_options_and_confidence_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let quiz = run(
        home.path(),
        &["quiz", "--plain", "--topic", "capacity", "--seed", "1", "-n", "2"],
        "p\nA!\nA,B sure\np\nq\n",
    );
    assert!(talk(&quiz).contains("Nothing is answered yet"), "{}", talk(&quiz));
    let told = out(&quiz);
    assert!(told.contains("  [right]  ") && told.contains("\n$ "), "{told}");
    assert!(!told.contains("does not hold"), "{told}");
    // Whether the second line fits the question that was drawn is the bank's affair; what was answered was sure.
    let stats = stats(home.path());
    assert!(stats["answers"].as_u64().unwrap() >= 1, "{stats}");
    assert_eq!(stats["calibration"]["sure"]["answers"], stats["answers"]);
}

#[test]
fn missed_unseen_and_weakest_questions_can_be_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let none = run(home.path(), &["quiz", "--plain", "--missed"], "");
    assert!(talk(&none).contains("no question fits"), "{}", talk(&none));
    run(home.path(), &["quiz", "--plain", "--diagnostic", "--seed", "1"], &answers(20));
    let after = stats(home.path());
    assert_eq!(after["answers"], 12);
    let wrong = 12 - after["correct"].as_u64().unwrap();
    let missed = run(home.path(), &["quiz", "--plain", "--missed", "-n", "30"], "q\n");
    assert!(out(&missed).contains(&format!("Question 1 of {wrong} ")), "{}", out(&missed));
    assert!(run(home.path(), &["quiz", "--plain", "--weakest", "-n", "3"], "q\n").status.success());
    assert!(out(&run(home.path(), &["quiz", "--plain", "--unseen", "-n", "3"], "q\n")).contains("Question 1 of 3"));
}

#[test]
fn what_was_missed_is_due_and_the_plan_tells_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["quiz", "--plain", "--seed", "1", "-n", "6"], "A?\nA,B ?\n".repeat(6).as_str());
    let plan = run(home.path(), &["plan", "--exam", "2099-12-24"], "");
    let told = out(&plan);
    assert!(told.contains("days until the exam.") && told.contains("not enough data"), "{told}");
    assert!(told.contains("6 due for review") && told.contains("dynadrill review"), "{told}");
    let review = run(home.path(), &["review", "--plain"], "q\n");
    assert!(out(&review).contains("Question 1 of 6"), "{}", out(&review));
    let fitted = run(home.path(), &["review", "--optimize"], "");
    assert!(out(&fitted).contains("can be fitted from 200 on"), "{}", out(&fitted));
    let wrong = run(home.path(), &["plan", "--exam", "24.12.2099"], "");
    assert_eq!(wrong.status.code(), Some(2));
    let past = run(home.path(), &["plan", "--exam", "2020-01-01"], "");
    assert_eq!(past.status.code(), Some(2));
    assert!(talk(&past).contains("still to come, found 2020-01-01"), "{}", talk(&past));
    std::fs::write(home.path().join("config.toml"), "exam-date = 2099-12-24\ndaily-goal = 8\n").unwrap();
    let set = out(&run(home.path(), &["plan"], ""));
    assert!(set.contains("days until the exam.") && set.contains("6 questions answered today of 8."), "{set}");
}

#[test]
fn a_review_is_as_long_from_the_command_line_as_from_home() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["quiz", "--plain", "-n", "40", "--seed", "5"], &answers(40));
    let review = run(home.path(), &["review", "--plain"], "q\n");
    let all = dynadrill::app::study::QUIZ_LENGTH;
    assert!(out(&review).contains(&format!("Question 1 of {all} ")), "{}", out(&review));
}

/// The built-in questions, with one stem worded anew.
#[test]
fn a_question_that_is_worded_anew_keeps_its_history() {
    let (home, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::create_dir(root.path().join("questions")).unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("questions/e4-create-once.yaml");
    let written = std::fs::read_to_string(file).unwrap();
    let place = root.path().join("questions/e4-create-once.yaml");
    std::fs::write(&place, &written).unwrap();
    let content = root.path().to_str().unwrap();
    let all = written.matches("\n  - id: ").count();
    let count = all.to_string();
    let words = ["--content", content, "quiz", "--plain", "--pattern", "E4", "-n", &count];
    run(home.path(), &words, &answers(all));
    let before = stats(home.path());
    let anew = written.replacen("    stem: |\n      A ", "    stem: |\n      Some ", 1);
    assert_ne!(anew, written);
    std::fs::write(&place, anew).unwrap();
    let unseen = run(home.path(), &[&words[..], &["--unseen"]].concat(), "q\n");
    assert!(
        talk(&unseen).contains("no question fits"),
        "every question was seen, the one worded anew too: {}",
        out(&unseen)
    );
    assert_eq!(stats(home.path())["answers"], before["answers"]);
}

#[test]
fn files_of_each_format_are_imported_and_broken_ones_refused_with_line_and_reason() {
    let home = tempfile::tempdir().unwrap();
    let files = [
        ("q.md", "### One, checkbox?\n- [x] a\n- [ ] b\n"),
        ("letters.md", "1. Two, lettered?\nA. a\nB. b\n**Answer:** B\n"),
        ("q.json", "[{\"question\": \"Three, JSON?\", \"options\": [\"a\", \"b\"], \"correct\": 0}]"),
        ("q.txt", "Four, Aiken?\nA. a\nB. b\nANSWER: A\n"),
        ("q.gift", "::t:: Five, GIFT? {=a ~b}\n"),
        ("q.tsv", "question\tA\tB\tcorrect\nSix, TSV?\ta\tb\tA\n"),
    ];
    for (name, written) in files {
        let file = home.path().join(name);
        std::fs::write(&file, written).unwrap();
        let output = run(home.path(), &["import", file.to_str().unwrap()], "");
        assert!(out(&output).starts_with("1 question imported as "), "{name}: {}{}", out(&output), talk(&output));
    }
    let broken = home.path().join("broken.md");
    std::fs::write(&broken, "### Good?\n- [x] a\n- [ ] b\n\n### Bad?\n- [ ] a\n- [ ] b\n").unwrap();
    let output = run(home.path(), &["import", broken.to_str().unwrap()], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(talk(&output).contains("broken.md:5: not imported: expected a right option"), "{}", talk(&output));
    // The good one of that file is there by now; another is the same, and one is told otherwise.
    std::fs::write(&broken, "### Good?\n- [x] a\n- [ ] b\n\n### One, checkbox?\n- [ ] a\n- [x] b\n").unwrap();
    let twice = run(home.path(), &["import", broken.to_str().unwrap()], "");
    assert!(out(&twice).contains("0 new, 1 changed, 1 there already; 0 refused."), "{}{}", out(&twice), talk(&twice));
    std::fs::write(home.path().join("empty.json"), "[]").unwrap();
    let empty = run(home.path(), &["import", home.path().join("empty.json").to_str().unwrap()], "");
    assert_eq!((empty.status.code(), out(&empty).len()), (Some(1), 0));
    assert!(talk(&empty).contains("holds no question: expected at least one, written as json"), "{}", talk(&empty));
    for nothing in ["", " \n\t\n", "\u{feff}\n"] {
        std::fs::write(&broken, nothing).unwrap();
        let empty = run(home.path(), &["import", broken.to_str().unwrap()], "");
        assert_eq!((empty.status.code(), out(&empty).len()), (Some(1), 0), "{nothing:?}");
        let told = talk(&empty);
        assert!(
            told.contains("broken.md is empty: expected at least one question, written as one of checkbox"),
            "{told}"
        );
    }
    // The same file once more: nothing is new, and what is refused is told again.
    std::fs::write(&broken, "### Good?\n- [x] a\n- [ ] b\n\n### Bad?\n- [ ] a\n- [ ] b\n").unwrap();
    let again = run(home.path(), &["import", broken.to_str().unwrap()], "");
    assert!(out(&again).contains("0 new, 0 changed, 1 there already; 1 refused."), "{}{}", out(&again), talk(&again));
    let quiz = run(home.path(), &["quiz", "--plain", "--topic", "imported", "-n", "20"], &answers(20));
    assert!(out(&quiz).contains("of 7 right"), "{}", out(&quiz));
    let stats = stats(home.path());
    assert_eq!(stats["readiness"], json!({"enough": false, "answers": 0}), "imported ones do not count");
    std::fs::write(&broken, b"\xff\xfe").unwrap();
    assert!(talk(&run(home.path(), &["import", broken.to_str().unwrap()], "")).contains("not valid UTF-8"));
}

#[test]
fn progress_is_carried_to_another_home() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(here.path(), &["quiz", "--plain", "--seed", "1", "-n", "5"], &answers(5));
    let file = here.path().join("progress.json");
    std::fs::write(&file, out(&run(here.path(), &["progress", "export"], ""))).unwrap();
    for new in ["5 answers were new.", "0 answers were new."] {
        let output = run(there.path(), &["progress", "import", file.to_str().unwrap()], "");
        assert!(out(&output).contains(new), "{}{}", out(&output), talk(&output));
    }
    assert_eq!(stats(here.path()), stats(there.path()));
    for target in ["anki", "gift", "markdown", "json"] {
        assert!(out(&run(here.path(), &["export", target], "")).len() > 100_000, "{target}");
    }
}

#[test]
fn an_exam_s_answer_survives_a_kill_once_the_next_question_is_shown() {
    let home = tempfile::tempdir().unwrap();
    let mut exam = Talk::open(home.path(), &["exam", "--plain", "--seed", "4"]);
    // The first question of this seed takes one letter.
    exam.types("A\n");
    exam.shows("\nQuestion 2 of 20");
    exam.kill();
    let again = run(home.path(), &["exam", "--plain"], "q\n");
    assert!(out(&again).contains("1 answered"), "{}", out(&again));
}

/// The progress file of a home, for what the program itself never does to it.
fn file(home: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(home.join("progress.db")).unwrap()
}

#[test]
fn an_exam_that_is_open_twice_is_handed_in_once() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["exam", "--plain", "--seed", "4"], "A\nq\n");
    let open = || {
        let mut exam = Talk::open(home.path(), &["exam", "--plain"]);
        exam.shows("1 answered");
        exam
    };
    // A second hand-in, and leaving, find that it has ended.
    let windows = [(open(), "end\nend\n"), (open(), "end\nend\n"), (open(), "q\n")];
    let mut talks = Vec::new();
    for (mut exam, typed) in windows {
        exam.types(typed);
        let ended = exam.ends();
        assert!(ended.shown.contains("19 were left blank"), "each window shows the report: {}", ended.shown);
        talks.push(ended.said);
    }
    for late in &talks[1..] {
        assert!(late.contains("ended in another window; nothing is counted twice"), "{late}");
        assert!(!late.contains("Paused"), "{late}");
    }
    assert_eq!(stats(home.path())["answers"], 20);
}

#[test]
fn a_file_that_cannot_be_used_stays_where_it_is_for_what_only_reads() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["quiz", "--plain", "--seed", "1", "-n", "3"], &answers(3));
    let path = home.path().join("progress.db");
    file(home.path()).execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let sound = std::fs::read(&path).unwrap();
    let (mut newer, mut damaged) = (sound.clone(), sound.clone());
    // The user version stands at byte 60, big-endian (SQLite documentation, "Database File Format").
    newer[63] = 99;
    damaged[..100].fill(0xa5);
    for (bytes, why) in [(newer, "newer dynadrill, format 99"), (damaged, "not a database")] {
        std::fs::write(&path, &bytes).unwrap();
        for command in [&["progress", "export"][..], &["stats"], &["stats", "--json"], &["report"]] {
            let output = run(home.path(), command, "");
            assert_eq!(output.status.code(), Some(1), "{command:?}: {}", out(&output));
            assert!(out(&output).is_empty(), "{command:?}: {}", out(&output));
            assert!(talk(&output).contains("your progress cannot be read") && talk(&output).contains(why));
        }
        let listed = run(home.path(), &["lab", "list"], "");
        assert!(listed.status.success() && talk(&listed).contains("your progress cannot be read"));
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
        let names: Vec<_> = std::fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(names.iter().all(|name| !name.to_string_lossy().contains("damaged-")), "{names:?}");
    }
}

#[test]
fn a_wrong_progress_export_is_refused_and_leaves_everything_as_it_was() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["quiz", "--plain", "--seed", "1", "-n", "3"], &answers(3));
    let good = out(&run(home.path(), &["progress", "export"], ""));
    let file = home.path().join("wrong.json");
    let refuse = |wrong: &Value, fault: &str| {
        std::fs::write(&file, wrong.to_string()).unwrap();
        let output = run(home.path(), &["progress", "import", file.to_str().unwrap()], "");
        assert_eq!(output.status.code(), Some(1));
        assert!(
            talk(&output).contains("wrong.json was imported") && talk(&output).contains(fault),
            "{}",
            talk(&output)
        );
        assert_eq!(out(&run(home.path(), &["progress", "export"], "")), good);
    };
    for (table, column, value, fault) in [
        ("answers", "correct", json!("yes"), "answers, entry 1: correct: expected 0 or 1, found \"yes\""),
        ("answers", "at_ms", json!("abc"), "answers, entry 1: at_ms: expected milliseconds since 1970"),
        ("sessions", "state", json!("rubbish"), "sessions, entry 1: state: expected a session's state"),
    ] {
        let mut wrong: Value = serde_json::from_str(&good).unwrap();
        wrong["tables"][table][0][column] = value;
        refuse(&wrong, fault);
    }
    for (name, value, fault) in [
        ("review_day", "1", "settings, entry 2: name: expected \"fsrs\" or \"fsrs_reviews\" or \"typed_lines\""),
        ("fsrs", "[1, 2]", "settings, entry 2: value of \"fsrs\": expected a list of 21 numbers, found \"[1, 2]\""),
        (
            "fsrs_reviews",
            "18446744073709551615",
            "settings, entry 2: value of \"fsrs_reviews\": expected a whole number",
        ),
        ("typed_lines", "{}", "settings, entry 2: value of \"typed_lines\": expected a list of texts, found \"{}\""),
    ] {
        let mut wrong: Value = serde_json::from_str(&good).unwrap();
        wrong["tables"]["settings"] = json!([{"name": "fsrs_reviews", "value": "7"}, {"name": name, "value": value}]);
        refuse(&wrong, fault);
    }
}

#[test]
fn rows_that_cannot_be_read_are_named_once_and_every_command_works() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["quiz", "--plain", "--seed", "1", "-n", "7"], &answers(7));
    let commands: [&[&str]; 7] = [
        &["stats"],
        &["quiz", "--plain"],
        &["exam", "--plain"],
        &["review", "--plain"],
        &["plan", "--exam", "2099-12-24"],
        &["lab", "list"],
        &["progress", "export"],
    ];
    for (row, command) in (1..).zip(commands) {
        file(home.path()).execute("UPDATE answers SET correct = 'yes' WHERE id = ?1", [row]).unwrap();
        let output = run(home.path(), command, "");
        assert!(output.status.success(), "{command:?}: {}", talk(&output));
        let fault = format!("1 answer could not be read (row {row}: correct: expected 0 or 1, found \"yes\")");
        assert!(talk(&output).contains(&fault), "{command:?}: {}", talk(&output));
        let after = run(home.path(), &["stats", "--json"], "");
        assert!(
            talk(&after).is_empty() && out(&after).contains(&format!("\"answers\": {},", 7 - row)),
            "{}",
            talk(&after)
        );
    }
}

#[test]
fn a_session_that_says_nothing_keeps_no_exam_from_starting() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["exam", "--plain", "--seed", "4"], "A\nq\n");
    file(home.path()).execute("UPDATE sessions SET state = 'rubbish'", []).unwrap();
    let exam = run(home.path(), &["exam", "--plain"], "q\n");
    assert!(exam.status.success() && out(&exam).contains("Question 1 of 20"), "{}", talk(&exam));
    assert!(talk(&exam).contains("1 session could not be read (row 1: expected a session's state"), "{}", talk(&exam));
    let again = run(home.path(), &["exam", "--plain"], "q\n");
    assert!(again.status.success() && !talk(&again).contains("could not be read"), "{}", talk(&again));
    let kept: String = file(home.path()).query_row("SELECT row FROM faulty", [], |row| row.get(0)).unwrap();
    assert!(kept.contains("state = 'rubbish'"), "{kept}");
}

#[test]
fn a_locked_file_is_read_or_the_command_fails() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["quiz", "--plain", "--seed", "1", "-n", "3"], &answers(3));
    let exported = out(&run(home.path(), &["progress", "export"], ""));
    let other = file(home.path());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(
        out(&run(home.path(), &["progress", "export"], "")),
        exported,
        "a writer does not keep others from reading"
    );
    other.execute_batch("ROLLBACK; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT").unwrap();
    for command in [&["progress", "export"][..], &["stats", "--json"]] {
        let output = run(home.path(), command, "");
        assert_eq!(output.status.code(), Some(1), "{command:?}: {}", out(&output));
        assert!(out(&output).is_empty(), "{command:?}: {}", out(&output));
        assert!(talk(&output).contains("your progress cannot be read: another program"), "{}", talk(&output));
    }
}

/// Runs the program in a home that it cannot write to: as another user, if the tests are the administrator's.
#[cfg(unix)]
fn run_without_rights(home: &Path, arguments: &[&str]) -> Output {
    fed_without_rights(home, arguments, "")
}

#[cfg(unix)]
fn fed_without_rights(home: &Path, arguments: &[&str], input: &str) -> Output {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::os::unix::process::CommandExt as _;
    let mut command = common::typist::program(home, arguments);
    if std::fs::metadata(home).unwrap().uid() == 0 {
        command.uid(65_534).gid(65_534);
    }
    let allow = |mode| std::fs::set_permissions(home, std::fs::Permissions::from_mode(mode)).unwrap();
    allow(0o555);
    let output = common::typist::fed(&mut command, input);
    allow(0o755);
    output
}

#[cfg(unix)]
#[test]
fn an_exam_handed_in_where_nothing_can_be_saved_stays_open_in_the_file() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["exam", "--plain", "--seed", "4"], "A\nq\n");
    for _ in 0..2 {
        let lost = fed_without_rights(home.path(), &["exam", "--plain"], "end\nend\n");
        assert!(out(&lost).contains("1 answered"), "{}", out(&lost));
        assert!(out(&lost).contains("19 were left blank"), "its report can be read: {}", out(&lost));
        assert!(talk(&lost).contains("Handed in; it cannot be saved"), "{}", talk(&lost));
        assert!(!talk(&lost).contains("and saved"), "{}", talk(&lost));
        assert_eq!(stats(home.path())["answers"], 0);
    }
    let kept = run(home.path(), &["exam", "--plain"], "end\nend\n");
    assert!(talk(&kept).contains("Handed in and saved"), "{}", talk(&kept));
    assert_eq!(stats(home.path())["answers"], 20);
}

#[test]
fn an_exam_whose_end_the_file_refuses_stays_open_and_is_handed_in_again() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["exam", "--plain", "--seed", "4"], "A\nq\n");
    // An index on the tenth answer cannot be worked out.
    let fails = "abs(-9223372036854775807 - 1 + 0 * id)";
    file(home.path())
        .execute_batch(&format!("CREATE INDEX full ON answers (CASE WHEN id > 9 THEN {fails} END)"))
        .unwrap();
    let mut exam = Talk::open(home.path(), &["exam", "--plain"]);
    for _ in 0..2 {
        exam.types("end\nend\n");
        let until = exam.says("end tries again; q leaves.");
        assert!(until.contains("is still open") && !until.contains("and saved"), "{until}");
        let rows: i64 = file(home.path()).query_row("SELECT COUNT(*) FROM answers", [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0);
    }
    file(home.path()).execute_batch("DROP INDEX full").unwrap();
    exam.types("end\nend\n");
    let ended = exam.ends();
    assert!(ended.status.success());
    let (rest, report) = (ended.said, ended.shown);
    assert!(rest.contains("Handed in and saved") && report.contains("19 were left blank"), "{rest}{report}");
    assert_eq!(stats(home.path())["answers"], 20);
}

#[cfg(unix)]
#[test]
fn a_home_that_cannot_be_written_is_read_and_nothing_is_said_to_be_saved() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["quiz", "--plain", "--seed", "1", "-n", "3"], &answers(3));
    let exported = out(&run(home.path(), &["progress", "export"], ""));
    let (questions, progress) = (home.path().join("q.txt"), home.path().join("progress.json"));
    std::fs::write(&questions, "Which?\nA. a\nB. b\nANSWER: A\n").unwrap();
    std::fs::write(&progress, &exported).unwrap();
    let export = run_without_rights(home.path(), &["progress", "export"]);
    assert!(export.status.success(), "{}", talk(&export));
    assert_eq!(out(&export), exported);
    let stats = run_without_rights(home.path(), &["stats", "--json"]);
    assert!(out(&stats).contains("\"answers\": 3"), "{}{}", out(&stats), talk(&stats));
    assert!(talk(&stats).contains("Progress cannot be saved"), "{}", talk(&stats));
    for command in
        [["import", questions.to_str().unwrap()].as_slice(), &["progress", "import", progress.to_str().unwrap()]]
    {
        let output = run_without_rights(home.path(), command);
        assert_eq!(output.status.code(), Some(1), "{command:?}: {}", out(&output));
        assert!(talk(&output).contains("nothing can be saved") && out(&output).is_empty(), "{}", talk(&output));
    }
    // After a kill the newest answers may be in the write-ahead log alone; an export without them would look whole.
    std::fs::write(home.path().join("progress.db-wal"), b"something").unwrap();
    let export = run_without_rights(home.path(), &["progress", "export"]);
    assert_eq!((export.status.code(), out(&export).len()), (Some(1), 0), "{}", talk(&export));
    assert!(talk(&export).contains("can be read only where it can be written"), "{}", talk(&export));
}

/// An export of a learner who answered these questions, each a second after the one before.
fn exported(start: u64, answers: &[(String, bool)]) -> String {
    let row = |(place, (question, correct)): (usize, &(String, bool))| {
        json!({
            "id": place + 1, "at_ms": start + place as u64 * 1000, "question": question, "topic": "keys", "pattern": "",
            "chosen": "0", "correct": u8::from(*correct), "first_sight": 1, "family": question, "mode": "practice",
            "confidence": "", "verified": 1,
        })
    };
    let rows: Vec<Value> = answers.iter().enumerate().map(row).collect();
    json!({"dynadrill_progress": 1, "tables": {"answers": rows}}).to_string()
}

#[test]
fn item_statistics_count_others_and_keep_nothing_of_them() {
    let home = tempfile::tempdir().unwrap();
    run(home.path(), &["quiz", "--plain", "--seed", "1", "-n", "3"], &answers(3));
    let own = stats(home.path());
    let few = run(home.path(), &["content", "stats"], "");
    assert!(
        out(&few).contains("3 answers, 1 learner. 0 questions with at least 5 answers; 3 with fewer"),
        "{}",
        out(&few)
    );
    assert!(out(&few).contains("Discrimination needs the answers of at least 10 learners"), "{}", out(&few));
    // Twelve others of rising ability; good ones get the question "odd" wrong, and all get "easy" right.
    let mut arguments = vec!["content".to_owned(), "stats".to_owned(), "--json".to_owned()];
    for learner in 1..=12_u64 {
        let mut given: Vec<(String, bool)> = (0..20).map(|item| (format!("q{item:02}"), item < learner)).collect();
        given.extend([("odd".to_owned(), learner <= 6), ("easy".to_owned(), true)]);
        let file = home.path().join(format!("{learner}.json"));
        std::fs::write(&file, exported(1_700_000_000_000 + learner * 1_000_000, &given)).unwrap();
        arguments.extend(["--import".to_owned(), file.to_str().unwrap().to_owned()]);
    }
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let counted = run(home.path(), &words, "");
    let told: Value = serde_json::from_str(&out(&counted)).unwrap_or_else(|_| panic!("{}", talk(&counted)));
    assert_eq!((&told["learners"], &told["answers"]), (&json!(13), &json!(3 + 12 * 22)));
    assert!(told["missed_by_good"].as_array().unwrap().contains(&json!("odd")), "{told}");
    assert!(told["always_right"].as_array().unwrap().contains(&json!("easy")), "{told}");
    let odd = told["items"].as_array().unwrap().iter().find(|item| item["item"] == "odd").unwrap();
    assert!(odd["discrimination"].as_f64().unwrap() < -0.5 && odd["share"] == 0.5, "{odd}");
    assert_eq!(stats(home.path()), own, "nothing of the others is kept");
    // One file twice counts once.
    let file = home.path().join("1.json");
    let twice = ["content", "stats", "--import", file.to_str().unwrap(), "--import", file.to_str().unwrap()];
    let twice = run(home.path(), &twice, "");
    assert!(out(&twice).contains("25 answers, 2 learners."), "{}", out(&twice));
    assert!(talk(&twice).contains("holds no answers but those that are counted already"), "{}", talk(&twice));
    std::fs::write(&file, "{}").unwrap();
    let wrong = run(home.path(), &["content", "stats", "--import", file.to_str().unwrap()], "");
    assert_eq!(wrong.status.code(), Some(1));
    assert!(talk(&wrong).contains("1.json cannot be counted"), "{}", talk(&wrong));
}

#[test]
fn a_sheet_for_blind_readers_has_its_keys_apart() {
    let home = tempfile::tempdir().unwrap();
    let key = home.path().join("keys.txt");
    let sheet = |more: &[&str]| {
        let words =
            [&["export", "blind", "--count", "12", "--seed", "5", "--key", key.to_str().unwrap()], more].concat();
        let output = run(home.path(), &words, "");
        assert!(output.status.success(), "{}", talk(&output));
        (out(&output), std::fs::read_to_string(&key).unwrap())
    };
    let (full, keys) = sheet(&[]);
    assert_eq!(sheet(&[]), (full.clone(), keys.clone()), "the same seed gives the same sheet");
    let (only, same_keys) = sheet(&["--options-only"]);
    assert_eq!((keys.lines().count(), &same_keys), (12, &keys));
    assert!(only.len() < full.len() && full.contains('?') && full.matches("\n## ").count() == 12);
    for line in keys.lines() {
        let id = line.rsplit('\t').next().unwrap();
        assert!(!full.contains(id) && !only.contains(id), "{id} is told");
    }
    let none = run(home.path(), &["export", "blind"], "");
    assert_eq!(none.status.code(), Some(2));
    assert!(talk(&none).contains("needs --key FILE"), "{}", talk(&none));
    let other = run(home.path(), &["export", "anki", "--key", "x"], "");
    assert_eq!(other.status.code(), Some(2));
}
