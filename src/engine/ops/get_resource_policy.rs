//! GetResourcePolicy: the policy that is attached to a table or a stream.
//!
//! `{"ResourceArn": …}` answers `{"Policy": "{…}", "RevisionId": "1780308000050"}`.
//! Source: API reference, GetResourcePolicy.

use serde_json::{Value, json};

use super::Operation;
use super::resource_policy::{PolicyResource, RESOURCE};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::policies as text;
use crate::engine::plan::Plan;
use crate::engine::shape::structure;
use crate::engine::{Engine, Trace};

structure! {
    /// Names the table or stream.
    pub(super) struct GetResourcePolicyRequest as "GetResourcePolicyInput" {
        /// The table or stream.
        "ResourceArn" resource_arn: String => required RESOURCE;
    }
}

/// The verb.
pub(super) struct GetResourcePolicy;

impl Operation for GetResourcePolicy {
    const NAME: &'static str = "GetResourcePolicy";
    const DOC: &'static str = "Returns the resource-based policy of a table or stream.";
    type Request = GetResourcePolicyRequest;
    type Prepared = GetResourcePolicyRequest;

    fn prepare(request: GetResourcePolicyRequest, engine: &Engine) -> Result<GetResourcePolicyRequest, ApiError> {
        PolicyResource::find(&request.resource_arn, engine).map(|_| request)
    }

    fn plans(_: &GetResourcePolicyRequest) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(request: GetResourcePolicyRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let resource = PolicyResource::find(&request.resource_arn, engine)?;
        let missing = || ApiError::new(ErrorKind::PolicyNotFoundException, text::not_found(&request.resource_arn));
        let policy = resource.policy(engine).ok_or_else(missing)?;
        Ok(json!({"Policy": policy.document, "RevisionId": policy.revision}))
    }
}
