//! Whether a request brought back what it should, by the parameters that it should have, and for how much.

use std::borrow::Cow;

use ecow::EcoString;

use super::super::facts::Fact;
use super::super::reasons::{bound, counted, listed, spelled, subject};
use super::super::value::{
    attributes_words, difference, differs, fits as fits_value, item_words, member, members, plain,
};
use super::{Fit, ON_TARGET, held, load, miss, within_sentence};
use crate::content::lab::requirement::{Attributes, Bound, Matcher, RecordWanted, Request, RequestEffect, Sorted};
use crate::engine::value::key::KeyScalar;
use crate::engine::value::{AttributeValue, Item, Type};

/// Parameters in the order in which a reader asks: of how many segments there are before which of them it is.
fn in_order(parameters: &Attributes) -> impl Iterator<Item = (&String, &Matcher)> {
    let is_later = |name: &str| name == "Segment";
    let (later, first): (Vec<_>, Vec<_>) = parameters.iter().partition(|(name, _)| is_later(name));
    first.into_iter().chain(later)
}

pub(super) fn brought_back(wanted: &Request, fact: &Fact) -> Fit {
    let (subject, depth) = (subject(fact), ON_TARGET + 12);
    answered_from(wanted, fact, &subject, depth)?;
    parameters_fit(wanted, fact, &subject, depth)?;
    if let Some(value) = wanted.holds.iter().find(|value| !held::holds(value, &fact.request)) {
        let words = plain(value).map(|value| crate::engine::plan::literal(&value)).unwrap_or_default();
        return miss(depth + 1, format!("{subject} holds no value {words}"));
    }
    if fact.is_cut && wanted.more == Some(false) {
        let printed = counted(fact.count, "items");
        return miss(depth + 1, format!("{subject} printed {printed} and left the rest out (--max-items)"));
    }
    if let Some(more) = wanted.more.filter(|more| *more != fact.has_more) {
        let after = counted(fact.requests, "pages");
        return miss(
            depth + 1,
            if more {
                format!("{subject} came to its end after {after}; there is no LastEvaluatedKey")
            } else {
                format!("{subject} stopped after {after}, and its LastEvaluatedKey says that there may be more")
            },
        );
    }
    // A read has as many pages as answers came; of all else each attempt counts.
    let requests = if fact.effect == RequestEffect::Read { fact.pages } else { fact.requests };
    within(wanted.pages, requests, depth + 1, |found, wanted| {
        format!("{subject} took {}, not {wanted}", counted(found, "requests"))
    })?;
    items_fit(wanted, fact, &subject, depth + 2).or_else(|missed| {
        // Of items that are not looked at nobody can say what they are not.
        let is_of_part = fact.is_abridged && (fact.items.len() as u64) < fact.count;
        if is_of_part && missed.words.contains(" did not return ") {
            let most = "more than is looked through: read less of each item, or fewer at once";
            return miss(missed.depth, format!("{subject} returned {most}"));
        }
        Err(missed)
    })?;
    let more = if fact.has_more { ", and its LastEvaluatedKey says that there may be more" } else { "" };
    within(wanted.count, fact.count, depth + 5, |found, wanted| {
        format!("{subject} returned {}, not {wanted}{more}", counted(found, "items"))
    })?;
    within(wanted.scanned, fact.scanned, depth + 6, |found, wanted| {
        // Of keys that are asked for some may have no item.
        let did = if fact.count < found && fact.parts.iter().all(|part| part.is_item) { "asked for" } else { "read" };
        format!("{subject} {did} {}, not {wanted}", counted(found, "items"))
    })?;
    if let Some(records) = &wanted.records {
        records_fit(records, fact, &subject, depth + 7)?;
    }
    if fact.effect == RequestEffect::Load {
        return load::fits(wanted, fact, depth + 8);
    }
    for (path, matcher) in &wanted.response {
        let found = member(&fact.response, path);
        if !fits_value(found.as_ref(), matcher) {
            return miss(depth + 8, format!("in the response, {}", member_differs(path, found.as_ref(), matcher)));
        }
    }
    Ok(())
}

/// Whether a request was answered from where it should be: a cache or the table, what is newest or what is older.
fn answered_from(wanted: &Request, fact: &Fact, subject: &str, depth: u8) -> Fit {
    // Of a batch a cache may know some keys, and the table the others.
    let is_asked = |key: &Item| wanted.key.iter().all(|(name, matcher)| fits_value(key.get(name), matcher));
    let is_cached = fact.parts.iter().any(|part| part.is_cached && !wanted.key.is_empty() && is_asked(&part.key));
    match wanted.cached {
        Some(true) if !fact.is_cached && !is_cached => {
            return miss(depth, format!("{subject} was answered by the table, not by a cache"));
        }
        Some(false) if fact.is_cached || is_cached => return miss(depth, format!("{subject} was answered by a cache")),
        _ => {}
    }
    match wanted.stale {
        Some(true) if !fact.is_stale => miss(depth, format!("{subject} saw the newest state, nothing older")),
        Some(false) if fact.is_stale => miss(depth, format!("{subject} saw something older than the latest write")),
        _ => Ok(()),
    }
}

/// Whether a request has the parameters that are the lesson.
pub(super) fn has_parameters(wanted: &Request, fact: &Fact) -> bool {
    parameters_fit(wanted, fact, "", 0).is_ok()
}

/// What is not as wanted of the parameters that are the lesson.
fn parameters_fit(wanted: &Request, fact: &Fact, subject: &str, depth: u8) -> Fit {
    for (path, matcher) in in_order(&wanted.parameters) {
        if let Some(owner) = path.strip_suffix(".*") {
            // What it is called there is the learner's.
            if !members(&fact.request, path).iter().any(|found| fits_value(Some(found), matcher)) {
                let is_secret = matches!(matcher, Matcher::Test(test) if test.secret.is_some());
                let words = attributes_words(&Attributes::from([("value".to_owned(), matcher.clone())]));
                let wanted = if is_secret { "not the right value".to_owned() } else { format!("no {words}") };
                return miss(depth, format!("in {}, {} holds {wanted}", within_sentence(subject), spoken(owner)));
            }
            continue;
        }
        let found = member(&fact.request, path);
        if !fits_value(found.as_ref(), matcher) {
            let words = member_differs(path, found.as_ref(), matcher);
            if fact.effect == RequestEffect::Answer {
                return miss(depth, "that is not the answer");
            }
            // What a request holds was never there before: nothing is still there.
            if let Some((name, value)) = words.split_once(" is still there") {
                return miss(depth, format!("{subject} has {name}{value}, which does not belong there"));
            }
            return miss(depth, format!("in {}, {words}", within_sentence(subject)));
        }
    }
    Ok(())
}

/// The end of a path in words: `LocalSecondaryIndexes.*.KeySchema.0` is element 1 of KeySchema, and
/// `Records.0.dynamodb.OldImage.pieces.N` is pieces of OldImage.
fn spoken(path: &str) -> String {
    const OF_LEARNERS: [&str; 6] = ["Item", "Key", "Keys", "NewImage", "OldImage", "RequestItems"];
    let mut pieces: Vec<&str> = path.split('.').filter(|piece| !["*", "#"].contains(piece)).collect();
    if pieces.len() > 2 && pieces.last().is_some_and(|last| Type::from_descriptor(last).is_some()) {
        pieces.pop();
    }
    match pieces.as_slice() {
        [.., before, last] if let Ok(place) = last.parse::<usize>() => format!("element {} of {before}", place + 1),
        [.., before, last] if OF_LEARNERS.contains(before) => format!("{last} of {before}"),
        [.., last] => (*last).to_owned(),
        [] => path.to_owned(),
    }
}

/// What is wrong with a member; the length of a list is told as one.
fn member_differs(path: &str, found: Option<&AttributeValue>, matcher: &Matcher) -> String {
    let count = |value: &AttributeValue| {
        if let AttributeValue::N(number) = value { number.to_string().parse().ok() } else { None }
    };
    match (path.strip_suffix(".#"), found.and_then(count), matcher) {
        (Some(list), Some(found), Matcher::Is(wanted)) => {
            format!("{} has {}, not {wanted}", spoken(list), counted(found, "elements"))
        }
        (Some(list), Some(found), Matcher::Test(_)) => format!("{} has {}", spoken(list), counted(found, "elements")),
        _ => difference(&spoken(path), found, matcher),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a lab lie far below 2^52")]
fn within(wanted: Option<Bound>, found: u64, depth: u8, words: impl Fn(u64, String) -> String) -> Fit {
    match wanted {
        Some(wanted) if !wanted.holds(found as f64) => miss(depth, words(found, bound(&wanted))),
        _ => Ok(()),
    }
}

/// What items came back, as a whole; then each of them, all of them, and their order.
fn items_fit(wanted: &Request, fact: &Fact, subject: &str, depth: u8) -> Fit {
    // Whoever asks for items is not served with their number.
    let asks_for_items = wanted.items.is_some()
        || wanted.attributes.is_some()
        || wanted.sorted.is_some()
        || !wanted.some.is_empty()
        || !wanted.each.is_empty();
    if asks_for_items && fact.count > 0 && fact.items.is_empty() {
        return miss(depth, format!("{subject} counted the items and returned none of them (Select is COUNT)"));
    }
    if let Some(names) = &wanted.attributes {
        attributes_fit(names, fact, subject, depth)?;
    }
    // What a query set a key equal to is known of each item, whether it was asked for or not. Who gets one item is to have it
    // as it is asked for.
    let is_of_items = fact.parts.iter().any(|part| part.is_item);
    let fact = &if is_of_items { Cow::Borrowed(fact) } else { fact.with_keys() };
    let told = |item: &Item| brief(item, wanted, fact);
    if let Some((item, words)) = fact.items.iter().find_map(|item| Some((item, differs(item, &wanted.each)?))) {
        return miss(depth + 1, format!("{subject} returned {} whose {words}", an_item(item, &told)));
    }
    if let Some(items) = &wanted.items {
        exactly_these(items, wanted, fact, subject, depth)?;
    }
    if let Some(lacking) = wanted.some.iter().find(|wanted| !fact.items.iter().any(|item| is_like(item, wanted))) {
        return miss(depth + 1, format!("{subject} did not return {}", item_words(lacking)));
    }
    match &wanted.sorted {
        Some(sorted) if !is_sorted(&fact.items, sorted) => {
            let (first, last) = if sorted.descending { ("greatest", "smallest") } else { ("smallest", "greatest") };
            miss(depth + 2, format!("{subject} did not return the {first} {} first and the {last} last", sorted.by))
        }
        _ => Ok(()),
    }
}

/// An item with its first values, if it shows any.
fn an_item(item: &Item, told: &impl Fn(&Item) -> String) -> String {
    if item.is_empty() { "an empty item".to_owned() } else { format!("an item ({})", told(item)) }
}

/// Whether the items have these attributes between them, and no others.
fn attributes_fit(names: &[String], fact: &Fact, subject: &str, depth: u8) -> Fit {
    let mut found: Vec<String> = fact.items.iter().flat_map(|item| item.keys().map(EcoString::to_string)).collect();
    found.sort_unstable();
    found.dedup();
    let mut sorted = names.to_vec();
    sorted.sort_unstable();
    if found == sorted {
        return Ok(());
    }
    let words = if found.is_empty() { "no attributes".to_owned() } else { listed(&found) };
    let alone = if names.iter().all(|name| found.contains(name)) { " alone" } else { "" };
    miss(depth, format!("{subject} returned {words}, not {}{alone}", listed(names)))
}

/// Whether the items are these, all of them and no others, in their order if that matters.
fn exactly_these(items: &[Attributes], wanted: &Request, fact: &Fact, subject: &str, depth: u8) -> Fit {
    let told = |item: &Item| brief(item, wanted, fact);
    if let ([wanted], [found]) = (items, fact.items.as_slice())
        && let Some(words) = differs(found, wanted)
    {
        return miss(depth + 1, format!("{subject} returned {} whose {words}", an_item(found, &told)));
    }
    if let Some(item) = fact.items.iter().find(|item| !items.iter().any(|wanted| is_like(item, wanted))) {
        // A part of the right item is not another item.
        let missing = items.first().and_then(|wanted| {
            let mut names = wanted.keys();
            names.find(|name| !item.contains_key(name) && items.iter().all(|wanted| wanted.contains_key(*name)))
        });
        let words = match missing {
            Some(name) => format!("{subject} returned an item without {name} ({})", told(item)),
            None => format!("{subject} also returned {}", told(item)),
        };
        return miss(depth + 1, words);
    }
    if let Some(lacking) = items.iter().find(|wanted| !fact.items.iter().any(|item| is_like(item, wanted))) {
        return miss(depth + 1, format!("{subject} did not return {}", item_words(lacking)));
    }
    if items.len() != fact.items.len() {
        let (found, wanted) = (counted(fact.items.len() as u64, "items"), items.len());
        return miss(depth + 1, format!("{subject} returned {found}, not {wanted}"));
    }
    if wanted.in_order && !fact.items.iter().zip(items).all(|(item, wanted)| is_like(item, wanted)) {
        return miss(depth + 2, format!("{subject} returned the right items in another order"));
    }
    Ok(())
}

/// Whether an item has what is wanted of it.
fn is_like(item: &Item, wanted: &Attributes) -> bool {
    differs(item, wanted).is_none()
}

fn is_sorted(items: &[Item], sorted: &Sorted) -> bool {
    let scalars: Option<Vec<KeyScalar>> =
        items.iter().map(|item| item.get(&sorted.by).and_then(KeyScalar::from_value)).collect();
    scalars.is_some_and(|mut scalars| {
        if sorted.descending {
            scalars.reverse();
        }
        scalars.is_sorted()
    })
}

/// How much of a value is shown, in characters.
const SHOWN: usize = 30;

/// An item in a few words: what it is known by comes first, then what is asked of it.
fn brief(item: &Item, wanted: &Request, fact: &Fact) -> String {
    let keys = fact
        .parts
        .iter()
        .flat_map(|part| part.partition.iter().map(String::as_str).chain(part.key.keys().map(EcoString::as_str)));
    let stated = wanted.items.iter().flatten().chain(&wanted.some).chain([&wanted.each]).flat_map(Attributes::keys);
    let mut names: Vec<&str> = Vec::new();
    for name in keys.chain(stated.map(String::as_str)).chain(item.keys().map(EcoString::as_str)) {
        if item.contains_key(name) && !names.contains(&name) {
            names.push(name);
        }
    }
    let shown = names.into_iter().take(3).filter_map(|name| Some((name, item.get(name)?)));
    let short = |value: &AttributeValue| {
        let whole = crate::engine::plan::literal(value);
        let begun: String = whole.chars().take(SHOWN).collect();
        if begun.len() < whole.len() { begun + "..." } else { begun }
    };
    let pairs: Vec<String> = shown.map(|(name, value)| format!("{name} {}", short(value))).collect();
    listed(&pairs)
}

fn records_fit(wanted: &[RecordWanted], fact: &Fact, subject: &str, depth: u8) -> Fit {
    if wanted.len() != fact.records.len() {
        let found = counted(fact.records.len() as u64, "records");
        return miss(depth, format!("{subject} returned {found}, not {}", wanted.len()));
    }
    for (place, (wanted, found)) in wanted.iter().zip(&fact.records).enumerate() {
        let number = place + 1;
        let text = |path: &str| member(found, path);
        let event = found["eventName"].as_str().unwrap_or_default();
        if let Some(wanted) = wanted.event.as_ref().filter(|wanted| *wanted != event) {
            return miss(depth, format!("record {number} is {event}, not {wanted}"));
        }
        for (name, matcher) in &wanted.key {
            let value = text(&format!("dynamodb.Keys.{name}"));
            if !fits_value(value.as_ref(), matcher) {
                return miss(depth, format!("in record {number}, {}", difference(name, value.as_ref(), matcher)));
            }
        }
        let images = [("NewImage", wanted.has_new), ("OldImage", wanted.has_old)];
        for (name, asked) in images {
            let has = found["dynamodb"].get(name).is_some();
            if asked.is_some_and(|asked| asked != has) {
                return miss(depth, format!("record {number} holds {} {name}", if has { "a" } else { "no" }));
            }
        }
        let expired = found.get("userIdentity").is_some();
        if wanted.expired.is_some_and(|wanted| wanted != expired) {
            let who = if expired { "time to live" } else { "a request" };
            return miss(depth, format!("record {number} comes from {who}"));
        }
    }
    Ok(())
}

pub(super) fn cost(wanted: &Request, fact: &Fact) -> Fit {
    let (read, written) = fact.spent(wanted.at.as_deref());
    let at = wanted
        .at
        .as_deref()
        .map(|at| if at == "table" { " at the table".to_owned() } else { format!(" at the index {at}") });
    let at = at.unwrap_or_default();
    for (wanted, found, unit) in [(wanted.rcu, read, "RCU"), (wanted.wcu, written, "WCU")] {
        if let Some(wanted) = wanted.filter(|wanted| !wanted.holds(found.as_f64())) {
            let words =
                format!("{} cost {} {unit}{at}, not {}", subject(fact), spelled(found.as_f64()), bound(&wanted));
            return miss(ON_TARGET + 30, words);
        }
    }
    Ok(())
}
