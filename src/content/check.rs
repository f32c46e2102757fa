//! The lint of questions: rules that a script can check, so that an author need not remember them.
//!
//! What it cannot check is whether an answer is true; that is for the engine's proofs and for readers.

use std::collections::{BTreeMap, BTreeSet};

use super::limits::MOST_PROBLEMS;
use super::{Library, Problem, Question};
use crate::clock::Timestamp;
use crate::safe_text::quoted;

/// The longest share of questions whose right option is the longest, in percent.
const MAX_LONGEST_RIGHT: usize = 30;
/// How far the share of a key position may lie from the even share, in percent of it.
const MAX_POSITION_SKEW: usize = 20;
/// A stem's length, in words.
const STEM_WORDS: std::ops::RangeInclusive<usize> = 30..=90;
/// Below this many questions, shares say nothing.
const ENOUGH_FOR_SHARES: usize = 20;

/// Everything that is wrong with the questions of a library, up to a number of problems.
#[must_use]
pub fn questions(library: &Library) -> Vec<Problem> {
    let mut problems = Vec::new();
    let known = Known::of(library);
    let (mut ids, mut stems) = (BTreeMap::new(), BTreeMap::new());
    for question in &library.questions {
        if problems.len() >= MOST_PROBLEMS {
            break;
        }
        check_question(question, &known, &mut problems);
        if let Some(earlier) = first(&mut ids, question.id.as_str(), question) {
            let taken = format!("the name {} is taken by {}:{}", question.id, earlier.file, earlier.line);
            problems.push(at(question, taken));
        }
        if let Some(earlier) = first(&mut stems, question.stem.trim(), question) {
            problems.push(at(question, format!("the same stem as {}", earlier.id)));
        }
    }
    check_references(library, &known, &mut problems);
    check_shares(&library.questions, &mut problems);
    problems.sort();
    problems
}

/// The first question with a name or a stem, if that is not this one.
fn first<'a>(
    seen: &mut BTreeMap<&'a str, &'a Question>,
    text: &'a str,
    question: &'a Question,
) -> Option<&'a Question> {
    let earlier = seen.get(text).copied();
    seen.entry(text).or_insert(question);
    earlier
}

/// What questions and labs may refer to.
struct Known<'a> {
    topics: BTreeSet<&'a str>,
    claims: BTreeSet<&'a str>,
    traps: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(library: &'a Library) -> Self {
        let claims = library.topics.iter().flat_map(|topic| &topic.claims);
        Self {
            topics: library.topics.iter().map(|topic| topic.id.as_str()).collect(),
            claims: claims.map(|claim| claim.id.as_str()).collect(),
            traps: library.traps.iter().map(|trap| trap.id.as_str()).collect(),
        }
    }
}

fn at(question: &Question, message: impl Into<String>) -> Problem {
    Problem::error(&question.file, question.line, message)
}

fn hint(question: &Question, message: impl Into<String>) -> Problem {
    Problem::warning(&question.file, question.line, message)
}

fn check_question(question: &Question, known: &Known<'_>, problems: &mut Vec<Problem>) {
    let id = &question.id;
    let right = question.options.iter().filter(|option| option.correct).count();
    let wanted = if question.choose == 1 { 4..=4 } else { 5..=6 };
    if question.choose == 0 || right != question.choose {
        problems.push(at(question, format!("{id}: choose is {}, but {right} options are right", question.choose)));
    }
    if !wanted.contains(&question.options.len()) {
        let expected = format!("{} to {}", wanted.start(), wanted.end());
        problems.push(at(question, format!("{id}: expected {expected} options, found {}", question.options.len())));
    }
    if question.choose > 1 && !question.stem.contains(&format!("(Choose {}.)", count_word(question.choose))) {
        problems.push(at(question, format!("{id}: the stem must say (Choose {}.)", count_word(question.choose))));
    }
    if !(1..=3).contains(&question.difficulty) {
        problems.push(at(question, format!("{id}: difficulty is from 1 to 3, found {}", question.difficulty)));
    }
    if !known.topics.contains(question.topic.as_str()) {
        problems.push(at(question, format!("{id}: there is no topic {}", question.topic)));
    }
    if question.skills.is_empty() || !question.skills.iter().all(|skill| is_skill(skill)) {
        let found: Vec<String> = question.skills.iter().map(|skill| quoted(skill)).collect();
        let message = format!("{id}: skills are written like \"1.3.4\", found [{}]", found.join(", "));
        problems.push(at(question, message));
    }
    if !question.docs.starts_with("https://docs.aws.amazon.com/") {
        problems.push(at(question, format!("{id}: docs must be a page of docs.aws.amazon.com")));
    }
    if Timestamp::from_date(&question.checked).is_none() {
        problems
            .push(at(question, format!("{id}: checked must be a date like 2026-11-25, found {}", question.checked)));
    }
    let words = question.stem.lines().filter(|line| !line.starts_with("    ")).flat_map(str::split_whitespace).count();
    if !STEM_WORDS.contains(&words) {
        let (least, most) = (STEM_WORDS.start(), STEM_WORDS.end());
        problems.push(hint(question, format!("{id}: a stem has {least} to {most} words, found {words}")));
    }
    problems.extend(exhibits(question));
    check_options(question, known, problems);
}

/// The most lines that an exhibit has.
const EXHIBIT_LINES: usize = 14;
/// The most columns that an exhibit has.
const EXHIBIT_COLUMNS: usize = 76;

/// What is wrong with the form of a question's exhibits: how many lines and columns they have.
#[must_use]
pub fn exhibits(question: &Question) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (place, exhibit) in question.exhibits.iter().enumerate() {
        let name = format!("{} exhibit {}", question.id, place + 1);
        let lines = exhibit.text.trim_end().lines().count();
        if lines == 0 || lines > EXHIBIT_LINES {
            problems.push(at(question, format!("{name}: expected 1 to {EXHIBIT_LINES} lines, found {lines}")));
        }
        if let Some(line) = exhibit.text.lines().find(|line| line.chars().count() > EXHIBIT_COLUMNS) {
            let columns = line.chars().count();
            problems.push(at(
                question,
                format!("{name}: expected at most {EXHIBIT_COLUMNS} columns, found {columns}: {line}"),
            ));
        }
    }
    problems
}

fn check_options(question: &Question, known: &Known<'_>, problems: &mut Vec<Problem>) {
    let mut texts = BTreeSet::new();
    for (place, option) in question.options.iter().enumerate() {
        let name = format!("{} option {}", question.id, letter(place));
        if option.why.trim().is_empty() {
            problems.push(at(question, format!("{name}: why is empty")));
        }
        if !option.correct {
            match &option.trap {
                Some(trap) if !known.traps.contains(trap.as_str()) => {
                    problems.push(at(question, format!("{name}: there is no trap {trap} in traps.yaml")));
                }
                // No trap is better than one that does not fit.
                Some(_) | None => {}
            }
            if option.right_if.as_deref().is_some_and(|text| text.trim().is_empty()) {
                problems.push(at(question, format!("{name}: right_if is empty; leave it out")));
            }
        }
        let lower = option.text.to_lowercase();
        if lower.contains("all of the above") || lower.contains("none of the above") {
            problems.push(at(question, format!("{name}: \"of the above\" is no option")));
        }
        if !texts.insert(option.text.trim()) {
            problems.push(at(question, format!("{name}: the same text as another option")));
        }
    }
}

/// Claims that questions, labs and traps name must exist.
fn check_references(library: &Library, known: &Known<'_>, problems: &mut Vec<Problem>) {
    let unknown = |claims: &'_ [String]| -> Vec<String> {
        let unknown = claims.iter().filter(|claim| !known.claims.contains(claim.as_str()));
        unknown.take(MOST_PROBLEMS).cloned().collect()
    };
    for question in &library.questions {
        let claims = unknown(&question.claims).into_iter();
        problems.extend(claims.map(|claim| at(question, format!("{}: there is no claim {claim}", question.id))));
        if let Some(pattern) = question.pattern.filter(|pattern| !question.claims.contains(&pattern.to_string())) {
            problems.push(at(question, format!("{}: claims must hold its pattern {pattern}", question.id)));
        }
        if problems.len() >= MOST_PROBLEMS {
            return;
        }
    }
    for lab in &library.labs {
        let file = format!("labs/{}.yaml", lab.name);
        let claims = unknown(&lab.claims).into_iter();
        problems.extend(claims.map(|claim| Problem::error(&file, 1, format!("there is no claim {claim}"))));
    }
    for trap in &library.traps {
        let message = |claim| format!("{}: there is no claim {claim}", trap.id);
        let claims = unknown(&trap.claims).into_iter();
        problems.extend(claims.map(|claim| Problem::error("questions/traps.yaml", 1, message(claim))));
    }
}

/// Shares over all single-answer questions: the longest option must not give the answer away, nor its place.
fn check_shares(questions: &[Question], problems: &mut Vec<Problem>) {
    let singles: Vec<&Question> = questions.iter().filter(|question| question.choose == 1).collect();
    if singles.len() < ENOUGH_FOR_SHARES {
        return;
    }
    let longest_right = singles.iter().filter(|question| right_is_longest(question)).count();
    if longest_right * 100 > singles.len() * MAX_LONGEST_RIGHT {
        let message = format!(
            "the right option is the longest in {longest_right} of {} questions; at most {MAX_LONGEST_RIGHT}% may be",
            singles.len()
        );
        problems.push(Problem::error("questions", 1, message));
    }
    let mut places: BTreeMap<usize, usize> = (0..4).map(|place| (place, 0)).collect();
    for place in singles.iter().filter_map(|question| question.options.iter().position(|option| option.correct)) {
        *places.entry(place).or_default() += 1;
    }
    let even = singles.len() * 100 / places.len();
    for (place, count) in &places {
        if (count * 100).abs_diff(even) * 100 > even * MAX_POSITION_SKEW {
            let message = format!(
                "option {} is right in {count} of {} questions; an even share is {}",
                letter(*place),
                singles.len(),
                singles.len() / places.len()
            );
            problems.push(Problem::error("questions", 1, message));
        }
    }
}

fn right_is_longest(question: &Question) -> bool {
    let longest = question.options.iter().map(|option| option.text.chars().count()).max();
    question.options.iter().any(|option| option.correct && Some(option.text.chars().count()) == longest)
}

fn count_word(count: usize) -> &'static str {
    match count {
        2 => "TWO",
        3 => "THREE",
        _ => "ONE",
    }
}

fn letter(place: usize) -> char {
    char::from(b'A' + u8::try_from(place % 26).unwrap_or(0))
}

/// `1.3.4` and the like.
fn is_skill(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}
