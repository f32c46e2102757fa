//! ListExports: exports of all tables or of one, newest first, a page at a time.
//!
//! `{"TableArn": …}` answers `{"ExportSummaries": [{"ExportArn": …, "ExportStatus": "COMPLETED", …}]}`.
//! Source: API reference, ListExports.

use serde_json::Value;

use super::Operation;
use super::transfer::Listed;
use crate::engine::archive::TransferKind;
use crate::engine::error::ApiError;
use crate::engine::plan::Plan;
use crate::engine::shape::{Shape, structure};
use crate::engine::{Engine, Trace};

structure! {
    /// Which exports to list.
    pub(super) struct ListExportsRequest as "ListExportsInput" {
        /// The table; all tables if it is left out.
        "TableArn" table_arn: Option<String> => optional Shape::text(1, 1024);
        /// The most exports to return.
        "MaxResults" limit: Option<usize> => optional Shape::integer(1, 25);
        /// Where the page before ended.
        "NextToken" token: Option<String> => optional Shape::STRING;
    }
}

/// The verb.
pub(super) struct ListExports;

impl Operation for ListExports {
    const NAME: &'static str = "ListExports";
    const DOC: &'static str = "Lists exports to Amazon S3, newest first.";
    type Request = ListExportsRequest;
    type Prepared = ListExportsRequest;

    fn prepare(request: ListExportsRequest, _: &Engine) -> Result<ListExportsRequest, ApiError> {
        Ok(request)
    }

    fn plans(_: &ListExportsRequest) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(request: ListExportsRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let listed = Listed {
            direction: TransferKind::Export,
            member: "ExportSummaries",
            members: &["ExportArn", "ExportStatus", "ExportType"],
            table: request.table_arn.as_deref(),
            limit: request.limit,
            token: request.token.as_deref(),
        };
        listed.page(engine)
    }
}
