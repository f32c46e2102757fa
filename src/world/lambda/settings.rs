//! How a mapping is set up: the parameters that CreateEventSourceMapping and UpdateEventSourceMapping share.
//!
//! Source: Lambda API reference, CreateEventSourceMapping.

use serde_json::{Value, json};

use super::filter::{self, Filter};
use super::messages as text;
use crate::engine::shape::{IntegerRange, ListShape, Shape, structure};
use crate::engine::{ApiError, ErrorKind};
use crate::world::World;

structure! {
    /// Where a batch goes that is given up.
    pub(in crate::world) struct OnFailure as "OnFailure" {
        /// The ARN of an SQS queue.
        "Destination" destination: Option<String> => optional Shape::text(0, 350);
    }
}

structure! {
    /// Where batches go.
    pub(in crate::world) struct DestinationConfig as "DestinationConfig" {
        /// Where a batch goes that is given up.
        "OnFailure" on_failure: Option<OnFailure> => optional Shape::Structure(OnFailure::STRUCTURE);
    } without {
        /// Where invocations go that succeed, of which event source mappings know nothing; not modelled.
        "OnSuccess" => Shape::OPAQUE;
    }
}

structure! {
    /// A pattern that records must fit.
    pub(in crate::world) struct FilterPattern as "Filter" {
        /// JSON in the shape of a record whose leaves are lists of values.
        "Pattern" pattern: Option<String> => optional Shape::text(0, 4096);
    }
}

structure! {
    /// Patterns of which a record must fit one.
    pub(in crate::world) struct FilterCriteria as "FilterCriteria" {
        /// Up to five.
        "Filters" filters: Option<Vec<FilterPattern>> => optional Shape::List(&ListShape::of(Shape::Structure(FilterPattern::STRUCTURE)));
    }
}

/// BatchSize.
pub(super) const BATCH_SIZE: Shape = Shape::Integer(IntegerRange { min: 1, max: 10_000 });
/// MaximumBatchingWindowInSeconds.
pub(super) const WINDOW: Shape = Shape::Integer(IntegerRange { min: 0, max: 300 });
/// TumblingWindowInSeconds.
pub(super) const TUMBLING: Shape = Shape::Integer(IntegerRange { min: 0, max: 900 });
/// ParallelizationFactor.
pub(super) const PARALLELIZATION: Shape = Shape::Integer(IntegerRange { min: 1, max: 10 });
/// MaximumRetryAttempts.
pub(super) const RETRIES: Shape = Shape::Integer(IntegerRange { min: -1, max: 10_000 });
/// MaximumRecordAgeInSeconds.
pub(super) const AGE: Shape = Shape::Integer(IntegerRange { min: -1, max: 604_800 });
/// FunctionResponseTypes.
pub(super) const RESPONSE_TYPES: Shape =
    Shape::List(&ListShape::sized(Shape::one_of(&["ReportBatchItemFailures"]), 0, 1));
/// FunctionName.
pub(super) const FUNCTION: Shape = Shape::text(1, 140);
/// UUID.
pub(super) const UUID: Shape = Shape::text(1, 64);

/// The settings that a request gives; what it leaves out stays as it is.
#[derive(Clone, Debug, Default)]
pub(super) struct GivenSettings {
    pub(super) batch_size: Option<usize>,
    pub(super) window: Option<u64>,
    pub(super) tumbling: Option<u64>,
    pub(super) parallelization: Option<usize>,
    pub(super) retries: Option<i64>,
    pub(super) age: Option<i64>,
    pub(super) bisect: Option<bool>,
    pub(super) response_types: Option<Vec<String>>,
    pub(super) destination: Option<DestinationConfig>,
    pub(super) filters: Option<Vec<Filter>>,
}

/// How a mapping is set up.
#[derive(Clone, Debug)]
pub(super) struct MappingSettings {
    /// BatchSize: the most records of an invocation.
    pub(super) batch_size: usize,
    /// MaximumBatchingWindowInSeconds.
    pub(super) window: u64,
    /// TumblingWindowInSeconds; 0 for none.
    pub(super) tumbling: u64,
    /// ParallelizationFactor: lanes of a shard.
    pub(super) lanes: usize,
    /// MaximumRetryAttempts; `None` for as often as it takes.
    pub(super) retries: Option<u32>,
    /// MaximumRecordAgeInSeconds; `None` for as long as the stream keeps them.
    pub(super) age: Option<u64>,
    /// BisectBatchOnFunctionError.
    pub(super) bisect: bool,
    /// ReportBatchItemFailures.
    pub(super) reports: bool,
    /// The ARN of the on-failure destination.
    pub(super) destination: Option<String>,
    /// FilterCriteria.
    pub(super) filters: Vec<Filter>,
}

impl Default for MappingSettings {
    fn default() -> Self {
        Self {
            batch_size: 100,
            window: 0,
            tumbling: 0,
            lanes: 1,
            retries: None,
            age: None,
            bisect: false,
            reports: false,
            destination: None,
            filters: Vec::new(),
        }
    }
}

impl MappingSettings {
    /// These settings with what a request gives.
    pub(super) fn changed(&self, given: GivenSettings) -> Result<Self, ApiError> {
        let age = match given.age {
            Some(1..60) => return Err(invalid(text::RECORD_AGE.to_owned())),
            other => other,
        };
        let destination = given.destination.map(|config| config.on_failure.and_then(|on| on.destination));
        // Beyond what is recorded here a negative number means no limit.
        let limit = |given: Option<i64>, now: Option<u64>| given.map_or(now, |given| u64::try_from(given).ok());
        Ok(Self {
            batch_size: given.batch_size.unwrap_or(self.batch_size),
            window: given.window.unwrap_or(self.window),
            tumbling: given.tumbling.unwrap_or(self.tumbling),
            lanes: given.parallelization.unwrap_or(self.lanes),
            retries: limit(given.retries, self.retries.map(u64::from)).and_then(|count| u32::try_from(count).ok()),
            age: limit(age, self.age),
            bisect: given.bisect.unwrap_or(self.bisect),
            reports: given.response_types.map_or(self.reports, |types| !types.is_empty()),
            destination: destination.unwrap_or_else(|| self.destination.clone()).filter(|arn| !arn.is_empty()),
            filters: given.filters.unwrap_or_else(|| self.filters.clone()),
        })
    }

    /// The settings as EventSourceMappingConfiguration shows them.
    pub(super) fn describe(&self, body: &mut Value) {
        let unlimited = |limit: Option<u64>| limit.map_or_else(|| json!(-1), |limit| json!(limit));
        body["BatchSize"] = self.batch_size.into();
        body["MaximumBatchingWindowInSeconds"] = self.window.into();
        body["ParallelizationFactor"] = self.lanes.into();
        body["MaximumRetryAttempts"] = unlimited(self.retries.map(u64::from));
        body["MaximumRecordAgeInSeconds"] = unlimited(self.age);
        body["BisectBatchOnFunctionError"] = self.bisect.into();
        body["TumblingWindowInSeconds"] = self.tumbling.into();
        body["FunctionResponseTypes"] = if self.reports { json!(["ReportBatchItemFailures"]) } else { json!([]) };
        let on_failure = self.destination.as_ref().map(|arn| json!({ "Destination": arn }));
        body["DestinationConfig"] = json!({"OnFailure": on_failure.unwrap_or_else(|| json!({}))});
        if !self.filters.is_empty() {
            let patterns = self.filters.iter().map(|filter| json!({"Pattern": filter.text}));
            body["FilterCriteria"] = json!({"Filters": patterns.collect::<Vec<Value>>()});
        }
    }
}

/// The filters that a request gives; what is wrong with one of them is told beside the refusal.
pub(super) fn filters(given: Option<FilterCriteria>, world: &mut World) -> Result<Option<Vec<Filter>>, ApiError> {
    let Some(criteria) = given else { return Ok(None) };
    let filters = criteria.filters.unwrap_or_default();
    if filters.len() > filter::MOST {
        return Err(invalid(text::too_many_filters(filters.len(), filter::MOST)));
    }
    let read = |pattern: String| {
        Filter::parse(&pattern).map_err(|problem| {
            world.note(text::filter_note(&pattern, &problem));
            invalid(text::FILTER.to_owned())
        })
    };
    filters.into_iter().filter_map(|filter| filter.pattern).map(read).collect::<Result<_, _>>().map(Some)
}

/// InvalidParameterValueException with a text.
pub(super) fn invalid(message: String) -> ApiError {
    ApiError::new(ErrorKind::InvalidParameterValueException, message)
}
