//! Questions for other programs: Anki, Moodle, readers, scripts.
//!
//! What is exported may be read on a terminal first. Control characters mean nothing in markdown, GIFT and Anki's notes, so
//! their marks (`safe_text`) are exported instead; in JSON the marks are escapes, and the texts stay exact.

use std::fmt::Write as _;
use std::str::FromStr;

use serde_json::{Value, json};

use crate::content::{Choice, Question};
use crate::safe_text::line;

/// A format to export to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Tab-separated notes for Anki, with its headers and stable ids.
    Anki,
    /// Moodle's GIFT.
    Gift,
    /// Markdown with checkboxes.
    Markdown,
    /// JSON: question, options, correct, explanation.
    Json,
}

impl FromStr for ExportFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|target| target.name() == name);
        found.ok_or_else(|| format!("expected {}, found {name}", Self::ALL.map(Self::name).join(", ")))
    }
}

impl ExportFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Anki, Self::Gift, Self::Markdown, Self::Json];

    /// Returns its name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anki => "anki",
            Self::Gift => "gift",
            Self::Markdown => "markdown",
            Self::Json => "json",
        }
    }
}

/// The questions in a format.
#[must_use]
pub fn export(questions: &[Question], target: ExportFormat) -> String {
    match target {
        ExportFormat::Anki => anki(questions),
        ExportFormat::Gift => questions.iter().map(gift).collect::<Vec<_>>().join("\n"),
        ExportFormat::Markdown => questions.iter().map(markdown).collect::<Vec<_>>().join("\n"),
        ExportFormat::Json => format!("{:#}\n", Value::Array(questions.iter().map(as_json).collect())),
    }
}

fn letter(place: usize) -> char {
    char::from(b'A' + u8::try_from(place % 26).unwrap_or(0))
}

fn right(question: &Question) -> impl Iterator<Item = (usize, &Choice)> {
    question.options.iter().enumerate().filter(|(_, option)| option.correct)
}

/// Why, for the whole question: the reasons of its right options.
fn explanation(question: &Question) -> String {
    let reasons: Vec<&str> = right(question).map(|(_, option)| option.why.trim()).collect();
    reasons.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same with marks, for what is no JSON.
fn marked(text: &str) -> String {
    line(&one_line(text)).into_owned()
}

fn anki(questions: &[Question]) -> String {
    let html = |text: &str| {
        // A quotation mark at the beginning of a field would take in what follows, other notes included.
        let escaped = [('&', "&amp;"), ('<', "&lt;"), ('>', "&gt;"), ('"', "&quot;"), ('\t', " ")]
            .into_iter()
            .fold(text.trim().to_owned(), |text, (letter, escape)| text.replace(letter, escape));
        line(&escaped.replace('\n', "<br>")).into_owned()
    };
    let mut out =
        "#separator:tab\n#html:true\n#notetype:Basic\n#deck:dynadrill\n#guid column:1\n#tags column:4\n".to_owned();
    for question in questions {
        let options = question.options.iter().enumerate();
        let options: Vec<String> =
            options.map(|(at, option)| format!("{}. {}", letter(at), html(&option.text))).collect();
        let answers: Vec<String> = right(question).map(|(at, _)| letter(at).to_string()).collect();
        let front = format!("{}<br><br>{}", html(&question.stem), options.join("<br>"));
        let back = format!("{}<br><br>{}", answers.join(", "), html(&explanation(question)));
        let _ = writeln!(out, "dynadrill-{}\t{front}\t{back}\t{}", html(&question.id), html(&question.topic));
    }
    out
}

/// What stands before a text that GIFT would take for more than a text: it says that nothing in it is to be read as markup.
const PLAIN: &str = "[plain]";

fn gift(question: &Question) -> String {
    let escape = |text: &str| {
        // `%50%` at the beginning would be a weight and `[html]` a format; tags and entities would be carried out.
        let is_more = text.trim_start().starts_with(['%', '[']) || text.contains(['<', '&']);
        let mut out = if is_more { PLAIN.to_owned() } else { String::new() };
        for letter in marked(text).chars() {
            if matches!(letter, '~' | '=' | '#' | '{' | '}' | ':' | '\\') {
                out.push('\\');
            }
            out.push(letter);
        }
        out
    };
    // A title has no format.
    let title = escape(&question.id);
    let title = title.strip_prefix(PLAIN).unwrap_or(&title);
    let mut out = format!("::{title}:: {} {{\n", escape(&question.stem));
    let share = 100.0 / f64::from(u32::try_from(question.choose.max(1)).unwrap_or(1));
    for option in &question.options {
        let sign = match (question.choose, option.correct) {
            (1, true) => "=".to_owned(),
            (1, false) => "~".to_owned(),
            (_, true) => format!("~%{share:.5}%"),
            (_, false) => "~%-100%".to_owned(),
        };
        let _ = writeln!(out, "  {sign}{}#{}", escape(&option.text), escape(&option.why));
    }
    out.push_str("}\n");
    out
}

fn markdown(question: &Question) -> String {
    let mut out = format!("### {}\n\n", marked(&question.stem));
    for option in &question.options {
        let mark = if option.correct { "x" } else { " " };
        let _ = writeln!(out, "- [{mark}] {}", marked(&option.text));
    }
    let _ = writeln!(out, "\n> {}", line(&explanation(question)));
    out
}

fn as_json(question: &Question) -> Value {
    let options: Vec<String> = question.options.iter().map(|option| one_line(&option.text)).collect();
    json!({
        "id": question.id,
        "question": question.stem.trim(),
        "options": options,
        "correct": right(question).map(|(at, _)| at).collect::<Vec<_>>(),
        "explanation": explanation(question),
        "docs": question.docs,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Format, import};
    use super::*;
    use crate::content::{self, Source};

    #[test]
    fn what_is_exported_can_be_imported_again() {
        let questions = content::load(&Source::Embedded).0.questions;
        for (target, format) in [
            (ExportFormat::Gift, Format::Gift),
            (ExportFormat::Markdown, Format::Checkbox),
            (ExportFormat::Json, Format::Json),
        ] {
            let (drafts, rejected) = import(&export(&questions, target), format);
            assert_eq!(rejected, [], "{target:?}");
            assert_eq!(drafts.len(), questions.len(), "{target:?}");
            for (draft, question) in drafts.iter().zip(&questions) {
                assert_eq!(one_line(&draft.stem), one_line(&question.stem), "{target:?}");
                let options: Vec<(String, bool)> =
                    question.options.iter().map(|option| (one_line(&option.text), option.correct)).collect();
                assert_eq!(draft.options, options, "{target:?}: {}", question.id);
            }
        }
    }

    #[test]
    fn what_steers_a_terminal_leaves_as_a_mark_and_as_itself_in_json() {
        let stem = "Which?\u{1b}]0;t\u{7} \u{202e}\\u001b";
        let options = vec![("a\u{9b}2J".to_owned(), true), ("b\r\u{2028}c".to_owned(), false)];
        let draft = super::super::Draft { stem: stem.to_owned(), options, explanation: "\u{7f}".to_owned(), line: 1 };
        let question = super::super::question(&draft);
        for target in [ExportFormat::Anki, ExportFormat::Gift, ExportFormat::Markdown, ExportFormat::Json] {
            let exported = export(std::slice::from_ref(&question), target);
            let is_safe = !exported.chars().any(|letter| letter != '\n' && crate::safe_text::must_be_marked(letter));
            assert_eq!(is_safe, target != ExportFormat::Json, "{target:?}: {exported}");
        }
        for (target, format) in [(ExportFormat::Gift, Format::Gift), (ExportFormat::Markdown, Format::Checkbox)] {
            let (drafts, rejected) = import(&export(std::slice::from_ref(&question), target), format);
            assert_eq!(rejected, [], "{target:?}");
            assert_eq!(drafts[0].stem, r"Which?\u001b]0;t\u0007 \u202e\u001b", "{target:?}");
            assert_eq!(drafts[0].options, [(r"a\u009b2J".to_owned(), true), ("b c".to_owned(), false)], "{target:?}");
        }
        let printed = crate::safe_text::block(&export(&[question], ExportFormat::Json)).into_owned();
        let drafts = import(&printed, Format::Json).0;
        assert_eq!((drafts[0].stem.as_str(), drafts[0].options[0].0.as_str()), (stem, "a\u{9b}2J"));
    }

    #[test]
    fn a_text_that_gift_would_take_for_a_weight_or_a_format_is_guarded() {
        let texts = ["%50% of them", "%-100%", "[html]<b>x</b>", "[markdown] *x*", "[1, 2]", "Set<String>", "a &lt; b"];
        for text in texts {
            let options = vec![(text.to_owned(), true), (format!("{text} too"), false), ("c".to_owned(), true)];
            for options in [options[..2].to_vec(), options] {
                let draft = super::super::Draft {
                    stem: format!("{text}?"),
                    options: options.clone(),
                    explanation: text.to_owned(),
                    line: 1,
                };
                let exported = export(&[super::super::question(&draft)], ExportFormat::Gift);
                // The stem and each option and each reason that is there begin so.
                assert!(exported.matches("[plain]").count() >= 4, "{exported}");
                let signs = ["=%", "= %", "~[html]", "=[html]", "#[html]", ":: [html]", ":: %"];
                assert!(!signs.iter().any(|sign| exported.contains(sign)), "{exported}");
                let (drafts, rejected) = import(&exported, Format::Gift);
                assert_eq!(rejected, [], "{exported}");
                assert_eq!((&drafts[0].stem, &drafts[0].options), (&draft.stem, &options), "{exported}");
                assert_eq!(drafts[0].explanation, text, "{exported}");
            }
        }
    }

    #[test]
    fn anki_gets_its_headers_and_an_id_that_stays() {
        let questions = content::load(&Source::Embedded).0.questions;
        let notes = export(&questions, ExportFormat::Anki);
        assert!(notes.starts_with("#separator:tab\n#html:true\n"));
        let rows: Vec<&str> = notes.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(rows.len(), questions.len());
        assert!(rows.iter().all(|row| row.split('\t').count() == 4 && row.starts_with("dynadrill-")));
        assert!(!rows.iter().any(|row| row.contains('"')), "a field that begins with one goes on to the next");
    }
}
