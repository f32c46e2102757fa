//! Texts of Application Auto Scaling. Those of refusals follow the service where it is known what it says; the causes of
//! activities are ours.

use super::Resource;

/// A resource that is no table and no index.
pub(super) fn unsupported_resource(id: &str) -> String {
    format!(
        "Unsupported service namespace, resource type or scalable dimension: resource ID {id} is not of the form table/NAME or table/NAME/index/NAME"
    )
}

/// Another service than DynamoDB.
pub(super) fn unsupported_namespace(namespace: &str) -> String {
    format!(
        "Unsupported service namespace, resource type or scalable dimension: {namespace}; here only dynamodb is scaled"
    )
}

/// Another type of policy.
pub(super) fn unsupported_policy(kind: &str) -> String {
    format!("DynamoDB supports policies of type TargetTrackingScaling only, not {kind}")
}

/// A table's dimension with an index, or the other way round.
pub(super) fn dimension_does_not_fit(id: &str, dimension: &str) -> String {
    format!(
        "Unsupported service namespace, resource type or scalable dimension: {dimension} does not fit resource ID {id}"
    )
}

/// A table or index that does not exist.
pub(super) fn no_resource(resource: &Resource) -> String {
    let what = if resource.index.is_some() { "index" } else { "table" };
    format!("DynamoDB {what} does not exist: {}", resource.id())
}

/// A new target without both bounds.
pub(super) const BOUNDS_REQUIRED: &str = "MinCapacity and MaxCapacity are required to register a new scalable target";
/// Bounds the wrong way round.
pub(super) const BOUNDS_ORDER: &str = "Maximum capacity cannot be less than minimum capacity";
/// A policy without its configuration.
pub(super) const CONFIGURATION_REQUIRED: &str =
    "TargetTrackingScalingPolicyConfiguration is required for a policy of type TargetTrackingScaling";
/// A policy that measures nothing.
pub(super) const METRIC_REQUIRED: &str = "Either PredefinedMetricSpecification or CustomizedMetricSpecification must be \
     specified in TargetTrackingScalingPolicyConfiguration";
/// A policy that measures two things.
pub(super) const TWO_METRICS: &str =
    "Only one of PredefinedMetricSpecification and CustomizedMetricSpecification may be specified";
/// A policy that measures what is not measured here.
pub(super) const NO_CUSTOMIZED_METRIC: &str = "CustomizedMetricSpecification is not modelled here (the service has it): \
     use a PredefinedMetricSpecification";
/// A policy for reads on a dimension of writes, or the other way round.
pub(super) const METRIC_DOES_NOT_FIT: &str = "The predefined metric type does not fit the scalable dimension";
/// A target value that DynamoDB does not take.
pub(super) const TARGET_VALUE: &str = "TargetValue must be between 20 and 90 per cent";

/// A target that is not registered.
pub(super) fn no_target(resource: &Resource) -> String {
    format!(
        "No scalable target registered for service namespace: dynamodb, resource ID: {}, scalable dimension: {}",
        resource.id(),
        resource.dimension()
    )
}

/// A policy that does not exist.
pub(super) fn no_policy(name: &str, resource: &Resource) -> String {
    format!(
        "No scaling policy found for service namespace: dynamodb, resource ID: {}, scalable dimension: {}: {name}",
        resource.id(),
        resource.dimension()
    )
}

/// The cause of a change to a bound.
pub(super) fn bounds(least: u64, most: u64) -> String {
    format!("the units were outside {least} to {most}")
}

/// The cause of a raise.
pub(super) fn above(target: u64, minutes: u64) -> String {
    format!("more than {target}% of the provisioned units was consumed in {minutes} minutes in a row")
}

/// The cause of a reduction.
pub(super) fn below(line: u64, minutes: u64) -> String {
    format!("less than {line}% of the provisioned units was consumed in {minutes} minutes in a row")
}

/// Another time zone than UTC.
pub(super) fn time_zone(zone: &str) -> String {
    format!("Timezone {zone} is not modelled here; schedules are in UTC")
}

/// A new action without a schedule.
pub(super) const SCHEDULE_REQUIRED: &str = "Schedule is required to create a scheduled action";
/// An action that does nothing.
pub(super) const ACTION_REQUIRED: &str = "ScalableTargetAction must have MinCapacity or MaxCapacity";
/// An action that is never due.
pub(super) const NEVER: &str = "The schedule lies in the past or outside of StartTime and EndTime";

/// What is no schedule.
pub(super) fn not_a_schedule(text: &str) -> String {
    format!("The schedule {text} is not valid: expected at(yyyy-mm-ddThh:mm:ss), rate(VALUE UNIT) or cron(FIELDS)")
}

/// More actions than a target may have.
pub(super) fn too_many_actions(most: usize) -> String {
    format!("A scalable target has {most} scheduled actions at most")
}

/// An action that does not exist.
pub(super) fn no_action(name: &str, resource: &Resource) -> String {
    format!(
        "No scheduled action found for service namespace: dynamodb, resource ID: {}, scalable dimension: {}: {name}",
        resource.id(),
        resource.dimension()
    )
}

/// The cause of a change by a scheduled action.
pub(super) fn scheduled(name: &str, cause: &str) -> String {
    format!("the scheduled action {name} changed the bounds: {cause}")
}
