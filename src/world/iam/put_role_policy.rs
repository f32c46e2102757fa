//! PutRolePolicy: gives a role a policy; the role comes into being with its first one.
//!
//! Source: IAM API reference, PutRolePolicy.

use serde_json::{Value, json};

use super::document::Document;
use crate::engine::shape::{Shape, structure};
use crate::engine::{ApiError, ErrorKind};
use crate::world::World;
use crate::world::api::ServiceAction;

/// RoleName and PolicyName.
pub(super) const NAME: Shape = Shape::text(1, 128);

structure! {
    /// A role, and what it may do.
    pub(in crate::world) struct PutRolePolicyRequest as "PutRolePolicyRequest" {
        /// The role.
        "RoleName" role_name: String => required NAME;
        /// The policy.
        "PolicyName" policy_name: String => required NAME;
        /// The policy's JSON: statements with Effect, Action, Resource and Condition.
        "PolicyDocument" policy_document: String => required Shape::text(1, 131_072);
    }
}

/// The request.
pub(in crate::world) struct PutRolePolicy;

impl ServiceAction for PutRolePolicy {
    const NAME: &'static str = "PutRolePolicy";
    const DOC: &'static str = "Gives a role a policy; :as ROLE sends requests as that role.";
    const SERVICE: &'static str = super::SERVICE;
    type Request = PutRolePolicyRequest;

    fn run(request: Self::Request, world: &mut World) -> Result<Value, ApiError> {
        let document = Document::parse(&request.policy_document).map_err(|problem| {
            let message = format!("The policy failed legacy parsing: {problem}");
            ApiError::new(ErrorKind::MalformedPolicyDocument, message)
        })?;
        for (name, by) in document.operations() {
            world.note(format!(
                "[iam] {name} allows nothing: there is no such action; its parts are authorised by {by}."
            ));
        }
        world.iam.roles.entry(request.role_name).or_default().insert(request.policy_name, document);
        Ok(json!({}))
    }
}
