//! DeleteRolePolicy: takes a role one of its policies; the role stays, and may do less.
//!
//! Source: IAM API reference, DeleteRolePolicy.

use serde_json::{Value, json};

use super::get_role_policy::not_found;
use super::put_role_policy::NAME;
use crate::engine::ApiError;
use crate::engine::shape::structure;
use crate::world::World;
use crate::world::api::ServiceAction;

structure! {
    /// One policy of a role.
    pub(in crate::world) struct DeleteRolePolicyRequest as "DeleteRolePolicyRequest" {
        /// The role.
        "RoleName" role_name: String => required NAME;
        /// The policy.
        "PolicyName" policy_name: String => required NAME;
    }
}

/// The request.
pub(in crate::world) struct DeleteRolePolicy;

impl ServiceAction for DeleteRolePolicy {
    const NAME: &'static str = "DeleteRolePolicy";
    const DOC: &'static str = "Takes a role one of its policies.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = DeleteRolePolicyRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let policies = world.iam.roles.get_mut(&request.role_name);
        match policies.and_then(|policies| policies.remove(&request.policy_name)) {
            Some(_) => Ok(json!({})),
            None => Err(not_found(&request.role_name, &request.policy_name)),
        }
    }
}
