//! Application Auto Scaling for DynamoDB: target tracking of provisioned units, with the delays of its alarms.
//!
//! The life of a minute: at each whole minute [`AutoScaling::look`] takes the consumed units of the minute that has ended
//! from the supply of every registered target. Two minutes in a row above the target value raise the provisioned units;
//! fifteen in a row well below it lower them; both by an UpdateTable of its own, which stands in the journal and counts
//! among the day's decreases like anybody's. A spike shorter than two minutes is over before anything happens.
//!
//! Model: the alarms (2 minutes above, 15 minutes below) are what AWS's documentation and consoles show; "well below" is
//! 20 points under the target; a minute without any traffic is no datapoint, so that an idle table keeps its units, as the
//! documentation warns. New units are there at once; metrics arrive without delay. A scheduled action changes a target's
//! bounds at its moments, and the units follow at once if they lie outside. Left out: step scaling, roles, suspended states. Source: AWS documentation, "Managing throughput capacity automatically with DynamoDB auto
//! scaling"; Application Auto Scaling API reference.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::engine::capacity::{Direction, Place, Units};
use crate::engine::table::{Billing, Table, Throughput};
use crate::engine::{ApiError, Engine};

pub(super) mod delete_scaling_policy;
pub(super) mod delete_scheduled_action;
pub(super) mod deregister_scalable_target;
pub(super) mod describe_scalable_targets;
pub(super) mod describe_scaling_activities;
pub(super) mod describe_scaling_policies;
pub(super) mod describe_scheduled_actions;
mod messages;
pub(super) mod put_scaling_policy;
pub(super) mod put_scheduled_action;
pub(super) mod register_scalable_target;
mod resource;
mod schedule;

pub use resource::Resource;
use schedule::Schedule;

/// The service as the AWS CLI names it.
const SERVICE: &str = "application-autoscaling";
/// Minutes in a row above the target before units are raised.
const MINUTES_ABOVE: u64 = 2;
/// Minutes in a row below it before they are lowered.
const MINUTES_BELOW: u64 = 15;
/// How far below the target a minute must be to count, in points of per cent.
const POINTS_BELOW: u64 = 20;
/// How many activities are remembered.
const KEPT_ACTIVITIES: usize = 100;

/// What may be scaled, and within which bounds.
#[derive(Clone, Debug)]
struct ScalableTarget {
    /// MinCapacity, in units a second.
    least: u64,
    /// MaxCapacity, in units a second.
    most: u64,
    /// RoleARN.
    role: Option<String>,
    registered: Timestamp,
    policy: Option<Policy>,
    /// When units were last raised and lowered.
    raised: Option<Timestamp>,
    lowered: Option<Timestamp>,
}

/// A target tracking policy.
#[derive(Clone, Debug)]
struct Policy {
    name: String,
    /// TargetValue, in per cent of the provisioned units.
    target: u64,
    /// ScaleOutCooldown, in seconds.
    out_cooldown: u64,
    /// ScaleInCooldown, in seconds.
    in_cooldown: u64,
    /// DisableScaleIn.
    only_out: bool,
    created: Timestamp,
}

/// A scheduled action: other bounds for a target, at certain times.
#[derive(Clone, Debug)]
struct Scheduled {
    /// Schedule, as it was given.
    text: String,
    schedule: Schedule,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    /// MinCapacity.
    least: Option<u64>,
    /// MaxCapacity.
    most: Option<u64>,
    created: Timestamp,
    /// When it is due next.
    next: Option<Timestamp>,
}

impl Scheduled {
    /// When it is due next after a moment.
    fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        let from = self.start.unwrap_or(self.created);
        // What begins in the future may be due at its very beginning.
        let after = self
            .start
            .filter(|start| *start > after)
            .map_or(after, |start| Timestamp::from_millis(start.as_millis().saturating_sub(1)));
        self.schedule.next(from, after).filter(|next| self.end.is_none_or(|end| *next <= end))
    }
}

/// A change that was made, or tried.
#[derive(Clone, Debug)]
pub struct Activity {
    /// When.
    pub at: Timestamp,
    /// Of what.
    pub resource: Resource,
    /// Units a second before.
    pub from: u64,
    /// Units a second asked for.
    pub to: u64,
    /// Why, in words.
    pub cause: String,
    /// What UpdateTable refused it with, if it did.
    pub refusal: Option<String>,
}

/// The registered targets, and what was done to them.
#[derive(Clone, Debug, Default)]
pub struct AutoScaling {
    targets: BTreeMap<Resource, ScalableTarget>,
    activities: VecDeque<Activity>,
    /// What is to be done at certain times, by resource and name.
    scheduled: BTreeMap<(Resource, String), Scheduled>,
    /// The end of the last minute that was looked at.
    looked: Timestamp,
}

impl AutoScaling {
    /// The next moment at which there is something to do: a whole minute to look at, or a scheduled action.
    #[must_use]
    pub fn next_look(&self) -> Option<Timestamp> {
        let minute = (!self.targets.is_empty()).then(|| self.looked.plus_millis(60_000));
        self.scheduled.values().filter_map(|action| action.next).chain(minute).min()
    }

    /// Whether a policy scales a table's write units.
    #[must_use]
    pub fn scales_writes(&self, table: &str) -> bool {
        self.targets.iter().any(|(resource, target)| {
            let is_table = *resource.table == *table && resource.index.is_none();
            is_table && resource.direction == Direction::Write && target.policy.is_some()
        })
    }

    /// Whether units of a table, or of one of its indexes, are a registered target.
    #[must_use]
    pub fn scales(&self, table: &str, index: Option<&str>, direction: Direction) -> bool {
        let is_it = |resource: &Resource| {
            *resource.table == *table && resource.index.as_deref() == index && resource.direction == direction
        };
        self.targets.keys().any(is_it)
    }

    /// Begins to look, if nothing was looked at before.
    fn begin(&mut self, now: Timestamp) {
        if self.targets.is_empty() {
            self.looked = minute_of(now);
        }
    }

    /// What was done, newest first.
    pub fn activities(&self) -> impl Iterator<Item = &Activity> {
        self.activities.iter()
    }

    /// Does what is scheduled for now, looks at the minute that has just ended, if one has, and acts.
    pub fn look(&mut self, engine: &mut Engine) {
        engine.settle();
        self.do_scheduled(engine);
        if self.looked.plus_millis(60_000) > engine.now() {
            return;
        }
        self.looked = minute_of(engine.now());
        let resources: Vec<Resource> = self.targets.keys().cloned().collect();
        for resource in resources {
            self.look_at(&resource, engine);
        }
    }

    /// Gives targets the bounds that are scheduled for now, and brings their units within them.
    fn do_scheduled(&mut self, engine: &mut Engine) {
        let now = engine.now();
        let is_due = |action: &Scheduled| action.next.is_some_and(|next| next <= now);
        let due: Vec<_> = self.scheduled.iter().filter(|(_, it)| is_due(it)).map(|(key, _)| key.clone()).collect();
        for key in due {
            let (resource, name) = &key;
            let Some(action) = self.scheduled.get_mut(&key) else { continue };
            action.next = action.next_after(now);
            let Some(target) = self.targets.get_mut(resource) else { continue };
            target.least = action.least.unwrap_or(target.least);
            // A bound that is not given gives way to the other.
            target.most = action.most.unwrap_or(target.most.max(target.least));
            target.least = target.least.min(target.most);
            let (least, most) = (target.least, target.most);
            if provisioned(resource, engine).is_some_and(|units| units.clamp(least, most) != units) {
                self.look_at(resource, engine);
                if let Some(newest) = self.activities.front_mut().filter(|newest| newest.at == now) {
                    newest.cause = messages::scheduled(name, &newest.cause);
                }
            }
        }
    }

    /// Brings one target's units to where they should be.
    fn look_at(&mut self, resource: &Resource, engine: &mut Engine) {
        let (Some(target), Some(units)) = (self.targets.get_mut(resource), provisioned(resource, engine)) else {
            return;
        };
        let now = engine.now();
        let wanted = target.bounded(units).or_else(|| target.tracked(resource, units, engine));
        let Some((to, cause)) = wanted else { return };
        let refusal = update(resource, to, engine).err().map(|error| error.to_string());
        if refusal.is_none() {
            let moment = if to > units { &mut target.raised } else { &mut target.lowered };
            *moment = Some(now);
        }
        self.activities.push_front(Activity { at: now, resource: resource.clone(), from: units, to, cause, refusal });
        self.activities.truncate(KEPT_ACTIVITIES);
    }
}

impl ScalableTarget {
    /// The bound that the units are outside of.
    fn bounded(&self, units: u64) -> Option<(u64, String)> {
        let to = units.clamp(self.least, self.most);
        (to != units).then(|| (to, messages::bounds(self.least, self.most)))
    }

    /// The units that the policy asks for, if an alarm says so.
    fn tracked(&self, resource: &Resource, units: u64, engine: &Engine) -> Option<(u64, String)> {
        let (policy, now) = (self.policy.as_ref()?, engine.now());
        let past = |millis: u64, since: Option<Timestamp>| since.is_none_or(|since| now.millis_since(since) >= millis);
        let minutes = served(resource, MINUTES_BELOW, engine);
        let newest = &minutes[..usize::try_from(MINUTES_ABOVE).unwrap_or(0)];
        if newest.iter().all(|served| served.is_some_and(|served| per_cent(served, units) > hundred(policy.target))) {
            let to = policy.units_for(newest[0].unwrap_or_default()).clamp(self.least, self.most);
            let ready = past(policy.out_cooldown * 1000, self.raised);
            return (to > units && ready).then(|| (to, messages::above(policy.target, MINUTES_ABOVE)));
        }
        let line = policy.target.saturating_sub(POINTS_BELOW);
        let is_below = |served: &Option<Units>| served.is_some_and(|served| per_cent(served, units) < hundred(line));
        if policy.only_out || !minutes.iter().all(is_below) {
            return None;
        }
        let busiest = minutes.iter().flatten().copied().fold(Units::ZERO, Units::max);
        let to = policy.units_for(busiest).clamp(self.least, self.most);
        let ready = past(policy.in_cooldown * 1000, self.lowered.max(self.raised));
        (to < units && ready).then(|| (to, messages::below(line, MINUTES_BELOW)))
    }
}

impl Policy {
    /// The units a second at which what a minute consumed is just the target value.
    fn units_for(&self, minute: Units) -> u64 {
        // Halves in a minute to units in a second, over the target in per cent.
        (minute.as_halves() * 100).div_ceil(2 * 60 * self.target.max(1)).max(1)
    }
}

/// What a minute consumed of what was provisioned, in hundredths of a per cent.
const fn per_cent(minute: Units, units: u64) -> u64 {
    minute.as_halves() * 10_000 / (2 * 60 * if units == 0 { 1 } else { units })
}

/// A whole per cent in hundredths.
const fn hundred(per_cent: u64) -> u64 {
    per_cent * 100
}

/// Units served in each of the last minutes, the newest first; `None` for a minute without traffic.
fn served(resource: &Resource, count: u64, engine: &Engine) -> Vec<Option<Units>> {
    let ended = engine.now().as_secs() / 60;
    let Some(table) = engine.table(&resource.table) else { return vec![None; usize::try_from(count).unwrap_or(0)] };
    let supply = table.supply(&resource.place());
    let of = |minute: u64| {
        let found = supply.minutes(resource.direction).rev().find(|span| span.number <= minute);
        found.filter(|span| span.number == minute && span.served > Units::ZERO).map(|span| span.served)
    };
    (1..=count).map(|back| of(ended.saturating_sub(back))).collect()
}

/// The units a second of a resource; `None` if it is gone or its table is on demand.
fn provisioned(resource: &Resource, engine: &Engine) -> Option<u64> {
    let throughput = throughput(engine.table(&resource.table)?, resource)?;
    Some(match resource.direction {
        Direction::Read => throughput.read,
        Direction::Write => throughput.write,
    })
}

fn throughput(table: &Table, resource: &Resource) -> Option<Throughput> {
    match (&resource.index, table.billing) {
        (_, Billing::OnDemand) => None,
        (None, Billing::Provisioned(throughput)) => Some(throughput),
        (Some(index), Billing::Provisioned(_)) => table.index(index)?.throughput,
    }
}

/// Sends the UpdateTable that gives a resource other units.
fn update(resource: &Resource, units: u64, engine: &mut Engine) -> Result<Value, ApiError> {
    let now = engine.table(&resource.table).and_then(|table| throughput(table, resource)).unwrap_or_default();
    let (read, write) = match resource.direction {
        Direction::Read => (units, now.write),
        Direction::Write => (now.read, units),
    };
    let throughput = json!({"ReadCapacityUnits": read, "WriteCapacityUnits": write});
    let body = match &resource.index {
        None => json!({"TableName": &*resource.table, "ProvisionedThroughput": throughput}),
        Some(index) => json!({
            "TableName": &*resource.table,
            "GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": &**index, "ProvisionedThroughput": throughput}}],
        }),
    };
    engine.call_as_service("auto scaling", "UpdateTable", body)
}

/// The beginning of a moment's minute.
const fn minute_of(now: Timestamp) -> Timestamp {
    Timestamp::from_millis(now.as_millis() / 60_000 * 60_000)
}

impl Resource {
    /// Where its units are served.
    fn place(&self) -> Place {
        self.index.as_ref().map_or(Place::Table, |index| Place::Global(Arc::clone(index)))
    }
}
