//! `:explain CMD`: what a command would touch, without running it.

use std::fmt::Write as _;

use super::super::words::Fault;
use super::{OwnCommand, Workbench};
use crate::aws_cli::{self, Action, CommandKind};
use crate::safe_text;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "explain",
    usage: ":explain CMD",
    about: "what a command would read or write, without running it",
    details: "",
    needs_words: false,
    run,
};

fn run(bench: &mut Workbench, line: &str) -> Result<String, Fault> {
    let command = aws_cli::parse(line, &|name| bench.files.read(name))?;
    let CommandKind::Call { action: Action::Verb(verb), body } = command.kind else {
        return Ok("That command touches no items.\n".to_owned());
    };
    Ok(match bench.world.engine_mut().explain(verb.name, body) {
        Ok(plans) => plans.iter().fold(String::new(), |mut text, plan| {
            let _ = writeln!(text, "{}", safe_text::line(&plan.to_string()));
            text
        }),
        Err(error) => format!("It would be refused. {}\n", aws_cli::render_error(verb.name, &error)),
    })
}
