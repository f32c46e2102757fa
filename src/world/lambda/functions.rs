//! The functions: small built-in ones, each with one thing to show.
//!
//! | name | what it does |
//! | --- | --- |
//! | `log` | writes a line for each record |
//! | `notify` | the same, for new items only |
//! | `copy-to-TABLE` | keeps another table alike: doing it twice changes nothing |
//! | `count-into-TABLE` | adds up events by their name, once for a batch: a retry counts again |
//! | `charge-into-TABLE` | adds a charge for each record: a retry charges again |
//! | `charge-once-into-TABLE` | the same with a condition on the sequence number: a retry does nothing |
//! | `sum-ATTRIBUTE-into-TABLE` | adds up a number of new images in the state of a tumbling window; stores the sum at its end |
//! | `fail-on-marked` | fails at a record whose item has `poison` set to true |
//! | `slow` | takes 30 seconds |
//! | `crash` | always fails |
//! | `my-NAME` | the learner's own, in a program outside ([`runtime`](super::runtime)) |

use serde_json::{Value, json};

use super::window::{Ending, Frame, told};
use crate::engine::value::Number;
use crate::engine::{Engine, ErrorKind};

/// How long an invocation takes, in milliseconds.
const USUAL_MILLIS: u64 = 100;
/// How long one of `slow` takes, in milliseconds.
const SLOW_MILLIS: u64 = 30_000;

/// A function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Log,
    Notify,
    Copy(String),
    Count(String),
    Charge(String),
    ChargeOnce(String),
    Sum { attribute: String, table: String },
    FailOnMarked,
    Slow,
    Crash,
    Own(String),
}

/// What a function came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// The place of the record it failed at, and why.
    pub(super) failed: Option<(usize, String)>,
    /// What it wrote to its log.
    pub(super) output: Vec<String>,
    /// The state that it answered with, for its next invocation in a tumbling window.
    pub(super) state: Option<Value>,
}

/// Names as they are told, with what each does.
pub const FUNCTIONS: [(&str, &str); 11] = [
    ("log", "Writes a line for each record."),
    ("notify", "Writes a line for each new item."),
    ("copy-to-TABLE", "Copies each item to another table; doing it twice changes nothing."),
    ("count-into-TABLE", "Adds up events by their name in items with the key of the name; a retry counts again."),
    ("charge-into-TABLE", "Adds a charge for each record to the item of its key; a retry charges again."),
    ("charge-once-into-TABLE", "The same, with a condition on the sequence number; a retry does nothing."),
    (
        "sum-ATTRIBUTE-into-TABLE",
        "Adds up a number of new images in the state of a tumbling window, and stores the sum at its end.",
    ),
    ("fail-on-marked", "Fails at a record whose item has poison set to true."),
    ("slow", "Takes 30 seconds."),
    ("crash", "Always fails."),
    ("my-NAME", "Your own program, which takes invocations from the runtime API of lab serve (or by :runtime)."),
];

impl Function {
    /// The function that a FunctionName names: its name, or its ARN.
    pub(super) fn find(name: &str) -> Option<Self> {
        let name = name.rsplit(":function:").next().unwrap_or(name);
        let into = |prefix: &str| name.strip_prefix(prefix).filter(|table| !table.is_empty()).map(str::to_owned);
        Some(match name {
            "log" => Self::Log,
            "notify" => Self::Notify,
            "fail-on-marked" => Self::FailOnMarked,
            "slow" => Self::Slow,
            "crash" => Self::Crash,
            _ => {
                if let Some(own) = into("my-") {
                    Self::Own(own)
                } else if let Some((attribute, table)) =
                    into("sum-").as_deref().and_then(|rest| rest.split_once("-into-"))
                {
                    if attribute.is_empty() || table.is_empty() {
                        return None;
                    }
                    Self::Sum { attribute: attribute.to_owned(), table: table.to_owned() }
                } else if let Some(table) = into("copy-to-") {
                    Self::Copy(table)
                } else if let Some(table) = into("count-into-") {
                    Self::Count(table)
                } else if let Some(table) = into("charge-once-into-") {
                    Self::ChargeOnce(table)
                } else {
                    Self::Charge(into("charge-into-")?)
                }
            }
        })
    }

    /// Its name.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Log => "log".to_owned(),
            Self::Notify => "notify".to_owned(),
            Self::Copy(table) => format!("copy-to-{table}"),
            Self::Count(table) => format!("count-into-{table}"),
            Self::Charge(table) => format!("charge-into-{table}"),
            Self::ChargeOnce(table) => format!("charge-once-into-{table}"),
            Self::Sum { attribute, table } => format!("sum-{attribute}-into-{table}"),
            Self::FailOnMarked => "fail-on-marked".to_owned(),
            Self::Slow => "slow".to_owned(),
            Self::Crash => "crash".to_owned(),
            Self::Own(name) => format!("my-{name}"),
        }
    }

    /// Whether it is the learner's own, and runs outside.
    pub(super) const fn is_own(&self) -> bool {
        matches!(self, Self::Own(_))
    }

    /// How long an invocation takes, in milliseconds.
    pub(super) const fn millis(&self) -> u64 {
        match self {
            Self::Slow => SLOW_MILLIS,
            // Its time has passed already.
            Self::Own(_) => 0,
            _ => USUAL_MILLIS,
        }
    }

    /// Runs it with an event's records, and what the event tells of a tumbling window.
    pub(super) fn run(&self, records: &[Value], frame: Option<&Frame>, engine: &mut Engine) -> Done {
        let mut done = Done::default();
        if let Self::Sum { attribute, table } = self {
            return sum(attribute, table, records, frame, engine);
        }
        if let Self::Count(table) = self {
            count(table, records, engine, &mut done);
            return done;
        }
        for (place, record) in records.iter().enumerate() {
            if let Err(problem) = self.one(record, engine, &mut done.output) {
                done.failed = Some((place, problem));
                break;
            }
        }
        done
    }

    fn one(&self, record: &Value, engine: &mut Engine, output: &mut Vec<String>) -> Result<(), String> {
        let (event, keys) = (record["eventName"].as_str().unwrap_or_default(), &record["dynamodb"]["Keys"]);
        match self {
            Self::Log => output.push(format!("{event} {keys}")),
            Self::Notify if event == "INSERT" => output.push(format!("new: {keys}")),
            Self::Notify | Self::Slow | Self::Count(_) | Self::Sum { .. } | Self::Own(_) => {}
            Self::Crash => return Err("it always fails".to_owned()),
            Self::FailOnMarked => {
                if record["dynamodb"]["NewImage"]["poison"]["BOOL"] == true {
                    return Err(format!("poison record {keys}"));
                }
                output.push(format!("{event} {keys}"));
            }
            Self::Copy(table) => copy(table, record, engine)?,
            Self::Charge(table) | Self::ChargeOnce(table) => {
                charge(table, matches!(self, Self::ChargeOnce(_)), record, engine)?;
            }
        }
        Ok(())
    }
}

fn copy(table: &str, record: &Value, engine: &mut Engine) -> Result<(), String> {
    let image = &record["dynamodb"]["NewImage"];
    let (verb, body) = match record["eventName"].as_str() {
        Some("REMOVE") => ("DeleteItem", json!({"TableName": table, "Key": record["dynamodb"]["Keys"]})),
        _ if image.is_null() => return Err("KeyError: 'NewImage' (what does the stream's view type hold?)".to_owned()),
        _ => ("PutItem", json!({"TableName": table, "Item": image})),
    };
    call(verb, body, engine)
}

/// Adds up events by their name, in one update for each name.
fn count(table: &str, records: &[Value], engine: &mut Engine, done: &mut Done) {
    for event in ["INSERT", "MODIFY", "REMOVE"] {
        let number = records.iter().filter(|record| record["eventName"] == event).count();
        if number == 0 {
            continue;
        }
        let counted = partition_key(table, event, engine).and_then(|key| {
            let body = json!({
                "TableName": table, "Key": key, "UpdateExpression": "ADD events :n",
                "ExpressionAttributeValues": {":n": {"N": number.to_string()}},
            });
            call("UpdateItem", body, engine)
        });
        match counted {
            Ok(()) => done.output.push(format!("{event} + {number}")),
            Err(problem) => {
                done.failed = Some((0, problem));
                return;
            }
        }
    }
}

/// Adds up an attribute of the new images to the state that it was given, and answers with the next; at the end of a window
/// the sum is stored in the item of the window and the shard, since each shard has a state of its own.
fn sum(attribute: &str, table: &str, records: &[Value], frame: Option<&Frame>, engine: &mut Engine) -> Done {
    let mut done = Done::default();
    let before = frame.map(|frame| &frame.window.state);
    let carried = before.and_then(|state| Number::parse(state.get("sum")?.as_str()?).ok());
    let mut total = carried.unwrap_or(Number::ZERO);
    let mut count = before.and_then(|state| state.get("records")?.as_u64()).unwrap_or_default();
    for (place, record) in records.iter().enumerate() {
        let Some(text) = record["dynamodb"]["NewImage"][attribute]["N"].as_str() else { continue };
        let Ok(sum) = Number::parse(text).and_then(|number| total.checked_add(number)) else {
            done.failed = Some((place, format!("the sum of {attribute} overflows")));
            return done;
        };
        (total, count) = (sum, count + 1);
    }
    let told_sum = format!("{attribute} of {count} {}: {total}", if count == 1 { "record" } else { "records" });
    match frame.map(|frame| (frame, frame.ending)) {
        Some((frame, Some(Ending::Over))) => {
            if let Err(problem) = store_sum(table, frame, total, count, engine) {
                done.failed = Some((0, problem));
                return done;
            }
            done.output.push(format!("{told_sum}, stored"));
        }
        Some(_) => done.output.push(told_sum),
        None => done.output.push(format!("{told_sum}; without a tumbling window it is forgotten")),
    }
    done.state = Some(json!({"sum": total.to_string(), "records": count}));
    done
}

/// Stores the sum of a window: doing it twice changes nothing.
fn store_sum(table: &str, frame: &Frame, total: Number, count: u64, engine: &mut Engine) -> Result<(), String> {
    let mut item = partition_key(table, &format!("{}#{}", told(frame.window.start), frame.shard), engine)?;
    item["sum"] = json!({"N": total.to_string()});
    item["records"] = json!({"N": count.to_string()});
    call("PutItem", json!({"TableName": table, "Item": item}), engine)
}

/// Adds a charge to the item that has the record's keys as its key, as one text.
fn charge(table: &str, once: bool, record: &Value, engine: &mut Engine) -> Result<(), String> {
    let keys = record["dynamodb"]["Keys"].as_object().into_iter().flatten();
    let parts: Vec<&str> = keys.filter_map(|(_, value)| value.as_object()?.values().next()?.as_str()).collect();
    let key = partition_key(table, &parts.join("#"), engine)?;
    let mut body = json!({
        "TableName": table, "Key": key, "UpdateExpression": "ADD charges :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    });
    if once {
        body["UpdateExpression"] = "ADD charges :one SET seen = :seq".into();
        body["ConditionExpression"] = "attribute_not_exists(seen) OR seen < :seq".into();
        body["ExpressionAttributeValues"][":seq"] = json!({"S": record["dynamodb"]["SequenceNumber"]});
    }
    match call("UpdateItem", body, engine) {
        // That record was charged for before.
        Err(problem) if once && problem == ErrorKind::ConditionalCheckFailedException.name() => Ok(()),
        other => other,
    }
}

/// A key of a table whose only key attribute is a text.
fn partition_key(table: &str, value: &str, engine: &Engine) -> Result<Value, String> {
    let found = engine.table(table).ok_or_else(|| format!("ResourceNotFoundException: there is no table {table}"))?;
    let name = found.keys.partition.first().map(|key| key.name.clone()).unwrap_or_default();
    Ok(json!({ name: {"S": value} }))
}

fn call(verb: &str, body: Value, engine: &mut Engine) -> Result<(), String> {
    engine.call_as_service("function", verb, body).map(|_| ()).map_err(|error| error.kind.name())
}
