//! Capacity arithmetic: what sizes and rates come to.

use serde_json::json;

use super::{DrawnOption, DrawnQuestion, Family, scene};
use crate::chance::Chance;
use crate::content::lab::{Generate, SetupTable};
use crate::engine::capacity::{Rate, Units, grouped, price};

const READS: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html";
const MODES: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/provisioned-capacity-mode.html";
const SKILLS: &[&str] = &["1.3.6", "4.3.8"];

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-rcu-eventual",
        title: "RCU for a rate of eventually consistent reads",
        topic: "beyond",
        claims: &["X1", "C1"],
        skills: SKILLS,
        difficulty: 2,
        docs: READS,
        draw: |chance| reads(chance, Rate::EventualRead),
    },
    Family {
        id: "gen-rcu-strong",
        title: "RCU for a rate of strongly consistent reads",
        topic: "beyond",
        claims: &["X1", "C2"],
        skills: SKILLS,
        difficulty: 2,
        docs: READS,
        draw: |chance| reads(chance, Rate::StrongRead),
    },
    Family {
        id: "gen-rcu-transactional",
        title: "RCU for a rate of transactional reads",
        topic: "beyond",
        claims: &["X1", "X3"],
        skills: SKILLS,
        difficulty: 2,
        docs: READS,
        draw: |chance| reads(chance, Rate::TransactionalRead),
    },
    Family {
        id: "gen-wcu-standard",
        title: "WCU for a rate of writes",
        topic: "beyond",
        claims: &["X1"],
        skills: SKILLS,
        difficulty: 2,
        docs: READS,
        draw: |chance| writes(chance, Rate::Write),
    },
    Family {
        id: "gen-wcu-transactional",
        title: "WCU for a rate of transactional writes",
        topic: "beyond",
        claims: &["X1", "X3"],
        skills: SKILLS,
        difficulty: 2,
        docs: READS,
        draw: |chance| writes(chance, Rate::TransactionalWrite),
    },
    Family {
        id: "gen-reads-of-units",
        title: "How many reads per second a number of RCU serves",
        topic: "beyond",
        claims: &["X1", "P2"],
        skills: SKILLS,
        difficulty: 2,
        docs: MODES,
        draw: sustained,
    },
    Family {
        id: "gen-transaction-total",
        title: "What a transaction of several writes costs",
        topic: "beyond",
        claims: &["X1", "X3"],
        skills: SKILLS,
        difficulty: 3,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html",
        draw: transaction,
    },
];

/// A size in bytes as a question tells it: tenths of a KB.
pub(super) fn kilobytes(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1024);
    if tenths.is_multiple_of(10) {
        format!("{} KB", tenths / 10)
    } else {
        format!("{}.{} KB", tenths / 10, tenths % 10)
    }
}

/// The bytes of so many tenths of a KB, never more than they say.
pub(super) const fn tenths(tenths: u64) -> u64 {
    tenths * 1024 / 10
}

/// A table Items (key id) that holds the items of these sizes, called `item-1` and so on.
pub(super) fn items(sizes: &[u64]) -> SetupTable {
    let create = json!({
        "TableName": "Items", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    let generate = sizes.iter().enumerate().map(|(place, bytes)| {
        let id = format!("item-{}", place + 1);
        // Names count: "id" and "body" have six bytes.
        let body = bytes.saturating_sub(6 + id.len() as u64);
        let item = [("id", json!({ "S": id })), ("body", json!({"S": format!("{{text:{body}}}")}))];
        Generate { count: 1, seed: 1, item: item.map(|(name, value)| (name.to_owned(), value)).into() }
    });
    SetupTable { create, generate: generate.collect(), items: Vec::new() }
}

/// The key of an item of [`items`], as it is typed.
pub(super) fn key(number: usize) -> String {
    format!("{{\"id\":{{\"S\":\"item-{number}\"}}}}")
}

/// Sizes of items in words: "2.1 KB, 3 KB and 0.4 KB".
pub(super) fn sizes_told(sizes: &[u64]) -> String {
    let told: Vec<String> = sizes.iter().map(|bytes| kilobytes(*bytes)).collect();
    match told.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => told.concat(),
    }
}

/// What so many requests a second cost at a price, as whole units a second; `None` if it comes to half a unit.
fn each_second(price: Units, rate: u64) -> Option<u64> {
    let halves = price.as_halves() * rate;
    halves.is_multiple_of(2).then_some(halves / 2)
}

fn unit_text(units: u64, kind: &str) -> String {
    format!("{} {kind}", grouped(units))
}

/// The command that reads or writes an item at a rate, and the price that is seen.
fn proof(rate: Rate, bytes: u64) -> (Vec<String>, Vec<String>) {
    let key = key(1);
    let command = match rate {
        Rate::EventualRead => format!("get-item --table-name Items --key {key} --query Item.id"),
        Rate::StrongRead => format!("get-item --table-name Items --key {key} --consistent-read --query Item.id"),
        Rate::TransactionalRead => format!(
            "transact-get-items --transact-items [{{\"Get\":{{\"TableName\":\"Items\",\"Key\":{key}}}}}] --query Responses[].Item.id"
        ),
        // A deletion costs what the item has.
        Rate::Write => format!("delete-item --table-name Items --key {key}"),
        Rate::TransactionalWrite => {
            format!("transact-write-items --transact-items [{{\"Delete\":{{\"TableName\":\"Items\",\"Key\":{key}}}}}]")
        }
    };
    let kind = if rate.is_read() { "RCU" } else { "WCU" };
    (vec![command], vec![format!("= {} {kind}", price(bytes, rate))])
}

fn reads(chance: &mut Chance, rate: Rate) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let bytes = tenths(chance.between(6, 199));
    let each = chance.between(2, 40) * 10;
    let size = kilobytes(bytes);
    let total = |rate| each_second(price(bytes, rate), each);
    let load = match rate {
        Rate::EventualRead => format!("sends {each} GetItem requests per second with the default consistency"),
        Rate::StrongRead => format!("sends {each} GetItem requests per second with ConsistentRead set to true"),
        _ => format!("reads {each} items per second with TransactGetItems requests"),
    };
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table that uses provisioned capacity mode. Each item has a size of {size}. \
         At peak, an AWS Lambda function {load}. How many RCU must the table have to serve this load without throttling?"
    );
    let right = total(rate)?;
    let (tries, sees) = proof(rate, bytes);
    let why = format!(
        "DynamoDB rounds {size} up to {}. One read of this kind consumes {} RCU, so {each} reads per second consume {} RCU.",
        kilobytes(bytes.div_ceil(4096) * 4096),
        price(bytes, rate),
        grouped(right)
    );
    let wrong = wrong_reads(rate, bytes, each);
    Some(
        DrawnQuestion::new(stem, DrawnOption::right(unit_text(right, "RCU"), why).tried(tries, sees), wrong)
            .on(items(&[bytes])),
    )
}

/// Wrong answers to what `each` reads of `bytes` cost in a second: other kinds of reads, other ways to round.
fn wrong_reads(rate: Rate, bytes: u64, each: u64) -> Vec<DrawnOption> {
    let other = |rate: Rate, words: &str, right_if: &'static str| {
        let units = each_second(price(bytes, rate), each)?;
        let why = format!("This is the cost of {words} reads.");
        Some(DrawnOption::wrong(unit_text(units, "RCU"), why).trap("one-price-for-reads").right_if(right_if))
    };
    let exact = (bytes * each).div_ceil(4096) * price(1, rate).as_halves();
    let in_write_blocks = bytes.div_ceil(1024) * each * price(1, rate).as_halves();
    let mut wrong = Vec::new();
    if rate != Rate::EventualRead {
        wrong.extend(other(
            Rate::EventualRead,
            "eventually consistent",
            "It would be right for GetItem requests with the default consistency.",
        ));
    }
    if rate != Rate::StrongRead {
        wrong.extend(other(
            Rate::StrongRead,
            "strongly consistent",
            "It would be right for GetItem requests with ConsistentRead set to true.",
        ));
    }
    wrong.push(
        DrawnOption::wrong(
            unit_text(exact.div_ceil(2), "RCU"),
            "DynamoDB rounds the size of each item up to a multiple of 4 KB before the sizes are added.",
        )
        .trap("no-rounding")
        .right_if("It would be close to right if Query requests read many of these items together."),
    );
    if rate != Rate::TransactionalRead {
        let right_if = "It would be right for items that are read with TransactGetItems.";
        wrong.extend(other(Rate::TransactionalRead, "transactional", right_if));
    }
    wrong.push(
        DrawnOption::wrong(
            unit_text(in_write_blocks.div_ceil(2), "RCU"),
            "This counts blocks of 1 KB, the unit of writes. Reads are counted in blocks of 4 KB.",
        )
        .trap("one-block-size"),
    );
    wrong
}

fn writes(chance: &mut Chance, rate: Rate) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let bytes = tenths(chance.between(3, 95));
    let each = chance.between(2, 40) * 5;
    let size = kilobytes(bytes);
    let load = if rate == Rate::Write {
        format!("sends {each} PutItem requests per second")
    } else {
        format!("writes {each} items per second with TransactWriteItems requests")
    };
    let stem = format!(
        "{who} stores {what} of {size} each in an Amazon DynamoDB table. The table uses provisioned capacity mode and has no \
         secondary indexes. At peak, an AWS Lambda function behind Amazon API Gateway {load}. How many WCU must the table have to \
         serve this load without throttling?"
    );
    let right = each_second(price(bytes, rate), each)?;
    let (tries, sees) = proof(rate, bytes);
    let why = format!(
        "DynamoDB rounds {size} up to {} KB. One write of this kind consumes {} WCU, so {each} writes per second consume {} WCU.",
        bytes.div_ceil(1024),
        price(bytes, rate),
        grouped(right)
    );
    let factor = price(1, rate).as_halves() / 2;
    let in_read_blocks = bytes.div_ceil(4096) * each * factor;
    let exact = (bytes * each).div_ceil(1024) * factor;
    let other = if rate == Rate::Write { Rate::TransactionalWrite } else { Rate::Write };
    let other_total = each_second(price(bytes, other), each)?;
    let wrong = vec![
        DrawnOption::wrong(
            unit_text(other_total, "WCU"),
            "A transactional write consumes 2 WCU for each 1 KB. A standard write consumes 1 WCU.",
        )
        .trap("transaction-at-plain-price")
        .right_if(if rate == Rate::Write {
            "It would be right if the items were written with TransactWriteItems."
        } else {
            "It would be right for PutItem, UpdateItem or DeleteItem requests."
        }),
        DrawnOption::wrong(
            unit_text(in_read_blocks, "WCU"),
            "This counts blocks of 4 KB, the unit of reads. Writes are counted in blocks of 1 KB.",
        )
        .trap("one-block-size"),
        DrawnOption::wrong(
            unit_text(exact, "WCU"),
            "DynamoDB rounds the size of each item up to a multiple of 1 KB before the sizes are added.",
        )
        .trap("no-rounding"),
        DrawnOption::wrong(unit_text(each * factor, "WCU"), "This counts 1 KB for each write, whatever its size.")
            .trap("no-rounding")
            .right_if("It would be right for items of up to 1 KB."),
    ];
    Some(
        DrawnQuestion::new(stem, DrawnOption::right(unit_text(right, "WCU"), why).tried(tries, sees), wrong)
            .on(items(&[bytes])),
    )
}

fn sustained(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let bytes = tenths(chance.between(41, 199));
    let strong = price(bytes, Rate::StrongRead);
    let blocks = strong.as_halves() / 2;
    let provisioned = blocks * chance.between(3, 40) * 2;
    let stem = format!(
        "{who} stores {what} of {} each in an Amazon DynamoDB table that has {} RCU of provisioned capacity. An application reads \
         single items with GetItem and sets ConsistentRead to true. The requests are spread evenly over the keys, and no burst \
         capacity is left. What is the highest rate of these reads that the table can sustain?",
        kilobytes(bytes),
        grouped(provisioned)
    );
    let number = |reads: u64| format!("{} reads per second", grouped(reads));
    let (tries, sees) = proof(Rate::StrongRead, bytes);
    let served = provisioned / blocks;
    let right = DrawnOption::right(
        number(served),
        format!("Each read consumes {strong} RCU, so {} RCU serve {served} reads per second.", grouped(provisioned)),
    );
    let wrong = vec![
        DrawnOption::wrong(
            number(provisioned * 2 / blocks),
            "This is the rate of eventually consistent reads, which consume half as much.",
        )
        .trap("one-price-for-reads")
        .right_if("It would be right if the requests used the default consistency."),
        DrawnOption::wrong(
            number(provisioned),
            "One RCU covers one strongly consistent read per second of up to 4 KB. These items are larger.",
        )
        .trap("no-rounding")
        .right_if("It would be right for items of up to 4 KB."),
        DrawnOption::wrong(
            number(provisioned * 4096 / bytes),
            "This divides by the exact size. DynamoDB rounds the size of each item up to a multiple of 4 KB.",
        )
        .trap("no-rounding"),
        DrawnOption::wrong(
            number(provisioned / blocks / 2),
            "This is the rate of transactional reads, which consume twice as much.",
        )
        .trap("transaction-at-plain-price")
        .right_if("It would be right if the items were read with TransactGetItems."),
    ];
    Some(DrawnQuestion::new(stem, right.tried(tries, sees), wrong).on(items(&[bytes])))
}

fn transaction(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let sizes: Vec<u64> = (0..chance.between(2, 4)).map(|_| tenths(chance.between(3, 38))).collect();
    let sum = |rate: Rate| sizes.iter().map(|bytes| price(*bytes, rate)).sum::<Units>().as_halves() / 2;
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table without secondary indexes. An AWS Lambda function deletes {} related items \
         in one TransactWriteItems request. The items have sizes of {}. The request has no condition expressions and succeeds. \
         How many WCU does the request consume?",
        sizes.len(),
        sizes_told(&sizes)
    );
    let actions: Vec<String> = (1..=sizes.len())
        .map(|number| format!("{{\"Delete\":{{\"TableName\":\"Items\",\"Key\":{}}}}}", key(number)))
        .collect();
    let command = format!("transact-write-items --transact-items [{}]", actions.join(","));
    let right = sum(Rate::TransactionalWrite);
    let together = sizes.iter().sum::<u64>().div_ceil(1024);
    let why = "Each item is rounded up to a multiple of 1 KB, and each KB consumes 2 WCU in a transaction: one to prepare the \
               write and one to commit it.";
    let wrong = vec![
        DrawnOption::wrong(
            unit_text(sum(Rate::Write), "WCU"),
            "Single requests would consume this. A transaction consumes twice as much.",
        )
        .trap("transaction-at-plain-price")
        .right_if("It would be right for single DeleteItem requests or for a BatchWriteItem request."),
        DrawnOption::wrong(
            unit_text(together * 2, "WCU"),
            "Each item is rounded up separately. The sizes are not added first.",
        )
        .trap("round-once")
        .right_if("It would be right if the data were stored in one item."),
        DrawnOption::wrong(
            unit_text(sizes.len() as u64 * 2, "WCU"),
            "A deletion consumes write capacity for the size of the item that it deletes.",
        )
        .trap("no-rounding")
        .right_if("It would be right for items of up to 1 KB."),
        DrawnOption::wrong(
            unit_text(together, "WCU"),
            "Each item is rounded up separately, and a transaction consumes twice as much.",
        )
        .trap("round-once"),
        DrawnOption::wrong(
            unit_text(right * 2, "WCU"),
            "A transactional write consumes twice as much as a standard write, not four times as much.",
        )
        .trap("transaction-at-plain-price"),
    ];
    let right =
        DrawnOption::right(unit_text(right, "WCU"), why).tried(vec![command], vec![format!("together: {right} WCU")]);
    Some(DrawnQuestion::new(stem, right, wrong).on(items(&sizes)))
}
