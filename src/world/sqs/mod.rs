//! Queues, as far as an on-failure destination needs them: messages that are sent, received, hidden for a while, deleted.
//!
//! Model: standard queues in order of arrival, nothing is lost or doubled. Left out: FIFO queues, redrive, long polling,
//! attributes, message retention. Source: Amazon SQS API reference.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::engine::{ApiError, Engine, ErrorKind};

pub(super) mod create_queue;
pub(super) mod delete_message;
pub(super) mod list_queues;
pub(super) mod receive_message;

/// The service as the AWS CLI names it.
const SERVICE: &str = "sqs";

/// A message.
#[derive(Clone, Debug)]
struct Message {
    number: u64,
    body: String,
    visible: Timestamp,
    received: u64,
}

impl Message {
    fn id(&self) -> String {
        let number = self.number;
        format!("{number:08x}-5e05-4a11-9000-{number:012x}")
    }

    /// What the newest reader deletes it by.
    fn receipt(&self) -> String {
        format!("{}#{}", self.id(), self.received)
    }
}

/// Queues by name.
#[derive(Clone, Debug, Default)]
pub struct Queues {
    all: BTreeMap<String, VecDeque<Message>>,
    sent: u64,
}

impl Queues {
    /// How many messages a queue holds; `None` if there is no such queue.
    #[must_use]
    pub fn len(&self, name: &str) -> Option<usize> {
        self.all.get(name).map(VecDeque::len)
    }

    /// The names of all queues, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.keys().map(String::as_str)
    }

    /// The bodies of a queue's messages, the oldest first.
    pub fn bodies(&self, name: &str) -> impl Iterator<Item = &str> {
        self.all.get(name).into_iter().flatten().map(|message| message.body.as_str())
    }

    /// The queue that an ARN names, if there is one.
    pub(super) fn named<'a>(&self, arn: &'a str) -> Option<&'a str> {
        let name = arn.strip_prefix("arn:aws:sqs:").and_then(|rest| rest.rsplit(':').next())?;
        self.all.contains_key(name).then_some(name)
    }

    /// Sends a message; one to a queue that is gone is lost.
    pub(super) fn send(&mut self, name: &str, body: String, now: Timestamp) {
        if let Some(queue) = self.all.get_mut(name) {
            self.sent += 1;
            queue.push_back(Message { number: self.sent, body, visible: now, received: 0 });
        }
    }

    /// The queue behind a QueueUrl.
    fn behind(&mut self, url: &str) -> Result<&mut VecDeque<Message>, ApiError> {
        let name = url.rsplit('/').next().unwrap_or_default();
        let gone = || ApiError::new(ErrorKind::QueueDoesNotExist, "The specified queue does not exist.");
        self.all.get_mut(name).ok_or_else(gone)
    }
}

/// QueueUrl.
fn url(name: &str, engine: &Engine) -> Value {
    let config = engine.config();
    json!(format!("https://sqs.{}.amazonaws.com/{}/{name}", config.region, config.account))
}
