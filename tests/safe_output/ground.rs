//! The ground that is prepared for a command: a home and a pack of content, both with hostile texts wherever there is a
//! text, and what the command said.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// How a line begins that this program never prints; it stands behind every kind of line end.
pub(super) const FORGED: &str = "FORGED";

/// What a program wrote, and in which words it was called.
pub(super) struct Said {
    pub(super) words: String,
    pub(super) out: Vec<u8>,
    pub(super) talk: Vec<u8>,
    /// Whether the hostile text must be seen in it, as marks.
    shows: bool,
}

impl Said {
    /// The same, though it need not show the text.
    pub(super) fn or_nothing(self) -> Self {
        Self { shows: false, ..self }
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.out).unwrap_or_else(|error| panic!("{}: {error}", self.words))
    }

    pub(super) fn check(&self) {
        let mut all = String::new();
        for (name, bytes) in [("standard output", &self.out), ("standard error", &self.talk)] {
            let text = std::str::from_utf8(bytes).unwrap_or_else(|_| panic!("{}: {name} is no text", self.words));
            let found = text.chars().find(|letter| is_forbidden(*letter));
            assert_eq!(found, None, "{}: {name}: {text:?}", self.words);
            let forged = text.lines().find(|line| line.starts_with(FORGED));
            assert_eq!(forged, None, "{}: {name}: {text}", self.words);
            all.push_str(text);
        }
        // One style of marks, whoever quotes the text, and in messages each character is marked once. Data may hold a text
        // within another: JSON within JSON, and GIFT doubles backslashes.
        for other in [r"\u{1b}", r"\u{7}", r"\x1b", r"\x07"] {
            assert!(!all.contains(other), "{}: {other} is another mark: {all}", self.words);
        }
        let talk = String::from_utf8_lossy(&self.talk);
        assert!(!talk.contains(r"\\u001b]0;"), "{}: it is marked twice: {talk}", self.words);
        assert!(!self.shows || all.contains(r"\u001b]0;"), "{}: the text was not shown: {all}", self.words);
    }
}

/// What must never be sent to a terminal, listed by hand and not taken from the program.
pub(super) fn is_forbidden(letter: char) -> bool {
    const BIDI: &str =
        "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}";
    const UNSEEN: &str = "\u{ad}\u{200b}\u{2060}\u{feff}\u{2028}\u{2029}";
    let is_control = letter.is_control() && !matches!(letter, '\n' | '\t');
    is_control || BIDI.contains(letter) || UNSEEN.contains(letter) || ('\u{e0000}'..='\u{e007f}').contains(&letter)
}

/// The same text for places where a line end is the author's: there it may begin a line.
pub(super) fn prose(text: &str) -> String {
    text.replace(FORGED, "said")
}

/// A home, and content of a stranger.
pub(super) struct Ground {
    pub(super) root: tempfile::TempDir,
    pub(super) text: String,
}

impl Ground {
    pub(super) fn new(text: &str) -> Self {
        let ground = Self { root: tempfile::tempdir().unwrap(), text: text.to_owned() };
        for folder in [ground.home(), ground.pack().join("questions"), ground.pack().join("labs")] {
            std::fs::create_dir_all(folder).unwrap();
        }
        ground.write_pack();
        ground
    }

    pub(super) fn home(&self) -> PathBuf {
        self.root.path().join(format!("home {}", self.text))
    }

    pub(super) fn pack(&self) -> PathBuf {
        self.root.path().join(format!("pack {}", self.text))
    }

    /// A file with a hostile name.
    pub(super) fn file(&self, ending: &str, content: &[u8]) -> PathBuf {
        let path = self.root.path().join(format!("{}{ending}", self.text));
        std::fs::write(&path, content).unwrap();
        path
    }

    fn write_pack(&self) {
        let text = &self.text;
        let claims = json!({
            "format_version": 1, "skills": {"1.3.4": text},
            "topics": [{"id": text, "title": text, "claims": [{"id": text, "text": text}]}],
        });
        let trap = json!({"id": text, "belief": text, "truth": text, "claims": [text]});
        self.write("questions/claims.yaml", &claims);
        self.write("questions/traps.yaml", &json!({"format_version": 1, "traps": [trap]}));
        self.write("questions/fixtures.yaml", &json!({"format_version": 1, "fixtures": []}));
        let questions = json!([self.question("q0", true), self.question("q1", false)]);
        self.write("questions/q.yaml", &json!({"format_version": 1, "questions": questions}));
        // Neither is content.
        self.write(&format!("questions/{text}.txt"), &json!({}));
        self.write(&format!("questions/z {text}.yaml"), &json!({"format_version": 1, "questions": [{text: text}]}));
        self.write(&format!("labs/{}.yaml", self.lab()), &self.lab_file());
    }

    fn write(&self, name: &str, content: &Value) {
        std::fs::write(self.pack().join(name), serde_yaml::to_string(content).unwrap()).unwrap();
    }

    /// A table with an item that has the text in names and values.
    fn table(&self) -> Value {
        let create = json!({
            "TableName": "Tab", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        });
        let text = &self.text;
        let item = json!({"id": {"S": "a"}, text: {"S": text}, "m": {"M": {text: {"L": [{"S": text}]}}}});
        json!({"create": create, "items": [item]})
    }

    /// A question, its right option the second.
    fn question(&self, id: &str, is_proved: bool) -> Value {
        let text = &self.text;
        let option = |output: &str| {
            let tries =
                [format!("# {text}"), format!("scan --table-name Tab --output {output}"), format!("scan --'{text}")];
            let mut option = json!({
                "text": format!("{output} {text}"), "correct": output == "text", "why": text, "right_if": text, "trap": text,
            });
            if is_proved {
                (option["try"], option["sees"]) = (json!(tries), json!(["Items", text]));
            }
            option
        };
        let options = ["json", "text", "table"].map(option);
        let exhibit = json!({"kind": "log", "language": text, "caption": text, "text": prose(text)});
        let mut question = json!({
            "id": format!("{id} {text}"), "topic": text, "claims": [text], "skills": ["1.3.4", text], "difficulty": 2,
            "choose": 1, "stem": format!("{id} {}", prose(text)), "setup": [self.table()],
            "options": options, "exhibits": [exhibit], "contrast_with": text, "replaces": [text], "docs": text, "checked": text,
        });
        if !is_proved {
            question["unproved"] = text.as_str().into();
        }
        question
    }

    fn lab_file(&self) -> Value {
        let (text, prose) = (&self.text, prose(&self.text));
        let get = "get-item --table-name Tab --key {\"id\":{\"S\":\"a\"}} --output text";
        let wrong = |lines: &str| json!({"do": lines, "says": text});
        let (line, gap) = (text.replace('\n', " "), format!("{text} ___"));
        let step = |id: &str| {
            json!({
                "id": format!("{id} {text}"), "title": text, "why": line, "text": prose, "task": text, "given": text,
                "predict": {"ask": text, "choices": ["no other", text], "right": "no other"}, "hints": [text, text, gap], "code": true,
                "done": [
                    {"want": text, "hint": text, "returned": {"table": "Tab", "key": {"id": "a"}, "by": ["GetItem"]}},
                    {"want": text, "hint": text, "state": {"item": {"table": "Tab", "key": {"id": "a"}, "has": {text: text}}}},
                ],
                "right_ways": [[format!("# {text}"), "scan --table-name Tab --output table", get], get],
                "wrong_ways": [wrong("scan --table-name Tab"), wrong(":tables"), wrong("scan --table-name Tab --output text")],
                "near_misses": [{"when": {"by": ["Scan"]}, "say": text}], "debrief": prose,
            })
        };
        json!({
            "format_version": 2, "name": self.lab(), "title": text, "order": 1, "minutes": 5, "claims": [text],
            "skills": ["1.3.4"], "docs": text, "checked": text, "opens_on": "plan", "watch": text, "intro": prose,
            "setup": [self.table()], "steps": [step("one"), step("two")],
            "compare": [{"label": text, "step": format!("one {text}")}, {"label": "b", "step": format!("two {text}")}],
            "questions": [text, text, text], "outro": prose,
        })
    }

    /// The lab's name.
    pub(super) fn lab(&self) -> String {
        format!("lab {}", self.text)
    }

    pub(super) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dynadrill"));
        command.args(words).env("DYNADRILL_HOME", self.home()).current_dir(self.root.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(super) fn said(words: &[&str], output: Output) -> Said {
        let talk = String::from_utf8_lossy(&output.stderr);
        assert!(!talk.contains("panicked"), "{words:?}: {talk}");
        Said { words: format!("{words:?}"), out: output.stdout, talk: output.stderr, shows: true }
    }

    /// Runs these words, and types these lines.
    pub(super) fn run(&self, words: &[&str], input: &str) -> Said {
        let mut child = self.command(words).spawn().unwrap();
        // A program that refuses its arguments reads nothing.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Self::said(words, child.wait_with_output().unwrap())
    }

    /// The same with the content of the stranger.
    pub(super) fn with_pack(&self, words: &[&str], input: &str) -> Said {
        let pack = self.pack();
        self.run(&[&["--content", pack.to_str().unwrap()], words].concat(), input)
    }
}
