//! A YAML file of the form "a few fields, then one list", read so that a broken element of the list costs only itself.
//!
//! The list is cut at the lines on which its elements begin (`  - id: …`), and each piece is read by itself, with its
//! errors reported at their lines in the file.
//!
//! Every text is looked through before it is parsed: the parser takes the square of the depth to read lists within lists,
//! and a file of nothing but brackets would take minutes. The look takes a time in proportion to the text, and ends where
//! the nesting becomes too deep. What it cannot read is not parsed either, so that the two never see a text differently.

use std::sync::Arc;

use saphyr_parser::{Event, Parser};
use serde::de::DeserializeOwned;

use super::Problem;
use super::cut::starts;
use super::limits::{MOST_DEPTH, MOST_PROBLEMS};
use super::packed::PackedElement;
use crate::safe_text::retold;

/// A content file before it is read.
#[derive(Clone, Debug)]
pub(super) enum FileBody {
    /// A text that anyone may have written: it is looked through before it is parsed.
    Text(Arc<str>),
    /// What was compiled in.
    Packed(Arc<[PackedElement]>),
}

impl FileBody {
    /// Its text, in which problems are looked for; empty if it was compiled in.
    pub(super) fn text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }

    /// How many bytes it takes.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Packed(parts) => parts.iter().map(PackedElement::length).sum(),
        }
    }
}

/// The elements of the list called `list` in a file, each with the line it begins on, and what could not be read.
pub(super) fn elements<T: DeserializeOwned>(
    file: &str,
    body: &FileBody,
    list: &str,
) -> (Vec<(T, usize)>, Vec<Problem>) {
    let text = match body {
        FileBody::Text(text) => text,
        FileBody::Packed(parts) => {
            let (mut read, mut problems) = (Vec::new(), Vec::new());
            for part in parts.iter() {
                match part.read::<Vec<T>>(file) {
                    Ok(elements) => read.extend(elements.into_iter().map(|element| (element, part.line))),
                    Err(problem) => problems.push(problem),
                }
            }
            return (read, problems);
        }
    };
    let starts = starts(text, list);
    let lines: Vec<&str> = text.lines().collect();
    let mut read = Vec::new();
    let mut problems = Vec::new();
    if starts.is_empty() {
        let problem = match parse::<serde_yaml::Value>(file, 0, text) {
            Err(problem) => problem,
            Ok(_) => {
                Problem::error(file, 1, format!("expected a list called {list} with an element like \"  - id: …\""))
            }
        };
        return (read, vec![problem]);
    }
    let head = lines[..starts[0]].join("\n");
    problems.extend(check_head(file, &head, list));
    for (place, start) in starts.iter().enumerate() {
        let end = starts.get(place + 1).copied().unwrap_or(lines.len());
        match parse::<Vec<T>>(file, *start, &lines[*start..end].join("\n")) {
            Ok(elements) => read.extend(elements.into_iter().map(|element| (element, start + 1))),
            Err(problem) => problems.push(problem),
        }
        if problems.len() >= MOST_PROBLEMS {
            break;
        }
    }
    (read, problems)
}

/// A whole file as one value.
///
/// # Errors
/// It is none of this type; where, and why.
pub(super) fn whole<T: DeserializeOwned>(file: &str, body: &FileBody) -> Result<T, Problem> {
    match body {
        FileBody::Text(text) => parse(file, 0, text),
        FileBody::Packed(parts) => {
            let part = parts.first().ok_or_else(|| Problem::error(file, 1, "the file is empty"))?;
            part.read(file)
        }
    }
}

/// A text as a value, if it nests no deeper than content may; `offset` lines of the file stand before it.
fn parse<T: DeserializeOwned>(file: &str, offset: usize, text: &str) -> Result<T, Problem> {
    check_depth(file, offset, text)?;
    serde_yaml::from_str(text).map_err(|error| problem(file, offset, &error))
}

fn check_depth(file: &str, offset: usize, text: &str) -> Result<(), Problem> {
    /// Line ends in the eyes of one YAML parser and not of another.
    const ODD_LINE_ENDS: [char; 3] = ['\u{85}', '\u{2028}', '\u{2029}'];
    if let Some(found) = text.find(ODD_LINE_ENDS) {
        let line = text[..found].matches('\n').count() + 1;
        let message = "expected plain line ends, found a line separator that only some programs take for one";
        return Err(Problem::error(file, offset + line, message));
    }
    let too_deep = |line: usize, column: usize| Problem {
        column,
        ..Problem::error(file, offset + line, format!("expected lists and maps at most {MOST_DEPTH} deep"))
    };
    let mut depth = 0_usize;
    for event in Parser::new_from_str(text) {
        match event {
            Ok((Event::SequenceStart(..) | Event::MappingStart(..), span)) => {
                depth += 1;
                if depth > MOST_DEPTH {
                    return Err(too_deep(span.start.line(), span.start.col() + 1));
                }
            }
            Ok((Event::SequenceEnd | Event::MappingEnd, _)) => depth = depth.saturating_sub(1),
            Ok(_) => {}
            Err(error) => {
                let (line, column) = (error.marker().line().max(1), error.marker().col() + 1);
                // Its own limit lies behind ours, but it looks ahead.
                if error.info() == "recursion limit exceeded" {
                    return Err(too_deep(line, column));
                }
                return Err(Problem { column, ..Problem::error(file, offset + line, error.info()) });
            }
        }
    }
    Ok(())
}

/// A YAML error at its place in the file; `offset` lines stand before the text that was read.
fn problem(file: &str, offset: usize, error: &serde_yaml::Error) -> Problem {
    let (line, column) = error.location().map_or((1, 1), |place| (place.line(), place.column()));
    let message = error.to_string();
    // The place is told in front already, so the library's own "at line … column …" is dropped.
    let message = retold(message.split(" at line ").next().unwrap_or(&message));
    Problem { column: column.max(1), ..Problem::error(file, offset + line.max(1), message) }
}

/// The part before the list: nothing but `format_version: 1`.
fn check_head(file: &str, head: &str, list: &str) -> Option<Problem> {
    let value: serde_yaml::Value = match parse(file, 0, head) {
        Ok(value) => value,
        Err(problem) => return Some(problem),
    };
    match value.get("format_version").and_then(serde_yaml::Value::as_u64) {
        Some(1) => None,
        Some(other) => Some(Problem::error(file, 1, format!("expected format_version: 1, found {other}"))),
        None => Some(Problem::error(file, 1, format!("expected format_version: 1 before {list}"))),
    }
}

/// Texts that end where they should not: in YAML a text without quotes ends at " #", which begins a comment, and nobody is
/// told.
pub(super) fn swallowed(file: &str, text: &str) -> Vec<Problem> {
    let mut block: Option<usize> = None;
    let mut problems = Vec::new();
    for (place, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        if block.is_some_and(|block| line.trim().is_empty() || indent > block) {
            continue;
        }
        let ends_open = line.ends_with(['>', '|']) || line.ends_with(">-") || line.ends_with("|-");
        block = ends_open.then_some(indent);
        let entry = line.trim_start().trim_start_matches("- ");
        let value = entry.split_once(": ").filter(|(key, _)| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        let Some((_, value)) = value.filter(|_| block.is_none()) else { continue };
        if !value.starts_with(['"', '\'', '{', '[', '&', '#']) && value.contains(" #") {
            problems.push(Problem::error(
                file,
                place + 1,
                "this text ends at \" #\", which begins a comment; quote it",
            ));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn body(text: &str) -> FileBody {
        FileBody::Text(text.into())
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Thing {
        id: String,
        size: u32,
    }

    const TEXT: &str =
        "format_version: 1\nthings:\n  - id: a\n    size: 1\n  - id: b\n    size: many\n  - id: c\n    size: 3\n";

    #[test]
    fn a_broken_element_costs_only_itself_and_is_told_with_its_place() {
        let (read, problems) = elements::<Thing>("things.yaml", &body(TEXT), "things");
        let read: Vec<(&str, usize)> = read.iter().map(|(thing, line)| (thing.id.as_str(), *line)).collect();
        assert_eq!(read, [("a", 3), ("c", 7)]);
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert_eq!((problems[0].line, problems[0].column), (6, 11), "{}", problems[0]);
        assert!(problems[0].message.contains("many"), "{}", problems[0]);
    }

    #[test]
    fn a_file_of_another_format_version_says_so() {
        let (_, problems) =
            elements::<Thing>("things.yaml", &body(&TEXT.replace("version: 1", "version: 9")), "things");
        assert!(problems.iter().any(|problem| problem.message.contains("found 9")), "{problems:?}");
    }

    proptest! {
        #[test]
        fn any_text_gives_elements_or_problems(text in "\\PC{0,60}(\nthings:\n  - \\PC{0,40}\n)?\\PC{0,40}") {
            let (read, problems) = elements::<Thing>("things.yaml", &body(&text), "things");
            prop_assert!(!read.is_empty() || !problems.is_empty());
        }
    }

    #[test]
    fn deep_nesting_is_refused_at_once_however_it_is_written() {
        let deep = |text: &str| format!("format_version: 1\nthings:\n  - id: {}", text.repeat(200_000));
        let hidden = deep("x # \u{2028}[");
        for text in
            [deep("["), deep("[\n"), deep("{a: "), deep("- "), deep("? "), deep("[\"]\", "), deep("[ #]\n"), hidden]
        {
            let (read, problems) = elements::<Thing>("things.yaml", &body(&text), "things");
            assert!(read.is_empty() && !problems.is_empty());
            let whole = whole::<serde_yaml::Value>("things.yaml", &body(&text)).unwrap_err();
            assert!(whole.line > 2, "{whole}");
        }
        let told = |text: String| whole::<serde_yaml::Value>("f", &body(&text)).unwrap_err().to_string();
        assert_eq!(told("[".repeat(100_000)), "f:1:256: error: expected lists and maps at most 64 deep");
        assert_eq!(told("[\n".repeat(65)), "f:65:1: error: expected lists and maps at most 64 deep");
        let fits = format!("{}x{}", "[".repeat(64), "]".repeat(64));
        assert!(whole::<serde_yaml::Value>("f", &body(&fits)).is_ok());
    }

    #[test]
    fn after_so_many_problems_the_rest_is_not_read() {
        let broken = "  - id: a\n    size: many\n".repeat(40_000);
        let (_, problems) = elements::<Thing>("f", &body(&format!("format_version: 1\nthings:\n{broken}")), "things");
        assert_eq!(problems.len(), MOST_PROBLEMS);
    }

    #[test]
    fn a_text_that_a_comment_cuts_off_is_found() {
        let text = "- text: Ten keys, from day#0 to #9\n  why: 'quoted #9'\n  note: >-\n    folded #9\n  other: #9\nlist: [a] # b\n";
        let found: Vec<usize> = swallowed("f", text).iter().map(|problem| problem.line).collect();
        assert_eq!(found, [1]);
    }
}
