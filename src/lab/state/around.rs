//! What stands around the tables: roles, mappings, replicas, caches, scaling, queues.

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::reasons::{bound, counted, listed, refusal, spelled};
use super::super::workbench::Workbench;
use super::{engine, on_or_off, outside, tried};
use crate::clock::Timestamp;
use crate::content::lab::state::{
    AllowedOnly, CacheState, ClockState, ClusterState, MappingState, PolicyState, QueueState, ReplicasState,
    ScalableDimension, ScalingState,
};
use crate::engine::ErrorKind;
use crate::engine::value::Item;
use crate::world::global_tables::Conflict;
use crate::world::iam::Principal;

pub(super) fn policy(wanted: &PolicyState, bench: &mut Workbench) -> Option<String> {
    let user = wanted.user.as_deref().unwrap_or(&wanted.role);
    if !bench.world().iam().roles().any(|role| *role == wanted.role) {
        return Some(format!("the role {} has no policy", wanted.role));
    }
    told_for(wanted, user, bench).or_else(|| for_named_users(wanted, bench))
}

/// What the policies say for a user that they should not.
fn told_for(wanted: &PolicyState, user: &str, bench: &mut Workbench) -> Option<String> {
    let for_others = for_others(wanted, bench);
    for (lines, is_wanted) in [(&wanted.may, true), (&wanted.may_not, false), (&for_others, false)] {
        for line in lines {
            let all = [format!(":as {} {user}", wanted.role), line.clone()];
            let (copy, since) = match tried(all, bench) {
                Ok(tried) => tried,
                Err(words) => return Some(words),
            };
            let Some(entry) = copy.entries_since(since).last() else { return Some(format!("{line} sent nothing")) };
            let denied = entry.outcome.as_ref().is_err_and(|error| error.kind == ErrorKind::AccessDeniedException);
            let (what, who) = (line.trim(), who(&wanted.role, user));
            match (is_wanted, denied, &entry.outcome) {
                (true, true, _) => return Some(format!("{who} may not run: {what}")),
                (true, false, Err(error)) => {
                    return Some(format!("{who} is refused: {}", refusal(&(error.kind.name(), error.message.clone()))));
                }
                (false, false, _) => return Some(format!("{who} may still run: {what}")),
                _ => {}
            }
        }
    }
    if let Some(words) = told_of_actions(wanted, user, bench) {
        return Some(words);
    }
    if wanted.only.is_some() && bench.work().step(STEPS_OF_ALL_ACTIONS).is_err() {
        return Some(format!("the role {} has more policies than can be looked through", wanted.role));
    }
    let (action, resource) = beyond(wanted.only.as_ref()?, &wanted.role, user, bench)?;
    Some(format!("{} may also use {action} on {resource}", who(&wanted.role, user)))
}

/// A role, and for whom it is used if the requirement says so.
fn who(role: &str, user: &str) -> String {
    if user == role { format!("the role {role}") } else { format!("the role {role} as {user}") }
}

/// The work of asking for everything that policies may allow, in steps.
const STEPS_OF_ALL_ACTIONS: u64 = 1000;

/// The ARN of what a lab names: `table/Diary`.
fn arn(name: &str, bench: &Workbench) -> String {
    let config = bench.engine().config();
    format!("arn:aws:dynamodb:{}:{}:{name}", config.region, config.account)
}

/// What the policies say of an action in itself that they should not.
fn told_of_actions(wanted: &PolicyState, user: &str, bench: &Workbench) -> Option<String> {
    let principal = Principal { role: wanted.role.clone(), user: user.to_owned() };
    let all = wanted.allows.iter().map(|asked| (asked, true)).chain(wanted.denies.iter().map(|asked| (asked, false)));
    for (asked, is_wanted) in all {
        let mut words = asked.split_whitespace();
        let (action, resource) = (words.next()?, words.next()?);
        let keys: Vec<String> = words.map(str::to_owned).collect();
        if bench.world().iam().allows(&principal, action, &arn(resource, bench), &keys) != is_wanted {
            let may = if is_wanted { "may not" } else { "may" };
            let keys = if keys.is_empty() {
                "no leading keys".to_owned()
            } else {
                format!("the leading key {}", listed(&keys))
            };
            let who = who(&wanted.role, user);
            return Some(format!("{who} {may} use {action} on {resource} in a request that has {keys}"));
        }
    }
    None
}

/// What the policies of a role allow beside what they should, on whatever condition.
fn beyond(only: &AllowedOnly, role: &str, user: &str, bench: &Workbench) -> Option<(String, String)> {
    let base = arn("", bench);
    let whole = |name: &String| format!("{base}{name}");
    let wanted: Vec<String> = only.resources.iter().map(whole).collect();
    // What is there, and what may come: a right is a right before there is anything to use it on.
    let tables = || bench.engine().tables();
    let below = tables().flat_map(|table| {
        let indexes = table.indexes.iter().map(|index| index.schema.name.to_string());
        let indexes = indexes.chain([ANY.to_owned()]).map(|index| format!("index/{index}"));
        let all = indexes.chain(["stream", "backup"].map(|kind| format!("{kind}/{ANY}")));
        all.map(|name| format!("table/{}/{name}", table.name)).collect::<Vec<_>>()
    });
    let own = tables().map(|table| format!("table/{}", table.name)).chain([format!("table/{ANY}")]);
    let others: Vec<String> = own.chain(below).map(|name| whole(&name)).collect();
    let principal = Principal { role: role.to_owned(), user: user.to_owned() };
    let (action, resource) =
        bench.world().iam().beyond(&principal, (&only.actions, &wanted), &others, bench.engine())?;
    Some((action, resource.strip_prefix(&base).unwrap_or(&resource).replace(ANY, "(any)")))
}

/// A name that nothing has.
const ANY: &str = "dynadrill-any";

/// What a user may do with items of its own, done with those of each other that the policies name: whoever lets a user in by
/// a variable and somebody else by name lets them into each other's.
fn for_others(wanted: &PolicyState, bench: &Workbench) -> Vec<String> {
    let Some(user) = &wanted.user else { return Vec::new() };
    let own = format!("\"{user}\"");
    let principal = Principal { role: wanted.role.clone(), user: user.clone() };
    let others = bench.world().iam().stated_keys(&principal).into_iter().filter(|value| value != user);
    let with = |other: String| {
        let other = format!("\"{other}\"");
        let lines = wanted.may.iter().filter(|line| line.contains(&own));
        lines.map(|line| line.replace(&own, &other)).collect::<Vec<String>>()
    };
    others.take(MOST_OTHERS).flat_map(with).collect()
}

/// What the policies say of users whom they name: they may do with their own what all may, and nothing else.
fn for_named_users(wanted: &PolicyState, bench: &mut Workbench) -> Option<String> {
    let user = wanted.user.as_ref()?;
    let principal = Principal { role: wanted.role.clone(), user: user.clone() };
    let named = bench.world().iam().stated_users(&principal);
    let own = format!("\"{user}\"");
    named.into_iter().take(MOST_OTHERS).find_map(|other| {
        let its = format!("\"{other}\"");
        // What is the other's own is nobody else's there.
        let is_of_others = |line: &&String| !line.contains(&its);
        let asked = PolicyState {
            user: None,
            may: wanted.may.iter().map(|line| line.replace(&own, &its)).collect(),
            may_not: wanted.may_not.iter().filter(is_of_others).cloned().collect(),
            ..wanted.clone()
        };
        told_for(&asked, &other, bench)
    })
}

/// The most values of a policy that are tried.
const MOST_OTHERS: usize = 20;

/// What another service says of itself, asked on a copy.
fn described(line: &str, bench: &mut Workbench) -> Value {
    let answer = tried([line.to_owned()], bench).ok().and_then(|(copy, since)| {
        copy.entries_since(since).last().and_then(|entry| entry.outcome.as_ref().ok().cloned())
    });
    answer.unwrap_or_default()
}

pub(super) fn mapping(wanted: &MappingState, bench: &mut Workbench) -> Option<String> {
    let answer = described("aws lambda list-event-source-mappings", bench);
    let all = answer["EventSourceMappings"].as_array().cloned().unwrap_or_default();
    let function = |mapping: &&Value| {
        let name = mapping["FunctionArn"].as_str().or_else(|| mapping["FunctionName"].as_str()).unwrap_or_default();
        name.rsplit(':').next() == Some(wanted.function.as_str())
    };
    let table = |mapping: &&Value| {
        let arn = mapping["EventSourceArn"].as_str().unwrap_or_default();
        wanted.table.as_ref().is_none_or(|table| arn.contains(&format!(":table/{table}/")))
    };
    let found = all.iter().filter(function).find(table);
    let Some(found) = found else {
        return (wanted.exists != Some(false)).then(|| format!("no event source mapping feeds {}", wanted.function));
    };
    if wanted.exists == Some(false) {
        return Some(format!("the function {} still has an event source mapping", wanted.function));
    }
    let number = |member: &str| found[member].as_f64().unwrap_or_default();
    for (wanted, member) in [
        (wanted.batch_size, "BatchSize"),
        (wanted.retries, "MaximumRetryAttempts"),
        (wanted.max_age, "MaximumRecordAgeInSeconds"),
        (wanted.parallelization, "ParallelizationFactor"),
        (wanted.window, "MaximumBatchingWindowInSeconds"),
    ] {
        if let Some(wanted) = wanted.filter(|wanted| !wanted.holds(number(member))) {
            let found = number(member);
            let found = if found < 0.0 { found.to_string() } else { spelled(found) };
            return Some(format!("{member} of the mapping is {found}, not {}", bound(&wanted)));
        }
    }
    let has = |member: &str, none: bool| if none { found[member] == true } else { found.get(member).is_some() };
    let reports = found["FunctionResponseTypes"].as_array().is_some_and(|types| !types.is_empty());
    let enabled = found["State"].as_str().is_none_or(|state| state == "Enabled");
    for (wanted, found, name) in [
        (wanted.bisects, has("BisectBatchOnFunctionError", true), "BisectBatchOnFunctionError"),
        (wanted.reports_failures, reports, "ReportBatchItemFailures"),
        (wanted.enabled, enabled, "the mapping"),
        (wanted.filters, has("FilterCriteria", false), "the mapping's filter"),
    ] {
        if wanted.is_some_and(|wanted| wanted != found) {
            return Some(format!("{name} is {}", on_or_off(found)));
        }
    }
    let destination = found["DestinationConfig"]["OnFailure"]["Destination"].as_str();
    let destination = destination.and_then(|arn| arn.rsplit(':').next()).unwrap_or("none");
    if let Some(wanted) = wanted.destination.as_ref().filter(|wanted| *wanted != destination) {
        return Some(format!("the mapping's on-failure destination is {destination}, not {wanted}"));
    }
    let position = found["StartingPosition"].as_str().unwrap_or_default();
    let wanted = wanted.starting_position.as_ref().filter(|wanted| *wanted != position)?;
    Some(format!("the mapping's starting position is {position}, not {wanted}"))
}

pub(super) fn replicas(wanted: &ReplicasState, bench: &Workbench) -> Option<String> {
    let global = bench.world().global_tables();
    let regions: Vec<String> = global.regions(&wanted.table).map(str::to_owned).collect();
    let table = &wanted.table;
    if let Some(wanted) = &wanted.regions {
        let same = wanted.iter().collect::<BTreeSet<_>>() == regions.iter().collect::<BTreeSet<_>>();
        if !same {
            if regions.is_empty() {
                return Some(format!("{table} has no replicas yet; {} are wanted", listed(wanted)));
            }
            let found = format!("replicas in {}", listed(&regions));
            let has_all = wanted.iter().all(|region| regions.contains(region));
            return Some(if has_all {
                format!(
                    "there are {found}; only {} {} wanted",
                    listed(wanted),
                    if wanted.len() == 1 { "is" } else { "are" }
                )
            } else {
                format!("there are {found}, not in {}", listed(wanted))
            });
        }
    }
    if let Some(agree) = wanted.agree {
        let held = |region: &String| -> Vec<Item> {
            let table = engine(bench, Some(region)).and_then(|engine| engine.table(&wanted.table));
            table.map(|table| table.items().iter().map(|(_, stored)| stored.item.clone()).collect()).unwrap_or_default()
        };
        let all: Vec<Vec<Item>> = regions.iter().map(held).collect();
        let do_agree = regions.len() > 1 && all.windows(2).all(|pair| pair[0] == pair[1]);
        if do_agree != agree {
            let words = if do_agree { "hold the same items" } else { "do not hold the same items" };
            return Some(format!("the replicas of {} {words}", wanted.table));
        }
    }
    conflicts(wanted, global.conflicts())
}

/// What the conflicts of a table lack.
fn conflicts(wanted: &ReplicasState, conflicts: &[Conflict]) -> Option<String> {
    let own: Vec<&Conflict> = conflicts.iter().filter(|conflict| *conflict.table == *wanted.table).collect();
    if let Some(wanted) = outside(wanted.conflicts, own.len() as u64) {
        let verb = if own.len() == 1 { "was" } else { "were" };
        return Some(format!("there {verb} {}, not {wanted}", counted(own.len() as u64, "conflicts")));
    }
    let wanted = wanted.loser.as_ref()?;
    match own.last().map(|conflict| &*conflict.lost.region) {
        None => Some("there was no conflict".to_owned()),
        Some(lost) => (lost != wanted).then(|| format!("the write of {lost} was lost, not that of {wanted}")),
    }
}

/// Whether a text holds a piece that does not go on at either side: 4 is not in 14.
fn is_said(text: &str, piece: &str) -> bool {
    let goes_on = |beside: Option<char>, edge: Option<char>| {
        beside.is_some_and(char::is_alphanumeric) && edge.is_some_and(char::is_alphanumeric)
    };
    text.match_indices(piece).any(|(at, found)| {
        let (before, after) = (text[..at].chars().next_back(), text[at + found.len()..].chars().next());
        !goes_on(before, found.chars().next()) && !goes_on(after, found.chars().next_back())
    })
}

pub(super) fn cache(wanted: &CacheState, bench: &mut Workbench) -> Option<String> {
    let mut copy = bench.copy();
    let text = copy.run(&format!(":cache get {}", wanted.key)).text;
    let text = text.trim_end();
    let is_there = text != "(nil)";
    if wanted.absent {
        return is_there.then(|| format!("the cache still holds {}: {text}", wanted.key));
    }
    if !is_there {
        return Some(format!("the cache does not hold {}", wanted.key));
    }
    let piece = wanted.holds.as_ref().filter(|piece| !is_said(text, piece))?;
    Some(format!("the cache holds {text} for {}, not {piece}", wanted.key))
}

pub(super) fn cluster(wanted: &ClusterState, bench: &mut Workbench) -> Option<String> {
    let answer = described("aws dax describe-clusters", bench);
    let all = answer["Clusters"].as_array().cloned().unwrap_or_default();
    let text = |cluster: &Value, member: &str| cluster[member].as_str().unwrap_or_default().to_owned();
    let is_named = |cluster: &&Value| wanted.name.as_ref().is_none_or(|name| *name == text(cluster, "ClusterName"));
    let of_name: Vec<&Value> = all.iter().filter(is_named).collect();
    if wanted.exists == Some(false) {
        return of_name.first().map(|found| format!("the cluster {} is still there", text(found, "ClusterName")));
    }
    let differs = |found: &Value| {
        let (name, nodes) = (text(found, "ClusterName"), found["TotalNodes"].as_u64().unwrap_or(0));
        if let Some(bound) = outside(wanted.nodes, nodes) {
            return Some(format!("the cluster {name} has {}, not {bound}", counted(nodes, "nodes")));
        }
        let kind = text(found, "NodeType");
        let wanted = wanted.node_type.as_ref().filter(|wanted| **wanted != kind)?;
        Some(format!("the nodes of the cluster {name} are of the type {kind}, not {wanted}"))
    };
    let lacks: Vec<String> = of_name.into_iter().map(differs).collect::<Option<Vec<_>>>()?;
    Some(lacks.into_iter().last().unwrap_or_else(|| {
        let others: Vec<String> = all.iter().map(|cluster| text(cluster, "ClusterName")).collect();
        match (&wanted.name, others.as_slice()) {
            (Some(name), []) => format!("there is no cluster {name}"),
            (Some(name), _) => format!("there is a cluster {}, not {name}", listed(&others)),
            (None, _) => "there is no cluster".to_owned(),
        }
    }))
}

pub(super) fn clock(wanted: &ClockState, bench: &Workbench) -> Option<String> {
    clock_lack(wanted, bench.engine().now(), "it is").map(|words| words.replacen(", ", " on the lab's clock, ", 1))
}

/// Why a moment is not within its bounds; `it_is` begins the words.
pub(in super::super) fn clock_lack(wanted: &ClockState, moment: Timestamp, it_is: &str) -> Option<String> {
    let told = |bound: &str| bound.trim_end_matches(['Z', 'z']).replace('T', " at ");
    let is = || moment.to_string()[..16].replace('T', " at ");
    let at = |bound: &Option<String>| bound.as_deref().and_then(Timestamp::from_text);
    if let (Some(bound), Some(text)) = (at(&wanted.until), &wanted.until)
        && moment > bound
    {
        return Some(format!("{it_is} {}, later than {}", is(), told(text)));
    }
    if let (Some(bound), Some(text)) = (at(&wanted.from), &wanted.from)
        && moment < bound
    {
        return Some(format!("{it_is} {}, earlier than {}", is(), told(text)));
    }
    None
}

pub(super) fn scaling(wanted: &ScalingState, bench: &mut Workbench) -> Option<String> {
    let resource = match &wanted.index {
        None => format!("table/{}", wanted.table),
        Some(index) => format!("table/{}/index/{index}", wanted.table),
    };
    let (kind, direction) = match wanted.direction {
        ScalableDimension::Read => ("Read", "read"),
        ScalableDimension::Write => ("Write", "write"),
    };
    let dimension = |value: &&Value| {
        value["ResourceId"] == resource.as_str()
            && value["ScalableDimension"].as_str().is_some_and(|name| name.ends_with(&format!("{kind}CapacityUnits")))
    };
    let base = "aws application-autoscaling";
    let targets = described(&format!("{base} describe-scalable-targets --service-namespace dynamodb"), bench);
    let target = targets["ScalableTargets"].as_array().and_then(|all| all.iter().find(dimension));
    let Some(target) = target else {
        return Some(format!("the {direction} units of {resource} are not a scalable target"));
    };
    for (wanted, member) in [(wanted.min, "MinCapacity"), (wanted.max, "MaxCapacity")] {
        let found = target[member].as_f64().unwrap_or_default();
        if let Some(wanted) = wanted.filter(|wanted| !wanted.holds(found)) {
            return Some(format!("{member} is {}, not {}", spelled(found), bound(&wanted)));
        }
    }
    if let Some(wanted) = wanted.target {
        let policies = described(&format!("{base} describe-scaling-policies --service-namespace dynamodb"), bench);
        let policy = policies["ScalingPolicies"].as_array().and_then(|all| all.iter().find(dimension));
        let found =
            policy.and_then(|policy| policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"].as_f64());
        match found {
            None => return Some(format!("no scaling policy follows the {direction} units of {resource}")),
            Some(found) if !wanted.holds(found) => {
                return Some(format!("the policy's target value is {}, not {}", spelled(found), bound(&wanted)));
            }
            Some(_) => {}
        }
    }
    let direction = match wanted.direction {
        ScalableDimension::Read => crate::engine::capacity::Direction::Read,
        ScalableDimension::Write => crate::engine::capacity::Direction::Write,
    };
    let done = bench.world().autoscaling().activities().filter(|activity| {
        *activity.resource.table == *wanted.table
            && activity.resource.direction == direction
            && activity.refusal.is_none()
    });
    let done = done.count() as u64;
    outside(wanted.activities, done)
        .map(|wanted| format!("Auto Scaling has changed the units {}, not {wanted}", counted(done, "times")))
}

pub(super) fn queue(wanted: &QueueState, bench: &Workbench) -> Option<String> {
    let queues = bench.world().queues();
    if !queues.names().any(|name| *name == wanted.name) {
        return Some(format!("there is no queue {}", wanted.name));
    }
    let count = queues.bodies(&wanted.name).count() as u64;
    if let Some(bound) = outside(wanted.messages, count) {
        return Some(format!("the queue {} has {}, not {bound}", wanted.name, counted(count, "messages")));
    }
    let records: u64 = queues
        .bodies(&wanted.name)
        .filter_map(|body| serde_json::from_str::<Value>(body).ok()?["DDBStreamBatchInfo"]["batchSize"].as_u64())
        .sum();
    if let Some(bound) = outside(wanted.records, records) {
        let found = counted(records, "records");
        return Some(format!("the messages in the queue {} are about {found}, not {bound}", wanted.name));
    }
    let piece = wanted.holds.as_ref()?;
    let is_there = queues.bodies(&wanted.name).any(|body| body.contains(piece.as_str()));
    (!is_there).then(|| format!("no message in the queue {} holds {piece}", wanted.name))
}
