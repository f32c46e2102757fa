//! A policy document: its statements, and what they say about one request.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde_json::{Map, Value};

use super::{Principal, RequestContext};
use crate::engine::value::Number;

/// The version of the policy language that has variables.
const VERSION: &str = "2012-10-17";

/// A policy document that was understood.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// As it was given.
    pub(super) json: Value,
    statements: Vec<PolicyStatement>,
    /// Whether it is of the version that has policy variables; in any other they are taken for plain text.
    has_variables: bool,
}

#[derive(Clone, Debug)]
struct PolicyStatement {
    allows: bool,
    /// Whom it is about; `None` in a policy of a role, which is about that.
    principals: Option<Vec<String>>,
    actions: NamePatterns,
    resources: NamePatterns,
    conditions: Vec<PolicyCondition>,
}

/// Action or NotAction, Resource or NotResource.
#[derive(Clone, Debug)]
struct NamePatterns {
    patterns: Vec<String>,
    /// Whether it is about everything else.
    are_excluded: bool,
}

/// One key of one operator of a Condition.
#[derive(Clone, Debug)]
struct PolicyCondition {
    operator: Operator,
    /// Whether a request without the key fits.
    if_exists: bool,
    key: String,
    values: Vec<String>,
}

/// How a key is held against the values of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    /// The values that a request has for the key are compared.
    Compare {
        quantifier: Quantifier,
        comparison: Comparison,
        /// Whether a value must be none of the policy's.
        negated: bool,
    },
    /// Whether the request lacks the key: `true` asks for that, `false` for the opposite.
    Null,
}

/// How many of the request's values must fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantifier {
    /// The one that there is.
    One,
    /// All; so does nothing at all.
    All,
    /// One of them.
    Any,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    /// The same text.
    Text,
    /// The same text in any case: of truth values, too.
    AnyCase,
    /// A text that a pattern fits.
    Pattern,
    /// An ARN each of whose parts a pattern fits.
    Arn,
    Equal,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// What was expected, and where.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let json: Value = serde_json::from_str(text).map_err(|error| format!("it is not valid JSON: {error}"))?;
        let statements = match json.get("Statement") {
            Some(Value::Array(list)) => list.iter().map(statement).collect::<Result<_, _>>()?,
            Some(one @ Value::Object(_)) => vec![statement(one)?],
            _ => return Err("it has no Statement".to_owned()),
        };
        let has_variables = json.get("Version").and_then(Value::as_str) == Some(VERSION);
        Ok(Self { json, statements, has_variables })
    }

    /// The values that its conditions state of a key, with the variables filled in for who asks, and a letter for each
    /// wildcard.
    pub(super) fn values_of<'a>(&'a self, key: &'a str, principal: &'a Principal) -> impl Iterator<Item = String> + 'a {
        let filling = self.has_variables.then_some(principal);
        let conditions = self.statements.iter().flat_map(|statement| &statement.conditions);
        let those = conditions.filter(move |condition| condition.key.eq_ignore_ascii_case(key));
        let values = those.flat_map(|condition| &condition.values);
        values.map(move |value| filled(value, filling).replace(['*', '?'], "x")).filter(|value| !value.contains("${"))
    }

    /// What its statements say of an action on a resource on whatever condition: whether each of them allows it, and whether it
    /// does so on a condition.
    pub(super) fn effects_whenever<'a>(
        &'a self,
        asked: &'a RequestContext,
        principal: &'a Principal,
    ) -> impl Iterator<Item = (bool, bool)> + 'a {
        let principal = self.has_variables.then_some(principal);
        let is_about = move |statement: &&PolicyStatement| statement.is_about(asked, principal);
        let those = self.statements.iter().filter(is_about);
        those.map(|statement| (statement.allows, !statement.conditions.is_empty()))
    }

    /// Whether one of its statements allows an action on anything, on whatever condition.
    pub(super) fn allows_action(&self, action: &str) -> bool {
        self.statements.iter().any(|statement| statement.allows && statement.is_about_action(action))
    }

    /// The actions that its statements name in full, without a wildcard or a variable.
    pub(super) fn named_actions(&self) -> impl Iterator<Item = &str> {
        let allowing = self.statements.iter().filter(|statement| statement.allows);
        let actions = allowing.flat_map(|statement| &statement.actions.patterns).map(String::as_str);
        actions.filter(|name| !name.contains(['*', '?', '$']))
    }

    /// The resources that its statements name without a variable, with a letter for each wildcard: what could come to be
    /// there.
    pub(super) fn resource_examples(&self) -> impl Iterator<Item = String> {
        let allowing = self.statements.iter().filter(|statement| statement.allows);
        let resources = allowing.flat_map(|statement| &statement.resources.patterns);
        resources.filter(|name| !name.contains('$')).map(|name| name.replace(['*', '?'], "x"))
    }

    /// Names under Action that are operations of DynamoDB and no actions of IAM, with what they are authorised by.
    pub(super) fn operations(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let named = self.statements.iter().flat_map(|statement| &statement.actions.patterns);
        named.filter_map(|name| {
            let by = match name.to_lowercase().strip_prefix("dynamodb:")? {
                "transactwriteitems" => "PutItem, UpdateItem, DeleteItem and ConditionCheckItem",
                "transactgetitems" => "GetItem",
                "executestatement" | "batchexecutestatement" | "executetransaction" => {
                    "PartiQLSelect, PartiQLInsert, PartiQLUpdate and PartiQLDelete"
                }
                _ => return None,
            };
            Some((name.as_str(), by))
        })
    }

    /// As [`Document::effects`], of a policy that is attached to a resource: only the statements about the principal.
    pub(super) fn effects_on<'a>(
        &'a self,
        asked: &'a RequestContext,
        principal: &'a Principal,
        account: &'a str,
    ) -> impl Iterator<Item = bool> + 'a {
        let filling = self.has_variables.then_some(principal);
        let applies = move |statement: &&PolicyStatement| statement.applies(asked, filling);
        self.statements_on(principal, account).filter(applies).map(|statement| statement.allows)
    }

    /// The same on whatever condition: whether each statement allows it, and whether it does so on a condition.
    pub(super) fn effects_on_whenever<'a>(
        &'a self,
        asked: &'a RequestContext,
        principal: &'a Principal,
        account: &'a str,
    ) -> impl Iterator<Item = (bool, bool)> + 'a {
        let filling = self.has_variables.then_some(principal);
        let is_about = move |statement: &&PolicyStatement| statement.is_about(asked, filling);
        let those = self.statements_on(principal, account).filter(is_about);
        those.map(|statement| (statement.allows, !statement.conditions.is_empty()))
    }

    /// The statements about a principal, of a policy that is attached to a resource.
    fn statements_on(&self, principal: &Principal, account: &str) -> impl Iterator<Item = &PolicyStatement> {
        let Principal { role, user } = principal;
        // An account stands for itself here, and leaves it to its own policies who may.
        let names = [
            "*".to_owned(),
            format!("arn:aws:iam::{account}:role/{role}"),
            format!("arn:aws:sts::{account}:assumed-role/{role}/{user}"),
        ];
        let root = format!("arn:aws:iam::{account}:root");
        let is_about = move |statement: &&PolicyStatement| {
            let principals = statement.principals.as_deref().unwrap_or_default();
            principals.iter().any(|one| names.contains(one) || (!statement.allows && *one == root))
        };
        self.statements.iter().filter(is_about)
    }

    /// The effects of the statements that apply to a request: whether each of them allows it.
    pub(super) fn effects<'a>(
        &'a self,
        asked: &'a RequestContext,
        principal: &'a Principal,
    ) -> impl Iterator<Item = bool> + 'a {
        let principal = self.has_variables.then_some(principal);
        let applies = move |statement: &&PolicyStatement| statement.applies(asked, principal);
        self.statements.iter().filter(applies).map(|statement| statement.allows)
    }
}

impl PolicyStatement {
    /// Whether it speaks of an action on a resource at all.
    fn is_about(&self, asked: &RequestContext, principal: Option<&Principal>) -> bool {
        self.is_about_action(&asked.action)
            && self.resources.have(|pattern| fits(&filled(pattern, principal), &asked.resource))
    }

    /// Whether it speaks of an action on anything.
    fn is_about_action(&self, action: &str) -> bool {
        let is_plain = |pattern: &str| !pattern.contains(WILDCARDS);
        self.actions.have(|pattern| {
            if is_plain(pattern) {
                pattern.eq_ignore_ascii_case(action)
            } else {
                fits(&pattern.to_lowercase(), &action.to_lowercase())
            }
        })
    }

    fn applies(&self, asked: &RequestContext, principal: Option<&Principal>) -> bool {
        self.is_about(asked, principal) && self.conditions.iter().all(|condition| condition.holds(asked, principal))
    }
}

impl NamePatterns {
    fn have(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.patterns.iter().any(|pattern| fits(pattern)) != self.are_excluded
    }
}

impl PolicyCondition {
    fn holds(&self, asked: &RequestContext, principal: Option<&Principal>) -> bool {
        let found = asked.values(&self.key);
        let values: Vec<Cow<'_, str>> = self.values.iter().map(|value| filled(value, principal)).collect();
        let (quantifier, comparison, negated) = match self.operator {
            Operator::Null => return values.iter().any(|value| *value == found.is_empty().to_string()),
            Operator::Compare { quantifier, comparison, negated } => (quantifier, comparison, negated),
        };
        let is_among = |one: &String| values.iter().any(|value| comparison.holds(value, one));
        match quantifier {
            Quantifier::All => found.iter().all(|one| is_among(one) != negated),
            Quantifier::Any if found.is_empty() => self.if_exists,
            Quantifier::Any => found.iter().any(|one| is_among(one) != negated),
            // What is absent is not equal to anything.
            Quantifier::One if found.is_empty() => self.if_exists || negated,
            Quantifier::One => found.iter().any(is_among) != negated,
        }
    }
}

impl Operator {
    /// The operator of a name, and whether it ends in IfExists.
    fn named(name: &str) -> Option<(Self, bool)> {
        let (plain, if_exists) = name.strip_suffix("IfExists").map_or((name, false), |plain| (plain, true));
        if plain == "Null" {
            return (!if_exists).then_some((Self::Null, false));
        }
        let (quantifier, plain) = if let Some(plain) = plain.strip_prefix("ForAllValues:") {
            (Quantifier::All, plain)
        } else if let Some(plain) = plain.strip_prefix("ForAnyValue:") {
            (Quantifier::Any, plain)
        } else {
            (Quantifier::One, plain)
        };
        let (comparison, negated) = match plain {
            "StringEquals" => (Comparison::Text, false),
            "StringNotEquals" => (Comparison::Text, true),
            "StringEqualsIgnoreCase" | "Bool" => (Comparison::AnyCase, false),
            "StringNotEqualsIgnoreCase" => (Comparison::AnyCase, true),
            "StringLike" => (Comparison::Pattern, false),
            "StringNotLike" => (Comparison::Pattern, true),
            "ArnEquals" | "ArnLike" => (Comparison::Arn, false),
            "ArnNotEquals" | "ArnNotLike" => (Comparison::Arn, true),
            "NumericEquals" => (Comparison::Equal, false),
            "NumericNotEquals" => (Comparison::Equal, true),
            "NumericLessThan" => (Comparison::Less, false),
            "NumericLessThanEquals" => (Comparison::AtMost, false),
            "NumericGreaterThan" => (Comparison::More, false),
            "NumericGreaterThanEquals" => (Comparison::AtLeast, false),
            _ => return None,
        };
        Some((Self::Compare { quantifier, comparison, negated }, if_exists))
    }
}

impl Comparison {
    /// Whether a value of the policy fits one of the request.
    fn holds(self, value: &str, one: &str) -> bool {
        let order = || Number::parse(one).ok().zip(Number::parse(value).ok()).map(|(one, value)| one.cmp(&value));
        match self {
            Self::Text => value == one,
            Self::AnyCase => value.to_lowercase() == one.to_lowercase(),
            Self::Pattern => fits(value, one),
            Self::Arn => {
                let (value, one): (Vec<&str>, Vec<&str>) =
                    (value.splitn(6, ':').collect(), one.splitn(6, ':').collect());
                value.len() == one.len() && value.iter().zip(one).all(|(value, one)| fits(value, one))
            }
            Self::Equal => order() == Some(Ordering::Equal),
            Self::Less => order() == Some(Ordering::Less),
            Self::AtMost => order().is_some_and(Ordering::is_le),
            Self::More => order() == Some(Ordering::Greater),
            Self::AtLeast => order().is_some_and(Ordering::is_ge),
        }
    }
}

/// A pattern with the policy variables of the exam's examples filled in with who asks, if the policy has variables.
fn filled<'a>(pattern: &'a str, principal: Option<&Principal>) -> Cow<'a, str> {
    let Some(principal) = principal.filter(|_| pattern.contains("${")) else { return Cow::Borrowed(pattern) };
    let fill = |text: String, key: &&str| text.replace(&format!("${{{key}}}"), &principal.user);
    let text = USER_KEYS.iter().fold(pattern.to_owned(), fill);
    Cow::Owned(text.replace("${aws:userid}", &session_of(principal)))
}

/// The keys that stand for the user who has signed in and acts through a role. `aws:username` is none of them: it is there for
/// users of IAM, and not where a role was assumed.
pub(super) const USER_KEYS: [&str; 4] = [
    "www.amazon.com:user_id",
    "graph.facebook.com:id",
    "accounts.google.com:sub",
    "cognito-identity.amazonaws.com:sub",
];

/// The `aws:userid` of somebody who has assumed a role: the role's identifier, and the name of the session.
pub(super) fn session_of(principal: &Principal) -> String {
    format!("AROAEXAMPLEID:{}", principal.user)
}

/// What stands for other letters in a pattern.
const WILDCARDS: [char; 2] = ['*', '?'];

/// Whether a text fits a pattern in which `*` stands for anything and `?` for one character.
fn fits(pattern: &str, text: &str) -> bool {
    if !pattern.contains(WILDCARDS) {
        return pattern == text;
    }
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut from, mut star) = (0, 0, None);
    while from < text.len() {
        if at < pattern.len() && (pattern[at] == '?' || pattern[at] == text[from]) && pattern[at] != '*' {
            (at, from) = (at + 1, from + 1);
        } else if at < pattern.len() && pattern[at] == '*' {
            star = Some((at, from));
            at += 1;
        } else if let Some((back, taken)) = star {
            star = Some((back, taken + 1));
            (at, from) = (back + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|rest| *rest == '*')
}

fn statement(json: &Value) -> Result<PolicyStatement, String> {
    let members = json.as_object().ok_or("a Statement must be an object")?;
    let allows = match members.get("Effect").and_then(Value::as_str) {
        Some("Allow") => true,
        Some("Deny") => false,
        _ => return Err("Effect must be Allow or Deny".to_owned()),
    };
    let conditions = match members.get("Condition") {
        None => Vec::new(),
        Some(Value::Object(operators)) => conditions(operators)?,
        Some(_) => return Err("Condition must be an object".to_owned()),
    };
    let (actions, resources) = (names(members, "Action")?, names(members, "Resource")?);
    let principals = members.get("Principal").map(principals);
    Ok(PolicyStatement { allows, principals, actions, resources, conditions })
}

/// Everyone that a Principal names.
fn principals(json: &Value) -> Vec<String> {
    let named = json.as_object().map(|kinds| kinds.values().filter_map(|who| list(Some(who))).flatten().collect());
    named.or_else(|| list(Some(json))).unwrap_or_default()
}

/// A member that is one text or a list of them, or its opposite: `Action` or `NotAction`.
fn names(members: &Map<String, Value>, name: &str) -> Result<NamePatterns, String> {
    let opposite = format!("Not{name}");
    let (named, are_excluded) = match (members.get(name), members.get(&opposite)) {
        (Some(_), Some(_)) => return Err(format!("a Statement may have {name} or {opposite}, not both")),
        (None, Some(_)) => (opposite.as_str(), true),
        _ => (name, false),
    };
    let patterns = list(members.get(named)).ok_or_else(|| format!("{named} must be a text or a list of texts"))?;
    Ok(NamePatterns { patterns, are_excluded })
}

fn list(value: Option<&Value>) -> Option<Vec<String>> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(is_true) => Some(is_true.to_string()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match value? {
        Value::Array(texts) => texts.iter().map(text).collect(),
        one => text(one).map(|text| vec![text]),
    }
}

fn conditions(operators: &Map<String, Value>) -> Result<Vec<PolicyCondition>, String> {
    let mut conditions = Vec::new();
    for (name, keys) in operators {
        let unknown = || format!("the condition operator {name} is not known here");
        let (operator, if_exists) = Operator::named(name).ok_or_else(unknown)?;
        let keys = keys.as_object().ok_or_else(|| format!("{name} must be an object"))?;
        for (key, values) in keys {
            let values = list(Some(values)).ok_or_else(|| format!("{key} must be a text or a list of texts"))?;
            conditions.push(PolicyCondition { operator, if_exists, key: key.clone(), values });
        }
    }
    Ok(conditions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_stars_and_question_marks() {
        for (pattern, text, expected) in [
            ("dynamodb:*", "dynamodb:getitem", true),
            ("dynamodb:get*", "dynamodb:getitem", true),
            ("*table/Orders/index/*", "arn:x:table/Orders/index/byDate", true),
            ("*table/Orders", "arn:x:table/Orders2", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("", "", true),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn leading_keys_confine_a_user_and_a_scan_slips_through() {
        let document = Document::parse(
            r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*", "Condition":
                {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${www.amazon.com:user_id}"]}}}}"#,
        )
        .unwrap();
        let principal = Principal { role: "app".into(), user: "ana".into() };
        let allowed = |keys: &[&str]| {
            let asked = RequestContext::of("dynamodb:Query", "x").with("dynamodb:leadingkeys", keys.iter().copied());
            document.effects(&asked, &principal).any(|allows| allows)
        };
        assert!(allowed(&["ana"]) && !allowed(&["ben"]) && !allowed(&["ana", "ben"]));
        assert!(allowed(&[]), "ForAllValues holds of no values at all");
        let literal = Document::parse(&document.json.to_string().replace("2012-10-17", "2008-10-17")).unwrap();
        let ask = |document: &Document, keys: &[&str]| {
            let asked = RequestContext::of("dynamodb:Scan", "x").with("dynamodb:leadingkeys", keys.iter().copied());
            document.effects(&asked, &principal).any(|allows| allows)
        };
        assert!(!ask(&literal, &["ana"]), "without the version the variable is plain text");
        let mut closed = document.json.clone();
        closed["Statement"]["Condition"]["Null"] = serde_json::json!({"dynamodb:LeadingKeys": "false"});
        let closed = Document::parse(&closed.to_string()).unwrap();
        assert!(ask(&closed, &["ana"]) && !ask(&closed, &["ben"]) && !ask(&closed, &[]), "Null closes the hole");
        assert!(Document::parse("{}").is_err() && Document::parse("[").is_err());
    }
    /// Whether a condition lets a request pass whose key `k` has these values.
    fn passes(operator: &str, of_policy: &str, of_request: &[&str]) -> bool {
        let text = format!(
            r#"{{"Statement": {{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {{"{operator}": {{"k": {of_policy}}}}}}}}}"#
        );
        let asked = RequestContext::of("a", "r").with("k", of_request.iter().copied());
        let principal = Principal { role: "app".into(), user: "ana".into() };
        Document::parse(&text).unwrap().effects(&asked, &principal).any(|allows| allows)
    }

    #[test]
    fn operators_compare_as_documented() {
        for (operator, of_policy, of_request, expected) in [
            ("StringEquals", r#"["a", "b"]"#, &["b"][..], true),
            ("StringEquals", r#""a""#, &[], false),
            ("StringEqualsIfExists", r#""a""#, &[], true),
            ("StringEqualsIfExists", r#""a""#, &["b"], false),
            ("StringNotEquals", r#"["a", "b"]"#, &["b"], false),
            ("StringNotEquals", r#""a""#, &[], true),
            ("StringEqualsIgnoreCase", r#""A""#, &["a"], true),
            ("StringNotEqualsIgnoreCase", r#""A""#, &["a"], false),
            ("StringLike", r#""a*""#, &["abc"], true),
            ("StringNotLike", r#""a*""#, &["abc"], false),
            ("StringNotLike", r#""a*""#, &["b"], true),
            ("Bool", "true", &["true"], true),
            ("Bool", r#""false""#, &["true"], false),
            ("Bool", r#""true""#, &[], false),
            ("BoolIfExists", r#""true""#, &[], true),
            ("Null", "true", &[], true),
            ("Null", "true", &["x"], false),
            ("Null", r#""false""#, &["x"], true),
            ("ForAllValues:StringEquals", r#"["a", "b"]"#, &["a", "b"], true),
            ("ForAllValues:StringEquals", r#"["a", "b"]"#, &["a", "c"], false),
            ("ForAllValues:StringEquals", r#""a""#, &[], true),
            ("ForAllValues:StringLike", r#""a*""#, &["ab", "ac"], true),
            ("ForAllValues:StringNotEquals", r#""a""#, &["b", "c"], true),
            ("ForAllValues:StringNotEquals", r#""a""#, &["a", "b"], false),
            ("ForAnyValue:StringEquals", r#""a""#, &["a", "c"], true),
            ("ForAnyValue:StringEquals", r#""a""#, &["b"], false),
            ("ForAnyValue:StringEquals", r#""a""#, &[], false),
            ("ForAnyValue:StringNotEquals", r#""a""#, &["a", "b"], true),
            ("ForAnyValue:StringNotEquals", r#""a""#, &["a"], false),
            ("ForAnyValue:StringNotEquals", r#""a""#, &[], false),
            ("NumericLessThan", r#""10""#, &["9"], true),
            ("NumericLessThan", "10", &["10"], false),
            ("NumericLessThanEquals", "10", &["10.0"], true),
            ("NumericGreaterThanEquals", "10", &["9"], false),
            ("NumericEquals", "10", &["1e1"], true),
            ("NumericNotEquals", "10", &["10"], false),
            ("NumericEquals", "10", &["ten"], false),
            ("ArnLike", r#""arn:aws:iam::*:role/a*""#, &["arn:aws:iam::1:role/app"], true),
            ("ArnEquals", r#""arn:aws:iam::*:role/a*""#, &["arn:aws:sts::1:role/app"], false),
            ("ArnLike", r#""arn:aws:*:role/app""#, &["arn:aws:iam::1:role/app"], false),
            ("ArnNotLike", r#""arn:aws:iam::*:role/a*""#, &["arn:aws:iam::1:role/app"], false),
        ] {
            assert_eq!(passes(operator, of_policy, of_request), expected, "{operator} {of_policy} {of_request:?}");
        }
    }

    #[test]
    fn a_statement_may_be_about_everything_else() {
        let document = |names: &str| Document::parse(&format!(r#"{{"Statement": {{"Effect": "Allow", {names}}}}}"#));
        let principal = Principal { role: "app".into(), user: "ana".into() };
        let allows = |names: &str, action: &str, resource: &str| {
            document(names).unwrap().effects(&RequestContext::of(action, resource), &principal).any(|allows| allows)
        };
        let but_delete = r#""NotAction": ["dynamodb:Delete*"], "Resource": "*""#;
        assert!(allows(but_delete, "dynamodb:GetItem", "r") && !allows(but_delete, "dynamodb:DeleteItem", "r"));
        let elsewhere = r#""Action": "*", "NotResource": "t/Secret*""#;
        assert!(allows(elsewhere, "a", "t/Orders") && !allows(elsewhere, "a", "t/Secrets"));
        for wrong in
            [r#""Action": "a", "NotAction": "b", "Resource": "*""#, r#""Action": "a""#, r#""NotResource": "r""#]
        {
            assert!(document(wrong).is_err(), "{wrong}");
        }
        let unknown = r#""Action": "a", "Resource": "r", "Condition": {"NullIfExists": {"k": "true"}}"#;
        assert!(document(unknown).is_err());
    }
}
