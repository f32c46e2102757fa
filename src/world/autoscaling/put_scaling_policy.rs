//! PutScalingPolicy: the target value that a scalable target's consumption is to be kept at.
//!
//! Source: Application Auto Scaling API reference, PutScalingPolicy.

use serde_json::{Value, json};

use super::resource::{DIMENSION, NAME};
use super::{Policy, Resource, messages as text};
use crate::engine::capacity::Direction;
use crate::engine::shape::{IntegerRange, ListShape, Member, Shape, Structure, structure};
use crate::engine::{ApiError, Engine, ErrorKind};
use crate::world::World;
use crate::world::api::ServiceAction;

const SECONDS: Shape = Shape::Integer(IntegerRange { min: 0, max: i32::MAX as i64 });
/// The target values that DynamoDB takes, in per cent.
const TARGET_VALUES: std::ops::RangeInclusive<f64> = 20.0..=90.0;

structure! {
    /// What is measured.
    pub(in crate::world) struct PredefinedMetricSpecification as "PredefinedMetricSpecification" {
        /// Consumed units in per cent of the provisioned ones.
        "PredefinedMetricType" predefined_metric_type: String => required Shape::one_of(&["DynamoDBReadCapacityUtilization", "DynamoDBWriteCapacityUtilization"]);
    } without {
        /// Which target group, of a load balancer; not modelled.
        "ResourceLabel" => Shape::STRING;
    }
}

/// CustomizedMetricSpecification, of which nothing is read: it is refused.
const CUSTOMIZED: Shape = Shape::Structure(&Structure {
    name: "CustomizedMetricSpecification",
    members: &[
        Member::optional("MetricName", Shape::STRING, &["The metric."]),
        Member::optional("Namespace", Shape::STRING, &["Its namespace."]),
        Member::optional("Statistic", Shape::STRING, &["How values are put together."]),
        Member::optional("Unit", Shape::STRING, &["Their unit."]),
        Member::optional("Dimensions", Shape::List(&ListShape::of(Shape::OPAQUE)), &["Which of its values."]),
        Member::optional("Metrics", Shape::List(&ListShape::of(Shape::OPAQUE)), &["Metrics to reckon with."]),
    ],
});

structure! {
    /// How a target is tracked.
    pub(in crate::world) struct TargetTrackingScalingPolicyConfiguration as "TargetTrackingScalingPolicyConfiguration" {
        /// The consumption to keep, in per cent of the provisioned units: 20 to 90.
        "TargetValue" target_value: f64 => required Shape::Double;
        /// What is measured: this or CustomizedMetricSpecification.
        "PredefinedMetricSpecification" metric: Option<PredefinedMetricSpecification> => optional Shape::Structure(PredefinedMetricSpecification::STRUCTURE);
        /// A metric of one's own: not modelled, and refused.
        "CustomizedMetricSpecification" customized: Option<Value> => optional CUSTOMIZED;
        /// Seconds between one raise and the next.
        "ScaleOutCooldown" scale_out_cooldown: Option<u64> => optional SECONDS;
        /// Seconds between a change and the next reduction.
        "ScaleInCooldown" scale_in_cooldown: Option<u64> => optional SECONDS;
        /// Whether units are never lowered.
        "DisableScaleIn" disable_scale_in: Option<bool> => optional Shape::BOOLEAN;
    }
}

structure! {
    /// Gives a scalable target its policy.
    pub(in crate::world) struct PutScalingPolicyRequest as "PutScalingPolicyRequest" {
        /// The policy's name.
        "PolicyName" policy_name: String => required NAME;
        /// dynamodb.
        "ServiceNamespace" service_namespace: String => required NAME;
        /// table/NAME or table/NAME/index/NAME.
        "ResourceId" resource_id: String => required NAME;
        /// Which units: of a table or an index, for reads or writes.
        "ScalableDimension" scalable_dimension: String => required DIMENSION;
        /// TargetTrackingScaling, the one type that DynamoDB takes.
        "PolicyType" policy_type: Option<String> => optional Shape::one_of(&["StepScaling", "TargetTrackingScaling", "PredictiveScaling"]);
        /// How the target is tracked.
        "TargetTrackingScalingPolicyConfiguration" configuration: Option<TargetTrackingScalingPolicyConfiguration> => optional Shape::Structure(TargetTrackingScalingPolicyConfiguration::STRUCTURE);
    } without {
        /// Steps for an alarm of one's own, which DynamoDB does not take; not modelled.
        "StepScalingPolicyConfiguration" => Shape::OPAQUE;
        /// What is to come, which DynamoDB does not take; not modelled.
        "PredictiveScalingPolicyConfiguration" => Shape::OPAQUE;
    }
}

/// The request.
pub(in crate::world) struct PutScalingPolicy;

impl ServiceAction for PutScalingPolicy {
    const NAME: &'static str = "PutScalingPolicy";
    const DOC: &'static str = "Keeps a target's consumption at so many per cent of its provisioned units.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = PutScalingPolicyRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let resource = Resource::parse(&request.service_namespace, &request.resource_id, &request.scalable_dimension)?;
        if let Some(kind) = request.policy_type.filter(|kind| kind != "TargetTrackingScaling") {
            return Err(ApiError::validation(text::unsupported_policy(&kind)));
        }
        let configuration = request.configuration.ok_or_else(|| ApiError::validation(text::CONFIGURATION_REQUIRED))?;
        let target = target_value(&configuration)?;
        check_metric(&configuration, &resource)?;
        let now = world.engine.now();
        let Some(scaled) = world.autoscaling.targets.get_mut(&resource) else {
            return Err(ApiError::new(ErrorKind::ObjectNotFoundException, text::no_target(&resource)));
        };
        scaled.policy = Some(Policy {
            name: request.policy_name.clone(),
            target,
            out_cooldown: configuration.scale_out_cooldown.unwrap_or_default(),
            in_cooldown: configuration.scale_in_cooldown.unwrap_or_default(),
            only_out: configuration.disable_scale_in.unwrap_or_default(),
            created: now,
        });
        let alarms = ["AlarmHigh", "AlarmLow"]
            .map(|kind| json!({"AlarmName": format!("TargetTracking-{}-{kind}", resource.id())}));
        Ok(json!({"PolicyARN": arn(&resource, &request.policy_name, &world.engine), "Alarms": alarms}))
    }
}

/// Refuses a policy that measures nothing, two things, or what does not fit its dimension.
fn check_metric(configuration: &TargetTrackingScalingPolicyConfiguration, resource: &Resource) -> Result<(), ApiError> {
    let refusal = match (&configuration.metric, &configuration.customized) {
        (None, None) => text::METRIC_REQUIRED,
        (Some(_), Some(_)) => text::TWO_METRICS,
        (None, Some(_)) => text::NO_CUSTOMIZED_METRIC,
        (Some(given), None) if given.predefined_metric_type != metric(resource) => text::METRIC_DOES_NOT_FIT,
        (Some(_), None) => return Ok(()),
    };
    Err(ApiError::validation(refusal))
}

/// TargetValue, in whole per cent.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to lie between 20 and 90")]
fn target_value(configuration: &TargetTrackingScalingPolicyConfiguration) -> Result<u64, ApiError> {
    let value = configuration.target_value;
    if TARGET_VALUES.contains(&value) {
        Ok(value.round() as u64)
    } else {
        Err(ApiError::validation(text::TARGET_VALUE))
    }
}

/// PredefinedMetricType of a resource.
pub(super) const fn metric(resource: &Resource) -> &'static str {
    match resource.direction {
        Direction::Read => "DynamoDBReadCapacityUtilization",
        Direction::Write => "DynamoDBWriteCapacityUtilization",
    }
}

/// PolicyARN.
pub(super) fn arn(resource: &Resource, policy: &str, engine: &Engine) -> String {
    let config = engine.config();
    let id = resource.id();
    format!(
        "arn:aws:autoscaling:{}:{}:scalingPolicy:resource/dynamodb/{id}:policyName/{policy}",
        config.region, config.account
    )
}
