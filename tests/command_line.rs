//! Every command with odd arguments: it ends with 0, 1 or 2 and says why, and never panics or hangs.
//!
//! The commands, their arguments and options are read from what `--help` prints, command by command, so that a new one is
//! tried as soon as it is there. An ordinary run gives each of them some of the odd words in turn, `DYNADRILL_ATTACK=2`
//! all of them (see `tests/attack`). A command that serves has done its part when it says where.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod attack;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::Path;
use std::process::{Command, Stdio};

use attack::{Watched, cpu_millis, factor, micros, report};

/// The longest that a command may work, in milliseconds of processor time.
const LIMIT: u64 = 10_000;
/// Odd words at each place in an ordinary run.
const WORDS: usize = 4;

/// A command, as its help describes it.
#[derive(Debug)]
struct Described {
    /// Its words: `lab start`.
    words: Vec<String>,
    /// Its arguments, with the word that each is called by: `NAME`.
    arguments: Vec<String>,
    /// Its options: the flag, and what its value is called if it takes one.
    options: Vec<(String, Option<String>)>,
    /// Values that the help names for what it calls by a word.
    values: BTreeMap<String, String>,
}

/// The entries of a section of a help text: those under `Commands:`, `Arguments:` or `Options:`. An entry that goes on,
/// further to the right, is put together.
fn section(help: &str, name: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != format!("{name}:")).skip(1);
    let mut entries: Vec<String> = Vec::new();
    for line in lines.take_while(|line| line.starts_with(' ')) {
        let begins = line.trim_start().starts_with("--") || !line.starts_with("   ");
        match entries.last_mut().filter(|_| !begins) {
            Some(entry) => *entry = format!("{entry} {}", line.trim()),
            None => entries.push(line.to_owned()),
        }
    }
    entries
}

fn help(words: &[String]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_dynadrill")).args(words).arg("-h").output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{words:?} -h");
    String::from_utf8(output.stdout).unwrap()
}

/// What is between two signs.
fn between<'a>(text: &'a str, open: &str, close: char) -> Option<&'a str> {
    Some(text.split_once(open)?.1.split_once(close)?.0)
}

/// A command and all those under it that do something.
fn described(words: &[String], found: &mut Vec<Described>) {
    let help = help(words);
    let names = section(&help, "Commands");
    let names: Vec<String> = names.iter().map(|line| line.split_whitespace().next().unwrap().to_owned()).collect();
    for name in names.iter().filter(|name| *name != "help") {
        described(&[words, std::slice::from_ref(name)].concat(), found);
    }
    let mut values = BTreeMap::new();
    let mut name_value = |called: &str, line: &str| {
        let first = between(line, "[possible values: ", ']').map(|list| list.split(", ").next().unwrap());
        if let Some(value) = first.or_else(|| between(line, "[default: ", ']')) {
            values.insert(called.to_owned(), value.to_owned());
        }
    };
    let mut arguments = Vec::new();
    for line in section(&help, "Arguments") {
        let called = between(&line, "<", '>').or_else(|| between(&line, "[", ']'));
        if let Some(called) = called.filter(|_| line.trim_start().starts_with(['<', '['])) {
            name_value(called, &line);
            arguments.push(called.trim_end_matches("...").to_owned());
        }
    }
    let mut options = Vec::new();
    for line in section(&help, "Options").into_iter().filter(|line| line.trim_start().starts_with('-')) {
        let flag = line.split_whitespace().find(|word| word.starts_with("--")).unwrap_or(line.trim_start());
        let flag = flag.split_whitespace().next().unwrap().trim_end_matches(',').to_owned();
        let value = between(&line, " <", '>').map(str::to_owned);
        if let Some(called) = &value {
            name_value(called, &line);
        }
        options.push((flag, value));
    }
    if names.is_empty() || words.is_empty() {
        found.push(Described { words: words.to_vec(), arguments, options, values });
    }
}

/// Words at which programs go wrong. No path among them leads out of the folder that the command runs in.
fn odd_words() -> Vec<OsString> {
    let texts = [
        "",
        " ",
        "-",
        "--",
        "-1",
        "0",
        "1",
        "65536",
        "9223372036854775807",
        "18446744073709551616",
        "1e9",
        "nope",
        "no/such/place",
        "empty",
        "binary",
        "folder",
        ".",
        "questions.json",
        "E1",
        "paging",
        "1969-12-31",
        "2026-02-30",
        "9999-12-31",
        "127.0.0.1",
        "127.0.0.999",
        "http://127.0.0.1:1",
        "http://[::1",
        "{}",
        "%s%n",
        "\u{1b}]0;x\u{7}",
        "ä\u{301}\u{10ffff}",
    ];
    let mut words: Vec<OsString> = texts.map(OsString::from).to_vec();
    words.push("a".repeat(100_000).into());
    #[cfg(unix)]
    words.push(std::os::unix::ffi::OsStringExt::from_vec(vec![0xff, 0xfe]));
    words
}

/// A word that makes sense for what the help calls by this word.
fn sound(command: &Described, called: &str) -> OsString {
    if let Some(value) = command.values.get(called) {
        // The default port may be taken; 0 takes a free one.
        return if called == "PORT" { "0".into() } else { value.into() };
    }
    match called {
        "NAME" if command.words.contains(&"new".to_owned()) => "my-lab",
        "NAME" => "optimistic-locking",
        "FILE" => "questions.json",
        "DIR" => "content",
        "DATE" => "2099-12-24",
        "TOPIC" => "keys",
        "PATTERN" => "E1",
        "FORMAT" => "json",
        "TARGET" => "gift",
        "URL" => "http://127.0.0.1:1",
        _ => "1",
    }
    .into()
}

/// A folder with things to name in it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
    write("empty", b"");
    write("binary", &[0, 159, 146, 150, 0, 255]);
    write("questions.json", br#"[{"question": "Which?", "options": ["a", "b"], "correct": 0}]"#);
    for name in ["folder", "content/questions", "content/labs"] {
        std::fs::create_dir_all(folder.path().join(name)).unwrap();
    }
    folder
}

/// Runs a command and says what was wrong with how it went, if anything.
fn run(arguments: &[OsString], home: &OsStr, out: Option<File>) -> Result<(), String> {
    let here = folder();
    let mut said = tempfile::tempfile().unwrap();
    let child = Command::new(env!("CARGO_BIN_EXE_dynadrill"))
        .args(arguments)
        .current_dir(here.path())
        .env("DYNADRILL_HOME", home)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(out.unwrap_or_else(|| said.try_clone().unwrap()))
        .stderr(said.try_clone().unwrap())
        .spawn();
    let mut process = match child {
        Ok(child) => Watched(child),
        Err(error) => return Err(format!("it cannot be started: {error}")),
    };
    let mut words = || {
        let mut bytes = Vec::new();
        said.rewind().unwrap();
        said.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let until = micros() + 120_000_000;
    let status = loop {
        if let Some(status) = process.ended_within(3) {
            break status;
        }
        if words().contains(" at http://") {
            return Ok(());
        }
        let spent = cpu_millis(process.id()).unwrap_or(0);
        if spent > LIMIT || micros() > until {
            return Err(format!("it does not end, after {spent} ms of work; it said: {}", short(&words())));
        }
    };
    let words = words();
    let is_sound = matches!(status.code(), Some(0..=2)) && !words.contains("panicked");
    // Whatever fails says why.
    let is_told = status.success() || !words.trim().is_empty();
    if is_sound && is_told { Ok(()) } else { Err(format!("it ended with {status} and said: {}", short(&words))) }
}

fn short(text: &str) -> String {
    text.chars().take(500).collect()
}

/// What goes wrong, and how many commands were run.
#[derive(Default)]
struct Tried {
    faults: Vec<String>,
    runs: usize,
}

impl Tried {
    fn run(&mut self, words: &[OsString], home: &Path) {
        self.runs += 1;
        if let Err(fault) = run(words, home.as_os_str(), None) {
            self.fault(words, &fault);
        }
    }

    fn fault(&mut self, words: &[OsString], fault: &str) {
        let words: Vec<String> = words.iter().map(|word| format!("{:?}", short(&word.to_string_lossy()))).collect();
        self.faults.push(format!("{}: {fault}", words.join(" ")));
    }

    fn finish(self, what: &str) {
        report(&format!("command line, {what}: {} runs", self.runs));
        assert!(self.faults.is_empty(), "{} runs are at fault:\n{}", self.faults.len(), self.faults.join("\n"));
    }
}

fn all() -> Vec<Described> {
    let mut found = Vec::new();
    described(&[], &mut found);
    // What the help shows today; fewer would mean that it is no longer understood here.
    assert!(found.len() >= 20, "{found:#?}");
    assert!(found.iter().any(|command| command.words == ["lab", "serve"] && command.options.len() >= 3), "{found:#?}");
    found
}

/// The command with sound arguments, and with this option or without any.
fn soundly(command: &Described, option: Option<&(String, Option<String>)>) -> Vec<OsString> {
    let mut words: Vec<OsString> = command.words.iter().map(OsString::from).collect();
    if let Some((flag, value)) = option {
        words.push(flag.into());
        words.extend(value.iter().map(|called| sound(command, called)));
    }
    if command.options.iter().any(|(flag, _)| flag == "--port") && option.is_none_or(|(flag, _)| flag != "--port") {
        words.extend(["--port".into(), "0".into()]);
    }
    words.extend(command.arguments.iter().map(|called| sound(command, called)));
    words
}

#[test]
fn every_command_with_odd_words_ends_and_says_why() {
    let home = tempfile::tempdir().unwrap();
    let odd = odd_words();
    let (mut tried, mut turn) = (Tried::default(), 0);
    let words = if factor() > 1 { odd.len() } else { WORDS };
    let mut next = || {
        turn += 1;
        odd[turn % odd.len()].clone()
    };
    for command in &all() {
        let plain = soundly(command, None);
        for place in 0..command.arguments.len() {
            for _ in 0..words {
                let mut changed = plain.clone();
                let at = plain.len() - command.arguments.len() + place;
                changed[at] = next();
                tried.run(&changed, home.path());
            }
        }
        for option in &command.options {
            let given = soundly(command, Some(option));
            tried.run(&given, home.path());
            // The option twice, and without its value at the end.
            let flag = &given[command.words.len()];
            tried.run(&[&given[..], std::slice::from_ref(flag)].concat(), home.path());
            for _ in 0..if option.1.is_some() { words } else { 0 } {
                let mut changed = given.clone();
                changed[command.words.len() + 1] = next();
                tried.run(&changed, home.path());
            }
        }
        // One word too many, and all that is needed left out.
        tried.run(&[&plain[..], &[next()]].concat(), home.path());
        let content = ["--content".into(), "content".into()];
        tried.run(&[&plain[..plain.len() - command.arguments.len()], &content].concat(), home.path());
    }
    tried.finish("odd words");
}

#[test]
fn every_command_ends_though_nothing_can_be_kept_or_printed() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("file");
    std::fs::write(&file, "no folder").unwrap();
    let mut tried = Tried::default();
    for command in &all() {
        let words = soundly(command, None);
        // A home that cannot be one.
        tried.run(&words, &file.join("below"));
        // A disk without room for what is printed.
        if let Ok(full) = File::options().write(true).open("/dev/full") {
            tried.runs += 1;
            if let Err(fault) = run(&words, home.path().as_os_str(), Some(full)) {
                tried.fault(&words, &fault);
            }
        }
    }
    tried.finish("nothing kept or printed");
}
