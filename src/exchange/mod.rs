//! Questions in other programs' formats: brought in, linted and kept apart, and carried out.
//!
//! The life of an imported question: a parser of its [`Format`] cuts the file into [`Draft`]s, each with the line it begins
//! on; [`import`] lints them, and what cannot be used is [`Rejected`] with line and reason, the rest is taken; [`question`]
//! makes a [`Question`] of a draft, marked as imported: nobody has verified its answer.
//!
//! Left out: pictures, numeric and matching questions. Sources: Moodle documentation, "GIFT format" and "Aiken format";
//! Anki manual, "Importing text files".

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::content::{Choice, Question};
use crate::safe_text::quoted;

mod aiken;
mod export;
mod gift;
mod json;
mod markdown;
mod tsv;

pub use export::{ExportFormat, export};

/// A format to import from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Markdown with `- [x]` at right options.
    Checkbox,
    /// Markdown with lettered options and `**Answer:** B`.
    Lettered,
    /// A list of objects with question, options, correct and explanation.
    Json,
    /// Moodle's Aiken.
    Aiken,
    /// Moodle's GIFT.
    Gift,
    /// Tab-separated: question, the letters of the options, correct, explanation.
    Tsv,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 6] = [Self::Checkbox, Self::Lettered, Self::Json, Self::Aiken, Self::Gift, Self::Tsv];

    /// Its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Checkbox => "checkbox",
            Self::Lettered => "lettered",
            Self::Json => "json",
            Self::Aiken => "aiken",
            Self::Gift => "gift",
            Self::Tsv => "tsv",
        }
    }

    /// The format that a file is most likely in, by its name and what it holds.
    #[must_use]
    pub fn guess(name: &str, text: &str) -> Option<Self> {
        let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let has_line =
            |begins: &[&str]| text.lines().any(|line| begins.iter().any(|begin| line.trim().starts_with(begin)));
        match extension.as_str() {
            "json" => Some(Self::Json),
            "tsv" | "tab" => Some(Self::Tsv),
            "gift" => Some(Self::Gift),
            _ if has_line(&["- [x]", "- [ ]", "* [x]", "* [ ]", "- [X]"]) => Some(Self::Checkbox),
            _ if has_line(&["**Answer", "**answer"]) => Some(Self::Lettered),
            _ if has_line(&["ANSWER:"]) => Some(Self::Aiken),
            _ if text.contains('{') && text.contains('}') && (text.contains('=') || text.contains('~')) => {
                Some(Self::Gift)
            }
            _ if text.lines().next().is_some_and(|line| line.contains('\t')) => Some(Self::Tsv),
            _ => None,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|format| format.name() == name);
        found.ok_or_else(|| format!("expected {}, found {name}", Self::ALL.map(Self::name).join(", ")))
    }
}

/// A question as a file has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// What is asked.
    pub stem: String,
    /// The options, each with whether it is right.
    pub options: Vec<(String, bool)>,
    /// Why.
    pub explanation: String,
    /// The line it begins on, counted from 1.
    #[serde(skip)]
    pub line: usize,
}

/// A piece of a file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The line it begins on, counted from 1.
    pub line: usize,
    /// What was expected and what was found.
    pub reason: String,
}

impl Rejected {
    fn at(line: usize, reason: impl Into<String>) -> Self {
        Self { line, reason: reason.into() }
    }
}

/// The questions of a file, and what of it cannot be used.
#[must_use]
pub fn import(text: &str, format: Format) -> (Vec<Draft>, Vec<Rejected>) {
    let text = text.trim_start_matches('\u{feff}');
    let parsed = match format {
        Format::Checkbox => markdown::checkbox(text),
        Format::Lettered => markdown::lettered(text),
        Format::Json => json::parse(text),
        Format::Aiken => aiken::parse(text),
        Format::Gift => gift::parse(text),
        Format::Tsv => tsv::parse(text),
    };
    let (mut drafts, mut rejected): (Vec<Draft>, Vec<Rejected>) = (Vec::new(), Vec::new());
    let mut lines = BTreeMap::new();
    for piece in parsed {
        match piece.and_then(|draft| linted(&draft)) {
            Ok(draft) => match lines.entry(id(&draft)) {
                Entry::Occupied(earlier) => {
                    let reason = format!("the same question as on line {}", earlier.get());
                    rejected.push(Rejected::at(draft.line, reason));
                }
                Entry::Vacant(new) => {
                    new.insert(draft.line);
                    drafts.push(draft);
                }
            },
            Err(fault) => rejected.push(fault),
        }
    }
    (drafts, rejected)
}

/// A draft that was kept as JSON, if it can be asked.
///
/// # Errors
/// What was expected and what was found.
pub fn kept(body: &str) -> Result<Draft, String> {
    let draft: Draft = serde_json::from_str(body).map_err(|error| format!("expected a question: {error}"))?;
    linted(&draft).map_err(|fault| fault.reason)
}

/// The most letters of a question, or of its explanation.
const MOST_LETTERS: usize = 10_000;

/// A text as far as a fault repeats it.
fn shortened(text: &str) -> String {
    const MOST_REPEATED: usize = 200;
    let mut begun: String = text.chars().take(MOST_REPEATED).collect();
    if begun.len() < text.len() {
        begun.push_str("...");
    }
    begun
}

/// A draft that can be asked, its texts trimmed.
fn linted(draft: &Draft) -> Result<Draft, Rejected> {
    let line = draft.line;
    let tidy = |text: &str| text.trim().to_owned();
    let options: Vec<(String, bool)> = draft.options.iter().map(|(text, right)| (tidy(text), *right)).collect();
    let right = options.iter().filter(|(_, right)| *right).count();
    let fault = |reason: String| Err(Rejected::at(line, reason));
    if draft.stem.trim().is_empty() {
        return fault("expected a question before its options, found none".to_owned());
    }
    if draft.stem.chars().count() > MOST_LETTERS || draft.explanation.chars().count() > MOST_LETTERS {
        return fault("expected a question and an explanation of at most 10,000 letters each, found more".to_owned());
    }
    if !(2..=10).contains(&options.len()) {
        return fault(format!("expected 2 to 10 options, found {}", options.len()));
    }
    if right == 0 {
        return fault("expected a right option, found none marked".to_owned());
    }
    if right == options.len() {
        return fault(format!("expected a wrong option, found all {right} marked as right"));
    }
    if let Some((text, _)) = options.iter().find(|(text, _)| text.is_empty() || text.chars().count() > 2000) {
        let found = if text.is_empty() { "an empty one" } else { "one of more than 2,000 letters" };
        return fault(format!("expected options with text, found {found}"));
    }
    for (place, (text, _)) in options.iter().enumerate() {
        if options[..place].iter().any(|(earlier, _)| earlier == text) {
            return fault(format!("expected options that differ, found {} twice", quoted(&shortened(text))));
        }
    }
    Ok(Draft { stem: tidy(&draft.stem), options, explanation: tidy(&draft.explanation), line })
}

/// The name of an imported question: it follows from what is asked, so that importing a file again changes nothing.
#[must_use]
pub fn id(draft: &Draft) -> String {
    use md5::{Digest as _, Md5};
    let words = draft.stem.split_whitespace().collect::<Vec<_>>().join(" ");
    let digest = Md5::digest(words.as_bytes());
    let number = digest.iter().take(6).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    format!("imported-{number:012x}")
}

/// The topic of imported questions.
pub const TOPIC: &str = "imported";

/// A draft as a question that can be asked.
#[must_use]
pub fn question(draft: &Draft) -> Question {
    let why = if draft.explanation.is_empty() { "The file gives no explanation." } else { draft.explanation.as_str() };
    let right = draft.options.iter().filter(|(_, right)| *right).count();
    let choice = |(text, correct): &(String, bool)| Choice {
        text: text.clone(),
        correct: *correct,
        trap: None,
        why: if *correct { why.to_owned() } else { String::new() },
        right_if: None,
        tries: Vec::new(),
        sees: Vec::new(),
        lacks: Vec::new(),
    };
    Question {
        id: id(draft),
        pattern: None,
        topic: TOPIC.to_owned(),
        claims: Vec::new(),
        skills: Vec::new(),
        difficulty: 2,
        choose: right,
        stem: draft.stem.clone(),
        on: None,
        setup: Vec::new(),
        family: None,
        options: draft.options.iter().map(choice).collect(),
        exhibits: Vec::new(),
        contrast_with: None,
        replaces: Vec::new(),
        unproved: Some("it was imported".to_owned()),
        docs: String::new(),
        checked: String::new(),
        file: TOPIC.to_owned(),
        line: draft.line,
        imported: true,
    }
}

/// Letters as places: `B`, `A, C`, `AC`, `a and c`.
fn places(letters: &str) -> Option<Vec<usize>> {
    let cleaned = letters.replace(" and ", ",").replace([',', ';', '&', '/', '.', ')', '(', '*'], " ");
    let words: Vec<&str> = cleaned.split_whitespace().collect();
    let all = words.iter().flat_map(|word| word.chars());
    let is_letters = words.iter().all(|word| word.chars().all(|letter| letter.is_ascii_alphabetic()));
    if words.is_empty() || !is_letters {
        return None;
    }
    let place = |letter: char| usize::try_from(u32::from(letter.to_ascii_uppercase()) - u32::from('A')).ok();
    all.map(place).collect::<Option<Vec<usize>>>().filter(|places| places.iter().all(|place| *place < 10))
}

/// Marks the options at these places as right.
fn mark(options: &mut [(String, bool)], letters: &str, line: usize) -> Result<(), Rejected> {
    let Some(places) = places(letters) else {
        return Err(Rejected::at(
            line,
            format!("expected letters such as B or A,C as the answer, found {}", quoted(letters.trim())),
        ));
    };
    for place in places {
        if let Some(option) = options.get_mut(place) {
            option.1 = true;
        } else {
            let letter = char::from(b'A' + u8::try_from(place).unwrap_or(0));
            return Err(Rejected::at(line, format!("the answer is {letter}, but there are {} options", options.len())));
        }
    }
    Ok(())
}

/// An option with its letter: `A. text`, `b) text`, `(C) text`, `- D. text`.
fn lettered_option(line: &str, place: usize) -> Option<&str> {
    let line = line.trim().trim_start_matches(['-', '*']).trim_start().trim_start_matches("**").trim_start_matches('(');
    let mut letters = line.chars();
    let letter = letters.next()?.to_ascii_uppercase();
    let rest = letters.as_str();
    let rest = rest.strip_prefix(['.', ')', ':'])?;
    let expected = char::from(b'A' + u8::try_from(place).ok()?);
    (letter == expected).then(|| rest.trim_start_matches("**").trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(stem: &str, options: &[(&str, bool)], explanation: &str, line: usize) -> Draft {
        Draft {
            stem: stem.to_owned(),
            options: options.iter().map(|(text, right)| ((*text).to_owned(), *right)).collect(),
            explanation: explanation.to_owned(),
            line,
        }
    }

    /// The same two questions, as each format has them at these lines.
    fn expected(lines: [usize; 2]) -> Vec<Draft> {
        vec![
            draft(
                "Which index can be added later?",
                &[("A local one", false), ("A global one", true), ("Both", false), ("Neither", false)],
                "Only CreateTable makes local ones.",
                lines[0],
            ),
            draft(
                "Which two are strong?",
                &[("GetItem with ConsistentRead", true), ("A Scan by default", false), ("TransactGetItems", true)],
                "",
                lines[1],
            ),
        ]
    }

    const CHECKBOX: &str = "# Quiz\n\n### Which index can be added later?\n\n- [ ] A local one\n- [x] A global one\n- [ ] Both\n- [ ] Neither\n\n> Only CreateTable makes local ones.\n\n### Which two are strong?\n\n* [X] GetItem with ConsistentRead\n* [ ] A Scan by default\n* [x] TransactGetItems\n";
    const LETTERED: &str = "1. Which index can be added later?\n\nA. A local one\nB. A global one\nC. Both\nD. Neither\n\n**Answer:** B\n\n**Explanation:** Only CreateTable makes local ones.\n\n## Question 2\n\nWhich two are strong?\n\n- A) GetItem with ConsistentRead\n- B) A Scan by default\n- C) TransactGetItems\n\n**Answer: A, C**\n";
    const JSON: &str = "[\n {\"question\": \"Which index can be added later?\", \"options\": [\"A local one\", \"A global one\", \"Both\", \"Neither\"],\n  \"correct\": 1, \"explanation\": \"Only CreateTable makes local ones.\"},\n {\"question\": \"Which two are strong?\", \"options\": {\"A\": \"GetItem with ConsistentRead\", \"B\": \"A Scan by default\", \"C\": \"TransactGetItems\"},\n  \"correct\": [\"A\", \"C\"]}\n]\n";
    const AIKEN: &str = "Which index can be added later?\nA. A local one\nB. A global one\nC. Both\nD. Neither\nANSWER: B\n\nWhich two are strong?\nA) GetItem with ConsistentRead\nB) A Scan by default\nC) TransactGetItems\nANSWER: A, C\n";
    const GIFT: &str = "// a comment\n::Index:: Which index can be added later? {\n ~A local one\n =A global one\n ~Both\n ~Neither\n ####Only CreateTable makes local ones.\n}\n\nWhich two are strong? {~%50%GetItem with ConsistentRead ~%-100%A Scan by default#no ~%50%TransactGetItems}\n";
    const TSV: &str = "question\tA\tB\tC\tD\tcorrect\texplanation\nWhich index can be added later?\tA local one\tA global one\tBoth\tNeither\tB\tOnly CreateTable makes local ones.\nWhich two are strong?\tGetItem with ConsistentRead\tA Scan by default\tTransactGetItems\t\tA,C\t\n";

    #[test]
    fn every_format_gives_the_same_questions() {
        for (format, text, lines) in [
            (Format::Checkbox, CHECKBOX, [3, 12]),
            (Format::Lettered, LETTERED, [1, 14]),
            (Format::Json, JSON, [2, 4]),
            (Format::Aiken, AIKEN, [1, 8]),
            (Format::Gift, GIFT, [2, 10]),
            (Format::Tsv, TSV, [2, 3]),
        ] {
            let (mut drafts, rejected) = import(text, format);
            assert_eq!(rejected, [], "{format}");
            let mut wanted = expected(lines);
            if format == Format::Aiken {
                // Aiken has no place for an explanation.
                wanted[0].explanation.clear();
            }
            if format == Format::Gift {
                // GIFT tells why of an option; that belongs to the question here.
                drafts[1].explanation.clear();
            }
            assert_eq!(drafts, wanted, "{format}");
            let name = if matches!(format, Format::Json) { "x.json" } else { "x.txt" };
            assert_eq!(Format::guess(name, text), Some(format));
        }
    }

    #[test]
    fn what_is_broken_is_refused_with_its_line_and_the_rest_is_taken() {
        for (format, text, faults) in [
            (
                Format::Checkbox,
                "### One?\n- [ ] a\n- [ ] b\n\n### Two?\n- [x] a\n- [ ] b\n",
                vec![(1, "a right option")],
            ),
            (
                Format::Lettered,
                "Two?\nA. a\nB. b\n**Answer:** A\n\nOne?\nA. a\nB. b\n**Answer:** F\n",
                vec![(9, "but there are 2 options")],
            ),
            (
                Format::Json,
                "[{\"question\": \"Two?\", \"options\": [\"a\", \"b\"], \"correct\": 0},\n{\"question\": \"One?\", \"options\": [\"a\"], \"correct\": 0}]",
                vec![(2, "2 to 10 options")],
            ),
            (Format::Aiken, "One?\nA. a\nB. b\n\nTwo?\nA. a\nB. b\nANSWER: A\n", vec![(1, "ANSWER")]),
            (Format::Gift, "Two? {=a ~b}\n\nOne? {=a ~b\n\nThree? {=a}\n", vec![(3, "}"), (5, "2 to 10 options")]),
            (Format::Tsv, "question\tA\tB\tcorrect\nTwo?\ta\tb\tA\nOne?\ta\ta\tA\n", vec![(3, "twice")]),
        ] {
            let (drafts, rejected) = import(text, format);
            assert_eq!(
                drafts.iter().map(|draft| draft.stem.as_str()).collect::<Vec<_>>(),
                ["Two?"],
                "{format}: {rejected:?}"
            );
            assert_eq!(rejected.len(), faults.len(), "{format}: {rejected:?}");
            for (fault, (line, reason)) in rejected.iter().zip(faults) {
                assert!(fault.line == line && fault.reason.contains(reason), "{format}: {fault:?}");
            }
        }
    }

    #[test]
    fn what_is_too_long_is_refused_and_not_repeated() {
        let long = "a".repeat(MOST_LETTERS + 1);
        let (_, rejected) = import(&TSV.replace("Which index can be added later?", &long), Format::Tsv);
        assert_eq!(rejected.len(), 1);
        assert!(rejected[0].reason.contains("at most 10,000 letters"), "{rejected:?}");
        let (_, rejected) = import(&"a\t".repeat(100_000), Format::Tsv);
        assert!(rejected[0].reason.len() < 400, "{} bytes", rejected[0].reason.len());
    }

    #[test]
    fn the_same_question_twice_is_taken_once() {
        let (drafts, rejected) = import(&format!("{AIKEN}\n{AIKEN}"), Format::Aiken);
        assert_eq!((drafts.len(), rejected.len()), (2, 2));
        assert!(rejected[0].reason.contains("the same question as on line 1"), "{rejected:?}");
    }

    /// Milliseconds that reading so many questions takes.
    fn import_of(count: usize) -> u64 {
        let clock = crate::clock::SystemClock;
        let questions: Vec<String> =
            (0..count).map(|number| format!("Number {number}?\nA. a\nB. b\nANSWER: A\n")).collect();
        let text = questions.join("\n");
        let mut watch = crate::clock::Stopwatch::start(&clock);
        assert_eq!(import(&text, Format::Aiken).0.len(), count);
        watch.lap(&clock)
    }

    #[test]
    fn an_import_takes_as_long_as_it_has_questions() {
        let (few, many) = (import_of(1_000).max(5), import_of(16_000));
        // Sixteen times as many; 256 times as long if each were compared with each.
        assert!(many < few * 80, "1,000 questions {few} ms, 16,000 questions {many} ms");
    }

    #[test]
    fn json_is_told_by_the_lines_its_entries_begin_on() {
        let entry = |stem: &str| {
            format!("{{\n\"question\": \"{stem}\", \"options\": [\"a,]\\\"[\", \"b\"],\n\"correct\": 0\n}}")
        };
        let entries = format!("{},\n {}\n,7, {}", entry("One?"), entry("Tw\\u00f6?"), entry("Three?"));
        let wrapped = format!(
            "{{\"about\": {{\"questions\": [1,\n2]}}, \"tags\": [\"questions\", \"x\"],\n\"questions\":\n[{entries}]}}"
        );
        for (text, lines, seven) in [(format!("\n[{entries}\n]"), [2, 6, 10], 10), (wrapped, [4, 8, 12], 12)] {
            let (drafts, rejected) = import(&text, Format::Json);
            assert_eq!(drafts.iter().map(|draft| draft.line).collect::<Vec<_>>(), lines, "{text}");
            assert_eq!(rejected.iter().map(|fault| fault.line).collect::<Vec<_>>(), [seven], "{rejected:?}");
        }
    }

    #[test]
    fn an_imported_question_is_marked_and_its_name_follows_from_its_words() {
        let drafts = import(AIKEN, Format::Aiken).0;
        let asked = question(&drafts[1]);
        assert!(asked.is_imported() && !asked.is_proved() && asked.choose == 2);
        assert_eq!(id(&Draft { stem: " Which  two are strong?".to_owned(), ..Draft::default() }), asked.id);
    }

    mod robustness {
        use super::super::*;
        use proptest::prelude::*;

        proptest! {
            #[test]
            fn any_text_is_questions_or_faults(text in "[\\PC\\n\\t]{0,400}", place in 0_usize..6) {
                let (drafts, _) = import(&text, Format::ALL[place]);
                for draft in drafts {
                    prop_assert!(draft.options.len() > 1 && !draft.stem.is_empty());
                }
            }
        }
    }
}
