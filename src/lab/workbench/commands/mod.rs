//! The prompt's own commands: one file each, and here their list, which `:help` prints.
//!
//! They show what the engine and the world around it know, or set what is modelled. Whatever is modelled says so.

use std::fmt::Write as _;

use super::Workbench;
use super::words::Fault;

mod act_as;
mod bill;
mod cache;
mod chaos;
mod clock;
mod code;
mod compare;
mod explain;
mod heat;
mod invocations;
mod kinesis;
mod lag;
mod limit;
pub(super) mod load;
mod replication;
mod runtime;
mod sdk;
mod stream;
mod tables;
mod traffic;
mod undo;

/// A command.
pub(super) struct OwnCommand {
    /// Its name, without the colon.
    pub name: &'static str,
    /// How it is typed.
    pub usage: &'static str,
    /// What it does.
    pub about: &'static str,
    /// More about it, in whole lines; may be empty.
    pub details: &'static str,
    /// Whether it says how it is typed when it is typed alone.
    pub needs_words: bool,
    /// Does it, and answers with what to print, or with what was wrong about the words after its name.
    pub run: fn(&mut Workbench, &str) -> Result<String, Fault>,
}

/// Every command, in the order of `:help`.
pub(super) const COMMANDS: &[OwnCommand] = &[
    OwnCommand {
        name: "help",
        usage: ":help [COMMAND]",
        about: "this list, or all about one of them",
        details: "",
        needs_words: false,
        run: help,
    },
    tables::COMMAND,
    explain::COMMAND,
    compare::COMMAND,
    code::COMMAND,
    undo::UNDO,
    undo::REDO,
    undo::CHECKPOINT,
    undo::RESET,
    stream::COMMAND,
    kinesis::COMMAND,
    clock::COMMAND,
    heat::COMMAND,
    traffic::COMMAND,
    bill::COMMAND,
    sdk::COMMAND,
    lag::COMMAND,
    limit::COMMAND,
    chaos::COMMAND,
    invocations::COMMAND,
    runtime::COMMAND,
    replication::COMMAND,
    cache::COMMAND,
    act_as::COMMAND,
];

/// How a command is typed, and all about it.
pub(super) fn usage(command: &OwnCommand) -> String {
    format!("{}  {}\n{}", command.usage, command.about, command.details)
}

fn help(_: &mut Workbench, about: &str) -> Result<String, Fault> {
    let about = about.trim_start_matches(':');
    if !about.is_empty() {
        let command = COMMANDS.iter().find(|command| command.name == about);
        let command = command.ok_or_else(|| format!("There is no command :{about}; :help lists them."))?;
        return Ok(usage(command));
    }
    let mut out = COMMANDS.iter().fold(String::new(), |mut out, command| {
        let _ = writeln!(out, "{:<25} {}", command.usage, command.about);
        out
    });
    out.push_str("help                      the AWS commands; COMMAND help lists a command's flags\n");
    Ok(out)
}

/// The table that a command names; the only one there is if it names none.
fn table_named<'a>(bench: &'a Workbench, name: &'a str) -> Result<&'a str, String> {
    let tables: Vec<&str> = bench.engine().tables().map(|table| &*table.name).collect();
    match (name, tables.as_slice()) {
        ("", [only]) => Ok(only),
        ("", []) => Err("There are no tables yet".to_owned()),
        ("", _) => Err(format!("Expected a table: {}", tables.join(", "))),
        (name, _) if tables.contains(&name) => Ok(name),
        (name, _) => {
            let near = crate::aws_cli::nearest(name, tables.iter().copied());
            let all = if tables.is_empty() {
                "There are none yet.".to_owned()
            } else {
                format!("It may be {}.", tables.join(", "))
            };
            let hint = near.map_or(all, |near| format!("Did you mean {near}?"));
            Err(format!("There is no table {name}. {hint}"))
        }
    }
}
