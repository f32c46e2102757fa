//! Conditions: which of them an item passes. The engine says.

use serde_json::{Value, json};

use super::arithmetic::items;
use super::{DrawnOption, DrawnQuestion, Family, bench};
use crate::chance::Chance;
use crate::content::ExhibitKind;
use crate::content::lab::SetupTable;
use crate::lab::ReplyKind;

const CONDITIONS: &str =
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html";

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-condition-passes",
        title: "Which condition allows a write",
        topic: "conditional-writes",
        claims: &["W1", "W2"],
        skills: &["1.3.6", "1.1.9"],
        difficulty: 2,
        docs: CONDITIONS,
        draw: |chance| which(chance, true),
    },
    Family {
        id: "gen-condition-fails",
        title: "Which condition prevents a write",
        topic: "conditional-writes",
        claims: &["W1", "W4"],
        skills: &["1.3.6", "1.1.9"],
        difficulty: 2,
        docs: CONDITIONS,
        draw: |chance| which(chance, false),
    },
];

/// A condition, its values, the misconception that takes it for the opposite, and why it is as it is.
struct DrawnCondition {
    text: String,
    values: Value,
    trap: Option<&'static str>,
    why: &'static str,
}

fn conditions(chance: &mut Chance, stock: u64, version: u64) -> Vec<DrawnCondition> {
    let (more, less) = (stock + chance.between(1, 9), stock - chance.between(1, 4));
    let number = |number: u64| json!({"N": number.to_string()});
    let one = |name: &str, value: Value| json!({ name: value });
    let make = |text: &str, values: Value, trap: Option<&'static str>, why: &'static str| DrawnCondition {
        text: text.to_owned(),
        values,
        trap,
        why,
    };
    vec![
        make("version = :v", one(":v", number(version)), None, "The item has this version."),
        make("version = :v", one(":v", number(version + 1)), None, "The item has another version."),
        make(
            "version = :v",
            one(":v", json!({"S": version.to_string()})),
            Some("types-compare"),
            "A Number is never equal to a String.",
        ),
        make("stock >= :n", one(":n", number(more)), None, "The value of stock is lower."),
        make("stock >= :n", one(":n", number(less)), None, "The value of stock is higher."),
        make("attribute_not_exists(sku)", json!({}), None, "The item exists, so it has its key attribute."),
        make("attribute_not_exists(soldOut)", json!({}), None, "The item has no such attribute."),
        make("attribute_exists(soldOut)", json!({}), None, "The item has no such attribute."),
        make(
            "soldOut = :f",
            one(":f", json!({"BOOL": false})),
            Some("missing-is-zero"),
            "A missing attribute is not equal to any value, not even to false.",
        ),
        make(
            "soldOut <> :t",
            one(":t", json!({"BOOL": true})),
            Some("missing-is-zero"),
            "A missing attribute is not equal to any value, so <> is true.",
        ),
        make(
            "rating >= :n",
            one(":n", number(0)),
            Some("missing-is-zero"),
            "A comparison with a missing attribute is false.",
        ),
        make(
            "NOT rating >= :n",
            one(":n", number(0)),
            Some("missing-is-zero"),
            "The comparison with a missing attribute is false, and NOT makes it true.",
        ),
        make("begins_with(title, :k)", one(":k", json!({"S": "ket"})), None, "The comparison is case-sensitive."),
        make("begins_with(title, :k)", one(":k", json!({"S": "Ket"})), None, "The title begins with these letters."),
        make("size(title) = :n", one(":n", number(6)), None, "The title has six letters."),
        make(
            "attribute_type(stock, :t)",
            one(":t", json!({"S": "S"})),
            None,
            "The attribute stock has the type N, Number.",
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

fn command(condition: &DrawnCondition) -> String {
    let mut values = condition.values.clone();
    values[":new"] = json!({"N": "40"});
    format!(
        "update-item --table-name Items --key {{\"sku\":{{\"S\":\"P-1\"}}}} --update-expression 'SET price = :new' \
         --condition-expression '{}' --expression-attribute-values {values} --return-values UPDATED_NEW --query Attributes.price.N",
        condition.text
    )
}

/// A condition with its values in place of its placeholders, as a table of the two shows them.
fn told(condition: &DrawnCondition) -> String {
    let values = condition.values.as_object().into_iter().flatten();
    values.fold(condition.text.clone(), |text, (name, value)| {
        let shown = value.to_string();
        format!("{text} with {name} = {shown}")
    })
}

/// Which of four conditions passes, the others failing; or the other way round.
fn which(chance: &mut Chance, passes: bool) -> Option<DrawnQuestion> {
    let (stock, version) = (chance.between(6, 40), chance.between(2, 9));
    let item = item(stock, version);
    let setup = setup(&item);
    let bench = bench(&setup)?;
    let mut all = conditions(chance, stock, version);
    chance.shuffle(&mut all);
    let outcome = |condition: &DrawnCondition| bench.clone().run(&command(condition)).kind == ReplyKind::Answer;
    let (mut passing, mut failing): (Vec<DrawnCondition>, Vec<DrawnCondition>) = all.into_iter().partition(outcome);
    let (wanted, others) = if passes { (&mut passing, failing) } else { (&mut failing, passing) };
    let right = wanted.pop()?;
    let seen = |passes: bool| vec![if passes { "\"40\"" } else { "ConditionalCheckFailedException" }.to_owned()];
    let ask = if passes { "succeeds" } else { "fails with a ConditionalCheckFailedException" };
    let stem = format!(
        "A retailer stores products in an Amazon DynamoDB table with the partition key sku. The table contains the following item. Four \
         Lambda functions send an UpdateItem request with SET price = :new for this item, each with another condition expression. The \
         item does not change in the meantime. Which condition expression belongs to the request that {ask}?"
    );
    let wrong = others
        .iter()
        .map(|other| {
            let wrong = DrawnOption::wrong(told(other), other.why).tried(vec![command(other)], seen(!passes));
            DrawnOption { trap: other.trap, ..wrong }
        })
        .collect();
    let right = DrawnOption::right(told(&right), right.why).tried(vec![command(&right)], seen(passes));
    let shown = format!(
        "{{\n  \"sku\": {{\"S\": \"P-1\"}},\n  \"title\": {{\"S\": \"Kettle\"}},\n  \"stock\": {{\"N\": \"{stock}\"}},\n  \
         \"version\": {{\"N\": \"{version}\"}}\n}}"
    );
    Some(DrawnQuestion::new(stem, right, wrong).on(setup).showing(ExhibitKind::Json, "json", "The item", shown))
}
