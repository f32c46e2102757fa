//! PutScheduledAction: other bounds for a scalable target, at moments that are known before.
//!
//! What comes every evening can be scaled for before it comes; target tracking then works within the new bounds.
//! Source: Application Auto Scaling API reference, PutScheduledAction.

use serde_json::{Value, json};

use super::resource::{DIMENSION, NAME};
use super::schedule::Schedule;
use super::{Resource, Scheduled, messages as text};
use crate::clock::Timestamp;
use crate::engine::shape::{IntegerRange, Shape, structure};
use crate::engine::{ApiError, ErrorKind};
use crate::world::World;
use crate::world::api::ServiceAction;

/// The most scheduled actions of a target.
const MOST_ACTIONS: usize = 200;
const CAPACITY: Shape = Shape::Integer(IntegerRange { min: 1, max: i32::MAX as i64 });

structure! {
    /// The new bounds.
    pub(in crate::world) struct ScalableTargetAction as "ScalableTargetAction" {
        /// The fewest units a second.
        "MinCapacity" min_capacity: Option<u64> => optional CAPACITY;
        /// The most units a second.
        "MaxCapacity" max_capacity: Option<u64> => optional CAPACITY;
    }
}

structure! {
    /// What is to be done, and when.
    pub(in crate::world) struct PutScheduledActionRequest as "PutScheduledActionRequest" {
        /// dynamodb.
        "ServiceNamespace" service_namespace: String => required NAME;
        /// at(…), rate(…) or cron(…), in UTC.
        "Schedule" schedule: Option<String> => optional NAME;
        /// UTC; other time zones are not modelled.
        "Timezone" timezone: Option<String> => optional NAME;
        /// The action's name.
        "ScheduledActionName" name: String => required Shape::text(1, 256);
        /// table/NAME or table/NAME/index/NAME.
        "ResourceId" resource_id: String => required NAME;
        /// Which units: of a table or an index, for reads or writes.
        "ScalableDimension" scalable_dimension: String => required DIMENSION;
        /// Not before this moment.
        "StartTime" start: Option<f64> => optional Shape::Timestamp;
        /// Not after this moment.
        "EndTime" end: Option<f64> => optional Shape::Timestamp;
        /// The new bounds: one of them or both.
        "ScalableTargetAction" action: Option<ScalableTargetAction> => optional Shape::Structure(ScalableTargetAction::STRUCTURE);
    }
}

/// The request.
pub(in crate::world) struct PutScheduledAction;

impl ServiceAction for PutScheduledAction {
    const NAME: &'static str = "PutScheduledAction";
    const DOC: &'static str = "Gives a target other bounds at certain times.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = PutScheduledActionRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let resource = Resource::parse(&request.service_namespace, &request.resource_id, &request.scalable_dimension)?;
        if let Some(zone) = request.timezone.filter(|zone| !["UTC", "Etc/UTC"].contains(&zone.as_str())) {
            return Err(ApiError::validation(text::time_zone(&zone)));
        }
        if !world.autoscaling.targets.contains_key(&resource) {
            return Err(ApiError::new(ErrorKind::ObjectNotFoundException, text::no_target(&resource)));
        }
        let now = world.engine.now();
        let key = (resource.clone(), request.name.clone());
        let known = world.autoscaling.scheduled.get(&key);
        let count = world.autoscaling.scheduled.keys().filter(|(of, _)| *of == resource).count();
        if known.is_none() && count >= MOST_ACTIONS {
            return Err(ApiError::new(ErrorKind::LimitExceededException, text::too_many_actions(MOST_ACTIONS)));
        }
        let given = request.schedule.or_else(|| known.map(|known| known.text.clone()));
        let given = given.ok_or_else(|| ApiError::validation(text::SCHEDULE_REQUIRED))?;
        let schedule = Schedule::parse(&given).ok_or_else(|| ApiError::validation(text::not_a_schedule(&given)))?;
        let (least, most) = match &request.action {
            Some(action) => (action.min_capacity, action.max_capacity),
            None => known.map_or((None, None), |known| (known.least, known.most)),
        };
        match (least, most) {
            (None, None) => return Err(ApiError::validation(text::ACTION_REQUIRED)),
            (Some(least), Some(most)) if most < least => return Err(ApiError::validation(text::BOUNDS_ORDER)),
            _ => {}
        }
        let moment = |given: Option<f64>| given.map(Timestamp::from_secs_f64);
        let mut scheduled = Scheduled {
            text: given,
            schedule,
            start: moment(request.start),
            end: moment(request.end),
            least,
            most,
            created: known.map_or(now, |known| known.created),
            next: None,
        };
        scheduled.next = scheduled.next_after(now);
        if scheduled.next.is_none() {
            return Err(ApiError::validation(text::NEVER));
        }
        world.autoscaling.scheduled.insert(key, scheduled);
        Ok(json!({}))
    }
}
