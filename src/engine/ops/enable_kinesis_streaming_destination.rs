//! EnableKinesisStreamingDestination: from now on a table sends its changes to a Kinesis data stream.
//!
//! `{"TableName": "Orders", "StreamArn": …}` answers `{"DestinationStatus": "ENABLING", …}`. Whether the stream can be used
//! is only found out afterwards: then it is ENABLE_FAILED. Independent of the table's own stream.
//! Source: API reference, EnableKinesisStreamingDestination.

use serde_json::{Value, json};

use super::describe_table::control_plan;
use super::{Operation, members};
use crate::engine::error::ApiError;
use crate::engine::messages::destinations as text;
use crate::engine::plan::Plan;
use crate::engine::shape::{Shape, structure};
use crate::engine::table::Table;
use crate::engine::{Engine, Trace};

/// ApproximateCreationDateTimePrecision.
pub(super) const PRECISION: Shape = Shape::one_of(&["MILLISECOND", "MICROSECOND"]);

structure! {
    /// How changes are sent.
    pub(super) struct EnableConfiguration as "EnableKinesisStreamingConfiguration" {
        /// MILLISECOND (the default) or MICROSECOND: how exact the moment of a change is.
        "ApproximateCreationDateTimePrecision" precision: Option<String> => optional PRECISION;
    }
}

structure! {
    /// Names the table and the Kinesis stream.
    pub(super) struct EnableKinesisStreamingDestinationRequest as "KinesisStreamingDestinationInput" {
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// The Kinesis stream.
        "StreamArn" stream_arn: String => required members::STREAM_ARN;
        /// How changes are sent.
        "EnableKinesisStreamingConfiguration" configuration: Option<EnableConfiguration> => optional Shape::Structure(EnableConfiguration::STRUCTURE);
    }
}

/// The verb.
pub(super) struct EnableKinesisStreamingDestination;

impl Operation for EnableKinesisStreamingDestination {
    const NAME: &'static str = "EnableKinesisStreamingDestination";
    const DOC: &'static str = "Sends a table's changes to a Kinesis data stream.";
    const CHANGES_TABLES: bool = true;
    type Request = EnableKinesisStreamingDestinationRequest;
    type Prepared = EnableKinesisStreamingDestinationRequest;

    fn prepare(request: Self::Request, engine: &Engine) -> Result<Self::Request, ApiError> {
        let table = engine.control_table(&request.table_name)?;
        if table.kinesis.iter().any(|destination| !destination.state.is_over()) {
            return Err(ApiError::validation(text::ENABLED));
        }
        Ok(request)
    }

    fn plans(request: &Self::Request) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &request.table_name)]
    }

    fn execute(request: Self::Request, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let precision = request.configuration.and_then(|configuration| configuration.precision);
        engine.open_destination(&request.table_name, &request.stream_arn, precision.clone())?;
        let table = engine.control_table(&request.table_name)?;
        Ok(answer(table, &request.stream_arn, ("EnableKinesisStreamingConfiguration", precision)))
    }
}

/// What the requests about one destination answer.
pub(super) fn answer(table: &Table, stream: &str, (name, precision): (&str, Option<String>)) -> Value {
    let destination = table.kinesis.iter().find(|destination| destination.stream == stream);
    let mut body = json!({
        "TableName": *table.name,
        "StreamArn": stream,
        "DestinationStatus": destination.map(|destination| destination.state.status()),
    });
    if let Some(precision) = precision {
        body[name] = json!({"ApproximateCreationDateTimePrecision": precision});
    }
    body
}
