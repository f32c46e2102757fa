//! A scenario for every command: it is given hostile texts in each way that it can meet them.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Output};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dynadrill::content::{self, Source};
use dynadrill::progress::{SessionRecord, StepCost, Store};
use dynadrill::quiz::{Purpose, Session};
use serde_json::{Value, json};

use super::common::answering;
use super::ground::{Ground, Said, prose};

/// Runs a command in each way in which it can meet hostile texts, and returns what it said.
type Scenario = fn(&Ground) -> Vec<Said>;

/// A scenario for every command.
pub(super) const SCENARIOS: &[(&str, Scenario)] = &[
    ("", overview),
    ("quiz", quiz),
    ("exam", exam),
    ("review", review),
    ("plan", plan),
    ("import", import),
    ("export", export),
    ("progress export", progress_export),
    ("progress import", progress_import),
    ("lab list", lab_list),
    ("lab start", lab_start),
    ("lab serve", lab_serve),
    ("lab demo", lab_demo),
    ("lab code", lab_code),
    ("shell", shell),
    ("serve", serve),
    ("stats", stats),
    ("report", report),
    ("paths", paths),
    ("config", config),
    ("completions", completions),
    ("man", man),
    ("content list", content_list),
    ("content stats", content_stats),
    ("content check", content_check),
    ("content schema", content_schema),
    ("content new lab", content_new_lab),
];

fn report(ground: &Ground) -> Vec<Said> {
    ground.with_pack(&["quiz", "--plain", "--seed", "1", "--topic", &ground.text], "A\nC\nA\nC\n");
    let nowhere = format!("nowhere/{}", ground.text.replace('/', ""));
    vec![ground.with_pack(&["report"], ""), ground.run(&["report", &nowhere], "")]
}

fn paths(ground: &Ground) -> Vec<Said> {
    vec![ground.run(&["paths"], "").or_nothing()]
}

fn config(ground: &Ground) -> Vec<Said> {
    vec![ground.run(&["config"], "").or_nothing()]
}

fn completions(ground: &Ground) -> Vec<Said> {
    vec![ground.run(&["completions", &ground.text], ""), ground.run(&["completions", "bash"], "").or_nothing()]
}

fn man(ground: &Ground) -> Vec<Said> {
    vec![ground.run(&["man"], "").or_nothing()]
}

fn overview(ground: &Ground) -> Vec<Said> {
    vec![ground.with_pack(&[], ""), ground.run(&["--content", "nowhere"], "").or_nothing()]
}

/// Lines that answer any question, the text among them.
fn answers(ground: &Ground) -> String {
    format!("{}\nA\nA,B\nA,B,C\np\n", ground.text).repeat(12)
}

fn quiz(ground: &Ground) -> Vec<Said> {
    let one = ["quiz", "--plain", "--seed", "1", "--topic", &ground.text];
    let imported = ["quiz", "--plain", "--topic", "imported"];
    let questions = json!([{"question": prose(&ground.text), "options": [ground.text, "b"], "correct": 1, "explanation": ground.text}]);
    let file = ground.file(".json", questions.to_string().as_bytes());
    vec![
        ground.with_pack(&one, &answers(ground)),
        ground.with_pack(&[&one[..], &["--missed"]].concat(), &answers(ground)),
        ground.run(&["import", file.to_str().unwrap()], "").or_nothing(),
        ground.run(&imported, &answers(ground)),
        ground.run(&["quiz", "--plain", "--topic", &ground.text], ""),
        ground.run(&["quiz", "--plain", "--pattern", &ground.text], ""),
    ]
}

fn exam(ground: &Ground) -> Vec<Said> {
    let full = ["exam", "--plain", "--full", "--seed", "1"];
    vec![
        ground.with_pack(&full, &format!("r\n{}\nA\nq\n", ground.text)),
        ground.with_pack(&["exam", "--plain"], &format!("{}\nend\nend\n", ground.text)),
    ]
}

fn review(ground: &Ground) -> Vec<Said> {
    ground.with_pack(&["quiz", "--plain", "--seed", "1", "--topic", &ground.text], "A\nC\nA\nC\nA\nC\n");
    vec![ground.with_pack(&["review", "--plain"], &answers(ground))]
}

fn plan(ground: &Ground) -> Vec<Said> {
    vec![ground.with_pack(&["plan", "--exam", "2099-12-24"], ""), ground.run(&["plan", "--exam", &ground.text], "")]
}

fn import(ground: &Ground) -> Vec<Said> {
    let text = ground.text.replace(['\n', '\r'], " ");
    let stem = prose(&text);
    let files = [
        (".md", format!("### {stem}?\n- [x] {text}\n- [ ] b\n\n### {stem}\n- [ ] {text}\n")),
        (
            " letters.md",
            format!("1. {stem}?\nA. a\nB. {text}\n**Answer:** {text}\n\n2. {stem}\nA. a\nB. b\n**Answer:** A\n"),
        ),
        (
            ".json",
            json!([{"question": stem, "options": [ground.text, ground.text], "correct": 0}, {"question": 1}])
                .to_string(),
        ),
        (".txt", format!("{stem}?\nA. {text}\nB. b\nANSWER: {text}\n\n{stem}?\nA. a\nB. b\nANSWER: A\n")),
        (".gift", format!("::{text}:: {stem}? {{={text} ~{text}}}\n\n{text} {{\n")),
        (".tsv", format!("question\tA\tB\tcorrect\n{stem}?\t{text}\t{text}\tA\n{stem}\ta\tb\t{text}\n")),
        (".nothing", text.clone()),
    ];
    let mut said = Vec::new();
    for (ending, content) in files {
        said.push(ground.run(&["import", ground.file(ending, content.as_bytes()).to_str().unwrap()], ""));
    }
    said.push(ground.run(&["import", ground.file(".bytes", b"\xff\x9b31m").to_str().unwrap()], ""));
    said.push(ground.run(&["import", &format!("nowhere {}", ground.text)], ""));
    said.push(ground.run(&["import", "x.md", "--format", &ground.text], ""));
    said.push(ground.run(&["quiz", "--plain", "--topic", "imported", "-n", "30"], &answers(ground)));
    said
}

fn export(ground: &Ground) -> Vec<Said> {
    let said: Vec<Said> =
        ["anki", "gift", "markdown", "json"].iter().map(|target| ground.with_pack(&["export", target], "")).collect();
    let exported = said[3].json();
    assert_eq!(exported[0]["id"], format!("q0 {}", ground.text), "JSON is exact");
    assert_eq!(exported[0]["question"], format!("q0 {}", prose(&ground.text)).trim());
    said.into_iter().chain([ground.with_pack(&["export", &ground.text], "")]).collect()
}

fn progress_export(ground: &Ground) -> Vec<Said> {
    ground.with_pack(&["quiz", "--plain", "--seed", "1", "--topic", &ground.text], "A\nC\nA\nC\n");
    let said = ground.run(&["progress", "export"], "");
    assert_eq!(said.json()["tables"]["answers"][0]["topic"], ground.text.as_str(), "JSON is exact");
    vec![said]
}

/// Answers given on another machine, with the text in every name.
fn hostile_answers(ground: &Ground) -> Value {
    let mut store = Store::in_memory("a test").unwrap();
    let at = dynadrill::clock::VirtualClock::LAB_START;
    let text = ground.text.as_str();
    // Only what is a session is taken in.
    let (library, _) = content::load(&Source::Embedded);
    let state = Session::new(Purpose::Practice, &library.questions[..1], 1).saved().text();
    for _ in 0..3 {
        let answer = dynadrill::progress::AnswerRecord {
            at,
            question: text,
            family: text,
            topic: text,
            pattern: "",
            chosen: &[0],
            correct: false,
            traps: &[text, "another"],
            mode: "practice",
            confidence: "sure",
            is_verified: true,
        };
        let session = SessionRecord { kind: "practice", state: &state, spent: 0, is_ended: true };
        let _ = store.save_session(None, &session, &[answer], at).unwrap();
    }
    store.record_lab_step(&ground.lab(), &format!("one {text}"), None, StepCost::default(), at).unwrap();
    store.export().unwrap()
}

/// What another machine remembered beside answers, none of which makes sense.
fn hostile_rest(ground: &Ground) -> Value {
    let mut store = Store::in_memory("a test").unwrap();
    let text = ground.text.as_str();
    store.set(&[("fsrs", text), (text, text)]).unwrap();
    let session = SessionRecord { kind: "exam", state: text, spent: 0, is_ended: false };
    let _ = store.save_session(None, &session, &[], dynadrill::clock::VirtualClock::LAB_START).unwrap();
    store.keep_imported(&[(text.to_owned(), text.to_owned())]).unwrap();
    store.export().unwrap()
}

fn progress_import(ground: &Ground) -> Vec<Said> {
    let take = |ending: &str, content: &str| {
        let file = ground.file(ending, content.as_bytes());
        ground.run(&["progress", "import", file.to_str().unwrap()], "")
    };
    let odd = json!({"dynadrill_progress": 1, "tables": {"answers": [{&ground.text: 1}]}});
    vec![
        take(" odd.json", &odd.to_string()),
        take(" none.json", &ground.text),
        take(" other.json", &json!({&ground.text: ground.text}).to_string()),
        take(".json", &hostile_answers(ground).to_string()).or_nothing(),
        ground.run(&["stats"], ""),
        take(" rest.json", &hostile_rest(ground).to_string()).or_nothing(),
        ground.run(&["exam", "--plain"], "q\n").or_nothing(),
        ground.run(&["plan", "--exam", "2099-12-24"], "").or_nothing(),
        ground.run(&["progress", "import", &format!("nowhere {}", ground.text)], ""),
    ]
}

fn lab_list(ground: &Ground) -> Vec<Said> {
    let json = ground.with_pack(&["lab", "list", "--json"], "");
    let faults = || ground.run(&["content", "check", ground.pack().to_str().unwrap()], "").out;
    assert_eq!(json.json()[0]["name"], ground.lab(), "JSON is exact; {}", String::from_utf8_lossy(&faults()));
    vec![ground.with_pack(&["lab", "list"], ""), json]
}

/// Lines for a lab or a shell with a table Tab: what they print and what they refuse has the text in it.
fn lines(text: &str) -> String {
    let item =
        json!({"id": {"S": text}, text: {"S": text}, "m": {"M": {text: {"L": [{"S": text}]}}}, "s": {"SS": [text]}});
    let item = item.to_string().replace('\'', "\\u0027");
    let quoted = text.replace(['\'', '"'], " ");
    let key = json!({"id": {"S": text}}).to_string().replace('\'', "\\u0027");
    let role = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"dynamodb:PutItem","Resource":"*"}]}"#;
    [
        "create-table --table-name Tab --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES".to_owned(),
        format!("put-item --table-name Tab --item '{item}'"),
        "scan --table-name Tab".to_owned(),
        "scan --table-name Tab --output table".to_owned(),
        "scan --table-name Tab --output text".to_owned(),
        format!("scan --table-name Tab --query '{quoted}'"),
        "scan --table-name Tab --query 'Items[].id.S' --output text".to_owned(),
        format!("get-item --table-name '{quoted}' --key '{key}'"),
        format!("query --table-name Tab --index-name '{quoted}' --key-condition-expression 'id = :v' --expression-attribute-values '{{\":v\":{{\"S\":\"a\"}}}}'"),
        format!("scan --table-name Tab --filter-expression '{quoted}'"),
        format!("scan --table-name Tab --filter-expression '#n = :v' --expression-attribute-names '{{\"#n\":\"{}\"}}'", "n"),
        format!("scan --output '{quoted}'"),
        format!("'{quoted}'"),
        format!("get-item --'{quoted}' x"),
        format!("get-item --table-name Tab --key file://'{quoted}'"),
        format!("execute-statement --statement '{quoted}'"),
        format!("execute-statement --statement 'SELECT * FROM \"{quoted}\"'"),
        format!(":cache set k '{quoted}'"),
        ":cache get k".to_owned(),
        format!(":{text}").replace('\n', " "),
        format!(":clock '{quoted}'"),
        format!(":explain get-item --table-name Tab --key '{key}'"),
        format!(":explain '{quoted}'"),
        format!(":compare scan --table-name Tab || '{quoted}'"),
        format!(":traffic '{quoted}'"),
        format!(":traffic Tab --'{quoted}'"),
        format!(":help '{quoted}'"),
        ":stream Tab".to_owned(),
        ":tables".to_owned(),
        ":code python".to_owned(),
        format!(":code cli get-item --table-name Tab --key '{key}' --projection-expression '{quoted}'"),
        format!(":code rust put-item --table-name Tab --item '{item}'"),
        format!("aws iam put-role-policy --role-name '{quoted}' --policy-name p --policy-document '{role}'"),
        format!(":as '{quoted}'"),
        format!("aws lambda create-event-source-mapping --function-name '{quoted}' --event-source-arn '{quoted}'"),
        format!("aws sqs create-queue --queue-name '{quoted}'"),
        ":sdk standard".to_owned(),
        format!("get-item --table-name Tab --key '{key}' --projection-expression '{quoted}'"),
        text.to_owned(),
        "# the rest of a quote that is still open: ' \" }".to_owned(),
        String::new(),
    ]
    .join("\n")
}

fn lab_start(ground: &Ground) -> Vec<Said> {
    let name = ground.lab();
    let words = format!("check\nhint\nhint\nsolution\n:predict {}\n:predict A\n{}", ground.text, lines(&ground.text));
    let other = ["lab", "start", &name, "--yes", "--prefix", &ground.text, "--endpoint-url"];
    let get = "get-item --table-name Tab --key {\"id\":{\"S\":\"a\"}}\nscan --table-name Tab\n";
    let text = ground.text.clone();
    let lies = answering(move |target| {
        let refusal = (400, json!({"__type": format!("com#{text}"), "message": text}).to_string());
        match target {
            "ListTables" => (200, json!({"TableNames": []}).to_string()),
            "CreateTable" | "BatchWriteItem" | "DeleteTable" => (200, "{}".to_owned()),
            "DescribeTable" => (200, json!({"Table": {"TableStatus": "ACTIVE"}}).to_string()),
            "Scan" => (200, json!({"Count": text, "ScannedCount": [text], "ConsumedCapacity": text}).to_string()),
            _ => refusal,
        }
    });
    let text = ground.text.clone();
    let left = answering(move |target| match target {
        "ListTables" => (200, json!({"TableNames": [format!("{text}{text}")]}).to_string()),
        _ => (400, json!({"__type": text, "message": text}).to_string()),
    });
    let text = ground.text.clone();
    let strange = answering(move |_| (200, text.clone()));
    vec![
        ground.with_pack(&["lab", "start", &name, "--plain"], &words),
        ground.with_pack(&["lab", "start", &name, "--plain"], get),
        ground.with_pack(&[&other[..], &[&lies]].concat(), get),
        ground.with_pack(&[&other[..], &[&left]].concat(), ""),
        ground.with_pack(&[&other[..], &[&left, "--clean"]].concat(), ""),
        ground.with_pack(&[&other[..], &[&strange]].concat(), ""),
        ground.with_pack(&[&other[..], &[&format!("http://127.0.0.1:1/{}", ground.text)]].concat(), ""),
        ground.with_pack(&[&other[..], &[&ground.text]].concat(), ""),
        ground.with_pack(&["lab", "start", &ground.text], ""),
    ]
}

/// An endpoint that runs, and what it has printed so far.
struct Running {
    child: Child,
    url: String,
    printed: Arc<Mutex<Vec<u8>>>,
}

impl Running {
    /// Waits until something was printed as often as this.
    fn wait_for(&self, text: &str, times: usize) {
        let printed = || String::from_utf8_lossy(&self.printed.lock().unwrap()).into_owned();
        for _ in 0..1000 {
            if printed().matches(text).count() >= times {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{text:?} was not printed {times} times: {}", printed());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Opens an endpoint with these words, does something with it, ends it, and returns what it printed.
fn while_open(ground: &Ground, words: &[&str], act: impl FnOnce(&Running)) -> Said {
    let mut child = ground.command(words).spawn().unwrap();
    let (mut talk, mut begun) = (BufReader::new(child.stderr.take().unwrap()), Vec::new());
    let (mut out, printed) = (child.stdout.take().unwrap(), Arc::new(Mutex::new(Vec::new())));
    let kept = Arc::clone(&printed);
    let reader = std::thread::spawn(move || {
        let mut piece = [0; 4096];
        while let Ok(read @ 1..) = out.read(&mut piece) {
            kept.lock().unwrap().extend_from_slice(&piece[..read]);
        }
    });
    let mut running = Running { child, url: String::new(), printed };
    while !begun.ends_with(b"AWS_SECRET_ACCESS_KEY=local\n") {
        assert!(talk.read_until(b'\n', &mut begun).unwrap() > 0, "{words:?}: {}", String::from_utf8_lossy(&begun));
    }
    let announced = String::from_utf8_lossy(&begun).into_owned();
    let url = announced.split_whitespace().find(|word| word.starts_with("http://"));
    url.unwrap().clone_into(&mut running.url);
    act(&running);
    running.child.kill().unwrap();
    talk.read_to_end(&mut begun).unwrap();
    reader.join().unwrap();
    let stdout = running.printed.lock().unwrap().clone();
    let status = running.child.wait().unwrap();
    Ground::said(words, Output { status, stdout, stderr: begun })
}

fn post(url: &str, target: &str, body: &Value) {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    let signature =
        "AWS4-HMAC-SHA256 Credential=a/20261125/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
    let request = config.build().new_agent().post(url).header("x-amz-target", target);
    let request = request.header("authorization", signature).header("x-amz-date", "20261125T000000Z");
    request.header("content-type", "application/x-amz-json-1.0").send(body.to_string().as_bytes()).unwrap();
}

/// Requests with the text wherever a request has a text.
fn requests(url: &str, text: &str) {
    let key = json!({"id": {"S": text}});
    for (verb, body) in [
        ("GetItem", json!({"TableName": text, "Key": key})),
        ("GetItem", json!({"TableName": "Tab", "Key": key, "ProjectionExpression": text})),
        ("PutItem", json!({"TableName": "Tab", "Item": {"id": {"S": text}, text: {text: text}}})),
        ("PutItem", json!({"TableName": "Tab", "Item": {"id": {"S": text}, text: {"S": text}}})),
        ("Query", json!({"TableName": "Tab", "IndexName": text, "KeyConditionExpression": text})),
        ("CreateTable", json!({"TableName": text, "BillingMode": text})),
        ("ExecuteStatement", json!({"Statement": format!("SELECT * FROM \"{text}\"")})),
        ("Scan", json!({"TableName": "Tab"})),
    ] {
        post(url, &format!("DynamoDB_20120810.{verb}"), &body);
    }
    post(url, "AmazonSQS.CreateQueue", &json!({"QueueName": text}));
}

fn lab_serve(ground: &Ground) -> Vec<Said> {
    let (pack, name) = (ground.pack(), ground.lab());
    let words = ["--content", pack.to_str().unwrap(), "lab", "serve", &name, "--port", "0", "--pace", "0"];
    let said = while_open(ground, &words, |lab| {
        let url = &lab.url;
        requests(url, &ground.text);
        // The checklist comes once the client pauses.
        lab.wait_for("○ ", 1);
        let get = json!({"TableName": "Tab", "Key": {"id": {"S": "a"}}});
        post(url, "DynamoDB_20120810.GetItem", &get);
        post(url, "DynamoDB_20120810.GetItem", &get);
        lab.wait_for("Step done.", 2);
    });
    vec![said, ground.with_pack(&["lab", "serve", &ground.text], "")]
}

fn lab_demo(ground: &Ground) -> Vec<Said> {
    let said = ground.with_pack(&["lab", "demo", &ground.lab()], "");
    assert!(String::from_utf8_lossy(&said.out).contains("way "), "it was not played to its end: {}", said.words);
    vec![said, ground.with_pack(&["lab", "demo", &ground.text], "")]
}

fn lab_code(ground: &Ground) -> Vec<Said> {
    let folder = ground.root.path().join(format!("work {}", ground.text));
    let folder = folder.to_str().unwrap();
    vec![
        ground.with_pack(&["lab", "code", &ground.lab()], ""),
        ground.run(&["lab", "code", "report-pages", folder], ""),
        ground.run(&["lab", "code", "report-pages", folder], ""),
        ground.run(&["lab", "code", &ground.text, "--lang", &ground.text], ""),
    ]
}

fn shell(ground: &Ground) -> Vec<Said> {
    let text = &ground.text;
    let said = ground.run(&["shell"], &lines(text));
    let item = json!({"id": {"S": text}}).to_string().replace('\'', "\\u0027");
    let create = lines(text).lines().next().unwrap().replace(" --table-name Tab ", " --table-name Use ");
    let exact =
        format!("{create}\nput-item --table-name Use --item '{item}'\nscan --table-name Use --query 'Items[0].id.S'\n");
    let exact = ground.run(&["shell"], &exact);
    let printed = String::from_utf8_lossy(&exact.out).into_owned();
    let last = printed.lines().last().unwrap();
    assert_eq!(serde_json::from_str::<Value>(last).unwrap(), text.as_str(), "JSON is exact: {last}");
    vec![said, exact]
}

fn serve(ground: &Ground) -> Vec<Said> {
    let words = ["serve", "--port", "0", "--in-memory", "--region", &ground.text];
    let nowhere = ground.root.path().join(&ground.text).join("none").join("data");
    vec![
        while_open(ground, &words, |endpoint| requests(&endpoint.url, &ground.text)),
        ground.run(&["serve", "--data", nowhere.to_str().unwrap()], ""),
        ground.run(&["serve", "--host", &ground.text], ""),
    ]
}

fn stats(ground: &Ground) -> Vec<Said> {
    ground.with_pack(&["quiz", "--plain", "--seed", "1", "--topic", &ground.text], "A\nC\nA\nC\n");
    let said = ground.with_pack(&["stats"], "");
    let json = ground.with_pack(&["stats", "--json"], "");
    assert_eq!(json.json()["by_topic"][&ground.text]["answers"], 2, "JSON is exact");
    // A damaged file is kept aside, in a directory with a hostile name.
    std::fs::write(ground.home().join("progress.db"), vec![b'x'; 5000]).unwrap();
    for beside in ["progress.db-wal", "progress.db-shm"] {
        let _ = std::fs::remove_file(ground.home().join(beside));
    }
    vec![said, json, ground.run(&["stats"], "")]
}

fn content_list(ground: &Ground) -> Vec<Said> {
    let json = ground.with_pack(&["content", "list", "--json"], "");
    assert_eq!(json.json()["questions"][0]["id"], format!("q0 {}", ground.text), "JSON is exact");
    vec![ground.with_pack(&["content", "list"], ""), json]
}

fn content_stats(ground: &Ground) -> Vec<Said> {
    // As often as it takes until a question has figures.
    for seed in ["1", "2", "3", "4", "5"] {
        ground.with_pack(&["quiz", "--plain", "--seed", seed, "--topic", &ground.text], "B\nB\n");
    }
    let other = ground.file(" answers.json", &ground.run(&["progress", "export"], "").out);
    let nowhere = format!("nowhere {}", ground.text);
    vec![
        ground.with_pack(&["content", "stats"], ""),
        ground.with_pack(&["content", "stats", "--json"], ""),
        ground.with_pack(&["content", "stats", "--import", other.to_str().unwrap()], ""),
        ground.with_pack(&["content", "stats", "--import", &nowhere], ""),
    ]
}

fn content_check(ground: &Ground) -> Vec<Said> {
    let said = ground.run(&["content", "check", ground.pack().to_str().unwrap()], "");
    assert!(
        String::from_utf8_lossy(&said.out).contains("2 questions, 1 lab, "),
        "{}",
        String::from_utf8_lossy(&said.out)
    );
    vec![said, ground.run(&["content", "check", &ground.text], "").or_nothing()]
}

fn content_schema(ground: &Ground) -> Vec<Said> {
    vec![
        ground.run(&["content", "schema", "lab"], "").or_nothing(),
        ground.run(&["content", "schema", &ground.text], ""),
    ]
}

fn content_new_lab(ground: &Ground) -> Vec<Said> {
    let root = ground.pack();
    let root = root.to_str().unwrap();
    vec![
        ground.run(&["content", "new", "lab", "sound", root], ""),
        ground.run(&["content", "new", "lab", "sound", root], ""),
        ground.run(&["content", "new", "lab", &ground.text, root], ""),
    ]
}
