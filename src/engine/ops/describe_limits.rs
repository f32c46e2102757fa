//! DescribeLimits: the account's default quotas of provisioned capacity.
//!
//! `{}` answers `{"AccountMaxReadCapacityUnits": 80000, …, "TableMaxReadCapacityUnits": 40000, …}`.
//! Source: API reference, DescribeLimits; AWS documentation, "Quotas in Amazon DynamoDB".

use serde_json::{Value, json};

use super::{Operation, throughput};
use crate::engine::capacity::supply::TABLE_QUOTA;
use crate::engine::error::ApiError;
use crate::engine::plan::Plan;
use crate::engine::shape::structure;
use crate::engine::{Engine, Trace};

structure! {
    /// Asks for the quotas.
    pub(super) struct DescribeLimitsRequest as "DescribeLimitsInput" {}
}

/// The verb.
pub(super) struct DescribeLimits;

impl Operation for DescribeLimits {
    const NAME: &'static str = "DescribeLimits";
    const DOC: &'static str = "Returns the account's quotas of provisioned capacity.";
    type Request = DescribeLimitsRequest;
    type Prepared = ();

    fn prepare(_: DescribeLimitsRequest, _: &Engine) -> Result<(), ApiError> {
        Ok(())
    }

    fn plans((): &()) -> Vec<Plan> {
        Vec::new()
    }

    fn execute((): (), _: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        Ok(json!({
            "AccountMaxReadCapacityUnits": throughput::ACCOUNT_QUOTA,
            "AccountMaxWriteCapacityUnits": throughput::ACCOUNT_QUOTA,
            "TableMaxReadCapacityUnits": TABLE_QUOTA,
            "TableMaxWriteCapacityUnits": TABLE_QUOTA,
        }))
    }
}
