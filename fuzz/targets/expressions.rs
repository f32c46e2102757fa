//! Any text as each kind of expression: it is compiled, and what compiles is run on the items of a table.
#![no_main]

mod world;

use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|text: &str| {
    let mut shop = world::shop();
    let Some(table) = shop.engine().tables().next() else { return };
    let (name, key) = (table.name.to_string(), table.keys.partition[0].name.clone());
    let names = json!({"#n": "n"});
    let values = json!({":v": {"N": "1"}, ":s": {"S": "x"}, ":l": {"L": []}});
    let with = |parameter: &str| {
        let mut body = json!({
            "TableName": name, "ExpressionAttributeNames": names, "ExpressionAttributeValues": values,
        });
        body[parameter] = text.into();
        body
    };
    let _ = shop.call("Scan", with("FilterExpression"));
    let _ = shop.call("Query", with("KeyConditionExpression"));
    let _ = shop.call("Scan", json!({"TableName": name, "ProjectionExpression": text}));
    for parameter in ["UpdateExpression", "ConditionExpression"] {
        let mut body = with(parameter);
        body["Key"] = json!({ key.as_str(): {"S": "x"} });
        let _ = shop.call("UpdateItem", body);
    }
});
