//! A policy document: its statements, and what they say about one request.

use serde_json::{Map, Value};

use super::{Asked, Principal};

/// The version of the policy language that has variables.
const VERSION: &str = "2012-10-17";

/// A policy document that was understood.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// As it was given.
    pub(super) json: Value,
    statements: Vec<Statement>,
    /// Whether it is of the version that has policy variables; in any other they are taken for plain text.
    has_variables: bool,
}

#[derive(Clone, Debug)]
struct Statement {
    allows: bool,
    /// Whom it is about; `None` in a policy of a role, which is about that.
    principals: Option<Vec<String>>,
    actions: Vec<String>,
    resources: Vec<String>,
    conditions: Vec<Condition>,
}

/// One key of one operator of a Condition.
#[derive(Clone, Debug)]
struct Condition {
    operator: Operator,
    /// Whether a request without the key fits.
    if_exists: bool,
    key: String,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    /// Every value of the request must be among those of the policy; nothing at all is, too.
    ForAll { like: bool },
    /// One of the request's values must be among those of the policy.
    Any { like: bool, negated: bool },
    /// Whether the request lacks the key: `true` asks for that, `false` for the opposite.
    Null,
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

    /// As [`Document::effects`], of a policy that is attached to a resource: only the statements about the principal.
    pub(super) fn effects_on<'a>(
        &'a self,
        asked: &'a Asked,
        principal: &'a Principal,
        account: &'a str,
    ) -> impl Iterator<Item = bool> + 'a {
        let Principal { role, user } = principal;
        // An account stands for itself here, and leaves it to its own policies who may.
        let names = [
            "*".to_owned(),
            format!("arn:aws:iam::{account}:role/{role}"),
            format!("arn:aws:sts::{account}:assumed-role/{role}/{user}"),
        ];
        let root = format!("arn:aws:iam::{account}:root");
        let is_about = move |statement: &&Statement| {
            let principals = statement.principals.as_deref().unwrap_or_default();
            principals.iter().any(|one| names.contains(one) || (!statement.allows && *one == root))
        };
        let filling = self.has_variables.then_some(principal);
        let applies = move |statement: &&Statement| statement.applies(asked, filling);
        self.statements.iter().filter(is_about).filter(applies).map(|statement| statement.allows)
    }

    /// The effects of the statements that apply to a request: whether each of them allows it.
    pub(super) fn effects<'a>(&'a self, asked: &'a Asked, principal: &'a Principal) -> impl Iterator<Item = bool> + 'a {
        let principal = self.has_variables.then_some(principal);
        let applies = move |statement: &&Statement| statement.applies(asked, principal);
        self.statements.iter().filter(applies).map(|statement| statement.allows)
    }
}

impl Statement {
    fn applies(&self, asked: &Asked, principal: Option<&Principal>) -> bool {
        let action = asked.action.to_lowercase();
        self.actions.iter().any(|pattern| fits(&pattern.to_lowercase(), &action))
            && self.resources.iter().any(|pattern| fits(&filled(pattern, principal), &asked.resource))
            && self.conditions.iter().all(|condition| condition.holds(asked, principal))
    }
}

impl Condition {
    fn holds(&self, asked: &Asked, principal: Option<&Principal>) -> bool {
        let found: Vec<&str> = match self.key.to_lowercase().as_str() {
            "dynamodb:leadingkeys" => asked.leading_keys.iter().map(String::as_str).collect(),
            "dynamodb:attributes" => asked.attributes.iter().map(String::as_str).collect(),
            "dynamodb:select" => asked.select.iter().map(String::as_str).collect(),
            "dynamodb:fulltablescan" => {
                asked.full_scan.iter().map(|full| if *full { "true" } else { "false" }).collect()
            }
            _ => Vec::new(),
        };
        let values: Vec<String> = self.values.iter().map(|value| filled(value, principal)).collect();
        let among =
            |like: bool, one: &str| values.iter().any(|value| if like { fits(value, one) } else { value == one });
        match self.operator {
            Operator::Null => among(false, if found.is_empty() { "true" } else { "false" }),
            Operator::ForAll { like } => found.iter().all(|one| among(like, one)),
            Operator::Any { .. } if found.is_empty() && self.if_exists => true,
            Operator::Any { like, negated } => found.iter().any(|one| among(like, one)) != negated,
        }
    }
}

/// A pattern with the policy variables of the exam's examples filled in with who asks, if the policy has variables.
fn filled(pattern: &str, principal: Option<&Principal>) -> String {
    let Some(principal) = principal else { return pattern.to_owned() };
    let variables = [
        "${www.amazon.com:user_id}",
        "${graph.facebook.com:id}",
        "${accounts.google.com:sub}",
        "${cognito-identity.amazonaws.com:sub}",
        "${aws:username}",
        "${aws:userid}",
    ];
    variables.iter().fold(pattern.to_owned(), |text, variable| text.replace(variable, &principal.user))
}

/// Whether a text fits a pattern in which `*` stands for anything and `?` for one character.
fn fits(pattern: &str, text: &str) -> bool {
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

fn statement(json: &Value) -> Result<Statement, String> {
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
    let (actions, resources) = (texts(members, "Action")?, texts(members, "Resource")?);
    let principals = members.get("Principal").map(principals);
    Ok(Statement { allows, principals, actions, resources, conditions })
}

/// Everyone that a Principal names.
fn principals(json: &Value) -> Vec<String> {
    let named = json.as_object().map(|kinds| kinds.values().filter_map(|who| list(Some(who))).flatten().collect());
    named.or_else(|| list(Some(json))).unwrap_or_default()
}

/// A member that is one text or a list of them.
fn texts(members: &Map<String, Value>, name: &str) -> Result<Vec<String>, String> {
    list(members.get(name)).ok_or_else(|| format!("{name} must be a text or a list of texts"))
}

fn list(value: Option<&Value>) -> Option<Vec<String>> {
    match value? {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Bool(is_true) => Some(vec![is_true.to_string()]),
        Value::Array(texts) => texts
            .iter()
            .map(|text| text.as_str().map(str::to_owned).or_else(|| text.as_bool().map(|is_true| is_true.to_string())))
            .collect(),
        _ => None,
    }
}

fn conditions(operators: &Map<String, Value>) -> Result<Vec<Condition>, String> {
    let mut conditions = Vec::new();
    for (name, keys) in operators {
        let (plain, if_exists) = name.strip_suffix("IfExists").map_or((name.as_str(), false), |plain| (plain, true));
        let operator = match plain {
            "ForAllValues:StringEquals" => Operator::ForAll { like: false },
            "ForAllValues:StringLike" => Operator::ForAll { like: true },
            "Bool" | "StringEquals" | "ForAnyValue:StringEquals" => Operator::Any { like: false, negated: false },
            "StringLike" | "ForAnyValue:StringLike" => Operator::Any { like: true, negated: false },
            "Null" if !if_exists => Operator::Null,
            "StringNotEquals" => Operator::Any { like: false, negated: true },
            _ => return Err(format!("the condition operator {name} is not known here")),
        };
        let keys = keys.as_object().ok_or_else(|| format!("{name} must be an object"))?;
        for (key, values) in keys {
            let values = list(Some(values)).ok_or_else(|| format!("{key} must be a text or a list of texts"))?;
            conditions.push(Condition { operator, if_exists, key: key.clone(), values });
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
            let leading_keys = keys.iter().map(|key| (*key).to_owned()).collect();
            let asked =
                Asked { action: "dynamodb:Query".into(), resource: "x".into(), leading_keys, ..Asked::default() };
            document.effects(&asked, &principal).any(|allows| allows)
        };
        assert!(allowed(&["ana"]) && !allowed(&["ben"]) && !allowed(&["ana", "ben"]));
        assert!(allowed(&[]), "ForAllValues holds of no values at all");
        let literal = Document::parse(&document.json.to_string().replace("2012-10-17", "2008-10-17")).unwrap();
        let ask = |document: &Document, keys: &[&str]| {
            let leading_keys = keys.iter().map(|key| (*key).to_owned()).collect();
            let asked =
                Asked { action: "dynamodb:Scan".into(), resource: "x".into(), leading_keys, ..Asked::default() };
            document.effects(&asked, &principal).any(|allows| allows)
        };
        assert!(!ask(&literal, &["ana"]), "without the version the variable is plain text");
        let mut closed = document.json.clone();
        closed["Statement"]["Condition"]["Null"] = serde_json::json!({"dynamodb:LeadingKeys": "false"});
        let closed = Document::parse(&closed.to_string()).unwrap();
        assert!(ask(&closed, &["ana"]) && !ask(&closed, &["ben"]) && !ask(&closed, &[]), "Null closes the hole");
        assert!(Document::parse("{}").is_err() && Document::parse("[").is_err());
    }
}
