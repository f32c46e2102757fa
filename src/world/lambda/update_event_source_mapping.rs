//! UpdateEventSourceMapping: another function or other settings for a mapping, or a rest.
//!
//! Source: Lambda API reference, UpdateEventSourceMapping.

use serde_json::Value;

use super::create_event_source_mapping::check_destination;
use super::functions::Function;
use super::get_event_source_mapping::find;
use super::messages as text;
use super::poller::Dropped;
use super::settings::{
    AGE, BATCH_SIZE, DestinationConfig, FUNCTION, FilterCriteria, GivenSettings, PARALLELIZATION, RESPONSE_TYPES,
    RETRIES, TUMBLING, UUID, WINDOW, filters,
};
use crate::engine::shape::{ListShape, Shape, structure};
use crate::engine::{ApiError, ErrorKind};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// What is to be different.
    pub(in crate::world) struct UpdateEventSourceMappingRequest as "UpdateEventSourceMappingRequest" {
        /// The mapping.
        "UUID" uuid: String => required UUID;
        /// Another function.
        "FunctionName" function_name: Option<String> => optional FUNCTION;
        /// Whether it is on.
        "Enabled" enabled: Option<bool> => optional Shape::BOOLEAN;
        /// The most records of an invocation.
        "BatchSize" batch_size: Option<usize> => optional BATCH_SIZE;
        /// Seconds to gather records for.
        "MaximumBatchingWindowInSeconds" window: Option<u64> => optional WINDOW;
        /// Seconds in which the function carries its state on.
        "TumblingWindowInSeconds" tumbling: Option<u64> => optional TUMBLING;
        /// Invocations of a shard at a time.
        "ParallelizationFactor" parallelization: Option<usize> => optional PARALLELIZATION;
        /// Retries before a batch is given up.
        "MaximumRetryAttempts" retries: Option<i64> => optional RETRIES;
        /// Seconds after which records are given up.
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
        /// The key that encrypts the filters; not modelled.
        "KMSKeyArn" => Shape::STRING;
        /// Pollers of their own; not modelled.
        "ProvisionedPollerConfig" => Shape::OPAQUE;
        /// The most invocations at a time of a queue; not for streams.
        "ScalingConfig" => Shape::OPAQUE;
        /// How a broker is reached; not for streams.
        "SourceAccessConfigurations" => Shape::List(&ListShape::of(Shape::OPAQUE));
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
pub(in crate::world) struct UpdateEventSourceMapping;

impl ServiceAction for UpdateEventSourceMapping {
    const NAME: &'static str = "UpdateEventSourceMapping";
    const DOC: &'static str = "Changes a mapping, or switches it on or off.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = UpdateEventSourceMappingRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let now = world.engine.now();
        let function = request.function_name.map(|name| {
            Function::find(&name)
                .ok_or_else(|| ApiError::new(ErrorKind::ResourceNotFoundException, text::no_function(&name)))
        });
        let function = function.transpose()?;
        let filters = filters(request.filters, world)?;
        let is_filtered_anew = filters.is_some();
        let settings = find(world, &request.uuid)?.settings.changed(GivenSettings {
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
        let mapping = find(world, &request.uuid)?;
        if settings.lanes != mapping.settings.lanes {
            mapping.pollers.values_mut().for_each(|poller| poller.deal(settings.lanes));
        }
        if settings.tumbling != mapping.settings.tumbling {
            let lanes = mapping.pollers.values_mut().flat_map(|poller| &mut poller.lanes);
            lanes.for_each(|lane| lane.window = None);
        }
        if is_filtered_anew {
            mapping.dropped = Dropped::default();
        }
        mapping.settings = settings;
        mapping.function = function.unwrap_or_else(|| mapping.function.clone());
        mapping.enabled = request.enabled.unwrap_or(mapping.enabled);
        mapping.modified = now;
        let mapping = mapping.clone();
        Ok(mapping.describe(world.engine.config()))
    }
}
