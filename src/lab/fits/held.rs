//! Whether a write holds a value, wherever it does: as a value of an expression, in its item, as a parameter or in the text of
//! a statement.

use serde_json::{Map, Value, json};

use super::super::value::plain;
use crate::engine::messages::wording::Wording;
use crate::engine::value::AttributeValue;
use crate::engine::value::json::decode_item;

/// Whether a request holds a value that is written plainly.
pub(super) fn holds(wanted: &Value, request: &Value) -> bool {
    plain(wanted).is_some_and(|wanted| is_in(request, &wanted))
}

fn is_in(found: &Value, wanted: &AttributeValue) -> bool {
    match found {
        Value::Object(members) => {
            is_it(found, wanted)
                || elements(members).iter().any(|element| is_it(element, wanted))
                || members.iter().any(|(name, inner)| match inner {
                    Value::String(text) if name == "Statement" => is_said(text, wanted),
                    inner => is_in(inner, wanted),
                })
        }
        Value::Array(list) => list.iter().any(|inner| is_in(inner, wanted)),
        _ => false,
    }
}

/// The elements of a set in its wire form, each as a value of its own.
fn elements(set: &Map<String, Value>) -> Vec<Value> {
    let of = |(name, texts): (&String, &Value)| {
        let kind = match name.as_str() {
            "SS" => "S",
            "NS" => "N",
            _ => return Vec::new(),
        };
        texts.as_array().into_iter().flatten().map(|text| json!({ kind: text })).collect()
    };
    set.iter().flat_map(of).collect()
}

/// Whether this is the value in its wire form.
fn is_it(found: &Value, wanted: &AttributeValue) -> bool {
    let one = Map::from_iter([("it".to_owned(), found.clone())]);
    decode_item(&one, Wording::default()).is_ok_and(|item| item.get("it") == Some(wanted))
}

/// Whether a statement says the value.
fn is_said(statement: &str, wanted: &AttributeValue) -> bool {
    match wanted {
        AttributeValue::S(text) => statement.contains(&format!("'{}'", text.replace("'", "''"))),
        AttributeValue::N(_) => {
            let mut words = statement.split(|letter: char| !letter.is_ascii_alphanumeric() && !"._-#".contains(letter));
            words.any(|word| is_it(&json!({ "N": word }), wanted))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_wherever_it_is_held() {
        for request in [
            json!({"ExpressionAttributeValues": {":n": {"N": "5.0"}}}),
            json!({"Item": {"n": {"N": "5"}}}),
            json!({"TransactItems": [{"Put": {"Item": {"n": {"N": "5"}}}}]}),
            json!({"Statement": "UPDATE T SET n=5 WHERE id = 'a'"}),
            json!({"Statement": "UPDATE T SET n = ? WHERE id = 'a'", "Parameters": [{"N": "5"}]}),
        ] {
            assert!(holds(&json!(5), &request), "{request}");
            assert!(!holds(&json!(3), &request) && !holds(&json!("5"), &request), "{request}");
        }
        let set = json!({"ExpressionAttributeValues": {":t": {"SS": ["country", "rustic"]}, ":n": {"NS": ["5.0"]}}});
        assert!(holds(&json!("rustic"), &set) && holds(&json!(5), &set) && !holds(&json!("SS"), &set));
        let quoted = json!({"Statement": "UPDATE T SET n = 'O''Hara' WHERE id = 'a5'"});
        assert!(holds(&json!("O'Hara"), &quoted) && !holds(&json!(5), &quoted));
    }
}
