//! Help derived from the shapes: the list of commands, and the flags of one.

use std::fmt::Write as _;

use super::catalogue::{Action, SERVICES, actions};
use super::names::kebab;
use super::paging;
use super::value::expected;
use crate::engine::shape::Shape;

/// Help on one command, or the list of all.
#[must_use]
pub fn help(action: Option<Action>) -> String {
    action.map_or_else(overview, one)
}

fn overview() -> String {
    let mut out = String::from("Commands (aws dynamodb may be left out; COMMAND help lists its flags):\n");
    for service in SERVICES {
        if service != SERVICES[0] {
            let _ = writeln!(out, "aws {service}:");
        }
        for action in actions().filter(|action| action.service() == service) {
            let _ = writeln!(out, "  {:<28} {}", kebab(action.name()), action.doc());
        }
        if service == SERVICES[0] {
            let _ = writeln!(out, "  {:<28} Waits until a table is ACTIVE.", "wait table-exists");
        }
    }
    out.push_str(
        "Everywhere: --output json|table|text, --query JMESPATH, --no-paginate, --cli-input-json JSON|file://NAME,\n",
    );
    out.push_str("  --cli-input-yaml YAML|file://NAME, --generate-cli-skeleton input|yaml-input|output.\n");
    out.push_str("Where there are pages: --max-items, --starting-token, --page-size\n");
    out.push_str("The prompt's own commands begin with a colon; :help lists them.\n");
    out
}

fn one(action: Action) -> String {
    let mut out = format!("{}\n\nUsage: {}\n", action.doc(), synopsis(action));
    for member in action.input().members {
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
    for (name, about) in paging::flags(action.pages()) {
        let _ = write!(out, "\n  {name}\n      {about}");
    }
    out.push('\n');
    out
}

fn synopsis(action: Action) -> String {
    let required = action.input().members.iter().filter(|member| member.required);
    let flags: Vec<String> = required.map(|member| format!(" --{} …", kebab(member.name))).collect();
    format!("{}{} [flags]", kebab(action.name()), flags.concat())
}
