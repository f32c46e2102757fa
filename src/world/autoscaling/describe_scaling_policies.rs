//! DescribeScalingPolicies: the policies there are.
//!
//! Source: Application Auto Scaling API reference, DescribeScalingPolicies. Everything fits one page here.

use serde_json::{Value, json};

use super::put_scaling_policy::{arn, metric};
use super::resource::{DIMENSION, NAME, check_namespace};
use crate::engine::ApiError;
use crate::engine::shape::{ListShape, Pages, Shape, structure};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Which of them to tell.
    pub(in crate::world) struct DescribeScalingPoliciesRequest as "DescribeScalingPoliciesRequest" {
        /// dynamodb.
        "ServiceNamespace" service_namespace: String => required NAME;
        /// Only this resource.
        "ResourceId" resource_id: Option<String> => optional NAME;
        /// Only these units.
        "ScalableDimension" scalable_dimension: Option<String> => optional DIMENSION;
    } without {
        /// Only these; not modelled.
        "PolicyNames" => Shape::List(&ListShape::of(NAME));
    }
}

/// The request.
pub(in crate::world) struct DescribeScalingPolicies;

impl ServiceAction for DescribeScalingPolicies {
    const NAME: &'static str = "DescribeScalingPolicies";
    const DOC: &'static str = "Shows how targets are tracked.";
    const SERVICE: &'static str = super::SERVICE;
    const PAGES: Option<&'static Pages> = Some(&Pages {
        start: "NextToken",
        next: "NextToken",
        limit: Some("MaxResults"),
        results: &["ScalingPolicies"],
    });
    type Request = DescribeScalingPoliciesRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        check_namespace(&request.service_namespace)?;
        let mut policies = Vec::new();
        for (resource, target) in &world.autoscaling.targets {
            let wanted = request.resource_id.as_ref().is_none_or(|id| *id == resource.id())
                && request.scalable_dimension.as_ref().is_none_or(|dimension| *dimension == resource.dimension());
            let Some(policy) = target.policy.as_ref().filter(|_| wanted) else { continue };
            policies.push(json!({
                "PolicyARN": arn(resource, &policy.name, &world.engine),
                "PolicyName": policy.name,
                "ServiceNamespace": "dynamodb",
                "ResourceId": resource.id(),
                "ScalableDimension": resource.dimension(),
                "PolicyType": "TargetTrackingScaling",
                "TargetTrackingScalingPolicyConfiguration": {
                    "TargetValue": policy.target,
                    "PredefinedMetricSpecification": {"PredefinedMetricType": metric(resource)},
                    "ScaleOutCooldown": policy.out_cooldown,
                    "ScaleInCooldown": policy.in_cooldown,
                    "DisableScaleIn": policy.only_out,
                },
                "CreationTime": policy.created.as_secs_f64(),
            }));
        }
        Ok(json!({"ScalingPolicies": policies}))
    }
}
