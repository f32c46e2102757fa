//! Tumbling windows: what a function carries from one invocation to the next, until a stretch of time is over.
//!
//! The life of a window: the first record of it opens it; every batch holds records of one window only, and the function
//! gets the state that its last invocation returned (`{}` at first) and returns the next; when the window is over, or its
//! shard ended, the function is invoked once more, without records and with isFinalInvokeForWindow, and the state is gone.
//! A state beyond 1 MB ends the window early (isWindowTerminatedEarly), and it goes on with an empty one. An answer without
//! a state is a failure.
//!
//! Windows begin at multiples of their length since 1970, by the time at which records came to the stream. Each shard, and
//! with a ParallelizationFactor each lane, has a state of its own. Model: the last invocation has no records.
//! Source: AWS documentation, "Using AWS Lambda with Amazon DynamoDB", "Implementing stateful DynamoDB stream processing".

use serde_json::{Map, Value, json};

use crate::clock::Timestamp;

/// The largest state of a shard, in bytes.
const MOST_STATE: usize = 1 << 20;

/// A window that is open.
#[derive(Clone, Debug)]
pub(super) struct TumblingWindow {
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    /// What the function returned last.
    pub(super) state: Value,
}

/// Why a function is invoked once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// The window is over, or its shard ended.
    Over,
    /// The state is too large.
    Early,
}

/// What an invocation is told of its window.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) window: TumblingWindow,
    pub(super) ending: Option<Ending>,
    pub(super) shard: String,
}

impl TumblingWindow {
    /// The window of so many seconds that a moment lies in.
    pub(super) fn of(at: Timestamp, seconds: u64) -> Self {
        let millis = seconds.max(1) * 1000;
        let start = Timestamp::from_millis(at.as_millis() / millis * millis);
        Self { start, end: start.plus_millis(millis), state: json!({}) }
    }

    /// Whether its state is more than it may be.
    pub(super) fn is_too_large(&self) -> bool {
        self.state.to_string().len() > MOST_STATE
    }
}

impl Frame {
    /// What the event holds beside its records.
    pub(super) fn members(&self, stream: &str) -> Map<String, Value> {
        let TumblingWindow { start, end, state } = &self.window;
        let members = json!({
            "window": {"start": told(*start), "end": told(*end)},
            "state": state,
            "shardId": self.shard,
            "eventSourceARN": stream,
            "isFinalInvokeForWindow": self.ending == Some(Ending::Over),
            "isWindowTerminatedEarly": self.ending == Some(Ending::Early),
        });
        members.as_object().cloned().unwrap_or_default()
    }

    /// The window in a line of a log.
    pub(super) fn line(&self) -> String {
        let TumblingWindow { start, end, state } = &self.window;
        let what = match self.ending {
            None => "goes on",
            Some(Ending::Over) => "is over",
            Some(Ending::Early) => "ends early",
        };
        format!("window {} to {} {what}, state {state}", told(*start), told(*end))
    }
}

/// A moment as events tell it: `2026-06-01T10:00:00Z`.
pub(super) fn told(at: Timestamp) -> String {
    let text = at.to_string();
    format!("{}Z", text.split('.').next().unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_begin_at_multiples_of_their_length() {
        let window = TumblingWindow::of(Timestamp::from_millis(125_500), 60);
        assert_eq!((window.start.as_millis(), window.end.as_millis()), (120_000, 180_000));
        assert_eq!(told(window.start), "1970-01-01T00:02:00Z");
        assert!(!window.is_too_large());
        assert!(TumblingWindow { state: "x".repeat(MOST_STATE).into(), ..window }.is_too_large());
    }
}
