//! Filter criteria: which records a function is to see at all.
//!
//! A pattern is JSON in the shape of a record; its leaves are lists of what a value may be: texts, numbers, null, or
//! `{"prefix": …}`, `{"exists": …}`, `{"anything-but": …}`, `{"numeric": [">", 5]}`. A record fits if each leaf does.
//! Source: AWS documentation, "Control which events Lambda sends to your function".

use serde_json::Value;

/// A pattern.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    /// As it was given.
    pub(super) text: String,
    pattern: Value,
}

impl Filter {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let pattern: Value = serde_json::from_str(text).map_err(|_| "It is not valid JSON".to_owned())?;
        check(&pattern)?;
        Ok(Self { text: text.to_owned(), pattern })
    }

    /// Whether a record fits.
    pub(super) fn fits(&self, record: &Value) -> bool {
        fits(&self.pattern, Some(record))
    }
}

fn check(pattern: &Value) -> Result<(), String> {
    match pattern {
        Value::Object(members) => members.values().try_for_each(check),
        Value::Array(choices) if choices.is_empty() => Err("A list of values must not be empty".to_owned()),
        Value::Array(choices) => choices.iter().try_for_each(check_choice),
        _ => Err("Each leaf must be a list of values".to_owned()),
    }
}

fn check_choice(choice: &Value) -> Result<(), String> {
    let Value::Object(rule) = choice else { return Ok(()) };
    let known = rule.len() == 1
        && rule.iter().all(|(name, value)| match name.as_str() {
            "prefix" => value.is_string(),
            "exists" => value.is_boolean(),
            "anything-but" => value.is_array(),
            "numeric" => numeric(value).is_some(),
            _ => false,
        });
    if known { Ok(()) } else { Err(format!("The rule {choice} is not known")) }
}

fn fits(pattern: &Value, value: Option<&Value>) -> bool {
    match pattern {
        Value::Object(members) => {
            members.iter().all(|(name, inner)| fits(inner, value.and_then(|value| value.get(name))))
        }
        Value::Array(choices) => choices.iter().any(|choice| chosen(choice, value)),
        _ => false,
    }
}

fn chosen(choice: &Value, value: Option<&Value>) -> bool {
    let Value::Object(rule) = choice else { return value == Some(choice) };
    rule.iter().all(|(name, wanted)| match name.as_str() {
        "prefix" => {
            let text = value.and_then(Value::as_str);
            text.zip(wanted.as_str()).is_some_and(|(text, prefix)| text.starts_with(prefix))
        }
        "exists" => wanted.as_bool() == Some(value.is_some()),
        "anything-but" => {
            let unwanted = wanted.as_array().map_or(&[][..], Vec::as_slice);
            value.is_some_and(|value| !unwanted.contains(value))
        }
        "numeric" => value.and_then(number).zip(numeric(wanted)).is_some_and(|(number, bounds)| {
            bounds.iter().all(|(sign, bound)| match sign.as_str() {
                "<" => number < *bound,
                "<=" => number <= *bound,
                ">" => number > *bound,
                ">=" => number >= *bound,
                // Numbers of a filter are compared as they are written.
                _ => (number - *bound).abs() < f64::EPSILON,
            })
        }),
        _ => false,
    })
}

/// A number, which DynamoDB writes as text.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

/// The signs and bounds of a numeric rule.
fn numeric(rule: &Value) -> Option<Vec<(String, f64)>> {
    let parts = rule.as_array()?;
    let pairs: Vec<(String, f64)> = parts
        .chunks(2)
        .map(|pair| match pair {
            [sign, bound] => Some((sign.as_str()?.to_owned(), bound.as_f64()?)),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let signs = ["<", "<=", ">", ">=", "="];
    (!pairs.is_empty() && pairs.iter().all(|(sign, _)| signs.contains(&sign.as_str()))).then_some(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_record_fits_if_each_leaf_does() {
        let record =
            json!({"eventName": "INSERT", "dynamodb": {"NewImage": {"total": {"N": "12"}, "state": {"S": "OPEN"}}}});
        let fits = |pattern: &str| Filter::parse(pattern).unwrap().fits(&record);
        assert!(fits(r#"{"eventName": ["INSERT", "MODIFY"]}"#) && !fits(r#"{"eventName": ["REMOVE"]}"#));
        assert!(fits(r#"{"dynamodb": {"NewImage": {"state": {"S": [{"prefix": "OP"}]}}}}"#));
        assert!(fits(r#"{"dynamodb": {"NewImage": {"total": {"N": [{"numeric": [">", 10, "<=", 12]}]}}}}"#));
        assert!(!fits(r#"{"dynamodb": {"NewImage": {"total": {"N": [{"numeric": [">", 12]}]}}}}"#));
        assert!(fits(r#"{"dynamodb": {"OldImage": {"total": {"N": [{"exists": false}]}}}}"#));
        assert!(!fits(r#"{"eventName": [{"anything-but": ["INSERT"]}]}"#));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for pattern in ["INSERT", "{\"eventName\": \"INSERT\"}", "{\"a\": []}", "{\"a\": [{\"sounds\": \"like\"}]}"] {
            assert!(Filter::parse(pattern).is_err(), "{pattern}");
        }
    }
}
