//! Nothing that somebody else wrote steers the learner's terminal: every command is fed hostile texts wherever it takes
//! texts, and the bytes of its standard output and standard error are looked at.
//!
//! The commands come from the program's own definition: one without a scenario here fails the test.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![cfg(unix)]

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use dynadrill::progress::Store;
use proptest::prelude::*;
use serde_json::{Value, json};

/// How a line begins that this program never prints; it stands behind every kind of line end.
const FORGED: &str = "FORGED";

/// A scenario for every command.
const SCENARIOS: &[(&str, fn(&Ground) -> Vec<Said>)] = &[
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
    ("shell", shell),
    ("serve", serve),
    ("stats", stats),
    ("content list", content_list),
    ("content check", content_check),
    ("content schema", content_schema),
    ("content new lab", content_new_lab),
];

/// What a program wrote, and in which words it was called.
struct Said {
    words: String,
    out: Vec<u8>,
    talk: Vec<u8>,
    /// Whether the hostile text must be seen in it, as marks.
    shows: bool,
}

impl Said {
    /// The same, though it need not show the text.
    fn or_nothing(self) -> Self {
        Self { shows: false, ..self }
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|error| panic!("{}: {error}", self.words))
    }

    fn check(&self) {
        let mut all = String::new();
        for (name, bytes) in [("standard output", &self.out), ("standard error", &self.talk)] {
            let text = std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{}: {name} is no text", self.words));
            let found = text.chars().find(|letter| is_forbidden(*letter));
            assert_eq!(found, None, "{}: {name}: {text:?}", self.words);
            let forged = text.lines().find(|line| line.starts_with(FORGED));
            assert_eq!(forged, None, "{}: {name}: {text}", self.words);
            all.push_str(text);
        }
        // Where the text is quoted as Rust quotes it, escape is told in that way.
        let is_shown = all.contains(r"\u001b]0;") || all.contains(r"\u{1b}]0;");
        assert!(!self.shows || is_shown, "{}: the text was not shown: {all}", self.words);
    }
}

/// What must never be sent to a terminal, told by hand and not by the program's own list.
fn is_forbidden(letter: char) -> bool {
    const BIDI: &str = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
    const UNSEEN: &str = "\u{ad}\u{200b}\u{2060}\u{feff}\u{2028}\u{2029}";
    let is_control = letter.is_control() && !matches!(letter, '\n' | '\t');
    is_control || BIDI.contains(letter) || UNSEEN.contains(letter) || ('\u{e0000}'..='\u{e007f}').contains(&letter)
}

/// A text that sets the window's title, and whatever else: it begins with a letter and fits into a file's name.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "\u{1b}[2J",
        "\u{1b}]52;c;cm0gLXJm\u{7}",
        "\u{1b}[8m",
        "\u{9b}31m",
        "\u{9d}0;t\u{9c}",
        "\u{90}q",
        "\u{8}\u{8}",
        "\u{7f}",
        "\u{1}",
        "\r\nFORGED",
        "\nFORGED",
        "\rFORGED",
        "\u{b}FORGED",
        "\u{c}FORGED",
        "\u{85}FORGED",
        "\u{2028}FORGED",
        "\u{2029}FORGED",
        "\u{202e}exe",
        "\u{2066}",
        "\u{200f}",
        "\u{61c}",
        "\u{200b}",
        "\u{feff}",
        "\u{e0041}",
        "\\u001b",
        "'\"",
        "word",
        " ",
        "日本",
        "שלום",
    ]);
    prop::collection::vec(piece, 2..9).prop_map(|pieces| format!("x\u{1b}]0;t\u{7}{}\nFORGED.", pieces.concat()))
}

/// The same text for places where a line end is the author's: there it may begin a line.
fn prose(text: &str) -> String {
    text.replace(FORGED, "said")
}

/// A text as YAML takes it on one line.
fn yaml(text: &str) -> String {
    let mut out = "\"".to_owned();
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            ' '..='~' => out.push(letter),
            other => write!(out, "\\U{:08x}", u32::from(other)).unwrap(),
        }
    }
    out + "\""
}

/// A home, and content of a stranger.
struct Ground {
    root: tempfile::TempDir,
    text: String,
}

impl Ground {
    fn new(text: &str) -> Self {
        let ground = Self { root: tempfile::tempdir().unwrap(), text: text.to_owned() };
        for folder in [ground.home(), ground.pack().join("questions"), ground.pack().join("labs")] {
            std::fs::create_dir_all(folder).unwrap();
        }
        ground.write_pack();
        ground
    }

    fn home(&self) -> PathBuf {
        self.root.path().join(format!("home {}", self.text))
    }

    fn pack(&self) -> PathBuf {
        self.root.path().join(format!("pack {}", self.text))
    }

    /// A file with a hostile name.
    fn file(&self, ending: &str, content: &[u8]) -> PathBuf {
        let path = self.root.path().join(format!("{}{ending}", self.text));
        std::fs::write(&path, content).unwrap();
        path
    }

    fn write_pack(&self) {
        let (text, prose) = (yaml(&self.text), yaml(&prose(&self.text)));
        let claims = format!(
            "format_version: 1\nskills:\n  \"1.3.4\": {text}\ntopics:\n  - id: {text}\n    title: {text}\n    claims:\n      - id: {text}\n        text: {text}\n"
        );
        let traps = format!(
            "format_version: 1\ntraps:\n  - id: {text}\n    belief: {text}\n    truth: {text}\n    claims: [{text}]\n"
        );
        let write = |name: &str, content: &str| std::fs::write(self.pack().join(name), content).unwrap();
        write("questions/claims.yaml", &claims);
        write("questions/traps.yaml", &traps);
        write("questions/fixtures.yaml", "format_version: 1\nfixtures: []\n");
        let mut questions = "format_version: 1\nquestions:\n".to_owned();
        let table = "      - create: {TableName: Tab, BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{AttributeName: id, AttributeType: S}], KeySchema: [{AttributeName: id, KeyType: HASH}]}";
        for (number, unproved) in ["", "    unproved: TEXT\n"].iter().enumerate() {
            let tried = |output: &str| {
                format!(
                    "        try:\n          - {}\n          - {}\n          - {}\n        sees: [Items, {text}]\n",
                    yaml(&format!("# {}", self.text)),
                    yaml("scan --table-name Tab --output table"),
                    yaml(&format!("scan --table-name Tab --output {output} '{}", self.text)),
                )
            };
            let option = |name: &str, correct: bool| {
                let try_it = if unproved.is_empty() { tried(name) } else { String::new() };
                format!(
                    "      - text: {}\n        correct: {correct}\n        why: {text}\n        right_if: {text}\n        trap: {text}\n{try_it}",
                    yaml(&format!("{name} {}", self.text)),
                )
            };
            let _ = writeln!(
                questions,
                "  - id: {}\n    topic: {text}\n    claims: [{text}]\n    skills: [\"1.3.4\", {text}]\n    difficulty: 2\n    choose: 1\n    stem: {}\n    setup:\n{table}\n        items: [{{id: {{S: a}}, {text}: {{S: {text}}}, m: {{M: {{{text}: {{S: {text}}}}}}}}}]\n    options:\n{}{}{}    docs: {text}\n    checked: {text}\n{}",
                yaml(&format!("q{number} {}", self.text)),
                yaml(&format!("{number} {}", self::prose(&self.text))),
                option("json", false),
                option("text", true),
                option("table", false),
                unproved.replace("TEXT", &text),
            );
        }
        write("questions/q.yaml", &questions);
        // Neither is content, and the second has a line of its own that is broken.
        write(&format!("questions/{}.txt", self.text), "");
        write(&format!("questions/z {}.yaml", self.text), &format!("format_version: 1\nquestions:\n  - {text}: {text}\n"));
        self.write_lab(&text, &prose);
    }

    fn write_lab(&self, text: &str, prose: &str) {
        let step = |id: &str, line: &str| {
            format!(
                "  - id: {}\n    title: {text}\n    text: {prose}\n    predict: {text}\n    expect: {{choices: [{text}, b], right: {text}}}\n    task: {text}\n    given: {text}\n    hints: [{text}, {text}]\n    code: true\n    solution:\n      - {}\n      - {}\n      - {}\n    checks:\n      - {{want: {text}, because: {text}, request: {{verb: GetItem, ok: true, body: {{Key: {{id: {{S: a}}}}}}}}}}\n      - {{want: {text}, because: {text}, item: {{table: Tab, key: {{id: {{S: a}}}}, has: {{{text}: {{S: {text}}}}}}}}}\n    near_misses:\n      - {{when: {{verb: Scan}}, say: {text}, example: scan --table-name Tab}}\n    debrief: {prose}\n",
                yaml(&format!("{id} {}", self.text)),
                yaml(&format!("# {}", self.text)),
                yaml("scan --table-name Tab --output table"),
                yaml(line),
            )
        };
        let get = "get-item --table-name Tab --key {\"id\":{\"S\":\"a\"}} --output text";
        let name = yaml(&self.lab());
        let lab = format!(
            "format_version: 1\nname: {name}\ntitle: {text}\norder: 1\nminutes: 5\nclaims: [{text}]\nskills: [\"1.3.4\"]\ndocs: {text}\nchecked: {text}\nintro: {prose}\nsetup:\n  - create: {{TableName: Tab, BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{{AttributeName: id, AttributeType: S}}], KeySchema: [{{AttributeName: id, KeyType: HASH}}]}}\n    items: [{{id: {{S: a}}, {text}: {{S: {text}}}}}]\nsteps:\n{}{}compare:\n  - {{label: {text}, step: {}}}\n  - {{label: b, step: {}}}\noutro: {prose}\n",
            step("one", get),
            step("two", get),
            yaml(&format!("one {}", self.text)),
            yaml(&format!("two {}", self.text)),
        );
        std::fs::write(self.pack().join("labs").join(format!("{}.yaml", self.lab())), lab).unwrap();
    }

    /// The lab's name.
    fn lab(&self) -> String {
        format!("lab {}", self.text)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dynadrill"));
        command.args(words).env("DYNADRILL_HOME", self.home()).current_dir(self.root.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn said(words: &[&str], output: Output) -> Said {
        let talk = String::from_utf8_lossy(&output.stderr);
        assert!(!talk.contains("panicked"), "{words:?}: {talk}");
        Said { words: format!("{words:?}"), out: output.stdout, talk: output.stderr, shows: true }
    }

    /// Runs these words, and types these lines.
    fn run(&self, words: &[&str], input: &str) -> Said {
        let mut child = self.command(words).spawn().unwrap();
        // A program that refuses its arguments reads nothing.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Self::said(words, child.wait_with_output().unwrap())
    }

    /// The same with the content of the stranger.
    fn with_pack(&self, words: &[&str], input: &str) -> Said {
        let pack = self.pack();
        self.run(&[&["--content", pack.to_str().unwrap()], words].concat(), input)
    }
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
    let text = ground.text.replace('\n', " ").replace('\r', " ");
    let stem = prose(&text);
    let files = [
        (".md", format!("### {stem}?\n- [x] {text}\n- [ ] b\n\n### {stem}\n- [ ] {text}\n")),
        (" letters.md", format!("1. {stem}?\nA. a\nB. {text}\n**Answer:** {text}\n\n2. {stem}\nA. a\nB. b\n**Answer:** A\n")),
        (".json", json!([{"question": stem, "options": [ground.text, ground.text], "correct": 0}, {"question": 1}]).to_string()),
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
    assert_eq!(exported[0]["question"], format!("0 {}", prose(&ground.text)).trim());
    said.into_iter().chain([ground.with_pack(&["export", &ground.text], "")]).collect()
}

fn progress_export(ground: &Ground) -> Vec<Said> {
    ground.with_pack(&["quiz", "--plain", "--seed", "1", "--topic", &ground.text], "A\nC\nA\nC\n");
    let said = ground.run(&["progress", "export"], "");
    assert_eq!(said.json()["tables"]["answers"][0]["topic"], ground.text.as_str(), "JSON is exact");
    vec![said]
}

/// Progress of another machine, with the text wherever text may be.
fn hostile_progress(ground: &Ground) -> Value {
    let mut store = Store::in_memory().unwrap();
    let at = dynadrill::clock::VirtualClock::LAB_START;
    let text = ground.text.as_str();
    for _ in 0..3 {
        let answer = dynadrill::progress::Answer {
            at,
            question: text,
            family: text,
            topic: text,
            pattern: text,
            chosen: &[0],
            correct: false,
            traps: &[text, "another"],
            mode: "practice",
            confidence: "sure",
            is_verified: true,
        };
        store.record_answer(&answer).unwrap();
    }
    store.record_lab_step(&ground.lab(), &format!("one {text}"), None, at).unwrap();
    store.set("fsrs", text).unwrap();
    store.save_session(None, "exam", text, false, at).unwrap();
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
        take(".json", &hostile_progress(ground).to_string()).or_nothing(),
        ground.run(&["stats"], ""),
        ground.run(&["exam", "--plain"], "q\n").or_nothing(),
        ground.run(&["progress", "import", &format!("nowhere {}", ground.text)], ""),
    ]
}

fn lab_list(ground: &Ground) -> Vec<Said> {
    let json = ground.with_pack(&["lab", "list", "--json"], "");
    assert_eq!(json.json()[0]["name"], ground.lab(), "JSON is exact");
    vec![ground.with_pack(&["lab", "list"], ""), json]
}

/// Lines for a lab or a shell with a table Tab: what they print and what they refuse has the text in it.
fn lines(text: &str) -> String {
    let item = json!({"id": {"S": text}, text: {"S": text}, "m": {"M": {text: {"L": [{"S": text}]}}}, "s": {"SS": [text]}});
    let item = item.to_string().replace('\'', "\\u0027");
    let quoted = text.replace('\'', " ").replace('"', " ");
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
        format!("execute-statement --statement 'SELECT * FROM \"{}\"'", text.replace(['\'', '"'], " ")),
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
    let lies = endpoint(move |target| {
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
    let left = endpoint(move |target| match target {
        "ListTables" => (200, json!({"TableNames": [format!("{text}{text}")]}).to_string()),
        _ => (400, json!({"__type": text, "message": text}).to_string()),
    });
    let text = ground.text.clone();
    let strange = endpoint(move |_| (200, text.clone()));
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

/// An endpoint that answers each operation with a status and a body; answers with its address.
fn endpoint(answer: impl Fn(&str) -> (u16, String) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut target, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap_or(0) == 0 || line.trim().is_empty() {
                    break;
                }
                let (name, value) = line.trim().split_once(": ").unwrap_or_default();
                match name.to_ascii_lowercase().as_str() {
                    "x-amz-target" => target = value.rsplit('.').next().unwrap_or_default().to_owned(),
                    "content-length" => length = value.parse().unwrap_or(0),
                    _ => {}
                }
            }
            let _ = reader.read_exact(&mut vec![0; length]);
            let (status, body) = answer(&target);
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all((head + &body).as_bytes());
        }
    });
    url
}

/// Opens an endpoint with these words, does something with its address, ends it, and says what it printed.
fn while_open(ground: &Ground, words: &[&str], act: impl FnOnce(&str)) -> Said {
    struct Running(Option<Child>);
    impl Drop for Running {
        fn drop(&mut self) {
            if let Some(child) = &mut self.0 {
                let _ = child.kill();
            }
        }
    }
    let mut running = Running(Some(ground.command(words).spawn().unwrap()));
    let child = running.0.as_mut().unwrap();
    let (mut talk, mut begun) = (BufReader::new(child.stderr.take().unwrap()), Vec::new());
    while !begun.ends_with(b"AWS_SECRET_ACCESS_KEY=local\n") {
        assert!(talk.read_until(b'\n', &mut begun).unwrap() > 0, "{words:?}: {}", String::from_utf8_lossy(&begun));
    }
    let announced = String::from_utf8_lossy(&begun).into_owned();
    let url = announced.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
    act(url);
    child.kill().unwrap();
    talk.read_to_end(&mut begun).unwrap();
    let mut output = running.0.take().unwrap().wait_with_output().unwrap();
    output.stderr = begun;
    Ground::said(words, output)
}

fn post(url: &str, target: &str, body: &Value) {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    let signature = "AWS4-HMAC-SHA256 Credential=a/20261125/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";
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
    let said = while_open(ground, &words, |url| {
        requests(url, &ground.text);
        // The checklist comes once the client pauses.
        std::thread::sleep(std::time::Duration::from_millis(700));
        let get = json!({"TableName": "Tab", "Key": {"id": {"S": "a"}}});
        post(url, "DynamoDB_20120810.GetItem", &get);
        post(url, "DynamoDB_20120810.GetItem", &get);
    });
    let printed = String::from_utf8_lossy(&said.out).into_owned();
    assert!(printed.contains("Step done.") && printed.contains("Found: "), "{printed}");
    assert!(printed.lines().any(|line| line.starts_with("GetItem x\\u001b]0;t\\u0007")), "{printed}");
    vec![said, ground.with_pack(&["lab", "serve", &ground.text], "")]
}

fn lab_demo(ground: &Ground) -> Vec<Said> {
    let said = ground.with_pack(&["lab", "demo", &ground.lab()], "");
    assert!(String::from_utf8_lossy(&said.out).contains("way "), "it was not played to its end: {}", said.words);
    vec![said, ground.with_pack(&["lab", "demo", &ground.text], "")]
}

fn shell(ground: &Ground) -> Vec<Said> {
    let text = &ground.text;
    let said = ground.run(&["shell"], &lines(text));
    let item = json!({"id": {"S": text}}).to_string().replace('\'', "\\u0027");
    let create = lines(text).lines().next().unwrap().replace(" --table-name Tab ", " --table-name Use ");
    let exact = format!("{create}\nput-item --table-name Use --item '{item}'\nscan --table-name Use --query 'Items[0].id.S'\n");
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
        while_open(ground, &words, |url| requests(url, &ground.text)),
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

fn content_check(ground: &Ground) -> Vec<Said> {
    let said = ground.run(&["content", "check", ground.pack().to_str().unwrap()], "");
    assert!(String::from_utf8_lossy(&said.out).contains("2 questions, 1 lab, "), "{}", String::from_utf8_lossy(&said.out));
    vec![said, ground.run(&["content", "check", &ground.text], "").or_nothing()]
}

fn content_schema(ground: &Ground) -> Vec<Said> {
    vec![ground.run(&["content", "schema", "lab"], "").or_nothing(), ground.run(&["content", "schema", &ground.text], "")]
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

/// The commands that do something, as they are typed.
fn commands(command: &clap::Command, path: &str) -> Vec<String> {
    let inner = command.get_subcommands().flat_map(|inner| commands(inner, &format!("{path} {}", inner.get_name())));
    let inner: Vec<String> = inner.collect();
    if inner.is_empty() || path.is_empty() { [vec![path.trim().to_owned()], inner].concat() } else { inner }
}

/// Arguments that no command takes, at every command.
fn wrong_usage(ground: &Ground) -> Vec<Said> {
    let mut said = Vec::new();
    for command in commands(&dynadrill::cli::definition(), "") {
        let words: Vec<&str> = command.split_whitespace().collect();
        said.push(ground.run(&[&words[..], &[&format!("--{}", ground.text)]].concat(), ""));
        said.push(ground.run(&[&words[..], &["--help"]].concat(), "").or_nothing());
        said.push(ground.run(&[&words[..], &[&ground.text, &ground.text, &ground.text, &ground.text]].concat(), ""));
    }
    // The name that the program was called by stands in its usage.
    let called = ground.root.path().join(&ground.text);
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_dynadrill"), &called).unwrap();
    let output = Command::new(&called).args(["quiz", "--nope"]).output().unwrap();
    said.push(Ground::said(&["its own name"], output).or_nothing());
    said
}

#[test]
fn every_command_has_a_scenario() {
    let known: BTreeSet<&str> = SCENARIOS.iter().map(|(command, _)| *command).collect();
    let all = commands(&dynadrill::cli::definition(), "");
    assert_eq!(all.iter().map(String::as_str).collect::<BTreeSet<_>>(), known);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_of_others_steers_the_terminal(text in hostile()) {
        for (_, scenario) in SCENARIOS {
            scenario(&Ground::new(&text)).iter().for_each(Said::check);
        }
        wrong_usage(&Ground::new(&text)).iter().for_each(Said::check);
    }
}

#[test]
fn colours_of_the_program_s_own_stay() {
    let ground = Ground::new("x\u{1b}]0;t\u{7}\u{1b}[8m\nFORGED");
    let mut command = ground.command(&["lab", &ground.text]);
    command.env("CLICOLOR_FORCE", "1");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let talk = String::from_utf8(output.stderr).unwrap();
    assert!(talk.contains("\u{1b}[1m") && talk.contains(r"x\u001b]0;t\u0007\u001b[8m\u000aFORGED"), "{talk:?}");
    let is_colour = |after: &str| {
        let end = after.find(|letter: char| !letter.is_ascii_digit() && !"[;".contains(letter));
        after.starts_with('[') && end.is_some_and(|end| after[end..].starts_with('m')) && !after.starts_with("[8m")
    };
    assert!(talk.split('\u{1b}').skip(1).all(is_colour), "{talk:?}");
    assert!(talk.chars().all(|letter| letter == '\u{1b}' || !is_forbidden(letter)), "{talk:?}");
}

#[test]
fn bytes_that_are_no_text_are_not_sent() {
    use std::os::unix::ffi::OsStringExt as _;
    let ground = Ground::new("x");
    let name = OsString::from_vec(b"none\x9b31m\xff.md".to_vec());
    for words in [&["import"][..], &["--content", ".", "content", "check"], &["content", "new", "lab", "a"]] {
        let mut command = ground.command(words);
        let output = command.arg(Path::new(&name)).output().unwrap();
        Ground::said(words, output).or_nothing().check();
    }
}
