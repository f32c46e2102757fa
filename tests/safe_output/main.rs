//! Nothing that somebody else wrote steers the learner's terminal: every command is fed hostile texts wherever it takes
//! texts, and the bytes of its standard output and standard error are looked at.
//!
//! The commands come from the program's own definition: one without a scenario here fails the test.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![cfg(unix)]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

#[path = "../common/mod.rs"]
mod common;
mod ground;
mod scenarios;

use ground::{Ground, Said, is_forbidden};
use scenarios::SCENARIOS;

/// A text that sets the window's title, and whatever else: it begins with a letter and fits into a file's name.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "\u{1b}[2J",
        "\u{1b}]52;c;cm0gLXJm\u{7}",
        "\u{1b}[8m",
        "\u{9b}31m",
        "\u{9d}0;t\u{9c}",
        "\u{90}q",
        "\u{8}\u{8}",
        "\u{7f}",
        "\u{1}",
        "\r\nFORGED",
        "\nFORGED",
        "\rFORGED",
        "\u{b}FORGED",
        "\u{c}FORGED",
        "\u{85}FORGED",
        "\u{2028}FORGED",
        "\u{2029}FORGED",
        "\u{202e}exe",
        "\u{2066}",
        "\u{200f}",
        "\u{61c}",
        "\u{200b}",
        "\u{feff}",
        "\u{e0041}",
        "\\u001b",
        "'\"",
        "word",
        " ",
        "日本",
        "שלום",
    ]);
    prop::collection::vec(piece, 2..9).prop_map(|pieces| format!("x\u{1b}]0;t\u{7}{}\nFORGED.", pieces.concat()))
}

/// The commands that do something, as they are typed.
fn commands(command: &clap::Command, path: &str) -> Vec<String> {
    let inner = command.get_subcommands().flat_map(|inner| commands(inner, &format!("{path} {}", inner.get_name())));
    let inner: Vec<String> = inner.collect();
    if inner.is_empty() || path.is_empty() { [vec![path.trim().to_owned()], inner].concat() } else { inner }
}

/// Arguments that no command takes, at every command.
fn wrong_usage(ground: &Ground) -> Vec<Said> {
    let mut said = Vec::new();
    for command in commands(&dynadrill::cli::definition(), "") {
        let words: Vec<&str> = command.split_whitespace().collect();
        said.push(ground.run(&[&words[..], &[&format!("--{}", ground.text)]].concat(), ""));
        said.push(ground.run(&[&words[..], &["--help"]].concat(), "").or_nothing());
        said.push(ground.run(&[&words[..], &[&ground.text, &ground.text, &ground.text, &ground.text]].concat(), ""));
    }
    // The name that the program was called by stands in its usage.
    let called = ground.root.path().join(&ground.text);
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_dynadrill"), &called).unwrap();
    let output = Command::new(&called).args(["quiz", "--nope"]).output().unwrap();
    said.push(Ground::said(&["its own name"], output).or_nothing());
    said
}

#[test]
fn every_command_has_a_scenario() {
    let known: BTreeSet<&str> = SCENARIOS.iter().map(|(command, _)| *command).collect();
    let all = commands(&dynadrill::cli::definition(), "");
    assert_eq!(all.iter().map(String::as_str).collect::<BTreeSet<_>>(), known);
}

/// The same texts every time, unless PROPTEST_RNG_SEED names others.
fn config() -> ProptestConfig {
    let usual = ProptestConfig::default();
    let rng_seed = if matches!(usual.rng_seed, RngSeed::Random) { RngSeed::Fixed(20_261_128) } else { usual.rng_seed };
    ProptestConfig { cases: 3, max_shrink_iters: 0, failure_persistence: None, rng_seed, ..usual }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nothing_of_others_steers_the_terminal(text in hostile()) {
        for (_, scenario) in SCENARIOS {
            scenario(&Ground::new(&text)).iter().for_each(Said::check);
        }
        wrong_usage(&Ground::new(&text)).iter().for_each(Said::check);
    }
}

#[test]
fn colours_of_the_program_s_own_stay() {
    let ground = Ground::new("x\u{1b}]0;t\u{7}\u{1b}[8m\nFORGED");
    let mut command = ground.command(&["lab", &ground.text]);
    command.env("CLICOLOR_FORCE", "1");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let talk = String::from_utf8(output.stderr).unwrap();
    assert!(talk.contains("\u{1b}[1m") && talk.contains(r"x\u001b]0;t\u0007\u001b[8m\u000aFORGED"), "{talk:?}");
    let is_colour = |after: &str| {
        let end = after.find(|letter: char| !letter.is_ascii_digit() && !"[;".contains(letter));
        after.starts_with('[') && end.is_some_and(|end| after[end..].starts_with('m')) && !after.starts_with("[8m")
    };
    assert!(talk.split('\u{1b}').skip(1).all(is_colour), "{talk:?}");
    assert!(talk.chars().all(|letter| letter == '\u{1b}' || !is_forbidden(letter)), "{talk:?}");
}

#[test]
fn bytes_that_are_no_text_are_not_sent() {
    use std::os::unix::ffi::OsStringExt as _;
    let ground = Ground::new("x");
    let name = OsString::from_vec(b"none\x9b31m\xff.md".to_vec());
    for words in [&["import"][..], &["--content", ".", "content", "check"], &["content", "new", "lab", "a"]] {
        let mut command = ground.command(words);
        let output = command.arg(Path::new(&name)).output().unwrap();
        Ground::said(words, output).or_nothing().check();
    }
}
