//! What secondary indexes cost, on writes and on reads.

use serde_json::json;

use super::arithmetic::{kilobytes, tenths};
use super::{Answer, Draft, Family, scene};
use crate::chance::Chance;
use crate::content::lab::{Generate, SetupTable};
use crate::engine::capacity::{Rate, Units, price};

const INDEXES: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html";
const SKILLS: &[&str] = &["1.3.4", "4.3.8"];

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-index-key-change",
        title: "What an index costs when its key changes",
        topic: "indexes",
        claims: &["I5", "X6"],
        skills: SKILLS,
        difficulty: 3,
        docs: INDEXES,
        draw: key_change,
    },
    Family {
        id: "gen-index-fan-out",
        title: "What a put costs with several indexes",
        topic: "indexes",
        claims: &["X6", "X1"],
        skills: SKILLS,
        difficulty: 3,
        docs: INDEXES,
        draw: fan_out,
    },
    Family {
        id: "gen-index-projection-read",
        title: "What an index's projection does to a Query's cost",
        topic: "indexes",
        claims: &["X6", "X1"],
        skills: SKILLS,
        difficulty: 2,
        docs: INDEXES,
        draw: projection_read,
    },
];

/// A table Items (id) on demand with global indexes on `group`, each with its name and projection, and these items.
fn indexed(indexes: &[(&str, &str)], items: Vec<Generate>) -> SetupTable {
    let indexes: Vec<_> = indexes
        .iter()
        .map(|(name, projection)| {
            json!({
                "IndexName": name, "KeySchema": [{"AttributeName": "group", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": projection},
            })
        })
        .collect();
    let create = json!({
        "TableName": "Items", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "group", "AttributeType": "S"},
        ],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "GlobalSecondaryIndexes": indexes,
    });
    SetupTable { create, generate: items, items: Vec::new() }
}

/// `count` items of so many bytes, in the group g.
fn members(count: u64, bytes: u64) -> Generate {
    // id 2 + four digits, group 5 + g 1, body 4.
    let text = bytes.saturating_sub(16);
    let item = [
        ("id", json!({"S": "{n:4}"})),
        ("group", json!({"S": "g"})),
        ("body", json!({"S": format!("{{text:{text}}}")})),
    ];
    Generate { count, seed: 1, item: item.map(|(name, value)| (name.to_owned(), value)).into() }
}

fn wcu(units: Units) -> String {
    format!("{units} WCU")
}

fn key_change(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let bytes = tenths(chance.between(3, 60));
    let one = price(bytes, Rate::Write);
    let stem = format!(
        "{who} keeps {what} of {} each. A global secondary index with projection ALL has the attribute group as its partition \
         key. An UpdateItem changes nothing but the group of one item, to a value of the same length. How many write units \
         does the index consume for this update, apart from the table?",
        kilobytes(bytes)
    );
    let command = "update-item --table-name Items --key {\"id\":{\"S\":\"0001\"}} --update-expression 'SET #g = :h' \
                   --expression-attribute-names {\"#g\":\"group\"} --expression-attribute-values {\":h\":{\"S\":\"h\"}} \
                   --return-consumed-capacity INDEXES --query ConsumedCapacity.GlobalSecondaryIndexes.byGroup.CapacityUnits";
    let seen = one.times(2);
    Some(Draft {
        stem,
        right: Answer::right(
            wcu(seen),
            format!("A changed index key deletes the old entry and puts a new one: twice {one} WCU."),
        )
        .tried(vec![command.to_owned()], vec![format!("= {one} WCU"), format!("together: {} WCU", one.times(3))]),
        wrong: vec![
            Answer::wrong(
                wcu(one),
                "index-writes-are-free",
                "That would be one write; the entry moves, which takes a deletion and a put.",
                "It would be right if an attribute that is projected had changed, and not the index key.",
            ),
            Answer::wrong(
                "0 WCU",
                "index-writes-are-free",
                "An index has a price of its own for every entry that changes.",
                "It would be right if the index did not hold the changed attribute.",
            ),
            Answer::wrong(
                wcu(Units::whole(2)),
                "no-rounding",
                "Two writes, but each of the whole entry, which is larger than 1 KB.",
                "It would be right for entries of up to 1 KB.",
            ),
            Answer::wrong(
                wcu(Units::whole(1)),
                "update-pays-for-change",
                "An update of an entry is paid by the entry's size, not by what changed.",
                "It would be right for a new entry of up to 1 KB.",
            ),
            Answer::wrong(
                wcu(one.times(3)),
                "gsi-shares-capacity",
                "That is table and index together.",
                "It would be right if the table were counted as well.",
            ),
        ],
        setup: vec![indexed(&[("byGroup", "ALL")], vec![members(1, bytes)])],
    })
}

fn fan_out(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let bytes = tenths(chance.between(12, 70));
    let (all, keys) = (chance.between(1, 3), chance.between(1, 2));
    let names: Vec<String> =
        (1..=all).map(|n| format!("all{n}")).chain((1..=keys).map(|n| format!("keys{n}"))).collect();
    let indexes: Vec<(&str, &str)> =
        names.iter().map(|name| (name.as_str(), if name.starts_with("all") { "ALL" } else { "KEYS_ONLY" })).collect();
    let one = price(bytes, Rate::Write);
    let right = one.times(1 + all) + Units::whole(keys);
    let plural = |count: u64| if count == 1 { "index" } else { "indexes" };
    let stem = format!(
        "{who} puts a new item of {} into a table of {what}. The table has {all} global secondary {} with projection ALL and \
         {keys} with KEYS_ONLY; the item has the key attributes of all of them, and keys are short. How many write units do \
         the table and its indexes consume together?",
        kilobytes(bytes),
        plural(all)
    );
    // The item is deleted again: that costs the same, and its size need not be typed.
    let command = "delete-item --table-name Items --key {\"id\":{\"S\":\"0001\"}}";
    Some(Draft {
        stem,
        right: Answer::right(
            wcu(right),
            format!(
                "{one} WCU for the table and for each index that holds the whole item, 1 WCU for each that holds keys."
            ),
        )
        .tried(vec![command.to_owned()], vec![format!("together: {right} WCU")]),
        wrong: vec![
            Answer::wrong(
                wcu(one),
                "index-writes-are-free",
                "That is the table alone; each index that gets an entry costs write units, too.",
                "It would be right if the item had none of the index keys.",
            ),
            Answer::wrong(
                wcu(one.times(1 + all + keys)),
                "index-writes-are-free",
                "An entry of keys alone is small: 1 WCU.",
                "It would be right if every index had projection ALL.",
            ),
            Answer::wrong(
                wcu(one + Units::whole(all + keys)),
                "no-rounding",
                "An entry of an index with projection ALL is as large as the item.",
                "It would be right if every index held keys only.",
            ),
            Answer::wrong(
                wcu(right + right),
                "transaction-at-plain-price",
                "Index entries are written at the plain price.",
                "It would be right for none of the plain writes.",
            ),
        ],
        setup: vec![indexed(&indexes, vec![members(1, bytes)])],
    })
}

fn projection_read(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let (count, bytes) = (chance.between(20, 150), chance.between(12, 60) * 100);
    // What an entry of keys alone has: id 2 + 4, group 5 + 1.
    let entry = 12;
    let (whole, slim) = (count * bytes, count * entry);
    if whole > 900_000 {
        return None;
    }
    let rcu = |bytes: u64| price(bytes, Rate::EventualRead);
    let stem = format!(
        "{who} queries a global secondary index that finds {count} {what} of {bytes} bytes each, eventually consistent, and \
         shows only their ids. The index has projection ALL. An identical index with KEYS_ONLY would have entries of {entry} \
         bytes. How many read units does the Query consume now, and how many with the other index?"
    );
    let query = |index: &str| {
        format!(
            "query --table-name Items --index-name {index} --key-condition-expression '#g = :g' --expression-attribute-names \
             {{\"#g\":\"group\"}} --expression-attribute-values {{\":g\":{{\"S\":\"g\"}}}} --projection-expression id --query Count"
        )
    };
    let pair = |now: Units, then: Units| format!("{} RCU now, {} RCU with KEYS_ONLY", now.grouped(), then.grouped());
    Some(Draft {
        stem,
        right: Answer::right(
            pair(rcu(whole), rcu(slim)),
            "A Query pays for the entries that it reads, whatever the projection expression returns of them.",
        )
        .tried(
            vec![query("fat"), query("slim")],
            vec![format!("= {} RCU", rcu(whole)), format!("= {} RCU", rcu(slim))],
        ),
        wrong: vec![
            Answer::wrong(
                pair(rcu(slim), rcu(slim)),
                "projection-saves-reads",
                "Showing only ids does not make the read smaller: the entries are read whole.",
                "It would be right if the index held keys only already.",
            ),
            Answer::wrong(
                pair(rcu(whole), rcu(whole)),
                "projection-saves-reads",
                "Entries of keys alone are smaller, and so is the read.",
                "It would be right if only the projection expression changed.",
            ),
            Answer::wrong(
                pair(rcu(bytes).times(count), rcu(entry).times(count)),
                "round-each",
                "A Query adds up what it reads and rounds once.",
                "It would be right for reading the items one by one.",
            ),
            Answer::wrong(
                pair(rcu(whole) + rcu(whole), rcu(slim) + rcu(slim)),
                "one-price-for-reads",
                "A global index is read eventually consistently, at half a unit for 4 KB.",
                "It would be right for strongly consistent reads, which a global index has not.",
            ),
        ],
        setup: vec![indexed(&[("fat", "ALL"), ("slim", "KEYS_ONLY")], vec![members(count, bytes)])],
    })
}
