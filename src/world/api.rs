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
use super::dax::{create_cluster, create_parameter_group, delete_cluster, describe_clusters, update_parameter_group};
use super::iam::{delete_role_policy, get_role_policy, put_role_policy};
use super::lambda::{
    create_event_source_mapping, delete_event_source_mapping, get_event_source_mapping, list_event_source_mappings,
    list_functions, update_event_source_mapping,
};
use super::sqs::{create_queue, delete_message, list_queues, receive_message};
use crate::engine::ApiError;
use crate::engine::messages::wording::Wording;
use crate::engine::shape::{self, Pages, Shaped, Structure};

/// A request: how it is read and carried out.
pub(super) trait Action {
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
pub struct Operation {
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

impl Operation {
    const fn of<A: Action>() -> Self {
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

fn run<A: Action>(world: &mut World, body: Value) -> Result<Value, ApiError> {
    A::run(shape::decode(body, Wording::Older)?, world)
}

/// Every request, in the order of services and names.
pub const OPERATIONS: &[Operation] = &[
    Operation::of::<delete_scaling_policy::DeleteScalingPolicy>(),
    Operation::of::<delete_scheduled_action::DeleteScheduledAction>(),
    Operation::of::<deregister_scalable_target::DeregisterScalableTarget>(),
    Operation::of::<describe_scalable_targets::DescribeScalableTargets>(),
    Operation::of::<describe_scaling_activities::DescribeScalingActivities>(),
    Operation::of::<describe_scaling_policies::DescribeScalingPolicies>(),
    Operation::of::<describe_scheduled_actions::DescribeScheduledActions>(),
    Operation::of::<put_scaling_policy::PutScalingPolicy>(),
    Operation::of::<put_scheduled_action::PutScheduledAction>(),
    Operation::of::<register_scalable_target::RegisterScalableTarget>(),
    Operation::of::<create_cluster::CreateCluster>(),
    Operation::of::<create_parameter_group::CreateParameterGroup>(),
    Operation::of::<delete_cluster::DeleteCluster>(),
    Operation::of::<describe_clusters::DescribeClusters>(),
    Operation::of::<update_parameter_group::UpdateParameterGroup>(),
    Operation::of::<delete_role_policy::DeleteRolePolicy>(),
    Operation::of::<get_role_policy::GetRolePolicy>(),
    Operation::of::<put_role_policy::PutRolePolicy>(),
    Operation::of::<create_event_source_mapping::CreateEventSourceMapping>(),
    Operation::of::<delete_event_source_mapping::DeleteEventSourceMapping>(),
    Operation::of::<get_event_source_mapping::GetEventSourceMapping>(),
    Operation::of::<list_event_source_mappings::ListEventSourceMappings>(),
    Operation::of::<list_functions::ListFunctions>(),
    Operation::of::<update_event_source_mapping::UpdateEventSourceMapping>(),
    Operation::of::<create_queue::CreateQueue>(),
    Operation::of::<delete_message::DeleteMessage>(),
    Operation::of::<list_queues::ListQueues>(),
    Operation::of::<receive_message::ReceiveMessage>(),
];

impl World {
    /// Lets a request's time pass, then sends it to what stands around the table.
    ///
    /// # Errors
    /// The exceptions of the service it goes to.
    pub fn ask(&mut self, operation: &Operation, body: Value) -> Result<Value, ApiError> {
        self.wait(super::REQUEST_MILLIS);
        let request = body.clone();
        let outcome = (operation.run)(self, body);
        let now = self.engine.now();
        self.engine.journal_mut().note(now, operation.name, &request, &outcome);
        outcome
    }
}
