//! What was written: by whatever verb, on which condition, and what it made of the item.

use super::{GET_A, LOCKED, PUT_A, at, check, lab, told};

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
#[should_panic(expected = "each ask for a part of one transaction")]
fn what_is_one_transaction_is_not_stated_in_two_requirements() {
    lab(
        "    done: [{want: x, process: [{write: {by: [TransactWriteItems], key: {id: a}}}]}, {want: y, process: [{write: {key: {id: b}}}]}]\n    debrief: Done.",
    );
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

#[test]
fn what_a_write_takes_away_is_told_as_that() {
    let delete = r#"delete-item --table-name Things --key {"id":{"S":"a"}}"#;
    check("process: [{write: {key: {id: a}, computes: n}}]", &[delete], "Your DeleteItem removed a.");
    let remove = r#"update-item --table-name Things --key {"id":{"S":"a"}} --update-expression 'REMOVE n'"#;
    check("process: [{write: {key: {id: a}, computes: n}}]", &[remove], "Your UpdateItem removed n.");
    let nothing = "process: [{write: {key: {id: a}, changed: []}}]";
    check(nothing, &[remove], "Your UpdateItem changed n; it should change nothing.");
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

#[test]
fn what_leaves_the_stored_value_works_nothing_out() {
    let done = "process: [{write: {table: Things, key: {id: a}, computes: m}}]";
    let set = |source: &str| {
        format!(
            r#"update-item --table-name Things --key {{"id":{{"S":"a"}}}} --update-expression 'SET m = {source}' --expression-attribute-values {{":o":{{"N":"1"}}}}"#
        )
    };
    check(done, &[&set("if_not_exists(m, :o)")], "set m to a fixed value");
    check(done, &[&set("if_not_exists(m, :o) + :o")], "done");
}

#[test]
fn a_table_in_a_batch_goes_by_its_arn_as_well() {
    let done = "process: [{write: {by: [BatchWriteItem], parameters: {'RequestItems.Things.#': 1}}}]";
    let batch = r#"batch-write-item --request-items {"arn:aws:dynamodb:us-east-1:123456789012:table/Things":[{"PutRequest":{"Item":{"id":{"S":"a"}}}}]}"#;
    check(done, &[batch], "done");
}

#[test]
fn a_write_may_have_to_change_nothing() {
    let done = "process: [{write: {table: Things, key: {id: b}, changed: [], is: {n: 2}}}]";
    let put =
        |number: u32| format!(r#"put-item --table-name Things --item {{"id":{{"S":"b"}},"n":{{"N":"{number}"}}}}"#);
    check(done, &[&put(2)], "done");
    check(done, &[&put(3)], "Your PutItem changed n; it should change nothing.");
    check(&done.replace("n: 2", "n: 3"), &[&put(2)], "n is 2, not 3");
    check("process: [{write: {key: {id: b}, new: {n: 2}}}]", &[&put(2)], "changed nothing of b");
}

#[test]
fn what_an_item_is_after_a_write_it_may_have_been_before() {
    check(
        "process: [{read: {table: Things}}, {write: {table: Things, key: {id: a}, new: {n: 9}}}]",
        &[PUT_A, GET_A, PUT_A],
        "done",
    );
    let changed =
        "process: [{read: {table: Things}}, {write: {table: Things, key: {id: a}, changed: [n], new: {n: 9}}}]";
    check(changed, &[PUT_A, GET_A, PUT_A], "Your PutItem changed nothing of a.");
}

/// What a batch left is to be sent again after a pause; what was never left may follow at once.
#[test]
fn what_came_back_unprocessed_is_not_to_be_sent_again_at_once() {
    let done =
        "process: [{never: {effect: write, table: Fixed, resent_within: 1}}, {write: {table: Fixed, key: {id: last}}}]";
    let batch = |from: u32, to: u32| {
        let puts = (from..to).map(|place| format!(r#"{{"PutRequest":{{"Item":{{"id":{{"S":"{place}"}}}}}}}}"#));
        format!(r#"batch-write-item --request-items {{"Fixed":[{}]}}"#, puts.collect::<Vec<_>>().join(","))
    };
    let last = r#"put-item --table-name Fixed --item {"id":{"S":"last"}}"#;
    // What five minutes have kept is used up first.
    let (traffic, second, all) = (":traffic Fixed --rate 50 --seconds 60", ":clock +1s", batch(0, 20));
    let mut runner = at(done);
    for line in [traffic, second] {
        runner.run(line);
    }
    let left = runner.run(&all).reply.text;
    let again = left.split("\"S\": \"").filter_map(|text| text.split('"').next()?.parse::<u32>().ok()).min().unwrap();
    let same = batch(again, again + 1);
    let said = format!("Your BatchWriteItem sent {again} again 0.01 seconds after it had come back unprocessed.");
    assert_eq!(told(&mut runner, &[&same]), said + " Type :restart to begin this step again.");
    check(done, &[traffic, second, &all, ":clock +2s", &same, ":clock +1h", last], "done");
    check(done, &[traffic, second, &batch(0, 1), &batch(0, 1), ":clock +1h", last], "done");
}

#[test]
fn a_lost_answer_waits_for_a_write() {
    let done = "process: [{write: {table: Things, key: {id: a}, new: {n: 9}}}], spent: {over: line, requests: 2}";
    let done = format!("any_of: [{{{done}}}]");
    let (chaos, select) =
        (":chaos duplicate", r#"execute-statement --statement "SELECT * FROM Things WHERE id = 'a'""#);
    check(&done, &[chaos, PUT_A], "done");
    check(&done, &[chaos, select, PUT_A], "done");
    check(&done, &[chaos, r#"put-item --table-name Things --item {"n":{"N":"1"}}"#, PUT_A], "done");
}
