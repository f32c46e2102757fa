//! What happened in which order, and what stands of it.

use dynadrill::lab::{Begins, ReplyKind, Runner};
use serde_json::json;

use super::{GET_A, LOCKED, PUT_A, QUERY_ANA, at, check, lab, reasons, told};

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
    runner.observe(Begins::Line, |bench| bench.run_clock(1_000_000));
    for number in 0..400 {
        runner.run(&format!(
            r#"put-item --table-name Things --item {{"id":{{"S":"x{number}"}},"poison":{{"BOOL":true}}}}"#
        ));
    }
    runner.observe(Begins::Line, |bench| bench.run_clock(0));
    let said = reasons(&runner.observe(Begins::Nothing, |_| ()).1.verdicts);
    let invoked = runner.bench().world().lambda().invoked();
    assert!(invoked > 100, "{invoked}");
    assert_eq!(said.replace(',', ""), format!("That was {invoked} of 100000 so far."));
}

#[test]
fn an_invocation_that_comes_too_early_is_told_as_one() {
    let done = "process: [{write: {table: Things, key: {id: a}}}, {write: {table: Things, key: {id: b}}}, {invoked: {function: copy-to-Fixed}}]";
    let map = "aws lambda create-event-source-mapping --function-name copy-to-Fixed --starting-position TRIM_HORIZON --event-source-arn {{stream Things}}";
    let early = "The invocation of copy-to-Fixed came too early: there is something to be written before it.";
    check(done, &[map, PUT_A, ":clock +5s"], early);
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

#[test]
fn what_a_program_does_is_done_in_its_invocation() {
    let put = r#"put-item --table-name Fixed --item {"id":{"S":"1"}}"#;
    let map = "aws lambda create-event-source-mapping --function-name my-job --event-source-arn {{stream Fixed}} --starting-position TRIM_HORIZON";
    let done = "process: [{write: {table: Things, key: {id: a}, new: {n: 9}}}, {invoked: {ok: true}, spans: true}]";
    let (next, ok) = (":runtime next", ":runtime response {}");
    check(done, &[put, map, next, PUT_A, ok], "done");
    check(done, &[put, map, PUT_A, next, ok], "Your PutItem was sent before the function got its records.");
    // What an earlier invocation has done is of the past.
    let again = put.replace('1', "2");
    check(done, &[put, map, next, ok, &again, next, PUT_A, ok], "done");
    check(done, &[put, map, next, ok, PUT_A, &again, next, ok], "before the function got its records");
}

#[test]
fn traffic_does_what_must_never_be_as_well() {
    let done = "process: [{never: {effect: write, table: Fixed}}, {read: {table: Things}}]";
    let traffic = ":traffic Fixed --rate 2 --seconds 2";
    check(done, &[&format!("{traffic} --reads 100"), GET_A], "done");
    check(done, &[traffic, GET_A], "There was traffic on Fixed in this step.");
    check(done, &[":traffic Things --rate 2 --seconds 2", GET_A], "done");
}

#[test]
fn what_was_refused_has_not_happened() {
    let done = "process: [{never: {effect: write, table: Things, key: {id: b}}}, {read: {table: Things}}]";
    let refused =
        r#"put-item --table-name Things --item {"id":{"S":"b"}} --condition-expression 'attribute_not_exists(id)'"#;
    check(done, &[refused, GET_A], "done");
    let put = r#"put-item --table-name Things --item {"id":{"S":"b"}}"#;
    check(done, &[put, GET_A], "There was a PutItem of b in this step, on Things.");
    // A try is a try where that is what is spoken of.
    let tried = done.replace("key: {id: b}", "key: {id: b}, condition: {given: true}");
    check(&tried, &[refused, GET_A], "There was a PutItem of b in this step");
    check(done, &[":clock +1s"], "Nothing was read in this step yet.");
}

#[test]
fn a_verb_that_does_not_count_is_told_where_all_else_is_right() {
    let done = "process: [{write: {by: [PutItem], table: Things, key: {id: a}, new: {n: 9}}}, {write: {table: Things, key: {id: b}, new: {n: 9}}}]";
    let batch =
        r#"batch-write-item --request-items {"Things":[{"PutRequest":{"Item":{"id":{"S":"a"},"n":{"N":"9"}}}}]}"#;
    let put_b = PUT_A.replace("\"a\"", "\"b\"");
    let said = "You used BatchWriteItem; this step asks for PutItem.";
    check(done, &[batch], said);
    check(done, &[batch, &put_b], said);
    check(done, &[&put_b], "came too early");
    check(done, &[PUT_A, &put_b], "done");
}

#[test]
fn a_later_request_undoes_what_says_nothing_of_its_items() {
    let done = "process: [{write: {by: [BatchWriteItem], table: Things}}, {read: {table: Things}}]";
    let batch = r#"batch-write-item --request-items {"Things":[{"PutRequest":{"Item":{"id":{"S":"a"},"n":{"N":"9"}}}},{"PutRequest":{"Item":{"id":{"S":"b"},"n":{"N":"9"}}}}]}"#;
    let both = r#"transact-write-items --transact-items [{"Put":{"TableName":"Things","Item":{"id":{"S":"a"},"n":{"N":"8"}}}},{"Put":{"TableName":"Things","Item":{"id":{"S":"b"},"n":{"N":"8"}}}}]"#;
    check(done, &[batch, GET_A], "done");
    check(done, &[batch, both, GET_A], "You used TransactWriteItems");
}

#[test]
fn traffic_that_failed_before_a_repair_is_to_be_sent_again() {
    let done = "process: [{traffic: {table: Fixed, throttled: 0}}]";
    let traffic = ":traffic Fixed --rate 50 --seconds 60";
    let repair = "update-table --table-name Fixed --billing-mode PAY_PER_REQUEST";
    check(done, &[traffic], "attempts that were throttled, not 0");
    check(done, &[traffic, repair], "The table Fixed was changed after your traffic: send it again.");
    check(done, &[traffic, repair, traffic], "done");
}

#[test]
fn what_undid_a_moment_is_told_until_it_is_mended() {
    let done = "process: [{write: {table: Things, key: {id: a}, old: {n: 1}, new: {n: 9}}}, {write: {table: Things, key: {id: b}, new: {n: 9}}}]";
    let put_b = PUT_A.replace("\"a\"", "\"b\"");
    let put_c = PUT_A.replace("\"a\"", "\"c\"");
    let again = PUT_A.replace("\"9\"", "\"8\"");
    check(done, &[PUT_A, &put_b], "done");
    check(done, &[PUT_A, &again, &put_c], "your earlier PutItem");
}

#[test]
fn what_one_command_sends_is_not_earlier_than_itself() {
    let done = "process: [{write: {table: Fixed, key: {id: b}, error: ProvisionedThroughputExceededException}}]";
    let put = |id: &str| format!("put-item --table-name Fixed --item {{\"id\":{{\"S\":\"{id}\"}}}}");
    check(done, &[":chaos throttle 1", ":sdk standard", &put("a")], "Your PutItem was for a, not b.");
    check(done, &[":chaos throttle 1", ":sdk standard", &put("a"), &put("b")], "Your PutItem was not refused.");
}

#[test]
fn a_refusal_that_is_asked_for_elsewhere_is_no_fault() {
    let fields = "    done: [{want: it, process: [{read: {table: Things, key: {id: b}}}]}, {want: that, returned: {table: Orders, index: byState, error: ValidationException, about: [Consistent]}}]\n    debrief: Done.";
    let mut runner = Runner::start(&lab(fields), 0).unwrap();
    let refused = "query --table-name Orders --index-name byState --consistent-read --key-condition-expression '#s = :s' --expression-attribute-names {\"#s\":\"state\"} --expression-attribute-values {\":s\":{\"S\":\"OPEN\"}}";
    check(
        "returned: {table: Orders, index: byState, error: ValidationException, about: [Consistent]}",
        &[refused],
        "done",
    );
    assert_eq!(told(&mut runner, &[GET_A, refused]), "So far so good.|");
}

#[test]
fn what_a_program_did_in_its_run_is_told_and_not_only_its_newest_request() {
    let done = "process: [{write: {table: Things, key: {id: a}, new: {n: 7}}}]";
    let put = |id: &str| json!({"TableName": "Things", "Item": {"id": {"S": id}, "n": {"N": "9"}}});
    let said = |begins: Begins| {
        let mut runner = at(done);
        runner.observe(Begins::Attempt, |bench| bench.call("PutItem", put("a"))).0.unwrap();
        reasons(&runner.observe(begins, |bench| bench.call("PutItem", put("b"))).1.verdicts)
    };
    assert_eq!(said(Begins::Line), "After your earlier PutItem, n is 9, not 7.");
    assert_eq!(said(Begins::Attempt), "Your PutItem wrote b, not a.");
}

#[test]
fn an_invocation_that_is_open_is_no_lack_of_one() {
    let put = r#"put-item --table-name Fixed --item {"id":{"S":"1"}}"#;
    let map = "aws lambda create-event-source-mapping --function-name my-job --event-source-arn {{stream Fixed}} --starting-position TRIM_HORIZON";
    let done = "process: [{write: {table: Things, key: {id: a}, new: {n: 9}}}, {invoked: {ok: true}, spans: true}]";
    check(done, &[put, map, ":runtime next", PUT_A], "the function has not answered since then");
}
