//! Whatever a learner mistypes in a lab, the answer says what was expected and where, and the lab stands as it stood.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use dynadrill::content::{self, Source};
use dynadrill::lab::{ReplyKind, Runner};

/// A wrong line and words that its answer must have. `T` stands for a table, `K` for its partition key, `Y` for the
/// key's type.
const WRONG: [(&str, &[&str]); 30] = [
    ("aws dynamodb get-itm --table-name T", &["get-itm", "Did you mean get-item?"]),
    ("aws dynamodb get-item --tabel-name T", &["--tabel-name", "Did you mean --table-name?"]),
    ("get-item --table-name", &["--table-name expects a value"]),
    ("get-item --table-name T", &["required", "--key"]),
    (r#"get-item --table-name T --key {"K":{"Y":"1"}"#, &["bracket", "never closed"]),
    (r"get-item --table-name T --key {'K':{'Y':'1'}}", &["--key is not valid JSON", "double quotes"]),
    (r#"get-item --table-name T --key {"K":"1"}"#, &["expects a typed value", r#"{"S": "1"}"#]),
    (r#"get-item --table-name T --key {"K":{"Z":"1"}}"#, &["Z is not a type"]),
    (
        r#"get-item --table-name T --key {"K":{"BOOL":true}}"#,
        &["ValidationException", "[hint] The whole key of T is K"],
    ),
    (r#"get-item --table-name Tt --key {"K":{"Y":"1"}}"#, &["ResourceNotFoundException", "Did you mean T?"]),
    (r#"get-item --table-name T --key {"K":{"Y":"1"}} more"#, &["takes one value", "more"]),
    ("get-item --table-name T --table-name T", &["--table-name is given twice"]),
    ("put-item --table-name T --item K=1", &["expects a typed value"]),
    (r#"put-item --table-name T --item {"other":{"S":"1"}}"#, &["Missing the key K"]),
    ("query --table-name T", &["KeyConditionExpression parameter must be specified"]),
    (
        r##"query --table-name T --key-condition-expression '#k = :v' --expression-attribute-names {"#k":"K"}"##,
        &["not defined", ":v"],
    ),
    (
        r#"query --table-name T --key-condition-expression '#k == :v' --expression-attribute-values {":v":{"Y":"1"}}"#,
        &["Syntax error", "=="],
    ),
    ("query --table-name T --key-condition-expression '#k = :v'", &["#k"]),
    ("scan --table-name T --index-name nope", &["specified index: nope", "[hint] T has"]),
    ("scan --table-name T --limit many", &["whole number", "many"]),
    ("scan --table-name T --limit 0", &["greater than or equal to 1"]),
    ("scan --table-name T --output tabel", &["json, table or text"]),
    ("scan --table-name T --query Items[", &["--query is not a JMESPath expression"]),
    ("awz dynamodb list-tables", &["There is no command awz", "help"]),
    ("aws s3 ls", &["aws s3 is not part of this prompt", "dynamodb"]),
    ("SELECT * FROM T", &["execute-statement --statement"]),
    ("execute-statement --statement 'SELECT * FORM T'", &["wasn't well formed"]),
    ("aws dynamodb create-table --table-name X", &["required"]),
    (":tabels", &[":tabels", "Did you mean :tables?"]),
    (":clock yesterday", &["a time such as", "yesterday"]),
];

#[test]
fn every_wrong_line_is_answered_and_changes_nothing() {
    let library = content::load(&Source::Embedded).0;
    assert!(library.labs.len() >= 26);
    for lab in &library.labs {
        // A lab that creates its table first is tried once it has one.
        let place = usize::from(lab.setup.is_empty());
        let mut runner = Runner::start(lab, place).unwrap();
        let table = runner.bench().engine().tables().next().unwrap();
        let key = &table.keys.partition[0];
        let (table, key, kind) = (table.name.to_string(), key.name.clone(), key.kind.descriptor().to_owned());
        let stood = tables(&runner);
        for (line, wanted) in WRONG {
            let own = |text: &str| {
                let words = text.replace("\"Y\"", &format!("\"{kind}\"")).replace("{'Y'", &format!("{{'{kind}'"));
                placed(&placed(&words, 'T', &table), 'K', &key)
            };
            let line = own(line);
            let turn = runner.run(&line);
            let said = &turn.reply.text;
            assert!(
                matches!(turn.reply.kind, ReplyKind::Refused | ReplyKind::NotUnderstood),
                "{}: {line} was taken for right: {said}",
                lab.name
            );
            for wanted in wanted {
                assert!(said.contains(&own(wanted)), "{}: {line} should say {wanted:?}, says: {said}", lab.name);
            }
        }
        assert_eq!(runner.position(), place, "{}: a wrong line completed a step", lab.name);
        assert_eq!(tables(&runner), stood, "{}: a wrong line changed something", lab.name);
    }
}

/// `text` with `value` in place of the letter where that stands as a word or begins one ("Tt").
fn placed(text: &str, letter: char, value: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(char) = rest.next() {
        let ends = rest.peek().is_none_or(|next| !next.is_alphanumeric() || *next == 't');
        if char == letter && !before.is_alphanumeric() && ends {
            out.push_str(value);
        } else {
            out.push(char);
        }
        before = char;
    }
    out
}

/// Tables with what is in them, in words.
fn tables(runner: &Runner) -> Vec<String> {
    let tables = runner.bench().engine().tables();
    tables.map(|table| format!("{} {} {}", table.name, table.items().len(), table.items().bytes())).collect()
}
