//! Help derived from the shapes: the list of commands, and the flags of one.

use std::fmt::Write as _;

use super::names::kebab;
use super::value::expected;
use crate::engine::ops::{VERBS, Verb};
use crate::engine::shape::Shape;

/// Help on one command, or the list of all.
#[must_use]
pub fn help(verb: Option<&Verb>) -> String {
    verb.map_or_else(overview, one)
}

fn overview() -> String {
    let mut out = String::from("Commands (aws dynamodb may be left out; COMMAND help tells its flags):\n");
    for verb in VERBS {
        let _ = writeln!(out, "  {:<26} {}", kebab(verb.name), verb.doc);
    }
    out.push_str("  wait table-exists          Waits until a table is ACTIVE.\n");
    out.push_str("Everywhere: --output json|table|text, --query JMESPATH, --no-paginate\n");
    out
}

fn one(verb: &Verb) -> String {
    let mut out = format!("{}\n\nUsage: {}\n", verb.doc, synopsis(verb));
    for member in verb.input.members {
        let _ = write!(out, "\n  --{}", kebab(member.name));
        if matches!(member.shape, Shape::Boolean) {
            let _ = write!(out, " | --no-{}", kebab(member.name));
        }
        let presence = if member.required { " (required)" } else { "" };
        let _ = write!(out, "{presence}\n      {}", member.doc.join(" ").trim());
        if !matches!(member.shape, Shape::Boolean) {
            let _ = write!(out, "\n      Expects {}.", expected(&member.shape));
        }
    }
    out.push('\n');
    out
}

fn synopsis(verb: &Verb) -> String {
    let required = verb.input.members.iter().filter(|member| member.required);
    let flags: Vec<String> = required.map(|member| format!(" --{} …", kebab(member.name))).collect();
    format!("{}{} [flags]", kebab(verb.name), flags.concat())
}
