//! DescribeScalingActivities: what was done, and why.
//!
//! Source: Application Auto Scaling API reference, DescribeScalingActivities. Everything fits one page here.

use serde_json::{Value, json};

use super::Activity;
use super::resource::{DIMENSION, NAME, check_namespace};
use crate::engine::ApiError;
use crate::engine::shape::{Pages, Shape, structure};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Which of them to tell.
    pub(in crate::world) struct DescribeScalingActivitiesRequest as "DescribeScalingActivitiesRequest" {
        /// dynamodb.
        "ServiceNamespace" service_namespace: String => required NAME;
        /// Only this resource.
        "ResourceId" resource_id: Option<String> => optional NAME;
        /// Only these units.
        "ScalableDimension" scalable_dimension: Option<String> => optional DIMENSION;
    } without {
        /// Also what was not scaled, and why; not modelled.
        "IncludeNotScaledActivities" => Shape::BOOLEAN;
    }
}

/// The request.
pub(in crate::world) struct DescribeScalingActivities;

impl ServiceAction for DescribeScalingActivities {
    const NAME: &'static str = "DescribeScalingActivities";
    const DOC: &'static str = "Shows what auto scaling has done, newest first.";
    const SERVICE: &'static str = super::SERVICE;
    const PAGES: Option<&'static Pages> = Some(&Pages {
        start: "NextToken",
        next: "NextToken",
        limit: Some("MaxResults"),
        results: &["ScalingActivities"],
    });
    type Request = DescribeScalingActivitiesRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        check_namespace(&request.service_namespace)?;
        let wanted = |activity: &&Activity| {
            let resource = &activity.resource;
            request.resource_id.as_ref().is_none_or(|id| *id == resource.id())
                && request.scalable_dimension.as_ref().is_none_or(|dimension| *dimension == resource.dimension())
        };
        let shown = |activity: &Activity| {
            let status = if activity.refusal.is_some() { "Failed" } else { "Successful" };
            json!({
                "ServiceNamespace": "dynamodb",
                "ResourceId": activity.resource.id(),
                "ScalableDimension": activity.resource.dimension(),
                "Description": format!(
                    "Setting {} from {} to {}.",
                    activity.resource.units(),
                    activity.from,
                    activity.to
                ),
                "Cause": activity.cause,
                "StartTime": activity.at.as_secs_f64(),
                "StatusCode": status,
                "StatusMessage": activity.refusal.clone().unwrap_or_else(|| "Successfully set.".to_owned()),
            })
        };
        let activities = world.autoscaling.activities().filter(wanted).map(shown);
        Ok(json!({"ScalingActivities": activities.collect::<Vec<Value>>()}))
    }
}
