//! Tab-separated values with a header: question, the letters of the options, correct (letters), explanation.

use super::{Draft, Rejected, mark, shortened};
use crate::safe_text::quoted;

pub(super) fn parse(text: &str) -> Vec<Result<Draft, Rejected>> {
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let Some((place, header)) = lines.next() else { return Vec::new() };
    let columns: Vec<String> = header.split('\t').map(|name| name.trim().to_ascii_lowercase()).collect();
    let column = |names: &[&str]| columns.iter().position(|column| names.contains(&column.as_str()));
    let (Some(stem), Some(correct)) = (column(&["question"]), column(&["correct", "answer"])) else {
        let reason = format!(
            "expected a header with question, A, B, ..., correct, found {}",
            quoted(&shortened(&header.replace('\t', " | ")))
        );
        return vec![Err(Rejected::at(place + 1, reason))];
    };
    let explanation = column(&["explanation", "why"]);
    let options: Vec<usize> = (b'a'..=b'j').filter_map(|letter| column(&[&char::from(letter).to_string()])).collect();
    lines
        .map(|(place, line)| {
            let cells: Vec<&str> = line.split('\t').collect();
            let cell = |at: usize| cells.get(at).copied().unwrap_or_default().trim();
            let mut draft = Draft {
                stem: cell(stem).to_owned(),
                options: options
                    .iter()
                    .map(|at| cell(*at).to_owned())
                    .filter(|text| !text.is_empty())
                    .map(|text| (text, false))
                    .collect(),
                explanation: explanation.map(cell).unwrap_or_default().to_owned(),
                line: place + 1,
            };
            mark(&mut draft.options, cell(correct), place + 1)?;
            Ok(draft)
        })
        .collect()
}
