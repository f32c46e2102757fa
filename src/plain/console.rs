//! Where a plain conversation reads and writes: data to one writer, talk (prompts, notices) to another.
//!
//! Both take whole lines: a line end within a line is shown as a mark, as everything is that could steer a terminal.
//! Input is read as bytes, so that text which is not UTF-8 gets an answer instead of an end, and never more of a line
//! than a line may have.

use std::fmt;
use std::io::{self, BufRead, Read as _, Write};

use super::WIDTH;
use crate::app::line::{self, Flow, Line, Role};
use crate::aws_cli::Pending;
use crate::lab::MAX_LINE_BYTES;
use crate::safe_text::write_lines;

/// The narrowest terminal that text is broken for.
const LEAST: usize = 30;
/// What stands before what something cost.
const COST: &str = "  -> ";

/// Where a plain conversation reads and writes.
pub struct Console<'a> {
    /// What the learner types.
    input: &'a mut dyn BufRead,
    /// Data.
    output: &'a mut dyn Write,
    /// Talk.
    talk: &'a mut dyn Write,
    /// Whether the rest of a line that was too long still has to be read over.
    skips: bool,
    /// Whether a person types: then there is a pause where a script needs none.
    is_interactive: bool,
    /// The columns of the terminal that shows it, if one does: what would go over its edge is broken between words.
    columns: Option<usize>,
}

impl<'a> Console<'a> {
    /// A conversation over these.
    pub fn new(input: &'a mut dyn BufRead, output: &'a mut dyn Write, talk: &'a mut dyn Write) -> Self {
        Self { input, output, talk, skips: false, is_interactive: false, columns: None }
    }

    /// The same conversation with a person at the keyboard, if there is one.
    #[must_use]
    pub fn interactive(mut self, is_interactive: bool) -> Self {
        self.is_interactive = is_interactive;
        self
    }

    /// The same conversation on a terminal of so many columns; a script's lines stay whole.
    #[must_use]
    pub fn on_columns(mut self, columns: Option<usize>) -> Self {
        self.columns = columns.map(|columns| columns.max(LEAST));
        self
    }

    /// How wide text is set.
    fn width(&self) -> usize {
        self.columns.map_or(WIDTH, |columns| columns.min(WIDTH))
    }

    /// A line as it is shown: on a terminal, broken between words where it does not fit.
    fn fitting(&self, line: Line) -> Vec<String> {
        match self.columns {
            Some(columns) => line::plain(&[line], columns),
            None => vec![line.plain()],
        }
    }

    /// Whether a person types.
    #[must_use]
    pub fn is_interactive(&self) -> bool {
        self.is_interactive
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

    /// Says a line beside the data.
    ///
    /// # Errors
    /// The console cannot be written.
    pub fn say(&mut self, words: impl fmt::Display) -> io::Result<()> {
        let words = words.to_string();
        let lead = words.len() - words.trim_start_matches([' ', '-', '>']).len();
        let lines = self.fitting(Line::text(words).hanging(lead));
        write_lines(self.talk, &lines)
    }

    /// Prints a text of several lines.
    ///
    /// # Errors
    /// The console cannot be written.
    pub fn say_all(&mut self, words: &str) -> io::Result<()> {
        let lines: Vec<String> = words.lines().flat_map(|line| self.fitting(Line::text(line))).collect();
        write_lines(self.talk, &lines)
    }

    /// Says a text beside the data, broken to the plain width.
    ///
    /// # Errors
    /// The console cannot be written.
    pub fn say_block(&mut self, words: &str) -> io::Result<()> {
        let lines = line::plain(&[Line::text(words)], self.width());
        write_lines(self.talk, &lines)
    }

    /// Prints lines of data, broken to the plain width, with words in place of marks.
    ///
    /// # Errors
    /// The console cannot be written.
    pub fn lines(&mut self, lines: &[Line]) -> io::Result<()> {
        let lines: Vec<Line> = lines.iter().map(in_words).collect();
        self.print(&line::plain(&lines, self.width()))
    }

    /// Whether a terminal shows it.
    #[must_use]
    pub const fn is_on_terminal(&self) -> bool {
        self.columns.is_some()
    }

    /// Lines of what came back as they are shown. JSON and tables stay as they came, so that they can be copied; words of this
    /// program, and what was refused, are broken as text on a terminal.
    pub(super) fn shown(&self, lines: &[Line]) -> Vec<String> {
        let is_data = lines.first().is_some_and(|line| line.plain().trim_start().starts_with(['{', '[', '"']));
        let is_whole = |line: &Line| is_data || line.flow == Flow::Fixed;
        lines
            .iter()
            .flat_map(|line| if is_whole(line) { vec![line.plain()] } else { self.fitting(line.clone()) })
            .collect()
    }

    /// Prints what came back.
    ///
    /// # Errors
    /// The console cannot be written.
    pub fn result(&mut self, lines: &[Line]) -> io::Result<()> {
        let shown = self.shown(lines);
        self.print(&shown)
    }

    /// Prints what something cost, a line each.
    ///
    /// # Errors
    /// The console cannot be written.
    pub fn cost(&mut self, meter: &[String]) -> io::Result<()> {
        let lines = meter.iter().flat_map(|line| self.fitting(Line::text(line.trim()).behind(Role::Text, COST)));
        let lines: Vec<String> = lines.collect();
        self.print(&lines)
    }

    /// Prints lines of data.
    ///
    /// # Errors
    /// The console cannot be written.
    pub fn print(&mut self, lines: &[String]) -> io::Result<()> {
        write_lines(self.output, lines)
    }
}

/// Returns the line with a word in place of the mark that it begins with: a screen reader spells marks out, or skips them.
/// A mark that stands before words that say the same is left out.
fn in_words(line: &Line) -> Line {
    const LEADS: [(&str, &str); 4] = [("✓ ", "[done] "), ("○ ", "[open] "), ("✗ ", "[wrong] "), ("→ ", "  -> ")];
    let mut line = line.clone();
    let Some((_, first)) = line.spans.first_mut() else { return line };
    // An option of a proof: its letter stands before the mark.
    *first = first.replace("✓ right", "[right]").replace("✗ wrong", "[wrong]");
    for (mark, word) in LEADS {
        if first == mark {
            word.clone_into(first);
            line.indent += word.len() - mark.chars().count();
        } else if let Some(rest) = first.strip_prefix(mark) {
            *first = rest.to_owned();
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_words() {
        let said = |line: Line| in_words(&line).plain();
        assert_eq!(said(Line::text("12 orders").behind(Role::Good, "✓ ")), "[done] 12 orders");
        assert_eq!(said(Line::text("12 orders").behind(Role::Muted, "○ ")), "[open] 12 orders");
        assert_eq!(said(Line::of(Role::Good, "✓ Right, by a guess")), "Right, by a guess");
        assert_eq!(said(Line::of(Role::Bad, "✗ Not right: the answer is A")), "Not right: the answer is A");
        assert_eq!(said(Line::text("Query").behind(Role::Bad, "B  ✗ wrong  ")), "B  [wrong]  Query");
        assert_eq!(said(Line::text("a ✓ inside")), "a ✓ inside");
        let broken = in_words(&Line::text("word ".repeat(30)).behind(Role::Good, "✓ ")).wrapped(WIDTH);
        assert!(broken[1].plain().starts_with("       word"), "{:?}", broken[1].plain());
    }

    #[test]
    fn a_terminal_gets_words_whole_and_data_as_it_came() {
        let long = "the flags of a command, ".repeat(9);
        let json = format!("{{\"note\": \"{long}\"}}");
        let told = |columns: Option<usize>| {
            let (mut input, mut output, mut talk) = (&b""[..], Vec::new(), Vec::new());
            let mut console = Console::new(&mut input, &mut output, &mut talk).on_columns(columns);
            console.say(&long).unwrap();
            console.say_all(&long).unwrap();
            console.cost(std::slice::from_ref(&long)).unwrap();
            console.result(&[Line::code(long.clone())]).unwrap();
            let words = [talk, std::mem::take(&mut output)].concat();
            let mut input = &b""[..];
            let mut talk = Vec::new();
            let mut console = Console::new(&mut input, &mut output, &mut talk).on_columns(columns);
            console.result(&[Line::code(json.clone())]).unwrap();
            (String::from_utf8(words).unwrap(), String::from_utf8(output).unwrap())
        };
        let (words, data) = told(Some(40));
        assert!(words.lines().all(|line| line.chars().count() <= 40), "{words}");
        let all: Vec<&str> = words.split_whitespace().filter(|word| *word != "->").collect();
        assert_eq!(all.len(), long.split_whitespace().count() * 4, "{words}");
        assert!(words.contains("  -> the flags") && words.contains("\n     of a"), "{words}");
        assert_eq!(data.trim_end(), json);
        let (words, data) = told(None);
        assert_eq!((words.lines().count(), data.trim_end()), (4, json.as_str()), "a script's lines are whole: {words}");
    }

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
