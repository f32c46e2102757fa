//! Capacity arithmetic: what sizes and rates come to.

use serde_json::json;

use super::{Answer, Draft, Family, scene};
use crate::chance::Chance;
use crate::content::lab::{Generate, SetupTable};
use crate::engine::capacity::{Rate, Units, grouped, price};

const READS: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html";
const MODES: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/provisioned-capacity-mode.html";
const SKILLS: &[&str] = &["1.3.6", "4.3.8"];

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-rcu-eventual",
        title: "Read units for a rate of eventually consistent reads",
        topic: "beyond",
        claims: &["X1", "C1"],
        skills: SKILLS,
        difficulty: 2,
        docs: READS,
        draw: |chance| reads(chance, Rate::EventualRead),
    },
    Family {
        id: "gen-rcu-strong",
        title: "Read units for a rate of strongly consistent reads",
        topic: "beyond",
        claims: &["X1", "C2"],
        skills: SKILLS,
        difficulty: 2,
        docs: READS,
        draw: |chance| reads(chance, Rate::StrongRead),
    },
    Family {
        id: "gen-rcu-transactional",
        title: "Read units for a rate of transactional reads",
        topic: "beyond",
        claims: &["X1", "X3"],
        skills: SKILLS,
        difficulty: 2,
        docs: READS,
        draw: |chance| reads(chance, Rate::TransactionalRead),
    },
    Family {
        id: "gen-wcu-standard",
        title: "Write units for a rate of writes",
        topic: "beyond",
        claims: &["X1"],
        skills: SKILLS,
        difficulty: 2,
        docs: READS,
        draw: |chance| writes(chance, Rate::Write),
    },
    Family {
        id: "gen-wcu-transactional",
        title: "Write units for a rate of transactional writes",
        topic: "beyond",
        claims: &["X1", "X3"],
        skills: SKILLS,
        difficulty: 2,
        docs: READS,
        draw: |chance| writes(chance, Rate::TransactionalWrite),
    },
    Family {
        id: "gen-reads-of-units",
        title: "How many reads a second some read units serve",
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

fn reads(chance: &mut Chance, rate: Rate) -> Option<Draft> {
    let (who, what) = scene(chance);
    let bytes = tenths(chance.between(6, 199));
    let each = chance.between(2, 40) * 10;
    let total = |rate| each_second(price(bytes, rate), each);
    let words = match rate {
        Rate::EventualRead => "eventually consistent",
        Rate::StrongRead => "strongly consistent",
        _ => "transactional",
    };
    let stem = format!(
        "{who} keeps {what} in a table with provisioned capacity. Each item has {}. At peak the application makes {} {words} \
         reads a second, one item at a time by its key. How many read capacity units must be provisioned at least so that no \
         read is throttled?",
        kilobytes(bytes),
        grouped(each)
    );
    let right = total(rate)?;
    let (tries, sees) = proof(rate, bytes);
    let blocks = bytes.div_ceil(4096);
    let why = format!(
        "{} are {blocks} block(s) of 4 KB; a read costs {} RCU, and {each} a second cost {}.",
        kilobytes(bytes),
        price(bytes, rate),
        grouped(right)
    );
    let other = |rate: Rate, words: &str, right_if: &'static str| {
        let units = total(rate)?;
        let why = format!("That is the price of {words} reads.");
        Some(Answer::wrong(unit_text(units, "RCU"), "one-price-for-reads", why, right_if))
    };
    let exact = (bytes * each).div_ceil(4096) * price(1, rate).as_halves();
    let in_write_blocks = bytes.div_ceil(1024) * each * price(1, rate).as_halves();
    let mut wrong = Vec::new();
    if rate != Rate::EventualRead {
        wrong.extend(other(
            Rate::EventualRead,
            "eventually consistent",
            "It would be right if the reads might be stale.",
        ));
    }
    if rate != Rate::StrongRead {
        wrong.extend(other(
            Rate::StrongRead,
            "strongly consistent",
            "It would be right with ConsistentRead on each read.",
        ));
    }
    wrong.push(Answer::wrong(
        unit_text(exact.div_ceil(2), "RCU"),
        "no-rounding",
        "Each item is rounded up to whole 4 KB blocks before it is multiplied; the bytes are not added up first.",
        "It would be right if one Query read the items together.",
    ));
    if rate != Rate::TransactionalRead {
        wrong.extend(other(Rate::TransactionalRead, "transactional", "It would be right for TransactGetItems."));
    }
    wrong.push(Answer::wrong(
        unit_text(in_write_blocks.div_ceil(2), "RCU"),
        "one-block-size",
        "Reads are counted in blocks of 4 KB; 1 KB is the block of writes.",
        "It would be right if read units covered 1 KB.",
    ));
    Some(Draft {
        stem,
        right: Answer::right(unit_text(right, "RCU"), why).tried(tries, sees),
        wrong,
        setup: vec![items(&[bytes])],
    })
}

fn writes(chance: &mut Chance, rate: Rate) -> Option<Draft> {
    let (who, what) = scene(chance);
    let bytes = tenths(chance.between(3, 95));
    let each = chance.between(2, 40) * 5;
    let words = if rate == Rate::Write { "standard" } else { "transactional" };
    let stem = format!(
        "{who} stores {what} of {} each. The table has provisioned capacity and no index. During the busiest minute the \
         application makes {} {words} writes a second, each of a whole item. How many write capacity units must be provisioned \
         at least so that no write is throttled?",
        kilobytes(bytes),
        grouped(each)
    );
    let right = each_second(price(bytes, rate), each)?;
    let (tries, sees) = proof(rate, bytes);
    let why = format!(
        "{} are {} block(s) of 1 KB; a write costs {} WCU, and {each} a second cost {}.",
        kilobytes(bytes),
        bytes.div_ceil(1024),
        price(bytes, rate),
        grouped(right)
    );
    let factor = price(1, rate).as_halves() / 2;
    let in_read_blocks = bytes.div_ceil(4096) * each * factor;
    let exact = (bytes * each).div_ceil(1024) * factor;
    let other = if rate == Rate::Write { Rate::TransactionalWrite } else { Rate::Write };
    let other_total = each_second(price(bytes, other), each)?;
    Some(Draft {
        stem,
        right: Answer::right(unit_text(right, "WCU"), why).tried(tries, sees),
        wrong: vec![
            Answer::wrong(
                unit_text(other_total, "WCU"),
                "transaction-at-plain-price",
                "A transactional write costs two units for each 1 KB, a standard one costs one.",
                if rate == Rate::Write {
                    "It would be right within TransactWriteItems."
                } else {
                    "It would be right for PutItem, UpdateItem or DeleteItem."
                },
            ),
            Answer::wrong(
                unit_text(in_read_blocks, "WCU"),
                "one-block-size",
                "Writes are counted in blocks of 1 KB; 4 KB is the block of reads.",
                "It would be right if write units covered 4 KB.",
            ),
            Answer::wrong(
                unit_text(exact, "WCU"),
                "no-rounding",
                "Each item is rounded up to whole 1 KB blocks before it is multiplied.",
                "It would be right if every size were a whole number of KB.",
            ),
            Answer::wrong(
                unit_text(each * factor, "WCU"),
                "no-rounding",
                "That is one block for each write, whatever its size.",
                "It would be right for items of up to 1 KB.",
            ),
        ],
        setup: vec![items(&[bytes])],
    })
}

fn sustained(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let bytes = tenths(chance.between(41, 199));
    let strong = price(bytes, Rate::StrongRead);
    let blocks = strong.as_halves() / 2;
    let provisioned = blocks * chance.between(3, 40) * 2;
    let stem = format!(
        "{who} reads {what} of {} each by their keys with ConsistentRead. The table has {} provisioned read capacity units, \
         and its burst capacity is used up. How many such reads a second can the table serve at most?",
        kilobytes(bytes),
        grouped(provisioned)
    );
    let number = |reads: u64| format!("{} reads a second", grouped(reads));
    let (tries, sees) = proof(Rate::StrongRead, bytes);
    Some(Draft {
        stem,
        right: Answer::right(
            number(provisioned / blocks),
            format!(
                "Each read costs {strong} RCU; {provisioned} units are enough for {} of them.",
                provisioned / blocks
            ),
        )
        .tried(tries, sees),
        wrong: vec![
            Answer::wrong(
                number(provisioned * 2 / blocks),
                "one-price-for-reads",
                "An eventually consistent read costs half as much, but these are strongly consistent.",
                "It would be right without ConsistentRead.",
            ),
            Answer::wrong(
                number(provisioned),
                "no-rounding",
                "A unit is one strongly consistent read of up to 4 KB; these items are larger.",
                "It would be right for items of up to 4 KB.",
            ),
            Answer::wrong(
                number(provisioned * 4096 / bytes),
                "no-rounding",
                "Sizes are rounded up to whole blocks; the exact bytes do not count.",
                "It would be right if the size were a whole number of 4 KB blocks.",
            ),
            Answer::wrong(
                number(provisioned / blocks / 2),
                "transaction-at-plain-price",
                "That would be the price of transactional reads.",
                "It would be right for TransactGetItems.",
            ),
        ],
        setup: vec![items(&[bytes])],
    })
}

fn transaction(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let sizes: Vec<u64> = (0..chance.between(2, 4)).map(|_| tenths(chance.between(3, 38))).collect();
    let told = sizes.iter().map(|bytes| kilobytes(*bytes)).collect::<Vec<_>>().join(", ");
    let sum = |rate: Rate| sizes.iter().map(|bytes| price(*bytes, rate)).sum::<Units>().as_halves() / 2;
    let stem = format!(
        "{who} deletes {} related {what} with one TransactWriteItems request. Their sizes are {told}. The table has no index, \
         no conditions are given and the transaction succeeds. How many write units does it consume?",
        sizes.len()
    );
    let actions: Vec<String> = (1..=sizes.len())
        .map(|number| format!("{{\"Delete\":{{\"TableName\":\"Items\",\"Key\":{}}}}}", key(number)))
        .collect();
    let command = format!("transact-write-items --transact-items [{}]", actions.join(","));
    let right = sum(Rate::TransactionalWrite);
    let together = sizes.iter().sum::<u64>().div_ceil(1024);
    Some(Draft {
        stem,
        right: Answer::right(
            unit_text(right, "WCU"),
            "Each item is rounded up to whole KB, and each KB costs two units in a transaction.",
        )
        .tried(vec![command], vec![format!("together: {right} WCU")]),
        wrong: vec![
            Answer::wrong(
                unit_text(sum(Rate::Write), "WCU"),
                "transaction-at-plain-price",
                "That is what single requests would cost; a transaction prepares and commits, and costs twice as much.",
                "It would be right for single DeleteItem requests.",
            ),
            Answer::wrong(
                unit_text(together * 2, "WCU"),
                "round-once",
                "Every item is rounded up by itself; they are not added up first.",
                "It would be right if the items were one item.",
            ),
            Answer::wrong(
                unit_text(sizes.len() as u64 * 2, "WCU"),
                "no-rounding",
                "A deletion costs as much as the size of what it deletes.",
                "It would be right for items of up to 1 KB.",
            ),
            Answer::wrong(
                unit_text(together, "WCU"),
                "round-once",
                "Every item is rounded up by itself, and a transaction costs twice as much.",
                "It would be right for one item of that size, outside a transaction.",
            ),
            Answer::wrong(
                unit_text(right * 2, "WCU"),
                "transaction-at-plain-price",
                "Twice, not four times: two units for each KB.",
                "It would be right for twice as many items.",
            ),
        ],
        setup: vec![items(&sizes)],
    })
}
