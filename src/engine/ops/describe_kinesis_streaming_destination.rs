//! DescribeKinesisStreamingDestination: the Kinesis data streams that a table sends or sent its changes to.
//!
//! `{"TableName": "Orders"}` answers `{"TableName": "Orders", "KinesisDataStreamDestinations": [{"StreamArn": …,
//! "DestinationStatus": "ACTIVE"}]}`. Source: API reference, DescribeKinesisStreamingDestination.

use serde_json::{Value, json};

use super::describe_table::control_plan;
use super::{Operation, members};
use crate::engine::error::ApiError;
use crate::engine::plan::Plan;
use crate::engine::shape::structure;
use crate::engine::table::Destination;
use crate::engine::{Engine, Trace};

structure! {
    /// Names the table.
    pub(super) struct DescribeKinesisStreamingDestinationRequest as "DescribeKinesisStreamingDestinationInput" {
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
    }
}

/// The verb.
pub(super) struct DescribeKinesisStreamingDestination;

impl Operation for DescribeKinesisStreamingDestination {
    const NAME: &'static str = "DescribeKinesisStreamingDestination";
    const DOC: &'static str = "Describes the Kinesis data streams that a table sends its changes to.";
    type Request = DescribeKinesisStreamingDestinationRequest;
    type Prepared = DescribeKinesisStreamingDestinationRequest;

    fn prepare(request: Self::Request, engine: &Engine) -> Result<Self::Request, ApiError> {
        engine.control_table(&request.table_name).map(|_| request)
    }

    fn plans(request: &Self::Request) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &request.table_name)]
    }

    fn execute(request: Self::Request, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let table = engine.control_table(&request.table_name)?;
        let destinations: Vec<Value> = table.kinesis.iter().map(Destination::describe).collect();
        Ok(json!({"TableName": *table.name, "KinesisDataStreamDestinations": destinations}))
    }
}
