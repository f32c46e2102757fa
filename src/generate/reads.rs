//! What Query, Scan and the batch read, return and cost.

use serde_json::json;

use super::arithmetic::{items, key, kilobytes, tenths};
use super::{Answer, Draft, Family, counted, pick, scene};
use crate::chance::Chance;
use crate::content::lab::{Generate, SetupTable};
use crate::engine::capacity::{Rate, Units, grouped, price};
use crate::lab::Workbench;

const QUERY: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.html";
const PAGES: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html";
const FILTER: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.FilterExpression.html";
const SCAN: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html";
const SKILLS: &[&str] = &["1.3.3", "4.3.8"];

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-query-units",
        title: "What a Query of several items costs",
        topic: "query-scan",
        claims: &["Q3", "X1"],
        skills: SKILLS,
        difficulty: 2,
        docs: QUERY,
        draw: query_units,
    },
    Family {
        id: "gen-batch-get-units",
        title: "What a BatchGetItem of several items costs",
        topic: "beyond",
        claims: &["X1", "X4"],
        skills: SKILLS,
        difficulty: 3,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html",
        draw: batch_get_units,
    },
    Family {
        id: "gen-scan-filter-units",
        title: "What a Scan with a filter costs",
        topic: "query-scan",
        claims: &["Q2", "X1"],
        skills: SKILLS,
        difficulty: 2,
        docs: SCAN,
        draw: scan_filter,
    },
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
        id: "gen-cheapest-request",
        title: "Which of four requests costs least",
        topic: "query-scan",
        claims: &["Q3", "X1"],
        skills: SKILLS,
        difficulty: 3,
        docs: QUERY,
        draw: cheapest,
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

/// A table Log (series, number), with `count` items of so many bytes in the series s; `state` is HIT in every
/// `every`-th of them.
fn log(count: u64, bytes: u64, every: u64) -> SetupTable {
    let create = json!({
        "TableName": "Log", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "series", "AttributeType": "S"}, {"AttributeName": "number", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "series", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"},
        ],
    });
    // series 6 + s 1, number 6 + five digits, state 5 + 3, body 4: 30 bytes beside the text.
    let text = bytes.saturating_sub(30);
    let item = |first: u64, state: &str, number: u64| Generate {
        count: number,
        seed: 1,
        item: [
            ("series", json!({"S": "s"})),
            ("number", json!({"S": format!("{first}{{n:4}}")})),
            ("state", json!({ "S": state })),
            ("body", json!({"S": format!("{{text:{text}}}")})),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into(),
    };
    let hits = count.checked_div(every).unwrap_or(0);
    SetupTable { create, generate: vec![item(1, "HIT", hits), item(2, "LOW", count - hits)], items: Vec::new() }
}

fn rcu(units: Units) -> String {
    format!("{} RCU", units.grouped())
}

const QUERY_LOG: &str = "query --table-name Log --key-condition-expression 'series = :s'";

fn query_units(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let (count, bytes) = (chance.between(6, 60), chance.between(90, 1500));
    let is_strong = chance.between(0, 1) == 1;
    let rate = Rate::read(is_strong);
    let (words, flag) =
        if is_strong { ("strongly consistent", " --consistent-read") } else { ("eventually consistent", "") };
    let total = count * bytes;
    let stem = format!(
        "{who} keeps {what} in a table with a partition key and a sort key. One {words} Query by the partition key returns \
         {count} items of {bytes} bytes each, {} bytes together, and there is no further page. How many read units does this \
         Query consume?",
        grouped(total)
    );
    let each = price(bytes, rate).times(count);
    let values = "--expression-attribute-values {\":s\":{\"S\":\"s\"}} --select COUNT --query Count";
    Some(Draft {
        stem,
        right: Answer::right(
            rcu(price(total, rate)),
            format!("A Query adds up what it read, {} bytes, and rounds once to blocks of 4 KB.", grouped(total)),
        )
        .tried(vec![format!("{QUERY_LOG}{flag} {values}")], vec![format!("= {} RCU", price(total, rate))]),
        wrong: vec![
            Answer::wrong(
                rcu(each),
                "round-each",
                "That rounds every item; a Query rounds the sum of the page.",
                "It would be right for as many GetItem requests, or one BatchGetItem.",
            ),
            Answer::wrong(
                rcu(price(total, Rate::read(!is_strong))),
                "one-price-for-reads",
                "An eventually consistent read costs half of a strongly consistent one.",
                if is_strong {
                    "It would be right without ConsistentRead."
                } else {
                    "It would be right with ConsistentRead."
                },
            ),
            Answer::wrong(
                rcu(Units::whole(total.div_ceil(1024))),
                "one-block-size",
                "Reads are counted in blocks of 4 KB.",
                "It would be right if read units covered 1 KB.",
            ),
            Answer::wrong(
                rcu(Units::whole(count)),
                "no-rounding",
                "Units follow bytes, not the number of items.",
                "It would be right for single strongly consistent reads of small items.",
            ),
        ],
        setup: vec![log(count, bytes, 0)],
    })
}

fn batch_get_units(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let sizes: Vec<u64> = (0..chance.between(3, 5)).map(|_| tenths(chance.between(3, 120))).collect();
    let told = sizes.iter().map(|bytes| kilobytes(*bytes)).collect::<Vec<_>>().join(", ");
    let sum = |rate: Rate| sizes.iter().map(|bytes| price(*bytes, rate)).sum::<Units>();
    let total: u64 = sizes.iter().sum();
    let stem = format!(
        "{who} reads {} {what} with one BatchGetItem request, eventually consistent. The items have {told}. All of them are \
         found and nothing is left unprocessed. How many read units does the request consume?",
        sizes.len()
    );
    let keys: Vec<String> = (1..=sizes.len()).map(key).collect();
    let command = format!(
        "batch-get-item --request-items {{\"Items\":{{\"Keys\":[{}],\"ProjectionExpression\":\"id\"}}}} --query length(Responses.Items)",
        keys.join(",")
    );
    let right = sum(Rate::EventualRead);
    Some(Draft {
        stem,
        right: Answer::right(rcu(right), "Each item of a batch is rounded up to 4 KB by itself, as with GetItem.")
            .tried(vec![command], vec![format!("together: {right} RCU")]),
        wrong: vec![
            Answer::wrong(
                rcu(price(total, Rate::EventualRead)),
                "round-once",
                "That is what a Query would do; a batch rounds each item.",
                "It would be right for a Query that reads these items together.",
            ),
            Answer::wrong(
                rcu(sum(Rate::StrongRead)),
                "one-price-for-reads",
                "That is the strongly consistent price; a batch is eventually consistent unless it asks.",
                "It would be right with ConsistentRead for the table.",
            ),
            Answer::wrong(
                rcu(Units::halves(sizes.len() as u64)),
                "no-rounding",
                "That is half a unit for each item, whatever its size.",
                "It would be right for items of up to 4 KB.",
            ),
            Answer::wrong(
                rcu(Units::HALF),
                "batch-is-atomic",
                "A batch saves round trips, not units.",
                "It would be right for a single small item.",
            ),
            Answer::wrong(
                rcu(sum(Rate::TransactionalRead)),
                "transaction-at-plain-price",
                "A batch is no transaction.",
                "It would be right for TransactGetItems.",
            ),
        ],
        setup: vec![items(&sizes)],
    })
}

fn scan_filter(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let (bytes, count) = (chance.between(80, 400), chance.between(6, 20) * 100);
    let every = chance.between(10, 60);
    let hits = count / every;
    let total = count * bytes;
    let stem = format!(
        "{who} has {} {what} of {bytes} bytes each in one table. A report scans the table, eventually consistent, with a filter \
         expression on an attribute that is no key; {hits} items pass it. The whole table is read in one page. How many read \
         units does the Scan consume?",
        grouped(count)
    );
    let command = "scan --table-name Log --filter-expression '#s = :h' --expression-attribute-names {\"#s\":\"state\"} \
                   --expression-attribute-values {\":h\":{\"S\":\"HIT\"}} --select COUNT --query [Count,ScannedCount]";
    let right = price(total, Rate::EventualRead);
    Some(Draft {
        stem,
        right: Answer::right(
            rcu(right),
            format!("All {} bytes are read and paid for; the filter runs afterwards.", grouped(total)),
        )
        .tried(vec![command.to_owned()], vec![format!("[ {hits}, {count} ]"), format!("= {right} RCU")]),
        wrong: vec![
            Answer::wrong(
                rcu(price(hits * bytes, Rate::EventualRead)),
                "filter-saves-reads",
                "That is the price of the items that pass; the filter drops the others after they were read.",
                "It would be right for a Query of an index on that attribute.",
            ),
            Answer::wrong(
                rcu(price(bytes, Rate::EventualRead).times(count)),
                "round-each",
                "A Scan adds up what it reads and rounds once for a page.",
                "It would be right for as many GetItem requests.",
            ),
            Answer::wrong(
                rcu(price(total, Rate::StrongRead)),
                "one-price-for-reads",
                "A Scan is eventually consistent unless it asks, at half the price.",
                "It would be right with ConsistentRead.",
            ),
            Answer::wrong(
                rcu(price(bytes, Rate::EventualRead).times(hits)),
                "filter-saves-reads",
                "The items that the filter drops are paid for, too.",
                "It would be right for reading the matching items one by one.",
            ),
        ],
        setup: vec![log(count, bytes, every)],
    })
}

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

fn cheapest(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let (bytes, count) = (chance.between(100, 700), chance.between(20, 120));
    let few = chance.between(4, 12);
    let stem = format!(
        "{who} keeps {what} under a partition key and a sort key; a partition has {count} items of {bytes} bytes each, and the \
         table has 40 such partitions. A screen needs {few} items that lie side by side in one partition, eventually \
         consistent. Which request consumes the fewest read units?"
    );
    let of = |items: u64| price(items * bytes, Rate::EventualRead);
    let range = format!(
        "{QUERY_LOG} --expression-attribute-values {{\":s\":{{\"S\":\"s\"}},\":a\":{{\"S\":\"20001\"}},\":b\":{{\"S\":\"2{few:04}\"}}}} --query Count"
    )
    .replace("'series = :s'", "'series = :s AND #n BETWEEN :a AND :b' --expression-attribute-names {\"#n\":\"number\"}");
    let whole =
        format!("{QUERY_LOG} --expression-attribute-values {{\":s\":{{\"S\":\"s\"}}}} --select COUNT --query Count");
    let each = price(bytes, Rate::EventualRead).times(few);
    if of(few) >= each || of(few) >= of(count) {
        return None;
    }
    Some(Draft {
        stem,
        right: Answer::right(
            "A Query of the partition with a BETWEEN condition on the sort key",
            format!("It reads {few} items, {} bytes, and rounds once: {} RCU.", few * bytes, of(few)),
        )
        .tried(vec![range], vec![few.to_string(), format!("= {} RCU", of(few))]),
        wrong: vec![
            Answer::wrong(
                format!("A BatchGetItem of the {few} items by their full keys"),
                "round-once",
                format!("A batch rounds each item up to 4 KB: {each} RCU."),
                "It would be right if the items lay in different partitions.",
            ),
            Answer::wrong(
                "A Query of the partition with a filter expression that keeps those items",
                "filter-saves-reads",
                format!("The filter runs after the whole partition was read: {} RCU.", of(count)),
                "It would be right if the items could not be told apart by the sort key.",
            )
            .tried(vec![whole], vec![format!("= {} RCU", of(count))]),
            Answer::wrong(
                "A Scan with a filter expression on both key attributes",
                "filter-saves-reads",
                "A Scan reads every partition of the table, whatever the filter says.",
                "It would be right if nearly all items of the table were wanted.",
            ),
        ],
        setup: vec![log(count, bytes, 0)],
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
