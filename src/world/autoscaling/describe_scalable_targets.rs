//! DescribeScalableTargets: what may be scaled.
//!
//! Source: Application Auto Scaling API reference, DescribeScalableTargets. Everything fits one page here.

use serde_json::{Value, json};

use super::resource::{DIMENSION, NAME, check_namespace};
use super::{Resource, ScalableTarget, register_scalable_target::arn};
use crate::engine::shape::{ListShape, Pages, Shape, structure};
use crate::engine::{ApiError, Engine};
use crate::world::World;
use crate::world::api::ServiceAction;

/// The role that the service acts in unless another was given.
fn service_role(engine: &Engine) -> String {
    format!(
        "arn:aws:iam::{}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/\
         AWSServiceRoleForApplicationAutoScaling_DynamoDBTable",
        engine.config().account
    )
}

structure! {
    /// Which of them to tell.
    pub(in crate::world) struct DescribeScalableTargetsRequest as "DescribeScalableTargetsRequest" {
        /// dynamodb.
        "ServiceNamespace" service_namespace: String => required NAME;
        /// Only these resources.
        "ResourceIds" resource_ids: Option<Vec<String>> => optional Shape::List(&ListShape::of(NAME));
        /// Only these units.
        "ScalableDimension" scalable_dimension: Option<String> => optional DIMENSION;
    }
}

/// The request.
pub(in crate::world) struct DescribeScalableTargets;

impl ServiceAction for DescribeScalableTargets {
    const NAME: &'static str = "DescribeScalableTargets";
    const DOC: &'static str = "Shows what may be scaled, and between which bounds.";
    const SERVICE: &'static str = super::SERVICE;
    const PAGES: Option<&'static Pages> = Some(&Pages {
        start: "NextToken",
        next: "NextToken",
        limit: Some("MaxResults"),
        results: &["ScalableTargets"],
    });
    type Request = DescribeScalableTargetsRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        check_namespace(&request.service_namespace)?;
        let wanted = |resource: &Resource| {
            request.resource_ids.as_ref().is_none_or(|ids| ids.contains(&resource.id()))
                && request.scalable_dimension.as_ref().is_none_or(|dimension| *dimension == resource.dimension())
        };
        let target = |(resource, target): (&Resource, &ScalableTarget)| {
            json!({
                "ServiceNamespace": "dynamodb",
                "ResourceId": resource.id(),
                "ScalableDimension": resource.dimension(),
                "MinCapacity": target.least,
                "MaxCapacity": target.most,
                "RoleARN": target.role.clone().unwrap_or_else(|| service_role(&world.engine)),
                "CreationTime": target.registered.as_secs_f64(),
                "ScalableTargetARN": arn(resource, &world.engine),
            })
        };
        let targets = world.autoscaling.targets.iter().filter(|(resource, _)| wanted(resource)).map(target);
        Ok(json!({"ScalableTargets": targets.collect::<Vec<Value>>()}))
    }
}
