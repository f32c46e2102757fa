//! The tutor as plain text, a line at a time: for pipes, screen readers and tests.
//!
//! Data (questions, results, scores) goes to one writer, talk (prompts, notices) to another, both a line at a time: a line
//! end within a line is shown as a mark, as everything is that could steer a terminal (`safe_text`). Input is read as bytes, so
//! that text which is not UTF-8 gets an answer instead of an end. A closed pipe ends the conversation quietly; whatever
//! was answered before is saved already.

use std::fmt;
use std::io::{self, BufRead, Write};

use crate::app::text;
use crate::clock::Clock;
use crate::content::Lab;
use crate::lab::{Completed, Reply, ReplyKind, Runner, Word, Workbench};
use crate::progress::{Foreseen, Store};
use crate::safe_text::write_lines;

mod exam;
mod quiz;

pub use exam::exam;
pub use quiz::{quiz, save, save_session};

/// The width that plain text is wrapped to.
pub const WIDTH: usize = 78;

/// Where a plain conversation reads and writes.
pub struct Console<'a> {
    /// What the learner types.
    input: &'a mut dyn BufRead,
    /// Data.
    output: &'a mut dyn Write,
    /// Talk.
    talk: &'a mut dyn Write,
}

impl<'a> Console<'a> {
    /// A console that reads what is typed, and writes data and talk.
    pub fn new(input: &'a mut dyn BufRead, output: &'a mut dyn Write, talk: &'a mut dyn Write) -> Self {
        Self { input, output, talk }
    }

    /// The next line; `None` at the end of input.
    fn line(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        if self.input.read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            bytes.pop();
        }
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// The answer to a question; `None` at the end of input.
    ///
    /// # Errors
    /// The console cannot be read or written.
    pub fn question(&mut self, question: &str) -> io::Result<Option<String>> {
        self.ask(question)?;
        self.line()
    }

    /// A whole command, which may go on over several lines; `None` at the end of input.
    ///
    /// # Errors
    /// The console cannot be read or written.
    pub fn command(&mut self, prompt: &str) -> io::Result<Option<String>> {
        self.ask(prompt)?;
        let Some(mut command) = self.line()? else { return Ok(None) };
        while crate::aws_cli::is_incomplete(&command) {
            self.ask("> ")?;
            let Some(more) = self.line()? else { break };
            command.push('\n');
            command.push_str(&more);
        }
        Ok(Some(command))
    }

    fn ask(&mut self, prompt: &str) -> io::Result<()> {
        write!(self.talk, "{prompt}")?;
        self.talk.flush()
    }

    /// Prints lines of data.
    ///
    /// # Errors
    /// The console cannot be written.
    pub fn print(&mut self, lines: &[String]) -> io::Result<()> {
        write_lines(self.output, lines)
    }

    /// Says a line of talk.
    ///
    /// # Errors
    /// The console cannot be written.
    pub fn say(&mut self, line: impl fmt::Display) -> io::Result<()> {
        write_lines(self.talk, &[line.to_string()])
    }
}

/// How a lab conversation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All steps are done.
    Finished,
    /// The learner left, or the input ended; what was done is saved.
    Left,
}

/// Plays a lab with the learner typing. Each step is saved when it is done.
///
/// # Errors
/// The console cannot be read or written.
pub fn lab(runner: &mut Runner, store: &mut Store, clock: &dyn Clock, console: &mut Console<'_>) -> io::Result<Ended> {
    console.print(&text::opening(runner, WIDTH))?;
    console.say(
        "(hint: the next hint, solution: the reference solution, check: what is missing, :predict N: what you expect,",
    )?;
    console.say(" :help, q: leave)")?;
    console.say("")?;
    console.print(&text::step(runner, WIDTH))?;
    while !runner.is_finished() {
        let Some(line) = console.command("\n$ ")? else { return Ok(Ended::Left) };
        match Word::read(&line) {
            _ if matches!(line.trim(), "q" | "quit" | "exit") => return Ok(Ended::Left),
            Some(word) => lab_word(word, runner, console)?,
            None => lab_line(&line, runner, store, clock, console)?,
        }
    }
    Ok(Ended::Finished)
}

/// Does what a word of the lab asks for.
///
/// # Errors
/// The console cannot be written.
pub fn lab_word(word: Word<'_>, runner: &mut Runner, console: &mut Console<'_>) -> io::Result<()> {
    match word {
        Word::Hint => console.print(&runner.hint().map(|hint| text::indented("", &hint)).unwrap_or_default()),
        Word::Solution => {
            let lines = runner.solution().unwrap_or_default().iter();
            console.print(&lines.flat_map(|line| text::indented("", line)).collect::<Vec<_>>())
        }
        Word::Check => console.print(&text::checklist(&runner.verdicts(), WIDTH)),
        Word::Predict(typed) => {
            let (Ok(told) | Err(told)) = runner.predict(typed);
            console.say(told)
        }
    }
}

/// Runs a line of a lab and tells what came of it; a step that it completed is saved first.
///
/// # Errors
/// The console cannot be written.
pub fn lab_line(
    line: &str,
    runner: &mut Runner,
    store: &mut Store,
    clock: &dyn Clock,
    console: &mut Console<'_>,
) -> io::Result<()> {
    let (name, turn) = (runner.lab().name.clone(), runner.run(line));
    show_reply(&turn.reply, runner.bench(), console)?;
    if let Some(completed) = &turn.completed {
        if let Err(error) = save_step(store, &name, completed, clock) {
            console.say(format_args!("The step could not be saved: {error}"))?;
        }
        console.print(&text::completed(completed, runner, WIDTH))?;
    } else if turn.reply.kind != ReplyKind::Nothing {
        console.print(&text::checklist(&turn.verdicts, WIDTH))?;
        console.print(&turn.near_miss.map(|words| text::hanging("So close: ", &words, WIDTH)).unwrap_or_default())?;
    }
    Ok(())
}

/// Saves a completed step, with what was predicted.
///
/// # Errors
/// SQLite cannot write.
pub fn save_step(store: &mut Store, lab: &str, completed: &Completed, clock: &dyn Clock) -> Result<(), String> {
    let prediction = completed.prediction.as_ref();
    let predicted = prediction.and_then(|prediction| Some((prediction.said.as_deref()?, prediction.hit?)));
    let foreseen = predicted.zip(prediction).map(|((said, hit), prediction)| Foreseen {
        said,
        came_to: &prediction.came_to,
        hit: hit.name(),
    });
    store.record_lab_step(lab, &completed.step.id, foreseen, clock.now()).map_err(|error| error.to_string())
}

/// Prints a result and what it cost.
fn show_reply(reply: &Reply, bench: &Workbench, console: &mut Console<'_>) -> io::Result<()> {
    let lines: Vec<String> = reply.text.lines().map(str::to_owned).collect();
    console.print(&lines)?;
    let meter = text::meter(bench.entries_since(reply.since));
    console.print(&meter.iter().map(|line| format!("  -> {line}")).collect::<Vec<_>>())
}

/// Plays a lab's reference solution: each command, its result, its cost, its checks. Answers whether all steps passed.
///
/// # Errors
/// The console cannot be written.
pub fn demo(lab: &Lab, runner: &mut Runner, console: &mut Console<'_>) -> io::Result<bool> {
    const LONGEST: usize = 12;
    console.print(&[lab.title.clone(), String::new()])?;
    console.print(&text::paragraphs(&lab.intro, WIDTH))?;
    while let Some(step) = runner.step().cloned() {
        console.print(&[String::new()])?;
        console.print(&text::step(runner, WIDTH))?;
        let mut done = false;
        for line in &step.solution {
            console.print(&[String::new()])?;
            console.print(&text::indented("$ ", line.trim()))?;
            let turn = runner.run(line);
            let result: Vec<String> = turn.reply.text.lines().map(str::to_owned).collect();
            console.print(&result[..result.len().min(LONGEST)])?;
            if result.len() > LONGEST {
                console.print(&[format!("... {} more lines", result.len() - LONGEST)])?;
            }
            let meter = text::meter(runner.bench().entries_since(turn.reply.since));
            console.print(&meter.iter().map(|line| format!("  -> {line}")).collect::<Vec<_>>())?;
            done = turn.completed.is_some();
            console.print(&text::checklist(&turn.verdicts, WIDTH))?;
        }
        if !done {
            console.print(&[format!("The solution of step {} does not complete it.", step.id)])?;
            return Ok(false);
        }
        console.print(&[String::new()])?;
        console.print(&text::paragraphs(&step.debrief, WIDTH))?;
    }
    console.print(&[String::new()])?;
    console.print(&text::paragraphs(&lab.outro, WIDTH))?;
    if !runner.ways().is_empty() {
        console.print(&[String::new()])?;
        console.print(&text::ways(runner.ways()))?;
    }
    Ok(true)
}

/// Free play: runs commands until the input ends. Answers whether any of them failed.
///
/// # Errors
/// The console cannot be read or written.
pub fn shell(bench: &mut Workbench, interactive: bool, console: &mut Console<'_>) -> io::Result<bool> {
    let prompt = if interactive { "$ " } else { "" };
    let mut failed = false;
    while let Some(line) = console.command(prompt)? {
        if interactive && matches!(line.trim(), "q" | "quit" | "exit") {
            break;
        }
        let reply = bench.run(&line);
        let lines = reply.text.lines();
        match reply.kind {
            ReplyKind::Nothing | ReplyKind::Answer => {
                console.print(&lines.map(str::to_owned).collect::<Vec<_>>())?;
            }
            ReplyKind::Refused | ReplyKind::NotUnderstood => {
                failed = true;
                lines.into_iter().try_for_each(|line| console.say(line))?;
            }
        }
        for line in text::meter(bench.entries_since(reply.since)) {
            console.say(format_args!("  -> {line}"))?;
        }
    }
    Ok(failed)
}
