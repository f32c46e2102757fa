//! DescribeExport: how far an export is, and what it wrote.
//!
//! `{"ExportArn": …}` answers `{"ExportDescription": {"ExportStatus": "COMPLETED", "ExportManifest": …, …}}`.
//! Source: API reference, DescribeExport.

use serde_json::{Value, json};

use super::{Operation, members, transfer};
use crate::engine::archive::TransferKind;
use crate::engine::error::ApiError;
use crate::engine::plan::Plan;
use crate::engine::shape::structure;
use crate::engine::{Engine, Trace};

structure! {
    /// Names the export.
    pub(super) struct DescribeExportRequest as "DescribeExportInput" {
        /// The export.
        "ExportArn" export_arn: String => required members::KEPT_ARN;
    }
}

/// The verb.
pub(super) struct DescribeExport;

impl Operation for DescribeExport {
    const NAME: &'static str = "DescribeExport";
    const DOC: &'static str = "Describes an export to Amazon S3.";
    type Request = DescribeExportRequest;
    type Prepared = DescribeExportRequest;

    fn prepare(request: DescribeExportRequest, engine: &Engine) -> Result<DescribeExportRequest, ApiError> {
        transfer::find(engine, TransferKind::Export, &request.export_arn).map(|_| request)
    }

    fn plans(_: &DescribeExportRequest) -> Vec<Plan> {
        Vec::new()
    }

    fn execute(request: DescribeExportRequest, engine: &mut Engine, _: &mut Trace) -> Result<Value, ApiError> {
        let export = transfer::find(engine, TransferKind::Export, &request.export_arn)?;
        Ok(json!({"ExportDescription": export.describe(engine.now())}))
    }
}
