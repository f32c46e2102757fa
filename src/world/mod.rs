//! What stands around the table: an engine on a virtual clock, Application Auto Scaling, an SDK that retries, traffic and
//! a bill.
//!
//! The life of a moment: [`World::send`] lets a request's time pass and asks the engine; [`World::advance_to`] moves the
//! clock and stops at every whole minute at which auto scaling has to look; `traffic` sends thousands of requests that
//! way and reports them by the second and by the partition; `sdk_client` stands between a caller and the engine; `bill`
//! prices what the supplies served. Given a seed and the same commands, all of it is the same again.
//!
//! Everything here is a model unless its documentation says otherwise: the mechanisms are AWS's, the figures are chosen so
//! that their effect is seen. Left out: networks, many clients with clocks of their own.
//!
//! Source: AWS documentation, "Managing throughput capacity automatically with DynamoDB auto scaling", "Retry behavior" of
//! the AWS SDKs and Tools reference guide, "Amazon DynamoDB pricing".

use std::sync::Arc;

use serde_json::Value;

use crate::clock::{Clock as _, Timestamp, VirtualClock};
use crate::engine::{ApiError, Config, Engine};

pub mod api;
pub mod autoscaling;
pub mod bill;
pub mod iam;
pub mod lambda;
pub mod sdk_client;
pub mod sqs;
pub mod traffic;

use autoscaling::AutoScaling;
use iam::Iam;
use lambda::Lambda;
use sqs::Queues;

/// How long a request takes, in milliseconds (a model).
pub const REQUEST_MILLIS: u64 = 10;

/// An engine with what stands around it, on one virtual clock.
#[derive(Clone, Debug)]
pub struct World {
    engine: Engine,
    clock: VirtualClock,
    autoscaling: AutoScaling,
    iam: Iam,
    lambda: Lambda,
    queues: Queues,
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
        }
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

    /// Lets a request's time pass, then sends it as whoever acts.
    ///
    /// # Errors
    /// The service's exceptions.
    pub fn send(&mut self, verb: &str, body: Value) -> Result<Value, ApiError> {
        self.wait(REQUEST_MILLIS);
        self.iam.check(verb, &body, &mut self.engine)?;
        self.engine.call(verb, body)
    }

    /// Lets so many milliseconds pass.
    pub fn wait(&mut self, millis: u64) {
        self.advance_to(self.clock.now().plus_millis(millis));
    }

    /// Lets time pass until a moment, unless it is past. On the way everything happens that is due: auto scaling looks at
    /// each whole minute, functions are invoked.
    pub fn advance_to(&mut self, until: Timestamp) {
        let until = until.max(self.clock.now());
        while let Some((due, what)) = self.next_due().filter(|(due, _)| *due <= until) {
            self.clock.set(due.max(self.clock.now()));
            match what {
                Due::Scaling => self.autoscaling.look(&mut self.engine),
                Due::Function => {
                    self.engine.settle();
                    // What cannot be done now will not be done by asking again.
                    if !self.lambda.step(&mut self.engine, &self.iam, &mut self.queues) {
                        break;
                    }
                }
            }
        }
        self.clock.set(until);
    }

    /// What is due next, and when.
    fn next_due(&mut self) -> Option<(Timestamp, Due)> {
        let scaling = self.autoscaling.next_look().map(|due| (due, Due::Scaling));
        let function = self.lambda.next_due(&self.engine, &self.iam).map(|due| (due, Due::Function));
        [scaling, function].into_iter().flatten().min_by_key(|(due, _)| *due)
    }
}

/// What can be due.
#[derive(Clone, Copy, Debug)]
enum Due {
    /// Auto scaling looks at a minute.
    Scaling,
    /// A function is invoked.
    Function,
}
