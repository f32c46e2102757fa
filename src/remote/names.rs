//! Table names with the prefix and without, wherever they stand in requests and answers.

use serde_json::{Map, Value};

/// Members whose keys are table names.
const KEYED_BY_TABLE: [&str; 6] =
    ["RequestItems", "Responses", "UnprocessedItems", "UnprocessedKeys", "ItemCollectionMetrics", "TableItems"];

/// A request with the prefix before every table's name.
pub(super) fn prefixed(body: &Value, prefix: &str) -> Value {
    renamed(body, &|name: &str| format!("{prefix}{name}"), prefix)
}

/// An answer without it. Names that the service lists stay whole, so that other tables are told from the session's.
pub(super) fn without_prefix(body: &Value, prefix: &str) -> Value {
    renamed(body, &|name: &str| name.strip_prefix(prefix).unwrap_or(name).to_owned(), "")
}

fn renamed(value: &Value, rename: &dyn Fn(&str) -> String, prefix: &str) -> Value {
    match value {
        Value::Object(members) => {
            let renamed_member = |(name, value): (&String, &Value)| {
                let value = match value {
                    Value::String(table) if name == "TableName" => rename(table).into(),
                    Value::String(statement) if name == "Statement" => in_statement(statement, prefix).into(),
                    Value::Object(tables) if KEYED_BY_TABLE.contains(&name.as_str()) => by_table(tables, rename),
                    other => renamed(other, rename, prefix),
                };
                (name.clone(), value)
            };
            Value::Object(members.iter().map(renamed_member).collect())
        }
        Value::Array(elements) => elements.iter().map(|element| renamed(element, rename, prefix)).collect(),
        other => other.clone(),
    }
}

fn by_table(tables: &Map<String, Value>, rename: &dyn Fn(&str) -> String) -> Value {
    Value::Object(tables.iter().map(|(table, value)| (rename(table), value.clone())).collect())
}

/// A statement whose table's name has the prefix: the word behind FROM, INTO or UPDATE.
fn in_statement(statement: &str, prefix: &str) -> String {
    if prefix.is_empty() {
        return statement.to_owned();
    }
    let mut words: Vec<String> = statement.split(' ').map(str::to_owned).collect();
    for place in 1..words.len() {
        let is_before = |word: &str| ["FROM", "INTO", "UPDATE"].iter().any(|before| word.eq_ignore_ascii_case(before));
        if is_before(&words[place - 1].clone()) {
            let (table, index) = words[place].split_once('.').map_or((words[place].as_str(), ""), |parts| parts);
            let dot = if index.is_empty() { "" } else { "." };
            words[place] = format!("\"{prefix}{}\"{dot}{index}", table.trim_matches('"'));
        }
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_get_the_prefix_and_lose_it_again() {
        let requests = [
            (json!({"TableName": "T", "Key": {"TableName": {"S": "T"}}}), "t-T"),
            (json!({"RequestItems": {"T": [{"PutRequest": {"Item": {"id": {"S": "1"}}}}]}}), "t-T"),
            (json!({"TransactItems": [{"Put": {"TableName": "T", "Item": {"id": {"S": "1"}}}}]}), "t-T"),
        ];
        for (request, name) in requests {
            let sent = prefixed(&request, "t-");
            assert!(sent.to_string().contains(name), "{sent}");
            assert_eq!(without_prefix(&sent, "t-"), request);
        }
        let statement = |text: &str| prefixed(&json!({ "Statement": text }), "t-")["Statement"].clone();
        assert_eq!(statement("SELECT * FROM T WHERE id = 'FROM me'"), "SELECT * FROM \"t-T\" WHERE id = 'FROM me'");
        assert_eq!(statement("select a from \"T\".\"byA\""), "select a from \"t-T\".\"byA\"");
        assert_eq!(statement("INSERT INTO T VALUE {'id': 'x'}"), "INSERT INTO \"t-T\" VALUE {'id': 'x'}");
        assert_eq!(statement("UPDATE T SET a = 1 WHERE id = 'x'"), "UPDATE \"t-T\" SET a = 1 WHERE id = 'x'");
    }
}
