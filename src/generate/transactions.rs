//! Transactions and batches: what they do, and what the response says.

use serde_json::{Value, json};

use super::arithmetic::{items, kilobytes, tenths};
use super::{DrawnOption, DrawnQuestion, Family, bench, counted, pick, scene};
use crate::chance::Chance;
use crate::content::ExhibitKind;
use crate::content::lab::SetupTable;
use crate::engine::capacity::{Rate, Units, price};

const TRANSACTIONS: &str = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html";

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "gen-cancellation-reasons",
        title: "The cancellation reasons of a transaction",
        topic: "beyond",
        claims: &["X3", "W1"],
        skills: &["1.3.6", "4.1.1"],
        difficulty: 3,
        docs: TRANSACTIONS,
        draw: reasons,
    },
    Family {
        id: "gen-transaction-effect",
        title: "The items after a transaction",
        topic: "beyond",
        claims: &["X3"],
        skills: &["1.3.6"],
        difficulty: 2,
        docs: TRANSACTIONS,
        draw: effect,
    },
    Family {
        id: "gen-unprocessed-items",
        title: "What a batch with unprocessed items consumed",
        topic: "beyond",
        claims: &["X4", "X1"],
        skills: &["1.3.6", "1.1.13"],
        difficulty: 2,
        docs: "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html",
        draw: unprocessed,
    },
];

/// A table of accounts with the balances of a and b, and whether c exists.
fn accounts(balances: [u64; 2]) -> SetupTable {
    let mut setup = items(&[]);
    setup.create["TableName"] = json!("Accounts");
    setup.items = ["a", "b"]
        .iter()
        .zip(balances)
        .map(|(id, balance)| json!({"id": {"S": id}, "balance": {"N": balance.to_string()}}))
        .collect();
    setup
}

/// An action of a transaction, how a table of actions tells it, and its JSON.
struct Act {
    told: String,
    json: Value,
}

fn acts(chance: &mut Chance, amount: u64) -> Vec<Act> {
    let key = |id: &str| json!({"id": {"S": id}});
    let values = json!({":n": {"N": amount.to_string()}});
    let update = |id: &str| Act {
        told: format!("Update {id}: SET balance = balance - :n if balance >= :n"),
        json: json!({"Update": {
            "TableName": "Accounts", "Key": key(id), "UpdateExpression": "SET balance = balance - :n",
            "ConditionExpression": "balance >= :n", "ExpressionAttributeValues": values,
        }}),
    };
    let put = |id: &str| Act {
        told: format!("Put {id}: if attribute_not_exists(id)"),
        json: json!({"Put": {
            "TableName": "Accounts", "Item": key(id), "ConditionExpression": "attribute_not_exists(id)",
        }}),
    };
    let check = |id: &str| Act {
        told: format!("ConditionCheck {id}: attribute_exists(id)"),
        json: json!({"ConditionCheck": {
            "TableName": "Accounts", "Key": key(id), "ConditionExpression": "attribute_exists(id)",
        }}),
    };
    let (second, third) = if chance.between(0, 1) == 1 { ("b", "c") } else { ("c", "b") };
    let mut acts = vec![update("a")];
    acts.push(if chance.between(0, 1) == 1 { put(second) } else { check(second) });
    acts.push(if chance.between(0, 1) == 1 { put(third) } else { check(third) });
    chance.shuffle(&mut acts);
    acts
}

fn transaction(acts: &[Act]) -> String {
    let actions: Vec<&Value> = acts.iter().map(|act| &act.json).collect();
    format!("transact-write-items --transact-items '{}'", json!(actions))
}

fn listed(acts: &[Act], amount: u64) -> String {
    let lines: Vec<String> = acts.iter().enumerate().map(|(at, act)| format!("{}  {}", at + 1, act.told)).collect();
    format!("{}\n:n = {amount}", lines.join("\n"))
}

/// The balances of the accounts, in words.
fn told_accounts(balances: [u64; 2]) -> String {
    format!(
        "The account a has a balance of {}, the account b has a balance of {}, and the account c does not exist",
        balances[0], balances[1]
    )
}

fn reasons(chance: &mut Chance) -> Option<DrawnQuestion> {
    let balances = [chance.between(2, 9) * 10, chance.between(2, 9) * 10];
    let amount = chance.between(2, 9) * 10 + 5;
    let acts = acts(chance, amount);
    let setup = accounts(balances);
    let text = bench(&setup)?.run(&transaction(&acts)).text;
    let found = text.split_once('[')?.1.split_once(']')?.0.to_owned();
    let codes: Vec<&str> = found.split(", ").collect();
    let failed = codes.iter().filter(|code| **code != "None").count();
    if codes.len() != 3 || failed == 3 {
        return None;
    }
    let told = |codes: &[&str]| codes.join(", ");
    let fails = "ConditionalCheckFailed";
    let first = codes.iter().position(|code| *code != "None")?;
    let mut only_first = ["None"; 3];
    only_first[first] = fails;
    let turned: Vec<&str> = codes.iter().map(|code| if *code == "None" { fails } else { "None" }).collect();
    let conflict: Vec<&str> =
        codes.iter().map(|code| if *code == "None" { *code } else { "TransactionConflict" }).collect();
    let stem = format!(
        "A bank stores accounts in an Amazon DynamoDB table named Accounts with the partition key id. {}. A Lambda function sends a \
         TransactWriteItems request with the following three actions, and DynamoDB returns a TransactionCanceledException. No other request \
         uses these items. Which codes do the CancellationReasons have, in this order?",
        told_accounts(balances)
    );
    let wrong = vec![
        DrawnOption::wrong(
            told(&[fails; 3]),
            "Each action has its own reason. An action that did not cause the cancellation has the code None.",
        ),
        DrawnOption::wrong(
            told(&turned),
            "The code ConditionalCheckFailed belongs to the actions whose condition is false.",
        ),
        DrawnOption::wrong(
            told(&conflict),
            "TransactionConflict means that another request is writing the same item at the same time.",
        )
        .trap("conflict-is-condition"),
        DrawnOption::wrong(
            told(&only_first),
            "DynamoDB reports each action whose condition is false, not only the first.",
        ),
        DrawnOption::wrong(told(&["None", "None", fails]), "The reasons have the order of the actions in the request."),
        DrawnOption::wrong(told(&[fails, "None", "None"]), "The reasons have the order of the actions in the request."),
    ];
    let why = "The reasons stand in the order of the actions. An action whose condition is true has the code None.";
    let right = DrawnOption::right(found.clone(), why).tried(vec![transaction(&acts)], vec![format!("[{found}]")]);
    Some(DrawnQuestion::new(stem, right, wrong).on(setup).showing(
        ExhibitKind::Log,
        "text",
        "The actions",
        listed(&acts, amount),
    ))
}

fn effect(chance: &mut Chance) -> Option<DrawnQuestion> {
    let balances = [chance.between(5, 9) * 10, chance.between(2, 9) * 10];
    let amount = chance.between(1, 8) * 10 + 5;
    let acts = acts(chance, amount);
    let setup = accounts(balances);
    let get = "get-item --table-name Accounts --key {\"id\":{\"S\":\"a\"}} --query Item.balance.N";
    let mut bench = bench(&setup)?;
    let is_refused = bench.run(&transaction(&acts)).text.starts_with("An error");
    let left: u64 = bench.run(get).text.trim().trim_matches('"').parse().ok()?;
    if amount >= balances[0] {
        return None;
    }
    let told = |refused: bool, balance: u64| {
        format!("The request {}, and a has a balance of {balance}", if refused { "is canceled" } else { "succeeds" })
    };
    let stem = format!(
        "A bank stores accounts in an Amazon DynamoDB table named Accounts with the partition key id. {}. A Lambda function sends a \
         TransactWriteItems request with the following three actions. No other request uses these items. What is the result?",
        told_accounts(balances)
    );
    let rest = balances[0] - amount;
    let all = [(true, balances[0]), (true, rest), (false, rest), (false, balances[0])];
    let wrong = all
        .into_iter()
        .filter(|(refused, balance)| (*refused, *balance) != (is_refused, left))
        .map(|(refused, balance)| {
            let why = if is_refused {
                "At least one condition is false, so DynamoDB makes none of the changes and cancels the request."
            } else {
                "All conditions are true, so DynamoDB makes all of the changes."
            };
            DrawnOption::wrong(told(refused, balance), why)
        })
        .collect();
    let why = if is_refused {
        "A transaction makes all of its changes or none of them. One false condition cancels the request."
    } else {
        "All conditions are true, so the transaction makes all of its changes together."
    };
    let sees = vec![format!("\"{left}\"")];
    let sees = if is_refused { [sees, vec!["TransactionCanceledException".to_owned()]].concat() } else { sees };
    let right = DrawnOption::right(told(is_refused, left), why).tried(vec![transaction(&acts), get.to_owned()], sees);
    Some(DrawnQuestion::new(stem, right, wrong).on(setup).showing(
        ExhibitKind::Log,
        "text",
        "The actions",
        listed(&acts, amount),
    ))
}

fn unprocessed(chance: &mut Chance) -> Option<DrawnQuestion> {
    let (who, what) = scene(chance);
    let sent = chance.between(10, 25);
    let left = chance.between(3, sent - 4);
    let bytes = tenths(*pick(chance, &[13, 17, 21, 26, 32, 38])?);
    let one = price(bytes, Rate::Write);
    let stem = format!(
        "{who} stores {what} of {} each in an Amazon DynamoDB table without secondary indexes. A Lambda function sends {sent} new items in one \
         BatchWriteItem request. The request succeeds, and the response lists {} in UnprocessedItems. How many WCU did the request consume?",
        kilobytes(bytes),
        counted(left, "item")
    );
    let wcu = |units: Units| format!("{} WCU", units.grouped());
    let done = sent - left;
    let text = "x".repeat(usize::try_from(bytes).ok()?.saturating_sub(12));
    let puts: Vec<String> = (0..done)
        .map(|number| {
            format!(
                "{{\"PutRequest\":{{\"Item\":{{\"id\":{{\"S\":\"item-{number}\"}},\"body\":{{\"S\":\"{text}\"}}}}}}}}"
            )
        })
        .collect();
    let command =
        format!("batch-write-item --request-items '{{\"Items\":[{}]}}' --query UnprocessedItems", puts.join(","));
    let wrong = vec![
        DrawnOption::wrong(
            wcu(one.times(sent)),
            "The items in UnprocessedItems were not written and consume no write capacity.",
        )
        .trap("batch-is-atomic")
        .right_if("It would be right if UnprocessedItems were empty."),
        DrawnOption::wrong("0 WCU".to_owned(), "A batch is not a transaction. The other items were written.")
            .trap("batch-is-atomic")
            .right_if("It would be right if the request had failed with a ProvisionedThroughputExceededException."),
        DrawnOption::wrong(
            wcu(Units::whole((bytes * done).div_ceil(1024))),
            "Each item of a batch is rounded up to 1 KB separately.",
        ),
        DrawnOption::wrong(wcu(Units::whole(done)), "Each item has more than 1 KB.").trap("no-rounding"),
    ];
    let why = format!(
        "{done} items were written, and each consumes {one} WCU. The Lambda function must send the other items again."
    );
    let right = DrawnOption::right(wcu(one.times(done)), why)
        .tried(vec![command], vec![format!("together: {} WCU", one.times(done))]);
    Some(DrawnQuestion::new(stem, right, wrong).on(items(&[])))
}
