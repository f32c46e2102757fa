//! Proofs in words: what was tried, what it printed, what it cost.

use std::collections::BTreeMap;

use super::code;
use crate::app::line::{Flow, Line, Role};
use crate::content::Library;
use crate::engine::capacity::Units;
use crate::lab::{Proofs, TriedLine, TriedOption};
use crate::quiz::{Asked, Graded, Shown};

/// The lines of a reply that are shown at first.
const LONGEST: usize = 14;
/// How many more are shown when it is unfolded: what stands below is no longer looked for by scrolling.
const LONGEST_WHOLE: usize = 1000;

/// What one option showed when it was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionProof {
    /// Its letter in this session.
    pub letter: char,
    /// Whether it is right.
    pub is_right: bool,
    /// The option, what was typed, what it printed and what it cost; of long replies the beginning.
    pub lines: Vec<Line>,
    /// What long replies go on with, each by the place among the lines that stands for it.
    rest: BTreeMap<usize, Vec<Line>>,
    /// Read units of its own commands; what is read afterwards, to show what came of them, does not count.
    pub read: Units,
    /// Write units of the same.
    pub written: Units,
    /// The exception that the last of them was refused with.
    pub refused: Option<String>,
    /// Items read by Query and Scan.
    pub items: u64,
    /// Items that those returned.
    pub returned: u64,
    /// Whether its cost says anything beside those of others. What was refused, and was then put right by another table or
    /// index, has no price in requests alone.
    pub is_comparable: bool,
}

impl OptionProof {
    /// An option, and what came of trying it.
    fn of(shown: &Shown, tried: Result<TriedOption, String>) -> Self {
        let is_right = shown.option.correct;
        let (role, mark) = if is_right { (Role::Good, "✓ right") } else { (Role::Bad, "✗ wrong") };
        let head = Line::text(shown.option.text.trim()).behind(role, format!("{}  {mark}  ", shown.letter));
        let mut proof = Self {
            letter: shown.letter,
            is_right,
            lines: vec![head.hanging(3)],
            rest: BTreeMap::new(),
            read: Units::ZERO,
            written: Units::ZERO,
            refused: None,
            items: 0,
            returned: 0,
            is_comparable: true,
        };
        match tried {
            Ok(tried) => proof.take(&tried),
            Err(error) => {
                let words = format!("This option cannot be tried: {error}");
                proof.lines.push(Line::of(Role::Bad, words).flowing(Flow::Quoted));
            }
        }
        proof
    }

    /// Takes in what came of an option that could be tried.
    fn take(&mut self, tried: &TriedOption) {
        for line in tried.own() {
            (self.read, self.written) = (self.read + line.read, self.written + line.written);
            (self.items, self.returned) = (self.items + line.items, self.returned + line.returned);
        }
        self.refused = tried.own().last().and_then(|line| line.refused.clone());
        let mut after = tried.lines.iter().skip_while(|line| line.refused.is_none());
        self.is_comparable = self.refused.is_none() || !after.any(|line| defines(&line.command));
        tried.lines.iter().for_each(|line| self.add(line));
        let fault =
            |fault: &String| Line::of(Role::Bad, format!("This proof does not hold: {fault}")).flowing(Flow::Quoted);
        self.lines.extend(tried.faults.iter().map(fault));
    }

    /// Adds a command that was tried, what it printed and what it cost.
    fn add(&mut self, line: &TriedLine) {
        self.lines.push(code::line(&format!("$ {}", without_long_values(&line.command)), code::Syntax::Shell));
        // Only JSON is code here; words of a message are words.
        let is_json = line.reply.trim_start().starts_with(['{', '[', '"']);
        let shown = |line: &str| {
            let line = without_long_values(line);
            if is_json { code::line(&line, code::Syntax::Json) } else { Line::code(line) }
        };
        let more = |count: usize, where_else: &str| {
            let more = super::counted(count, "more line");
            Line::of(Role::Muted, format!("... {more}{where_else}"))
        };
        self.lines.extend(line.reply.lines().take(LONGEST).map(shown));
        let left = line.reply.lines().count().saturating_sub(LONGEST);
        if left > 0 {
            let mut rest: Vec<Line> = line.reply.lines().skip(LONGEST).take(LONGEST_WHOLE).map(shown).collect();
            if left > LONGEST_WHOLE {
                rest.push(more(left - LONGEST_WHOLE, "; type the command in the sandbox to see them all"));
            }
            self.rest.insert(self.lines.len(), rest);
            self.lines.push(more(left, ""));
        }
        self.lines.extend(line.meter.iter().map(|line| Line::of(Role::Cost, line.clone()).behind(Role::Text, "→ ")));
    }

    /// Puts a line before all others.
    fn begin_with(&mut self, line: Line) {
        self.lines.insert(0, line);
        self.rest = std::mem::take(&mut self.rest).into_iter().map(|(at, rest)| (at + 1, rest)).collect();
    }

    /// Whether a reply is longer than what is shown of it at first.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        !self.rest.is_empty()
    }

    /// The lines to show, with long replies whole or cut.
    fn shown(&self, is_unfolded: bool) -> impl Iterator<Item = &Line> {
        self.lines.iter().enumerate().flat_map(move |(at, line)| {
            let rest = self.rest.get(&at).filter(|_| is_unfolded);
            rest.map_or(std::slice::from_ref(line), Vec::as_slice)
        })
    }

    /// Returns what it cost, in words. What was refused for nothing has no price to compare.
    #[must_use]
    pub fn cost(&self) -> String {
        let amounts = super::amounts(self.read, self.written);
        // What refuses a request may be what the right option is for.
        let refused = if self.is_right { "refused, as it should be" } else { "refused" };
        match &self.refused {
            Some(_) if self.read + self.written == Units::ZERO => refused.to_owned(),
            Some(_) => format!("{amounts}, {refused}"),
            None => amounts,
        }
    }
}

/// Whether options cost units of one kind, so that bars of them can stand beside each other.
#[must_use]
pub fn are_of_one_unit(parts: &[OptionProof]) -> bool {
    let reads = parts.iter().all(|part| part.written == Units::ZERO);
    reads || parts.iter().all(|part| part.read == Units::ZERO)
}

/// Tries the tempting option (the one that was chosen, if it can be tried) and the right ones.
#[must_use]
pub fn proof(asked: &Asked, graded: &Graded, proofs: &mut Proofs, library: &Library) -> Vec<OptionProof> {
    let tried = |shown: &&Shown| shown.option.is_tried();
    let wrong = |shown: &&Shown| !shown.option.correct;
    let chosen = graded.chosen.iter().filter_map(|at| asked.shown.get(*at)).find(|shown| wrong(shown) && tried(shown));
    let tempting = chosen.or_else(|| asked.shown.iter().find(|shown| wrong(shown) && tried(shown)));
    let right = asked.shown.iter().filter(|shown| shown.option.correct && shown.option.is_tried());
    let mut parts: Vec<OptionProof> = tempting
        .into_iter()
        .chain(right)
        .map(|shown| OptionProof::of(shown, proofs.try_option(library, &asked.question, &shown.option)))
        .collect();
    // Whoever chose an option that cannot be tried is told so, and what is shown in its place.
    let own = graded.chosen.iter().filter_map(|at| asked.shown.get(*at)).find(|shown| wrong(shown) && !tried(shown));
    if let (Some(own), Some(first)) = (own.filter(|_| chosen.is_none()), parts.first_mut()) {
        let instead = if first.is_right { String::new() } else { format!(" {} is shown in its place.", first.letter) };
        let words = format!("Your answer, {}, has nothing that can be run here.{instead}", own.letter);
        first.begin_with(Line::of(Role::Warn, words));
    }
    parts
}

/// Whether a command makes or changes a table.
fn defines(command: &str) -> bool {
    let mut words = command.split_whitespace().skip_while(|word| matches!(*word, "aws" | "dynamodb"));
    words.next().is_some_and(|verb| matches!(verb, "create-table" | "update-table"))
}

/// The longest value that is shown whole, in characters.
const LONG_VALUE: usize = 120;
/// What is shown of a longer one.
const BEGINNING: usize = 24;

/// A command or a reply whose long values, such as eight thousand times an x, are cut to their beginning and their length.
fn without_long_values(text: &str) -> String {
    let is_end = |letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'');
    let mut shown = String::new();
    for part in text.split_inclusive(is_end) {
        let value = part.trim_end_matches(is_end);
        let length = value.chars().count();
        if length > LONG_VALUE {
            shown.extend(value.chars().take(BEGINNING));
            shown.extend(["… ", &super::grouped(length as u64), " characters", &part[value.len()..]]);
        } else {
            shown.push_str(part);
        }
    }
    shown
}

/// Parts of a proof one below the other, with long replies whole or cut; why there is none, if there is none.
#[must_use]
pub fn stacked(parts: &[OptionProof], asked: &Asked, is_unfolded: bool) -> Vec<Line> {
    if parts.is_empty() {
        let reason = asked.question.unproved.as_deref().unwrap_or("it has not been verified").trim().to_owned();
        return vec![Line::of(Role::Muted, format!("This question has no proof: {reason}"))];
    }
    let mut lines = Vec::new();
    for part in parts {
        lines.extend(part.shown(is_unfolded).cloned());
        lines.push(Line::blank());
    }
    lines
}
