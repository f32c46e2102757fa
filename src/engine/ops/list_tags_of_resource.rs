//! ListTagsOfResource: a table's tags, in key order. There are fifty at most, so the service
//! answers all of them at once and never gives a NextToken, though its shapes know one.
//!
//! `{"ResourceArn": …}` answers `{"Tags": [{"Key": "team", "Value": "orders"}]}`.
//! Source: API reference, ListTagsOfResource.

use serde_json::{Value, json};

use super::tag_resource::tagged_table;
use super::{Operation, members};
use crate::engine::error::ApiError;
use crate::engine::messages::tables as text;
use crate::engine::plan::Plan;
use crate::engine::shape::{Pages, Shape, structure};
use crate::engine::{Engine, Trace};

structure! {
    /// Asks for a table's tags.
    pub(super) struct ListTagsOfResourceRequest as "ListTagsOfResourceInput" {
        /// The table's ARN.
        "ResourceArn" resource_arn: String => required members::RESOURCE_ARN;
        /// The NextToken of the page before.
        "NextToken" next_token: Option<String> => optional Shape::STRING;
    }
}

/// The verb.
pub(super) struct ListTagsOfResource;

impl Operation for ListTagsOfResource {
    const NAME: &'static str = "ListTagsOfResource";
    const DOC: &'static str = "Lists the tags of a table.";
    const PAGES: Option<&'static Pages> =
        Some(&Pages { start: "NextToken", next: "NextToken", limit: None, results: &["Tags"] });
    type Request = ListTagsOfResourceRequest;
    type Prepared = String;

    fn prepare(request: ListTagsOfResourceRequest, engine: &Engine) -> Result<String, ApiError> {
        let table = tagged_table(engine, &request.resource_arn)?;
        match request.next_token {
            Some(_) => Err(ApiError::validation(text::INVALID_NEXT_TOKEN)),
            None => Ok(table),
        }
    }

    fn plans(_: &String) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(table: String, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let tags = &engine.control_table(&table)?.tags;
        let listed: Vec<Value> = tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        Ok(json!({"Tags": listed}))
    }
}
