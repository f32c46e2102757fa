//! ListImports: imports into all tables or of one, newest first, a page at a time.
//!
//! `{"TableArn": …}` answers `{"ImportSummaryList": [{"ImportArn": …, "ImportStatus": "COMPLETED", …}]}`.
//! Source: API reference, ListImports.

use serde_json::Value;

use super::Operation;
use super::transfer::Listed;
use crate::engine::archive::TransferKind;
use crate::engine::error::ApiError;
use crate::engine::plan::Plan;
use crate::engine::shape::{Shape, structure};
use crate::engine::{Engine, Trace};

structure! {
    /// Which imports to list.
    pub(super) struct ListImportsRequest as "ListImportsInput" {
        /// The table; all tables if it is left out.
        "TableArn" table_arn: Option<String> => optional Shape::text(1, 1024);
        /// The most imports to return.
        "PageSize" limit: Option<usize> => optional Shape::integer(1, 25);
        /// Where the page before ended.
        "NextToken" token: Option<String> => optional Shape::STRING;
    }
}

/// The verb.
pub(super) struct ListImports;

impl Operation for ListImports {
    const NAME: &'static str = "ListImports";
    const DOC: &'static str = "Lists imports from Amazon S3, newest first.";
    type Request = ListImportsRequest;
    type Prepared = ListImportsRequest;

    fn prepare(request: ListImportsRequest, _: &Engine) -> Result<ListImportsRequest, ApiError> {
        Ok(request)
    }

    fn plans(_: &ListImportsRequest) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(request: ListImportsRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let listed = Listed {
            direction: TransferKind::Import,
            member: "ImportSummaryList",
            members: &[
                "ImportArn",
                "ImportStatus",
                "TableArn",
                "S3BucketSource",
                "CloudWatchLogGroupArn",
                "InputFormat",
                "StartTime",
                "EndTime",
            ],
            table: request.table_arn.as_deref(),
            limit: request.limit,
            token: request.token.as_deref(),
        };
        listed.page(engine)
    }
}
