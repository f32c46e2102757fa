//! PutResourcePolicy: attaches a policy to a table or a stream, in place of the one there is.
//!
//! `{"ResourceArn": …, "Policy": "{…}"}` answers `{"RevisionId": "1780308000050"}`. The same document once more changes
//! nothing. Source: API reference, PutResourcePolicy.

use serde_json::{Value, json};

use super::Operation;
use super::resource_policy::{self, PolicyResource, RESOURCE, REVISION};
use crate::engine::error::ApiError;
use crate::engine::plan::Plan;
use crate::engine::policy::ResourcePolicy;
use crate::engine::shape::{Shape, structure};
use crate::engine::{Engine, Trace};

structure! {
    /// What to attach, and to what.
    pub(super) struct PutResourcePolicyRequest as "PutResourcePolicyInput" {
        /// The table or stream.
        "ResourceArn" resource_arn: String => required RESOURCE;
        /// The policy document.
        "Policy" policy: String => required Shape::STRING;
        /// The revision that is to be replaced; NO_POLICY if there must be none.
        "ExpectedRevisionId" expected: Option<String> => optional REVISION;
        /// Whether the caller may lose the right to change it.
        "ConfirmRemoveSelfResourceAccess" confirmed: Option<bool> => optional Shape::BOOLEAN;
    }
}

/// The verb.
pub(super) struct PutResourcePolicy;

/// A policy that is ready to be attached.
#[derive(Clone)]
pub(super) struct PreparedPolicy {
    resource: PolicyResource,
    policy: ResourcePolicy,
}

impl Operation for PutResourcePolicy {
    const NAME: &'static str = "PutResourcePolicy";
    const DOC: &'static str = "Attaches a resource-based policy to a table or stream.";
    const CHANGES_TABLES: bool = true;
    type Request = PutResourcePolicyRequest;
    type Prepared = PreparedPolicy;

    fn prepare(request: PutResourcePolicyRequest, engine: &Engine) -> Result<PreparedPolicy, ApiError> {
        let resource = PolicyResource::find(&request.resource_arn, engine)?;
        let policy = resource_policy::read(&request.policy, engine)?;
        resource.expect(request.expected.as_deref(), engine)?;
        // Nobody is shut out here: whoever is not acting as a role may do everything.
        let _ = request.confirmed;
        Ok(PreparedPolicy { resource, policy })
    }

    fn plans(_: &PreparedPolicy) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(prepared: PreparedPolicy, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let same = prepared.resource.policy(engine).filter(|policy| policy.document == prepared.policy.document);
        if let Some(same) = same {
            return Ok(json!({"RevisionId": same.revision}));
        }
        let revision = prepared.policy.revision.clone();
        prepared.resource.set(Some(prepared.policy), engine)?;
        Ok(json!({"RevisionId": revision}))
    }
}
