//! From words to a command: the service, the verb, its flags, and the switches that belong to the AWS CLI itself.

use std::str::FromStr;

use serde_json::{Map, Value};

use super::catalogue::{Action, SERVICES, actions};
use super::error::CliError;
use super::names::{is_kebab, kebab, nearest};
use super::paging::{self, Paging, PagingFlags};
use super::query::JmesQuery;
use super::skeleton::{Skeleton, SkeletonKind};
use super::value;
use super::words::{CommandWord, split};
use crate::engine::ops;
use crate::engine::shape::{Member, Pages, Shape};
use crate::world::Route;
use crate::world::global_tables::REGIONS;

/// A line that was understood.
#[derive(Debug)]
pub struct Command {
    /// What is to be done.
    pub kind: CommandKind,
    /// How the response is to be printed.
    pub output: Output,
    /// Which part of the response is to be printed: a JMESPath expression that compiles.
    pub query: Option<String>,
    /// How pages are joined, as the AWS CLI does unless the line pages by hand; `None` for one request as it stands.
    pub paging: Option<Paging>,
    /// Where the request goes.
    pub route: Route,
}

/// What a line asks for.
#[derive(Debug)]
pub enum CommandKind {
    /// A request.
    Call {
        /// What it is.
        action: Action,
        /// The request body.
        body: Value,
    },
    /// `wait table-exists` and its kin.
    Wait {
        /// What is waited for.
        until: WaitFor,
        /// The table.
        table: String,
    },
    /// `help`, with the command asked about.
    Help(Option<Action>),
    /// `--generate-cli-skeleton`: nothing is sent.
    Skeleton(Skeleton),
}

/// What `wait` waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitFor {
    /// The table is ACTIVE.
    TableExists,
    /// The table is gone.
    TableNotExists,
}

/// How a response is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Output {
    /// Indented JSON.
    #[default]
    Json,
    /// A table.
    Table,
    /// Tab-separated values.
    Text,
}

impl FromStr for Output {
    type Err = CliError;

    fn from_str(name: &str) -> Result<Self, CliError> {
        match name {
            "json" => Ok(Self::Json),
            "table" => Ok(Self::Table),
            "text" => Ok(Self::Text),
            other => Err(CliError::new(format!("--output expects json, table or text, found {other}"))),
        }
    }
}

/// Understands a line.
///
/// # Errors
/// What was expected, what was found, where, and what would help.
pub fn parse(line: &str, files: ReadFile<'_>) -> Result<Command, CliError> {
    parse_words(line, files).map_err(|error| error.in_line(line))
}

/// What reads the file that a value names, or says in words why it does not.
pub type ReadFile<'a> = &'a dyn Fn(&str) -> Result<String, String>;

/// Puts the text of a file in place of `file://NAME`.
fn load(word: &mut CommandWord, files: ReadFile<'_>) -> Result<(), CliError> {
    if word.text.starts_with("fileb://") {
        let message = "Binary files are not read here; write a binary value in base64";
        return Err(CliError::new(message).at(word.span.clone()));
    }
    if let Some(name) = word.text.strip_prefix("file://") {
        word.text = files(name).map_err(|message| CliError::new(message).at(word.span.clone()))?;
        word.from_file = true;
    }
    Ok(())
}

fn parse_words(line: &str, files: ReadFile<'_>) -> Result<Command, CliError> {
    let words = split(line)?;
    let mut leading = Vec::new();
    let (service, rest) = service(&words, &mut leading)?;
    let Some((name, flags)) = rest.split_first() else {
        return Err(CliError::new("Expected a command such as get-item or query; help lists them all"));
    };
    if name.text == "help" || name.text == "--help" {
        return Ok(plain(CommandKind::Help(asked_about(service, flags)?)));
    }
    let flags = &[&leading, flags].concat()[..];
    if name.text == "wait" {
        return wait(flags, files);
    }
    let action = action(service, name)?;
    if flags.iter().any(|word| word.text == "help" || word.text == "--help") {
        return Ok(plain(CommandKind::Help(Some(action))));
    }
    CommandFlags::new(action.input().members, action.pages()).read(flags, files)?.command(action)
}

/// The command that `help` is asked about, if it is asked about one: `help put-item`, `help dax create-cluster`.
fn asked_about(service: Option<&'static str>, words: &[CommandWord]) -> Result<Option<Action>, CliError> {
    let named = words.first().and_then(|first| SERVICES.iter().find(|name| **name == first.text));
    let words = if named.is_some() { &words[1..] } else { words };
    match words.first() {
        Some(word) if word.text != "wait" && as_flag(word).is_none() => {
            action(named.copied().or(service), word).map(Some)
        }
        _ => Ok(None),
    }
}

fn plain(kind: CommandKind) -> Command {
    Command { kind, output: Output::Json, query: None, paging: None, route: Route::default() }
}

/// The service that a line names, and the words behind it; both prefixes may be left out. Flags of the AWS CLI itself may
/// stand before the service and before the command; they are taken out.
fn service<'a>(
    words: &'a [CommandWord],
    leading: &mut Vec<CommandWord>,
) -> Result<(Option<&'static str>, &'a [CommandWord]), CliError> {
    let (prefixed, rest) = match words.split_first() {
        Some((first, rest)) if first.text == "aws" => (true, rest),
        _ => (false, words),
    };
    let rest = take_leading(rest, leading);
    let Some((first, after)) = rest.split_first() else { return Ok((None, rest)) };
    if let Some(service) = SERVICES.iter().find(|name| **name == first.text) {
        return Ok((Some(*service), take_leading(after, leading)));
    }
    if prefixed
        && as_flag(first).is_none()
        && find(None, &first.text).is_none()
        && first.text != "help"
        && first.text != "wait"
    {
        let message = format!("aws {} is not part of this prompt; it knows {}", first.text, SERVICES.join(", "));
        let error = CliError::new(message).at(first.span.clone());
        return Err(match nearest(&first.text, SERVICES) {
            Some(near) => error.hint(format!("Did you mean aws {near}?")),
            None => error,
        });
    }
    Ok((None, rest))
}

/// Takes the AWS CLI's own flags off the front, each with its value; what is left begins with something else.
fn take_leading<'a>(mut words: &'a [CommandWord], leading: &mut Vec<CommandWord>) -> &'a [CommandWord] {
    while let Some((word, after)) = words.split_first()
        && let Some((flag, inline)) = as_flag(word)
        && let Some(takes_value) = takes_value(&flag.text)
    {
        let count = usize::from(takes_value && inline.is_none()).min(after.len());
        leading.push(word.clone());
        leading.extend_from_slice(&after[..count]);
        words = &after[count..];
    }
    words
}

fn find(service: Option<&str>, name: &str) -> Option<Action> {
    actions().find(|action| service.is_none_or(|service| action.service() == service) && is_kebab(action.name(), name))
}

/// What PartiQL statements begin with.
const STATEMENTS: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "DELETE"];

fn action(service: Option<&str>, word: &CommandWord) -> Result<Action, CliError> {
    if let Some(action) = find(service, &word.text) {
        return Ok(action);
    }
    if as_flag(word).is_some() {
        let message = format!("Expected a command, found {}, which is no option of the AWS CLI itself", word.text);
        return Err(CliError::new(message).at(word.span.clone()).hint("Options of a command stand behind it."));
    }
    let names: Vec<String> = actions().map(|action| kebab(action.name())).collect();
    let error = CliError::new(format!("There is no command {}", word.text)).at(word.span.clone());
    if STATEMENTS.contains(&word.text.to_uppercase().as_str()) {
        return Err(error.hint("A PartiQL statement goes into execute-statement --statement '...'"));
    }
    let spelled = kebab(&word.text);
    Err(match nearest(&spelled, names.iter().map(String::as_str)) {
        Some(near) => error.hint(format!("Did you mean {near}?")),
        None => error.hint("help lists the commands."),
    })
}

fn wait(words: &[CommandWord], files: ReadFile<'_>) -> Result<Command, CliError> {
    const WAITERS: [(&str, WaitFor); 2] =
        [("table-exists", WaitFor::TableExists), ("table-not-exists", WaitFor::TableNotExists)];
    let Some((name, flags)) = words.split_first() else {
        return Err(CliError::new("wait expects table-exists or table-not-exists"));
    };
    let Some((_, until)) = WAITERS.iter().find(|(known, _)| *known == name.text) else {
        let message = format!("wait expects table-exists or table-not-exists, found {}", name.text);
        return Err(CliError::new(message).at(name.span.clone()));
    };
    let members = ops::find("DescribeTable").map_or(&[][..], |verb| verb.input.members);
    let flags = CommandFlags::new(members, None).read(flags, files)?;
    let table = flags.body.get("TableName").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(flags.finish(CommandKind::Wait { until: *until, table }, None))
}

/// The flags of the AWS CLI itself that are honoured, each with whether it takes a value.
const GLOBAL_FLAGS: [(&str, bool); 10] = [
    ("--output", true),
    ("--query", true),
    ("--cli-input-json", true),
    ("--cli-input-yaml", true),
    ("--region", true),
    ("--endpoint-url", true),
    ("--endpoint", true),
    ("--no-paginate", false),
    // As it is here anyway.
    ("--no-cli-pager", false),
    ("--no-cli-auto-prompt", false),
];

/// Those that cannot be honoured, each with whether it takes a value, and why: dropped in silence, they would seem to have
/// worked.
const REFUSED_FLAGS: [(&str, bool, &str); 11] = [
    ("--profile", true, NO_PROFILES),
    ("--no-sign-request", false, "no request is signed here, and none is refused for it"),
    ("--no-verify-ssl", false, NO_NETWORK),
    ("--ca-bundle", true, NO_NETWORK),
    ("--cli-read-timeout", true, NO_NETWORK),
    ("--cli-connect-timeout", true, NO_NETWORK),
    ("--cli-binary-format", true, "binary values are always read as base64"),
    ("--color", true, "responses have no colours"),
    ("--debug", false, "there is no log of the AWS CLI"),
    ("--version", false, "this is not the AWS CLI"),
    ("--cli-auto-prompt", false, "the Tab key completes what is typed"),
];
const NO_PROFILES: &str = "there are no profiles";
const NO_NETWORK: &str = "nothing is sent over a network";

/// Flags of every command that completion offers, each with what it is for.
pub(super) const FLAGS: [(&str, &str); 5] = [
    ("--output", "How the answer is printed: json, table or text."),
    ("--query", "The part of the answer that is printed, in JMESPath."),
    ("--cli-input-json", "The whole request as JSON, or file://NAME; flags go before it."),
    ("--cli-input-yaml", "The whole request as YAML, or file://NAME; flags go before it."),
    (SKELETON, "Prints the shape of the request (input, yaml-input) or the answer (output); nothing is sent."),
];

/// Whether a flag of the AWS CLI itself takes a value; `None` if it is no such flag.
fn takes_value(flag: &str) -> Option<bool> {
    let honoured = GLOBAL_FLAGS.iter().copied();
    let mut all = honoured.chain(REFUSED_FLAGS.iter().map(|(name, takes_value, _)| (*name, *takes_value)));
    all.find(|(name, _)| *name == flag).map(|(_, takes_value)| takes_value)
}

/// Returns how many of these words are flags of the AWS CLI itself that stand before the command, values included.
pub(super) fn leading(words: &[&str]) -> usize {
    let mut count = 0;
    while let Some(takes_value) = words.get(count).and_then(|word| takes_value(word)) {
        count = (count + 1 + usize::from(takes_value)).min(words.len());
    }
    count
}

/// The flag that asks for the shape of a request or an answer instead of sending one.
const SKELETON: &str = "--generate-cli-skeleton";

/// The flags of one line while they are read.
struct CommandFlags {
    members: &'static [Member],
    pages: Option<&'static Pages>,
    body: Map<String, Value>,
    output: Output,
    query: Option<String>,
    no_paginate: bool,
    paging: PagingFlags,
    skeleton: Option<SkeletonKind>,
    route: Route,
}

impl CommandFlags {
    fn new(members: &'static [Member], pages: Option<&'static Pages>) -> Self {
        Self {
            members,
            pages,
            body: Map::new(),
            output: Output::Json,
            query: None,
            no_paginate: false,
            paging: PagingFlags::default(),
            skeleton: None,
            route: Route::default(),
        }
    }

    fn read(mut self, words: &[CommandWord], files: ReadFile<'_>) -> Result<Self, CliError> {
        self.no_paginate = words.iter().any(|word| word.text == "--no-paginate");
        let mut rest = words;
        let mut seen: Vec<String> = Vec::new();
        while let Some((word, after)) = rest.split_first() {
            let Some((flag, inline)) = as_flag(word) else {
                let message = format!("Expected a flag such as --table-name, found {}", word.text);
                let hint = "Put a value that holds blanks in single quotes.";
                return Err(CliError::new(message).at(word.span.clone()).hint(hint));
            };
            let given = after.iter().take_while(|next| as_flag(next).is_none()).count();
            let mut values: Vec<CommandWord> = inline.into_iter().collect();
            values.extend(after[..given].iter().cloned());
            for value in &mut values {
                load(value, files)?;
            }
            if seen.contains(&flag.text) {
                return Err(CliError::new(format!("{} is given twice", flag.text)).at(flag.span));
            }
            self.flag(&flag, &values)?;
            seen.push(flag.text);
            rest = &after[given..];
        }
        self.require()?;
        Ok(self)
    }

    fn flag(&mut self, flag: &CommandWord, values: &[CommandWord]) -> Result<(), CliError> {
        if let Some((name, takes_value)) = GLOBAL_FLAGS.iter().find(|(name, _)| *name == flag.text) {
            return self.global(name, *takes_value, flag, values);
        }
        if let Some((name, _, why)) = REFUSED_FLAGS.iter().find(|(name, ..)| *name == flag.text) {
            return Err(CliError::new(format!("{name} cannot be honoured here: {why}"))
                .at(flag.span.clone())
                .hint("Leave it out."));
        }
        if flag.text == SKELETON {
            return self.skeleton(values);
        }
        let name = flag.text.trim_start_matches("--");
        // A parameter of the request that is called like a flag of paging is meant where nothing is paged.
        let is_own = self.no_paginate && self.member(name).is_some();
        if let Some((paging, _)) = paging::flags(self.pages).find(|(paging, _)| *paging == flag.text && !is_own) {
            let [value] = values else {
                return Err(CliError::new(format!("{paging} expects one value")).at(flag.span.clone()));
            };
            return self.paging.read(paging, value);
        }
        let (member, negated) = match (self.member(name), name.strip_prefix("no-").and_then(|name| self.member(name))) {
            (Some(member), _) => (member, false),
            (None, Some(member)) if matches!(member.shape, Shape::Boolean) => (member, true),
            _ => return Err(self.unknown(flag)),
        };
        let value = if let Shape::Boolean = member.shape {
            if let Some(extra) = values.first() {
                let message = format!("{} is a switch and takes no value, found {}", flag.text, extra.text);
                let hint = format!("Write --{0} or --no-{0}.", kebab(member.name));
                return Err(CliError::new(message).at(extra.span.clone()).hint(hint));
            }
            Value::Bool(!negated)
        } else {
            value::read(&flag.text, &member.shape, values).map_err(|error| error.at(flag.span.clone()))?
        };
        self.body.insert(member.name.to_owned(), value);
        Ok(())
    }

    fn member(&self, flag: &str) -> Option<&'static Member> {
        self.members.iter().find(|member| is_kebab(member.name, flag))
    }

    fn unknown(&self, flag: &CommandWord) -> CliError {
        let own: Vec<String> = self.members.iter().map(|member| format!("--{}", kebab(member.name))).collect();
        let names = own.iter().map(String::as_str).chain(GLOBAL_FLAGS.iter().map(|(name, _)| *name));
        let error = CliError::new(format!("There is no flag {} here", flag.text)).at(flag.span.clone());
        match nearest(&flag.text, names) {
            Some(near) => error.hint(format!("Did you mean {near}?")),
            None => error.hint(format!("It may be one of {}", own.join(", "))),
        }
    }

    fn global(
        &mut self,
        name: &str,
        takes_value: bool,
        flag: &CommandWord,
        values: &[CommandWord],
    ) -> Result<(), CliError> {
        let value = match (takes_value, values) {
            (true, [value]) => value.text.as_str(),
            (false, []) => "",
            (true, _) => return Err(CliError::new(format!("{name} expects one value")).at(flag.span.clone())),
            (false, [extra, ..]) => {
                return Err(CliError::new(format!("{name} takes no value")).at(extra.span.clone()));
            }
        };
        let at = values.first().map_or(flag.span.clone(), |value| value.span.clone());
        match name {
            "--output" => self.output = value.parse().map_err(|error: CliError| error.at(at))?,
            "--query" => {
                JmesQuery::read(value).map_err(|error| error.at(at))?;
                self.query = Some(value.to_owned());
            }
            "--region" if !REGIONS.contains(&value) => {
                let error = CliError::new(format!("There is no Region {value} here")).at(at);
                return Err(match nearest(value, REGIONS) {
                    Some(near) => error.hint(format!("Did you mean {near}?")),
                    None => error.hint(format!("It may be one of {}", REGIONS.join(", "))),
                });
            }
            "--region" => self.route.region = Some(value.to_owned()),
            "--endpoint" | "--endpoint-url" if !value.contains("dax") => {
                let message =
                    format!("{name} cannot be honoured here: this prompt reaches its own tables and DAX only");
                return Err(CliError::new(message).at(at).hint("Leave it out, or write --endpoint dax."));
            }
            "--endpoint" | "--endpoint-url" => self.route.dax = true,
            "--cli-input-json" | "--cli-input-yaml" => self.input(name, value).map_err(|error| error.at(at))?,
            _ => {}
        }
        Ok(())
    }

    /// Takes in the members of a whole request; what a flag says of its own goes before them.
    fn input(&mut self, flag: &str, text: &str) -> Result<(), CliError> {
        let (language, body) = if flag.ends_with("yaml") {
            ("YAML", serde_yaml::from_str(text).map_err(|error| error.to_string()))
        } else {
            ("JSON", serde_json::from_str(text).map_err(|error| error.to_string()))
        };
        let body: Value = body.map_err(|error| CliError::new(format!("{flag} is not valid {language}: {error}")))?;
        let Value::Object(members) = body else {
            return Err(CliError::new(format!("{flag} expects a {language} object")));
        };
        for (name, mut value) in members {
            let Some(member) = self.members.iter().find(|member| member.name == name) else {
                let names = self.members.iter().map(|member| member.name);
                let error = CliError::new(format!("Unknown parameter in input: {name}"));
                return Err(match nearest(&name, names.clone()) {
                    Some(near) => error.hint(format!("Did you mean {near}?")),
                    None => error.hint(format!("It must be one of {}", names.collect::<Vec<_>>().join(", "))),
                });
            };
            if !self.body.contains_key(&name) {
                value::check(member, &mut value)?;
                self.body.insert(name, value);
            }
        }
        Ok(())
    }

    fn skeleton(&mut self, values: &[CommandWord]) -> Result<(), CliError> {
        let kind = match values {
            [] => Some(SkeletonKind::Request),
            [kind] => SkeletonKind::of(&kind.text),
            _ => None,
        };
        self.skeleton = kind;
        match (kind, values) {
            (None, [kind, ..]) => {
                let message = format!("{SKELETON} expects input, yaml-input, output or nothing, found {}", kind.text);
                Err(CliError::new(message).at(kind.span.clone()))
            }
            _ => Ok(()),
        }
    }

    fn require(&self) -> Result<(), CliError> {
        // The skeleton of an answer is that of a request that could be sent.
        let asks_for_request = matches!(self.skeleton, Some(SkeletonKind::Request | SkeletonKind::Yaml));
        let missing: Vec<String> = self
            .members
            .iter()
            .filter(|member| member.required && !asks_for_request && !self.body.contains_key(member.name))
            .map(|member| format!("--{}", kebab(member.name)))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(CliError::new(format!("The following flags are required: {}", missing.join(", "))))
    }

    fn command(mut self, action: Action) -> Result<Command, CliError> {
        if let Some(kind) = self.skeleton {
            let skeleton = kind.skeleton(action.name(), self.members);
            return Ok(self.finish(CommandKind::Skeleton(skeleton), None));
        }
        let wanted = std::mem::take(&mut self.paging);
        let paging = wanted.apply(self.pages, action.input(), &mut self.body, self.no_paginate)?;
        let body = Value::Object(std::mem::take(&mut self.body));
        Ok(self.finish(CommandKind::Call { action, body }, paging))
    }

    fn finish(self, kind: CommandKind, paging: Option<Paging>) -> Command {
        let Self { output, query, route, .. } = self;
        Command { kind, output, query, paging, route }
    }
}

/// A word as a flag, with the value behind its `=` if it has one.
fn as_flag(word: &CommandWord) -> Option<(CommandWord, Option<CommandWord>)> {
    let name = word.text.strip_prefix("--")?;
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return None;
    }
    let Some((flag, value)) = word.text.split_once('=') else { return Some((word.clone(), None)) };
    let middle = (word.span.start + flag.len()).min(word.span.end);
    let flag = CommandWord { text: flag.to_owned(), span: word.span.start..middle, ..word.clone() };
    let value =
        CommandWord { text: value.to_owned(), span: (middle + 1).min(word.span.end)..word.span.end, ..word.clone() };
    Some((flag, Some(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Command, String> {
        parse(line, &|name| Err(format!("no file {name}"))).map_err(|error| error.to_string())
    }

    #[test]
    fn a_flag_of_the_aws_cli_that_cannot_be_honoured_is_refused_with_the_reason() {
        for (flags, said) in [
            ("--endpoint-url http://localhost:8000", "reaches its own tables and DAX only"),
            ("--endpoint http://127.0.0.1:9", "reaches its own tables and DAX only"),
            ("--endpoint-url=https://dynamodb.eu-west-1.amazonaws.com", "reaches its own tables and DAX only"),
            ("--profile work", "there are no profiles"),
            ("--no-verify-ssl", "nothing is sent over a network"),
            ("--ca-bundle ca.pem", "nothing is sent over a network"),
            ("--cli-read-timeout 5", "nothing is sent over a network"),
            ("--cli-connect-timeout 5", "nothing is sent over a network"),
            ("--no-sign-request", "no request is signed here"),
            ("--cli-binary-format raw-in-base64-out", "always read as base64"),
            ("--color on", "no colours"),
            ("--debug", "no log"),
        ] {
            let flag = flags.split([' ', '=']).next().unwrap_or_default();
            let refused = read(&format!("aws dynamodb list-tables {flags}")).unwrap_err();
            assert!(refused.contains(&format!("{flag} cannot be honoured here: ")), "{refused}");
            assert!(refused.contains(said), "{refused}");
            let waiting = read(&format!("wait table-exists --table-name Tab {flags}")).unwrap_err();
            assert!(waiting.contains("cannot be honoured here"), "{waiting}");
        }
    }

    #[test]
    fn what_is_so_here_anyway_and_a_dax_cluster_are_taken() {
        for (flags, dax) in [
            ("--no-cli-pager", false),
            ("--no-cli-auto-prompt", false),
            ("--region eu-west-1", false),
            ("--endpoint dax", true),
            ("--endpoint-url dax://scores.example", true),
        ] {
            let read = read(&format!("list-tables {flags}")).unwrap();
            assert_eq!(read.route.dax, dax, "{flags}");
        }
    }

    #[test]
    fn a_flag_is_honoured_or_refused_and_never_both() {
        for (name, ..) in REFUSED_FLAGS {
            assert!(!GLOBAL_FLAGS.iter().any(|(honoured, _)| *honoured == name), "{name}");
        }
    }
}
