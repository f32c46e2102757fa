//! DeleteMessage: takes a message out that was received.
//!
//! Source: Amazon SQS API reference, DeleteMessage.

use serde_json::{Value, json};

use crate::engine::ApiError;
use crate::engine::ErrorKind;
use crate::engine::shape::{Shape, structure};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Takes a message out that was received.
    pub(in crate::world) struct DeleteMessageRequest as "DeleteMessageRequest" {
        /// The queue.
        "QueueUrl" queue_url: String => required Shape::text(1, 2048);
        /// What ReceiveMessage gave with it.
        "ReceiptHandle" receipt_handle: String => required Shape::text(1, 1024);
    }
}

/// The request.
pub(in crate::world) struct DeleteMessage;

impl ServiceAction for DeleteMessage {
    const NAME: &'static str = "DeleteMessage";
    const DOC: &'static str = "Takes a message out that was received.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = DeleteMessageRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let now = world.engine.now();
        if !world.queues.behind(&request.queue_url, now)?.delete(&request.receipt_handle) {
            let message =
                format!("The input receipt handle \"{}\" is not a valid receipt handle.", request.receipt_handle);
            return Err(ApiError::new(ErrorKind::ReceiptHandleIsInvalid, message));
        }
        Ok(json!({}))
    }
}
