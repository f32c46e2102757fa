//! What reads cost: Query, Scan and the batch.

use serde_json::json;

use super::arithmetic::{items, key, kilobytes, tenths};
use super::{Answer, Draft, Family, scene};
use crate::chance::Chance;
use crate::content::lab::{Generate, SetupTable};
use crate::engine::capacity::{Rate, Units, grouped, price};

const QUERY: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.html";
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
        id: "gen-cheapest-request",
        title: "Which of four requests costs least",
        topic: "query-scan",
        claims: &["Q3", "X1"],
        skills: SKILLS,
        difficulty: 3,
        docs: QUERY,
        draw: cheapest,
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
