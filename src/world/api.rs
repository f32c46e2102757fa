//! Requests that are not DynamoDB's own: their list, in the form that the AWS CLI language reads.
//!
//! Each is a file beside the part it speaks to, with its request declared by `structure!` as the engine's verbs are.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::World;
use super::autoscaling::{
    delete_scaling_policy, delete_scheduled_action, deregister_scalable_target, describe_scalable_targets,
    describe_scaling_activities, describe_scaling_policies, describe_scheduled_actions, put_scaling_policy,
    put_scheduled_action, register_scalable_target,
};
use super::dax::{
    create_cluster, create_parameter_group, decrease_replication_factor, delete_cluster, describe_clusters,
    increase_replication_factor, update_parameter_group,
};
use super::iam::{delete_role_policy, get_role_policy, put_role_policy};
use super::lambda::{
    create_event_source_mapping, delete_event_source_mapping, get_event_source_mapping, list_event_source_mappings,
    list_functions, update_event_source_mapping,
};
use super::sqs::{create_queue, delete_message, list_queues, receive_message};
use crate::engine::messages::wording::Wording;
use crate::engine::shape::{self, Pages, Shaped, Structure};
use crate::engine::{ApiError, Event};

/// A request: how it is read and carried out.
pub(super) trait ServiceAction {
    /// Its name: `RegisterScalableTarget`.
    const NAME: &'static str;
    /// What it does, in one sentence.
    const DOC: &'static str;
    /// The service as the AWS CLI names it.
    const SERVICE: &'static str;
    /// How its answers come in pages that clients join; `None` if no client does.
    const PAGES: Option<&'static Pages> = None;
    /// The request.
    type Request: Shaped + DeserializeOwned;

    /// Does it, and answers with the response body.
    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError>;
}

/// A request as the rest of the program sees it.
#[derive(Debug)]
pub struct ServiceOperation {
    /// Its name: `RegisterScalableTarget`.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub doc: &'static str,
    /// The service as the AWS CLI names it: `application-autoscaling`.
    pub service: &'static str,
    /// How its answers come in pages that clients join; `None` if no client does.
    pub pages: Option<&'static Pages>,
    /// The shape of its request.
    pub input: &'static Structure,
    run: fn(&mut World, Value) -> Result<Value, ApiError>,
}

impl ServiceOperation {
    const fn of<A: ServiceAction>() -> Self {
        Self {
            name: A::NAME,
            doc: A::DOC,
            service: A::SERVICE,
            pages: A::PAGES,
            input: A::Request::STRUCTURE,
            run: run::<A>,
        }
    }
}

fn run<A: ServiceAction>(world: &mut World, body: Value) -> Result<Value, ApiError> {
    A::run(shape::decode(body, Wording::Older)?, world)
}

/// Every request, in the order of services and names.
pub const OPERATIONS: &[ServiceOperation] = &[
    ServiceOperation::of::<delete_scaling_policy::DeleteScalingPolicy>(),
    ServiceOperation::of::<delete_scheduled_action::DeleteScheduledAction>(),
    ServiceOperation::of::<deregister_scalable_target::DeregisterScalableTarget>(),
    ServiceOperation::of::<describe_scalable_targets::DescribeScalableTargets>(),
    ServiceOperation::of::<describe_scaling_activities::DescribeScalingActivities>(),
    ServiceOperation::of::<describe_scaling_policies::DescribeScalingPolicies>(),
    ServiceOperation::of::<describe_scheduled_actions::DescribeScheduledActions>(),
    ServiceOperation::of::<put_scaling_policy::PutScalingPolicy>(),
    ServiceOperation::of::<put_scheduled_action::PutScheduledAction>(),
    ServiceOperation::of::<register_scalable_target::RegisterScalableTarget>(),
    ServiceOperation::of::<create_cluster::CreateCluster>(),
    ServiceOperation::of::<create_parameter_group::CreateParameterGroup>(),
    ServiceOperation::of::<decrease_replication_factor::DecreaseReplicationFactor>(),
    ServiceOperation::of::<delete_cluster::DeleteCluster>(),
    ServiceOperation::of::<describe_clusters::DescribeClusters>(),
    ServiceOperation::of::<increase_replication_factor::IncreaseReplicationFactor>(),
    ServiceOperation::of::<update_parameter_group::UpdateParameterGroup>(),
    ServiceOperation::of::<delete_role_policy::DeleteRolePolicy>(),
    ServiceOperation::of::<get_role_policy::GetRolePolicy>(),
    ServiceOperation::of::<put_role_policy::PutRolePolicy>(),
    ServiceOperation::of::<create_event_source_mapping::CreateEventSourceMapping>(),
    ServiceOperation::of::<delete_event_source_mapping::DeleteEventSourceMapping>(),
    ServiceOperation::of::<get_event_source_mapping::GetEventSourceMapping>(),
    ServiceOperation::of::<list_event_source_mappings::ListEventSourceMappings>(),
    ServiceOperation::of::<list_functions::ListFunctions>(),
    ServiceOperation::of::<update_event_source_mapping::UpdateEventSourceMapping>(),
    ServiceOperation::of::<create_queue::CreateQueue>(),
    ServiceOperation::of::<delete_message::DeleteMessage>(),
    ServiceOperation::of::<list_queues::ListQueues>(),
    ServiceOperation::of::<receive_message::ReceiveMessage>(),
];

impl World {
    /// Lets a request's time pass, then sends it to what stands around the table.
    ///
    /// # Errors
    /// The exceptions of the service it goes to.
    pub fn ask(&mut self, operation: &ServiceOperation, body: Value) -> Result<Value, ApiError> {
        self.wait(super::REQUEST_MILLIS);
        let request = body.clone();
        let outcome = (operation.run)(self, body);
        let now = self.engine.now();
        self.engine.journal_mut().note(now, Event::Around(operation.name), &request, &outcome);
        outcome
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::engine::shape::{ListShape, MapShape, Member, Shape};

    /// The members that the services' public models give the requests, and those within them of which anything is read.
    const MEMBERS: &[(&str, &str)] = &[
        ("DeleteScalingPolicy", "PolicyName ServiceNamespace ResourceId ScalableDimension"),
        ("DeleteScheduledAction", "ServiceNamespace ScheduledActionName ResourceId ScalableDimension"),
        ("DeregisterScalableTarget", "ServiceNamespace ResourceId ScalableDimension"),
        ("DescribeScalableTargets", "ServiceNamespace ResourceIds ScalableDimension MaxResults NextToken"),
        (
            "DescribeScalingActivities",
            "ServiceNamespace ResourceId ScalableDimension MaxResults NextToken IncludeNotScaledActivities",
        ),
        ("DescribeScalingPolicies", "PolicyNames ServiceNamespace ResourceId ScalableDimension MaxResults NextToken"),
        (
            "DescribeScheduledActions",
            "ScheduledActionNames ServiceNamespace ResourceId ScalableDimension MaxResults NextToken",
        ),
        (
            "PutScalingPolicy",
            "PolicyName ServiceNamespace ResourceId ScalableDimension PolicyType \
             StepScalingPolicyConfiguration TargetTrackingScalingPolicyConfiguration \
             PredictiveScalingPolicyConfiguration",
        ),
        (
            "PutScalingPolicy.TargetTrackingScalingPolicyConfiguration",
            "TargetValue PredefinedMetricSpecification CustomizedMetricSpecification ScaleOutCooldown \
             ScaleInCooldown DisableScaleIn",
        ),
        (
            "PutScalingPolicy.TargetTrackingScalingPolicyConfiguration.PredefinedMetricSpecification",
            "PredefinedMetricType ResourceLabel",
        ),
        (
            "PutScalingPolicy.TargetTrackingScalingPolicyConfiguration.CustomizedMetricSpecification",
            "MetricName Namespace Dimensions Statistic Unit Metrics",
        ),
        (
            "PutScheduledAction",
            "ServiceNamespace Schedule Timezone ScheduledActionName ResourceId ScalableDimension StartTime \
             EndTime ScalableTargetAction",
        ),
        ("PutScheduledAction.ScalableTargetAction", "MinCapacity MaxCapacity"),
        (
            "RegisterScalableTarget",
            "ServiceNamespace ResourceId ScalableDimension MinCapacity MaxCapacity RoleARN SuspendedState \
             Tags",
        ),
        (
            "CreateCluster",
            "ClusterName NodeType Description ReplicationFactor AvailabilityZones SubnetGroupName \
             SecurityGroupIds PreferredMaintenanceWindow NotificationTopicArn IamRoleArn ParameterGroupName \
             Tags SSESpecification ClusterEndpointEncryptionType NetworkType",
        ),
        ("CreateParameterGroup", "ParameterGroupName Description"),
        ("DecreaseReplicationFactor", "ClusterName NewReplicationFactor AvailabilityZones NodeIdsToRemove"),
        ("DeleteCluster", "ClusterName"),
        ("DescribeClusters", "ClusterNames MaxResults NextToken"),
        ("IncreaseReplicationFactor", "ClusterName NewReplicationFactor AvailabilityZones"),
        ("UpdateParameterGroup", "ParameterGroupName ParameterNameValues"),
        ("UpdateParameterGroup.ParameterNameValues", "ParameterName ParameterValue"),
        ("DeleteRolePolicy", "RoleName PolicyName"),
        ("GetRolePolicy", "RoleName PolicyName"),
        ("PutRolePolicy", "RoleName PolicyName PolicyDocument"),
        (
            "CreateEventSourceMapping",
            "EventSourceArn FunctionName Enabled BatchSize FilterCriteria MaximumBatchingWindowInSeconds \
             ParallelizationFactor StartingPosition StartingPositionTimestamp DestinationConfig \
             MaximumRecordAgeInSeconds BisectBatchOnFunctionError MaximumRetryAttempts Tags \
             TumblingWindowInSeconds Topics Queues SourceAccessConfigurations SelfManagedEventSource \
             FunctionResponseTypes AmazonManagedKafkaEventSourceConfig SelfManagedKafkaEventSourceConfig \
             ScalingConfig DocumentDBEventSourceConfig KMSKeyArn MetricsConfig LoggingConfig \
             ProvisionedPollerConfig",
        ),
        ("CreateEventSourceMapping.DestinationConfig", "OnSuccess OnFailure"),
        ("CreateEventSourceMapping.DestinationConfig.OnFailure", "Destination"),
        ("CreateEventSourceMapping.FilterCriteria", "Filters"),
        ("CreateEventSourceMapping.FilterCriteria.Filters", "Pattern"),
        ("DeleteEventSourceMapping", "UUID"),
        ("GetEventSourceMapping", "UUID"),
        ("ListEventSourceMappings", "EventSourceArn FunctionName Marker MaxItems"),
        ("ListFunctions", "MasterRegion FunctionVersion Marker MaxItems"),
        (
            "UpdateEventSourceMapping",
            "UUID FunctionName Enabled BatchSize FilterCriteria MaximumBatchingWindowInSeconds \
             DestinationConfig MaximumRecordAgeInSeconds BisectBatchOnFunctionError MaximumRetryAttempts \
             ParallelizationFactor SourceAccessConfigurations TumblingWindowInSeconds FunctionResponseTypes \
             ScalingConfig AmazonManagedKafkaEventSourceConfig SelfManagedKafkaEventSourceConfig \
             DocumentDBEventSourceConfig KMSKeyArn MetricsConfig LoggingConfig ProvisionedPollerConfig",
        ),
        ("UpdateEventSourceMapping.DestinationConfig", "OnSuccess OnFailure"),
        ("UpdateEventSourceMapping.DestinationConfig.OnFailure", "Destination"),
        ("UpdateEventSourceMapping.FilterCriteria", "Filters"),
        ("UpdateEventSourceMapping.FilterCriteria.Filters", "Pattern"),
        ("CreateQueue", "QueueName Attributes tags"),
        ("DeleteMessage", "QueueUrl ReceiptHandle"),
        ("ListQueues", "QueueNamePrefix NextToken MaxResults"),
        (
            "ReceiveMessage",
            "QueueUrl AttributeNames MessageSystemAttributeNames MessageAttributeNames MaxNumberOfMessages \
             VisibilityTimeout WaitTimeSeconds ReceiveRequestAttemptId",
        ),
    ];

    /// The structure at a path: `PutScalingPolicy.TargetTrackingScalingPolicyConfiguration`.
    fn structure(path: &str) -> (&'static ServiceOperation, &'static Structure) {
        let mut parts = path.split('.');
        let name = parts.next().unwrap();
        let operation = OPERATIONS.iter().find(|operation| operation.name == name).unwrap();
        let inner = |structure: &'static Structure, part: &str| match within(structure.member(part).unwrap().shape) {
            Shape::Structure(inner) => inner,
            other => panic!("{path} is {other:?}"),
        };
        (operation, parts.fold(operation.input, inner))
    }

    fn within(shape: Shape) -> Shape {
        match shape {
            Shape::List(ListShape { element, .. }) => within(*element),
            Shape::Map(MapShape { value, .. }) => within(*value),
            other => other,
        }
    }

    #[test]
    fn each_member_of_the_services_is_read_or_declared_as_not_modelled() {
        let mut named: Vec<&str> = MEMBERS.iter().map(|(path, _)| *path).filter(|path| !path.contains('.')).collect();
        named.sort_unstable();
        let mut there: Vec<&str> = OPERATIONS.iter().map(|operation| operation.name).collect();
        there.sort_unstable();
        assert_eq!(named, there);
        for (path, members) in MEMBERS {
            let (operation, structure) = structure(path);
            // What says where a page begins and how long it is belongs to the client, which joins pages.
            let is_paging =
                |name: &str| operation.pages.is_some_and(|pages| pages.start == name || pages.limit == Some(name));
            let missing: Vec<&str> = members
                .split(' ')
                .filter(|name| structure.member(name).is_none() && (path.contains('.') || !is_paging(name)))
                .collect();
            assert!(missing.is_empty(), "{path} would drop {missing:?}");
            let invented: Vec<&str> = structure
                .members
                .iter()
                .map(|member| member.name)
                .filter(|name| !members.split(' ').any(|member| member == *name))
                .collect();
            assert!(invented.is_empty(), "{path} has no {invented:?}");
        }
    }

    /// A value of a shape, another than those that ask for nothing.
    fn value(member: &Member) -> Value {
        fn of(shape: &Shape, but: &[&str]) -> Value {
            match shape {
                Shape::String(text) => {
                    text.values.iter().find(|value| !but.contains(value)).unwrap_or(&"other").to_string().into()
                }
                Shape::Integer(range) | Shape::Long(range) => range.min.into(),
                Shape::Double | Shape::Timestamp => 1.0.into(),
                Shape::Boolean => true.into(),
                Shape::List(list) => json!([of(&list.element, but)]),
                Shape::Map(map) => json!({ "name": of(&map.value, but) }),
                Shape::Structure(_) | Shape::AttributeValue => json!({}),
            }
        }
        of(&member.shape, member.unmodelled.unwrap_or_default())
    }

    #[test]
    fn each_member_that_is_not_modelled_is_refused_by_its_name() {
        let mut count = 0;
        for (path, _) in MEMBERS {
            let (operation, structure) = structure(path);
            for member in structure.members.iter().filter(|member| member.unmodelled.is_some()) {
                let mut body = json!({ member.name: value(member) });
                let mut parts: Vec<&str> = path.split('.').skip(1).collect();
                while let Some(part) = parts.pop() {
                    let (_, around) = self::structure(&[&[operation.name], &parts[..]].concat().join("."));
                    let is_list = matches!(around.member(part).unwrap().shape, Shape::List(_));
                    body = if is_list { json!({ part: [body] }) } else { json!({ part: body }) };
                }
                let refused = operation.input.unmodelled(&body);
                assert!(refused.as_ref().is_some_and(|refused| refused.contains(member.name)), "{path}: {refused:?}");
                count += 1;
            }
        }
        assert!(count > 40, "{count}");
    }
}
