//! DescribeEndpoints: the Region's endpoint, and for how many minutes a client may remember it.
//!
//! `{}` answers `{"Endpoints": [{"Address": "dynamodb.us-east-1.amazonaws.com", "CachePeriodInMinutes": 1440}]}`.
//! Source: API reference, DescribeEndpoints.

use serde_json::{Value, json};

use super::Operation;
use crate::engine::error::ApiError;
use crate::engine::plan::Plan;
use crate::engine::shape::structure;
use crate::engine::{Engine, Trace};

structure! {
    /// Asks for the endpoint.
    pub(super) struct DescribeEndpointsRequest as "DescribeEndpointsRequest" {}
}

/// The verb.
pub(super) struct DescribeEndpoints;

impl Operation for DescribeEndpoints {
    const NAME: &'static str = "DescribeEndpoints";
    const DOC: &'static str = "Returns the Region's endpoint.";
    const NAMES_ENDPOINT: bool = true;
    type Request = DescribeEndpointsRequest;
    type Prepared = ();

    fn prepare(_: DescribeEndpointsRequest, _: &Engine) -> Result<(), ApiError> {
        Ok(())
    }

    fn plans((): &()) -> Vec<Plan> {
        Vec::new()
    }

    fn execute((): (), engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let address = format!("dynamodb.{}.amazonaws.com", engine.config().region);
        Ok(json!({"Endpoints": [{"Address": address, "CachePeriodInMinutes": 1440}]}))
    }
}
