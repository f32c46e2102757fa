//! Moodle's Aiken: a question, lettered options, `ANSWER: B`.

use super::{Draft, Rejected, lettered_option, mark};

pub(super) fn parse(text: &str) -> Vec<Result<Draft, Rejected>> {
    let mut parsed = Vec::new();
    let mut draft = Draft::default();
    for (number, line) in text.lines().enumerate().map(|(place, line)| (place + 1, line.trim())) {
        if line.is_empty() {
            if !draft.options.is_empty() {
                let begun = std::mem::take(&mut draft);
                let reason = "expected a line ANSWER: with a letter after the options, found the end of the question";
                parsed.push(Err(Rejected::at(begun.line, reason)));
            }
        } else if let Some(letters) = line.strip_prefix("ANSWER:") {
            let mut done = std::mem::take(&mut draft);
            let marked = mark(&mut done.options, letters, number);
            parsed.push(marked.map(|()| done));
        } else if let Some(option) = lettered_option(line, draft.options.len()).filter(|_| draft.line > 0) {
            draft.options.push((option.to_owned(), false));
        } else {
            if draft.line == 0 {
                draft.line = number;
            }
            draft.stem.push_str(line);
            draft.stem.push('\n');
        }
    }
    if draft.line > 0 {
        let reason = "expected options and a line ANSWER: with a letter, found the end of the file";
        parsed.push(Err(Rejected::at(draft.line, reason)));
    }
    parsed
}
