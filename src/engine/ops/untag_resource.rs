//! UntagResource: takes tags from a table, by their keys; a key that is not there is no mistake.
//!
//! `{"ResourceArn": …, "TagKeys": ["team"]}` answers nothing. Source: API reference, UntagResource.

use serde_json::{Value, json};

use super::tag_resource::{existing, named_table};
use super::{Operation, members};
use crate::engine::error::ApiError;
use crate::engine::messages::tables as text;
use crate::engine::plan::Plan;
use crate::engine::shape::{ListShape, Shape, structure};
use crate::engine::{Engine, Trace};

structure! {
    /// Takes tags away.
    pub(super) struct UntagResourceRequest as "UntagResourceInput" {
        /// The table's ARN.
        "ResourceArn" resource_arn: String => required members::RESOURCE_ARN;
        /// The tags' keys.
        "TagKeys" tag_keys: Vec<String> => required Shape::List(&ListShape::of(Shape::text(1, 128)));
    }
}

/// The verb.
pub(super) struct UntagResource;

/// Keys to take from a table that is known to exist.
#[derive(Clone)]
pub(super) struct PreparedUntag {
    table: String,
    keys: Vec<String>,
}

impl Operation for UntagResource {
    const NAME: &'static str = "UntagResource";
    const DOC: &'static str = "Removes tags from a table.";
    const CHANGES_TABLES: bool = true;
    const HAS_OUTPUT: bool = false;
    type Request = UntagResourceRequest;
    type Prepared = PreparedUntag;

    fn prepare(request: UntagResourceRequest, engine: &Engine) -> Result<PreparedUntag, ApiError> {
        let name = named_table(engine, &request.resource_arn)?;
        if request.tag_keys.is_empty() {
            return Err(ApiError::validation(text::TAG_KEYS_REQUIRED));
        }
        Ok(PreparedUntag { table: existing(engine, name, &request.resource_arn)?, keys: request.tag_keys })
    }

    fn plans(_: &PreparedUntag) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(prepared: PreparedUntag, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let table = engine.control_table_mut(&prepared.table)?;
        table.tags.retain(|key, _| !prepared.keys.contains(key));
        Ok(json!({}))
    }
}
