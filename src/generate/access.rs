//! What an IAM policy allows. The policies of a role are decided on by the world's IAM.

use serde_json::{Value, json};

use super::{DrawnOption, DrawnQuestion, Family, pick};
use crate::chance::Chance;
use crate::content::ExhibitKind;
use crate::content::lab::SetupTable;
use crate::lab::{ReplyKind, Workbench};

const FINE_GRAINED: &str =
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html";

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-policy-allows",
        title: "Which request a policy with LeadingKeys allows",
        topic: "beyond",
        claims: &["X12"],
        skills: &["2.1.6"],
        difficulty: 3,
        docs: FINE_GRAINED,
        draw: |chance| decided(chance, true),
    },
    Family {
        id: "gen-policy-denies",
        title: "Which request a policy with LeadingKeys denies",
        topic: "beyond",
        claims: &["X12"],
        skills: &["2.1.6", "4.1.7"],
        difficulty: 3,
        docs: FINE_GRAINED,
        draw: |chance| decided(chance, false),
    },
];

/// A table of notes by user, with an index by topic.
fn notes(user: &str, other: &str) -> SetupTable {
    let element = |name: &str, kind: &str| json!({"AttributeName": name, "KeyType": kind});
    let definitions = ["userId", "noteId", "topic"].map(|name| json!({"AttributeName": name, "AttributeType": "S"}));
    let create = json!({
        "TableName": "Notes", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": definitions,
        "KeySchema": [element("userId", "HASH"), element("noteId", "RANGE")],
        "GlobalSecondaryIndexes": [{
            "IndexName": "byTopic", "KeySchema": [element("topic", "HASH")], "Projection": {"ProjectionType": "ALL"},
        }],
    });
    let note = |user: &str| json!({"userId": {"S": user}, "noteId": {"S": "1"}, "topic": {"S": "travel"}});
    SetupTable { create, generate: Vec::new(), items: vec![note(user), note(other)] }
}

/// A request as an option tells it, the command that sends it, and the misconception about it.
struct AskedRequest {
    told: String,
    command: String,
    trap: Option<&'static str>,
    why: &'static str,
}

impl AskedRequest {
    const fn new(told: String, command: String, trap: Option<&'static str>, why: &'static str) -> Self {
        Self { told, command, trap, why }
    }

    /// What the answer shows once the command was tried.
    fn seen(&self, allowed: bool) -> Vec<String> {
        let is_write = self.command.starts_with("update") || self.command.starts_with("delete");
        let sign = match allowed {
            false => "AccessDeniedException",
            true if is_write => "WCU",
            true => "RCU",
        };
        vec![sign.to_owned()]
    }

    /// What DynamoDB does with it, and why.
    fn reason(&self, allowed: bool) -> String {
        let verdict =
            if allowed { "DynamoDB allows the request." } else { "DynamoDB returns an AccessDeniedException." };
        let own = self.why.starts_with("The partition key value is the ID");
        let why = match (allowed, own) {
            (false, true) => "The policy does not list this action.",
            _ => self.why,
        };
        format!("{why} {verdict}")
    }
}

fn requests(user: &str, other: &str) -> Vec<AskedRequest> {
    let key = |user: &str| format!("--key '{{\"userId\":{{\"S\":\"{user}\"}},\"noteId\":{{\"S\":\"1\"}}}}'");
    let get = |user: &str| format!("get-item --table-name Notes {}", key(user));
    let query = |user: &str| {
        format!(
            "query --table-name Notes --key-condition-expression 'userId = :u' \
             --expression-attribute-values '{{\":u\":{{\"S\":\"{user}\"}}}}' --select COUNT"
        )
    };
    let index = "query --table-name Notes --index-name byTopic --key-condition-expression 'topic = :t' \
                 --expression-attribute-values '{\":t\":{\"S\":\"travel\"}}' --select COUNT";
    let update = |user: &str| {
        format!(
            "update-item --table-name Notes {} --update-expression 'SET topic = :t' \
             --expression-attribute-values '{{\":t\":{{\"S\":\"work\"}}}}'",
            key(user)
        )
    };
    let own = "The partition key value is the ID of the user.";
    let foreign = "The partition key value is not the ID of the user.";
    vec![
        AskedRequest::new(format!("A Query request with userId {user}"), query(user), None, own),
        AskedRequest::new(
            format!("A Query request with userId {other}"),
            query(other),
            Some("iam-filters-rows"),
            foreign,
        ),
        AskedRequest::new(format!("A GetItem request with userId {user}"), get(user), None, own),
        AskedRequest::new(format!("A GetItem request with userId {other}"), get(other), None, foreign),
        AskedRequest::new(format!("An UpdateItem request with userId {user}"), update(user), None, own),
        AskedRequest::new(format!("An UpdateItem request with userId {other}"), update(other), None, foreign),
        AskedRequest::new(
            format!("A DeleteItem request with userId {user}"),
            format!("delete-item --table-name Notes {}", key(user)),
            None,
            own,
        ),
        AskedRequest::new(
            "A Scan request without a filter expression".to_owned(),
            "scan --table-name Notes --select COUNT".to_owned(),
            Some("iam-filters-rows"),
            "The policy does not list the Scan action.",
        ),
        AskedRequest::new(
            "A Query request to the index byTopic".to_owned(),
            index.to_owned(),
            Some("iam-table-covers-index"),
            "The index is a resource of its own.",
        ),
    ]
}

fn decided(chance: &mut Chance, allows: bool) -> Option<DrawnQuestion> {
    const SETS: [&[&str]; 4] = [
        &["GetItem", "Query"],
        &["GetItem", "UpdateItem"],
        &["GetItem", "Query", "UpdateItem"],
        &["Query", "UpdateItem", "DeleteItem"],
    ];
    let (user, other) = *pick(chance, &[("ana", "ben"), ("kim", "lee"), ("joe", "mia"), ("eva", "tom")])?;
    let actions = *pick(chance, &SETS)?;
    let listed: Vec<String> = actions.iter().map(|action| format!("dynamodb:{action}")).collect();
    let table = "arn:aws:dynamodb:us-east-1:123456789012:table/Notes";
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow", "Action": listed, "Resource": table,
            "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${cognito-identity.amazonaws.com:sub}"]}},
        }],
    });
    let setup = notes(user, other);
    let before = vec![
        format!("aws iam put-role-policy --role-name App --policy-name notes --policy-document '{policy}'"),
        format!(":as App {user}"),
    ];
    let mut bench = super::bench(&setup)?;
    for line in &before {
        bench.run(line);
    }
    let is_allowed = |bench: &Workbench, command: &str| bench.clone().run(command).kind == ReplyKind::Answer;
    let mut all = requests(user, other);
    chance.shuffle(&mut all);
    let (mut wanted, others): (Vec<AskedRequest>, Vec<AskedRequest>) =
        all.into_iter().partition(|asked| is_allowed(&bench, &asked.command) == allows);
    let right = wanted.pop()?;
    let tries = |command: &str| [before.clone(), vec![command.to_owned()]].concat();
    let ask = if allows { "Which request does the policy allow?" } else { "Which request does the policy NOT allow?" };
    let stem = format!(
        "A web application stores notes in an Amazon DynamoDB table. The partition key is userId and the sort key is noteId. A global secondary \
         index named byTopic has the partition key topic. Users sign in with Amazon Cognito, and the identity ID of a user is the userId. The \
         following policy is the only policy of the IAM role for signed-in users. A user has the identity ID {user}. {ask}"
    );
    let wrong = others
        .iter()
        .map(|asked| {
            let answer = DrawnOption::wrong(asked.told.clone(), asked.reason(!allows))
                .tried(tries(&asked.command), asked.seen(!allows));
            // The misconceptions make a denied request look allowed.
            DrawnOption { trap: asked.trap.filter(|_| allows), ..answer }
        })
        .collect();
    let answer =
        DrawnOption::right(right.told.clone(), right.reason(allows)).tried(tries(&right.command), right.seen(allows));
    Some(DrawnQuestion::new(stem, answer, wrong).on(setup).showing(
        ExhibitKind::Json,
        "json",
        "The policy",
        printed(&listed, table),
    ))
}

/// The policy as an exhibit shows it.
fn printed(actions: &[String], table: &str) -> String {
    format!(
        "{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{{\n    \"Effect\": \"Allow\",\n    \"Action\": [{}],\n    \"Resource\": {},\n    \
         \"Condition\": {{\"ForAllValues:StringEquals\": {{\n      \"dynamodb:LeadingKeys\": [\"${{cognito-identity.amazonaws.com:sub}}\"]\n    \
         }}}}\n  }}]\n}}",
        actions.iter().map(|action| format!("\"{action}\"")).collect::<Vec<_>>().join(",\n               "),
        Value::String(table.to_owned())
    )
}
