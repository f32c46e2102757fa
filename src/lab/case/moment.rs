//! A moment of a process: whether a fact is it, or is what must never be, and what is said of one that is not there yet.

use super::super::facts::{Fact, FactKind};
use super::super::fits::{
    Miss, effect_of, fits, fits_as_printed, invocation_fits, is_request, sent_again, traffic_fits,
};
use super::super::reasons::subject;
use super::super::value::{key_words, plain_key};
use super::{fits_any_outcome, has_to_be_seen};
use crate::content::lab::requirement::{Moment, Request, RequestEffect};

/// Whether a fact is of the kind that a moment waits for, and if so whether it is that moment.
pub(super) fn seen(moment: &Moment, fact: &Fact) -> Option<Result<(), Miss>> {
    match fact.kind {
        FactKind::Traffic => moment.traffic.as_ref().map(|wanted| traffic_fits(wanted, fact)),
        FactKind::Invocation => moment.invoked.as_ref().map(|wanted| invocation_fits(wanted, fact)),
        FactKind::Request if fact.is_of_a_service() => None,
        FactKind::Request => {
            let (wanted, effect) = match moment {
                Moment { read: Some(wanted), .. } => (wanted, effect_of(wanted, RequestEffect::Read)),
                Moment { write: Some(wanted), .. } => (wanted, effect_of(wanted, RequestEffect::Write)),
                Moment { request: Some(wanted), .. } => (wanted, effect_of(wanted, fact.effect)),
                _ => return None,
            };
            // Who asks for certain items wants them to be seen; how many there were has happened, whatever was made of them.
            let has_to_be_seen = moment.read.as_ref().is_some_and(has_to_be_seen);
            let fits = if has_to_be_seen { fits_as_printed } else { fits };
            fact.has(effect).then(|| fits(wanted, effect, fact))
        }
    }
}

/// As [`seen`], for the pages of a read together.
pub(super) fn seen_together(moment: &Moment, pages: &Fact) -> Option<Result<(), Miss>> {
    moment.read.as_ref().or(moment.request.as_ref())?;
    seen(moment, pages)
}

pub(super) fn effect_of_moment(moment: &Moment) -> RequestEffect {
    match moment {
        Moment { read: Some(wanted), .. } => effect_of(wanted, RequestEffect::Read),
        Moment { write: Some(wanted), .. } => effect_of(wanted, RequestEffect::Write),
        Moment { request: Some(wanted), .. } => effect_of(wanted, RequestEffect::Around),
        _ => RequestEffect::Around,
    }
}

/// Whether a write that is wanted is one that is carried out.
pub(super) fn leaves(wanted: &Request) -> bool {
    let is_met = wanted.condition.as_ref().is_none_or(|condition| condition.met != Some(false));
    wanted.error.is_none() && wanted.ok != Some(false) && is_met
}

/// Whether a moment is a request that is refused, be it by its condition.
pub(super) fn asks_for_refusal(moment: &Moment) -> bool {
    asks_for_error(moment) || moment.write.as_ref().is_some_and(|wanted| !leaves(wanted))
}

/// Whether a moment is a request that is refused.
pub(super) fn asks_for_error(moment: &Moment) -> bool {
    let wanted = [&moment.read, &moment.write, &moment.request].into_iter().flatten().next();
    wanted.is_some_and(|wanted| wanted.error.is_some() || wanted.ok == Some(false))
}

/// Whether a request counts as what must never be: a change that was refused has not happened, unless what is said is how it
/// was tried.
fn has_happened(never: &Request, effect: RequestEffect, fact: &Fact) -> bool {
    let is_of_tries =
        never.condition.is_some() || never.ok.is_some() || never.error.is_some() || never.resent_within.is_some();
    let is_change = matches!(effect, RequestEffect::Write | RequestEffect::Define | RequestEffect::Around);
    !is_change || fact.error.is_none() || is_of_tries
}

/// Whether traffic has sent what must never be, as far as that is said of a table and of nothing else.
fn is_sent_by_traffic(never: &Request, fact: &Fact) -> bool {
    let Request { effect, table, .. } = never.clone();
    if fact.kind != FactKind::Traffic || *never != (Request { effect, table, ..Request::default() }) {
        return false;
    }
    let is_there = |name: &String| fact.request["TableName"] == **name;
    let reads = fact.request["Reads"].as_f64().unwrap_or_default();
    let is_sent = match never.effect {
        Some(RequestEffect::Read) => reads > 0.0,
        Some(RequestEffect::Write) => reads < 100.0,
        _ => false,
    };
    is_sent && never.table.as_ref().is_none_or(is_there)
}

/// What of a fact must never be, and where, in words; `None` if nothing of it is.
pub(super) fn offence(never: &Request, fact: &Fact) -> Option<String> {
    if is_sent_by_traffic(never, fact) {
        let table = never.table.as_deref().unwrap_or("a table");
        return Some(format!("There was traffic on {table} in this step."));
    }
    let effect = effect_of(never, fact.effect);
    let is_request = !fact.is_of_a_service() && is_request(fact) && fact.has(effect);
    if !is_request || !has_happened(never, effect, fact) || !fits_any_outcome(never, effect, fact) {
        return None;
    }
    if let Some(resent) = fact.resent.as_ref().filter(|_| never.resent_within.is_some()) {
        return Some(format!("{}.", sent_again(resent, fact)));
    }
    let place = match (&never.region, &never.table) {
        (Some(region), _) => format!(", in {region}"),
        (None, Some(table)) => format!(", on {table}"),
        (None, None) => String::new(),
    };
    let key = key_words(&plain_key(&never.key), &[]);
    let item = if key.is_empty() { key } else { format!(" of {key}") };
    Some(format!("There was {}{item} in this step{place}.", with_article(&fact.verb)))
}

/// A verb with its article: "a Scan", "an UpdateItem".
fn with_article(verb: &str) -> String {
    let article = if verb.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    format!("{article} {verb}")
}

/// What is said of a request that is right, but for its time: a later moment, and the one that is waited for has not come.
pub(super) fn early(rest: &[Moment], fact: &Fact) -> Option<String> {
    let [moment, later @ ..] = rest else { return None };
    let is_early = later.iter().any(|later| matches!(seen(later, fact), Some(Ok(()))));
    is_early.then(|| format!("{} came too early: {}.", what_came(fact), sooner(moment)))
}

/// What has come, in words: an invocation is nothing that the learner has sent.
fn what_came(fact: &Fact) -> String {
    match fact.kind {
        FactKind::Request => subject(fact),
        FactKind::Traffic => "Your traffic".to_owned(),
        FactKind::Invocation => {
            format!("The invocation of {}", fact.request["FunctionName"].as_str().unwrap_or("a function"))
        }
    }
}

/// What should have come before, in words.
fn sooner(moment: &Moment) -> &'static str {
    match (moment, effect_of_moment(moment)) {
        (Moment { traffic: Some(_), .. }, _) => "there is traffic to be sent before it",
        (Moment { invoked: Some(_), .. }, _) => "a function has to be invoked before it",
        (_, RequestEffect::Read) => "there is something to be read before it",
        (_, RequestEffect::Write) => "there is something to be written before it",
        _ => "another request comes before it",
    }
}

/// What has not happened since the moment before, in words.
pub(super) fn after(moment: &Moment) -> &'static str {
    match (moment, effect_of_moment(moment)) {
        (Moment { traffic: Some(_), .. }, _) => "no traffic was sent since then",
        (Moment { invoked: Some(_), spans: true, .. }, _) => "the function has not answered since then",
        (Moment { invoked: Some(_), .. }, _) => "no function was invoked since then",
        (_, RequestEffect::Read) => "nothing was read since then",
        (_, RequestEffect::Write) => "nothing was written since then",
        (_, RequestEffect::Cache) => "the cache was not used since then",
        _ => "the next request is still to come",
    }
}
