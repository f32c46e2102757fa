//! Traffic, loads, and what was spent.

use dynadrill::lab::Runner;

use super::{GET_A, check, lab, told};

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
fn keys_of_traffic_are_used_alike_or_by_a_law() {
    let run = |keys: &str| format!(":traffic Things --rate 10 --seconds 2 --keys {keys}");
    let alike = "process: [{traffic: {table: Things, keys: 20, exponent: 0}}]";
    check(alike, &[&run("uniform:20")], "done");
    check(alike, &[&run("zipf:20:0.5")], "The traffic used some keys far more than others (zipf), not all evenly.");
    let law = "process: [{traffic: {table: Things, exponent: 2}}]";
    check(law, &[&run("zipf:50:2")], "done");
    check(law, &[&run("zipf:50:1.8")], "The traffic used its keys with the exponent 1.8, not 2.");
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
