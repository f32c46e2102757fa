//! `:code`: a command as a program sends it, in the languages of the SDKs.

use super::super::words::Fault;
use super::{OwnCommand, Workbench};
use crate::aws_cli::{self, Action, CommandKind};
use crate::sdk_code::{Language, code};

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "code",
    usage: ":code LANG [CMD]",
    about: "a command as a program sends it",
    details: "  LANG is cli, python, javascript, java or rust.
  :code python                  the last request, with boto3
  :code java get-item ...       a command that is not run
",
    needs_words: false,
    run,
};

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    let (language, line) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let language: Language = language.parse()?;
    if line.trim().is_empty() {
        let last = bench.engine().journal().entries().rev().find_map(|entry| Some((entry.event.verb()?, entry)));
        let (verb, entry) = last.ok_or("There was no request yet; give a command after the language.")?;
        if entry.is_request_abridged {
            return Err("The last request was too long to be kept whole; give a command after the language.".into());
        }
        return Ok(code(language, verb, &entry.request));
    }
    let command = aws_cli::parse(line.trim(), &|name| bench.files.read(name))?;
    match command.kind {
        CommandKind::Call { action: Action::Verb(verb), body } => Ok(code(language, verb, &body)),
        _ => Err("Only requests to DynamoDB and its streams can be shown as code.".into()),
    }
}
