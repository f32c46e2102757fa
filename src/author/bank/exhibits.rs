//! Exhibits are checked, not only shown: what a scenario shows as a command, a policy or a template is one.
//!
//! Commands parse as the AWS CLI reads them; JSON parses, and a policy or a filter pattern in it is accepted by the world's
//! IAM and Lambda; a table of a template is accepted by CreateTable; programs have balanced brackets and quotes. That is all
//! that is known of programs: they are read by a small lexer, not compiled.
//!
//! An exhibit may be wrong on purpose, if the scenario says that it fails: then it need only parse.

use serde_json::{Value, json};

use super::BankQuestion;
use super::lexer::unbalanced;
use crate::author::english::spaced;
use crate::aws_cli;
use crate::content::{Exhibit, ExhibitKind, Problem};
use crate::engine::{ApiError, ops};
use crate::lab::Workbench;

/// The most bytes of an exhibit that is looked into. A longer one has too many lines or columns and is told for that.
const MOST_BYTES: usize = 14 * 80 * 4;
/// Words by which a scenario says that something that it shows fails.
const FAILS: &[&str] = &[
    "fail",
    "fails",
    "failed",
    "error",
    "errors",
    "rejects",
    "rejected",
    "refused",
    "denied",
    "invalid",
    "rolls back",
];
/// The members of a table resource that CreateTable has as well.
const OF_CREATE_TABLE: &[&str] = &[
    "TableName",
    "AttributeDefinitions",
    "KeySchema",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "BillingMode",
    "ProvisionedThroughput",
    "OnDemandThroughput",
    "StreamSpecification",
    "TableClass",
];

/// What exhibits are tried on: a table with a stream, and a role.
pub(super) struct Trial {
    bench: Workbench,
    stream: String,
}

impl Trial {
    pub(super) fn new() -> Self {
        let mut bench = Workbench::new();
        let table = json!({
            "TableName": "TrialOfExhibits", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        });
        let made = bench.call("CreateTable", table).unwrap_or_default();
        let stream = made["TableDescription"]["LatestStreamArn"].as_str().unwrap_or_default().to_owned();
        Self { bench, stream }
    }

    /// Sends a request to a copy; what it was refused for.
    fn refused(&self, send: impl FnOnce(&mut Workbench) -> Result<Value, ApiError>) -> Option<String> {
        send(&mut self.bench.clone()).err().map(|error| error.message)
    }

    fn create(&self, table: Value) -> Option<String> {
        self.refused(|bench| bench.call("CreateTable", table))
    }

    fn policy(&self, document: &Value) -> Option<String> {
        let body = json!({"RoleName": "Trial", "PolicyName": "exhibit", "PolicyDocument": document.to_string()});
        self.refused(|bench| bench.ask("iam", "PutRolePolicy", body).unwrap_or(Ok(Value::Null)))
    }

    fn filter(&self, pattern: &str) -> Option<String> {
        let body = json!({
            "FunctionName": "log", "EventSourceArn": self.stream, "StartingPosition": "LATEST",
            "FilterCriteria": {"Filters": [{"Pattern": pattern}]},
        });
        self.refused(|bench| bench.ask("lambda", "CreateEventSourceMapping", body).unwrap_or(Ok(Value::Null)))
    }
}

/// What is wrong with the exhibits of a question.
pub(super) fn problems(item: &BankQuestion<'_>, trial: &Trial) -> Vec<Problem> {
    let fails = says_that_it_fails(item);
    let of = |(place, exhibit): (usize, &Exhibit)| {
        let found = faults(exhibit, trial, fails);
        found.into_iter().map(move |fault| format!("exhibit {}: {fault}", place + 1)).collect::<Vec<_>>()
    };
    item.question.exhibits.iter().enumerate().flat_map(of).map(|message| item.problem(message)).collect()
}

/// Whether the scenario, or a log in it, says that what it shows fails.
fn says_that_it_fails(item: &BankQuestion<'_>) -> bool {
    let shown = item.question.exhibits.iter().filter(|exhibit| exhibit.kind != ExhibitKind::Code);
    let shown: Vec<&str> = shown.map(|exhibit| exhibit.text.as_str()).collect();
    let text = format!("{} {}", item.prose(), shown.join(" "));
    let words = spaced(&text);
    text.contains("Exception") || FAILS.iter().any(|word| words.contains(&format!(" {word} ")))
}

fn faults(exhibit: &Exhibit, trial: &Trial, fails: bool) -> Vec<String> {
    let text = exhibit.text.trim_end();
    if text.len() > MOST_BYTES {
        return Vec::new();
    }
    match (exhibit.kind, exhibit.language.as_str()) {
        (ExhibitKind::Json, _) => of_json(text, trial, fails),
        (ExhibitKind::Template, _) => of_template(text, trial, fails),
        (ExhibitKind::Cli, "shell") => of_commands(text, fails),
        (ExhibitKind::Code, language @ ("python" | "javascript" | "java")) => {
            unbalanced(text, language).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// A document, a member of one, or a document on each line.
fn of_json(text: &str, trial: &Trial, fails: bool) -> Vec<String> {
    let whole = serde_json::from_str::<Value>(text);
    let member = || serde_json::from_str(&format!("{{{text}}}")).ok();
    let lines =
        || text.lines().map(|line| serde_json::from_str(line).ok()).collect::<Option<Vec<Value>>>().map(Value::Array);
    match whole {
        Ok(value) => of_value(&value, trial, fails),
        Err(error) => match member().or_else(lines) {
            Some(value) => of_value(&value, trial, fails),
            None => vec![format!("it is not valid JSON: {error}")],
        },
    }
}

/// What IAM and Lambda say of a policy or a filter pattern, if it is one.
fn of_value(value: &Value, trial: &Trial, fails: bool) -> Vec<String> {
    let mut found = Vec::new();
    let policy = if value.get("Effect").is_some() {
        Some(json!({"Version": "2012-10-17", "Statement": [value]}))
    } else {
        value.get("Statement").map(|_| value.clone())
    };
    let refused = policy.and_then(|policy| trial.policy(&policy));
    found.extend(refused.map(|reason| format!("IAM does not accept this policy: {reason}")));
    let mut patterns = patterns_in(value);
    if is_pattern(value) {
        patterns.push(value.to_string());
    }
    let refused = patterns.iter().filter_map(|pattern| trial.filter(pattern));
    found.extend(refused.map(|reason| format!("Lambda does not accept this filter: {reason}")));
    if fails { Vec::new() } else { found }
}

/// Whether a value is a filter pattern for stream records: fields of a record, and every leaf is a list.
fn is_pattern(value: &Value) -> bool {
    fn has_lists(value: &Value) -> bool {
        match value {
            Value::Object(members) => !members.is_empty() && members.values().all(has_lists),
            value => value.is_array(),
        }
    }
    let fields = ["eventName", "dynamodb", "userIdentity", "eventSource"];
    let is_of_record = |members: &serde_json::Map<String, Value>| {
        members.keys().all(|name| fields.contains(&name.as_str())) && !members.is_empty()
    };
    value.as_object().is_some_and(is_of_record) && has_lists(value)
}

/// The patterns of the filter criteria that a value holds.
fn patterns_in(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, inner)| match inner {
                Value::String(pattern) if name == "Pattern" => vec![pattern.clone()],
                inner => patterns_in(inner),
            })
            .collect(),
        Value::Array(elements) => elements.iter().flat_map(patterns_in).collect(),
        _ => Vec::new(),
    }
}

/// YAML or JSON; each table that is shown with its keys is accepted by CreateTable, and each filter by Lambda.
fn of_template(text: &str, trial: &Trial, fails: bool) -> Vec<String> {
    let value = match serde_yaml::from_str::<serde_yaml::Value>(text) {
        Ok(value) => without_tags(&value),
        Err(error) => return vec![format!("it is not valid YAML: {error}")],
    };
    let mut found: Vec<String> = tables_in(&value)
        .into_iter()
        .filter_map(|table| trial.create(table))
        .map(|reason| format!("CreateTable does not accept this table: {reason}"))
        .collect();
    found.extend(
        patterns_in(&value)
            .iter()
            .filter_map(|pattern| trial.filter(pattern))
            .map(|reason| format!("Lambda does not accept this filter: {reason}")),
    );
    if fails { Vec::new() } else { found }
}

/// YAML as JSON. What a tag such as `!Ref` or `!GetAtt` gives is not known: its argument stands for it.
fn without_tags(value: &serde_yaml::Value) -> Value {
    match value {
        serde_yaml::Value::Tagged(tagged) => without_tags(&tagged.value),
        serde_yaml::Value::Sequence(elements) => elements.iter().map(without_tags).collect(),
        serde_yaml::Value::Mapping(members) => {
            let member = |(name, value): (&serde_yaml::Value, &serde_yaml::Value)| {
                Some((name.as_str()?.to_owned(), without_tags(value)))
            };
            Value::Object(members.iter().filter_map(member).collect())
        }
        other => serde_json::to_value(other).unwrap_or_default(),
    }
}

/// The CreateTable requests of the tables that a template shows with their keys and definitions.
fn tables_in(value: &Value) -> Vec<Value> {
    let Some(members) = value.as_object() else { return Vec::new() };
    if value["Type"] == "AWS::DynamoDB::Table" {
        return create_table(&value["Properties"]).into_iter().collect();
    }
    members.values().flat_map(tables_in).collect()
}

/// The CreateTable request of a table's properties; none if keys or definitions are left out of the fragment.
fn create_table(properties: &Value) -> Option<Value> {
    let members = properties.as_object()?;
    members.get("KeySchema").and(members.get("AttributeDefinitions"))?;
    let mut body: serde_json::Map<String, Value> = members
        .iter()
        .filter(|(name, _)| OF_CREATE_TABLE.contains(&name.as_str()))
        .map(|(n, v)| (n.clone(), v.clone()))
        .collect();
    body.insert("TableName".to_owned(), json!("Exhibit"));
    if !body.contains_key("ProvisionedThroughput") {
        body.entry("BillingMode").or_insert_with(|| json!("PAY_PER_REQUEST"));
    }
    // CloudFormation enables a stream by its view type alone.
    if let Some(stream) = body.get_mut("StreamSpecification") {
        stream["StreamEnabled"] = json!(true);
    }
    Some(Value::Object(body))
}

/// The commands of a session parse; what they print does not matter.
fn of_commands(text: &str, fails: bool) -> Vec<String> {
    let found = commands(text).into_iter().filter_map(|command| parse(&command)).collect();
    if fails { Vec::new() } else { found }
}

/// The AWS commands of a session, each on one line.
fn commands(text: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        let typed = line.trim_start().trim_start_matches("$ ");
        if is_open {
            let last = commands.last_mut().map(std::mem::take).unwrap_or_default();
            commands.pop();
            commands.push(format!("{} {}", last.trim_end_matches('\\'), line.trim()));
        } else if typed.starts_with("aws ") {
            commands.push(typed.to_owned());
        } else {
            continue;
        }
        is_open = commands.last().is_some_and(|command| command.ends_with('\\') || aws_cli::is_incomplete(command));
    }
    commands
}

/// What is wrong with a command; nothing of services and operations that this program does not know.
fn parse(command: &str) -> Option<String> {
    let command = command.split(" | ").next().unwrap_or(command);
    let mut words = command.split_whitespace().skip(1);
    let (service, operation) = (words.next()?, words.next()?);
    let name: String = operation.split('-').map(capital).collect();
    if !matches!(service, "dynamodb" | "dynamodbstreams") || ops::find(&name).is_none() {
        return None;
    }
    // A file's text is not there: it may be an object or a list.
    let read = |text: &'static str| aws_cli::parse(command, &move |_| Ok(text.to_owned()));
    match read("{}").or_else(|_| read("[]")) {
        Ok(_) => None,
        Err(error) => Some(format!("the AWS CLI does not read this: {command}: {}", error.message)),
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(kind: ExhibitKind, language: &str, text: &str) -> Vec<String> {
        let exhibit = Exhibit { kind, language: language.to_owned(), caption: None, text: text.to_owned() };
        faults(&exhibit, &Trial::new(), false)
    }

    /// Holds a sound exhibit and a broken one of a kind against each other.
    fn tells(kind: ExhibitKind, language: &str, sound: &str, broken: &str, fault: &str) {
        assert_eq!(faults_of(kind, language, sound), Vec::<String>::new());
        let found = faults_of(kind, language, broken).join("\n");
        assert!(found.contains(fault), "{broken}: {found}");
    }

    #[test]
    fn json_parses_as_a_document_a_member_or_lines() {
        tells(ExhibitKind::Json, "json", "{\"a\": 1}", "{\"a\": 1", "not valid JSON");
        tells(ExhibitKind::Json, "json", "\"a\": {\"b\": 1}", "\"a\": {b: 1}", "not valid JSON");
        tells(ExhibitKind::Json, "json", "{\"a\": 1}\n{\"a\": 2}", "{\"a\": 1}\n{\"a\" 2}", "not valid JSON");
    }

    #[test]
    fn policies_are_loaded_and_filter_patterns_too() {
        let statement =
            |effect: &str| format!("{{\"Effect\": \"{effect}\", \"Action\": \"dynamodb:Query\", \"Resource\": \"*\"}}");
        tells(ExhibitKind::Json, "json", &statement("Allow"), &statement("Permit"), "IAM does not accept");
        let document =
            |effect: &str| format!("{{\"Version\": \"2012-10-17\", \"Statement\": [{}]}}", statement(effect));
        tells(ExhibitKind::Json, "json", &document("Deny"), &document("Maybe"), "IAM does not accept");
        let filters = |pattern: &str| format!("{{\"Filters\": [{{\"Pattern\": \"{pattern}\"}}]}}");
        tells(
            ExhibitKind::Json,
            "json",
            &filters("{\\\"eventName\\\": [\\\"INSERT\\\"]}"),
            &filters("{\\\"eventName\\\": \\\"INSERT\\\"}"),
            "Lambda does not accept",
        );
        tells(
            ExhibitKind::Json,
            "json",
            "{\"eventName\": [\"INSERT\"]}",
            "{\"eventName\": [{\"begins\": \"I\"}]}",
            "Lambda does not accept",
        );
        // A record is not a pattern.
        assert!(faults_of(ExhibitKind::Json, "json", "{\"eventName\": \"REMOVE\"}").is_empty());
    }

    #[test]
    fn tables_of_templates_are_created() {
        let table = |kind: &str| {
            format!(
                "Orders:\n  Type: AWS::DynamoDB::Table\n  Properties:\n    TableName: !Ref Name\n    AttributeDefinitions:\n      - \
                 {{AttributeName: id, AttributeType: {kind}}}\n    KeySchema:\n      - {{AttributeName: id, KeyType: HASH}}\n    \
                 StreamSpecification: {{StreamViewType: NEW_IMAGE}}\n"
            )
        };
        tells(ExhibitKind::Template, "yaml", &table("S"), &table("BOOL"), "CreateTable does not accept");
        tells(ExhibitKind::Template, "yaml", &table("N"), "Orders:\n  Type: [a\n", "not valid YAML");
        let filter = |pattern: &str| format!("FilterCriteria:\n  Filters:\n    - Pattern: '{pattern}'\n");
        tells(
            ExhibitKind::Template,
            "yaml",
            &filter("{\"eventName\": [\"INSERT\"]}"),
            &filter("INSERT"),
            "Lambda does not accept",
        );
    }

    #[test]
    fn commands_of_a_session_parse() {
        let session = |flag: &str| {
            format!(
                "$ aws dynamodb put-item --table-name Feed \\\n    {flag} '{{\"id\": {{\"S\": \"a\"}},\n  \"v\": {{\"N\": \"1\"}}}}'\n{{ \
                 \"anything\": 1 }}\n$ aws cloudwatch describe-alarms --whatever x\n"
            )
        };
        tells(ExhibitKind::Cli, "shell", &session("--item"), &session("--itme"), "does not read this");
        assert!(
            faults_of(
                ExhibitKind::Cli,
                "shell",
                "$ aws dynamodb scan --table-name A --expression-attribute-values file://v.json"
            )
            .is_empty()
        );
    }

    #[test]
    fn programs_are_balanced() {
        tells(ExhibitKind::Code, "python", "print(f\"{a['b']}\")  # it's (", "print(f\"{a}\"", "( is not closed");
        tells(ExhibitKind::Code, "javascript", "f({a: `x${g(1)}`}); // it's", "f({a: 'x)});", "quote");
    }
}
