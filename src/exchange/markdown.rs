//! Two habits of Markdown: checkboxes at the right options, and letters with the answer below.

use super::{Draft, Rejected, lettered_option, mark};

/// A line without the marks of headings, numbers and emphasis before a question.
fn plain(line: &str) -> &str {
    let line = line.trim().trim_start_matches('#').trim_start().trim_start_matches("**").trim_end_matches("**").trim();
    let digits = line.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let numbered = digits.len() < line.len();
    match digits.strip_prefix(['.', ')']).filter(|_| numbered) {
        Some(rest) => rest.trim_start(),
        None => line,
    }
}

/// Whether a line is a heading that says no more than a question's number.
fn is_bare_heading(line: &str) -> bool {
    let line = line.trim();
    let words = plain(line).to_ascii_lowercase();
    let number = words.strip_prefix("question").unwrap_or(&words).trim().trim_end_matches(':');
    line.starts_with('#') && (number.is_empty() || number.chars().all(|letter| letter.is_ascii_digit()))
}

/// The text behind a label such as `**Answer:**` or `Explanation:`, whatever is bold of it.
fn labelled<'a>(line: &'a str, labels: &[&str]) -> Option<&'a str> {
    let line = line.trim().trim_start_matches('>').trim_start().trim_start_matches("**");
    let label =
        labels.iter().find(|label| line.get(..label.len()).is_some_and(|begun| begun.eq_ignore_ascii_case(label)))?;
    let rest = line[label.len()..].trim_start_matches("**").strip_prefix(':')?;
    Some(rest.trim_start_matches("**").trim_end_matches("**").trim())
}

const WHY: [&str; 3] = ["explanation", "why", "reason"];
const ANSWER: [&str; 3] = ["answer", "correct answer", "answers"];

pub(super) fn checkbox(text: &str) -> Vec<Result<Draft, Rejected>> {
    let mut parsed = Vec::new();
    let mut draft = Draft::default();
    let mut is_after = false;
    for (number, line) in text.lines().enumerate().map(|(place, line)| (place + 1, line.trim())) {
        let bullet = line.strip_prefix(['-', '*', '+']).map(str::trim_start);
        let boxed = bullet.and_then(|rest| Some((rest.strip_prefix('[')?.split_once(']')?, rest)));
        let state = boxed.and_then(|((state, option), _)| match state.trim() {
            "x" | "X" => Some((true, option)),
            "" => Some((false, option)),
            _ => None,
        });
        if let Some((right, option)) = state {
            draft.options.push((option.trim().to_owned(), right));
            is_after = true;
        } else if let Some(why) = labelled(line, &WHY) {
            why.clone_into(&mut draft.explanation);
        } else if let Some(quote) = line.strip_prefix('>').filter(|_| is_after) {
            draft.explanation.push(' ');
            draft.explanation.push_str(quote.trim());
        } else if !line.is_empty() {
            if is_after {
                parsed.push(Ok(std::mem::take(&mut draft)));
                is_after = false;
            }
            // A heading begins anew: what stood before it was no question.
            if line.starts_with('#') {
                draft = Draft::default();
            }
            if is_bare_heading(line) {
                continue;
            }
            if draft.line == 0 {
                draft.line = number;
            }
            draft.stem.push_str(plain(line));
            draft.stem.push('\n');
        }
    }
    if !draft.options.is_empty() {
        parsed.push(Ok(draft));
    }
    parsed
}

pub(super) fn lettered(text: &str) -> Vec<Result<Draft, Rejected>> {
    let mut parsed = Vec::new();
    let mut draft = Draft::default();
    let mut answered: Option<Result<Draft, Rejected>> = None;
    for (number, line) in text.lines().enumerate().map(|(place, line)| (place + 1, line.trim())) {
        if let Some(letters) = labelled(line, &ANSWER).filter(|_| !draft.options.is_empty()) {
            let mut done = std::mem::take(&mut draft);
            parsed.extend(answered.take());
            let marked = mark(&mut done.options, letters, number);
            answered = Some(marked.map(|()| done));
        } else if let Some(why) = labelled(line, &WHY) {
            if let Some(Ok(done)) = &mut answered {
                why.clone_into(&mut done.explanation);
            } else {
                why.clone_into(&mut draft.explanation);
            }
        } else if let Some(option) = lettered_option(line, draft.options.len()).filter(|_| draft.line > 0) {
            draft.options.push((option.to_owned(), false));
        } else if !line.is_empty() && !is_bare_heading(line) && !line.chars().all(|letter| letter == '-') {
            parsed.extend(answered.take());
            if !draft.options.is_empty() {
                let begun = std::mem::take(&mut draft);
                let reason = "expected **Answer:** with a letter after the options, found the next question";
                parsed.push(Err(Rejected::at(begun.line, reason)));
            }
            if draft.line == 0 {
                draft.line = number;
            }
            draft.stem.push_str(plain(line));
            draft.stem.push('\n');
        }
    }
    parsed.extend(answered);
    if !draft.options.is_empty() {
        let reason = "expected **Answer:** with a letter after the options, found the end of the file";
        parsed.push(Err(Rejected::at(draft.line, reason)));
    }
    parsed
}
