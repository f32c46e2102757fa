//! DeleteResourcePolicy: detaches the policy of a table or a stream, if there is one.
//!
//! `{"ResourceArn": …}` answers `{"RevisionId": "1780308000050"}`, the revision that was detached, or `{}`.
//! Source: API reference, DeleteResourcePolicy.

use serde_json::{Value, json};

use super::Operation;
use super::resource_policy::{PolicyResource, RESOURCE, REVISION};
use crate::engine::error::ApiError;
use crate::engine::plan::Plan;
use crate::engine::shape::structure;
use crate::engine::{Engine, Trace};

structure! {
    /// Names the table or stream.
    pub(super) struct DeleteResourcePolicyRequest as "DeleteResourcePolicyInput" {
        /// The table or stream.
        "ResourceArn" resource_arn: String => required RESOURCE;
        /// The revision that is to be detached.
        "ExpectedRevisionId" expected: Option<String> => optional REVISION;
    }
}

/// The verb.
pub(super) struct DeleteResourcePolicy;

impl Operation for DeleteResourcePolicy {
    const NAME: &'static str = "DeleteResourcePolicy";
    const DOC: &'static str = "Detaches the resource-based policy of a table or stream.";
    const CHANGES_TABLES: bool = true;
    type Request = DeleteResourcePolicyRequest;
    type Prepared = PolicyResource;

    fn prepare(request: DeleteResourcePolicyRequest, engine: &Engine) -> Result<PolicyResource, ApiError> {
        let resource = PolicyResource::find(&request.resource_arn, engine)?;
        resource.expect(request.expected.as_deref(), engine).map(|()| resource)
    }

    fn plans(_: &PolicyResource) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(resource: PolicyResource, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let Some(revision) = resource.policy(engine).map(|policy| policy.revision.clone()) else {
            return Ok(json!({}));
        };
        resource.set(None, engine)?;
        Ok(json!({"RevisionId": revision}))
    }
}
