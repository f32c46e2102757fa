//! ListTagsOfResource: a table's tags, in key order, ten at a time.
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

/// How many tags a page holds.
const PAGE: usize = 10;

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

/// A page of the tags of a table that is known to exist.
#[derive(Clone)]
pub(super) struct Prepared {
    table: String,
    /// The last key of the page before.
    after: Option<String>,
}

impl Operation for ListTagsOfResource {
    const NAME: &'static str = "ListTagsOfResource";
    const DOC: &'static str = "Lists the tags of a table.";
    const PAGES: Option<&'static Pages> =
        Some(&Pages { start: "NextToken", next: "NextToken", limit: None, results: &["Tags"] });
    type Request = ListTagsOfResourceRequest;
    type Prepared = Prepared;

    fn prepare(request: ListTagsOfResourceRequest, engine: &Engine) -> Result<Prepared, ApiError> {
        let table = tagged_table(engine, &request.resource_arn)?;
        let known =
            |token: &String| engine.tables.get(table.as_str()).is_some_and(|table| table.tags.contains_key(token));
        match request.next_token {
            Some(token) if !known(&token) => Err(ApiError::validation(text::INVALID_NEXT_TOKEN)),
            after => Ok(Prepared { table, after }),
        }
    }

    fn plans(_: &Prepared) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(prepared: Prepared, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let tags = &engine.control_table(&prepared.table)?.tags;
        let mut rest = tags.iter().filter(|(key, _)| prepared.after.as_ref().is_none_or(|after| *key > after));
        let page: Vec<(&String, &String)> = rest.by_ref().take(PAGE).collect();
        let more = rest.next().is_some();
        let listed: Vec<Value> = page.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        let mut body = json!({"Tags": listed});
        if let (true, Some((last, _))) = (more, page.last()) {
            body["NextToken"] = last.as_str().into();
        }
        Ok(body)
    }
}
