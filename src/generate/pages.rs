//! What reads return: pages, limits, counts, ranges of keys.

use serde_json::json;

use super::arithmetic::kilobytes;
use super::reads::{QUERY_LOG, log};
use super::{Answer, Draft, Family, counted, pick, scene};
use crate::chance::Chance;
use crate::content::lab::SetupTable;
use crate::engine::capacity::grouped;
use crate::lab::Workbench;

const PAGES: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html";
const FILTER: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.FilterExpression.html";
const SKILLS: &[&str] = &["1.3.3", "4.3.8"];

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-pages",
        title: "How many requests a large Query takes",
        topic: "beyond",
        claims: &["X2"],
        skills: SKILLS,
        difficulty: 2,
        docs: PAGES,
        draw: pages,
    },
    Family {
        id: "gen-limit-and-filter",
        title: "What Limit limits",
        topic: "beyond",
        claims: &["X2", "Q2"],
        skills: SKILLS,
        difficulty: 2,
        docs: FILTER,
        draw: limit,
    },
    Family {
        id: "gen-count-and-scanned",
        title: "Count and ScannedCount",
        topic: "beyond",
        claims: &["X2", "Q2"],
        skills: SKILLS,
        difficulty: 2,
        docs: FILTER,
        draw: counts,
    },
    Family {
        id: "gen-key-condition",
        title: "Which items a key condition finds",
        topic: "keys",
        claims: &["K3", "Q1"],
        skills: &["1.3.4"],
        difficulty: 2,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html",
        draw: key_condition,
    },
];

fn pages(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let (bytes, count) = (chance.between(20, 80) * 100, chance.between(6, 16) * 50);
    let setup = log(count, bytes, 0);
    let command =
        format!("{QUERY_LOG} --expression-attribute-values {{\":s\":{{\"S\":\"s\"}}}} --select COUNT --query Count");
    // How many requests it takes is asked of the engine: a page ends with the item that crosses 1 MB.
    let mut bench = Workbench::new();
    bench.fill(&setup).ok()?;
    let reply = bench.run(&command);
    let right = bench.entries_since(reply.since).count() as u64;
    let megabytes = (count * bytes * 10 / (1 << 20)).max(1);
    let stem = format!(
        "{who} stores {what} by date under one partition key: {count} items of about {} each, roughly {}.{} MB. A program reads \
         the whole partition with Query, without Limit, and follows LastEvaluatedKey until there is none. How many requests \
         does it send?",
        kilobytes(bytes),
        megabytes / 10,
        megabytes % 10
    );
    let number = |requests: u64| counted(requests, "request");
    Some(Draft {
        stem,
        right: Answer::right(
            number(right),
            "Each request reads up to 1 MB before any filter; the last page has no LastEvaluatedKey.",
        )
        .tried(vec![command], vec![grouped(count).replace(',', ""), "together:".to_owned()]),
        wrong: vec![
            Answer::wrong(
                number(count.div_ceil(100)),
                "page-is-count",
                "A page is limited by bytes, not by 100 items; 100 is the limit of BatchGetItem.",
                "It would be right for BatchGetItem.",
            ),
            Answer::wrong(
                number(1),
                "page-is-count",
                "One request ends at 1 MB; what lies behind it needs further requests.",
                "It would be right for a partition of less than 1 MB.",
            ),
            Answer::wrong(
                number((right / 2).max(2)),
                "page-is-count",
                "That would be pages of about 2 MB.",
                "It would be right for half as much data.",
            ),
            Answer::wrong(
                number(count.div_ceil(25)),
                "one-batch-size",
                "25 is the limit of BatchWriteItem, not the size of a page.",
                "It would be right for writing them in batches.",
            ),
        ],
        setup: vec![setup],
    })
}

fn limit(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let (count, every) = (chance.between(20, 60) * 10, chance.between(3, 8));
    let most = chance.between(2, 9) * 5;
    let hits = count / every;
    let stem = format!(
        "{who} keeps {count} {what} in one partition; about one in {every} is marked. A program sends a single Query for the \
         partition with Limit {most} and a filter expression that keeps the marked ones. How many items does this request read \
         and pay for?"
    );
    let command = format!(
        "{QUERY_LOG} --filter-expression '#s = :h' --expression-attribute-names {{\"#s\":\"state\"}} \
         --expression-attribute-values {{\":s\":{{\"S\":\"s\"}},\":h\":{{\"S\":\"HIT\"}}}} --limit {most} --query ScannedCount"
    );
    let number = |items: u64| format!("{items} items");
    Some(Draft {
        stem,
        right: Answer::right(
            number(most),
            "Limit is how many items are read; the filter runs after that, and fewer may come back.",
        )
        .tried(vec![command], vec![most.to_string()]),
        wrong: vec![
            Answer::wrong(
                number(most * every),
                "limit-is-result-count",
                "The request does not read on until so many items pass the filter.",
                "It would be right if Limit counted what is returned.",
            ),
            Answer::wrong(
                number(count),
                "limit-is-result-count",
                "The request stops after Limit items; the rest of the partition is not read.",
                "It would be right without Limit.",
            ),
            Answer::wrong(
                number(hits),
                "filter-saves-reads",
                "The filter does not choose what is read.",
                "It would be right for a Query of a sparse index on the mark, without Limit.",
            ),
        ],
        setup: vec![log(count, 100, every)],
    })
}

fn counts(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let (count, every) = (chance.between(10, 90) * 5, chance.between(4, 20));
    let hits = count / every;
    let stem = format!(
        "{who} has {count} {what} in one partition, of which {hits} are marked. A Query names the partition key and has a filter \
         expression that keeps the marked ones; everything fits into one page. Which figures does the response show?"
    );
    let command = format!(
        "{QUERY_LOG} --filter-expression '#s = :h' --expression-attribute-names {{\"#s\":\"state\"}} \
         --expression-attribute-values {{\":s\":{{\"S\":\"s\"}},\":h\":{{\"S\":\"HIT\"}}}} --query [Count,ScannedCount]"
    );
    let figures = |found: u64, read: u64| format!("Count {found}, ScannedCount {read}");
    Some(Draft {
        stem,
        right: Answer::right(figures(hits, count), "ScannedCount is what was read, Count what the filter left.")
            .tried(vec![command], vec![format!("[ {hits}, {count} ]")]),
        wrong: vec![
            Answer::wrong(
                figures(count, hits),
                "filter-saves-reads",
                "It is the other way round: more is read than returned.",
                "It would never be right: Count is at most ScannedCount.",
            ),
            Answer::wrong(
                figures(hits, hits),
                "filter-saves-reads",
                "The filter runs after the read, so that everything in the partition was read.",
                "It would be right if the sort key condition, or an index, chose the marked ones.",
            ),
            Answer::wrong(
                figures(count, count),
                "filter-saves-reads",
                "What the filter drops is not returned.",
                "It would be right without the filter.",
            ),
        ],
        setup: vec![log(count, 120, every)],
    })
}

fn key_condition(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let days: Vec<String> = (0..6)
        .map(|_| format!("2026-{:02}-{:02}", chance.between(1, 3), chance.between(1, 28)))
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    let month = chance.between(1, 3);
    let conditions = [
        ("begins_with(#d, :a)".to_string(), format!("2026-{month:02}"), String::new()),
        ("#d BETWEEN :a AND :b".to_string(), format!("2026-{month:02}-05"), format!("2026-{month:02}-25")),
        ("#d > :a".to_string(), format!("2026-{month:02}"), String::new()),
        ("#d < :a".to_string(), format!("2026-{month:02}-15"), String::new()),
        ("#d BETWEEN :a AND :b".to_string(), format!("2026-{month:02}"), format!("2026-{:02}", month + 1)),
    ];
    let (condition, low, high) = pick(chance, &conditions)?;
    let values = if high.is_empty() {
        format!("{{\":o\":{{\"S\":\"x\"}},\":a\":{{\"S\":\"{low}\"}}}}")
    } else {
        format!("{{\":o\":{{\"S\":\"x\"}},\":a\":{{\"S\":\"{low}\"}},\":b\":{{\"S\":\"{high}\"}}}}")
    };
    let command = format!(
        "query --table-name Days --key-condition-expression 'rider = :o AND {condition}' --expression-attribute-names \
         {{\"#d\":\"day\"}} --expression-attribute-values {values} --query Items[].day.S"
    );
    let create = json!({
        "TableName": "Days", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "rider", "AttributeType": "S"}, {"AttributeName": "day", "AttributeType": "S"},
        ],
        "KeySchema": [{"AttributeName": "rider", "KeyType": "HASH"}, {"AttributeName": "day", "KeyType": "RANGE"}],
    });
    let items = days.iter().map(|day| json!({"rider": {"S": "x"}, "day": {"S": day}})).collect();
    let setup = SetupTable { create, generate: Vec::new(), items };
    let mut bench = Workbench::new();
    bench.fill(&setup).ok()?;
    let found: Vec<String> = serde_json::from_str(&bench.run(&command).text).ok()?;
    let told = |days: &[String]| {
        if days.is_empty() { "None of them".to_owned() } else { days.join(", ") }
    };
    let but_first = found.get(1..).unwrap_or_default().to_vec();
    let but_last = found.get(..found.len().saturating_sub(1)).unwrap_or_default().to_vec();
    let outside: Vec<String> = days.iter().filter(|day| !found.contains(day)).cloned().collect();
    let bounds = if high.is_empty() { format!(":a = {low}") } else { format!(":a = {low}, :b = {high}") };
    let stem = format!(
        "{who} keeps {what} by rider (partition key) and day (sort key, a String such as 2026-01-31). One rider has items of \
         these days: {}. A Query for this rider has the sort key condition\n\n    {condition}\n\nwith {bounds} and #d standing \
         for day. Which items are returned?",
        days.join(", ")
    );
    Some(Draft {
        stem,
        right: Answer::right(
            told(&found),
            "Strings are compared byte by byte, and both bounds of BETWEEN belong to the range.",
        )
        .tried(
            vec![command],
            vec![
                serde_json::to_string(&found)
                    .ok()?
                    .replace("[\"", "[ \"")
                    .replace("\"]", "\" ]")
                    .replace("\",\"", "\", \""),
            ],
        ),
        wrong: vec![
            Answer::wrong(
                told(&but_last),
                "types-compare",
                "The last of them fits the condition as well.",
                "It would be right for a range that ends one item earlier.",
            ),
            Answer::wrong(
                told(&but_first),
                "types-compare",
                "The first of them fits the condition as well.",
                "It would be right for a range that begins one item later.",
            ),
            Answer::wrong(
                told(&outside),
                "types-compare",
                "These are the ones that do not fit.",
                "It would be right for the opposite condition.",
            ),
            Answer::wrong(
                told(&days),
                "filter-saves-reads",
                "A sort key condition chooses what is read; not all of them fit.",
                "It would be right for a Query by the partition key alone.",
            ),
            Answer::wrong(
                "None of them",
                "types-compare",
                "A bound need not be a whole date: strings are compared byte by byte.",
                "It would be right if no day lay in the range.",
            ),
        ],
        setup: vec![setup],
    })
}
