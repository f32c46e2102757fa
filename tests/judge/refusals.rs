//! What was refused: for what, what it would have done, and what it brought back.

use dynadrill::lab::{ReplyKind, Runner};

use super::{GET_A, LOCKED, PUT_A, check, lab_of, told};

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
    check("process: [{write: {key: {id: a}, condition: {on: id, absent: true, met: false}}}]", &[insert], "done");
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
fn what_is_at_fault_is_told_and_not_what_was_refused_for_it() {
    let once = "process: [{write: {table: Things, key: {id: x}, condition: {on: id, absent: true, met: true}}}, {write: {key: {id: x}, condition: {met: false}}}]";
    let put = r#"put-item --table-name Things --item {"id":{"S":"x"}}"#;
    let guarded = format!("{put} --condition-expression attribute_not_exists(id)");
    check(once, &[put, &guarded], "Your earlier PutItem of x was not conditional.");
    check(once, &[&guarded, &guarded], "done");
    // What was taken back and done wrongly is not done.
    check(once, &[&guarded, ":undo", put, &guarded], "Your earlier PutItem of x was not conditional.");
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

#[test]
fn what_was_refused_is_told_where_a_refusal_is_asked_for() {
    let done = "returned: {effect: write, table: Things, error: ValidationException, about: [exceeded], once: true}";
    let statement = r#"batch-execute-statement --statements [{"Statement":"UPDATE Things SET n = 1 WHERE id = \u0027nobody\u0027"}]"#;
    check(done, &[statement], "Your BatchExecuteStatement was refused, but not with ValidationException");
    let reserved = r#"update-item --table-name Things --key {"id":{"S":"a"}} --update-expression 'SET size = :n' --expression-attribute-values {":n":{"N":"1"}}"#;
    check(done, &[reserved, PUT_A], "Your earlier UpdateItem was refused for another reason");
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
fn a_refusal_that_is_waited_for_may_bring_back_what_is_to_be_read_after_it() {
    let done = "process: [{write: {table: Things, key: {id: a}, condition: {met: false}}}, {read: {table: Things, key: {id: a}, consistent: true}}]";
    let save = r#"put-item --table-name Things --item {"id":{"S":"a"}} --condition-expression 'n = :n' --expression-attribute-values {":n":{"N":"7"}}"#;
    check(done, &[save], "nothing was read since then");
    check(done, &[&format!("{save} --return-values-on-condition-check-failure ALL_OLD")], "done");
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

#[test]
fn a_query_that_was_refused_is_known_by_what_its_key_condition_says() {
    let done = "returned: {by: [Query], table: Orders, key: {amount: 5}, error: ValidationException, about: [missed key schema]}";
    let query = r#"query --table-name Orders --key-condition-expression 'amount = :n' --expression-attribute-values {":n":{"N":"5"}}"#;
    check(done, &[query], "done");
    check(done, &[&query.replace('5', "6")], "Your Query was for 6, not 5.");
    check(done, &[&query.replace("amount = ", "units = ")], "Your Query names 5, but not amount.");
    let legacy = r#"query --table-name Orders --key-conditions {"amount":{"ComparisonOperator":"EQ","AttributeValueList":[{"N":"5"}]}}"#;
    check(done, &[legacy], "done");
    check(done, &[&legacy.replace("EQ", "GE")], "Your Query named no key, not 5.");
}
