//! What updates cost, and what they leave behind.

use serde_json::{Value, json};

use super::arithmetic::{items, kilobytes, tenths};
use super::{Answer, Draft, Family, pick, scene};
use crate::chance::Chance;
use crate::content::lab::SetupTable;
use crate::engine::capacity::{Rate, Units, price};
use crate::lab::Workbench;

const UPDATES: &str =
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html";

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-update-units",
        title: "What an update of a few bytes costs",
        topic: "beyond",
        claims: &["X1"],
        skills: &["1.3.6", "4.3.8"],
        difficulty: 2,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html",
        draw: update_units,
    },
    Family {
        id: "gen-update-result",
        title: "What an update expression leaves behind",
        topic: "conditional-writes",
        claims: &["W5", "X5"],
        skills: &["1.3.6"],
        difficulty: 2,
        docs: UPDATES,
        draw: number_result,
    },
    Family {
        id: "gen-list-result",
        title: "What list_append and REMOVE leave of a list",
        topic: "beyond",
        claims: &["X5"],
        skills: &["1.3.6"],
        difficulty: 2,
        docs: UPDATES,
        draw: list_result,
    },
];

fn update_units(chance: &mut Chance) -> Option<Draft> {
    let (who, what) = scene(chance);
    let (before, after) = (tenths(chance.between(12, 90)), tenths(chance.between(3, 8)));
    let one = |bytes| price(bytes, Rate::Write);
    let right = one(before.max(after));
    let wcu = |units: Units| format!("{units} WCU");
    let stem = format!(
        "{who} keeps {what} in a table without indexes. One item has {}. A PutItem with the same key replaces it by an item of \
         {}. How many write units does this put consume?",
        kilobytes(before),
        kilobytes(after)
    );
    let text = "x".repeat(usize::try_from(after).ok()?.saturating_sub(12));
    let command =
        format!("put-item --table-name Items --item {{\"id\":{{\"S\":\"item-1\"}},\"body\":{{\"S\":\"{text}\"}}}}");
    Some(Draft {
        stem,
        right: Answer::right(wcu(right), "A write is paid by the larger of the item before and the item after.")
            .tried(vec![command], vec![format!("= {right} WCU")]),
        wrong: vec![
            Answer::wrong(
                wcu(one(after)),
                "update-pays-for-change",
                "The item that is replaced counts as well, and it is the larger one.",
                "It would be right if there had been no item with that key.",
            ),
            Answer::wrong(
                wcu(one(before) + one(after)),
                "update-pays-for-change",
                "The larger of the two is paid, not both.",
                "It would be right for two requests, a deletion and a put.",
            ),
            Answer::wrong(
                wcu(one(before - after)),
                "update-pays-for-change",
                "The difference plays no part.",
                "It would be right if only the change were paid.",
            ),
            Answer::wrong(
                wcu(right + right),
                "transaction-at-plain-price",
                "That is the price within a transaction.",
                "It would be right within TransactWriteItems.",
            ),
        ],
        setup: vec![items(&[before])],
    })
}

/// A table Items with one item.
fn one_item(item: &Value) -> SetupTable {
    SetupTable { items: vec![item.clone()], ..items(&[]) }
}

/// What a workbench with one item prints for an attribute after an update; or the exception.
fn after(item: &Value, command: &str, attribute: &str) -> Option<String> {
    let mut bench = Workbench::new();
    bench.fill(&one_item(item)).ok()?;
    let reply = bench.run(command);
    if reply.text.starts_with("An error") {
        return Some("refused".to_owned());
    }
    let read =
        bench.run(&format!("get-item --table-name Items --key {{\"id\":{{\"S\":\"x\"}}}} --query Item.{attribute}"));
    Some(read.text.trim().to_owned())
}

fn number_result(chance: &mut Chance) -> Option<Draft> {
    let (stock, by) = (chance.between(5, 60), chance.between(2, 9));
    let has_stock = chance.between(0, 2) > 0;
    let expressions = [
        ("ADD stock :n", "ADD adds to the number, and begins with 0 if there is none."),
        ("SET stock = :n", "SET replaces the value, whatever it was."),
        ("SET stock = stock + :n", "The attribute must be there; then :n is added."),
        (
            "SET stock = if_not_exists(stock, :n)",
            "if_not_exists keeps what is there, and takes :n only if there is nothing.",
        ),
        ("SET stock = if_not_exists(stock, :n) + :n", "if_not_exists gives the start, and :n is added to it."),
    ];
    let (expression, why) = pick(chance, &expressions)?;
    let item = if has_stock {
        json!({"id": {"S": "x"}, "stock": {"N": stock.to_string()}})
    } else {
        json!({"id": {"S": "x"}})
    };
    let command = format!(
        "update-item --table-name Items --key {{\"id\":{{\"S\":\"x\"}}}} --update-expression '{expression}' \
         --expression-attribute-values {{\":n\":{{\"N\":\"{by}\"}}}}"
    );
    let came = after(&item, &command, "stock.N")?;
    let told = |value: &str| {
        if value == "refused" {
            "The update is refused".to_owned()
        } else {
            format!("stock is {}", value.trim_matches('"'))
        }
    };
    let candidates = [stock + by, by, stock, by * 2, stock + by * 2].map(|number| number.to_string());
    let start = if has_stock {
        format!("the attribute stock with the value {stock}")
    } else {
        "no attribute stock yet".to_owned()
    };
    let stem = format!(
        "A shop keeps products as items with a key id. The item x has {start}. A program sends one UpdateItem for x with the update \
         expression\n\n    {expression}\n\nand :n = {by}, without a condition. What is the outcome?"
    );
    let read = "get-item --table-name Items --key {\"id\":{\"S\":\"x\"}} --query Item.stock.N".to_owned();
    let sees = if came == "refused" { vec!["ValidationException".to_owned()] } else { vec![came.clone()] };
    let mut wrong: Vec<Answer> = Vec::new();
    if came != "refused" {
        wrong.push(Answer::wrong(
            told("refused"),
            "missing-is-zero",
            "Every operand has a value here, so that nothing stands in the way.",
            if has_stock {
                "It would be right if stock were a String."
            } else {
                "It would be right for SET stock = stock + :n."
            },
        ));
    }
    wrong.extend(candidates.iter().filter(|value| told(value) != told(&came)).map(|value| {
        Answer::wrong(
            told(value),
            "set-and-add-alike",
            format!("The expression does something else: {why}"),
            "It would be right for another of SET, ADD and if_not_exists.",
        )
    }));
    Some(Draft {
        stem,
        right: Answer::right(told(&came), *why).tried(vec![command, read], sees),
        wrong,
        setup: vec![one_item(&item)],
    })
}

fn list_result(chance: &mut Chance) -> Option<Draft> {
    let mut words = ["ash", "birch", "cedar", "elm", "fir", "oak", "pine", "yew"];
    chance.shuffle(&mut words);
    let (start, new) = (&words[..3], words[3]);
    let place = chance.between(0, 2);
    let expressions = [
        ("SET steps = list_append(steps, :l)".to_owned(), "list_append puts the second list behind the first."),
        (
            "SET steps = list_append(:l, steps)".to_owned(),
            "list_append puts its second operand behind its first: here the new list comes first.",
        ),
        (format!("REMOVE steps[{place}]"), "The element goes, and those behind it move up; places are counted from 0."),
        (format!("SET steps[{place}] = :s"), "The element at that place is replaced; places are counted from 0."),
        ("SET steps[9] = :s".to_owned(), "A place beyond the end appends: a list has no gaps."),
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
    let given = if values.is_empty() {
        String::new()
    } else {
        format!(" --expression-attribute-values {}", Value::Object(values))
    };
    let command = format!(
        "update-item --table-name Items --key {{\"id\":{{\"S\":\"x\"}}}} --update-expression '{expression}'{given}"
    );
    let came: Vec<String> = serde_json::from_str(&after(&item, &command, "steps.L[].S")?).ok()?;
    let told = |words: &[&str]| format!("[{}]", words.join(", "));
    let right = told(&came.iter().map(String::as_str).collect::<Vec<_>>());
    let at = usize::try_from(place).ok()?;
    let mut replaced = start.to_vec();
    replaced[at] = new;
    let mut one_off = start.to_vec();
    one_off[(at + 1) % 3] = new;
    let mut removed = start.to_vec();
    removed.remove((at + 2) % 3);
    let appended = [start, &[new]].concat();
    let first = [&[new], start].concat();
    let candidates = [appended, first, replaced, one_off, removed, vec![new], start.to_vec()];
    let stem = format!(
        "A nursery keeps plans as items; the item x has a list steps with the elements {}. One UpdateItem for x has the update \
         expression\n\n    {expression}\n\n{}What is in steps afterwards?",
        start.join(", "),
        if given.is_empty() {
            String::new()
        } else if expression.contains(":l") {
            format!("and :l is a list with the one element {new}. ")
        } else {
            format!("and :s is the String {new}. ")
        }
    );
    let read = "get-item --table-name Items --key {\"id\":{\"S\":\"x\"}} --query Item.steps.L[].S".to_owned();
    let seen = format!("[ {} ]", came.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", "));
    let wrong = candidates.iter().map(|words| told(words)).filter(|text| *text != right).map(|text| {
        Answer::wrong(
            text,
            "set-and-add-alike",
            format!("The expression does something else: {why}"),
            "It would be right for another place, or for the operands of list_append the other way round.",
        )
    });
    Some(Draft {
        stem,
        right: Answer::right(right.clone(), *why).tried(vec![command, read], vec![seen]),
        wrong: wrong.collect(),
        setup: vec![one_item(&item)],
    })
}
