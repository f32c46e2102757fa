//! RegisterScalableTarget: lets the units of a table or index be scaled between two bounds.
//!
//! Units outside the bounds are brought within them at once. Source: Application Auto Scaling API reference,
//! RegisterScalableTarget.

use serde_json::{Value, json};

use super::resource::{DIMENSION, NAME};
use super::{Resource, ScalableTarget, messages as text, provisioned};
use crate::engine::shape::{IntegerRange, Shape, structure};
use crate::engine::{ApiError, Engine};
use crate::world::World;
use crate::world::api::ServiceAction;

const CAPACITY: Shape = Shape::Integer(IntegerRange { min: 1, max: i32::MAX as i64 });

structure! {
    /// Registers what may be scaled.
    pub(in crate::world) struct RegisterScalableTargetRequest as "RegisterScalableTargetRequest" {
        /// dynamodb.
        "ServiceNamespace" service_namespace: String => required NAME;
        /// table/NAME or table/NAME/index/NAME.
        "ResourceId" resource_id: String => required NAME;
        /// Which units: of a table or an index, for reads or writes.
        "ScalableDimension" scalable_dimension: String => required DIMENSION;
        /// The fewest units a second.
        "MinCapacity" min_capacity: Option<u64> => optional CAPACITY;
        /// The most units a second.
        "MaxCapacity" max_capacity: Option<u64> => optional CAPACITY;
        /// The role it acts in; described, and not looked at.
        "RoleARN" role_arn: Option<String> => optional NAME;
    } without {
        /// Whether scaling rests; not modelled.
        "SuspendedState" => Shape::OPAQUE;
        /// Its tags; not modelled.
        "Tags" => Shape::TEXTS;
    }
}

/// The request.
pub(in crate::world) struct RegisterScalableTarget;

impl ServiceAction for RegisterScalableTarget {
    const NAME: &'static str = "RegisterScalableTarget";
    const DOC: &'static str = "Lets the units of a table or index be scaled between two bounds.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = RegisterScalableTargetRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let resource = Resource::parse(&request.service_namespace, &request.resource_id, &request.scalable_dimension)?;
        check_exists(&resource, &world.engine)?;
        let now = world.engine.now();
        world.autoscaling.begin(now);
        let known = world.autoscaling.targets.get(&resource);
        let least = request.min_capacity.or(known.map(|target| target.least));
        let most = request.max_capacity.or(known.map(|target| target.most));
        let (Some(least), Some(most)) = (least, most) else {
            return Err(ApiError::validation(text::BOUNDS_REQUIRED));
        };
        if most < least {
            return Err(ApiError::validation(text::BOUNDS_ORDER));
        }
        let new =
            ScalableTarget { least, most, role: None, registered: now, policy: None, raised: None, lowered: None };
        let target = world.autoscaling.targets.entry(resource.clone()).or_insert(new);
        (target.least, target.most) = (least, most);
        target.role = request.role_arn.or(target.role.take());
        let units = provisioned(&resource, &world.engine);
        if units.is_some_and(|units| units.clamp(least, most) != units) {
            world.autoscaling.look_at(&resource, &mut world.engine);
        }
        Ok(json!({"ScalableTargetARN": arn(&resource, &world.engine)}))
    }
}

fn check_exists(resource: &Resource, engine: &Engine) -> Result<(), ApiError> {
    let table = engine.table(&resource.table);
    let found = table.is_some_and(|table| resource.index.as_ref().is_none_or(|name| table.index(name).is_some()));
    if found { Ok(()) } else { Err(ApiError::validation(text::no_resource(resource))) }
}

/// ScalableTargetARN.
pub(super) fn arn(resource: &Resource, engine: &Engine) -> String {
    let config = engine.config();
    let id = resource.id().replace('/', "-");
    let units = resource.units();
    format!("arn:aws:application-autoscaling:{}:{}:scalable-target/{id}-{units}", config.region, config.account)
}
