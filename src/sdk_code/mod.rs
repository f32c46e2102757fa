//! A request as programs write it: the same call for the AWS CLI and the SDKs for Python, JavaScript, Java and Rust.
//!
//! The life of a call: [`code`] walks the request's body along its shape, each language turns what it meets into a
//! `Tree`, and `layout` breaks that into lines. Names and types come from the shapes, so a new verb needs
//! nothing here.
//!
//! Left out: clients' configuration beyond the default, and what a program does with the answer, but for a comment where
//! forgetting it is a classic fault. Source: the API references of boto3, of the AWS SDKs for JavaScript v3, Java 2.x and
//! Rust, and of the AWS CLI v2.

use std::str::FromStr;

use serde_json::Value;

use crate::engine::ops::{Service, Verb};
use crate::engine::shape::Structure;

mod cli;
mod java;
mod javascript;
mod layout;
mod python;
mod rust;
mod wire;

/// A language to show a call in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// The AWS CLI.
    Cli,
    /// boto3.
    Python,
    /// AWS SDK for JavaScript v3.
    JavaScript,
    /// AWS SDK for Java 2.x.
    Java,
    /// AWS SDK for Rust.
    Rust,
}

impl Language {
    /// Every language, in the order in which they are told.
    pub const ALL: [Self; 5] = [Self::Cli, Self::Python, Self::JavaScript, Self::Java, Self::Rust];

    /// Its name, as it is typed.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cli => "cli",
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::Java => "java",
            Self::Rust => "rust",
        }
    }
}

impl FromStr for Language {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|language| language.name().eq_ignore_ascii_case(text));
        found.ok_or_else(|| {
            format!(
                "Expected cli, python, javascript, java or rust, {}",
                if text.is_empty() { "found nothing".to_owned() } else { format!("found {text}") }
            )
        })
    }
}

/// A request as code.
#[must_use]
pub fn code(language: Language, verb: &Verb, body: &Value) -> String {
    let lines = match language {
        Language::Cli => cli::call(verb, body),
        Language::Python => python::call(verb, body),
        Language::JavaScript => javascript::call(verb, body),
        Language::Java => java::call(verb, body),
        Language::Rust => rust::call(verb, body),
    };
    let mark = if matches!(language, Language::Cli | Language::Python) { "#" } else { "//" };
    match reminder(verb.name).filter(|_| language != Language::Cli) {
        Some(reminder) => format!("{lines}\n{mark} {reminder}\n"),
        None => format!("{lines}\n"),
    }
}

/// What a program that makes this call must not forget.
fn reminder(verb: &str) -> Option<&'static str> {
    Some(match verb {
        "Query" | "Scan" => {
            "While the answer has a LastEvaluatedKey, send the call again with it as ExclusiveStartKey."
        }
        "BatchGetItem" => "What is in UnprocessedKeys was not read: send it again, after a wait that grows.",
        "BatchWriteItem" => "What is in UnprocessedItems was not written: send it again, after a wait that grows.",
        "ExecuteStatement" => "While the answer has a NextToken, send the call again with it.",
        "TransactWriteItems" => {
            "TransactionCanceledException has a reason for each action; a ClientRequestToken makes retries safe for 10 minutes."
        }
        "GetRecords" => "Continue with NextShardIterator; a shard has ended when there is none.",
        _ => return None,
    })
}

/// Whether a verb is one of DynamoDB Streams, which has a client of its own.
fn is_streams(verb: &Verb) -> bool {
    matches!(verb.service, Service::Streams)
}

/// `TableName` -> `table_name`.
fn snake(name: &str) -> String {
    crate::aws_cli::kebab(name).replace('-', "_")
}

/// `TableName` -> `tableName`, `SSESpecification` -> `sseSpecification`.
fn camel(name: &str) -> String {
    let mut words = crate::aws_cli::kebab(name).split('-').map(str::to_owned).collect::<Vec<_>>();
    for word in words.iter_mut().skip(1) {
        if let Some(first) = word.get(..1).map(str::to_uppercase) {
            word.replace_range(..1, &first);
        }
    }
    words.concat()
}

/// The name that the SDKs have for the type of a member, where the engine uses one structure for several.
fn type_name(owner: &Structure, member: &str, structure: &Structure) -> String {
    match (owner.name, member) {
        ("GlobalSecondaryIndexUpdate", "Create") => "CreateGlobalSecondaryIndexAction".to_owned(),
        ("ReplicationGroupUpdate", action) => format!("{action}ReplicationGroupMemberAction"),
        _ => structure.name.to_owned(),
    }
}

/// A text as all of these languages write it, escapes included.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
