//! How far a `process` is: the moments that have come, in their order, and what came of the newest try of the next.
//!
//! A moment that has come is of the past, and counts for what is there now only as long as nothing else came of it
//! ([`StandingMoment`]): an item that its write left and that the learner has written otherwise since waits for that write again, and
//! a read or a run of traffic counts no more once its index or its table is another one.

use std::time::Duration;

use super::super::facts::{Fact, FactKind};
use super::super::fits::{
    Miss, ON_TARGET, conjuncts, effect_of, fits, is_counted, is_of_condition, is_request, written,
};
use super::super::reasons::{bound, counted_seconds, nothing};
use super::super::standing::StandingItem;
use super::super::workbench::Workbench;
use super::moment::{
    after, asks_for_error, asks_for_refusal, early, effect_of_moment, leaves, offence, seen, seen_together,
};
use super::returned::{earlier, join_of_step};
use super::{Lack, STOOD};
use crate::clock::Timestamp;
use crate::content::lab::requirement::{Attributes, Moment, Over, Request, RequestEffect};
use crate::engine::capacity::grouped;

/// How far a `process` is.
#[derive(Clone, Debug, Default)]
pub(super) struct Process {
    /// The moment that is waited for, and how often it was seen.
    at: usize,
    times: u64,
    /// What the newest try of it lacks.
    newest: Option<Try>,
    /// The newest that was about the right thing, if that was not the newest of all.
    nearest: Option<Try>,
    /// What has come of it that stands only as long as nothing else comes of it: by the moment's place.
    held: Vec<StandingMoment>,
    /// What should never have happened.
    offence: Option<String>,
    /// The pages of the newest line's newest read so far, taken together: a read of several pages is one read.
    pages: Option<Fact>,
    /// The reads since the moment before that fit, where the moment that is waited for takes them together.
    gathered: Option<Fact>,
    /// The moment that came last.
    last: Option<Fact>,
    /// The first moment since the last invocation, and when it came.
    since: Option<(String, Timestamp)>,
}

/// What a moment that has come stands on.
#[derive(Clone, Debug)]
struct StandingMoment {
    moment: usize,
    fact: Fact,
    items: Vec<StandingItem>,
}

/// A request that is not the moment that is waited for.
#[derive(Clone, Debug)]
struct Try {
    verb: String,
    lacks: Miss,
    /// Whether it has changed something.
    is_done: bool,
    /// Whether it was refused.
    is_refused: bool,
    /// Whether it is not the newest one.
    is_earlier: bool,
    /// Whether it is a later moment, which came too early.
    is_early: bool,
    /// Whether it has undone what a moment had left.
    is_undoing: bool,
    /// Whether it is of the newest attempt: a typed line, or a whole run of a program.
    is_of_attempt: bool,
    /// The traffic, which speaks of a design that may be changed since.
    traffic: Option<Box<Fact>>,
    /// Its place in the journal.
    sequence: u64,
}

impl Try {
    fn of(fact: &Fact, lacks: Miss) -> Self {
        let is_done = fact.parts.iter().any(|part| part.change.is_some());
        Self {
            verb: fact.verb.clone(),
            lacks,
            is_done,
            is_refused: fact.error.is_some(),
            is_earlier: false,
            is_early: false,
            is_undoing: false,
            is_of_attempt: true,
            traffic: (fact.kind == FactKind::Traffic).then(|| Box::new(fact.clone())),
            sequence: fact.sequence,
        }
    }

    /// Why it says nothing of what there is now; `None` if it does.
    fn gone(&self, bench: &Workbench) -> Option<String> {
        let traffic = self.traffic.as_ref()?;
        traffic.grounds.iter().find_map(|ground| ground.lack(traffic, bench))
    }

    fn miss(&self) -> Miss {
        if self.is_earlier { earlier(&self.verb, &self.lacks) } else { self.lacks.clone() }
    }
}

impl Process {
    /// Takes a fact in; returns whether it is the moment that was waited for.
    pub(super) fn take(&mut self, moments: &[Moment], fact: &Fact) -> bool {
        if self.offence.is_none() {
            self.offence =
                moments.iter().filter_map(|moment| moment.never.as_ref()).find_map(|never| offence(never, fact));
        }
        self.pass_nevers(moments);
        let is_further = self.turn_page(fact);
        if self.is_undone_by(moments, fact) || self.is_renewed_by(moments, fact, is_further) {
            return false;
        }
        let Some(moment) = moments.get(self.at) else { return false };
        let Some(mut seen) = seen(moment, fact) else {
            self.note_early(&moments[self.at..], fact);
            return false;
        };
        // Several pages, if it is seen by them together.
        let mut whole = None;
        if let Some(pages) = self.pages.as_ref().filter(|_| is_further && seen.is_err())
            && let Some(together) = seen_together(moment, pages)
        {
            (seen, whole) = (together, Some(pages.clone()));
        }
        // The pages before this one are gathered already.
        if let Some(gathered) = self.gather(moment, fact) {
            (seen, whole) = (seen_together(moment, &gathered).unwrap_or(seen), Some(gathered));
        }
        match seen.and_then(|()| self.fits_last(moment, fact)) {
            Ok(()) => {
                self.come(moments, whole.unwrap_or_else(|| fact.clone()));
                true
            }
            Err(miss) => {
                // A further page of what came last is no try of what comes next.
                let is_of_last = is_further && self.last.as_ref().is_some_and(|last| last.goes_on_with(fact));
                if !is_of_last {
                    self.miss(&moments[self.at..], fact, miss);
                }
                false
            }
        }
    }

    /// Takes in what a refusal brought back, if it is the read that is waited for.
    pub(super) fn take_what_was_told(&mut self, moments: &[Moment], read: &Fact) {
        self.pass_nevers(moments);
        let Some(moment) = moments.get(self.at).filter(|moment| moment.read.is_some()) else { return };
        if matches!(seen(moment, read), Some(Ok(()))) && self.fits_last(moment, read).is_ok() {
            self.come(moments, read.clone());
        }
    }

    /// Takes over what should never have happened.
    pub(super) fn keep_offence(&mut self, left: &Self) {
        self.offence.clone_from(&left.offence);
    }

    /// The moment that is waited for has come.
    fn come(&mut self, moments: &[Moment], fact: Fact) {
        self.times += 1;
        (self.newest, self.nearest, self.gathered) = (None, None, None);
        match fact.kind {
            FactKind::Invocation => self.since = None,
            _ => self.since = self.since.take().or_else(|| Some((fact.verb.clone(), fact.at))),
        }
        if self.times >= moments[self.at].times.unwrap_or(1) {
            let held = held(moments, self.at, &fact);
            (self.at, self.times) = (self.at + 1, 0);
            self.held.extend(held);
            self.pass_nevers(moments);
        }
        self.last = Some(fact);
    }

    /// Takes a read together with those since the moment before that fit, where the moment asks for that; returns them all.
    fn gather(&mut self, moment: &Moment, fact: &Fact) -> Option<Fact> {
        let wanted = moment.read.as_ref().filter(|wanted| wanted.over == Some(Over::Step))?;
        let effect = effect_of(wanted, RequestEffect::Read);
        if is_counted(wanted, effect, fact) {
            match &mut self.gathered {
                Some(gathered) => join_of_step(gathered, fact),
                gathered => *gathered = Some(fact.clone()),
            }
            return self.gathered.clone();
        }
        None
    }

    /// Whether a fact stands to the moment before as it should: long enough after it, and the same again.
    fn fits_last(&self, moment: &Moment, fact: &Fact) -> Result<(), Miss> {
        let Some(last) = &self.last else { return Ok(()) };
        if let Some((verb, _)) = self.since.as_ref().filter(|(_, at)| moment.spans && *at < fact.at) {
            let words = format!("Your {verb} was sent before the function got its records.");
            return Err(Miss { depth: ON_TARGET + 2, words });
        }
        if let Some(wanted) = &moment.after {
            let seconds = Duration::from_millis(fact.at.millis_since(last.at)).as_secs_f64();
            if !wanted.holds(seconds) {
                let (verb, found) = (&fact.verb, counted_seconds(seconds));
                let (before, wanted) = (&last.verb, bound(wanted));
                let words = format!("Your {verb} was sent {found} after the {before} before it, not {wanted} seconds.");
                return Err(Miss { depth: ON_TARGET + 2, words });
            }
        }
        if moment.again && !fact.does_as(last) {
            let words = format!("Your {} is not the same as your {} before it.", fact.verb, last.verb);
            return Err(Miss { depth: ON_TARGET + 2, words });
        }
        if moment.same_condition && conjuncts(fact) != conjuncts(last) {
            let words = format!("Your {} is not on the same condition as your {} before it.", fact.verb, last.verb);
            return Err(Miss { depth: ON_TARGET + 2, words });
        }
        Ok(())
    }

    /// Notes what a try lacks. Where one was carried out that should not have been, it is at fault, and not the right one
    /// behind it that is refused for it.
    fn miss(&mut self, rest: &[Moment], fact: &Fact, mut miss: Miss) {
        let [moment, ..] = rest else { return };
        let early = early(rest, fact).filter(|_| miss.depth < ON_TARGET);
        let is_early = early.is_some();
        if let Some(words) = early {
            miss.words = words;
        }
        let is_refused = fact.error.as_ref().is_some_and(|(name, _)| is_of_condition(name));
        match &mut self.newest {
            Some(older) if older.is_done && is_refused && !asks_for_refusal(moment) => {
                older.is_earlier = !older.is_of_attempt;
            }
            // What was refused for another reason says more than what was not refused at all.
            Some(older)
                if older.is_refused
                    && asks_for_error(moment)
                    && fact.error.is_none()
                    && older.lacks.depth >= miss.depth =>
            {
                older.is_earlier = !older.is_of_attempt;
            }
            newest => {
                let older = newest.replace(Try { is_early, ..Try::of(fact, miss) });
                self.nearest = older.filter(|older| older.lacks.depth >= ON_TARGET).or_else(|| self.nearest.take());
            }
        }
    }

    /// Notes a request of another kind than the one that is waited for, if it is one that comes later. A try of the one that is
    /// waited for says more.
    fn note_early(&mut self, rest: &[Moment], fact: &Fact) {
        if let (None, Some(words)) = (&self.newest, early(rest, fact)) {
            self.newest = Some(Try::of(fact, Miss { depth: 1, words }));
        }
    }

    /// Whether a later write of the learner's has made something else of an item that a moment's write left. The process then
    /// waits for that moment again.
    fn is_undone_by(&mut self, moments: &[Moment], fact: &Fact) -> bool {
        if !is_request(fact) || fact.is_of_a_service() {
            return false;
        }
        let is_next = moments.get(self.at).is_some_and(|moment| matches!(seen(moment, fact), Some(Ok(()))));
        let changed = |held: &&StandingMoment| held.items.iter().any(|item| item.is_changed_by(fact));
        let Some(moment) = self.held.iter().find(changed).map(|held| held.moment).filter(|_| !is_next) else {
            return false;
        };
        let Some(Err(miss)) = seen(&moments[moment], fact) else { return false };
        let is_as_good = |wanted: &Request| {
            let wanted = of_item(wanted);
            let left =
                if fits(&wanted, RequestEffect::Write, fact).is_ok() { written(&wanted, fact) } else { Vec::new() };
            let items = self.held.iter().filter(|held| held.moment == moment).flat_map(|held| &held.items);
            items.filter(|item| item.is_changed_by(fact)).all(|item| left.iter().any(|part| item.is_left_by(part)))
        };
        // What was asked of the request itself has happened; what was asked of the item holds as well now.
        if moments[moment].write.as_ref().is_some_and(|wanted| says_of_item(wanted) && is_as_good(wanted)) {
            return false;
        }
        let undoing = Try { is_undoing: true, ..Try::of(fact, miss) };
        (self.at, self.times, self.newest, self.since) = (moment, 0, Some(undoing), None);
        self.held.retain(|held| held.moment < moment);
        true
    }

    /// Whether all moments have come; one that comes again then stands on what there is now.
    fn is_renewed_by(&mut self, moments: &[Moment], fact: &Fact, is_further: bool) -> bool {
        if self.at < moments.len() {
            return false;
        }
        let whole = self.pages.as_ref().filter(|_| is_further).unwrap_or(fact);
        for it in &mut self.held {
            match seen(&moments[it.moment], whole) {
                Some(Ok(())) => {
                    self.newest = None;
                    if let Some(again) = held(moments, it.moment, whole) {
                        *it = again;
                    }
                }
                Some(Err(miss)) if it.items.is_empty() && miss.depth >= ON_TARGET => {
                    self.newest = Some(Try::of(fact, miss));
                }
                _ => {}
            }
        }
        true
    }

    /// Another attempt begins: what was tried before is of an earlier one.
    pub(super) fn begin_attempt(&mut self) {
        self.newest.iter_mut().chain(&mut self.nearest).for_each(|tried| tried.is_of_attempt = false);
    }

    /// A new line begins: what it reads is no further page of the one before.
    pub(super) fn begin_line(&mut self) {
        self.pages = None;
    }

    /// Takes a read in as a further page, if it is one; returns whether it is.
    fn turn_page(&mut self, fact: &Fact) -> bool {
        let is_read = is_request(fact) && !fact.is_of_a_service() && fact.effect == RequestEffect::Read;
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

    pub(super) fn lack(&self, moments: &[Moment], bench: &Workbench) -> Option<Lack> {
        if let Some(words) = &self.offence {
            return Some(Lack { is_lost: true, ..Lack::of(words.clone(), 1) });
        }
        let Some(moment) = moments.iter().skip(self.at).find(|moment| moment.never.is_none()) else {
            let gone =
                |held: &StandingMoment| held.fact.grounds.iter().find_map(|ground| ground.lack(&held.fact, bench));
            let words = self.held.iter().find_map(gone)?;
            let tried = self.newest.as_ref().map(|newest| newest.miss().words);
            return Some(Lack::of(tried.unwrap_or(words), STOOD));
        };
        let place = u8::try_from(self.at).unwrap_or(u8::MAX / 4).min(40) * 5;
        if let Some(newest) = &self.newest {
            if let Some(words) = newest.gone(bench) {
                return Some(Lack::of(words, place + 1));
            }
            // What came too early is right; what is wrong is what came before it. So is what was meant for another item, once
            // this one was undone, or was tried by the same program.
            let is_elsewhere = newest.lacks.depth < ON_TARGET && !newest.is_earlier;
            let nearest = self
                .nearest
                .as_ref()
                .filter(|nearest| newest.is_early || (is_elsewhere && (nearest.is_undoing || nearest.is_of_attempt)));
            let miss = nearest.map_or_else(|| newest.miss(), |nearest| earlier(&nearest.verb, &nearest.lacks));
            let lack = Lack::of_miss(&miss, place.saturating_add(miss.depth / 8));
            let tried = self.nearest.as_ref().map(|nearest| earlier(&nearest.verb, &nearest.lacks).words);
            // What another requirement asks for, be it a refusal, is no fault of this one.
            let may_be_right = is_elsewhere || (newest.is_refused && !asks_for_refusal(moment));
            return Some(Lack { about: may_be_right.then_some(newest.sequence), tried, ..lack });
        }
        let wanted = moment.times.unwrap_or(1);
        if self.times > 0 {
            return Some(Lack::of(format!("That was {} of {wanted} so far.", grouped(self.times)), place + 1));
        }
        let is_moment = |moment: &&Moment| moment.never.is_none();
        let (done, all) =
            (moments[..self.at].iter().filter(is_moment).count(), moments.iter().filter(is_moment).count());
        let words = match (self.at, moment) {
            (_, Moment { traffic: Some(_), .. }) if done == 0 => "No traffic was sent in this step yet.".to_owned(),
            (_, Moment { invoked: Some(_), .. }) if done == 0 => "No function was invoked in this step yet.".to_owned(),
            (_, moment) if done == 0 => nothing(effect_of_moment(moment)).to_owned(),
            (_, moment) => format!("So far so good ({done} of {all}); {}.", after(moment)),
        };
        Some(Lack::of(words, place))
    }
}

/// Whether a write that is wanted says anything of what it makes of its items: a later one can leave that only if it does.
fn says_of_item(wanted: &Request) -> bool {
    let says = |part: &Request| !part.new.is_empty() || part.is.is_some() || !part.holds.is_empty();
    says(wanted) || wanted.with.iter().any(says)
}

/// Of a write that is wanted, what it makes of its item, by whatever request and at whatever cost.
fn of_item(wanted: &Request) -> Request {
    Request {
        by: Vec::new(),
        sdk: None,
        parameters: Attributes::default(),
        response: Attributes::default(),
        clock: None,
        rcu: None,
        wcu: None,
        ..wanted.clone()
    }
}

/// What the moment at a place stands on, now that a fact is it. Of reads and runs of traffic the last counts, of writes the
/// last of each item: those before are the story.
fn held(moments: &[Moment], at: usize, fact: &Fact) -> Option<StandingMoment> {
    let moment = &moments[at];
    let is_looked = |moment: &Moment| moment.read.is_some() || moment.traffic.is_some();
    if is_looked(moment) && !moments[at + 1..].iter().any(is_looked) {
        return Some(StandingMoment { moment: at, fact: fact.clone(), items: Vec::new() });
    }
    let wanted = moment.write.as_ref().filter(|wanted| leaves(wanted))?;
    let later = moments[at + 1..].iter().filter_map(|later| later.write.as_ref()).filter(|wanted| leaves(wanted));
    let same =
        |later: &Request| (&later.table, &later.key, &later.region) == (&wanted.table, &wanted.key, &wanted.region);
    if later.into_iter().any(same) {
        return None;
    }
    let items: Vec<StandingItem> = written(wanted, fact).into_iter().map(|part| StandingItem::of(fact, part)).collect();
    (!items.is_empty()).then(|| StandingMoment {
        moment: at,
        fact: Fact { grounds: Vec::new(), ..fact.clone() },
        items,
    })
}
