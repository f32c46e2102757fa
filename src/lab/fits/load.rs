//! Whether a load came to what is wanted, in the words of its access patterns.

use super::super::facts::Fact;
use super::super::reasons::{bound, counted, noun, spelled};
use super::super::value::{difference, fits as fits_value, member};
use super::{Fit, miss};
use crate::content::lab::requirement::{Bound, Matcher, Request, Test, Within};
use crate::engine::value::AttributeValue;

/// Whether every figure that is asked for is as it should be. A load of which calls failed has shown nothing: a design that
/// cannot be asked costs nothing.
pub(super) fn fits(wanted: &Request, fact: &Fact, depth: u8) -> Fit {
    let patterns = fact.response.as_object().into_iter().flatten().map(|(_, outcome)| outcome);
    for outcome in patterns {
        let failed = outcome["Failed"].as_u64().unwrap_or(0);
        if failed > 0 {
            let (title, calls) = (outcome["Title"].as_str().unwrap_or_default(), counted(failed, "calls"));
            let failure = outcome["Failure"].as_str().unwrap_or_default();
            return miss(depth, format!("in your load, {calls} of \"{title}\" failed: {failure}"));
        }
    }
    for (path, matcher) in &wanted.response {
        let found = member(&fact.response, path);
        if !fits_value(found.as_ref(), matcher) {
            return miss(depth, words(path, found.as_ref(), matcher, fact));
        }
    }
    Ok(())
}

/// What is wrong with a figure of a load.
fn words(path: &str, found: Option<&AttributeValue>, matcher: &Matcher, fact: &Fact) -> String {
    let Some((number, wanted)) = number(found).zip(wanted(matcher)) else {
        let pattern = path.rsplit_once('.').map(|(id, _)| &fact.response[id]);
        return match pattern.and_then(|pattern| Some((pattern["Title"].as_str()?, pattern["Calls"].as_u64()?))) {
            Some((title, calls)) if found.is_none() => {
                format!("in your load, none of {} of \"{title}\" was served", counted(calls, "calls"))
            }
            _ => format!("in your load, {}", difference(path, found, matcher)),
        };
    };
    let agreed = |plural: &str| format!("{} {}", spelled(number), noun((number - 1.0).abs() < 1e-9, plural));
    let were = if (number - 1.0).abs() < 1e-9 { "was" } else { "were" };
    let Some((id, figure)) = path.rsplit_once('.') else {
        // A table that holds anything is not filled: its rows may have been replaced, or deleted, or never been put in.
        let held = fact.response["Held"].as_u64().filter(|_| path == "Lost");
        if let Some(held) = held {
            let (held, gone) = (counted(held, "items"), agreed("rows"));
            let missing = format!("{gone} that the load puts in {were} missing from the table");
            return format!("{missing}, which held {held} when the load began: only an empty table is filled");
        }
        return match path {
            "Rows" => format!("the table held {} when the load began, not {wanted}", agreed("rows")),
            "Lost" => format!("{} {were} replaced by others with the same key, not {wanted}", agreed("rows")),
            "Refused" => format!("in your load, {} {were} refused, not {wanted}", agreed("requests")),
            _ => format!("in your load, {path} is {}, not {wanted}", spelled(number)),
        };
    };
    let title = fact.response[id]["Title"].as_str().unwrap_or(id);
    match figure {
        "RCU" | "WCU" => format!("in your load, \"{title}\" cost {} {figure}, not {wanted}", spelled(number)),
        "Items" => format!("in your load, \"{title}\" brought back {}, not {wanted}", agreed("items")),
        "Requests" => format!("in your load, \"{title}\" took {}, not {wanted}", agreed("requests")),
        "Calls" => format!("in your load, \"{title}\" was called {}, not {wanted}", agreed("times")),
        "Refused" => format!("in your load, {} of \"{title}\" {were} refused, not {wanted}", agreed("requests")),
        _ => format!("in your load, {figure} of \"{title}\" is {}, not {wanted}", spelled(number)),
    }
}

fn number(value: Option<&AttributeValue>) -> Option<f64> {
    match value? {
        AttributeValue::N(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

/// The number, or the bounds, that are wanted, in words; `None` if something else is.
fn wanted(matcher: &Matcher) -> Option<String> {
    let whole = match matcher {
        Matcher::Is(value) => Bound::Exactly(value.as_f64()?),
        Matcher::Test(test) => {
            let Test { at_least, at_most, .. } = &**test;
            let number = |bound: &Option<serde_json::Value>| bound.as_ref().and_then(serde_json::Value::as_f64);
            (at_least.is_some() || at_most.is_some()).then_some(())?;
            Bound::Within(Within { at_least: number(at_least), at_most: number(at_most) })
        }
    };
    Some(bound(&whole))
}
