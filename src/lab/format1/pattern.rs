//! Whether a request in the journal is of a kind that a check or near miss speaks of.

use serde_json::Value;

use crate::content::lab::format1::RequestPattern;
use crate::engine::Entry;
use crate::engine::capacity::Units;

/// Whether `entry` fits everything that the pattern states.
pub(in crate::lab) fn fits(pattern: &RequestPattern, entry: &Entry) -> bool {
    same_target(pattern, entry) && same_outcome(pattern, entry) && same_cost(pattern, entry)
}

/// The part of the pattern that says what was asked.
pub(super) fn same_target(pattern: &RequestPattern, entry: &Entry) -> bool {
    let text = |member: &str| entry.request.get(member).and_then(Value::as_str);
    let verb = pattern.verb.as_deref().is_none_or(|verb| verb == entry.verb);
    let table = pattern.table.as_deref().is_none_or(|table| text("TableName") == Some(table));
    let index = pattern.index.as_deref().is_none_or(|index| match index {
        "none" => text("IndexName").is_none(),
        name => text("IndexName") == Some(name),
    });
    let strong = entry.request.get("ConsistentRead").and_then(Value::as_bool).unwrap_or_default();
    let consistent = pattern.consistent.is_none_or(|wanted| wanted == strong);
    let conditional = pattern.conditional.is_none_or(|wanted| wanted == text("ConditionExpression").is_some());
    let body = pattern.body.iter().all(|(member, wanted)| holds_member(entry.request.get(member), wanted));
    verb && table && index && consistent && conditional && body && same_expressions(pattern, entry)
}

/// The part of the pattern that looks behind placeholders, which everybody calls as they like.
fn same_expressions(pattern: &RequestPattern, entry: &Entry) -> bool {
    let values = entry.request.get("ExpressionAttributeValues").and_then(Value::as_object);
    let mut values = values.into_iter().flat_map(|values| values.values());
    let uses = pattern.uses.as_ref().is_none_or(|wanted| values.any(|value| value == wanted));
    uses && pattern.projects.as_deref().is_none_or(|wanted| projected(entry) == Some(wanted))
}

/// The attribute that a request returns, if it asks for one.
fn projected(entry: &Entry) -> Option<&str> {
    let only = entry.request.get("AttributesToGet").and_then(Value::as_array).filter(|names| names.len() == 1);
    let legacy = only.and_then(|names| names.first()?.as_str());
    let name = legacy.or_else(|| entry.request.get("ProjectionExpression")?.as_str().map(str::trim))?;
    let behind = entry.request.get("ExpressionAttributeNames").and_then(|names| names.get(name)?.as_str());
    Some(behind.unwrap_or(name))
}

fn same_outcome(pattern: &RequestPattern, entry: &Entry) -> bool {
    let ok = pattern.ok.is_none_or(|wanted| wanted == entry.outcome.is_ok());
    let error = pattern.error.as_deref().is_none_or(|name| entry.exception().as_deref() == Some(name));
    let message = pattern
        .message
        .as_deref()
        .is_none_or(|piece| entry.outcome.as_ref().is_err_and(|error| error.message.contains(piece)));
    ok && error && message
}

fn same_cost(pattern: &RequestPattern, entry: &Entry) -> bool {
    let count = pattern.count.is_none_or(|wanted| entry.number("Count") == Some(wanted));
    let scanned = entry.number("ScannedCount");
    let at_least = pattern.min_scanned.is_none_or(|least| scanned >= Some(least));
    let at_most = pattern.max_scanned.is_none_or(|most| scanned.is_some_and(|scanned| scanned <= most));
    let units = pattern.max_units.and_then(Units::from_f64);
    let cheap = units.is_none_or(|most| entry.read_units() + entry.write_units() <= most);
    let least = pattern.min_units.and_then(Units::from_f64);
    let dear = least.is_none_or(|least| entry.read_units() + entry.write_units() >= least);
    count && at_least && at_most && cheap && dear && same_answer(pattern, entry)
}

/// The part of the pattern that says what the answer holds, and where it came from. A number that the answer does not hold
/// is looked for in the request.
fn same_answer(pattern: &RequestPattern, entry: &Entry) -> bool {
    let answer = entry.outcome.as_ref().ok();
    let within =
        |body: Option<&Value>, path: &str| path.split('.').try_fold(body?, |value, member| value.get(member))?.as_u64();
    let number = |path: &String| within(answer, path).or_else(|| within(answer.and(Some(&entry.request)), path));
    let least = pattern.at_least.iter().all(|(path, least)| number(path).is_some_and(|found| found >= *least));
    let most = pattern.at_most.iter().all(|(path, most)| number(path).is_some_and(|found| found <= *most));
    let holds_all =
        pattern.answer.iter().all(|(member, wanted)| holds_member(answer.and_then(|body| body.get(member)), wanted));
    let region = pattern.region.as_ref().is_none_or(|region| entry.region.as_ref() == Some(region));
    let cached = pattern.cached.is_none_or(|wanted| wanted == entry.is_cached);
    let stale = pattern.stale.is_none_or(|wanted| wanted != entry.stale.is_empty());
    least && most && holds_all && region && cached && stale
}

/// Whether a member is as wanted: `null` asks that it is not there.
fn holds_member(found: Option<&Value>, wanted: &Value) -> bool {
    found.map_or(wanted.is_null(), |found| holds(found, wanted))
}

/// Whether `found` holds everything of `wanted`: maps member by member, anything else by equality; `"*"` fits whatever is
/// there.
pub(super) fn holds(found: &Value, wanted: &Value) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => {
            wanted.iter().all(|(name, wanted)| holds_member(found.get(name), wanted))
        }
        (_, Value::String(any)) if any == "*" => true,
        // 70 and 70.0 are one number, however they were read.
        (Value::Number(found), Value::Number(wanted)) => found.as_f64() == wanted.as_f64(),
        _ => found == wanted,
    }
}
