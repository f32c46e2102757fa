//! A step as a whole: begun again, prepared, predicted, and the way out of a trap.

use dynadrill::author;
use dynadrill::content::{Severity, Source};
use dynadrill::lab::{OwnLines, Runner};

use super::{GET_A, LOCKED, PUT_A, QUERY_ANA, check, lab, lab_of, reasons, told};

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
fn nothing_is_taken_back_over_the_border_of_a_step() {
    let second = "    done: [{want: it, state: {item: {table: Things, key: {id: a}, has: {n: 9}}}}]\n    debrief: Done.\n  - id: two\n    title: Two\n    why: It matters.\n    task: Do it.\n    hints: [where, which, \"almost ___\"]\n    right_ways: [scan --table-name Orders, query-orders]\n    wrong_ways: [{do: a, says: a}, {do: b, says: b}, {do: c, says: c}]\n    done: [{want: it, returned: {table: Orders, count: 3}}]\n    debrief: Done.";
    let mut runner = Runner::start(&lab_of(&serde_json::json!([PUT_A, PUT_A]).to_string(), second), 0).unwrap();
    assert_eq!(told(&mut runner, &[PUT_A]), "done");
    assert!(runner.run(":undo").reply.text.contains("nothing to take back"));
    assert!(runner.run(GET_A).reply.text.contains('9'));
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
