//! Limits and moments: batches, keys that are too busy, bursts, expiry.

use super::arithmetic::items;
use super::{Answer, Draft, Family, counted, scene};
use crate::chance::Chance;
use crate::clock::{Timestamp, VirtualClock};
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
        title: "How many BatchGetItem requests a look-up takes",
        topic: "beyond",
        claims: &["X4"],
        skills: &["1.3.6"],
        difficulty: 1,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html",
        draw: |chance| batches(chance, false),
    },
    Family {
        id: "gen-write-shards",
        title: "How many suffixes a busy key needs",
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
        title: "What a TTL attribute must hold",
        topic: "ttl",
        claims: &["T1", "T2"],
        skills: &["1.3.7"],
        difficulty: 2,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html",
        draw: expiry,
    },
];

fn batches(chance: &mut Chance, writes: bool) -> Option<Draft> {
    let (who, what) = scene(chance);
    let count = chance.between(130, 990);
    let (verb, most) = if writes { ("BatchWriteItem", 25) } else { ("BatchGetItem", 100) };
    let done = if writes { "imports" } else { "looks up by their keys" };
    let stem = format!(
        "{who} {done} {count} {what} of about 500 bytes each. The program uses {verb} and fills every request as far as the \
         service allows. Nothing is left unprocessed, and no request is throttled. How many requests does it need?"
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
    Some(Draft {
        stem,
        right: Answer::right(number(count.div_ceil(most)), format!("{verb} takes up to {most} items in a request."))
            .tried(vec![of(most_items), of(most_items + 1)], vec!["{}".to_owned(), "ValidationException".to_owned()]),
        wrong: vec![
            Answer::wrong(
                number(count.div_ceil(other)),
                "one-batch-size",
                format!("{other} is the limit of the other batch operation."),
                if writes { "It would be right for BatchGetItem." } else { "It would be right for BatchWriteItem." },
            ),
            Answer::wrong(
                number(1),
                "one-batch-size",
                "A batch has a limit of items, however small they are.",
                "It would be right for a handful of items.",
            ),
            Answer::wrong(
                number(count.div_ceil(10)),
                "one-batch-size",
                "10 is the size of an SQS batch.",
                "It would be right for SendMessageBatch of Amazon SQS.",
            ),
            Answer::wrong(
                number(count),
                "one-batch-size",
                "That is one request for each item.",
                "It would be right for single requests.",
            ),
        ],
        setup: vec![items(&[])],
    })
}

fn shards(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let rate = chance.between(23, 97) * 100;
    let stem = format!(
        "{who} counts events for its {what} in a table with {} provisioned write units. During a campaign, {} writes a second of \
         less than 1 KB fall on one partition key value and are throttled. The team appends a random suffix to the key. How \
         many suffixes are needed at least, if they are used evenly?",
        grouped(rate * 2),
        grouped(rate)
    );
    let right = rate.div_ceil(1000);
    let number = |suffixes: u64| if suffixes == 1 { "1 suffix".to_owned() } else { format!("{suffixes} suffixes") };
    let create = json!({
        "TableName": "Events", "ProvisionedThroughput": {"ReadCapacityUnits": 100, "WriteCapacityUnits": rate * 2},
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    Some(Draft {
        stem,
        right: Answer::right(
            number(right),
            "One partition serves about 1,000 write units a second, and a key lies in one partition.",
        )
        .tried(
            vec![":traffic Events --rate 1500 --seconds 2 --keys single".to_owned()],
            vec!["throttled".to_owned(), "TableWriteKeyRangeThroughputExceeded".to_owned()],
        ),
        wrong: vec![
            Answer::wrong(
                number(rate.div_ceil(3000).max(1)),
                "partition-limits-mixed",
                "3,000 is a partition's limit of read units.",
                "It would be right for as many strongly consistent reads of up to 4 KB.",
            ),
            Answer::wrong(
                number(right * 4),
                "partition-limits-mixed",
                "More than needed: each suffix takes about 1,000 writes a second, and reads have to gather all of them.",
                "It would be right for writes of 4 KB.",
            ),
            Answer::wrong(
                number(1),
                "hot-key-add-capacity",
                "One key value stays in one partition, whatever the table has.",
                "It would be right for up to 1,000 write units a second.",
            ),
            Answer::wrong(
                number(right + 10),
                "partition-limits-mixed",
                "It would do, but fewer are enough.",
                "It would be right for a rate ten thousand higher.",
            ),
        ],
        setup: vec![SetupTable { create, generate: Vec::new(), items: Vec::new() }],
    })
}

fn burst(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let units = chance.between(1, 10) * 10;
    // Whole answers only: the excess divides what is saved up.
    let seconds = [30, 50, 60, 75, 100, 150][usize::try_from(chance.between(0, 5)).ok()?];
    let excess = 300 * units / seconds;
    let rate = units + excess;
    let stem = format!(
        "{who} writes {what} of less than 1 KB to a table with {units} provisioned write units. The table has been idle for an \
         hour. Then {rate} writes a second arrive, spread evenly over many keys. For about how many seconds does the table \
         take all of them, thanks to burst capacity?"
    );
    let number = |seconds: u64| format!("About {} seconds", grouped(seconds));
    let create = json!({
        "TableName": "Events", "ProvisionedThroughput": {"ReadCapacityUnits": 10, "WriteCapacityUnits": units},
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    });
    let before = format!(":traffic Events --rate {rate} --seconds {} --keys uniform:500", seconds - 2);
    let after = format!(":traffic Events --rate {rate} --seconds 10 --keys uniform:500");
    Some(Draft {
        stem,
        right: Answer::right(
            number(seconds),
            format!(
                "Up to 300 seconds of unused units are kept: {} units. Each second uses {excess} more than it brings.",
                grouped(300 * units)
            ),
        )
        .tried(vec![before, after], vec!["TableWriteProvisionedThroughputExceeded".to_owned()]),
        wrong: vec![
            Answer::wrong(
                number(300),
                "burst-lasts",
                "300 seconds of units are saved up, but they are spent faster than that.",
                "It would be right at twice the provisioned rate.",
            ),
            Answer::wrong(
                number((300 * units / rate).max(1)),
                "burst-lasts",
                "That forgets the units that each second brings.",
                "It would be right if the table had no provisioned units besides.",
            ),
            Answer::wrong(
                number(seconds * 3),
                "burst-lasts",
                "That would need 900 seconds of saved units; 300 are kept at most.",
                "It would be right if 15 minutes were kept.",
            ),
            Answer::wrong(
                "None: the first second is throttled",
                "burst-lasts",
                "A rested table has units saved up, and spends them first.",
                "It would be right if the table had been at its limit for the last five minutes.",
            ),
        ],
        setup: vec![SetupTable { create, generate: Vec::new(), items: Vec::new() }],
    })
}

fn expiry(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let days = chance.between(2, 60);
    let now = VirtualClock::LAB_START.as_millis() / 1000 + chance.between(1, 900) * 60;
    let right = now + days * 86_400;
    let date = Timestamp::from_millis(right * 1000).to_string()[..19].to_owned();
    let stem = format!(
        "{who} stores {what} that are to be removed {days} days after they were written, by TTL on the attribute expiresAt. An \
         item is written at the epoch time {now} (in seconds). Which value must expiresAt have?"
    );
    let item = |value: &str| format!("{{\"id\":{{\"S\":\"x\"}},\"expiresAt\":{value}}}");
    let tries = |value: &str| {
        vec![
            "update-time-to-live --table-name Items --time-to-live-specification Enabled=true,AttributeName=expiresAt"
                .to_owned(),
            format!("put-item --table-name Items --item {}", item(value)),
            format!(":clock +{}d", days + 4),
            "scan --table-name Items --query Count".to_owned(),
        ]
    };
    let number = |value: u64| format!("{{\"N\": \"{value}\"}}");
    let wire = |value: u64| format!("{{\"N\":\"{value}\"}}");
    Some(Draft {
        stem,
        right: Answer::right(
            number(right),
            format!("{days} days are {} seconds; TTL wants a Number of epoch seconds.", grouped(days * 86_400)),
        )
        .tried(tries(&wire(right)), vec!["(model). 0".to_owned()]),
        wrong: vec![
            Answer::wrong(
                number(right * 1000),
                "ttl-milliseconds",
                "Read as seconds, milliseconds lie tens of thousands of years ahead.",
                "It would be right if TTL counted in milliseconds.",
            )
            .tried(tries(&wire(right * 1000)), vec!["(model). 1".to_owned()]),
            Answer::wrong(
                format!("{{\"S\": \"{date}Z\"}}"),
                "ttl-string",
                "A String is never taken for a time; the item stays for ever.",
                "It would be right for a sort key, where dates of this form sort well.",
            )
            .tried(tries(&format!("{{\"S\":\"{date}Z\"}}")), vec!["(model). 1".to_owned()]),
            Answer::wrong(
                number(days * 86_400),
                "ttl-on-the-second",
                "That is a duration. As a moment it lies in 1970, and what is more than five years past is left alone.",
                "It would be right if TTL counted from the write.",
            )
            .tried(tries(&wire(days * 86_400)), vec!["(model). 1".to_owned()]),
        ],
        setup: vec![items(&[])],
    })
}
