//! Whether a fact is what a requirement speaks of, and if not, the first thing that does not fit, in words.
//!
//! Everything that a [`Request`] states is held against one fact, and what it states of keys, conditions and changes against
//! one part of it. The order is that of a patient reader: who asked whom, where, for which key; then what came of it; then
//! what came back; then what it cost.

use super::facts::{Fact, FactKind, Part, Resent};
use super::reasons::{counted_seconds, did, either, listed, place, refusal, sentence, subject};
use super::state::clock_lack;
use super::value::{fits as fits_value, key_words, plain_key};
use crate::content::lab::requirement::{Over, Request, RequestEffect, Through};
use crate::engine::journal::Sender;
use crate::engine::ops;
use crate::engine::value::Item;

mod around;
mod condition;
mod held;
mod load;
mod returned;

pub(super) use around::{invocation_fits, traffic_fits};
pub(super) use condition::conjuncts;
use condition::{change_fits, condition_fits};
use returned::{brought_back, cost, has_parameters};

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Miss {
    /// How far the fact fits: the greater, the nearer.
    pub(super) depth: u8,
    /// What does not, in one sentence.
    pub(super) words: String,
}

impl Miss {
    /// Whether what it says is wanted is a value, and not whom to ask or what to speak of.
    pub(super) fn is_of_value(&self) -> bool {
        self.depth >= ON_TARGET && !self.words.contains(", not on ")
    }
}

/// From here on a fact is about the right thing, and what came of it is judged.
pub(super) const ON_TARGET: u8 = 20;

type Fit = Result<(), Miss>;

fn miss(depth: u8, words: impl AsRef<str>) -> Fit {
    Err(Miss { depth, words: sentence(words.as_ref()) })
}

/// The effect that a request under `returned`, or under a moment of a process, speaks of.
pub(super) fn effect_of(wanted: &Request, otherwise: RequestEffect) -> RequestEffect {
    let by_verb = || ops::find(wanted.by.first()?)?.effect.map(RequestEffect::from);
    wanted.effect.or_else(by_verb).unwrap_or(otherwise)
}

/// Whether a fact is the request that is wanted.
pub(super) fn fits(wanted: &Request, effect: RequestEffect, fact: &Fact) -> Fit {
    if !is_by(wanted, fact) {
        let is_all_else = fits(&Request { by: Vec::new(), ..wanted.clone() }, effect, fact).is_ok();
        let depth = if is_all_else { ON_TARGET } else { 1 };
        return miss(depth, format!("you used {}; this step asks for {}", fact.verb, either(&wanted.by)));
    }
    whole_target(wanted, fact)?;
    let own: Vec<&Part> = fact.parts.iter().filter(|part| part.effect == effect).collect();
    let parts = if own.is_empty() && effect == fact.effect { fact.parts.iter().collect() } else { own };
    if parts.is_empty() {
        // A request that could not be read says more by its refusal.
        if fact.error.is_some() {
            outcome(wanted, fact, None)?;
        }
        if wanted.table.is_some() && effect != RequestEffect::Around {
            return miss(2, format!("{} names no table", subject(fact)));
        }
        outcome(wanted, fact, None)?;
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
        together_fits(wanted, effect, fact)?;
    }
    timely(wanted, fact)?;
    hurried(wanted, fact)?;
    brought_back(wanted, fact)?;
    cost(wanted, fact)
}

/// As [`fits`], where the learner is to have seen what came back: what `--query` left out was not printed.
pub(super) fn fits_as_printed(wanted: &Request, effect: RequestEffect, fact: &Fact) -> Fit {
    let Some(printed) = fact.printed.as_deref() else { return fits(wanted, effect, fact) };
    // The order that counts is the printed one.
    let in_any_order = Request { sorted: None, in_order: false, ..wanted.clone() };
    fits(&in_any_order, effect, fact)?;
    let left_out = || {
        let subject = within_sentence(&subject(fact));
        format!("the --query of {subject} left out what this step asks for")
    };
    // What each item is to be, is not said of none.
    if !wanted.each.is_empty() && printed.items.is_empty() && !fact.items.is_empty() {
        return miss(ON_TARGET + 14, left_out());
    }
    if let Err(Miss { depth, .. }) = brought_back(&in_any_order, printed) {
        return miss(depth, left_out());
    }
    brought_back(wanted, printed)
}

/// The items that a request which is what is wanted has written: each part of it that is.
pub(super) fn written<'a>(wanted: &Request, fact: &'a Fact) -> Vec<&'a Part> {
    let own: Vec<&Part> = fact.parts.iter().filter(|part| part.effect == RequestEffect::Write).collect();
    let is_it = |part: &&&Part| {
        part.is_done
            && (part_fits(wanted, fact, part, &own).is_ok()
                || wanted.with.iter().any(|other| part_fits(other, fact, part, &own).is_ok()))
    };
    own.iter().filter(is_it).copied().collect()
}

/// Whether a request does all that it must do at once: each of these is a part of it.
fn together_fits(wanted: &Request, effect: RequestEffect, fact: &Fact) -> Fit {
    for other in &wanted.with {
        let effect = effect_of(other, effect);
        // Whether it was to be refused has been looked at.
        let other = &Request { ok: fact.error.is_some().then_some(false), ..other.clone() };
        let parts: Vec<&Part> = fact.parts.iter().filter(|part| part.effect == effect).collect();
        let mut nearest: Option<Miss> = None;
        let is_there = parts.iter().any(|part| match part_fits(other, fact, part, &parts) {
            Ok(()) => true,
            Err(miss) => {
                if nearest.as_ref().is_none_or(|nearest| miss.depth > nearest.depth) {
                    nearest = Some(miss);
                }
                false
            }
        });
        if !is_there {
            let nothing = || Miss {
                depth: ON_TARGET,
                words: sentence(&format!("{} holds no {} of {}", subject(fact), noun_of(effect), whole_key(other))),
            };
            let nearest = nearest.unwrap_or_else(nothing);
            return Err(Miss { depth: nearest.depth.max(ON_TARGET + 2), ..nearest });
        }
    }
    Ok(())
}

const fn noun_of(effect: RequestEffect) -> &'static str {
    match effect {
        RequestEffect::Check => "check",
        RequestEffect::Read => "read",
        _ => "write",
    }
}

/// The item that is wanted, in words.
fn whole_key(wanted: &Request) -> String {
    let key = key_words(&plain_key(&wanted.key), &[]);
    match &wanted.table {
        Some(table) => format!("{key} in {table}"),
        None => key,
    }
}

/// Whether a fact is of the kind at all that is wanted, whatever came of it.
pub(super) fn is_on_target(wanted: &Request, effect: RequestEffect, fact: &Fact) -> bool {
    is_by(wanted, fact) && fits(wanted, effect, fact).err().is_none_or(|miss| miss.depth >= ON_TARGET)
}

/// Whether a fact counts together with others of a step: it is of the kind that is wanted, by the parameters that are wanted.
pub(super) fn is_counted(wanted: &Request, effect: RequestEffect, fact: &Fact) -> bool {
    fact.error.is_none() && is_on_target(wanted, effect, fact) && has_parameters(wanted, fact)
}

/// Whether a fact was sent by one of the verbs that count.
fn is_by(wanted: &Request, fact: &Fact) -> bool {
    wanted.by.is_empty() || wanted.by.contains(&fact.verb)
}

fn whole_target(wanted: &Request, fact: &Fact) -> Fit {
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
    if let (Some(wanted), Sender::Role { user, .. }) = (&wanted.user, &fact.sender)
        && **user != **wanted
    {
        return miss(3, format!("{} was sent for {user}, not for {wanted}", subject(fact)));
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
    if wanted.everything && !part.key.is_empty() {
        return miss(12, format!("{subject} {} by key, and not everything", did(fact, part)));
    }
    if let Some(words) = narrowed_wrongly(wanted, part) {
        return miss(ON_TARGET, format!("{subject} {words}"));
    }
    if let Some((_, segments)) = part.segment.filter(|_| wanted.everything && wanted.over != Some(Over::Step)) {
        return miss(ON_TARGET, format!("{subject} read one of {segments} segments, and not everything"));
    }
    if wanted.everything && part.condition.is_some() {
        return miss(ON_TARGET, format!("{subject} did not return everything: it has a condition"));
    }
    // A write that its condition stopped is told by its condition, not by the exception.
    if let Some(condition) = wanted.condition.as_ref().filter(|_| part.met == Some(false)) {
        condition_fits(condition, part, &subject)?;
    }
    outcome(wanted, fact, Some(part))?;
    if !part.is_done
        && fact.error.is_none()
        && part.error.is_none()
        && wanted.ok != Some(false)
        && part.effect != RequestEffect::Read
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

/// What is wrong with how far a key condition goes, if it should say something of the sort key, or nothing.
fn narrowed_wrongly(wanted: &Request, part: &Part) -> Option<&'static str> {
    match (wanted.narrowed?, part.is_narrowed) {
        (true, false) => Some("says nothing of the sort key"),
        (false, true) => Some("names the sort key, and not the partition key alone"),
        _ => None,
    }
}

fn key_fits(wanted: &Request, fact: &Fact, part: &Part, all: &[&Part]) -> Fit {
    if wanted.key.is_empty() || wanted.key.iter().all(|(name, matcher)| fits_value(part.key.get(name), matcher)) {
        return Ok(());
    }
    let subject = subject(fact);
    let aim = key_words(&plain_key(&wanted.key), &part.partition);
    let found = named(&part.key, wanted);
    // A request that was refused before its key was known says more by its refusal.
    let is_refused = fact.error.is_some() || part.error.is_some();
    if is_refused && found.len() < wanted.key.len() {
        outcome(wanted, fact, Some(part))?;
    }
    if part.key.is_empty() {
        let words = if is_refused {
            format!("{subject} named no key, not {aim}")
        } else {
            format!("{subject} {} every item, not only {aim}", did(fact, part))
        };
        return miss(12, words);
    }
    if found.len() < wanted.key.len() {
        let lacking: Vec<String> = wanted.key.keys().filter(|name| !part.key.contains_key(name)).cloned().collect();
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
    let those = key.iter().filter(|(name, _)| wanted.key.contains_key(name.as_str()));
    those.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Whether a request, or the statement of a batch that is a part of it, was answered or refused as it should be.
fn outcome(wanted: &Request, fact: &Fact, part: Option<&Part>) -> Fit {
    let subject = subject(fact);
    let asks_for_error = wanted.error.is_some() || wanted.ok == Some(false);
    let error = part.and_then(|part| part.error.as_ref()).or(fact.error.as_ref());
    match (error, asks_for_error) {
        (None, true) => return miss(ON_TARGET, format!("{subject} was not refused")),
        (Some(error), false)
            if wanted.condition.as_ref().is_none_or(|it| it.met != Some(false)) || !is_of_condition(&error.0) =>
        {
            return miss(ON_TARGET, format!("{subject} was refused: {}", refusal(error)));
        }
        _ => {}
    }
    if let (Some(wanted), Some((name, _))) = (&wanted.error, error)
        && wanted != name
    {
        let told = error.map(refusal).unwrap_or_default();
        return miss(ON_TARGET, format!("{subject} was refused, but not with {wanted}: {told}"));
    }
    if let Some((_, message)) = error {
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

/// Whether a request was sent when it should be.
fn timely(wanted: &Request, fact: &Fact) -> Fit {
    let Some(clock) = &wanted.clock else { return Ok(()) };
    let words = clock_lack(clock, fact.at, &format!("{} was sent on", subject(fact)));
    words.map_or(Ok(()), |words| miss(ON_TARGET + 2, words))
}

/// Whether a request sends something again as soon as is said.
fn hurried(wanted: &Request, fact: &Fact) -> Fit {
    let Some(within) = wanted.resent_within else { return Ok(()) };
    let subject = subject(fact);
    match &fact.resent {
        None => miss(ON_TARGET + 2, format!("{subject} sent nothing again")),
        Some(resent) if resent.seconds >= within => miss(ON_TARGET + 2, sent_again(resent, fact)),
        Some(_) => Ok(()),
    }
}

/// What was sent again, and how soon, in words.
pub(super) fn sent_again(resent: &Resent, fact: &Fact) -> String {
    let key = fact.parts.get(resent.part).map(|part| key_words(&part.key, &part.partition)).unwrap_or_default();
    let seconds = counted_seconds(resent.seconds);
    format!("{} sent {key} again {seconds} after it had come back unprocessed", subject(fact))
}

/// Whether an exception is what a condition that was not met is told by; any other was raised before it was tried.
pub(super) fn is_of_condition(name: &str) -> bool {
    ["ConditionalCheckFailed", "TransactionCanceled", "DuplicateItem"].iter().any(|begin| name.starts_with(begin))
}

/// A subject as it stands within a sentence: "your Query".
fn within_sentence(subject: &str) -> String {
    subject.replacen("Your", "your", 1)
}

/// The kind of fact that a moment speaks of.
pub(super) const fn is_request(fact: &Fact) -> bool {
    matches!(fact.kind, FactKind::Request)
}
