//! DescribeScheduledActions: the scheduled actions there are.
//!
//! Source: Application Auto Scaling API reference, DescribeScheduledActions. Everything fits one page here.

use serde_json::{Value, json};

use super::resource::{DIMENSION, NAME, check_namespace};
use super::{Resource, Scheduled};
use crate::engine::shape::{ListShape, Pages, Shape, structure};
use crate::engine::{ApiError, Engine};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// Which of them to tell.
    pub(in crate::world) struct DescribeScheduledActionsRequest as "DescribeScheduledActionsRequest" {
        /// Only those of these names.
        "ScheduledActionNames" names: Option<Vec<String>> => optional Shape::List(&ListShape::sized(NAME, 0, 50));
        /// dynamodb.
        "ServiceNamespace" service_namespace: String => required NAME;
        /// Only this resource.
        "ResourceId" resource_id: Option<String> => optional NAME;
        /// Only these units.
        "ScalableDimension" scalable_dimension: Option<String> => optional DIMENSION;
    }
}

/// The request.
pub(in crate::world) struct DescribeScheduledActions;

impl ServiceAction for DescribeScheduledActions {
    const NAME: &'static str = "DescribeScheduledActions";
    const DOC: &'static str = "Shows which scheduled actions there are.";
    const SERVICE: &'static str = super::SERVICE;
    const PAGES: Option<&'static Pages> = Some(&Pages {
        start: "NextToken",
        next: "NextToken",
        limit: Some("MaxResults"),
        results: &["ScheduledActions"],
    });
    type Request = DescribeScheduledActionsRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        check_namespace(&request.service_namespace)?;
        let fits = |(resource, name): &(Resource, String)| {
            request.names.as_ref().is_none_or(|names| names.contains(name))
                && request.resource_id.as_ref().is_none_or(|id| *id == resource.id())
                && request.scalable_dimension.as_ref().is_none_or(|dimension| *dimension == resource.dimension())
        };
        let all = world.autoscaling.scheduled.iter().filter(|(key, _)| fits(key));
        let told: Vec<Value> =
            all.map(|((resource, name), action)| described(resource, name, action, &world.engine)).collect();
        Ok(json!({"ScheduledActions": told}))
    }
}

fn described(resource: &Resource, name: &str, action: &Scheduled, engine: &Engine) -> Value {
    let (config, id) = (engine.config(), resource.id());
    let mut bounds = json!({});
    for (member, units) in [("MinCapacity", action.least), ("MaxCapacity", action.most)] {
        if let Some(units) = units {
            bounds[member] = units.into();
        }
    }
    let mut body = json!({
        "ScheduledActionName": name,
        "ScheduledActionARN": format!(
            "arn:aws:autoscaling:{}:{}:scheduledAction:resource/dynamodb/{id}:scheduledActionName/{name}",
            config.region, config.account
        ),
        "ServiceNamespace": "dynamodb",
        "Schedule": action.text,
        "ResourceId": id,
        "ScalableDimension": resource.dimension(),
        "ScalableTargetAction": bounds,
        "CreationTime": action.created.as_secs_f64(),
    });
    for (member, moment) in [("StartTime", action.start), ("EndTime", action.end)] {
        if let Some(moment) = moment {
            body[member] = json!(moment.as_secs_f64());
        }
    }
    body
}
