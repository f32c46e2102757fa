//! What secondary indexes cost, on writes and on reads.

use serde_json::json;

use super::arithmetic::{kilobytes, tenths};
use super::{DrawnOption, DrawnQuestion, Family, bench, counted, scene};
use crate::chance::Chance;
use crate::content::ExhibitKind;
use crate::content::lab::{Generate, SetupTable};
use crate::engine::capacity::{Rate, Units, grouped, price};

const INDEXES: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html";
const SKILLS: &[&str] = &["1.3.4", "4.3.8"];

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-index-key-change",
        title: "What an index costs when its key attribute changes",
        topic: "indexes",
        claims: &["I5", "X6"],
        skills: SKILLS,
        difficulty: 3,
        docs: INDEXES,
        draw: key_change,
    },
    Family {
        id: "gen-index-fan-out",
        title: "What a write costs with several indexes",
        topic: "indexes",
        claims: &["X6", "X1"],
        skills: SKILLS,
        difficulty: 3,
        docs: INDEXES,
        draw: fan_out,
    },
    Family {
        id: "gen-index-projection-read",
        title: "What the projection of an index does to the cost of a Query",
        topic: "indexes",
        claims: &["X6", "X1"],
        skills: SKILLS,
        difficulty: 2,
        docs: INDEXES,
        draw: projection_read,
    },
    Family {
        id: "gen-sparse-index",
        title: "Which items a global secondary index contains",
        topic: "indexes",
        claims: &["X7", "X6"],
        skills: &["1.3.4"],
        difficulty: 2,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-general-sparse-indexes.html",
        draw: sparse,
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
    format!("{} WCU", units.grouped())
}

fn key_change(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let bytes = tenths(chance.between(3, 60));
    let one = price(bytes, Rate::Write);
    let stem = format!(
        "{who} stores {what} of {} each in an Amazon DynamoDB table. A global secondary index with the partition key group projects all \
         attributes. An UpdateItem request changes the value of group in one item to another value of the same length and changes no \
         other attribute. How many WCU does the index consume for this update, without the table?",
        kilobytes(bytes)
    );
    let command = "update-item --table-name Items --key {\"id\":{\"S\":\"0001\"}} --update-expression 'SET #g = :h' \
                   --expression-attribute-names {\"#g\":\"group\"} --expression-attribute-values {\":h\":{\"S\":\"h\"}} \
                   --return-consumed-capacity INDEXES --query ConsumedCapacity.GlobalSecondaryIndexes.byGroup.CapacityUnits";
    let wrong = vec![
        DrawnOption::wrong(
            wcu(one),
            "This is one write. A changed index key takes two: one to delete the old entry and one to put the new one.",
        )
        .trap("index-writes-are-free")
        .right_if("It would be right if a projected attribute changed that is not a key of the index."),
        DrawnOption::wrong("0 WCU", "A global secondary index consumes write capacity for each entry that changes.")
            .right_if("It would be right if the changed attribute were not in the index."),
        DrawnOption::wrong(
            wcu(Units::whole(2)),
            "Each of the two writes is rounded up from the size of the entry, which is more than 1 KB.",
        )
        .trap("no-rounding")
        .right_if("It would be right for entries of up to 1 KB."),
        DrawnOption::wrong(wcu(Units::whole(1)), "The size of the whole entry counts, not the size of the change.")
            .trap("update-pays-for-change"),
        DrawnOption::wrong(wcu(one.times(3)), "This is the sum of the table and the index.")
            .trap("gsi-shares-capacity")
            .right_if("It would be right for the table and the index together."),
    ];
    let why = format!(
        "When the index key changes, DynamoDB deletes the old entry and puts a new one: two writes of {one} WCU."
    );
    let sees = vec![format!("= {one} WCU"), format!("together: {} WCU", one.times(3))];
    let right = DrawnOption::right(wcu(one.times(2)), why).tried(vec![command.to_owned()], sees);
    Some(DrawnQuestion::new(stem, right, wrong).on(indexed(&[("byGroup", "ALL")], vec![members(1, bytes)])))
}

fn fan_out(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let bytes = tenths(chance.between(12, 70));
    let (all, keys) = (chance.between(1, 3), chance.between(1, 2));
    let names: Vec<String> =
        (1..=all).map(|n| format!("all{n}")).chain((1..=keys).map(|n| format!("keys{n}"))).collect();
    let indexes: Vec<(&str, &str)> =
        names.iter().map(|name| (name.as_str(), if name.starts_with("all") { "ALL" } else { "KEYS_ONLY" })).collect();
    let one = price(bytes, Rate::Write);
    let right = one.times(1 + all) + Units::whole(keys);
    let some = |count: u64, projection: &str| {
        format!(
            "{count} global secondary {} with the projection type {projection}",
            if count == 1 { "index" } else { "indexes" }
        )
    };
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table. The table has {} and {}. A Lambda function puts a new item of {} that has the \
         key attributes of each of these indexes. The key attributes have less than 100 bytes. How many WCU do the table and its \
         indexes consume together?",
        some(all, "ALL"),
        some(keys, "KEYS_ONLY"),
        kilobytes(bytes)
    );
    // The item is deleted again: that costs the same, and its size need not be typed.
    let command = "delete-item --table-name Items --key {\"id\":{\"S\":\"0001\"}}";
    let wrong = vec![
        DrawnOption::wrong(
            wcu(one),
            "This is the table alone. Each index that gets an entry consumes write capacity, too.",
        )
        .trap("index-writes-are-free")
        .right_if("It would be right if the item had no key attribute of an index."),
        DrawnOption::wrong(
            wcu(one.times(1 + all + keys)),
            "An entry with the keys alone has less than 1 KB and consumes 1 WCU.",
        )
        .right_if("It would be right if each index had the projection type ALL."),
        DrawnOption::wrong(
            wcu(one + Units::whole(all + keys)),
            "An entry with the projection type ALL has the size of the whole item.",
        )
        .trap("index-writes-are-free")
        .right_if("It would be right if each index had the projection type KEYS_ONLY."),
        DrawnOption::wrong(
            wcu(right + right),
            "This is twice the cost. A standard write does not consume the capacity of a transaction.",
        )
        .trap("transaction-at-plain-price")
        .right_if("It would be right for a TransactWriteItems request."),
    ];
    let why = format!(
        "The table and each index with the projection type ALL consume {one} WCU. Each index with KEYS_ONLY consumes 1 WCU."
    );
    let right =
        DrawnOption::right(wcu(right), why).tried(vec![command.to_owned()], vec![format!("together: {right} WCU")]);
    Some(DrawnQuestion::new(stem, right, wrong).on(indexed(&indexes, vec![members(1, bytes)])))
}

fn projection_read(chance: &mut Chance) -> Option<DrawnQuestion> {
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
        "{who} queries a global secondary index of an Amazon DynamoDB table for the ids of {what}. The index has the projection type ALL. \
         One Query request with a projection expression reads {count} entries of {} bytes each. A developer plans to replace the \
         index with a KEYS_ONLY index, in which an entry has {entry} bytes. How many RCU does the request consume with each index?",
        grouped(bytes)
    );
    let query = |index: &str| {
        format!(
            "query --table-name Items --index-name {index} --key-condition-expression '#g = :g' --expression-attribute-names \
             {{\"#g\":\"group\"}} --expression-attribute-values {{\":g\":{{\"S\":\"g\"}}}} --projection-expression id --query Count"
        )
    };
    let pair =
        |now: Units, then: Units| format!("{} RCU with ALL and {} RCU with KEYS_ONLY", now.grouped(), then.grouped());
    let wrong = vec![
        DrawnOption::wrong(
            pair(rcu(slim), rcu(slim)),
            "A projection expression does not reduce the read capacity: the entries are read completely.",
        )
        .trap("projection-saves-reads"),
        DrawnOption::wrong(
            pair(rcu(whole), rcu(whole)),
            "The entries of a KEYS_ONLY index are smaller, so the Query reads fewer bytes.",
        ),
        DrawnOption::wrong(
            pair(rcu(bytes).times(count), rcu(entry).times(count)),
            "This rounds each entry up to 4 KB. A Query rounds the sum.",
        )
        .trap("round-each"),
        DrawnOption::wrong(
            pair(rcu(whole) + rcu(whole), rcu(slim) + rcu(slim)),
            "This is the cost of strongly consistent reads, which a global secondary index does not support.",
        )
        .trap("gsi-strong-read"),
    ];
    let why = "A Query consumes read capacity for the entries that it reads, whatever the projection expression returns of them.";
    let right = DrawnOption::right(pair(rcu(whole), rcu(slim)), why).tried(
        vec![query("fat"), query("slim")],
        vec![format!("= {} RCU", rcu(whole)), format!("= {} RCU", rcu(slim))],
    );
    Some(
        DrawnQuestion::new(stem, right, wrong)
            .on(indexed(&[("fat", "ALL"), ("slim", "KEYS_ONLY")], vec![members(count, bytes)])),
    )
}

/// Puts an item, with or without the attribute by which it is in the index.
fn put_grouped(id: &str, group: bool) -> String {
    let group = if group { ",\"group\":{\"S\":\"g\"}" } else { "" };
    format!("dynamodb put-item --table-name Items --item '{{\"id\":{{\"S\":\"{id}\"}}{group}}}'")
}

/// What may be done to an item that is there.
fn changes_of(id: &str) -> [String; 5] {
    let key = format!("--key '{{\"id\":{{\"S\":\"{id}\"}}}}'");
    let update = format!("dynamodb update-item --table-name Items {key}");
    let names = "--expression-attribute-names '{\"#g\":\"group\"}'";
    let values = "--expression-attribute-values '{\":g\":{\"S\":\"h\"}}'";
    [
        format!("{update} --update-expression 'REMOVE #g' {names}"),
        format!("{update} --update-expression 'SET #g = :g' {names} {values}"),
        format!("dynamodb delete-item --table-name Items {key}"),
        put_grouped(id, false),
        put_grouped(id, true),
    ]
}

fn sparse(chance: &mut Chance) -> Option<DrawnQuestion> {
    let ids = ["a", "b", "c"];
    // Two items are in the index, one is not; then something is done to two of them.
    let mut lines: Vec<String> = vec![put_grouped("a", true), put_grouped("b", true), put_grouped("c", false)];
    let mut order = ids;
    chance.shuffle(&mut order);
    for id in &order[..2] {
        lines.push(super::pick(chance, &changes_of(id))?.clone());
    }
    let setup = indexed(&[("byGroup", "ALL")], Vec::new());
    let mut bench = bench(&setup)?;
    for line in &lines {
        bench.run(line);
    }
    let mut count = |index: &str| -> Option<u64> {
        bench.run(&format!("scan --table-name Items{index} --query Count")).text.trim().parse().ok()
    };
    let (in_index, in_table) = (count(" --index-name byGroup")?, count("")?);
    if in_index == in_table {
        return None;
    }
    let told = |number: u64| counted(number, "item");
    let stem = "An Amazon DynamoDB table named Items has the partition key id and a global secondary index named byGroup. The partition key \
                of the index is group, and the index projects all attributes. The table is empty. A script runs the following AWS CLI \
                commands one after the other. After the index is up to date, how many items does a Scan of the index return?"
        .to_owned();
    let mut wrong = vec![
        DrawnOption::wrong(
            told(in_table),
            "The table has this number of items. Only items with the attribute group are in the index.",
        )
        .trap("index-has-every-item"),
    ];
    wrong.extend([3, 2, 1, 0, 4].into_iter().filter(|number| *number != in_table).map(|number| {
        DrawnOption::wrong(
            told(number),
            format!("The index has {}: those whose newest version has the attribute group.", told(in_index)),
        )
    }));
    let why = "A global secondary index contains only the items that have its key attribute now. PutItem replaces the whole item, and \
               REMOVE takes the item out of the index.";
    let mut tries = lines.clone();
    tries.push("scan --table-name Items --index-name byGroup --query [Count]".to_owned());
    let right = DrawnOption::right(told(in_index), why).tried(tries, vec![format!("[ {in_index} ]")]);
    let script: Vec<String> = lines.iter().map(|line| super::shown(line)).collect();
    Some(DrawnQuestion::new(stem, right, wrong).on(setup).showing(
        ExhibitKind::Cli,
        "shell",
        "The script",
        script.join("\n"),
    ))
}
