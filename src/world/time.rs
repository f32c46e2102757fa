//! How time passes in a world: the clock moves from one thing that is due to the next, and each happens at its own moment.
//!
//! What is due: items that expire, images on their way to other Regions, minutes that auto scaling looks at, functions to be
//! invoked. Each is work, counted in steps; where that is more than there may be, time passes all the same, and what is
//! overdue happens later.

use super::World;
use super::work::{Glimpse, Stopped};
use crate::clock::{Clock as _, Timestamp};
use crate::engine::Engine;

impl World {
    /// Lets so many milliseconds pass.
    pub fn wait(&mut self, millis: u64) {
        self.advance_to(self.clock.now().plus_millis(millis));
    }

    /// Lets time pass until a moment, unless it is past. On the way everything happens that is due: auto scaling looks at
    /// each whole minute, functions are invoked. If that is more work than there may be, the time passes all the same, and
    /// what is overdue happens later.
    pub fn advance_to(&mut self, until: Timestamp) {
        if let Err(stopped) = self.catch_up(until, |_| {}) {
            let note = format!("[clock] What is due by now has not all happened yet: {stopped}");
            if !self.notes.contains(&note) {
                self.note(note);
            }
        }
        self.clock.set(until.max(self.clock.now()));
    }

    /// Brings the engines of all Regions up to the present.
    pub fn settle(&mut self) {
        self.engine.settle();
        self.abroad.values_mut().for_each(Engine::settle);
    }

    /// Lets so many milliseconds pass, as a piece of work that may take long: whoever watches is told how far it is.
    ///
    /// # Errors
    /// Why it was stopped; the clock then stands where it came to.
    pub fn pass(&mut self, millis: u64) -> Result<(), Stopped> {
        let (work, from) = (self.work.clone(), self.clock.now());
        let until = from.plus_millis(millis);
        self.catch_up(until, |now| work.note(now.millis_since(from), millis))?;
        self.clock.set(until.max(self.clock.now()));
        Ok(())
    }

    /// Does everything that is due until a moment, each thing at its own.
    fn catch_up(&mut self, until: Timestamp, mut note: impl FnMut(Timestamp)) -> Result<(), Stopped> {
        let until = until.max(self.clock.now());
        while let Some((due, what)) = self.next_due().filter(|(due, _)| *due <= until) {
            self.work.step(what.steps())?;
            self.clock.set(due.max(self.clock.now()));
            note(due);
            match what {
                DueEvent::Arrival => self.arrive(),
                DueEvent::Expiry => {
                    self.engine.settle();
                    self.note_changes();
                }
                DueEvent::Scaling => self.autoscaling.look(&mut self.engine),
                DueEvent::Function => {
                    self.engine.settle();
                    // What cannot be done now will not be done by asking again.
                    if !self.lambda.step(&mut self.engine, &self.iam, &mut self.queues) {
                        break;
                    }
                    self.note_changes();
                }
            }
            self.work.show(Glimpse { world: self, traffic: None });
        }
        Ok(())
    }

    /// Lets an image arrive in its Region. What it changes there is not sent back.
    fn arrive(&mut self) {
        let Some(arriving) = self.global_tables.arrive() else { return };
        let engine = self.engine_in(&arriving.to);
        engine.replicate(&arriving.table, arriving.key, arriving.image);
        engine.take_changes();
    }

    /// What is due next, and when.
    fn next_due(&mut self) -> Option<(Timestamp, DueEvent)> {
        let scaling = self.autoscaling.next_look().map(|due| (due, DueEvent::Scaling));
        let function = self.lambda.next_due(&self.engine, &self.iam).map(|due| (due, DueEvent::Function));
        let arrival = self.global_tables.next_arrival().map(|due| (due, DueEvent::Arrival));
        let expiry = self.engine.next_expiry().map(|due| (due, DueEvent::Expiry));
        [expiry, arrival, scaling, function].into_iter().flatten().min_by_key(|(due, _)| *due)
    }
}

/// What can be due.
#[derive(Clone, Copy, Debug)]
enum DueEvent {
    /// Time to live deletes an item.
    Expiry,
    /// An image arrives in another Region.
    Arrival,
    /// Auto scaling looks at a minute.
    Scaling,
    /// A function is invoked.
    Function,
}

impl DueEvent {
    /// The work it is, in steps.
    const fn steps(self) -> u64 {
        match self {
            Self::Arrival | Self::Expiry | Self::Scaling => 10,
            Self::Function => 500,
        }
    }
}
