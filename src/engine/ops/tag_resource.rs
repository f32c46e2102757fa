//! TagResource: gives a table tags, by its ARN; a tag with the same key is replaced.
//!
//! `{"ResourceArn": …, "Tags": [{"Key": "team", "Value": "orders"}]}` answers nothing.
//! Source: API reference, TagResource.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Operation, busy, members};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::lookup::can_be_name;
use crate::engine::messages::tables as text;
use crate::engine::plan::Plan;
use crate::engine::shape::{ListShape, Shape, structure};
use crate::engine::table::TableStatus;
use crate::engine::{Engine, Trace};

/// The most tags of one table.
const MAX_TAGS: usize = 50;

structure! {
    /// A tag.
    pub(super) struct Tag as "Tag" {
        /// Its key.
        "Key" key: String => required Shape::text(1, 128);
        /// Its value.
        "Value" value: String => required Shape::text(0, 256);
    }
}

structure! {
    /// Gives a table tags.
    pub(super) struct TagResourceRequest as "TagResourceInput" {
        /// The table's ARN.
        "ResourceArn" resource_arn: String => required members::RESOURCE_ARN;
        /// The tags.
        "Tags" tags: Vec<Tag> => required Shape::List(&ListShape::of(Shape::Structure(Tag::STRUCTURE)));
    }
}

/// The verb.
pub(super) struct TagResource;

/// Tags for a table that is known to exist.
#[derive(Clone)]
pub(super) struct PreparedTags {
    table: String,
    tags: Vec<Tag>,
}

impl Operation for TagResource {
    const NAME: &'static str = "TagResource";
    const DOC: &'static str = "Adds tags to a table.";
    const CHANGES_TABLES: bool = true;
    const HAS_OUTPUT: bool = false;
    type Request = TagResourceRequest;
    type Prepared = PreparedTags;

    fn prepare(request: TagResourceRequest, engine: &Engine) -> Result<PreparedTags, ApiError> {
        let name = named_table(engine, &request.resource_arn)?;
        if request.tags.is_empty() {
            return Err(ApiError::validation(text::TAGS_REQUIRED));
        }
        check_tags(&request.tags)?;
        let table = existing(engine, name, &request.resource_arn)?;
        let found = engine.control_table(&table)?;
        busy::check_tagged(found)?;
        let present = &found.tags;
        let new = request.tags.iter().filter(|tag| !present.contains_key(&tag.key)).count();
        if present.len() + new > MAX_TAGS {
            return Err(ApiError::validation(text::TOO_MANY_TAGS));
        }
        Ok(PreparedTags { table, tags: request.tags })
    }

    fn plans(_: &PreparedTags) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(prepared: PreparedTags, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let table = engine.control_table_mut(&prepared.table)?;
        table.tags.extend(prepared.tags.into_iter().map(|tag| (tag.key, tag.value)));
        Ok(json!({}))
    }
}

/// Refuses tags that a table may not have, and more of them than it may have.
pub(super) fn check_tags(tags: &[Tag]) -> Result<(), ApiError> {
    for tag in tags {
        for (part, content) in [("key", &tag.key), ("value", &tag.value)] {
            if !content.chars().all(|c| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c)) {
                return Err(ApiError::validation(text::tag_characters(part)));
            }
        }
        if tag.key.starts_with("aws:") {
            return Err(ApiError::validation(text::SYSTEM_TAG));
        }
    }
    let distinct: BTreeSet<&str> = tags.iter().map(|tag| tag.key.as_str()).collect();
    if distinct.len() > MAX_TAGS { Err(ApiError::validation(text::TOO_MANY_TAGS)) } else { Ok(()) }
}

/// The name of the table that a ResourceArn names, which has no tags to speak of before it is there; ARNs of indexes and of other accounts are refused.
pub(super) fn tagged_table(engine: &Engine, arn: &str) -> Result<String, ApiError> {
    existing(engine, named_table(engine, arn)?, arn)
}

/// The name in a ResourceArn, whether or not there is such a table.
pub(super) fn named_table<'a>(engine: &Engine, arn: &'a str) -> Result<&'a str, ApiError> {
    if !arn.starts_with("arn:") {
        return Err(ApiError::validation(text::not_an_arn(arn)));
    }
    let mut parts = arn.splitn(6, ':');
    let shape = (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next());
    let (Some("arn"), Some(_), Some("dynamodb"), Some(region), Some(account), Some(resource)) = shape else {
        return Err(ApiError::validation(text::invalid_arn(arn)));
    };
    let Some(name) = resource.strip_prefix("table/").filter(|name| can_be_name(name)) else {
        return Err(ApiError::validation(text::invalid_arn(arn)));
    };
    if account != engine.config().account || region != engine.config().region {
        return Err(ApiError::new(ErrorKind::AccessDeniedException, text::other_account(arn)));
    }
    Ok(name)
}

/// The name of a table that is there.
pub(super) fn existing(engine: &Engine, name: &str, arn: &str) -> Result<String, ApiError> {
    match engine.tables.get(name).filter(|table| !matches!(table.state, TableStatus::Creating(_))) {
        Some(_) => Ok(name.to_owned()),
        None => Err(ApiError::new(ErrorKind::ResourceNotFoundException, text::resource_not_found(arn))),
    }
}
