//! ListTables: table names in ascending order, a page at a time.
//!
//! `{"Limit": 2}` answers `{"TableNames": ["A", "B"], "LastEvaluatedTableName": "B"}`.
//! Source: API reference, ListTables.

use std::ops::Bound;

use serde_json::{Value, json};

use super::{Operation, members};
use crate::engine::error::ApiError;
use crate::engine::plan::Plan;
use crate::engine::shape::{Pages, Shape, structure};
use crate::engine::{Engine, Trace};

/// The most names on a page, and as many as there are without a Limit.
const MAX_NAMES: usize = 100;

structure! {
    /// Asks for table names.
    pub(super) struct ListTablesRequest as "ListTablesInput" {
        /// The last name of the page before.
        "ExclusiveStartTableName" exclusive_start_table_name: Option<String> => optional members::NAME;
        /// The most names to return.
        "Limit" limit: Option<usize> => optional Shape::integer(1, 100);
    }
}

/// The verb.
pub(super) struct ListTables;

impl Operation for ListTables {
    const NAME: &'static str = "ListTables";
    const DOC: &'static str = "Lists table names in ascending order.";
    const PAGES: Option<&'static Pages> = Some(&Pages {
        start: "ExclusiveStartTableName",
        next: "LastEvaluatedTableName",
        limit: Some("Limit"),
        results: &["TableNames"],
    });
    type Request = ListTablesRequest;
    type Prepared = ListTablesRequest;

    fn prepare(request: ListTablesRequest, _: &Engine) -> Result<ListTablesRequest, ApiError> {
        Ok(request)
    }

    fn plans(_: &ListTablesRequest) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(request: ListTablesRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let limit = request.limit.unwrap_or(MAX_NAMES);
        let from = request.exclusive_start_table_name.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = engine.tables.range::<str, _>((from, Bound::Unbounded)).map(|(name, _)| name);
        let page: Vec<&str> = rest.by_ref().take(limit).map(|name| &**name).collect();
        let more = rest.next().is_some();
        let mut body = json!({"TableNames": page});
        if let (true, Some(last)) = (more, page.last()) {
            body["LastEvaluatedTableName"] = (*last).into();
        }
        Ok(body)
    }
}
