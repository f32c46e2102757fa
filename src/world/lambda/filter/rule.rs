//! A rule: what a leaf of a record may be.
//!
//! | rule | a leaf that it holds of |
//! | --- | --- |
//! | `"x"`, `5`, `true`, `null`, `""` | the same; a number is not a text |
//! | `{"exists": true}`, `{"exists": false}` | any leaf; none |
//! | `{"prefix": "x"}`, `{"suffix": "x"}` | a text that begins or ends so; with `{"equals-ignore-case": "x"}` for "x" in any case |
//! | `{"equals-ignore-case": "x"}` | the same text, in any case |
//! | `{"numeric": [">", 0, "<=", 5]}` | a number of JSON within the bounds, which lie within ±5,000,000,000 |
//! | `{"anything-but": …}` | a leaf that is not that text or number, none of a list of them, or that no such prefix, suffix or text in any case fits |
//!
//! EventBridge's `wildcard` and `cidr` are refused: Lambda's guide does not have them.

use std::cmp::Ordering;

use serde_json::{Map, Value};

/// The bounds that EventBridge takes in numeric rules.
const BOUNDS: std::ops::RangeInclusive<f64> = -5e9..=5e9;

/// What a leaf may be.
#[derive(Clone, Debug)]
pub(super) enum Rule {
    /// This text, number, truth value or null.
    Exactly(Value),
    /// Anything, or nothing at all.
    Exists(bool),
    /// A text that begins so.
    Prefix(Text),
    /// A text that ends so.
    Suffix(Text),
    /// This text in any case.
    AnyCase(String),
    /// A number that is so in relation to each of these.
    Numeric(Vec<(Relation, f64)>),
    /// Something of which none of these holds.
    AnythingBut(Vec<Self>),
}

/// A text to compare with.
#[derive(Clone, Debug)]
pub(super) struct Text {
    text: String,
    /// Whether case is of no account; the text is in lower case then.
    any_case: bool,
}

/// How a number is to stand to a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Equal,
    More,
    AtLeast,
    Less,
    AtMost,
}

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(json: &Value) -> Result<Self, String> {
        match json {
            Value::Object(rule) => Self::named(rule),
            Value::Array(_) => Err("A list of values must not hold a list".to_owned()),
            scalar => Ok(Self::Exactly(scalar.clone())),
        }
    }

    fn named(rule: &Map<String, Value>) -> Result<Self, String> {
        let (Some((name, value)), 1) = (rule.iter().next(), rule.len()) else {
            return Err("A rule must have one operator".to_owned());
        };
        let wrong = |expected: &str| format!("{name} takes {expected}");
        match name.as_str() {
            "exists" => value.as_bool().map(Self::Exists).ok_or_else(|| wrong("true or false")),
            "prefix" => Text::read(value).map(Self::Prefix).ok_or_else(|| wrong("a text")),
            "suffix" => Text::read(value).map(Self::Suffix).ok_or_else(|| wrong("a text")),
            "equals-ignore-case" => any_case(value).map(Self::AnyCase).ok_or_else(|| wrong("a text")),
            "numeric" => numeric(value).map(Self::Numeric).ok_or_else(|| {
                wrong("a relation and a number, as in [\"=\", 5] or [\">\", 0, \"<=\", 5], the lower bound first")
            }),
            "anything-but" => anything_but(value).map(Self::AnythingBut).ok_or_else(|| {
                wrong("a text, a number, a list of either, or one of prefix, suffix and equals-ignore-case")
            }),
            _ => Err(format!("There is no rule {name}")),
        }
    }

    /// Whether it holds of one of the leaves; of none, if that is what it asks for.
    pub(super) fn holds(&self, leaves: &[&Value]) -> bool {
        match self {
            Self::Exists(wanted) => leaves.is_empty() != *wanted,
            _ => leaves.iter().any(|leaf| self.holds_of(leaf)),
        }
    }

    fn holds_of(&self, leaf: &Value) -> bool {
        match self {
            Self::Exactly(Value::Number(wanted)) => wanted
                .as_f64()
                .zip(leaf.as_f64())
                .is_some_and(|(wanted, leaf)| compared(leaf, wanted) == Ordering::Equal),
            Self::Exactly(wanted) => leaf == wanted,
            Self::Exists(wanted) => *wanted,
            Self::Prefix(text) => leaf.as_str().is_some_and(|leaf| text.as_in(leaf).starts_with(&text.text)),
            Self::Suffix(text) => leaf.as_str().is_some_and(|leaf| text.as_in(leaf).ends_with(&text.text)),
            Self::AnyCase(text) => leaf.as_str().is_some_and(|leaf| leaf.to_lowercase() == *text),
            Self::Numeric(bounds) => {
                leaf.as_f64().is_some_and(|leaf| bounds.iter().all(|(relation, bound)| relation.holds(leaf, *bound)))
            }
            Self::AnythingBut(rules) => !rules.iter().any(|rule| rule.holds_of(leaf)),
        }
    }

    /// Whether it takes numbers of JSON only.
    pub(super) const fn is_numeric(&self) -> bool {
        matches!(self, Self::Numeric(_))
    }
}

impl Text {
    /// A text, or one in any case.
    fn read(json: &Value) -> Option<Self> {
        if let Some(text) = json.as_str() {
            return Some(Self { text: text.to_owned(), any_case: false });
        }
        let rule = json.as_object().filter(|rule| rule.len() == 1)?;
        Some(Self { text: any_case(rule.get("equals-ignore-case")?)?, any_case: true })
    }

    /// A leaf as it is compared with the text.
    fn as_in(&self, leaf: &str) -> String {
        if self.any_case { leaf.to_lowercase() } else { leaf.to_owned() }
    }
}

impl Relation {
    fn read(sign: &str) -> Option<Self> {
        Some(match sign {
            "=" => Self::Equal,
            ">" => Self::More,
            ">=" => Self::AtLeast,
            "<" => Self::Less,
            "<=" => Self::AtMost,
            _ => return None,
        })
    }

    fn holds(self, number: f64, bound: f64) -> bool {
        let order = compared(number, bound);
        match self {
            Self::Equal => order == Ordering::Equal,
            Self::More => order == Ordering::Greater,
            Self::AtLeast => order != Ordering::Less,
            Self::Less => order == Ordering::Less,
            Self::AtMost => order != Ordering::Greater,
        }
    }

    const fn is_lower_bound(self) -> bool {
        matches!(self, Self::More | Self::AtLeast)
    }

    const fn is_upper_bound(self) -> bool {
        matches!(self, Self::Less | Self::AtMost)
    }
}

/// How two numbers of JSON, which are never NaN, stand to each other.
fn compared(one: f64, other: f64) -> Ordering {
    one.partial_cmp(&other).unwrap_or(Ordering::Equal)
}

fn any_case(json: &Value) -> Option<String> {
    json.as_str().map(str::to_lowercase)
}

/// One relation, or a lower bound and an upper one above it.
fn numeric(json: &Value) -> Option<Vec<(Relation, f64)>> {
    let bound = |pair: &[Value]| {
        let [sign, bound] = pair else { return None };
        let bound = bound.as_f64().filter(|bound| BOUNDS.contains(bound))?;
        Some((Relation::read(sign.as_str()?)?, bound))
    };
    let bounds: Vec<(Relation, f64)> = json.as_array()?.chunks(2).map(bound).collect::<Option<_>>()?;
    let is_sound = match bounds[..] {
        [_] => true,
        [(low, from), (high, to)] => low.is_lower_bound() && high.is_upper_bound() && from < to,
        _ => false,
    };
    is_sound.then_some(bounds)
}

/// What a leaf may not be.
fn anything_but(json: &Value) -> Option<Vec<Rule>> {
    match json {
        Value::String(_) | Value::Number(_) => Some(vec![Rule::Exactly(json.clone())]),
        Value::Array(list) => {
            let is_even = list.iter().all(Value::is_string) || list.iter().all(Value::is_number);
            (is_even && !list.is_empty()).then(|| list.iter().cloned().map(Rule::Exactly).collect())
        }
        Value::Object(rule) if rule.len() == 1 => {
            let (name, value) = rule.iter().next()?;
            let texts: Vec<&Value> = value.as_array().map_or_else(|| vec![value], |list| list.iter().collect());
            let one = |text: &&Value| match name.as_str() {
                "prefix" => Some(Rule::Prefix(Text { text: text.as_str()?.to_owned(), any_case: false })),
                "suffix" => Some(Rule::Suffix(Text { text: text.as_str()?.to_owned(), any_case: false })),
                "equals-ignore-case" => any_case(text).map(Rule::AnyCase),
                _ => None,
            };
            texts.iter().map(one).collect::<Option<Vec<Rule>>>().filter(|rules| !rules.is_empty())
        }
        _ => None,
    }
}
