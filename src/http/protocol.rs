//! The JSON 1.0 protocol: what is checked in which order, and what each answer looks like.

use std::borrow::Cow;

use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderMap, HeaderName,
    HeaderValue, VARY,
};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use serde_json::Value;

use super::body::{self, MAX_BODY_BYTES};
use super::compression::Coding;
use super::{Backend, RuntimeAnswer, route};
use crate::engine::messages::protocol as text;
use crate::engine::value::key::{KeyScalar, partition_hash};
use crate::engine::{ApiError, ErrorKind, ops};

/// The content types that are answered, each in kind.
const CONTENT_TYPES: [&str; 2] = ["application/x-amz-json-1.0", "application/json"];
/// The prefixes of X-Amz-Target.
const TARGETS: [&str; 2] = ["DynamoDB_20120810.", "DynamoDBStreams_20120810."];

/// The longest request line, in bytes.
const MAX_LINE_BYTES: usize = 16 * 1024;
/// The most bytes of headers.
const MAX_HEADER_BYTES: usize = 16 * 1024;
/// The most headers.
const MAX_HEADERS: usize = 100;
/// The longest reason for a refusal that a backend gets, in characters.
const MAX_REASON: usize = 300;

/// Answers one request, the `answered`th.
pub(super) fn answer(head: &Parts, body: &[u8], backend: &mut dyn Backend, answered: u64) -> Response<Vec<u8>> {
    let id = request_id(answered ^ backend.now().as_millis() << 20);
    if let Some(called) = route::by_path(head, body) {
        let outcome = admit(head, called.operation, backend).and_then(|()| {
            let body = called.body.ok_or_else(|| silent(ErrorKind::SerializationException))?;
            backend.ask(called.service, called.operation, body).ok_or_else(unknown)?
        });
        return outcome_json(head, (called.status, CONTENT_TYPES[1]), outcome, &id);
    }
    if head.uri.path() != "/" {
        return nothing_here(&id);
    }
    if head.method == Method::GET {
        return plain(StatusCode::OK, format!("healthy: {} ", address(head, backend)), &id);
    }
    let content_type = header(head, CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
    let known = CONTENT_TYPES.into_iter().find(|known| *known == content_type);
    // Without a body no content type is asked for.
    let known = if body.is_empty() { known.or(Some(CONTENT_TYPES[1])) } else { known };
    let Some(content_type) = known.filter(|_| head.method == Method::POST) else {
        return nothing_here(&id);
    };
    let outcome = called(head, body, backend);
    outcome_json(head, (StatusCode::OK, content_type), outcome, &id)
}

/// The response to a request of Lambda's runtime API that has been answered.
pub(super) fn runtime(answer: Option<RuntimeAnswer>, answered: u64) -> Response<Bytes> {
    let id = request_id(answered);
    let response = match answer {
        Some(RuntimeAnswer::Event { id: invocation, function, deadline, event }) => {
            let mut response = sent(StatusCode::OK, event.to_string().into_bytes(), &id);
            let facts = [
                ("lambda-runtime-aws-request-id", invocation),
                ("lambda-runtime-invoked-function-arn", function),
                ("lambda-runtime-deadline-ms", deadline.to_string()),
            ];
            for (name, value) in facts {
                if let Ok(value) = HeaderValue::from_str(&value) {
                    response.headers_mut().insert(HeaderName::from_static(name), value);
                }
            }
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPES[1]));
            response
        }
        Some(RuntimeAnswer::Accepted) => plain(StatusCode::ACCEPTED, r#"{"status":"OK"}"#.to_owned(), &id),
        Some(RuntimeAnswer::Unknown) => {
            let text = r#"{"errorType":"InvalidRequestID","errorMessage":"no such invocation is under way"}"#;
            plain(StatusCode::BAD_REQUEST, text.to_owned(), &id)
        }
        Some(RuntimeAnswer::Wait) => plain(StatusCode::SERVICE_UNAVAILABLE, "the endpoint is closing".to_owned(), &id),
        None => nothing_here(&id),
    };
    response.map(Bytes::from)
}

/// The response to what is no request of the API.
fn nothing_here(id: &str) -> Response<Vec<u8>> {
    plain(StatusCode::NOT_FOUND, "<UnknownOperationException/>\n".to_owned(), id)
}

/// The address that the client has for the endpoint.
fn address(head: &Parts, backend: &dyn Backend) -> String {
    match header(head, HOST) {
        "" => format!("dynamodb.{}.amazonaws.com", backend.region()),
        host => host.to_owned(),
    }
}

/// The response to a browser that asks what a page of an accepted origin may send.
pub(super) fn preflight(head: &Parts, answered: u64) -> Response<Bytes> {
    let mut response = plain(StatusCode::OK, String::new(), &request_id(answered)).map(Bytes::from);
    let asked = [
        (ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_ALLOW_HEADERS),
        (ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS),
    ];
    for (asked, allowed) in asked {
        if let Some(value) = head.headers.get(asked) {
            response.headers_mut().insert(allowed, value.clone());
        }
    }
    response.headers_mut().insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("172800"));
    response
}

/// Lets pages of an origin read a response, and those of no other; without an origin, those of none.
pub(super) fn allow_origin(origin: Option<&str>, headers: &mut HeaderMap) {
    headers.insert(VARY, HeaderValue::from_static("Origin"));
    if let Some(Ok(origin)) = origin.map(HeaderValue::from_str) {
        let exposed = "x-amzn-RequestId,x-amzn-ErrorType,x-amz-request-id,x-amz-id-2,x-amzn-ErrorMessage,Date";
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(exposed));
    }
}

/// Checks the signature, and lets the backend know of a request that has none or half of one.
fn admit(head: &Parts, operation: &str, backend: &mut dyn Backend) -> Result<(), ApiError> {
    // The error may repeat a header of any length.
    let short = |error: &ApiError| format!("{operation}: {error}").chars().take(MAX_REASON).collect::<String>();
    check_signature(head).inspect_err(|error| backend.refused(&short(error)))
}

/// An exception without a message.
fn silent(kind: ErrorKind) -> ApiError {
    ApiError::new(kind, "")
}

fn unknown() -> ApiError {
    silent(ErrorKind::UnknownOperationException)
}

fn called(head: &Parts, body: &[u8], backend: &mut dyn Backend) -> Result<Value, ApiError> {
    // Neither an unknown coding nor broken data gets more than the exception from the service; the message is ours.
    let unreadable = |fault: String| ApiError::new(ErrorKind::InternalServerError, fault);
    // Several headers of the name are one list.
    let codings: Vec<&str> =
        head.headers.get_all(CONTENT_ENCODING).iter().map(|value| value.to_str().unwrap_or("bytes")).collect();
    let expanded = match Coding::of_request(&codings.join(",")).map_err(unreadable)? {
        Some(coding) => Cow::Owned(coding.expand(body, MAX_BODY_BYTES).map_err(unreadable)?),
        None => Cow::Borrowed(body),
    };
    if body::has_too_many_values(&expanded) {
        let most = body::MAX_VALUES;
        return Err(ApiError::new(
            ErrorKind::SerializationException,
            format!("expected at most {most} values in a body"),
        ));
    }
    let malformed = || silent(ErrorKind::SerializationException);
    let request: Option<Value> =
        if expanded.is_empty() { None } else { Some(serde_json::from_slice(&expanded).map_err(|_| malformed())?) };
    let target = header(head, HeaderName::from_static("x-amz-target"));
    if let Some((service, operation)) = route::by_target(target) {
        admit(head, operation, backend)?;
        return backend.ask(service, operation, request.ok_or_else(malformed)?).ok_or_else(unknown)?;
    }
    let name = TARGETS.into_iter().find_map(|prefix| target.strip_prefix(prefix)).ok_or_else(unknown)?;
    let verb = ops::find(name).ok_or_else(|| ops::unknown(name))?;
    admit(head, verb.name, backend)?;
    let mut answer = backend.call(verb, request.ok_or_else(malformed)?)?;
    if verb.names_endpoint {
        answer["Endpoints"][0]["Address"] = address(head, backend).into();
    }
    Ok(if verb.has_output { answer } else { Value::Null })
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
) -> Response<Vec<u8>> {
    match outcome {
        Ok(body) => json(head, status, content_type, &body, id),
        Err(error) => {
            let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::BAD_REQUEST);
            json(head, status, content_type, &error.to_json(), id)
        }
    }
}

fn json(head: &Parts, status: StatusCode, content_type: &str, body: &Value, id: &str) -> Response<Vec<u8>> {
    // Operations without an output answer with no body at all.
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let coding = Coding::accepted(header(head, ACCEPT_ENCODING));
    let compressed = coding.and_then(|coding| Some((coding, coding.shrink(&body)?)));
    let (encoding, body) = compressed.map_or((None, body), |(coding, small)| (Some(coding.name()), small));
    let mut response = sent(status, body, id);
    if let Ok(content_type) = HeaderValue::from_str(content_type) {
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    if let Some(encoding) = encoding {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn plain(status: StatusCode, text: String, id: &str) -> Response<Vec<u8>> {
    sent(status, text.into_bytes(), id)
}

/// A response with the headers that all have.
fn sent(status: StatusCode, body: Vec<u8>, id: &str) -> Response<Vec<u8>> {
    let response = Response::builder()
        .status(status)
        .header("server", "Server")
        .header("x-amzn-requestid", id)
        .header("x-amz-crc32", crc32fast::hash(&body).to_string());
    response.body(body).unwrap_or_default()
}

/// A refusal of the server's own, which the service does not know. It has the form of the service's exceptions, so
/// that SDKs show its message.
pub(super) fn own(status: StatusCode, exception: &str, message: &str, answered: u64) -> Response<Bytes> {
    let body = serde_json::json!({ "__type": format!("com.amazon.coral.service#{exception}"), "Message": message });
    let mut response = sent(status, body.to_string().into_bytes(), &request_id(answered));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPES[0]));
    response.map(Bytes::from)
}

/// The whole response to a connection that no place was found for, as it is written to the wire.
pub(super) fn no_place(places: usize) -> Vec<u8> {
    let message = format!("all {places} connections of this endpoint are in use; close some, or try again in a moment");
    let body = serde_json::json!({ "__type": "com.amazon.coral.service#ServiceUnavailable", "Message": message });
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 503 Service Unavailable\r\ncontent-type: {}\r\nretry-after: 1\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n",
        CONTENT_TYPES[0],
        body.len()
    );
    (head + &body).into_bytes()
}

/// The response to a request that could not be answered.
pub(super) fn failed(answered: u64) -> Response<Bytes> {
    let error = silent(ErrorKind::InternalServerError).to_json();
    let mut response = sent(StatusCode::INTERNAL_SERVER_ERROR, error.to_string().into_bytes(), &request_id(answered));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPES[0]));
    response.map(Bytes::from)
}

/// Checks that a head is within the limits: the service's 16 KB for the request line, and for all headers, and our own
/// number of headers. Returns the response to one that is not.
pub(super) fn too_large_head(head: &Parts, answered: u64) -> Option<Response<Bytes>> {
    let line = head.method.as_str().len() + head.uri.to_string().len() + " HTTP/1.1 ".len();
    let sizes = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    let (bytes, count) = (sizes.sum::<usize>(), head.headers.len());
    let refusal = |status, message: String| Some(own(status, "SerializationException", &message, answered));
    if line > MAX_LINE_BYTES || bytes > MAX_HEADER_BYTES {
        let message = "the request line or the headers have more than 16 KB";
        return refusal(StatusCode::BAD_REQUEST, message.to_owned());
    }
    if count > MAX_HEADERS {
        let message = format!("expected at most {MAX_HEADERS} headers, found {count}");
        return refusal(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, message);
    }
    None
}

/// The response to a body of more than 16 MB, which has no JSON.
pub(super) fn too_large(answered: u64) -> Response<Bytes> {
    plain(StatusCode::PAYLOAD_TOO_LARGE, String::new(), &request_id(answered)).map(Bytes::from)
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
