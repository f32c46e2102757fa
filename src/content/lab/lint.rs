//! What a lab's texts may not do: name a figure that is none, or give an answer away. Whether a figure is true is found by
//! playing the lab ([`figures`]).

use super::figures;
use super::placeholder::{self, Name, Piece};
use super::{Lab, Step};

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
    for step in &lab.steps {
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
        // A list may stand in a list.
        let is_element = line.trim_start().starts_with("- ");
        let rest = line.trim_start().trim_start_matches("- ");
        let member = rest.split_once(": ").filter(|(name, _)| TEXTS.contains(name)).map(|(_, value)| value);
        member.or(is_element.then_some(rest)).map(|value| value.trim_start().to_owned())
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
    texts.into_iter().find(|(_, text)| figures::has_number(text, answer)).map(|(place, _)| place)
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
        let file = "a: 1 # fine\n  - UpdateItem takes #s for it\n  - 'SET #s'\n  hint: with #n.\n  title: Two # three\n  |\n    SET #s\n  - - \"SET #s\"\n  - - SET #t\n";
        assert_eq!(cut_texts(file), ["  - UpdateItem takes #s for it", "  hint: with #n.", "  - - SET #t"]);
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
