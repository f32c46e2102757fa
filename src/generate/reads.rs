//! What reads cost: Query, Scan and the batch.

use serde_json::json;

use super::arithmetic::{items, key, sizes_told, tenths};
use super::{DrawnOption, DrawnQuestion, Family, bench, counted, scene, shown};
use crate::chance::Chance;
use crate::content::ExhibitKind;
use crate::content::lab::{Generate, SetupTable};
use crate::engine::Entry;
use crate::engine::capacity::{Rate, Units, grouped, price};
use crate::lab::{ReplyKind, Workbench};

const QUERY: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.html";
const SCAN: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html";
const SKILLS: &[&str] = &["1.3.3", "4.3.8"];

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-query-units",
        title: "What a Query for several items costs",
        topic: "query-scan",
        claims: &["Q3", "X1"],
        skills: SKILLS,
        difficulty: 2,
        docs: QUERY,
        draw: query_units,
    },
    Family {
        id: "gen-batch-get-units",
        title: "What a BatchGetItem request for several items costs",
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
        id: "gen-cheapest-request",
        title: "Which of four requests consumes the fewest RCU",
        topic: "query-scan",
        claims: &["Q3", "X1"],
        skills: SKILLS,
        difficulty: 3,
        docs: QUERY,
        draw: cheapest,
    },
    Family {
        id: "gen-compare-commands",
        title: "Which of four commands consumes the fewest RCU",
        topic: "query-scan",
        claims: &["Q3", "X1", "X8"],
        skills: SKILLS,
        difficulty: 3,
        docs: QUERY,
        draw: commands,
    },
    Family {
        id: "gen-parallel-scan",
        title: "What a parallel Scan costs",
        topic: "query-scan",
        claims: &["X8", "Q2"],
        skills: SKILLS,
        difficulty: 2,
        docs: SCAN,
        draw: parallel,
    },
    Family {
        id: "gen-missing-read",
        title: "What reads that find no item cost",
        topic: "capacity",
        claims: &["X1", "C1"],
        skills: &["1.3.6", "4.3.8"],
        difficulty: 2,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html",
        draw: missing,
    },
];

/// A table Log (series, number), with `count` items of so many bytes in the series s; `state` is HIT in every
/// `every`-th of them.
pub(super) fn log(count: u64, bytes: u64, every: u64) -> SetupTable {
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

pub(super) const QUERY_LOG: &str = "query --table-name Log --key-condition-expression 'series = :s'";

fn query_units(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let (count, bytes) = (chance.between(6, 60), chance.between(90, 1500));
    let is_strong = chance.between(0, 1) == 1;
    let rate = Rate::read(is_strong);
    let (words, flag) = if is_strong {
        ("with ConsistentRead set to true", " --consistent-read")
    } else {
        ("with the default consistency", "")
    };
    let total = count * bytes;
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table with a partition key and a sort key. An AWS Lambda function sends one \
         Query request for a partition key value {words}. The request has no filter expression and reads {count} items of {} \
         bytes each. The response has no LastEvaluatedKey. How many RCU does the request consume?",
        grouped(bytes)
    );
    let each = price(bytes, rate).times(count);
    let values = "--expression-attribute-values {\":s\":{\"S\":\"s\"}} --select COUNT --query Count";
    let right = price(total, rate);
    let why = format!(
        "A Query adds the sizes of the items that it reads, {} bytes, and rounds the sum up to 4 KB once.",
        grouped(total)
    );
    let wrong = vec![
        DrawnOption::wrong(rcu(each), "This rounds each item up to 4 KB. A Query rounds the sum.")
            .trap("round-each")
            .right_if("It would be right if the items were read with GetItem or BatchGetItem."),
        DrawnOption::wrong(
            rcu(price(total, Rate::read(!is_strong))),
            "An eventually consistent read consumes half as much as a strongly consistent read.",
        )
        .trap("one-price-for-reads")
        .right_if(if is_strong {
            "It would be right for the default consistency."
        } else {
            "It would be right if ConsistentRead were set to true."
        }),
        DrawnOption::wrong(
            rcu(Units::whole(total.div_ceil(1024))),
            "This counts blocks of 1 KB, the unit of writes. Reads are counted in blocks of 4 KB.",
        )
        .trap("one-block-size"),
        DrawnOption::wrong(
            rcu(Units::whole(count)),
            "Read capacity depends on the bytes that are read, not on the number of items.",
        )
        .trap("no-rounding")
        .right_if("It would be right for strongly consistent GetItem requests for items of up to 4 KB."),
    ];
    let right = DrawnOption::right(rcu(right), why)
        .tried(vec![format!("{QUERY_LOG}{flag} {values}")], vec![format!("= {right} RCU")]);
    Some(DrawnQuestion::new(stem, right, wrong).on(log(count, bytes, 0)))
}

fn batch_get_units(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let sizes: Vec<u64> = (0..chance.between(3, 5)).map(|_| tenths(chance.between(3, 120))).collect();
    let sum = |rate: Rate| sizes.iter().map(|bytes| price(*bytes, rate)).sum::<Units>();
    let total: u64 = sizes.iter().sum();
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table. An AWS Lambda function reads {} items in one BatchGetItem request with the \
         default consistency. The items have sizes of {}. The response contains all of the items and no UnprocessedKeys. How many \
         RCU does the request consume?",
        sizes.len(),
        sizes_told(&sizes)
    );
    let keys: Vec<String> = (1..=sizes.len()).map(key).collect();
    let command = format!(
        "batch-get-item --request-items {{\"Items\":{{\"Keys\":[{}],\"ProjectionExpression\":\"id\"}}}} --query length(Responses.Items)",
        keys.join(",")
    );
    let right = sum(Rate::EventualRead);
    let wrong = vec![
        DrawnOption::wrong(
            rcu(price(total, Rate::EventualRead)),
            "This adds the sizes first. BatchGetItem rounds each item up to 4 KB.",
        )
        .trap("round-once")
        .right_if("It would be right for one Query request that reads these items together."),
        DrawnOption::wrong(
            rcu(sum(Rate::StrongRead)),
            "This is the cost of strongly consistent reads. BatchGetItem is eventually consistent by default.",
        )
        .trap("one-price-for-reads")
        .right_if("It would be right if ConsistentRead were set to true for the table."),
        DrawnOption::wrong(
            rcu(Units::halves(sizes.len() as u64)),
            "This counts 0.5 RCU for each item, whatever its size.",
        )
        .trap("no-rounding")
        .right_if("It would be right for items of up to 4 KB."),
        DrawnOption::wrong(rcu(Units::HALF), "A batch saves round trips. It consumes the read capacity of each item.")
            .trap("batch-costs-less"),
        DrawnOption::wrong(rcu(sum(Rate::TransactionalRead)), "This is the cost of transactional reads.")
            .trap("transaction-at-plain-price")
            .right_if("It would be right for a TransactGetItems request."),
    ];
    let why = "BatchGetItem rounds each item up to a multiple of 4 KB, as GetItem does, and then adds the results.";
    let right = DrawnOption::right(rcu(right), why).tried(vec![command], vec![format!("together: {right} RCU")]);
    Some(DrawnQuestion::new(stem, right, wrong).on(items(&sizes)))
}

fn scan_filter(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let (bytes, count) = (chance.between(80, 400), chance.between(6, 20) * 100);
    let every = chance.between(10, 60);
    let hits = count / every;
    let total = count * bytes;
    let stem = format!(
        "{who} stores {} {what} of {bytes} bytes each in an Amazon DynamoDB table. A report scans the table with the default \
         consistency and a filter expression on an attribute that is not a key. The response contains {hits} items and no \
         LastEvaluatedKey. How many RCU does the Scan request consume?",
        grouped(count)
    );
    let command = "scan --table-name Log --filter-expression '#s = :h' --expression-attribute-names {\"#s\":\"state\"} \
                   --expression-attribute-values {\":h\":{\"S\":\"HIT\"}} --select COUNT --query [Count,ScannedCount]";
    let right = price(total, Rate::EventualRead);
    let wrong = vec![
        DrawnOption::wrong(
            rcu(price(hits * bytes, Rate::EventualRead)),
            "This is the cost of the items in the response. The filter expression is applied after all items were read.",
        )
        .trap("filter-saves-reads")
        .right_if("It would be right for a Query on a global secondary index on that attribute."),
        DrawnOption::wrong(rcu(price(bytes, Rate::EventualRead).times(count)), "This rounds each item up to 4 KB. A Scan rounds the sum.")
            .trap("round-each")
            .right_if("It would be right if the items were read with GetItem or BatchGetItem."),
        DrawnOption::wrong(
            rcu(price(total, Rate::StrongRead)),
            "This is the cost of a strongly consistent Scan. The default consistency consumes half as much.",
        )
        .trap("one-price-for-reads")
        .right_if("It would be right if ConsistentRead were set to true."),
        DrawnOption::wrong(
            rcu(price(bytes, Rate::EventualRead).times(hits)),
            "The items that the filter expression removes consume read capacity, too.",
        )
        .trap("filter-saves-reads"),
    ];
    let why = format!(
        "The Scan reads all {} bytes and rounds the sum up to 4 KB. The filter is applied afterwards.",
        grouped(total)
    );
    let right = DrawnOption::right(rcu(right), why)
        .tried(vec![command.to_owned()], vec![format!("[ {hits}, {count} ]"), format!("= {right} RCU")]);
    Some(DrawnQuestion::new(stem, right, wrong).on(log(count, bytes, every)))
}

fn cheapest(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let (bytes, count) = (chance.between(100, 700), chance.between(20, 120));
    let few = chance.between(4, 12);
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table with a partition key and a sort key. Each of 40 partition key values has \
         {count} items of {bytes} bytes. A page of the application shows {few} items with one partition key value and consecutive \
         sort key values. Stale data is acceptable. Which request returns these items and consumes the FEWEST RCU?"
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
    let right = DrawnOption::right(
        "A Query with a BETWEEN condition on the sort key in the key condition expression",
        format!("It reads only these items, {} bytes, and rounds once: {} RCU.", grouped(few * bytes), of(few)),
    )
    .tried(vec![range], vec![few.to_string(), format!("= {} RCU", of(few))]);
    let wrong = vec![
        DrawnOption::wrong(
            "A BatchGetItem request with the partition key and the sort key of each of the items",
            format!("It rounds each item up to 4 KB: {each} RCU."),
        )
        .trap("batch-costs-less")
        .right_if("It would be right if the items had different partition key values."),
        DrawnOption::wrong(
            "A Query with the partition key in the key condition expression and a filter expression",
            format!("It reads all items with this partition key value before it filters: {} RCU.", of(count)),
        )
        .trap("filter-saves-reads")
        .right_if("It would be right if an attribute that is not a key decided which items are shown.")
        .tried(vec![whole], vec![format!("= {} RCU", of(count))]),
        DrawnOption::wrong(
            "A Scan with a filter expression on the partition key and on the sort key of the items",
            "It reads the items of all 40 partition key values before it filters.",
        )
        .trap("filter-saves-reads")
        .right_if("It would be right for a job that needs nearly all items of the table."),
    ];
    Some(DrawnQuestion::new(stem, right, wrong).on(log(count, bytes, 0)))
}

/// A command of which four are compared, the trap of taking it for the cheapest, and why it costs what it costs.
struct ComparedCommand {
    command: String,
    trap: Option<&'static str>,
    why: &'static str,
}

fn compared(few: u64) -> Vec<ComparedCommand> {
    let make = |command: String, trap: Option<&'static str>, why: &'static str| ComparedCommand { command, trap, why };
    let key = "--expression-attribute-values";
    vec![
        make(
            format!(
                "dynamodb query --table-name Log --key-condition-expression 'series = :s AND begins_with(#n, :n)' \
                 --expression-attribute-names '{{\"#n\":\"number\"}}' {key} '{{\":s\":{{\"S\":\"s\"}},\":n\":{{\"S\":\"1\"}}}}'"
            ),
            None,
            "The key condition selects the items before they are read.",
        ),
        make(
            format!(
                "dynamodb query --table-name Log --key-condition-expression 'series = :s' \
                 --filter-expression 'begins_with(body, :n)' {key} '{{\":s\":{{\"S\":\"s\"}},\":n\":{{\"S\":\"1\"}}}}'"
            ),
            Some("filter-saves-reads"),
            "The filter expression is applied after all items of the partition key value were read.",
        ),
        make(
            format!(
                "dynamodb query --table-name Log --key-condition-expression 'series = :s' --consistent-read \
                 --projection-expression body {key} '{{\":s\":{{\"S\":\"s\"}}}}'"
            ),
            Some("projection-saves-reads"),
            "A projection expression does not reduce what is read, and a strongly consistent read consumes twice as much.",
        ),
        make(
            format!(
                "dynamodb scan --table-name Log --filter-expression 'series = :s' --select COUNT {key} '{{\":s\":{{\"S\":\"s\"}}}}'"
            ),
            Some("count-is-free"),
            "A Scan reads the whole table, and Select=COUNT only leaves the items out of the response.",
        ),
        make(
            format!(
                "dynamodb query --table-name Log --key-condition-expression 'series = :s' --consistent-read --limit {few} \
                 {key} '{{\":s\":{{\"S\":\"s\"}}}}'"
            ),
            Some("one-price-for-reads"),
            "Limit ends the read after that many items. A strongly consistent read consumes twice as much.",
        ),
        make(
            format!(
                "dynamodb query --table-name Log --key-condition-expression 'series = :s' --limit {} \
                 {key} '{{\":s\":{{\"S\":\"s\"}}}}'",
                few * 3
            ),
            Some("limit-saves-total"),
            "Limit ends the read after that many items.",
        ),
    ]
}

/// What a command's requests consume together; nothing if it is refused.
fn consumed(bench: &Workbench, command: &str) -> Option<Units> {
    let mut bench = bench.clone();
    let reply = bench.run(command);
    (reply.kind == ReplyKind::Answer).then(|| bench.entries_since(reply.since).map(Entry::read_units).sum())
}

fn commands(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let (count, bytes) = (chance.between(60, 200), chance.between(300, 900));
    let few = chance.between(8, 20);
    // The first items of the series have numbers that begin with 1: as many as the first command reads.
    let hits = chance.between(5, 40);
    let mut setup = log(count, bytes, 0);
    let first = log(hits, bytes, 1);
    setup.generate.splice(0..0, first.generate.into_iter().take(1));
    let mut other = log(count, bytes, 0).generate;
    for generate in &mut other {
        generate.item.insert("series".to_owned(), json!({"S": "t"}));
    }
    setup.generate.extend(other);
    let bench = bench(&setup)?;
    let measured = |compared: ComparedCommand| Some((consumed(&bench, &compared.command)?, compared));
    let mut all: Vec<(Units, ComparedCommand)> = compared(few).into_iter().map(measured).collect::<Option<_>>()?;
    chance.shuffle(&mut all);
    all.truncate(4);
    let least = all.iter().map(|(units, _)| *units).min()?;
    if all.iter().filter(|(units, _)| *units == least).count() > 1 {
        return None;
    }
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table named Log with partition key series and sort key number. The table has two \
         partition key values. The value s has {} items and the value t has {count} items. The sort key of {hits} items with the \
         value s begins with 1. All items have a size of {bytes} bytes. A developer compares four AWS CLI commands. Which command \
         consumes the FEWEST RCU?",
        count + hits
    );
    let mut draft = DrawnQuestion::new(stem, DrawnOption::right("", ""), Vec::new()).on(setup);
    for (place, (units, compared)) in all.into_iter().enumerate() {
        let name = format!("Command {}", place + 1);
        draft = draft.showing(ExhibitKind::Cli, "shell", &name, shown(&compared.command));
        let why = format!("{} It consumes {units} RCU.", compared.why);
        let proof = (vec![compared.command], vec![format!("= {units} RCU")]);
        if units == least {
            draft.right = DrawnOption::right(name, why).tried(proof.0, proof.1);
        } else {
            let wrong = DrawnOption::wrong(name, why).tried(proof.0, proof.1);
            draft.wrong.push(DrawnOption { trap: compared.trap, ..wrong });
        }
    }
    Some(draft)
}

fn parallel(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let (count, bytes) = (chance.between(5, 12) * 100, chance.between(10, 40) * 100);
    let workers = chance.between(2, 4) * 4;
    let total = count * bytes;
    let setup = log(count, bytes, 0);
    let command = "scan --table-name Log --select COUNT --query Count".to_owned();
    let right = consumed(&bench(&setup)?, &command)?;
    // To tens: where pages and segments end depends on how the data is spread.
    let about = |units: Units| {
        let tens = (units.as_halves() + 10) / 20;
        format!("About {} RCU", grouped(tens * 10))
    };
    let stem = format!(
        "{who} stores {} {what} in an Amazon DynamoDB table. The total size of the items is {} KB. A nightly job on AWS Lambda scans \
         the whole table in one worker with the default consistency. To finish earlier, a developer changes the job to a parallel Scan \
         with {workers} workers and sets TotalSegments to {workers}. How many RCU do the {workers} workers consume together?",
        grouped(count),
        grouped(total / 1024)
    );
    let wrong = vec![
        DrawnOption::wrong(
            about(Units::halves(right.as_halves() / workers)),
            "This is the share of one worker. The workers read the whole table together.",
        )
        .trap("parallel-scan-cheaper"),
        DrawnOption::wrong(about(right.times(workers)), "Each worker reads only its own segment, not the whole table.")
            .right_if("It would be right if each worker scanned the table without Segment and TotalSegments."),
        DrawnOption::wrong(about(right.times(2)), "This is the cost of a strongly consistent Scan.")
            .trap("one-price-for-reads")
            .right_if("It would be right if ConsistentRead were set to true."),
    ];
    let why = "A parallel Scan reads the same data in less time. The total read capacity stays the same; only the rate rises.";
    let segments = (0..workers).map(|segment| {
        format!("scan --table-name Log --total-segments {workers} --segment {segment} --select COUNT --query Count")
    });
    let tries = std::iter::once(command).chain(segments).collect();
    let sees = vec![count.to_string(), format!("{right} RCU")];
    Some(DrawnQuestion::new(stem, DrawnOption::right(about(right), why).tried(tries, sees), wrong).on(setup))
}

fn missing(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let (found, missing) = (chance.between(2, 20) * 10, chance.between(2, 20) * 10);
    let bytes = tenths(chance.between(41, 119));
    let is_strong = chance.between(0, 1) == 1;
    let rate = Rate::read(is_strong);
    let words = if is_strong { "with ConsistentRead set to true" } else { "with the default consistency" };
    let of = |found: u64, missing: u64, rate: Rate| price(bytes, rate).times(found) + price(1, rate).times(missing);
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table. An AWS Lambda function sends {} {words}. The response to {} of them contains an \
         item of {}. For the other {missing} keys, no item exists. How many RCU do these requests consume?",
        counted(found + missing, "GetItem request"),
        grouped(found),
        super::arithmetic::kilobytes(bytes),
    );
    let flag = if is_strong { " --consistent-read" } else { "" };
    let tries = vec![
        format!("get-item --table-name Items --key {}{flag} --query Item.id", key(1)),
        format!("get-item --table-name Items --key {}{flag}", key(2)),
    ];
    let sees = vec![
        format!("= {} RCU", price(bytes, rate)),
        format!("0 bytes -> 1 x 4 KB x {}", if is_strong { "1" } else { "0.5" }),
    ];
    let right = of(found, missing, rate);
    let wrong = vec![
        DrawnOption::wrong(rcu(of(found, 0, rate)), "A read that finds no item consumes the minimum of a read.")
            .trap("p-nothing-found-is-free"),
        DrawnOption::wrong(
            rcu(of(found, missing, Rate::read(!is_strong))),
            "An eventually consistent read consumes half as much as a strongly consistent read.",
        )
        .trap("one-price-for-reads")
        .right_if(if is_strong {
            "It would be right for the default consistency."
        } else {
            "It would be right if ConsistentRead were set to true."
        }),
        DrawnOption::wrong(
            rcu(of(found + missing, 0, rate)),
            "A read that finds no item consumes the minimum, not as much as an item of the usual size.",
        ),
        DrawnOption::wrong(
            rcu(price(1, rate).times(found + missing)),
            "The items that are found are larger than 4 KB.",
        ),
    ];
    let why = format!(
        "A read of an item that does not exist consumes the minimum of its kind, {} RCU here. Each item that is found consumes {} RCU.",
        price(1, rate),
        price(bytes, rate)
    );
    Some(DrawnQuestion::new(stem, DrawnOption::right(rcu(right), why).tried(tries, sees), wrong).on(items(&[bytes])))
}
