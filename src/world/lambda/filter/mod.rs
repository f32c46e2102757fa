//! Filter criteria: which records a function is to see at all.
//!
//! A pattern is JSON in the shape of a record, as in an EventBridge rule; its leaves are lists of what a value may be
//! (`rule`). A record fits if each leaf does, and one of the patterns below each `$or`. Rules look at leaves of the record
//! only: an attribute is none, its value below the type is (`{"S": [{"exists": true}]}`). A number of an item is a text there
//! (`{"N": "101"}`), so that `numeric` never fits it. Of a list or set in the record one member must fit.
//!
//! The life of a record that is dropped: no filter of the mapping lets it through; why not is told by [`Filter::why_not`] and
//! shown with the invocations, which the service does not do; the function never hears of it, nor does a destination.
//!
//! Left out: that a pattern names a member twice. Source: AWS documentation, "Control which events Lambda sends to your
//! function", "Using event filtering with a DynamoDB event source"; Amazon EventBridge user guide, "Comparison operators".

use serde_json::Value;

mod rule;

use rule::Rule;

/// The most filters of a mapping: the quota that an account begins with.
pub(super) const MOST: usize = 5;

/// A pattern.
#[derive(Clone, Debug)]
pub(super) struct Filter {
    /// As it was given.
    pub(super) text: String,
    pattern: Fields,
}

/// Members that must all fit.
#[derive(Clone, Debug)]
struct Fields {
    members: Vec<(String, Node)>,
    /// Under `$or`: one of them must fit, too.
    alternatives: Vec<Self>,
}

#[derive(Clone, Debug)]
enum Node {
    Fields(Fields),
    /// One of the rules must hold.
    Leaf(Vec<Rule>),
}

impl Filter {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let json: Value = serde_json::from_str(text).map_err(|_| "It is not valid JSON".to_owned())?;
        Ok(Self { text: text.to_owned(), pattern: Fields::read(&json)? })
    }

    /// Whether a record fits.
    pub(super) fn fits(&self, record: &Value) -> bool {
        self.pattern.fits(Some(record))
    }

    /// The first leaf of the pattern that a record does not fit, and what it has there; `None` if it fits.
    pub(super) fn why_not(&self, record: &Value) -> Option<String> {
        self.pattern.why_not(Some(record), "")
    }
}

impl Fields {
    fn read(json: &Value) -> Result<Self, String> {
        let members = json.as_object().ok_or("A pattern must be a JSON object")?;
        if members.is_empty() {
            return Err("A pattern must not be empty".to_owned());
        }
        let mut fields = Self { members: Vec::new(), alternatives: Vec::new() };
        for (name, value) in members {
            if name == "$or" {
                let several = value.as_array().filter(|list| list.len() > 1);
                let several = several.ok_or("$or must be a list of two patterns or more")?;
                fields.alternatives = several.iter().map(Self::read).collect::<Result<_, _>>()?;
            } else {
                fields.members.push((name.clone(), Node::read(name, value)?));
            }
        }
        Ok(fields)
    }

    fn fits(&self, value: Option<&Value>) -> bool {
        each(value).into_iter().any(|value| {
            self.members.iter().all(|(name, node)| node.fits(value.and_then(|value| value.get(name))))
                && (self.alternatives.is_empty() || self.alternatives.iter().any(|one| one.fits(value)))
        })
    }

    fn why_not(&self, value: Option<&Value>, path: &str) -> Option<String> {
        if self.fits(value) {
            return None;
        }
        let misfit = self.members.iter().find_map(|(name, node)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            node.why_not(value.and_then(|value| value.get(name)), &path)
        });
        misfit.or_else(|| Some("none of the patterns of $or fits".to_owned()))
    }
}

impl Node {
    fn read(name: &str, json: &Value) -> Result<Self, String> {
        match json {
            Value::Object(_) => Ok(Self::Fields(Fields::read(json)?)),
            Value::Array(rules) if rules.is_empty() => Err(format!("The list of values of {name} must not be empty")),
            Value::Array(rules) => Ok(Self::Leaf(rules.iter().map(Rule::read).collect::<Result<_, _>>()?)),
            _ => Err(format!("The value of {name} must be a list of values, or an object")),
        }
    }

    fn fits(&self, value: Option<&Value>) -> bool {
        match self {
            Self::Fields(fields) => fields.fits(value),
            Self::Leaf(rules) => {
                let leaves = leaves(value);
                rules.iter().any(|rule| rule.holds(&leaves))
            }
        }
    }

    fn why_not(&self, value: Option<&Value>, path: &str) -> Option<String> {
        let rules = match self {
            Self::Fields(fields) => return fields.why_not(value, path),
            Self::Leaf(_) if self.fits(value) => return None,
            Self::Leaf(rules) => rules,
        };
        let leaves = leaves(value);
        Some(match (leaves.first(), value) {
            (Some(text @ Value::String(_)), _) if rules.iter().any(Rule::is_numeric) => {
                format!("{path} is the text {text}, and numeric takes numbers of JSON only")
            }
            (Some(leaf), _) => format!("{path} is {leaf}"),
            (None, Some(Value::Object(_))) => {
                format!("{path} is no leaf: a pattern must name the type, as in {{\"S\": [...]}}")
            }
            (None, _) => format!("{path} is absent"),
        })
    }
}

/// The values among which one must fit: those of a list, or the one there is.
fn each(value: Option<&Value>) -> Vec<Option<&Value>> {
    match value {
        Some(Value::Array(list)) if !list.is_empty() => list.iter().map(Some).collect(),
        Some(Value::Array(_)) => vec![None],
        one => vec![one],
    }
}

/// The leaves that a value is, or holds if it is a list.
fn leaves(value: Option<&Value>) -> Vec<&Value> {
    each(value).into_iter().flatten().filter(|value| !value.is_object() && !value.is_array()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn record() -> Value {
        json!({"eventName": "INSERT", "dynamodb": {
            "ApproximateCreationDateTime": 1_780_308_000,
            "NewImage": {
                "n": {"N": "101"}, "state": {"S": "OPEN"}, "note": {"S": ""}, "gone": {"NULL": true}, "ok": {"BOOL": true},
                "tags": {"SS": ["red", "blue"]}, "list": {"L": [{"S": "a"}, {"M": {"deep": {"N": "7"}}}]}, "none": {"L": []},
            },
        }})
    }

    fn fits(pattern: &Value) -> bool {
        Filter::parse(&pattern.to_string()).unwrap().fits(&record())
    }

    /// Whether the record's new image fits.
    fn image(pattern: &Value) -> bool {
        fits(&json!({"dynamodb": {"NewImage": pattern}}))
    }

    #[test]
    fn a_record_fits_if_each_leaf_does() {
        assert!(fits(&json!({"eventName": ["INSERT", "MODIFY"]})) && !fits(&json!({"eventName": ["REMOVE"]})));
        assert!(image(&json!({"state": {"S": ["OPEN"]}, "n": {"N": ["101"]}})));
        assert!(!image(&json!({"state": {"S": ["OPEN"]}, "n": {"N": ["102"]}})));
        assert!(!image(&json!({"state": ["OPEN"]})), "an attribute is no leaf");
        assert!(image(&json!({"note": {"S": [""]}})) && image(&json!({"ok": {"BOOL": [true]}})));
        assert!(image(&json!({"gone": {"NULL": [true]}})) && !image(&json!({"gone": [null]})));
    }

    #[test]
    fn numbers_of_an_item_are_text_and_numeric_takes_numbers() {
        assert!(!image(&json!({"n": {"N": [{"numeric": [">", 100]}]}})));
        assert!(!image(&json!({"n": {"N": [101]}})) && image(&json!({"n": {"N": [{"anything-but": 101}]}})));
        let at = |rule: Value| fits(&json!({"dynamodb": {"ApproximateCreationDateTime": [{"numeric": rule}]}}));
        assert!(at(json!([">", 0])) && at(json!([">=", 0, "<", 4e9])) && !at(json!([">", 0, "<=", 5])));
        assert!(at(json!(["=", 1_780_308_000.0])) && !at(json!(["<", 5])));
    }

    #[test]
    fn exists_looks_at_leaves_only() {
        assert!(image(&json!({"state": {"S": [{"exists": true}]}})));
        assert!(!image(&json!({"state": {"S": [{"exists": false}]}})));
        assert!(image(&json!({"other": {"S": [{"exists": false}]}})));
        assert!(!image(&json!({"state": [{"exists": true}]})) && image(&json!({"state": [{"exists": false}]})));
        assert!(fits(&json!({"dynamodb": {"OldImage": {"state": {"S": [{"exists": false}]}}}})));
    }

    #[test]
    fn texts_may_begin_end_or_differ_in_case() {
        assert!(
            image(&json!({"state": {"S": [{"prefix": "OP"}]}})) && !image(&json!({"state": {"S": [{"prefix": "op"}]}}))
        );
        assert!(image(&json!({"state": {"S": [{"prefix": {"equals-ignore-case": "op"}}]}})));
        assert!(
            image(&json!({"state": {"S": [{"suffix": "EN"}]}})) && !image(&json!({"state": {"S": [{"suffix": "OP"}]}}))
        );
        assert!(image(&json!({"state": {"S": [{"suffix": {"equals-ignore-case": "pen"}}]}})));
        assert!(image(&json!({"state": {"S": [{"equals-ignore-case": "open"}]}})));
        assert!(!image(&json!({"state": {"S": [{"equals-ignore-case": "opens"}]}})));
        assert!(!image(&json!({"other": {"S": [{"prefix": ""}]}})), "what is absent has no beginning");
    }

    #[test]
    fn anything_but_wants_a_value_that_is_none_of_those() {
        let state = |rule: Value| image(&json!({"state": {"S": [{"anything-but": rule}]}}));
        assert!(state(json!("PAID")) && !state(json!("OPEN")));
        assert!(state(json!(["PAID", "SENT"])) && !state(json!(["PAID", "OPEN"])));
        assert!(
            state(json!({"prefix": "PA"})) && !state(json!({"prefix": "OP"})) && !state(json!({"prefix": ["x", "O"]}))
        );
        assert!(state(json!({"suffix": "ID"})) && !state(json!({"suffix": "EN"})));
        assert!(state(json!({"equals-ignore-case": "paid"})) && !state(json!({"equals-ignore-case": ["open", "x"]})));
        assert!(!image(&json!({"other": {"S": [{"anything-but": "PAID"}]}})), "an absent value is not anything");
    }

    #[test]
    fn one_pattern_of_an_or_and_one_member_of_a_list_is_enough() {
        let either = json!([{"state": {"S": ["PAID"]}}, {"n": {"N": ["101"]}}]);
        assert!(image(&json!({"$or": either})));
        assert!(!image(&json!({"$or": either, "note": {"S": ["x"]}})));
        assert!(!image(&json!({"$or": [{"state": {"S": ["PAID"]}}, {"n": {"N": ["1"]}}]})));
        assert!(image(&json!({"tags": {"SS": ["blue"]}})) && !image(&json!({"tags": {"SS": ["green"]}})));
        assert!(image(&json!({"list": {"L": {"M": {"deep": {"N": ["7"]}}}}})));
        assert!(image(&json!({"none": {"L": [{"exists": false}]}})), "an empty list has no leaf");
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for pattern in [
            "INSERT",
            "[]",
            "{}",
            "\"INSERT\"",
            r#"{"eventName": "INSERT"}"#,
            r#"{"a": []}"#,
            r#"{"a": {}}"#,
            r#"{"a": [["b"]]}"#,
            r#"{"a": [{"sounds": "like"}]}"#,
            r#"{"a": [{"prefix": "x", "suffix": "y"}]}"#,
            r#"{"a": [{"prefix": 1}]}"#,
            r#"{"a": [{"exists": "yes"}]}"#,
            r#"{"a": [{"wildcard": "*"}]}"#,
            r#"{"a": [{"cidr": "10.0.0.0/8"}]}"#,
            r#"{"a": [{"anything-but": []}]}"#,
            r#"{"a": [{"anything-but": ["x", 1]}]}"#,
            r#"{"a": [{"anything-but": {"wildcard": "*"}}]}"#,
            r#"{"a": [{"anything-but": null}]}"#,
            r#"{"a": [{"numeric": []}]}"#,
            r#"{"a": [{"numeric": [">"]}]}"#,
            r#"{"a": [{"numeric": [">", "5"]}]}"#,
            r#"{"a": [{"numeric": ["<", 5, ">", 1]}]}"#,
            r#"{"a": [{"numeric": [">", 5, "<", 1]}]}"#,
            r#"{"a": [{"numeric": ["=", 5, "<", 9]}]}"#,
            r#"{"a": [{"numeric": [">", 6e9]}]}"#,
            r#"{"$or": [{"a": ["b"]}]}"#,
            r#"{"$or": {"a": ["b"]}}"#,
        ] {
            assert!(Filter::parse(pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let why = |pattern: Value| Filter::parse(&pattern.to_string()).unwrap().why_not(&record());
        let image = |pattern: &Value| why(json!({"dynamodb": {"NewImage": pattern}})).unwrap();
        assert_eq!(why(json!({"eventName": ["INSERT"]})), None);
        assert_eq!(image(&json!({"state": {"S": ["PAID"]}})), "dynamodb.NewImage.state.S is \"OPEN\"");
        assert_eq!(image(&json!({"other": {"S": ["x"]}})), "dynamodb.NewImage.other.S is absent");
        assert!(image(&json!({"n": {"N": [{"numeric": [">", 1]}]}})).ends_with("numeric takes numbers of JSON only"));
        assert!(image(&json!({"state": [{"exists": true}]})).contains("dynamodb.NewImage.state is no leaf"));
    }
}
