//! UpdateKinesisStreamingDestination: how exact the moments are that a table sends to a Kinesis data stream.
//!
//! `{"TableName": "Orders", "StreamArn": …, "UpdateKinesisStreamingConfiguration":
//! {"ApproximateCreationDateTimePrecision": "MICROSECOND"}}` answers `{"DestinationStatus": "UPDATING", …}`.
//! Source: API reference, UpdateKinesisStreamingDestination.

use serde_json::Value;

use super::describe_table::control_plan;
use super::enable_kinesis_streaming_destination::{PRECISION, answer};
use super::{Operation, members};
use crate::engine::error::ApiError;
use crate::engine::messages::destinations as text;
use crate::engine::plan::Plan;
use crate::engine::shape::{Shape, structure};
use crate::engine::table::DestinationState;
use crate::engine::{Engine, Trace};

/// What holds unless another precision was asked for.
const DEFAULT_PRECISION: &str = "MILLISECOND";

structure! {
    /// How changes are sent.
    pub(super) struct UpdateConfiguration as "UpdateKinesisStreamingConfiguration" {
        /// MILLISECOND or MICROSECOND.
        "ApproximateCreationDateTimePrecision" precision: Option<String> => optional PRECISION;
    }
}

structure! {
    /// Names the table, the Kinesis stream and the new setting.
    pub(super) struct UpdateKinesisStreamingDestinationRequest as "UpdateKinesisStreamingDestinationInput" {
        /// The table, by name or ARN.
        "TableName" table_name: String => required members::TABLE;
        /// The Kinesis stream.
        "StreamArn" stream_arn: String => required members::STREAM_ARN;
        /// How changes are sent.
        "UpdateKinesisStreamingConfiguration" configuration: Option<UpdateConfiguration> => optional Shape::Structure(UpdateConfiguration::STRUCTURE);
    }
}

/// The verb.
pub(super) struct UpdateKinesisStreamingDestination;

/// A change that is ready.
#[derive(Clone)]
pub(super) struct PreparedStreamingUpdate {
    table: String,
    stream: String,
    precision: String,
}

impl Operation for UpdateKinesisStreamingDestination {
    const NAME: &'static str = "UpdateKinesisStreamingDestination";
    const DOC: &'static str = "Changes how exact the moments sent to a Kinesis data stream are.";
    const CHANGES_TABLES: bool = true;
    type Request = UpdateKinesisStreamingDestinationRequest;
    type Prepared = PreparedStreamingUpdate;

    fn prepare(request: Self::Request, engine: &Engine) -> Result<PreparedStreamingUpdate, ApiError> {
        let precision = request.configuration.and_then(|configuration| configuration.precision);
        let precision = precision.ok_or_else(|| ApiError::validation(text::NO_SETTINGS))?;
        let table = engine.control_table(&request.table_name)?;
        let destination = table.kinesis.iter().find(|it| it.stream == request.stream_arn);
        let active = destination.filter(|it| it.state == DestinationState::Active);
        let Some(active) = active else {
            return Err(ApiError::validation(text::update_needs_active(&table.name, &request.stream_arn)));
        };
        if active.precision.as_deref().unwrap_or(DEFAULT_PRECISION) == precision {
            return Err(ApiError::validation(text::same_precision(&precision, &table.id, &request.stream_arn)));
        }
        Ok(PreparedStreamingUpdate { table: request.table_name, stream: request.stream_arn, precision })
    }

    fn plans(prepared: &PreparedStreamingUpdate) -> Vec<Plan> {
        vec![control_plan(Self::NAME, &prepared.table)]
    }

    fn execute(prepared: PreparedStreamingUpdate, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let until = engine.now().plus_millis(engine.config.timings.destination);
        let table = engine.control_table_mut(&prepared.table)?;
        if let Some(destination) = table.kinesis.iter_mut().find(|it| it.stream == prepared.stream) {
            destination.state = DestinationState::Updating(until);
            destination.precision = Some(prepared.precision.clone());
        }
        Ok(answer(table, &prepared.stream, ("UpdateKinesisStreamingConfiguration", Some(prepared.precision))))
    }
}
