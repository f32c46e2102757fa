//! Requests of other services: found by their target, or by method and path as AWS Lambda has them.
//!
//! Source: AWS documentation, "AWS Lambda API reference" (event source mappings, functions), "Amazon SQS API reference".

use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use serde_json::{Map, Value};

/// The prefixes of X-Amz-Target, with the services they belong to.
const TARGETS: [(&str, &str); 3] =
    [("AmazonSQS.", "sqs"), ("AmazonDAXV3.", "dax"), ("AnyScaleFrontendService.", "application-autoscaling")];
/// Where Lambda's event source mappings lie.
const MAPPINGS: &str = "/2015-03-31/event-source-mappings";
/// Where Lambda's functions lie.
const FUNCTIONS: &str = "/2015-03-31/functions";

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
    fn targets_name_their_service() {
        assert_eq!(by_target("AmazonSQS.CreateQueue"), Some(("sqs", "CreateQueue")));
        assert_eq!(by_target("DynamoDB_20120810.GetItem"), None);
    }
}
