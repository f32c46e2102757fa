//! Whatever comes in, an answer or a typed error comes out: never a panic, a hang or a runaway allocation.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dynadrill::aws_cli;
use dynadrill::clock::VirtualClock;
use dynadrill::engine::expr::{self, Kind, Placeholders};
use dynadrill::engine::messages::wording::Wording;
use dynadrill::engine::shape::Shape;
use dynadrill::engine::value::json::WireItem;
use dynadrill::engine::value::{AttributeValue, Item};
use dynadrill::engine::{Config, Engine, ops};
use dynadrill::lab::Workbench;
use dynadrill::world::api::OPERATIONS;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Values as a request carries them.
fn wire(values: &Value) -> Option<WireItem> {
    serde_json::from_value(values.clone()).ok()
}

/// Compiles a text as every kind of expression.
fn compile_all(text: &str) {
    let names = BTreeMap::from([("#n".to_owned(), "n".to_owned())]);
    let values = json!({":v": {"N": "1"}, ":s": {"S": "x"}, ":l": {"L": []}});
    let fresh = || Placeholders::new(Some(names.clone()), wire(&values), Wording::Older).unwrap();
    let item = Item::from([("a".to_owned(), AttributeValue::from(1)), ("l".to_owned(), AttributeValue::L([].into()))]);
    if let Ok(condition) = expr::condition(text, Kind::Condition, &mut fresh()) {
        let _ = condition.holds(&item);
        // Printing resolves placeholders; it must never fail either.
        assert!(!condition.to_string().is_empty());
    }
    if let Ok(update) = expr::update(text, &mut fresh()) {
        let _ = update.apply(Some(&item), &item);
    }
    if let Ok(projection) = expr::projection(text, &mut fresh()) {
        let _ = projection.apply(&item);
    }
    let _ = expr::key_condition(text, &mut fresh());
}

/// Texts made of the pieces that expressions are made of.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "l",
        "#n",
        ":v",
        ":s",
        ":l",
        "=",
        "<>",
        "<",
        "(",
        ")",
        "[",
        "]",
        "[0]",
        ".",
        ",",
        "+",
        "-",
        "AND",
        "OR",
        "NOT",
        "BETWEEN",
        "IN",
        "SET",
        "REMOVE",
        "ADD",
        "DELETE",
        "size",
        "contains",
        "begins_with",
        "attribute_exists",
        "if_not_exists",
        "list_append",
        "7",
        "status",
    ]);
    prop::collection::vec(piece, 0..25).prop_map(|pieces| pieces.join(" "))
}

#[test]
fn deep_nesting_is_refused_not_overflowed() {
    for text in [
        "(".repeat(2000),
        "NOT ".repeat(1000),
        "size(".repeat(800),
        format!("{}a = :v{}", "(".repeat(120), ")".repeat(120)),
    ] {
        compile_all(&text);
    }
    let deep = (0..5000).fold("{\"S\":\"x\"}".to_owned(), |inner, _| format!("{{\"M\":{{\"m\":{inner}}}}}"));
    let line = format!("put-item --table-name Orders --item {{\"id\":{deep}}}");
    assert!(aws_cli::parse(&line, &|name| Ok(name.to_owned())).is_err());
}

#[test]
fn a_far_list_index_allocates_nothing() {
    let values = json!({":v": {"S": "x"}});
    let mut placeholders = Placeholders::new(None, wire(&values), Wording::Older).unwrap();
    let update = expr::update("SET l[2000000000] = :v", &mut placeholders).unwrap();
    let item = Item::from([("l".to_owned(), AttributeValue::L([].into()))]);
    assert_eq!(update.apply(Some(&item), &item).unwrap()["l"], AttributeValue::L([AttributeValue::from("x")].into()));
}

/// The names of the members of all requests and of their parts, taken from their shapes, and some that learners choose.
fn member_names() -> Vec<&'static str> {
    fn collect(shape: &Shape, names: &mut BTreeSet<&'static str>) {
        match shape {
            Shape::Structure(structure) => {
                for member in structure.members {
                    names.insert(member.name);
                    collect(&member.shape, names);
                }
            }
            Shape::List(list) => collect(&list.element, names),
            Shape::Map(map) => collect(&map.value, names),
            _ => {}
        }
    }
    let mut names = BTreeSet::from(["Orders", "pk", ":v", "S", "N", "L", "M", "SS"]);
    let inputs = ops::VERBS.iter().map(|verb| verb.input).chain(OPERATIONS.iter().map(|operation| operation.input));
    for input in inputs {
        collect(&Shape::Structure(input), &mut names);
    }
    names.into_iter().collect()
}

/// The prompt's own commands, as `:help` lists them.
fn own_commands() -> Vec<String> {
    let list = Workbench::new().run(":help").text;
    let names = list.lines().filter_map(|line| line.strip_prefix(':')?.split_whitespace().next());
    names.map(str::to_owned).collect()
}

/// JSON of any shape, with the names that requests use among its names.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(vec!["Orders", "pk", "HASH", "S", "", "pk = :v", "1", "ALL"]).prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    let name = prop::sample::select(member_names());
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..6).prop_map(|members| {
                Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
            }),
        ]
    })
}

fn engine() -> Engine {
    let clock = Arc::new(VirtualClock::new(VirtualClock::LAB_START));
    let mut engine = Engine::new(Config::default(), clock);
    let table = json!({
        "TableName": "Orders", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    });
    engine.call("CreateTable", table).unwrap();
    engine
}

proptest! {
    #[test]
    fn any_text_is_an_expression_or_an_error(text in "\\PC{0,80}") {
        compile_all(&text);
    }

    #[test]
    fn any_tokens_are_an_expression_or_an_error(text in pieces()) {
        compile_all(&text);
    }

    #[test]
    fn any_line_is_understood_or_explained(line in "(query |put-item |aws dynamodb |)(--table-name |--key |--limit |)\\PC{0,60}") {
        if let Err(error) = aws_cli::parse(&line, &|name| Ok(name.to_owned())) {
            prop_assert!(!error.to_string().is_empty());
        }
        let _ = aws_cli::is_incomplete(&line);
        let _ = aws_cli::complete(&line, &aws_cli::Names::default());
    }

    #[test]
    fn any_body_of_any_verb_is_answered(body in any_json(), verb in 0..ops::VERBS.len()) {
        let mut engine = engine();
        let name = ops::VERBS[verb].name;
        let mut body = body;
        if let Some(members) = body.as_object_mut() {
            members.entry("TableName").or_insert("Orders".into());
        }
        let _ = engine.call(name, body.clone());
        let _ = engine.explain(name, body);
        prop_assert_eq!(engine.journal().recorded(), 2);
    }

    #[test]
    fn pages_joined_are_the_whole(count in 0_usize..40, limit in 1_usize..9) {
        let mut bench = Workbench::new();
        bench.run("create-table --table-name Tab --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=id,AttributeType=N --key-schema AttributeName=id,KeyType=HASH");
        for id in 0..count {
            bench.run(&format!("put-item --table-name Tab --item {{\"id\":{{\"N\":\"{id}\"}}}}"));
        }
        let whole = bench.call("Scan", json!({"TableName": "Tab"})).unwrap();
        let (mut pages, mut start) = (Vec::new(), None::<Value>);
        loop {
            let mut request = json!({"TableName": "Tab", "Limit": limit});
            if let Some(start) = start {
                request["ExclusiveStartKey"] = start;
            }
            let page = bench.call("Scan", request).unwrap();
            pages.extend(page["Items"].as_array().unwrap().clone());
            match page.get("LastEvaluatedKey") {
                Some(key) => start = Some(key.clone()),
                None => break,
            }
        }
        prop_assert_eq!(&pages, whole["Items"].as_array().unwrap());
        prop_assert_eq!(pages.len(), count);
    }

    /// Whatever is typed behind a colon is answered; no traffic is large enough here to take long.
    #[test]
    fn any_words_at_the_prompts_own_commands_are_answered(
        command in prop::sample::select(own_commands()),
        words in prop::collection::vec(
            prop_oneof![
                prop::sample::select(vec![
                    "Tab", "--rate", "--ramp", "--spike", "--keys", "--reads", "--shards", "--size", "--item", "--retry", "--lose",
                    "--attempts", "--timeout", "--strong", "--seed", "1:2", "1:9@0+1", "zipf:5:1.5", "uniform:0", "standard",
                    "legacy", "adaptive", "off", "gsi", "replica", "2s", "collection", "1KB", "50", "0", "-1", "+1h", "wall", "{}",
                    "{\"a\":{\"S\":\"{n}\"}}", "stop",
                ]).prop_map(str::to_owned),
                "[ -~]{0,12}",
            ],
            0..6,
        ),
    ) {
        let mut bench = Workbench::new();
        bench.run("create-table --table-name Tab --billing-mode PAY_PER_REQUEST --attribute-definitions AttributeName=id,AttributeType=N --key-schema AttributeName=id,KeyType=HASH");
        let traffic = if command == "traffic" { " --seconds 1" } else { "" };
        let reply = bench.run(&format!(":{command} {}{traffic}", words.join(" ")));
        prop_assert!(!reply.text.is_empty());
        let after = bench.run("get-item --table-name Tab --key {\"id\":{\"N\":\"1\"}}").kind;
        prop_assert_ne!(after, dynadrill::lab::ReplyKind::NotUnderstood);
    }

    /// Whatever is sent to what stands around the table is answered.
    #[test]
    fn any_body_to_the_requests_around_the_table_is_answered(
        which in 0..OPERATIONS.len(), mut body in any_json(), resource in "(table/)?[a-zA-Z/]{0,8}",
    ) {
        if let Some(members) = body.as_object_mut() {
            members.entry("ServiceNamespace").or_insert("dynamodb".into());
            members.entry("ResourceId").or_insert(resource.into());
            members.entry("ScalableDimension").or_insert("dynamodb:table:ReadCapacityUnits".into());
        }
        let mut world = dynadrill::world::World::new(Config::default());
        let _ = world.ask(&OPERATIONS[which], body);
        world.wait(600_000);
    }
}
