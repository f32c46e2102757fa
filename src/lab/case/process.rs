//! How far a `process` is: the moments that have come, in their order, and what came nearest to the next.

use super::super::facts::{Fact, Kind};
use super::super::fits::{Miss, ON_TARGET, effect_of, fits, invocation_fits, is_request, traffic_fits};
use super::super::reasons::nothing;
use super::{Lack, fits_any_outcome};
use crate::content::lab::requirement::{Effect, Moment};

/// How far a `process` is.
#[derive(Clone, Debug, Default)]
pub(super) struct Process {
    /// The moment that is waited for, and how often it was seen.
    at: usize,
    times: u64,
    /// What came nearest to it since the moment before, and by which verb.
    nearest: Option<(String, Miss)>,
    /// What should never have happened.
    offence: Option<String>,
    /// The pages of the newest line's newest read so far, taken together: a read of several pages is one read.
    pages: Option<Fact>,
}

impl Process {
    pub(super) fn take(&mut self, moments: &[Moment], fact: &Fact) {
        for never in moments.iter().filter_map(|moment| moment.never.as_ref()) {
            let effect = effect_of(never, fact.effect);
            if !fact.is_of_a_service() && is_request(fact) && fact.has(effect) && fits_any_outcome(never, effect, fact)
            {
                self.offence.get_or_insert_with(|| format!("There was {} in this step.", with_article(&fact.verb)));
            }
        }
        self.pass_nevers(moments);
        let is_further = self.turn_page(fact);
        let Some(moment) = moments.get(self.at) else { return };
        let Some(mut seen) = seen(moment, fact) else { return };
        if let Some(pages) = self.pages.as_ref().filter(|_| is_further && seen.is_err())
            && let Some(together) = seen_together(moment, pages)
        {
            seen = together;
        }
        match seen {
            Ok(()) => {
                self.times += 1;
                self.nearest = None;
                if self.times >= moment.times.unwrap_or(1) {
                    (self.at, self.times) = (self.at + 1, 0);
                    self.pass_nevers(moments);
                }
            }
            Err(miss) => {
                // Until the first moment, what came nearest speaks, unless something else was tried since, or it was refused.
                let is_further = self.at == 0
                    && fact.error.is_none()
                    && miss.depth >= ON_TARGET
                    && self.nearest.as_ref().is_some_and(|(verb, near)| *verb == fact.verb && near.depth > miss.depth);
                if !is_further {
                    self.nearest = Some((fact.verb.clone(), miss));
                }
            }
        }
    }

    /// A new line begins: what it reads is no further page of the one before.
    pub(super) fn begin_line(&mut self) {
        self.pages = None;
    }

    /// Takes a read in as a further page, if it is one; returns whether it is.
    fn turn_page(&mut self, fact: &Fact) -> bool {
        let is_read = is_request(fact) && !fact.is_of_a_service() && fact.effect == Effect::Read;
        match &mut self.pages {
            Some(pages) if is_read && pages.has_more && pages.goes_on_with(fact) => {
                pages.join(fact.clone());
                true
            }
            pages if is_read => {
                *pages = Some(fact.clone());
                false
            }
            _ => false,
        }
    }

    fn pass_nevers(&mut self, moments: &[Moment]) {
        while moments.get(self.at).is_some_and(|moment| moment.never.is_some()) {
            self.at += 1;
        }
    }

    pub(super) fn lack(&self, moments: &[Moment]) -> Option<Lack> {
        if let Some(words) = &self.offence {
            return Some(Lack { is_lost: true, ..Lack::of(words.clone(), 1) });
        }
        let moment = moments.iter().skip(self.at).find(|moment| moment.never.is_none())?;
        let place = u8::try_from(self.at).unwrap_or(u8::MAX / 4).min(40) * 5;
        if let Some((_, miss)) = &self.nearest {
            return Some(Lack::of_miss(miss, place.saturating_add(miss.depth / 8)));
        }
        let wanted = moment.times.unwrap_or(1);
        if self.times > 0 {
            return Some(Lack::of(format!("That was {} of {wanted} so far.", spelled_count(self.times)), place + 1));
        }
        let is_moment = |moment: &&Moment| moment.never.is_none();
        let (done, all) =
            (moments[..self.at].iter().filter(is_moment).count(), moments.iter().filter(is_moment).count());
        let words = match (self.at, moment) {
            (0, Moment { traffic: Some(_), .. }) => "No traffic was sent in this step yet.".to_owned(),
            (0, Moment { invoked: Some(_), .. }) => "No function was invoked in this step yet.".to_owned(),
            (0, moment) => nothing(effect_of_moment(moment)).to_owned(),
            (_, moment) => format!("So far so good ({done} of {all}); {}.", after(moment)),
        };
        Some(Lack::of(words, place))
    }
}

/// A verb with its article: "a Scan", "an UpdateItem".
fn with_article(verb: &str) -> String {
    let article = if verb.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    format!("{article} {verb}")
}

fn spelled_count(count: u64) -> String {
    crate::engine::capacity::grouped(count)
}

/// What has not happened since the moment before, in words.
fn after(moment: &Moment) -> &'static str {
    match (moment, effect_of_moment(moment)) {
        (Moment { traffic: Some(_), .. }, _) => "no traffic was sent since then",
        (Moment { invoked: Some(_), .. }, _) => "no function was invoked since then",
        (_, Effect::Read) => "nothing was read since then",
        (_, Effect::Write) => "nothing was written since then",
        (_, Effect::Cache) => "the cache was not used since then",
        _ => "the next request is still to come",
    }
}

fn effect_of_moment(moment: &Moment) -> Effect {
    match moment {
        Moment { read: Some(wanted), .. } => effect_of(wanted, Effect::Read),
        Moment { write: Some(wanted), .. } => effect_of(wanted, Effect::Write),
        Moment { request: Some(wanted), .. } => effect_of(wanted, Effect::Around),
        _ => Effect::Around,
    }
}

/// As [`seen`], for the pages of a read together.
fn seen_together(moment: &Moment, pages: &Fact) -> Option<Result<(), Miss>> {
    moment.read.as_ref().or(moment.request.as_ref())?;
    seen(moment, pages)
}

/// Whether a fact is of the kind that a moment waits for, and if so whether it is that moment.
fn seen(moment: &Moment, fact: &Fact) -> Option<Result<(), Miss>> {
    match fact.kind {
        Kind::Traffic => moment.traffic.as_ref().map(|wanted| traffic_fits(wanted, fact)),
        Kind::Invocation => moment.invoked.as_ref().map(|wanted| invocation_fits(wanted, fact)),
        Kind::Request if fact.is_of_a_service() => None,
        Kind::Request => {
            let (wanted, effect) = match moment {
                Moment { read: Some(wanted), .. } => (wanted, effect_of(wanted, Effect::Read)),
                Moment { write: Some(wanted), .. } => (wanted, effect_of(wanted, Effect::Write)),
                Moment { request: Some(wanted), .. } => (wanted, effect_of(wanted, fact.effect)),
                _ => return None,
            };
            fact.has(effect).then(|| fits(wanted, effect, fact))
        }
    }
}
