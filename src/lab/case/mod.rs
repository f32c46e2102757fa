//! A step's case: its requirements, held against each fact once as it comes, and judged when a line has ended.
//!
//! The life of a fact here: [`Case::take`] holds it against every [`Watch`]; a `returned` keeps the newest read of the
//! newest line with its pages, a `process` goes on by a moment or notes what came nearest, a `spent` adds it up. Nothing
//! grows with the number of requests. [`Case::verdicts`] then asks the watches and the world.
//!
//! Only the first requirement that is not met says why, or the first that can no longer be: one reason at a time.

use super::facts::{Fact, FactKind, Wanted};
use super::fits::{Miss, effect_of, fits, invocation_fits, is_request};
use super::reasons::{bound, counted, noun, spelled};
use super::runner::Spent;
use super::state;
use super::value::{key_words, plain_key};
use super::workbench::Workbench;
use crate::content::lab::requirement::{
    Demand, InvocationWanted, Moment, Over, Request, RequestEffect, Requirement, SpentWanted,
};
use crate::content::lab::{NearMiss, Step};
use crate::engine::capacity::grouped;

mod moment;
mod process;
mod returned;

use process::Process;
use returned::Returned;

/// How near something came that was as wanted, on what has been changed since.
const STOOD: u8 = 60;

/// What is said of a request that is right, while something else is still to come.
const SO_FAR: &str = "So far so good.";

/// Words that offer to begin a step again.
pub(super) const RESTART: &str = "Type :restart to begin this step again.";

/// A requirement and whether it is met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What is wanted.
    pub want: String,
    /// Whether it is met.
    pub met: bool,
    /// Why not, in whole sentences; empty if it is met, or if another requirement has to be met first.
    pub reason: String,
    /// Whether it holds only because nothing that it speaks of was done yet, as a limit on what was never sent.
    pub is_untried: bool,
}

impl Verdict {
    /// Whether it is ticked: it is met, and by something that was done.
    #[must_use]
    pub const fn is_ticked(&self) -> bool {
        self.met && !self.is_untried
    }
}

/// The requirements of a step, and what has been seen for each.
#[derive(Clone, Debug, Default)]
pub(super) struct Case {
    requirements: Vec<Watched>,
    wanted: Wanted,
    /// The newest request of the learner's, its pages taken in.
    newest: Option<Fact>,
    /// The newest request that a process waited for, by its place in the journal.
    waited_for: Option<u64>,
    is_new_line: bool,
    /// Whether anything was done.
    has_acted: bool,
    /// The invocations that near misses are known by, and whether each was seen in the step.
    invoked: Vec<(InvocationWanted, bool)>,
}

/// A requirement under watch.
#[derive(Clone, Debug)]
struct Watched {
    want: String,
    hint: Option<String>,
    /// Whether what is wanted is kept back.
    is_secret: bool,
    /// The alternatives, of which one must be met.
    demands: Vec<(Demand, Watch)>,
}

/// What has been seen for one demand.
#[derive(Clone, Debug, Default)]
struct Watch {
    returned: Returned,
    process: Process,
    spending: SpentSoFar,
}

/// Why a requirement is not met, as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Lacking {
    pub(super) words: String,
    /// Whether nothing that follows can mend it.
    pub(super) is_lost: bool,
}

/// Why something is not met.
#[derive(Clone, Debug)]
struct Lack {
    words: String,
    /// Whether nothing that follows can mend it.
    is_lost: bool,
    /// How near it came.
    depth: u8,
    /// Whether what it says is wanted is a value.
    is_of_value: bool,
    /// The request that it speaks of, by its place in the journal.
    about: Option<u64>,
    /// What an earlier try lacks, which is told where the newest request was meant for another requirement.
    tried: Option<String>,
}

impl Lack {
    /// What is so, and not what should be.
    fn without_what_is_wanted(mut self) -> Self {
        let is_wanted = |(_, rest): &(&str, &str)| rest.ends_with(" wanted.");
        let wanted = || self.words.rsplit_once(", not ").or_else(|| self.words.rsplit_once("; ").filter(is_wanted));
        if let Some((so, _)) = wanted().filter(|_| self.is_of_value) {
            self.words = format!("{so}.");
        }
        self
    }

    fn of(words: impl Into<String>, depth: u8) -> Self {
        Self { words: words.into(), is_lost: false, depth, is_of_value: true, about: None, tried: None }
    }

    fn of_miss(miss: &Miss, depth: u8) -> Self {
        Self { is_of_value: miss.is_of_value(), ..Self::of(miss.words.clone(), depth) }
    }
}

impl Case {
    /// The case of a step of which nothing has been seen yet.
    pub(super) fn of(step: &Step) -> Self {
        let mut case = Self::with(&step.done);
        let near = step.near_misses.iter().filter_map(|near| near.when.as_ref());
        let after = step.meanwhile.iter().map(|meanwhile| &meanwhile.after);
        near.chain(after).for_each(|request| case.wanted.add(request));
        case.invoked = step.near_misses.iter().filter_map(|near| Some((near.invoked.clone()?, false))).collect();
        case
    }

    /// A case of these requirements alone.
    pub(super) fn with(requirements: &[Requirement]) -> Self {
        let watched = requirements.iter().map(|requirement| Watched {
            want: requirement.want.clone(),
            hint: requirement.hint.clone(),
            is_secret: requirement.secret,
            demands: requirement.demands().into_iter().map(|demand| (demand, Watch::default())).collect(),
        });
        let mut case = Self { requirements: watched.collect(), ..Self::default() };
        for (demand, _) in case.requirements.iter().flat_map(|watched| &watched.demands) {
            let moments = demand.process.iter().flat_map(|it| [&it.read, &it.write, &it.request, &it.never]);
            let spent = demand.spent.iter().filter_map(|spent| spent.of.as_deref());
            let is_seen = |moment: &Moment| moment.read.as_ref().is_some_and(has_to_be_seen);
            case.wanted.printed |= demand.returned.is_some() || demand.process.iter().any(is_seen);
            moments.flatten().chain(&demand.returned).chain(spent).for_each(|request| case.wanted.add(request));
        }
        case
    }

    /// What facts should hold for it.
    pub(super) const fn wanted(&self) -> Wanted {
        self.wanted
    }

    /// Whether anything was done in the step.
    pub(super) const fn has_acted(&self) -> bool {
        self.has_acted
    }

    /// A new line begins.
    pub(super) fn begin_line(&mut self) {
        self.is_new_line = true;
        for (_, watch) in self.requirements.iter_mut().flat_map(|watched| &mut watched.demands) {
            watch.returned.begin_line();
            watch.spending.is_old = true;
            watch.process.begin_line();
        }
    }

    /// Another attempt begins: a line that is typed, or a run of a program, of which each request is a line.
    pub(super) fn begin_attempt(&mut self) {
        for (_, watch) in self.requirements.iter_mut().flat_map(|watched| &mut watched.demands) {
            watch.process.begin_attempt();
        }
    }

    /// Takes a fact in.
    pub(super) fn take(&mut self, fact: &Fact) {
        self.has_acted |= fact.kind != FactKind::Request || !fact.is_of_a_service();
        if is_request(fact) && !fact.is_of_a_service() {
            match &mut self.newest {
                Some(newest) if !self.is_new_line && newest.goes_on_with(fact) => newest.join(fact.clone()),
                newest => *newest = Some(fact.clone()),
            }
            self.is_new_line = false;
        }
        for (wanted, was_seen) in &mut self.invoked {
            *was_seen |= fact.kind == FactKind::Invocation && invocation_fits(wanted, fact).is_ok();
        }
        for (demand, watch) in self.requirements.iter_mut().flat_map(|watched| &mut watched.demands) {
            if let Some(wanted) = &demand.returned {
                watch.returned.take(wanted, fact);
            }
            if !demand.process.is_empty() && watch.process.take(&demand.process, fact) {
                self.waited_for = Some(fact.sequence);
            }
            if let Some(wanted) = &demand.spent {
                watch.spending.take(wanted, fact);
            }
        }
        // A refusal comes before what it tells.
        if let Some(read) = fact.read_by_refusal() {
            self.take_what_was_told(&read);
        }
    }

    /// Takes in what a refusal brought back, where that is what a requirement waits to be read. Anywhere else it is no read.
    fn take_what_was_told(&mut self, read: &Fact) {
        for (demand, watch) in self.requirements.iter_mut().flat_map(|watched| &mut watched.demands) {
            if let Some(wanted) = &demand.returned
                && fits(wanted, effect_of(wanted, RequestEffect::Read), read).is_ok()
            {
                watch.returned.take(wanted, read);
            }
            watch.process.take_what_was_told(&demand.process, read);
        }
    }

    /// Takes over from a case that was left what is not taken back: what should never have happened, and what was spent.
    pub(super) fn keep_what_stays(&mut self, left: &Self) {
        self.has_acted |= left.has_acted;
        for (own, left) in self.requirements.iter_mut().zip(&left.requirements) {
            for ((_, own), (_, left)) in own.demands.iter_mut().zip(&left.demands) {
                own.process.keep_offence(&left.process);
                own.spending = left.spending.clone();
            }
        }
    }

    /// A line has ended: what it brought back is whole now.
    pub(super) fn end_line(&mut self) {
        for (demand, watch) in self.requirements.iter_mut().flat_map(|watched| &mut watched.demands) {
            if let Some(wanted) = &demand.returned {
                watch.returned.end_line(wanted);
            }
            if let Some(wanted) = &demand.spent {
                watch.spending.end_line(wanted);
            }
        }
    }

    /// Whether the newest request, or the state, is the near miss.
    pub(super) fn is_near(&self, near: &NearMiss, bench: &mut Workbench) -> bool {
        let by_request = near.when.as_ref().is_none_or(|when| {
            self.newest.as_ref().is_some_and(|fact| {
                let effect = effect_of(when, fact.effect);
                fact.has(effect) && fits_any_outcome(when, effect, fact)
            })
        });
        let by_invocation = near
            .invoked
            .as_ref()
            .is_none_or(|invoked| self.invoked.iter().any(|(wanted, was_seen)| wanted == invoked && *was_seen));
        by_request && by_invocation && near.state.as_ref().is_none_or(|wanted| state::lack(wanted, bench).is_none())
    }

    /// Judges every requirement by what has been seen and by the world as it is. `fill` fills figures into a hint.
    pub(super) fn verdicts(&self, bench: &mut Workbench, fill: impl Fn(&str, &Workbench) -> String) -> Vec<Verdict> {
        let lacks: Vec<Option<Lack>> = self.requirements.iter().map(|watched| watched.lack(bench)).collect();
        let told = told_first(lacks.iter().map(|lack| lack.as_ref().map(|lack| lack.is_lost)));
        self.requirements
            .iter()
            .zip(lacks)
            .enumerate()
            .map(|(place, (watched, lack))| {
                let reason = match &lack {
                    Some(lack) if told == Some(place) => {
                        // What is right for another requirement is no fault of this one.
                        let is_right = lack.about.is_some_and(|about| self.is_right(about, bench));
                        let so_far = || lack.tried.clone().unwrap_or_else(|| SO_FAR.to_owned());
                        let words = if is_right { so_far() } else { lack.words.clone() };
                        let hint = watched.hint.as_deref().map(|hint| fill(hint.trim(), bench));
                        let restart = lack.is_lost.then(|| RESTART.to_owned());
                        let parts = [Some(words), hint, restart];
                        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
                    }
                    _ => String::new(),
                };
                let is_untried = lack.is_none() && !watched.is_tried(bench);
                Verdict { want: watched.want.clone(), met: lack.is_none(), reason, is_untried }
            })
            .collect()
    }

    /// Whether a request is what a requirement asks for: a moment of its process, or what it is to bring back.
    fn is_right(&self, sequence: u64, bench: &Workbench) -> bool {
        let brought = |(demand, watch): &(Demand, Watch)| {
            watch.returned.sequence() == Some(sequence)
                && demand.returned.as_ref().is_some_and(|wanted| watch.returned.lack(wanted, bench).is_none())
        };
        self.waited_for == Some(sequence) || self.requirements.iter().flat_map(|watched| &watched.demands).any(brought)
    }

    /// Why each requirement is not met; `None` if it is.
    pub(super) fn lacks(&self, bench: &mut Workbench) -> Vec<Option<Lacking>> {
        let told = |lack: Lack| Lacking { words: lack.words, is_lost: lack.is_lost };
        self.requirements.iter().map(|watched| watched.lack(bench).map(told)).collect()
    }
}

/// Which of several requirements' lacks is told, by whether each is lost (`None`: it is met): what nothing that follows can
/// mend, or else the first. Who goes on for long before hearing of an offence has done all that in vain.
pub(super) fn told_first(lost: impl Iterator<Item = Option<bool>>) -> Option<usize> {
    let mut first = None;
    for (place, is_lost) in lost.enumerate() {
        match is_lost {
            Some(true) => return Some(place),
            Some(false) => first = first.or(Some(place)),
            None => {}
        }
    }
    first
}

impl Watched {
    /// Whether anything that it speaks of was done, in the alternative that is met.
    fn is_tried(&self, bench: &mut Workbench) -> bool {
        let met = self.demands.iter().find(|(demand, watch)| watch.lack(demand, bench).is_none());
        met.is_none_or(|(demand, watch)| demand.spent.is_none() || watch.spending.spent.requests > 0)
    }

    /// What is lacking of the alternative that came nearest; `None` if one is met.
    fn lack(&self, bench: &mut Workbench) -> Option<Lack> {
        let mut nearest: Option<Lack> = None;
        for (demand, watch) in &self.demands {
            let lack = watch.lack(demand, bench)?;
            let is_nearer =
                nearest.as_ref().is_none_or(|nearest| (nearest.is_lost, lack.depth) > (lack.is_lost, nearest.depth));
            if is_nearer {
                nearest = Some(lack);
            }
        }
        nearest.map(|lack| if self.is_secret { lack.without_what_is_wanted() } else { lack })
    }
}

impl Watch {
    fn lack(&self, demand: &Demand, bench: &mut Workbench) -> Option<Lack> {
        let state =
            demand.state.as_ref().and_then(|wanted| state::lack(wanted, bench)).map(|words| Lack::of(words, 10));
        let returned = || demand.returned.as_ref().and_then(|wanted| self.returned.lack(wanted, bench));
        let process = || if demand.process.is_empty() { None } else { self.process.lack(&demand.process, bench) };
        let spent = || demand.spent.as_ref().and_then(|wanted| self.spending.lack(wanted));
        returned().or_else(process).or(state).or_else(spent)
    }
}

impl Wanted {
    /// What a request under watch needs of facts.
    fn add(&mut self, request: &Request) {
        self.resent |= request.resent_within.is_some();
        self.items |= wants_items(request) || request.over == Some(Over::Step);
        self.bodies |= !request.parameters.is_empty()
            || !request.holds.is_empty()
            || !request.response.is_empty()
            || request.effect == Some(RequestEffect::Load);
    }
}

fn wants_items(request: &Request) -> bool {
    asks_for_items(request) || !request.each.is_empty()
}

/// Whether certain items are asked for; a sum over all of them shows none.
fn asks_for_items(request: &Request) -> bool {
    request.items.is_some() || request.attributes.is_some() || request.sorted.is_some() || !request.some.is_empty()
}

/// Whether what a read of a process brings back has to be seen: certain items, or what each is. Reads that are gathered may be
/// summed up.
fn has_to_be_seen(request: &Request) -> bool {
    asks_for_items(request) || (!request.each.is_empty() && request.over != Some(Over::Step))
}

/// Whether a fact is what must never be, whether it was refused or not unless that is said.
fn fits_any_outcome(never: &Request, effect: RequestEffect, fact: &Fact) -> bool {
    if never.ok.is_some() || never.error.is_some() {
        return fits(never, effect, fact).is_ok();
    }
    let refused = Request { ok: Some(false), ..never.clone() };
    fits(if fact.error.is_some() { &refused } else { never }, effect, fact).is_ok()
}

/// What was spent since it was last begun again.
#[derive(Clone, Debug, Default)]
struct SpentSoFar {
    spent: Spent,
    /// Whether it is of an earlier line.
    is_old: bool,
    /// Whether one has kept to what was wanted.
    has_fitted: bool,
}

impl SpentSoFar {
    fn take(&mut self, wanted: &SpentWanted, fact: &Fact) {
        if fact.is_of_a_service() || !is_request(fact) {
            return;
        }
        if let Some(of) = &wanted.of {
            let effect = effect_of(of, fact.effect);
            if !fact.has(effect) || !fits_any_outcome(of, effect, fact) {
                return;
            }
        }
        let over = wanted.over.unwrap_or(Over::Step);
        if over == Over::Request || (over == Over::Line && self.is_old) {
            *self = Self { has_fitted: self.has_fitted, ..Self::default() };
        }
        self.is_old = false;
        let (read, write) = fact.spent(wanted.at.as_deref());
        self.spent += Spent { requests: fact.requests, read, write };
    }

    fn end_line(&mut self, wanted: &SpentWanted) {
        self.has_fitted |= self.spent.requests > 0 && self.lack(wanted).is_none();
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a lab lie far below 2^52")]
    fn lack(&self, wanted: &SpentWanted) -> Option<Lack> {
        if wanted.once && self.has_fitted {
            return None;
        }
        let over = match wanted.over.unwrap_or(Over::Step) {
            Over::Request => "The newest request",
            Over::Line => "The newest command",
            Over::Step => "This step",
        };
        let figures = [
            (wanted.rcu, self.spent.read.as_f64(), "RCU"),
            (wanted.wcu, self.spent.write.as_f64(), "WCU"),
            (wanted.requests, self.spent.requests as f64, "requests"),
        ];
        let (wanted_bound, found, unit) = figures
            .into_iter()
            .find_map(|(bound, found, unit)| Some((bound.filter(|bound| !bound.holds(found))?, found, unit)))?;
        let such = wanted.of.as_deref();
        let figure = if unit == "requests" {
            let sent = self.spent.requests;
            match such {
                Some(of) => format!("sent {} {}", grouped(sent), requests_of(of, sent == 1)),
                None => format!("sent {}", counted(sent, unit)),
            }
        } else {
            let such = such.map(|of| format!(" for {}", requests_of(of, false))).unwrap_or_default();
            format!("cost {} {unit}{such}", spelled(found))
        };
        let words = format!("{over} has {figure}, not {}.", bound(&wanted_bound));
        let is_over = matches!(wanted.over, None | Some(Over::Step)) && exceeds(&wanted_bound, found);
        Some(Lack { is_lost: is_over, ..Lack::of(words, 30) })
    }
}

/// Certain requests, in words: "requests that read Products".
fn requests_of(of: &Request, is_one: bool) -> String {
    let (read, write) = if is_one { ("reads", "writes to") } else { ("read", "write to") };
    let verb = match effect_of(of, RequestEffect::Around) {
        RequestEffect::Read => read,
        RequestEffect::Write => write,
        _ => return noun(is_one, "requests"),
    };
    let key = key_words(&plain_key(&of.key), &[]);
    let what = match (&of.table, key.is_empty()) {
        (Some(table), true) => format!(" {table}"),
        (Some(table), false) => format!(" {key} in {table}"),
        (None, true) => return noun(is_one, "requests"),
        (None, false) => format!(" {key}"),
    };
    format!("{} that {verb}{what}", noun(is_one, "requests"))
}

fn exceeds(bound: &crate::content::lab::requirement::Bound, found: f64) -> bool {
    use crate::content::lab::requirement::Bound;
    match bound {
        Bound::Exactly(wanted) => found > *wanted,
        Bound::Within(within) => within.at_most.is_some_and(|most| found > most),
    }
}
