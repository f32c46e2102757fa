//! What is printed holds no control characters but line ends and tabs, wherever its texts come from: a terminal obeys them.

use std::path::Path;

use dynadrill::author;
use dynadrill::clock::VirtualClock;
use serde_json::json;

use super::attack::{Server, Talk, report};

/// A title for the window, a cleared screen, a line that is taken back, and the one-byte form of the same sign.
const HOSTILE: &str = "a\u{1b}]0;owned\u{7}b\u{1b}[2Jc\rd\u{9b}2Je\u{8}f\u{0}g";
/// The same for YAML and JSON in double quotes.
const ESCAPED: &str = r"a\u001b]0;owned\u0007b\u001b[2Jc\rd\u009b2Je\bf\u0000g";

/// What a terminal would obey in a text.
fn obeyed(text: &str) -> Option<String> {
    let mut signs = text.char_indices().filter(|(_, sign)| sign.is_control() && !matches!(sign, '\n' | '\t'));
    let (at, sign) = signs.next()?;
    let before: String = text[..at].chars().rev().take(60).collect::<Vec<_>>().into_iter().rev().collect();
    Some(format!("{sign:?} after {before:?}"))
}

/// Runs commands, and collects what each prints that it should not.
#[derive(Default)]
struct Printed {
    faults: Vec<String>,
    runs: usize,
}

impl Printed {
    fn of(&mut self, home: &Path, arguments: &[&str], input: &[&str]) -> String {
        let mut talk = Talk::start(home, arguments);
        for line in input {
            talk.say(line);
        }
        let said = talk.finish_within(60_000).map(|(_, said)| said).unwrap_or_default();
        self.runs += 1;
        assert!(!said.is_empty(), "{arguments:?} prints nothing, or does not end");
        self.faults.extend(obeyed(&said).map(|fault| format!("{}: {fault}", arguments.join(" "))));
        said
    }
}

#[test]
fn texts_of_content_reach_the_terminal_without_control_characters() {
    let (home, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let lab = author::new_lab(root.path(), "odd", VirtualClock::LAB_START).unwrap();
    let mut text = std::fs::read_to_string(&lab).unwrap();
    for (plain, key) in [
        ("title: What the lab is about", "title"),
        ("task: Read the thing T-1 of the table Things, and no other.", "task"),
    ] {
        assert!(text.contains(plain), "{text}");
        text = text.replace(plain, &format!("{key}: \"{ESCAPED}\""));
    }
    text = text.replace("color: {S: blue}", &format!("color: {{S: \"{ESCAPED}\"}}"));
    std::fs::write(&lab, text).unwrap();
    std::fs::create_dir_all(root.path().join("questions")).unwrap();
    std::fs::write(root.path().join(format!("questions/{}.yaml", HOSTILE.replace(['\0', '/'], ""))), "x: [\n").unwrap();
    let questions = format!(
        "format_version: 1\nquestions:\n  - id: \"{ESCAPED}\"\n    topic: \"{ESCAPED}\"\n    claims: [\"{ESCAPED}\"]\n    skills: [\"1.3.4\"]\n    difficulty: 1\n    choose: 1\n    stem: \"{ESCAPED}\"\n    options:\n      - {{text: \"{ESCAPED}\", correct: true, why: \"{ESCAPED}\"}}\n      - {{text: \"{ESCAPED} 2\", correct: false, why: \"{ESCAPED}\"}}\n      - {{text: \"3\", correct: false, why: \"w\"}}\n      - {{text: \"4\", correct: false, why: \"w\"}}\n    unproved: \"{ESCAPED}\"\n    docs: \"{ESCAPED}\"\n    checked: \"{ESCAPED}\"\n"
    );
    std::fs::write(root.path().join("questions/odd.yaml"), questions).unwrap();
    let content = root.path().to_str().unwrap();
    let mut printed = Printed::default();
    printed.of(home.path(), &["content", "check", content], &[]);
    let listed = printed.of(home.path(), &["--content", content, "content", "list"], &[]);
    assert!(listed.contains("owned"), "the content was not read: {listed}");
    printed.of(home.path(), &["--content", content, "lab", "list"], &[]);
    let lines = [
        "get-item --table-name Things --key {\"id\":{\"S\":\"T-1\"}} --output text",
        "scan --table-name Things --output table",
        "hint",
        "check",
        "q",
    ];
    printed.of(home.path(), &["--content", content, "lab", "start", "odd", "--plain"], &lines);
    printed.of(home.path(), &["--content", content, "lab", "demo", "odd"], &[]);
    let quiz =
        printed.of(home.path(), &["--content", content, "quiz", "--plain", "-n", "20", "--seed", "1"], &["A"; 30]);
    assert!(quiz.contains("owned"), "the question was not asked: {quiz}");
    printed.of(home.path(), &["--content", content, "stats"], &[]);
    report(&format!("hostile content: {} commands", printed.runs));
    assert!(printed.faults.is_empty(), "{}", printed.faults.join("\n"));
}

#[test]
fn texts_of_imports_and_lines_reach_the_terminal_without_control_characters() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("questions.json");
    let question = json!([{
        "question": HOSTILE, "options": [HOSTILE, format!("{HOSTILE} 2")], "correct": 0, "explanation": HOSTILE,
    }, {"question": HOSTILE, "options": []}]);
    std::fs::write(&file, question.to_string()).unwrap();
    let aiken = home.path().join(format!("{}.txt", HOSTILE.replace(['\0', '/'], "")));
    std::fs::write(&aiken, format!("{HOSTILE}?\nA. {HOSTILE}\nB. b\nANSWER: {HOSTILE}\n")).unwrap();
    let mut printed = Printed::default();
    printed.of(home.path(), &["import", file.to_str().unwrap()], &[]);
    printed.of(home.path(), &["import", "--format", "aiken", aiken.to_str().unwrap()], &[]);
    let quiz = printed.of(home.path(), &["quiz", "--plain", "--topic", "imported"], &["A", "A"]);
    assert!(quiz.contains("owned"), "the question was not asked: {quiz}");
    let lines = [
        format!("get-item --table-name {HOSTILE}"),
        format!(
            "put-item --table-name Orders --item {{\"customerId\":{{\"S\":\"{ESCAPED}\"}},\"orderKey\":{{\"S\":\"x\"}}}}"
        ),
        "scan --table-name Orders --output text".to_owned(),
        "scan --table-name Orders --output table".to_owned(),
        "scan --table-name Orders --query Items[].customerId.S".to_owned(),
        "execute-statement --statement 'SELECT * FROM Orders' --output text".to_owned(),
        format!(":{HOSTILE}"),
        format!(":explain {HOSTILE}"),
        format!(":cache set k {HOSTILE}"),
        ":cache get k".to_owned(),
        format!("scan --table-name '{HOSTILE}' --query '{HOSTILE}'"),
        HOSTILE.to_owned(),
    ];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let shell = printed.of(home.path(), &["shell"], &lines);
    assert!(shell.contains("owned"), "{shell}");
    // Arguments come back in errors.
    let odd = HOSTILE.replace('\0', "");
    for arguments in [
        &["quiz", "--topic", &odd][..],
        &["lab", "demo", &odd],
        &["import", &odd],
        &["content", "check", &odd],
        &["plan", "--exam", &odd],
    ] {
        printed.of(home.path(), arguments, &[]);
    }
    report(&format!("hostile imports and lines: {} commands", printed.runs));
    assert!(printed.faults.is_empty(), "{}", printed.faults.join("\n"));
}

#[test]
fn what_clients_send_reaches_the_terminal_without_control_characters() {
    let home = tempfile::tempdir().unwrap();
    let printed = home.path().join("printed");
    let server = Server::start_printing(&["lab", "serve", "lambda-poison-record"], home.path(), &printed);
    let client = server.client();
    for (target, body) in [
        ("DynamoDB_20120810.GetItem", json!({"TableName": HOSTILE, "Key": {"id": {"S": HOSTILE}}})),
        ("DynamoDB_20120810.PutItem", json!({"TableName": "Orders", "Item": {HOSTILE: {"S": HOSTILE}}})),
        ("DynamoDB_20120810.ExecuteStatement", json!({"Statement": format!("SELECT * FROM \"{HOSTILE}\"")})),
        ("AmazonSQS.CreateQueue", json!({"QueueName": HOSTILE})),
        ("AmazonSQS.SendMessage", json!({"QueueUrl": HOSTILE, "MessageBody": HOSTILE})),
    ] {
        assert!(client.send(target, body.to_string().as_bytes()).is_some(), "{target}");
    }
    let said = server.kill();
    let text = std::fs::read_to_string(&printed).unwrap() + &said;
    assert!(text.contains("GetItem") && text.contains("owned"), "the requests are not told: {text}");
    assert_eq!(obeyed(&text), None);
}
