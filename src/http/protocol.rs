//! The JSON 1.0 protocol: what is checked in which order, and what each answer looks like.

use std::borrow::Cow;
use std::sync::LazyLock;

use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_ENCODING, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderMap, HeaderName,
    HeaderValue, SERVER, VARY,
};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode, Uri};
use memchr::memmem::Finder;
use serde_json::Value;

use super::body::{self, MAX_BODY_BYTES};
use super::compression::Coding;
use super::{Backend, RuntimeAnswer, route};
use crate::engine::messages::protocol as text;
use crate::engine::ops::{self, Verb};
use crate::engine::{ApiError, ErrorKind, ResponseValue, shape};

/// The header that names a service and an operation.
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");
/// The header of the moment that a request was signed at.
const DATE_OF_SIGNATURE: HeaderName = HeaderName::from_static("x-amz-date");
/// The header of a response's own name.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
/// The header of the CRC-32 of a response's body.
const CHECKSUM: HeaderName = HeaderName::from_static("x-amz-crc32");
/// How many headers a response has.
const USUAL_HEADERS: usize = 8;

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

/// An answer that the backend has given. What is left to be done with it needs the backend no more.
pub(super) enum UnwrittenResponse {
    /// Of the endpoint's own.
    Whole(Response<Vec<u8>>),
    /// An operation's.
    Outcome {
        /// What came of it; `None` if it has no output.
        outcome: Result<Option<ResponseValue>, ApiError>,
        /// The status of a success.
        status: StatusCode,
        content_type: &'static str,
        id: HeaderValue,
    },
}

impl UnwrittenResponse {
    /// Writes it: into JSON, compressed if the client asks for that.
    pub(super) fn write(self, head: &Parts) -> Response<Vec<u8>> {
        let (outcome, status, content_type, id) = match self {
            Self::Whole(response) => return response,
            Self::Outcome { outcome, status, content_type, id } => (outcome, status, content_type, id),
        };
        match outcome {
            Ok(answer) => {
                let body = answer.map_or_else(Vec::new, |answer| answer.to_bytes());
                json(head, status, content_type, body, id)
            }
            Err(error) => {
                let status = StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::BAD_REQUEST);
                json(head, status, content_type, error.to_json().to_string().into_bytes(), id)
            }
        }
    }
}

/// Has the backend answer one request, the `answered`th; `verb` is the one that it names, if that was found.
pub(super) fn answer(
    head: &Parts,
    verb: Option<&'static Verb>,
    body: &[u8],
    backend: &mut dyn Backend,
    answered: u64,
) -> UnwrittenResponse {
    let id = request_id(answered ^ backend.now().as_millis() << 20);
    if let Some(called) = route::by_path(head, body) {
        let outcome = admit(head, called.operation, backend).and_then(|()| {
            let body = called.body.ok_or_else(|| silent(ErrorKind::SerializationException))?;
            backend.ask(called.service, called.operation, body).ok_or_else(unknown)?
        });
        return UnwrittenResponse::Outcome {
            outcome: outcome.map(output),
            status: called.status,
            content_type: CONTENT_TYPES[1],
            id,
        };
    }
    if head.uri.path() != "/" {
        return UnwrittenResponse::Whole(nothing_here(id));
    }
    if head.method == Method::GET {
        return UnwrittenResponse::Whole(plain(StatusCode::OK, format!("healthy: {} ", address(head, backend)), id));
    }
    let content_type = header(head, CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
    let known = CONTENT_TYPES.into_iter().find(|known| *known == content_type);
    // Without a body no content type is asked for.
    let known = if body.is_empty() { known.or(Some(CONTENT_TYPES[1])) } else { known };
    let Some(content_type) = known.filter(|_| head.method == Method::POST) else {
        return UnwrittenResponse::Whole(nothing_here(id));
    };
    UnwrittenResponse::Outcome { outcome: called(head, verb, body, backend), status: StatusCode::OK, content_type, id }
}

/// The response to a request of Lambda's runtime API that has been answered.
pub(super) fn runtime(answer: Option<RuntimeAnswer>, answered: u64) -> Response<Bytes> {
    let id = request_id(answered);
    let response = match answer {
        Some(RuntimeAnswer::Event { id: invocation, function, deadline, event }) => {
            let mut response = sent(StatusCode::OK, event.to_string().into_bytes(), id);
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
        Some(RuntimeAnswer::Accepted) => plain(StatusCode::ACCEPTED, r#"{"status":"OK"}"#.to_owned(), id),
        Some(RuntimeAnswer::Unknown) => {
            let text = r#"{"errorType":"InvalidRequestID","errorMessage":"no such invocation is under way"}"#;
            plain(StatusCode::BAD_REQUEST, text.to_owned(), id)
        }
        Some(RuntimeAnswer::Wait) => plain(StatusCode::SERVICE_UNAVAILABLE, "the endpoint is closing".to_owned(), id),
        None => nothing_here(id),
    };
    response.map(Bytes::from)
}

/// The response to what is no request of the API.
fn nothing_here(id: HeaderValue) -> Response<Vec<u8>> {
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
    let mut response = plain(StatusCode::OK, String::new(), request_id(answered)).map(Bytes::from);
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

/// The verb that a request of DynamoDB's API names.
pub(super) fn verb(head: &Parts) -> Result<&'static Verb, ApiError> {
    let target = header(head, TARGET);
    let name = TARGETS.into_iter().find_map(|prefix| target.strip_prefix(prefix)).ok_or_else(unknown)?;
    ops::find(name).ok_or_else(|| ops::unknown(name))
}

/// The answer to a request of an operation; `None` if the operation has no output.
fn called(
    head: &Parts,
    verb: Option<&'static Verb>,
    body: &[u8],
    backend: &mut dyn Backend,
) -> Result<Option<ResponseValue>, ApiError> {
    // Neither an unknown coding nor broken data gets more than the exception from the service; the message is ours.
    let unreadable = |fault: String| ApiError::new(ErrorKind::InternalServerError, fault);
    let expanded = match coding(head).map_err(unreadable)? {
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
    let found = verb.map_or_else(|| self::verb(head), Ok);
    // A request that lacks nothing is read by its verb; of all others it is asked first whether they are JSON at all.
    if let Ok(verb) = found
        && !expanded.is_empty()
        && check_signature(head).is_ok()
    {
        let mut answer = backend.respond(verb, &expanded)?;
        if verb.names_endpoint {
            let mut named = Value::from(answer);
            named["Endpoints"][0]["Address"] = address(head, backend).into();
            answer = named.into();
        }
        return Ok(verb.has_output.then_some(answer));
    }
    let malformed = || silent(ErrorKind::SerializationException);
    let request = if expanded.is_empty() { None } else { Some(shape::json(&expanded)?) };
    if let Some((service, operation)) = route::by_target(header(head, TARGET)) {
        admit(head, operation, backend)?;
        let answer = backend.ask(service, operation, request.ok_or_else(malformed)?).ok_or_else(unknown)?;
        return answer.map(output);
    }
    admit(head, found?.name, backend)?;
    Err(malformed())
}

/// The coding of a request's body.
///
/// # Errors
/// As [`Coding::of_request`].
fn coding(head: &Parts) -> Result<Option<Coding>, String> {
    if !head.headers.contains_key(CONTENT_ENCODING) {
        return Ok(None);
    }
    // Several headers of the name are one list.
    let codings = head.headers.get_all(CONTENT_ENCODING).iter().map(|value| value.to_str().unwrap_or("bytes"));
    Coding::of_request(&codings.collect::<Vec<_>>().join(","))
}

/// The answer of another service; operations without an output answer with no body at all.
fn output(answer: Value) -> Option<ResponseValue> {
    (!answer.is_null()).then(|| answer.into())
}

/// What a signature consists of. Looked for in every request, so that what is to be known for that is worked out once.
static SIGNED: LazyLock<[Finder<'static>; 3]> =
    LazyLock::new(|| ["Credential=", "Signature=", "SignedHeaders="].map(Finder::new));

/// The name of a part of a signature.
fn name_of<'a>(part: &'a Finder<'_>) -> Option<&'a str> {
    std::str::from_utf8(part.needle()).ok()?.strip_suffix('=')
}

/// Checks that a signature has all its parts; whether it is right is not asked.
fn check_signature(head: &Parts) -> Result<(), ApiError> {
    let authorization = header(head, AUTHORIZATION);
    let query = head.uri.query().unwrap_or_default();
    let names = || query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    if names().any(|(name, _)| name == "X-Amz-Algorithm") {
        if !authorization.is_empty() {
            return Err(ApiError::new(ErrorKind::InvalidSignatureException, text::SIGNED_TWICE));
        }
        return check_signed_query(&names().collect::<Vec<_>>());
    }
    if !authorization.starts_with("AWS4-") {
        return Err(ApiError::new(ErrorKind::MissingAuthenticationTokenException, text::NO_TOKEN));
    }
    let is_missing = |part: &&Finder<'_>| part.find(authorization.as_bytes()).is_none();
    let missing: Vec<&str> = SIGNED.iter().filter(is_missing).filter_map(|part| name_of(part)).collect();
    let dated = !header(head, DATE_OF_SIGNATURE).is_empty() || !header(head, hyper::header::DATE).is_empty();
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

fn json(
    head: &Parts,
    status: StatusCode,
    content_type: &'static str,
    body: Vec<u8>,
    id: HeaderValue,
) -> Response<Vec<u8>> {
    let coding = if Coding::is_worth(&body) { Coding::accepted(header(head, ACCEPT_ENCODING)) } else { None };
    let compressed = coding.and_then(|coding| Some((coding, coding.shrink(&body)?)));
    let (encoding, body) = compressed.map_or((None, body), |(coding, small)| (Some(coding.name()), small));
    let mut response = sent(status, body, id);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    if let Some(encoding) = encoding {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

fn plain(status: StatusCode, text: String, id: HeaderValue) -> Response<Vec<u8>> {
    sent(status, text.into_bytes(), id)
}

/// A response with the headers that all have.
fn sent(status: StatusCode, body: Vec<u8>, id: HeaderValue) -> Response<Vec<u8>> {
    let checksum = HeaderValue::from(crc32fast::hash(&body));
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.reserve(USUAL_HEADERS);
    headers.insert(SERVER, HeaderValue::from_static("Server"));
    headers.insert(REQUEST_ID, id);
    headers.insert(CHECKSUM, checksum);
    response
}

/// A refusal of the server's own, which the service does not know. It has the form of the service's exceptions, so
/// that SDKs show its message.
pub(super) fn own(status: StatusCode, exception: &str, message: &str, answered: u64) -> Response<Bytes> {
    let body = serde_json::json!({ "__type": format!("com.amazon.coral.service#{exception}"), "Message": message });
    let mut response = sent(status, body.to_string().into_bytes(), request_id(answered));
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
    let mut response = sent(StatusCode::INTERNAL_SERVER_ERROR, error.to_string().into_bytes(), request_id(answered));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPES[0]));
    response.map(Bytes::from)
}

/// Checks that a head is within the limits: the service's 16 KB for the request line, and for all headers, and our own
/// number of headers. Returns the response to one that is not.
pub(super) fn too_large_head(head: &Parts, answered: u64) -> Option<Response<Bytes>> {
    let line = head.method.as_str().len() + uri_bytes(&head.uri) + " HTTP/1.1 ".len();
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

/// The length of a request's target as it was written.
fn uri_bytes(uri: &Uri) -> usize {
    let before = uri.scheme_str().map_or(0, |scheme| scheme.len() + "://".len());
    let authority = uri.authority().map_or(0, |authority| authority.as_str().len());
    before + authority + uri.path_and_query().map_or(0, |rest| rest.as_str().len())
}

/// The response to a body of more than 16 MB, which has no JSON.
pub(super) fn too_large(answered: u64) -> Response<Bytes> {
    plain(StatusCode::PAYLOAD_TOO_LARGE, String::new(), request_id(answered)).map(Bytes::from)
}

/// 52 characters of digits and capitals, as the service's request ids are: none is like another, and the same moment and
/// number give the same.
fn request_id(sequence: u64) -> HeaderValue {
    const LETTERS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    // SplitMix64, of which each number gives 12 letters.
    let mut state = sequence;
    let mut next = || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    let (mut id, mut left) = (Vec::with_capacity(52), 0);
    for place in 0..52 {
        if place % 12 == 0 {
            left = next();
        }
        id.push(LETTERS[usize::try_from(left % 36).unwrap_or(0)]);
        left /= 36;
    }
    // Letters and digits are always a header's value.
    HeaderValue::from_maybe_shared(Bytes::from(id)).unwrap_or(HeaderValue::from_static("0"))
}
