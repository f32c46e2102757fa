//! What a lab's texts may not do: name a figure that is none, give a figure that nothing supports, or give an answer away.

use std::collections::BTreeSet;

use super::placeholder::{self, Name, Piece};
use super::{Lab, Step};

/// Nouns whose number is a figure of the run.
const COUNTED: [&str; 22] = [
    "rcu",
    "rcus",
    "wcu",
    "wcus",
    "item",
    "items",
    "request",
    "requests",
    "page",
    "pages",
    "time",
    "times",
    "record",
    "records",
    "entry",
    "entries",
    "call",
    "calls",
    "attempt",
    "attempts",
    "invocation",
    "invocations",
];

/// Figures of the service's documentation, which no lab has to measure.
const DOCUMENTED: [(&str, &[&str]); 5] = [
    ("rcu", &["0.5", "1", "2", "3,000", "3000"]),
    ("wcu", &["1", "2", "1,000", "1000"]),
    ("item", &["1", "25", "100"]),
    ("attempt", &["3", "4"]),
    ("record", &["100", "10,000"]),
];

/// Reports everything that a lab's texts do and may not, with a piece of the line it is about.
pub(super) fn check(lab: &Lab, report: &mut dyn FnMut(&str, String)) {
    for (label, text) in texts(lab) {
        for name in names(text) {
            let has_step = name.step.is_none_or(|step| lab.steps.iter().any(|known| known.id == step));
            if !name.is_known() || !has_step {
                report(name.written, format!("{label}: there is no placeholder {{{}}}", name.written));
            }
        }
    }
    let mut known = numbers(&lab.intro);
    for table in &lab.setup {
        known.extend(setup_numbers(table));
    }
    for step in &lab.steps {
        step.setup.iter().for_each(|table| known.extend(setup_numbers(table)));
        for text in [&step.task, &step.text] {
            known.extend(numbers(text));
        }
        known.extend(step.right_ways.iter().flat_map(super::Lines::all).flat_map(numbers));
        for figure in unsupported(&step.debrief, &known) {
            let message = format!(
                "{}: the debrief says {figure}, which stands neither in setup nor in a task; use a placeholder",
                step.place()
            );
            report(&figure, message);
        }
        check_predict(step, report);
        check_measure(step, lab, report);
    }
}

fn check_measure(step: &Step, lab: &Lab, report: &mut dyn FnMut(&str, String)) {
    let Some(measure) = step.predict.as_ref().and_then(|predict| predict.measure.as_deref()) else { return };
    let name = Name::read(measure);
    let has_step = name.step.is_none_or(|step| lab.steps.iter().any(|known| known.id == step));
    if !name.is_known() || !has_step {
        report(measure, format!("{}: there is no figure {measure} to measure", step.place()));
    }
}

/// Members whose value is a text or a command.
const TEXTS: [&str; 13] =
    ["ask", "debrief", "do", "given", "hint", "outro", "say", "says", "task", "text", "title", "want", "watch"];

/// Lines of a file whose text YAML cuts at what looks like a comment and is none: `- SET #s, with a name for it`.
pub(super) fn cut_texts(text: &str) -> Vec<&str> {
    let value = |line: &str| {
        let line = line.trim_start();
        let rest = line.strip_prefix("- ").unwrap_or(line);
        let member = rest.split_once(": ").filter(|(name, _)| TEXTS.contains(name)).map(|(_, value)| value);
        member.or_else(|| line.strip_prefix("- ")).map(|value| value.trim_start().to_owned())
    };
    let is_cut = |line: &&str| {
        let Some(value) = value(line).filter(|value| !value.starts_with(['\'', '"', '|', '>', '[', '{', '&', '*']))
        else {
            return false;
        };
        value.split_once(" #").is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    };
    text.lines().filter(is_cut).collect()
}

/// A choice that is right must not stand in what is read before.
fn check_predict(step: &Step, report: &mut dyn FnMut(&str, String)) {
    let Some(right) = step.predict.as_ref().and_then(|predict| predict.right.as_deref()) else { return };
    for (place, text) in [("title", &step.title), ("text", &step.text), ("task", &step.task)] {
        if words(text).contains(&words(right)) {
            report(&format!("id: {}", step.id), format!("{}: the {place} holds the answer: {right}", step.place()));
        }
    }
}

/// Whether a measured answer, as it is spelled (`0.5`, `6,000`), stands in what is read before a prediction.
#[must_use]
pub fn gives_away(step: &Step, answer: &str) -> Option<&'static str> {
    let ask = step.predict.as_ref().map(|predict| predict.ask.as_str()).unwrap_or_default();
    let texts = [("title", step.title.as_str()), ("text", &step.text), ("task", &step.task), ("question", ask)];
    texts.into_iter().find(|(_, text)| numbers(text).contains(answer)).map(|(place, _)| place)
}

/// Every text that may hold placeholders, with what it is.
fn texts(lab: &Lab) -> impl Iterator<Item = (String, &str)> {
    let steps = lab.steps.iter().flat_map(|step| {
        let place = step.place();
        let debrief = std::iter::once((format!("{place}: debrief"), step.debrief.as_str()));
        let near = step.near_misses.iter().map(|near| near.say.as_str());
        let hints = step.done.iter().filter_map(|it| it.hint.as_deref());
        let rest: Vec<(String, &str)> = near.chain(hints).map(|text| (place.clone(), text)).collect();
        debrief.chain(rest)
    });
    let labels = lab.compare.iter().map(|way| ("compare".to_owned(), way.label.as_str()));
    steps.chain(labels).chain([("outro".to_owned(), lab.outro.as_str())])
}

fn names(text: &str) -> Vec<Name<'_>> {
    let of = |piece| match piece {
        Piece::Text(_) => vec![],
        Piece::Name(name, _) => vec![name],
        Piece::Ratio(left, right) => vec![left, right],
    };
    placeholder::pieces(text).into_iter().flat_map(of).collect()
}

/// The numbers of a text, as they are written.
fn numbers(text: &str) -> BTreeSet<String> {
    let is_part = |letter: char| letter.is_ascii_digit() || letter == ',' || letter == '.';
    let runs = text.split(|letter: char| !is_part(letter)).map(|run| run.trim_matches([',', '.']));
    runs.filter(|run| run.starts_with(|first: char| first.is_ascii_digit())).map(str::to_owned).collect()
}

fn setup_numbers(table: &super::SetupTable) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = numbers(&table.create.to_string());
    for generate in &table.generate {
        found.insert(generate.count.to_string());
        found.insert(grouped(generate.count));
    }
    if !table.items.is_empty() {
        found.insert(table.items.len().to_string());
    }
    table.items.iter().for_each(|item| found.extend(numbers(&item.to_string())));
    found
}

fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The figures of a text, such as "12 items", that nothing supports.
fn unsupported(text: &str, known: &BTreeSet<String>) -> Vec<String> {
    let literal: String = placeholder::pieces(text)
        .into_iter()
        .map(|piece| if let Piece::Text(text) = piece { text } else { "{}" })
        .collect();
    let words: Vec<&str> = literal.split_whitespace().collect();
    let mut found = Vec::new();
    for pair in words.windows(2) {
        let number = pair[0].trim_matches(|letter: char| !letter.is_ascii_digit());
        let noun = pair[1].trim_matches(|letter: char| !letter.is_ascii_alphabetic()).to_lowercase();
        let is_number =
            !number.is_empty() && number.chars().all(|letter| letter.is_ascii_digit() || ",.".contains(letter));
        if !is_number || !COUNTED.contains(&noun.as_str()) || known.contains(number) {
            continue;
        }
        let is_documented =
            DOCUMENTED.iter().any(|(name, figures)| noun.trim_end_matches('s') == *name && figures.contains(&number));
        if !is_documented {
            found.push(format!("{number} {noun}"));
        }
    }
    found
}

/// A text in small letters, every run of anything else as one blank.
fn words(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_yaml_cuts_are_found() {
        let file = "a: 1 # fine\n  - UpdateItem takes #s for it\n  - 'SET #s'\n  hint: with #n.\n  title: Two # three\n  |\n    SET #s\n";
        assert_eq!(cut_texts(file), ["  - UpdateItem takes #s for it", "  hint: with #n."]);
    }

    #[test]
    fn figures_need_support() {
        let known = numbers("All 6,000 orders, 12 of hers.");
        assert_eq!(known, ["12", "6,000"].map(str::to_owned).into());
        assert_eq!(
            unsupported("It read 6,000 items for 211 RCU in {pages} requests, 0.5 RCU each.", &known),
            ["211 rcu"]
        );
        assert!(unsupported("A page ends after 1 MB. {read.items items} were read.", &known).is_empty());
    }

    #[test]
    fn an_answer_in_the_title_is_found() {
        let predict = super::super::Predict { ask: "How many?".to_owned(), ..Default::default() };
        let mut step = Step { title: "Half of it".to_owned(), task: "Read 12 items.".to_owned(), ..Step::default() };
        step.predict = Some(predict);
        assert_eq!((gives_away(&step, "12"), gives_away(&step, "6")), (Some("task"), None));
        assert_eq!(words("Refused, not empty!"), "refused not empty");
    }
}
