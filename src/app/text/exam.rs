//! Exams in words: where one stands, its review page, its report.

use std::collections::BTreeMap;

use super::{feedback, heading, in_order, question};
use crate::app::line::{Flow, Line, Role};
use crate::content::Library;
use crate::progress::Tally;
use crate::quiz::{Asked, Graded, Session};

/// A time in minutes and seconds: `39:05`.
#[must_use]
pub fn minutes(millis: u64) -> String {
    let seconds = millis.div_ceil(1000);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// The letters of options, as places in the order shown: `A, C`.
#[must_use]
pub fn letters(asked: &Asked, chosen: &[usize]) -> String {
    let letters: Vec<String> =
        chosen.iter().filter_map(|at| asked.shown.get(*at)).map(|shown| shown.letter.to_string()).collect();
    letters.join(", ")
}

/// Places counted from 0 as numbers counted from 1, runs of three and more in short: `2, 5-9`.
#[must_use]
pub fn numbers(places: &[usize]) -> String {
    let runs = places.chunk_by(|left, right| left + 1 == *right);
    let named = runs.map(|run| match run {
        [first, .., last] if run.len() > 2 => format!("{}-{}", first + 1, last + 1),
        run => run.iter().map(|at| (at + 1).to_string()).collect::<Vec<_>>().join(", "),
    });
    named.collect::<Vec<_>>().join(", ")
}

/// How many questions of an exam are answered, and how many are not, or not in full.
#[must_use]
pub fn answered(session: &Session) -> String {
    let (blank, begun) = (session.blanks().len(), session.unfinished().len());
    let begun = if begun > 0 { format!(", {begun} with too few marks") } else { String::new() };
    format!("{} answered, {blank} blank{begun}", session.answered())
}

/// The review page of an exam: every question with its answer and its flag.
#[must_use]
pub fn review_page(session: &Session) -> Vec<Line> {
    const ACROSS: usize = 5;
    let entries: Vec<String> = session
        .questions()
        .enumerate()
        .map(|(at, asked)| {
            let given = session
                .given(at)
                .map_or_else(|| "-".to_owned(), |given| letters(asked, &given.chosen).replace(", ", ""));
            // A letter that is missing is shown as one.
            let missing = if session.given(at).is_some() && !session.is_answered(at) { "_" } else { "" };
            let given = given + missing;
            let flag = if session.is_flagged(at) { "*" } else { " " };
            format!("{:>3} {given:<4}{flag}", at + 1)
        })
        .collect();
    let mut lines = vec![Line::of(Role::Title, "Review (- no answer, _ too few marks, * flagged)")];
    lines.extend(entries.chunks(ACROSS).map(|row| Line::fixed(row.join("   ").trim_end())));
    lines.push(Line::text(format!("{}.", answered(session))));
    lines
}

/// How an exam went: the score, by topic and by skill; with all of it, every missed question as well.
#[must_use]
pub fn report(session: &Session, library: &Library, is_whole: bool) -> Vec<Line> {
    let results: Vec<(&Asked, Graded)> = session.results().collect();
    let right = results.iter().filter(|(_, graded)| graded.correct).count();
    let percent = Tally { answers: results.len() as u64, correct: right as u64 }.percent().unwrap_or_default();
    let score = format!("{right} of {} right: {percent} %", results.len());
    let mut lines = vec![Line::of(Role::Title, score)];
    let blank = results.iter().filter(|(_, graded)| graded.chosen.is_empty()).count();
    if blank > 0 {
        let verb = if blank == 1 { "was left blank and counts" } else { "were left blank and count" };
        lines.push(Line::of(Role::Warn, format!("{blank} {verb} as wrong.")));
    }
    let begun = session.unfinished().len();
    if begun > 0 {
        let verb = if begun == 1 { "had too few marks and counts" } else { "had too few marks and count" };
        lines.push(Line::of(Role::Warn, format!("{begun} {verb} as wrong.")));
    }
    let mut by_topic: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut by_skill: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (asked, graded) in &results {
        let topic = by_topic.entry(library.topic_title(&asked.question.topic).to_owned()).or_default();
        let skills = asked.question.skill().map(|skill| by_skill.entry(super::skill(library, skill)).or_default());
        for tally in std::iter::once(topic).chain(skills) {
            tally.0 += usize::from(graded.correct);
            tally.1 += 1;
        }
    }
    for (title, tallies) in [("By topic", &by_topic), ("By exam skill", &by_skill)] {
        lines.extend(heading(title));
        let mut tallies: Vec<_> = tallies.iter().collect();
        tallies.sort_by_key(|(name, _)| in_order(name));
        lines.extend(tallies.into_iter().map(|(name, (right, all))| {
            // The figure stands first, so that no width can cut it off.
            Line::text(name.clone()).flowing(Flow::Quoted).behind(Role::Strong, format!("  {right:>2} of {all:<2}  "))
        }));
    }
    if !is_whole {
        return lines;
    }
    for (at, (asked, graded)) in results.iter().enumerate().filter(|(_, (_, graded))| !graded.correct) {
        lines.extend(heading(&format!("Question {}", at + 1)));
        lines.extend(question(asked));
        lines.push(Line::blank().flowing(Flow::Fixed));
        lines.extend(feedback(asked, graded, library));
    }
    lines
}
