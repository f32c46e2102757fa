//! Queues, as far as an on-failure destination needs them: messages that are sent, received, hidden for a while, deleted.
//!
//! The life of a message: it is sent, received, hidden from others for a while, and deleted; or it goes after four days, as
//! in a queue whose MessageRetentionPeriod was not set.
//!
//! Model: standard queues in order of arrival, nothing is lost or doubled; a queue holds 16 MB, beyond which its oldest
//! messages go before their time (the service has no such bound), and each counts what went. Left out: FIFO queues,
//! redrive, long polling, attributes, the limit of 120,000 messages in flight, which lies beyond what a queue holds. Source:
//! Amazon SQS API reference; Amazon SQS developer guide, "Amazon SQS message quotas".

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::Vector;
use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::engine::{ApiError, Engine, ErrorKind};

pub(super) mod create_queue;
pub(super) mod delete_message;
pub(super) mod list_queues;
pub(super) mod receive_message;

/// The service as the AWS CLI names it.
const SERVICE: &str = "sqs";

/// How long a message is kept, in milliseconds: four days.
const RETENTION_MILLIS: u64 = 4 * 86_400_000;
/// How many bytes a queue holds.
const KEPT_BYTES: u64 = 16 << 20;
/// About what a message takes beside its body.
const MESSAGE_BYTES: u64 = 96;

/// A message.
#[derive(Clone, Debug)]
struct QueuedMessage {
    number: u64,
    body: Arc<str>,
    sent: Timestamp,
    visible: Timestamp,
    received: u64,
}

impl QueuedMessage {
    fn weight(&self) -> u64 {
        MESSAGE_BYTES + self.body.len() as u64
    }

    fn id(&self) -> String {
        let number = self.number;
        format!("{number:08x}-5e05-4a11-9000-{number:012x}")
    }

    /// What the newest reader deletes it by.
    fn receipt(&self) -> String {
        format!("{}#{}", self.id(), self.received)
    }
}

/// A queue. A copy shares its messages until either changes.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    /// Oldest first.
    messages: Vector<QueuedMessage>,
    weight: u64,
    expired: u64,
    crowded_out: u64,
}

impl Queue {
    /// How many messages went unread, or at least undeleted, after four days.
    #[must_use]
    pub const fn expired(&self) -> u64 {
        self.expired
    }

    /// How many messages went before their time for want of room.
    #[must_use]
    pub const fn crowded_out(&self) -> u64 {
        self.crowded_out
    }

    fn push(&mut self, message: QueuedMessage) {
        self.expire(message.sent);
        self.weight += message.weight();
        self.messages.push_back(message);
        while self.weight > KEPT_BYTES {
            self.drop_oldest();
            self.crowded_out += 1;
        }
    }

    /// Lets go of the messages whose time has come.
    fn expire(&mut self, now: Timestamp) {
        while self.messages.front().is_some_and(|oldest| now.millis_since(oldest.sent) >= RETENTION_MILLIS) {
            self.drop_oldest();
            self.expired += 1;
        }
    }

    fn drop_oldest(&mut self) {
        self.weight -= self.messages.pop_front().map_or(0, |dropped| dropped.weight());
    }

    /// Takes the message out that was received with a receipt. Returns whether there is one.
    fn delete(&mut self, receipt: &str) -> bool {
        let place = self.messages.iter().position(|message| message.receipt() == receipt);
        self.weight -= place.map_or(0, |place| self.messages.remove(place).weight());
        place.is_some()
    }
}

/// Queues by name.
#[derive(Clone, Debug, Default)]
pub struct Queues {
    all: BTreeMap<String, Queue>,
    sent: u64,
}

impl Queues {
    /// All queues in name order.
    pub fn all(&self) -> impl Iterator<Item = (&str, &Queue)> {
        self.all.iter().map(|(name, queue)| (name.as_str(), queue))
    }

    /// The names of all queues, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.all.keys().map(String::as_str)
    }

    /// The bodies of a queue's messages, the oldest first.
    pub fn bodies(&self, name: &str) -> impl Iterator<Item = &str> {
        self.all.get(name).into_iter().flat_map(|queue| &queue.messages).map(|message| &*message.body)
    }

    /// The queue that an ARN names, if there is one.
    pub(super) fn named<'a>(&self, arn: &'a str) -> Option<&'a str> {
        let name = arn.strip_prefix("arn:aws:sqs:").and_then(|rest| rest.rsplit(':').next())?;
        self.all.contains_key(name).then_some(name)
    }

    /// Sends a message; one to a queue that is gone is lost.
    pub(super) fn send(&mut self, name: &str, body: &str, now: Timestamp) {
        if let Some(queue) = self.all.get_mut(name) {
            self.sent += 1;
            queue.push(QueuedMessage { number: self.sent, body: body.into(), sent: now, visible: now, received: 0 });
        }
    }

    /// The queue behind a QueueUrl, as it is now.
    fn behind(&mut self, url: &str, now: Timestamp) -> Result<&mut Queue, ApiError> {
        let name = url.rsplit('/').next().unwrap_or_default();
        let gone = || ApiError::new(ErrorKind::QueueDoesNotExist, "The specified queue does not exist.");
        let queue = self.all.get_mut(name).ok_or_else(gone)?;
        queue.expire(now);
        Ok(queue)
    }
}

/// QueueUrl.
fn url(name: &str, engine: &Engine) -> Value {
    let config = engine.config();
    json!(format!("https://sqs.{}.amazonaws.com/{}/{name}", config.region, config.account))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400_000;

    fn queues() -> Queues {
        let mut queues = Queues::default();
        queues.all.insert("dead".to_owned(), Queue::default());
        queues
    }

    #[test]
    fn a_message_goes_after_four_days_and_is_counted() {
        let (mut queues, at) = (queues(), |days: u64| Timestamp::from_millis(days * DAY));
        queues.send("dead", "first", at(0));
        queues.send("dead", "second", at(2));
        assert_eq!(queues.behind("http://sqs/dead", at(3)).unwrap().messages.len(), 2);
        let queue = queues.behind("http://sqs/dead", at(4)).unwrap();
        assert_eq!((queue.messages.len(), queue.expired(), &*queue.messages[0].body), (1, 1, "second"));
        let receipt = queue.messages[0].receipt();
        assert!(queue.delete(&receipt) && !queue.delete(&receipt));
        assert_eq!((queue.messages.len(), queue.weight), (0, 0));
    }

    #[test]
    fn a_queue_is_bounded_and_counts_what_went_before_its_time() {
        let (mut queues, body) = (queues(), "x".repeat(256 * 1024));
        for _ in 0..100 {
            queues.send("dead", &body, Timestamp::from_millis(5));
        }
        let queue = &queues.all["dead"];
        assert!(queue.weight <= KEPT_BYTES);
        assert_eq!(queue.messages.len() as u64 + queue.crowded_out(), 100);
        assert_eq!(queue.messages.back().unwrap().number, 100, "the newest stay");
    }
}
