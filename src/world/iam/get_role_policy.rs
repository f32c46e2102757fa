//! GetRolePolicy: a role's policy as it was given.
//!
//! Source: IAM API reference, GetRolePolicy.

use serde_json::{Value, json};

use super::put_role_policy::NAME;
use crate::engine::shape::structure;
use crate::engine::{ApiError, ErrorKind};
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// One policy of a role.
    pub(in crate::world) struct GetRolePolicyRequest as "GetRolePolicyRequest" {
        /// The role.
        "RoleName" role_name: String => required NAME;
        /// The policy.
        "PolicyName" policy_name: String => required NAME;
    }
}

/// The request.
pub(in crate::world) struct GetRolePolicy;

impl ServiceAction for GetRolePolicy {
    const NAME: &'static str = "GetRolePolicy";
    const DOC: &'static str = "Shows a role's policy.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = GetRolePolicyRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let policies = world.iam.roles.get(&request.role_name);
        let Some(document) = policies.and_then(|policies| policies.get(&request.policy_name)) else {
            return Err(not_found(&request.role_name, &request.policy_name));
        };
        Ok(json!({
            "RoleName": request.role_name,
            "PolicyName": request.policy_name,
            "PolicyDocument": document.json,
        }))
    }
}

/// A policy that a role does not have.
pub(super) fn not_found(role: &str, policy: &str) -> ApiError {
    ApiError::new(
        ErrorKind::NoSuchEntity,
        format!("The role policy with name {policy} cannot be found for role {role}."),
    )
}
