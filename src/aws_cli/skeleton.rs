//! `--generate-cli-skeleton`: the shape of a request with a stand-in for every value, to be filled in and given back with
//! `--cli-input-json` or, as YAML with a note beside each member, with `--cli-input-yaml`; or the shape of an answer.
//!
//! Every member of a request is there, also where two exclude each other: what is not wanted is deleted. Where the AWS CLI
//! draws one of an enum's values, the first one stands here, so that the same line prints the same text. In an answer each
//! text is the name of its member. What a verb answers is declared in `answers.json`, an example for each verb in the form
//! that is printed, made from the service's public model: `{"ListTables": {"TableNames": ["TableName"], …}, …}`. As with the
//! AWS CLI an answer needs a whole request, is not what the tables hold, and goes through `--query` and `--output`.
//!
//! Source: AWS CLI user guide, "Generate AWS CLI skeletons"; the AWS CLI's own output.

use serde_json::{Map, Value, json};

use crate::engine::shape::{Member, Shape};

/// The stand-in of every map's keys.
const KEY: &str = "KeyName";
/// What each verb answers.
const ANSWERS: &str = include_str!("answers.json");

/// What is printed instead of sending a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Skeleton {
    /// A request as JSON.
    Request(Value),
    /// A request as YAML.
    Yaml(String),
    /// An answer, which is printed as answers are.
    Answer(Value),
}

/// Which skeleton is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SkeletonKind {
    /// `input`, or nothing.
    Request,
    /// `yaml-input`.
    Yaml,
    /// `output`.
    Answer,
}

impl SkeletonKind {
    /// The words for it; the first is meant where nothing is said.
    const WORDS: [(&'static str, Self); 3] =
        [("input", Self::Request), ("yaml-input", Self::Yaml), ("output", Self::Answer)];

    /// Which is meant by a word.
    pub(super) fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, kind)| *kind)
    }

    /// Returns the skeleton of a verb.
    pub(super) fn skeleton(self, verb: &str, members: &[Member]) -> Skeleton {
        match self {
            Self::Request => Skeleton::Request(request(members)),
            Self::Yaml => Skeleton::Yaml(yaml(members)),
            Self::Answer => Skeleton::Answer(answer(verb)),
        }
    }
}

/// Returns a request with a stand-in for every member.
fn request(members: &[Member]) -> Value {
    Value::Object(members.iter().map(|member| (member.name.to_owned(), stand_in(&member.shape))).collect())
}

fn stand_in(shape: &Shape) -> Value {
    match shape {
        Shape::String(text) => text.values.first().copied().unwrap_or_default().into(),
        Shape::Integer(_) | Shape::Long(_) => 0.into(),
        Shape::Double => 0.0.into(),
        Shape::Timestamp => "1970-01-01T00:00:00".into(),
        Shape::Boolean => true.into(),
        Shape::List(list) => json!([stand_in(&list.element)]),
        Shape::Map(map) => json!({ KEY: stand_in(&map.value) }),
        Shape::Structure(structure) => request(structure.members),
        Shape::AttributeValue => attribute_value(),
    }
}

/// An attribute value with all its types, of which one is to be kept; what it holds itself is not spelled out again.
fn attribute_value() -> Value {
    json!({
        "S": "", "N": "", "B": null, "SS": [""], "NS": [""], "BS": [null],
        "M": { KEY: Map::new() }, "L": [Map::new()], "NULL": true, "BOOL": true,
    })
}

/// Returns what a verb answers, or an empty answer for one that answers nothing.
fn answer(verb: &str) -> Value {
    let mut answers: Map<String, Value> = serde_json::from_str(ANSWERS).unwrap_or_default();
    answers.remove(verb).unwrap_or_else(|| json!({}))
}

/// Returns a request as YAML, with what each member is for behind it.
fn yaml(members: &[Member]) -> String {
    structure(members).join("\n")
}

/// A value in YAML: behind its name, or in lines of its own, which a list does not indent.
enum YamlPart {
    Inline(String),
    Lines { lines: Vec<String>, indent: &'static str },
}

fn structure(members: &[Member]) -> Vec<String> {
    members.iter().flat_map(|member| named(member.name, &note(member), part(&member.shape))).collect()
}

/// The lines of a named value and the note behind it.
fn named(name: &str, note: &str, part: YamlPart) -> Vec<String> {
    let (value, lines, indent) = match part {
        YamlPart::Inline(value) => (format!(" {value}"), Vec::new(), ""),
        YamlPart::Lines { lines, indent } => (String::new(), lines, indent),
    };
    // Behind a value stand two blanks, behind a bare name one: as the AWS CLI prints it.
    let gap = if value.is_empty() { " " } else { "  " };
    let note = if note.is_empty() { String::new() } else { format!("{gap}# {note}") };
    let first = format!("{name}:{value}{note}");
    std::iter::once(first).chain(lines.into_iter().map(|line| format!("{indent}{line}"))).collect()
}

fn note(member: &Member) -> String {
    let mut words: Vec<String> = Vec::new();
    words.extend(member.required.then(|| "[REQUIRED]".to_owned()));
    words.extend(member.doc.iter().map(|line| line.trim().to_owned()));
    if let Shape::String(text) = &member.shape
        && !text.values.is_empty()
    {
        words.push(format!("Valid values are: {}.", text.values.join(", ")));
    }
    words.join(" ")
}

fn part(shape: &Shape) -> YamlPart {
    match shape {
        Shape::String(text) if text.values.is_empty() => YamlPart::Inline("''".to_owned()),
        Shape::Timestamp => YamlPart::Inline("1970-01-01 00:00:00".to_owned()),
        Shape::Double => YamlPart::Inline("0.0".to_owned()),
        Shape::String(_) | Shape::Integer(_) | Shape::Long(_) | Shape::Boolean => {
            let value = stand_in(shape);
            YamlPart::Inline(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
        }
        Shape::List(list) => YamlPart::Lines { lines: element(part(&list.element)), indent: "" },
        Shape::Map(map) => YamlPart::Lines { lines: named(KEY, "", part(&map.value)), indent: "  " },
        Shape::Structure(inner) if inner.members.is_empty() => YamlPart::Inline("{}".to_owned()),
        Shape::Structure(inner) => YamlPart::Lines { lines: structure(inner.members), indent: "  " },
        Shape::AttributeValue => YamlPart::Lines { lines: attribute_value_lines(), indent: "  " },
    }
}

/// The lines of a list with one element.
fn element(part: YamlPart) -> Vec<String> {
    let lines = match part {
        YamlPart::Inline(value) => vec![value],
        YamlPart::Lines { lines, .. } => lines,
    };
    let lead = |at: usize| if at == 0 { "- " } else { "  " };
    lines.into_iter().enumerate().map(|(at, line)| format!("{}{line}", lead(at))).collect()
}

fn attribute_value_lines() -> Vec<String> {
    let inline = |value: &str| YamlPart::Inline(value.to_owned());
    let list = |value: &str| YamlPart::Lines { lines: element(inline(value)), indent: "" };
    let map = YamlPart::Lines { lines: named(KEY, "", inline("{}")), indent: "  " };
    [
        ("S", "A text.", inline("''")),
        ("N", "A number, written as a text.", inline("''")),
        ("B", "Binary data, in base64.", inline("''")),
        ("SS", "A set of texts.", list("''")),
        ("NS", "A set of numbers.", list("''")),
        ("BS", "A set of binary data.", list("''")),
        ("M", "A map of attribute values.", map),
        ("L", "A list of attribute values.", list("{}")),
        ("NULL", "Nothing.", inline("true")),
        ("BOOL", "True or false.", inline("true")),
    ]
    .into_iter()
    .flat_map(|(name, note, part)| named(name, note, part))
    .collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::aws_cli::{CommandKind, parse};
    use crate::engine::ops::VERBS;
    use crate::world::api::OPERATIONS;

    fn verbs() -> impl Iterator<Item = (&'static str, &'static [Member])> {
        let own = VERBS.iter().map(|verb| (verb.name, verb.input.members));
        own.chain(OPERATIONS.iter().map(|operation| (operation.name, operation.input.members)))
    }

    #[test]
    fn every_verb_has_the_skeleton_of_its_answer_and_no_other_has() {
        let answers: Map<String, Value> = serde_json::from_str(ANSWERS).unwrap();
        let declared: BTreeSet<&str> = answers.keys().map(String::as_str).collect();
        let there: BTreeSet<&str> = verbs().map(|(name, _)| name).collect();
        assert_eq!(declared, there);
        assert!(answers.values().all(Value::is_object));
        for verb in VERBS.iter().filter(|verb| !verb.has_output) {
            assert_eq!(answers[verb.name], json!({}), "{} has no output", verb.name);
        }
    }

    #[test]
    fn the_yaml_of_every_request_holds_what_its_json_does() {
        for (name, members) in verbs() {
            let read: Value = serde_yaml::from_str(&yaml(members)).unwrap_or(Value::Null);
            let texts = |value: &Value| value.to_string().replace("null", "\"\"").replace("1970-01-01T", "1970-01-01 ");
            let wanted = request(members);
            // YAML has no way to say an empty request but by nothing at all.
            if !members.is_empty() {
                assert_eq!(texts(&read), texts(&wanted), "{name}");
            }
        }
    }

    #[test]
    fn yaml_is_read_as_json_is() {
        let call = |line: &str| match parse(line, &|name| Err(format!("no file {name}"))).unwrap().kind {
            CommandKind::Call { body, .. } => body,
            other => panic!("{other:?}"),
        };
        let yaml = "get-item --cli-input-yaml 'TableName: Orders\nKey: {id: {S: a}}\nConsistentRead: true'";
        let json = "get-item --cli-input-json '{\"TableName\":\"Orders\",\"Key\":{\"id\":{\"S\":\"a\"}},\"ConsistentRead\":true}'";
        assert_eq!(call(yaml), call(json));
    }
}
