//! The transcripts in README.md are true, and so is what it and docs/coverage.md say is covered; its pictures are
//! `tests/pictures`' affair.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fmt::Write as _;
use std::path::Path;

use dynadrill::engine::ops::{self, VERBS};
use dynadrill::engine::shape::{ListShape, MapShape, Member, Shape, Structure};
use dynadrill::world::api::OPERATIONS;

#[test]
fn transcripts() {
    let home = tempfile::tempdir().unwrap();
    trycmd::TestCases::new().env("DYNADRILL_HOME", home.path().to_str().unwrap()).case("README.md");
}

/// README's table of what the engine covers.
fn coverage() -> String {
    let readme = include_str!("../README.md");
    let rows = readme.split("## What the engine covers").nth(1).unwrap().lines().filter(|line| line.starts_with('|'));
    rows.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_table_names_every_operation_and_none_that_is_not_there() {
    let table = coverage();
    let words: Vec<&str> = table.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    for verb in VERBS {
        assert!(words.contains(&verb.name), "{} is not named", verb.name);
    }
    let known = |word: &str| ops::find(word).is_some() || OPERATIONS.iter().any(|operation| operation.name == word);
    let begins =
        ["Batch", "Create", "Delete", "Describe", "Disable", "Enable", "Execute", "Get", "List", "Put", "Update"];
    let is_name = |word: &str| {
        let rest = begins.iter().find_map(|begin| word.strip_prefix(begin));
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
    };
    for word in words.into_iter().filter(|word| is_name(word)) {
        assert!(known(word), "{word} is no operation");
    }
}

#[test]
fn the_list_of_parameters_is_that_of_the_shapes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/coverage.md");
    let list = parameters();
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &list).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == list, "docs/coverage.md is old; with UPDATE_GOLDEN=1 this test writes it");
}

/// What docs/coverage.md is to say.
fn parameters() -> String {
    let mut text = String::from(
        "# Requests and their parameters\n\nWritten by `tests/readme.rs` from the shapes that requests are read by. A parameter under \"refused\" is one that the service\n\
         has and this engine does not model: a request with it is refused and told its name, unless it holds a value that stands\n\
         in brackets.\n",
    );
    for (title, requests) in services() {
        writeln!(text, "\n## {title}\n\n| request | parameters | refused |\n| --- | --- | --- |").unwrap();
        for (name, input) in requests {
            let modelled = input.members.iter().filter(|member| refused_but(member).is_none());
            let taken: Vec<&str> = modelled.map(|member| member.name).collect();
            let mut refused = Vec::new();
            unmodelled(input, "", &mut refused);
            writeln!(text, "| {name} | {} | {} |", taken.join(", "), refused.join(", ")).unwrap();
        }
    }
    text
}

type Request = (&'static str, &'static Structure);

/// The requests of each service, by the name that a reader knows it by.
fn services() -> Vec<(&'static str, Vec<Request>)> {
    let verbs: Vec<Request> = VERBS.iter().map(|verb| (verb.name, verb.input)).collect();
    let mut services = vec![("Amazon DynamoDB and DynamoDB Streams", verbs)];
    for (title, service) in [
        ("Application Auto Scaling", "application-autoscaling"),
        ("DynamoDB Accelerator", "dax"),
        ("AWS Identity and Access Management", "iam"),
        ("AWS Lambda", "lambda"),
        ("Amazon SQS", "sqs"),
    ] {
        let own = OPERATIONS.iter().filter(|operation| operation.service == service);
        services.push((title, own.map(|operation| (operation.name, operation.input)).collect()));
    }
    let listed: usize = services.iter().map(|(_, requests)| requests.len()).sum();
    assert_eq!(listed, VERBS.len() + OPERATIONS.len(), "a service has no title");
    services
}

/// The members of a structure and of all within it that are not modelled, each with its path.
fn unmodelled(structure: &'static Structure, path: &str, found: &mut Vec<String>) {
    for member in structure.members {
        let path = if path.is_empty() { member.name.to_owned() } else { format!("{path}.{}", member.name) };
        match refused_but(member) {
            Some([]) => found.push(path),
            Some(values) => found.push(format!("{path} ({})", values.join(", "))),
            None => within(&member.shape, &path, found),
        }
    }
}

/// The values with which a member that is refused is taken all the same; `None` if it is not refused. Some are refused in
/// words of their own rather than by their shape; then their documentation says so.
fn refused_but(member: &Member) -> Option<&'static [&'static str]> {
    let is_said = member.doc.iter().any(|line| line.contains("not modelled, and refused"));
    member.unmodelled.or_else(|| is_said.then_some(&[]))
}

fn within(shape: &Shape, path: &str, found: &mut Vec<String>) {
    match shape {
        Shape::Structure(inner) => unmodelled(inner, path, found),
        Shape::List(ListShape { element: inner, .. }) | Shape::Map(MapShape { value: inner, .. }) => {
            within(inner, path, found);
        }
        _ => {}
    }
}
