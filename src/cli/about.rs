//! What the program says of itself: examples, environment and exit codes under every help, man pages, where its files are,
//! and its settings with what they mean.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use super::settings::{DEFAULT, LearnerSettings, default_keys};
use super::{definition, print, print_block};
use crate::progress;

/// What stands under every help.
const NOTES: &str = "\
Environment:
  DYNADRILL_HOME   where progress, history and settings are kept
  NO_COLOR         no colours, if it is set and not empty
  COLORFGBG        the terminal's colours; a light background gets the light theme
  TERM=dumb        plain text instead of screens

Exit codes:
  0  done
  1  a check, a command or an import failed
  2  wrong usage";

/// What ends a command that serves until it is told to stop.
const SERVED: &str = "
  A signal ends it: SIGTERM or Ctrl-C, and the exit code is 0.";

/// Examples, by command.
const EXAMPLES: &[(&str, &[&str])] = &[
    ("", &["dynadrill", "dynadrill quiz --weakest", "dynadrill lab start query-vs-scan"]),
    ("quiz", &["dynadrill quiz --topic capacity -n 5", "dynadrill quiz --missed", "dynadrill quiz --plain --seed 7"]),
    ("exam", &["dynadrill exam", "dynadrill exam --full --plain"]),
    ("review", &["dynadrill review", "dynadrill review -n 40"]),
    ("plan", &["dynadrill plan --exam 2026-12-24"]),
    ("import", &["dynadrill import questions.md", "dynadrill import list.txt --format aiken"]),
    ("export", &["dynadrill export anki > dynamodb.tsv"]),
    ("progress", &["dynadrill progress export > progress.json", "dynadrill progress import progress.json"]),
    ("lab", &["dynadrill lab list", "dynadrill lab start hot-partition", "dynadrill lab serve optimistic-locking"]),
    ("shell", &["dynadrill shell", "echo 'scan --table-name Products' | dynadrill shell"]),
    ("serve", &["dynadrill serve --data tables.db", "dynadrill serve --cors http://localhost:3000"]),
    ("stats", &["dynadrill stats", "dynadrill stats --json"]),
    ("report", &["dynadrill report scores.html"]),
    ("content", &["dynadrill content check .", "dynadrill content new lab my-lab ."]),
    ("config", &["dynadrill config"]),
    (
        "completions",
        &["echo 'source <(dynadrill completions bash)' >> ~/.bashrc", "dynadrill completions fish | source"],
    ),
    ("man", &["dynadrill man ~/.local/share/man/man1"]),
];

/// Returns a command, and those under it, with examples and notes under their help.
pub(super) fn with_notes(command: clap::Command, group: &str) -> clap::Command {
    let names: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
    let found = EXAMPLES.iter().find(|(name, _)| *name == group).map_or(&[][..], |(_, examples)| examples);
    let examples = if found.is_empty() { String::new() } else { format!("Examples:\n  {}\n\n", found.join("\n  ")) };
    let is_serving = command.get_name() == "serve";
    let mut command = command.after_help(examples + NOTES + if is_serving { SERVED } else { "" });
    for name in names {
        let group = if group.is_empty() { name.clone() } else { group.to_owned() };
        command = command.mut_subcommand(&name, |inner| with_notes(inner, &group));
    }
    command
}

/// Writes a man page for every command into a directory, or prints the first.
pub(super) fn man(directory: Option<&Path>) -> Result<ExitCode> {
    if let Some(directory) = directory {
        let place = directory.display();
        std::fs::create_dir_all(directory).with_context(|| format!("cannot create {place}"))?;
        clap_mangen::generate_to(definition(), directory).with_context(|| format!("cannot write to {place}"))?;
        print(&[format!("The man pages are in {place}.")])?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(definition()).render(&mut page)?;
    print_block(&String::from_utf8_lossy(&page))?;
    Ok(ExitCode::SUCCESS)
}

/// Prints where the program's files are.
pub(super) fn paths() -> Result<ExitCode> {
    let data = progress::data_directory();
    let there = |name: &str, path: Option<std::path::PathBuf>| match path {
        Some(path) => {
            let state = if path.exists() { "" } else { "  (not there yet)" };
            format!("{name:<9} {}{state}", path.display())
        }
        None => format!("{name:<9} nowhere: there is no home directory; set DYNADRILL_HOME"),
    };
    let in_data = |file: &str| data.as_ref().map(|data| data.join(file));
    print(&[
        there("progress", in_data("progress.db")),
        there("history", in_data(super::shell::HISTORY)),
        there("settings", LearnerSettings::path()),
    ])?;
    Ok(ExitCode::SUCCESS)
}

/// Prints a file of settings in which nothing is set, and where it is read from.
pub(super) fn config() -> Result<ExitCode> {
    let place = LearnerSettings::path().map_or_else(
        || "# There is no home directory to read this from; set DYNADRILL_HOME.".to_owned(),
        |path| {
            let state = if path.exists() { "is there" } else { "is not there yet" };
            format!("# Read from {}, which {state}.", path.display())
        },
    );
    // The place stands in a line of its own: what it is called can end no comment.
    print(&[place, String::new()])?;
    print_block(DEFAULT)?;
    print_block(&default_keys())?;
    Ok(ExitCode::SUCCESS)
}

/// Returns names in columns that fit a terminal of 80.
pub(super) fn columns(names: &[&str]) -> Vec<String> {
    const WIDTH: usize = 78;
    let wide = names.iter().map(|name| name.chars().count()).max().unwrap_or(0) + 2;
    let across = (WIDTH / wide).max(1);
    let down = names.len().div_ceil(across);
    let row = |at: usize| {
        let cells = names.iter().skip(at).step_by(down.max(1)).map(|name| format!("{name:<wide$}"));
        format!("  {}", cells.collect::<String>().trim_end())
    };
    (0..down).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn names_stand_in_columns_read_downwards() {
        let names: Vec<String> = (1..=9).map(|number| format!("a-name-of-twenty-{number:03}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let lines = columns(&names);
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0], "  a-name-of-twenty-001  a-name-of-twenty-004  a-name-of-twenty-007");
        assert!(columns(&[]).is_empty());
    }
}
