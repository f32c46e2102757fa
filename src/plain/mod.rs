//! The tutor as plain text, a line at a time: for pipes, screen readers and tests.
//!
//! Data (questions, results, scores) goes to one writer, talk (prompts, notices) to another. Input is read as bytes, so
//! that text which is not UTF-8 gets an answer instead of an end. A closed pipe ends the conversation quietly; whatever
//! was answered before is saved already.

use std::io::{self, BufRead, Read as _, Write};

use crate::app::text;
use crate::aws_cli::Pending;
use crate::clock::Clock;
use crate::content::Lab;
use crate::lab::{MAX_LINE_BYTES, Reply, ReplyKind, Runner, Word, Workbench};
use crate::progress::Store;
use crate::records;

mod exam;
mod quiz;

pub use exam::exam;
pub use quiz::quiz;

/// The width that plain text is wrapped to.
pub const WIDTH: usize = 78;

/// Where a plain conversation reads and writes.
pub struct Console<'a> {
    /// What the learner types.
    pub input: &'a mut dyn BufRead,
    /// Data.
    pub output: &'a mut dyn Write,
    /// Talk.
    pub talk: &'a mut dyn Write,
    /// Whether the rest of a line that was too long still has to be read over.
    skips: bool,
}

impl<'a> Console<'a> {
    /// A conversation over these.
    pub fn new(input: &'a mut dyn BufRead, output: &'a mut dyn Write, talk: &'a mut dyn Write) -> Self {
        Self { input, output, talk, skips: false }
    }

    /// The next line; `None` at the end of input. Of a line that is too long only so much is kept as to show that it is,
    /// and it is there as soon as that is known.
    fn line(&mut self) -> io::Result<Option<String>> {
        if std::mem::take(&mut self.skips) {
            self.skip_line()?;
        }
        let mut bytes = Vec::new();
        let most = MAX_LINE_BYTES as u64 + 1;
        if (&mut *self.input).take(most).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        self.skips = bytes.len() > MAX_LINE_BYTES && !bytes.ends_with(b"\n");
        while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            bytes.pop();
        }
        Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
    }

    /// Reads to the end of a line and keeps nothing of it.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let there = self.input.fill_buf()?;
            let (end, length) = (there.iter().position(|byte| *byte == b'\n'), there.len());
            self.input.consume(end.map_or(length, |end| end + 1));
            if end.is_some() || length == 0 {
                return Ok(());
            }
        }
    }

    /// The answer to a question; `None` at the end of input.
    ///
    /// # Errors
    /// The console cannot be read or written.
    pub fn question(&mut self, question: &str) -> io::Result<Option<String>> {
        self.ask(question)?;
        self.line()
    }

    /// A whole command, which may go on over several lines; `None` at the end of input. Of one that becomes too long only
    /// the beginning is handed on, to be refused; the rest is skipped up to where the command ends.
    ///
    /// # Errors
    /// The console cannot be read or written.
    pub fn command(&mut self, prompt: &str) -> io::Result<Option<String>> {
        self.ask(prompt)?;
        let Some(mut command) = self.line()? else { return Ok(None) };
        let mut pending = Pending::default();
        pending.push(&command);
        // Where a line that was cut off would have ended is not known.
        while pending.is_open() && !self.skips {
            self.ask("> ")?;
            let Some(more) = self.line()? else { break };
            for text in ["\n", &more] {
                pending.push(text);
                if command.len() <= MAX_LINE_BYTES {
                    command.push_str(text);
                }
            }
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
        for line in lines {
            writeln!(self.output, "{line}")?;
        }
        self.output.flush()
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
    writeln!(
        console.talk,
        "(hint: the next hint, solution: the reference solution, check: what is missing, :predict N: what you expect,\n :help, q: leave)\n"
    )?;
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
        Word::Hint => console.print(&runner.hint().into_iter().collect::<Vec<_>>()),
        Word::Solution => console.print(runner.solution().unwrap_or_default()),
        Word::Check => console.print(&text::checklist(&runner.verdicts(), WIDTH)),
        Word::Predict(typed) => {
            let (Ok(told) | Err(told)) = runner.predict(typed);
            writeln!(console.talk, "{told}")
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
        if let Err(error) = records::save_step(store, &name, completed, clock) {
            writeln!(console.talk, "The step could not be saved: {error}")?;
        }
        console.print(&text::completed(completed, runner, WIDTH))?;
    } else if turn.reply.kind != ReplyKind::Nothing {
        console.print(&text::checklist(&turn.verdicts, WIDTH))?;
        console.print(&turn.near_miss.map(|words| text::hanging("So close: ", &words, WIDTH)).unwrap_or_default())?;
    }
    Ok(())
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
            console.print(&[String::new(), format!("$ {}", line.trim())])?;
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
        match reply.kind {
            ReplyKind::Nothing | ReplyKind::Answer => {
                write!(console.output, "{}", reply.text)?;
                console.output.flush()?;
            }
            ReplyKind::Refused | ReplyKind::NotUnderstood => {
                failed = true;
                writeln!(console.talk, "{}", reply.text)?;
            }
        }
        for line in text::meter(bench.entries_since(reply.since)) {
            writeln!(console.talk, "  -> {line}")?;
        }
    }
    Ok(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The commands in a text, each by its length and its beginning.
    fn commands(typed: &[u8]) -> Vec<(usize, String)> {
        let (mut input, mut output, mut talk) = (typed, Vec::new(), Vec::new());
        let mut console = Console::new(&mut input, &mut output, &mut talk);
        let mut found = Vec::new();
        while let Some(command) = console.command("$ ").unwrap() {
            found.push((command.len(), command.chars().take(12).collect()));
        }
        found
    }

    #[test]
    fn a_command_goes_on_until_what_is_open_is_closed() {
        let typed = b"list-tables\nput-item --item {\n\"id\": 1\n}\nscan \\\n--limit 1\nget 'a\nb";
        let expected = [(11, "list-tables"), (27, "put-item --i"), (16, "scan \\\n--lim"), (8, "get 'a\nb")];
        assert_eq!(commands(typed), expected.map(|(length, text)| (length, text.to_owned())));
    }

    #[test]
    fn of_a_line_that_is_too_long_only_the_beginning_is_kept() {
        let long = "a".repeat(3 * MAX_LINE_BYTES);
        let rest = (11, "list-tables".to_owned());
        for long in
            [format!("{long}\nlist-tables\n"), format!("'{long}\nlist-tables"), format!("{{\n{long}\nlist-tables")]
        {
            let found = commands(long.as_bytes());
            assert!((MAX_LINE_BYTES..MAX_LINE_BYTES + 4).contains(&found[0].0), "{}", found[0].0);
            assert_eq!(found[1..], *std::slice::from_ref(&rest));
        }
        let fits = "a".repeat(MAX_LINE_BYTES);
        assert_eq!(commands(format!("{fits}\nx").as_bytes()).len(), 2);
    }

    #[test]
    fn of_a_command_of_many_lines_only_the_beginning_is_kept() {
        // Each line is looked at once: with all that came before it, these would take hours.
        let typed = format!("'{}'\nlist-tables", "ab\n".repeat(2_000_000));
        let found = commands(typed.as_bytes());
        assert_eq!(found.len(), 2);
        assert!(found[0].0 > MAX_LINE_BYTES && found[0].0 < MAX_LINE_BYTES + 8, "{}", found[0].0);
        assert_eq!(found[1].1, "list-tables");
    }
}
