//! What could come next: commands, flags not yet given, enum values, names of tables, indexes and attributes.

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::{Action, SERVICES, actions};
use super::command;
use super::names::{is_kebab, kebab};
use super::paging;
use crate::engine::shape::{Member, Shape};

/// Names that only the engine knows.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// Tables.
    pub tables: Vec<String>,
    /// Indexes of all tables.
    pub indexes: Vec<String>,
    /// Attributes of each table's keys and of its first items.
    pub attributes: BTreeMap<String, BTreeSet<String>>,
    /// Values of other parameters, by the parameter's name in the API: ARNs, functions, UUIDs.
    pub values: BTreeMap<&'static str, Vec<Completion>>,
}

/// A word that could come next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The whole word.
    pub text: String,
    /// What it is, in a few words.
    pub about: String,
}

/// The words that could stand where `line` ends; the last word may be begun.
#[must_use]
pub fn complete(line: &str, names: &Names) -> Vec<Completion> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (begun, before) = if line.ends_with(char::is_whitespace) || words.is_empty() {
        ("", &words[..])
    } else {
        (words[words.len() - 1], &words[..words.len() - 1])
    };
    let before: Vec<&str> = before.iter().copied().filter(|word| *word != "aws" && !SERVICES.contains(word)).collect();
    let before = before[command::leading(&before)..].to_vec();
    let mut found = match before.first().and_then(|name| actions().find(|action| is_kebab(action.name(), name))) {
        None if before.is_empty() => commands(),
        None => Vec::new(),
        Some(action) => match attributes(action, &before, begun, names) {
            Some(found) => found,
            None => arguments(action, &before, names),
        },
    };
    found.retain(|completion| completion.text.starts_with(begun));
    found
}

fn commands() -> Vec<Completion> {
    actions().map(|action| Completion { text: kebab(action.name()), about: action.doc().to_owned() }).collect()
}

fn arguments(action: Action, before: &[&str], names: &Names) -> Vec<Completion> {
    let flag = before.last().and_then(|word| word.strip_prefix("--"));
    let member = flag.and_then(|flag| action.input().members.iter().find(|member| is_kebab(member.name, flag)));
    match member {
        Some(member) if !matches!(member.shape, Shape::Boolean) => values(member, names),
        _ => flags(action, before),
    }
}

/// Attribute names, if the line ends within something that holds them: an expression, a key, an item.
fn attributes(action: Action, before: &[&str], begun: &str, names: &Names) -> Option<Vec<Completion>> {
    let flag = before.iter().rev().find_map(|word| word.strip_prefix("--"))?;
    let member = action.input().members.iter().find(|member| is_kebab(member.name, flag))?;
    let holds = member.name.ends_with("Expression") || matches!(member.shape, Shape::Map(_));
    // After a value that is complete the next flag is due.
    let is_open = before.last().is_some_and(|word| word.strip_prefix("--") == Some(flag)) || is_within_quotes(before);
    let part = begun.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default();
    let lead = begun.strip_suffix(part).unwrap_or_default();
    if !holds || !is_open || part.is_empty() {
        return None;
    }
    let table = before.iter().position(|word| *word == "--table-name").and_then(|at| before.get(at + 1));
    let of_table = |name: &&String| table.is_none_or(|table| *table == name.as_str());
    let tables = names.attributes.keys().filter(of_table);
    let known: BTreeSet<&String> = tables.flat_map(|table| &names.attributes[table]).collect();
    let fitting = known.into_iter().filter(|name| name.starts_with(part));
    Some(fitting.map(|name| Completion { text: format!("{lead}{name}"), about: "attribute".to_owned() }).collect())
}

/// Whether a quote was opened and not closed.
fn is_within_quotes(words: &[&str]) -> bool {
    ['\'', '"']
        .into_iter()
        .any(|quote| words.iter().flat_map(|word| word.chars()).filter(|c| *c == quote).count() % 2 == 1)
}

fn values(member: &Member, names: &Names) -> Vec<Completion> {
    let known = |list: &[String], about: &str| {
        list.iter().map(|name| Completion { text: name.clone(), about: about.to_owned() }).collect()
    };
    match (member.name, &member.shape) {
        ("TableName", _) => known(&names.tables, "table"),
        ("IndexName", _) => known(&names.indexes, "index"),
        (name, _) if names.values.contains_key(name) => names.values[name].clone(),
        (_, Shape::String(text)) => {
            text.values.iter().map(|value| Completion { text: (*value).to_owned(), about: String::new() }).collect()
        }
        _ => Vec::new(),
    }
}

fn flags(action: Action, before: &[&str]) -> Vec<Completion> {
    let flag = |member: &Member| Completion {
        text: format!("--{}", kebab(member.name)),
        about: member.doc.first().unwrap_or(&"").trim().to_owned(),
    };
    // What must be given comes first, what expressions have replaced last.
    let (legacy, mut members): (Vec<&Member>, Vec<&Member>) =
        action.input().members.iter().partition(|member| is_legacy(member));
    members.sort_by_key(|member| !member.required);
    let own = paging::flags(action.pages()).chain(command::FLAGS);
    let own = own.map(|(name, about)| Completion { text: name.to_owned(), about: about.to_owned() });
    let found = members.into_iter().map(flag).chain(own).chain(legacy.into_iter().map(flag));
    let mut found: Vec<Completion> = found.filter(|flag| !before.contains(&flag.text.as_str())).collect();
    // A parameter of the request that is called like a flag of paging is hidden by it, as in the AWS CLI.
    let mut seen = BTreeSet::new();
    found.retain(|flag| seen.insert(flag.text.clone()));
    found
}

/// Whether a parameter is one of those that expressions have replaced: its description begins with the word.
fn is_legacy(member: &Member) -> bool {
    member.doc.first().is_some_and(|line| line.trim().starts_with("Legacy"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<String> {
        complete(line, &Names::default()).into_iter().map(|found| found.text).collect()
    }

    #[test]
    fn what_is_required_comes_first_and_what_is_legacy_last() {
        assert_eq!(texts("query --key-c"), ["--key-condition-expression", "--key-conditions"]);
        let all = texts("query --");
        assert_eq!(all.first().map(String::as_str), Some("--table-name"));
        let legacy = ["--query-filter", "--conditional-operator", "--attributes-to-get", "--key-conditions"];
        assert_eq!(all[all.len() - legacy.len()..], legacy);
    }

    #[test]
    fn values_that_only_the_world_knows_are_offered_where_they_belong() {
        let arn = Completion { text: "arn:aws:dynamodb:x".to_owned(), about: "stream of Orders".to_owned() };
        let names = Names { values: BTreeMap::from([("StreamArn", vec![arn.clone()])]), ..Names::default() };
        assert_eq!(complete("describe-stream --stream-arn ", &names), [arn]);
        assert!(complete("describe-table --table-name arn", &names).is_empty());
    }
}
