//! Requests of other services: found by their target, or by method and path as AWS Lambda has them.
//!
//! Source: AWS documentation, "AWS Lambda API reference" (event source mappings, functions), "Amazon SQS API reference".

use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use serde_json::{Map, Value};

use super::RuntimeCall;

/// The prefixes of X-Amz-Target, with the services they belong to.
const TARGETS: [(&str, &str); 3] =
    [("AmazonSQS.", "sqs"), ("AmazonDAXV3.", "dax"), ("AnyScaleFrontendService.", "application-autoscaling")];
/// Where Lambda's event source mappings lie.
const MAPPINGS: &str = "/2015-03-31/event-source-mappings";
/// Where Lambda's functions lie.
const FUNCTIONS: &str = "/2015-03-31/functions";

/// Where Lambda's runtime API lies.
const RUNTIME: &str = "/2018-06-01/runtime/";
/// The longest text of an error that is kept, in characters.
const MAX_PROBLEM: usize = 500;

/// A request that was found by its path.
pub(super) struct Called {
    /// The service, as the AWS CLI names it.
    pub(super) service: &'static str,
    /// The operation.
    pub(super) operation: &'static str,
    /// Its members, from the body, the query string and the path; `None` if the body is no JSON object.
    pub(super) body: Option<Value>,
    /// The status of a successful answer.
    pub(super) status: StatusCode,
}

/// The service and the operation that a target names; `None` if it is none of theirs.
pub(super) fn by_target(target: &str) -> Option<(&'static str, &str)> {
    TARGETS.into_iter().find_map(|(prefix, service)| Some((service, target.strip_prefix(prefix)?)))
}

/// The request that a method and a path stand for; `None` if they stand for none.
pub(super) fn by_path(head: &Parts, body: &[u8]) -> Option<Called> {
    let path = head.uri.path().trim_end_matches('/');
    let (operation, uuid) = match path.strip_prefix(MAPPINGS) {
        None => (if path == FUNCTIONS && head.method == Method::GET { "ListFunctions" } else { return None }, ""),
        Some("") => match head.method {
            Method::GET => ("ListEventSourceMappings", ""),
            Method::POST => ("CreateEventSourceMapping", ""),
            _ => return None,
        },
        Some(rest) => {
            let operation = match head.method {
                Method::GET => "GetEventSourceMapping",
                Method::PUT => "UpdateEventSourceMapping",
                Method::DELETE => "DeleteEventSourceMapping",
                _ => return None,
            };
            (operation, rest.strip_prefix('/')?)
        }
    };
    let is_read = head.method == Method::GET;
    let status = if is_read { StatusCode::OK } else { StatusCode::ACCEPTED };
    Some(Called { service: "lambda", operation, body: members(head, body, uuid), status })
}

/// The request of Lambda's runtime API that a method and a path stand for; `None` if they stand for none.
pub(super) fn runtime(head: &Parts, body: &[u8]) -> Option<RuntimeCall> {
    let rest = head.uri.path().strip_prefix(RUNTIME)?;
    let is_post = head.method == Method::POST;
    if rest == "invocation/next" && head.method == Method::GET {
        return Some(RuntimeCall::Next { is_first: true });
    }
    if rest == "init/error" && is_post {
        return Some(RuntimeCall::Error { id: None, problem: problem(body) });
    }
    let (id, what) = rest.strip_prefix("invocation/")?.split_once('/').filter(|_| is_post)?;
    let id = id.to_owned();
    match what {
        "response" if body.is_empty() => Some(RuntimeCall::Response { id, response: Value::Null }),
        "response" => Some(match serde_json::from_slice(body) {
            Ok(response) => RuntimeCall::Response { id, response },
            // A response that is no JSON is no failure of the function; it just says nothing.
            Err(_) => RuntimeCall::Response { id, response: Value::Null },
        }),
        "error" => Some(RuntimeCall::Error { id: Some(id), problem: problem(body) }),
        _ => None,
    }
}

/// What an error of the runtime API says: its type and its message.
fn problem(body: &[u8]) -> String {
    let error: Value = serde_json::from_slice(body).unwrap_or_default();
    let member = |name: &str| error.get(name).and_then(Value::as_str);
    let text = match (member("errorType"), member("errorMessage")) {
        (Some(kind), Some(message)) => format!("{kind}: {message}"),
        (Some(text), None) | (None, Some(text)) => text.to_owned(),
        (None, None) => "Unhandled".to_owned(),
    };
    text.chars().take(MAX_PROBLEM).collect()
}

/// The members of a request from all the places where they may stand.
fn members(head: &Parts, body: &[u8], uuid: &str) -> Option<Value> {
    let mut members = if body.is_empty() { Map::new() } else { serde_json::from_slice(body).ok()? };
    for (name, value) in form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes()) {
        members.insert(name.into_owned(), Value::String(value.into_owned()));
    }
    if !uuid.is_empty() {
        members.insert("UUID".to_owned(), Value::String(uuid.to_owned()));
    }
    Some(Value::Object(members))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

    use serde_json::json;

    use super::*;

    fn called(method: &str, uri: &str, body: &'static str) -> Option<Called> {
        let (head, ()) = hyper::Request::builder().method(method).uri(uri).body(()).unwrap().into_parts();
        by_path(&head, body.as_bytes())
    }

    #[test]
    fn mappings_are_found_by_method_and_path() {
        let listed = called("GET", "/2015-03-31/event-source-mappings/?FunctionName=a%20b&MaxItems=5", "").unwrap();
        assert_eq!(listed.operation, "ListEventSourceMappings");
        assert_eq!(listed.body.unwrap(), json!({"FunctionName": "a b", "MaxItems": "5"}));
        let updated = called("PUT", "/2015-03-31/event-source-mappings/0-1", r#"{"BatchSize":1}"#).unwrap();
        assert_eq!((updated.operation, updated.status), ("UpdateEventSourceMapping", StatusCode::ACCEPTED));
        assert_eq!(updated.body.unwrap(), json!({"BatchSize": 1, "UUID": "0-1"}));
        assert!(called("POST", "/", "{}").is_none());
        assert!(called("GET", "/2015-03-31/event-source-mappingsX", "").is_none());
        assert!(called("POST", "/2015-03-31/event-source-mappings", "[1]").unwrap().body.is_none());
    }

    #[test]
    fn runtimes_ask_and_answer() {
        let runtime = |method: &str, path: &str, body: &'static str| {
            let uri = format!("/2018-06-01/runtime/{path}");
            let (head, ()) = hyper::Request::builder().method(method).uri(uri).body(()).unwrap().into_parts();
            super::runtime(&head, body.as_bytes())
        };
        assert_eq!(runtime("GET", "invocation/next", ""), Some(RuntimeCall::Next { is_first: true }));
        assert_eq!(runtime("POST", "invocation/next", ""), None);
        let response = RuntimeCall::Response { id: "7".to_owned(), response: json!({"a": 1}) };
        assert_eq!(runtime("POST", "invocation/7/response", r#"{"a":1}"#), Some(response));
        let error = r#"{"errorType":"KeyError","errorMessage":"amount"}"#;
        let failed = RuntimeCall::Error { id: Some("7".to_owned()), problem: "KeyError: amount".to_owned() };
        assert_eq!(runtime("POST", "invocation/7/error", error), Some(failed));
        let unhandled = RuntimeCall::Error { id: None, problem: "Unhandled".to_owned() };
        assert_eq!(runtime("POST", "init/error", ""), Some(unhandled));
        assert_eq!((runtime("POST", "invocation/7/shrug", ""), runtime("GET", "", "")), (None, None));
    }

    #[test]
    fn targets_name_their_service() {
        assert_eq!(by_target("AmazonSQS.CreateQueue"), Some(("sqs", "CreateQueue")));
        assert_eq!(by_target("DynamoDB_20120810.GetItem"), None);
    }
}
