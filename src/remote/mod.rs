//! The real thing: a DynamoDB endpoint somewhere else, for those who outgrow the embedded engine.
//!
//! The life of a request: [`Remote::call`] puts the prefix before every table's name (`names`), signs the request (with
//! the AWS SDK's own crates if the program was built with them; a local server takes any signature), sends it, and takes
//! the prefix away from the answer again. What was created is deleted by [`Remote::delete`].
//!
//! What answers there may be anything, so nothing it does is endless: a response has a time and a size, pages and
//! repetitions are counted, redirects are not followed, and what is not the name of a table is not taken for one.
//!
//! Left out: services other than DynamoDB, and streams, whose ARNs are the service's own. Source: AWS documentation,
//! "DynamoDB low-level API", "Deploying DynamoDB locally".

use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::{Clock, SystemClock};
use crate::safe_text::quoted;

#[cfg(feature = "aws")]
mod aws;
mod names;

/// How long a table may take to become ACTIVE or to go, in tries.
const TRIES: u32 = 120;
/// How many pages a list may have. The service lists 100 tables a page, and an account has at most 10,000 in a Region.
const MAX_PAGES: u32 = 1000;
/// How often in a row a batch may be returned without any of its items written.
const MAX_REPEATS: u32 = 12;
/// The largest response, in bytes: 16 MB.
const MAX_ANSWER_BYTES: u64 = 16 * 1024 * 1024;
/// How much of an exception's text is kept, in characters; the service's own are shorter.
const MAX_MESSAGE: usize = 4000;
/// How many items a batch writes.
const BATCH: usize = 25;

/// How long things may take.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// A response, from the first byte of the request to its own last.
    answer: Duration,
    /// Everything that takes several requests.
    whole: Duration,
    /// Before looking again whether a table is ready.
    look: Duration,
    /// Before a batch is repeated for the first time.
    repeat: Duration,
}

impl Patience {
    const USUAL: Self = Self {
        answer: Duration::from_secs(30),
        whole: Duration::from_mins(5),
        look: Duration::from_secs(1),
        repeat: Duration::from_millis(50),
    };
}

/// How requests are signed.
#[derive(Debug)]
enum Signer {
    /// Any signature will do: a local server.
    Any,
    /// With credentials that AWS checks.
    #[cfg(feature = "aws")]
    Aws(aws::Credentials),
}

/// An endpoint, and what stands before the names of tables there.
#[derive(Debug)]
pub struct Remote {
    agent: ureq::Agent,
    url: String,
    region: String,
    prefix: String,
    signer: Signer,
    patience: Patience,
}

/// An exception of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteException {
    /// Its name, such as `ValidationException`.
    pub name: String,
    /// Its text.
    pub message: String,
}

/// Why there is no answer of the service.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// The endpoint cannot be reached, or gives no answer in time.
    #[error("{url} does not answer: {reason}")]
    Unreachable {
        /// The endpoint.
        url: String,
        /// What went wrong.
        reason: String,
    },
    /// What answers is no DynamoDB.
    #[error("{url} answers, but not as DynamoDB does: status {status}, {}", quoted(body))]
    Strange {
        /// The endpoint.
        url: String,
        /// The HTTP status.
        status: u16,
        /// The beginning of the body.
        body: String,
    },
    /// The service refused what the session needs.
    #[error("{verb} was refused with {name}: {message}")]
    Refused {
        /// The request.
        verb: String,
        /// The exception.
        name: String,
        /// Its text.
        message: String,
    },
    /// A table did not get ready, or did not go, in time.
    #[error("table {0} is not ready after {TRIES} tries")]
    Slow(String),
    /// What takes several requests does not come to an end.
    #[error("{url} does not come to an end of {verb}: {reason}")]
    Endless {
        /// The endpoint.
        url: String,
        /// The request.
        verb: &'static str,
        /// What was seen.
        reason: String,
    },
    /// There are no credentials, or this build cannot sign.
    #[error("{0}")]
    Credentials(String),
}

impl Remote {
    /// A local server, such as DynamoDB Local or ScyllaDB Alternator.
    #[must_use]
    pub fn local(url: &str, region: &str, prefix: &str) -> Self {
        Self::new(url.trim_end_matches('/').to_owned(), region.to_owned(), prefix, Signer::Any, Patience::USUAL)
    }

    /// DynamoDB in a Region, with the credentials of a profile, or of the usual places.
    ///
    /// # Errors
    /// There are no credentials or no Region, or this build cannot sign.
    #[cfg(feature = "aws")]
    pub fn aws(profile: Option<&str>, region: Option<&str>, prefix: &str) -> Result<Self, RemoteError> {
        let (credentials, region) = aws::load(profile, region)?;
        let url = format!("https://dynamodb.{region}.amazonaws.com");
        Ok(Self::new(url, region, prefix, Signer::Aws(credentials), Patience::USUAL))
    }

    /// DynamoDB in a Region: not in this build.
    ///
    /// # Errors
    /// Always.
    #[cfg(not(feature = "aws"))]
    pub fn aws(_: Option<&str>, _: Option<&str>, _: &str) -> Result<Self, RemoteError> {
        let message = "this build cannot sign requests for AWS; build it with: cargo build --release --features aws";
        Err(RemoteError::Credentials(message.to_owned()))
    }

    fn new(url: String, region: String, prefix: &str, signer: Signer, patience: Patience) -> Self {
        // A DynamoDB redirects no one; whoever does would choose where our requests go.
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent = config.timeout_global(Some(patience.answer)).build().into();
        Self { agent, url, region, prefix: prefix.to_owned(), signer, patience }
    }

    /// The endpoint.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The name of a table there.
    #[must_use]
    pub fn name_of(&self, table: &str) -> String {
        format!("{}{table}", self.prefix)
    }

    /// Sends a request about tables by their own names.
    ///
    /// # Errors
    /// There is no answer of the service. Its exceptions are answers.
    pub fn call(&self, verb: &str, body: &Value) -> Result<Result<Value, RemoteException>, RemoteError> {
        let sent = names::prefixed(body, &self.prefix).to_string();
        let mut request =
            self.agent.post(format!("{}/", self.url)).header("Content-Type", "application/x-amz-json-1.0");
        for (name, value) in self.headers(verb, &sent)? {
            request = request.header(name, value);
        }
        let unreachable =
            |error: ureq::Error| RemoteError::Unreachable { url: self.url.clone(), reason: error.to_string() };
        let mut response = request.send(sent.as_bytes()).map_err(unreachable)?;
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(MAX_ANSWER_BYTES);
        let text = body.lossy_utf8(true).read_to_string().map_err(unreachable)?;
        let strange = || RemoteError::Strange { url: self.url.clone(), status, body: text.chars().take(80).collect() };
        let answer: Value = serde_json::from_str(&text).map_err(|_| strange())?;
        if status == 200 {
            return Ok(Ok(names::without_prefix(&answer, &self.prefix)));
        }
        let kind = answer.get("__type").and_then(Value::as_str).ok_or_else(strange)?;
        let message = ["message", "Message"].into_iter().find_map(|name| answer.get(name)?.as_str());
        Ok(Err(RemoteException {
            name: beginning(kind.rsplit('#').next().unwrap_or(kind)),
            message: beginning(message.unwrap_or_default()).replace(&self.prefix, ""),
        }))
    }

    /// The headers that a request is signed with.
    #[cfg_attr(
        not(feature = "aws"),
        expect(unused_variables, clippy::unnecessary_wraps, reason = "signing needs them")
    )]
    fn headers(&self, verb: &str, body: &str) -> Result<Vec<(String, String)>, RemoteError> {
        let target = format!("DynamoDB_20120810.{verb}");
        let now = SystemClock.now();
        match &self.signer {
            Signer::Any => {
                let date = now.to_string().chars().filter(char::is_ascii_digit).take(14).collect::<String>();
                let scope = format!("{}/{}/dynamodb/aws4_request", &date[..8], self.region);
                let signed = "SignedHeaders=host;x-amz-date;x-amz-target, Signature=0";
                let authorization = format!("AWS4-HMAC-SHA256 Credential=dynadrill/{scope}, {signed}");
                let date = format!("{}T{}Z", &date[..8], &date[8..]);
                Ok(vec![
                    ("X-Amz-Target".to_owned(), target),
                    ("X-Amz-Date".to_owned(), date),
                    ("Authorization".to_owned(), authorization),
                ])
            }
            #[cfg(feature = "aws")]
            Signer::Aws(credentials) => {
                aws::headers(credentials, &self.url, &self.region, &target, body, now).map(|mut headers| {
                    headers.push(("X-Amz-Target".to_owned(), target));
                    headers
                })
            }
        }
    }

    /// The same, for what the session itself needs: exceptions are errors.
    fn must(&self, verb: &str, body: &Value) -> Result<Value, RemoteError> {
        self.call(verb, body)?.map_err(|RemoteException { name, message }| RemoteError::Refused {
            verb: verb.to_owned(),
            name,
            message,
        })
    }

    /// Creates a table and waits until it is ready.
    ///
    /// # Errors
    /// The service refuses it, or it does not get ready.
    pub fn create(&self, request: &Value) -> Result<(), RemoteError> {
        self.must("CreateTable", request)?;
        self.wait(request["TableName"].as_str().unwrap_or_default())
    }

    /// Waits until a table and its indexes are ready.
    ///
    /// # Errors
    /// They do not get ready.
    pub fn wait(&self, table: &str) -> Result<(), RemoteError> {
        let begun = SystemClock.monotonic();
        for _ in 0..TRIES {
            let described = self.must("DescribeTable", &json!({ "TableName": table }))?;
            let indexes = described["Table"]["GlobalSecondaryIndexes"].as_array();
            let is_ready = indexes.into_iter().flatten().all(|index| index["IndexStatus"] == "ACTIVE");
            if described["Table"]["TableStatus"] == "ACTIVE" && is_ready {
                return Ok(());
            }
            self.check_time("DescribeTable", begun)?;
            std::thread::sleep(self.patience.look);
        }
        Err(RemoteError::Slow(self.name_of(table)))
    }

    /// Writes items in batches, those that were left unprocessed again after a while.
    ///
    /// # Errors
    /// The service refuses a batch, or does not write it.
    pub fn write(&self, table: &str, items: &[Value]) -> Result<(), RemoteError> {
        items.chunks(BATCH).try_for_each(|batch| self.write_batch(table, batch))
    }

    fn write_batch(&self, table: &str, batch: &[Value]) -> Result<(), RemoteError> {
        const VERB: &str = "BatchWriteItem";
        let begun = SystemClock.monotonic();
        let mut puts: Vec<Value> = batch.iter().map(|item| json!({"PutRequest": {"Item": item}})).collect();
        let (mut pause, mut repeats) = (self.patience.repeat, 0);
        loop {
            let answer = self.must(VERB, &json!({ "RequestItems": { table: puts } }))?;
            // Only what was sent to this table can have been left.
            let Some(left) = answer["UnprocessedItems"][table].as_array().filter(|left| !left.is_empty()) else {
                return Ok(());
            };
            repeats = if left.len() < puts.len() { 0 } else { repeats + 1 };
            if left.len() > puts.len() || repeats == MAX_REPEATS {
                let reason = format!("of {} items it left {} unprocessed", puts.len(), left.len());
                return Err(self.endless(VERB, reason));
            }
            self.check_time(VERB, begun)?;
            puts.clone_from(left);
            std::thread::sleep(pause);
            pause = (pause * 2).min(self.patience.repeat * 100);
        }
    }

    /// The tables there whose names begin with the prefix, without it.
    ///
    /// # Errors
    /// The service refuses it, or gives no end of pages.
    pub fn tables(&self) -> Result<Vec<String>, RemoteError> {
        const VERB: &str = "ListTables";
        let begun = SystemClock.monotonic();
        let mut tables = Vec::new();
        let mut last = None;
        for _ in 0..MAX_PAGES {
            let start = last.as_ref().map_or_else(|| json!({}), |last| json!({ "ExclusiveStartTableName": last }));
            let page = self.must(VERB, &start)?;
            let names = page["TableNames"].as_array().into_iter().flatten().filter_map(Value::as_str);
            // What could not be created with such a name is none of ours.
            let names = names.filter_map(|name| name.strip_prefix(&self.prefix)).filter(|name| is_table_name(name));
            tables.extend(names.map(str::to_owned));
            match page["LastEvaluatedTableName"].as_str() {
                None => return Ok(tables),
                Some(next) if last.as_deref() == Some(next) => {
                    return Err(self.endless(VERB, "the same page comes again".to_owned()));
                }
                Some(next) => last = Some(next.to_owned()),
            }
            self.check_time(VERB, begun)?;
        }
        Err(self.endless(VERB, format!("there are more than {MAX_PAGES} pages")))
    }

    fn endless(&self, verb: &'static str, reason: String) -> RemoteError {
        RemoteError::Endless { url: self.url.clone(), verb, reason }
    }

    /// Checks that what takes several requests, begun at this monotonic time, has not taken too long.
    fn check_time(&self, verb: &'static str, begun: u64) -> Result<(), RemoteError> {
        let whole = self.patience.whole;
        if u128::from(SystemClock.monotonic().saturating_sub(begun)) < whole.as_millis() {
            return Ok(());
        }
        Err(self.endless(verb, format!("it takes longer than {} seconds", whole.as_secs())))
    }

    /// Deletes a table; one that is not there is no fault.
    ///
    /// # Errors
    /// The service refuses it.
    pub fn delete(&self, table: &str) -> Result<(), RemoteError> {
        match self.call("DeleteTable", &json!({ "TableName": table }))? {
            Ok(_) => Ok(()),
            Err(refusal) if refusal.name == "ResourceNotFoundException" => Ok(()),
            Err(RemoteException { name, message }) => {
                Err(RemoteError::Refused { verb: "DeleteTable".to_owned(), name, message })
            }
        }
    }
}

/// Whether a name can be a table's, or the end of it.
fn is_table_name(name: &str) -> bool {
    name.len() <= 255 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

fn beginning(text: &str) -> String {
    text.chars().take(MAX_MESSAGE).collect()
}

#[cfg(test)]
mod tests;
