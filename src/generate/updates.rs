//! What updates cost, what they leave behind, and what they return.

use serde_json::{Value, json};

use super::arithmetic::{items, kilobytes, tenths};
use super::{DrawnOption, DrawnQuestion, Family, bench, pick, scene, shown};
use crate::chance::Chance;
use crate::content::ExhibitKind;
use crate::content::lab::SetupTable;
use crate::engine::capacity::{Rate, Units, price};

const UPDATES: &str =
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html";
const COSTS: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html";

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-update-units",
        title: "What the replacement of an item costs",
        topic: "beyond",
        claims: &["X1"],
        skills: &["1.3.6", "4.3.8"],
        difficulty: 2,
        docs: COSTS,
        draw: update_units,
    },
    Family {
        id: "gen-failed-condition",
        title: "What a failed condition costs",
        topic: "conditional-writes",
        claims: &["W1", "X1"],
        skills: &["1.3.6", "4.3.8"],
        difficulty: 2,
        docs: COSTS,
        draw: failed_condition,
    },
    Family {
        id: "gen-update-result",
        title: "The effect of an update expression on a Number",
        topic: "conditional-writes",
        claims: &["W5", "X5"],
        skills: &["1.3.6"],
        difficulty: 2,
        docs: UPDATES,
        draw: number_result,
    },
    Family {
        id: "gen-list-result",
        title: "The effect of an update expression on a list",
        topic: "beyond",
        claims: &["X5"],
        skills: &["1.3.6"],
        difficulty: 2,
        docs: UPDATES,
        draw: list_result,
    },
    Family {
        id: "gen-return-values",
        title: "What ReturnValues returns",
        topic: "conditional-writes",
        claims: &["W5", "X5"],
        skills: &["1.3.6", "1.1.9"],
        difficulty: 2,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html",
        draw: return_values,
    },
    Family {
        id: "gen-put-replaces",
        title: "The attributes of an item after a second PutItem request",
        topic: "keys",
        claims: &["K2", "X5"],
        skills: &["1.3.6"],
        difficulty: 1,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html",
        draw: put_replaces,
    },
];

fn wcu(units: Units) -> String {
    format!("{} WCU", units.grouped())
}

/// A text that makes an item of `id` item-1 and `body` as large as this.
fn text_of(bytes: u64) -> Option<String> {
    Some("x".repeat(usize::try_from(bytes).ok()?.saturating_sub(12)))
}

fn update_units(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let (before, after) = (tenths(chance.between(12, 90)), tenths(chance.between(3, 8)));
    let one = |bytes| price(bytes, Rate::Write);
    let right = one(before.max(after));
    let stem = format!(
        "{who} stores {what} in an Amazon DynamoDB table without secondary indexes. An item has a size of {}. A Lambda function sends a \
         PutItem request with the same key and an item of {}. How many WCU does this request consume?",
        kilobytes(before),
        kilobytes(after)
    );
    let command = format!(
        "put-item --table-name Items --item {{\"id\":{{\"S\":\"item-1\"}},\"body\":{{\"S\":\"{}\"}}}}",
        text_of(after)?
    );
    let wrong = vec![
        DrawnOption::wrong(wcu(one(after)), "The size of the item that is replaced counts, too, and it is larger.")
            .trap("update-pays-for-change")
            .right_if("It would be right if no item with this key existed."),
        DrawnOption::wrong(wcu(one(before) + one(after)), "The larger of the two sizes counts, not the sum.")
            .trap("update-pays-for-change")
            .right_if("It would be right for a DeleteItem request and a PutItem request."),
        DrawnOption::wrong(wcu(one(before - after)), "The difference between the two sizes does not matter.")
            .trap("update-pays-for-change"),
        DrawnOption::wrong(wcu(right + right), "This is the cost of a transactional write.")
            .trap("transaction-at-plain-price")
            .right_if("It would be right for a Put action in a TransactWriteItems request."),
    ];
    let why = "A write consumes write capacity for the larger of the item before and the item after the request.";
    let right = DrawnOption::right(wcu(right), why).tried(vec![command], vec![format!("= {right} WCU")]);
    Some(DrawnQuestion::new(stem, right, wrong).on(items(&[before])))
}

fn failed_condition(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let bytes = tenths(chance.between(21, 90));
    let (done, failed) = (chance.between(2, 20) * 10, chance.between(2, 20) * 10);
    let one = price(bytes, Rate::Write);
    let stem = format!(
        "{who} stores {what} of {} each in an Amazon DynamoDB table without secondary indexes. To create each item only once, a Lambda \
         function sends PutItem requests with attribute_not_exists on the partition key. {} requests create an item. {failed} requests, \
         with items of the same size, fail with a ConditionalCheckFailedException. How many WCU do all of these requests consume?",
        kilobytes(bytes),
        done
    );
    let text = text_of(bytes)?;
    let put = |id: u64| {
        format!(
            "put-item --table-name Items --item {{\"id\":{{\"S\":\"item-{id}\"}},\"body\":{{\"S\":\"{text}\"}}}} \
             --condition-expression attribute_not_exists(id)"
        )
    };
    let wrong = vec![
        DrawnOption::wrong(wcu(one.times(done)), "A write that fails its condition consumes write capacity, too.")
            .trap("failed-write-is-free"),
        DrawnOption::wrong(
            wcu(one.times(done) + Units::whole(failed)),
            "A write that fails its condition consumes write capacity for the size of the item, not the minimum of 1 WCU.",
        )
        .trap("failed-write-is-free"),
        DrawnOption::wrong(wcu(Units::whole(done + failed)), "Each item has more than 1 KB and consumes 1 WCU for each KB.")
            .trap("no-rounding")
            .right_if("It would be right for items of up to 1 KB."),
        DrawnOption::wrong(wcu(one.times(2 * done + failed)), "A standard write does not consume the capacity of a transaction.")
            .trap("transaction-at-plain-price"),
    ];
    let why = format!(
        "A write whose condition is false consumes as much as the write would have: {one} WCU for each request."
    );
    let sees = vec![format!("= {one} WCU"), "ConditionalCheckFailedException".to_owned()];
    let right = DrawnOption::right(wcu(one.times(done + failed)), why).tried(vec![put(1), put(2)], sees);
    Some(DrawnQuestion::new(stem, right, wrong).on(items(&[bytes])))
}

/// A table Items with one item.
fn one_item(item: &Value) -> SetupTable {
    SetupTable { items: vec![item.clone()], ..items(&[]) }
}

/// What a workbench with one item prints for an attribute after an update; or the exception.
fn after(item: &Value, command: &str, attribute: &str) -> Option<String> {
    let mut bench = bench(&one_item(item))?;
    let reply = bench.run(command);
    if reply.text.starts_with("An error") {
        return Some("refused".to_owned());
    }
    let read =
        bench.run(&format!("get-item --table-name Items --key {{\"id\":{{\"S\":\"x\"}}}} --query Item.{attribute}"));
    Some(read.text.trim().to_owned())
}

/// An UpdateItem command for the item x.
fn update(expression: &str, values: &Value, more: &str) -> String {
    let given = match values.as_object() {
        Some(values) if !values.is_empty() => format!(" --expression-attribute-values '{}'", json!(values)),
        _ => String::new(),
    };
    format!(
        "dynamodb update-item --table-name Items --key '{{\"id\":{{\"S\":\"x\"}}}}' --update-expression '{expression}'{given}{more}"
    )
}

fn number_result(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (stock, by) = (chance.between(5, 60), chance.between(2, 9));
    let has_stock = chance.between(0, 2) > 0;
    let expressions = [
        ("ADD stock :n", "ADD adds the value to the Number. A missing attribute counts as 0."),
        ("SET stock = :n", "SET replaces the value."),
        ("SET stock = stock + :n", "SET with + needs the attribute and adds the value to it."),
        (
            "SET stock = if_not_exists(stock, :n)",
            "if_not_exists keeps an existing value and uses :n only if there is none.",
        ),
        ("SET stock = if_not_exists(stock, :n) + :n", "if_not_exists gives the start value, and SET adds :n to it."),
    ];
    let (expression, why) = pick(chance, &expressions)?;
    let item = if has_stock {
        json!({"id": {"S": "x"}, "stock": {"N": stock.to_string()}})
    } else {
        json!({"id": {"S": "x"}})
    };
    let command = update(expression, &json!({":n": {"N": by.to_string()}}), "");
    let came = after(&item, &command, "stock.N")?;
    let told = |value: &str| match value {
        "refused" => "ValidationException".to_owned(),
        value => format!("stock is {}", value.trim_matches('"')),
    };
    let candidates = [stock + by, by, stock, by * 2, stock + by * 2].map(|number| number.to_string());
    let start = if has_stock {
        format!("has the Number attribute stock with the value {stock}")
    } else {
        "has no attribute stock".to_owned()
    };
    let stem = format!(
        "A retailer stores products in an Amazon DynamoDB table with the partition key id. The item with the id x exists and {start}. A \
         developer runs the following AWS CLI command. What is the result?"
    );
    let read = "get-item --table-name Items --key {\"id\":{\"S\":\"x\"}} --query Item.stock.N".to_owned();
    let sees = if came == "refused" { vec!["ValidationException".to_owned()] } else { vec![came.clone()] };
    let mut wrong: Vec<DrawnOption> = Vec::new();
    if came != "refused" {
        let refused = DrawnOption::wrong(told("refused"), format!("The expression is valid for this item. {why}"));
        wrong.push(if has_stock {
            refused.right_if("It would be right if stock were a String and the expression added a Number to it.")
        } else {
            refused.right_if("It would be right for SET stock = stock + :n.")
        });
    }
    wrong.extend(candidates.iter().filter(|value| told(value) != told(&came)).map(|value| {
        let trap = if came == "refused" { "attribute-starts-at-zero" } else { "update-clauses-mixed-up" };
        DrawnOption::wrong(told(value), format!("The expression does something else. {why}")).trap(trap)
    }));
    let right = DrawnOption::right(told(&came), *why).tried(vec![command.clone(), read], sees);
    Some(DrawnQuestion::new(stem, right, wrong).on(one_item(&item)).showing(
        ExhibitKind::Cli,
        "shell",
        "The command",
        shown(&command),
    ))
}

/// Lists that an expression might be thought to leave: of those that remove an element, or of those that put `new` in.
fn other_lists<'w>(start: &[&'w str], new: &'w str, at: usize, is_removal: bool) -> Vec<Vec<&'w str>> {
    let mut replaced = start.to_vec();
    replaced[at] = new;
    let mut one_off = start.to_vec();
    one_off[(at + 1) % 3] = new;
    let mut removed = start.to_vec();
    removed.remove((at + 2) % 3);
    let mut other = start.to_vec();
    other.remove((at + 1) % 3);
    let appended = [start, &[new]].concat();
    let first = [&[new], start].concat();
    let mut candidates = if is_removal {
        vec![removed, other, start.to_vec(), vec![start[at]]]
    } else {
        vec![appended, first, replaced, one_off]
    };
    candidates.push(start.to_vec());
    candidates
}

fn list_result(chance: &mut Chance) -> Option<DrawnQuestion> {
    let mut words = ["ash", "birch", "cedar", "elm", "fir", "oak", "pine", "yew"];
    chance.shuffle(&mut words);
    let (start, new) = (&words[..3], words[3]);
    let place = chance.between(0, 2);
    let expressions = [
        ("SET steps = list_append(steps, :l)".to_owned(), "list_append puts the second list after the first."),
        (
            "SET steps = list_append(:l, steps)".to_owned(),
            "list_append puts its second operand after its first: here the new list comes first.",
        ),
        (
            format!("REMOVE steps[{place}]"),
            "REMOVE deletes the element, and the elements after it move up. Positions start at 0.",
        ),
        (format!("SET steps[{place}] = :s"), "SET replaces the element at this position. Positions start at 0."),
        ("SET steps[9] = :s".to_owned(), "SET appends an element if the position is beyond the end of the list."),
    ];
    let (expression, why) = pick(chance, &expressions)?;
    let list = |words: &[&str]| words.iter().map(|word| json!({ "S": word })).collect::<Vec<Value>>();
    let item = json!({"id": {"S": "x"}, "steps": {"L": list(start)}});
    let mut values = serde_json::Map::new();
    if expression.contains(":l") {
        values.insert(":l".to_owned(), json!({"L": list(&[new])}));
    }
    if expression.contains(":s") {
        values.insert(":s".to_owned(), json!({ "S": new }));
    }
    let command = update(expression, &Value::Object(values), "");
    let came: Vec<String> = serde_json::from_str(&after(&item, &command, "steps.L[].S")?).ok()?;
    let told = |words: &[&str]| format!("[{}]", words.join(", "));
    let right = told(&came.iter().map(String::as_str).collect::<Vec<_>>());
    let at = usize::try_from(place).ok()?;
    let candidates = other_lists(start, new, at, expression.starts_with("REMOVE"));
    let stem = format!(
        "A nursery stores care plans in an Amazon DynamoDB table with the partition key id. The item with the id x has a list steps with \
         the elements {}, in this order. A developer runs the following AWS CLI command. Which elements does steps have afterwards?",
        start.join(", "),
    );
    let read = "get-item --table-name Items --key {\"id\":{\"S\":\"x\"}} --query Item.steps.L[].S".to_owned();
    let seen = format!("[ {} ]", came.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", "));
    let wrong = candidates.iter().map(|words| told(words)).filter(|text| *text != right).map(|text| {
        DrawnOption::wrong(text, format!("The expression does something else. {why}")).trap("update-clauses-mixed-up")
    });
    let wrong = wrong.collect();
    let right = DrawnOption::right(right.clone(), *why).tried(vec![command.clone(), read], vec![seen]);
    Some(DrawnQuestion::new(stem, right, wrong).on(one_item(&item)).showing(
        ExhibitKind::Cli,
        "shell",
        "The command",
        shown(&command),
    ))
}

fn return_values(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (stock, by) = (chance.between(10, 60), chance.between(2, 9));
    let kinds = ["ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"];
    let kind = *pick(chance, &kinds)?;
    let up = chance.between(0, 1) == 1;
    let sign = if up { "+" } else { "-" };
    let item = json!({"id": {"S": "x"}, "color": {"S": "red"}, "stock": {"N": stock.to_string()}});
    let with = |kind: &str| {
        let values = json!({":n": {"N": by.to_string()}});
        update(&format!("SET stock = stock {sign} :n"), &values, &format!(" --return-values {kind}"))
    };
    let setup = one_item(&item);
    let bench = bench(&setup)?;
    let returned = |kind: &str| -> Option<String> {
        let text = bench.clone().run(&format!("{} --query Attributes", with(kind))).text;
        let item: Value = serde_json::from_str(&text).ok()?;
        let attributes = item.as_object()?.iter().map(|(name, value)| {
            let value = value.as_object().and_then(|typed| typed.values().next()).and_then(Value::as_str);
            format!("{name} = {}", value.unwrap_or_default())
        });
        Some(attributes.collect::<Vec<_>>().join(", "))
    };
    let came = returned(kind)?;
    let whys = |kind: &str| match kind {
        "ALL_OLD" => "ALL_OLD returns all attributes of the item as they were before the update.",
        "ALL_NEW" => "ALL_NEW returns all attributes of the item as they are after the update.",
        "UPDATED_OLD" => "UPDATED_OLD returns only the attributes that were updated, as they were before the update.",
        _ => "UPDATED_NEW returns only the attributes that were updated, as they are after the update.",
    };
    let stem = "A retailer stores products in an Amazon DynamoDB table with the partition key id. A Lambda function changes the stock of a \
                product with a request that corresponds to the following AWS CLI command. Before the request, the item is as shown. Which \
                attributes does the response contain?"
        .to_owned();
    let mut wrong = Vec::new();
    for other in kinds.into_iter().filter(|other| *other != kind) {
        let why = format!("This is the response for {other}. {}", whys(kind));
        let right_if = format!("It would be right for a request with --return-values {other}.");
        wrong.push(DrawnOption::wrong(returned(other)?, why).right_if(right_if));
    }
    let query = format!("{} --query Attributes", with(kind));
    let printed = bench.clone().run(&query).text;
    let right = DrawnOption::right(came, whys(kind)).tried(vec![query], vec![printed]);
    let before = format!(
        "{{\n  \"id\": {{\"S\": \"x\"}},\n  \"color\": {{\"S\": \"red\"}},\n  \"stock\": {{\"N\": \"{stock}\"}}\n}}"
    );
    Some(
        DrawnQuestion::new(stem, right, wrong)
            .on(setup)
            .showing(ExhibitKind::Json, "json", "The item before the request", before)
            .showing(ExhibitKind::Cli, "shell", "The request", shown(&with(kind))),
    )
}

fn put_replaces(chance: &mut Chance) -> Option<DrawnQuestion> {
    let mut names = ["color", "price", "size", "title", "brand", "weight"];
    chance.shuffle(&mut names);
    let old = &names[..3];
    // One attribute is sent again with another value, one is new.
    let sent = [old[0], names[3]];
    let with = |names: &[&str], value: &str| {
        let mut item = json!({"id": {"S": "x"}});
        for name in names {
            item[name] = json!({ "S": value });
        }
        item
    };
    let setup = one_item(&with(old, "old"));
    let command = format!("dynamodb put-item --table-name Items --item '{}'", with(&sent, "new"));
    let query = "get-item --table-name Items --key {\"id\":{\"S\":\"x\"}} --query Item";
    let mut bench = bench(&setup)?;
    bench.run(&command);
    let left = bench.run(query).text;
    let left_item: Value = serde_json::from_str(&left).ok()?;
    let mut keys: Vec<&str> = left_item.as_object()?.keys().map(String::as_str).collect();
    keys.sort_unstable();
    let told = |names: &[&str]| {
        let mut names: Vec<&str> = names.iter().copied().chain(["id"]).collect();
        names.sort_unstable();
        names.join(", ")
    };
    let stem = format!(
        "A retailer stores products in an Amazon DynamoDB table with the partition key id. The item with the id x has the attributes id, {}. An \
         application sends the following PutItem request, and it succeeds. Which attributes does the item have afterwards?",
        old.join(", ")
    );
    let wrong = vec![
        DrawnOption::wrong(
            told(&[old[0], old[1], old[2], names[3]]),
            "PutItem replaces the whole item. It does not merge attributes.",
        )
        .trap("put-merges")
        .right_if("It would be right for an UpdateItem request that sets the two attributes."),
        DrawnOption::wrong(told(old), "PutItem replaces an existing item unless a condition expression prevents it.")
            .trap("put-refuses-duplicates")
            .right_if("It would be right if the request had the condition attribute_not_exists(id)."),
        DrawnOption::wrong(told(&[old[1], old[2], names[3]]), "The item has exactly the attributes of the request.")
            .trap("put-merges"),
    ];
    let why = "PutItem replaces the whole item, so only the attributes of the request remain.";
    let right = DrawnOption::right(keys.join(", "), why).tried(vec![command.clone(), query.to_owned()], vec![left]);
    Some(DrawnQuestion::new(stem, right, wrong).on(setup).showing(
        ExhibitKind::Cli,
        "shell",
        "The request",
        shown(&command),
    ))
}
