//! A Kinesis data stream that a table sends its changes to, and what it is doing.
//!
//! A destination that was switched off stays listed; switched on again it is the same. A table has one at most that is not
//! switched off. Source: API reference, KinesisDataStreamDestination.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::clock::Timestamp;

/// DestinationStatus, and until when it is what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum DestinationState {
    /// ENABLING until then.
    Enabling(Timestamp),
    /// ENABLING until then, in vain.
    Failing(Timestamp),
    /// ACTIVE.
    Active,
    /// UPDATING until then.
    Updating(Timestamp),
    /// DISABLING until then.
    Disabling(Timestamp),
    /// DISABLED.
    Disabled,
    /// ENABLE_FAILED.
    Failed,
}

impl DestinationState {
    /// The DestinationStatus.
    #[must_use]
    pub const fn status(self) -> &'static str {
        match self {
            Self::Enabling(_) | Self::Failing(_) => "ENABLING",
            Self::Active => "ACTIVE",
            Self::Updating(_) => "UPDATING",
            Self::Disabling(_) => "DISABLING",
            Self::Disabled => "DISABLED",
            Self::Failed => "ENABLE_FAILED",
        }
    }

    /// Whether another destination can be switched on beside it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Disabled | Self::Failed)
    }
}

/// A destination.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Destination {
    /// The Kinesis stream's ARN.
    pub stream: String,
    /// What it is doing.
    pub state: DestinationState,
    /// ApproximateCreationDateTimePrecision, if one was asked for.
    pub precision: Option<String>,
    /// The name of its records, while they are recorded.
    pub records: Option<Arc<str>>,
}

impl Destination {
    /// Brings its status up to `now`.
    pub(super) fn settle(&mut self, now: Timestamp) {
        self.state = match self.state {
            DestinationState::Enabling(until) | DestinationState::Updating(until) if until <= now => {
                DestinationState::Active
            }
            DestinationState::Failing(until) if until <= now => DestinationState::Failed,
            DestinationState::Disabling(until) if until <= now => DestinationState::Disabled,
            state => state,
        };
    }

    /// When its status changes by time alone.
    pub(super) const fn next_change(&self) -> Option<Timestamp> {
        match self.state {
            DestinationState::Enabling(until)
            | DestinationState::Failing(until)
            | DestinationState::Updating(until)
            | DestinationState::Disabling(until) => Some(until),
            DestinationState::Active | DestinationState::Disabled | DestinationState::Failed => None,
        }
    }

    /// The moment that its status depends on.
    pub(super) fn moment(&mut self) -> Option<&mut Timestamp> {
        match &mut self.state {
            DestinationState::Enabling(until)
            | DestinationState::Failing(until)
            | DestinationState::Updating(until)
            | DestinationState::Disabling(until) => Some(until),
            DestinationState::Active | DestinationState::Disabled | DestinationState::Failed => None,
        }
    }

    /// KinesisDataStreamDestination.
    #[must_use]
    pub fn describe(&self) -> Value {
        let mut body = Map::new();
        body.insert("StreamArn".into(), self.stream.as_str().into());
        body.insert("DestinationStatus".into(), self.state.status().into());
        if self.state == DestinationState::Failed {
            let why = "User does not have a permission to use kinesis stream";
            body.insert("DestinationStatusDescription".into(), why.into());
        }
        body.extend(
            self.precision.as_ref().map(|it| ("ApproximateCreationDateTimePrecision".to_owned(), it.as_str().into())),
        );
        body.into()
    }
}
