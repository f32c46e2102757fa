//! Recorded behaviour of the service, replayed over HTTP against the real program, and bodies of any kind.
//!
//! A case in `tests/cases` is a list of steps. Each sends `request` (or the text `raw`) to `op` and says what must hold
//! of the answer: `status`, `error` (short exception name), `type` (whole `__type`), `message`, `message_contains`,
//! `body` (a subset; lists match as a whole, sets without order, numbers by value), `exact` and `unordered` (paths in
//! `body`), `paths`, `body_absent`, `length`, `one_of`, `numeric`, `headers`, `header_crc32`, `raw_json_object`.
//! `save` keeps a value for later requests as `${name}`; `poll_seconds` repeats a read until it fits; `repeat` with
//! `stop_on_error` sends several times. `{$repeat: [x, n]}` is a long text, `{$epoch: s}` the present plus s seconds.
//! A case with `throttle` runs against an endpoint that has throughput limits. `@Sleep` waits and `@DrainStream` reads a stream from its start.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod common;

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;
use std::time::Duration;

use common::{Answer, Endpoint};
use dynadrill::clock::{Clock as _, SystemClock};
use dynadrill::engine::value::Number;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    about: String,
    source: String,
    confidence: String,
    why: String,
    #[serde(default)]
    hazard: bool,
    #[serde(default)]
    throttle: bool,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    op: String,
    #[serde(default)]
    request: Value,
    raw: Option<String>,
    #[serde(default)]
    save: BTreeMap<String, String>,
    #[serde(default)]
    poll_seconds: u64,
    repeat: Option<u32>,
    #[serde(default)]
    stop_on_error: bool,
    #[serde(default)]
    expect: Expect,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    status: Option<u16>,
    error: Option<OneOrMore>,
    r#type: Option<String>,
    message: Option<String>,
    message_contains: Option<OneOrMore>,
    body: Option<Value>,
    #[serde(default)]
    exact: Vec<String>,
    #[serde(default)]
    unordered: Vec<String>,
    #[serde(default)]
    paths: BTreeMap<String, Value>,
    #[serde(default)]
    body_absent: Vec<String>,
    #[serde(default)]
    length: BTreeMap<String, usize>,
    #[serde(default)]
    one_of: BTreeMap<String, Vec<Value>>,
    #[serde(default)]
    numeric: BTreeMap<String, String>,
    #[serde(default)]
    headers: BTreeMap<String, Value>,
    #[serde(default)]
    header_crc32: bool,
    #[serde(default)]
    raw_json_object: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn all(&self) -> Vec<&str> {
        match self {
            Self::One(one) => vec![one],
            Self::More(more) => more.iter().map(String::as_str).collect(),
        }
    }
}

type Saved = BTreeMap<String, Value>;

/// Fills in saved values, long texts and moments.
fn expand(value: &Value, saved: &Saved) -> Value {
    let moment = |offset: &Value| SystemClock.now().as_secs().cast_signed() + offset.as_i64().unwrap();
    match value {
        Value::Object(map) if map.len() == 1 && map.contains_key("$repeat") => {
            let text = map["$repeat"][0].as_str().unwrap();
            text.repeat(usize::try_from(map["$repeat"][1].as_u64().unwrap()).unwrap()).into()
        }
        Value::Object(map) if map.len() == 1 && map.contains_key("$epoch") => moment(&map["$epoch"]).to_string().into(),
        Value::Object(map) if map.len() == 1 && map.contains_key("$epoch_ms") => {
            (moment(&map["$epoch_ms"]) * 1000).to_string().into()
        }
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| {
                (expand(&Value::from(key.as_str()), saved).as_str().unwrap().to_owned(), expand(value, saved))
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(list) => list.iter().map(|value| expand(value, saved)).collect(),
        Value::String(text) => match text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => saved[name].clone(),
            None => value.clone(),
        },
        _ => value.clone(),
    }
}

/// The value at `a/b/0`.
fn lookup<'a>(body: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('/').try_fold(body, |here, part| match here {
        Value::Array(list) => list.get(part.parse::<usize>().ok()?),
        _ => here.get(part),
    })
}

/// A comparable form: numbers by value, sets without order.
fn normal(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, inner)| {
                let set = matches!(key.as_str(), "SS" | "NS" | "BS") && map.len() == 1;
                (key.clone(), if set { sorted(&normal(inner)) } else { normal(inner) })
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(list) => list.iter().map(normal).collect(),
        Value::Number(number) => json!(number.as_f64()),
        _ => value.clone(),
    }
}

fn sorted(value: &Value) -> Value {
    let mut list = value.as_array().cloned().unwrap_or_default();
    list.sort_by_key(|element| in_order(&normal(element)).to_string());
    list.into()
}

/// Members in name order, so that texts can be compared.
fn in_order(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let members: BTreeMap<_, _> = map.iter().map(|(key, inner)| (key.clone(), in_order(inner))).collect();
            members.into_iter().collect::<Map<_, _>>().into()
        }
        Value::Array(list) => list.iter().map(in_order).collect(),
        _ => value.clone(),
    }
}

fn same(left: &Value, right: &Value) -> bool {
    in_order(&normal(left)) == in_order(&normal(right))
}

fn subset(want: &Value, got: &Value, at: &str) -> Result<(), String> {
    match (want, got) {
        (Value::Object(wanted), Value::Object(found))
            if !(wanted.len() == 1 && ["SS", "NS", "BS"].iter().any(|set| wanted.contains_key(*set))) =>
        {
            wanted.iter().try_for_each(|(key, value)| match found.get(key) {
                Some(found) => subset(value, found, &format!("{at}/{key}")),
                None => Err(format!("{at}/{key} is missing")),
            })
        }
        _ if same(want, got) => Ok(()),
        _ => Err(format!("{at}: want {want}, got {got}")),
    }
}

fn hold(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

impl Expect {
    fn check(&self, answer: &Answer, saved: &Saved) -> Result<(), String> {
        let body = answer.json();
        let text = String::from_utf8_lossy(&answer.body[..answer.body.len().min(300)]).into_owned();
        if let Some(status) = self.status {
            hold(answer.status == status, || format!("want status {status}, got {}: {text}", answer.status))?;
        }
        self.check_error(&body, &text)?;
        self.check_body(&body, saved)?;
        for (name, want) in &self.headers {
            let got = answer.header(name);
            let holds =
                if want == &Value::Bool(true) { got.is_some_and(|got| !got.is_empty()) } else { got == want.as_str() };
            hold(holds, || format!("header {name}: want {want}, got {got:?}"))?;
        }
        if self.header_crc32 {
            let crc = crc32fast::hash(&answer.body).to_string();
            hold(answer.header("x-amz-crc32") == Some(&crc), || format!("the checksum is not {crc}"))?;
        }
        hold(!self.raw_json_object || body.is_object(), || format!("want a JSON object, got {text}"))
    }

    fn check_error(&self, body: &Value, text: &str) -> Result<(), String> {
        let kind = body["__type"].as_str().unwrap_or_default();
        if let Some(wanted) = &self.error {
            let name = kind.rsplit('#').next().unwrap();
            hold(wanted.all().contains(&name), || format!("want {:?}, got {text}", wanted.all()))?;
        }
        if let Some(wanted) = &self.r#type {
            hold(kind == wanted, || format!("want {wanted}, got {text}"))?;
        }
        let message = body["message"].as_str().or(body["Message"].as_str()).unwrap_or_default();
        if let Some(wanted) = &self.message {
            hold(message == wanted, || format!("want {wanted}, got {message}"))?;
        }
        for piece in self.message_contains.as_ref().map(OneOrMore::all).unwrap_or_default() {
            let holds = message.to_lowercase().contains(&piece.to_lowercase());
            hold(holds, || format!("want {piece} in {message}"))?;
        }
        Ok(())
    }

    fn check_body(&self, body: &Value, saved: &Saved) -> Result<(), String> {
        if let Some(want) = &self.body {
            let (mut want, mut got) = (expand(want, saved), body.clone());
            for path in &self.unordered {
                for side in [&mut want, &mut got] {
                    let pointer = format!("/{path}");
                    if let Some(list) = side.pointer_mut(&pointer).filter(|list| list.is_array()) {
                        *list = sorted(list);
                    }
                }
            }
            subset(&want, &got, "")?;
            for path in &self.exact {
                let holds = matches!((lookup(&want, path), lookup(&got, path)), (Some(a), Some(b)) if same(a, b));
                hold(holds, || format!("{path} is not exactly as wanted: {got}"))?;
            }
        }
        for (path, want) in &self.paths {
            let got = lookup(body, path).ok_or_else(|| format!("{path} is missing"))?;
            subset(&expand(want, saved), got, path)?;
        }
        for path in &self.body_absent {
            let got = lookup(body, path);
            let absent = got.is_none_or(|got| got.is_null() || *got == json!([]) || *got == json!({}));
            hold(absent, || format!("{path} should be absent: {body}"))?;
        }
        for (path, length) in &self.length {
            let got = lookup(body, path).map_or(0, |got| match got {
                Value::Array(list) => list.len(),
                Value::Object(map) => map.len(),
                _ => 0,
            });
            hold(got == *length, || format!("{path}: want {length} entries, got {got}"))?;
        }
        for (path, choices) in &self.one_of {
            let got = lookup(body, path);
            hold(got.is_some_and(|got| choices.iter().any(|choice| same(choice, got))), || {
                format!("{path}: got {got:?}")
            })?;
        }
        for (path, want) in &self.numeric {
            let got = lookup(body, path).and_then(Value::as_str).and_then(|text| Number::parse(text).ok());
            hold(got.is_some() && got == Number::parse(want).ok(), || format!("{path}: want {want}, got {got:?}"))?;
        }
        Ok(())
    }
}

fn run_step(endpoint: &Endpoint, step: &Step, saved: &mut Saved) -> Result<(), String> {
    let answer = match step.op.as_str() {
        "@Sleep" => {
            thread::sleep(Duration::from_secs_f64(step.request["seconds"].as_f64().unwrap()));
            return Ok(());
        }
        "@DrainStream" => drain(endpoint, &expand(&step.request, saved)),
        op => {
            let body = step.raw.clone().unwrap_or_else(|| expand(&step.request, saved).to_string());
            let mut answer = endpoint.post(op, body.as_bytes());
            for _ in 1..step.repeat.unwrap_or(1) {
                if step.stop_on_error && answer.status != 200 {
                    break;
                }
                answer = endpoint.post(op, body.as_bytes());
            }
            answer
        }
    };
    for (name, path) in &step.save {
        let body = answer.json();
        let value = lookup(&body, path).ok_or_else(|| format!("{path} cannot be saved: {body}"))?;
        saved.insert(name.clone(), value.clone());
    }
    step.expect.check(&answer, saved)?;
    if answer.status == 200 && ["CreateTable", "UpdateTable"].contains(&step.op.as_str()) {
        wait_until_active(endpoint, &step.request["TableName"]);
    }
    Ok(())
}

fn wait_until_active(endpoint: &Endpoint, table: &Value) {
    for _ in 0..2400 {
        let (_, body) = endpoint.call("DescribeTable", &json!({ "TableName": table }));
        let indexes = body["Table"]["GlobalSecondaryIndexes"].as_array().cloned().unwrap_or_default();
        if body["Table"]["TableStatus"] == "ACTIVE" && indexes.iter().all(|index| index["IndexStatus"] == "ACTIVE") {
            return;
        }
        thread::sleep(Duration::from_millis(25));
    }
    panic!("{table} does not become ACTIVE");
}

/// Reads all shards of a stream from their start.
fn drain(endpoint: &Endpoint, request: &Value) -> Answer {
    let arn = &request["StreamArn"];
    let wanted = request["want"].as_u64().unwrap_or(0);
    let mut records = Vec::new();
    // Records that must not come are waited for a while too.
    for _ in 0..request["wait_seconds"].as_u64().unwrap_or(6).min(1) * 5 {
        records.clear();
        let (_, body) = endpoint.call("DescribeStream", &json!({ "StreamArn": arn }));
        for shard in body["StreamDescription"]["Shards"].as_array().unwrap() {
            let from = json!({"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"});
            let (_, body) = endpoint.call("GetShardIterator", &from);
            let mut iterator = body["ShardIterator"].clone();
            while iterator.is_string() {
                let (_, page) = endpoint.call("GetRecords", &json!({ "ShardIterator": iterator }));
                let found = page["Records"].as_array().cloned().unwrap_or_default();
                iterator = if found.is_empty() { Value::Null } else { page["NextShardIterator"].clone() };
                records.extend(found);
            }
        }
        if wanted > 0 && records.len() as u64 >= wanted {
            break;
        }
        thread::sleep(Duration::from_millis(200));
    }
    let body = json!({ "Records": records }).to_string().into_bytes();
    Answer { status: 200, headers: ureq::http::HeaderMap::new(), body }
}

fn run_case(endpoint: &Endpoint, case: &Case) -> Result<(), String> {
    let mut saved = Saved::new();
    for (number, step) in case.steps.iter().enumerate() {
        let tries = step.poll_seconds * 10 + 1;
        let mut outcome = Ok(());
        for _ in 0..tries {
            outcome = run_step(endpoint, step, &mut saved);
            if outcome.is_ok() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
        outcome.map_err(|why| format!("{} ({}), step {} {}: {why}", case.id, case.about, number + 1, step.op))?;
    }
    Ok(())
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let some: Vec<Case> = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        all.extend(some);
    }
    // What has killed other servers comes last.
    all.sort_by_key(|case| case.hazard);
    all
}

/// Cases about what is not there yet, each with what is missing. One that passes must leave the list.
const PENDING: [(&str, &str); 0] = [];

#[test]
fn recorded_cases_are_answered_as_the_service_does() {
    let (endpoint, throttling) = (Endpoint::start(), Endpoint::of(&["serve", "--throttle"], None));
    let cases = cases();
    assert!(cases.len() >= 231, "only {} cases were found", cases.len());
    for (id, missing) in PENDING {
        assert!(cases.iter().any(|case| case.id == id), "{id} ({missing}) is no case");
    }
    for case in &cases {
        assert!(case.source.starts_with("http") && !case.why.is_empty(), "{} has no source", case.id);
        assert!(["high", "medium"].contains(&case.confidence.as_str()), "{}", case.id);
    }
    let mut failures = Vec::new();
    for case in &cases {
        let outcome = run_case(if case.throttle { &throttling } else { &endpoint }, case);
        match (PENDING.iter().find(|(id, _)| *id == case.id), outcome) {
            (None, Err(why)) => failures.push(why),
            (Some((id, missing)), Ok(())) => failures.push(format!("{id} passes: {missing} are not pending any more")),
            _ => {}
        }
    }
    assert!(failures.is_empty(), "{} of {} fail:\n{}", failures.len(), cases.len(), failures.join("\n"));
}

/// Sends what a request can hold that no client would send, and sees the endpoint stay as it was.
#[test]
fn no_body_takes_the_endpoint_down_or_makes_it_grow() {
    let mut endpoint = Endpoint::start();
    let table = json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    });
    assert_eq!(endpoint.call("CreateTable", &table).0, 200);
    wait_until_active(&endpoint, &json!("Orders"));
    endpoint.call("PutItem", &json!({"TableName": "Orders", "Item": {"pk": {"S": "a"}, "l": {"L": []}}}));
    let before = endpoint.peak_kilobytes();
    let far = json!({
        "TableName": "Orders", "Key": {"pk": {"S": "a"}}, "UpdateExpression": "SET l[2000000000] = :v",
        "ExpressionAttributeValues": {":v": {"S": "x"}}, "ReturnValues": "ALL_NEW",
    });
    let (status, body) = endpoint.call("UpdateItem", &far);
    assert_eq!((status, &body["Attributes"]["l"]["L"]), (200, &json!([{"S": "x"}])), "appended, not filled up");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let numbers = format!("[{}1]", "1,".repeat(200_000));
    let odd: Vec<Vec<u8>> = vec![
        deep.into_bytes(),
        numbers.into_bytes(),
        b"{\"TableName\":\"Orders\",\"TableName\":\"Orders\"}".to_vec(),
        b"{\"TableName\":\"\\ud800\"}".to_vec(),
        vec![0xff; 1000],
        vec![0; 1000],
        b"{\"Limit\":1e400}".to_vec(),
        b"\xef\xbb\xbf{}".to_vec(),
        Vec::new(),
    ];
    for body in &odd {
        for verb in ["PutItem", "Query", "TransactWriteItems", "ExecuteStatement"] {
            let answer = endpoint.post(verb, body);
            let shown = String::from_utf8_lossy(&answer.body);
            assert_eq!(answer.status, 400, "{shown}");
            assert!(answer.json()["__type"].is_string(), "{shown}");
        }
    }
    let answer = endpoint.post("PutItem", &vec![b' '; 17 * 1024 * 1024]);
    assert_eq!(answer.status, 413);
    assert!(endpoint.is_running());
    if let (Some(before), Some(after)) = (before, endpoint.peak_kilobytes()) {
        assert!(after < before + 200 * 1024, "grew from {before} KB to {after} KB");
    }
}

/// The exception that an answer tells of, without its prefix, and its message.
fn told(answer: &common::Answer) -> (String, String) {
    let body = answer.json();
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let kind = text("__type").unwrap_or_default();
    let message = text("message").or_else(|| text("Message")).unwrap_or_default();
    (kind.rsplit('#').next().unwrap_or_default().to_owned(), message)
}

#[test]
fn the_protocol_is_the_services() {
    let endpoint = Endpoint::start();
    let target = ("x-amz-target", "DynamoDB_20120810.ListTables");
    let json = ("content-type", "application/x-amz-json-1.0");
    // Bodies may be compressed in either way.
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut zlib, b"{\"Limit\":1}").unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, b"{\"Limit\":1}").unwrap();
    for (encoding, body) in [("deflate", zlib.finish().unwrap()), ("gzip", gzip.finish().unwrap())] {
        let answer = endpoint.post_with(&[target, json, ("content-encoding", encoding)], &body);
        assert_eq!((answer.status, answer.json()), (200, json!({"TableNames": []})), "{encoding}");
        let answer = endpoint.post_with(&[target, json, ("content-encoding", encoding)], b"broken");
        let (kind, message) = told(&answer);
        assert_eq!((answer.status, kind.as_str()), (500, "InternalServerError"));
        let wanted = format!("the body, which Content-Encoding says is {encoding}: it cannot be decompressed");
        assert!(message.starts_with(&wanted), "{message}");
    }
    // identity is no coding, alone or beside another.
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, b"{\"Limit\":1}").unwrap();
    let answer = endpoint.post_with(&[target, json, ("content-encoding", "identity, gzip")], &gzip.finish().unwrap());
    assert_eq!((answer.status, answer.json()), (200, json!({"TableNames": []})));
    // A coding that is not known is refused as broken data is, and so is what is too large when it is decompressed.
    let answer = endpoint.post_with(&[target, json, ("content-encoding", "garbage")], b"{}");
    let message = "Content-Encoding: expected gzip, deflate or identity, found garbage".to_owned();
    assert_eq!((answer.status, told(&answer)), (500, ("InternalServerError".to_owned(), message)));
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut bomb, &vec![b' '; 17 << 20]).unwrap();
    let answer = endpoint.post_with(&[target, json, ("content-encoding", "gzip")], &bomb.finish().unwrap());
    let message = told(&answer).1;
    assert!(
        answer.status == 500 && message.ends_with("expected at most 16777216 bytes decompressed, found more"),
        "{message}"
    );
    // So are too many headers, with their number.
    let numbered: Vec<String> = (0..200).map(|number| format!("x-{number}")).collect();
    let many: Vec<(&str, &str)> = numbered.iter().map(|name| (name.as_str(), "x")).chain([target, json]).collect();
    let answer = endpoint.post_with(&many, b"{}");
    let message = told(&answer).1;
    assert!(answer.status == 431 && message.starts_with("expected at most 100 headers, found 2"), "{message}");
    // Heads beyond 16 KB are refused, paths that are none of the API's are not there.
    let long = "x".repeat(17 * 1024);
    assert_eq!(endpoint.post_with(&[target, json, ("x-padding", &long)], b"{}").status, 400);
    assert_eq!(endpoint.get("/").0, 200);
    assert!(endpoint.url().ends_with(endpoint.get("/").1.trim().strip_prefix("healthy: ").unwrap()));
    assert_eq!(endpoint.get("/index.htm").0, 404);
    assert_eq!(endpoint.get(&format!("/{long}")).0, 400);
    // The address that clients use is the one they are told.
    let (_, endpoints) = endpoint.call("DescribeEndpoints", &json!({}));
    assert!(endpoint.url().ends_with(endpoints["Endpoints"][0]["Address"].as_str().unwrap()), "{endpoints}");
    // What only the service has is told from what there is nowhere.
    let (status, body) = endpoint.call("SearchVectors", &json!({}));
    assert_eq!(status, 400);
    assert!(body["message"].as_str().unwrap().contains("SearchVectors"), "{body}");
    // The other content type is answered in kind; a wrong one is not known.
    let answer = endpoint.post_with(&[target, ("content-type", "application/json")], b"{}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    let answer = endpoint.post_with(&[target, ("content-type", "text/plain")], b"{}");
    assert_eq!((answer.status, &answer.body[..]), (404, &b"<UnknownOperationException/>\n"[..]));
    // Without a page no response says anything to browsers. (The service itself lets every page read its responses; an
    // endpoint on a learner's machine lets no page in that was not named: see tests/hostile.rs.)
    let answer = endpoint.post_with(&[target, json], b"{}");
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, None));
    let answer = endpoint.post_with(&[target, json, ("origin", "http://localhost:3000")], b"{}");
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (403, None));
    let named = Endpoint::of(&["serve", "--cors", "http://localhost:3000"], None);
    let answer = named.post_with(&[target, json, ("origin", "http://localhost:3000")], b"{}");
    assert_eq!((answer.status, answer.json()), (200, json!({"TableNames": []})));
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:3000"));
    assert!(answer.header("access-control-expose-headers").unwrap().contains("x-amzn-RequestId"));
    let id = answer.header("x-amzn-requestid").unwrap();
    assert!(id.len() == 52 && id.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()), "{id}");
    let answer = endpoint.post_with(&[("x-amz-target", "DynamoDB_20120810.Nothing"), json], b"{}");
    assert_eq!(answer.json(), json!({"__type": "com.amazon.coral.service#UnknownOperationException"}));
}

#[test]
fn large_answers_are_compressed_when_asked_and_tags_answer_nothing() {
    let endpoint = Endpoint::start();
    let table = json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    });
    let (_, created) = endpoint.call("CreateTable", &table);
    wait_until_active(&endpoint, &json!("Orders"));
    let item = json!({"pk": {"S": "a"}, "brief": {"S": "x"}, "lengthy": {"S": "x".repeat(10_000)}});
    endpoint.call("PutItem", &json!({"TableName": "Orders", "Item": item}));
    let get = |projection: &str, accepted: &str| {
        let body = json!({"TableName": "Orders", "Key": {"pk": {"S": "a"}}, "ProjectionExpression": projection});
        let target = ("x-amz-target", "DynamoDB_20120810.GetItem");
        let json = ("content-type", "application/x-amz-json-1.0");
        endpoint.post_with(&[target, json, ("accept-encoding", accepted)], body.to_string().as_bytes())
    };
    for (accepted, projection, coding) in [
        ("br, deflate;q=0.9, gzip;q=0.2", "lengthy", Some("deflate")),
        ("gzip", "brief", None),
        ("identity", "lengthy", None),
    ] {
        let answer = get(projection, accepted);
        assert_eq!(answer.header("content-encoding"), coding, "{accepted}");
        assert_eq!(answer.body.len() < 1000, coding.is_some() || projection == "brief", "{accepted}");
    }
    let arn = &created["TableDescription"]["TableArn"];
    let tags = json!({"ResourceArn": arn, "Tags": [{"Key": "a", "Value": "b"}]});
    let answer = endpoint.post("TagResource", tags.to_string().as_bytes());
    assert_eq!((answer.status, answer.body.len()), (200, 0));
}

/// Answers that any body of any verb may get: a result, or a typed refusal; never a server error.
fn check_typed(answer: &Answer) -> Result<(), TestCaseError> {
    let body = answer.json();
    let shown = String::from_utf8_lossy(&answer.body).into_owned();
    match answer.status {
        200 => prop_assert!(body.is_object(), "{}", shown),
        400 => prop_assert!(body["__type"].as_str().is_some_and(|kind| kind.contains('#')), "{}", shown),
        status => prop_assert!(false, "status {}: {}", status, shown),
    }
    let crc = crc32fast::hash(&answer.body).to_string();
    prop_assert_eq!(answer.header("x-amz-crc32"), Some(crc.as_str()));
    Ok(())
}

#[test]
fn any_bytes_and_any_expressions_get_a_typed_answer() {
    let endpoint = Endpoint::start();
    let verbs: Vec<&str> = dynadrill::engine::ops::VERBS.iter().map(|verb| verb.name).collect();
    let table = json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    });
    endpoint.call("CreateTable", &table);
    wait_until_active(&endpoint, &json!("Orders"));
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let bytes = (prop::sample::select(verbs), prop::collection::vec(any::<u8>(), 0..200));
    runner.run(&bytes, |(verb, body)| check_typed(&endpoint.post(verb, &body))).unwrap();
    runner
        .run(&("\\PC{0,60}", "\\PC{0,20}"), |(text, name)| {
            let key = json!({"pk": {"S": "a"}});
            for request in [
                ("UpdateItem", json!({"TableName": "Orders", "Key": key, "UpdateExpression": text})),
                ("Scan", json!({"TableName": "Orders", "FilterExpression": text, "ExpressionAttributeNames": {name.clone(): name}})),
                ("Query", json!({"TableName": "Orders", "KeyConditionExpression": text})),
                ("ExecuteStatement", json!({"Statement": text})),
            ] {
                check_typed(&endpoint.post(request.0, request.1.to_string().as_bytes()))?;
            }
            Ok(())
        })
        .unwrap();
}
