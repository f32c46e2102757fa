//! What was read: by whatever verb, page by page, and as it was printed.

use dynadrill::lab::Runner;

use super::{GET_A, PUT_A, QUERY_ANA, at, check, lab, told};

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
fn whoever_asks_for_items_is_not_served_with_their_number() {
    let count = format!("{QUERY_ANA} --select COUNT");
    for asked in ["each: {who: ana}", "some: [{day: \"01\"}]", "sorted: {by: day}", "attributes: [day]"] {
        let done = format!("returned: {{table: Orders, key: {{who: ana}}, count: 2, {asked}}}");
        check(&done, &[&count], "Your Query counted the items and returned none of them");
    }
    check("returned: {table: Orders, key: {who: ana}, count: 2}", &[&count], "done");
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

/// What `--max-items` does not print has not come back.
#[test]
fn what_is_not_printed_has_not_come_back() {
    let done = "returned: {table: Orders, key: {who: ana}, count: 2, more: false}";
    check(done, &[QUERY_ANA], "done");
    check(done, &[&format!("{QUERY_ANA} --max-items 2")], "done");
    check(done, &[&format!("{QUERY_ANA} --max-items 1")], "printed 1 item and left the rest out (--max-items)");
    check(&done.replace(", more: false", ""), &[&format!("{QUERY_ANA} --max-items 1")], "returned 1 item, not 2");
    let items = "returned: {table: Orders, some: [{day: \"01\"}, {day: \"02\"}]}";
    check(items, &[&format!("{QUERY_ANA} --max-items 1")], "did not return");
    check(items, &[&format!("{QUERY_ANA} --max-items 1"), QUERY_ANA], "done");
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

#[test]
fn pages_that_count_together_count_once() {
    let scan = "scan --table-name Things --page-size 1";
    let put = r#"put-item --table-name Things --item {"id":{"S":"sum"},"n":{"N":"6"}}"#;
    let done = "process: [{read: {over: step, table: Things, some: [{id: a}, {id: b}, {id: c}], count: 3, rcu: {at_most: 2}}}, {write: {key: {id: sum}}}]";
    check(done, &[scan, put], "done");
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

#[test]
fn a_read_of_a_process_is_what_was_printed() {
    let two = "process: [{read: {table: Orders, key: {who: ana}, items: [{day: '01'}, {day: '02'}]}}]";
    check(two, &[QUERY_ANA], "done");
    let first = format!("{QUERY_ANA} --query Items[0]");
    check(two, &[&first], "The --query of your Query left out what this step asks for");
    let sorted = "returned: {table: Orders, key: {who: ana}, sorted: {by: day}}";
    check(sorted, &[&format!("{QUERY_ANA} --query Items[].day.S")], "done");
    for turned in ["reverse(Items)", "reverse(Items[].day.S)"] {
        check(sorted, &[&format!("{QUERY_ANA} --query '{turned}'")], "did not return the smallest day first");
    }
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
fn keys_that_have_no_item_were_asked_for_and_not_read() {
    let done = "returned: {table: Things, scanned: 2}";
    let three =
        r#"batch-get-item --request-items {"Things":{"Keys":[{"id":{"S":"a"}},{"id":{"S":"b"}},{"id":{"S":"q"}}]}}"#;
    check(done, &[three], "Your BatchGetItem asked for 3 items, not 2");
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

#[test]
fn a_segment_is_not_everything() {
    let done = "returned: {table: Things, everything: true, more: false}";
    check(done, &["scan --table-name Things"], "done");
    check(done, &["scan --table-name Things --total-segments 1 --segment 0"], "done");
    let said = "Your Scan read one of 2 segments, and not everything.";
    check(done, &["scan --table-name Things --total-segments 2 --segment 1"], said);
}

#[test]
fn whether_a_query_names_the_sort_key_is_told() {
    let whole = "returned: {table: Orders, key: {who: ana}, narrowed: false}";
    check(whole, &[QUERY_ANA], "done");
    let values = r#"{":w":{"S":"ana"},":d":{"S":"01"}}"#;
    let said = "names the sort key, and not the partition key alone";
    for condition in ["who = :w AND #d = :d", "who = :w AND #d >= :d", "who = :w AND begins_with(#d, :d)"] {
        let query = format!(
            r##"query --table-name Orders --key-condition-expression '{condition}' --expression-attribute-names {{"#d":"day"}} --expression-attribute-values {values}"##
        );
        check(whole, &[&query], said);
        check(&whole.replace("false", "true"), &[&query], "done");
    }
    check(whole, &[r#"get-item --table-name Orders --key {"who":{"S":"ana"},"day":{"S":"01"}}"#], said);
    check(&whole.replace("false", "true"), &[QUERY_ANA], "Your Query says nothing of the sort key.");
}

#[test]
fn an_answer_that_was_lost_has_brought_nothing_back() {
    // A client whose answers are lost tries again: what it read twice came back once.
    let lossy = ":sdk standard --lose 60 --seed 3 --attempts 10";
    let once = "returned: {table: Orders, key: {who: ana}, count: 2, scanned: 2, pages: 1, sorted: {by: day}}";
    check(once, &[lossy, QUERY_ANA], "done");
    check("spent: {requests: {at_least: 2}}", &[lossy, QUERY_ANA], "done");
    let twice = "returned: {table: Orders, key: {who: ana, day: '01'}, count: 2}";
    let get = r#"get-item --table-name Orders --key {"who":{"S":"ana"},"day":{"S":"01"}}"#;
    check(twice, &[lossy, get], "returned 1 item, not 2");
}

#[test]
fn segments_are_counted_once_and_to_their_ends() {
    let done = "returned: {table: Orders, by: [Scan], count: 3, more: false, over: step}";
    let segment =
        |number: u32| format!("scan --table-name Orders --total-segments 2 --segment {number} --select COUNT");
    let (first, second) = (segment(0), segment(1));
    check(done, &[&first, &second], "done");
    check(done, &[&second, &first], "done");
    // The same segment again adds nothing.
    let said = told(&mut at(done), &[&first, &first, &first, &first]);
    assert_ne!(said, "done");
    // Half of a segment leaves it open, whatever is read to its end behind it.
    let half = format!("{} --limit 1 --no-paginate", if count_of(&first) > 1 { &first } else { &second });
    let other = if count_of(&first) > 1 { &second } else { &first };
    assert!(!told(&mut at(done), &[&half, other, other, other]).contains("done"));
    check(done, &[&half, other, &half.replace(" --limit 1 --no-paginate", "")], "done");
}

/// How many items a segment has.
fn count_of(scan: &str) -> u64 {
    let mut runner = at("returned: {table: Orders}");
    let text = runner.run(scan).reply.text;
    serde_json::from_str::<serde_json::Value>(&text).unwrap()["Count"].as_u64().unwrap()
}

#[test]
fn what_each_item_is_has_to_be_seen() {
    let done = "process: [{read: {table: Orders, key: {who: ana}, each: {sum: {secret: 5}, day: '01'}}}]";
    let get = r#"get-item --table-name Orders --key {"who":{"S":"ana"},"day":{"S":"01"}}"#;
    check(done, &[get], "done");
    for chosen in ["Nope", "Item.state.S", "ConsumedCapacity"] {
        check(done, &[&format!("{get} --query {chosen}")], "The --query of your GetItem left out");
    }
    // Who gathers may sum up.
    let sum = done.replace("each", "over: step, each");
    check(&sum, &[&format!("{get} --query Item.state.S")], "done");
}

#[test]
fn what_a_cache_has_answered_in_part_was_asked_for_whole() {
    let create = "aws dax create-cluster --cluster-name c --node-type dax.t3.small --replication-factor 1 --iam-role-arn arn:aws:iam::123456789012:role/dax";
    let get = format!("{GET_A} --endpoint dax");
    let batch =
        r#"batch-get-item --request-items {"Things":{"Keys":[{"id":{"S":"a"}},{"id":{"S":"b"}}]}} --endpoint dax"#;
    let done = "returned: {by: [BatchGetItem], through: dax, cached: true, key: {id: a}, items: [{n: 1}, {n: 2}]}";
    check(done, &[create, ":clock +10m", &get, batch], "done");
    let other = done.replace("key: {id: a}", "key: {id: b}");
    check(&other, &[create, ":clock +10m", &get, batch], "was answered by the table, not by a cache");
}

#[test]
fn reads_that_count_together_are_those_with_the_right_parameters() {
    let done =
        "returned: {table: Things, by: [Scan], parameters: {TotalSegments: 2}, over: step, scanned: {at_least: 3}}";
    let segment = |segment: u32| format!("scan --table-name Things --total-segments 2 --segment {segment}");
    let (first, second) = (segment(0), segment(1));
    check(done, &["scan --table-name Things --select COUNT", &first, &second], "done");
    check(done, &["scan --table-name Things --total-segments 5 --segment 0", &first, &second], "done");
    check(done, &[&first, "scan --table-name Things", &second], "done");
    check(done, &["scan --table-name Things"], "In your Scan, TotalSegments is missing.");
}

#[test]
fn the_order_that_counts_is_the_printed_one() {
    let done = "returned: {table: Orders, key: {who: ana}, sorted: {by: day, descending: true}}";
    check(done, &[QUERY_ANA], "did not return the greatest day first");
    check(done, &[&format!("{QUERY_ANA} --query 'reverse(Items)'")], "done");
    let newest_first = format!("{QUERY_ANA} --no-scan-index-forward");
    check(done, &[&newest_first], "done");
    check(done, &[&format!("{newest_first} --query 'reverse(Items)'")], "did not return the greatest day first");
}

#[test]
fn a_refused_statement_is_known_by_what_it_sets_equal() {
    let done =
        "returned: {table: Orders, index: byState, key: {state: OPEN}, error: ValidationException, about: [project]}";
    let select = |rest: &str| format!("execute-statement --statement \"SELECT sum FROM Orders.byState WHERE {rest}\"");
    check(done, &[&select("state = 'OPEN'")], "done");
    check(done, &[&select("state = 'SENT'")], "was for SENT, not OPEN");
}

#[test]
fn an_item_that_was_read_by_its_key_is_known_by_it() {
    let get = |id: &str| {
        format!("get-item --table-name Things --key {{\"id\":{{\"S\":\"{id}\"}}}} --projection-expression n")
    };
    let (a, b, c) = (get("a"), get("b"), get("c"));
    let both = "some: [{id: a, n: {exists: true}}, {id: b, n: {exists: true}}]";
    check(&format!("process: [{{read: {{table: Things, over: step, {both}}}}}]"), &[&a, &b], "done");
    check(&format!("returned: {{table: Things, over: step, {both}}}"), &[&a, &b], "done");
    check(&format!("returned: {{table: Things, over: step, {both}}}"), &[&a, &a, &c], "did not return");
    check("returned: {table: Things, items: [{id: a, n: 1}]}", &[&a], "id is missing");
    check("returned: {table: Things, over: step, count: 2}", &[&a, &a, &b], "done");
}

#[test]
fn a_count_is_no_value_of_an_item() {
    let done = "returned: {table: Things, items: [{n: 1}]}";
    let query = r#"query --table-name Things --key-condition-expression 'id = :i' --expression-attribute-values {":i":{"S":"a"}}"#;
    check(done, &[&format!("{query} --query Count")], "left out what this step asks for");
    check(done, &[&format!("{query} --query 'length(Items)'")], "left out what this step asks for");
    check(done, &[&format!("{query} --query 'Items[].n.N'")], "done");
    check("returned: {table: Things, key: {id: a}, count: 1}", &[&format!("{query} --query Count")], "done");
}
