//! Moodle's GIFT: `::title:: question {=right ~wrong}`, with weights for several right options.

use super::{Draft, Rejected};

/// The formats that a text may name before it begins.
const FORMATS: [&str; 4] = ["[html]", "[moodle]", "[plain]", "[markdown]"];

pub(super) fn parse(text: &str) -> Vec<Result<Draft, Rejected>> {
    let mut parsed = Vec::new();
    let mut block = String::new();
    let mut line = 0;
    for (number, content) in text.lines().enumerate().map(|(place, line)| (place + 1, line)) {
        if content.trim_start().starts_with("//") || content.trim_start().starts_with("$CATEGORY") {
            continue;
        }
        let is_blank = content.trim().is_empty();
        if is_blank && !block.trim().is_empty() {
            parsed.push(draft(&block, line));
            block.clear();
        }
        if !is_blank {
            if block.is_empty() {
                line = number;
            }
            block.push_str(content);
            block.push('\n');
        }
    }
    if !block.trim().is_empty() {
        parsed.push(draft(&block, line));
    }
    parsed
}

/// One question, from its title to its closing brace.
fn draft(block: &str, line: usize) -> Result<Draft, Rejected> {
    let fault = |reason: &str| Rejected::at(line, reason.to_owned());
    let (before, rest) = split_at(block, '{').ok_or_else(|| fault("expected { before the options, found none"))?;
    let (inside, after) =
        split_at(rest, '}').ok_or_else(|| fault("expected } after the options, found the question's end"))?;
    let stem =
        before.trim().strip_prefix("::").and_then(|titled| titled.split_once("::")).map_or(before, |(_, stem)| stem);
    let stem = without_format(stem);
    let (inside, general) = inside.split_once("####").unwrap_or((inside, ""));
    let mut options = Vec::new();
    let mut explanation = unescaped(without_format(general));
    for part in parts(inside) {
        let (kind, text) = part.split_at(1);
        let (text, feedback) = split_at(text, '#').unwrap_or((text, ""));
        let (weight, text) = weighted(text);
        let right = weight.map_or(kind == "=", |weight| weight > 0.0);
        options.push((unescaped(without_format(text)), right));
        if right && explanation.trim().is_empty() {
            explanation = unescaped(without_format(feedback));
        }
    }
    let stem = format!("{} {}", unescaped(stem), unescaped(after).trim());
    Ok(Draft { stem, options, explanation, line })
}

/// What stands before a sign and after it; a sign with a backslash before it does not count.
fn split_at(text: &str, sign: char) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        if letter == sign && !escaped {
            return Some((&text[..at], &text[at + letter.len_utf8()..]));
        }
        escaped = letter == '\\' && !escaped;
    }
    None
}

/// The options, each with the sign it begins with.
fn parts(inside: &str) -> Vec<&str> {
    let mut starts = Vec::new();
    let mut escaped = false;
    for (at, letter) in inside.char_indices() {
        if matches!(letter, '=' | '~') && !escaped {
            starts.push(at);
        }
        escaped = letter == '\\' && !escaped;
    }
    let ends = starts.iter().skip(1).copied().chain([inside.len()]);
    starts.iter().zip(ends).map(|(start, end)| &inside[*start..end]).collect()
}

/// A weight such as `%50%` before an option, if there is one.
fn weighted(text: &str) -> (Option<f64>, &str) {
    let parsed = text.trim_start().strip_prefix('%').and_then(|rest| rest.split_once('%'));
    match parsed.and_then(|(weight, rest)| Some((weight.trim().parse::<f64>().ok()?, rest))) {
        Some((weight, rest)) => (Some(weight), rest),
        None => (None, text),
    }
}

/// A text without the format that it begins with, `[html]` say: one, since what follows is the text.
fn without_format(text: &str) -> &str {
    let text = text.trim();
    FORMATS.iter().find_map(|format| text.strip_prefix(format)).unwrap_or(text)
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut letters = text.trim().chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            other => out.push(other),
        }
    }
    out
}
