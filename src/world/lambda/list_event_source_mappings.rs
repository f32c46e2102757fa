//! ListEventSourceMappings: the mappings there are.
//!
//! Source: Lambda API reference, ListEventSourceMappings.

use serde_json::{Value, json};

use super::functions::Function;
use super::settings::FUNCTION;
use crate::engine::ApiError;
use crate::engine::shape::{Pages, Shape, structure};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Lists the mappings, of a stream or a function if one is named.
    pub(in crate::world) struct ListEventSourceMappingsRequest as "ListEventSourceMappingsRequest" {
        /// Only those of this stream.
        "EventSourceArn" event_source_arn: Option<String> => optional Shape::text(1, 1024);
        /// Only those of this function.
        "FunctionName" function_name: Option<String> => optional FUNCTION;
    }
}

/// The request.
pub(in crate::world) struct ListEventSourceMappings;

impl ServiceAction for ListEventSourceMappings {
    const NAME: &'static str = "ListEventSourceMappings";
    const DOC: &'static str = "Lists the mappings, of a stream or a function if one is named.";
    const SERVICE: &'static str = super::SERVICE;
    const PAGES: Option<&'static Pages> = Some(&Pages {
        start: "Marker",
        next: "NextMarker",
        limit: Some("MaxItems"),
        results: &["EventSourceMappings"],
    });
    type Request = ListEventSourceMappingsRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let function = request.function_name.as_deref().map(Function::find);
        let wanted = world.lambda.mappings.values().filter(|mapping| {
            request.event_source_arn.as_deref().is_none_or(|arn| arn == &*mapping.stream)
                && function.as_ref().is_none_or(|function| function.as_ref() == Some(&mapping.function))
        });
        let config = world.engine.config();
        let mappings: Vec<Value> = wanted.map(|mapping| mapping.describe(config)).collect();
        Ok(json!({"EventSourceMappings": mappings}))
    }
}
