//! Files to import: questions in six formats, and progress from another machine.

use std::cell::RefCell;
use std::fmt::Write as _;

use dynadrill::app::study;
use dynadrill::clock::{Clock as _, VirtualClock};
use dynadrill::exchange::{self, Draft, Format};
use dynadrill::progress::{self, Foreseen, Held, StepCost, Store};
use dynadrill::quiz::{Asked, Given, Purpose, Session};
use dynadrill::records::{self, Records, SessionOutcome};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::attack::{report, seed};
use super::edits::{NUMBERS, edits};
use super::worker::{LIMIT, Task, Worker};
use super::{config, told};

/// What the worker does with a file of questions.
pub(crate) fn take(format: &str, text: &str) -> Result<(), String> {
    let _ = Format::guess("questions.txt", text);
    let format: Format = format.parse()?;
    let (drafts, rejected) = exchange::import(text, format);
    let lines = text.lines().count().max(1);
    for draft in &drafts {
        if !(1..=lines).contains(&draft.line) {
            return Err(format!("a question is said to be on line {} of {lines}", draft.line));
        }
        let kept: Draft = serde_json::from_str(&serde_json::to_string(draft).unwrap()).unwrap();
        let asked = Asked::new(&exchange::question(&kept), 1);
        let right: String = asked.shown.iter().filter(|shown| shown.option.correct).map(|shown| shown.letter).collect();
        let given =
            asked.read_answer(&right).map_err(|error| format!("{right} of {} cannot be given: {error}", kept.stem))?;
        if !asked.grade(&given).correct {
            return Err(format!("{right} is not graded as right: {}", kept.stem));
        }
    }
    match rejected.iter().find(|fault| !(1..=lines).contains(&fault.line) || fault.reason.is_empty()) {
        Some(fault) => Err(format!("refused on line {} of {lines}: {:?}", fault.line, fault.reason)),
        None => Ok(()),
    }
}

/// What the worker does with exported progress: it is refused, or everything can be shown and resumed afterwards.
pub(crate) fn take_progress(exported: &Value) -> Result<(), String> {
    let mut store = Store::in_memory("a test").unwrap();
    if let Err(error) = records::import(&mut store, &exported.to_string()) {
        let answers = store.summary().map(|summary| summary.all.answers);
        return match answers {
            Ok(0) if !error.to_string().is_empty() => Ok(()),
            other => Err(format!("it was refused ({error}), and {other:?} answers were taken")),
        };
    }
    shown(&mut store).map_err(|error| format!("it was taken in, and then cannot be shown: {error}"))
}

/// Reads everything there is, and resumes the sessions that were left.
fn shown(store: &mut Store) -> Result<(), String> {
    let text = |error: &dyn std::fmt::Display| error.to_string();
    store.summary().map_err(|error| text(&error))?;
    store.history().map_err(|error| text(&error))?;
    store.lab_steps("paging").map_err(|error| text(&error))?;
    let log = store.log().map_err(|error| text(&error))?;
    let setting = store.setting(study::PARAMETERS).map_err(|error| text(&error))?;
    study::cards(&log, setting.as_deref())?;
    let _ = (study::reviewed(&log), study::calibration(&log));
    let clock = VirtualClock::new(VirtualClock::LAB_START);
    let (_, mut faulty) = records::imported(store, &clock).map_err(|error| text(&error))?;
    let find = |_: &str| Some(exchange::question(&draft("?")));
    let mut records = Records { store: &mut *store, clock: &clock, find: &find };
    for purpose in [Purpose::Practice, Purpose::Exam, Purpose::Review, Purpose::Diagnostic] {
        let (left, notices) = records.left(&[purpose]).map_err(|error| text(&error))?;
        faulty.extend(notices);
        if let Some((session, held)) = left {
            resume(&mut records, session, held).map_err(|error| text(&error))?;
        }
    }
    if let Some(notice) = faulty.first() {
        return Err(notice.to_string());
    }
    let exported = store.export().map_err(|error| text(&error))?;
    records::import(&mut Store::in_memory("a test").unwrap(), &exported.to_string())
        .map_err(|error| format!("what is exported again is refused: {error}"))?;
    Ok(())
}

/// Goes on with a session to its end, each answer saved.
fn resume(records: &mut Records<'_>, mut session: Session, mut held: Held) -> Result<(), progress::Error> {
    for _ in 0..session.len() {
        session.elapse(1);
        let _ = (session.blanks(), session.left(), session.correct(), session.is_flagged(session.position()));
        session.answer(Given { chosen: vec![0], confidence: None });
        session.go(session.position() + 1);
        if let SessionOutcome::Saved(saved) = records.save(&session, Some(held))? {
            held = saved;
        }
    }
    session.end();
    assert!(session.results().count() <= session.len());
    let _ = records.save(&session, Some(held))?;
    Ok(())
}

/// A question with two options, the first of which is right.
fn draft(stem: &str) -> Draft {
    let options = [("a".to_owned(), true), ("b".to_owned(), false)];
    Draft { stem: stem.to_owned(), options: options.to_vec(), ..Draft::default() }
}

/// The same two questions in each format.
fn samples() -> Vec<(Format, String)> {
    let stems = ["Which index can be added later?", "Which two reads are strong?"];
    let options =
        [["A local one", "A global one", "Both"], ["GetItem with ConsistentRead", "A Scan", "TransactGetItems"]];
    let right: [&[usize]; 2] = [&[1], &[0, 2]];
    let letters = ["B", "A, C"];
    let write = |format: Format| {
        let mut text = String::new();
        for question in 0..2 {
            let stem = stems[question];
            let is_right = |option: usize| right[question].contains(&option);
            let each = options[question].iter().enumerate();
            let each = each.map(|(place, option)| (place, char::from(b'A' + u8::try_from(place).unwrap()), *option));
            let _ = match format {
                Format::Checkbox => writeln!(text, "### {stem}\n"),
                Format::Lettered | Format::Aiken => writeln!(text, "{stem}"),
                Format::Gift => writeln!(text, "::{question}:: {stem} {{"),
                Format::Json | Format::Tsv => Ok(()),
            };
            for (place, letter, option) in each {
                let mark = if is_right(place) { 'x' } else { ' ' };
                let share = if is_right(place) { 100 / right[question].len() } else { 0 };
                let _ = match format {
                    Format::Checkbox => writeln!(text, "- [{mark}] {option}"),
                    Format::Lettered | Format::Aiken => writeln!(text, "{letter}. {option}"),
                    Format::Gift if right[question].len() == 1 => {
                        writeln!(text, "{}{option}", if is_right(place) { '=' } else { '~' })
                    }
                    Format::Gift => writeln!(text, "~%{share}%{option}"),
                    Format::Json | Format::Tsv => Ok(()),
                };
            }
            let answer = letters[question];
            let _ = match format {
                Format::Checkbox => writeln!(text, "\n> Because.\n"),
                Format::Lettered => writeln!(text, "\n**Answer:** {answer}\n\n**Explanation:** Because.\n"),
                Format::Aiken => writeln!(text, "ANSWER: {answer}\n"),
                Format::Gift => writeln!(text, "####Because.\n}}\n"),
                Format::Tsv => writeln!(text, "{stem}\t{}\t{answer}\tBecause.", options[question].join("\t")),
                Format::Json => Ok(()),
            };
        }
        match format {
            Format::Tsv => format!("question\tA\tB\tC\tcorrect\texplanation\n{text}"),
            Format::Json => {
                let all = (0..2).map(|question| {
                    json!({
                        "question": stems[question], "options": options[question], "correct": right[question],
                        "explanation": "Because.",
                    })
                });
                serde_json::to_string_pretty(&all.collect::<Vec<_>>()).unwrap()
            }
            _ => text,
        }
    };
    Format::ALL.into_iter().map(|format| (format, write(format))).collect()
}

/// The pieces that the formats are made of.
fn pieces(samples: &[(Format, String)]) -> Vec<String> {
    let signs =
        samples.iter().flat_map(|(_, text)| text.split(|letter: char| letter.is_alphanumeric() || letter == ' '));
    let mut pieces: Vec<String> = signs.filter(|sign| !sign.is_empty()).map(str::to_owned).collect();
    pieces.sort();
    pieces.dedup();
    let odd = [
        "\n",
        "\r\n",
        "\t",
        "\u{feff}",
        "\u{0}",
        "\u{1b}[2J",
        "ä\u{301}",
        "{{{{",
        "}}}}",
        "\\",
        "\"",
        "[[[[",
        "ANSWER: Z",
    ];
    pieces.extend(odd.map(str::to_owned));
    pieces
}

#[test]
fn any_change_of_a_file_of_questions_is_taken_or_refused() {
    let samples = samples();
    for (format, text) in &samples {
        let (drafts, rejected) = exchange::import(text, *format);
        assert_eq!((drafts.len(), rejected.len()), (2, 0), "{format}: {rejected:?}\n{text}");
    }
    let pieces = pieces(&samples);
    let worker = RefCell::new(Worker::new());
    let strategy = (any::<Index>(), any::<Index>(), edits());
    let outcome = TestRunner::new(config(1200)).run(&strategy, |(sample, format, edits)| {
        let (written, text) = &samples[sample.index(samples.len())];
        // One in four is read as another format than it is written in.
        let format = format.index(Format::ALL.len() * 4);
        let format = Format::ALL.get(format).copied().unwrap_or(*written);
        let text = edits.iter().fold(text.clone(), |text, edit| edit.apply(&text, &pieces, &NUMBERS));
        let task = Task::Import { format: format.name().to_owned(), text: text.clone() };
        worker
            .borrow_mut()
            .have_done(&task, LIMIT)
            .map_err(|fault| TestCaseError::fail(format!("{written} read as {format}: {fault}\n{text:?}")))
    });
    report(&worker.borrow().figures(&format!("files of questions, seed {}", seed())));
    told(outcome);
}

/// A file may be long: what it takes to read must grow as its length does.
#[test]
fn a_long_file_of_questions_is_read_in_time() {
    let mut worker = Worker::new();
    let mut faults = Vec::new();
    for (format, text) in samples() {
        let mut long = String::new();
        if format == Format::Json {
            let two: Vec<Value> = serde_json::from_str(&text).unwrap();
            let many = (0..1000).flat_map(|number| {
                two.clone().into_iter().map(move |mut question| {
                    question["question"] = format!("{} {number}", question["question"].as_str().unwrap()).into();
                    question
                })
            });
            long = Value::from(many.collect::<Vec<_>>()).to_string();
        } else {
            let header = if format == Format::Tsv { text.lines().next().unwrap() } else { "" };
            let body = text.strip_prefix(header).unwrap();
            let _ = writeln!(long, "{header}");
            for number in 0..1000 {
                long += &body
                    .replace("later?", &format!("later {number}?"))
                    .replace("strong?", &format!("strong {number}?"));
            }
        }
        let found = exchange::import(&long[..long.len().min(2000)], format).0.len();
        assert!(found > 2 || format == Format::Json, "{format} has only {found} questions in its first 2,000 letters");
        let task = Task::Import { format: format.name().to_owned(), text: long };
        if let Err(fault) = worker.have_done(&task, LIMIT) {
            faults.push(format!("2,000 questions in {format}: {fault}"));
        }
        for piece in ["[", "{", "(", "\\", "- [ ", "#", "~%", "\"", "\t", "A. ", "::", "{\"a\":"] {
            let task = Task::Import { format: format.name().to_owned(), text: piece.repeat(50_000) };
            if let Err(fault) = worker.have_done(&task, LIMIT) {
                faults.push(format!("50,000 times {piece:?} in {format}: {fault}"));
            }
        }
    }
    report(&worker.figures("long files of questions"));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Progress with something of everything.
fn exported() -> Value {
    let mut store = Store::in_memory("a test").unwrap();
    let clock = VirtualClock::new(VirtualClock::LAB_START);
    let now = clock.now();
    let questions = [exchange::question(&draft("one?")), exchange::question(&draft("two?"))];
    let find = |id: &str| questions.iter().find(|question| question.id == id).cloned();
    let mut records = Records { store: &mut store, clock: &clock, find: &find };
    let mut quiz = Session::new(Purpose::Practice, &questions, 1);
    let asked = quiz.current().unwrap().clone();
    let given = Given { chosen: vec![1], confidence: None };
    let graded = asked.grade(&given);
    quiz.answer(given.clone());
    let _ = records.answer(&quiz, None, &asked, &graded).unwrap();
    let mut exam = Session::exam(&questions, 2, 60_000);
    exam.answer(given);
    exam.flag();
    let _ = records.save(&exam, None).unwrap();
    let foreseen = Foreseen { said: "1", came_to: "0.5", hit: "high" };
    store.record_lab_step("paging", "first", Some(foreseen), StepCost::default(), now).unwrap();
    store.record_proof("a", "a", now).unwrap();
    let parameters = serde_json::to_string(&dynadrill::review::default_parameters()).unwrap();
    store.set(&[(study::PARAMETERS, &parameters), (study::FITTED, "7")]).unwrap();
    let kept = draft("kept?");
    store.keep_imported(&[(exchange::id(&kept), serde_json::to_string(&kept).unwrap())]).unwrap();
    let mut exported = store.export().unwrap();
    // A trap belongs to an answer, which names it by its number.
    exported["tables"]["answer_traps"] = json!([{"answer": exported["tables"]["answers"][0]["id"], "trap": "a-trap"}]);
    exported
}

/// Every place in a value, as a JSON pointer.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    let parts: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, inner)| (name.clone(), inner)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(place, inner)| (place.to_string(), inner)).collect(),
        _ => Vec::new(),
    };
    for (name, inner) in parts {
        let at = format!("{at}/{name}");
        found.push(at.clone());
        pointers(inner, &at, found);
    }
}

#[test]
fn any_value_in_exported_progress_is_taken_or_refused_whole() {
    let sound = exported();
    take_progress(&sound).unwrap();
    let mut places = Vec::new();
    pointers(&sound, "", &mut places);
    let numbers = [0, -1, 2, i64::from(u32::MAX), i64::MAX, i64::MIN];
    let mut values: Vec<Value> = numbers.map(Value::from).to_vec();
    let texts = ["", "abc", "7", "{}", "[]", "null", "[1,2", "{\"purpose\":\"exam\"}", "\u{1b}[2J", "practice"];
    values.extend(texts.map(Value::from));
    values.extend([
        Value::Null,
        true.into(),
        json!(1.5),
        json!(1e300),
        json!([]),
        json!({}),
        json!([[]]),
        json!({"a": 1}),
    ]);
    let (mut worker, mut faults) = (Worker::new(), Vec::new());
    let mut attack = |place: &str, exported: &dyn Fn(&Value) -> Value| {
        let mut at_fault = Vec::new();
        for value in &values {
            if let Err(fault) = worker.have_done(&Task::Progress { exported: exported(value) }, LIMIT) {
                at_fault.push(format!("{value}: {fault}"));
            }
        }
        if let Some(first) = at_fault.first() {
            faults.push(format!("{place}: {} values are at fault, the first is {first}", at_fault.len()));
        }
    };
    for place in &places {
        attack(place, &|value| {
            let mut exported = sound.clone();
            *exported.pointer_mut(place).unwrap() = value.clone();
            exported
        });
    }
    // A session's state is JSON in a text.
    let state = "/tables/sessions/0/state";
    let session: Value = serde_json::from_str(sound.pointer(state).unwrap().as_str().unwrap()).unwrap();
    let mut parts = Vec::new();
    pointers(&session, "", &mut parts);
    for part in &parts {
        attack(&format!("{state}{part}"), &|value| {
            let (mut session, mut exported) = (session.clone(), sound.clone());
            *session.pointer_mut(part).unwrap() = value.clone();
            *exported.pointer_mut(state).unwrap() = session.to_string().into();
            exported
        });
    }
    report(&worker.figures(&format!("exported progress, odd values in {} places", places.len() + parts.len())));
    assert!(faults.is_empty(), "{} places are at fault:\n{}", faults.len(), faults.join("\n"));
}
