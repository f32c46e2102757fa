//! How good the bank of questions is, in figures: what would give a key away to somebody who knows nothing, how its English
//! reads, how broad it is. Each figure is measured, printed by `content check`, and held against a limit.
//!
//! The life of a figure: [`measure`] looks at every question of a library, and at a few draws of each generated family, as
//! [`BankQuestion`]s; each of the modules here gives [`BankFigure`]s, and problems of single questions. A figure beyond
//! its limit is an error like any other.
//!
//! Left out: whether a question is true, clear and worth asking. That is for readers; how they are asked is written in
//! `questions/README.md`.

use std::fmt;

mod breadth;
mod clues;
mod english;
mod exhibits;
mod guesser;
mod lexer;
mod traps;
mod twins;

use crate::content::limits::MOST_PROBLEMS;
use crate::content::{Choice, Library, Problem, Question};
use crate::generate;

use super::questions::Tries;

/// Below this many questions of a kind, shares say nothing.
const ENOUGH: usize = 20;
/// How many questions of each generated family are looked at.
const DRAWS: u64 = 3;

/// Something that was measured over the whole bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankFigure {
    /// What was measured.
    pub name: String,
    /// What came out, with its unit.
    pub measured: String,
    /// What it should be.
    pub wanted: String,
    /// Whether it is as it should be.
    pub holds: bool,
}

impl BankFigure {
    fn new(name: impl Into<String>, measured: impl Into<String>, wanted: impl Into<String>, holds: bool) -> Self {
        Self { name: name.into(), measured: measured.into(), wanted: wanted.into(), holds }
    }

    /// A share of the whole that should lie between two bounds, in percent.
    fn share(name: impl Into<String>, part: usize, whole: usize, wanted: std::ops::RangeInclusive<u32>) -> Self {
        let (least, most) = (*wanted.start(), *wanted.end());
        let words = match (least, most) {
            (0, most) => format!("at most {most}%"),
            (least, 100) => format!("at least {least}%"),
            (least, most) => format!("{least}% to {most}%"),
        };
        let share = percent(part, whole);
        let holds = share >= f64::from(least) - f64::EPSILON && share <= f64::from(most) + f64::EPSILON;
        Self::new(name, format!("{share:.1}% ({part} of {whole})"), words, holds)
    }
}

impl fmt::Display for BankFigure {
    /// `ok    the key's place, A to D: 24%, 26%, 25%, 25%; wanted each 20% to 30%`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.holds { "ok" } else { "beyond" };
        write!(f, "{mark:<8}{}: {}; wanted {}", self.name, self.measured, self.wanted)
    }
}

/// A share in percent; 0 of nothing.
#[expect(clippy::cast_precision_loss, reason = "a bank has far fewer than 2^52 questions")]
fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

/// A question as the measures see it.
struct BankQuestion<'a> {
    question: &'a Question,
    /// Whether its figures were drawn: texts of one family resemble each other on purpose.
    drawn: bool,
}

impl BankQuestion<'_> {
    /// The scenario in words: the stem without the lines that are code.
    fn prose(&self) -> String {
        let lines = self.question.stem.lines().filter(|line| !line.starts_with("    "));
        lines.collect::<Vec<_>>().join("\n").trim().to_owned()
    }

    /// Its options, right ones and wrong ones.
    fn options(&self) -> &[Choice] {
        &self.question.options
    }

    /// Whether one of exactly four options is right: what a guess of the key is measured on.
    fn is_one_of_four(&self) -> bool {
        self.question.choose == 1 && self.question.options.len() == 4
    }

    /// A problem of this question.
    fn problem(&self, message: impl std::fmt::Display) -> Problem {
        Problem::error(&self.question.file, self.question.line, format!("{}: {message}", self.question.id))
    }
}

/// Measures the bank of a library. Shares are given only where there are enough questions for them to mean something.
pub(super) fn measure(library: &Library, tries: Tries, ours: bool) -> (Vec<BankFigure>, Vec<Problem>) {
    let drawn: Vec<Question> = if ours {
        let families = generate::families().into_iter();
        families.flat_map(|family| (1..=DRAWS).filter_map(|seed| family.question(seed))).collect()
    } else {
        Vec::new()
    };
    let written = library.questions.iter().map(|question| BankQuestion { question, drawn: false });
    let items: Vec<BankQuestion<'_>> =
        written.chain(drawn.iter().map(|question| BankQuestion { question, drawn: true })).collect();
    let mut problems: Vec<Problem> = Vec::new();
    problems.extend(items.iter().flat_map(english::problems));
    problems.extend(items.iter().flat_map(clues::problems));
    let trial = exhibits::Trial::new();
    problems.extend(items.iter().flat_map(|item| exhibits::problems(item, &trial)));
    problems.extend(twins::problems(&items));
    let mut figures = Vec::new();
    let written: Vec<&BankQuestion<'_>> = items.iter().filter(|item| !item.drawn).collect();
    if written.len() >= ENOUGH {
        figures.extend(breadth::figures(&written));
        figures.extend(clues::figures(&written));
        figures.extend(guesser::figure(&written));
        figures.push(BankFigure::share(
            "wrong options that are requests, and run as they stand",
            tries.wrong_that_run,
            tries.wrong,
            60..=100,
        ));
    }
    if ours {
        problems.extend(traps::problems(library, &items));
    }
    let missed = figures.iter().filter(|figure| !figure.holds);
    problems.extend(missed.map(|figure| {
        Problem::error("questions", 1, format!("{}: {}; wanted {}", figure.name, figure.measured, figure.wanted))
    }));
    problems.truncate(MOST_PROBLEMS);
    (figures, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_questions_read_as_exam_items_whatever_the_seed() {
        let trial = exhibits::Trial::new();
        let mut told = Vec::new();
        for family in generate::families() {
            for seed in 0..12 {
                let question = family.question(seed).unwrap();
                let item = BankQuestion { question: &question, drawn: true };
                let mut problems = english::problems(&item);
                problems.extend(clues::problems(&item));
                problems.extend(exhibits::problems(&item, &trial));
                problems.extend(crate::content::check::exhibits(&question));
                told.extend(problems.into_iter().map(|problem| problem.message));
            }
        }
        assert_eq!(told, Vec::<String>::new());
    }
}
