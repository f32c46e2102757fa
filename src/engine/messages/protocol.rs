//! Texts about the signature of a request at the endpoint.

/// A request without a signature.
pub const NO_TOKEN: &str = "Request is missing Authentication Token";
/// A request signed twice.
pub const SIGNED_TWICE: &str =
    "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.";
/// A signature in the query string that lacks some of its parts.
#[must_use]
pub fn incomplete_query(parts: &[&str]) -> String {
    let part = |name: &&str| format!("AWS query-string parameters must include '{name}'. ");
    let missing: String = parts.iter().map(part).collect();
    format!("{missing}Re-examine the query-string parameters.")
}

/// A signature without a date beside it; the blank at the end is the service's.
const NO_DATE: &str = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";

/// An Authorization header without some of its parts, or without a date beside it.
#[must_use]
pub fn incomplete_signature(parts: &[&str], dated: bool, header: &str) -> String {
    let part = |name: &&str| format!("Authorization header requires '{name}' parameter. ");
    let missing: String = parts.iter().map(part).collect();
    let date = if dated { "" } else { NO_DATE };
    format!("{missing}{date}Authorization={header}")
}

/// An operation that the service has and this engine has not.
#[must_use]
pub fn absent(operation: &str) -> String {
    format!("{operation} is an operation of Amazon DynamoDB that this engine does not have")
}

/// What of a request the service has and this engine has not.
#[must_use]
pub fn not_modelled(what: &str) -> String {
    format!("{what} is not modelled by this engine")
}
