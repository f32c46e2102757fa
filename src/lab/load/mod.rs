//! A lab's load, run on whatever design there is: what each access pattern costs, and what is refused.
//!
//! The life of a pattern's call: its way ([`route`]) is the best that keys and indexes offer: the item itself, else the
//! Query that most conditions narrow, of those one that has the order that is wanted, else a Scan; what the keys do not say
//! is filtered, and what the index does not order is read whole. The call is sent past the prompt, its cost taken from
//! ConsumedCapacity, and a refusal counted and not retried. Calls of a second run beside each other.
//!
//! Everything that ran is one entry of the journal, `Load`, by the patterns' names. Left out: clients that retry, fetching
//! from the table what an index does not hold.

use serde_json::{Map, Value, json};

use super::fill;
use super::workbench::{Workbench, heat_lines};
use crate::chance::Chance;
use crate::content::lab::load::Load;
use crate::content::lab::{Generate, SetupTable};
use crate::engine::capacity::{Direction, Place};
use crate::engine::{ApiError, Event};
use crate::world::traffic::Meter;

mod report;
mod route;

use report::PatternOutcome;
pub(super) use report::{LoadReport, Minute};
use route::PatternPlan;

/// Where a load's units were spent: its calls are counted whole.
const PLACES: &str = "table and indexes";

/// Runs a load, and enters it in the journal.
///
/// # Errors
/// Why it cannot be run, for the learner.
pub(super) fn run(load: &Load, bench: &mut Workbench) -> Result<String, String> {
    let report = measured(load, bench);
    let now = bench.engine().now();
    let request = json!({"TableName": load.table});
    if let (Err(why), Some(_)) = (&report, bench.engine().table(&load.table)) {
        bench.note(now, Event::Load, &request, &Err(ApiError::validation(why.as_str())));
    }
    let report = report?;
    let patterns: Map<String, Value> = report.outcomes.iter().map(|it| (it.id.clone(), it.json())).collect();
    let sum = |of: fn(&PatternOutcome) -> f64| report.outcomes.iter().map(of).sum::<f64>();
    // Named as traffic's are, so that what it cost is counted with the rest.
    let units = json!([{"Place": PLACES, "Read": sum(|it| it.read), "Write": sum(|it| it.written)}]);
    let mut answer = json!({
        "Attempts": report.outcomes.iter().map(|it| it.requests + it.refused).sum::<u64>(), "Units": units,
        "Refused": report.outcomes.iter().map(|it| it.refused).sum::<u64>(), "Rows": report.rows, "Lost": report.lost,
        "Failed": report.outcomes.iter().map(|it| it.failed).sum::<u64>(),
        "Failure": report.outcomes.iter().find_map(|it| it.failure.clone()),
    });
    if let Some(members) = answer.as_object_mut() {
        members.extend(report.held.map(|held| ("Held".to_owned(), held.into())));
        members.extend(patterns);
    }
    bench.note(now, Event::Load, &request, &Ok(answer));
    Ok(report.text(load))
}

/// Runs a load, and enters nothing in the journal.
///
/// # Errors
/// Why it cannot be run, for the learner.
pub(super) fn measured(load: &Load, bench: &mut Workbench) -> Result<LoadReport, String> {
    bench.as_admin(|bench| bench.unseen(|bench| bench.with_still_clock(|bench| runs(load, bench))))
}

fn runs(load: &Load, bench: &mut Workbench) -> Result<LoadReport, String> {
    let there = |bench: &Workbench| bench.engine().table(&load.table).is_some();
    if !there(bench) {
        return Err(format!("There is no table {} yet: create it first.", load.table));
    }
    let mut report = LoadReport::default();
    (report.rows, report.lost, report.held) = filled(load, bench)?;
    let meter = Meter::new(&load.table, bench.engine());
    let plans: Vec<PatternPlan<'_>> =
        load.patterns.iter().map(|pattern| PatternPlan::of(pattern, load, bench)).collect::<Result<_, _>>()?;
    report.outcomes = plans.iter().map(PatternPlan::outcome).collect();
    let mut chance = Chance::seeded(1);
    let mut number = 0;
    for second in 0..load.seconds {
        if second % 60 == 0 {
            report.minutes.push(Minute::default());
        }
        for (plan, outcome) in plans.iter().zip(&mut report.outcomes) {
            let by = |second: u64| second * plan.pattern.per_minute / 60;
            for _ in by(second)..by(second + 1) {
                number += 1;
                let call = plan.call(bench, number, &mut chance);
                outcome.add(&call);
                if let Some(minute) = report.minutes.last_mut() {
                    minute.add(&call);
                }
                if call.is_stopped {
                    report.stopped = true;
                    report.heat = heat_lines(&meter.places(bench.engine()));
                    return Ok(report);
                }
            }
        }
        bench.pass_second();
    }
    report.heat = heat_lines(&meter.places(bench.engine()));
    Ok(report)
}

/// Puts the rows in if the table is empty; returns how many items there are, how many of the rows are missing (others have
/// their keys, or they were deleted), and how many were there before if any were.
fn filled(load: &Load, bench: &mut Workbench) -> Result<(u64, u64, Option<u64>), String> {
    let rows: u64 = load.rows.iter().map(|row| row.count).sum();
    let held = |bench: &Workbench| bench.engine().table(&load.table).map_or(0, |table| table.items().len() as u64);
    if rows == 0 {
        return Ok((held(bench), 0, None));
    }
    let before = Some(held(bench)).filter(|held| *held > 0);
    if before.is_none() {
        let into = |generate: Vec<Generate>| SetupTable {
            create: json!({"TableName": load.table}),
            generate,
            items: Vec::new(),
        };
        fill::rows(bench, &into(load.rows.clone()))
            .map_err(|error| format!("An item cannot be put into {}: {}", load.table, error.message))?;
        bench.let_settle();
    }
    let lost = fill::missing(bench, &load.table, &load.rows)
        .map_err(|error| format!("The rows of {} cannot be counted: {}", load.table, error.message))?;
    Ok((held(bench), lost, before))
}

/// Units that a table, without its indexes, has a second: read and write; `None` on demand.
pub(super) fn provisioned(table: &str, bench: &Workbench) -> Option<(u64, u64)> {
    let supply = bench.engine().table(table)?.supply(&Place::Table);
    Some((supply.rate(Direction::Read), supply.rate(Direction::Write)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: &str = "create-table --table-name Orders --billing-mode PAY_PER_REQUEST --attribute-definitions \
        AttributeName=who,AttributeType=S AttributeName=day,AttributeType=S \
        --key-schema AttributeName=who,KeyType=HASH AttributeName=day,KeyType=RANGE";
    const INDEX: &str = r#"--global-secondary-indexes [{"IndexName":"byState","KeySchema":[{"AttributeName":"state","KeyType":"HASH"},{"AttributeName":"day","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}]"#;

    fn load(yaml: &str) -> Load {
        serde_yaml::from_str(yaml).unwrap()
    }

    const ROWS: &str = r#"{table: Orders, seconds: 6, rows: [{count: 300, seed: 1, item: {who: {S: "C-{int:1:3}"}, day: {S: "2026-{n:4}"}, state: {S: "{pick:OPEN|SENT}"}, note: {S: "{text:300}"}}}], patterns: ["#;

    fn ran(create: &str, patterns: &str) -> (Workbench, Result<String, String>) {
        let mut bench = Workbench::new();
        bench.run(create);
        bench.run(":clock +1m");
        let text = run(&load(&format!("{ROWS}{patterns}]}}")), &mut bench);
        (bench, text)
    }

    #[test]
    fn a_pattern_takes_the_best_way_that_keys_and_indexes_offer() {
        let newest = r#"{id: newest, title: newest, per_minute: 60, equal: {who: {S: "C-1"}}, order: {by: day, descending: true}, first: 2}"#;
        let open = "{id: open, title: open, per_minute: 60, equal: {state: {S: OPEN}}, wants: [who]}";
        let noted = "{id: noted, title: noted, per_minute: 60, equal: {state: {S: OPEN}}, wants: [note]}";
        let one = r#"{id: one, title: one, per_minute: 60, equal: {who: {S: "C-1"}, day: {S: "2026-0001"}}, consistent: true}"#;
        let put =
            r#"{id: put, title: put, per_minute: 60, put: {who: {S: "C-9"}, day: {S: "{n:6}"}, state: {S: NEW}}}"#;
        let way = |create: &str, pattern: &str, id: &str| {
            let (bench, text) = ran(create, pattern);
            text.unwrap();
            let entry = bench.engine().journal().entries().next_back().unwrap();
            let of = entry.outcome.as_ref().unwrap()[id].clone();
            (of["Way"].as_str().unwrap().to_owned(), of["RCU"].as_f64().unwrap() + of["WCU"].as_f64().unwrap())
        };
        let indexed = CREATE.replace(
            "AttributeName=day,AttributeType=S",
            "AttributeName=day,AttributeType=S AttributeName=state,AttributeType=S",
        );
        let indexed = format!("{indexed} {INDEX}");
        assert_eq!(
            way(CREATE, newest, "newest"),
            ("Query".to_owned(), 0.5),
            "the order of the key, and no more than two"
        );
        assert_eq!(way(CREATE, one, "one"), ("GetItem".to_owned(), 1.0));
        let (scan, price) = way(CREATE, open, "open");
        assert!(scan == "Scan" && price > 10.0, "{scan} {price}");
        let (query, cheap) = way(&indexed, open, "open");
        assert!(query == "Query" && cheap < 2.0, "{query} {cheap}");
        assert_eq!(way(&indexed, noted, "noted").0, "Scan", "the index does not hold note");
        assert_eq!(way(&indexed, put, "put"), ("PutItem".to_owned(), 2.0), "the index is written too");
    }

    #[test]
    fn items_with_the_same_key_are_lost_and_told() {
        let create =
            CREATE.replace(" AttributeName=day,AttributeType=S", "").replace(" AttributeName=day,KeyType=RANGE", "");
        let (_, text) = ran(&create, r#"{id: a, title: a, per_minute: 60, equal: {who: {S: "C-1"}}}"#);
        assert!(text.unwrap().contains("The table holds 3 items; 297 were replaced by others"), "three customers");
        let (_, text) = ran("list-tables", r#"{id: a, title: a, per_minute: 60, equal: {who: {S: "C-1"}}}"#);
        assert_eq!(text.unwrap_err(), "There is no table Orders yet: create it first.");
    }

    fn answer(bench: &Workbench) -> Value {
        bench.engine().journal().entries().next_back().unwrap().outcome.clone().unwrap()
    }

    #[test]
    fn what_is_asked_beside_the_key_is_asked_by_a_query() {
        // The table's key is who alone, and the pattern names a day as well: no GetItem can ask for that.
        let create =
            CREATE.replace(" AttributeName=day,AttributeType=S", "").replace(" AttributeName=day,KeyType=RANGE", "");
        let one = r#"{id: one, title: one, per_minute: 60, equal: {who: {S: "C-1"}, day: {S: "2026-0001"}}}"#;
        let (bench, text) = ran(&create, one);
        assert!(!text.unwrap().contains("failed"));
        let one = &answer(&bench)["one"];
        assert_eq!(
            (one["Way"].as_str(), one["Failed"].as_u64(), one["RCU"].as_f64()),
            (Some("Query"), Some(0), Some(0.5))
        );
    }

    #[test]
    fn calls_that_fail_are_told_and_cost_nothing_that_could_be_judged() {
        // Its key is a number here, and the pattern asks for a text.
        let create = CREATE.replace("AttributeName=day,AttributeType=S", "AttributeName=day,AttributeType=N");
        let put = r#"{id: put, title: a new one, per_minute: 60, put: {who: {S: "C-9"}, day: {S: "{n:6}"}}}"#;
        let mut bench = Workbench::new();
        bench.run(&create);
        bench.run(":clock +1m");
        let text =
            run(&load(&format!("{{table: Orders, seconds: 6, rows: [], patterns: [{put}]}}")), &mut bench).unwrap();
        assert!(text.contains("a new one: 6 calls failed with ValidationException"), "{text}");
        let answer = answer(&bench);
        assert_eq!(
            (answer["put"]["WCU"].clone(), answer["put"]["Failed"].as_u64()),
            (Value::Null, Some(6)),
            "{answer}"
        );
    }

    #[test]
    fn of_two_indexes_that_serve_alike_the_one_that_holds_more_is_asked() {
        // Items without a town are in one of the two indexes alone, which comes second by its name and in the table.
        let index = |name: &str, sort: &str| {
            format!(
                r#"{{"IndexName":"{name}","KeySchema":[{{"AttributeName":"state","KeyType":"HASH"}},{{"AttributeName":"{sort}","KeyType":"RANGE"}}],"Projection":{{"ProjectionType":"KEYS_ONLY"}}}}"#
            )
        };
        let create = format!(
            "{} --global-secondary-indexes [{},{}]",
            CREATE.replace(
                "AttributeName=day,AttributeType=S",
                "AttributeName=day,AttributeType=S AttributeName=state,AttributeType=S AttributeName=town,AttributeType=S",
            ),
            index("aSparse", "town"),
            index("whole", "day"),
        );
        let open = "{id: open, title: open, per_minute: 60, equal: {state: {S: OPEN}}, wants: [who]}";
        let (bench, text) = ran(&create, open);
        assert!(text.unwrap().contains("Query whole"));
        assert!(answer(&bench)["open"]["Items"].as_f64().unwrap() > 100.0);
    }

    #[test]
    fn the_heat_of_a_load_is_its_own_and_rows_that_were_not_put_in_are_told() {
        let read = r#"{id: one, title: one, per_minute: 600, equal: {who: {S: "C-1"}, day: {S: "2026-0001"}}}"#;
        let pattern = load(&format!("{ROWS}{read}]}}"));
        let mut bench = Workbench::new();
        bench.run(CREATE);
        bench.run(":clock +1m");
        let first = run(&pattern, &mut bench).unwrap();
        let second = run(&pattern, &mut bench).unwrap();
        let heat =
            |text: &str| text.lines().filter(|line| line.contains(" RCU ")).map(str::to_owned).collect::<Vec<_>>();
        assert!(!heat(&second).is_empty());
        assert_eq!(heat(&first), heat(&second), "the second is not the sum of both");
        let mut bench = Workbench::new();
        bench.run(CREATE);
        bench.run(r#"put-item --table-name Orders --item {"who":{"S":"C-1"},"day":{"S":"x"}}"#);
        let text = run(&pattern, &mut bench).unwrap();
        let told =
            "The table was not empty, so nothing was put in: it held 1 item, and 300 of the load's rows are missing.";
        assert!(text.contains(told), "{text}");
    }

    #[test]
    fn what_is_refused_is_counted_and_not_retried() {
        let create = CREATE.replace(
            "--billing-mode PAY_PER_REQUEST",
            "--provisioned-throughput ReadCapacityUnits=5,WriteCapacityUnits=1",
        );
        let put = r#"{id: put, title: put, per_minute: 6000, put: {who: {S: "C-9"}, day: {S: "{n:6}"}}}"#;
        let (bench, text) = ran(&create, put);
        let answer = answer(&bench);
        let refused = answer["put"]["Refused"].as_u64().unwrap();
        // 600 writes against a burst of 300 and one a second.
        assert!((290..=310).contains(&refused), "{answer}");
        assert_eq!(answer["Refused"], refused);
        // No partition has refused them, and what did is said.
        let told = format!("{refused} requests refused because the units of the table were used up");
        assert!(text.unwrap().contains(&told), "{told}");
    }
}
