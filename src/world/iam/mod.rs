//! Identity and access management, as far as the exam's questions about tables go: who may do what to which table, and
//! with condition keys to which items and attributes of it.
//!
//! The life of a decision: a request is about to be sent as a role; `request` says which actions on which tables and
//! indexes it asks for, and what condition keys tell of them; `decide` holds the role's statements (`document`) against
//! each. An explicit Deny wins; without any Allow the request is refused. Without a role requests are sent as an
//! administrator.
//!
//! `ForAllValues` holds of nothing, too: a Scan names no partition key, so a policy that means to confine a user to their
//! own items must not allow Scan, or ask by `Null` for a key. A policy attached to a table or stream may allow what no
//! policy of the role does, and its Deny wins like any other. Left out: other accounts, boundaries, session and organization
//! policies, principals other than roles, operators for dates, addresses and binary values.
//! Source: AWS documentation, "Using IAM policy conditions for fine-grained access control"; IAM user guide, "Policy
//! evaluation logic", "IAM JSON policy elements: Condition operators", "Multivalued context keys".

use std::collections::BTreeMap;

use serde_json::Value;

use crate::engine::{ApiError, Config, Engine, ErrorKind};

pub(super) mod delete_role_policy;
mod document;
pub(super) mod get_role_policy;
pub(super) mod put_role_policy;
mod request;

use document::{Document, USER_KEYS};
use request::RequestContext;

/// The service as the AWS CLI names it.
const SERVICE: &str = "iam";

/// The condition key that has the partition key values of a request.
const LEADING_KEYS: &str = "dynamodb:LeadingKeys";

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

    /// The policies of a role, as one text that is another one once any of them is; `None` if it has none.
    #[must_use]
    pub fn policies_of(&self, role: &str) -> Option<String> {
        self.roles.get(role).map(|policies| format!("{policies:?}"))
    }

    /// The partition key values that a role's policies state, with their variables filled in for who asks.
    #[must_use]
    pub fn stated_keys(&self, principal: &Principal) -> Vec<String> {
        let policies = self.roles.get(&principal.role).into_iter().flatten();
        policies.flat_map(|(_, policy)| policy.values_of(LEADING_KEYS, principal)).collect()
    }

    /// The users whom a role's policies name, and for whom they may say something else than for all.
    #[must_use]
    pub fn stated_users(&self, principal: &Principal) -> Vec<String> {
        let policies = || self.roles.get(&principal.role).into_iter().flatten();
        let of = |key: &'static str| policies().flat_map(move |(_, policy)| policy.values_of(key, principal));
        USER_KEYS.into_iter().flat_map(of).filter(|user| *user != principal.user).collect()
    }

    /// Whether a role's policies allow an action on a resource with these leading keys for a user; without any, the request
    /// has none.
    #[must_use]
    pub fn allows(&self, principal: &Principal, action: &str, resource: &str, leading_keys: &[String]) -> bool {
        let asked = RequestContext::of(action, resource).with("dynamodb:leadingkeys", leading_keys);
        let policies = self.roles.get(&principal.role);
        policies.is_some_and(|policies| decide(policies, &asked, principal) == Decision::Allowed)
    }

    /// The first action on a resource that a role's policies allow for a user, on whatever condition, beside `actions` on
    /// `resources`. Asked are all actions that are known here and those that the policies name, on these resources, on `others`,
    /// and on those that the policies name.
    #[must_use]
    pub fn beyond(
        &self,
        principal: &Principal,
        (actions, resources): (&[String], &[String]),
        others: &[String],
        engine: &Engine,
    ) -> Option<(String, String)> {
        let policies = || self.roles.get(&principal.role).into_iter().flatten().map(|(_, policy)| policy);
        let named_actions = policies().flat_map(Document::named_actions).map(str::to_owned);
        let named_resources = policies().flat_map(Document::resource_examples);
        let all: Vec<String> = resources.iter().chain(others).cloned().chain(named_resources).collect();
        let is_listed = |action: &str, resource: &String| {
            let fits = |listed: &String| match listed.strip_suffix('*') {
                Some(begin) => resource.starts_with(begin),
                None => listed == resource,
            };
            actions.iter().any(|listed| listed.eq_ignore_ascii_case(action)) && resources.iter().any(fits)
        };
        // What is attached to a table allows as well. What cannot be followed allows nothing.
        let account = &engine.config().account;
        let attached: Vec<Option<Document>> =
            all.iter().map(|resource| attached(resource, engine).ok().flatten()).collect();
        let might = |action: &str, resource: &String, attached: Option<&Document>| {
            let asked = RequestContext::of(action, resource.as_str());
            let mut effects: Vec<(bool, bool)> =
                policies().flat_map(|policy| policy.effects_whenever(&asked, principal).collect::<Vec<_>>()).collect();
            effects.extend(attached.into_iter().flat_map(|it| it.effects_on_whenever(&asked, principal, account)));
            effects.iter().any(|(allows, _)| *allows) && !effects.contains(&(false, false))
        };
        // Most actions are in no policy: nothing need be asked of them.
        let is_stated = |action: &String| {
            policies().any(|it| it.allows_action(action))
                || attached.iter().flatten().any(|it| it.allows_action(action))
        };
        let mut named = request::actions().chain(named_actions).filter(is_stated);
        named.find_map(|action| {
            let might = |(resource, attached): &(&String, &Option<Document>)| {
                !is_listed(&action, resource) && might(&action, resource, attached.as_ref())
            };
            let (resource, _) = all.iter().zip(&attached).find(might)?;
            Some((action.clone(), resource.clone()))
        })
    }

    /// Whether a role with policies of its own lacks one of the actions on a resource. A role without policies is left
    /// alone: the functions come with the managed policy that they need.
    pub(super) fn lacks(&self, role: &str, actions: &[&str], resource: &str) -> bool {
        let Some(policies) = self.roles.get(role) else { return false };
        let principal = Principal { role: role.to_owned(), user: role.to_owned() };
        actions
            .iter()
            .any(|action| decide(policies, &RequestContext::of(*action, resource), &principal) != Decision::Allowed)
    }

    /// Refuses a request that the acting role may not send.
    ///
    /// # Errors
    /// AccessDeniedException.
    pub(super) fn check(&self, verb: &str, body: &Value, engine: &mut Engine) -> Result<(), ApiError> {
        let Some(principal) = &self.acting else { return Ok(()) };
        let asked = request::asked(verb, body, principal, engine);
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
        self.allow(&[RequestContext::of(format!("dax:{verb}"), resource)], &[None], &config.account)
    }

    /// Refuses what the acting role may not do, neither by its own policies nor by those attached to the resources. An
    /// explicit Deny in either wins.
    fn allow(&self, asked: &[RequestContext], attached: &[Option<Document>], account: &str) -> Result<(), ApiError> {
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

fn decide(policies: &BTreeMap<String, Document>, asked: &RequestContext, principal: &Principal) -> Decision {
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
fn decide_attached(document: &Document, asked: &RequestContext, principal: &Principal, account: &str) -> Decision {
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
