//! What is so now, of tables and of what stands around them.

use super::{GET_A, PUT_A, check};

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
        "Things has no replicas yet; us-east-1 and eu-west-1 are wanted.",
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
fn whose_write_was_lost_is_a_state() {
    let add = r#"update-table --table-name Things --replica-updates [{"Create":{"RegionName":"eu-west-1"}}]"#;
    let view = "update-table --table-name Things --stream-specification StreamEnabled=false";
    let both =
        "update-table --table-name Things --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES";
    let there = PUT_A.to_owned() + " --region eu-west-1";
    let done = |loser: &str| format!("state: {{replicas: {{table: Things, loser: {loser}}}}}");
    let before = [view, both, add, ":clock +5m"];
    let lost = [&before[..], &[PUT_A, &there, ":clock +5m"]].concat();
    check(&done("us-east-1"), &lost, "done");
    check(&done("eu-west-1"), &lost, "The write of us-east-1 was lost, not that of eu-west-1.");
    check(&done("us-east-1"), &[&before[..], &[PUT_A]].concat(), "There was no conflict.");
}

#[test]
fn what_a_step_leaves_alone_is_as_it_was_when_it_began() {
    let others = "state: {items: {table: Things, where: {id: {not: a}}, as_before: true}}";
    let put_b = r#"put-item --table-name Things --item {"id":{"S":"b"},"n":{"N":"2"}}"#;
    check(others, &[PUT_A], "done");
    check(others, &[&put_b.replace(r#"{"N":"2"}"#, r#"{"N":"3"}"#)], "In b, n is not as it was when this step began.");
    check(others, &[r#"delete-item --table-name Things --key {"id":{"S":"b"}}"#], "The item b is gone from Things.");
    let new = put_b.replace("\"b\"", "\"d\"");
    check(others, &[&new], "The item d was not in Things when this step began.");
    // Changed and put back, it is as it was.
    let both =
        format!("process: [{{write: {{table: Things, key: {{id: b}}, new: {{n: 2}}}}}}]}}, {{want: that, {others}");
    check(&both, &[&put_b.replace(r#"{"N":"2"}"#, r#"{"N":"3"}"#), put_b], "done");
}

#[test]
fn what_is_tried_does_not_meet_the_learners_faults() {
    let done = "state: {would: {do: [\"scan --table-name Orders --index-name byState\"], returned: {count: 4}}}";
    let put = r#"put-item --table-name Orders --item {"who":{"S":"eva"},"day":{"S":"01"},"state":{"S":"OPEN"}}"#;
    check(done, &[put], "done");
    for fault in [":lag gsi 1h", ":sdk standard --lose 100 --attempts 2", ":chaos stale 9"] {
        check(done, &[put, fault], "done");
    }
    check(done, &[put, put, ":chaos throttle 9"], "done");
}

#[test]
fn a_projection_holds_keys_whether_it_names_them_or_not() {
    let done = "state: {index: {table: Things, partition_key: n, projection: [tags]}}";
    let create = |names: &str| {
        format!(
            "update-table --table-name Things --attribute-definitions AttributeName=n,AttributeType=N --global-secondary-index-updates '[{{\"Create\":{{\"IndexName\":\"byN\",\"KeySchema\":[{{\"AttributeName\":\"n\",\"KeyType\":\"HASH\"}}],\"Projection\":{{\"ProjectionType\":\"INCLUDE\",\"NonKeyAttributes\":[{names}]}}}}}}]'"
        )
    };
    check(done, &[&create("\"tags\"")], "done");
    check(done, &[&create("\"tags\",\"id\"")], "done");
    check(
        done,
        &[&create("\"tags\",\"other\"")],
        "The projection of the index byN is INCLUDE (tags, other), not INCLUDE (tags).",
    );
}

#[test]
fn an_index_that_was_there_before_is_no_try_of_another() {
    let done = "state: {index: {table: Orders, partition_key: sum}}";
    check(done, &[":clock +1s"], "The table Orders has no index with the partition key sum.");
}
