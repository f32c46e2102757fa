//! What stands around the table: an engine on a virtual clock, the other Regions, Application Auto Scaling, functions behind
//! streams, caches, roles, an SDK that retries, traffic and a bill.
//!
//! The life of a moment: [`World::request`] lets a request's time pass, asks whether whoever acts may send it, and
//! sends it to its Region's engine, through DAX if its [`Route`] says so, and to other Regions where a table has
//! replicas there (`replicas`); [`World::advance_to`] (`time`) moves the clock from one thing that is due to the next:
//! an item expires, auto scaling looks at a minute, a function is invoked, an image arrives in another Region.
//! `traffic` sends thousands of requests that way; `sdk_client` stands between a caller and all of this; `bill` prices
//! what the supplies served. Given a seed and the same commands, all of it is the same again. What takes long is
//! counted in steps (`work`), has a limit, and can be watched and stopped.
//!
//! Everything here is a model unless its documentation says otherwise: the mechanisms are AWS's, the figures are chosen so
//! that their effect is seen. Left out: networks, many clients with clocks of their own.
//!
//! Source: AWS documentation, named in each part.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::Value;

use crate::clock::{Clock as _, VirtualClock};
use crate::engine::journal::{Scope, Sender};
use crate::engine::{ApiError, Config, Engine, Event, Journal};

pub mod api;
pub mod autoscaling;
pub mod bill;
pub mod cache;
pub mod chaos;
pub mod dax;
pub mod global_tables;
pub mod iam;
pub mod lambda;
mod recent;
mod replicas;
pub mod sdk_client;
pub mod sqs;
mod time;
pub mod traffic;
pub mod work;

use autoscaling::AutoScaling;
use cache::Cache;
use dax::{Dax, DaxAnswer};
use global_tables::GlobalTables;
use iam::Iam;
use lambda::{Handed, Lambda};
use sqs::Queues;
use work::Work;

/// How long a request takes, in milliseconds (a model).
pub const REQUEST_MILLIS: u64 = 10;

/// How long a request takes that a cache answers, in milliseconds: the least that the clock notes (a model).
const CACHED_MILLIS: u64 = 1;

/// How many notes are kept until they are asked for.
const KEPT_NOTES: usize = 1000;

/// Where a request goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// To this Region, if not to the one at home.
    pub region: Option<String>,
    /// Through DAX.
    pub dax: bool,
}

/// An engine with what stands around it, on one virtual clock.
#[derive(Debug)]
pub struct World {
    engine: Engine,
    clock: VirtualClock,
    autoscaling: AutoScaling,
    iam: Iam,
    lambda: Lambda,
    queues: Queues,
    dax: Dax,
    cache: Cache,
    /// The engines of the other Regions that were spoken to.
    abroad: BTreeMap<String, Engine>,
    global_tables: GlobalTables,
    /// Writes to come whose first answer is lost.
    duplicates: u32,
    /// What is to be said of the last requests beside their answers.
    notes: VecDeque<String>,
    /// What all this takes, for whoever watches.
    work: Work,
}

impl Clone for World {
    /// A world of its own that begins as this one is: time passes in each without the other.
    fn clone(&self) -> Self {
        let clock = VirtualClock::new(self.clock.now());
        clock.run(self.clock.factor());
        let on = |engine: &Engine| engine.copy_on(Arc::new(clock.clone()));
        Self {
            engine: on(&self.engine),
            abroad: self.abroad.iter().map(|(region, engine)| (region.clone(), on(engine))).collect(),
            autoscaling: self.autoscaling.clone(),
            iam: self.iam.clone(),
            lambda: self.lambda.clone(),
            queues: self.queues.clone(),
            dax: self.dax.clone(),
            cache: self.cache.clone(),
            global_tables: self.global_tables.clone(),
            duplicates: self.duplicates,
            notes: self.notes.clone(),
            work: self.work.clone(),
            clock,
        }
    }
}

impl World {
    /// A world without tables.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let clock = VirtualClock::new(VirtualClock::LAB_START);
        let engine = Engine::new(config, Arc::new(clock.clone()));
        Self {
            engine,
            clock,
            autoscaling: AutoScaling::default(),
            iam: Iam::default(),
            lambda: Lambda::default(),
            queues: Queues::default(),
            dax: Dax::default(),
            cache: Cache::default(),
            abroad: BTreeMap::new(),
            global_tables: GlobalTables::default(),
            duplicates: 0,
            notes: VecDeque::new(),
            work: Work::default(),
        }
    }

    /// What is being done here, to watch it and to stop it.
    #[must_use]
    pub const fn work(&self) -> &Work {
        &self.work
    }

    /// From now on counts what is done here as a part of `work`.
    pub fn work_on(&mut self, work: Work) {
        self.work = work;
    }

    /// The engine.
    #[must_use]
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The engine, to be set or asked past the clock.
    pub const fn engine_mut(&mut self) -> &mut Engine {
        &mut self.engine
    }

    /// The clock.
    #[must_use]
    pub const fn clock(&self) -> &VirtualClock {
        &self.clock
    }

    /// Application Auto Scaling.
    #[must_use]
    pub const fn autoscaling(&self) -> &AutoScaling {
        &self.autoscaling
    }

    /// Roles and their policies.
    #[must_use]
    pub const fn iam(&self) -> &Iam {
        &self.iam
    }

    /// As [`World::iam`], to change.
    pub const fn iam_mut(&mut self) -> &mut Iam {
        &mut self.iam
    }

    /// A runtime asks for the next invocation of a function of the learner's own.
    pub fn runtime_asks(&mut self) {
        self.lambda.ask_next(&mut self.engine, &mut self.queues);
    }

    /// The next invocation for the runtime that asked, if there is one by now.
    pub fn runtime_next(&mut self) -> Option<Handed> {
        self.wait(0);
        self.lambda.hand()
    }

    /// The runtime answers an invocation: with a response, or with what went wrong. Returns whether it was the one under way.
    pub fn runtime_answers(&mut self, id: &str, answer: Result<Value, String>) -> bool {
        let is_known = self.lambda.answer(id, answer, &mut self.engine, &mut self.queues);
        self.note_changes();
        is_known
    }

    /// Functions behind streams.
    #[must_use]
    pub const fn lambda(&self) -> &Lambda {
        &self.lambda
    }

    /// Queues.
    #[must_use]
    pub const fn queues(&self) -> &Queues {
        &self.queues
    }

    /// The cache beside the tables.
    pub const fn cache_mut(&mut self) -> &mut Cache {
        &mut self.cache
    }

    /// The global tables.
    #[must_use]
    pub const fn global_tables(&self) -> &GlobalTables {
        &self.global_tables
    }

    /// As [`World::global_tables`], to change.
    pub const fn global_tables_mut(&mut self) -> &mut GlobalTables {
        &mut self.global_tables
    }

    /// What is to be told of the requests since this was last asked, beside their answers.
    pub fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes).into()
    }

    /// Keeps something to be said beside the next answer; if no caller asks for them, the newest notes stay.
    pub fn note(&mut self, note: String) {
        self.notes.push_back(note);
        if self.notes.len() > KEPT_NOTES {
            self.notes.pop_front();
        }
    }

    /// Lets a request's time pass, then sends it as whoever acts to the Region at home.
    ///
    /// # Errors
    /// The service's exceptions.
    pub fn send(&mut self, verb: &str, body: Value) -> Result<Value, ApiError> {
        self.request(&Route::default(), verb, body)
    }

    /// Sends a request through DAX.
    fn request_through_cache(&mut self, verb: &str, body: &Value) -> Result<Value, ApiError> {
        self.wait(CACHED_MILLIS);
        self.enter_scope(true);
        self.authorize_dax(verb, body)?;
        let sent = self.engine.journal().recorded();
        let DaxAnswer { outcome, note, is_hit } = self.dax.request(verb, body.clone(), &mut self.engine)?;
        if is_hit {
            let (now, plans) = (self.engine.now(), self.engine.explain(verb, body.clone()).unwrap_or_default());
            self.engine.journal_mut().note_unsent(now, (verb, body), &outcome, plans);
        } else if verb == "BatchGetItem" && outcome.is_ok() {
            // The table was asked for what the cache did not have; the caller has asked for all, and got it.
            let plans = self.engine.explain(verb, body.clone()).unwrap_or_default();
            self.engine.journal_mut().widen_since(sent, body, &outcome, plans);
        }
        let took = if is_hit { "0.4 ms (model), no units" } else { "10 ms (model)" };
        self.note(format!("[dax] {note}; {took}"));
        self.wait(if is_hit { 0 } else { REQUEST_MILLIS - CACHED_MILLIS });
        self.note_changes();
        outcome
    }

    /// Lets a request's time pass, then sends it on its way as whoever acts.
    ///
    /// # Errors
    /// The service's exceptions.
    pub fn request(&mut self, route: &Route, verb: &str, body: Value) -> Result<Value, ApiError> {
        // A cache is asked first: what it knows takes hardly any time.
        if route.dax {
            return self.request_through_cache(verb, &body);
        }
        self.wait(REQUEST_MILLIS);
        self.enter_scope(false);
        self.authorize(verb, &body)?;
        let home = self.engine.config().region.clone();
        let region = route.region.as_deref().unwrap_or(&home);
        let before = self.chaos();
        if self.loses_answer(region, verb, &body) {
            // The write is carried out, or refused; the caller never hears of it.
            let before = self.engine.journal().recorded();
            let _lost = self.call(region, verb, body.clone());
            self.engine.journal_mut().lose_answers_since(before);
        }
        let outcome = match (verb, body.get("ReplicaUpdates").cloned()) {
            ("UpdateTable", Some(updates)) => {
                self.whole(region, (verb, &body), |world| world.update_replicas(region, &body, &updates))
            }
            ("UpdateTable", None) if self.would_unstream(&body) => {
                self.whole(region, (verb, &body), |_| Err(global_tables::stream_stays()))
            }
            ("UpdateTable" | "UpdateTimeToLive", None) if self.is_replica(region, &body) => {
                self.whole(region, (verb, &body), |world| world.update_everywhere(region, verb, &body))
            }
            ("DeleteTable", None) if self.is_replica(region, &body) => {
                let name = global_tables::table_name(&body).to_owned();
                self.call(region, verb, body).inspect(|_| {
                    self.global_tables.leave(&name, region);
                    self.settle_expiry(&name);
                })
            }
            _ => self.call(region, verb, body),
        };
        self.tell_chaos(before);
        self.note_changes();
        outcome.map(|mut answer| {
            for description in ["Table", "TableDescription"] {
                if let Some(description) = answer.get_mut(description) {
                    self.global_tables.describe(description);
                }
            }
            answer
        })
    }

    /// Does what one request asks for, which stands in the journal as that request and not as what it takes to do it.
    fn whole(
        &mut self,
        region: &str,
        (verb, body): (&str, &Value),
        act: impl FnOnce(&mut Self) -> Result<Value, ApiError>,
    ) -> Result<Value, ApiError> {
        let journal = std::mem::replace(self.engine.journal_mut(), Journal::new(0));
        let outcome = act(self);
        *self.engine.journal_mut() = journal;
        let now = self.engine.now();
        let mut noted = Journal::new(1);
        noted.note(now, Event::request(verb), body, &outcome);
        for mut entry in noted.take() {
            entry.region = (region != self.engine.config().region).then(|| region.to_owned());
            self.engine.journal_mut().adopt(entry);
        }
        outcome
    }

    /// From now on requests are entered in the journal as sent by whoever acts, through DAX or not.
    fn enter_scope(&mut self, is_through_cache: bool) {
        let sender = self.iam.acting().map_or(Sender::Admin, |principal| Sender::Role {
            role: principal.role.as_str().into(),
            user: principal.user.as_str().into(),
        });
        self.engine.journal_mut().set_scope(Scope { sender, is_through_cache });
    }

    /// Refuses what whoever acts may not do; the refusal stands in the journal.
    fn authorize(&mut self, verb: &str, body: &Value) -> Result<(), ApiError> {
        let checked = self.iam.check(verb, body, &mut self.engine);
        if let Err(error) = &checked {
            let (now, plans) = (self.engine.now(), self.engine.explain(verb, body.clone()).unwrap_or_default());
            self.engine.journal_mut().note_unsent(now, (verb, body), &Err(error.clone()), plans);
        }
        checked
    }

    /// The same, of a request through DAX.
    fn authorize_dax(&mut self, verb: &str, body: &Value) -> Result<(), ApiError> {
        let Some(cluster) = self.dax.cluster() else { return Ok(()) };
        let checked = self.iam.check_dax(verb, cluster, self.engine.config());
        if let Err(error) = &checked {
            let (now, plans) = (self.engine.now(), self.engine.explain(verb, body.clone()).unwrap_or_default());
            self.engine.journal_mut().note_unsent(now, (verb, body), &Err(error.clone()), plans);
        }
        checked
    }

    /// The engine of a Region, if that was spoken to.
    #[must_use]
    pub fn engine_of(&self, region: &str) -> Option<&Engine> {
        if self.engine.config().region == region { Some(&self.engine) } else { self.abroad.get(region) }
    }

    /// The Regions that were spoken to beside the one at home, with their engines.
    pub fn abroad(&self) -> impl Iterator<Item = (&str, &Engine)> {
        self.abroad.iter().map(|(region, engine)| (region.as_str(), engine))
    }

    /// The engine of a Region, which comes into being when it is first spoken to.
    fn engine_in(&mut self, region: &str) -> &mut Engine {
        if region == self.engine.config().region {
            return &mut self.engine;
        }
        let (clock, home) = (self.clock.clone(), self.engine.config().clone());
        let made = || Engine::new(Config { region: region.to_owned(), ..home }, Arc::new(clock));
        self.abroad.entry(region.to_owned()).or_insert_with(made)
    }

    /// Sends a request to a Region. What it did there stands in the journal at home.
    fn call(&mut self, region: &str, verb: &str, body: Value) -> Result<Value, ApiError> {
        let outcome = self.engine_in(region).call(verb, body);
        if let Some(engine) = self.abroad.get_mut(region) {
            for mut entry in engine.journal_mut().take() {
                entry.region = Some(region.to_owned());
                self.engine.journal_mut().adopt(entry);
            }
        }
        outcome
    }

    /// Puts what changed in tables with replicas on its way to them.
    fn note_changes(&mut self) {
        let changes = self.engine.take_changes();
        if !changes.is_empty() {
            self.global_tables.note(&self.engine.config().region, changes);
        }
        for (region, engine) in &mut self.abroad {
            self.global_tables.note(region, engine.take_changes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_lives_on_its_own() {
        let mut world = World::new(Config::default());
        let mut copy = world.clone();
        copy.wait(5000);
        assert_eq!(copy.engine().now().millis_since(world.engine().now()), 5000);
        world.wait(7000);
        assert_eq!(world.engine().now().millis_since(copy.engine().now()), 2000);
    }
}
