//! Typed lines: every flag of every command, every own command, and lines of the scripts with parts of them changed.

use std::cell::RefCell;

use dynadrill::aws_cli::{Action, kebab};
use dynadrill::lab::Workbench;
use dynadrill::world::traffic::MOST_REQUESTS;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use serde_json::Value;

use super::attack::{factor, report, seed};
use super::corpus::{self, Corpus, Script};
use super::edits::{NUMBERS, edits, with_odd_numbers};
use super::requests::names;
use super::shapes::typical;
use super::worker::{LIMIT, Task, Worker};
use super::{config, told};

/// Requests that `:traffic` may send here. More are allowed, and take longer than a test has.
const REQUESTS: u64 = 2000;

/// A value as a word of a line.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// What may be typed for a value: itself as JSON, and words that look like it.
fn typed(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => quoted(&other.to_string()),
    }
}

/// A request as a line, a flag with its words in place of the one of the same name.
fn line(action: Action, body: &Value, flag: &str, words: &str) -> String {
    let members = body.as_object().unwrap().iter().map(|(name, value)| (kebab(name), typed(value)));
    let others = members.filter(|(name, _)| name != flag).map(|(name, value)| format!(" --{name} {value}"));
    format!("{}{} --{flag} {words}", kebab(action.name()), others.collect::<String>())
}

/// The flags that belong to the AWS CLI itself, as its help lists them.
fn global_flags() -> Vec<String> {
    let help =
        dynadrill::aws_cli::help(None) + &dynadrill::aws_cli::help(corpus::request("list-tables").map(|it| it.0));
    let words = help.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-');
    let mut flags: Vec<String> = words.filter_map(|word| word.strip_prefix("--")).map(str::to_owned).collect();
    flags.sort();
    flags.dedup();
    flags.retain(|flag| !flag.is_empty());
    assert!(flags.contains(&"query".to_owned()), "{flags:?}");
    flags
}

/// Words for a flag of any kind.
fn odd_words() -> Vec<String> {
    let mut words: Vec<String> = NUMBERS.iter().map(|number| (*number).to_owned()).collect();
    let others = [
        "",
        "''",
        "a=1",
        "a=1,b=2 c=3",
        "a={b=[c={d=",
        "[",
        "{",
        "'[[[['",
        "=,=,=",
        "file://nope.json",
        "file:///dev/zero",
        "fileb://x",
        "--",
        "\u{1b}[2J",
        "ä\u{301}\u{10ffff}",
    ];
    words.extend(others.map(str::to_owned));
    for (open, close) in
        [("[", "]"), ("{\"a\":", "}"), ("(", ")"), ("a.{b:", "}"), ("!", ""), ("a={b=", "}"), ("x[?", "]")]
    {
        words.push(format!("'{}{}'", open.repeat(3000), close.repeat(3000)));
    }
    words.push(format!("'{}'", "a,".repeat(20_000)));
    words
}

#[test]
fn any_word_at_any_flag_is_understood_or_explained() {
    let corpus = Corpus::load();
    let (mut worker, mut faults) = (Worker::new(), Vec::new());
    let (words, mut flags) = (odd_words(), 0);
    for name in names() {
        let example = &corpus.examples(name)[0];
        let own =
            example.action.input().members.iter().map(|member| (kebab(member.name), Some(typical(&member.shape))));
        let mut all: Vec<(String, Option<Value>)> = own.collect();
        if name == "Query" {
            all.extend(global_flags().into_iter().map(|flag| (flag, None)));
        }
        for (place, (flag, value)) in all.iter().enumerate() {
            flags += 1;
            // Every flag meets some of the words in an ordinary run, and every word many flags.
            let turn = words.iter().skip(if factor() > 1 { 0 } else { place % 3 });
            let some = turn.step_by(if factor() > 1 { 1 } else { 3 }).cloned();
            for words in value.iter().map(typed).chain(some) {
                let text = line(example.action, &example.body, flag, &words);
                let task = Task::Line { script: example.script, lines: example.line, text: text.clone() };
                if let Err(fault) = worker.have_done(&task, LIMIT) {
                    let short = |text: &str| text.chars().take(300).collect::<String>();
                    faults.push(format!("--{flag} {}: {fault}\n  {}", short(&words), short(&text)));
                }
            }
        }
    }
    report(&worker.figures(&format!("lines, odd words at {flags} flags")));
    assert!(faults.is_empty(), "{} lines are at fault:\n{}", faults.len(), faults.join("\n"));
}

/// How many requests a line of `:traffic` asks for at most, as far as it says so.
fn traffic(text: &str) -> u64 {
    let words: Vec<&str> = text.split_whitespace().collect();
    let numbers = |text: &str| -> Vec<u64> {
        let runs = text.split(|letter: char| !letter.is_ascii_digit()).filter(|run| !run.is_empty());
        runs.map(|run| run.parse().unwrap_or(u64::MAX)).collect()
    };
    let after = |flags: &[&str], otherwise: u64| {
        let given = words.windows(2).filter(|pair| flags.contains(&pair[0]));
        given.flat_map(|pair| numbers(pair[1])).max().unwrap_or(otherwise)
    };
    // A client that retries sends a request several times.
    let attempts = if words.contains(&"--retry") { after(&["--attempts"], 10) } else { 1 };
    let rate = after(&["--rate", "--ramp", "--spike"], 100);
    rate.saturating_mul(after(&["--seconds"], 10)).saturating_mul(attempts)
}

/// Whether a line asks for more than a test has time for, and is right to take it.
fn takes_long(text: &str) -> bool {
    let own = text.split("||").any(|part| part.contains(":traffic"));
    own && (REQUESTS..=MOST_REQUESTS.saturating_mul(10)).contains(&traffic(text))
}

/// The own commands, as the prompt lists them, and all the lines and words that their help shows.
fn own_commands() -> (Vec<String>, Vec<String>) {
    let mut bench = Workbench::new();
    let list = bench.run(":help").text;
    let names: Vec<String> = list
        .lines()
        .filter_map(|line| line.strip_prefix(':'))
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect();
    assert!(names.len() >= 20, "{list}");
    let (mut lines, mut words) = (Vec::new(), Vec::new());
    for name in &names {
        lines.push(format!(":{name}"));
        let help = bench.run(&format!(":help {name}")).text;
        for line in help.lines() {
            // An example and what it does are two blanks apart.
            let shown = line.trim().split("  ").next().unwrap_or_default();
            if shown.starts_with(':') {
                lines.extend(shown.split(", :").map(|line| format!(":{}", line.trim_start_matches(':'))));
            }
            words.extend(shown.split_whitespace().map(str::to_owned));
        }
    }
    (lines, words)
}

/// Where own commands are tried: a world with tables, a stream and functions.
fn busy_world(scripts: &[Script]) -> (usize, usize) {
    let script = scripts.iter().position(|script| script.name == "lambda").unwrap();
    (script, scripts[script].lines.len())
}

#[test]
fn any_number_in_any_own_command_is_answered() {
    let corpus = Corpus::load();
    let (mut worker, mut faults) = (Worker::new(), Vec::new());
    let (script, lines) = busy_world(&corpus.scripts);
    let mut tasks: Vec<(usize, usize, String)> = Vec::new();
    let (examples, words) = own_commands();
    for (place, example) in examples.iter().enumerate() {
        tasks.extend(with_odd_numbers(example).into_iter().chain([example.clone()]).map(|text| (script, lines, text)));
        // A number too many, another one at each.
        tasks.push((script, lines, format!("{example} {}", NUMBERS[place % NUMBERS.len()])));
    }
    for flag in words.iter().filter(|word| word.starts_with("--")) {
        let odd = odd_words().into_iter().filter(|words| words.len() < 100);
        tasks.extend(odd.map(|words| (script, lines, format!(":traffic Orders {flag} {words}"))));
    }
    // Own commands where the scripts type them.
    for (number, script) in corpus.scripts.iter().enumerate() {
        for (line, text) in script.lines.iter().enumerate().filter(|(_, text)| text.starts_with(':')) {
            let odd = with_odd_numbers(text);
            let some = odd.into_iter().enumerate().filter(|(place, _)| factor() > 1 || place % 4 == line % 4);
            tasks.extend(some.map(|(_, text)| (number, line, text)));
        }
    }
    for (script, lines, text) in tasks.into_iter().filter(|(_, _, text)| !takes_long(text)) {
        if let Err(fault) = worker.have_done(&Task::Line { script, lines, text: text.clone() }, LIMIT) {
            faults.push(format!("{} after {lines} lines, then {text}: {fault}", corpus.scripts[script].name));
        }
    }
    report(&worker.figures(&format!("own commands, odd numbers in {} examples and the scripts", examples.len())));
    assert!(faults.is_empty(), "{} lines are at fault:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn any_change_of_any_line_is_understood_or_explained() {
    let corpus = Corpus::load();
    let places: Vec<(usize, usize)> = corpus
        .scripts
        .iter()
        .enumerate()
        .flat_map(|(script, lines)| (0..lines.lines.len()).map(move |line| (script, line)))
        .collect();
    let mut words = own_commands().1;
    words.extend(odd_words().into_iter().filter(|words| words.len() < 40));
    words.extend([" ", "'", "\"", "\\", "\n", "{", "}", "[", "]", "=", ",", ":", "||", "#", "\t"].map(str::to_owned));
    let worker = RefCell::new(Worker::new());
    let strategy = (any::<Index>(), edits());
    let outcome = TestRunner::new(config(800)).run(&strategy, |(place, edits)| {
        let (script, lines) = places[place.index(places.len())];
        let line = &corpus.scripts[script].lines[lines];
        let text = edits.iter().fold(line.clone(), |text, edit| edit.apply(&text, &words, &NUMBERS));
        if takes_long(&text) {
            return Ok(());
        }
        let done = worker.borrow_mut().have_done(&Task::Line { script, lines, text: text.clone() }, LIMIT);
        let name = &corpus.scripts[script].name;
        done.map_err(|fault| TestCaseError::fail(format!("{name} after {lines} lines: {fault}\n  {text}")))
    });
    report(&worker.borrow().figures(&format!("lines with changes, seed {}", seed())));
    told(outcome);
}
