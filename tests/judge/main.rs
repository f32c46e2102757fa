//! The judge of labs: what each requirement accepts, what it refuses, and what the learner is told.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use dynadrill::content::lab::Lab;
use dynadrill::content::{self, Source};
use dynadrill::lab::{ReplyKind, Runner, Verdict};

mod loads;
mod policies;
mod process;
mod reads;
mod refusals;
mod states;
mod steps;
mod words;
mod writes;

/// Tables to try requirements on: a key-only table, one with a sort key and an index, one with provisioned units.
const SETUP: &str = r#"
setup:
  - create:
      TableName: Things
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      StreamSpecification: {StreamEnabled: true, StreamViewType: NEW_IMAGE}
    items:
      - {id: {S: a}, n: {N: "1"}, tags: {SS: [x, y]}}
      - {id: {S: b}, n: {N: "2"}}
      - {id: {S: c}, n: {N: "3"}}
  - create:
      TableName: Orders
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - {AttributeName: who, AttributeType: S}
        - {AttributeName: day, AttributeType: S}
        - {AttributeName: state, AttributeType: S}
      KeySchema: [{AttributeName: who, KeyType: HASH}, {AttributeName: day, KeyType: RANGE}]
      GlobalSecondaryIndexes:
        - IndexName: byState
          KeySchema: [{AttributeName: state, KeyType: HASH}]
          Projection: {ProjectionType: KEYS_ONLY}
    items:
      - {who: {S: ana}, day: {S: "01"}, state: {S: OPEN}, sum: {N: "5"}}
      - {who: {S: ana}, day: {S: "02"}, state: {S: SENT}, sum: {N: "7"}}
      - {who: {S: ben}, day: {S: "01"}, state: {S: OPEN}, sum: {N: "9"}}
  - create:
      TableName: Fixed
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 5}
      StreamSpecification: {StreamEnabled: true, StreamViewType: NEW_IMAGE}
"#;

/// A lab of one step with these fields (indented as under a step), without a second step.
pub(crate) fn lab(fields: &str) -> Lab {
    lab_of("[a, b]", fields)
}

/// As [`lab`], with these right ways.
pub(crate) fn lab_of(right_ways: &str, fields: &str) -> Lab {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("labs")).unwrap();
    let text = format!(
        "format_version: 2\nname: try\ntitle: Try\norder: 1\nminutes: 1\nclaims: [E1]\nskills: [\"1.3.4\"]\ndocs: https://docs.aws.amazon.com/x\nchecked: \"2026-11-25\"\nintro: Three tables.\n{SETUP}\nsteps:\n  - id: one\n    title: One\n    why: It matters.\n    task: Do it.\n    hints: [where, which, \"almost ___\"]\n    right_ways: {right_ways}\n    wrong_ways: [{{do: a, says: a}}, {{do: b, says: b}}, {{do: c, says: c}}]\n{fields}\nquestions: [i-email-query-refused, q-three-orders-of-one, e1-count-and-scanned]\noutro: Over.\n"
    );
    std::fs::write(home.path().join("labs/try.yaml"), text).unwrap();
    let (library, problems) = content::load(&Source::Directory(home.path().to_owned()));
    assert!(library.labs.len() == 1, "{fields}: {problems:?}");
    library.labs.into_iter().next().unwrap()
}

/// A runner at a step that requires `done` (flow style, what stands behind `want`).
pub(crate) fn at(done: &str) -> Runner {
    Runner::start(&lab(&format!("    done: [{{want: it, {done}}}]\n    debrief: Done.")), 0).unwrap()
}

/// What is told after these lines; "done" if they completed the step.
pub(crate) fn told(runner: &mut Runner, lines: &[&str]) -> String {
    let mut said = String::new();
    for line in lines {
        let turn = runner.run(line);
        assert!(turn.reply.kind != ReplyKind::NotUnderstood, "{line}: {}", turn.reply.text);
        if turn.completed.is_some() {
            return "done".to_owned();
        }
        said = reasons(&turn.verdicts) + &turn.near_miss.unwrap_or_default();
    }
    said
}

pub(crate) fn reasons(verdicts: &[Verdict]) -> String {
    verdicts.iter().map(|verdict| verdict.reason.as_str()).collect::<Vec<_>>().join("|")
}

#[track_caller]
pub(crate) fn check(done: &str, lines: &[&str], expected: &str) {
    let said = told(&mut at(done), lines);
    assert!(said.contains(expected), "{done}\n{lines:?}\nexpected {expected:?}, told {said:?}");
}

pub(crate) const GET_A: &str = r#"get-item --table-name Things --key {"id":{"S":"a"}}"#;
pub(crate) const QUERY_ANA: &str = r#"query --table-name Orders --key-condition-expression 'who = :w' --expression-attribute-values {":w":{"S":"ana"}}"#;
pub(crate) const PUT_A: &str = r#"put-item --table-name Things --item {"id":{"S":"a"},"n":{"N":"9"}}"#;

/// A write on the condition that n is 1, and one without a condition.
pub(crate) const LOCKED: &str = r#"update-item --table-name Things --key {"id":{"S":"a"}} --update-expression 'SET n = :n' --condition-expression 'n = :o' --expression-attribute-values {":n":{"N":"9"},":o":{"N":"1"}}"#;
