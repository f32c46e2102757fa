//! Every command there is: the engine's verbs, and the requests to what stands around it.

use crate::engine::ops::{Service, VERBS, Verb};
use crate::engine::shape::{Pages, Structure};
use crate::world::api::{OPERATIONS, ServiceOperation};

/// The services by the name the AWS CLI has for them.
pub(super) const SERVICES: [&str; 7] =
    ["dynamodb", "dynamodbstreams", "application-autoscaling", "dax", "iam", "lambda", "sqs"];

/// What a command asks for.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    /// A request to the engine.
    Verb(&'static Verb),
    /// A request to what stands around it.
    Around(&'static ServiceOperation),
}

impl Action {
    /// Its name in the API: `PutScalingPolicy`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verb(verb) => verb.name,
            Self::Around(operation) => operation.name,
        }
    }

    /// What it does, in one sentence.
    #[must_use]
    pub const fn doc(self) -> &'static str {
        match self {
            Self::Verb(verb) => verb.doc,
            Self::Around(operation) => operation.doc,
        }
    }

    /// The shape of its request.
    #[must_use]
    pub const fn input(self) -> &'static Structure {
        match self {
            Self::Verb(verb) => verb.input,
            Self::Around(operation) => operation.input,
        }
    }

    /// How its answers come in pages that the AWS CLI joins; `None` if it does not.
    pub(super) const fn pages(self) -> Option<&'static Pages> {
        match self {
            Self::Verb(verb) => verb.pages,
            Self::Around(operation) => operation.pages,
        }
    }

    /// Its service, one of [`SERVICES`].
    pub(super) const fn service(self) -> &'static str {
        match self {
            Self::Verb(Verb { service: Service::DynamoDb, .. }) => "dynamodb",
            Self::Verb(Verb { service: Service::Streams, .. }) => "dynamodbstreams",
            Self::Around(operation) => operation.service,
        }
    }
}

/// All commands: the engine's first, each group in name order.
pub(super) fn actions() -> impl Iterator<Item = Action> {
    VERBS.iter().map(Action::Verb).chain(OPERATIONS.iter().map(Action::Around))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_belongs_to_a_service_that_can_be_named() {
        assert!(actions().all(|action| SERVICES.contains(&action.service())));
        for service in SERVICES {
            assert!(actions().any(|action| action.service() == service), "{service} has no commands");
        }
    }
}
