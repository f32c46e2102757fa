//! DescribeImport: how far an import is, and what became of it.
//!
//! `{"ImportArn": …}` answers `{"ImportTableDescription": {"ImportStatus": "COMPLETED", "ImportedItemCount": 3, …}}`.
//! Source: API reference, DescribeImport.

use serde_json::{Value, json};

use super::{Operation, members, transfer};
use crate::engine::archive::TransferKind;
use crate::engine::error::ApiError;
use crate::engine::plan::Plan;
use crate::engine::shape::structure;
use crate::engine::{Engine, Trace};

structure! {
    /// Names the import.
    pub(super) struct DescribeImportRequest as "DescribeImportInput" {
        /// The import.
        "ImportArn" import_arn: String => required members::KEPT_ARN;
    }
}

/// The verb.
pub(super) struct DescribeImport;

impl Operation for DescribeImport {
    const NAME: &'static str = "DescribeImport";
    const DOC: &'static str = "Describes an import from Amazon S3.";
    type Request = DescribeImportRequest;
    type Prepared = DescribeImportRequest;

    fn prepare(request: DescribeImportRequest, engine: &Engine) -> Result<DescribeImportRequest, ApiError> {
        transfer::find(engine, TransferKind::Import, &request.import_arn).map(|_| request)
    }

    fn plans(_: &DescribeImportRequest) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(request: DescribeImportRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let import = transfer::find(engine, TransferKind::Import, &request.import_arn)?;
        Ok(json!({"ImportTableDescription": import.describe(engine.now())}))
    }
}
