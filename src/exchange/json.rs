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
    let mut from = 0;
    list.iter()
        .map(|entry| {
            let line = line_of(text, entry, &mut from);
            draft(entry, line)
        })
        .collect()
}

/// The line that a question's text stands on; questions are looked for in their order.
fn line_of(text: &str, entry: &Value, from: &mut usize) -> usize {
    let stem = entry.get("question").map(Value::to_string).unwrap_or_default();
    let found = text.get(*from..).and_then(|rest| rest.find(&stem)).filter(|_| !stem.is_empty());
    if let Some(found) = found {
        *from += found;
    }
    text.get(..*from).map_or(1, |before| before.matches('\n').count() + 1)
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
            return Err(Rejected::at(line, format!("the correct option {answer} is none of the {count} options")));
        }
    }
    Ok(draft)
}
