//! What the learner is told, and of which request.

use dynadrill::lab::{ReplyKind, Runner, Verdict};

use super::{GET_A, LOCKED, PUT_A, QUERY_ANA, at, check, lab, told};

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
    check(four, &[batch], "Things of RequestItems has 1 element, not 4.");
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
fn alternatives_are_judged_by_the_nearest() {
    let done = "any_of: [{state: {item: {table: Things, key: {id: a}, has: {n: 5}}}}, {returned: {table: Orders, key: {who: ben}}}]";
    check(done, &[&QUERY_ANA.replace("ana", "ben")], "done");
    check(done, &[&PUT_A.replace('9', "5")], "done");
    check(done, &[QUERY_ANA], "Your Query read ana, not ben.");
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

#[test]
fn places_in_a_request_are_told_in_words() {
    let done = "returned: {effect: define, parameters: {'KeySchema.0.*': mine, 'AttributeDefinitions.*.*': mine}}";
    let create = "create-table --table-name New --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=yours,AttributeType=S --key-schema AttributeName=yours,KeyType=HASH";
    check(done, &[create], "In your CreateTable, AttributeDefinitions holds no value \"mine\".");
    let second = "returned: {effect: define, parameters: {'KeySchema.0.*': mine}}";
    check(second, &[create], "In your CreateTable, element 1 of KeySchema holds no value \"mine\".");
    let part = "returned: {effect: define, parameters: {'KeySchema.*.*': {contains: mine}}}";
    check(part, &[create], "KeySchema holds no value that contains \"mine\".");
}

#[test]
fn a_request_is_not_told_whole_and_a_restart_not_twice() {
    let done = "process: [{write: {parameters: {RequestItems: {exists: false}}}}]";
    let batch = r#"batch-write-item --request-items {"Things":[{"PutRequest":{"Item":{"id":{"S":"a"}}}}]}"#;
    check(done, &[batch], "Your BatchWriteItem has RequestItems, which does not belong there.");
    let lab = lab(
        "    done: [{want: it, spent: {requests: {at_most: 0}}}]\n    near_misses: [{when: {table: Things}, say: So close., restart: true}]\n    debrief: Done.",
    );
    let mut runner = Runner::start(&lab, 0).unwrap();
    let said = told(&mut runner, &[GET_A]);
    assert_eq!(said.matches(":restart").count(), 1, "{said}");
}

#[test]
fn blanks_and_empty_items_are_seen() {
    let blank = r#"get-item --table-name Things --key {"id":{"S":"a "}}"#;
    check("returned: {table: Things, key: {id: a}}", &[blank], "Your GetItem read \"a \", not a.");
    let nothing = format!("{GET_A} --projection-expression zz");
    check("returned: {table: Things, each: {n: 1}}", &[&nothing], "returned an empty item whose n is missing");
}

#[test]
fn what_was_refused_changes_no_table() {
    let done = "process: [{never: {effect: define, table: Fixed}}, {read: {table: Things}}]";
    check(done, &["update-table --table-name Fixed --billing-mode BOGUS", GET_A], "done");
    let change = "update-table --table-name Fixed --billing-mode PAY_PER_REQUEST";
    check(done, &[change, GET_A], "There was an UpdateTable in this step, on Fixed.");
}

#[test]
fn the_services_around_are_in_one_region() {
    let mut runner = at("returned: {table: Things}");
    let turn = runner.run("aws sqs create-queue --queue-name q --region eu-west-1");
    assert_eq!(turn.reply.kind, ReplyKind::NotUnderstood);
    assert!(turn.reply.text.contains("modelled in us-east-1 alone"), "{}", turn.reply.text);
    assert_eq!(runner.run("aws sqs create-queue --queue-name q --region us-east-1").reply.kind, ReplyKind::Answer);
    let cached = runner.run(&format!("{GET_A} --endpoint dax --region eu-west-1"));
    assert!(cached.reply.text.contains("The DAX cluster is in us-east-1"), "{}", cached.reply.text);
}
