//! CreateEventSourceMapping: from now on a stream feeds a function.
//!
//! Source: Lambda API reference, CreateEventSourceMapping.

use std::collections::BTreeMap;

use serde_json::Value;

use super::functions::Function;
use super::mapping::Mapping;
use super::poller::Dropped;
use super::settings::{
    AGE, BATCH_SIZE, DestinationConfig, FUNCTION, FilterCriteria, GivenSettings, MappingSettings, PARALLELIZATION,
    RESPONSE_TYPES, RETRIES, TUMBLING, WINDOW, filters, invalid,
};
use super::{STREAM_ACTIONS, messages as text};
use crate::engine::shape::{ListShape, Shape, structure};
use crate::engine::{ApiError, ErrorKind};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// A stream, a function, and how the one feeds the other.
    pub(in crate::world) struct CreateEventSourceMappingRequest as "CreateEventSourceMappingRequest" {
        /// The stream.
        "EventSourceArn" event_source_arn: String => required Shape::text(1, 1024);
        /// The function; list-functions tells the ones there are.
        "FunctionName" function_name: String => required FUNCTION;
        /// Whether it begins at once (the default).
        "Enabled" enabled: Option<bool> => optional Shape::BOOLEAN;
        /// TRIM_HORIZON (the oldest record) or LATEST (only new ones).
        "StartingPosition" starting_position: Option<String> => optional Shape::one_of(&["TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"]);
        /// The most records of an invocation: 100, or up to 10,000.
        "BatchSize" batch_size: Option<usize> => optional BATCH_SIZE;
        /// Seconds to gather records for: 0, or up to 300.
        "MaximumBatchingWindowInSeconds" window: Option<u64> => optional WINDOW;
        /// Seconds in which the function carries its state on: 0 for none, or up to 900.
        "TumblingWindowInSeconds" tumbling: Option<u64> => optional TUMBLING;
        /// Invocations of a shard at a time: 1, or up to 10; the records of a key stay in order.
        "ParallelizationFactor" parallelization: Option<usize> => optional PARALLELIZATION;
        /// Retries before a batch is given up; -1, the default, for as long as the records are kept.
        "MaximumRetryAttempts" retries: Option<i64> => optional RETRIES;
        /// Seconds after which records are given up; -1, the default, for as long as they are kept.
        "MaximumRecordAgeInSeconds" age: Option<i64> => optional AGE;
        /// Whether a batch that fails is halved and tried again.
        "BisectBatchOnFunctionError" bisect: Option<bool> => optional Shape::BOOLEAN;
        /// ReportBatchItemFailures, if the function says where it failed.
        "FunctionResponseTypes" response_types: Option<Vec<String>> => optional RESPONSE_TYPES;
        /// Where a batch goes that is given up.
        "DestinationConfig" destination: Option<DestinationConfig> => optional Shape::Structure(DestinationConfig::STRUCTURE);
        /// Which records the function is to see.
        "FilterCriteria" filters: Option<FilterCriteria> => optional Shape::Structure(FilterCriteria::STRUCTURE);
    } without {
        /// The moment to begin at, with AT_TIMESTAMP, which streams of DynamoDB do not have.
        "StartingPositionTimestamp" => Shape::Timestamp;
        /// The key that encrypts the filters; not modelled.
        "KMSKeyArn" => Shape::STRING;
        /// Pollers of their own; not modelled.
        "ProvisionedPollerConfig" => Shape::OPAQUE;
        /// The most invocations at a time of a queue; not for streams.
        "ScalingConfig" => Shape::OPAQUE;
        /// Its tags; not modelled.
        "Tags" => Shape::TEXTS;
        /// Topics of Kafka; not for streams.
        "Topics" => Shape::List(&ListShape::of(Shape::STRING));
        /// Queues of a broker; not for streams.
        "Queues" => Shape::List(&ListShape::of(Shape::STRING));
        /// How a broker is reached; not for streams.
        "SourceAccessConfigurations" => Shape::List(&ListShape::of(Shape::OPAQUE));
        /// A Kafka cluster; not for streams.
        "SelfManagedEventSource" => Shape::OPAQUE;
        /// How Kafka is read; not for streams.
        "AmazonManagedKafkaEventSourceConfig" => Shape::OPAQUE;
        /// How Kafka is read; not for streams.
        "SelfManagedKafkaEventSourceConfig" => Shape::OPAQUE;
        /// A collection of Amazon DocumentDB; not for streams.
        "DocumentDBEventSourceConfig" => Shape::OPAQUE;
        /// Metrics of its own; not modelled.
        "MetricsConfig" => Shape::OPAQUE;
        /// Logs of its own; not modelled.
        "LoggingConfig" => Shape::OPAQUE;
    }
}

/// The request.
pub(in crate::world) struct CreateEventSourceMapping;

impl ServiceAction for CreateEventSourceMapping {
    const NAME: &'static str = "CreateEventSourceMapping";
    const DOC: &'static str = "Lets a stream feed a function.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = CreateEventSourceMappingRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let filters = filters(request.filters, world)?;
        let settings = MappingSettings::default().changed(GivenSettings {
            batch_size: request.batch_size,
            window: request.window,
            tumbling: request.tumbling,
            parallelization: request.parallelization,
            retries: request.retries,
            age: request.age,
            bisect: request.bisect,
            response_types: request.response_types,
            destination: request.destination,
            filters,
        })?;
        check_destination(&settings, world)?;
        let function = Function::find(&request.function_name).ok_or_else(|| {
            ApiError::new(ErrorKind::ResourceNotFoundException, text::no_function(&request.function_name))
        })?;
        let next = world.engine.next_sequence();
        let position = match request.starting_position.as_deref() {
            None => return Err(invalid(text::STARTING_POSITION.to_owned())),
            Some("AT_TIMESTAMP") => return Err(invalid(text::AT_TIMESTAMP.to_owned())),
            Some(position) => position.to_owned(),
        };
        let arn = request.event_source_arn;
        let stream = world.engine.stream(&arn).ok_or_else(|| invalid(text::no_stream(&arn)))?.arn.clone();
        if world.iam.lacks(&format!("{}-role", function.name()), &STREAM_ACTIONS, &stream) {
            return Err(invalid(text::cannot_access(&stream)));
        }
        let lambda = &mut world.lambda;
        if let Some(known) = lambda.mappings.values().find(|known| known.function == function && known.stream == stream)
        {
            let message = text::already_mapped(&stream, &function.name(), &known.uuid);
            return Err(ApiError::new(ErrorKind::ResourceConflictException, message));
        }
        lambda.made += 1;
        let made = lambda.made;
        let mapping = Mapping {
            uuid: format!("{made:08x}-e5a0-4b1d-8000-{made:012x}"),
            function,
            stream,
            settings,
            enabled: request.enabled.unwrap_or(true),
            first: if position == "LATEST" { next } else { 0 },
            position,
            modified: world.engine.now(),
            result: text::NO_RECORDS.to_owned(),
            pollers: BTreeMap::new(),
            lost: 0,
            dropped: Dropped::default(),
            requests: 0,
            region: world.engine.config().region.clone(),
            account: world.engine.config().account.clone(),
        };
        let described = mapping.describe(world.engine.config());
        lambda.mappings.insert(mapping.uuid.clone(), mapping);
        Ok(described)
    }
}

/// Refuses a destination that is no queue.
pub(super) fn check_destination(settings: &MappingSettings, world: &World) -> Result<(), ApiError> {
    match &settings.destination {
        Some(arn) if world.queues.named(arn).is_none() => Err(invalid(text::no_destination(arn))),
        _ => Ok(()),
    }
}
