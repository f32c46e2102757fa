//! An exam that is killed while it is answered and while it is handed in, and one that is open twice.

use std::collections::BTreeSet;
use std::path::Path;

use super::attack::{Talk, factor, micros, report, seed};
use super::{ANSWERS, LETTERS, Moment, Progress, is_acknowledged};
use dynadrill::chance::Chance;

/// Questions of an exam.
const QUESTIONS: usize = 20;
/// The same as a number of rows.
const ROWS: i64 = 20;
/// How long handing in may take, in microseconds: kills fall within this time.
const HAND_IN: u64 = 80_000;

/// Starts the exam or goes on with it.
fn open(home: &Path, exam_seed: &str) -> Talk {
    let talk = Talk::start(home, &["exam", "--plain", "--seed", exam_seed]);
    talk.prompted().unwrap();
    talk
}

/// Answers the question that is shown.
fn answer(talk: &mut Talk) {
    let taken = LETTERS.iter().any(|letters| is_acknowledged(&talk.ask(letters).unwrap()));
    assert!(taken, "no answer fits: {}", talk.all());
}

/// Hands an exam in, whatever it says, and waits for the end.
fn hand_in(mut talk: Talk) -> String {
    talk.say("end\nend");
    talk.finish().1
}

/// Hands the exam in, if it is still open.
fn complete(home: &Path, exam_seed: &str) {
    let ended = Progress::open(home).and_then(|file| file.session("exam")).is_some_and(|(_, ended)| ended);
    if !ended {
        hand_in(open(home, exam_seed));
    }
}

/// Each question must have one answer: one with options if it was answered, else a blank. `doubtful` are those whose
/// answer was under way when the program was killed.
fn check(home: &Path, answered: &BTreeSet<usize>, doubtful: &BTreeSet<usize>, story: &str) {
    let file = Progress::open(home).unwrap();
    file.check();
    let rows = file.answers();
    assert_eq!(rows.len(), QUESTIONS, "{story}: an exam of {QUESTIONS} questions left {} answers", rows.len());
    let (questions, ended) = file.session("exam").unwrap();
    assert!(ended, "{story}: handed in, but still open");
    for (question, number) in questions.iter().zip(1..) {
        let Some((_, chosen)) = rows.iter().find(|(row, _)| row == question) else {
            panic!("{story}: question {number} has no answer");
        };
        let is_right = chosen.is_empty() != answered.contains(&number) || doubtful.contains(&number);
        assert!(is_right, "{story}: question {number} is kept as {chosen:?}; acknowledged were {answered:?}");
    }
}

#[test]
fn an_acknowledged_answer_of_an_exam_is_kept() {
    let wanted = 8 * factor();
    let mut chance = Chance::seeded(seed() + 1);
    let (mut kills, mut acknowledged, mut answer_micros) = (0, 0, 20_000);
    while kills < wanted {
        let home = tempfile::tempdir().unwrap();
        let exam_seed = chance.between(0, 1_000_000).to_string();
        let story = format!("seed {}, after {kills} kills (exam --seed {exam_seed})", seed());
        let (mut answered, mut doubtful) = (BTreeSet::new(), BTreeSet::new());
        for _ in 0..chance.between(1, 4) {
            let mut talk = open(home.path(), &exam_seed);
            for _ in 0..chance.between(0, 2) {
                let number = usize::try_from(chance.between(1, QUESTIONS as u64)).unwrap();
                talk.ask(&number.to_string()).unwrap();
                let began = micros();
                answer(&mut talk);
                answer_micros = micros() - began;
                acknowledged += usize::from(answered.insert(number));
            }
            let number = usize::try_from(chance.between(1, QUESTIONS as u64)).unwrap();
            talk.ask(&number.to_string()).unwrap();
            let letters = LETTERS[usize::try_from(chance.between(0, 1)).unwrap()];
            // While an exam is answered only its session changes.
            let states = "SELECT coalesce(sum(length(state)), 0) FROM sessions";
            let said = Moment::draw(&mut chance, answer_micros, states).strike(home.path(), talk, letters);
            kills += 1;
            if is_acknowledged(&said) {
                acknowledged += usize::from(answered.insert(number));
            } else {
                doubtful.insert(number);
            }
        }
        complete(home.path(), &exam_seed);
        doubtful.retain(|number| !answered.contains(number));
        check(home.path(), &answered, &doubtful, &story);
    }
    report(&format!("exam, while it was answered: {kills} kills, {acknowledged} acknowledged answers"));
}

#[test]
fn an_exam_that_is_killed_while_it_is_handed_in_counts_once() {
    let wanted = 14 * factor();
    let mut chance = Chance::seeded(seed() + 2);
    let (mut doubled, mut halfway) = (Vec::new(), 0);
    for kill in 0..wanted {
        let home = tempfile::tempdir().unwrap();
        let exam_seed = chance.between(0, 1_000_000).to_string();
        let mut talk = open(home.path(), &exam_seed);
        let mut answered = BTreeSet::new();
        for number in 1..=chance.between(1, 3) {
            answer(&mut talk);
            answered.insert(usize::try_from(number).unwrap());
        }
        let moment = if kill % 2 == 0 { Moment::Changed(ANSWERS) } else { Moment::After(chance.between(0, HAND_IN)) };
        moment.strike(home.path(), talk, "end\nend");
        let kept = Progress::open(home.path()).unwrap().number(ANSWERS);
        halfway += usize::from(kept > 0 && kept < ROWS);
        complete(home.path(), &exam_seed);
        let rows = Progress::open(home.path()).unwrap().number(ANSWERS);
        if rows == ROWS {
            check(home.path(), &answered, &BTreeSet::new(), &format!("seed {}, kill {kill}, {moment:?}", seed()));
        } else {
            doubled.push(format!(
                "kill {kill} (exam --seed {exam_seed}, {moment:?}): {kept} rows when killed, {rows} at last"
            ));
        }
    }
    report(&format!("exam, while it was handed in: {wanted} kills, {halfway} of them in the middle"));
    assert!(
        doubled.is_empty(),
        "seed {}: {QUESTIONS} questions must leave {QUESTIONS} answers:\n{}",
        seed(),
        doubled.join("\n")
    );
}

#[test]
fn an_exam_that_is_open_twice_counts_once() {
    let rounds = 3 * factor();
    let mut chance = Chance::seeded(seed() + 3);
    let mut counted = Vec::new();
    for round in 0..rounds {
        let home = tempfile::tempdir().unwrap();
        let exam_seed = chance.between(0, 1_000_000).to_string();
        // The first must have been kept before the second can go on with it.
        let mut first = open(home.path(), &exam_seed);
        answer(&mut first);
        let mut second = open(home.path(), &exam_seed);
        answer(&mut second);
        if round % 3 == 0 {
            hand_in(first);
            hand_in(second);
        } else {
            // At the same time.
            first.say("end\nend");
            second.say("end\nend");
            first.finish();
            second.finish();
        }
        complete(home.path(), &exam_seed);
        let file = Progress::open(home.path()).unwrap();
        file.check();
        counted.push(file.number(ANSWERS));
    }
    report(&format!("exam, open twice: {rounds} rounds"));
    assert!(
        counted.iter().all(|rows| *rows == ROWS),
        "seed {}: {QUESTIONS} questions must leave {QUESTIONS} answers, not {counted:?}",
        seed()
    );
}

#[test]
fn an_exam_that_is_begun_twice_before_its_first_answer_is_one_exam() {
    for at_once in [false, true] {
        let home = tempfile::tempdir().unwrap();
        let (mut first, mut second) = (open(home.path(), "1"), open(home.path(), "2"));
        if at_once {
            for letters in LETTERS {
                first.say(letters);
                second.say(letters);
                first.prompted().unwrap();
                second.prompted().unwrap();
            }
        } else {
            answer(&mut first);
            second.ask("A").unwrap();
        }
        let said = [hand_in(first), hand_in(second)].concat();
        let words = "This was begun or continued in another window";
        assert!(at_once || said.contains(words), "{said}");
        // Each may have found that the other was first, and left it as it stood.
        complete(home.path(), "1");
        let file = Progress::open(home.path()).unwrap();
        file.check();
        assert_eq!(file.number("SELECT count(*) FROM sessions WHERE kind = 'exam'"), 1, "{said}");
        assert_eq!(file.number(ANSWERS), ROWS, "{said}");
        // Whoever asks for another exam gets another one.
        let third = Talk::start(home.path(), &["exam", "--plain", "--new"]);
        third.prompted().unwrap();
        hand_in(third);
        assert_eq!(Progress::open(home.path()).unwrap().number(ANSWERS), 2 * ROWS);
    }
}

/// Another program holds the progress file for longer than the exam waits for it.
#[test]
fn an_exam_that_cannot_be_saved_when_it_is_handed_in_is_not_lost() {
    let home = tempfile::tempdir().unwrap();
    let mut talk = open(home.path(), "7");
    answer(&mut talk);
    let holder = rusqlite::Connection::open(home.path().join("progress.db")).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    talk.say("end\nend");
    // The first save is given up after 5 s.
    std::thread::sleep(std::time::Duration::from_secs(6));
    holder.execute_batch("COMMIT").unwrap();
    drop(holder);
    let (_, said) = talk.finish();
    complete(home.path(), "7");
    assert!(said.contains("could not be"), "{said}");
    check(home.path(), &BTreeSet::from([1]), &BTreeSet::new(), "it could not be handed in at first");
}
