//! Whether a fact is what a requirement speaks of, and if not, the first thing that does not fit, in words.
//!
//! Everything that a [`Request`] states is held against one fact, and what it states of keys, conditions and changes against
//! one part of it. The order is that of a patient reader: who asked whom, where, for which key; then what came of it; then
//! what came back; then what it cost.

use super::facts::{Fact, Kind, Part};
use super::reasons::{bound, counted, did, either, listed, noun, place, refusal, sentence, spelled, subject};
use super::value::{
    attributes_words, difference, differs, fits as fits_value, item_words, key_words, member, members, plain,
    plain_item, plain_key,
};
use crate::content::lab::requirement::{
    Attributes, Bound, ConditionWanted, Effect, InvocationWanted, Matcher, RecordWanted, Request, Sorted, Through,
    TrafficWanted,
};
use crate::engine::expr::Condition;
use crate::engine::expr::ast::{Comparator, Expr, Operand};
use crate::engine::journal::Sender;
use crate::engine::ops;
use crate::engine::value::key::KeyScalar;
use crate::engine::value::{AttributeValue, Item};

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Miss {
    /// How far the fact fits: the greater, the nearer.
    pub(super) depth: u8,
    /// What does not, in one sentence.
    pub(super) words: String,
}

/// From here on a fact is about the right thing, and what came of it is judged.
pub(super) const ON_TARGET: u8 = 20;

type Fit = Result<(), Miss>;

fn miss(depth: u8, words: impl AsRef<str>) -> Fit {
    Err(Miss { depth, words: sentence(words.as_ref()) })
}

/// The effect that a request under `returned`, or under a moment of a process, speaks of.
pub(super) fn effect_of(wanted: &Request, otherwise: Effect) -> Effect {
    let by_verb = || {
        let verb = wanted.by.first().and_then(|verb| ops::find(verb))?;
        Some(match verb.effect? {
            crate::engine::plan::Effect::Read => Effect::Read,
            crate::engine::plan::Effect::Write => Effect::Write,
            crate::engine::plan::Effect::Check => Effect::Check,
            crate::engine::plan::Effect::Define => Effect::Define,
            crate::engine::plan::Effect::Describe => Effect::Describe,
            crate::engine::plan::Effect::Stream => Effect::Stream,
        })
    };
    wanted.effect.or_else(by_verb).unwrap_or(otherwise)
}

/// Whether a fact is the request that is wanted.
pub(super) fn fits(wanted: &Request, effect: Effect, fact: &Fact) -> Fit {
    whole_target(wanted, fact)?;
    let own: Vec<&Part> = fact.parts.iter().filter(|part| part.effect == effect).collect();
    let parts = if own.is_empty() && effect == fact.effect { fact.parts.iter().collect() } else { own };
    if parts.is_empty() {
        // A request that could not be read says more by its refusal.
        if fact.error.is_some() {
            outcome(wanted, fact)?;
        }
        if wanted.table.is_some() && effect != Effect::Around {
            return miss(2, format!("{} names no table", subject(fact)));
        }
        outcome(wanted, fact)?;
    } else {
        // The part that comes nearest speaks for all.
        let mut nearest: Option<Miss> = None;
        for part in &parts {
            match part_fits(wanted, fact, part, &parts) {
                Ok(()) => {
                    nearest = None;
                    break;
                }
                Err(other) if nearest.as_ref().is_none_or(|nearest| other.depth > nearest.depth) => {
                    nearest = Some(other);
                }
                Err(_) => {}
            }
        }
        nearest.map_or(Ok(()), Err)?;
    }
    brought_back(wanted, fact)?;
    cost(wanted, fact)
}

/// Whether a fact is of the kind at all that is wanted, whatever came of it.
pub(super) fn is_on_target(wanted: &Request, effect: Effect, fact: &Fact) -> bool {
    fits(wanted, effect, fact).err().is_none_or(|miss| miss.depth >= ON_TARGET)
}

fn whole_target(wanted: &Request, fact: &Fact) -> Fit {
    if !wanted.by.is_empty() && !wanted.by.contains(&fact.verb) {
        return miss(1, format!("you used {}; this step asks for {}", fact.verb, either(&wanted.by)));
    }
    if let Some(role) = &wanted.role {
        let found = match &fact.sender {
            Sender::Role { role, .. } => role.to_string(),
            Sender::Admin => "admin".to_owned(),
            Sender::Service(name) => name.to_string(),
        };
        if found != *role {
            let by =
                |name: &str| if name == "admin" { "an administrator".to_owned() } else { format!("the role {name}") };
            return miss(3, format!("{} was sent by {}, not by {}", subject(fact), by(&found), by(role)));
        }
    }
    if let Some(region) = wanted.region.as_ref().filter(|region| **region != fact.region) {
        return miss(4, format!("{} went to {}, not to {region}", subject(fact), fact.region));
    }
    match wanted.through {
        Some(Through::Dax) if !fact.is_through_cache => {
            miss(5, format!("{} went to the table, not through DAX", subject(fact)))
        }
        Some(Through::Tables) if fact.is_through_cache => {
            miss(5, format!("{} went through DAX, not to the table", subject(fact)))
        }
        _ => sdk_fits(wanted.sdk.as_deref(), fact.sdk, &subject(fact)),
    }
}

fn sdk_fits(wanted: Option<&str>, found: Option<&str>, subject: &str) -> Fit {
    match (wanted, found) {
        (None, _) | (Some("on"), Some(_)) | (Some("off"), None) => Ok(()),
        (Some(wanted), Some(found)) if wanted == found => Ok(()),
        (Some("off"), Some(found)) => miss(6, format!("{subject} went through an SDK in {found} mode")),
        (Some(_), None) => miss(6, format!("{subject} was sent without an SDK")),
        (Some(wanted), Some(found)) => {
            miss(6, format!("{subject} went through an SDK in {found} mode, not in {wanted} mode"))
        }
    }
}

fn part_fits(wanted: &Request, fact: &Fact, part: &Part, all: &[&Part]) -> Fit {
    let subject = subject(fact);
    if let Some(table) = wanted.table.as_ref().filter(|table| **table != part.table) {
        return miss(10, format!("{subject} {} {}, not {table}", did(fact, part), part.table));
    }
    if let Some(index) = &wanted.index {
        let wanted = (index != "none").then_some(index.as_str());
        let found = part.index.as_deref();
        if wanted != found {
            return miss(11, format!("{subject} {} {}, not {}", did(fact, part), place(found), place(wanted)));
        }
    }
    key_fits(wanted, fact, part, all)?;
    // A write that its condition stopped is told by its condition, not by the exception.
    if let Some(condition) = wanted.condition.as_ref().filter(|_| part.met == Some(false)) {
        condition_fits(condition, part, &subject)?;
    }
    outcome(wanted, fact)?;
    if !part.is_done
        && fact.error.is_none()
        && wanted.ok != Some(false)
        && part.effect != Effect::Read
        && wanted.error.is_none()
        && wanted.condition.as_ref().is_none_or(|condition| condition.met != Some(false))
    {
        return miss(22, format!("{subject} left {} for later", key_words(&part.key, &part.partition)));
    }
    if let Some(condition) = &wanted.condition {
        condition_fits(condition, part, &subject)?;
    }
    change_fits(wanted, part, &subject)
}

fn key_fits(wanted: &Request, fact: &Fact, part: &Part, all: &[&Part]) -> Fit {
    if wanted.key.is_empty() || wanted.key.iter().all(|(name, matcher)| fits_value(part.key.get(name), matcher)) {
        return Ok(());
    }
    let subject = subject(fact);
    let aim = key_words(&plain_key(&wanted.key), &part.partition);
    let found = named(&part.key, wanted);
    if part.key.is_empty() {
        // A request that was refused before its key was known says more by its refusal.
        if fact.error.is_some() {
            outcome(wanted, fact)?;
        }
        let words = if fact.error.is_some() {
            format!("{subject} named no key, not {aim}")
        } else {
            format!("{subject} {} every item, not only {aim}", did(fact, part))
        };
        return miss(12, words);
    }
    if found.len() < wanted.key.len() {
        let lacking: Vec<String> = wanted.key.keys().filter(|name| !part.key.contains_key(*name)).cloned().collect();
        return miss(
            12,
            format!("{subject} names {}, but not {}", key_words(&part.key, &part.partition), listed(&lacking)),
        );
    }
    if aim.is_empty() {
        return miss(12, format!("{subject} {} {}", did(fact, part), key_words(&part.key, &part.partition)));
    }
    // What a batch or a transaction touched is told whole.
    let others = all.iter().filter(|other| other.table == part.table && !other.key.is_empty());
    let mut keys: Vec<String> = Vec::new();
    for words in others.map(|other| key_words(&named(&other.key, wanted), &other.partition)) {
        if !keys.contains(&words) {
            keys.push(words);
        }
    }
    let keys = if keys.len() > MOST_KEYS { vec![key_words(&found, &part.partition)] } else { keys };
    miss(12, format!("{subject} {} {}, not {aim}", did(fact, part), listed(&keys)))
}

/// The most keys of a batch or a transaction that are told.
const MOST_KEYS: usize = 4;

/// Of a key, what a requirement speaks of.
fn named(key: &Item, wanted: &Request) -> Item {
    let those = key.iter().filter(|(name, _)| wanted.key.contains_key(*name));
    those.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn outcome(wanted: &Request, fact: &Fact) -> Fit {
    let subject = subject(fact);
    let asks_for_error = wanted.error.is_some() || wanted.ok == Some(false);
    match (&fact.error, asks_for_error) {
        (None, true) => return miss(ON_TARGET, format!("{subject} was not refused")),
        (Some(error), false)
            if wanted.condition.as_ref().is_none_or(|it| it.met != Some(false)) || !is_of_condition(&error.0) =>
        {
            return miss(ON_TARGET, format!("{subject} was refused: {}", refusal(error)));
        }
        _ => {}
    }
    if let (Some(wanted), Some((name, _))) = (&wanted.error, &fact.error)
        && wanted != name
    {
        let told = fact.error.as_ref().map(refusal).unwrap_or_default();
        return miss(ON_TARGET, format!("{subject} was refused, but not with {wanted}: {told}"));
    }
    if let Some((_, message)) = &fact.error {
        let lower = message.to_lowercase();
        if wanted.about.iter().any(|piece| !lower.contains(&piece.to_lowercase())) {
            return miss(ON_TARGET + 1, format!("{subject} was refused for another reason: {message}"));
        }
    }
    match (wanted.consistent, fact.is_strong) {
        (Some(true), false) => miss(ON_TARGET + 1, format!("{subject} was eventually consistent")),
        (Some(false), true) => miss(ON_TARGET + 1, format!("{subject} was strongly consistent")),
        _ => Ok(()),
    }
}

/// Whether an exception is what a condition that was not met is told by; any other was raised before it was tried.
fn is_of_condition(name: &str) -> bool {
    ["ConditionalCheckFailed", "TransactionCanceled", "DuplicateItem"].iter().any(|begin| name.starts_with(begin))
}

fn condition_fits(wanted: &ConditionWanted, part: &Part, subject: &str) -> Fit {
    let depth = ON_TARGET + 3;
    let key = key_words(&part.key, &part.partition);
    let Some(condition) = &part.condition else {
        return if wanted.given == Some(false) {
            Ok(())
        } else {
            miss(depth, format!("{subject} of {key} was not conditional"))
        };
    };
    if wanted.given == Some(false) {
        return miss(depth, format!("{subject} of {key} was conditional: {condition}"));
    }
    if let Some(on) = &wanted.on {
        let mut roots: Vec<String> = condition.paths().iter().map(|path| path.root().to_owned()).collect();
        roots.dedup();
        if !roots.contains(on) {
            return miss(depth + 1, format!("the condition is on {}, not on {on}", listed(&roots)));
        }
        if let Some(equals) = &wanted.equals {
            let value = plain(equals);
            let found = compared(condition, on);
            if !value.as_ref().is_some_and(|value| found.contains(&value)) {
                let wanted = value.as_ref().map(crate::engine::plan::literal).unwrap_or_default();
                return miss(depth + 2, format!("the condition is {condition}, not {on} = {wanted}"));
            }
        }
        if let Some(absent) = wanted.absent {
            let asks = existence(condition, on);
            if asks != Some(absent) {
                let function = if absent { "attribute_not_exists" } else { "attribute_exists" };
                return miss(depth + 2, format!("the condition is {condition}, not {function}({on})"));
            }
        }
    }
    if let Some(item) = &wanted.accepts
        && !condition.holds(&plain_item(item))
    {
        return miss(depth + 3, format!("the condition {condition} would refuse what it should accept"));
    }
    if let Some(item) = &wanted.refuses
        && condition.holds(&plain_item(item))
    {
        return miss(depth + 3, format!("the condition {condition} would accept what it should refuse"));
    }
    match (wanted.met, part.met) {
        (Some(true), Some(false)) => {
            miss(depth + 4, format!("the condition of {} was not met: {condition}", within_sentence(subject)))
        }
        (Some(false), Some(true)) => {
            miss(depth + 4, format!("the condition of {} was met: {condition}", within_sentence(subject)))
        }
        (Some(_), None) => miss(depth + 4, format!("{subject} was refused before its condition was tested")),
        _ => Ok(()),
    }
}

/// The values that a condition sets an attribute equal to, in every case that it accepts.
fn compared<'a>(condition: &'a Condition, name: &str) -> Vec<&'a AttributeValue> {
    fn walk<'a>(expr: &'a Expr, name: &str, found: &mut Vec<&'a AttributeValue>) {
        match expr {
            Expr::And(left, right) => {
                walk(left, name, found);
                walk(right, name, found);
            }
            Expr::Compare(Comparator::Equal, Operand::Path(path), Operand::Value(value))
            | Expr::Compare(Comparator::Equal, Operand::Value(value), Operand::Path(path))
                if !path.is_nested() && path.root() == name =>
            {
                found.push(value);
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(condition.expr(), name, &mut found);
    found
}

/// Whether a condition asks for an attribute to be absent (`true`) or present (`false`); `None` if for neither.
fn existence(condition: &Condition, name: &str) -> Option<bool> {
    fn walk(expr: &Expr, name: &str) -> Option<bool> {
        match expr {
            Expr::And(left, right) => walk(left, name).or_else(|| walk(right, name)),
            Expr::NotExists(path) if path.root() == name => Some(true),
            Expr::Exists(path) if path.root() == name => Some(false),
            Expr::Not(inner) => walk(inner, name).map(|absent| !absent),
            _ => None,
        }
    }
    walk(condition.expr(), name)
}

fn change_fits(wanted: &Request, part: &Part, subject: &str) -> Fit {
    let depth = ON_TARGET + 8;
    let asks = wanted.changed.is_some() || !wanted.old.is_empty() || !wanted.new.is_empty();
    let Some(change) = &part.change else {
        return match &wanted.computes {
            Some(computes) if !asks => computes_fits(computes, part, subject),
            _ if !asks => Ok(()),
            _ => miss(depth, format!("{subject} changed nothing of {}", key_words(&part.key, &part.partition))),
        };
    };
    let none = Item::new();
    let (old, new) = (change.old.as_deref().unwrap_or(&none), change.new.as_deref().unwrap_or(&none));
    if let Some(wanted) = &wanted.changed {
        let mut names: Vec<String> =
            old.keys().chain(new.keys()).filter(|name| old.get(*name) != new.get(*name)).cloned().collect();
        names.sort_unstable();
        names.dedup();
        let mut sorted = wanted.clone();
        sorted.sort_unstable();
        if names != sorted {
            return miss(depth + 1, format!("{subject} changed {}, not {}", listed(&names), listed(&sorted)));
        }
    }
    if let Some(computes) = &wanted.computes {
        if old.get(computes) == new.get(computes) {
            return miss(depth + 1, format!("{subject} left {computes} as it was"));
        }
        computes_fits(computes, part, subject)?;
    }
    let key = || key_words(&part.key, &part.partition);
    let sides = [("before", "was", &change.old, &wanted.old), ("after", "is", &change.new, &wanted.new)];
    for (when, verb, found, wanted) in sides {
        if let Some(words) = differs(found.as_deref().unwrap_or(&none), wanted) {
            let words = if found.is_none() { format!(" there {verb} no item {}", key()) } else { format!(", {words}") };
            return miss(depth + 1, format!("{when} {}{words}", within_sentence(subject)));
        }
    }
    Ok(())
}

fn computes_fits(computes: &String, part: &Part, subject: &str) -> Fit {
    if part.computed.contains(computes) {
        return Ok(());
    }
    let words = format!("{subject} set {computes} to a fixed value instead of working it out from the stored one");
    miss(ON_TARGET + 8, words)
}

fn brought_back(wanted: &Request, fact: &Fact) -> Fit {
    let (subject, depth) = (subject(fact), ON_TARGET + 12);
    match wanted.cached {
        Some(true) if !fact.is_cached => {
            return miss(depth, format!("{subject} was answered by the table, not by a cache"));
        }
        Some(false) if fact.is_cached => return miss(depth, format!("{subject} was answered by a cache")),
        _ => {}
    }
    match wanted.stale {
        Some(true) if !fact.is_stale => return miss(depth, format!("{subject} saw the newest state, nothing older")),
        Some(false) if fact.is_stale => {
            return miss(depth, format!("{subject} saw something older than the latest write"));
        }
        _ => {}
    }
    for (path, matcher) in &wanted.parameters {
        if let Some(owner) = path.strip_suffix(".*") {
            // What it is called there is the learner's.
            if !members(&fact.request, path).iter().any(|found| fits_value(Some(found), matcher)) {
                let is_secret = matches!(matcher, Matcher::Test(test) if test.secret.is_some());
                let words = attributes_words(&Attributes::from([("value".to_owned(), matcher.clone())]));
                let wanted = if is_secret { "not the right value".to_owned() } else { format!("no {words}") };
                return miss(depth, format!("in {}, {owner} holds {wanted}", within_sentence(&subject)));
            }
            continue;
        }
        let found = member(&fact.request, path);
        if !fits_value(found.as_ref(), matcher) {
            let words = member_differs(path, found.as_ref(), matcher);
            if fact.effect == Effect::Answer {
                return miss(depth, "that is not the answer");
            }
            return miss(depth, format!("in {}, {words}", within_sentence(&subject)));
        }
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
    within(wanted.pages, fact.requests, depth + 1, |found, wanted| {
        format!("{subject} took {}, not {wanted}", counted(found, "requests"))
    })?;
    items_fit(wanted, fact, &subject, depth + 2)?;
    let more = if fact.has_more { ", and its LastEvaluatedKey says that there may be more" } else { "" };
    within(wanted.count, fact.count, depth + 5, |found, wanted| {
        format!("{subject} returned {}, not {wanted}{more}", counted(found, "items"))
    })?;
    within(wanted.scanned, fact.scanned, depth + 6, |found, wanted| {
        format!("{subject} read {}, not {wanted}", counted(found, "items"))
    })?;
    if let Some(records) = &wanted.records {
        records_fit(records, fact, &subject, depth + 7)?;
    }
    for (path, matcher) in &wanted.response {
        let found = member(&fact.response, path);
        if !fits_value(found.as_ref(), matcher) {
            let place = if fact.effect == Effect::Load { "in your load" } else { "in the response" };
            return miss(depth + 8, format!("{place}, {}", member_differs(path, found.as_ref(), matcher)));
        }
    }
    Ok(())
}

/// What is wrong with a member; the length of a list is told as one.
fn member_differs(path: &str, found: Option<&AttributeValue>, matcher: &Matcher) -> String {
    let count = |value: &AttributeValue| {
        if let AttributeValue::N(number) = value { number.to_string().parse().ok() } else { None }
    };
    match (path.strip_suffix(".#"), found.and_then(count), matcher) {
        (Some(list), Some(found), Matcher::Is(wanted)) => {
            format!("{list} has {}, not {wanted}", counted(found, "elements"))
        }
        (Some(list), Some(found), Matcher::Test(_)) => format!("{list} has {}", counted(found, "elements")),
        _ => difference(path, found, matcher),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a lab lie far below 2^52")]
fn within(wanted: Option<Bound>, found: u64, depth: u8, words: impl Fn(u64, String) -> String) -> Fit {
    match wanted {
        Some(wanted) if !wanted.holds(found as f64) => miss(depth, words(found, bound(&wanted))),
        _ => Ok(()),
    }
}

fn items_fit(wanted: &Request, fact: &Fact, subject: &str, depth: u8) -> Fit {
    if let Some(names) = &wanted.attributes {
        let mut found: Vec<String> = fact.items.iter().flat_map(|item| item.keys().cloned()).collect();
        found.sort_unstable();
        found.dedup();
        let mut sorted = names.clone();
        sorted.sort_unstable();
        if found != sorted {
            let words = if found.is_empty() { "no attributes".to_owned() } else { listed(&found) };
            let alone = if names.iter().all(|name| found.contains(name)) { " alone" } else { "" };
            return miss(depth, format!("{subject} returned {words}, not {}{alone}", listed(names)));
        }
    }
    let fits_all = |item: &Item, wanted: &Attributes| differs(item, wanted).is_none();
    if let Some((item, words)) = fact.items.iter().find_map(|item| Some((item, differs(item, &wanted.each)?))) {
        return miss(depth + 1, format!("{subject} returned an item ({}) whose {words}", brief(item)));
    }
    if let (Some([wanted]), [found]) = (wanted.items.as_deref(), fact.items.as_slice())
        && let Some(words) = differs(found, wanted)
    {
        return miss(depth + 1, format!("{subject} returned an item ({}) whose {words}", brief(found)));
    }
    if let Some(items) = &wanted.items {
        if let Some(item) = fact.items.iter().find(|item| !items.iter().any(|wanted| fits_all(item, wanted))) {
            // A part of the right item is not another item.
            let missing = items.first().and_then(|wanted| {
                let mut names = wanted.keys();
                names.find(|name| !item.contains_key(*name) && items.iter().all(|wanted| wanted.contains_key(*name)))
            });
            let words = match missing {
                Some(name) => format!("{subject} returned an item without {name} ({})", brief(item)),
                None => format!("{subject} also returned {}", brief(item)),
            };
            return miss(depth + 1, words);
        }
        if let Some(lacking) = items.iter().find(|wanted| !fact.items.iter().any(|item| fits_all(item, wanted))) {
            return miss(depth + 1, format!("{subject} did not return {}", item_words(lacking)));
        }
        if items.len() != fact.items.len() {
            let (found, wanted) = (counted(fact.items.len() as u64, "items"), items.len());
            return miss(depth + 1, format!("{subject} returned {found}, not {wanted}"));
        }
        if wanted.in_order && !fact.items.iter().zip(items).all(|(item, wanted)| fits_all(item, wanted)) {
            return miss(depth + 2, format!("{subject} returned the right items in another order"));
        }
    }
    if let Some(lacking) = wanted.some.iter().find(|wanted| !fact.items.iter().any(|item| fits_all(item, wanted))) {
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

/// A subject as it stands within a sentence: "your Query".
fn within_sentence(subject: &str) -> String {
    subject.replacen("Your", "your", 1)
}

/// How much of a value is shown, in characters.
const SHOWN: usize = 30;

/// An item in a few words.
fn brief(item: &Item) -> String {
    let shown: Item = item.iter().take(3).map(|(name, value)| (name.clone(), value.clone())).collect();
    let short = |value: &AttributeValue| {
        let whole = crate::engine::plan::literal(value);
        let begun: String = whole.chars().take(SHOWN).collect();
        if begun.len() < whole.len() { begun + "..." } else { begun }
    };
    let pairs: Vec<String> = shown.iter().map(|(name, value)| format!("{name} {}", short(value))).collect();
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

fn cost(wanted: &Request, fact: &Fact) -> Fit {
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

/// Whether a run of traffic is the one that is wanted.
pub(super) fn traffic_fits(wanted: &TrafficWanted, fact: &Fact) -> Fit {
    let text = |member: &str| fact.request.get(member).and_then(serde_json::Value::as_str);
    let asked = |member: &str| fact.request.get(member).and_then(serde_json::Value::as_f64).unwrap_or_default();
    let found = |member: &str| fact.number(member).unwrap_or_default();
    if let Some(table) = wanted.table.as_ref().filter(|table| text("TableName") != Some(table)) {
        return miss(10, format!("the traffic was on {}, not on {table}", text("TableName").unwrap_or_default()));
    }
    sdk_fits(wanted.sdk.as_deref(), text("Retry"), "the traffic")?;
    let calls = found("Calls").max(1.0);
    let wanted_at = wanted.at.as_deref();
    let figures = [
        (wanted.keys, asked("Keys"), "the traffic used", "partition keys"),
        (wanted.shards, asked("Shards"), "the traffic spread each key over", "shards"),
        (wanted.seconds, asked("Seconds"), "the traffic ran for", "seconds"),
        (wanted.rate, (calls / asked("Seconds").max(1.0)).round(), "the traffic had", "calls a second"),
        (wanted.peak, found("Peak"), "the traffic had", "calls a second at its peak"),
        (wanted.reads, asked("Reads"), "of the calls, reads were", "percent"),
        (wanted.size, asked("Filling"), "the items of the traffic were filled with", "bytes"),
        (wanted.calls, found("Calls"), "the traffic had", "calls"),
        (wanted.succeeded, found("Succeeded"), "the traffic had", "calls that ended well"),
        (wanted.failed, found("Failed"), "the traffic had", "calls that failed"),
        (wanted.throttled, found("Throttled"), "the traffic had", "attempts that were throttled"),
        (wanted.failed_percent, 100.0 * found("Failed") / calls, "the share of calls that failed was", "percent"),
    ];
    for (place, (wanted, found, begin, unit)) in figures.into_iter().enumerate() {
        if let Some(wanted) = wanted.filter(|wanted| !wanted.holds(found)) {
            let depth = ON_TARGET + u8::try_from(place).unwrap_or(0);
            let unit = agreeing(found, unit);
            return miss(depth, format!("{begin} {} {unit}, not {}", spelled(found), bound(&wanted)));
        }
    }
    for (wanted, member, unit) in [(wanted.rcu, "Read", "RCU"), (wanted.wcu, "Write", "WCU")] {
        let place = wanted_place(wanted_at);
        let all = fact.response["Units"].as_array().into_iter().flatten();
        let here = all.filter(|units| {
            place.as_ref().is_none_or(|place| units["Place"].as_str().is_some_and(|it| place.contains(&it.to_owned())))
        });
        let found: f64 = here.filter_map(|units| units[member].as_f64()).sum();
        if let Some(wanted) = wanted.filter(|wanted| !wanted.holds(found)) {
            let at = wanted_at
                .map(|at| format!(" at the {}", if at == "table" { at.to_owned() } else { format!("index {at}") }));
            let at = at.unwrap_or_default();
            return miss(
                ON_TARGET + 9,
                format!("the traffic cost {} {unit}{at}, not {}", spelled(found), bound(&wanted)),
            );
        }
    }
    if let Some(reason) = &wanted.reason
        && fact.response["Reasons"].get(reason).is_none()
    {
        return miss(ON_TARGET + 10, format!("no attempt was throttled for {reason}"));
    }
    Ok(())
}

/// The names of a place as traffic tells them.
fn wanted_place(at: Option<&str>) -> Option<Vec<String>> {
    let at = at?;
    Some(if at == "table" { vec![at.to_owned()] } else { vec![format!("GSI {at}"), format!("LSI {at}")] })
}

/// What is counted, its first word agreeing with the count: "partition key", "calls that failed".
fn agreeing(count: f64, unit: &str) -> String {
    let is_one = (count - 1.0).abs() < 1e-9;
    let (words, rest) = match unit.find(" that ").or_else(|| unit.find(" a second")) {
        Some(at) => unit.split_at(at),
        None => (unit, ""),
    };
    let rest = if is_one { rest.replace(" that were ", " that was ") } else { rest.to_owned() };
    noun(is_one, words) + &rest
}

/// Whether an invocation is the one that is wanted.
pub(super) fn invocation_fits(wanted: &InvocationWanted, fact: &Fact) -> Fit {
    let function = fact.request["FunctionName"].as_str().unwrap_or_default();
    if let Some(wanted) = wanted.function.as_ref().filter(|wanted| *wanted != function) {
        return miss(10, format!("the invocation was of {function}, not of {wanted}"));
    }
    let asked = |member: &str| fact.request.get(member).and_then(serde_json::Value::as_f64).unwrap_or_default();
    for (wanted, found, begin, unit) in [
        (wanted.records, asked("Records"), "the invocation got", " records"),
        (wanted.attempt, asked("Attempt"), "the invocation was attempt", ""),
    ] {
        if let Some(wanted) = wanted.filter(|wanted| !wanted.holds(found)) {
            let unit = agreeing(found, unit);
            return miss(ON_TARGET, format!("{begin} {}{unit}, not {}", spelled(found), bound(&wanted)));
        }
    }
    let result = fact.response["Result"].as_str().unwrap_or_default();
    let is_ok = fact.response["Succeeded"] == serde_json::Value::Bool(true);
    if wanted.ok.is_some_and(|wanted| wanted != is_ok) {
        return miss(ON_TARGET + 1, format!("the invocation of {function} ended with: {result}"));
    }
    match &wanted.result {
        Some(piece) if !result.contains(piece.as_str()) => {
            miss(ON_TARGET + 2, format!("the invocation of {function} ended with: {result}"))
        }
        _ => Ok(()),
    }
}

/// The kind of fact that a moment speaks of.
pub(super) const fn is_request(fact: &Fact) -> bool {
    matches!(fact.kind, Kind::Request)
}
