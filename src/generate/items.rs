//! Items, their keys and their attributes: sizes, types, and what identifies an item.

use serde_json::{Value, json};

use super::arithmetic::items;
use super::{DrawnOption, DrawnQuestion, Family, bench, pick, scene};
use crate::chance::Chance;
use crate::content::ExhibitKind;
use crate::content::lab::SetupTable;
use crate::lab::ReplyKind;

const TYPES: &str =
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html";

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-item-size",
        title: "The size of an item",
        topic: "beyond",
        claims: &["X10", "X1"],
        skills: &["1.3.5", "1.3.6"],
        difficulty: 2,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html",
        draw: size,
    },
    Family {
        id: "gen-attribute-value",
        title: "An attribute in DynamoDB JSON",
        topic: "beyond",
        claims: &["X5"],
        skills: &["1.3.5"],
        difficulty: 1,
        docs: TYPES,
        draw: attribute_value,
    },
    Family {
        id: "gen-key-of-table",
        title: "The key of a GetItem request",
        topic: "keys",
        claims: &["K1", "K2"],
        skills: &["1.3.4"],
        difficulty: 2,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html",
        draw: key_of_table,
    },
    Family {
        id: "gen-key-condition-valid",
        title: "Key condition expressions that DynamoDB accepts",
        topic: "query-scan",
        claims: &["Q1"],
        skills: &["1.3.3", "1.3.4"],
        difficulty: 2,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html",
        draw: key_condition_valid,
    },
];

fn size(chance: &mut Chance) -> Option<DrawnQuestion> {
    let attributes = [
        ("title", ["Amber lamp", "Tea pot"]),
        ("city", ["Lyon", "Stockholm"]),
        ("customerName", ["Ana", "Maximilian"]),
        ("deliveryNotes", ["ring twice", "leave at the door"]),
        ("status", ["open", "delivered"]),
        ("carrier", ["bike", "night mail"]),
    ];
    let mut order: Vec<usize> = (0..attributes.len()).collect();
    chance.shuffle(&mut order);
    let mut item = serde_json::Map::new();
    item.insert("id".to_owned(), json!({"S": format!("p-{}", chance.between(100, 9999))}));
    for at in &order[..3] {
        let (name, words) = attributes[*at];
        item.insert(name.to_owned(), json!({ "S": pick(chance, &words)? }));
    }
    let text = |value: &Value| value["S"].as_str().map_or(0, str::len);
    let values: usize = item.values().map(text).sum();
    let named: usize = item.keys().map(String::len).sum();
    let count = item.len();
    let shown: Vec<String> =
        item.iter().map(|(name, value)| format!("  \"{name}\": {{\"S\": {}}}", value["S"])).collect();
    let stem = "A developer estimates the storage of an Amazon DynamoDB table. All characters of the following item take one byte in UTF-8. \
                How many bytes does DynamoDB count as the size of this item for read and write capacity?"
        .to_owned();
    let number = |bytes: usize| format!("{bytes} bytes");
    let json_length = Value::Object(item.clone()).to_string().len();
    let wrong = vec![
        DrawnOption::wrong(number(values), "The names of the attributes count, too."),
        DrawnOption::wrong(number(json_length), "The JSON syntax and the type descriptors are not stored."),
        DrawnOption::wrong(number(values + named + count), "The type descriptor of an attribute does not count."),
        DrawnOption::wrong(
            number(values + named + 100),
            "The 100 bytes per item count for storage, not for read and write capacity.",
        ),
    ];
    let why =
        format!("The size is the sum of the attribute names, {named} bytes, and of the String values, {values} bytes.");
    let command = format!("put-item --table-name Items --item '{}'", Value::Object(item.clone()));
    let sees = vec![format!("1 item, {} bytes", values + named)];
    let right = DrawnOption::right(number(values + named), why).tried(vec![command], sees);
    Some(DrawnQuestion::new(stem, right, wrong).on(items(&[])).showing(
        ExhibitKind::Json,
        "json",
        "The item",
        format!("{{\n{}\n}}", shown.join(",\n")),
    ))
}

/// Puts an item with an attribute in this form and prints it again.
fn put_value(value: &str) -> Vec<String> {
    vec![
        format!(
            "put-item --table-name Items --item '{{\"id\":{{\"S\":\"x\"}},\"a\":{}}}'",
            value.replace(": ", ":").replace(", ", ",")
        ),
        "get-item --table-name Items --key {\"id\":{\"S\":\"x\"}} --query Item.a".to_owned(),
    ]
}

/// What is to be stored, the right form, and wrong ones with why they are wrong.
type StoredValueCase = (String, String, [(String, &'static str); 4]);

/// What may be stored, with the right and the wrong forms of each.
///
/// Over 60 lines: nothing but data.
fn stored_values(number: u64, first: &str, second: &str) -> [StoredValueCase; 4] {
    [
        (
            format!("the number {number}, so that update expressions can add to it"),
            format!("{{\"N\": \"{number}\"}}"),
            [
                (format!("{{\"N\": {number}}}"), "The low-level API sends a number as a JSON string inside N."),
                (
                    format!("{{\"S\": \"{number}\"}}"),
                    "This stores a String, and an update expression cannot add to it.",
                ),
                (format!("{{\"NS\": [\"{number}\"]}}"), "This stores a number set."),
                (
                    format!("{{\"M\": {{\"N\": \"{number}\"}}}}"),
                    "A map needs an attribute value for each of its members.",
                ),
            ],
        ),
        (
            format!("the texts {first} and {second} as a set, so that each text is stored at most once"),
            format!("{{\"SS\": [\"{first}\", \"{second}\"]}}"),
            [
                (
                    format!("{{\"L\": [{{\"S\": \"{first}\"}}, {{\"S\": \"{second}\"}}]}}"),
                    "This stores a list, which can hold the same text more than once.",
                ),
                (
                    format!("{{\"SS\": [{{\"S\": \"{first}\"}}, {{\"S\": \"{second}\"}}]}}"),
                    "The members of a string set are JSON strings without type descriptors.",
                ),
                (format!("{{\"S\": [\"{first}\", \"{second}\"]}}"), "A String holds one text."),
                (format!("{{\"S\": \"{first}, {second}\"}}"), "This stores one text."),
            ],
        ),
        (
            format!("the texts {first} and {second} as a list, so that their order is kept"),
            format!("{{\"L\": [{{\"S\": \"{first}\"}}, {{\"S\": \"{second}\"}}]}}"),
            [
                (
                    format!("{{\"L\": [\"{first}\", \"{second}\"]}}"),
                    "Each element of a list is an attribute value with a type descriptor.",
                ),
                (
                    format!("{{\"SS\": [\"{first}\", \"{second}\"]}}"),
                    "This stores a string set, which does not keep an order.",
                ),
                (
                    format!("{{\"M\": [{{\"S\": \"{first}\"}}, {{\"S\": \"{second}\"}}]}}"),
                    "M is a map, which needs names.",
                ),
                (format!("{{\"S\": [\"{first}\", \"{second}\"]}}"), "A String holds one text."),
            ],
        ),
        (
            "the Boolean value true".to_owned(),
            "{\"BOOL\": true}".to_owned(),
            [
                (
                    "{\"BOOL\": \"true\"}".to_owned(),
                    "The low-level API sends a Boolean as a JSON Boolean, not as a string.",
                ),
                ("{\"S\": \"true\"}".to_owned(), "This stores a String."),
                ("{\"N\": \"1\"}".to_owned(), "This stores a Number."),
                ("{\"B\": true}".to_owned(), "B is the type descriptor of binary data."),
            ],
        ),
    ]
}

fn attribute_value(chance: &mut Chance) -> Option<DrawnQuestion> {
    let number = chance.between(3, 98);
    let (first, second) = *pick(chance, &[("red", "blue"), ("S", "M"), ("wifi", "pool"), ("jazz", "folk")])?;
    let kinds = stored_values(number, first, second);
    let (wish, right, wrong) = pick(chance, &kinds)?;
    let (who, what) = scene(chance);
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table. A developer sends PutItem requests to the low-level API from a Lambda function, \
         without a document client. An attribute must hold {wish}. Which value must the request contain for this attribute?"
    );
    let mut bench = bench(&items(&[]))?;
    let mut printed = String::new();
    for line in put_value(right) {
        printed = bench.run(&line).text;
    }
    let mut wrong: Vec<DrawnOption> =
        wrong.iter().map(|(value, why)| DrawnOption::wrong(value.clone(), *why)).collect();
    chance.shuffle(&mut wrong);
    let why = "Each attribute value has one type descriptor, and its content has the form of this type.";
    let right = DrawnOption::right(right.clone(), why).tried(put_value(right), vec![printed]);
    Some(DrawnQuestion::new(stem, right, wrong).on(items(&[])))
}

/// A table with these key attributes and the types of each.
fn keyed(partition: (&str, &str), sort: Option<(&str, &str)>) -> SetupTable {
    let definition = |(name, kind): (&str, &str)| json!({"AttributeName": name, "AttributeType": kind});
    let element = |(name, _): (&str, &str), kind: &str| json!({"AttributeName": name, "KeyType": kind});
    let definitions: Vec<Value> = std::iter::once(partition).chain(sort).map(definition).collect();
    let schema: Vec<Value> =
        std::iter::once(element(partition, "HASH")).chain(sort.map(|sort| element(sort, "RANGE"))).collect();
    let create = json!({
        "TableName": "Records", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": definitions, "KeySchema": schema,
    });
    SetupTable { create, generate: Vec::new(), items: Vec::new() }
}

/// A key attribute with its type, as an option tells it and as a request has it.
fn attribute(name: &str, kind: &str, value: &str) -> (String, String) {
    let word = if kind == "N" { "Number" } else { "String" };
    (format!("{name} ({word})"), format!("\"{name}\":{{\"{kind}\":\"{value}\"}}"))
}

/// Two attributes together, each in words and as JSON.
fn both(hash: &(String, String), range: &(String, String)) -> (String, String) {
    (format!("{} and {}", hash.0, range.0), format!("{},{}", hash.1, range.1))
}

fn key_of_table(chance: &mut Chance) -> Option<DrawnQuestion> {
    let cases = [("customerId", "orderId"), ("deviceId", "readAt"), ("playerId", "gameId"), ("albumId", "track")];
    let (partition, sort) = *pick(chance, &cases)?;
    let with_sort = chance.between(0, 2) > 0;
    let kinds = ["N", "S"];
    let (hash_kind, range_kind) = (*pick(chance, &kinds)?, *pick(chance, &kinds)?);
    let (one, other) = (chance.between(10, 99).to_string(), chance.between(1000, 9999).to_string());
    let setup = keyed((partition, hash_kind), with_sort.then_some((sort, range_kind)));
    let hash = attribute(partition, hash_kind, &one);
    let range = attribute(sort, range_kind, &other);
    let hash_of_other_type = attribute(partition, if hash_kind == "N" { "S" } else { "N" }, &one);
    let range_of_other_type = attribute(sort, if range_kind == "N" { "S" } else { "N" }, &other);
    let keys = [
        (both(&hash, &range), ""),
        (hash.clone(), "partition-key-is-enough"),
        (range.clone(), "sort-key-alone"),
        (both(&hash, &range_of_other_type), "types-compare"),
        (both(&hash_of_other_type, &range), "types-compare"),
        (hash_of_other_type, "types-compare"),
    ];
    let put = format!("put-item --table-name Records --item '{{{},{}}}'", hash.1, range.1);
    let get = |key: &str| format!("get-item --table-name Records --key '{{{key}}}' --query Item");
    let mut bench = bench(&setup)?;
    bench.run(&put);
    let is_right = |key: &str| bench.clone().run(&get(key)).kind == ReplyKind::Answer;
    let (mut rights, wrongs): (Vec<_>, Vec<_>) = keys.into_iter().partition(|((_, key), _)| is_right(key));
    let ((right, right_key), _) = rights.pop().filter(|_| rights.is_empty())?;
    let stem = format!(
        "A developer creates an Amazon DynamoDB table with the following AWS CloudFormation resource. Each item has the attributes {partition}, \
         {sort} and total. A Lambda function reads single items with GetItem. Which attributes must the Key parameter of these requests contain?"
    );
    let mut wrong: Vec<DrawnOption> = wrongs
        .into_iter()
        .map(|((told, key), trap)| {
            let why =
                "The Key must contain each key attribute of the table with its exact type, and no other attribute.";
            let fits = match trap {
                "partition-key-is-enough" | "sort-key-alone" => with_sort,
                other => !other.is_empty(),
            };
            let answer = DrawnOption::wrong(told, why).tried(vec![get(&key)], vec!["ValidationException".to_owned()]);
            if fits { answer.trap(trap) } else { answer }
        })
        .collect();
    chance.shuffle(&mut wrong);
    let why = if with_sort {
        "The table has a partition key and a sort key, and a GetItem request needs both."
    } else {
        "The table has only a partition key, and a GetItem request needs no other attribute."
    };
    let right = DrawnOption::right(right, why).tried(vec![put, get(&right_key)], vec![format!("\"{other}\"")]);
    let template = template_of_table((partition, hash_kind), with_sort.then_some((sort, range_kind)));
    Some(DrawnQuestion::new(stem, right, wrong).on(setup).showing(
        ExhibitKind::Template,
        "yaml",
        "The resource",
        template,
    ))
}

/// A table's resource as CloudFormation declares it: the partition key and the sort key, if there is one, each with its
/// type.
fn template_of_table(partition: (&str, &str), sort: Option<(&str, &str)>) -> String {
    let (partition, partition_type) = partition;
    let line = |text: &dyn Fn(&str, &str) -> String| {
        sort.map_or_else(String::new, |(name, kind)| format!("\n      - {{{}}}", text(name, kind)))
    };
    format!(
        "Records:\n  Type: AWS::DynamoDB::Table\n  Properties:\n    BillingMode: PAY_PER_REQUEST\n    AttributeDefinitions:\n      - \
         {{AttributeName: {partition}, AttributeType: {partition_type}}}{}\n    KeySchema:\n      - {{AttributeName: {partition}, KeyType: \
         HASH}}{}",
        line(&|name, kind| format!("AttributeName: {name}, AttributeType: {kind}")),
        line(&|name, _| format!("AttributeName: {name}, KeyType: RANGE")),
    )
}

fn key_condition_valid(chance: &mut Chance) -> Option<DrawnQuestion> {
    let cases = [("customerId", "orderDate"), ("deviceId", "readAt"), ("playerId", "playedAt"), ("shopId", "soldAt")];
    let (partition, sort) = *pick(chance, &cases)?;
    let setup = keyed((partition, "S"), Some((sort, "S")));
    let valid = [
        format!("{partition} = :a AND {sort} > :b"),
        format!("{partition} = :a AND {sort} <= :b"),
        format!("{partition} = :a AND begins_with({sort}, :b)"),
    ];
    let refused = [
        (
            format!("begins_with({partition}, :a) AND {sort} = :b"),
            "partition-key-by-prefix",
            "begins_with is for the sort key.",
        ),
        (format!("{partition} > :a AND {sort} = :b"), "query-without-partition-key", "A range is for the sort key."),
        (
            format!("{partition} = :a AND contains({sort}, :b)"),
            "any-operator-on-keys",
            "contains is for filter expressions.",
        ),
        (format!("{partition} = :a AND {sort} <> :b"), "any-operator-on-keys", "<> is for filter expressions."),
        (format!("{partition} = :a OR {sort} = :b"), "any-operator-on-keys", "OR is for filter expressions."),
        (format!("{sort} = :b AND {sort} > :a"), "sort-key-alone", "The partition key is missing."),
    ];
    let command = |condition: &str| {
        format!(
            "query --table-name Records --key-condition-expression '{condition}' \
             --expression-attribute-values '{{\":a\":{{\"S\":\"x\"}},\":b\":{{\"S\":\"y\"}}}}' --query Count"
        )
    };
    let bench = bench(&setup)?;
    let accepts = |condition: &str| bench.clone().run(&command(condition)).kind == ReplyKind::Answer;
    let right = pick(chance, &valid)?.clone();
    if !accepts(&right) || refused.iter().any(|(condition, _, _)| accepts(condition)) {
        return None;
    }
    let stem = format!(
        "An Amazon DynamoDB table has the partition key {partition} and the sort key {sort}, both of type String. A developer writes Query \
         requests for a Lambda function. The values of :a and :b are Strings. Which key condition expression does DynamoDB accept?"
    );
    let mut wrong: Vec<DrawnOption> = refused
        .iter()
        .map(|(condition, trap, why)| {
            DrawnOption::wrong(condition.clone(), format!("{why} DynamoDB returns a ValidationException."))
                .trap(trap)
                .tried(vec![command(condition)], vec!["ValidationException".to_owned()])
        })
        .collect();
    chance.shuffle(&mut wrong);
    let why = "A key condition expression needs = for the partition key and can have one comparison, BETWEEN or begins_with for the sort key.";
    let right = DrawnOption::right(right.clone(), why).tried(vec![command(&right)], vec!["0".to_owned()]);
    Some(DrawnQuestion::new(stem, right, wrong).on(setup))
}
