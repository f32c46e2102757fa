//! Conditions: which of them an item passes. The engine says.

use serde_json::{Value, json};

use super::arithmetic::items;
use super::{Answer, Draft, Family};
use crate::chance::Chance;
use crate::content::lab::SetupTable;
use crate::lab::{ReplyKind, Workbench};

const CONDITIONS: &str =
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html";

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-condition-passes",
        title: "Which condition lets a write through",
        topic: "conditional-writes",
        claims: &["W1", "W2"],
        skills: &["1.3.6", "1.1.9"],
        difficulty: 2,
        docs: CONDITIONS,
        draw: |chance| which(chance, true),
    },
    Family {
        id: "gen-condition-fails",
        title: "Which condition refuses a write",
        topic: "conditional-writes",
        claims: &["W1", "W4"],
        skills: &["1.3.6", "1.1.9"],
        difficulty: 2,
        docs: CONDITIONS,
        draw: |chance| which(chance, false),
    },
];

/// A condition, its values, the trap of taking it for the opposite, and why it is as it is.
struct Condition {
    text: String,
    values: Value,
    trap: &'static str,
    why: &'static str,
}

fn conditions(chance: &mut Chance, stock: u64, version: u64) -> Vec<Condition> {
    let (more, less) = (stock + chance.between(1, 9), stock - chance.between(1, 4));
    let number = |number: u64| json!({"N": number.to_string()});
    let one = |name: &str, value: Value| json!({ name: value });
    let make = |text: &str, values: Value, trap: &'static str, why: &'static str| Condition {
        text: text.to_owned(),
        values,
        trap,
        why,
    };
    vec![
        make(
            "version = :v",
            one(":v", number(version)),
            "retry-without-reread",
            "The version is still the one that is stated.",
        ),
        make("version = :v", one(":v", number(version + 1)), "retry-without-reread", "The item has another version."),
        make(
            "version = :v",
            one(":v", json!({"S": version.to_string()})),
            "types-compare",
            "A Number never equals a String.",
        ),
        make("stock >= :n", one(":n", number(more)), "missing-is-zero", "There is less in stock."),
        make("stock >= :n", one(":n", number(less)), "missing-is-zero", "There is as much in stock, and more."),
        make(
            "attribute_not_exists(sku)",
            json!({}),
            "put-refuses-duplicates",
            "The item exists, and so does its key attribute.",
        ),
        make("attribute_not_exists(soldOut)", json!({}), "missing-is-zero", "The item has no such attribute."),
        make("attribute_exists(soldOut)", json!({}), "missing-is-zero", "The item has no such attribute."),
        make(
            "soldOut = :f",
            one(":f", json!({"BOOL": false})),
            "missing-is-zero",
            "A missing attribute equals nothing, not even false.",
        ),
        make(
            "soldOut <> :t",
            one(":t", json!({"BOOL": true})),
            "missing-is-zero",
            "A missing attribute is unequal to any value.",
        ),
        make("rating > :n", one(":n", number(0)), "missing-is-zero", "A comparison with a missing attribute is false."),
        make(
            "NOT rating > :n",
            one(":n", number(0)),
            "missing-is-zero",
            "The comparison with a missing attribute is false, and NOT turns it round.",
        ),
        make(
            "begins_with(title, :k)",
            one(":k", json!({"S": "ket"})),
            "types-compare",
            "Capital and small letters differ.",
        ),
        make(
            "begins_with(title, :k)",
            one(":k", json!({"S": "Ket"})),
            "types-compare",
            "The title begins with these letters.",
        ),
        make("size(title) = :n", one(":n", number(6)), "types-compare", "The title has six letters."),
        make(
            "attribute_type(stock, :t)",
            one(":t", json!({"S": "S"})),
            "types-compare",
            "stock is a Number, whose type is N.",
        ),
    ]
}

fn item(stock: u64, version: u64) -> Value {
    json!({
        "sku": {"S": "P-1"}, "title": {"S": "Kettle"}, "stock": {"N": stock.to_string()},
        "version": {"N": version.to_string()},
    })
}

fn setup(item: &Value) -> SetupTable {
    let mut setup = SetupTable { items: vec![item.clone()], ..items(&[]) };
    setup.create["AttributeDefinitions"] = json!([{"AttributeName": "sku", "AttributeType": "S"}]);
    setup.create["KeySchema"] = json!([{"AttributeName": "sku", "KeyType": "HASH"}]);
    setup
}

fn command(condition: &Condition) -> String {
    let mut values = condition.values.clone();
    values[":new"] = json!({"N": "40"});
    format!(
        "update-item --table-name Items --key {{\"sku\":{{\"S\":\"P-1\"}}}} --update-expression 'SET price = :new' \
         --condition-expression '{}' --expression-attribute-values {values} --return-values UPDATED_NEW --query Attributes.price.N",
        condition.text
    )
}

/// A condition with its values in place of its placeholders.
fn told(condition: &Condition) -> String {
    let values = condition.values.as_object().into_iter().flatten();
    values.fold(condition.text.clone(), |text, (name, value)| {
        let (kind, inner) = value
            .as_object()
            .and_then(|typed| typed.iter().next())
            .map_or(("", Value::Null), |(k, v)| (k.as_str(), v.clone()));
        let shown = match (kind, inner.as_str()) {
            ("N", Some(number)) => format!("{number} (a Number)"),
            ("S", Some(text)) => format!("\"{text}\" (a String)"),
            _ => inner.to_string(),
        };
        format!("{text}, {name} being {shown}")
    })
}

/// Which of four conditions passes, the others failing; or the other way round.
fn which(chance: &mut Chance, passes: bool) -> Option<Draft> {
    let (stock, version) = (chance.between(6, 40), chance.between(2, 9));
    let item = item(stock, version);
    let setup = setup(&item);
    let mut bench = Workbench::new();
    bench.fill(&setup).ok()?;
    let mut all = conditions(chance, stock, version);
    chance.shuffle(&mut all);
    let outcome = |condition: &Condition| bench.clone().run(&command(condition)).kind == ReplyKind::Answer;
    let (mut passing, mut failing): (Vec<Condition>, Vec<Condition>) = all.into_iter().partition(outcome);
    let (wanted, others) = if passes { (&mut passing, failing) } else { (&mut failing, passing) };
    let right = wanted.pop()?;
    let seen = |passes: bool| vec![if passes { "\"40\"" } else { "ConditionalCheckFailedException" }.to_owned()];
    let (ask, right_if) = if passes {
        ("succeeds", "It would be right if the question were which update is refused.")
    } else {
        (
            "is refused with ConditionalCheckFailedException",
            "It would be right if the question were which update succeeds.",
        )
    };
    let stem = format!(
        "A shop keeps products in a table with the partition key sku. The item P-1 has title \"Kettle\" (a String), stock {stock} and \
         version {version} (Numbers), and no other attributes. Four programs send the same UpdateItem, SET price = :new, each \
         with another condition expression. Which of these updates {ask}?"
    );
    Some(Draft {
        stem,
        right: Answer::right(told(&right), right.why).tried(vec![command(&right)], seen(passes)),
        wrong: others
            .iter()
            .map(|other| {
                Answer::wrong(told(other), other.trap, other.why, right_if).tried(vec![command(other)], seen(!passes))
            })
            .collect(),
        setup: vec![setup],
    })
}
