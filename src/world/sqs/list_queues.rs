//! ListQueues: the queues there are.
//!
//! Source: Amazon SQS API reference, ListQueues.

use serde_json::{Value, json};

use super::url;
use crate::engine::ApiError;
use crate::engine::shape::{Pages, Shape, structure};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Lists the queues.
    pub(in crate::world) struct ListQueuesRequest as "ListQueuesRequest" {
        /// Only names that begin so.
        "QueueNamePrefix" prefix: Option<String> => optional Shape::text(0, 80);
    }
}

/// The request.
pub(in crate::world) struct ListQueues;

impl ServiceAction for ListQueues {
    const NAME: &'static str = "ListQueues";
    const DOC: &'static str = "Lists the queues.";
    const SERVICE: &'static str = super::SERVICE;
    const PAGES: Option<&'static Pages> =
        Some(&Pages { start: "NextToken", next: "NextToken", limit: Some("MaxResults"), results: &["QueueUrls"] });
    type Request = ListQueuesRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let prefix = request.prefix.unwrap_or_default();
        let names = world.queues.all.keys().filter(|name| name.starts_with(&prefix));
        Ok(json!({"QueueUrls": names.map(|name| url(name, &world.engine)).collect::<Vec<Value>>()}))
    }
}
