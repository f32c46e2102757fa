//! Contributor Insights of a table or an index: whether the keys that are accessed and throttled most are told.
//!
//! Which they are is known to the supply of the place ([`Busiest`](crate::engine::capacity::Busiest)).
//! Source: AWS documentation, "CloudWatch Contributor Insights for DynamoDB: how it works".

use crate::clock::Timestamp;

/// ContributorInsightsMode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InsightsMode {
    /// What is accessed, and what is throttled.
    AccessedAndThrottledKeys,
    /// What is throttled alone.
    ThrottledKeys,
}

impl InsightsMode {
    /// Its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessedAndThrottledKeys => "ACCESSED_AND_THROTTLED_KEYS",
            Self::ThrottledKeys => "THROTTLED_KEYS",
        }
    }
}

/// Whether they are on, and until when they are being switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Insights {
    /// What is told.
    pub mode: InsightsMode,
    /// Whether they are on, or are to be.
    pub on: bool,
    /// When they are what they are to be.
    pub until: Timestamp,
    /// When the rules were made.
    pub made: Timestamp,
    /// When they were last switched.
    pub changed: Timestamp,
}

impl Insights {
    /// ContributorInsightsStatus.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> &'static str {
        match (self.on, self.until <= now) {
            (true, true) => "ENABLED",
            (true, false) => "ENABLING",
            (false, true) => "DISABLED",
            (false, false) => "DISABLING",
        }
    }

    /// ContributorInsightsRuleList of a resource, whose key may have a sort key.
    #[must_use]
    pub fn rules(&self, resource: &str, has_sort_key: bool) -> Vec<String> {
        let accessed = self.mode == InsightsMode::AccessedAndThrottledKeys;
        let wanted = [
            ("PKC", accessed, true),
            ("PKT", true, true),
            ("SKC", accessed, has_sort_key),
            ("SKT", true, has_sort_key),
        ];
        let rule = |kind: &str| format!("DynamoDBContributorInsights-{kind}-{resource}-{}", self.made.as_millis());
        wanted.iter().filter(|(_, one, other)| *one && *other).map(|(kind, ..)| rule(kind)).collect()
    }
}
