//! The retry modes: how often, and after which wait.
//!
//! | mode | attempts | wait before the next | what a retry costs of a quota of 500 |
//! | --- | --- | --- | --- |
//! | legacy | 10 | 50 ms x 2^n, always the same | nothing |
//! | standard | 4 | a share of 25 ms x 2^n, of 1 s x 2^n if throttled, 20 s at most | 14, throttled 5 |
//! | adaptive | 4 | as standard, and requests are held back | as standard |
//! | standard-2025 | 3 | a share of 1 s x 2^n, 20 s at most | 5, after a timeout 10 |
//!
//! "A share" is drawn evenly from nothing to all of it (full jitter), so that callers that failed together do not come
//! back together. The figures are those for DynamoDB, which other services do not have: 3 attempts there. Standard mode is
//! as revised on 10 November 2026, when it became the default of the SDKs that were updated then; standard-2025 is what
//! it was before, and still is in SDKs that were not. Source: AWS Developer Tools Blog, "Updated default retry behavior for AWS
//! SDKs and tools"; AWS SDKs and Tools reference guide, "Retry behavior"; botocore's retry code and data.

use super::FailureKind;
use crate::chance::Chance;

/// The longest wait, in milliseconds.
const LONGEST: u64 = 20_000;

/// Since when the figures of standard and adaptive mode are those.
pub const REVISED: &str = "10 November 2026";

/// How a client retries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// What the AWS CLI version 1 and boto3 did by default for DynamoDB.
    Legacy,
    /// What updated SDKs do by default.
    Standard,
    /// As standard, with a limiter that learns the rate the service takes.
    Adaptive,
    /// The standard mode before it was revised.
    Standard2025,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 4] = [Self::Legacy, Self::Standard, Self::Adaptive, Self::Standard2025];

    /// The mode's name: `legacy`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Legacy => "legacy",
            Self::Standard => "standard",
            Self::Adaptive => "adaptive",
            Self::Standard2025 => "standard-2025",
        }
    }

    /// The mode called `name`; `standard-2026` is another name for the standard one.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        let name = if name == "standard-2026" { "standard" } else { name };
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }

    /// Whether its figures are those since [`REVISED`].
    #[must_use]
    pub const fn is_revised(self) -> bool {
        matches!(self, Self::Standard | Self::Adaptive)
    }

    /// The most attempts, the first included.
    #[must_use]
    pub const fn attempts(self) -> u32 {
        match self {
            Self::Legacy => 10,
            Self::Standard | Self::Adaptive => 4,
            Self::Standard2025 => 3,
        }
    }

    /// What a retry costs.
    pub(super) const fn cost(self, failure: FailureKind, timed_out: bool) -> u32 {
        match (self, failure) {
            (Self::Legacy, _) => 0,
            (Self::Standard2025, _) => {
                if timed_out {
                    10
                } else {
                    5
                }
            }
            (Self::Standard | Self::Adaptive, FailureKind::Throttled) => 5,
            (Self::Standard | Self::Adaptive, _) => 14,
        }
    }

    /// Milliseconds between attempt `number` (counted from 1) and the next.
    pub(super) fn wait(self, number: u32, failure: FailureKind, chance: &mut Chance) -> u64 {
        let grown = |base: u64| base.saturating_mul(1 << (number - 1).min(20));
        match self {
            Self::Legacy => grown(50),
            Self::Standard2025 => chance.between(0, grown(1000).min(LONGEST)),
            Self::Standard | Self::Adaptive => {
                let base = if failure == FailureKind::Throttled { 1000 } else { 25 };
                chance.between(0, grown(base).min(LONGEST))
            }
        }
    }
}
