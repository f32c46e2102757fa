//! Every lab fails its checks untouched, passes with its own solution, and answers each near miss in its own words.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use dynadrill::content::{self, Library, Source};
use dynadrill::lab::{self, Runner};

fn library() -> Library {
    content::load(&Source::Embedded).0
}

#[test]
fn labs_fail_untouched_and_pass_with_their_own_solution() {
    for lab in &library().labs {
        let mut runner = Runner::start(lab, 0).unwrap();
        while let Some(step) = runner.step().cloned() {
            let name = format!("{} {}", lab.name, step.id);
            let unmet = runner.verdicts().iter().filter(|verdict| !verdict.met).count();
            assert!(unmet > 0, "{name} is done before anything was done");
            for (place, line) in step.solution.iter().enumerate() {
                let turn = runner.run(line);
                let last = place + 1 == step.solution.len();
                assert_eq!(turn.completed.is_some(), last, "{name}: {line}\n{}\n{:#?}", turn.reply.text, turn.verdicts);
            }
        }
        assert!(runner.is_finished());
    }
}

/// The lab `name` where its step `id` waits to be done.
fn at(name: &str, id: &str) -> Runner {
    let library = library();
    let lab = library.lab(name).unwrap();
    Runner::start(lab, lab.steps.iter().position(|step| step.id == id).unwrap()).unwrap()
}

#[test]
fn predictions_are_held_against_what_happened() {
    let mut query = at("query-vs-scan", "query");
    assert!(query.predict("cheap").unwrap_err().contains("a number (RCU), found cheap"));
    let told = |mut runner: Runner| {
        let solution = runner.solution().unwrap().to_vec();
        let turn = solution.iter().map(|line| runner.run(line)).last().unwrap();
        turn.completed.unwrap().prediction.unwrap().to_string()
    };
    assert_eq!(told(query.clone()), "Measured: 0.5 RCU.");
    query.predict("1,024 RCU").unwrap();
    query.predict("0.5").unwrap();
    assert_eq!(told(query.clone()), "You predicted 0.5 RCU; measured: 0.5 RCU (as you said).");
    query.predict("12").unwrap();
    assert_eq!(told(query), "You predicted 12 RCU; measured: 0.5 RCU (less than you expected).");
    let mut choice = at("idempotent-create", "naive");
    assert!(choice.predict("D").unwrap_err().contains("a letter from A to C, found D"));
    choice.predict("a").unwrap();
    assert_eq!(
        told(choice),
        "You predicted \"the order as packing left it\"; it was \"the order as it was delivered\": not what you expected."
    );
    assert!(at("optimistic-locking", "read").predict("1").is_err(), "this step asks for none");
}

#[test]
fn what_a_step_does_without_is_refused_and_not_run() {
    let mut runner = at("idempotent-create", "guarded");
    let turn = runner.run("get-item --table-name Orders --key {\"id\":{\"S\":\"O-2\"}}");
    assert!(
        turn.reply.text.starts_with("This step is done without reading, and GetItem does that"),
        "{}",
        turn.reply.text
    );
    assert_eq!(runner.bench().entries_since(turn.reply.since).count(), 0);
    let solution = runner.solution().unwrap().to_vec();
    let turns: Vec<_> = solution.iter().map(|line| runner.run(line)).collect();
    assert!(turns.last().unwrap().completed.is_some());
    let turn = runner.run("get-item --table-name Orders --key {\"id\":{\"S\":\"O-2\"}}");
    assert!(turn.reply.text.contains("O-2"), "the next step may use it: {}", turn.reply.text);
}

#[test]
fn tab_completes_verbs_flags_values_and_names() {
    let runner = at("query-vs-scan", "query");
    let found = |line: &str| -> Vec<String> {
        runner.bench().complete(line).into_iter().map(|completion| completion.text).collect()
    };
    assert_eq!(found("aws dynamodb trans"), ["transact-get-items", "transact-write-items"]);
    assert_eq!(found("query --table-name O"), ["Orders"]);
    assert_eq!(found("query --table-name Orders --ind"), ["--index-name"]);
    assert_eq!(found("query --table-name Orders --index-name b"), ["byEmail"]);
    assert_eq!(found("query --table-name Orders --select C"), ["COUNT"]);
    assert_eq!(found("query --table-name Orders --key-condition-expression 'cus"), ["'customerId"]);
    assert_eq!(found("query --table-name Orders --key-condition-expression 'customerId = :c AND or"), ["orderKey"]);
    assert_eq!(found("get-item --table-name Orders --key {\"cus"), ["{\"customerId"]);
    assert_eq!(found(":cha"), [":chaos"]);
    assert_eq!(found("query --table-name Orders --filter-expression 'nothing"), Vec::<String>::new());
}

#[test]
fn par_is_what_the_solution_of_each_step_costs() {
    let library = content::load(&Source::Embedded).0;
    for name in ["first-table", "query-vs-scan"] {
        let lab = library.lab(name).unwrap();
        let par = lab::par(lab).unwrap();
        let steps: Vec<&str> = par.iter().map(|(step, _)| step.as_str()).collect();
        assert_eq!(steps, lab.steps.iter().map(|step| step.id.as_str()).collect::<Vec<_>>(), "{name}");
        for ((id, spent), step) in par.iter().zip(&lab.steps) {
            assert!(spent.requests >= step.solution.len() as u64, "{name} {id}: {spent:?}");
        }
    }
    let par = lab::par(library.lab("query-vs-scan").unwrap()).unwrap();
    assert_eq!((par[0].1.read.as_halves(), par[2].1.read.as_halves()), (422, 1), "a Scan, and a Query");
}
