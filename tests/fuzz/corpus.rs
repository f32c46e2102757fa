//! Where attacks begin: the repository's own golden scripts, whose lines are requests that make sense where they stand.

use std::collections::BTreeMap;
use std::path::Path;

use dynadrill::aws_cli::{self, Action, CommandKind};
use dynadrill::engine::ops;
use dynadrill::lab::{ReplyKind, Workbench};
use dynadrill::world::api::OPERATIONS;
use serde_json::{Value, json};

/// Where scripts lie.
const FOLDERS: [&str; 2] = ["src/engine/testscripts", "src/world/testscripts"];
/// Words of one member that are tried.
const WORDS: usize = 8;

/// A script: lines in the order in which they are typed.
#[derive(Clone, Debug)]
pub(crate) struct Script {
    pub(crate) name: String,
    pub(crate) lines: Vec<String>,
}

/// A request of a script.
#[derive(Clone, Debug)]
pub(crate) struct Example {
    pub(crate) action: Action,
    pub(crate) body: Value,
    /// The script, and the line: it is sent where the lines before have run.
    pub(crate) script: usize,
    pub(crate) line: usize,
}

/// The texts that members hold anywhere in the scripts, by the members' names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary(BTreeMap<String, Vec<String>>);

/// All of it.
#[derive(Clone, Debug)]
pub(crate) struct Corpus {
    pub(crate) scripts: Vec<Script>,
    /// Successful requests, by the action's name, those with the most members first.
    pub(crate) examples: BTreeMap<&'static str, Vec<Example>>,
    pub(crate) vocabulary: Vocabulary,
}

impl Vocabulary {
    pub(crate) fn of(&self, member: &str) -> &[String] {
        self.0.get(member).map_or(&[], Vec::as_slice)
    }

    fn learn(&mut self, value: &Value) {
        match value {
            Value::Object(members) => {
                for (name, inner) in members {
                    if let Some(text) = inner.as_str() {
                        let known = self.0.entry(name.clone()).or_default();
                        if known.len() < WORDS && !known.iter().any(|word| word == text) {
                            known.push(text.to_owned());
                        }
                    }
                    self.learn(inner);
                }
            }
            Value::Array(list) => list.iter().for_each(|inner| self.learn(inner)),
            _ => {}
        }
    }
}

/// The scripts, in the order of their names.
pub(crate) fn scripts() -> Vec<Script> {
    let mut scripts = Vec::new();
    for folder in FOLDERS {
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = typed(&text);
            assert!(!lines.is_empty(), "{name} has no lines");
            scripts.push(Script { name, lines });
        }
    }
    scripts.sort_by(|left, right| left.name.cmp(&right.name));
    scripts
}

/// The lines of a golden script that are typed as they stand: those that begin with `> ` above a `---`. Below it, up to the
/// next empty line, is what they print.
fn typed(text: &str) -> Vec<String> {
    let (mut lines, mut is_printed) = (Vec::new(), false);
    for line in text.lines() {
        match line {
            "---" => is_printed = true,
            "" => is_printed = false,
            _ if is_printed => {}
            _ => lines.extend(line.strip_prefix("> ").map(str::to_owned)),
        }
    }
    lines
}

/// What a line asks for, if it is a request.
pub(crate) fn request(line: &str) -> Option<(Action, Value)> {
    match aws_cli::parse(line, &|_| Err(String::new())).ok()?.kind {
        CommandKind::Call { action, body } => Some((action, body)),
        _ => None,
    }
}

fn members(value: &Value) -> usize {
    match value {
        Value::Object(members) => members.values().map(|inner| 1 + self::members(inner)).sum(),
        Value::Array(list) => list.iter().map(members).sum(),
        _ => 0,
    }
}

impl Corpus {
    /// Sound requests of a name: those of the scripts, or, of a request that needs no members, an empty one.
    pub(crate) fn examples(&self, name: &str) -> Vec<Example> {
        let found = self.examples.get(name).cloned().unwrap_or_default();
        if !found.is_empty() {
            return found;
        }
        let action = ops::find(name).map(Action::Verb);
        let around = OPERATIONS.iter().find(|operation| operation.name == name).map(Action::Around);
        let action = action.or(around).unwrap();
        let needs = action.input().members.iter().any(|member| member.required);
        assert!(!needs, "no golden script succeeds with {name}");
        vec![Example { action, body: json!({}), script: 0, line: 0 }]
    }

    /// Runs every script, and keeps what succeeded.
    pub(crate) fn load() -> Self {
        let scripts = scripts();
        let (mut examples, mut vocabulary) = (BTreeMap::<_, Vec<Example>>::new(), Vocabulary::default());
        for (number, script) in scripts.iter().enumerate() {
            let mut bench = Workbench::new();
            for (line, text) in script.lines.iter().enumerate() {
                let reply = bench.run(text);
                let Some((action, body)) = request(text) else { continue };
                vocabulary.learn(&body);
                if reply.kind == ReplyKind::Answer {
                    let example = Example { action, body, script: number, line };
                    examples.entry(action.name()).or_default().push(example);
                }
            }
        }
        for examples in examples.values_mut() {
            examples.sort_by_key(|example| std::cmp::Reverse(members(&example.body)));
        }
        Self { scripts, examples, vocabulary }
    }
}
