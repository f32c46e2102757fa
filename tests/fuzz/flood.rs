//! A flood of inputs in one process: what the worker does carefully with thousands, this does with as many as there is time
//! for. Ten million take `DYNADRILL_ATTACK=100`.
//!
//! An input is a piece of the golden scripts with a few changes: bytes that go, come, come again or are others, words of the
//! expressions' language, pieces of another input. Bodies of requests meet the world of their script as it was when it had run,
//! each a copy of it, so that an input that fails does so again alone; command lines and files to import are read. An answer or
//! an error comes out of each, within a second of processor time, and what the process holds does not grow.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use dynadrill::aws_cli::{self, Action};
use dynadrill::chance::Chance;
use dynadrill::clock::VirtualClock;
use dynadrill::engine::ops::{self, Verb};
use dynadrill::engine::{Engine, Journal};
use dynadrill::exchange::{self, ExportFormat, Format};
use dynadrill::lab::Workbench;
use serde_json::Value;

use super::attack::{factor, micros, report, resident_kilobytes, seed, thread_micros};
use super::corpus::{Corpus, scripts};
use super::edits::NUMBERS;

/// How many inputs of each kind an ordinary run tries.
const INPUTS: usize = 25_000;
/// Inputs between two looks at the time and the memory.
const STRETCH: usize = 250;
/// The processor time that a stretch may take, in microseconds: no input in it can have taken more.
const LIMIT: u64 = 1_000_000;
/// How much the process may grow from a tenth of the flood to its end, in KB.
const GROWTH: u64 = 200_000;
/// The longest input, in bytes.
const LONGEST: usize = 4000;

/// What stands between the words of expressions, statements, lines and JSON.
const WORDS: [&[u8]; 28] = [
    b" AND ",
    b" OR ",
    b"NOT ",
    b" BETWEEN ",
    b" IN (",
    b"(",
    b")",
    b", ",
    b"#",
    b":",
    b".",
    b"[0]",
    b" = ",
    b"<>",
    b"<=",
    b"attribute_exists(",
    b"size(",
    b"list_append(",
    b"if_not_exists(",
    b"SET ",
    b"REMOVE ",
    b"ADD ",
    b"SELECT * FROM ",
    b" WHERE ",
    b"'",
    b"\"",
    b"\\u0000",
    b"\xf0\x9f\x98\x80",
];

/// Changes a text in a few places; `others` are texts of the same kind, to take pieces from.
fn changed(chance: &mut Chance, text: &[u8], others: &[Vec<u8>]) -> Vec<u8> {
    let mut text = text.to_vec();
    for _ in 0..chance.between(1, 4) {
        let at = below(chance, text.len() + 1);
        let end = (at + 1 + below(chance, 12)).min(text.len());
        let put: Vec<u8> = match chance.between(0, 6) {
            0 => Vec::new(),
            1 => text[at..end].repeat(2 + below(chance, 20)),
            2 => WORDS[below(chance, WORDS.len())].to_vec(),
            3 => NUMBERS[below(chance, NUMBERS.len())].as_bytes().to_vec(),
            4 => vec![u8::try_from(chance.between(0, 255)).unwrap()],
            _ => {
                let other = &others[below(chance, others.len())];
                let from = below(chance, other.len() + 1);
                other[from..(from + 24).min(other.len())].to_vec()
            }
        };
        // Half of what is put in comes beside what is there, half in its place.
        let gone = if chance.between(0, 1) == 0 { at..at } else { at..end };
        text.splice(gone, put);
        text.truncate(LONGEST);
    }
    text
}

fn below(chance: &mut Chance, end: usize) -> usize {
    usize::try_from(chance.between(0, end.saturating_sub(1) as u64)).unwrap()
}

/// Sends the changed inputs of a kind through `take`, which says whether one was understood, and panics if something is
/// wrong. A flood in which nothing is understood, or everything, tries little.
fn flood(kind: &str, mut draw: impl FnMut(&mut Chance) -> Vec<u8>, mut take: impl FnMut(&[u8]) -> bool) {
    let count = INPUTS * factor();
    let mut chance = Chance::seeded(seed());
    let (mut grown_from, mut slowest) = (None, (0, Vec::new()));
    let (began, mut worked, mut understood) = (micros(), 0, 0);
    for done in (0..count).step_by(STRETCH) {
        let (before, mut longest) = (thread_micros(), (0, Vec::new()));
        for _ in 0..STRETCH {
            let input = draw(&mut chance);
            let started = micros();
            let outcome = catch_unwind(AssertUnwindSafe(|| take(&input)));
            let said = || format!("{kind}, seed {}: {:?}", seed(), String::from_utf8_lossy(&input));
            understood += usize::from(outcome.unwrap_or_else(|_| panic!("{}", said())));
            let real = micros() - started;
            if real > longest.0 {
                longest = (real, input);
            }
        }
        let spent = thread_micros() - before;
        worked += spent;
        let longest_input = String::from_utf8_lossy(&longest.1).into_owned();
        assert!(
            spent < LIMIT,
            "{kind}, seed {}: {STRETCH} inputs took {spent} µs, the longest: {longest_input}",
            seed()
        );
        if longest.0 > slowest.0 {
            slowest = longest;
        }
        let resident = resident_kilobytes(std::process::id()).unwrap_or_default();
        if done >= count / 10 {
            let from = *grown_from.get_or_insert(resident);
            assert!(
                resident < from + GROWTH,
                "{kind}: the process grew from {from} to {resident} KB after {done} inputs"
            );
        }
    }
    let share = understood * 100 / count;
    assert!((1..=99).contains(&share), "{share} % of the {kind} were understood");
    report(&format!(
        "{count} {kind} ({share} % understood) in {} ms ({} ms of processor time), the slowest {} µs, {} KB held",
        (micros() - began) / 1000,
        worked / 1000,
        slowest.0,
        resident_kilobytes(std::process::id()).unwrap_or_default()
    ));
}

/// A request of a script, and the engine on which the script has run.
struct Begun {
    verb: &'static Verb,
    body: Value,
    /// The same as text.
    text: Vec<u8>,
    engine: usize,
}

/// Every request of DynamoDB in the scripts, and the engines.
fn begun() -> (Vec<Begun>, Vec<Engine>) {
    let corpus = Corpus::load();
    let engine = |lines: &[String]| {
        let mut bench = Workbench::new();
        for line in lines {
            bench.run(line);
        }
        let mut engine = bench.engine().copy_on(Arc::new(VirtualClock::new(bench.engine().now())));
        // What keeps no journal answers without a tree, as the endpoint does.
        *engine.journal_mut() = Journal::new(0);
        engine
    };
    let engines = corpus.scripts.iter().map(|script| engine(&script.lines)).collect();
    let of = |example: &super::corpus::Example| match example.action {
        Action::Verb(verb) => {
            let (body, text) = (example.body.clone(), example.body.to_string().into_bytes());
            Some(Begun { verb: ops::find(verb.name).unwrap(), body, text, engine: example.script })
        }
        Action::Around(_) => None,
    };
    (corpus.examples.values().flatten().filter_map(of).collect(), engines)
}

/// The texts within a value that are written in a language of their own, by where they are.
fn spoken<'a>(value: &'a mut Value, found: &mut Vec<&'a mut Value>) {
    let Value::Object(members) = value else { return };
    for (name, inner) in members {
        if inner.is_string() && (name.ends_with("Expression") || name == "Statement") {
            found.push(inner);
        } else if let Value::Array(list) = inner {
            for inner in list {
                spoken(inner, found);
            }
        } else {
            spoken(inner, found);
        }
    }
}

/// Answers a body on a copy of an engine; returns whether it was understood.
fn answer(engine: &Engine, verb: &'static Verb, body: &[u8]) -> bool {
    let mut engine = engine.copy_on(Arc::new(VirtualClock::new(engine.now())));
    let Ok(response) = engine.respond(verb, body) else { return false };
    let written = response.to_bytes();
    assert!(serde_json::from_slice::<Value>(&written).is_ok(), "{} is answered with what is no JSON", verb.name);
    true
}

#[test]
fn bodies_of_requests() {
    let (begun, engines) = begun();
    let texts: Vec<Vec<u8>> = begun.iter().map(|begun| begun.text.clone()).collect();
    let at = std::cell::Cell::new(0);
    let draw = |chance: &mut Chance| {
        at.set(below(chance, begun.len()));
        changed(chance, &begun[at.get()].text, &texts)
    };
    flood("bodies", draw, |body| answer(&engines[begun[at.get()].engine], begun[at.get()].verb, body));
}

#[test]
fn expressions_and_statements() {
    let (mut begun, engines) = begun();
    begun.retain_mut(|begun| {
        let mut found = Vec::new();
        spoken(&mut begun.body, &mut found);
        !found.is_empty()
    });
    let mut texts = Vec::new();
    for begun in &mut begun {
        let mut found = Vec::new();
        spoken(&mut begun.body, &mut found);
        texts.extend(found.iter().map(|text| text.as_str().unwrap_or_default().as_bytes().to_vec()));
    }
    let at = std::cell::Cell::new(0);
    let draw = |chance: &mut Chance| {
        at.set(below(chance, begun.len()));
        let mut body = begun[at.get()].body.clone();
        let mut found = Vec::new();
        spoken(&mut body, &mut found);
        let place = below(chance, found.len());
        let text = changed(chance, found[place].as_str().unwrap_or_default().as_bytes(), &texts);
        *found[place] = Value::from(String::from_utf8_lossy(&text));
        serde_json::to_vec(&body).unwrap()
    };
    flood("expressions", draw, |body| answer(&engines[begun[at.get()].engine], begun[at.get()].verb, body));
}

#[test]
fn command_lines() {
    let lines: Vec<Vec<u8>> = scripts().into_iter().flat_map(|script| script.lines).map(String::into_bytes).collect();
    let draw = |chance: &mut Chance| {
        let line = below(chance, lines.len());
        changed(chance, &lines[line], &lines)
    };
    flood("lines", draw, |line| {
        let line = String::from_utf8_lossy(line);
        let pieces = aws_cli::words(&line).map_or(0, |words| words.len());
        let read = aws_cli::parse(&line, &|name| Err(format!("there is no file {name}")));
        assert!(read.is_err() || pieces > 0, "a command of no words");
        read.is_ok()
    });
}

#[test]
fn files_of_questions() {
    let library = dynadrill::content::load(&dynadrill::content::Source::Embedded).0;
    let some = &library.questions[..12];
    let mut files: Vec<Vec<u8>> =
        ExportFormat::ALL.iter().map(|format| exchange::export(some, *format).into_bytes()).collect();
    files.extend(some.iter().map(|question| {
        let options: Vec<String> =
            question.options.iter().zip('A'..).map(|(option, letter)| format!("{letter}. {}", option.text)).collect();
        format!("{}\n{}\nANSWER: A\n", question.stem, options.join("\n")).into_bytes()
    }));
    let draw = |chance: &mut Chance| {
        let file = &files[below(chance, files.len())];
        let from = below(chance, file.len());
        changed(chance, &file[from..(from + 600).min(file.len())], &files)
    };
    let mut turn = 0;
    flood("files", draw, |text| {
        let text = String::from_utf8_lossy(text);
        turn += 1;
        let (drafts, rejected) = exchange::import(&text, Format::ALL[turn % Format::ALL.len()]);
        let lines = text.lines().count().max(1);
        assert!(drafts.iter().all(|draft| (1..=lines).contains(&draft.line)), "a question on a line that there is not");
        assert!(rejected.iter().all(|fault| !fault.reason.is_empty()), "a refusal without a reason");
        !drafts.is_empty()
    });
}
