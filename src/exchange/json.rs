//! A list of objects: question, options (a list, or texts by letter), correct (a place, a letter, a text, or several of
//! them), explanation.

use serde_json::Value;

use super::{Draft, Rejected, places};

pub(super) fn parse(text: &str) -> Vec<Result<Draft, Rejected>> {
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return vec![Err(Rejected::at(error.line(), format!("expected JSON: {error}")))],
    };
    let list = value.as_array().or_else(|| value.get("questions")?.as_array());
    let Some(list) = list else {
        return vec![Err(Rejected::at(
            1,
            "expected a list of questions, or an object with such a list as \"questions\"",
        ))];
    };
    // Every entry is read, whether its line is found or not.
    let lines = lines(text).chain(std::iter::repeat(1));
    list.iter().zip(lines).map(|(entry, line)| draft(entry, line)).collect()
}

/// The lines that the entries of the list begin on: of the outermost list, or of the one called "questions" in an object.
/// The text is known to be JSON, so brackets, commas and quotes are all there is to look at; it is read once.
fn lines(text: &str) -> impl Iterator<Item = usize> {
    let (mut depth, mut line, mut list) = (0_usize, 1, None);
    let (mut quoted, mut is_escaped, mut is_due) = (None, false, false);
    // The text in quotes before this place.
    let mut key = "";
    text.char_indices().filter_map(move |(at, letter)| {
        line += usize::from(letter == '\n');
        if let Some(begin) = quoted {
            match letter {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '"' => (key, quoted) = (&text[begin..at], None),
                _ => {}
            }
            return None;
        }
        // The first letter of an entry.
        let begins = is_due && !letter.is_whitespace() && letter != ']';
        is_due &= letter.is_whitespace();
        match letter {
            '"' => quoted = Some(at + 1),
            '[' | '{' => {
                depth += 1;
                if letter == '[' && list.is_none() && (depth == 1 || depth == 2 && key == "questions") {
                    (list, is_due) = (Some(depth), true);
                }
            }
            ']' | '}' => {
                depth -= 1;
                list = list.filter(|list| *list <= depth);
            }
            ',' if list == Some(depth) => is_due = true,
            _ => {}
        }
        begins.then_some(line)
    })
}

fn draft(entry: &Value, line: usize) -> Result<Draft, Rejected> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let options: Vec<(String, bool)> = match entry.get("options") {
        Some(Value::Array(list)) => {
            list.iter().filter_map(Value::as_str).map(|text| (text.to_owned(), false)).collect()
        }
        Some(Value::Object(by_letter)) => {
            by_letter.values().filter_map(Value::as_str).map(|text| (text.to_owned(), false)).collect()
        }
        _ => return Err(Rejected::at(line, "expected \"options\": a list of texts, or texts by letter")),
    };
    let mut draft = Draft { stem: text("question"), options, explanation: text("explanation"), line };
    let correct = match entry.get("correct").or_else(|| entry.get("answer")) {
        Some(Value::Array(several)) => several.clone(),
        Some(one) => vec![one.clone()],
        None => {
            return Err(Rejected::at(
                line,
                "expected \"correct\": a place from 0, a letter, a text, or a list of them",
            ));
        }
    };
    for answer in &correct {
        let place = match answer {
            Value::Number(number) => number.as_u64().and_then(|place| usize::try_from(place).ok()),
            Value::String(text) => {
                let by_text = draft.options.iter().position(|(option, _)| option == text);
                by_text.or_else(|| places(text).filter(|places| places.len() == 1)?.first().copied())
            }
            _ => None,
        };
        if let Some(option) = place.and_then(|place| draft.options.get_mut(place)) {
            option.1 = true;
        } else {
            let count = draft.options.len();
            return Err(Rejected::at(line, format!("the correct option {answer} is not one of the {count} options")));
        }
    }
    Ok(draft)
}
