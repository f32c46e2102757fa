//! Free play on a small shop: at a terminal with a line editor, else a line of standard input at a time.
//!
//! The line editor (rustyline) completes as the labs' prompt does, goes on over several lines while something is open, and
//! keeps its history beside the progress file.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, EditMode, Editor, Helper};

use super::face::on_terminal;
use super::serve::buckets;
use super::settings::Editor as EditorKeys;
use super::{interrupt, with_console};
use crate::aws_cli::{Names, Pending};
use crate::lab::{self, Workbench};
use crate::plain::{self, Console};
use crate::{files, progress, safe_text, ui};

/// The file that typed lines are kept in.
pub(super) const HISTORY: &str = "shell_history.txt";

/// How many typed lines are kept.
const MOST_LINES: usize = 1000;
/// The largest history that is read.
const MOST_BYTES: u64 = 16 * files::MEGABYTE;

/// Runs the shell. Fails if a line of a script failed.
///
/// # Errors
/// The shop cannot be set up, or the console cannot be read or written.
pub(super) fn run(editor: EditorKeys, s3_dir: Option<&Path>) -> Result<ExitCode> {
    let mut bench = lab::shop().context("the shop cannot be set up")?;
    bench.use_buckets(s3_dir.map(buckets).transpose()?);
    bench.read_files_in(std::env::current_dir()?);
    interrupt::stops(bench.work())?;
    if on_terminal() {
        edit(&mut bench, editor)?;
        return Ok(ExitCode::SUCCESS);
    }
    let failed = with_console(|console| plain::shell(&mut bench, console))?;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What the line editor asks while a line is typed.
struct Prompted {
    names: Names,
}

impl Completer for Prompted {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Self::Candidate>)> {
        let before = &line[..at];
        let start = before.rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
        let found = lab::complete(before, &self.names);
        let pair = |found: crate::aws_cli::Completion| Pair {
            // The editor writes to the terminal by itself.
            display: safe_text::line(&format!("{}  {}", found.text, found.about)).trim_end().to_owned(),
            replacement: safe_text::line(&format!("{} ", found.text)).into_owned(),
        };
        Ok((start, found.into_iter().map(pair).collect()))
    }
}

impl Validator for Prompted {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let mut pending = Pending::default();
        pending.push(context.input());
        Ok(if pending.is_open() { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

impl Hinter for Prompted {
    type Hint = String;
}

impl Highlighter for Prompted {}
impl Helper for Prompted {}

/// Reads lines with the line editor until the learner leaves.
fn edit(bench: &mut Workbench, keys: EditorKeys) -> Result<()> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .edit_mode(match keys {
            EditorKeys::Emacs => EditMode::Emacs,
            EditorKeys::Vi => EditMode::Vi,
        })
        .max_history_size(MOST_LINES)?
        .history_ignore_dups(true)?
        .history_ignore_space(true)
        .build();
    let mut editor: Editor<Prompted, DefaultHistory> = Editor::with_config(config)?;
    let history = history_file();
    // The editor reads the terminal; this console only prints.
    let (mut input, mut output, mut talk) = (std::io::empty(), safe_text::stdout(), safe_text::stderr());
    let mut console = Console::new(&mut input, &mut output, &mut talk).on_columns(ui::columns());
    // A history that cannot be read is missed by nothing but the history.
    let history = match history.map(|path| (files::look_at(&path, MOST_BYTES), path)) {
        Some((Ok(()), path)) => {
            let _ = editor.load_history(&path);
            Some(path)
        }
        Some((Err(refusal), path)) => {
            console.say(format!("Typed lines are not kept: {}: {refusal}.", path.display()))?;
            None
        }
        None => None,
    };
    console.say("A small shop: Customers, Orders, Products. :tables shows them.")?;
    console.say(plain::SHELL_HELP)?;
    loop {
        editor.set_helper(Some(Prompted { names: bench.names() }));
        let line = match editor.readline("$ ") {
            Ok(line) => line,
            // Ctrl-C clears the line.
            Err(ReadlineError::Interrupted) => continue,
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error.into()),
        };
        if plain::is_leaving(&line) {
            break;
        }
        // A mark stands for what could steer the terminal when the line comes back.
        let _ = editor.add_history_entry(safe_text::block(&line).as_ref());
        if let Some(history) = &history {
            let _ = editor.save_history(history);
        }
        plain::shell_line(&line, bench, &mut console)?;
    }
    Ok(())
}

/// Where typed lines are kept, in a directory that is there.
fn history_file() -> Option<PathBuf> {
    let directory = progress::data_directory()?;
    std::fs::create_dir_all(&directory).ok()?;
    Some(directory.join(HISTORY))
}
