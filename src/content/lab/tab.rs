//! The tabs of the world panel: which there are, in which order, and what they are called. A lab says on which one it opens;
//! the screens turn from one to the next.

use schemars::JsonSchema;
use serde::Deserialize;

/// A tab of the world panel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    /// What the newest request did.
    #[default]
    Plan,
    /// Tables and items.
    Tables,
    /// Partitions and their load.
    Partitions,
    /// Streams and functions.
    Streams,
    /// What was spent.
    Cost,
}

impl Tab {
    /// All tabs in their order; the first is number 1.
    pub const ALL: [Self; 5] = [Self::Plan, Self::Tables, Self::Partitions, Self::Streams, Self::Cost];

    /// Returns its name as it stands in the panel's head.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Tables => "tables",
            Self::Partitions => "partitions",
            Self::Streams => "streams",
            Self::Cost => "cost",
        }
    }

    /// Returns its name as a title.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Plan => "Plan",
            Self::Tables => "Tables",
            Self::Partitions => "Partitions",
            Self::Streams => "Streams",
            Self::Cost => "Cost",
        }
    }

    /// Returns its number, counted from 1.
    #[must_use]
    pub fn number(self) -> usize {
        Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0) + 1
    }

    /// Returns the tab with a number, counted from 1; `None` if there is none.
    #[must_use]
    pub fn numbered(number: usize) -> Option<Self> {
        Self::ALL.get(number.checked_sub(1)?).copied()
    }

    /// Returns the tab `by` places further, round and round.
    #[must_use]
    pub fn moved(self, by: i32) -> Self {
        let count = i32::try_from(Self::ALL.len()).unwrap_or(1);
        let at = i32::try_from(self.number()).unwrap_or(1) - 1 + by;
        Self::ALL[usize::try_from(at.rem_euclid(count)).unwrap_or(0)]
    }
}
