//! Who may send requests: programs on this machine, and only those web pages that were named.
//!
//! A browser runs pages of strangers on the learner's machine, and a page can send requests to any port of it. Three
//! headers, which a page cannot change, distinguish its requests from those of a program:
//!
//! - `Origin` names the page's own address. A program sends none; an origin that was not named is refused.
//! - `Sec-Fetch-Site` is what browsers send where they leave out `Origin`, such as for the picture in a page.
//! - `Host` names the endpoint as the client knows it. A page whose own domain suddenly leads to this machine (DNS
//!   rebinding) has no foreign origin, but its domain is in `Host`. So only names that always mean this machine are
//!   accepted, the addresses that the endpoint is reached at, and the names that were added. An address can be accepted
//!   because rebinding needs a name.
//!
//! All this is decided from the head alone, before the body is read.
//!
//! Source: Fetch Standard, "Origin header" and "CORS protocol"; Fetch Metadata Request Headers; RFC 9110, section 7.2;
//! RFC 6761, "localhost."

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use hyper::StatusCode;
use hyper::header::{HOST, HeaderName, HeaderValue, ORIGIN};
use hyper::http::request::Parts;

/// The header by which a browser says how the page that sends a request is related to where it sends it.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// The longest part of a foreign header that a message repeats, in characters.
const MAX_QUOTED: usize = 80;
/// The longest domain name there is, in characters.
const MAX_NAME: usize = 253;

/// The web origins and the host names that are accepted beside those that always are.
#[derive(Clone, Debug, Default)]
pub struct Allowlist {
    /// The origins of web pages that may send requests.
    pub origins: Vec<Origin>,
    /// The names by which the endpoint may be called, beside `localhost` and the addresses it is reached at.
    pub hosts: Vec<HostName>,
}

/// The origin of a web page: `http://localhost:3000`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// The name or the address of a host, without a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName(Host);

/// What an authority names.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    /// A domain name, in lower case and without the dot that may end it.
    Name(String),
    /// An address; an IPv4 address that is written as IPv6 is the IPv4 address.
    Address(IpAddr),
}

/// A host and the port behind it, if any.
#[derive(Debug, PartialEq, Eq)]
struct Authority {
    host: Host,
    port: Option<u16>,
}

/// Why a request is not accepted.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AccessRefusal {
    /// The status of the response.
    pub(super) status: StatusCode,
    /// The reason, in printable ASCII, and what would let such a request in.
    pub(super) message: String,
}

/// Why an argument does not name an origin or a host.
#[derive(Debug, thiserror::Error)]
#[error("expected {expected}, found {found}")]
pub struct AccessError {
    expected: &'static str,
    found: String,
}

impl Allowlist {
    /// Decides whether a request is accepted, of which only the head is known. `here` are the addresses that the endpoint
    /// listens on and that the client connected to. Returns the origin if a page sent the request.
    ///
    /// # Errors
    /// It is not accepted, and nothing of it may be executed.
    pub(super) fn admit(&self, head: &Parts, here: &[IpAddr]) -> Result<Option<&Origin>, AccessRefusal> {
        self.check_host(head, here)?;
        self.check_origin(head)
    }

    fn check_host(&self, head: &Parts, here: &[IpAddr]) -> Result<(), AccessRefusal> {
        let mut hosts = head.headers.get_all(HOST).iter();
        let host = match (hosts.next(), hosts.next()) {
            (Some(host), None) => host,
            // HTTP/1.0 could do without; what cannot be told from a stranger's page is not let in.
            (None, _) => return Err(malformed("a request needs a Host header".to_owned())),
            (Some(_), Some(_)) => return Err(malformed("a request has one Host header, not several".to_owned())),
        };
        // What nearly all clients send needs no parsing.
        if head.uri.authority().is_none() && is_localhost(host.as_bytes()) {
            return Ok(());
        }
        let host = self.accepted(host.as_bytes(), here)?;
        // The address of the request line, in the form that proxies get, outranks the header.
        if let Some(target) = head.uri.authority() {
            let target = self.accepted(target.as_str().as_bytes(), here)?;
            if host != target {
                return Err(malformed("the request line and the Host header name different hosts".to_owned()));
            }
        }
        Ok(())
    }

    /// The authority that these bytes stand for, if it is one of the endpoint's own.
    fn accepted(&self, bytes: &[u8], here: &[IpAddr]) -> Result<Authority, AccessRefusal> {
        let authority = std::str::from_utf8(bytes).ok().and_then(Authority::parse).ok_or_else(|| {
            malformed(format!("expected HOST or HOST:PORT as the request's host, found {}", quoted(bytes)))
        })?;
        let is_ours = match &authority.host {
            Host::Name(name) => name == "localhost" || name.ends_with(".localhost"),
            Host::Address(address) => address.is_loopback() || here.iter().any(|here| here.to_canonical() == *address),
        };
        if is_ours || self.hosts.iter().any(|HostName(named)| *named == authority.host) {
            return Ok(authority);
        }
        Err(forbidden(format!(
            "the endpoint serves localhost and its own addresses, not the host {}; if that name is yours, start it \
             with --allow-host {}",
            quoted(bytes),
            authority.host
        )))
    }

    fn check_origin(&self, head: &Parts) -> Result<Option<&Origin>, AccessRefusal> {
        let mut origins = head.headers.get_all(ORIGIN).iter();
        match (origins.next(), origins.next()) {
            (None, _) => {
                let site = head.headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes);
                if matches!(site, None | Some(b"none" | b"same-origin")) {
                    return Ok(None);
                }
                Err(forbidden("the endpoint serves no requests that a web page of another site makes".to_owned()))
            }
            (Some(_), Some(_)) => Err(malformed("a request has one Origin header, not several".to_owned())),
            (Some(found), None) => {
                let named = |Origin(origin): &&Origin| found.as_bytes().eq_ignore_ascii_case(origin.as_bytes());
                self.origins.iter().find(named).map(Some).ok_or_else(|| {
                    let found = quoted(found.as_bytes());
                    forbidden(format!(
                        "the endpoint serves no web page, and this request was made by a page of {found}; if the page is \
                         yours, start the endpoint with --cors and the page's origin"
                    ))
                })
            }
        }
    }
}

/// Whether these bytes are the usual name or address of this machine, perhaps with a port.
fn is_localhost(host: &[u8]) -> bool {
    let port = host.strip_prefix(b"localhost").or_else(|| host.strip_prefix(b"127.0.0.1"));
    let is_number = |digits: &[u8]| digits.len() <= 4 && digits.iter().all(u8::is_ascii_digit);
    port.is_some_and(|port| port.is_empty() || port.strip_prefix(b":").is_some_and(is_number))
}

fn malformed(message: String) -> AccessRefusal {
    AccessRefusal { status: StatusCode::BAD_REQUEST, message }
}

fn forbidden(message: String) -> AccessRefusal {
    AccessRefusal { status: StatusCode::FORBIDDEN, message }
}

/// Foreign bytes as printable ASCII between quotes, with the marks that are shown everywhere; the end of long ones is left
/// out. Backslashes stay: an argument has been marked already when it is quoted here.
fn quoted(bytes: &[u8]) -> String {
    let mut shown = String::new();
    for letter in String::from_utf8_lossy(bytes).chars() {
        if shown.len() >= MAX_QUOTED {
            break;
        }
        if matches!(letter, ' '..='~') {
            shown.push(letter);
        } else {
            shown.extend(letter.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    format!("\"{shown}\"")
}

impl Authority {
    /// `host`, `host:port`, `[v6]` or `[v6]:port`; `None` if it is anything else.
    fn parse(text: &str) -> Option<Self> {
        let (host, port) = if let Some(rest) = text.strip_prefix('[') {
            let (address, port) = rest.split_once(']')?;
            (Host::Address(IpAddr::V6(address.parse::<Ipv6Addr>().ok()?).to_canonical()), port)
        } else {
            let end = text.find(':').unwrap_or(text.len());
            (Host::parse(&text[..end])?, &text[end..])
        };
        let port = match port {
            "" | ":" => None,
            _ => {
                let digits = port.strip_prefix(':')?;
                let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
                Some(digits.parse().ok().filter(|_| is_number)?)
            }
        };
        Some(Self { host, port })
    }
}

impl Host {
    /// A domain name or an IPv4 address.
    fn parse(text: &str) -> Option<Self> {
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if name.len() > MAX_NAME {
            return None;
        }
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        if !name.split('.').all(|label| !label.is_empty() && label.bytes().all(is_letter)) {
            return None;
        }
        Some(name.parse().map_or(Self::Name(name), Self::Address))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl Origin {
    /// The origin as browsers write it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = AccessError;

    fn from_str(text: &str) -> Result<Self, AccessError> {
        let error = |expected| AccessError { expected, found: quoted(text.as_bytes()) };
        if matches!(text, "*" | "null") {
            // Any page can get itself the origin `null`, by a frame in a sandbox.
            return Err(error("the one origin of your own page, such as http://localhost:3000"));
        }
        let expected = "an origin such as http://localhost:3000, without a path";
        let text_lower = text.to_ascii_lowercase();
        let (scheme, authority) = text_lower.split_once("://").ok_or_else(|| error(expected))?;
        let is_scheme = |text: &str| {
            text.starts_with(|first: char| first.is_ascii_lowercase())
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        };
        let port = Authority::parse(authority).filter(|_| is_scheme(scheme)).ok_or_else(|| error(expected))?.port;
        // Browsers leave out the port that the scheme stands for anyway.
        let usual = match (scheme, port) {
            ("http", Some(80)) => ":80",
            ("https", Some(443)) => ":443",
            (_, None) => ":",
            _ => "",
        };
        Ok(Self(format!("{scheme}://{}", authority.strip_suffix(usual).unwrap_or(authority))))
    }
}

impl FromStr for HostName {
    type Err = AccessError;

    fn from_str(text: &str) -> Result<Self, AccessError> {
        let address = text.parse::<IpAddr>().map(|address| Host::Address(address.to_canonical()));
        let bracketed = || Authority::parse(text).filter(|named| named.port.is_none() && !text.ends_with(':'));
        address.ok().or_else(|| bracketed().map(|named| named.host)).map(Self).ok_or_else(|| AccessError {
            expected: "the name or the address of a host, without http:// and without a port",
            found: quoted(text.as_bytes()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: [IpAddr; 2] =
        [IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), IpAddr::V4(std::net::Ipv4Addr::new(192, 168, 1, 5))];

    fn access() -> Allowlist {
        let origins = ["http://localhost:3000", "HTTPS://App.Example:443"].map(|origin| origin.parse().unwrap());
        let hosts = ["dynamodb", "2001:db8::7"].map(|host| host.parse().unwrap());
        Allowlist { origins: origins.into(), hosts: hosts.into() }
    }

    fn head(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = hyper::Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    fn status(uri: &str, headers: &[(&str, &str)]) -> u16 {
        access().admit(&head(uri, headers), &HERE).map_or_else(|refusal| refusal.status.as_u16(), |_| 200)
    }

    #[test]
    fn names_that_mean_this_machine_are_accepted_in_all_their_spellings() {
        for host in [
            "localhost",
            "localhost:8000",
            "LocalHost:1",
            "localhost.",
            "localhost.:8000",
            "localhost:",
            "a.localhost",
            "123456789012.dynamodb.localhost:8000",
            "127.0.0.1",
            "127.9.8.7:8000",
            "[::1]",
            "[::1]:8000",
            "[0:0:0:0:0:0:0:1]:8000",
            "[::ffff:127.0.0.1]:8000",
            "0.0.0.0:8000",
            "192.168.1.5:8000",
            "dynamodb:8000",
            "DYNAMODB.",
            "[2001:db8::7]:80",
        ] {
            assert_eq!(status("/", &[("host", host)]), 200, "{host}");
        }
    }

    #[test]
    fn other_names_are_refused_and_what_is_no_name_is_malformed() {
        for host in [
            "evil.example",
            "evil.example:8000",
            "localhost.evil.example",
            "notlocalhost",
            "localhost-evil.example",
            "128.0.0.1",
            "192.168.1.6",
            "[::2]:8000",
            "[::ffff:192.168.1.6]",
            "127.0.0.1.evil.example",
            "dynamodb.evil",
            "0x7f000001",
            "2130706433",
        ] {
            assert_eq!(status("/", &[("host", host)]), 403, "{host}");
        }
        for host in [
            "",
            ":8000",
            ".",
            ".localhost",
            "localhost..",
            "localhost:x",
            "localhost:99999",
            "localhost:80:80",
            "user@localhost",
            "localhost@evil.example",
            "localhost/",
            "local host",
            "[::1",
            "::1",
            "[::1]x",
            "[::1%eth0]",
            "[localhost]",
            "localhost,evil.example",
            "http://localhost",
            "localhost#",
            "localhost?x",
            "l\\ocalhost",
        ] {
            assert_eq!(status("/", &[("host", host)]), 400, "{host}");
        }
        assert_eq!(status("/", &[]), 400);
        assert_eq!(status("/", &[("host", "localhost"), ("host", "localhost")]), 400);
    }

    #[test]
    fn the_request_line_may_name_no_other_host() {
        let host = [("host", "localhost:8000")];
        assert_eq!(status("http://localhost:8000/", &host), 200);
        assert_eq!(status("http://LOCALHOST.:8000/", &host), 200);
        assert_eq!(status("http://localhost:8001/", &host), 400);
        assert_eq!(status("http://127.0.0.1:8000/", &host), 400);
        assert_eq!(status("http://evil.example/", &host), 403);
        assert_eq!(status("http://user@localhost:8000/", &host), 400);
        assert_eq!(status("http://localhost:8000/", &[("host", "evil.example")]), 403);
        assert_eq!(status("http://localhost:8000/", &[]), 400);
    }

    #[test]
    fn only_pages_of_named_origins_are_accepted() {
        let with = |name: &str, value: &str| status("/", &[("host", "localhost"), (name, value)]);
        for origin in ["http://localhost:3000", "HTTP://LOCALHOST:3000", "https://app.example"] {
            assert_eq!(with("origin", origin), 200, "{origin}");
        }
        for origin in [
            "",
            "null",
            "*",
            "http://localhost",
            "https://localhost:3000",
            "http://localhost:30000",
            "http://127.0.0.1:3000",
            "http://localhost:8000",
            "https://app.example.evil.example",
            "https://app.example, null",
            "http://localhost:3000/",
        ] {
            assert_eq!(with("origin", origin), 403, "{origin}");
        }
        let twice = [("host", "localhost"), ("origin", "https://app.example"), ("origin", "https://evil.example")];
        assert_eq!(status("/", &twice), 400);
        for (site, expected) in
            [("none", 200), ("same-origin", 200), ("cross-site", 403), ("same-site", 403), ("", 403)]
        {
            assert_eq!(with("sec-fetch-site", site), expected, "{site}");
        }
        let named = [("host", "localhost"), ("origin", "https://app.example"), ("sec-fetch-site", "cross-site")];
        assert_eq!(status("/", &named), 200);
    }

    #[test]
    fn what_a_refusal_repeats_is_short_and_printable() {
        let mut head = head("/", &[("host", "localhost")]);
        let long = [b"\xc2\x9b31m".repeat(30), b"\xff".repeat(70)].concat();
        head.headers.insert(ORIGIN, HeaderValue::from_bytes(&long).unwrap());
        let refusal = access().admit(&head, &HERE).unwrap_err();
        assert!(refusal.message.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{}", refusal.message);
        assert!(refusal.message.len() < 300, "{}", refusal.message);
        let refusal = access().admit(&self::head("/", &[("host", "My.Example:8000")]), &HERE).unwrap_err();
        assert!(refusal.message.ends_with("--allow-host my.example"), "{}", refusal.message);
    }

    #[test]
    fn arguments_name_one_origin_or_one_host() {
        for (text, wanted) in [
            ("http://localhost:3000", "http://localhost:3000"),
            ("HTTP://Localhost:80", "http://localhost"),
            ("https://a.example:443", "https://a.example"),
            ("https://a.example:80", "https://a.example:80"),
            ("http://[::1]:3000", "http://[::1]:3000"),
            ("tauri://localhost", "tauri://localhost"),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().as_str(), wanted);
        }
        for text in [
            "",
            "*",
            "null",
            "localhost:3000",
            "http://",
            "http://a/",
            "http://a/b",
            "http://a b",
            "http://a@b",
            "1://a",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text}");
        }
        for text in ["dynamodb", "db.example.", "10.0.0.7", "::1", "[::1]"] {
            assert!(text.parse::<HostName>().is_ok(), "{text}");
        }
        for text in ["", "*", "http://db", "db:8000", "[::1]:8000", "db:", "*.example", "a b"] {
            assert!(text.parse::<HostName>().is_err(), "{text}");
        }
    }
}
