//! ListFunctions: the built-in functions.
//!
//! Source: Lambda API reference, ListFunctions.

use serde_json::{Value, json};

use super::functions::FUNCTIONS;
use crate::engine::ApiError;
use crate::engine::shape::{Pages, Shape, structure};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Lists the functions there are, with what each does.
    pub(in crate::world) struct ListFunctionsRequest as "ListFunctionsRequest" {
        /// The NextMarker of the page before.
        "Marker" marker: Option<String> => optional Shape::STRING;
        /// The most to tell.
        "MaxItems" most: Option<usize> => optional Shape::integer(1, 10_000);
    } without {
        /// Functions of the edge; not modelled.
        "MasterRegion" => Shape::STRING;
        /// Whether versions are told as well; not modelled.
        "FunctionVersion" => Shape::one_of(&["ALL"]);
    }
}

/// The request.
pub(in crate::world) struct ListFunctions;

impl ServiceAction for ListFunctions {
    const NAME: &'static str = "ListFunctions";
    const DOC: &'static str = "Lists the functions there are, with what each does.";
    const SERVICE: &'static str = super::SERVICE;
    const PAGES: Option<&'static Pages> =
        Some(&Pages { start: "Marker", next: "NextMarker", limit: Some("MaxItems"), results: &["Functions"] });
    type Request = ListFunctionsRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let config = world.engine.config();
        let told = |(name, about): &(&str, &str)| {
            let arn = format!("arn:aws:lambda:{}:{}:function:{name}", config.region, config.account);
            json!({"FunctionName": name, "FunctionArn": arn, "Description": about})
        };
        let from = request.marker.as_ref().map_or(0, |marker| {
            FUNCTIONS.iter().position(|(name, _)| *name == marker.as_str()).unwrap_or(FUNCTIONS.len())
        });
        let rest = &FUNCTIONS[from..];
        let count = request.most.map_or(rest.len(), |most| most.min(rest.len()));
        let mut answer = json!({"Functions": rest[..count].iter().map(told).collect::<Vec<Value>>()});
        if let Some((next, _)) = rest.get(count) {
            answer["NextMarker"] = (*next).into();
        }
        Ok(answer)
    }
}
