//! What the three requests about resource-based policies have in common: the resource, its policy, and its revision.

use std::sync::Arc;

use super::members;
use crate::engine::Engine;
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::messages::{policies as text, streams as stream_text, tables as table_text};
use crate::engine::policy::{MAX_BYTES, ResourcePolicy};
use crate::engine::shape::Shape;

/// The resource, by its ARN.
pub(super) const RESOURCE: Shape = members::RESOURCE_ARN;
/// RevisionId.
pub(super) const REVISION: Shape = Shape::text(1, 255);
/// ExpectedRevisionId of a resource without a policy.
const NO_POLICY: &str = "NO_POLICY";

/// A table or a stream.
#[derive(Clone, Debug)]
pub(super) enum PolicyResource {
    /// A table, by its name.
    Table(Arc<str>),
    /// A stream, by its ARN.
    Stream(Arc<str>),
}

impl PolicyResource {
    /// The resource of an ARN.
    pub(super) fn find(arn: &str, engine: &Engine) -> Result<Self, ApiError> {
        let refused = |message: String| Err(ApiError::validation(message));
        if !arn.starts_with("arn:") {
            return refused(text::not_an_arn(arn));
        }
        let config = engine.config();
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let [_, partition, service, region, account, resource] = parts[..] else {
            return refused(text::other_service(arn));
        };
        if service != "dynamodb" {
            return refused(text::other_service(arn));
        }
        if region != config.region || partition != "aws" {
            return refused(text::other_region(arn));
        }
        if account != config.account {
            return refused(text::OTHER_OWNER.to_owned());
        }
        let missing = |message: String| Err(ApiError::new(ErrorKind::ResourceNotFoundException, message));
        match resource.splitn(4, '/').collect::<Vec<_>>()[..] {
            ["table", name] => match engine.table(name) {
                Some(table) => Ok(Self::Table(Arc::clone(&table.name))),
                None => missing(table_text::table_not_found(name)),
            },
            ["table", _, "stream", _] => match engine.streams().find(|stream| *stream.arn == *arn) {
                Some(stream) => Ok(Self::Stream(Arc::clone(&stream.arn))),
                None => missing(stream_text::stream_not_found(arn)),
            },
            ["table", _, "index", _] => refused(text::neither_table_nor_stream(arn)),
            _ => refused(text::other_service(arn)),
        }
    }

    /// Its policy.
    pub(super) fn policy<'a>(&self, engine: &'a Engine) -> Option<&'a ResourcePolicy> {
        match self {
            Self::Table(name) => engine.table(name)?.policy.as_ref(),
            Self::Stream(arn) => engine.stream(arn)?.policy.as_ref(),
        }
    }

    /// Gives it another policy, or none.
    pub(super) fn set(&self, policy: Option<ResourcePolicy>, engine: &mut Engine) -> Result<(), ApiError> {
        match self {
            Self::Table(name) => engine.control_table_mut(name)?.policy = policy,
            Self::Stream(arn) => {
                engine.note_closed(arn);
                if let Some(stream) = engine.streams.get_mut(arn) {
                    stream.policy = policy;
                }
            }
        }
        Ok(())
    }

    /// Refuses a request that expects another revision than there is.
    pub(super) fn expect(&self, revision: Option<&str>, engine: &Engine) -> Result<(), ApiError> {
        let found = self.policy(engine).map(|policy| policy.revision.as_str());
        let (kind, name) = match self {
            Self::Table(name) => ("table", name),
            Self::Stream(arn) => ("stream", arn),
        };
        let refused = match (revision, found) {
            (None, _) | (Some(NO_POLICY), None) => return Ok(()),
            (Some(wanted), Some(found)) if wanted == found => return Ok(()),
            (Some(NO_POLICY), Some(found)) => text::unexpected(kind, name, found),
            (Some(wanted), Some(found)) => text::other_revision(wanted, kind, name, found),
            (Some(wanted), None) => text::no_revision(wanted, kind, name),
        };
        Err(ApiError::new(ErrorKind::PolicyNotFoundException, refused))
    }
}

/// The policy of a document.
pub(super) fn read(document: &str, engine: &Engine) -> Result<ResourcePolicy, ApiError> {
    if document.len() > MAX_BYTES {
        return Err(ApiError::validation(text::TOO_LARGE));
    }
    let policy = ResourcePolicy::read(document, &engine.config().account, engine.now());
    let policy = policy.map_err(|wrong| ApiError::validation(text::document(&wrong)))?;
    if policy.is_unbounded() { Err(ApiError::validation(text::UNBOUNDED)) } else { Ok(policy) }
}
