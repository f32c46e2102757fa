//! Whatever size a request or a typed line has, it is answered in a time in proportion to it: every member of every
//! request, made large in every way that its shape has, and lines of a megabyte.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![allow(clippy::disallowed_methods, reason = "how long it takes is what is tested")]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use base64::Engine as _;
use dynadrill::aws_cli;
use dynadrill::clock::{SystemClock, VirtualClock};
use dynadrill::engine::objects::{ImportLimits, Objects, WrittenObject};
use dynadrill::engine::ops::{self, VERBS};
use dynadrill::engine::shape::{Shape, Structure};
use dynadrill::engine::{Config, Engine};
use dynadrill::http::{Backend as _, Served};
use dynadrill::lab::{MAX_LINE_BYTES, ReplyKind, Workbench};
use dynadrill::world::World;
use dynadrill::world::api::OPERATIONS;
use serde_json::{Map, Value, json};

/// How many elements or entries a large list or map has, and a tenth of the bytes of a large text.
const MANY: usize = 10_000;
/// How long a request may take; one whose time grows with the square of its size takes minutes.
const PATIENCE: Duration = Duration::from_secs(5);

/// The least that a shape takes.
fn small(shape: &Shape) -> Value {
    match shape {
        Shape::String(text) if !text.values.is_empty() => text.values[0].into(),
        Shape::String(text) => "Orders".repeat(text.min.div_ceil(6).max(1)).into(),
        Shape::Integer(range) | Shape::Long(range) => range.min.clamp(1, range.max).into(),
        Shape::Double | Shape::Timestamp => 50.into(),
        Shape::Boolean => true.into(),
        Shape::List(list) => vec![small(&list.element); list.min].into(),
        Shape::Map(map) => json!({"pk": small(&map.value)}),
        Shape::Structure(inner) => minimal(inner).into(),
        Shape::AttributeValue => json!({"S": "x"}),
    }
}

/// A structure with only what it requires.
fn minimal(structure: &Structure) -> Map<String, Value> {
    let required = structure.members.iter().filter(|member| member.required);
    required.map(|member| (member.name.to_owned(), small(&member.shape))).collect()
}

/// A shape's value in every way that it can be large.
fn large(shape: &Shape) -> Vec<Value> {
    let names = || (0..MANY).map(|n| format!("n{n}"));
    let long = || "n".repeat(10 * MANY);
    match shape {
        Shape::String(_) => {
            vec![long().into(), "(".repeat(MANY).into(), "a AND ".repeat(MANY).into(), ":v,".repeat(MANY).into()]
        }
        Shape::Integer(_) | Shape::Long(_) | Shape::Double | Shape::Timestamp => vec![i64::MAX.into(), i64::MIN.into()],
        Shape::Boolean => Vec::new(),
        Shape::List(list) => {
            let mut all = vec![vec![small(&list.element); MANY].into(), vec![json!({}); MANY].into()];
            all.extend(large(&list.element).into_iter().map(|one| json!([one])));
            if let Shape::String(_) = list.element {
                all.push(names().collect::<Vec<_>>().into());
            }
            all
        }
        Shape::Map(map) => {
            let mut all = vec![
                names().map(|name| (name, small(&map.value))).collect::<Map<_, _>>().into(),
                names().map(|name| (format!("#{name}"), small(&map.value))).collect::<Map<_, _>>().into(),
                names().map(|name| (format!(":{name}"), json!({}))).collect::<Map<_, _>>().into(),
            ];
            for one in large(&map.value) {
                all.extend([json!({"Orders": one.clone()}), json!({ long(): one })]);
            }
            all
        }
        Shape::Structure(inner) => {
            let with = |name: &str, value: Value| {
                let mut members = minimal(inner);
                members.insert(name.to_owned(), value);
                Value::Object(members)
            };
            let members = inner.members.iter();
            members.flat_map(|member| large(&member.shape).into_iter().map(|one| with(member.name, one))).collect()
        }
        Shape::AttributeValue => vec![
            json!({"S": long()}),
            json!({"N": "1".repeat(10 * MANY)}),
            json!({"SS": names().collect::<Vec<_>>()}),
            json!({"NS": (0..MANY).map(|n| n.to_string()).collect::<Vec<_>>()}),
            json!({"L": vec![json!({"S": "x"}); MANY]}),
            json!({"M": names().map(|name| (name, json!({"S": "x"}))).collect::<Map<_, _>>()}),
            json!({"M": {long(): {"L": vec![json!({"N": "x"}); MANY]}}}),
        ],
    }
}

/// Every request of a structure with one of its members large.
fn bodies(structure: &'static Structure) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for member in structure.members {
        for (way, value) in large(&member.shape).into_iter().enumerate() {
            let mut body = minimal(structure);
            if structure.member("TableName").is_some() {
                body.insert("TableName".to_owned(), "Orders".into());
            }
            body.insert(member.name.to_owned(), value);
            all.push((format!("{} {way}", member.name), body.into()));
        }
    }
    all
}

fn engine() -> Engine {
    let mut engine = Engine::new(Config::default(), Arc::new(VirtualClock::new(VirtualClock::LAB_START)));
    let create = json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "GlobalSecondaryIndexes": [{
            "IndexName": "Orders", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"},
        }],
    });
    engine.call("CreateTable", create).unwrap();
    engine.call("PutItem", json!({"TableName": "Orders", "Item": {"pk": {"S": "x"}, "l": {"L": []}}})).unwrap();
    engine
}

#[test]
fn a_large_member_of_any_request_is_answered_in_time() {
    let mut slow = Vec::new();
    for verb in VERBS {
        for (which, body) in bodies(ops::find(verb.name).unwrap().input) {
            let mut engine = engine();
            let began = Instant::now();
            let _ = engine.call(verb.name, body);
            // What was asked for must not have made the next request slow either.
            let after = engine.call("GetItem", json!({"TableName": "Orders", "Key": {"pk": {"S": "x"}}}));
            assert!(verb.name == "DeleteTable" || after.is_ok(), "{} {which}: {after:?}", verb.name);
            if began.elapsed() > PATIENCE {
                slow.push(format!("{} {which}: {:?}", verb.name, began.elapsed()));
            }
        }
    }
    assert_eq!(slow, Vec::<String>::new());
}

#[test]
fn a_large_member_of_any_request_around_the_table_is_answered_in_time() {
    let mut slow = Vec::new();
    for operation in OPERATIONS {
        for (which, body) in bodies(operation.input) {
            let mut world = World::new(Config::default());
            let began = Instant::now();
            let _ = world.ask(operation, body);
            world.wait(600_000);
            if began.elapsed() > PATIENCE {
                slow.push(format!("{} {which}: {:?}", operation.name, began.elapsed()));
            }
        }
    }
    assert_eq!(slow, Vec::<String>::new());
}

#[test]
fn many_mistakes_behind_a_long_name_or_in_a_large_map_are_listed_in_time() {
    let long = "n".repeat(2_000_000);
    let many: Map<String, Value> = (0..300_000).map(|n| (format!("!{n}"), json!([]))).collect();
    for requests in [json!({long: vec![json!({}); 300_000]}), many.into()] {
        let began = Instant::now();
        let refused = engine().call("BatchWriteItem", json!({"RequestItems": requests})).unwrap_err();
        assert!(refused.message.contains("validation error"), "{}", &refused.message[..200]);
        assert!(began.elapsed() < 4 * PATIENCE, "{:?}", began.elapsed());
    }
}

#[test]
fn what_is_refused_is_repeated_as_far_as_it_helps() {
    let statements = vec![json!({"Statement": "x"}); 300_000];
    let refused = engine().call("BatchExecuteStatement", json!({"Statements": statements})).unwrap_err();
    assert!(refused.message.contains("validation error detected: Value '["), "{}", &refused.message[..200]);
    assert!(refused.message.len() < 200_000, "{} bytes", refused.message.len());
}

/// A list of so many small numbers.
fn numbers(count: usize) -> Value {
    json!({"L": vec![json!({"N": "1"}); count]})
}

#[test]
fn a_short_expression_cannot_state_a_long_value_again_and_again() {
    let mut engine = engine();
    let too_long = "Expression attribute names and values have exceeded the maximum allowed size";
    let mut refused = |verb: &str, body: Value| engine.call(verb, body).unwrap_err().message;
    let scan = |filter: &str, value: Value| json!({"TableName": "Orders", "FilterExpression": filter, "ExpressionAttributeValues": {":v": value}});
    let many = ["contains(:v, pk)"; 190].join(" OR ");
    assert!(refused("Scan", scan(&many, numbers(10_000))).contains(too_long));
    assert!(refused("Scan", scan("contains(:v, pk)", numbers(800_000))).contains(too_long));
    let sets = (0..300).map(|n| format!("a{n} = :v")).collect::<Vec<_>>().join(", ");
    let update = json!({
        "TableName": "Orders", "Key": {"pk": {"S": "x"}}, "UpdateExpression": format!("SET {sets}"),
        "ExpressionAttributeValues": {":v": numbers(10_000)},
    });
    assert!(refused("UpdateItem", update.clone()).contains(too_long));
    // Each of them states less than a request may, and all of them more than a transaction may.
    let sets = (0..12).map(|n| format!("a{n} = :v")).collect::<Vec<_>>().join(", ");
    let actions: Vec<Value> = (0..10)
        .map(|n| {
            let mut update = update.clone();
            update["Key"]["pk"]["S"] = n.to_string().into();
            update["UpdateExpression"] = format!("SET {sets}").into();
            update["ExpressionAttributeValues"][":v"] = numbers(30_000);
            json!({"Update": update})
        })
        .collect();
    let message = refused("TransactWriteItems", json!({"TransactItems": actions}));
    assert_eq!(message, "Aggregated transaction size cannot exceed 4194304 bytes");
}

#[test]
fn a_page_ends_where_its_filter_has_compared_enough() {
    let mut engine = engine();
    for n in 0..300 {
        engine.call("PutItem", json!({"TableName": "Orders", "Item": {"pk": {"S": n.to_string()}}})).unwrap();
    }
    let mut body = json!({
        "TableName": "Orders", "ConsistentRead": true, "FilterExpression": "contains(:v, pk)",
        "ExpressionAttributeValues": {":v": numbers(300_000)},
    });
    let mut scanned = Vec::new();
    loop {
        let page = engine.call("Scan", body.clone()).unwrap();
        scanned.push(page["ScannedCount"].as_u64().unwrap());
        match page.get("LastEvaluatedKey") {
            Some(key) => body["ExclusiveStartKey"] = key.clone(),
            None => break,
        }
    }
    assert_eq!(scanned, [167, 134], "301 items");
    let blob = |length: usize, last: u8| {
        let mut bytes = vec![0; length];
        bytes.extend([last]);
        json!({"B": base64::engine::general_purpose::STANDARD.encode(bytes)})
    };
    engine.call("PutItem", json!({"TableName": "Orders", "Item": {"pk": {"S": "b"}, "b": blob(300_000, 0)}})).unwrap();
    let filter = ["contains(b, :v)"; 10].join(" OR ");
    let body = json!({"TableName": "Orders", "FilterExpression": filter, "ExpressionAttributeValues": {":v": blob(150_000, 1)}});
    let began = Instant::now();
    assert_eq!(engine.call("Scan", body).unwrap()["Count"], 0);
    assert!(began.elapsed() < PATIENCE, "{:?}", began.elapsed());
}

/// Lines of nearly a megabyte, each long in another way.
fn long_lines() -> Vec<String> {
    let (whole, part) = (1_000_000, 300_000);
    let fill = |piece: &str| piece.repeat(part / piece.len());
    let item = |inner: &str| format!("put-item --table-name Orders --item {{\"pk\":{{\"S\":\"x\"}},{inner}}}");
    let elements = |piece: &str| vec![piece; 400_000 / (piece.len() + 1)].join(",");
    let long = "n".repeat(500_000);
    let mut lines: Vec<String> =
        ["a", "a ", "--a ", "--a=", "'", "''", "\"", "\\", "\\ ", "{", "[]", "$", "ä", "|", "aws "]
            .map(|piece| piece.repeat(whole / piece.len()))
            .into();
    for begun in [
        ":",
        ":help ",
        ":tables ",
        ":explain ",
        ":compare ",
        ":code ",
        ":code python ",
        ":stream ",
        ":clock ",
        ":clock +",
        ":heat ",
        ":traffic ",
        ":traffic --rate ",
        ":traffic --keys zipf:",
        ":traffic --item ",
        ":bill ",
        ":sdk ",
        ":lag gsi ",
        ":limit collection ",
        ":chaos ",
        ":chaos throttle ",
        ":invocations ",
        ":replication ",
        ":cache get ",
        ":cache set k ",
        ":as ",
        "aws ",
        "wait ",
        "help ",
        "get-item --",
        "get-item --table-name ",
        "get-item --output ",
        "get-item --query ",
        "get-item --region ",
        "get-item --key ",
        "get-item --key a=",
        "get-item --cli-input-json ",
        "execute-statement --statement ",
        "batch-get-item --request-items ",
    ] {
        lines.extend([fill("9"), fill("x,"), fill("x=1,"), fill("a "), fill("[")].map(|long| format!("{begun}{long}")));
    }
    lines.extend([
        item(&format!("\"{long}\":{{\"L\":[{}]}}", elements("{\"S\":\"\"}"))),
        item(&format!("\"{long}\":{{\"L\":[{}]}}", elements("7"))),
        item(&format!("\"l\":{{\"SS\":[{}]}}", elements("\"x\""))),
        format!("batch-get-item --request-items {{\"{long}\":[{}]}}", elements("{}")),
        format!("batch-write-item --request-items {{\"{long}\":[{}]}}", elements("{\"PutRequest\":{}}")),
        format!("query --table-name Orders --attributes-to-get {}", fill("a ")),
        format!("query --table-name Orders --key-condition-expression '{}'", fill("pk = :v AND ")),
        format!("transact-get-items --transact-items [{}]", elements("{}")),
    ]);
    lines
}

#[test]
fn a_long_line_is_answered_in_time() {
    let mut slow = Vec::new();
    let mut bench = Workbench::new();
    bench.run("create-table --table-name Orders --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=pk,AttributeType=S --key-schema AttributeName=pk,KeyType=HASH");
    for line in long_lines() {
        assert!(line.len() <= MAX_LINE_BYTES, "{}", line.len());
        let began = Instant::now();
        let reply = bench.run(&line);
        let _ = (aws_cli::is_incomplete(&line), bench.complete(&line));
        if began.elapsed() > PATIENCE {
            slow.push(format!("{:?} {}: {:?}", &line[..30], &reply.text[..reply.text.len().min(80)], began.elapsed()));
        }
    }
    assert_eq!(slow, Vec::<String>::new());
    let refused = bench.run(&"a".repeat(MAX_LINE_BYTES + 1));
    assert_eq!(refused.kind, ReplyKind::NotUnderstood);
    assert_eq!(refused.text, "A line may have 1048576 bytes at most; this one has more, and was not run.");
}

#[test]
fn a_file_that_holds_an_absurd_setting_is_served_and_the_setting_told() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("tables.db");
    let mut served = Served::in_file(&file, Config::default(), Arc::new(SystemClock), Box::new(|_| {})).unwrap();
    let create = json!({
        "TableName": "Absurd", "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "WarmThroughput": {"ReadUnitsPerSecond": 39_999, "WriteUnitsPerSecond": 4000},
    });
    served.call(ops::find("CreateTable").unwrap(), create).unwrap();
    drop(served);
    let tables = rusqlite::Connection::open(&file).unwrap();
    tables.execute("UPDATE tables SET body = replace(body, '39999', '100000000000')", []).unwrap();
    drop(tables);
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynadrill"));
    command.args(["serve", "--port", "0", "--data"]).arg(&file).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let lines: Vec<String> = told.by_ref().take(2).collect();
    child.kill().unwrap();
    child.wait().unwrap();
    let clamped = "table Absurd: ReadUnitsPerSecond was 100000000000, beyond the quota of a table; it is 40000 now";
    assert_eq!(lines[0], clamped);
    assert!(lines[1].starts_with("dynadrill serves DynamoDB at http://127.0.0.1:"), "{lines:?}");
}

/// A bucket of objects with one item a line.
#[derive(Debug)]
struct Bucket {
    objects: usize,
    lines: usize,
    /// How many lines were handed out.
    read: std::sync::atomic::AtomicUsize,
}

impl Objects for Bucket {
    fn has_bucket(&self, _: &str) -> bool {
        true
    }

    fn keys(&self, _: &str, _: &str, most: usize) -> Result<Vec<String>, String> {
        Ok((0..self.objects.min(most + 1)).map(|at| format!("{at}.json")).collect())
    }

    fn put(&self, _: &str, _: &str, _: &mut dyn Iterator<Item = String>, _: bool) -> Result<WrittenObject, String> {
        Err("nothing is written here".to_owned())
    }

    fn lines(&self, _: &str, key: &str, _: bool, each: &mut dyn FnMut(Option<&[u8]>) -> bool) -> Result<(), String> {
        for at in 0..self.lines {
            self.read.fetch_add(1, Ordering::Relaxed);
            let line = json!({"Item": {"id": {"S": format!("{key} {at}")}}}).to_string();
            if !each(Some(line.as_bytes())) {
                break;
            }
        }
        Ok(())
    }
}

/// What DescribeImport tells of an import of such a bucket, and how many lines were read for it.
fn imported(bucket: Bucket, limits: ImportLimits) -> (Value, usize) {
    let bucket = Arc::new(bucket);
    let config = Config { objects: Some(bucket.clone()), import_limits: limits, ..Config::default() };
    let clock = VirtualClock::new(VirtualClock::LAB_START);
    let mut engine = Engine::new(config, Arc::new(clock.clone()));
    let begun = engine.call(
        "ImportTable",
        json!({
            "S3BucketSource": {"S3Bucket": "shop"},
            "InputFormat": "DYNAMODB_JSON",
            "TableCreationParameters": {
                "TableName": "Imported", "BillingMode": "PAY_PER_REQUEST",
                "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            },
        }),
    );
    let arn = begun.unwrap()["ImportTableDescription"]["ImportArn"].clone();
    clock.advance_millis(3_600_000);
    let told = engine.call("DescribeImport", json!({"ImportArn": arn})).unwrap()["ImportTableDescription"].clone();
    (told, bucket.read.load(Ordering::Relaxed))
}

#[test]
fn an_import_stops_at_its_limits_and_says_so() {
    let limits = ImportLimits { bytes: 10_000, items: 20, objects: 3 };
    let bucket = |objects, lines| Bucket { objects, lines, read: 0.into() };
    let (fits, _) = imported(bucket(2, 10), limits);
    assert_eq!((&fits["ImportStatus"], &fits["ImportedItemCount"]), (&json!("COMPLETED"), &json!(20)), "{fits}");
    let many_items = (bucket(1, 1_000_000), limits, 20);
    let many_bytes = (bucket(1, 1_000_000), ImportLimits { bytes: 200, ..limits }, 6);
    let many_objects = (bucket(5, 1), limits, 3);
    for (bucket, limits, most) in [many_items, many_bytes, many_objects] {
        let (told, read) = imported(bucket, limits);
        assert_eq!(told["ImportStatus"], "FAILED", "{told}");
        let count = told["ImportedItemCount"].as_u64().unwrap();
        assert!((1..=most).contains(&count), "{told}");
        assert!(read <= 21, "{read} lines were read: {told}");
        let reason = told["FailureMessage"].as_str().unwrap();
        assert!(reason.contains("the rest was left out") && reason.contains(" 3 objects"), "{reason}");
    }
}
