//! Streams, the functions behind them, and global tables: what a record holds, which records there are, which write wins.

use serde_json::{Value, json};

use super::arithmetic::items;
use super::{DrawnOption, DrawnQuestion, Family, bench, counted, pick, scene, shown};
use crate::chance::Chance;
use crate::content::ExhibitKind;
use crate::content::lab::SetupTable;
use crate::lab::Workbench;

const STREAMS: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html";

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-stream-record",
        title: "What a stream record contains",
        topic: "streams",
        claims: &["S3", "S1"],
        skills: &["1.1.10", "1.2.5"],
        difficulty: 2,
        docs: STREAMS,
        draw: record,
    },
    Family {
        id: "gen-stream-count",
        title: "How many stream records a series of writes makes",
        topic: "streams",
        claims: &["S1"],
        skills: &["1.1.10"],
        difficulty: 3,
        docs: STREAMS,
        draw: count,
    },
    Family {
        id: "gen-event-filter",
        title: "Which write an event filter lets through",
        topic: "streams",
        claims: &["S2"],
        skills: &["1.2.5", "1.2.7"],
        difficulty: 3,
        docs: "https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html",
        draw: filter,
    },
    Family {
        id: "gen-global-conflict",
        title: "Which write remains in a global table",
        topic: "streams",
        claims: &["S4"],
        skills: &["1.3.2", "1.3.6"],
        difficulty: 2,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html",
        draw: conflict,
    },
];

/// A table Items (key id) with a stream.
fn streamed(view: &str) -> SetupTable {
    let mut setup = items(&[]);
    setup.create["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": view});
    setup
}

/// The ARN of the table's stream.
fn stream_arn(bench: &mut Workbench) -> Option<String> {
    let text = bench.run("describe-table --table-name Items --query Table.LatestStreamArn").text;
    serde_json::from_str(&text).ok()
}

fn put(id: &str, state: &str) -> String {
    format!(
        "dynamodb put-item --table-name Items --item '{{\"id\":{{\"S\":\"{id}\"}},\"state\":{{\"S\":\"{state}\"}}}}'"
    )
}

fn delete(id: &str) -> String {
    format!("dynamodb delete-item --table-name Items --key '{{\"id\":{{\"S\":\"{id}\"}}}}'")
}

/// Reads the stream's records from the beginning, one shard after the other; the last command's output has what was asked.
fn reading(bench: &mut Workbench, query: &str) -> Option<(Vec<String>, Value)> {
    let arn = stream_arn(bench)?;
    let shards: Vec<String> = serde_json::from_str(
        &bench
            .run(&format!(
                "dynamodbstreams describe-stream --stream-arn {arn} --query StreamDescription.Shards[].ShardId"
            ))
            .text,
    )
    .ok()?;
    for shard in shards {
        let iterator = format!(
            "dynamodbstreams get-shard-iterator --stream-arn {arn} --shard-id {shard} --shard-iterator-type TRIM_HORIZON --query \
             ShardIterator"
        );
        let given: String = serde_json::from_str(&bench.run(&iterator).text).ok()?;
        let read = format!("dynamodbstreams get-records --shard-iterator '{given}' --query {query}");
        let records: Value = serde_json::from_str(&bench.run(&read).text).ok()?;
        if records.as_array().is_some_and(|records| !records.is_empty()) {
            return Some((vec![read], records));
        }
    }
    None
}

fn record(chance: &mut Chance) -> Option<DrawnQuestion> {
    const VIEWS: [&str; 4] = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"];
    let (who, what) = scene(chance);
    let view = *pick(chance, &VIEWS)?;
    let (verb, writes) = match chance.between(0, 2) {
        0 => ("PutItem request that creates an item", vec![put("x", "open")]),
        1 => ("PutItem request that replaces an item with another state", vec![put("x", "open"), put("x", "paid")]),
        _ => ("DeleteItem request that deletes an existing item", vec![put("x", "open"), delete("x")]),
    };
    let setup = streamed(view);
    let mut bench = bench(&setup)?;
    for line in &writes {
        bench.run(line);
    }
    let (read, records) = reading(&mut bench, "Records[].dynamodb")?;
    let last = records.as_array()?.last()?;
    let has = |name: &str| last.get(name).is_some();
    let told = |old: bool, new: bool| match (old, new) {
        (false, false) => "Keys and no image",
        (false, true) => "Keys and NewImage",
        (true, false) => "Keys and OldImage",
        (true, true) => "Keys, NewImage and OldImage",
    };
    let (old, new) = (has("OldImage"), has("NewImage"));
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table. DynamoDB Streams is enabled for the table with the view type {view}. A stream record \
         is written for a {verb}. An AWS Lambda function reads the record. Which data of the item does the dynamodb field of the record contain?"
    );
    let why = "The view type decides which images a record can contain. A new item has no old image, and a deleted item has no new image.";
    let wrong = [(true, true), (false, true), (true, false), (false, false)]
        .into_iter()
        .filter(|pair| *pair != (old, new))
        .map(|(other_old, other_new)| {
            let answer = DrawnOption::wrong(told(other_old, other_new), why);
            let believes_both = other_old && other_new && view.ends_with("_IMAGE");
            if believes_both { answer.trap("stream-new-image-is-both") } else { answer }
        })
        .collect();
    let printed = serde_json::to_string(&last.get("Keys")?).ok()?;
    let names: Vec<String> = [("OldImage", old), ("NewImage", new)]
        .into_iter()
        .filter(|(_, there)| *there)
        .map(|(name, _)| format!("\"{name}\""))
        .collect();
    let sees = if names.is_empty() {
        vec![printed.replace("{\"id\":{\"S\":\"x\"}}", "\"Keys\": { \"id\": { \"S\": \"x\" } }")]
    } else {
        names
    };
    let right = DrawnOption::right(told(old, new), why).tried([writes, read].concat(), sees);
    Some(DrawnQuestion::new(stem, right, wrong).on(setup))
}

fn count(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let never = "--condition-expression 'attribute_not_exists(id)'";
    let mut lines = vec![put("a", "open")];
    let choices = [
        put("a", "open"),
        put("a", "paid"),
        delete("b"),
        delete("a"),
        format!("{} {never}", put("a", "new")),
        put("b", "open"),
    ];
    let mut order: Vec<usize> = (0..choices.len()).collect();
    chance.shuffle(&mut order);
    lines.extend(order[..4].iter().map(|at| choices[*at].clone()));
    let setup = streamed("KEYS_ONLY");
    let mut bench = bench(&setup)?;
    let mut refused = 0;
    for line in &lines {
        refused += u64::from(bench.run(line).text.starts_with("An error"));
    }
    let told = bench.run(":stream Items").text;
    let found: u64 = told
        .lines()
        .filter_map(|line| line.trim_end().strip_suffix(" records")?.rsplit(' ').next()?.parse::<u64>().ok())
        .sum();
    let all = lines.len() as u64;
    if found == all {
        return None;
    }
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table named Items. DynamoDB Streams is enabled, and the table is empty. A script runs the \
         following AWS CLI commands one after the other. How many records does the script add to the stream?"
    );
    let number = |records: u64| counted(records, "record");
    let why = "DynamoDB writes a stream record only if an item changes. A write that stores the same item again, a deletion of an item that does \
               not exist and a failed condition make no record.";
    let mut wrong = vec![DrawnOption::wrong(number(all), why), DrawnOption::wrong(number(all - refused), why)];
    let near =
        [found + 1, found.saturating_sub(1), found + 2, found.saturating_sub(2), found + 3, found.saturating_sub(3)];
    let near = near.into_iter().filter(|records| *records != found && *records <= all);
    wrong.extend(near.map(|records| DrawnOption::wrong(number(records), why)));
    let sees: Vec<String> = told
        .lines()
        .filter(|line| line.contains(" open, ") || line.contains(" closed, "))
        .map(|line| line.trim().to_owned())
        .collect();
    let tries = lines.iter().cloned().chain([":stream Items".to_owned()]).collect();
    let right = DrawnOption::right(number(found), why).tried(tries, sees);
    let script: Vec<String> = lines.iter().map(|line| shown(line)).collect();
    Some(DrawnQuestion::new(stem, right, wrong).on(setup).showing(
        ExhibitKind::Cli,
        "shell",
        "The script",
        script.join("\n"),
    ))
}

/// A write that a filter is tried on: how an option tells it, its command, and what its record holds.
struct Write {
    told: String,
    line: String,
    why: String,
}

/// Every kind of write, for items whose state is open or paid. Items called by their state are there before.
fn writes() -> Vec<Write> {
    let put = |id: &str, state: &str, total: u64| {
        format!(
            "put-item --table-name Items --item \
             '{{\"id\":{{\"S\":\"{id}\"}},\"state\":{{\"S\":\"{state}\"}},\"total\":{{\"N\":\"{total}\"}}}}'"
        )
    };
    let make = |told: String, line: String, why: String| Write { told, line, why };
    let of = |(state, other): (&str, &str)| {
        [
            make(
                format!("A new item with the state {state}"),
                put("new", state, 1),
                format!("The eventName is INSERT, and NewImage has the state {state}."),
            ),
            make(
                format!("A change of the state from {state} to {other}"),
                put(state, other, 1),
                format!("The eventName is MODIFY, OldImage has the state {state} and NewImage has the state {other}."),
            ),
            make(
                format!("A change of the total with the state {state}"),
                put(state, state, 2),
                format!("The eventName is MODIFY, and both images have the state {state}."),
            ),
            make(
                format!("A deletion of an item with the state {state}"),
                delete(state),
                format!("The eventName is REMOVE, OldImage has the state {state}, and there is no NewImage."),
            ),
        ]
    };
    [("open", "paid"), ("paid", "open")].into_iter().flat_map(of).collect()
}

/// A pattern that some of [`writes`] match.
fn pattern(chance: &mut Chance) -> Option<Value> {
    let (state, other) = *pick(chance, &[("open", "paid"), ("paid", "open")])?;
    let event = *pick(chance, &["INSERT", "MODIFY", "REMOVE"])?;
    let image = if event == "REMOVE" { "OldImage" } else { "NewImage" };
    let patterns = [
        json!({"eventName": [event], "dynamodb": {image: {"state": {"S": [state]}}}}),
        json!({"dynamodb": {"OldImage": {"state": {"S": [state]}}, "NewImage": {"state": {"S": [other]}}}}),
        json!({"eventName": ["INSERT", "MODIFY"], "dynamodb": {"NewImage": {"state": {"S": [{"anything-but": [state]}]}}}}),
        json!({"eventName": [{"anything-but": [event]}], "dynamodb": {"OldImage": {"state": {"S": [state]}}}}),
        json!({"dynamodb": {"OldImage": {"state": {"S": [{"exists": false}]}}, "NewImage": {"state": {"S": [state]}}}}),
        json!({"eventName": ["MODIFY"], "dynamodb": {"NewImage": {"state": {"S": [{"prefix": &state[..2]}]}}}}),
    ];
    pick(chance, &patterns).cloned()
}

fn filter(chance: &mut Chance) -> Option<DrawnQuestion> {
    let pattern = pattern(chance)?;
    let criteria = json!({"Filters": [{"Pattern": pattern.to_string()}]});
    let mut setup = streamed("NEW_AND_OLD_IMAGES");
    setup.items =
        ["open", "paid"].map(|state| json!({"id": {"S": state}, "state": {"S": state}, "total": {"N": "1"}})).to_vec();
    let mut bench = bench(&setup)?;
    let arn = stream_arn(&mut bench)?;
    let mapping = format!(
        "aws lambda create-event-source-mapping --function-name log --starting-position LATEST --event-source-arn {arn} \
         --filter-criteria '{criteria}' --query State"
    );
    let tries = |write: &Write| {
        [mapping.clone(), write.line.clone(), ":clock +5s".to_owned(), ":invocations".to_owned()].to_vec()
    };
    let mut all = writes();
    chance.shuffle(&mut all);
    let is_invoked = |write: &Write| {
        let mut bench = bench.clone();
        let replies = tries(write).into_iter().map(|line| bench.run(&line).text);
        replies.last().is_some_and(|text| text.contains("log shard 1: 1 record"))
    };
    let (mut passing, failing): (Vec<Write>, Vec<Write>) = all.into_iter().partition(is_invoked);
    let right = passing.pop()?;
    let stem = "A retailer stores orders in an Amazon DynamoDB table. DynamoDB Streams is enabled with the view type NEW_AND_OLD_IMAGES, and an \
                event source mapping invokes an AWS Lambda function. The mapping has one filter with the following pattern. The attribute state \
                of an order is open or paid, and the attribute total is a Number. Which write to the table invokes the function?"
        .to_owned();
    let wrong = failing
        .iter()
        .map(|write| {
            let why = format!("{} The record does not match the pattern, so Lambda discards it.", write.why);
            DrawnOption::wrong(write.told.clone(), why).tried(tries(write), vec!["No function was invoked".to_owned()])
        })
        .collect();
    let why = format!("{} Each field of the pattern matches the record.", right.why);
    let answer =
        DrawnOption::right(right.told.clone(), why).tried(tries(&right), vec!["log shard 1: 1 record".to_owned()]);
    Some(DrawnQuestion::new(stem, answer, wrong).on(setup).showing(
        ExhibitKind::Json,
        "json",
        "The filter pattern",
        pretty(&pattern),
    ))
}

/// JSON with a line for each member of its first two levels.
fn pretty(pattern: &Value) -> String {
    let members = |value: &Value, indent: &str, inner: &dyn Fn(&Value) -> String| {
        let members = value.as_object().into_iter().flatten();
        let lines: Vec<String> = members.map(|(name, value)| format!("{indent}\"{name}\": {}", inner(value))).collect();
        lines.join(",\n")
    };
    let flat = |value: &Value| value.to_string().replace(':', ": ").replace(',', ", ");
    let nested = |value: &Value| match value {
        Value::Object(_) => format!("{{\n{}\n  }}", members(value, "    ", &flat)),
        value => flat(value),
    };
    format!("{{\n{}\n}}", members(pattern, "  ", &nested))
}

/// Two writes of the color of one item, each of a value in a Region, the second before the first has arrived there.
fn two_writes(first: (&str, &str), second: (&str, &str), gap: u64) -> Vec<String> {
    let set = |(value, region): (&str, &str)| {
        format!(
            "update-item --table-name Items --key '{{\"id\":{{\"S\":\"x\"}}}}' --update-expression 'SET #a = :v' \
             --expression-attribute-names '{{\"#a\":\"color\"}}' --expression-attribute-values '{{\":v\":{{\"S\":\"{value}\"}}}}' \
             --region {region}"
        )
    };
    vec![
        "update-table --table-name Items --replica-updates '[{\"Create\":{\"RegionName\":\"eu-west-1\"}}]' --query TableDescription.TableName"
            .to_owned(),
        ":clock +10s".to_owned(),
        ":replication lag 2s".to_owned(),
        set(first),
        format!(":clock +{gap}ms"),
        set(second),
        ":clock +10s".to_owned(),
    ]
}

fn conflict(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let mut values = ["amber", "blue", "green", "red"];
    chance.shuffle(&mut values);
    let mut regions = ["us-east-1", "eu-west-1"];
    chance.shuffle(&mut regions);
    let gap = chance.between(2, 8) * 50;
    let mut setup = items(&[]);
    setup.create["StreamSpecification"] = json!({"StreamEnabled": true, "StreamViewType": "NEW_AND_OLD_IMAGES"});
    setup.items.push(json!({"id": {"S": "x"}, "color": {"S": values[0]}}));
    let look = |region: &str| {
        format!("get-item --table-name Items --key '{{\"id\":{{\"S\":\"x\"}}}}' --query Item.color.S --region {region}")
    };
    let lines = two_writes((values[1], regions[0]), (values[2], regions[1]), gap);
    let mut bench = bench(&setup)?;
    for line in &lines {
        bench.run(line);
    }
    let value = |bench: &mut Workbench, region: &str| -> Option<String> {
        serde_json::from_str(&bench.run(&look(region)).text).ok()
    };
    let (first, second) = (value(&mut bench, regions[0])?, value(&mut bench, regions[1])?);
    let told = |first: &str, second: &str| format!("{} in {}, {} in {}", first, regions[0], second, regions[1]);
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB global table with multi-Region eventual consistency and replicas in us-east-1 and eu-west-1. In \
         an item, the attribute color is {}. An application sets color to {} in {}. After {gap} ms, before this change is replicated, another \
         application sets color to {} in {}. Which values does color have after replication has finished?",
        values[0], values[1], regions[0], values[2], regions[1]
    );
    let wrong = vec![
        DrawnOption::wrong(
            told(values[1], values[1]),
            "The last writer wins. The first write does not protect the item.",
        )
        .trap("global-table-coordinates"),
        DrawnOption::wrong(told(values[1], values[2]), "The replicas converge to one version of the item.")
            .trap("global-table-coordinates"),
        DrawnOption::wrong(
            told(values[0], values[0]),
            "Both writes succeed. DynamoDB does not undo writes that conflict.",
        )
        .trap("global-table-coordinates"),
        DrawnOption::wrong(told(values[2], values[1]), "The replicas converge to one version of the item.")
            .trap("global-table-coordinates"),
    ];
    let why = "DynamoDB resolves the conflict with last writer wins: the write with the latest timestamp remains in each Region.";
    let mut tries = lines;
    tries.extend([look(regions[0]), look(regions[1])]);
    let right = DrawnOption::right(told(&first, &second), why)
        .tried(tries, vec![format!("\"{first}\""), format!("\"{second}\"")]);
    Some(DrawnQuestion::new(stem, right, wrong).on(setup))
}
