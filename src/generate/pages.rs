//! What reads return: pages, limits, counts, ranges of keys.

use serde_json::json;

use super::arithmetic::kilobytes;
use super::reads::{QUERY_LOG, log};
use super::{DrawnOption, DrawnQuestion, Family, bench, counted, pick, scene, shown};
use crate::chance::Chance;
use crate::content::ExhibitKind;
use crate::content::lab::SetupTable;

const PAGES: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html";
const FILTER: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.FilterExpression.html";
const KEYS: &str =
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html";
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
        id: "gen-cli-page-size",
        title: "What --page-size of the AWS CLI does",
        topic: "beyond",
        claims: &["X2"],
        skills: &["1.3.3", "1.1.9"],
        difficulty: 2,
        docs: "https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-pagination.html",
        draw: page_size,
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
        title: "Which items a key condition selects",
        topic: "keys",
        claims: &["K3", "Q1"],
        skills: &["1.3.4"],
        difficulty: 2,
        docs: KEYS,
        draw: key_condition,
    },
    Family {
        id: "gen-sort-order",
        title: "The order of the items in a response",
        topic: "keys",
        claims: &["K3"],
        skills: &["1.3.4"],
        difficulty: 2,
        docs: KEYS,
        draw: sort_order,
    },
];

fn pages(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let (bytes, count) = (chance.between(20, 80) * 100, chance.between(6, 16) * 50);
    let setup = log(count, bytes, 0);
    let command =
        format!("{QUERY_LOG} --expression-attribute-values {{\":s\":{{\"S\":\"s\"}}}} --select COUNT --query Count");
    // How many requests it takes is asked of the engine: a page ends with the item that crosses 1 MB.
    let mut bench = bench(&setup)?;
    let reply = bench.run(&command);
    let right = bench.entries_since(reply.since).count() as u64;
    let tenths = (count * bytes * 10 / (1 << 20)).max(1);
    // Near a whole number of pages it would depend on single bytes.
    if right < 2 || tenths.is_multiple_of(10) || tenths % 10 == 9 || right != tenths.div_ceil(10) {
        return None;
    }
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table. One partition key value has {count} items of about {} each, {}.{} MB in \
         total. A Lambda function sends Query requests for this partition key value without Limit until the response has no \
         LastEvaluatedKey. How many Query requests does the function send?",
        kilobytes(bytes),
        tenths / 10,
        tenths % 10
    );
    let number = |requests: u64| counted(requests, "request");
    let wrong = vec![
        DrawnOption::wrong(
            number(count.div_ceil(100)),
            "A page of a Query is limited by its size. 100 is the largest number of items in a BatchGetItem request.",
        )
        .trap("page-is-count")
        .right_if("It would be right for BatchGetItem requests of 100 keys."),
        DrawnOption::wrong(number(1), "One Query request reads at most 1 MB.")
            .trap("page-is-count")
            .right_if("It would be right if the items had a total size of less than 1 MB."),
        DrawnOption::wrong(
            number(count.div_ceil(25)),
            "A page of a Query is limited by its size. 25 is the largest number of writes in a BatchWriteItem request.",
        )
        .trap("one-batch-size")
        .right_if("It would be right for writing these items with BatchWriteItem."),
        DrawnOption::wrong(number((right / 2).max(2)), "This would need pages of about 2 MB.").trap("page-is-count"),
        DrawnOption::wrong(number(right * 4), "This would need pages of about 256 KB.").trap("page-is-count"),
    ];
    let why = "Each Query request reads at most 1 MB and returns a LastEvaluatedKey if there is more to read.";
    let right =
        DrawnOption::right(number(right), why).tried(vec![command], vec![count.to_string(), "together:".to_owned()]);
    Some(DrawnQuestion::new(stem, right, wrong).on(setup))
}

fn page_size(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let size = chance.between(2, 10) * 5;
    let calls = chance.between(3, 9);
    // The last page is not full: a full one would be followed by an empty one.
    let count = size * (calls - 1) + chance.between(1, size - 1);
    let setup = log(count, 200, 0);
    let command = format!(
        "dynamodb query --table-name Log --key-condition-expression 'series = :s' --page-size {size} \
         --expression-attribute-values '{{\":s\":{{\"S\":\"s\"}}}}'"
    );
    let mut bench = bench(&setup)?;
    let reply = bench.run(&command);
    if bench.entries_since(reply.since).count() as u64 != calls {
        return None;
    }
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table named Log. The partition key value s has {count} items of 200 bytes each. A \
         developer runs the following AWS CLI command. How many Query API calls does the command send, and how many items does it \
         print?"
    );
    let told = |calls: u64, items: u64| format!("{} and {items} items", counted(calls, "call"));
    let wrong = vec![
        DrawnOption::wrong(
            told(1, size),
            "--page-size sets the Limit of each call. The AWS CLI then requests the next page.",
        )
        .trap("limit-is-result-count")
        .right_if("It would be right if the command also had --no-paginate."),
        DrawnOption::wrong(
            told(1, count),
            "All items fit in one page of 1 MB, but --page-size sets a lower Limit for each call.",
        )
        .trap("page-is-count")
        .right_if("It would be right without --page-size."),
        DrawnOption::wrong(told(calls, size), "The AWS CLI joins the pages and prints all of the items.")
            .trap("limit-is-result-count"),
    ];
    let why = format!(
        "--page-size sets the Limit of each call to {size}. The AWS CLI sends calls until there is no LastEvaluatedKey and joins the pages."
    );
    let counting = format!("{command} --query Count");
    let right = DrawnOption::right(told(calls, count), why)
        .tried(vec![counting], vec![count.to_string(), "together:".to_owned()]);
    Some(DrawnQuestion::new(stem, right, wrong).on(setup).showing(
        ExhibitKind::Cli,
        "shell",
        "The command",
        shown(&command),
    ))
}

fn limit(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let (count, every) = (chance.between(20, 60) * 10, chance.between(3, 8));
    let most = chance.between(2, 9) * 5;
    let hits = count / every;
    let stem = format!(
        "{who} stores {count} {what} with the same partition key value in an Amazon DynamoDB table. The attribute state of {hits} of the \
         items is HIT. A Lambda function sends one Query request for this partition key value with a Limit of {most} and the filter \
         expression state = HIT. How many items does this request read and consume read capacity for?"
    );
    let command = format!(
        "{QUERY_LOG} --filter-expression '#s = :h' --expression-attribute-names {{\"#s\":\"state\"}} \
         --expression-attribute-values {{\":s\":{{\"S\":\"s\"}},\":h\":{{\"S\":\"HIT\"}}}} --limit {most} --query ScannedCount"
    );
    let number = |items: u64| format!("{items} items");
    let wrong = vec![
        DrawnOption::wrong(
            number(most * every),
            "The request does not continue until this number of items passes the filter expression.",
        )
        .trap("limit-is-result-count"),
        DrawnOption::wrong(number(count), "The request ends when it has read as many items as Limit says.")
            .trap("limit-is-result-count")
            .right_if("It would be right without Limit."),
        DrawnOption::wrong(number(hits), "The filter expression does not decide which items are read.")
            .trap("filter-saves-reads")
            .right_if(
                "It would be right for a Query on a sparse global secondary index for this state, without Limit.",
            ),
    ];
    let why = "Limit is the number of items that are read. The filter expression is applied afterwards, so the response can have fewer.";
    let right = DrawnOption::right(number(most), why).tried(vec![command], vec![most.to_string()]);
    Some(DrawnQuestion::new(stem, right, wrong).on(log(count, 100, every)))
}

fn counts(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let (count, every) = (chance.between(10, 90) * 5, chance.between(4, 20));
    let hits = count / every;
    let stem = format!(
        "{who} stores {count} {what} with the same partition key value in an Amazon DynamoDB table. The attribute state of {hits} of the \
         items is HIT. An application sends a Query request for this partition key value with the filter expression state = HIT. The \
         response has no LastEvaluatedKey. Which values does the response contain?"
    );
    let command = format!(
        "{QUERY_LOG} --filter-expression '#s = :h' --expression-attribute-names {{\"#s\":\"state\"}} \
         --expression-attribute-values {{\":s\":{{\"S\":\"s\"}},\":h\":{{\"S\":\"HIT\"}}}} --query [Count,ScannedCount]"
    );
    let figures = |found: u64, read: u64| format!("Count {found} and ScannedCount {read}");
    let wrong = vec![
        DrawnOption::wrong(
            figures(count, hits),
            "The two values are the other way round: ScannedCount is the number of items before the filter expression.",
        )
        .trap("filter-saves-reads"),
        DrawnOption::wrong(
            figures(hits, hits),
            "The filter expression is applied after all items of the partition key value were read.",
        )
        .trap("filter-saves-reads")
        .right_if("It would be right for a Query on a sparse global secondary index for this state."),
        DrawnOption::wrong(
            figures(count, count),
            "The items that the filter expression removes are not in the response.",
        )
        .trap("count-is-total")
        .right_if("It would be right without the filter expression."),
    ];
    let why =
        "ScannedCount is the number of items that were read. Count is the number that passed the filter expression.";
    let right =
        DrawnOption::right(figures(hits, count), why).tried(vec![command], vec![format!("[ {hits}, {count} ]")]);
    Some(DrawnQuestion::new(stem, right, wrong).on(log(count, 120, every)))
}

/// A table with a partition key and a String sort key, and an item for each sort key value of one partition key value.
fn days(partition: &str, sort: &str, values: &[String]) -> SetupTable {
    let create = json!({
        "TableName": "Rides", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": partition, "AttributeType": "S"}, {"AttributeName": sort, "AttributeType": "S"},
        ],
        "KeySchema": [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}],
    });
    let items = values.iter().map(|value| json!({partition: {"S": "x"}, sort: {"S": value}})).collect();
    SetupTable { create, generate: Vec::new(), items }
}

/// A list of texts as the AWS CLI prints it, on one line.
fn printed(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
    if quoted.is_empty() { "[]".to_owned() } else { format!("[ {} ]", quoted.join(", ")) }
}

/// Conditions on the sort key that select a part of a few months, with their values `:a` and `:b`.
fn sort_key_conditions(month: u64) -> [(&'static str, String, String); 5] {
    [
        ("begins_with(rideDay, :a)", format!("2026-{month:02}"), String::new()),
        ("rideDay BETWEEN :a AND :b", format!("2026-{month:02}-05"), format!("2026-{month:02}-25")),
        ("rideDay > :a", format!("2026-{month:02}"), String::new()),
        ("rideDay < :a", format!("2026-{month:02}-15"), String::new()),
        ("rideDay BETWEEN :a AND :b", format!("2026-{month:02}"), format!("2026-{:02}", month + 1)),
    ]
}

fn key_condition(chance: &mut Chance) -> Option<DrawnQuestion> {
    let all: Vec<String> = (0..5)
        .map(|_| format!("2026-{:02}-{:02}", chance.between(1, 3), chance.between(1, 28)))
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect();
    let conditions = sort_key_conditions(chance.between(1, 3));
    let (condition, low, high) = pick(chance, &conditions)?;
    let upper = if high.is_empty() { String::new() } else { format!(",\":b\":{{\"S\":\"{high}\"}}") };
    let values = format!("'{{\":r\":{{\"S\":\"x\"}},\":a\":{{\"S\":\"{low}\"}}{upper}}}'");
    let command = format!(
        "dynamodb query --table-name Rides --key-condition-expression 'rider = :r AND {condition}' \
         --expression-attribute-values {values}"
    );
    let asked = format!("{command} --query Items[].rideDay.S");
    let setup = days("rider", "rideDay", &all);
    let found: Vec<String> = serde_json::from_str(&bench(&setup)?.run(&asked).text).ok()?;
    if found.len() < 2 || found.len() == all.len() {
        return None;
    }
    let told = |days: &[String]| format!("{}: {}", counted(days.len() as u64, "item"), days.join(", "));
    let outside: Vec<String> = all.iter().filter(|day| !found.contains(day)).cloned().collect();
    let stem = format!(
        "A bike sharing company stores rides in an Amazon DynamoDB table named Rides. The partition key is rider and the sort key is \
         rideDay, a String. The rider x has items with the sort key values {}. An application sends the following request. How many \
         items does the response contain?",
        all.join(", ")
    );
    let short = |days: &[String]| counted(days.len() as u64, "item");
    let returns = format!("The request returns {}.", told(&found));
    let mut wrong = vec![
        DrawnOption::wrong(short(&found[1..]), format!("The condition selects one more item. {returns}")),
        DrawnOption::wrong(short(&outside), format!("The condition does not select {}. {returns}", outside.join(", "))),
        DrawnOption::wrong(short(&all), "The condition on the sort key selects only a part of the items.")
            .right_if("It would be right for a Query with the partition key alone."),
        DrawnOption::wrong(short(&[]), "A bound need not be a complete date. Strings are compared byte by byte.")
            .trap("keys-have-meaning"),
        DrawnOption::wrong(
            counted(found.len() as u64 + 1, "item"),
            format!("The condition selects fewer items. {returns}"),
        ),
    ];
    chance.shuffle(&mut wrong);
    let why = format!(
        "Strings are compared byte by byte.{} The request returns {}.",
        if high.is_empty() { "" } else { " Both bounds of BETWEEN belong to the range." },
        found.join(", ")
    );
    let right = DrawnOption::right(short(&found), why).tried(vec![asked], vec![printed(&found)]);
    Some(DrawnQuestion::new(stem, right, wrong).on(setup).showing(
        ExhibitKind::Cli,
        "shell",
        "The request",
        shown(&command),
    ))
}

fn sort_order(chance: &mut Chance) -> Option<DrawnQuestion> {
    let mut numbers = [2, 3, 9, 10, 12, 21, 30, 100];
    chance.shuffle(&mut numbers);
    let mut numbers = numbers[..4].to_vec();
    let written: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    let backward = chance.between(0, 1) == 1;
    let setup = days("room", "number", &written);
    let flag = if backward { " --no-scan-index-forward" } else { "" };
    let command = format!(
        "query --table-name Rides --key-condition-expression 'room = :r' \
         --expression-attribute-values '{{\":r\":{{\"S\":\"x\"}}}}'{flag} --query Items[].number.S"
    );
    let found: Vec<String> = serde_json::from_str(&bench(&setup)?.run(&command).text).ok()?;
    numbers.sort_unstable();
    let rising: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    let falling: Vec<String> = rising.iter().rev().cloned().collect();
    let opposite: Vec<String> = found.iter().rev().cloned().collect();
    if found == rising || found == falling {
        return None;
    }
    let stem = format!(
        "A museum stores exhibit records in an Amazon DynamoDB table. The partition key is room and the sort key is number, a String. \
         An application writes four items for one room, in this order of number: {}. Then the application sends a Query request for the \
         room with ScanIndexForward set to {}. In which order does the response return the items?",
        written.join(", "),
        !backward
    );
    let wrong = vec![
        DrawnOption::wrong(
            if backward { falling.join(", ") } else { rising.join(", ") },
            "This is the order of numbers. The sort key is a String, so 10 comes before 2.",
        )
        .trap("types-compare")
        .right_if("It would be right if the sort key were of type Number."),
        DrawnOption::wrong(
            opposite.join(", "),
            "ScanIndexForward decides the direction: true is ascending and false is descending.",
        )
        .trap("newest-first"),
        DrawnOption::wrong(written.join(", "), "The order in which the items were written has no effect on a Query.")
            .trap("order-needs-code")
            .right_if("It would be right if the sort key began with the time of the write."),
        DrawnOption::wrong(
            if backward { rising.join(", ") } else { falling.join(", ") },
            "This is an order of numbers. The sort key is a String.",
        )
        .trap("types-compare"),
    ];
    let why = "DynamoDB sorts String sort keys by their UTF-8 bytes, character by character.";
    let right = DrawnOption::right(found.join(", "), why).tried(vec![command], vec![printed(&found)]);
    Some(DrawnQuestion::new(stem, right, wrong).on(setup))
}
