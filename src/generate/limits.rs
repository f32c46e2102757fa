//! Limits and moments: batches, keys that are too busy, bursts, expiry.

use super::arithmetic::items;
use super::{DrawnOption, DrawnQuestion, Family, counted, scene};
use crate::chance::Chance;
use crate::clock::{Timestamp, VirtualClock};
use crate::content::ExhibitKind;
use crate::content::lab::SetupTable;
use crate::engine::capacity::grouped;
use serde_json::json;

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-batch-write-requests",
        title: "How many BatchWriteItem requests an import takes",
        topic: "beyond",
        claims: &["X4"],
        skills: &["1.3.6"],
        difficulty: 1,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html",
        draw: |chance| batches(chance, true),
    },
    Family {
        id: "gen-batch-get-requests",
        title: "How many BatchGetItem requests a lookup takes",
        topic: "beyond",
        claims: &["X4"],
        skills: &["1.3.6"],
        difficulty: 1,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html",
        draw: |chance| batches(chance, false),
    },
    Family {
        id: "gen-write-shards",
        title: "How many suffixes a hot partition key needs",
        topic: "keys",
        claims: &["K5", "X9"],
        skills: &["1.3.1", "4.3.8"],
        difficulty: 2,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-sharding.html",
        draw: shards,
    },
    Family {
        id: "gen-burst-seconds",
        title: "How long burst capacity lasts",
        topic: "capacity",
        claims: &["P5", "P3"],
        skills: &["4.3.8"],
        difficulty: 3,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html",
        draw: burst,
    },
    Family {
        id: "gen-ttl-value",
        title: "The value of a TTL attribute",
        topic: "ttl",
        claims: &["T1", "T2"],
        skills: &["1.3.7"],
        difficulty: 2,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html",
        draw: expiry,
    },
    Family {
        id: "gen-ttl-eligible",
        title: "Which items TTL deletes",
        topic: "ttl",
        claims: &["T1", "T3"],
        skills: &["1.3.7"],
        difficulty: 2,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html",
        draw: eligible,
    },
];

fn batches(chance: &mut Chance, writes: bool) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let count = chance.between(130, 990);
    let (verb, most) = if writes { ("BatchWriteItem", 25) } else { ("BatchGetItem", 100) };
    let does = if writes {
        "A script imports {count} new items of about 500 bytes each with BatchWriteItem"
    } else {
        "A Lambda function reads {count} items of about 500 bytes each by their keys with BatchGetItem"
    };
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table. {} and puts as many items into each request as DynamoDB accepts. No request is \
         throttled, and no response contains unprocessed items. How many requests are needed?",
        does.replace("{count}", &count.to_string())
    );
    let number = |requests: u64| counted(requests, "request");
    let actions: Vec<String> = (0..=most)
        .map(|number| {
            if writes {
                format!("{{\"PutRequest\":{{\"Item\":{{\"id\":{{\"S\":\"{number}\"}}}}}}}}")
            } else {
                format!("{{\"id\":{{\"S\":\"{number}\"}}}}")
            }
        })
        .collect();
    let of = |count: usize| {
        let actions = actions[..count].join(",");
        if writes {
            format!("batch-write-item --request-items {{\"Items\":[{actions}]}} --query UnprocessedItems")
        } else {
            format!("batch-get-item --request-items {{\"Items\":{{\"Keys\":[{actions}]}}}} --query UnprocessedKeys")
        }
    };
    let most_items = usize::try_from(most).ok()?;
    let other = if writes { 100 } else { 25 };
    let (other_verb, other_use) = if writes { ("BatchGetItem", "reading") } else { ("BatchWriteItem", "writing") };
    let wrong = vec![
        DrawnOption::wrong(number(count.div_ceil(other)), format!("{other} is the limit of a {other_verb} request."))
            .trap("one-batch-size")
            .right_if(format!("It would be right for {other_use} these items with {other_verb}.")),
        DrawnOption::wrong(number(1), "A request has a limit for the number of items, however small they are.")
            .trap("one-batch-size"),
        DrawnOption::wrong(number(count.div_ceil(10)), "10 is the limit of a SendMessageBatch request of Amazon SQS.")
            .trap("one-batch-size"),
        DrawnOption::wrong(number(count), "This is one request for each item.")
            .right_if(format!("It would be right for {} requests.", if writes { "PutItem" } else { "GetItem" })),
    ];
    let right = DrawnOption::right(number(count.div_ceil(most)), format!("A {verb} request takes up to {most} items."))
        .tried(vec![of(most_items), of(most_items + 1)], vec!["{}".to_owned(), "ValidationException".to_owned()]);
    Some(DrawnQuestion::new(stem, right, wrong).on(items(&[])))
}

fn shards(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let rate = chance.between(23, 97) * 100;
    let stem = format!(
        "{who} counts views of its {what} in an Amazon DynamoDB table with {} WCU of provisioned capacity. During a campaign, {} writes \
         per second of less than 1 KB go to one partition key value, and Amazon CloudWatch shows throttled requests. A developer adds a \
         random suffix to the partition key and uses all suffixes evenly. What is the smallest number of suffixes that prevents the \
         throttling?",
        grouped(rate * 2),
        grouped(rate)
    );
    let right = rate.div_ceil(1000);
    let number = |suffixes: u64| counted(suffixes, "suffix").replace("suffixs", "suffixes");
    let create = json!({
        "TableName": "Events", "ProvisionedThroughput": {"ReadCapacityUnits": 100, "WriteCapacityUnits": rate * 2},
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    let wrong = vec![
        DrawnOption::wrong(number(rate.div_ceil(3000).max(1)), "3,000 per second is the limit of a partition for RCU, not for WCU.")
            .trap("partition-limits-mixed")
            .right_if("It would be right for strongly consistent reads of items of up to 4 KB."),
        DrawnOption::wrong(number(1), "All writes with one partition key value go to one partition, whatever the capacity of the table.")
            .trap("hot-key-add-capacity")
            .right_if("It would be right for up to 1,000 writes per second."),
        DrawnOption::wrong(
            number(right * 4),
            "This is more than is needed. Each suffix takes about 1,000 writes per second, and a read must query each suffix.",
        )
        .trap("suffix-any")
        .right_if("It would be right for items of 4 KB."),
        DrawnOption::wrong(number(right + 10), "This is more than is needed: each suffix takes about 1,000 writes per second.")
            .trap("suffix-any"),
    ];
    let why = "A partition serves up to 1,000 WCU per second, and all items with one partition key value are written through one partition.";
    let right = DrawnOption::right(number(right), why).tried(
        vec![":traffic Events --rate 1500 --seconds 2 --keys single".to_owned()],
        vec!["throttled".to_owned(), "TableWriteKeyRangeThroughputExceeded".to_owned()],
    );
    Some(DrawnQuestion::new(stem, right, wrong).on(SetupTable { create, generate: Vec::new(), items: Vec::new() }))
}

fn burst(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let units = chance.between(1, 10) * 10;
    // Whole answers only: the excess divides what is saved up.
    let seconds = [30, 50, 60, 75, 100, 150][usize::try_from(chance.between(0, 5)).ok()?];
    let excess = 300 * units / seconds;
    let rate = units + excess;
    let stem = format!(
        "{who} writes {what} of less than 1 KB to an Amazon DynamoDB table with {units} WCU of provisioned capacity. The table was idle \
         for one hour. Then a batch job sends {rate} writes per second, evenly over many partition key values. Assume that DynamoDB keeps \
         the full burst capacity that its documentation describes. For about how long does the table serve all writes without throttling?"
    );
    let number = |seconds: u64| format!("About {}", counted(seconds, "second"));
    let create = json!({
        "TableName": "Events", "ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": units},
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    let before = format!(":traffic Events --rate {rate} --seconds {} --keys uniform:500", seconds - 2);
    let after = format!(":traffic Events --rate {rate} --seconds 10 --keys uniform:500");
    let wrong = vec![
        DrawnOption::wrong(number(300), "DynamoDB keeps 300 seconds of unused capacity, but the job uses it faster.")
            .trap("burst-lasts")
            .right_if("It would be right for a rate of twice the provisioned capacity."),
        DrawnOption::wrong(
            number((300 * units / rate).max(1)),
            "This leaves out the provisioned capacity of each second.",
        )
        .trap("burst-lasts"),
        DrawnOption::wrong(
            number(seconds * 3),
            "This would need 900 seconds of unused capacity. DynamoDB keeps up to 300 seconds.",
        )
        .trap("burst-lasts"),
        DrawnOption::wrong(number(1), "A table that was idle has unused capacity for a burst.")
            .right_if("It would be right if the table had used all of its capacity in the last five minutes."),
    ];
    let why = format!(
        "DynamoDB keeps up to 300 seconds of unused capacity: {} WCU. Each second, the job uses {excess} WCU more than the table has.",
        grouped(300 * units)
    );
    let right = DrawnOption::right(number(seconds), why)
        .tried(vec![before, after], vec!["TableWriteProvisionedThroughputExceeded".to_owned()]);
    Some(DrawnQuestion::new(stem, right, wrong).on(SetupTable { create, generate: Vec::new(), items: Vec::new() }))
}

/// Switches TTL on, writes an item with this value in expiresAt, and looks for it so many days later.
fn lived(value: &str, days: u64) -> Vec<String> {
    vec![
        "update-time-to-live --table-name Items --time-to-live-specification Enabled=true,AttributeName=expiresAt"
            .to_owned(),
        format!("put-item --table-name Items --item {{\"id\":{{\"S\":\"x\"}},\"expiresAt\":{value}}}"),
        format!(":clock +{days}d"),
        "scan --table-name Items --query Count".to_owned(),
    ]
}

/// What is seen of [`lived`] if the item is gone, or if it is still there.
fn seen(gone: bool) -> Vec<String> {
    vec![format!("(model). {}", u8::from(!gone))]
}

/// A moment as a text, to the second.
fn iso(seconds: u64) -> String {
    format!("{}Z", Timestamp::from_millis(seconds * 1000).to_string()[..19].replace(' ', "T"))
}

fn expiry(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let days = chance.between(2, 60);
    let now = VirtualClock::LAB_START.as_millis() / 1000 + chance.between(1, 900) * 60;
    let right = now + days * 86_400;
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table. TTL is enabled with the attribute expiresAt. Each item must be deleted {days} \
         days after it was written, without a scheduled job. A Lambda function writes an item at {}, which is the Unix epoch time {now} in \
         seconds. Which value must the function store in expiresAt?",
        iso(now)
    );
    let number = |value: u64| format!("{{\"N\": \"{value}\"}}");
    let wire = |value: &str| value.replace(' ', "");
    let text = format!("{{\"S\": \"{}\"}}", iso(right));
    let wrong = vec![
        DrawnOption::wrong(
            number(right * 1000),
            "DynamoDB reads the value as seconds. These milliseconds are a time tens of thousands of years in the future.",
        )
        .trap("ttl-milliseconds")
        .tried(lived(&wire(&number(right * 1000)), days + 4), seen(false)),
        DrawnOption::wrong(text.clone(), "The attribute must be a Number. DynamoDB ignores a String, and the item is not deleted.")
            .trap("ttl-string")
            .right_if("It would be right for a sort key that holds a date.")
            .tried(lived(&wire(&text), days + 4), seen(false)),
        DrawnOption::wrong(
            number(days * 86_400),
            "This is a period. As a time it is in 1970, and DynamoDB ignores times that are more than five years in the past.",
        )
        .trap("ttl-is-period")
        .tried(lived(&wire(&number(days * 86_400)), days + 4), seen(false)),
    ];
    let why =
        format!("TTL needs a Number with a time in epoch seconds. {days} days are {} seconds.", grouped(days * 86_400));
    let right = DrawnOption::right(number(right), why).tried(lived(&wire(&number(right)), days + 4), seen(true));
    Some(DrawnQuestion::new(stem, right, wrong).on(items(&[])))
}

/// For each form of the attribute in [`eligible`]: the misconception that it catches, and why the item goes or stays.
const FATES: [(&str, &str); 7] = [
    ("", "The value is a Number, a time in epoch seconds, and in the past."),
    ("ttl-string", "DynamoDB ignores an attribute of type String."),
    ("ttl-milliseconds", "DynamoDB reads the milliseconds as seconds, a time far in the future."),
    ("ttl-other-attributes", "DynamoDB ignores times that are more than five years in the past."),
    ("ttl-is-period", "This time is still in the future."),
    ("ttl-other-attributes", "Attribute names are case-sensitive, so this item has no TTL attribute."),
    ("ttl-string", "DynamoDB ignores an attribute of type String, whatever date it holds."),
];

fn eligible(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let now = VirtualClock::LAB_START.as_millis() / 1000 + 86_400;
    let hours = chance.between(2, 20);
    let past = now - hours * 3600;
    let attributes = [
        format!("\"expiresAt\": {{\"N\": \"{past}\"}}"),
        format!("\"expiresAt\": {{\"S\": \"{past}\"}}"),
        format!("\"expiresAt\": {{\"N\": \"{past}000\"}}"),
        format!("\"expiresAt\": {{\"N\": \"{}\"}}", past - chance.between(6, 9) * 365 * 86_400),
        format!("\"expiresAt\": {{\"N\": \"{}\"}}", now + 30 * 86_400 + hours * 3600),
        format!("\"expiresat\": {{\"N\": \"{past}\"}}"),
        format!("\"expiresAt\": {{\"S\": \"{}\"}}", iso(past)),
    ];
    let mut order: Vec<usize> = (1..attributes.len()).collect();
    chance.shuffle(&mut order);
    let mut kept: Vec<usize> = order[..3].to_vec();
    kept.push(0);
    chance.shuffle(&mut kept);
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table. TTL is enabled with the attribute expiresAt. The Unix epoch time is now {now}, \
         which is {}. The table contains the following four items. Which item will DynamoDB delete within the next few days?",
        iso(now)
    );
    let name = |at: usize| format!("Item {}", ["A", "B", "C", "D"].get(at).copied().unwrap_or("E").to_lowercase());
    let shown: Vec<String> = kept
        .iter()
        .enumerate()
        .map(|(at, which)| format!("{{\"id\": {{\"S\": \"{}\"}}, {}}}", ["a", "b", "c", "d"][at], attributes[*which]))
        .collect();
    let mut draft = DrawnQuestion::new(stem, DrawnOption::right("", ""), Vec::new()).on(items(&[])).showing(
        ExhibitKind::Json,
        "json",
        "The items",
        format!("[{}]", shown.join(",\n ")),
    );
    for (at, which) in kept.iter().enumerate() {
        let item = shown[at].replace(' ', "");
        let tries = vec![
            "update-time-to-live --table-name Items --time-to-live-specification Enabled=true,AttributeName=expiresAt"
                .to_owned(),
            ":clock +1d".to_owned(),
            format!("put-item --table-name Items --item {item}"),
            ":clock +4d".to_owned(),
            "scan --table-name Items --query Count".to_owned(),
        ];
        let (trap, why) = FATES[*which];
        if *which == 0 {
            draft.right = DrawnOption::right(name(at), why).tried(tries, seen(true));
        } else {
            draft.wrong.push(DrawnOption::wrong(name(at), why).trap(trap).tried(tries, seen(false)));
        }
    }
    Some(draft)
}
