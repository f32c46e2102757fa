//! Identity and access management, as far as the exam's questions about tables go: who may do what to which table, and
//! with `dynamodb:LeadingKeys` to which items.
//!
//! The life of a decision: a request is about to be sent as a role; its plan says which table or index and which partition
//! keys it touches; `decide` holds the role's statements against that. An explicit Deny wins; without any Allow the
//! request is refused. Without a role requests are sent as an administrator.
//!
//! `ForAllValues` holds of nothing, too: a Scan names no partition key, so a policy that means to confine a user to their
//! own items must not allow Scan. A policy attached to a table or
//! stream may allow what no policy of the role does, and its Deny wins like any other. Left out: other accounts, boundaries, session and organization policies,
//! principals other than roles, most condition operators. Source: AWS documentation, "Using IAM policy conditions for
//! fine-grained access control"; IAM reference, "Policy evaluation logic".

use std::collections::BTreeMap;

use serde_json::Value;

use crate::engine::plan::{Access, Plan};
use crate::engine::value::AttributeValue;
use crate::engine::{ApiError, Config, Engine, ErrorKind};

pub(super) mod delete_role_policy;
mod document;
pub(super) mod get_role_policy;
pub(super) mod put_role_policy;

use document::Document;

/// The service as the AWS CLI names it.
const SERVICE: &str = "iam";

/// The members by which requests name what is no table by its ARN.
const ARNS: [&str; 6] = ["ResourceArn", "StreamArn", "BackupArn", "TableArn", "ExportArn", "ImportArn"];

/// As whom requests are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The role.
    pub role: String,
    /// The user behind it, which policy variables such as `${www.amazon.com:user_id}` stand for.
    pub user: String,
}

/// Roles with their policies, and as whom requests are sent.
#[derive(Clone, Debug, Default)]
pub struct Iam {
    roles: BTreeMap<String, BTreeMap<String, Document>>,
    /// `None` is an administrator.
    acting: Option<Principal>,
}

/// What a request would do, as far as policies can tell.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// `dynamodb:GetItem`.
    pub action: String,
    /// The table's or index's ARN.
    pub resource: String,
    /// `dynamodb:LeadingKeys`.
    pub leading_keys: Vec<String>,
    /// `dynamodb:Attributes`.
    pub attributes: Vec<String>,
    /// `dynamodb:Select`.
    pub select: Option<String>,
    /// `dynamodb:FullTableScan`, of a SELECT statement.
    pub full_scan: Option<bool>,
}

impl Iam {
    /// As whom requests are sent; `None` for an administrator.
    #[must_use]
    pub const fn acting(&self) -> Option<&Principal> {
        self.acting.as_ref()
    }

    /// From now on sends requests as a role; `None` for an administrator.
    pub fn act_as(&mut self, principal: Option<Principal>) {
        self.acting = principal;
    }

    /// The roles there are.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.keys().map(String::as_str)
    }

    /// Whether a role with policies of its own lacks one of the actions on a resource. A role without policies is left
    /// alone: the functions come with the managed policy that they need.
    pub(super) fn lacks(&self, role: &str, actions: &[&str], resource: &str) -> bool {
        let Some(policies) = self.roles.get(role) else { return false };
        let principal = Principal { role: role.to_owned(), user: role.to_owned() };
        actions.iter().any(|action| {
            let asked = Asked { action: (*action).to_owned(), resource: resource.to_owned(), ..Asked::default() };
            decide(policies, &asked, &principal) != Decision::Allowed
        })
    }

    /// Refuses a request that the acting role may not send.
    ///
    /// # Errors
    /// AccessDeniedException.
    pub(super) fn check(&self, verb: &str, body: &Value, engine: &mut Engine) -> Result<(), ApiError> {
        if self.acting.is_none() {
            return Ok(());
        }
        let asked = asked(verb, body, engine);
        let attached: Vec<Option<Document>> =
            asked.iter().map(|asked| attached(&asked.resource, engine)).collect::<Result<_, _>>()?;
        self.allow(&asked, &attached, &engine.config().account)
    }

    /// Refuses a request through a DAX cluster that the acting role may not send. Who calls needs rights to the cluster;
    /// the table is reached with the cluster's own role, so that no condition on its items holds the caller back.
    ///
    /// # Errors
    /// AccessDeniedException.
    pub(super) fn check_dax(&self, verb: &str, cluster: &str, config: &Config) -> Result<(), ApiError> {
        let resource = format!("arn:aws:dax:{}:{}:cache/{cluster}", config.region, config.account);
        self.allow(&[Asked { action: format!("dax:{verb}"), resource, ..Asked::default() }], &[None], &config.account)
    }

    /// Refuses what the acting role may not do, neither by its own policies nor by those attached to the resources. An
    /// explicit Deny in either wins.
    fn allow(&self, asked: &[Asked], attached: &[Option<Document>], account: &str) -> Result<(), ApiError> {
        let Some(principal) = &self.acting else { return Ok(()) };
        let none = BTreeMap::new();
        let policies = self.roles.get(&principal.role).unwrap_or(&none);
        for (asked, attached) in asked.iter().zip(attached) {
            let own = decide(policies, asked, principal);
            let by_resource = attached.as_ref().map(|document| decide_attached(document, asked, principal, account));
            let reason = match own {
                _ if by_resource == Some(Decision::Denied) => {
                    format!("with an explicit deny in a resource-based policy: {}", asked.action)
                }
                Decision::Allowed => continue,
                Decision::Unmentioned if by_resource == Some(Decision::Allowed) => continue,
                Decision::Denied => format!("with an explicit deny in an identity-based policy: {}", asked.action),
                Decision::Unmentioned => {
                    format!("because no identity-based policy allows the {} action", asked.action)
                }
            };
            let Principal { role, user } = principal;
            return Err(ApiError::new(
                ErrorKind::AccessDeniedException,
                format!(
                    "User: arn:aws:sts::{account}:assumed-role/{role}/{user} is not authorized to perform: {} on \
                     resource: {} {reason}",
                    asked.action, asked.resource
                ),
            ));
        }
        Ok(())
    }
}

/// What the statements of a role say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Decision {
    Allowed,
    /// An explicit Deny.
    Denied,
    /// Nothing applies.
    Unmentioned,
}

fn decide(policies: &BTreeMap<String, Document>, asked: &Asked, principal: &Principal) -> Decision {
    let effects = || policies.values().flat_map(|document| document.effects(asked, principal));
    if effects().any(|allows| !allows) {
        Decision::Denied
    } else if effects().any(|allows| allows) {
        Decision::Allowed
    } else {
        Decision::Unmentioned
    }
}

/// What the policy attached to a resource says of the principal.
fn decide_attached(document: &Document, asked: &Asked, principal: &Principal, account: &str) -> Decision {
    let effects = || document.effects_on(asked, principal, account);
    if effects().any(|allows| !allows) {
        Decision::Denied
    } else if effects().any(|allows| allows) {
        Decision::Allowed
    } else {
        Decision::Unmentioned
    }
}

/// The policy that is attached to a table, which also speaks of its indexes, or to a stream.
///
/// # Errors
/// AccessDeniedException: the policy has something that is not known here, so that nobody can say what it allows.
fn attached(resource: &str, engine: &Engine) -> Result<Option<Document>, ApiError> {
    let policy = if let Some(stream) = engine.stream(resource) {
        stream.policy.as_ref()
    } else {
        let name = resource.split_once(":table/").and_then(|(_, rest)| rest.split('/').next());
        name.and_then(|name| engine.table(name)).and_then(|table| table.policy.as_ref())
    };
    let read = policy.map(|policy| Document::parse(&policy.document)).transpose();
    read.map_err(|cause| {
        let message = format!("The resource-based policy of {resource} cannot be followed here: {cause}");
        ApiError::new(ErrorKind::AccessDeniedException, message)
    })
}

/// What a request asks for: once for each table it touches.
fn asked(verb: &str, body: &Value, engine: &mut Engine) -> Vec<Asked> {
    let action = format!("dynamodb:{verb}");
    let config = engine.config();
    let tables = format!("arn:aws:dynamodb:{}:{}:table", config.region, config.account);
    // A request that cannot be planned is refused by the service for that; until then it asks for its table.
    let plans = engine.explain(verb, body.clone()).unwrap_or_default();
    if plans.is_empty() {
        let arn = ARNS.iter().find_map(|member| body.get(member)?.as_str()).filter(|arn| arn.starts_with("arn:"));
        let table = body.get("TableName").and_then(Value::as_str).unwrap_or("*");
        let resource = arn.map_or_else(|| format!("{tables}/{table}"), str::to_owned);
        return vec![Asked { action, resource, ..Asked::default() }];
    }
    let of = |(place, plan): (usize, &Plan)| {
        let statement = statement(body, place);
        let action = statement.map_or_else(|| action.clone(), statement_action);
        let is_select = action == "dynamodb:PartiQLSelect";
        let name = plan.table.rsplit('/').next().unwrap_or(&plan.table);
        let index = plan.index.as_ref().map(|index| format!("/index/{index}")).unwrap_or_default();
        let partition = engine.table(name).and_then(|table| table.keys.partition.first()).map(|key| key.name.as_str());
        Asked {
            action,
            resource: format!("{tables}/{name}{index}"),
            leading_keys: leading_keys(&plan.access, partition),
            attributes: attributes(body),
            select: body.get("Select").and_then(Value::as_str).map(str::to_owned),
            full_scan: is_select.then_some(matches!(plan.access, Access::Everything { .. })),
        }
    };
    plans.iter().enumerate().map(of).collect()
}

/// The PartiQL statement at a place of a request; `None` if it has none.
fn statement(body: &Value, place: usize) -> Option<&str> {
    let several = ["Statements", "TransactStatements"].into_iter().find_map(|name| body.get(name)?.as_array());
    let one = several.map_or(Some(body), |several| several.get(place));
    one?.get("Statement")?.as_str()
}

/// The action of a PartiQL statement, which is not that of the request: `dynamodb:PartiQLSelect`.
fn statement_action(statement: &str) -> String {
    let verb = statement.split_whitespace().next().unwrap_or_default().to_lowercase();
    let mut letters = verb.chars();
    let verb = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>());
    format!("dynamodb:PartiQL{}", verb.unwrap_or_default())
}

/// The partition keys that an access names.
fn leading_keys(access: &Access, partition: Option<&str>) -> Vec<String> {
    let text = |value: &AttributeValue| match value {
        AttributeValue::S(text) => text.clone(),
        AttributeValue::N(number) => number.to_string(),
        _ => String::new(),
    };
    match access {
        Access::Item(key) => partition.and_then(|name| key.get(name)).map(text).into_iter().collect(),
        Access::Range { equal, .. } => equal.first().map(|(_, scalar)| text(&scalar.to_value())).into_iter().collect(),
        Access::Everything { .. } | Access::Control => Vec::new(),
    }
}

/// The top-level attributes that a request names, in items, keys, lists and the names of its expressions.
fn attributes(body: &Value) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for member in ["Item", "Key"] {
        found.extend(body.get(member).and_then(Value::as_object).into_iter().flat_map(|map| map.keys().cloned()));
    }
    let names = body.get("ExpressionAttributeNames").and_then(Value::as_object);
    found.extend(names.into_iter().flat_map(|names| names.values()).filter_map(Value::as_str).map(str::to_owned));
    let projection = body.get("ProjectionExpression").and_then(Value::as_str).unwrap_or_default();
    let roots = projection.split(',').map(|path| path.trim().split(['.', '[']).next().unwrap_or_default());
    found.extend(roots.filter(|root| !root.is_empty() && !root.starts_with('#')).map(str::to_owned));
    let listed = body.get("AttributesToGet").and_then(Value::as_array);
    found.extend(listed.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
    found.sort_unstable();
    found.dedup();
    found
}
