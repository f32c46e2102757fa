//! DisableKinesisStreamingDestination: from now on a table sends nothing more to a Kinesis data stream.
//!
//! `{"TableName": "Orders", "StreamArn": …}` answers `{"DestinationStatus": "DISABLING", …}`. What has arrived stays there.
//! Source: API reference, DisableKinesisStreamingDestination.

use serde_json::Value;

use super::describe_table::control_plan;
use super::enable_kinesis_streaming_destination::{EnableConfiguration, answer};
use super::{Operation, members};
use crate::engine::error::ApiError;
use crate::engine::messages::destinations as text;
use crate::engine::plan::Plan;
use crate::engine::shape::{Shape, structure};
use crate::engine::table::DestinationState;
use crate::engine::{Engine, Trace};

structure! {
    /// Names the table and the Kinesis stream.
    pub(super) struct DisableKinesisStreamingDestinationRequest as "KinesisStreamingDestinationInput" {
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// The Kinesis stream.
        "StreamArn" stream_arn: String => required members::STREAM_ARN;
        /// Not to be given here.
        "EnableKinesisStreamingConfiguration" configuration: Option<EnableConfiguration> => optional Shape::Structure(EnableConfiguration::STRUCTURE);
    }
}

/// The verb.
pub(super) struct DisableKinesisStreamingDestination;

impl Operation for DisableKinesisStreamingDestination {
    const NAME: &'static str = "DisableKinesisStreamingDestination";
    const DOC: &'static str = "Stops sending a table's changes to a Kinesis data stream.";
    const CHANGES_TABLES: bool = true;
    type Request = DisableKinesisStreamingDestinationRequest;
    type Prepared = DisableKinesisStreamingDestinationRequest;

    fn prepare(request: Self::Request, engine: &Engine) -> Result<Self::Request, ApiError> {
        if request.configuration.is_some() {
            return Err(ApiError::validation(text::DISABLE_WITH_SETTINGS));
        }
        let table = engine.control_table(&request.table_name)?;
        let state = table.kinesis.iter().find(|it| it.stream == request.stream_arn).map(|it| it.state);
        match state {
            Some(DestinationState::Active | DestinationState::Disabling(_)) => Ok(request),
            _ => Err(ApiError::validation(text::NOT_ACTIVE)),
        }
    }

    fn plans(request: &Self::Request) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &request.table_name)]
    }

    fn execute(request: Self::Request, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let until = engine.now().plus_millis(engine.config.timings.destination);
        let table = engine.control_table_mut(&request.table_name)?;
        if let Some(destination) = table.kinesis.iter_mut().find(|it| it.stream == request.stream_arn) {
            destination.state = DestinationState::Disabling(until);
            (destination.records, destination.precision) = (None, None);
        }
        Ok(answer(table, &request.stream_arn, ("", None)))
    }
}
