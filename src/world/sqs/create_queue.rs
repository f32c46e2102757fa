//! CreateQueue: a queue, which may exist already.
//!
//! Source: Amazon SQS API reference, CreateQueue.

use serde_json::{Value, json};

use super::url;
use crate::engine::ApiError;
use crate::engine::shape::{Shape, structure};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Makes a queue, for messages about what went wrong.
    pub(in crate::world) struct CreateQueueRequest as "CreateQueueRequest" {
        /// Its name.
        "QueueName" queue_name: String => required Shape::text(1, 80);
    } without {
        /// Delays, retention and whatever else a queue may be set to; not modelled.
        "Attributes" => Shape::TEXTS;
        /// Its tags; not modelled.
        "tags" => Shape::TEXTS;
    }
}

/// The request.
pub(in crate::world) struct CreateQueue;

impl ServiceAction for CreateQueue {
    const NAME: &'static str = "CreateQueue";
    const DOC: &'static str = "Makes a queue, for messages about what went wrong.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = CreateQueueRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        world.queues.all.entry(request.queue_name.clone()).or_default();
        Ok(json!({"QueueUrl": url(&request.queue_name, &world.engine)}))
    }
}
