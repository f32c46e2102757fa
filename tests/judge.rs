//! The judge of labs: what each requirement accepts, what it refuses, and what the learner is told.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use dynadrill::author;
use dynadrill::content::lab::Lab;
use dynadrill::content::{self, Severity, Source};
use dynadrill::lab::{OwnLines, ReplyKind, Runner, Verdict};

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
fn lab(fields: &str) -> Lab {
    lab_of("[a, b]", fields)
}

/// As [`lab`], with these right ways.
fn lab_of(right_ways: &str, fields: &str) -> Lab {
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
fn at(done: &str) -> Runner {
    Runner::start(&lab(&format!("    done: [{{want: it, {done}}}]\n    debrief: Done.")), 0).unwrap()
}

/// What is told after these lines; "done" if they completed the step.
fn told(runner: &mut Runner, lines: &[&str]) -> String {
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

fn reasons(verdicts: &[Verdict]) -> String {
    verdicts.iter().map(|verdict| verdict.reason.as_str()).collect::<Vec<_>>().join("|")
}

#[track_caller]
fn check(done: &str, lines: &[&str], expected: &str) {
    let said = told(&mut at(done), lines);
    assert!(said.contains(expected), "{done}\n{lines:?}\nexpected {expected:?}, told {said:?}");
}

const GET_A: &str = r#"get-item --table-name Things --key {"id":{"S":"a"}}"#;
const QUERY_ANA: &str = r#"query --table-name Orders --key-condition-expression 'who = :w' --expression-attribute-values {":w":{"S":"ana"}}"#;
const PUT_A: &str = r#"put-item --table-name Things --item {"id":{"S":"a"},"n":{"N":"9"}}"#;

#[test]
fn a_read_is_whatever_reads() {
    let done = "returned: {table: Things, key: {id: a}, count: 1}";
    for line in [
        GET_A,
        r#"query --table-name Things --key-condition-expression 'id = :i' --expression-attribute-values {":i":{"S":"a"}}"#,
        r#"batch-get-item --request-items {"Things":{"Keys":[{"id":{"S":"a"}}]}}"#,
        r#"transact-get-items --transact-items [{"Get":{"TableName":"Things","Key":{"id":{"S":"a"}}}}]"#,
        "execute-statement --statement \"SELECT * FROM Things WHERE id = 'a'\"",
        "batch-execute-statement --statements [{\"Statement\":\"SELECT * FROM Things WHERE id = 'a'\"}]",
        "execute-transaction --transact-statements [{\"Statement\":\"SELECT * FROM Things WHERE id = 'a'\"}]",
    ] {
        check(done, &[line], "done");
    }
    check(done, &[r#"get-item --table-name Things --key {"id":{"S":"b"}}"#], "Your GetItem read b, not a.");
    check(done, &["scan --table-name Things"], "Your Scan read every item, not only a.");
    check(done, &[QUERY_ANA], "Your Query read Orders, not Things.");
    check(done, &[PUT_A], "Nothing was read in this step yet.");
    check("returned: {by: [Query], table: Things}", &[GET_A], "You used GetItem; this step asks for Query.");
}

#[test]
fn a_write_is_whatever_writes_and_its_condition_is_what_it_says() {
    let done =
        "process: [{write: {table: Things, key: {id: a}, condition: {on: n, equals: 1, met: true}, new: {n: 9}}}]";
    for line in [
        r##"put-item --table-name Things --item {"id":{"S":"a"},"n":{"N":"9"}} --condition-expression '#n = :o' --expression-attribute-names {"#n":"n"} --expression-attribute-values {":o":{"N":"1"}}"##,
        r#"update-item --table-name Things --key {"id":{"S":"a"}} --update-expression 'SET n = :n' --condition-expression ':o = n' --expression-attribute-values {":n":{"N":"9"},":o":{"N":"1.0"}}"#,
        "execute-statement --statement \"UPDATE Things SET n = 9 WHERE id = 'a' AND n = 1\"",
        "execute-transaction --transact-statements [{\"Statement\":\"UPDATE Things SET n = 9 WHERE id = 'a' AND n = 1\"}]",
        r#"transact-write-items --transact-items [{"Put":{"TableName":"Things","Item":{"id":{"S":"z"}}}},{"Put":{"TableName":"Things","Item":{"id":{"S":"a"},"n":{"N":"9"}},"ConditionExpression":"n = :o","ExpressionAttributeValues":{":o":{"N":"1"}}}}]"#,
        r#"put-item --table-name Things --item {"id":{"S":"a"},"n":{"N":"9"}} --expected {"n":{"Value":{"N":"1"}}}"#,
        r#"put-item --table-name Things --item {"id":{"S":"a"},"n":{"N":"9"}} --condition-expression 'n IN (:o)' --expression-attribute-values {":o":{"N":"1"}}"#,
        r#"put-item --table-name Things --item {"id":{"S":"a"},"n":{"N":"9"}} --condition-expression 'n BETWEEN :o AND :o' --expression-attribute-values {":o":{"N":"1"}}"#,
    ] {
        check(done, &[line], "done");
    }
    let range = r#"put-item --table-name Things --item {"id":{"S":"a"},"n":{"N":"9"}} --condition-expression 'n BETWEEN :o AND :p' --expression-attribute-values {":o":{"N":"1"},":p":{"N":"2"}}"#;
    check(done, &[range], "not n = 1");
    check(done, &[PUT_A], "Your PutItem of a was not conditional.");
    check(
        done,
        &[
            r#"put-item --table-name Things --item {"id":{"S":"a"},"n":{"N":"9"}} --condition-expression 'attribute_exists(id)'"#,
        ],
        "The condition is on id, not on n.",
    );
    let absent = "process: [{write: {table: Things, key: {id: new}, condition: {on: id, absent: true}}}]";
    check(absent, &["execute-statement --statement \"INSERT INTO Things VALUE {'id':'new'}\""], "done");
    check(
        absent,
        &[
            r#"put-item --table-name Things --item {"id":{"S":"new"}} --condition-expression 'attribute_not_exists(id)'"#,
        ],
        "done",
    );
    let failed = "process: [{write: {key: {id: a}, condition: {on: n, met: false}}}]";
    let refused = r#"put-item --table-name Things --item {"id":{"S":"a"}} --condition-expression 'n = :o' --expression-attribute-values {":o":{"N":"5"}}"#;
    check(failed, &[refused], "done");
    check(
        failed,
        &[
            r#"transact-write-items --transact-items [{"Put":{"TableName":"Things","Item":{"id":{"S":"a"}},"ConditionExpression":"n = :o","ExpressionAttributeValues":{":o":{"N":"5"}}}}]"#,
        ],
        "done",
    );
    check(
        "process: [{write: {key: {id: a}, condition: {met: true}}}]",
        &[refused],
        "The condition of your PutItem was not met: n = 5.",
    );
}

#[test]
fn what_a_write_changes_and_how_it_is_worked_out() {
    let add = r#"update-item --table-name Things --key {"id":{"S":"a"}} --update-expression 'ADD n :one' --expression-attribute-values {":one":{"N":"1"}}"#;
    let set = r#"update-item --table-name Things --key {"id":{"S":"a"}} --update-expression 'SET n = :two' --expression-attribute-values {":two":{"N":"2"}}"#;
    let plus = r#"update-item --table-name Things --key {"id":{"S":"a"}} --update-expression 'SET n = if_not_exists(n, :one) + :one' --expression-attribute-values {":one":{"N":"1"}}"#;
    let done = "process: [{write: {computes: n}, times: 2}]";
    check(done, &[add, plus], "done");
    check(done, &[add], "That was 1 of 2 so far.");
    check(done, &[set], "set n to a fixed value");
    check("process: [{write: {changed: [n], old: {n: 1}, new: {n: 2}}}]", &[set], "done");
    check("process: [{write: {old: {n: 5}, new: {n: 2}}}]", &[set], "Before your UpdateItem, n was 1, not 5.");
    let two = r#"update-item --table-name Things --key {"id":{"S":"a"}} --update-expression 'SET n = :two REMOVE tags' --expression-attribute-values {":two":{"N":"2"}}"#;
    check("process: [{write: {changed: [n]}}]", &[two], "Your UpdateItem changed n and tags, not n.");
    // A batch counts as its parts.
    let batch = r#"batch-write-item --request-items {"Things":[{"DeleteRequest":{"Key":{"id":{"S":"a"}}}},{"PutRequest":{"Item":{"id":{"S":"d"}}}}]}"#;
    check("process: [{write: {key: {id: d}, new: {id: d}}}]", &[batch], "done");
}

#[test]
fn what_was_refused_is_told_by_its_refusal_and_never_as_done() {
    let update =
        |key: &str, more: &str| format!(r#"update-item --table-name Things --key {{"id":{{"S":"{key}"}}}} {more}"#);
    let reserved = update("b", r#"--update-expression 'SET size = :n' --expression-attribute-values {":n":{"N":"1"}}"#);
    check("process: [{write: {key: {id: a}, new: {size: 1}}}]", &[&reserved], "Your UpdateItem was for b, not a.");
    let invalid = update(
        "a",
        r#"--update-expression 'SET n = :n' --condition-expression 'count(n) < :n' --expression-attribute-values {":n":{"N":"1"}}"#,
    );
    let met = "process: [{write: {key: {id: a}, condition: {on: n, met: false}}}]";
    check(met, &[&invalid], "Your UpdateItem was refused: ValidationException");
    let unread = "execute-statement --statement \"SELECT * FROM Things WHERE id = 'O'Hara'\"";
    check(
        "returned: {table: Things, key: {id: a}}",
        &[unread],
        "Your ExecuteStatement was refused: ValidationException",
    );
    let insert = r#"batch-execute-statement --statements [{"Statement":"INSERT INTO Things VALUE {\u0027id\u0027: \u0027a\u0027}"}]"#;
    check("process: [{write: {key: {id: a}, condition: {absent: true, met: false}}}]", &[insert], "done");
}

#[test]
fn every_part_of_a_transaction_is_told_and_checks_are_no_writes() {
    let both = r#"transact-write-items --transact-items [{"Delete":{"TableName":"Things","Key":{"id":{"S":"a"}}}},{"Delete":{"TableName":"Things","Key":{"id":{"S":"c"}}}}]"#;
    check(
        "process: [{write: {table: Things, key: {id: b}}}]",
        &[both],
        "Your TransactWriteItems wrote a and c, not b.",
    );
    let checked = r#"transact-write-items --transact-items [{"ConditionCheck":{"TableName":"Things","Key":{"id":{"S":"a"}},"ConditionExpression":"attribute_exists(id)"}},{"Put":{"TableName":"Fixed","Item":{"id":{"S":"z"}}}}]"#;
    check("process: [{write: {table: Things}}]", &[checked], "Your TransactWriteItems wrote Fixed, not Things.");
    check("process: [{request: {effect: check, table: Things, key: {id: a}}}]", &[checked], "done");
}

#[test]
fn reasons_name_keys_in_order_members_as_they_are_and_items_that_were_not_there() {
    let gone = "state: {item: {table: Orders, key: {day: \"09\", who: ana}}}";
    check(gone, &[GET_A], "There is no item ana, 09 in Orders.");
    let new = r#"put-item --table-name Things --item {"id":{"S":"new"},"n":{"N":"9"}}"#;
    check("process: [{write: {old: {n: 1}, new: {n: 9}}}]", &[new], "Before your PutItem there was no item new.");
    let kept = "process: [{write: {changed: [n], computes: n}}]";
    let tags = r#"update-item --table-name Things --key {"id":{"S":"a"}} --update-expression 'REMOVE tags'"#;
    check(kept, &[tags], "Your UpdateItem changed tags, not n.");
    let batch = r#"batch-write-item --request-items {"Things":[{"PutRequest":{"Item":{"id":{"S":"d"}}}}]}"#;
    let four = "returned: {effect: write, parameters: {\"RequestItems.Things.#\": 4}}";
    check(four, &[batch], "RequestItems.Things has 1 element, not 4.");
    let forward = "returned: {table: Orders, parameters: {ScanIndexForward: {not: false}}}";
    check(forward, &[&format!("{QUERY_ANA} --no-scan-index-forward")], "In your Query, ScanIndexForward is false.");
    check("returned: {table: Orders, items: [{sum: 12}]}", &[QUERY_ANA], "also returned");
    check("returned: {table: Orders, some: [{sum: 12}]}", &[QUERY_ANA], "did not return an item with sum 12.");
    check(
        "state: {item: {table: Things, key: {id: a}, has: {n: {secret: 7}}}}",
        &[GET_A],
        "n is 1, which is not right.",
    );
    check("state: {item: {table: Things, key: {id: a}, has: {n: {secret: 1}}}}", &[GET_A], "done");
    check("secret: true, state: {item: {table: Things, key: {id: a}, has: {n: 7}}}", &[GET_A], "In a, n is 1.");
    check("state: {table: {name: Orders, stream: NEW_IMAGE}}", &[GET_A], "The table Orders has no stream.");
    let units = "state: {table: {name: Things, read: {at_least: 18, at_most: 50}}}";
    check(units, &[GET_A], "is on demand and has no RCU; 18 to 50 are wanted.");
    assert!(!told(&mut at(&format!("secret: true, {units}")), &[GET_A]).contains("18"));
    check("spent: {requests: 2}", &[GET_A], "This step has sent 1 request, not 2.");
}

#[test]
fn any_request_of_the_step_is_told_by_the_one_that_came_nearest() {
    let done = "returned: {table: Orders, key: {who: ana}, count: 5, once: true}";
    check(done, &[QUERY_ANA, &QUERY_ANA.replace("ana", "ben")], "Your earlier Query returned 2 items, not 5.");
}

#[test]
fn a_stream_names_its_table_and_traffic_what_it_was_made_of() {
    let records = "returned: {effect: stream, by: [GetRecords], table: Fixed, records: [{event: INSERT}]}";
    let put = r#"put-item --table-name Fixed --item {"id":{"S":"a"}}"#;
    let read = |table: &str| format!("aws dynamodbstreams get-records --shard-iterator '{{{{iterator {table}}}}}'");
    check(records, &[put, &read("Things")], "Your GetRecords read Things, not Fixed.");
    check(records, &[put, &read("Fixed")], "done");
    let traffic = "process: [{request: {effect: define}}, {traffic: {table: Fixed, reads: 0, peak: 4}}]";
    let send = ":traffic Fixed --rate 4 --seconds 1";
    check(
        traffic,
        &[send, "update-table --table-name Fixed --billing-mode PAY_PER_REQUEST"],
        "no traffic was sent since then",
    );
    let define = "update-table --table-name Fixed --billing-mode PAY_PER_REQUEST";
    check(
        traffic,
        &[define, ":clock +1m", &format!("{send} --reads 100")],
        "Of the calls, reads were 100 percent, not 0.",
    );
    check(traffic, &[define, ":clock +1m", send], "done");
}

#[test]
fn a_table_with_replicas_is_changed_in_one_request() {
    let add = r#"update-table --table-name Things --replica-updates [{"Create":{"RegionName":"eu-west-1"}}] --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES"#;
    let add = add.split(" --stream").next().unwrap();
    let stop = "update-table --table-name Orders --stream-specification StreamEnabled=false";
    let orders = add.replace("Things", "Orders");
    let done = "process: [{request: {effect: define, table: Orders, error: ValidationException, about: [stream]}}]";
    check(done, &[&orders, stop], "done");
    check("spent: {requests: 5}", &[&orders], "This step has sent 1 request, not 5.");
    check("process: [{request: {effect: define, by: [DeleteTable]}}]", &[&orders], "You used UpdateTable");
}

#[test]
fn others_act_right_after_a_request_and_nothing_of_it_is_the_learners() {
    let fields = r#"    meanwhile:
      - after: {effect: read, table: Things, key: {id: a}}
        skip: 1
        times: 1
        do: update-item --table-name Things --key {"id":{"S":"a"}} --update-expression 'ADD n :one' --expression-attribute-values {":one":{"N":"1"}}
        say: somebody counted.
    done:
      - want: it
        state: {item: {table: Things, key: {id: a}, has: {n: 2}}}
      - want: no write
        process: [{never: {effect: write}}]
    debrief: Done."#;
    let mut runner = Runner::start(&lab(fields), 0).unwrap();
    let turn = runner.run(GET_A);
    assert!(turn.meanwhile.is_empty() && turn.completed.is_none());
    let turn = runner.run(GET_A);
    assert_eq!(turn.meanwhile, ["somebody counted."]);
    assert!(turn.completed.is_some(), "{:?}", turn.verdicts);
}

#[test]
fn a_function_of_the_learners_own_is_invoked_with_batches_and_settled_as_the_mapping_says() {
    // A table with one partition has one shard.
    let put = |id: &str| format!(r#"put-item --table-name Fixed --item {{"id":{{"S":"{id}"}}}}"#);
    let map = |more: &str| {
        format!(
            "aws lambda create-event-source-mapping --function-name my-job --event-source-arn {{{{stream Fixed}}}} --starting-position TRIM_HORIZON {more}"
        )
    };
    let (one, two, three) = (put("1"), put("2"), put("3"));
    let check = |done: &str, lines: &[&str], expected: &str| {
        check(done, &[&[one.as_str(), &two, &three], lines].concat(), expected);
    };
    let partly = r#":runtime response {"batchItemFailures":[{"itemIdentifier":"{{record 2}}"}]}"#;
    let partial = "process: [{invoked: {function: my-job, records: 3, result: partial}}, {invoked: {records: 2, attempt: 1, ok: true}}]";
    let reports = map("--function-response-types ReportBatchItemFailures");
    check(partial, &[&reports, ":runtime next", partly, ":runtime next", ":runtime response {}"], "done");
    // Without ReportBatchItemFailures the same response is a success.
    check(partial, &[&map(""), ":runtime next", partly], "ended with: ok");
    let failed = "process: [{invoked: {ok: false, result: KeyError}}, {invoked: {records: 3, attempt: 2}}]";
    check(
        failed,
        &[&map(""), ":runtime next", ":runtime error 'KeyError: n'", ":runtime next", ":runtime response {}"],
        "done",
    );
    // A runtime that asks again has lost what it had.
    let lost = "process: [{invoked: {ok: false, result: Runtime exited}}]";
    check(lost, &[&map(""), ":runtime next", ":runtime next"], "done");
    let bad = r#":runtime response {"batchItemFailures":[{"itemIdentifier":"7"}]}"#;
    check("process: [{invoked: {ok: false, result: names no record}}]", &[&reports, ":runtime next", bad], "done");
}

#[test]
fn what_came_back_is_bound_to_one_request_and_the_newest_counts() {
    let done = "returned: {table: Orders, key: {who: ana}, items: [{day: \"02\"}, {day: \"01\"}], in_order: true}";
    check(done, &[&format!("{QUERY_ANA} --no-scan-index-forward")], "done");
    check(done, &[QUERY_ANA], "returned the right items in another order");
    check(done, &["scan --table-name Orders --no-paginate --limit 1"], "read every item");
    let both = "returned: {table: Orders, key: {who: ana}, each: {sum: {at_least: 7}}, count: 1, scanned: 2}";
    check(both, &[QUERY_ANA], "whose sum is 5");
    let attributes = "returned: {table: Orders, attributes: [sum], count: 3}";
    check(
        attributes,
        &["scan --table-name Orders --projection-expression '#s' --expression-attribute-names {\"#s\":\"sum\"}"],
        "done",
    );
    check(attributes, &["scan --table-name Orders"], "returned day, state, sum and who, not sum");
    // An older good read does not excuse a newer bad one, unless once will do.
    let first = "returned: {table: Things, key: {id: a}}";
    let put = "state: {item: {table: Things, key: {id: q}}}";
    let two = |once: &str| {
        lab(&format!(
            "    done: [{{want: x, {}}}, {{want: y, {put}}}]\n    debrief: Done.",
            first.replace("a}", &format!("a}}{once}"))
        ))
    };
    let lines = [GET_A, "scan --table-name Orders", r#"put-item --table-name Things --item {"id":{"S":"q"}}"#];
    let said = told(&mut Runner::start(&two(""), 0).unwrap(), &lines);
    assert!(said.contains("Your Scan read Orders, not Things."), "{said}");
    assert_eq!(told(&mut Runner::start(&two(", once: true"), 0).unwrap(), &lines), "done");
}

#[test]
fn pages_of_a_line_count_together_and_lines_of_a_step_if_asked() {
    let whole = "returned: {table: Orders, count: 3, more: false, pages: {at_most: 9}}";
    check(whole, &["scan --table-name Orders --page-size 1"], "done");
    check(whole, &["scan --table-name Orders --limit 1 --no-paginate"], "LastEvaluatedKey says that there may be more");
    check(
        "returned: {table: Orders, count: 1, over: request}",
        &["scan --table-name Orders --page-size 1"],
        "Your Scan returned 0 items, not 1",
    );
    let gathered = "returned: {table: Orders, count: 3, over: step}";
    let ben = QUERY_ANA.replace("ana", "ben");
    check(gathered, &[QUERY_ANA], "Your Query returned 2 items, not 3.");
    check(gathered, &[QUERY_ANA, QUERY_ANA, &ben], "done");
    check(
        "returned: {table: Orders, sorted: {by: day, descending: true}, count: 2}",
        &[QUERY_ANA],
        "did not return the greatest day first",
    );
}

#[test]
fn a_refusal_is_known_by_its_exception_and_what_it_is_about() {
    let done = "returned: {table: Orders, index: byState, error: ValidationException, about: [sum]}";
    let sum = "query --table-name Orders --index-name byState --key-condition-expression '#s = :s' --projection-expression '#t' --expression-attribute-names {\"#s\":\"state\",\"#t\":\"sum\"} --expression-attribute-values {\":s\":{\"S\":\"OPEN\"}}";
    check(done, &[sum], "done");
    check(done, &[&sum.replace("--index-name byState ", "")], "was for the table, not the index byState");
    check(done, &[&sum.replace("\"sum\"", "\"day\"")], "Your Query was not refused.");
    check(done, &["execute-statement --statement \"SELECT sum FROM Orders.byState WHERE state = 'OPEN'\""], "done");
    check(
        "returned: {effect: define, table: Things, error: ResourceInUseException}",
        &[
            "create-table --table-name Things --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH",
        ],
        "done",
    );
}

#[test]
fn a_process_keeps_its_order_and_never_is_never() {
    let done = "process: [{read: {table: Things, key: {id: a}}}, {write: {table: Things, key: {id: a}}}]";
    check(done, &[GET_A, PUT_A], "done");
    check(done, &[PUT_A, GET_A], "So far so good (1 of 2); nothing was written since then.");
    let once = "process: [{read: {table: Orders, key: {who: ana}, parameters: {ScanIndexForward: false}, count: 5}}]";
    let down = format!("{QUERY_ANA} --no-scan-index-forward");
    // The newest speaks, though the one before came nearer.
    check(once, &[&down, QUERY_ANA], "In your Query, ScanIndexForward is missing");
    check(once, &[&down, &QUERY_ANA.replace("ana", "ben")], "Your Query read ben, not ana.");
    check(once, &[&down, GET_A], "Your GetItem read Things, not Orders.");
    check(once, &[&down, &QUERY_ANA.replace("who", "whom")], "was refused");
    let never = "process: [{never: {by: [Scan]}}, {write: {table: Things}}]";
    check(never, &["scan --table-name Orders", PUT_A], "There was a Scan in this step. Type :restart");
    check(never, &[GET_A, PUT_A], "done");
    let mut runner = at(never);
    assert!(told(&mut runner, &["scan --table-name Orders", PUT_A]).contains(":restart"));
    runner.restart();
    assert_eq!(told(&mut runner, &[PUT_A]), "done");
}

#[test]
fn a_value_counts_whatever_its_placeholder_is_called() {
    let done = "process: [{read: {table: Orders, parameters: {ExpressionAttributeValues.*: ana}}}]";
    check(done, &[QUERY_ANA], "done");
    check(done, &[&QUERY_ANA.replace(":w", ":somebody")], "done");
    let other = QUERY_ANA.replace("ana", "ben");
    check(done, &[&other], "In your Query, ExpressionAttributeValues holds no value \"ana\".");
    let secret = "returned: {table: Orders, parameters: {ExpressionAttributeValues.*: {secret: ana}}}";
    check(secret, &[&other], "ExpressionAttributeValues holds not the right value.");
}

#[test]
fn units_are_wanted_of_what_has_units() {
    let index = "state: {index: {table: Orders, name: byState, write: {at_most: 200}}}";
    check(index, &[GET_A], "The index byState is on demand and has no WCU; at most 200 are wanted.");
    let table = "state: {table: {name: Things, read: {at_most: 200}}}";
    check(table, &[GET_A], "The table Things is on demand and has no RCU; at most 200 are wanted.");
    check("state: {table: {name: Fixed, read: {at_most: 200}}}", &[GET_A], "done");
    let those = "state: {items: {table: Things, where: {id: {one_of: [a, b]}, n: {one_of: [7, 8]}}, count: 2}}";
    check(those, &[GET_A], "The table Things has 0 items with id \"a\" or \"b\" and n 7 or 8, not 2.");
}

#[test]
fn a_load_counts_its_requests_and_its_runs_and_comes_near_as_well() {
    let load = |patterns: &str, done: &str| {
        lab(&format!(
            "    load: {{table: Orders, seconds: 60, settings: {{at: 1, limit: 1, pages: 9}}, patterns: [{patterns}]}}\n    done:\n      - want: it is so\n        {done}\n    near_misses:\n      - {{when: {{effect: load, response: {{Refused: 0}}}}, say: Near.}}\n    debrief: Done."
        ))
    };
    let page = r"{id: page, title: a page, per_minute: 2, equal: {who: {S: ana}}, order: {by: day}, first: 1, limit: <limit>, pages: <pages>}";
    let mut runner =
        Runner::start(&load(page, "returned: {effect: load, response: {page.Requests: 1, page.Items: 1}}"), 0).unwrap();
    assert_eq!(
        told(&mut runner, &[":load"]),
        "In your load, \"a page\" took 3 requests, not 1.Near.",
        "to the end, an item a page"
    );
    assert_eq!(told(&mut runner, &[":set limit 9", ":set pages 2", ":load"]), "done");
    let keys = r#"{id: two, title: two, per_minute: 3, equal: {who: {S: ana}, day: {S: "{int:1:2:2}"}}, keys: 2, at_once: <at>}"#;
    let wanted =
        "returned: {effect: load, response: {two.Requests: 1, two.Items: 2, two.RCU: 1, two.Way: BatchGetItem}}";
    let mut runner = Runner::start(&load(keys, wanted), 0).unwrap();
    assert!(told(&mut runner, &[":load"]).contains("\"two\" took 2 requests, not 1."));
    assert!(runner.run(":load").reply.text.contains("sent one after the other"));
    assert_eq!(told(&mut runner, &[":set at 2", ":load"]), "done", "a batch costs what its items cost");
    let put = r#"{id: put, title: put, per_minute: 1, put: {who: {S: "R-<run>"}, day: {S: "{n:2}"}}}"#;
    let runs = "state: {items: {table: Orders, where: {who: {begins_with: R-}}, count: 2}}";
    let mut runner = Runner::start(&load(put, runs), 0).unwrap();
    assert!(
        told(&mut runner, &[":load"]).starts_with("The table Orders has 1 item with who that begins with R-, not 2.")
    );
    assert_eq!(told(&mut runner, &[":load"]), "done", "each run writes under names of its own");
}

#[test]
fn what_was_spent_is_counted_where_it_is_asked_for() {
    check("spent: {requests: {at_least: 1, at_most: 1}}", &[GET_A], "done");
    check(
        "any_of: [{spent: {rcu: {at_most: 1}}, process: [{read: {}, times: 3}]}]",
        &[GET_A, GET_A, GET_A],
        "This step has cost 1.5 RCU, not at most 1. Type :restart",
    );
    let index = "any_of: [{spent: {over: line, at: byState, wcu: 1}, process: [{write: {table: Orders}}]}]";
    check(
        index,
        &[r#"put-item --table-name Orders --item {"who":{"S":"z"},"day":{"S":"1"},"state":{"S":"OPEN"}}"#],
        "done",
    );
    check(
        index,
        &[r#"put-item --table-name Orders --item {"who":{"S":"z"},"day":{"S":"1"}}"#],
        "The newest command has cost 0 WCU, not 1.",
    );
    check("returned: {table: Things, key: {id: a}, rcu: 1}", &[GET_A], "Your GetItem cost 0.5 RCU, not 1.");
}

#[test]
fn states_are_judged_as_they_are_now() {
    let put = r#"put-item --table-name Things --item {"id":{"S":"k"},"n":{"N":"1"},"x":{"S":"y"}}"#;
    check("state: {item: {table: Things, key: {id: k}, has: {n: 1}}}", &[put], "done");
    check(
        "state: {item: {table: Things, key: {id: k}, is: {n: 1}}}",
        &[put],
        "The item k has an attribute x that it should not have.",
    );
    check("state: {item: {table: Things, key: {id: k}, is: {n: \"1\", x: y}}}", &[put], "n is 1 (N), not \"1\" (S).");
    check("state: {item: {table: Things, key: {id: a}, absent: true}}", &[GET_A], "The item a is still there.");
    check("state: {items: {table: Things, count: 4, each: {n: {at_least: 1}}}}", &[put], "done");
    check(
        "state: {items: {table: Things, where: {n: {at_least: 2}}, count: 3}}",
        &[put],
        "The table Things has 2 items with n of at least 2, not 3.",
    );
    check(
        "state: {items: {table: Orders, index: byState, count: 4}}",
        &[GET_A],
        "The index byState has 3 entries, not 4.",
    );
    let update = |more: &str| format!("update-table --table-name Fixed {more}");
    check(
        "state: {table: {name: Fixed, write: {at_least: 80}, partition_key: id (S), sort_key: none}}",
        &[&update("--provisioned-throughput ReadCapacityUnits=5,WriteCapacityUnits=80")],
        "done",
    );
    check(
        "state: {table: {name: Fixed, billing: PAY_PER_REQUEST}}",
        &[&update("--provisioned-throughput ReadCapacityUnits=6,WriteCapacityUnits=5")],
        "The billing mode of Fixed is PROVISIONED",
    );
    check("state: {table: {name: Fixed, exists: false}}", &["delete-table --table-name Fixed"], "done");
    check(
        "state: {table: {name: Fixed, ttl: expires}}",
        &["update-time-to-live --table-name Fixed --time-to-live-specification Enabled=true,AttributeName=expires"],
        "done",
    );
    check(
        "state: {table: {name: Fixed, stream: none}}",
        &[&update("--stream-specification StreamEnabled=false")],
        "done",
    );
    let create = r#"update-table --table-name Things --attribute-definitions AttributeName=n,AttributeType=N --global-secondary-index-updates [{"Create":{"IndexName":"byN","KeySchema":[{"AttributeName":"n","KeyType":"HASH"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["tags"]}}}]"#;
    let index = "state: {index: {table: Things, partition_key: n (N), sort_key: none, projection: [tags], status: ACTIVE, holds: [id], entries: 3}}";
    check(index, &[create], "The index byN is CREATING, not ACTIVE.");
    check(index, &[create, ":clock +1m"], "done");
    check("state: {index: {table: Things, projection: KEYS_ONLY}}", &[create], "is INCLUDE (tags), not KEYS_ONLY");
}

#[test]
fn policies_are_asked_and_requests_are_the_roles_own() {
    let policy = |actions: &str| {
        format!(
            r#"aws iam put-role-policy --role-name app --policy-name own --policy-document {{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{actions}],"Resource":"*"}}]}}"#
        )
    };
    let done = "state: {policy: {role: app, user: ana, may: ['query --table-name Orders --key-condition-expression \"who = :w\" --expression-attribute-values {\":w\":{\"S\":\"ana\"}}'], may_not: [scan --table-name Orders]}}";
    check(done, &[&policy("\"dynamodb:Query\"")], "done");
    check(done, &[&policy("\"dynamodb:*\"")], "The role app as ana may still run: scan --table-name Orders.");
    check(done, &[&policy("\"dynamodb:GetItem\"")], "The role app as ana may not run: query");
    let asked = "returned: {table: Orders, key: {who: ana}, as: app, error: AccessDeniedException}";
    let setup = [policy("\"dynamodb:GetItem\""), ":as app ana".to_owned()];
    check(asked, &[&setup[0], &setup[1], QUERY_ANA], "done");
    check(asked, &[&setup[0], QUERY_ANA], "Your Query was sent by an administrator, not by the role app.");
}

#[test]
fn what_stands_around_the_tables_is_judged_as_it_is() {
    let map = "aws lambda create-event-source-mapping --function-name copy-to-Fixed --starting-position TRIM_HORIZON --event-source-arn {{stream Things}}";
    let mapping =
        "state: {mapping: {function: copy-to-Fixed, table: Things, bisects: true, retries: 2, batch_size: 10}}";
    let update =
        |more: &str| format!("aws lambda update-event-source-mapping --uuid {{{{mapping copy-to-Fixed}}}} {more}");
    let three =
        [update("--bisect-batch-on-function-error"), update("--maximum-retry-attempts 2"), update("--batch-size 10")];
    check(mapping, &[map, &three[0], &three[1]], "BatchSize of the mapping is 100, not 10.");
    check(mapping, &[map, &three[0], &three[1], &three[2]], "done");
    let invoked = "process: [{write: {table: Things}}, {invoked: {function: copy-to-Fixed, records: 1, ok: true}}]";
    check(invoked, &[map, PUT_A, ":clock +5s"], "done");
    check("process: [{write: {table: Fixed}}]", &[map, PUT_A, ":clock +5s"], "Your PutItem wrote Things, not Fixed.");
    let records = "returned: {effect: stream, records: [{event: INSERT, key: {id: f}, has_new: true, has_old: false}]}";
    let read = "aws dynamodbstreams get-records --shard-iterator '{{iterator Fixed}}' --limit 50";
    let put = r#"put-item --table-name Fixed --item {"id":{"S":"f"}}"#;
    check(records, &[read], "Your GetRecords returned 0 records, not 1.");
    check(records, &[put, read], "done");
    check(&records.replace("has_old: false", "has_old: true"), &[put, read], "Record 1 holds no OldImage.");
    check(
        "returned: {by: [GetRecords], records: []}",
        &["aws dynamodbstreams describe-stream --stream-arn {{stream Things}}"],
        "You used DescribeStream",
    );
    check("state: {queue: {name: lost, messages: 0}}", &["aws sqs create-queue --queue-name lost"], "done");
    check("state: {cache: {key: k, holds: five}}", &[":cache set k 'four'"], "The cache holds four for k, not five.");
    check(
        "state: {replicas: {table: Things, regions: [us-east-1, eu-west-1], agree: true}}",
        &["update-table --table-name Things --stream-specification StreamEnabled=false"],
        "There are no replicas, not in us-east-1 and eu-west-1.",
    );
    let more = r#"update-table --table-name Orders --replica-updates [{"Create":{"RegionName":"eu-west-1"}}]"#;
    check(
        "state: {replicas: {table: Orders, regions: [us-east-1]}}",
        &[more],
        "There are replicas in eu-west-1 and us-east-1; only us-east-1 is wanted.",
    );
    let scale = "aws application-autoscaling register-scalable-target --service-namespace dynamodb --resource-id table/Fixed --scalable-dimension dynamodb:table:WriteCapacityUnits --min-capacity 5 --max-capacity 20";
    check(
        "state: {scaling: {table: Fixed, direction: write, max: {at_least: 100}}}",
        &[scale],
        "MaxCapacity is 20, not at least 100.",
    );
    check("state: {scaling: {table: Fixed, direction: write, max: 20, activities: 0}}", &[scale], "done");
    let dax = "aws dax create-cluster --cluster-name d --node-type dax.t3.small --replication-factor 1 --iam-role-arn arn:aws:iam::123456789012:role/dax";
    let hit = "returned: {table: Things, key: {id: a}, through: dax, cached: true}";
    let through = format!("{GET_A} --endpoint dax");
    check(hit, &[dax, &through], "Your GetItem was answered by the table, not by a cache.");
    check(hit, &[dax, &through, &through], "done");
    check(hit, &[dax, GET_A], "Your GetItem went to the table, not through DAX.");
    let would = "state: {would: {do: ['get-item --table-name Things --key {\"id\":{\"S\":\"a\"}} --endpoint dax'], returned: {cached: true}}}";
    check(would, &[dax], "Tried now, the GetItem was answered by the table");
    check(would, &[dax, &through], "done");
    let traffic = "process: [{traffic: {table: Fixed, calls: {at_least: 100}, failed: 0, keys: {at_least: 5}}}]";
    check(traffic, &[":traffic Fixed --rate 50 --seconds 4"], "The traffic used 1 partition key, not at least 5.");
    check(traffic, &[":traffic Fixed --rate 50 --seconds 4 --keys uniform:5"], "done");
    check("process: [{request: {table: Things, sdk: standard}}]", &[":sdk standard", GET_A], "done");
    let older = "process: [{write: {table: Things, key: {id: a}}}, {read: {table: Things, key: {id: a}, stale: true}}]";
    check(older, &[":lag replica 10s", GET_A, PUT_A, &format!("{GET_A} --consistent-read")], "saw the newest state");
    let reads = vec![GET_A; 6];
    check(older, &[vec![":lag replica 10s", PUT_A], reads].concat(), "done");
}

#[test]
fn alternatives_are_judged_by_the_nearest() {
    let done = "any_of: [{state: {item: {table: Things, key: {id: a}, has: {n: 5}}}}, {returned: {table: Orders, key: {who: ben}}}]";
    check(done, &[&QUERY_ANA.replace("ana", "ben")], "done");
    check(done, &[&PUT_A.replace('9', "5")], "done");
    check(done, &[QUERY_ANA], "Your Query read ana, not ben.");
}

#[test]
fn a_step_can_be_begun_again_and_the_lab_too() {
    let fields = "    done: [{want: it, state: {item: {table: Things, key: {id: a}, has: {n: 5}}}}]\n    debrief: '{requests request} and {operation}, {step.wcu} WCU.'\n    near_misses: [{when: {effect: write, new: {n: 9}}, say: 'Nine it is, for {spent.wcu} WCU.', restart: true}]";
    let mut runner = Runner::start(&lab(fields), 0).unwrap();
    let said = told(&mut runner, &[":clock +1h", PUT_A]);
    assert!(said.contains("N is 9, not 5") || said.contains("n is 9, not 5"), "{said}");
    assert!(said.ends_with("Nine it is, for 1 WCU. Type :restart to begin this step again."), "{said}");
    let later = runner.bench().engine().now();
    runner.restart();
    assert!(runner.bench().engine().now() < later, "the clock goes back");
    assert_eq!(runner.spent().1.as_halves(), 0);
    assert!(runner.bench().engine().table("Things").unwrap().items().len() == 3);
    assert!(runner.run(":undo").reply.text.contains("nothing to take back"));
    assert_eq!(runner.show_solution(), ["a"]);
    let completed = runner.run(&PUT_A.replace('9', "5")).completed.unwrap();
    assert_eq!((completed.debrief.as_str(), completed.is_shown), ("1 request and PutItem, 1 WCU.", true));
    assert!(runner.is_finished());
    assert!(runner.reset().contains("Type :reset again") && runner.is_finished(), "it asks first");
    runner.reset();
    assert_eq!((runner.position(), runner.solution().unwrap().len()), (0, 1));
    assert!(!runner.run(&PUT_A.replace('9', "5")).completed.unwrap().is_shown, "it was not shown this time");
}

const RESTART: &str = "If you see no way on, type :restart to begin this step again.";

/// A write on the condition that n is 1, and one without a condition.
const LOCKED: &str = r#"update-item --table-name Things --key {"id":{"S":"a"}} --update-expression 'SET n = :n' --condition-expression 'n = :o' --expression-attribute-values {":n":{"N":"9"},":o":{"N":"1"}}"#;

/// A runner at a step whose right ways are these lines each.
fn at_ways(right_ways: &[&[&str]], done: &str) -> Runner {
    let ways = serde_json::to_string(&[right_ways, right_ways].concat()).unwrap();
    Runner::start(&lab_of(&ways, &format!("    done: [{{want: it, {done}}}]\n    debrief: Done.")), 0).unwrap()
}

#[test]
fn a_learner_who_can_no_longer_do_the_step_is_told_the_way_out() {
    let done = "process: [{write: {key: {id: a}, condition: {on: n, equals: 1, met: true}}}, {read: {key: {id: a}}}]";
    let mut runner = at_ways(&[&[LOCKED, GET_A]], done);
    let said = told(&mut runner, &["list-tables"]);
    assert!(!said.contains(RESTART), "nothing has happened yet: {said}");
    let said = told(&mut runner, &[PUT_A]);
    assert!(said.ends_with(&format!("Your PutItem of a was not conditional. {RESTART}")), "{said}");
    assert!(runner.is_stuck());
    assert_eq!(runner.show_solution(), [":restart", LOCKED, GET_A], "the solution is one from the beginning");
    // Neither a line that does nothing nor one that is not understood makes that unsaid.
    for line in [":help", "nonsense"] {
        runner.run(line);
        assert!(reasons(&runner.verdicts()).ends_with(RESTART), "{line}: {:?}", runner.verdicts());
    }
    runner.run(":undo");
    assert!(!reasons(&runner.verdicts()).contains(RESTART), "what was taken back stands in the way no more");
    told(&mut runner, &[PUT_A]);
    runner.restart();
    assert!(!runner.is_stuck());
    assert_eq!(runner.show_solution(), [LOCKED, GET_A]);
    // Half of the right way is no trap, though all of it would not do any more.
    let said = told(&mut runner, &[LOCKED]);
    assert!(said.contains("So far so good (1 of 2)") && !said.contains(RESTART), "{said}");
    assert_eq!(told(&mut runner, &[GET_A]), "done");
    // A near miss that says it is enough.
    let near = "    near_misses: [{when: {effect: write, condition: {given: false}}, say: Close., restart: true}]";
    let fields = format!("    done: [{{want: it, {done}}}]\n    debrief: Done.\n{near}");
    let mut runner =
        Runner::start(&lab_of(&serde_json::json!([[LOCKED, GET_A], [LOCKED, GET_A]]).to_string(), &fields), 0).unwrap();
    let said = told(&mut runner, &[PUT_A]);
    assert_eq!(said.matches(":restart").count(), 1, "{said}");
    // What was only tried out has changed nothing.
    assert!(runner.bench().engine().journal().entries().filter(|entry| entry.name() == "UpdateItem").count() == 0);
}

#[test]
fn time_that_has_passed_shuts_a_step_too() {
    let done = "state: {clock: {from: \"2026-06-01T10:20\", until: \"2026-06-01T11:00\"}}";
    let mut runner = at_ways(&[&[":clock +30m"]], done);
    assert!(reasons(&runner.verdicts()).contains("earlier than 2026-06-01 at 10:20"), "{:?}", runner.verdicts());
    let said = told(&mut runner, &[":clock +2h"]);
    assert!(said.contains("It is 2026-06-01 at 12:0") && said.contains("later than 2026-06-01 at 11:00"), "{said}");
    assert!(said.ends_with(RESTART), "{said}");
    runner.restart();
    assert_eq!(told(&mut runner, &[":clock +30m"]), "done");
}

#[test]
fn what_a_step_cannot_be_prepared_with_is_told_and_keeps_nothing_else_off() {
    let second = "    done: [{want: it, state: {item: {table: Things, key: {id: a}, has: {n: 9}}}}]\n    debrief: Done.\n  - id: two\n    title: Two\n    why: It matters.\n    task: Do it.\n    hints: [where, which, \"almost ___\"]\n    before: ['update-item --table-name Things --key {\"id\":{\"S\":\"b\"}} --update-expression \"SET m = :m\" --condition-expression \"n = :o\" --expression-attribute-values {\":m\":{\"N\":\"1\"},\":o\":{\"N\":\"2\"}}', 'put-item --table-name Things --item {\"id\":{\"S\":\"z\"}}']\n    right_ways: [list-tables, list-tables]\n    wrong_ways: [{do: a, says: a}, {do: b, says: b}, {do: c, says: c}]\n    done: [{want: it, returned: {effect: describe}}]\n    debrief: Done.";
    let mut runner = Runner::start(&lab(second), 0).unwrap();
    assert!(runner.run(PUT_A).completed.is_some());
    assert_eq!(runner.unprepared(), [""; 0]);
    let mut runner = Runner::start(&lab(second), 0).unwrap();
    runner.run(r#"put-item --table-name Things --item {"id":{"S":"b"},"n":{"N":"7"}}"#);
    assert!(runner.run(PUT_A).completed.is_some());
    assert!(runner.unprepared()[0].contains("ConditionalCheckFailedException"), "{:?}", runner.unprepared());
    let z = runner.run(r#"get-item --table-name Things --key {"id":{"S":"z"}}"#);
    assert!(z.reply.text.contains("\"z\""), "the line after it was run: {}", z.reply.text);
}

#[test]
fn clusters_and_the_cache_beside_the_tables_are_judged() {
    let cluster = "state: {cluster: {name: d, nodes: 3, node_type: dax.t3.small}}";
    let create = |name: &str, nodes: u8| {
        format!(
            "aws dax create-cluster --cluster-name {name} --node-type dax.t3.small --replication-factor {nodes} --iam-role-arn arn:aws:iam::123456789012:role/dax"
        )
    };
    check(cluster, &["list-tables"], "There is no cluster d.");
    check(cluster, &[&create("e", 3)], "There is a cluster e, not d.");
    check(cluster, &[&create("d", 1)], "The cluster d has 1 node, not 3.");
    check(cluster, &[&create("d", 1), "aws dax delete-cluster --cluster-name d"], "There is no cluster d.");
    check(cluster, &[&create("d", 3)], "done");
    check(
        "state: {cluster: {nodes: 3, node_type: dax.r5.large}}",
        &[&create("d", 3)],
        "The nodes of the cluster d are of the type dax.t3.small, not dax.r5.large.",
    );
    let order = "process: [{write: {key: {id: a}}}, {request: {effect: cache, parameters: {Operation: {one_of: [set, del]}, Key: a}}}]";
    check(order, &[":cache del a", PUT_A], "the cache was not used since then");
    check(order, &[PUT_A, ":cache get a"], "Operation is \"get\"");
    check(order, &[PUT_A, ":cache set b 9"], "Key is \"b\", not \"a\"");
    check(order, &[PUT_A, ":cache set a 9"], "done");
    let got = "returned: {effect: cache, response: {Text: nine}}";
    check(got, &["list-tables"], "The cache was not used in this step yet");
    check(got, &[":cache get a"], "Text is missing");
    check(got, &[":cache set a nine", ":cache get a"], "done");
    // It is no request, and costs nothing.
    let spent = "any_of: [{spent: {requests: 1}, returned: {effect: cache}}]";
    check(spent, &[GET_A, ":cache set a 9"], "done");
}

#[test]
fn whoever_asks_for_items_is_not_served_with_their_number() {
    let count = format!("{QUERY_ANA} --select COUNT");
    for asked in ["each: {who: ana}", "some: [{day: \"01\"}]", "sorted: {by: day}", "attributes: [day]"] {
        let done = format!("returned: {{table: Orders, key: {{who: ana}}, count: 2, {asked}}}");
        check(&done, &[&count], "Your Query counted the items and returned none of them");
    }
    check("returned: {table: Orders, key: {who: ana}, count: 2}", &[&count], "done");
}

#[test]
fn a_condition_says_the_same_under_a_not() {
    let done = "process: [{write: {key: {id: a}, condition: {on: n, equals: 1, met: true}}}]";
    for same in ["NOT n <> :o", "NOT (n <> :o OR attribute_not_exists(n))", "NOT (NOT n = :o)"] {
        check(done, &[&LOCKED.replace("n = :o'", &format!("{same}'"))], "done");
    }
    for other in ["NOT n = :o", "NOT (n <> :o AND n <> :n)"] {
        check(done, &[&LOCKED.replace("n = :o'", &format!("{other}'"))], "not n = 1");
    }
}

#[test]
fn the_pages_of_a_read_are_one_moment() {
    let done = "process: [{read: {table: Orders, key: {who: ana}, count: 2}}, {write: {table: Things}}]";
    let paged = format!("{QUERY_ANA} --page-size 1");
    check(done, &[&paged, PUT_A], "done");
    let halves = format!("{QUERY_ANA} --limit 1 --no-paginate");
    check(done, &[&halves, &halves, PUT_A], "Your Query returned 1 item, not 2");
    check(&done.replace("count: 2", "count: 1"), &[&paged, PUT_A], "done");
}

#[test]
fn a_load_on_a_table_that_was_changed_since_shows_nothing() {
    let orders = "    load: {table: Orders, seconds: 6, patterns: [{id: one, title: an order, per_minute: 60, equal: {who: {S: ana}, day: {S: \"01\"}}}]}\n    done:\n      - {want: it, returned: {effect: load, response: {one.RCU: {at_most: 1}}}}\n      - {want: more, state: {table: {name: Orders, billing: PROVISIONED}}}\n    debrief: Done.";
    let mut runner = Runner::start(&lab(orders), 0).unwrap();
    assert!(told(&mut runner, &[":load"]).contains("The billing mode of Orders is PAY_PER_REQUEST"));
    // What changes nothing of what a load shows leaves it standing.
    let protect = "update-table --table-name Orders --deletion-protection-enabled";
    assert!(told(&mut runner, &[protect]).contains("The billing mode"));
    let change = r#"update-table --table-name Orders --billing-mode PROVISIONED --provisioned-throughput ReadCapacityUnits=90,WriteCapacityUnits=9 --global-secondary-index-updates [{"Update":{"IndexName":"byState","ProvisionedThroughput":{"ReadCapacityUnits":9,"WriteCapacityUnits":9}}}]"#;
    let said = told(&mut runner, &[change]);
    assert!(said.starts_with("The table Orders was changed after your load: type :load again."), "{said}");
    assert_eq!(told(&mut runner, &[":clock +1m", ":load"]), "done");
    // A load whose calls fail has shown nothing, whatever it cost.
    let wrong = orders
        .replace("day: {S:", "day: {N:")
        .replace("\"01\"}}", "\"1\"}}")
        .split("      - {want: more")
        .next()
        .unwrap()
        .to_owned()
        + "    debrief: Done.";
    let mut runner = Runner::start(&lab(&wrong), 0).unwrap();
    let said = told(&mut runner, &[":load"]);
    assert!(said.starts_with("In your load, 6 calls of \"an order\" failed: ValidationException"), "{said}");
}

#[test]
fn a_near_miss_is_known_by_an_invocation() {
    let near = "    near_misses: [{invoked: {function: copy-to-Fixed, ok: true}, say: It was invoked.}]";
    let fields = format!("    done: [{{want: it, state: {{table: {{name: Other}}}}}}]\n    debrief: Done.\n{near}");
    let mut runner = Runner::start(&lab(&fields), 0).unwrap();
    let map = "aws lambda create-event-source-mapping --function-name copy-to-Fixed --starting-position LATEST --event-source-arn {{stream Things}}";
    assert!(!told(&mut runner, &[map]).contains("It was invoked"));
    // It is known of whatever was done since.
    assert!(told(&mut runner, &[PUT_A, ":clock +5s", GET_A]).contains("It was invoked"));
}

#[test]
fn what_is_kept_back_is_a_value_and_not_what_to_speak_of() {
    let equals = "process: [{write: {key: {id: a}, condition: {on: n, equals: {secret: 1}, met: true}}}]";
    let other = LOCKED.replace("\":o\":{\"N\":\"1\"}", "\":o\":{\"N\":\"5\"}");
    check(equals, &[&other], "The condition was n = 5, and was not met.");
    check(equals, &[LOCKED], "done");
    let kept = format!("secret: true, {}", equals.replace("{secret: 1}", "1"));
    check(&kept, &[&LOCKED.replace("\"a\"", "\"b\"")], "was for b, not a.");
    let on_id = LOCKED.replace("n = :o", "id = :o").replace("{\"N\":\"1\"}", "{\"S\":\"a\"}");
    check(&kept, &[&on_id], "The condition is on id, not on n.");
    let said = told(&mut at(&kept), &[&other]);
    assert!(said.contains("The condition is n = 5.") && !said.contains("n = 1"), "{said}");
}

#[test]
fn a_prediction_is_held_against_the_run_part_by_part() {
    let fields = "    predict: {ask: What does it cost?, measure: spent.rcu, unit: RCU}\n    done: [{want: it, returned: {table: Things, key: {id: a}}}]\n    debrief: 'You said {prediction}.'";
    let mut runner = Runner::start(&lab(fields), 0).unwrap();
    assert_eq!(runner.predict("2 WCU").unwrap_err(), "Expected a number (RCU), found 2 WCU");
    runner.predict("0.5 rcus").unwrap();
    // What was predicted stands, however often the step is begun; what comes of a request cannot be predicted any more.
    runner.restart();
    runner.run("describe-table --table-name Things");
    let late = "A prediction is made before the first request of a step.";
    assert_eq!(runner.predict("1 RCU").unwrap_err(), late);
    runner.restart();
    assert_eq!(runner.predict("1 RCU").unwrap_err(), late);
    let completed = runner.run(GET_A).completed.unwrap();
    assert_eq!(completed.prediction.unwrap().to_string(), "You predicted 0.5 RCU; measured: 0.5 RCU (as you said).");
    assert_eq!(completed.debrief, "You said 0.5 RCU.");
}

#[test]
fn a_new_lab_passes_and_an_untested_requirement_is_reported() {
    let home = tempfile::tempdir().unwrap();
    let today = dynadrill::clock::Timestamp::from_date("2026-11-25").unwrap();
    let file = author::new_lab(home.path(), "hot-keys", today).unwrap();
    let told = || -> Vec<String> {
        let problems = author::check(&Source::Directory(home.path().to_owned())).problems;
        problems.iter().map(ToString::to_string).collect()
    };
    assert_eq!(told(), Vec::<String>::new());
    let sound = std::fs::read_to_string(&file).unwrap();
    let mended = |from: &str, to: &str| {
        assert!(sound.contains(from), "{from}");
        std::fs::write(&file, sound.replacen(from, to, 1)).unwrap();
        told().join("\n")
    };
    for (from, to, expected) in [
        (
            "hint: Name its key, id = T-1.\n",
            "hint: Name its key, id = T-1.\n      - {want: more, state: {table: {name: Things}}}\n        hint: x\n",
            "hot-keys.yaml",
        ),
        (
            "items: [{id: T-1}]}\n",
            "items: [{id: T-1}]}\n      - {want: the table is there, state: {table: {name: Things}}}\n",
            "untested requirement (the table is there)",
        ),
        (
            "says: Your GetItem read T-2, not T-1.",
            "says: Something else.",
            "is expected to be told \"Something else.\"",
        ),
        ("S\":\"T-2\"}}'\n        says: Your", "S\":\"T-1\"}}'\n        says: Your", "wrong way 1 completes the step"),
        (
            "SELECT * FROM Things WHERE id = 'T-1'",
            "SELECT * FROM Things WHERE id = 'T-2'",
            "right way 2 does not complete the step",
        ),
        ("{read.items item}", "{read.itms item}", "there is no placeholder {read.itms}"),
        ("{read.items item} for", "7 items for", "right way 1: the debrief says \"7 items\", which stands neither"),
        ("{read.items item} for", "seven items for", "the debrief says \"seven items\""),
        (
            "Your {operation} read",
            "Your GetItem read",
            "right way 2: the debrief speaks of your GetItem, and this way sent none",
        ),
        ("{read.items item} for", "{winner.region} for", "the debrief says {winner.region}, which stands for nothing"),
        ("{read.items item} for", "T-9 for", "the debrief says \"T-9 for\""),
        ("the answer.\n", "the answer to 7 requests.\n", "step challenge: right way 1: the outro says \"7 requests\""),
        (
            "What does it cost to read the thing by its key?",
            "Does it cost 0.5 RCU?",
            "the question holds what is to be predicted: 0.5",
        ),
        ("measure: spent.rcu", "measure: spent.rcus", "there is no figure spent.rcus"),
        (
            "- 'get-item --table-name Things --key {\"id\":{\"S\":\"___\"}}'",
            "- 'get-item it'",
            "third hint without a gap",
        ),
        ("questions: [e1-count-and-scanned", "questions: [e1-nothing", "there is no question e1-nothing"),
        (
            "- do: scan --table-name Things\n        says: You know the key of the one you want.",
            "- do: [delete-table --table-name Things, scan --table-name Things]\n        says: Something else.",
            "If you see no way on, type :restart to begin this step again.",
        ),
        (
            "scan --table-name Things\n        says: You know the key of the one you want.",
            "scan --table-name Things\n        says: read every item",
            "",
        ),
    ] {
        let problems = mended(from, to);
        assert!(problems.contains(expected), "{to}: {problems}");
    }
    let problems = author::check(&Source::Directory(home.path().to_owned())).problems;
    assert!(
        problems.iter().all(|problem| problem.severity == Severity::Warning || problem.severity == Severity::Error)
    );
}

#[test]
fn traffic_counts_for_the_design_that_it_ran_on() {
    let done = "any_of: [{process: [{traffic: {table: Fixed, calls: {at_least: 40}, throttled: 0}}], state: {table: {name: Fixed, write: 9}}}]";
    let write = |units: u64| {
        format!(
            "update-table --table-name Fixed --provisioned-throughput ReadCapacityUnits=5,WriteCapacityUnits={units}"
        )
    };
    let send = ":traffic Fixed --rate 20 --seconds 2";
    let (much, right) = (write(500), write(9));
    let changed = "The table Fixed was changed after your traffic: send it again.";
    check(done, &[&much, ":clock +1m", send, &right, ":clock +1m"], changed);
    check(done, &[&right, ":clock +1m", send], "done");
    check(done, &[&much, ":clock +1m", send, &right, ":clock +10m", send], "done");
    // Another table of the same name is another table.
    let create = "create-table --table-name Fixed --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH --provisioned-throughput ReadCapacityUnits=5,WriteCapacityUnits=9";
    let again = [&much, ":clock +1m", send, "delete-table --table-name Fixed", ":clock +1m", create, ":clock +1m"];
    check(done, &again, changed);
}

#[test]
fn a_read_counts_for_the_index_that_it_read() {
    let create = |keys: &str| {
        format!(
            r#"update-table --table-name Things --attribute-definitions AttributeName=n,AttributeType=N AttributeName=id,AttributeType=S --global-secondary-index-updates [{{"Create":{{"IndexName":"byN","KeySchema":[{{"AttributeName":"n","KeyType":"HASH"}}{keys}],"Projection":{{"ProjectionType":"ALL"}}}}}}]"#
        )
    };
    let (wrong, right) = (create(r#",{"AttributeName":"id","KeyType":"RANGE"}"#), create(""));
    let drop = r#"update-table --table-name Things --global-secondary-index-updates [{"Delete":{"IndexName":"byN"}}]"#;
    let query = r#"query --table-name Things --index-name byN --key-condition-expression 'n = :n' --expression-attribute-values {":n":{"N":"1"}}"#;
    let state = "state: {index: {table: Things, name: byN, sort_key: none, status: ACTIVE}}";
    for asked in
        ["returned: {table: Things, index: byN, count: 1}", "process: [{read: {table: Things, index: byN, count: 1}}]"]
    {
        let done = format!("any_of: [{{{asked}, {state}}}]");
        let apart = [&wrong, ":clock +5m", query, drop, ":clock +5m", &right, ":clock +5m"];
        check(&done, &apart, "The index byN is not the one that your Query read: read it again.");
        check(&done, &[&apart[..], &[query]].concat(), "done");
        check(&done, &[&right, ":clock +5m", query], "done");
    }
}

#[test]
fn an_item_that_was_made_right_by_another_write_waits_for_the_right_one() {
    let done = "any_of: [{process: [{write: {table: Things, key: {id: a}, condition: {on: n, equals: 1, met: true}}}], state: {item: {table: Things, key: {id: a}, has: {n: 9}}}}]";
    let wrong = LOCKED.replace(r#"":n":{"N":"9"}"#, r#"":n":{"N":"8"}"#);
    check(done, &[LOCKED], "done");
    check(done, &[&wrong, PUT_A], "Your PutItem of a was not conditional.");
    let back = PUT_A.replace('9', "1");
    check(done, &[&wrong, &back, LOCKED], "done");
    // What leaves the item as it is does no harm, and neither does a write of another item.
    let two = "process: [{write: {table: Things, key: {id: a}, new: {n: 9}}}, {read: {table: Things, key: {id: a}}}]";
    check(two, &[LOCKED, PUT_A, &PUT_A.replace("\"a\"", "\"b\""), GET_A], "done");
    check(two, &[LOCKED, &PUT_A.replace('9', "7"), GET_A], "After your PutItem, n is 7, not 9.");
    // Those before the last are the story.
    let story = "process: [{write: {key: {id: a}, new: {n: 1}}}, {write: {key: {id: a}, new: {n: 9}}}]";
    check(story, &[&back, &PUT_A.replace('9', "7"), PUT_A], "done");
}

#[test]
fn what_one_request_must_do_is_of_one_request() {
    let put = |id: &str, condition: &str| {
        let condition =
            if condition.is_empty() { String::new() } else { format!(r#","ConditionExpression":"{condition}""#) };
        format!(r#"{{"Put":{{"TableName":"Things","Item":{{"id":{{"S":"{id}"}}}}{condition}}}}}"#)
    };
    let send = |parts: &[String]| format!("transact-write-items --transact-items [{}]", parts.join(","));
    let absent = "attribute_not_exists(id)";
    let done = "process: [{write: {table: Things, key: {id: x}, with: [{table: Things, key: {id: y}, condition: {on: id, absent: true}}]}}]";
    check(done, &[&send(&[put("x", ""), put("y", absent)])], "done");
    check(done, &[&send(&[put("x", "")]), &send(&[put("y", absent)])], "wrote y, not x");
    check(done, &[&send(&[put("x", ""), put("z", absent)])], "wrote x and z, not y");
    check(done, &[&send(&[put("x", ""), put("y", "")])], "of y was not conditional");
    let refused = "process: [{write: {table: Things, key: {id: a}, condition: {on: id, absent: true, met: false}, with: [{table: Things, key: {id: y}}]}}]";
    check(refused, &[&send(&[put("a", absent), put("y", "")])], "done");
    check(refused, &[&send(&[put("a", absent)])], "not y");
}

#[test]
fn a_write_that_was_refused_is_known_by_what_it_holds_and_a_request_by_its_time() {
    let done =
        "process: [{write: {table: Things, key: {id: a}, condition: {on: n, equals: 5, met: false}, holds: [9]}}]";
    let other = LOCKED.replace(r#"":o":{"N":"1"}"#, r#"":o":{"N":"5"}"#);
    check(done, &[&other], "done");
    check(done, &[&other.replace('9', "8")], "Your UpdateItem holds no value 9.");
    check(done, &["execute-statement --statement \"UPDATE Things SET n = 9 WHERE id = 'a' AND n = 5\""], "done");
    let late = "returned: {table: Things, key: {id: a}, clock: {from: \"2026-06-01T10:20\"}}";
    check(late, &[GET_A, ":clock +1h"], "Your GetItem was sent on 2026-06-01 at 10:0");
    check(late, &[":clock +1h", GET_A], "done");
}

#[test]
fn a_way_on_that_one_command_opens_is_found() {
    let create = "create-table --table-name Mine --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH";
    let done = "state: {table: {name: Mine, partition_key: id (S), sort_key: none}}";
    let wrong = create.replace("=id,", "=key,");
    let said = told(&mut at_ways(&[&[create]], done), &[&wrong]);
    assert!(said.contains("The partition key of the table Mine is key") && !said.contains(RESTART), "{said}");
    // The rest of the way does it, whatever the order.
    let put = |id: &str| {
        format!(
            r#"put-item --table-name Things --item {{"id":{{"S":"{id}"}}}} --condition-expression attribute_not_exists(id)"#
        )
    };
    let (x, y, z) = (put("x"), put("y"), put("z"));
    let process = |id: &str| format!("{{process: [{{write: {{key: {{id: {id}}}}}}}]}}");
    let fields = ["x", "y", "z"].map(|id| process(id).replacen('{', "{want: it, ", 1)).join(", ");
    let ways = serde_json::json!([[&x, &y, &z], [&x, &z, &y]]).to_string();
    let mut runner = Runner::start(&lab_of(&ways, &format!("    done: [{fields}]\n    debrief: Done.")), 0).unwrap();
    for line in [&y, &x] {
        let said = told(&mut runner, &[line]);
        assert!(!said.contains(RESTART), "{line}: {said}");
    }
    assert_eq!(told(&mut runner, &[&z]), "done");
}

#[test]
fn a_step_that_cannot_be_done_from_where_the_last_has_led_begins_where_it_can() {
    let second = "    done: [{want: it, state: {item: {table: Things, key: {id: a}, has: {n: 9}}}}]\n    debrief: Done.\n  - id: two\n    title: Two\n    why: It matters.\n    task: Do it.\n    hints: [where, which, \"almost ___\"]\n    right_ways: [scan --table-name Orders, query-orders]\n    wrong_ways: [{do: a, says: a}, {do: b, says: b}, {do: c, says: c}]\n    done: [{want: it, returned: {table: Orders, count: 3}}]\n    debrief: Done.";
    let ways = serde_json::json!([PUT_A, PUT_A]).to_string();
    let mut runner = Runner::start(&lab_of(&ways, second), 0).unwrap();
    assert_eq!(told(&mut runner, &["delete-table --table-name Orders", PUT_A]), "done");
    assert!(runner.has_begun_anew());
    assert_eq!(told(&mut runner, &["scan --table-name Orders"]), "done");
    let mut runner = Runner::start(&lab_of(&ways, second), 0).unwrap();
    assert_eq!(told(&mut runner, &[PUT_A]), "done");
    assert!(!runner.has_begun_anew());
}

#[test]
fn a_lab_goes_on_with_the_learners_own_tables() {
    let second = "    done: [{want: it, state: {item: {table: Things, key: {id: a}, has: {n: 9}}}}]\n    debrief: Done.\n  - id: two\n    title: Two\n    why: It matters.\n    task: Do it.\n    hints: [where, which, \"almost ___\"]\n    right_ways: [scan --table-name Orders, query-orders]\n    wrong_ways: [{do: a, says: a}, {do: b, says: b}, {do: c, says: c}]\n    done: [{want: it, returned: {table: Orders, count: 3}}]\n    debrief: Done.";
    let lab = lab_of(&serde_json::json!([PUT_A, PUT_A]).to_string(), second);
    let mut runner = Runner::start(&lab, 0).unwrap();
    let mine = r#"put-item --table-name Things --item {"id":{"S":"mine"}}"#;
    runner.run(mine);
    let completed = runner.run(PUT_A).completed.unwrap();
    assert_eq!(completed.typed, [mine, PUT_A]);
    let (saved, mut own) = (vec!["one".to_owned()], OwnLines::from([("one".to_owned(), completed.typed)]));
    let items = |runner: &Runner| runner.bench().engine().table("Things").unwrap().items().len();
    let resumed = Runner::resume(&lab, &saved, &own).unwrap();
    assert_eq!((resumed.position(), items(&resumed), resumed.is_of_solutions()), (1, 4, false));
    // Lines that do it no more, or that are not known, leave it to the solutions, and that is said.
    own.insert("one".to_owned(), vec!["list-tables".to_owned()]);
    for own in [own, OwnLines::new()] {
        let resumed = Runner::resume(&lab, &saved, &own).unwrap();
        assert_eq!((resumed.position(), items(&resumed), resumed.is_of_solutions()), (1, 3, true));
    }
}

#[test]
fn what_is_at_fault_is_told_and_not_what_was_refused_for_it() {
    let once = "process: [{write: {table: Things, key: {id: x}, condition: {on: id, absent: true, met: true}}}, {write: {key: {id: x}, condition: {met: false}}}]";
    let put = r#"put-item --table-name Things --item {"id":{"S":"x"}}"#;
    let guarded = format!("{put} --condition-expression attribute_not_exists(id)");
    check(once, &[put, &guarded], "Your earlier PutItem of x was not conditional.");
    check(once, &[&guarded, &guarded], "done");
    // What was taken back and done wrongly is not done.
    check(once, &[&guarded, ":undo", put, &guarded], "Your earlier PutItem of x was not conditional.");
}

#[test]
fn nothing_is_taken_back_over_the_border_of_a_step() {
    let second = "    done: [{want: it, state: {item: {table: Things, key: {id: a}, has: {n: 9}}}}]\n    debrief: Done.\n  - id: two\n    title: Two\n    why: It matters.\n    task: Do it.\n    hints: [where, which, \"almost ___\"]\n    right_ways: [scan --table-name Orders, query-orders]\n    wrong_ways: [{do: a, says: a}, {do: b, says: b}, {do: c, says: c}]\n    done: [{want: it, returned: {table: Orders, count: 3}}]\n    debrief: Done.";
    let mut runner = Runner::start(&lab_of(&serde_json::json!([PUT_A, PUT_A]).to_string(), second), 0).unwrap();
    assert_eq!(told(&mut runner, &[PUT_A]), "done");
    assert!(runner.run(":undo").reply.text.contains("nothing to take back"));
    assert!(runner.run(GET_A).reply.text.contains('9'));
}

#[test]
#[should_panic(expected = "each ask for a part of one transaction")]
fn what_is_one_transaction_is_not_stated_in_two_requirements() {
    lab(
        "    done: [{want: x, process: [{write: {by: [TransactWriteItems], key: {id: a}}}]}, {want: y, process: [{write: {key: {id: b}}}]}]\n    debrief: Done.",
    );
}

/// A write that its condition refused is the right one or not, though nothing came of it.
#[test]
fn what_a_refused_write_meant_is_judged() {
    let save = |update: &str| {
        format!(
            r#"update-item --table-name Things --key {{"id":{{"S":"a"}}}} --update-expression '{update}' --condition-expression 'n = :seen' --expression-attribute-values {{":seen":{{"N":"7"}},":n":{{"N":"8"}}}}"#
        )
    };
    let done = "process: [{write: {key: {id: a}, condition: {on: n, met: false}, changed: [n], new: {n: 8}}}]";
    check(done, &[&save("SET n = :n")], "done");
    check(done, &[&save("SET m = :n")], "Your UpdateItem would have changed m, not n.");
    check(done, &[&save("SET n = :n REMOVE tags")], "Your UpdateItem would have changed n and tags, not n.");
    check(done, &[&save("SET n = :n + :n")], "After your UpdateItem, n would be 16, not 8.");
    check(done, &[&save("ADD absent :n SET n = :n")], "would have changed absent and n, not n");
    // Each part of a transaction that was cancelled for another, as well.
    let transfer = |add: &str| {
        format!(
            r#"transact-write-items --transact-items [{{"Update":{{"TableName":"Things","Key":{{"id":{{"S":"a"}}}},"UpdateExpression":"ADD n :less","ConditionExpression":"n > :five","ExpressionAttributeValues":{{":less":{{"N":"-5"}},":five":{{"N":"5"}}}}}}}},{{"Update":{{"TableName":"Things","Key":{{"id":{{"S":"b"}}}},"UpdateExpression":"ADD n :more","ExpressionAttributeValues":{{":more":{{"N":"{add}"}}}}}}}}]"#
        )
    };
    let done = "process: [{write: {key: {id: a}, condition: {met: false}, new: {n: -4}, with: [{table: Things, key: {id: b}, new: {n: 7}}]}}]";
    check(done, &[&transfer("5")], "done");
    check(done, &[&transfer("3")], "After your TransactWriteItems, n would be 5, not 7.");
    let delete = r#"delete-item --table-name Things --key {"id":{"S":"a"}} --condition-expression 'n = :o' --expression-attribute-values {":o":{"N":"7"}}"#;
    check("process: [{write: {key: {id: a}, condition: {met: false}, new: {id: a}}}]", &[delete], "would be no item a");
}

/// A filter is judged by what it lets through, however it is written.
#[test]
fn the_filter_of_a_read_is_judged_by_what_it_says() {
    let scan = |filter: &str| {
        format!(
            r#"scan --table-name Things --filter-expression '{filter}' --expression-attribute-values {{":two":{{"N":"2"}}}}"#
        )
    };
    let done = "returned: {table: Things, condition: {on: n, accepts: [{n: 2}, {n: 50}], refuses: [{n: 1}, {id: x}]}, count: 2}";
    check(done, &[&scan("n >= :two")], "done");
    check(done, &[&scan("NOT n < :two AND attribute_exists(n)")], "done");
    check(done, &["execute-statement --statement \"SELECT * FROM Things WHERE n >= 2\""], "done");
    check(done, &[&scan("n = :two OR n > :two OR id <> :two")], "would accept what it should refuse");
    let ids = r#"scan --table-name Things --filter-expression 'id IN (:b, :c)' --expression-attribute-values {":b":{"S":"b"},":c":{"S":"c"}}"#;
    check(done, &[ids], "The filter is on id, not on n.");
    check(done, &["scan --table-name Things --limit 2"], "Your Scan had no filter.");
}

#[test]
fn keys_of_traffic_are_used_alike_or_by_a_law() {
    let run = |keys: &str| format!(":traffic Things --rate 10 --seconds 2 --keys {keys}");
    let alike = "process: [{traffic: {table: Things, keys: 20, exponent: 0}}]";
    check(alike, &[&run("uniform:20")], "done");
    check(alike, &[&run("zipf:20:0.5")], "The traffic used some keys far more than others (zipf), not all evenly.");
    let law = "process: [{traffic: {table: Things, exponent: 2}}]";
    check(law, &[&run("zipf:50:2")], "done");
    check(law, &[&run("zipf:50:1.8")], "The traffic used its keys with the exponent 1.8, not 2.");
}

/// Several reads may have to come before a write, in any order.
#[test]
fn reads_that_count_together_come_before_the_write() {
    let get = |id: &str| format!(r#"get-item --table-name Things --key {{"id":{{"S":"{id}"}}}}"#);
    let put = r#"put-item --table-name Things --item {"id":{"S":"sum"},"n":{"N":"6"}}"#;
    let done = "process: [{read: {over: step, table: Things, some: [{id: a}, {id: b}, {id: c}]}}, {write: {key: {id: sum}, new: {n: 6}}}]";
    check(done, &[&get("c"), &get("a"), &get("b"), put], "done");
    check(done, &["scan --table-name Things", put], "done");
    check(done, &[&get("a"), &get("b"), put, &get("c")], "So far so good (1 of 2)");
    check(done, &[put], "Your PutItem came too early: there is something to be read before it.");
    check(done, &[&get("a"), &get("b"), put], "Your GetItem did not return c.");
    let (guess, sum) = (put.replace('6', "5"), put);
    check(done, &[&get("a"), &get("b"), &guess, &get("c"), sum], "done");
}

#[test]
fn the_same_request_again_is_the_same_whatever_sends_it() {
    let put = |item: &str| {
        format!(r"put-item --table-name Things --item {item} --condition-expression 'attribute_not_exists(id)'")
    };
    let (new, other) = (r#"{"id":{"S":"z"},"n":{"N":"1"}}"#, r#"{"id":{"S":"z"},"n":{"N":"2"}}"#);
    let done = "process: [{write: {key: {id: z}, condition: {on: id, absent: true, met: true}}}, {write: {key: {id: z}, condition: {on: id, met: false}}, again: true}]";
    check(done, &[&put(new), &put(new)], "done");
    check(done, &[&put(new), &put(other)], "Your PutItem is not the same as your PutItem before it.");
    check(done, &[&put(new), &put(other), &put(new)], "done");
    let transaction = r##"transact-write-items --transact-items [{"Put":{"TableName":"Things","Item":{"n":{"N":"1.0"},"id":{"S":"z"}},"ConditionExpression":"attribute_not_exists(#i)","ExpressionAttributeNames":{"#i":"id"}}}]"##;
    check(done, &[&put(new), transaction], "done");
}

#[test]
fn a_moment_may_have_to_come_later_than_the_one_before() {
    let done = "process: [{read: {key: {id: a}}}, {read: {key: {id: a}}, after: {at_least: 2}}]";
    check(done, &[GET_A, ":clock +2s", GET_A], "done");
    check(done, &[GET_A, GET_A], "after the GetItem before it, not at least 2 seconds.");
}

/// What is right for another requirement is no fault of the first.
#[test]
fn halves_may_come_in_either_order() {
    let lab = lab(
        "    done:\n      - {want: a, hint: Then the other., process: [{write: {key: {id: a}, new: {n: 9}}}]}\n      - {want: b, process: [{write: {key: {id: z}, new: {n: 9}}}]}\n    debrief: Done.",
    );
    let put_z = r#"put-item --table-name Things --item {"id":{"S":"z"},"n":{"N":"9"}}"#;
    let put_y = r#"put-item --table-name Things --item {"id":{"S":"y"},"n":{"N":"9"}}"#;
    let start = || Runner::start(&lab, 0).unwrap();
    assert_eq!(told(&mut start(), &[put_z]), "So far so good. Then the other.|");
    assert_eq!(told(&mut start(), &[put_y]), "Your PutItem wrote y, not a. Then the other.|");
    assert_eq!(told(&mut start(), &[put_z, put_y]), "Your PutItem wrote y, not a. Then the other.|");
    assert_eq!(told(&mut start(), &[put_z, PUT_A]), "done");
}

#[test]
fn an_element_of_a_set_is_held() {
    let add = |tag: &str| {
        format!(
            r#"update-item --table-name Things --key {{"id":{{"S":"a"}}}} --update-expression 'ADD tags :t' --expression-attribute-values {{":t":{{"SS":["{tag}"]}}}}"#
        )
    };
    let done = "process: [{write: {key: {id: a}, holds: [new]}}]";
    check(done, &[&add("new")], "done");
    assert_ne!(told(&mut at(done), &[&add("old")]), "done");
}

/// What `--max-items` does not print has not come back.
#[test]
fn what_is_not_printed_has_not_come_back() {
    let done = "returned: {table: Orders, key: {who: ana}, count: 2, more: false}";
    check(done, &[QUERY_ANA], "done");
    check(done, &[&format!("{QUERY_ANA} --max-items 2")], "done");
    check(done, &[&format!("{QUERY_ANA} --max-items 1")], "says that there may be more");
    check(&done.replace(", more: false", ""), &[&format!("{QUERY_ANA} --max-items 1")], "returned 1 item, not 2");
    let items = "returned: {table: Orders, some: [{day: \"01\"}, {day: \"02\"}]}";
    check(items, &[&format!("{QUERY_ANA} --max-items 1")], "did not return");
    check(items, &[&format!("{QUERY_ANA} --max-items 1"), QUERY_ANA], "done");
}

/// What was taken back has not been done; what must never be done was done all the same.
#[test]
fn what_is_taken_back_counts_no_more() {
    let add = r#"update-item --table-name Things --key {"id":{"S":"a"}} --update-expression 'ADD n :one' --expression-attribute-values {":one":{"N":"1"}}"#;
    let twice = "process: [{write: {table: Things, key: {id: a}, computes: n}, times: 2}]";
    check(twice, &[add, ":undo", add], "That was 1 of 2 so far.");
    check(twice, &[add, ":undo", add, add], "done");
    check(twice, &[add, ":undo", ":redo", add], "done");
    let put =
        r#"put-item --table-name Things --item {"id":{"S":"z"}} --condition-expression 'attribute_not_exists(id)'"#;
    let again = "process: [{write: {key: {id: z}, condition: {met: true}}}, {write: {key: {id: z}, condition: {met: false}}, again: true}]";
    check(again, &[put, ":undo", put], "So far so good (1 of 2)");
    check(again, &[put, ":undo", put, put], "done");
    let never = "process: [{never: {effect: write, key: {id: b}}}, {write: {key: {id: a}}}]";
    let put_b = PUT_A.replace("\"a\"", "\"b\"");
    assert_ne!(told(&mut at(never), &[&put_b, ":undo", PUT_A]), "done");
    let spent = "any_of: [{process: [{write: {key: {id: a}}}], spent: {wcu: {at_most: 1}}}]";
    assert_ne!(told(&mut at(spent), &[&put_b, ":undo", PUT_A]), "done");
}

/// What `--query` leaves out was not printed, so a step that asks what came back is not done by it.
#[test]
fn what_a_query_leaves_out_has_not_been_seen() {
    let done = "returned: {table: Orders, key: {who: ana}, items: [{day: \"01\", sum: 5}, {day: \"02\", sum: 7}]}";
    for chosen in ["Items", "Items[].sum.N", "Items[].[day, sum]", "Items[].{on: day.S, paid: sum.N}", "[Count, Items]"]
    {
        let says_all = chosen != "Items[].sum.N";
        let expected = if says_all { "done" } else { "The --query of your Query left out what this step asks for." };
        check(done, &[&format!("{QUERY_ANA} --query '{chosen}'")], expected);
    }
    let left_out = "The --query of your Query left out what this step asks for.";
    for chosen in ["Count", "ConsumedCapacity", "Items[0]", "length(Items)"] {
        check(done, &[&format!("{QUERY_ANA} --query '{chosen}'")], left_out);
        check(done, &[&format!("{QUERY_ANA} --query '{chosen}'"), QUERY_ANA], "done");
    }
    // In whatever form, and from several pages.
    check(done, &[&format!("{QUERY_ANA} --query Items --output text")], "done");
    check(done, &[&format!("{QUERY_ANA} --page-size 1 --query Items")], "done");
    check(done, &[&format!("{QUERY_ANA} --page-size 1 --query Items[0]")], left_out);
    // Who asks for a number is served with it.
    let count = "returned: {table: Orders, key: {who: ana}, count: 2}";
    for chosen in ["Count", "length(Items)", "Items[].sum.N"] {
        check(count, &[&format!("{QUERY_ANA} --query '{chosen}'")], "done");
    }
    check(count, &[&format!("{QUERY_ANA} --query Items[0]")], left_out);
    let view =
        "returned: {effect: describe, table: Things, response: {Table.StreamSpecification.StreamViewType: NEW_IMAGE}}";
    let describe = "describe-table --table-name Things --query";
    check(view, &[&format!("{describe} Table.TableStatus")], "The --query of your DescribeTable left out");
    for chosen in [
        "Table.StreamSpecification",
        "Table.StreamSpecification.StreamViewType",
        "Table.[TableName, StreamSpecification]",
    ] {
        check(view, &[&format!("{describe} '{chosen}'")], "done");
    }
    // What is wrong with the request itself is told first, and what happened has happened, printed or not.
    check(done, &[&format!("{} --query Count", QUERY_ANA.replace("ana", "ben"))], "Your Query read ben, not ana.");
    check("process: [{never: {table: Things, items: [{n: 1}]}}]", &[&format!("{GET_A} --query Item.id")], "There was");
}

/// A condition of several parts is asked for whole by what it accepts: an item, and none.
#[test]
fn half_of_a_condition_is_not_the_condition() {
    let put = |condition: &str| {
        format!(
            r#"put-item --table-name Things --item {{"id":{{"S":"a"}},"n":{{"N":"9"}}}} --condition-expression '{condition}' --expression-attribute-values {{":n":{{"N":"9"}}}}"#
        )
    };
    let done = "process: [{write: {key: {id: a}, condition: {accepts: [{}, {n: 9}], refuses: {n: 8}, met: false}}}]";
    check(done, &[&put("attribute_not_exists(id) OR n = :n")], "done");
    check(done, &[&put("n = :n")], "would refuse what it should accept");
}

#[test]
fn a_moment_may_have_to_be_on_the_same_condition_as_the_one_before() {
    let delete = |id: &str, condition: &str| {
        format!(
            r#"delete-item --table-name Things --key {{"id":{{"S":"{id}"}}}} --condition-expression '{condition}' --expression-attribute-values {{":n":{{"N":"2"}}}}"#
        )
    };
    let done = "process: [{write: {key: {id: a}, condition: {met: false}}}, {write: {key: {id: b}, condition: {met: true}}, same_condition: true}]";
    let first = delete("a", "n >= :n");
    check(done, &[&first, &delete("b", "n >= :n")], "done");
    check(done, &[&first, &delete("b", ":n <= n")], "done");
    check(done, &[&first, &delete("b", "attribute_exists(id) AND n >= :n")], "done");
    check(done, &[&first, "execute-statement --statement \"DELETE FROM Things WHERE id = 'b' AND n >= 2\""], "done");
    let other = "Your DeleteItem is not on the same condition as your DeleteItem before it.";
    check(done, &[&first, &delete("b", "n = :n")], other);
    check(done, &[&first, &delete("b", "n >= :n AND attribute_exists(n)")], other);
}

/// Who may ask for an index is decided before it is known whether there is one.
#[test]
fn an_index_is_a_resource_of_its_own() {
    let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders";
    let policy = |more: &str| {
        format!(
            r#"aws iam put-role-policy --role-name app --policy-name own --policy-document {{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"dynamodb:Query","Resource":"{arn}"}}{more}]}}"#
        )
    };
    let query = |index: &str| {
        format!(
            "query --table-name Orders --index-name {index} --key-condition-expression \"who = :w\" --expression-attribute-values {{\":w\":{{\"S\":\"ana\"}}}}"
        )
    };
    let done =
        format!("state: {{policy: {{role: app, user: ana, may_not: ['{}', '{}']}}}}", query("byState"), query("byDay"));
    check(&done, &[&policy("")], "done");
    let index = format!(r#",{{"Effect":"Allow","Action":"dynamodb:Query","Resource":"{arn}/index/byDay"}}"#);
    check(&done, &[&policy(&index)], "The role app as ana may still run: query --table-name Orders --index-name byDay");
}

#[test]
fn not_takes_any_test() {
    let done = "returned: {by: [ExecuteStatement], table: Things, parameters: {Parameters.0: a, Statement: {not: {contains: \"'\"}}}}";
    let select = |names: &str| {
        format!(r#"execute-statement --statement "SELECT * FROM Things WHERE id {names}" --parameters [{{"S":"a"}}]"#)
    };
    check(done, &[&select("= ?")], "done");
    check(done, &[&select("IN (?, 'b')")], "In your ExecuteStatement, Statement holds \"'\", which it should not.");
    let page = "returned: {table: Orders, parameters: {Limit: {not: {at_most: 3}}}}";
    check(page, &[QUERY_ANA], "done");
    check(page, &[&format!("{QUERY_ANA} --limit 2")], "In your Query, Limit is 2.");
}

/// What a write leaves, or would have left, is exactly this.
#[test]
fn a_write_leaves_nothing_else_in_the_item() {
    let save = |update: &str| {
        format!(
            r#"update-item --table-name Things --key {{"id":{{"S":"b"}}}} --update-expression '{update}' --condition-expression 'n = :seen' --expression-attribute-values {{":seen":{{"N":"7"}},":n":{{"N":"8"}}}}"#
        )
    };
    let refused = "process: [{write: {key: {id: b}, condition: {met: false}, is: {n: 8}}}]";
    check(refused, &[&save("SET n = :n")], "done");
    check(
        refused,
        &[&save("SET n = :n, m = :n")],
        "After your UpdateItem, b would have an attribute m that it should not have.",
    );
    check(refused, &[&save("SET m = :n")], "After your UpdateItem, n would be 2, not 8.");
    let made = "process: [{write: {key: {id: b}, is: {n: 2, m: 8}}}]";
    check(made, &[&save("SET m = :n").replace("\"7\"", "\"2\"")], "done");
    check(&made.replace(", m: 8", ""), &[&save("SET m = :n").replace("\"7\"", "\"2\"")], "b has an attribute m");
}

/// What can no longer be mended is told at once, whatever else is missing.
#[test]
fn an_offence_is_told_before_what_is_still_to_come() {
    let fields = "    done:\n      - {want: first, process: [{write: {key: {id: a}, new: {n: 9}}}]}\n      - {want: cheap, spent: {rcu: {at_most: 0.5}}}\n    debrief: Done.";
    let mut runner = Runner::start(&lab(fields), 0).unwrap();
    let said = told(&mut runner, &[GET_A, GET_A]);
    assert_eq!(said, "|This step has cost 1 RCU, not at most 0.5. Type :restart to begin this step again.");
    runner.restart();
    assert_eq!(told(&mut runner, &[GET_A, PUT_A]), "done");
}

/// Where the clock runs, a function is invoked at any time: also while a line is judged, and between two of them.
#[test]
fn what_happens_between_two_looks_counts() {
    let mut runner = at("process: [{invoked: {function: fail-on-marked}, times: 100000}]");
    let map = "aws lambda create-event-source-mapping --function-name fail-on-marked --starting-position TRIM_HORIZON --event-source-arn {{stream Things}} --batch-size 1";
    runner.run(map);
    // So that a function is invoked every few microseconds.
    runner.observe(false, |bench| bench.run_clock(1_000_000));
    for number in 0..400 {
        runner.run(&format!(
            r#"put-item --table-name Things --item {{"id":{{"S":"x{number}"}},"poison":{{"BOOL":true}}}}"#
        ));
    }
    runner.observe(false, |bench| bench.run_clock(0));
    let said = reasons(&runner.observe(true, |_| ()).1.verdicts);
    let invoked = runner.bench().world().lambda().invoked();
    assert!(invoked > 100, "{invoked}");
    assert_eq!(said.replace(',', ""), format!("That was {invoked} of 100000 so far."));
}

#[test]
fn pages_that_count_together_count_once() {
    let scan = "scan --table-name Things --page-size 1";
    let put = r#"put-item --table-name Things --item {"id":{"S":"sum"},"n":{"N":"6"}}"#;
    let done = "process: [{read: {over: step, table: Things, some: [{id: a}, {id: b}, {id: c}], count: 3, rcu: {at_most: 2}}}, {write: {key: {id: sum}}}]";
    check(done, &[scan, put], "done");
}

#[test]
fn an_invocation_that_comes_too_early_is_told_as_one() {
    let done = "process: [{write: {table: Things, key: {id: a}}}, {write: {table: Things, key: {id: b}}}, {invoked: {function: copy-to-Fixed}}]";
    let map = "aws lambda create-event-source-mapping --function-name copy-to-Fixed --starting-position TRIM_HORIZON --event-source-arn {{stream Things}}";
    let early = "The invocation of copy-to-Fixed came too early: there is something to be written before it.";
    check(done, &[map, PUT_A, ":clock +5s"], early);
}

/// A lab that is resumed begins its step where it can be done, as it did when the step before was done.
#[test]
fn a_lab_that_is_resumed_begins_where_it_can_be_done() {
    let second = "    done: [{want: it, state: {item: {table: Things, key: {id: a}, has: {n: 9}}}}]\n    debrief: Done.\n  - id: two\n    title: Two\n    why: It matters.\n    task: Do it.\n    hints: [where, which, \"almost ___\"]\n    right_ways: [scan --table-name Orders, query-orders]\n    wrong_ways: [{do: a, says: a}, {do: b, says: b}, {do: c, says: c}]\n    done: [{want: it, returned: {table: Orders, count: 3}}]\n    debrief: Done.";
    let lab = lab_of(&serde_json::json!([PUT_A, PUT_A]).to_string(), second);
    let own = vec!["delete-table --table-name Orders".to_owned(), PUT_A.to_owned()];
    let own = OwnLines::from([("one".to_owned(), own)]);
    let mut resumed = Runner::resume(&lab, &["one".to_owned()], &own).unwrap();
    assert!(resumed.has_begun_anew() && !resumed.is_of_solutions());
    assert_eq!(told(&mut resumed, &["scan --table-name Orders"]), "done");
}

#[test]
fn what_a_write_takes_away_is_told_as_that() {
    let delete = r#"delete-item --table-name Things --key {"id":{"S":"a"}}"#;
    check("process: [{write: {key: {id: a}, computes: n}}]", &[delete], "Your DeleteItem removed a.");
    let remove = r#"update-item --table-name Things --key {"id":{"S":"a"}} --update-expression 'REMOVE n'"#;
    check("process: [{write: {key: {id: a}, computes: n}}]", &[remove], "Your UpdateItem removed n.");
    let nothing = "process: [{write: {key: {id: a}, changed: []}}]";
    check(nothing, &[remove], "Your UpdateItem changed n; it should change nothing.");
}

/// The last page of a read that was right is no try of what comes next.
#[test]
fn a_further_page_of_what_has_come_is_no_miss() {
    let done = "process: [{read: {by: [Scan], table: Things}}, {read: {by: [GetItem], table: Things}}]";
    let scan = "scan --table-name Things --page-size 1";
    check(done, &[scan], "So far so good (1 of 2); nothing was read since then.");
    check(done, &[scan, GET_A], "done");
    check(done, &[scan, "scan --table-name Things"], "You used Scan; this step asks for GetItem.");
}

#[test]
fn what_was_refused_is_told_where_a_refusal_is_asked_for() {
    let done = "returned: {effect: write, table: Things, error: ValidationException, about: [exceeded], once: true}";
    let statement = r#"batch-execute-statement --statements [{"Statement":"UPDATE Things SET n = 1 WHERE id = \u0027nobody\u0027"}]"#;
    check(done, &[statement], "Your BatchExecuteStatement was refused, but not with ValidationException");
    let reserved = r#"update-item --table-name Things --key {"id":{"S":"a"}} --update-expression 'SET size = :n' --expression-attribute-values {":n":{"N":"1"}}"#;
    check(done, &[reserved, PUT_A], "Your earlier UpdateItem was refused for another reason");
}

/// Whoever lets a user in by a variable, and somebody else by name, lets them into each other's items.
#[test]
fn a_policy_is_asked_for_the_keys_that_it_names() {
    let policy = |keys: &str| {
        format!(
            r#"aws iam put-role-policy --role-name app --policy-name own --policy-document {{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"dynamodb:Query","Resource":"*","Condition":{{"ForAllValues:StringEquals":{{"dynamodb:LeadingKeys":[{keys}]}}}}}}]}}"#
        )
    };
    let done = "state: {policy: {role: app, user: ana, may: ['query --table-name Orders --key-condition-expression \"who = :w\" --expression-attribute-values {\":w\":{\"S\":\"ana\"}}']}}";
    let variable = r#""${www.amazon.com:user_id}""#;
    check(done, &[&policy(variable)], "done");
    check(done, &[&policy(r#""ana""#)], "done");
    let said = told(&mut at(done), &[&policy(&format!(r#"{variable},"zoe""#))]);
    assert!(said.starts_with("The role app as ana may still run: query") && said.contains("zoe"), "{said}");
}

/// What a role may do beside is asked of all that there is, not of a list that somebody thought of.
#[test]
fn nothing_else_is_asked_of_every_action_and_every_resource() {
    let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders";
    let policy = |actions: &str, resources: &str, more: &str| {
        format!(
            r#"aws iam put-role-policy --role-name app --policy-name own --policy-document {{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{actions}],"Resource":[{resources}]{more}}}]}}"#
        )
    };
    let only = "state: {policy: {role: app, user: ana, only: {actions: [dynamodb:Query, dynamodb:GetItem], resources: [table/Orders]}}}";
    let (query, orders) = (r#""dynamodb:query""#, format!("\"{arn}\""));
    check(only, &[&policy(query, &orders, "")], "done");
    let condition = r#","Condition":{"ForAnyValue:StringEquals":{"dynamodb:LeadingKeys":["nobody"]}}"#;
    for (actions, resources, more, told) in [
        (
            r#""dynamodb:Query","dynamodb:ConditionCheckItem""#,
            orders.clone(),
            "",
            "dynamodb:ConditionCheckItem on table/Orders",
        ),
        (r#""dynamodb:Query","dynamodb:DescribeTimeToLive""#, orders.clone(), condition, "dynamodb:DescribeTimeToLive"),
        (r#""dynamodb:Query","dynamodb:UpdateGlobalTable""#, orders.clone(), "", "dynamodb:UpdateGlobalTable"),
        (r#""dynamodb:PartiQL*""#, orders.clone(), "", "dynamodb:PartiQLSelect"),
        (query, "\"*\"".to_owned(), "", "dynamodb:Query on table/Fixed"),
        (query, format!("\"{arn}*\""), "", "dynamodb:Query on table/Orders/index/byState"),
        (
            query,
            format!("\"{arn}\",\"{arn}/index/other*\",\"{arn}s\""),
            "",
            "dynamodb:Query on table/Orders/index/otherx",
        ),
        (query, format!("\"{arn}\",\"{arn}?\""), "", "dynamodb:Query on table/Ordersx"),
    ] {
        check(only, &[&policy(actions, &resources, more)], &format!("The role app as ana may also use {told}"));
    }
    // What is denied whatever else is so is not allowed.
    let denied = r#"aws iam put-role-policy --role-name app --policy-name no --policy-document {"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":["dynamodb:Query"],"Resource":"*"}]}"#;
    check(only, &[denied, &policy(r#""dynamodb:*""#, &orders, "")], "done");
    let with_indexes = only.replace("[table/Orders]", "[table/Orders, table/Orders/index/*]");
    check(&with_indexes, &[&policy(query, &format!("\"{arn}\",\"{arn}/index/*\""), "")], "done");
}

#[test]
fn a_step_can_be_done_without_reading_whatever_reads() {
    let fields = "    without: {effect: read, because: One write can do both.}\n    done: [{want: it, process: [{write: {key: {id: a}, new: {n: 9}}}]}]\n    debrief: Done.";
    let start = || Runner::start(&lab(fields), 0).unwrap();
    let select = "execute-statement --statement \"SELECT * FROM Things WHERE id = 'a'\"";
    let batch = "batch-execute-statement --statements [{\"Statement\":\"SELECT * FROM Things WHERE id = 'a'\"}]";
    for (line, verb) in [(GET_A, "GetItem"), (select, "ExecuteStatement"), (batch, "BatchExecuteStatement")] {
        let turn = start().run(line);
        assert_eq!(turn.reply.kind, ReplyKind::NotUnderstood, "{line}");
        let told = format!("This step is done without reading, and {verb} does that; nothing was run. One write");
        assert!(turn.reply.text.contains(&told), "{}", turn.reply.text);
    }
    assert_eq!(
        told(&mut start(), &["execute-statement --statement \"UPDATE Things SET n = 9 WHERE id = 'a'\""]),
        "done"
    );
}

#[test]
fn the_shape_of_traffic_in_time_is_judged_as_it_is_typed() {
    let run = |shape: &str| format!(":traffic Things {shape} --seconds 6");
    let spike = "process: [{traffic: {table: Things, spike: \"1:9@2+3\"}}]";
    check(spike, &[&run("--spike 1:9@2+3")], "done");
    check(spike, &[&run("--spike 1:9@0+3")], "The traffic came as --spike 1:9@0+3, not as --spike 1:9@2+3.");
    check(spike, &[&run("--rate 5")], "The traffic came as --rate 5, not as --spike 1:9@2+3.");
    check("process: [{traffic: {ramp: \"1:6\"}}]", &[&run("--ramp 1:6")], "done");
    check("process: [{traffic: {ramp: \"1:6\"}}]", &[&run("--ramp 6:1")], "came as --ramp 6:1, not as --ramp 1:6");
}

#[test]
fn everything_is_read_without_a_key_and_without_a_filter() {
    let done = "returned: {table: Things, everything: true, some: [{id: a}, {id: b}]}";
    check(done, &["scan --table-name Things"], "done");
    check(done, &["execute-statement --statement \"SELECT id FROM Things\""], "done");
    check(
        done,
        &["execute-statement --statement \"SELECT * FROM Things WHERE id IN ('a', 'b', 'c')\""],
        "Your ExecuteStatement read by key, and not everything.",
    );
    check(done, &[GET_A], "Your GetItem read by key, and not everything.");
    check(
        done,
        &["scan --table-name Things --filter-expression 'attribute_exists(id)'"],
        "Your Scan did not return everything: it has a condition.",
    );
}

/// A write that was refused returns the item that it met, if it is asked to: whoever has seen that has read it.
#[test]
fn what_a_refused_write_returns_was_read() {
    let write = |old: &str, more: &str| {
        format!(
            r#"update-item --table-name Things --key {{"id":{{"S":"a"}}}} --update-expression 'SET n = :n' --condition-expression 'n = :o' --expression-attribute-values {{":n":{{"N":"9"}},":o":{{"N":"{old}"}}}} {more}"#
        )
    };
    let shown = "--return-values-on-condition-check-failure ALL_OLD";
    let done = "process: [{read: {table: Things, key: {id: a}, consistent: true, each: {n: 1}}}, {write: {table: Things, key: {id: a}, condition: {on: n, equals: 1, met: true}}}]";
    check(done, &[&write("5", shown), &write("1", "")], "done");
    check(done, &[&write("5", ""), &write("1", "")], "came too early");
    let transaction = r#"transact-write-items --transact-items [{"Put":{"TableName":"Things","Item":{"id":{"S":"z"}}}},{"Update":{"TableName":"Things","Key":{"id":{"S":"a"}},"UpdateExpression":"SET n = :n","ConditionExpression":"n = :o","ExpressionAttributeValues":{":n":{"N":"9"},":o":{"N":"5"}},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"}}]"#;
    check(done, &[transaction, &write("1", "")], "done");
    check("returned: {table: Things, key: {id: a}, some: [{n: 1}]}", &[&write("5", shown)], "done");
    // It is no read where none may be, and takes nothing from one that was right.
    let never = "process: [{never: {effect: read}}, {write: {key: {id: a}, condition: {met: true}}}]";
    check(never, &[&write("5", shown), &write("1", "")], "done");
}

/// Items that do not show their keys cannot be known again: they count each, where one read goes on where another ended.
#[test]
fn pages_that_are_followed_by_hand_belong_together() {
    let page = |more: &str| {
        format!(
            r##"query --table-name Orders --no-paginate --limit 1 --projection-expression #s --expression-attribute-names {{"#s":"state"}} --key-condition-expression 'who = :w' --expression-attribute-values {{":w":{{"S":"ana"}}}} {more}"##
        )
    };
    let next = page(r#"--exclusive-start-key {"who":{"S":"ana"},"day":{"S":"01"}}"#);
    let last = page(r#"--exclusive-start-key {"who":{"S":"ana"},"day":{"S":"02"}}"#);
    let open = r#"put-item --table-name Orders --item {"who":{"S":"ana"},"day":{"S":"02"},"state":{"S":"OPEN"}}"#;
    let done = "returned: {table: Orders, key: {who: ana}, over: step, more: false, count: 2, each: {state: OPEN}}";
    check(done, &[open, &page(""), &next, &last], "done");
    check(done, &[open, &page(""), &next], "LastEvaluatedKey says that there may be more");
    check(done, &[open, &page(""), &page(""), &next, &last], "done");
    let process = "process: [{read: {table: Orders, over: step, count: 2}}, {write: {key: {id: sum}}}]";
    let put = r#"put-item --table-name Things --item {"id":{"S":"sum"}}"#;
    check(process, &[open, &page(""), &next, put], "done");
}

#[test]
fn what_is_not_looked_at_is_not_said_to_be_missing() {
    let rows = "{setup: [{create: {TableName: Long, BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{AttributeName: id, AttributeType: S}], KeySchema: [{AttributeName: id, KeyType: HASH}]}, generate: [{count: 3500, seed: 1, item: {id: {S: \"R-{n:5}\"}, a: {S: x}, b: {S: x}, c: {S: x}, d: {S: x}, e: {S: x}, f: {S: x}, g: {S: x}, h: {S: x}}}]}]}";
    let setup: serde_json::Value = serde_yaml::from_str(rows).unwrap();
    let fields = format!(
        "    setup: {}\n    done: [{{want: it, returned: {{table: Long, some: [{{id: nothing}}]}}}}]\n    debrief: Done.",
        setup["setup"]
    );
    let mut runner = Runner::start(&lab(&fields), 0).unwrap();
    let said = told(&mut runner, &["scan --table-name Long"]);
    assert!(said.starts_with("Your Scan returned more than is looked through: read less of each item"), "{said}");
}

/// "So far so good" is never said of a requirement that was tried, and missed.
#[test]
fn a_try_that_missed_is_told_and_not_that_all_is_well() {
    let two = "    done: [{want: a, process: [{write: {table: Things, key: {id: a}, new: {n: 9}}}]}, {want: b, process: [{write: {table: Things, key: {id: b}, new: {n: 9}}}]}]\n    debrief: Done.";
    let start = || Runner::start(&lab(two), 0).unwrap();
    let (wrong, other) = (PUT_A.replace('9', "8"), PUT_A.replace(r#""S":"a""#, r#""S":"b""#));
    let said = told(&mut start(), &[&wrong, &other]);
    assert!(said.starts_with("After your earlier PutItem, n is 8, not 9."), "{said}");
    let said = told(&mut start(), &[&other]);
    assert!(said.starts_with("So far so good."), "{said}");
    assert_eq!(told(&mut start(), &[&wrong, &other, PUT_A]), "done");
    let traffic = "    done: [{want: a, process: [{traffic: {table: Things, keys: 5}}]}, {want: b, process: [{traffic: {table: Fixed, keys: 1}}]}]\n    debrief: Done.";
    let mut runner = Runner::start(&lab(traffic), 0).unwrap();
    let said = told(&mut runner, &[":traffic Things --rate 2 --seconds 2", ":traffic Fixed --rate 2 --seconds 2"]);
    assert!(said.starts_with("Your earlier traffic used 1 partition key, not 5."), "{said}");
}

#[test]
fn words_name_what_is_typed_and_where_a_table_is() {
    let limit = "returned: {table: Things, parameters: {Limit: {exists: false}}}";
    check(limit, &["scan --table-name Things --limit 2"], "Your Scan has Limit (2), which does not belong there.");
    let cache = "process: [{request: {effect: cache, parameters: {Operation: set, Key: a}}}, {request: {effect: cache, parameters: {Operation: del, Key: a}}}]";
    check(cache, &[":cache set b 1"], "In your :cache set, Key is \"b\", not \"a\".");
    let written =
        "process: [{write: {table: Things}}, {request: {effect: cache, parameters: {Operation: del, Key: a}}}]";
    let early = "Your :cache del came too early: there is something to be written before it.";
    check(written, &[":cache del a"], early);
    let table = "state: {table: {name: Members, partition_key: id}}";
    let create = |name: &str, more: &str| {
        format!(
            "create-table --table-name {name} --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH {more}"
        )
    };
    check(table, &[&create("Members", "--region eu-west-1")], "The table Members is in eu-west-1, not in us-east-1.");
    check(table, &[&create("members", "")], "There is a table members, but no table Members.");
    check(table, &["list-tables"], "There is no table Members.");
    let orders = "returned: {table: Orders, some: [{who: ben}]}";
    check(orders, &["scan --table-name Orders --query 'Items[?who.S==`ben`]'"], "done");
    check(
        "process: [{request: {by: [CreateCluster]}}]",
        &[
            "aws dax create-cluster --cluster-name c --node-type dax.t3.small --replication-factor 1 --iam-role-arn arn:aws:iam::123456789012:role/d --description mine",
        ],
        "done",
    );
}

/// What has held since the step began is ticked once anything was sent, and not before.
#[test]
fn what_has_held_all_along_is_ticked_once_something_was_done() {
    let two = "    done: [{want: a, state: {item: {table: Things, key: {id: a}, has: {n: 1}}}}, {want: b, returned: {table: Things, key: {id: b}}}]\n    debrief: Done.";
    let mut runner = Runner::start(&lab(two), 0).unwrap();
    let ticks = |verdicts: &[Verdict]| verdicts.iter().map(Verdict::is_ticked).collect::<Vec<_>>();
    assert_eq!(ticks(&runner.verdicts()), [false, false]);
    assert_eq!(ticks(&runner.run(GET_A).verdicts), [true, false]);
}

/// The error of a statement stands in a response that is none: it is a refusal all the same.
#[test]
fn a_statement_of_a_batch_is_refused_by_its_own_error() {
    let batch = |statements: &[&str]| {
        let all: Vec<_> = statements.iter().map(|text| serde_json::json!({ "Statement": text })).collect();
        format!(
            "batch-execute-statement --statements '{}'",
            serde_json::json!(all).to_string().replace('\'', "\\u0027")
        )
    };
    let (twice, new) = ("INSERT INTO Things VALUE {'id': 'a'}", "INSERT INTO Things VALUE {'id': 'z'}");
    let refused = "process: [{write: {table: Things, key: {id: a}, error: DuplicateItemException}}]";
    check(refused, &[&batch(&[twice])], "done");
    check(refused, &[&batch(&[new, twice])], "done");
    check(refused, &[&batch(&[new])], "Your BatchExecuteStatement wrote z, not a.");
    let written = "process: [{write: {table: Things, key: {id: z}}}]";
    check(written, &[&batch(&[new, twice])], "done");
    let other = "process: [{write: {table: Things, key: {id: a}}}]";
    check(other, &[&batch(&[new, twice])], "Your BatchExecuteStatement was refused: DuplicateItem");
    // What was refused before its key was known has read nothing.
    let read = "returned: {table: Orders, key: {who: ana}, count: 2}";
    let all = batch(&["SELECT * FROM Orders WHERE state = 'OPEN'"]);
    check(read, &[&all], "Your BatchExecuteStatement was refused: ValidationException");
}

#[test]
fn a_read_of_a_process_is_what_was_printed() {
    let two = "process: [{read: {table: Orders, key: {who: ana}, items: [{day: '01'}, {day: '02'}]}}]";
    check(two, &[QUERY_ANA], "done");
    let first = format!("{QUERY_ANA} --query Items[0]");
    check(two, &[&first], "The --query of your Query left out what this step asks for");
    let sorted = "returned: {table: Orders, key: {who: ana}, sorted: {by: day}}";
    check(sorted, &[&format!("{QUERY_ANA} --query Items[].day.S")], "done");
    for turned in ["reverse(Items)", "reverse(Items[].day.S)"] {
        check(sorted, &[&format!("{QUERY_ANA} --query '{turned}'")], "left out what this step asks for");
    }
}

/// What a moment asks of the request has happened; what it asks of the item is asked as long as the learner may change it.
#[test]
fn a_later_write_that_leaves_what_is_wanted_undoes_nothing() {
    let batch = r#"batch-write-item --request-items {"Things":[{"PutRequest":{"Item":{"id":{"S":"x"},"n":{"N":"4"},"t":{"S":"one"}}}}]}"#;
    let get = r#"get-item --table-name Things --key {"id":{"S":"x"}}"#;
    let done =
        "process: [{write: {by: [BatchWriteItem], table: Things, key: {id: x}, holds: [4]}}, {read: {key: {id: x}}}]";
    let text = r#"put-item --table-name Things --item {"id":{"S":"x"},"n":{"N":"4"},"t":{"S":"two"}}"#;
    check(done, &[batch, text, get], "done");
    let other = r#"put-item --table-name Things --item {"id":{"S":"x"},"n":{"N":"5"},"t":{"S":"two"}}"#;
    check(done, &[batch, other, get], "You used PutItem; this step asks for BatchWriteItem.");
    let gone = r#"delete-item --table-name Things --key {"id":{"S":"x"}}"#;
    check(done, &[batch, gone, get], "You used DeleteItem; this step asks for BatchWriteItem.");
}

/// Whoever reads the ranges of one partition side by side need not ask for the partition's key each time.
#[test]
fn ranges_of_a_partition_count_together_by_the_rest_of_the_key() {
    let done = "returned: {table: Orders, key: {who: ana}, over: step, count: 2}";
    let range = |test: &str, attributes: &str| {
        format!(
            r##"query --table-name Orders --key-condition-expression 'who = :w AND #d {test} :d' --expression-attribute-names {{"#d":"day"}} --expression-attribute-values {{":w":{{"S":"ana"}},":d":{{"S":"02"}}}} --projection-expression '{attributes}'"##
        )
    };
    check(done, &[&range("<", "#d"), &range(">=", "#d")], "done");
    check(done, &[&range("<", "#d"), &range("<=", "#d")], "done");
    check(done, &[&range(">=", "#d"), &range(">=", "#d")], "returned 1 item, not 2");
}

#[test]
fn a_refusal_that_is_waited_for_may_bring_back_what_is_to_be_read_after_it() {
    let done = "process: [{write: {table: Things, key: {id: a}, condition: {met: false}}}, {read: {table: Things, key: {id: a}, consistent: true}}]";
    let save = r#"put-item --table-name Things --item {"id":{"S":"a"}} --condition-expression 'n = :n' --expression-attribute-values {":n":{"N":"7"}}"#;
    check(done, &[save], "nothing was read since then");
    check(done, &[&format!("{save} --return-values-on-condition-check-failure ALL_OLD")], "done");
}

#[test]
fn keys_that_have_no_item_were_asked_for_and_not_read() {
    let done = "returned: {table: Things, scanned: 2}";
    let three =
        r#"batch-get-item --request-items {"Things":{"Keys":[{"id":{"S":"a"}},{"id":{"S":"b"}},{"id":{"S":"q"}}]}}"#;
    check(done, &[three], "Your BatchGetItem asked for 3 items, not 2");
}

/// Whoever writes into a list or a map leaves the rest of it as it is stored, whatever others made of it meanwhile.
#[test]
fn a_write_into_an_attribute_is_worked_out_from_the_stored_one() {
    let done = "process: [{write: {key: {id: m}, computes: steps}}]";
    let put = r#"put-item --table-name Things --item {"id":{"S":"m"},"steps":{"L":[{"S":"one"}]}}"#;
    let update = |expression: &str, values: &str| {
        format!(
            r#"update-item --table-name Things --key {{"id":{{"S":"m"}}}} --update-expression '{expression}' --expression-attribute-values {{{values}}}"#
        )
    };
    check(done, &[put, &update("SET steps[9] = :s", r#"":s":{"S":"two"}"#)], "done");
    let whole = r#"":s":{"L":[{"S":"one"},{"S":"two"}]}"#;
    check(done, &[put, &update("SET steps = :s", whole)], "steps");
}

/// A Scan never has leading keys, so that no command shows what a condition on them says of it.
#[test]
fn an_action_is_asked_of_in_itself() {
    let policy = |condition: &str| {
        format!(
            r#"aws iam put-role-policy --role-name app --policy-name own --policy-document {{"Version":"2012-10-17","Statement":{{"Effect":"Allow","Action":"dynamodb:scan","Resource":"*","Condition":{{{condition}}}}}}}"#
        )
    };
    let own = r#""ForAllValues:StringEquals":{"dynamodb:leadingKeys":"${www.amazon.com:user_id}"}"#;
    let closed = format!(r#"{own},"Null":{{"dynamodb:LeadingKeys":[false]}}"#);
    let all = "allows: [dynamodb:Scan table/Orders ana], denies: [dynamodb:Scan table/Orders, dynamodb:Scan table/Orders ben]";
    let done = format!("state: {{policy: {{role: app, user: ana, {all}}}}}");
    check(&done, &[&policy(&closed)], "done");
    check(
        &done,
        &[&policy(own)],
        "The role app as ana may use dynamodb:Scan on table/Orders in a request that has no leading keys.",
    );
    let others = closed.replace("${www.amazon.com:user_id}", "ben");
    check(
        &done,
        &[&policy(&others)],
        "may not use dynamodb:Scan on table/Orders in a request that has the leading key ana.",
    );
}

/// A policy that is attached to a table allows as well, and a variable within a longer text is another key.
#[test]
fn nothing_else_is_asked_of_attached_policies_and_of_keys_made_of_the_variable() {
    let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders";
    let own = |keys: &str| {
        format!(
            r#"aws iam put-role-policy --role-name app --policy-name own --policy-document {{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"dynamodb:Query","Resource":"{arn}","Condition":{{"ForAllValues:StringEquals":{{"dynamodb:LeadingKeys":[{keys}]}}}}}}]}}"#
        )
    };
    let variable = r#""${www.amazon.com:user_id}""#;
    let only = "state: {policy: {role: app, user: ana, only: {actions: [dynamodb:Query], resources: [table/Orders]}}}";
    let attached = format!(
        r#"put-resource-policy --resource-arn {arn} --policy '{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::123456789012:role/app"}},"Action":"dynamodb:DeleteItem","Resource":"{arn}"}}]}}'"#
    );
    check(only, &[&own(variable)], "done");
    check(only, &[&attached, &own(variable)], "The role app as ana may also use dynamodb:DeleteItem on table/Orders");
    let may = "state: {policy: {role: app, user: ana, may: ['query --table-name Orders --key-condition-expression \"who = :w\" --expression-attribute-values {\":w\":{\"S\":\"ana\"}}']}}";
    let archive = format!(r#"{variable},"${{www.amazon.com:user_id}}#archive""#);
    let said = told(&mut at(may), &[&own(&archive)]);
    assert!(said.contains("may still run: query") && said.contains("ana#archive"), "{said}");
}

/// What a query sets a key equal to need not be printed to be known.
#[test]
fn what_the_key_is_set_equal_to_is_known_of_each_item() {
    let done = "returned: {table: Orders, key: {who: ana}, items: [{who: ana, day: '01'}, {who: ana, day: '02'}]}";
    let some = "process: [{read: {table: Orders, key: {who: ana}, some: [{who: ana, day: '02'}]}}]";
    for wanted in [done, some] {
        check(wanted, &[&format!("{QUERY_ANA} --query 'Items[].[day.S]' --output table")], "done");
        let named = r##"--projection-expression '#d' --expression-attribute-names {"#d":"day"}"##;
        check(wanted, &[&format!("{QUERY_ANA} {named}")], "done");
    }
    check(done, &["scan --table-name Orders --projection-expression who"], "Your Scan read every item");
}

/// Faults that were armed are for the learner's own requests.
#[test]
fn armed_faults_do_not_hit_what_a_step_prepares() {
    let second = "    done: [{want: it, returned: {table: Things, key: {id: a}}}]\n    debrief: Done.\n  - id: two\n    title: Two\n    why: It matters.\n    task: Do it.\n    hints: [where, which, \"almost ___\"]\n    before: ['put-item --table-name Things --item {\"id\":{\"S\":\"z\"}}']\n    right_ways: [scan --table-name Things, query-orders]\n    wrong_ways: [{do: a, says: a}, {do: b, says: b}, {do: c, says: c}]\n    done: [{want: it, returned: {table: Things, count: 4}}]\n    debrief: Done.";
    let lab = lab_of(&serde_json::json!([GET_A, GET_A]).to_string(), second);
    let mut runner = Runner::start(&lab, 0).unwrap();
    assert_eq!(told(&mut runner, &[":chaos conflict 2", GET_A]), "done");
    assert!(runner.unprepared().is_empty(), "{:?}", runner.unprepared());
    assert_eq!(runner.run(PUT_A).reply.kind, ReplyKind::Refused, "they are armed still");
    assert_eq!(told(&mut runner, &["scan --table-name Things"]), "done");
}
