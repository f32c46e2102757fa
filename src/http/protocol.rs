//! The JSON 1.0 protocol: what is checked in which order, and what each answer looks like.

use std::borrow::Cow;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    ORIGIN,
};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use serde_json::Value;

use super::{Backend, MAX_BODY_BYTES, compression, route};
use crate::engine::messages::protocol as text;
use crate::engine::value::key::{KeyScalar, partition_hash};
use crate::engine::{ApiError, ErrorKind, ops};

/// The content types that are answered, each in kind.
const CONTENT_TYPES: [&str; 2] = ["application/x-amz-json-1.0", "application/json"];
/// The prefixes of X-Amz-Target.
const TARGETS: [&str; 2] = ["DynamoDB_20120810.", "DynamoDBStreams_20120810."];

/// Answers one request, the `answered`th.
pub(super) fn answer(head: &Parts, body: &Bytes, backend: &mut dyn Backend, answered: u64) -> Response<Full<Bytes>> {
    let mut response = answer_to_any(head, body, backend, answered);
    if head.headers.contains_key(ORIGIN) {
        allow_browsers(head, response.headers_mut());
    }
    response
}

/// What a browser must read before it lets a page of another origin talk to the endpoint.
fn allow_browsers(head: &Parts, answer: &mut HeaderMap) {
    let exposed = "x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date";
    answer.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    answer.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(exposed));
    if head.method == Method::OPTIONS {
        let asked = [
            (ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_ALLOW_HEADERS),
            (ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS),
        ];
        for (asked, allowed) in asked {
            if let Some(value) = head.headers.get(asked) {
                answer.insert(allowed, value.clone());
            }
        }
        answer.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("172800"));
    }
}

fn answer_to_any(head: &Parts, body: &Bytes, backend: &mut dyn Backend, answered: u64) -> Response<Full<Bytes>> {
    let id = request_id(answered ^ backend.now().as_millis() << 20);
    if head.method == Method::OPTIONS && head.headers.contains_key(ORIGIN) {
        return plain(StatusCode::OK, String::new(), &id);
    }
    if let Some(called) = route::by_path(head, body) {
        let outcome = check_signature(head).and_then(|()| {
            let body = called.body.ok_or_else(|| silent(ErrorKind::SerializationException))?;
            backend.ask(called.service, called.operation, body).ok_or_else(unknown)?
        });
        return outcome_json(head, (called.status, CONTENT_TYPES[1]), outcome, &id);
    }
    if head.method == Method::GET {
        let health = format!("healthy: dynamodb.{}.amazonaws.com ", backend.region());
        return plain(StatusCode::OK, health, &id);
    }
    let content_type = header(head, CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
    let known = CONTENT_TYPES.into_iter().find(|known| *known == content_type);
    // Without a body no content type is asked for.
    let known = if body.is_empty() { known.or(Some(CONTENT_TYPES[1])) } else { known };
    let Some(content_type) = known.filter(|_| head.method == Method::POST) else {
        return plain(StatusCode::NOT_FOUND, "<UnknownOperationException/>\n".to_owned(), &id);
    };
    let outcome = called(head, body, backend);
    outcome_json(head, (StatusCode::OK, content_type), outcome, &id)
}

/// An exception without a message.
fn silent(kind: ErrorKind) -> ApiError {
    ApiError::new(kind, "")
}

fn unknown() -> ApiError {
    silent(ErrorKind::UnknownOperationException)
}

fn called(head: &Parts, body: &Bytes, backend: &mut dyn Backend) -> Result<Value, ApiError> {
    let expanded = match header(head, CONTENT_ENCODING) {
        "gzip" => Some(compression::expand(body, MAX_BODY_BYTES)),
        "deflate" => Some(compression::inflate(body, MAX_BODY_BYTES)),
        _ => None,
    };
    let expanded = match expanded {
        Some(expanded) => Cow::Owned(expanded.ok_or_else(|| silent(ErrorKind::InternalServerError))?),
        None => Cow::Borrowed(&body[..]),
    };
    let malformed = || silent(ErrorKind::SerializationException);
    let request: Option<Value> =
        if expanded.is_empty() { None } else { Some(serde_json::from_slice(&expanded).map_err(|_| malformed())?) };
    let target = header(head, HeaderName::from_static("x-amz-target"));
    if let Some((service, operation)) = route::by_target(target) {
        check_signature(head)?;
        return backend.ask(service, operation, request.ok_or_else(malformed)?).ok_or_else(unknown)?;
    }
    let verb = TARGETS.into_iter().find_map(|prefix| target.strip_prefix(prefix));
    let verb = verb.and_then(ops::find).ok_or_else(unknown)?;
    check_signature(head)?;
    backend.call(verb, request.ok_or_else(malformed)?)
}

/// Checks that a signature has all its parts; whether it is right is not asked.
fn check_signature(head: &Parts) -> Result<(), ApiError> {
    let authorization = header(head, AUTHORIZATION);
    let query = head.uri.query().unwrap_or_default();
    let names: Vec<(&str, &str)> = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))).collect();
    if names.iter().any(|(name, _)| *name == "X-Amz-Algorithm") {
        if !authorization.is_empty() {
            return Err(ApiError::new(ErrorKind::InvalidSignatureException, text::SIGNED_TWICE));
        }
        return check_signed_query(&names);
    }
    if !authorization.starts_with("AWS4-") {
        return Err(ApiError::new(ErrorKind::MissingAuthenticationTokenException, text::NO_TOKEN));
    }
    let parts = ["Credential", "Signature", "SignedHeaders"];
    let missing: Vec<&str> = parts.into_iter().filter(|part| !authorization.contains(&format!("{part}="))).collect();
    let dated = !header(head, HeaderName::from_static("x-amz-date")).is_empty()
        || !header(head, hyper::header::DATE).is_empty();
    if missing.is_empty() && dated {
        return Ok(());
    }
    let message = text::incomplete_signature(&missing, dated, authorization);
    Err(ApiError::new(ErrorKind::IncompleteSignatureException, message))
}

/// Checks that a signature in the query string has all its parts.
fn check_signed_query(parameters: &[(&str, &str)]) -> Result<(), ApiError> {
    let parts = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"];
    let given = |part: &str| parameters.iter().any(|(name, value)| *name == part && !value.is_empty());
    let missing: Vec<&str> = parts.into_iter().filter(|part| !given(part)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(ApiError::new(ErrorKind::IncompleteSignatureException, text::incomplete_query(&missing)))
}

fn header(head: &Parts, name: HeaderName) -> &str {
    head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// An answer: what was found, or the exception with its own status.
fn outcome_json(
    head: &Parts,
    (status, content_type): (StatusCode, &str),
    outcome: Result<Value, ApiError>,
    id: &str,
) -> Response<Full<Bytes>> {
    match outcome {
        Ok(body) => json(head, status, content_type, &body, id),
        Err(error) => {
            let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::BAD_REQUEST);
            json(head, status, content_type, &error.to_json(), id)
        }
    }
}

fn json(head: &Parts, status: StatusCode, content_type: &str, body: &Value, id: &str) -> Response<Full<Bytes>> {
    let body = body.to_string().into_bytes();
    let wanted = header(head, ACCEPT_ENCODING).contains("gzip");
    let compressed = if wanted { compression::shrink(&body) } else { None };
    let encoding = compressed.is_some().then_some("gzip");
    let sent = compressed.unwrap_or(body);
    let mut response = Response::builder()
        .status(status)
        .header(CONTENT_TYPE, content_type)
        .header("server", "Server")
        .header("x-amzn-requestid", id)
        .header("x-amz-crc32", crc32fast::hash(&sent).to_string());
    if let Some(encoding) = encoding {
        response = response.header(CONTENT_ENCODING, encoding);
    }
    response.body(Full::new(Bytes::from(sent))).unwrap_or_default()
}

fn plain(status: StatusCode, text: String, id: &str) -> Response<Full<Bytes>> {
    let crc = crc32fast::hash(text.as_bytes()).to_string();
    let response = Response::builder()
        .status(status)
        .header("server", "Server")
        .header("x-amzn-requestid", id)
        .header("x-amz-crc32", crc);
    response.body(Full::new(Bytes::from(text))).unwrap_or_default()
}

/// The answer to a body of more than 16 MB, which has no JSON.
pub(super) fn too_large() -> Response<Full<Bytes>> {
    plain(StatusCode::PAYLOAD_TOO_LARGE, String::new(), &request_id(0))
}

/// 52 characters of digits and capitals, as the service's request ids are.
fn request_id(sequence: u64) -> String {
    const LETTERS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    (0..52_u64)
        .map(|place| {
            let hash = partition_hash(&[KeyScalar::S(format!("{sequence} {place}"))]);
            char::from(LETTERS[usize::try_from(hash % 36).unwrap_or(0)])
        })
        .collect()
}
