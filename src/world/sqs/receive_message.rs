//! ReceiveMessage: the oldest messages, which are hidden from others for a while.
//!
//! Source: Amazon SQS API reference, ReceiveMessage.

use std::fmt::Write as _;

use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use crate::engine::ApiError;
use crate::engine::shape::{ListShape, Shape, structure};
use crate::world::World;
use crate::world::api::ServiceAction;

/// Seconds for which a message that was read is hidden, unless others are asked for.
const VISIBILITY_SECONDS: u64 = 30;

structure! {
    /// Reads the oldest messages of a queue; they are hidden until their visibility timeout.
    pub(in crate::world) struct ReceiveMessageRequest as "ReceiveMessageRequest" {
        /// The queue.
        "QueueUrl" queue_url: String => required Shape::text(1, 2048);
        /// The most messages to read: 1, or up to 10.
        "MaxNumberOfMessages" most: Option<usize> => optional Shape::integer(1, 10);
        /// Seconds for which they are hidden: 30, or up to 43,200.
        "VisibilityTimeout" visibility_timeout: Option<u64> => optional Shape::integer(0, 43_200);
        /// Seconds to wait for the first message (long polling): 0, or up to 20.
        "WaitTimeSeconds" wait: Option<u64> => optional Shape::integer(0, 20);
    } without {
        /// What else to tell of each message, by the older name; not modelled.
        "AttributeNames" => Shape::List(&ListShape::of(Shape::STRING));
        /// What else to tell of each message; not modelled.
        "MessageSystemAttributeNames" => Shape::List(&ListShape::of(Shape::STRING));
        /// Attributes that a sender gave it, of which these messages have none; not modelled.
        "MessageAttributeNames" => Shape::List(&ListShape::of(Shape::STRING));
        /// A token for FIFO queues; not modelled.
        "ReceiveRequestAttemptId" => Shape::STRING;
    }
}

/// The request.
pub(in crate::world) struct ReceiveMessage;

impl ServiceAction for ReceiveMessage {
    const NAME: &'static str = "ReceiveMessage";
    const DOC: &'static str = "Reads the oldest messages of a queue; they are hidden until their visibility timeout.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = ReceiveMessageRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let is_empty = |world: &mut World| {
            let now = world.engine.now();
            let queue = world.queues.behind(&request.queue_url, now)?;
            Ok::<bool, ApiError>(queue.messages.iter().all(|message| message.visible > now))
        };
        for _ in 0..request.wait.unwrap_or_default() {
            if !is_empty(world)? {
                break;
            }
            world.wait(1000);
        }
        let now = world.engine.now();
        let hidden = request.visibility_timeout.unwrap_or(VISIBILITY_SECONDS) * 1000;
        let queue = world.queues.behind(&request.queue_url, now)?;
        let visible = queue.messages.iter_mut().filter(|message| message.visible <= now);
        let mut messages = Vec::new();
        for message in visible.take(request.most.unwrap_or(1)) {
            message.visible = now.plus_millis(hidden);
            message.received += 1;
            messages.push(json!({
                "MessageId": message.id(), "ReceiptHandle": message.receipt(), "Body": *message.body,
                // SDKs compare it with what they received.
                "MD5OfBody": md5(&message.body),
            }));
        }
        Ok(if messages.is_empty() { json!({}) } else { json!({"Messages": messages}) })
    }
}

/// The MD5 of a text, in hexadecimal digits.
fn md5(text: &str) -> String {
    Md5::digest(text).iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_written_in_small_hexadecimal_digits() {
        assert_eq!(md5("abc"), "900150983cd24fb0d6963f7d28e17f72");
    }
}
