//! ListFunctions: the built-in functions.
//!
//! Source: Lambda API reference, ListFunctions.

use serde_json::{Value, json};

use super::functions::FUNCTIONS;
use crate::engine::ApiError;
use crate::engine::shape::{Shape, structure};
use crate::world::World;
use crate::world::api::Action;

structure! {
    /// Lists the functions there are, with what each does.
    pub(in crate::world) struct ListFunctionsRequest as "ListFunctionsRequest" {
        /// The most to tell.
        "MaxItems" most: Option<usize> => optional Shape::integer(1, 10_000);
    }
}

/// The request.
pub(in crate::world) struct ListFunctions;

impl Action for ListFunctions {
    const NAME: &'static str = "ListFunctions";
    const DOC: &'static str = "Lists the functions there are, with what each does.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = ListFunctionsRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let config = world.engine.config();
        let told = |(name, about): &(&str, &str)| {
            let arn = format!("arn:aws:lambda:{}:{}:function:{name}", config.region, config.account);
            json!({"FunctionName": name, "FunctionArn": arn, "Description": about})
        };
        let functions = FUNCTIONS.iter().take(request.most.unwrap_or(FUNCTIONS.len())).map(told);
        Ok(json!({"Functions": functions.collect::<Vec<Value>>()}))
    }
}
