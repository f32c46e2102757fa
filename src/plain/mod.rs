//! The tutor as plain text, a line at a time: for pipes, screen readers and tests.
//!
//! The life of a line: it is read as bytes (what is not UTF-8 gets an answer instead of an end), turned into the messages
//! that its keys would send, and given to the same [`Model`] that the screens show; effects are done at once by the same
//! desk; what changed is printed. So this mode decides nothing of its own.
//!
//! Data (questions, results, scores) goes to one writer, talk (prompts, notices) to another. A closed pipe ends the
//! conversation quietly; whatever was answered before is saved already.

use std::io;

use crate::app::line;
use crate::app::message::{Message, Outcome};
use crate::app::{Model, text};
use crate::desk::Desk;
use crate::lab::{Reply, ReplyKind, Runner, Word, Workbench};

mod console;
mod exam;
mod lab;
mod quiz;

pub use console::Console;
pub use exam::exam;
pub use lab::lab;
pub use quiz::quiz;

/// The width that plain text is wrapped to.
pub const WIDTH: usize = 78;

/// Whether a line asks what can be typed.
fn is_help(line: &str) -> bool {
    matches!(line.trim(), "?" | "help" | "h")
}

/// A model with what its effects are done with.
struct Talk<'a, 'c> {
    model: &'a mut Model,
    desk: &'a mut Desk,
    console: &'a mut Console<'c>,
    /// Whether something failed that the newest message wanted done.
    has_failed: bool,
}

impl<'a, 'c> Talk<'a, 'c> {
    fn new(model: &'a mut Model, desk: &'a mut Desk, console: &'a mut Console<'c>) -> Self {
        Self { model, desk, console, has_failed: false }
    }

    /// Has the model take a message in and its effects done, and theirs, until there are none; then prints the notice, if
    /// there is one.
    fn send(&mut self, message: Message) -> io::Result<()> {
        let mut waiting = self.model.update(message);
        self.has_failed = false;
        while !waiting.is_empty() {
            let mut outcomes = Vec::new();
            for effect in waiting {
                self.desk.perform(effect, &mut |outcome| outcomes.push(outcome));
            }
            self.has_failed |= outcomes.iter().any(|outcome| matches!(outcome, Outcome::Failed(_)));
            waiting = outcomes.into_iter().flat_map(|outcome| self.model.update(Message::Done(outcome))).collect();
        }
        if let Some(notice) = self.model.notice.take() {
            self.console.say(&notice)?;
        }
        Ok(())
    }
}

/// What a reply says: as it came for a script, and where it is data; on a terminal, words are broken between words.
fn replied(typed: &str, reply: &Reply, console: &Console<'_>) -> Vec<String> {
    let is_ours = typed.trim_start().starts_with(':') || is_help(typed) || typed.contains("help");
    let is_data = reply.kind == ReplyKind::Answer && !is_ours;
    if is_data || reply.text.is_empty() || !console.is_on_terminal() {
        return reply.text.lines().map(str::to_owned).collect();
    }
    console.shown(&text::result(typed, reply))
}

/// Prints a result and what it cost.
fn show_reply(typed: &str, reply: &Reply, bench: &Workbench, console: &mut Console<'_>) -> io::Result<()> {
    console.print(&replied(typed, reply, console))?;
    console.cost(&text::meter(bench.entries_since(reply.since)))
}

/// Runs a line in a lab that is not on a screen, and prints what came of it and how the step stands; returns the step
/// that it completed.
///
/// # Errors
/// The console cannot be written.
pub fn lab_line(
    line: &str,
    runner: &mut Runner,
    console: &mut Console<'_>,
) -> io::Result<Option<crate::lab::Completed>> {
    let turn = runner.run(line);
    show_reply(line, &turn.reply, runner.bench(), console)?;
    console.lines(&turn.meanwhile.iter().map(|words| text::meanwhile(words)).collect::<Vec<_>>())?;
    if turn.completed.is_none() && turn.reply.kind != ReplyKind::Nothing {
        console.lines(&text::checks(runner.checks().as_deref()))?;
        console.lines(&turn.near_miss.map(|words| text::near_miss(&words)).into_iter().collect::<Vec<_>>())?;
    }
    Ok(turn.completed)
}

/// Does what a word of the lab asks for, in a lab that is not on a screen.
///
/// # Errors
/// The console cannot be written.
pub fn lab_word(word: Word<'_>, runner: &mut Runner, console: &mut Console<'_>) -> io::Result<()> {
    match word {
        Word::Hint => console.print(&runner.hint().map(|hint| text::indented("", &hint)).unwrap_or_default()),
        Word::Solution => {
            let lines = runner.show_solution();
            console.print(&lines.iter().flat_map(|line| text::indented("", line)).collect::<Vec<_>>())
        }
        Word::Restart => console.say(runner.restart()),
        Word::Reset => console.say(runner.reset()),
        Word::Check => console.lines(&text::checks(runner.checks().as_deref())),
        Word::Predict(typed) => {
            let (Ok(words) | Err(words)) = runner.predict(typed);
            console.say(&words)
        }
    }
}

/// Plays a lab's reference solution: each command, its result, its cost, its checks. Returns whether all steps passed.
///
/// # Errors
/// The console cannot be written.
pub fn demo(runner: &mut Runner, console: &mut Console<'_>) -> io::Result<bool> {
    // A long response is cut; what the lab's own commands print is what there is to see.
    const LONGEST: usize = 12;
    const LONGEST_OF_LAB: usize = 40;
    console.lines(&text::opening(runner))?;
    while let Some(step) = runner.step().cloned() {
        console.lines(&text::step(runner))?;
        let (mut done, mut debrief) = (false, String::new());
        for line in &step.solution {
            console.print(&[String::new()])?;
            console.print(&text::indented("$ ", line.trim()))?;
            let turn = runner.run(line);
            let result: Vec<String> = turn.reply.text.lines().map(str::to_owned).collect();
            let longest = if line.starts_with(':') { LONGEST_OF_LAB } else { LONGEST };
            console.print(&result[..result.len().min(longest)])?;
            if result.len() > longest {
                console.print(&[format!("... {}", text::counted(result.len() - longest, "more line"))])?;
            }
            let meter = text::meter(runner.bench().entries_since(turn.reply.since));
            console.cost(&meter)?;
            done = turn.completed.is_some();
            debrief = turn.completed.map(|completed| completed.debrief).unwrap_or_default();
            console.lines(&text::checklist(&turn.verdicts))?;
        }
        if !done {
            console.print(&[format!("The solution of step {} does not complete it.", step.id)])?;
            return Ok(false);
        }
        console.print(&[String::new()])?;
        console.lines(&line::paragraphs(line::Role::Text, &debrief))?;
        console.print(&[String::new()])?;
    }
    console.lines(&line::paragraphs(line::Role::Text, &runner.outro()))?;
    if !runner.ways().is_empty() {
        console.print(&[String::new()])?;
        console.lines(&text::ways(runner.ways()))?;
    }
    Ok(true)
}

/// What can be typed in the shell, beside commands.
pub const SHELL_HELP: &str = "Type AWS commands, with or without aws dynamodb; :help lists the shell's own, help the \
                              services'; q leaves.";

/// Free play: runs commands until the input ends. Returns whether any of them failed.
///
/// # Errors
/// The console cannot be read or written.
pub fn shell(bench: &mut Workbench, console: &mut Console<'_>) -> io::Result<bool> {
    let mut failed = false;
    while let Some(line) = console.command("")? {
        if is_leaving(&line) {
            break;
        }
        failed |= !shell_line(&line, bench, console)?;
    }
    Ok(failed)
}

/// Runs a line of the shell and prints what came of it and what it cost. Returns whether it was done.
///
/// # Errors
/// The console cannot be written.
pub fn shell_line(line: &str, bench: &mut Workbench, console: &mut Console<'_>) -> io::Result<bool> {
    let line = if is_help(line) { explain(SHELL_HELP, line, console)? } else { line };
    let reply = bench.run(line);
    let is_done = matches!(reply.kind, ReplyKind::Nothing | ReplyKind::Answer);
    let said = replied(line, &reply, console);
    if is_done {
        console.print(&said)?;
    } else {
        for line in said {
            console.say(line)?;
        }
    }
    for line in text::meter(bench.entries_since(reply.since)) {
        console.say(format!("  -> {line}"))?;
    }
    Ok(is_done)
}

/// Says what can be typed, and returns the line that lists the commands themselves.
fn explain<'a>(help: &str, line: &'a str, console: &mut Console<'_>) -> io::Result<&'a str> {
    console.say_block(help)?;
    Ok(if line.trim() == "help" { line } else { ":help" })
}

/// Whether a line asks to leave.
#[must_use]
pub fn is_leaving(line: &str) -> bool {
    crate::lab::is_leaving(line)
}
