//! Resource-based policies: documents that are attached to a table or a stream, and say who may do what there.
//!
//! The life of a policy: its document is read and brought into one form, in which it is told again; it gets a revision,
//! which is when it was attached; whoever asks who may do what holds its statements against a request (`world::iam`).
//!
//! Left out: the seconds until a policy can be read, the minutes until it holds everywhere, the fifteen seconds in which no
//! other can be put, and refusing whoever shuts themselves out. Source: API reference, PutResourcePolicy; AWS documentation,
//! "Using resource-based policies for DynamoDB".

use serde_json::{Map, Value, json};

use crate::clock::Timestamp;

/// The largest document, in bytes.
pub const MAX_BYTES: usize = 20_480;
/// The members of a document, and of a statement, in the order in which they are told.
const MEMBERS: [&str; 3] = ["Version", "Id", "Statement"];
const OF_STATEMENT: [&str; 9] =
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"];
/// What a document means that has no Version.
const OLD_VERSION: &str = "2008-10-17";

/// A policy that is attached.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ResourcePolicy {
    /// The document, in the form in which it is told.
    pub document: String,
    /// RevisionId.
    pub revision: String,
}

impl ResourcePolicy {
    /// A policy that is attached at a moment, to a resource of an account.
    ///
    /// # Errors
    /// What is wrong with the document.
    pub fn read(text: &str, account: &str, now: Timestamp) -> Result<Self, String> {
        let json: Value = serde_json::from_str(text).map_err(|_| "This policy contains invalid Json".to_owned())?;
        let members = json.as_object().ok_or("This policy contains invalid Json")?;
        let statements: Vec<&Value> = match members.get("Statement") {
            Some(Value::Array(list)) => list.iter().collect(),
            Some(one @ Value::Object(_)) => vec![one],
            _ => Vec::new(),
        };
        if statements.is_empty() {
            return Err("Could not parse the policy: Statement is empty!".to_owned());
        }
        let statements: Vec<Value> =
            statements.into_iter().map(|one| statement(one, account)).collect::<Result<_, _>>()?;
        let sids: Vec<&str> = statements.iter().filter_map(|one| one["Sid"].as_str()).collect();
        if sids.iter().enumerate().any(|(place, sid)| sids[..place].contains(sid)) {
            return Err("The Statement Ids in the policy are not unique".to_owned());
        }
        let mut document = Map::new();
        for name in MEMBERS {
            let value = match name {
                "Statement" => Some(statements.clone().into()),
                "Version" => Some(members.get(name).cloned().unwrap_or_else(|| OLD_VERSION.into())),
                _ => members.get(name).cloned(),
            };
            document.extend(value.map(|value| (name.to_owned(), value)));
        }
        Ok(Self { document: Value::Object(document).to_string(), revision: now.as_millis().to_string() })
    }

    /// Whether it lets anyone in without a condition, which the service does not take.
    #[must_use]
    pub fn is_unbounded(&self) -> bool {
        let json: Value = serde_json::from_str(&self.document).unwrap_or_default();
        let statements = json["Statement"].as_array().cloned().unwrap_or_default();
        statements.iter().any(|one| {
            let anyone = one["Principal"] == "*" || one["Principal"]["AWS"] == "*";
            one["Effect"] == "Allow" && anyone && one.get("Condition").is_none()
        })
    }
}

/// A statement in the form in which it is told.
fn statement(json: &Value, account: &str) -> Result<Value, String> {
    let members = json.as_object().ok_or("Syntax errors in policy.")?;
    let effect = match members.get("Effect").and_then(Value::as_str).map(str::to_ascii_lowercase).as_deref() {
        Some("allow") => "Allow",
        Some("deny") => "Deny",
        _ => return Err("Missing required field Effect".to_owned()),
    };
    for (name, other) in [("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")] {
        if !members.contains_key(name) && !members.contains_key(other) {
            return Err(format!("Missing required field {name}"));
        }
    }
    let mut told = Map::new();
    for name in OF_STATEMENT {
        let Some(value) = members.get(name) else { continue };
        let value = match name {
            "Effect" => effect.into(),
            "Principal" | "NotPrincipal" => principal(value, account)?,
            "Action" | "NotAction" | "Resource" | "NotResource" => {
                texts(value).map(single).ok_or_else(|| format!("{name} must be a text or a list of texts"))?
            }
            _ => value.clone(),
        };
        told.insert(name.to_owned(), value);
    }
    Ok(Value::Object(told))
}

/// Who a statement is about; an account is told as its root.
fn principal(json: &Value, account: &str) -> Result<Value, String> {
    let Some(kinds) = json.as_object() else {
        return if json == "*" { Ok(json.clone()) } else { Err("Invalid principal in policy".to_owned()) };
    };
    let mut told = Map::new();
    for (kind, value) in kinds {
        let who = texts(value).ok_or("Invalid principal in policy")?;
        let whole = |who: String| {
            let is_account = who.len() == account.len() && who.bytes().all(|byte| byte.is_ascii_digit());
            if kind == "AWS" && is_account { format!("arn:aws:iam::{who}:root") } else { who }
        };
        let mut who: Vec<String> = who.into_iter().map(whole).collect();
        who.dedup();
        told.insert(kind.clone(), single(who));
    }
    Ok(Value::Object(told))
}

fn texts(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(text) => Some(vec![text.clone()]),
        Value::Array(list) if !list.is_empty() => list.iter().map(|one| one.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// A list of one is told as that one.
fn single(mut texts: Vec<String>) -> Value {
    if texts.len() == 1 { texts.remove(0).into() } else { json!(texts) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<ResourcePolicy, String> {
        ResourcePolicy::read(text, "123456789012", Timestamp::from_millis(7))
    }

    #[test]
    fn a_document_is_told_in_one_form() {
        let given = r#"{ "Statement": {"Action": ["dynamodb:GetItem"], "Resource": "*", "Effect": "allow",
            "Principal": {"AWS": "210987654321"}} }"#;
        let policy = read(given).unwrap();
        assert_eq!(
            policy.document,
            r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:root"},"Action":"dynamodb:GetItem","Resource":"*"}]}"#
        );
        assert_eq!(policy.revision, "7");
        assert_eq!(read(&policy.document).unwrap(), policy, "what is told means the same");
        assert!(!policy.is_unbounded());
    }

    #[test]
    fn what_is_no_policy_is_refused_with_what_is_wrong() {
        for (text, wrong) in [
            ("{", "invalid Json"),
            ("[]", "invalid Json"),
            (r#"{"Statement": []}"#, "Statement is empty"),
            (r#"{"Statement": {"Action": "x", "Principal": "*", "Resource": "*"}}"#, "field Effect"),
            (r#"{"Statement": {"Effect": "Allow", "Action": "x", "Principal": "*"}}"#, "field Resource"),
            (r#"{"Statement": {"Effect": "Allow", "Action": "x", "Resource": "*"}}"#, "field Principal"),
            (r#"{"Statement": {"Effect": "Allow", "Action": 1, "Principal": "*", "Resource": "*"}}"#, "Action"),
            (r#"{"Statement": {"Effect": "Allow", "Action": "x", "Principal": "me", "Resource": "*"}}"#, "principal"),
        ] {
            assert!(read(text).unwrap_err().contains(wrong), "{text}");
        }
        let anyone = r#"{"Statement": {"Effect": "Allow", "Action": "x", "Principal": "*", "Resource": "*"}}"#;
        assert!(read(anyone).unwrap().is_unbounded());
    }
}
