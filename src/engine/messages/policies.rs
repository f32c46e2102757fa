//! Texts about resource-based policies.

const INVALID: &str = "One or more parameter values were invalid: ";

/// What is no ARN.
#[must_use]
pub fn not_an_arn(text: &str) -> String {
    format!("{INVALID}ARNs must start with 'arn:': {text}")
}

/// The ARN of something else than a table or a stream.
#[must_use]
pub fn other_service(arn: &str) -> String {
    format!("{INVALID}Provided Arn is not a DynamoDB resource arn: {arn}")
}

/// The ARN of an index.
#[must_use]
pub fn neither_table_nor_stream(arn: &str) -> String {
    format!("{INVALID}Invalid resource arn provided, only table or stream is accepted. Provided resource arn: {arn}")
}

/// An ARN of another Region.
#[must_use]
pub fn other_region(arn: &str) -> String {
    format!("{INVALID}Invalid resource Arn: {arn}")
}

/// An ARN of another account.
pub const OTHER_OWNER: &str = "This action is only supported by accounts that match the resource owner's account.";

/// A document that is none.
#[must_use]
pub fn document(wrong: &str) -> String {
    format!("{INVALID}Invalid policy document: {wrong}")
}

/// A document that is too large.
pub const TOO_LARGE: &str = "One or more parameter values were invalid: Maximum policy size of 20480 bytes exceeded";
/// A document that lets anyone in.
pub const UNBOUNDED: &str = "Resource-based policy grants unbounded access in one or more elements. Please revise the \
     policy to ensure least-privilege form of access";

const NOT_FOUND: &str = "Resource-based policy not found for the provided ResourceArn: ";

/// A resource without a policy.
#[must_use]
pub fn not_found(arn: &str) -> String {
    format!("{NOT_FOUND}{arn}")
}

/// A revision that the policy of a table or stream has not.
#[must_use]
pub fn other_revision(wanted: &str, kind: &str, name: &str, found: &str) -> String {
    format!(
        "{NOT_FOUND}Requested update for policy with revision id {wanted}, but the policy associated to target {kind} {name} \
         has revision id {found}."
    )
}

/// A policy where none was expected.
#[must_use]
pub fn unexpected(kind: &str, name: &str, found: &str) -> String {
    format!(
        "{NOT_FOUND}Requested policy update expecting none to be present for {kind} {name}, but a policy exists with revision \
         id {found}."
    )
}

/// A revision of a policy where there is none.
#[must_use]
pub fn no_revision(wanted: &str, kind: &str, name: &str) -> String {
    format!(
        "{NOT_FOUND}Requested update for policy with revision id {wanted}, but no policy is associated to target {kind} {name}."
    )
}
