//! Proofs in words: what was tried, what it printed, what it cost.

use super::{hanging, indented, sentence};
use crate::content::Library;
use crate::lab::Proofs;
use crate::quiz::{Asked, Graded, Shown};

/// The proof of an answered question: the tempting option (the one that was chosen, if it can be tried) and the right one.
#[must_use]
pub fn proof(asked: &Asked, graded: &Graded, proofs: &mut Proofs, library: &Library, width: usize) -> Vec<String> {
    const LONGEST: usize = 14;
    let question = &asked.question;
    let tried = |shown: &&Shown| shown.option.is_tried();
    let wrong = |shown: &&Shown| !shown.option.correct;
    let chosen = graded.chosen.iter().filter_map(|at| asked.shown.get(*at)).find(|shown| wrong(shown) && tried(shown));
    let tempting = chosen.or_else(|| asked.shown.iter().find(|shown| wrong(shown) && tried(shown)));
    let right = asked.shown.iter().filter(|shown| shown.option.correct && shown.option.is_tried());
    let mut lines = Vec::new();
    for shown in tempting.into_iter().chain(right) {
        let mark = if shown.option.correct { "right" } else { "wrong" };
        lines.extend(hanging(&format!("{}  ", shown.letter), &format!("[{mark}] {}", shown.option.text), width));
        match proofs.try_option(library, question, &shown.option) {
            Ok(tried) => {
                for line in tried.lines {
                    lines.extend(indented("   $ ", &cut(&line.command)));
                    let reply: Vec<&str> = line.reply.lines().collect();
                    lines.extend(reply.iter().take(LONGEST).map(|line| format!("   {}", cut(line))));
                    if reply.len() > LONGEST {
                        lines.push(format!("   ... {} more lines", reply.len() - LONGEST));
                    }
                    lines.extend(line.meter.iter().map(|line| format!("   -> {line}")));
                }
                lines.extend(tried.faults.iter().flat_map(|fault| indented("   This proof does not hold: ", fault)));
            }
            Err(error) => lines.extend(indented("   This option cannot be tried: ", &error)),
        }
        lines.push(String::new());
    }
    if lines.is_empty() {
        let reason = question.unproved.as_deref().unwrap_or("nobody has verified it").trim().to_owned();
        lines.extend(sentence("", &format!("This question has no proof: {reason}"), width));
    }
    lines
}

/// A line that is not too long to be read.
fn cut(line: &str) -> String {
    const MOST: usize = 400;
    if line.chars().count() <= MOST { line.to_owned() } else { line.chars().take(MOST).chain("...".chars()).collect() }
}
